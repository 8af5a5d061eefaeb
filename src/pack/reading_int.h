/* What reading back a pack from its .zip and from its folder share. */
#ifndef PCREPORT_PACK_READING_INT_H
#define PCREPORT_PACK_READING_INT_H

#include "archive_int.h"

/* What is read, and for whom. */
struct reading {
    const char *path, *kind;
    pack_member member;
    void *ctx;
};

/* ERR_DATA. `full`, `name`: with the folder of the pack, and below it. */
int reading_no_file(const struct reading *r, const char *full, struct err *err);
int reading_too_large(const struct reading *r, const char *name, struct err *err);
/* NULL: nothing is there. */
const char *reading_behind_slashes(const char *name);

/* Reads what lies in a folder of the pack, itself or `deep` below it. */
int reading_folder(const struct reading *r, const char *folder, unsigned deep, struct err *err);

#endif
