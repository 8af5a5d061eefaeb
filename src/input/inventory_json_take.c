/* inventory, as JSON: makes rows of the objects that are Devices, and of those within them. */
#include "inventory_json_int.h"

#include "fields_int.h"
#include "footer_int.h"

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
        if (json_column(job->state, job, tape->items[name].text) == column)
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
        if (object && json_column(d->job->state, d->job, tape->items[i].text) >= 0)
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
            const int c = json_column(job->state, job, tape->items[name].text);

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
        const int column = object ? json_column(d->job->state, d->job, tape->items[i].text) : -1;

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

    if (footer_is(text_trim(record)))
        return worker_pass_over(w), 0;
    if (!tape_read(&w->tape, record, &wrong)) {
        (void)fault_set(&w->fault, (struct text){0}, "is no usable JSON: at byte %zu of the record, %s", wrong.at + 1,
                        wrong.what);
        return worker_reject(job, w, at, record, err);
    }
    return take_device(&d, 0, err);
}

int inventory_json_parse(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    if (worker_take_spans(job, w, b, take_span, err) < 0)
        return -1;
    return w->tape.no_memory ? err_nomem(err) : 0;
}
