/* Blocks: their memory, cutting them where lines end, and the bounded queue in which they wait to be parsed. */
#include "block_int.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const char over_long[] = "the record is longer than 1 MiB";

bool block_reserve(struct block *b, size_t cap)
{
    if (cap <= b->cap)
        return true;
    unsigned char *grown = realloc(b->ptr, cap + BLOCK_SLACK);
    if (grown == NULL)
        return false;
    b->ptr = grown;
    b->cap = cap;
    return true;
}

bool block_add_span(struct block *b, size_t at, size_t len, const char *fault)
{
    if (b->span_count == b->span_cap) {
        const size_t cap = b->span_cap == 0 ? 64 : 2 * b->span_cap;
        struct span *grown = realloc(b->spans, cap * sizeof(*grown));
        if (grown == NULL)
            return false;
        b->spans = grown;
        b->span_cap = cap;
    }
    b->spans[b->span_count++] = (struct span){at, len, fault};
    return true;
}

void block_release(struct block *b)
{
    free(b->ptr);
    free(b->spans);
    *b = (struct block){0};
}

/* ---- Where lines end ---- */

/* Bytes up to the last line end, 0 when there is none. A CR at the very end may be half of a CR LF. */
static size_t last_line_end(const struct block *b)
{
    const unsigned char *lf = memrchr(b->ptr, '\n', b->len);
    const unsigned char *cr;

    if (lf != NULL)
        return (size_t)(lf - b->ptr) + 1;
    cr = b->len > 0 ? memrchr(b->ptr, '\r', b->len - 1) : NULL;
    return cr != NULL ? (size_t)(cr - b->ptr) + 1 : 0;
}

/* Everything but a CR that may be half of a line end. */
static size_t all_but_open_end(const struct block *b, bool at_end)
{
    return !at_end && b->len > 0 && b->ptr[b->len - 1] == '\r' ? b->len - 1 : b->len;
}

size_t lines_drop(struct line_cutter *c, struct block *b, bool at_end)
{
    b->from = 0;
    if (c->dropping) {
        b->from = bytes_line(b->ptr, b->len, at_end);
        if (b->from == 0)
            b->from = all_but_open_end(b, at_end);
        else
            c->dropping = false;
    }
    return b->from;
}

ptrdiff_t lines_give_up(struct line_cutter *c, struct block *b, bool at_end)
{
    if (b->from > 0)
        return (ptrdiff_t)b->from;
    if (b->len <= RECORD_MAX + 2) /* with a CR LF, a line of the greatest length still ends here */
        return 0;
    if (!block_add_span(b, 0, b->len, over_long))
        return -1;
    c->dropping = true;
    b->from = all_but_open_end(b, at_end);
    return (ptrdiff_t)b->from;
}

ptrdiff_t lines_cut_on(struct line_cutter *c, struct block *b, bool at_end)
{
    const size_t end = at_end ? b->len : last_line_end(b);

    return end > b->from ? (ptrdiff_t)end : lines_give_up(c, b, at_end);
}

ptrdiff_t lines_cut(struct line_cutter *c, struct block *b, bool at_end)
{
    (void)lines_drop(c, b, at_end);
    return lines_cut_on(c, b, at_end);
}

/* ---- The queue between the thread that reads and the threads that parse ---- */

#define BLOCKS_AHEAD 2 /* of the workers: keeps them busy while the reader waits for the disk */

struct pipeline_thread {
    struct pipeline *pipeline;
    unsigned number;
    pthread_t thread;
};

struct pipeline {
    pthread_mutex_t lock;
    pthread_cond_t submitted, freed;
    struct block *blocks; /* all of them */
    struct block *free;
    struct block *first, *last;               /* submitted */
    struct block *first_hashed, *last_hashed; /* submitted and not hashed yet, in this order */
    bool hashing;                             /* a thread is at the first of them */
    unsigned block_count, free_count;
    struct pipeline_thread *threads;
    unsigned thread_count; /* started */
    bool closing;
    struct err err; /* of the worker that failed first */
    block_work work;
    void *ctx;
};

static bool can_hash(const struct pipeline *p)
{
    return p->first_hashed != NULL && !p->hashing;
}

static void put_free(struct pipeline *p, struct block *b)
{
    b->next = p->free;
    p->free = b;
    p->free_count++;
    pthread_cond_signal(&p->freed);
}

/* The thread that hashes goes on with what was submitted meanwhile, so that no other has to be woken. */
static void hash_first(struct pipeline *p)
{
    p->hashing = true;
    while (p->first_hashed != NULL) {
        struct block *const b = p->first_hashed;

        pthread_mutex_unlock(&p->lock);
        digest_add(b->hash, b->ptr, b->len);
        pthread_mutex_lock(&p->lock);
        p->first_hashed = b->next_hashed;
        b->hash = NULL;
        if (b->worked_on)
            put_free(p, b);
    }
    p->hashing = false;
}

