/* R1: who was registered when, and the Changes of Supplier. */
#ifndef PCREPORT_RULES_REGISTRATION_INT_H
#define PCREPORT_RULES_REGISTRATION_INT_H

#include "rules/judge.h"

/* The parties registered from an instant until that of the next tenure. */
struct tenure {
    instant from;
    struct party supplier, network_operator;
};

struct tenures {
    struct tenure *ptr; /* ascending */
    size_t count;
};

#define TENURES_MAX(registrations) (2 * (registrations))

/* From the registrations that begin no later than as_of: at each instant the one that began last of those that cover
 * it, without those of up to a day within another; in a gap of up to a day the one before it. Neighbours may
 * name the same parties. out->ptr has room for TENURES_MAX. */
void tenures_build(struct tenures *out, const struct device_facts *facts, const struct judge_context *ctx);

/* How many tenures have begun by then: the one at an instant is the last of them. */
size_t tenure_index(const struct tenures *t, instant at);

/* The parties registered at an instant; PARTY_NONE where nobody was. */
struct tenure tenure_at(const struct tenures *t, instant at);

/* Whether a Change of Supplier takes place where tenure i begins. */
bool tenure_is_change(const struct tenures *t, size_t i);

#endif
