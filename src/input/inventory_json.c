/* inventory, as JSON: finds the objects that are Devices, and makes rows of them. */
#include "inventory_int.h"

#include "fields_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64

static const char broken[] = "is no whole JSON object: a quote or a bracket is missing";
static const char no_device[] = "is no Device: it stands among Devices, and has no deviceId";
static const char over_long[] = "the object is longer than 1 MiB";
static const char cut_short[] = "the brackets around the Devices are not closed: the file may be cut short";

#define NAMES_MAX 64

/* A name that the head of the file has: looked up once, since each object has it again. */
struct known_name {
    struct text name;
    int column; /* -1: none */
};

/* The brackets around the Devices: '{', '[', and 'D' for an array that has a Device among its elements. */
struct around {
    size_t depth;
    char open[DEPTH_MAX];
    bool lines; /* objects that stand in no bracket are Devices */
};

/* When the extract was taken, as a member outside the Devices says. */
struct beside {
    char value[INSTANT_TEXT_SIZE + 16]; /* as the head of the file has it; "": it does not say */
    bool opening;                       /* the head is being looked through for it */
    bool otherwise;                     /* it comes again and says otherwise, or behind the head */
};

struct inventory_json_state {
    struct heading heading; /* each column at its own number */
    struct known_name names[NAMES_MAX];
    size_t name_count;
    struct buf texts; /* of the names */
    /* The reading thread's own: */
    struct around around; /* up to where the last block ended */
    struct beside beside;
    bool gave_up; /* on something broken: depths are not known any more */
    bool lost;    /* dropping bytes until an object begins */
};

static const struct reader_ops *inventory(void)
{
    return readers_find("inventory");
}

static int column_of(const struct inventory_json_state *state, const struct job *job, struct text name)
{
    for (size_t i = 0; i < state->name_count; i++)
        if (text_equal(state->names[i].name, name))
            return state->names[i].column;
    return heading_column(job->ops, job, name);
}

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t first_byte(const struct head *head)
{
    const unsigned char *p = (const unsigned char *)head->bytes.ptr;
    size_t at = head->bytes.len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < head->bytes.len && is_space(p[at]))
        at++;
    return at;
}

/* The end of the string whose opening quote is at `at`; `len` when it does not end. */
static size_t string_end(const unsigned char *p, size_t len, size_t at)
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
        const size_t end = string_end(p, len, at);
        size_t colon = end;
        while (colon < len && is_space(p[colon]))
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
    const size_t at = first_byte(head), len = head->bytes.len;

    if (at == len || (p[at] != '{' && p[at] != '['))
        return false;
    return asked || (memmem(p, len, "\"taken_at\"", 10) == NULL && has_name(job, p, len, "device_id") &&
                     has_name(job, p, len, "device_type"));
}

/* The next string from *at on, where a colon follows it: a name. The empty text where none does. *end is behind it. */
static struct text name_at(const unsigned char *p, size_t len, size_t *at, size_t *end)
{
    size_t colon;

    while (*at < len && p[*at] != '"')
        (*at)++;
    *end = *at < len ? string_end(p, len, *at) : len;
    for (colon = *end; colon < len && is_space(p[colon]);)
        colon++;
    return colon < len && p[colon] == ':' && *end > *at + 1 ? (struct text){(const char *)p + *at + 1, *end - *at - 2}
                                                            : (struct text){0};
}

