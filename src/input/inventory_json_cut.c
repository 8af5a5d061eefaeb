/* inventory, as JSON: finds the objects that are Devices, and what stands beside them. */
#include "inventory_json_int.h"

#include "base/ascii.h"
#include "footer_int.h"

#include <string.h>

static const char broken[] = "is no whole JSON object: a quote or a bracket is missing";
static const char no_device[] = "is no Device: it stands among Devices, or has a type or status as they have, but no "
                                "deviceId; [columns.inventory] device_id = NAME tells how that is called here";
static const char outside[] =
    "is no JSON, and stands outside of all brackets: what made the file may have ended with trouble";
static const char over_long[] = "the object is longer than 1 MiB";
static const char cut_short[] = "the brackets around the Devices are not closed: the file may be cut short";

enum object_found { FOUND_OBJECT, FOUND_OTHER, FOUND_TEXT, FOUND_NOTHING, FOUND_MORE, FOUND_BROKEN };

/* The end of the value that begins with the bracket at `at`, or where it is broken. */
static enum object_found value_end(const unsigned char *p, size_t len, size_t at, size_t *end)
{
    char closing[JSON_DEPTH_MAX];
    size_t depth = 0;

    while (at < len) {
        const unsigned char c = p[at];
        if (c == '"') {
            at = json_string_end(p, len, at);
            continue;
        }
        at++;
        if (c == '{' || c == '[') {
            if (depth == JSON_DEPTH_MAX)
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
            const struct text name = json_name(p, len, &from, &end);
            if (name.len > 0 && json_column(job->state, job, name) == DEVICE_ID)
                return true;
        }
        at = end;
    }
    return false;
}

/* Whether a member's value, behind the name that ends at `at`, is a word for a type or a status of Devices. */
static bool is_word_of_device(const unsigned char *p, size_t len, size_t at, int column)
{
    unsigned word;

    while (at < len && (json_space(p[at]) || p[at] == ':'))
        at++;
    if (at == len || p[at] != '"')
        return false;
    const struct text value = {(const char *)p + at + 1, json_string_end(p, len, at) - at - 2};
    return term_parse(column == TYPE ? &vocab_device_type : &vocab_smi_status, text_trim(value), &word) && word != 0;
}

/* Whether the whole object at `at`, which has no identifier, has a Device's type or status among its own names; as an
 * element of an array by the name alone, elsewhere by the value too. */
static bool describes_device(const struct job *job, const unsigned char *p, size_t len, size_t at, bool element)
{
    for (at++; at < len && p[at] != '}';) {
        size_t from = at, end = at + 1;

        if (p[at] == '{' || p[at] == '[') {
            if (value_end(p, len, at, &end) != FOUND_OBJECT)
                return false;
        } else if (p[at] == '"') {
            const struct text name = json_name(p, len, &from, &end);
            const int column = name.len > 0 ? json_column(job->state, job, name) : -1;
            if ((column == TYPE || column == STATUS) && (element || is_word_of_device(p, len, end, column)))
                return true;
        }
        at = end;
    }
    return false;
}

/* Whether nothing but blanks stands before it on its line, of which blocks before may hold the beginning. */
static bool begins_line(const struct inventory_json_state *state, const unsigned char *p, size_t at)
{
    while (at > 0 && (p[at - 1] == ' ' || p[at - 1] == '\t'))
        at--;
    if (at >= 3)
        at -= bytes_mark(p + at - 3, 3);
    return at == 0 ? !state->within_line : p[at - 1] == '\n' || p[at - 1] == '\r';
}

static char innermost(const struct around *a)
{
    return a->depth == 0 ? (a->lines ? 'D' : '\0') : a->depth <= JSON_DEPTH_MAX ? a->open[a->depth - 1] : '{';
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
        if (a->depth < JSON_DEPTH_MAX)
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
        const struct text name = json_name(p, len, &at, &end);
        if (name.len > 0 && json_column(job->state, job, name) == DEVICE_ID)
            return true;
    }
    return false;
}

/* Behind what is an element of an array by itself, and no bracket. */
static size_t element_end(const unsigned char *p, size_t len, size_t at)
{
    if (p[at] == '"')
        return json_string_end(p, len, at);
    while (at < len && !json_space(p[at]) && !ascii_is_one_of(p[at], ",]}[{\""))
        at++;
    return at;
}

/* Of what stands outside of all brackets: the end of its line, or where a bracket opens. */
static size_t text_end(const unsigned char *p, size_t len, size_t at)
{
    while (at < len && !ascii_is_one_of(p[at], "{[\r\n"))
        at++;
    return at;
}

/* A footer is no fault: it is passed over. */
static const char *text_fault(const struct block *b, size_t at, size_t end)
{
    return footer_is(text_trim((struct text){(const char *)b->ptr + at, end - at})) ? NULL : outside;
}

/* A name outside the Devices, at `at`: whether its value is there too, or it is of no matter. What it says of the
 * instant of extraction is noted. */
