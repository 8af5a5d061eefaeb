#include "base/nameless.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
