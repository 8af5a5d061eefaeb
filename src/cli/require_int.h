/* --require KIND=HOURS and [run] require (R10.4): exit status 4 where the newest evidence of a kind is older. */
#ifndef PCREPORT_CLI_REQUIRE_INT_H
#define PCREPORT_CLI_REQUIRE_INT_H

#include "session_int.h"
#include "store/store.h"

/* Whether each makes sense, before the work: ERR_USAGE, ERR_CONFIG. */
int require_check(const struct session *s, struct err *err);

/* Raises EXIT_LIMIT and says why where one is not met at as_of; adds to *passed how many are not. */
int require_apply(struct session *s, struct store *store, instant as_of, unsigned *passed, struct err *err);

#endif
