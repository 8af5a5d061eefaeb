/* The rows of an ad-hoc query, whose columns are given names that a report can bear. */
#include "sql_int.h"

#include "base/ascii.h"
#include "reports_int.h"

#include <stdlib.h>
#include <string.h>

#define COLUMN_WIDTH 24 /* in a spreadsheet: an identifier or an instant */

static const struct sql_rows *of(const struct cursor *c)
{
    return (const struct sql_rows *)c;
}

static int column_count(const struct cursor *c)
{
    return (int)of(c)->column_count;
}

static const char *column_name(const struct cursor *c, int column)
{
    return of(c)->columns[column].name;
}

static int next(struct cursor *c, struct err *err)
{
    struct sql_rows *const s = (struct sql_rows *)c;
    const int got = s->cut ? 0 : cursor_next(s->rows, err);

    if (got != 1)
        return got;
    s->cut = s->most > 0 && s->count == s->most;
    if (s->cut) {
        s->there = ROWS_UNCOUNTED;
        return 0;
    }
    s->count++;
    return 1;
}

static enum cell_type cell_type(struct cursor *c, int column)
{
    return cursor_cell_type(of(c)->rows, column);
}

static struct text text(struct cursor *c, int column)
{
    return cursor_text(of(c)->rows, column);
}

static int64_t integer(struct cursor *c, int column)
{
    return cursor_integer(of(c)->rows, column);
}

static double real(struct cursor *c, int column)
{
    return cursor_real(of(c)->rows, column);
}

static void destroy(struct cursor *c)
{
    (void)c; /* nothing is its own: sql_rows_end */
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

static bool is_plain(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

/* Runs of anything else become one '_', at either end none. */
static void add_plain(struct buf *b, const char *name)
{
    bool gap = false;

    for (; *name != '\0'; name++) {
        if (is_plain(*name) && gap && b->len > 0)
            buf_add_byte(b, '_');
        gap = !is_plain(*name);
        if (!gap)
            buf_add_byte(b, (unsigned char)*name);
    }
}

static bool is_taken(const struct sql_rows *s, const char *name)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (strcmp(s->columns[i].name, name) == 0)
            return true;
    return false;
}

static int add_column(struct sql_rows *s, const char *name, struct err *err)
{
    struct report_column *const column = &s->columns[s->column_count];
    struct buf b = {0};

    add_plain(&b, name);
    if (b.len == 0)
        buf_printf(&b, "column_%zu", s->column_count + 1);
    for (size_t nth = 2, len = b.len; !b.failed && is_taken(s, buf_cstr(&b)); nth++) {
        b.len = len;
        buf_printf(&b, "_%zu", nth);
    }
    *column = (struct report_column){.type = COLUMN_ANY, .width = COLUMN_WIDTH};
    if (!b.failed) {
        column->name = strdup(buf_cstr(&b));
        column->title = strdup(buf_cstr(&b));
    }
    s->column_count++;
    buf_release(&b);
    return column->name == NULL || column->title == NULL ? err_nomem(err) : 0;
}

int sql_rows_begin(struct sql_rows *s, struct cursor *rows, uint64_t most, struct err *err)
{
    const int count = cursor_column_count(rows);

    *s = (struct sql_rows){.base = {&ops}, .rows = rows, .most = most};
    s->columns = calloc((size_t)count, sizeof(*s->columns));
    if (s->columns == NULL)
        return err_nomem(err);
    for (int i = 0; i < count; i++)
        if (add_column(s, cursor_column_name(rows, i), err) < 0)
            return -1;
    return 0;
}

void sql_rows_end(struct sql_rows *s)
{
    for (size_t i = 0; i < s->column_count; i++) {
        free(s->columns[i].name);
        free(s->columns[i].title);
    }
    free(s->columns);
}
