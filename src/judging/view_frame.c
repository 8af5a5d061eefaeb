/* The frame of the views: what SQLite asks of a virtual table, answered from what a view says about itself. */
#include "records_int.h"

#include "store/sql.h"

#include "domain/eui64.h"

#include <stdlib.h>
#include <string.h>

struct view_table {
    sqlite3_vtab base;
    sqlite3 *db;
    struct view_source source;
    /* The cursor that was closed last, to be opened again: a subquery opens one for each row of the query around it,
     * and to prepare its statements takes longer than to read a Device. */
    struct view_cursor *spare;
};

static int declare(sqlite3 *db, const struct view *v)
{
    struct buf sql = {0};
    int rc = SQLITE_NOMEM;

    buf_printf(&sql, "CREATE TABLE %s(", v->about.name);
    for (size_t i = 0; i < v->about.column_count; i++)
        buf_printf(&sql, "%s%s %s", i > 0 ? ", " : "", v->about.columns[i].name, v->about.columns[i].type);
    if (v->key != NULL)
        buf_printf(&sql, ", PRIMARY KEY(%s)) WITHOUT ROWID", v->key);
    else
        buf_add_str(&sql, ")");
    if (!sql.failed)
        rc = sqlite3_declare_vtab(db, buf_cstr(&sql));
    buf_release(&sql);
    return rc;
}

static int view_connect(sqlite3 *db, void *source, int argc, const char *const *argv, sqlite3_vtab **out, char **msg)
{
    struct view_table *table;
    int rc;

    (void)argc;
    (void)argv;
    (void)msg;
    rc = declare(db, ((const struct view_source *)source)->view);
    if (rc != SQLITE_OK)
        return rc;
    /* They read and have no effect on anything, so a view of an analyst may use them. */
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    table = calloc(1, sizeof(*table));
    if (table == NULL)
        return SQLITE_NOMEM;
    table->db = db;
    table->source = *(const struct view_source *)source;
    *out = &table->base;
    return SQLITE_OK;
}

/* Hands trouble to SQLite: its message to the table, its kind as the result code. */
static int fail(sqlite3_vtab *table, const struct err *err)
{
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", err->msg);
    switch (err->code) {
    case ERR_IO:
        return SQLITE_IOERR;
    case ERR_DATA:
        return SQLITE_CORRUPT;
    case ERR_NOMEM:
        return SQLITE_NOMEM;
    default:
        return SQLITE_INTERNAL;
    }
}

int view_sql_fail(sqlite3 *db, struct err *err)
{
    const int code = sqlite3_extended_errcode(db);

    if ((code & 0xff) == SQLITE_NOMEM)
        return err_nomem(err);
    if (code == SQLITE_IOERR_DATA)
        return err_set(err, ERR_DATA, "page %u of the store is not what was written", pages_damaged(db));
    return err_set(err, sql_is_damage(code) ? ERR_DATA : ERR_IO, "%s", sqlite3_errmsg(db));
}

static void destroy(const struct view *v, struct view_cursor *c)
{
    if (v->release != NULL)
        v->release(c);
    free(c);
}

static int view_disconnect(sqlite3_vtab *base)
{
    struct view_table *const table = (struct view_table *)base;

    if (table->spare != NULL)
        destroy(table->source.view, table->spare);
    free(table);
    return SQLITE_OK;
}

/* The key that a usable equality is about; VIEW_KEYS: none. */
static enum view_key key_of_constraint(sqlite3_index_info *info, int i, const struct view_plan *plan)
{
    if (!info->aConstraint[i].usable || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ ||
        strcmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
        return VIEW_KEYS;
    for (int k = 0; k < VIEW_KEYS; k++)
        if (plan->keys[k] != NO_COLUMN && plan->keys[k] == info->aConstraint[i].iColumn)
            return (enum view_key)k;
    return VIEW_KEYS;
}

/* Whether rows in the order asked for need not be sorted. */
static bool comes_in_order(const sqlite3_index_info *info, const struct view_plan *plan)
{
    if (plan->device == NO_COLUMN || info->nOrderBy < 1 || info->aOrderBy[0].iColumn != plan->device ||
        info->aOrderBy[0].desc)
        return false;
    if (plan->then == NO_COLUMN)
        return true;
    return info->nOrderBy == 1 ||
           (info->nOrderBy == 2 && info->aOrderBy[1].iColumn == plan->then && !info->aOrderBy[1].desc);
}

static int view_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct view_plan *const plan = &((struct view_table *)base)->source.view->plan;
    int used[VIEW_KEYS] = {0}, argument = 0;
    double rows = plan->rows;

