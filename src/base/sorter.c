/* An external sort in bounded memory: gathering entries, spilling them as sorted runs, and merging the runs. */
#include "base/sorter.h"

#include "base/array.h"
#include "base/file.h"
#include "base/packed.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

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

/* The memory of a sorter is one block. Payloads grow upwards from its start, each after its length; slots that point to
 * them grow downwards from its end; between the two, room for one more array of slots is always left, which the sort
 * needs. Each run in the file is a sequence of entries: class (1 byte), varint key less the key before it in the same
 * class (or the whole key), varint length, payload. */
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

static inline unsigned char slot_class(const struct slot *s)
{
    return (unsigned char)(s->where >> 56);
}

#define SLOT_OFFSET_MASK ((UINT64_C(1) << 56) - 1)

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

#define HUGE_PAGE ((size_t)2 << 20)

/* Once they are sorted, payloads are read here and there in it: large pages spare the processor from looking up where
 * each small one lies, a tenth of an ingest's CPU. Pages that are not touched cost nothing. */
static void *take_memory(size_t size)
{
    const size_t whole = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    void *const memory = size < 4 * HUGE_PAGE ? malloc(size) : aligned_alloc(HUGE_PAGE, whole);

    if (memory != NULL && size >= 4 * HUGE_PAGE)
        (void)madvise(memory, whole, MADV_HUGEPAGE); /* a kernel that has none gives small ones */
    return memory;
}

