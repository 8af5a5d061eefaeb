/* Where in a file the heading is, behind title lines that are no rows; and how well a kind fits it. */
#include "heading_int.h"

#include "base/ascii.h"
#include "domain/eui64.h"
#include "domain/terms.h"
#include "fault_int.h"

#include <stdio.h>
#include <string.h>

#define HEADING_LINES 20 /* in which the heading is looked for */

static void list_name(char *list, size_t size, struct text name)
{
    const size_t len = strlen(list);

    if (len + name.len + 8 < size)
        snprintf(list + len, size - len, "%s'%.*s'", len > 0 ? ", " : "", (int)name.len, name.ptr);
    else if (len + 4 < size && (len < 3 || strcmp(list + len - 3, "...") != 0))
        snprintf(list + len, size - len, "...");
}

void heading_list_name(char *list, size_t size, struct text name)
{
    list_name(list, size, secret_is(name) ? TEXT_LITERAL(SECRET_SHOWN) : name);
}

int heading_list_missing(const struct reader_ops *ops, const int position[KIND_COLUMNS_MAX], char *list, size_t size)
{
    int missing = 0;

    list[0] = '\0';
    for (size_t c = 0; c < ops->table->column_count; c++)
        if (ops->table->columns[c].required && position[c] < 0) {
            list_name(list, size, text_of(ops->table->columns[c].name));
            missing++;
        }
    return missing;
}

static size_t filled_fields(const struct splitter *s)
{
    size_t filled = 0;

    for (size_t f = 0; f < s->count; f++)
        filled += s->fields[f].len > 0;
    return filled;
}

static bool is_identifier(struct text t)
{
    const char *why;
    mpxn_code mpxn;
    uint64_t id;

    return eui64_parse(t, &id) || (t.len != 8 && mpxn_parse(t, &mpxn, &why) == 0); /* 8 digits may be a date */
}

/* Whether a line is a row of a heading that has so many names: it begins with an identifier, or fills as many fields,
 * with a digit in one of them, which prose with commas has not. */
static bool looks_like_row(const struct splitter *s, struct text line, size_t names)
{
    const size_t filled = filled_fields(s);
    bool digit = false;

    for (size_t i = 0; i < line.len; i++)
        digit = digit || ascii_is_digit(line.ptr[i]);
    return filled > 1 && ((filled >= names && digit) || is_identifier(s->fields[0]));
}

/* Counts the lines before the heading, and looks for a row among them, which would be lost as a title. */
static void look_before(const struct head *head, struct heading_place *place, size_t names)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    struct splitter s = {0};
    const char *why;
    char sep;
    size_t len;

    for (size_t at = heading_begin(head, 0); at < place->at; at = heading_begin(head, at + len)) {
        len = heading_length(p + at, head->bytes.len - at, head->whole);
        const struct text line = bytes_without_end(p + at, len);
        if (len == 0)
            break;
        if (heading_is_sep(line, &sep) || line.ptr[0] == '#' || line.ptr[0] == '+') /* a rule is drawn with these */
            continue;
        place->titles++;
        if (place->row_line == 0 && splitter_quoted(&s, place->delimiter, line, &why) &&
            looks_like_row(&s, line, names))
            place->row_line = bytes_scan(p, at).lines + 1;
    }
    splitter_release(&s);
}

bool heading_is_one(const struct splitter *s, const bool *known)
{
    size_t columns = 0;

    for (size_t f = 0; f < s->count; f++)
        columns += known[f];
    return columns > 1 && 2 * columns >= filled_fields(s);
}

static bool has_quote(const struct splitter *s)
{
    for (size_t f = 0; f < s->count; f++)
        if (memchr(s->fields[f].ptr, '"', s->fields[f].len) != NULL)
            return true;
    return false;
}

bool heading_find(const struct reader_ops *ops, const struct job *job, const struct head *head, bool titles,
                  struct splitter *s, struct heading_place *out)
{
    char missing[8];
    size_t at = 0;

    out->twice = -1;
    for (unsigned n = 0; n < (titles ? HEADING_LINES : 1U); n++, at = out->consumed) {
        out->at = at;
        out->consumed = 0;
        memset(out->known, 0, sizeof(out->known));
        const bool split = heading_split(s, head, at, &out->delimiter, &out->consumed, &out->why);
        if (split)
            out->twice = heading_match(ops, job, s, out->position, out->known);
        out->types = split ? premises_types(ops, job, s) : 0;
        if (split &&
            (out->types >= PREMISES_TYPES || heading_list_missing(ops, out->position, missing, sizeof(missing)) == 0)) {
            if (out->types < PREMISES_TYPES && !(has_quote(s) && heading_mend(ops, job, head, at, s, out)))
                heading_mend_unnamed(ops, job, head, s, out);
            look_before(head, out, filled_fields(s));
            return true;
        }
        if (heading_mend(ops, job, head, at, s, out)) {
            look_before(head, out, s->count);
            return true;
        }
        if (split && heading_is_one(s, out->known)) /* what follows are its rows */
            return false;
        if (s->no_memory || out->consumed == 0)
            break;
    }
    if (at > 0) { /* as it was at the first line */
        s->count = 0;
        memset(out->known, 0, sizeof(out->known));
        if (heading_split(s, head, 0, &out->delimiter, &out->consumed, &out->why))
            out->twice = heading_match(ops, job, s, out->position, out->known);
    }
    return false;
}

void table_bid(const struct reader_ops *ops, const struct job *job, const struct head *head, struct bid *out)
{
    struct heading_place place = {0};
    struct splitter s = {0};

    *out = (struct bid){0};
    if (heading_find(ops, job, head, head->titles, &s, &place))
        out->score += BID_SURE;
    if (s.count > 0) {
        (void)heading_list_missing(ops, place.position, out->lacks, sizeof(out->lacks));
        for (size_t c = 0; c < ops->table->column_count; c++)
            out->score += place.position[c] >= 0 ? (ops->table->columns[c].required ? 10 : 1) : 0;
    }
    out->no_memory = s.no_memory;
    splitter_release(&s);
}

bool heading_is_of_premises(const struct reader_ops *ops, const struct job *job, const struct head *head)
{
    struct heading_place place = {0};
    struct splitter s = {0};
    const bool found = heading_find(ops, job, head, true, &s, &place) && place.types >= PREMISES_TYPES;

    splitter_release(&s);
    return found;
}
