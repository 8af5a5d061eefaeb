/* A report: an SQL query with a heading comment (man: pcreport-report-file). */
#ifndef PCREPORT_OUTPUT_REPORT_H
#define PCREPORT_OUTPUT_REPORT_H

#include "base/err.h"
#include "base/text.h"

enum column_type {
    COLUMN_TEXT,
    COLUMN_INSTANT,
    COLUMN_DATE,
    COLUMN_INTEGER,
    COLUMN_REAL,
    COLUMN_PERCENT, /* a fraction: 0.07 is 7% */
    COLUMN_ANY,     /* each cell is of the type that it has; for queries without a heading, not for report files */
    COLUMN_TYPES
};

#define REPORT_WIDTH_MAX 255 /* characters; what a spreadsheet column can have */

struct report_column {
    char *name; /* as the query names it */
    enum column_type type;
    unsigned width; /* characters, 1 to REPORT_WIDTH_MAX */
    char *title;
    bool total;        /* its sum makes sense, and workbooks have it below the last row */
    size_t importance; /* 1: it is the last to be left out where there is no room; 0: after all that have one */
};

/* A chart of a report, for formats that have charts: values of one or more columns over a column of labels. */
enum chart_kind {
    CHART_COLUMNS, /* side by side, for what follows in time */
    CHART_BARS,    /* lying, one after another: parts of a whole */
    CHART_LINES,
    CHART_KINDS
};
#define CHART_VALUES_MAX 6
struct report_chart {
    enum chart_kind kind;
    size_t label; /* number of the column */
    size_t values[CHART_VALUES_MAX];
    size_t value_count;
    char *title;
};

/* The heading comment is lines of `-- key: value`: name, title, audience, description (may be repeated, is joined),
 * split (column whose values `run` makes one file each of), sort (columns that order the rows), and
 * `column: NAME TYPE WIDTH TITLE` in order, and below them `important: NAME[,NAME...]` (may be repeated),
 * `chart: KIND LABEL VALUE[,VALUE...] TITLE` and `total: NAME[,NAME...]`. Name, columns and query are required; a
 * missing title is the name, a missing audience or description is
 * "". */
struct report {
    char *name, *title, *audience, *description;
    char *split; /* NULL: one file for all */
    struct report_column *columns;
    size_t column_count;
    struct report_chart *charts;
    size_t chart_count;
    char *sql; /* one query, ordered as `sort` says */
    /* Set by who reads it: */
    bool own;           /* of a file that an analyst wrote */
    bool replaces_ours; /* in the place of one that ships, of which it may be a copy */
};

const char *column_type_word(enum column_type type); /* "percent" */
const char *chart_kind_word(enum chart_kind kind);   /* "bars" */

/* `file` is for messages, which say which line is wrong (ERR_CONFIG). *out holds nothing after -1. */
int report_parse(struct report *out, const char *file, struct text source, struct err *err);
void report_release(struct report *r);

#endif
