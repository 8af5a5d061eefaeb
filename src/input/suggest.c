/* Suggests columns: names that share words with a column's, and values that look like it. */
#include "input/suggest.h"

#include "base/ascii.h"
#include "domain/eui64.h"
#include "feed_int.h"
#include "fields_int.h"
#include "layout_int.h"
#include "table_int.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX   2000
#define FIELDS_MAX 64
#define WORDS_MAX  12

/* What values look like. */
enum look { LOOK_NOTHING, LOOK_EUI64, LOOK_INSTANT, LOOK_SRV, LOOK_MPXN, LOOK_REQUEST_ID, LOOKS };
static const char *const look_words[LOOKS] = {"text", "EUI-64", "instants", "SRVs", "MPxNs", "RequestIDs"};

struct sample_field {
    struct text name;
    size_t blank, distinct, rows;
    size_t looks[LOOKS];
    char first[48]; /* a value that is not blank */
    char odd[48];   /* one that does not look like most; "": none */
    uint64_t hashes[ROWS_MAX];
};

struct sampled {
    struct splitter split;
    char delimiter;
    struct buf names;
    struct sample_field *fields;
    size_t count, rows;
};

static enum look look_of(struct text t)
{
    const struct instant_form form = {0};
    struct request_id request = {0};
    const char *why;
    uint64_t id;
    mpxn_code mpxn;
    srv_code srv;
    instant at;

    if (eui64_parse(t, &id))
        return LOOK_EUI64;
    if (srv_parse(t, &srv))
        return LOOK_SRV;
    if (mpxn_parse(t, &mpxn, &why) == 0 && t.len != 8)
        return LOOK_MPXN;
    if (instant_read(t, &form, &at, &why) == 0)
        return LOOK_INSTANT;
    return request_id_parse(t, &request) ? LOOK_REQUEST_ID : LOOK_NOTHING;
}

static uint64_t hash_of(struct text t)
{
    uint64_t h = UINT64_C(0xCBF29CE484222325);

    for (size_t i = 0; i < t.len; i++)
        h = (h ^ (unsigned char)t.ptr[i]) * UINT64_C(0x100000001B3);
    return h;
}

static void show_value(char out[48], struct text t)
{
    size_t n = 0;

    for (size_t i = 0; i < t.len && n < 40; i++) {
        const unsigned char c = (unsigned char)t.ptr[i];
        out[n++] = c < 0x20 || c > 0x7E ? '?' : (char)c;
    }
    out[n] = '\0';
}

static enum look mostly(const struct sample_field *f)
{
    enum look best = LOOK_NOTHING;

    for (unsigned i = 0; i < LOOKS; i++)
        if (f->looks[i] > f->looks[best])
            best = (enum look)i;
    return best;
}

static void take_value(struct sample_field *f, struct text t)
{
    f->rows++;
    if (t.len == 0) {
        f->blank++;
        return;
    }
    const enum look look = look_of(t);
    if (f->first[0] == '\0')
        show_value(f->first, t);
    if (f->rows > 1 && look != mostly(f) && f->odd[0] == '\0')
        show_value(f->odd, t);
    f->looks[look]++;
    f->hashes[f->distinct++] = hash_of(t); /* told apart at the end */
}

