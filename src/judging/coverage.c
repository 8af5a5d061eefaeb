/* The hours of the log as they are stored, made into silences. */
#include "judged_set_int.h"

#include "base/array.h"
#include "domain/evidence.h"
#include "judging/coverage.h"
#include "store/sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TOLD_DAYS 60
#define TOLD_MOST 3

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

    if (hour < INSTANT_FIRST / INSTANT_HOUR || hour > INSTANT_LAST / INSTANT_HOUR || requests > INT64_MAX / 2)
        return err_set(err, ERR_DATA,
                       "the store is damaged: it counts requests of no such hour; run 'pcreport verify'");
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

/* The spans alone, as if nothing were stated to be complete. */
static int find_uncut(struct coverage *out, const struct hours *h, struct err *err)
{
    struct judge_settings unstated = *out->settings;
    struct found_silence *found;

    unstated.complete_count = 0;
    found = calloc(coverage_most(h->count, &unstated), sizeof(*found));
    out->uncut = calloc(coverage_most(h->count, &unstated), sizeof(*out->uncut));
    if (found == NULL || out->uncut == NULL) {
        free(found);
        return err_nomem(err);
    }
    out->uncut_count = coverage_find(h->ptr, h->count, &unstated, out->as_of, found);
    for (size_t i = 0; i < out->uncut_count; i++)
        out->uncut[i] = found[i].span;
    free(found);
    return 0;
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
        out->waiting = calloc(coverage_most(h.count, s), sizeof(*out->waiting));
        if (out->found == NULL || out->silences == NULL || out->waiting == NULL)
            rc = err_nomem(err);
    }
    if (rc == 0)
        rc = find_uncut(out, &h, err);
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
    free(c->uncut);
    free(c->waiting);
    *c = (struct coverage){0};
}

int context_at(struct context_at *out, struct store *st, const struct judge_context *ctx, instant at, struct err *err)
{
    *out = (struct context_at){.context = *ctx};
    out->context.as_of = at;
    if (store_directory(st, at, &out->directory, err) < 0 ||
        coverage_read(&out->coverage, st, ctx->settings, at, err) < 0) {
        context_at_release(out);
        return -1;
    }
    out->context.directory = out->directory;
    out->context.silences = out->coverage.silences;
    out->context.silence_count = out->coverage.count;
    return 0;
}

void context_at_release(struct context_at *c)
{
    directory_destroy(c->directory);
    coverage_release(&c->coverage);
    *c = (struct context_at){0};
}

static void count_waiting(struct coverage *c, const struct judgement *j)
{
    for (size_t i = 0; i < c->count; i++) {
        bool waits = false;

        for (int o = 0; o < OBLIGATIONS; o++)
            waits = waits || coverage_waits_for(&j->obligations[o], &c->silences[i]);
        c->waiting[i] += waits;
    }
    c->waiting_devices++;
}

int coverage_count_waiting(struct coverage *c, const struct judged *now, struct err *err)
{
    struct judged_cursor cursor = {0};
    struct judged_head head;
    struct judged_row row;
    int got = 0;

    c->counted = true;
    c->waiting_devices = 0;
    for (size_t i = 0; i < c->count; i++)
        c->waiting[i] = 0;
    if (c->count == 0)
        return 0;
    judged_rewind(&cursor, now);
    while (got == 0 && (got = judged_next(&cursor, &head, err)) == 1) {
        got = 0;
        if (head.verdict != VERDICT_UNVERIFIED)
            continue;
        got = judged_row_read(&cursor, &row, err);
        if (got == 0 && coverage_is_waiting(&row.judgement))
            count_waiting(c, &row.judgement);
    }
    judged_cursor_release(&cursor);
    return got;
}

static void tell_one(const struct coverage *c, size_t i, struct buf *out)
{
    const struct found_silence *const f = &c->found[i];
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];

    instant_format(f->span.from, from);
    instant_format(f->span.to, to);
    if (c->first == INSTANT_NONE)
        buf_printf(out, "the audit log holds no request");
    else if (f->span.from == INSTANT_NONE)
        buf_printf(out, "the audit log tells nothing before %s", to);
    else
        buf_printf(out, "the audit log is silent from %s to %s, where about %" PRId64 " requests were to be expected",
                   from, to, f->expected);
    if (c->waiting[i] > 0)
        buf_printf(out, "; %" PRIu64 " %s UNVERIFIED for it", c->waiting[i],
                   c->waiting[i] == 1 ? "Device is" : "Devices are");
}

