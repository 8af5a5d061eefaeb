/* Packed bytes: variable-length integers and length-prefixed text. */
#include "base/packed.h"

#include <string.h>

#define LEB128_MAX 10 /* bytes of the longest 64-bit number */

void packed_add_long(struct buf *b, uint64_t v)
{
    unsigned char *at;

    if (!buf_reserve(b, LEB128_MAX))
        return;
    at = b->ptr + b->len;
    while (v >= 0x80) {
        *at++ = (unsigned char)(v | 0x80);
        v >>= 7;
    }
    *at++ = (unsigned char)v;
    b->len = (size_t)(at - b->ptr);
}

void packed_add_i64(struct buf *b, int64_t v)
{
    const uint64_t bits = (uint64_t)v;

    packed_add_u64(b, (bits << 1) ^ (v < 0 ? UINT64_MAX : 0));
}

void packed_add_be64(struct buf *b, uint64_t v)
{
    const uint64_t swapped = __builtin_bswap64(v);

    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "packed_add_be64 swaps");
    buf_add(b, &swapped, sizeof(swapped));
}

void packed_add_text(struct buf *b, struct text t)
{
    packed_add_u64(b, t.len);
    buf_add_text(b, t);
}

uint64_t packed_fail(struct packed_reader *u)
{
    u->failed = true;
    u->at = u->end;
    return 0;
}

uint64_t packed_take_long(struct packed_reader *u)
{
    const unsigned char *at = u->at;
    uint64_t v = 0;

    for (unsigned shift = 0; at < u->end && shift < 64; shift += 7) {
        const unsigned char byte = *at++;

        if (shift == 63 && byte > 1)
            break;
        v |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            u->at = at;
            return v;
        }
    }
    return packed_fail(u);
}

int64_t packed_take_i64(struct packed_reader *u)
{
    const uint64_t bits = packed_take_u64(u);

    return (int64_t)((bits >> 1) ^ ((bits & 1) != 0 ? UINT64_MAX : 0));
}

uint64_t packed_take_be64(struct packed_reader *u)
{
    uint64_t v;

    if ((size_t)(u->end - u->at) < sizeof(v))
        return packed_fail(u);
    memcpy(&v, u->at, sizeof(v));
    u->at += sizeof(v);
    return __builtin_bswap64(v);
}

struct text packed_take_text(struct packed_reader *u)
{
    const uint64_t len = packed_take_u64(u);

    return packed_take_bytes(u, len);
}

struct text packed_take_bytes(struct packed_reader *u, size_t len)
{
    struct text t;

    if (len > (size_t)(u->end - u->at)) {
        packed_fail(u);
        return (struct text){0};
    }
    t = (struct text){(const char *)u->at, len};
    u->at += len;
    return t;
}