static bool look_beside(const struct job *job, const unsigned char *p, size_t len, size_t at)
{
    struct beside *const beside = &((struct inventory_json_state *)job->state)->beside;
    size_t end;
    const struct text name = json_name(p, len, &at, &end);

    while (end < len && (json_space(p[end]) || p[end] == ':'))
        end++;
    if (end == len)
        return false;
    if (name.len == 0 || json_column(job->state, job, name) != EXTRACTED_AT || p[end] != '"')
        return true;
    const size_t behind = json_string_end(p, len, end);
    if (behind == len)
        return false;
    const struct text value = {(const char *)p + end + 1, behind - end - 2};
    if (beside->opening && beside->value[0] == '\0' && value.len < sizeof(beside->value))
        memcpy(beside->value, value.ptr, value.len); /* zeros are behind it */
    beside->otherwise |= value.len > 0 && !text_equal(value, text_of(beside->value));
    return true;
}

/* Not what stands between the elements of an array, or around them. */
static bool is_text(unsigned char c)
{
    return !json_space(c) && !ascii_is_one_of(c, ",]}[{");
}

/* Steps from `at` to the next object that is a Device's, or to what stands among Devices and is none (FOUND_OTHER), or
 * that is no JSON (FOUND_TEXT): what lies around them are brackets, names and other values. */
static enum object_found next_object(const struct job *job, const struct block *b, bool at_end, size_t *at, size_t *end,
                                     struct around *around)
{
    const unsigned char *const p = b->ptr;
    const size_t len = b->len;

    while (*at < len) {
        const unsigned char c = p[*at];
        const bool among = innermost(around) == 'D';
        size_t whole = 0;

        if (around->depth == 0 && bytes_mark(p + *at, len - *at) > 0) {
            *at += 3;
            continue;
        }
        if (c == '#' && begins_line(job->state, p, *at)) { /* a comment */
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
            if (found == FOUND_OBJECT && !holds_device(job, p, whole, *at) &&
                (among || describes_device(job, p, whole, *at, innermost(around) == '[')))
                return FOUND_OTHER;
            ((struct inventory_json_state *)job->state)->other_element |=
                innermost(around) == '[' && found == FOUND_OBJECT && !holds_device(job, p, whole, *at);
        } else if (around->depth == 0 && is_text(c) && !((struct inventory_json_state *)job->state)->gave_up) {
            *end = text_end(p, len, *at);
            return *end == len && !at_end && len - *at < RECORD_MAX ? FOUND_MORE : FOUND_TEXT;
        } else if (c == '"' || (among && is_text(c))) {
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

int json_date_extract(struct job *job, const struct head *head, struct err *why)
{
    struct inventory_json_state *const state = job->state;
    const struct block b = {.ptr = (unsigned char *)(uintptr_t)head->bytes.ptr, .len = head->bytes.len};
    const struct instant_form form = {ZONE_UTC, DATE_START, job->clock, job->month_first};
    struct around around = {0};
    const char *what;
    char shown[96];
    size_t at = json_begin(head), end = at;

    state->beside.opening = true;
    for (;;) {
        const enum object_found found = next_object(job, &b, head->whole, &at, &end, &around);
        if (found != FOUND_OBJECT && found != FOUND_OTHER && found != FOUND_TEXT)
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

/* Where reading goes on behind something broken: at an object that begins a line, or with a Device's identifier.
 * *sure: it does; else more bytes may tell, or there is none. */
static size_t next_start(const struct job *job, const struct block *b, size_t at, bool *sure)
{
    *sure = false;
    for (; at < b->len; at++) {
        size_t name = at + 1, end = 0;

        if (b->ptr[at] != '{')
            continue;
        *sure = begins_line(job->state, b->ptr, at);
        while (name < b->len && json_space(b->ptr[name]))
            name++;
        if (*sure || name == b->len)
            return at;
        if (b->ptr[name] != '"')
            continue;
        const struct text first = json_name(b->ptr, b->len, &name, &end);
        *sure = first.len > 0 && json_column(job->state, job, first) == DEVICE_ID;
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

ptrdiff_t inventory_json_cut(struct job *job, struct block *b, bool at_end)
{
    struct inventory_json_state *const state = job->state;
    struct around around = state->around;
    size_t at = 0, end = 0;
    bool no_memory = false;

    b->span_count = 0; /* of an earlier try with fewer bytes */
    b->from = b->len;
    if (!find_again(job, b, &at)) {
        at = at_end ? b->len : at;
        state->within_line = !begins_line(state, b->ptr, at);
        return (ptrdiff_t)at;
    }
    while (at < b->len && !state->lost && !no_memory) {
        const enum object_found found = next_object(job, b, at_end, &at, &end, &around);
        if (found == FOUND_NOTHING)
            break;
        if (found == FOUND_OBJECT || found == FOUND_OTHER || found == FOUND_TEXT) {
            state->any |= found != FOUND_TEXT;
            no_memory = !block_add_span(b, at, end - at,
                                        found == FOUND_OTHER    ? no_device
                                        : found == FOUND_TEXT   ? text_fault(b, at, end)
                                        : end - at > RECORD_MAX ? over_long
                                                                : NULL);
            at = end;
            continue;
        }
        if ((found == FOUND_MORE && !at_end && b->len - at <= RECORD_MAX) || !give_up(job, b, at_end, &at, &no_memory))
            break;
    }
    state->around = around;
    state->within_line = !begins_line(state, b->ptr, at);
    if (at_end && around.depth > 0 && !state->gave_up)
        no_memory |= !block_add_span(b, at, 0, cut_short);
    return no_memory ? -1 : (ptrdiff_t)at;
}
