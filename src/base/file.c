/* Files read whole, temporary files without a name, and folders. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)65536)

int file_read_rest(int fd, size_t most, struct buf *out)
{
    const size_t before = out->len;

    for (;;) {
        ssize_t got;

        if (!buf_reserve(out, CHUNK)) {
            errno = ENOMEM;
            return -1;
        }
        got = read(fd, out->ptr + out->len, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return (int)got;
        out->len += (size_t)got;
        if (out->len - before > most) {
            errno = EFBIG;
            return -1;
        }
    }
}

int file_read_whole(const char *path, size_t most, struct buf *out)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc, why;

    if (fd < 0)
        return -1;
    rc = file_read_rest(fd, most, out);
    why = errno;
    close(fd);
    errno = why;
    return rc;
}

/* Where the file system knows no files without a name: one is made, and its name removed at once. */
static int open_and_remove(const char *folder)
{
    char *path;
    int fd;

    if (asprintf(&path, "%s/pcreport-XXXXXX", folder) < 0) {
        errno = ENOMEM;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0 && unlink(path) < 0) {
        const int why = errno;

        close(fd);
        errno = why;
        fd = -1;
    }
    free(path);
    return fd;
}

int nameless_open(const char *folder)
{
    const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    return open_and_remove(folder);
}

bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int folder_sync(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc, why;

    if (fd < 0)
        return -1;
    rc = fsync(fd) < 0 && errno != EINVAL ? -1 : 0;
    why = errno;
    close(fd);
    errno = why;
    return rc;
}

/* Of the folder that holds it. */
static int sync_above(const char *path)
{
    const char *end = path + strlen(path);
    char *above;
    int rc;

    while (end > path && end[-1] == '/')
        end--;
    while (end > path && end[-1] != '/')
        end--;
    above = end > path ? strndup(path, (size_t)(end - path)) : strdup(".");
    rc = above != NULL ? folder_sync(above) : -1;
    free(above);
    return rc;
}

int make_folder(const char *path, struct err *err)
{
    if (mkdir(path, 0750) == 0) {
        if (sync_above(path) == 0)
            return 0;
    } else if (errno == EEXIST && is_folder(path)) {
        return 0;
    }
    return err_errno(err, ERR_CREATE, "cannot make the folder '%s'", path);
}

/* As far as it is there, without links and "..", and what is not there yet is left out. NULL: errno says why. */
static char *path_known(const char *path)
{
    char *const begun = strdup(path);
    char *known = begun != NULL ? realpath(begun, NULL) : NULL;

    for (char *slash; begun != NULL && known == NULL && errno == ENOENT;) {
        slash = strrchr(begun, '/');
        if (slash == NULL)
            known = realpath(".", NULL);
        else {
            slash[slash == begun] = '\0';
            known = realpath(begun, NULL);
        }
        if (slash == NULL || slash == begun)
            break;
    }
    free(begun);
    return known;
}

int path_lies_in(const char *path, const char *folder, struct err *err)
{
    char *const of = realpath(folder, NULL), *const known = of != NULL ? path_known(path) : NULL;
    const size_t len = of != NULL ? strlen(of) : 0;
    int lies = 0;

    if ((of == NULL || known == NULL) && errno == ENOMEM)
        lies = err_nomem(err);
    else if (of != NULL && known != NULL)
        lies = strncmp(known, of, len) == 0 && (known[len] == '\0' || known[len] == '/' || len == 1);
    free(of);
    free(known);
    return lies;
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

static int look_at_entry(const char *folder, const FTSENT *e, own_file *is_own, void *of, char **name, struct err *err)
{
    const char *below = e->fts_path + strlen(folder);
    int own;

    while (*below == '/')
        below++;
    if (e->fts_level == 0) {
        errno = e->fts_errno;
        return e->fts_errno != 0;
    }
    if (e->fts_info == FTS_D || e->fts_info == FTS_DP)
        own = is_own(of, "", err);
    else
        own = e->fts_info == FTS_F ? is_own(of, below, err) : 0;
    if (own == 0 && (*name = strdup(below)) == NULL)
        return err_nomem(err);
    return own < 0 ? -1 : own == 0;
}

int folder_find_foreign(const char *folder, own_file *is_own, void *of, char **name, struct err *err)
{
    char *const roots[] = {(char *)(uintptr_t)folder, NULL};
    const FTSENT *e;
    FTS *fts;
    int rc = 0;

    *name = NULL;
    if (!is_folder(folder)) /* what else may be there is told when the folder is to be made */
        return 0;
    fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (fts == NULL)
        return err_nomem(err);
    while (rc == 0 && (errno = 0, e = fts_read(fts)) != NULL)
        rc = look_at_entry(folder, e, is_own, of, name, err);
    if (rc == 0 && errno != 0)
        rc = 1;
    const int why = errno;
    fts_close(fts);
    errno = why;
    return rc;
}
