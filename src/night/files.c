/* What lies in a night's folder. */
#include "night_int.h"

#include "base/array.h"
#include "base/file.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

static int add(struct night *n, const char *path, const char *name, struct err *err)
{
    struct night_file *file;

    if (!array_reserve(&n->files, &n->file_cap, n->file_count + 1, sizeof(*n->files)))
        return err_nomem(err);
    file = &n->files[n->file_count];
    *file = (struct night_file){.path = strdup(name)};
    if (file->path == NULL)
        return err_nomem(err);
    n->file_count++;
    return digest_file(path, file->sha256, &file->bytes, err);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct night_file *)a)->path, ((const struct night_file *)b)->path);
}

static void sort(struct night *n)
{
    if (n->file_count > 1)
        qsort(n->files, n->file_count, sizeof(*n->files), by_path);
}

int night_list_files(struct night *n, struct err *err)
{
    const size_t root = strlen(n->request->folder) + 1;
    char *const top = strdup(n->request->folder);
    char *const roots[] = {top, NULL};
    FTS *const fts = top != NULL ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    const FTSENT *e;
    int rc = 0;

    if (fts == NULL) {
        free(top);
        return err_set(err, ERR_IO, "cannot read '%s': %s", n->request->folder, strerror(errno));
    }
    while (rc == 0 && (errno = 0, e = fts_read(fts)) != NULL)
        if (e->fts_info == FTS_F)
            rc = add(n, e->fts_path, e->fts_path + root, err);
        else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS) /* some would be missing */
            rc = err_set(err, ERR_IO, "cannot read '%s': %s", e->fts_path, strerror(e->fts_errno));
    if (rc == 0 && errno != 0)
        rc = err_set(err, ERR_IO, "cannot read '%s': %s", n->request->folder, strerror(errno));
    fts_close(fts);
    free(top);
    sort(n);
    return rc;
}

int night_add_file(struct night *n, const char *name, struct err *err)
{
    char *const path = path_join(n->request->folder, name, err);
    const int rc = path != NULL ? add(n, path, name, err) : -1;

    free(path);
    sort(n);
    return rc;
}

void night_release_files(struct night *n)
{
    for (size_t i = 0; i < n->file_count; i++)
        free(n->files[i].path);
    free(n->files);
}
