/* What a form says of the columns of a file: its words, and the headings it maps. */
#include "table_int.h"

#include <stdlib.h>
#include <string.h>

/* The column of the file that is named, or column_count. */
static size_t column_named(const struct heading *h, struct text name)
{
    for (size_t c = 0; c < h->column_count; c++)
        if (h->position[c] < h->field_count && text_same_word(name, text_of(h->columns[c].name)))
            return c;
    return h->column_count;
}

static void note_mapped(const struct heading *h, const struct form *form, struct buf *settings)
{
    for (size_t i = 0; form != NULL && i < form->columns.count; i++) {
        const struct form_pair *const pair = &form->columns.ptr[i];
        const size_t c = column_named(h, text_of(pair->name));

        if (c < h->column_count && text_same_word(text_of(pair->value), h->name[c]))
            buf_printf(settings, "%s=%.*s\n", h->columns[c].name, (int)h->name[c].len, h->name[c].ptr);
    }
}

/* "device_type.IHDorCAD" = "CAD" */
static void take_words(struct heading *h, const struct form *form, struct buf *settings)
{
    for (size_t i = 0; form != NULL && i < form->words.count; i++) {
        const struct form_pair *const pair = &form->words.ptr[i];
        const char *const dot = strchr(pair->name, '.');
        const size_t c = dot != NULL ? column_named(h, (struct text){pair->name, (size_t)(dot - pair->name)}) : 0;

        if (dot == NULL || c >= h->column_count)
            continue;
        h->words[h->word_count++] = (struct heading_word){(unsigned)c, text_of(dot + 1), text_of(pair->value)};
        buf_printf(settings, "word %s=%s\n", pair->name, pair->value);
    }
}

int heading_take_form(struct heading *h, struct job *job)
{
    const struct form *const forms[] = {job->profile, job->kind_form};
    size_t words = 0;

    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        words += forms[i] != NULL ? forms[i]->words.count : 0;
    if (words > 0 && (h->words = calloc(words, sizeof(*h->words))) == NULL)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        note_mapped(h, forms[i], &job->settings);
        take_words(h, forms[i], &job->settings);
    }
    return 0;
}

/* "1970*" stands for all that begins so. */
static bool is_seen(struct text field, struct text seen)
{
    const size_t begins = seen.len > 1 && seen.ptr[seen.len - 1] == '*' ? seen.len - 1 : 0;

    return begins == 0 ? text_same_word(field, seen)
                       : field.len >= begins &&
                             text_same_word((struct text){field.ptr, begins}, (struct text){seen.ptr, begins});
}

struct text heading_meaning(const struct heading *h, size_t column, struct text t)
{
    for (size_t i = 0; t.len > 0 && i < h->word_count; i++)
        if (h->words[i].column == column && is_seen(t, h->words[i].seen))
            return h->words[i].meant;
    return t;
}

void heading_change_words(const struct heading *h, struct text *fields)
{
    uint64_t changed = 0; /* columns: what one word means is not looked up again */

    _Static_assert(KIND_COLUMNS_MAX <= 64, "a bit for each column");
    for (size_t i = 0; i < h->word_count; i++) {
        const struct heading_word *const w = &h->words[i];
        struct text *const field = &fields[h->position[w->column]];

        if ((changed >> w->column & 1) == 0 && field->len > 0 && is_seen(*field, w->seen)) {
            *field = w->meant;
            changed |= UINT64_C(1) << w->column;
        }
    }
}
