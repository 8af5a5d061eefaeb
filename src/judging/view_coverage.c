/* The view `coverage` (R10.4): a row for each kind of evidence, for each silence of the log, and for each sender that
 * fell silent alone. */
#include "views_int.h"

#include "base/array.h"
#include "judging/coverage.h"
#include "store/sql.h"

#include <stdlib.h>

#define COLUMNS(C)                                                                                                     \
    C(kind, TEXT, "The kind of evidence; silence: a silence of the log; sender: one who fell silent alone.",           \
      cell_text(cell, row->kind))                                                                                      \
    C(first, TEXT, "The first instant of that kind by as-of.", cell_instant(cell, row->first))                         \
    C(last, TEXT, "And the last.", cell_instant(cell, row->last))                                                      \
    C(records, INTEGER, "How many records are stored.", if (row->files > 0) cell_number(cell, row->records))           \
    C(files, INTEGER, "From how many files.", if (row->files > 0) cell_number(cell, row->files))                       \
    C(silence_from, TEXT, "When it fell silent; NULL before the first request.",                                       \
      cell_instant(cell, row->silence.span.from))                                                                      \
    C(silence_to, TEXT, "Until when.", cell_instant(cell, row->silence.span.to))                                       \
    C(expected, INTEGER, "How many requests were to be expected.",                                                     \
      if (row->silence.expected >= 0) cell_number(cell, row->silence.expected))                                        \
    C(weeks, INTEGER, "By how many weeks around; 0: by the mean rate of 28 days around.",                              \
      if (row->silence.expected >= 0) cell_number(cell, row->silence.weeks))                                           \
    C(devices_waiting, INTEGER, "How many Devices are UNVERIFIED for it.",                                             \
      if (row->waits) cell_number(cell, (int64_t)row->waiting))                                                        \
    C(sender, TEXT, "The sender that fell silent alone.",                                                              \
      if (row->sender != 0) cell_party_of(cell, base->source->ctx->directory, row->sender))

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

struct coverage_row {
    struct text kind; /* borrowed from the list of kinds, or static */
    instant first, last;
    int64_t records, files;
    struct found_silence silence;
    bool waits;
    uint64_t waiting;
    uint64_t sender;
};

struct coverage_cursor {
    struct view_cursor view;
    struct coverage_row *rows;
    size_t count, cap, at;
    struct buf kinds; /* their words, one after another; rows hold offsets until all are there */
};

static struct coverage_row *add(struct coverage_cursor *c, struct err *err)
{
    if (!array_reserve(&c->rows, &c->cap, c->count + 1, sizeof(*c->rows))) {
        err_nomem(err);
        return NULL;
    }
    c->rows[c->count] = (struct coverage_row){
        .first = INSTANT_NONE, .last = INSTANT_NONE, .silence = {{INSTANT_NONE, INSTANT_NONE}, -1, 0}};
    return &c->rows[c->count++];
}

static int prepare(const struct coverage_cursor *c, const char *sql, sqlite3_stmt **out, struct err *err)
{
    return sqlite3_prepare_v2(c->view.db, sql, -1, out, NULL) == SQLITE_OK ? 0 : view_sql_fail(c->view.db, err);
}

static int add_kinds(struct coverage_cursor *c, struct err *err)
{
    static const char sql[] = "SELECT kind, min(first_instant), max(min(last_instant, ?1)), sum(stored), count(*)"
                              " FROM main.file WHERE first_instant IS NULL OR first_instant<=?1 GROUP BY kind";
    sqlite3_stmt *stmt = NULL;
    size_t at = 0;
    int rc = prepare(c, sql, &stmt, err), got = SQLITE_DONE;

    if (rc == 0)
        sqlite3_bind_int64(stmt, 1, c->view.source->ctx->as_of);
    while (rc == 0 && (got = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct coverage_row *const row = add(c, err);

        if (row == NULL) {
            rc = -1;
            break;
        }
        row->kind = sql_text(stmt, 0);
        buf_add_text(&c->kinds, row->kind);
        row->first = sql_instant(stmt, 1);
        row->last = sql_instant(stmt, 2);
        row->records = sqlite3_column_int64(stmt, 3);
        row->files = sqlite3_column_int64(stmt, 4);
    }
    if (rc == 0 && got != SQLITE_DONE)
        rc = view_sql_fail(c->view.db, err);
    sqlite3_finalize(stmt);
    if (rc == 0 && c->kinds.failed)
        rc = err_nomem(err);
    for (size_t i = 0; rc == 0 && i < c->count; i++) {
        c->rows[i].kind.ptr = (const char *)c->kinds.ptr + at;
        at += c->rows[i].kind.len;
    }
    return rc;
}

static int add_silences(struct coverage_cursor *c, const struct coverage *coverage, struct err *err)
{
    for (size_t i = 0; i < coverage->count; i++) {
        struct coverage_row *const row = add(c, err);

        if (row == NULL)
            return -1;
        row->kind = TEXT_LITERAL("silence");
        row->silence = coverage->found[i];
        row->waits = c->view.source->judged != NULL;
        row->waiting = coverage->waiting[i];
    }
    return 0;
}

/* The days of one sender. */
struct days {
    uint64_t sender;
    struct request_hour *ptr;
    size_t count, cap;
};

/* Where nobody sent anything no sender is alone, whether or not the log is stated to be complete then. */
static bool is_of_all(const struct coverage *coverage, const struct silence *s)
{
    for (size_t i = 0; i < coverage->uncut_count; i++)
        if (coverage->uncut[i].from < s->to && coverage->uncut[i].to > s->from)
            return true;
    return false;
}

static int end_sender(struct coverage_cursor *c, const struct coverage *coverage, struct days *d, struct err *err)
{
    struct found_silence *const found = calloc(d->count + 1, sizeof(*found));
    const struct log_days log = {coverage->first / INSTANT_DAY, coverage->last / INSTANT_DAY};
    size_t n;
    int rc = 0;

    if (found == NULL)
        return err_nomem(err);
    n = coverage_sender_silences(d->ptr, d->count, log, coverage->settings, coverage->as_of, found);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        struct coverage_row *row;

        if (is_of_all(coverage, &found[i].span))
            continue;
        row = add(c, err);
        if (row == NULL) {
            rc = -1;
            break;
        }
        row->kind = TEXT_LITERAL("sender");
        row->silence = found[i];
        row->sender = d->sender;
    }
    free(found);
    d->count = 0;
    return rc;
}

