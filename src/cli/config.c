/* The configuration, and the layouts that travel inside the program. */
#include "config_int.h"

#include "base/array.h"
#include "base/file.h"
#include "base/shipped.h"
#include "base/text.h"
#include "options_int.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- The layouts that ship (layouts/): read as the configuration is, before it ---- */

struct shipped_reading {
    struct forms *forms;
    const char *name;
    struct err *err;
};

static int take_shipped(void *user, const char *section, const char *key, const char *value)
{
    const struct shipped_reading *const r = user;
    struct err why = {0};

    if (forms_take(r->forms, section, key, value, &why) == 0)
        return 1;
    err_set(r->err, ERR_BUG, "%s: [%s]: %s", r->name, section, why.msg);
    return 0;
}

static int read_one(struct forms *forms, const struct shipped *file, struct err *err)
{
    struct shipped_reading r = {forms, file->name, err};
    char *const text = strndup(file->text.ptr, file->text.len);
    int line;

    if (text == NULL)
        return err_nomem(err);
    line = ini_parse_string(text, take_shipped, &r);
    free(text);
    return line == 0 ? 0 : err_set(err, ERR_BUG, "%s: line %d cannot be read", file->name, line);
}

static int layouts_read_shipped(struct forms *forms, struct err *err)
{
    static const char folder[] = "layouts/";

    for (size_t i = 0; i < shipped_count; i++)
        if (strncmp(shipped_files[i].name, folder, strlen(folder)) == 0 && read_one(forms, &shipped_files[i], err) < 0)
            return -1;
    return 0;
}

/* ---- The configuration ---- */

/* SETTING_COUNT: of rows, so larger than a NUMBER may be. SETTING_PAIRS: the section takes any key. */
enum setting_type { SETTING_TEXT, SETTING_NUMBER, SETTING_COUNT, SETTING_LIST, SETTING_PAIRS };

static const struct setting {
    const char *section, *key;
    enum setting_type type;
    size_t offset;
} settings[] = {
    {"store", "db", SETTING_TEXT, offsetof(struct config, db)},
    {"input", "max_rejects", SETTING_TEXT, offsetof(struct config, max_rejects)},
    {"criteria", "legacy", SETTING_TEXT, offsetof(struct config, legacy)},
    {"criteria", "revised", SETTING_TEXT, offsetof(struct config, revised)},
    {"criteria", "codes", SETTING_TEXT, offsetof(struct config, codes)},
    {"criteria", "obligation_days", SETTING_NUMBER, offsetof(struct config, obligation_days)},
    {"criteria", "response_window_hours", SETTING_NUMBER, offsetof(struct config, response_window_hours)},
    {"criteria", "cos_grace_days", SETTING_NUMBER, offsetof(struct config, cos_grace_days)},
    {"coverage", "silence_hours", SETTING_NUMBER, offsetof(struct config, silence_hours)},
    {"coverage", "expected_requests", SETTING_NUMBER, offsetof(struct config, expected_requests)},
    {"coverage", "complete", SETTING_LIST, offsetof(struct config, complete)},
    {"registration", "extracts", SETTING_TEXT, offsetof(struct config, extracts)},
    {"scope", "parties", SETTING_LIST, offsetof(struct config, scope)},
    {"incidents", "criteria", SETTING_TEXT, offsetof(struct config, incident_criteria)},
    {"incidents", "revised_from", SETTING_TEXT, offsetof(struct config, revised_from)},
    {"smets1", "operator_check_ends", SETTING_LIST, offsetof(struct config, operator_check_ends)},
    {"run", "require", SETTING_LIST, offsetof(struct config, require)},
    {"run", "settle", SETTING_NUMBER, offsetof(struct config, settle)},
    {"run", "recursive", SETTING_TEXT, offsetof(struct config, recursive)},
    {"run", "after", SETTING_TEXT, offsetof(struct config, after)},
    {"run", "keep_reports", SETTING_NUMBER, offsetof(struct config, keep_reports)},
    {"report", "formats", SETTING_TEXT, offsetof(struct config, formats)},
    {"report", "folder", SETTING_TEXT, offsetof(struct config, reports_folder)},
    {"report", "own_seconds", SETTING_NUMBER, offsetof(struct config, own_seconds)},
    {"report", "own_rows", SETTING_COUNT, offsetof(struct config, own_rows)},
    {"report", "correction_cost", SETTING_NUMBER, offsetof(struct config, correction_gbp)},
    {"costs", "incident", SETTING_NUMBER, offsetof(struct config, cost_incident)},
    {"costs", "visit", SETTING_NUMBER, offsetof(struct config, cost_visit)},
    {"costs", "hour", SETTING_NUMBER, offsetof(struct config, cost_hour)},
    {"pack", "reference", SETTING_TEXT, offsetof(struct config, pack_reference)},
    {"pack", "action", SETTING_TEXT, offsetof(struct config, pack_action)},
    {"pack", "purpose", SETTING_TEXT, offsetof(struct config, pack_purpose)},
    {"pack", "author", SETTING_TEXT, offsetof(struct config, pack_author)},
    {"pack", "recommendation", SETTING_TEXT, offsetof(struct config, pack_recommendation)},
    {"pack", "marking", SETTING_TEXT, offsetof(struct config, pack_marking)},
    {"pack", "sentence", SETTING_TEXT, offsetof(struct config, pack_sentence)},
    {"csp", "*", SETTING_PAIRS, offsetof(struct config, csp)},
    {"tickets", "*", SETTING_PAIRS, offsetof(struct config, tickets)},
    {"reports", "tolerances", SETTING_TEXT, offsetof(struct config, tolerances)},
};

