/* Base64 (RFC 4648), as XML documents and PEM files carry it. */
#ifndef PCREPORT_CODEC_BASE64_H
#define PCREPORT_CODEC_BASE64_H

#include "base/text.h"

/* Appends what the text stands for. Blanks, tabs and line ends between the characters do not matter; anything else that
 * is no Base64, a missing or misplaced '=', and bits beyond the last byte are ERR_DATA, which tells the character's
 * place in the text, from 1. `out` is as it was after -1. */
int base64_decode(struct text in, struct buf *out, struct err *err);

void base64_encode(struct text bytes, struct buf *out); /* one line */

#endif
