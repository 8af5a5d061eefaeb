#include "glimpse_int.h"

#include "base/json_tape.h"
#include "fields_int.h"
#include "heading_int.h"

#include <stdlib.h>
#include <string.h>

#define HEADING_LINES 20   /* in which the heading is looked for */
#define OBJECTS_MAX   4000 /* that are looked at */
#define OPEN_MAX      16   /* of these, that do not end */

static struct text keep(struct glimpse *s, struct text t)
{
    const struct text kept = {(const char *)s->texts.ptr + s->texts.len, t.len};

    buf_add_text(&s->texts, t);
    return kept;
}

static void put_value(struct glimpse *s, size_t field, struct text t)
{
    struct text *const value = &s->fields[field].values[s->rows];

    t = text_trim(t);
    *value = (struct text){0};
    if (t.len > 0 && !table_is_null_word(t))
        *value = keep(s, t);
}

/* ---- CSV ---- */

static bool is_heading(const struct job *job, const struct splitter *split)
{
    int position[KIND_COLUMNS_MAX];
    size_t count;
    const struct load_kind *const kinds = load_kinds(&count);

    for (size_t i = 0; i < count; i++) {
        const struct reader_ops *const ops = readers_find(kinds[i].name);
        bool known[SPLIT_FIELDS_MAX] = {false};
        if (ops->table != NULL) {
            (void)heading_match(ops, job, split, position, known);
            if (heading_is_one(split, known))
                return true;
        }
    }
    return false;
}

/* The first of the first lines that is a heading of some kind, whole or not, else the first that has most fields. */
static size_t find_heading(struct glimpse *s, const struct job *job, const struct head *head, char *delimiter)
{
    bool done = false;
    size_t at = 0, found = 0, consumed = 0;
    const char *why;

    for (unsigned n = 0; n < HEADING_LINES && !done; n++, at = consumed) {
        struct splitter split = {0};
        char parted_by;
        consumed = 0;
        if (heading_split(&split, head, at, &parted_by, &consumed, &why) &&
            ((done = is_heading(job, &split)) || split.count > s->count)) {
            s->count = split.count < GLIMPSE_FIELDS ? split.count : GLIMPSE_FIELDS;
            *delimiter = parted_by;
            found = at;
        }
        splitter_release(&split);
        if (consumed == 0)
            break;
    }
    return found;
}

static void take_names(struct glimpse *s, const struct splitter *split)
{
    for (size_t f = 0; f < s->count; f++) {
        s->fields[f].name = keep(s, text_trim(split->fields[f]));
        for (size_t i = 0; i < f; i++)
            if (s->fields[f].name.len > 0 && text_same_word(s->fields[i].name, s->fields[f].name))
                s->fields[i].twice = s->fields[f].again = s->fields[f].twice = true;
    }
}

static void take_rows(struct glimpse *s, struct splitter *split, const struct head *head, size_t at, char delimiter)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    const char *why;

    while (at < head->bytes.len && s->rows < GLIMPSE_ROWS) {
        const size_t len = bytes_line(p + at, head->bytes.len - at, head->whole);
        if (len == 0)
            return;
        const struct text record = bytes_without_end(p + at, len);
        at += len;
        if (record.len == 0 || !splitter_quoted(split, delimiter, record, &why) || split->count < s->count)
            continue;
        for (size_t f = 0; f < s->count; f++)
            put_value(s, f, split->fields[f]);
        s->rows++;
    }
}

static int take_csv(struct glimpse *s, const struct job *job, const struct head *head)
{
    struct splitter split = {0};
    char delimiter = ',';
    size_t at = find_heading(s, job, head, &delimiter);
    const char *why;
    int rc = -1;

    s->fields = calloc(s->count + 1, sizeof(*s->fields));
    if (s->fields == NULL)
        buf_note_failed();
    else if (s->count > 1 && heading_split(&split, head, at, &delimiter, &at, &why)) {
        take_names(s, &split);
        take_rows(s, &split, head, at, delimiter);
        rc = 0;
    }
    splitter_release(&split);
    return rc;
}

/* ---- JSON ---- */

static size_t string_end(struct text t, size_t at)
{
    for (at++; at < t.len && t.ptr[at] != '"'; at++)
        at += t.ptr[at] == '\\';
    return at < t.len ? at + 1 : t.len;
}

