/* A folder for each party and CSP of a night: what is shared out, under which names, and the index for whoever mails
 * it. */
#include "reports_int.h"

#include "base/array.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/shipped.h"
#include "output/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What is shared out ---- */

int party_reports_load(struct reports *out, struct err *err)
{
    static const char *const names[] = {"packs/parties/corrections.sql", "packs/parties/failures.sql",
                                        "packs/parties/incidents.sql", "packs/parties/reads.sql"};

    *out = (struct reports){0};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct shipped *const file = shipped_find(names[i]);

        if (file == NULL)
            return err_set(err, ERR_BUG, "'%s' is missing in the program", names[i]);
        if (!array_reserve(&out->ptr, &out->cap, out->count + 1, sizeof(*out->ptr)))
            return err_nomem(err);
        if (report_parse(&out->ptr[out->count], names[i], file->text, err) < 0)
            return -1;
        out->count++;
    }
    return 0;
}

/* ---- Names ---- */

int party_names_read(struct party_names *out, struct store *store, const struct query_source *rows, struct err *err)
{
    static const char query[] =
        "WITH names(name) AS (SELECT party FROM parties UNION SELECT csp FROM csps)"
        " SELECT name FROM names WHERE lower(name) IN (SELECT lower(name) FROM names GROUP BY 1 HAVING count(*) > 1)"
        " ORDER BY name";
    struct cursor *cursor = NULL;
    int got;

    *out = (struct party_names){0};
    got = store_query(store, rows, "party names", query, &cursor, err);
    while (got >= 0 && (got = cursor_next(cursor, err)) > 0) {
        const struct text name = cursor_text(cursor, 0);

        if (!array_reserve(&out->clashing, &out->cap, out->count + 1, sizeof(*out->clashing)) ||
            (out->clashing[out->count] = strndup(name.len > 0 ? name.ptr : "", name.len)) == NULL)
            got = err_nomem(err);
        else
            out->count++;
    }
    cursor_destroy(cursor);
    return got;
}

void party_names_release(struct party_names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->clashing[i]);
    free(n->clashing);
    *n = (struct party_names){0};
}

int party_slug(const struct party_names *n, const char *party, char out[FILE_SLUG_SIZE], struct err *err)
{
    for (size_t i = 0; i < n->count; i++)
        if (strcmp(n->clashing[i], party) == 0)
            return file_slug_marked(party, out, err);
    return file_slug(party, out, err);
}

/* ---- The index ---- */

int party_files_add(struct party_files *f, char *party, char *path, uint64_t rows, struct err *err)
{
    if (!array_reserve(&f->ptr, &f->cap, f->count + 1, sizeof(*f->ptr))) {
        free(party);
        free(path);
        return err_nomem(err);
    }
    f->ptr[f->count++] = (struct party_file){party, path, rows};
    return 0;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct party_file *)a)->path, ((const struct party_file *)b)->path);
}

static const char index_source[] = "-- name: index\n"
                                   "-- title: Files of each party\n"
                                   "-- column: party text 28 Party\n"
                                   "-- column: file text 44 File\n"
                                   "-- column: rows integer 10 Rows\n"
                                   "-- column: bytes integer 12 Bytes\n"
                                   "-- column: sha256 text 66 SHA-256\n"
                                   "SELECT NULL\n";

static int add_line(struct table *t, const struct party_file *f, const char *folder, struct err *err)
{
    char *const path = path_join(folder, f->path, err);
    unsigned char sha256[DIGEST_SIZE];
    char rows[24], size[24], hex[DIGEST_HEX_SIZE];
    uint64_t bytes;
    int rc = path != NULL ? digest_file(path, sha256, &bytes, err) : -1;

    free(path);
    if (rc < 0)
        return -1;
    digest_hex(sha256, hex);
    snprintf(rows, sizeof(rows), "%" PRIu64, f->rows);
    snprintf(size, sizeof(size), "%" PRIu64, bytes);
    return table_add(
        t, (struct text[]){text_of(f->party), text_of(f->path), text_of(rows), text_of(size), text_of(hex)}, err);
}

int party_index_write(struct party_files *f, const char *folder, struct err *err)
{
    char *const path = path_join(folder, "index.csv", err);
    struct report index = {0};
    struct table t = {.report = &index};
    struct outfile *file = NULL;
    struct table_cursor rows;
    int rc = path != NULL ? report_parse(&index, "index", text_of(index_source), err) : -1;

    if (f->count > 1)
        qsort(f->ptr, f->count, sizeof(*f->ptr), by_path);
    for (size_t i = 0; rc == 0 && i < f->count; i++)
        rc = add_line(&t, &f->ptr[i], folder, err);
    table_cursor_init(&rows, &t);
    if (rc == 0)
        rc = outfile_create(&file, path, err);
    if (rc == 0) {
        rc = report_write(&index, NULL, &rows.base, writer_find("csv"), file, NULL, err);
        if (rc == 0)
            rc = outfile_commit(file, err);
        else
            outfile_discard(file);
    }
    table_release(&t);
    report_release(&index);
    free(path);
    return rc;
}

void party_files_release(struct party_files *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->ptr[i].party);
        free(f->ptr[i].path);
    }
    free(f->ptr);
    *f = (struct party_files){0};
}
