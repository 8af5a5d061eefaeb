/* R10.1: a request is counted once, however many Devices it is for. One whose RequestID names another than the Device
 * that holds it (of an SRV that ends in DCC systems it names the DCC) may be held by others, so it does not count with
 * its Device: the table shared_request says when, by whom and for how many Devices it was made, and the earliest
 * counts. Where its target is a Device that holds it too, that one's stands there as `own`, and counts with its Device
 * already.
 *
 * Differences are gathered while Devices are put away, and settled at the end, before the traffic is.
 */
#include "absorb_int.h"

#include <stdlib.h>

#define GATHER_MEMORY (2 << 20)
#define FOLD_AT       4096 /* differences of one counter; more are summed up before others are gathered */

static const char one_of_target[] = "SELECT 1 FROM shared_request WHERE target=? LIMIT 1";
static const char one_of_request[] =
    "SELECT 1 FROM shared_request WHERE target=? AND counter=? AND originator=? LIMIT 1";
static const char earliest_of_request[] =
    "SELECT made_at, sender FROM shared_request WHERE target=? AND counter=? AND originator=? AND own=?"
    " ORDER BY made_at, sender LIMIT 1";

static uint64_t place_of(uint64_t target)
{
    return (target * UINT64_C(0x9E3779B97F4A7C15)) >> 48;
}

static void note_target(struct shared *s, uint64_t target)
{
    const uint64_t place = place_of(target);

    s->targets[place >> 6] |= UINT64_C(1) << (place & 63);
}

static bool may_be_target(const struct shared *s, uint64_t device)
{
    const uint64_t place = place_of(device);

    return (s->targets[place >> 6] >> (place & 63) & 1) != 0;
}

_Static_assert(sizeof(((struct shared *)0)->targets) * 8 == 1 << 16, "places are of sixteen bits");

