/* Gathers what a night's page and data are made of, and writes both. */
#include "night_int.h"

#include "base/file.h"
#include "base/shipped.h"
#include "output/outfile.h"

#include <stdlib.h>

static const char *const sources[NIGHT_TABLES] = {
    [NIGHT_SUMMARY] = "packs/ssc/summary.sql",
    [NIGHT_CHANGES] = "packs/night/changes.sql",
    [NIGHT_DAYS] = "packs/night/days.sql",
    [NIGHT_SILENCES] = "packs/night/silences.sql",
    [NIGHT_EVIDENCE] = "packs/night/evidence.sql",
    [NIGHT_INCIDENTS] = "packs/night/incidents.sql",
    [NIGHT_AGEING] = "packs/ssc/ageing.sql",
    [NIGHT_RUNS] = "packs/night/runs.sql",
    [NIGHT_FILES] = "packs/night/files.sql",
    [NIGHT_INBOX] = "packs/night/inbox.sql",
    [NIGHT_TOLERANCES] = "packs/night/tolerances.sql",
    [NIGHT_WAIVED] = "packs/night/waived.sql",
    [NIGHT_STRAYS] = "packs/night/strays.sql",
};

int night_fill(struct store *st, const struct query_source *from, const char *name, struct report *source,
               struct table *out, struct err *err)
{
    const struct shipped *const file = shipped_find(name);
    struct cursor *rows = NULL;
    int rc;

    if (file == NULL)
        return err_set(err, ERR_BUG, "'%s' is missing in the program", name);
    if (report_parse(source, name, file->text, err) < 0)
        return -1;
    out->report = source;
    rc = store_query(st, from, source->name, source->sql, &rows, err);
    if (rc == 0)
        rc = table_append(out, rows, NULL, NULL, err);
    cursor_destroy(rows);
    return rc;
}

/* To a hundredth of a percent, or as exactly as it takes to be more than the level. */
static void add_passing(struct buf *out, struct text measure, double figure, double level)
{
    if ((double)(int64_t)(figure * 10000 + 0.5) / 10000 > level)
        night_measured(out, measure, figure);
    else
        night_level(out, measure, figure);
}

static void add_breach(struct buf *out, const struct table *t, size_t row)
{
    const struct text measure = table_text(t, table_at(t, row, table_column(t, "measure")));
    const int at_most = table_column(t, "revised_at_most");
    const bool is_range = table_at(t, row, at_most)->type != CELL_EMPTY;
    const double breach = table_number(t, row, table_column(t, "breach"));

    buf_add_str(out, out->len > 0 ? "; " : "");
    buf_add_text(out, night_measure(measure));
    buf_add_str(out, " of ");
    buf_add_text(out, table_text(t, table_at(t, row, table_column(t, "scope"))));
    buf_add_str(out, " is ");
    add_passing(out, measure, table_number(t, row, is_range ? at_most : table_column(t, "revised")), breach);
    buf_add_str(out, is_range ? " at most, more than the tolerated " : ", more than the tolerated ");
    night_level(out, measure, breach);
}

int night_breaches(struct store *st, const struct query_source *rows, struct buf *out, struct err *err)
{
    struct report source = {0};
    struct table t = {0};
    const int rc = night_fill(st, rows, sources[NIGHT_TOLERANCES], &source, &t, err);

    for (size_t i = 0; rc == 0 && i < t.rows; i++)
        if (text_equal(table_text(&t, table_at(&t, i, table_column(&t, "revised_state"))), TEXT_LITERAL("breached")))
            add_breach(out, &t, i);
    table_release(&t);
    report_release(&source);
    return rc == 0 && out->failed ? err_nomem(err) : rc;
}

