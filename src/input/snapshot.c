/* Certificate snapshots: from JSON values to a record. */
#include "snapshot_int.h"

#include "fields_int.h"

#include "domain/eui64.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An object that is being read; as an element of an array its names are shown as cells[2].role. */
struct object {
    const struct tape *tape;
    struct fault *fault;
    const char *array; /* NULL: it is the record itself */
    size_t number;
    const struct text *names;
    uint32_t found[8]; /* the value of each name, 0 where it is missing */
    const struct instant_form *times;
    const char *file; /* its name, for messages */
};

static struct text column_of(const struct object *o, unsigned name, char *buf, size_t size)
{
    const struct text t = o->names[name];
    const int n = o->array == NULL ? snprintf(buf, size, "%.*s", (int)t.len, t.ptr)
                                   : snprintf(buf, size, "%s[%zu].%.*s", o->array, o->number, (int)t.len, t.ptr);

    return (struct text){buf, (size_t)n < size ? (size_t)n : size - 1};
}

static bool fault_name(const struct object *o, unsigned name, const char *what)
{
    char buf[80];

    return fault_set(o->fault, column_of(o, name, buf, sizeof(buf)), "%s", what);
}

static bool fault_text(const struct object *o, unsigned name, struct text value, const char *what)
{
    char buf[80];

    return fault_value(o->fault, column_of(o, name, buf, sizeof(buf)), value, "%s", what);
}

/* The value of a name; NULL where it is missing or null. */
static const struct tape_item *value_of(const struct object *o, unsigned name)
{
    const struct tape_item *item = &o->tape->items[o->found[name]];

    return o->found[name] == 0 || item->type == TAPE_NULL ? NULL : item;
}

/* The empty text where the name is missing or null. */
static bool get_text(const struct object *o, unsigned name, struct text *out)
{
    const struct tape_item *item = value_of(o, name);

    *out = (struct text){0};
    if (item == NULL)
        return true;
    if (item->type != TAPE_STRING)
        return fault_name(o, name, "is not a string");
    *out = text_trim(item->text);
    return true;
}

static bool get_eui64(const struct object *o, unsigned name, uint64_t *out)
{
    struct text t;

    *out = 0;
    if (!get_text(o, name, &t))
        return false;
    if (t.len == 0 || eui64_parse(t, out))
        return true;
    return fault_text(o, name, t, "is no EUI-64; wanted are 16 hexadecimal digits, as in 00-DB-12-34-56-78-90-A0");
}

static bool get_key_id(const struct object *o, unsigned name, uint64_t *out)
{
    struct text t;

    *out = 0;
    if (!get_text(o, name, &t))
        return false;
    if (t.len == 0 || key_id_parse(t, out))
        return true;
    return fault_text(o, name, t, "is no key identifier; wanted are 16 hexadecimal digits");
}

static bool get_instant(const struct object *o, unsigned name, instant *out)
{
    struct text t;
    const char *why;
    char what[160];

    *out = INSTANT_NONE;
    if (!get_text(o, name, &t))
        return false;
    if (t.len == 0 || instant_read(t, o->times, out, &why) == 0)
        return true;
    snprintf(what, sizeof(what), "is %s", why);
    (void)fault_text(o, name, t, what);
    if (proves_month_first(t, *o->times))
        o->fault->month_first = t;
    return false;
}

static bool get_term(const struct object *o, unsigned name, const struct vocabulary *v, unsigned *out)
{
    struct text t;
    char what[64];

    *out = 0;
    if (!get_text(o, name, &t))
        return false;
    if (term_parse(v, t, out))
        return true;
    snprintf(what, sizeof(what), "is no %s", v->name);
    return fault_text(o, name, t, what);
}

static bool get_bool(const struct object *o, unsigned name, bool when_missing, bool *out)
{
    const struct tape_item *item = value_of(o, name);

    *out = when_missing;
    if (item == NULL)
        return true;
    *out = item->type == TAPE_TRUE;
    return item->type == TAPE_TRUE || item->type == TAPE_FALSE || fault_name(o, name, "is neither true nor false");
}

/* A serial number: a string or a number, of which every digit is kept. */
static bool get_serial(const struct object *o, unsigned name, struct text *out)
{
    const struct tape_item *item = value_of(o, name);

    *out = (struct text){0};
    if (item == NULL)
        return true;
    if (item->type != TAPE_STRING && item->type != TAPE_NUMBER)
        return fault_name(o, name, "is neither a string nor a number");
    struct text t = text_trim(item->text);
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] < '0' || t.ptr[i] > '9')
            return fault_text(o, name, t, "is no serial number; wanted are decimal digits");
    while (t.len > 1 && t.ptr[0] == '0')
        t = (struct text){t.ptr + 1, t.len - 1};
    if (t.len > SERIAL_MAX)
        return fault_text(o, name, t, "is no serial number: it has more than 49 digits");
    *out = t;
    return true;
}

