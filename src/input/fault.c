/* Words for rejects, and what of their bytes may be kept. */
#include "fault_int.h"

#include "base/ascii.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VALUE_SHOWN 48 /* bytes of a value in a reason */

static void set_column(struct fault *f, struct text column)
{
    const size_t len = column.len < FAULT_COLUMN_MAX ? column.len : FAULT_COLUMN_MAX;

    if (len > 0)
        memcpy(f->column, column.ptr, len);
    f->column[len] = '\0';
    f->month_first = (struct text){0};
}

static void set_reason(struct fault *f, const char *shown, const char *fmt, va_list args) PRINTF_LIKE(3, 0);

static void set_reason(struct fault *f, const char *shown, const char *fmt, va_list args)
{
    const int n = snprintf(f->reason, sizeof(f->reason), "%s", shown);

    vsnprintf(f->reason + n, sizeof(f->reason) - (size_t)n, fmt, args);
}

bool fault_set(struct fault *f, struct text column, const char *fmt, ...)
{
    va_list args;

    set_column(f, column);
    va_start(args, fmt);
    set_reason(f, "", fmt, args);
    va_end(args);
    return false;
}

bool fault_value(struct fault *f, struct text column, struct text value, const char *fmt, ...)
{
    char shown[VALUE_SHOWN + 8];
    va_list args;

    if (secret_is(value))
        value = TEXT_LITERAL("[key material is not shown]");
    shown[0] = '"';
    const size_t n = 1 + text_show(value, shown + 1, sizeof(shown) - 3);
    memcpy(shown + n, "\" ", 3);
    set_column(f, column);
    va_start(args, fmt);
    set_reason(f, shown, fmt, args);
    va_end(args);
    return false;
}

/* ---- Key material ----
 *
 * What looks like it is replaced before rejected bytes, or words about them, are kept: a reject is for whoever sends
 * the data, and passes through many hands. Better to hide a harmless token than to keep a key. */

#define REPLACED "[key material is not kept]"

#define BASE64_MIN 40 /* characters: 30 bytes; the scalar of a key on the P-256 curve has 32 */
#define HEX_MIN    60 /* digits */
#define OCTETS_MIN 12 /* hexadecimal octets with ':' between them, as openssl prints keys; an EUI-64 has 8 */

