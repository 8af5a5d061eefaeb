/* Making a pack: the tables, the checks, the files, the manifest, and all of it in place at once. */
#include "pack_int.h"

#include "archive_int.h"
#include "manifest_int.h"
#include "output/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void first_finding(void *ctx, const char *what)
{
    err_set(ctx, ERR_BUG, "the totals of the pack do not agree, so it is not written: %s", what);
}

/* ---- Files ---- */

struct filing {
    const struct pack *pack;
    const char *folder; /* the temporary one */
    struct pack_files files;
};

static int note_file(struct filing *f, const char *path, const char *name, struct err *err)
{
    unsigned char sha256[DIGEST_SIZE];
    uint64_t bytes;

    if (digest_file(path, sha256, &bytes, err) < 0)
        return -1;
    return pack_files_add(&f->files, name, bytes, sha256, err);
}

/* Writes one file of the pack by `write` and notes it, where noting is wanted. */
typedef int (*file_writer)(const struct pack *p, const void *what, struct outfile *out, struct err *err);

static int write_file(struct filing *f, const char *name, file_writer write, const void *what, struct err *err)
{
    struct outfile *out = NULL;
    char *path;
    int rc;

    if (asprintf(&path, "%s/%s", f->folder, name) < 0)
        return err_nomem(err);
    rc = outfile_create(&out, path, err);
    if (rc == 0 && (rc = write(f->pack, what, out, err)) == 0)
        rc = outfile_commit(out, err);
    else
        outfile_discard(out);
    if (rc == 0)
        rc = note_file(f, path, name, err);
    free(path);
    return rc;
}

static int write_csv(const struct pack *p, const void *what, struct outfile *out, struct err *err)
{
    const struct table *const t = what;
    struct table_cursor rows;

    (void)p;
    table_cursor_init(&rows, t);
    return report_write(t->report, NULL, &rows.base, writer_find("csv"), out, NULL, err);
}

static int write_page(const struct pack *p, const void *what, struct outfile *out, struct err *err)
{
    struct buf page = {0};
    int rc;

    (void)what;
    pack_page(p, &page);
    rc = page.failed ? err_nomem(err) : outfile_write(out, page.ptr, page.len, err);
    buf_release(&page);
    return rc;
}

static int write_manifest(const struct pack *p, const void *what, struct outfile *out, struct err *err)
{
    struct buf text = {0};
    int rc = manifest_write(p, what, &text, err);

    if (rc == 0)
        rc = outfile_write(out, text.ptr, text.len, err);
    buf_release(&text);
    return rc;
}

static struct pack_file *last_file(struct filing *f)
{
    return &f->files.ptr[f->files.count - 1];
}

/* With what it held when it was read back. */
static int write_book(struct filing *f, const char *name, struct err *err)
{
    struct book_held held = {0}, *const out = &held;

    if (write_file(f, name, pack_book, &out, err) < 0) {
        book_held_release(&held);
        return -1;
    }
    last_file(f)->opened = true;
    last_file(f)->held = held;
    return 0;
}

static int write_tables(struct filing *f, struct err *err)
{
    char *csv;
    int rc = 0;

    if (asprintf(&csv, "%s/csv", f->folder) < 0)
        return err_nomem(err);
    if (mkdir(csv, 0750) < 0)
        rc = err_errno(err, ERR_CREATE, "cannot make the folder '%s'", csv);
    free(csv);
    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++) {
        char name[64];

        snprintf(name, sizeof(name), "csv/%s.csv", pack_sources[i].file);
        rc = write_file(f, name, write_csv, &f->pack->tables[i], err);
        if (rc == 0) {
            last_file(f)->counted = true;
            last_file(f)->rows = f->pack->tables[i].rows;
        }
    }
    return rc;
}

static int write_files(struct filing *f, struct err *err)
{
    char workbook[32], page[32];

    snprintf(workbook, sizeof(workbook), "ssc-%s.xlsx", f->pack->period);
    snprintf(page, sizeof(page), "ssc-%s.html", f->pack->period);
    if (write_book(f, workbook, err) < 0 || write_file(f, page, write_page, NULL, err) < 0 || write_tables(f, err) < 0)
        return -1;
    return write_file(f, MANIFEST_NAME, write_manifest, &f->files, err);
}

