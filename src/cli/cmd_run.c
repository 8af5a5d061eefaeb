/* pcreport run: the nightly job. */
#include "base/file.h"
#include "commands_int.h"
#include "keep_int.h"
#include "night_int.h"
#include "reports_int.h"
#include "tickets_int.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_spec specs[] = {
    {"inbox", 0, "DIR", "the folder whose files are ingested; they are left there, unless [run] after says otherwise"},
    {"out", 0, "DIR",
     "the folder in which a folder for the date of as-of is made, or made anew where it holds only what a run wrote"},
    {"format", 0, "FORMAT", "{words} (default: csv); several are joined by commas"},
    {"require", 0, "KIND=HOURS",
     "exit with 4 when the newest evidence of this kind, such as srv-audit, is older than so many hours before as-of; "
     "may "
     "be repeated"},
    {"tickets", 0, "DIR",
     "also write there what a service desk imports: the Incidents that are new, updated or resolved, as CSV and as "
     "JSON "
     "Lines"},
    {"dry-run", 0, NULL, "read the inbox and judge the store as it stands, but write nothing"},
};
static const struct option_group group_run = {"Running", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group_run,     &group_report_dir, &group_reading,
                                                    &group_judging, &group_limits,     NULL};

/* All that can be wrong before anything is touched. */
static int prepare(struct run_night *n, struct err *err)
{
    const struct options *const o = &n->session->options;
    const char *const inbox = options_value(o, "inbox");

    if (inbox == NULL || options_value(o, "out") == NULL)
        return err_set(err, ERR_USAGE, "give both --inbox=DIR, with the files to read, and --out=DIR, for the reports");
    if (o->operand_count > 0)
        return err_set(err, ERR_USAGE, "'%s' is one word too many: run reads the files of --inbox", o->operands[0]);
    n->dry_run = options_has(o, "dry-run");
    if (inbox_check_paths(n->session, inbox, err) < 0 || formats_read(&n->formats, n->session, err) < 0 ||
        fail_on_check(n->session, true, err) < 0 || require_check(n->session, err) < 0 ||
        tickets_check(n->session, err) < 0 || inbox_check(n->session, err) < 0 || session_hold(n->session, err) < 0)
        return -1;
    if (judging_begin(&n->judging, n->session, err) < 0)
        return -1;
    return reports_load(&n->reports, n->session, err);
}

static int open_out(struct run_night *n, struct err *err)
{
    const char *const out = options_value(&n->session->options, "out");
    char date[INSTANT_TEXT_SIZE];

    instant_format_date(n->as_of, date);
    n->out_path = path_join(out, date, err);
    if (n->out_path == NULL)
        return -1;
    if (n->dry_run)
        return 0;
    if (make_folder(out, err) < 0 || night_folder_check(n->out_path, err) < 0 ||
        tickets_check_folder(n->session, date, err) < 0 || inbox_check_done(&n->inbox, n->session, n->as_of, err) < 0)
        return -1;
    return outdir_create(&n->out, n->out_path, err);
}

/* The store comes first: another run is told of at once. */
static int open_all(struct run_night *n, struct err *err)
{
    const char *const db = session_db(n->session);
    instant said = INSTANT_NONE;
    bool is_new = false;

    if (!n->dry_run && (store_open(&n->store, db, STORE_WRITE, err) < 0 || store_is_empty(n->store, &is_new, err) < 0))
        return -1;
    if (is_new)
        session_note(n->session, "made the new store '%s'", db);
    if (n->dry_run && access(db, F_OK) == 0 && store_open(&n->store, db, STORE_READ, err) < 0)
        return -1;
    if (inbox_list(&n->inbox, n->session, options_value(&n->session->options, "inbox"), n->store, err) < 0)
        return -1;
    if (!options_has(&n->session->options, "as-of") && inbox_as_of(&n->inbox, &said, err) < 0)
        return -1;
    n->as_of_from_inbox = said != INSTANT_NONE;
    if (judging_as_of(n->session, said, &n->as_of, err) < 0 ||
        (n->store != NULL && judging_check_parties(&n->judging, n->session, n->store, n->as_of, err) < 0))
        return -1;
    return open_out(n, err);
}

