/* R11: packing what is said of a Device, reading back what was said, and keeping it. */
#include "reported_int.h"
#include "runs_int.h"

#include <string.h>

_Static_assert(VERDICTS == 5 && CLASSIFICATIONS == 7 && OBLIGATION_STATES == 5 && OBLIGATIONS == 6,
               "stored codes are made of these");

said_code said_pack(const struct judgement *j, instant as_of)
{
    said_code code = j->verdict;

    code = code * VERDICTS + j->legacy_verdict;
    code = code * CLASSIFICATIONS + j->classification;
    code = code * 2 + standing_of(j, as_of).commissioned;
    for (int o = 0; o < OBLIGATIONS; o++)
        code = code * OBLIGATION_STATES + j->obligations[o].state;
    return code + 1;
}

bool said_unpack(said_code code, struct said *out)
{
    if (code == 0)
        return false;
    code--;
    for (int o = OBLIGATIONS - 1; o >= 0; o--, code /= OBLIGATION_STATES)
        out->states[o] = (enum obligation_state)(code % OBLIGATION_STATES);
    out->commissioned = code % 2 != 0;
    code /= 2;
    out->classification = (enum classification)(code % CLASSIFICATIONS);
    code /= CLASSIFICATIONS;
    out->legacy_verdict = (enum verdict)(code % VERDICTS);
    code /= VERDICTS;
    out->verdict = (enum verdict)code;
    return code < VERDICTS;
}

struct standing said_standing(const struct said *s)
{
    return (struct standing){s->verdict, s->classification, s->commissioned};
}

int64_t day_of_run(instant as_of)
{
    return as_of / INSTANT_DAY - (as_of % INSTANT_DAY < 0);
}

static int step(struct reported *r, struct err *err)
{
    const int got = sql_step(r->store, r->stmt, err);

    r->at_end = got != 1;
    if (got == 1) {
        r->device = id_of(sqlite3_column_int64(r->stmt, 0));
        r->said = (said_code)sqlite3_column_int64(r->stmt, 2);
    }
    return got < 0 ? -1 : 0;
}

int reported_begin(struct reported *r, struct store *st, int64_t before_day, struct err *err)
{
    *r = (struct reported){.store = st};
    /* Beside max() SQLite gives the other columns of the row that holds it. */
    if (sql_prepare(st, &r->stmt, "SELECT device, max(day), said FROM said WHERE day<? GROUP BY device", err) < 0)
        return -1;
    sqlite3_bind_int64(r->stmt, 1, before_day);
    return step(r, err);
}

int reported_of(struct reported *r, uint64_t device, said_code *out, struct err *err)
{
    while (!r->at_end && r->device < device)
        if (step(r, err) < 0)
            return -1;
    *out = !r->at_end && r->device == device ? r->said : 0;
    return 0;
}

void reported_end(struct reported *r)
{
    sqlite3_finalize(r->stmt);
    *r = (struct reported){0};
}

/* ---- R11.1: keeping what a run reports ----
 * One pass over what was reported and what is reported now, both in the order of the Devices; what differs is written
 * afterwards, since a table must not change while it is read. */

#define AMENDMENTS_MEMORY (8 << 20)

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

static int step_kept(struct kept *k, struct err *err)
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
        if (step_kept(k, err) < 0)
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
    int got = step_kept(k, err);

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

    if (sorter_create(&amendments, r->judged->temp_dir, AMENDMENTS_MEMORY, err) == 0 &&
        sql_prepare(r->store, &kept.stmt, "SELECT device, day, said FROM said ORDER BY device, day", err) == 0)
        rc = compare_all(r, &kept, amendments, err);
    sqlite3_finalize(kept.stmt);
    if (rc == 0)
        rc = write_all(r, kept.today, amendments, err);
    sorter_destroy(amendments);
    return rc;
}
