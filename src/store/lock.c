/* The file of the store: made whole, and held by the kernel's lock. A new store appears whole: its schema is made in
 * memory, written to a file without a name, and named only then. So whenever a process is killed, a store that is there
 * has its schema.
 *
 * One writer at a time: the lock is gone when its process is. It is a flock on a descriptor of the database file
 * itself. SQLite's own locks on that file are POSIX ones, which a process loses when it closes any descriptor of the
 * file: so this one is closed last, after the database. */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- A new store ---- */

/* The bytes of a store without content; the caller frees *out with sqlite3_free. */
static int make_image(const struct store *st, unsigned char **out, size_t *len, struct err *err)
{
    struct store made = {.path = st->path, .mode = STORE_WRITE, .lock_fd = -1};
    sqlite3_int64 size = 0;
    int rc = -1;

    *out = NULL;
    if (sqlite3_open_v2(":memory:", &made.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        err_nomem(err);
    } else if (schema_create(&made, err) == 0) {
        *out = sqlite3_serialize(made.db, "main", &size, 0);
        *len = (size_t)size;
        rc = *out != NULL ? 0 : err_nomem(err);
    }
    if (rc == 0)
        pages_seal(*out, *len);
    sqlite3_close(made.db);
    return rc;
}

/* False with errno. */
static bool write_whole(int fd, const unsigned char *ptr, size_t len)
{
    while (len > 0) {
        const ssize_t n = write(fd, ptr, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n < 0 ? errno : ENOSPC;
            return false;
        }
        ptr += n;
        len -= (size_t)n;
    }
    return fsync(fd) == 0;
}

static char *folder_of(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Fills the nameless file, takes the lock on it and names it. False with errno. */
static bool put_in_place(int fd, const unsigned char *image, size_t len, const char *path)
{
    char self[40];

    snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
    return write_whole(fd, image, len) && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
           linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

/* -1 with errno put in words. */
static int create_failed(const struct store *st, struct err *err)
{
    const bool disk = errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO;

    return err_set(err, err_code_of_errno(disk ? ERR_IO : ERR_CREATE),
                   "cannot open the store \"%s\" for writing: %s; %s", st->path, strerror(errno),
                   disk ? "look at the disk" : "name a file in a folder you may write to");
}

/* A reason to make the store in the plain way, rather than a failure that it would meet as well. */
static bool is_unfit(int why)
{
    return why == EOPNOTSUPP || why == EISDIR || why == EINVAL || /* no files without a name */
           why == ENOENT || why == EEXIST;                        /* no /proc; a link, or another was quicker */
}

static bool has_journal(const struct store *st, struct err *err)
{
    struct buf name = {0};
    bool there;

    buf_printf(&name, "%s-journal", st->path);
    there = name.failed || access(buf_cstr(&name), F_OK) == 0;
    if (name.failed)
        err_nomem(err);
    buf_release(&name);
    return there;
}

static int create_in(struct store *st, const char *folder, struct err *err)
{
    unsigned char *image = NULL;
    size_t len;
    int rc, fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0640);

    if (fd < 0)
        return is_unfit(errno) ? 0 : create_failed(st, err);
    rc = make_image(st, &image, &len, err);
    if (rc == 0 && put_in_place(fd, image, len, st->path)) {
        st->lock_fd = fd;
        st->created = true;
        rc = 1;
    } else {
        rc = rc == 0 && !is_unfit(errno) ? create_failed(st, err) : rc;
        close(fd);
    }
    sqlite3_free(image);
    return rc;
}

/* Makes the file of a new store with its schema, in one step, and fills lock_fd and created: 1. 0 when it cannot be
 * done so: the file system has no files without a name, the name is taken meanwhile or a link, or the journal of a
 * store that was removed is still there, which SQLite drops for an empty file only. */
static int create_whole(struct store *st, struct err *err)
{
    char *const folder = folder_of(st->path);
    struct err why = {0};
    int rc = 0;

    if (folder == NULL)
        return err_nomem(err);
    if (!has_journal(st, &why))
        rc = create_in(st, folder, err);
    free(folder);
    return why.code != ERR_NONE ? err_copy(err, &why) : rc;
}

/* ---- The lock ---- */

int not_a_file(const struct store *st, enum err_code code, struct err *err)
{
    return err_set(err, code, "the store \"%s\" is not a regular file; name another with --db", st->path);
}

static int open_or_create(struct store *st, struct err *err)
{
    struct stat there;
    int made;

    st->created = false;
    if (stat(st->path, &there) == 0 && !S_ISREG(there.st_mode))
        return not_a_file(st, ERR_CREATE, err);
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

bool lock_holds(const struct store *st)
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
            return err_errno(err, ERR_IO, "cannot lock the store \"%s\"", st->path);
        }
        if (lock_holds(st))
            return 0;
        close(st->lock_fd);
        st->lock_fd = -1;
    }
}
