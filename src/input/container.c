/* Opens paths: compressed streams are unpacked (unpack.c), and tar and zip archives read by libarchive. What stands
 * behind an archive's end is looked at: another archive is read on, zeros are passed, and all else is a fault. */
#include "container_int.h"

#include "members_int.h"
#include "unpack_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_AT_ONCE 65536

struct container {
    const char *path; /* borrowed */
    int fd;
    bool regular;
    uint64_t size; /* of a regular file */
    struct timespec changed_at;
    uint64_t path_bytes; /* of the path, read so far */
    unsigned char
        packed_head[ARCHIVE_HEAD]; /* the first bytes of the path: those not handed out yet lie from packed_at */
    size_t packed_len, packed_at;
    struct unpacker *unpacker;        /* NULL: the path is not compressed */
    unsigned char head[ARCHIVE_HEAD]; /* the same of its content */
    size_t head_len, head_at;
    struct members *members; /* NULL: no archive */
    bool begun;              /* the first content was reached */
    struct digest *digest;
    uint64_t bytes;
};

bool container_is_packed(struct text head)
{
    return packing_of(head) != PACKING_NONE || archive_form_of(head) != ARCHIVE_NONE;
}

static int read_fd(struct container *c, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    *got = 0;
    while (*got < cap) {
        const ssize_t n = read(c->fd, to + *got, cap - *got);
        if (n == 0)
            break;
        if (n > 0)
            *got += (size_t)n;
        else if (errno != EINTR)
            return err_errno(err, ERR_NO_INPUT, "cannot read '%s'", c->path);
    }
    return 0;
}

/* Hands out the bytes of a head that are left, and then what `more` gives. */
static size_t take_head(const unsigned char *head, size_t len, size_t *at, unsigned char *to, size_t cap)
{
    const size_t take = len - *at < cap ? len - *at : cap;

    memcpy(to, head + *at, take);
    *at += take;
    return take;
}

static int read_path(void *ctx, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    struct container *const c = ctx;
    const size_t first = take_head(c->packed_head, c->packed_len, &c->packed_at, to, cap);

    *got = 0;
    if (first < cap && read_fd(c, to + first, cap - first, got, err) < 0)
        return -1;
    *got += first;
    c->path_bytes += *got;
    return 0;
}

static int fault_path(const struct container *c, const char *what, struct err *err)
{
    return err_set(err, ERR_DATA, "'%s' cannot be read to its end (%s); get a whole copy of it", c->path, what);
}

static int unpack(struct container *c, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    struct err why = {0};

    if (c->unpacker == NULL)
        return read_path(c, to, cap, got, err);
    if (unpacker_read(c->unpacker, to, cap, got, &why) == 0)
        return 0;
    return why.code == ERR_DATA ? fault_path(c, why.msg, err) : err_copy(err, &why);
}

/* The bytes of the path, unpacked. */
static int read_unpacked(void *ctx, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    struct container *const c = ctx;
    const size_t first = take_head(c->head, c->head_len, &c->head_at, to, cap);

    *got = 0;
    if (first < cap && unpack(c, to + first, cap - first, got, err) < 0)
        return -1;
    *got += first;
    return 0;
}

static int open_path(struct container *c, struct err *err)
{
    const bool standard_input = strcmp(c->path, "-") == 0;
    struct stat st;

    c->fd = standard_input ? STDIN_FILENO : open(c->path, O_RDONLY | O_CLOEXEC);
    if (c->fd < 0)
        return err_errno(err, ERR_NO_INPUT, "cannot open '%s'", c->path);
    if (fstat(c->fd, &st) < 0)
        return err_errno(err, ERR_NO_INPUT, "cannot read '%s'", c->path);
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_NO_INPUT, "'%s' is a directory; name its files or use run --inbox", c->path);
    /* Standard input may be a file that another program has read in part: it is taken from where it stands. */
    c->regular = S_ISREG(st.st_mode) && !standard_input;
    c->size = c->regular ? (uint64_t)st.st_size : 0;
    c->changed_at = st.st_mtim;
    return 0;
}

