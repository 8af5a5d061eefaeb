/* What pcreport sql is made of. */
#ifndef PCREPORT_CLI_SQL_INT_H
#define PCREPORT_CLI_SQL_INT_H

#include "base/err.h"
#include "domain/cursor.h"
#include "output/report.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;

struct sql_rows {
    struct cursor base;  /* the rows, to be written */
    struct cursor *rows; /* borrowed: of the query */
    struct report_column *columns;
    size_t column_count;
    uint64_t most; /* rows; 0: no limit */
    uint64_t count;
    uint64_t there; /* ROWS_UNCOUNTED where there were more */
    bool cut;       /* likewise */
};

/* Names the columns: as the query does, but for anything other than ASCII letters, digits and '_', which becomes '_';
 * "column_3" for one without a name; with "_2" at the end for the second of a name. */
int sql_rows_begin(struct sql_rows *s, struct cursor *rows, uint64_t most, struct err *err);
void sql_rows_end(struct sql_rows *s);

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

/* For struct query_source. */
bool sql_watch_stops(void *watch);

/* While it goes on, or after its end. */
enum watch_why sql_watch_why(struct sql_watch *w);
void sql_watch_end(struct sql_watch *w);

/* Names the views there are, or describes the one that is named. ERR_USAGE: there is none of the name. */
int sql_show_views(const struct session *s, struct err *err);

#endif
