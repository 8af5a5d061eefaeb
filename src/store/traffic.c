/* R10.1: how many requests the log holds of each hour, and of each sender's day. Differences are gathered while Devices
 * are put away, in a table that is emptied into a sorter when it is full, and settled with what is stored at the end.
 */
#include "absorb_int.h"

#include <stdlib.h>
#include <string.h>

#define SIZE          (1 << 16) /* of the table: more differences than years of a log need */
#define SPILL_MEMORY  (4 << 20)
#define DAY_HOURS     24
#define CLASS_HOURS   0
#define CLASS_SENDERS 1

int traffic_create(struct traffic *t, const char *dir, struct err *err)
{
    *t = (struct traffic){.size = SIZE};
    t->counts = calloc(SIZE, sizeof(*t->counts));
    t->taken = calloc(SIZE, sizeof(*t->taken));
    if (t->counts == NULL || t->taken == NULL)
        return err_nomem(err);
    return sorter_create(&t->spilled, dir, SPILL_MEMORY, err);
}

void traffic_release(struct traffic *t)
{
    free(t->counts);
    free(t->taken);
    sorter_destroy(t->spilled);
}

_Static_assert((SIZE & (SIZE - 1)) == 0, "places are found by a mask");

/* Hours before 1970 sort first too. */
static uint64_t key_of_count(const struct traffic_count *c)
{
    return c->sender != 0 ? c->sender : (uint64_t)c->slot ^ UINT64_C(1) << 63;
}

static int spill(struct traffic *t, struct err *err)
{
    for (size_t i = 0; i < t->size && t->used > 0; i++) {
        const struct traffic_count *const c = &t->counts[i];

        if (!t->taken[i])
            continue;
        if (sorter_add(t->spilled, c->sender != 0 ? CLASS_SENDERS : CLASS_HOURS, key_of_count(c), c, sizeof(*c), err) <
            0)
            return -1;
    }
    memset(t->taken, 0, t->size * sizeof(*t->taken));
    t->used = 0;
    return 0;
}

static size_t hash_of(uint64_t sender, int64_t slot)
{
    const uint64_t mixed = (sender ^ (uint64_t)slot * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xFF51AFD7ED558CCD);

    return (size_t)(mixed >> 40);
}

int traffic_count(struct traffic *t, const struct traffic_count *difference, struct err *err)
{
    size_t i = hash_of(difference->sender, difference->slot) & (t->size - 1);

    while (t->taken[i] && (t->counts[i].sender != difference->sender || t->counts[i].slot != difference->slot))
        i = (i + 1) & (t->size - 1);
    if (!t->taken[i]) {
        t->taken[i] = true;
        t->counts[i] = (struct traffic_count){.sender = difference->sender, .slot = difference->slot};
        t->used++;
    }
    t->counts[i].requests += difference->requests;
    t->counts[i].on_the_hour += difference->on_the_hour;
    return 2 * t->used > t->size ? spill(t, err) : 0;
}

/* Steps to the next request of a packed Device: when the earliest of its rows was made, and by whom. 1, 0 at the end,
 * -1 where the bytes are malformed. */
struct requests {
    struct packed_reader u;
    struct packed_record next;
    bool has_next;
};

static bool step(struct requests *r)
{
    do
        r->has_next = evidence_next(&r->u, &r->next) && r->next.kind <= RECORD_REQUEST;
    while (r->has_next && r->next.kind != RECORD_REQUEST);
    return r->has_next;
}

static struct requests requests_of(struct text packed)
{
    struct requests r = {
        .u = {(const unsigned char *)packed.ptr, (const unsigned char *)packed.ptr + packed.len, false}};

    step(&r);
    return r;
}

/* The rows of one request lie next to one another. */
static int next_request(struct requests *r, instant *made, uint64_t *sender, struct err *err)
{
    const struct text identity = r->next.identity;
    bool is_first = true;

    if (r->u.failed)
        return err_set(err, ERR_DATA, "the evidence of a Device is malformed; run 'pcreport verify'");
    if (!r->has_next)
        return 0;
    do {
        uint64_t user;
        instant at;

        if (!evidence_request_made(&r->next, &at, &user))
            return err_set(err, ERR_DATA, "the evidence of a Device is malformed; run 'pcreport verify'");
        if (is_first || at < *made) {
            *made = at;
            *sender = user;
        }
        is_first = false;
    } while (step(r) && text_equal(identity, r->next.identity));
    return 1;
}

int traffic_add(struct traffic *t, struct text packed, int sign, struct err *err)
{
    struct requests r = requests_of(packed);
    uint64_t sender;
    instant made;
    int got;

    while ((got = next_request(&r, &made, &sender, err)) == 1) {
        const int64_t hour = made / INSTANT_HOUR - (made % INSTANT_HOUR < 0);
        const int64_t day = hour / DAY_HOURS - (hour % DAY_HOURS < 0);
        const struct traffic_count of_hour = {0, hour, sign, made % INSTANT_HOUR == 0 ? sign : 0};
        const struct traffic_count of_sender = {sender, day, sign, 0};

        if (traffic_count(t, &of_hour, err) < 0 || (sender != 0 && traffic_count(t, &of_sender, err) < 0))
            return -1;
    }
    return got;
}

int store_requests_made(struct store *st, instant from, instant to, int64_t *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT packed FROM device ORDER BY id", err);

    *out = 0;
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        struct requests r = requests_of(sql_blob(stmt, 0));
        uint64_t sender;
        instant made;

        while ((got = next_request(&r, &made, &sender, err)) == 1)
            *out += made >= from && made <= to;
    }
    sqlite3_finalize(stmt);
    return got;
}

