/* The tables of a pack: which there are, and what fills them. */
#include "pack_int.h"

#include "base/shipped.h"
#include "judging/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct pack_source pack_sources[PACK_TABLES] = {
    [PACK_SUMMARY] = {"summary", "Summary", "ssc"},
    [PACK_TREND] = {"trend", "Trend", "ssc"},
    [PACK_COHORTS] = {"cohorts", "Cohorts", "ssc"},
    [PACK_CHANGES] = {"month-changes", "Since last month", "ssc"},
    [PACK_RESTATED] = {"restated", "Reported otherwise", "ssc"},
    [PACK_TOLERANCES] = {"tolerances", "Tolerances", "night"},
    [PACK_WAIVED] = {"waived", "Waived", "ssc"},
    [PACK_WAIVERS] = {"waivers", "Waivers", "ssc"},
    [PACK_SUPPLIERS] = {"supplier-performance", "Suppliers", NULL},
    [PACK_FALSE_POSITIVES] = {"false-positive-causes", "False positives", "ssc"},
    [PACK_FAILURES] = {"failure-causes", "True failures", "ssc"},
    [PACK_AGEING] = {"ageing", "Ageing", "ssc"},
    [PACK_INCIDENTS] = {"chf-incidents", "CHF Incidents", NULL},
    [PACK_AVOIDED] = {"incidents-avoided", "Incidents avoided", NULL},
    [PACK_MISSED_LIST] = {"missed-failures", "Missed, listed", NULL},
    [PACK_FAILING_LIST] = {"failing-devices", "Failing, listed", "ssc"},
    [PACK_MISLED_LIST] = {"false-positives", "False positives, listed", NULL},
    [PACK_UNVERIFIED] = {"evidence-needed", "Unverified", NULL},
    [PACK_DATA_QUALITY] = {"data-quality", "Data quality", NULL},
    [PACK_METHOD] = {"method", "Method", NULL},
    [PACK_GLOSSARY] = {"glossary", "Glossary", NULL},
    [PACK_INPUTS] = {"inputs", "Inputs", "ssc"},
};

int tables_load_reports(struct pack *p, struct err *err)
{
    p->tables[PACK_METHOD].report = &method_report;
    p->tables[PACK_GLOSSARY].report = &glossary_report;
    for (unsigned i = 0; i < PACK_TABLES; i++) {
        char name[64];
        const struct shipped *file;

        if (p->tables[i].report != NULL)
            continue;
        if (pack_sources[i].folder == NULL) {
            p->tables[i].report = p->request->find_report(p->request->find_ctx, pack_sources[i].file, err);
            if (p->tables[i].report == NULL)
                return -1;
            continue;
        }
        snprintf(name, sizeof(name), "packs/%s/%s.sql", pack_sources[i].folder, pack_sources[i].file);
        file = shipped_find(name);
        if (file == NULL)
            return err_set(err, ERR_BUG, "'%s' is missing in the program", name);
        if (report_parse(&p->own[i], name, file->text, err) < 0)
            return -1;
        p->tables[i].report = &p->own[i];
    }
    return 0;
}

/* A table_put_text: ctx is the pseudonyms. */
static void put_pseudonyms(void *ctx, const char *column, struct text t, struct buf *out)
{
    pseudonym_add(ctx, t, pseudonym_text_of(column), out);
}

static int fill(struct pack *p, enum pack_table table, const struct judged *now, const struct judged *before,
                struct err *err)
{
    const struct query_source source = {.now = now, .before = before, .coverage = p->request->coverage};
    const struct report *const report = p->tables[table].report;
    struct cursor *rows = NULL;
    int rc = store_query(p->request->store, &source, report->name, report->sql, &rows, err);

    if (rc == 0)
        rc = table_append(&p->tables[table], rows, put_pseudonyms, &p->pseudonyms, err);
    cursor_destroy(rows);
    return rc;
}

/* Every Device as at an instant, by what is known now, with the owners and the silences of the log that held then. */
struct moment {
    struct context_at at;
    struct judged *judged;
};

static void moment_release(struct moment *m)
{
    judged_destroy(m->judged);
    context_at_release(&m->at);
}

static int moment_judge(struct moment *m, const struct pack *p, instant as_of, struct err *err)
{
    const struct pack_request *const r = p->request;

    *m = (struct moment){0};
    if (context_at(&m->at, r->store, &p->context, as_of, err) < 0)
        return -1;
    return store_judge(r->store, &m->at.context, NULL, r->threads, r->temp_dir, r->progress, r->progress_ctx,
                       &m->judged, err);
}

