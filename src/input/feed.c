/* The reading thread's work on one content: turns it into UTF-8 and hands out blocks of whole records. */
#include "feed_int.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Text of another encoding ---- */

#define NO_CHARACTER 0xFF /* in no UTF-8 */

struct encoding {
    iconv_t iconv;
    size_t unit; /* bytes to leave out where there is no character */
};

static size_t unit_of(const char *name)
{
    static const struct {
        const char *prefix;
        size_t unit;
    } wide[] = {{"UTF-16", 2}, {"UTF16", 2}, {"UCS-2", 2}, {"UTF-32", 4}, {"UTF32", 4}, {"UCS-4", 4}};

    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
        if (strncasecmp(name, wide[i].prefix, strlen(wide[i].prefix)) == 0)
            return wide[i].unit;
    return 1;
}

bool encoding_is_known(const char *name)
{
    const iconv_t i = iconv_open("UTF-8", name);

    if (i == (iconv_t)-1)
        return false;
    iconv_close(i);
    return true;
}

const char *encoding_marked(const unsigned char *bytes, size_t len)
{
    if (len >= 4 && memcmp(bytes, "\xFF\xFE\0\0", 4) == 0)
        return "UTF-32LE";
    if (len >= 4 && memcmp(bytes, "\0\0\xFE\xFF", 4) == 0)
        return "UTF-32BE";
    if (len >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0)
        return "UTF-16LE";
    if (len >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0)
        return "UTF-16BE";
    return NULL;
}

/* ERR_CONFIG: no such encoding. */
static int encoding_create(struct encoding **out, const char *name, struct err *err)
{
    struct encoding *const e = calloc(1, sizeof(*e));

    *out = NULL;
    if (e == NULL)
        return err_nomem(err);
    e->iconv = iconv_open("UTF-8", name);
    if (e->iconv == (iconv_t)-1) {
        free(e);
        if (errno == ENOMEM)
            return err_nomem(err);
        return err_set(err, ERR_CONFIG, "no encoding '%s' is known; 'iconv -l' lists them", name);
    }
    e->unit = unit_of(name);
    *out = e;
    return 0;
}

static void encoding_destroy(struct encoding *e)
{
    if (e == NULL)
        return;
    iconv_close(e->iconv);
    free(e);
}

/* Turns as much of the input as there is room for; both pointers and lengths move on. What is no character becomes a
 * byte that no UTF-8 has, so that its row is a bad one. at_end: no input follows this. Returns false when more input is
 * needed before more can be written. */
static bool encoding_turn(struct encoding *e, const unsigned char **in, size_t *in_len, bool at_end,
                          unsigned char **out, size_t *out_len)
{
    while (*in_len > 0 && *out_len > 0) {
        char *from = (char *)(uintptr_t)*in; /* iconv takes no const, and writes nothing there */
        char *to = (char *)*out;
        const size_t got = iconv(e->iconv, &from, in_len, &to, out_len);
        const int failed = got == (size_t)-1 ? errno : 0;

        *in = (const unsigned char *)from;
        *out = (unsigned char *)to;
        if (failed == 0 || failed == E2BIG || *out_len == 0)
            return true;
        if (failed == EINVAL && !at_end)
            return false;
        const size_t skipped = *in_len < e->unit ? *in_len : e->unit;
        *(*out)++ = NO_CHARACTER;
        (*out_len)--;
        *in += skipped;
        *in_len -= skipped;
    }
    return true;
}

/* ---- Reading and handing out ---- */

#define TURNED_MAX (4 * HEAD_MAX) /* no byte becomes more than four */

/* Turns what there is of raw bytes, after reading more of them. */
static int turn_more(struct feed *f, struct err *err)
{
    struct turning *const t = &f->turning;
    const unsigned char *in = t->raw;
    unsigned char *out = t->turned;
    size_t got = 0, room = TURNED_MAX;

    if (!t->raw_ended) {
        const size_t wanted = HEAD_MAX - t->raw_len;
        if (container_read(f->container, t->raw + t->raw_len, wanted, &got, err) < 0)
            return -1;
        digest_add(container_hash(f->container), t->raw + t->raw_len, got);
        t->raw_ended = got < wanted;
        t->raw_len += got;
    }
    (void)encoding_turn(t->encoding, &in, &t->raw_len, t->raw_ended, &out, &room);
    memmove(t->raw, in, t->raw_len);
    t->turned_at = 0;
    t->turned_len = TURNED_MAX - room;
    return 0;
}

/* Fewer bytes than wanted: there are no more. */
static int take(struct feed *f, unsigned char *out, size_t wanted, size_t *got, struct err *err)
{
    struct turning *const t = &f->turning;

    if (t->encoding == NULL)
        return container_read(f->container, out, wanted, got, err);
    for (*got = 0; *got < wanted;) {
        size_t n = t->turned_len - t->turned_at;
        if (n == 0 && t->raw_ended && t->raw_len == 0)
            return 0;
        if (n == 0 && turn_more(f, err) < 0)
            return -1;
        n = t->turned_len - t->turned_at;
        n = n < wanted - *got ? n : wanted - *got;
        memcpy(out + *got, t->turned + t->turned_at, n);
        t->turned_at += n;
        *got += n;
    }
    return 0;
}

