/* One batch of Devices, from packed evidence to packed verdicts of those that a report is about. */
#include "judge_batch_int.h"

#include "base/array.h"
#include "rules/coverage.h"
#include "rules/suspicion.h"
#include "store/sql.h"

#include <stdlib.h>

/* ---- Which Devices a report is about ---- */

static bool is_among(const uint64_t *ascending, size_t count, uint64_t device)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (ascending[mid] == device)
            return true;
        if (ascending[mid] < device)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

static bool concerns_supplier(struct party supplier, const struct judgement *j)
{
    for (int i = 0; i < j->responsible_count; i++)
        if (party_equal(supplier, j->responsible[i]))
            return true;
    return party_equal(supplier, j->commissioning_supplier) || party_equal(supplier, j->supplier);
}

static bool was_commissioned_within(const struct device_filter *f, instant at)
{
    if (f->commissioned_from != INSTANT_NONE && (at == INSTANT_NONE || at < f->commissioned_from))
        return false;
    return f->commissioned_to == INSTANT_NONE || (at != INSTANT_NONE && at < f->commissioned_to);
}

bool filter_restricts(const struct device_filter *f)
{
    return f != NULL &&
           (f->device_count > 0 || f->supplier.kind != PARTY_NONE || f->network_operator.kind != PARTY_NONE ||
            f->regions != 0 || f->device_types != 0 || f->verdicts != 0 || f->classifications != 0 ||
            f->commissioned_from != INSTANT_NONE || f->commissioned_to != INSTANT_NONE);
}

/* R9.1: what is seen in the operator's cells, and who is to mend it, is known as at the first instant alone. */
static bool concerns_operator(struct party operator, const struct judge_context * ctx, const struct judgement *j,
                              const struct related *r)
{
    if (party_equal(operator, j->network_operator))
        return true;
    for (unsigned k = 0; r != NULL && k < r->operator.slot_count; k++) {
        const struct slot *const slot = &r->operator.slots[k];

        if (party_equal(operator, directory_entity(ctx->directory, slot->subject).party) ||
            party_equal(operator, slot->mend.by))
            return true;
    }
    return false;
}

static bool filter_matches(const struct device_filter *f, const struct judge_context *ctx, const struct judgement *j,
                           const struct related *r)
{
    if (f == NULL)
        return true;
    if (f->device_count > 0 && !is_among(f->devices, f->device_count, j->device))
        return false;
    if (f->supplier.kind != PARTY_NONE && !concerns_supplier(f->supplier, j))
        return false;
    if (f->network_operator.kind != PARTY_NONE && !concerns_operator(f->network_operator, ctx, j, r))
        return false;
    if (f->regions != 0 && (f->regions >> j->inventory->region & 1) == 0)
        return false;
    if (f->device_types != 0 && (f->device_types >> j->inventory->type & 1) == 0)
        return false;
    if (f->verdicts != 0 && (f->verdicts >> j->verdict & 1) == 0)
        return false;
    if (f->classifications != 0 && (f->classifications >> j->classification & 1) == 0)
        return false;
    return was_commissioned_within(f, j->inventory->commissioned_at);
}

/* ---- Judging ---- */

int judge_batch_create(struct judge_batch *b, struct err *err)
{
    b->items = calloc(JUDGE_BATCH_ITEMS, sizeof(*b->items));
    return b->items == NULL ? err_nomem(err) : 0;
}

void judge_batch_release(struct judge_batch *b)
{
    free(b->items);
    buf_release(&b->packed);
    buf_release(&b->registrations);
    buf_release(&b->firmware);
    buf_release(&b->suspects);
    buf_release(&b->rows);
    for (int i = 0; i < INSTANTS_MAX; i++)
        buf_release(&b->verdicts[i].records);
}

