/* pcreport sql: an ad-hoc query on the views, which can read and nothing else, and is kept within bounds. */
#include "commands_int.h"

#include "judging_int.h"
#include "progress_int.h"
#include "reading_int.h"
#include "reports_int.h"
#include "sql_int.h"

#include <stdlib.h>
#include <string.h>

#define TIME_LIMIT_S    60
#define TIME_LIMIT_MAX  (7 * 24 * 3600)
#define MEMORY_MAX      ((int64_t)512 << 20)
#define QUERY_BYTES_MAX ((size_t)1 << 20)

static const struct option_spec specs[] = {
    {"file", 0, "FILE", "read the query from a file ('-': standard input)"},
    {"format", 0, "FORMAT", "{words} (default: what the ending of --out says, else a table)"},
    {"out", 0, "FILE", "write to a file (default: standard output)"},
    {"since", 0, "INSTANT", "an earlier instant, for queries that compare with it: changes, devices_before, :since"},
    {"time-limit", 0, "SECONDS", "stop the query after this time (default: 60; 0: never); judging comes on top"},
    {"row-limit", 0, "N", "stop after N rows; when there are more, say so and end with status 4 (default: no limit)"},
    {"views", 0, NULL, "name the views there are, or describe the one that is named, and do nothing else"},
    {"dry-run", 0, NULL, "check the query and tell whether it needs Devices to be judged, but do not run it"},
};
static const struct option_group group_sql = {"Querying", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group_sql, &group_judging, &group_terminal, NULL};

struct question {
    struct session *session;
    struct store *store;
    struct judging *judging;
    const struct judge_context *context; /* of it */
    instant since;                       /* INSTANT_NONE: no earlier instant */
    struct buf sql;
    const char *text; /* of it */
    const struct writer_ops *format;
    const char *out; /* NULL: standard output */
    uint64_t time_limit_s, row_limit;
    bool dry_run;
};

static int read_query(struct question *q, struct err *err)
{
    const struct options *const o = &q->session->options;
    const char *file = options_value(o, "file");
    const char *given = o->operand_count == 1 ? o->operands[0] : NULL;

    if (o->operand_count + (file != NULL) != 1)
        return err_set(err, ERR_USAGE,
                       "give one query, in quotes, such as 'SELECT count(*) FROM devices', or name a file with --file");
    if (given != NULL && strcmp(given, "-") != 0)
        buf_add_str(&q->sql, given);
    else if (read_small_file(given != NULL || strcmp(file, "-") == 0 ? "/dev/stdin" : file, &q->sql, err) < 0)
        return -1;
    q->text = buf_cstr(&q->sql);
    if (q->sql.failed)
        return err_nomem(err);
    if (q->sql.len > QUERY_BYTES_MAX || strlen(q->text) != q->sql.len)
        return err_set(err, ERR_USAGE, "this is no query: it is over 1 MiB long, or has a NUL in it");
    return 0;
}

static int read_options(struct question *q, struct err *err)
{
    const struct options *const o = &q->session->options;
    struct formats formats;

    q->dry_run = options_has(o, "dry-run");
    q->time_limit_s = TIME_LIMIT_S;
    q->out = options_value(o, "out");
    if (q->out != NULL && strcmp(q->out, "-") == 0)
        q->out = NULL;
    if (options_number(o, "time-limit", 0, TIME_LIMIT_MAX, &q->time_limit_s, err) < 0 ||
        options_number(o, "row-limit", 1, INT64_MAX, &q->row_limit, err) < 0)
        return -1;
    if (formats_read_for(&formats, q->session, q->out, "table", err) < 0)
        return -1;
    if (formats.count > 1)
        return err_set(err, ERR_USAGE, "a query is written in one format");
    q->format = formats.ptr[0];
    if (q->out == NULL && !q->dry_run && format_check_stdout(q->format, err) < 0)
        return -1;
    if (q->session->json && q->out == NULL && !q->dry_run)
        return err_set(err, ERR_USAGE,
                       "--json puts events on standard output: give --out for the rows, or --format=json for rows as "
                       "JSON");
    return 0;
}

