/* Output files and folders that appear whole or not at all. */
#ifndef PCREPORT_OUTPUT_OUTFILE_H
#define PCREPORT_OUTPUT_OUTFILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct outfile;

/* A file under the temporary name `.NAME.partial` beside `path`, or standard output where path is NULL or "-". Created
 * 0640 less umask. A symbolic link at `path` is replaced, not followed; a device or pipe there is written to directly.
 * ERR_CREATE when it cannot be made, or while another process is writing the same file. The caller must ignore SIGPIPE.
 */
int outfile_create(struct outfile **out, const char *path, struct err *err);

/* ERR_IO names the file. What goes to a pipe or a terminal is put by in a file without a name (in
 * $TMPDIR, or /tmp) until outfile_commit, so that a slow reader holds nothing up. Once standard output (or a pipe) was
 * closed by its reader, all that follows is dropped. */
int outfile_write(struct outfile *f, const void *ptr, size_t len, struct err *err);

/* True once the reader closed the pipe: nobody wants the rest. */
bool outfile_closed(const struct outfile *f);

/* Flushes and syncs what goes to a file, so that all that outfile_commit is left to do is to rename it: for two things
 * that are to appear together. Nothing may be written afterwards. */
int outfile_settle(struct outfile *f, struct err *err);

/* Another name in the same folder for a file that is not in place yet. */
int outfile_name(struct outfile *f, const char *path, struct err *err);

/* Flushes, syncs and renames into place; or hands over what was put by, as slowly as it is read: let go of the store
 * before. The handle is gone in any case; on -1 nothing is left behind. A closed pipe on
 * standard output is a normal end. */
int outfile_commit(struct outfile *f, struct err *err);
void outfile_discard(struct outfile *f); /* NULL is allowed */

/* A folder that is filled under a temporary name and then put in the place of `path`, replacing what was there as a
 * whole, in one step: so `path` must be a folder that belongs to the program alone. Left-overs of killed runs for the
 * same path, or for one that differs in digits only (another date), are removed first. The folder that is to hold
 * `path` is made when it is missing (0750 less umask). No symbolic link is followed below either; a `path` that is
 * anything but a folder is ERR_CREATE. */
struct outdir;
int outdir_create(struct outdir **out, const char *path, struct err *err);
const char *outdir_path(const struct outdir *d); /* the temporary folder, to write into */
/* The temporary folder that a killed process left for another date, the last of several; NULL: there was none. It is
 * gone by now. */
const char *outdir_left(const struct outdir *d);
/* *changed (may be NULL) tells whether the content differs from what was there. If not, nothing is touched. The handle
 * is gone in any case; on -1 what was there is there still. */
int outdir_commit(struct outdir *d, bool *changed, struct err *err);
void outdir_discard(struct outdir *d); /* NULL is allowed */

/* Removes a folder of outputs with all that is in it; one that is not there is no error. */
int outdir_remove(const char *path, struct err *err);

/* A file name made of any text: letters, digits and '_' stay, blanks become '-', anything else ('-' too, where it
 * begins the text) is left out. Wherever that changed more than blanks, or the text holds a '-' of its own, or the name
 * is empty, over-long or reserved, '~' and a digest of the text are put at the end: different texts never share a name.
 */
#define FILE_SLUG_SIZE 96
int file_slug(const char *text, char out[FILE_SLUG_SIZE], struct err *err);
/* With '~' and the digest in any case: for names that differ in case alone, of which a file system may make one. */
int file_slug_marked(const char *text, char out[FILE_SLUG_SIZE], struct err *err);

/* Removes a file, link or folder with all that is in it. -1 with errno; what does not exist is no failure. */
int tree_remove(const char *path);

#endif
