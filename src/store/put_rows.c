/* Writing reference data and rejects: the rows of one key at a time, in an order that does not depend on the threads.
 */
#include "absorb_int.h"

#include "domain/directory.h"

#include <stdlib.h>
#include <string.h>

static void *scratch(struct put *p, size_t size, struct err *err)
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

static int unreadable(struct err *err)
{
    return err_set(err, ERR_BUG, "an entry of the intake cannot be read back; please report this");
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_sources(const struct source *a, const struct source *b)
{
    int order = compare_u64(a->file, b->file);

    return order != 0 ? order : compare_u64(a->line, b->line);
}

static int compare_registrations(const void *pa, const void *pb)
{
    const struct registration_row *a = pa, *b = pb;

    if (a->effective_from != b->effective_from)
        return a->effective_from < b->effective_from ? -1 : 1;
    return compare_sources(&a->source, &b->source);
}

/* What R7 makes of a row that is kept and one that comes: > 0 the row that is kept stays as it is. */
static bool fold_registration(struct registration_row *kept, const struct registration_row *fresh)
{
    int preferred = registration_prefer(kept, fresh);
    bool changed = preferred < 0 || (preferred > 0 && !kept->conflict);

    if (preferred < 0)
        *kept = *fresh;
    if (preferred != 0)
        kept->conflict = true;
    return changed;
}

/* The rows of one identity: those of rows[0]'s effective_from. Returns how many, -1 on failure. */
static int put_registration(struct put *p, const struct registration_row *rows, size_t count, struct err *err)
{
    struct registration_row kept = rows[0];
    bool changed = true, known = false;
    uint64_t sum_before = 0;
    size_t used = 0;

    if (p->had_registrations) {
        int found;

        sqlite3_bind_int64(p->find_registration, 1, (int64_t)kept.mpxn);
        sqlite3_bind_int64(p->find_registration, 2, kept.effective_from);
        found = sql_step(p->store, p->find_registration, err);
        if (found == 1)
            registration_read(p->find_registration, &kept);
        sqlite3_reset(p->find_registration);
        if (found < 0)
            return -1;
        known = found == 1;
        changed = !known;
        sum_before = known ? sum_of_registration(&kept) : 0;
    }
    for (; used < count && rows[used].effective_from == rows[0].effective_from; used++) {
        bool first = used == 0 && !known;

        counter_count(&p->counter, rows[used].source.file, first);
        if (!first && fold_registration(&kept, &rows[used]))
            changed = true;
    }
    if (!changed)
        return (int)used;
    p->sums.kept[SUM_REGISTRATION] += sum_of_registration(&kept) - sum_before;
    registration_bind(p->put_registration, &kept);
    return sql_run(p->store, p->put_registration, err) < 0 ? -1 : (int)used;
}

int put_registrations(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                      struct err *err)
{
    struct registration_row *rows = scratch(p, count * sizeof(*rows), err);
    int used;

    if (rows == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!intake_unpack_registration((struct text){(const char *)bytes + items[i].at, items[i].len}, &rows[i]))
            return unreadable(err);
    qsort(rows, count, sizeof(*rows), compare_registrations);
    for (size_t i = 0; i < count; i += (size_t)used)
        if ((used = put_registration(p, rows + i, count - i, err)) < 0)
            return -1;
    return 0;
}

static int compare_organisations(const void *pa, const void *pb)
{
    const struct organisation_row *a = pa, *b = pb;
    int order = compare_u64(a->key_id, b->key_id);

    return order != 0 ? order : compare_sources(&a->source, &b->source);
}

/* A certificate does not know its party's name: that another row does is no conflict. */
static bool only_adds_a_name(const struct organisation_row *a, const struct organisation_row *b)
{
    return a->role == b->role && organisation_is_unnamed(a) != organisation_is_unnamed(b);
}

static bool fold_organisation(struct organisation_row *kept, const struct organisation_row *fresh)
{
    const int preferred = organisation_prefer(kept, fresh);
    const bool conflict = kept->conflict || (preferred != 0 && !only_adds_a_name(kept, fresh));
    const bool changed = preferred < 0 || conflict != kept->conflict;

    if (preferred < 0)
        *kept = *fresh;
    kept->conflict = conflict;
    return changed;
}

/* The same for organisations; a party's name that was found is borrowed from find_organisation until it is reset. */
static int put_organisation(struct put *p, const struct organisation_row *rows, size_t count, struct err *err)
{
    struct organisation_row kept = rows[0];
    bool changed = true, known = false;
    size_t used = 0;
    int rc = -1;

    if (p->had_organisations) {
        int found;

        sqlite3_bind_int64(p->find_organisation, 1, key_of(kept.entity));
        sqlite3_bind_int64(p->find_organisation, 2, key_of(kept.key_id));
        found = sql_step(p->store, p->find_organisation, err);
        if (found < 0)
            goto done;
        if (found == 1)
            organisation_read(p->find_organisation, &kept);
        known = found == 1;
        changed = !known;
    }
    for (; used < count && rows[used].key_id == rows[0].key_id; used++) {
        bool first = used == 0 && !known;

        counter_count(&p->counter, rows[used].source.file, first);
        if (!first && fold_organisation(&kept, &rows[used]))
            changed = true;
    }
    rc = (int)used;
    if (changed) {
        organisation_bind(p->put_organisation, &kept);
        if (sql_run(p->store, p->put_organisation, err) < 0)
            rc = -1;
    }
done:
    sqlite3_reset(p->find_organisation);
    return rc;
}

int put_organisations(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                      struct err *err)
{
    struct organisation_row *rows = scratch(p, count * sizeof(*rows), err);
    int used;

    if (rows == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!intake_unpack_organisation((struct text){(const char *)bytes + items[i].at, items[i].len}, &rows[i]))
            return unreadable(err);
    qsort(rows, count, sizeof(*rows), compare_organisations);
    for (size_t i = 0; i < count; i += (size_t)used)
        if ((used = put_organisation(p, rows + i, count - i, err)) < 0)
            return -1;
    return 0;
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
    struct reject *rows = scratch(p, count * sizeof(*rows), err);

    if (rows == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!intake_unpack_reject((struct text){(const char *)bytes + items[i].at, items[i].len}, &rows[i]))
            return unreadable(err);
    qsort(rows, count, sizeof(*rows), compare_rejects);
    for (size_t i = 0; i < count; i++)
        if (put_reject(p, &rows[i], err) < 0)
            return -1;
    return 0;
}
