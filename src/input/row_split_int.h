/* Splits a record into the fields that the heading has, also where its quotes or delimiters can be mended. */
#ifndef PCREPORT_INPUT_ROW_SPLIT_INT_H
#define PCREPORT_INPUT_ROW_SPLIT_INT_H

#include "table_int.h"

enum split_result {
    SPLIT_ROW,        /* w->split has its fields */
    SPLIT_MENDED,     /* the same, read otherwise than its quotes and delimiters have it */
    SPLIT_BLANK,      /* there is none in it */
    SPLIT_BAD_COUNT,  /* w->split has fields, but not those of a row; why is in w->fault, as of all that follow */
    SPLIT_BAD_QUOTES, /* it cannot be split */
    SPLIT_BAD         /* nor is it text */
};

enum split_result row_split(const struct job *job, const struct heading *h, struct worker *w,
                            const struct byte_marks *marks, struct text record);

#endif
