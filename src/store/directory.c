/* The organisations of the store, as the rules use them. */
#include "domain/directory.h"
#include "base/array.h"
#include "store_int.h"

#include <stdlib.h>

struct rows {
    struct organisation_row *ptr;
    size_t count, cap;
    struct buf bytes; /* names and sets, one after another; rows hold their lengths until all are there */
    struct directory_registrant *registrants;
    size_t registrant_count, registrant_cap;
};

static int add_row(struct rows *rows, const struct organisation_row *row, struct err *err)
{
    if (!array_reserve(&rows->ptr, &rows->cap, rows->count + 1, sizeof(*rows->ptr)))
        return err_nomem(err);
    rows->ptr[rows->count++] = *row;
    buf_add_text(&rows->bytes, row->party);
    buf_add_text(&rows->bytes, row->extracts);
    return rows->bytes.failed ? err_nomem(err) : 0;
}

static int read_rows(struct store *st, struct rows *rows, struct err *err)
{
    struct organisation_row row;
    sqlite3_stmt *stmt = NULL;
    const char *at;
    int got = sql_prepare(st, &stmt,
                          "SELECT " ORGANISATION_COLUMNS " FROM organisation ORDER BY entity, key_id, number", err);

    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        organisation_read(stmt, &row);
        got = add_row(rows, &row, err);
    }
    sqlite3_finalize(stmt);
    at = (const char *)rows->bytes.ptr;
    for (size_t i = 0; i < rows->count; i++) { /* only now do they no longer move */
        rows->ptr[i].party.ptr = at;
        at += rows->ptr[i].party.len;
        rows->ptr[i].extracts.ptr = at;
        at += rows->ptr[i].extracts.len;
    }
    return got;
}

static int read_registrants(struct store *st, struct rows *rows, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT entity, supplier_from, network_operator_from FROM registrant", err);

    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        got = 0;
        if (!array_reserve(&rows->registrants, &rows->registrant_cap, rows->registrant_count + 1,
                           sizeof(*rows->registrants)))
            got = err_nomem(err);
        else
            rows->registrants[rows->registrant_count++] =
                (struct directory_registrant){sql_id(stmt, 0), sql_instant(stmt, 1), sql_instant(stmt, 2)};
    }
    sqlite3_finalize(stmt);
    return got;
}

int store_directory(struct store *st, instant as_of, struct directory **out, struct err *err)
{
    struct rows rows = {0};
    int rc = read_rows(st, &rows, err);

    *out = NULL;
    if (rc == 0)
        rc = read_registrants(st, &rows, err);
    if (rc == 0)
        rc = directory_create_at(out,
                                 &(struct directory_source){.rows = rows.ptr,
                                                            .count = rows.count,
                                                            .registrants = rows.registrants,
                                                            .registrant_count = rows.registrant_count,
                                                            .as_of = as_of},
                                 err);
    buf_release(&rows.bytes);
    free(rows.registrants);
    free(rows.ptr);
    return rc;
}
