/* Forms: taking them from the configuration, and finding the one for a file. */
#include "input/form.h"

#include "feed_int.h"
#include "layout_int.h"
#include "table_int.h"

#include "base/zone.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SKIP_LINES_MAX 1000

/* The sections: "read.KIND" and so on, and "profile NAME", which "profile NAME.columns" may follow. */
enum family { FAMILY_NONE, FAMILY_READ, FAMILY_COLUMNS, FAMILY_WORDS, FAMILY_PROFILE, FAMILY_LAYOUT };

struct section {
    enum family family;
    struct text name; /* of the kind, the profile, the layout */
    bool of_profile;  /* columns or words of a profile */
};

static bool ends_in(struct text t, const char *end, struct text *before)
{
    const size_t len = strlen(end);

    if (t.len <= len || memcmp(t.ptr + t.len - len, end, len) != 0)
        return false;
    *before = (struct text){t.ptr, t.len - len};
    return true;
}

static struct section section_of(const char *section)
{
    static const struct {
        const char *prefix;
        enum family family;
    } prefixes[] = {{"read.", FAMILY_READ},
                    {"columns.", FAMILY_COLUMNS},
                    {"words.", FAMILY_WORDS},
                    {"profile ", FAMILY_PROFILE},
                    {"layout ", FAMILY_LAYOUT}};
    struct section s = {0};

    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        const size_t len = strlen(prefixes[i].prefix);
        if (strncmp(section, prefixes[i].prefix, len) != 0)
            continue;
        s.family = prefixes[i].family;
        s.name = text_trim(text_of(section + len));
    }
    if (s.family == FAMILY_PROFILE && ends_in(s.name, ".columns", &s.name)) {
        s.family = FAMILY_COLUMNS;
        s.of_profile = true;
    } else if (s.family == FAMILY_PROFILE && ends_in(s.name, ".words", &s.name)) {
        s.family = FAMILY_WORDS;
        s.of_profile = true;
    }
    return s;
}

bool forms_know(const char *section)
{
    return section_of(section).family != FAMILY_NONE;
}

static bool is_named(const char *name, struct text wanted)
{
    return name != NULL && text_equal(text_of(name), wanted);
}

/* The form, made if there is none yet. */
static struct form *form_at(struct forms *f, struct text name, bool profile)
{
    struct form *grown;

    for (size_t i = 0; i < f->count; i++)
        if (profile ? is_named(f->ptr[i].profile, name) : f->ptr[i].profile == NULL && is_named(f->ptr[i].kind, name))
            return &f->ptr[i];
    grown = reallocarray(f->ptr, f->count + 1, sizeof(*grown));
    if (grown == NULL)
        return NULL;
    f->ptr = grown;
    char *const copy = strndup(name.ptr, name.len);
    if (copy == NULL)
        return NULL;
    grown[f->count] = (struct form){0};
    *(profile ? &grown[f->count].profile : &grown[f->count].kind) = copy;
    return &grown[f->count++];
}

static struct layout *layout_at(struct forms *f, struct text name, struct err *err)
{
    struct layout **grown;

    for (size_t i = 0; i < f->layout_count; i++)
        if (is_named(flat_name(f->layouts[i]), name))
            return f->layouts[i];
    grown = reallocarray(f->layouts, f->layout_count + 1, sizeof(struct layout *));
    if (grown == NULL)
        return err_nomem(err), NULL;
    f->layouts = grown;
    if (flat_create(&grown[f->layout_count], name, err) < 0)
        return NULL;
    return grown[f->layout_count++];
}

static int given_twice(const char *key, struct err *err)
{
    return err_set(err, ERR_CONFIG, "this key is given twice: '%s'", key);
}

static int set_text(char **field, const char *key, const char *value, struct err *err)
{
    if (*field != NULL)
        return given_twice(key, err);
    *field = strdup(value);
    return *field != NULL ? 0 : err_nomem(err);
}

static int set_dates(struct form *form, const char *value, struct err *err)
{
    if (text_same_word(text_of(value), TEXT_LITERAL("day-first")))
        form->dates = DATES_DAY_FIRST;
    else if (text_same_word(text_of(value), TEXT_LITERAL("month-first")))
        form->dates = DATES_MONTH_FIRST;
    else
        return err_set(err, ERR_CONFIG, "dates = '%s': wanted is day-first or month-first", value);
    return 0;
}

static int set_skip_lines(struct form *form, const char *value, struct err *err)
{
    char *end;
    const unsigned long n = strtoul(value, &end, 10);

    if (*value < '0' || *value > '9' || *end != '\0' || n > SKIP_LINES_MAX)
        return err_set(err, ERR_CONFIG, "skip_lines = '%s': wanted is a whole number up to %d", value, SKIP_LINES_MAX);
    form->skip_lines = (unsigned)n;
    return 0;
}

