/* Reads the values of a row. Each returns true with *out set, to its "not given" where the value is blank; or false
 * with row->fault telling what is wrong with the value and what is wanted. */
#ifndef PCREPORT_INPUT_FIELDS_INT_H
#define PCREPORT_INPUT_FIELDS_INT_H

#include "domain/market.h"
#include "domain/record.h"
#include "table_int.h"

/* 1971, after which an answer can have come: some systems write 1970, 1900 or 0001 where there is none. */
#define FIRST_ANSWER (365 * INSTANT_DAY)

bool field_eui64(const struct row *r, unsigned column, uint64_t *out);
bool field_identity(const struct row *r, unsigned column, uint64_t *out); /* an EUI-64 that is not all zeros */
bool field_party(const struct row *r, unsigned column, uint64_t *out);    /* an EUI-64 or a market identifier */
bool field_key_id(const struct row *r, unsigned column, uint64_t *out);
bool field_instant(const struct row *r, unsigned column, enum instant_zone zone, enum instant_date date, instant *out);
/* When the extract of the row was taken: by the column, else by --extracted-at or the file's name; INSTANT_NONE: nobody
 * says. */
bool field_extracted_at(const struct row *r, unsigned column, instant *out);
/* *is_day: it is a date alone, which begins at 00:00Z. */
bool field_instant_or_day(const struct row *r, unsigned column, instant *out, bool *is_day);
bool field_term(const struct row *r, unsigned column, unsigned *out); /* of the column's words */
bool field_srv(const struct row *r, unsigned column, srv_code *out);
bool field_mpxn(const struct row *r, unsigned column, mpxn_code *out);
bool field_text(const struct row *r, unsigned column, size_t max, struct text *out);

/* originator:target:counter, where the identifiers may hold colons themselves. */
struct known_id {
    struct text text; /* as the row has it */
    uint64_t id;
};
/* known: the sender and the Device of the row. */
bool field_request_id(const struct row *r, unsigned column, const struct known_id known[2], struct request_id *out);
bool request_id_parse(struct text t, struct request_id *out); /* false: it is as it was */
bool counter_parse(struct text t, uint64_t *out);             /* decimal digits, without a sign, of a 64-bit number */

/* Whether the column may hold the value; in a date the month may come first. */
bool column_accepts(const struct column *c, struct text value);
/* Whether it is an instant with the month first, and none with the day first. */
bool is_month_first(struct text t);

/* Whether a date that is none with the day first is one with the month first. */
bool proves_month_first(struct text t, struct instant_form form);

/* The name of a column, for faults. */
struct text field_name(const struct row *r, unsigned column);

#endif
