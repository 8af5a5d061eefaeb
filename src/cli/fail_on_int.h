/* --fail-on WHAT=N and --require KIND=HOURS: exit status 4 where a limit is passed. */
#ifndef PCREPORT_CLI_FAIL_ON_INT_H
#define PCREPORT_CLI_FAIL_ON_INT_H

#include "judging/judged.h"
#include "session_int.h"
#include "store/store.h"

extern const struct option_group group_limits;

/* Whether each --fail-on makes sense, before the work: ERR_USAGE. */
int fail_on_check(const struct options *o, struct err *err);

/* Raises EXIT_LIMIT and says why when a limit is passed. Returns how many are. */
unsigned fail_on_apply(struct session *s, const struct judged_totals *totals, uint64_t rejects);

/* ---- --require, [run] require (R10.4): the newest evidence of a kind is older ---- */

/* Whether each makes sense, before the work: ERR_USAGE, ERR_CONFIG. */
int require_check(const struct session *s, struct err *err);

/* Raises EXIT_LIMIT and says why where one is not met at as_of; adds to *passed how many are not. */
int require_apply(struct session *s, struct store *store, instant as_of, unsigned *passed, struct err *err);

#endif
