#include "files_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SMALL_FILE_BYTES ((size_t)4 << 20)

int read_small_file(const char *path, struct buf *out, struct err *err)
{
    FILE *const fp = fopen(path, "re");
    size_t got = 0;
    int rc = 0;

    if (fp == NULL)
        return err_set(err, ERR_CONFIG, "cannot read '%s': %s", path, strerror(errno));
    errno = 0;
    do {
        if (!buf_reserve(out, 65536))
            break;
        got = fread(out->ptr + out->len, 1, 65536, fp);
        out->len += got;
    } while (got > 0 && out->len <= SMALL_FILE_BYTES);
    if (ferror(fp) != 0)
        rc = err_set(err, ERR_CONFIG, "cannot read '%s': %s", path, strerror(errno));
    else if (out->failed)
        rc = err_nomem(err);
    else if (out->len > SMALL_FILE_BYTES)
        rc = err_set(err, ERR_CONFIG, "'%s' is too large: 4 MiB at most", path);
    fclose(fp);
    return rc;
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
