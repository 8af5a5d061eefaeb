#include "heading_int.h"

#include "base/ascii.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPES DEVICE_TYPES

/* A field whose name tells a Device type and one of its columns. */
struct typed {
    unsigned type; /* 0: it tells none */
    int column;
    struct text prefix; /* what stands before the type */
};

/* What a heading's fields are. */
struct premises {
    int typed[TYPES][KIND_COLUMNS_MAX];         /* the field of a column of a Device type; -1: none */
    int shared[KIND_COLUMNS_MAX];               /* of a column of them all */
    int gas_mpxn;                               /* a shared column of MPRNs; -1: none */
    struct text fixed[TYPES][KIND_COLUMNS_MAX]; /* told by the configuration; "": not */
    bool known[SPLIT_FIELDS_MAX];
};

static bool is_inventory(const struct reader_ops *ops)
{
    return strcmp(ops->kind->name, "inventory") == 0;
}

static size_t column_named(const struct reader_ops *ops, const char *name)
{
    size_t c = 0;

    while (c < ops->table->column_count && strcmp(ops->table->columns[c].name, name) != 0)
        c++;
    return c;
}

/* The column that the rest of a name tells; "id" and "guid" are the Device's. -1: none. */
static int column_of(const struct reader_ops *ops, const struct job *job, struct text name)
{
    if (text_same_word(name, TEXT_LITERAL("id")) || text_same_word(name, TEXT_LITERAL("guid")))
        return (int)column_named(ops, "device_id");
    return heading_column(ops, job, name);
}

static struct text behind(struct text t, size_t at)
{
    while (at < t.len && !ascii_is_alnum(t.ptr[at]))
        at++;
    return (struct text){t.ptr + at, t.len - at};
}

/* A Device type at the start of one of the name's words, and a column behind it: "smi_esme_deviceid", "esmeDeviceId".
 */
static struct typed typed_of(const struct reader_ops *ops, const struct job *job, struct text name)
{
    for (size_t at = 0; at < name.len; at++) {
        if (at > 0 && ascii_is_alnum(name.ptr[at - 1]))
            continue;
        for (unsigned type = 1; type < TYPES; type++) {
            const struct text word = text_of(term_word(&vocab_device_type, type));
            if (name.len - at <= word.len || !text_equal_nocase((struct text){name.ptr + at, word.len}, word))
                continue;
            const int column = column_of(ops, job, behind(name, at + word.len));
            if (column >= 0)
                return (struct typed){type, column, {name.ptr, at}};
        }
    }
    return (struct typed){0};
}

/* ---- Prefixes: what stands before other words is about something else, such as a second meter ---- */

struct prefixes {
    struct text of[TYPES]; /* what stands before the type in the heading of its identifier */
    bool told[TYPES];
    struct text shared; /* the same before all of them; "": none */
};

static unsigned count_with(const struct typed *found, size_t count, int device_id, struct text prefix)
{
    unsigned same = 0;

    for (size_t f = 0; f < count; f++)
        same += found[f].type != 0 && found[f].column == device_id && text_same_word(found[f].prefix, prefix);
    return same;
}

/* Of several identifiers of a type, the one with the prefix of most others, then with the shortest. */
static struct prefixes find_prefixes(const struct typed *found, size_t count, int device_id)
{
    struct prefixes p = {0};
    unsigned best[TYPES] = {0};
    bool first = true;

    for (size_t f = 0; f < count; f++) {
        const unsigned type = found[f].type;
        if (type == 0 || found[f].column != device_id)
            continue;
        const unsigned same = count_with(found, count, device_id, found[f].prefix);
        if (same > best[type] || (same == best[type] && found[f].prefix.len < p.of[type].len)) {
            best[type] = same;
            p.of[type] = found[f].prefix;
        }
        p.told[type] = true;
    }
    for (unsigned type = 1; type < TYPES; type++) {
        if (!p.told[type])
            continue;
        p.shared = first || text_same_word(p.shared, p.of[type]) ? p.of[type] : (struct text){0};
        if (p.shared.len == 0)
            break;
        first = false;
    }
    return p;
}

static bool fits(const struct prefixes *p, const struct typed *t)
{
    return t->prefix.len == 0 || text_same_word(t->prefix, p->told[t->type] ? p->of[t->type] : p->shared);
}

/* "esme.device_id" of the configuration: the type and the column. */
static bool split_key(const struct reader_ops *ops, const char *key, unsigned *type, int *column)
{
    const char *const dot = strchr(key, '.');

    if (dot == NULL || !term_parse(&vocab_device_type, (struct text){key, (size_t)(dot - key)}, type) || *type == 0)
        return false;
    *column = (int)column_named(ops, dot + 1);
    return *column < (int)ops->table->column_count;
}