void judge_batch_clear(struct judge_batch *b)
{
    b->count = 0;
    buf_clear(&b->packed);
    buf_clear(&b->registrations);
    buf_clear(&b->firmware);
    buf_clear(&b->suspects);
    for (int i = 0; i < INSTANTS_MAX; i++) {
        buf_clear(&b->verdicts[i].records);
        b->verdicts[i].totals = (struct judged_totals){0};
    }
    buf_clear(&b->rows);
    b->row_count = 0;
    b->err = (struct err){0};
}

void judge_worker_release(struct judge_worker *w)
{
    device_records_release(&w->records);
    free(w->registrations);
    free(w->scratch.ptr);
    free(w->related.ptr);
    buf_release(&w->record);
    device_row_release(&w->row);
}

/* Those that count as at the n-th instant. */
static int take_registrations(struct judge_worker *w, struct text packed, unsigned n, mpxn_code mpxn, size_t *count,
                              struct err *err)
{
    const size_t all = packed.len / sizeof(struct fact_registration);

    *count = 0;
    if (!array_reserve(&w->registrations, &w->registration_cap, all, sizeof(*w->registrations)))
        return err_nomem(err);
    for (size_t i = 0; i < all; i++)
        *count += fact_registration_read(packed, i, n, mpxn, &w->registrations[*count]);
    return 0;
}

static int provide_scratch(struct judge_scratch *scratch, size_t size, struct err *err)
{
    if (scratch->ptr == NULL || size > scratch->size) { /* nothing may be added to a NULL pointer, not even 0 */
        void *grown = realloc(scratch->ptr, size > 0 ? size : 1);

        if (grown == NULL)
            return err_nomem(err);
        scratch->ptr = grown;
        scratch->size = size;
    }
    return 0;
}

static void count_verdict(struct judged_totals *t, const struct judgement *j)
{
    t->devices++;
    t->verdicts[j->verdict]++;
    t->legacy_verdicts[j->legacy_verdict]++;
    t->classifications[j->classification]++;
}

/* Judges as at the n-th instant; `related` may be NULL. */
static int judge_as_at(struct judge_worker *w, const struct judge_batch *b, const struct judge_item *item, unsigned n,
                       struct judgement *out, struct related *related, struct err *err)
{
    const struct judge_facts *const known = &item->facts[n];
    struct text registrations = buf_part(&b->registrations, known->registrations_at, known->registrations_len);
    struct device_facts facts = {.records = &w->records, .mpxn = known->mpxn};

    if (take_registrations(w, registrations, n, known->mpxn, &facts.registration_count, err) < 0)
        return -1;
    facts.registrations = w->registrations;
    if (provide_scratch(&w->scratch, judge_scratch_size(&facts), err) < 0)
        return -1;
    judge_device(&facts, w->contexts[n], &w->scratch, out);
    if (related == NULL)
        return 0;
    if (provide_scratch(&w->related, related_scratch_size(&facts), err) < 0)
        return -1;
    related_find(&facts, w->contexts[n], out, &w->related, related);
    return 0;
}

static int keep(struct judge_worker *w, struct judge_verdicts *v, const struct judgement *j, const struct related *r,
                instant as_of, said_code said, struct err *err)
{
    count_verdict(&v->totals, j);
    if (v->records.len == 0)
        v->first = j->device;
    buf_clear(&w->record);
    judged_pack(&w->record, j, r, as_of, said);
    judged_add_record(&v->records, buf_text(&w->record));
    return w->record.failed || v->records.failed ? err_nomem(err) : 0;
}

static int give_rows(struct judge_worker *w, struct judge_batch *b, const struct judgement *j)
{
    int got;

    device_row_set(&w->row, j, w->contexts[0]);
    while ((got = cursor_next(&w->row.base, &b->err)) == 1) {
        b->row_count++;
        if (w->rows->put(w->rows->ctx, &w->row.base, &b->rows, &b->err) < 0)
            return -1;
    }
    if (got < 0)
        return -1;
    return b->rows.failed ? err_nomem(&b->err) : 0;
}

