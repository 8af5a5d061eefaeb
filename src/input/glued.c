/* A heading within a row, or in the place of one: files that were put together with no line end between them, or that
 * are of two kinds, or have other names. */
#include "heading_int.h"

#include "base/ascii.h"
#include "fields_int.h"

#include <string.h>

#define GLUED_MAX   4096 /* bytes of a row that are looked at */
#define GLUED_NAME  64   /* and of a name */
#define GLUED_TRIES 16   /* names at which a heading may begin */
#define GLUED_KNOWN 3    /* names of columns that make a heading, where it lacks some that are required */
#define GLUED_TYPED 2    /* of those that hold no text, in which an unknown name stands */
#define NAME_SHOWN  40   /* bytes of such a name, for people */

static bool parts_names(char c)
{
    return c == ',' || c == ';' || c == '\t' || c == '|' || c == '"';
}

/* The name that begins at `at`, without blanks behind it. */
static struct text name_at(struct text t, size_t at)
{
    size_t end = at;

    while (end < t.len && end - at < GLUED_NAME && !parts_names(t.ptr[end]))
        end++;
    return text_trim((struct text){t.ptr + at, end - at});
}

/* Whether what begins at `at` is a heading as far as the row goes. */
static bool is_heading(const struct job *job, struct text record, size_t at)
{
    struct text t = {record.ptr + at, record.len - at};
    struct heading_place place = {0};
    struct splitter s = {0};
    size_t known = 0;

    if (at > 0 && bytes_count((const unsigned char *)t.ptr, t.len, '"') % 2 != 0) /* the name's own stands before it */
        t = (struct text){t.ptr - 1, t.len + 1};
    const struct head head = {.bytes = t, .whole = true};
    const bool whole = heading_find(job->ops, job, &head, false, &s, &place);
    for (size_t f = 0; f < s.count; f++)
        known += place.known[f];
    const bool is_one =
        place.types >= PREMISES_TYPES || (heading_is_one(&s, place.known) && (whole || known >= GLUED_KNOWN));
    splitter_release(&s);
    return is_one;
}

/* Whether a heading of the kind stands within a row: one of its names does, so that a look at every byte is worth
 * while. */
static bool holds_heading(const struct job *job, struct text record, const struct heading_hint *hint)
{
    const bool comment = record.len > 0 && record.ptr[0] == '#';
    unsigned tries = 0;

    if (record.len > GLUED_MAX || (hint->named & heading_kind_bit(job->ops)) == 0)
        return false;
    for (size_t at = 0; at < record.len && tries < GLUED_TRIES; at++) {
        if (!ascii_is_alnum(record.ptr[at]) || (comment && !ascii_is_alnum(record.ptr[at - 1])))
            continue; /* names of columns may be told in a comment, but are not glued to it */
        if (heading_column(job->ops, job, name_at(record, at)) < 0)
            continue;
        if (is_heading(job, record, at))
            return true;
        tries++;
    }
    return false;
}

/* Where such an end is remembered. */
static struct text_end *remembered(struct worker *w, struct text t)
{
    return &w->no_names[(t.len + (unsigned char)t.ptr[t.len - 1]) % ARRAY_LEN(w->no_names)];
}

bool row_ends_in_name(const struct job *job, struct worker *w, const struct heading *h)
{
    if (!h->ends_in_text || w->split.count == 0 || w->split.fields[w->split.count - 1].len == 0)
        return false;
    const struct text last = w->split.fields[w->split.count - 1];
    struct text_end *const no_name = remembered(w, last);
    size_t from = last.len;
    if (last.len == no_name->len && memcmp(last.ptr, no_name->bytes, last.len) == 0)
        return false;
    while (from > 0 && !parts_names(last.ptr[from - 1]))
        from--;
    if (heading_column(job->ops, job, text_trim((struct text){last.ptr + from, last.len - from})) >= 0)
        return true;
    if (last.len <= sizeof(no_name->bytes)) {
        no_name->len = (uint8_t)last.len;
        memcpy(no_name->bytes, last.ptr, last.len);
    }
    return false;
}

/* The other kind of which a row is a heading; NULL: it is of none. */
static const char *heading_of(const struct job *job, struct text record, const struct heading_hint *hint)
{
    const struct head head = {.bytes = record, .whole = true};

    if (record.len > GLUED_MAX || memchr(record.ptr, '0', record.len) != NULL) /* as nearly every row has one */
        return NULL;
    for (size_t i = 0; hint->may_be >> i != 0; i++) {
        if ((hint->may_be >> i & 1) == 0 || &reader_kinds[i] == job->ops->kind)
            continue;
        const struct reader_ops *const ops = readers_find(reader_kinds[i].name);
        struct heading_place place = {0};
        struct splitter s = {0};
        const bool found = ops->table != NULL && heading_find(ops, job, &head, false, &s, &place);
        splitter_release(&s);
        if (found)
            return ops->kind->name;
    }
    return NULL;
}

