/* The views `devices` and `devices_before`: one row a judged Device. */
#include "views_int.h"

enum column {
    DEVICE_ID,
    DEVICE_TYPE,
    SMETS,
    CSP_REGION,
    CHF_ID,
    COMMISSIONED_AT,
    DEADLINE,
    VERDICT,
    LEGACY_VERDICT,
    CLASSIFICATION,
    DEVICE_REASONS,
    RESPONSIBLE_PARTY,
    COMMISSIONING_SUPPLIER,
    NETWORK_OPERATOR,
    COS_AT,
    FIRST_OBLIGATION,
    LAST_OBLIGATION = FIRST_OBLIGATION + OBLIGATIONS - 1,
    COMPLETED_AT,
    LATE,
    EXCLUDED_REASON,
    NEXT_ACTION,
    MPXN,
    SUPPLIER,
    SMI_STATUS,
    MANUFACTURER,
    MODEL,
    FIRMWARE,
    UNMET,
    VERDICT_RULE,
    S1_COHORT
};

/* With a key, since SQLite tells rows of one scan from those of another by it, where it looks several times. */
static const char declaration[] =
    "CREATE TABLE devices(device_id TEXT, device_type TEXT, smets TEXT, csp_region TEXT, chf_id TEXT,"
    " commissioned_at TEXT, deadline TEXT, verdict TEXT, legacy_verdict TEXT, classification TEXT, reasons TEXT,"
    " responsible_party TEXT, commissioning_supplier TEXT, network_operator TEXT, cos_at TEXT, issue_credentials TEXT,"
    " device_certificates TEXT, network_operator_credentials TEXT, supplier_credentials TEXT, communicating TEXT,"
    " recovery_cell TEXT, completed_at TEXT, late TEXT, excluded_reason TEXT, next_action TEXT, mpxn TEXT,"
    " supplier TEXT, smi_status TEXT, manufacturer TEXT, model TEXT, firmware TEXT, unmet TEXT, verdict_rule TEXT,"
    " s1_cohort TEXT, PRIMARY KEY(device_id)) WITHOUT ROWID";

static int devices_connect(sqlite3 *db, void *judged, int argc, const char *const *argv, sqlite3_vtab **out, char **msg)
{
    (void)argc;
    (void)argv;
    (void)msg;
    return view_connect(db, judged, declaration, out);
}

static int devices_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    static const int columns[VIEW_KEYS] = {DEVICE_ID, VERDICT, LEGACY_VERDICT, CLASSIFICATION, DEVICE_TYPE, CSP_REGION};

    (void)table;
    return view_best_index(info, columns, -1);
}

static int devices_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    return view_open(out, sizeof(struct view_cursor));
}

static int devices_filter(sqlite3_vtab_cursor *base, int keys, const char *text, int argc, sqlite3_value **argv)
{
    struct view_cursor *c = (struct view_cursor *)base;
    const struct view_table *table = (const struct view_table *)base->pVtab;
    struct err err = {0};

    (void)text;
    (void)argc;
    return view_scan_begin(&c->scan, table->judged, keys, argv, &err) < 0 ? view_fail(base->pVtab, &err) : SQLITE_OK;
}

static int devices_next(sqlite3_vtab_cursor *base)
{
    struct view_cursor *c = (struct view_cursor *)base;
    struct err err = {0};

    return view_scan_next(&c->scan, &err) < 0 ? view_fail(base->pVtab, &err) : SQLITE_OK;
}

static void inventory_cell(sqlite3_context *cell, enum column column, const struct inventory_row *row)
{
    switch (column) {
    case DEVICE_TYPE:
        cell_word(cell, term_word(&vocab_device_type, row->type));
        break;
    case SMETS:
        cell_word(cell, term_word(&vocab_smets, row->smets));
        break;
    case CSP_REGION:
        cell_word(cell, term_word(&vocab_csp_region, row->region));
        break;
    case CHF_ID:
        cell_eui64(cell, row->chf);
        break;
    case COMMISSIONED_AT:
        cell_instant(cell, row->commissioned_at);
        break;
    case SMI_STATUS:
        cell_word(cell, term_word(&vocab_smi_status, row->status));
        break;
    case MANUFACTURER:
        cell_text(cell, row->manufacturer);
        break;
    case MODEL:
        cell_text(cell, row->model);
        break;
    case FIRMWARE:
        cell_text(cell, row->firmware);
        break;
    case S1_COHORT:
        cell_word(cell, term_word(&vocab_s1_cohort, row->cohort));
        break;
    default:
        break;
    }
}

static void party_cell(sqlite3_context *cell, enum column column, const struct judgement *j, const struct directory *d)
{
    switch (column) {
    case RESPONSIBLE_PARTY:
        cell_parties(cell, d, j->responsible, j->responsible_count);
        break;
    case COMMISSIONING_SUPPLIER:
        cell_party(cell, d, j->commissioning_supplier);
        break;
    case NETWORK_OPERATOR:
        cell_party(cell, d, j->network_operator);
        break;
    case SUPPLIER:
        cell_party(cell, d, j->supplier);
        break;
    case NEXT_ACTION:
        cell_next_action(cell, d, j);
        break;
    default:
        inventory_cell(cell, column, j->inventory);
        break;
    }
}

static void judgement_cell(sqlite3_context *cell, enum column column, const struct judgement *j,
                           const struct directory *d)
{
    switch (column) {
    case DEVICE_ID:
        cell_eui64(cell, j->device);
        break;
    case DEADLINE:
        cell_instant(cell, j->deadline);
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
    case DEVICE_REASONS:
        cell_reasons(cell, j->reasons);
        break;
    case COS_AT:
        cell_instant(cell, j->cos_at);
        break;
    case COMPLETED_AT:
        cell_instant(cell, j->completed_at);
        break;
    case LATE:
        if (j->late >= 0)
            cell_yes_no(cell, j->late == 1);
        break;
    case EXCLUDED_REASON:
        cell_word(cell, excluded_reason_word(j->excluded));
        break;
    case MPXN:
        cell_mpxn(cell, j->mpxn);
        break;
    case UNMET:
        cell_unmet(cell, j);
        break;
    case VERDICT_RULE: /* lies in the packed record, which may go before the row does */
        cell_text(cell, text_of(rule_text(j->verdict_rule)));
        break;
    default:
        party_cell(cell, column, j, d);
        break;
    }
}

static int devices_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int column)
{
    struct view_cursor *c = (struct view_cursor *)base;
    const struct view_table *table = (const struct view_table *)base->pVtab;
    struct err err = {0};
    const struct judged_row *row = view_scan_row(&c->scan, &err);

    if (row == NULL)
        return view_fail(base->pVtab, &err);
    if (column >= FIRST_OBLIGATION && column <= (int)LAST_OBLIGATION)
        cell_word(cell, obligation_state_word(row->judgement.obligations[column - (int)FIRST_OBLIGATION].state));
    else
        judgement_cell(cell, (enum column)column, &row->judgement, table->judged->ctx->directory);
    return SQLITE_OK;
}

int view_devices_register(sqlite3 *db, const char *name, const struct judged *judged)
{
    static const sqlite3_module module = {
        .xConnect = devices_connect,
        .xBestIndex = devices_best_index,
        .xDisconnect = view_disconnect,
        .xOpen = devices_open,
        .xClose = view_close,
        .xFilter = devices_filter,
        .xNext = devices_next,
        .xEof = view_eof,
        .xColumn = devices_column,
    };

    return sqlite3_create_module_v2(db, name, &module, (void *)(uintptr_t)judged, NULL);
}
