/* The kernel's lock on the store: one writer at a time, gone when its process is.
 *
 * It is a flock on a descriptor of the database file itself. SQLite's own locks on that file are POSIX ones, which a
 * process loses when it closes any descriptor of the file: so this one is closed last, after the database. */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_or_create(struct store *st, struct err *err)
{
    int made;

    st->created = false;
    st->lock_fd = open(st->path, O_RDWR | O_CLOEXEC);
    if (st->lock_fd >= 0)
        return 0;
    if (errno != ENOENT)
        return create_failed(st, err);
    made = create_whole(st, err);
    if (made != 0)
        return made < 0 ? -1 : 0;
    st->lock_fd = open(st->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    st->created = st->lock_fd >= 0;
    /* O_CREAT again: the file may vanish in between, when another run removes its empty store. */
    if (st->lock_fd < 0 && errno == EEXIST)
        st->lock_fd = open(st->path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    return st->lock_fd >= 0 ? 0 : create_failed(st, err);
}

/* Whether the locked file is still the one of that name. */
static bool still_there(const struct store *st)
{
    struct stat held, named;

    return fstat(st->lock_fd, &held) == 0 && stat(st->path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

int lock_take(struct store *st, struct err *err)
{
    for (;;) {
        if (open_or_create(st, err) < 0)
            return -1;
        if (flock(st->lock_fd, LOCK_EX | LOCK_NB) < 0) {
            st->created = false;
            if (errno == EWOULDBLOCK)
                return err_set(err, ERR_BUSY, "another run holds the store \"%s\"; wait for it to end", st->path);
            return err_set(err, ERR_IO, "cannot lock the store \"%s\": %s", st->path, strerror(errno));
        }
        if (still_there(st))
            return 0;
        close(st->lock_fd);
        st->lock_fd = -1;
    }
}
