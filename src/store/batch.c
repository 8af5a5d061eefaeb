/* The feeder: a thread that reads the sorted intake into batches, a few batches ahead of the writer. */
#include "absorb_int.h"

#include <stdlib.h>

#define BATCH_BYTES (512 * 1024) /* a batch is full with this many bytes */
#define BATCH_ITEMS 4096
#define BATCHES     4

struct feed {
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct batch batches[BATCHES]; /* number n lies at n % BATCHES */
    size_t filled, taken;          /* batches so far; the writer has number taken - 1 */
    bool ended, stopped;           /* by the feeder, by the writer */
    struct err err;                /* the feeder's */

    struct sorter_merge *merge;
    const struct account *account;
    struct merging *merging;
    struct buf group; /* the records of the Device under way */
    struct batch *batch;
    struct sorter_entry last;
    bool in_group;
};

static int add_item(struct batch *b, enum intake_class class, uint64_t key, const void *ptr, size_t len,
                    struct err *err)
{
    if (b->count == b->cap) {
        size_t cap = b->cap > 0 ? 2 * b->cap : BATCH_ITEMS;
        struct batch_item *items = realloc(b->items, cap * sizeof(*items));

        if (items == NULL)
            return err_nomem(err);
        b->items = items;
        b->cap = cap;
    }
    b->items[b->count++] = (struct batch_item){class, key, b->bytes.len, len};
    buf_add(&b->bytes, ptr, len);
    return b->bytes.failed ? err_nomem(err) : 0;
}

/* Waits for a free batch. False when the writer has gone. */
static bool take_free(struct feed *f)
{
    bool stopped;

    pthread_mutex_lock(&f->lock);
    /* The writer still reads number taken - 1, so one fewer than all may be ahead of it. */
    while (f->filled - f->taken >= BATCHES - 1 && !f->stopped)
        pthread_cond_wait(&f->moved, &f->lock);
    stopped = f->stopped;
    pthread_mutex_unlock(&f->lock);
    f->batch = &f->batches[f->filled % BATCHES];
    f->batch->count = 0;
    buf_clear(&f->batch->bytes);
    return !stopped;
}

static void hand_over(struct feed *f)
{
    pthread_mutex_lock(&f->lock);
    f->filled++;
    pthread_cond_broadcast(&f->moved);
    pthread_mutex_unlock(&f->lock);
}

/* 1 to go on, 0 when the writer has gone, -1 on failure. */
static int end_group(struct feed *f)
{
    struct text records = buf_text(&f->group);
    bool changed;

    f->in_group = false;
    if (f->last.class == INTAKE_DEVICE) {
        if (f->group.failed)
            return err_nomem(&f->err);
        if (f->merging != NULL) {
            if (merging_run(f->merging, (struct text){NULL, 0}, records, &changed, &f->err) < 0)
                return -1;
            records = buf_text(&f->merging->out);
        }
        if (add_item(f->batch, INTAKE_DEVICE, f->last.key, records.ptr, records.len, &f->err) < 0)
            return -1;
        buf_clear(&f->group);
    }
    if (f->batch->bytes.len < BATCH_BYTES && f->batch->count < BATCH_ITEMS)
        return 1;
    hand_over(f);
    return take_free(f) ? 1 : 0;
}

static int add_entry(struct feed *f, const struct sorter_entry *e)
{
    struct source source;
    struct text payload = {(const char *)e->ptr, e->len};
    int go_on = 1;

    if (!intake_source((enum intake_class)e->class, payload, &source))
        return err_set(&f->err, ERR_BUG, "an entry of the intake cannot be read back; please report this");
    if (account_file(f->account, source.file) == NULL)
        return 1;
    if (f->in_group && (e->class != f->last.class || e->key != f->last.key))
        go_on = end_group(f);
    if (go_on != 1)
        return go_on;
    f->last = *e;
    f->in_group = true;
    if (e->class != INTAKE_DEVICE)
        return add_item(f->batch, (enum intake_class)e->class, e->key, e->ptr, e->len, &f->err) < 0 ? -1 : 1;
    buf_add(&f->group, e->ptr, e->len);
    return 1;
}

static void *feeder(void *ctx)
{
    struct feed *f = ctx;
    struct sorter_entry entry;
    int go_on = take_free(f) ? 1 : 0;

    while (go_on == 1 && (go_on = sorter_merge_next(f->merge, &entry, &f->err)) == 1)
        if ((go_on = add_entry(f, &entry)) != 1)
            break;
    if (go_on == 0 && f->in_group)
        go_on = end_group(f);
    pthread_mutex_lock(&f->lock);
    if (go_on >= 0 && f->batch->count > 0 && !f->stopped)
        f->filled++;
    f->ended = true;
    pthread_cond_broadcast(&f->moved);
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

int feed_start(struct feed **out, struct sorter *const *sorters, size_t count, const struct account *account,
               struct merging *merging, struct err *err)
{
    struct feed *f = calloc(1, sizeof(*f));

    *out = f;
    if (f == NULL)
        return err_nomem(err);
    f->account = account;
    f->merging = merging;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->moved, NULL);
    if (sorter_merge_create(&f->merge, sorters, count, err) < 0)
        return -1;
    if (pthread_create(&f->thread, NULL, feeder, f) != 0)
        return err_set(err, ERR_NOMEM, "cannot start a thread; the limit of processes (ulimit -u) may be reached");
    f->started = true;
    return 0;
}

int feed_next(struct feed *f, const struct batch **out, struct err *err)
{
    int got;

    pthread_mutex_lock(&f->lock);
    while (f->filled == f->taken && !f->ended)
        pthread_cond_wait(&f->moved, &f->lock);
    got = f->filled > f->taken ? 1 : 0;
    if (got == 0 && f->err.code != ERR_NONE)
        got = err_copy(err, &f->err);
    if (got == 1) {
        *out = &f->batches[f->taken % BATCHES];
        f->taken++;
        pthread_cond_broadcast(&f->moved);
    }
    pthread_mutex_unlock(&f->lock);
    return got;
}

void feed_end(struct feed *f)
{
    if (f == NULL)
        return;
    if (f->started) {
        pthread_mutex_lock(&f->lock);
        f->stopped = true;
        pthread_cond_broadcast(&f->moved);
        pthread_mutex_unlock(&f->lock);
        pthread_join(f->thread, NULL);
    }
    sorter_merge_destroy(f->merge);
    for (size_t i = 0; i < BATCHES; i++) {
        free(f->batches[i].items);
        buf_release(&f->batches[i].bytes);
    }
    buf_release(&f->group);
    pthread_cond_destroy(&f->moved);
    pthread_mutex_destroy(&f->lock);
    free(f);
}
