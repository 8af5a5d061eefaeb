/* R6: whose an unmet obligation is, for performance figures and a party's own reports. Pure. */
#ifndef PCREPORT_RULES_ATTRIBUTION_H
#define PCREPORT_RULES_ATTRIBUTION_H

#include "rules/judge.h"

/* Whether the party that owes the obligation owes it only since a Change of Supplier. */
bool obligation_is_inherited(const struct judgement *j, enum obligation o);

/* The obligations that are neither MET nor NOT_APPLICABLE: bit 1 << enum obligation. */
unsigned obligations_unmet(const struct judgement *j);

/* R3: the party that the legacy criteria oblige; PARTY_NONE where there is no such criterion. */
struct party legacy_obliged(const struct judge_context *ctx, const struct judgement *j, enum obligation o);

/* How a Device stands in the figures of one party that owes something on it. */
enum account_state {
    ACCOUNT_ON_TIME,    /* the Device passes, completed by its deadline */
    ACCOUNT_LATE,       /* the Device passes, completed after it */
    ACCOUNT_DONE,       /* what the party owes is met, though the Device does not pass */
    ACCOUNT_FAILED,     /* the Device fails, for something that the party owes among others */
    ACCOUNT_UNVERIFIED, /* something that the party owes is unverified, and nothing of it fails */
    ACCOUNT_STATES
};

struct party_account {
    enum account_state state;
    bool inherited; /* FAILED: all that fails of the party's is inherited */
};

/* The account of a Device that is neither EXCLUDED nor PENDING with a party; PARTY_NONE: with nobody, for what is owed
 * while it is not known by whom. false: the party owes nothing on it. */
bool party_account_of(const struct judgement *j, struct party p, struct party_account *out);

#endif
