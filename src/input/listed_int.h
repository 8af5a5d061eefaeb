/* What the readers of lists share (domain/listed.h). */
#ifndef PCREPORT_INPUT_LISTED_INT_H
#define PCREPORT_INPUT_LISTED_INT_H

#include "domain/listed.h"
#include "fields_int.h"

#include <stdio.h>

/* An EUI-64 as pcreport writes it; `room` holds it. */
static inline bool listed_device(const struct row *r, unsigned column, char room[EUI64_TEXT_SIZE], struct text *out)
{
    uint64_t device;

    *out = (struct text){0};
    if (!field_identity(r, column, &device))
        return false;
    if (device != 0)
        *out = (struct text){room, eui64_format(device, room)};
    return true;
}

#endif
