/* Arrays that grow. */
#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ITEMS 16

bool array_reserve(void *array, size_t *cap, size_t want, size_t size)
{
    size_t more = *cap > FIRST_ITEMS / 2 ? *cap : FIRST_ITEMS / 2;
    void *ptr, *grown;

    if (want <= *cap)
        return true;
    while (more < want) {
        if (more > SIZE_MAX / 2)
            return false;
        more *= 2;
    }
    if (size > 0 && more > SIZE_MAX / size)
        return false;
    memcpy(&ptr, array, sizeof(ptr)); /* a pointer to any type, which may not be read through a void ** */
    grown = realloc(ptr, more * size);
    if (grown == NULL)
        return false;
    memcpy(array, &grown, sizeof(grown));
    *cap = more;
    return true;
}
