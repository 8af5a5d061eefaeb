/* CSV kinds: cuts blocks where records end, and makes records of rows. */
#include "row_mend_int.h"

#include "base/ascii.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADING_MAX  65536 /* bytes of a heading within the file */
#define HEADINGS_MAX 50000 /* of them, for each takes some KB and a block of its own */

struct heading_node {
    struct heading heading;
    struct heading_rows rows;
    struct heading_node *before;
};

struct table_state {
    struct heading heading;
    struct heading_rows rows;
    struct heading_node *later; /* headings further on in the file, the last one first */
    size_t later_count;
    bool spoilt;              /* one of them refuses the file: no more are looked for */
    struct buf ignored;       /* unknown columns of all headings, for file->ignored_columns */
    struct intake_file *file; /* borrowed */
    /* The reading thread's own: */
    const struct heading *current;
    struct line_cutter cutter;
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

/* -1: no memory. */
static int tell_ignored(struct table_state *state)
{
    if (state->ignored.len == 0)
        return 0;
    free(state->file->ignored_columns);
    state->file->ignored_columns = strdup(buf_cstr(&state->ignored));
    return state->ignored.failed || state->file->ignored_columns == NULL ? -1 : 0;
}

int table_open(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file, struct err *why)
{
    struct table_state *state = calloc(1, sizeof(*state));

    if (state == NULL)
        return err_nomem(why);
    job->state = state;
    state->file = file;
    if (heading_read(&state->heading, job, head, consumed, &state->ignored, why) < 0)
        return -1;
    if (heading_take_form(&state->heading, job) < 0)
        return err_nomem(why);
    state->rows = (struct heading_rows){.lock = PTHREAD_MUTEX_INITIALIZER};
    state->heading.rows = &state->rows;
    state->current = &state->heading;
    file->titles = state->heading.titles;
    file->heading_mended = state->heading.mended;
    file->dialect = describe(&state->heading, head, *consumed);
    return file->dialect == NULL || tell_ignored(state) < 0 ? err_nomem(why) : 0;
}

void table_close(struct job *job)
{
    struct table_state *state = job->state;

    if (state == NULL)
        return;
    heading_release(&state->heading);
    while (state->later != NULL) {
        struct heading_node *const node = state->later;

        state->later = node->before;
        heading_release(&node->heading);
        free(node);
    }
    splitter_release(&state->split);
    buf_release(&state->ignored);
    free(state);
    job->state = NULL;
}

bool table_has_column(const struct job *job, unsigned column)
{
    const struct heading *h = &((const struct table_state *)job->state)->heading;

    return h->position[column] < h->field_count;
}

int table_open_extract(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                       struct err *why)
{
    file->extracted_at = job->extracted_at;
    return table_open(job, head, consumed, file, why);
}

/* ---- Headings within the file ---- */

#define HEADING_DIGITS 10 /* a heading has fewer; a row has identifiers and dates */

/* Whether the line may be a heading. Nearly every row holds a 0, so that it is looked at no further. */
static bool may_be_heading(struct text line)
{
    size_t digits = 0;

    if (line.len == 0 || line.ptr[0] == '#' || ascii_is_digit(line.ptr[0]) || memchr(line.ptr, '0', line.len) != NULL)
        return false;
    for (size_t i = 0; i < line.len && digits < HEADING_DIGITS; i++)
        digits += ascii_is_digit(line.ptr[i]);
    return digits < HEADING_DIGITS;
}

/* The length of a line that ends with LF, or with a lone CR, where there are some in the block. */
static size_t line_length(const struct block *b, size_t at, bool lone_cr, bool at_end)
{
    const unsigned char *const lf = lone_cr ? NULL : memchr(b->ptr + at, '\n', b->len - at);

    return lf != NULL ? (size_t)(lf - b->ptr) + 1 - at : bytes_line(b->ptr + at, b->len - at, at_end);
}

/* 1 when the block has a heading at `at`. */
static int heading_at(struct job *job, const struct block *b, size_t at, size_t len, struct heading *out,
                      struct buf *ignored)
{
    const struct text line = bytes_without_end(b->ptr + at, len);

