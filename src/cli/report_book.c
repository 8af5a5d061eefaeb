/* Several reports in one workbook, a sheet each. */
#include "reports_int.h"

#include "judging/query.h"

#include <stdlib.h>

struct making {
    const struct report_source *from;
    const struct report *const *reports;
    struct book_rows *rows; /* one for each */
    size_t count;
    struct shown *shown; /* likewise; borrowed by the workbook until it is closed */
    struct report_about about;
    struct outfile *file;
    struct writer *workbook;
};

static int ask(const struct making *m, size_t i, struct cursor **rows, struct err *err)
{
    const struct report *const r = m->reports[i];

    if (report_query(m->from, r, rows, err) < 0)
        return -1;
    return report_hide(m->from->pseudonyms, rows, err);
}

/* The rows are asked for twice: which identifiers stand on several sheets is to be known before the first is written.
 */
static int expect(struct making *m, size_t i, struct err *err)
{
    struct cursor *rows = NULL;
    struct shown shown = {0};
    int rc = ask(m, i, &rows, err);

    if (rc == 0 && (rc = shown_begin(&shown, m->from->showing, m->reports[i], rows, err)) == 0)
        rc = reports_book_expect(m->workbook, &shown.report, &shown.base, err);
    shown_end(&shown);
    cursor_destroy(rows);
    return rc;
}

static int write_rows(struct making *m, struct shown *shown, struct book_rows *count, struct err *err)
{
    int got;

    if (reports_book_sheet(m->workbook, &shown->report, err) < 0)
        return -1;
    while ((got = cursor_next(&shown->base, err)) > 0) {
        if (reports_book_row(m->workbook, &shown->base, err) < 0)
            return -1;
        count->rows++;
    }
    count->there = shown->there;
    return got < 0 ? -1 : reports_book_sheet_end(m->workbook, count->there, err);
}

static int write_sheet(struct making *m, size_t i, struct err *err)
{
    struct cursor *rows = NULL;
    int rc = ask(m, i, &rows, err);

    if (rc == 0 && (rc = shown_begin(&m->shown[i], m->from->showing, m->reports[i], rows, err)) == 0)
        rc = write_rows(m, &m->shown[i], &m->rows[i], err);
    cursor_destroy(rows);
    return rc;
}

static int make(struct making *m, const char *path, struct err *err)
{
    int rc = outfile_create(&m->file, path, err);

    if (rc == 0)
        rc = reports_book_open(&m->workbook, m->reports, m->count, &m->about, m->file, err);
    for (size_t i = 0; rc == 0 && i < m->count; i++)
        rc = expect(m, i, err);
    for (size_t i = 0; rc == 0 && i < m->count; i++)
        rc = write_sheet(m, i, err);
    if (m->workbook != NULL && reports_book_close(m->workbook, rc == 0, err) < 0)
        rc = -1;
    if (rc == 0)
        return outfile_commit(m->file, err);
    outfile_discard(m->file);
    return -1;
}

int write_report_book(const struct report_source *from, const struct report *const *reports, size_t count,
                      const char *path, struct book_rows *rows, struct err *err)
{
    struct making m = {.from = from, .reports = reports, .count = count, .rows = rows, .about = *from->about};
    int rc;

    m.shown = calloc(count, sizeof(*m.shown));
    if (m.shown == NULL)
        return err_nomem(err);
    rc = make(&m, path, err);
    for (size_t i = 0; i < count; i++)
        shown_end(&m.shown[i]);
    free(m.shown);
    return rc;
}
