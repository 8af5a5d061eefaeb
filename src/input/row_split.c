/* Rows of CSV kinds: splits a record into the fields that the heading has. */
#include "row_split_int.h"

#include "row_mend_int.h"

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

static bool fault_encoding(const struct job *job, struct fault *fault)
{
    if (job->encoding != NULL)
        return fault_set(fault, (struct text){0}, "is no text in %s, as the file is: it is damaged or cut short",
                         job->encoding);
    return fault_set(
        fault, (struct text){0},
        "is no valid UTF-8; where the file is in another encoding, give it, as in --encoding=windows-1252");
}

/* Nearly no value has no-break blanks around it. */
static void trim_fields(struct splitter *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct text t = s->fields[i];
        if (t.len > 0 && (((unsigned char)t.ptr[0] | (unsigned char)t.ptr[t.len - 1]) & 0x80) != 0)
            s->fields[i] = row_trim(t);
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

/* Whether it is no row as the heading has them, or one taken for one that may be none: a longer one though others are
 * not, or a shorter one that does not look it. */
static bool is_damaged(const struct heading *h, const struct splitter *s, const struct byte_marks *marks,
                       enum split_result split)
{
    if (h->part_count > 0 || split == SPLIT_BAD)
        return false;
    if (split != SPLIT_ROW || (s->count == h->field_count + 1 && !h->rows_are_wider))
        return true;
    return s->count < h->field_count && marks->quote && !row_fits(h, s->fields);
}

enum split_result row_split(const struct job *job, const struct heading *h, struct worker *w,
                            const struct byte_marks *marks, struct text record)
{
    enum split_result split = split_row(job, h, w, marks, record);

    if (split == SPLIT_BLANK || !is_damaged(h, &w->split, marks, split))
        return split;
    const size_t count = w->split.count;
    const enum mended mended = row_mend(h, &w->split, record, split != SPLIT_BAD_QUOTES);
    if (mended == MENDED || mended == MENDED_BLANK)
        return mended == MENDED ? SPLIT_MENDED : SPLIT_ROW;
    split = split_row(job, h, w, marks, record); /* its fields are gone */
    if (split == SPLIT_ROW && mended == MENDED_DOUBTFUL) {
        (void)fault_count(h, count, &w->fault);
        split = SPLIT_BAD_COUNT;
    }
    return split;
}
