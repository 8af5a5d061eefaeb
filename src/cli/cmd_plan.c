/* pcreport plan reads: the certificate reads that settle most UNVERIFIED Devices, or a random sample of them. */
#include "base/array.h"
#include "base/shipped.h"
#include "commands_int.h"
#include "domain/eui64.h"
#include "filters_int.h"
#include "judging_int.h"
#include "output/table.h"
#include "plan_int.h"
#include "progress_int.h"
#include "reading_int.h"
#include "reports_int.h"
#include "showing_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95

static const struct option_spec specs[] = {
    {"budget", 0, "N", "only as many Devices as N reads settle (default: all that reads settle)"},
    {"sample", 0, "N", "a random sample of N Devices instead, to estimate how many fail of those in doubt"},
    {"seed", 0, "S", "of the sample; the same seed draws the same Devices (default: 1)"},
    {"found", 0, "N", "how many of the sample were found to fail: the interval is told for that (default: 0)"},
    {"format", 0, "FORMAT", "{words} (default: what the ending of --out says, else csv; a table on a terminal)"},
    {"out", 0, "FILE", "write to a file (default: standard output)"},
};
static const struct option_group group_plan = {"Planning", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group_plan, &group_judging, &group_filters, &group_showing, NULL};

/* A read, and what it settles; the texts lie in struct plan.texts. */
struct planned_read {
    size_t srv, by, type, settles;
};

struct plan {
    struct session *session;
    struct store *store;
    struct judging judging;
    struct report report;
    struct showing showing;
    const struct writer_ops *format;
    const char *out; /* NULL: standard output */
    uint64_t budget, sample, seed, found;
    struct plan_device *devices;
    size_t device_count, device_cap;
    struct planned_read *reads;
    size_t read_count, read_cap;
    struct buf texts; /* each ended by a NUL */
    uint64_t other;   /* UNVERIFIED Devices that need something other than a read */
    uint64_t judged, failed, unverified;
    size_t chosen, chosen_reads;
};

static int read_options(struct plan *p, struct err *err)
{
    const struct session *const s = p->session;
    const struct options *const o = &s->options;
    const struct shipped *const file = shipped_find("packs/plan/reads.sql");
    const char *const out = options_value(o, "out");
    struct formats formats;

    if (o->operand_count != 1 || strcmp(o->operands[0], "reads") != 0)
        return err_set(err, ERR_USAGE, "say what to plan: 'plan reads'");
    if (options_number(o, "budget", 1, INT64_MAX, &p->budget, err) < 0 ||
        options_number(o, "sample", 1, INT64_MAX, &p->sample, err) < 0 ||
        options_number(o, "seed", 0, UINT64_MAX, &p->seed, err) < 0 ||
        options_number(o, "found", 0, INT64_MAX, &p->found, err) < 0)
        return -1;
    if (p->budget > 0 && p->sample > 0)
        return err_set(err, ERR_USAGE, "--budget is of a plan, and --sample draws at random: give one of them");
    if (p->sample == 0 && (options_has(o, "found") || options_has(o, "seed")))
        return err_set(err, ERR_USAGE, "--seed and --found are of a --sample");
    if (p->found > p->sample)
        return err_set(err, ERR_USAGE, "--found is over the size of the sample");
    p->out = out != NULL && strcmp(out, "-") != 0 ? out : NULL;
    if (p->out == NULL && s->json)
        return err_set(err, ERR_USAGE, "--json puts events on standard output: give --out for the rows");
    if (formats_read_for(&formats, s, p->out, "csv", err) < 0)
        return -1;
    if (formats.count > 1)
        return err_set(err, ERR_USAGE, "a plan is written in one format");
    p->format = formats.ptr[0];
    if (p->out == NULL && format_check_stdout(p->format, err) < 0)
        return -1;
    if (file == NULL)
        return err_set(err, ERR_BUG, "the program was built without the heading of 'plan reads'");
    if (showing_read(&p->showing, s, err) < 0 || report_parse(&p->report, file->name, file->text, err) < 0)
        return -1;
    return showing_check(&p->showing, &p->report, err);
}

/* ---- What is in doubt ---- */

static size_t add_text(struct plan *p, struct text t)
{
    const size_t at = p->texts.len;

    buf_add_text(&p->texts, t);
    buf_add_byte(&p->texts, '\0');
    return at;
}

static const char *text_at(const struct plan *p, size_t at)
{
    return (const char *)p->texts.ptr + at;
}

