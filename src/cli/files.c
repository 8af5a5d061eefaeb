/* Small files read whole, and folders. */
#include "files_int.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SMALL_FILE_BYTES ((size_t)4 << 20)

int read_small_file(const char *path, struct buf *out, struct err *err)
{
    if (file_read_whole(path, SMALL_FILE_BYTES, out) == 0)
        return 0;
    if (errno == ENOMEM)
        return err_nomem(err);
    if (errno == EFBIG)
        return err_set(err, ERR_CONFIG, "'%s' is too large: 4 MiB at most", path);
    return err_set(err, ERR_CONFIG, "cannot read '%s': %s", path, strerror(errno));
}

bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int make_folder(const char *path, struct err *err)
{
    if (mkdir(path, 0750) == 0 || (errno == EEXIST && is_folder(path)))
        return 0;
    return err_set(err, ERR_CREATE, "cannot make the folder '%s': %s", path, strerror(errno));
}

char *path_join(const char *folder, const char *name, struct err *err)
{
    char *path;

    if (asprintf(&path, "%s/%s", folder, name) < 0) {
        err_nomem(err);
        return NULL;
    }
    return path;
}
