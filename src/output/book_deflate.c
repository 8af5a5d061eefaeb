/* Deflates what is appended, into a file, on a thread of its own once it is more than a chunk. The thread changes
 * nothing in the bytes: there is one stream a run, and one thread at it at a time. */
#include "book_int.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define CHUNK_BYTES ((size_t)256 << 10)
#define CHUNKS      4

/* Rows differ from the row above in few places: looking at few candidates, and a bit longer at each than level 4 does,
 * gives smaller files than level 4 in its time, and files as small as those of level 6 in half of its. */
#define LEVEL       4
#define GOOD_LENGTH 8
#define MAX_LAZY    8
#define NICE_LENGTH 32
#define MAX_CHAIN   8

struct deflater {
    int fd;
    const char *folder; /* in which the file is; borrowed */
    off_t end;          /* of the file */
    struct buf chunks[CHUNKS];
    bool threaded;
    pthread_t thread;
    /* Of whoever deflates: the thread where it runs. */
    bool begun;
    z_stream stream; /* once it has begun: of hundreds of books that may be open, most have few rows */
    struct deflated run;
    unsigned char out[65536];
    struct err err;
    /* Of both threads, under the lock: */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t filled, emptied; /* chunks so far; filled - emptied < CHUNKS: the next one can be written into */
    bool stop, failed;
};

static int write_out(struct deflater *d, size_t len)
{
    const unsigned char *p = d->out;

    while (len > 0) {
        const ssize_t n = pwrite(d->fd, p, len, d->end);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(&d->err, ERR_IO, "cannot write a temporary file in '%s': %s; free space there", d->folder,
                           strerror(n < 0 ? errno : ENOSPC));
        p += n;
        len -= (size_t)n;
        d->end += n;
        d->run.packed += (uint64_t)n;
    }
    return 0;
}

static int begin_run(struct deflater *d)
{
    z_stream *const z = &d->stream;

    if (d->begun)
        return 0;
    if (deflateInit2(z, LEVEL, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return err_nomem(&d->err);
    deflateTune(z, GOOD_LENGTH, MAX_LAZY, NICE_LENGTH, MAX_CHAIN);
    d->begun = true;
    d->run = (struct deflated){.at = d->end};
    return 0;
}

static void end_run(struct deflater *d)
{
    if (d->begun)
        deflateEnd(&d->stream);
    d->begun = false;
}

static int deflate_bytes(struct deflater *d, const struct buf *bytes, int flush)
{
    z_stream *const z = &d->stream;

    if (bytes->failed)
        return err_nomem(&d->err);
    if (begin_run(d) < 0)
        return -1;
    z->next_in = bytes->ptr;
    z->avail_in = (uInt)bytes->len;
    if (bytes->len > 0) /* of no bytes at all it would be 0 */
        d->run.crc = (uint32_t)crc32(d->run.crc, bytes->ptr, (uInt)bytes->len);
    d->run.plain += bytes->len;
    do {
        z->next_out = d->out;
        z->avail_out = sizeof(d->out);
        deflate(z, flush);
        if (write_out(d, sizeof(d->out) - z->avail_out) < 0)
            return -1;
    } while (z->avail_out == 0);
    return 0;
}

static void *work(void *ctx)
{
    struct deflater *const d = ctx;

    pthread_mutex_lock(&d->lock);
    for (;;) {
        while (d->emptied == d->filled && !d->stop)
            pthread_cond_wait(&d->changed, &d->lock);
        if (d->emptied == d->filled)
            break;
        pthread_mutex_unlock(&d->lock);
        if (d->err.code == ERR_NONE)
            deflate_bytes(d, &d->chunks[d->emptied % CHUNKS], Z_NO_FLUSH);
        pthread_mutex_lock(&d->lock);
        d->failed = d->err.code != ERR_NONE;
        d->emptied++;
        pthread_cond_signal(&d->changed);
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

int deflater_create(struct deflater **out, int fd, const char *folder, struct err *err)
{
    struct deflater *const d = calloc(1, sizeof(*d));

    *out = NULL;
    if (d == NULL)
        return err_nomem(err);
    d->fd = fd;
    d->folder = folder;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    *out = d;
    return 0;
}

void deflater_destroy(struct deflater *d)
{
    if (d == NULL)
        return;
    pthread_mutex_lock(&d->lock);
    d->stop = true;
    pthread_cond_signal(&d->changed);
    pthread_mutex_unlock(&d->lock);
    if (d->threaded)
        pthread_join(d->thread, NULL);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    end_run(d);
    for (unsigned i = 0; i < CHUNKS; i++)
        buf_release(&d->chunks[i]);
    free(d);
}

struct buf *deflater_chunk(struct deflater *d)
{
    return &d->chunks[d->filled % CHUNKS]; /* only its reader changes `filled` */
}

int deflater_push(struct deflater *d, struct err *err)
{
    struct buf *const chunk = deflater_chunk(d);

    if (chunk->len < CHUNK_BYTES && !chunk->failed)
        return 0;
    if (!d->threaded)
        d->threaded = pthread_create(&d->thread, NULL, work, d) == 0;
    if (!d->threaded) { /* no thread is to be had: then without */
        deflate_bytes(d, chunk, Z_NO_FLUSH);
        buf_clear(chunk);
        return d->err.code != ERR_NONE ? err_copy(err, &d->err) : 0;
    }
    pthread_mutex_lock(&d->lock);
    d->filled++;
    pthread_cond_signal(&d->changed);
    while (d->filled - d->emptied == CHUNKS)
        pthread_cond_wait(&d->changed, &d->lock);

    const bool failed = d->failed; /* the thread does nothing more then */

    pthread_mutex_unlock(&d->lock);
    buf_clear(deflater_chunk(d));
    return failed ? err_copy(err, &d->err) : 0;
}

int deflater_end(struct deflater *d, struct deflated *out, struct err *err)
{
    struct buf *const chunk = deflater_chunk(d);

    pthread_mutex_lock(&d->lock);
    while (d->emptied < d->filled)
        pthread_cond_wait(&d->changed, &d->lock);
    pthread_mutex_unlock(&d->lock);
    if (d->err.code == ERR_NONE)
        deflate_bytes(d, chunk, Z_SYNC_FLUSH);
    buf_clear(chunk);
    if (d->err.code != ERR_NONE)
        return err_copy(err, &d->err);
    *out = d->run;
    end_run(d);
    return 0;
}
