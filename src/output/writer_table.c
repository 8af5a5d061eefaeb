/* A table for people to look at: columns under one another, numbers to the right. The first rows decide how wide the
 * columns are, so memory does not grow with the rows; what is wider later on sticks out. */
#include "width_int.h"
#include "writers_int.h"

#include <stdlib.h>

#define ROWS_HELD  1000      /* that decide on the widths */
#define BYTES_HELD (4 << 20) /* or fewer, when they are that long */
#define WIDTH_MAX  60        /* a wider cell pushes the rest of its row to the right */

struct held_cell {
    size_t len; /* bytes, one after another in `held` */
    bool is_number;
};

struct writer {
    const struct report *report; /* borrowed */
    struct outfile *file;        /* borrowed */
    size_t *widths;              /* one a column */
    struct buf held;             /* texts of the rows that wait for the widths */
    struct buf cells;            /* struct held_cell, one a cell */
    size_t rows_held;
    bool begun; /* the heading is written */
    struct buf line;
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void pad(struct buf *b, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        buf_add_byte(b, ' ');
}

static void add_padded(struct writer *w, size_t column, struct text t, bool right)
{
    const size_t width = text_columns(t);
    const size_t missing = width < w->widths[column] ? w->widths[column] - width : 0;

    if (column > 0)
        pad(&w->line, 2);
    if (right)
        pad(&w->line, missing);
    buf_add_text(&w->line, t);
    if (!right)
        pad(&w->line, missing);
}

static int end_line(struct writer *w, struct err *err)
{
    while (w->line.len > 0 && w->line.ptr[w->line.len - 1] == ' ')
        w->line.len--;
    buf_add_byte(&w->line, '\n');
    if (w->line.failed)
        return err_nomem(err);
    return outfile_write(w->file, w->line.ptr, w->line.len, err);
}

static int write_heading(struct writer *w, struct err *err)
{
    buf_clear(&w->line);
    for (size_t i = 0; i < w->report->column_count; i++)
        add_padded(w, i, text_of(w->report->columns[i].name), false);
    if (end_line(w, err) < 0)
        return -1;
    buf_clear(&w->line);
    for (size_t i = 0; i < w->report->column_count; i++) {
        if (i > 0)
            pad(&w->line, 2);
        for (size_t k = 0; k < w->widths[i]; k++)
            buf_add_byte(&w->line, '-');
    }
    return end_line(w, err);
}

static void measure(struct writer *w)
{
    const struct held_cell *cells = (const void *)w->cells.ptr;
    const size_t columns = w->report->column_count;
    size_t at = 0;

    for (size_t i = 0; i < w->rows_held * columns; i++) {
        const struct text t = {(const char *)w->held.ptr + at, cells[i].len};
        const size_t width = smaller(text_columns(t), WIDTH_MAX);

        if (width > w->widths[i % columns])
            w->widths[i % columns] = width;
        at += cells[i].len;
    }
}

static int write_held(struct writer *w, struct err *err)
{
    const struct held_cell *cells = (const void *)w->cells.ptr;
    size_t at = 0, cell = 0;

    for (size_t r = 0; r < w->rows_held; r++) {
        buf_clear(&w->line);
        for (size_t i = 0; i < w->report->column_count; i++, cell++) {
            add_padded(w, i, (struct text){(const char *)w->held.ptr + at, cells[cell].len}, cells[cell].is_number);
            at += cells[cell].len;
        }
        if (end_line(w, err) < 0)
            return -1;
    }
    buf_clear(&w->held);
    buf_clear(&w->cells);
    w->rows_held = 0;
    return 0;
}

/* Writes what waited; the first time, it says how wide the columns are. */
static int flush(struct writer *w, struct err *err)
{
    if (w->held.failed || w->cells.failed)
        return err_nomem(err);
    if (!w->begun) {
        measure(w);
        if (write_heading(w, err) < 0)
            return -1;
        w->begun = true;
    }
    return write_held(w, err);
}

static int write_row(struct writer *w, struct cursor *row, struct err *err)
{
    for (size_t i = 0; i < w->report->column_count; i++) {
        const enum cell_type type = cursor_cell_type(row, (int)i);
        struct held_cell cell = {w->held.len, type == CELL_INTEGER || type == CELL_REAL};

        if (type == CELL_REAL)
            number_add_real(&w->held, cursor_real(row, (int)i));
        else if (type == CELL_INTEGER)
            number_add_integer(&w->held, cursor_integer(row, (int)i));
        else if (type == CELL_TEXT)
            text_add_line(&w->held, cursor_text(row, (int)i));
        cell.len = w->held.len - cell.len;
        buf_add(&w->cells, &cell, sizeof(cell));
    }
    w->rows_held++;
    if (!w->begun && w->rows_held < ROWS_HELD && w->held.len < BYTES_HELD)
        return 0;
    return flush(w, err);
}

static void release(struct writer *w)
{
    buf_release(&w->held);
    buf_release(&w->cells);
    buf_release(&w->line);
    free(w->widths);
    free(w);
}

static int close_writer(struct writer *w, struct err *err)
{
    const int rc = flush(w, err);

    release(w);
    return rc;
}

static int open_writer(struct writer **out, const struct report *report, const struct report_about *about,
                       struct outfile *file, struct err *err)
{
    (void)about;
    struct writer *w = calloc(1, sizeof(*w));

    *out = NULL;
    if (w == NULL)
        return err_nomem(err);
    w->report = report;
    w->file = file;
    w->widths = calloc(report->column_count, sizeof(*w->widths));
    if (w->widths == NULL) {
        release(w);
        return err_nomem(err);
    }
    for (size_t i = 0; i < report->column_count; i++)
        w->widths[i] = text_columns(text_of(report->columns[i].name));
    *out = w;
    return 0;
}

const struct writer_ops writer_table = {
    .name = "table",
    .extension = ".txt",
    .summary = "columns under one another, to look at",
    .open = open_writer,
    .row = write_row,
    .close = close_writer,
};