static int compare_hashes(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void count_distinct(struct sample_field *f)
{
    size_t distinct = 0;

    qsort(f->hashes, f->distinct, sizeof(f->hashes[0]), compare_hashes);
    for (size_t i = 0; i < f->distinct; i++)
        distinct += i == 0 || f->hashes[i] != f->hashes[i - 1];
    f->distinct = distinct;
}

/* The heading is the first of the first lines that has most fields. */
static size_t find_heading(struct sampled *s, const struct head *head)
{
    size_t at = 0, found = 0, consumed = 0;
    const char *why;

    for (unsigned n = 0; n < 20; n++, at = consumed) {
        struct splitter split = {0};
        char delimiter;
        consumed = 0;
        if (heading_split(&split, head, at, &delimiter, &consumed, &why) && split.count > s->count) {
            s->count = split.count < FIELDS_MAX ? split.count : FIELDS_MAX;
            s->delimiter = delimiter;
            found = at;
        }
        splitter_release(&split);
        if (consumed == 0)
            break;
    }
    return found;
}

static int take_names(struct sampled *s, const struct head *head, size_t *at)
{
    const char *why;

    if (!heading_split(&s->split, head, *at, &s->delimiter, at, &why))
        return -1;
    s->fields = calloc(s->count, sizeof(*s->fields));
    (void)buf_reserve(&s->names, head->bytes.len + 1);
    if (s->fields == NULL || s->names.failed)
        return -1;
    for (size_t f = 0; f < s->count; f++) {
        s->fields[f].name = (struct text){(const char *)s->names.ptr + s->names.len, s->split.fields[f].len};
        buf_add_text(&s->names, s->split.fields[f]);
    }
    return 0;
}

static void take_rows(struct sampled *s, const struct head *head, size_t at)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    const char *why;

    while (at < head->bytes.len && s->rows < ROWS_MAX) {
        const size_t len = bytes_line(p + at, head->bytes.len - at, head->whole);
        if (len == 0)
            return;
        const struct text record = bytes_without_end(p + at, len);
        at += len;
        if (record.len == 0 || !splitter_quoted(&s->split, s->delimiter, record, &why) || s->split.count < s->count)
            continue;
        s->rows++;
        for (size_t f = 0; f < s->count; f++)
            take_value(&s->fields[f], text_trim(s->split.fields[f]));
    }
}

static void sampled_release(struct sampled *s)
{
    splitter_release(&s->split);
    buf_release(&s->names);
    free(s->fields);
}

/* ---- Names ---- */

static size_t words_of(struct text t, struct text words[WORDS_MAX])
{
    size_t n = 0;

    for (size_t at = 0; at < t.len && n < WORDS_MAX;) {
        size_t len = 0;
        while (at < t.len && !ascii_is_alnum(t.ptr[at]))
            at++;
        while (at + len < t.len && ascii_is_alnum(t.ptr[at + len]) &&
               (len == 0 || !(ascii_is_upper(t.ptr[at + len]) && ascii_is_lower(t.ptr[at + len - 1]))))
            len++;
        if (len > 0)
            words[n++] = (struct text){t.ptr + at, len};
        at += len;
    }
    return n;
}

/* 0 to 100: how many words the two share, of those that either has; a word counts where it begins the other's. */
static int likeness(struct text a, struct text b)
{
    struct text x[WORDS_MAX], y[WORDS_MAX];
    const size_t n = words_of(a, x), m = words_of(b, y);
    size_t shared = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++) {
            const size_t len = x[i].len < y[k].len ? x[i].len : y[k].len;
            if ((len >= 3 || x[i].len == y[k].len) &&
                text_equal_nocase((struct text){x[i].ptr, len}, (struct text){y[k].ptr, len})) {
                shared++;
                break;
            }
        }
    return n + m == 0 || shared == 0 ? 0 : (int)(100 * shared / (n + m - shared));
}

static int name_score(const struct reader_ops *ops, size_t column, struct text name)
{
    static const struct {
        const char *kind, *column, *heading;
    } shipped[] = {
#define HEADING(kind, column, heading) {kind, column, heading},
#include "headings.def"
#undef HEADING
    };
    const char *const own = ops->table->columns[column].name;
    int best = likeness(name, text_of(own));

    for (size_t i = 0; i < ARRAY_LEN(shipped); i++)
        if (strcmp(shipped[i].kind, ops->kind->name) == 0 && strcmp(shipped[i].column, own) == 0) {
            const int score = likeness(name, text_of(shipped[i].heading));
            best = score > best ? score : best;
        }
    return best;
}

/* ---- Columns ---- */