#define NUMBER_MAX 36525      /* a hundred years of days */
#define COUNT_MAX  1000000000 /* of rows */

struct ini_parse {
    struct config *config;
    FILE *fp;
    unsigned long line; /* of the file, that was read last */
    struct err *err;
};

void config_init(struct config *c)
{
    memset(c, 0, sizeof(*c));
    c->correction_gbp = c->obligation_days = c->response_window_hours = c->cos_grace_days = -1;
    c->silence_hours = c->expected_requests = -1;
    c->settle = c->keep_reports = c->own_seconds = c->own_rows = -1;
    c->cost_incident = c->cost_visit = c->cost_hour = -1;
}

static void release_pairs(struct pair_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].key);
        free(list->items[i].value);
    }
    free(list->items);
}

void config_release(struct config *c)
{
    free(c->path);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        void *const field = (char *)c + settings[i].offset;
        const struct value_list *const list = field;

        if (settings[i].type == SETTING_TEXT)
            free(*(char **)field);
        for (size_t k = 0; settings[i].type == SETTING_LIST && k < list->count; k++)
            free(list->items[k]);
        if (settings[i].type == SETTING_LIST)
            free(list->items);
        if (settings[i].type == SETTING_PAIRS)
            release_pairs(field);
    }
    for (size_t i = 0; i < c->entry_count; i++) {
        free(c->entries[i].section);
        free(c->entries[i].key);
        free(c->entries[i].value);
    }
    free(c->entries);
    forms_release(&c->forms);
    config_init(c);
}

static int wrong(struct ini_parse *r, const char *what, const char *subject)
{
    err_set(r->err, ERR_CONFIG, "%s:%lu: %s '%s'", r->config->path, r->line, what, subject);
    if (r->err->line == 0)
        r->err->line = r->line;
    return 0; /* inih's "no" */
}

static int set_text(struct ini_parse *r, char **out, const char *value)
{
    *out = strdup(value);
    return *out != NULL ? 1 : (err_nomem(r->err), 0);
}

static int add_value(struct ini_parse *r, struct value_list *list, const char *key, const char *value)
{
    char **grown;

    if (*value == '\0')
        return wrong(r, "no value for the key", key);
    grown = reallocarray(list->items, list->count + 1, sizeof(*grown));
    if (grown == NULL)
        return err_nomem(r->err), 0;
    list->items = grown;
    list->count += (size_t)set_text(r, &list->items[list->count], value);
    return r->err->code == ERR_NONE;
}

static int add_pair(struct ini_parse *r, struct pair_list *list, const char *key, const char *value)
{
    struct pair *grown;

    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].key, key) == 0)
            return wrong(r, "this key is given twice:", key);
    if (*value == '\0')
        return wrong(r, "no value for the key", key);
    grown = reallocarray(list->items, list->count + 1, sizeof(*grown));
    if (grown == NULL)
        return err_nomem(r->err), 0;
    list->items = grown;
    grown[list->count] = (struct pair){strdup(key), strdup(value), r->line};
    list->count++;
    if (grown[list->count - 1].key == NULL || grown[list->count - 1].value == NULL)
        return err_nomem(r->err), 0;
    return 1;
}