static bool is_quoted(struct text t)
{
    return t.len >= 2 && t.ptr[0] == '"' && t.ptr[t.len - 1] == '"';
}

/* What the configuration says: headings, and values in quotes that hold for every row. */
static void take_form(struct premises *p, const struct reader_ops *ops, const struct form *form,
                      const struct splitter *s)
{
    unsigned type;
    int column;

    for (size_t i = 0; form != NULL && i < form->columns.count; i++) {
        const struct text value = text_of(form->columns.ptr[i].value);
        if (!split_key(ops, form->columns.ptr[i].name, &type, &column))
            continue;
        if (is_quoted(value))
            p->fixed[type][column] = (struct text){value.ptr + 1, value.len - 2};
        for (size_t f = 0; f < s->count; f++)
            if (text_same_word(s->fields[f], value)) {
                p->typed[type][column] = (int)f;
                p->known[f] = true;
            }
    }
}

static bool holds(struct text t, const char *word)
{
    const size_t len = strlen(word);

    for (size_t i = 0; i + len <= t.len; i++)
        if (text_equal_nocase((struct text){t.ptr + i, len}, (struct text){word, len}))
            return true;
    return false;
}

/* A column of all, under its own name or behind the prefix that all types have. */
static void take_shared(struct premises *p, const struct reader_ops *ops, const struct job *job, struct text name,
                        struct text prefix, size_t field)
{
    const size_t mpxn = column_named(ops, "mpxn");
    int column = heading_column(ops, job, name);

    if (column < 0 && prefix.len > 0 && prefix.len < name.len &&
        text_same_word((struct text){name.ptr, prefix.len}, prefix))
        column = heading_column(ops, job, behind(name, prefix.len));
    if (column < 0 || column == (int)column_named(ops, "device_id"))
        return;
    int *const slot =
        column == (int)mpxn && (holds(name, "mprn") || holds(name, "gas")) ? &p->gas_mpxn : &p->shared[column];
    if (*slot >= 0)
        return;
    *slot = (int)field;
    p->known[field] = true;
}

/* What the names tell, of the fields that no form tells. */
static void take_names(struct premises *p, const struct reader_ops *ops, const struct job *job,
                       const struct splitter *s)
{
    struct typed found[SPLIT_FIELDS_MAX] = {0};

    for (size_t f = 0; f < s->count; f++)
        if (!p->known[f])
            found[f] = typed_of(ops, job, s->fields[f]);
    const struct prefixes prefixes = find_prefixes(found, s->count, (int)column_named(ops, "device_id"));
    for (size_t f = 0; f < s->count; f++) {
        const struct typed *const t = &found[f];
        if (p->known[f] || s->fields[f].len == 0)
            continue;
        if (t->type == 0) {
            take_shared(p, ops, job, s->fields[f], prefixes.shared, f);
        } else if (fits(&prefixes, t) && p->typed[t->type][t->column] < 0) {
            p->typed[t->type][t->column] = (int)f;
            p->known[f] = true;
        }
    }
}

static unsigned types_told(const struct premises *p, size_t device_id)
{
    unsigned types = 0;

    for (unsigned type = 1; type < TYPES; type++)
        types += p->typed[type][device_id] >= 0;
    return types;
}

/* Whether it has all that an inventory of one Device a row needs: then other Devices of the row are its relations. */
static bool is_of_devices(const struct reader_ops *ops, const struct job *job, const struct splitter *s)
{
    int position[KIND_COLUMNS_MAX];
    char missing[8];

    (void)heading_match(ops, job, s, position, NULL);
    return heading_list_missing(ops, position, missing, sizeof(missing)) == 0;
}

/* How many Device types have an identifier of their own; 0: it is no heading of premises, whatever it names. */
static unsigned classify(struct premises *p, const struct reader_ops *ops, const struct job *job,
                         const struct splitter *s)
{
    const size_t device_id = column_named(ops, "device_id");

    memset(p, 0, sizeof(*p));
    memset(p->typed, -1, sizeof(p->typed));
    memset(p->shared, -1, sizeof(p->shared));
    p->gas_mpxn = -1;
    take_form(p, ops, forms_of_kind(job->options->forms, ops->kind->name), s);
    take_form(p, ops, job->profile, s);
    if (types_told(p, device_id) == 0 && is_of_devices(ops, job, s))
        return 0;
    take_names(p, ops, job, s);
    return types_told(p, device_id);
}

unsigned premises_types(const struct reader_ops *ops, const struct job *job, const struct splitter *s)
{
    struct premises p;

    return is_inventory(ops) ? classify(&p, ops, job, s) : 0;
}

/* ---- Second Devices of a type, which a row has no room for ---- */

