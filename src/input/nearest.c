#include "nearest_int.h"

#include "base/ascii.h"
#include "fields_int.h"
#include "heading_int.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX    12
#define VALUES_MAX   200 /* of a field that are looked at */
#define NAME_IS_IT   100 /* how well a name fits: it is the column's, or one that is known for it */
#define NAME_IS_NEAR 75
#define NAME_TELLS   50
#define NAME_HINTS   30

/* ---- Names ---- */

/* Words in headings that mean what others do. */
static struct text plain_word(struct text word)
{
    static const struct {
        const char *word, *means;
    } others[] = {{"until", "to"},          {"till", "to"},        {"end", "to"},
                  {"ends", "to"},           {"since", "from"},     {"start", "from"},
                  {"starts", "from"},       {"begin", "from"},     {"state", "status"},
                  {"kind", "type"},         {"guid", "id"},        {"eui", "id"},
                  {"identifier", "id"},     {"mpan", "mpxn"},      {"mprn", "mpxn"},
                  {"meter", "device"},      {"target", "device"},  {"date", "at"},
                  {"time", "at"},           {"timestamp", "at"},   {"datetime", "at"},
                  {"when", "at"},           {"sender", "user"},    {"originator", "user"},
                  {"service", "srv"},       {"outcome", "result"}, {"answered", "responded"},
                  {"replied", "responded"}, {"reply", "response"}, {"asked", "requested"},
                  {"sent", "requested"},    {"company", "party"},  {"organisation", "party"},
                  {"hub", "chf"},           {"region", "csp"},     {"make", "manufacturer"}};

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (text_equal_nocase(word, text_of(others[i].word)))
            return text_of(others[i].means);
    return word;
}

static size_t words_of(struct text t, struct text words[WORDS_MAX])
{
    size_t n = 0;

    for (size_t at = 0; at < t.len && n < WORDS_MAX;) {
        size_t len = 0;
        while (at < t.len && !ascii_is_alnum(t.ptr[at]))
            at++;
        while (at + len < t.len && ascii_is_alnum(t.ptr[at + len]) &&
               (len == 0 || !(ascii_is_upper(t.ptr[at + len]) && ascii_is_lower(t.ptr[at + len - 1]))))
            len++;
        if (len > 0)
            words[n++] = plain_word((struct text){t.ptr + at, len});
        at += len;
    }
    return n;
}

/* 0 to 99: how many words the two share, of those that either has; a word counts where it begins the other's. */
static int likeness(struct text a, struct text b)
{
    struct text x[WORDS_MAX], y[WORDS_MAX];
    const size_t n = words_of(a, x), m = words_of(b, y);
    size_t shared = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++) {
            const size_t len = x[i].len < y[k].len ? x[i].len : y[k].len;
            if ((len >= 3 || x[i].len == y[k].len) &&
                text_equal_nocase((struct text){x[i].ptr, len}, (struct text){y[k].ptr, len})) {
                shared++;
                break;
            }
        }
    return shared == 0 ? 0 : shared >= n + m - shared ? 99 : (int)(100 * shared / (n + m - shared));
}

static int name_score(const struct reader_ops *ops, const struct job *job, size_t column, struct text name)
{
    static const struct {
        const char *kind, *column, *heading;
    } shipped[] = {
#define HEADING(kind, column, heading) {kind, column, heading},
#include "headings.def"
#undef HEADING
    };
    const char *const own = ops->table->columns[column].name;
    int best = likeness(name, text_of(own));

    if (heading_column(ops, job, name) == (int)column)
        return NAME_IS_IT;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++)
        if (strcmp(shipped[i].kind, ops->kind->name) == 0 && strcmp(shipped[i].column, own) == 0) {
            const int score = likeness(name, text_of(shipped[i].heading));
            best = score > best ? score : best;
        }
    return best;
}

/* ---- Values ---- */

/* What the values of a field say of its being a column. */
enum said { SAID_NOTHING, SAID_NO, SAID_YES };

static bool is_word(struct text t)
{
    return t.len >= 2 && !ascii_is_digit(t.ptr[0]);
}

