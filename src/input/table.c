/* CSV kinds: cuts blocks where records end, and makes records of rows. */
#include "table_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table_state {
    struct heading heading;
    struct line_cutter cutter; /* these two are the reading thread's own */
    struct splitter split;
};

static const char *delimiter_name(char delimiter)
{
    return delimiter == ',' ? "comma" : delimiter == ';' ? "semicolon" : delimiter == '\t' ? "tab" : "bar";
}

static char *describe(const struct heading *h, const struct head *head, size_t consumed)
{
    const char *const end = head->bytes.ptr + consumed;
    const char *line_end = "LF";
    char *out = NULL;

    if (consumed > 0 && end[-1] == '\r')
        line_end = "CR";
    else if (consumed > 1 && end[-1] == '\n' && end[-2] == '\r')
        line_end = "CRLF";
    return asprintf(&out, "CSV, %s, %s", delimiter_name(h->delimiter), line_end) < 0 ? NULL : out;
}

int table_open(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file, struct err *why)
{
    struct table_state *state = calloc(1, sizeof(*state));
    struct buf ignored = {0};
    int rc = -1;

    if (state == NULL)
        return err_nomem(why);
    job->state = state;
    if (heading_read(&state->heading, job->ops, job, head, consumed, &ignored, why) < 0)
        goto done;
    if (heading_take_form(&state->heading, job) < 0) {
        err_nomem(why);
        goto done;
    }
    file->dialect = describe(&state->heading, head, *consumed);
    if (ignored.len > 0)
        file->ignored_columns = strdup(buf_cstr(&ignored));
    rc = file->dialect == NULL || (ignored.len > 0 && file->ignored_columns == NULL) ? err_nomem(why) : 0;
done:
    buf_release(&ignored);
    return rc;
}

void table_close(struct job *job)
{
    struct table_state *state = job->state;

    if (state == NULL)
        return;
    heading_release(&state->heading);
    splitter_release(&state->split);
    free(state);
    job->state = NULL;
}

bool table_has_column(const struct job *job, unsigned column)
{
    const struct heading *h = &((const struct table_state *)job->state)->heading;

    return h->position[column] < h->field_count;
}

ptrdiff_t table_cut(struct job *job, struct block *b, bool at_end)
{
    struct table_state *state = job->state;
    size_t end, record;

    if (memchr(b->ptr, '"', b->len) == NULL)
        return lines_cut(&state->cutter, b, at_end);
    end = lines_drop(&state->cutter, b, at_end);
    while (end < b->len &&
           (record = splitter_record(&state->split, state->heading.delimiter, state->heading.field_count, b->ptr + end,
                                     b->len - end, at_end)) > 0)
        end += record;
    if (state->split.no_memory)
        return -1;
    return end > b->from ? (ptrdiff_t)end : lines_give_up(&state->cutter, b, at_end);
}

static bool check_count(const struct heading *h, struct splitter *s, struct fault *fault)
{
    const char *plural = s->count == 1 ? "" : "s";

    if (s->count < h->field_count)
        return fault_set(fault, (struct text){0}, "has %zu field%s, the heading has %zu", s->count, plural,
                         h->field_count);
    for (size_t i = h->field_count; i < s->count; i++)
        if (s->fields[i].len > 0)
            return fault_set(fault, (struct text){0}, "has %zu field%s, the heading has %zu", s->count, plural,
                             h->field_count);
    s->fields[h->field_count] = (struct text){0};
    return true;
}

static bool check_required(const struct row *row)
{
    const struct heading *h = row->heading;

    for (size_t i = 0; i < h->required_count; i++)
        if (row_field(row, h->required[i]).len == 0)
            return fault_set(row->fault, h->name[h->required[i]], "is blank, but every row needs it");
    return true;
}

enum split_result { SPLIT_ROW, SPLIT_BLANK, SPLIT_BAD };

static enum split_result split_row(const struct heading *h, struct worker *w, const struct byte_marks *marks,
                                   struct text record)
{
    const struct text whole = {0};
    const char *why = "has more fields than can be read";
    bool good;

