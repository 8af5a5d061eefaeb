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

struct cursor {
    const char *const *names;
    int columns;
    const struct cell *cells; /* row after row */
    long rows, at;            /* at: rows given so far */
    long fail_at;             /* the row whose reading fails, from 1; 0: none */
    bool repeat;              /* every row is the first one */
};

int cursor_column_count(const struct cursor *c)
{
    return c->columns;
}

const char *cursor_column_name(const struct cursor *c, int column)
{
    return c->names[column];
}

int cursor_next(struct cursor *c, struct err *err)
{
    if (c->fail_at > 0 && c->at + 1 == c->fail_at)
        return err_set(err, ERR_IO, "cannot read row");
    return c->at < c->rows ? (c->at++, 1) : 0;
}

static const struct cell *cell_at(const struct cursor *c, int column)
{
    return &c->cells[(c->repeat ? 0 : c->at - 1) * c->columns + column];
}

enum cell_type cursor_cell_type(struct cursor *c, int column)
{
    return cell_at(c, column)->type;
}

struct text cursor_text(struct cursor *c, int column)
{
    const struct cell *cell = cell_at(c, column);

    return cell->type == CELL_INTEGER ? text_of(cell->integer == 7 ? "7" : "?") : cell->text;
}

int64_t cursor_integer(struct cursor *c, int column)
{
    return cell_at(c, column)->integer;
}

double cursor_real(struct cursor *c, int column)
{
    return cell_at(c, column)->real;
}

#endif
