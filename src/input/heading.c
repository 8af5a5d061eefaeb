/* Headings of CSV files: reads one, and tells what a file lacks. */
#include "footer_int.h"
#include "heading_int.h"
#include "row_mend_int.h"

#include "base/array.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define IGNORED_MAX 65536 /* bytes of unknown names that are told: a file may have headings without end */

static int refuse_missing(const struct reader_ops *ops, const struct job *job, const struct splitter *s,
                          const int position[KIND_COLUMNS_MAX], struct err *why)
{
    char missing[160], found[160] = "";
    const int n = heading_list_missing(ops, position, missing, sizeof(missing));
    const char *first = missing + 1;

    if (n == 0)
        return 0;
    for (size_t f = 0; f < s->count; f++)
        heading_list_name(found, sizeof(found), s->fields[f]);
    return err_set(why, ERR_DATA,
                   "'%s' lacks the column%s %s of %s; its headings are %s; map one in the configuration: "
                   "[columns.%s] %.*s = HEADING",
                   job->name, n > 1 ? "s" : "", missing, ops->kind->name, found, ops->kind->name,
                   (int)strcspn(first, "'"), first);
}

static void take_names(struct heading *out, const struct reader_ops *ops, const struct splitter *s,
                       const int position[KIND_COLUMNS_MAX])
{
    size_t bytes = 0;

    for (size_t c = 0; c < ops->table->column_count; c++) /* one field may be two columns */
        bytes += position[c] >= 0 ? s->fields[position[c]].len : 0;
    (void)buf_reserve(&out->names, bytes + 1); /* so that the names stay where they are */
    for (size_t c = 0; c < ops->table->column_count; c++) {
        out->name[c] = text_of(ops->table->columns[c].name);
        out->position[c] = (uint16_t)(position[c] >= 0 ? (size_t)position[c] : s->count);
        if (ops->table->columns[c].required && !ops->table->columns[c].may_be_blank)
            out->required[out->required_count++] = (uint16_t)c;
        if (position[c] < 0 || out->names.failed)
            continue;
        const struct text name = s->fields[position[c]];
        out->name[c] = (struct text){(const char *)out->names.ptr + out->names.len, name.len};
        buf_add_text(&out->names, name);
    }
}

/* Whether the last item of the list stands in it before. */
static bool is_listed(const struct buf *list, size_t last)
{
    const struct text item = {(const char *)list->ptr + last, list->len - last};

    for (size_t at = 0, end; at + 2 < last; at = end + 2) {
        const char *const comma = memmem(list->ptr + at, last - at, ", ", 2);
        end = (size_t)(comma - (const char *)list->ptr);
        if (text_equal((struct text){(const char *)list->ptr + at, end - at}, item))
            return true;
    }
    return false;
}

void heading_note_ignored(struct buf *ignored, struct text name)
{
    const size_t before = ignored->len, last = before > 0 ? before + 2 : 0;

    if (before > IGNORED_MAX) {
        if (memcmp(ignored->ptr + before - 3, "...", 3) != 0)
            buf_add_str(ignored, ", ...");
        return;
    }
    if (before > 0)
        buf_add_str(ignored, ", ");
    secret_remove(name, ignored);
    if (!ignored->failed && is_listed(ignored, last))
        ignored->len = before;
}

static void list_ignored(struct heading *out, const struct splitter *s, const bool *known, struct buf *ignored)
{
    for (size_t f = 0; f < s->count; f++)
        if (!known[f] && s->fields[f].len > 0)
            heading_note_ignored(ignored, s->fields[f]);
        else if (!known[f] && out->unnamed_count < ARRAY_LEN(out->unnamed))
            out->unnamed[out->unnamed_count++] = (uint16_t)f;
}

void heading_note_nullable(struct heading *h)
{
    h->nullable_count = h->with_digits_count = 0;
    h->ends_in_text = true;
    for (size_t c = 0; c < h->column_count; c++)
        h->ends_in_text &= h->position[c] + 1U != h->field_count || h->columns[c].free_text || h->columns[c].any_text;
    for (int any_text = 1; any_text >= 0; any_text--) {
        for (size_t c = 0; c < h->column_count; c++)
            if (!h->columns[c].free_text && h->columns[c].any_text == (any_text != 0) &&
                h->position[c] < h->field_count)
                h->nullable[h->nullable_count++] = h->position[c];
        if (any_text != 0)
            h->any_text_count = h->nullable_count;
    }
    for (size_t c = 0; c < h->column_count; c++)
        if (h->columns[c].has_digits && h->position[c] < h->field_count)
            h->with_digits[h->with_digits_count++] = h->position[c];
}

static void take_heading(struct heading *out, const struct reader_ops *ops, const struct splitter *s,
                         const struct heading_place *place)
{
    out->delimiter = place->delimiter;
    out->field_count = s->count;
    out->columns = ops->table->columns;
    out->column_count = ops->table->column_count;
    take_names(out, ops, s, place->position);
    heading_note_nullable(out);
}

