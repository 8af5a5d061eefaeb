/* Requests that end in DCC systems, as 11.1 (Update Firmware): the request names its Devices, the answer names none but
 * exceptions. Both are kept; when the second of the two comes, the Devices get their outcome. */
#include "absorb_int.h"

static void bind_request_id(sqlite3_stmt *stmt, const struct request_id *id)
{
    sqlite3_bind_int64(stmt, 1, key_of(id->originator));
    sqlite3_bind_int64(stmt, 2, key_of(id->target));
    sqlite3_bind_int64(stmt, 3, (int64_t)id->counter);
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
            return err_set(err, ERR_BUG, "an entry of the intake cannot be read back; please report this");
        bind_request_id(p->add_asked, &row.id);
        sqlite3_bind_int64(p->add_asked, 4, key_of(row.device));
        sqlite3_bind_int64(p->add_asked, 5, row.source.file);
        if (sql_run(p->store, p->add_asked, err) < 0)
            return -1;
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
        return err_set(err, ERR_BUG, "an entry of the intake cannot be read back; please report this");
    bind_request_id(p->add_answer, &row->id);
    sql_bind_blob(p->add_answer, 4, record.canon);
    sql_bind_blob(p->add_answer, 5, row->spared);
    sql_bind_blob(p->add_answer, 6, row->record);
    sqlite3_bind_int64(p->add_answer, 7, row->source.file);
    sqlite3_bind_int64(p->add_answer, 8, (int64_t)row->source.line);
    if (sql_run(p->store, p->add_answer, err) < 0)
        return -1;
    counter_count(&p->counter, row->source.file, sqlite3_changes(p->store->db) > 0);
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
            return err_set(err, ERR_BUG, "an entry of the intake cannot be read back; please report this");
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
