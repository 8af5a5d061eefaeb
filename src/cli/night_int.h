/* One night of pcreport run: what it works with, and what of it has to be looked at. */
#ifndef PCREPORT_CLI_NIGHT_INT_H
#define PCREPORT_CLI_NIGHT_INT_H

#include "fail_on_int.h"
#include "inbox_int.h"
#include "judging/run.h"
#include "judging_int.h"
#include "night/night.h"
#include "output/outfile.h"
#include "reading_int.h"
#include "reports_int.h"

struct run_night {
    struct session *session;
    bool dry_run;
    struct inbox inbox;
    struct reports reports;
    struct formats formats;
    struct judging judging;
    struct store *store; /* NULL in a dry run where there is none */
    struct reading reading;
    struct outdir *out; /* NULL in a dry run */
    char *out_path;
    instant as_of, started_at, previous;
    bool as_of_from_inbox; /* as-of.txt says as_of */
    struct reading_totals read;
    struct judged_totals judged;
    struct run_account account;
    uint64_t left_out; /* reports of analysts that took too much */
    bool reports_changed;
    struct buf question, asked_otherwise; /* what is asked beside as-of; its parts that are other than before */
    struct buf silence;                   /* R10.4: the line about the log's silences; empty: none */
    struct alarms alarms;
    uint64_t kept;                 /* folders of nights that are too old, but hold what is somebody else's */
    struct night_tickets *tickets; /* written, not yet in place; NULL: not asked for */
    struct verdicts verdicts;
    struct run_left left; /* the run before, where it did not end well */
    bool remarks;         /* there is something to tell that no status tells */
};

/* ---- night_alarms.c ---- */

/* All that this night has to be looked at for, before the page that tells it is written. */
int night_raise_alarms(struct run_night *n, const struct query_source *rows, struct err *err);
/* Those of the inbox alone, where nothing is judged. */
int night_inbox_alarms(struct run_night *n, struct err *err);
/* Tells of them what the reading and the inbox have not told themselves. */
void night_tell_alarms(struct run_night *n);

/* ---- night_grounds.c ---- */

/* What its store, its evidence, its as-of and its files have to be looked at for. */
int night_grounds_alarms(struct run_night *n, const struct query_source *rows, struct err *err);

#endif
