/* EUI-64 identifiers and key identifiers, read and written by hand: every row of every input has some. */
#include "domain/eui64.h"

#define BAD 0x80 /* no hexadecimal digit */

/* clang-format off */
#define BAD4 BAD, BAD, BAD, BAD
#define BAD16 BAD4, BAD4, BAD4, BAD4
#define BAD64 BAD16, BAD16, BAD16, BAD16
static const uint8_t hex_value[256] = {
    BAD16, BAD16, BAD16,                            /* 0x00 to 0x2F */
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, BAD, BAD, BAD4,   /* from '0' */
    BAD, 10, 11, 12, 13, 14, 15, BAD, BAD4, BAD4,   /* from 'A' - 1 */
    BAD16,
    BAD, 10, 11, 12, 13, 14, 15, BAD, BAD4, BAD4,   /* from 'a' - 1 */
    BAD16, BAD64, BAD64
};
/* clang-format on */

/* Reads 8 octets of two digits each, `step` bytes from one to the next. */
static bool parse_octets(const char *p, size_t step, uint64_t *out)
{
    uint64_t id = 0;
    unsigned seen = 0;

    for (size_t i = 0; i < 8; i++, p += step) {
        const unsigned high = hex_value[(unsigned char)p[0]], low = hex_value[(unsigned char)p[1]];

        seen |= high | low;
        id = id << 8 | (high << 4 | low);
    }
    if ((seen & BAD) != 0)
        return false;
    *out = id;
    return true;
}

bool eui64_parse(struct text t, uint64_t *out)
{
    if (t.len == 16)
        return parse_octets(t.ptr, 2, out);
    if (t.len != 23 || (t.ptr[2] != '-' && t.ptr[2] != ':'))
        return false;
    for (size_t i = 5; i < 23; i += 3)
        if (t.ptr[i] != t.ptr[2])
            return false;
    return parse_octets(t.ptr, 3, out);
}

static char *put_octet(char *p, unsigned octet)
{
    static const char digits[] = "0123456789ABCDEF";

    p[0] = digits[octet >> 4];
    p[1] = digits[octet & 15];
    return p + 2;
}

size_t eui64_format(uint64_t id, char out[EUI64_TEXT_SIZE])
{
    char *p = out;

    for (unsigned shift = 56; shift > 0; shift -= 8) {
        p = put_octet(p, (unsigned)(id >> shift) & 0xFF);
        *p++ = '-';
    }
    p = put_octet(p, (unsigned)id & 0xFF);
    *p = '\0';
    return EUI64_TEXT_SIZE - 1;
}

bool key_id_parse(struct text t, uint64_t *out)
{
    return t.len == 16 && parse_octets(t.ptr, 2, out);
}

size_t key_id_format(uint64_t id, char out[KEY_ID_TEXT_SIZE])
{
    for (unsigned i = 0; i < 8; i++)
        put_octet(out + 2 * i, (unsigned)(id >> (56 - 8 * i)) & 0xFF);
    out[KEY_ID_TEXT_SIZE - 1] = '\0';
    return KEY_ID_TEXT_SIZE - 1;
}