    for (int i = 0; i < info->nConstraint; i++) {
        const enum view_key key = key_of_constraint(info, i, plan);

        if (key != VIEW_KEYS && used[key] == 0)
            used[key] = i + 1;
    }
    for (int k = 0; k < VIEW_KEYS; k++) {
        if (used[k] == 0)
            continue;
        info->aConstraintUsage[used[k] - 1].argvIndex = ++argument;
        info->aConstraintUsage[used[k] - 1].omit = 1;
        info->idxNum |= 1 << k;
        rows = k != BY_DEVICE ? rows / 10 : plan->then == NO_COLUMN ? 1 : 10;
    }
    info->estimatedRows = (sqlite3_int64)rows;
    info->estimatedCost = used[BY_DEVICE] != 0 ? 100 : plan->cost + 10 * rows;
    if (used[BY_DEVICE] != 0 && plan->then == NO_COLUMN)
        info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    info->orderByConsumed = comes_in_order(info, plan);
    return SQLITE_OK;
}

static int make_cursor(const struct view_table *table, struct view_cursor **out, struct err *err)
{
    const struct view *const v = table->source.view;
    struct view_cursor *const c = calloc(1, v->cursor_size);

    if (c == NULL)
        return err_nomem(err);
    c->source = &table->source;
    c->db = table->db;
    if (v->open != NULL && v->open(c, err) < 0) {
        destroy(v, c);
        return -1;
    }
    *out = c;
    return 0;
}

static int view_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    struct view_table *const table = (struct view_table *)base;
    struct view_cursor *c = table->spare;
    struct err err = {0};

    table->spare = NULL;
    if (c == NULL && make_cursor(table, &c, &err) < 0)
        return fail(base, &err);
    *out = &c->base;
    return SQLITE_OK;
}

static int view_close(sqlite3_vtab_cursor *base)
{
    struct view_table *const table = (struct view_table *)base->pVtab;
    struct view_cursor *const c = (struct view_cursor *)base;

    if (table->spare != NULL) {
        destroy(table->source.view, c);
        return SQLITE_OK;
    }
    if (table->source.view->rest != NULL)
        table->source.view->rest(c);
    table->spare = c;
    return SQLITE_OK;
}

static int step_to(struct view_cursor *c, int got, const struct err *err)
{
    c->at_end = got != 1;
    return got < 0 ? fail(c->base.pVtab, err) : SQLITE_OK;
}

static int view_filter(sqlite3_vtab_cursor *base, int keys, const char *text, int argc, sqlite3_value **argv)
{
    struct view_cursor *const c = (struct view_cursor *)base;
    struct err err = {0};

    (void)text;
    (void)argc;
    c->rowid = 1;
    return step_to(c, c->source->view->begin(c, (unsigned)keys, argv, &err), &err);
}

static int view_next(sqlite3_vtab_cursor *base)
{
    struct view_cursor *const c = (struct view_cursor *)base;
    struct err err = {0};

    c->rowid++;
    return step_to(c, c->source->view->next(c, &err), &err);
}

static int view_eof(sqlite3_vtab_cursor *base)
{
    return ((struct view_cursor *)base)->at_end;
}

static int view_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((struct view_cursor *)base)->rowid;
    return SQLITE_OK;
}

static int view_cell(sqlite3_vtab_cursor *base, sqlite3_context *cell, int column)
{
    struct view_cursor *const c = (struct view_cursor *)base;
    struct err err = {0};

    return c->source->view->cell(c, cell, column, &err) < 0 ? fail(base->pVtab, &err) : SQLITE_OK;
}

