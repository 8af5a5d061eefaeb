/* Totals that must agree: before a pack is written, and again from its CSV files when it is verified. */
#include "pack_int.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct checking {
    const struct table *tables;
    void (*finding)(void *ctx, const char *what);
    void *ctx;
    int count;
    bool no_memory;
};

static void disagree(struct checking *c, const char *one, double a, const char *other, double b)
{
    char what[256];

    snprintf(what, sizeof(what), "%s is %.10g, but %s is %.10g", one, a, other, b);
    c->finding(c->ctx, what);
    c->count++;
}

static void expect(struct checking *c, const char *one, double a, const char *other, double b)
{
    if (fabs(a - b) > 1e-9)
        disagree(c, one, a, other, b);
}

/* 0 where there is no such column or row: then the figures disagree, which is what is to be found. */
static double at(const struct table *t, size_t row, const char *column)
{
    const int i = table_column(t, column);

    return i >= 0 && row < t->rows ? table_number(t, row, i) : 0;
}

static double sum(const struct table *t, size_t rows, const char *column)
{
    double total = 0;

    for (size_t r = 0; r < rows; r++)
        total += at(t, r, column);
    return total;
}

static struct text word_at(const struct table *t, size_t row, const char *column)
{
    const int i = table_column(t, column);

    return i >= 0 ? table_text(t, table_at(t, row, i)) : (struct text){0};
}

static int by_text(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* How many different texts the column holds; -1 when memory is short. */
static double distinct(const struct table *t, const char *column)
{
    struct text *const all = calloc(t->rows + 1, sizeof(*all));
    double n = all == NULL ? -1 : 0;

    if (all == NULL)
        return n;
    for (size_t r = 0; r < t->rows; r++)
        all[r] = word_at(t, r, column);
    qsort(all, t->rows, sizeof(*all), by_text);
    for (size_t r = 0; r < t->rows; r++)
        n += r == 0 || !text_equal(all[r], all[r - 1]);
    free(all);
    return n;
}

static void check_rate(struct checking *c, const struct table *t, size_t row, const char *rate, const char *part,
                       const char *whole)
{
    const double judged = at(t, row, whole);

    expect(c, rate, at(t, row, rate), part, judged > 0 ? at(t, row, part) / judged : 0);
}

/* The other end of the range: what is unverified may have failed too. */
static void check_at_most(struct checking *c, const struct table *t, size_t row)
{
    const double judged = at(t, row, "judged"), most = at(t, row, "revised_failed") + at(t, row, "unverified");

    expect(c, "revised_rate_at_most", at(t, row, "revised_rate_at_most"), "failed and unverified among the judged",
           judged > 0 ? most / judged : 0);
}

static void check_summary(struct checking *c)
{
    static const char *const counts[] = {"devices",       "excluded",        "pending",         "judged",
                                         "unverified",    "legacy_failed",   "revised_failed",  "passed",
                                         "true_failures", "false_positives", "missed_by_legacy"};
    const struct table *const t = &c->tables[PACK_SUMMARY];
    const size_t last = t->rows > 0 ? t->rows - 1 : 0;

    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        expect(c, counts[i], at(t, last, counts[i]), "the sum over the Device types", sum(t, last, counts[i]));
    for (size_t r = 0; r < t->rows; r++) {
        expect(c, "judged", at(t, r, "judged"), "Devices less excluded and pending",
               at(t, r, "devices") - at(t, r, "excluded") - at(t, r, "pending"));
        expect(c, "judged", at(t, r, "judged"), "passed, failed and unverified together",
               at(t, r, "passed") + at(t, r, "revised_failed") + at(t, r, "unverified"));
        check_rate(c, t, r, "legacy_rate", "legacy_failed", "judged");
        check_rate(c, t, r, "revised_rate", "revised_failed", "judged");
        check_at_most(c, t, r);
    }
}

static void check_trend(struct checking *c)
{
    static const char *const same[] = {"judged",         "legacy_failed",   "legacy_rate",
                                       "revised_failed", "revised_rate",    "revised_rate_at_most",
                                       "unverified",     "false_positives", "missed_by_legacy"};
    const struct table *const t = &c->tables[PACK_TREND], *const summary = &c->tables[PACK_SUMMARY];

    for (size_t r = 0; r < t->rows; r++) {
        check_rate(c, t, r, "legacy_rate", "legacy_failed", "judged");
        check_rate(c, t, r, "revised_rate", "revised_failed", "judged");
        check_at_most(c, t, r);
    }
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        expect(c, same[i], at(t, t->rows - 1, same[i]), "that of the summary", at(summary, summary->rows - 1, same[i]));
}

/* Each Device stands under one cause, so the lines add up to the Devices that the summary tells. */
static void check_causes(struct checking *c, enum pack_table causes, const char *total)
{
    const struct table *const t = &c->tables[causes], *const summary = &c->tables[PACK_SUMMARY];
    const double devices = at(summary, summary->rows - 1, total);

    for (size_t r = 0; r < t->rows; r++) {
        const double n = at(t, r, "devices");

        expect(c, "a reason's Devices", n, "the sum over its Device types",
               at(t, r, "esme") + at(t, r, "gsme") + at(t, r, "gpf") + at(t, r, "chf"));
        expect(c, "a reason's share", at(t, r, "share"), total, devices > 0 ? n / devices : 0);
    }
    expect(c, "the Devices of all reasons", sum(t, t->rows, "devices"), total, devices);
}

/* Those commissioned in each month are, together, all that are judged. */
static void check_cohorts(struct checking *c)
{
    static const char *const same[] = {"judged", "legacy_failed", "revised_failed", "unverified"};
    const struct table *const t = &c->tables[PACK_COHORTS], *const summary = &c->tables[PACK_SUMMARY];

    for (size_t r = 0; r < t->rows; r++) {
        check_rate(c, t, r, "legacy_rate", "legacy_failed", "judged");
        check_rate(c, t, r, "revised_rate", "revised_failed", "judged");
        check_at_most(c, t, r);
    }
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        expect(c, same[i], sum(t, t->rows, same[i]), "that of the summary", at(summary, summary->rows - 1, same[i]));
}

/* The lists that figures link to have a row for each Device they count. */
static void check_lists(struct checking *c)
{
    static const struct {
        enum pack_table list;
        const char *total;
    } lists[] = {{PACK_MISSED_LIST, "missed_by_legacy"},
                 {PACK_FAILING_LIST, "revised_failed"},
                 {PACK_MISLED_LIST, "false_positives"},
                 {PACK_UNVERIFIED, "unverified"}};
    const struct table *const summary = &c->tables[PACK_SUMMARY];

    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const double devices = distinct(&c->tables[lists[i].list], "device_id");

        if (devices >= 0)
            expect(c, lists[i].total, at(summary, summary->rows - 1, lists[i].total),
                   "the Devices of the list behind it", devices);
        c->no_memory |= devices < 0;
    }
}

