/* The view `changes`: one row a Device that fails now, failed then, or is judged otherwise than then. */
#include "views_int.h"

#include "rules/change.h"

enum column {
    DEVICE_ID,
    DEVICE_TYPE,
    SMETS,
    CSP_REGION,
    RESPONSIBLE_PARTY,
    CHANGE,
    VERDICT_BEFORE,
    VERDICT,
    LEGACY_VERDICT_BEFORE,
    LEGACY_VERDICT,
    CLASSIFICATION_BEFORE,
    CLASSIFICATION,
    REASONS_BEFORE,
    CHANGE_REASONS,
    EXCLUDED_REASON,
    UNMET,
    NEXT_ACTION
};

static const char declaration[] =
    "CREATE TABLE changes(device_id TEXT, device_type TEXT, smets TEXT, csp_region TEXT, responsible_party TEXT,"
    " change TEXT, verdict_before TEXT, verdict TEXT, legacy_verdict_before TEXT, legacy_verdict TEXT,"
    " classification_before TEXT, classification TEXT, reasons_before TEXT, reasons TEXT, excluded_reason TEXT,"
    " unmet TEXT, next_action TEXT)";

struct changes_table {
    struct view_table now;
    const struct judged *before;
};

struct changes_cursor {
    struct view_cursor now;
    struct judged_cursor before;
    struct judged_head head; /* of the record that `before` stands on */
    bool before_at_end, judged_before;
    enum change change;
};

static int changes_connect(sqlite3 *db, void *source, int argc, const char *const *argv, sqlite3_vtab **out, char **msg)
{
    const struct query_source *const s = source;
    const int rc = view_connect_own(db, s->now, declaration, sizeof(struct changes_table), out);

    (void)argc;
    (void)argv;
    (void)msg;
    if (rc == SQLITE_OK)
        ((struct changes_table *)*out)->before = s->before;
    return rc;
}

static int changes_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1e6;
    info->estimatedRows = 100000;
    info->orderByConsumed = view_comes_in_order(info, DEVICE_ID, -1);
    return SQLITE_OK;
}

static int changes_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    return view_open(out, sizeof(struct changes_cursor));
}

static int changes_close(sqlite3_vtab_cursor *base)
{
    judged_cursor_release(&((struct changes_cursor *)base)->before);
    return view_close(base);
}

static int step_before(struct changes_cursor *c, struct err *err)
{
    int got = judged_next(&c->before, &c->head, err);

    c->before_at_end = got != 1;
    return got < 0 ? -1 : 0;
}

static struct standing standing_of(const struct judged_head *head)
{
    return (struct standing){(enum verdict)head->verdict, (enum classification)head->classification};
}

/* From the Device that `now` stands on to the first with a change. The two sets hold the same Devices, where there is
 * an earlier one at all. */
static int find_change(struct changes_cursor *c, struct err *err)
{
    for (; !c->now.scan.at_end;) {
        const struct standing now = standing_of(&c->now.scan.head);
        struct standing then;

        while (!c->before_at_end && c->head.device < c->now.scan.head.device)
            if (step_before(c, err) < 0)
                return -1;
        c->judged_before = !c->before_at_end && c->head.device == c->now.scan.head.device;
        then = standing_of(&c->head);
        c->change = change_between(c->judged_before ? &then : NULL, &now);
        if (c->change != CHANGE_NONE)
            return 0;
        if (view_scan_next(&c->now.scan, err) < 0)
            return -1;
    }
    return 0;
}

static int changes_filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    struct changes_cursor *c = (struct changes_cursor *)base;
    const struct changes_table *table = (const struct changes_table *)base->pVtab;
    struct err err = {0};

    (void)number;
    (void)text;
    (void)argc;
    c->now.rowid = 1;
    c->before_at_end = table->before == NULL;
    if (table->before != NULL) {
        judged_rewind(&c->before, table->before);
        if (step_before(c, &err) < 0)
            return view_fail(base->pVtab, &err);
    }
    if (view_scan_begin(&c->now.scan, table->now.judged, 0, argv, &err) < 0 || find_change(c, &err) < 0)
        return view_fail(base->pVtab, &err);
    return SQLITE_OK;
}

