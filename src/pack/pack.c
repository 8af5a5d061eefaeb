/* Making a pack: the tables, the checks, the files, the manifest, and all of it in place at once. */
#include "pack_int.h"

#include "archive_int.h"
#include "base/shipped.h"
#include "judging/coverage.h"
#include "manifest_int.h"
#include "output/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct pack_source pack_sources[PACK_TABLES] = {
    [PACK_SUMMARY] = {"summary", "Summary", true},
    [PACK_TREND] = {"trend", "Trend", true},
    [PACK_SUPPLIERS] = {"supplier-performance", "Suppliers", false},
    [PACK_FALSE_POSITIVES] = {"false-positive-causes", "False positives", true},
    [PACK_FAILURES] = {"failure-causes", "True failures", true},
    [PACK_AGEING] = {"ageing", "Ageing", true},
    [PACK_INCIDENTS] = {"chf-incidents", "CHF Incidents", false},
    [PACK_AVOIDED] = {"incidents-avoided", "Incidents avoided", false},
    [PACK_UNVERIFIED] = {"evidence-needed", "Unverified", false},
    [PACK_DATA_QUALITY] = {"data-quality", "Data quality", false},
    [PACK_METHOD] = {"method", "Method", false},
    [PACK_INPUTS] = {"inputs", "Inputs", true},
};

/* ---- Periods ---- */

