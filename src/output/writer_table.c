/* A table for people to look at: numbers to the right, rates as percent. The first rows decide how wide the columns
 * are, so memory does not grow with the rows; what is wider later on sticks out, or is cut where a terminal must hold
 * it. */
#include "writers_int.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_HELD  1000      /* that decide on the widths */
#define BYTES_HELD (4 << 20) /* or fewer, when they are that long */
#define WIDTH_MAX  60        /* a wider cell pushes the rest of its row to the right, or is cut */
#define WORD_MAX   24        /* a word up to this long is not cut: an identifier, an instant, a verdict */
#define TEXT_LEAST 16        /* what a text of several words is not cut below */
#define GAP        2         /* between columns */

struct held_cell {
    size_t len; /* bytes, one after another in `held` */
    bool is_number;
};

struct writer {
    const struct report *report; /* borrowed */
    struct outfile *file;        /* borrowed */
    struct fit_column *columns;
    size_t terminal; /* 0: no limit */
    bool vertical;
    bool cut;         /* some text was */
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

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void pad(struct buf *b, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        buf_add_byte(b, ' ');
}

static bool ends_in(const char *name, const char *end)
{
    const size_t len = strlen(name), wanted = strlen(end);

    return len >= wanted && strcmp(name + len - wanted, end) == 0;
}

/* Half an identifier or half a number says something else; of a text the beginning tells most. */
static bool may_cut(const struct report_column *c, struct text t, bool is_number)
{
    const bool is_text = c->type == COLUMN_TEXT || c->type == COLUMN_ANY;

    if (is_number || !is_text || ends_in(c->name, "_id") || ends_in(c->name, "_serial"))
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == ' ' || t.ptr[i] == ';')
            return true;
    return text_columns(t) > WORD_MAX;
}

static void add_padded(struct writer *w, size_t column, struct text t, bool is_number)
{
    const size_t given = w->columns[column].given, width = text_columns(t);
    const size_t missing = width < given ? given - width : 0;

    if (w->line.len > 0)
        pad(&w->line, GAP);
    if (is_number)
        pad(&w->line, missing);
    if (w->terminal > 0 && may_cut(&w->report->columns[column], t, is_number))
        w->cut = text_add_cut(&w->line, t, given) || w->cut;
    else
        buf_add_text(&w->line, t);
    if (!is_number)
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
    size_t lines = 1;

    for (size_t i = 0; i < w->report->column_count; i++)
        if (w->columns[i].given > 0)
            lines = larger(lines, name_lines(w->report->columns[i].name, w->columns[i].given));
    for (; lines > 0; lines--) {
        buf_clear(&w->line);
        for (size_t i = 0, shown = 0; i < w->report->column_count; i++) {
            const size_t given = w->columns[i].given;
            const struct text t = given > 0 ? name_line(w->report->columns[i].name, given, lines) : (struct text){0};

            if (given == 0)
                continue;
            pad(&w->line, shown++ > 0 ? GAP : 0);
            buf_add_text(&w->line, t);
            pad(&w->line, given - smaller(t.len, given));
        }
        if (end_line(w, err) < 0)
            return -1;
    }
    buf_clear(&w->line);
    for (size_t i = 0; i < w->report->column_count; i++) {
        pad(&w->line, w->line.len > 0 && w->columns[i].given > 0 ? GAP : 0);
        for (size_t k = 0; k < w->columns[i].given; k++)
            buf_add_byte(&w->line, '-');
    }
    return end_line(w, err);
}

/* ---- Widths ---- */

/* What the values of the rows held take, and what they need. */
static void measure(struct writer *w)
{
    const struct held_cell *cells = (const void *)w->cells.ptr;
    const size_t columns = w->report->column_count;
    size_t at = 0;

    for (size_t i = 0; i < w->rows_held * columns; i++) {
        const struct text t = buf_part(&w->held, at, cells[i].len);
        const bool cut = may_cut(&w->report->columns[i % columns], t, cells[i].is_number);
        const size_t most = w->terminal == 0 ? WIDTH_MAX : cut ? w->terminal : SIZE_MAX;
        const size_t width = smaller(text_columns(t), most);
        struct fit_column *const c = &w->columns[i % columns];

        c->wanted = larger(c->wanted, width);
        c->least = larger(c->least, cut ? smaller(width, TEXT_LEAST) : width);
        at += cells[i].len;
    }
}

