/* R1: the registrations of an MPxN as a sequence of tenures without gaps or overlaps. */
#include "registration_int.h"

void tenures_build(struct tenures *out, const struct device_facts *facts, const struct judge_context *ctx)
{
    const struct registration_row *rows = facts->registrations;
    size_t known = 0;

    out->count = 0;
    while (known < facts->registration_count && rows[known].effective_from <= ctx->as_of)
        known++;
    for (size_t i = 0; i < known; i++) {
        const struct registration_row *row = &rows[i];
        const bool ends = row->effective_to != INSTANT_NONE;

        if (!ends || row->effective_to > row->effective_from)
            out->ptr[out->count++] = (struct tenure){
                row->effective_from,
                directory_entity(ctx->directory, row->supplier).party,
                directory_entity(ctx->directory, row->network_operator).party,
            };
        else /* it covers nothing, yet it is the latest from then on */
            out->ptr[out->count++] = (struct tenure){.from = row->effective_from};
        if (ends && row->effective_to > row->effective_from &&
            (i + 1 == known || row->effective_to < rows[i + 1].effective_from))
            out->ptr[out->count++] = (struct tenure){.from = row->effective_to};
    }
}

struct tenure tenure_at(const struct tenures *t, instant at)
{
    size_t low = 0, high = t->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (t->ptr[middle].from <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? t->ptr[low - 1] : (struct tenure){.from = INSTANT_NONE};
}

bool tenure_is_change(const struct tenures *t, size_t i)
{
    return i > 0 && t->ptr[i].supplier.kind != PARTY_NONE && t->ptr[i - 1].supplier.kind != PARTY_NONE &&
           !party_equal(t->ptr[i].supplier, t->ptr[i - 1].supplier);
}
