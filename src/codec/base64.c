/* Base64 (RFC 4648, 4), blanks and line ends passed over. */
#include "codec/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int spoilt(struct buf *out, size_t before, size_t at, const char *what, struct err *err)
{
    out->len = before;
    return err_set(err, ERR_DATA, "no Base64 at character %zu: %s", at + 1, what);
}

int base64_decode(struct text in, struct buf *out, struct err *err)
{
    const size_t before = out->len;
    uint32_t group = 0;
    unsigned have = 0, padding = 0;
    for (size_t i = 0; i < in.len; i++) {
        const char c = in.ptr[i];
        if (is_space(c))
            continue;
        const int value = c == '=' ? 0 : value_of(c);
        if (value < 0)
            return spoilt(out, before, i, "the character has no place in it", err);
        if (c == '=' ? have < 2 || padding >= 2 : padding > 0)
            return spoilt(out, before, i, "'=' is misplaced", err);
        padding += c == '=';
        group = group << 6 | (uint32_t)value;
        if (++have < 4)
            continue;
        if ((group & ((UINT32_C(1) << 8 * padding) - 1)) != 0)
            return spoilt(out, before, i, "it ends within a byte", err);
        const unsigned char bytes[3] = {group >> 16 & 0xFF, group >> 8 & 0xFF, group & 0xFF};
        buf_add(out, bytes, 3 - padding);
        group = 0;
        have = 0;
    }
    if (have > 0)
        return spoilt(out, before, in.len, "it is cut short", err);
    return out->failed ? err_nomem(err) : 0;
}

void base64_encode(struct text bytes, struct buf *out)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    for (size_t i = 0; i < bytes.len; i += 3) {
        const size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        const uint32_t group =
            (uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (n > 2 ? (uint32_t)p[i + 2] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_add_byte(out, k <= n ? (unsigned char)alphabet[group >> (18 - 6 * k) & 0x3F] : '=');
    }
}
