/* Everything about one Device, by a few look-ups. */
#include "base/array.h"
#include "domain/evidence.h"
#include "dossier_int.h"
#include "reported_int.h"
#include "rules/registration.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>

/* Of what is read, only the records stay: a Device may have many bytes. */
static int unpack(struct store *st, uint64_t device, sqlite3_stmt *row, struct device_records *records, struct err *err)
{
    const struct text bytes = sql_blob(row, 1);

    if (checksum_of(bytes) != (uint32_t)sqlite3_column_int64(row, 0))
        return checksum_fail(st, device, err);
    if (bytes.len >= SQL_MANY_BYTES)
        sql_give_back(st);
    if (evidence_unpack(records, device, bytes, err) < 0)
        return -1;
    return evidence_keep_texts(records, bytes, err);
}

/* 1 with the evidence of a Device in *records, 0 when there is none, -1 on failure. */
static int read_device(struct store *st, uint64_t device, struct device_records *records, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool many = false;
    int got = sql_prepare(st, &stmt, "SELECT checksum, packed FROM device WHERE id=?", err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, key_of(device));
        got = sql_step(st, stmt, err);
    }
    if (got == 1) {
        many = sqlite3_column_bytes(stmt, 1) >= SQL_MANY_BYTES;
        got = unpack(st, device, stmt, records, err) < 0 ? -1 : 1;
    }
    sqlite3_finalize(stmt);
    if (many)
        sql_give_back(st);
    return got;
}

/* Takes the GSME as lender where by its inventory at as_of it is on the hub and outranks the one there is. */
static int ask_gsme(struct store *st, uint64_t gsme, uint64_t hub, instant as_of, struct mpxn_lender *lender,
                    struct err *err)
{
    struct device_records records = {0};
    const struct inventory_row *row = NULL;
    int got = read_device(st, gsme, &records, err);

    if (got == 1)
        row = inventory_at(&records, as_of);
    if (inventory_lends_mpxn(row) && row->chf == hub) {
        const struct mpxn_lender found = mpxn_lender_of(row);

        if (lender->mpxn == 0 || mpxn_lender_outranks(&found, lender))
            *lender = found;
    }
    device_records_release(&records);
    return got < 0 ? -1 : 0;
}

/* R1: the MPxN that a GPF without one has from its hub; 0: none. */
static int borrow_mpxn(struct store *st, uint64_t hub, instant as_of, mpxn_code *out, struct err *err)
{
    struct mpxn_lender lender = {0};
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT gsme FROM hub WHERE chf=? ORDER BY gsme", err);

    if (got == 0)
        sqlite3_bind_int64(stmt, 1, key_of(hub));
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1)
        got = ask_gsme(st, id_of(sqlite3_column_int64(stmt, 0)), hub, as_of, &lender, err);
    sqlite3_finalize(stmt);
    *out = lender.mpxn;
    return got;
}

static int read_registrations(struct store *st, mpxn_code mpxn, instant as_of, bool whole, struct dossier *out,
                              struct err *err)
{
    struct buf extracts = {0};
    sqlite3_stmt *stmt = NULL;
    const char *at;
    size_t cap = 0;
    int got = sql_prepare(st, &stmt,
                          "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE mpxn=?"
                          " ORDER BY effective_from, number",
                          err);

    if (got == 0)
        sqlite3_bind_int64(stmt, 1, (int64_t)mpxn);
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        struct registration_row *row;

        got = -1;
        if (!array_reserve(&out->registrations, &cap, out->registration_count + 1, sizeof(*row))) {
            err_nomem(err);
            break;
        }
        row = &out->registrations[out->registration_count++];
        registration_read(stmt, row);
        buf_add_text(&extracts, row->extracts);
        got = extracts.failed ? err_nomem(err) : 0;
    }
    sqlite3_finalize(stmt);
    at = (const char *)extracts.ptr;
    for (size_t i = 0; i < out->registration_count; at += out->registrations[i++].extracts.len)
        out->registrations[i].extracts.ptr = at;
    if (got == 0)
        out->registration_count = registrations_counting(out->registrations, out->registration_count, as_of, whole);
    for (size_t i = 0; i < out->registration_count; i++)
        out->registrations[i].extracts = (struct text){NULL, 0}; /* they were borrowed */
    buf_release(&extracts);
    return got;
}

