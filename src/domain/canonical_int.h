/* The canonical texts of reference rows, compared without writing them out, so that it cannot fail. */
#ifndef PCREPORT_SRC_DOMAIN_CANONICAL_INT_H
#define PCREPORT_SRC_DOMAIN_CANONICAL_INT_H

#include "domain/record.h"

/* As text_compare would order the texts of registration_canonical and organisation_canonical. */
int registration_compare(const struct registration_row *a, const struct registration_row *b);
int organisation_compare(const struct organisation_row *a, const struct organisation_row *b);

#endif
