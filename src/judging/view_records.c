/* Scans of the packed Devices, in their order; one Device is found by its key. Memory is that of the largest Device. */
#include "records_int.h"

#include "domain/eui64.h"
#include "store/sql.h"

#include <stdlib.h>

static const struct record_view *as_record_view(const struct record_cursor *c)
{
    return (const struct record_view *)(const void *)c->view.source->view;
}

void *record_items(struct record_cursor *c, size_t count, struct err *err)
{
    c->item_count = 0;
    if (count > c->item_cap || c->items == NULL) {
        const size_t cap = count < 64 ? 64 : count;
        void *grown = reallocarray(c->items, cap, as_record_view(c)->item_size);

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
        struct request_summary *grown = reallocarray(c->requests, most, sizeof(*grown));

        if (grown == NULL)
            return err_nomem(err);
        c->requests = grown;
        c->request_cap = most;
    }
    c->request_count = 0;
    if (most > 0) {
        const struct judge_context *const ctx = c->view.source->ctx;
        struct judge_scratch scratch = {.size = judge_requests_scratch_size(&c->records)};

        scratch.ptr = malloc(scratch.size);
        if (scratch.ptr == NULL)
            return err_nomem(err);
        c->request_count = judge_requests(&c->records, ctx->codes, ctx->revised->response_window_ms, ctx->as_of,
                                          &scratch, c->requests);
        free(scratch.ptr);
    }
    return 0;
}

static int load_device(struct record_cursor *c, struct err *err)
{
    const struct judge_context *const ctx = c->view.source->ctx;
    const uint64_t device = id_of(sqlite3_column_int64(c->at, 0));
    const struct text packed = sql_blob(c->at, 2);
    char id[EUI64_TEXT_SIZE];

    eui64_format(device, id);
    if (checksum_of(packed) != (uint32_t)sqlite3_column_int64(c->at, 1))
        return err_set(err, ERR_IO, "the evidence of Device %s is not what was stored; 'pcreport verify' tells more",
                       id);
    if (evidence_unpack(&c->records, device, packed, err) < 0)
        return -1;
    c->in_inventory = inventory_at(&c->records, ctx->as_of) != NULL;
    c->item = 0;
    return as_record_view(c)->load(c, err);
}

/* Goes on to the next Device that has rows. */
static int next_device(struct record_cursor *c, struct err *err)
{
    int rc;

    while ((rc = sqlite3_step(c->at)) == SQLITE_ROW) {
        if (load_device(c, err) < 0)
            return -1;
        if (c->item_count > 0)
            return 1;
    }
    return rc == SQLITE_DONE ? 0 : view_sql_fail(c->view.db, err);
}

int record_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct record_cursor *const c = (struct record_cursor *)base;
    uint64_t device = 0;

    sqlite3_reset(c->all);
    sqlite3_reset(c->one);
    c->item = c->item_count = 0;
    c->at = keys != 0 ? c->one : c->all;
    if (keys != 0 && !view_device_value(argv[0], &device))
        return 0;
    if (keys != 0)
        sqlite3_bind_int64(c->one, 1, key_of(device));
    return next_device(c, err);
}

int record_next(struct view_cursor *base, struct err *err)
{
    struct record_cursor *const c = (struct record_cursor *)base;

    c->item++;
    return c->item < c->item_count ? 1 : next_device(c, err);
}

int record_open(struct view_cursor *base, struct err *err)
{
    static const char all[] = "SELECT id, checksum, packed FROM main.device ORDER BY id";
    static const char one[] = "SELECT id, checksum, packed FROM main.device WHERE id=?";
    static const char file[] = "SELECT name FROM main.file WHERE number=?";
    struct record_cursor *const c = (struct record_cursor *)base;

    if (sqlite3_prepare_v2(base->db, all, -1, &c->all, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(base->db, one, -1, &c->one, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(base->db, file, -1, &c->file, NULL) == SQLITE_OK)
        return 0;
    return view_sql_fail(base->db, err);
}

/* Statements that stand on no row hold no lock. */
void record_rest(struct view_cursor *base)
{
    struct record_cursor *const c = (struct record_cursor *)base;

    sqlite3_reset(c->all);
    sqlite3_reset(c->one);
    sqlite3_reset(c->file);
    c->file_number = 0;
}

void record_release(struct view_cursor *base)
{
    struct record_cursor *const c = (struct record_cursor *)base;

    sqlite3_finalize(c->all);
    sqlite3_finalize(c->one);
    sqlite3_finalize(c->file);
    device_records_release(&c->records);
    free(c->requests);
    free(c->items);
}

/* Neighbouring rows mostly come from the same few files. */
void cell_file(struct record_cursor *c, sqlite3_context *cell, uint32_t file)
{
    if (c->file_number != file) {
        sqlite3_reset(c->file);
        sqlite3_bind_int64(c->file, 1, file);
        c->file_number = sqlite3_step(c->file) == SQLITE_ROW ? file : 0;
    }
    if (c->file_number == file)
        cell_text(cell, sql_text(c->file, 0));
}
