/* Whether a night's folder holds nothing but what its run wrote. */
#include "night/night.h"

#include "base/file.h"
#include "base/json_tape.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#define DATA_NAME "run.json"
#define DATA_MAX  ((size_t)256 << 20) /* bytes */

/* The names of the files that run.json lists, in their order there: ascending. */
struct own_files {
    const char *folder;
    struct tape tape;
    struct buf json;
    struct text *names;
    size_t count;
    bool read;
};

static int refuse(const struct own_files *l, const char *what, const char *why, struct err *err)
{
    return err_set(
        err, ERR_CREATE,
        "'%s' is left as it is: a night's folder is replaced or removed only where it holds nothing but what "
        "its run wrote, but %s%s; move that elsewhere",
        l->folder, what, why);
}

static int by_name(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static int take_names(struct own_files *l, struct err *err)
{
    const struct text keys[] = {TEXT_LITERAL("files"), TEXT_LITERAL("path")};
    uint32_t found = 0;

    if (l->tape.items[0].type == TAPE_OBJECT)
        tape_members(&l->tape, 0, keys, 1, &found);
    if (found == 0 || l->tape.items[found].type != TAPE_ARRAY)
        return refuse(l, DATA_NAME " lists no files", "", err);
    l->names = calloc(l->tape.count, sizeof(*l->names));
    if (l->names == NULL)
        return err_nomem(err);
    for (uint32_t at = 0; (at = tape_step(&l->tape, found, at)) != 0;) {
        uint32_t path = 0;

        if (l->tape.items[at].type == TAPE_OBJECT)
            tape_members(&l->tape, at, &keys[1], 1, &path);
        if (path != 0 && l->tape.items[path].type == TAPE_STRING)
            l->names[l->count++] = l->tape.items[path].text;
    }
    qsort(l->names, l->count, sizeof(*l->names), by_name);
    return 0;
}

static int read_listed(struct own_files *l, struct err *err)
{
    char *const path = path_join(l->folder, DATA_NAME, err);
    struct tape_fault fault;
    int rc = 0;

    l->read = true;
    if (path == NULL)
        return -1;
    if (file_read_whole(path, DATA_MAX, &l->json) < 0)
        rc = errno == ENOMEM ? err_nomem(err) : refuse(l, DATA_NAME " cannot be read: ", strerror(errno), err);
    else if (!tape_read(&l->tape, buf_text(&l->json), &fault))
        rc = l->tape.no_memory ? err_nomem(err) : refuse(l, DATA_NAME " is broken: ", fault.what, err);
    else
        rc = take_names(l, err);
    free(path);
    return rc;
}

static int check_entry(struct own_files *l, const FTSENT *e, struct err *err)
{
    struct text name = text_of(e->fts_path + strlen(l->folder));

    if (e->fts_level == 0)
        return e->fts_errno == 0 ? 0 : refuse(l, strerror(e->fts_errno), "", err);
    if (!l->read && read_listed(l, err) < 0)
        return -1;
    while (name.len > 0 && *name.ptr == '/')
        name = (struct text){name.ptr + 1, name.len - 1};
    if (e->fts_info == FTS_D || e->fts_info == FTS_DP || text_equal(name, TEXT_LITERAL(DATA_NAME)) ||
        (e->fts_info == FTS_F && bsearch(&name, l->names, l->count, sizeof(*l->names), by_name) != NULL))
        return 0;
    return refuse(l, "it did not write ", name.ptr, err);
}

int night_folder_check(const char *folder, struct err *err)
{
    char *const roots[] = {(char *)(uintptr_t)folder, NULL};
    struct own_files l = {.folder = folder};
    FTS *fts;
    const FTSENT *e;
    int rc = 0;

    if (!is_folder(folder)) /* what else may be there is told when the folder is to be made */
        return 0;
    fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (fts == NULL)
        return err_nomem(err);
    while (rc == 0 && (errno = 0, e = fts_read(fts)) != NULL)
        rc = check_entry(&l, e, err);
    if (rc == 0 && errno != 0)
        rc = refuse(&l, strerror(errno), "", err);
    fts_close(fts);
    free(l.names);
    tape_release(&l.tape);
    buf_release(&l.json);
    return rc;
}
