/* What a report was asked for and made from, gathered for the formats that tell it. */
#include "reports_int.h"

#include "base/array.h"
#include "filters_int.h"
#include "judging/query.h"
#include "rules/plain.h"
#include "rules/wording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So many input files are named, the latest ones; who wants all of them asks `status`. */
#define FILES_NAMED "200"

static int add_to(struct about_lines *l, const char *label, const char *value, struct err *err)
{
    if (!array_reserve(&l->ptr, &l->cap, l->count + 1, sizeof(*l->ptr)))
        return err_nomem(err);
    l->ptr[l->count] = (struct about_line){strdup(label), strdup(value)};
    l->count++;
    if (l->ptr[l->count - 1].label == NULL || l->ptr[l->count - 1].value == NULL)
        return err_nomem(err);
    return 0;
}

static int add(struct about *a, const char *label, const char *value, struct err *err)
{
    return add_to(&a->lines, label, value, err);
}

static int add_scope(struct about *a, const struct judging *j, struct err *err)
{
    struct buf names = {0};
    int rc = 0;

    judging_scope_names(&j->context, &names);
    if (names.len > 0)
        rc = add(a, "Only what is owed by", buf_cstr(&names), err);
    buf_release(&names);
    return rc;
}

static int add_criteria(struct about *a, const char *label, const char *name, const unsigned char sha256[DIGEST_SIZE],
                        struct err *err)
{
    char hex[DIGEST_HEX_SIZE];
    struct buf value = {0};
    int rc;

    digest_hex(sha256, hex);
    buf_printf(&value, "%s (SHA-256 %s)", name, hex);
    rc = value.failed ? err_nomem(err) : add(a, label, buf_cstr(&value), err);
    buf_release(&value);
    return rc;
}

static bool takes_filters(const struct command *c)
{
    for (size_t i = 0; c->groups != NULL && c->groups[i] != NULL; i++)
        if (c->groups[i] == &group_filters)
            return true;
    return false;
}

static int add_filters(struct about *a, const struct session *s, struct err *err)
{
    const struct options *const o = &s->options;
    bool any = !takes_filters(s->command);

    for (size_t i = 0; i < o->given_count; i++)
        if (is_filter(o->given[i].spec)) {
            char label[64] = "Only ";

            strncat(label, o->given[i].spec->name, sizeof(label) - 6);
            if (add(a, label, o->given[i].value, err) < 0)
                return -1;
            any = true;
        }
    return any ? 0 : add(a, "Filters", "none: every Device", err);
}

/* One line a file, short enough for a page: what it is, its name without the folders, what it spans, and the beginning
 * of its digest, by which `status` and the view `files` have the rest. */
static int add_files(struct about *a, struct store *store, struct err *err)
{
    static const char query[] =
        "SELECT kind, replace(name, rtrim(name, replace(name, '/', '')), ''), substr(first_instant, 1, 10),"
        " substr(last_instant, 1, 10), substr(sha256, 1, 16) FROM files ORDER BY number DESC LIMIT " FILES_NAMED;
    struct cursor *rows = NULL;
    struct store_status status;
    struct buf kind = {0}, value = {0};
    char n[COUNT_TEXT_SIZE];
    int got = store_status_read(store, &status, err);

    if (got == 0)
        got = add_to(&a->inputs, "Input files", count_of(status.files, "file", "files; the latest are named below", n),
                     err);
    if (got == 0)
        got = store_query(store, NULL, "input files", query, &rows, err);
    while (got >= 0 && (got = cursor_next(rows, err)) > 0) {
        const struct text from = cursor_text(rows, 2), to = cursor_text(rows, 3);

        buf_clear(&kind);
        buf_clear(&value);
        buf_add_text(&kind, cursor_text(rows, 0));
        buf_add_text(&value, cursor_text(rows, 1));
        if (from.len > 0)
            buf_printf(&value, ", %.*s", (int)from.len, from.ptr);
        if (from.len > 0 && !text_equal(from, to))
            buf_printf(&value, " to %.*s", (int)to.len, to.ptr);
        buf_add_str(&value, ", SHA-256 ");
        buf_add_text(&value, cursor_text(rows, 4));
        got = kind.failed || value.failed ? err_nomem(err) : add_to(&a->inputs, buf_cstr(&kind), buf_cstr(&value), err);
    }
    buf_release(&kind);
    buf_release(&value);
    cursor_destroy(rows);
    return got;
}

