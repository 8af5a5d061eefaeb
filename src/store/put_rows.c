/* Writing rejects, in an order that does not depend on the threads. */
#include "absorb_int.h"

#include <stdlib.h>
#include <string.h>

void *put_scratch(struct put *p, size_t size, struct err *err)
{
    if (size > p->rows_size) {
        void *grown = realloc(p->rows, size);

        if (grown == NULL) {
            err_nomem(err);
            return NULL;
        }
        p->rows = grown;
        p->rows_size = size;
    }
    return p->rows;
}

int put_unreadable(struct err *err)
{
    return err_set(err, ERR_BUG, "an entry of the intake cannot be read back; please report this");
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int compare_sources(const struct source *a, const struct source *b)
{
    int order = compare_u64(a->file, b->file);

    return order != 0 ? order : compare_u64(a->line, b->line);
}

static int compare_rejects(const void *pa, const void *pb)
{
    const struct reject *a = pa, *b = pb;
    int order = compare_sources(&a->source, &b->source);

    if (order == 0)
        order = compare_u64(a->offset, b->offset);
    if (order == 0)
        order = text_compare(a->column, b->column);
    if (order == 0)
        order = text_compare(a->reason, b->reason);
    return order != 0 ? order : text_compare(a->bytes, b->bytes);
}

static uint64_t sum_of_reject(const struct reject *r)
{
    uint64_t row = SUM_ROW_BEGIN;

    sum_add_number(&row, r->source.file);
    sum_add_number(&row, (int64_t)r->source.line);
    sum_add_number(&row, (int64_t)r->offset);
    if (r->column.len > 0)
        sum_add_bytes(&row, r->column);
    else
        sum_add_null(&row);
    sum_add_bytes(&row, r->reason);
    sum_add_bytes(&row, r->bytes);
    return row;
}

static int put_reject(struct put *p, const struct reject *r, struct err *err)
{
    p->sums.kept[SUM_REJECT] += sum_of_reject(r);
    sqlite3_bind_int64(p->add_reject, 1, r->source.file);
    sqlite3_bind_int64(p->add_reject, 2, (int64_t)r->source.line);
    sqlite3_bind_int64(p->add_reject, 3, (int64_t)r->offset);
    if (r->column.len > 0)
        sql_bind_text(p->add_reject, 4, r->column);
    else
        sqlite3_bind_null(p->add_reject, 4);
    sql_bind_text(p->add_reject, 5, r->reason);
    sql_bind_blob(p->add_reject, 6, r->bytes);
    return sql_run(p->store, p->add_reject, err);
}

int put_rejects(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                struct err *err)
{
    struct reject *rows = put_scratch(p, count * sizeof(*rows), err);

    if (rows == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!intake_unpack_reject((struct text){(const char *)bytes + items[i].at, items[i].len}, &rows[i]))
            return put_unreadable(err);
    qsort(rows, count, sizeof(*rows), compare_rejects);
    for (size_t i = 0; i < count; i++)
        if (put_reject(p, &rows[i], err) < 0)
            return -1;
    return 0;
}
