/* The views `operator_exceptions` (R9.1) and `join_exceptions` (R9.2): what judged records carry beside their verdicts.
 */
#include "views_int.h"

enum column {
    /* Of both, about the Device: */
    DEVICE_ID,
    DEVICE_TYPE,
    SMETS,
    S1_COHORT,
    CSP_REGION,
    CHF_ID,
    MPXN,
    SUPPLIER,
    NETWORK_OPERATOR,
    OWN,
    /* R9.1 */
    SIGNATURE_SLOT = OWN,
    SIGNATURE_HOLDER,
    AGREEMENT_SLOT,
    AGREEMENT_HOLDER,
    SEEN_AT,
    IN_REPOSITORY,
    CORRECTED_BY,
    NEXT_ACTION,
    REFUSALS,
    REFUSED_CODE,
    REFUSED_AT,
    REFUSED_USER,
    /* R9.2 */
    OTHER_DEVICE_ID = OWN,
    JOIN_SRV,
    JOIN_REQUESTED_AT,
    JOIN_OUTCOME,
    JOIN_CODE,
    JOIN_USER,
    LATER_SRV,
    LATER_REQUESTED_AT,
    LATER_OUTCOME,
    LATER_CODE,
    LATER_USER,
    LATER_COUNT,
    COST_GBP
};

#define DEVICE_COLUMNS                                                                                                 \
    "device_id TEXT, device_type TEXT, smets TEXT, s1_cohort TEXT, csp_region TEXT, chf_id TEXT, mpxn TEXT,"           \
    " supplier TEXT, network_operator TEXT"

static const struct related_view {
    const char *name, *declaration;
    unsigned bit; /* of the records it shows */
} views[] = {
    {"operator_exceptions",
     "CREATE TABLE operator_exceptions(" DEVICE_COLUMNS ", digital_signature TEXT, digital_signature_holder TEXT,"
     " key_agreement TEXT, key_agreement_holder TEXT, seen_at TEXT, in_smki_repository TEXT, corrected_by TEXT,"
     " next_action TEXT, refusals INTEGER, refused_code TEXT, refused_at TEXT, refused_user TEXT)",
     RELATED_OPERATOR},
    {"join_exceptions",
     "CREATE TABLE join_exceptions(" DEVICE_COLUMNS ", other_device_id TEXT, join_srv TEXT, join_requested_at TEXT,"
     " join_outcome TEXT, join_code TEXT, join_user TEXT, later_srv TEXT, later_requested_at TEXT,"
     " later_outcome TEXT, later_code TEXT, later_user TEXT, later_count INTEGER, cost_gbp INTEGER)",
     RELATED_JOINS},
};

struct related_table {
    struct view_table table;
    const struct related_view *view;
};

struct related_cursor {
    struct view_cursor view;
    struct unpack rest; /* of the present record: joins to come */
    struct operator_exception operator;
    struct join_exception join;
};

static int connect(sqlite3 *db, void *judged, const struct related_view *view, sqlite3_vtab **out)
{
    const int rc = view_connect_own(db, judged, view->declaration, sizeof(struct related_table), out);

    if (rc == SQLITE_OK)
        ((struct related_table *)*out)->view = view;
    return rc;
}

static int operators_connect(sqlite3 *db, void *judged, int argc, const char *const *argv, sqlite3_vtab **out,
                             char **msg)
{
    (void)argc;
    (void)argv;
    (void)msg;
    return connect(db, judged, &views[0], out);
}

static int joins_connect(sqlite3 *db, void *judged, int argc, const char *const *argv, sqlite3_vtab **out, char **msg)
{
    (void)argc;
    (void)argv;
    (void)msg;
    return connect(db, judged, &views[1], out);
}

static int related_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1e6;
    info->estimatedRows = 10000;
    info->orderByConsumed = view_comes_in_order(
        info, DEVICE_ID, ((struct related_table *)table)->view->bit == RELATED_JOINS ? OTHER_DEVICE_ID : -1);
    return SQLITE_OK;
}

static int related_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    return view_open(out, sizeof(struct related_cursor));
}

/* From the Device that the scan stands on to the first with such an exception, and to the first of its exceptions. */
static int find(struct related_cursor *c, struct err *err)
{
    const unsigned bit = ((const struct related_table *)c->view.base.pVtab)->view->bit;
    const struct judged_row *row;

    while (!c->view.scan.at_end && (c->view.scan.head.related & bit) == 0)
        if (view_scan_next(&c->view.scan, err) < 0)
            return -1;
    if (c->view.scan.at_end)
        return 0;
    row = view_scan_row(&c->view.scan, err);
    if (row == NULL)
        return -1;
    c->rest = row->related;
    if ((c->view.scan.head.related & RELATED_OPERATOR) != 0 && related_unpack_operator(&c->rest, &c->operator, err) < 0)
        return -1;
    return bit == RELATED_JOINS ? related_unpack_join(&c->rest, &c->join, err) : 0;
}

static int related_filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    struct related_cursor *c = (struct related_cursor *)base;
    struct err err = {0};

    (void)number;
    (void)text;
    (void)argc;
    c->view.rowid = 1;
    if (view_scan_begin(&c->view.scan, ((const struct view_table *)base->pVtab)->judged, 0, argv, &err) < 0 ||
        find(c, &err) < 0)
        return view_fail(base->pVtab, &err);
    return SQLITE_OK;
}