static bool is_number_mark(char c)
{
    return ascii_is_digit(c) || c == ' ' || c == '_' || c == '-' || c == '.' || c == '#';
}

static struct text without_number(struct text t)
{
    while (t.len > 0 && is_number_mark(t.ptr[0]))
        t = (struct text){t.ptr + 1, t.len - 1};
    while (t.len > 0 && is_number_mark(t.ptr[t.len - 1]))
        t.len--;
    return t;
}

static bool has_digit(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (ascii_is_digit(t.ptr[i]))
            return true;
    return false;
}

/* "ESME2 Device ID", "esme_deviceid_2", "meter2_esme_deviceid": a type, a number, and the identifier. */
static bool is_numbered_device(const struct reader_ops *ops, const struct job *job, struct text name)
{
    const int device_id = (int)column_named(ops, "device_id");

    for (size_t at = 0; has_digit(name) && at < name.len; at++)
        for (unsigned type = 1; type < TYPES; type++) {
            const struct text word = text_of(term_word(&vocab_device_type, type));
            if ((at > 0 && ascii_is_alnum(name.ptr[at - 1]) && !ascii_is_digit(name.ptr[at - 1])) ||
                name.len - at <= word.len || !text_equal_nocase((struct text){name.ptr + at, word.len}, word))
                continue;
            const struct text rest = {name.ptr + at + word.len, name.len - at - word.len};
            if (column_of(ops, job, without_number(rest)) == device_id)
                return true;
        }
    return false;
}

/* Whether a field that nothing is read from has identifiers of Devices: of a further one of a type, or of no type. */
static bool is_lost_device(const struct reader_ops *ops, const struct job *job, struct text name)
{
    return heading_column(ops, job, name) == (int)column_named(ops, "device_id") || is_numbered_device(ops, job, name);
}

/* ---- The heading as parts ---- */

static uint16_t constant_at(struct heading *out, struct text value)
{
    if (out->constant_count == HEADING_CONSTANTS)
        return (uint16_t)out->field_count;
    out->constants[out->constant_count++] = value;
    return (uint16_t)(out->field_count + out->constant_count); /* behind the blank one */
}

static uint16_t position_of(struct heading *out, const struct premises *p, const struct reader_ops *ops, unsigned type,
                            size_t column)
{
    const char *const name = ops->table->columns[column].name;
    const bool gas = type == DEVICE_GSME || type == DEVICE_GPF;
    int field = p->typed[type][column];

    if (strcmp(name, "device_type") == 0)
        return constant_at(out, text_of(term_word(&vocab_device_type, type)));
    if (field < 0 && p->fixed[type][column].len > 0)
        return constant_at(out, p->fixed[type][column]);
    if (field < 0 && strcmp(name, "chf_id") == 0)
        field = type == DEVICE_CHF ? -1 : p->typed[DEVICE_CHF][column_named(ops, "device_id")];
    else if (field < 0 && strcmp(name, "mpxn") == 0)
        field = gas ? p->gas_mpxn : type == DEVICE_ESME ? p->shared[column] : -1;
    else if (field < 0)
        field = p->shared[column];
    return (uint16_t)(field >= 0 ? (size_t)field : out->field_count);
}

/* What is there only where a Device is: its premises may have the others without one. */
static bool tells_of_device(const char *column)
{
    static const char *const columns[] = {"status", "commissioned_at", "smets", "gbcs_version", "model", "firmware"};

    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        if (strcmp(column, columns[i]) == 0)
            return true;
    return false;
}

/* `fields`: the names as they stand in out->names. */
static void make_part(struct heading *out, struct heading *part, const struct premises *p, const struct reader_ops *ops,
                      const struct text *fields, unsigned type)
{
    part->delimiter = out->delimiter;
    part->field_count = out->field_count;
    part->columns = ops->table->columns;
    part->column_count = ops->table->column_count;
    part->required[part->required_count++] = (uint16_t)column_named(ops, "device_id");
    _Static_assert(KIND_COLUMNS_MAX <= 32, "a bit for each column");
    for (size_t c = 0; c < ops->table->column_count; c++) {
        if (p->typed[type][c] >= 0 && tells_of_device(ops->table->columns[c].name))
            part->own |= UINT32_C(1) << c;
        part->position[c] = position_of(out, p, ops, type, c);
        part->name[c] =
            part->position[c] < out->field_count ? fields[part->position[c]] : text_of(ops->table->columns[c].name);
    }
    heading_note_nullable(part);
}

