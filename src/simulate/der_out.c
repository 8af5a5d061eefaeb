/* DER, from the last byte to the first. */
#include "made_int.h"

#include "put_int.h"

#include <assert.h>

#define TAG_INTEGER          0x02
#define TAG_BIT_STRING       0x03
#define TAG_OCTET_STRING     0x04
#define TAG_GENERALIZED_TIME 0x18

void der_out_begin(struct der_out *d)
{
    d->at = DER_ROOM;
}

size_t der_out_len(const struct der_out *d)
{
    return DER_ROOM - d->at;
}

const unsigned char *der_out_bytes(const struct der_out *d)
{
    return d->bytes + d->at;
}

void der_out_raw(struct der_out *d, const void *bytes, size_t len)
{
    assert(len <= d->at);
    d->at -= len;
    memcpy(d->bytes + d->at, bytes, len);
}

void der_out_byte(struct der_out *d, unsigned byte)
{
    assert(d->at > 0);
    d->bytes[--d->at] = (unsigned char)byte;
}

void der_out_big_endian(struct der_out *d, uint64_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++, n >>= 8)
        der_out_byte(d, (unsigned)(n & 0xFF));
}

void der_out_length(struct der_out *d, size_t len)
{
    if (len < 0x80) {
        der_out_byte(d, (unsigned)len);
    } else if (len < 0x100) {
        der_out_byte(d, (unsigned)len);
        der_out_byte(d, 0x81);
    } else {
        der_out_big_endian(d, len, 2);
        der_out_byte(d, 0x82);
    }
}

void der_out_wrap(struct der_out *d, unsigned tag, size_t end)
{
    der_out_length(d, end - d->at);
    der_out_byte(d, tag);
}

void der_out_integer(struct der_out *d, uint64_t n)
{
    const size_t end = d->at;

    do {
        der_out_byte(d, (unsigned)(n & 0xFF));
        n >>= 8;
    } while (n != 0);
    if (d->bytes[d->at] >= 0x80) /* it is not negative */
        der_out_byte(d, 0);
    der_out_wrap(d, TAG_INTEGER, end);
}

void der_out_id(struct der_out *d, uint64_t id)
{
    const size_t end = d->at;

    der_out_big_endian(d, id, 8);
    der_out_wrap(d, TAG_OCTET_STRING, end);
}

void der_out_key_usage(struct der_out *d, enum key_usage usage)
{
    static const unsigned char digital_signature[] = {TAG_BIT_STRING, 2, 7, 0x80};
    static const unsigned char key_agreement[] = {TAG_BIT_STRING, 2, 3, 0x08};

    der_out_raw(d, usage == KEY_KEY_AGREEMENT ? key_agreement : digital_signature, sizeof(key_agreement));
}

void der_out_time(struct der_out *d, int64_t at_s)
{
    const size_t end = d->at;
    struct calendar c = {0};
    char text[32], digits[16];
    size_t count = 0;

    put_time(text, &c, at_s);
    for (size_t i = 0; count < 14; i++)
        if (text[i] >= '0' && text[i] <= '9')
            digits[count++] = text[i];
    digits[count++] = 'Z';
    der_out_raw(d, digits, count);
    der_out_wrap(d, TAG_GENERALIZED_TIME, end);
}