    if (record.len > RECORD_MAX)
        return (void)fault_set(&w->fault, whole, "the record is longer than 1 MiB"), SPLIT_BAD;
    if (marks->nul && memchr(record.ptr, '\0', record.len) != NULL)
        return (void)fault_set(&w->fault, whole, "holds a NUL byte"), SPLIT_BAD;
    if (marks->high && !text_is_utf8(record))
        return (void)fault_set(&w->fault, whole, "is no valid UTF-8"), SPLIT_BAD;
    if (marks->quote && memchr(record.ptr, '"', record.len) != NULL) {
        good = splitter_quoted(&w->split, h->delimiter, record, &why);
        for (size_t i = 0; good && i < w->split.count; i++)
            w->split.fields[i] = text_trim(w->split.fields[i]); /* blanks within quotes mean nothing here either */
    } else {
        good = splitter_plain(&w->split, h->delimiter, record);
        if (good && w->split.count == 1 && w->split.fields[0].len == 0)
            return SPLIT_BLANK;
    }
    if (!good)
        return (void)fault_set(&w->fault, whole, "%s", why), SPLIT_BAD;
    return check_count(h, &w->split, &w->fault) ? SPLIT_ROW : SPLIT_BAD;
}

static int keep_more(const struct row *row, struct worker *w, struct err *err)
{
    struct parcel parcel;

    for (unsigned n = 1;; n++) {
        buf_clear(&w->packed);
        if (!row->job->ops->table->pack_more(row, n, &w->packed, &parcel))
            return 0;
        if (worker_keep(w, &parcel, err) < 0)
            return -1;
    }
}

int table_take_fields(const struct job *job, const struct heading *h, struct worker *w, struct text *fields,
                      struct place at, struct text record, struct err *err)
{
    const struct row row = {fields, h, job, {job->number, at.line}, &w->fault};
    struct parcel parcel;

    buf_clear(&w->packed);
    if (h->word_count > 0)
        heading_change_words(h, fields);
    if (!check_required(&row) || !job->ops->table->pack(&row, &w->packed, &parcel))
        return worker_reject(job, w, at, record, err);
    if (worker_keep(w, &parcel, err) < 0)
        return -1;
    return job->ops->table->pack_more != NULL ? keep_more(&row, w, err) : 0;
}

static int take_record(const struct job *job, const struct heading *h, struct worker *w, const struct byte_marks *marks,
                       struct place at, struct text record, struct err *err)
{
    switch (split_row(h, w, marks, record)) {
    case SPLIT_BLANK:
        return 0;
    case SPLIT_ROW:
        return table_take_fields(job, h, w, w->split.fields, at, record, err);
    default:
        return worker_reject(job, w, at, record, err);
    }
}

static int reject_spans(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *s = &b->spans[i];
        const struct place at = {b->line, b->offset + s->at};
        (void)fault_set(&w->fault, (struct text){0}, "%s", s->fault);
        if (worker_reject(job, w, at, (struct text){(const char *)b->ptr + s->at, s->len}, err) < 0)
            return -1;
    }
    return 0;
}

int table_parse(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    const struct heading *h = &((const struct table_state *)job->state)->heading;
    const bool plain = !b->marks.quote && !b->marks.lone_cr;
    uint64_t line = b->line;

    if (reject_spans(job, w, b, err) < 0)
        return -1;
    if (b->from > 0)
        line += bytes_scan(b->ptr, b->from).lines;
    for (size_t pos = b->from; pos < b->len;) {
        const unsigned char *const p = b->ptr + pos;
        const size_t left = b->len - pos;
        size_t len;
        if (plain) {
            const unsigned char *lf = memchr(p, '\n', left);
            len = lf != NULL ? (size_t)(lf - p) + 1 : left;
        } else {
            len = splitter_record(&w->split, h->delimiter, h->field_count, p, left, true);
        }
        const struct place at = {line, b->offset + pos};
        if (take_record(job, h, w, &b->marks, at, bytes_without_end(p, len), err) < 0)
            return -1;
        line += plain ? 1 : bytes_scan(p, len).lines;
        pos += len;
    }
    return w->split.no_memory ? err_nomem(err) : 0; /* a record may have been taken for a bad one */
}
