/* What finding requests that are the same, and laying them side by side, share. */
#ifndef PCREPORT_DOMAIN_TWINS_INT_H
#define PCREPORT_DOMAIN_TWINS_INT_H

#include "domain/evidence.h"

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* Where a unit's twins can be: nearly every one is alone there. */
struct place {
    int64_t second;
    uint64_t user_id;
    srv_code srv;
};

/* A request by R7's identity. The unit that stands for several has the fields that any of them gives. */
struct unit {
    size_t first, count; /* its rows */
    size_t stands_for;   /* the unit that stands for it; its own index: itself */
    struct place place;
    int64_t fraction; /* of its second, in milliseconds; 0: not told */
    enum key_usage credential_type;
    enum party_role role;
    instant execution_at;
    struct request_id id;
    bool astray; /* its RequestID names another Device: evidence of nothing, and no twin of any */
};

/* The units that may not be alone at their place. */
struct twins {
    struct unit *units; /* those of one place in the order of their rows */
    struct unit **order;
    size_t count;
};

static inline struct unit *twins_standing_for(const struct twins *t, const struct unit *u)
{
    while (&t->units[u->stands_for] != u)
        u = &t->units[u->stands_for];
    return &t->units[u->stands_for];
}

/* Puts the rows of each unit for which another stands behind those of that one, and notes them as twins. -1 with
 * ERR_NOMEM: the rows are as they were. */
int twins_reorder(struct twins *t, struct device_records *records, struct err *err);

#endif
