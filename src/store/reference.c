/* Reference data of the store: its rows as structs, whom the registrations name, and the directory made of both. */
#include "absorb_int.h"

#include "base/array.h"
#include "domain/directory.h"
#include "domain/extracts.h"

#include <stdlib.h>
#include <string.h>

/* ---- Between rows and structs ---- */

static struct source source_read(sqlite3_stmt *stmt, int column)
{
    return (struct source){(uint32_t)sqlite3_column_int64(stmt, column),
                           (uint64_t)sqlite3_column_int64(stmt, column + 1)};
}

static struct registration_row registration_of(sqlite3_stmt *stmt, int extracts_column)
{
    return (struct registration_row){
        .mpxn = (mpxn_code)sqlite3_column_int64(stmt, 0),
        .effective_from = sql_instant(stmt, 1),
        .number = (unsigned)sqlite3_column_int(stmt, 2),
        .effective_to = sql_instant(stmt, 3),
        .supplier = sql_id(stmt, 4),
        .network_operator = sql_id(stmt, 5),
        .extracts = sql_blob(stmt, extracts_column),
        .extracted_at = INSTANT_NONE,
    };
}

void registration_says(sqlite3_stmt *stmt, struct registration_row *out)
{
    *out = registration_of(stmt, 6);
}

void registration_read(sqlite3_stmt *stmt, struct registration_row *out)
{
    *out = registration_of(stmt, 9);
    out->conflict = sqlite3_column_int(stmt, 6) != 0;
    out->source = source_read(stmt, 7);
}

/* The ends of a set, of those extracts that told when they were taken. */
static void bind_extracts(sqlite3_stmt *stmt, int at, struct text extracts)
{
    instant first, last;

    extracts_dated_ends(extracts, &first, &last);
    sql_bind_blob(stmt, at, extracts);
    sql_bind_instant(stmt, at + 1, first);
    sql_bind_instant(stmt, at + 2, last);
}

void registration_bind(sqlite3_stmt *stmt, const struct registration_row *row)
{
    sqlite3_bind_int64(stmt, 1, (int64_t)row->mpxn);
    sqlite3_bind_int64(stmt, 2, row->effective_from);
    sqlite3_bind_int64(stmt, 3, row->number);
    sql_bind_instant(stmt, 4, row->effective_to);
    sql_bind_id(stmt, 5, row->supplier);
    sql_bind_id(stmt, 6, row->network_operator);
    sqlite3_bind_int(stmt, 7, row->conflict);
    sqlite3_bind_int64(stmt, 8, row->source.file);
    sqlite3_bind_int64(stmt, 9, (int64_t)row->source.line);
    bind_extracts(stmt, 10, row->extracts);
}

void organisation_read(sqlite3_stmt *stmt, struct organisation_row *out)
{
    unsigned role = ROLE_NONE;

    term_parse(&vocab_party_role, sql_text(stmt, 4), &role);
    *out = (struct organisation_row){
        .entity = id_of(sqlite3_column_int64(stmt, 0)),
        .key_id = id_of(sqlite3_column_int64(stmt, 1)),
        .number = (unsigned)sqlite3_column_int(stmt, 2),
        .party = sql_text(stmt, 3),
        .role = (enum party_role)role,
        .in_smki_repository = sqlite3_column_int(stmt, 5) != 0,
        .conflict = sqlite3_column_int(stmt, 6) != 0,
        .source = source_read(stmt, 7),
        .extracts = sql_blob(stmt, 9),
        .extracted_at = INSTANT_NONE,
    };
}

