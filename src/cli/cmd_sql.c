/* pcreport sql: an ad-hoc query on the views, which can read and nothing else, and is kept within bounds. */
#include "commands_int.h"

#include "base/ascii.h"
#include "judging_int.h"
#include "progress_int.h"
#include "reading_int.h"
#include "reports_int.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- Its rows, whose columns are given names that a report can bear ---- */

struct sql_rows {
    struct cursor base;  /* the rows, to be written */
    struct cursor *rows; /* borrowed: of the query */
    struct report_column *columns;
    size_t column_count;
    uint64_t most; /* rows; 0: no limit */
    uint64_t count;
    uint64_t there; /* ROWS_UNCOUNTED where there were more */
    bool cut;       /* likewise */
};

#define COLUMN_WIDTH 24 /* in a spreadsheet: an identifier or an instant */

static const struct sql_rows *of(const struct cursor *c)
{
    return (const struct sql_rows *)c;
}

static int column_count(const struct cursor *c)
{
    return (int)of(c)->column_count;
}

static const char *column_name(const struct cursor *c, int column)
{
    return of(c)->columns[column].name;
}

static int next(struct cursor *c, struct err *err)
{
    struct sql_rows *const s = (struct sql_rows *)c;
    const int got = s->cut ? 0 : cursor_next(s->rows, err);

    if (got != 1)
        return got;
    s->cut = s->most > 0 && s->count == s->most;
    if (s->cut) {
        s->there = ROWS_UNCOUNTED;
        return 0;
    }
    s->count++;
    return 1;
}

static enum cell_type cell_type(struct cursor *c, int column)
{
    return cursor_cell_type(of(c)->rows, column);
}

static struct text text(struct cursor *c, int column)
{
    return cursor_text(of(c)->rows, column);
}

static int64_t integer(struct cursor *c, int column)
{
    return cursor_integer(of(c)->rows, column);
}

static double real(struct cursor *c, int column)
{
    return cursor_real(of(c)->rows, column);
}

static void destroy(struct cursor *c)
{
    (void)c; /* nothing is its own: sql_rows_end */
}

static const struct cursor_ops ops = {
    .column_count = column_count,
    .column_name = column_name,
    .next = next,
    .cell_type = cell_type,
    .text = text,
    .integer = integer,
    .real = real,
    .destroy = destroy,
};

static bool is_plain(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

/* Runs of anything else become one '_', at either end none. */
static void add_plain(struct buf *b, const char *name)
{
    bool gap = false;

    for (; *name != '\0'; name++) {
        if (is_plain(*name) && gap && b->len > 0)
            buf_add_byte(b, '_');
        gap = !is_plain(*name);
        if (!gap)
            buf_add_byte(b, (unsigned char)*name);
    }
}

static bool is_taken(const struct sql_rows *s, const char *name)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (strcmp(s->columns[i].name, name) == 0)
            return true;
    return false;
}

static int add_column(struct sql_rows *s, const char *name, struct err *err)
{
    struct report_column *const column = &s->columns[s->column_count];
    struct buf b = {0};

    add_plain(&b, name);
    if (b.len == 0)
        buf_printf(&b, "column_%zu", s->column_count + 1);
    for (size_t nth = 2, len = b.len; !b.failed && is_taken(s, buf_cstr(&b)); nth++) {
        b.len = len;
        buf_printf(&b, "_%zu", nth);
    }
    *column = (struct report_column){.type = COLUMN_ANY, .width = COLUMN_WIDTH};
    if (!b.failed) {
        column->name = strdup(buf_cstr(&b));
        column->title = strdup(buf_cstr(&b));
    }
    s->column_count++;
    buf_release(&b);
    return column->name == NULL || column->title == NULL ? err_nomem(err) : 0;
}

/* Names the columns: as the query does, but for anything other than ASCII letters, digits and '_', which becomes '_';
 * "column_3" for one without a name; with "_2" at the end for the second of a name. */
static int sql_rows_begin(struct sql_rows *s, struct cursor *rows, uint64_t most, struct err *err)
{
    const int count = cursor_column_count(rows);

    *s = (struct sql_rows){.base = {&ops}, .rows = rows, .most = most};
    s->columns = calloc((size_t)count, sizeof(*s->columns));
    if (s->columns == NULL)
        return err_nomem(err);
    for (int i = 0; i < count; i++)
        if (add_column(s, cursor_column_name(rows, i), err) < 0)
            return -1;
    return 0;
}

static void sql_rows_end(struct sql_rows *s)
{
    for (size_t i = 0; i < s->column_count; i++) {
        free(s->columns[i].name);
        free(s->columns[i].title);
    }
    free(s->columns);
}

/* ---- A watch over one that may never end ---- */

enum watch_why { WATCH_GOES_ON, WATCH_TIME, WATCH_INTERRUPT };

struct sql_watch {
    pthread_t thread;
    uint64_t limit_s; /* 0: none */
    atomic_int why;   /* enum watch_why: from when on the query is to stop */
    atomic_bool done;
    sigset_t mask; /* of signals, as it was */
};

#define LOOK_MS  20
#define GRACE_MS 2000

