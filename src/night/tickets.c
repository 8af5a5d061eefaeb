/* What a service desk imports: its columns, as the configuration names them, of the Incidents that changed. */
#include "tickets_int.h"

#include "base/array.h"
#include "base/ascii.h"
#include "base/file.h"
#include "base/shipped.h"
#include "output/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct night_tickets {
    struct outfile *csv, *json;
};

/* What pcreport says nothing of, or what desks have their own words for: a value in the configuration is the cell's. */
static bool is_policy(const char *column)
{
    return strcmp(column, "assignment_group") == 0 || strcmp(column, "impact") == 0 || strcmp(column, "urgency") == 0;
}

static const struct night_pair *configured(const struct desk *d, const char *name)
{
    for (size_t i = 0; i < d->request->column_count; i++)
        if (strcmp(d->request->columns[i].key, name) == 0)
            return &d->request->columns[i];
    return NULL;
}

static int add_column(struct desk *d, struct desk_column c, struct err *err)
{
    if (d->count == DESK_COLUMNS_MAX)
        return err_set(err, ERR_CONFIG, "[tickets]: more than %d columns", DESK_COLUMNS_MAX);
    d->headings[d->count] = (struct report_column){
        .name = (char *)(uintptr_t)c.heading, .type = COLUMN_TEXT, .width = 20, .title = (char *)(uintptr_t)c.heading};
    d->columns[d->count++] = c;
    return 0;
}

/* The known columns in their order, then those of the configuration's own. */
static int choose_columns(struct desk *d, struct err *err)
{
    for (size_t i = 0; i < d->known_source.column_count; i++) {
        const char *const name = d->known_source.columns[i].name;
        const struct night_pair *const p = configured(d, name);
        struct desk_column c = {(int)i, NULL, name, p};

        if (p != NULL && strcmp(p->value, "-") == 0)
            continue;
        if (p != NULL && is_policy(name))
            c.fixed = p->value;
        else if (p != NULL)
            c.heading = p->value;
        if (add_column(d, c, err) < 0)
            return -1;
    }
    for (size_t i = 0; i < d->request->column_count; i++) {
        const struct night_pair *const p = &d->request->columns[i];

        if (table_column(&d->known, p->key) < 0 &&
            add_column(d, (struct desk_column){-1, p->value, p->key, p}, err) < 0)
            return -1;
    }
    d->source = (struct report){.name = d->known_source.name, .columns = d->headings, .column_count = d->count};
    d->table.report = &d->source;
    return 0;
}

static struct text known_text(const struct desk *d, size_t row, int column)
{
    const struct table_cell *const cell = table_at(&d->known, row, column);

    return cell->type == CELL_TEXT ? table_text(&d->known, cell) : (struct text){NULL, 0};
}

/* The word of "{word}" at `fixed`; nothing where it begins otherwise, or something else stands in the braces. */
static struct text word_in_braces(const char *fixed)
{
    size_t len = 0;

    if (*fixed != '{')
        return (struct text){NULL, 0};
    while (ascii_is_alnum(fixed[1 + len]) || fixed[1 + len] == '_')
        len++;
    return (struct text){fixed + 1, fixed[1 + len] == '}' ? len : 0};
}

static int known_column(const struct desk *d, struct text name)
{
    for (size_t i = 0; i < d->known_source.column_count; i++)
        if (text_equal(name, text_of(d->known_source.columns[i].name)))
            return (int)i;
    return -1;
}

/* A fixed text with {csp_region} and the like filled in; braces around what is no word stay. */
static void fill_in(const struct desk *d, size_t row, const char *fixed, struct buf *out)
{
    while (*fixed != '\0') {
        const struct text word = word_in_braces(fixed);

        if (word.len > 0) {
            buf_add_text(out, known_text(d, row, known_column(d, word)));
            fixed += word.len + 2;
        } else {
            buf_add_byte(out, (unsigned char)*fixed++);
        }
    }
}

/* ---- Before anything is written ---- */

static int check_words(const struct desk *d, const struct desk_column *c, const char *path, struct err *err)
{
    for (const char *at = c->fixed; at != NULL && *at != '\0'; at++) {
        const struct text word = word_in_braces(at);

        if (word.len > 0 && known_column(d, word) < 0)
            return err_set(err, ERR_CONFIG,
                           "%s:%lu: [tickets] %s = '%s': {%.*s} is no column; 'man pcreport-config' lists them", path,
                           c->by->line, c->by->key, c->by->value, (int)word.len, word.ptr);
    }
    return 0;
}

/* The later of the two lines, where the second of a heading stands. */
static const struct night_pair *later(const struct night_pair *a, const struct night_pair *b)
{
    return b == NULL || (a != NULL && a->line > b->line) ? a : b;
}

static int check_heading(const struct desk *d, size_t at, const char *path, struct err *err)
{
    for (size_t i = 0; i < at; i++) {
        const struct night_pair *const by = later(d->columns[at].by, d->columns[i].by);

        if (by != NULL && text_equal_nocase(text_of(d->columns[i].heading), text_of(d->columns[at].heading)))
            return err_set(err, ERR_CONFIG, "%s:%lu: [tickets] %s = '%s': two columns would have the heading '%s'",
                           path, by->line, by->key, by->value, d->columns[at].heading);
    }
    return 0;
}

