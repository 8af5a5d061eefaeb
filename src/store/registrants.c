/* R1: which entities the registrations name as Supplier and as Network Operator, and from when on: an identifier that
 * no organisation has takes its role from here. There are some hundred of them, and as many registrations as Devices.
 */
#include "absorb_int.h"

#include <stdlib.h>
#include <string.h>

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
