/* R4.0: the lines of marks, against an array that is gone through from its beginning each time. */
#include "line_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MARKS_MAX 200
enum { LOOKS, COMMANDS, BARE, ALL_LINES };

struct story {
    struct mark marks[MARKS_MAX]; /* as they were added */
    struct device_cert certs[MARKS_MAX];
    unsigned chain_of[MARKS_MAX];
    uint32_t chains[MARKS_MAX];
    bool stands[MARKS_MAX]; /* of each chain */
    uint32_t count;
    unsigned chain_count;
    struct lines lines;
    struct line line[ALL_LINES];
    void *memory;
};

static uint64_t seed = 1;

static unsigned roll(unsigned sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % sides;
}

static struct mark random_mark(struct story *s, uint32_t i, unsigned instants)
{
    static const char *const serials[] = {"", "", "1A", "2B"};
    struct mark m = {.key = roll(instants), .ref = {EVIDENCE_REQUEST + roll(2), roll(9)}, .line = (uint8_t)roll(BARE)};

    m.at = m.key;
    m.chain = &s->chains[s->chain_of[i] = roll(s->chain_count)];
    m.subject = roll(3);
    m.key_id = roll(3);
    if (m.line == COMMANDS) {
        m.at = m.key + roll(3);
        m.weight = (uint8_t)(WEIGHT_DONE + roll(WEIGHT_SILENT));
        return m;
    }
    m.weight = (uint8_t)(WEIGHT_SILENT + roll(4));
    if (s->chain_count % 2 == 0) { /* of certificates */
        s->certs[i] = (struct device_cert){.serial = text_of(serials[roll(4)]),
                                           .not_before = roll(2) ? INSTANT_NONE : (instant)roll(2)};
        m.cert = &s->certs[i];
    }
    return m;
}

static struct story *story(uint32_t count, unsigned chain_count, unsigned instants)
{
    struct story *s = calloc(1, sizeof(*s));

    assert_non_null(s);
    s->count = count;
    s->chain_count = chain_count;
    for (unsigned i = 0; i < chain_count; i++)
        s->chains[i] = MARK_NONE;
    s->memory = malloc(2 * count * sizeof(struct mark));
    assert_non_null(s->memory);
    s->lines = (struct lines){.added = s->memory, .line = s->line, .line_count = ALL_LINES};
    for (uint32_t i = 0; i < count; i++) {
        s->marks[i] = random_mark(s, i, instants);
        *lines_add(&s->lines) = s->marks[i];
    }
    lines_lay(&s->lines);
    return s;
}

