/* What the parts of a suggestion share. */
#ifndef PCREPORT_INPUT_SUGGEST_INT_H
#define PCREPORT_INPUT_SUGGEST_INT_H

#include "nearest_int.h"

/* What a suggestion is made of. */
struct making {
    const struct job *job;
    const struct glimpse *glimpse;
    struct nearest nearest;
    const char *encoding; /* to be told; NULL: it need not be */
    struct buf *out;
};

static inline const struct column *column_at(const struct making *m, size_t c)
{
    return &m->nearest.ops->table->columns[c];
}

/* NULL: the file has none for the column. */
static inline const struct glimpse_field *field_of(const struct making *m, size_t c)
{
    return m->nearest.position[c] >= 0 ? &m->glimpse->fields[m->nearest.position[c]] : NULL;
}

/* Adds a heading or a word as a configuration can hold it, without the blanks that do not matter; false: none can. */
bool suggest_name(struct text name, struct buf *out);
void suggest_shown(struct buf *out, struct text t); /* within a comment */

void suggest_words(const struct making *m);  /* [words.KIND], where there are unknown ones */
void suggest_values(const struct making *m); /* what the values look like, as comments */

#endif
