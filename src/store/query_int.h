/* Queries: what a connection of theirs is kept to. */
#ifndef PCREPORT_STORE_QUERY_INT_H
#define PCREPORT_STORE_QUERY_INT_H

#include "store_int.h"

/* Sets SQLite's limits for a connection of a query, and those of the source, which is borrowed by the connection. */
void query_limit(sqlite3 *db, struct query_source *source);

#endif
