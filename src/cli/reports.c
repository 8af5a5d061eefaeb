/* The reports there are: shipped ones and those of the analyst. */
#include "reports_int.h"

#include "base/array.h"
#include "base/ascii.h"
#include "base/file.h"
#include "base/shipped.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHIPPED_FOLDER "reports/"

static const struct option_spec specs[] = {
    {"report-dir", 0, "DIR",
     "a folder with report files of your own (default: ~/.config/pcreport/reports, if it exists)"},
};
const struct option_group group_report_dir = {"Reports of your own", specs, ARRAY_LEN(specs)};

static struct report *slot_for(struct reports *r, const char *name, struct err *err)
{
    for (size_t i = 0; name != NULL && i < r->count; i++)
        if (strcmp(r->ptr[i].name, name) == 0) {
            report_release(&r->ptr[i]);
            return &r->ptr[i];
        }
    if (!array_reserve(&r->ptr, &r->cap, r->count + 1, sizeof(*r->ptr))) {
        err_nomem(err);
        return NULL;
    }
    return &r->ptr[r->count++];
}

static int add_report(struct reports *r, const char *file, struct text source, bool own, struct err *err)
{
    struct report parsed = {0};
    struct report *slot;

    if (report_parse(&parsed, file, source, err) < 0)
        return -1;
    for (size_t i = 0; own && i < r->count; i++)
        if (strcmp(r->ptr[i].name, parsed.name) == 0)
            parsed.replaces_ours = !r->ptr[i].own || r->ptr[i].replaces_ours;
    slot = slot_for(r, parsed.name, err);
    if (slot == NULL) {
        report_release(&parsed);
        return -1;
    }
    parsed.own = own;
    *slot = parsed;
    return 0;
}

static int add_file(struct reports *r, const struct session *s, const char *folder, const char *name, struct err *err)
{
    char *const path = path_join(folder, name, err);
    struct buf text = {0};
    int rc = -1;

    if (path != NULL && out_spares(s, path, "a report file", err) == 0 && read_small_file(path, &text, err) == 0)
        rc = add_report(r, path, buf_text(&text), true, err);
    buf_release(&text);
    free(path);
    return rc;
}

static bool ends_in_sql(const char *name)
{
    const size_t len = strlen(name);

    return name[0] != '.' && len > 4 && strcmp(name + len - 4, ".sql") == 0;
}

static int add_folder(struct reports *r, const struct session *s, const char *folder, struct err *err)
{
    DIR *const dir = opendir(folder);
    const struct dirent *entry;
    int rc = 0;

    if (dir == NULL)
        return err_errno(err, ERR_CONFIG, "cannot read the folder of reports '%s'", folder);
    while (rc == 0 && (errno = 0, entry = readdir(dir)) != NULL)
        if (ends_in_sql(entry->d_name))
            rc = add_file(r, s, folder, entry->d_name, err);
    if (rc == 0 && errno != 0)
        rc = err_errno(err, ERR_CONFIG, "cannot read the folder of reports '%s'", folder);
    closedir(dir);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct report *)a)->name, ((const struct report *)b)->name);
}

/* The folder that is looked in where none is named; NULL where there is none, or no memory (*failed). */
static char *usual_folder(bool *failed)
{
    const char *const xdg = getenv("XDG_CONFIG_HOME"), *const home = getenv("HOME");
    char *path = NULL;
    int len = 0;

    if (xdg != NULL && *xdg != '\0')
        len = asprintf(&path, "%s/pcreport/reports", xdg);
    else if (home != NULL && *home != '\0')
        len = asprintf(&path, "%s/.config/pcreport/reports", home);
    *failed = len < 0;
    if (len <= 0)
        return NULL;
    if (is_folder(path))
        return path;
    free(path);
    return NULL;
}

static int choose_folder(struct reports *out, const struct session *s, struct err *err)
{
    const char *const given = options_value(&s->options, "report-dir");
    const char *const named = given != NULL ? given : s->config.reports_folder;
    bool failed = false;

    out->folder = named != NULL ? strdup(named) : usual_folder(&failed);
    return failed || (named != NULL && out->folder == NULL) ? err_nomem(err) : 0;
}

int reports_load(struct reports *out, const struct session *s, struct err *err)
{
    *out = (struct reports){0};
    if (choose_folder(out, s, err) < 0)
        return -1;
    for (size_t i = 0; i < shipped_count; i++)
        if (strncmp(shipped_files[i].name, SHIPPED_FOLDER, strlen(SHIPPED_FOLDER)) == 0 &&
            add_report(out, shipped_files[i].name, shipped_files[i].text, false, err) < 0)
            return -1;
    if (out->folder != NULL && add_folder(out, s, out->folder, err) < 0)
        return -1;
    if (out->count > 1)
        qsort(out->ptr, out->count, sizeof(*out->ptr), by_name);
    return 0;
}

