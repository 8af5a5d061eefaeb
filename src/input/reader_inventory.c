/* inventory: extracts of the Smart Metering Inventory, as CSV and as JSON. */
#include "inventory_json_int.h"

#include "fields_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- CSV ---- */

enum {
    DEVICE_ID,
    TYPE,
    STATUS,
    SMETS,
    COMMISSIONED_AT,
    CHF_ID,
    MPXN,
    CSP_REGION,
    MANUFACTURER,
    MODEL,
    FIRMWARE,
    S1_COHORT,
    EXTRACTED_AT,
    GBCS_VERSION
};

static const struct column inventory_columns[] = {
    [DEVICE_ID] = {"device_id", true},
    [TYPE] = {"device_type", true},
    [STATUS] = {"status", true, .may_be_blank = true},
    [SMETS] = {"smets", false},
    [COMMISSIONED_AT] = {"commissioned_at", false},
    [CHF_ID] = {"chf_id", false},
    [MPXN] = {"mpxn", false},
    [CSP_REGION] = {"csp_region", false},
    [MANUFACTURER] = {"manufacturer", false, .free_text = true},
    [MODEL] = {"model", false, .free_text = true},
    [FIRMWARE] = {"firmware", false, .free_text = true},
    [S1_COHORT] = {"s1_cohort", false},
    [EXTRACTED_AT] = {"extracted_at", false},
    [GBCS_VERSION] = {"gbcs_version", false},
};

/* Type 2 Devices have no status; of others it may be missing only where a row tells of a premises and has no such
 * column. */
static bool check_status(const struct row *r, const struct inventory_row *inv)
{
    const bool type_2 = inv->type == DEVICE_IHD || inv->type == DEVICE_CAD;

    if (inv->status != SMI_NONE || type_2 || r->heading->position[STATUS] >= r->heading->field_count)
        return true;
    return fault_set(r->fault, field_name(r, STATUS), "is blank, but every Device needs it that is no IHD or CAD");
}

static bool read_terms(const struct row *r, struct inventory_row *out)
{
    unsigned type, status, region, cohort;

    if (!field_term(r, TYPE, &vocab_device_type, &type) || !field_term(r, STATUS, &vocab_smi_status, &status) ||
        !field_term(r, CSP_REGION, &vocab_csp_region, &region) || !field_term(r, S1_COHORT, &vocab_s1_cohort, &cohort))
        return false;
    out->type = type;
    out->status = status;
    out->region = region;
    out->cohort = cohort;
    if (!check_status(r, out))
        return false;
    return smets_parse(row_field(r, SMETS), row_field(r, GBCS_VERSION), type, &out->smets) ||
           fault_value(r->fault, field_name(r, SMETS), row_field(r, SMETS),
                       "is no SMETS version; wanted is one like SMETS1, SMETS2+, V4.2 or CHTS V1.0");
}

static bool read_extracted_at(const struct row *r, instant *out)
{
    if (!field_extracted_at(r, EXTRACTED_AT, out))
        return false;
    if (*out != INSTANT_NONE)
        return true;
    return fault_set(r->fault, field_name(r, EXTRACTED_AT),
                     "is blank, and neither --extracted-at nor the file's name says when the extract was taken");
}

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct inventory_row inv = {.source = r->source};

    if (!field_identity(r, DEVICE_ID, &inv.device) || !read_terms(r, &inv) ||
        !field_instant_or_day(r, COMMISSIONED_AT, &inv.commissioned_at, &inv.commissioned_on) ||
        !field_identity(r, CHF_ID, &inv.chf) || !field_mpxn(r, MPXN, &inv.mpxn) ||
        !field_text(r, MANUFACTURER, NAME_MAX_BYTES, &inv.manufacturer) ||
        !field_text(r, MODEL, NAME_MAX_BYTES, &inv.model) || !field_text(r, FIRMWARE, NAME_MAX_BYTES, &inv.firmware) ||
        !read_extracted_at(r, &inv.extracted_at))
        return false;
    evidence_pack_inventory(packed, &inv);
    *out = (struct parcel){INTAKE_DEVICE, inv.device, inv.extracted_at};
    return true;
}

