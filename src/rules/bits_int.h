/* Sets of places, of which the next in either direction is found in a few steps: each level tells which words of the
 * level below it hold any. */
#ifndef PCREPORT_RULES_BITS_INT_H
#define PCREPORT_RULES_BITS_INT_H

#include <stddef.h>
#include <stdint.h>

#define BITS_NONE   UINT32_MAX
#define BITS_LEVELS 6 /* 64 to the power of 6 is more than 32 bits can count */

struct bits {
    uint64_t *level[BITS_LEVELS];
    size_t words[BITS_LEVELS];
    unsigned levels;
};

size_t bits_size(size_t places); /* in bytes */
void bits_init(struct bits *b, size_t places, void *memory);
void bits_set(struct bits *b, uint32_t i);
void bits_clear(struct bits *b, uint32_t i);

/* What the two below do where there is more than one word. */
uint32_t bits_last_of_many(const struct bits *b, uint32_t from, uint32_t bound);
uint32_t bits_first_of_many(const struct bits *b, uint32_t from, uint32_t bound);

static inline uint64_t bits_below(uint32_t bound)
{
    return bound >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << bound) - 1;
}

/* The greatest from `from` on and below `bound`, and the least; BITS_NONE: there is none. Most Devices need one word.
 */
static inline uint32_t bits_last(const struct bits *b, uint32_t from, uint32_t bound)
{
    uint64_t word;

    if (b->levels > 1)
        return bits_last_of_many(b, from, bound);
    word = b->level[0][0] & bits_below(bound) & ~bits_below(from);
    return word != 0 ? 63 - (uint32_t)__builtin_clzll(word) : BITS_NONE;
}

static inline uint32_t bits_first(const struct bits *b, uint32_t from, uint32_t bound)
{
    uint64_t word;

    if (b->levels > 1)
        return bits_first_of_many(b, from, bound);
    word = b->level[0][0] & bits_below(bound) & ~bits_below(from);
    return word != 0 ? (uint32_t)__builtin_ctzll(word) : BITS_NONE;
}

#endif
