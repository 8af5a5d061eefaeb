/* Scans of the judged set: in the order of the Devices, narrowed by what can be told without unpacking a record. */
#include "views_int.h"

#include "domain/eui64.h"

#include <stdlib.h>
#include <string.h>

int view_connect(sqlite3 *db, const struct judged *judged, const char *declaration, sqlite3_vtab **out)
{
    return view_connect_own(db, judged, declaration, sizeof(struct view_table), out);
}

int view_connect_own(sqlite3 *db, const struct judged *judged, const char *declaration, size_t size, sqlite3_vtab **out)
{
    struct view_table *table;
    int rc = sqlite3_declare_vtab(db, declaration);

    if (rc != SQLITE_OK)
        return rc;
    /* They read verdicts and have no effect on anything, so a view of an analyst may use them. */
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    table = calloc(1, size);
    if (table == NULL)
        return SQLITE_NOMEM;
    table->db = db;
    table->judged = judged;
    *out = &table->base;
    return SQLITE_OK;
}

int view_disconnect(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

int view_open(sqlite3_vtab_cursor **out, size_t size)
{
    struct view_cursor *const c = calloc(1, size);

    if (c == NULL)
        return SQLITE_NOMEM;
    *out = &c->base;
    return SQLITE_OK;
}

int view_close(sqlite3_vtab_cursor *cursor)
{
    view_scan_release(&((struct view_cursor *)cursor)->scan);
    free(cursor);
    return SQLITE_OK;
}

int view_eof(sqlite3_vtab_cursor *cursor)
{
    return ((struct view_cursor *)cursor)->scan.at_end;
}

int view_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
    *out = ((struct view_cursor *)cursor)->rowid;
    return SQLITE_OK;
}

int view_fail(sqlite3_vtab *table, const struct err *err)
{
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", err->msg);
    return err->code == ERR_IO ? SQLITE_IOERR : SQLITE_INTERNAL;
}

