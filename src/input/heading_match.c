/* Which name of a heading is which column: its own name, what the configuration maps to it, or what the industry calls
 * it. */
#include "heading_int.h"

#include "base/ascii.h"

#include <pthread.h>
#include <string.h>

/* What the industry calls the columns otherwise; those of a column stand together. */
static const struct {
    const char *kind, *column, *heading;
} shipped[] = {
#define HEADING(kind, column, heading) {kind, column, heading},
#include "headings.def"
#undef HEADING
};

/* How well a name of the heading fits the column: one that the configuration maps outweighs the column's own name, and
 * that outweighs what the industry calls it. */
enum fit { FIT_NONE, FIT_SHIPPED, FIT_NAME, FIT_MAPPED };

/* The lines of that list for each column of each kind: small files are as many as their headings are quick to match. */
static struct shipped_lines {
    size_t first, end;
    uint32_t initials; /* bit 1 << initial_of */
} lines_of[READER_COUNT][KIND_COLUMNS_MAX];

/* Of a word as text_same_word sees it, in 5 bits: rules nearly all out. */
static unsigned initial_of(struct text name)
{
    size_t blanks = 0; /* and bytes of no-break ones */

    while (blanks < name.len && !ascii_is_alnum(name.ptr[blanks]))
        blanks++;
    return blanks < name.len ? (unsigned char)ascii_lower(name.ptr[blanks]) & 31U : 0;
}

static void find_lines(void)
{
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        const struct reader_ops *const ops = readers_find(shipped[i].kind);
        size_t c = 0;

        while (strcmp(ops->table->columns[c].name, shipped[i].column) != 0)
            c++;
        struct shipped_lines *const lines = &lines_of[ops->kind - reader_kinds][c];
        if (lines->end == 0)
            lines->first = i;
        lines->end = i + 1;
        lines->initials |= UINT32_C(1) << initial_of(text_of(shipped[i].heading));
    }
}

/* What a name of a heading is held against. */
struct sought {
    const struct column *column;
    const struct form *profile, *kind_form;
    struct shipped_lines lines;
    uint32_t initials; /* of the names that would fit, but for mapped ones: bit 1 << initial_of */
};

static struct sought seek(const struct reader_ops *ops, const struct job *job, size_t column)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_lines);
    const struct column *const c = &ops->table->columns[column];
    const struct shipped_lines lines = lines_of[ops->kind - reader_kinds][column];
    return (struct sought){
        .column = c,
        .profile = job->profile,
        .kind_form = forms_of_kind(job->options->forms, ops->kind->name),
        .lines = lines,
        .initials = lines.initials | UINT32_C(1) << initial_of(text_of(c->name)),
    };
}

static bool is_shipped(const struct sought *s, struct text name)
{
    for (size_t i = s->lines.first; i < s->lines.end; i++)
        if (text_same_word(name, text_of(shipped[i].heading)))
            return true;
    return false;
}

/* Whether the form maps the name to the column. */
static bool is_mapped(const struct form *form, const struct column *c, struct text name)
{
    for (size_t i = 0; form != NULL && i < form->columns.count; i++)
        if (text_same_word(text_of(form->columns.ptr[i].name), text_of(c->name)) &&
            text_same_word(name, text_of(form->columns.ptr[i].value)))
            return true;
    return false;
}

static enum fit fit_of(const struct sought *s, struct text name)
{
    if (is_mapped(s->profile, s->column, name) || is_mapped(s->kind_form, s->column, name))
        return FIT_MAPPED;
    if ((s->initials >> initial_of(name) & 1) == 0)
        return FIT_NONE;
    if (text_same_word(name, text_of(s->column->name)))
        return FIT_NAME;
    return is_shipped(s, name) ? FIT_SHIPPED : FIT_NONE;
}

int heading_column(const struct reader_ops *ops, const struct job *job, struct text name)
{
    enum fit best = FIT_NONE;
    int found = -1;

    for (size_t c = 0; c < ops->table->column_count; c++) {
        const struct sought sought = seek(ops, job, c);
        const enum fit fit = fit_of(&sought, name);
        if (fit > best) {
            best = fit;
            found = (int)c;
        }
    }
    return found;
}

/* The field that fits the column best, or -1. *twice: another fits as well. */
static int find_column(const struct reader_ops *ops, const struct job *job, const struct splitter *s, size_t column,
                       bool *twice)
{
    const struct sought sought = seek(ops, job, column);
    enum fit best = FIT_NONE;
    int found = -1;

    for (size_t f = 0; f < s->count; f++) {
        const enum fit fit = s->fields[f].len > 0 ? fit_of(&sought, s->fields[f]) : FIT_NONE;
        if (fit == FIT_NONE || fit < best)
            continue;
        *twice = fit == best;
        best = fit;
        found = (int)f;
    }
    return found;
}

int heading_match(const struct reader_ops *ops, const struct job *job, const struct splitter *s,
                  int position[KIND_COLUMNS_MAX], bool *known)
{
    int twice = -1;

    for (size_t c = 0; c < ops->table->column_count; c++) {
        bool again = false;
        position[c] = find_column(ops, job, s, c, &again);
        if (position[c] >= 0 && known != NULL)
            known[position[c]] = true;
        if (again)
            twice = (int)c;
    }
    return twice;
}
