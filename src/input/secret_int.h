/* Key material in what is rejected. */
#ifndef PCREPORT_INPUT_SECRET_INT_H
#define PCREPORT_INPUT_SECRET_INT_H

#include "base/text.h"

/* Appends the bytes to `out` with words in the place of all that looks like key material: Base64 and hexadecimal runs
 * as long as a key, private keys in DER, and whatever stands behind the words "private key". */
void secret_remove(struct text bytes, struct buf *out);

/* Whether anything in it would be replaced. */
bool secret_is(struct text value);

#endif
