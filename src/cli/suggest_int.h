/* What somebody may have meant. */
#ifndef PCREPORT_CLI_SUGGEST_INT_H
#define PCREPORT_CLI_SUGGEST_INT_H

#include "base/text.h"

/* How many letters must be added, left out, changed or swapped with a neighbour to make b of a; case does not matter.
 * Words over 63 bytes are compared by their beginnings. */
unsigned suggest_distance(struct text a, struct text b);

/* Whether b may be what was meant by a: a small distance, or one begins with the other. */
bool suggest_near(struct text a, struct text b);

/* The nearest word, NULL when none is near. */
const char *suggest_word(const char *typed, const char *const *words, size_t count);

#endif
