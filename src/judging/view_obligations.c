/* The view `obligations`: one row for each obligation of each judged Device, in the order of the Devices and of rule
 * R4. */
#include "views_int.h"

enum column { DEVICE_ID, OBLIGATION, STATE, RULE, OBLIGATION_REASONS, OWED_BY, NEXT_ACTION, LEGACY_MET, POSITION };

/* position: 1 to 6, for ORDER BY device_id, position */
static const char declaration[] =
    "CREATE TABLE obligations(device_id TEXT, obligation TEXT, state TEXT, rule TEXT, reasons TEXT, owed_by TEXT,"
    " next_action TEXT, legacy_met TEXT, position INTEGER HIDDEN, PRIMARY KEY(device_id, position)) WITHOUT ROWID";

struct obligations_cursor {
    struct view_cursor view;
    int obligation;
};

static int obligations_connect(sqlite3 *db, void *judged, int argc, const char *const *argv, sqlite3_vtab **out,
                               char **msg)
{
    (void)argc;
    (void)argv;
    (void)msg;
    return view_connect(db, judged, declaration, out);
}

static int obligations_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    static const int columns[VIEW_KEYS] = {DEVICE_ID, -1, -1, -1, -1, -1};

    (void)table;
    return view_best_index(info, columns, POSITION);
}

static int obligations_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    return view_open(out, sizeof(struct obligations_cursor));
}

static int obligations_filter(sqlite3_vtab_cursor *base, int keys, const char *text, int argc, sqlite3_value **argv)
{
    struct obligations_cursor *c = (struct obligations_cursor *)base;
    const struct view_table *table = (const struct view_table *)base->pVtab;
    struct err err = {0};

    (void)text;
    (void)argc;
    c->obligation = 0;
    return view_scan_begin(&c->view.scan, table->judged, keys, argv, &err) < 0 ? view_fail(base->pVtab, &err)
                                                                               : SQLITE_OK;
}

static int obligations_next(sqlite3_vtab_cursor *base)
{
    struct obligations_cursor *c = (struct obligations_cursor *)base;
    struct err err = {0};

    if (++c->obligation < OBLIGATIONS)
        return SQLITE_OK;
    c->obligation = 0;
    return view_scan_next(&c->view.scan, &err) < 0 ? view_fail(base->pVtab, &err) : SQLITE_OK;
}

static int obligations_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int column)
{
    struct obligations_cursor *c = (struct obligations_cursor *)base;
    const struct directory *d = ((const struct view_table *)base->pVtab)->judged->ctx->directory;
    struct err err = {0};
    const struct judged_row *row = view_scan_row(&c->view.scan, &err);
    const struct obligation_judgement *o;

    if (row == NULL)
        return view_fail(base->pVtab, &err);
    o = &row->judgement.obligations[c->obligation];
    switch ((enum column)column) {
    case DEVICE_ID:
        cell_eui64(cell, row->judgement.device);
        break;
    case OBLIGATION:
        cell_word(cell, obligation_word((enum obligation)c->obligation));
        break;
    case STATE:
        cell_word(cell, obligation_state_word(o->state));
        break;
    case RULE:
        cell_text(cell, text_of(rule_text(o->rule)));
        break;
    case OBLIGATION_REASONS:
        cell_reasons(cell, o->reasons);
        break;
    case OWED_BY:
        cell_party(cell, d, o->owed_by);
        break;
    case NEXT_ACTION:
        cell_action(cell, d, &o->action);
        break;
    case LEGACY_MET:
        cell_yes_no(cell, o->legacy_met);
        break;
    case POSITION:
        sqlite3_result_int(cell, c->obligation + 1);
        break;
    }
    return SQLITE_OK;
}

int view_obligations_register(sqlite3 *db, const struct judged *judged)
{
    static const sqlite3_module module = {
        .xConnect = obligations_connect,
        .xBestIndex = obligations_best_index,
        .xDisconnect = view_disconnect,
        .xOpen = obligations_open,
        .xClose = view_close,
        .xFilter = obligations_filter,
        .xNext = obligations_next,
        .xEof = view_eof,
        .xColumn = obligations_column,
    };

    return sqlite3_create_module_v2(db, "obligations", &module, (void *)(uintptr_t)judged, NULL);
}
