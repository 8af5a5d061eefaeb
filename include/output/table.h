/* Rows held in memory, from which sheets, pages, files and checks are all made. */
#ifndef PCREPORT_OUTPUT_TABLE_H
#define PCREPORT_OUTPUT_TABLE_H

#include "domain/cursor.h"
#include "output/report.h"

struct table_cell {
    enum cell_type type;
    int64_t integer;
    double real;
    size_t at, len; /* of the text, in struct table.texts */
};

struct table {
    const struct report *report; /* borrowed: its columns */
    struct table_cell *cells;    /* row after row */
    size_t rows, cap;            /* in rows */
    struct buf texts;
};

/* What is kept of a text in the column of that name: appends it to `out`. */
typedef void (*table_put_text)(void *ctx, const char *column, struct text t, struct buf *out);

/* Appends the rows of a query whose columns are those of the report. put may be NULL: texts are kept as they are. */
int table_append(struct table *t, struct cursor *rows, table_put_text put, void *ctx, struct err *err);
/* Appends a row of texts, one for each column. */
int table_add(struct table *t, const struct text *texts, struct err *err);
/* The same; a text that is a number becomes one, an empty one an empty cell. */
int table_add_figures(struct table *t, const struct text *texts, struct err *err);
/* Makes *out a copy of the rows whose texts went through `put`. */
int table_copy(const struct table *t, table_put_text put, void *ctx, struct table *out, struct err *err);
void table_release(struct table *t);

/* A column by name; -1: none. */
int table_column(const struct table *t, const char *name);
const struct table_cell *table_at(const struct table *t, size_t row, int column);
struct text table_text(const struct table *t, const struct table_cell *cell);
/* A number as a fraction or count, 0 where the cell is empty. */
double table_number(const struct table *t, size_t row, int column);

/* A cursor over the rows, for the writers. Borrows the table. */
struct table_cursor {
    struct cursor base;
    const struct table *table;
    size_t next;
    char digits[32];
};
void table_cursor_init(struct table_cursor *c, const struct table *t);

#endif