static int write_rows(const struct question *q, const struct report_about *about, struct sql_rows *rows,
                      struct outfile **file, struct err *err)
{
    char name[] = "sql", title[] = "Query", nothing[] = ""; /* a report's own are allocated */
    const struct report report = {.name = name,
                                  .title = title,
                                  .audience = nothing,
                                  .description = (char *)q->sql.ptr,
                                  .columns = rows->columns,
                                  .column_count = rows->column_count,
                                  .sql = (char *)q->sql.ptr};

    struct report_about told = *about;

    told.rows_there = &rows->there;
    if (outfile_create(file, q->out, err) < 0)
        return -1;
    if (report_write(&report, &told, &rows->base, q->format, *file, NULL, err) == 0)
        return 0;
    outfile_discard(*file);
    return -1;
}

static void summarise(const struct question *q, const struct sql_rows *rows)
{
    struct session *const s = q->session;
    char n[COUNT_TEXT_SIZE], at[INSTANT_TEXT_SIZE];

    instant_format(q->context->as_of, at);
    count_of(rows->count, "row", "rows", n);
    if (rows->cut) {
        say_warning(s, ABOUT(ROWS_CUT), "there are more rows than the %s of --row-limit", n);
        session_raise(s, EXIT_LIMIT);
    }
    json_instant(&s->summary, "as_of", q->context->as_of);
    json_count(&s->summary, "report_rows", rows->count);
    json_key(&s->summary, "cut");
    json_bool(&s->summary, rows->cut);
    say_summary(s, q->out != NULL ? SUMMARY_TO_STDOUT : SUMMARY_TO_STDERR, "as at %s: %s%s%s", at, n,
                q->out != NULL ? " in " : "", q->out != NULL ? q->out : "");
}

/* A query is wrong usage here, where a report's would be a wrong file. */
static int told(const struct question *q, struct sql_watch *watch, const struct err *why, struct err *err)
{
    const enum watch_why stopped = watch != NULL ? sql_watch_why(watch) : WATCH_GOES_ON;

    if (why->code == ERR_DATA && stopped == WATCH_TIME)
        return err_set(err, ERR_DATA,
                       "the query took longer than %llu s: ask for less, or allow more with --time-limit",
                       (unsigned long long)q->time_limit_s);
    if (why->code == ERR_DATA && stopped == WATCH_INTERRUPT)
        return err_set(err, ERR_DATA, "interrupted");
    if (why->code == ERR_CONFIG)
        return err_set(err, ERR_USAGE, "%s", why->msg);
    return err_copy(err, why);
}

static int ask(const struct question *q, const struct verdicts *verdicts, const struct report_about *about,
               struct err *err)
{
    struct sql_watch watch;
    struct query_source source = {.now = verdicts->now,
                                  .before = verdicts->before,
                                  .since_asked = q->since != INSTANT_NONE,
                                  .context = q->context,
                                  .coverage = &q->judging->coverage,
                                  .documented_only = true,
                                  .stop = sql_watch_stops,
                                  .stop_ctx = &watch,
                                  .memory_max_bytes = MEMORY_MAX};
    struct sql_rows rows = {0};
    struct cursor *cursor = NULL;
    struct err why = {0};
    struct outfile *file = NULL;
    struct pager pager = {0};
    int rc;

    if (q->out == NULL)
        pager_begin(&pager, q->session);
    if (sql_watch_begin(&watch, q->time_limit_s, err) < 0) {
        pager_end(&pager, q->session);
        return -1;
    }
    rc = store_query(q->store, &source, "sql", q->text, &cursor, &why);
    if (rc == 0)
        rc = sql_rows_begin(&rows, cursor, q->row_limit, &why);
    if (rc == 0)
        rc = write_rows(q, about, &rows, &file, &why);
    sql_watch_end(&watch); /* an interrupt takes effect here */
    cursor_destroy(cursor);
    if (rc == 0)
        rc = outfile_commit(file, &why);
    pager_end(&pager, q->session);
    if (rc == 0)
        summarise(q, &rows);
    sql_rows_end(&rows);
    return rc == 0 ? 0 : told(q, &watch, &why, err);
}

