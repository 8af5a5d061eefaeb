/* Borrowed text, a growing byte buffer, words that may have been meant, and arrays that grow. */
#include "base/text.h"

#include "base/array.h"
#include "base/ascii.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text text_of(const char *cstr)
{
    return (struct text){cstr, cstr == NULL ? 0 : strlen(cstr)};
}

struct text text_trim(struct text t)
{
    while (t.len > 0 && ascii_is_blank(t.ptr[t.len - 1]))
        t.len--;
    while (t.len > 0 && ascii_is_blank(t.ptr[0])) {
        t.ptr++;
        t.len--;
    }
    return t;
}

bool text_equal(struct text a, struct text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool text_equal_nocase(struct text a, struct text b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

/* Characters that act on a terminal, or that nobody sees. */
static bool is_unseen(unsigned c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202F) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x3000 ||
           (c >= 0xFFF0 && c <= 0xFFFF) || (c >= 0xE0000 && c <= 0xE0FFF);
}

static unsigned code_point(const unsigned char *p, size_t len)
{
    unsigned c = len == 1 ? p[0] : p[0] & (0xFFU >> (len + 1));

    for (size_t i = 1; i < len; i++)
        c = c << 6 | (p[i] & 0x3FU);
    return c;
}

#define SHOWN_SIZE 12

/* Writes what begins at p, of which `left` > 0 bytes may be read, so that it can be seen; returns how long it is. */
static size_t show_character(const unsigned char *p, size_t left, char out[SHOWN_SIZE])
{
    const size_t len = text_utf8_sequence(p, left);
    const unsigned c = len > 0 ? code_point(p, len) : *p;

    if (len == 0)
        snprintf(out, SHOWN_SIZE, "\\x%02X", c);
    else if (is_unseen(c))
        snprintf(out, SHOWN_SIZE, "<U+%04X>", c);
    else
        snprintf(out, SHOWN_SIZE, "%.*s", (int)len, (const char *)p);
    return len > 0 ? len : 1;
}

size_t text_show(struct text t, char *out, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < t.len;) {
        char shown[SHOWN_SIZE];

        i += show_character((const unsigned char *)t.ptr + i, t.len - i, shown);
        if (n + strlen(shown) + sizeof("...") > size) {
            n += (size_t)snprintf(out + n, size - n, "...");
            break;
        }
        n += (size_t)snprintf(out + n, size - n, "%s", shown);
    }
    out[n] = '\0';
    return n;
}

