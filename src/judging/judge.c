/* Judging the whole store: the ring that keeps reading, judging and writing going side by side. */
#include "judge_batch_int.h"

#include "store/sums.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#define THREADS_MAX 64

struct ring {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct judge_batch *batches; /* number n lies at n % size */
    size_t size;
    size_t filled, begun, written; /* batches so far */
    bool stopped;
};

struct worker {
    pthread_t thread;
    struct ring *ring;
    struct judge_worker work;
};

/* What the main thread reads from. */
struct pass {
    struct store *store;
    unsigned instants;
    bool is_night;
    struct buf only;                /* a JSON array of the keys of Devices; empty: every Device */
    const struct device_rows *rows; /* NULL: none are wanted */
    struct facts *facts;
    struct reported reported; /* where it is a night */
    sqlite3_stmt *devices;
    bool at_end;
    uint64_t done, total;
    uint64_t last, sum; /* the Device that was read last, and what is kept of all (store/sums.h) */
};

static void *work(void *ctx)
{
    struct worker *me = ctx;
    struct ring *r = me->ring;

    pthread_mutex_lock(&r->lock);
    for (;;) {
        struct judge_batch *b;

        while (r->begun == r->filled && !r->stopped)
            pthread_cond_wait(&r->moved, &r->lock);
        if (r->begun == r->filled)
            break;
        b = &r->batches[r->begun++ % r->size];
        pthread_mutex_unlock(&r->lock);
        judge_batch_run(&me->work, b);
        pthread_mutex_lock(&r->lock);
        b->state = BATCH_JUDGED;
        pthread_cond_broadcast(&r->moved);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

static int fill_facts(struct pass *in, struct judge_batch *b, struct judge_item *item, struct err *err)
{
    struct found_facts told[INSTANTS_MAX];

    if (facts_of(in->facts, item->device, told, err) < 0)
        return -1;
    for (unsigned i = 0; i < in->instants; i++) {
        struct judge_facts *const f = &item->facts[i];

        f->mpxn = told[i].mpxn;
        f->registrations_len = told[i].registrations.len;
        if (i > 0 && told[i].registrations.ptr == told[0].registrations.ptr) {
            f->registrations_at = item->facts[0].registrations_at;
            continue;
        }
        f->registrations_at = b->registrations.len;
        buf_add_text(&b->registrations, told[i].registrations);
    }
    return 0;
}

/* The evidence of a Device that has much is held once, by the batch: reading goes on behind it as if from the start. */
static void let_go(struct pass *in)
{
    if (key_of(in->last) == INT64_MAX)
        return;
    sqlite3_reset(in->devices);
    sqlite3_bind_int64(in->devices, 2, key_of(in->last) + 1);
    sql_give_back(in->store);
}

static int fill(struct pass *in, struct judge_batch *b, struct err *err)
{
    int got = 1;

    judge_batch_clear(b);
    while (b->count < JUDGE_BATCH_ITEMS && b->packed.len < JUDGE_BATCH_BYTES &&
           (got = sql_step(in->store, in->devices, err)) == 1) {
        struct judge_item *item = &b->items[b->count++];
        struct text packed = sql_blob(in->devices, 2);

        item->device = id_of(sqlite3_column_int64(in->devices, 0));
        item->checksum = (uint32_t)sqlite3_column_int64(in->devices, 1);
        if (in->done + b->count > 1 && item->device <= in->last)
            return err_set(err, ERR_DATA, "the store is damaged: its Devices are out of order; run 'pcreport verify'");
        in->last = item->device;
        in->sum += sum_of_device(item->device, item->checksum);
        item->packed_at = b->packed.len;
        item->packed_len = packed.len;
        buf_add_text(&b->packed, packed);
        if (packed.len >= SQL_MANY_BYTES)
            let_go(in);
        item->said = 0;
        if (fill_facts(in, b, item, err) < 0 ||
            (in->is_night && reported_of(&in->reported, item->device, &item->said, err) < 0))
            return -1;
    }
    in->at_end = got == 0;
    in->done += b->count;
    if (in->at_end && in->only.len == 0 && sum_check_devices(in->store, in->sum, err) < 0)
        return -1;
    if (b->packed.failed || b->registrations.failed)
        return err_nomem(err);
    return got < 0 ? -1 : 0;
}

static void add_totals(struct judged_totals *sum, const struct judged_totals *t)
{
    sum->devices += t->devices;
    for (int i = 0; i < VERDICTS; i++) {
        sum->verdicts[i] += t->verdicts[i];
        sum->legacy_verdicts[i] += t->legacy_verdicts[i];
    }
    for (int i = 0; i < CLASSIFICATIONS; i++)
        sum->classifications[i] += t->classifications[i];
}

static int write_down(const struct pass *in, struct judged *const *j, struct judge_batch *b, struct err *err)
{
    if (b->err.code != ERR_NONE)
        return err_copy(err, &b->err);
    for (unsigned i = 0; i < in->instants; i++) {
        const struct judge_verdicts *const v = &b->verdicts[i];

        add_totals(&j[i]->totals, &v->totals);
        if (judged_append(j[i], buf_text(&v->records), v->first, err) < 0)
            return -1;
    }
    if (in->rows != NULL && in->rows->take(in->rows->ctx, buf_text(&b->rows), b->row_count, err) < 0)
        return -1;
    buf_add_text(&j[0]->suspects, buf_text(&b->suspects));
    if (j[0]->suspects.failed)
        return err_nomem(err);
    return judged_add_firmware(j[0], buf_text(&b->firmware), err);
}

enum turn { TURN_WRITE, TURN_FILL, TURN_END };

/* What there is to do for the main thread: writing comes first, since it frees a batch. */
static enum turn await_turn(struct ring *r, bool at_end)
{
    enum turn turn;

    pthread_mutex_lock(&r->lock);
    for (;;) {
        if (r->written < r->filled && r->batches[r->written % r->size].state == BATCH_JUDGED) {
            turn = TURN_WRITE;
            break;
        }
        if (!at_end && r->filled - r->written < r->size) {
            turn = TURN_FILL;
            break;
        }
        if (at_end && r->written == r->filled) {
            turn = TURN_END;
            break;
        }
        pthread_cond_wait(&r->moved, &r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return turn;
}

static int go_round(struct ring *r, struct pass *in, struct judged *const *j, store_progress progress,
                    void *progress_ctx, struct err *err)
{
    for (;;) {
        enum turn turn = await_turn(r, in->at_end);
        struct judge_batch *b = &r->batches[(turn == TURN_WRITE ? r->written : r->filled) % r->size];

        if (turn == TURN_END)
            return 0;
        if ((turn == TURN_WRITE ? write_down(in, j, b, err) : fill(in, b, err)) < 0)
            return -1;
        pthread_mutex_lock(&r->lock);
        b->state = turn == TURN_WRITE ? BATCH_FREE : BATCH_FILLED;
        if (turn == TURN_WRITE)
            r->written++;
        else
            r->filled++;
        pthread_cond_broadcast(&r->moved);
        pthread_mutex_unlock(&r->lock);
        if (turn == TURN_WRITE && progress != NULL)
            progress(progress_ctx, "judging", in->done < in->total ? in->done : in->total, in->total);
    }
}

static int ring_create(struct ring *r, unsigned threads, struct err *err)
{
    *r = (struct ring){.size = 2 * (size_t)threads + 2};
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->moved, NULL);
    r->batches = calloc(r->size, sizeof(*r->batches));
    if (r->batches == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < r->size; i++)
        if (judge_batch_create(&r->batches[i], err) < 0)
            return -1;
    return 0;
}

static void ring_release(struct ring *r)
{
    for (size_t i = 0; r->batches != NULL && i < r->size; i++)
        judge_batch_release(&r->batches[i]);
    free(r->batches);
    pthread_cond_destroy(&r->moved);
    pthread_mutex_destroy(&r->lock);
}

static void stop_workers(struct ring *r, struct worker *workers, unsigned started)
{
    pthread_mutex_lock(&r->lock);
    r->stopped = true;
    r->begun = r->filled; /* after a failure, what was not begun need not be */
    pthread_cond_broadcast(&r->moved);
    pthread_mutex_unlock(&r->lock);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        judge_worker_release(&workers[i].work);
    }
}

/* Judges with `threads` workers what `in` reads, into j. */
static int judge_all(struct pass *in, const struct judge_context *const *contexts, struct judged *const *j,
                     const struct device_filter *filter, unsigned threads, store_progress progress, void *progress_ctx,
                     struct err *err)
{
    struct worker *workers = calloc(threads, sizeof(*workers));
    struct ring ring;
    unsigned started = 0;
    int rc = ring_create(&ring, threads, err);

    if (workers == NULL)
        rc = err_nomem(err);
    for (; rc == 0 && started < threads; started++) {
        struct worker *w = &workers[started];

        w->ring = &ring;
        w->work = (struct judge_worker){.store = in->store,
                                        .contexts = contexts,
                                        .instants = in->instants,
                                        .is_night = in->is_night,
                                        .filter = filter,
                                        .rows = in->rows};
        if (in->rows != NULL)
            device_row_init(&w->work.row, &in->rows->columns);
        if (pthread_create(&w->thread, NULL, work, w) != 0)
            break;
    }
    if (rc == 0 && started == 0) /* with fewer than asked for it only takes longer */
        rc = err_set(err, ERR_NOMEM, "cannot start a thread; the limit of processes (ulimit -u) may be reached");
    if (rc == 0)
        rc = go_round(&ring, in, j, progress, progress_ctx, err);
    stop_workers(&ring, workers, started);
    ring_release(&ring);
    free(workers);
    return rc;
}

/* The keys of the Devices asked about, as a JSON array. */
static int name_devices(struct buf *out, const struct device_filter *filter, struct err *err)
{
    for (size_t i = 0; i < filter->device_count; i++)
        buf_printf(out, "%c%" PRId64, i == 0 ? '[' : ',', key_of(filter->devices[i]));
    buf_add_byte(out, ']');
    buf_cstr(out);
    return out->failed ? err_nomem(err) : 0;
}

static int begin_pass(struct pass *in, const struct judge_context *const *contexts, const char *temp_dir,
                      struct err *err)
{
    instant as_of[INSTANTS_MAX];
    const char *const only = in->only.len > 0 ? buf_cstr(&in->only) : NULL;
    int64_t total;
    int rc;

    for (unsigned i = 0; i < in->instants; i++)
        as_of[i] = contexts[i]->as_of;
    if (sql_number(in->store, "SELECT count FROM tally WHERE name='devices'", 0, &total, err) < 0 ||
        facts_create(&in->facts, in->store, as_of, in->instants, contexts[0]->settings->whole_extracts, only, temp_dir,
                     err) < 0)
        return -1;
    if (in->is_night && reported_begin(&in->reported, in->store, day_of_run(contexts[1]->as_of) + 1, err) < 0)
        return -1;
    in->total = (uint64_t)total;
    rc = sql_prepare(in->store, &in->devices,
                     only != NULL ? "SELECT id, checksum, packed FROM device"
                                    " WHERE id IN (SELECT value FROM json_each(?1)) AND +id >= ?2 ORDER BY id"
                                  : "SELECT id, checksum, packed FROM device WHERE id >= ?2 ORDER BY id",
                     err);
    if (rc == 0)
        sqlite3_bind_int64(in->devices, 2, INT64_MIN);
    if (rc == 0 && only != NULL)
        sqlite3_bind_text(in->devices, 1, only, -1, SQLITE_STATIC);
    return rc;
}

static int judge(struct pass *in, const struct judge_context *const *contexts, const struct device_filter *filter,
                 unsigned threads, const char *temp_dir, store_progress progress, void *progress_ctx,
                 struct judged **out, struct err *err)
{
    int rc = 0;

    threads = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
    for (unsigned i = 0; i < in->instants; i++)
        out[i] = NULL;
    /* All passes over the store see the same state of it. */
    if ((filter != NULL && filter->only_these && name_devices(&in->only, filter, err) < 0) ||
        sql_exec(in->store, "BEGIN", err) < 0) {
        buf_release(&in->only);
        return -1;
    }
    for (unsigned i = 0; rc == 0 && i < in->instants; i++)
        rc = judged_create(&out[i], contexts[i], temp_dir, err);
    if (rc == 0)
        rc = begin_pass(in, contexts, temp_dir, err);
    if (rc == 0)
        rc = judge_all(in, contexts, out, filter, threads, progress, progress_ctx, err);
    if (rc == 0)
        rc = judged_join_firmware(out[0], err);
    sqlite3_finalize(in->devices);
    buf_release(&in->only);
    reported_end(&in->reported);
    facts_destroy(in->facts);
    sql_rollback(in->store);
    for (unsigned i = 0; i < in->instants; i++) {
        if (rc == 0) {
            out[i]->filtered = filter_restricts(filter) || (in->is_night && i > 0);
            out[i]->is_night = in->is_night && i == 0;
            continue;
        }
        judged_destroy(out[i]);
        out[i] = NULL;
    }
    return rc;
}

int store_judge(struct store *st, const struct judge_context *ctx, const struct device_filter *filter, unsigned threads,
                const char *temp_dir, store_progress progress, void *progress_ctx, struct judged **out, struct err *err)
{
    struct pass in = {.store = st, .instants = 1};

    return judge(&in, &ctx, filter, threads, temp_dir, progress, progress_ctx, out, err);
}

int store_judge_rows(struct store *st, const struct judge_context *ctx, const struct device_filter *filter,
                     const struct device_rows *rows, unsigned threads, const char *temp_dir, store_progress progress,
                     void *progress_ctx, struct judged **out, struct err *err)
{
    struct pass in = {.store = st, .instants = 1, .rows = rows};

    return judge(&in, &ctx, filter, threads, temp_dir, progress, progress_ctx, out, err);
}

int store_judge_both(struct store *st, const struct judge_context *const contexts[2],
                     const struct device_filter *filter, unsigned threads, const char *temp_dir,
                     store_progress progress, void *progress_ctx, struct judged *out[2], struct err *err)
{
    struct pass in = {.store = st, .instants = 2};

    return judge(&in, contexts, filter, threads, temp_dir, progress, progress_ctx, out, err);
}

int store_judge_night(struct store *st, const struct judge_context *const contexts[2], unsigned threads,
                      const char *temp_dir, store_progress progress, void *progress_ctx, struct judged *out[2],
                      struct err *err)
{
    struct pass in = {.store = st, .instants = 2, .is_night = true};

    return judge(&in, contexts, NULL, threads, temp_dir, progress, progress_ctx, out, err);
}
