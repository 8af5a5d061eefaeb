/* What a report was asked for and made from, gathered. */
#include "about_int.h"

#include "base/array.h"
#include "filters_int.h"
#include "judging/query.h"

#include <stdlib.h>
#include <string.h>

/* So many input files are named, the latest ones; who wants all of them asks `status`. */
#define FILES_NAMED "200"

static int add(struct about *a, const char *label, const char *value, struct err *err)
{
    if (!array_reserve(&a->lines, &a->cap, a->told.count + 1, sizeof(*a->lines)))
        return err_nomem(err);
    a->told.lines = a->lines;
    a->lines[a->told.count] = (struct about_line){strdup(label), strdup(value)};
    a->told.count++;
    if (a->lines[a->told.count - 1].label == NULL || a->lines[a->told.count - 1].value == NULL)
        return err_nomem(err);
    return 0;
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

static bool is_filter(const struct option_spec *spec)
{
    return spec >= group_filters.specs && spec < group_filters.specs + group_filters.count;
}

static int add_filters(struct about *a, const struct options *o, struct err *err)
{
    bool any = false;

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

static int add_files(struct about *a, struct store *store, struct err *err)
{
    static const char query[] =
        "SELECT 'Input file ' || number, name || ' (' || kind || ', ' || rows || ' rows, SHA-256 '"
        " || sha256 || ')' FROM files ORDER BY number DESC LIMIT " FILES_NAMED;
    struct cursor *rows = NULL;
    struct store_status status;
    char n[COUNT_TEXT_SIZE];
    int got = store_status_read(store, &status, err);

    if (got == 0)
        got = add(a, "Input files", count_of(status.files, "file", "files; the latest are named below", n), err);
    if (got == 0)
        got = store_query(store, NULL, "input files", query, &rows, err);
    while (got >= 0 && (got = cursor_next(rows, err)) > 0) {
        struct buf label = {0}, value = {0};

        buf_add_text(&label, cursor_text(rows, 0));
        buf_add_text(&value, cursor_text(rows, 1));
        got = label.failed || value.failed ? err_nomem(err) : add(a, buf_cstr(&label), buf_cstr(&value), err);
        buf_release(&label);
        buf_release(&value);
    }
    cursor_destroy(rows);
    return got;
}

int about_gather(struct about *a, const struct session *s, const struct judging *j, struct store *store,
                 const char *temp_dir, struct err *err)
{
    char at[INSTANT_TEXT_SIZE];

    *a = (struct about){.told = {.as_of = j->context.as_of, .temp_dir = temp_dir}};
    instant_format(j->context.as_of, at);
    if (add(a, "As at", at, err) < 0 || add_scope(a, j, err) < 0 || add_filters(a, &s->options, err) < 0 ||
        add_criteria(a, "Criteria in force", j->legacy.name, j->sha256[BY_LEGACY], err) < 0 ||
        add_criteria(a, "Evidence-based criteria", j->revised.name, j->sha256[BY_REVISED], err) < 0 ||
        add_criteria(a, "Codes and status words", "mapping", j->sha256[BY_CODES], err) < 0 ||
        add(a, "Made by", "pcreport " PCREPORT_VERSION, err) < 0)
        return -1;
    return add_files(a, store, err);
}

void about_release(struct about *a)
{
    for (size_t i = 0; i < a->told.count; i++) {
        free((char *)(uintptr_t)a->lines[i].label);
        free((char *)(uintptr_t)a->lines[i].value);
    }
    free(a->lines);
    *a = (struct about){0};
}
