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

#define AS_OF_FILE      "as-of.txt"
#define AS_OF_BYTES_MAX 4096
#define NAMES_SHOWN     5
#define DEPTH_MAX       32

static bool is_blank(char c)
{
    return memchr(" \t\r\n", c, 4) != NULL;
}

/* Nor line ends. */
static struct text without_blanks(struct text t)
{
    while (t.len > 0 && is_blank(t.ptr[t.len - 1]))
        t.len--;
    while (t.len > 0 && is_blank(t.ptr[0])) {
        t.ptr++;
        t.len--;
    }
    return t;
}

int inbox_as_of(const struct inbox *in, instant *out, struct err *err)
{
    struct buf all = {0};
    const char *why = NULL;
    int rc;

    *out = INSTANT_NONE;
    if (in->as_of_path == NULL)
        return 0;
    if (file_read_whole(in->as_of_path, AS_OF_BYTES_MAX, &all) < 0) {
        rc = err_errno(err, ERR_NO_INPUT, "cannot read '%s'", in->as_of_path);
        buf_release(&all);
        return rc;
    }
    const size_t mark = all.len >= 3 && memcmp(all.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* of a text editor */
    const struct text said = without_blanks(buf_part(&all, mark, all.len - mark));

    rc = instant_parse(said, ZONE_UTC, DATE_START, out, &why) == 0
             ? 0
             : err_set(err, ERR_DATA, "%s:1: '%.*s': %s; correct it, or take the file away and give --as-of",
                       in->as_of_path, (int)(said.len < 60 ? said.len : 60), said.len > 0 ? said.ptr : "", why);
    buf_release(&all);
    return rc;
}

/* ---- Listing ---- */

enum name_kind { NAME_OF_FILE, NAME_UNFINISHED, NAME_DROPPING };

/* How uploads are named while they go on, and what programs leave for themselves. */
static enum name_kind kind_of_name(const char *name)
{
    static const char *const unfinished[] = {".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download"};
    static const char *const droppings[] = {"Thumbs.db", "desktop.ini", ".DS_Store"};
    const struct text t = text_of(name);

    for (size_t i = 0; i < ARRAY_LEN(unfinished); i++) {
        const struct text end = text_of(unfinished[i]);
        if (t.len > end.len && text_equal_nocase((struct text){t.ptr + t.len - end.len, end.len}, end))
            return NAME_UNFINISHED;
    }
    for (size_t i = 0; i < ARRAY_LEN(droppings); i++)
        if (text_equal_nocase(t, text_of(droppings[i])))
            return NAME_DROPPING;
    return *name == '.' || strncmp(name, "~$", 2) == 0 ? NAME_DROPPING : NAME_OF_FILE;
}

static bool says(const char *setting, const char *word)
{
    return setting != NULL && text_same_word(text_of(setting), text_of(word));
}

int inbox_check(const struct session *s, struct err *err)
{
    const struct config *const c = &s->config;

    if (c->after != NULL && !says(c->after, "leave") && !says(c->after, "move") && !says(c->after, "delete"))
        return err_set(err, ERR_CONFIG, "%s: [run] after = '%s': wanted is leave, move or delete", c->path, c->after);
    if (c->recursive != NULL && !says(c->recursive, "yes") && !says(c->recursive, "no"))
        return err_set(err, ERR_CONFIG, "%s: [run] recursive = '%s': wanted is yes or no", c->path, c->recursive);
    return 0;
}

/* What decides how a file is read: the configuration as it is written, the options, and the program. */
static int digest_settings(const struct session *s, unsigned char out[DIGEST_SIZE], struct err *err)
{
    static const char *const names[] = {"kind", "profile", "layout", "encoding", "extracted-at", "max-rejects"};
    struct buf all = {0};
    int rc = 0;

    buf_add_str(&all, PCREPORT_VERSION);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *const value = options_value(&s->options, names[i]);

        buf_printf(&all, "%c%s", '\n', value != NULL ? value : "");
    }
    buf_add_byte(&all, '\n');
    if (s->config.path != NULL)
        rc = read_small_file(s->config.path, &all, err);
    if (rc == 0 && all.failed)
        rc = err_nomem(err);
    if (rc == 0)
        digest_of(all.ptr, all.len, out);
    buf_release(&all);
    return rc;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct inbox_entry *)a)->now.path, ((const struct inbox_entry *)b)->now.path);
}