static int make_parts(struct heading *out, const struct premises *p, struct job *job, const struct splitter *s)
{
    const size_t device_id = column_named(job->ops, "device_id");
    struct text names[SPLIT_FIELDS_MAX];
    size_t bytes = 1;

    for (size_t f = 0; f < s->count; f++)
        bytes += s->fields[f].len;
    out->parts = calloc(TYPES, sizeof(*out->parts));
    if (out->parts == NULL || !buf_reserve(&out->names, bytes))
        return -1;
    for (size_t f = 0; f < s->count; f++) {
        names[f] = (struct text){(const char *)out->names.ptr + out->names.len, s->fields[f].len};
        buf_add_text(&out->names, s->fields[f]);
    }
    for (unsigned type = 1; type < TYPES; type++) {
        if (p->typed[type][device_id] < 0)
            continue;
        struct heading *const part = &out->parts[out->part_count++];
        make_part(out, part, p, job->ops, names, type);
        out->ends_in_text &= part->ends_in_text;
        if (heading_take_form(part, job) < 0)
            return -1;
    }
    return 0;
}

/* What the file was read with, as part of its identity. */
static void note_fixed(const struct premises *p, const struct reader_ops *ops, struct buf *settings)
{
    for (unsigned type = 1; type < TYPES; type++)
        for (size_t c = 0; c < ops->table->column_count; c++)
            if (p->fixed[type][c].len > 0)
                buf_printf(settings, "%s.%s=\"%.*s\"\n", term_word(&vocab_device_type, type),
                           ops->table->columns[c].name, (int)p->fixed[type][c].len, p->fixed[type][c].ptr);
}

int premises_read(struct heading *out, struct job *job, const struct splitter *s, struct buf *ignored)
{
    const struct reader_ops *const ops = job->ops;
    struct premises p;

    (void)classify(&p, ops, job, s);
    out->field_count = s->count;
    out->columns = ops->table->columns;
    out->column_count = ops->table->column_count;
    for (size_t c = 0; c < out->column_count; c++) {
        out->position[c] = (uint16_t)(p.shared[c] >= 0 ? (size_t)p.shared[c] : s->count);
        if (p.shared[c] >= 0 && tells_of_device(out->columns[c].name))
            out->own |= UINT32_C(1) << c;
    }
    out->ends_in_text = true;
    note_fixed(&p, ops, &job->settings);
    for (size_t f = 0; f < s->count; f++)
        if (!p.known[f] && s->fields[f].len > 0) {
            heading_note_ignored(ignored, s->fields[f]);
            if (is_lost_device(ops, job, s->fields[f]))
                snprintf(out->lost, sizeof(out->lost), "%.*s",
                         (int)(s->fields[f].len < sizeof(out->lost) ? s->fields[f].len : sizeof(out->lost) - 1),
                         s->fields[f].ptr);
        }
    return make_parts(out, &p, job, s);
}

static bool is_not_applicable(struct text t)
{
    unsigned status;

    return t.len == 0 || (term_parse(&vocab_smi_status, t, &status) && status == SMI_NONE);
}

/* The first of some columns that is filled; -1: none. */
static int filled(const struct heading *h, uint32_t columns, const struct text *fields)
{
    for (size_t c = 0; c < h->column_count; c++)
        if ((columns >> c & 1) != 0 && !is_not_applicable(fields[h->position[c]]))
            return (int)c;
    return -1;
}

/* A Device that has no identifier, but a column of its own. */
static int take_without_id(const struct job *job, const struct heading *part, struct worker *w, struct place at,
                           struct text record, int column, struct err *err)
{
    const struct text name = part->name[column];

    (void)fault_set(&w->fault, part->name[part->required[0]], "is blank, but '%.*s' tells of such a Device",
                    (int)(name.len < 64 ? name.len : 64), name.ptr);
    return table_reject(job, part, w, at, record, err);
}

int premises_take(const struct job *job, const struct heading *h, struct worker *w, struct place at, struct text record,
                  struct err *err)
{
    struct text *const fields = w->split.fields;
    bool any = false;

    for (size_t i = 0; i < h->constant_count; i++)
        fields[h->field_count + 1 + i] = h->constants[i];
    for (size_t i = 0; i < h->part_count; i++) {
        const struct heading *const part = &h->parts[i];
        table_blank_words(part, fields);
        const bool named = fields[part->position[part->required[0]]].len > 0;
        const int column = named ? -1 : filled(part, part->own, fields);
        if (!named && column < 0)
            continue;
        any = true;
        if (!named) {
            if (take_without_id(job, part, w, at, record, column, err) < 0)
                return -1;
            continue;
        }
        if (table_take_fields(job, part, w, fields, at, record, err) < 0)
            return -1;
    }
    if (any)
        return 0;
    const int column = filled(h, h->own, fields);
    if (column >= 0)
        return take_without_id(job, &h->parts[0], w, at, record, column, err);
    worker_pass_over(w);
    return 0;
}
