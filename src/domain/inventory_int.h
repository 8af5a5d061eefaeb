/* The inventory of a Device between its packed records and the rows that count. */
#ifndef PCREPORT_SRC_DOMAIN_INVENTORY_INT_H
#define PCREPORT_SRC_DOMAIN_INVENTORY_INT_H

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

#endif
