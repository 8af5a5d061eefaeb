/* Settling the requests that are for others than the target of their RequestID (shared.c) with what is stored. */
#include "absorb_int.h"

struct settling {
    struct put *put;
    sqlite3_stmt *find, *change, *drop;
    uint64_t no_device; /* a target that was looked for in vain: mostly it is the DCC again */
};

static uint64_t sum_of(const struct shared_made *m)
{
    uint64_t row = SUM_ROW_BEGIN;

    if (m->devices == 0)
        return 0;
    sum_add_number(&row, key_of(m->target));
    sum_add_number(&row, (int64_t)m->counter);
    sum_add_number(&row, key_of(m->originator));
    sum_add_number(&row, (int64_t)m->own);
    sum_add_number(&row, m->at);
    sum_add_number(&row, key_of(m->sender));
    sum_add_number(&row, m->devices);
    return row;
}

static void bind(sqlite3_stmt *stmt, const struct shared_made *m)
{
    sqlite3_bind_int64(stmt, 1, key_of(m->target));
    sqlite3_bind_int64(stmt, 2, (int64_t)m->counter);
    sqlite3_bind_int64(stmt, 3, key_of(m->originator));
    sqlite3_bind_int64(stmt, 4, (int64_t)m->own);
    sqlite3_bind_int64(stmt, 5, m->at);
    sqlite3_bind_int64(stmt, 6, key_of(m->sender));
}

static int put(struct settling *s, const struct shared_made *m, struct err *err)
{
    s->put->sums.kept[SUM_SHARED_REQUEST] += sum_of(m);
    bind(s->change, m);
    sqlite3_bind_int64(s->change, 7, m->devices);
    return sql_run(s->put->store, s->change, err);
}

static int change(struct settling *s, const struct shared_made *difference, struct err *err)
{
    struct shared_made stored = *difference, now = *difference;

    bind(s->find, difference);
    const int found = sql_step(s->put->store, s->find, err);
    stored.devices = found == 1 ? sqlite3_column_int64(s->find, 0) : 0;
    sqlite3_reset(s->find);
    if (found < 0)
        return -1;
    now.devices += stored.devices;
    s->put->sums.kept[SUM_SHARED_REQUEST] -= sum_of(&stored);
    if (now.devices != 0)
        return put(s, &now, err);
    bind(s->drop, &now);
    return sql_run(s->put->store, s->drop, err);
}

/* ---- The target's own ---- */

struct own {
    const struct request_id *id;
    struct shared_made made;
    bool found;
};

static int find_own(void *own, const struct request_made *r, struct err *err)
{
    struct own *const o = own;
    struct request_id id;

    if (r->elsewhere || r->at == INSTANT_NONE)
        return 0;
    if (!evidence_request_id(r->identity, o->id->target, &id))
        return err_set(err, ERR_DATA, "%s", store_malformed);
    if (!id.present || id.counter != o->id->counter || id.originator != o->id->originator)
        return 0;
    o->made.at = r->at;
    o->made.sender = r->sender;
    o->found = true;
    return 0;
}

static int look_for_own(struct settling *s, struct own *own, struct err *err)
{
    sqlite3_stmt *const stmt = s->put->find_device;

    if (s->no_device == own->id->target)
        return 0;
    sqlite3_bind_int64(stmt, 1, key_of(own->id->target));
    int got = sql_step(s->put->store, stmt, err);
    if (got == 0)
        s->no_device = own->id->target;
    if (got == 1)
        got = requests_made_each(sql_blob(stmt, 1), find_own, own, err);
    sqlite3_reset(stmt);
    return got;
}

/* That the target holds a request is noted from then on when another does, so it may have held this one since long. The
 * differences are in order, so the first is the earliest. */
static int put_new(struct settling *s, const struct request_id *id, const struct shared_made *differences, size_t count,
                   struct err *err)
{
    struct own own = {id, {id->target, id->counter, id->originator, 1, 0, 0, 1}, false};

    if (look_for_own(s, &own, err) < 0 || (own.found && put(s, &own.made, err) < 0))
        return -1;
    for (size_t i = 0; i < count; i++)
        if (put(s, &differences[i], err) < 0)
            return -1;
    return shared_count(&s->put->notes->traffic, differences, own.found ? &own.made : NULL, 1, err);
}

static int settle(void *ctx, const struct shared_made *differences, size_t count, struct err *err)
{
    struct settling *const s = ctx;
    struct traffic *const t = &s->put->notes->traffic;
    const struct request_id id = {true, differences->originator, differences->target, differences->counter};
    const int counted = t->shared.blank ? 0 : shared_count_stored(t, &id, -1, err);

    if (counted < 1)
        return counted < 0 ? -1 : put_new(s, &id, differences, count, err);
    for (size_t i = 0; i < count; i++)
        if (change(s, &differences[i], err) < 0)
            return -1;
    return shared_count_stored(t, &id, 1, err) < 0 ? -1 : 0;
}

int put_shared(struct put *p, struct err *err)
{
    struct settling s = {.put = p};
    int rc = -1;

    if (sql_prepare(p->store, &s.find,
                    "SELECT devices FROM shared_request"
                    " WHERE target=? AND counter=? AND originator=? AND own=? AND made_at=? AND sender=?",
                    err) == 0 &&
        sql_prepare(p->store, &s.change,
                    "INSERT OR REPLACE INTO shared_request(target, counter, originator, own, made_at, sender, devices)"
                    " VALUES(?,?,?,?,?,?,?)",
                    err) == 0 &&
        sql_prepare(p->store, &s.drop,
                    "DELETE FROM shared_request"
                    " WHERE target=? AND counter=? AND originator=? AND own=? AND made_at=? AND sender=?",
                    err) == 0)
        rc = shared_each(&p->notes->traffic.shared, settle, &s, err);
    sqlite3_finalize(s.find);
    sqlite3_finalize(s.change);
    sqlite3_finalize(s.drop);
    return rc;
}