static bool open_object(struct object *o, const struct tape *tape, uint32_t at, const struct text *names, size_t count,
                        struct fault *fault)
{
    o->tape = tape;
    o->fault = fault;
    o->names = names;
    if (tape->items[at].type != TAPE_OBJECT)
        return o->array == NULL ? fault_set(fault, (struct text){0}, "is no JSON object")
                                : fault_set(fault, text_of(o->array), "element %zu is no JSON object", o->number);
    tape_members(tape, at, names, count, o->found);
    return true;
}

enum { CELL_ROLE, CELL_KEY_USAGE, CELL_USAGE, CELL_SUBJECT, CELL_KEY_ID, CELL_STATUS };
static const struct text cell_names[] = {TEXT_LITERAL("role"),       TEXT_LITERAL("key_usage"),
                                         TEXT_LITERAL("cell_usage"), TEXT_LITERAL("subject_id"),
                                         TEXT_LITERAL("key_id"),     TEXT_LITERAL("status")};

static bool read_cell(const struct tape *tape, uint32_t at, size_t number, struct cell *out, struct fault *fault)
{
    struct object o = {.array = "cells", .number = number};
    unsigned role, key_usage, cell_usage;
    struct text status;

    if (!open_object(&o, tape, at, cell_names, ARRAY_LEN(cell_names), fault) ||
        !get_term(&o, CELL_ROLE, &vocab_party_role, &role) ||
        !get_term(&o, CELL_KEY_USAGE, &vocab_key_usage, &key_usage) ||
        !get_term(&o, CELL_USAGE, &vocab_cell_usage, &cell_usage) || !get_eui64(&o, CELL_SUBJECT, &out->subject) ||
        !get_key_id(&o, CELL_KEY_ID, &out->key_id) || !get_text(&o, CELL_STATUS, &status))
        return false;
    if (role == ROLE_NONE)
        return fault_name(&o, CELL_ROLE, "is missing");
    if (key_usage == KEY_NONE)
        return fault_name(&o, CELL_KEY_USAGE, "is missing");
    out->role = role;
    out->key_usage = key_usage;
    out->cell_usage = cell_usage;
    out->ok = o.found[CELL_STATUS] == 0 || text_equal_nocase(status, TEXT_LITERAL("ok"));
    if (out->subject == EUI64_ALL_ONES)
        out->subject = 0;
    return true;
}

enum { CERT_KEY_USAGE, CERT_SERIAL, CERT_NOT_BEFORE, CERT_SUBJECT, CERT_KEY_ID, CERT_ISSUER };
static const struct text cert_names[] = {TEXT_LITERAL("key_usage"),  TEXT_LITERAL("serial"),
                                         TEXT_LITERAL("not_before"), TEXT_LITERAL("subject_id"),
                                         TEXT_LITERAL("key_id"),     TEXT_LITERAL("issuer_key_id")};

static bool read_cert(const struct object *whole, uint32_t at, size_t number, struct device_cert *out)
{
    struct object o = {.array = "device_certificates", .number = number, .times = whole->times};
    unsigned key_usage;

    if (!open_object(&o, whole->tape, at, cert_names, ARRAY_LEN(cert_names), whole->fault) ||
        !get_term(&o, CERT_KEY_USAGE, &vocab_key_usage, &key_usage) || !get_serial(&o, CERT_SERIAL, &out->serial) ||
        !get_instant(&o, CERT_NOT_BEFORE, &out->not_before) || !get_eui64(&o, CERT_SUBJECT, &out->subject) ||
        !get_key_id(&o, CERT_KEY_ID, &out->key_id) || !get_key_id(&o, CERT_ISSUER, &out->issuer_key_id))
        return false;
    out->key_usage = key_usage;
    return key_usage == KEY_DIGITAL_SIGNATURE || key_usage == KEY_KEY_AGREEMENT ||
           fault_name(&o, CERT_KEY_USAGE, "is neither DigitalSignature nor KeyAgreement");
}

/* The number of elements of the array that a name holds; its index in *array. */
static bool count_elements(const struct object *o, unsigned name, uint32_t *array, size_t *count)
{
    const struct tape_item *item = value_of(o, name);

    *count = 0;
    *array = o->found[name];
    if (item == NULL)
        return true;
    if (item->type != TAPE_ARRAY)
        return fault_name(o, name, "is no array");
    for (uint32_t at = tape_step(o->tape, *array, 0); at != 0; at = tape_step(o->tape, *array, at))
        (*count)++;
    return true;
}

