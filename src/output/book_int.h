/* The parts of a workbook that its files share. */
#ifndef PCREPORT_OUTPUT_BOOK_INT_H
#define PCREPORT_OUTPUT_BOOK_INT_H

#include "output/book.h"

#include <xlsxwriter.h>

#define BOOK_WIDE_COLUMN 34 /* characters, from which on texts are wrapped */

/* How a status reads: in colour, and in weight and slant for who prints in black and white. */
enum look { LOOK_PLAIN, LOOK_GOOD, LOOK_BAD, LOOK_UNSURE, LOOK_QUIET, LOOKS };

/* What a sheet holds: how many cells, and the sum of the hashes of their places and contents. */
struct sheet_sum {
    uint64_t cells, sum;
};

struct book {
    lxw_workbook *workbook;
    int fd; /* of the file without a name that the workbook is written into */
    char *title, *header;
    instant as_of;
    struct {
        lxw_format *heading, *title, *label, *value, *paragraph, *wrapped, *looks[LOOKS];
        lxw_format *instant, *date, *integer, *real, *percent;
    } formats;
    /* The cover. */
    lxw_worksheet *cover;
    lxw_row_t cover_row;
    /* The sheet that is being written. */
    const struct report *report;
    lxw_worksheet *sheet;
    char name[32];
    unsigned part; /* "NAME (2)" */
    lxw_row_t row; /* of the heading: 0 */
    struct buf clean;
    uint64_t cut;
    struct sheet_sum *sums; /* of the cells of each sheet, in the order in which the sheets were added */
    size_t sheet_count;
};

/* ---- book_cells.c ---- */

int book_cell(struct book *b, struct cursor *row, int column, struct err *err);
/* The text as a cell may hold it, ended by a NUL; *cut tells whether it was too long. */
const char *book_text(struct buf *clean, struct text t, bool *cut);

/* Writes a cell and adds it to what the finished file is held against. An empty text is no cell. */
lxw_error book_put_text(struct book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text,
                        lxw_format *format);

/* ---- book_check.c ---- */

void sheet_sum_text(struct sheet_sum *s, uint32_t row, uint32_t column, const char *text);
void sheet_sum_number(struct sheet_sum *s, uint32_t row, uint32_t column, double value);

/* Reads the finished file again: ERR_IO unless every part is well-formed and each sheet holds the cells that were
 * written into it. */
int book_check(int fd, const struct sheet_sum *sheets, size_t count, struct err *err);

/* ---- book.c ---- */

/* NULL: no memory, or a name that the workbook has already. */
lxw_worksheet *book_add_sheet(struct book *b, const char *name);

/* ---- book_charts.c ---- */

/* Places the report's charts on a sheet of their own, beside the first part of its data. */
int book_charts(struct book *b, struct err *err);

/* How a sheet is printed: landscape A4, the marking on top, title, instant and page below. */
int book_print(struct book *b, lxw_worksheet *sheet, const char *title, unsigned pages_wide, struct err *err);

int book_fail(lxw_error code, struct err *err);

#endif