/* Who fails now, and did or did not a month ago, is everybody who fails; and who failed then is told, too. */
static void check_changes(struct checking *c)
{
    const struct table *const t = &c->tables[PACK_CHANGES], *const summary = &c->tables[PACK_SUMMARY];
    const struct table *const trend = &c->tables[PACK_TREND];
    double failing = 0;

    for (size_t r = 0; r < t->rows; r++)
        if (text_equal(word_at(t, r, "change"), TEXT_LITERAL("NEW")) ||
            text_equal(word_at(t, r, "change"), TEXT_LITERAL("PERSISTING")))
            failing += at(t, r, "devices");
    if (trend->rows < 2)
        return;
    expect(c, "newly and still failing Devices", failing, "revised_failed",
           at(summary, summary->rows - 1, "revised_failed"));
    expect(c, "the Devices that failed before", sum(t, t->rows, "failed_before"), "those of the month before",
           at(trend, trend->rows - 2, "revised_failed"));
}

static void check_incidents(struct checking *c)
{
    const struct table *const ageing = &c->tables[PACK_AGEING], *const list = &c->tables[PACK_INCIDENTS];
    const struct table *const trend = &c->tables[PACK_TREND];
    const struct table *const avoided = &c->tables[PACK_AVOIDED];
    double open = 0, passed = 0;

    for (size_t r = 0; r < ageing->rows; r++)
        expect(c, "the Incidents of an age band", at(ageing, r, "open"), "the sum over the CSP regions",
               at(ageing, r, "north") + at(ageing, r, "central") + at(ageing, r, "south") + at(ageing, r, "unknown"));
    for (size_t r = 0; r < list->rows; r++)
        open += !text_equal(word_at(list, r, "status"), TEXT_LITERAL("RESOLVED")) &&
                !text_equal(word_at(list, r, "status"), TEXT_LITERAL("RAISED_IN_ERROR"));
    for (size_t r = 0; r < avoided->rows; r++)
        passed += !text_equal(word_at(avoided, r, "part"), TEXT_LITERAL("not yet known"));
    expect(c, "open Incidents by age", sum(ageing, ageing->rows, "open"), "those in the list", open);
    expect(c, "Incidents avoided in the trend", at(trend, trend->rows - 1, "incidents_avoided"), "those in the list",
           passed);
}