/* The Device that the row is about: the last, or one behind it. NULL: no memory. */
static struct plan_device *device_of(struct plan *p, struct cursor *row)
{
    struct plan_device *d = p->device_count > 0 ? &p->devices[p->device_count - 1] : NULL;
    const char *why;
    uint64_t id = 0;

    eui64_parse(cursor_text(row, 0), &id);
    if (d != NULL && d->id == id)
        return d;
    if (!array_reserve(&p->devices, &p->device_cap, p->device_count + 1, sizeof(*p->devices)))
        return NULL;
    d = &p->devices[p->device_count++];
    *d = (struct plan_device){.id = id,
                              .is_hub = text_equal(cursor_text(row, 1), TEXT_LITERAL("CHF")),
                              .commissioned_at = INSTANT_MAX,
                              .first = p->read_count};
    if (cursor_cell_type(row, 2) == CELL_TEXT)
        (void)instant_parse(cursor_text(row, 2), ZONE_UTC, DATE_START, &d->commissioned_at, &why);
    return d;
}

/* One look settles every part that it shows; the rows of one read stand together. */
static int take_row(struct plan *p, struct cursor *row, struct err *err)
{
    struct plan_device *const d = device_of(p, row);
    const struct text srv = cursor_text(row, 3), by = cursor_text(row, 4), part = cursor_text(row, 5);
    struct planned_read *last;

    if (d == NULL || !array_reserve(&p->reads, &p->read_cap, p->read_count + 1, sizeof(*p->reads)))
        return err_nomem(err);
    last = d->reads > 0 ? &p->reads[p->read_count - 1] : NULL;
    if (last != NULL && text_equal(srv, text_of(text_at(p, last->srv))) &&
        text_equal(by, text_of(text_at(p, last->by)))) {
        p->texts.len--; /* what the last read settles is the last of the texts */
        buf_add_byte(&p->texts, ';');
        (void)add_text(p, part);
    } else {
        last = &p->reads[p->read_count++];
        last->srv = add_text(p, srv);
        last->by = add_text(p, by);
        last->type = add_text(p, cursor_text(row, 1));
        last->settles = add_text(p, part);
        d->reads++;
    }
    return p->texts.failed ? err_nomem(err) : 0;
}

static int gather(struct plan *p, const struct query_source *from, struct err *err)
{
    struct cursor *rows = NULL;
    int got = store_query(p->store, from, p->report.name, p->report.sql, &rows, err);

    while (got >= 0 && (got = cursor_next(rows, err)) == 1) {
        if (cursor_integer(rows, 6) == 0)
            got = take_row(p, rows, err);
        else /* of a Device that needs something else too: only its first row counts it */
            p->other += cursor_integer(rows, 7) == 1;
    }
    cursor_destroy(rows);
    return got;
}

/* ---- What is told of it ---- */

static int choose(struct plan *p, struct err *err)
{
    if (p->sample > 0) {
        p->chosen = plan_sample(p->devices, p->device_count, (size_t)p->sample, p->seed);
    } else {
        plan_order(p->devices, p->device_count);
        p->chosen = plan_within(p->devices, p->device_count, p->budget);
    }
    for (size_t i = 0; i < p->chosen; i++)
        p->chosen_reads += p->devices[i].reads;
    if (p->found > p->chosen)
        return err_set(err, ERR_USAGE, "--found %" PRIu64 " is over the sample: reads settle no more than %zu Devices",
                       p->found, p->device_count);
    return 0;
}

struct range {
    double low, high;
};

/* What the first `settled` of a sample say of all that it stands for, whatever the order in which those that fail come:
 * of as few of them as can be among these, and of as many. */
static struct range share_of(const struct plan *p, size_t settled)
{
    const size_t to_come = p->chosen - settled;
    const uint64_t fewest = p->found > to_come ? p->found - to_come : 0;
    const uint64_t most = p->found < settled ? p->found : settled;
    struct range r = {0, 1};
    double other;

    if (settled == p->device_count && settled > 0) /* no sample of them, but all */
        return (struct range){(double)p->found / (double)settled, (double)p->found / (double)settled};
    if (settled > 0) {
        share_interval(fewest, settled, CONFIDENCE, &r.low, &other);
        share_interval(most, settled, CONFIDENCE, &other, &r.high);
    }
    return r;
}

/* Between what the failure rate lies once `settled` more are settled: of a plan, where they show all done; of a sample,
 * by what it says of all Devices that it stands for. */
static struct range rate_with(const struct plan *p, size_t settled)
{
    const double judged = p->judged > 0 ? (double)p->judged : 1;
    const double failed = (double)p->failed, readable = (double)p->device_count;
    struct range share;

