/* Joins by sorting: Devices to MPxNs, GPFs without one to the GSME on their hub (R1), MPxNs to registrations, and the
 * lot back into the order of the Devices. Memory stays the same however many there are. */
#include "facts_int.h"

#include <stdlib.h>
#include <string.h>

#define HUB_MEMORY    (24 << 20)
#define MPXN_MEMORY   (40 << 20)
#define DEVICE_MEMORY (64 << 20)

struct facts {
    struct sorter *by_hub;    /* CHF -> struct on_hub */
    struct sorter *by_mpxn;   /* MPxN -> Device */
    struct sorter *by_device; /* Device -> MPxN, registrations */
    struct sorter_merge *merge;
    struct sorter_entry next;
    bool at_end;
};

struct on_hub {
    uint64_t device;
    mpxn_code mpxn; /* of a GSME; 0: a GPF that looks for one */
};

static int note_device(struct facts *f, uint64_t device, const struct inventory_row *row, struct err *err)
{
    struct on_hub entry = {device, row->mpxn};
    bool lends = row->type == DEVICE_GSME && row->mpxn != 0;
    bool looks = row->type == DEVICE_GPF && row->mpxn == 0;

    if (row->mpxn != 0 && sorter_add(f->by_mpxn, 0, row->mpxn, &device, sizeof(device), err) < 0)
        return -1;
    if (row->chf != 0 && (lends || looks))
        return sorter_add(f->by_hub, 0, row->chf, &entry, sizeof(entry), err);
    return 0;
}

static int scan_inventory(struct facts *f, struct store *st, instant as_of, struct err *err)
{
    struct device_records records = {0};
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT id, packed FROM device ORDER BY id", err);

    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        uint64_t device = id_of(sqlite3_column_int64(stmt, 0));
        const struct inventory_row *row;

        if ((got = evidence_unpack_inventory(&records, device, sql_blob(stmt, 1), err)) < 0)
            break;
        row = inventory_at(&records, as_of);
        if (row != NULL)
            got = note_device(f, device, row, err);
    }
    sqlite3_finalize(stmt);
    device_records_release(&records);
    return got;
}

/* One hub's entries are done: its GPFs take the MPxN of its least GSME. */
static int lend_mpxn(struct facts *f, const struct on_hub *gsme, struct buf *gpfs, struct err *err)
{
    int rc = gpfs->failed ? err_nomem(err) : 0;

    for (size_t at = 0; rc == 0 && gsme->mpxn != 0 && at < gpfs->len; at += sizeof(uint64_t))
        rc = sorter_add(f->by_mpxn, 0, gsme->mpxn, gpfs->ptr + at, sizeof(uint64_t), err);
    buf_clear(gpfs);
    return rc;
}

static int join_hubs(struct facts *f, struct err *err)
{
    struct sorter_merge *merge = NULL;
    struct sorter_entry e;
    struct on_hub entry, gsme = {0};
    struct buf gpfs = {0};
    uint64_t hub = 0;
    int got = sorter_merge_create(&merge, &f->by_hub, 1, err);

    while (got == 0 && (got = sorter_merge_next(merge, &e, err)) == 1) {
        got = 0;
        if (e.key != hub) {
            got = lend_mpxn(f, &gsme, &gpfs, err);
            gsme = (struct on_hub){0};
            hub = e.key;
        }
        memcpy(&entry, e.ptr, sizeof(entry));
        if (entry.mpxn == 0)
            buf_add(&gpfs, &entry.device, sizeof(entry.device));
        else if (gsme.mpxn == 0 || entry.device < gsme.device)
            gsme = entry;
    }
    if (got == 0)
        got = lend_mpxn(f, &gsme, &gpfs, err);
    buf_release(&gpfs);
    sorter_merge_destroy(merge);
    return got;
}

/* The registrations in the order of the MPxNs, stepped along with them. */
struct registrations {
    struct store *store;
    sqlite3_stmt *stmt;
    int got; /* 1: the statement stands on a row */
};

