/* What a file's name tells. */
#ifndef PCREPORT_INPUT_FILE_DATE_INT_H
#define PCREPORT_INPUT_FILE_DATE_INT_H

#include "base/instant.h"

/* The part behind the last '/' (and, for a member of an archive, behind the ": " before it). */
const char *file_base_name(const char *name);

/* The one instant in a name: 2021-10-01 or 20211001, with the time that follows it (20211001T180000Z, 2021-10-01_1800,
 * 20211001180000) or midnight, in UTC. INSTANT_NONE when there is none, or more than one. */
instant file_name_instant(const char *base_name);

#endif