bool view_device_value(sqlite3_value *value, uint64_t *out)
{
    struct text word;
    char written[EUI64_TEXT_SIZE] = "";

    if (sqlite3_value_type(value) != SQLITE_TEXT)
        return false;
    word.ptr = (const char *)sqlite3_value_text(value);
    word.len = (size_t)sqlite3_value_bytes(value);
    return eui64_parse(word, out) && text_equal(word, (struct text){written, eui64_format(*out, written)});
}

/* Used once, a view is connected for good: an authorizer that forbids all but reading would not let it declare its
 * columns. */
static int register_view(sqlite3 *db, const struct view_source *source)
{
    /* One with a key has no rowid. */
    static const sqlite3_module module = {
        .iVersion = 1,
        .xConnect = view_connect,
        .xBestIndex = view_best_index,
        .xDisconnect = view_disconnect,
        .xOpen = view_open,
        .xClose = view_close,
        .xFilter = view_filter,
        .xNext = view_next,
        .xEof = view_eof,
        .xColumn = view_cell,
        .xRowid = view_rowid,
    };
    const char *const name = source->view->about.name;
    struct view_source *const kept = malloc(sizeof(*kept));
    char use[80];
    int rc;

    if (kept == NULL)
        return SQLITE_NOMEM;
    *kept = *source;
    rc = sqlite3_create_module_v2(db, name, &module, kept, free); /* frees it when it fails, too */
    sqlite3_snprintf(sizeof(use), use, "SELECT 1 FROM %s LIMIT 0", name);
    return rc == SQLITE_OK ? sqlite3_exec(db, use, NULL, NULL, NULL) : rc;
}

/* What each view needs to be there. */
enum needs { NEEDS_CONTEXT, NEEDS_NOW, NEEDS_BEFORE };

static const struct {
    const struct view *view;
    enum needs needs;
} views[] = {
    {&view_devices, NEEDS_NOW},           {&view_device_counts, NEEDS_NOW},
    {&view_party_counts, NEEDS_NOW},      {&view_suspicions, NEEDS_NOW},
    {&view_obligations, NEEDS_NOW},       {&view_requests.view, NEEDS_CONTEXT},
    {&view_evidence.view, NEEDS_CONTEXT}, {&view_certificates.view, NEEDS_CONTEXT},
    {&view_incidents, NEEDS_NOW},         {&view_reported, NEEDS_CONTEXT},
    {&view_coverage, NEEDS_CONTEXT},      {&view_operator_exceptions, NEEDS_NOW},
    {&view_join_exceptions, NEEDS_NOW},   {&view_firmware_rejections, NEEDS_NOW},
    {&view_tolerances, NEEDS_CONTEXT},    {&view_csps, NEEDS_CONTEXT},
    {&view_devices_before, NEEDS_BEFORE}, {&view_changes, NEEDS_BEFORE},
};

const struct view_about *view_about(size_t index)
{
    if (index < ARRAY_LEN(views))
        return &views[index].view->about;
    return index == ARRAY_LEN(views) ? &view_tolerance_states_about : stored_view_about(index - ARRAY_LEN(views) - 1);
}

int views_register(sqlite3 *db, const struct query_source *source)
{
    static const struct judged nothing = {.fd = -1};
    const struct judged *const before = source->before == NULL && source->from_nothing ? &nothing : source->before;
    const struct judge_context *const ctx = source->now != NULL ? source->now->ctx : source->context;
    int rc = SQLITE_OK;

    for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_LEN(views); i++) {
        const bool is_there[] = {
            [NEEDS_CONTEXT] = ctx != NULL,
            [NEEDS_NOW] = source->now != NULL,
            [NEEDS_BEFORE] = source->now != NULL && before != NULL,
        };
        struct view_source s = {views[i].view, source, source->now, ctx};

        if (views[i].view == &view_devices_before)
            s.judged = before;
        if (is_there[views[i].needs])
            rc = register_view(db, &s);
    }
    if (rc == SQLITE_OK && source->now != NULL)
        rc = sqlite3_exec(db, view_tolerance_states_sql, NULL, NULL, NULL);
    return rc;
}
