/* A pack as a .zip. */
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
    if (archive_errno(a) == ENOMEM || errno == ENOMEM) /* of some that it lacks it does not tell */
        return err_nomem(err);
    return err_set(err, ERR_IO, "cannot write the .zip: %s", archive_error_string(a));
}

static int copy_content(struct archive *a, int fd, const char *path, struct err *err)
{
    char chunk[CHUNK];
    ssize_t got;

    while ((got = TEMP_FAILURE_RETRY(read(fd, chunk, sizeof(chunk)))) > 0)
        if (archive_write_data(a, chunk, (size_t)got) != got)
            return zip_fail(a, err);
    return got < 0 ? err_errno(err, ERR_IO, "cannot read '%s'", path) : 0;
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
        err_errno(err, ERR_IO, "cannot read '%s'", path);
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
    errno = 0;
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
