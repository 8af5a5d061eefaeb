/* The rows of a bundle. */
#ifndef PCREPORT_PACK_BUNDLE_INT_H
#define PCREPORT_PACK_BUNDLE_INT_H

#include "pack/bundle.h"

/* Appends the heading and the rows of the original as they stand in the file, if it is there and as it was read; tells
 * `rows` and `why`. -1 for no memory alone. */
int original_rows(struct original *o, struct buf *out, struct err *err);

#endif
