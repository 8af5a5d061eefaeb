/* One output file: buffered, under a temporary name until it is complete. */
#include "output/outfile.h"

#include "base/ascii.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "place_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)

struct outfile {
    struct place place;
    const char *name; /* for messages */
    int fd;
    bool direct; /* no temporary name: standard output, a device or a pipe */
    int spool;   /* a file without a name for what goes to somebody who may be slow to read it; -1: none */
    bool closed; /* the reader of a pipe is gone */
    bool failed;
    size_t len;
    unsigned char *buf; /* BUFFER_SIZE bytes; NULL once it is settled: hundreds may wait to be put in place together */
};

/* Standard output stays open for others: a copy of its descriptor is what we close. */
static int open_stdout(struct outfile *f, struct err *err)
{
    f->name = "standard output";
    f->direct = true;
    f->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (f->fd < 0)
        return err_errno(err, ERR_CREATE, "cannot write to standard output");
    return 0;
}

static int open_path(struct outfile *f, const char *path, struct err *err)
{
    struct stat st;
    const bool exists = stat(path, &st) == 0;

    if ((exists && S_ISDIR(st.st_mode)) || (*path != '\0' && path[strlen(path) - 1] == '/'))
        return err_set(err, ERR_CREATE, "cannot create file '%s': it is a folder; name a file in it", path);
    if (place_init(&f->place, path, err) < 0)
        return -1;
    f->name = f->place.path;
    if (!exists || S_ISREG(st.st_mode))
        return place_claim(&f->place, false, &f->fd, err);
    f->direct = true;
    f->fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (f->fd < 0)
        return err_errno(err, ERR_CREATE, "cannot write to '%s'", path);
    return 0;
}

int outfile_create(struct outfile **out, const char *path, struct err *err)
{
    struct outfile *f = malloc(sizeof(*f));
    const bool standard = path == NULL || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;

    *out = NULL;
    if (f == NULL)
        return err_nomem(err);
    *f = (struct outfile){.fd = -1, .spool = -1, .buf = malloc(BUFFER_SIZE)};
    if (f->buf == NULL) {
        free(f);
        return err_nomem(err);
    }
    if ((standard ? open_stdout(f, err) : open_path(f, path, err)) < 0) {
        place_release(&f->place);
        free(f->buf);
        free(f);
        return -1;
    }
    *out = f;
    return 0;
}

static int write_all(struct outfile *f, int fd, const unsigned char *ptr, size_t len, struct err *err)
{
    while (len > 0 && !f->closed) {
        const ssize_t n = write(fd, ptr, len);

        if (n >= 0) {
            ptr += n;
            len -= (size_t)n;
        } else if (errno == EPIPE && f->direct) {
            f->closed = true;
        } else if (errno != EINTR) {
            f->failed = true;
            return err_errno(err, ERR_IO, "cannot write '%s'", f->name);
        }
    }
    return 0;
}

/* Whoever reads a pipe or a terminal may take all night (`report ... | less`), and meanwhile the rows' query would keep
 * the store from being written. So what is more than the buffer holds is put by until all of it is there. */
static int open_spool(struct outfile *f, struct err *err)
{
    const char *const folder = getenv("TMPDIR");
    struct stat st;

    if (f->spool >= 0 || !f->direct || fstat(f->fd, &st) < 0 ||
        !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || isatty(f->fd)))
        return 0;
    f->spool = nameless_open(folder != NULL && *folder != '\0' ? folder : "/tmp");
    if (f->spool < 0)
        return err_set(err, err_code_of_errno(ERR_IO),
                       "cannot put by what goes to %s: no temporary file in '%s': %s; name another folder "
                       "with TMPDIR",
                       f->name, folder != NULL && *folder != '\0' ? folder : "/tmp", strerror(errno));
    return 0;
}

/* Whether the reader of a pipe has gone: then nobody wants the rest. */
static void look_for_reader(struct outfile *f)
{
    struct pollfd p = {.fd = f->fd, .events = POLLOUT};

    if (f->direct && poll(&p, 1, 0) > 0 && (p.revents & POLLERR) != 0)
        f->closed = true;
}

static int put(struct outfile *f, const unsigned char *ptr, size_t len, struct err *err)
{
    if (open_spool(f, err) < 0) {
        f->failed = true;
        return -1;
    }
    look_for_reader(f);
    return write_all(f, f->spool >= 0 ? f->spool : f->fd, ptr, len, err);
}

/* Hands over what was put by. */
static int hand_over(struct outfile *f, struct err *err)
{
    off_t at = 0;
    ssize_t got = 0;

    while (f->spool >= 0 && !f->closed && (got = TEMP_FAILURE_RETRY(pread(f->spool, f->buf, BUFFER_SIZE, at))) > 0) {
        if (write_all(f, f->fd, f->buf, (size_t)got, err) < 0)
            return -1;
        at += got;
    }
    return got < 0 ? err_errno(err, ERR_IO, "cannot read what was put by for %s", f->name) : 0;
}

