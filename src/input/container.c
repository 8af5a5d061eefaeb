/* Opens paths: plain files are read directly, everything compressed or archived through libarchive. */
#include "container_int.h"

#include "gunzip_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE       512 /* the magic of a tar archive lies at 257 */
#define MEMBER_NAME_MAX 255
#define ARCHIVE_BLOCK   65536

struct container {
    const char *path; /* borrowed */
    int fd;
    bool regular;
    uint64_t size; /* of a regular file */
    unsigned char head[HEAD_SIZE];
    size_t head_len, head_at; /* bytes of the head that were not handed out yet lie from head_at */
    struct archive *archive;  /* NULL: plain */
    unsigned char *buffer;    /* for libarchive, where it does not read the file itself */
    struct gunzip *gunzip;    /* NULL: no gzip */
    uint64_t packed_bytes;    /* of gzip, read so far */
    bool broken;              /* the archive cannot be read further */
    bool begun;               /* the first content was reached */
    unsigned member_number;
    char member[MEMBER_NAME_MAX + 1];
    struct digest *digest;
    uint64_t bytes;
};

bool container_is_packed(struct text head)
{
    static const struct text magics[] = {
        TEXT_LITERAL("\x1f\x8b"),   TEXT_LITERAL("\x28\xb5\x2f\xfd"),     TEXT_LITERAL("PK\x03\x04"),
        TEXT_LITERAL("PK\x05\x06"), TEXT_LITERAL("\xfd\x37\x7a\x58\x5a"), TEXT_LITERAL("BZh"),
    };

    for (size_t i = 0; i < ARRAY_LEN(magics); i++)
        if (head.len >= magics[i].len && memcmp(head.ptr, magics[i].ptr, magics[i].len) == 0)
            return true;
    return head.len >= 262 && memcmp(head.ptr + 257, "ustar", 5) == 0;
}

static int read_fd(const struct container *c, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    *got = 0;
    while (*got < cap) {
        const ssize_t n = read(c->fd, to + *got, cap - *got);
        if (n == 0)
            break;
        if (n > 0)
            *got += (size_t)n;
        else if (errno != EINTR)
            return err_set(err, ERR_NO_INPUT, "cannot read '%s': %s", c->path, strerror(errno));
    }
    return 0;
}

static int read_plain(struct container *c, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    size_t from_head = c->head_len - c->head_at, more = 0;

    if (from_head > cap)
        from_head = cap;
    memcpy(to, c->head + c->head_at, from_head);
    c->head_at += from_head;
    if (from_head < cap && read_fd(c, to + from_head, cap - from_head, &more, err) < 0)
        return -1;
    *got = from_head + more;
    return 0;
}

static int read_packed(void *ctx, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    struct container *c = ctx;

    if (read_plain(c, to, cap, got, err) < 0)
        return -1;
    c->packed_bytes += *got;
    return 0;
}

/* libarchive asks for the bytes of a pipe and of gzip here. */
static la_ssize_t archive_wants(struct archive *a, void *ctx, const void **out)
{
    struct container *c = ctx;
    struct err err = {0};
    size_t got;
    const int rc = c->gunzip != NULL ? gunzip_read(c->gunzip, c->buffer, ARCHIVE_BLOCK, &got, &err)
                                     : read_plain(c, c->buffer, ARCHIVE_BLOCK, &got, &err);

    if (rc < 0) {
        archive_set_error(a, err.code == ERR_NOMEM ? ENOMEM : EIO, "%s", err.msg);
        return -1;
    }
    *out = c->buffer;
    return (la_ssize_t)got;
}

