/* Watches over a query that may never end: a time limit, and the interrupt of the user. */
#ifndef PCREPORT_CLI_SQL_WATCH_INT_H
#define PCREPORT_CLI_SQL_WATCH_INT_H

#include "base/err.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum watch_why { WATCH_GOES_ON, WATCH_TIME, WATCH_INTERRUPT };

struct sql_watch {
    pthread_t thread;
    uint64_t limit_s; /* 0: none */
    atomic_int why;   /* enum watch_why: from when on the query is to stop */
    atomic_bool done;
    sigset_t mask; /* of signals, as it was */
};

/* From here on SIGINT waits, so that what is half-written can be cleared away: sql_watch_end lets it in. A query that
 * does not stop within two seconds of being asked to (one call of a function can take any time) ends the process with
 * the status of a query that was stopped. ERR_NOMEM: no thread to be had. */
int sql_watch_begin(struct sql_watch *w, uint64_t limit_s, struct err *err);
bool sql_watch_stops(void *watch); /* for struct query_source */
void sql_watch_end(struct sql_watch *w);

#endif
