/* Rows of CSV kinds: what their fields say, and which carry nothing. */
#include "fields_int.h"
#include "footer_int.h"
#include "layout_int.h"
#include "premises_int.h"
#include "row_mend_int.h"

#include "base/ascii.h"

#include <string.h>

static bool fault_count(const struct heading *h, size_t count, struct fault *fault)
{
    return fault_set(fault, (struct text){0}, "has %zu field%s, the heading has %zu", count, count == 1 ? "" : "s",
                     h->field_count);
}

/* A row that is shorter than the heading lacks cells at its end, as spreadsheets leave them out: they are blank, unless
 * one of them may not be. */
static bool check_count(const struct heading *h, struct splitter *s, struct fault *fault)
{
    bool good = true;

    for (size_t i = s->count; i < h->field_count; i++)
        s->fields[i] = (struct text){0};
    for (size_t i = 0; i < h->required_count; i++)
        good = good && (s->count >= h->field_count || h->position[h->required[i]] < s->count);
    for (size_t i = h->field_count; i < s->count; i++)
        good = good && s->fields[i].len == 0;
    if (!good)
        return fault_count(h, s->count, fault);
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

enum split_result { SPLIT_ROW, SPLIT_BLANK, SPLIT_BAD_COUNT, SPLIT_BAD_QUOTES, SPLIT_BAD };

static bool fault_encoding(const struct job *job, struct fault *fault)
{
    if (job->encoding != NULL)
        return fault_set(fault, (struct text){0}, "is no text in %s, as the file is: it is damaged or cut short",
                         job->encoding);
    return fault_set(
        fault, (struct text){0},
        "is no valid UTF-8; where the file is in another encoding, give it, as in --encoding=windows-1252");
}

static struct text trim_no_break(struct text t)
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

/* No-break blanks around a value, as web pages and spreadsheets leave them. */
static void trim_fields(struct splitter *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct text t = s->fields[i];
        if (t.len > 0 && (((unsigned char)t.ptr[0] | (unsigned char)t.ptr[t.len - 1]) & 0x80) != 0)
            s->fields[i] = trim_no_break(t);
    }
}

static enum split_result split_row(const struct job *job, const struct heading *h, struct worker *w,
                                   const struct byte_marks *marks, struct text record)
{
    const struct text whole = {0};
    const char *why = "has more fields than can be read";
    bool good;

    if (record.len > RECORD_MAX)
        return (void)fault_set(&w->fault, whole, "the record is longer than 1 MiB"), SPLIT_BAD;
    if (marks->nul && memchr(record.ptr, '\0', record.len) != NULL)
        return (void)fault_set(&w->fault, whole, "holds a NUL byte"), SPLIT_BAD;
    if (marks->high && !text_is_utf8(record))
        return (void)fault_encoding(job, &w->fault), SPLIT_BAD;
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
        return (void)fault_set(&w->fault, whole, "%s", why), SPLIT_BAD_QUOTES;
    if (marks->high)
        trim_fields(&w->split);
    return check_count(h, &w->split, &w->fault) ? SPLIT_ROW : SPLIT_BAD_COUNT;
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

/* ---- Rows that carry nothing: they are looked for among the bad ones only ---- */

/* Whether every byte is one of `of`, or of a no-break blank. */
static bool is_only(struct text t, const char *of)
{
    for (size_t i = 0; i < t.len; i++) {
        if (t.len - i >= 2 && memcmp(t.ptr + i, "\xC2\xA0", 2) == 0)
            i++;
        else if (t.ptr[i] == '\0' || strchr(of, t.ptr[i]) == NULL)
            return false;
    }
    return true;
}

/* Excel's own line before a heading, of a file that was put behind another. */
static bool is_sep(struct text t)
{
    return t.len == 5 && text_equal_nocase((struct text){t.ptr, 4}, TEXT_LITERAL("sep="));
}

/* Up to the separators behind it, which spreadsheets add to a footer. */
static struct text first_field(struct text t, char delimiter)
{
    while (t.len > 0 && (t.ptr[t.len - 1] == delimiter || ascii_is_blank(t.ptr[t.len - 1])))
        t.len--;
    return t;
}

/* What a spreadsheet puts into the first cell where it can find or reckon nothing: the row is one like any other. */
static bool begins_in_error(struct text t, char delimiter)
{
    static const struct text errors[] = {TEXT_LITERAL("#N/A"),   TEXT_LITERAL("#REF!"),  TEXT_LITERAL("#VALUE!"),
                                         TEXT_LITERAL("#NAME?"), TEXT_LITERAL("#NULL!"), TEXT_LITERAL("#NUM!"),
                                         TEXT_LITERAL("#DIV/0!")};

    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        size_t at = errors[i].len;
        if (t.len <= at || !text_equal_nocase((struct text){t.ptr, at}, errors[i]))
            continue;
        while (at < t.len && t.ptr[at] == ' ')
            at++;
        return at < t.len && t.ptr[at] == delimiter;
    }
    return false;
}

