/* Whether a pack is as it was made: files against the manifest, totals against one another. */
#include "archive_int.h"
#include "pack/bundle.h"
#include "verify_int.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
    struct pack_files files; /* as they are */
    struct buf manifest;
    struct buf csv[PACK_TABLES];
    bool has_manifest;
    bool is_pack; /* and no bundle, which holds no workbook */
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

static int see(void *ctx, const char *name, struct text content, struct err *err)
{
    struct seen *const seen = ctx;
    const enum pack_table table = table_of(name);
    unsigned char sha256[DIGEST_SIZE];

    /* Which of the two a program unpacks cannot be told. */
    if (pack_files_find(&seen->files, name) != NULL || (seen->has_manifest && strcmp(name, MANIFEST_NAME) == 0))
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
    if (pack_files_add(&seen->files, name, content.len, sha256, err) < 0)
        return -1;
    return seen->is_pack && verify_is_book(name)
               ? verify_open_book(&seen->files.ptr[seen->files.count - 1], content, err)
               : 0;
}

/* ---- Files ---- */

void findings_tell(struct findings *f, const char *name, const char *what)
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
        const struct pack_file *const want = &named->ptr[i], *const is = pack_files_find(there, want->name);

        if (is == NULL)
            findings_tell(f, want->name, "is missing");
        else if (is->bytes != want->bytes || memcmp(is->sha256, want->sha256, DIGEST_SIZE) != 0)
            findings_tell(f, want->name, "is not as it was made: its SHA-256 is another");
    }
    for (size_t i = 0; i < there->count; i++)
        if (pack_files_find(named, there->ptr[i].name) == NULL)
            findings_tell(f, there->ptr[i].name, stray);
}

static void want_named(const struct pack_files *named, const char *name, struct findings *f)
{
    if (pack_files_find(named, name) == NULL)
        findings_tell(f, name, "is not named in " MANIFEST_NAME ", which every pack has");
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
    findings_tell(f, path, what);
}

/* ---- The whole ---- */

/* A .zip that unpacks otherwise elsewhere is not what was looked at here. */
static int look_at_shape(const char *path, struct findings *f, struct err *err)
{
    bool plain = true;
    FILE *fp;
    int rc;

    if (is_folder(path))
        return 0;
    fp = fopen(path, "rbe");
    if (fp == NULL)
        return err_errno(err, ERR_NO_INPUT, "cannot open '%s'", path);
    rc = zip_is_plain(fp, path, &plain, err);
    fclose(fp);
    if (rc == 0 && !plain)
        findings_tell(
            f, path,
            "holds more than its files, or they lie otherwise than it lists them: programs differ in what they "
            "unpack from it");
    return rc;
}

static int look(const char *path, const struct seen *seen, const struct pack_files *named, struct findings *f,
                struct err *err)
{
    compare_files(named, &seen->files, seen->is_pack ? "pack" : "bundle", f);
    if (look_at_shape(path, f, err) < 0)
        return -1;
    if (!seen->is_pack)
        return f->count;
    if (named->stem == NULL)
        return err_set(err, ERR_DATA, MANIFEST_NAME " is no manifest of a pack");
    compare_names(named, f);
    compare_path(path, named, f);
    verify_book(named, &seen->files, f);
    return verify_totals(seen->csv, named, f, err) < 0 ? -1 : f->count;
}

static int verify(const char *path, bool is_pack, struct findings *f, struct err *err)
{
    const char *const kind = is_pack ? "pack" : "bundle";
    struct seen seen = {.is_pack = is_pack};
    struct pack_files named = {0};
    int rc = pack_read(path, kind, see, &seen, err);

    if (rc == 0 && !seen.has_manifest)
        rc = err_set(err, ERR_DATA, "'%s' is no %s: it has no %s", path, kind, MANIFEST_NAME);
    if (rc == 0)
        rc = manifest_read(buf_text(&seen.manifest), kind, &named, err);
    if (rc == 0)
        rc = look(path, &seen, &named, f, err);
    pack_files_release(&named);
    pack_files_release(&seen.files);
    buf_release(&seen.manifest);
    for (unsigned i = 0; i < PACK_TABLES; i++)
        buf_release(&seen.csv[i]);
    return rc;
}

int bundle_verify(const char *path, void (*finding)(void *ctx, const char *what), void *ctx, struct err *err)
{
    struct findings f = {finding, ctx, 0, true};

    return verify(path, false, &f, err);
}

int pack_verify(const char *path, void (*finding)(void *ctx, const char *what), void *ctx, bool *cells_known,
                struct err *err)
{
    struct findings f = {finding, ctx, 0, true};
    const int rc = verify(path, true, &f, err);

    *cells_known = f.cells_known;
    return rc;
}
