/* pcreport report: judges every Device and writes reports. */
#include "base/file.h"
#include "commands_int.h"
#include "fail_on_int.h"
#include "filters_int.h"
#include "judging_int.h"
#include "progress_int.h"
#include "reading_int.h"
#include "reports_int.h"
#include "rules/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_spec specs[] = {
    {"list", 0, NULL, "name the reports there are, and do nothing else"},
    {"describe", 0, "NAME", "tell what a report holds, column by column, and its query, and do nothing else"},
    {"format", 0, "FORMAT",
     "{words} (default: what the ending of --out says, else csv; a table on a terminal); several are joined by commas"},
    {"out", 0, "PATH",
     "a file where one report in one format is asked for, or a workbook for several; else a folder (default: one "
     "report goes to standard output)"},
    {"since", 0, "INSTANT", "an earlier instant, for reports that compare with it, such as changes"},
    {"dry-run", 0, NULL, "judge and tell, but write no report"},
};
static const struct option_group group_report = {"Reporting", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {
    &group_report,  &group_report_dir, &group_pseudonyms, &group_judging,
    &group_filters, &group_showing,    &group_limits,     NULL};

/* A report that is written, but not in place yet. */
struct finished {
    const struct report *report;
    const struct writer_ops *format;
    struct outfile *file;
    uint64_t rows, there;
};

/* What one report command was asked for. */
struct request {
    struct session *session;
    const char *only; /* changes: the report that the command is about; NULL: those that the operands name */
    instant since;    /* INSTANT_NONE: no earlier instant */
    struct reports reports;
    const struct report **chosen;
    size_t chosen_count;
    struct formats formats;
    const char *out;              /* NULL: standard output */
    bool out_is_folder, out_made; /* by us */
    bool one_workbook;            /* of several reports */
    bool dry_run;
    struct showing showing;
    struct pseudonyms pseudonyms;
    uint64_t changes[CHANGES];
    uint64_t rows;  /* written, of all reports */
    uint64_t there; /* without --limit */
};

static bool is_chosen(const struct request *q, const struct report *r)
{
    for (size_t i = 0; i < q->chosen_count; i++)
        if (q->chosen[i] == r)
            return true;
    return false;
}

static int choose(struct request *q, struct err *err)
{
    const struct options *const o = &q->session->options;
    const size_t count = q->only != NULL ? 1 : o->operand_count;

    if (count == 0)
        return err_set(err, ERR_USAGE, "name a report: 'pcreport report --list' shows them");
    q->chosen = calloc(count, sizeof(const struct report *));
    if (q->chosen == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < count; i++) {
        const struct report *const r = reports_find(&q->reports, q->only != NULL ? q->only : o->operands[i], err);

        if (r == NULL)
            return -1;
        if (is_chosen(q, r))
            continue;
        q->chosen[q->chosen_count++] = r;
        if (showing_check(&q->showing, r, err) < 0)
            return -1;
    }
    return 0;
}

static bool ends_with_slash(const char *path)
{
    return *path != '\0' && path[strlen(path) - 1] == '/';
}

static int several_files(const struct request *q, struct err *err)
{
    char n[COUNT_TEXT_SIZE];

    return err_set(
        err, ERR_USAGE,
        "--out '%s' is the name of one file, and %s are to be written: give a folder, such as --out=reports/%s", q->out,
        count_text(q->chosen_count * q->formats.count, n),
        q->formats.count == 1 ? ", or --out=FILE.xlsx for a workbook with a sheet each" : "");
}

static int choose_place(struct request *q, struct err *err)
{
    const struct session *const s = q->session;
    bool single, folder;

    q->out = options_value(&s->options, "out");
    if (q->out != NULL && strcmp(q->out, "-") == 0)
        q->out = NULL;
    folder = q->out != NULL && (is_folder(q->out) || ends_with_slash(q->out));
    if (formats_read_for(&q->formats, s, q->chosen_count > 1 && q->out == NULL ? "" : q->out, "csv", err) < 0)
        return -1;
    single = q->chosen_count == 1 && q->formats.count == 1;
    q->one_workbook = q->chosen_count > 1 && q->formats.count == 1 && strcmp(q->formats.ptr[0]->name, "xlsx") == 0 &&
                      q->out != NULL && !folder && format_of_file(q->out);
    if (q->out != NULL && !single && !q->one_workbook && !folder && format_of_file(q->out))
        return several_files(q, err);
    if (q->out == NULL && single && !q->dry_run && format_check_stdout(q->formats.ptr[0], err) < 0)
        return -1;
    q->out_is_folder = q->out != NULL && !q->one_workbook && (!single || folder);
    if (q->out == NULL && !single && !q->dry_run)
        return err_set(err, ERR_USAGE, "standard output takes one report in one format: give --out=DIR for more");
    if (q->out == NULL && s->json && !q->dry_run)
        return err_set(err, ERR_USAGE,
                       "--json puts events on standard output: give --out for the report, or "
                       "--format=json for a report as JSON");
    if (!q->out_is_folder || q->dry_run)
        return 0;
    q->out_made = !is_folder(q->out);
    return make_folder(q->out, err);
}

static void tell_written(struct request *q, const struct report *report, const struct writer_ops *format, uint64_t rows,
                         uint64_t there)
{
    struct event e;

    q->rows += rows;
    q->there += there;
    event_begin(&e, q->session, "report-written");
    json_pair(&e.json, "name", report->name);
    json_pair(&e.json, "format", format->name);
    json_count(&e.json, "rows", rows);
    json_count(&e.json, "rows_there", there);
    event_end(&e, q->session);
}

static int write_one(struct request *q, const struct report_source *all, const struct report *report,
                     const struct writer_ops *format, struct err *err)
{
    struct report_source one = *all, *const from = &one;
    struct pager pager = {0};
    uint64_t rows = 0, there = 0;
    int rc;

    from->there = &there;
    if (q->out == NULL)
        pager_begin(&pager, q->session);
    rc = write_report(from, report, format, q->out, &rows, err);
    pager_end(&pager, q->session);
    if (rc < 0)
        return -1;
    tell_written(q, report, format, rows, there);
    return 0;
}

static int write_in_one(struct request *q, const struct report_source *from, struct err *err)
{
    struct book_rows *const rows = calloc(q->chosen_count, sizeof(*rows));
    int rc;

    if (rows == NULL)
        return err_nomem(err);
    rc = write_report_book(from, q->chosen, q->chosen_count, q->out, rows, err);
    for (size_t i = 0; rc == 0 && i < q->chosen_count; i++)
        tell_written(q, q->chosen[i], q->formats.ptr[0], rows[i].rows, rows[i].there);
    free(rows);
    return rc;
}

/* All of them, or none: what can fail has been done before any is put in place. */
static int put_in_place(struct request *q, struct finished *all, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct outfile *const file = all[i].file;

        all[i].file = NULL;
        if (outfile_commit(file, err) < 0)
            return -1;
        tell_written(q, all[i].report, all[i].format, all[i].rows, all[i].there);
    }
    return 0;
}