static int read_reported(struct store *st, uint64_t device, instant as_of, struct dossier *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    size_t cap = 0;
    int got = sql_prepare(st, &stmt, SAID_COLUMNS " AND device=?2 ORDER BY day", err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, day_of_run(as_of));
        sqlite3_bind_int64(stmt, 2, key_of(device));
    }
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        struct said said = {0};
        struct reported_line line = {.run_as_of = sql_instant(stmt, 1)};

        line.is_there = said_unpack((said_code)sqlite3_column_int64(stmt, 2), &said);
        line.verdict = said.verdict;
        line.legacy_verdict = said.legacy_verdict;
        line.classification = said.classification;
        got = 0;
        if (line.run_as_of > as_of)
            continue;
        if (!array_reserve(&out->reported, &cap, out->reported_count + 1, sizeof(*out->reported)))
            got = err_nomem(err);
        else
            out->reported[out->reported_count++] = line;
    }
    sqlite3_finalize(stmt);
    return got;
}

/* Whether the file is of an extract that says the row, since it came into force and not after as_of. */
static int is_in_force(struct store *st, const struct inventory_row *row, instant as_of, bool *out, struct err *err)
{
    const instant last = row->repeated_until < as_of ? row->repeated_until : as_of;
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT extracted_at FROM file WHERE number=?", err);

    *out = false;
    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, row->source.file);
        got = sql_step(st, stmt, err);
    }
    if (got == 1) {
        const instant at = sql_instant(stmt, 0);

        *out = at == row->extracted_at || (at > row->extracted_at && at <= last);
    }
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

static int read_extract_files(struct store *st, const struct inventory_row *row, instant as_of, struct dossier *out,
                              struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool in_force;
    int got = is_in_force(st, row, as_of, &in_force, err);

    if (got < 0 || in_force)
        return got;
    got = sql_prepare(st, &stmt, "SELECT number FROM file WHERE kind='inventory' AND extracted_at=? ORDER BY number",
                      err);
    if (got == 0)
        sql_bind_instant(stmt, 1, row->extracted_at);
    while (got == 0 && out->extract_file_count < EXTRACT_FILES_MAX && (got = sql_step(st, stmt, err)) == 1) {
        out->extract_files[out->extract_file_count++] = (uint32_t)sqlite3_column_int64(stmt, 0);
        got = 0;
    }
    sqlite3_finalize(stmt);
    return got;
}

int dossier_find(struct store *st, uint64_t device, instant as_of, bool whole_extracts, struct dossier *out,
                 struct err *err)
{
    const struct inventory_row *row;
    mpxn_code mpxn = 0;
    int got = read_device(st, device, &out->records, err);

    if (got != 1)
        return got;
    row = inventory_at(&out->records, as_of);
    if (row != NULL) {
        mpxn = row->mpxn;
        if (read_extract_files(st, row, as_of, out, err) < 0)
            return -1;
        if (inventory_borrows_mpxn(row) && borrow_mpxn(st, row->chf, as_of, &mpxn, err) < 0)
            return -1;
    }
    if (mpxn != 0 && read_registrations(st, mpxn, as_of, whole_extracts, out, err) < 0)
        return -1;
    if (read_reported(st, device, as_of, out, err) < 0)
        return -1;
    out->facts = (struct device_facts){.records = &out->records,
                                       .mpxn = mpxn,
                                       .registrations = out->registrations,
                                       .registration_count = out->registration_count};
    return 1;
}

