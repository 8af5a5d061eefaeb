/* R2: the outcome of a request, or of one row of it. */
#ifndef PCREPORT_RULES_OUTCOME_INT_H
#define PCREPORT_RULES_OUTCOME_INT_H

#include "requests_int.h"

/* What the row's answer says; nothing when it came later than as_of. */
struct answer row_read(const struct request_row *row, struct code_reader *r, instant as_of);

/* Sets outcome and rule from the other fields. */
void attempt_settle(struct attempt *a, const struct code_reader *r, instant as_of);

/* R7: its RequestID names another Device than the one whose request it is said to be. */
bool attempt_is_misaddressed(const struct attempt *a, const struct code_reader *r);

/* A transform step or local delivery: on its way to an attempt, but none (R2.1, R7). */
bool attempt_is_step(const struct attempt *a);

#endif