/* The last of it: what the buffer holds goes straight to its end where nothing was put by. */
static int finish(struct outfile *f, struct err *err)
{
    if (write_all(f, f->spool >= 0 ? f->spool : f->fd, f->buf, f->len, err) < 0)
        return -1;
    f->len = 0;
    return hand_over(f, err);
}

int outfile_write(struct outfile *f, const void *ptr, size_t len, struct err *err)
{
    if (len > BUFFER_SIZE - f->len) {
        const size_t held = f->len;

        f->len = 0;
        if (put(f, f->buf, held, err) < 0)
            return -1;
        if (len >= BUFFER_SIZE)
            return put(f, ptr, len, err);
    }
    if (len > 0)
        memcpy(f->buf + f->len, ptr, len);
    f->len += len;
    return 0;
}

bool outfile_closed(const struct outfile *f)
{
    return f->closed;
}

/* Durable under its temporary name, then renamed; the lock goes with the descriptor, so that comes last. */
static int put_in_place(struct outfile *f, struct err *err)
{
    if (buf_ever_failed())
        return err_nomem(err); /* it may lack something */
    if (fsync(f->fd) < 0)
        return err_errno(err, ERR_IO, "cannot write '%s'", f->name);
    if (rename(f->place.temp, f->place.path) < 0)
        return err_errno(err, ERR_IO, "cannot put '%s' in place", f->name);
    return place_sync_parent(&f->place, err);
}

static void destroy(struct outfile *f)
{
    close(f->fd);
    if (f->spool >= 0)
        close(f->spool);
    place_release(&f->place);
    free(f->buf);
    free(f);
}

int outfile_settle(struct outfile *f, struct err *err)
{
    if (f->direct)
        return 0;
    if (finish(f, err) < 0) {
        f->failed = true;
        return -1;
    }
    free(f->buf);
    f->buf = NULL;
    return fsync(f->fd) == 0 ? 0 : err_errno(err, ERR_IO, "cannot write '%s'", f->name);
}

int outfile_name(struct outfile *f, const char *path, struct err *err)
{
    char *const own = strdup(path);

    if (own == NULL)
        return err_nomem(err);
    free(f->place.path);
    f->name = f->place.path = own;
    return 0;
}

int outfile_commit(struct outfile *f, struct err *err)
{
    if (f->failed)
        err_set(err, ERR_IO, "cannot write '%s': an earlier write failed", f->name);
    else if (finish(f, err) == 0 && (f->direct || put_in_place(f, err) == 0)) {
        destroy(f);
        return 0;
    }
    outfile_discard(f);
    return -1;
}

void outfile_discard(struct outfile *f)
{
    if (f == NULL)
        return;
    if (!f->direct)
        unlink(f->place.temp);
    destroy(f);
}

/* ---- Names ---- */

#define MARK_DIGITS 12 /* of the digest: 48 bits */
#define STEM_MAX    (FILE_SLUG_SIZE - MARK_DIGITS - 2)

static bool is_plain(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

/* Names of devices under Windows, where people open what they were sent. */
static bool is_reserved(const char *name)
{
    static const char *const words[] = {"con",  "prn",  "aux",  "nul",  "com1", "com2", "com3", "com4",
                                        "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3",
                                        "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_equal_nocase(text_of(name), text_of(words[i])))
            return true;
    return false;
}

static int add_mark(const char *text, char *end, struct err *err)
{
    struct digest *d;
    unsigned char sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];

    if (digest_create(&d, err) < 0)
        return -1;
    digest_add(d, text, strlen(text));
    digest_finish(d, sum);
    digest_destroy(d);
    digest_hex(sum, hex);
    *end = '~'; /* which no name without a digest can hold */
    memcpy(end + 1, hex, MARK_DIGITS);
    end[1 + MARK_DIGITS] = '\0';
    return 0;
}

int file_slug(const char *text, char out[FILE_SLUG_SIZE], struct err *err)
{
    size_t len = 0;
    bool marked = false;

    for (const char *c = text; *c != '\0'; c++) {
        const bool blank = *c == ' ' && len > 0;

        if (!is_plain(*c) && !blank)
            marked = true;
        if (len == STEM_MAX) {
            marked = true;
            break;
        }
        if (is_plain(*c))
            out[len++] = *c;
        else if (blank || (*c == '-' && len > 0))
            out[len++] = '-';
    }
    out[len] = '\0';
    return marked || len == 0 || is_reserved(out) ? add_mark(text, out + len, err) : 0;
}

int file_slug_marked(const char *text, char out[FILE_SLUG_SIZE], struct err *err)
{
    if (file_slug(text, out, err) < 0)
        return -1;
    return strchr(out, '~') == NULL ? add_mark(text, out + strlen(out), err) : 0;
}
