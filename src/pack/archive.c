/* A pack or bundle read back, from its folder or its .zip. */
#include "archive_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
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
    if (got < 0 && archive_errno(a) == ENOMEM)
        return err_nomem(err);
    return got < 0 ? err_set(err, ERR_DATA, "'%s' cannot be read: %.*s", name, WHY(a)) : 0;
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

/* The files of a .zip lie in one folder, which the first one names. False also without memory: *top stays NULL. */
static bool in_one_folder(const char *full, char **top)
{
    const char *const slash = strchr(full, '/');

    if (*top == NULL && slash != NULL)
        *top = strndup(full, (size_t)(slash + 1 - full));
    return *top != NULL && strncmp(full, *top, strlen(*top)) == 0;
}

static int read_members(struct archive *a, const char *kind, const char *folder, pack_member member, void *ctx,
                        struct err *err)
{
    struct archive_entry *const entry = archive_entry_new();
    struct buf content = {0};
    char *top = NULL;
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
        else if (folder == NULL && !in_one_folder(full, &top))
            rc = top == NULL ? err_nomem(err)
                             : err_set(err, ERR_DATA, "'%s' lies in another folder than the files before it", full);
        else if ((rc = read_content(a, kind, name, &content, err)) == 0)
            rc = member(ctx, name, buf_text(&content), err);
    }
    if (rc == 0 && got != ARCHIVE_EOF)
        rc = archive_errno(a) == ENOMEM ? err_nomem(err)
                                        : err_set(err, ERR_DATA, "the %s cannot be read: %.*s", kind, WHY(a));
    buf_release(&content);
    free(top);
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
        return err_errno(err, ERR_NO_INPUT, "cannot open the %s '%s'", kind, path);
    folder = S_ISDIR(st.st_mode);
    errno = 0;
    a = folder ? archive_read_disk_new() : archive_read_new();
    if (a == NULL)
        return err_nomem(err);
    if ((folder ? open_folder(a, path) : open_zip(a, path)) != ARCHIVE_OK)
        rc = archive_errno(a) == ENOMEM || errno == ENOMEM /* libarchive does not tell of all that it lacks */
                 ? err_nomem(err)
                 : err_set(err, ERR_DATA, "'%s' is no %s: %.*s", path, kind, WHY(a));
    else
        rc = read_members(a, kind, folder ? path : NULL, member, ctx, err);
    archive_read_free(a);
    return rc;
}