static int write_into_folder(struct request *q, const struct report_source *all, struct err *err)
{
    const size_t formats = q->formats.count, count = q->chosen_count * formats;
    struct finished *const finished = calloc(count, sizeof(*finished));
    struct report_source from = *all;
    int rc = finished != NULL ? 0 : err_nomem(err);

    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct finished *const f = &finished[i];

        f->report = q->chosen[i / formats];
        f->format = q->formats.ptr[i % formats];
        from.there = &f->there;
        from.finished = &f->file;
        rc = write_report_into(&from, f->report, f->format, q->out, &f->rows, err);
    }
    if (rc == 0)
        rc = put_in_place(q, finished, count, err);
    for (size_t i = 0; finished != NULL && i < count; i++)
        outfile_discard(finished[i].file);
    free(finished);
    return rc;
}

static int write_all(struct request *q, const struct report_source *from, struct err *err)
{
    if (q->one_workbook)
        return write_in_one(q, from, err);
    if (q->out_is_folder)
        return write_into_folder(q, from, err);
    return write_one(q, from, q->chosen[0], q->formats.ptr[0], err);
}

/* How many Devices there are of each kind of change, whatever of them is shown. */
static int count_changes(struct request *q, const struct report_source *from, struct err *err)
{
    struct cursor *rows = NULL;
    int got = store_query(from->store, &from->rows, "changes", "SELECT change, count(*) FROM changes GROUP BY change",
                          &rows, err);

    while (got >= 0 && (got = cursor_next(rows, err)) == 1)
        for (unsigned c = 0; c < CHANGES; c++)
            if (text_equal(cursor_text(rows, 0), text_of(change_word((enum change)c))))
                q->changes[c] = (uint64_t)cursor_integer(rows, 1);
    cursor_destroy(rows);
    return got;
}