static int ingest(struct run_night *n, struct err *err)
{
    if (reading_begin(&n->reading, n->session, n->store, TONE_NIGHT, err) < 0)
        return -1;
    if (inbox_ingest(&n->inbox, &n->reading, err) < 0)
        return -1;
    if (!n->dry_run && reading_store(&n->reading, err) < 0)
        return -1;
    reading_tell(&n->reading, !n->dry_run);
    if (n->store != NULL && store_previous_run(n->store, n->as_of, &n->previous, err) < 0)
        return -1;
    if (inbox_judge(&n->inbox, &n->reading, n->as_of, n->previous, err) < 0)
        return -1;
    n->remarks = inbox_tell(&n->inbox, n->session);
    n->read = reading_totals(&n->reading);
    n->read.known += n->inbox.unchanged;
    n->read.refused += n->inbox.refused_unread;
    return n->dry_run ? 0 : inbox_keep(&n->inbox, n->store, err);
}

/* ---- Judging ---- */

static int write_page(struct run_night *n, const struct query_source *rows, struct err *err)
{
    const struct night_request page = {
        .store = n->store,
        .rows = rows,
        .context = &n->judging.context,
        .previous = n->previous,
        .opened = n->account.opened,
        .resolved = n->account.resolved,
        .evidence = &n->judging.evidence,
        .history_untouched = n->account.history_untouched,
        .asked_otherwise = buf_cstr(&n->asked_otherwise),
        .earlier_date = n->account.earlier_date,
        .reports = n->reports.ptr,
        .report_count = n->reports.count,
        .alarms = n->alarms.ptr,
        .alarm_count = n->alarms.count,
        .folder = outdir_path(n->out),
        .version = PCREPORT_VERSION,
    };

    return night_write(&page, err);
}

static int write_reports(struct run_night *n, const struct query_source *rows, const struct report_about *about,
                         struct err *err)
{
    char text[COUNT_TEXT_SIZE];
    const struct config *const c = &n->session->config;
    const struct own_limits own = {.session = n->session,
                                   .seconds = c->own_seconds < 0 ? OWN_SECONDS : (uint64_t)c->own_seconds,
                                   .rows = c->own_rows < 0 ? OWN_ROWS : (uint64_t)c->own_rows,
                                   .left_out = &n->left_out};
    const struct report_source from = {.own = &own, .store = n->store, .rows = *rows, .about = about};
    if (write_all_reports(&from, &n->reports, &n->formats, outdir_path(n->out), session_threads(n->session), err) < 0)
        return -1;
    if (n->left_out > 0 && alarms_add(&n->alarms, ALARM_REPORT, err, "%s of your own left out, for taking too much",
                                      count_of(n->left_out, "report", "reports", text)) < 0)
        return -1;
    return write_page(n, rows, err);
}

static int write_tickets(struct run_night *n, const struct query_source *rows, struct err *err)
{
    char date[INSTANT_TEXT_SIZE];
    uint64_t count;

    if (!options_has(&n->session->options, "tickets"))
        return 0;
    instant_format_date(n->as_of, date);
    if (tickets_write(&n->tickets, n->session, n->store, rows, date, &count, err) < 0)
        return -1;
    json_count(&n->session->summary, "tickets", count);
    return 0;
}

static int put_in_place(struct run_night *n, struct err *err)
{
    struct outdir *const out = n->out;
    struct night_tickets *const tickets = n->tickets;

    if (out != NULL && night_folder_check(n->out_path, err) < 0)
        return -1;
    n->out = NULL;
    if (out != NULL && outdir_commit(out, &n->reports_changed, err) < 0)
        return -1;
    n->tickets = NULL;
    return tickets != NULL ? night_tickets_commit(tickets, err) : 0;
}

/* R11.2: whether Devices can stand otherwise since the run before only as another question is asked. */
static int compare_questions(struct run_night *n, struct err *err)
{
    question_write(&n->judging, &n->question);
    if (n->question.failed)
        return err_nomem(err);
    return n->dry_run ? 0
                      : store_question_changed(n->store, n->previous, buf_cstr(&n->question), &n->asked_otherwise, err);
}

