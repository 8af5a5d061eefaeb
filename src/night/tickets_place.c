/* Whether what lies in the place of the service desk's files is an earlier run's. */
#include "tickets_int.h"

#include "base/file.h"
#include "base/json_tape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX ((size_t)1 << 30) /* bytes */

static bool has_heading(const struct desk *d, struct text file, struct err *err)
{
    struct buf heading = {0};
    bool has = false;

    if (csv_add_heading(&d->source, &heading, err) == 0)
        has = file.len >= heading.len && memcmp(file.ptr, heading.ptr, heading.len) == 0;
    buf_release(&heading);
    return has;
}

/* The names in the first line, in their order. */
static bool has_names(const struct desk *d, struct text file, struct err *err)
{
    const char *const end = memchr(file.ptr, '\n', file.len);
    struct tape tape = {0};
    struct tape_fault fault;
    size_t count = 0;
    bool has = tape_read(&tape, (struct text){file.ptr, end != NULL ? (size_t)(end - file.ptr) : file.len}, &fault) &&
               tape.items[0].type == TAPE_OBJECT;

    if (tape.no_memory)
        err_nomem(err);
    for (uint32_t at = 0; has && (at = tape_step(&tape, 0, at)) != 0; count++)
        has = count < d->count && text_equal(tape.items[at].text, text_of(d->columns[count].heading));
    tape_release(&tape);
    return has && count == d->count;
}

/* An empty file is nobody's loss, and a link is replaced, not followed. */
static int check_file(const struct desk *d, const char *path,
                      bool (*ours)(const struct desk *, struct text, struct err *), struct err *err)
{
    struct buf file = {0};
    struct stat st;
    int rc = 0;

    if (lstat(path, &st) < 0 || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
        return 0;
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_CREATE, "'%s' is a folder, where --tickets writes a file: move it elsewhere", path);
    if (file_read_whole(path, FILE_MAX, &file) < 0)
        rc = err_errno(err, ERR_CREATE, "cannot read '%s'", path);
    else if (file.len > 0 && !ours(d, buf_text(&file), err) && err->code == ERR_NONE)
        rc = err_set(err, ERR_CREATE,
                     "'%s' is left as it is: it has not the columns that --tickets writes there, so that it may be "
                     "somebody else's; move it elsewhere, or name another folder",
                     path);
    buf_release(&file);
    return err->code != ERR_NONE ? -1 : rc;
}

int night_tickets_check_place(const struct night_tickets_request *r, struct err *err)
{
    char *const csv = tickets_path(r, "csv", err), *const json = csv != NULL ? tickets_path(r, "jsonl", err) : NULL;
    struct desk d = {0};
    int rc = json == NULL ? -1 : desk_open(&d, r, err);

    if (rc == 0)
        rc = check_file(&d, csv, has_heading, err);
    if (rc == 0)
        rc = check_file(&d, json, has_names, err);
    desk_close(&d);
    free(csv);
    free(json);
    return rc;
}
