/* Whether a pack is as it was made: files against the manifest, totals against one another. */
#include "archive_int.h"
#include "manifest_int.h"
#include "pack/bundle.h"

#include "base/file.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
    struct pack_files files; /* as they are */
    struct buf manifest;
    struct buf csv[PACK_TABLES];
    bool has_manifest;
};

static enum pack_table table_of(const char *name)
{
    for (unsigned i = 0; i < PACK_TABLES; i++) {
        const size_t len = strlen(pack_sources[i].file);

        if (strncmp(name, "csv/", 4) == 0 && strncmp(name + 4, pack_sources[i].file, len) == 0 &&
            strcmp(name + 4 + len, ".csv") == 0)
            return (enum pack_table)i;
    }
    return PACK_TABLES;
}

static const struct pack_file *find(const struct pack_files *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->ptr[i].name, name) == 0)
            return &list->ptr[i];
    return NULL;
}

static int see(void *ctx, const char *name, struct text content, struct err *err)
{
    struct seen *const seen = ctx;
    const enum pack_table table = table_of(name);
    unsigned char sha256[DIGEST_SIZE];

    /* Which of the two a program unpacks cannot be told. */
    if (find(&seen->files, name) != NULL || (seen->has_manifest && strcmp(name, MANIFEST_NAME) == 0))
        return err_set(err, ERR_DATA, "'%s' is there twice", name);
    if (strcmp(name, MANIFEST_NAME) == 0) {
        seen->has_manifest = true;
        buf_add_text(&seen->manifest, content);
        return seen->manifest.failed ? err_nomem(err) : 0;
    }
    if (table < PACK_TABLES) {
        buf_add_text(&seen->csv[table], content);
        if (seen->csv[table].failed)
            return err_nomem(err);
    }
    digest_of(content.ptr, content.len, sha256);
    return pack_files_add(&seen->files, name, content.len, sha256, err);
}

/* ---- Files ---- */

struct findings {
    void (*tell)(void *ctx, const char *what);
    void *ctx;
    int count;
};

static void tell(struct findings *f, const char *name, const char *what)
{
    char text[800];

    snprintf(text, sizeof(text), "'%.300s' %s", name, what);
    f->tell(f->ctx, text);
    f->count++;
}

/* `kind`: "pack", "bundle" */
static void compare_files(const struct pack_files *named, const struct pack_files *there, const char *kind,
                          struct findings *f)
{
    char stray[40];

    snprintf(stray, sizeof(stray), "is no file of this %s", kind);
    for (size_t i = 0; i < named->count; i++) {
        const struct pack_file *const want = &named->ptr[i], *const is = find(there, want->name);

        if (is == NULL)
            tell(f, want->name, "is missing");
        else if (is->bytes != want->bytes || memcmp(is->sha256, want->sha256, DIGEST_SIZE) != 0)
            tell(f, want->name, "is not as it was made: its SHA-256 is another");
    }
    for (size_t i = 0; i < there->count; i++)
        if (find(named, there->ptr[i].name) == NULL)
            tell(f, there->ptr[i].name, stray);
}

static void want_named(const struct pack_files *named, const char *name, struct findings *f)
{
    if (find(named, name) == NULL)
        tell(f, name, "is not named in " MANIFEST_NAME ", which every pack has");
}

/* What every pack holds, whatever its manifest says. */
static void compare_names(const struct pack_files *named, struct findings *f)
{
    char name[400];

    snprintf(name, sizeof(name), "%.300s.xlsx", named->stem);
    want_named(named, name, f);
    snprintf(name, sizeof(name), "%.300s.html", named->stem);
    want_named(named, name, f);
    for (unsigned i = 0; i < PACK_TABLES; i++) {
        snprintf(name, sizeof(name), "csv/%s.csv", pack_sources[i].file);
        want_named(named, name, f);
    }
}

