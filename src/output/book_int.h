/* The parts of a workbook that its files share. */
#ifndef PCREPORT_OUTPUT_BOOK_INT_H
#define PCREPORT_OUTPUT_BOOK_INT_H

#include "output/book.h"

#include <sys/types.h>
#include <xlsxwriter.h>

#define BOOK_WIDE_COLUMN 34 /* characters, from which on texts are wrapped */
#define BOOK_LINE_HEIGHT 15 /* points */
/* Below the title, the instant, what the sheet shows, and a blank row, without which a spreadsheet would take those for
 * a part of the table that it sorts or pivots. Rows count from 0. */
#define BOOK_HEADING_ROW 4
#define SHEET_PART       "xl/worksheets/sheet" /* and its number, from 1 */
#define BOOK_PART        "xl/workbook.xml"

/* ---- book_styles.c: how cells look ---- */

/* A status reads in colour, and in weight and slant for who prints in black and white. */
enum style {
    STYLE_PLAIN,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_UNSURE,
    STYLE_QUIET,
    STYLE_WRAPPED,
    STYLE_INSTANT,
    STYLE_DATE,
    STYLE_INTEGER,
    STYLE_REAL,
    STYLE_PERCENT,
    STYLE_LINK,
    STYLE_TOTAL,
    STYLE_TOTAL_INTEGER,
    STYLE_TOTAL_REAL,
    STYLE_TOTAL_PERCENT,
    STYLE_HEADING,
    STYLE_HEADING_NUMBER,
    STYLE_SHEET_TITLE,
    STYLE_LINE,
    STYLE_TITLE,
    STYLE_LABEL,
    STYLE_VALUE,
    STYLE_PARAGRAPH,
    STYLES
};

/* False: no memory. */
bool book_styles_make(lxw_workbook *workbook, lxw_format *out[STYLES]);
enum style book_style_of_column(const struct report_column *c);
bool book_is_number(const struct report_column *c);
/* Of a word that tells a status; STYLE_PLAIN: it is none. */
enum style book_style_of_word(struct text t);

/* Rows are given the height that their wrapped texts need: not every program finds it out by itself. */
unsigned book_lines(struct text t, unsigned width);

/* ---- book_deflate.c: what is written is deflated, in the background where it is much ---- */

struct deflater;
struct deflated { /* a run of bytes in the file, ending at a byte, without a last block */
    off_t at;
    uint64_t packed, plain; /* bytes */
    uint32_t crc;           /* of the plain ones */
};

int deflater_create(struct deflater **out, int fd, const char *folder, struct err *err);
void deflater_destroy(struct deflater *d); /* NULL is allowed */
/* What is appended to it comes next. It may be another one after each deflater_push. */
struct buf *deflater_chunk(struct deflater *d);
int deflater_push(struct deflater *d, struct err *err);
/* Ends a run; the next one begins. */
int deflater_end(struct deflater *d, struct deflated *out, struct err *err);

/* ---- book_check.c: what went into a sheet, and what comes out of the finished file ---- */

/* How many cells, and the sum of the hashes of their places and contents: it does not depend on their order. Manifests
 * of packs tell it: it must stay what it is. */
struct sheet_sum {
    uint64_t cells, sum;
};

uint64_t book_hash_text(struct text t);
uint64_t book_hash_number(struct text digits);
uint64_t book_hash_formula(struct text formula, uint64_t value); /* `value`: the hash of what it gave */
void sheet_sum_add(struct sheet_sum *s, uint32_t row, uint32_t column, uint64_t hash);

/* Reads the finished file again: ERR_IO unless every part is well-formed and each sheet holds the cells that were
 * written into it; and unless it has so many names, of titles to print, areas and filters. `held` may be NULL. */
struct book_sheet;
int book_check(int fd, const struct book_sheet *sheets, size_t count, size_t names, struct book_held *held,
               struct err *err);

/* ---- book_parts.c: the parts of a finished workbook, each of which has its type and is led to by another ---- */

struct book_parts {
    struct buf there, typed, linked; /* names, each ended by a NUL */
};

