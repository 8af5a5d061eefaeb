/* R4.1 to R4.4: the parts of an obligation (usages or cells) and what is known of each. */
#ifndef PCREPORT_RULES_PARTS_INT_H
#define PCREPORT_RULES_PARTS_INT_H

#include "inquiry_int.h"

enum part_seen {
    PART_UNSEEN,
    PART_PROVED,
    PART_DISPROVED,
    PART_LOSING /* a Supplier cell that the losing party held within the grace (R4.4) */
};

struct part {
    enum part_seen seen;
    bool met; /* proved, or covered by a command, or within the grace */
    enum key_usage key_usage;
    enum cell_usage cell_usage;  /* of a cell */
    const struct mark *evidence; /* the latest direct evidence; NULL: unseen */
    const struct mark *command;  /* the command that covers it, or the latest that might have; NULL: none */
};

struct parts {
    struct part part[CRITERIA_CELLS_MAX];
    size_t count;
};

bool parts_met(const struct parts *p);

void issue_parts(const struct inquiry *q, struct parts *out);            /* R4.1 */
void certificate_parts(const struct inquiry *q, struct parts *out);      /* R4.2 */
void network_operator_parts(const struct inquiry *q, struct parts *out); /* R4.3 */
void supplier_parts(const struct inquiry *q, struct parts *out);         /* R4.4: those that are judged */
void obligation_parts(const struct inquiry *q, enum obligation o, struct parts *out);

/* R4.7: which open parts the success of an unclear or failed request would cover: bit 1 << index. */
unsigned parts_concerned(const struct inquiry *q, enum obligation o, const struct parts *p, const struct attempt *a);
unsigned credentials_concerned(const struct inquiry *q, enum obligation o, const struct parts *p,
                               const struct attempt *a);

/* R4.1, R4.2: the usages, met where the SUCCEEDED requests alone, without any evidence, cover them. */
void credentials_done(const struct inquiry *q, enum obligation o, struct parts *out);

/* R4.2: whether more untyped successes came before `at` than there are usages that nothing disproves. */
bool untyped_contradicted(const struct inquiry *q, const struct parts *p, instant at);

/* R4.3: why a Network Operator cell is disproved. */
enum reason network_operator_cell_reason(const struct inquiry *q, const struct mark *evidence);
bool network_operator_exempt(const struct inquiry *q); /* NO_NOT_IN_REPOSITORY */

/* R4.4: whether the sender's success for role Supplier counts: the party registered at `at`, or the DCC. */
bool supplier_sender_counts(const struct inquiry *q, uint64_t user, instant at);

enum obligation_state communicating_state(const struct inquiry *q); /* R4.5 */
enum obligation_state recovery_state(const struct inquiry *q);      /* R4.6 */

/* Whether the obligation holds a PASS back at q->now: false when MET or not applicable. */
bool obligation_met(const struct inquiry *q, enum obligation o);

#endif
