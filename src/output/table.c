/* Tables in memory, filled and read. */
#include "output/table.h"

#include "base/array.h"
#include "base/ascii.h"
#include "output/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct table_cell *next_row(struct table *t, struct err *err)
{
    const size_t columns = t->report->column_count;

    if (!array_reserve(&t->cells, &t->cap, t->rows + 1, columns * sizeof(*t->cells))) {
        err_nomem(err);
        return NULL;
    }
    return &t->cells[t->rows * columns];
}

static void read_cell(struct table *t, struct cursor *rows, int column, table_put_text put, void *ctx,
                      struct table_cell *out)
{
    *out = (struct table_cell){.type = cursor_cell_type(rows, column), .at = t->texts.len};
    switch (out->type) {
    case CELL_EMPTY:
        break;
    case CELL_INTEGER:
        out->integer = cursor_integer(rows, column);
        break;
    case CELL_REAL:
        out->real = cursor_real(rows, column);
        break;
    case CELL_TEXT:
        if (put != NULL)
            put(ctx, t->report->columns[column].name, cursor_text(rows, column), &t->texts);
        else
            buf_add_text(&t->texts, cursor_text(rows, column));
        out->len = t->texts.len - out->at;
        break;
    }
}

int table_append(struct table *t, struct cursor *rows, table_put_text put, void *ctx, struct err *err)
{
    int got;

    if (report_check_columns(t->report, rows, err) < 0)
        return -1;
    while ((got = cursor_next(rows, err)) > 0) {
        struct table_cell *const row = next_row(t, err);

        if (row == NULL)
            return -1;
        for (size_t i = 0; i < t->report->column_count; i++)
            read_cell(t, rows, (int)i, put, ctx, &row[i]);
        t->rows++;
    }
    if (got == 0 && t->texts.failed)
        return err_nomem(err);
    return got;
}

int table_copy(const struct table *t, table_put_text put, void *ctx, struct table *out, struct err *err)
{
    struct table_cursor rows;

    *out = (struct table){.report = t->report};
    table_cursor_init(&rows, t);
    return table_append(out, &rows.base, put, ctx, err);
}

int table_add(struct table *t, const struct text *texts, struct err *err)
{
    struct table_cell *const row = next_row(t, err);

    if (row == NULL)
        return -1;
    for (size_t i = 0; i < t->report->column_count; i++) {
        row[i] = (struct table_cell){.type = CELL_TEXT, .at = t->texts.len, .len = texts[i].len};
        buf_add_text(&t->texts, texts[i]);
    }
    t->rows++;
    return t->texts.failed ? err_nomem(err) : 0;
}

static struct table_cell figure_of(struct text t, size_t at)
{
    struct table_cell cell = {.type = CELL_TEXT, .at = at, .len = t.len};
    char digits[40] = "", *end;

    if (t.len == 0)
        cell.type = CELL_EMPTY;
    if (t.len == 0 || t.len >= sizeof(digits) || !ascii_is_one_of(t.ptr[0], "-0123456789"))
        return cell;
    memcpy(digits, t.ptr, t.len);
    cell.real = strtod(digits, &end);
    if (*end == '\0')
        cell.type = CELL_REAL;
    return cell;
}

int table_add_figures(struct table *t, const struct text *texts, struct err *err)
{
    struct table_cell *row;
    size_t at = t->texts.len;

    if (table_add(t, texts, err) < 0)
        return -1;
    row = &t->cells[(t->rows - 1) * t->report->column_count];
    for (size_t i = 0; i < t->report->column_count; at += texts[i++].len)
        row[i] = figure_of(texts[i], at);
    return 0;
}

void table_release(struct table *t)
{
    free(t->cells);
    buf_release(&t->texts);
    *t = (struct table){0};
}

int table_column(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->report->column_count; i++)
        if (strcmp(t->report->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

const struct table_cell *table_at(const struct table *t, size_t row, int column)
{
    return &t->cells[row * t->report->column_count + (size_t)column];
}

struct text table_text(const struct table *t, const struct table_cell *cell)
{
    return buf_part(&t->texts, cell->at, cell->len);
}

double table_number(const struct table *t, size_t row, int column)
{
    const struct table_cell *const cell = table_at(t, row, column);

    return cell->type == CELL_INTEGER ? (double)cell->integer : cell->type == CELL_REAL ? cell->real : 0;
}

/* ---- The cursor ---- */

static const struct table_cell *cell_of(const struct cursor *c, int column)
{
    const struct table_cursor *const t = (const struct table_cursor *)c;

    return table_at(t->table, t->next - 1, column);
}

static int column_count(const struct cursor *c)
{
    return (int)((const struct table_cursor *)c)->table->report->column_count;
}

static const char *column_name(const struct cursor *c, int column)
{
    return ((const struct table_cursor *)c)->table->report->columns[column].name;
}

static int next(struct cursor *c, struct err *err)
{
    struct table_cursor *const t = (struct table_cursor *)c;

    (void)err;
    return t->next < t->table->rows ? (t->next++, 1) : 0;
}

static enum cell_type cell_type(struct cursor *c, int column)
{
    return cell_of(c, column)->type;
}

static struct text text(struct cursor *c, int column)
{
    struct table_cursor *const t = (struct table_cursor *)c;
    const struct table_cell *const cell = cell_of(c, column);

    if (cell->type == CELL_INTEGER)
        snprintf(t->digits, sizeof(t->digits), "%" PRId64, cell->integer);
    else if (cell->type == CELL_REAL)
        snprintf(t->digits, sizeof(t->digits), "%.17g", cell->real);
    else
        return table_text(t->table, cell);
    return text_of(t->digits);
}

static int64_t integer(struct cursor *c, int column)
{
    return cell_of(c, column)->integer;
}

static double real(struct cursor *c, int column)
{
    return cell_of(c, column)->real;
}

static void destroy(struct cursor *c)
{
    (void)c; /* the table is its owner's */
}

static const struct cursor_ops ops = {
    .column_count = column_count,
    .column_name = column_name,
    .next = next,
    .cell_type = cell_type,
    .text = text,
    .integer = integer,
    .real = real,
    .destroy = destroy,
};

void table_cursor_init(struct table_cursor *c, const struct table *t)
{
    *c = (struct table_cursor){.base = {&ops}, .table = t};
}
