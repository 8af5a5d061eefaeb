/* --fail-on WHAT=N: exit status 4 when there are more than N. */
#ifndef PCREPORT_CLI_FAIL_ON_INT_H
#define PCREPORT_CLI_FAIL_ON_INT_H

#include "judging/judged.h"
#include "session_int.h"

extern const struct option_group group_limits;

/* Whether each --fail-on makes sense, before the work: ERR_USAGE. */
int fail_on_check(const struct options *o, struct err *err);

/* Raises EXIT_LIMIT and says why when a limit is passed. Returns how many are. */
unsigned fail_on_apply(struct session *s, const struct judged_totals *totals, uint64_t rejects);

#endif