/* Whether the folder or .zip is named like a pack of another month: one that was put in the place of that. */
static void compare_path(const char *path, const struct pack_files *named, struct findings *f)
{
    size_t end = strlen(path), from, kept;
    const struct text stem = text_of(named->stem);

    while (end > 0 && path[end - 1] == '/')
        end--;
    for (from = end; from > 0 && path[from - 1] != '/';)
        from--;
    kept = end - from == stem.len + 4 && memcmp(path + end - 4, ".zip", 4) == 0 ? end - 4 : end;
    const struct text name = {path + from, kept - from};
    const char *const month = memrchr(stem.ptr, '-', stem.len > 3 ? stem.len - 3 : 0);
    const size_t before = month != NULL ? (size_t)(month - stem.ptr) + 1 : 0;
    char what[400];

    if (before <= 1 || name.len != stem.len || memcmp(name.ptr, stem.ptr, before) != 0 || text_equal(name, stem) ||
        strspn(name.ptr + before, "0123456789-") < name.len - before)
        return;
    snprintf(what, sizeof(what), "is the name of another pack: this is %.300s", named->stem);
    tell(f, path, what);
}

/* ---- Totals ---- */

/* A CSV file on its way into a table whose columns are those of its heading. */
struct csv_reading {
    struct table *table;
    struct report report;
    struct text *row;
    struct buf texts; /* of the row, whose texts are pointed to by number until it ends */
    size_t *ends;
    size_t cells, cap;
    bool heading_read, failed, no_memory;
    struct err *err;
};

static void on_cell(void *ptr, size_t len, void *ctx)
{
    struct csv_reading *const r = ctx;

    if (r->cells == r->cap) {
        const size_t cap = r->cap == 0 ? 64 : 2 * r->cap;
        void *grown = reallocarray(r->ends, cap, sizeof(*r->ends));

        r->no_memory = r->no_memory || grown == NULL;
        if (grown == NULL)
            return;
        r->ends = grown;
        grown = reallocarray(r->row, cap, sizeof(*r->row));
        r->no_memory = r->no_memory || grown == NULL;
        if (grown == NULL)
            return;
        r->row = grown;
        r->cap = cap;
    }
    buf_add(&r->texts, ptr, len);
    r->ends[r->cells++] = r->texts.len;
}

static void read_heading(struct csv_reading *r)
{
    r->report.columns = calloc(r->cells + 1, sizeof(*r->report.columns));
    if (r->report.columns == NULL) {
        r->no_memory = true;
        return;
    }
    for (size_t i = 0; i < r->cells; i++) {
        r->report.columns[i].name = strndup(r->row[i].ptr, r->row[i].len);
        r->no_memory = r->no_memory || r->report.columns[i].name == NULL;
    }
    r->report.column_count = r->cells;
    r->heading_read = true;
}

static void on_row(int end, void *ctx)
{
    struct csv_reading *const r = ctx;

    (void)end;
    r->no_memory = r->no_memory || r->texts.failed;
    for (size_t i = 0; !r->no_memory && i < r->cells; i++) {
        const size_t begin = i > 0 ? r->ends[i - 1] : 0;

        r->row[i] = buf_part(&r->texts, begin, r->ends[i] - begin);
    }
    if (r->failed || r->no_memory)
        return;
    if (!r->heading_read)
        read_heading(r);
    else if (r->cells != r->report.column_count)
        r->failed = true;
    else
        r->failed = table_add_figures(r->table, r->row, r->err) < 0;
    buf_clear(&r->texts);
    r->cells = 0;
}

static int read_csv(struct text csv, struct table *t, struct report *report, struct err *err)
{
    struct csv_reading r = {.table = t, .err = err};
    struct csv_parser parser;
    int rc = 0;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return err_nomem(err);
    t->report = &r.report;
    if (csv_parse(&parser, csv.ptr, csv.len, on_cell, on_row, &r) != csv.len ||
        csv_fini(&parser, on_cell, on_row, &r) != 0 || r.failed || !r.heading_read)
        rc = r.no_memory || csv_error(&parser) == CSV_ENOMEM || err->code == ERR_NOMEM
                 ? err_nomem(err)
                 : err_set(err, ERR_DATA, "it is no table: a row differs from its heading");
    csv_free(&parser);
    free(r.row);
    free(r.ends);
    buf_release(&r.texts);
    *report = r.report;
    t->report = report;
    return rc;
}

