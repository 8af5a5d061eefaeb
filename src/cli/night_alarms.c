/* What a night has to be looked at for: what was passed or breached, what came that is of no use, and what nobody was
 * told. */
#include "night_int.h"

#include "base/array.h"

#include <string.h>

int night_inbox_alarms(struct run_night *n, struct err *err)
{
    for (size_t i = 0; i < n->inbox.count; i++) {
        const struct inbox_entry *const e = &n->inbox.ptr[i];
        const char *const slash = strrchr(e->now.path, '/');

        if (!e->is_new)
            continue;
        if (alarms_add(&n->alarms, e->now.fate == INBOX_REFUSED ? ALARM_REFUSED : ALARM_LEFT, err, "%s %s%s",
                       slash != NULL ? slash + 1 : e->now.path, e->now.fate == INBOX_REFUSED ? "was refused: " : "",
                       e->now.why) < 0)
            return -1;
    }
    return 0;
}

static int add_silence_alarm(struct run_night *n, struct err *err)
{
    const bool began = n->account.silences_began.len > 0, ended = n->account.silence_ended;
    struct buf told = {0};
    int rc;

    if (!began && !ended)
        return 0;
    coverage_tell_listed(&n->judging.coverage, buf_cstr(&n->account.silences_began), &told);
    rc = told.failed ? err_nomem(err)
                     : alarms_add(&n->alarms, ALARM_SILENCE, err, "%sa silence of the log %s%s%s",
                                  n->previous != INSTANT_NONE ? "since the last run " : "", began ? "began: " : "ended",
                                  buf_cstr(&told), began && ended ? "; another one ended" : "");
    buf_release(&told);
    return rc;
}

static int add_rejects_alarm(struct run_night *n, const struct query_source *rows, struct err *err)
{
    struct buf files = {0};
    char counts[2][COUNT_TEXT_SIZE];
    int rc = night_rejects(n->store, rows, &files, err);

    /* A run that is not recorded, being dry or of an earlier instant, has no files of its own in the store. */
    if (rc == 0 && files.len == 0 && n->read.rejected > 0)
        buf_printf(&files, "%s of %s rejected", count_text(n->read.rejected, counts[0]),
                   count_of(n->read.rows, "row", "rows", counts[1]));
    if (rc == 0 && files.len > 0)
        rc = alarms_add(&n->alarms, ALARM_REJECTS, err, "%s", buf_cstr(&files));
    buf_release(&files);
    return rc;
}

/* The folder it was writing into tells of a run that was killed before the store knew of it. */
static bool read_left_date(const struct run_night *n, char out[INSTANT_TEXT_SIZE])
{
    const char *const path = n->out != NULL ? outdir_left(n->out) : NULL;
    const char *const dot = path != NULL ? strrchr(path, '/') : NULL;
    char today[INSTANT_TEXT_SIZE];
    size_t len;

    if (dot == NULL)
        return false;
    instant_format_date(n->as_of, today);
    len = strlen(today);
    if (strlen(dot) < len + 2)
        return false;
    memcpy(out, dot + 2, len);
    out[len] = '\0';
    return strcmp(out, today) < 0;
}

static int add_unended_alarm(struct run_night *n, struct err *err)
{
    static const char did_not[] = "did not end, as it was killed or the machine went down: what it found is told now";
    char text[INSTANT_TEXT_SIZE];

    if (n->left.as_of != INSTANT_NONE)
        instant_format(n->left.as_of, text);
    if (n->left.as_of != INSTANT_NONE && n->left.status >= 0)
        return alarms_add(&n->alarms, ALARM_UNENDED, err, "the run as at %s ended with %d: what it found is told now",
                          text, n->left.status);
    if (n->left.as_of == INSTANT_NONE && !read_left_date(n, text))
        return 0;
    n->remarks = true; /* it sent no mail itself */
    return alarms_add(&n->alarms, ALARM_UNENDED, err, "the run %s %s %s",
                      n->left.as_of != INSTANT_NONE ? "as at" : "of", text, did_not);
}

/* A slip in --as-of would stop the history of every night until then. */
static int add_later_alarm(struct run_night *n, struct err *err)
{
    char text[INSTANT_TEXT_SIZE];

    if (!n->account.history_untouched)
        return 0;
    n->remarks = true;
    instant_format(n->account.last, text);
    return alarms_add(&n->alarms, ALARM_LATER, err,
                      "Incidents and history are left as they are, as there was a run as at %s, which is later; where "
                      "that instant was a slip, build the store anew from its files, which pcreport sql 'SELECT name "
                      "FROM files' lists",
                      text);
}