static int set_setting(struct ini_parse *r, const struct setting *s, const char *value)
{
    void *const field = (char *)r->config + s->offset;
    uint64_t n;

    if (s->type == SETTING_LIST)
        return add_value(r, field, s->key, value);
    if (s->type == SETTING_TEXT) {
        char **const out = field;

        if (*out != NULL)
            return wrong(r, "this key is given twice:", s->key);
        if (*value == '\0')
            return wrong(r, "no value for the key", s->key);
        return set_text(r, out, value);
    }
    if (*(int64_t *)field >= 0)
        return wrong(r, "this key is given twice:", s->key);
    if (!parse_number(value, s->type == SETTING_COUNT ? COUNT_MAX : NUMBER_MAX, &n))
        return wrong(r, "a whole number is wanted in place of", value);
    *(int64_t *)field = (int64_t)n;
    return 1;
}

static int take_form(struct ini_parse *r, const char *section, const char *key, const char *value)
{
    struct err why = {0};

    if (forms_take(&r->config->forms, section, key, value, &why) == 0)
        return 1;
    if (why.code != ERR_CONFIG)
        return err_copy(r->err, &why), 0;
    err_set(r->err, ERR_CONFIG, "%s:%lu: [%s]: %s", r->config->path, r->line, section, why.msg);
    r->err->line = r->line;
    return 0;
}

static int unknown_section(struct ini_parse *r, const char *section)
{
    struct buf known = {0};

    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (i == 0 || strcmp(settings[i].section, settings[i - 1].section) != 0)
            buf_printf(&known, "%s, ", settings[i].section);
    buf_printf(&known, "read.KIND, columns.KIND, words.KIND, profile NAME and layout NAME");
    if (known.failed)
        err_nomem(r->err);
    else
        err_set(r->err, ERR_CONFIG, "%s:%lu: unknown section '%s'; there are %s", r->config->path, r->line, section,
                buf_cstr(&known));
    if (r->err->line == 0)
        r->err->line = r->line;
    buf_release(&known);
    return 0;
}

/* The section in which there is such a key; NULL: in none. */
static const char *section_of(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (strcmp(settings[i].key, key) == 0)
            return settings[i].section;
    return NULL;
}

static int unknown_key(struct ini_parse *r, const char *section, const char *key)
{
    bool section_known = false;
    const char *keys[ARRAY_LEN(settings)];
    size_t count = 0;
    const char *near, *elsewhere;

    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (strcmp(settings[i].section, section) == 0) {
            section_known = true;
            keys[count++] = settings[i].key;
        }
    if (*section == '\0')
        return wrong(r, "this key stands before the first [section]:", key);
    if (!section_known)
        return unknown_section(r, section);
    near = text_nearest(key, keys, count);
    elsewhere = section_of(key);
    if (near == NULL && elsewhere == NULL)
        return wrong(r, "unknown key", key);
    if (elsewhere != NULL)
        err_set(r->err, ERR_CONFIG, "%s:%lu: unknown key '%s' in [%s]: it belongs into [%s]", r->config->path, r->line,
                key, section, elsewhere);
    else
        err_set(r->err, ERR_CONFIG, "%s:%lu: unknown key '%s' in [%s]: did you mean '%s'?", r->config->path, r->line,
                key, section, near);
    r->err->line = r->line;
    return 0;
}

bool config_setting_at(size_t index, struct config_setting *out)
{
    if (index >= ARRAY_LEN(settings))
        return false;
    *out = (struct config_setting){settings[index].section, settings[index].key};
    return true;
}

bool config_is_form(const char *section)
{
    return forms_know(section);
}

static int note_entry(struct ini_parse *r, const char *section, const char *key, const char *value)
{
    struct config *const c = r->config;
    struct config_entry *e;

    if (!array_reserve(&c->entries, &c->entry_cap, c->entry_count + 1, sizeof(*c->entries)))
        return err_nomem(r->err), 0;
    e = &c->entries[c->entry_count++];
    *e = (struct config_entry){strdup(section), strdup(key), strdup(value), r->line};
    return e->section != NULL && e->key != NULL && e->value != NULL ? 1 : (err_nomem(r->err), 0);
}

