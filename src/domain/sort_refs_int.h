/* Sorting a list of pointers, mostly a short one and mostly in order already. */
#ifndef PCREPORT_SRC_DOMAIN_SORT_REFS_INT_H
#define PCREPORT_SRC_DOMAIN_SORT_REFS_INT_H

#include <stddef.h>

/* `compare` is given pointers to two of the pointers, as qsort does. */
void sort_refs(const void **refs, size_t count, int (*compare)(const void *, const void *));

#endif
