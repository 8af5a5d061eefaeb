/* Writing Devices, and what is kept about all of them together. */
#include "absorb_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- The records of one Device: merged with what was there (R7), and counted ---- */

int merging_create(struct merging *m, const struct account *account, struct err *err)
{
    *m = (struct merging){0};
    return counter_create(&m->counter, account, err) < 0 ? -1 : merger_create(&m->merger, err);
}

void merging_release(struct merging *m)
{
    buf_release(&m->out);
    merger_destroy(m->merger);
    counter_release(&m->counter);
}

int merging_run(struct merging *m, struct text existing, struct text fresh, bool *changed, struct err *err)
{
    return merger_run(m->merger, existing, fresh, counter_count, &m->counter, &m->out, changed, err);
}

/* ---- What is kept about all Devices together: how much there is of each kind, and the GSMEs of each hub ---- */

#define HUB_MEMORY (8 << 20)

const char *const tally_names[TALLIES] = {"devices", "inventory_devices", "requests", "snapshots", "checks"};

int notes_create(struct notes *n, struct store *st, struct err *err)
{
    *n = (struct notes){0};
    return sorter_create(&n->hubs, st->dir, HUB_MEMORY, err) < 0 ? -1 : traffic_create(&n->traffic, st, err);
}

void notes_release(struct notes *n)
{
    device_records_release(&n->records);
    sorter_destroy(n->hubs);
    traffic_release(&n->traffic);
}

static bool has_inventory(struct text records)
{
    struct packed_reader u = {(const unsigned char *)records.ptr, (const unsigned char *)records.ptr + records.len,
                              false};
    struct packed_record record;

    while (evidence_next(&u, &record))
        if (record.kind == RECORD_INVENTORY)
            return true;
    return false;
}

/* Notes the hubs that the inventory ever put a GSME on. */
static int note_hubs(struct notes *n, uint64_t device, struct text merged, struct err *err)
{
    if (evidence_unpack_inventory(&n->records, device, merged, err) < 0)
        return -1;
    for (size_t i = 0; i < n->records.inventory_count; i++) {
        const struct inventory_row *row = &n->records.inventory[i];

        if (row->type == DEVICE_GSME && row->chf != 0 &&
            sorter_add(n->hubs, 0, row->chf, &device, sizeof(device), err) < 0)
            return -1;
    }
    return 0;
}

/* Of a Device that changed: what it held (nothing: it is new), what came, and what it holds now, which may be the very
 * bytes that came. */
static int notes_device(struct notes *n, uint64_t device, struct text existing, struct text fresh, struct text merged,
                        struct err *err)
{
    bool inventory;

    if (existing.len > 0 && traffic_add(&n->traffic, device, n->tally, existing, -1, &inventory, err) < 0)
        return -1;
    if (traffic_add(&n->traffic, device, n->tally, merged, 1, &inventory, err) < 0)
        return -1;
    inventory = inventory && (fresh.ptr == merged.ptr || has_inventory(fresh));
    return inventory ? note_hubs(n, device, merged, err) : 0;
}

/* ---- Statements are prepared once, rows come in the order of their keys ---- */

int put_create(struct put *p, struct store *st, const struct account *account, struct merging *merging,
               struct notes *notes, struct err *err)
{
    int64_t devices, registrations, organisations;

    *p = (struct put){.store = st, .merging = merging, .notes = notes};
    if (counter_create(&p->counter, account, err) < 0 || sums_begin(&p->sums, st, err) < 0 ||
        sql_number(st, "SELECT EXISTS(SELECT 1 FROM device)", 0, &devices, err) < 0 ||
        sql_number(st, "SELECT EXISTS(SELECT 1 FROM registration)", 0, &registrations, err) < 0 ||
        sql_number(st, "SELECT EXISTS(SELECT 1 FROM organisation)", 0, &organisations, err) < 0)
        return -1;
    p->merged_before = devices == 0;
    p->had_registrations = registrations != 0;
    p->had_organisations = organisations != 0;
    if (registrants_read(&p->registrants, st, err) < 0)
        return -1;
    if (sql_prepare(st, &p->find_device, "SELECT checksum, packed FROM device WHERE id=?", err) < 0 ||
        sql_prepare(st, &p->add_device, "INSERT INTO device(id, checksum, packed) VALUES(?,?,?)", err) < 0 ||
        sql_prepare(st, &p->change_device, "UPDATE device SET checksum=?2, packed=?3 WHERE id=?1", err) < 0 ||
        sql_prepare(st, &p->find_registration,
                    "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE mpxn=? AND effective_from=?"
                    " ORDER BY number",
                    err) < 0 ||
        sql_prepare(st, &p->put_registration,
                    "INSERT OR REPLACE INTO registration(" REGISTRATION_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                    err) < 0 ||
        sql_prepare(st, &p->find_organisation,
                    "SELECT " ORGANISATION_COLUMNS " FROM organisation WHERE entity=? AND key_id=?"
                    " ORDER BY number",
                    err) < 0 ||
        sql_prepare(st, &p->put_organisation,
                    "INSERT OR REPLACE INTO organisation(" ORGANISATION_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                    err) < 0)
        return -1;
    return sql_prepare(st, &p->add_reject,
                       "INSERT INTO reject(file, line, byte_offset, column_name, reason, bytes) VALUES(?,?,?,?,?,?)",
                       err);
}

