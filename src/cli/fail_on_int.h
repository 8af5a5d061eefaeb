/* Alarms of a run, and what asks for them: --fail-on WHAT=N and --require KIND=HOURS, exit status 4 where a limit is
 * passed. */
#ifndef PCREPORT_CLI_FAIL_ON_INT_H
#define PCREPORT_CLI_FAIL_ON_INT_H

#include "judging/judged.h"
#include "night/night.h"
#include "session_int.h"
#include "store/store.h"

/* The sorts of alarms. */
#define ALARM_LIMIT     "limit"     /* of --fail-on or --require */
#define ALARM_TOLERANCE "tolerance" /* one is breached */
#define ALARM_REFUSED   "refused"   /* a file */
#define ALARM_REJECTS   "rejects"   /* rows of files */
#define ALARM_LEFT      "left"      /* something in the inbox was left alone */
#define ALARM_UNENDED   "unended"   /* the run before: it did not end, or went wrong */
#define ALARM_TICKETS   "tickets"   /* of Incidents that there are none of */
#define ALARM_REPORT    "report"    /* one of an analyst's own was left out */
#define ALARM_LATER     "later"     /* a run as at a later instant was there */
#define ALARM_STORE     "store"     /* it does not know of the nights before */
#define ALARM_EMPTY     "empty"     /* files without a record */
#define ALARM_EVIDENCE  "evidence"  /* ends long before as-of */
#define ALARM_AS_OF     "as-of"     /* that of as-of.txt lies before evidence that there is */
#define ALARM_QUESTION  "question"  /* the run before was asked another one */
#define ALARM_SILENCE   "silence"   /* of the log, which began or ended */

struct alarms {
    struct night_alarm *ptr; /* the texts are owned, the sorts static */
    size_t count, cap;
};

int alarms_add(struct alarms *a, const char *sort, struct err *err, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Says each limit that was passed and raises EXIT_LIMIT for it. */
void alarms_tell(const struct alarms *a, struct session *s);
void alarms_release(struct alarms *a);

extern const struct option_group group_limits;

/* What limits are held against. */
struct limit_facts {
    struct judged_totals totals;
    uint64_t rows, rejects; /* read, and of them rejected */
    uint64_t new_failures;  /* Devices that fail and did not before; 0 where there is no before */
    const char *breached;   /* the tolerances that are breached, in words; NULL or "": none */
};

/* Whether each --fail-on makes sense, before the work: ERR_USAGE. `compares`: the command knows what is new. */
int fail_on_check(const struct session *s, bool compares, struct err *err);
/* Whether --fail-on TOLERANCE is given. */
bool fail_on_tolerance(const struct options *o);
/* Adds an alarm for each limit that is passed. */
int fail_on_apply(const struct session *s, const struct limit_facts *facts, struct alarms *alarms, struct err *err);

/* ---- --require, [run] require (R10.4): the newest evidence of a kind is older ---- */

/* Whether each makes sense, before the work: ERR_USAGE, ERR_CONFIG. */
int require_check(const struct session *s, struct err *err);

/* Adds an alarm for each that is not met at as_of. */
int require_apply(const struct session *s, struct store *store, instant as_of, struct alarms *alarms, struct err *err);

#endif
