/* How many columns of a terminal a text takes. */
#ifndef PCREPORT_OUTPUT_WIDTH_INT_H
#define PCREPORT_OUTPUT_WIDTH_INT_H

#include "base/text.h"

/* Of well-formed UTF-8 without control characters: 0 for combining marks, 2 for ideographs, Hangul syllables,
 * full-width forms and pictures, 1 for all else. It asks no locale, so a file is the same on every machine. */
size_t text_columns(struct text t);

/* Appends the text as one line that cannot lead a terminal astray: a line end or tab becomes a blank; other control
 * characters, those that turn the direction of writing, and what is no UTF-8 become U+FFFD. */
void text_add_line(struct buf *b, struct text t);

#endif
