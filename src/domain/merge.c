/* R7: merging records. Both sides are put in order of their canon bytes and walked identity by identity. */
#include "domain/merge.h"

#include "base/array.h"
#include "canonical_int.h"
#include "domain/extracts.h"
#include "settle_int.h"

#include <stdlib.h>
#include <string.h>

/* Packed records, and pointers to them in order. */
struct record_list {
    struct packed_record *records;
    const void **order;
    size_t count, cap;
};

struct merger {
    struct record_list existing, fresh;
    struct device_records left, right; /* two rows that claim one identity */
    struct buf left_text, right_text;
    struct buf pieces;           /* of one look */
    struct extracts extracts[3]; /* scratch of extracts_unite */
    struct buf said[2];          /* the union of sets so far, and the next */
    struct inventory_told *told; /* fresh inventory rows */
    size_t told_cap;
};

/* A fresh inventory row and the first extract that says it. */
struct inventory_told {
    instant at;
    const struct packed_record *rec;
};

/* The part of a list that has one identity. */
struct run {
    const struct packed_record *const *at;
    const struct packed_record *const *end;
};

int merger_create(struct merger **out, struct err *err)
{
    *out = calloc(1, sizeof(**out));
    return *out != NULL ? 0 : err_nomem(err);
}

void merger_destroy(struct merger *m)
{
    if (m == NULL)
        return;
    free(m->existing.records);
    free(m->existing.order);
    free(m->fresh.records);
    free(m->fresh.order);
    device_records_release(&m->left);
    device_records_release(&m->right);
    buf_release(&m->left_text);
    buf_release(&m->right_text);
    buf_release(&m->pieces);
    for (size_t i = 0; i < ARRAY_LEN(m->extracts); i++)
        extracts_release(&m->extracts[i]);
    for (size_t i = 0; i < ARRAY_LEN(m->said); i++)
        buf_release(&m->said[i]);
    free(m->told);
    free(m);
}

static int damaged(struct err *err)
{
    return err_set(err, ERR_DATA, "packed records of a Device are damaged; restore the store from a backup");
}

static int list_grow(struct record_list *list, struct err *err)
{
    const size_t cap = list->cap > 0 ? list->cap * 2 : 32;
    struct packed_record *records = realloc(list->records, cap * sizeof(*records));

    if (records == NULL)
        return err_nomem(err);
    list->records = records;

    const void **order = realloc(list->order, cap * sizeof(*order));

    if (order == NULL)
        return err_nomem(err);
    list->order = order;
    list->cap = cap;
    return 0;
}

static int list_read(struct record_list *list, struct text packed, struct err *err)
{
    const unsigned char *at = (const unsigned char *)packed.ptr;
    struct packed_reader u = {.at = at, .end = packed.len > 0 ? at + packed.len : at};
    struct packed_record rec;

    list->count = 0;
    while (evidence_next(&u, &rec)) {
        if (list->count == list->cap && list_grow(list, err) < 0)
            return -1;
        list->records[list->count++] = rec;
    }
    for (size_t i = 0; i < list->count; i++)
        list->order[i] = &list->records[i];
    return u.failed ? damaged(err) : 0;
}