/* A comment, a footer, nothing but separators (or the mark that ended files once, Ctrl-Z), or the rule that some
 * programs draw under a heading. */
static bool carries_nothing(const struct heading *h, struct text record)
{
    const char blanks[] = {h->delimiter, ' ', '\t', '"', '\x1A', '\0'},
               rule[] = {h->delimiter, ' ', '-', '+', '|', '\0'};
    const struct text t = text_trim(record);

    return is_only(t, blanks) || (t.ptr[0] == '#' && !begins_in_error(t, h->delimiter)) || footer_is(t) || is_sep(t) ||
           (is_only(t, rule) && memmem(t.ptr, t.len, "--", 2) != NULL) ||
           footer_is_count(text_trim(first_field(t, h->delimiter)));
}

int table_reject(const struct job *job, const struct heading *h, struct worker *w, struct place at, struct text record,
                 struct err *err)
{
    if (!carries_nothing(h, record))
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
    if (!carries_nothing(h, record) && !is_same_heading(h, fields)) {
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

/* Whether it is no row as the heading has them, or one taken for one that may be none: a longer one though others are
 * not, or one of another width that does not look it. */
static bool is_damaged(const struct heading *h, const struct splitter *s, const struct byte_marks *marks,
                       enum split_result split)
{
    if (h->part_count > 0 || split == SPLIT_BAD)
        return false;
    if (split != SPLIT_ROW || (s->count == h->field_count + 1 && !h->rows_are_wider))
        return true;
    return (s->count > h->field_count || (s->count < h->field_count && marks->quote)) && !row_fits(h, s->fields);
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
    const bool nothing = carries_nothing(h, record);

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

/* As split_row; and damaged rows that can be mended. */
static enum split_result split_or_mend(const struct job *job, const struct heading *h, struct worker *w,
                                       const struct byte_marks *marks, uint64_t line, struct text record)
{
    enum split_result split = split_row(job, h, w, marks, record);

    if (split == SPLIT_BLANK || !is_damaged(h, &w->split, marks, split))
        return split;
    const size_t count = w->split.count;
    const enum mended mended = row_mend(h, &w->split, record, split != SPLIT_BAD_QUOTES);
    if (mended == MENDED)
        tally_note(&w->tally, FINDING_ROW_MENDED, line, w->split.fields[0]);
    if (mended == MENDED || mended == MENDED_BLANK)
        return SPLIT_ROW;
    split = split_row(job, h, w, marks, record); /* its fields are gone */
    if (split == SPLIT_ROW && mended == MENDED_DOUBTFUL) {
        (void)fault_count(h, count, &w->fault);
        split = SPLIT_BAD_COUNT;
    }
    return split;
}

static int take_record(const struct job *job, const struct heading *h, struct worker *w, const struct byte_marks *marks,
                       struct place at, struct text record, struct err *err)
{
    switch (split_or_mend(job, h, w, marks, at.line, record)) {
    case SPLIT_BLANK:
        return 0;
    case SPLIT_ROW:
        return take_row(job, h, w, at, record, err);
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
