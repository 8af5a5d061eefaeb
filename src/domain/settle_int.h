/* R7: what is settled when the evidence of a Device is unpacked: which inventory row counts, and which requests are the
 * same though their identities differ. */
#ifndef PCREPORT_SRC_DOMAIN_SETTLE_INT_H
#define PCREPORT_SRC_DOMAIN_SETTLE_INT_H

#include "domain/evidence.h"

/* One distinct row, and which extracts say it. */
struct inventory_says {
    struct inventory_row row; /* its instants of extraction are the first and the last of the set */
    struct text packed;       /* the row as it is packed */
    struct text extracts;     /* a packed set */
};

/* Makes records->inventory from records->says: at each instant of extraction the row that R7 prefers, a run of the same
 * row once, and its blanks filled. -1: ERR_IO for a damaged set, or ERR_NOMEM. */
int inventory_settle(struct device_records *records, struct err *err);

/* The parts of the canon of an inventory record: the packed row with its length before it, and the packed set. */
bool inventory_split(struct text canon, struct text *row, struct text *extracts);

/* Lays each request without a RequestID beside the one that it is, and marks the row that follows on another in
 * struct request_row.twin. -1 with ERR_NOMEM: the rows are as they were. */
int twins_join(struct device_records *records, struct err *err);

#endif
