/* Whether a night's folder holds nothing but what its run wrote. */
#include "night/night.h"

#include "base/file.h"
#include "base/json_tape.h"

#include <errno.h>
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

static int is_own(void *of, const char *name, struct err *err)
{
    struct own_files *const l = of;
    const struct text wanted = text_of(name);

    if (!l->read && read_listed(l, err) < 0)
        return -1;
    return wanted.len == 0 || text_equal(wanted, TEXT_LITERAL(DATA_NAME)) ||
           (l->count > 0 && bsearch(&wanted, l->names, l->count, sizeof(*l->names), by_name) != NULL);
}

int night_folder_check(const char *folder, struct err *err)
{
    struct own_files l = {.folder = folder};
    char *foreign;
    int rc = folder_find_foreign(folder, is_own, &l, &foreign, err);

    if (rc == 1)
        rc = foreign != NULL ? refuse(&l, "it did not write ", foreign, err) : refuse(&l, strerror(errno), "", err);
    free(foreign);
    free(l.names);
    tape_release(&l.tape);
    buf_release(&l.json);
    return rc;
}
