/* A nightly run: the Incidents it opens and resolves (R8), and what it records. */
#ifndef PCREPORT_JUDGING_RUN_H
#define PCREPORT_JUDGING_RUN_H

#include "judging/coverage.h"

struct run_account {
    instant as_of;
    uint64_t opened, resolved; /* since the last run of an earlier date */
    uint64_t open;
    struct buf silences_began; /* R10.4: of the log, since the last run of an earlier date, as coverage_list tells them;
                                  owned by the caller of store_run, whatever that returns */
    bool silence_ended;        /* since then */
    bool history_untouched; /* as_of is earlier than the last run's, or than a step of an Incident: none is touched */
    bool earlier_date;      /* so is its date (UTC): nothing is kept */
    instant last; /* of the runs and of the steps of Incidents before this one; INSTANT_NONE: there was none */
    bool changed; /* false: a run for this as-of was there and nothing is different */
};
/* One transaction: steps every CHF's Incident and records the run. A run
 * for a date earlier than the last one's keeps nothing. With dry_run nothing is kept either. The coverage is of the
 * same as-of; NULL: the log is not looked at. */
int store_run(struct store *st, const struct judged *j, const struct coverage *coverage, bool dry_run,
              struct run_account *out, struct err *err);

/* How a run went, once it is over; what it read the store knows by the files. */
struct run_end {
    instant as_of, started_at;
    int64_t milliseconds; /* it took */
    int status;           /* it ends with */
    uint64_t alarms;      /* what the night is to be looked at for */
    const char *question; /* what was asked beside as-of: lines "PART=VALUE"; NULL: nobody asks */
};

/* Keeps what the run reported of each Device (R11), which is so only now that its folder is in place, and remembers how
 * it went with the run of this as-of, where one is recorded; a run that changed nothing (account->changed, which what
 * is kept raises) and ended with the same status and alarms to the same question, went wrong, or is of an earlier date
 * leaves what is remembered of the one before. Runs as at a later hour of the date, in whose place its folder is, are
 * forgotten. `j` NULL: it went wrong and reported nothing. A transaction of its own. */
int store_run_ended(struct store *st, const struct judged *j, const struct run_end *e, struct run_account *account,
                    struct err *err);

/* Appends the parts of the question that the run as at `run` was asked otherwise, joined by ';'. Both questions have
 * the same parts in the same order, but that an older one may end sooner; nothing is appended where that of the run is
 * not known. */
int store_question_changed(struct store *st, instant run, const char *question, struct buf *out, struct err *err);

/* The last run of a date (UTC) before that of as_of, where it told nobody what it found: its status is 70 or more, or
 * -1 where it did not end. as_of INSTANT_NONE: it ended well, or there is none. */
struct run_left {
    instant as_of;
    int status;
};
int store_run_left(struct store *st, instant as_of, struct run_left *out, struct err *err);

/* The as-of of the latest run of a date (UTC) before that of as_of that ended (store_run_ended) with a status below 70;
 * INSTANT_NONE where there is none. */
int store_previous_run(struct store *st, instant as_of, instant *out, struct err *err);

/* The as-of of the latest run of a date before that of as_of, however it ended; INSTANT_NONE where there is none. */
int store_last_run(struct store *st, instant as_of, instant *out, struct err *err);

#endif
