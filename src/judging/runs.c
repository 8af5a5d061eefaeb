/* A nightly run (R8, R11): steps the Incident of every CHF, keeps what is reported of each Device, and records the run,
 * in one transaction. */
#include "judging/coverage.h"
#include "judging/run.h"
#include "rules/incident.h"
#include "runs_int.h"

#include <stdlib.h>
#include <string.h>

static int find_latest(struct run *r, uint64_t device, struct incident *out, struct err *err)
{
    int got;

    *out = (struct incident){.device = device, .opened_at = INSTANT_NONE, .resolved_at = INSTANT_NONE};
    sqlite3_bind_int64(r->find, 1, key_of(device));
    got = sql_step(r->store, r->find, err);
    if (got == 1) {
        out->episode = (uint32_t)sqlite3_column_int64(r->find, 0);
        out->opened_at = sql_instant(r->find, 1);
        out->resolved_at = sql_instant(r->find, 2);
        out->opened_by = (enum incident_criteria)sqlite3_column_int(r->find, 3);
    }
    sqlite3_reset(r->find);
    return got < 0 ? -1 : 0;
}

static int put_incident(struct run *r, const struct incident *i, struct err *err)
{
    sqlite3_bind_int64(r->put, 1, key_of(i->device));
    sqlite3_bind_int64(r->put, 2, i->episode);
    sqlite3_bind_int64(r->put, 3, i->opened_at);
    sql_bind_instant(r->put, 4, i->resolved_at);
    sqlite3_bind_int(r->put, 5, i->raised_in_error);
    sqlite3_bind_int(r->put, 6, (int)i->opened_by);
    return sql_run(r->store, r->put, err);
}

/* Until nothing more is to be done: where one that was opened in error is resolved, another may be due. */
static int step(struct run *r, const struct openings *openings, const struct judgement *j, struct err *err)
{
    const enum incident_criteria by = incident_criteria_at(r->judged->ctx->settings, r->as_of);
    enum verdict at_opening = openings_verdict(openings, j->device);
    enum incident_change change;
    struct incident last, next;

    if (find_latest(r, j->device, &last, err) < 0)
        return -1;
    while ((change = incident_step(&last, j, by, at_opening, r->as_of, &next)) != INCIDENT_KEEP) {
        r->account->changed = true;
        r->would_open += r->dry && change == INCIDENT_OPEN;
        r->would_resolve += r->dry && change == INCIDENT_RESOLVE;
        if (!r->dry && put_incident(r, &next, err) < 0)
            return -1;
        last = next;
        at_opening = VERDICTS;
    }
    return 0;
}

static int step_all(struct run *r, struct err *err)
{
    struct judged_cursor cursor = {0};
    struct openings openings;
    struct judged_head head;
    struct judged_row row;
    int got = -1;

    judged_rewind(&cursor, r->judged);
    if (openings_judge(&openings, r, err) < 0 ||
        sql_prepare(r->store, &r->find,
                    "SELECT episode, opened_at, resolved_at, opened_by FROM incident WHERE device=?"
                    " ORDER BY episode DESC LIMIT 1",
                    err) < 0 ||
        sql_prepare(
            r->store, &r->put,
            "INSERT OR REPLACE INTO incident(device, episode, opened_at, resolved_at, raised_in_error, opened_by)"
            " VALUES(?,?,?,?,?,?)",
            err) < 0)
        goto done;
    while ((got = judged_next(&cursor, &head, err)) == 1) {
        if (head.type != DEVICE_CHF)
            continue;
        if (judged_row_read(&cursor, &row, err) < 0 || step(r, &openings, &row.judgement, err) < 0) {
            got = -1;
            break;
        }
    }
done:
    sqlite3_finalize(r->find);
    sqlite3_finalize(r->put);
    openings_release(&openings);
    judged_cursor_release(&cursor);
    return got;
}

static int count(struct run *r, const char *sql, uint64_t *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(r->store, &stmt, sql, err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, r->as_of);
        if (sqlite3_bind_parameter_count(stmt) > 1)
            sqlite3_bind_int64(stmt, 2, r->previous);
        got = sql_step(r->store, stmt, err);
    }
    if (got == 1)
        *out = (uint64_t)sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

/* Counted from what is there, so that a repeated run says the same: what happened since the last run of an earlier
 * date. */
