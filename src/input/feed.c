/* The reading thread's work on one content. */
#include "feed_int.h"

#include <assert.h>
#include <string.h>

int feed_begin(struct feed *f, struct container *c, struct head *head, struct err *why)
{
    f->container = c;
    f->line = 1;
    if (!block_reserve(&f->pending, HEAD_MAX))
        return err_nomem(why);
    if (container_read(c, f->pending.ptr, HEAD_MAX, &f->pending.len, why) < 0)
        return -1;
    f->ended = f->pending.len < HEAD_MAX;
    *head = (struct head){{(const char *)f->pending.ptr, f->pending.len}, f->ended};
    return 0;
}

/* Counts bytes that are done with, which may end between the CR and the LF of one line end: the LF of a line end whose
 * CR was counted ends no other line. */
static struct byte_marks count(struct feed *f, const unsigned char *ptr, size_t len)
{
    const struct byte_marks marks = bytes_scan(ptr, len);

    f->line += marks.lines;
    f->offset += len;
    f->ended_in_cr = len > 0 && ptr[len - 1] == '\r';
    return marks;
}

void feed_skip(struct feed *f, size_t bytes)
{
    assert(bytes <= f->pending.len);
    (void)count(f, f->pending.ptr, bytes);
    f->pending_at = bytes;
}

void feed_release(struct feed *f)
{
    block_release(&f->pending);
}

/* Adds up to `more` bytes to the block. */
static int read_more(struct feed *f, struct block *b, size_t more, struct err *err)
{
    size_t waiting = f->pending.len - f->pending_at, got;

    if (!block_reserve(b, b->len + more))
        return err_nomem(err);
    if (waiting > more)
        waiting = more;
    memcpy(b->ptr + b->len, f->pending.ptr + f->pending_at, waiting);
    f->pending_at += waiting;
    b->len += waiting;
    if (waiting == more || f->ended)
        return 0;
    if (container_read(f->container, b->ptr + b->len, more - waiting, &got, err) < 0)
        return -1;
    b->len += got;
    f->ended = got < more - waiting;
    return 0;
}

static bool at_end(const struct feed *f)
{
    return f->ended && f->pending_at == f->pending.len;
}

/* Puts the bytes of the block from `from` back before those to come. */
static bool put_back(struct feed *f, struct block *b, size_t from)
{
    const size_t rest = b->len - from;

    b->len = from;
    if (f->pending_at < f->pending.len) {
        assert(f->pending_at >= rest); /* the block holds nothing but what was pending */
        f->pending_at -= rest;
        return true;
    }
    if (!block_reserve(&f->pending, rest))
        return false;
    memcpy(f->pending.ptr, b->ptr + from, rest);
    f->pending.len = rest;
    f->pending_at = 0;
    return true;
}

/* Fills a block with whole records. */
static int fill(struct feed *f, const struct feeding *how, struct block *b, struct err *err)
{
    ptrdiff_t take = 0;
    size_t more = how->block_size;

    while (take == 0) {
        if (read_more(f, b, more, err) < 0)
            return -1;
        if (b->len == 0)
            return 0;
        take = how->job->ops->cut(how->job, b, at_end(f));
        assert(take != 0 || !at_end(f));
        more = b->len; /* by doubling, so that a long record is not looked at too often */
    }
    if (take < 0 || !put_back(f, b, (size_t)take))
        return err_nomem(err);
    if (f->ended_in_cr && b->ptr[0] == '\n')
        f->line--;
    b->offset = f->offset;
    b->line = f->line;
    b->marks = count(f, b->ptr, b->len);
    return 0;
}

enum feed_result feed_run(struct feed *f, const struct feeding *how, struct err *err)
{
    while (!at_end(f)) {
        struct block *b = pipeline_take(how->pipeline);

        if (fill(f, how, b, err) < 0) {
            pipeline_give_back(how->pipeline, b);
            return err_is_ours(err) ? FEED_FAILED : FEED_UNREADABLE;
        }
        pipeline_submit(how->pipeline, b);
        if (pipeline_failed(how->pipeline) || !how->go_on(how->ctx))
            return FEED_STOPPED;
    }
    return FEED_END;
}
