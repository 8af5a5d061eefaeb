/* The data files that travel inside the program: criteria/ and reports/ of the source tree, byte for byte. */
#ifndef PCREPORT_BASE_SHIPPED_H
#define PCREPORT_BASE_SHIPPED_H

#include "base/text.h"

struct shipped {
    const char *name; /* "reports/devices.sql" */
    struct text text;
};

extern const struct shipped shipped_files[]; /* ascending by name */
extern const size_t shipped_count;

/* NULL when there is no such file. */
const struct shipped *shipped_find(const char *name);

#endif
