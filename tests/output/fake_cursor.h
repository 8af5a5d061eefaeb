/* A cursor over a table in the test, in place of the store's. Included by one file of a test program. */
#ifndef PCREPORT_TESTS_OUTPUT_FAKE_CURSOR_H
#define PCREPORT_TESTS_OUTPUT_FAKE_CURSOR_H

#include "domain/cursor.h"

struct cell {
    enum cell_type type;
    struct text text;
    int64_t integer;
    double real;
};

#define EMPTY                                                                                                          \
    {                                                                                                                  \
        .type = CELL_EMPTY                                                                                             \
    }
#define TEXT(s)                                                                                                        \
    {                                                                                                                  \
        .type = CELL_TEXT, .text = TEXT_LITERAL(s)                                                                     \
    }
#define INT(n)                                                                                                         \
    {                                                                                                                  \
        .type = CELL_INTEGER, .integer = (n)                                                                           \
    }
#define REAL(x)                                                                                                        \
    {                                                                                                                  \
        .type = CELL_REAL, .real = (x)                                                                                 \
    }

struct fake_cursor {
    struct cursor base;
    const char *const *names;
    int columns;
    const struct cell *cells; /* row after row */
    long rows, at;            /* at: rows given so far */
    long fail_at;             /* the row whose reading fails, from 1; 0: none */
    bool repeat;              /* every row is the first one */
};

static int fake_column_count(const struct cursor *c)
{
    return ((const struct fake_cursor *)c)->columns;
}

static const char *fake_column_name(const struct cursor *c, int column)
{
    return ((const struct fake_cursor *)c)->names[column];
}

static int fake_next(struct cursor *cursor, struct err *err)
{
    struct fake_cursor *c = (struct fake_cursor *)cursor;

    if (c->fail_at > 0 && c->at + 1 == c->fail_at)
        return err_set(err, ERR_IO, "cannot read row");
    return c->at < c->rows ? (c->at++, 1) : 0;
}

static const struct cell *cell_at(const struct cursor *cursor, int column)
{
    const struct fake_cursor *c = (const struct fake_cursor *)cursor;
    return &c->cells[(c->repeat ? 0 : c->at - 1) * c->columns + column];
}

static enum cell_type fake_cell_type(struct cursor *c, int column)
{
    return cell_at(c, column)->type;
}

static struct text fake_text(struct cursor *c, int column)
{
    const struct cell *cell = cell_at(c, column);

    return cell->type == CELL_INTEGER && cell->text.len == 0 ? text_of(cell->integer == 7 ? "7" : "?") : cell->text;
}

static int64_t fake_integer(struct cursor *c, int column)
{
    return cell_at(c, column)->integer;
}

static double fake_real(struct cursor *c, int column)
{
    return cell_at(c, column)->real;
}

static void fake_destroy(struct cursor *c)
{
    (void)c;
}

static const struct cursor_ops fake_ops = {
    .column_count = fake_column_count,
    .column_name = fake_column_name,
    .next = fake_next,
    .cell_type = fake_cell_type,
    .text = fake_text,
    .integer = fake_integer,
    .real = fake_real,
    .destroy = fake_destroy,
};

/* The first member of each: struct fake_cursor rows = {FAKE, .names = ... */
#define FAKE                                                                                                           \
    {                                                                                                                  \
        &fake_ops                                                                                                      \
    }

#endif
