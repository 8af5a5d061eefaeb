/* Whether the tables of a pack bear one another out, and have the rows that were written into them. */
#include "verify_int.h"

#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        csv_fini(&parser, on_cell, on_row, &r) != 0 || r.failed || r.no_memory || !r.heading_read)
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

static void compare_rows(const struct table *t, const char *file, const struct pack_files *named, struct findings *f)
{
    char name[64], what[100];
    const struct pack_file *want;

    snprintf(name, sizeof(name), "csv/%s.csv", file);
    want = pack_files_find(named, name);
    if (want == NULL || !want->counted || want->rows == t->rows)
        return;
    snprintf(what, sizeof(what), "has %zu rows, not the %" PRIu64 " that were written", t->rows, want->rows);
    findings_tell(f, name, what);
}

int verify_totals(const struct buf csv[PACK_TABLES], const struct pack_files *named, struct findings *f,
                  struct err *err)
{
    struct table tables[PACK_TABLES] = {0};
    struct report reports[PACK_TABLES] = {0};
    bool whole = true;
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++) {
        struct err why = {0};

        if (read_csv(buf_text(&csv[i]), &tables[i], &reports[i], &why) == 0) {
            compare_rows(&tables[i], pack_sources[i].file, named, f);
            continue;
        }
        whole = false;
        if (why.code == ERR_NOMEM)
            rc = err_nomem(err);
        else
            findings_tell(f, pack_sources[i].file, why.msg);
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
