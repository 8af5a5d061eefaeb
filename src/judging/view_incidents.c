/* The view `incidents` (R8): every Incident opened by as-of, as it stands at as-of, with the facts of its judged CHF.
 */
#include "runs_int.h"
#include "views_int.h"

#include "rules/incident.h"
#include "rules/waiver.h"
#include "store/sql.h"

#define COLUMNS(C)                                                                                                     \
    C(incident_id, TEXT, "Its identity.", cell_text(cell, (struct text){id, incident_id_format(i, id)}))               \
    C(chf_id, TEXT, "The Communications Hub Function.", cell_eui64(cell, i->device))                                   \
    C(csp_region, TEXT, "The region of its CSP.", cell_word(cell, term_word(&vocab_csp_region, row->region)))          \
    C(manufacturer, TEXT, "From the inventory.", cell_text(cell, row->manufacturer))                                   \
    C(model, TEXT, "From the inventory.", cell_text(cell, row->model))                                                 \
    C(firmware, TEXT, "From the inventory.", cell_text(cell, row->firmware))                                           \
    C(commissioned_at, TEXT, "The Commissioning instant.", cell_instant(cell, row->commissioned_at))                   \
    C(status, TEXT, "Whether it is open.", cell_word(cell, incident_status(i, as_of, c->previous)))                    \
    C(opened_at, TEXT, "The as-of of the run that opened it.", cell_instant(cell, i->opened_at))                       \
    C(resolved_at, TEXT, "The as-of of the run that resolved it.", cell_instant(cell, i->resolved_at))                 \
    C(age_days, INTEGER, "Whole days since it was opened.", cell_number(cell, incident_age_days(i, as_of)))            \
    C(age_band, TEXT, "The band of that.", cell_word(cell, incident_age_band(incident_age_days(i, as_of))))            \
    C(unmet, TEXT, "The obligations that the criteria which open Incidents find unmet; NULL once it is closed.",       \
      if (is_open) cell_obligations(cell, incident_unmet(j, by)))                                                      \
    C(reasons, TEXT, "Why; NULL once it is closed.", if (is_open) cell_reasons(cell, j->reasons))                      \
    C(next_action, TEXT, "What would settle or mend it; NULL once it is closed.",                                      \
      if (is_open) cell_mending(cell, base->source->ctx->directory, j, by))                                            \
    C(in_this_run, TEXT, "Whether it was opened or resolved since the last run of an earlier date.",                   \
      cell_yes_no(cell, i->opened_at > c->previous || i->resolved_at > c->previous))                                   \
    C(verdict, TEXT, "The verdict of the CHF.", cell_word(cell, verdict_word(j->verdict)))                             \
    C(episode, INTEGER, "Which of the Incidents of this CHF it is.", cell_number(cell, i->episode))                    \
    C(category, TEXT, "What it is about; NULL once it is closed.", if (is_open) cell_word(cell, incident_category(j))) \
    C(criteria, TEXT, "Those whose verdict opens and resolves Incidents at as-of: revised or legacy.",                 \
      cell_word(cell, incident_criteria_word(by)))                                                                     \
    C(waived, TEXT, "Whether waivers stand for all that is open.",                                                     \
      cell_yes_no(cell, is_waived(base->source->ctx, j, row->model)))                                                  \
    C(opened_by, TEXT, "Those whose verdict opened it: revised or legacy.",                                            \
      cell_word(cell, incident_criteria_word(i->opened_by)))

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

struct incidents_cursor {
    struct scan_cursor chf; /* stands on the CHF of the Incident */
    sqlite3_stmt *stmt;
    struct incident incident;
    instant previous; /* as-of of the last run of an earlier date that ended */
};

static int incidents_open(struct view_cursor *base, struct err *err)
{
    static const char sql[] =
        "SELECT device, episode, opened_at, resolved_at, raised_in_error, opened_by, (" PREVIOUS_RUN(
            "?2") ") FROM main.incident WHERE opened_at<=?1 ORDER BY device, episode";

    if (sqlite3_prepare_v2(base->db, sql, -1, &((struct incidents_cursor *)base)->stmt, NULL) != SQLITE_OK)
        return view_sql_fail(base->db, err);
    return 0;
}

