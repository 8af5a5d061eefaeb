/* An external sort in bounded memory: gathering entries, and spilling them as sorted runs. */
#include "base/sorter.h"

#include "base/array.h"
#include "base/file.h"
#include "base/packed.h"
#include "sorter_int.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- The sort of the slots: least significant byte first, one pass for each byte in which they differ ---- */

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

static void slots_sort(struct slot *slots, struct slot *spare, size_t n)
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

/* ---- Gathering and spilling ---- */

#define MEMORY_MIN ((size_t)1 << 20)
#define WRITE_SIZE ((size_t)1 << 20)
#define PREFETCH   12 /* slots ahead: payloads lie scattered in memory once they are sorted */

int sorter_create(struct sorter **out, const char *dir, size_t memory_bytes, struct err *err)
{
    struct sorter *s = calloc(1, sizeof(*s));

    *out = NULL;
    if (s == NULL)
        return err_nomem(err);
    s->fd = -1;
    s->size = (memory_bytes < MEMORY_MIN ? MEMORY_MIN : memory_bytes) / sizeof(struct slot) * sizeof(struct slot);
    s->dir = strdup(dir);
    s->memory = malloc(s->size); /* untouched pages cost nothing */
    if (s->dir == NULL || s->memory == NULL) {
        sorter_destroy(s);
        return err_nomem(err);
    }
    s->slots = (struct slot *)(void *)(s->memory + s->size);
    *out = s;
    return 0;
}

void sorter_destroy(struct sorter *s)
{
    if (s == NULL)
        return;
    if (s->fd >= 0)
        close(s->fd); /* what it held is gone with it */
    buf_release(&s->writing);
    free(s->runs);
    free(s->memory);
    free(s->dir);
    free(s);
}

uint64_t sorter_size(const struct sorter *s)
{
    return (uint64_t)s->spilled + s->used;
}

struct text sorter_payload(const struct sorter *s, const struct slot *slot)
{
    const unsigned char *const at = s->memory + (slot->where & SLOT_OFFSET_MASK);
    uint32_t len;

    memcpy(&len, at, sizeof(len));
    return (struct text){(const char *)at + sizeof(len), len};
}

void sorter_sort_slots(struct sorter *s)
{
    slots_sort(s->slots, s->slots - s->count, s->count);
}

static int spill_failed(const struct sorter *s, int why, struct err *err)
{
    return err_set(err, ERR_IO, "cannot write temporary data in '%s': %s; free space there or name another folder",
                   s->dir, strerror(why));
}

/* Writes out what the buffer holds. */
static int flush(struct sorter *s, struct err *err)
{
    size_t done = 0;

    if (s->writing.failed)
        return err_nomem(err);
    while (done < s->writing.len) {
        const ssize_t n = pwrite(s->fd, s->writing.ptr + done, s->writing.len - done, s->spilled);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return spill_failed(s, n < 0 ? errno : ENOSPC, err);
        done += (size_t)n;
        s->spilled += n;
    }
    buf_clear(&s->writing);
    return 0;
}

static int begin_run(struct sorter *s, struct err *err)
{
    if (s->fd < 0) {
        s->fd = nameless_open(s->dir);
        if (s->fd < 0)
            return spill_failed(s, errno, err);
    }
    if (!array_reserve(&s->runs, &s->run_cap, s->run_count + 1, sizeof(*s->runs)))
        return err_nomem(err);
    s->runs[s->run_count] = (struct run){.start = s->spilled};
    return 0;
}

static int end_run(struct sorter *s, struct err *err)
{
    if (flush(s, err) < 0)
        return -1;
    s->runs[s->run_count++].end = s->spilled;
    return 0;
}

static void write_entry(struct buf *b, unsigned char class, uint64_t key, uint64_t key_before, struct text payload)
{
    buf_add_byte(b, class);
    packed_add_u64(b, key - key_before);
    packed_add_u64(b, payload.len);
    buf_add_text(b, payload);
}

/* Writes all that is in memory as one run. */
static int spill(struct sorter *s, struct err *err)
{
    uint64_t before = 0;

    if (s->count == 0)
        return 0;
    sorter_sort_slots(s);
    if (begin_run(s, err) < 0)
        return -1;
    for (size_t i = 0; i < s->count; i++) {
        const struct slot *const slot = &s->slots[i];
        const unsigned char class = slot_class(slot);

        if (i + PREFETCH < s->count)
            __builtin_prefetch(s->memory + (slot[PREFETCH].where & SLOT_OFFSET_MASK));
        if (i > 0 && class != slot_class(slot - 1))
            before = 0;
        write_entry(&s->writing, class, slot->key, before, sorter_payload(s, slot));
        before = slot->key;
        if (s->writing.len >= WRITE_SIZE && flush(s, err) < 0)
            return -1;
    }
    if (end_run(s, err) < 0)
        return -1;
    s->used = 0;
    s->count = 0;
    s->slots = (struct slot *)(void *)(s->memory + s->size);
    return 0;
}

/* An entry for which the whole memory would not do is a run of its own. */
static int spill_one(struct sorter *s, unsigned char class, uint64_t key, struct text payload, struct err *err)
{
    if (begin_run(s, err) < 0)
        return -1;
    write_entry(&s->writing, class, key, 0, payload);
    return end_run(s, err);
}

int sorter_add(struct sorter *s, unsigned char class, uint64_t key, const void *ptr, size_t len, struct err *err)
{
    const uint32_t length = (uint32_t)len;
    /* each entry needs its slot, and the sort one more */
    const size_t need = sizeof(length) + len + 2 * sizeof(struct slot);

    if (len > SORTER_ENTRY_MAX)
        return err_set(err, ERR_DATA, "a record of %zu bytes is over the limit of %d", len, SORTER_ENTRY_MAX);
    if (need > s->size)
        return spill_one(s, class, key, (struct text){ptr, len}, err);
    if (s->used + 2 * s->count * sizeof(struct slot) + need > s->size && spill(s, err) < 0)
        return -1;
    memcpy(s->memory + s->used, &length, sizeof(length));
    if (len > 0)
        memcpy(s->memory + s->used + sizeof(length), ptr, len);
    s->slots--;
    *s->slots = (struct slot){.key = key, .where = (uint64_t) class << 56 | s->used};
    s->count++;
    s->used += sizeof(length) + len;
    return 0;
}