static int count_incidents(struct run *r, struct err *err)
{
    if (count(r, "SELECT count(*) FROM incident WHERE opened_at<=?1 AND opened_at>?2", &r->account->opened, err) < 0 ||
        count(r, "SELECT count(*) FROM incident WHERE resolved_at<=?1 AND resolved_at>?2", &r->account->resolved, err) <
            0)
        return -1;
    if (count(r, "SELECT count(*) FROM incident WHERE opened_at<=?1 AND (resolved_at IS NULL OR resolved_at>?1)",
              &r->account->open, err) < 0)
        return -1;
    r->account->opened += r->would_open;
    r->account->resolved += r->would_resolve;
    r->account->open += r->would_open - r->would_resolve;
    return 0;
}

#define RUN_COLUMNS                                                                                                    \
    "as_of, devices, pass, fail, pending, unverified, excluded, legacy_pass, legacy_fail, legacy_pending, "            \
    "false_positive, true_failure, missed_by_legacy, agreed_pass, incidents_opened, incidents_resolved, "              \
    "incidents_open, last_file"
#define RUN_COLUMN_COUNT 18 /* those that are numbers */

static void run_row(const struct run *r, int64_t row[RUN_COLUMN_COUNT])
{
    const struct judged_totals t = judged_totals(r->judged);
    const uint64_t counts[RUN_COLUMN_COUNT - 1] = {
        t.devices,
        t.verdicts[VERDICT_PASS],
        t.verdicts[VERDICT_FAIL],
        t.verdicts[VERDICT_PENDING],
        t.verdicts[VERDICT_UNVERIFIED],
        t.verdicts[VERDICT_EXCLUDED],
        t.legacy_verdicts[VERDICT_PASS],
        t.legacy_verdicts[VERDICT_FAIL],
        t.legacy_verdicts[VERDICT_PENDING],
        t.classifications[CLASS_FALSE_POSITIVE],
        t.classifications[CLASS_TRUE_FAILURE],
        t.classifications[CLASS_MISSED_BY_LEGACY],
        t.classifications[CLASS_AGREED_PASS],
        r->account->opened,
        r->account->resolved,
        r->account->open,
        (uint64_t)r->last_file,
    };

    row[0] = r->as_of;
    for (int i = 1; i < RUN_COLUMN_COUNT; i++)
        row[i] = (int64_t)counts[i - 1];
}

/* Whether the run is recorded just so already. */
static int is_recorded(struct run *r, const int64_t row[RUN_COLUMN_COUNT], bool *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(r->store, &stmt, "SELECT " RUN_COLUMNS ", silences FROM run WHERE as_of=?", err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, r->as_of);
        got = sql_step(r->store, stmt, err);
    }
    *out = got == 1;
    for (int i = 0; got == 1 && i < RUN_COLUMN_COUNT; i++)
        if (sqlite3_column_int64(stmt, i) != row[i])
            *out = false;
    if (got == 1 && !text_equal(sql_text(stmt, RUN_COLUMN_COUNT), buf_text(&r->silences)))
        *out = false;
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

static int record(struct run *r, struct err *err)
{
    int64_t row[RUN_COLUMN_COUNT];
    sqlite3_stmt *stmt = NULL;
    bool recorded;
    int rc;

    if (sql_number(r->store, "SELECT max(number) FROM file", 0, &r->last_file, err) < 0)
        return -1;
    run_row(r, row);
    if (is_recorded(r, row, &recorded, err) < 0)
        return -1;
    if (recorded)
        return 0;
    r->account->changed = true;
    rc = sql_prepare(
        r->store, &stmt,
        "INSERT OR REPLACE INTO run(" RUN_COLUMNS ", silences) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", err);
    for (int i = 0; rc == 0 && i < RUN_COLUMN_COUNT; i++)
        sqlite3_bind_int64(stmt, i + 1, row[i]);
    if (rc == 0)
        sql_bind_text(stmt, RUN_COLUMN_COUNT + 1, buf_text(&r->silences));
    if (rc == 0)
        rc = sql_run(r->store, stmt, err);
    sqlite3_finalize(stmt);
    return rc;
}

/* Appends those of the beginnings in `list` ("...;...;") that are not in `other`. */
static void add_more(const char *list, const char *other, struct buf *more)
{
    for (const char *end; (end = strchr(list, ';')) != NULL; list = end + 1) {
        char one[INSTANT_TEXT_SIZE + 1] = "";
        const size_t len = (size_t)(end + 1 - list);

        if (len < sizeof(one))
            memcpy(one, list, len);
        if (strstr(other, one) == NULL)
            buf_add_str(more, one);
    }
}

