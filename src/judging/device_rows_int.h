/* Rows of `devices` and `obligations` without a query. */
#ifndef PCREPORT_JUDGING_DEVICE_ROWS_INT_H
#define PCREPORT_JUDGING_DEVICE_ROWS_INT_H

#include "domain/cursor.h"
#include "judged_set_int.h"
#include "judging/query.h"

/* ---- view_devices.c and view_obligations.c ---- */

/* -1: the view has none of that name, or its cells are not made of the judgement alone. */
int device_column_find(struct text name);
int obligation_column_find(struct text name);
const struct view_column *device_column_at(unsigned column);
const struct view_column *obligation_column_at(unsigned column);
/* Appends the text of a cell; nothing where it is NULL. */
void device_cell_text(const struct judgement *j, const struct judge_context *ctx, int column, struct buf *out);
void obligation_cell_text(const struct judgement *j, enum obligation obligation, const struct judge_context *ctx,
                          int column, struct buf *out);

/* ---- device_rows.c ---- */

/* A cursor over the rows of one Device, which is set from outside: one of `devices`, or those of `obligations`. */
struct device_row {
    struct cursor base;
    struct device_columns columns;
    bool is_number[DEVICE_COLUMNS_MAX];
    const struct judgement *judgement; /* borrowed */
    const struct judge_context *ctx;
    int obligation; /* of the next row; OBLIGATIONS: there is none */
    struct buf texts;
    size_t ends[DEVICE_COLUMNS_MAX]; /* of the cells in `texts` */
};

void device_row_init(struct device_row *r, const struct device_columns *columns);
void device_row_release(struct device_row *r);
/* Stands before the first row of a Device; cursor_next goes to it. Both are borrowed. */
void device_row_set(struct device_row *r, const struct judgement *j, const struct judge_context *ctx);

/* A cursor over all of a judged set, which is borrowed. NULL: no memory. */
struct cursor *device_rows_of(const struct judged *judged, const struct device_columns *columns);

#endif