static void work_on_first(struct pipeline *p, unsigned number)
{
    struct block *const b = p->first;
    const bool skip = p->err.code != ERR_NONE;
    struct err err = {0};

    p->first = b->next;
    pthread_mutex_unlock(&p->lock);
    const int rc = skip ? 0 : p->work(p->ctx, number, b, &err);
    pthread_mutex_lock(&p->lock);
    if (rc < 0)
        err_copy(&p->err, &err);
    b->worked_on = true;
    if (b->hash == NULL)
        put_free(p, b);
}

static void *run_thread(void *arg)
{
    const struct pipeline_thread *self = arg;
    struct pipeline *p = self->pipeline;

    pthread_mutex_lock(&p->lock);
    for (;;) {
        if (can_hash(p))
            hash_first(p);
        else if (p->first != NULL)
            work_on_first(p, self->number);
        else if (p->closing)
            break;
        else
            pthread_cond_wait(&p->submitted, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static int start_threads(struct pipeline *p, unsigned threads, struct err *err)
{
    for (unsigned i = 0; i < threads; i++) {
        p->threads[i].pipeline = p;
        p->threads[i].number = i;
        if (pthread_create(&p->threads[i].thread, NULL, run_thread, &p->threads[i]) != 0)
            return err_set(err, ERR_NOMEM, "cannot start a thread; try fewer with --threads");
        p->thread_count++;
    }
    return 0;
}

int pipeline_create(struct pipeline **out, unsigned threads, block_work work, void *ctx, struct err *err)
{
    struct pipeline *p = calloc(1, sizeof(*p));

    *out = NULL;
    if (p == NULL)
        return err_nomem(err);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->submitted, NULL);
    pthread_cond_init(&p->freed, NULL);
    p->work = work;
    p->ctx = ctx;
    p->block_count = threads + BLOCKS_AHEAD;
    p->blocks = calloc(p->block_count, sizeof(*p->blocks));
    p->threads = calloc(threads, sizeof(*p->threads));
    if (p->blocks == NULL || p->threads == NULL) {
        err_nomem(err);
        goto failed;
    }
    for (unsigned i = 0; i < p->block_count; i++)
        put_free(p, &p->blocks[i]);
    if (start_threads(p, threads, err) < 0)
        goto failed;
    *out = p;
    return 0;
failed:
    pipeline_destroy(p);
    return -1;
}

void pipeline_destroy(struct pipeline *p)
{
    if (p == NULL)
        return;
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    pthread_cond_broadcast(&p->submitted);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->thread_count; i++)
        pthread_join(p->threads[i].thread, NULL);
    for (unsigned i = 0; p->blocks != NULL && i < p->block_count; i++)
        block_release(&p->blocks[i]);
    free(p->blocks);
    free(p->threads);
    pthread_cond_destroy(&p->submitted);
    pthread_cond_destroy(&p->freed);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

struct block *pipeline_take(struct pipeline *p)
{
    struct block *b;

    pthread_mutex_lock(&p->lock);
    while (p->free == NULL)
        pthread_cond_wait(&p->freed, &p->lock);
    b = p->free;
    p->free = b->next;
    p->free_count--;
    pthread_mutex_unlock(&p->lock);
    b->len = 0;
    b->span_count = 0;
    b->from = 0;
    b->heading = NULL;
    b->headings = 0;
    b->one_too_many = b->open_end = false;
    b->next = NULL;
    b->worked_on = false;
    b->hash = NULL;
    return b;
}

void pipeline_submit(struct pipeline *p, struct block *b, struct digest *hash)
{
    b->hash = hash;
    b->next_hashed = NULL;
    pthread_mutex_lock(&p->lock);
    if (p->first == NULL)
        p->first = b;
    else
        p->last->next = b;
    p->last = b;
    if (hash != NULL && p->first_hashed == NULL)
        p->first_hashed = b;
    else if (hash != NULL)
        p->last_hashed->next_hashed = b;
    if (hash != NULL)
        p->last_hashed = b;
    pthread_cond_signal(&p->submitted);
    if (can_hash(p))
        pthread_cond_signal(&p->submitted);
    pthread_mutex_unlock(&p->lock);
}

void pipeline_give_back(struct pipeline *p, struct block *b)
{
    pthread_mutex_lock(&p->lock);
    put_free(p, b);
    pthread_mutex_unlock(&p->lock);
}

void pipeline_work_here(struct pipeline *p, struct block *b, struct digest *hash)
{
    struct err err = {0};

    digest_add(hash, b->ptr, b->len);
    const int rc = p->work(p->ctx, 0, b, &err);

    pthread_mutex_lock(&p->lock);
    if (rc < 0)
        err_copy(&p->err, &err);
    put_free(p, b);
    pthread_mutex_unlock(&p->lock);
}

int pipeline_drain(struct pipeline *p, struct err *err)
{
    int rc = 0;

    pthread_mutex_lock(&p->lock);
    while (p->free_count < p->block_count)
        pthread_cond_wait(&p->freed, &p->lock);
    if (p->err.code != ERR_NONE)
        rc = err_copy(err, &p->err);
    pthread_mutex_unlock(&p->lock);
    return rc;
}

bool pipeline_failed(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    const bool failed = p->err.code != ERR_NONE;
    pthread_mutex_unlock(&p->lock);
    return failed;
}
