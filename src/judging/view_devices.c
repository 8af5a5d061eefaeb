/* The views of verdicts: `devices` and `devices_before`, one row a judged Device; `obligations`, one row for each
 * obligation of each, in the order of the Devices and of rule R4. */
#include "device_rows_int.h"
#include "views_int.h"

#include "domain/eui64.h"
#include "rules/attribution.h"
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

static int devices_cell(struct view_cursor *c, sqlite3_context *cell, int column, struct err *err)
{
    struct view_scan *const scan = &((struct scan_cursor *)c)->scan;
    const struct judged_row *const judged = view_scan_row(scan, err);
    const struct judge_context *const ctx = c->source->ctx;
    const struct directory *const d = ctx->directory;
    const struct inventory_row *const row = judged != NULL ? &judged->inventory : NULL;
    const struct judgement *const j = judged != NULL ? &judged->judgement : NULL;

    bool operator_seen;

    if (j == NULL)
        return -1;
    operator_seen = (scan->head.related & RELATED_OPERATOR_SEEN) != 0;
    switch (column) {
        DEVICES(DEVICES_CASE)
    }
    return 0;
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

const char *device_column_name(unsigned column)
{
    return device_columns[column].name;
}

static void text_text(struct buf *cell, struct text t)
{
    buf_add_text(cell, t);
}

static void text_word(struct buf *cell, const char *word)
{
    buf_add_str(cell, word);
}

static void text_yes_no(struct buf *cell, bool yes)
{
    buf_add_str(cell, yes ? "yes" : "no");
}

static void text_instant(struct buf *cell, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    if (at != INSTANT_NONE)
        buf_add(cell, text, instant_format(at, text));
}

static void text_eui64(struct buf *cell, uint64_t id)
{
    char text[EUI64_TEXT_SIZE];

    if (id != 0)
        buf_add(cell, text, eui64_format(id, text));
}

static void text_mpxn(struct buf *cell, mpxn_code mpxn)
{
    char text[MPXN_TEXT_SIZE];

    if (mpxn != 0)
        buf_add(cell, text, mpxn_format(mpxn, text));
}

static void text_party(struct buf *cell, const struct directory *d, struct party p)
{
    char unknown[EUI64_TEXT_SIZE];

    if (p.kind != PARTY_NONE)
        buf_add_text(cell, directory_party_name(d, p, unknown));
}

static void text_parties(struct buf *cell, const struct directory *d, const struct party *parties, size_t count)
{
    char text[PARTIES_TEXT_SIZE];

    buf_add(cell, text, parties_format(d, parties, count, text));
}

static void text_reasons(struct buf *cell, reason_set reasons)
{
    char text[REASONS_TEXT_SIZE];

    if (reasons != 0)
        buf_add(cell, text, reasons_format(reasons, text));
}

static void text_next_action(struct buf *cell, const struct directory *d, const struct judgement *j)
{
    char text[NEXT_ACTION_TEXT_SIZE];

    if (has_next_action(j))
        buf_add(cell, text, next_action_format(j, d, text));
}

static void text_unmet(struct buf *cell, const struct judgement *j)
{
    char text[UNMET_TEXT_SIZE];

    buf_add(cell, text, unmet_format(j, text));
}

static void text_state(struct buf *cell, const struct judgement *j, enum obligation o)
{
    text_word(cell, obligation_state_word(j->obligations[o].state));
}

/* From here on the list of columns makes texts of the same names. */
#define cell_text        text_text
#define cell_word        text_word
#define cell_yes_no      text_yes_no
#define cell_instant     text_instant
#define cell_eui64       text_eui64
#define cell_mpxn        text_mpxn
#define cell_party       text_party
#define cell_parties     text_parties
#define cell_reasons     text_reasons
#define cell_next_action text_next_action
#define cell_unmet       text_unmet
#define cell_state       text_state

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

#undef cell_text
#undef cell_word
#undef cell_yes_no
#undef cell_instant
#undef cell_eui64
#undef cell_mpxn
#undef cell_party
#undef cell_parties
#undef cell_reasons
#undef cell_next_action
#undef cell_unmet
#undef cell_state

/* ---- Obligations ---- */

#define OBLIGATION_ROWS(C)                                                                                             \
    C(device_id, TEXT, "The Device.", cell_eui64(cell, row->judgement.device))                                         \
    C(obligation, TEXT, "Its name.", cell_word(cell, obligation_word((enum obligation)c->obligation)))                 \
    C(state, TEXT, "Whether it is met.", cell_word(cell, obligation_state_word(o->state)))                             \
    C(rule, TEXT, "The rule that decided it.", cell_word(cell, rule_text(o->rule)))                                    \
    C(reasons, TEXT, "Why, joined by ';'.", cell_reasons(cell, o->reasons))                                            \
    C(owed_by, TEXT, "The party that owes it.", cell_party(cell, d, o->owed_by))                                       \
    C(next_action, TEXT, "What would settle or mend it.", cell_action(cell, d, &o->action))                            \
    C(legacy_met, TEXT, "Whether the criterion in force on the same matter is met.", cell_yes_no(cell, o->legacy_met)) \
    C(device_type, TEXT, "The type of the Device.",                                                                    \
      cell_word(cell, term_word(&vocab_device_type, row->inventory.type)))                                             \
    C(csp_region, TEXT, "The region of its CSP.",                                                                      \
      cell_word(cell, term_word(&vocab_csp_region, row->inventory.region)))                                            \
    C(inherited, TEXT, "Whether that party owes it only since a Change of Supplier.",                                  \
      cell_yes_no(cell, obligation_is_inherited(&row->judgement, (enum obligation)c->obligation)))                     \
    C(verdict, TEXT, "The verdict of the Device.", cell_word(cell, verdict_word(row->judgement.verdict)))              \
    C(main_reason, TEXT, "The one reason that tells most.", cell_word(cell, reason_word(o->main_reason)))              \
    C(position, INTEGER HIDDEN, "1 to 6, in the order in which obligations are listed everywhere.",                    \
      cell_number(cell, c->obligation + 1))

#define OBLIGATION_ROWS_ENUM(name, type, sentence, ...) OBLIGATION_ROWS_##name,
#define OBLIGATION_ROWS_CASE(name, type, sentence, ...)                                                                \
    case OBLIGATION_ROWS_##name:                                                                                       \
        __VA_ARGS__;                                                                                                   \
        break;
enum { OBLIGATION_ROWS(OBLIGATION_ROWS_ENUM) };
static const struct view_column obligation_columns[] = {OBLIGATION_ROWS(VIEW_COLUMN)};

struct obligations_cursor {
    struct scan_cursor of;
    int obligation;
};

static int obligations_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    ((struct obligations_cursor *)base)->obligation = 0;
    return scan_cursor_begin(base, keys, argv, err);
}

