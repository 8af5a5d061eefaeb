/* Reads an entry of a finished workbook: what a long one holds is unpacked on a thread while what came before is looked
 * at. */
#include "book_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES ((size_t)256 << 10)
#define CHUNKS      3
#define LONG_ENTRY  (4 << 20) /* bytes: a shorter one is read before a thread is up */

struct chunk {
    unsigned char *bytes;
    la_ssize_t len; /* 0: the end; below: the archive cannot be read */
};

int book_odd(struct err *err, const char *part, const char *why)
{
    const int len = (int)strcspn(why, "\n"); /* libarchive ends some in a line end */

    return err_set(err, ERR_DATA, "%s: %.*s", part, len, why);
}

int book_not_whole(struct err *err)
{
    const struct err why = *err;

    if (why.code != ERR_DATA)
        return -1;
    *err = (struct err){0};
    return err_set(err, ERR_IO,
                   "the workbook did not come out whole (%s), so it was not put in place; is the disk full, or memory "
                   "short?",
                   why.msg);
}

int book_cannot_unpack(struct err *err, const char *part, struct archive *zip)
{
    const char *const why = archive_error_string(zip);

    if (archive_errno(zip) == ENOMEM || errno == ENOMEM) /* zlib's want of it libarchive does not tell */
        return err_nomem(err);
    return book_odd(err, part, why != NULL ? why : errno != 0 ? strerror(errno) : "it is damaged");
}

static int open_bytes(struct archive *zip, int fd, struct text bytes)
{
    if (fd < 0)
        return archive_read_open_memory(zip, bytes.ptr, bytes.len);
    return lseek(fd, 0, SEEK_SET) < 0 ? ARCHIVE_FATAL : archive_read_open_fd(zip, fd, 65536);
}

int book_open_zip(struct archive *zip, int fd, struct text bytes, struct err *err)
{
    /* archive_read_open_fd does not look whether there is memory for what it is given to call back with. */
    if (zip == NULL || archive_read_support_format_zip_seekable(zip) != ARCHIVE_OK ||
        archive_read_set_callback_data(zip, zip) != ARCHIVE_OK)
        return err_nomem(err);
    errno = 0;
    if (open_bytes(zip, fd, bytes) != ARCHIVE_OK)
        return book_cannot_unpack(err, "its frame", zip);
    return 0;
}

/* Whoever looks at the bytes. */
struct taker {
    int (*take)(void *ctx, const void *bytes, size_t len, struct err *err);
    void *ctx;
};

struct unzip {
    struct archive *zip; /* the thread's own while it runs */
    struct chunk chunks[CHUNKS];
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t filled, emptied; /* under the lock */
    bool stop;              /* likewise */
};

static void *work(void *ctx)
{
    struct unzip *const u = ctx;
    bool more = true;

    while (more) {
        struct chunk *c;

        pthread_mutex_lock(&u->lock);
        while (u->filled - u->emptied == CHUNKS && !u->stop)
            pthread_cond_wait(&u->changed, &u->lock);
        c = u->stop ? NULL : &u->chunks[u->filled % CHUNKS];
        pthread_mutex_unlock(&u->lock);
        if (c == NULL)
            break;
        c->len = archive_read_data(u->zip, c->bytes, CHUNK_BYTES);
        more = c->len > 0;
        pthread_mutex_lock(&u->lock);
        u->filled++;
        pthread_cond_signal(&u->changed);
        pthread_mutex_unlock(&u->lock);
    }
    return NULL;
}

/* The next chunk that was read; the one before is given back. */
static const struct chunk *next_chunk(struct unzip *u, bool first)
{
    const struct chunk *c;

    pthread_mutex_lock(&u->lock);
    if (!first) {
        u->emptied++;
        pthread_cond_signal(&u->changed);
    }
    while (u->filled == u->emptied)
        pthread_cond_wait(&u->changed, &u->lock);
    c = &u->chunks[u->emptied % CHUNKS];
    pthread_mutex_unlock(&u->lock);
    return c;
}

static void stop(struct unzip *u)
{
    pthread_mutex_lock(&u->lock);
    u->stop = true;
    pthread_cond_signal(&u->changed);
    pthread_mutex_unlock(&u->lock);
    pthread_join(u->thread, NULL);
}

static int read_here(struct unzip *u, const struct taker *t, struct err *err)
{
    struct chunk *const c = &u->chunks[0];

    while ((c->len = archive_read_data(u->zip, c->bytes, CHUNK_BYTES)) > 0)
        if (t->take(t->ctx, c->bytes, (size_t)c->len, err) < 0)
            return -1;
    return c->len < 0 ? 1 : 0;
}

static int read_beside(struct unzip *u, const struct taker *t, struct err *err)
{
    const struct chunk *c = next_chunk(u, true);
    int rc = 0;

    while (rc == 0 && c->len > 0) {
        rc = t->take(t->ctx, c->bytes, (size_t)c->len, err);
        if (rc == 0)
            c = next_chunk(u, false);
    }
    if (rc == 0 && c->len < 0)
        rc = 1;
    stop(u);
    return rc;
}

int book_unzip(struct archive *zip, struct archive_entry *entry,
               int (*take)(void *ctx, const void *bytes, size_t len, struct err *err), void *ctx, struct err *err)
{
    const struct taker t = {take, ctx};
    struct unzip u = {.zip = zip};
    bool whole = true;
    int rc;

    for (unsigned i = 0; i < CHUNKS; i++)
        whole = (u.chunks[i].bytes = malloc(CHUNK_BYTES)) != NULL && whole;
    pthread_mutex_init(&u.lock, NULL);
    pthread_cond_init(&u.changed, NULL);
    if (!whole)
        rc = err_nomem(err);
    else if (archive_entry_size(entry) < LONG_ENTRY || pthread_create(&u.thread, NULL, work, &u) != 0)
        rc = read_here(&u, &t, err);
    else
        rc = read_beside(&u, &t, err);
    pthread_cond_destroy(&u.changed);
    pthread_mutex_destroy(&u.lock);
    for (unsigned i = 0; i < CHUNKS; i++)
        free(u.chunks[i].bytes);
    return rc;
}
