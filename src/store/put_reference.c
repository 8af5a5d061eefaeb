/* Writing reference data: the rows of one key at a time, in an order that does not depend on the threads. R7: each row
 * that claims an identity is kept once, with the extracts that say it. Which of them counts is decided as at an
 * instant; here nothing is lost, and nothing depends on the order in which they came. */
#include "absorb_int.h"

#include "base/array.h"
#include "domain/directory.h"

#include <stdlib.h>

/* ---- The rows that claim one identity ---- */

void told_release(struct told_rows *t)
{
    for (size_t i = 0; i < t->cap; i++) {
        buf_release(&t->ptr[i].row);
        buf_release(&t->ptr[i].extracts);
    }
    for (size_t i = 0; i < ARRAY_LEN(t->scratch); i++)
        extracts_release(&t->scratch[i]);
    buf_release(&t->united);
    free(t->ptr);
    *t = (struct told_rows){0};
}

/* A new one with empty bytes; NULL: no memory. */
static struct told *told_add(struct told_rows *t, struct err *err)
{
    const size_t cap = t->cap;
    struct told *one;

    if (!array_reserve(&t->ptr, &t->cap, t->count + 1, sizeof(*t->ptr))) {
        err_nomem(err);
        return NULL;
    }
    for (size_t i = cap; i < t->cap; i++)
        t->ptr[i] = (struct told){0};
    one = &t->ptr[t->count++];
    buf_clear(&one->row);
    buf_clear(&one->extracts);
    one->conflict = one->known = one->changed = false;
    return one;
}

#define EXTRACT_ROOM 32 /* a set of one */

/* Adds an extract to those that say a row. */
static int add_extract(struct told_rows *t, struct told *one, instant at, struct err *err)
{
    unsigned char bytes[EXTRACT_ROOM];
    struct buf single = {bytes, 0, sizeof(bytes), false};
    struct buf before;

    extracts_pack(&single, &at, 1);
    buf_clear(&t->united);
    if (extracts_unite(&t->united, buf_text(&one->extracts), buf_text(&single), t->scratch, err) < 0)
        return -1;
    if (text_equal(buf_text(&t->united), buf_text(&one->extracts)))
        return 0;
    before = one->extracts;
    one->extracts = t->united;
    t->united = before;
    one->changed = true;
    return 0;
}

/* Folds a row that came into those there are. Of new ones the first to come gives the source. */
static int told_fold(struct told_rows *t, struct text row, instant extracted_at, const struct source *source,
                     struct err *err)
{
    struct told *one;

    for (size_t i = 0; i < t->count; i++)
        if (text_equal(buf_text(&t->ptr[i].row), row))
            return add_extract(t, &t->ptr[i], extracted_at, err);
    one = told_add(t, err);
    if (one == NULL)
        return -1;
    buf_add_text(&one->row, row);
    extracts_pack(&one->extracts, &extracted_at, 1);
    one->source = *source;
    one->changed = true;
    return one->row.failed || one->extracts.failed ? err_nomem(err) : 0;
}

/* Marks rows that differ though one extract says both. */
static void told_find_conflicts(struct told_rows *t, bool (*differ)(struct text a, struct text b))
{
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = i + 1; k < t->count; k++) {
            struct told *const a = &t->ptr[i], *const b = &t->ptr[k];

            if ((a->conflict && b->conflict) || !differ(buf_text(&a->row), buf_text(&b->row)) ||
                !extracts_meet(buf_text(&a->extracts), buf_text(&b->extracts), t->scratch))
                continue;
            a->changed |= !a->conflict;
            b->changed |= !b->conflict;
            a->conflict = b->conflict = true;
        }
    }
}

/* ---- Registrations and organisations ---- */

static int compare_registrations(const void *pa, const void *pb)
{
    const struct registration_row *a = pa, *b = pb;

    if (a->effective_from != b->effective_from)
        return a->effective_from < b->effective_from ? -1 : 1;
    return compare_sources(&a->source, &b->source);
}

static bool registrations_differ(struct text a, struct text b)
{
    return !text_equal(a, b);
}

static int no_memory_or(const struct buf *b, struct err *err)
{
    return b->failed ? err_nomem(err) : 0;
}

/* What the store has of the identity. */
static int find_registrations(struct put *p, const struct registration_row *row, struct err *err)
{
    int got = 0;

    sqlite3_bind_int64(p->find_registration, 1, (int64_t)row->mpxn);
    sqlite3_bind_int64(p->find_registration, 2, row->effective_from);
    while (got == 0 && (got = sql_step(p->store, p->find_registration, err)) == 1) {
        struct registration_row known;
        struct told *const one = told_add(&p->told, err);

        got = -1;
        if (one == NULL)
            break;
        registration_read(p->find_registration, &known);
        registration_pack(&one->row, &known);
        buf_add_text(&one->extracts, known.extracts);
        one->source = known.source;
        one->conflict = known.conflict;
        one->known = true;
        one->sum_before = sum_of_registration(&known);
        got = one->extracts.failed ? err_nomem(err) : no_memory_or(&one->row, err);
    }
    sqlite3_reset(p->find_registration);
    return got;
}

