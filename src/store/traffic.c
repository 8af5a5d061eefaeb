/* R10.1: how many requests the log holds of each hour, and of each sender's day. Differences are gathered while Devices
 * are put away, in a table that is emptied into a sorter when it is full, and settled with what is stored at the end
 * (put_traffic.c).
 */
#include "absorb_int.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_SLOTS    64
#define SIZE          (1 << 12) /* pages of the table: more differences than years of a log need */
#define SPILL_MEMORY  (4 << 20)
#define DAY_HOURS     24
#define CLASS_HOURS   0
#define CLASS_SENDERS 1

/* Slots that lie next to one another: the requests of a log are of the same hours and days again and again, and what
 * is counted stays near. */
struct traffic_page {
    uint64_t sender;
    int64_t number; /* of its slots the first is PAGE_SLOTS times as much */
    bool taken;
    struct {
        int32_t requests, on_the_hour;
    } slots[PAGE_SLOTS];
};

int traffic_create(struct traffic *t, struct store *st, struct err *err)
{
    *t = (struct traffic){.size = SIZE};
    t->pages = calloc(SIZE, sizeof(*t->pages));
    if (t->pages == NULL)
        return err_nomem(err);
    return sorter_create(&t->spilled, st->dir, SPILL_MEMORY, err) < 0 ? -1 : shared_create(&t->shared, st, err);
}

void traffic_release(struct traffic *t)
{
    free(t->pages);
    sorter_destroy(t->spilled);
    shared_release(&t->shared);
}

_Static_assert((SIZE & (SIZE - 1)) == 0, "places are found by a mask");

/* Hours before 1970 sort first too. */
static uint64_t key_of_count(const struct traffic_count *c)
{
    return c->sender != 0 ? c->sender : (uint64_t)c->slot ^ UINT64_C(1) << 63;
}

static int spill_page(struct traffic *t, const struct traffic_page *page, struct err *err)
{
    for (int i = 0; i < PAGE_SLOTS; i++) {
        const struct traffic_count c = {page->sender, page->number * PAGE_SLOTS + i, page->slots[i].requests,
                                        page->slots[i].on_the_hour};

        if ((c.requests != 0 || c.on_the_hour != 0) &&
            sorter_add(t->spilled, c.sender != 0 ? CLASS_SENDERS : CLASS_HOURS, key_of_count(&c), &c, sizeof(c), err) <
                0)
            return -1;
    }
    return 0;
}

static int spill(struct traffic *t, struct err *err)
{
    for (size_t i = 0; i < t->size && t->used > 0; i++) {
        struct traffic_page *const page = &t->pages[i];

        if (!page->taken)
            continue;
        if (spill_page(t, page, err) < 0)
            return -1;
        *page = (struct traffic_page){0};
        t->used--;
    }
    return 0;
}

static size_t hash_of(uint64_t sender, int64_t number)
{
    const uint64_t mixed = (sender ^ (uint64_t)number * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xFF51AFD7ED558CCD);

    return (size_t)(mixed >> 40);
}

int traffic_count(struct traffic *t, const struct traffic_count *difference, struct err *err)
{
    const int64_t place = ((difference->slot % PAGE_SLOTS) + PAGE_SLOTS) % PAGE_SLOTS;
    const int64_t number = (difference->slot - place) / PAGE_SLOTS;
    size_t i = hash_of(difference->sender, number) & (t->size - 1);

    while (t->pages[i].taken && (t->pages[i].sender != difference->sender || t->pages[i].number != number))
        i = (i + 1) & (t->size - 1);
    struct traffic_page *const page = &t->pages[i];
    if (!page->taken) {
        page->taken = true;
        page->sender = difference->sender;
        page->number = number;
        t->used++;
    }
    const int64_t requests = page->slots[place].requests + difference->requests;
    const int64_t on_the_hour = page->slots[place].on_the_hour + difference->on_the_hour;
    if (requests > INT32_MAX || requests < INT32_MIN) /* what is on the hour is of them */
        return sorter_add(t->spilled, difference->sender != 0 ? CLASS_SENDERS : CLASS_HOURS, key_of_count(difference),
                          difference, sizeof(*difference), err);
    page->slots[place].requests = (int32_t)requests;
    page->slots[place].on_the_hour = (int32_t)on_the_hour;
    return 2 * t->used > t->size ? spill(t, err) : 0;
}