/* That a log begins some day is no news. */
static bool is_news(const struct coverage *c, size_t i)
{
    const bool is_late = c->silences[i].from != INSTANT_NONE || c->first == INSTANT_NONE;

    return c->waiting[i] > 0 || (is_late && c->silences[i].to > c->as_of - TOLD_DAYS * INSTANT_DAY);
}

static bool is_listed(const struct coverage *c, size_t i, const char *list)
{
    char from[INSTANT_TEXT_SIZE];

    if (c->silences[i].from == INSTANT_NONE)
        return false;
    instant_format(c->silences[i].from, from);
    return strstr(list, from) != NULL;
}

static bool tell(const struct coverage *c, const char *list, struct buf *out)
{
    size_t told = 0, left = 0;

    for (size_t i = c->count; i-- > 0;) {
        if (list != NULL ? !is_listed(c, i, list) : !is_news(c, i))
            continue;
        if (told == TOLD_MOST) {
            left++;
            continue;
        }
        if (told++ > 0)
            buf_add_str(out, "; ");
        tell_one(c, i, out);
    }
    if (left > 0)
        buf_printf(out, "; and %zu more", left);
    return told > 0;
}

bool coverage_tell(const struct coverage *c, struct buf *out)
{
    return tell(c, NULL, out);
}

void coverage_tell_listed(const struct coverage *c, const char *list, struct buf *out)
{
    (void)tell(c, list, out);
}

void coverage_list(const struct coverage *c, struct buf *out)
{
    for (size_t i = 0; i < c->count; i++) {
        char from[INSTANT_TEXT_SIZE];

        if (c->silences[i].from == INSTANT_NONE)
            continue;
        instant_format(c->silences[i].from, from);
        buf_printf(out, "%s;", from);
    }
}

/* ---- R1: where the evidence ends ---- */

/* What says what Devices did or hold; reference data does not, and an issued certificate need not be on a Device. */
#define EVIDENCE_KINDS "kind IN ('srv-audit','duis','certificates','dsp-checks')"

static int ask(struct store *st, const char *sql, instant as_of, instant *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, sql, err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, as_of);
        got = sql_step(st, stmt, err);
    }
    if (got == 1)
        *out = sql_instant(stmt, 0);
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

static void take(instant at, instant as_of, instant *latest)
{
    if (at != INSTANT_NONE && at <= as_of && (*latest == INSTANT_NONE || at > *latest))
        *latest = at;
}

/* Of files that go on after as_of only their records tell where the evidence before it ends. */
static int read_devices(struct store *st, instant as_of, instant *latest, struct err *err)
{
    struct device_records r = {0};
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT id, packed FROM device ORDER BY id", err);

    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        got = evidence_unpack(&r, id_of(sqlite3_column_int64(stmt, 0)), sql_blob(stmt, 1), err);
        for (size_t i = 0; got == 0 && i < r.request_count; i++)
            take(r.requests[i].requested_at, as_of, latest);
        for (size_t i = 0; got == 0 && i < r.snapshot_count; i++)
            take(r.snapshots[i].taken_at, as_of, latest);
        for (size_t i = 0; got == 0 && i < r.check_count; i++)
            take(r.checks[i].checked_at, as_of, latest);
    }
    device_records_release(&r);
    sqlite3_finalize(stmt);
    return got;
}

int evidence_end(struct store *st, instant as_of, struct evidence_end *out, struct err *err)
{
    const instant fresh = as_of - EVIDENCE_FRESH_HOURS * INSTANT_HOUR;
    instant hour = INSTANT_NONE, on = INSTANT_NONE;

    *out = (struct evidence_end){.old = true, .at = INSTANT_NONE};
    if (ask(st, "SELECT max(last_instant) FROM file WHERE " EVIDENCE_KINDS " AND last_instant<=?", as_of, &out->at,
            err) < 0 ||
        ask(st, "SELECT 3600000*max(hour) FROM request_hour WHERE 3600000*(hour+1)<=?", as_of, &hour, err) < 0 ||
        ask(st, "SELECT min(first_instant) FROM file WHERE " EVIDENCE_KINDS " AND last_instant>?", as_of, &on, err) < 0)
        return -1;
    out->old = (out->at == INSTANT_NONE || out->at < fresh) && (hour == INSTANT_NONE || hour < fresh);
    if (!out->old || on == INSTANT_NONE || on > as_of)
        return 0;
    if (read_devices(st, as_of, &out->at, err) < 0)
        return -1;
    out->old = out->at == INSTANT_NONE || out->at < fresh;
    return 0;
}

int evidence_beyond(struct store *st, instant as_of, instant *out, struct err *err)
{
    *out = INSTANT_NONE;
    return ask(st, "SELECT max(last_instant) FROM file WHERE " EVIDENCE_KINDS " AND last_instant>?", as_of, out, err);
}
