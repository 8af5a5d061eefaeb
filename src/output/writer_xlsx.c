/* XLSX: a sheet for each report with its rows, typed, and one that says what was asked. */
#include "book_int.h"
#include "writers_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct writer {
    struct book *book;
    struct outfile *file;
    const struct report_about *about; /* may be NULL */
    const struct report *report;      /* whose sheet is being written */
    size_t reports;                   /* of the workbook */
    uint64_t rows;                    /* of this report */
    bool failed;
};

static int tell(struct writer *w, const struct about_line *lines, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (book_cover_line(w->book, lines[i].label, text_of(lines[i].value), err) < 0)
            return -1;
    return 0;
}

static int tell_report(struct writer *w, const struct report *r, struct err *err)
{
    char sheet[BOOK_NAME_MAX + 1];

    snprintf(sheet, sizeof(sheet), "%s", r->name);
    if (w->reports > 1)
        return book_cover_link(w->book, r->name, text_of(r->title), sheet, err);
    if (book_cover_line(w->book, "Report", text_of(r->name), err) < 0)
        return -1;
    return r->audience[0] != '\0' ? book_cover_line(w->book, "For", text_of(r->audience), err) : 0;
}

static int write_cover(struct writer *w, const struct report *const *reports, const char *title, struct err *err)
{
    const char *const paragraph = w->reports > 1 ? "A sheet for each report." : reports[0]->description;

    if (book_cover(w->book, title, paragraph, err) < 0)
        return -1;
    for (size_t i = 0; i < w->reports; i++)
        if (tell_report(w, reports[i], err) < 0)
            return -1;
    if (w->about != NULL && tell(w, w->about->lines, w->about->count, err) < 0)
        return -1;
    return book_cover_line(w->book, "Instants", TEXT_LITERAL("are in UTC"), err);
}

int reports_book_open(struct writer **out, const struct report *const *reports, size_t count,
                      const struct report_about *about, struct outfile *file, struct err *err)
{
    const char *const title = count > 1 ? "Reports" : reports[0]->title;
    const struct book_setup setup = {
        .title = title,
        .as_of = about != NULL ? about->as_of : 0,
        .only = about != NULL ? about->only : NULL,
        .temp_dir = about != NULL ? about->temp_dir : NULL,
        .cover_last = true,
        .glossary = about != NULL ? about->glossary : NULL,
        .glossary_count = about != NULL ? about->glossary_count : 0,
    };
    struct writer *const w = calloc(1, sizeof(*w));

    *out = NULL;
    if (w == NULL)
        return err_nomem(err);
    *w = (struct writer){.file = file, .about = about, .reports = count};
    if (book_create(&w->book, &setup, err) == 0 && write_cover(w, reports, title, err) == 0) {
        *out = w;
        return 0;
    }
    if (w->book != NULL)
        book_write(w->book, NULL, err);
    free(w);
    return -1;
}

int reports_book_expect(struct writer *w, const struct report *report, struct cursor *rows, struct err *err)
{
    return book_expect(w->book, report, rows, err);
}

int reports_book_sheet(struct writer *w, const struct report *report, struct err *err)
{
    w->report = report;
    w->rows = 0;
    w->failed = book_sheet(w->book, report->name, report, err) < 0;
    return w->failed ? -1 : 0;
}

int reports_book_row(struct writer *w, struct cursor *row, struct err *err)
{
    w->rows++;
    if (book_row(w->book, row, err) == 0)
        return 0;
    w->failed = true;
    return -1;
}

static int tell_rows(struct writer *w, uint64_t there, struct err *err)
{
    struct buf label = {0}, text = {0};
    int rc;

    buf_printf(&label, w->reports > 1 ? "Rows of %s" : "Rows", w->report->name);
    buf_printf(&text, "%" PRIu64, w->rows);
    if (there == ROWS_UNCOUNTED)
        buf_add_str(&text, ", the first of more");
    else if (there > w->rows)
        buf_printf(&text, ", the first of %" PRIu64 " (--limit)", there);
    rc =
        label.failed || text.failed ? err_nomem(err) : book_cover_line(w->book, buf_cstr(&label), buf_text(&text), err);
    buf_release(&label);
    buf_release(&text);
    return rc;
}

int reports_book_sheet_end(struct writer *w, uint64_t there, struct err *err)
{
    book_rows_there(w->book, there);
    w->failed = w->failed || book_sheet_end(w->book, err) < 0 || tell_rows(w, there, err) < 0;
    return w->failed ? -1 : 0;
}

static int tell_end(struct writer *w, struct err *err)
{
    struct buf text = {0};
    int rc = 0;

    buf_printf(&text,
               "%" PRIu64
               " held more than the %d characters of a cell and end in an ellipsis; CSV and JSON have all of it",
               book_cut_cells(w->book), BOOK_CELL_MAX);
    if (book_cut_cells(w->book) > 0)
        rc = book_cover_line(w->book, "Cells cut", buf_text(&text), err);
    buf_release(&text);
    if (rc == 0)
        rc = book_cover_glossary(w->book, err);
    if (rc == 0 && w->about != NULL)
        rc = tell(w, w->about->inputs, w->about->input_count, err);
    return rc;
}

int reports_book_close(struct writer *w, bool keep, struct err *err)
{
    const bool whole = keep && !w->failed && tell_end(w, err) == 0;
    const int rc = book_write(w->book, whole ? w->file : NULL, err);

    free(w);
    return whole || !keep ? rc : -1;
}

/* ---- One report ---- */

static int open_writer(struct writer **out, const struct report *report, const struct report_about *about,
                       struct outfile *file, struct err *err)
{
    if (reports_book_open(out, &report, 1, about, file, err) < 0)
        return -1;
    if (reports_book_sheet(*out, report, err) == 0)
        return 0;
    reports_book_close(*out, false, NULL);
    *out = NULL;
    return -1;
}

static int close_writer(struct writer *w, struct err *err)
{
    const uint64_t *const there = w->about != NULL ? w->about->rows_there : NULL;
    const bool whole = !w->failed && reports_book_sheet_end(w, there != NULL ? *there : 0, err) == 0;

    return reports_book_close(w, whole, err) < 0 || !whole ? -1 : 0;
}

const struct writer_ops writer_xlsx = {
    .name = "xlsx",
    .extension = ".xlsx",
    .summary = "a workbook: what was asked, and the rows, typed, with filters and charts",
    .slow = true,
    .open = open_writer,
    .row = reports_book_row,
    .close = close_writer,
};