/* Whether the part is one that tells of others: its elements go to parts_refer, with their attributes by twos. */
bool parts_note(struct book_parts *p, const char *name);
void parts_refer(struct book_parts *p, const char *const *attributes);
/* A part without a type, or that none leads to; NULL: there is none. */
const char *parts_unknown(const struct book_parts *p);
bool parts_release(struct book_parts *p); /* false: there was no memory for them, and what was told is worth nothing */

/* ---- book_read.c: a finished workbook, read ---- */

struct archive;
struct book_reading {
    struct book_held *held;
    struct digest *digest;    /* of its parts; NULL: not asked */
    struct book_parts *parts; /* NULL: not asked */
    bool foreign;             /* it came from elsewhere: what it may hold is bounded */
    size_t seen, names;       /* out: sheets and defined names */
    bool wanting;             /* out: an element, without which libxlsxwriter goes on where memory is short */
    /* its own */
    struct archive *zip;
    uint64_t unpacked; /* bytes */
    uint64_t *shared;  /* hashes of the shared texts, which come before the sheets */
    size_t shared_count, shared_cap;
};
/* From the beginning of `fd`; -1: from the bytes. ERR_DATA: a part is not there whole, or is not well-formed. */
int book_read_back(struct book_reading *r, int fd, struct text bytes, struct err *err);

/* ---- book_unzip.c ---- */

struct archive_entry;
/* From the file's beginning; `fd` -1: from the bytes. zip may be NULL, for want of memory. */
int book_open_zip(struct archive *zip, int fd, struct text bytes, struct err *err);
/* ERR_DATA: what kept it from being read, of the part, or of the workbook itself. */
int book_odd(struct err *err, const char *part, const char *why);
int book_cannot_unpack(struct err *err, const char *part, struct archive *zip);
/* Of a workbook that is being made: the same, as ERR_IO. */
int book_not_whole(struct err *err);
/* Hands the entry that the archive stands at to `take`, piece by piece. 1: the archive cannot be read further, and
 * knows why; -1: `take` failed, or no memory. */
int book_unzip(struct archive *zip, struct archive_entry *entry,
               int (*take)(void *ctx, const void *bytes, size_t len, struct err *err), void *ctx, struct err *err);

/* ---- book_scan.c ---- */

/* Reads a row that is just as book_rows.c writes it, at the beginning of `xml`, and adds its cells. `shared` are the
 * hashes of the shared texts. Returns its length; 0: it is another's, or not whole yet. */
size_t book_scan_row(struct text xml, const uint64_t *shared, size_t shared_count, struct sheet_sum *sum);

/* ---- book_words.c: texts that come again and again are told once ---- */

struct word {
    uint64_t hash;  /* of the text as it came; 0: no word */
    uint64_t clean; /* of the text as the workbook has it */
    uint32_t index; /* among the shared texts of the workbook */
    uint32_t len;
    size_t at;
    enum style style;
};

struct words {
    struct word *slots;
    size_t count;
    struct buf texts;
    struct seen *seen;
};

int words_init(struct words *w, struct err *err);
void words_release(struct words *w);
/* `hash` is that of the text and of the sort of column it is in, since one text may be written in two ways.
 * NULL: it is no word yet. *due: it came often enough to be made one by words_add. */
const struct word *words_find(struct words *w, struct text t, uint64_t hash, bool *due);
/* `clean` is the text as the workbook is to have it. */
const struct word *words_add(struct words *w, struct text t, uint64_t hash, const char *clean, lxw_sst *shared,
                             struct err *err);

/* ---- A book ---- */

struct book_sheet {
    lxw_worksheet *sheet;
    struct sheet_sum sum;
    size_t link_column;   /* of its identifiers */
    struct buf links;     /* as its part has them */
    struct deflated rows; /* .packed 0: it has none but those that libxlsxwriter writes */
};

/* What every cell of a column begins with: <c r="AB */
struct column_begin {
    char mark[12];
    unsigned len;
    enum style style;
    bool names; /* of codes in plain words stand behind them */
};

