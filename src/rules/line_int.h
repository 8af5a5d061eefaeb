/* What is known of one matter: marks on a line, in the order of their keys, each of which may stand or not. All marks
 * that ever stand are laid first, so that setting one, taking it back and finding the last one cost a look at a few
 * words, however many there are and in whatever order they come and go. */
#ifndef PCREPORT_RULES_LINE_INT_H
#define PCREPORT_RULES_LINE_INT_H

#include "rules/judge.h"

/* ---- Sets of places, of which the next in either direction is found in a few steps: each level tells which words of
 * the level below it hold any ---- */

#define BITS_NONE   UINT32_MAX
#define BITS_LEVELS 6 /* 64 to the power of 6 is more than 32 bits can count */

struct bits {
    uint64_t *level[BITS_LEVELS];
    size_t words[BITS_LEVELS];
    unsigned levels;
};

size_t bits_size(size_t places);                                      /* in bytes */
uint64_t *bits_init(struct bits *b, size_t places, uint64_t *memory); /* returns the memory behind it */
void bits_clear(struct bits *b, uint32_t i);

/* What those below do where there is more than one word. */
void bits_set_of_many(struct bits *b, uint32_t i);
uint32_t bits_last_of_many(const struct bits *b, uint32_t from, uint32_t bound);
uint32_t bits_first_of_many(const struct bits *b, uint32_t from, uint32_t bound);

static inline uint64_t bits_below(uint32_t bound)
{
    return bound >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << bound) - 1;
}

static inline void bits_set(struct bits *b, uint32_t i)
{
    if (b->levels > 1)
        bits_set_of_many(b, i);
    else
        b->level[0][0] |= UINT64_C(1) << i;
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

/* ---- Marks ---- */

#define MARK_NONE BITS_NONE

/* Of two looks at one instant the greater decides. SILENT: it says nothing by itself, but may repeat one that does
 * (R4.0). LOSING: a Supplier cell of a party that lost the Device shortly before (R4.4). */
/* MISPLACED: a command that is known to have sent what does not belong there (R4.3). STRANGE: one of a sender who may
 * have placed a certificate of its own. */
enum weight {
    WEIGHT_DONE,
    WEIGHT_MISPLACED,
    WEIGHT_STRANGE,
    WEIGHT_SILENT,
    WEIGHT_PROVES,
    WEIGHT_LOSING,
    WEIGHT_DISPROVES
};

struct mark {
    instant key; /* of a look or an answer: when; of a command: when it was made */
    instant at;  /* of a command: when it was answered; of a LOSING look: when the grace ends; else as `key` */
    /* What a look shows of the part, or a MISPLACED command put there: */
    uint64_t subject; /* 0: not told */
    uint64_t key_id;
    const struct device_cert *cert; /* of a Device certificate; NULL: of a cell */
    struct evidence_ref ref;
    uint32_t *chain; /* head of the chain of the marks that come and go together */
    uint32_t next;   /* in the chain */
    uint8_t line;
    uint8_t weight;
};

struct line {
    uint32_t first, end; /* its marks */
    uint32_t standing;   /* how many of them stand */
};

struct lines {
    struct mark *added; /* in the order in which they were added, count of them; once laid, room for the sets */
    struct mark *marks; /* by line, key and weight */
    uint32_t count;
    struct bits standing;
    struct bits breaks;   /* looks that do not repeat the one before them (R4.0) */
    struct bits speaking; /* looks that are not SILENT */
    struct line *line;
    unsigned line_count; /* at most LINES_MAX */
};
#define LINES_MAX 64
_Static_assert(sizeof(struct mark) >= 3 * sizeof(uint64_t), "a set needs no more than a word for each of its places");

/* The next mark, to be filled in whole; it does not stand yet, and belongs to no chain before lines_lay. */
static inline struct mark *lines_add(struct lines *l)
{
    return &l->added[l->count++];
}

/* Lays what was added, and links the chains, in the memory behind it: as much again. */
void lines_lay(struct lines *l);

/* All marks of a chain. */
void marks_stand(struct lines *l, uint32_t chain);
void marks_take_back(struct lines *l, uint32_t chain);

/* Marks of a line that stand, by key; NULL: none. */
const struct mark *line_first(const struct lines *l, unsigned line);
const struct mark *line_before(const struct lines *l, const struct mark *m);
const struct mark *line_after(const struct lines *l, const struct mark *m);

static inline const struct mark *line_last(const struct lines *l, unsigned line)
{
    const struct line *const on = &l->line[line];

    return on->standing == 0 ? NULL : &l->marks[bits_last(&l->standing, on->first, on->end)];
}

/* R4.0: what the looks on a line come to. */
struct seen {
    const struct mark *look; /* the latest that says something; NULL: none does */
    instant since, last;     /* the unbroken run of looks that it is one of */
};
struct seen line_seen(const struct lines *l, unsigned line);

/* Whether a look, or none (NULL), says the same as another at the same instant. */
static inline bool looks_at_once(const struct mark *m, const struct mark *look)
{
    return m != NULL && m->key == look->key && m->weight == look->weight;
}

/* Whether a look of that instant showed the part, be it silently. */
bool line_shows(const struct lines *l, unsigned line, instant at);

#endif