int dossier_read(struct store *st, uint64_t device, instant as_of, bool whole_extracts, struct dossier *out,
                 struct err *err)
{
    int got;

    *out = (struct dossier){0};
    if (sql_exec(st, "BEGIN", err) < 0)
        return -1;
    got = dossier_find(st, device, as_of, whole_extracts, out, err);
    sql_rollback(st);
    if (got != 1)
        dossier_release(out);
    return got;
}

void dossier_release(struct dossier *s)
{
    device_records_release(&s->records);
    free(s->registrations);
    free(s->reported);
    *s = (struct dossier){0};
}

/* ---- Whose meter point it is ---- */

struct borrower {
    uint64_t device, hub;
};

struct at_mpxn {
    mpxn_code mpxn;
    instant as_of;
    uint64_t *devices;
    size_t count, cap;
    struct borrower *borrowers; /* GPFs without an MPxN of their own */
    size_t borrower_count, borrower_cap;
    uint64_t *hubs; /* of the GSMEs that have the MPxN */
    size_t hub_count, hub_cap;
};

static bool add_id(uint64_t **ids, size_t *count, size_t *cap, uint64_t id)
{
    if (!array_reserve(ids, cap, *count + 1, sizeof(**ids)))
        return false;
    (*ids)[(*count)++] = id;
    return true;
}

static bool note_inventory(struct at_mpxn *a, uint64_t device, const struct inventory_row *row)
{
    if (row == NULL)
        return true;
    if (inventory_borrows_mpxn(row)) {
        if (!array_reserve(&a->borrowers, &a->borrower_cap, a->borrower_count + 1, sizeof(*a->borrowers)))
            return false;
        a->borrowers[a->borrower_count++] = (struct borrower){device, row->chf};
        return true;
    }
    if (row->mpxn != a->mpxn)
        return true;
    return add_id(&a->devices, &a->count, &a->cap, device) &&
           (!inventory_lends_mpxn(row) || add_id(&a->hubs, &a->hub_count, &a->hub_cap, row->chf));
}

static int scan_inventory(struct store *st, struct at_mpxn *a, struct err *err)
{
    struct device_records records = {0};
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT id, packed FROM device ORDER BY id", err);

    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        const uint64_t device = id_of(sqlite3_column_int64(stmt, 0));

        got = evidence_unpack_inventory(&records, device, sql_blob(stmt, 1), err);
        if (got == 0 && !note_inventory(a, device, inventory_at(&records, a->as_of)))
            got = err_nomem(err);
    }
    sqlite3_finalize(stmt);
    device_records_release(&records);
    return got;
}

static int add_borrowers(struct store *st, struct at_mpxn *a, struct err *err)
{
    for (size_t i = 0; i < a->borrower_count; i++)
        for (size_t k = 0; k < a->hub_count; k++) {
            mpxn_code lent;

            if (a->borrowers[i].hub != a->hubs[k])
                continue;
            if (borrow_mpxn(st, a->hubs[k], a->as_of, &lent, err) < 0)
                return -1;
            if (lent == a->mpxn && !add_id(&a->devices, &a->count, &a->cap, a->borrowers[i].device))
                return err_nomem(err);
            break;
        }
    return 0;
}

static int by_id(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

int dossier_devices_at(struct store *st, mpxn_code mpxn, instant as_of, uint64_t **out, size_t *count, struct err *err)
{
    struct at_mpxn a = {.mpxn = mpxn, .as_of = as_of};
    int rc;

    if (sql_exec(st, "BEGIN", err) < 0)
        return -1;
    rc = scan_inventory(st, &a, err);
    if (rc == 0)
        rc = add_borrowers(st, &a, err);
    sql_rollback(st);
    if (a.count > 1)
        qsort(a.devices, a.count, sizeof(*a.devices), by_id);
    free(a.borrowers);
    free(a.hubs);
    *out = a.devices;
    *count = a.count;
    return rc;
}
