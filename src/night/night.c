/* Gathers what a night's page and data are made of, and writes both. */
#include "night_int.h"

#include "base/file.h"
#include "base/shipped.h"
#include "output/outfile.h"

#include <stdlib.h>

static const char *const sources[NIGHT_TABLES] = {
    [NIGHT_SUMMARY] = "packs/ssc/summary.sql",     [NIGHT_CHANGES] = "packs/night/changes.sql",
    [NIGHT_DAYS] = "packs/night/days.sql",         [NIGHT_SILENCES] = "packs/night/silences.sql",
    [NIGHT_EVIDENCE] = "packs/night/evidence.sql", [NIGHT_INCIDENTS] = "packs/night/incidents.sql",
    [NIGHT_AGEING] = "packs/ssc/ageing.sql",       [NIGHT_RUNS] = "packs/night/runs.sql",
    [NIGHT_FILES] = "packs/night/files.sql",
};

static int fill(struct night *n, enum night_table which, struct err *err)
{
    const struct shipped *const file = shipped_find(sources[which]);
    struct report *const source = &n->sources[which];
    struct cursor *rows = NULL;
    int rc;

    if (file == NULL)
        return err_set(err, ERR_BUG, "'%s' is missing in the program", sources[which]);
    if (report_parse(source, sources[which], file->text, err) < 0)
        return -1;
    n->tables[which].report = source;
    rc = store_query(n->request->store, n->request->rows, source->name, source->sql, &rows, err);
    if (rc == 0)
        rc = table_append(&n->tables[which], rows, NULL, NULL, err);
    cursor_destroy(rows);
    return rc;
}

static int write_text(struct night *n, const char *name, void (*make)(const struct night *, struct buf *),
                      struct err *err)
{
    char *const path = path_join(n->request->folder, name, err);
    struct outfile *file = NULL;
    struct buf text = {0};
    int rc = -1;

    if (path != NULL && (rc = outfile_create(&file, path, err)) == 0) {
        make(n, &text);
        rc = text.failed ? err_nomem(err) : outfile_write(file, text.ptr, text.len, err);
        if (rc == 0)
            rc = outfile_commit(file, err);
        else
            outfile_discard(file);
    }
    buf_release(&text);
    free(path);
    return rc;
}

int night_write(const struct night_request *r, struct err *err)
{
    struct night n = {.request = r};
    int rc = night_list_files(&n, err);

    for (unsigned i = 0; rc == 0 && i < NIGHT_TABLES; i++)
        rc = fill(&n, (enum night_table)i, err);
    if (rc == 0)
        rc = write_text(&n, "index.html", night_page, err);
    if (rc == 0)
        rc = night_add_file(&n, "index.html", err);
    if (rc == 0)
        rc = write_text(&n, "run.json", night_data, err);
    for (unsigned i = 0; i < NIGHT_TABLES; i++) {
        table_release(&n.tables[i]);
        report_release(&n.sources[i]);
    }
    night_release_files(&n);
    return rc;
}
