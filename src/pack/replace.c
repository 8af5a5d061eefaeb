/* Whether a folder may give way to a new pack or bundle. */
#include "manifest_int.h"

#include "base/file.h"

#include <errno.h>
#include <fts.h>
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

static bool is_named(const struct pack_files *named, const char *name)
{
    for (size_t i = 0; i < named->count; i++)
        if (strcmp(named->ptr[i].name, name) == 0)
            return true;
    return strcmp(name, MANIFEST_NAME) == 0;
}

/* Anything but folders and the files named is somebody else's. */
static int check_entry(struct replacing *r, const FTSENT *e, struct err *err)
{
    const char *name = e->fts_path + strlen(r->folder);
    char why[200];

    if (e->fts_level == 0)
        return e->fts_errno == 0 ? 0 : refuse(r, strerror(e->fts_errno), err);
    if (!r->read && read_named(r, err) < 0)
        return -1;
    while (*name == '/')
        name++;
    if (e->fts_info == FTS_D || e->fts_info == FTS_DP || (e->fts_info == FTS_F && is_named(&r->named, name)))
        return 0;
    snprintf(why, sizeof(why), "'%.120s' is no file of it", name);
    return refuse(r, why, err);
}

int replace_check(const char *folder, const char *kind, struct err *err)
{
    char *const roots[] = {(char *)(uintptr_t)folder, NULL};
    struct replacing r = {.folder = folder, .kind = kind};
    FTS *fts;
    const FTSENT *e;
    int rc = 0;

    if (!is_folder(folder)) /* what else may be there is told when the folder is to be made */
        return 0;
    fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (fts == NULL)
        return err_nomem(err);
    while (rc == 0 && (errno = 0, e = fts_read(fts)) != NULL)
        rc = check_entry(&r, e, err);
    if (rc == 0 && errno != 0)
        rc = refuse(&r, strerror(errno), err);
    fts_close(fts);
    pack_files_release(&r.named);
    return rc;
}