static int compare_silences(struct run *r, const char *now, struct err *err)
{
    struct buf *const began = &r->account->silences_began;
    struct buf ended = {0};
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(r->store, &stmt, "SELECT silences FROM run WHERE as_of=?", err);

    if (got == 0) {
        const char *before = NULL;

        sqlite3_bind_int64(stmt, 1, r->previous);
        got = sql_step(r->store, stmt, err);
        if (got == 1)
            before = (const char *)sqlite3_column_text(stmt, 0);
        add_more(now, before != NULL ? before : "", began);
        add_more(before != NULL ? before : "", now, &ended);
        r->account->silence_ended = ended.len > 0;
        if (began->failed || ended.failed)
            got = err_nomem(err);
    }
    buf_release(&ended);
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

/* R10.4: which silences the log has now that the last run of an earlier date did not see, and the other way round. */
static int look_at_silences(struct run *r, struct err *err)
{
    if (r->coverage == NULL)
        return 0;
    coverage_list(r->coverage, &r->silences);
    return r->silences.failed ? err_nomem(err) : compare_silences(r, buf_cstr(&r->silences), err);
}

/* Where the run stands among the others. An Incident can be of a run that was replaced by one of an earlier hour. */
static int find_place(struct run *r, struct err *err)
{
    int64_t last_run, last_step;

    if (sql_number(r->store, "SELECT max(as_of) FROM run", INSTANT_NONE, &last_run, err) < 0 ||
        sql_number(r->store, "SELECT max(max(opened_at, ifnull(resolved_at, opened_at))) FROM incident", INSTANT_NONE,
                   &last_step, err) < 0 ||
        store_previous_run(r->store, r->as_of, &r->previous, err) < 0)
        return -1;
    r->account->last = last_step > last_run ? last_step : last_run; /* INSTANT_NONE is the least */
    r->account->history_untouched = r->account->last != INSTANT_NONE && r->as_of < r->account->last;
    r->account->earlier_date = last_run != INSTANT_NONE && day_of_run(r->as_of) < day_of_run(last_run);
    return 0;
}

static int run_in_transaction(struct run *r, struct err *err)
{
    if (find_place(r, err) < 0 || sums_begin(&r->sums, r->store, err) < 0)
        return -1;
    if ((!r->account->history_untouched && step_all(r, err) < 0) || count_incidents(r, err) < 0 ||
        look_at_silences(r, err) < 0)
        return -1;
    if (r->dry || r->account->earlier_date)
        return 0;
    if (record(r, err) < 0)
        return -1;
    return r->account->changed ? sums_end(&r->sums, r->store, err) : 0;
}

int store_run(struct store *st, const struct judged *j, const struct coverage *coverage, bool dry_run,
              struct run_account *out, struct err *err)
{
    struct run r = {
        .store = st, .judged = j, .coverage = coverage, .dry = dry_run, .as_of = j->ctx->as_of, .account = out};

    int rc;

    *out = (struct run_account){.as_of = r.as_of};
    if (j->filtered)
        return err_set(err, ERR_BUG, "a run needs every Device judged; please report this");
    if (sql_exec(st, dry_run ? "BEGIN" : "BEGIN IMMEDIATE", err) < 0)
        return -1;
    rc = run_in_transaction(&r, err);
    if (rc == 0 && !dry_run && out->changed)
        rc = sql_commit(st, err);
    sql_rollback(st); /* of what was not committed */
    buf_release(&r.silences);
    return rc;
}

/* Of a query for the latest run before the date of as_of. */
static int ask_run(struct store *st, const char *sql, instant as_of, instant *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, sql, err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, day_of_run(as_of) * INSTANT_DAY);
        got = sql_step(st, stmt, err);
    }
    *out = got == 1 ? sql_instant(stmt, 0) : INSTANT_NONE;
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

int store_previous_run(struct store *st, instant as_of, instant *out, struct err *err)
{
    return ask_run(st, PREVIOUS_RUN("?"), as_of, out, err);
}

int store_last_run(struct store *st, instant as_of, instant *out, struct err *err)
{
    return ask_run(st, "SELECT max(as_of) FROM run WHERE as_of<?", as_of, out, err);
}

