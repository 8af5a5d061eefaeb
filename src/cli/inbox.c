/* The folder that `run` reads: its files, and the as-of instant that may lie beside them. */
#include "inbox_int.h"

#include "base/array.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define AS_OF_FILE  "as-of.txt"
#define NAMES_SHOWN 5

/* Takes the path over in any case. */
static int add_path(struct inbox *in, char *path, struct err *err)
{
    if (!array_reserve(&in->paths, &in->cap, in->count + 1, sizeof(*in->paths))) {
        free(path);
        return err_nomem(err);
    }
    in->paths[in->count++] = path;
    return 0;
}

int inbox_as_of(const struct inbox *in, instant *out, struct err *err)
{
    char line[64] = "";
    const char *why = NULL;
    FILE *fp;

    *out = INSTANT_NONE;
    if (in->as_of_path == NULL)
        return 0;
    fp = fopen(in->as_of_path, "re");
    if (fp == NULL)
        return err_set(err, ERR_NO_INPUT, "cannot read '%s': %s", in->as_of_path, strerror(errno));
    if (fgets(line, sizeof(line), fp) == NULL)
        line[0] = '\0';
    fclose(fp);
    line[strcspn(line, "\r\n")] = '\0';
    const size_t mark = strncmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* of a text editor */
    if (instant_parse(text_trim(text_of(line + mark)), ZONE_UTC, DATE_START, out, &why) == 0)
        return 0;
    return err_set(err, ERR_DATA, "%s:1: '%s': %s; correct it, or take the file away and give --as-of", in->as_of_path,
                   line, why);
}

/* How uploads are named while they go on, and what programs leave for themselves. */
static enum inbox_left kind_of_name(const char *name)
{
    static const char *const unfinished[] = {".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download"};
    static const char *const droppings[] = {"Thumbs.db", "desktop.ini", ".DS_Store"};
    const struct text t = text_of(name);

    for (size_t i = 0; i < ARRAY_LEN(unfinished); i++) {
        const struct text end = text_of(unfinished[i]);
        if (t.len > end.len && text_equal_nocase((struct text){t.ptr + t.len - end.len, end.len}, end))
            return INBOX_UNFINISHED;
    }
    for (size_t i = 0; i < ARRAY_LEN(droppings); i++)
        if (text_equal_nocase(t, text_of(droppings[i])))
            return INBOX_DROPPING;
    return *name == '.' || strncmp(name, "~$", 2) == 0 ? INBOX_DROPPING : INBOX_LEFT_COUNT;
}

static void leave(struct inbox *in, enum inbox_left why, const char *name)
{
    struct buf *const names = &in->left[why];

    if (++in->left_count[why] <= NAMES_SHOWN)
        buf_printf(names, "%s'%s'", names->len > 0 ? ", " : "", name);
}

static enum inbox_left kind_of_file(const struct stat *st, int64_t settle)
{
    struct timespec now;

    if (S_ISDIR(st->st_mode))
        return INBOX_FOLDER;
    if (!S_ISREG(st->st_mode))
        return INBOX_SPECIAL;
    clock_gettime(CLOCK_REALTIME, &now);
    return settle > 0 && st->st_mtim.tv_sec > now.tv_sec - settle ? INBOX_SETTLING : INBOX_LEFT_COUNT;
}

/* Takes the path over in any case. */
static int take_path(struct inbox *in, char *path, const char *name, int64_t settle, struct err *err)
{
    struct stat st;

    if (stat(path, &st) < 0) {
        const int why = errno;
        const bool link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);

        buf_printf(&in->unreadable, "cannot read '%s': %s%s\n", path, strerror(why),
                   link && why == ENOENT ? " (it is a link that leads nowhere)" : "");
        free(path);
        return 0;
    }
    const enum inbox_left left =
        strcmp(name, AS_OF_FILE) == 0 && S_ISREG(st.st_mode) ? INBOX_LEFT_COUNT : kind_of_file(&st, settle);
    if (left != INBOX_LEFT_COUNT) {
        leave(in, left, name);
        free(path);
        return 0;
    }
    if (strcmp(name, AS_OF_FILE) == 0)
        in->as_of_path = path;
    return add_path(in, path, err);
}

static int take_entry(struct inbox *in, const char *folder, const char *name, int64_t settle, struct err *err)
{
    const enum inbox_left left = kind_of_name(name);

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return 0;
    if (left != INBOX_LEFT_COUNT) {
        leave(in, left, name);
        return 0;
    }
    char *const path = path_join(folder, name, err);
    return path != NULL ? take_path(in, path, name, settle, err) : -1;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int inbox_list(struct inbox *out, const char *folder, int64_t settle, struct err *err)
{
    DIR *const dir = opendir(folder);
    const struct dirent *entry;
    int rc = 0;

    *out = (struct inbox){0};
    if (dir == NULL)
        return err_set(err, ERR_NO_INPUT, "cannot read the inbox '%s': %s", folder, strerror(errno));
    if (faccessat(dirfd(dir), ".", X_OK, AT_EACCESS) < 0)
        rc = err_set(err, ERR_NO_INPUT,
                     "cannot read the files of the inbox '%s': %s; the folder may be listed but not searched (it needs "
                     "the right x)",
                     folder, strerror(errno));
    while (rc == 0 && (errno = 0, entry = readdir(dir)) != NULL)
        rc = take_entry(out, folder, entry->d_name, settle, err);
    if (rc == 0 && errno != 0)
        rc = err_set(err, ERR_IO, "cannot read the inbox '%s': %s", folder, strerror(errno));
    closedir(dir);
    if (out->count > 1)
        qsort(out->paths, out->count, sizeof(*out->paths), by_path);
    return rc;
}

static void tell_left(const struct inbox *in, const struct session *s, enum inbox_left why, const char *what)
{
    const size_t n = in->left_count[why];
    struct buf line = {0};

    if (n == 0)
        return;
    buf_printf(&line, "inbox: %s: ", what);
    buf_add_text(&line, buf_text(&in->left[why]));
    if (n > NAMES_SHOWN)
        buf_printf(&line, " and %zu more", n - NAMES_SHOWN);
    if (why == INBOX_DROPPING)
        say_detail(s, "%s", buf_cstr(&line));
    else
        say_warning(s, "%s", buf_cstr(&line));
    buf_release(&line);
}

void inbox_tell(const struct inbox *in, struct session *s)
{
    const struct text lines = buf_text(&in->unreadable);

    tell_left(in, s, INBOX_FOLDER, "folders are not read, put their files into the inbox itself");
    tell_left(in, s, INBOX_SPECIAL, "these are no files");
    tell_left(in, s, INBOX_UNFINISHED, "left alone, as their names are those of uploads in progress");
    tell_left(in, s, INBOX_SETTLING, "left alone, as they changed a moment ago ([run] settle)");
    tell_left(in, s, INBOX_DROPPING, "passed over, as programs leave such files for themselves");
    for (size_t at = 0; at < lines.len;) {
        const size_t len = (size_t)((const char *)memchr(lines.ptr + at, '\n', lines.len - at) - lines.ptr) - at;

        say_error(s, "%.*s", (int)len, lines.ptr + at);
        session_raise(s, EXIT_NO_INPUT);
        at += len + 1;
    }
}

void inbox_release(struct inbox *in)
{
    for (size_t i = 0; i < in->count; i++)
        free(in->paths[i]);
    free(in->paths);
    for (unsigned i = 0; i < INBOX_LEFT_COUNT; i++)
        buf_release(&in->left[i]);
    buf_release(&in->unreadable);
    *in = (struct inbox){0};
}