static int judge(struct run_night *n, struct err *err)
{
    const struct judging_means means = {session_threads(n->session), n->reading.temp_dir, progress_phase,
                                        &n->reading.progress};
    struct verdicts *const v = &n->verdicts;
    struct about about = {0};
    int rc = -1;

    if (n->store == NULL) /* a dry run without a store has nothing to judge */
        return night_inbox_alarms(n, err);
    if (judging_aim(&n->judging, n->session, n->store, n->as_of, err) == 0 &&
        judging_tell_grounds(n->session, &n->judging, n->store, err) == 0 && compare_questions(n, err) == 0 &&
        judging_judge_night(&n->judging, n->store, n->dry_run ? INSTANT_NONE : n->previous, &means, v, err) == 0) {
        /* A first run has no other to compare with: all that fails is new then. */
        const struct query_source rows = {.now = v->now,
                                          .before = v->before,
                                          .from_nothing = v->before == NULL,
                                          .asked_otherwise = buf_cstr(&n->asked_otherwise),
                                          .coverage = &n->judging.coverage};

        n->judged = judged_totals(v->now);
        rc = judging_coverage_line(&n->judging, n->session, v->now, &n->silence, err);
        if (rc == 0)
            rc = store_run_left(n->store, n->as_of, &n->left, err);
        if (rc == 0)
            rc = store_run(n->store, v->now, &n->judging.coverage, n->dry_run, &n->account, err);
        if (rc == 0)
            rc = night_raise_alarms(n, &rows, err);
        if (rc == 0 && !n->dry_run)
            rc = about_gather(&about, n->session, &n->judging, n->store, n->reading.temp_dir, err);
        if (rc == 0 && !n->dry_run)
            rc = write_reports(n, &rows, &about.told, err);
        if (rc == 0 && !n->dry_run)
            rc = write_tickets(n, &rows, err);
    }
    about_release(&about);
    if (rc == 0)
        rc = put_in_place(n, err);
    progress_clear(&n->reading.progress);
    return rc;
}

static void add_incidents(struct buf *b, const struct run_account *a)
{
    buf_printf(b, "; Incidents: %" PRIu64 " opened, %" PRIu64 " resolved, %" PRIu64 " open", a->opened, a->resolved,
               a->open);
    if (a->history_untouched)
        buf_printf(b, " (left as they are: a run as at a later instant was there%s)",
                   a->earlier_date ? "" : ", and what that reported is replaced");
}

static void add_verdicts(struct buf *b, const struct judged_totals *t)
{
    char n[7][COUNT_TEXT_SIZE];

    buf_printf(b, "; %s judged: %s pass, %s fail (legacy: %s), %s unverified, %s pending, %s excluded",
               count_of(t->devices, "Device", "Devices", n[0]), count_text(t->verdicts[VERDICT_PASS], n[1]),
               count_text(t->verdicts[VERDICT_FAIL], n[2]), count_text(t->legacy_verdicts[VERDICT_FAIL], n[3]),
               count_text(t->verdicts[VERDICT_UNVERIFIED], n[4]), count_text(t->verdicts[VERDICT_PENDING], n[5]),
               count_text(t->verdicts[VERDICT_EXCLUDED], n[6]));
}

static void summary_fields(struct run_night *n)
{
    struct json_out *const j = &n->session->summary;

    json_instant(j, "as_of", n->as_of);
    json_key(j, "dry_run");
    json_bool(j, n->dry_run);
    reading_json(j, &n->read);
    json_totals(j, &n->judged);
    json_count(j, "incidents_opened", n->account.opened);
    json_count(j, "incidents_resolved", n->account.resolved);
    json_count(j, "incidents_open", n->account.open);
    json_key(j, "silence_began");
    json_bool(j, n->account.silences_began.len > 0);
    json_key(j, "silence_ended");
    json_bool(j, n->account.silence_ended);
    json_pair(j, "asked_otherwise", n->asked_otherwise.len > 0 ? buf_cstr(&n->asked_otherwise) : NULL);
    json_pair(j, "reports", n->dry_run ? NULL : n->out_path);
    json_key(j, "changed");
    json_bool(j, !n->dry_run && (n->read.files > 0 || n->account.changed || n->reports_changed));
}

/* What was told before is told here alone. */
static void add_inbox(struct buf *b, const struct inbox *in)
{
    char n[COUNT_TEXT_SIZE];

    if (in->refused_before > 0)
        buf_printf(b, "; %s refused before", count_of(in->refused_before, "file", "files", n));
    if (in->left_before > 0)
        buf_printf(b, "; %s left alone as before",
                   count_of(in->left_before, "name in the inbox", "names in the inbox", n));
}

