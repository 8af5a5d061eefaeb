/* A night's folder for people: index.html, which opens anywhere, and run.json, the same as data with the SHA-256 of
 * every file. Both are made of what the store holds as at the run, so the same store and as-of give the same bytes. */
#ifndef PCREPORT_NIGHT_NIGHT_H
#define PCREPORT_NIGHT_NIGHT_H

#include "base/text.h"
#include "judging/coverage.h"
#include "judging/query.h"
#include "output/report.h"

/* What is to be looked at: a sentence, and its sort, a word such as "limit". */
struct night_alarm {
    const char *sort, *text;
};

/* Everything is borrowed. */
struct night_request {
    struct store *store;
    const struct query_source *rows; /* of the reports, so that they and the page say the same */
    const struct judge_context *context;
    instant previous;                    /* of the last run of an earlier date; INSTANT_NONE: there is none */
    uint64_t opened, resolved;           /* Incidents, since that */
    const struct evidence_end *evidence; /* where that of the store ends */
    bool history_untouched;              /* the run is for an instant before the last one's */
    bool earlier_date;                   /* and for a date before */
    const char *asked_otherwise;         /* the parts of the question that are other than in the run before; "": none */
    const struct report *reports;        /* those that were written */
    size_t report_count;
    const struct night_alarm *alarms;
    size_t alarm_count;
    const char *folder;  /* holds the reports already */
    const char *version; /* of the program */
};

/* The tolerances that are breached under the evidence-based criteria, a sentence each, apart by "; "; nothing where
 * none is. */
int night_breaches(struct store *st, const struct query_source *rows, struct buf *out, struct err *err);

/* The files read since the last run of which rows were rejected, "FILE: N of M rows rejected" each, apart by "; ";
 * nothing where there is none. From the store, so that another run of the date says the same. */
int night_rejects(struct store *st, const struct query_source *rows, struct buf *out, struct err *err);

/* The files read since the last run in which there is no record, apart by ", "; nothing where there is none. Of kinds
 * that are never empty where they are whole: inventory, organisations, the log. */
int night_empty_files(struct store *st, const struct query_source *rows, struct buf *out, struct err *err);

/* How many Devices fail that did not at the earlier instant; 0 where there is none. */
int night_new_failures(struct store *st, const struct query_source *rows, uint64_t *out, struct err *err);

/* The service desk's tickets that came since the last run and are about Incidents of pcreport's that there are none of,
 * as a sentence; nothing where there is none. */
int night_strays(struct store *st, const struct query_source *rows, struct buf *out, struct err *err);

/* Writes both files into the folder. */
int night_write(const struct night_request *r, struct err *err);

/* ---- folder.c ---- */

/* Whether the folder of a night may be replaced or removed: there is none, it is empty, or run.json in it lists every
 * other file with its SHA-256. ERR_CREATE names what is somebody else's, or was changed; nothing is touched. */
int night_folder_check(const char *folder, struct err *err);

/* Whether its run left the history as it is, as there was one as at a later instant; false where run.json does not say
 * so. */
int night_folder_left_history(const char *folder, bool *out, struct err *err);

/* ---- tickets.c: what a service desk imports ---- */

/* Of the section [tickets]: a known column and its heading there ("-": it is left out), or for assignment_group,
 * impact, urgency and any other name the text of each row, in which {csp_region} and the like stand for known columns.
 */
struct night_pair {
    const char *key, *value;
    unsigned long line; /* of the configuration */
};

/* Everything is borrowed. */
struct night_tickets_request {
    struct store *store;
    const struct query_source *rows;
    const struct night_pair *columns;
    size_t column_count;
    const char *folder; /* made where it is missing */
    const char *date;   /* of the night, for the names */
};

/* Whether a desk can import by these columns: without the correlation id it would open each Incident again and again,
 * and of two columns of one heading it takes either. ERR_CONFIG with the line of the configuration at `path`. */
int night_tickets_check(const struct night_pair *columns, size_t count, const char *path, struct err *err);

/* Whether what lies in the place of the two files is what night_tickets_write writes, by its columns, or nothing:
 * ERR_CREATE names what may be somebody else's. Of the request the columns, folder and date alone. */
int night_tickets_check_place(const struct night_tickets_request *r, struct err *err);

/* Writes FOLDER/tickets-DATE.csv and .jsonl under temporary names; *count: how many Incidents. */
struct night_tickets;
int night_tickets_write(struct night_tickets **out, const struct night_tickets_request *r, uint64_t *count,
                        struct err *err);
/* Puts both in place. The handle is gone in any case. */
int night_tickets_commit(struct night_tickets *t, struct err *err);
void night_tickets_discard(struct night_tickets *t); /* NULL is allowed */

#endif
