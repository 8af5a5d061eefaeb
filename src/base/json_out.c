/* JSON text, written in order. */
#include "base/json_out.h"

#include "base/ascii.h"

static void separate(struct json_out *j)
{
    if (j->comma)
        buf_add_byte(j->buf, ',');
    j->comma = true;
}

void json_open(struct json_out *j, char bracket)
{
    separate(j);
    buf_add_byte(j->buf, (unsigned char)bracket);
    j->comma = false;
}

void json_close(struct json_out *j, char bracket)
{
    buf_add_byte(j->buf, (unsigned char)bracket);
    j->comma = true;
}

static void add_escape(struct buf *b, unsigned char c)
{
    unsigned char text[6] = {'\\', 'u', '0', '0', (unsigned char)HEX_LOWER[c >> 4], (unsigned char)HEX_LOWER[c & 15]};
    size_t len = 2;

    switch (c) {
    case '"':
    case '\\':
        text[1] = c;
        break;
    case '\b':
        text[1] = 'b';
        break;
    case '\f':
        text[1] = 'f';
        break;
    case '\n':
        text[1] = 'n';
        break;
    case '\r':
        text[1] = 'r';
        break;
    case '\t':
        text[1] = 't';
        break;
    default:
        len = sizeof(text);
    }
    buf_add(b, text, len);
}

static void add_quoted(struct buf *b, struct text value)
{
    const unsigned char *s = (const unsigned char *)value.ptr, *plain = s;
    const unsigned char *const end = value.len == 0 ? s : s + value.len;

    buf_add_byte(b, '"');
    while (s < end) {
        const size_t len = text_utf8_sequence(s, (size_t)(end - s));

        if (len > 0 && *s >= 0x20 && *s != '"' && *s != '\\') {
            s += len;
            continue;
        }
        buf_add(b, plain, (size_t)(s - plain));
        if (len == 0)
            buf_add_str(b, "\xEF\xBF\xBD"); /* U+FFFD for each byte of no character */
        else
            add_escape(b, *s);
        plain = ++s;
    }
    buf_add(b, plain, (size_t)(s - plain));
    buf_add_byte(b, '"');
}

void json_key(struct json_out *j, const char *key)
{
    separate(j);
    add_quoted(j->buf, text_of(key));
    buf_add_byte(j->buf, ':');
    j->comma = false;
}

void json_text(struct json_out *j, struct text value)
{
    separate(j);
    add_quoted(j->buf, value);
}

void json_str(struct json_out *j, const char *value)
{
    if (value == NULL)
        json_null(j);
    else
        json_text(j, text_of(value));
}

void json_pair(struct json_out *j, const char *key, const char *value)
{
    json_key(j, key);
    json_str(j, value);
}

void json_int(struct json_out *j, int64_t value)
{
    char digits[20];
    char *p = digits + sizeof(digits);
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

    separate(j);
    do {
        *--p = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (value < 0)
        *--p = '-';
    buf_add(j->buf, p, (size_t)(digits + sizeof(digits) - p));
}

void json_bool(struct json_out *j, bool value)
{
    separate(j);
    buf_add_str(j->buf, value ? "true" : "false");
}

void json_null(struct json_out *j)
{
    separate(j);
    buf_add_str(j->buf, "null");
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