/* The length of the object at `at`; 0 when it does not end. */
static size_t object_length(struct text t, size_t at)
{
    size_t depth = 0;

    for (size_t i = at; i < t.len;) {
        const char c = t.ptr[i];
        if (c == '"') {
            i = string_end(t, i);
            continue;
        }
        i++;
        if (c == '{')
            depth++;
        else if (c == '}' && --depth == 0)
            return i - at;
    }
    return 0;
}

static size_t field_named(struct glimpse *s, struct text name)
{
    size_t f = 0;

    while (f < s->count && !text_equal(s->fields[f].name, name))
        f++;
    if (f == s->count && f < GLIMPSE_FIELDS)
        s->fields[s->count++].name = keep(s, name);
    return f;
}

static bool is_value(const struct tape_item *item)
{
    return item->type != TAPE_OBJECT && item->type != TAPE_ARRAY;
}

static void take_object(struct glimpse *s, struct tape *tape, struct text object)
{
    struct tape_fault fault;
    size_t values = 0;

    if (!tape_read(tape, object, &fault))
        return;
    for (uint32_t i = tape_step(tape, 0, 0); i != 0; i = tape_step(tape, 0, i))
        values += is_value(&tape->items[i + 1]);
    if (values < 2)
        return;
    for (uint32_t i = tape_step(tape, 0, 0); i != 0; i = tape_step(tape, 0, i)) {
        const size_t f = is_value(&tape->items[i + 1]) ? field_named(s, tape->items[i].text) : GLIMPSE_FIELDS;
        if (f < GLIMPSE_FIELDS)
            put_value(s, f, tape->items[i + 1].text);
    }
    s->rows++;
}

static int take_json(struct glimpse *s, struct text t)
{
    struct tape tape = {0};
    size_t objects = 0, open = 0;

    s->json = true;
    s->fields = calloc(GLIMPSE_FIELDS, sizeof(*s->fields));
    if (s->fields == NULL)
        buf_note_failed();
    for (size_t at = 0; s->fields != NULL && at < t.len && s->rows < GLIMPSE_ROWS; at++) {
        if (t.ptr[at] == '"')
            at = string_end(t, at) - 1;
        if (t.ptr[at] != '{')
            continue;
        const size_t len = object_length(t, at);
        open += len == 0;
        if (++objects > OBJECTS_MAX || open > OPEN_MAX)
            break;
        if (len > 0)
            take_object(s, &tape, (struct text){t.ptr + at, len});
    }
    tape_release(&tape);
    return s->rows > 0 ? 0 : -1;
}

int glimpse_take(struct glimpse *out, const struct job *job, const struct head *head)
{
    struct text t = head->bytes;

    *out = (struct glimpse){0};
    if (!buf_reserve(&out->texts, 2 * head->bytes.len + 1)) /* so that they stay where they are */
        return -1;
    if (t.len >= 3 && memcmp(t.ptr, "\xEF\xBB\xBF", 3) == 0)
        t = (struct text){t.ptr + 3, t.len - 3};
    t = text_trim(t);
    const bool json = t.len > 0 && (t.ptr[0] == '{' || t.ptr[0] == '[');
    const int rc = json ? take_json(out, t) : take_csv(out, job, head);
    if (rc < 0)
        out->count = 0;
    return rc;
}

void glimpse_release(struct glimpse *s)
{
    free(s->fields);
    buf_release(&s->texts);
    *s = (struct glimpse){0};
}

enum look glimpse_look(struct text t)
{
    static const struct column of[LOOKS] = {[LOOK_EUI64] = {.holds = HOLDS_EUI64},
                                            [LOOK_SRV] = {.holds = HOLDS_SRV},
                                            [LOOK_MPXN] = {.holds = HOLDS_MPXN},
                                            [LOOK_INSTANT] = {.date = true},
                                            [LOOK_REQUEST_ID] = {.holds = HOLDS_REQUEST_ID}};

    for (unsigned look = LOOK_EUI64; look < LOOKS; look++)
        if (column_accepts(&of[look], t) && (look != LOOK_MPXN || t.len != 8)) /* 8 digits may be a date */
            return (enum look)look;
    return LOOK_TEXT;
}
