/* From what is known at as-of to states, reasons and actions. */
#ifndef PCREPORT_RULES_CONCLUDE_INT_H
#define PCREPORT_RULES_CONCLUDE_INT_H

#include "parts_int.h"

/* R4.7: what the requests for an obligation say about its open parts. Masks have bit 1 << index of the part. */
struct asking {
    unsigned open;
    unsigned disproved;     /* of the open parts */
    unsigned unclear;       /* an ambiguous or AWAITING request could concern it */
    unsigned unclear_after; /* the same, and made after the direct evidence about it */
    unsigned asked;         /* a FAILED or REJECTED request could concern it */
    unsigned outcomes;      /* of the unclear requests that could concern an open part: bit 1 << outcome */
    unsigned refusals;      /* FAILED, REJECTED among the requests for the obligation: bit 1 << outcome */
};
#define OUTCOME_BIT(o) (1U << (o))

bool outcome_is_unclear(enum outcome o); /* ambiguous or AWAITING */

/* What is found about one obligation, kept for its reasons and its action. */
struct finding {
    struct parts parts;
    struct asking asking;
    bool implied;      /* R4.1: MET only through device-certificates */
    bool exempt;       /* R4.3: NO_NOT_IN_REPOSITORY */
    bool unregistered; /* R4.3: no Network Operator registered at as-of */
};

/* Sets state, rule, owed_by and refs of every obligation (R4). */
void conclude(const struct inquiry *q, struct finding findings[OBLIGATIONS], struct judgement *j);

/* ambiguity.c: R4.7 for an obligation that has open parts. */
void settle_open_parts(const struct inquiry *q, enum obligation o, struct finding *f, struct obligation_judgement *out);

void add_ref(struct obligation_judgement *o, struct evidence_ref ref);

/* legacy.c: R3. Sets legacy_met of every obligation; returns whether all are. */
bool legacy_judge(const struct inquiry *q, struct judgement *j);

/* reasons.c: R6. Needs the verdicts. */
void give_reasons(const struct inquiry *q, const struct finding findings[OBLIGATIONS], struct judgement *j);

/* actions.c: the next action of every obligation that is not MET. */
void give_actions(const struct inquiry *q, const struct finding findings[OBLIGATIONS], struct judgement *j);

#endif
