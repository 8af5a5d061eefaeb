/* What a night has to be looked at for before any verdict: whether its store is the one of the nights before, whether
 * evidence still comes, and whether its as-of and its files are what they are meant to be. */
#include "keep_int.h"
#include "night_int.h"

#include "base/file.h"

#include <stdlib.h>

#define WEEK (7 * INSTANT_DAY)

/* How many whole weeks the evidence has been old for; -1: it is not. Where there is none at all, since the epoch. */
static int64_t weeks_old(const struct evidence_end *e, instant as_of)
{
    const instant at = e->at != INSTANT_NONE ? e->at : 0;

    return e->old ? (as_of - at - EVIDENCE_FRESH_HOURS * INSTANT_HOUR) / WEEK : -1;
}

/* R1: the feed has died: told on the first night that finds it so, and each week after it. */
static int add_evidence_alarm(struct run_night *n, struct err *err)
{
    const struct evidence_end *const now = &n->judging.evidence;
    struct evidence_end before = {.old = false};
    char text[INSTANT_TEXT_SIZE];

    if (!now->old)
        return 0;
    if (n->previous != INSTANT_NONE && evidence_end(n->store, n->previous, &before, err) < 0)
        return -1;
    if (weeks_old(now, n->as_of) <= weeks_old(&before, n->previous))
        return 0;
    n->remarks = true;
    if (now->at == INSTANT_NONE)
        return alarms_add(&n->alarms, ALARM_EVIDENCE, err, "the store holds no evidence up to as-of");
    instant_format(now->at, text);
    return alarms_add(&n->alarms, ALARM_EVIDENCE, err, "the evidence ends at %s, over %d hours before as-of", text,
                      EVIDENCE_FRESH_HOURS);
}

/* One that nobody writes anew holds every night at one instant. */
static int add_as_of_alarm(struct run_night *n, struct err *err)
{
    char said[INSTANT_TEXT_SIZE], last[INSTANT_TEXT_SIZE];
    instant beyond;

    if (!n->as_of_from_inbox)
        return 0;
    if (evidence_beyond(n->store, n->as_of, &beyond, err) < 0)
        return -1;
    if (beyond == INSTANT_NONE)
        return 0;
    n->remarks = true;
    instant_format(n->as_of, said);
    instant_format(beyond, last);
    return alarms_add(&n->alarms, ALARM_AS_OF, err,
                      "%s says %s, and there is evidence up to %s, which is not looked at: write the instant that is "
                      "meant into it, or take it out of the inbox",
                      n->inbox.as_of_path, said, last);
}

/* What is left where an export breaks off before its first row. */
static int add_empty_alarm(struct run_night *n, const struct query_source *rows, struct err *err)
{
    struct buf files = {0};
    int rc = night_empty_files(n->store, rows, &files, err);

    if (rc == 0 && files.len > 0) {
        n->remarks = true;
        rc = alarms_add(&n->alarms, ALARM_EMPTY, err, "no record in %s", buf_cstr(&files));
    }
    buf_release(&files);
    return rc;
}

/* Of a night that left the history as it is, as there was a run as at a later instant, no store keeps anything. */
static int is_unkept(const struct run_night *n, const char *out, instant folder, bool *unkept, struct err *err)
{
    char date[INSTANT_TEXT_SIZE];
    char *path;
    int rc;

    *unkept = false;
    if (n->account.last == INSTANT_NONE || n->account.last - folder < INSTANT_DAY)
        return 0;
    instant_format_date(folder, date);
    path = path_join(out, date, err);
    rc = path != NULL ? night_folder_left_history(path, unkept, err) : -1;
    free(path);
    return rc;
}

/* The latest night before this one that has a folder and that its store is to know, unless it knows one at least as
 * late; else INSTANT_NONE. */
static int find_unknown(const struct run_night *n, const char *out, instant run, instant *folder, struct err *err)
{
    bool unkept = true;

    for (*folder = n->as_of; unkept;) {
        if (keep_latest(out, *folder, folder, err) < 0)
            return -1;
        if (*folder == INSTANT_NONE || (run != INSTANT_NONE && run >= *folder)) {
            *folder = INSTANT_NONE;
            return 0;
        }
        if (is_unkept(n, out, *folder, &unkept, err) < 0)
            return -1;
    }
    return 0;
}

/* A store that was lost begins anew, and one of an old copy goes on as if the nights since then had not been. */
static int add_store_alarm(struct run_night *n, struct err *err)
{
    const char *const out = options_value(&n->session->options, "out");
    char date[INSTANT_TEXT_SIZE], text[INSTANT_TEXT_SIZE];
    instant folder, run;

    if (n->out == NULL || n->account.history_untouched)
        return 0;
    if (store_last_run(n->store, n->as_of, &run, err) < 0 || find_unknown(n, out, run, &folder, err) < 0)
        return -1;
    if (folder == INSTANT_NONE)
        return 0;
    n->remarks = true;
    instant_format_date(folder, date);
    if (run == INSTANT_NONE)
        return alarms_add(
            &n->alarms, ALARM_STORE, err,
            "the store '%s' knows of no night before this one, while '%s' holds that of %s: Incidents and "
            "what is new begin anew; where the store was lost, or --db is another, put the right one in "
            "its place and run this night again",
            session_db(n->session), out, date);
    instant_format(run, text);
    return alarms_add(&n->alarms, ALARM_STORE, err,
                      "the last night that the store '%s' knows of is as at %s, while '%s' holds that of %s: where the "
                      "store is an old copy, put it in its place again and run the nights since then in order",
                      session_db(n->session), text, out, date);
}

int night_grounds_alarms(struct run_night *n, const struct query_source *rows, struct err *err)
{
    return add_store_alarm(n, err) < 0 || add_evidence_alarm(n, err) < 0 || add_as_of_alarm(n, err) < 0 ||
                   add_empty_alarm(n, rows, err) < 0
               ? -1
               : 0;
}
