/* Where the inbox lies, and where its files go once they are stored. */
#include "inbox_int.h"

#include "base/array.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of [run] after. */
static bool does(const struct session *s, const char *word)
{
    return s->config.after != NULL && text_same_word(text_of(s->config.after), text_of(word));
}

/* What a run writes into the inbox the next one would read. */
static int check_outside(const char *option, const char *path, const char *inbox, struct err *err)
{
    const int lies = path == NULL ? 0 : path_lies_in(path, inbox, err);

    if (lies <= 0)
        return lies;
    return err_set(err, ERR_USAGE,
                   "--%s '%s' lies in the inbox '%s': the next run would read what this one writes there; give a place "
                   "outside of it",
                   option, path, inbox);
}

int inbox_check_paths(const struct session *s, const char *inbox, struct err *err)
{
    static const char *const options[] = {"out", "tickets"};

    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (check_outside(options[i], options_value(&s->options, options[i]), inbox, err) < 0)
            return -1;
    return check_outside("db", session_db(s), inbox, err);
}

/* -1 with errno: EEXIST where something lies there. Not every file system renames with a condition. */
static int rename_to_new(const char *path, const char *target)
{
    const int rc = renameat2(AT_FDCWD, path, AT_FDCWD, target, RENAME_NOREPLACE);

    if (rc == 0 || (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP))
        return rc;
    return link(path, target) == 0 ? unlink(path) : -1;
}

/* Never over what lies there: a number is put behind the name. */
static int move_file(const char *path, const char *folder, const char *name, struct err *err)
{
    for (unsigned n = 1; n < 10000; n++) {
        char *target = NULL;
        int rc;

        if ((n == 1 ? asprintf(&target, "%s/%s", folder, name) : asprintf(&target, "%s/%s.%u", folder, name, n)) < 0)
            return err_nomem(err);
        rc = rename_to_new(path, target);
        if (rc < 0 && errno != EEXIST)
            err_errno(err, ERR_CREATE, "cannot move '%s' to '%s'", path, target);
        free(target);
        if (rc == 0)
            return 0;
        if (errno != EEXIST)
            return -1;
    }
    return err_set(err, ERR_CREATE, "cannot move '%s': too many of its name are in '%s'", path, folder);
}

/* INBOX/done and INBOX/done/DATE, the callers to free; false: no memory. */
static bool name_done(const struct inbox *in, instant as_of, char *out[2], struct err *err)
{
    char date[INSTANT_TEXT_SIZE];

    instant_format_date(as_of, date);
    out[0] = path_join(in->folder, DONE_FOLDER, err);
    out[1] = out[0] != NULL ? path_join(out[0], date, err) : NULL;
    return out[1] != NULL;
}

int inbox_check_done(const struct inbox *in, const struct session *s, instant as_of, struct err *err)
{
    char *folders[2] = {NULL, NULL};
    struct stat st;
    int rc = 0;

    if (does(s, "move") && !name_done(in, as_of, folders, err))
        rc = -1;
    for (size_t i = 0; rc == 0 && folders[1] != NULL && i < 2; i++)
        if (lstat(folders[i], &st) == 0 && !is_folder(folders[i]))
            rc =
                err_set(err, ERR_CREATE,
                        "'%s' is no folder, where [run] after = move puts the files that are stored: move it elsewhere",
                        folders[i]);
    free(folders[0]);
    free(folders[1]);
    return rc;
}

/* INBOX/done/DATE; NULL: it cannot be made. */
static char *make_done(const struct inbox *in, instant as_of, struct err *err)
{
    char *folders[2] = {NULL, NULL};
    const bool made =
        name_done(in, as_of, folders, err) && make_folder(folders[0], err) == 0 && make_folder(folders[1], err) == 0;

    free(folders[0]);
    if (made)
        return folders[1];
    free(folders[1]);
    return NULL;
}

/* Another file may lie there by now, or more in it, which nobody has read. */
static bool is_as_read(const struct inbox_file *f)
{
    struct stat st;

    return stat(f->path, &st) == 0 && st.st_ino == f->inode && (uint64_t)st.st_size == f->bytes &&
           (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec == f->changed_ns;
}

int inbox_put_away(const struct inbox *in, struct session *s, instant as_of, struct err *err)
{
    const bool moves = does(s, "move");
    char *day = NULL;
    int rc = 0;

    if (!moves && !does(s, "delete"))
        return 0;
    for (size_t i = 0; rc == 0 && i < in->count; i++) {
        const struct inbox_entry *const e = &in->ptr[i];
        const char *const slash = strrchr(e->now.path, '/');

        if (e->now.fate != INBOX_STORED || !e->is_input)
            continue;
        if (!is_as_read(&e->now)) {
            say_warning(s, ABOUT_FILE(FILE_LEFT, e->now.path, 0),
                        "'%s' changed after it was read: it stays in the inbox, and the next run reads it",
                        e->now.path);
            session_let_go(s);
            continue;
        }
        if (moves && day == NULL && (day = make_done(in, as_of, err)) == NULL)
            return -1;
        if (moves)
            rc = move_file(e->now.path, day, slash != NULL ? slash + 1 : e->now.path, err);
        else if (unlink(e->now.path) < 0)
            rc = err_errno(err, ERR_CREATE, "cannot delete '%s'", e->now.path);
    }
    free(day);
    return rc;
}