static enum look wanted_look(const char *column)
{
    static const struct {
        const char *column;
        enum look look;
    } looks[] = {{"device_id", LOOK_EUI64},
                 {"user_id", LOOK_EUI64},
                 {"chf_id", LOOK_EUI64},
                 {"other_device_id", LOOK_EUI64},
                 {"entity_id", LOOK_EUI64},
                 {"srv", LOOK_SRV},
                 {"mpxn", LOOK_MPXN},
                 {"request_id", LOOK_REQUEST_ID},
                 {"effective_from", LOOK_INSTANT},
                 {"effective_to", LOOK_INSTANT}};
    const size_t len = strlen(column);

    for (size_t i = 0; i < ARRAY_LEN(looks); i++)
        if (strcmp(looks[i].column, column) == 0)
            return looks[i].look;
    return len > 3 && strcmp(column + len - 3, "_at") == 0 ? LOOK_INSTANT : LOOK_NOTHING;
}

/* 0: the field cannot be the column. Names count most; values that look right make up for names that tell nothing. */
static int fit(const struct reader_ops *ops, size_t column, const struct sample_field *f)
{
    const enum look wanted = wanted_look(ops->table->columns[column].name);
    const size_t filled = f->rows - f->blank;
    const int name = name_score(ops, column, f->name);

    if (wanted == LOOK_NOTHING)
        return name >= 50 ? name : 0;
    if (filled > 0 && f->looks[wanted] * 10 < filled * 8)
        return 0;
    if (name < 30 && (filled == 0 || !ops->table->columns[column].required))
        return 0;
    return 20 + name;
}

/* Which field is which column, the best pairs first. Returns how well the required columns are found. */
static int assign(const struct reader_ops *ops, const struct sampled *s, int position[KIND_COLUMNS_MAX])
{
    bool taken[FIELDS_MAX] = {false};
    int sum = 0;

    memset(position, -1, KIND_COLUMNS_MAX * sizeof(*position));
    for (;;) {
        int best = 0, best_column = -1, best_field = -1;
        for (size_t c = 0; c < ops->table->column_count; c++)
            for (size_t f = 0; position[c] < 0 && f < s->count; f++) {
                const int score = taken[f] || s->fields[f].name.len == 0 ? 0 : fit(ops, c, &s->fields[f]);
                if (score > best) {
                    best = score;
                    best_column = (int)c;
                    best_field = (int)f;
                }
            }
        if (best == 0)
            return sum;
        position[best_column] = best_field;
        taken[best_field] = true;
        sum += ops->table->columns[best_column].required ? 1000 + best : best / 10;
    }
}

static const struct reader_ops *nearest(const struct load_options *o, const struct head *head, const struct sampled *s,
                                        int position[KIND_COLUMNS_MAX])
{
    const struct job job = {.name = "", .options = o};
    struct err why = {0};
    const struct reader_ops *best = readers_pick(&job, head, &why);
    size_t count;
    const struct load_kind *const kinds = load_kinds(&count);
    int best_score = -1;

    if (best != NULL && best->table != NULL) {
        (void)assign(best, s, position);
        return best;
    }
    best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct reader_ops *const ops = readers_find(kinds[i].name);
        int found[KIND_COLUMNS_MAX], required = 0;
        if (ops->table == NULL)
            continue;
        for (size_t c = 0; c < ops->table->column_count; c++)
            required += ops->table->columns[c].required;
        const int score = assign(ops, s, found) / (required > 0 ? required : 1);
        if (score > best_score) {
            best_score = score;
            best = ops;
            memcpy(position, found, sizeof(found));
        }
    }
    return best;
}

/* ---- Words ---- */

static void write_columns(const struct reader_ops *ops, const struct sampled *s, const int *position, struct buf *out)
{
    buf_printf(out, "[columns.%s]\n", ops->kind->name);
    for (size_t c = 0; c < ops->table->column_count; c++) {
        const struct column *const column = &ops->table->columns[c];
        if (position[c] >= 0) {
            const struct text name = s->fields[position[c]].name;
            buf_printf(out, "%s = %.*s\n", column->name, (int)name.len, name.ptr);
        } else if (column->required) {
            buf_printf(out, "; %s = ?    (needed, and no heading looks like it)\n", column->name);
        }
    }
}

