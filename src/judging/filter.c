/* Which Devices a report is about. */
#include "judge_batch_int.h"

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
            f->region != CSP_NONE || f->device_types != 0 || f->verdicts != 0 || f->classifications != 0 ||
            f->commissioned_from != INSTANT_NONE || f->commissioned_to != INSTANT_NONE);
}

bool filter_matches(const struct device_filter *f, const struct judgement *j)
{
    if (f == NULL)
        return true;
    if (f->device_count > 0 && !is_among(f->devices, f->device_count, j->device))
        return false;
    if (f->supplier.kind != PARTY_NONE && !concerns_supplier(f->supplier, j))
        return false;
    if (f->network_operator.kind != PARTY_NONE && !party_equal(f->network_operator, j->network_operator))
        return false;
    if (f->region != CSP_NONE && f->region != j->inventory->region)
        return false;
    if (f->device_types != 0 && (f->device_types >> j->inventory->type & 1) == 0)
        return false;
    if (f->verdicts != 0 && (f->verdicts >> j->verdict & 1) == 0)
        return false;
    if (f->classifications != 0 && (f->classifications >> j->classification & 1) == 0)
        return false;
    return was_commissioned_within(f, j->inventory->commissioned_at);
}
