/* [run] keep_reports: for how long the folders of nights are kept. */
#ifndef PCREPORT_CLI_KEEP_INT_H
#define PCREPORT_CLI_KEEP_INT_H

#include "base/instant.h"
#include "session_int.h"

/* Removes the folders of nights in `out` that are more than so many days older than as_of, but for the latest of each
 * month. Only a folder whose name is a date and that holds a run.json is one; it stays, and is counted in *stay, where
 * there is more in it than its run wrote. */
int keep_reports(struct session *s, const char *out, instant as_of, uint64_t *stay, struct err *err);

/* The start of the date of the latest night before that of as_of which has a folder in `out`; INSTANT_NONE: none has.
 */
int keep_latest(const char *out, instant as_of, instant *at, struct err *err);

#endif
