/* Output files and folders that appear whole or not at all. */
#ifndef PCREPORT_OUTPUT_OUTFILE_H
#define PCREPORT_OUTPUT_OUTFILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct outfile;

/* A file under a temporary name beside `path`, or standard output where path is NULL or "-". Created 0640 less umask. */
int outfile_create(struct outfile **out, const char *path, struct err *err);
int outfile_write(struct outfile *f, const void *ptr, size_t len, struct err *err);
/* Flushes, syncs and renames into place. The handle is gone in any case; on -1 nothing is left behind. A closed pipe on
 * standard output is a normal end. */
int outfile_commit(struct outfile *f, struct err *err);
void outfile_discard(struct outfile *f); /* NULL is allowed */

/* A folder that is filled under a temporary name and then put in the place of `path`, replacing what was there in one
 * step. Left-overs of an earlier, killed run for the same path are removed first. */
struct outdir;
int outdir_create(struct outdir **out, const char *path, struct err *err);
const char *outdir_path(const struct outdir *d); /* the temporary folder, to write into */
/* *changed (may be NULL) tells whether the content differs from what was there. If not, nothing is touched. */
int outdir_commit(struct outdir *d, bool *changed, struct err *err);
void outdir_discard(struct outdir *d); /* NULL is allowed */

/* A file name made of any text: letters, digits, '-' and '_' stay, blanks become '-', anything else is left out, and
 * wherever that changed more than blanks, or the name is empty, over-long or reserved, a digest of the text is put at
 * the end, so that different texts never share a name. */
#define FILE_SLUG_SIZE 96
void file_slug(const char *text, char out[FILE_SLUG_SIZE]);

#endif