    if (p->sample == 0)
        return (struct range){failed / judged, (double)(p->failed + p->unverified - settled) / judged};
    share = share_of(p, settled);
    return (struct range){(failed + share.low * readable) / judged,
                          (failed + share.high * readable + (double)p->unverified - readable) / judged};
}

static int add_row(struct plan *p, struct table *t, size_t device, size_t nth, struct err *err)
{
    const struct plan_device *const d = &p->devices[device];
    const struct planned_read *const r = &p->reads[d->first + nth];
    const size_t settled = device + (nth + 1 == d->reads);
    const struct range rate = rate_with(p, settled);
    char rank[24], id[EUI64_TEXT_SIZE], low[40], high[40], verdicts[24];

    snprintf(rank, sizeof(rank), "%zu", t->rows + 1);
    snprintf(low, sizeof(low), "%.6f", rate.low);
    snprintf(high, sizeof(high), "%.6f", rate.high);
    snprintf(verdicts, sizeof(verdicts), "%zu", settled);
    eui64_format(d->id, id);
    return table_add_figures(t,
                             (const struct text[]){text_of(rank), text_of(id), text_of(text_at(p, r->srv)),
                                                   text_of(text_at(p, r->settles)), text_of(text_at(p, r->by)),
                                                   text_of(low), text_of(high), text_of(text_at(p, r->type)),
                                                   text_of(verdicts)},
                             err);
}

static int write_table(struct plan *p, const struct table *t, unsigned terminal, uint64_t *rows, struct err *err)
{
    const struct report_about about = {.as_of = p->judging.context.as_of,
                                       .terminal_columns = terminal,
                                       .vertical = options_has(&p->session->options, "vertical")};
    struct table_cursor cursor;
    struct shown shown = {0};
    struct outfile *file = NULL;
    int rc;

    table_cursor_init(&cursor, t);
    rc = shown_begin(&shown, &p->showing, &p->report, &cursor.base, err);
    if (rc == 0)
        rc = outfile_create(&file, p->out, err);
    if (rc == 0)
        rc = report_write(&shown.report, &about, &shown.base, p->format, file, rows, err);
    shown_end(&shown);
    if (rc == 0)
        return outfile_commit(file, err);
    outfile_discard(file);
    return -1;
}

static void summarise(struct plan *p, uint64_t rows)
{
    struct session *const s = p->session;
    const enum summary_to to = p->out != NULL ? SUMMARY_TO_STDOUT : SUMMARY_TO_STDERR;
    const double judged = p->judged > 0 ? (double)p->judged : 1;
    const struct range rate = rate_with(p, p->chosen);
    char at[INSTANT_TEXT_SIZE], n[4][COUNT_TEXT_SIZE];
    struct range share;

    instant_format(p->judging.context.as_of, at);
    json_instant(&s->summary, "as_of", p->judging.context.as_of);
    json_count(&s->summary, "unverified", p->unverified);
    json_count(&s->summary, "settled_by_reads", p->device_count);
    json_count(&s->summary, "settled_otherwise", p->other);
    json_count(&s->summary, "devices", p->chosen);
    json_count(&s->summary, "reads", p->chosen_reads);
    json_count(&s->summary, "report_rows", rows);
    count_of(p->unverified, "Device is UNVERIFIED", "Devices are UNVERIFIED", n[0]);
    if (p->sample == 0)
        count_of(p->chosen_reads, "read settles", "reads settle", n[1]);
    else
        count_of(p->chosen_reads, "read", "reads", n[1]);
    count_of(p->chosen, "Device", "Devices", n[2]);
    count_of(p->other, "needs", "need", n[3]);
    if (p->sample == 0) {
        say_summary(s, to,
                    "as at %s: %s; %s %s, and no plan of so many settles more; the failure rate lies between "
                    "%.2f%% and %.2f%%, then up to %.2f%%; %s something other than a read",
                    at, n[0], n[1], n[2], 100 * (double)p->failed / judged,
                    100 * (double)(p->failed + p->unverified) / judged, 100 * rate.high, n[3]);
        return;
    }
    share = share_of(p, p->chosen);
    json_count(&s->summary, "share_low_ppm", (uint64_t)(share.low * 1e6 + 0.5));
    json_count(&s->summary, "share_high_ppm", (uint64_t)(share.high * 1e6 + 0.5));
    say_summary(s, to,
                "as at %s: %s; a sample of %s by %s; if %" PRIu64
                " of them fail, %.2f%% to %.2f%% do (95%%, exact) of the "
                "%zu that reads settle, and the failure rate lies between %.2f%% and %.2f%%; %s something other "
                "than a read",
                at, n[0], n[2], n[1], p->found, 100 * share.low, 100 * share.high, p->device_count, 100 * rate.low,
                100 * rate.high, n[3]);
}

