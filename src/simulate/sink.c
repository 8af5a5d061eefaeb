#include "sink_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define BUFFER_SIZE   (256 * 1024)
#define GZIP_WINDOW   (15 + 16) /* zlib: the largest window, and a gzip header (without name and time) */
#define GZIP_MEMORY   9
#define PACKED_SIZE   (64 * 1024)
#define LEAST_PACKING 1 /* a level that keeps up with the disk */

struct sink {
    char path[PATH_MAX];
    int fd; /* -1: nothing is written */
    bool gzip;
    int failed; /* errno of the first write that failed */
    uint64_t lines, bytes;
    z_stream z;
    size_t len;
    char buf[BUFFER_SIZE];
};

static int open_file(struct sink *s, const char *folder, const char *name, struct err *err)
{
    const int len = snprintf(s->path, sizeof(s->path), "%s/%s%s", folder, name, s->gzip ? ".gz" : "");

    if (len < 0 || (size_t)len >= sizeof(s->path))
        return err_set(err, ERR_CREATE, "cannot create '%s/%s': the path is too long", folder, name);
    s->fd = open(s->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (s->fd < 0)
        return err_errno(err, ERR_CREATE, "cannot create '%s'", s->path);
    if (s->gzip && deflateInit2(&s->z, LEAST_PACKING, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return err_nomem(err);
    return 0;
}

int sink_create(struct sink **out, const char *folder, const char *name, bool gzip, struct err *err)
{
    struct sink *const s = calloc(1, sizeof(*s));

    *out = NULL;
    if (s == NULL)
        return err_nomem(err);
    s->fd = -1;
    s->gzip = gzip && folder != NULL;
    if (folder != NULL && open_file(s, folder, name, err) < 0) {
        sink_discard(s);
        return -1;
    }
    *out = s;
    return 0;
}

static void write_all(struct sink *s, const void *bytes, size_t len)
{
    const char *p = bytes;

    while (len > 0 && s->failed == 0) {
        const ssize_t n = write(s->fd, p, len);

        if (n < 0 && errno != EINTR)
            s->failed = errno;
        else if (n > 0) {
            p += n;
            len -= (size_t)n;
        }
    }
}

static void write_packed(struct sink *s, int flush)
{
    unsigned char packed[PACKED_SIZE];

    s->z.next_in = (unsigned char *)s->buf;
    s->z.avail_in = (unsigned)s->len;
    do {
        s->z.next_out = packed;
        s->z.avail_out = sizeof(packed);
        if (deflate(&s->z, flush) == Z_STREAM_ERROR)
            s->failed = EIO;
        write_all(s, packed, sizeof(packed) - s->z.avail_out);
    } while (s->z.avail_out == 0 && s->failed == 0);
}

static void flush_buffer(struct sink *s, bool last)
{
    if (s->fd >= 0 && s->failed == 0) {
        if (s->gzip)
            write_packed(s, last ? Z_FINISH : Z_NO_FLUSH);
        else
            write_all(s, s->buf, s->len);
    }
    s->len = 0;
}

char *sink_line(struct sink *s)
{
    if (sizeof(s->buf) - s->len < SINK_LINE_MAX)
        flush_buffer(s, false);
    return s->buf + s->len;
}

void sink_end(struct sink *s, const char *end)
{
    const size_t len = (size_t)(end - (s->buf + s->len));

    s->len += len;
    s->bytes += len;
    s->lines++;
}

bool sink_failed(const struct sink *s)
{
    return s->failed != 0;
}

uint64_t sink_lines(const struct sink *s)
{
    return s->lines;
}

uint64_t sink_bytes(const struct sink *s)
{
    return s->bytes;
}

int sink_close(struct sink *s, struct err *err)
{
    int rc = 0;

    flush_buffer(s, true);
    if (s->fd >= 0 && s->failed == 0 && fsync(s->fd) < 0)
        s->failed = errno;
    if (s->fd >= 0 && close(s->fd) < 0 && s->failed == 0)
        s->failed = errno;
    s->fd = -1;
    if (s->failed != 0)
        rc = err_set(err, ERR_IO, "cannot write '%s': %s", s->path, strerror(s->failed));
    sink_discard(s);
    return rc;
}

int sink_withdraw(struct sink *s, struct err *err)
{
    int rc = 0;

    if (s->fd >= 0 && unlink(s->path) < 0)
        rc = err_errno(err, ERR_IO, "cannot remove '%s'", s->path);
    sink_discard(s);
    return rc;
}

void sink_discard(struct sink *s)
{
    if (s == NULL)
        return;
    if (s->gzip)
        deflateEnd(&s->z); /* a stream that was never begun is refused, which does no harm */
    if (s->fd >= 0)
        close(s->fd);
    free(s);
}
