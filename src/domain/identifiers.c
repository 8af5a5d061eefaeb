/* What identifies Devices, parties, supplies and services: text that looks like a number, and must come back as it went
 * in. */
#include "domain/eui64.h"
#include "domain/market.h"
#include "domain/terms.h"

#include <string.h>

/* ---- EUI-64 and key identifiers, read and written by hand: every row of every input has some ---- */

#define BYTES(b) (UINT64_C(0x0101010101010101) * (b))
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "digits are read in words of 8 bytes");

static uint64_t word_at(const char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof(w));
    return w;
}

/* The high bit of each byte that is no digit. What lies beyond ASCII may spoil the byte behind it, and is told itself.
 */
static inline uint64_t no_hex(uint64_t w)
{
    const uint64_t as_digit = w ^ BYTES('0'), as_letter = (w | BYTES(0x20)) ^ BYTES(0x60); /* 0 to 9, 1 to 6 */

    return w | ((as_digit + BYTES(0x7F - 9)) & ((as_letter + BYTES(0x7F - 6)) | ~(as_letter + BYTES(0x7F))));
}

/* The number that eight digits are, the first one in the lowest byte. */
static inline uint32_t take_hex(uint64_t w)
{
    uint64_t v = (w & BYTES(0x0F)) + 9 * (w >> 6 & BYTES(1));

    v = (v << 4 | v >> 8) & UINT64_C(0x00FF00FF00FF00FF);
    v = (v | v >> 8) & UINT64_C(0x0000FFFF0000FFFF);
    return __builtin_bswap32((uint32_t)(v | v >> 16));
}

static inline bool parse_words(uint64_t first, uint64_t last, uint64_t *out)
{
    if (((no_hex(first) | no_hex(last)) & BYTES(0x80)) != 0)
        return false;
    *out = (uint64_t)take_hex(first) << 32 | take_hex(last);
    return true;
}

/* The digits of XX-XX-XX. */
static inline uint64_t without_separators(uint64_t w)
{
    return (w & 0xFFFF) | (w >> 8 & UINT64_C(0xFFFF0000)) | (w >> 16 & UINT64_C(0xFFFF00000000));
}

bool eui64_parse(struct text t, uint64_t *out)
{
    if (t.len == 16)
        return parse_words(word_at(t.ptr), word_at(t.ptr + 8), out);
    if (t.len != 23 || (t.ptr[2] != '-' && t.ptr[2] != ':') || t.ptr[8] != t.ptr[2])
        return false;
    /* octets 0 to 2, 3 to 5 and 5 to 7, each with two separators */
    const uint64_t a = word_at(t.ptr), b = word_at(t.ptr + 9), c = word_at(t.ptr + 15);
    const uint64_t separators = UINT64_C(0x0000010000010000) * (unsigned char)t.ptr[2];
    const uint64_t where = UINT64_C(0x0000FF0000FF0000);
    if ((((a ^ separators) | (b ^ separators) | (c ^ separators)) & where) != 0)
        return false;
    return parse_words(without_separators(a) | without_separators(b) << 48,
                       without_separators(b) >> 16 | (without_separators(c) >> 16) << 32, out);
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
    return (t.len == 16 || (t.len == 23 && t.ptr[2] == ':')) && eui64_parse(t, out);
}

size_t key_id_format(uint64_t id, char out[KEY_ID_TEXT_SIZE])
{
    for (unsigned i = 0; i < 8; i++)
        put_octet(out + 2 * i, (unsigned)(id >> (56 - 8 * i)) & 0xFF);
    out[KEY_ID_TEXT_SIZE - 1] = '\0';
    return KEY_ID_TEXT_SIZE - 1;
}

/* ---- Market identifiers ---- */

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

/* ---- Service Reference Variants and MPxNs ---- */

static char *put_number(char *p, uint64_t n)
{
    char digits[20];
    size_t len = 0;

    do {
        digits[len++] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    while (len > 0)
        *p++ = digits[--len];
    return p;
}

/* Reads 0 to 255 without leading zeros. */
static bool parse_part(const char **at, const char *end, uint32_t *out)
{
    const char *p = *at;
    uint32_t value = 0;

    for (; p < end && *p >= '0' && *p <= '9' && value < 256; p++)
        value = value * 10 + (uint32_t)(*p - '0');
    if (p == *at || value > 255 || (**at == '0' && p - *at > 1))
        return false;
    *at = p;
    *out = value;
    return true;
}

bool srv_parse(struct text t, srv_code *out)
{
    const char *at = t.ptr, *const end = t.ptr + t.len;
    uint32_t parts[3] = {0};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!parse_part(&at, end, &parts[i]))
            return false;
        if (at == end) {
            /* there is no service 0, and 6.15.0 would be written as 6.15 */
            if (i == 0 || parts[0] == 0 || (i == 2 && parts[2] == 0))
                return false;
            *out = SRV(parts[0], parts[1], parts[2]);
            return true;
        }
        if (*at++ != '.')
            return false;
    }
    return false;
}

