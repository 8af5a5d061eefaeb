/* The hours of the log as they are stored, made into silences. */
#include "judging/coverage.h"

#include "base/array.h"
#include "store/sql.h"

#include <stdlib.h>

struct hours {
    struct request_hour *ptr;
    size_t count, cap;
};

/* How many requests of the hour that as_of lies in were made by as_of. */
static int requests_by(struct store *st, instant as_of, int64_t requests, int64_t on_the_hour, int64_t *out,
                       struct err *err)
{
    const instant within = as_of % INSTANT_HOUR;
    int64_t last;

    *out = requests;
    if (within == INSTANT_HOUR - 1)
        return 0;
    if (within == 0) {
        *out = on_the_hour;
        return 0;
    }
    if (sql_number(st, "SELECT max(last_instant) FROM file", INSTANT_NONE, &last, err) < 0)
        return -1;
    return last <= as_of ? 0 : store_requests_made(st, as_of - within, as_of, out, err);
}

static int take_hour(struct hours *h, struct store *st, sqlite3_stmt *stmt, instant as_of, struct err *err)
{
    const int64_t hour = sqlite3_column_int64(stmt, 0);
    const uint64_t before = h->count > 0 ? h->ptr[h->count - 1].before + h->ptr[h->count - 1].requests : 0;
    int64_t requests = sqlite3_column_int64(stmt, 1);

    if (hour == as_of / INSTANT_HOUR &&
        requests_by(st, as_of, requests, sqlite3_column_int64(stmt, 2), &requests, err) < 0)
        return -1;
    if (requests <= 0)
        return 0;
    if (!array_reserve(&h->ptr, &h->cap, h->count + 1, sizeof(*h->ptr)))
        return err_nomem(err);
    h->ptr[h->count++] = (struct request_hour){hour, (uint64_t)requests, before};
    return 0;
}

static int read_hours(struct hours *h, struct store *st, instant as_of, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got =
        sql_prepare(st, &stmt, "SELECT hour, requests, on_the_hour FROM request_hour WHERE hour<=? ORDER BY hour", err);

    if (got == 0)
        sqlite3_bind_int64(stmt, 1, as_of / INSTANT_HOUR);
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1)
        got = take_hour(h, st, stmt, as_of, err);
    sqlite3_finalize(stmt);
    return got;
}

int coverage_read(struct coverage *out, struct store *st, const struct judge_settings *s, instant as_of,
                  struct err *err)
{
    struct hours h = {0};
    int rc = read_hours(&h, st, as_of, err);

    *out = (struct coverage){.settings = s, .as_of = as_of, .first = INSTANT_NONE, .last = INSTANT_NONE};
    if (rc == 0) {
        out->found = calloc(coverage_most(h.count, s), sizeof(*out->found));
        out->silences = calloc(coverage_most(h.count, s), sizeof(*out->silences));
        if (out->found == NULL || out->silences == NULL)
            rc = err_nomem(err);
    }
    if (rc == 0)
        out->count = coverage_find(h.ptr, h.count, s, as_of, out->found);
    for (size_t i = 0; i < out->count; i++)
        out->silences[i] = out->found[i].span;
    if (rc == 0 && h.count > 0) {
        out->first = h.ptr[0].hour * INSTANT_HOUR;
        out->last = h.ptr[h.count - 1].hour * INSTANT_HOUR;
    }
    free(h.ptr);
    if (rc < 0)
        coverage_release(out);
    return rc;
}

void coverage_release(struct coverage *c)
{
    free(c->found);
    free(c->silences);
    *c = (struct coverage){0};
}
