/* The order in which Devices are looked at, random samples of them, and the interval that a sample gives. */
#include "plan_int.h"

#include <math.h>
#include <stdlib.h>

/* ---- The order ---- */

static int by_worth(const void *a, const void *b)
{
    const struct plan_device *const x = a, *const y = b;

    if (x->reads != y->reads)
        return x->reads < y->reads ? -1 : 1;
    if (x->is_hub != y->is_hub)
        return x->is_hub ? -1 : 1;
    if (x->commissioned_at != y->commissioned_at)
        return x->commissioned_at < y->commissioned_at ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

void plan_order(struct plan_device *devices, size_t count)
{
    if (count > 1)
        qsort(devices, count, sizeof(*devices), by_worth);
}

size_t plan_within(const struct plan_device *devices, size_t count, uint64_t budget)
{
    uint64_t left = budget;
    size_t n = 0;

    if (budget == 0)
        return count;
    while (n < count && devices[n].reads <= left)
        left -= devices[n++].reads;
    return n;
}

/* ---- The sample ---- */

/* A number that looks like chance, of the seed and the Device (the finalizer of splitmix64). */
static uint64_t lot_of(uint64_t seed, uint64_t id)
{
    uint64_t z = id + (seed + 1) * UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int by_lot(const void *a, const void *b, void *seed)
{
    const struct plan_device *const x = a, *const y = b;
    const uint64_t s = *(const uint64_t *)seed, k = lot_of(s, x->id), l = lot_of(s, y->id);

    return k != l ? (k < l ? -1 : 1) : (x->id > y->id) - (x->id < y->id);
}

size_t plan_sample(struct plan_device *devices, size_t count, size_t wanted, uint64_t seed)
{
    if (count > 1)
        qsort_r(devices, count, sizeof(*devices), by_lot, &seed);
    return wanted < count ? wanted : count;
}

/* ---- The interval ---- */

/* The chance of at most `found` of n where each has the share p, 0 < p < 1: each term from the one before it, as
 * logarithms, since single ones are far too small to be told. */
static double chance_at_most(uint64_t found, uint64_t n, double p)
{
    double term = (double)n * log1p(-p), sum = exp(term);

    for (uint64_t k = 1; k <= found; k++) {
        term += log((double)(n - k + 1) / (double)k) + log(p) - log1p(-p);
        sum += exp(term);
    }
    return sum < 1 ? sum : 1;
}

/* The share at which the chance of at most `found` falls to `chance`: it falls as the share grows. */
static double share_at(uint64_t found, uint64_t n, double chance)
{
    double low = 0, high = 1;

    for (int i = 0; i < 100; i++) {
        const double middle = (low + high) / 2;

        if (middle <= 0 || middle >= 1)
            break;
        if (chance_at_most(found, n, middle) > chance)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

void share_interval(uint64_t found, uint64_t n, double confidence, double *low, double *high)
{
    const double outside = (1 - confidence) / 2;

    *low = found == 0 ? 0 : share_at(found - 1, n, 1 - outside);
    *high = found >= n ? 1 : share_at(found, n, outside);
}