static void write_values(const struct sampled *s, struct buf *out)
{
    buf_printf(out, "; values of the first %zu rows:\n", s->rows);
    for (size_t f = 0; f < s->count; f++) {
        const struct sample_field *const v = &s->fields[f];
        buf_printf(out, ";   %.*s: %s, %zu distinct, %zu blank", (int)v->name.len, v->name.ptr, look_words[mostly(v)],
                   v->distinct, v->blank);
        if (v->first[0] != '\0')
            buf_printf(out, ", as \"%s\"", v->first);
        if (v->odd[0] != '\0')
            buf_printf(out, ", but \"%s\"", v->odd);
        buf_add_str(out, "\n");
    }
}

static int suggest_head(const char *path, const struct load_options *o, const struct head *head, struct buf *out,
                        struct err *err)
{
    struct sampled s = {0};
    int position[KIND_COLUMNS_MAX], rc = -1;
    size_t at = find_heading(&s, head);

    if (s.count < 2 || take_names(&s, head, &at) < 0) {
        err_set(err, ERR_DATA, "'%s' has no heading of several columns to look at", path);
        goto done;
    }
    take_rows(&s, head, at);
    for (size_t f = 0; f < s.count; f++)
        count_distinct(&s.fields[f]);
    const struct reader_ops *const ops = nearest(o, head, &s, position);
    const struct job job = {.name = path, .options = o};
    if (heading_is_of_premises(ops, &job, head)) {
        buf_printf(out, "; %s: a row of %s for each premises; it is read as it is\n", path, ops->kind->name);
    } else {
        buf_printf(out, "; %s: nearest is %s\n", path, ops->kind->name);
        write_columns(ops, &s, position, out);
    }
    write_values(&s, out);
    rc = out->failed ? err_nomem(err) : 0;
done:
    sampled_release(&s);
    return rc;
}

/* Calls `look` with the head of the file, or of the first member of an archive. */
static int with_head(const char *path, const struct load_options *o,
                     int (*look)(const char *path, const struct load_options *o, const struct head *head, void *ctx,
                                 struct err *err),
                     void *ctx, struct err *err)
{
    struct container *c = NULL;
    struct feed feed = {0};
    struct head head;
    int rc = container_open(&c, path, err);

    if (rc == 0 && container_next(c, err) <= 0)
        rc = err_set(err, ERR_DATA, "'%s' holds nothing", path);
    if (rc == 0)
        rc = feed_begin(&feed, c, &head, err);
    if (rc == 0) {
        const char *const marked = encoding_marked((const unsigned char *)head.bytes.ptr, head.bytes.len);
        if (marked != NULL || o->encoding != NULL)
            rc = feed_turn(&feed, marked != NULL ? marked : o->encoding, &head, err);
    }
    if (rc == 0)
        rc = look(path, o, &head, ctx, err);
    feed_release(&feed);
    container_close(c);
    return rc;
}

static int look_for_columns(const char *path, const struct load_options *o, const struct head *head, void *ctx,
                            struct err *err)
{
    return suggest_head(path, o, head, ctx, err);
}

int suggest_form(const char *path, const struct load_options *options, struct buf *out, struct err *err)
{
    return with_head(path, options, look_for_columns, out, err);
}

static int look_for_layout(const char *path, const struct load_options *o, const struct head *head, void *ctx,
                           struct err *err)
{
    (void)path;
    (void)err;
    *(const struct layout **)ctx = layouts_recognise(o->forms, head, true);
    return 0;
}

const char *suggest_layout(const char *path, const struct load_options *options)
{
    const struct layout *layout = NULL;
    struct err err = {0};

    (void)with_head(path, options, look_for_layout, &layout, &err);
    return layout != NULL ? flat_name(layout) : NULL;
}
