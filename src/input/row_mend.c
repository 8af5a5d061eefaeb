/* A row with a delimiter or a quote too many, or a delimiter too few, or with other delimiters between its quoted
 * values: read where its values leave one way to read it. */
#include "row_mend_int.h"

#include "fields_int.h"

#include "base/ascii.h"

#include <string.h>

#define RECORD_MAX_BYTES 4096 /* of such a row */
#define FIELDS_MAX       64

/* No-break blanks around a value, as web pages and spreadsheets leave them, are as good as others. */
struct text row_trim(struct text t)
{
    size_t len;

    do {
        len = t.len;
        t = text_trim(t);
        if (t.len >= 2 && memcmp(t.ptr, "\xC2\xA0", 2) == 0)
            t = (struct text){t.ptr + 2, t.len - 2};
        if (t.len >= 2 && memcmp(t.ptr + t.len - 2, "\xC2\xA0", 2) == 0)
            t.len -= 2;
    } while (t.len < len);
    return t;
}

/* A code or a word that may be any text still holds no quote, and is no instant, as it would be in the wrong column. */
static bool may_hold(const struct heading *h, size_t c, struct text t)
{
    static const struct column instants = {.date = true};
    const struct column *const column = &h->columns[c];

    t = heading_meaning(h, c, t);
    if (t.len == 0 || table_is_null_word(t))
        return true;
    if (column_is_typed(column))
        return column_accepts(column, t);
    return !column->any_text || (memchr(t.ptr, '"', t.len) == NULL && !column_accepts(&instants, t));
}

bool row_fits(const struct heading *h, const struct text *fields)
{
    for (size_t i = 0; i < h->required_count; i++)
        if (fields[h->position[h->required[i]]].len == 0)
            return false;
    for (size_t c = 0; c < h->column_count; c++)
        if (h->position[c] < h->field_count && !may_hold(h, c, fields[h->position[c]]))
            return false;
    return true;
}

/* NULL: of an unknown one. */
static const struct column *column_at(const struct heading *h, size_t position)
{
    for (size_t c = 0; c < h->column_count; c++)
        if (h->position[c] == position)
            return &h->columns[c];
    return NULL;
}

/* ---- The ways to read a row ---- */

struct ways {
    const struct heading *heading;
    bool raw;                       /* the fields are as the file has them: doubled quotes still stand in them */
    struct text fields[FIELDS_MAX]; /* of the first that fits */
    unsigned found;                 /* that differ */
    bool blank;                     /* it is the row as it is, but for a blank field at its end */
};

static bool same_fields(const struct text *a, const struct text *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!text_equal(a[i], b[i]))
            return false;
    return true;
}

static void try_way(struct ways *ways, const struct text *fields)
{
    const size_t count = ways->heading->field_count;

    for (size_t i = 0; ways->raw && i < count; i++)
        if (fields[i].len > 0 && memchr(fields[i].ptr, '"', fields[i].len) != NULL)
            return;
    if (!row_fits(ways->heading, fields) || (ways->found > 0 && same_fields(ways->fields, fields, count)))
        return;
    if (ways->found++ == 0)
        memcpy(ways->fields, fields, count * sizeof(*fields));
}

/* The first `taken` of the fields from `at` on, with `now` in their place. */
static void try_changed(struct ways *ways, const struct splitter *s, size_t at, size_t taken, const struct text *now,
                        size_t count)
{
    struct text fields[FIELDS_MAX + 1];

    memcpy(fields, s->fields, at * sizeof(*fields));
    memcpy(fields + at, now, count * sizeof(*fields));
    memcpy(fields + at + count, s->fields + at + taken, (s->count - at - taken) * sizeof(*fields));
    try_way(ways, fields);
}

/* Whether nothing but delimiters and blanks stands outside of quotes. */
static bool is_all_quoted(struct text record, char delimiter)
{
    bool quoted = false;

    for (size_t i = 0; i < record.len; i++) {
        const char c = record.ptr[i];

        quoted ^= c == '"';
        if (!quoted && c != '"' && c != delimiter && !ascii_is_blank(c))
            return false;
    }
    return true;
}

/* A delimiter too many: it made an empty field. A text without quotes around it may hold it, too; nobody can tell
 * whether it does, so that this is another way to read the row, though none to be taken. */
static void try_one_less(struct ways *ways, const struct splitter *s, bool all_quoted)
{
    const struct text any_text = {&ways->heading->delimiter, 1};
    struct ways within = {.heading = ways->heading};

    for (size_t i = 0; i + 1 < s->count; i++) {
        const struct text a = s->fields[i], b = s->fields[i + 1];

        if (a.len == 0 || b.len == 0)
            try_changed(ways, s, i, 2, a.len > 0 ? &a : &b, 1);
        else if (!all_quoted)
            try_changed(&within, s, i, 2, &any_text, 1);
    }
    ways->blank = ways->found == 1 && same_fields(ways->fields, s->fields, ways->heading->field_count);
    ways->found += ways->blank || ways->found == 0 ? 0 : within.found;
}

/* A delimiter too few: the quotes of two values stand side by side. Those of a text that doubles one have mostly a
 * blank at a side. */
