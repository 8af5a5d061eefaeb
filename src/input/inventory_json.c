/* inventory, as JSON: recognises it, and learns the names in it. */
#include "inventory_json_int.h"

#include <stdlib.h>
#include <string.h>

static const struct reader_ops *inventory(void)
{
    return readers_find("inventory");
}

int json_column(const struct inventory_json_state *state, const struct job *job, struct text name)
{
    for (size_t i = 0; i < state->name_count; i++)
        if (text_equal(state->names[i].name, name))
            return state->names[i].column;
    return heading_column(job->ops, job, name);
}

bool json_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t json_begin(const struct head *head)
{
    const unsigned char *p = (const unsigned char *)head->bytes.ptr;
    size_t at = head->bytes.len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < head->bytes.len && json_space(p[at]))
        at++;
    return at;
}

size_t json_string_end(const unsigned char *p, size_t len, size_t at)
{
    for (at++; at < len && p[at] != '"'; at++)
        if (p[at] == '\\')
            at++;
    return at < len ? at + 1 : len;
}

/* Whether one of the names that stand in the bytes is the column's. */
static bool has_name(const struct job *job, const unsigned char *p, size_t len, const char *column)
{
    const struct reader_ops *const ops = inventory();

    for (size_t at = 0; at < len; at++) {
        if (p[at] != '"')
            continue;
        const size_t end = json_string_end(p, len, at);
        size_t colon = end;
        while (colon < len && json_space(p[colon]))
            colon++;
        if (end > at + 1 && colon < len && p[colon] == ':') {
            const int c = heading_column(ops, job, (struct text){(const char *)p + at + 1, end - at - 2});
            if (c >= 0 && strcmp(ops->table->columns[c].name, column) == 0)
                return true;
        }
        at = end - 1;
    }
    return false;
}

bool inventory_json_recognise(const struct job *job, const struct head *head, bool asked)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    const size_t at = json_begin(head), len = head->bytes.len;

    if (at == len || (p[at] != '{' && p[at] != '['))
        return false;
    return asked || (memmem(p, len, "\"taken_at\"", 10) == NULL && has_name(job, p, len, "device_id") &&
                     has_name(job, p, len, "device_type"));
}

struct text json_name(const unsigned char *p, size_t len, size_t *at, size_t *end)
{
    size_t colon;

    while (*at < len && p[*at] != '"')
        (*at)++;
    *end = *at < len ? json_string_end(p, len, *at) : len;
    for (colon = *end; colon < len && json_space(p[colon]);)
        colon++;
    return colon < len && p[colon] == ':' && *end > *at + 1 ? (struct text){(const char *)p + *at + 1, *end - *at - 2}
                                                            : (struct text){0};
}

/* Whether a value, or an array of such, and no object or array of others, follows the name that ends at `end`. */
static bool names_value(const unsigned char *p, size_t len, size_t end)
{
    bool array = false;

    for (; end < len && (json_space(p[end]) || p[end] == ':' || (p[end] == '[' && !array)); end++)
        array |= p[end] == '[';
    return end < len && p[end] != '{' && p[end] != '[' && p[end] != ']';
}

/* Those of no column go to `ignored`. */
static void learn_names(struct inventory_json_state *state, const struct job *job, const unsigned char *p, size_t len,
                        struct buf *ignored)
{
    if (!buf_reserve(&state->texts, len + 1)) /* so that they stay where they are */
        return;
    for (size_t at = 0, end; at < len && state->name_count < NAMES_MAX; at = end) {
        const struct text name = json_name(p, len, &at, &end);
        bool known = name.len == 0;
        for (size_t i = 0; i < state->name_count; i++)
            known |= text_equal(state->names[i].name, name);
        if (known)
            continue;
        const struct text copy = {(const char *)state->texts.ptr + state->texts.len, name.len};
        const int column = heading_column(job->ops, job, name);
        buf_add_text(&state->texts, name);
        state->names[state->name_count++] = (struct known_name){copy, column};
        if (column < 0 && names_value(p, len, end))
            heading_note_ignored(ignored, name);
    }
}

static int open_json(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                     struct err *why)
{
    const struct table_kind *const kind = job->ops->table;
    struct inventory_json_state *const state = calloc(1, sizeof(*state));
    struct buf ignored = {0};
    struct heading *h;

    if (state == NULL)
        return err_nomem(why);
    job->state = state;
    h = &state->heading;
    h->columns = kind->columns;
    h->field_count = h->column_count = kind->column_count;
    for (size_t c = 0; c < kind->column_count; c++) {
        h->position[c] = (uint16_t)c;
        h->name[c] = text_of(kind->columns[c].name);
        if (kind->columns[c].required && !kind->columns[c].may_be_blank)
            h->required[h->required_count++] = (uint16_t)c;
    }
    heading_note_nullable(h);
    learn_names(state, job, (const unsigned char *)head->bytes.ptr, head->bytes.len, &ignored);
    if (ignored.len > 0)
        file->ignored_columns = strdup(buf_cstr(&ignored));
    buf_release(&ignored);
    *consumed = json_begin(head);
    file->dialect = strdup("JSON");
    if (json_date_extract(job, head, why) < 0)
        return -1;
    file->extracted_at = job->extracted_at;
    return file->dialect == NULL || heading_take_form(h, job) < 0 ? err_nomem(why) : 0;
}

static void close_json(struct job *job)
{
    struct inventory_json_state *const state = job->state;

    if (state == NULL)
        return;
    heading_release(&state->heading);
    buf_release(&state->texts);
    free(state);
    job->state = NULL;
}

static int finish_json(const struct job *job, struct err *why)
{
    const struct inventory_json_state *const state = job->state;

    if (!state->any && !state->gave_up && state->other_element)
        return err_set(why, ERR_DATA,
                       "'%s' has a list of objects, but none with a deviceId (or EUI); [columns.inventory] device_id = "
                       "NAME tells how that is called here",
                       job->name);
    if (!state->beside.otherwise)
        return 0;
    return err_set(
        why, ERR_DATA,
        "'%s' says in several places beside its Devices, or far behind its beginning, when it was extracted: put "
        "it first, once, or into each Device",
        job->name);
}

void inventory_json_reader(struct reader_ops *out)
{
    *out = *inventory();
    out->open = open_json;
    out->cut = inventory_json_cut;
    out->parse = inventory_json_parse;
    out->finish = finish_json;
    out->doubt = NULL;
    out->close = close_json;
}
