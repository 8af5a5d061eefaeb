/* Small files read whole, and folders. */
#ifndef PCREPORT_CLI_FILES_INT_H
#define PCREPORT_CLI_FILES_INT_H

#include "base/text.h"

/* A file of at most 4 MiB into `out`; ERR_CONFIG says what is wrong with it. */
int read_small_file(const char *path, struct buf *out, struct err *err);

/* Makes a folder; one that is there is no error. ERR_CREATE. */
int make_folder(const char *path, struct err *err);

bool is_folder(const char *path);

/* "folder/name"; the caller frees it. NULL with *err when memory is short. */
char *path_join(const char *folder, const char *name, struct err *err);

#endif
