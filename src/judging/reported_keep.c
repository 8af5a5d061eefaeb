/* R11.1: one pass over what was reported and what is reported now, both in the order of the Devices; what differs is
 * written afterwards, since a table must not change while it is read. */
#include "runs_int.h"

#include <string.h>

#define MEMORY (8 << 20)

/* What was kept, Device by Device. */
struct kept {
    struct store *store;
    sqlite3_stmt *stmt;
    int64_t today;
    bool at_end; /* else the statement stands on a row */
};

/* Of one Device: what the runs of earlier days said, and what a run of today keeps. */
struct kept_said {
    said_code before;
    bool has_today;
    said_code today;
};

static int step(struct kept *k, struct err *err)
{
    const int got = sql_step(k->store, k->stmt, err);

    k->at_end = got != 1;
    return got < 0 ? -1 : 0;
}

static uint64_t device_at(const struct kept *k)
{
    return id_of(sqlite3_column_int64(k->stmt, 0));
}

static int take(struct kept *k, uint64_t device, struct kept_said *out, struct err *err)
{
    *out = (struct kept_said){0};
    while (!k->at_end && device_at(k) == device) {
        const said_code said = (said_code)sqlite3_column_int64(k->stmt, 2);

        if (sqlite3_column_int64(k->stmt, 1) < k->today) {
            out->before = said;
        } else {
            out->has_today = true;
            out->today = said;
        }
        if (step(k, err) < 0)
            return -1;
    }
    return 0;
}

/* What is to be done about the row of today. */
struct amendment {
    said_code was, is;
    bool had, has;
};

static int amend(struct sorter *amendments, uint64_t device, const struct kept_said *k, said_code now, struct err *err)
{
    const struct amendment a = {.was = k->today, .is = now, .had = k->has_today, .has = now != k->before};

    if (a.had == a.has && (!a.has || a.was == a.is))
        return 0;
    return sorter_add(amendments, 0, device, &a, sizeof(a), err);
}

static int compare_all(struct run *r, struct kept *k, struct sorter *amendments, struct err *err)
{
    struct judged_cursor cursor = {0};
    struct judged_head head;
    struct judged_row row;
    struct kept_said said;
    int got = step(k, err);

    judged_rewind(&cursor, r->judged);
    while (got == 0 && (got = judged_next(&cursor, &head, err)) == 1) {
        got = 0;
        while (got == 0 && !k->at_end && device_at(k) < head.device) { /* not judged any more */
            const uint64_t gone = device_at(k);

            got = take(k, gone, &said, err) < 0 ? -1 : amend(amendments, gone, &said, 0, err);
        }
        if (got < 0 || take(k, head.device, &said, err) < 0 || judged_row_read(&cursor, &row, err) < 0)
            got = -1;
        else
            got = amend(amendments, head.device, &said, said_pack(&row.judgement, r->as_of), err);
    }
    while (got == 0 && !k->at_end) {
        const uint64_t gone = device_at(k);

        got = take(k, gone, &said, err) < 0 ? -1 : amend(amendments, gone, &said, 0, err);
    }
    judged_cursor_release(&cursor);
    return got;
}

static uint64_t sum_of(uint64_t device, int64_t day, said_code said)
{
    uint64_t row = SUM_ROW_BEGIN;

    sum_add_number(&row, key_of(device));
    sum_add_number(&row, day);
    sum_add_number(&row, said);
    return row;
}

static int write_all(struct run *r, int64_t today, struct sorter *amendments, struct err *err)
{
    sqlite3_stmt *put = NULL, *drop = NULL;
    struct sorter_merge *merge = NULL;
    struct sorter_entry e;
    int got = -1;

    if (sql_prepare(r->store, &put, "INSERT OR REPLACE INTO said(device, day, said) VALUES(?,?,?)", err) == 0 &&
        sql_prepare(r->store, &drop, "DELETE FROM said WHERE device=? AND day=?", err) == 0)
        got = sorter_merge_create(&merge, &amendments, 1, err);
    while (got == 0 && (got = sorter_merge_next(merge, &e, err)) == 1) {
        struct amendment a;
        sqlite3_stmt *stmt;

        memcpy(&a, e.ptr, sizeof(a));
        stmt = a.has ? put : drop;

        if (a.had)
            r->sums.kept[SUM_SAID] -= sum_of(e.key, today, a.was);
        if (a.has)
            r->sums.kept[SUM_SAID] += sum_of(e.key, today, a.is);
        sqlite3_bind_int64(stmt, 1, key_of(e.key));
        sqlite3_bind_int64(stmt, 2, today);
        if (a.has)
            sqlite3_bind_int64(stmt, 3, a.is);
        got = sql_run(r->store, stmt, err);
        r->account->changed = true;
    }
    sorter_merge_destroy(merge);
    sqlite3_finalize(put);
    sqlite3_finalize(drop);
    return got;
}

int reported_keep(struct run *r, struct err *err)
{
    struct kept kept = {.store = r->store, .today = day_of_run(r->as_of)};
    struct sorter *amendments = NULL;
    int rc = -1;

    if (sorter_create(&amendments, r->judged->temp_dir, MEMORY, err) == 0 &&
        sql_prepare(r->store, &kept.stmt, "SELECT device, day, said FROM said ORDER BY device, day", err) == 0)
        rc = compare_all(r, &kept, amendments, err);
    sqlite3_finalize(kept.stmt);
    if (rc == 0)
        rc = write_all(r, kept.today, amendments, err);
    sorter_destroy(amendments);
    return rc;
}
