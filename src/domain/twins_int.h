/* R7: requests that are the same though their identities differ. */
#ifndef PCREPORT_SRC_DOMAIN_TWINS_INT_H
#define PCREPORT_SRC_DOMAIN_TWINS_INT_H

#include "domain/evidence.h"

/* Lays each request without a RequestID beside the one that it is, and marks the row that follows on another in
 * struct request_row.twin. -1 with ERR_NOMEM: the rows are as they were. */
int twins_join(struct device_records *records, struct err *err);

#endif
