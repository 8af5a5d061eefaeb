/* Joins by sorting: Devices to MPxNs, GPFs without one to the GSME on their hub (R1), MPxNs to registrations, and the
 * lot back into the order of the Devices. Memory stays the same however many there are. */
#include "facts_int.h"

#include "base/array.h"
#include "domain/evidence.h"
#include "rules/judge.h"
#include "rules/registration.h"
#include "store/sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HUB_MEMORY    (24 << 20)
#define MPXN_MEMORY   (40 << 20)
#define DEVICE_MEMORY (64 << 20)

/* Bit i: as at instant i. Mostly all instants see the same, and an entry is of all of them. */
typedef uint64_t instant_set;

struct facts {
    unsigned instants;
    instant as_of[INSTANTS_MAX];
    bool whole_extracts;
    struct sorter *by_hub;    /* CHF -> struct on_hub */
    struct sorter *by_mpxn;   /* MPxN -> struct on_mpxn */
    struct sorter *by_device; /* Device -> struct at_device, registrations */
    struct sorter_merge *merge;
    struct sorter_entry next;
    bool at_end;
    struct buf held; /* what the present Device was told, behind each other */
};

struct on_hub {
    struct mpxn_lender lender; /* without an MPxN: a GPF that looks for one */
    instant_set seen;
};

struct on_mpxn {
    uint64_t device;
    instant_set seen;
};

struct at_device {
    instant_set seen;
    mpxn_code mpxn;
};

static bool is_in(instant_set set, unsigned i)
{
    return (set >> i & 1) != 0;
}

static mpxn_code mpxn_of(const struct inventory_row *row)
{
    return row != NULL ? row->mpxn : 0;
}

static int note_mpxn(struct facts *f, uint64_t device, const struct inventory_row *const *rows, struct err *err)
{
    instant_set noted = 0;

    for (unsigned i = 0; i < f->instants; i++) {
        struct on_mpxn entry = {device, 0};

        if (mpxn_of(rows[i]) == 0 || is_in(noted, i))
            continue;
        for (unsigned k = i; k < f->instants; k++)
            if (mpxn_of(rows[k]) == mpxn_of(rows[i]))
                entry.seen |= (instant_set)1 << k;
        noted |= entry.seen;
        if (sorter_add(f->by_mpxn, 0, mpxn_of(rows[i]), &entry, sizeof(entry), err) < 0)
            return -1;
    }
    return 0;
}

static bool is_on_hub(const struct inventory_row *row)
{
    return inventory_lends_mpxn(row) || inventory_borrows_mpxn(row);
}

static bool is_alike_on_hub(const struct inventory_row *a, const struct inventory_row *b)
{
    return is_on_hub(a) && is_on_hub(b) && a->chf == b->chf && a->mpxn == b->mpxn && a->status == b->status;
}

static int note_hub(struct facts *f, const struct inventory_row *const *rows, struct err *err)
{
    instant_set noted = 0;

    for (unsigned i = 0; i < f->instants; i++) {
        struct on_hub entry;

        if (!is_on_hub(rows[i]) || is_in(noted, i))
            continue;
        entry = (struct on_hub){mpxn_lender_of(rows[i]), 0};
        for (unsigned k = i; k < f->instants; k++)
            if (is_alike_on_hub(rows[k], rows[i]))
                entry.seen |= (instant_set)1 << k;
        noted |= entry.seen;
        if (sorter_add(f->by_hub, 0, rows[i]->chf, &entry, sizeof(entry), err) < 0)
            return -1;
    }
    return 0;
}

/* `keys`: a JSON array that is the parameter of the query; NULL: it has none. */
static int scan_inventory(struct facts *f, struct store *st, const instant *as_of, const char *query, const char *keys,
                          struct err *err)
{
    struct device_records records = {0};
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, query, err);

    if (got == 0 && keys != NULL)
        sqlite3_bind_text(stmt, 1, keys, -1, SQLITE_STATIC);
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        const uint64_t device = id_of(sqlite3_column_int64(stmt, 0));
        const struct inventory_row *rows[INSTANTS_MAX];

        if ((got = evidence_unpack_inventory(&records, device, sql_blob(stmt, 1), err)) < 0)
            break;
        for (unsigned i = 0; i < f->instants; i++)
            rows[i] = inventory_at(&records, as_of[i]);
        got = note_mpxn(f, device, rows, err) < 0 ? -1 : note_hub(f, rows, err);
    }
    sqlite3_finalize(stmt);
    device_records_release(&records);
    return got;
}

