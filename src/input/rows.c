/* Rows of CSV kinds: makes records of what their fields say. */
#include "fields_int.h"
#include "footer_int.h"
#include "layout_int.h"
#include "premises_int.h"
#include "row_split_int.h"

#include <string.h>

static bool check_required(const struct row *row)
{
    const struct heading *h = row->heading;

    for (size_t i = 0; i < h->required_count; i++)
        if (row_field(row, h->required[i]).len == 0)
            return fault_set(row->fault, h->name[h->required[i]], "is blank, but every row needs it");
    return true;
}

#define NULL_WORD_MAX 6

bool table_is_null_word(struct text t)
{
    static const struct text words[] = {
        TEXT_LITERAL("NULL"),   TEXT_LITERAL("(null)"), TEXT_LITERAL("N/A"),  TEXT_LITERAL("none"), TEXT_LITERAL("-"),
        TEXT_LITERAL("[NULL]"), TEXT_LITERAL("<null>"), TEXT_LITERAL("#N/A"), TEXT_LITERAL("NA"),   TEXT_LITERAL("--"),
        TEXT_LITERAL("{null}"), TEXT_LITERAL("NaN"),    TEXT_LITERAL("nil"),  TEXT_LITERAL("\\N")};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_equal_nocase(t, words[i]) && (t.ptr[0] != '\\' || t.ptr[1] == 'N'))
            return true;
    return false;
}

/* The first byte tells nearly all fields. */
static bool blank_words(const struct heading *h, struct text *fields, size_t from, size_t to)
{
    static const bool may_begin[256] = {['N'] = true, ['n'] = true, ['('] = true, ['-'] = true, ['\\'] = true,
                                        ['['] = true, ['<'] = true, ['{'] = true, ['#'] = true};
    bool any = false;

    for (size_t i = from; i < to; i++) {
        struct text *const f = &fields[h->nullable[i]];

        if (f->len - 1 < NULL_WORD_MAX && may_begin[(unsigned char)f->ptr[0]] && table_is_null_word(*f)) {
            *f = (struct text){0};
            any = true;
        }
    }
    return any;
}

bool table_blank_words(const struct heading *h, struct text *fields)
{
    return blank_words(h, fields, 0, h->nullable_count);
}

int table_reject(const struct job *job, const struct heading *h, struct worker *w, struct place at, struct text record,
                 struct err *err)
{
    if (!footer_carries_nothing(record, h->delimiter))
        return worker_reject(job, w, at, record, err);
    worker_pass_over(w);
    return 0;
}