static int take(void *user, const char *section, const char *key, const char *value)
{
    struct ini_parse *const r = user;

    if (r->err->code != ERR_NONE || !note_entry(r, section, key, value))
        return 0;
    if (forms_know(section))
        return take_form(r, section, key, value);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (strcmp(settings[i].section, section) == 0 && settings[i].type == SETTING_PAIRS)
            return add_pair(r, (struct pair_list *)((char *)r->config + settings[i].offset), key, value);
        else if (strcmp(settings[i].section, section) == 0 && strcmp(settings[i].key, key) == 0)
            return set_setting(r, &settings[i], value);
    return unknown_key(r, section, key);
}

/* inih would take the rest of an over-long line for a line of its own: such a line is an error instead. */
static char *next_line(char *out, int size, void *stream)
{
    struct ini_parse *const r = stream;
    char *const got = fgets(out, size, r->fp);

    if (got == NULL)
        return NULL;
    r->line++;
    if (strchr(out, '\n') == NULL && !feof(r->fp)) {
        err_set(r->err, ERR_CONFIG, "%s:%lu: the line is too long: %d characters at most", r->config->path, r->line,
                size - 3);
        return NULL;
    }
    return got;
}

static int read_open_file(struct config *c, FILE *fp, struct err *err)
{
    struct err first = {0};
    struct ini_parse r = {.config = c, .fp = fp, .err = &first};
    const int bad_line = ini_parse_stream(next_line, &r, take, &r);

    if (first.code == ERR_NONE && ferror(fp) != 0)
        err_errno(&first, ERR_CONFIG, "cannot read '%s'", c->path);
    /* inih goes on behind a line that it cannot read, and what follows may be wrong for that reason alone. */
    if (bad_line > 0 && (first.code == ERR_NONE || (unsigned long)bad_line < first.line))
        return err_set(err, ERR_CONFIG, "%s:%d: neither a [section] nor 'key = value'", c->path, bad_line);
    if (first.code == ERR_NONE && bad_line < 0)
        err_nomem(&first);
    return first.code == ERR_NONE ? 0 : err_copy(err, &first);
}

/* The first of the usual places where there is a file; NULL when there is none, or no memory (*failed). */
static char *usual_place(bool *failed)
{
    const char *const xdg = getenv("XDG_CONFIG_HOME");
    const char *const home = getenv("HOME");
    char *path = NULL;
    int len = -2;

    if (xdg != NULL && *xdg != '\0')
        len = asprintf(&path, "%s/pcreport/config.ini", xdg);
    else if (home != NULL && *home != '\0')
        len = asprintf(&path, "%s/.config/pcreport/config.ini", home);
    *failed = len == -1;
    if (len < 0)
        path = NULL;
    if (path != NULL && access(path, F_OK) == 0)
        return path;
    free(path);
    if (*failed || access("/etc/pcreport.ini", F_OK) != 0)
        return NULL;
    path = strdup("/etc/pcreport.ini");
    *failed = path == NULL;
    return path;
}

int config_read(struct config *c, const char *path, struct err *err)
{
    struct err why = {0};
    bool failed = false;
    FILE *fp;
    int rc;

    if (path == NULL)
        path = getenv("PCREPORT_CONFIG");
    if (path != NULL && *path != '\0') {
        c->path = strdup(path);
        failed = c->path == NULL;
    } else {
        c->path = usual_place(&failed);
    }
    if (failed)
        return err_nomem(err);
    if (layouts_read_shipped(&c->forms, err) < 0)
        return -1;
    if (c->path == NULL)
        return 0;
    fp = fopen(c->path, "re");
    if (fp == NULL)
        return err_errno(err, ERR_CONFIG, "cannot read the configuration '%s'", c->path);
    rc = read_open_file(c, fp, err);
    fclose(fp);
    if (rc == 0 && forms_check(&c->forms, &why) < 0)
        rc = why.code == ERR_CONFIG ? err_set(err, ERR_CONFIG, "%s: %s", c->path, why.msg) : err_copy(err, &why);
    return rc;
}

#define SMALL_FILE_BYTES ((size_t)4 << 20)

int read_small_file(const char *path, struct buf *out, struct err *err)
{
    if (file_read_whole(path, SMALL_FILE_BYTES, out) == 0)
        return 0;
    if (errno == EFBIG)
        return err_set(err, ERR_CONFIG, "'%s' is too large: 4 MiB at most", path);
    return err_errno(err, ERR_CONFIG, "cannot read '%s'", path);
}
