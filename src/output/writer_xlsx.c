/* XLSX: a sheet that says what was asked, and the rows, typed. */
#include "book_int.h"
#include "writers_int.h"

#include <inttypes.h>
#include <stdlib.h>

struct writer {
    struct book *book;
    struct outfile *file;
    const struct report_about *about; /* may be NULL */
    uint64_t rows;
    bool failed;
};

static int tell(struct writer *w, const struct about_line *lines, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (book_cover_line(w->book, lines[i].label, text_of(lines[i].value), err) < 0)
            return -1;
    return 0;
}

static int write_cover(struct writer *w, const struct report *r, const struct report_about *about, struct err *err)
{
    if (book_cover(w->book, r->title, r->description, err) < 0 ||
        book_cover_line(w->book, "Report", text_of(r->name), err) < 0)
        return -1;
    if (r->audience[0] != '\0' && book_cover_line(w->book, "For", text_of(r->audience), err) < 0)
        return -1;
    if (about != NULL && tell(w, about->lines, about->count, err) < 0)
        return -1;
    return book_cover_line(w->book, "Instants", TEXT_LITERAL("are in UTC"), err);
}

static int open_writer(struct writer **out, const struct report *report, const struct report_about *about,
                       struct outfile *file, struct err *err)
{
    const struct book_setup setup = {
        .title = report->title,
        .as_of = about != NULL ? about->as_of : 0,
        .temp_dir = about != NULL ? about->temp_dir : NULL,
        .cover_last = true,
        .glossary = about != NULL ? about->glossary : NULL,
        .glossary_count = about != NULL ? about->glossary_count : 0,
    };
    struct writer *const w = calloc(1, sizeof(*w));

    *out = NULL;
    if (w == NULL)
        return err_nomem(err);
    w->file = file;
    w->about = about;
    if (book_create(&w->book, &setup, err) == 0 && write_cover(w, report, about, err) == 0 &&
        book_sheet(w->book, report->name, report, err) == 0) {
        *out = w;
        return 0;
    }
    if (w->book != NULL)
        book_write(w->book, NULL, err);
    free(w);
    return -1;
}

static int write_row(struct writer *w, struct cursor *row, struct err *err)
{
    w->rows++;
    if (book_row(w->book, row, err) == 0)
        return 0;
    w->failed = true;
    return -1;
}

static int tell_end(struct writer *w, struct err *err)
{
    struct buf text = {0};
    int rc = 0;

    buf_printf(&text, "%" PRIu64, w->rows);
    if (book_cover_line(w->book, "Rows", buf_text(&text), err) < 0)
        rc = -1;
    if (rc == 0 && book_cut_cells(w->book) > 0) {
        buf_clear(&text);
        buf_printf(&text,
                   "%" PRIu64
                   " held more than the %d characters of a cell and end in an ellipsis; CSV and JSON have all of it",
                   book_cut_cells(w->book), BOOK_CELL_MAX);
        rc = book_cover_line(w->book, "Cells cut", buf_text(&text), err);
    }
    buf_release(&text);
    if (rc == 0)
        rc = book_cover_glossary(w->book, err);
    if (rc == 0 && w->about != NULL)
        rc = tell(w, w->about->inputs, w->about->input_count, err);
    return rc;
}

static int close_writer(struct writer *w, struct err *err)
{
    const bool whole = !w->failed && book_sheet_end(w->book, err) == 0 && tell_end(w, err) == 0;
    const int rc = book_write(w->book, whole ? w->file : NULL, err);

    free(w);
    return whole ? rc : -1;
}

const struct writer_ops writer_xlsx = {
    .name = "xlsx",
    .extension = ".xlsx",
    .summary = "a workbook: what was asked, and the rows, typed, with filters and charts",
    .slow = true,
    .open = open_writer,
    .row = write_row,
    .close = close_writer,
};