    return may_be_heading(line) && len <= HEADING_MAX ? heading_again(out, job, line, ignored) : 0;
}

/* Where, from `from` on, the next heading begins; b->len when nowhere. */
static ptrdiff_t next_heading(struct job *job, const struct block *b, size_t from, bool at_end)
{
    const bool lone_cr = b->marks.lone_cr;
    size_t len;

    if (((const struct table_state *)job->state)->spoilt)
        return (ptrdiff_t)b->len;
    if (!lone_cr && !b->marks.other && from < b->len && ascii_is_digit(b->ptr[from])) /* as the rows of a log do */
        return (ptrdiff_t)b->len;

    for (size_t at = from; at < b->len && (len = line_length(b, at, lone_cr, at_end)) > 0; at += len) {
        struct heading h;
        struct buf ignored = {0}; /* it is told when it is taken */
        const int found = heading_at(job, b, at, len, &h, &ignored);

        buf_release(&ignored);
        if (found != 0)
            heading_release(&h);
        if (found != 0)
            return found < 0 ? -1 : (ptrdiff_t)at;
    }
    return (ptrdiff_t)b->len;
}

/* How often the line at the start of the block comes there. */
static size_t count_alike(const struct block *b, size_t len)
{
    size_t count = 1;

    while ((count + 1) * len <= b->len && memcmp(b->ptr, b->ptr + count * len, len) == 0)
        count++;
    return count;
}

/* Makes a heading that of the rows to come; -1: no memory. */
static int add_heading(struct table_state *state, struct heading *h)
{
    struct heading_node *const node = calloc(1, sizeof(*node));

    if (node == NULL)
        return -1;
    *node = (struct heading_node){*h, {.lock = PTHREAD_MUTEX_INITIALIZER}, state->later};
    node->heading.rows = &node->rows;
    state->later = node;
    state->later_count++;
    state->current = &node->heading;
    state->spoilt = h->lacks[0] != '\0' || h->lost[0] != '\0';
    return 0;
}

/* A heading at the start of the block is a block by itself, and counts from there on. Its length, 0: there is none. */
static ptrdiff_t take_heading(struct job *job, struct block *b, bool at_end)
{
    struct table_state *const state = job->state;
    const size_t len = state->spoilt ? 0 : bytes_line(b->ptr, b->len, at_end);
    struct heading h;
    const int found = len > 0 ? heading_at(job, b, 0, len, &h, &state->ignored) : 0;

    if (found <= 0)
        return found;
    b->headings = count_alike(b, len);
    b->from = b->headings * len;
    h.rows_are_wider =
        heading_rows_are_wider(&h, (struct text){(const char *)b->ptr + b->from, b->len - b->from}, at_end);
    b->one_too_many = state->later_count == HEADINGS_MAX;
    if (b->one_too_many) {
        state->spoilt = true;
        heading_release(&h);
    } else if (tell_ignored(state) < 0 || add_heading(state, &h) < 0) {
        heading_release(&h);
        return -1;
    }
    b->heading = state->current;
    return (ptrdiff_t)b->from;
}

/* ---- Cutting ---- */

static bool fits(const void *ctx, const struct text *fields)
{
    return row_fits(ctx, fields);
}

static struct record_form record_form(const struct heading *h)
{
    return (struct record_form){h->delimiter, h->field_count, h->part_count > 0 ? NULL : fits, h};
}

/* As far as whole records go, and no further than `stop`, where a heading may begin: it does, where a record ends
 * there. *stop is then b->len when it lies within a record. */
static size_t cut_records(struct table_state *state, const struct block *b, size_t from, size_t *stop, bool at_end)
{
    const struct record_form form = record_form(state->current);
    size_t end = from, record;

    while (end < *stop && (record = splitter_record(&state->split, &form, b->ptr + end, b->len - end, at_end)) > 0)
        end += record;
    if (end > *stop)
        *stop = b->len;
    return end;
}

ptrdiff_t table_cut(struct job *job, struct block *b, bool at_end)
{
    struct table_state *const state = job->state;
    const bool quotes = b->marks.quote;
    const ptrdiff_t heading = state->cutter.dropping ? 0 : take_heading(job, b, at_end);
    size_t end = 0;
    ptrdiff_t stop;

    if (heading != 0)
        return heading;
    b->heading = state->current;
    b->open_end = at_end && b->len > 0 && b->ptr[b->len - 1] != '\n' && b->ptr[b->len - 1] != '\r';
    end = lines_drop(&state->cutter, b, at_end);
    stop = next_heading(job, b, end, at_end);
    if (!quotes && stop == (ptrdiff_t)b->len)
        return lines_cut_on(&state->cutter, b, at_end);
    while (quotes && stop >= 0) {
        size_t limit = (size_t)stop;
        end = cut_records(state, b, end, &limit, at_end);
        if (limit == (size_t)stop)
            break;
        stop = next_heading(job, b, end, at_end); /* what looked like one stands within quotes */
    }
    if (stop < 0 || state->split.no_memory)
        return -1;
    if (!quotes)
        end = (size_t)stop;
    return end > b->from ? (ptrdiff_t)end : lines_give_up(&state->cutter, b, at_end);
}

/* ---- Parsing ---- */

/* A row that may be a heading counts as one only where rows are read under it, and they may be in another block. */
static void note_rows(const struct heading *h, const struct worker *w)
{
    struct heading_rows *const rows = h->rows;

    if (w->doubt.line == 0 && w->last_taken == 0)
        return;
    pthread_mutex_lock(&rows->lock);
    refusal_join(&rows->doubt, &w->doubt);
    if (w->last_taken > rows->last_taken)
        rows->last_taken = w->last_taken;
    pthread_mutex_unlock(&rows->lock);
}

static const struct refusal *doubt_of(const struct heading *h)
{
    return h->rows->doubt.line != 0 && h->rows->doubt.line < h->rows->last_taken ? &h->rows->doubt : NULL;
}

const struct refusal *table_doubt(const struct job *job)
{
    const struct table_state *const state = job->state;
    const struct refusal *first = NULL, *doubt;

    for (const struct heading_node *node = state->later; node != NULL; node = node->before)
        first = (doubt = doubt_of(&node->heading)) != NULL ? doubt : first;
    return (doubt = doubt_of(&state->heading)) != NULL ? doubt : first;
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

/* A heading is a row that carries nothing, and may refuse the file. */
static void pass_headings(const struct job *job, struct worker *w, const struct block *b)
{
    const struct heading *const h = b->heading;

    for (size_t i = 0; i < b->headings; i++)
        worker_pass_over(w);
    if (b->one_too_many)
        tally_refuse(&w->tally, b->line,
                     "more than %d headings stand before this one; put the files that were put together here apart, or "
                     "leave out the headings but for the first",
                     HEADINGS_MAX);
    else if (h->lacks[0] != '\0')
        tally_refuse(&w->tally, b->line,
                     "a second heading stands here, which lacks %s of %s; put the two files that were put together "
                     "here apart, and mend that one",
                     h->lacks, job->ops->kind->name);
    else if (h->lost[0] != '\0')
        tally_refuse(&w->tally, b->line,
                     "a second heading stands here, with Devices in the column '%s', which would be lost: a row has "
                     "one Device of each type; give them rows of their own, or take the column out",
                     h->lost);
}

int table_parse(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    const struct heading *const h = b->heading;
    const struct record_form form = record_form(h);
    const bool plain = !b->marks.quote && !b->marks.lone_cr;
    uint64_t line = b->line;

    if (reject_spans(job, w, b, err) < 0)
        return -1;
    if (b->headings > 0)
        pass_headings(job, w, b);
    w->doubt.line = w->last_taken = 0;
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
            len = splitter_record(&w->split, &form, p, left, true);
        }
        const struct place at = {line, b->offset + pos};
        if (table_take_record(job, h, w, &b->marks, at, bytes_without_end(p, len), err) < 0)
            return -1;
        if (b->open_end && pos + len == b->len)
            tally_note(&w->tally, FINDING_NO_LINE_END, line, bytes_without_end(p, len));
        line += plain ? 1 : b->marks.lone_cr ? bytes_scan(p, len).lines : bytes_count(p, len, '\n');
        pos += len;
    }
    note_rows(h, w);
    return w->split.no_memory ? err_nomem(err) : 0; /* a record may have been taken for a bad one */
}
