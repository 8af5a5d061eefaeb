/* The views `device_counts`, how many Devices are alike, and `party_counts`, the same from the side of the parties. A
 * summary of a million Devices reads a few thousand rows of it, where grouping `devices` would sort a million. */
#include "views_int.h"

#include "rules/attribution.h"
#include "rules/waiver.h"

#include <stdlib.h>
#include <string.h>

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

/* What Devices that are counted together have in common. Compared as bytes: no padding. */
struct alike {
    uint64_t supplier;
    reason_set reasons;
    uint8_t supplier_kind, type, region, verdict, legacy_verdict, classification, late, excluded;
    uint8_t main_reason;
    uint8_t by_legacy, state, inherited; /* of party_counts, where the party stands for the Supplier; of device_counts
                                            `state` says whether they are waived */
    uint8_t none[4];                     /* 0 */
};
_Static_assert(sizeof(struct alike) == sizeof(uint64_t) + sizeof(reason_set) + 16, "no padding, and whole words");

struct count {
    struct alike alike;
    uint64_t devices; /* 0: an empty slot */
};

struct counts_cursor {
    struct view_cursor view;
    struct count *slots; /* a table addressed by hash while counting, then sorted, the used ones first */
    size_t size;         /* a power of two */
    size_t used, at;
};

static struct alike alike_of(const struct judgement *j, bool waived)
{
    struct alike a;

    memset(&a, 0, sizeof(a));
    a.supplier = j->supplier.id;
    a.reasons = j->reasons;
    a.supplier_kind = (uint8_t)j->supplier.kind;
    a.type = (uint8_t)j->inventory->type;
    a.region = (uint8_t)j->inventory->region;
    a.verdict = (uint8_t)j->verdict;
    a.legacy_verdict = (uint8_t)j->legacy_verdict;
    a.classification = (uint8_t)j->classification;
    a.late = (uint8_t)(j->late + 1);
    a.excluded = (uint8_t)j->excluded;
    a.main_reason = (uint8_t)j->main_reason;
    a.state = waived;
    return a;
}

/* FNV-1a over the eight bytes at a time. */
static size_t hash_of(const struct alike *a)
{
    uint64_t words[sizeof(*a) / sizeof(uint64_t)], hash = UINT64_C(0xCBF29CE484222325);

    memcpy(words, a, sizeof(words));
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        hash = (hash ^ words[i]) * UINT64_C(0x100000001B3);
    return (size_t)(hash ^ hash >> 32);
}

static struct count *slot_of(struct count *slots, size_t size, const struct alike *a)
{
    size_t i = hash_of(a) & (size - 1);

    while (slots[i].devices > 0 && memcmp(&slots[i].alike, a, sizeof(*a)) != 0)
        i = (i + 1) & (size - 1);
    return &slots[i];
}

static int grow(struct counts_cursor *c, struct err *err)
{
    const size_t size = c->size == 0 ? 1024 : 2 * c->size;
    struct count *const slots = calloc(size, sizeof(*slots));

    if (slots == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < c->size; i++)
        if (c->slots[i].devices > 0)
            *slot_of(slots, size, &c->slots[i].alike) = c->slots[i];
    free(c->slots);
    c->slots = slots;
    c->size = size;
    return 0;
}

static int count_alike(struct counts_cursor *c, struct alike a, struct err *err)
{
    struct count *slot;

    if (2 * c->used >= c->size && grow(c, err) < 0)
        return -1;
    slot = slot_of(c->slots, c->size, &a);
    c->used += slot->devices == 0;
    slot->alike = a;
    slot->devices++;
    return 0;
}

static struct alike alike_of_party(const struct judgement *j, struct party p)
{
    struct alike a;

    memset(&a, 0, sizeof(a));
    a.supplier = p.id;
    a.supplier_kind = (uint8_t)p.kind;
    a.type = (uint8_t)j->inventory->type;
    a.region = (uint8_t)j->inventory->region;
    return a;
}

static bool is_among(const struct party *parties, size_t count, struct party p)
{
    for (size_t i = 0; i < count; i++)
        if (party_same(parties[i], p))
            return true;
    return false;
}

