/* Packed bytes: variable-length integers and length-prefixed text, for the evidence of a Device. */
#ifndef PCREPORT_BASE_PACKED_H
#define PCREPORT_BASE_PACKED_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Writers append to b. */
static inline void packed_add_u64(struct buf *b, uint64_t v); /* LEB128, 1 to 10 bytes */
void packed_add_i64(struct buf *b, int64_t v);                /* zigzag, then LEB128 */
void packed_add_be64(struct buf *b, uint64_t v);              /* 8 bytes, big-endian: sorts as the number does */
void packed_add_text(struct buf *b, struct text t);

/* A reader that never passes its end: after the first short or malformed item `failed` stays true and every further
 * item reads as 0 or empty. */
struct packed_reader {
    const unsigned char *at;
    const unsigned char *end;
    bool failed;
};

static inline uint64_t packed_take_u64(struct packed_reader *u);
int64_t packed_take_i64(struct packed_reader *u);
uint64_t packed_take_be64(struct packed_reader *u);
static inline unsigned char packed_take_byte(struct packed_reader *u);
struct text packed_take_text(struct packed_reader *u); /* borrowed from the packed bytes */
struct text packed_take_bytes(struct packed_reader *u, size_t len);

/* ---- In line, since most numbers are small: what they do with the others, and at the end ---- */

void packed_add_long(struct buf *b, uint64_t v);
uint64_t packed_take_long(struct packed_reader *u);
uint64_t packed_fail(struct packed_reader *u); /* 0 */

static inline void packed_add_u64(struct buf *b, uint64_t v)
{
    if (v < 0x80)
        buf_add_byte(b, (unsigned char)v);
    else
        packed_add_long(b, v);
}

static inline uint64_t packed_take_u64(struct packed_reader *u)
{
    return u->at < u->end && *u->at < 0x80 ? *u->at++ : packed_take_long(u);
}

static inline unsigned char packed_take_byte(struct packed_reader *u)
{
    return u->at < u->end ? *u->at++ : (unsigned char)packed_fail(u);
}

#endif
