/* A sum over the rows of each table; those of `device` carry sums of their own, which are summed: whatever bit of them
 * is damaged, `verify` finds it. A table's sum is that of its rows' hashes, so the order of rows does not matter, and a
 * row that changes needs no other to be read. They are kept with the tallies; a store of an earlier version has none
 * until something is put into it. */
#ifndef PCREPORT_STORE_SUMS_H
#define PCREPORT_STORE_SUMS_H

#include "store/sql.h"

enum sum {
    /* kept along with each row that is written */
    SUM_DEVICE, /* of the identifiers and the sums of the rows: that none is missing, or an earlier one */
    SUM_REGISTRATION,
    SUM_REJECT,
    SUM_HUB,
    SUM_REQUEST_HOUR,
    SUM_SHARED_REQUEST,
    SUM_SENDER_DAY,
    SUM_SAID,
    SUM_ASKED,
    SUM_ANSWER,
    SUMS_KEPT,
    /* small: read through when a transaction ends */
    SUM_ORGANISATION = SUMS_KEPT,
    SUM_REGISTRANT,
    SUM_FILE,
    SUM_INCIDENT,
    SUM_RUN,
    SUM_WAIVER,
    SUM_TICKET,
    SUM_FINDING,
    SUM_INBOX,
    SUMS
};

struct sums {
    uint64_t kept[SUMS_KEPT];
};

/* Before anything is written in the transaction, and before it is committed. */
int sums_begin(struct sums *s, struct store *st, struct err *err);
int sums_end(const struct sums *s, struct store *st, struct err *err);

/* What a Device adds to the sum of its table, and whether the table is as it was stored: ERR_DATA where it is not. */
uint64_t sum_of_device(uint64_t device, uint32_t checksum);
int sum_check_devices(struct store *st, uint64_t sum, struct err *err);

/* Calls `differs` with the name of each table that is not as it was stored. */
int sums_verify(struct store *st, void (*differs)(void *ctx, const char *table), void *ctx, struct err *err);

/* The hash of a row, made of its columns in order as they are bound. */
#define SUM_ROW_BEGIN UINT64_C(0x2545F4914F6CDD1D)
void sum_add_null(uint64_t *row);
void sum_add_number(uint64_t *row, int64_t value);
void sum_add_bytes(uint64_t *row, struct text value);

uint64_t sum_of_registration(const struct registration_row *row);

#endif
