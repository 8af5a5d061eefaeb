/* What is known of one matter, in time order: marks on a timeline. The latest decides; a mark is taken back when the
 * answer it came from is outweighed by another. */
#ifndef PCREPORT_RULES_TIMELINE_INT_H
#define PCREPORT_RULES_TIMELINE_INT_H

#include "requests_int.h"

/* Of two at one instant the greater outweighs. */
enum weight { WEIGHT_DONE, WEIGHT_PROVES, WEIGHT_DISPROVES };

struct mark {
    instant at;
    uint64_t subject; /* of direct evidence about a cell: the entity it names */
    struct evidence_ref ref;
    uint32_t before, after; /* neighbours on the timeline */
    uint32_t sibling;       /* the next mark of the same request */
    uint8_t timeline;
    uint8_t weight;
};

struct timeline {
    uint32_t first, last; /* MARK_NONE: empty */
    size_t count;
};

struct marks {
    struct mark *ptr;
    uint32_t used, free; /* free: a chain by `after` */
};

/* Puts a mark where it belongs. With `chain` it becomes the head of that chain of siblings. */
void mark_put(struct marks *m, struct timeline *lines, const struct mark *what, uint32_t *chain);

/* Takes back every mark of a chain. */
void marks_take_back(struct marks *m, struct timeline *lines, uint32_t *chain);

#endif
