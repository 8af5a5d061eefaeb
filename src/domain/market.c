#include "domain/market.h"

#define MARKET_ID_MAX 4

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool market_id_parse(struct text t, uint64_t *out)
{
    bool letter = false;
    uint64_t id = 0;

    if (t.len != MARKET_ID_MAX && t.len != MARKET_ID_MAX - 1)
        return false;
    for (size_t i = 0; i < t.len; i++) {
        const char c = upper(t.ptr[i]);

        if (!is_letter(c) && (c < '0' || c > '9'))
            return false;
        letter |= is_letter(c);
        id = id << 8 | (unsigned char)c;
    }
    *out = id << (8 * (MARKET_ID_MAX - t.len)); /* so that they sort as text */
    return letter;
}

bool market_id_is(uint64_t id)
{
    if (id >> 32 != 0)
        return false;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const char c = (char)(id >> shift & 0xFF);

        if (!is_letter(c) && (c < '0' || c > '9') && (c != 0 || shift > 0))
            return false;
    }
    return true;
}

bool party_id_parse(struct text t, uint64_t *out)
{
    return eui64_parse(t, out) || market_id_parse(t, out);
}

size_t party_id_format(uint64_t id, char out[EUI64_TEXT_SIZE])
{
    size_t len = 0;

    if (!market_id_is(id))
        return eui64_format(id, out);
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        const unsigned char c = (unsigned char)(id >> (shift - 8));
        if (c != 0)
            out[len++] = (char)c;
    }
    out[len] = '\0';
    return len;
}