/* Hardly any request has another target than the DCC, and to look for each Device would cost more than to merge it. */
static int note_targets(struct shared *s, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(s->store, &stmt, "SELECT min(target) FROM shared_request WHERE target>=?", err);
    int64_t from = INT64_MIN;

    s->blank = true;
    while (got == 0) {
        sqlite3_bind_int64(stmt, 1, from);
        got = sql_step(s->store, stmt, err);
        if (got < 0 || sqlite3_column_type(stmt, 0) == SQLITE_NULL)
            break;
        from = sqlite3_column_int64(stmt, 0);
        note_target(s, id_of(from));
        s->blank = false;
        got = sqlite3_reset(stmt) == SQLITE_OK ? 0 : sql_fail(s->store, "read", err);
        if (from == INT64_MAX)
            break;
        from++;
    }
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

int shared_create(struct shared *s, struct store *st, struct err *err)
{
    *s = (struct shared){.store = st};
    if (sorter_create(&s->changes, st->dir, GATHER_MEMORY, err) < 0 ||
        sql_prepare(st, &s->of_target, one_of_target, err) < 0 ||
        sql_prepare(st, &s->of_request, one_of_request, err) < 0 ||
        sql_prepare(st, &s->earliest, earliest_of_request, err) < 0)
        return -1;
    return note_targets(s, err);
}

void shared_release(struct shared *s)
{
    sqlite3_finalize(s->of_target);
    sqlite3_finalize(s->of_request);
    sqlite3_finalize(s->earliest);
    sorter_destroy(s->changes);
}

/* Whether the statement, whose parameters are bound, gives a row. */
static int gives(struct shared *s, sqlite3_stmt *stmt, struct err *err)
{
    const int got = sql_step(s->store, stmt, err);

    sqlite3_reset(stmt);
    return got;
}

int shared_is_target(struct shared *s, uint64_t device, struct err *err)
{
    if (!may_be_target(s, device))
        return 0;
    sqlite3_bind_int64(s->of_target, 1, key_of(device));
    return gives(s, s->of_target, err);
}

static void bind_request(sqlite3_stmt *stmt, const struct request_id *id)
{
    sqlite3_bind_int64(stmt, 1, key_of(id->target));
    sqlite3_bind_int64(stmt, 2, (int64_t)id->counter);
    sqlite3_bind_int64(stmt, 3, key_of(id->originator));
}

int shared_holds(struct shared *s, const struct request_id *id, struct err *err)
{
    bind_request(s->of_request, id);
    return gives(s, s->of_request, err);
}

int shared_change(struct shared *s, const struct shared_made *c, struct err *err)
{
    return sorter_add(s->changes, 0, c->counter, c, sizeof(*c), err);
}

/* ---- The sums of the differences ---- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Those of one request next to one another. */
static int by_request(const void *pa, const void *pb)
{
    const struct shared_made *const a = pa, *const b = pb;
    int order = compare(a->target, b->target);

    if (order == 0)
        order = compare(a->counter, b->counter);
    return order != 0 ? order : compare(a->originator, b->originator);
}

static int by_all(const void *pa, const void *pb)
{
    const struct shared_made *const a = pa, *const b = pb;
    int order = by_request(a, b);

    if (order == 0)
        order = compare(a->own, b->own);
    if (order == 0)
        order = (a->at > b->at) - (a->at < b->at);
    return order != 0 ? order : compare(a->sender, b->sender);
}

/* Sums up those that are alike, and leaves out what comes to nothing. */
static size_t fold(struct buf *group)
{
    struct shared_made *const all = (struct shared_made *)(void *)group->ptr;
    const size_t number = group->len / sizeof(*all);
    size_t kept = 0;

    if (number > 1)
        qsort(all, number, sizeof(*all), by_all);
    for (size_t i = 0, next; i < number; i = next) {
        struct shared_made sum = all[i];

        for (next = i + 1; next < number && by_all(&all[next], &sum) == 0; next++)
            sum.devices += all[next].devices;
        if (sum.devices != 0)
            all[kept++] = sum;
    }
    group->len = kept * sizeof(*all);
    return kept;
}

static int tell(struct buf *group, shared_visit *each, void *ctx, struct err *err)
{
    const size_t number = group->failed ? 0 : fold(group);
    const struct shared_made *const all = (const struct shared_made *)(const void *)group->ptr;

    if (group->failed)
        return err_nomem(err);
    for (size_t i = 0, next; i < number; i = next) {
        for (next = i + 1; next < number && by_request(&all[next], &all[i]) == 0; next++)
            ;
        if (each(ctx, &all[i], next - i, err) < 0)
            return -1;
    }
    buf_clear(group);
    return 0;
}

int shared_each(struct shared *s, shared_visit *each, void *ctx, struct err *err)
{
    struct sorter_merge *merge = NULL;
    struct sorter_entry e = {0};
    struct buf group = {0};
    size_t fold_at = FOLD_AT;
    uint64_t counter = 0;
    int got = sorter_merge_create(&merge, &s->changes, 1, err);

    while (got == 0 && (got = sorter_merge_next(merge, &e, err)) == 1) {
        got = e.key != counter ? tell(&group, each, ctx, err) : 0;
        counter = e.key;
        buf_add(&group, e.ptr, e.len);
        if (group.len / sizeof(struct shared_made) >= fold_at)
            fold_at = FOLD_AT + 2 * fold(&group);
    }
    if (got == 0)
        got = tell(&group, each, ctx, err);
    buf_release(&group);
    sorter_merge_destroy(merge);
    return got;
}

/* ---- What a request adds to the traffic ---- */

/* The earliest that is stored, of others than the target or of the target itself. */
static int earliest(struct shared *s, const struct request_id *id, bool own, struct shared_made *out, struct err *err)
{
    bind_request(s->earliest, id);
    sqlite3_bind_int(s->earliest, 4, own);
    const int got = sql_step(s->store, s->earliest, err);

    if (got == 1) {
        out->at = sqlite3_column_int64(s->earliest, 0);
        out->sender = id_of(sqlite3_column_int64(s->earliest, 1));
    }
    sqlite3_reset(s->earliest);
    return got;
}

int shared_count(struct traffic *t, const struct shared_made *others, const struct shared_made *own, int sign,
                 struct err *err)
{
    if (own == NULL)
        return traffic_count_request(t, others->at, others->sender, sign, err);
    if (others->at > own->at || (others->at == own->at && others->sender >= own->sender))
        return 0;
    return traffic_count_request(t, others->at, others->sender, sign, err) < 0
               ? -1
               : traffic_count_request(t, own->at, own->sender, -sign, err);
}

int shared_count_stored(struct traffic *t, const struct request_id *id, int sign, struct err *err)
{
    struct shared_made others = {0}, own = {0};
    const int has_others = earliest(&t->shared, id, false, &others, err);
    const int has_own = has_others == 1 ? earliest(&t->shared, id, true, &own, err) : 0;

    if (has_others < 1 || has_own < 0)
        return has_others < 0 || has_own < 0 ? -1 : 0;
    return shared_count(t, &others, has_own == 1 ? &own : NULL, sign, err) < 0 ? -1 : 1;
}

int shared_count_all(struct traffic *t, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got =
        sql_prepare(t->shared.store, &stmt, "SELECT DISTINCT target, counter, originator FROM shared_request", err);

    while (got == 0 && (got = sql_step(t->shared.store, stmt, err)) == 1) {
        const struct request_id id = {true, id_of(sqlite3_column_int64(stmt, 2)), id_of(sqlite3_column_int64(stmt, 0)),
                                      (uint64_t)sqlite3_column_int64(stmt, 1)};

        got = shared_count_stored(t, &id, 1, err) < 0 ? -1 : 0;
    }
    sqlite3_finalize(stmt);
    return got;
}
