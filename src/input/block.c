/* The memory of blocks. */
#include "block_int.h"

#include <stdlib.h>

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
