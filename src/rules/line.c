/* Lines of marks, the unbroken runs of looks on them, and the sets of places that they lie in. */
#include "line_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- Sets of small numbers, with a word for each 64 of them, a word for each 64 words, and so on ---- */

static size_t words_of(size_t places)
{
    return (places + 63) / 64;
}

size_t bits_size(size_t places)
{
    size_t words = 0, n = places;

    do {
        n = words_of(n);
        words += n;
    } while (n > 1);
    return words * sizeof(uint64_t);
}

uint64_t *bits_init(struct bits *b, size_t places, uint64_t *memory)
{
    uint64_t *at = memory;
    size_t n = places;

    b->levels = 0;
    do {
        n = words_of(n);
        b->words[b->levels] = n;
        b->level[b->levels++] = at;
        at += n;
    } while (n > 1);
    memset(memory, 0, bits_size(places));
    return at;
}

void bits_set_of_many(struct bits *b, uint32_t i)
{
    for (unsigned k = 0; k < b->levels; k++, i /= 64)
        b->level[k][i / 64] |= UINT64_C(1) << i % 64;
}

void bits_clear(struct bits *b, uint32_t i)
{
    for (unsigned k = 0; k < b->levels; k++, i /= 64) {
        b->level[k][i / 64] &= ~(UINT64_C(1) << i % 64);
        if (b->level[k][i / 64] != 0)
            return;
    }
}

static uint32_t greatest(uint64_t word)
{
    return 63 - (uint32_t)__builtin_clzll(word);
}

static uint32_t least(uint64_t word)
{
    return (uint32_t)__builtin_ctzll(word);
}

uint32_t bits_last_of_many(const struct bits *b, uint32_t from, uint32_t bound)
{
    uint32_t i = bound;

    for (unsigned k = 0; i > 0; k++) { /* of a level, what lies below i; nothing does of the last, which is one word */
        const uint32_t word = (i - 1) / 64;
        const uint64_t below = b->level[k][word] & bits_below(i - word * 64);

        if (below != 0) {
            i = word * 64 + greatest(below);
            while (k-- > 0)
                i = i * 64 + greatest(b->level[k][i]);
            return i >= from ? i : BITS_NONE;
        }
        i = word;
    }
    return BITS_NONE;
}

uint32_t bits_first_of_many(const struct bits *b, uint32_t from, uint32_t bound)
{
    uint32_t i = from;

    for (unsigned k = 0; k < b->levels && i / 64 < b->words[k]; k++) {
        const uint64_t above = b->level[k][i / 64] & (~UINT64_C(0) << i % 64);

        if (above != 0) {
            i = i / 64 * 64 + least(above);
            while (k-- > 0)
                i = i * 64 + least(b->level[k][i]);
            return i < bound ? i : BITS_NONE;
        }
        i = i / 64 + 1;
    }
    return BITS_NONE;
}

/* ---- Lines of marks ---- */

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* Looks of one instant are one look, of which the last decides; of two that disprove, one of them, always the same. Of
 * commands made at one instant, for which the rules have no order, the one answered last decides, and of those the one
 * of a stranger. */
static int compare_marks(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    int order = ORDER(x->key, y->key);

    if (order == 0 && x->weight < WEIGHT_SILENT) /* then y is a command too: a line has marks of one sort */
        order = ORDER(x->at, y->at);
    if (order == 0)
        order = ORDER(x->weight, y->weight);
    if (order == 0)
        order = ORDER(x->at, y->at);
    if (order == 0)
        order = ORDER(x->subject, y->subject);
    if (order == 0)
        order = ORDER(x->key_id, y->key_id);
    if (order == 0) /* alike: which of them is named does not depend on how they were sorted */
        order = ORDER(x->ref.kind, y->ref.kind);
    return order != 0 ? order : ORDER(x->ref.index, y->ref.index);
}

/* Most lines have a few marks, nearly in order. */
static void sort_line(struct mark *marks, uint32_t count)
{
    if (count > 64) {
        qsort(marks, count, sizeof(*marks), compare_marks);
        return;
    }
    for (uint32_t i = 1; i < count; i++) {
        const struct mark m = marks[i];
        uint32_t j = i;

        if (compare_marks(&marks[i - 1], &m) <= 0)
            continue;
        for (; j > 0 && compare_marks(&marks[j - 1], &m) > 0; j--)
            marks[j] = marks[j - 1];
        marks[j] = m;
    }
}

void lines_lay(struct lines *l)
{
    uint64_t *sets;
    uint64_t used = 0; /* lines that have marks: few of them */
    uint32_t place = 0;

    l->marks = l->added + l->count;
    memset(l->line, 0, l->line_count * sizeof(*l->line));
    for (uint32_t i = 0; i < l->count; i++) {
        l->line[l->added[i].line].end++;
        used |= UINT64_C(1) << l->added[i].line;
    }
    for (uint64_t left = used; left != 0; left &= left - 1) {
        struct line *const line = &l->line[least(left)];

        line->first = place;
        place += line->end;
        line->end = line->first;
    }
    for (uint32_t i = 0; i < l->count; i++)
        l->marks[l->line[l->added[i].line].end++] = l->added[i];
    for (uint64_t left = used; left != 0; left &= left - 1) {
        const struct line *const line = &l->line[least(left)];

        sort_line(&l->marks[line->first], line->end - line->first);
    }
    for (uint32_t i = 0; i < l->count; i++) {
        l->marks[i].next = *l->marks[i].chain;
        *l->marks[i].chain = i;
    }
    sets = bits_init(&l->standing, l->count, (uint64_t *)(void *)l->added); /* which nobody reads any more */
    sets = bits_init(&l->breaks, l->count, sets);
    (void)bits_init(&l->speaking, l->count, sets);
}