/* A Device counts for each party that owes something on it, so that the lines add up to no less than all Devices. */
static void check_parties(struct checking *c)
{
    const struct table *const t = &c->tables[PACK_SUPPLIERS], *const summary = &c->tables[PACK_SUMMARY];
    const double failed = at(summary, summary->rows - 1, "revised_failed"), told = sum(t, t->rows, "failed");

    for (size_t r = 0; r < t->rows; r++) {
        expect(c, "Devices due of a party", at(t, r, "due"), "on time, late, done, failed and unverified together",
               at(t, r, "on_time") + at(t, r, "late") + at(t, r, "done") + at(t, r, "failed") + at(t, r, "unverified"));
        check_rate(c, t, r, "revised_rate", "failed", "due");
        check_rate(c, t, r, "legacy_rate", "legacy_failed", "legacy_due");
        expect(c, "revised_rate_at_most", at(t, r, "revised_rate_at_most"), "failed and unverified among the due",
               at(t, r, "due") > 0 ? (at(t, r, "failed") + at(t, r, "unverified")) / at(t, r, "due") : 0);
    }
    expect(c, "failing Devices by party", told < failed ? told : failed, "at least all of them", failed);
}

/* The row whose `column` is the scope; false: there is none, as of a CSP region. */
static bool find_scope(const struct table *t, const char *column, struct text scope, size_t *row)
{
    for (*row = 0; *row < t->rows; ++*row)
        if (text_equal(word_at(t, *row, column), scope))
            return true;
    return false;
}

/* A level is held against the figures that the summary, or the table of parties, tells of its scope. */
static void check_tolerances(struct checking *c)
{
    const struct table *const t = &c->tables[PACK_TOLERANCES], *const summary = &c->tables[PACK_SUMMARY];
    const struct table *const parties = &c->tables[PACK_SUPPLIERS];

    for (size_t r = 0, row; r < t->rows; r++) {
        const struct text scope = word_at(t, r, "scope"), measure = word_at(t, r, "measure");
        const bool is_all = text_equal(scope, TEXT_LITERAL("all"));
        const bool is_rate = text_equal(measure, TEXT_LITERAL("failure_rate"));
        const bool of_summary = find_scope(summary, "device_type", is_all ? TEXT_LITERAL("All") : scope, &row);
        const struct table *const of = of_summary ? summary : parties;
        const char *const failed = of_summary ? "revised_failed" : "failed";

        if ((!of_summary && !find_scope(parties, "party", scope, &row)) ||
            (!is_rate && !text_equal(measure, TEXT_LITERAL("failures"))))
            continue;
        expect(c, "legacy of a tolerance", at(t, r, "legacy"), "that of its scope",
               at(of, row, is_rate ? "legacy_rate" : "legacy_failed"));
        expect(c, "revised of a tolerance", at(t, r, "revised"), "that of its scope",
               at(of, row, is_rate ? "revised_rate" : failed));
        expect(c, "revised_at_most of a tolerance", at(t, r, "revised_at_most"), "that of its scope",
               is_rate ? at(of, row, "revised_rate_at_most") : at(of, row, failed) + at(of, row, "unverified"));
    }
}

/* No row where nothing is waived; else the last is that of all. */
static void check_waived(struct checking *c)
{
    const struct table *const t = &c->tables[PACK_WAIVED], *const summary = &c->tables[PACK_SUMMARY];
    static const char *const same[] = {"judged", "revised_failed", "unverified", "revised_rate",
                                       "revised_rate_at_most"};

    for (size_t r = 0; r < t->rows; r++) {
        const double judged = at(t, r, "judged"), failed = at(t, r, "revised_failed") - at(t, r, "waived_failed");
        const double most = at(t, r, "revised_failed") + at(t, r, "unverified") - at(t, r, "waived");

        check_rate(c, t, r, "revised_rate", "revised_failed", "judged");
        check_at_most(c, t, r);
        expect(c, "the rate after waivers", at(t, r, "rate_after_waivers"), "failed less waived among the judged",
               judged > 0 ? failed / judged : 0);
        expect(c, "the rate after waivers at most", at(t, r, "rate_after_waivers_at_most"),
               "failed and unverified less waived among the judged", judged > 0 ? most / judged : 0);
    }
    if (t->rows == 0)
        return;
    expect(c, "waived", at(t, t->rows - 1, "waived"), "the sum over the Device types", sum(t, t->rows - 1, "waived"));
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        expect(c, same[i], at(t, t->rows - 1, same[i]), "that of the summary", at(summary, summary->rows - 1, same[i]));
}

int pack_check(const struct table tables[PACK_TABLES], void (*finding)(void *ctx, const char *what), void *ctx,
               struct err *err)
{
    struct checking c = {.tables = tables, .finding = finding, .ctx = ctx};
    const struct table *const summary = &tables[PACK_SUMMARY];

    if (summary->rows == 0 || tables[PACK_TREND].rows == 0) {
        finding(ctx, "the summary or the trend has no rows");
        return 1;
    }
    check_summary(&c);
    check_trend(&c);
    check_causes(&c, PACK_FALSE_POSITIVES, "false_positives");
    check_causes(&c, PACK_FAILURES, "revised_failed");
    check_incidents(&c);
    check_parties(&c);
    check_cohorts(&c);
    check_lists(&c);
    check_changes(&c);
    check_waived(&c);
    check_tolerances(&c);
    return c.no_memory ? err_nomem(err) : c.count;
}