static const struct inbox_file *recall(const struct inbox *in, const char *path)
{
    for (size_t low = 0, high = in->memory.count; low < high;) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(path, in->memory.ptr[middle].path);

        if (order == 0)
            return &in->memory.ptr[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

struct lister {
    struct inbox *in;
    int64_t settle; /* seconds */
    bool recursive, moves;
};

static bool is_unchanged(const struct inbox_file *before, const struct inbox_file *now)
{
    return before != NULL && before->fate != INBOX_LEFT && before->bytes == now->bytes && before->inode == now->inode &&
           before->changed_ns == now->changed_ns && memcmp(before->read_with, now->read_with, DIGEST_SIZE) == 0;
}

static enum inbox_remark remark_on(const struct lister *l, const struct stat *st, bool is_link)
{
    struct timespec now;

    if (S_ISDIR(st->st_mode))
        return is_link && l->recursive ? INBOX_LINKED : INBOX_FOLDER;
    if (!S_ISREG(st->st_mode))
        return INBOX_SPECIAL;
    clock_gettime(CLOCK_REALTIME, &now);
    if (l->settle > 0 && st->st_mtim.tv_sec > now.tv_sec - l->settle)
        return INBOX_SETTLING;
    return is_link ? INBOX_BY_LINK : INBOX_PLAIN;
}

/* Takes the path over in any case. */
static int add_entry(struct lister *l, char *path, const struct stat *st, enum inbox_remark remark, char *why,
                     struct err *err)
{
    struct inbox *const in = l->in;
    struct inbox_entry *e;

    if (!array_reserve(&in->ptr, &in->cap, in->count + 1, sizeof(*in->ptr))) {
        free(path);
        free(why);
        return err_nomem(err);
    }
    e = &in->ptr[in->count++];
    *e = (struct inbox_entry){.now = {.path = path, .why = why, .since = INSTANT_NONE}, .remark = remark};
    e->before = recall(in, path);
    if (remark != INBOX_PLAIN && remark != INBOX_BY_LINK)
        return 0;
    e->now.bytes = (uint64_t)st->st_size;
    e->now.inode = st->st_ino;
    e->now.changed_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
    memcpy(e->now.read_with, in->read_with, DIGEST_SIZE);
    e->is_read = !is_unchanged(e->before, &e->now);
    return 0;
}

static int list_folder(struct lister *l, const char *folder, unsigned depth, struct err *err);

/* Takes the path over in any case. */
static int take_path(struct lister *l, char *path, const char *name, unsigned depth, struct err *err)
{
    struct stat st;
    const bool is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    char *why = NULL;

    if (stat(path, &st) < 0) {
        const int reason = errno;

        if (asprintf(&why, "cannot read '%s': %s%s", path, strerror(reason),
                     is_link && reason == ENOENT ? " (it is a link that leads nowhere)" : "") < 0)
            why = NULL;
        return add_entry(l, path, &st, INBOX_UNREADABLE, why, err);
    }
    if (depth == 0 && S_ISREG(st.st_mode) && strcmp(name, AS_OF_FILE) == 0) {
        l->in->as_of_path = path;
        return 0;
    }
    if (S_ISDIR(st.st_mode) && l->recursive && !is_link && depth < DEPTH_MAX) {
        const int rc = list_folder(l, path, depth + 1, err);

        free(path);
        return rc;
    }
    return add_entry(l, path, &st, remark_on(l, &st, is_link), NULL, err);
}

static int take_entry(struct lister *l, const char *folder, const char *name, unsigned depth, struct err *err)
{
    static const struct stat nothing;
    const enum name_kind kind = kind_of_name(name);
    char *path;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (depth == 0 && l->moves && strcmp(name, DONE_FOLDER) == 0))
        return 0;
    path = path_join(folder, name, err);
    if (path == NULL)
        return -1;
    if (kind != NAME_OF_FILE)
        return add_entry(l, path, &nothing, kind == NAME_DROPPING ? INBOX_DROPPING : INBOX_UNFINISHED, NULL, err);
    return take_path(l, path, name, depth, err);
}

static int list_folder(struct lister *l, const char *folder, unsigned depth, struct err *err)
{
    DIR *const dir = opendir(folder);
    const struct dirent *entry;
    int rc = 0;

    if (dir == NULL)
        return err_errno(err, ERR_NO_INPUT, "cannot read the inbox '%s'", folder);
    if (faccessat(dirfd(dir), ".", X_OK, AT_EACCESS) < 0)
        rc = err_set(err, err_code_of_errno(ERR_NO_INPUT),
                     "cannot read the files of the inbox '%s': %s; the folder may be listed but not searched (it needs "
                     "the right x)",
                     folder, strerror(errno));
    while (rc == 0 && (errno = 0, entry = readdir(dir)) != NULL)
        rc = take_entry(l, folder, entry->d_name, depth, err);
    if (rc == 0 && errno != 0)
        rc = err_errno(err, ERR_IO, "cannot read the inbox '%s'", folder);
    closedir(dir);
    return rc;
}

int inbox_list(struct inbox *out, const struct session *s, const char *folder, struct store *store, struct err *err)
{
    struct lister l = {.in = out,
                       .settle = s->config.settle,
                       .recursive = says(s->config.recursive, "yes"),
                       .moves = says(s->config.after, "move")};

    *out = (struct inbox){.folder = folder};
    if (digest_settings(s, out->read_with, err) < 0 ||
        (store != NULL && store_inbox_read(store, &out->memory, err) < 0) || list_folder(&l, folder, 0, err) < 0)
        return -1;
    if (out->count > 1)
        qsort(out->ptr, out->count, sizeof(*out->ptr), by_path);
    return 0;
}

int inbox_ingest(struct inbox *in, struct reading *r, struct err *err)
{
    for (size_t i = 0; i < in->count; i++)
        if (in->ptr[i].is_read && reading_path(r, in->ptr[i].now.path, err) < 0)
            return -1;
    return 0;
}

/* ---- What became of it ---- */

static const struct {
    const char *why;  /* of one */
    const char *line; /* of all of them */
} remarks[INBOX_REMARKS] = {
    [INBOX_FOLDER] = {"is a folder", "folders are not read, put their files into the inbox itself, or set [run] "
                                     "recursive = yes"},
    [INBOX_LINKED] = {"is a link to a folder", "links to folders are not followed"},
    [INBOX_SPECIAL] = {"is no file", "these are no files"},
    [INBOX_UNFINISHED] = {"is named as an upload in progress",
                          "left alone, as their names are those of uploads in progress"},
    [INBOX_SETTLING] = {"changed a moment ago", "left alone, as they changed a moment ago ([run] settle)"},
    [INBOX_CHANGED] = {"changed while it was read", "left alone, as they changed while they were read"},
    [INBOX_BY_LINK] = {"is read through a link", "read through links"},
    [INBOX_DROPPING] = {NULL, "passed over, as programs leave such files for themselves"},
};

static void leave(struct inbox_entry *e, enum inbox_remark remark)
{
    e->remark = remark;
    e->now.fate = INBOX_LEFT;
    e->now.why = strdup(remarks[remark].why);
}

/* What the reading made of the path: a file, or the members of an archive. False: nothing, or what may be otherwise
 * the next time it is looked at. */
static bool fate_of(const struct intake_files *files, struct inbox_entry *e)
{
    struct inbox_file *const f = &e->now;
    const struct intake_file *refused = NULL;
    bool seen = false;

    for (size_t i = 0; i < files->count; i++) {
        const struct intake_file *const one = &files->ptr[i];

        if (!text_equal((struct text){one->name, one->path_len}, text_of(f->path)))
            continue;
        seen = true;
        if (one->fate == FILE_LEFT) {
            leave(e, INBOX_CHANGED);
            return true;
        }
        if (one->fate == FILE_REFUSED && one->why.code != ERR_DATA)
            return false;
        if (one->fate == FILE_REFUSED && refused == NULL)
            refused = one;
    }
    if (refused != NULL) {
        f->fate = INBOX_REFUSED;
        f->why = strdup(refused->why.msg);
    }
    return seen;
}

static void judge_entry(struct inbox *in, struct inbox_entry *e, const struct intake_files *files, instant as_of)
{
    struct inbox_file *const f = &e->now;

    if (e->remark == INBOX_DROPPING)
        return;
    if (e->remark == INBOX_UNREADABLE) {
        f->fate = INBOX_REFUSED;
        e->is_input = true;
    } else if (e->remark != INBOX_PLAIN && e->remark != INBOX_BY_LINK) {
        leave(e, e->remark);
        e->is_input = true;
    } else if (e->is_read) {
        f->fate = INBOX_STORED;
        e->is_input = fate_of(files, e);
    } else {
        f->fate = e->before->fate;
        f->why = e->before->why != NULL && f->fate == INBOX_REFUSED ? strdup(e->before->why) : NULL;
        e->is_input = true;
        in->unchanged += f->fate == INBOX_STORED;
    }
    if (f->fate == INBOX_STORED && e->remark == INBOX_BY_LINK)
        f->why = strdup(remarks[INBOX_BY_LINK].why);
    if (f->why == NULL)
        return;
    f->since = as_of;
    if (!e->is_read && e->before != NULL && e->before->why != NULL && strcmp(e->before->why, f->why) == 0)
        f->since = e->before->since;
}

/* There is news of its refusal which the reading does not know: it could not be read, or was by an earlier run. */
static bool is_refused_unread(const struct inbox_entry *e)
{
    return e->now.fate == INBOX_REFUSED && e->is_new && !e->is_read;
}

int inbox_judge(struct inbox *in, const struct reading *r, instant as_of, instant previous, struct err *err)
{
    const struct intake_files *const files = load_files(r->load);

    for (size_t i = 0; i < in->count; i++) {
        struct inbox_entry *const e = &in->ptr[i];

        judge_entry(in, e, files, as_of);
        if (e->now.why == NULL && (e->now.fate != INBOX_STORED || e->remark == INBOX_UNREADABLE))
            return err_nomem(err);
        e->is_new = e->now.why != NULL && (previous == INSTANT_NONE || e->now.since > previous);
        in->refused_unread += is_refused_unread(e);
        in->refused_before += e->now.fate == INBOX_REFUSED && !e->is_new;
        in->left_before += e->now.fate == INBOX_LEFT && !e->is_new;
    }
    return 0;
}

int inbox_keep(const struct inbox *in, struct store *store, struct err *err)
{
    struct inbox_files all = {.ptr = calloc(in->count + 1, sizeof(*all.ptr))};
    int rc;

    if (all.ptr == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < in->count; i++)
        if (in->ptr[i].is_input)
            all.ptr[all.count++] = in->ptr[i].now;
    rc = store_inbox_keep(store, &all, err);
    free(all.ptr); /* the texts are the entries' */
    return rc;
}

/* ---- Telling ---- */

static const char *name_of(const struct inbox *in, const struct inbox_entry *e)
{
    const char *name = e->now.path + strlen(in->folder);

    while (*name == '/')
        name++;
    return name;
}

static bool tell_remark(const struct inbox *in, const struct session *s, enum inbox_remark remark)
{
    const char *first = NULL;
    struct buf line = {0};
    size_t count = 0;

    buf_printf(&line, "inbox: %s: ", remarks[remark].line);
    for (size_t i = 0; i < in->count; i++) {
        const struct inbox_entry *const e = &in->ptr[i];

        if (e->remark != remark || (!e->is_new && remark != INBOX_DROPPING))
            continue;
        if (count == 0)
            first = e->now.path;
        if (count++ < NAMES_SHOWN)
            buf_printf(&line, "%s'%s'", count > 1 ? ", " : "", name_of(in, e));
    }
    if (count > NAMES_SHOWN)
        buf_printf(&line, " and %zu more", count - NAMES_SHOWN);
    if (count > 0 && remark == INBOX_DROPPING)
        say_detail(s, ABOUT_FILE(FILE_LEFT, first, 0), "%s", buf_cstr(&line));
    else if (count > 0)
        say_warning(s, ABOUT_FILE(FILE_LEFT, first, 0), "%s", buf_cstr(&line));
    buf_release(&line);
    return count > 0 && remark != INBOX_DROPPING;
}

bool inbox_tell(const struct inbox *in, struct session *s)
{
    bool any = false;

    for (unsigned r = INBOX_PLAIN + 1; r < INBOX_REMARKS; r++)
        if (r != INBOX_UNREADABLE && tell_remark(in, s, (enum inbox_remark)r))
            any = true;
    for (size_t i = 0; i < in->count; i++) {
        const struct inbox_entry *const e = &in->ptr[i];

        if (!is_refused_unread(e))
            continue;
        any = true;
        reading_tell_unread(s, e->now.path, e->now.why);
        say_error(s, ABOUT_FILE(FILE_REFUSED, e->now.path, 0), "%s%s%s",
                  strstr(e->now.why, e->now.path) != NULL ? "" : e->now.path,
                  strstr(e->now.why, e->now.path) != NULL ? "" : ": ", e->now.why);
        session_raise(s, e->remark == INBOX_UNREADABLE ? EXIT_NO_INPUT : EXIT_DATA);
    }
    return any;
}

void inbox_release(struct inbox *in)
{
    for (size_t i = 0; i < in->count; i++) {
        free(in->ptr[i].now.path);
        free(in->ptr[i].now.why);
    }
    free(in->ptr);
    free(in->as_of_path);
    inbox_files_release(&in->memory);
    *in = (struct inbox){0};
}
