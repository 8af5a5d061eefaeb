/* Writing the rows of lists: each once, whatever file it comes in. */
#include "absorb_int.h"

#include <stdlib.h>

static int prepare(struct put *p, enum listed list, struct err *err)
{
    const struct list_facts *const facts = &list_facts[list];
    struct buf sql = {0};
    int rc;

    if (p->put_listed[list] != NULL)
        return 0;
    buf_printf(&sql, "INSERT OR IGNORE INTO %s(%s, file, line) VALUES(?", facts->table, facts->columns);
    for (unsigned i = 1; i < facts->column_count + 2; i++)
        buf_add_str(&sql, ",?");
    buf_add_str(&sql, ")");
    rc = sql.failed ? err_nomem(err) : sql_prepare(p->store, &p->put_listed[list], buf_cstr(&sql), err);
    buf_release(&sql);
    return rc;
}

static int compare_rows(const void *pa, const void *pb)
{
    const struct listed_row *a = pa, *b = pb;

    if (a->source.file != b->source.file)
        return a->source.file < b->source.file ? -1 : 1;
    return (a->source.line > b->source.line) - (a->source.line < b->source.line);
}

static int put_row(struct put *p, enum listed list, const struct listed_row *row, struct err *err)
{
    sqlite3_stmt *const stmt = p->put_listed[list];
    const unsigned columns = list_facts[list].column_count;

    for (unsigned i = 0; i < columns; i++)
        sql_bind_text(stmt, (int)i + 1, row->values[i]);
    sqlite3_bind_int64(stmt, (int)columns + 1, row->source.file);
    sqlite3_bind_int64(stmt, (int)columns + 2, (int64_t)row->source.line);
    if (sql_run(p->store, stmt, err) < 0)
        return -1;
    counter_count(&p->counter, row->source.file, sqlite3_changes(p->store->db) > 0);
    return 0;
}

int put_listed(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes, struct err *err)
{
    const enum listed list = items->class == INTAKE_WAIVER ? LISTED_WAIVERS : LISTED_TICKETS;
    struct listed_row *const rows = calloc(count, sizeof(*rows));
    int rc = rows == NULL ? err_nomem(err) : prepare(p, list, err);

    for (size_t i = 0; rc == 0 && i < count; i++)
        if (!intake_unpack_listed((struct text){(const char *)bytes + items[i].at, items[i].len}, list, &rows[i]))
            rc = err_set(err, ERR_BUG, "an entry of the intake cannot be read back; please report this");
    if (rc == 0)
        qsort(rows, count, sizeof(*rows), compare_rows);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = put_row(p, list, &rows[i], err);
    free(rows);
    return rc;
}
