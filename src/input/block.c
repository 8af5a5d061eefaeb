/* Blocks: their memory, and cutting them where lines end. */
#include "block_int.h"

#include <stdlib.h>
#include <string.h>

static const char over_long[] = "the record is longer than 1 MiB";

bool block_reserve(struct block *b, size_t cap)
{
    if (cap <= b->cap)
        return true;
    unsigned char *grown = realloc(b->ptr, cap + BLOCK_SLACK);
    if (grown == NULL)
        return false;
    b->ptr = grown;
    b->cap = cap;
    return true;
}

bool block_add_span(struct block *b, size_t at, size_t len, const char *fault)
{
    if (b->span_count == b->span_cap) {
        const size_t cap = b->span_cap == 0 ? 64 : 2 * b->span_cap;
        struct span *grown = realloc(b->spans, cap * sizeof(*grown));
        if (grown == NULL)
            return false;
        b->spans = grown;
        b->span_cap = cap;
    }
    b->spans[b->span_count++] = (struct span){at, len, fault};
    return true;
}

void block_release(struct block *b)
{
    free(b->ptr);
    free(b->spans);
    *b = (struct block){0};
}

/* ---- Where lines end ---- */

/* Bytes up to the last line end, 0 when there is none. A CR at the very end may be half of a CR LF. */
static size_t last_line_end(const struct block *b)
{
    const unsigned char *lf = memrchr(b->ptr, '\n', b->len);
    const unsigned char *cr;

    if (lf != NULL)
        return (size_t)(lf - b->ptr) + 1;
    cr = b->len > 0 ? memrchr(b->ptr, '\r', b->len - 1) : NULL;
    return cr != NULL ? (size_t)(cr - b->ptr) + 1 : 0;
}

/* Everything but a CR that may be half of a line end. */
static size_t all_but_open_end(const struct block *b, bool at_end)
{
    return !at_end && b->len > 0 && b->ptr[b->len - 1] == '\r' ? b->len - 1 : b->len;
}

size_t lines_drop(struct line_cutter *c, struct block *b, bool at_end)
{
    b->from = 0;
    if (c->dropping) {
        b->from = bytes_line(b->ptr, b->len, at_end);
        if (b->from == 0)
            b->from = all_but_open_end(b, at_end);
        else
            c->dropping = false;
    }
    return b->from;
}

ptrdiff_t lines_give_up(struct line_cutter *c, struct block *b, bool at_end)
{
    if (b->from > 0)
        return (ptrdiff_t)b->from;
    if (b->len <= RECORD_MAX + 2) /* with a CR LF, a line of the greatest length still ends here */
        return 0;
    if (!block_add_span(b, 0, b->len, over_long))
        return -1;
    c->dropping = true;
    b->from = all_but_open_end(b, at_end);
    return (ptrdiff_t)b->from;
}

ptrdiff_t lines_cut_on(struct line_cutter *c, struct block *b, bool at_end)
{
    const size_t end = at_end ? b->len : last_line_end(b);

    return end > b->from ? (ptrdiff_t)end : lines_give_up(c, b, at_end);
}

ptrdiff_t lines_cut(struct line_cutter *c, struct block *b, bool at_end)
{
    (void)lines_drop(c, b, at_end);
    return lines_cut_on(c, b, at_end);
}