void reports_release(struct reports *r)
{
    for (size_t i = 0; i < r->count; i++)
        report_release(&r->ptr[i]);
    free(r->ptr);
    free(r->folder);
    *r = (struct reports){0};
}

const struct report *reports_find(const struct reports *r, const char *name, struct err *err)
{
    const char **const names = calloc(r->count + 1, sizeof(*names));
    const struct report *found = NULL;
    const char *near;

    if (names == NULL) {
        err_nomem(err);
        return NULL;
    }
    for (size_t i = 0; i < r->count; i++) {
        names[i] = r->ptr[i].name;
        if (strcmp(names[i], name) == 0)
            found = &r->ptr[i];
    }
    near = found == NULL ? text_nearest(name, names, r->count) : NULL;
    if (near != NULL)
        err_set(err, ERR_USAGE, "no report '%s': did you mean '%s'?", name, near);
    else if (found == NULL)
        err_set(err, ERR_USAGE, "no report '%s': 'pcreport report --list' names them", name);
    free(names);
    return found;
}

static int add_format(struct formats *out, struct text name, enum err_code code, struct err *err)
{
    struct buf list = {0};
    char word[32] = "";
    const struct writer_ops *format;
    size_t count;
    const struct writer_ops *const *const all = writer_list(&count);

    if (name.len < sizeof(word))
        memcpy(word, name.ptr, name.len);
    format = writer_find(word);
    for (size_t i = 0; i < out->count; i++)
        if (out->ptr[i] == format)
            return 0;
    if (format != NULL && out->count < FORMATS_MAX) {
        out->ptr[out->count++] = format;
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        buf_printf(&list, "%s%s", i > 0 ? ", " : "", all[i]->name);
    err_set(err, code, "no format '%.*s': there are %s", (int)name.len, name.ptr, buf_cstr(&list));
    buf_release(&list);
    return -1;
}

static int add_formats(struct formats *out, const char *list, enum err_code code, struct err *err)
{
    for (;;) {
        const size_t len = strcspn(list, ",");

        if (add_format(out, text_trim((struct text){list, len}), code, err) < 0)
            return -1;
        if (list[len] == '\0')
            return 0;
        list += len + 1;
    }
}

/* 1 where --format says them, 0 where it is not given. */
static int formats_given(struct formats *out, const struct session *s, struct err *err)
{
    const size_t given = options_count(&s->options, "format");

    *out = (struct formats){0};
    for (size_t i = 0; i < given; i++)
        if (add_formats(out, options_nth(&s->options, "format", i), ERR_USAGE, err) < 0)
            return -1;
    return given > 0;
}

int formats_read(struct formats *out, const struct session *s, struct err *err)
{
    const int given = formats_given(out, s, err);

    if (given != 0)
        return given < 0 ? -1 : 0;
    return add_formats(out, s->config.formats != NULL ? s->config.formats : "csv", ERR_CONFIG, err);
}

static const char *format_of_ending(const char *path)
{
    size_t count;
    const struct writer_ops *const *const all = writer_list(&count);
    const char *const dot = strrchr(path, '.');

    for (size_t i = 0; dot != NULL && i < count; i++)
        if (text_equal_nocase(text_of(dot), text_of(all[i]->extension)))
            return all[i]->name;
    if (dot != NULL && (text_equal_nocase(text_of(dot), TEXT_LITERAL(".ndjson")) ||
                        text_equal_nocase(text_of(dot), TEXT_LITERAL(".jsonl"))))
        return "json";
    return NULL;
}

/* A word of letters behind the last dot of the name: "pdf", and not the "10" of report-2021.10. NULL: there is none. */
static const char *ending_of(const char *path)
{
    const char *const slash = strrchr(path, '/'), *const dot = strrchr(slash != NULL ? slash : path, '.');
    const size_t len = dot != NULL ? strlen(dot + 1) : 0;

    return len >= 2 && len <= 5 && dot != path && dot[-1] != '/' && ascii_is_letter(dot[1]) ? dot : NULL;
}

static int unknown_ending(const char *path, struct err *err)
{
    struct buf list = {0};
    size_t count;
    const struct writer_ops *const *const all = writer_list(&count);

    for (size_t i = 0; i < count; i++)
        buf_printf(&list, "%s%s", i > 0 ? ", " : "", all[i]->extension);
    err_set(err, ERR_USAGE,
            "--out '%s': no report is written as %s; give it one of the endings %s, or say --format too", path,
            ending_of(path), buf_cstr(&list));
    buf_release(&list);
    return -1;
}

static int check_vertical(const struct formats *f, const struct session *s, struct err *err)
{
    for (size_t i = 0; options_has(&s->options, "vertical") && i < f->count; i++)
        if (strcmp(f->ptr[i]->name, "table") != 0)
            return err_set(err, ERR_USAGE,
                           "--vertical is of tables, and nothing for %s: leave it out, or --format=table",
                           f->ptr[i]->name);
    return 0;
}

bool format_of_file(const char *path)
{
    return format_of_ending(path) != NULL && !is_folder(path);
}

int formats_read_for(struct formats *out, const struct session *s, const char *path, const char *otherwise,
                     struct err *err)
{
    const int given = formats_given(out, s, err);
    const char *name = path != NULL ? format_of_ending(path) : NULL;

    if (given != 0)
        return given < 0 ? -1 : check_vertical(out, s, err);
    if (path != NULL && name == NULL && ending_of(path) != NULL && !is_folder(path))
        return unknown_ending(path, err);
    if (name == NULL && (options_has(&s->options, "vertical") || (path == NULL && terminal_columns() > 0)))
        name = "table";
    if (add_formats(out, name != NULL ? name : otherwise, ERR_USAGE, err) < 0)
        return -1;
    return check_vertical(out, s, err);
}

int format_check_stdout(const struct writer_ops *format, struct err *err)
{
    if (strcmp(format->name, "xlsx") != 0 || terminal_columns() == 0)
        return 0;
    return err_set(err, ERR_USAGE, "a workbook is nothing for a terminal: give --out=FILE.xlsx");
}

static void tell_about(struct json_out *j, const struct report *r)
{
    json_pair(j, "name", r->name);
    json_pair(j, "title", r->title);
    json_pair(j, "audience", r->audience);
    json_pair(j, "description", r->description);
}

void reports_list(const struct session *s, const struct reports *reports)
{
    for (size_t i = 0; i < reports->count; i++) {
        const struct report *const r = &reports->ptr[i];
        struct event e;

        event_begin(&e, s, "report");
        tell_about(&e.json, r);
        event_end(&e, s);
        if (!s->json)
            printf("%-32s %s (for %s)\n", r->name, r->title, r->audience);
    }
}

static void describe_json(const struct session *s, const struct report *r)
{
    struct event e;

    event_begin(&e, s, "report");
    tell_about(&e.json, r);
    json_key(&e.json, "columns");
    json_open(&e.json, '[');
    for (size_t i = 0; i < r->column_count; i++) {
        json_open(&e.json, '{');
        json_pair(&e.json, "name", r->columns[i].name);
        json_pair(&e.json, "type", column_type_word(r->columns[i].type));
        json_pair(&e.json, "title", r->columns[i].title);
        json_close(&e.json, '}');
    }
    json_close(&e.json, ']');
    json_pair(&e.json, "query", r->sql);
    event_end(&e, s);
}

/* What a terminal keeps. */
static void describe_importance(const struct report *r)
{
    const char *joint = "\nWhere a terminal has no room for all, these come first:\n  ";

    for (size_t place = 1; place <= r->column_count; place++)
        for (size_t i = 0; i < r->column_count; i++)
            if (r->columns[i].importance == place) {
                printf("%s%s", joint, r->columns[i].name);
                joint = place % 6 == 0 ? ",\n  " : ", ";
            }
    printf("%s", joint[0] == ',' ? "\n" : "");
}

static void describe_text(const struct report *r)
{
    printf("%s: %s\n", r->name, r->title);
    if (r->audience[0] != '\0')
        printf("for %s\n", r->audience);
    if (r->description[0] != '\0')
        printf("\n%s\n", r->description);
    printf("\nColumns:\n");
    for (size_t i = 0; i < r->column_count; i++)
        printf("  %-30s %-8s %s\n", r->columns[i].name, column_type_word(r->columns[i].type), r->columns[i].title);
    describe_importance(r);
    for (size_t i = 0; i < r->chart_count; i++)
        printf("%s  %s (%s)\n", i == 0 ? "\nCharts:\n" : "", r->charts[i].title, chart_kind_word(r->charts[i].kind));
    if (r->split != NULL)
        printf("\n'run' writes one more file for each %s.\n", r->split);
    printf("\nQuery:\n%s\n", r->sql);
}

int describe_report(const struct session *s, const struct reports *reports, const char *name, struct err *err)
{
    const struct report *const r = reports_find(reports, name, err);

    if (r == NULL)
        return -1;
    if (s->json)
        describe_json(s, r);
    else
        describe_text(r);
    return 0;
}