static void support_formats(struct archive *a)
{
    /* By name: "all" would take in filters that start other programs. Not gzip, which gunzip.c does. */
    archive_read_support_filter_zstd(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_raw(a);
    archive_read_support_format_empty(a);
}

static int fault_archive(const struct container *c, struct err *err)
{
    const char *why = archive_error_string(c->archive);

    if (archive_errno(c->archive) == ENOMEM)
        return err_nomem(err);
    return err_set(err, ERR_DATA, "'%s%s%s' cannot be read to its end (%s); get a whole copy of it", c->path,
                   c->member[0] != '\0' ? ": " : "", c->member, why != NULL ? why : "it is damaged");
}

static int open_archive(struct container *c, struct err *err)
{
    int rc;

    c->archive = archive_read_new();
    if (c->archive == NULL)
        return err_nomem(err);
    support_formats(c->archive);
    if (c->head[0] == 0x1f && gunzip_create(&c->gunzip, read_packed, c, err) < 0)
        return -1;
    if (c->regular && c->gunzip == NULL) {
        if (lseek(c->fd, 0, SEEK_SET) < 0)
            return err_set(err, ERR_NO_INPUT, "cannot read '%s': %s", c->path, strerror(errno));
        rc = archive_read_open_fd(c->archive, c->fd, ARCHIVE_BLOCK);
    } else {
        c->buffer = malloc(ARCHIVE_BLOCK);
        if (c->buffer == NULL)
            return err_nomem(err);
        rc = archive_read_open(c->archive, c, NULL, archive_wants, NULL);
    }
    if (rc != ARCHIVE_OK)
        return fault_archive(c, err);
    return 0;
}

static int open_path(struct container *c, struct err *err)
{
    const bool standard_input = strcmp(c->path, "-") == 0;
    struct stat st;

    c->fd = standard_input ? STDIN_FILENO : open(c->path, O_RDONLY | O_CLOEXEC);
    if (c->fd < 0)
        return err_set(err, ERR_NO_INPUT, "cannot open '%s': %s", c->path, strerror(errno));
    if (fstat(c->fd, &st) < 0)
        return err_set(err, ERR_NO_INPUT, "cannot read '%s': %s", c->path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_NO_INPUT, "'%s' is a directory; name its files or use run --inbox", c->path);
    /* Standard input may be a file that another program has read in part: it is taken from where it stands. */
    c->regular = S_ISREG(st.st_mode) && !standard_input;
    c->size = c->regular ? (uint64_t)st.st_size : 0;
    return 0;
}

int container_open(struct container **out, const char *path, struct err *err)
{
    struct container *c = calloc(1, sizeof(*c));

    *out = NULL;
    if (c == NULL)
        return err_nomem(err);
    c->path = path;
    c->fd = -1;
    if (open_path(c, err) < 0 || read_fd(c, c->head, HEAD_SIZE, &c->head_len, err) < 0)
        goto failed;
    if (container_is_packed((struct text){(const char *)c->head, c->head_len}) && open_archive(c, err) < 0)
        goto failed;
    *out = c;
    return 0;
failed:
    container_close(c);
    return -1;
}

void container_close(struct container *c)
{
    if (c == NULL)
        return;
    archive_read_free(c->archive);
    if (c->fd > STDIN_FILENO)
        close(c->fd);
    gunzip_destroy(c->gunzip);
    digest_destroy(c->digest);
    free(c->buffer);
    free(c);
}

/* Names come from strangers: nothing in them may act on a terminal or break a line of a report. */
static void take_member_name(struct container *c, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    char number[32];
    size_t n = 0;

    if (name == NULL || *name == '\0') {
        snprintf(number, sizeof(number), "member %u", c->member_number);
        name = number;
    }
    const bool readable = text_is_utf8(text_of(name));
    for (; n < MEMBER_NAME_MAX && name[n] != '\0'; n++) {
        const unsigned char ch = (unsigned char)name[n];
        c->member[n] = ch < 0x20 || ch == 0x7f || (ch >= 0x80 && !readable) ? '?' : name[n];
    }
    while (readable && n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80)
        n--; /* not cut through the middle of a character */
    c->member[n] = '\0';
}

static int begin_content(struct container *c, struct err *err)
{
    digest_destroy(c->digest);
    c->digest = NULL;
    c->bytes = 0;
    return digest_create(&c->digest, err) < 0 ? -1 : 1;
}

static int next_member(struct container *c, struct err *err)
{
    struct archive_entry *entry;

    for (;;) {
        const int rc = c->broken ? ARCHIVE_EOF : archive_read_next_header(c->archive, &entry);
        if (rc == ARCHIVE_EOF)
            return 0;
        if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN) {
            c->broken = true;
            c->member[0] = '\0';
            return fault_archive(c, err);
        }
        c->member_number++;
        if (archive_entry_filetype(entry) != AE_IFDIR)
            break;
    }
    if (archive_format(c->archive) != ARCHIVE_FORMAT_RAW)
        take_member_name(c, entry);
    return begin_content(c, err);
}

