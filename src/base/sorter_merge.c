/* The merge of all runs of all sorters, with what is still in their memory, by a binary heap. */
#include "base/packed.h"
#include "sorter_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_MAX ((size_t)256 << 10) /* buffer of a run */
#define READ_MIN ((size_t)8 << 10)
#define READ_ALL ((size_t)32 << 20) /* of all runs together */
#define PREFETCH 12                 /* slots ahead */

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
    payload = sorter_payload(s, slot);
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

        sorter_sort_slots(s);
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