int store_run_left(struct store *st, instant as_of, struct run_left *out, struct err *err)
{
    const int64_t today = day_of_run(as_of) * INSTANT_DAY;
    sqlite3_stmt *stmt = NULL;
    int got =
        sql_prepare(st, &stmt,
                    "SELECT as_of, ifnull(status,-1) FROM run WHERE as_of<?1 AND ifnull(status,70)>=70"
                    " AND as_of>ifnull((" PREVIOUS_RUN("?1") "),-9223372036854775808) ORDER BY as_of DESC LIMIT 1",
                    err);

    *out = (struct run_left){.as_of = INSTANT_NONE};
    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, today);
        got = sql_step(st, stmt, err);
    }
    if (got == 1)
        *out = (struct run_left){sql_instant(stmt, 0), sqlite3_column_int(stmt, 1)};
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

static int remember_end(struct store *st, const struct run_end *e, struct err *err)
{
    const int64_t values[] = {e->started_at, e->milliseconds, e->status, (int64_t)e->alarms, e->as_of};
    sqlite3_stmt *stmt = NULL;
    int rc = sql_prepare(
        st, &stmt, "UPDATE run SET started_at=?, milliseconds=?, status=?, alarms=?, question=?6 WHERE as_of=?5", err);

    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(values); i++)
        sqlite3_bind_int64(stmt, (int)i + 1, values[i]);
    if (rc == 0 && e->question != NULL)
        sqlite3_bind_text(stmt, ARRAY_LEN(values) + 1, e->question, -1, SQLITE_STATIC);
    if (rc == 0)
        rc = sql_run(st, stmt, err);
    sqlite3_finalize(stmt);
    return rc;
}

/* Whether a run of this as-of is recorded, and whether this end is nothing new where one has ended: it is the same,
 * went wrong, or is that of a run made after those of later dates (`earlier`). */
static int find_run(struct store *st, const struct run_end *e, bool earlier, bool *recorded, bool *known,
                    struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(
        st, &stmt,
        "SELECT status NOT NULL AND (?6 OR ?2>=?4 OR (status=?2 AND alarms=?3 AND question IS ?5)) FROM run "
        "WHERE as_of=?1",
        err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, e->as_of);
        sqlite3_bind_int(stmt, 2, e->status);
        sqlite3_bind_int64(stmt, 3, (int64_t)e->alarms);
        sqlite3_bind_int(stmt, 4, RUN_WENT_WRONG);
        if (e->question != NULL)
            sqlite3_bind_text(stmt, 5, e->question, -1, SQLITE_STATIC);
        sqlite3_bind_int(stmt, 6, earlier);
        got = sql_step(st, stmt, err);
    }
    *recorded = got == 1;
    *known = got == 1 && sqlite3_column_int(stmt, 0) != 0;
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

/* R11.1: the runs as at a later hour of the same date, whose folder this one's replaces. */
static int forget_replaced(struct run *r, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sql_prepare(r->store, &stmt, "DELETE FROM run WHERE as_of>?", err);

    if (rc == 0) {
        sqlite3_bind_int64(stmt, 1, r->as_of);
        rc = sql_run(r->store, stmt, err);
    }
    if (rc == 0 && sqlite3_changes(sqlite3_db_handle(stmt)) > 0)
        r->account->changed = true;
    sqlite3_finalize(stmt);
    return rc;
}

/* What is kept and remembered, summed up where any of it changed. */
static int end_run(struct run *r, const struct run_end *e, bool known, struct err *err)
{
    if (sums_begin(&r->sums, r->store, err) < 0 ||
        (r->judged != NULL && (reported_keep(r, err) < 0 || forget_replaced(r, err) < 0)))
        return -1;
    if (known && (!r->account->changed || r->account->earlier_date))
        return 0;
    if (remember_end(r->store, e, err) < 0 || sums_end(&r->sums, r->store, err) < 0)
        return -1;
    return sql_commit(r->store, err);
}

int store_run_ended(struct store *st, const struct judged *j, const struct run_end *e, struct run_account *account,
                    struct err *err)
{
    struct run r = {.store = st,
                    .judged = account->earlier_date || e->status >= RUN_WENT_WRONG ? NULL : j,
                    .as_of = e->as_of,
                    .account = account};
    bool recorded, known;
    int rc;

    if (find_run(st, e, account->earlier_date, &recorded, &known, err) < 0)
        return -1;
    if (!recorded)
        return 0;
    if (sql_exec(st, "BEGIN IMMEDIATE", err) < 0)
        return -1;
    rc = end_run(&r, e, known, err);
    sql_rollback(st); /* of what was not committed */
    return rc;
}