static const struct table_kind inventory_table = {inventory_columns, ARRAY_LEN(inventory_columns), pack, NULL};

/* An extract must say when it was taken: in a column, by --extracted-at, or by its name. */
static int open_inventory(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                          struct err *why)
{
    if (table_open_extract(job, head, consumed, file, why) < 0)
        return -1;
    if (job->extracted_at != INSTANT_NONE || table_has_column(job, EXTRACTED_AT))
        return 0;
    return err_set(why, ERR_DATA,
                   "'%s' does not say when the extract was taken: give --extracted-at, or a column 'extracted_at', or "
                   "one date in its name, as in smi-2021-10-01.csv",
                   job->name);
}

const struct reader_ops reader_inventory = {.kind = &reader_kinds[READER_inventory],
                                            .table = &inventory_table,
                                            .bid = table_bid,
                                            .open = open_inventory,
                                            .cut = table_cut,
                                            .parse = table_parse,
                                            .close = table_close};

/* ---- JSON ---- */

#define DEPTH_MAX 64

static const char broken[] = "is no whole JSON object: a quote or a bracket is missing";
static const char over_long[] = "the object is longer than 1 MiB";

#define NAMES_MAX 64

/* A name that the head of the file has: looked up once, since each object has it again. */
struct known_name {
    struct text name;
    int column; /* -1: none */
};

struct inventory_json_state {
    struct heading heading; /* each column at its own number */
    struct known_name names[NAMES_MAX];
    size_t name_count;
    struct buf texts; /* of the names */
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

bool inventory_json_recognise(const struct job *job, const struct head *head)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    const size_t at = first_byte(head), len = head->bytes.len;

    if (at == len || (p[at] != '{' && p[at] != '['))
        return false;
    return has_name(job, p, len, "device_id") && has_name(job, p, len, "device_type") &&
           memmem(p, len, "\"taken_at\"", 10) == NULL;
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

static void learn_names(struct inventory_json_state *state, const struct job *job, const unsigned char *p, size_t len)
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
        buf_add_text(&state->texts, name);
        state->names[state->name_count++] = (struct known_name){copy, heading_column(job->ops, job, name)};
    }
}

static int open_json(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                     struct err *why)
{
    const struct table_kind *const kind = job->ops->table;
    struct inventory_json_state *const state = calloc(1, sizeof(*state));
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
    learn_names(state, job, (const unsigned char *)head->bytes.ptr, head->bytes.len);
    *consumed = first_byte(head);
    file->dialect = strdup("JSON");
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

enum object_found { FOUND_OBJECT, FOUND_NOTHING, FOUND_MORE, FOUND_BROKEN };

/* The end of the value that begins with the bracket at `at`. */
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
                return FOUND_BROKEN;
            closing[depth++] = c == '{' ? '}' : ']';
        } else if (c == '}' || c == ']') {
            if (c != closing[--depth])
                return FOUND_BROKEN;
            if (depth == 0) {
                *end = at;
                return FOUND_OBJECT;
            }
        }
    }
    return FOUND_MORE;
}

/* Whether the object at `at` has a Device's identifier among its own names: those before its first inner bracket tell,
 * so that an outer object is not read to its end. */
static bool names_device(const struct job *job, const unsigned char *p, size_t len, size_t at)
{
    const struct reader_ops *const ops = job->ops;

    for (at++; at < len; at++) {
        if (p[at] == '{' || p[at] == '[' || p[at] == '}')
            return false;
        if (p[at] != '"')
            continue;
        const size_t end = string_end(p, len, at);
        size_t colon = end;
        while (colon < len && is_space(p[colon]))
            colon++;
        if (end > at + 1 && colon < len && p[colon] == ':') {
            const int c = column_of(job->state, job, (struct text){(const char *)p + at + 1, end - at - 2});
            if (c >= 0 && strcmp(ops->table->columns[c].name, "device_id") == 0)
                return true;
        }
        at = end - 1;
    }
    return false;
}

