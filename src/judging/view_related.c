/* The views of R9, what is judged beside the verdicts: `operator_exceptions` (R9.1) and `join_exceptions` (R9.2), which
 * judged records carry, and `firmware_rejections` (R9.3), one row a refused SRV 11.1 that an activation was in the way
 * of. */
#include "store/sql.h"
#include "views_int.h"

#include <stdlib.h>
#include <string.h>

/* Of both, about the Device. */
#define DEVICE_COLUMNS(C)                                                                                              \
    C(device_id, TEXT, "The Device.", cell_eui64(cell, j->device))                                                     \
    C(device_type, TEXT, "Its type.", cell_word(cell, term_word(&vocab_device_type, row->type)))                       \
    C(smets, TEXT, "SMETS1 or SMETS2+.", cell_word(cell, term_word(&vocab_smets, row->smets)))                         \
    C(s1_cohort, TEXT, "Of a SMETS1 Device: IOC, MOC or FOC.",                                                         \
      cell_word(cell, term_word(&vocab_s1_cohort, row->cohort)))                                                       \
    C(csp_region, TEXT, "The region of its CSP.", cell_word(cell, term_word(&vocab_csp_region, row->region)))          \
    C(chf_id, TEXT, "The Communications Hub Function that it is on.", cell_eui64(cell, row->chf))                      \
    C(mpxn, TEXT, "The MPAN or MPRN.", cell_mpxn(cell, j->mpxn))                                                       \
    C(supplier, TEXT, "The Supplier registered at as-of.", cell_party(cell, d, j->supplier))                           \
    C(network_operator, TEXT, "The Network Operator registered at as-of.", cell_party(cell, d, j->network_operator))

#define OPERATOR_COLUMNS(C)                                                                                            \
    C(digital_signature, TEXT, "What the Digital Signature cell holds.",                                               \
      slot_cell(cell, slot_of(o, KEY_DIGITAL_SIGNATURE)))                                                              \
    C(digital_signature_holder, TEXT, "The party whose certificate that is.",                                          \
      holder_cell(cell, slot_of(o, KEY_DIGITAL_SIGNATURE), d))                                                         \
    C(key_agreement, TEXT, "What the Key Agreement cell holds.", slot_cell(cell, slot_of(o, KEY_KEY_AGREEMENT)))       \
    C(key_agreement_holder, TEXT, "The party whose certificate that is.",                                              \
      holder_cell(cell, slot_of(o, KEY_KEY_AGREEMENT), d))                                                             \
    C(seen_at, TEXT, "The latest look at them.", cell_instant(cell, seen_at(o)))                                       \
    C(in_smki_repository, TEXT, "Whether the registered operator has certificates in the SMKI Repository.",            \
      cell_yes_no(cell, o->in_repository))                                                                             \
    C(corrected_by, TEXT, "The parties that can correct it, joined by ';'.", corrected_by_cell(cell, o, d))            \
    C(next_action, TEXT, "What would correct it.", mending_cell(cell, o, d))                                           \
    C(refusals, INTEGER, "How many 6.15.1 were refused.", cell_number(cell, o->refusals))                              \
    C(refused_code, TEXT, "The code of the latest of them.", cell_text(cell, o->refused_code))                         \
    C(refused_at, TEXT, "When it was refused.", cell_instant(cell, o->refused_at))                                     \
    C(refused_user, TEXT, "The party that asked.", cell_party_of(cell, d, o->refused_user))                            \
    C(registered_since, TEXT, "When the registered operator became it, if since Commissioning.",                       \
      cell_instant(cell, j->network_operator_since))

