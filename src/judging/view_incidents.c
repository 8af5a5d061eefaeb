/* The view `incidents` (R8): every Incident opened by as-of, as it stands at as-of, with the facts of its judged CHF.
 */
#include "views_int.h"

#include "rules/incident.h"
#include "store/sql.h"

#include <stdlib.h>

enum column {
    INCIDENT_ID,
    CHF_ID,
    CSP_REGION,
    MANUFACTURER,
    MODEL,
    FIRMWARE,
    COMMISSIONED_AT,
    STATUS,
    OPENED_AT,
    RESOLVED_AT,
    AGE_DAYS,
    AGE_BAND,
    UNMET,
    INCIDENT_REASONS,
    NEXT_ACTION,
    IN_THIS_RUN,
    VERDICT,
    EPISODE,
    CATEGORY
};

/* in_this_run: opened or resolved by the run for this as-of */
static const char declaration[] =
    "CREATE TABLE incidents(incident_id TEXT, chf_id TEXT, csp_region TEXT, manufacturer TEXT, model TEXT,"
    " firmware TEXT, commissioned_at TEXT, status TEXT, opened_at TEXT, resolved_at TEXT, age_days INTEGER,"
    " age_band TEXT, unmet TEXT, reasons TEXT, next_action TEXT, in_this_run TEXT, verdict TEXT, episode INTEGER,"
    " category TEXT)";

struct incidents_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_stmt *stmt;
    struct view_scan scan; /* stands on the CHF of the Incident */
    struct incident incident;
    bool at_end;
};

static int incidents_connect(sqlite3 *db, void *judged, int argc, const char *const *argv, sqlite3_vtab **out,
                             char **msg)
{
    (void)argc;
    (void)argv;
    (void)msg;
    return view_connect(db, judged, declaration, out);
}

static int incidents_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 100000;
    info->estimatedRows = 10000;
    return SQLITE_OK;
}

static int incidents_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    struct incidents_cursor *c = calloc(1, sizeof(*c));
    int rc;

    if (c == NULL)
        return SQLITE_NOMEM;
    rc = sqlite3_prepare_v2(((struct view_table *)table)->db,
                            "SELECT device, episode, opened_at, resolved_at FROM main.incident WHERE opened_at<=? "
                            "ORDER BY device, episode",
                            -1, &c->stmt, NULL);
    if (rc != SQLITE_OK) {
        free(c);
        return rc;
    }
    *out = &c->base;
    return SQLITE_OK;
}

static int incidents_close(sqlite3_vtab_cursor *base)
{
    struct incidents_cursor *c = (struct incidents_cursor *)base;

    sqlite3_finalize(c->stmt);
    view_scan_release(&c->scan);
    free(c);
    return SQLITE_OK;
}

/* Finds the Device of the Incident among the judged. It may have been filtered away: then so is its Incident. */
static int find_device(struct incidents_cursor *c, struct err *err)
{
    struct judged_head head;
    int got;

    c->scan.is_read = false;
    if (judged_seek(&c->scan.cursor, c->incident.device, err) < 0)
        return -1;
    while ((got = judged_next(&c->scan.cursor, &head, err)) == 1 && head.device < c->incident.device)
        ;
    return got == 1 && head.device == c->incident.device ? 1 : got < 0 ? -1 : 0;
}

static int incidents_next(sqlite3_vtab_cursor *base)
{
    struct incidents_cursor *c = (struct incidents_cursor *)base;
    const struct judged *judged = ((const struct view_table *)base->pVtab)->judged;
    struct err err = {0};
    int rc, found;

    while ((rc = sqlite3_step(c->stmt)) == SQLITE_ROW) {
        c->incident.device = id_of(sqlite3_column_int64(c->stmt, 0));
        c->incident.episode = (uint32_t)sqlite3_column_int64(c->stmt, 1);
        c->incident.opened_at = sqlite3_column_int64(c->stmt, 2);
        c->incident.resolved_at = sql_instant(c->stmt, 3);
        /* What a later run resolved was open still. */
        if (c->incident.resolved_at != INSTANT_NONE && c->incident.resolved_at > judged->ctx->as_of)
            c->incident.resolved_at = INSTANT_NONE;
        found = find_device(c, &err);
        if (found < 0)
            return view_fail(base->pVtab, &err);
        if (found == 1)
            return SQLITE_OK;
    }
    c->at_end = true;
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int incidents_filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    struct incidents_cursor *c = (struct incidents_cursor *)base;
    const struct judged *judged = ((const struct view_table *)base->pVtab)->judged;

    (void)number;
    (void)text;
    (void)argc;
    (void)argv;
    sqlite3_reset(c->stmt);
    sqlite3_bind_int64(c->stmt, 1, judged->ctx->as_of);
    judged_rewind(&c->scan.cursor, judged);
    c->at_end = false;
    return incidents_next(base);
}