/* Whether most values look like something that free text hardly ever does. */
static bool looks_like_no_text(const struct glimpse_field *f, size_t rows)
{
    size_t filled = 0, looks = 0;

    for (size_t i = 0; i < rows && filled < VALUES_MAX; i++) {
        filled += f->values[i].len > 0;
        looks += f->values[i].len > 0 && glimpse_look(f->values[i]) != LOOK_TEXT;
    }
    return filled > 0 && looks * 10 >= filled * 8;
}

/* *distinctive: hardly anything else looks so. */
static enum said look_at(const struct column *c, const struct glimpse_field *f, size_t rows, bool *distinctive)
{
    size_t filled = 0, accepted = 0, words = 0;

    for (size_t i = 0; i < rows && filled < VALUES_MAX; i++) {
        const struct text t = f->values[i];
        if (t.len == 0)
            continue;
        filled++;
        accepted += column_accepts(c, t);
        words += is_word(t);
    }
    *distinctive = c->words != NULL
                       ? words * 10 >= filled * 8
                       : c->date || (c->holds != HOLDS_TEXT && c->holds != HOLDS_PARTY && c->holds != HOLDS_KEY_ID);
    if (filled == 0 || !column_is_typed(c))
        return SAID_NOTHING;
    return accepted * 10 >= filled * 8 ? SAID_YES : SAID_NO;
}

/* Of each column and field: how well they fit by name, 0: not at all; and whether they do by values alone. */
struct fits {
    int by_name[KIND_COLUMNS_MAX][GLIMPSE_FIELDS];
    bool by_values[KIND_COLUMNS_MAX][GLIMPSE_FIELDS];
    bool may_be[KIND_COLUMNS_MAX]
               [GLIMPSE_FIELDS]; /* the same, of a column that may be left out: for people to decide */
};

static void fit(struct fits *out, const struct reader_ops *ops, const struct job *job, const struct glimpse *s,
                size_t c, size_t f)
{
    const struct column *const column = &ops->table->columns[c];
    const struct glimpse_field *const field = &s->fields[f];
    bool distinctive;

    if (field->name.len == 0 || field->twice)
        return;
    const enum said said = look_at(column, field, s->rows, &distinctive);
    const int name = name_score(ops, job, c, field->name);
    /* What is no word of a vocabulary may be one of somebody's own. */
    const bool text = column->words == NULL && !column->date && column->holds == HOLDS_TEXT;
    const int needed = said == SAID_YES        ? NAME_HINTS
                       : said == SAID_NOTHING  ? NAME_TELLS
                       : column->words != NULL ? NAME_IS_NEAR
                                               : NAME_IS_IT;
    if (name >= (text && looks_like_no_text(field, s->rows) ? NAME_IS_NEAR : needed))
        out->by_name[c][f] = name + (said == SAID_YES ? 20 : 0);
    out->may_be[c][f] = said == SAID_YES && distinctive;
    out->by_values[c][f] = out->may_be[c][f] && (column->required || column->words != NULL);
}

/* ---- Columns ---- */

static void assign_by_name(struct nearest *out, const struct fits *fits, size_t columns, size_t fields,
                           bool taken[GLIMPSE_FIELDS])
{
    for (;;) {
        int best = 0;
        size_t column = 0, field = 0;
        for (size_t c = 0; c < columns; c++)
            for (size_t f = 0; out->position[c] < 0 && f < fields; f++)
                if (!taken[f] && fits->by_name[c][f] > best) {
                    best = fits->by_name[c][f];
                    column = c;
                    field = f;
                }
        if (best == 0)
            return;
        out->position[column] = (int)field;
        taken[field] = true;
    }
}

