/* The view `device_counts`: how many Devices are alike. A summary of a million Devices reads a few thousand rows of it,
 * where grouping `devices` would sort a million. */
#include "views_int.h"

#include <stdlib.h>
#include <string.h>

enum column {
    DEVICE_TYPE,
    CSP_REGION,
    SUPPLIER,
    VERDICT,
    LEGACY_VERDICT,
    CLASSIFICATION,
    LATE,
    COUNT_REASONS,
    EXCLUDED_REASON,
    DEVICES
};

static const char declaration[] =
    "CREATE TABLE device_counts(device_type TEXT, csp_region TEXT, supplier TEXT, verdict TEXT, legacy_verdict TEXT,"
    " classification TEXT, late TEXT, reasons TEXT, excluded_reason TEXT, devices INTEGER)";

/* What Devices that are counted together have in common. Compared as bytes: no padding. */
struct alike {
    uint64_t supplier;
    uint32_t reasons;
    uint8_t supplier_kind, type, region, verdict, legacy_verdict, classification, late, excluded;
    uint32_t unused;
};

struct count {
    struct alike alike;
    uint64_t devices; /* 0: an empty slot */
};

struct counts_cursor {
    sqlite3_vtab_cursor base;
    struct count *slots; /* a table addressed by hash while counting, then sorted, the used ones first */
    size_t size;         /* a power of two */
    size_t used, at;
};

static int counts_connect(sqlite3 *db, void *judged, int argc, const char *const *argv, sqlite3_vtab **out, char **msg)
{
    (void)argc;
    (void)argv;
    (void)msg;
    return view_connect(db, judged, declaration, out);
}

static int counts_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1e6;
    info->estimatedRows = 5000;
    return SQLITE_OK;
}

static int counts_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    struct counts_cursor *c = calloc(1, sizeof(*c));

    (void)table;
    if (c == NULL)
        return SQLITE_NOMEM;
    *out = &c->base;
    return SQLITE_OK;
}

static int counts_close(sqlite3_vtab_cursor *base)
{
    struct counts_cursor *c = (struct counts_cursor *)base;

    free(c->slots);
    free(c);
    return SQLITE_OK;
}

static struct alike alike_of(const struct judgement *j)
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

static int count_one(struct counts_cursor *c, const struct judgement *j, struct err *err)
{
    const struct alike a = alike_of(j);
    struct count *slot;

    if (2 * c->used >= c->size && grow(c, err) < 0)
        return -1;
    slot = slot_of(c->slots, c->size, &a);
    c->used += slot->devices == 0;
    slot->alike = a;
    slot->devices++;
    return 0;
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
    int rc = view_scan_begin(&scan, judged, 0, NULL, err);

    while (rc == 0 && !scan.at_end) {
        const struct judged_row *const row = view_scan_row(&scan, err);

        rc = row == NULL || count_one(c, &row->judgement, err) < 0 || view_scan_next(&scan, err) < 0 ? -1 : 0;
    }
    view_scan_release(&scan);
    if (rc == 0 && c->size > 0)
        qsort(c->slots, c->size, sizeof(*c->slots), by_alike);
    return rc;
}

static int counts_filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    struct counts_cursor *c = (struct counts_cursor *)base;
    struct err err = {0};

    (void)number;
    (void)text;
    (void)argc;
    (void)argv;
    free(c->slots);
    c->slots = NULL;
    c->size = c->used = c->at = 0;
    return count_all(c, ((const struct view_table *)base->pVtab)->judged, &err) < 0 ? view_fail(base->pVtab, &err)
                                                                                    : SQLITE_OK;
}

static int counts_next(sqlite3_vtab_cursor *base)
{
    ((struct counts_cursor *)base)->at++;
    return SQLITE_OK;
}

static int counts_eof(sqlite3_vtab_cursor *base)
{
    const struct counts_cursor *const c = (struct counts_cursor *)base;

    return c->at >= c->used;
}

static int counts_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = (sqlite3_int64)((struct counts_cursor *)base)->at;
    return SQLITE_OK;
}

static void word_cell(sqlite3_context *cell, enum column column, const struct alike *a)
{
    switch (column) {
    case DEVICE_TYPE:
        cell_word(cell, term_word(&vocab_device_type, a->type));
        break;
    case CSP_REGION:
        cell_word(cell, term_word(&vocab_csp_region, a->region));
        break;
    case VERDICT:
        cell_word(cell, verdict_word((enum verdict)a->verdict));
        break;
    case LEGACY_VERDICT:
        cell_word(cell, verdict_word((enum verdict)a->legacy_verdict));
        break;
    case CLASSIFICATION:
        cell_word(cell, classification_word((enum classification)a->classification));
        break;
    case EXCLUDED_REASON:
        cell_word(cell, excluded_reason_word((enum excluded_reason)a->excluded));
        break;
    default:
        break;
    }
}

static int counts_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int column)
{
    const struct counts_cursor *const c = (struct counts_cursor *)base;
    const struct judged *const judged = ((const struct view_table *)base->pVtab)->judged;
    const struct count *const count = &c->slots[c->at];
    const struct alike *const a = &count->alike;

    switch ((enum column)column) {
    case SUPPLIER:
        cell_party(cell, judged->ctx->directory, (struct party){a->supplier, (enum party_kind)a->supplier_kind});
        break;
    case LATE:
        if (a->late > 0)
            cell_yes_no(cell, a->late == 2);
        break;
    case COUNT_REASONS:
        cell_reasons(cell, a->reasons);
        break;
    case DEVICES:
        sqlite3_result_int64(cell, (sqlite3_int64)count->devices);
        break;
    default:
        word_cell(cell, (enum column)column, a);
        break;
    }
    return SQLITE_OK;
}

int view_counts_register(sqlite3 *db, const struct judged *judged)
{
    static const sqlite3_module module = {
        .iVersion = 1,
        .xConnect = counts_connect,
        .xBestIndex = counts_best_index,
        .xDisconnect = view_disconnect,
        .xOpen = counts_open,
        .xClose = counts_close,
        .xFilter = counts_filter,
        .xNext = counts_next,
        .xEof = counts_eof,
        .xColumn = counts_column,
        .xRowid = counts_rowid,
    };

    return sqlite3_create_module_v2(db, "device_counts", &module, (void *)(uintptr_t)judged, NULL);
}