static int64_t now_ms(void)
{
    struct timespec t = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_interrupted(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 && sigismember(&pending, SIGINT) == 1;
}

/* What a function of SQLite does in one call cannot be interrupted, and may take years: nothing else helps then. */
static void end_process(void)
{
    static const char told[] = "pcreport: sql: the query did not stop when its time was up: it was ended with the "
                               "program\n";

    (void)!write(STDERR_FILENO, told, sizeof(told) - 1);
    _exit(EXIT_DATA);
}

static void *watch(void *ctx)
{
    const struct timespec pause = {0, LOOK_MS * 1000000L};
    struct sql_watch *const w = ctx;
    const int64_t began = now_ms();
    int64_t stopped = 0;

    while (!atomic_load(&w->done)) {
        const int64_t now = now_ms();

        if (atomic_load(&w->why) != WATCH_GOES_ON) {
            if (now - stopped > GRACE_MS)
                end_process();
        } else if (is_interrupted()) {
            stopped = now;
            atomic_store(&w->why, WATCH_INTERRUPT);
        } else if (w->limit_s > 0 && now - began >= (int64_t)w->limit_s * 1000) {
            stopped = now;
            atomic_store(&w->why, WATCH_TIME);
        }
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* From here on SIGINT waits, so that what is half-written can be cleared away: sql_watch_end lets it in. A query that
 * does not stop within two seconds of being asked to (one call of a function can take any time) ends the process with
 * the status of a query that was stopped. ERR_NOMEM: no thread to be had. */
static int sql_watch_begin(struct sql_watch *w, uint64_t limit_s, struct err *err)
{
    sigset_t interrupt;

    w->limit_s = limit_s;
    atomic_init(&w->why, WATCH_GOES_ON);
    atomic_init(&w->done, false);
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &w->mask);
    if (pthread_create(&w->thread, NULL, watch, w) == 0)
        return 0;
    pthread_sigmask(SIG_SETMASK, &w->mask, NULL);
    return err_set(err, ERR_NOMEM, "cannot start a thread; the limit of processes (ulimit -u) may be reached");
}

/* For struct query_source. */
static bool sql_watch_stops(void *watch)
{
    return atomic_load(&((struct sql_watch *)watch)->why) != WATCH_GOES_ON;
}

static void sql_watch_end(struct sql_watch *w)
{
    atomic_store(&w->done, true);
    pthread_join(w->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &w->mask, NULL);
}

/* ---- The command ---- */

#define VIEWS_MOST 64

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
static int told(const struct question *q, const struct sql_watch *watch, const struct err *why, struct err *err)
{
    const int stopped = watch != NULL ? atomic_load(&watch->why) : WATCH_GOES_ON;

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

/* What SQLite or a report wants: SELECT * leaves it out. */
static bool is_hidden(const struct view_column *c)
{
    return strstr(c->type, "HIDDEN") != NULL;
}

static void view_event(const struct session *s, const struct view_about *v)
{
    struct event e;

    event_begin(&e, s, "view");
    json_pair(&e.json, "name", v->name);
    json_pair(&e.json, "description", v->sentence);
    json_key(&e.json, "columns");
    json_open(&e.json, '[');
    for (size_t i = 0; i < v->column_count; i++) {
        if (is_hidden(&v->columns[i]))
            continue;
        json_open(&e.json, '{');
        json_pair(&e.json, "name", v->columns[i].name);
        json_pair(&e.json, "type", v->columns[i].type);
        json_pair(&e.json, "description", v->columns[i].sentence);
        json_close(&e.json, '}');
    }
    json_close(&e.json, ']');
    event_end(&e, s);
}

static int describe_view(const struct session *s, const char *name, struct err *err)
{
    const char *names[VIEWS_MOST], *near;
    size_t count = 0;

    for (; count < VIEWS_MOST && view_about(count) != NULL; count++) {
        const struct view_about *const v = view_about(count);

        names[count] = v->name;
        if (strcmp(v->name, name) != 0)
            continue;
        view_event(s, v);
        for (size_t i = 0; !s->json && i < v->column_count; i++)
            if (!is_hidden(&v->columns[i]))
                printf("%-28s %-9s%s\n", v->columns[i].name, v->columns[i].type, v->columns[i].sentence);
        return 0;
    }
    near = text_nearest(name, names, count);
    if (near != NULL)
        return err_set(err, ERR_USAGE, "there is no view '%s': did you mean '%s'?", name, near);
    return err_set(err, ERR_USAGE, "there is no view '%s': 'pcreport sql --views' names those there are", name);
}

static int show_views(const struct session *s, struct err *err)
{
    if (s->options.operand_count > 1)
        return err_set(err, ERR_USAGE, "--views describes one view at a time");
    if (s->options.operand_count == 1)
        return describe_view(s, s->options.operands[0], err);
    for (size_t i = 0; view_about(i) != NULL; i++) {
        view_event(s, view_about(i));
        if (!s->json)
            printf("%-21s %s\n", view_about(i)->name, view_about(i)->sentence);
    }
    return 0;
}

static int run(struct session *s, struct err *err)
{
    struct question q = {.session = s};
    struct judging judging = {0};
    instant as_of;
    int rc = -1;

    if (options_has(&s->options, "views"))
        return show_views(s, err);
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