static int count_owing(struct counts_cursor *c, const struct judgement *j, struct err *err)
{
    struct party told[OBLIGATIONS];
    size_t count = 0;

    for (int o = 0; o < OBLIGATIONS; o++) {
        const struct party p = j->obligations[o].owed_by;
        struct party_account account;
        struct alike a;

        if (is_among(told, count, p) || !party_account_of(j, p, &account))
            continue;
        told[count++] = p;
        a = alike_of_party(j, p);
        a.state = (uint8_t)account.state;
        a.inherited = account.inherited;
        if (count_alike(c, a, err) < 0)
            return -1;
    }
    return 0;
}

static int count_obliged(struct counts_cursor *c, const struct judgement *j, const struct judge_context *ctx,
                         struct err *err)
{
    struct party told[OBLIGATIONS];
    size_t count = 0;

    for (int o = 0; o < OBLIGATIONS; o++) {
        const struct party p = legacy_obliged(ctx, j, (enum obligation)o);
        struct alike a;
        bool failed = false;

        if (ctx->legacy->terms[j->inventory->type][o].owed_by == OWED_BY_NONE || is_among(told, count, p))
            continue;
        told[count++] = p;
        for (int k = o; k < OBLIGATIONS; k++)
            failed =
                failed || (party_same(legacy_obliged(ctx, j, (enum obligation)k), p) && !j->obligations[k].legacy_met);
        a = alike_of_party(j, p);
        a.by_legacy = 1;
        a.state = failed && j->legacy_verdict == VERDICT_FAIL;
        if (count_alike(c, a, err) < 0)
            return -1;
    }
    return 0;
}

static const char *state_word(const struct alike *a)
{
    static const char *const words[ACCOUNT_STATES] = {"on time", "late", "done", "failed", "unverified"};
    static const char *const legacy[] = {"passed", "failed"};

    return a->by_legacy ? legacy[a->state] : words[a->state];
}

static int count_one(struct counts_cursor *c, const struct judged_row *row, struct err *err)
{
    const struct judgement *const j = &row->judgement;

    if (c->view.source->view == &view_device_counts)
        return count_alike(c, alike_of(j, is_waived(c->view.source->ctx, j, row->inventory.model)), err);
    if (j->verdict == VERDICT_EXCLUDED || j->verdict == VERDICT_PENDING)
        return 0;
    return count_owing(c, j, err) < 0 ? -1 : count_obliged(c, j, c->view.source->ctx, err);
}

/* By bytes, empty slots last: any order will do, as long as it is the same everywhere. */
static int by_alike(const void *a, const void *b)
{
    const struct count *const x = a, *const y = b;

    if ((x->devices == 0) != (y->devices == 0))
        return x->devices == 0 ? 1 : -1;
    return memcmp(&x->alike, &y->alike, sizeof(x->alike));
}

static int count_all(struct counts_cursor *c, const struct judged *judged, struct err *err)
{
    struct view_scan scan = {0};
    int got = view_scan_begin(&scan, judged, 0, NULL, err);

    while (got == 1) {
        const struct judged_row *const row = view_scan_row(&scan, err);

        got = row == NULL || count_one(c, row, err) < 0 ? -1 : view_scan_next(&scan, err);
    }
    view_scan_release(&scan);
    if (got == 0 && c->size > 0)
        qsort(c->slots, c->size, sizeof(*c->slots), by_alike);
    return got;
}

static void counts_forget(struct view_cursor *base)
{
    struct counts_cursor *const c = (struct counts_cursor *)base;

    free(c->slots);
    c->slots = NULL;
    c->size = c->used = c->at = 0;
}

static int counts_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct counts_cursor *const c = (struct counts_cursor *)base;

    (void)keys;
    (void)argv;
    counts_forget(base);
    return count_all(c, base->source->judged, err) < 0 ? -1 : c->used > 0;
}

static int counts_next(struct view_cursor *base, struct err *err)
{
    struct counts_cursor *const c = (struct counts_cursor *)base;

    (void)err;
    return ++c->at < c->used;
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
    const struct count *const count = &c->slots[c->at];
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
    const struct count *const count = &c->slots[c->at];
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
        .rest = counts_forget, .release = counts_forget,                                                               \
    }

const struct view view_device_counts = COUNTS_VIEW("device_counts", "How many Devices are alike in all these columns.",
                                                   device_columns, device_counts_cell);
const struct view view_party_counts = COUNTS_VIEW(
    "party_counts", "How many Devices that are due stand alike with each party that owes something on them.",
    party_columns, party_counts_cell);