/* One cell of one row, as a text into `out`, which stays empty where there is none. */
static int ask_text(struct pack *p, const struct judged *judged, const char *sql, struct buf *out, struct err *err)
{
    const struct query_source source = {.now = judged};
    struct cursor *rows = NULL;
    int rc = store_query(p->request->store, &source, "pack", sql, &rows, err);

    if (rc == 0 && (rc = cursor_next(rows, err)) > 0) {
        rc = 0;
        if (cursor_cell_type(rows, 0) != CELL_EMPTY)
            buf_add_text(out, cursor_text(rows, 0));
    }
    cursor_destroy(rows);
    return rc == 0 && out->failed ? err_nomem(err) : rc;
}

#define TREND_MONTHS_MAX 120

/* How many months of the trend come before that of as-of: back to the one in which the first Device was commissioned.
 */
static int months_before(struct pack *p, const struct judged *judged, int *out, struct err *err)
{
    struct buf months = {0};
    int rc = ask_text(
        p, judged,
        "SELECT strftime('%Y', :as_of) * 12 + strftime('%m', :as_of) - strftime('%Y', min(commissioned_at)) * 12"
        " - strftime('%m', min(commissioned_at)) FROM devices WHERE verdict <> 'EXCLUDED'",
        &months, err);

    *out = rc == 0 ? atoi(buf_cstr(&months)) : 0;
    *out = *out < 0 ? 0 : *out < TREND_MONTHS_MAX ? *out : TREND_MONTHS_MAX - 1;
    buf_release(&months);
    return rc;
}

/* R11.3: what the latest run up to an earlier month's end said, beside what would be said of the same instant now. */
static int fill_restated(struct pack *p, const struct judged *then, struct err *err)
{
    struct buf run = {0};
    struct moment m = {0};
    instant as_of;
    const char *why;
    int rc = ask_text(p, then, "SELECT max(as_of) FROM runs WHERE unixepoch(as_of) <= unixepoch(:as_of)", &run, err);

    if (rc == 0 && run.len > 0 && instant_parse(buf_text(&run), ZONE_UTC, DATE_START, &as_of, &why) == 0) {
        p->restated_at = as_of;
        rc = moment_judge(&m, p, as_of, err);
        if (rc == 0)
            rc = fill(p, PACK_RESTATED, m.judged, NULL, err);
        moment_release(&m);
    }
    buf_release(&run);
    return rc;
}

/* The months before, each judged anew; that of as-of is the last line. */
static int fill_trend(struct pack *p, const struct judged *judged, struct err *err)
{
    char date[INSTANT_TEXT_SIZE];
    int back, months;

    if (months_before(p, judged, &back, err) < 0)
        return -1;
    instant_format_date(p->context.as_of, date);
    months = atoi(date) * 12 + atoi(date + 5) - 1;
    for (; back > 0; back--) {
        struct moment m;
        int rc = moment_judge(&m, p, pack_period_end((months - back) / 12, (months - back) % 12 + 1), err);

        if (rc == 0)
            rc = fill(p, PACK_TREND, m.judged, NULL, err);
        if (rc == 0 && back == 1)
            rc = fill(p, PACK_CHANGES, judged, m.judged, err);
        if (rc == 0 && back == 1)
            rc = fill_restated(p, m.judged, err);
        moment_release(&m);
        if (rc < 0)
            return -1;
    }
    return fill(p, PACK_TREND, judged, NULL, err);
}

static int fill_one(struct pack *p, enum pack_table table, const struct judged *judged, struct err *err)
{
    switch (table) {
    case PACK_TREND:
        return fill_trend(p, judged, err);
    case PACK_CHANGES:
    case PACK_RESTATED:
        return 0; /* with the trend */
    case PACK_METHOD:
        return method_write(&p->tables[table], &p->context, err);
    case PACK_GLOSSARY:
        return glossary_write(p, err);
    default:
        return fill(p, table, judged, NULL, err);
    }
}

int tables_fill(struct pack *p, struct err *err)
{
    const struct pack_request *const r = p->request;
    struct judged *judged = NULL;
    int rc =
        store_judge(r->store, &p->context, NULL, r->threads, r->temp_dir, r->progress, r->progress_ctx, &judged, err);

    if (rc == 0 && r->coverage != NULL)
        rc = coverage_count_waiting(r->coverage, judged, err);
    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++)
        rc = fill_one(p, (enum pack_table)i, judged, err);
    judged_destroy(judged);
    return rc == 0 ? words_show_tables(p, err) : -1;
}