static bool is_base64(unsigned char c)
{
    return ascii_is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

/* A backslash with n or r is a line end in a JSON string. */
static size_t line_end_at(struct text t, size_t i)
{
    if (t.ptr[i] == '\n' || t.ptr[i] == '\r')
        return 1;
    return t.len - i >= 2 && t.ptr[i] == '\\' && (t.ptr[i + 1] == 'n' || t.ptr[i + 1] == 'r') ? 2 : 0;
}

/* Certificates (a SEQUENCE in a SEQUENCE) and GBCS messages (general-signing, general-ciphering) hold no private key.
 */
static bool is_harmless(struct text token)
{
    static const char *const beginnings[] = {"MII", "3w", "3Q", "3f"};
    const bool is_key = token.len >= 9 && memcmp(token.ptr + 6, "IBA", 3) == 0; /* INTEGER 0 behind a long length */

    for (size_t i = 0; i < ARRAY_LEN(beginnings) && !is_key; i++)
        if (token.len > strlen(beginnings[i]) && memcmp(token.ptr, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

/* The dashes around the label of a PEM block are no part of what it holds. */
static bool is_dashes(struct text t, size_t i)
{
    return t.len - i >= 2 && t.ptr[i] == '-' && t.ptr[i + 1] == '-';
}

/* The length of a run of Base64 at i, line ends within it included, where it is long and mixed enough to be a key. */
static size_t base64_at(struct text t, size_t i)
{
    size_t end = i, characters = 0;
    unsigned seen = 0;

    while (end < t.len) {
        const unsigned char c = (unsigned char)t.ptr[end];
        const size_t skip = is_base64(c) ? 0 : line_end_at(t, end);

        if ((!is_base64(c) && skip == 0) || is_dashes(t, end))
            break;
        seen |= ascii_is_upper(c) ? 1U : ascii_is_lower(c) ? 2U : ascii_is_digit(c) ? 4U : 0;
        characters += skip == 0;
        end += skip > 0 ? skip : 1;
    }
    if (characters < BASE64_MIN || seen != 7 || is_harmless((struct text){t.ptr + i, end - i}))
        return 0;
    return end - i;
}

static size_t hex_at(struct text t, size_t i)
{
    size_t end = i;

    while (end < t.len && hex_value((unsigned char)t.ptr[end]) >= 0)
        end++;
    return end - i >= HEX_MIN ? end - i : 0;
}

static size_t octets_at(struct text t, size_t i)
{
    size_t end = i, octets = 0;

    while (t.len - end >= 2 && hex_value((unsigned char)t.ptr[end]) >= 0 &&
           hex_value((unsigned char)t.ptr[end + 1]) >= 0) {
        octets++;
        end += 2;
        if (end == t.len || t.ptr[end] != ':')
            break;
        end++;
    }
    return octets >= OCTETS_MIN ? end - i : 0;
}

/* "PRIVATE KEY", "private_key", "privateKey": whatever follows it is not looked at any more. */
static bool names_a_key(struct text t, size_t i)
{
    static const char first[] = "private", second[] = "key";
    const size_t at = i + sizeof(first) - 1;
    const bool apart = t.len > at && (t.ptr[at] == ' ' || t.ptr[at] == '_' || t.ptr[at] == '-');
    const size_t from = at + apart;

    return t.len >= from + sizeof(second) - 1 &&
           text_equal_nocase((struct text){t.ptr + i, sizeof(first) - 1}, TEXT_LITERAL(first)) &&
           text_equal_nocase((struct text){t.ptr + from, sizeof(second) - 1}, TEXT_LITERAL(second));
}

/* A private key in DER: SEQUENCE, INTEGER 0 or 1 (PKCS #1, PKCS #8, SEC 1), and an OCTET STRING, SEQUENCE or INTEGER.
 */
static bool is_der_key(struct text t, size_t i)
{
    const unsigned char *const p = (const unsigned char *)t.ptr + i;
    const size_t left = t.len - i;
    size_t at;

    if (left < 8 || p[0] != 0x30 || !(p[1] < 0x80 || p[1] == 0x81 || p[1] == 0x82))
        return false;
    at = p[1] < 0x80 ? 2 : p[1] == 0x81 ? 3 : 4;
    return p[at] == 0x02 && p[at + 1] == 0x01 && p[at + 2] <= 1 &&
           (left <= at + 3 || p[at + 3] == 0x04 || p[at + 3] == 0x30 || p[at + 3] == 0x02);
}

/* The length of the secret that begins at i, 0 where none does. */
static size_t secret_at(struct text t, size_t i)
{
    const bool inside = i > 0 && is_base64((unsigned char)t.ptr[i - 1]);
    size_t len;

    if (names_a_key(t, i) || is_der_key(t, i))
        return t.len - i;
    if (inside)
        return 0;
    len = hex_at(t, i);
    if (len == 0)
        len = octets_at(t, i);
    return len > 0 ? len : base64_at(t, i);
}

void secret_remove(struct text bytes, struct buf *out)
{
    for (size_t i = 0; i < bytes.len;) {
        const size_t len = secret_at(bytes, i);

        if (len > 0)
            buf_add_str(out, REPLACED);
        else
            buf_add_byte(out, (unsigned char)bytes.ptr[i]);
        i += len > 0 ? len : 1;
    }
}

bool secret_is(struct text value)
{
    for (size_t i = 0; i < value.len; i++)
        if (secret_at(value, i) > 0)
            return true;
    return false;
}