static int add_question_alarm(struct run_night *n, struct err *err)
{
    struct buf told = {0};
    int rc = 0;

    if (n->asked_otherwise.len == 0)
        return 0;
    n->remarks = true;
    question_tell(&n->judging, buf_cstr(&n->asked_otherwise), n->previous, &told);
    rc = told.failed ? err_nomem(err) : alarms_add(&n->alarms, ALARM_QUESTION, err, "%s", buf_cstr(&told));
    buf_release(&told);
    return rc;
}

static int add_strays_alarm(struct run_night *n, const struct query_source *rows, struct err *err)
{
    struct buf told = {0};
    int rc = night_strays(n->store, rows, &told, err);

    if (rc == 0 && told.len > 0) {
        n->remarks = true;
        rc = alarms_add(&n->alarms, ALARM_TICKETS, err, "%s", buf_cstr(&told));
    }
    buf_release(&told);
    return rc;
}

int night_raise_alarms(struct run_night *n, const struct query_source *rows, struct err *err)
{
    struct limit_facts facts = {.totals = n->judged, .rows = n->read.rows, .rejects = n->read.rejected};
    struct buf breached = {0};
    int rc = night_breaches(n->store, rows, &breached, err);

    facts.breached = buf_cstr(&breached);
    if (rc == 0)
        rc = night_new_failures(n->store, rows, &facts.new_failures, err);
    if (rc == 0)
        rc = fail_on_apply(n->session, &facts, &n->alarms, err);
    if (rc == 0 && breached.len > 0 && !fail_on_tolerance(&n->session->options)) /* else it is told as a limit */
        rc = alarms_add(&n->alarms, ALARM_TOLERANCE, err, "tolerance breached: %s", buf_cstr(&breached));
    if (rc == 0)
        rc = require_apply(n->session, n->store, n->as_of, &n->alarms, err);
    if (rc == 0)
        rc = add_silence_alarm(n, err);
    if (rc == 0)
        rc = add_rejects_alarm(n, rows, err);
    if (rc == 0)
        rc = add_unended_alarm(n, err);
    if (rc == 0)
        rc = add_later_alarm(n, err);
    if (rc == 0)
        rc = night_grounds_alarms(n, rows, err);
    if (rc == 0)
        rc = add_question_alarm(n, err);
    if (rc == 0)
        rc = add_strays_alarm(n, rows, err);
    if (rc == 0)
        rc = night_inbox_alarms(n, err);
    buf_release(&breached);
    return rc;
}

/* ---- Telling ---- */

/* Of files that another command read since the last night: a run of this date, one that went wrong or was killed, or
 * ingest. Which it was cannot be told, and the mail of one that was killed was never sent. */
static void tell_earlier_rejects(struct run_night *n, const char *text)
{
    session_raise(n->session, EXIT_REJECTS);
    say_warning(n->session, ABOUT(ROWS_REJECTED), "%s; 'pcreport sql \"SELECT * FROM rejects\"' lists them", text);
}

/* Of those that are told as they stand on the page. */
static const struct {
    const char *sort;
    enum message message;
} told_alike[] = {
    {ALARM_UNENDED, MESSAGE_RUN_UNENDED}, {ALARM_LATER, MESSAGE_RUN_LATER},   {ALARM_AS_OF, MESSAGE_AS_OF_STALE},
    {ALARM_QUESTION, MESSAGE_QUESTION},   {ALARM_STORE, MESSAGE_STORE_OTHER}, {ALARM_EMPTY, MESSAGE_FILE_EMPTY},
    {ALARM_TOLERANCE, MESSAGE_TOLERANCE},
};

static void tell_alarm(struct run_night *n, const struct night_alarm *a)
{
    for (size_t i = 0; i < ARRAY_LEN(told_alike); i++)
        if (strcmp(a->sort, told_alike[i].sort) == 0)
            say_warning(n->session, ((struct about_what){told_alike[i].message, NULL, 0}), "%s", a->text);
    if (strcmp(a->sort, ALARM_SILENCE) == 0)
        say_error(n->session, ABOUT(SILENCE), "%s", a->text);
    else if (strcmp(a->sort, ALARM_TICKETS) == 0)
        say_warning(n->session, ABOUT(TICKET_UNKNOWN), "%s; see them in the report data-quality", a->text);
    else if (strcmp(a->sort, ALARM_REJECTS) == 0 && n->read.rejected == 0)
        tell_earlier_rejects(n, a->text);
}

void night_tell_alarms(struct run_night *n)
{
    alarms_tell(&n->alarms, n->session);
    for (size_t i = 0; i < n->alarms.count; i++)
        tell_alarm(n, &n->alarms.ptr[i]);
    if (n->remarks) /* it is no good night, whatever it ends with */
        session_let_go(n->session);
    if (n->store != NULL && n->judged.devices == 0)
        say_warning(n->session, ABOUT(NOTHING_JUDGED), "nothing was judged: the store holds no inventory extract");
}