static int write_registration(struct put *p, size_t number, struct err *err)
{
    const struct told *const one = &p->told.ptr[number];
    struct registration_row row;

    if (!registration_unpack(buf_text(&one->row), &row))
        return put_unreadable(err);
    row.number = (unsigned)number;
    row.conflict = one->conflict;
    row.source = one->source;
    row.extracts = buf_text(&one->extracts);
    p->sums.kept[SUM_REGISTRATION] += sum_of_registration(&row) - (one->known ? one->sum_before : 0);
    registration_bind(p->put_registration, &row);
    if (sql_run(p->store, p->put_registration, err) < 0)
        return -1;
    return registrants_note(&p->registrants, &row, err);
}

/* The rows of one identity: those of rows[0]'s effective_from. Returns how many, -1 on failure. */
static int put_registration(struct put *p, const struct registration_row *rows, size_t count, struct err *err)
{
    size_t used = 0;

    p->told.count = 0;
    if (p->had_registrations && find_registrations(p, &rows[0], err) < 0)
        return -1;
    for (; used < count && rows[used].effective_from == rows[0].effective_from; used++) {
        counter_count(&p->counter, rows[used].source.file, p->told.count == 0);
        buf_clear(&p->packed);
        registration_pack(&p->packed, &rows[used]);
        if (no_memory_or(&p->packed, err) < 0 ||
            told_fold(&p->told, buf_text(&p->packed), rows[used].extracted_at, &rows[used].source, err) < 0)
            return -1;
    }
    told_find_conflicts(&p->told, registrations_differ);
    for (size_t i = 0; i < p->told.count; i++)
        if (p->told.ptr[i].changed && write_registration(p, i, err) < 0)
            return -1;
    return (int)used;
}

int put_registrations(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                      struct err *err)
{
    struct registration_row *rows = put_scratch(p, count * sizeof(*rows), err);
    int used;

    if (rows == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!intake_unpack_registration((struct text){(const char *)bytes + items[i].at, items[i].len}, &rows[i]))
            return put_unreadable(err);
    qsort(rows, count, sizeof(*rows), compare_registrations);
    for (size_t i = 0; i < count; i += (size_t)used)
        if ((used = put_registration(p, rows + i, count - i, err)) < 0)
            return -1;
    return 0;
}

static int compare_organisations(const void *pa, const void *pb)
{
    const struct organisation_row *a = pa, *b = pb;
    const int order = (a->key_id > b->key_id) - (a->key_id < b->key_id);

    return order != 0 ? order : compare_sources(&a->source, &b->source);
}

/* A certificate does not know its party's name: that another row does is no conflict. */
static bool organisations_differ(struct text packed_a, struct text packed_b)
{
    struct organisation_row a, b;

    return organisation_unpack(packed_a, &a) && organisation_unpack(packed_b, &b) &&
           (a.role != b.role || organisation_is_unnamed(&a) == organisation_is_unnamed(&b));
}

static int find_organisations(struct put *p, const struct organisation_row *row, struct err *err)
{
    int got = 0;

    sqlite3_bind_int64(p->find_organisation, 1, key_of(row->entity));
    sqlite3_bind_int64(p->find_organisation, 2, key_of(row->key_id));
    while (got == 0 && (got = sql_step(p->store, p->find_organisation, err)) == 1) {
        struct organisation_row known;
        struct told *const one = told_add(&p->told, err);

        got = -1;
        if (one == NULL)
            break;
        organisation_read(p->find_organisation, &known);
        organisation_pack(&one->row, &known);
        buf_add_text(&one->extracts, known.extracts);
        one->source = known.source;
        one->conflict = known.conflict;
        one->known = true;
        got = one->extracts.failed ? err_nomem(err) : no_memory_or(&one->row, err);
    }
    sqlite3_reset(p->find_organisation);
    return got;
}

static int write_organisation(struct put *p, size_t number, struct err *err)
{
    const struct told *const one = &p->told.ptr[number];
    struct organisation_row row;

    if (!organisation_unpack(buf_text(&one->row), &row))
        return put_unreadable(err);
    row.number = (unsigned)number;
    row.conflict = one->conflict;
    row.source = one->source;
    row.extracts = buf_text(&one->extracts);
    organisation_bind(p->put_organisation, &row);
    return sql_run(p->store, p->put_organisation, err);
}

/* The same for organisations. */
static int put_organisation(struct put *p, const struct organisation_row *rows, size_t count, struct err *err)
{
    size_t used = 0;

    p->told.count = 0;
    if (p->had_organisations && find_organisations(p, &rows[0], err) < 0)
        return -1;
    for (; used < count && rows[used].key_id == rows[0].key_id; used++) {
        counter_count(&p->counter, rows[used].source.file, p->told.count == 0);
        buf_clear(&p->packed);
        organisation_pack(&p->packed, &rows[used]);
        if (no_memory_or(&p->packed, err) < 0 ||
            told_fold(&p->told, buf_text(&p->packed), rows[used].extracted_at, &rows[used].source, err) < 0)
            return -1;
    }
    told_find_conflicts(&p->told, organisations_differ);
    for (size_t i = 0; i < p->told.count; i++)
        if (p->told.ptr[i].changed && write_organisation(p, i, err) < 0)
            return -1;
    return (int)used;
}

int put_organisations(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                      struct err *err)
{
    struct organisation_row *rows = put_scratch(p, count * sizeof(*rows), err);
    int used;

    if (rows == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!intake_unpack_organisation((struct text){(const char *)bytes + items[i].at, items[i].len}, &rows[i]))
            return put_unreadable(err);
    qsort(rows, count, sizeof(*rows), compare_organisations);
    for (size_t i = 0; i < count; i += (size_t)used)
        if ((used = put_organisation(p, rows + i, count - i, err)) < 0)
            return -1;
    return 0;
}