static void try_one_more(struct ways *ways, const struct splitter *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct text t = s->fields[i];
        const char *const end = t.ptr + t.len;
        const char *at = t.ptr;

        while ((at = memmem(at, (size_t)(end - at), "\"\"", 2)) != NULL) {
            const bool blank = (at > t.ptr && ascii_is_blank(at[-1])) || (at + 2 < end && ascii_is_blank(at[2]));
            const struct text two[] = {row_trim((struct text){t.ptr, (size_t)(at - t.ptr)}),
                                       row_trim((struct text){at + 2, (size_t)(end - at) - 2})};
            if (!blank)
                try_changed(ways, s, i, 1, two, 2);
            at++;
        }
    }
}

/* Whether a quote in the column is one too many, and no part of a text. Where it may have opened a text of several
 * lines, `closed` is false: then the value must be one of a column whose values are whole. */
static bool may_be_too_many(const struct column *column, bool closed)
{
    return closed ? column == NULL || !column->free_text : column != NULL && column_is_typed(column);
}

/* A quote too many: the only one of all fields, at one's beginning or end. */
static void try_without_quote(struct ways *ways, struct splitter *s, bool closed)
{
    struct text *with = NULL;

    for (size_t i = 0; i < s->count; i++) {
        struct text *const f = &s->fields[i];
        const size_t quotes = bytes_count((const unsigned char *)f->ptr, f->len, '"');

        if (quotes > 1 || (quotes == 1 && with != NULL))
            return;
        with = quotes == 1 ? f : with;
    }
    if (with == NULL || (with->ptr[0] != '"' && with->ptr[with->len - 1] != '"') ||
        !may_be_too_many(column_at(ways->heading, (size_t)(with - s->fields)), closed))
        return;
    *with = row_trim((struct text){with->ptr + (with->ptr[0] == '"'), with->len - 1});
    try_way(ways, s->fields);
}

/* ---- Splitting ---- */

/* Splits where the quotes of two values have `delimiter` between them. False: the record is not all values in quotes,
 * or has too many. */
static bool split_between_quotes(struct splitter *s, struct text record, char delimiter)
{
    const char between[] = {'"', delimiter, '"'};
    const char *const end = record.ptr + record.len - 1;
    const char *field = record.ptr + 1;

    s->count = 0;
    if (record.len < 2 || record.ptr[0] != '"' || *end != '"')
        return false;
    for (;;) {
        const char *at = memmem(field, (size_t)(end - field), between, sizeof(between));
        if (s->count == FIELDS_MAX)
            return false;
        s->fields[s->count++] = row_trim((struct text){field, (size_t)((at != NULL ? at : end) - field)});
        if (at == NULL)
            return true;
        field = at + sizeof(between);
    }
}

static void try_quoted(struct ways *ways, struct splitter *s, struct text record)
{
    static const char others[] = {' ', ',', ';', '\t', '|'};
    const struct heading *const h = ways->heading;

    if (!split_between_quotes(s, record, h->delimiter))
        return;
    if (s->count == h->field_count)
        try_without_quote(ways, s, true);
    else if (s->count + 1 == h->field_count)
        try_one_more(ways, s);
    else if (s->count == 1)
        for (size_t d = 0; d < sizeof(others); d++)
            if (others[d] != h->delimiter && split_between_quotes(s, record, others[d]) && s->count == h->field_count)
                try_way(ways, s->fields);
}

/* Splits a record as if its quotes were no more than text. */
static bool split_at_delimiters(struct splitter *s, char delimiter, struct text record)
{
    if (!splitter_plain(s, delimiter, record))
        return false;
    for (size_t i = 0; i < s->count; i++)
        s->fields[i] = row_trim(s->fields[i]);
    return true;
}

/* Without the blanks around it; where a tab is a delimiter, it is none. */
static struct text trim_record(struct text record, char delimiter)
{
    const struct text all = record;

    record = text_trim(record);
    while (record.ptr > all.ptr && record.ptr[-1] == delimiter)
        record = (struct text){record.ptr - 1, record.len + 1};
    while (record.ptr + record.len < all.ptr + all.len && record.ptr[record.len] == delimiter)
        record.len++;
    return record;
}

enum mended row_mend(const struct heading *h, struct splitter *s, struct text record, bool is_split)
{
    struct ways ways = {.heading = h};

    record = trim_record(record, h->delimiter);
    if (record.len > RECORD_MAX_BYTES || h->field_count > FIELDS_MAX)
        return MENDED_NOT;
    ways.raw = !is_split || s->count != h->field_count + 1;
    if (!ways.raw)
        try_one_less(&ways, s, is_all_quoted(record, h->delimiter));
    else if (bytes_count((const unsigned char *)record.ptr, record.len, '"') != 1)
        try_quoted(&ways, s, record);
    else if (split_at_delimiters(s, h->delimiter, record) && s->count == h->field_count)
        try_without_quote(&ways, s, false);
    if (ways.found != 1)
        return ways.found == 0 ? MENDED_NOT : MENDED_DOUBTFUL;
    memcpy(s->fields, ways.fields, h->field_count * sizeof(*s->fields));
    s->fields[h->field_count] = (struct text){0};
    s->count = h->field_count;
    return ways.blank ? MENDED_BLANK : MENDED;
}
