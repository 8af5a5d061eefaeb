/* Files read whole, temporary files without a name, and folders. */
#ifndef PCREPORT_BASE_FILE_H
#define PCREPORT_BASE_FILE_H

#include "base/text.h"

/* Appends all that is left of the file to `out`, if that is no more than `most` bytes. 0, or -1 with errno: EFBIG where
 * there is more, ENOMEM. */
int file_read_rest(int fd, size_t most, struct buf *out);
/* The same of a whole file. */
int file_read_whole(const char *path, size_t most, struct buf *out);

/* Opens a file without a name in the folder, to be written and read by the owner only: whatever ends the process,
 * nothing of it is left. -1 with errno. */
int nameless_open(const char *folder);

/* Makes what was done to the names in a folder last through a power cut. -1 with errno; a file system that has no such
 * thing is no failure. */
int folder_sync(const char *folder);

/* Makes a folder, which lasts; one that is there is no error. ERR_CREATE. */
int make_folder(const char *path, struct err *err);

bool is_folder(const char *path);

/* Whether the path, of which the last names may not be there yet, leads to the folder or below it: 1; 0, also where
 * there is no such folder; -1 with *err. Links are followed. */
int path_lies_in(const char *path, const char *folder, struct err *err);

/* Whether `is_own` knows everything in a folder and below it, by its name from there (1: it does; 0; -1 with *err);
 * that of a folder is "". 0: it does, or there is no folder; 1: not the entry of which *name, to be freed, is the name,
 * or something cannot be read, where *name is NULL and errno says why; -1 with *err. Links and the like are nobody's
 * own. */
typedef int own_file(void *of, const char *name, struct err *err);
int folder_find_foreign(const char *folder, own_file *is_own, void *of, char **name, struct err *err);

/* "folder/name"; the caller frees it. NULL with *err when memory is short. */
char *path_join(const char *folder, const char *name, struct err *err);

#endif
