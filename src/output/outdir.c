/* A folder of outputs that takes the place of the one before it in one step. */
#include "outdir_int.h"

#include "output/outfile.h"
#include "tree_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct outdir {
    struct place place;
    int fd; /* of the temporary folder: holds its lock */
    bool made_parent;
};

int outdir_mend(const struct place *p, struct err *err)
{
    struct stat st;

    if (lstat(p->old, &st) < 0)
        return 0;
    if (lstat(p->path, &st) < 0) {
        if (rename(p->old, p->path) < 0)
            return err_set(err, ERR_CREATE, "cannot rename '%s' back to '%s': %s", p->old, p->path, strerror(errno));
    } else if (tree_remove(p->old) < 0) {
        return err_set(err, ERR_CREATE, "cannot remove '%s', left by an earlier run: %s", p->old, strerror(errno));
    }
    return 0;
}

/* The folder that is to hold ours. */
static int make_parent(struct outdir *d, struct err *err)
{
    d->made_parent = mkdir(d->place.parent, 0750) == 0;
    if (!d->made_parent && errno != EEXIST)
        return err_set(err, ERR_CREATE, "cannot create folder '%s': %s", d->place.parent, strerror(errno));
    return 0;
}

static int check_path(const char *path, struct err *err)
{
    struct stat st;

    if (lstat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        return err_set(err, ERR_CREATE, "cannot create folder '%s': there is something else of that name", path);
    return 0;
}

int outdir_create(struct outdir **out, const char *path, struct err *err)
{
    struct outdir *d = calloc(1, sizeof(*d));

    *out = NULL;
    if (d == NULL)
        return err_nomem(err);
    d->fd = -1;
    if (place_init(&d->place, path, err) == 0 && check_path(d->place.path, err) == 0 && make_parent(d, err) == 0 &&
        place_claim(&d->place, true, &d->fd, err) == 0 && outdir_mend(&d->place, err) == 0) {
        place_sweep(&d->place);
        *out = d;
        return 0;
    }
    outdir_discard(d);
    return -1;
}

const char *outdir_path(const struct outdir *d)
{
    return d->place.temp;
}

int outdir_swap_in_steps(const struct place *p, struct err *err)
{
    if (rename(p->path, p->old) < 0)
        return err_set(err, ERR_IO, "cannot move '%s' out of the way: %s", p->path, strerror(errno));
    if (rename(p->temp, p->path) == 0)
        return 0;
    err_set(err, ERR_IO, "cannot put '%s' in place: %s", p->path, strerror(errno));
    outdir_mend(p, err);
    return -1;
}

/* Afterwards what was there, if anything, lies under the temporary or the old name. */
static int swap(const struct place *p, struct err *err)
{
    struct stat st;

    if (lstat(p->path, &st) < 0) {
        if (rename(p->temp, p->path) == 0)
            return 0;
    } else {
        if (renameat2(AT_FDCWD, p->temp, AT_FDCWD, p->path, RENAME_EXCHANGE) == 0)
            return 0;
        if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
            return outdir_swap_in_steps(p, err);
    }
    return err_set(err, ERR_IO, "cannot put '%s' in place: %s", p->path, strerror(errno));
}

static void destroy(struct outdir *d)
{
    if (d->fd >= 0)
        close(d->fd);
    place_release(&d->place);
    free(d);
}

int outdir_commit(struct outdir *d, bool *changed, struct err *err)
{
    const bool same = tree_same(d->place.temp, d->place.path);

    if (changed != NULL)
        *changed = !same;
    if (same) {
        outdir_discard(d);
        return 0;
    }
    if (fsync(d->fd) < 0 && errno != EINVAL) {
        err_set(err, ERR_IO, "cannot sync folder '%s': %s", d->place.temp, strerror(errno));
        outdir_discard(d);
        return -1;
    }
    if (swap(&d->place, err) < 0) {
        outdir_discard(d);
        return -1;
    }
    const int rc = place_sync_parent(&d->place, err);

    /* The new folder is in place. What cannot be removed now is a left-over, which the next run names if it stays. */
    tree_remove(d->place.temp);
    tree_remove(d->place.old);
    destroy(d);
    return rc;
}

void outdir_discard(struct outdir *d)
{
    if (d == NULL)
        return;
    if (d->fd >= 0)
        tree_remove(d->place.temp);
    if (d->made_parent)
        rmdir(d->place.parent); /* fails, as it should, once something is in it */
    destroy(d);
}
