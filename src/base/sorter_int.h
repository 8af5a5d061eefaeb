/* What the two halves of the sorter share: gathering and spilling (sorter.c), merging (sorter_merge.c).
 *
 * The memory of a sorter is one block. Payloads grow upwards from its start, each after its length; slots that point to
 * them grow downwards from its end; between the two, room for one more array of slots is always left, which the sort
 * needs. Each run in the file is a sequence of entries: class (1 byte), varint key less the key before it in the same
 * class (or the whole key), varint length, payload. */
#ifndef PCREPORT_BASE_SORTER_INT_H
#define PCREPORT_BASE_SORTER_INT_H

#include "base/sorter.h"
#include "base/text.h"

#include <sys/types.h>

#define ENTRY_HEAD_MAX 21 /* class, and two varints of up to 10 bytes */

struct slot {
    uint64_t key;
    uint64_t where; /* class << 56 | offset of the payload's length in the memory */
};
_Static_assert(sizeof(struct slot) == 16, "the memory is cut into slots from its end, and sorted as they lie");

struct run {
    off_t start;
    off_t end;
};

struct sorter {
    char *dir;
    unsigned char *memory;
    size_t size;        /* of the memory, a multiple of sizeof(struct slot) */
    size_t used;        /* payload bytes */
    struct slot *slots; /* the lowest slot; the last one ends where the memory does */
    size_t count;       /* of the slots */
    struct buf writing; /* bytes of the run not yet written */
    int fd;             /* -1: nothing spilled yet */
    off_t spilled;
    struct run *runs;
    size_t run_count, run_cap;
};

/* Puts the slots in (class, key) order. */
void sorter_sort_slots(struct sorter *s);

static inline unsigned char slot_class(const struct slot *s)
{
    return (unsigned char)(s->where >> 56);
}

#define SLOT_OFFSET_MASK ((UINT64_C(1) << 56) - 1)

/* The payload of a slot. */
struct text sorter_payload(const struct sorter *s, const struct slot *slot);

#endif