/* What a workbook tells of the question. */
static int gather_and_ask(const struct question *q, const struct verdicts *verdicts, const char *temp, struct err *err)
{
    struct about about = {0};
    int rc = about_gather(&about, q->session, q->judging, q->store, temp, err);

    about.told.terminal_columns = q->out == NULL ? terminal_columns() : 0;
    about.told.vertical = options_has(&q->session->options, "vertical");
    if (rc == 0)
        rc = ask(q, verdicts, &about.told, err);
    about_release(&about);
    return rc;
}

static int judge_and_ask(const struct question *q, struct err *err)
{
    struct session *const s = q->session;
    char *const temp = temp_folder(session_db(s));
    struct verdicts verdicts = {NULL, NULL};
    struct progress progress;
    const struct judging_means means = {session_threads(s), temp, progress_phase, &progress};
    int rc;

    if (temp == NULL)
        return err_nomem(err);
    progress_begin(&progress, s);
    rc = judging_tell_grounds(s, q->judging, q->store, err);
    if (rc == 0)
        rc = judging_judge(q->judging, q->store, q->since, NULL, &means, &verdicts, err);
    progress_clear(&progress);
    if (rc == 0)
        rc = judging_tell_coverage(q->judging, s, verdicts.now, err);
    if (rc == 0)
        rc = gather_and_ask(q, &verdicts, temp, err);
    verdicts_release(&verdicts);
    free(temp);
    return rc;
}

static int ask_at_once(const struct question *q, struct err *err)
{
    const struct verdicts none = {NULL, NULL};
    char *const temp = temp_folder(session_db(q->session));
    const int rc = temp == NULL ? err_nomem(err) : gather_and_ask(q, &none, temp, err);

    free(temp);
    return rc;
}

static int answer(const struct question *q, struct err *err)
{
    struct err why = {0};
    bool judges;

    if (store_query_check(q->store, q->context, q->since != INSTANT_NONE, "sql", q->text, &judges, &why) < 0)
        return told(q, NULL, &why, err);
    if (!q->dry_run)
        return judges ? judge_and_ask(q, err) : ask_at_once(q, err);
    say_summary(q->session, SUMMARY_TO_STDOUT, "dry run: the query can be run%s",
                judges ? ", and needs every Device to be judged" : " at once: it needs no verdicts");
    return 0;
}

static int run(struct session *s, struct err *err)
{
    struct question q = {.session = s};
    struct judging judging = {0};
    instant as_of;
    int rc = -1;

    if (options_has(&s->options, "views"))
        return sql_show_views(s, err);
    if (read_options(&q, err) == 0 && read_query(&q, err) == 0 && judging_as_of(s, INSTANT_NONE, &as_of, err) == 0 &&
        judging_since(s, as_of, &q.since, err) == 0 && judging_begin(&judging, s, err) == 0 &&
        open_filled_store(&q.store, s, err) == 0 && judging_aim(&judging, s, q.store, as_of, err) == 0) {
        q.judging = &judging;
        q.context = &judging.context;
        rc = answer(&q, err);
    }
    store_close(q.store);
    judging_end(&judging);
    buf_release(&q.sql);
    return rc;
}

const struct command command_sql = {
    .name = "sql",
    .usage = "[OPTION...] QUERY",
    .summary = "an ad-hoc query on the views, which can read and nothing else",
    .about =
        "Runs one SELECT on the views that reports are made of, such as devices, obligations, requests, evidence and "
        "certificates (see pcreport-views(5)). The query may use :as_of. Devices are judged only when the query needs "
        "their verdicts. QUERY may be '-' for standard input.",
    .example = "  pcreport sql \"SELECT classification, count(*) FROM devices GROUP BY classification\"\n"
               "  pcreport sql --format=csv \"SELECT * FROM requests WHERE rule = 'R2.9'\" > unrecognised.csv\n"
               "  pcreport sql --views requests                        what its columns hold\n"
               "  pcreport sql --file=mine.sql --as-of=2021-10-01 --out=mine.csv --format=csv\n",
    .groups = groups,
    .run = run,
};