/* Days from 1970 to the first of a month (the usual count from March on, in eras of 400 years). */
static int64_t days_to(int year, int month)
{
    const int64_t y = year - (month <= 2);
    const int64_t era = y / 400, of_era = y - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

instant pack_period_end(int year, int month)
{
    return days_to(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1) * INSTANT_DAY - 1;
}

bool pack_period_parse(struct text t, int *year, int *month)
{
    char digits[PACK_PERIOD_SIZE];

    if (t.len != 7 || t.ptr[4] != '-')
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (i != 4 && (t.ptr[i] < '0' || t.ptr[i] > '9'))
            return false;
    memcpy(digits, t.ptr, 7);
    digits[7] = '\0';
    *year = atoi(digits);
    *month = atoi(digits + 5);
    return *year >= 2000 && *year <= 9998 && *month >= 1 && *month <= 12;
}

/* ---- Tables ---- */

static int load_reports(struct pack *p, struct err *err)
{
    for (unsigned i = 0; i < PACK_TABLES; i++) {
        char name[64];
        const struct shipped *file;

        if (!pack_sources[i].own) {
            if (i != PACK_METHOD)
                p->tables[i].report = p->request->find_report(p->request->find_ctx, pack_sources[i].file, err);
            if (i != PACK_METHOD && p->tables[i].report == NULL)
                return -1;
            continue;
        }
        snprintf(name, sizeof(name), "packs/ssc/%s.sql", pack_sources[i].file);
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
    pseudonym_add(ctx, t, strcmp(column, "file") == 0 ? TEXT_OF_FILE_NAME : TEXT_OF_RECORDS, out);
}

static int fill(struct pack *p, enum pack_table table, const struct judged *judged, struct err *err)
{
    const struct query_source source = {.now = judged, .coverage = p->request->coverage};
    const struct report *const report = p->tables[table].report;
    struct cursor *rows = NULL;
    int rc = store_query(p->request->store, &source, report->name, report->sql, &rows, err);

    if (rc == 0)
        rc = table_append(&p->tables[table], rows, put_pseudonyms, &p->pseudonyms, err);
    cursor_destroy(rows);
    return rc;
}

static int judge(const struct pack *p, const struct judge_context *as_at, struct judged **out, struct err *err)
{
    const struct pack_request *const r = p->request;

    return store_judge(r->store, as_at, NULL, r->threads, r->temp_dir, r->progress, r->progress_ctx, out, err);
}

#define TREND_MONTHS_MAX 120

/* How many months of the trend come before the period: back to the one in which the first Device was commissioned. */
static int months_before(struct pack *p, const struct judged *judged, int *out, struct err *err)
{
    static const char query[] =
        "SELECT strftime('%Y', min(commissioned_at)) * 12 + strftime('%m', min(commissioned_at))"
        " FROM devices WHERE verdict <> 'EXCLUDED'";
    const struct query_source source = {.now = judged};
    struct cursor *rows = NULL;
    int rc = store_query(p->request->store, &source, "trend", query, &rows, err);
    int64_t months = 0;

    if (rc == 0 && (rc = cursor_next(rows, err)) > 0) {
        rc = 0;
        if (cursor_cell_type(rows, 0) == CELL_INTEGER)
            months = p->request->year * 12 + p->request->month - cursor_integer(rows, 0);
    }
    cursor_destroy(rows);
    *out = (int)(months < 0 ? 0 : months >= TREND_MONTHS_MAX ? TREND_MONTHS_MAX - 1 : months);
    return rc;
}

/* The months before the period, each judged anew; the period itself is the last line. */
static int fill_trend(struct pack *p, const struct judged *judged, struct err *err)
{
    int back;

    if (months_before(p, judged, &back, err) < 0)
        return -1;
    for (; back > 0; back--) {
        const int month = p->request->year * 12 + p->request->month - 1 - back;
        struct context_at then = {0};
        struct judged *judged_then = NULL;
        int rc = context_at(&then, p->request->store, &p->context, pack_period_end(month / 12, month % 12 + 1), err);

        if (rc == 0)
            rc = judge(p, &then.context, &judged_then, err);
        if (rc == 0)
            rc = fill(p, PACK_TREND, judged_then, err);
        judged_destroy(judged_then);
        context_at_release(&then);
        if (rc < 0)
            return -1;
    }
    return fill(p, PACK_TREND, judged, err);
}

static int fill_all(struct pack *p, struct err *err)
{
    struct judged *judged = NULL;
    int rc = judge(p, &p->context, &judged, err);

    if (rc == 0 && p->request->coverage != NULL)
        rc = coverage_count_waiting(p->request->coverage, judged, err);
    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++) {
        if (i == PACK_TREND)
            rc = fill_trend(p, judged, err);
        else if (i == PACK_METHOD)
            rc = method_write(&p->tables[i], &p->context, err);
        else
            rc = fill(p, (enum pack_table)i, judged, err);
    }
    judged_destroy(judged);
    return rc;
}

static void first_finding(void *ctx, const char *what)
{
    err_set(ctx, ERR_BUG, "the totals of the pack do not agree, so it is not written: %s", what);
}

/* ---- Files ---- */

struct filing {
    const struct pack *pack;
    const char *folder; /* the temporary one */
    struct pack_files files;
};

static int note_file(struct filing *f, const char *path, const char *name, struct err *err)
{
    unsigned char sha256[DIGEST_SIZE];
    uint64_t bytes;

    if (file_digest(path, sha256, &bytes, err) < 0)
        return -1;
    return pack_files_add(&f->files, name, bytes, sha256, err);
}

/* Writes one file of the pack by `write` and notes it, where noting is wanted. */
typedef int (*file_writer)(const struct pack *p, const void *what, struct outfile *out, struct err *err);

static int write_file(struct filing *f, const char *name, file_writer write, const void *what, struct err *err)
{
    struct outfile *out = NULL;
    char *path;
    int rc;

    if (asprintf(&path, "%s/%s", f->folder, name) < 0)
        return err_nomem(err);
    rc = outfile_create(&out, path, err);
    if (rc == 0 && (rc = write(f->pack, what, out, err)) == 0)
        rc = outfile_commit(out, err);
    else
        outfile_discard(out);
    if (rc == 0)
        rc = note_file(f, path, name, err);
    free(path);
    return rc;
}

static int write_csv(const struct pack *p, const void *what, struct outfile *out, struct err *err)
{
    const struct table *const t = what;
    struct table_cursor rows;

    (void)p;
    table_cursor_init(&rows, t);
    return report_write(t->report, NULL, &rows.base, writer_find("csv"), out, NULL, err);
}

static int write_page(const struct pack *p, const void *what, struct outfile *out, struct err *err)
{
    struct buf page = {0};
    int rc;

    (void)what;
    pack_html(p, &page);
    rc = page.failed ? err_nomem(err) : outfile_write(out, page.ptr, page.len, err);
    buf_release(&page);
    return rc;
}

static int write_manifest(const struct pack *p, const void *what, struct outfile *out, struct err *err)
{
    struct buf text = {0};
    int rc = manifest_write(p, what, &text, err);

    if (rc == 0)
        rc = outfile_write(out, text.ptr, text.len, err);
    buf_release(&text);
    return rc;
}

static int write_tables(struct filing *f, struct err *err)
{
    char *csv;
    int rc = 0;

    if (asprintf(&csv, "%s/csv", f->folder) < 0)
        return err_nomem(err);
    if (mkdir(csv, 0750) < 0)
        rc = err_set(err, ERR_CREATE, "cannot make the folder '%s': %s", csv, strerror(errno));
    free(csv);
    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++) {
        char name[64];

        snprintf(name, sizeof(name), "csv/%s.csv", pack_sources[i].file);
        rc = write_file(f, name, write_csv, &f->pack->tables[i], err);
    }
    return rc;
}