static int zip_files(const struct filing *f, const char *prefix, struct outfile *zip, struct err *err)
{
    const char **const names = calloc(f->files.count, sizeof(*names));
    int rc;

    if (names == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < f->files.count; i++)
        names[i] = f->files.ptr[i].name;
    rc = pack_zip(f->folder, prefix, names, f->files.count, zip, err);
    free(names);
    return rc;
}

/* Where the pack goes. Asked before it is made, which takes its time. */
static int find_place(const struct pack *p, struct pack_account *out, struct err *err)
{
    if (asprintf(&out->folder, "%s/ssc-%s", p->request->out, p->period) < 0)
        out->folder = NULL;
    else if (asprintf(&out->zip, "%s.zip", out->folder) < 0)
        out->zip = NULL;
    if (out->folder == NULL || out->zip == NULL)
        return err_nomem(err);
    return replace_check(out->folder, "pack", err);
}

static int put_in_place(const struct pack *p, struct pack_account *out, struct err *err)
{
    struct filing f = {.pack = p};
    struct outdir *folder = NULL;
    struct outfile *zip = NULL;
    char prefix[32];
    int rc = -1;

    snprintf(prefix, sizeof(prefix), "ssc-%s", p->period);
    if (outdir_create(&folder, out->folder, err) == 0 && outfile_create(&zip, out->zip, err) == 0) {
        f.folder = outdir_path(folder);
        if (write_files(&f, err) == 0)
            rc = zip_files(&f, prefix, zip, err);
        if (rc == 0) /* whatever fails is to fail before the first of the two is in place */
            rc = outfile_settle(zip, err);
    }
    out->files = f.files.count;
    pack_files_release(&f.files);
    if (rc == 0) /* something may have been put there since */
        rc = replace_check(out->folder, "pack", err);
    if (rc == 0) {
        rc = outdir_commit(folder, NULL, err);
        folder = NULL;
    }
    outdir_discard(folder);
    if (rc == 0)
        return outfile_commit(zip, err);
    outfile_discard(zip);
    return -1;
}

static uint64_t of_all(const struct pack *p, const char *column)
{
    const struct table *const t = &p->tables[PACK_SUMMARY];

    return (uint64_t)table_number(t, t->rows - 1, table_column(t, column));
}

int pack_write(const struct pack_request *r, struct pack_account *out, struct err *err)
{
    struct pack p = {.request = r,
                     .context = *r->context,
                     .pseudonyms = {.directory = r->context->directory},
                     .restated_at = INSTANT_NONE};
    int rc = -1;

    *out = (struct pack_account){0};
    p.context.as_of = pack_as_of(r->year, r->month, r->now);
    snprintf(p.period, sizeof(p.period), "%04u-%02u", (unsigned)r->year % 10000, (unsigned)r->month % 100);
    if (pack_period_check(&p, err) == 0 && (r->out == NULL || find_place(&p, out, err) == 0) &&
        head_write(&p, err) == 0 &&
        (r->key_file == NULL || pseudonyms_read_key(&p.pseudonyms, r->key_file, err) == 0) &&
        tables_load_reports(&p, err) == 0 && tables_fill(&p, err) == 0 &&
        pack_check(p.tables, first_finding, err, err) == 0)
        rc = r->out != NULL ? put_in_place(&p, out, err) : 0;
    if (rc == 0 && (out->provisional = strdup(buf_cstr(&p.provisional))) == NULL)
        rc = err_nomem(err);
    if (rc == 0) {
        out->judged = of_all(&p, "judged");
        out->legacy_failed = of_all(&p, "legacy_failed");
        out->revised_failed = of_all(&p, "revised_failed");
        out->unverified = of_all(&p, "unverified");
    }
    for (unsigned i = 0; i < PACK_TABLES; i++) {
        table_release(&p.tables[i]);
        table_release(&p.shown[i]);
        report_release(&p.own[i]);
    }
    buf_release(&p.provisional);
    buf_release(&p.scope);
    buf_release(&p.heading);
    pseudonyms_release(&p.pseudonyms);
    return rc;
}
