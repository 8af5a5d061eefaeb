/* The view `reported` (R11.3): what the runs said of each Device, a row wherever a run said otherwise than the one
 * before. */
#include "views_int.h"

#define COLUMNS(C)                                                                                                     \
    C(run_as_of, TEXT, "The as-of of the run.", cell_instant(cell, c->run))                                            \
    C(device_id, TEXT, "The Device.", cell_eui64(cell, c->device))                                                     \
    C(verdict, TEXT, "The verdict of the revised criteria; NULL: the Device was not reported any more.",               \
      cell_word(cell, c->is_there ? verdict_word(c->said.verdict) : ""))                                               \
    C(legacy_verdict, TEXT, "The verdict of the criteria in force.",                                                   \
      cell_word(cell, c->is_there ? verdict_word(c->said.legacy_verdict) : ""))                                        \
    C(classification, TEXT, "How the two differed.",                                                                   \
      cell_word(cell, c->is_there ? classification_word(c->said.classification) : ""))                                 \
    C(issue_credentials, TEXT, "The state of this obligation.", state_cell(c, cell, OBLIGATION_ISSUE_CREDENTIALS))     \
    C(device_certificates, TEXT, "The state of this obligation.", state_cell(c, cell, OBLIGATION_DEVICE_CERTIFICATES)) \
    C(network_operator_credentials, TEXT, "The state of this obligation.",                                             \
      state_cell(c, cell, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS))                                                    \
    C(supplier_credentials, TEXT, "The state of this obligation.",                                                     \
      state_cell(c, cell, OBLIGATION_SUPPLIER_CREDENTIALS))                                                            \
    C(communicating, TEXT, "The state of this obligation.", state_cell(c, cell, OBLIGATION_COMMUNICATING))             \
    C(recovery_cell, TEXT, "The state of this obligation.", state_cell(c, cell, OBLIGATION_RECOVERY_CELL))

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

struct reported_cursor {
    struct view_cursor view;
    sqlite3_stmt *all, *one; /* every Device, or one */
    sqlite3_stmt *at;        /* the one of the two that is read */
    instant run;
    uint64_t device;
    bool is_there;
    struct said said;
};

static void state_cell(const struct reported_cursor *c, sqlite3_context *cell, enum obligation o)
{
    if (c->is_there)
        cell_word(cell, obligation_state_word(c->said.states[o]));
}

static int reported_open(struct view_cursor *base, struct err *err)
{
    struct reported_cursor *const c = (struct reported_cursor *)base;

    if (sqlite3_prepare_v2(base->db, SAID_COLUMNS " ORDER BY device, day", -1, &c->all, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(base->db, SAID_COLUMNS " AND device=?2 ORDER BY day", -1, &c->one, NULL) == SQLITE_OK)
        return 0;
    return view_sql_fail(base->db, err);
}

static int reported_next(struct view_cursor *base, struct err *err)
{
    struct reported_cursor *const c = (struct reported_cursor *)base;
    const int rc = sqlite3_step(c->at);

    if (rc != SQLITE_ROW)
        return rc == SQLITE_DONE ? 0 : view_sql_fail(base->db, err);
    c->device = id_of(sqlite3_column_int64(c->at, 0));
    c->run = sql_instant(c->at, 1);
    c->is_there = said_unpack((said_code)sqlite3_column_int64(c->at, 2), &c->said);
    return 1;
}

static void reported_rest(struct view_cursor *base)
{
    sqlite3_reset(((struct reported_cursor *)base)->all);
    sqlite3_reset(((struct reported_cursor *)base)->one);
}

static int reported_begin_view(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct reported_cursor *const c = (struct reported_cursor *)base;
    uint64_t device = 0;

    reported_rest(base);
    c->at = keys != 0 ? c->one : c->all;
    if (keys != 0 && !view_device_value(argv[0], &device))
        return 0;
    sqlite3_bind_int64(c->at, 1, day_of_run(base->source->ctx->as_of));
    if (keys != 0)
        sqlite3_bind_int64(c->at, 2, key_of(device));
    return reported_next(base, err);
}

static int reported_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct reported_cursor *const c = (struct reported_cursor *)base;

    (void)err;
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

static void reported_release(struct view_cursor *base)
{
    sqlite3_finalize(((struct reported_cursor *)base)->all);
    sqlite3_finalize(((struct reported_cursor *)base)->one);
}

const struct view view_reported = {
    .about = {"reported", "What runs said of each Device, where a run said otherwise than the one before.", columns,
              ARRAY_LEN(columns)},
    .plan = {.cost = 1e6,
             .rows = 1e6,
             .keys = {COLUMN_device_id, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN},
             .device = COLUMN_device_id,
             .then = NO_ORDER},
    .cursor_size = sizeof(struct reported_cursor),
    .open = reported_open,
    .begin = reported_begin_view,
    .next = reported_next,
    .cell = reported_cell,
    .rest = reported_rest,
    .release = reported_release,
};