#define LINES_LOOKED_AT 20
#define LINE_MAX_BYTES  65536

bool heading_rows_are_wider(const struct heading *h, struct text below, bool whole)
{
    const unsigned char *const p = (const unsigned char *)below.ptr;
    const struct record_form form = {.delimiter = h->delimiter, .fields = h->field_count};
    struct splitter row = {0};
    unsigned rows = 0, wider = 0;
    size_t at = 0, len;

    for (unsigned i = 0; i < LINES_LOOKED_AT && (len = splitter_record(&row, &form, p + at, below.len - at, whole)) > 0;
         i++, at += len) {
        const struct text record = bytes_without_end(p + at, len);
        const char *why;

        if (len > LINE_MAX_BYTES || footer_carries_nothing(record, h->delimiter) ||
            !splitter_quoted(&row, h->delimiter, record, &why) || row.count < h->field_count)
            continue;
        rows++;
        wider += row.count > h->field_count && row_trim(row.fields[row.count - 1]).len == 0;
    }
    splitter_release(&row);
    return 2 * wider > rows || rows == 0;
}

int heading_read(struct heading *out, struct job *job, const struct head *head, size_t *consumed, struct buf *ignored,
                 struct err *why)
{
    const struct reader_ops *const ops = job->ops;
    struct heading_place place = {0};
    struct splitter s = {0};
    int rc = -1;

    *out = (struct heading){0};
    if (!heading_find(ops, job, head, true, &s, &place) && s.count == 0) {
        if (s.no_memory)
            err_nomem(why);
        err_set(why, ERR_DATA, "the heading of '%s' cannot be read: %s", job->name,
                place.why != NULL ? place.why : "it is blank");
        goto done;
    }
    *consumed = place.consumed;
    if (place.row_line > 0) {
        err_set(why, ERR_DATA,
                "'%s', line %" PRIu64 ": a row stands here, before the heading of %s, and would be lost; put the "
                "heading first",
                job->name, place.row_line, ops->kind->name);
        goto done;
    }
    if (place.doubtful) {
        err_set(why, ERR_DATA,
                "'%s' has a heading with a column that has no name, and rows with a value less: which column they lack "
                "is not told; name that column, or take the delimiter before or behind it out",
                job->name);
        goto done;
    }
    out->titles = place.titles;
    out->mended = place.mended;
    if (place.types >= PREMISES_TYPES) {
        out->delimiter = place.delimiter;
        rc = premises_read(out, job, &s, ignored) < 0 || ignored->failed ? err_nomem(why) : 0;
        if (rc == 0 && out->lost[0] != '\0')
            rc = err_set(why, ERR_DATA,
                         "'%s' has Devices in the column '%s', which would be lost: a row has one Device of each type; "
                         "give them rows of their own, or take the column out",
                         job->name, out->lost);
        goto done;
    }
    if (place.twice >= 0) {
        err_set(why, ERR_DATA, "'%s' has more than one heading for the column '%s' of %s; remove or rename all but one",
                job->name, ops->table->columns[place.twice].name, ops->kind->name);
        goto done;
    }
    if (refuse_missing(ops, job, &s, place.position, why) < 0)
        goto done;
    take_heading(out, ops, &s, &place);
    out->rows_are_wider = heading_rows_are_wider(
        out, (struct text){head->bytes.ptr + *consumed, head->bytes.len - *consumed}, head->whole);
    list_ignored(out, &s, place.known, ignored);
    rc = out->names.failed || ignored->failed ? err_nomem(why) : 0;
done:
    splitter_release(&s);
    return rc;
}

int heading_again(struct heading *out, struct job *job, struct text line, struct buf *ignored)
{
    const struct head head = {.bytes = line, .whole = true};
    struct heading_place place = {0};
    struct splitter s = {0};
    int found = 0;

    *out = (struct heading){0};
    if ((heading_hint(job, line).may_be & heading_kind_bit(job->ops)) == 0)
        return 0;
    (void)heading_find(job->ops, job, &head, false, &s, &place);
    if (place.types >= PREMISES_TYPES) {
        out->delimiter = place.delimiter;
        found = premises_read(out, job, &s, ignored) < 0 ? -1 : 1;
    } else if (heading_is_one(&s, place.known) || place.types > 0) {
        take_heading(out, job->ops, &s, &place);
        list_ignored(out, &s, place.known, ignored);
        (void)heading_list_missing(job->ops, place.position, out->lacks, sizeof(out->lacks));
        found = heading_take_form(out, job) < 0 || out->names.failed ? -1 : 1;
    }
    if (s.no_memory || ignored->failed)
        found = -1;
    splitter_release(&s);
    return found;
}

void heading_release(struct heading *h)
{
    for (size_t i = 0; i < h->part_count; i++)
        heading_release(&h->parts[i]);
    free(h->parts);
    buf_release(&h->names);
    free(h->words);
}