static void tell_changes(struct request *q, struct buf *out)
{
    struct json_out *const j = &q->session->summary;
    char n[COUNT_TEXT_SIZE];

    json_key(j, "changes");
    json_open(j, '{');
    for (unsigned c = CHANGE_NONE + 1; c < CHANGES; c++) {
        json_count(j, change_word((enum change)c), q->changes[c]);
        buf_printf(out, "%s%s %s", c == CHANGE_NONE + 1 ? "; " : ", ", change_word((enum change)c),
                   count_text(q->changes[c], n));
    }
    json_close(j, '}');
}

static void summarise(struct request *q, instant as_of, const struct judged_totals *totals)
{
    struct session *const s = q->session;
    const bool to_stdout = q->out != NULL || q->dry_run;
    char n[3][COUNT_TEXT_SIZE];
    char at[INSTANT_TEXT_SIZE];
    struct buf changes = {0};

    instant_format(as_of, at);
    json_instant(&s->summary, "as_of", as_of);
    if (q->since != INSTANT_NONE)
        json_instant(&s->summary, "since", q->since);
    json_totals(&s->summary, totals);
    json_count(&s->summary, "reports", q->dry_run ? 0 : q->chosen_count * q->formats.count);
    json_count(&s->summary, "report_rows", q->rows);
    json_count(&s->summary, "rows_there", q->there);
    json_key(&s->summary, "cut");
    json_bool(&s->summary, q->rows < q->there);
    if (q->only != NULL)
        tell_changes(q, &changes);
    say_summary(s, to_stdout ? SUMMARY_TO_STDOUT : SUMMARY_TO_STDERR, "%sas at %s: %s judged; %s with %s%s%s%s",
                q->dry_run ? "dry run, nothing written: " : "", at,
                count_of(totals->devices, "Device", "Devices", n[0]),
                count_of(q->dry_run ? 0 : q->chosen_count * q->formats.count, "report", "reports", n[1]),
                rows_text(q->rows, q->there, n[2]), q->out != NULL && !q->dry_run ? " in " : "",
                q->out != NULL && !q->dry_run ? q->out : "", buf_cstr(&changes));
    buf_release(&changes);
}

/* Devices that are named can be judged alone, but for a report on what others of the same HAN have a part in. */
static int read_filters(const struct request *q, const struct judging *judging, struct filters *f, struct err *err)
{
    if (filters_read(f, &q->session->options, judging->directory, &judging->settings, err) < 0)
        return -1;
    f->filter.only_these = f->filter.device_count > 0;
    for (size_t i = 0; i < q->chosen_count; i++)
        if (strstr(q->chosen[i]->sql, "firmware_rejections") != NULL)
            f->filter.only_these = false;
    return 0;
}

/* A share of the failing is no failure rate. */
static void tell_rates(const struct request *q)
{
    struct session *const s = q->session;
    struct buf words = {0};

    filters_words(&s->options, &words);
    for (size_t i = 0; words.len > 0 && i < q->chosen_count; i++)
        for (size_t c = 0; c < q->chosen[i]->column_count; c++)
            if (q->chosen[i]->columns[c].type == COLUMN_PERCENT) {
                say_warning(s, ABOUT(RATES_FILTERED), "the rates of '%s' are of the Devices of %s alone, not of all",
                            q->chosen[i]->name, buf_cstr(&words));
                break;
            }
    buf_release(&words);
}

