/* What the parts of reading a heading share: its line, its columns, and where it is. */
#ifndef PCREPORT_INPUT_HEADING_INT_H
#define PCREPORT_INPUT_HEADING_INT_H

#include "premises_int.h"

/* Where a heading was found, and what it has. */
struct heading_place {
    char delimiter;
    size_t at, consumed; /* from where on it was looked for, and the bytes up to the line behind it */
    uint64_t titles;     /* lines before it */
    uint64_t row_line;   /* of one of them that looks like a row; 0: none */
    int position[KIND_COLUMNS_MAX];
    bool known[SPLIT_FIELDS_MAX];
    unsigned types;  /* of Devices that have an identifier of their own in it */
    int twice;       /* a column that it has twice; -1: none */
    const char *why; /* it cannot be split */
    bool mended;     /* it is read otherwise than its quotes and delimiters have it */
    bool doubtful;   /* it has a column without a name, and it is not told which one its rows lack */
};

/* Where, from `at` on, a line begins that is not blank, behind a byte order mark. */
size_t heading_begin(const struct head *head, size_t at);
/* The length of the line, or of the lines where a quoted heading holds a line end; 0: it does not end. */
size_t heading_length(const unsigned char *p, size_t len, bool whole);
/* Excel's own first line: sep=; */
bool heading_is_sep(struct text line, char *delimiter);

/* Finds the columns of a kind in a heading that was split: position[] of each, or -1. Returns the column that the
 * heading has twice, or -1. `known`, when not NULL, tells of each field whether it is a column. */
int heading_match(const struct reader_ops *ops, const struct job *job, const struct splitter *s,
                  int position[KIND_COLUMNS_MAX], bool *known);

/* Of which kinds (a bit each, heading_kind_bit) a line names columns, and of which it may be a heading: of no others is
 * it one, nor is what stands in it behind any of , ; | " or a tab. */
struct heading_hint {
    uint16_t named, may_be;
};
struct heading_hint heading_hint(const struct job *job, struct text line);
static inline uint16_t heading_kind_bit(const struct reader_ops *ops)
{
    return (uint16_t)(1U << (ops->kind - reader_kinds));
}

/* Adds "'name'" to a list; only as much as fits. */
void heading_list_name(char *list, size_t size, struct text name);
/* The required columns that a heading lacks; how many there are. */
int heading_list_missing(const struct reader_ops *ops, const int position[KIND_COLUMNS_MAX], char *list, size_t size);

/* Whether a line is a heading of the kind, be it whole or not: half of its names at least are columns. */
bool heading_is_one(const struct splitter *s, const bool *known);

/* Where a quote in the line at `at` is one too many, or names have no delimiter between them, and where each name is a
 * column: takes them, if the first rows have as many values, and fit. False: nothing is changed. */
bool heading_mend(const struct reader_ops *ops, const struct job *job, const struct head *head, size_t at,
                  struct splitter *s, struct heading_place *place);
/* Where all first rows are shorter than a heading by its columns without a name, of which one stands before others:
 * leaves these out if the values fit only then; else, if they fit both ways or neither, it is doubtful. */
void heading_mend_unnamed(const struct reader_ops *ops, const struct job *job, const struct head *head,
                          struct splitter *s, struct heading_place *place);

/* Looks for the heading: the first line, or where `titles` may stand before it, the first of some lines that has every
 * required column. False: there is none, and the first line was taken, or one that is a heading and lacks some, if it
 * can be split at all (s->count). */
bool heading_find(const struct reader_ops *ops, const struct job *job, const struct head *head, bool titles,
                  struct splitter *s, struct heading_place *out);

#endif