static int obligations_next(struct view_cursor *base, struct err *err)
{
    struct obligations_cursor *const c = (struct obligations_cursor *)base;

    c->obligation = (c->obligation + 1) % OBLIGATIONS;
    return c->obligation > 0 ? 1 : scan_cursor_next(base, err);
}

static int obligations_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct obligations_cursor *const c = (struct obligations_cursor *)base;
    const struct judged_row *const row = view_scan_row(&c->of.scan, err);
    const struct directory *const d = base->source->ctx->directory;
    const struct obligation_judgement *const o = row != NULL ? &row->judgement.obligations[c->obligation] : NULL;

    if (row == NULL)
        return -1;
    switch (column) {
        OBLIGATION_ROWS(OBLIGATION_ROWS_CASE)
    }
    return 0;
}

const struct view view_obligations = {
    .about = {"obligations", "Six rows for each judged Device, one for each obligation.", obligation_columns,
              ARRAY_LEN(obligation_columns)},
    .key = "device_id, position",
    .plan = {.cost = 1e6,
             .rows = 1e6,
             .keys = {OBLIGATION_ROWS_device_id, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN},
             .device = OBLIGATION_ROWS_device_id,
             .then = OBLIGATION_ROWS_position},
    .cursor_size = sizeof(struct obligations_cursor),
    .begin = obligations_begin,
    .next = obligations_next,
    .cell = obligations_cell,
    .release = scan_cursor_release,
};
