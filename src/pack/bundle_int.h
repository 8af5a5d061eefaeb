/* The rows of a bundle. */
#ifndef PCREPORT_PACK_BUNDLE_INT_H
#define PCREPORT_PACK_BUNDLE_INT_H

#include "pack/bundle.h"

/* Takes a file that may be the one: 1 it is, and no other is looked at; 0 it is not; -1 no memory. */
typedef int (*place_taker)(void *ctx, const char *path, struct err *err);

/* Calls `take` with each file that may be the one of this name. Returns what it returned last; 0: none was there. */
int places_try(const struct original_places *p, const char *name, place_taker take, void *ctx, struct err *err);

#endif