#define JOIN_COLUMNS(C)                                                                                                \
    C(other_device_id, TEXT, "The other Device of the pair.", cell_eui64(cell, e->other_device))                       \
    C(join_srv, TEXT, "The SRV of the join.", if (!e->possible) cell_srv(cell, e->join.srv))                           \
    C(join_requested_at, TEXT, "When it was asked for.", if (!e->possible) cell_instant(cell, e->join.requested_at))   \
    C(join_outcome, TEXT, "What became of it.", if (!e->possible) cell_word(cell, outcome_word(e->join.outcome)))      \
    C(join_code, TEXT, "The code of the answer.", if (!e->possible) cell_text(cell, e->join.code))                     \
    C(join_user, TEXT, "The party that asked.", if (!e->possible) cell_party_of(cell, d, e->join.user))                \
    C(later_srv, TEXT, "The SRV of the retry or unjoin that shows it.", cell_srv(cell, e->later.srv))                  \
    C(later_requested_at, TEXT, "When it was asked for.", cell_instant(cell, e->later.requested_at))                   \
    C(later_outcome, TEXT, "What became of it.", cell_word(cell, outcome_word(e->later.outcome)))                      \
    C(later_code, TEXT, "The code of the answer.", cell_text(cell, e->later.code))                                     \
    C(later_user, TEXT, "The party that asked.", cell_party_of(cell, d, e->later.user))                                \
    C(later_count, INTEGER, "How many such there are.", cell_number(cell, (int64_t)e->later_count))                    \
    C(cost_gbp, INTEGER, "What a manual correction of the inventory costs.", cell_number(cell, ctx->correction_gbp))   \
    C(certainty, TEXT, "POSSIBLE where the log holds no join of the pair, WORKED where an alert says it did.",         \
      cell_word(cell, e->possible                         ? "POSSIBLE"                                                 \
                      : e->log_changed_at != INSTANT_NONE ? "WORKED"                                                   \
                                                          : "LIKELY"))                                                 \
    C(log_changed_at, TEXT, "The alert 8F12 between the join and its retry.", cell_instant(cell, e->log_changed_at))

#define OPERATORS(C) DEVICE_COLUMNS(C) OPERATOR_COLUMNS(C)
#define JOINS(C)     DEVICE_COLUMNS(C) JOIN_COLUMNS(C)

#define OPERATORS_ENUM(name, ...) OPERATORS_##name,
#define JOINS_ENUM(name, ...)     JOINS_##name,
enum { OPERATORS(OPERATORS_ENUM) };
enum { JOINS(JOINS_ENUM) };
static const struct view_column operators_columns[] = {OPERATORS(VIEW_COLUMN)};
static const struct view_column joins_columns[] = {JOINS(VIEW_COLUMN)};

static const struct slot *slot_of(const struct operator_exception *o, enum key_usage usage)
{
    for (unsigned i = 0; i < o->slot_count; i++)
        if (o->slots[i].kind.key_usage == usage)
            return &o->slots[i];
    return NULL;
}

/* The latest look at a slot. */
static instant seen_at(const struct operator_exception *o)
{
    instant at = INSTANT_NONE;

    for (unsigned i = 0; i < o->slot_count; i++)
        if (o->slots[i].seen_at > at)
            at = o->slots[i].seen_at;
    return at;
}

static bool is_same_mending(const struct action *a, const struct action *b)
{
    return a->kind == b->kind && a->srv == b->srv && a->by.kind == b->by.kind && a->by.id == b->by.id;
}

/* Each way of mending a slot once: about both usages where it is the same for both. */
static unsigned mendings(const struct operator_exception *o, struct action out[CRITERIA_CELLS_MAX])
{
    unsigned count = 0;

    for (unsigned i = 0; i < o->slot_count; i++) {
        const struct action *const a = &o->slots[i].mend;
        unsigned k = 0;

        while (k < count && !is_same_mending(&out[k], a))
            k++;
        if (k < count)
            out[k].key_usage = KEY_NONE;
        else if (a->kind != ACTION_NONE)
            out[count++] = *a;
    }
    return count;
}

static void mending_cell(sqlite3_context *cell, const struct operator_exception *o, const struct directory *d)
{
    char text[CRITERIA_CELLS_MAX * (ACTION_TEXT_SIZE + 2)];
    struct action actions[CRITERIA_CELLS_MAX];
    const unsigned count = mendings(o, actions);
    size_t len = 0;

    for (unsigned i = 0; i < count; i++) {
        if (i > 0) {
            text[len++] = ';';
            text[len++] = ' ';
        }
        len += action_format(&actions[i], d, text + len);
    }
    cell_text(cell, (struct text){text, len});
}