void put_release(struct put *p)
{
    sqlite3_finalize(p->find_device);
    sqlite3_finalize(p->add_device);
    sqlite3_finalize(p->change_device);
    sqlite3_finalize(p->find_registration);
    sqlite3_finalize(p->put_registration);
    sqlite3_finalize(p->find_organisation);
    sqlite3_finalize(p->put_organisation);
    sqlite3_finalize(p->add_reject);
    sqlite3_finalize(p->add_asked);
    sqlite3_finalize(p->add_answer);
    for (unsigned i = 0; i < LISTS; i++)
        sqlite3_finalize(p->put_listed[i]);
    free(p->rows);
    told_release(&p->told);
    buf_release(&p->packed);
    registrants_release(&p->registrants);
    counter_release(&p->counter);
}

static int write_device(struct put *p, sqlite3_stmt *stmt, uint64_t device, struct text packed, struct err *err)
{
    const uint32_t checksum = checksum_of(packed);

    p->sums.kept[SUM_DEVICE] += sum_of_device(device, checksum);
    sqlite3_bind_int64(stmt, 1, key_of(device));
    sqlite3_bind_int64(stmt, 2, checksum);
    sql_bind_blob(stmt, 3, packed);
    return sql_run(p->store, stmt, err);
}

int put_device(struct put *p, const struct batch_item *item, const unsigned char *bytes, struct err *err)
{
    struct text fresh = {(const char *)bytes + item->at, item->len}, existing = {NULL, 0};
    uint64_t sum_before = 0;
    bool changed = false;
    int rc = -1, found;

    if (p->merged_before) {
        if (notes_device(p->notes, item->key, existing, fresh, fresh, err) < 0)
            return -1;
        return write_device(p, p->add_device, item->key, fresh, err);
    }
    sqlite3_bind_int64(p->find_device, 1, key_of(item->key));
    found = sql_step(p->store, p->find_device, err);
    if (found < 0)
        goto done;
    if (found == 1) {
        existing = sql_blob(p->find_device, 1);
        if (checksum_of(existing) != (uint32_t)sqlite3_column_int64(p->find_device, 0)) {
            checksum_fail(p->store, item->key, err);
            goto done;
        }
        sum_before = sum_of_device(item->key, (uint32_t)sqlite3_column_int64(p->find_device, 0));
    }
    rc = merging_run(p->merging, existing, fresh, &changed, err);
    if (rc == 0 && changed)
        rc = notes_device(p->notes, item->key, existing, fresh, buf_text(&p->merging->out), err);
done:
    sqlite3_reset(p->find_device);
    if (rc < 0 || !changed)
        return rc;
    p->sums.kept[SUM_DEVICE] -= sum_before;
    return write_device(p, found == 1 ? p->change_device : p->add_device, item->key, buf_text(&p->merging->out), err);
}

static int compare_ids(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static uint64_t sum_of_hub(uint64_t chf, uint64_t gsme)
{
    uint64_t row = SUM_ROW_BEGIN;

    sum_add_number(&row, key_of(chf));
    sum_add_number(&row, key_of(gsme));
    return row;
}

/* In ascending order, so that the same intake always gives the same pages. */
static int put_hub(struct put *p, sqlite3_stmt *stmt, uint64_t chf, struct buf *gsmes, struct err *err)
{
    uint64_t *ids = (uint64_t *)(void *)gsmes->ptr;
    size_t count = gsmes->len / sizeof(*ids);

    if (gsmes->failed)
        return err_nomem(err);
    qsort(ids, count, sizeof(*ids), compare_ids);
    for (size_t i = 0; i < count; i++) {
        sqlite3_bind_int64(stmt, 1, key_of(chf));
        sqlite3_bind_int64(stmt, 2, key_of(ids[i]));
        if (sql_run(p->store, stmt, err) < 0)
            return -1;
        if (sqlite3_changes(p->store->db) > 0)
            p->sums.kept[SUM_HUB] += sum_of_hub(chf, ids[i]);
    }
    buf_clear(gsmes);
    return 0;
}

int put_hubs(struct put *p, struct err *err)
{
    struct sorter_merge *merge = NULL;
    struct sorter_entry e;
    struct buf gsmes = {0};
    sqlite3_stmt *stmt = NULL;
    uint64_t chf = 0;
    int got = -1;

    if (sql_prepare(p->store, &stmt, "INSERT OR IGNORE INTO hub(chf, gsme) VALUES(?,?)", err) < 0 ||
        sorter_merge_create(&merge, &p->notes->hubs, 1, err) < 0)
        goto done;
    while ((got = sorter_merge_next(merge, &e, err)) == 1) {
        if (e.key != chf && gsmes.len > 0 && put_hub(p, stmt, chf, &gsmes, err) < 0) {
            got = -1;
            goto done;
        }
        chf = e.key;
        buf_add(&gsmes, e.ptr, e.len);
        if (gsmes.failed)
            break;
    }
    if (gsmes.failed)
        got = err_nomem(err);
    if (got == 0 && gsmes.len > 0)
        got = put_hub(p, stmt, chf, &gsmes, err);
done:
    buf_release(&gsmes);
    sorter_merge_destroy(merge);
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

int put_tally(struct put *p, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sql_prepare(p->store, &stmt,
                         "INSERT INTO tally(name, count) VALUES(?,?) "
                         "ON CONFLICT DO UPDATE SET count=count+excluded.count",
                         err);

    for (size_t i = 0; rc == 0 && i < TALLIES; i++) {
        if (p->notes->tally[i] == 0)
            continue;
        sql_bind_text(stmt, 1, text_of(tally_names[i]));
        sqlite3_bind_int64(stmt, 2, p->notes->tally[i]);
        rc = sql_run(p->store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}
