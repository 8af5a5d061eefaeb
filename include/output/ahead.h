/* Rows fetched ahead, on a thread of their own, while those before are written. */
#ifndef PCREPORT_OUTPUT_AHEAD_H
#define PCREPORT_OUTPUT_AHEAD_H

#include "domain/cursor.h"

/* A cursor over the same rows. It owns `rows`, of which nobody else may ask anything any more, and destroys it. NULL,
 * and `rows` is still the caller's: no memory, or no thread to be had; then the rows can be read as they are. */
struct cursor *read_ahead(struct cursor *rows);

#endif
