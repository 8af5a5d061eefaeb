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

/* ---- writer_table.c: how many columns of a terminal a text takes ---- */

/* Of well-formed UTF-8 without control characters: 0 for combining marks, 2 for ideographs, Hangul syllables,
 * full-width forms and pictures, 1 for all else. It asks no locale, so a file is the same on every machine. */
size_t text_columns(struct text t);

/* Appends the text as one line that cannot lead a terminal astray: a line end or tab becomes a blank; other control
 * characters, those that turn the direction of writing, and what is no UTF-8 become U+FFFD. */
void text_add_line(struct buf *b, struct text t);

#endif
