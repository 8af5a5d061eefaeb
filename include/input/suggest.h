/* What would make a file readable: a look at its first rows, and the sections of a configuration that fit them. */
#ifndef PCREPORT_INPUT_SUGGEST_H
#define PCREPORT_INPUT_SUGGEST_H

#include "input/load.h"

/* Adds to `out`, as text of a configuration with comments: the nearest kind (or options->kind), [columns.KIND] with the
 * file's headings for its columns, by their names and by what the values look like, and a profile of each heading's
 * values. Of an archive the first member is looked at. -1: the file cannot be read, or holds no rows under a heading.
 */
int suggest_form(const char *path, const struct load_options *options, struct buf *out, struct err *err);

/* The name of the layout that ships or is configured and that the file begins as, though it is not recognised by itself
 * (recognise = no); NULL: none, or the file cannot be read. */
const char *suggest_layout(const char *path, const struct load_options *options);

#endif
