/* The organisations of the store, as the rules use them. */
#include "store_int.h"

#include <stdlib.h>

struct rows {
    struct organisation_row *ptr;
    size_t count, cap;
    struct buf names; /* the party names, one after another; rows hold offsets until all are there */
};

static int add_row(struct rows *rows, const struct organisation_row *row, struct err *err)
{
    struct organisation_row *kept;

    if (rows->count == rows->cap) {
        size_t cap = rows->cap > 0 ? 2 * rows->cap : 256;
        struct organisation_row *grown = realloc(rows->ptr, cap * sizeof(*grown));

        if (grown == NULL)
            return err_nomem(err);
        rows->ptr = grown;
        rows->cap = cap;
    }
    kept = &rows->ptr[rows->count++];
    *kept = *row;
    buf_add_text(&rows->names, row->party);
    return rows->names.failed ? err_nomem(err) : 0;
}

static int read_rows(struct store *st, struct rows *rows, struct err *err)
{
    struct organisation_row row;
    sqlite3_stmt *stmt = NULL;
    size_t at = 0;
    int got = sql_prepare(st, &stmt, "SELECT " ORGANISATION_COLUMNS " FROM organisation ORDER BY entity, key_id", err);

    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        organisation_read(stmt, &row);
        got = add_row(rows, &row, err);
    }
    sqlite3_finalize(stmt);
    for (size_t i = 0; i < rows->count; i++) {
        rows->ptr[i].party.ptr = (const char *)rows->names.ptr + at;
        at += rows->ptr[i].party.len;
    }
    return got;
}

int store_directory(struct store *st, struct directory **out, struct err *err)
{
    struct rows rows = {0};
    int rc = read_rows(st, &rows, err);

    *out = NULL;
    if (rc == 0)
        rc = directory_create(out, rows.ptr, rows.count, err);
    buf_release(&rows.names);
    free(rows.ptr);
    return rc;
}