#define DEVICES_OF "SELECT id, packed FROM device "

/* R1: a GPF among the Devices asked about may need the MPxN of a GSME that is not. Which of those that ever were on the
 * hub lends it is decided by their inventory. */
static int scan_lenders(struct facts *f, struct store *st, const instant *as_of, struct err *err)
{
    struct sorter_merge *merge = NULL;
    struct sorter_entry e;
    struct buf hubs = {0};
    int got = sorter_merge_create(&merge, &f->by_hub, 1, err);

    while (got == 0 && (got = sorter_merge_next(merge, &e, err)) == 1) {
        buf_printf(&hubs, "%c%" PRId64, hubs.len == 0 ? '[' : ',', key_of(e.key));
        got = 0;
    }
    sorter_merge_destroy(merge);
    if (got == 0 && hubs.len > 0) {
        buf_add_byte(&hubs, ']');
        got = hubs.failed ? err_nomem(err)
                          : scan_inventory(f, st, as_of,
                                           DEVICES_OF "WHERE id IN (SELECT gsme FROM hub WHERE chf IN"
                                                      " (SELECT value FROM json_each(?))) ORDER BY id",
                                           buf_cstr(&hubs), err);
    }
    buf_release(&hubs);
    return got < 0 ? -1 : 0;
}

/* One hub's entries are done: its GPFs take the MPxN of the GSME that lends it. */
static int lend_mpxn(struct facts *f, const struct mpxn_lender *gsme, struct buf *gpfs, struct err *err)
{
    int rc = gpfs->failed ? err_nomem(err) : 0;

    for (size_t at = 0; rc == 0 && at < gpfs->len; at += sizeof(struct on_mpxn)) {
        struct on_mpxn gpf;

        memcpy(&gpf, gpfs->ptr + at, sizeof(gpf));
        for (unsigned i = 0; rc == 0 && i < f->instants; i++) {
            struct on_mpxn entry = {gpf.device, 0};

            if (!is_in(gpf.seen, i) || gsme[i].mpxn == 0)
                continue;
            for (unsigned k = i; k < f->instants; k++)
                if (is_in(gpf.seen, k) && gsme[k].mpxn == gsme[i].mpxn)
                    entry.seen |= (instant_set)1 << k;
            gpf.seen &= ~entry.seen;
            rc = sorter_add(f->by_mpxn, 0, gsme[i].mpxn, &entry, sizeof(entry), err);
        }
    }
    buf_clear(gpfs);
    return rc;
}

static void take_on_hub(const struct facts *f, const struct on_hub *entry, struct mpxn_lender *gsme, struct buf *gpfs)
{
    const struct on_mpxn gpf = {entry->lender.device, entry->seen};

    if (entry->lender.mpxn == 0)
        buf_add(gpfs, &gpf, sizeof(gpf));
    for (unsigned i = 0; entry->lender.mpxn != 0 && i < f->instants; i++)
        if (is_in(entry->seen, i) && (gsme[i].mpxn == 0 || mpxn_lender_outranks(&entry->lender, &gsme[i])))
            gsme[i] = entry->lender;
}

static int join_hubs(struct facts *f, struct err *err)
{
    struct sorter_merge *merge = NULL;
    struct sorter_entry e;
    struct mpxn_lender gsme[INSTANTS_MAX] = {0};
    struct on_hub entry;
    struct buf gpfs = {0};
    uint64_t hub = 0;
    int got = sorter_merge_create(&merge, &f->by_hub, 1, err);

    while (got == 0 && (got = sorter_merge_next(merge, &e, err)) == 1) {
        got = 0;
        if (e.key != hub) {
            got = lend_mpxn(f, gsme, &gpfs, err);
            memset(gsme, 0, sizeof(gsme));
            hub = e.key;
        }
        memcpy(&entry, e.ptr, sizeof(entry));
        take_on_hub(f, &entry, gsme, &gpfs);
    }
    if (got == 0)
        got = lend_mpxn(f, gsme, &gpfs, err);
    buf_release(&gpfs);
    sorter_merge_destroy(merge);
    return got;
}

/* The registrations in the order of the MPxNs, stepped along with them. */
struct registrations {
    struct store *store;
    sqlite3_stmt *stmt;
    bool looked_up; /* each MPxN for itself, since they are few */
    int got;        /* 1: the statement stands on a row */
    /* Those of the present MPxN: */
    struct registration_row *rows, *counting;
    size_t count, cap, counting_cap;
    struct buf extracts; /* the sets of the rows one after another */
};

