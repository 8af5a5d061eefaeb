/* A pack as a .zip, and either form of it read back. */
#include "archive_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK 65536

/* ---- Writing ---- */

struct sink {
    struct outfile *file;
    struct err *err;
};

static la_ssize_t sink_write(struct archive *a, void *ctx, const void *ptr, size_t len)
{
    struct sink *const sink = ctx;

    if (outfile_write(sink->file, ptr, len, sink->err) == 0)
        return (la_ssize_t)len;
    archive_set_error(a, EIO, "cannot write");
    return -1;
}

static int zip_fail(struct archive *a, struct err *err)
{
    return err_set(err, ERR_IO, "cannot write the .zip: %s", archive_error_string(a));
}

static int copy_content(struct archive *a, int fd, const char *path, struct err *err)
{
    char chunk[CHUNK];
    ssize_t got;

    while ((got = read(fd, chunk, sizeof(chunk))) > 0)
        if (archive_write_data(a, chunk, (size_t)got) != got)
            return zip_fail(a, err);
    return got < 0 ? err_set(err, ERR_IO, "cannot read '%s': %s", path, strerror(errno)) : 0;
}

static int add_member(struct archive *a, const char *path, const char *name, struct err *err)
{
    struct archive_entry *const entry = archive_entry_new();
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    int rc = -1;

    if (entry == NULL)
        err_nomem(err);
    else if (fd < 0 || fstat(fd, &st) < 0)
        err_set(err, ERR_IO, "cannot read '%s': %s", path, strerror(errno));
    else {
        archive_entry_set_pathname(entry, name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0640);
        archive_entry_set_size(entry, st.st_size);
        rc = archive_write_header(a, entry) == ARCHIVE_OK ? copy_content(a, fd, path, err) : zip_fail(a, err);
    }
    if (fd >= 0)
        close(fd);
    archive_entry_free(entry);
    return rc;
}

static int add_named(struct archive *a, const char *folder, const char *prefix, const char *name, struct err *err)
{
    char *path = NULL, *member = NULL;
    int rc = -1;

    if (asprintf(&path, "%s/%s", folder, name) < 0 || asprintf(&member, "%s/%s", prefix, name) < 0)
        err_nomem(err);
    else
        rc = add_member(a, path, member, err);
    free(path);
    free(member);
    return rc;
}

int pack_zip(const char *folder, const char *prefix, const char *const *names, size_t count, struct outfile *out,
             struct err *err)
{
    struct archive *const a = archive_write_new();
    struct sink sink = {out, err};
    int rc = 0;

    if (a == NULL)
        return err_nomem(err);
    /* No padding: what the last block lacks is no part of a .zip. */
    if (archive_write_set_format_zip(a) != ARCHIVE_OK || archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
        archive_write_open(a, &sink, NULL, sink_write, NULL) != ARCHIVE_OK)
        rc = zip_fail(a, err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = add_named(a, folder, prefix, names[i], err);
    if (rc == 0 && archive_write_close(a) != ARCHIVE_OK)
        rc = zip_fail(a, err);
    archive_write_free(a);
    return rc;
}

/* ---- Reading ---- */

static int open_zip(struct archive *a, const char *path)
{
    archive_read_support_format_zip(a);
    return archive_read_open_filename(a, path, CHUNK);
}

static int open_folder(struct archive *a, const char *path)
{
    /* A link in a pack is no file of it. */
    archive_read_disk_set_symlink_physical(a);
    archive_read_disk_set_behavior(a, ARCHIVE_READDISK_NO_XATTR | ARCHIVE_READDISK_NO_ACL | ARCHIVE_READDISK_NO_FFLAGS);
    return archive_read_disk_open(a, path);
}

static int read_content(struct archive *a, const char *kind, const char *name, struct buf *content, struct err *err)
{
    char chunk[CHUNK];
    la_ssize_t got;

    buf_clear(content);
    while ((got = archive_read_data(a, chunk, sizeof(chunk))) > 0) {
        if (content->len + (size_t)got > PACK_FILE_MAX)
            return err_set(err, ERR_DATA, "'%s' is larger than any file of a %s", name, kind);
        buf_add(content, chunk, (size_t)got);
        if (content->failed)
            return err_nomem(err);
    }
    return got < 0 ? err_set(err, ERR_DATA, "'%s' cannot be read: %s", name, archive_error_string(a)) : 0;
}

/* The name below the pack's folder; NULL for the folder itself. */
static const char *below(const char *name, const char *folder)
{
    const size_t len = folder != NULL ? strlen(folder) : 0;
    const char *rest;

    if (folder == NULL)
        rest = strchr(name, '/');
    else
        rest = strncmp(name, folder, len) == 0 ? name + len : NULL;
    while (rest != NULL && *rest == '/')
        rest++;
    return rest != NULL && *rest != '\0' ? rest : NULL;
}

static int read_members(struct archive *a, const char *kind, const char *folder, pack_member member, void *ctx,
                        struct err *err)
{
    struct archive_entry *const entry = archive_entry_new();
    struct buf content = {0};
    int rc = entry != NULL ? 0 : err_nomem(err);
    int got = ARCHIVE_OK;

    while (rc == 0 && (got = archive_read_next_header2(a, entry)) == ARCHIVE_OK) {
        const char *const full = archive_entry_pathname(entry);
        const char *const name = full != NULL ? below(full, folder) : NULL;

        if (folder != NULL && archive_read_disk_can_descend(a))
            archive_read_disk_descend(a);
        if (archive_entry_filetype(entry) == AE_IFDIR)
            continue;
        if (name == NULL || archive_entry_filetype(entry) != AE_IFREG)
            rc = err_set(err, ERR_DATA, "'%s' is no file of a %s", full != NULL ? full : "?", kind);
        else if ((rc = read_content(a, kind, name, &content, err)) == 0)
            rc = member(ctx, name, buf_text(&content), err);
    }
    if (rc == 0 && got != ARCHIVE_EOF)
        rc = err_set(err, ERR_DATA, "the %s cannot be read: %s", kind, archive_error_string(a));
    buf_release(&content);
    archive_entry_free(entry);
    return rc;
}

int pack_read(const char *path, const char *kind, pack_member member, void *ctx, struct err *err)
{
    struct stat st;
    struct archive *a;
    bool folder;
    int rc;

    if (stat(path, &st) < 0)
        return err_set(err, ERR_NO_INPUT, "cannot open the %s '%s': %s", kind, path, strerror(errno));
    folder = S_ISDIR(st.st_mode);
    a = folder ? archive_read_disk_new() : archive_read_new();
    if (a == NULL)
        return err_nomem(err);
    if ((folder ? open_folder(a, path) : open_zip(a, path)) != ARCHIVE_OK)
        rc = err_set(err, ERR_DATA, "'%s' is no %s: %s", path, kind, archive_error_string(a));
    else
        rc = read_members(a, kind, folder ? path : NULL, member, ctx, err);
    archive_read_free(a);
    return rc;
}
