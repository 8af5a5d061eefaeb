/* A table for people to look at: numbers to the right, rates as percent. The first rows decide how wide the columns
 * are, so memory does not grow with the rows; what is wider later on sticks out, or is cut where a terminal must hold
 * it. */
#include "writers_int.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

struct range {
    uint32_t first, last;
};

/* Marks that are drawn upon the character before them, and characters without a width of their own. */
static const struct range narrow[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x06D6, 0x06DC},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
    {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static bool is_in(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= c; i++)
        if (c <= ranges[i].last)
            return true;
    return false;
}

/* What turns the direction of writing: it could make one cell look like another. */
static bool turns(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Length of the character at `at`, with its number; 0 where it is none. */
static size_t decode(struct text t, size_t at, uint32_t *out)
{
    const unsigned char *p = (const unsigned char *)t.ptr + at;
    const size_t len = *p < 0x80 ? 1 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;

    if (len > t.len - at || !text_is_utf8((struct text){(const char *)p, len}))
        return 0;
    *out = len == 1 ? *p : *p & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++)
        *out = *out << 6 | (p[i] & 0x3Fu);
    return len;
}

size_t text_columns(struct text t)
{
    size_t columns = 0, at = 0;

    while (at < t.len) {
        uint32_t c = 0;
        const size_t len = decode(t, at, &c);

        if (len == 0 || c < 0x300)
            columns++;
        else if (is_in(c, wide, ARRAY_LEN(wide)))
            columns += 2;
        else if (!is_in(c, narrow, ARRAY_LEN(narrow)))
            columns++;
        at += len > 0 ? len : 1;
    }
    return columns;
}

void text_add_line(struct buf *b, struct text t)
{
    size_t at = 0;

    while (at < t.len) {
        uint32_t c = 0;
        const size_t len = decode(t, at, &c);

        if (len == 1 && (c == '\t' || c == '\n' || c == '\r'))
            buf_add_byte(b, ' ');
        else if (len == 0 || c < 0x20 || (c >= 0x7F && c < 0xA0) || turns(c))
            buf_add_str(b, "\xEF\xBF\xBD");
        else
            buf_add(b, t.ptr + at, len);
        at += len > 0 ? len : 1;
    }
}

/* Appends as much of a line's text as fits into so many columns; what was cut is marked. */
static void add_cut(struct buf *b, struct text t, size_t columns)
{
    static const char mark[] = "\xE2\x80\xA6"; /* "…" */
    size_t at = 0, used = 0;

    if (text_columns(t) <= columns) {
        buf_add_text(b, t);
        return;
    }
    while (at < t.len) {
        uint32_t c = 0;
        const size_t len = decode(t, at, &c) > 0 ? decode(t, at, &c) : 1;
        const size_t wants = text_columns((struct text){t.ptr + at, len});

        if (used + wants + 1 > columns)
            break;
        buf_add(b, t.ptr + at, len);
        used += wants;
        at += len;
    }
    buf_add_str(b, mark);
}

#define ROWS_HELD  1000      /* that decide on the widths */
#define BYTES_HELD (4 << 20) /* or fewer, when they are that long */
#define WIDTH_MAX  60        /* a wider cell pushes the rest of its row to the right, or is cut */
#define WIDTH_KEPT 24        /* a column of a terminal is not cut below this: an identifier, an instant */
#define GAP        2         /* between columns */

struct held_cell {
    size_t len; /* bytes, one after another in `held` */
    bool is_number;
};

struct writer {
    const struct report *report; /* borrowed */
    struct outfile *file;        /* borrowed */
    size_t *widths;              /* one a column */
    bool *hidden;                /* one a column: there is no room for it */
    size_t shown;                /* columns that are not */
    size_t terminal;             /* 0: no limit */
    bool vertical;
    struct buf held;  /* texts of the rows that wait for the widths */
    struct buf cells; /* struct held_cell, one a cell */
    size_t rows_held, rows_written;
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
        pad(&w->line, GAP);
    if (right)
        pad(&w->line, missing);
    if (w->terminal > 0)
        add_cut(&w->line, t, w->widths[column]);
    else
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
        if (!w->hidden[i])
            add_padded(w, i, text_of(w->report->columns[i].name), false);
    if (end_line(w, err) < 0)
        return -1;
    buf_clear(&w->line);
    for (size_t i = 0; i < w->report->column_count; i++) {
        if (i > 0 && !w->hidden[i])
            pad(&w->line, GAP);
        for (size_t k = 0; !w->hidden[i] && k < w->widths[i]; k++)
            buf_add_byte(&w->line, '-');
    }
    return end_line(w, err);
}

static void measure(struct writer *w)
{
    const struct held_cell *cells = (const void *)w->cells.ptr;
    const size_t columns = w->report->column_count;
    const size_t most = w->terminal > 0 ? w->terminal : WIDTH_MAX;
    size_t at = 0;

    for (size_t i = 0; i < w->rows_held * columns; i++) {
        const struct text t = {(const char *)w->held.ptr + at, cells[i].len};
        const size_t width = smaller(text_columns(t), most);

        if (width > w->widths[i % columns])
            w->widths[i % columns] = width;
        at += cells[i].len;
    }
}

/* What the columns take together where none is wider than `most`. */
static size_t taken(const struct writer *w, size_t most)
{
    size_t sum = GAP * (w->shown - 1);

    for (size_t i = 0; i < w->report->column_count; i++)
        sum += w->hidden[i] ? 0 : smaller(w->widths[i], most);
    return sum;
}

