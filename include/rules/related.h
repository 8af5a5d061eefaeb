/* R9: exceptions beside the obligations: Network Operator credentials (R9.1), joins that the Smart Metering Inventory
 * and the Device Log tell differently (R9.2), SMETS1 firmware refused (R9.3). They have no part in any verdict. Pure.
 */
#ifndef PCREPORT_RULES_RELATED_H
#define PCREPORT_RULES_RELATED_H

#include "rules/judge.h"

/* ---- R9.1 ---- */

enum slot_state {
    SLOT_UNSEEN,   /* nothing shows what it holds, or nobody is registered to compare with */
    SLOT_RIGHT,    /* a certificate of the registered Network Operator */
    SLOT_REPLACED, /* seen to be wrong or empty, and replaced with success since */
    SLOT_EMPTY,    /* no certificate (the virtual anchor slot of a SMETS1 Device) */
    SLOT_WRONG,    /* a certificate of anybody else */
    SLOT_STATES
};

/* A Network Operator cell, or for SMETS1 the virtual anchor slot that stands for it at the S1SP. */
struct slot {
    struct cell_kind kind;
    enum slot_state state;
    uint64_t subject;   /* whom its certificate names; 0: not known, or none */
    instant seen_at;    /* INSTANT_NONE: never */
    struct action mend; /* where WRONG or EMPTY: who can correct it, and by which SRV */
};

struct operator_exception {
    bool found; /* some slot is WRONG or EMPTY, or a 6.15.1 was refused and none succeeded since */
    bool seen;  /* of some slot it is known what it holds */
    uint8_t slot_count;
    struct slot slots[CRITERIA_CELLS_MAX];
    bool in_repository; /* the registered Network Operator has certificates to put there */
    uint32_t refusals;  /* 6.15.1 refused with S1VE4 or S1VE64 since the last that succeeded */
    instant refused_at; /* the last of them */
    uint64_t refused_user;
    struct text refused_code; /* borrowed from the records */
};

/* ---- R9.2 ---- */

/* A join (8.7.1, 8.7.2) or unjoin (8.8.1, 8.8.2). The code is borrowed from the records. */
struct join_message {
    srv_code srv;
    uint64_t user;
    instant requested_at;
    enum outcome outcome;
    struct text code;
};

struct join_exception {
    uint64_t device; /* the one that was asked to join, where only possible that which was asked to unjoin */
    uint64_t other_device;
    bool possible;             /* the log holds no join of the pair, but an unjoin was refused for want of one */
    struct join_message join;  /* the ambiguous one that nothing confirmed; unset where only possible */
    struct join_message later; /* the last sign of a disagreement: a join that FAILED, or an unjoin refused */
    uint32_t later_count;      /* how many such signs there are */
    instant log_changed_at;    /* an alert 8F12 in between: the join worked; INSTANT_NONE: none came */
};

/* ---- R9.3 ---- */

/* Of a SMETS1 Device: a SRV 11.1 that was refused, or a SRV 11.3 for as long as it is in progress. */
struct firmware_message {
    bool refused; /* the 11.1 */
    uint64_t user;
    instant requested_at;
    instant until;    /* of a refusal: when it was refused; else the first instant at which it is over */
    struct text code; /* of a refusal, borrowed from the records */
};

/* Whether a 11.3 to a Device on the same HAN is why a 11.1 was refused. */
bool firmware_blocks(const struct firmware_message *activation, const struct firmware_message *refusal);

/* ---- All of one Device ---- */

/* Arrays lie in the scratch memory. */
struct related {
    struct operator_exception operator;
    const uint64_t *pairs; /* ascending: other Devices, with each of which there may be a join exception (R9.2) */
    size_t pair_count;
    const struct firmware_message *firmware;
    size_t firmware_count;
};

size_t related_scratch_size(const struct device_facts *facts);
/* `j` is what judge_device made of the same facts and context. scratch->size must be at least
 * related_scratch_size(facts); it may be the scratch of judge_device. */
void related_find(const struct device_facts *facts, const struct judge_context *ctx, const struct judgement *j,
                  struct judge_scratch *scratch, struct related *out);

/* R9.2: what the requests to both Devices of a pair come to, and alerts of these and of the hub. An exception of a pair
 * is one of the Device that it names first, so it is found once where every pair of `related` is looked at from each
 * side. */
struct join_pair {
    const struct device_records *device;
    const struct device_records *other, *hub; /* NULL: nothing is stored of it */
    uint64_t other_device;
};
size_t join_pair_scratch_size(const struct join_pair *pair);
bool join_pair_find(const struct join_pair *pair, const struct judge_context *ctx, struct judge_scratch *scratch,
                    struct join_exception *out);

const char *slot_state_word(enum slot_state s); /* "WRONG"; "UNSEEN" */

#endif