/* Where one field alone may be the column, and that column alone may be in it. */
static void assign_by_values(struct nearest *out, const struct fits *fits, const struct glimpse *s, bool taken[])
{
    const size_t columns = out->ops->table->column_count;

    for (size_t c = 0; c < columns; c++) {
        int field = -1;
        size_t fields = 0, rivals = 0;
        for (size_t f = 0; out->position[c] < 0 && f < s->count; f++)
            if (!taken[f] && fits->by_values[c][f]) {
                heading_list_name(out->others[c], sizeof(out->others[c]), s->fields[f].name);
                field = (int)f;
                fields++;
            }
        for (size_t other = 0; fields == 1 && other < columns; other++)
            rivals += other != c && out->position[other] < 0 && fits->by_values[other][field];
        if (fields != 1 || rivals > 0)
            continue;
        out->position[c] = field;
        out->by_values |= UINT32_C(1) << c;
        taken[field] = true;
    }
}

/* What is left for the columns that are found nowhere and may be left out. */
static void list_optional(struct nearest *out, const struct fits *fits, const struct glimpse *s, const bool taken[])
{
    const struct table_kind *const kind = out->ops->table;

    for (size_t c = 0; c < kind->column_count; c++) {
        if (kind->columns[c].required || out->position[c] >= 0)
            continue;
        out->others[c][0] = '\0';
        for (size_t f = 0; f < s->count; f++)
            if (!taken[f] && fits->may_be[c][f])
                heading_list_name(out->others[c], sizeof(out->others[c]), s->fields[f].name);
    }
}

void nearest_columns(struct nearest *out, const struct reader_ops *ops, const struct job *job, const struct glimpse *s)
{
    const size_t columns = ops->table->column_count;
    bool taken[GLIMPSE_FIELDS] = {false};
    struct fits fits = {0};

    *out = (struct nearest){.ops = ops};
    memset(out->position, -1, sizeof(out->position));
    for (size_t c = 0; c < columns; c++)
        for (size_t f = 0; f < s->count; f++)
            fit(&fits, ops, job, s, c, f);
    assign_by_name(out, &fits, columns, s->count, taken);
    assign_by_values(out, &fits, s, taken);
    list_optional(out, &fits, s, taken);
}

/* The share of the required columns that are found, and then how many of all. 0: it is not near. */
static int nearness(const struct nearest *n, const struct job *job, const struct glimpse *s)
{
    const struct table_kind *const kind = n->ops->table;
    int required = 0, found = 0, all = 0;
    bool named = false;

    for (size_t c = 0; c < kind->column_count; c++) {
        const bool has = n->position[c] >= 0;
        required += kind->columns[c].required;
        found += has && kind->columns[c].required;
        all += has;
        named |=
            has && kind->columns[c].required && heading_column(n->ops, job, s->fields[n->position[c]].name) == (int)c;
    }
    return found == 0 || ((!named || s->json) && 2 * found < required) ? 0 : 1000 * found / required + all;
}

void nearest_kind(struct nearest *out, const struct job *job, const struct glimpse *s)
{
    const char *const asked = job->options->kind;
    int best = 0;
    size_t count;
    const struct load_kind *const kinds = load_kinds(&count);

    *out = (struct nearest){0};
    for (size_t i = 0; i < count; i++) {
        const struct reader_ops *const ops = readers_find(kinds[i].name);
        struct nearest n;

        if (ops->table == NULL || (asked != NULL && readers_find(asked) != ops) ||
            (s->json && strcmp(ops->kind->name, "inventory") != 0))
            continue;
        nearest_columns(&n, ops, job, s);
        const int score = asked != NULL ? 1 : nearness(&n, job, s);
        if (score > best) {
            best = score;
            *out = n;
        }
    }
}

void nearest_list_missing(const struct nearest *n, const struct job *job, const struct glimpse *s, char *list,
                          size_t size)
{
    const struct table_kind *const kind = n->ops->table;
    bool has[KIND_COLUMNS_MAX] = {false};

    for (size_t f = 0; f < s->count; f++) {
        const int column = heading_column(n->ops, job, s->fields[f].name);
        if (column >= 0)
            has[column] = true;
    }
    list[0] = '\0';
    for (size_t c = 0; c < kind->column_count; c++)
        if (kind->columns[c].required && !has[c])
            heading_list_name(list, size, text_of(kind->columns[c].name));
}
