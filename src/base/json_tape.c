/* The strict JSON reader. */
#include "base/json_tape.h"

#include "base/ascii.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first byte in memory of which a bit is set. */
static size_t first_byte(uint64_t bits)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(bits) / 8;
#else
#error "words of 8 bytes are read in little-endian order"
#endif
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

size_t json_plain(const char *ptr, size_t len)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    size_t i = 0;

    for (; len - i >= 8; i += 8) {
        uint64_t w, quote, backslash, found;
        memcpy(&w, ptr + i, sizeof(w));
        quote = w ^ ones * '"';
        backslash = w ^ ones * '\\';
        /* Each difference borrows through a byte that is less than what is taken off; a borrow from below can only
         * follow a true find, so the first find is exact. */
        found = (((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | w) & high;
        if (found != 0)
            return i + first_byte(found);
    }
    while (i < len && is_plain((unsigned char)ptr[i]))
        i++;
    return i;
}

struct frame {
    uint32_t item; /* the array or object */
    uint32_t names;
};

struct tape_parse {
    struct tape *tape;
    const char *start, *at, *end;
    struct tape_fault *fault;
    struct frame frames[TAPE_DEPTH_MAX];
    unsigned depth;
    bool opened; /* the innermost array or object has no item yet */
};

static bool PRINTF_LIKE(2, 3) fail(const struct tape_parse *r, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(r->fault->what, sizeof(r->fault->what), fmt, args);
    va_end(args);
    r->fault->at = (size_t)(r->at - r->start);
    return false;
}

static inline void skip_blanks(struct tape_parse *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
        r->at++;
}

static bool grow(struct tape_parse *r)
{
    struct tape *t = r->tape;
    const uint32_t cap = t->cap == 0 ? 256 : 2 * t->cap;
    struct tape_item *grown = realloc(t->items, cap * sizeof(*grown));

    if (grown == NULL) {
        t->no_memory = true;
        return fail(r, "there is too little memory to read it");
    }
    t->items = grown;
    t->cap = cap;
    return true;
}

static inline bool add_item(struct tape_parse *r, enum tape_type type, const char *at, struct text text)
{
    struct tape *t = r->tape;

    if (t->count == t->cap && !grow(r))
        return false;
    t->items[t->count] = (struct tape_item){type, t->count + 1, (uint32_t)(at - r->start), text};
    t->count++;
    return true;
}

/* Most names differ in length: those are told apart without a call. */
static inline bool same_name(struct text a, struct text b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* The four digits behind \u at r->at. */
static bool read_unit(struct tape_parse *r, unsigned *out)
{
    unsigned unit = 0;

    if (r->end - r->at < 4)
        return fail(r, "a string is never closed");
    for (int i = 0; i < 4; i++) {
        const int digit = hex_value(r->at[i]);
        if (digit < 0)
            return fail(r, "\\u is not followed by four hexadecimal digits");
        unit = unit << 4 | (unsigned)digit;
    }
    r->at += 4;
    *out = unit;
    return true;
}

static void put_utf8(struct buf *b, unsigned code)
{
    const unsigned char tail = 0x80, mask = 0x3F;

    if (code < 0x80) {
        buf_add_byte(b, (unsigned char)code);
        return;
    }
    if (code < 0x800) {
        buf_add_byte(b, (unsigned char)(0xC0 | code >> 6));
    } else {
        if (code < 0x10000) {
            buf_add_byte(b, (unsigned char)(0xE0 | code >> 12));
        } else {
            buf_add_byte(b, (unsigned char)(0xF0 | code >> 18));
            buf_add_byte(b, (unsigned char)(tail | (code >> 12 & mask)));
        }
        buf_add_byte(b, (unsigned char)(tail | (code >> 6 & mask)));
    }
    buf_add_byte(b, (unsigned char)(tail | (code & mask)));
}

static bool read_unicode(struct tape_parse *r)
{
    unsigned code, low;

    if (!read_unit(r, &code))
        return false;
    if (code == 0)
        return fail(r, "a string holds an escaped NUL");
    if (code >= 0xDC00 && code <= 0xDFFF)
        return fail(r, "a string holds half of a surrogate pair");
    if (code >= 0xD800 && code <= 0xDBFF) {
        if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
            return fail(r, "a string holds half of a surrogate pair");
        r->at += 2;
        if (!read_unit(r, &low))
            return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return fail(r, "a string holds half of a surrogate pair");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    put_utf8(&r->tape->unescaped, code);
    return true;
}

/* r->at is behind the backslash. */
static bool read_escape(struct tape_parse *r)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char c = r->at < r->end ? *r->at : '\0';
    const char *known = c != '\0' ? strchr(from, c) : NULL;

    if (c == 'u') {
        r->at++;
        return read_unicode(r);
    }
    if (known == NULL)
        return fail(r, "a string holds a backslash that escapes nothing");
    buf_add_byte(&r->tape->unescaped, (unsigned char)to[known - from]);
    r->at++;
    return true;
}

/* The rest of a string in which a backslash was met; `text` is what came before it. */
static bool read_escaped(struct tape_parse *r, struct text *text)
{
    struct buf *const b = &r->tape->unescaped; /* large enough for the whole record, so it never moves */
    const size_t from = b->len;

    buf_add_text(b, *text);
    while (r->at < r->end && *r->at != '"') {
        const unsigned char c = (unsigned char)*r->at;
        if (c < 0x20)
            return fail(r, "a string holds a line end or another control character");
        r->at++;
        if (c != '\\')
            buf_add_byte(b, c);
        else if (!read_escape(r))
            return false;
    }
    if (r->at == r->end)
        return fail(r, "a string is never closed");
    *text = buf_part(b, from, b->len - from);
    return true;
}

/* r->at is at the opening quote. */
static bool read_string(struct tape_parse *r)
{
    const char *const open = r->at++;
    const char *p = r->at + json_plain(r->at, (size_t)(r->end - r->at));
    unsigned char seen = 0;
    struct text text;

    while (p < r->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
        seen |= (unsigned char)*p++;
    text = (struct text){r->at, (size_t)(p - r->at)};
    r->at = p;
    if (p == r->end)
        return fail(r, "a string is never closed");
    if (*p != '"') {
        if (!read_escaped(r, &text))
            return false;
        seen = 0x80;
    }
    if ((seen & 0x80) != 0 && !text_is_utf8(text))
        return fail(r, "a string is no valid UTF-8");
    r->at++;
    return add_item(r, TAPE_STRING, open, text);
}

static size_t skip_digits(struct tape_parse *r)
{
    const char *const from = r->at;

    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return (size_t)(r->at - from);
}

static bool read_number(struct tape_parse *r)
{
    const char *const from = r->at;
    const char *digits;

    if (*r->at == '-')
        r->at++;
    digits = r->at;
    if (skip_digits(r) == 0 || (*digits == '0' && r->at - digits > 1))
        return fail(r, "a number is not written as JSON wants it");
    if (r->at < r->end && *r->at == '.') {
        r->at++;
        if (skip_digits(r) == 0)
            return fail(r, "a number is not written as JSON wants it");
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        r->at++;
        if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
            r->at++;
        if (skip_digits(r) == 0)
            return fail(r, "a number is not written as JSON wants it");
    }
    return add_item(r, TAPE_NUMBER, from, (struct text){from, (size_t)(r->at - from)});
}

static bool read_word(struct tape_parse *r)
{
    static const struct {
        struct text word;
        enum tape_type type;
    } words[] = {
        {TEXT_LITERAL("true"), TAPE_TRUE}, {TEXT_LITERAL("false"), TAPE_FALSE}, {TEXT_LITERAL("null"), TAPE_NULL}};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const struct text w = words[i].word;
        if ((size_t)(r->end - r->at) >= w.len && memcmp(r->at, w.ptr, w.len) == 0) {
            r->at += w.len;
            return add_item(r, words[i].type, r->at - w.len, (struct text){0});
        }
    }
    return fail(r, "a value is missing or is no JSON");
}

static bool open_container(struct tape_parse *r)
{
    const enum tape_type type = *r->at == '{' ? TAPE_OBJECT : TAPE_ARRAY;

    if (r->depth == TAPE_DEPTH_MAX)
        return fail(r, "it is nested more than %d deep", TAPE_DEPTH_MAX);
    r->frames[r->depth++] = (struct frame){r->tape->count, 0};
    r->opened = true;
    r->at++;
    return add_item(r, type, r->at - 1, (struct text){0});
}

static bool read_value(struct tape_parse *r)
{
    skip_blanks(r);
    if (r->at == r->end)
        return fail(r, "it ends in the middle");
    switch (*r->at) {
    case '{':
    case '[':
        return open_container(r);
    case '"':
        return read_string(r);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return read_number(r);
    default:
        return read_word(r);
    }
}

static bool is_new_name(const struct tape_parse *r, const struct frame *f, const struct tape_item *name)
{
    const struct tape_item *items = r->tape->items;
    uint32_t at = f->item + 1;

    for (uint32_t i = 0; i < f->names; i++) {
        if (same_name(items[at].text, name->text))
            return false;
        at = items[at + 1].next;
    }
    return true;
}

/* Reads a name and its colon. */
static bool read_name(struct tape_parse *r)
{
    struct frame *const f = &r->frames[r->depth - 1];

    skip_blanks(r);
    if (r->at == r->end || *r->at != '"')
        return fail(r, "a name in double quotes is wanted");
    if (!read_string(r))
        return false;
    const struct tape_item *name = &r->tape->items[r->tape->count - 1];
    if (!is_new_name(r, f, name))
        return fail(r, "the name \"%.*s\" occurs twice in one object", (int)(name->text.len < 40 ? name->text.len : 40),
                    name->text.ptr);
    if (++f->names > TAPE_NAMES_MAX)
        return fail(r, "an object has more than %d names", TAPE_NAMES_MAX);
    skip_blanks(r);
    if (r->at == r->end || *r->at != ':')
        return fail(r, "a name is not followed by a colon");
    r->at++;
    return true;
}

/* After a value: goes to the next one, closing what ends here. r->depth is 0 when all is read. */
static bool go_on(struct tape_parse *r)
{
    while (r->depth > 0) {
        struct tape_item *const item = &r->tape->items[r->frames[r->depth - 1].item];
        const bool object = item->type == TAPE_OBJECT, opened = r->opened;

        r->opened = false;
        skip_blanks(r);
        if (r->at == r->end)
            return fail(r, "it ends in the middle");
        if (*r->at == (object ? '}' : ']')) {
            r->at++;
            r->depth--;
            item->next = r->tape->count;
            continue;
        }
        if (!opened && *r->at++ != ',') {
            r->at--;
            return fail(r, "a comma or a closing %s is wanted", object ? "brace" : "bracket");
        }
        return !object || read_name(r);
    }
    return true;
}

bool tape_read(struct tape *t, struct text record, struct tape_fault *fault)
{
    struct tape_parse r = {
        .tape = t, .start = record.ptr, .at = record.ptr, .end = record.ptr + record.len, .fault = fault};

    t->count = 0;
    buf_clear(&t->unescaped);
    if (!buf_reserve(&t->unescaped, record.len)) {
        t->no_memory = true;
        return fail(&r, "there is too little memory to read it");
    }
    do {
        if (!read_value(&r) || !go_on(&r))
            return false;
    } while (r.depth > 0);
    skip_blanks(&r);
    if (r.at != r.end)
        return fail(&r, "something stands behind its end");
    return true;
}

int json_guard(struct text json, const char *name, enum err_code code, struct err *err)
{
    const size_t mark = json.len >= 3 && memcmp(json.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    struct tape tape = {0};
    struct tape_fault wrong;
    unsigned long line = 1;
    int rc = 0;

    if (json.ptr == NULL)
        json = TEXT_LITERAL(""); /* nothing may be added to a NULL pointer, not even 0 */
    if (!tape_read(&tape, (struct text){json.ptr + mark, json.len - mark}, &wrong)) {
        /* Where the file ends too early, the last thing in it is the place to look at. */
        while (mark + wrong.at == json.len && wrong.at > 0 && ascii_is_one_of(json.ptr[json.len - 1], " \t\r\n")) {
            json.len--;
            wrong.at--;
        }
        for (size_t i = 0; i < mark + wrong.at; i++)
            line += json.ptr[i] == '\n';
        rc = tape.no_memory ? err_nomem(err) : err_set(err, code, "'%s', line %lu: %s", name, line, wrong.what);
    }
    tape_release(&tape);
    return rc;
}

void tape_release(struct tape *t)
{
    free(t->items);
    buf_release(&t->unescaped);
    *t = (struct tape){0};
}

uint32_t tape_step(const struct tape *t, uint32_t parent, uint32_t at)
{
    const struct tape_item *const p = &t->items[parent];
    uint32_t next = parent + 1;

    if (at != 0)
        next = p->type == TAPE_OBJECT ? t->items[at + 1].next : t->items[at].next;
    return next < p->next ? next : 0;
}

void tape_members(const struct tape *t, uint32_t object, const struct text *names, size_t count, uint32_t *found)
{
    memset(found, 0, count * sizeof(*found));
    for (uint32_t name = tape_step(t, object, 0); name != 0; name = tape_step(t, object, name))
        for (size_t i = 0; i < count; i++)
            if (same_name(t->items[name].text, names[i])) {
                found[i] = name + 1;
                break;
            }
}