static void registrations_release(struct registrations *r)
{
    sqlite3_finalize(r->stmt);
    free(r->rows);
    free(r->counting);
    buf_release(&r->extracts);
}

/* Reads the rows of one MPxN; earlier ones are passed over. */
static int read_registrations(struct registrations *r, mpxn_code mpxn, struct err *err)
{
    const char *at;

    r->count = 0;
    buf_clear(&r->extracts);
    if (r->looked_up) {
        sqlite3_reset(r->stmt);
        sqlite3_bind_int64(r->stmt, 1, (int64_t)mpxn);
        r->got = sql_step(r->store, r->stmt, err);
    }
    while (r->got == 1 && (mpxn_code)sqlite3_column_int64(r->stmt, 0) <= mpxn) {
        if ((mpxn_code)sqlite3_column_int64(r->stmt, 0) == mpxn) {
            if (!array_reserve(&r->rows, &r->cap, r->count + 1, sizeof(*r->rows)))
                return err_nomem(err);
            registration_says(r->stmt, &r->rows[r->count]);
            buf_add_text(&r->extracts, r->rows[r->count++].extracts);
        }
        r->got = sql_step(r->store, r->stmt, err);
    }
    at = (const char *)r->extracts.ptr;
    for (size_t i = 0; i < r->count; at += r->rows[i++].extracts.len) /* only now do they no longer move */
        r->rows[i].extracts.ptr = at;
    return r->got < 0 ? -1 : r->extracts.failed ? err_nomem(err) : 0;
}

/* Mostly every row counts at all instants: none claims the identity of another, and no extract takes back what another
 * said. */
static bool all_count(const struct registrations *r, bool whole)
{
    for (size_t i = 1; i < r->count; i++)
        if (r->rows[i].effective_from == r->rows[i - 1].effective_from ||
            (whole && !text_equal(r->rows[i].extracts, r->rows[0].extracts)))
            return false;
    return true;
}

static bool is_among(const struct registration_row *row, const struct registration_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].effective_from == row->effective_from && rows[i].number == row->number)
            return true;
    return false;
}

static void add_fact(struct buf *out, const struct registration_row *row, instant_set seen)
{
    const struct fact_registration fact = {row->effective_from, row->effective_to, row->supplier, row->network_operator,
                                           seen};

    buf_add(out, &fact, sizeof(fact));
}

/* Appends the rows of one MPxN that count, with the instants at which each does. */
static int take_registrations(const struct facts *f, struct registrations *r, mpxn_code mpxn, struct buf *out,
                              struct err *err)
{
    size_t counts[INSTANTS_MAX] = {0};

    if (read_registrations(r, mpxn, err) < 0)
        return -1;
    if (all_count(r, f->whole_extracts)) {
        for (size_t i = 0; i < r->count; i++)
            add_fact(out, &r->rows[i], ~(instant_set)0);
        return out->failed ? err_nomem(err) : 0;
    }
    if (!array_reserve(&r->counting, &r->counting_cap, f->instants * r->count, sizeof(*r->counting)))
        return err_nomem(err);
    for (unsigned i = 0; i < f->instants; i++) {
        struct registration_row *const own = r->counting + i * r->count;

        memcpy(own, r->rows, r->count * sizeof(*own));
        counts[i] = registrations_counting(own, r->count, f->as_of[i], f->whole_extracts);
    }
    for (size_t k = 0; k < r->count; k++) {
        instant_set seen = 0;

        for (unsigned i = 0; i < f->instants; i++)
            if (is_among(&r->rows[k], r->counting + i * r->count, counts[i]))
                seen |= (instant_set)1 << i;
        if (seen != 0)
            add_fact(out, &r->rows[k], seen);
    }
    return out->failed ? err_nomem(err) : 0;
}

static int begin_registrations(struct registrations *r, struct err *err)
{
    static const char all[] = "SELECT " REGISTRATION_SAYS " FROM registration ORDER BY mpxn, effective_from, number";
    static const char of_one[] =
        "SELECT " REGISTRATION_SAYS " FROM registration WHERE mpxn=? ORDER BY effective_from, number";

    if (sql_prepare(r->store, &r->stmt, r->looked_up ? of_one : all, err) < 0)
        return -1;
    if (!r->looked_up)
        r->got = sql_step(r->store, r->stmt, err);
    return r->got < 0 ? -1 : 0;
}

