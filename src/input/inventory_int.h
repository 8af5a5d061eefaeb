/* The columns of the Smart Metering Inventory, and its form as JSON, as DUIS adapters and interfaces to the DCC give
 * it: objects with deviceId, deviceType and so on, in an array, one behind another, nested under members, or Devices
 * within the object of their hub. Names are matched as the headings of CSV files are. */
#ifndef PCREPORT_INPUT_INVENTORY_INT_H
#define PCREPORT_INPUT_INVENTORY_INT_H

#include "table_int.h"

/* The columns of the inventory. */
enum {
    DEVICE_ID,
    TYPE,
    STATUS,
    SMETS,
    COMMISSIONED_AT,
    CHF_ID,
    MPXN,
    CSP_REGION,
    MANUFACTURER,
    MODEL,
    FIRMWARE,
    S1_COHORT,
    EXTRACTED_AT,
    GBCS_VERSION
};

/* Whether the content is JSON whose objects name Devices and their types, and no snapshots; or, where the inventory is
 * asked for, any JSON. */
bool inventory_json_recognise(const struct job *job, const struct head *head, bool asked);

/* The reader: a copy of that of CSV inventory extracts with other functions. */
void inventory_json_reader(struct reader_ops *out);

#endif
