/* How values look to people and in events. */
#include "session_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Length of the UTF-8 character at p, 0 when it is none or a control character (C0, DEL, C1). */
static size_t printable(const unsigned char *p, size_t left)
{
    size_t len = 1;

    if (*p < 0x20 || *p == 0x7F)
        return 0;
    if (*p < 0x80)
        return 1;
    while (len < left && len < 4 && (p[len] & 0xC0) == 0x80)
        len++;
    if (!text_is_utf8((struct text){(const char *)p, len}))
        return 0;
    return p[0] == 0xC2 && p[1] < 0xA0 ? 0 : len;
}

void show_text(struct buf *b, struct text t)
{
    size_t i = 0;

    while (i < t.len) {
        const size_t len = printable((const unsigned char *)t.ptr + i, t.len - i);

        if (len == 0)
            buf_add_byte(b, '?');
        else
            buf_add(b, t.ptr + i, len);
        i += len > 0 ? len : 1;
    }
}

bool colour_wanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return (no_color == NULL || *no_color == '\0') && isatty(STDOUT_FILENO) == 1 &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

void json_instant(struct json_out *j, const char *key, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    json_key(j, key);
    instant_format(at, text);
    json_str(j, at == INSTANT_NONE ? NULL : text);
}

void json_count(struct json_out *j, const char *key, uint64_t n)
{
    json_key(j, key);
    json_int(j, (int64_t)n);
}

const char *count_text(uint64_t n, char out[COUNT_TEXT_SIZE])
{
    char digits[24];
    const int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
    size_t at = 0;

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *count_of(uint64_t n, const char *one, const char *many, char out[COUNT_TEXT_SIZE])
{
    size_t len;

    count_text(n, out);
    len = strlen(out);
    snprintf(out + len, COUNT_TEXT_SIZE - len, " %s", n == 1 ? one : many);
    return out;
}
