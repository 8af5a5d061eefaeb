/* Waivers: what was agreed not to be asked for. A waived Device keeps its verdict and stays in every count; reports
 * mark it, and show rates as if it did not fail. */
#ifndef PCREPORT_RULES_WAIVER_H
#define PCREPORT_RULES_WAIVER_H

#include "rules/judge.h"

/* What one is for: all that is given must fit. Texts are borrowed. */
struct waiver {
    uint64_t device;     /* 0: any */
    struct text model;   /* empty: any */
    struct party party;  /* that owes it; PARTY_NONE: any */
    bool for_party;      /* a party is given, whether it is known or not */
    int obligation;      /* enum obligation; -1: any */
    instant from, until; /* it holds from `from` on (INSTANT_NONE: always), and no longer at `until` */
};

/* Whether a Device that fails or is unverified is waived: every obligation that is neither MET nor of no matter is
 * covered by a waiver that holds at the as-of of ctx. `model` is that of the inventory. */
bool is_waived(const struct judge_context *ctx, const struct judgement *j, struct text model);

#endif