static int related_next(sqlite3_vtab_cursor *base)
{
    struct related_cursor *c = (struct related_cursor *)base;
    const bool of_joins = ((const struct related_table *)base->pVtab)->view->bit == RELATED_JOINS;
    struct err err = {0};
    int rc;

    c->view.rowid++;
    if (of_joins && c->rest.at < c->rest.end)
        rc = related_unpack_join(&c->rest, &c->join, &err);
    else
        rc = view_scan_next(&c->view.scan, &err) < 0 ? -1 : find(c, &err);
    return rc < 0 ? view_fail(base->pVtab, &err) : SQLITE_OK;
}

static void device_cell(sqlite3_context *cell, enum column column, const struct judgement *j, const struct directory *d)
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
    case S1_COHORT:
        cell_word(cell, term_word(&vocab_s1_cohort, j->inventory->cohort));
        break;
    case CSP_REGION:
        cell_word(cell, term_word(&vocab_csp_region, j->inventory->region));
        break;
    case CHF_ID:
        cell_eui64(cell, j->inventory->chf);
        break;
    case MPXN:
        cell_mpxn(cell, j->mpxn);
        break;
    case SUPPLIER:
        cell_party(cell, d, j->supplier);
        break;
    default:
        cell_party(cell, d, j->network_operator);
        break;
    }
}

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

static void slot_cell(sqlite3_context *cell, const struct slot *slot, bool holder, const struct directory *d)
{
    if (slot == NULL)
        return;
    if (holder)
        cell_party(cell, d, directory_entity(d, slot->subject).party);
    else
        cell_word(cell, slot_state_word(slot->state));
}

static void operator_cell(sqlite3_context *cell, enum column column, const struct operator_exception *o,
                          const struct directory *d)
{
    switch (column) {
    case SIGNATURE_SLOT:
    case SIGNATURE_HOLDER:
        slot_cell(cell, slot_of(o, KEY_DIGITAL_SIGNATURE), column == SIGNATURE_HOLDER, d);
        break;
    case AGREEMENT_SLOT:
    case AGREEMENT_HOLDER:
        slot_cell(cell, slot_of(o, KEY_KEY_AGREEMENT), column == AGREEMENT_HOLDER, d);
        break;
    case SEEN_AT:
        cell_instant(cell, seen_at(o));
        break;
    case IN_REPOSITORY:
        cell_yes_no(cell, o->in_repository);
        break;
    case CORRECTED_BY:
        corrected_by_cell(cell, o, d);
        break;
    case NEXT_ACTION:
        mending_cell(cell, o, d);
        break;
    case REFUSALS:
        sqlite3_result_int64(cell, o->refusals);
        break;
    case REFUSED_CODE:
        cell_text(cell, o->refused_code);
        break;
    case REFUSED_AT:
        cell_instant(cell, o->refused_at);
        break;
    default:
        cell_party(cell, d, directory_entity(d, o->refused_user).party);
        break;
    }
}

static void message_cell(sqlite3_context *cell, int member, const struct join_message *m, const struct directory *d)
{
    char srv[SRV_TEXT_SIZE];

    switch (member) {
    case 0:
        cell_text(cell, (struct text){srv, srv_format(m->srv, srv)});
        break;
    case 1:
        cell_instant(cell, m->requested_at);
        break;
    case 2:
        cell_word(cell, outcome_word(m->outcome));
        break;
    case 3:
        cell_text(cell, m->code);
        break;
    default:
        cell_party(cell, d, directory_entity(d, m->user).party);
        break;
    }
}

static void join_cell(sqlite3_context *cell, enum column column, const struct join_exception *e,
                      const struct judge_context *ctx)
{
    if (column == OTHER_DEVICE_ID)
        cell_eui64(cell, e->other_device);
    else if (column < LATER_SRV)
        message_cell(cell, (int)(column - JOIN_SRV), &e->join, ctx->directory);
    else if (column < LATER_COUNT)
        message_cell(cell, (int)(column - LATER_SRV), &e->later, ctx->directory);
    else
        sqlite3_result_int64(cell, column == LATER_COUNT ? (sqlite3_int64)e->later_count : ctx->correction_gbp);
}

static int related_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int number)
{
    struct related_cursor *c = (struct related_cursor *)base;
    const struct related_table *table = (const struct related_table *)base->pVtab;
    const struct judge_context *const ctx = table->table.judged->ctx;
    const enum column column = (enum column)number;
    struct err err = {0};
    const struct judged_row *row;

    if (column >= OWN && table->view->bit == RELATED_OPERATOR) {
        operator_cell(cell, column, &c->operator, ctx->directory);
    } else if (column >= OWN) {
        join_cell(cell, column, &c->join, ctx);
    } else {
        row = view_scan_row(&c->view.scan, &err);
        if (row == NULL)
            return view_fail(base->pVtab, &err);
        device_cell(cell, column, &row->judgement, ctx->directory);
    }
    return SQLITE_OK;
}

int view_related_register(sqlite3 *db, const struct judged *judged)
{
#define RELATED_MODULE(connected)                                                                                      \
    {                                                                                                                  \
        .xConnect = (connected), .xBestIndex = related_best_index, .xDisconnect = view_disconnect,                     \
        .xOpen = related_open, .xClose = view_close, .xFilter = related_filter, .xNext = related_next,                 \
        .xEof = view_eof, .xColumn = related_column, .xRowid = view_rowid,                                             \
    }
    static const sqlite3_module modules[] = {RELATED_MODULE(operators_connect), RELATED_MODULE(joins_connect)};
    int rc = SQLITE_OK;

    for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_LEN(views); i++)
        rc = sqlite3_create_module_v2(db, views[i].name, &modules[i], (void *)(uintptr_t)judged, NULL);
    return rc;
}