static void corrected_by_cell(sqlite3_context *cell, const struct operator_exception *o, const struct directory *d)
{
    struct party parties[CRITERIA_CELLS_MAX];
    size_t count = 0, k;

    for (unsigned i = 0; i < o->slot_count; i++) {
        for (k = 0; k < count && !party_equal(parties[k], o->slots[i].mend.by); k++)
            ;
        if (k == count && o->slots[i].mend.by.kind != PARTY_NONE)
            parties[count++] = o->slots[i].mend.by;
    }
    cell_parties(cell, d, parties, count);
}

static void slot_cell(sqlite3_context *cell, const struct slot *slot)
{
    if (slot != NULL)
        cell_word(cell, slot_state_word(slot->state));
}

static void holder_cell(sqlite3_context *cell, const struct slot *slot, const struct directory *d)
{
    if (slot != NULL)
        cell_party_of(cell, d, slot->subject);
}

enum pair_side { THIS_DEVICE, OTHER_DEVICE, HUB, PAIR_SIDES };

struct related_cursor {
    struct scan_cursor device;
    struct packed_reader rest; /* of the present record: pairs to come */
    struct operator_exception operator;
    struct join_exception join;
    /* What a pair is looked at with. The records' texts lie where the statements stand. */
    sqlite3_stmt *of[PAIR_SIDES];
    struct device_records records[PAIR_SIDES];
    struct judge_scratch scratch;
};

static bool is_of_joins(const struct view_cursor *c)
{
    return c->source->view == &view_join_exceptions;
}

/* The records of a Device, NULL where nothing is stored of it. */
static int read_records(struct related_cursor *c, enum pair_side side, uint64_t device,
                        const struct device_records **out, struct err *err)
{
    int got;

    *out = NULL;
    sqlite3_reset(c->of[side]);
    sqlite3_bind_int64(c->of[side], 1, key_of(device));
    got = sqlite3_step(c->of[side]);
    if (got == SQLITE_DONE)
        return 0;
    if (got != SQLITE_ROW)
        return view_sql_fail(c->device.view.db, err);
    *out = &c->records[side];
    return evidence_unpack(&c->records[side], device, sql_blob(c->of[side], 0), err);
}

/* 1 when there is an exception of the pair, and it is one of this Device. */
static int look_at_pair(struct related_cursor *c, uint64_t other, const struct judged_row *row, struct err *err)
{
    struct join_pair pair = {.other_device = other};
    size_t size;

    if (read_records(c, THIS_DEVICE, row->judgement.device, &pair.device, err) < 0 ||
        read_records(c, OTHER_DEVICE, other, &pair.other, err) < 0 ||
        read_records(c, HUB, row->inventory.chf, &pair.hub, err) < 0)
        return -1;
    if (pair.device == NULL)
        return 0;
    size = join_pair_scratch_size(&pair);
    if (size > c->scratch.size) {
        void *const grown = realloc(c->scratch.ptr, size);

        if (grown == NULL)
            return err_nomem(err);
        c->scratch.ptr = grown;
        c->scratch.size = size;
    }
    return join_pair_find(&pair, c->device.view.source->ctx, &c->scratch, &c->join);
}

/* The next exception of the Device that the scan stands on. */
static int next_join(struct related_cursor *c, const struct judged_row *row, struct err *err)
{
    while (c->rest.at < c->rest.end) {
        const uint64_t other = packed_take_u64(&c->rest);
        const int got = look_at_pair(c, other, row, err);

        if (got != 0)
            return got;
    }
    return 0;
}

