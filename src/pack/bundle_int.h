/* The rows of a bundle. */
#ifndef PCREPORT_PACK_BUNDLE_INT_H
#define PCREPORT_PACK_BUNDLE_INT_H

#include "pack/bundle.h"

/* Takes a file that may be the one: 1 it is, and no other is looked at; 0 it is not; -1 no memory. */
typedef int (*place_taker)(void *ctx, const char *path, struct err *err);

/* Calls `take` with each file that may be the one of this name. Returns what it returned last; 0: none was there. */
int places_try(const struct original_places *p, const char *name, place_taker take, void *ctx, struct err *err);

/* Reads the content to its end: appends the heading and the rows asked for to `out`, tells `rows` and the SHA-256 (all
 * 0 where it cannot be read whole). -1 for no memory alone. */
struct archive;
int original_read(struct original *o, struct archive *a, struct buf *out, unsigned char sha256[DIGEST_SIZE],
                  struct err *err);

#endif