/* The words that rows may hold, in plain words. */
static int add_words(struct about *a, struct err *err)
{
    size_t count = 0;

    while (plain_word_at(count) != NULL)
        count++;
    a->words = calloc(count, sizeof(*a->words));
    if (a->words == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < count; i++) {
        const struct plain_word *const w = plain_word_at(i);

        a->words[i] = (struct about_word){w->word, w->kind == PLAIN_OBLIGATIONS ? w->plain : w->sentence,
                                          w->kind == PLAIN_REASONS ? w->plain : NULL};
    }
    a->told.glossary = a->words;
    a->told.glossary_count = count;
    return 0;
}

/* "Only supplier: Acme Energy; only verdict: FAIL", for the line above rows. */
static int tell_only(struct about *a, struct err *err)
{
    struct buf only = {0};
    int rc = 0;

    for (size_t i = 0; i < a->lines.count; i++) {
        const struct about_line *const l = &a->lines.ptr[i];

        if (strncmp(l->label, "Only ", 5) == 0)
            buf_printf(&only, "%snly %s: %s", only.len > 0 ? "; o" : "O", l->label + 5, l->value);
    }
    free(a->only);
    a->only = only.len > 0 ? strdup(buf_cstr(&only)) : NULL;
    if (only.failed || (only.len > 0 && a->only == NULL))
        rc = err_nomem(err);
    buf_release(&only);
    return rc;
}

/* Lets what is told point to what there is now. */
static int settle(struct about *a, struct err *err)
{
    if (tell_only(a, err) < 0)
        return -1;
    a->told.only = a->only;
    a->told.lines = a->lines.ptr;
    a->told.count = a->lines.count;
    a->told.inputs = a->inputs.ptr;
    a->told.input_count = a->inputs.count;
    return 0;
}

int about_gather(struct about *a, const struct session *s, const struct judging *j, struct store *store,
                 const char *temp_dir, struct err *err)
{
    char at[INSTANT_TEXT_SIZE];

    *a = (struct about){.told = {.as_of = j->context.as_of, .temp_dir = temp_dir}};
    instant_format(j->context.as_of, at);
    if (add(a, "As at", at, err) < 0 || add_scope(a, j, err) < 0 || add_filters(a, s, err) < 0 ||
        add_criteria(a, "Criteria in force", j->legacy.name, j->sha256[BY_LEGACY], err) < 0 ||
        add_criteria(a, "Evidence-based criteria", j->revised.name, j->sha256[BY_REVISED], err) < 0 ||
        add_criteria(a, "Codes and status words", "mapping", j->sha256[BY_CODES], err) < 0 ||
        add(a, "Made by", "pcreport " PCREPORT_VERSION, err) < 0)
        return -1;
    if (j->context.settings->scope_count == 0 &&
        add_files(a, store, err) < 0) /* else it goes to a party: the files are of all */
        return -1;
    if (add_words(a, err) < 0)
        return -1;
    return settle(a, err);
}

int about_add(struct about *a, const char *label, const char *value, struct err *err)
{
    return add(a, label, value, err) < 0 ? -1 : settle(a, err);
}

static void release_lines(struct about_lines *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free((char *)(uintptr_t)l->ptr[i].label);
        free((char *)(uintptr_t)l->ptr[i].value);
    }
    free(l->ptr);
}

/* What stands before the digest of an input, which may look like an identifier. */
static int hide_line(struct about_line *line, const struct pseudonyms *p, enum pseudonym_text kind, struct err *err)
{
    const char *const digest = kind == TEXT_OF_FILE_NAME ? strstr(line->value, ", SHA-256 ") : NULL;
    const size_t len = digest != NULL ? (size_t)(digest - line->value) : strlen(line->value);
    struct buf hidden = {0};
    char *value;

    pseudonym_add(p, (struct text){line->value, len}, kind, &hidden);
    buf_add_str(&hidden, line->value + len);
    value = hidden.failed ? NULL : strdup(buf_cstr(&hidden));
    buf_release(&hidden);
    if (value == NULL)
        return err_nomem(err);
    free((char *)(uintptr_t)line->value);
    line->value = value;
    return 0;
}

int about_pseudonymise(struct about *a, const struct pseudonyms *p, struct err *err)
{
    for (size_t i = 0; i < a->lines.count; i++)
        if (strncmp(a->lines.ptr[i].label, "Only ", 5) == 0 && hide_line(&a->lines.ptr[i], p, TEXT_OF_RECORDS, err) < 0)
            return -1;
    for (size_t i = 0; i < a->inputs.count; i++)
        if (hide_line(&a->inputs.ptr[i], p, TEXT_OF_FILE_NAME, err) < 0)
            return -1;
    return settle(a, err);
}

void about_release(struct about *a)
{
    release_lines(&a->lines);
    release_lines(&a->inputs);
    free(a->words);
    free(a->only);
    *a = (struct about){0};
}
