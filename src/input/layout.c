/* Layouts: taking one from the configuration, and finding values in a record. */
#include "layout_int.h"

#include "table_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_MAX 4096

int flat_create(struct layout **out, struct text name, struct err *err)
{
    struct layout *const l = calloc(1, sizeof(*l));

    *out = l;
    if (l == NULL || (l->name = strndup(name.ptr, name.len)) == NULL) {
        free(l);
        *out = NULL;
        return err_nomem(err);
    }
    l->type = (struct layout_place){1, 1};
    return 0;
}

void flat_destroy(struct layout *l)
{
    if (l == NULL)
        return;
    char *const texts[] = {l->name, l->kind, l->header, l->trailer, l->parent};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    for (size_t i = 0; i < l->record_count; i++)
        free(l->records[i]);
    for (size_t i = 0; i < l->field_count; i++) {
        free(l->fields[i].type);
        free(l->fields[i].column);
    }
    free(l);
}

const char *flat_name(const struct layout *l)
{
    return l->name;
}

/* ---- Taking keys ---- */

static int bad_value(const char *key, const char *value, const char *wanted, struct err *err)
{
    return err_set(err, ERR_CONFIG, "%s = '%s': wanted is %s", key, value, wanted);
}

static bool read_number(const char **at, unsigned *out)
{
    char *end;
    const unsigned long n = strtoul(*at, &end, 10);

    if (**at < '0' || **at > '9' || n < 1 || n > PLACE_MAX)
        return false;
    *out = (unsigned)n;
    *at = end;
    return true;
}

/* "3", or "11-20" in a layout of fixed widths. */
static int take_place(struct layout_place *out, const char *key, const char *value, struct err *err)
{
    static const char wanted[] =
        "the number of a field, as in 3, or the bytes it has where widths are fixed, as in 11-20";
    const char *at = value;

    if (!read_number(&at, &out->from))
        return bad_value(key, value, wanted, err);
    out->to = out->from;
    if (*at == '-') {
        at++;
        if (!read_number(&at, &out->to) || out->to < out->from)
            return bad_value(key, value, wanted, err);
    }
    return *at == '\0' ? 0 : bad_value(key, value, wanted, err);
}

static int take_separator(struct layout *l, const char *value, struct err *err)
{
    static const struct {
        const char *word;
        char separator;
    } words[] = {{"|", '|'}, {"bar", '|'},       {",", ','},    {"comma", ','},
                 {";", ';'}, {"semicolon", ';'}, {"tab", '\t'}, {"fixed", '\0'}};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i].word, value) == 0) {
            l->separator = words[i].separator;
            l->separated = true;
            return 0;
        }
    return bad_value("separator", value, "bar, comma, semicolon, tab, or fixed for fixed widths", err);
}

struct word_number {
    const char *word;
    unsigned number;
};

static int take_word(unsigned *out, const char *key, const char *value, const struct word_number *words, size_t count,
                     struct err *err)
{
    char wanted[128] = "";

    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i].word, value) == 0) {
            *out = words[i].number;
            return 0;
        }
        const size_t len = strlen(wanted);
        snprintf(wanted + len, sizeof(wanted) - len, "%s%s", i > 0 ? " or " : "", words[i].word);
    }
    return bad_value(key, value, wanted, err);
}

static int take_option(struct layout *l, const char *key, const char *value, struct err *err)
{
    static const struct word_number counts[] = {
        {"between", COUNTS_BETWEEN}, {"all", COUNTS_ALL}, {"records", COUNTS_RECORDS}};
    static const struct word_number dates[] = {
        {"any", LAYOUT_DATES_ANY}, {"yyyymmdd", LAYOUT_DATES_YYYYMMDD}, {"ddmmyyyy", LAYOUT_DATES_DDMMYYYY}};
    static const struct word_number recognise[] = {{"yes", false}, {"no", true}};
    unsigned number = 0;
    int rc = 0;

    if (strcmp(key, "counts") == 0) {
        rc = take_word(&number, key, value, counts, ARRAY_LEN(counts), err);
        l->counts = (enum layout_counts)number;
    } else if (strcmp(key, "dates") == 0) {
        rc = take_word(&number, key, value, dates, ARRAY_LEN(dates), err);
        l->dates = (enum layout_dates)number;
    } else if (strcmp(key, "recognise") == 0) {
        rc = take_word(&number, key, value, recognise, ARRAY_LEN(recognise), err);
        l->by_name_only = number != 0;
    } else {
        return err_set(err, ERR_CONFIG,
                       "unknown key '%s'; there are kind, separator, type, header, trailer, count, counts, parent, "
                       "record, dates, recognise and TYPE.COLUMN",
                       key);
    }
    return rc;
}

