/* The nearest of some words to one that was mistyped, by the letters to change. */
#include "suggest_int.h"

#include <ctype.h>
#include <string.h>

#define WORD_MAX 63

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    const unsigned ab = a < b ? a : b;

    return ab < c ? ab : c;
}

static bool same(struct text a, size_t i, struct text b, size_t j)
{
    return tolower((unsigned char)a.ptr[i]) == tolower((unsigned char)b.ptr[j]);
}

unsigned suggest_distance(struct text a, struct text b)
{
    unsigned rows[3][WORD_MAX + 1];
    const size_t alen = a.len < WORD_MAX ? a.len : WORD_MAX;
    const size_t blen = b.len < WORD_MAX ? b.len : WORD_MAX;

    for (size_t j = 0; j <= blen; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= alen; i++) {
        unsigned *const now = rows[i % 3];
        const unsigned *const above = rows[(i - 1) % 3];

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= blen; j++) {
            now[j] = least(above[j] + 1, now[j - 1] + 1, above[j - 1] + (same(a, i - 1, b, j - 1) ? 0 : 1));
            if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1)) {
                const unsigned swapped = rows[(i - 2) % 3][j - 2] + 1;

                now[j] = swapped < now[j] ? swapped : now[j];
            }
        }
    }
    return rows[alen % 3][blen];
}

static bool begins(struct text whole, struct text with)
{
    return with.len >= 2 && whole.len >= with.len && text_equal_nocase((struct text){whole.ptr, with.len}, with);
}

bool suggest_near(struct text a, struct text b)
{
    const size_t longer = a.len > b.len ? a.len : b.len;
    const unsigned allowed = longer < 4 ? 1 : longer < 9 ? 2 : 3;

    return suggest_distance(a, b) <= allowed || begins(a, b) || begins(b, a);
}

const char *suggest_word(const char *typed, const char *const *words, size_t count)
{
    const struct text t = text_of(typed);
    const char *best = NULL;
    unsigned best_distance = 0;

    for (size_t i = 0; i < count; i++) {
        const struct text w = text_of(words[i]);
        const unsigned d = suggest_distance(t, w);

        if (suggest_near(t, w) && (best == NULL || d < best_distance)) {
            best = words[i];
            best_distance = d;
        }
    }
    return best;
}
