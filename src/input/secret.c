/* Key material in what is rejected.
 *
 * What looks like it is replaced before rejected bytes, or words about them, are kept: a reject is for whoever sends
 * the data, and passes through many hands. Better to hide a harmless token than to keep a key.
 *
 * Whether a run is one is decided within its first bytes, and what was taken for one is not looked at again: a record
 * may be long, and made to be slow. */
#include "fault_int.h"

#include "base/array.h"
#include "base/ascii.h"

#include <string.h>

#define REPLACED "[key material is not kept]"

#define BASE64_MIN 40  /* characters: 30 bytes; the scalar of a key on the P-256 curve has 32 */
#define HEX_MIN    60  /* digits */
#define COLONS_MIN 12  /* hexadecimal octets with ':' between them, as openssl prints keys; an EUI-64 has 8 */
#define OCTETS_MIN 20  /* with anything else between them */
#define GROUP_MIN  4   /* digits of a group, where blanks stand between groups of one length */
#define WORD_MIN   16  /* characters: a word that a blank may part from the next within one key */
#define DECIDED    192 /* bytes: what does not look like a key in so many is none */

static bool is_base64(unsigned char c)
{
    return ascii_is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

static bool is_hex(struct text t, size_t i)
{
    return i < t.len && hex_value((unsigned char)t.ptr[i]) >= 0;
}

static bool begins_at(struct text t, size_t i, struct text with)
{
    return t.len - i >= with.len && memcmp(t.ptr + i, with.ptr, with.len) == 0;
}

/* A line end, also as JSON and XML spell it; 0: none is here. */
static size_t line_end_at(struct text t, size_t i)
{
    static const struct text ends[] = {TEXT_LITERAL("\n"),    TEXT_LITERAL("\r"),    TEXT_LITERAL("\\n"),
                                       TEXT_LITERAL("\\r"),   TEXT_LITERAL("&#10;"), TEXT_LITERAL("&#13;"),
                                       TEXT_LITERAL("&#xA;"), TEXT_LITERAL("&#xD;"), TEXT_LITERAL("&#xa;"),
                                       TEXT_LITERAL("&#xd;")};

    if (i >= t.len || !(t.ptr[i] == '\n' || t.ptr[i] == '\r' || t.ptr[i] == '\\' || t.ptr[i] == '&'))
        return 0;
    for (size_t e = 0; e < ARRAY_LEN(ends); e++)
        if (begins_at(t, i, ends[e]))
            return ends[e].len;
    return 0;
}

/* Line ends, with what indents or quotes the lines; *ends: whether there are any. */
static size_t blanks_at(struct text t, size_t i, bool *ends)
{
    size_t at = i;

    *ends = false;
    for (;;) {
        const size_t end = line_end_at(t, at);

        if (end == 0 && (at >= t.len || !(t.ptr[at] == ' ' || (*ends && (t.ptr[at] == '\t' || t.ptr[at] == '>')))))
            return at - i;
        *ends = *ends || end > 0;
        at += end > 0 ? end : 1;
    }
}

/* ---- Base64 ---- */

/* A character as JSON and URLs may spell it; 0: none is here. */
static size_t spelt_at(struct text t, size_t i)
{
    static const struct text spelt[] = {TEXT_LITERAL("\\/"),     TEXT_LITERAL("\\u002b"), TEXT_LITERAL("\\u002B"),
                                        TEXT_LITERAL("\\u002f"), TEXT_LITERAL("\\u002F"), TEXT_LITERAL("\\u003d"),
                                        TEXT_LITERAL("\\u003D"), TEXT_LITERAL("%2B"),     TEXT_LITERAL("%2b"),
                                        TEXT_LITERAL("%2F"),     TEXT_LITERAL("%2f"),     TEXT_LITERAL("%3D"),
                                        TEXT_LITERAL("%3d")};

    if (t.ptr[i] != '\\' && t.ptr[i] != '%')
        return 0;
    for (size_t s = 0; s < ARRAY_LEN(spelt); s++)
        if (begins_at(t, i, spelt[s]))
            return spelt[s].len;
    return 0;
}

/* The dashes around the label of a PEM block are no part of what it holds. */
static bool is_dashes(struct text t, size_t i)
{
    return t.len - i >= 2 && t.ptr[i] == '-' && t.ptr[i + 1] == '-';
}

/* The length of a character of Base64 at i, or of what may stand between two of them; 0: the run ends here. `word` is
 * how many characters came since the last blank. */
static size_t base64_step(struct text t, size_t i, size_t word, bool *is_character)
{
    const size_t spelt = i < t.len ? spelt_at(t, i) : 0;
    bool ends;

    *is_character = spelt > 0 || (i < t.len && is_base64((unsigned char)t.ptr[i]));
    if (i >= t.len || is_dashes(t, i))
        return 0;
    if (*is_character)
        return spelt > 0 ? spelt : 1;
    const size_t blanks = blanks_at(t, i, &ends);
    return ends || word >= WORD_MIN ? blanks : 0;
}

/* The end of at most `most` characters from i on; *seen: upper and lower case letters and digits, a bit each. */
static size_t base64_end(struct text t, size_t i, size_t most, size_t *characters, unsigned *seen)
{
    size_t at = i, end = i, word = 0, step;
    bool is_character;

    *characters = 0;
    *seen = 0;
    while (*characters < most && (step = base64_step(t, at, word, &is_character)) > 0) {
        const unsigned char c = (unsigned char)t.ptr[at];

        if (at == i && !is_character)
            break;

        if (is_character && step == 1)
            *seen |= ascii_is_upper(c) ? 1U : ascii_is_lower(c) ? 2U : ascii_is_digit(c) ? 4U : 0;
        *characters += is_character;
        word = is_character ? word + 1 : 0;
        at += step;
        end = is_character ? at : end;
    }
    return end;
}

/* The length of a run of Base64 at i, where it is long and mixed enough to be a key. */
static size_t base64_at(struct text t, size_t i)
{
    const struct text near = {t.ptr, t.len - i < DECIDED ? t.len : i + DECIDED};
    size_t characters;
    unsigned seen;

    (void)base64_end(near, i, SIZE_MAX, &characters, &seen);
    if (characters < BASE64_MIN || seen != 7)
        return 0;
    return base64_end(t, i, SIZE_MAX, &characters, &seen) - i;
}

static unsigned base64_value(char c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *const at = c != '\0' ? strchr(alphabet, c) : NULL;

    return at != NULL ? (unsigned)(at - alphabet) : 0;
}

/* The length of a certificate in Base64 at i (a long SEQUENCE in a long SEQUENCE), as it tells its length itself; 0:
 * there is none. An encrypted key begins with a short one within. */
static size_t certificate_at(struct text t, size_t i)
{
    unsigned char der[6];
    size_t characters;
    unsigned seen;

    if (!begins_at(t, i, TEXT_LITERAL("MII")) || t.len - i < 8)
        return 0;
    for (size_t b = 0; b < sizeof(der); b++) { /* of 4 characters 3 bytes */
        const char *const c = t.ptr + i + b / 3 * 4 + b % 3;

        der[b] = (unsigned char)(base64_value(c[0]) << (2 * (b % 3) + 2) | base64_value(c[1]) >> (4 - 2 * (b % 3)));
    }
    if (der[4] != 0x30 || der[5] < 0x81 || der[5] > 0x82)
        return 0;
    const size_t bytes = ((size_t)der[2] << 8 | der[3]) + 4;
    return base64_end(t, i, (bytes * 8 + 5) / 6, &characters, &seen) - i;
}

/* GBCS messages (general-signing, general-ciphering) hold no private key; the counters behind their first byte begin
 * with zeros. */
static size_t message_at(struct text t, size_t i)
{
    static const struct text beginnings[] = {TEXT_LITERAL("3w"), TEXT_LITERAL("3Q"), TEXT_LITERAL("3f")};
    size_t characters;
    unsigned seen;

    for (size_t b = 0; b < ARRAY_LEN(beginnings); b++)
        if (begins_at(t, i, beginnings[b]) && t.len - i >= 12 && memmem(t.ptr + i, 12, "AAAA", 4) != NULL)
            return base64_end(t, i, SIZE_MAX, &characters, &seen) - i;
    return 0;
}

/* ---- Hexadecimal ---- */

static size_t digits_at(struct text t, size_t i)
{
    size_t end = i;

    while (is_hex(t, end))
        end++;
    return end - i;
}

static size_t hex_at(struct text t, size_t i)
{
    const size_t digits = digits_at(t, i);

    return digits >= HEX_MIN ? digits : 0;
}

/* What stands between two octets: a mark, blanks around it, and what languages put before each octet. A comma alone
 * stands between numbers. */
static size_t mark_at(struct text t, size_t i, struct text *mark)
{
    static const struct text marks[] = {TEXT_LITERAL(":"),   TEXT_LITERAL("-"),  TEXT_LITERAL("."), TEXT_LITERAL("%"),
                                        TEXT_LITERAL("\\x"), TEXT_LITERAL("0x"), TEXT_LITERAL(",")};
    bool ends;
    size_t at = i + blanks_at(t, i, &ends);

    *mark = (struct text){0};
    for (size_t m = 0; m < ARRAY_LEN(marks) && mark->len == 0; m++)
        if (begins_at(t, at, marks[m]))
            *mark = marks[m];
    at += mark->len;
    at += blanks_at(t, at, &ends);
    if (begins_at(t, at, TEXT_LITERAL("0x")))
        return at + 2 - i;
    return text_equal(*mark, TEXT_LITERAL(",")) ? 0 : at - i;
}

/* Octets with the same between them. */
static size_t octets_at(struct text t, size_t i)
{
    struct text mark = {0}, next;
    size_t end = i, octets = 0, between = 0;

    while (is_hex(t, end + between) && is_hex(t, end + between + 1) && !is_hex(t, end + between + 2)) {
        octets++;
        end += between + 2;
        between = mark_at(t, end, &next);
        if (octets == 1)
            mark = next;
        if (between == 0 || !text_equal(mark, next))
            break;
    }
    return octets >= (text_equal(mark, TEXT_LITERAL(":")) ? COLONS_MIN : OCTETS_MIN) ? end - i : 0;
}

/* The end of groups of digits of one length from i on, of which the last may be shorter; *seen: letters and digits. */
static size_t groups_end(struct text t, size_t i, size_t *digits, unsigned *seen)
{
    const size_t first = digits_at(t, i);
    size_t end = i, between = 0, group;
    bool ends;

    *digits = 0;
    *seen = 0;
    while ((group = digits_at(t, end + between)) > 0 && group <= first) {
        for (size_t d = end + between; d < end + between + group; d++)
            *seen |= ascii_is_digit((unsigned char)t.ptr[d]) ? 1U : 2U;
        *digits += group;
        end += between + group;
        between = blanks_at(t, end, &ends);
        if (group < first || between == 0)
            break;
    }
    return end;
}

static size_t groups_at(struct text t, size_t i)
{
    const struct text near = {t.ptr, t.len - i < DECIDED ? t.len : i + DECIDED};
    size_t digits;
    unsigned seen;

    if (digits_at(near, i) < GROUP_MIN)
        return 0;
    (void)groups_end(near, i, &digits, &seen);
    return digits >= HEX_MIN && seen == 3 ? groups_end(t, i, &digits, &seen) - i : 0;
}

/* ---- All of them ---- */

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

static size_t hex_secret_at(struct text t, size_t i)
{
    size_t len;

    if (!is_hex(t, i) || (i > 0 && is_hex(t, i - 1)))
        return 0;
    if ((len = hex_at(t, i)) > 0 || (len = octets_at(t, i)) > 0)
        return len;
    return groups_at(t, i);
}

/* The piece of the bytes that begins at i: a secret, a thing known to be harmless, or one byte. */
static size_t piece_at(struct text t, size_t i, bool behind_harmless, bool *secret, bool *harmless)
{
    const bool begins = behind_harmless || i == 0 || !is_base64((unsigned char)t.ptr[i - 1]);
    size_t len;

    *harmless = false;
    *secret = true;
    if (names_a_key(t, i) || is_der_key(t, i))
        return t.len - i;
    if (begins && ((len = certificate_at(t, i)) > 0 || (len = message_at(t, i)) > 0)) {
        *secret = false;
        *harmless = true;
        return len;
    }
    if ((len = hex_secret_at(t, i)) > 0 || (begins && (len = base64_at(t, i)) > 0))
        return len;
    *secret = false;
    return 1;
}

void secret_remove(struct text bytes, struct buf *out)
{
    bool secret, harmless = false;

    for (size_t i = 0, len; i < bytes.len; i += len) {
        len = piece_at(bytes, i, harmless, &secret, &harmless);
        if (secret)
            buf_add_str(out, REPLACED);
        else
            buf_add(out, bytes.ptr + i, len);
    }
}

bool secret_is(struct text value)
{
    bool secret, harmless = false;

    for (size_t i = 0, len; i < value.len; i += len) {
        len = piece_at(value, i, harmless, &secret, &harmless);
        if (secret)
            return true;
    }
    return false;
}
