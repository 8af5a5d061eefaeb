/* Packed bytes: variable-length integers and length-prefixed text, for the evidence of a Device. */
#ifndef PCREPORT_BASE_PACK_H
#define PCREPORT_BASE_PACK_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Writers append to b. */
void pack_u64(struct buf *b, uint64_t v);  /* LEB128, 1 to 10 bytes */
void pack_i64(struct buf *b, int64_t v);   /* zigzag, then LEB128 */
void pack_be64(struct buf *b, uint64_t v); /* 8 bytes, big-endian: sorts as the number does */
void pack_text(struct buf *b, struct text t);

/* A reader that never passes its end: after the first short or malformed item `failed` stays true and every further
 * item reads as 0 or empty. */
struct unpack {
    const unsigned char *at;
    const unsigned char *end;
    bool failed;
};

uint64_t unpack_u64(struct unpack *u);
int64_t unpack_i64(struct unpack *u);
uint64_t unpack_be64(struct unpack *u);
unsigned char unpack_byte(struct unpack *u);
struct text unpack_text(struct unpack *u); /* borrowed from the packed bytes */
struct text unpack_bytes(struct unpack *u, size_t len);

#endif