void organisation_bind(sqlite3_stmt *stmt, const struct organisation_row *row)
{
    sqlite3_bind_int64(stmt, 1, key_of(row->entity));
    sqlite3_bind_int64(stmt, 2, key_of(row->key_id));
    sqlite3_bind_int64(stmt, 3, row->number);
    sql_bind_text(stmt, 4, row->party);
    sql_bind_text(stmt, 5, text_of(term_word(&vocab_party_role, row->role)));
    sqlite3_bind_int(stmt, 6, row->in_smki_repository);
    sqlite3_bind_int(stmt, 7, row->conflict);
    sqlite3_bind_int64(stmt, 8, row->source.file);
    sqlite3_bind_int64(stmt, 9, (int64_t)row->source.line);
    bind_extracts(stmt, 10, row->extracts);
}

/* ---- R1: which entities the registrations name as Supplier and as Network Operator, and from when on ---- */

/* The place that holds the entity, or the empty one where it would be. A power of two, at most half full. */
static struct registrant *find(const struct registrants *r, uint64_t id)
{
    size_t at = (size_t)((id * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (r->cap - 1);

    while (r->ptr[at].id != 0 && r->ptr[at].id != id)
        at = (at + 1) & (r->cap - 1);
    return &r->ptr[at];
}

static int grow(struct registrants *r, struct err *err)
{
    struct registrants more = {.cap = r->cap > 0 ? 2 * r->cap : 1024, .count = r->count};

    more.ptr = calloc(more.cap, sizeof(*more.ptr));
    if (more.ptr == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < r->cap; i++)
        if (r->ptr[i].id != 0)
            *find(&more, r->ptr[i].id) = r->ptr[i];
    free(r->ptr);
    *r = more;
    return 0;
}

static struct registrant *named(struct registrants *r, uint64_t id, struct err *err)
{
    struct registrant *one;

    if (2 * (r->count + 1) > r->cap && grow(r, err) < 0)
        return NULL;
    one = find(r, id);
    if (one->id == 0) {
        *one = (struct registrant){.id = id, .supplier_from = INSTANT_NONE, .network_operator_from = INSTANT_NONE};
        r->count++;
    }
    return one;
}

static void note(struct registrant *one, instant *from, instant at)
{
    if (*from == INSTANT_NONE || at < *from) {
        *from = at;
        one->changed = true;
    }
}

int registrants_note(struct registrants *r, const struct registration_row *row, struct err *err)
{
    struct registrant *one;

    if (row->supplier != 0) {
        if ((one = named(r, row->supplier, err)) == NULL)
            return -1;
        note(one, &one->supplier_from, row->effective_from);
    }
    if (row->network_operator != 0) {
        if ((one = named(r, row->network_operator, err)) == NULL)
            return -1;
        note(one, &one->network_operator_from, row->effective_from);
    }
    return 0;
}

int registrants_read(struct registrants *r, struct store *st, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT entity, supplier_from, network_operator_from FROM registrant", err);

    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        struct registrant *const one = named(r, sql_id(stmt, 0), err);

        got = one != NULL ? 0 : -1;
        if (one == NULL)
            break;
        one->supplier_from = sql_instant(stmt, 1);
        one->network_operator_from = sql_instant(stmt, 2);
    }
    sqlite3_finalize(stmt);
    return got;
}

int registrants_write(const struct registrants *r, struct store *st, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sql_prepare(st, &stmt, "INSERT OR REPLACE INTO registrant VALUES(?,?,?)", err);

    for (size_t i = 0; rc == 0 && i < r->cap; i++) {
        if (r->ptr[i].id == 0 || !r->ptr[i].changed)
            continue;
        sql_bind_id(stmt, 1, r->ptr[i].id);
        sql_bind_instant(stmt, 2, r->ptr[i].supplier_from);
        sql_bind_instant(stmt, 3, r->ptr[i].network_operator_from);
        rc = sql_run(st, stmt, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

void registrants_release(struct registrants *r)
{
    free(r->ptr);
    *r = (struct registrants){0};
}

/* ---- The organisations as the rules use them ---- */

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
    at = rows->bytes.len > 0 ? (const char *)rows->bytes.ptr : ""; /* adding nothing to NULL is undefined */
    for (size_t i = 0; i < rows->count; i++) {                     /* only now do they no longer move */
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
