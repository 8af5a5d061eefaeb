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

/* The greatest from `from` on and below `bound`, and the least; BITS_NONE: there is none. */
uint32_t bits_last(const struct bits *b, uint32_t from, uint32_t bound);
uint32_t bits_first(const struct bits *b, uint32_t from, uint32_t bound);

#endif
