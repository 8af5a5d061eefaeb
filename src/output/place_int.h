/* Where an output goes: its path, the temporary name beside it, and the folder that holds both. */
#ifndef PCREPORT_OUTPUT_PLACE_INT_H
#define PCREPORT_OUTPUT_PLACE_INT_H

#include "base/err.h"

#include <stdbool.h>

struct place {
    char *path;   /* without slashes at the end */
    char *temp;   /* PARENT/.NAME.partial */
    char *old;    /* PARENT/.NAME.old */
    char *parent; /* "." for a bare name */
};

/* ERR_CREATE where the path has no name of its own ("", "/", ".", ".."). place_release makes it {0} again. */
int place_init(struct place *p, const char *path, struct err *err);
void place_release(struct place *p);

/* Makes the temporary file (or folder) anew, removing a left-over, and locks it. The lock is the kernel's and dies with
 * its process, which is how a left-over is told from the work of another process (ERR_CREATE). *fd is the caller's. */
int place_claim(const struct place *p, bool folder, int *fd, struct err *err);

/* Removes the temporary folders beside ours that killed processes left, as far as they are named like it but for
 * digits: of a folder for each date, those of other dates. What cannot be removed stays. *left: the last by name of
 * what was removed, the caller's to free; untouched where nothing was. */
void place_sweep(const struct place *p, char **left);

/* Makes what was renamed in the parent folder last through a power cut. */
int place_sync_parent(const struct place *p, struct err *err);

/* ---- outdir.c: whole folders, in which symbolic links are never followed ---- */

/* For file systems that cannot exchange two names in one step: what was there steps aside under the name p->old. */
int outdir_swap_in_steps(const struct place *p, struct err *err);

/* Mends what a process killed between those steps left, and removes an old folder that is no longer wanted. */
int outdir_mend(const struct place *p, struct err *err);

#endif