int container_next(struct container *c, struct err *err)
{
    const bool first = !c->begun;

    c->begun = true;
    if (c->archive == NULL)
        return first ? begin_content(c, err) : 0;
    const int rc = next_member(c, err);
    if (rc == 0 && first)
        return err_set(err, ERR_DATA, "'%s' is empty", c->path);
    return rc;
}

int container_finish(struct container *c, struct err *err)
{
    struct err why = {0};
    size_t got = ARCHIVE_BLOCK;

    while (c->gunzip != NULL && got == ARCHIVE_BLOCK)
        if (gunzip_read(c->gunzip, c->buffer, ARCHIVE_BLOCK, &got, &why) < 0)
            return err_set(err, why.code,
                           "'%s' cannot be read to its end (%s), so none of it is taken; get a whole "
                           "copy of it",
                           c->path, why.msg);
    return 0;
}

const char *container_member(const struct container *c)
{
    return c->member[0] != '\0' ? c->member : NULL;
}

static int read_member(struct container *c, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    *got = 0;
    while (*got < cap) {
        const la_ssize_t n = archive_read_data(c->archive, to + *got, cap - *got);
        if (n == 0)
            break;
        if (n < 0) {
            c->broken = n == ARCHIVE_FATAL;
            return fault_archive(c, err);
        }
        *got += (size_t)n;
    }
    return 0;
}

int container_read(struct container *c, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    const int rc = c->archive != NULL ? read_member(c, to, cap, got, err) : read_plain(c, to, cap, got, err);

    if (rc < 0)
        return -1;
    digest_add(c->digest, to, *got);
    c->bytes += *got;
    return 0;
}

uint64_t container_bytes(const struct container *c)
{
    return c->bytes;
}

void container_digest(struct container *c, unsigned char out[DIGEST_SIZE])
{
    digest_finish(c->digest, out);
}

uint64_t container_progress(const struct container *c, uint64_t *total)
{
    *total = c->size;
    if (c->gunzip != NULL)
        return c->packed_bytes;
    return c->archive != NULL ? (uint64_t)archive_filter_bytes(c->archive, -1) : c->bytes;
}

bool container_is_plain(const struct container *c, uint64_t *size)
{
    *size = c->size;
    return c->archive == NULL && c->regular;
}

int container_prehash(struct container *c, unsigned char out[DIGEST_SIZE], struct err *err)
{
    unsigned char *buffer = malloc(ARCHIVE_BLOCK);
    size_t got = ARCHIVE_BLOCK;
    int rc = -1;

    if (buffer == NULL)
        return err_nomem(err);
    while (got == ARCHIVE_BLOCK)
        if (container_read(c, buffer, ARCHIVE_BLOCK, &got, err) < 0)
            goto done;
    container_digest(c, out);
    if (lseek(c->fd, 0, SEEK_SET) < 0) {
        err_set(err, ERR_NO_INPUT, "cannot read '%s' again: %s", c->path, strerror(errno));
        goto done;
    }
    c->head_at = c->head_len = 0;
    rc = begin_content(c, err) < 0 ? -1 : 0;
done:
    free(buffer);
    return rc;
}