static void story_free(struct story *s)
{
    free(s->memory);
    free(s);
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare(const struct mark *x, const struct mark *y)
{
    const bool command = x->weight < WEIGHT_SILENT;
    const int steps[] = {ORDER(x->key, y->key),
                         command ? ORDER(x->at, y->at) : ORDER(x->weight, y->weight),
                         command ? ORDER(x->weight, y->weight) : ORDER(x->at, y->at),
                         ORDER(x->subject, y->subject),
                         ORDER(x->key_id, y->key_id),
                         ORDER(x->ref.kind, y->ref.kind),
                         ORDER(x->ref.index, y->ref.index)};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (steps[i] != 0)
            return steps[i];
    return 0;
}

/* Those of a line that stand, in order. */
static size_t standing(const struct story *s, unsigned line, const struct mark *out[MARKS_MAX])
{
    size_t n = 0;

    for (uint32_t i = 0; i < s->count; i++) {
        size_t k = n;

        if (s->marks[i].line != line || !s->stands[s->chain_of[i]])
            continue;
        for (; k > 0 && compare(out[k - 1], &s->marks[i]) > 0; k--)
            out[k] = out[k - 1];
        out[k] = &s->marks[i];
        n++;
    }
    return n;
}

static bool given_and_differ(bool given, bool differ)
{
    return given && differ;
}

static bool repeats(const struct mark *a, const struct mark *b)
{
    if (given_and_differ(a->subject != 0 && b->subject != 0, a->subject != b->subject) ||
        given_and_differ(a->key_id != 0 && b->key_id != 0, a->key_id != b->key_id))
        return false;
    if (a->cert == NULL)
        return true;
    return !given_and_differ(a->cert->not_before != INSTANT_NONE && b->cert->not_before != INSTANT_NONE,
                             a->cert->not_before != b->cert->not_before) &&
           !given_and_differ(a->cert->serial.len > 0 && b->cert->serial.len > 0,
                             !text_equal(a->cert->serial, b->cert->serial));
}

/* The looks of the instant that ends at `end` (the place behind them): where those that decide begin, and where all. */
static size_t instant_of(const struct mark *const *marks, size_t end, size_t *deciding)
{
    size_t i = end;

    while (i > 0 && marks[i - 1]->key == marks[end - 1]->key && marks[i - 1]->weight == marks[end - 1]->weight)
        i--;
    *deciding = i;
    while (i > 0 && marks[i - 1]->key == marks[end - 1]->key)
        i--;
    return i;
}

/* Whether what decides at the instant that ends at `end` repeats what did at the one before, if there is one. */
static bool carries_on(const struct mark *const *marks, size_t end)
{
    size_t deciding, deciding_before;
    const size_t begin = instant_of(marks, end, &deciding);

    if (begin == 0)
        return false;
    (void)instant_of(marks, begin, &deciding_before);
    for (size_t i = deciding; i < end; i++)
        for (size_t k = deciding_before; k < begin; k++)
            if (repeats(marks[i], marks[k]))
                return true;
    return false;
}

static void expect_seen(const struct story *s, const struct mark *const *marks, size_t n)
{
    const struct seen got = line_seen(&s->lines, LOOKS);
    instant since = INSTANT_NONE, last = INSTANT_NONE;
    size_t look = n, deciding;

    while (look > 0 && marks[look - 1]->weight == WEIGHT_SILENT)
        look--;
    if (look == 0) {
        assert_null(got.look);
        assert_int_equal(got.since, INSTANT_NONE);
        assert_int_equal(got.last, INSTANT_NONE);
        return;
    }
    assert_int_equal(compare(got.look, marks[look - 1]), 0);
    last = marks[look - 1]->key;
    for (size_t end = look; end < n;) { /* looks that say nothing may carry on as well */
        const instant next = marks[end]->key;

        while (end < n && marks[end]->key == next)
            end++;
        if (!carries_on(marks, end))
            break;
        last = next;
    }
    for (size_t end = look; end > 0; end = instant_of(marks, end, &deciding)) {
        since = marks[end - 1]->key;
        if (!carries_on(marks, end))
            break;
    }
    assert_int_equal(got.since, since + 0 * 1);
    assert_int_equal(got.last, last);
}

static void expect_walk(const struct story *s, unsigned line, const struct mark *const *marks, size_t n)
{
    const struct mark *m = line_first(&s->lines, line);
    size_t i = 0;

    for (; m != NULL; m = line_after(&s->lines, m))
        assert_int_equal(compare(m, marks[i++]), 0);
    assert_int_equal(i, n);
    for (m = line_last(&s->lines, line); m != NULL; m = line_before(&s->lines, m))
        assert_int_equal(compare(m, marks[--i]), 0);
    assert_int_equal(i, 0);
}

static void expect_shown(const struct story *s, unsigned line, const struct mark *const *marks, size_t n)
{
    for (instant at = -1; at <= 8; at++) {
        bool shown = false;

        for (size_t i = 0; i < n; i++)
            shown = shown || marks[i]->key == at;
        assert_int_equal(line_shows(&s->lines, line, at), shown);
    }
}

static void r4_0_lines_tell_what_going_through_all_marks_does(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 3000; n++) {
        const bool many = n % 100 == 0; /* more than a word of places, and than are sorted by insertion */
        struct story *s = story(many ? 150 + roll(50) : 1 + roll(12), many ? 30 : 1 + roll(8), 1 + roll(7));

        for (unsigned step = 0; step < 20; step++) {
            const unsigned chain = roll(s->chain_count);
            const struct mark *marks[MARKS_MAX];

            (s->stands[chain] ? marks_take_back : marks_stand)(&s->lines, s->chains[chain]);
            s->stands[chain] = !s->stands[chain];
            for (unsigned line = 0; line < ALL_LINES; line++) {
                const size_t count = standing(s, line, marks);

                expect_walk(s, line, marks, count);
                expect_shown(s, line, marks, count);
                if (line == LOOKS)
                    expect_seen(s, marks, count);
            }
        }
        story_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(r4_0_lines_tell_what_going_through_all_marks_does)};

    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
