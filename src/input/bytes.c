/* Fast passes over bytes. The inner loops run a fixed number of turns, so that the compiler makes vectors of them. */
#include "bytes_int.h"

#include <string.h>

#define CHUNK 64

struct chunk_marks {
    unsigned char lf, lone_cr, quote, nul, high;
};

/* Reads one byte beyond the chunk, to tell a CR LF from a lone CR. */
static struct chunk_marks scan_chunk(const unsigned char *p)
{
    struct chunk_marks m = {0};

    for (int i = 0; i < CHUNK; i++) {
        m.lf = (unsigned char)(m.lf + (p[i] == '\n'));
        m.lone_cr = (unsigned char)(m.lone_cr + ((p[i] == '\r') & (p[i + 1] != '\n')));
        m.quote |= p[i] == '"';
        m.nul |= p[i] == 0;
        m.high |= p[i];
    }
    return m;
}

static void add_marks(struct byte_marks *out, const struct chunk_marks *m)
{
    out->lines += (uint64_t)m->lf + m->lone_cr;
    out->lone_cr |= m->lone_cr != 0;
    out->quote |= m->quote != 0;
    out->nul |= m->nul != 0;
    out->high |= (m->high & 0x80) != 0;
}

struct byte_marks bytes_scan(const unsigned char *ptr, size_t len)
{
    struct byte_marks out = {0};
    size_t i = 0;

    for (; i + CHUNK < len; i += CHUNK) {
        const struct chunk_marks m = scan_chunk(ptr + i);
        add_marks(&out, &m);
    }
    for (; i < len; i++) {
        const unsigned char c = ptr[i];
        const struct chunk_marks m = {.lf = c == '\n',
                                      .lone_cr = c == '\r' && (i + 1 == len || ptr[i + 1] != '\n'),
                                      .quote = c == '"',
                                      .nul = c == 0,
                                      .high = c};
        add_marks(&out, &m);
    }
    return out;
}

size_t bytes_line(const unsigned char *ptr, size_t len, bool at_end)
{
    if (len == 0)
        return 0;
    const unsigned char *lf = memchr(ptr, '\n', len);
    const size_t upto = lf != NULL ? (size_t)(lf - ptr) : len;
    const unsigned char *cr = memchr(ptr, '\r', upto);

    if (cr != NULL) {
        const size_t after = (size_t)(cr - ptr) + 1;
        if (after < len)
            return ptr[after] == '\n' ? after + 1 : after;
        return at_end ? after : 0;
    }
    if (lf != NULL)
        return upto + 1;
    return at_end ? len : 0;
}

struct text bytes_without_end(const unsigned char *ptr, size_t len)
{
    if (len > 0 && ptr[len - 1] == '\n')
        len--;
    if (len > 0 && ptr[len - 1] == '\r')
        len--;
    return (struct text){(const char *)ptr, len};
}

size_t bytes_count(const unsigned char *ptr, size_t len, unsigned char wanted)
{
    size_t n = 0, i = 0;

    for (; i + CHUNK <= len; i += CHUNK) {
        unsigned char in_chunk = 0;
        for (size_t k = 0; k < CHUNK; k++)
            in_chunk = (unsigned char)(in_chunk + (ptr[i + k] == wanted));
        n += in_chunk;
    }
    for (; i < len; i++)
        n += ptr[i] == wanted;
    return n;
}