/* The first number in the text, with what stands behind its point; false: there is none. */
static bool first_number(struct text t, size_t *at, unsigned *major, unsigned *minor, bool *has_minor)
{
    size_t i = 0;

    while (i < t.len && (t.ptr[i] < '0' || t.ptr[i] > '9'))
        i++;
    *at = i;
    *major = *minor = 0;
    for (; i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9' && *major < 1000; i++)
        *major = *major * 10 + (unsigned)(t.ptr[i] - '0');
    *has_minor = i < t.len && t.ptr[i] == '.';
    for (i++; *has_minor && i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9' && *minor < 1000; i++)
        *minor = *minor * 10 + (unsigned)(t.ptr[i] - '0');
    return *at < t.len;
}

/* What may stand before the number of a version. */
static bool is_version_prefix(struct text t)
{
    static const char *const prefixes[] = {"",      "v",       "smets",    "smetsv",   "chts",
                                           "chtsv", "ppmidts", "ppmidtsv", "hcalcsts", "hcalcstsv",
                                           "ihdts", "ihdtsv",  "sapcts",   "sapctsv",  "version"};

    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (text_same_word(t, text_of(prefixes[i])))
            return true;
    return false;
}

bool smets_parse(struct text version, struct text gbcs_version, enum device_type type, enum smets *out)
{
    unsigned word, major, minor;
    bool has_minor;
    size_t at;

    *out = SMETS_2;
    if (first_number(gbcs_version, &at, &major, &minor, &has_minor) && major > 0)
        return true;
    if (term_parse(&vocab_smets, version, &word)) {
        *out = word != SMETS_NONE ? (enum smets)word : SMETS_2;
        return true;
    }
    if (!first_number(version, &at, &major, &minor, &has_minor) || !is_version_prefix((struct text){version.ptr, at}))
        return false;
    if (major < 2 && minor != 58 && (type == DEVICE_ESME || type == DEVICE_GSME) &&
        !text_equal_nocase((struct text){version.ptr, version.len < 4 ? version.len : 4}, TEXT_LITERAL("CHTS")))
        *out = SMETS_1;
    return true;
}

size_t srv_format(srv_code srv, char out[SRV_TEXT_SIZE])
{
    char *p = out;

    if (srv != 0) {
        p = put_number(p, srv >> 16 & 0xFF);
        *p++ = '.';
        p = put_number(p, srv >> 8 & 0xFF);
        if ((srv & 0xFF) != 0) {
            *p++ = '.';
            p = put_number(p, srv & 0xFF);
        }
    }
    *p = '\0';
    return (size_t)(p - out);
}

/* The thirteenth digit of an MPAN core is the weighted sum of the others, modulo 11, modulo 10. */
#define MPAN_CORE 13
#define MPAN_FULL 21
#define MPRN_MIN  6
#define MPRN_MAX  10

static bool mpan_check_digit_ok(const char *digits)
{
    static const uint8_t weights[] = {3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43};
    unsigned sum = 0;

    for (size_t i = 0; i < ARRAY_LEN(weights); i++)
        sum += (unsigned)(digits[i] - '0') * weights[i];
    return sum % 11 % 10 == (unsigned)(digits[12] - '0');
}

/* A 1 stands before the digits of the code, which keeps the leading zeros of an MPAN core. */
/* The digits without the blanks between them; false when there is anything else, or too many. */
static bool take_digits(struct text t, char digits[MPAN_FULL + 1], size_t *len)
{
    for (size_t i = *len = 0; i < t.len; i++) {
        if (t.ptr[i] == ' ')
            continue;
        if (t.ptr[i] < '0' || t.ptr[i] > '9' || *len == MPAN_FULL)
            return false;
        digits[(*len)++] = t.ptr[i];
    }
    return true;
}

int mpxn_parse(struct text t, mpxn_code *out, const char **why)
{
    char room[MPAN_FULL + 1];
    const char *digits = room;
    mpxn_code code = 1;
    size_t len;

    if (!take_digits(t, room, &len) || (len != MPAN_FULL && len != MPAN_CORE && (len < MPRN_MIN || len > MPRN_MAX))) {
        *why = "not an MPxN: an MPAN core has 13 digits (a full MPAN 21), an MPRN 6 to 10";
        return -1;
    }
    if (len == MPAN_FULL) {
        digits += MPAN_FULL - MPAN_CORE;
        len = MPAN_CORE;
    }
    if (len == MPAN_CORE && !mpan_check_digit_ok(digits)) {
        *why = "not an MPAN core: the check digit (the last one) is wrong";
        return -1;
    }
    while (len < MPAN_CORE && len > MPRN_MIN && *digits == '0') {
        digits++;
        len--;
    }
    for (size_t i = 0; i < len; i++)
        code = code * 10 + (mpxn_code)(digits[i] - '0');
    *out = code;
    return 0;
}

size_t mpxn_format(mpxn_code mpxn, char out[MPXN_TEXT_SIZE])
{
    char digits[20];
    const size_t len = (size_t)(put_number(digits, mpxn) - digits);

    if (mpxn == 0 || len > MPXN_TEXT_SIZE) { /* longer: no code that mpxn_parse made */
        out[0] = '\0';
        return 0;
    }
    memcpy(out, digits + 1, len - 1);
    out[len - 1] = '\0';
    return len - 1;
}