static void release_columns(struct report *report)
{
    for (size_t i = 0; i < report->column_count; i++)
        free(report->columns[i].name);
    free(report->columns);
}

static void tell_total(void *ctx, const char *what)
{
    struct findings *const f = ctx;

    f->tell(f->ctx, what);
}

static int compare_totals(const struct seen *seen, struct findings *f, struct err *err)
{
    struct table tables[PACK_TABLES] = {0};
    struct report reports[PACK_TABLES] = {0};
    bool whole = true;
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++) {
        struct err why = {0};

        if (read_csv(buf_text(&seen->csv[i]), &tables[i], &reports[i], &why) == 0)
            continue;
        whole = false;
        if (why.code == ERR_NOMEM)
            rc = err_nomem(err);
        else
            tell(f, pack_sources[i].file, why.msg);
    }
    if (whole) {
        const int disagree = pack_check(tables, tell_total, f, err);

        if (disagree < 0)
            rc = -1;
        else
            f->count += disagree;
    }
    for (unsigned i = 0; i < PACK_TABLES; i++) {
        table_release(&tables[i]);
        release_columns(&reports[i]);
    }
    return rc;
}

/* A .zip that unpacks otherwise elsewhere is not what was looked at here. */
static int look_at_shape(const char *path, struct findings *f, struct err *err)
{
    bool plain = true;

    if (!is_folder(path) && zip_is_plain(path, &plain, err) < 0)
        return -1;
    if (!plain)
        tell(f, path,
             "holds more than its files, or they lie otherwise than it lists them: programs differ in what they "
             "unpack from it");
    return 0;
}

static int look(const char *path, const struct seen *seen, const struct pack_files *named, bool is_pack,
                struct findings *f, struct err *err)
{
    compare_files(named, &seen->files, is_pack ? "pack" : "bundle", f);
    if (look_at_shape(path, f, err) < 0)
        return -1;
    if (!is_pack)
        return f->count;
    if (named->stem == NULL)
        return err_set(err, ERR_DATA, MANIFEST_NAME " is no manifest of a pack");
    compare_names(named, f);
    compare_path(path, named, f);
    return compare_totals(seen, f, err) < 0 ? -1 : f->count;
}

static int verify(const char *path, bool is_pack, struct findings *f, struct err *err)
{
    const char *const kind = is_pack ? "pack" : "bundle";
    struct seen seen = {0};
    struct pack_files named = {0};
    int rc = pack_read(path, kind, see, &seen, err);

    if (rc == 0 && !seen.has_manifest)
        rc = err_set(err, ERR_DATA, "'%s' is no %s: it has no %s", path, kind, MANIFEST_NAME);
    if (rc == 0)
        rc = manifest_read(buf_text(&seen.manifest), kind, &named, err);
    if (rc == 0)
        rc = look(path, &seen, &named, is_pack, f, err);
    pack_files_release(&named);
    pack_files_release(&seen.files);
    buf_release(&seen.manifest);
    for (unsigned i = 0; i < PACK_TABLES; i++)
        buf_release(&seen.csv[i]);
    return rc;
}

int bundle_verify(const char *path, void (*finding)(void *ctx, const char *what), void *ctx, struct err *err)
{
    struct findings f = {finding, ctx, 0};

    return verify(path, false, &f, err);
}

int pack_verify(const char *path, void (*finding)(void *ctx, const char *what), void *ctx, struct err *err)
{
    struct findings f = {finding, ctx, 0};

    return verify(path, true, &f, err);
}
