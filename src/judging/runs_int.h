/* What the parts of a nightly run share. */
#ifndef PCREPORT_JUDGING_RUNS_INT_H
#define PCREPORT_JUDGING_RUNS_INT_H

#include "judged_set_int.h"
#include "judging/run.h"
#include "store/sums.h"

/* The as-of of the last run before an instant that ended: it has a status once its folder is in place, and none from 70
 * on says that the run itself went wrong. What another run found was told to nobody, so that no night compares with it.
 */
#define RUN_WENT_WRONG       70
#define PREVIOUS_RUN(before) "SELECT max(as_of) FROM main.run WHERE status<70 AND as_of<" before

struct run {
    struct store *store;
    const struct judged *judged;
    instant as_of;
    instant previous; /* of the last run of an earlier date that ended; INSTANT_NONE: none */
    bool dry;         /* nothing is written: what would have been is counted */
    uint64_t would_open, would_resolve;
    sqlite3_stmt *find, *put;
    const struct coverage *coverage; /* NULL: the log is not looked at */
    struct buf silences;             /* their beginnings, as coverage_list tells them */
    int64_t last_file;               /* the number of the last file in the store */
    struct sums sums;
    struct run_account *account;
};

/* openings.c: R8: what a CHF with an open Incident was when it was opened, by what is known now, under the criteria
 * that opened it; ascending. VERDICTS:
 * nothing was known of it. To be released whatever openings_judge returns. */
struct opening {
    uint64_t device;
    enum verdict verdict;
};
struct openings {
    struct opening *ptr;
    size_t count;
};
int openings_judge(struct openings *out, const struct run *r, struct err *err);
enum verdict openings_verdict(const struct openings *o, uint64_t device); /* VERDICTS: it has none open */
void openings_release(struct openings *o);

/* reported.c: keeps what the run reports of each Device where the runs of earlier days said otherwise, in place of
 * what another run of the day kept. */
int reported_keep(struct run *r, struct err *err);

#endif
