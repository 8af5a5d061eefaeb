/* How many columns of a terminal a text takes, and texts made fit for one. */
#include "writers_int.h"

#include <string.h>

struct range {
    uint32_t first, last;
};

/* Marks that are drawn upon the character before them, and characters without a width of their own. */
static const struct range narrow[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x06D6, 0x06DC},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
    {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static bool is_in(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= c; i++)
        if (c <= ranges[i].last)
            return true;
    return false;
}

/* What turns the direction of writing: it could make one cell look like another. */
static bool turns(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Length of the character at `at`, with its number; 0 where it is none. */
static size_t decode(struct text t, size_t at, uint32_t *out)
{
    const unsigned char *p = (const unsigned char *)t.ptr + at;
    const size_t len = *p < 0x80 ? 1 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;

    if (len > t.len - at || !text_is_utf8((struct text){(const char *)p, len}))
        return 0;
    *out = len == 1 ? *p : *p & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++)
        *out = *out << 6 | (p[i] & 0x3Fu);
    return len;
}

size_t text_columns(struct text t)
{
    size_t columns = 0, at = 0;

    while (at < t.len) {
        uint32_t c = 0;
        const size_t len = decode(t, at, &c);

        if (len == 0 || c < 0x300)
            columns++;
        else if (is_in(c, wide, ARRAY_LEN(wide)))
            columns += 2;
        else if (!is_in(c, narrow, ARRAY_LEN(narrow)))
            columns++;
        at += len > 0 ? len : 1;
    }
    return columns;
}

void text_add_line(struct buf *b, struct text t)
{
    size_t at = 0;

    while (at < t.len) {
        uint32_t c = 0;
        const size_t len = decode(t, at, &c);

        if (len == 1 && (c == '\t' || c == '\n' || c == '\r'))
            buf_add_byte(b, ' ');
        else if (len == 0 || c < 0x20 || (c >= 0x7F && c < 0xA0) || turns(c))
            buf_add_str(b, "\xEF\xBF\xBD");
        else
            buf_add(b, t.ptr + at, len);
        at += len > 0 ? len : 1;
    }
}

bool text_add_cut(struct buf *b, struct text t, size_t columns)
{
    static const char mark[] = "\xE2\x80\xA6"; /* "…" */
    size_t at = 0, used = 0;

    if (text_columns(t) <= columns) {
        buf_add_text(b, t);
        return false;
    }
    while (at < t.len) {
        uint32_t c = 0;
        const size_t len = decode(t, at, &c) > 0 ? decode(t, at, &c) : 1;
        const size_t wants = text_columns((struct text){t.ptr + at, len});

        if (used + wants + 1 > columns)
            break;
        buf_add(b, t.ptr + at, len);
        used += wants;
        at += len;
    }
    buf_add_str(b, mark);
    return true;
}

/* ---- Names of columns, over several lines ---- */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Bytes of the name's first line, where it is broken after '_' so that none is wider than `width`. */
static size_t first_piece(const char *name, size_t width)
{
    size_t len = strcspn(name, "_");

    len += name[len] == '_';
    while (name[len] != '\0') {
        const size_t more = strcspn(name + len, "_") + (strchr(name + len, '_') != NULL);

        if (len + more > width)
            break;
        len += more;
    }
    return len;
}

size_t name_least(const char *name)
{
    size_t least = 1;

    for (size_t len; *name != '\0'; name += len) {
        len = first_piece(name, 1);
        least = larger(least, len);
    }
    return least;
}

size_t name_lines(const char *name, size_t width)
{
    size_t lines = 0;

    for (; *name != '\0'; name += first_piece(name, width))
        lines++;
    return lines;
}

struct text name_line(const char *name, size_t width, size_t line)
{
    size_t lines = name_lines(name, width);

    if (line > lines)
        return TEXT_LITERAL("");
    for (; lines > line; lines--)
        name += first_piece(name, width);
    return (struct text){name, first_piece(name, width)};
}
