/* The line of a heading: where it ends, and what parts its names. */
#include "heading_int.h"

#include "base/ascii.h"

#include <string.h>

static const char delimiters[] = {',', ';', '\t', '|'}; /* of equals the first is taken */

size_t heading_begin(const struct head *head, size_t at)
{
    const unsigned char *p = (const unsigned char *)head->bytes.ptr;

    if (at == 0 && head->bytes.len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
        at = 3;
    while (at < head->bytes.len && (p[at] == ' ' || p[at] == '\r' || p[at] == '\n'))
        at++;
    return at;
}

size_t heading_length(const unsigned char *p, size_t len, bool whole)
{
    size_t end = 0, quotes = 0;

    do {
        const size_t line = bytes_line(p + end, len - end, whole);
        if (line == 0)
            return 0;
        quotes += bytes_count(p + end, line, '"');
        end += line;
    } while (quotes % 2 != 0);
    return end;
}

static char tell_delimiter(struct text line)
{
    size_t found[ARRAY_LEN(delimiters)] = {0};
    size_t best = 0;
    bool quoted = false;

    for (size_t i = 0; i < line.len; i++) {
        quoted ^= line.ptr[i] == '"';
        for (size_t d = 0; d < ARRAY_LEN(delimiters); d++)
            found[d] += !quoted && line.ptr[i] == delimiters[d];
    }
    for (size_t d = 1; d < ARRAY_LEN(delimiters); d++)
        if (found[d] > found[best])
            best = d;
    return delimiters[best];
}

bool heading_is_sep(struct text line, char *delimiter)
{
    if (line.len != 5 || !text_equal_nocase((struct text){line.ptr, 4}, TEXT_LITERAL("sep=")))
        return false;
    *delimiter = line.ptr[4];
    return memchr(delimiters, line.ptr[4], sizeof(delimiters)) != NULL;
}

/* What keeps text of which every second byte is 0 from being read; NULL for other text. */
static const char *utf16_fault(const struct head *head)
{
    const char *const p = head->bytes.ptr;
    bool even = head->bytes.len >= 16, odd = even;

    for (size_t i = 0; i < 16 && (even || odd); i += 2) {
        even = even && p[i] == '\0' && p[i + 1] != '\0';
        odd = odd && p[i] != '\0' && p[i + 1] == '\0';
    }
    return odd    ? "it is UTF-16 without a byte order mark; give its encoding, as in --encoding=UTF-16LE"
           : even ? "it is UTF-16 without a byte order mark; give its encoding, as in --encoding=UTF-16BE"
                  : NULL;
}

bool heading_split(struct splitter *s, const struct head *head, size_t from, char *delimiter, size_t *consumed,
                   const char **why)
{
    const unsigned char *p = (const unsigned char *)head->bytes.ptr;
    size_t at = heading_begin(head, from);
    size_t len = heading_length(p + at, head->bytes.len - at, head->whole);
    char sep = '\0';

    if (heading_is_sep(bytes_without_end(p + at, len), &sep)) {
        at = heading_begin(head, at + len);
        len = heading_length(p + at, head->bytes.len - at, head->whole);
    }
    const struct text line = bytes_without_end(p + at, len);
    if (len == 0) {
        *why = !head->whole           ? "its heading does not end in its first 64 KiB"
               : at < head->bytes.len ? "in its heading a quote is opened and never closed"
                                      : "it has no heading";
        return false;
    }
    *consumed = at + len;
    *why = utf16_fault(head);
    if (*why != NULL)
        return false;
    if (memchr(line.ptr, '\0', line.len) != NULL || !text_is_utf8(line)) {
        *why = "it does not begin with a line of UTF-8 text; where it is in another encoding, give it, as in "
               "--encoding=windows-1252";
        return false;
    }
    *delimiter = sep != '\0' ? sep : tell_delimiter(line);
    return splitter_quoted(s, *delimiter, line, why);
}
