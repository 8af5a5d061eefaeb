/* The views `device_counts`, how many Devices are alike, and `party_counts`, the same from the side of the parties. A
 * summary of a million Devices reads a few thousand rows of it, where grouping `devices` would sort a million. */
#include "counts_int.h"
#include "views_int.h"

#include "rules/attribution.h"

#define DEVICE_COLUMNS(C)                                                                                              \
    C(device_type, TEXT, "Their type.", cell_word(cell, term_word(&vocab_device_type, a->type)))                       \
    C(csp_region, TEXT, "The region of their CSP.", cell_word(cell, term_word(&vocab_csp_region, a->region)))          \
    C(supplier, TEXT, "The Supplier registered at as-of.",                                                             \
      cell_party(cell, d, (struct party){a->supplier, (enum party_kind)a->supplier_kind}))                             \
    C(verdict, TEXT, "As in devices.", cell_word(cell, verdict_word((enum verdict)a->verdict)))                        \
    C(legacy_verdict, TEXT, "As in devices.", cell_word(cell, verdict_word((enum verdict)a->legacy_verdict)))          \
    C(classification, TEXT, "As in devices.",                                                                          \
      cell_word(cell, classification_word((enum classification)a->classification)))                                    \
    C(late, TEXT, "As in devices.", if (a->late > 0) cell_yes_no(cell, a->late == 2))                                  \
    C(reasons, TEXT, "As in devices.", cell_reasons(cell, a->reasons))                                                 \
    C(main_reason, TEXT, "As in devices.", cell_word(cell, reason_word((enum reason)a->main_reason)))                  \
    C(excluded_reason, TEXT, "As in devices.",                                                                         \
      cell_word(cell, excluded_reason_word((enum excluded_reason)a->excluded)))                                        \
    C(waived, TEXT, "As in devices.", cell_yes_no(cell, a->state != 0))                                                \
    C(smets, TEXT, "As in devices.", cell_word(cell, term_word(&vocab_smets, a->smets)))                               \
    C(s1_cohort, TEXT, "As in devices.", cell_word(cell, term_word(&vocab_s1_cohort, a->cohort)))                      \
    C(smi_status, TEXT, "As in devices.", cell_word(cell, term_word(&vocab_smi_status, a->status)))                    \
    C(operator_seen, TEXT, "As in devices.", cell_yes_no(cell, a->operator_seen != 0))                                 \
    C(devices, INTEGER, "How many they are.", cell_number(cell, (int64_t)count->devices))

#define PARTY_COLUMNS(C)                                                                                               \
    C(party, TEXT, "The party that owes something on the Devices; NULL: nobody is known to.",                          \
      cell_party(cell, d, (struct party){a->supplier, (enum party_kind)a->supplier_kind}))                             \
    C(criteria, TEXT, "By which criteria it owes: revised or legacy.",                                                 \
      cell_word(cell, a->by_legacy ? "legacy" : "revised"))                                                            \
    C(device_type, TEXT, "The type of the Devices.", cell_word(cell, term_word(&vocab_device_type, a->type)))          \
    C(csp_region, TEXT, "The region of their CSP.", cell_word(cell, term_word(&vocab_csp_region, a->region)))          \
    C(state, TEXT, "How they stand with the party: on time, late, done, failed, unverified; legacy: passed, failed.",  \
      cell_word(cell, state_word(a)))                                                                                  \
    C(inherited, TEXT, "Whether all that fails of the party's is its own only since a Change of Supplier.",            \
      cell_yes_no(cell, a->inherited))                                                                                 \
    C(devices, INTEGER, "How many they are.", cell_number(cell, (int64_t)count->devices))

#define DEVICE_ENUM(name, ...) DEVICE_##name,
#define PARTY_ENUM(name, ...)  PARTY_##name,
enum { DEVICE_COLUMNS(DEVICE_ENUM) };
enum { PARTY_COLUMNS(PARTY_ENUM) };
static const struct view_column device_columns[] = {DEVICE_COLUMNS(VIEW_COLUMN)};
static const struct view_column party_columns[] = {PARTY_COLUMNS(VIEW_COLUMN)};

struct counts_cursor {
    struct view_cursor view;
    struct counts counts;
    size_t at;
};

static const char *state_word(const struct alike *a)
{
    static const char *const words[ACCOUNT_STATES] = {"on time", "late", "done", "failed", "unverified"};
    static const char *const legacy[] = {"passed", "failed"};

    return a->by_legacy ? legacy[a->state] : words[a->state];
}

static int counts_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct counts_cursor *const c = (struct counts_cursor *)base;
    const bool by_party = base->source->view == &view_party_counts;

    (void)keys;
    (void)argv;
    c->at = 0;
    if (counts_of(base->source->judged, by_party ? COUNTS_OF_PARTIES : COUNTS_OF_DEVICES, &c->counts, err) < 0)
        return -1;
    return c->counts.count > 0;
}

static int counts_next(struct view_cursor *base, struct err *err)
{
    struct counts_cursor *const c = (struct counts_cursor *)base;

    (void)err;
    return ++c->at < c->counts.count;
}

#define DEVICE_CASE(name, type, sentence, ...)                                                                         \
    case DEVICE_##name:                                                                                                \
        __VA_ARGS__;                                                                                                   \
        break;
#define PARTY_CASE(name, type, sentence, ...)                                                                          \
    case PARTY_##name:                                                                                                 \
        __VA_ARGS__;                                                                                                   \
        break;

static int device_counts_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct counts_cursor *const c = (struct counts_cursor *)base;
    const struct directory *const d = base->source->ctx->directory;
    const struct count *const count = &c->counts.ptr[c->at];
    const struct alike *const a = &count->alike;

    (void)err;
    switch (column) {
        DEVICE_COLUMNS(DEVICE_CASE)
    }
    return 0;
}

static int party_counts_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct counts_cursor *const c = (struct counts_cursor *)base;
    const struct directory *const d = base->source->ctx->directory;
    const struct count *const count = &c->counts.ptr[c->at];
    const struct alike *const a = &count->alike;

    (void)err;
    switch (column) {
        PARTY_COLUMNS(PARTY_CASE)
    }
    return 0;
}

#define COUNTS_VIEW(view_name, view_sentence, view_columns, view_cell)                                                 \
    {                                                                                                                  \
        .about = {view_name, view_sentence, view_columns, ARRAY_LEN(view_columns)},                                    \
        .plan = {.cost = 1e6, .rows = 5e3, .keys = VIEW_NO_KEYS, .device = NO_COLUMN, .then = NO_COLUMN},              \
        .cursor_size = sizeof(struct counts_cursor), .begin = counts_begin, .next = counts_next, .cell = view_cell,    \
    }

const struct view view_device_counts = COUNTS_VIEW("device_counts", "How many Devices are alike in all these columns.",
                                                   device_columns, device_counts_cell);
const struct view view_party_counts = COUNTS_VIEW(
    "party_counts", "How many Devices that are due stand alike with each party that owes something on them.",
    party_columns, party_counts_cell);
