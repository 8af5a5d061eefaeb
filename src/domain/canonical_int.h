/* Putting records in order: the canonical texts of reference rows, compared without writing them out, so that it cannot
 * fail; and sorting a list of pointers. */
#ifndef PCREPORT_SRC_DOMAIN_CANONICAL_INT_H
#define PCREPORT_SRC_DOMAIN_CANONICAL_INT_H

#include "domain/record.h"

/* As text_compare would order the texts of registration_canonical and organisation_canonical. */
int registration_compare(const struct registration_row *a, const struct registration_row *b);
int organisation_compare(const struct organisation_row *a, const struct organisation_row *b);

/* Sorts a list of pointers, mostly a short one and mostly in order already. `compare` is given pointers to two of the
 * pointers, as qsort does. */
void sort_refs(const void **refs, size_t count, int (*compare)(const void *, const void *));

#endif
