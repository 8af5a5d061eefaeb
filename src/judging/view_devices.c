/* The views `devices` and `devices_before`: one row a judged Device. */
#include "device_rows_int.h"
#include "views_int.h"

#include "rules/waiver.h"

#define DEVICES(C)                                                                                                     \
    C(device_id, TEXT, "The Device.", cell_eui64(cell, j->device))                                                     \
    C(device_type, TEXT, "Its type.", cell_word(cell, term_word(&vocab_device_type, row->type)))                       \
    C(smets, TEXT, "SMETS1 or SMETS2+.", cell_word(cell, term_word(&vocab_smets, row->smets)))                         \
    C(csp_region, TEXT, "The region of its CSP.", cell_word(cell, term_word(&vocab_csp_region, row->region)))          \
    C(chf_id, TEXT, "The Communications Hub Function that it is on.", cell_eui64(cell, row->chf))                      \
    C(commissioned_at, TEXT, "The Commissioning instant.", cell_instant(cell, row->commissioned_at))                   \
    C(deadline, TEXT, "When its obligations were to be met.", cell_instant(cell, j->deadline))                         \
    C(verdict, TEXT, "The verdict of the revised criteria.", cell_word(cell, verdict_word(j->verdict)))                \
    C(legacy_verdict, TEXT, "The verdict of the criteria in force.", cell_word(cell, verdict_word(j->legacy_verdict))) \
    C(classification, TEXT, "How the two differ.", cell_word(cell, classification_word(j->classification)))            \
    C(reasons, TEXT, "Why, joined by ';'.", cell_reasons(cell, j->reasons))                                            \
    C(responsible_party, TEXT, "The party that owes what is unmet, several joined by ';'.",                            \
      cell_parties(cell, d, j->responsible, j->responsible_count))                                                     \
    C(commissioning_supplier, TEXT, "The Supplier registered at Commissioning.",                                       \
      cell_party(cell, d, j->commissioning_supplier))                                                                  \
    C(network_operator, TEXT, "The Network Operator registered at as-of.", cell_party(cell, d, j->network_operator))   \
    C(cos_at, TEXT, "The latest Change of Supplier since Commissioning.", cell_instant(cell, j->cos_at))               \
    C(issue_credentials, TEXT, "The state of this obligation.", cell_state(cell, j, OBLIGATION_ISSUE_CREDENTIALS))     \
    C(device_certificates, TEXT, "The state of this obligation.", cell_state(cell, j, OBLIGATION_DEVICE_CERTIFICATES)) \
    C(network_operator_credentials, TEXT, "The state of this obligation.",                                             \
      cell_state(cell, j, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS))                                                    \
    C(supplier_credentials, TEXT, "The state of this obligation.",                                                     \
      cell_state(cell, j, OBLIGATION_SUPPLIER_CREDENTIALS))                                                            \
    C(communicating, TEXT, "The state of this obligation.", cell_state(cell, j, OBLIGATION_COMMUNICATING))             \
    C(recovery_cell, TEXT, "The state of this obligation.", cell_state(cell, j, OBLIGATION_RECOVERY_CELL))             \
    C(completed_at, TEXT, "When everything was met, of a Device that passes.", cell_instant(cell, j->completed_at))    \
    C(late, TEXT, "Whether that was after the deadline.", if (j->late >= 0) cell_yes_no(cell, j->late == 1))           \
    C(excluded_reason, TEXT, "Why it is left out.", cell_word(cell, excluded_reason_word(j->excluded)))                \
    C(next_action, TEXT, "What would settle or mend it, and by which party.", cell_next_action(cell, d, j))            \
    C(main_reason, TEXT, "The one reason that tells most.", cell_word(cell, reason_word(j->main_reason)))              \
    C(waived, TEXT, "Whether waivers stand for all that is open.", cell_yes_no(cell, is_waived(ctx, j, row->model)))   \
    C(mpxn, TEXT, "The MPAN or MPRN; of a GPF without one that of the GSME on its hub.", cell_mpxn(cell, j->mpxn))     \
    C(supplier, TEXT, "The Supplier registered at as-of.", cell_party(cell, d, j->supplier))                           \
    C(smi_status, TEXT, "The status in the inventory.", cell_word(cell, term_word(&vocab_smi_status, row->status)))    \
    C(manufacturer, TEXT, "From the inventory.", cell_text(cell, row->manufacturer))                                   \
    C(model, TEXT, "From the inventory.", cell_text(cell, row->model))                                                 \
    C(firmware, TEXT, "From the inventory.", cell_text(cell, row->firmware))                                           \
    C(unmet, TEXT, "The obligations that are neither MET nor NOT_APPLICABLE.", cell_unmet(cell, j))                    \
    C(verdict_rule, TEXT, "The rule that decided the verdict.", cell_word(cell, rule_text(j->verdict_rule)))           \
    C(s1_cohort, TEXT, "Of a SMETS1 Device: IOC, MOC or FOC.",                                                         \
      cell_word(cell, term_word(&vocab_s1_cohort, row->cohort)))                                                       \
    C(operator_seen, TEXT, "Whether it is known of some Network Operator cell what it holds.",                         \
      cell_yes_no(cell, operator_seen))