static void summarise(struct run_night *n)
{
    char at[INSTANT_TEXT_SIZE];
    char read[TOTALS_TEXT_SIZE], kept[COUNT_TEXT_SIZE];
    struct buf b = {0};

    instant_format(n->as_of, at);
    buf_printf(&b, "%s as at %s: %s", n->dry_run ? "dry run" : "run", at,
               reading_totals_text(&n->read, !n->dry_run, read));
    add_inbox(&b, &n->inbox);
    if (n->store != NULL) {
        add_verdicts(&b, &n->judged);
        add_incidents(&b, &n->account);
    }
    if (n->kept > 0)
        buf_printf(&b, "; %s older than keep_reports stay%s, as not all in %s is what the run wrote",
                   count_of(n->kept, "folder", "folders", kept), n->kept > 1 ? "" : "s", n->kept > 1 ? "them" : "it");
    if (n->silence.len > 0)
        buf_printf(&b, "; %s", buf_cstr(&n->silence));
    if (n->dry_run)
        buf_add_str(&b, "; nothing was written, and Devices were judged without the inbox");
    else if (n->read.files == 0 && !n->account.changed && !n->reports_changed)
        buf_printf(&b, "; nothing changed, reports in %s stay", n->out_path);
    else
        buf_printf(&b, "; reports in %s", n->out_path);
    summary_fields(n);
    say_summary(n->session, SUMMARY_TO_STDOUT, "%s", buf_cstr(&b));
    buf_release(&b);
}

/* How the run went, for the view `runs`. */
static int remember_end(struct run_night *n, const struct judged *reported, enum exit_status status, struct err *err)
{
    const struct run_end end = {.as_of = n->as_of,
                                .started_at = n->started_at,
                                .milliseconds = instant_now() - n->started_at,
                                .status = (int)status,
                                .alarms = n->alarms.count,
                                .question = buf_cstr(&n->question)};

    n->account.changed = n->account.changed || n->read.files > 0;
    return store_run_ended(n->store, reported, &end, &n->account, err);
}

/* What is to become of what was read and of old folders; then the run has ended. */
static int end_run(struct run_night *n, struct err *err)
{
    if (n->dry_run)
        return 0;
    if (inbox_put_away(&n->inbox, n->session, n->as_of, err) < 0 ||
        keep_reports(n->session, options_value(&n->session->options, "out"), n->as_of, &n->kept, err) < 0)
        return -1;
    return remember_end(n, n->verdicts.now, n->session->status, err);
}

/* It tells nobody what it found, and the store is to say how it ended; where even that fails, that it did not. */
static void go_wrong(struct run_night *n, const struct err *why)
{
    struct err ignored = {0};

    if (!n->dry_run && n->store != NULL)
        (void)remember_end(n, NULL, exit_status_worse(n->session->status, exit_status_of(why->code)), &ignored);
}

static int run(struct session *s, struct err *err)
{
    struct run_night n = {.session = s, .started_at = instant_now()};
    int rc = -1;

    if (prepare(&n, err) == 0 && open_all(&n, err) == 0 && ingest(&n, err) == 0 && judge(&n, err) == 0) {
        night_tell_alarms(&n);
        rc = end_run(&n, err);
        summarise(&n);
    }
    if (rc < 0)
        go_wrong(&n, err);
    verdicts_release(&n.verdicts);
    night_tickets_discard(n.tickets);
    outdir_discard(n.out);
    reading_end(&n.reading);
    store_close(n.store);
    judging_end(&n.judging);
    reports_release(&n.reports);
    inbox_release(&n.inbox);
    buf_release(&n.silence);
    buf_release(&n.account.silences_began);
    buf_release(&n.question);
    buf_release(&n.asked_otherwise);
    alarms_release(&n.alarms);
    free(n.out_path);
    return rc;
}

const struct command command_run = {
    .name = "run",
    .usage = "--inbox=DIR --out=DIR [OPTION...]",
    .summary = "the nightly job: ingests what is new, judges, updates Incidents, writes every report",
    .about =
        "Ingests the files of the inbox that are not stored yet, judges every Device, opens and resolves Incidents "
        "for Communications Hub Functions, and writes every report into a folder for the date, which appears whole "
        "or not at all. A file 'as-of.txt' in the inbox says as at which instant, where --as-of does not. Running "
        "it again for the same instant changes nothing. With --quiet a good night prints nothing, and any other all "
        "that "
        "a person needs to know: cron mails what is printed.",
    .example = "  pcreport run --db=/var/lib/pcreport/store.db --inbox=/srv/inbox --out=/srv/reports\n"
               "  pcreport run --inbox=sample-data --out=out --fail-on=TRUE_FAILURE=100\n",
    .groups = groups,
    .run = run,
};