/* A Device that the inventory does not name (`j` is NULL) matches no filter, and so is told of where there is none. */
static int note_suspicions(const struct judge_worker *w, struct judge_batch *b, const struct judgement *j, bool wanted)
{
    struct suspect suspect = {.device = w->records.device};

    if (wanted)
        suspect.suspicions = suspicions_of(&w->records, w->contexts[0]) | (j != NULL ? suspicions_of_judgement(j) : 0);
    if (suspect.suspicions != 0)
        buf_add(&b->suspects, &suspect, sizeof(suspect));
    return b->suspects.failed ? err_nomem(&b->err) : 0;
}

/* Whether `changes` of this night names the Device: then it is judged as at the earlier instant too. */
static bool is_named(said_code said, const struct judgement *j, instant as_of)
{
    const struct standing now = standing_of(j, as_of);
    struct standing then;
    struct said unpacked;

    if (!said_unpack(said, &unpacked))
        return change_between(NULL, &now) != CHANGE_NONE;
    then = said_standing(&unpacked);
    return change_between(&then, &now) != CHANGE_NONE;
}

/* A row is all that is wanted. */
static int judge_for_row(struct judge_worker *w, struct judge_batch *b, const struct judge_item *item)
{
    const bool by_operator = w->filter != NULL && w->filter->network_operator.kind != PARTY_NONE;
    struct judgement judgement;
    struct related related;

    if (w->records.inventory_count == 0) /* known from the log alone */
        return 0;
    if (judge_as_at(w, b, item, 0, &judgement, by_operator ? &related : NULL, &b->err) < 0)
        return -1;
    if (!filter_matches(w->filter, w->contexts[0], &judgement, by_operator ? &related : NULL))
        return 0;
    if (give_rows(w, b, &judgement) < 0)
        return -1;
    if (coverage_is_waiting(&judgement))
        return keep(w, &b->verdicts[0], &judgement, NULL, w->contexts[0]->as_of, 0, &b->err);
    count_verdict(&b->verdicts[0].totals, &judgement);
    return 0;
}

static int judge_item(struct judge_worker *w, struct judge_batch *b, const struct judge_item *item)
{
    struct text packed = buf_part(&b->packed, item->packed_at, item->packed_len);
    struct judgement judgements[INSTANTS_MAX];
    struct related related;
    unsigned instants = w->instants;
    bool matches = false;

    if (checksum_of(packed) != item->checksum)
        return checksum_fail(w->store, item->device, &b->err);
    if (evidence_unpack(&w->records, item->device, packed, &b->err) < 0)
        return -1;
    if (w->rows != NULL)
        return judge_for_row(w, b, item);
    if (w->records.inventory_count == 0) /* known from the log alone */
        return note_suspicions(w, b, NULL, !filter_restricts(w->filter));
    for (unsigned i = 0; i < instants; i++) {
        if (judge_as_at(w, b, item, i, &judgements[i], i == 0 ? &related : NULL, &b->err) < 0)
            return -1;
        matches = matches || filter_matches(w->filter, w->contexts[i], &judgements[i], i == 0 ? &related : NULL);
        if (w->is_night && !is_named(item->said, &judgements[0], w->contexts[0]->as_of))
            instants = 1;
    }
    if (note_suspicions(w, b, &judgements[0], matches) < 0)
        return -1;
    firmware_note(&b->firmware, &judgements[0], &related, matches);
    if (b->firmware.failed)
        return err_nomem(&b->err);
    for (unsigned i = 0; matches && i < instants; i++)
        if (keep(w, &b->verdicts[i], &judgements[i], i == 0 ? &related : NULL, w->contexts[i]->as_of, item->said,
                 &b->err) < 0)
            return -1;
    return 0;
}

void judge_batch_run(struct judge_worker *w, struct judge_batch *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (judge_item(w, b, &b->items[i]) < 0)
            return;
}