static int changes_next(sqlite3_vtab_cursor *base)
{
    struct changes_cursor *c = (struct changes_cursor *)base;
    struct err err = {0};

    c->now.rowid++;
    if (view_scan_next(&c->now.scan, &err) < 0 || find_change(c, &err) < 0)
        return view_fail(base->pVtab, &err);
    return SQLITE_OK;
}

static int before_cell(sqlite3_context *cell, enum column column, struct changes_cursor *c)
{
    struct judged_row row;
    struct err err = {0};

    if (!c->judged_before)
        return SQLITE_OK;
    if (judged_row_read(&c->before, &row, &err) < 0)
        return view_fail(c->now.base.pVtab, &err);
    switch (column) {
    case VERDICT_BEFORE:
        cell_word(cell, verdict_word(row.judgement.verdict));
        break;
    case LEGACY_VERDICT_BEFORE:
        cell_word(cell, verdict_word(row.judgement.legacy_verdict));
        break;
    case CLASSIFICATION_BEFORE:
        cell_word(cell, classification_word(row.judgement.classification));
        break;
    default:
        cell_reasons(cell, row.judgement.reasons);
        break;
    }
    return SQLITE_OK;
}

static void now_cell(sqlite3_context *cell, enum column column, const struct judgement *j, const struct directory *d)
{
    switch (column) {
    case DEVICE_ID:
        cell_eui64(cell, j->device);
        break;
    case DEVICE_TYPE:
        cell_word(cell, term_word(&vocab_device_type, j->inventory->type));
        break;
    case SMETS:
        cell_word(cell, term_word(&vocab_smets, j->inventory->smets));
        break;
    case CSP_REGION:
        cell_word(cell, term_word(&vocab_csp_region, j->inventory->region));
        break;
    case RESPONSIBLE_PARTY:
        cell_parties(cell, d, j->responsible, j->responsible_count);
        break;
    case VERDICT:
        cell_word(cell, verdict_word(j->verdict));
        break;
    case LEGACY_VERDICT:
        cell_word(cell, verdict_word(j->legacy_verdict));
        break;
    case CLASSIFICATION:
        cell_word(cell, classification_word(j->classification));
        break;
    case CHANGE_REASONS:
        cell_reasons(cell, j->reasons);
        break;
    case EXCLUDED_REASON:
        cell_word(cell, excluded_reason_word(j->excluded));
        break;
    case UNMET:
        cell_unmet(cell, j);
        break;
    default:
        cell_next_action(cell, d, j);
        break;
    }
}

static int changes_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int number)
{
    struct changes_cursor *c = (struct changes_cursor *)base;
    const struct directory *d = ((const struct changes_table *)base->pVtab)->now.judged->ctx->directory;
    const enum column column = (enum column)number;
    const struct judged_row *row;
    struct err err = {0};

    switch (column) {
    case CHANGE:
        cell_word(cell, change_word(c->change));
        return SQLITE_OK;
    case VERDICT_BEFORE:
    case LEGACY_VERDICT_BEFORE:
    case CLASSIFICATION_BEFORE:
    case REASONS_BEFORE:
        return before_cell(cell, column, c);
    default:
        row = view_scan_row(&c->now.scan, &err);
        if (row == NULL)
            return view_fail(base->pVtab, &err);
        now_cell(cell, column, &row->judgement, d);
        return SQLITE_OK;
    }
}

int view_changes_register(sqlite3 *db, const struct query_source *source)
{
    static const sqlite3_module module = {
        .xConnect = changes_connect,
        .xBestIndex = changes_best_index,
        .xDisconnect = view_disconnect,
        .xOpen = changes_open,
        .xClose = changes_close,
        .xFilter = changes_filter,
        .xNext = changes_next,
        .xEof = view_eof,
        .xColumn = changes_column,
        .xRowid = view_rowid,
    };

    return sqlite3_create_module_v2(db, "changes", &module, (void *)(uintptr_t)source, NULL);
}