static int apply_limits(struct session *s, struct store *store, const struct query_source *rows,
                        const struct judged_totals *totals, const struct store_status *status, struct err *err)
{
    struct limit_facts facts = {.totals = *totals, .rows = status->rows, .rejects = status->rejects};
    struct alarms alarms = {0};
    struct buf breached = {0};
    int rc = 0;

    if (options_count(&s->options, "fail-on") == 0)
        return 0;
    rc = night_breaches(store, rows, &breached, err);
    if (rc == 0)
        rc = night_new_failures(store, rows, &facts.new_failures, err);
    facts.breached = buf_cstr(&breached);
    if (rc == 0)
        rc = fail_on_apply(s, &facts, &alarms, err);
    alarms_tell(&alarms, s);
    alarms_release(&alarms);
    buf_release(&breached);
    return rc;
}

/* One report of every Device as CSV, and nothing else, is written while they are judged. */
static int begin_straight(const struct request *q, struct straight *out, struct judging_means *means, struct err *err)
{
    const char *const folder = q->out_is_folder ? q->out : NULL;

    if (q->dry_run || q->since != INSTANT_NONE || q->pseudonyms.key.len > 0 ||
        options_count(&q->session->options, "fail-on") > 0 || q->chosen_count != 1 || q->formats.count != 1 ||
        showing_restricts(&q->showing) || (q->out == NULL && terminal_columns() > 0) ||
        !straight_fits(q->chosen[0], q->formats.ptr[0]))
        return 0;
    if (straight_begin(out, q->chosen[0], folder, folder == NULL ? q->out : NULL, err) < 0)
        return -1;
    means->rows = &out->rows;
    return 0;
}

static struct query_source rows_of(const struct judging *judging, const struct verdicts *verdicts)
{
    return (struct query_source){
        .now = verdicts->now, .before = verdicts->before, .since_asked = true, .coverage = &judging->coverage};
}

static int write_reports(struct request *q, struct store *store, struct judging *judging,
                         const struct verdicts *verdicts, const char *temp, struct err *err)
{
    struct session *const s = q->session;
    struct about about = {0};
    struct report_source from = {
        .store = store,
        .read_ahead = session_threads(s) > 1,
        .rows = rows_of(judging, verdicts),
        .about = &about.told,
        .showing = &q->showing,
    };
    int rc = about_gather(&about, s, judging, store, temp, err);

    about.told.terminal_columns = q->out == NULL ? terminal_columns() : 0;
    about.told.vertical = options_has(&s->options, "vertical");
    if (q->pseudonyms.key.len > 0) {
        q->pseudonyms.directory = judging->directory;
        from.pseudonyms = &q->pseudonyms;
        rc = rc < 0 ? rc : about_pseudonymise(&about, &q->pseudonyms, err);
    }
    if (rc == 0)
        rc = write_all(q, &from, err);
    about_release(&about);
    return rc;
}

static int write_and_tell(struct request *q, struct store *store, struct judging *judging,
                          const struct verdicts *verdicts, struct straight *straight, const char *temp, struct err *err)
{
    const struct judged_totals totals = judged_totals(verdicts->now);
    const struct query_source rows = rows_of(judging, verdicts);
    struct store_status status;
    int rc = store_status_read(store, &status, err);

    if (rc == 0)
        rc = judging_tell_coverage(judging, q->session, verdicts->now, err);
    filters_note(q->session);
    tell_rates(q);
    if (rc == 0 && q->only != NULL)
        rc = count_changes(q, &(const struct report_source){.store = store, .rows = rows}, err);
    if (rc == 0 && straight->file != NULL) {
        rc = straight_end(straight, true, err);
        if (rc == 0)
            tell_written(q, straight->report, q->formats.ptr[0], straight->count, straight->count);
    } else if (rc == 0 && !q->dry_run)
        rc = write_reports(q, store, judging, verdicts, temp, err);
    if (rc < 0)
        return -1;
    if (status.inventory_devices == 0)
        say_warning(q->session, ABOUT(NOTHING_JUDGED), "nothing can be judged: the store holds no inventory extract");
    summarise(q, judging->context.as_of, &totals);
    return apply_limits(q->session, store, &rows, &totals, &status, err);
}

