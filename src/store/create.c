/* A new store appears whole: its schema is made in memory, written to a file without a name, and named only then. So
 * whenever a process is killed, a store that is there has its schema. */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The bytes of a store without content; the caller frees *out with sqlite3_free. */
static int make_image(const struct store *st, unsigned char **out, size_t *len, struct err *err)
{
    struct store made = {.path = st->path, .mode = STORE_WRITE, .lock_fd = -1};
    sqlite3_int64 size = 0;
    int rc = -1;

    *out = NULL;
    if (sqlite3_open_v2(":memory:", &made.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        err_nomem(err);
    } else if (sql_exec(&made, "PRAGMA page_size=" STORE_PAGE_SIZE, err) == 0 && schema_create(&made, err) == 0) {
        *out = sqlite3_serialize(made.db, "main", &size, 0);
        *len = (size_t)size;
        rc = *out != NULL ? 0 : err_nomem(err);
    }
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

int create_failed(const struct store *st, struct err *err)
{
    const bool disk = errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO;

    return err_set(err, disk ? ERR_IO : ERR_CREATE, "cannot open the store \"%s\" for writing: %s; %s", st->path,
                   strerror(errno), disk ? "look at the disk" : "name a file in a folder you may write to");
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

int create_whole(struct store *st, struct err *err)
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
