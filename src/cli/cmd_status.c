/* pcreport status: what the store holds; pcreport verify: whether it is whole. */
#include "commands_int.h"

#include "judging/query.h"
#include "judging_int.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- pcreport status ---- */

static void print_count(const char *label, uint64_t n)
{
    char text[COUNT_TEXT_SIZE];

    printf("%-22s%15s\n", label, count_text(n, text));
}

static void print_instant(const char *label, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    instant_format(at, text);
    printf("%-22s%s\n", label, at == INSTANT_NONE ? "none" : text);
}

static void print_status(const char *db, const struct store_status *t)
{
    printf("%-22s%s (%.1f MiB, schema version %d)\n", "store", db, (double)t->bytes / 1048576.0, t->schema_version);
    print_count("files", t->files);
    print_count("rejects", t->rejects);
    print_count("Devices", t->devices);
    print_count("  in the inventory", t->inventory_devices);
    print_count("Service Requests", t->requests);
    print_count("snapshots", t->snapshots);
    print_count("DSP checks", t->checks);
    print_count("registrations", t->registrations);
    print_count("organisation rows", t->organisations);
    print_count("Incidents", t->incidents);
    print_count("  open", t->incidents_open);
    print_count("runs", t->runs);
    print_instant("last run as at", t->last_run);
    print_instant("first record", t->first_instant);
    print_instant("last record", t->last_instant);
}

/* What the log covers up to the last record (R10): silences whole, since nobody is judged here. */
static void print_coverage(const struct coverage *c)
{
    print_instant("log begins", c->first);
    print_instant("log ends in the hour", c->last);
    if (c->count > 0)
        printf("%-22s'pcreport report coverage' tells how many Devices wait for each\n", "silences");
    for (size_t i = 0; i < c->count; i++) {
        char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];

        if (c->found[i].span.from == INSTANT_NONE)
            continue;
        instant_format(c->found[i].span.from, from);
        instant_format(c->found[i].span.to, to);
        printf("%-22s%s to %s, about %" PRId64 " requests expected\n", "log is silent from", from, to,
               c->found[i].expected);
    }
}

static void status_fields(struct json_out *j, const char *db, const struct store_status *t)
{
    json_pair(j, "db", db);
    json_count(j, "bytes", t->bytes);
    json_count(j, "schema_version", (uint64_t)t->schema_version);
    json_count(j, "files", t->files);
    json_count(j, "rejects", t->rejects);
    json_count(j, "devices", t->devices);
    json_count(j, "inventory_devices", t->inventory_devices);
    json_count(j, "requests", t->requests);
    json_count(j, "snapshots", t->snapshots);
    json_count(j, "checks", t->checks);
    json_count(j, "registrations", t->registrations);
    json_count(j, "organisations", t->organisations);
    json_count(j, "incidents", t->incidents);
    json_count(j, "incidents_open", t->incidents_open);
    json_count(j, "runs", t->runs);
    json_instant(j, "last_run", t->last_run);
    json_instant(j, "first_instant", t->first_instant);
    json_instant(j, "last_instant", t->last_instant);
}

#define RUNS_SHOWN "5"

/* Of a run that was killed, or is at work, it is not known how it ended. */
static void add_number(struct json_out *j, const char *key, bool known, int64_t value)
{
    json_key(j, key);
    if (known)
        json_int(j, value);
    else
        json_null(j);
}

static void tell_run(struct json_out *j, struct buf *lines, struct cursor *row)
{
    const struct text as_of = cursor_text(row, 0);
    const bool known = cursor_cell_type(row, 3) != CELL_EMPTY;

    buf_printf(lines, "%-22s%.*s", "run as at", (int)as_of.len, as_of.ptr);
    json_open(j, '{');
    json_key(j, "as_of");
    json_text(j, as_of);
    add_number(j, "milliseconds", known, (int64_t)(cursor_real(row, 2) * 1000 + 0.5));
    add_number(j, "status", known, cursor_integer(row, 3));
    add_number(j, "alarms", known, cursor_integer(row, 4));
    json_key(j, "started_at");
    if (known)
        json_text(j, cursor_text(row, 1));
    else
        json_null(j);
    json_close(j, '}');
    if (known)
        buf_printf(lines, ", %.1f s, ended with %" PRId64 ", %" PRId64 " to look at\n", cursor_real(row, 2),
                   cursor_integer(row, 3), cursor_integer(row, 4));
    else
        buf_add_str(lines, ", did not end\n");
}