int desk_open(struct desk *d, const struct night_tickets_request *r, struct err *err)
{
    const struct shipped *const file = shipped_find(DESK_SOURCE);

    *d = (struct desk){.request = r};
    if (file == NULL)
        return err_set(err, ERR_BUG, "'%s' is missing in the program", DESK_SOURCE);
    if (report_parse(&d->known_source, DESK_SOURCE, file->text, err) < 0)
        return -1;
    d->known.report = &d->known_source;
    return choose_columns(d, err);
}

void desk_close(struct desk *d)
{
    table_release(&d->known);
    table_release(&d->table);
    report_release(&d->known_source);
}

int night_tickets_check(const struct night_pair *columns, size_t count, const char *path, struct err *err)
{
    static const char identity[] = "correlation_id";
    const struct night_tickets_request request = {.columns = columns, .column_count = count};
    struct desk d;
    int rc = desk_open(&d, &request, err);
    const struct night_pair *const p = configured(&d, identity);

    if (rc == 0 && p != NULL && strcmp(p->value, "-") == 0)
        rc = err_set(err, ERR_CONFIG,
                     "%s:%lu: [tickets] %s = '-': this column cannot be left out; without it the desk would open each "
                     "Incident again",
                     path, p->line, identity);
    for (size_t i = 0; rc == 0 && i < d.count; i++)
        if (check_words(&d, &d.columns[i], path, err) < 0 || check_heading(&d, i, path, err) < 0)
            rc = -1;
    desk_close(&d);
    return rc;
}

static int add_row(struct desk *d, size_t row, struct err *err)
{
    struct text cells[DESK_COLUMNS_MAX];
    struct buf filled[DESK_COLUMNS_MAX] = {0};
    int rc;

    for (size_t i = 0; i < d->count; i++) {
        const struct desk_column *const c = &d->columns[i];

        if (c->fixed != NULL)
            fill_in(d, row, c->fixed, &filled[i]);
        cells[i] = c->fixed != NULL ? buf_text(&filled[i]) : known_text(d, row, c->of);
    }
    rc = table_add(&d->table, cells, err);
    for (size_t i = 0; i < d->count; i++) {
        if (filled[i].failed)
            rc = err_nomem(err);
        buf_release(&filled[i]);
    }
    return rc;
}

static int gather(struct desk *d, struct err *err)
{
    const int rc = night_fill(d->request->store, d->request->rows, DESK_SOURCE, &d->known_source, &d->known, err);

    if (rc < 0 || choose_columns(d, err) < 0)
        return -1;
    for (size_t row = 0; row < d->known.rows; row++)
        if (add_row(d, row, err) < 0)
            return -1;
    return 0;
}

char *tickets_path(const struct night_tickets_request *r, const char *extension, struct err *err)
{
    char *path;

    if (asprintf(&path, "%s/tickets-%s.%s", r->folder, r->date, extension) >= 0)
        return path;
    err_nomem(err);
    return NULL;
}

static int write_one(const struct desk *d, const char *format, const char *extension, struct outfile **out,
                     struct err *err)
{
    char *const path = tickets_path(d->request, extension, err);
    struct table_cursor rows;
    int rc;

    if (path == NULL)
        return -1;
    table_cursor_init(&rows, &d->table);
    rc = outfile_create(out, path, err);
    if (rc == 0)
        rc = report_write(&d->source, NULL, &rows.base, writer_find(format), *out, NULL, err);
    free(path);
    return rc;
}

int night_tickets_write(struct night_tickets **out, const struct night_tickets_request *r, uint64_t *count,
                        struct err *err)
{
    struct night_tickets *const t = calloc(1, sizeof(*t));
    struct desk d = {.request = r};
    int rc = t == NULL ? err_nomem(err) : make_folder(r->folder, err);

    *out = NULL;
    if (rc == 0)
        rc = gather(&d, err);
    if (rc == 0)
        rc = write_one(&d, "csv", "csv", &t->csv, err);
    if (rc == 0)
        rc = write_one(&d, "json", "jsonl", &t->json, err);
    if (rc == 0) /* both, and the night's folder, or nothing: what can fail has been done before any is put in place */
        rc = outfile_settle(t->csv, err);
    if (rc == 0)
        rc = outfile_settle(t->json, err);
    *count = d.table.rows;
    desk_close(&d);
    if (rc == 0)
        *out = t;
    else
        night_tickets_discard(t);
    return rc;
}

int night_tickets_commit(struct night_tickets *t, struct err *err)
{
    int rc = outfile_commit(t->csv, err);

    t->csv = NULL;
    if (rc == 0) {
        rc = outfile_commit(t->json, err);
        t->json = NULL;
    }
    night_tickets_discard(t);
    return rc;
}

void night_tickets_discard(struct night_tickets *t)
{
    if (t == NULL)
        return;
    if (t->csv != NULL)
        outfile_discard(t->csv);
    if (t->json != NULL)
        outfile_discard(t->json);
    free(t);
}