static int tell(struct plan *p, const struct judged *judged, struct err *err)
{
    const struct judged_totals totals = judged_totals(judged);
    const struct query_source from = {.now = judged, .coverage = &p->judging.coverage};
    struct table table = {.report = &p->report};
    const unsigned terminal = p->out == NULL ? terminal_columns() : 0; /* before a pager stands in its place */
    struct pager pager = {0};
    uint64_t rows = 0;
    int rc = gather(p, &from, err);

    p->failed = totals.verdicts[VERDICT_FAIL];
    p->unverified = totals.verdicts[VERDICT_UNVERIFIED];
    p->judged = p->failed + p->unverified + totals.verdicts[VERDICT_PASS];
    if (rc == 0)
        rc = choose(p, err);
    for (size_t i = 0; rc == 0 && i < p->chosen; i++)
        for (size_t k = 0; rc == 0 && k < p->devices[i].reads; k++)
            rc = add_row(p, &table, i, k, err);
    if (rc == 0) {
        if (p->out == NULL)
            pager_begin(&pager, p->session);
        rc = write_table(p, &table, terminal, &rows, err);
        pager_end(&pager, p->session);
    }
    if (rc == 0)
        summarise(p, rows);
    table_release(&table);
    return rc;
}

static int judge_and_tell(struct plan *p, struct err *err)
{
    struct session *const s = p->session;
    char *const temp = temp_folder(session_db(s));
    struct filters filters = {0};
    struct verdicts verdicts = {NULL, NULL};
    struct progress progress;
    const struct judging_means means = {
        .threads = session_threads(s), .temp_dir = temp, .progress = progress_phase, .progress_ctx = &progress};
    int rc = temp == NULL ? err_nomem(err)
                          : filters_read(&filters, &s->options, p->judging.directory, &p->judging.settings, err);

    progress_begin(&progress, s);
    if (rc == 0)
        rc = judging_judge(&p->judging, p->store, INSTANT_NONE, &filters.filter, &means, &verdicts, err);
    progress_clear(&progress);
    if (rc == 0)
        rc = judging_tell_coverage(&p->judging, s, verdicts.now, err);
    if (rc == 0)
        rc = tell(p, verdicts.now, err);
    verdicts_release(&verdicts);
    filters_release(&filters);
    free(temp);
    return rc;
}

static int run(struct session *s, struct err *err)
{
    struct plan p = {.session = s, .seed = 1};
    instant as_of;
    int rc = -1;

    if (read_options(&p, err) == 0 && judging_as_of(s, INSTANT_NONE, &as_of, err) == 0 &&
        judging_begin(&p.judging, s, err) == 0 && open_filled_store(&p.store, s, err) == 0 &&
        judging_aim(&p.judging, s, p.store, as_of, err) == 0 && judging_tell_grounds(s, &p.judging, p.store, err) == 0)
        rc = judge_and_tell(&p, err);
    free(p.devices);
    free(p.reads);
    buf_release(&p.texts);
    report_release(&p.report);
    showing_release(&p.showing);
    store_close(p.store);
    judging_end(&p.judging);
    return rc;
}

const struct command command_plan = {
    .name = "plan",
    .usage = "[OPTION...] reads",
    .summary = "the certificate reads that settle most UNVERIFIED Devices, or a random sample of them",
    .about =
        "Lists the reads of certificates (SRV 6.24.1, 6.24.2) that settle UNVERIFIED Devices: one read settles every "
        "part that it shows, Devices that take fewest reads come first, among them Communications Hub Functions, "
        "then the oldest. No plan of as many reads settles more. Each row says how many verdicts are settled with "
        "it, and between what the failure rate then lies if all is found done. With --sample it draws Devices at "
        "random instead, and tells the exact 95% interval (Clopper-Pearson) of the share that fails, for --found "
        "failures among them.",
    .example = "  pcreport plan reads --budget=100                       which hundred reads settle most\n"
               "  pcreport plan reads --sample=300 --seed=7 --out=sample.csv\n"
               "  pcreport plan reads --sample=300 --seed=7 --found=3    what three failures among them say\n",
    .groups = groups,
    .run = run,
};
