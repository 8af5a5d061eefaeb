/* Reads rows of a sheet as book_rows.c writes them, in one pass: most of a long workbook is such rows, and an XML
 * parser would take longer to read them than they took to write. It is strict: what it takes is well-formed, in ASCII
 * and without entities; whatever is otherwise it leaves to the parser. */
#include "book_int.h"

#include <string.h>

struct scan {
    const char *at, *end;
};

#define TAKE(s, literal) take((s), (literal), sizeof(literal) - 1)

static inline bool take(struct scan *s, const char *literal, size_t len)
{
    if ((size_t)(s->end - s->at) < len || memcmp(s->at, literal, len) != 0)
        return false;
    s->at += len;
    return true;
}

static inline bool take_number(struct scan *s, uint32_t *out)
{
    const char *const begin = s->at;
    uint32_t n = 0;

    while (s->at < s->end && *s->at >= '0' && *s->at <= '9' && s->at - begin < 9)
        n = n * 10 + (uint32_t)(*s->at++ - '0');
    *out = n;
    return s->at > begin;
}

/* AB12, where 12 is the row. */
static inline bool take_place(struct scan *s, struct text row, uint32_t *column)
{
    const char *const begin = s->at;
    uint32_t n = 0;

    while (s->at < s->end && *s->at >= 'A' && *s->at <= 'Z' && s->at - begin < 3)
        n = n * 26 + (uint32_t)(*s->at++ - 'A' + 1);
    *column = n - 1;
    return n > 0 && take(s, row.ptr, row.len);
}

/* Up to the next tag; false where it holds anything but plain ASCII. */
static inline bool take_text(struct scan *s, struct text *out)
{
    const char *const begin = s->at;

    while (s->at < s->end && *s->at != '<') {
        const unsigned char c = (unsigned char)*s->at++;

        if (c < 0x20 || c >= 0x7F || c == '&' || c == '>')
            return false;
    }
    *out = (struct text){begin, (size_t)(s->at - begin)};
    return s->at < s->end;
}

static bool is_number(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!(t.ptr[i] >= '0' && t.ptr[i] <= '9') && memchr(".-+E", t.ptr[i], 4) == NULL)
            return false;
    return t.len > 0;
}

static bool take_shared(struct scan *s, const uint64_t *shared, size_t shared_count, uint64_t *hash)
{
    uint32_t index;

    if (!take_number(s, &index) || index >= shared_count)
        return false;
    *hash = shared[index];
    return TAKE(s, "</v></c>");
}

static bool take_inline(struct scan *s, uint64_t *hash)
{
    struct text t;

    if (!TAKE(s, ">") && !TAKE(s, " xml:space=\"preserve\">"))
        return false;
    if (!take_text(s, &t) || t.len == 0)
        return false;
    *hash = book_hash_text(t);
    return TAKE(s, "</t></is></c>");
}

static bool take_cell(struct scan *s, struct text row, const uint64_t *shared, size_t shared_count, uint32_t *column,
                      uint64_t *hash)
{
    struct text digits;
    uint32_t style;

    if (!take_place(s, row, column) || !TAKE(s, "\" s=\"") || !take_number(s, &style))
        return false;
    if (TAKE(s, "\" t=\"s\"><v>"))
        return take_shared(s, shared, shared_count, hash);
    if (TAKE(s, "\" t=\"inlineStr\"><is><t"))
        return take_inline(s, hash);
    if (!TAKE(s, "\"><v>") || !take_text(s, &digits) || !is_number(digits))
        return false;
    *hash = book_hash_number(digits);
    return TAKE(s, "</v></c>");
}

size_t book_scan_row(struct text xml, const uint64_t *shared, size_t shared_count, struct sheet_sum *sum)
{
    struct scan s = {xml.ptr, xml.ptr + xml.len};
    struct sheet_sum cells = *sum;
    struct text row;
    uint32_t number, height, column;
    uint64_t hash;

    if (!TAKE(&s, "<row r=\""))
        return 0;
    row.ptr = s.at;
    if (!take_number(&s, &number) || number == 0)
        return 0;
    row.len = (size_t)(s.at - row.ptr);
    if (TAKE(&s, "\" ht=\"") && (!take_number(&s, &height) || !TAKE(&s, "\" customHeight=\"1")))
        return 0;
    if (!TAKE(&s, "\">"))
        return 0;
    while (TAKE(&s, "<c r=\"")) {
        if (!take_cell(&s, row, shared, shared_count, &column, &hash))
            return 0;
        sheet_sum_add(&cells, number - 1, column, hash);
    }
    if (!TAKE(&s, "</row>"))
        return 0;
    *sum = cells;
    return (size_t)(s.at - xml.ptr);
}
