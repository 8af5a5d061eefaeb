/* Which kind a file is nearest to that is of none: by the names of its columns and by what their values look like. */
#ifndef PCREPORT_INPUT_NEAREST_INT_H
#define PCREPORT_INPUT_NEAREST_INT_H

#include "glimpse_int.h"
#include "table_int.h"

struct nearest {
    const struct reader_ops *ops;   /* NULL: no kind is near */
    int position[KIND_COLUMNS_MAX]; /* the field of each column; -1: none */
    uint32_t by_values;             /* columns that no name tells (bit 1 << column) */
    char others[KIND_COLUMNS_MAX]
               [80]; /* where fields may be the column, by their values alone, and that is open: their names */
};

/* Of the kind asked for, or of all. */
void nearest_kind(struct nearest *out, const struct job *job, const struct glimpse *s);

/* The fields for the columns of one kind. */
void nearest_columns(struct nearest *out, const struct reader_ops *ops, const struct job *job, const struct glimpse *s);

/* The required columns that no name of the file is known for, as "'name', 'name'". */
void nearest_list_missing(const struct nearest *n, const struct job *job, const struct glimpse *s, char *list,
                          size_t size);

#endif