/* A heading that comes again and was not seen as one where the file was cut, as it has digits. */
static bool is_same_heading(const struct heading *h, const struct text *fields)
{
    for (size_t i = 0; i < h->required_count; i++)
        if (!text_same_word(fields[h->position[h->required[i]]], h->name[h->required[i]]))
            return false;
    return h->required_count > 0;
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

static bool pack(const struct row *row, struct worker *w, struct parcel *out)
{
    buf_clear(&w->packed);
    return check_required(row) && row->job->ops->table->pack(row, &w->packed, out);
}

/* A bad row may be the one that proves the month to come first, whatever else is wrong with it. */
static void look_for_month_first(const struct job *job, const struct heading *h, struct worker *w,
                                 const struct text *fields, size_t count, uint64_t line)
{
    const struct instant_form form = {ZONE_UTC, DATE_START, job->clock, job->month_first};

    if (job->layout != NULL && job->layout->dates != LAYOUT_DATES_ANY)
        return;
    for (size_t c = 0; c < h->column_count; c++)
        if (h->columns[c].date && h->position[c] < count && proves_month_first(fields[h->position[c]], form)) {
            worker_refuse_month_first(job, w, line, h->name[c], fields[h->position[c]]);
            return;
        }
}

int table_take_fields(const struct job *job, const struct heading *h, struct worker *w, struct text *fields,
                      struct place at, struct text record, struct err *err)
{
    const struct row row = {fields, h, job, {job->number, at.line}, &w->fault, &w->tally};
    struct parcel parcel;

    if (h->word_count > 0)
        heading_change_words(h, fields);
    (void)blank_words(h, fields, 0, h->any_text_count);
    /* Where a word for nothing can be no value, the row is bad with it: then it is blanked, and the row taken again. */
    if (pack(&row, w, &parcel) ||
        (blank_words(h, fields, h->any_text_count, h->nullable_count) && pack(&row, w, &parcel))) {
        if (worker_keep(w, &parcel, err) < 0)
            return -1;
        return job->ops->table->pack_more != NULL ? keep_more(&row, w, err) : 0;
    }
    if (!footer_carries_nothing(record, h->delimiter) && !is_same_heading(h, fields)) {
        look_for_month_first(job, h, w, fields, h->field_count, at.line);
        return worker_reject(job, w, at, record, err);
    }
    worker_pass_over(w);
    return 0;
}

/* Of a row that was taken; one that was not is told with all its bytes. */
static void look_for_unnamed(const struct heading *h, struct worker *w, uint64_t line)
{
    for (size_t i = 0; i < h->unnamed_count; i++) {
        const size_t at = h->unnamed[i];

        if (at < w->split.count && w->split.fields[at].len > 0 && !table_is_null_word(w->split.fields[at])) {
            tally_note(&w->tally, FINDING_UNNAMED_CELL, line, w->split.fields[at]);
            return;
        }
    }
}

static int take_row(const struct job *job, const struct heading *h, struct worker *w, struct place at,
                    struct text record, struct err *err)
{
    const uint64_t rejected = w->tally.rejected, bad = rejected + w->tally.passed_over;
    const int rc = h->part_count > 0 ? premises_take(job, h, w, at, record, err)
                                     : table_take_fields(job, h, w, w->split.fields, at, record, err);

    if (w->tally.rejected + w->tally.passed_over == bad)
        look_for_unnamed(h, w, at.line);
    const bool odd = w->tally.rejected > rejected || row_lacks_digits(h, w->split.fields);
    if (odd || w->tally.rejected + w->tally.passed_over > bad || w->split.count < h->field_count ||
        row_ends_in_name(job, w, h))
        row_look_for_heading(job, h, w, at.line, record, odd ? ROW_NAMES : ROW_SPLIT);
    return rc;
}

static int take_bad_row(const struct job *job, const struct heading *h, struct worker *w, struct place at,
                        struct text record, bool is_split, struct err *err)
{
    const bool nothing = footer_carries_nothing(record, h->delimiter);

    row_look_for_heading(job, h, w, at.line, record, !is_split ? ROW_UNSPLIT : nothing ? ROW_SPLIT : ROW_NAMES);
    if (nothing) {
        worker_pass_over(w);
        return 0;
    }
    if (is_split)
        look_for_month_first(job, h, w, w->split.fields,
                             w->split.count < h->field_count ? w->split.count : h->field_count, at.line);
    return worker_reject(job, w, at, record, err);
}

/* It is told where a record was made of it. */
static int take_mended(const struct job *job, const struct heading *h, struct worker *w, struct place at,
                       struct text record, struct err *err)
{
    const uint64_t none = w->tally.rejected + w->tally.passed_over;
    const int rc = take_row(job, h, w, at, record, err);

    if (rc == 0 && w->tally.rejected + w->tally.passed_over == none)
        tally_note(&w->tally, FINDING_ROW_MENDED, at.line, w->split.fields[0]);
    return rc;
}

static int take_record(const struct job *job, const struct heading *h, struct worker *w, const struct byte_marks *marks,
                       struct place at, struct text record, struct err *err)
{
    switch (row_split(job, h, w, marks, record)) {
    case SPLIT_BLANK:
        return 0;
    case SPLIT_ROW:
        return take_row(job, h, w, at, record, err);
    case SPLIT_MENDED:
        return take_mended(job, h, w, at, record, err);
    case SPLIT_BAD_COUNT:
        return take_bad_row(job, h, w, at, record, true, err);
    case SPLIT_BAD_QUOTES:
    case SPLIT_BAD:
        break;
    }
    return take_bad_row(job, h, w, at, record, false, err);
}

int table_take_record(const struct job *job, const struct heading *h, struct worker *w, const struct byte_marks *marks,
                      struct place at, struct text record, struct err *err)
{
    const uint64_t taken = w->tally.rows - w->tally.passed_over - w->tally.rejected;

    if (take_record(job, h, w, marks, at, record, err) < 0)
        return -1;
    if (w->tally.rows - w->tally.passed_over - w->tally.rejected > taken)
        w->last_taken = at.line;
    return 0;
}
