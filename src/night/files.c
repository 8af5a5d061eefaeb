/* What lies in a night's folder. */
#include "night_int.h"

#include "base/array.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static int list(struct night *n, const char *folder, struct err *err);

/* `path` and its name below the night's folder. */
static int list_entry(struct night *n, const char *path, struct err *err)
{
    struct stat st;

    if (lstat(path, &st) < 0)
        return err_errno(err, ERR_IO, "cannot look at '%s'", path);
    if (S_ISDIR(st.st_mode))
        return list(n, path, err);
    return S_ISREG(st.st_mode) ? add(n, path, path + strlen(n->request->folder) + 1, err) : 0;
}

/* Every file or an error: fts(3) passes over a folder that breaks off while it is read. */
static int list(struct night *n, const char *folder, struct err *err)
{
    DIR *const dir = opendir(folder);
    const struct dirent *e;
    int rc = 0;

    if (dir == NULL)
        return err_errno(err, ERR_IO, "cannot read '%s'", folder);
    while (rc == 0 && (errno = 0, e = readdir(dir)) != NULL) {
        char *const path = path_join(folder, e->d_name, err);

        if (path == NULL)
            rc = -1;
        else if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            rc = list_entry(n, path, err);
        free(path);
    }
    if (rc == 0 && errno != 0)
        rc = err_errno(err, ERR_IO, "cannot read '%s'", folder);
    closedir(dir);
    return rc;
}

int night_list_files(struct night *n, struct err *err)
{
    const int rc = list(n, n->request->folder, err);

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
