/* Queries: what a connection of theirs is kept to. */
#ifndef PCREPORT_JUDGING_QUERY_INT_H
#define PCREPORT_JUDGING_QUERY_INT_H

#include "judging/query.h"

#include <sqlite3.h>

/* Sets SQLite's limits for a connection of a query, and those of the source, which is borrowed by the connection. */
void query_limit(sqlite3 *db, struct query_source *source);

/* Whether it is on the list of the functions that a query may call. */
bool query_may_call(const char *function);

#endif
