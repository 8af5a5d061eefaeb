/* What the store holds, quickly: from accounts and tallies, without reading a Device. */
#include "store_int.h"

static int read_number(struct store *st, const char *sql, uint64_t *out, struct err *err)
{
    int64_t number;

    if (sql_number(st, sql, 0, &number, err) < 0)
        return -1;
    *out = (uint64_t)number;
    return 0;
}

static int read_counts(struct store *st, struct store_status *out, struct err *err)
{
    const struct {
        const char *sql;
        uint64_t *to;
    } counts[] = {
        {"SELECT count(*) FROM file", &out->files},
        {"SELECT count(*) FROM reject", &out->rejects},
        {"SELECT count FROM tally WHERE name='devices'", &out->devices},
        {"SELECT count FROM tally WHERE name='inventory_devices'", &out->inventory_devices},
        {"SELECT count FROM tally WHERE name='requests'", &out->requests},
        {"SELECT count FROM tally WHERE name='snapshots'", &out->snapshots},
        {"SELECT count FROM tally WHERE name='checks'", &out->checks},
        {"SELECT count(*) FROM registration", &out->registrations},
        {"SELECT count(*) FROM organisation", &out->organisations},
        {"SELECT count(*) FROM incident WHERE resolved_at IS NULL", &out->incidents_open},
        {"SELECT count(*) FROM incident", &out->incidents},
        {"SELECT count(*) FROM run", &out->runs},
        {"SELECT page_count*page_size FROM pragma_page_count, pragma_page_size", &out->bytes},
    };

    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        if (read_number(st, counts[i].sql, counts[i].to, err) < 0)
            return -1;
    return 0;
}

int store_status_read(struct store *st, struct store_status *out, struct err *err)
{
    int64_t version;

    *out = (struct store_status){0};
    if (read_counts(st, out, err) < 0 || sql_number(st, "PRAGMA user_version", 0, &version, err) < 0 ||
        sql_number(st, "SELECT max(as_of) FROM run", INSTANT_NONE, &out->last_run, err) < 0 ||
        sql_number(st, "SELECT min(first_instant) FROM file", INSTANT_NONE, &out->first_instant, err) < 0 ||
        sql_number(st, "SELECT max(last_instant) FROM file", INSTANT_NONE, &out->last_instant, err) < 0)
        return -1;
    out->schema_version = (int)version;
    return 0;
}

int store_newest(struct store *st, const char *kind, instant as_of, instant *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got =
        sql_prepare(st, &stmt, "SELECT max(min(last_instant, ?2)) FROM file WHERE kind=?1 AND first_instant<=?2", err);

    *out = INSTANT_NONE;
    if (got == 0) {
        sql_bind_text(stmt, 1, text_of(kind));
        sqlite3_bind_int64(stmt, 2, as_of);
        got = sql_step(st, stmt, err);
    }
    if (got == 1)
        *out = sql_instant(stmt, 0);
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}