/* From the Device that the scan stands on (got 1) to the first with such an exception, and to its first exception. */
static int find(struct related_cursor *c, int got, struct err *err)
{
    const bool joins = is_of_joins(&c->device.view);
    const unsigned bit = joins ? RELATED_JOINS : RELATED_OPERATOR;

    for (; got == 1; got = view_scan_next(&c->device.scan, err)) {
        const struct judged_row *row;

        if ((c->device.scan.head.related & bit) == 0)
            continue;
        row = view_scan_row(&c->device.scan, err);
        if (row == NULL)
            return -1;
        c->rest = row->related;
        if ((c->device.scan.head.related & RELATED_OPERATOR) != 0 &&
            related_unpack_operator(&c->rest, &c->operator, err) < 0)
            return -1;
        got = joins ? next_join(c, row, err) : 1;
        if (got != 0)
            return got;
    }
    return got;
}

static int related_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    return find((struct related_cursor *)base, scan_cursor_begin(base, keys, argv, err), err);
}

static int related_next(struct view_cursor *base, struct err *err)
{
    struct related_cursor *const c = (struct related_cursor *)base;
    int got = 0;

    if (is_of_joins(base)) {
        const struct judged_row *const row = view_scan_row(&c->device.scan, err);

        got = row != NULL ? next_join(c, row, err) : -1;
    }
    return got != 0 ? got : find(c, scan_cursor_next(base, err), err);
}

static int joins_open(struct view_cursor *base, struct err *err)
{
    static const char one[] = "SELECT packed FROM main.device WHERE id=?";
    struct related_cursor *const c = (struct related_cursor *)base;

    for (unsigned i = 0; i < PAIR_SIDES; i++)
        if (sqlite3_prepare_v2(base->db, one, -1, &c->of[i], NULL) != SQLITE_OK)
            return view_sql_fail(base->db, err);
    return 0;
}

/* Statements that stand on no row hold no lock. */
static void joins_rest(struct view_cursor *base)
{
    for (unsigned i = 0; i < PAIR_SIDES; i++)
        sqlite3_reset(((struct related_cursor *)base)->of[i]);
}

static void joins_release(struct view_cursor *base)
{
    struct related_cursor *const c = (struct related_cursor *)base;

    for (unsigned i = 0; i < PAIR_SIDES; i++) {
        sqlite3_finalize(c->of[i]);
        device_records_release(&c->records[i]);
    }
    free(c->scratch.ptr);
    scan_cursor_release(base);
}

#define OPERATORS_CASE(name, type, sentence, ...)                                                                      \
    case OPERATORS_##name:                                                                                             \
        __VA_ARGS__;                                                                                                   \
        break;
#define JOINS_CASE(name, type, sentence, ...)                                                                          \
    case JOINS_##name:                                                                                                 \
        __VA_ARGS__;                                                                                                   \
        break;

static int operators_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct related_cursor *const c = (struct related_cursor *)base;
    const struct judged_row *const judged = view_scan_row(&c->device.scan, err);
    const struct inventory_row *const row = judged != NULL ? &judged->inventory : NULL;
    const struct judgement *const j = judged != NULL ? &judged->judgement : NULL;
    const struct directory *const d = base->source->ctx->directory;
    const struct operator_exception *const o = &c->operator;

    if (j == NULL)
        return -1;
    switch (column) {
        OPERATORS(OPERATORS_CASE)
    }
    return 0;
}

static int joins_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct related_cursor *const c = (struct related_cursor *)base;
    const struct judged_row *const judged = view_scan_row(&c->device.scan, err);
    const struct inventory_row *const row = judged != NULL ? &judged->inventory : NULL;
    const struct judgement *const j = judged != NULL ? &judged->judgement : NULL;
    const struct judge_context *const ctx = base->source->ctx;
    const struct directory *const d = ctx->directory;
    const struct join_exception *const e = &c->join;

    if (j == NULL)
        return -1;
    switch (column) {
        JOINS(JOINS_CASE)
    }
    return 0;
}

const struct view view_operator_exceptions = {
    .about = {"operator_exceptions", "Devices whose Network Operator cells do not hold the registered operator (R9.1).",
              operators_columns, ARRAY_LEN(operators_columns)},
    .plan = {.cost = 1e6, .rows = 1e4, .keys = VIEW_NO_KEYS, .device = OPERATORS_device_id, .then = NO_COLUMN},
    .cursor_size = sizeof(struct related_cursor),
    .begin = related_begin,
    .next = related_next,
    .cell = operators_cell,
    .release = scan_cursor_release,
};

