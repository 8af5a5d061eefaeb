/* Timelines: lists of marks in ascending order of time, in memory of the caller. */
#include "timeline_int.h"

static bool outranks(const struct mark *a, const struct mark *b)
{
    return a->at != b->at ? a->at > b->at : a->weight > b->weight;
}

void mark_put(struct marks *m, struct timeline *lines, const struct mark *what, uint32_t *chain)
{
    struct timeline *line = &lines[what->timeline];
    uint32_t index = m->free, before = line->last;
    struct mark *mark;

    if (index != MARK_NONE)
        m->free = m->ptr[index].after;
    else
        index = m->used++;
    while (before != MARK_NONE && outranks(&m->ptr[before], what)) /* rarely: marks are put in time order */
        before = m->ptr[before].before;

    mark = &m->ptr[index];
    *mark = *what;
    mark->before = before;
    mark->after = before != MARK_NONE ? m->ptr[before].after : line->first;
    *(before != MARK_NONE ? &m->ptr[before].after : &line->first) = index;
    *(mark->after != MARK_NONE ? &m->ptr[mark->after].before : &line->last) = index;
    line->count++;
    if (chain != NULL) {
        mark->sibling = *chain;
        *chain = index;
    }
}

void marks_take_back(struct marks *m, struct timeline *lines, uint32_t *chain)
{
    uint32_t next;

    for (uint32_t index = *chain; index != MARK_NONE; index = next) {
        struct mark *mark = &m->ptr[index];
        struct timeline *line = &lines[mark->timeline];

        next = mark->sibling;
        *(mark->before != MARK_NONE ? &m->ptr[mark->before].after : &line->first) = mark->after;
        *(mark->after != MARK_NONE ? &m->ptr[mark->after].before : &line->last) = mark->before;
        line->count--;
        mark->after = m->free;
        m->free = index;
    }
    *chain = MARK_NONE;
}
