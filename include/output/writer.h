/* Report formats: a writer gets the rows of a cursor and makes a file's bytes of them. */
#ifndef PCREPORT_OUTPUT_WRITER_H
#define PCREPORT_OUTPUT_WRITER_H

#include "base/instant.h"
#include "domain/cursor.h"
#include "output/outfile.h"
#include "output/report.h"

struct writer;

/* What was asked, for formats that have a place to tell it. Borrowed by a writer until it is closed. */
struct about_line {
    const char *label, *value;
};
struct about_word {
    const char *code, *plain; /* as it stands in cells; what it means */
    const char *name;         /* in a few plain words, which workbooks put behind the code; NULL: it says enough */
};
#define ROWS_UNCOUNTED UINT64_MAX /* there are more than were written */
struct report_about {
    const struct about_line *lines;
    size_t count;
    const char *only;                /* which Devices alone it is about, for the line above the rows; NULL: all */
    const struct about_line *inputs; /* what it was made from, of all parties */
    size_t input_count;
    const struct about_word *glossary;
    size_t glossary_count;
    instant as_of;        /* the date of the document: the same question gives the same bytes at any time */
    const char *temp_dir; /* NULL: /tmp */
    /* How many rows there are where not all are written, known once the last was; NULL: all are written. */
    const uint64_t *rows_there;
    /* For tables alone: */
    unsigned terminal_columns; /* that a line must fit into; 0: no limit */
    bool vertical;             /* one column under another, a row after a row */
};

struct writer_ops {
    const char *name;      /* "csv" */
    const char *extension; /* ".csv" */
    const char *summary;
    bool slow; /* writing a row takes longer than asking for one: rows are best fetched ahead */
    /* about may be NULL */
    int (*open)(struct writer **out, const struct report *report, const struct report_about *about,
                struct outfile *file, struct err *err);
    int (*row)(struct writer *w, struct cursor *row, struct err *err);
    int (*close)(struct writer *w, struct err *err); /* writes what is left; frees w in any case */
};

const struct writer_ops *writer_find(const char *name); /* NULL: no such format */
const struct writer_ops *const *writer_list(size_t *count);

/* Whether the query's columns are those of the report, in order; ERR_CONFIG names the first that differs. For callers
 * that bring the rows to writers themselves. */
int report_check_columns(const struct report *report, const struct cursor *rows, struct err *err);

/* Writes all rows. `about` and `rows` may be NULL. The query's columns must be those of the report (else ERR_CONFIG).
 */
int report_write(const struct report *report, const struct report_about *about, struct cursor *rows,
                 const struct writer_ops *format, struct outfile *file, uint64_t *row_count, struct err *err);

/* Several reports in one workbook: reports_book_open; then, if identifiers on several sheets are to lead from one to
 * the next, reports_book_expect for each; then reports_book_sheet, reports_book_row and reports_book_sheet_end for
 * each. Reports, each of its own name, are borrowed until reports_book_close, which frees the writer in any case and
 * writes no file without `keep`. `there`: how many rows there are where not all come; 0: all do. */
int reports_book_open(struct writer **out, const struct report *const *reports, size_t count,
                      const struct report_about *about, struct outfile *file, struct err *err);
int reports_book_expect(struct writer *w, const struct report *report, struct cursor *rows, struct err *err);
int reports_book_sheet(struct writer *w, const struct report *report, struct err *err);
int reports_book_row(struct writer *w, struct cursor *row, struct err *err);
int reports_book_sheet_end(struct writer *w, uint64_t there, struct err *err);
int reports_book_close(struct writer *w, bool keep, struct err *err);

/* CSV row by row, for rows that are made on several threads: what the format csv has, appended with its line end. */
int csv_add_heading(const struct report *report, struct buf *out, struct err *err);
int csv_add_row(const struct report *report, struct cursor *row, struct buf *out, struct err *err);

#endif
