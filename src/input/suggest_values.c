/* Tells what the values of a file look like, a line for each of its columns. */
#include "suggest_int.h"

#include "fault_int.h"
#include "fields_int.h"

#include <stdlib.h>

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static size_t count_distinct(const struct glimpse_field *field, size_t rows)
{
    struct text *const sorted = malloc((rows + 1) * sizeof(*sorted));
    size_t n = 0, distinct = 0;

    if (sorted == NULL)
        buf_note_failed();
    for (size_t i = 0; sorted != NULL && i < rows; i++)
        if (field->values[i].len > 0)
            sorted[n++] = field->values[i];
    if (n > 0)
        qsort(sorted, n, sizeof(*sorted), compare_texts);
    for (size_t i = 0; i < n; i++)
        distinct += i == 0 || !text_equal(sorted[i], sorted[i - 1]);
    free(sorted);
    return distinct;
}

/* The first value, and the first that does not look as most do. */
static void write_field(const struct making *m, const struct glimpse_field *field)
{
    static const char *const words[LOOKS] = {"text", "EUI-64", "SRVs", "MPxNs", "instants", "RequestIDs"};
    size_t counts[LOOKS] = {0}, blank = 0, mostly = 0;
    struct text first[LOOKS] = {{0}}, odd = {0};

    for (size_t i = 0; i < m->glimpse->rows; i++) {
        const struct text t = field->values[i];
        const enum look look = t.len > 0 ? glimpse_look(t) : LOOK_TEXT;
        blank += t.len == 0;
        counts[look] += t.len > 0;
        if (first[look].len == 0)
            first[look] = t;
    }
    for (unsigned i = 0; i < LOOKS; i++)
        if (counts[i] > counts[mostly])
            mostly = i;
    for (unsigned i = 0; i < LOOKS; i++)
        if (i != mostly && odd.len == 0)
            odd = first[i];
    buf_add_str(m->out, ";   ");
    suggest_shown(m->out, field->name);
    buf_printf(m->out, ": %s, %zu distinct, %zu blank", words[mostly], count_distinct(field, m->glimpse->rows), blank);
    for (unsigned i = 0; i < 2; i++) {
        const struct text t = i == 0 ? first[mostly] : odd;
        if (t.len == 0)
            continue;
        buf_add_str(m->out, i == 0 ? ", as \"" : ", but \"");
        suggest_shown(m->out, t);
        buf_add_str(m->out, "\"");
    }
    buf_add_str(m->out, "\n");
}

void suggest_values(const struct making *m)
{
    buf_printf(m->out, "; values of the first %zu %s:\n", m->glimpse->rows, m->glimpse->json ? "objects" : "rows");
    for (size_t f = 0; f < m->glimpse->count; f++)
        write_field(m, &m->glimpse->fields[f]);
}