#define DEVICES_ENUM(name, type, sentence, ...) DEVICES_##name,
#define DEVICES_CASE(name, type, sentence, ...)                                                                        \
    case DEVICES_##name:                                                                                               \
        __VA_ARGS__;                                                                                                   \
        break;
enum { DEVICES(DEVICES_ENUM) };
static const struct view_column device_columns[] = {DEVICES(VIEW_COLUMN)};

static void cell_state(sqlite3_context *cell, const struct judgement *j, enum obligation o)
{
    cell_word(cell, obligation_state_word(j->obligations[o].state));
}

/* What a query mostly narrows by needs no unpacking. */
static bool head_cell(const struct judged_head *h, sqlite3_context *cell, int column)
{
    switch (column) {
    case DEVICES_device_id:
        cell_eui64(cell, h->device);
        return true;
    case DEVICES_device_type:
        cell_word(cell, term_word(&vocab_device_type, h->type));
        return true;
    case DEVICES_verdict:
        cell_word(cell, verdict_word((enum verdict)h->verdict));
        return true;
    case DEVICES_classification:
        cell_word(cell, classification_word((enum classification)h->classification));
        return true;
    case DEVICES_operator_seen:
        cell_yes_no(cell, (h->related & RELATED_OPERATOR_SEEN) != 0);
        return true;
    default:
        return false;
    }
}

static int row_cell(struct view_cursor *c, sqlite3_context *cell, int column, struct err *err)
{
    struct view_scan *const scan = &((struct scan_cursor *)c)->scan;
    const struct judged_row *const judged = view_scan_row(scan, err);
    const struct judge_context *const ctx = c->source->ctx;
    const struct directory *const d = ctx->directory;
    const struct inventory_row *const row = judged != NULL ? &judged->inventory : NULL;
    const struct judgement *const j = judged != NULL ? &judged->judgement : NULL;

    const bool operator_seen = false; /* by the head */

    if (j == NULL)
        return -1;
    switch (column) {
        DEVICES(DEVICES_CASE)
    }
    return 0;
}

static int devices_cell(struct view_cursor *c, sqlite3_context *cell, int column, struct err *err)
{
    return head_cell(&((struct scan_cursor *)c)->scan.head, cell, column) ? 0 : row_cell(c, cell, column, err);
}

#define DEVICES_VIEW(view_name, view_sentence)                                                                         \
    {                                                                                                                  \
        .about = {view_name, view_sentence, device_columns, ARRAY_LEN(device_columns)}, .key = "device_id",            \
        .plan = {.cost = 1e6,                                                                                          \
                 .rows = 1e6,                                                                                          \
                 .keys = {DEVICES_device_id, DEVICES_verdict, DEVICES_legacy_verdict, DEVICES_classification,          \
                          DEVICES_device_type, DEVICES_csp_region},                                                    \
                 .device = DEVICES_device_id,                                                                          \
                 .then = NO_COLUMN},                                                                                   \
        .cursor_size = sizeof(struct scan_cursor), .begin = scan_cursor_begin, .next = scan_cursor_next,               \
        .cell = devices_cell, .release = scan_cursor_release,                                                          \
    }

const struct view view_devices = DEVICES_VIEW("devices", "One row for each Device of the inventory, judged at as-of.");
const struct view view_devices_before =
    DEVICES_VIEW("devices_before", "The same as at the earlier instant; empty where there is none.");

/* ---- The same cells as texts, for rows without a query ---- */

/* What lies beside the judgement is no column of it. */
int device_column_find(struct text name)
{
    for (size_t i = 0; i < ARRAY_LEN(device_columns); i++)
        if (i != DEVICES_operator_seen && text_equal(name, text_of(device_columns[i].name)))
            return (int)i;
    return -1;
}

const struct view_column *device_column_at(unsigned column)
{
    return &device_columns[column];
}

#include "cell_texts_int.h"

void device_cell_text(const struct judgement *j, const struct judge_context *ctx, int column, struct buf *out)
{
    const struct directory *const d = ctx->directory;
    const struct inventory_row *const row = j->inventory;
    struct buf *const cell = out;
    const bool operator_seen = false; /* not asked for: device_column_find */

    switch (column) {
        DEVICES(DEVICES_CASE)
    }
}
