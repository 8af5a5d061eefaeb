/* A workbook in the making: a cover, sheets from the rows of queries, charts. Memory does not grow with the rows. */
#ifndef PCREPORT_OUTPUT_BOOK_H
#define PCREPORT_OUTPUT_BOOK_H

#include "base/digest.h"
#include "output/writer.h"

#define BOOK_SHEET_ROWS_MAX 1048571 /* of the 1,048,576 that a sheet has, below title, lines and heading */
#define BOOK_CELL_MAX       32767   /* UTF-16 units */
#define BOOK_NAME_MAX       31      /* characters of a sheet's name */
#define BOOK_COVER_NAME     "About" /* of its sheet */

struct book;

/* What a workbook holds: by it another is known to be the same, or told where it differs. */
struct book_sheet_held {
    char *name; /* NULL: the workbook does not tell of it */
    bool hidden;
    uint64_t rows, cells; /* a row without a cell is none */
    uint64_t sum;         /* of the places and contents of its cells */
};
struct book_held {
    struct book_sheet_held *sheets;
    size_t count, cap;
    unsigned char parts[DIGEST_SIZE]; /* SHA-256 of its parts, unpacked, each with its name before it */
};
void book_held_release(struct book_held *h);

struct book_setup {
    const char *title;    /* of the document */
    const char *header;   /* at the middle of the top of every printed page: a marking; NULL: the sheet's title */
    instant as_of;        /* the date of the document, and in the footer */
    const char *only;     /* said after it above the rows of each sheet: what they are of; NULL: nothing; borrowed */
    const char *none;     /* said of a sheet without rows; NULL: that it has 0; borrowed */
    const char *temp_dir; /* for files without a name; NULL: /tmp; borrowed until the book is written */
    bool cover_last;      /* the cover is the last sheet, so that the book opens on its data */
    const struct about_word *glossary; /* for book_cover_glossary; borrowed until the book is written */
    size_t glossary_count;
    struct book_held *held; /* out: what it holds, as it was read back; NULL: not asked; the caller releases it */
};

int book_create(struct book **out, const struct book_setup *setup, struct err *err);

/* A sheet for what was asked: a title, a paragraph, and labels with values, which may be added to until the book is
 * written. */
int book_cover(struct book *b, const char *title, const char *paragraph, struct err *err);
int book_cover_line(struct book *b, const char *label, struct text value, struct err *err);
/* The same, and the value leads to the sheet of that name, which must be one of the book. */
int book_cover_link(struct book *b, const char *label, struct text value, const char *sheet, struct err *err);

/* Lines for the words of the glossary that stand in a cell: what each means. */
int book_cover_glossary(struct book *b, struct err *err);

/* Tells, before any sheet is begun and once for each sheet to come, which identifiers will stand on it (column
 * device_id, else chf_id): those of several sheets lead from one to the next. The rows are read to their end. */
int book_expect(struct book *b, const struct report *report, struct cursor *rows, struct err *err);

/* Begins a sheet with the report's columns. `name` is cut to the 31 characters a sheet's name may have. The report is
 * borrowed until the book is written. More rows than a sheet holds go on in "NAME (2)". */
int book_sheet(struct book *b, const char *name, const struct report *report, struct err *err);
/* The present row of the cursor. Texts are made fit: invalid UTF-8 and control characters become U+FFFD, what is longer
 * than a cell may be is cut and ends in an ellipsis. */
int book_row(struct book *b, struct cursor *row, struct err *err);
/* How many rows there are for the sheet where not all come, to be told above them; 0: all come. ROWS_UNCOUNTED:
 * nobody knows. */
void book_rows_there(struct book *b, uint64_t rows);
/* Ends the sheet: filter, print area, charts of the report. Returns after -1 too with the sheet ended. */
int book_sheet_end(struct book *b, struct err *err);

/* Cells that were cut so far. */
uint64_t book_cut_cells(const struct book *b);

/* Around what has libxlsxwriter do something; may be nested. And whether this thread is there: for a handler of
 * signals. library_leave returns rc, unless there was no memory in between, whatever came of it: libxlsxwriter goes on
 * without most of what it could not allocate. */
void library_enter(void);
int library_leave(int rc, struct err *err);
bool book_in_library(void);
/* What libxlsxwriter printed while this thread is there. */
void library_said(struct text words);

/* Puts everything together into the file and frees the book, in any case. file may be NULL: only freed. */
int book_write(struct book *b, struct outfile *file, struct err *err);

/* What is held by a workbook that somebody else may have had. ERR_DATA: it cannot be read as one. The caller releases
 * `out`, in any case. */
int book_read(struct text file, struct book_held *out, struct err *err);

#endif
