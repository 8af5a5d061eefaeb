/* Writing rows that stand by themselves: rejects, in an order that does not depend on the threads; the rows of lists,
 * each once, whatever file it comes in; and what ends in DCC systems, as 11.1 (Update Firmware): the request names its
 * Devices, the answer names none but exceptions. Both are kept; when the second of the two comes, the Devices get their
 * outcome. */
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

/* ---- Lists ---- */

static int prepare_listed(struct put *p, enum listed list, struct err *err)
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

static int compare_listed(const void *pa, const void *pb)
{
    const struct listed_row *a = pa, *b = pb;

    return compare_sources(&a->source, &b->source);
}

static int put_listed_row(struct put *p, enum listed list, const struct listed_row *row, struct err *err)
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
    int rc = rows == NULL ? err_nomem(err) : prepare_listed(p, list, err);

    for (size_t i = 0; rc == 0 && i < count; i++)
        if (!intake_unpack_listed((struct text){(const char *)bytes + items[i].at, items[i].len}, list, &rows[i]))
            rc = put_unreadable(err);
    if (rc == 0)
        qsort(rows, count, sizeof(*rows), compare_listed);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = put_listed_row(p, list, &rows[i], err);
    free(rows);
    return rc;
}

/* ---- Requests that end in DCC systems, and the answers to them ---- */

static void bind_request_id(sqlite3_stmt *stmt, const struct request_id *id)
{
    sqlite3_bind_int64(stmt, 1, key_of(id->originator));
    sqlite3_bind_int64(stmt, 2, key_of(id->target));
    sqlite3_bind_int64(stmt, 3, (int64_t)id->counter);
}

static uint64_t sum_of_request_id(const struct request_id *id)
{
    uint64_t row = SUM_ROW_BEGIN;

    sum_add_number(&row, key_of(id->originator));
    sum_add_number(&row, key_of(id->target));
    sum_add_number(&row, (int64_t)id->counter);
    return row;
}

static uint64_t sum_of_asked(const struct asked_row *r)
{
    uint64_t row = sum_of_request_id(&r->id);

    sum_add_number(&row, key_of(r->device));
    sum_add_number(&row, r->source.file);
    return row;
}

static uint64_t sum_of_answer(const struct answer_row *r, struct text said)
{
    uint64_t row = sum_of_request_id(&r->id);

    sum_add_bytes(&row, said);
    sum_add_bytes(&row, r->spared);
    sum_add_bytes(&row, r->record);
    sum_add_number(&row, r->source.file);
    sum_add_number(&row, (int64_t)r->source.line);
    return row;
}

static struct text bytes_of(const struct batch_item *item, const unsigned char *bytes)
{
    return (struct text){(const char *)bytes + item->at, item->len};
}

int put_asked(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes, struct err *err)
{
    struct asked_row row;

    if (p->add_asked == NULL &&
        sql_prepare(p->store, &p->add_asked,
                    "INSERT OR IGNORE INTO asked(originator, target, counter, device, file) VALUES(?,?,?,?,?)",
                    err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!intake_unpack_asked(bytes_of(&items[i], bytes), &row))
            return put_unreadable(err);
        bind_request_id(p->add_asked, &row.id);
        sqlite3_bind_int64(p->add_asked, 4, key_of(row.device));
        sqlite3_bind_int64(p->add_asked, 5, row.source.file);
        if (sql_run(p->store, p->add_asked, err) < 0)
            return -1;
        if (sqlite3_changes(p->store->db) > 0)
            p->sums.kept[SUM_ASKED] += sum_of_asked(&row);
    }
    return 0;
}

/* Two that say the same, whatever their files, are one. */
static int put_answer(struct put *p, const struct answer_row *row, struct err *err)
{
    struct packed_reader u = {(const unsigned char *)row->record.ptr,
                              (const unsigned char *)row->record.ptr + row->record.len, false};
    struct packed_record record;

    if (!evidence_next(&u, &record))
        return put_unreadable(err);
    bind_request_id(p->add_answer, &row->id);
    sql_bind_blob(p->add_answer, 4, record.canon);
    sql_bind_blob(p->add_answer, 5, row->spared);
    sql_bind_blob(p->add_answer, 6, row->record);
    sqlite3_bind_int64(p->add_answer, 7, row->source.file);
    sqlite3_bind_int64(p->add_answer, 8, (int64_t)row->source.line);
    if (sql_run(p->store, p->add_answer, err) < 0)
        return -1;
    counter_count(&p->counter, row->source.file, sqlite3_changes(p->store->db) > 0);
    if (sqlite3_changes(p->store->db) > 0)
        p->sums.kept[SUM_ANSWER] += sum_of_answer(row, record.canon);
    return 0;
}

int put_answers(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                struct err *err)
{
    struct answer_row row;

    if (p->add_answer == NULL && sql_prepare(p->store, &p->add_answer,
                                             "INSERT OR IGNORE INTO answer(originator, target, counter, said, spared,"
                                             " record, file, line) VALUES(?,?,?,?,?,?,?,?)",
                                             err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!intake_unpack_answer(bytes_of(&items[i], bytes), &row))
            return put_unreadable(err);
        if (put_answer(p, &row, err) < 0)
            return -1;
    }
    return 0;
}

static bool is_spared(struct text spared, uint64_t device)
{
    for (size_t at = 0; at + 8 <= spared.len; at += 8) {
        uint64_t id = 0;

        for (size_t i = 0; i < 8; i++)
            id = id << 8 | (unsigned char)spared.ptr[at + i];
        if (id == device)
            return true;
    }
    return false;
}

/* The records for one Device, of all answers to its requests. They were counted as answers, so they are not counted as
 * records once more. */
static int give(struct put *p, uint64_t device, struct buf *records, struct err *err)
{
    const struct batch_item item = {INTAKE_DEVICE, device, 0, records->len};
    const struct account nobody = {0};
    const struct account *const account = p->merging->counter.account;
    int rc = 0;

    if (records->failed)
        return err_nomem(err);
    if (records->len > 0) {
        p->merging->counter.account = &nobody;
        rc = put_device(p, &item, records->ptr, err);
        p->merging->counter.account = account;
    }
    buf_clear(records);
    return rc;
}

int put_answered(struct put *p, struct err *err)
{
    const bool merged_before = p->merged_before;
    struct buf records = {0};
    sqlite3_stmt *stmt = NULL;
    uint64_t device = 0;
    int got = -1;

    if (p->add_asked == NULL && p->add_answer == NULL)
        return 0;
    p->merged_before = false; /* the Devices are there by now */
    if (sql_prepare(p->store, &stmt,
                    "SELECT q.device, a.record, a.spared FROM answer a JOIN asked q USING(originator, target, counter)"
                    " WHERE (a.file>=?1 OR q.file>=?1) AND q.device<>?2 ORDER BY q.device, a.said",
                    err) < 0)
        goto done;
    sqlite3_bind_int64(stmt, 1, p->counter.account->first);
    sqlite3_bind_int64(stmt, 2, key_of(0));
    while ((got = sql_step(p->store, stmt, err)) == 1) {
        const uint64_t next = id_of(sqlite3_column_int64(stmt, 0));

        if (next != device && (got = give(p, device, &records, err)) < 0)
            goto done;
        device = next;
        if (!is_spared(sql_blob(stmt, 2), device))
            buf_add_text(&records, sql_blob(stmt, 1));
    }
    if (got == 0)
        got = give(p, device, &records, err);
done:
    sqlite3_finalize(stmt);
    buf_release(&records);
    p->merged_before = merged_before;
    return got < 0 ? -1 : 0;
}