static int set_key(struct form *form, const char *key, const char *value, struct err *err)
{
    const bool profile = form->profile != NULL;
    const struct {
        const char *key;
        char **field;
        bool of_profiles_only;
    } texts[] = {{"time_zone", &form->time_zone, false},
                 {"encoding", &form->encoding, false},
                 {"kind", &form->kind, true},
                 {"match", &form->match, true},
                 {"layout", &form->layout, true}};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (strcmp(texts[i].key, key) == 0 && (profile || !texts[i].of_profiles_only))
            return set_text(texts[i].field, key, value, err);
    if (strcmp(key, "dates") == 0)
        return form->dates != DATES_NOT_TOLD ? given_twice(key, err) : set_dates(form, value, err);
    if (strcmp(key, "skip_lines") == 0 && profile)
        return set_skip_lines(form, value, err);
    return err_set(err, ERR_CONFIG, "unknown key '%s'; there are time_zone, encoding, dates%s", key,
                   profile ? ", kind, match, layout, skip_lines" : "");
}

static int add_pair(struct form_pairs *pairs, const char *name, const char *value, struct err *err)
{
    struct form_pair *grown;

    for (size_t i = 0; i < pairs->count; i++)
        if (text_same_word(text_of(pairs->ptr[i].name), text_of(name)))
            return given_twice(name, err);
    grown = reallocarray(pairs->ptr, pairs->count + 1, sizeof(*grown));
    if (grown == NULL)
        return err_nomem(err);
    pairs->ptr = grown;
    grown[pairs->count] = (struct form_pair){strdup(name), strdup(value)};
    pairs->count++;
    return grown[pairs->count - 1].name != NULL && grown[pairs->count - 1].value != NULL ? 0 : err_nomem(err);
}

/* ---- What is named must exist ---- */

static void section_name(const struct form *form, const char *part, char *out, size_t size)
{
    if (form->profile != NULL)
        snprintf(out, size, "[profile %s%s%s]", form->profile, *part != '\0' ? "." : "", part);
    else
        snprintf(out, size, "[%s.%s]", *part != '\0' ? part : "read", form->kind);
}

static bool has_column(const struct reader_ops *ops, struct text name)
{
    for (size_t i = 0; ops->table != NULL && i < ops->table->column_count; i++)
        if (text_same_word(name, text_of(ops->table->columns[i].name)))
            return true;
    return false;
}

/* A profile may leave its kind open: then any kind's columns will do. */
static bool any_has_column(const struct reader_ops *ops, struct text name)
{
    size_t count;
    const struct load_kind *const kinds = load_kinds(&count);

    if (ops != NULL)
        return has_column(ops, name);
    for (size_t i = 0; i < count; i++)
        if (has_column(readers_find(kinds[i].name), name))
            return true;
    return false;
}

/* "chf.device_id" is the column of one Device type, where a row tells of several Devices. */
static struct text column_of(const struct form_pair *pair, bool word)
{
    const char *const dot = word ? strchr(pair->name, '.') : strrchr(pair->name, '.');

    if (word)
        return dot != NULL ? (struct text){pair->name, (size_t)(dot - pair->name)} : text_of(pair->name);
    return text_of(dot != NULL ? dot + 1 : pair->name);
}

static int check_pair(const struct form *form, const struct reader_ops *ops, const struct form_pair *pair, bool word,
                      struct err *err)
{
    const struct text column = column_of(pair, word);

    if (ops != NULL && ops->table == NULL)
        return err_set(err, ERR_CONFIG, "%s has no columns", form->kind);
    if (word && column.len == strlen(pair->name))
        return err_set(err, ERR_CONFIG, "'%s': wanted is COLUMN.WORD, as in device_type.IHDorCAD = CAD", pair->name);
    if (!any_has_column(ops, column))
        return err_set(err, ERR_CONFIG, "'%.*s' is no column of %s", (int)column.len, column.ptr,
                       ops != NULL ? "this kind" : "any kind");
    return 0;
}

static int check_pairs(const struct form *form, const struct reader_ops *ops, const struct form_pairs *pairs,
                       bool words, struct err *err)
{
    struct err why = {0};
    char where[128];

    section_name(form, words ? "words" : "columns", where, sizeof(where));
    for (size_t i = 0; i < pairs->count; i++)
        if (check_pair(form, ops, &pairs->ptr[i], words, &why) < 0)
            return err_set(err, ERR_CONFIG, "%s: %s", where, why.msg);
    return 0;
}

