/* Removing and comparing folders with fts(3), which needs no recursion and follows no link. */
#include "tree_int.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stddef.h>
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

bool tree_same(const char *a, const char *b)
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