static bool make_room(struct snapshot_parts *parts, size_t cells, size_t certs)
{
    if (cells > parts->cell_cap) {
        struct cell *grown = realloc(parts->cells, 2 * cells * sizeof(*grown));
        if (grown == NULL)
            return false;
        parts->cells = grown;
        parts->cell_cap = 2 * cells;
    }
    if (certs > parts->cert_cap) {
        struct device_cert *grown = realloc(parts->certs, 2 * certs * sizeof(*grown));
        if (grown == NULL)
            return false;
        parts->certs = grown;
        parts->cert_cap = 2 * certs;
    }
    return true;
}

enum { DEVICE_ID, TAKEN_AT, SOURCE_NAME, ANSWERED, CELLS, CERTS };
const struct text snapshot_names[SNAPSHOT_NAMES] = {TEXT_LITERAL("device_id"), TEXT_LITERAL("taken_at"),
                                                    TEXT_LITERAL("source"),    TEXT_LITERAL("answered"),
                                                    TEXT_LITERAL("cells"),     TEXT_LITERAL("device_certificates")};

static bool read_parts(const struct object *o, struct snapshot_parts *parts, struct snapshot *out)
{
    uint32_t cells, certs;
    size_t i = 0;

    if (!count_elements(o, CELLS, &cells, &out->cell_count) || !count_elements(o, CERTS, &certs, &out->cert_count))
        return false;
    if (!make_room(parts, out->cell_count, out->cert_count)) {
        parts->no_memory = true;
        return fault_set(o->fault, (struct text){0}, "there is too little memory to read it");
    }
    out->cells = parts->cells;
    out->certs = parts->certs;
    if (out->cell_count > 0)
        for (uint32_t at = tape_step(o->tape, cells, 0); at != 0; at = tape_step(o->tape, cells, at), i++)
            if (!read_cell(o->tape, at, i, &parts->cells[i], o->fault))
                return false;
    i = 0;
    if (out->cert_count > 0)
        for (uint32_t at = tape_step(o->tape, certs, 0); at != 0; at = tape_step(o->tape, certs, at), i++)
            if (!read_cert(o, at, i, &parts->certs[i]))
                return false;
    return true;
}

/* Where snapshots stand within another object, the names are there, but not in it. */
static bool fault_missing(const struct object *o, unsigned name, struct text record, const char *wanted)
{
    char file[FILE_WORD_SIZE];
    const bool deeper = memmem(record.ptr, record.len, "\"device_id\"", 11) != NULL &&
                        memmem(record.ptr, record.len, "\"taken_at\"", 10) != NULL;

    if (o->found[name] != 0 || !deeper)
        return fault_name(o, name, wanted);
    file_word(o->file, file, sizeof(file));
    return fault_set(o->fault, o->names[name],
                     "is missing: jq -c '..|objects|select(.taken_at)' %s takes out the snapshots within it", file);
}

static bool read_identity(const struct object *o, struct text record, struct snapshot *out)
{
    if (!get_eui64(o, DEVICE_ID, &out->device) || !get_instant(o, TAKEN_AT, &out->taken_at) ||
        !get_text(o, SOURCE_NAME, &out->source_name) || !get_bool(o, ANSWERED, true, &out->answered))
        return false;
    if (out->device == 0 || out->device == EUI64_ALL_ONES)
        return fault_missing(o, DEVICE_ID, record, "is missing; wanted is an EUI-64 that is not all zeros or all ones");
    if (out->taken_at == INSTANT_NONE)
        return fault_name(o, TAKEN_AT, "is missing; wanted is the instant of the snapshot");
    if (out->source_name.len > SNAPSHOT_SOURCE_MAX)
        return fault_text(o, SOURCE_NAME, out->source_name, "is too long: at most 31 bytes can be kept");
    return true;
}

bool snapshot_read(struct tape *tape, struct snapshot_parts *parts, struct text record,
                   const struct instant_form *times, const char *file, struct snapshot *out, struct fault *fault)
{
    struct object o = {.times = times, .file = file};
    struct tape_fault wrong;

    *out = (struct snapshot){0};
    if (!tape_read(tape, record, &wrong))
        return fault_set(fault, (struct text){0}, "is no usable JSON: at byte %zu of the record, %s", wrong.at + 1,
                         wrong.what);
    return open_object(&o, tape, 0, snapshot_names, SNAPSHOT_NAMES, fault) && read_identity(&o, record, out) &&
           read_parts(&o, parts, out);
}