const char store_malformed[] = "the evidence of a Device is malformed; run 'pcreport verify'";

static struct packed_reader records_of(struct text packed)
{
    return (struct packed_reader){(const unsigned char *)packed.ptr, (const unsigned char *)packed.ptr + packed.len,
                                  false};
}

/* The rows of one request lie next to one another. Takes one of the same request in; false: the bytes are malformed.
 * One that does not say when comes behind all that do. */
static bool take_made(struct request_made *r, const struct packed_record *record)
{
    uint64_t sender;
    instant at;

    if (!evidence_request_made(record, &at, &sender, &r->elsewhere))
        return false;
    if (!r->open || r->at == INSTANT_NONE || (at != INSTANT_NONE && at < r->at)) {
        r->at = at;
        r->sender = sender;
    }
    r->identity = record->identity;
    r->open = true;
    return true;
}

static bool is_of(const struct request_made *r, const struct packed_record *record)
{
    return record->kind == RECORD_REQUEST && text_equal(r->identity, record->identity);
}

/* Adds to the count that is gathered where it is of the same slot, and else puts that one away first. */
static int gather(struct traffic *t, struct traffic_count *gathered, const struct traffic_count *c, struct err *err)
{
    if (gathered->slot != c->slot || gathered->sender != c->sender) {
        if (gathered->requests != 0 && traffic_count(t, gathered, err) < 0)
            return -1;
        *gathered = (struct traffic_count){.sender = c->sender, .slot = c->slot};
    }
    gathered->requests += c->requests;
    gathered->on_the_hour += c->on_the_hour;
    return 0;
}

/* The requests of a Device come in bursts: most are of the hour, and of the sender's day, of the one before. */
struct burst {
    struct traffic *traffic;
    uint64_t device;
    int sign;
    bool is_target; /* of requests that others hold */
    struct traffic_count hour, sender_day;
    bool in_step; /* the sender's day is that of the hour */
    struct request_made request;
};

/* Notes a request that others hold, or may hold, too. */
static int share(const struct burst *b, struct err *err)
{
    const struct request_made *const r = &b->request;
    struct request_id id;

    if (!evidence_request_id(r->identity, b->device, &id))
        return err_set(err, ERR_DATA, "%s", store_malformed);
    if (!r->elsewhere) {
        const int held = id.present ? shared_holds(&b->traffic->shared, &id, err) : 0;

        if (held < 1)
            return held;
    }
    const struct shared_made made = {id.target, id.counter, id.originator, !r->elsewhere, r->at, r->sender, b->sign};
    return shared_change(&b->traffic->shared, &made, err);
}

static void slots_of(instant at, uint64_t sender, int sign, struct traffic_count *hour,
                     struct traffic_count *sender_day)
{
    const int64_t in_hour = at / INSTANT_HOUR - (at % INSTANT_HOUR < 0);
    const int64_t day = in_hour / DAY_HOURS - (in_hour % DAY_HOURS < 0);

    *hour = (struct traffic_count){0, in_hour, sign, in_hour * INSTANT_HOUR == at ? sign : 0};
    *sender_day = (struct traffic_count){sender, day, sign, 0};
}

int traffic_count_request(struct traffic *t, instant at, uint64_t sender, int sign, struct err *err)
{
    struct traffic_count hour, sender_day;

    slots_of(at, sender, sign, &hour, &sender_day);
    if (traffic_count(t, &hour, err) < 0)
        return -1;
    return sender != 0 ? traffic_count(t, &sender_day, err) : 0;
}

static int end_request(struct burst *b, struct err *err)
{
    const bool counts =
        b->request.open && b->request.at != INSTANT_NONE; /* a document may not tell when it was asked */

    b->request.open = false;
    if (!counts)
        return 0;
    if ((b->request.elsewhere || b->is_target) && share(b, err) < 0)
        return -1;
    if (b->request.elsewhere)
        return 0;
    const int64_t in_hour = b->request.at / INSTANT_HOUR - (b->request.at % INSTANT_HOUR < 0);
    const int on_the_hour = in_hour * INSTANT_HOUR == b->request.at ? b->sign : 0;
    if (b->in_step && b->hour.slot == in_hour && b->sender_day.sender == b->request.sender) {
        b->hour.requests += b->sign;
        b->hour.on_the_hour += on_the_hour;
        b->sender_day.requests += b->sign;
        return 0;
    }
    struct traffic_count of_hour, of_sender;
    slots_of(b->request.at, b->request.sender, b->sign, &of_hour, &of_sender);
    b->in_step = b->request.sender != 0;
    if (gather(b->traffic, &b->hour, &of_hour, err) < 0)
        return -1;
    return b->request.sender != 0 ? gather(b->traffic, &b->sender_day, &of_sender, err) : 0;
}