/* R4.0: no field that both give differs. */
static bool repeats(const struct mark *a, const struct mark *b)
{
    const struct device_cert *x = a->cert, *y = b->cert;

    if ((a->subject != 0 && b->subject != 0 && a->subject != b->subject) ||
        (a->key_id != 0 && b->key_id != 0 && a->key_id != b->key_id))
        return false;
    return x == NULL ||
           ((x->not_before == INSTANT_NONE || y->not_before == INSTANT_NONE || x->not_before == y->not_before) &&
            (x->serial.len == 0 || y->serial.len == 0 || text_equal(x->serial, y->serial)));
}

static uint32_t standing_before(const struct lines *l, uint32_t place)
{
    return bits_last(&l->standing, l->line[l->marks[place].line].first, place);
}

static uint32_t standing_after(const struct lines *l, uint32_t place)
{
    return bits_first(&l->standing, place + 1, l->line[l->marks[place].line].end);
}

/* Whether any of what decides at one instant repeats any of what did at another; what decides is all of the greatest
 * weight, and lies last. */
static bool look_repeats(const struct lines *l, const struct mark *look, const struct mark *before)
{
    for (const struct mark *m = look; looks_at_once(m, look); m = line_before(l, m))
        for (const struct mark *b = before; looks_at_once(b, before); b = line_before(l, b))
            if (repeats(m, b))
                return true;
    return false;
}

/* Tells anew whether the look at a place, if it decides for its instant, repeats the look before. */
static void join_run(struct lines *l, uint32_t place)
{
    const struct mark *const m = &l->marks[place];
    const uint32_t after = standing_after(l, place);
    uint32_t before = standing_before(l, place);

    bits_clear(&l->breaks, place);
    if (after != MARK_NONE && l->marks[after].key == m->key)
        return;
    while (before != MARK_NONE && l->marks[before].key == m->key)
        before = standing_before(l, before);
    if (before == MARK_NONE || !look_repeats(l, m, &l->marks[before]))
        bits_set(&l->breaks, place);
}

/* The look at a place came or went: tells anew of its instant and of the next. */
static void join_runs_around(struct lines *l, uint32_t place)
{
    const uint32_t before = standing_before(l, place);
    uint32_t i = bits_first(&l->standing, place, l->line[l->marks[place].line].end);

    if (before != MARK_NONE)
        join_run(l, before);
    while (i != MARK_NONE) {
        const uint32_t next = standing_after(l, i);

        join_run(l, i);
        if (l->marks[i].key != l->marks[place].key && next != MARK_NONE && l->marks[next].key != l->marks[i].key)
            break;
        i = next;
    }
}

void marks_stand(struct lines *l, uint32_t chain)
{
    for (uint32_t i = chain; i != MARK_NONE; i = l->marks[i].next) {
        bits_set(&l->standing, i);
        l->line[l->marks[i].line].standing++;
        if (l->marks[i].weight < WEIGHT_SILENT)
            continue;
        if (l->marks[i].weight != WEIGHT_SILENT)
            bits_set(&l->speaking, i);
        if (l->line[l->marks[i].line].standing == 1) { /* mostly: it stands alone */
            bits_set(&l->breaks, i);
            continue;
        }
        join_runs_around(l, i);
    }
}

void marks_take_back(struct lines *l, uint32_t chain)
{
    for (uint32_t i = chain; i != MARK_NONE; i = l->marks[i].next) {
        bits_clear(&l->standing, i);
        bits_clear(&l->breaks, i);
        bits_clear(&l->speaking, i);
        l->line[l->marks[i].line].standing--;
        if (l->marks[i].weight >= WEIGHT_SILENT)
            join_runs_around(l, i);
    }
}

static const struct mark *mark_at(const struct lines *l, uint32_t place)
{
    return place == MARK_NONE ? NULL : &l->marks[place];
}

const struct mark *line_first(const struct lines *l, unsigned line)
{
    return l->line[line].standing == 0 ? NULL
                                       : mark_at(l, bits_first(&l->standing, l->line[line].first, l->line[line].end));
}

const struct mark *line_before(const struct lines *l, const struct mark *m)
{
    return mark_at(l, standing_before(l, (uint32_t)(m - l->marks)));
}

const struct mark *line_after(const struct lines *l, const struct mark *m)
{
    return mark_at(l, standing_after(l, (uint32_t)(m - l->marks)));
}

struct seen line_seen(const struct lines *l, unsigned line)
{
    const struct line *const on = &l->line[line];
    uint32_t look, first, next, last;

    if (on->standing == 0)
        return (struct seen){NULL, INSTANT_NONE, INSTANT_NONE};
    look = bits_last(&l->speaking, on->first, on->end);
    if (look == MARK_NONE)
        return (struct seen){NULL, INSTANT_NONE, INSTANT_NONE};
    first = bits_last(&l->breaks, on->first, look + 1);
    next = bits_first(&l->breaks, look + 1, on->end);
    last = bits_last(&l->standing, look, next != MARK_NONE ? next : on->end);
    while (next != MARK_NONE && l->marks[last].key == l->marks[next].key) /* of the look that breaks the run */
        last = bits_last(&l->standing, look, last);
    return (struct seen){&l->marks[look], l->marks[first].key, l->marks[last].key};
}

bool line_shows(const struct lines *l, unsigned line, instant at)
{
    for (const struct mark *m = line_last(l, line); m != NULL && m->key >= at; m = line_before(l, m))
        if (m->key == at)
            return true;
    return false;
}
