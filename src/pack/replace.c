/* Whether a folder may give way to a new pack or bundle. */
#include "manifest_int.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replacing {
    const char *folder, *kind;
    struct pack_files named;
    bool read; /* the manifest was */
};

static int refuse(const struct replacing *r, const char *why, struct err *err)
{
    return err_set(err, ERR_CREATE,
                   "name another folder than '%s', which is left as it is: one that is there is replaced only where it "
                   "is empty or holds a %s and nothing else, but %s",
                   r->folder, r->kind, why);
}

static int read_named(struct replacing *r, struct err *err)
{
    char *const path = path_join(r->folder, MANIFEST_NAME, err);
    struct buf json = {0};
    struct err why = {0};
    int rc = 0;

    if (path == NULL)
        return -1;
    if (file_read_whole(path, MANIFEST_MAX, &json) < 0)
        rc = refuse(r, errno == ENOENT ? "it has no " MANIFEST_NAME : strerror(errno), err);
    else if (manifest_read(buf_text(&json), r->kind, &r->named, &why) < 0)
        rc = err_is_ours(&why) ? err_copy(err, &why) : refuse(r, why.msg, err);
    r->read = true;
    free(path);
    buf_release(&json);
    return rc;
}

static int is_own(void *of, const char *name, struct err *err)
{
    struct replacing *const r = of;

    if (!r->read && read_named(r, err) < 0)
        return -1;
    for (size_t i = 0; i < r->named.count; i++)
        if (strcmp(r->named.ptr[i].name, name) == 0)
            return 1;
    return name[0] == '\0' || strcmp(name, MANIFEST_NAME) == 0;
}

int replace_check(const char *folder, const char *kind, struct err *err)
{
    struct replacing r = {.folder = folder, .kind = kind};
    char *foreign, why[200];
    int rc = folder_find_foreign(folder, is_own, &r, &foreign, err);

    if (rc == 1) {
        snprintf(why, sizeof(why), foreign != NULL ? "'%.120s' is no file of it" : "%s",
                 foreign != NULL ? foreign : strerror(errno));
        rc = refuse(&r, why, err);
    }
    free(foreign);
    pack_files_release(&r.named);
    return rc;
}