/* Steps from `at` to the next object that is a Device's: what lies around it are brackets, names and other values. */
static enum object_found next_object(const struct job *job, const unsigned char *p, size_t len, size_t *at, size_t *end)
{
    while (*at < len) {
        if (p[*at] == '"') {
            const size_t behind = string_end(p, len, *at);
            if (behind == len)
                return FOUND_MORE;
            *at = behind;
        } else if (p[*at] == '{') {
            size_t whole = 0;
            const enum object_found found = value_end(p, len, *at, &whole);
            const size_t seen = found == FOUND_OBJECT ? whole : len;
            if (names_device(job, p, seen, *at)) {
                *end = whole;
                return found;
            }
            if (found == FOUND_MORE && len - *at < 4096) /* its names may be still to come */
                return FOUND_MORE;
            (*at)++;
        } else {
            (*at)++;
        }
    }
    return FOUND_NOTHING;
}

/* Whether nothing but blanks stands before it on its line. */
static bool begins_line(const unsigned char *p, size_t at)
{
    while (at > 0 && (p[at - 1] == ' ' || p[at - 1] == '\t'))
        at--;
    return at == 0 || p[at - 1] == '\n' || p[at - 1] == '\r';
}

static ptrdiff_t cut_json(struct job *job, struct block *b, bool at_end)
{
    size_t at = 0, done = 0, end = 0;

    b->span_count = 0; /* of an earlier try with fewer bytes */
    b->from = b->len;
    while (at < b->len) {
        const enum object_found found = next_object(job, b->ptr, b->len, &at, &end);
        if (found == FOUND_NOTHING) {
            done = b->len;
            break;
        }
        if (found == FOUND_OBJECT) {
            if (!block_add_span(b, at, end - at, end - at > RECORD_MAX ? over_long : NULL))
                return -1;
            at = done = end;
            continue;
        }
        if (found == FOUND_MORE && !at_end && b->len - at <= RECORD_MAX)
            break;
        /* It never ends, or ends wrongly: given up, and reading goes on at the next line that begins an object. */
        end = at + 1;
        while (end < b->len && (b->ptr[end] != '{' || !begins_line(b->ptr, end)))
            end++;
        if (!block_add_span(b, at, end - at, broken))
            return -1;
        at = done = end;
    }
    if (at_end)
        done = b->len;
    return (ptrdiff_t)done;
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

/* Puts the values of an object's members, and of objects that are members, where their names belong. */
static void take_members(const struct job *job, const struct tape *tape, uint32_t object, unsigned depth,
                         struct text *fields)
{
    for (uint32_t name = tape_step(tape, object, 0); name != 0; name = tape_step(tape, object, name)) {
        const struct tape_item *const value = &tape->items[name + 1];
        const int c = column_of(job->state, job, tape->items[name].text);

        if (value->type == TAPE_OBJECT && depth == 0)
            take_members(job, tape, name + 1, depth + 1, fields);
        else if (c >= 0 && fields[c].len == 0)
            fields[c] = value_text(value);
    }
}

static int take_span(const struct job *job, struct worker *w, struct place at, struct text record, struct err *err)
{
    const struct inventory_json_state *const state = job->state;
    struct text fields[KIND_COLUMNS_MAX + 1] = {0};
    struct tape_fault wrong;

    if (!tape_read(&w->tape, record, &wrong)) {
        (void)fault_set(&w->fault, (struct text){0}, "is no usable JSON: at byte %zu of the record, %s", wrong.at + 1,
                        wrong.what);
        return worker_reject(job, w, at, record, err);
    }
    take_members(job, &w->tape, 0, 0, fields);
    return table_take_fields(job, &state->heading, w, fields, at, record, err);
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
    out->finish = NULL;
    out->close = close_json;
}
