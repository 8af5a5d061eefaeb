/* R1: where the evidence of a store ends. */
#include "domain/evidence.h"
#include "judging/coverage.h"
#include "store/sql.h"

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
        *out = sqlite3_column_type(stmt, 0) == SQLITE_NULL ? INSTANT_NONE : sqlite3_column_int64(stmt, 0);
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
