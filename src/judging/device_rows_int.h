/* Rows of `devices` without a query. */
#ifndef PCREPORT_JUDGING_DEVICE_ROWS_INT_H
#define PCREPORT_JUDGING_DEVICE_ROWS_INT_H

#include "domain/cursor.h"
#include "judged_set_int.h"

/* ---- view_devices.c ---- */

int device_column_find(struct text name); /* -1: the view has none of that name */
/* Appends the text of a cell; nothing where it is NULL. */
void device_cell_text(const struct judgement *j, const struct judge_context *ctx, int column, struct buf *out);

/* ---- device_rows.c ---- */

/* A cursor that stands on one Device, which is set from outside. */
struct device_row {
    struct cursor base;
    struct device_columns columns;
    struct buf texts;
    size_t ends[DEVICE_COLUMNS_MAX]; /* of the cells in `texts` */
};

void device_row_init(struct device_row *r, const struct device_columns *columns);
void device_row_release(struct device_row *r);
int device_row_set(struct device_row *r, const struct judgement *j, const struct judge_context *ctx, struct err *err);

/* A cursor over all of a judged set, which is borrowed. NULL: no memory. */
struct cursor *device_rows_of(const struct judged *judged, const struct device_columns *columns);

#endif