static int join_registrations(struct facts *f, struct store *st, bool only, struct err *err)
{
    struct registrations r = {.store = st, .looked_up = only};
    struct sorter_merge *merge = NULL;
    struct sorter_entry e;
    struct buf found = {0}; /* struct at_device, registrations */
    struct at_device head = {0};
    int got = -1;

    if (begin_registrations(&r, err) < 0 || sorter_merge_create(&merge, &f->by_mpxn, 1, err) < 0)
        goto done;
    while ((got = sorter_merge_next(merge, &e, err)) == 1) {
        struct on_mpxn entry;

        got = -1;
        if (e.key != head.mpxn) {
            head.mpxn = e.key;
            buf_clear(&found);
            buf_add(&found, &head, sizeof(head));
            if (take_registrations(f, &r, head.mpxn, &found, err) < 0)
                goto done;
        }
        memcpy(&entry, e.ptr, sizeof(entry));
        head.seen = entry.seen;
        memcpy(found.ptr, &head, sizeof(head));
        if (sorter_add(f->by_device, 0, entry.device, found.ptr, found.len, err) < 0)
            goto done;
    }
done:
    buf_release(&found);
    sorter_merge_destroy(merge);
    registrations_release(&r);
    return got;
}

static int step(struct facts *f, struct err *err)
{
    int got = sorter_merge_next(f->merge, &f->next, err);

    f->at_end = got != 1;
    return got < 0 ? -1 : 0;
}

int facts_create(struct facts **out, struct store *st, const instant *as_of, unsigned instants, bool whole_extracts,
                 const char *only, const char *temp_dir, struct err *err)
{
    static const char all[] = DEVICES_OF "ORDER BY id";
    static const char some[] = DEVICES_OF "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id";
    struct facts *f = calloc(1, sizeof(*f));

    *out = NULL;
    if (f == NULL)
        return err_nomem(err);
    f->instants = instants;
    memcpy(f->as_of, as_of, instants * sizeof(*as_of));
    f->whole_extracts = whole_extracts;
    if (sorter_create(&f->by_hub, temp_dir, HUB_MEMORY, err) < 0 ||
        sorter_create(&f->by_mpxn, temp_dir, MPXN_MEMORY, err) < 0 ||
        scan_inventory(f, st, as_of, only != NULL ? some : all, only, err) < 0 ||
        (only != NULL && scan_lenders(f, st, as_of, err) < 0) || join_hubs(f, err) < 0)
        goto failed;
    sorter_destroy(f->by_hub);
    f->by_hub = NULL;
    if (sorter_create(&f->by_device, temp_dir, DEVICE_MEMORY, err) < 0 ||
        join_registrations(f, st, only != NULL, err) < 0)
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
    buf_release(&f->held);
    free(f);
}

/* Copies what stands next, which is of the Device asked for: it does not outlive the step to the one behind it. */
static int hold_next(struct facts *f, size_t *at, struct err *err)
{
    *at = f->held.len;
    buf_add(&f->held, f->next.ptr, f->next.len);
    return f->held.failed ? err_nomem(err) : step(f, err);
}

/* Told once everything is held, since it may move until then. */
static void tell(const struct facts *f, size_t at, size_t end, struct found_facts *out)
{
    struct at_device head;

    memcpy(&head, f->held.ptr + at, sizeof(head));
    at += sizeof(head);
    for (unsigned i = 0; i < f->instants; i++)
        if (is_in(head.seen, i))
            out[i] = (struct found_facts){head.mpxn, buf_part(&f->held, at, end - at)};
}

int facts_of(struct facts *f, uint64_t device, struct found_facts *out, struct err *err)
{
    size_t at[INSTANTS_MAX + 1] = {0}, count = 0;

    memset(out, 0, f->instants * sizeof(*out));
    buf_clear(&f->held);
    while (!f->at_end && f->next.key < device)
        if (step(f, err) < 0)
            return -1;
    while (!f->at_end && f->next.key == device && count < f->instants)
        if (hold_next(f, &at[count++], err) < 0)
            return -1;
    at[count] = f->held.len;
    for (size_t i = 0; i < count; i++)
        tell(f, at[i], at[i + 1], out);
    return 0;
}

bool fact_registration_read(struct text registrations, size_t index, unsigned instant_index, mpxn_code mpxn,
                            struct registration_row *out)
{
    struct fact_registration row;

    memcpy(&row, registrations.ptr + index * sizeof(row), sizeof(row));
    *out = (struct registration_row){.mpxn = mpxn,
                                     .effective_from = row.effective_from,
                                     .effective_to = row.effective_to,
                                     .supplier = row.supplier,
                                     .network_operator = row.network_operator,
                                     .extracted_at = INSTANT_NONE};
    return is_in(row.seen, instant_index);
}
