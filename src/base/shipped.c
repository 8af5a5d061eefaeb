/* Looks up the data files that travel inside the program; the build makes their table. */
#include "base/shipped.h"

#include <stdlib.h>
#include <string.h>

static int compare_name(const void *key, const void *file)
{
    return strcmp(key, ((const struct shipped *)file)->name);
}

const struct shipped *shipped_find(const char *name)
{
    return bsearch(name, shipped_files, shipped_count, sizeof(shipped_files[0]), compare_name);
}