struct column_total {
    double sum;
    bool any; /* else nothing is known to be summed, which is not 0 */
};

struct book {
    lxw_workbook *workbook;
    int frame_fd; /* of the file without a name that libxlsxwriter writes: styles, frames of the sheets, charts */
    int rows_fd;  /* of the rows, deflated */
    const char *temp_dir;
    char *title, *header;
    instant as_of;
    const char *only, *none;
    bool cover_last;
    struct book_held *held; /* borrowed; NULL: not asked */
    lxw_format *formats[STYLES];
    struct book_sheet *sheets;
    size_t sheet_count;
    struct cover *cover;
    struct links *links;               /* NULL: none are expected */
    const struct about_word *glossary; /* borrowed */
    size_t glossary_count;
    bool *glossary_seen;
    /* The sheet that is being written. */
    const struct report *report;
    struct column_begin *columns;
    size_t sheet; /* in sheets */
    char name[32];
    unsigned part;       /* "NAME (2)" */
    lxw_row_t row;       /* the last one written */
    uint64_t rows;       /* of all parts */
    uint64_t rows_there; /* with those that do not come; 0: all come */
    struct column_total *totals;
    struct deflater *deflater;
    struct words words;
    struct buf clean, named;
    uint64_t cut;
};

int book_fail(lxw_error code, struct err *err);

/* NULL: no memory, or a name that the workbook has already. */
lxw_worksheet *book_add_sheet(struct book *b, const char *name, struct err *err);
/* A cell of a sheet's frame. An empty text is no cell. */
int book_put_text(struct book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, struct text t,
                  enum style style, struct err *err);

/* ---- book_frame.c ---- */

/* How a sheet is printed: landscape A4, the marking (else the title) on top and under it `line` (may be NULL); title,
 * instant and page below. */
int book_print(struct book *b, lxw_worksheet *sheet, const char *title, const char *line, unsigned pages_wide,
               struct err *err);
/* Once a sheet's rows are written: all that stands around them. goes_on: more rows come on a further sheet. */
int frame_write(struct book *b, lxw_worksheet *sheet, bool goes_on, struct err *err);
/* Whether sums stand below the rows: of one sheet alone, since a total of a part would be taken for that of all. */
bool frame_has_totals(const struct book *b, bool goes_on);

/* ---- book_rows.c ---- */

/* What the cells of each column begin with, once a sheet. */
int book_begin_rows(struct book *b, struct err *err);
int book_put_row(struct book *b, struct cursor *row, struct err *err);
/* The sums of the columns that have one, below the last row: a formula, and what it gives. */
int book_put_totals(struct book *b, struct err *err);
size_t book_letters(size_t column, char out[4]); /* "AB", not ended by a NUL; its length */
/* The text as a cell may hold it, ended by a NUL; *cut tells whether it was too long. */
const char *book_text(struct buf *clean, struct text t, bool *cut);

/* ---- book_cover.c ---- */

int cover_write(struct book *b, struct err *err); /* once, when all was told */
void cover_destroy(struct cover *c);              /* NULL is allowed */

/* ---- book_links.c ---- */

/* The number of the report's column of identifiers that may lead elsewhere; SIZE_MAX: none. */
size_t book_link_column(const struct report *r);
/* Whether the identifier in the present row leads to another sheet. */
int book_link(struct book *b, uint64_t hash, bool *linked, struct err *err);
/* A cell that leads to the top of the sheet of that name. Without memory the buffer of the sheet's links fails. */
void links_add(struct book *b, const lxw_worksheet *sheet, lxw_row_t row, size_t column, const char *to);
int links_write(struct book *b, struct err *err); /* into each sheet's, once, when all rows were written */
void links_destroy(struct links *l);              /* NULL is allowed */

/* ---- book_charts.c ---- */

/* Places the report's charts on a sheet of their own, behind the first part of its data. */
int book_charts(struct book *b, struct err *err);

/* ---- book_file.c ---- */

/* Brings what libxlsxwriter wrote and the rows together in the file that is open as `fd`. */
int book_assemble(const struct book *b, int fd, struct err *err);

#endif