/* The widest of the columns that may be hidden, of several the last. The first two say whom a row is about: they go
 * last. */
static size_t widest_shown(const struct writer *w)
{
    size_t widest = 0;

    for (size_t i = w->shown > 2 ? 2 : 1; i < w->report->column_count; i++)
        if (!w->hidden[i] &&
            (widest == 0 || smaller(w->widths[i], WIDTH_KEPT) >= smaller(w->widths[widest], WIDTH_KEPT)))
            widest = i;
    return widest;
}

/* Narrow columns come first: the widest are hidden until the others need not be cut too much, and those that are wide
 * still share what the narrow ones leave. */
static void fit(struct writer *w)
{
    size_t most = w->terminal, left;

    for (; w->shown > 1 && taken(w, WIDTH_KEPT) > w->terminal; w->shown--)
        w->hidden[widest_shown(w)] = true;
    while (most > 1 && taken(w, most) > w->terminal)
        most--;
    left = w->terminal - smaller(taken(w, most), w->terminal);
    for (size_t i = 0; i < w->report->column_count; i++) {
        const size_t more = !w->hidden[i] && w->widths[i] > most ? smaller(w->widths[i] - most, left) : 0;

        w->widths[i] = smaller(w->widths[i], most) + more;
        left -= more;
    }
}

static int write_left_out(struct writer *w, struct err *err)
{
    const size_t count = w->report->column_count;
    const char *joint = "";

    if (w->shown == count)
        return 0;
    buf_clear(&w->line);
    buf_printf(&w->line, "%zu more column%s: ", count - w->shown, count - w->shown == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++)
        if (w->hidden[i]) {
            buf_printf(&w->line, "%s%s", joint, w->report->columns[i].name);
            joint = ", ";
        }
    buf_add_str(&w->line, "; --vertical shows them, --columns chooses");
    return end_line(w, err);
}

/* Each column of a row on a line of its own. */
static int write_upright(struct writer *w, const struct held_cell *cells, size_t *at, struct err *err)
{
    size_t widest = 0;

    for (size_t i = 0; i < w->report->column_count; i++)
        if (text_columns(text_of(w->report->columns[i].name)) > widest)
            widest = text_columns(text_of(w->report->columns[i].name));
    buf_clear(&w->line);
    buf_printf(&w->line, "%s--- %zu ---", w->rows_written > 0 ? "\n" : "", w->rows_written + 1);
    if (end_line(w, err) < 0)
        return -1;
    for (size_t i = 0; i < w->report->column_count; i++) {
        const struct text name = text_of(w->report->columns[i].name);

        buf_clear(&w->line);
        buf_add_text(&w->line, name);
        pad(&w->line, widest - text_columns(name) + GAP);
        buf_add(&w->line, w->held.ptr + *at, cells[i].len);
        *at += cells[i].len;
        if (end_line(w, err) < 0)
            return -1;
    }
    return 0;
}

static int write_across(struct writer *w, const struct held_cell *cells, size_t *at, struct err *err)
{
    buf_clear(&w->line);
    for (size_t i = 0; i < w->report->column_count; i++) {
        if (!w->hidden[i])
            add_padded(w, i, (struct text){(const char *)w->held.ptr + *at, cells[i].len}, cells[i].is_number);
        *at += cells[i].len;
    }
    return end_line(w, err);
}

static int write_held(struct writer *w, struct err *err)
{
    const struct held_cell *cells = (const void *)w->cells.ptr;
    size_t at = 0;

    for (size_t r = 0; r < w->rows_held; r++, cells += w->report->column_count) {
        if ((w->vertical ? write_upright(w, cells, &at, err) : write_across(w, cells, &at, err)) < 0)
            return -1;
        w->rows_written++;
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
    if (!w->begun && !w->vertical) {
        measure(w);
        if (w->terminal > 0)
            fit(w);
        if (write_heading(w, err) < 0)
            return -1;
    }
    w->begun = true;
    return write_held(w, err);
}

/* 0.0703 as 7.03%: as a workbook shows it. */
static void add_percent(struct buf *b, double value)
{
    buf_printf(b, "%.2f%%", value * 100);
}

static int write_row(struct writer *w, struct cursor *row, struct err *err)
{
    for (size_t i = 0; i < w->report->column_count; i++) {
        const enum cell_type type = cursor_cell_type(row, (int)i);
        const bool is_number = type == CELL_INTEGER || type == CELL_REAL;
        struct held_cell cell = {w->held.len, is_number};

        if (is_number && w->report->columns[i].type == COLUMN_PERCENT)
            add_percent(&w->held, cursor_real(row, (int)i));
        else if (type == CELL_REAL)
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
    free(w->hidden);
    free(w);
}

static int close_writer(struct writer *w, struct err *err)
{
    int rc = flush(w, err);

    if (rc == 0)
        rc = write_left_out(w, err);
    release(w);
    return rc;
}

static int open_writer(struct writer **out, const struct report *report, const struct report_about *about,
                       struct outfile *file, struct err *err)
{
    struct writer *w = calloc(1, sizeof(*w));

    *out = NULL;
    if (w == NULL)
        return err_nomem(err);
    w->report = report;
    w->file = file;
    w->shown = report->column_count;
    w->terminal = about != NULL ? about->terminal_columns : 0;
    w->vertical = about != NULL && about->vertical;
    w->widths = calloc(report->column_count, sizeof(*w->widths));
    w->hidden = calloc(report->column_count, sizeof(*w->hidden));
    if (w->widths == NULL || w->hidden == NULL) {
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
