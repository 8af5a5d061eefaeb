/* An external sort in bounded memory: byte strings under a 64-bit key, taken out in key order.
 *
 * Entries are gathered in memory; a full buffer is sorted and written as a run to an anonymous temporary file (it has
 * no name, so nothing is left behind however the process ends). Entries with the same class and key come out next to
 * one another, in no promised order among themselves. */
#ifndef PCREPORT_BASE_SORTER_H
#define PCREPORT_BASE_SORTER_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct sorter;

#define SORTER_ENTRY_MAX (16 << 20) /* bytes of one entry; more is ERR_DATA */

struct sorter_entry {
    uint64_t key;
    unsigned char class; /* sorts before the key */
    const unsigned char *ptr;
    size_t len;
};

/* `dir` is where runs are spilled, `memory_bytes` what the buffer takes with all that belongs to it (at least 1 MiB).
 * The caller owns *out. */
int sorter_create(struct sorter **out, const char *dir, size_t memory_bytes, struct err *err);
void sorter_destroy(struct sorter *s); /* NULL is allowed */

/* The bytes are copied. A failure to spill is ERR_IO and names the folder; nothing more may be added then. Not for two
 * threads at once on one sorter; use one sorter a thread and merge them at the end. */
int sorter_add(struct sorter *s, unsigned char class, uint64_t key, const void *ptr, size_t len, struct err *err);

/* Bytes spilled and held so far. */
uint64_t sorter_size(const struct sorter *s);
/* How many sorted runs lie in the file; none while memory is enough. */
size_t sorter_runs(const struct sorter *s);

/* Reads n sorters as one stream in (class, key) order. No more may be added to them; they stay the caller's and must
 * outlive the merge. Beside their memory it takes up to 32 MiB for reading runs (more only when there are thousands).
 */
struct sorter_merge;
int sorter_merge_create(struct sorter_merge **out, struct sorter *const *sorters, size_t n, struct err *err);
void sorter_merge_destroy(struct sorter_merge *m);

/* 1 with *out filled (borrowed until the next call), 0 at the end, -1 on failure. */
int sorter_merge_next(struct sorter_merge *m, struct sorter_entry *out, struct err *err);

#endif
