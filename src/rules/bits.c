/* Sets of small numbers, with a word for each 64 of them, a word for each 64 words, and so on. */
#include "bits_int.h"

#include <string.h>

static size_t words_of(size_t places)
{
    return (places + 63) / 64;
}

size_t bits_size(size_t places)
{
    size_t words = 0, n = places;

    do {
        n = words_of(n);
        words += n;
    } while (n > 1);
    return words * sizeof(uint64_t);
}

void bits_init(struct bits *b, size_t places, void *memory)
{
    uint64_t *at = memory;
    size_t n = places;

    b->levels = 0;
    do {
        n = words_of(n);
        b->words[b->levels] = n;
        b->level[b->levels++] = at;
        at += n;
    } while (n > 1);
    memset(memory, 0, bits_size(places));
}

void bits_set(struct bits *b, uint32_t i)
{
    for (unsigned k = 0; k < b->levels; k++, i /= 64)
        b->level[k][i / 64] |= UINT64_C(1) << i % 64;
}

void bits_clear(struct bits *b, uint32_t i)
{
    for (unsigned k = 0; k < b->levels; k++, i /= 64) {
        b->level[k][i / 64] &= ~(UINT64_C(1) << i % 64);
        if (b->level[k][i / 64] != 0)
            return;
    }
}

static uint32_t greatest(uint64_t word)
{
    return 63 - (uint32_t)__builtin_clzll(word);
}

static uint32_t least(uint64_t word)
{
    return (uint32_t)__builtin_ctzll(word);
}

uint32_t bits_last_of_many(const struct bits *b, uint32_t from, uint32_t bound)
{
    uint32_t i = bound;

    for (unsigned k = 0; k < b->levels && i > 0; k++) { /* of a level, what lies below i */
        const uint32_t word = (i - 1) / 64;
        const uint64_t below = b->level[k][word] & bits_below(i - word * 64);

        if (below != 0) {
            i = word * 64 + greatest(below);
            while (k-- > 0)
                i = i * 64 + greatest(b->level[k][i]);
            return i >= from ? i : BITS_NONE;
        }
        i = word;
    }
    return BITS_NONE;
}

uint32_t bits_first_of_many(const struct bits *b, uint32_t from, uint32_t bound)
{
    uint32_t i = from;

    for (unsigned k = 0; k < b->levels && i / 64 < b->words[k]; k++) {
        const uint64_t above = b->level[k][i / 64] & (~UINT64_C(0) << i % 64);

        if (above != 0) {
            i = i / 64 * 64 + least(above);
            while (k-- > 0)
                i = i * 64 + least(b->level[k][i]);
            return i < bound ? i : BITS_NONE;
        }
        i = i / 64 + 1;
    }
    return BITS_NONE;
}