/* Reads the head of the path, and of what it holds where it is compressed. */
static int look_inside(struct container *c, struct err *err)
{
    enum packing packing;

    if (read_fd(c, c->packed_head, ARCHIVE_HEAD, &c->packed_len, err) < 0)
        return -1;
    packing = packing_of((struct text){(const char *)c->packed_head, c->packed_len});
    if (packing != PACKING_NONE && unpacker_create(&c->unpacker, packing, read_path, c, err) < 0)
        return -1;
    if (unpack(c, c->head, ARCHIVE_HEAD, &c->head_len, err) < 0)
        return -1;
    const enum archive_form form = archive_form_of((struct text){(const char *)c->head, c->head_len});
    return form != ARCHIVE_NONE ? members_open(&c->members, form, c->path, read_unpacked, c, err) : 0;
}

int container_open(struct container **out, const char *path, struct err *err)
{
    struct container *c = calloc(1, sizeof(*c));

    *out = NULL;
    if (c == NULL)
        return err_nomem(err);
    c->path = path;
    c->fd = -1;
    if (open_path(c, err) < 0 || look_inside(c, err) < 0) {
        container_close(c);
        return -1;
    }
    *out = c;
    return 0;
}

void container_close(struct container *c)
{
    if (c == NULL)
        return;
    members_close(c->members);
    if (c->fd > STDIN_FILENO)
        close(c->fd);
    unpacker_destroy(c->unpacker);
    digest_destroy(c->digest);
    free(c);
}

static int begin_content(struct container *c, struct err *err)
{
    digest_destroy(c->digest);
    c->digest = NULL;
    c->bytes = 0;
    return digest_create(&c->digest, err) < 0 ? -1 : 1;
}

int container_next(struct container *c, struct err *err)
{
    const bool first = !c->begun;

    c->begun = true;
    if (c->members == NULL)
        return first ? begin_content(c, err) : 0;
    const int rc = members_next(c->members, err);
    if (rc == 0 && first)
        return err_set(err, ERR_DATA, "'%s' is empty", c->path);
    return rc > 0 ? begin_content(c, err) : rc;
}

int container_finish(struct container *c, struct err *err)
{
    unsigned char rest[4096];
    size_t got = sizeof(rest);

    if (c->members != NULL && members_fault(c->members, err) < 0)
        return -1;
    while (c->unpacker != NULL && got == sizeof(rest))
        if (unpack(c, rest, sizeof(rest), &got, err) < 0)
            return -1;
    return 0;
}

const char *container_member(const struct container *c)
{
    return c->members != NULL ? members_name(c->members) : NULL;
}

int container_read(struct container *c, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    const int rc =
        c->members != NULL ? members_read(c->members, to, cap, got, err) : read_unpacked(c, to, cap, got, err);

    if (rc < 0)
        return -1;
    c->bytes += *got;
    return 0;
}

struct digest *container_hash(const struct container *c)
{
    return c->digest;
}

uint64_t container_bytes(const struct container *c)
{
    return c->bytes;
}

void container_digest(struct container *c, unsigned char out[DIGEST_SIZE])
{
    digest_finish(c->digest, out);
}

bool container_changed(const struct container *c)
{
    struct stat st;

    return c->regular && fstat(c->fd, &st) == 0 &&
           ((uint64_t)st.st_size != c->size || st.st_mtim.tv_sec != c->changed_at.tv_sec ||
            st.st_mtim.tv_nsec != c->changed_at.tv_nsec);
}

uint64_t container_passed_over(const struct container *c)
{
    return c->members != NULL ? members_passed_over(c->members) : 0;
}

uint64_t container_progress(const struct container *c, uint64_t *total)
{
    *total = c->size;
    return c->path_bytes;
}

bool container_is_plain(const struct container *c, uint64_t *size)
{
    *size = c->size;
    return c->members == NULL && c->unpacker == NULL && c->regular;
}

int container_prehash(struct container *c, unsigned char out[DIGEST_SIZE], struct err *err)
{
    unsigned char *buffer = malloc(READ_AT_ONCE);
    size_t got = READ_AT_ONCE;
    int rc = -1;

    if (buffer == NULL)
        return err_nomem(err);
    while (got == READ_AT_ONCE) {
        if (container_read(c, buffer, READ_AT_ONCE, &got, err) < 0)
            goto done;
        digest_add(c->digest, buffer, got);
    }
    container_digest(c, out);
    if (lseek(c->fd, 0, SEEK_SET) < 0) {
        err_errno(err, ERR_NO_INPUT, "cannot read '%s' again", c->path);
        goto done;
    }
    c->head_at = c->head_len = c->packed_at = c->packed_len = 0;
    c->path_bytes = 0;
    rc = begin_content(c, err) < 0 ? -1 : 0;
done:
    free(buffer);
    return rc;
}
