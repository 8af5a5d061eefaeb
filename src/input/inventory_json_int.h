/* Smart Metering Inventory as JSON, as DUIS adapters and interfaces to the DCC give it: objects with deviceId,
 * deviceType and so on, in an array, one behind another, or nested under members. Names are matched as the headings of
 * CSV files are. */
#ifndef PCREPORT_INPUT_INVENTORY_JSON_INT_H
#define PCREPORT_INPUT_INVENTORY_JSON_INT_H

#include "table_int.h"

/* Whether the content is JSON whose objects name Devices and their types, and no snapshots. */
bool inventory_json_recognise(const struct job *job, const struct head *head);

/* The reader: a copy of that of CSV inventory extracts with other functions. */
void inventory_json_reader(struct reader_ops *out);

#endif
