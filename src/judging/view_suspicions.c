/* The view `suspicions`: where to look for what is wrong with the data, so that nobody has to read all of it. */
#include "views_int.h"

#include "rules/suspicion.h"

#include <stdlib.h>
#include <string.h>

enum column { DEVICE_ID, SUSPICION };

static const char declaration[] = "CREATE TABLE suspicions(device_id TEXT, suspicion TEXT)";

struct suspicions_cursor {
    sqlite3_vtab_cursor base;
    struct buf all;         /* struct suspect; borrowed */
    size_t at, count;       /* of the present Device */
    struct suspect present; /* what is left of it; the lowest bit is the present row */
    sqlite3_int64 rowid;
};

static int suspicions_connect(sqlite3 *db, void *judged, int argc, const char *const *argv, sqlite3_vtab **out,
                              char **msg)
{
    (void)argc;
    (void)argv;
    (void)msg;
    return view_connect(db, judged, declaration, out);
}

static int suspicions_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1e4;
    info->estimatedRows = 10000;
    info->orderByConsumed = view_comes_in_order(info, DEVICE_ID, -1) && info->nOrderBy == 1;
    return SQLITE_OK;
}

static int suspicions_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    struct suspicions_cursor *c = calloc(1, sizeof(*c));

    (void)table;
    if (c == NULL)
        return SQLITE_NOMEM;
    *out = &c->base;
    return SQLITE_OK;
}

static int suspicions_close(sqlite3_vtab_cursor *base)
{
    free(base);
    return SQLITE_OK;
}

static void load(struct suspicions_cursor *c)
{
    if (c->at < c->count)
        memcpy(&c->present, c->all.ptr + c->at * sizeof(c->present), sizeof(c->present));
}

static int suspicions_filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    struct suspicions_cursor *c = (struct suspicions_cursor *)base;

    (void)number;
    (void)text;
    (void)argc;
    (void)argv;
    c->all = ((const struct view_table *)base->pVtab)->judged->suspects;
    c->count = c->all.len / sizeof(struct suspect);
    c->at = 0;
    c->rowid = 1;
    load(c);
    return SQLITE_OK;
}

static int suspicions_next(sqlite3_vtab_cursor *base)
{
    struct suspicions_cursor *c = (struct suspicions_cursor *)base;

    c->rowid++;
    c->present.suspicions &= c->present.suspicions - 1;
    if (c->present.suspicions == 0) {
        c->at++;
        load(c);
    }
    return SQLITE_OK;
}

static int suspicions_eof(sqlite3_vtab_cursor *base)
{
    const struct suspicions_cursor *const c = (struct suspicions_cursor *)base;

    return c->at >= c->count;
}

static int suspicions_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((struct suspicions_cursor *)base)->rowid;
    return SQLITE_OK;
}

static int suspicions_column(sqlite3_vtab_cursor *base, sqlite3_context *cell, int column)
{
    const struct suspicions_cursor *const c = (struct suspicions_cursor *)base;

    if (column == DEVICE_ID)
        cell_eui64(cell, c->present.device);
    else
        cell_word(cell, suspicion_word((enum suspicion)__builtin_ctzll(c->present.suspicions)));
    return SQLITE_OK;
}

int view_suspicions_register(sqlite3 *db, const struct judged *judged)
{
    static const sqlite3_module module = {
        .iVersion = 1,
        .xConnect = suspicions_connect,
        .xBestIndex = suspicions_best_index,
        .xDisconnect = view_disconnect,
        .xOpen = suspicions_open,
        .xClose = suspicions_close,
        .xFilter = suspicions_filter,
        .xNext = suspicions_next,
        .xEof = suspicions_eof,
        .xColumn = suspicions_column,
        .xRowid = suspicions_rowid,
    };

    return sqlite3_create_module_v2(db, "suspicions", &module, (void *)(uintptr_t)judged, NULL);
}