/* The work may be done where only the criteria in force do not see it. */
static void cell_mending(sqlite3_context *cell, const struct directory *d, const struct judgement *j,
                         enum incident_criteria by)
{
    char text[NEXT_ACTION_TEXT_SIZE];
    const size_t len = actions_format(j, incident_unmet(j, by), d, text);

    if (len > 0)
        cell_text(cell, (struct text){text, len});
    else if (by == INCIDENTS_BY_LEGACY && j->legacy_verdict == VERDICT_FAIL)
        cell_word(cell, INCIDENT_NOTHING_TO_DO);
}

/* The CHF may have been filtered away: then so is its Incident. */
static int incidents_next(struct view_cursor *base, struct err *err)
{
    struct incidents_cursor *const c = (struct incidents_cursor *)base;
    int rc, found;

    while ((rc = sqlite3_step(c->stmt)) == SQLITE_ROW) {
        c->incident = (struct incident){.device = id_of(sqlite3_column_int64(c->stmt, 0)),
                                        .episode = (uint32_t)sqlite3_column_int64(c->stmt, 1),
                                        .opened_at = sql_instant(c->stmt, 2),
                                        .resolved_at = sql_instant(c->stmt, 3),
                                        .raised_in_error = sqlite3_column_int(c->stmt, 4) != 0,
                                        .opened_by = (enum incident_criteria)sqlite3_column_int(c->stmt, 5)};
        c->previous = sql_instant(c->stmt, 6);
        /* What a later run resolved was open still. */
        if (c->incident.resolved_at != INSTANT_NONE && c->incident.resolved_at > base->source->ctx->as_of)
            c->incident.resolved_at = INSTANT_NONE;
        found = view_scan_to(&c->chf.scan, c->incident.device, err);
        if (found != 0)
            return found;
    }
    return rc == SQLITE_DONE ? 0 : view_sql_fail(base->db, err);
}

static int incidents_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct incidents_cursor *const c = (struct incidents_cursor *)base;

    (void)keys;
    (void)argv;
    sqlite3_reset(c->stmt);
    sqlite3_bind_int64(c->stmt, 1, base->source->ctx->as_of);
    sqlite3_bind_int64(c->stmt, 2, day_of_run(base->source->ctx->as_of) * INSTANT_DAY);
    judged_rewind(&c->chf.scan.cursor, base->source->judged);
    return incidents_next(base, err);
}

static int incidents_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct incidents_cursor *const c = (struct incidents_cursor *)base;
    const struct judged_row *const judged = view_scan_row(&c->chf.scan, err);
    const struct inventory_row *const row = judged != NULL ? &judged->inventory : NULL;
    const struct judgement *const j = judged != NULL ? &judged->judgement : NULL;
    const struct incident *const i = &c->incident;
    const instant as_of = base->source->ctx->as_of;
    const enum incident_criteria by = incident_criteria_at(base->source->ctx->settings, as_of);
    const bool is_open = i->resolved_at == INSTANT_NONE;
    char id[INCIDENT_ID_SIZE];

    if (j == NULL)
        return -1;
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

static void incidents_rest(struct view_cursor *base)
{
    sqlite3_reset(((struct incidents_cursor *)base)->stmt);
}

static void incidents_release(struct view_cursor *base)
{
    sqlite3_finalize(((struct incidents_cursor *)base)->stmt);
    scan_cursor_release(base);
}

const struct view view_incidents = {
    .about = {"incidents", "Every Incident opened by as-of, as it stands at as-of.", columns, ARRAY_LEN(columns)},
    .plan = {.cost = 0, .rows = 1e4, .keys = VIEW_NO_KEYS, .device = NO_COLUMN, .then = NO_COLUMN},
    .cursor_size = sizeof(struct incidents_cursor),
    .open = incidents_open,
    .begin = incidents_begin,
    .next = incidents_next,
    .cell = incidents_cell,
    .rest = incidents_rest,
    .release = incidents_release,
};
