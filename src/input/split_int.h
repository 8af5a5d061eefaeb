/* Bytes, lines and fields.
 *
 * CSV as libcsv reads it in its strict mode, with records that can be cut into blocks and resumed after a fault.
 *
 * A record is a line, or several where a quoted field holds line ends: then it must close within SPLIT_SPAN_MAX bytes,
 * have as many fields as the heading, and no line within may have as many, nor all of them as many without their
 * quotes; else its first line is a record (a bad one) and reading goes on at the next.
 */
#ifndef PCREPORT_INPUT_SPLIT_INT_H
#define PCREPORT_INPUT_SPLIT_INT_H

#include "base/text.h"

#include <csv.h>

#define SPLIT_SPAN_MAX   65536
#define SPLIT_FIELDS_MAX 512
#define SPLIT_CONSTANTS  32 /* room behind the empty field, for values that no file tells */

/* ---- What a block of bytes holds, found in one fast pass ---- */

/* Line ends are LF, CR LF and a lone CR. */
struct byte_marks {
    uint64_t lines; /* line ends */
    bool lone_cr;
    bool quote;
    bool nul;
    bool high;  /* a byte beyond ASCII */
    bool other; /* a line behind an LF begins with something else than a digit */
};

struct byte_marks bytes_scan(const unsigned char *ptr, size_t len);

/* The length of the first line with its end. 0: the end is not there, or is a CR that more bytes may make a CR LF;
 * at_end says that no more will come, and makes the end of the bytes a line end. */
size_t bytes_line(const unsigned char *ptr, size_t len, bool at_end);

/* The length of a byte order mark there, 0: none; files that were put together may each begin with one. */
static inline size_t bytes_mark(const unsigned char *ptr, size_t len)
{
    return len >= 3 && ptr[0] == 0xEF && ptr[1] == 0xBB && ptr[2] == 0xBF ? 3 : 0;
}

/* The same bytes without the line end. */
struct text bytes_without_end(const unsigned char *ptr, size_t len);

size_t bytes_count(const unsigned char *ptr, size_t len, unsigned char wanted);

/* ---- Fields ---- */

/* One row, split. fields[count] is always the empty text: columns that a file lacks are looked up there. */
struct splitter {
    struct text fields[SPLIT_FIELDS_MAX + 1 + SPLIT_CONSTANTS];
    size_t count;

    /* For records with quotes. */
    struct csv_parser parser;
    bool parser_live;
    bool too_many;
    bool no_memory;       /* stays true: what was made of records since is not to be relied on */
    struct buf unquoted;  /* what the fields point into */
    struct buf unguarded; /* a record without what keeps spreadsheets from taking text for numbers */
};

void splitter_release(struct splitter *s);

/* Splits a record without quotes and line ends as libcsv does: blanks and tabs around fields are dropped.
 * BLOCK_SLACK bytes behind the record must be readable. False when there are more than SPLIT_FIELDS_MAX fields. A blank
 * record has one empty field. */
bool splitter_plain(struct splitter *s, char delimiter, struct text record);

/* Splits any record by libcsv; a field may be ="TEXT" as well as "TEXT". False with `why` (static text) when its quotes
 * are wrong, or there are too many fields or too little memory. A blank record has no field. */
bool splitter_quoted(struct splitter *s, char delimiter, struct text record, const char **why);

/* What tells a record of several lines from several records. */
struct record_form {
    char delimiter;
    size_t fields; /* of a record; a blank one more does no harm */
    /* Whether a line that has as many fields may be a row, by what they hold; NULL: none may. */
    bool (*is_row)(const void *ctx, const struct text *fields);
    const void *ctx;
};

/* The length of the first record with its end; 0 when more bytes are needed to tell. */
size_t splitter_record(struct splitter *s, const struct record_form *form, const unsigned char *ptr, size_t len,
                       bool at_end);

#endif