/* Whether a value, or an array of such, and no object or array of others, follows the name that ends at `end`. */
static bool names_value(const unsigned char *p, size_t len, size_t end)
{
    bool array = false;

    for (; end < len && (is_space(p[end]) || p[end] == ':' || (p[end] == '[' && !array)); end++)
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
        const struct text name = name_at(p, len, &at, &end);
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

static int date_extract(struct job *job, const struct head *head, struct err *why);

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
    *consumed = first_byte(head);
    file->dialect = strdup("JSON");
    if (date_extract(job, head, why) < 0)
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

/* ---- Cutting ---- */

enum object_found { FOUND_OBJECT, FOUND_OTHER, FOUND_NOTHING, FOUND_MORE, FOUND_BROKEN };

/* The end of the value that begins with the bracket at `at`, or where it is broken. */
static enum object_found value_end(const unsigned char *p, size_t len, size_t at, size_t *end)
{
    char closing[DEPTH_MAX];
    size_t depth = 0;

    while (at < len) {
        const unsigned char c = p[at];
        if (c == '"') {
            at = string_end(p, len, at);
            continue;
        }
        at++;
        if (c == '{' || c == '[') {
            if (depth == DEPTH_MAX)
                return *end = at, FOUND_BROKEN;
            closing[depth++] = c == '{' ? '}' : ']';
        } else if (c == '}' || c == ']') {
            if (c != closing[--depth])
                return *end = at, FOUND_BROKEN;
            if (depth == 0) {
                *end = at;
                return FOUND_OBJECT;
            }
        }
    }
    return FOUND_MORE;
}

/* Whether the object at `at` has a Device's identifier among its own names, as far as they are there. */
static bool names_device(const struct job *job, const unsigned char *p, size_t len, size_t at)
{
    for (at++; at < len && p[at] != '}';) {
        size_t end = at + 1;

        if (p[at] == '{' || p[at] == '[') {
            if (value_end(p, len, at, &end) != FOUND_OBJECT)
                return false;
        } else if (p[at] == '"') {
            size_t from = at;
            const struct text name = name_at(p, len, &from, &end);
            if (name.len > 0 && column_of(job->state, job, name) == DEVICE_ID)
                return true;
        }
        at = end;
    }
    return false;
}

/* Whether nothing but blanks stands before it on its line. */
static bool begins_line(const unsigned char *p, size_t at)
{
    while (at > 0 && (p[at - 1] == ' ' || p[at - 1] == '\t'))
        at--;
    return at == 0 || p[at - 1] == '\n' || p[at - 1] == '\r';
}

static char innermost(const struct around *a)
{
    return a->depth == 0 ? (a->lines ? 'D' : '\0') : a->depth <= DEPTH_MAX ? a->open[a->depth - 1] : '{';
}

static void note_device(struct around *a)
{
    if (a->depth == 0)
        a->lines = true;
    else if (innermost(a) == '[')
        a->open[a->depth - 1] = 'D';
}

static void note_bracket(struct around *a, unsigned char c)
{
    if (c == '{' || c == '[') {
        if (a->depth < DEPTH_MAX)
            a->open[a->depth] = (char)c;
        a->depth++;
    } else if ((c == '}' || c == ']') && a->depth > 0) {
        a->depth--;
    }
}

/* Whether an object that is whole has another within it that names a Device. */
static bool holds_device(const struct job *job, const unsigned char *p, size_t len, size_t at)
{
    for (size_t end; at < len; at = end) {
        const struct text name = name_at(p, len, &at, &end);
        if (name.len > 0 && column_of(job->state, job, name) == DEVICE_ID)
            return true;
    }
    return false;
}

/* Behind what is an element of an array by itself, and no bracket. */
static size_t element_end(const unsigned char *p, size_t len, size_t at)
{
    if (p[at] == '"')
        return string_end(p, len, at);
    while (at < len && !is_space(p[at]) && strchr(",]}[{\"", p[at]) == NULL)
        at++;
    return at;
}

/* A name outside the Devices, at `at`: whether its value is there too, or it is of no matter. What it says of the
 * instant of extraction is noted. */
static bool look_beside(const struct job *job, const unsigned char *p, size_t len, size_t at)
{
    struct beside *const beside = &((struct inventory_json_state *)job->state)->beside;
    size_t end;
    const struct text name = name_at(p, len, &at, &end);

    while (end < len && (is_space(p[end]) || p[end] == ':'))
        end++;
    if (end == len)
        return false;
    if (name.len == 0 || column_of(job->state, job, name) != EXTRACTED_AT || p[end] != '"')
        return true;
    const size_t behind = string_end(p, len, end);
    if (behind == len)
        return false;
    const struct text value = {(const char *)p + end + 1, behind - end - 2};
    if (beside->opening && beside->value[0] == '\0' && value.len < sizeof(beside->value))
        memcpy(beside->value, value.ptr, value.len); /* zeros are behind it */
    beside->otherwise |= value.len > 0 && !text_equal(value, text_of(beside->value));
    return true;
}

/* Steps from `at` to the next object that is a Device's, or to what stands among Devices and is none (FOUND_OTHER):
 * what lies around them are brackets, names and other values. */
static enum object_found next_object(const struct job *job, const struct block *b, bool at_end, size_t *at, size_t *end,
                                     struct around *around)
{
    const unsigned char *const p = b->ptr;
    const size_t len = b->len;

    while (*at < len) {
        const unsigned char c = p[*at];
        const bool among = innermost(around) == 'D';
        size_t whole = 0;

        if (c == '#' && begins_line(p, *at)) { /* a comment */
            const unsigned char *const lf = memchr(p + *at, '\n', len - *at);
            if (lf == NULL && !at_end)
                return FOUND_MORE;
            *at = lf != NULL ? (size_t)(lf - p) : len;
            continue;
        }
        if (c == '{') {
            const enum object_found found = value_end(p, len, *at, &whole);
            *end = whole;
            if (names_device(job, p, found == FOUND_MORE ? len : whole, *at)) {
                if (found == FOUND_OBJECT)
                    note_device(around);
                return found;
            }
            if (found == FOUND_MORE && !at_end && len - *at < RECORD_MAX) /* its names may be still to come */
                return FOUND_MORE;
            if (found == FOUND_OBJECT && among && !holds_device(job, p, whole, *at))
                return FOUND_OTHER;
        } else if (c == '"' || (among && !is_space(c) && strchr(",]}[", c) == NULL)) {
            *end = element_end(p, len, *at);
            if (*end == len && !at_end)
                return FOUND_MORE;
            if (among)
                return FOUND_OTHER;
            if (c == '"' && !look_beside(job, p, len, *at) && !at_end)
                return FOUND_MORE;
            *at = *end;
            continue;
        }
        note_bracket(around, c);
        (*at)++;
    }
    return FOUND_NOTHING;
}

/* What the file itself says of its instant of extraction outweighs its name and --extracted-at, as a column does. */
static int date_extract(struct job *job, const struct head *head, struct err *why)
{
    struct inventory_json_state *const state = job->state;
    const struct block b = {.ptr = (unsigned char *)(uintptr_t)head->bytes.ptr, .len = head->bytes.len};
    const struct instant_form form = {ZONE_UTC, DATE_START, job->clock, job->month_first};
    struct around around = {0};
    const char *what;
    char shown[96];
    size_t at = first_byte(head), end = at;

    state->beside.opening = true;
    for (;;) {
        const enum object_found found = next_object(job, &b, head->whole, &at, &end, &around);
        if (found != FOUND_OBJECT && found != FOUND_OTHER)
            break;
        at = end;
    }
    state->beside.opening = state->beside.otherwise = false;
    if (state->beside.value[0] == '\0')
        return 0;
    if (instant_read(text_of(state->beside.value), &form, &job->extracted_at, &what) == 0)
        return 0;
    text_show(text_of(state->beside.value), shown, sizeof(shown));
    return err_set(
        why, ERR_DATA,
        "'%s' says beside its Devices that it was extracted at \"%s\", which is %s; correct it, or take it out "
        "and give --extracted-at",
        job->name, shown, what);
}

static int finish_json(const struct job *job, struct err *why)
{
    const struct inventory_json_state *const state = job->state;

    if (!state->beside.otherwise)
        return 0;
    return err_set(
        why, ERR_DATA,
        "'%s' says in several places beside its Devices, or far behind its beginning, when it was extracted: put "
        "it first, once, or into each Device",
        job->name);
}

/* Where reading goes on behind something broken: at an object that begins a line, or with a Device's identifier.
 * *sure: it does; else more bytes may tell, or there is none. */
static size_t next_start(const struct job *job, const struct block *b, size_t at, bool *sure)
{
    *sure = false;
    for (; at < b->len; at++) {
        size_t name = at + 1, end = 0;

        if (b->ptr[at] != '{')
            continue;
        *sure = begins_line(b->ptr, at);
        while (name < b->len && is_space(b->ptr[name]))
            name++;
        if (*sure || name == b->len)
            return at;
        if (b->ptr[name] != '"')
            continue;
        const struct text first = name_at(b->ptr, b->len, &name, &end);
        *sure = first.len > 0 && column_of(job->state, job, first) == DEVICE_ID;
        if (*sure || (first.len == 0 && end == b->len))
            return at;
    }
    return at;
}

/* Gives up what begins at *at, as far as the next start. False: more bytes are needed to tell where that is. */
static bool give_up(const struct job *job, struct block *b, bool at_end, size_t *at, bool *no_memory)
{
    struct inventory_json_state *const state = job->state;
    bool sure;
    size_t end = next_start(job, b, *at + 1, &sure);

    if (!sure && !at_end && b->len - *at <= RECORD_MAX)
        return false;
    if (!sure)
        end = b->len;
    *no_memory |= !block_add_span(b, *at, end - *at, broken);
    state->gave_up = true;
    state->lost = !sure && !at_end;
    *at = end;
    return true;
}

/* Drops what comes before the next start. False: the block has none. */
static bool find_again(const struct job *job, const struct block *b, size_t *at)
{
    struct inventory_json_state *const state = job->state;
    bool sure;

    if (state->lost) {
        *at = next_start(job, b, 0, &sure);
        state->lost = !sure;
    }
    return !state->lost;
}

static ptrdiff_t cut_json(struct job *job, struct block *b, bool at_end)
{
    struct inventory_json_state *const state = job->state;
    struct around around = state->around;
    size_t at = 0, end = 0;
    bool no_memory = false;

    b->span_count = 0; /* of an earlier try with fewer bytes */
    b->from = b->len;
    if (!find_again(job, b, &at))
        return (ptrdiff_t)(at_end ? b->len : at);
    while (at < b->len && !state->lost && !no_memory) {
        const enum object_found found = next_object(job, b, at_end, &at, &end, &around);
        if (found == FOUND_NOTHING)
            break;
        if (found == FOUND_OBJECT || found == FOUND_OTHER) {
            no_memory = !block_add_span(b, at, end - at,
                                        found == FOUND_OTHER    ? no_device
                                        : end - at > RECORD_MAX ? over_long
                                                                : NULL);
            at = end;
            continue;
        }
        if ((found == FOUND_MORE && !at_end && b->len - at <= RECORD_MAX) || !give_up(job, b, at_end, &at, &no_memory))
            break;
    }
    state->around = around;
    if (at_end && around.depth > 0 && !state->gave_up)
        no_memory |= !block_add_span(b, at, 0, cut_short);
    return no_memory ? -1 : (ptrdiff_t)at;
}

/* ---- Records ---- */

static struct text value_text(const struct tape_item *item)
{
    switch (item->type) {
    case TAPE_STRING:
        return text_trim(item->text);
    case TAPE_NUMBER:
        return item->text;
    case TAPE_TRUE:
        return TEXT_LITERAL("true");
    case TAPE_FALSE:
        return TEXT_LITERAL("false");
    default:
        return (struct text){0};
    }
}

/* The value of the object's own member that is the column; NULL: it has none. */
static const struct tape_item *own_member(const struct job *job, const struct tape *tape, uint32_t object, int column)
{
    for (uint32_t name = tape_step(tape, object, 0); name != 0; name = tape_step(tape, object, name))
        if (column_of(job->state, job, tape->items[name].text) == column)
            return &tape->items[name + 1];
    return NULL;
}

static bool is_device(const struct job *job, const struct tape *tape, uint32_t value)
{
    return tape->items[value].type == TAPE_OBJECT && own_member(job, tape, value, DEVICE_ID) != NULL;
}

/* A hub that is told by its identifier alone, as the chf_id of a Device. */
static bool is_reference(const struct job *job, const struct tape *tape, uint32_t value, int column)
{
    return column == CHF_ID && is_device(job, tape, value) && own_member(job, tape, value, TYPE) == NULL;
}

/* A Device's object being made records of. */
struct device_object {
    const struct job *job;
    struct worker *worker;
    struct place at;
    struct text record;
    struct text hub; /* of the Devices within; "": the object around them is no hub's */
};

static void note_not_taken(const struct device_object *d, struct text name)
{
    tally_note(&d->worker->tally, FINDING_NOT_TAKEN, d->at.line, name);
}

/* Of what stands further below: members that are columns, and no Device's of their own. */
static void look_below(const struct device_object *d, uint32_t value)
{
    const struct tape *const tape = &d->worker->tape;
    const bool object = tape->items[value].type == TAPE_OBJECT;

    if ((!object && tape->items[value].type != TAPE_ARRAY) || is_device(d->job, tape, value))
        return;
    for (uint32_t i = tape_step(tape, value, 0); i != 0; i = tape_step(tape, value, i)) {
        if (object && column_of(d->job->state, d->job, tape->items[i].text) >= 0)
            note_not_taken(d, tape->items[i].text);
        else
            look_below(d, object ? i + 1 : i);
    }
}

/* Puts a value where its name belongs, unless another is there. */
static void take_value(const struct device_object *d, uint32_t name, int column, struct text *fields)
{
    const struct tape_item *const item = &d->worker->tape.items[name + 1];
    const struct text value = value_text(item);

    if (column < 0)
        return;
    if (item->type == TAPE_ARRAY || item->type == TAPE_OBJECT ||
        (fields[column].len > 0 && value.len > 0 && !text_equal(value, fields[column])))
        note_not_taken(d, d->worker->tape.items[name].text);
    else if (fields[column].len == 0)
        fields[column] = value;
}

static bool is_list(const struct tape_item *item)
{
    return item->type == TAPE_OBJECT || item->type == TAPE_ARRAY;
}

/* Puts the values of an object's members where their names belong, and then those of objects that are members and no
 * Devices. */
static void take_members(const struct device_object *d, uint32_t object, unsigned depth, struct text *fields)
{
    const struct tape *const tape = &d->worker->tape;
    const struct job *const job = d->job;

    for (int lists = 0; lists <= 1; lists++)
        for (uint32_t name = tape_step(tape, object, 0); name != 0; name = tape_step(tape, object, name)) {
            const uint32_t at = name + 1;
            const int c = column_of(job->state, job, tape->items[name].text);

            if (is_list(&tape->items[at]) != (lists != 0))
                continue;
            if (c == CHF_ID && is_device(job, tape, at))
                fields[c] = value_text(own_member(job, tape, at, DEVICE_ID));
            else if (tape->items[at].type == TAPE_OBJECT && depth == 0 && !is_device(job, tape, at))
                take_members(d, at, depth + 1, fields);
            else if (!lists || !is_device(job, tape, at))
                take_value(d, name, c, fields);
            if (lists && (depth > 0 || tape->items[at].type == TAPE_ARRAY) && c < 0)
                look_below(d, at);
        }
}

static int take_device(const struct device_object *d, uint32_t object, struct err *err);

/* The Devices that stand within another: each is a record of its own. */
static int take_inner(const struct device_object *d, uint32_t value, struct err *err)
{
    const struct tape *const tape = &d->worker->tape;
    const bool object = tape->items[value].type == TAPE_OBJECT;

    if (!object && tape->items[value].type != TAPE_ARRAY)
        return 0;
    for (uint32_t i = tape_step(tape, value, 0); i != 0; i = tape_step(tape, value, i)) {
        const uint32_t inner = object ? i + 1 : i;
        const int column = object ? column_of(d->job->state, d->job, tape->items[i].text) : -1;

        if (is_reference(d->job, tape, inner, column))
            continue;
        if ((is_device(d->job, tape, inner) ? take_device(d, inner, err) : take_inner(d, inner, err)) < 0)
            return -1;
    }
    return 0;
}

static int take_device(const struct device_object *d, uint32_t object, struct err *err)
{
    const struct inventory_json_state *const state = d->job->state;
    struct text fields[KIND_COLUMNS_MAX + 1] = {0};
    struct device_object inner = *d;
    unsigned type;

    take_members(d, object, 0, fields);
    if (fields[CHF_ID].len == 0)
        fields[CHF_ID] = d->hub;
    inner.hub = term_parse(&vocab_device_type, fields[TYPE], &type) && type == DEVICE_CHF ? fields[DEVICE_ID]
                                                                                          : (struct text){0};
    if (table_take_fields(d->job, &state->heading, d->worker, fields, d->at, d->record, err) < 0)
        return -1;
    return take_inner(&inner, object, err);
}

static int take_span(const struct job *job, struct worker *w, struct place at, struct text record, struct err *err)
{
    const struct device_object d = {job, w, at, record, {0}};
    struct tape_fault wrong;

    if (!tape_read(&w->tape, record, &wrong)) {
        (void)fault_set(&w->fault, (struct text){0}, "is no usable JSON: at byte %zu of the record, %s", wrong.at + 1,
                        wrong.what);
        return worker_reject(job, w, at, record, err);
    }
    return take_device(&d, 0, err);
}

static int parse_json(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    struct place at = {b->line, b->offset};
    size_t counted = 0;

    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *const s = &b->spans[i];
        const struct text record = {(const char *)b->ptr + s->at, s->len};
        int rc;

        at.line += bytes_scan(b->ptr + counted, s->at - counted).lines;
        at.offset = b->offset + s->at;
        counted = s->at;
        if (s->fault == NULL) {
            rc = take_span(job, w, at, record, err);
        } else {
            (void)fault_set(&w->fault, (struct text){0}, "%s", s->fault);
            rc = worker_reject(job, w, at, record, err);
        }
        if (rc < 0)
            return -1;
    }
    return w->tape.no_memory ? err_nomem(err) : 0;
}

void inventory_json_reader(struct reader_ops *out)
{
    *out = *inventory();
    out->open = open_json;
    out->cut = cut_json;
    out->parse = parse_json;
    out->finish = finish_json;
    out->close = close_json;
}