static int read_head(struct feed *f, struct head *head, struct err *why)
{
    if (take(f, f->pending.ptr, HEAD_MAX, &f->pending.len, why) < 0)
        return -1;
    f->ended = f->pending.len < HEAD_MAX;
    *head = (struct head){.bytes = {(const char *)f->pending.ptr, f->pending.len}, .whole = f->ended};
    return 0;
}

int feed_turn(struct feed *f, const char *encoding, struct head *head, struct err *why)
{
    struct turning *const t = &f->turning;

    assert(t->encoding == NULL && f->pending_at == 0);
    t->raw = malloc(HEAD_MAX);
    t->turned = malloc(TURNED_MAX);
    if (t->raw == NULL || t->turned == NULL)
        return err_nomem(why);
    if (encoding_create(&t->encoding, encoding, why) < 0)
        return -1;
    digest_add(container_hash(f->container), f->pending.ptr, f->pending.len);
    memcpy(t->raw, f->pending.ptr, f->pending.len);
    t->raw_len = f->pending.len;
    t->raw_ended = f->ended;
    return read_head(f, head, why);
}

int feed_begin(struct feed *f, struct container *c, struct head *head, struct err *why)
{
    f->container = c;
    f->line = 1;
    if (!block_reserve(&f->pending, HEAD_MAX))
        return err_nomem(why);
    return read_head(f, head, why);
}

/* Counts bytes that are done with, which may end between the CR and the LF of one line end: the LF of a line end whose
 * CR was counted ends no other line. */
static void count_bytes(struct feed *f, const unsigned char *ptr, size_t len, uint64_t lines)
{
    f->line += lines;
    f->offset += len;
    f->ended_in_cr = len > 0 && ptr[len - 1] == '\r';
}

static void count(struct feed *f, const struct block *b)
{
    count_bytes(f, b->ptr, b->len, b->marks.lines);
}

/* Makes the marks of a block those of its first bytes: of the rest, which is short, only the lines are to be told. */
static void mark_cut(struct block *b, size_t at)
{
    if (b->ptr[at - 1] == '\r') /* which may be half of a line end */
        b->marks = bytes_scan(b->ptr, at);
    else
        b->marks.lines -= bytes_scan(b->ptr + at, b->len - at).lines;
}

/* What is handed out is hashed, too; but of text in another encoding the bytes as they were read are (turn_more). */
static struct digest *hash_of_blocks(const struct feed *f)
{
    return f->turning.encoding == NULL ? container_hash(f->container) : NULL;
}

void feed_skip(struct feed *f, size_t bytes)
{
    const unsigned char *const ptr = f->pending.ptr + f->pending_at;

    assert(bytes <= f->pending.len - f->pending_at);
    digest_add(hash_of_blocks(f), ptr, bytes);
    count_bytes(f, ptr, bytes, bytes_scan(ptr, bytes).lines);
    f->pending_at += bytes;
}

void feed_release(struct feed *f)
{
    block_release(&f->pending);
    encoding_destroy(f->turning.encoding);
    free(f->turning.raw);
    free(f->turning.turned);
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
    if (take(f, b->ptr + b->len, more - waiting, &got, err) < 0)
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
        b->marks = bytes_scan(b->ptr, b->len);
        take = how->job->ops->cut(how->job, b, at_end(f));
        assert(take != 0 || !at_end(f));
        more = b->len; /* by doubling, so that a long record is not looked at too often */
    }
    if (take > 0)
        mark_cut(b, (size_t)take);
    if (take < 0 || !put_back(f, b, (size_t)take))
        return err_nomem(err);
    if (f->ended_in_cr && b->ptr[0] == '\n')
        f->line--;
    b->offset = f->offset;
    b->line = f->line;
    count(f, b);
    return 0;
}

enum feed_result feed_run(struct feed *f, const struct feeding *how, struct err *err)
{
    bool first = true;

    while (!at_end(f)) {
        struct block *b = pipeline_take(how->pipeline);

        if (fill(f, how, b, err) < 0) {
            pipeline_give_back(how->pipeline, b);
            return err_is_ours(err) ? FEED_FAILED : FEED_UNREADABLE;
        }
        if (first && at_end(f)) /* handing it over would take longer than the work */
            pipeline_work_here(how->pipeline, b, hash_of_blocks(f));
        else
            pipeline_submit(how->pipeline, b, hash_of_blocks(f));
        first = false;
        if (pipeline_failed(how->pipeline) || !how->go_on(how->ctx))
            return FEED_STOPPED;
    }
    return FEED_END;
}