static int compare_sources(const struct source *a, const struct source *b)
{
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

static int compare_records(const void *left, const void *right)
{
    const struct packed_record *a = *(const struct packed_record *const *)left;
    const struct packed_record *b = *(const struct packed_record *const *)right;
    const int order = text_compare(a->canon, b->canon);

    return order != 0 ? order : compare_sources(&a->source, &b->source);
}

static bool is_ascending(const struct record_list *list)
{
    for (size_t i = 1; i < list->count; i++)
        if (text_compare(list->records[i - 1].canon, list->records[i].canon) >= 0)
            return false;
    return true;
}

/* Takes the records that begin `list` and have this identity; `from` is moved past them. */
static struct run take_run(const struct record_list *list, size_t *from, struct text identity)
{
    const struct packed_record *const *order = (const struct packed_record *const *)list->order;
    struct run run;
    size_t end = *from;

    while (end < list->count && text_equal(order[end]->identity, identity))
        end++;
    run.at = order != NULL ? order + *from : NULL;
    run.end = order != NULL ? order + end : NULL;
    *from = end;
    return run;
}

static struct text next_identity(const struct merger *m, size_t e, size_t f)
{
    const struct packed_record *old = e < m->existing.count ? m->existing.order[e] : NULL;
    const struct packed_record *new = f < m->fresh.count ? m->fresh.order[f] : NULL;

    if (old == NULL)
        return new->identity;
    if (new == NULL)
        return old->identity;
    return text_compare(old->identity, new->identity) <= 0 ? old->identity : new->identity;
}

/* *order > 0 when check a is to be kept, < 0 when b. Device 0 will do: it is the same in both. */
static int prefer(struct merger *m, const struct packed_record *a, const struct packed_record *b, int *order,
                  struct err *err)
{
    struct err why = {0};

    if (evidence_unpack(&m->left, 0, a->whole, &why) < 0 || evidence_unpack(&m->right, 0, b->whole, &why) < 0)
        return why.code == ERR_DATA ? damaged(err) : err_copy(err, &why);
    *order = (int)m->left.checks[0].result - (int)m->right.checks[0].result;
    return 0;
}

static void put_record(struct buf *out, const struct packed_record *rec, unsigned char flags)
{
    const size_t at = out->len;

    buf_add_text(out, rec->whole);
    if (flags != rec->flags && !out->failed)
        out->ptr[at + (size_t)(rec->canon.ptr + rec->canon.len - rec->whole.ptr)] = flags;
}

/* The next row that says something new: the old one if both sides have it. *flags: what any copy of it carries. */
static const struct packed_record *next_distinct(struct run *existing, struct run *fresh, unsigned char *flags)
{
    const struct packed_record *rec;

    if (fresh->at == fresh->end ||
        (existing->at < existing->end && text_compare((*existing->at)->canon, (*fresh->at)->canon) <= 0))
        rec = *existing->at++;
    else
        rec = *fresh->at++;
    *flags = rec->flags;
    while (fresh->at < fresh->end && text_equal((*fresh->at)->canon, rec->canon))
        *flags |= (*fresh->at++)->flags;
    return rec;
}

static void merge_request(struct run existing, struct run fresh, struct buf *out)
{
    while (existing.at < existing.end || fresh.at < fresh.end) {
        unsigned char flags;
        const struct packed_record *rec = next_distinct(&existing, &fresh, &flags);

        put_record(out, rec, flags);
    }
}

static int merge_check(struct merger *m, struct run existing, struct run fresh, struct buf *out, struct err *err)
{
    const struct packed_record *kept = NULL;
    unsigned char kept_flags = 0;

    while (existing.at < existing.end || fresh.at < fresh.end) {
        unsigned char flags;
        const struct packed_record *rec = next_distinct(&existing, &fresh, &flags);
        int order = -1;

        if (kept != NULL && prefer(m, kept, rec, &order, err) < 0)
            return -1;
        kept_flags |= kept != NULL ? flags | RECORD_CONFLICT : flags;
        if (order < 0)
            kept = rec;
    }
    if (kept != NULL)
        put_record(out, kept, kept_flags);
    return 0;
}

/* The source of what several rows say together: of one that was there, else the lowest. */
static const struct packed_record *named(const struct packed_record *a, const struct packed_record *b)
{
    return a != NULL && compare_sources(&a->source, &b->source) <= 0 ? a : b;
}

/* The pieces of one look: all their cells and certificates. */
static int merge_snapshot(struct merger *m, struct run existing, struct run fresh, struct buf *out, struct err *err)
{
    const struct packed_record *const stored = existing.at < existing.end ? *existing.at : NULL;
    const struct packed_record *source = stored, *rec = NULL;
    struct err why = {0};
    struct snapshot whole;
    size_t pieces = 0;

    buf_clear(&m->pieces);
    for (unsigned char flags; existing.at < existing.end || fresh.at < fresh.end; pieces++) {
        rec = next_distinct(&existing, &fresh, &flags);
        buf_add_text(&m->pieces, rec->whole);
        source = stored != NULL ? stored : named(source, rec);
    }
    if (pieces == 1) {
        put_record(out, rec, rec->flags);
        return 0;
    }
    if (m->pieces.failed)
        return err_nomem(err);
    if (evidence_unpack(&m->left, 0, buf_text(&m->pieces), &why) < 0)
        return why.code == ERR_DATA ? damaged(err) : err_copy(err, &why);
    whole = m->left.snapshots[0];
    whole.conflict = false; /* told when it is unpacked */
    whole.source = source->source;
    whole.cells = m->left.cells;
    whole.cell_count = m->left.cell_count;
    whole.certs = m->left.certs;
    whole.cert_count = m->left.cert_count;
    for (size_t i = 1; i < m->left.snapshot_count; i++)
        whole.answered |= m->left.snapshots[i].answered;
    evidence_pack_snapshot(out, &whole);
    return 0;
}

/* ---- Inventory: each distinct row, with the extracts that say it ---- */

static int compare_told(const void *left, const void *right)
{
    const struct inventory_told *a = left, *b = right;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return compare_sources(&a->rec->source, &b->rec->source);
}

static bool is_said(struct run existing, instant at)
{
    for (const struct packed_record *const *p = existing.at; p < existing.end; p++) {
        struct text row, extracts;
        instant found;
        bool later;

        if (inventory_split((*p)->canon, &row, &extracts) && extracts_counting(extracts, at, &found, &later) &&
            found == at)
            return true;
    }
    return false;
}

/* A fresh row makes a record where no other told what its extract says of the Device. */
static int count_inventory(struct merger *m, struct run existing, struct run fresh, merge_counted counted, void *ctx,
                           struct err *err)
{
    const size_t count = (size_t)(fresh.end - fresh.at);
    struct text row, extracts;
    instant last;

    if (!array_reserve(&m->told, &m->told_cap, count, sizeof(*m->told)))
        return err_nomem(err);
    for (size_t i = 0; i < count; i++) {
        m->told[i].rec = fresh.at[i];
        if (!inventory_split(fresh.at[i]->canon, &row, &extracts) || !extracts_ends(extracts, &m->told[i].at, &last))
            return damaged(err);
    }
    qsort(m->told, count, sizeof(*m->told), compare_told);
    for (size_t i = 0; i < count; i++) {
        const bool first = (i == 0 || m->told[i].at != m->told[i - 1].at) && !is_said(existing, m->told[i].at);

        counted(ctx, m->told[i].rec->source.file, first);
    }
    return 0;
}

static int tell_counts(struct merger *m, struct run existing, struct run fresh, merge_counted counted, void *ctx,
                       struct err *err)
{
    const struct packed_record *first = NULL;

    if (fresh.at < fresh.end && (*fresh.at)->kind == RECORD_INVENTORY)
        return count_inventory(m, existing, fresh, counted, ctx, err);
    if (existing.at == existing.end)
        for (const struct packed_record *const *p = fresh.at; p < fresh.end; p++)
            first = named(first, *p);
    for (const struct packed_record *const *p = fresh.at; p < fresh.end; p++)
        counted(ctx, (*p)->source.file, *p == first);
    return 0;
}

/* Adds the extracts of a record to those gathered in m->said[0]. */
static int add_extracts(struct merger *m, struct text extracts, struct err *err)
{
    struct buf *const so_far = &m->said[0], *const next = &m->said[1];
    struct err why = {0};

    if (so_far->len == 0) {
        buf_add_text(so_far, extracts);
    } else {
        const struct buf swapped = *so_far;

        buf_clear(next);
        if (extracts_unite(next, buf_text(so_far), extracts, m->extracts, &why) < 0)
            return why.code == ERR_DATA ? damaged(err) : err_copy(err, &why);
        *so_far = *next;
        *next = swapped;
    }
    return so_far->failed ? err_nomem(err) : 0;
}

/* Takes the records of a run that say `row`. */
static int take_said(struct merger *m, struct run *run, struct text row, const struct packed_record **source,
                     struct err *err)
{
    for (; run->at < run->end; run->at++) {
        struct text said, extracts;

        if (!inventory_split((*run->at)->canon, &said, &extracts))
            return damaged(err);
        if (!text_equal(said, row))
            return 0;
        if (add_extracts(m, extracts, err) < 0)
            return -1;
        *source = named(*source, *run->at);
    }
    return 0;
}

static int merge_inventory(struct merger *m, struct run existing, struct run fresh, struct buf *out, struct err *err)
{
    while (existing.at < existing.end || fresh.at < fresh.end) {
        const struct packed_record *stored = NULL, *new = NULL, *rec;
        struct text row, extracts;

        if (fresh.at == fresh.end ||
            (existing.at < existing.end && text_compare((*existing.at)->canon, (*fresh.at)->canon) <= 0))
            rec = *existing.at;
        else
            rec = *fresh.at;
        if (!inventory_split(rec->canon, &row, &extracts))
            return damaged(err);
        buf_clear(&m->said[0]);
        if (take_said(m, &existing, row, &stored, err) < 0 || take_said(m, &fresh, row, &new, err) < 0)
            return -1;
        evidence_pack_said(out, row, buf_text(&m->said[0]), stored != NULL ? &stored->source : &new->source);
    }
    return 0;
}

static int merge_identity(struct merger *m, struct run existing, struct run fresh, struct buf *out, struct err *err)
{
    const enum record_kind kind = existing.at < existing.end ? (*existing.at)->kind : (*fresh.at)->kind;

    switch (kind) {
    case RECORD_INVENTORY:
        return merge_inventory(m, existing, fresh, out, err);
    case RECORD_SNAPSHOT:
        return merge_snapshot(m, existing, fresh, out, err);
    case RECORD_CHECK:
        return merge_check(m, existing, fresh, out, err);
    case RECORD_REQUEST:
        break;
    }
    merge_request(existing, fresh, out);
    return 0;
}

int merger_run(struct merger *m, struct text existing, struct text fresh, merge_counted counted, void *ctx,
               struct buf *out, bool *changed, struct err *err)
{
    size_t e = 0;
    size_t f = 0;

    if (list_read(&m->existing, existing, err) < 0 || list_read(&m->fresh, fresh, err) < 0)
        return -1;
    if (!is_ascending(&m->existing))
        return damaged(err);
    sort_refs(m->fresh.order, m->fresh.count, compare_records);
    buf_clear(out);
    while (e < m->existing.count || f < m->fresh.count) {
        const struct text identity = next_identity(m, e, f);
        const struct run old = take_run(&m->existing, &e, identity);
        const struct run new = take_run(&m->fresh, &f, identity);

        if (counted != NULL && tell_counts(m, old, new, counted, ctx, err) < 0)
            return -1;
        if (merge_identity(m, old, new, out, err) < 0)
            return -1;
    }
    if (out->failed)
        return err_nomem(err);
    *changed = !text_equal(buf_text(out), existing);
    return 0;
}

int registration_prefer(const struct registration_row *a, const struct registration_row *b)
{
    const bool a_ends = a->effective_to != INSTANT_NONE;
    const bool b_ends = b->effective_to != INSTANT_NONE;

    return a_ends != b_ends ? a_ends - b_ends : registration_compare(a, b);
}

int organisation_prefer(const struct organisation_row *a, const struct organisation_row *b)
{
    return organisation_compare(a, b);
}