static int judge_and_write(struct request *q, struct store *store, struct judging *judging, struct err *err)
{
    struct session *const s = q->session;
    struct verdicts verdicts = {NULL, NULL};
    struct judging_means means = {.threads = session_threads(s), .progress = progress_phase};
    struct straight straight = {.file = NULL};
    struct filters filters = {0};
    struct progress progress;
    char *const temp = temp_folder(session_db(s));
    int rc = -1;

    progress_begin(&progress, s);
    if (temp == NULL)
        return err_nomem(err);
    means.temp_dir = temp;
    means.progress_ctx = &progress;
    if (read_filters(q, judging, &filters, err) == 0 &&
        filters_tell_unknown(&filters, s, store, &judging->context, err) == 0 &&
        begin_straight(q, &straight, &means, err) == 0 &&
        judging_judge(judging, store, q->since, &filters.filter, &means, &verdicts, err) == 0) {
        progress_clear(&progress);
        rc = write_and_tell(q, store, judging, &verdicts, &straight, temp, err);
    }
    progress_clear(&progress);
    straight_end(&straight, false, err);
    verdicts_release(&verdicts);
    filters_release(&filters);
    free(temp);
    return rc;
}

static int report(struct request *q, struct err *err)
{
    struct session *const s = q->session;
    struct store *store = NULL;
    struct judging judging = {0};
    const char *const key = options_value(&s->options, "pseudonymise");
    instant as_of;
    int rc = -1;

    if (key != NULL && pseudonyms_read_key(&q->pseudonyms, key, err) < 0)
        return -1;
    q->dry_run = options_has(&s->options, "dry-run");
    if (showing_read(&q->showing, s, err) < 0 || choose(q, err) < 0 || choose_place(q, err) < 0 ||
        fail_on_check(s, options_has(&s->options, "since"), err) < 0 ||
        judging_as_of(s, INSTANT_NONE, &as_of, err) < 0 || judging_since(s, as_of, &q->since, err) < 0)
        return -1;
    if (judging_begin(&judging, s, err) == 0 && open_filled_store(&store, s, err) == 0 &&
        judging_aim(&judging, s, store, as_of, err) == 0 && judging_tell_grounds(s, &judging, store, err) == 0)
        rc = judge_and_write(q, store, &judging, err);
    store_close(store);
    judging_end(&judging);
    return rc;
}

int report_only(struct session *s, const char *name, struct err *err)
{
    struct request q = {.session = s, .only = name};
    int rc = reports_load(&q.reports, s, err);

    if (rc == 0 && name == NULL && options_has(&s->options, "list"))
        reports_list(s, &q.reports);
    else if (rc == 0 && name == NULL && options_has(&s->options, "describe"))
        rc = describe_report(s, &q.reports, options_value(&s->options, "describe"), err);
    else if (rc == 0)
        rc = report(&q, err);
    if (rc < 0 && q.out_made)
        rmdir(q.out); /* fails, as it should, once something is in it */
    free(q.chosen);
    showing_release(&q.showing);
    pseudonyms_release(&q.pseudonyms);
    reports_release(&q.reports);
    return rc;
}

static int run(struct session *s, struct err *err)
{
    return report_only(s, NULL, err);
}

const struct command command_report = {
    .name = "report",
    .usage = "[OPTION...] NAME...",
    .summary = "judges every Device and writes reports",
    .about =
        "Judges every Device as at an instant, under the criteria in force and the evidence-based ones, and writes "
        "the reports named. Nothing is stored.",
    .example = "  pcreport report --as-of=2021-10-01 supplier-failures\n"
               "  pcreport report --supplier='Acme Energy' --classification=FALSE_POSITIVE --out=ours.csv devices\n"
               "  pcreport report --out=this-month.xlsx panel-summary supplier-performance missed-failures\n"
               "  pcreport report --format=csv,json --out=reports-today devices chf-incidents\n",
    .groups = groups,
    .run = run,
};
