/* What a file's name tells. */
#ifndef PCREPORT_INPUT_FILE_DATE_INT_H
#define PCREPORT_INPUT_FILE_DATE_INT_H

#include "base/instant.h"

/* The part behind the last '/' (and, for a member of an archive, behind the ": " before it). */
const char *file_base_name(const char *name);

/* Midnight UTC of the one date, 2021-10-01 or 20211001, in a name; INSTANT_NONE when there is none, or more than one.
 */
instant file_name_date(const char *base_name);

#endif