const struct view view_join_exceptions = {
    .about = {"join_exceptions", "Joins that the inventory and the Device Log may disagree about (R9.2).",
              joins_columns, ARRAY_LEN(joins_columns)},
    .plan = {.cost = 1e6, .rows = 1e4, .keys = VIEW_NO_KEYS, .device = JOINS_device_id, .then = JOINS_other_device_id},
    .cursor_size = sizeof(struct related_cursor),
    .begin = related_begin,
    .next = related_next,
    .cell = joins_cell,
    .open = joins_open,
    .rest = joins_rest,
    .release = joins_release,
};

/* ---- R9.3 ---- */

#define FIRMWARE(C)                                                                                                    \
    C(device_id, TEXT, "The Device that was to take the firmware.", cell_eui64(cell, r.refusal.device))                \
    C(device_type, TEXT, "Its type.", cell_word(cell, term_word(&vocab_device_type, r.refusal.type)))                  \
    C(chf_id, TEXT, "The Communications Hub Function of the HAN.", cell_eui64(cell, r.refusal.chf))                    \
    C(sender, TEXT, "The party that asked.", cell_party_of(cell, d, r.refusal.user))                                   \
    C(requested_at, TEXT, "When it asked.", cell_instant(cell, r.refusal.requested_at))                                \
    C(refused_at, TEXT, "When that was refused.", cell_instant(cell, r.refusal.until))                                 \
    C(response_code, TEXT, "With which code.", cell_text(cell, text_of(r.refusal.code)))                               \
    C(blocking_device_id, TEXT, "The Device whose activation was in the way.", cell_eui64(cell, r.activation.device))  \
    C(blocking_device_type, TEXT, "Its type.", cell_word(cell, term_word(&vocab_device_type, r.activation.type)))      \
    C(blocking_sender, TEXT, "The party that asked for the activation.", cell_party_of(cell, d, r.activation.user))    \
    C(blocking_requested_at, TEXT, "When it asked.", cell_instant(cell, r.activation.requested_at))

#define FIRMWARE_ENUM(name, type, sentence, ...) FIRMWARE_##name,
#define FIRMWARE_CASE(name, type, sentence, ...)                                                                       \
    case FIRMWARE_##name:                                                                                              \
        __VA_ARGS__;                                                                                                   \
        break;
enum { FIRMWARE(FIRMWARE_ENUM) };
static const struct view_column firmware_columns[] = {FIRMWARE(VIEW_COLUMN)};

struct firmware_cursor {
    struct view_cursor view;
    size_t at;
};

static int firmware_at(const struct firmware_cursor *c)
{
    return c->at * sizeof(struct firmware_rejection) < c->view.source->judged->firmware.len;
}

static int firmware_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    (void)keys;
    (void)argv;
    (void)err;
    ((struct firmware_cursor *)base)->at = 0;
    return firmware_at((struct firmware_cursor *)base);
}

static int firmware_next(struct view_cursor *base, struct err *err)
{
    (void)err;
    ((struct firmware_cursor *)base)->at++;
    return firmware_at((struct firmware_cursor *)base);
}

static int firmware_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct directory *const d = base->source->ctx->directory;
    struct firmware_rejection r;

    (void)err;
    memcpy(&r, base->source->judged->firmware.ptr + ((struct firmware_cursor *)base)->at * sizeof(r), sizeof(r));
    switch (column) {
        FIRMWARE(FIRMWARE_CASE)
    }
    return 0;
}

const struct view view_firmware_rejections = {
    .about = {"firmware_rejections", "One row for each refused SRV 11.1 that an activation was in the way of.",
              firmware_columns, ARRAY_LEN(firmware_columns)},
    .plan = {.cost = 0, .rows = 1e3, .keys = VIEW_NO_KEYS, .device = NO_COLUMN, .then = NO_COLUMN},
    .cursor_size = sizeof(struct firmware_cursor),
    .begin = firmware_begin,
    .next = firmware_next,
    .cell = firmware_cell,
};
