/* Chance without state: every draw is a function of the seed, of what it is for, and of its number. */
#ifndef PCREPORT_SIMULATE_DICE_INT_H
#define PCREPORT_SIMULATE_DICE_INT_H

#include <stdbool.h>
#include <stdint.h>

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15) /* 2^64 divided by the golden ratio */

/* What a series of draws is for: one more use in one series leaves the others as they are. */
enum purpose {
    FOR_PREMISES = 1,
    FOR_POINT,
    FOR_DEVICE,
    FOR_STEPS,
    FOR_CHECKS,
    FOR_LOOK,
    FOR_LOG,
    FOR_IDENTIFIER,
    FOR_SHARES,
    FOR_MISSING,
    FOR_BACKGROUND,
    FOR_SWITCH,
    FOR_PIECES,
    FOR_ARRIVAL
};

struct dice {
    uint64_t key;
    uint64_t drawn;
};

static inline uint64_t dice_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static inline struct dice dice_for(uint64_t seed, uint64_t subject, enum purpose purpose)
{
    return (struct dice){dice_mix(dice_mix(seed + GOLDEN) ^ dice_mix(subject * GOLDEN + (uint64_t)purpose)), 0};
}

static inline uint64_t dice_next(struct dice *d)
{
    return dice_mix(d->key + ++d->drawn * GOLDEN);
}

/* 0 to n - 1 */
static inline uint32_t dice_below(struct dice *d, uint32_t n)
{
    return (uint32_t)((dice_next(d) >> 32) * n >> 32);
}

/* least to most, both included */
static inline int64_t dice_between(struct dice *d, int64_t least, int64_t most)
{
    return least + (int64_t)dice_below(d, (uint32_t)(most - least + 1));
}

static inline bool dice_percent(struct dice *d, uint32_t percent)
{
    return dice_below(d, 100) < percent;
}

#endif
