/* Arrays that grow. */
#ifndef PCREPORT_BASE_ARRAY_H
#define PCREPORT_BASE_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

bool array_grow(void *array, size_t *cap, size_t want,
                size_t size); /* what array_reserve does where there is no room */

/* Makes room for `want` items of `size` bytes in all. `array` is the address of the pointer to the array (NULL for none
 * yet) and `cap` how many items there is room for; both change where it grows, to at least twice as many. false: no
 * memory, and the array is as it was. The caller frees the array.
 *
 *     if (!array_reserve(&list->ptr, &list->cap, list->count + 1, sizeof(*list->ptr)))
 *         return err_nomem(err);
 *     list->ptr[list->count++] = item; */
static inline bool array_reserve(void *array, size_t *cap, size_t want, size_t size)
{
    return want <= *cap || array_grow(array, cap, want, size);
}

#endif
