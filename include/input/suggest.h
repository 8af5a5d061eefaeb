/* What would make a file readable: a look at its first rows, and the sections of a configuration that fit them. */
#ifndef PCREPORT_INPUT_SUGGEST_H
#define PCREPORT_INPUT_SUGGEST_H

#include "input/load.h"

struct suggestion {
    const char
        *layout;      /* the one that ships or is configured and that the file begins as, though it is not recognised by
                       * itself (recognise = no): then there is nothing else. NULL: none. Borrowed from the options */
    const char *kind; /* the nearest, the one it is read as without any, or options->kind; NULL: none is near */
    struct buf text;  /* of a configuration, with comments; the caller releases it */
};

/* Fills *out: [columns.KIND] with the file's headings for its columns, by their names and by what the values look like,
 * [read.KIND] and [words.KIND] where they are needed, and a profile of each heading's values. Of an archive the first
 * member is looked at, and that is said. A file of a kind without columns is said to be read as it is. -1: the file
 * cannot be read, or holds neither rows under a heading nor objects of JSON. */
int suggest_form(const char *path, const struct load_options *options, struct suggestion *out, struct err *err);

#endif
