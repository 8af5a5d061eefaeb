/* A folder of outputs that takes the place of the one before it in one step. */
#include "output/outfile.h"

#include "base/file.h"

#include "place_int.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_SIZE 65536

static FTS *walk(const char *path, int (*order)(const FTSENT **, const FTSENT **))
{
    char name[4096];
    char *const roots[] = {name, NULL};
    const size_t len = strlen(path);

    if (len >= sizeof(name)) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    memcpy(name, path, len + 1);
    return fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, order);
}

/* 0 when the entry is gone or is to be removed later, else errno. */
static int remove_entry(const FTSENT *e)
{
    switch (e->fts_info) {
    case FTS_D: /* on the way in */
        return 0;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        return e->fts_errno == ENOENT ? 0 : e->fts_errno;
    case FTS_DP:
        return rmdir(e->fts_accpath) == 0 || errno == ENOENT ? 0 : errno;
    default:
        return unlink(e->fts_accpath) == 0 || errno == ENOENT ? 0 : errno;
    }
}

int tree_remove(const char *path)
{
    FTS *fts = walk(path, NULL);
    const FTSENT *e;
    int why = 0;

    if (fts == NULL)
        return errno == ENOENT ? 0 : -1;
    while ((e = fts_read(fts)) != NULL) {
        const int failed = remove_entry(e);

        if (why == 0)
            why = failed;
    }
    fts_close(fts);
    errno = why;
    return why == 0 ? 0 : -1;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Reads until the chunk is full or the file ends; -1 on failure. */
static ssize_t read_chunk(int fd, unsigned char *out)
{
    size_t got = 0;

    while (got < CHUNK_SIZE) {
        const ssize_t n = read(fd, out + got, CHUNK_SIZE - got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

static bool file_same(const char *a, const char *b)
{
    unsigned char one[CHUNK_SIZE], other[CHUNK_SIZE];
    const int fa = open(a, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const int fb = open(b, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool same = fa >= 0 && fb >= 0;

    while (same) {
        const ssize_t na = read_chunk(fa, one);
        const ssize_t nb = read_chunk(fb, other);

        same = na >= 0 && na == nb && memcmp(one, other, (size_t)na) == 0;
        if (na < CHUNK_SIZE)
            break;
    }
    if (fa >= 0)
        close(fa);
    if (fb >= 0)
        close(fb);
    return same;
}

/* Two entries met at the same step of both walks. */
static bool entry_same(const FTSENT *a, const FTSENT *b)
{
    if (a->fts_info != b->fts_info || a->fts_level != b->fts_level)
        return false;
    if (a->fts_level > 0 && strcmp(a->fts_name, b->fts_name) != 0)
        return false;
    if (a->fts_info == FTS_D || a->fts_info == FTS_DP)
        return true;
    return a->fts_info == FTS_F && S_ISREG(a->fts_statp->st_mode) && S_ISREG(b->fts_statp->st_mode) &&
           a->fts_statp->st_size == b->fts_statp->st_size && file_same(a->fts_accpath, b->fts_accpath);
}

/* Whether two folders hold the same names with the same bytes. What cannot be read counts as different. */
static bool tree_same(const char *a, const char *b)
{
    FTS *fa = walk(a, by_name), *fb = walk(b, by_name);
    bool same = fa != NULL && fb != NULL;

    while (same) {
        const FTSENT *ea, *eb;

        errno = 0;
        ea = fts_read(fa);
        same = ea != NULL || errno == 0;
        eb = fts_read(fb);
        if (ea == NULL || eb == NULL) {
            same = same && ea == NULL && eb == NULL && errno == 0;
            break;
        }
        same = entry_same(ea, eb);
    }
    if (fa != NULL)
        fts_close(fa);
    if (fb != NULL)
        fts_close(fb);
    return same;
}

struct outdir {
    struct place place;
    int fd; /* of the temporary folder: holds its lock */
    bool made_parent;
    char *left; /* of the left-overs of other dates the last by name; NULL: there was none */
};

int outdir_mend(const struct place *p, struct err *err)
{
    struct stat st;

    if (lstat(p->old, &st) < 0)
        return 0;
    if (lstat(p->path, &st) < 0) {
        if (rename(p->old, p->path) < 0)
            return err_errno(err, ERR_CREATE, "cannot rename '%s' back to '%s'", p->old, p->path);
    } else if (tree_remove(p->old) < 0) {
        return err_errno(err, ERR_CREATE, "cannot remove '%s', left by an earlier run", p->old);
    }
    return 0;
}

/* Makes the names in a folder, and in those within, last through a power cut; its files were synced one by one. -1 with
 * errno. */
static int tree_sync(const char *path)
{
    FTS *const fts = walk(path, NULL);
    int why = fts == NULL ? errno : 0;
    FTSENT *e;

    while (why == 0 && (errno = 0, e = fts_read(fts)) != NULL)
        if (e->fts_info == FTS_DP && folder_sync(e->fts_accpath) < 0)
            why = errno;
    if (fts != NULL)
        fts_close(fts);
    errno = why;
    return why == 0 ? 0 : -1;
}

/* The folder that is to hold ours. */
static int make_parent(struct outdir *d, struct err *err)
{
    if (is_folder(d->place.parent))
        return 0;
    d->made_parent = make_folder(d->place.parent, err) == 0;
    return d->made_parent ? 0 : -1;
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
        place_sweep(&d->place, &d->left);
        *out = d;
        return 0;
    }
    outdir_discard(d);
    return -1;
}

const char *outdir_left(const struct outdir *d)
{
    return d->left;
}

const char *outdir_path(const struct outdir *d)
{
    return d->place.temp;
}

int outdir_swap_in_steps(const struct place *p, struct err *err)
{
    if (rename(p->path, p->old) < 0)
        return err_errno(err, ERR_IO, "cannot move '%s' out of the way", p->path);
    if (rename(p->temp, p->path) == 0)
        return 0;
    err_errno(err, ERR_IO, "cannot put '%s' in place", p->path);
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
    return err_errno(err, ERR_IO, "cannot put '%s' in place", p->path);
}

static void destroy(struct outdir *d)
{
    if (d->fd >= 0)
        close(d->fd);
    place_release(&d->place);
    free(d->left);
    free(d);
}

int outdir_commit(struct outdir *d, bool *changed, struct err *err)
{
    const bool same = tree_same(d->place.temp, d->place.path);

    if (buf_ever_failed()) { /* it may lack something */
        outdir_discard(d);
        return err_nomem(err);
    }
    if (changed != NULL)
        *changed = !same;
    if (same) {
        outdir_discard(d);
        return 0;
    }
    if (tree_sync(d->place.temp) < 0) {
        err_errno(err, ERR_IO, "cannot sync folder '%s'", d->place.temp);
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

int outdir_remove(const char *path, struct err *err)
{
    if (tree_remove(path) == 0)
        return 0;
    return err_errno(err, ERR_CREATE, "cannot remove '%s'", path);
}
