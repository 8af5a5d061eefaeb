/* R7: merging records. Both sides are put in order of their canon bytes and walked identity by identity. */
#include "domain/merge.h"

#include "canonical_int.h"
#include "sort_refs_int.h"

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
    free(m);
}

static int damaged(struct err *err)
{
    return err_set(err, ERR_IO, "packed records of a Device are damaged; restore the store from a backup");
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
    struct unpack u = {.at = at, .end = packed.len > 0 ? at + packed.len : at};
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

static void tell_counts(struct run existing, struct run fresh, merge_counted counted, void *ctx)
{
    const struct packed_record *first = NULL;

    if (existing.at == existing.end)
        for (const struct packed_record *const *p = fresh.at; p < fresh.end; p++)
            if (first == NULL || compare_sources(&(*p)->source, &first->source) < 0)
                first = *p;
    for (const struct packed_record *const *p = fresh.at; p < fresh.end; p++)
        counted(ctx, (*p)->source.file, *p == first);
}

/* Snapshots and checks: how much the row says. */
static int weight(const struct device_records *r)
{
    if (r->check_count > 0)
        return (int)r->checks[0].result;
    return r->snapshot_count > 0 && r->snapshots[0].answered;
}

static void canonical(struct buf *b, const struct device_records *r)
{
    buf_clear(b);
    if (r->inventory_count > 0)
        inventory_canonical(b, &r->inventory[0]);
    else if (r->snapshot_count > 0)
        snapshot_canonical(b, &r->snapshots[0]);
    else if (r->check_count > 0)
        check_canonical(b, &r->checks[0]);
}

/* *order > 0 when a is to be kept, < 0 when b. Device 0 will do: it is the same in both, and nothing else depends on it
 * in these kinds. */
static int prefer(struct merger *m, const struct packed_record *a, const struct packed_record *b, int *order,
                  struct err *err)
{
    struct err why = {0};

    if (evidence_unpack(&m->left, 0, a->whole, &why) < 0 || evidence_unpack(&m->right, 0, b->whole, &why) < 0)
        return why.code == ERR_IO ? damaged(err) : err_copy(err, &why);
    *order = weight(&m->left) - weight(&m->right);
    if (*order != 0)
        return 0;
    canonical(&m->left_text, &m->left);
    canonical(&m->right_text, &m->right);
    if (m->left_text.failed || m->right_text.failed)
        return err_nomem(err);
    *order = text_compare(buf_text(&m->left_text), buf_text(&m->right_text));
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

static int merge_identity(struct merger *m, struct run existing, struct run fresh, struct buf *out, struct err *err)
{
    const struct packed_record *kept = NULL;
    unsigned char kept_flags = 0;

    while (existing.at < existing.end || fresh.at < fresh.end) {
        unsigned char flags;
        const struct packed_record *rec = next_distinct(&existing, &fresh, &flags);
        int order = -1;

        if (rec->kind == RECORD_REQUEST) {
            put_record(out, rec, flags);
            continue;
        }
        if (kept != NULL && prefer(m, kept, rec, &order, err) < 0)
            return -1;
        kept_flags |= kept != NULL ? flags | RECORD_CONFLICT : flags;
        if (order < 0) /* texts alike (a name with the byte that ends fields): the first in canon order stays */
            kept = rec;
    }
    if (kept != NULL)
        put_record(out, kept, kept_flags);
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

        if (counted != NULL)
            tell_counts(old, new, counted, ctx);
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