static int take_record(struct layout *l, const char *value, struct err *err)
{
    if (l->record_count == LAYOUT_TYPES_MAX)
        return err_set(err, ERR_CONFIG, "more than %d types of record", LAYOUT_TYPES_MAX);
    l->records[l->record_count] = strdup(value);
    return l->records[l->record_count++] != NULL ? 0 : err_nomem(err);
}

static int take_field(struct layout *l, const char *key, const char *dot, const char *value, struct err *err)
{
    struct layout_field *const f = &l->fields[l->field_count];
    struct layout_place place;

    if (l->field_count == LAYOUT_FIELDS_MAX)
        return err_set(err, ERR_CONFIG, "more than %d fields", LAYOUT_FIELDS_MAX);
    if (take_place(&place, key, value, err) < 0)
        return -1;
    *f = (struct layout_field){strndup(key, (size_t)(dot - key)), strdup(dot + 1), place};
    l->field_count++;
    return f->type != NULL && f->column != NULL ? 0 : err_nomem(err);
}

int flat_take(struct layout *l, const char *key, const char *value, struct err *err)
{
    const struct {
        const char *key;
        char **field;
    } texts[] = {{"kind", &l->kind}, {"header", &l->header}, {"trailer", &l->trailer}, {"parent", &l->parent}};
    const char *const dot = strrchr(key, '.');

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (strcmp(texts[i].key, key) == 0) {
            if (*texts[i].field != NULL)
                return err_set(err, ERR_CONFIG, "this key is given twice: '%s'", key);
            *texts[i].field = strdup(value);
            return *texts[i].field != NULL ? 0 : err_nomem(err);
        }
    if (strcmp(key, "separator") == 0)
        return take_separator(l, value, err);
    if (strcmp(key, "type") == 0)
        return take_place(&l->type, key, value, err);
    if (strcmp(key, "count") == 0)
        return take_place(&l->count, key, value, err);
    if (strcmp(key, "record") == 0)
        return take_record(l, value, err);
    if (dot != NULL && dot > key)
        return take_field(l, key, dot, value, err);
    return take_option(l, key, value, err);
}

/* ---- Whether it is whole ---- */

static int column_index(const struct reader_ops *ops, const char *name)
{
    for (size_t i = 0; i < ops->table->column_count; i++)
        if (text_same_word(text_of(ops->table->columns[i].name), text_of(name)))
            return (int)i;
    return -1;
}

static bool is_type(const struct layout *l, const char *type)
{
    const char *const others[] = {l->header, l->trailer, l->parent};

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i] != NULL && strcmp(others[i], type) == 0)
            return true;
    for (size_t i = 0; i < l->record_count; i++)
        if (strcmp(l->records[i], type) == 0)
            return true;
    return false;
}

static int check_fields(const struct layout *l, const struct reader_ops *ops, struct err *err)
{
    bool given[KIND_COLUMNS_MAX] = {false};

    for (size_t i = 0; i < l->field_count; i++) {
        const struct layout_field *const f = &l->fields[i];
        const int column = column_index(ops, f->column);
        if (column < 0)
            return err_set(err, ERR_CONFIG, "[layout %s]: '%s' is no column of %s", l->name, f->column, l->kind);
        if (!is_type(l, f->type))
            return err_set(err, ERR_CONFIG, "[layout %s]: %s.%s: there is no header, parent or record of type '%s'",
                           l->name, f->type, f->column, f->type);
        given[column] = true;
    }
    for (size_t i = 0; i < ops->table->column_count; i++)
        if (ops->table->columns[i].required && !given[i])
            return err_set(err, ERR_CONFIG, "[layout %s]: no field gives '%s', which every row of %s needs", l->name,
                           ops->table->columns[i].name, l->kind);
    return 0;
}

int flat_check(const struct layout *l, struct err *err)
{
    const struct reader_ops *const ops = l->kind != NULL ? readers_find(l->kind) : NULL;

    if (l->kind == NULL)
        return err_set(err, ERR_CONFIG, "[layout %s]: it does not tell its kind, as in kind = registration", l->name);
    if (ops == NULL || ops->table == NULL)
        return err_set(err, ERR_CONFIG, "[layout %s]: '%s' is no kind that has columns", l->name, l->kind);
    if (!l->separated)
        return err_set(err, ERR_CONFIG, "[layout %s]: it does not tell its separator, as in separator = bar", l->name);
    if (l->record_count == 0)
        return err_set(err, ERR_CONFIG, "[layout %s]: it does not tell which records become rows, as in record = D",
                       l->name);
    if (l->count.from > 0 && l->trailer == NULL)
        return err_set(err, ERR_CONFIG, "[layout %s]: a count is in the trailer, whose type is not told", l->name);
    if (l->header == NULL && !l->by_name_only)
        return err_set(err, ERR_CONFIG,
                       "[layout %s]: without a header it cannot be recognised; say so with recognise = no", l->name);
    return check_fields(l, ops, err);
}

