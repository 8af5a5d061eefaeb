/* The sort of the slots: least significant byte first, one pass for each byte in which they differ. */
#include "sorter_int.h"

#include <stdbool.h>
#include <string.h>

#define BYTES 9 /* eight of the key, then the class */

static unsigned slot_byte(const struct slot *s, unsigned byte)
{
    return byte < 8 ? (unsigned)(s->key >> (8 * byte)) & 0xFF : slot_class(s);
}

static void count_bytes(const struct slot *slots, size_t n, size_t counts[BYTES][256])
{
    memset(counts, 0, sizeof(size_t[BYTES][256]));
    for (size_t i = 0; i < n; i++) {
        uint64_t key = slots[i].key;

        for (unsigned byte = 0; byte < 8; byte++, key >>= 8)
            counts[byte][key & 0xFF]++;
        counts[8][slot_class(&slots[i])]++;
    }
}

/* Moves the slots into `to`, stably, in the order of one byte; `next` holds the count of each value. */
static void distribute(const struct slot *from, struct slot *to, size_t n, unsigned byte, size_t next[256])
{
    size_t start = 0;

    for (unsigned value = 0; value < 256; value++) {
        const size_t count = next[value];

        next[value] = start;
        start += count;
    }
    if (byte == 8)
        for (size_t i = 0; i < n; i++)
            to[next[slot_class(&from[i])]++] = from[i];
    else
        for (size_t i = 0; i < n; i++)
            to[next[(from[i].key >> (8 * byte)) & 0xFF]++] = from[i];
}

void slots_sort(struct slot *slots, struct slot *spare, size_t n)
{
    size_t counts[BYTES][256];
    struct slot *from = slots, *to = spare;

    if (n < 2)
        return;
    count_bytes(slots, n, counts);
    for (unsigned byte = 0; byte < BYTES; byte++) {
        struct slot *const other = from;

        if (counts[byte][slot_byte(from, byte)] == n)
            continue; /* all alike in this byte */
        distribute(from, to, n, byte, counts[byte]);
        from = to;
        to = other;
    }
    if (from != slots)
        memcpy(slots, from, n * sizeof(*slots));
}
