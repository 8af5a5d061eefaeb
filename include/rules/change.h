/* R11.2: what became of a Device between what was reported of it and now. Pure. */
#ifndef PCREPORT_RULES_CHANGE_H
#define PCREPORT_RULES_CHANGE_H

#include "rules/judge.h"

/* First match, in this order. Failing is the revised verdict FAIL: so what failed then is PERSISTING, CLEARED or (where
 * it has become UNVERIFIED or PENDING) RECLASSIFIED. */
enum change {
    CHANGE_NONE,
    CHANGE_NEW,          /* fails now, did not then */
    CHANGE_PERSISTING,   /* fails now as then, be the classification another */
    CHANGE_CLEARED,      /* failed then; is PASS or EXCLUDED now */
    CHANGE_COMMISSIONED, /* is Commissioned now, and then was not, or was not in the inventory */
    CHANGE_RECLASSIFIED, /* the verdict or the classification is another, or there was none */
    CHANGES
};

/* How a Device stands at an instant. */
struct standing {
    enum verdict verdict;
    enum classification classification;
    bool commissioned; /* in SMI status Commissioned, at an instant not after as-of */
};

struct standing standing_of(const struct judgement *j, instant as_of);

/* `before` is NULL where the inventory did not name the Device then. */
enum change change_between(const struct standing *before, const struct standing *now);
/* Where nothing was reported before, of any Device: only failures are told of then. */
enum change change_from_nothing(const struct standing *now);

const char *change_word(enum change c); /* "NEW"; "" for CHANGE_NONE */

#endif