static int add_day(struct days *d, sqlite3_stmt *stmt, struct err *err)
{
    const uint64_t before = d->count > 0 ? d->ptr[d->count - 1].before + d->ptr[d->count - 1].requests : 0;
    const int64_t day = sqlite3_column_int64(stmt, 1);

    if (day < INSTANT_FIRST / INSTANT_DAY || day > INSTANT_LAST / INSTANT_DAY)
        return err_set(err, ERR_DATA, "the store is damaged: it counts requests of no such day; run 'pcreport verify'");
    if (!array_reserve(&d->ptr, &d->cap, d->count + 1, sizeof(*d->ptr)))
        return err_nomem(err);
    d->ptr[d->count++] = (struct request_hour){day, (uint64_t)sqlite3_column_int64(stmt, 2), before};
    return 0;
}

static int add_senders(struct coverage_cursor *c, const struct coverage *coverage, struct err *err)
{
    static const char sql[] = "SELECT sender, day, requests FROM main.sender_day WHERE day<=? ORDER BY sender, day";
    sqlite3_stmt *stmt = NULL;
    struct days d = {0};
    int rc = prepare(c, sql, &stmt, err), got = SQLITE_DONE;

    if (rc == 0)
        sqlite3_bind_int64(stmt, 1, day_of_run(coverage->as_of));
    while (rc == 0 && (got = sqlite3_step(stmt)) == SQLITE_ROW) {
        const uint64_t sender = id_of(sqlite3_column_int64(stmt, 0));

        if (sender != d.sender && d.count > 0)
            rc = end_sender(c, coverage, &d, err);
        d.sender = sender;
        if (rc == 0)
            rc = add_day(&d, stmt, err);
    }
    if (rc == 0 && got != SQLITE_DONE)
        rc = view_sql_fail(c->view.db, err);
    if (rc == 0 && d.count > 0)
        rc = end_sender(c, coverage, &d, err);
    sqlite3_finalize(stmt);
    free(d.ptr);
    return rc;
}

static void coverage_forget(struct view_cursor *base)
{
    struct coverage_cursor *const c = (struct coverage_cursor *)base;

    free(c->rows);
    buf_release(&c->kinds);
    c->rows = NULL;
    c->count = c->cap = c->at = 0;
}

static int coverage_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct coverage_cursor *const c = (struct coverage_cursor *)base;
    const struct coverage *const coverage = base->source->query->coverage;

    (void)keys;
    (void)argv;
    coverage_forget(base);
    if (add_kinds(c, err) < 0)
        return -1;
    if (coverage != NULL && (add_silences(c, coverage, err) < 0 || add_senders(c, coverage, err) < 0))
        return -1;
    return c->count > 0;
}

static int coverage_next(struct view_cursor *base, struct err *err)
{
    struct coverage_cursor *const c = (struct coverage_cursor *)base;

    (void)err;
    return ++c->at < c->count;
}

static int coverage_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct coverage_cursor *const c = (struct coverage_cursor *)base;
    const struct coverage_row *const row = &c->rows[c->at];

    (void)err;
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

const struct view view_coverage = {
    .about = {"coverage", "What the evidence covers: its kinds, the silences of the log, and senders that fell silent.",
              columns, ARRAY_LEN(columns)},
    .plan = {.cost = 1e4, .rows = 100, .keys = VIEW_NO_KEYS, .device = NO_COLUMN, .then = NO_COLUMN},
    .cursor_size = sizeof(struct coverage_cursor),
    .begin = coverage_begin,
    .next = coverage_next,
    .cell = coverage_cell,
    .rest = coverage_forget,
    .release = coverage_forget,
};
