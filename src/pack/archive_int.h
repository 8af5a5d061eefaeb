/* A pack as a .zip, and either form of it read back. */
#ifndef PCREPORT_PACK_ARCHIVE_INT_H
#define PCREPORT_PACK_ARCHIVE_INT_H

#include "base/text.h"
#include "output/outfile.h"

#include <stdio.h>

/* Writes the named files of `folder` as PREFIX/NAME, in the order given, without times, so that the bytes depend on
 * nothing else. */
int pack_zip(const char *folder, const char *prefix, const char *const *names, size_t count, struct outfile *out,
             struct err *err);

#define PACK_FILE_MAX (INT64_C(1) << 32) /* bytes of one file, when it is read back */

/* Calls `member` for each file of a folder (by its path below it) or .zip (without the first folder of the names), with
 * its content. `kind`, "pack" or "bundle", is what messages call it. ERR_NO_INPUT, ERR_DATA. */
typedef int (*pack_member)(void *ctx, const char *name, struct text content, struct err *err);
int pack_read(const char *path, const char *kind, pack_member member, void *ctx, struct err *err);

/* Whether every program unpacks the same from a .zip: nothing lies before, between or behind its members, and their
 * names are those of its list. ERR_NO_INPUT. `name` is what messages call it. */
int zip_is_plain(FILE *fp, const char *name, bool *plain, struct err *err);

#endif