/* Appends the rows of one MPxN; earlier ones are passed over. */
static int take_registrations(struct registrations *r, mpxn_code mpxn, struct buf *out, struct err *err)
{
    struct fact_registration row;

    while (r->got == 1 && (mpxn_code)sqlite3_column_int64(r->stmt, 0) <= mpxn) {
        if ((mpxn_code)sqlite3_column_int64(r->stmt, 0) == mpxn) {
            row = (struct fact_registration){sqlite3_column_int64(r->stmt, 1), sql_instant(r->stmt, 2),
                                             sql_id(r->stmt, 3), sql_id(r->stmt, 4)};
            buf_add(out, &row, sizeof(row));
        }
        r->got = sql_step(r->store, r->stmt, err);
    }
    if (r->got < 0)
        return -1;
    return out->failed ? err_nomem(err) : 0;
}

static int join_registrations(struct facts *f, struct store *st, struct err *err)
{
    struct registrations r = {.store = st};
    struct sorter_merge *merge = NULL;
    struct sorter_entry e;
    struct buf found = {0};
    mpxn_code mpxn = 0;
    int got = -1;

    if (sql_prepare(st, &r.stmt,
                    "SELECT mpxn, effective_from, effective_to, supplier, network_operator FROM registration "
                    "ORDER BY mpxn, effective_from",
                    err) < 0 ||
        (r.got = sql_step(st, r.stmt, err)) < 0 || sorter_merge_create(&merge, &f->by_mpxn, 1, err) < 0)
        goto done;
    while ((got = sorter_merge_next(merge, &e, err)) == 1) {
        uint64_t device;

        got = -1;
        if (e.key != mpxn) {
            mpxn = e.key;
            buf_clear(&found);
            buf_add(&found, &mpxn, sizeof(mpxn));
            if (take_registrations(&r, mpxn, &found, err) < 0)
                goto done;
        }
        memcpy(&device, e.ptr, sizeof(device));
        if (sorter_add(f->by_device, 0, device, found.ptr, found.len, err) < 0)
            goto done;
    }
done:
    buf_release(&found);
    sorter_merge_destroy(merge);
    sqlite3_finalize(r.stmt);
    return got;
}

static int step(struct facts *f, struct err *err)
{
    int got = sorter_merge_next(f->merge, &f->next, err);

    f->at_end = got != 1;
    return got < 0 ? -1 : 0;
}

int facts_create(struct facts **out, struct store *st, instant as_of, const char *temp_dir, struct err *err)
{
    struct facts *f = calloc(1, sizeof(*f));

    *out = NULL;
    if (f == NULL)
        return err_nomem(err);
    if (sorter_create(&f->by_hub, temp_dir, HUB_MEMORY, err) < 0 ||
        sorter_create(&f->by_mpxn, temp_dir, MPXN_MEMORY, err) < 0 || scan_inventory(f, st, as_of, err) < 0 ||
        join_hubs(f, err) < 0)
        goto failed;
    sorter_destroy(f->by_hub);
    f->by_hub = NULL;
    if (sorter_create(&f->by_device, temp_dir, DEVICE_MEMORY, err) < 0 || join_registrations(f, st, err) < 0)
        goto failed;
    sorter_destroy(f->by_mpxn);
    f->by_mpxn = NULL;
    if (sorter_merge_create(&f->merge, &f->by_device, 1, err) < 0 || step(f, err) < 0)
        goto failed;
    *out = f;
    return 0;
failed:
    facts_destroy(f);
    return -1;
}

void facts_destroy(struct facts *f)
{
    if (f == NULL)
        return;
    sorter_merge_destroy(f->merge);
    sorter_destroy(f->by_device);
    sorter_destroy(f->by_mpxn);
    sorter_destroy(f->by_hub);
    free(f);
}

int facts_of(struct facts *f, uint64_t device, mpxn_code *mpxn, struct text *registrations, struct err *err)
{
    *mpxn = 0;
    *registrations = (struct text){NULL, 0};
    while (!f->at_end && f->next.key < device)
        if (step(f, err) < 0)
            return -1;
    if (f->at_end || f->next.key != device)
        return 0;
    memcpy(mpxn, f->next.ptr, sizeof(*mpxn));
    *registrations = (struct text){(const char *)f->next.ptr + sizeof(*mpxn), f->next.len - sizeof(*mpxn)};
    return 0;
}

void fact_registration_read(struct text registrations, size_t index, mpxn_code mpxn, struct registration_row *out)
{
    struct fact_registration row;

    memcpy(&row, registrations.ptr + index * sizeof(row), sizeof(row));
    *out = (struct registration_row){.mpxn = mpxn,
                                     .effective_from = row.effective_from,
                                     .effective_to = row.effective_to,
                                     .supplier = row.supplier,
                                     .network_operator = row.network_operator};
}
