/* Rows of a Smart Metering Inventory export that tell of all Devices of a premises: esme_deviceid, gsme_deviceid,
 * chf_deviceid ... Each Device of the row becomes a record of its own, on the hub of the row. */
#ifndef PCREPORT_INPUT_PREMISES_INT_H
#define PCREPORT_INPUT_PREMISES_INT_H

#include "table_int.h"

/* How many Device types have an identifier of their own in a heading that was split. */
unsigned premises_types(const struct reader_ops *ops, const struct job *job, const struct splitter *s);
#define PREMISES_TYPES 2 /* and more: it is one of premises */

/* Reads such a heading, whose delimiter is in *out: one part for each Device type. -1: no memory. */
int premises_read(struct heading *out, struct job *job, const struct splitter *s, struct buf *ignored);

/* Makes records of a row that was split. */
int premises_take(const struct job *job, const struct heading *h, struct worker *w, struct place at, struct text record,
                  struct err *err);

#endif
