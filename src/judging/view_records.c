/* Scans of the packed Devices, in their order; one Device is found by its key. Memory is that of the largest Device. */
#include "records_int.h"

#include "domain/eui64.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>

#define DEVICE_COLUMN 0

struct record_table {
    sqlite3_vtab base;
    sqlite3 *db;
    const struct record_view *view;
    const struct judge_context *ctx;
    /* The cursor that was closed last, to be opened again: a subquery opens one for each row of the query around it,
     * and to prepare its statements takes longer than to read a Device. */
    struct record_cursor *spare;
};

/* What a connection knows a view by. */
struct record_module {
    const struct record_view *view;
    const struct judge_context *ctx;
};

static int records_connect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **msg)
{
    const struct record_module *module = aux;
    struct record_table *table;
    int rc = sqlite3_declare_vtab(db, module->view->declaration);

    (void)argc;
    (void)argv;
    (void)msg;
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    table = calloc(1, sizeof(*table));
    if (table == NULL)
        return SQLITE_NOMEM;
    table->db = db;
    table->view = module->view;
    table->ctx = module->ctx;
    *out = &table->base;
    return SQLITE_OK;
}

/* idxNum 1: one Device is asked for. */
static int records_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedRows = 10000000;
    for (int i = 0; i < info->nConstraint && info->idxNum == 0; i++) {
        if (!info->aConstraint[i].usable || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ ||
            info->aConstraint[i].iColumn != DEVICE_COLUMN || strcmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
            continue;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        info->idxNum = 1;
        info->estimatedRows = 10;
    }
    info->estimatedCost = info->idxNum == 1 ? 200 : 1e9;
    info->orderByConsumed =
        info->nOrderBy == 1 && info->aOrderBy[0].iColumn == DEVICE_COLUMN && !info->aOrderBy[0].desc;
    return SQLITE_OK;
}

static void destroy(struct record_cursor *c)
{
    sqlite3_finalize(c->all);
    sqlite3_finalize(c->one);
    sqlite3_finalize(c->file);
    device_records_release(&c->records);
    free(c->requests);
    free(c->items);
    free(c);
}

static int records_disconnect(sqlite3_vtab *base)
{
    const struct record_table *const table = (const struct record_table *)base;

    if (table->spare != NULL)
        destroy(table->spare);
    return view_disconnect(base);
}

/* The statements of a closed cursor stand on no row, so that they hold no lock. */
static int records_close(sqlite3_vtab_cursor *base)
{
    struct record_cursor *const c = (struct record_cursor *)base;
    struct record_table *const table = (struct record_table *)base->pVtab;

    if (table->spare != NULL) {
        destroy(c);
        return SQLITE_OK;
    }
    sqlite3_reset(c->all);
    sqlite3_reset(c->one);
    sqlite3_reset(c->file);
    c->file_number = 0;
    table->spare = c;
    return SQLITE_OK;
}

static int make_cursor(const struct record_table *table, struct record_cursor **out)
{
    static const char all[] = "SELECT id, checksum, packed FROM main.device ORDER BY id";
    static const char one[] = "SELECT id, checksum, packed FROM main.device WHERE id=?";
    static const char file[] = "SELECT name FROM main.file WHERE number=?";
    struct record_cursor *const c = calloc(1, sizeof(*c));
    int rc;

    if (c == NULL)
        return SQLITE_NOMEM;
    c->view = table->view;
    c->ctx = table->ctx;
    rc = sqlite3_prepare_v2(table->db, all, -1, &c->all, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(table->db, one, -1, &c->one, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(table->db, file, -1, &c->file, NULL);
    if (rc == SQLITE_OK)
        *out = c;
    else
        destroy(c);
    return rc;
}

static int records_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    struct record_table *const table = (struct record_table *)base;
    struct record_cursor *c = table->spare;
    const int rc = c != NULL ? SQLITE_OK : make_cursor(table, &c);

    table->spare = NULL;
    if (rc == SQLITE_OK)
        *out = &c->base;
    return rc;
}

void *record_items(struct record_cursor *c, size_t count, struct err *err)
{
    c->item_count = 0;
    if (count > c->item_cap || c->items == NULL) {
        const size_t cap = count < 64 ? 64 : count;
        void *grown = reallocarray(c->items, cap, c->view->item_size);

        if (grown == NULL) {
            err_nomem(err);
            return NULL;
        }
        c->items = grown;
        c->item_cap = cap;
    }
    return c->items;
}

int record_requests(struct record_cursor *c, struct err *err)
{
    const size_t most = c->records.request_count;

    if (most > c->request_cap) {
        struct request_view *grown = reallocarray(c->requests, most, sizeof(*grown));

        if (grown == NULL)
            return err_nomem(err);
        c->requests = grown;
        c->request_cap = most;
    }
    c->request_count = 0;
    if (most > 0)
        c->request_count =
            judge_requests(&c->records, c->ctx->codes, c->ctx->revised->response_window_ms, c->ctx->as_of, c->requests);
    return 0;
}

static int load_device(struct record_cursor *c, struct err *err)
{
    const uint64_t device = id_of(sqlite3_column_int64(c->at, 0));
    const struct text packed = sql_blob(c->at, 2);
    char id[EUI64_TEXT_SIZE];

    eui64_format(device, id);
    if (checksum_of(packed) != (uint32_t)sqlite3_column_int64(c->at, 1))
        return err_set(err, ERR_IO, "the evidence of Device %s is not what was stored; 'pcreport verify' tells more",
                       id);
    if (evidence_unpack(&c->records, device, packed, err) < 0)
        return -1;
    c->in_inventory = inventory_at(&c->records, c->ctx->as_of) != NULL;
    c->item = 0;
    return c->view->load(c, err);
}

/* Goes on to the next Device that has rows. */
static int next_device(struct record_cursor *c)
{
    struct err err = {0};
    int rc;

    while ((rc = sqlite3_step(c->at)) == SQLITE_ROW) {
        if (load_device(c, &err) < 0)
            return view_fail(c->base.pVtab, &err);
        if (c->item_count > 0)
            return SQLITE_OK;
    }
    c->at_end = true;
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* False when no Device can be equal to the value: it is no text, or not as identifiers are written out. */
static bool take_device(sqlite3_value *value, uint64_t *out)
{
    struct text word;
    char written[EUI64_TEXT_SIZE] = "";

    if (sqlite3_value_type(value) != SQLITE_TEXT)
        return false;
    word.ptr = (const char *)sqlite3_value_text(value);
    word.len = (size_t)sqlite3_value_bytes(value);
    return eui64_parse(word, out) && text_equal(word, (struct text){written, eui64_format(*out, written)});
}

static int records_filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    struct record_cursor *c = (struct record_cursor *)base;
    uint64_t device = 0;

    (void)text;
    (void)argc;
    sqlite3_reset(c->all);
    sqlite3_reset(c->one);
    c->item = c->item_count = 0;
    c->at_end = number == 1 && !take_device(argv[0], &device);
    if (c->at_end)
        return SQLITE_OK;
    c->at = number == 1 ? c->one : c->all;
    if (number == 1)
        sqlite3_bind_int64(c->one, 1, key_of(device));
    return next_device(c);
}

static int records_next(sqlite3_vtab_cursor *base)
{
    struct record_cursor *c = (struct record_cursor *)base;

    c->item++;
    return c->item < c->item_count ? SQLITE_OK : next_device(c);
}

static int records_eof(sqlite3_vtab_cursor *base)
{
    return ((struct record_cursor *)base)->at_end;
}

static int records_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int column)
{
    struct record_cursor *c = (struct record_cursor *)base;

    if (column == DEVICE_COLUMN)
        cell_eui64(cell, c->records.device);
    else if (column == c->view->position)
        sqlite3_result_int64(cell, (sqlite3_int64)c->item);
    else
        c->view->cell(c, cell, column);
    return SQLITE_OK;
}

