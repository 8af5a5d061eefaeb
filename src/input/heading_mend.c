/* A heading with a quote or a delimiter too many, or a delimiter too few: read where the rows under it leave one way to
 * read it. */
#include "heading_int.h"

#include "fields_int.h"

#include <string.h>

#define LINE_MAX_BYTES 4096 /* of such a heading */
#define ROWS_LOOKED_AT 20

static const char delimiters[] = {',', ';', '\t', '|'};

/* The first rows under the heading, as one way to read it has them. */
struct rows {
    size_t count, other_width;
    size_t fit; /* of them all, those whose every value is one of its column */
};

static bool row_fits(const struct table_kind *kind, const int *position, const struct splitter *row)
{
    for (size_t c = 0; c < kind->column_count; c++) {
        const struct column *const column = &kind->columns[c];
        const struct text t =
            position[c] >= 0 && (size_t)position[c] < row->count ? row->fields[position[c]] : (struct text){0};

        if (t.len == 0 || table_is_null_word(t) ? column->required && !column->may_be_blank && position[c] >= 0
                                                : column_is_typed(column) && !column_accepts(column, t))
            return false;
    }
    return true;
}

static struct rows look_at_rows(const struct table_kind *kind, const int *position, const struct head *head, size_t at,
                                char delimiter, size_t width)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    struct rows out = {0};
    struct splitter row = {0};
    const char *why;
    size_t len;

    for (; out.count + out.other_width < ROWS_LOOKED_AT && at < head->bytes.len; at += len) {
        len = bytes_line(p + at, head->bytes.len - at, head->whole);
        const struct text record = bytes_without_end(p + at, len);
        if (len == 0)
            break;
        if (text_trim(record).len == 0 || !splitter_quoted(&row, delimiter, record, &why))
            continue;
        out.count += row.count == width;
        out.other_width += row.count != width;
        out.fit += row_fits(kind, position, &row);
    }
    splitter_release(&row);
    return out;
}

/* ---- A quote too many, or a delimiter too few ---- */

/* What stands between delimiters and quotes; false where something does that is no column of the kind. */
static bool take_names(const struct reader_ops *ops, const struct job *job, struct text line, char delimiter,
                       struct splitter *s)
{
    s->count = 0;
    for (size_t at = 0, end; at < line.len; at = end + 1) {
        end = at;
        while (end < line.len && line.ptr[end] != delimiter && line.ptr[end] != '"')
            end++;
        const struct text name = text_trim((struct text){line.ptr + at, end - at});
        if (name.len == 0)
            continue;
        if (s->count == KIND_COLUMNS_MAX || heading_column(ops, job, name) < 0)
            return false;
        s->fields[s->count++] = name;
    }
    s->fields[s->count] = (struct text){0};
    return true;
}

static bool names_fit(const struct reader_ops *ops, const struct job *job, const struct head *head, struct splitter *s,
                      struct heading_place *place)
{
    char missing[8];

    memset(place->known, 0, sizeof(place->known));
    place->twice = heading_match(ops, job, s, place->position, place->known);
    for (size_t f = 0; f < s->count; f++)
        if (!place->known[f])
            return false;
    const struct rows rows =
        look_at_rows(ops->table, place->position, head, place->consumed, place->delimiter, s->count);
    return place->twice < 0 && heading_list_missing(ops, place->position, missing, sizeof(missing)) == 0 &&
           rows.count > 0 && rows.other_width == 0 && 2 * rows.fit > rows.count;
}

bool heading_mend(const struct reader_ops *ops, const struct job *job, const struct head *head, size_t at,
                  struct splitter *s, struct heading_place *place)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    struct heading_place mended = {0};

    at = heading_begin(head, at);
    const size_t len = bytes_line(p + at, head->bytes.len - at, head->whole);
    const struct text line = bytes_without_end(p + at, len);
    if (len == 0 || len > LINE_MAX_BYTES || memchr(line.ptr, '"', line.len) == NULL)
        return false;
    for (size_t d = 0; d < sizeof(delimiters); d++) {
        struct splitter names = {0};
        mended.delimiter = delimiters[d];
        mended.at = place->at;
        mended.consumed = at + len;
        if (!take_names(ops, job, line, delimiters[d], &names) || !names_fit(ops, job, head, &names, &mended))
            continue;
        memcpy(s->fields, names.fields, (names.count + 1) * sizeof(*s->fields));
        s->count = names.count;
        mended.mended = true;
        *place = mended;
        return true;
    }
    return false;
}

/* ---- A delimiter too many ---- */

void heading_mend_unnamed(const struct reader_ops *ops, const struct job *job, const struct head *head,
                          struct splitter *s, struct heading_place *place)
{
    struct heading_place other = *place;
    struct splitter named = {0};
    size_t unnamed = 0, before = 0;

    for (size_t f = 0; f < s->count; f++) {
        unnamed += s->fields[f].len == 0;
        before = s->fields[f].len > 0 ? unnamed : before;
        if (s->fields[f].len > 0)
            named.fields[named.count++] = s->fields[f];
    }
    if (before == 0) /* behind the last name they are of no matter */
        return;
    const struct rows as_it_is =
        look_at_rows(ops->table, place->position, head, place->consumed, place->delimiter, s->count - unnamed);
    if (as_it_is.count == 0 || as_it_is.other_width > 0)
        return;
    memset(other.known, 0, sizeof(other.known));
    other.twice = heading_match(ops, job, &named, other.position, other.known);
    const struct rows without =
        look_at_rows(ops->table, other.position, head, other.consumed, other.delimiter, named.count);
    place->doubtful = (without.fit > 0) == (as_it_is.fit > 0);
    if (without.fit == 0 || as_it_is.fit > 0)
        return;
    memcpy(s->fields, named.fields, (named.count + 1) * sizeof(*s->fields));
    s->count = named.count;
    *place = other;
    place->mended = true;
}
