/* Rows of a query on their way to a report; implemented by src/store, read by src/output. */
#ifndef PCREPORT_DOMAIN_CURSOR_H
#define PCREPORT_DOMAIN_CURSOR_H

#include "base/err.h"
#include "base/text.h"

enum cell_type { CELL_EMPTY, CELL_TEXT, CELL_INTEGER, CELL_REAL };

struct cursor;

int cursor_column_count(const struct cursor *c);
const char *cursor_column_name(const struct cursor *c, int column);

/* 1 with a row, 0 at the end, -1 on failure. */
int cursor_next(struct cursor *c, struct err *err);

enum cell_type cursor_cell_type(struct cursor *c, int column);
struct text cursor_text(struct cursor *c, int column); /* borrowed until the next row */
int64_t cursor_integer(struct cursor *c, int column);
double cursor_real(struct cursor *c, int column);

void cursor_destroy(struct cursor *c);

#endif