static bool has_digit(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (ascii_is_digit(t.ptr[i]))
            return true;
    return false;
}

/* Any short word may be a market identifier. */
static bool is_value(const struct column *column, struct text t)
{
    static const struct column entity = {.holds = HOLDS_EUI64};

    if (column->has_digits)
        return has_digit(t);
    return column_is_typed(column) && column_accepts(column->holds == HOLDS_PARTY ? &entity : column, t);
}

/* Whether a field shows that the row is none of names. */
static bool holds_value(const struct heading *h, const struct text *fields)
{
    for (size_t c = 0; c < h->column_count; c++) {
        const struct text t = h->position[c] < h->field_count ? fields[h->position[c]] : (struct text){0};
        if (t.len > 0 && is_value(&h->columns[c], t))
            return true;
    }
    return false;
}

bool row_lacks_digits(const struct heading *h, const struct text *fields)
{
    for (size_t i = 0; i < h->with_digits_count; i++)
        if (has_digit(fields[h->with_digits[i]]))
            return false;
    return h->with_digits_count > 0;
}

/* Of any alphabet. */
static bool has_letter(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((ascii_is_alnum(t.ptr[i]) && !ascii_is_digit(t.ptr[i])) || (unsigned char)t.ptr[i] >= 0x80)
            return true;
    return false;
}

/* Whether a field is no name whatever column it stands in: a row in another order, or rows that a quote has swallowed.
 */
static bool holds_no_name(const struct heading *h, const struct text *fields)
{
    static const struct column entity = {.holds = HOLDS_EUI64}, day = {.date = true};

    for (size_t f = 0; f < h->field_count; f++) {
        const struct text t = fields[f];
        if (t.len > 0 && (t.len >= GLUED_NAME || memchr(t.ptr, '\n', t.len) != NULL || !has_letter(t) ||
                          table_is_null_word(t) || column_accepts(&entity, t) || column_accepts(&day, t)))
            return true;
    }
    return false;
}

/* Whether a row that holds no value may be a heading under names that are not known. */
static bool may_be_names(const struct heading *h, const struct text *fields)
{
    size_t required = 0, typed = 0;

    if (holds_no_name(h, fields))
        return false;
    for (size_t c = 0; c < h->column_count; c++) {
        if (h->position[c] >= h->field_count)
            continue;
        const struct text t = fields[h->position[c]];
        typed += t.len > 0 && (column_is_typed(&h->columns[c]) || h->columns[c].has_digits);
        if (!h->columns[c].required)
            continue;
        if (t.len == 0)
            return false;
        for (size_t other = 0; other < c; other++)
            if (h->columns[other].required && text_same_word(fields[h->position[other]], t))
                return false; /* "unknown", "unknown" */
        required++;
    }
    return required > 1 && typed >= GLUED_TYPED;
}

/* The fields of a row in quotes, as far as there is room; they are shown to people. */
static void list_fields(const struct splitter *s, char *list, size_t size)
{
    list[0] = '\0';
    for (size_t f = 0; f < s->count; f++) {
        char shown[NAME_SHOWN];
        if (s->fields[f].len == 0)
            continue;
        (void)text_show(secret_is(s->fields[f]) ? TEXT_LITERAL("...") : s->fields[f], shown, sizeof(shown));
        heading_list_name(list, size, text_of(shown));
    }
}

void row_look_for_heading(const struct job *job, const struct heading *h, struct worker *w, uint64_t line,
                          struct text record, enum row_look look)
{
    const char *const name = job->ops->kind->name, *kind;
    char names[140];

    if (w->tally.wrong.line != 0 && w->tally.wrong.line <= line)
        return;
    const bool no_values = look != ROW_UNSPLIT && h->part_count == 0 && !holds_value(h, w->split.fields);
    const struct heading_hint hint = heading_hint(job, record);
    if (holds_heading(job, record, &hint)) {
        tally_refuse(&w->tally, line,
                     no_values
                         ? "a heading stands here that cannot be taken as one, and what follows would be read under "
                           "the wrong names; put the two files that were put together here apart, and read them one "
                           "by one"
                         : "a heading stands within this row, and what follows would be read under the wrong names; "
                           "where two files were put together, put a line end between them, or read them one by one");
    } else if ((kind = heading_of(job, record, &hint)) != NULL) {
        tally_refuse(&w->tally, line,
                     "a heading of %s stands here, among rows of %s; put the two files that were put together here "
                     "apart, and read them one by one",
                     kind, name);
    } else if (look == ROW_NAMES && no_values && w->doubt.line == 0 && may_be_names(h, w->split.fields)) {
        list_fields(&w->split, names, sizeof(names));
        refusal_note(&w->doubt, line,
                     "what looks like a second heading stands here, under names that are not known (%s), and what "
                     "follows would be read under the wrong ones; map them ([columns.%s]), or, where it is none, put "
                     "a # before it",
                     names, name);
    }
}
