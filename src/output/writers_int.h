/* What the writers share. Each writer_NAME.c includes it, so that its definition is checked against the list. */
#ifndef PCREPORT_OUTPUT_WRITERS_INT_H
#define PCREPORT_OUTPUT_WRITERS_INT_H

#include "output/writer.h"

#define WRITER(name) extern const struct writer_ops writer_##name;
#include "writers.def"
#undef WRITER

/* Numbers in the same text on every machine. A real is written in the fewest digits that give it back; one that is no
 * number (infinite) is written as nothing, and false is returned. */
void number_add_integer(struct buf *b, int64_t value);
bool number_add_real(struct buf *b, double value);

/* ---- columns.c: how many columns of a terminal a text takes ---- */

/* Of well-formed UTF-8 without control characters: 0 for combining marks, 2 for ideographs, Hangul syllables,
 * full-width forms and pictures, 1 for all else. It asks no locale, so a file is the same on every machine. */
size_t text_columns(struct text t);

/* Appends the text as one line that cannot lead a terminal astray: a line end or tab becomes a blank; other control
 * characters, those that turn the direction of writing, and what is no UTF-8 become U+FFFD. */
void text_add_line(struct buf *b, struct text t);

/* Appends as much of such a line as fits into so many columns, the last of them "…" where that is not all: true then.
 */
bool text_add_cut(struct buf *b, struct text t, size_t columns);

/* The name of a column over several lines, broken after '_': what it takes at least; how many lines where none is to be
 * wider than `width` (at least that); and the line of a number, counted from the last, which is 1. */
size_t name_least(const char *name);
size_t name_lines(const char *name, size_t width);
struct text name_line(const char *name, size_t width, size_t line);

/* ---- fit.c: which columns of a table a terminal has room for ---- */

struct fit_column {
    size_t wanted; /* columns of the terminal that it would take */
    size_t least;  /* that it needs: 1 to wanted */
    size_t rank;   /* 0: the one that matters most; a permutation */
    size_t given;  /* what it gets: 0 where it is left out, else least to wanted */
};
/* Those that matter most come first, each with what it needs, as long as there is room for it and the gap before it
 * (the very first in any case). Only when those of the first `important` ranks that are shown can be read well do
 * others come in, too. What is left over goes to those that want more. */
void fit_columns(struct fit_column *columns, size_t count, size_t important, size_t gap, size_t terminal);

#endif