static int check_form(const struct forms *f, const struct form *form, struct err *err)
{
    const struct reader_ops *const ops = form->kind != NULL ? readers_find(form->kind) : NULL;
    struct err why = {0};
    struct zone *zone = NULL;
    char where[128];

    section_name(form, "", where, sizeof(where));
    if (form->kind != NULL && ops == NULL)
        return err_set(err, ERR_CONFIG, "%s: no such kind of input: '%s'", where, form->kind);
    if (form->encoding != NULL && !encoding_is_known(form->encoding))
        return err_set(err, ERR_CONFIG, "%s: no encoding '%s' is known; 'iconv -l' lists them", where, form->encoding);
    if (form->time_zone != NULL && zone_create(&zone, form->time_zone, &why) < 0)
        return why.code == ERR_CONFIG ? err_set(err, ERR_CONFIG, "%s: %s", where, why.msg) : err_copy(err, &why);
    zone_destroy(zone);
    if (form->layout != NULL && layouts_find(f, form->layout) == NULL)
        return err_set(err, ERR_CONFIG, "%s: there is no [layout %s]", where, form->layout);
    if (check_pairs(form, ops, &form->columns, false, err) < 0)
        return -1;
    return check_pairs(form, ops, &form->words, true, err);
}

int forms_take(struct forms *f, const char *section, const char *key, const char *value, struct err *err)
{
    const struct section s = section_of(section);
    const bool profile = s.family == FAMILY_PROFILE || s.of_profile;
    struct form_pairs *pairs;
    struct form *form;

    if (s.name.len == 0)
        return err_set(err, ERR_CONFIG, "the section [%s] names nothing", section);
    if (*value == '\0')
        return err_set(err, ERR_CONFIG, "no value for the key '%s'", key);
    if (s.family == FAMILY_LAYOUT) {
        struct layout *const layout = layout_at(f, s.name, err);
        return layout != NULL ? flat_take(layout, key, value, err) : -1;
    }
    form = form_at(f, s.name, profile);
    if (form == NULL)
        return err_nomem(err);
    if (!profile && readers_find(form->kind) == NULL)
        return err_set(err, ERR_CONFIG, "no such kind of input: '%s'", form->kind);
    if (s.family != FAMILY_COLUMNS && s.family != FAMILY_WORDS)
        return set_key(form, key, value, err);
    pairs = s.family == FAMILY_WORDS ? &form->words : &form->columns;
    if (add_pair(pairs, key, value, err) < 0)
        return -1;
    /* The kind of a profile may yet come. */
    return profile ? 0
                   : check_pair(form, readers_find(form->kind), &pairs->ptr[pairs->count - 1], s.family == FAMILY_WORDS,
                                err);
}

int forms_check(const struct forms *f, struct err *err)
{
    for (size_t i = 0; i < f->layout_count; i++)
        if (flat_check(f->layouts[i], err) < 0)
            return -1;
    for (size_t i = 0; i < f->count; i++)
        if (check_form(f, &f->ptr[i], err) < 0)
            return -1;
    return 0;
}

static void release_pairs(struct form_pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        free(pairs->ptr[i].name);
        free(pairs->ptr[i].value);
    }
    free(pairs->ptr);
}

void forms_release(struct forms *f)
{
    for (size_t i = 0; i < f->count; i++) {
        struct form *const form = &f->ptr[i];
        char *const texts[] = {form->profile, form->kind, form->match, form->layout, form->encoding, form->time_zone};
        for (size_t k = 0; k < ARRAY_LEN(texts); k++)
            free(texts[k]);
        release_pairs(&form->columns);
        release_pairs(&form->words);
    }
    free(f->ptr);
    for (size_t i = 0; i < f->layout_count; i++)
        flat_destroy(f->layouts[i]);
    free(f->layouts);
    *f = (struct forms){0};
}

/* ---- Finding ---- */

const struct form *forms_profile(const struct forms *f, const char *name)
{
    for (size_t i = 0; f != NULL && i < f->count; i++)
        if (is_named(f->ptr[i].profile, text_of(name)))
            return &f->ptr[i];
    return NULL;
}

const struct form *forms_match(const struct forms *f, const char *base_name)
{
    for (size_t i = 0; f != NULL && i < f->count; i++)
        if (f->ptr[i].profile != NULL && f->ptr[i].match != NULL &&
            fnmatch(f->ptr[i].match, base_name, FNM_CASEFOLD) == 0)
            return &f->ptr[i];
    return NULL;
}

const struct form *forms_of_kind(const struct forms *f, const char *kind)
{
    for (size_t i = 0; f != NULL && i < f->count; i++)
        if (f->ptr[i].profile == NULL && is_named(f->ptr[i].kind, text_of(kind)))
            return &f->ptr[i];
    return NULL;
}