void record_cell_party(struct record_cursor *c, sqlite3_context *cell, uint64_t entity)
{
    cell_party(cell, c->ctx->directory, directory_entity(c->ctx->directory, entity).party);
}

void record_cell_srv(sqlite3_context *cell, srv_code srv)
{
    char text[SRV_TEXT_SIZE];

    if (srv != 0)
        sqlite3_result_text(cell, text, (int)srv_format(srv, text), SQLITE_TRANSIENT);
}

void record_cell_request_id(sqlite3_context *cell, const struct request_id *id)
{
    char originator[EUI64_TEXT_SIZE], target[EUI64_TEXT_SIZE];
    char *text;

    if (!id->present)
        return;
    eui64_format(id->originator, originator);
    eui64_format(id->target, target);
    text = sqlite3_mprintf("%s:%s:%llu", originator, target, (unsigned long long)id->counter);
    if (text == NULL)
        sqlite3_result_error_nomem(cell);
    else
        sqlite3_result_text(cell, text, -1, sqlite3_free);
}

void record_cell_key_id(sqlite3_context *cell, uint64_t key_id)
{
    char text[KEY_ID_TEXT_SIZE];

    if (key_id != 0)
        sqlite3_result_text(cell, text, (int)key_id_format(key_id, text), SQLITE_TRANSIENT);
}

/* Neighbouring rows mostly come from the same few files. */
void record_cell_file(struct record_cursor *c, sqlite3_context *cell, uint32_t file)
{
    if (c->file_number != file) {
        sqlite3_reset(c->file);
        sqlite3_bind_int64(c->file, 1, file);
        c->file_number = sqlite3_step(c->file) == SQLITE_ROW ? file : 0;
    }
    if (c->file_number == file)
        cell_text(cell, sql_text(c->file, 0));
}

static int register_view(sqlite3 *db, const struct record_view *view, const struct judge_context *ctx)
{
    static const sqlite3_module module = {
        .xConnect = records_connect,
        .xBestIndex = records_best_index,
        .xDisconnect = records_disconnect,
        .xOpen = records_open,
        .xClose = records_close,
        .xFilter = records_filter,
        .xNext = records_next,
        .xEof = records_eof,
        .xColumn = records_column,
    };
    struct record_module *aux = malloc(sizeof(*aux));

    if (aux == NULL)
        return SQLITE_NOMEM;
    *aux = (struct record_module){view, ctx};
    return sqlite3_create_module_v2(db, view->name, &module, aux, free); /* frees it when it fails, too */
}

int records_register(sqlite3 *db, const struct judge_context *ctx)
{
    int rc = register_view(db, &view_requests, ctx);

    if (rc == SQLITE_OK)
        rc = register_view(db, &view_evidence, ctx);
    if (rc == SQLITE_OK)
        rc = register_view(db, &view_certificates, ctx);
    /* Used once, they are connected for good, as in views_register. */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "SELECT 1 FROM requests, evidence, certificates LIMIT 0", NULL, NULL, NULL);
    return rc;
}
