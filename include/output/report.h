/* A report: an SQL query with a heading comment (man: pcreport-report-file). */
#ifndef PCREPORT_OUTPUT_REPORT_H
#define PCREPORT_OUTPUT_REPORT_H

#include "base/err.h"
#include "base/text.h"

enum column_type { COLUMN_TEXT, COLUMN_INSTANT, COLUMN_DATE, COLUMN_INTEGER, COLUMN_REAL, COLUMN_PERCENT };

struct report_column {
    char *name; /* as the query names it */
    enum column_type type;
    unsigned width; /* characters */
    char *title;
};

/* The heading comment is lines of `-- key: value`: name, title, audience, description (may be repeated, is joined),
 * split (column whose values `run` makes one file each of; optional), and `column: NAME TYPE WIDTH TITLE` in order. */
struct report {
    char *name, *title, *audience, *description, *split;
    struct report_column *columns;
    size_t column_count;
    char *sql;
};

/* `file` is for messages, which say which line is wrong (ERR_CONFIG). */
int report_parse(struct report *out, const char *file, struct text source, struct err *err);
void report_release(struct report *r);

#endif