int sorter_create(struct sorter **out, const char *dir, size_t memory_bytes, struct err *err)
{
    struct sorter *s = calloc(1, sizeof(*s));

    *out = NULL;
    if (s == NULL)
        return err_nomem(err);
    s->fd = -1;
    s->size = (memory_bytes < MEMORY_MIN ? MEMORY_MIN : memory_bytes) / sizeof(struct slot) * sizeof(struct slot);
    s->dir = strdup(dir);
    s->memory = take_memory(s->size);
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

size_t sorter_runs(const struct sorter *s)
{
    return s->run_count;
}

static struct text slot_payload(const struct sorter *s, const struct slot *slot)
{
    const unsigned char *const at = s->memory + (slot->where & SLOT_OFFSET_MASK);
    uint32_t len;

    memcpy(&len, at, sizeof(len));
    return (struct text){(const char *)at + sizeof(len), len};
}

/* Puts the slots in (class, key) order. */
static void sort_slots(struct sorter *s)
{
    slots_sort(s->slots, s->slots - s->count, s->count);
}

static int spill_failed(const struct sorter *s, int why, struct err *err)
{
    return err_set(err, ERR_IO, "cannot write temporary data in '%s': %s; free space there", s->dir, strerror(why));
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
    sort_slots(s);
    if (begin_run(s, err) < 0)
        return -1;
    for (size_t i = 0; i < s->count; i++) {
        const struct slot *const slot = &s->slots[i];
        const unsigned char class = slot_class(slot);

        if (i + PREFETCH < s->count)
            __builtin_prefetch(s->memory + (slot[PREFETCH].where & SLOT_OFFSET_MASK));
        if (i > 0 && class != slot_class(slot - 1))
            before = 0;
        write_entry(&s->writing, class, slot->key, before, slot_payload(s, slot));
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

/* ---- The merge of all runs of all sorters, with what is still in their memory, by a binary heap ---- */

#define READ_MAX ((size_t)256 << 10) /* buffer of a run */
#define READ_MIN ((size_t)8 << 10)
#define READ_ALL ((size_t)32 << 20) /* of all runs together */

/* Something sorted: a run in a file, or the slots of a sorter. `entry` is its first entry not yet handed out. */
struct source {
    struct sorter_entry entry;
    const struct sorter *sorter;
    size_t next_slot; /* in memory */

    off_t at, end; /* in the file: what is not yet read; at == end == 0 for slots */
    unsigned char *buffer;
    size_t cap, usual_cap;
    size_t start, stop; /* the bytes in the buffer not yet taken */
    bool in_file;
    bool started; /* an entry was taken before */
};

/* The key beside its source, so that most comparisons stay within the heap. */
struct node {
    uint64_t key;
    struct source *source;
    unsigned char class;
};

struct sorter_merge {
    struct source *sources;
    size_t source_count;
    struct node *heap; /* [0] is the least */
    size_t heap_count;
    bool handed_out; /* heap[0]'s entry went to the caller, who may still look at it */
};

/* Reads on until the buffer holds `want` bytes, or all that is left of the run. */
static int fill(struct source *src, size_t want, struct err *err)
{
    memmove(src->buffer, src->buffer + src->start, src->stop - src->start);
    src->stop -= src->start;
    src->start = 0;
    if (want > src->cap || src->cap > src->usual_cap) { /* grow for a large entry, and shrink after it */
        const size_t least = want > src->stop ? want : src->stop;
        const size_t cap = least > src->usual_cap ? least : src->usual_cap;
        unsigned char *const moved = realloc(src->buffer, cap);

        if (moved == NULL)
            return err_nomem(err);
        src->buffer = moved;
        src->cap = cap;
    }
    while (src->stop < want && src->at < src->end) {
        const off_t left = src->end - src->at;
        const size_t room = src->cap - src->stop;
        const ssize_t n =
            pread(src->sorter->fd, src->buffer + src->stop, left < (off_t)room ? (size_t)left : room, src->at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, ERR_IO, "cannot read temporary data in '%s': %s", src->sorter->dir,
                           n < 0 ? strerror(errno) : "it ends too early");
        src->at += n;
        src->stop += (size_t)n;
    }
    /* runs take turns, so the kernel sees no sequence to read ahead in; a failure of this hint does not matter */
    if (src->at < src->end)
        (void)posix_fadvise(src->sorter->fd, src->at, (off_t)src->cap, POSIX_FADV_WILLNEED);
    return 0;
}

static int advance_file(struct source *src, struct err *err)
{
    struct packed_reader u;
    unsigned char class;
    uint64_t step, len;
    size_t head;

    if (src->stop - src->start < ENTRY_HEAD_MAX && src->at < src->end && fill(src, ENTRY_HEAD_MAX, err) < 0)
        return -1;
    if (src->start == src->stop)
        return 0;
    u = (struct packed_reader){src->buffer + src->start, src->buffer + src->stop, false};
    class = packed_take_byte(&u);
    step = packed_take_u64(&u);
    len = packed_take_u64(&u);
    if (u.failed || len > SORTER_ENTRY_MAX)
        return err_set(err, ERR_IO, "temporary data in '%s' came back changed: check the disk", src->sorter->dir);
    head = (size_t)(u.at - (src->buffer + src->start));
    if (src->stop - src->start - head < len && fill(src, head + len, err) < 0)
        return -1;
    if (src->stop - src->start - head < len)
        return err_set(err, ERR_IO, "temporary data in '%s' came back shorter: check the disk", src->sorter->dir);
    src->entry.key = src->started && class == src->entry.class ? src->entry.key + step : step;
    src->entry.class = class;
    src->entry.ptr = src->buffer + src->start + head;
    src->entry.len = len;
    src->start += head + len;
    src->started = true;
    return 1;
}

static int advance_slots(struct source *src)
{
    const struct sorter *const s = src->sorter;
    const struct slot *const slot = &s->slots[src->next_slot];
    struct text payload;

    if (src->next_slot == s->count)
        return 0;
    if (s->count - src->next_slot > PREFETCH)
        __builtin_prefetch(s->memory + (slot[PREFETCH].where & SLOT_OFFSET_MASK));
    payload = slot_payload(s, slot);
    src->entry = (struct sorter_entry){
        .key = slot->key, .class = slot_class(slot), .ptr = (const unsigned char *)payload.ptr, .len = payload.len};
    src->next_slot++;
    return 1;
}

/* 1 when `entry` is the next one, 0 at the end, -1 on failure. */
static int advance(struct source *src, struct err *err)
{
    return src->in_file ? advance_file(src, err) : advance_slots(src);
}

static bool node_before(const struct node *a, const struct node *b)
{
    return a->class != b->class ? a->class < b->class : a->key < b->key;
}

static void sift_down(struct node *heap, size_t count, size_t i)
{
    const struct node moved = heap[i];

    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= count)
            break;
        if (child + 1 < count && node_before(&heap[child + 1], &heap[child]))
            child++;
        if (!node_before(&heap[child], &moved))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = moved;
}

static struct node node_of(struct source *src)
{
    return (struct node){.key = src->entry.key, .source = src, .class = src->entry.class};
}

static int open_source(struct sorter_merge *m, struct source *src, size_t buffer_size, struct err *err)
{
    int got;

    if (src->in_file) {
        src->buffer = malloc(buffer_size);
        if (src->buffer == NULL)
            return err_nomem(err);
        src->cap = src->usual_cap = buffer_size;
    }
    got = advance(src, err);
    if (got > 0)
        m->heap[m->heap_count++] = node_of(src);
    return got < 0 ? -1 : 0;
}

static int open_sources(struct sorter_merge *m, struct sorter *const *sorters, size_t n, size_t run_count,
                        struct err *err)
{
    size_t buffer_size = run_count == 0 ? 0 : READ_ALL / run_count;

    buffer_size = buffer_size > READ_MAX ? READ_MAX : buffer_size < READ_MIN ? READ_MIN : buffer_size;
    for (size_t i = 0; i < n; i++) {
        struct sorter *const s = sorters[i];

        sort_slots(s);
        m->sources[m->source_count++] = (struct source){.sorter = s};
        for (size_t r = 0; r < s->run_count; r++)
            m->sources[m->source_count++] =
                (struct source){.sorter = s, .at = s->runs[r].start, .end = s->runs[r].end, .in_file = true};
    }
    for (size_t i = 0; i < m->source_count; i++)
        if (open_source(m, &m->sources[i], buffer_size, err) < 0)
            return -1;
    for (size_t i = m->heap_count / 2; i-- > 0;)
        sift_down(m->heap, m->heap_count, i);
    return 0;
}

int sorter_merge_create(struct sorter_merge **out, struct sorter *const *sorters, size_t n, struct err *err)
{
    struct sorter_merge *m = calloc(1, sizeof(*m));
    size_t run_count = 0;

    *out = NULL;
    if (m == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < n; i++)
        run_count += sorters[i]->run_count;
    m->sources = calloc(n + run_count + 1, sizeof(*m->sources)); /* 1 more: no sorters at all is no error */
    m->heap = calloc(n + run_count + 1, sizeof(*m->heap));
    if (m->sources == NULL || m->heap == NULL) {
        sorter_merge_destroy(m);
        return err_nomem(err);
    }
    if (open_sources(m, sorters, n, run_count, err) < 0) {
        sorter_merge_destroy(m);
        return -1;
    }
    *out = m;
    return 0;
}

void sorter_merge_destroy(struct sorter_merge *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->source_count; i++)
        free(m->sources[i].buffer);
    free(m->sources);
    free(m->heap);
    free(m);
}

int sorter_merge_next(struct sorter_merge *m, struct sorter_entry *out, struct err *err)
{
    if (m->handed_out) { /* only now may its bytes be let go */
        struct source *const src = m->heap[0].source;
        const int got = advance(src, err);

        if (got < 0)
            return -1;
        m->heap[0] = got > 0 ? node_of(src) : m->heap[--m->heap_count];
        m->handed_out = false;
        if (m->heap_count > 0)
            sift_down(m->heap, m->heap_count, 0);
    }
    if (m->heap_count == 0)
        return 0;
    *out = m->heap[0].source->entry;
    m->handed_out = true;
    return 1;
}
