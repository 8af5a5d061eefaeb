/* Settling the traffic (traffic.c) with what is stored. */
#include "absorb_int.h"

/* The statements of one of the two tables. */
struct ledger {
    enum sum sum;
    bool blank; /* nothing was in it before: there is nothing to be found */
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

static int find(struct store *st, const struct ledger *ledger, struct traffic_count *stored, struct err *err)
{
    bind_key(ledger->find, stored);
    const int got = sql_step(st, ledger->find, err);

    if (got == 1) {
        stored->requests = sqlite3_column_int64(ledger->find, 0);
        stored->on_the_hour = sqlite3_column_int64(ledger->find, 1);
    }
    sqlite3_reset(ledger->find);
    return got;
}

static int settle(void *ctx, const struct traffic_count *difference, struct err *err)
{
    struct settling *const s = ctx;
    struct ledger *const ledger = difference->sender != 0 ? &s->senders : &s->hours;
    struct traffic_count stored = *difference, now = *difference;
    int at;

    stored.requests = stored.on_the_hour = 0;
    if (!ledger->blank && find(s->put->store, ledger, &stored, err) < 0)
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
    int64_t hours, days;

    if (sql_number(p->store, "SELECT EXISTS(SELECT 1 FROM request_hour)", 0, &hours, err) < 0 ||
        sql_number(p->store, "SELECT EXISTS(SELECT 1 FROM sender_day)", 0, &days, err) < 0)
        return -1;
    s.hours.blank = hours == 0;
    s.senders.blank = days == 0;
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } statements[] = {
        {&s.hours.find, "SELECT requests, on_the_hour FROM request_hour WHERE hour=?"},
        {&s.hours.put, hours == 0 ? "INSERT INTO request_hour(hour, requests, on_the_hour) VALUES(?,?,?)"
                                  : "INSERT OR REPLACE INTO request_hour(hour, requests, on_the_hour) VALUES(?,?,?)"},
        {&s.hours.drop, "DELETE FROM request_hour WHERE hour=?"},
        {&s.senders.find, "SELECT requests, 0 FROM sender_day WHERE sender=? AND day=?"},
        {&s.senders.put, days == 0 ? "INSERT INTO sender_day(sender, day, requests) VALUES(?,?,?)"
                                   : "INSERT OR REPLACE INTO sender_day(sender, day, requests) VALUES(?,?,?)"},
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