static int end_burst(struct burst *b, struct err *err)
{
    if (end_request(b, err) < 0 || (b->hour.requests != 0 && traffic_count(b->traffic, &b->hour, err) < 0))
        return -1;
    return b->sender_day.requests != 0 ? traffic_count(b->traffic, &b->sender_day, err) : 0;
}

int traffic_add(struct traffic *t, uint64_t device, int64_t tally[TALLIES], struct text packed, int sign,
                bool *inventory, struct err *err)
{
    static const enum tally of_kind[] = {[RECORD_INVENTORY] = TALLY_INVENTORY_DEVICES,
                                         [RECORD_REQUEST] = TALLY_REQUESTS,
                                         [RECORD_SNAPSHOT] = TALLY_SNAPSHOTS,
                                         [RECORD_CHECK] = TALLY_CHECKS};
    struct packed_reader u = records_of(packed);
    const int is_target = shared_is_target(&t->shared, device, err);
    struct burst b = {.traffic = t, .device = device, .sign = sign, .is_target = is_target == 1};
    struct packed_record record;

    *inventory = false;
    if (is_target < 0)
        return -1;
    tally[TALLY_DEVICES] += sign;
    while (evidence_next(&u, &record)) {
        if (record.kind != RECORD_INVENTORY || !*inventory)
            tally[of_kind[record.kind]] += sign;
        *inventory |= record.kind == RECORD_INVENTORY;
        if (b.request.open && !is_of(&b.request, &record) && end_request(&b, err) < 0)
            return -1;
        if (record.kind == RECORD_REQUEST && !take_made(&b.request, &record))
            return err_set(err, ERR_DATA, "%s", store_malformed);
    }
    return u.failed ? err_set(err, ERR_DATA, "%s", store_malformed) : end_burst(&b, err);
}

int requests_made_each(struct text packed, int (*each)(void *ctx, const struct request_made *r, struct err *err),
                       void *ctx, struct err *err)
{
    struct packed_reader u = records_of(packed);
    struct request_made request = {0};
    struct packed_record record;

    while (evidence_next(&u, &record) && record.kind <= RECORD_REQUEST) {
        if (request.open && !is_of(&request, &record)) {
            if (each(ctx, &request, err) < 0)
                return -1;
            request.open = false;
        }
        if (record.kind == RECORD_REQUEST && !take_made(&request, &record))
            return err_set(err, ERR_DATA, "%s", store_malformed);
    }
    if (u.failed)
        return err_set(err, ERR_DATA, "%s", store_malformed);
    return request.open ? each(ctx, &request, err) : 0;
}

struct window {
    instant from, to;
    int64_t made;
};

static int count_made(void *window, const struct request_made *r, struct err *err)
{
    struct window *const w = window;

    (void)err;
    w->made += !r->elsewhere && r->at != INSTANT_NONE && r->at >= w->from && r->at <= w->to;
    return 0;
}

/* Those that are shared count by the earliest of all Devices, and not with the target's own. */
static const char shared_made[] = "SELECT (SELECT count(*) FROM (SELECT min(made_at) AS first FROM shared_request"
                                  " GROUP BY target, counter, originator) WHERE first BETWEEN ?1 AND ?2)"
                                  " - (SELECT count(*) FROM shared_request WHERE own AND made_at BETWEEN ?1 AND ?2)";

static int count_shared(struct store *st, struct window *w, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, shared_made, err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, w->from);
        sqlite3_bind_int64(stmt, 2, w->to);
        got = sql_step(st, stmt, err);
    }
    if (got == 1)
        w->made += sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

int store_requests_made(struct store *st, instant from, instant to, int64_t *out, struct err *err)
{
    struct window w = {from, to, 0};
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT packed FROM device ORDER BY id", err);

    while (got == 0 && (got = sql_step(st, stmt, err)) == 1)
        got = requests_made_each(sql_blob(stmt, 0), count_made, &w, err);
    sqlite3_finalize(stmt);
    if (got == 0)
        got = count_shared(st, &w, err);
    *out = w.made;
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