static int by_slot(const void *a, const void *b)
{
    const struct traffic_count *const x = a, *const y = b;

    return (x->slot > y->slot) - (x->slot < y->slot);
}

/* Tells the sums of the differences of one key. */
static int tell(struct buf *group, int (*each)(void *ctx, const struct traffic_count *c, struct err *err), void *ctx,
                struct err *err)
{
    struct traffic_count *const all = (struct traffic_count *)(void *)group->ptr;
    const size_t number = group->len / sizeof(*all);

    if (group->failed)
        return err_nomem(err);
    if (number > 1)
        qsort(all, number, sizeof(*all), by_slot);
    for (size_t i = 0, next; i < number; i = next) {
        struct traffic_count sum = all[i];

        for (next = i + 1; next < number && all[next].slot == sum.slot; next++) {
            sum.requests += all[next].requests;
            sum.on_the_hour += all[next].on_the_hour;
        }
        if ((sum.requests != 0 || sum.on_the_hour != 0) && each(ctx, &sum, err) < 0)
            return -1;
    }
    buf_clear(group);
    return 0;
}

int traffic_each(struct traffic *t, int (*each)(void *ctx, const struct traffic_count *c, struct err *err), void *ctx,
                 struct err *err)
{
    struct sorter_merge *merge = NULL;
    struct sorter_entry e = {0};
    struct buf group = {0};
    unsigned char class = 0;
    uint64_t key = 0;
    int got = -1;

    if (spill(t, err) == 0)
        got = sorter_merge_create(&merge, &t->spilled, 1, err);
    while (got == 0 && (got = sorter_merge_next(merge, &e, err)) == 1) {
        got = e.key != key || e.class != class ? tell(&group, each, ctx, err) : 0;
        key = e.key;
        class = e.class;
        buf_add(&group, e.ptr, e.len);
    }
    if (got == 0)
        got = tell(&group, each, ctx, err);
    buf_release(&group);
    sorter_merge_destroy(merge);
    return got;
}

/* ---- Settling ---- */

/* The statements of one of the two tables. */
struct ledger {
    enum sum sum;
    sqlite3_stmt *find, *put, *drop;
};

struct settling {
    struct put *put;
    struct ledger hours, senders;
};

static uint64_t sum_of(const struct traffic_count *c)
{
    uint64_t row = SUM_ROW_BEGIN;

    if (c->requests == 0)
        return 0;
    if (c->sender != 0)
        sum_add_number(&row, key_of(c->sender));
    sum_add_number(&row, c->slot);
    sum_add_number(&row, c->requests);
    if (c->sender == 0)
        sum_add_number(&row, c->on_the_hour);
    return row;
}

static int bind_key(sqlite3_stmt *stmt, const struct traffic_count *c)
{
    int at = 0;

    if (c->sender != 0)
        sqlite3_bind_int64(stmt, ++at, key_of(c->sender));
    sqlite3_bind_int64(stmt, ++at, c->slot);
    return at;
}

static int settle(void *ctx, const struct traffic_count *difference, struct err *err)
{
    struct settling *const s = ctx;
    struct ledger *const ledger = difference->sender != 0 ? &s->senders : &s->hours;
    struct traffic_count stored = *difference, now = *difference;
    int got, at;

    stored.requests = stored.on_the_hour = 0;
    bind_key(ledger->find, difference);
    got = sql_step(s->put->store, ledger->find, err);
    if (got == 1) {
        stored.requests = sqlite3_column_int64(ledger->find, 0);
        stored.on_the_hour = sqlite3_column_int64(ledger->find, 1);
    }
    sqlite3_reset(ledger->find);
    if (got < 0)
        return -1;
    now.requests += stored.requests;
    now.on_the_hour += stored.on_the_hour;
    s->put->sums.kept[ledger->sum] += sum_of(&now) - sum_of(&stored);
    if (now.requests == 0) {
        bind_key(ledger->drop, &now);
        return sql_run(s->put->store, ledger->drop, err);
    }
    at = bind_key(ledger->put, &now);
    sqlite3_bind_int64(ledger->put, at + 1, now.requests);
    if (now.sender == 0)
        sqlite3_bind_int64(ledger->put, at + 2, now.on_the_hour);
    return sql_run(s->put->store, ledger->put, err);
}

int put_traffic(struct put *p, struct err *err)
{
    struct settling s = {.put = p, .hours = {.sum = SUM_REQUEST_HOUR}, .senders = {.sum = SUM_SENDER_DAY}};
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } statements[] = {
        {&s.hours.find, "SELECT requests, on_the_hour FROM request_hour WHERE hour=?"},
        {&s.hours.put, "INSERT OR REPLACE INTO request_hour(hour, requests, on_the_hour) VALUES(?,?,?)"},
        {&s.hours.drop, "DELETE FROM request_hour WHERE hour=?"},
        {&s.senders.find, "SELECT requests, 0 FROM sender_day WHERE sender=? AND day=?"},
        {&s.senders.put, "INSERT OR REPLACE INTO sender_day(sender, day, requests) VALUES(?,?,?)"},
        {&s.senders.drop, "DELETE FROM sender_day WHERE sender=? AND day=?"},
    };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(statements); i++)
        rc = sql_prepare(p->store, statements[i].stmt, statements[i].sql, err);
    if (rc == 0)
        rc = traffic_each(&p->notes->traffic, settle, &s, err);
    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        sqlite3_finalize(*statements[i].stmt);
    return rc;
}
