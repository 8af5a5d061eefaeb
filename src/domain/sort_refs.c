/* Sorting a list of pointers. */
#include "sort_refs_int.h"

#include <stdlib.h>

#define SHORT_LIST 24 /* up to here insertion costs less than qsort's setting up */

void sort_refs(const void **refs, size_t count, int (*compare)(const void *, const void *))
{
    if (count > SHORT_LIST) {
        qsort(refs, count, sizeof(*refs), compare);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        const void *moving = refs[i];
        size_t at = i;

        for (; at > 0 && compare(&refs[at - 1], &moving) > 0; at--)
            refs[at] = refs[at - 1];
        refs[at] = moving;
    }
}
