/* What became of a Device between two instants, for the report `changes`. Pure. */
#ifndef PCREPORT_RULES_CHANGE_H
#define PCREPORT_RULES_CHANGE_H

#include "rules/judge.h"

/* First match wins. Failing is the revised verdict FAIL: so what fails now is NEW or PERSISTING, and what failed then
 * PERSISTING, CLEARED or (where it has become UNVERIFIED or PENDING) RECLASSIFIED. */
enum change {
    CHANGE_NONE,
    CHANGE_NEW,          /* fails now, did not then or was not judged */
    CHANGE_CLEARED,      /* failed then; is PASS or EXCLUDED now */
    CHANGE_PERSISTING,   /* fails now as then, be the classification another */
    CHANGE_RECLASSIFIED, /* the verdict or the classification is another */
    CHANGES
};

/* How a Device stands at an instant. */
struct standing {
    enum verdict verdict;
    enum classification classification;
};

/* `before` is NULL where nothing was judged before: only failures are told of then. */
enum change change_between(const struct standing *before, const struct standing *now);

const char *change_word(enum change c); /* "NEW"; "" for CHANGE_NONE */

#endif