int night_rejects(struct store *st, const struct query_source *rows, struct buf *out, struct err *err)
{
    struct report source = {0};
    struct table t = {0};
    const int rc = night_fill(st, rows, sources[NIGHT_FILES], &source, &t, err);

    for (size_t i = 0; rc == 0 && i < t.rows; i++) {
        const double rejected = table_number(&t, i, table_column(&t, "rejected"));
        const double all = table_number(&t, i, table_column(&t, "rows"));

        if (rejected <= 0)
            continue;
        buf_add_str(out, out->len > 0 ? "; " : "");
        buf_add_text(out, table_text(&t, table_at(&t, i, table_column(&t, "file"))));
        buf_printf(out, ": %.0f of %.0f %s rejected", rejected, all, all == 1 ? "row" : "rows");
    }
    table_release(&t);
    report_release(&source);
    return rc == 0 && out->failed ? err_nomem(err) : rc;
}

/* Of these an export that is whole has records; what came since the last one of another kind may be nothing. */
static bool never_empty(struct text kind)
{
    static const char *const kinds[] = {"inventory", "organisations", "srv-audit", "duis"};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (text_equal(kind, text_of(kinds[i])))
            return true;
    return false;
}

int night_empty_files(struct store *st, const struct query_source *rows, struct buf *out, struct err *err)
{
    struct report source = {0};
    struct table t = {0};
    const int rc = night_fill(st, rows, sources[NIGHT_FILES], &source, &t, err);

    for (size_t i = 0; rc == 0 && i < t.rows; i++) {
        const struct text kind = table_text(&t, table_at(&t, i, table_column(&t, "kind")));
        const double records = table_number(&t, i, table_column(&t, "stored")) +
                               table_number(&t, i, table_column(&t, "merged")) +
                               table_number(&t, i, table_column(&t, "rejected"));

        if (records > 0 || !never_empty(kind))
            continue;
        buf_add_str(out, out->len > 0 ? ", " : "");
        buf_add_text(out, table_text(&t, table_at(&t, i, table_column(&t, "file"))));
    }
    table_release(&t);
    report_release(&source);
    return rc == 0 && out->failed ? err_nomem(err) : rc;
}

#define STRAYS_NAMED 5

int night_strays(struct store *st, const struct query_source *rows, struct buf *out, struct err *err)
{
    struct report source = {0};
    struct table t = {0};
    const int rc = night_fill(st, rows, sources[NIGHT_STRAYS], &source, &t, err);
    struct buf named = {0};
    size_t count = 0;

    for (size_t i = 0; rc == 0 && i < t.rows; i++) {
        if (!text_equal(table_text(&t, table_at(&t, i, table_column(&t, "is_new"))), TEXT_LITERAL("yes")))
            continue;
        if (count++ >= STRAYS_NAMED)
            continue;
        buf_add_str(&named, count > 1 ? ", " : "");
        buf_add_text(&named, table_text(&t, table_at(&t, i, table_column(&t, "number"))));
        buf_add_str(&named, " (");
        buf_add_text(&named, table_text(&t, table_at(&t, i, table_column(&t, "incident_id"))));
        buf_add_str(&named, ")");
    }
    if (count > 0)
        buf_printf(out, "%zu %s of the service desk %s about no Incident of the store: %s%s", count,
                   count > 1 ? "tickets" : "ticket", count > 1 ? "are" : "is", buf_cstr(&named),
                   count > STRAYS_NAMED ? " ..." : "");
    buf_release(&named);
    table_release(&t);
    report_release(&source);
    return rc == 0 && out->failed ? err_nomem(err) : rc;
}

int night_new_failures(struct store *st, const struct query_source *rows, uint64_t *out, struct err *err)
{
    struct cursor *cursor = NULL;
    int got;

    *out = 0;
    if (rows->before == NULL)
        return 0;
    got = store_query(st, rows, "changes", "SELECT count(*) FROM changes WHERE change = 'NEW'", &cursor, err);
    if (got == 0)
        got = cursor_next(cursor, err);
    if (got == 1)
        *out = (uint64_t)cursor_integer(cursor, 0);
    cursor_destroy(cursor);
    return got < 0 ? -1 : 0;
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
        rc = night_fill(r->store, r->rows, sources[i], &n.sources[i], &n.tables[i], err);
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