/* ---- Records ---- */

static struct text bytes_at(struct text record, struct layout_place place)
{
    const size_t from = place.from - 1, to = place.to < record.len ? place.to : record.len;

    return from < to ? text_trim((struct text){record.ptr + from, to - from}) : (struct text){0};
}

struct text flat_type(const struct layout *l, struct text record)
{
    struct text field;

    if (record.len == 0)
        return (struct text){0};
    const char *at = record.ptr, *const end = record.ptr + record.len;
    if (l->separator == '\0')
        return bytes_at(record, l->type);
    for (unsigned n = 1; n < l->type.from; n++) {
        at = at < end ? memchr(at, l->separator, (size_t)(end - at)) : NULL;
        if (at == NULL)
            return (struct text){0};
        at++;
    }
    const char *const stop = at < end ? memchr(at, l->separator, (size_t)(end - at)) : NULL;
    field = text_trim((struct text){at, (size_t)((stop != NULL ? stop : end) - at)});
    if (field.len >= 2 && field.ptr[0] == '"' && field.ptr[field.len - 1] == '"')
        field = (struct text){field.ptr + 1, field.len - 2};
    return field;
}

bool flat_split(const struct layout *l, struct splitter *s, struct text record, const char **why)
{
    if (l->separator == '\0')
        return true;
    return splitter_quoted(s, l->separator, record, why);
}

struct text flat_value(const struct layout *l, const struct splitter *s, struct text record, struct layout_place place)
{
    if (place.from == 0)
        return (struct text){0};
    if (l->separator == '\0')
        return bytes_at(record, place);
    return place.from <= s->count ? text_trim(s->fields[place.from - 1]) : (struct text){0};
}

const struct layout *layouts_find(const struct forms *f, const char *name)
{
    for (size_t i = 0; f != NULL && i < f->layout_count; i++)
        if (strcmp(f->layouts[i]->name, name) == 0)
            return f->layouts[i];
    return NULL;
}

static bool is_named(const char *wanted, struct text type)
{
    return wanted != NULL && text_equal(type, text_of(wanted));
}

/* Whether it is the type of a record that stands behind the header. */
static bool is_behind_header(const struct layout *l, struct text type)
{
    for (size_t i = 0; i < l->record_count; i++)
        if (is_named(l->records[i], type))
            return true;
    return is_named(l->trailer, type) || is_named(l->parent, type);
}

/* The line at *at, which moves on behind it; the empty text without a pointer where none ends. */
static struct text next_line(const struct head *head, size_t *at)
{
    const unsigned char *p = (const unsigned char *)head->bytes.ptr + *at;
    const size_t len = bytes_line(p, head->bytes.len - *at, head->whole);

    *at += len;
    return len > 0 ? bytes_without_end(p, len) : (struct text){0};
}

bool layout_start(const struct layout *l, const struct head *head, size_t *at, uint64_t *titles)
{
    const bool mark = head->bytes.len >= 3 && memcmp(head->bytes.ptr, "\xEF\xBB\xBF", 3) == 0;

    *at = mark ? 3 : 0;
    *titles = 0;
    for (unsigned n = 0; n <= LAYOUT_TITLES_MAX; n++) {
        size_t behind = *at;
        const struct text line = next_line(head, &behind), type = flat_type(l, line);

        if (line.ptr == NULL || (type.len > 0 && is_behind_header(l, type)))
            return false;
        if (is_named(l->header, type))
            return true;
        *titles += text_trim(line).len > 0;
        *at = behind;
    }
    return false;
}

/* Among the first records behind the header is one of the layout. */
static bool begins_with(const struct layout *l, const struct head *head)
{
    uint64_t titles;
    size_t at;

    if (l->header == NULL || !layout_start(l, head, &at, &titles))
        return false;
    (void)next_line(head, &at);
    for (unsigned n = 0; n <= LAYOUT_TITLES_MAX && at < head->bytes.len; n++) {
        const struct text line = next_line(head, &at);
        if (line.ptr == NULL || is_behind_header(l, flat_type(l, line)))
            return line.ptr != NULL;
    }
    return false;
}

const struct layout *layouts_recognise(const struct forms *f, const struct head *head, bool by_name_only)
{
    /* The last first: users' own come behind those that ship. */
    for (size_t i = f != NULL ? f->layout_count : 0; i > 0; i--)
        if (f->layouts[i - 1]->by_name_only == by_name_only && begins_with(f->layouts[i - 1], head))
            return f->layouts[i - 1];
    return NULL;
}
