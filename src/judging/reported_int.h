/* R11: what a run reports of each Device, as one number, and what is kept of that in the store. */
#ifndef PCREPORT_JUDGING_REPORTED_INT_H
#define PCREPORT_JUDGING_REPORTED_INT_H

#include "rules/change.h"
#include "store/sql.h"

/* What was said of one Device. */
struct said {
    enum verdict verdict, legacy_verdict;
    enum classification classification;
    enum obligation_state states[OBLIGATIONS];
    bool commissioned;
};

/* The same as a number above 0; 0 is for a Device of which nothing was said. Stored: another numbering of the verdicts,
 * classifications or states needs another version of the store. */
typedef uint32_t said_code;
said_code said_pack(const struct judgement *j, instant as_of);
/* false: no such code. */
bool said_unpack(said_code code, struct said *out);
struct standing said_standing(const struct said *s);

/* What was kept of the days up to ?1: the Device, the as-of of the run, the code. */
#define SAID_COLUMNS                                                                                                   \
    "SELECT device, (SELECT max(as_of) FROM main.run WHERE status<70 AND as_of>=day*86400000"                          \
    " AND as_of<(day+1)*86400000), said FROM main.said WHERE day<=?1"

/* The day, since 1970 in UTC, of a run: what the latest run of a day reports counts. */
int64_t day_of_run(instant as_of);

/* What was reported by the runs of the days before one, in the order of the Devices. */
struct reported {
    struct store *store;
    sqlite3_stmt *stmt;
    bool at_end;
    uint64_t device; /* the next one */
    said_code said;
};
int reported_begin(struct reported *r, struct store *st, int64_t before_day, struct err *err);
/* To be asked for ascending Devices. */
int reported_of(struct reported *r, uint64_t device, said_code *out, struct err *err);
void reported_end(struct reported *r);

#endif