int text_compare(struct text a, struct text b)
{
    const size_t common = a.len < b.len ? a.len : b.len;
    const int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

size_t text_utf8_sequence(const unsigned char *s, size_t left)
{
    unsigned char low = 0x80, high = 0xBF; /* bounds of the second byte: they shut out overlong forms and surrogates */
    size_t len;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (s[0] == 0xE0)
        low = 0xA0;
    else if (s[0] == 0xED)
        high = 0x9F;
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F;
    if (left < len || s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

bool text_is_utf8(struct text t)
{
    const unsigned char *s = (const unsigned char *)t.ptr;
    size_t left = t.len;

    while (left > 0) {
        uint64_t eight;
        size_t len;

        if (left >= sizeof(eight)) { /* nearly all input is ASCII */
            memcpy(&eight, s, sizeof(eight));
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                s += sizeof(eight);
                left -= sizeof(eight);
                continue;
            }
        }
        len = text_utf8_sequence(s, left);
        if (len == 0)
            return false;
        s += len;
        left -= len;
    }
    return true;
}

/* The bytes of a blank at `at` that is none of ASCII: the no-break one (U+00A0) and those of no width (U+200B, U+2060,
 * U+FEFF, the soft hyphen U+00AD). 0: there is none. */
static size_t unseen_at(struct text t, size_t at)
{
    if (t.len - at >= 2 && t.ptr[at] == '\xC2' && (t.ptr[at + 1] == '\xA0' || t.ptr[at + 1] == '\xAD'))
        return 2;
    if (t.len - at >= 3 && (memcmp(t.ptr + at, "\xE2\x80\x8B", 3) == 0 || memcmp(t.ptr + at, "\xE2\x81\xA0", 3) == 0 ||
                            memcmp(t.ptr + at, "\xEF\xBB\xBF", 3) == 0))
        return 3;
    return 0;
}

static bool is_joiner(char c)
{
    return ascii_is_blank(c) || c == '\n' || c == '\r' || c == '-' || c == '_';
}

/* Behind blanks of every kind, line ends, '-' and '_'. */
static size_t skip_joiners(struct text t, size_t at)
{
    size_t bytes;

    while (at < t.len && (bytes = is_joiner(t.ptr[at]) ? 1 : unseen_at(t, at)) > 0)
        at += bytes;
    return at;
}

bool text_same_word(struct text a, struct text b)
{
    size_t i = 0, j = 0;

    for (;;) {
        i = skip_joiners(a, i);
        j = skip_joiners(b, j);
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len;
        if (ascii_lower(a.ptr[i++]) != ascii_lower(b.ptr[j++]))
            return false;
    }
}

void buf_release(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){0};
}

void buf_release_into(struct buf *b, struct buf *out)
{
    out->failed = out->failed || b->failed;
    buf_release(b);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
}

static atomic_bool ever_failed;

bool buf_ever_failed(void)
{
    return ever_failed;
}

void buf_note_failed(void)
{
    ever_failed = true;
}

static bool no_memory(struct buf *b)
{
    ever_failed = b->failed = true;
    return false;
}

void buf_fail(struct buf *b)
{
    no_memory(b);
}

bool buf_grow(struct buf *b, size_t more)
{
    size_t cap = b->cap < 64 ? 64 : b->cap;
    unsigned char *ptr;

    if (b->failed)
        return false;
    if (more > SIZE_MAX / 2 - b->len)
        return no_memory(b);
    while (cap < b->len + more)
        cap *= 2;
    ptr = realloc(b->ptr, cap);
    if (ptr == NULL)
        return no_memory(b);
    b->ptr = ptr;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
    if (len == 0 || !buf_reserve(b, len))
        return;
    memcpy(b->ptr + b->len, bytes, len);
    b->len += len;
}

void buf_add_text(struct buf *b, struct text t)
{
    buf_add(b, t.ptr, t.len);
}

void buf_add_str(struct buf *b, const char *cstr)
{
    if (cstr != NULL)
        buf_add(b, cstr, strlen(cstr));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    int len;

    va_start(args, fmt);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        no_memory(b);
    else if (buf_reserve(b, (size_t)len + 1)) { /* vsnprintf ends its text by a NUL */
        vsnprintf((char *)b->ptr + b->len, (size_t)len + 1, fmt, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

struct text buf_text(const struct buf *b)
{
    return (struct text){(const char *)b->ptr, b->len};
}

const char *buf_cstr(struct buf *b)
{
    if (!buf_reserve(b, 1))
        return "";
    b->ptr[b->len] = '\0';
    return (const char *)b->ptr;
}

void show_text(struct buf *b, struct text t)
{
    for (size_t i = 0; i < t.len;) {
        char shown[SHOWN_SIZE];

        i += show_character((const unsigned char *)t.ptr + i, t.len - i, shown);
        buf_add_str(b, shown);
    }
}

/* ---- The nearest of some words to one that was mistyped, by the letters to change ---- */

#define WORD_MAX 63

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    const unsigned ab = a < b ? a : b;

    return ab < c ? ab : c;
}

static bool same(struct text a, size_t i, struct text b, size_t j)
{
    return ascii_lower(a.ptr[i]) == ascii_lower(b.ptr[j]);
}

unsigned text_distance(struct text a, struct text b)
{
    unsigned rows[3][WORD_MAX + 1];
    const size_t alen = a.len < WORD_MAX ? a.len : WORD_MAX;
    const size_t blen = b.len < WORD_MAX ? b.len : WORD_MAX;

    for (size_t j = 0; j <= blen; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= alen; i++) {
        unsigned *const now = rows[i % 3];
        const unsigned *const above = rows[(i - 1) % 3];

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= blen; j++) {
            now[j] = least(above[j] + 1, now[j - 1] + 1, above[j - 1] + (same(a, i - 1, b, j - 1) ? 0 : 1));
            if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1)) {
                const unsigned swapped = rows[(i - 2) % 3][j - 2] + 1;

                now[j] = swapped < now[j] ? swapped : now[j];
            }
        }
    }
    return rows[alen % 3][blen];
}

static bool begins(struct text whole, struct text with)
{
    return with.len >= 2 && whole.len >= with.len && text_equal_nocase((struct text){whole.ptr, with.len}, with);
}

bool text_near(struct text a, struct text b)
{
    const size_t longer = a.len > b.len ? a.len : b.len;
    const unsigned allowed = longer < 4 ? 1 : longer < 9 ? 2 : 3;

    return text_distance(a, b) <= allowed || begins(a, b) || begins(b, a);
}

const char *text_nearest(const char *typed, const char *const *words, size_t count)
{
    const struct text t = text_of(typed);
    const char *best = NULL;
    unsigned best_distance = 0;

    for (size_t i = 0; i < count; i++) {
        const struct text w = text_of(words[i]);
        const unsigned d = text_distance(t, w);

        if (text_near(t, w) && (best == NULL || d < best_distance)) {
            best = words[i];
            best_distance = d;
        }
    }
    return best;
}

/* ---- Arrays that grow ---- */

#define FIRST_ITEMS 16

bool array_grow(void *array, size_t *cap, size_t want, size_t size)
{
    size_t more = *cap > FIRST_ITEMS / 2 ? *cap : FIRST_ITEMS / 2;
    void *ptr, *grown;

    while (more < want) {
        if (more > SIZE_MAX / 2)
            return false;
        more *= 2;
    }
    if (size > 0 && more > SIZE_MAX / size)
        return false;
    memcpy(&ptr, array, sizeof(ptr)); /* a pointer to any type, which may not be read through a void ** */
    grown = realloc(ptr, more * size);
    if (grown == NULL)
        return false;
    memcpy(array, &grown, sizeof(grown));
    *cap = more;
    return true;
}
