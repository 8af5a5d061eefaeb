/* Reads a tolerances file (CSV; man: pcreport-config). */
#ifndef PCREPORT_INPUT_TOLERANCES_CSV_H
#define PCREPORT_INPUT_TOLERANCES_CSV_H

#include "base/err.h"
#include "domain/tolerance.h"

struct tolerances {
    struct tolerance *ptr; /* in the order of the file */
    size_t count, cap;
    struct buf texts; /* what they borrow */
};

/* `name` is the file's name, for messages, which say the line, the column and what is wanted (ERR_CONFIG). The file is
 * taken whole or not at all. */
int tolerances_read(struct text csv, const char *name, struct tolerances *out, struct err *err);
void tolerances_release(struct tolerances *t);

#endif
