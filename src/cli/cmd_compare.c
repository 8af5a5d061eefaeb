/* pcreport compare: the same population under two criteria files. */
#include "base/shipped.h"
#include "commands_int.h"
#include "filters_int.h"
#include "judging_int.h"
#include "progress_int.h"
#include "reading_int.h"
#include "reports_int.h"
#include "showing_int.h"

#include <stdlib.h>
#include <string.h>

static const struct option_spec specs[] = {
    {"with", 0, "CRITERIA", "the criteria file to compare with; its name, legacy or revised, says which it stands for"},
    {"devices", 0, NULL, "a row for each Device that stands otherwise (default: a matrix of verdicts)"},
    {"reasons", 0, NULL, "a row for each main reason under the one and the other"},
    {"format", 0, "FORMAT", "{words} (default: what the ending of --out says, else csv; a table on a terminal)"},
    {"out", 0, "FILE", "write to a file (default: standard output)"},
};
static const struct option_group group_compare = {"Comparing", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group_compare, &group_judging, &group_filters, &group_showing,
                                                    NULL};

struct comparison {
    struct session *session;
    struct store *store;
    struct judging judging;
    struct criteria with;
    struct judge_context other; /* that of judging, with the other criteria */
    bool legacy;                /* which they stand for */
    unsigned char with_sha256[DIGEST_SIZE];
    struct report report;
    struct showing showing;
    const struct writer_ops *format;
    const char *out; /* NULL: standard output */
};

/* Which verdict is compared: "{verdict}" in the query becomes its column. */
static int name_verdict(struct comparison *c, struct err *err)
{
    static const char place[] = "{verdict}";
    struct buf sql = {0};
    const char *at = c->report.sql, *next;

    while ((next = strstr(at, place)) != NULL) {
        buf_add(&sql, at, (size_t)(next - at));
        buf_add_str(&sql, c->legacy ? "legacy_verdict" : "verdict");
        at = next + strlen(place);
    }
    buf_add_str(&sql, at);
    free(c->report.sql);
    c->report.sql = sql.failed ? NULL : strdup(buf_cstr(&sql));
    buf_release(&sql);
    return c->report.sql != NULL ? 0 : err_nomem(err);
}

static int read_report(struct comparison *c, struct err *err)
{
    const struct options *const o = &c->session->options;
    const char *const name = options_has(o, "devices")   ? "packs/compare/devices.sql"
                             : options_has(o, "reasons") ? "packs/compare/reasons.sql"
                                                         : "packs/compare/verdicts.sql";
    const struct shipped *const file = shipped_find(name);

    if (file == NULL)
        return err_set(err, ERR_BUG, "the program was built without '%s'", name);
    if (report_parse(&c->report, name, file->text, err) < 0)
        return -1;
    return name_verdict(c, err);
}

static int read_options(struct comparison *c, struct err *err)
{
    const struct session *const s = c->session;
    const char *const out = options_value(&s->options, "out");
    struct formats formats;

    if (s->options.operand_count > 0)
        return err_set(err, ERR_USAGE, "'%s' is one word too many: compare takes options only", s->options.operands[0]);
    if (!options_has(&s->options, "with"))
        return err_set(err, ERR_USAGE, "give --with=CRITERIA, the file to compare with");
    c->out = out != NULL && strcmp(out, "-") != 0 ? out : NULL;
    if (c->out == NULL && s->json)
        return err_set(err, ERR_USAGE,
                       "--json puts events on standard output: give --out for the rows, or --format=json for rows as "
                       "JSON");
    if (formats_read_for(&formats, s, c->out, "csv", err) < 0)
        return -1;
    if (formats.count > 1)
        return err_set(err, ERR_USAGE, "a comparison is written in one format");
    c->format = formats.ptr[0];
    if (c->out == NULL && format_check_stdout(c->format, err) < 0)
        return -1;
    if (showing_read(&c->showing, s, err) < 0 || read_report(c, err) < 0)
        return -1;
    return showing_check(&c->showing, &c->report, err);
}

static int count_moved(const struct comparison *c, const struct query_source *rows, uint64_t *out, struct err *err)
{
    static const char query[] = "SELECT count(*) FROM devices n JOIN devices_before o ON o.device_id = n.device_id"
                                " WHERE n.classification <> o.classification OR n.verdict <> o.verdict"
                                " OR n.legacy_verdict <> o.legacy_verdict";
    struct cursor *cursor = NULL;
    int got = store_query(c->store, rows, "compare", query, &cursor, err);

    if (got == 0)
        got = cursor_next(cursor, err);
    if (got == 1)
        *out = (uint64_t)cursor_integer(cursor, 0);
    cursor_destroy(cursor);
    return got == 1 ? 0 : -1;
}

static int gather(struct about *a, const struct comparison *c, const char *temp, struct err *err)
{
    char hex[DIGEST_HEX_SIZE];
    struct buf with = {0};
    int rc = about_gather(a, c->session, &c->judging, c->store, temp, err);

    digest_hex(c->with_sha256, hex);
    buf_printf(&with, "%s, instead of the %s (SHA-256 %s)", c->with.name,
               c->legacy ? "criteria in force" : "evidence-based criteria", hex);
    if (rc == 0)
        rc = with.failed ? err_nomem(err) : about_add(a, "Compared with", buf_cstr(&with), err);
    buf_release(&with);
    a->told.terminal_columns = c->out == NULL ? terminal_columns() : 0;
    a->told.vertical = options_has(&c->session->options, "vertical");
    return rc;
}

