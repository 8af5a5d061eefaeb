/* How many Devices are alike: what the views `device_counts` and `party_counts` show. Counted once for a judged set,
 * since a night asks for it again and again. */
#ifndef PCREPORT_JUDGING_COUNTS_INT_H
#define PCREPORT_JUDGING_COUNTS_INT_H

#include "judged_set_int.h"

/* What Devices that are counted together have in common. Compared as bytes: no padding. */
struct alike {
    uint64_t supplier;
    reason_set reasons;
    uint8_t supplier_kind, type, region, verdict, legacy_verdict, classification, late, excluded;
    uint8_t main_reason;
    uint8_t by_legacy, state, inherited; /* of party_counts, where the party stands for the Supplier; of device_counts
                                            `state` says whether they are waived */
    uint8_t smets, cohort, status, operator_seen; /* of device_counts */
};
_Static_assert(sizeof(struct alike) == sizeof(uint64_t) + sizeof(reason_set) + 16, "no padding, and whole words");

struct count {
    struct alike alike;
    uint64_t devices; /* 0: an empty slot of a table that is being counted */
};

enum counts_kind { COUNTS_OF_DEVICES, COUNTS_OF_PARTIES, COUNTS_KINDS };

/* Ascending, by bytes; lives as long as the judged set. Any thread may ask. */
struct counts {
    const struct count *ptr;
    size_t count;
};
int counts_of(const struct judged *judged, enum counts_kind kind, struct counts *out, struct err *err);

#endif
