/* Whether a night's folder holds nothing but what its run wrote. */
#include "night/night.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/json_tape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DATA_NAME "run.json"
#define DATA_MAX  ((size_t)256 << 20) /* bytes */

struct own_file {
    struct text name, sha256; /* in hex digits; nothing: it is not told */
};

/* The files that run.json lists, ascending by name. */
struct own_files {
    const char *folder;
    struct tape tape;
    struct buf json;
    struct own_file *ptr;
    size_t count;
    bool read;
    bool changed; /* the entry that is not our own was, before somebody changed it */
};

static int refuse(const struct own_files *l, const char *what, const char *why, struct err *err)
{
    return err_set(
        err, ERR_CREATE,
        "'%s' is left as it is: a night's folder is replaced or removed only where it holds nothing but what "
        "its run wrote, as it wrote it, but %s%s; move that elsewhere",
        l->folder, what, why);
}

static int by_name(const void *a, const void *b)
{
    return text_compare(((const struct own_file *)a)->name, ((const struct own_file *)b)->name);
}

static int take_files(struct own_files *l, struct err *err)
{
    const struct text list[] = {TEXT_LITERAL("files")}, keys[] = {TEXT_LITERAL("path"), TEXT_LITERAL("sha256")};
    uint32_t found = 0;

    if (l->tape.items[0].type == TAPE_OBJECT)
        tape_members(&l->tape, 0, list, 1, &found);
    if (found == 0 || l->tape.items[found].type != TAPE_ARRAY)
        return refuse(l, DATA_NAME " lists no files", "", err);
    l->ptr = calloc(l->tape.count, sizeof(*l->ptr));
    if (l->ptr == NULL)
        return err_nomem(err);
    for (uint32_t at = 0; (at = tape_step(&l->tape, found, at)) != 0;) {
        uint32_t of[2] = {0, 0};

        if (l->tape.items[at].type == TAPE_OBJECT)
            tape_members(&l->tape, at, keys, 2, of);
        if (of[0] == 0 || l->tape.items[of[0]].type != TAPE_STRING)
            continue;
        l->ptr[l->count].name = l->tape.items[of[0]].text;
        if (of[1] != 0 && l->tape.items[of[1]].type == TAPE_STRING)
            l->ptr[l->count].sha256 = l->tape.items[of[1]].text;
        l->count++;
    }
    qsort(l->ptr, l->count, sizeof(*l->ptr), by_name);
    return 0;
}

static int read_data(struct own_files *l, struct err *err)
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
    free(path);
    return rc;
}

/* 1: it is as the run wrote it; 0; -1 with *err. */
static int is_unchanged(struct own_files *l, const struct own_file *file, const char *name, struct err *err)
{
    char *const path = path_join(l->folder, name, err);
    unsigned char sha256[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    uint64_t bytes;
    const int rc = path != NULL ? digest_file(path, sha256, &bytes, err) : -1;

    free(path);
    if (rc < 0)
        return -1;
    digest_hex(sha256, hex);
    l->changed = !text_equal(file->sha256, text_of(hex));
    return !l->changed;
}

static int is_own(void *of, const char *name, struct err *err)
{
    struct own_files *const l = of;
    const struct own_file wanted = {.name = text_of(name)}, *found;

    if (!l->read && (read_data(l, err) < 0 || take_files(l, err) < 0))
        return -1;
    if (wanted.name.len == 0 || text_equal(wanted.name, TEXT_LITERAL(DATA_NAME)))
        return 1;
    found = l->count > 0 ? bsearch(&wanted, l->ptr, l->count, sizeof(*l->ptr), by_name) : NULL;
    return found != NULL ? is_unchanged(l, found, name, err) : 0;
}

int night_folder_check(const char *folder, struct err *err)
{
    struct own_files l = {.folder = folder};
    char *foreign;
    int rc = folder_find_foreign(folder, is_own, &l, &foreign, err);

    if (rc == 1 && foreign == NULL)
        rc = refuse(&l, strerror(errno), "", err);
    else if (rc == 1)
        rc = refuse(&l, l.changed ? "somebody changed " : "it did not write ", foreign, err);
    free(foreign);
    free(l.ptr);
    tape_release(&l.tape);
    buf_release(&l.json);
    return rc;
}

int night_folder_left_history(const char *folder, bool *out, struct err *err)
{
    static const struct text key[] = {TEXT_LITERAL("history_untouched")};
    struct own_files l = {.folder = folder};
    uint32_t found = 0;
    int rc = read_data(&l, err);

    if (rc == 0 && l.tape.items[0].type == TAPE_OBJECT)
        tape_members(&l.tape, 0, key, 1, &found);
    *out = found != 0 && l.tape.items[found].type == TAPE_TRUE;
    tape_release(&l.tape);
    buf_release(&l.json);
    if (rc == 0 || err->code == ERR_NOMEM)
        return rc;
    *err = (struct err){0};
    return 0;
}