static int write_rows(struct comparison *c, const struct verdicts *verdicts, const struct report_about *about,
                      struct err *err)
{
    struct session *const s = c->session;
    uint64_t rows = 0, there = 0, moved = 0;
    const struct report_source from = {.store = c->store,
                                       .rows = {.now = verdicts->now, .before = verdicts->before},
                                       .about = about,
                                       .showing = &c->showing,
                                       .there = &there};
    const struct judged_totals totals = judged_totals(verdicts->now);
    const char *const name = c->legacy ? c->judging.legacy.name : c->judging.revised.name;
    const bool alike = strcmp(name, c->with.name) == 0; /* then the file tells which of the two it is */
    struct pager pager = {0};
    char n[3][COUNT_TEXT_SIZE], at[INSTANT_TEXT_SIZE];
    int rc;

    if (c->out == NULL)
        pager_begin(&pager, s);
    rc = write_report(&from, &c->report, c->format, c->out, &rows, err);
    pager_end(&pager, s);
    if (rc < 0 || count_moved(c, &from.rows, &moved, err) < 0)
        return -1;
    if (judging_tell_coverage(&c->judging, s, verdicts->now, err) < 0)
        return -1;
    instant_format(c->judging.context.as_of, at);
    json_instant(&s->summary, "as_of", c->judging.context.as_of);
    json_pair(&s->summary, "criteria", name);
    json_pair(&s->summary, "with", c->with.name);
    json_count(&s->summary, "devices", totals.devices);
    json_count(&s->summary, "moved", moved);
    json_count(&s->summary, "report_rows", rows);
    json_count(&s->summary, "rows_there", there);
    say_summary(s, c->out != NULL ? SUMMARY_TO_STDOUT : SUMMARY_TO_STDERR,
                "as at %s: %s judged under '%s' and under '%s'%s%s: %s otherwise; %s%s%s", at,
                count_of(totals.devices, "Device", "Devices", n[0]), name, c->with.name, alike ? " of " : "",
                alike ? options_value(&s->options, "with") : "", count_of(moved, "stands", "stand", n[1]),
                rows_text(rows, there, n[2]), c->out != NULL ? " in " : "", c->out != NULL ? c->out : "");
    return 0;
}

static int judge_and_write(struct comparison *c, struct err *err)
{
    struct session *const s = c->session;
    const struct judge_context *const contexts[2] = {&c->judging.context, &c->other};
    struct judged *both[2] = {NULL, NULL};
    struct about about = {0};
    struct filters filters = {0};
    struct progress progress;
    char *const temp = temp_folder(session_db(s));
    int rc = temp == NULL ? err_nomem(err)
                          : filters_read(&filters, &s->options, c->judging.directory, &c->judging.settings, err);

    if (rc == 0)
        rc = filters_tell_unknown(&filters, s, c->store, &c->judging.context, err);
    filters_note(s);
    progress_begin(&progress, s);
    filters.filter.only_these = filters.filter.device_count > 0;
    if (rc == 0)
        rc = store_judge_both(c->store, contexts, &filters.filter, session_threads(s), temp, progress_phase, &progress,
                              both, err);
    progress_clear(&progress);
    if (rc == 0)
        rc = gather(&about, c, temp, err);
    if (rc == 0)
        rc = write_rows(c, &(struct verdicts){both[0], both[1]}, &about.told, err);
    about_release(&about);
    judged_destroy(both[0]);
    judged_destroy(both[1]);
    filters_release(&filters);
    free(temp);
    return rc;
}

static int run(struct session *s, struct err *err)
{
    struct comparison c = {.session = s};
    instant as_of;
    int rc = -1;

    if (judging_as_of(s, INSTANT_NONE, &as_of, err) == 0 && judging_begin(&c.judging, s, err) == 0 &&
        (options_value(&s->options, "with") == NULL ||
         judging_read_other(options_value(&s->options, "with"), &c.with, &c.legacy, c.with_sha256, err) == 0) &&
        read_options(&c, err) == 0 && open_filled_store(&c.store, s, err) == 0 &&
        judging_aim(&c.judging, s, c.store, as_of, err) == 0 &&
        judging_tell_grounds(s, &c.judging, c.store, err) == 0) {
        c.other = c.judging.context;
        if (c.legacy)
            c.other.legacy = &c.with;
        else
            c.other.revised = &c.with;
        rc = judge_and_write(&c, err);
    }
    report_release(&c.report);
    showing_release(&c.showing);
    store_close(c.store);
    judging_end(&c.judging);
    return rc;
}

const struct command command_compare = {
    .name = "compare",
    .usage = "--with=CRITERIA [OPTION...]",
    .summary = "the same Devices under two criteria files: who would be judged otherwise",
    .about = "Judges every Device under the criteria that hold and under those of another file, and writes how many "
             "stand so under the one and so under the other (a matrix), the main reasons under both (--reasons), or a "
             "row for each Device that stands otherwise (--devices). What the configuration says of days and hours "
             "does not touch the file compared with.",
    .example = "  pcreport compare --with=revised-14-days.json --as-of=2021-10-01\n"
               "  pcreport compare --with=revised-14-days.json --devices --out=moved.csv\n",
    .groups = groups,
    .run = run,
};