static int incidents_eof(sqlite3_vtab_cursor *base)
{
    return ((struct incidents_cursor *)base)->at_end;
}

static int incidents_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    const struct incident *i = &((struct incidents_cursor *)base)->incident;

    *out = (sqlite3_int64)(i->device << 8 ^ i->episode);
    return SQLITE_OK;
}

static void incident_cell(sqlite3_context *cell, enum column column, const struct incident *i, instant as_of)
{
    char id[INCIDENT_ID_SIZE];

    switch (column) {
    case INCIDENT_ID:
        sqlite3_result_text(cell, id, (int)incident_id_format(i, id), SQLITE_TRANSIENT);
        break;
    case CHF_ID:
        cell_eui64(cell, i->device);
        break;
    case STATUS:
        cell_word(cell, incident_status(i, as_of));
        break;
    case OPENED_AT:
        cell_instant(cell, i->opened_at);
        break;
    case RESOLVED_AT:
        cell_instant(cell, i->resolved_at);
        break;
    case AGE_DAYS:
        sqlite3_result_int64(cell, incident_age_days(i, as_of));
        break;
    case AGE_BAND:
        cell_word(cell, incident_age_band(incident_age_days(i, as_of)));
        break;
    case IN_THIS_RUN:
        cell_yes_no(cell, i->opened_at == as_of || i->resolved_at == as_of);
        break;
    case EPISODE:
        sqlite3_result_int64(cell, i->episode);
        break;
    default:
        break;
    }
}

static void device_cell(sqlite3_context *cell, enum column column, const struct judgement *j, const struct directory *d)
{
    switch (column) {
    case CSP_REGION:
        cell_word(cell, term_word(&vocab_csp_region, j->inventory->region));
        break;
    case MANUFACTURER:
        cell_text(cell, j->inventory->manufacturer);
        break;
    case MODEL:
        cell_text(cell, j->inventory->model);
        break;
    case FIRMWARE:
        cell_text(cell, j->inventory->firmware);
        break;
    case COMMISSIONED_AT:
        cell_instant(cell, j->inventory->commissioned_at);
        break;
    case UNMET:
        cell_unmet(cell, j);
        break;
    case INCIDENT_REASONS:
        cell_reasons(cell, j->reasons);
        break;
    case NEXT_ACTION:
        cell_next_action(cell, d, j);
        break;
    case CATEGORY:
        cell_word(cell, incident_category(j));
        break;
    case VERDICT:
        cell_word(cell, verdict_word(j->verdict));
        break;
    default:
        break;
    }
}

static int incidents_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int column)
{
    struct incidents_cursor *c = (struct incidents_cursor *)base;
    const struct judge_context *ctx = ((const struct view_table *)base->pVtab)->judged->ctx;
    struct err err = {0};
    const struct judged_row *row = view_scan_row(&c->scan, &err);

    if (row == NULL)
        return view_fail(base->pVtab, &err);
    /* Each knows its own columns and leaves those of the other alone. */
    incident_cell(cell, (enum column)column, &c->incident, ctx->as_of);
    device_cell(cell, (enum column)column, &row->judgement, ctx->directory);
    return SQLITE_OK;
}

int view_incidents_register(sqlite3 *db, const struct judged *judged)
{
    static const sqlite3_module module = {
        .xConnect = incidents_connect,
        .xBestIndex = incidents_best_index,
        .xDisconnect = view_disconnect,
        .xOpen = incidents_open,
        .xClose = incidents_close,
        .xFilter = incidents_filter,
        .xNext = incidents_next,
        .xEof = incidents_eof,
        .xColumn = incidents_column,
        .xRowid = incidents_rowid,
    };

    return sqlite3_create_module_v2(db, "incidents", &module, (void *)(uintptr_t)judged, NULL);
}