static int write_files(struct filing *f, struct err *err)
{
    char workbook[32], page[32];

    snprintf(workbook, sizeof(workbook), "ssc-%s.xlsx", f->pack->period);
    snprintf(page, sizeof(page), "ssc-%s.html", f->pack->period);
    if (write_file(f, workbook, pack_book, NULL, err) < 0 || write_file(f, page, write_page, NULL, err) < 0 ||
        write_tables(f, err) < 0)
        return -1;
    return write_file(f, MANIFEST_NAME, write_manifest, &f->files, err);
}

static int zip_files(const struct filing *f, const char *prefix, struct outfile *zip, struct err *err)
{
    const char **const names = calloc(f->files.count, sizeof(*names));
    int rc;

    if (names == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < f->files.count; i++)
        names[i] = f->files.ptr[i].name;
    rc = pack_zip(f->folder, prefix, names, f->files.count, zip, err);
    free(names);
    return rc;
}

static int put_in_place(const struct pack *p, struct pack_account *out, struct err *err)
{
    struct filing f = {.pack = p};
    struct outdir *folder = NULL;
    struct outfile *zip = NULL;
    char prefix[32];
    int rc = -1;

    snprintf(prefix, sizeof(prefix), "ssc-%s", p->period);
    if (asprintf(&out->folder, "%s/%s", p->request->out, prefix) < 0)
        out->folder = NULL;
    else if (asprintf(&out->zip, "%s.zip", out->folder) < 0)
        out->zip = NULL;
    if (out->folder == NULL || out->zip == NULL)
        return err_nomem(err);
    if (outdir_create(&folder, out->folder, err) == 0 && outfile_create(&zip, out->zip, err) == 0) {
        f.folder = outdir_path(folder);
        if (write_files(&f, err) == 0)
            rc = zip_files(&f, prefix, zip, err);
    }
    out->files = f.files.count;
    pack_files_release(&f.files);
    if (rc == 0) {
        rc = outdir_commit(folder, NULL, err);
        folder = NULL;
    }
    outdir_discard(folder);
    if (rc == 0)
        return outfile_commit(zip, err);
    outfile_discard(zip);
    return -1;
}

static uint64_t of_all(const struct pack *p, const char *column)
{
    const struct table *const t = &p->tables[PACK_SUMMARY];

    return (uint64_t)table_number(t, t->rows - 1, table_column(t, column));
}

int pack_write(const struct pack_request *r, struct pack_account *out, struct err *err)
{
    struct pack p = {.request = r, .context = *r->context, .pseudonyms = {.directory = r->context->directory}};
    int rc = -1;

    *out = (struct pack_account){0};
    p.context.as_of = pack_period_end(r->year, r->month);
    snprintf(p.period, sizeof(p.period), "%04u-%02u", (unsigned)r->year % 10000, (unsigned)r->month % 100);
    snprintf(p.heading, sizeof(p.heading), "%.120s, period %s", r->marking, p.period);
    if ((r->key_file == NULL || pseudonyms_read_key(&p.pseudonyms, r->key_file, err) == 0) &&
        load_reports(&p, err) == 0 && fill_all(&p, err) == 0 && pack_check(p.tables, first_finding, err) == 0)
        rc = r->out != NULL ? put_in_place(&p, out, err) : 0;
    if (rc == 0) {
        out->judged = of_all(&p, "judged");
        out->legacy_failed = of_all(&p, "legacy_failed");
        out->revised_failed = of_all(&p, "revised_failed");
    }
    for (unsigned i = 0; i < PACK_TABLES; i++) {
        table_release(&p.tables[i]);
        report_release(&p.own[i]);
    }
    pseudonyms_release(&p.pseudonyms);
    return rc;
}
