/* Temporary names beside their targets, and the lock that guards each. */
#include "base/file.h"
#include "output/outfile.h"
#include "place_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE   0640
#define FOLDER_MODE 0750
#define CLAIM_TRIES 16

/* parent/prefix name suffix; NULL without memory. */
static char *beside(const char *parent, const char *prefix, const char *name, const char *suffix)
{
    char *out;

    return asprintf(&out, "%s/%s%s%s", parent, prefix, name, suffix) < 0 ? NULL : out;
}

int place_init(struct place *p, const char *path, struct err *err)
{
    size_t len = strlen(path);
    const char *slash, *name;

    *p = (struct place){0};
    while (len > 1 && path[len - 1] == '/')
        len--;
    p->path = strndup(path, len);
    if (p->path == NULL)
        return err_nomem(err);
    slash = strrchr(p->path, '/');
    name = slash == NULL ? p->path : slash + 1;
    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        place_release(p);
        return err_set(err, ERR_CREATE, "cannot create '%s': give it a name of its own", path);
    }
    if (slash == NULL)
        p->parent = strdup(".");
    else
        p->parent = slash == p->path ? strdup("/") : strndup(p->path, (size_t)(slash - p->path));
    if (p->parent != NULL) {
        p->temp = beside(p->parent, ".", name, ".partial");
        p->old = beside(p->parent, ".", name, ".old");
    }
    if (p->temp == NULL || p->old == NULL) {
        place_release(p);
        return err_nomem(err);
    }
    return 0;
}

void place_release(struct place *p)
{
    free(p->path);
    free(p->temp);
    free(p->old);
    free(p->parent);
    *p = (struct place){0};
}

/* Not every file system has locks; one without is used without. */
static bool lock(int fd, int how)
{
    while (flock(fd, how) < 0)
        if (errno != EINTR)
            return errno != EWOULDBLOCK;
    return true;
}

static bool still_there(int fd, const char *path)
{
    struct stat mine, there;

    return fstat(fd, &mine) == 0 && lstat(path, &there) == 0 && mine.st_dev == there.st_dev &&
           mine.st_ino == there.st_ino;
}

/* Removes what a killed process left at `temp`. -1 with errno EBUSY while a living one holds it. */
static int remove_leftover(const char *temp, bool folder)
{
    const int flags = folder ? O_RDONLY | O_DIRECTORY : O_RDWR;
    const int fd = open(temp, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int rc = 0;

    if (fd < 0) { /* gone by now, or not of our making: a link, a pipe, a folder for a file */
        if (errno == ENOENT)
            return 0;
        return errno == ELOOP || errno == ENOTDIR || errno == EISDIR || errno == ENXIO ? tree_remove(temp) : -1;
    }
    if (!lock(fd, LOCK_EX | LOCK_NB)) {
        errno = EBUSY;
        rc = -1;
    } else if (still_there(fd, temp)) {
        rc = tree_remove(temp);
    }
    const int why = errno;
    close(fd);
    errno = why;
    return rc;
}

/* The new file or folder, opened; -1 with errno. */
static int make(const char *temp, bool folder)
{
    if (!folder)
        return open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (mkdir(temp, FOLDER_MODE) < 0)
        return -1;
    return open(temp, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int place_claim(const struct place *p, bool folder, int *fd, struct err *err)
{
    for (int i = 0; i < CLAIM_TRIES; i++) {
        *fd = make(p->temp, folder);
        if (*fd >= 0) {
            /* Another process may take the fresh file for a left-over before it is locked, and remove it. */
            if (lock(*fd, LOCK_EX) && still_there(*fd, p->temp))
                return 0;
            close(*fd);
            continue;
        }
        if (errno != EEXIST)
            return err_errno(err, ERR_CREATE, "cannot create '%s'", p->path);
        if (remove_leftover(p->temp, folder) < 0) {
            if (errno == EBUSY)
                break;
            return err_errno(err, ERR_CREATE, "cannot remove '%s', left by an earlier run", p->temp);
        }
    }
    return err_set(err, ERR_CREATE, "cannot create '%s': another process is writing it; wait until it ends", p->path);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The same but for digits, of which there are as many. */
static bool same_shape(const char *a, const char *b)
{
    while (*a != '\0' && (*a == *b || (is_digit(*a) && is_digit(*b)))) {
        a++;
        b++;
    }
    return *a == *b;
}

void place_sweep(const struct place *p, char **left)
{
    const char *const temp = p->temp + strlen(p->parent) + 1;
    DIR *const dir = opendir(p->parent);
    const struct dirent *e;

    while (dir != NULL && (e = readdir(dir)) != NULL) {
        const bool ours = e->d_type == DT_DIR && same_shape(e->d_name, temp);
        char *const path = ours ? beside(p->parent, "", e->d_name, "") : NULL;

        if (path != NULL && remove_leftover(path, true) == 0 && (*left == NULL || strcmp(path, *left) > 0)) {
            free(*left);
            *left = path;
        } else {
            free(path);
        }
    }
    if (dir != NULL)
        closedir(dir);
}

int place_sync_parent(const struct place *p, struct err *err)
{
    return folder_sync(p->parent) == 0 ? 0 : err_errno(err, ERR_IO, "cannot sync folder '%s'", p->parent);
}
