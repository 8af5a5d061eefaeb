/* A pack or bundle read back, from its folder or its .zip. */
#include "archive_int.h"
#include "reading_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CHUNK 65536

/* For "%.*s": libarchive ends some of what it tells in a line end. */
#define WHY(a) (int)strcspn(why_of(a), "\n"), why_of(a)

static const char *why_of(struct archive *a)
{
    const char *const why = archive_error_string(a);

    return why != NULL ? why : "it is damaged";
}

int reading_no_file(const struct reading *r, const char *full, struct err *err)
{
    return err_set(err, ERR_DATA, "'%s' is no file of a %s", full, r->kind);
}

int reading_too_large(const struct reading *r, const char *name, struct err *err)
{
    return err_set(err, ERR_DATA, "'%s' is larger than any file of a %s", name, r->kind);
}

const char *reading_behind_slashes(const char *name)
{
    while (name != NULL && *name == '/')
        name++;
    return name != NULL && *name != '\0' ? name : NULL;
}

static int read_content(struct archive *a, const struct reading *r, const char *name, struct buf *content,
                        struct err *err)
{
    char chunk[CHUNK];
    la_ssize_t got;

    buf_clear(content);
    errno = 0;
    while ((got = archive_read_data(a, chunk, sizeof(chunk))) > 0) {
        if (content->len + (size_t)got > PACK_FILE_MAX)
            return reading_too_large(r, name, err);
        buf_add(content, chunk, (size_t)got);
        if (content->failed)
            return err_nomem(err);
    }
    if (got < 0 && (archive_errno(a) == ENOMEM || errno == ENOMEM)) /* zlib's state: of that it does not tell */
        return err_nomem(err);
    return got < 0 ? err_set(err, ERR_DATA, "'%s' cannot be read: %.*s", name, WHY(a)) : 0;
}

/* The files of a .zip lie in one folder, which the first one names. False also without memory: *top stays NULL. */
static bool in_one_folder(const char *full, char **top)
{
    const char *const slash = strchr(full, '/');

    if (*top == NULL && slash != NULL)
        *top = strndup(full, (size_t)(slash + 1 - full));
    return *top != NULL && strncmp(full, *top, strlen(*top)) == 0;
}

static int read_members(struct archive *a, const struct reading *r, struct err *err)
{
    struct archive_entry *const entry = archive_entry_new();
    struct buf content = {0};
    char *top = NULL;
    int rc = entry != NULL ? 0 : err_nomem(err);
    int got = ARCHIVE_OK;

    while (rc == 0 && (got = archive_read_next_header2(a, entry)) == ARCHIVE_OK) {
        const char *const full = archive_entry_pathname(entry);
        const char *const name = full != NULL ? reading_behind_slashes(strchr(full, '/')) : NULL;

        if (archive_entry_filetype(entry) == AE_IFDIR)
            continue;
        if (name == NULL || archive_entry_filetype(entry) != AE_IFREG)
            rc = reading_no_file(r, full != NULL ? full : "?", err);
        else if (!in_one_folder(full, &top))
            rc = top == NULL ? err_nomem(err)
                             : err_set(err, ERR_DATA, "'%s' lies in another folder than the files before it", full);
        else if ((rc = read_content(a, r, name, &content, err)) == 0)
            rc = r->member(r->ctx, name, buf_text(&content), err);
    }
    if (rc == 0 && got != ARCHIVE_EOF)
        rc = archive_errno(a) == ENOMEM ? err_nomem(err)
                                        : err_set(err, ERR_DATA, "the %s cannot be read: %.*s", r->kind, WHY(a));
    buf_release(&content);
    free(top);
    archive_entry_free(entry);
    return rc;
}

static int read_zip(const struct reading *r, struct err *err)
{
    struct archive *const a = archive_read_new();
    int rc;

    if (a == NULL)
        return err_nomem(err);
    errno = 0;
    if (archive_read_support_format_zip(a) == ARCHIVE_OK && archive_read_open_filename(a, r->path, CHUNK) == ARCHIVE_OK)
        rc = read_members(a, r, err);
    else
        rc = archive_errno(a) == ENOMEM || errno == ENOMEM /* libarchive does not tell of all that it lacks */
                 ? err_nomem(err)
                 : err_set(err, ERR_DATA, "'%s' is no %s: %.*s", r->path, r->kind, WHY(a));
    archive_read_free(a);
    return rc;
}

int pack_read(const char *path, const char *kind, pack_member member, void *ctx, struct err *err)
{
    const struct reading r = {path, kind, member, ctx};
    struct stat st;

    if (stat(path, &st) < 0)
        return err_errno(err, ERR_NO_INPUT, "cannot open the %s '%s'", kind, path);
    return S_ISDIR(st.st_mode) ? reading_folder(&r, path, 0, err) : read_zip(&r, err);
}
