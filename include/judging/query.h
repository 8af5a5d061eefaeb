/* Queries of reports and analysts over the store and over judged Devices, read-only for sure. */
#ifndef PCREPORT_JUDGING_QUERY_H
#define PCREPORT_JUDGING_QUERY_H

#include "domain/cursor.h"
#include "judging/judged.h"

/* What a query can see beside the tables of the store: Devices judged as at as-of, and as at an earlier instant. What
 * is NULL is not there. :since is NULL unless the earlier instant was asked for. */
struct coverage;

struct query_source {
    const struct judged *now;        /* rows of `devices`, `obligations`, `incidents` ..., and the value of :as_of */
    const struct judged *before;     /* rows of `devices_before`, and with `now` of `changes` */
    bool from_nothing;               /* there is no earlier instant to compare with: `devices_before` is empty */
    bool since_asked;                /* :since is the instant of `before` */
    const char *asked_otherwise;     /* the parts of the question in which that of `before` was another, joined by ';';
                                        NULL or "": none */
    const struct coverage *coverage; /* R10, for the view of that name; NULL: it shows kinds of evidence alone */
    /* Where `now` is NULL: what the views of records (`requests`, `evidence`, `certificates`) and :as_of go by. */
    const struct judge_context *context;

    bool documented_only; /* the views that view_about tells, and none of the store's own tables */

    /* Asked often while the query runs: true ends it with ERR_DATA. NULL: nothing does. */
    bool (*stop)(void *stop_ctx);
    void *stop_ctx;
    int64_t memory_max_bytes; /* of all that SQLite takes in this process, from now on; 0: no limit */
};

/* What a view of queries is and has, for people. */
struct view_column {
    const char *name, *type, *sentence;
};
struct view_about {
    const char *name, *sentence;
    const struct view_column *columns;
    size_t column_count;
};
/* The views there are, from 0 in the order in which they are listed, the computed ones first; NULL behind the last. */
const struct view_about *view_about(size_t index);

/* Runs a report's query, read-only for sure. `source` is copied; NULL does for queries of what is stored. Several
 * statements, writes, attach and pragmas are ERR_CONFIG. The query may use the parameters :as_of and :since (ISO 8601
 * text). The caller destroys *out before the store and what `source` points to. */
int store_query(struct store *st, const struct query_source *source, const char *name, const char *sql,
                struct cursor **out, struct err *err);

/* Of a query that sees what is documented only: whether it can be run at all (`since`: beside an earlier instant), and
 * whether it needs judged Devices. Quick: nothing is judged, no row is read. */
int store_query_check(struct store *st, const struct judge_context *ctx, bool since, const char *name, const char *sql,
                      bool *needs_verdicts, struct err *err);

#endif
