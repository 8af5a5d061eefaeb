/* A row with a delimiter or a quote too many, or a delimiter too few, or with other delimiters between its quoted
 * values. */
#ifndef PCREPORT_INPUT_ROW_MEND_INT_H
#define PCREPORT_INPUT_ROW_MEND_INT_H

#include "table_int.h"

enum mended {
    MENDED_NOT,      /* no way fits */
    MENDED_DOUBTFUL, /* several that differ do */
    MENDED_BLANK,    /* nothing was amiss but a blank field at its end */
    MENDED
};

/* Splits a record, of which BLOCK_SLACK bytes behind it must be readable, so that it has as many fields as the heading
 * and each column a value that it may hold. Where it cannot, the fields of the splitter are of no use. `is_split`: they
 * are those of the record. `h` is none of premises. */
enum mended row_mend(const struct heading *h, struct splitter *s, struct text record, bool is_split);

/* Without the blanks around it, and the no-break ones. */
struct text row_trim(struct text t);

/* Whether each column may hold what a row has there, and nothing lacks that every row needs. */
bool row_fits(const struct heading *h, const struct text *fields);

#endif
