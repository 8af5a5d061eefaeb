/* A pack or bundle read back from its folder. libarchive's own way through one ends the process without memory. */
#include "reading_int.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDERS_DEEP 8 /* a pack has files in one below its own */

static int read_entry(const struct reading *r, const char *full, unsigned deep, struct err *err)
{
    const char *const name = reading_behind_slashes(full + strlen(r->path));
    struct buf content = {0};
    struct stat st;
    int rc;

    if (lstat(full, &st) < 0)
        return err_errno(err, ERR_DATA, "'%s' cannot be read", name);
    if (S_ISDIR(st.st_mode) && deep < FOLDERS_DEEP)
        return reading_folder(r, full, deep + 1, err);
    if (!S_ISREG(st.st_mode)) /* nor is a link in a pack */
        return reading_no_file(r, full, err);
    if (file_read_whole(full, PACK_FILE_MAX, &content) == 0)
        rc = r->member(r->ctx, name, buf_text(&content), err);
    else if (errno == EFBIG)
        rc = reading_too_large(r, name, err);
    else
        rc = content.failed ? err_nomem(err) : err_errno(err, ERR_DATA, "'%s' cannot be read", name);
    buf_release(&content);
    return rc;
}

int reading_folder(const struct reading *r, const char *folder, unsigned deep, struct err *err)
{
    DIR *const d = opendir(folder);
    const struct dirent *entry;
    char *full;
    int rc = 0;

    if (d == NULL)
        return err_errno(err, ERR_DATA, "the folder '%s' cannot be read", folder);
    while (rc == 0 && (errno = 0, entry = readdir(d)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (asprintf(&full, "%s/%s", folder, entry->d_name) < 0) {
            rc = err_nomem(err);
            break;
        }
        rc = read_entry(r, full, deep, err);
        free(full);
    }
    if (rc == 0 && errno != 0)
        rc = err_errno(err, ERR_DATA, "the folder '%s' cannot be read", folder);
    closedir(d);
    return rc;
}
