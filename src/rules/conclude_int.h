/* From what is known at as-of to states, reasons and actions. */
#ifndef PCREPORT_RULES_CONCLUDE_INT_H
#define PCREPORT_RULES_CONCLUDE_INT_H

#include "parts_int.h"

#define OUTCOME_BIT(o) (1U << (o))
_Static_assert(OUTCOMES <= 32, "a bit for each outcome");

bool outcome_is_refusal(enum outcome o); /* FAILED or REJECTED */

/* R4.7: how an open part stands. */
struct standpoint {
    enum obligation_state state;
    enum rule rule;
    bool unclear;      /* R4.0, R4.3 */
    bool gap;          /* LOG_GAP: it is UNVERIFIED for the log's silence */
    instant gap_from;  /* from when on what mended it may be missing, up to the end of the obligation period */
    unsigned doubts;   /* of the ambiguous and AWAITING requests that count for it: bit 1 << outcome */
    unsigned lent;     /* likewise of the untyped ones among them; OUTCOME_SUCCEEDED: leaves it unclear */
    unsigned refusals; /* of the refusals that could concern it */
};

/* What is found about one obligation, kept for its reasons and its action. */
struct finding {
    struct parts parts;
    struct standpoint at[CRITERIA_CELLS_MAX]; /* of the open parts */
    bool implied;                             /* R4.1: MET only through device-certificates */
    bool exempt;                              /* R4.3: NO_NOT_IN_REPOSITORY */
    bool unregistered;                        /* R4.3: no Network Operator registered at as-of */
    bool gap;                                 /* R4.5: a failed check, and then the log was silent */
    bool waiting;                             /* R4.7: a future-dated command for it has yet to be executed */
};

/* Of R4.1 to R4.6, the one that says when it is met. */
enum rule obligation_rule(enum obligation o);

/* Sets state, rule, owed_by and refs of every obligation (R4). */
void conclude(const struct inquiry *q, struct finding findings[OBLIGATIONS], struct judgement *j);

/* ambiguity.c: R4.7 for an obligation whose parts are in f->parts, and of which some are open. */
void settle_open_parts(const struct inquiry *q, enum obligation o, struct finding *f, struct obligation_judgement *out);

void add_ref(struct obligation_judgement *o, struct evidence_ref ref);

/* coverage.c: R10.2, R10.3. Whether the log is silent for the obligation somewhere between two instants. */
bool log_is_silent(const struct inquiry *q, enum obligation o, instant from, instant to);
instant obligation_period_end(const struct inquiry *q);

/* Who owes what is owed by the Supplier, or by the DCC, as at as-of (R4). */
struct party owing(const struct inquiry *q, enum owed_by owed_by);
/* R5: whether it is owed by a party that is asked about. */
bool in_scope(const struct inquiry *q, enum owed_by owed_by);

/* reasons.c: R6. Needs the verdicts. */
void give_reasons(const struct inquiry *q, const struct finding findings[OBLIGATIONS], struct judgement *j);

/* conclude.c: the next action of every obligation that is not MET. */
void give_actions(const struct inquiry *q, const struct finding findings[OBLIGATIONS], struct judgement *j);

/* judge.c: what is known of a Device at as-of, ready to conclude from. false: it is EXCLUDED, and nothing is known. */
bool inquire(struct inquiry *q, const struct device_facts *facts, const struct judge_context *ctx,
             struct judge_scratch *scratch);

#endif
