/* A cursor whose rows a thread fetches ahead, in small batches, while those before them are written. */
#include "output/ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Small enough to stay in the cache of a core on the way from one thread to the other. */
#define BATCH_ROWS  64
#define BATCH_BYTES 65536 /* of texts: what is reached ends the batch */
#define BATCHES     4

struct cell {
    enum cell_type type;
    uint32_t len;
    size_t at; /* of its text */
    union {
        int64_t integer;
        double real;
    };
};

struct batch {
    struct cell *cells;
    size_t rows;
    struct buf texts;
    int end; /* what the rows' cursor said behind the last row: 1 more is to come, 0 the end, -1 with err */
    struct err err;
};

struct ahead {
    struct cursor base;
    struct cursor *rows; /* the thread's own while it runs */
    char **names;
    size_t columns;
    struct batch batches[BATCHES];
    pthread_t thread;
    /* Of both threads, under the lock: */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t filled, emptied; /* batches so far; filled - emptied <= BATCHES */
    bool stop;
    /* Of the reader: */
    bool in_batch; /* the present row is one of batches[emptied % BATCHES] */
    size_t row;
};

/* ---- The thread that fetches ---- */

static void fetch_cell(struct ahead *a, struct batch *b, struct cell *cell, int column)
{
    *cell = (struct cell){.type = cursor_cell_type(a->rows, column)};
    if (cell->type == CELL_EMPTY)
        return;
    if (cell->type == CELL_INTEGER)
        cell->integer = cursor_integer(a->rows, column);
    else if (cell->type == CELL_REAL)
        cell->real = cursor_real(a->rows, column);

    const struct text t = cursor_text(a->rows, column);

    cell->at = b->texts.len;
    cell->len = (uint32_t)t.len;
    buf_add_text(&b->texts, t);
}

static void fetch(struct ahead *a, struct batch *b)
{
    b->rows = 0;
    buf_clear(&b->texts);
    while (b->rows < BATCH_ROWS && b->texts.len < BATCH_BYTES && (b->end = cursor_next(a->rows, &b->err)) > 0) {
        for (size_t i = 0; i < a->columns; i++)
            fetch_cell(a, b, &b->cells[b->rows * a->columns + i], (int)i);
        b->rows++;
    }
    if (b->texts.failed)
        b->end = err_nomem(&b->err);
}

static void *work(void *ctx)
{
    struct ahead *const a = ctx;
    bool more = true;

    pthread_mutex_lock(&a->lock);
    while (more) {
        while (a->filled - a->emptied == BATCHES && !a->stop)
            pthread_cond_wait(&a->changed, &a->lock);
        if (a->stop)
            break;

        struct batch *const b = &a->batches[a->filled % BATCHES];

        pthread_mutex_unlock(&a->lock);
        fetch(a, b);
        more = b->end > 0;
        pthread_mutex_lock(&a->lock);
        a->filled++;
        pthread_cond_signal(&a->changed);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

/* ---- The cursor that reads ---- */

static struct batch *present(const struct ahead *a)
{
    return (struct batch *)(uintptr_t)&a->batches[a->emptied % BATCHES];
}

static void wait_for_batch(struct ahead *a)
{
    pthread_mutex_lock(&a->lock);
    while (a->filled == a->emptied)
        pthread_cond_wait(&a->changed, &a->lock);
    pthread_mutex_unlock(&a->lock);
    a->in_batch = true;
    a->row = 0;
}

static void give_back(struct ahead *a)
{
    pthread_mutex_lock(&a->lock);
    a->emptied++;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
    a->in_batch = false;
}

static int ahead_next(struct cursor *c, struct err *err)
{
    struct ahead *const a = (struct ahead *)c;

    if (a->in_batch)
        a->row++;
    for (;;) {
        if (!a->in_batch)
            wait_for_batch(a);

        const struct batch *const b = present(a);

        /* What failed for want of memory has rows that are not whole. */
        if (a->row < b->rows && !b->texts.failed)
            return 1;
        if (b->end <= 0)
            return b->end < 0 ? err_copy(err, &b->err) : 0;
        give_back(a);
    }
}

static const struct cell *cell_at(const struct ahead *a, int column)
{
    return &present(a)->cells[a->row * a->columns + (size_t)column];
}

static int ahead_column_count(const struct cursor *c)
{
    return (int)((const struct ahead *)c)->columns;
}

static const char *ahead_column_name(const struct cursor *c, int column)
{
    return ((const struct ahead *)c)->names[column];
}

static enum cell_type ahead_cell_type(struct cursor *c, int column)
{
    return cell_at((struct ahead *)c, column)->type;
}

static struct text ahead_text(struct cursor *c, int column)
{
    const struct ahead *const a = (struct ahead *)c;
    const struct cell *const cell = cell_at(a, column);

    return (struct text){(const char *)present(a)->texts.ptr + cell->at, cell->len};
}

static int64_t ahead_integer(struct cursor *c, int column)
{
    return cell_at((struct ahead *)c, column)->integer;
}

static double ahead_real(struct cursor *c, int column)
{
    return cell_at((struct ahead *)c, column)->real;
}

static void release(struct ahead *a)
{
    for (size_t i = 0; i < BATCHES; i++) {
        free(a->batches[i].cells);
        buf_release(&a->batches[i].texts);
    }
    for (size_t i = 0; a->names != NULL && i < a->columns; i++)
        free(a->names[i]);
    free(a->names);
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

static void ahead_destroy(struct cursor *c)
{
    struct ahead *const a = (struct ahead *)c;

    pthread_mutex_lock(&a->lock);
    a->stop = true;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
    cursor_interrupt(a->rows);
    pthread_join(a->thread, NULL);
    cursor_destroy(a->rows);
    release(a);
}

static const struct cursor_ops ahead_ops = {
    .column_count = ahead_column_count,
    .column_name = ahead_column_name,
    .next = ahead_next,
    .cell_type = ahead_cell_type,
    .text = ahead_text,
    .integer = ahead_integer,
    .real = ahead_real,
    .destroy = ahead_destroy,
};

static bool allocate(struct ahead *a)
{
    bool whole;

    a->names = calloc(a->columns + 1, sizeof(*a->names));
    whole = a->names != NULL;
    for (size_t i = 0; whole && i < a->columns; i++)
        whole = (a->names[i] = strdup(cursor_column_name(a->rows, (int)i))) != NULL;
    for (size_t i = 0; whole && i < BATCHES; i++)
        whole = (a->batches[i].cells = reallocarray(NULL, BATCH_ROWS * (a->columns + 1), sizeof(struct cell))) != NULL;
    return whole;
}

struct cursor *read_ahead(struct cursor *rows)
{
    struct ahead *const a = calloc(1, sizeof(*a));

    if (a == NULL)
        return NULL;
    a->base.ops = &ahead_ops;
    a->rows = rows;
    a->columns = (size_t)cursor_column_count(rows);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    if (allocate(a) && pthread_create(&a->thread, NULL, work, a) == 0)
        return &a->base;
    release(a);
    return NULL;
}
