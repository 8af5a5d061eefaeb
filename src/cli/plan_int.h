/* Which Devices to look at first, and what a random sample of them tells. Pure. */
#ifndef PCREPORT_CLI_PLAN_INT_H
#define PCREPORT_CLI_PLAN_INT_H

#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An UNVERIFIED Device that reads alone settle: it takes each of them. */
struct plan_device {
    uint64_t id;
    instant commissioned_at;
    bool is_hub;
    size_t first, reads; /* its reads in the list of all */
};

/* Orders the Devices so that any beginning of them is the most that so many reads can settle: each counts one, so those
 * that take fewest reads come first; among them hubs, then the oldest. */
void plan_order(struct plan_device *devices, size_t count);
/* How many of the ordered Devices a budget of reads settles; 0: there is no budget. No plan settles more. */
size_t plan_within(const struct plan_device *devices, size_t count, uint64_t budget);

/* Puts a random sample of `wanted` Devices (at most all) in front, in random order: the same for the same seed,
 * whatever order they came in. Returns how many there are. */
size_t plan_sample(struct plan_device *devices, size_t count, size_t wanted, uint64_t seed);

/* The exact (Clopper-Pearson) two-sided interval of a share of which `found` of `n` were seen, n > 0; confidence as
 * 0.95. */
void share_interval(uint64_t found, uint64_t n, double confidence, double *low, double *high);

#endif
