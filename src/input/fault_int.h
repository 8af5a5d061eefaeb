/* Why a record is a reject: the column at fault, and a reason that tells what is wanted. */
#ifndef PCREPORT_INPUT_FAULT_INT_H
#define PCREPORT_INPUT_FAULT_INT_H

#include "base/text.h"

#define FAULT_COLUMN_MAX 127
#define FAULT_REASON_MAX 255

struct fault {
    char column[FAULT_COLUMN_MAX + 1]; /* "": the row as a whole */
    char reason[FAULT_REASON_MAX + 1];
    struct text month_first; /* a date whose month can only be the first number, borrowed from the record; "": none */
};

/* Both return false, so that a parser can return them. */
bool fault_set(struct fault *f, struct text column, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The reason begins with the value in quotes, as text_show writes it. */
bool fault_value(struct fault *f, struct text column, struct text value, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* ---- Key material in what is rejected ---- */

/* Appends the bytes to `out` with words in the place of all that looks like key material: Base64 and hexadecimal runs
 * as long as a key, private keys in DER, and whatever stands behind the words "private key". */
void secret_remove(struct text bytes, struct buf *out);

/* Whether anything in it would be replaced. */
bool secret_is(struct text value);

/* What stands for a value with key material where values are told. */
#define SECRET_SHOWN "[key material is not shown]"
/* A shorter value holds none that is looked for, but behind the words. */
#define SECRET_MIN_BYTES 36

#endif