/* The key that a usable equality is about; VIEW_KEYS: none. */
static enum view_key key_of_constraint(sqlite3_index_info *info, int i, const int columns[VIEW_KEYS])
{
    if (!info->aConstraint[i].usable || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ ||
        strcmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
        return VIEW_KEYS;
    for (int k = 0; k < VIEW_KEYS; k++)
        if (columns[k] >= 0 && columns[k] == info->aConstraint[i].iColumn)
            return (enum view_key)k;
    return VIEW_KEYS;
}

bool view_comes_in_order(const sqlite3_index_info *info, int device_column, int then)
{
    if (info->nOrderBy < 1 || info->aOrderBy[0].iColumn != device_column || info->aOrderBy[0].desc)
        return false;
    if (then < 0)
        return true;
    return info->nOrderBy == 1 || (info->aOrderBy[1].iColumn == then && !info->aOrderBy[1].desc);
}

int view_best_index(sqlite3_index_info *info, const int columns[VIEW_KEYS], int then)
{
    int used[VIEW_KEYS] = {0}, argument = 0;

    for (int i = 0; i < info->nConstraint; i++) {
        enum view_key key = key_of_constraint(info, i, columns);

        if (key != VIEW_KEYS && used[key] == 0)
            used[key] = i + 1;
    }
    info->estimatedRows = 1000000;
    for (int k = 0; k < VIEW_KEYS; k++) {
        if (used[k] == 0)
            continue;
        info->aConstraintUsage[used[k] - 1].argvIndex = ++argument;
        info->aConstraintUsage[used[k] - 1].omit = 1;
        info->idxNum |= 1 << k;
        info->estimatedRows = k == BY_DEVICE ? 1 : (info->estimatedRows + 9) / 10;
    }
    info->estimatedCost = used[BY_DEVICE] != 0 ? 100 : 1e6 + 10 * (double)info->estimatedRows;
    if (used[BY_DEVICE] != 0 && then < 0)
        info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    info->orderByConsumed = view_comes_in_order(info, columns[BY_DEVICE], then);
    return SQLITE_OK;
}

static bool word_value(const struct text word, const char *(*word_of)(unsigned), unsigned count, unsigned *out)
{
    for (unsigned v = 0; v < count; v++)
        if (word_of(v)[0] != '\0' && text_equal(word, text_of(word_of(v)))) {
            *out = v;
            return true;
        }
    return false;
}

static const char *verdict_at(unsigned v)
{
    return verdict_word((enum verdict)v);
}

static const char *classification_at(unsigned v)
{
    return classification_word((enum classification)v);
}

static const char *type_at(unsigned v)
{
    return term_word(&vocab_device_type, v);
}

static const char *region_at(unsigned v)
{
    return term_word(&vocab_csp_region, v);
}

/* False when nothing can be equal to the value: another type, or no word of the vocabulary. */
static bool take_value(struct view_scan *s, enum view_key key, sqlite3_value *value)
{
    struct text word = {NULL, 0};
    char written[EUI64_TEXT_SIZE];

    if (sqlite3_value_type(value) != SQLITE_TEXT)
        return false;
    word.ptr = (const char *)sqlite3_value_text(value);
    word.len = (size_t)sqlite3_value_bytes(value);
    switch (key) {
    case BY_DEVICE: /* equal as a text: only as it is written out */
        return eui64_parse(word, &s->device) &&
               text_equal(word, (struct text){written, eui64_format(s->device, written)});
    case BY_VERDICT:
    case BY_LEGACY_VERDICT:
        return word_value(word, verdict_at, VERDICTS, &s->values[key]);
    case BY_CLASSIFICATION:
        return word_value(word, classification_at, CLASSIFICATIONS, &s->values[key]);
    case BY_TYPE:
        return word_value(word, type_at, DEVICE_TYPES, &s->values[key]);
    case BY_REGION:
        return word_value(word, region_at, CSP_REGIONS, &s->values[key]);
    case VIEW_KEYS:
        break;
    }
    return false;
}

static bool is_wanted(const struct view_scan *s, const struct judged_head *head)
{
    const unsigned has[VIEW_KEYS] = {0,          head->verdict, head->legacy_verdict, head->classification,
                                     head->type, head->region};

    for (int k = BY_VERDICT; k < VIEW_KEYS; k++)
        if ((s->keys >> k & 1) != 0 && s->values[k] != has[k])
            return false;
    return true;
}

static bool is_of_one_device(const struct view_scan *s)
{
    return (s->keys & 1u << BY_DEVICE) != 0;
}

static int search(struct view_scan *s, struct err *err)
{
    int got;

    s->is_read = false;
    while ((got = judged_next(&s->cursor, &s->head, err)) == 1) {
        if (is_of_one_device(s) && s->head.device < s->device)
            continue;
        if (is_of_one_device(s) && s->head.device > s->device)
            break;
        if (is_wanted(s, &s->head))
            return 0;
    }
    s->at_end = true;
    return got < 0 ? -1 : 0;
}

int view_scan_begin(struct view_scan *s, const struct judged *judged, int keys, sqlite3_value **argv, struct err *err)
{
    int argument = 0;

    s->keys = (unsigned)keys;
    s->at_end = false;
    for (int k = 0; k < VIEW_KEYS; k++)
        if ((keys >> k & 1) != 0 && !take_value(s, (enum view_key)k, argv[argument++])) {
            s->at_end = true;
            return 0;
        }
    if (!is_of_one_device(s) || s->cursor.judged != judged)
        judged_rewind(&s->cursor, judged);
    if (is_of_one_device(s) && judged_seek(&s->cursor, s->device, err) < 0)
        return -1;
    return search(s, err);
}

int view_scan_next(struct view_scan *s, struct err *err)
{
    /* A join that asks for one Device after another is best left standing where it is. */
    if (is_of_one_device(s)) {
        s->at_end = true;
        return 0;
    }
    return search(s, err);
}

void view_scan_release(struct view_scan *s)
{
    judged_cursor_release(&s->cursor);
}

const struct judged_row *view_scan_row(struct view_scan *s, struct err *err)
{
    if (!s->is_read && judged_row_read(&s->cursor, &s->row, err) < 0)
        return NULL;
    s->is_read = true;
    return &s->row;
}

/* Used once, a view is connected for good: an authorizer that forbids all but reading would not let it declare its
 * columns. */
static int connect_views(sqlite3 *db, bool has_earlier_state)
{
    int rc = sqlite3_exec(db,
                          "SELECT 1 FROM devices, device_counts, suspicions, obligations, incidents, "
                          "operator_exceptions, join_exceptions,"
                          " firmware_rejections LIMIT 0",
                          NULL, NULL, NULL);

    if (rc == SQLITE_OK && has_earlier_state)
        rc = sqlite3_exec(db, "SELECT 1 FROM devices_before, changes LIMIT 0", NULL, NULL, NULL);
    return rc;
}

int views_register(sqlite3 *db, const struct query_source *source)
{
    static const struct judged nothing = {.fd = -1};
    const struct judged *const before = source->before == NULL && source->from_nothing ? &nothing : source->before;
    int rc = view_devices_register(db, "devices", source->now);

    if (rc == SQLITE_OK)
        rc = view_counts_register(db, source->now);
    if (rc == SQLITE_OK)
        rc = view_suspicions_register(db, source->now);
    if (rc == SQLITE_OK)
        rc = view_obligations_register(db, source->now);
    if (rc == SQLITE_OK)
        rc = view_incidents_register(db, source->now);
    if (rc == SQLITE_OK)
        rc = view_related_register(db, source->now);
    if (rc == SQLITE_OK)
        rc = view_firmware_register(db, source->now);
    if (rc == SQLITE_OK && before != NULL)
        rc = view_devices_register(db, "devices_before", before);
    if (rc == SQLITE_OK && before != NULL)
        rc = view_changes_register(db, source);
    return rc == SQLITE_OK ? connect_views(db, before != NULL) : rc;
}
