/* The view `firmware_rejections` (R9.3): one row a refused SRV 11.1 that an activation was in the way of. */
#include "views_int.h"

#include <stdlib.h>
#include <string.h>

enum column {
    DEVICE_ID,
    DEVICE_TYPE,
    CHF_ID,
    SENDER,
    REQUESTED_AT,
    REFUSED_AT,
    RESPONSE_CODE,
    BLOCKING_DEVICE_ID,
    BLOCKING_DEVICE_TYPE,
    BLOCKING_SENDER,
    BLOCKING_REQUESTED_AT
};

static const char declaration[] =
    "CREATE TABLE firmware_rejections(device_id TEXT, device_type TEXT, chf_id TEXT, sender TEXT, requested_at TEXT,"
    " refused_at TEXT, response_code TEXT, blocking_device_id TEXT, blocking_device_type TEXT, blocking_sender TEXT,"
    " blocking_requested_at TEXT)";

struct firmware_cursor {
    sqlite3_vtab_cursor base;
    size_t at, count;
};

static int firmware_connect(sqlite3 *db, void *judged, int argc, const char *const *argv, sqlite3_vtab **out,
                            char **msg)
{
    (void)argc;
    (void)argv;
    (void)msg;
    return view_connect(db, judged, declaration, out);
}

static int firmware_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1000;
    info->estimatedRows = 1000;
    return SQLITE_OK;
}

static int firmware_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    struct firmware_cursor *c = calloc(1, sizeof(*c));

    (void)table;
    if (c == NULL)
        return SQLITE_NOMEM;
    *out = &c->base;
    return SQLITE_OK;
}

static int firmware_close(sqlite3_vtab_cursor *base)
{
    free(base);
    return SQLITE_OK;
}

static int firmware_filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    struct firmware_cursor *c = (struct firmware_cursor *)base;

    (void)number;
    (void)text;
    (void)argc;
    (void)argv;
    c->at = 0;
    c->count = ((const struct view_table *)base->pVtab)->judged->firmware.len / sizeof(struct firmware_rejection);
    return SQLITE_OK;
}

static int firmware_next(sqlite3_vtab_cursor *base)
{
    ((struct firmware_cursor *)base)->at++;
    return SQLITE_OK;
}

static int firmware_eof(sqlite3_vtab_cursor *base)
{
    const struct firmware_cursor *const c = (const struct firmware_cursor *)base;

    return c->at >= c->count;
}

static int firmware_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = (sqlite3_int64)((struct firmware_cursor *)base)->at;
    return SQLITE_OK;
}

static void sender_cell(sqlite3_context *cell, const struct directory *d, uint64_t user)
{
    cell_party(cell, d, directory_entity(d, user).party);
}

static int firmware_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int column)
{
    const struct firmware_cursor *const c = (const struct firmware_cursor *)base;
    const struct judged *const judged = ((const struct view_table *)base->pVtab)->judged;
    struct firmware_rejection r;

    memcpy(&r, judged->firmware.ptr + c->at * sizeof(r), sizeof(r));
    switch ((enum column)column) {
    case DEVICE_ID:
        cell_eui64(cell, r.refusal.device);
        break;
    case DEVICE_TYPE:
        cell_word(cell, term_word(&vocab_device_type, r.refusal.type));
        break;
    case CHF_ID:
        cell_eui64(cell, r.refusal.chf);
        break;
    case SENDER:
        sender_cell(cell, judged->ctx->directory, r.refusal.user);
        break;
    case REQUESTED_AT:
        cell_instant(cell, r.refusal.requested_at);
        break;
    case REFUSED_AT:
        cell_instant(cell, r.refusal.until);
        break;
    case RESPONSE_CODE:
        cell_text(cell, text_of(r.refusal.code));
        break;
    case BLOCKING_DEVICE_ID:
        cell_eui64(cell, r.activation.device);
        break;
    case BLOCKING_DEVICE_TYPE:
        cell_word(cell, term_word(&vocab_device_type, r.activation.type));
        break;
    case BLOCKING_SENDER:
        sender_cell(cell, judged->ctx->directory, r.activation.user);
        break;
    case BLOCKING_REQUESTED_AT:
        cell_instant(cell, r.activation.requested_at);
        break;
    }
    return SQLITE_OK;
}

int view_firmware_register(sqlite3 *db, const struct judged *judged)
{
    static const sqlite3_module module = {
        .xConnect = firmware_connect,
        .xBestIndex = firmware_best_index,
        .xDisconnect = view_disconnect,
        .xOpen = firmware_open,
        .xClose = firmware_close,
        .xFilter = firmware_filter,
        .xNext = firmware_next,
        .xEof = firmware_eof,
        .xColumn = firmware_column,
        .xRowid = firmware_rowid,
    };

    return sqlite3_create_module_v2(db, "firmware_rejections", &module, (void *)(uintptr_t)judged, NULL);
}