/* How the last runs went, the latest first. */
static int tell_runs(struct session *s, struct store *store, struct buf *lines, struct err *err)
{
    static const char query[] =
        "SELECT as_of, started_at, seconds, status, alarms FROM runs ORDER BY as_of DESC LIMIT " RUNS_SHOWN;
    struct cursor *rows = NULL;
    int got = store_query(store, NULL, "runs", query, &rows, err);

    json_key(&s->summary, "last_runs");
    json_open(&s->summary, '[');
    while (got >= 0 && (got = cursor_next(rows, err)) > 0)
        tell_run(&s->summary, lines, rows);
    json_close(&s->summary, ']');
    cursor_destroy(rows);
    return got < 0 || !lines->failed ? got : err_nomem(err);
}

static int run_status(struct session *s, struct err *err)
{
    struct store *store = NULL;
    struct judging judging = {0};
    struct store_status status;
    struct buf runs = {0};
    int rc;

    if (s->options.operand_count > 0)
        return err_set(err, ERR_USAGE, "'%s' is one word too many: name the store with --db", s->options.operands[0]);
    if (open_filled_store(&store, s, err) < 0)
        return -1;
    rc = store_status_read(store, &status, err);
    if (rc == 0)
        rc = judging_begin(&judging, s, err);
    if (rc == 0)
        rc = coverage_read(&judging.coverage, store, &judging.settings,
                           status.last_instant != INSTANT_NONE ? status.last_instant : 0, err);
    if (rc == 0) {
        status_fields(&s->summary, session_db(s), &status);
        rc = tell_runs(s, store, &runs, err);
    }
    store_close(store);
    if (rc == 0) {
        json_silences(&s->summary, &judging.coverage);
        if (!s->json) {
            print_status(session_db(s), &status);
            printf("%s", buf_cstr(&runs));
            print_coverage(&judging.coverage);
        }
    }
    buf_release(&runs);
    judging_end(&judging);
    return rc;
}

const struct command command_status = {
    .name = "status",
    .usage = "[OPTION...]",
    .summary = "what the store holds",
    .about = "Shows how many files, records, rejects and Incidents the store holds, its size, how the last runs "
             "went, and what the log covers.",
    .example = "  pcreport status --db=/var/lib/pcreport/store.db\n",
    .run = run_status,
};

/* ---- pcreport verify ---- */

static void tell_finding(void *ctx, const char *what)
{
    const struct session *const s = ctx;
    struct event e;

    event_begin(&e, s, "finding");
    json_pair(&e.json, "what", what);
    event_end(&e, s);
    say_error(s, ABOUT(STORE_FAULT), "%s", what);
}

static int run_verify(struct session *s, struct err *err)
{
    struct store *store = NULL;
    char n[COUNT_TEXT_SIZE];
    int findings;

    if (s->options.operand_count > 0)
        return err_set(err, ERR_USAGE, "'%s' is one word too many: name the store with --db", s->options.operands[0]);
    if (open_store(&store, s, err) < 0)
        return -1;
    findings = store_verify(store, tell_finding, s, err);
    store_close(store);
    if (findings < 0)
        return -1;
    json_count(&s->summary, "findings", (uint64_t)findings);
    if (findings == 0) {
        say_summary(s, SUMMARY_TO_STDOUT, "the store '%s' is whole", session_db(s));
        return 0;
    }
    session_raise(s, EXIT_DATA);
    say_summary(s, SUMMARY_TO_STDOUT,
                "the store '%s' is damaged: %s; put a copy in its place, or ingest the files again "
                "into a new store",
                session_db(s), count_of((uint64_t)findings, "finding", "findings", n));
    return 0;
}

const struct command command_verify = {
    .name = "verify",
    .usage = "[OPTION...]",
    .summary = "whether the store is whole",
    .about = "Checks that the store is whole: the database, every Device's evidence, where every record came from, and "
             "that each file's rows add up. Names what is wrong, and then ends with 65.",
    .example = "  pcreport verify --db=/var/lib/pcreport/store.db\n",
    .run = run_verify,
};