/* Gives each column all it wants, with its name on one line; returns what that takes. */
static size_t give_all(struct writer *w)
{
    size_t sum = 0;

    for (size_t i = 0; i < w->report->column_count; i++) {
        struct fit_column *const c = &w->columns[i];

        c->given = larger(c->wanted, text_columns(text_of(w->report->columns[i].name)));
        sum += c->given + (i > 0 ? GAP : 0);
    }
    return sum;
}

/* Returns how many the report names as important; where it names none, all are alike. */
static size_t rank(struct writer *w)
{
    size_t next = 0, important;

    for (size_t place = 1; place <= w->report->column_count; place++)
        for (size_t i = 0; i < w->report->column_count; i++)
            if (w->report->columns[i].importance == place)
                w->columns[i].rank = next++;
    important = next > 0 ? next : w->report->column_count;
    for (size_t i = 0; i < w->report->column_count; i++)
        if (w->report->columns[i].importance == 0)
            w->columns[i].rank = next++;
    return important;
}

static void fit(struct writer *w)
{
    size_t important;

    measure(w);
    if (give_all(w) <= w->terminal || w->terminal == 0)
        return;
    important = rank(w);
    for (size_t i = 0; i < w->report->column_count; i++) {
        const size_t heading = name_least(w->report->columns[i].name);

        w->columns[i].wanted = larger(w->columns[i].wanted, heading);
        w->columns[i].least = larger(w->columns[i].least, heading);
    }
    fit_columns(w->columns, w->report->column_count, important, GAP, w->terminal);
}

/* ---- What is not there ---- */

/* " (a, b, c)", as much of it as there is room for. */
static void add_names(const struct writer *w, size_t room, struct buf *out)
{
    struct buf names = {0};

    for (size_t i = 0; i < w->report->column_count; i++)
        if (w->columns[i].given == 0)
            buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", w->report->columns[i].name);
    if (room >= TEXT_LEAST) {
        buf_add_str(out, " (");
        text_add_cut(out, buf_text(&names), room - strlen(" ()"));
        buf_add_str(out, ")");
    }
    out->failed = out->failed || names.failed;
    buf_release(&names);
}

static int write_left_out(struct writer *w, struct err *err)
{
    static const char all[] = ": --vertical shows all", choice[] = ", --columns chooses";
    size_t ending = strlen(all) + strlen(choice);
    size_t left_out = 0;

    for (size_t i = 0; i < w->report->column_count; i++)
        left_out += w->columns[i].given == 0;
    if (w->vertical || w->terminal == 0 || (left_out == 0 && !w->cut))
        return 0;
    buf_clear(&w->line);
    if (left_out == 0) {
        buf_add_str(&w->line, "texts are cut at \xE2\x80\xA6: --vertical shows all");
        return end_line(w, err);
    }
    buf_printf(&w->line, "%zu more column%s", left_out, left_out == 1 ? "" : "s");
    ending = w->line.len + ending > w->terminal ? strlen(all) : ending;
    add_names(w, w->terminal - smaller(w->line.len + ending, w->terminal), &w->line);
    buf_printf(&w->line, "%s%s", all, ending > strlen(all) ? choice : "");
    return end_line(w, err);
}

/* ---- Rows ---- */

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
        if (w->columns[i].given > 0)
            add_padded(w, i, buf_part(&w->held, *at, cells[i].len), cells[i].is_number);
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
    free(w->columns);
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
    w->terminal = about != NULL ? about->terminal_columns : 0;
    w->vertical = about != NULL && about->vertical;
    w->columns = calloc(report->column_count, sizeof(*w->columns));
    if (w->columns == NULL) {
        release(w);
        return err_nomem(err);
    }
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
