/* One batch of Devices, from packed evidence to packed verdicts. */
#include "judge_int.h"

#include <stdlib.h>

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
    buf_release(&b->records);
}

void judge_batch_clear(struct judge_batch *b)
{
    b->count = 0;
    buf_clear(&b->packed);
    buf_clear(&b->registrations);
    buf_clear(&b->records);
    b->totals = (struct judged_totals){0};
    b->err = (struct err){0};
}

void judge_worker_release(struct judge_worker *w)
{
    device_records_release(&w->records);
    free(w->registrations);
    free(w->scratch.ptr);
    buf_release(&w->record);
}

static int take_registrations(struct judge_worker *w, struct text packed, mpxn_code mpxn, size_t *count,
                              struct err *err)
{
    *count = packed.len / sizeof(struct fact_registration);
    if (*count > w->registration_cap) {
        struct registration_row *rows = realloc(w->registrations, *count * sizeof(*rows));

        if (rows == NULL)
            return err_nomem(err);
        w->registrations = rows;
        w->registration_cap = *count;
    }
    for (size_t i = 0; i < *count; i++)
        fact_registration_read(packed, i, mpxn, &w->registrations[i]);
    return 0;
}

static int provide_scratch(struct judge_scratch *scratch, size_t size, struct err *err)
{
    if (size > scratch->size) {
        void *grown = realloc(scratch->ptr, size);

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

static int judge_item(struct judge_worker *w, struct judge_batch *b, const struct judge_item *item)
{
    struct text packed = {(const char *)b->packed.ptr + item->packed_at, item->packed_len};
    struct text registrations = {(const char *)b->registrations.ptr + item->registrations_at, item->registrations_len};
    struct device_facts facts = {.records = &w->records, .mpxn = item->mpxn};
    struct judgement verdict;

    if (checksum_of(packed) != item->checksum)
        return checksum_fail(w->store, item->device, &b->err);
    if (evidence_unpack(&w->records, item->device, packed, &b->err) < 0)
        return -1;
    if (inventory_at(&w->records, w->ctx->as_of) == NULL) /* known from the log alone */
        return 0;
    if (take_registrations(w, registrations, item->mpxn, &facts.registration_count, &b->err) < 0)
        return -1;
    facts.registrations = w->registrations;
    if (provide_scratch(&w->scratch, judge_scratch_size(&facts), &b->err) < 0)
        return -1;
    judge_device(&facts, w->ctx, &w->scratch, &verdict);
    if (!filter_matches(w->filter, &verdict))
        return 0;
    count_verdict(&b->totals, &verdict);
    if (b->records.len == 0)
        b->first = item->device;
    buf_clear(&w->record);
    judged_pack(&w->record, &verdict);
    pack_text(&b->records, buf_text(&w->record));
    return w->record.failed || b->records.failed ? err_nomem(&b->err) : 0;
}

void judge_batch_run(struct judge_worker *w, struct judge_batch *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (judge_item(w, b, &b->items[i]) < 0)
            return;
}
