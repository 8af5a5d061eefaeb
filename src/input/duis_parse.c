/* DUIS documents: from XML to the elements that are looked at, in one pass of expat and without a tree. */
#include "input/duis.h"

#include "base/ascii.h"
#include "codec/base64.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS       256 /* of the table of names, mostly empty */
#define NO_NAME     DUIS_NAME_COUNT
#define DEPTH_PARTS 2 /* Header, Body, Signature */
#define FIELDS_MAX  65536

/* A field while the texts may still move. */
struct mark {
    enum duis_name name;
    size_t at, len; /* of its value in `texts` */
};

enum refusal { REFUSE_NOT, REFUSE_DOCTYPE, REFUSE_DEEP, REFUSE_ROOT, REFUSE_FIELDS };

struct duis_parser {
    XML_Parser expat;
    unsigned char slots[SLOTS]; /* number of a name + 1; 0: none */
    struct buf texts;
    struct mark *marks;
    struct duis_field *fields;
    size_t count, cap;
    struct buf payload;
    /* Of the document being read: */
    unsigned depth;
    unsigned skipping;        /* the depth of an element of which nothing is wanted; 0: none */
    enum duis_name capturing; /* NO_NAME: none */
    size_t captured;          /* number of the field */
    bool request;
    bool no_memory;
    enum refusal refusal;
    unsigned long refused_line;
    char root[64];             /* its name, where it is refused */
    size_t schema_version_len; /* at the start of `texts` */
};

static const char *const names[] = {
#define X(symbol, name) name,
    DUIS_NAMES(X)
#undef X
};
_Static_assert(ARRAY_LEN(names) < UINT8_MAX, "fits a slot");

const char *duis_name_text(enum duis_name name)
{
    return names[name];
}

static unsigned slot_of(const char *name, size_t len)
{
    const unsigned char first = (unsigned char)name[0], last = (unsigned char)name[len - 1];
    const unsigned char middle = (unsigned char)name[len / 2];

    return (unsigned)(len * 29 + first * 7U + middle * 3U + last * 11U) % SLOTS;
}

static void fill_slots(struct duis_parser *p)
{
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        unsigned slot = slot_of(names[i], strlen(names[i]));

        while (p->slots[slot] != 0)
            slot = (slot + 1) % SLOTS;
        p->slots[slot] = (unsigned char)(i + 1);
    }
}

static struct text local_name(const char *name)
{
    const char *const colon = strchr(name, ':');

    return text_of(colon != NULL ? colon + 1 : name);
}

static enum duis_name find_name(const struct duis_parser *p, struct text name)
{
    if (name.len == 0)
        return NO_NAME;
    for (unsigned slot = slot_of(name.ptr, name.len); p->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        const unsigned found = p->slots[slot] - 1U;

        if (strncmp(names[found], name.ptr, name.len) == 0 && names[found][name.len] == '\0')
            return (enum duis_name)found;
    }
    return NO_NAME;
}

/* What follows cannot make it a document that is wanted. */
static void refuse(struct duis_parser *p, enum refusal why)
{
    p->refusal = why;
    p->refused_line = XML_GetCurrentLineNumber(p->expat);
    XML_StopParser(p->expat, XML_FALSE);
}

static void XMLCALL on_text(void *ctx, const char *bytes, int len)
{
    struct duis_parser *p = ctx;

    buf_add(&p->texts, bytes, (size_t)len);
}

static void stop_capture(struct duis_parser *p)
{
    p->capturing = NO_NAME;
    XML_SetCharacterDataHandler(p->expat, NULL);
}

static bool grow_fields(struct duis_parser *p)
{
    const size_t cap = p->cap > 0 ? 2 * p->cap : 32;
    struct mark *marks = realloc(p->marks, cap * sizeof(*marks));

    if (marks != NULL)
        p->marks = marks;
    struct duis_field *fields = realloc(p->fields, cap * sizeof(*fields));
    if (fields != NULL)
        p->fields = fields;
    if (marks == NULL || fields == NULL) {
        p->no_memory = true;
        return false;
    }
    p->cap = cap;
    return true;
}

static void capture(struct duis_parser *p, enum duis_name name)
{
    if (p->count == FIELDS_MAX) {
        refuse(p, REFUSE_FIELDS);
        return;
    }
    if (p->count == p->cap && !grow_fields(p)) {
        XML_StopParser(p->expat, XML_FALSE);
        return;
    }
    p->marks[p->count] = (struct mark){.name = name, .at = p->texts.len};
    p->captured = p->count++;
    p->capturing = name;
    XML_SetCharacterDataHandler(p->expat, on_text);
}

/* The roots of DUIS, and of the adapter that stands before it at some Users. */
static bool take_root(struct duis_parser *p, struct text name, const char **attributes)
{
    static const struct text requests[] = {TEXT_LITERAL("Request"), TEXT_LITERAL("ServiceRequest")};
    static const struct text responses[] = {TEXT_LITERAL("Response"), TEXT_LITERAL("ServiceResponse")};
    bool known = false;

    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        p->request = p->request || text_equal(name, requests[i]);
        known = known || p->request || text_equal(name, responses[i]);
    }
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (p->schema_version_len == 0 && text_equal(local_name(attributes[i]), TEXT_LITERAL("schemaVersion"))) {
            buf_add_str(&p->texts, attributes[i + 1]);
            p->schema_version_len = p->texts.len;
        }
    return known;
}

static void XMLCALL on_start(void *ctx, const char *qualified, const char **attributes)
{
    struct duis_parser *p = ctx;

    if (++p->depth > DUIS_DEPTH_MAX) {
        refuse(p, REFUSE_DEEP);
        return;
    }
    if (p->skipping != 0)
        return;

    const struct text name = local_name(qualified);

    if (p->depth == 1) {
        if (!take_root(p, name, attributes)) {
            text_show(name, p->root, sizeof(p->root));
            refuse(p, REFUSE_ROOT);
        }
        return;
    }
    if (p->capturing != NO_NAME) { /* it holds others: what text it has means nothing */
        p->texts.len = p->marks[p->captured].at;
        stop_capture(p);
    }
    if (p->depth == DEPTH_PARTS && text_equal(name, TEXT_LITERAL("Signature"))) {
        p->skipping = p->depth;
        return;
    }
    const enum duis_name found = find_name(p, name);
    if (found != NO_NAME)
        capture(p, found);
}

static void XMLCALL on_end(void *ctx, const char *name)
{
    struct duis_parser *p = ctx;

    (void)name;
    if (p->skipping == p->depth)
        p->skipping = 0;
    p->depth--;
    if (p->capturing == NO_NAME)
        return;
    p->marks[p->captured].len = p->texts.len - p->marks[p->captured].at;
    stop_capture(p);
}

static void XMLCALL on_doctype(void *ctx, const char *name, const char *system_id, const char *public_id, int internal)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)internal;
    refuse(ctx, REFUSE_DOCTYPE);
}

int duis_parser_create(struct duis_parser **out, struct err *err)
{
    struct duis_parser *p = calloc(1, sizeof(*p));

    *out = NULL;
    if (p == NULL)
        return err_nomem(err);
    fill_slots(p);
    p->expat = XML_ParserCreate(NULL);
    if (p->expat == NULL) {
        free(p);
        return err_nomem(err);
    }
    *out = p;
    return 0;
}

void duis_parser_destroy(struct duis_parser *p)
{
    if (p == NULL)
        return;
    if (p->expat != NULL)
        XML_ParserFree(p->expat);
    buf_release(&p->texts);
    buf_release(&p->payload);
    free(p->marks);
    free(p->fields);
    free(p);
}

/* Makes everything as for a first document, but for the memory. */
static int begin(struct duis_parser *p, struct err *err)
{
    if (p->texts.failed)
        buf_release(&p->texts);
    if (p->payload.failed)
        buf_release(&p->payload);
    buf_clear(&p->texts);
    buf_clear(&p->payload);
    p->count = p->schema_version_len = 0;
    p->depth = p->skipping = 0;
    p->capturing = NO_NAME;
    p->request = p->no_memory = false;
    p->refusal = REFUSE_NOT;
    if (!buf_reserve(&p->texts, 1) || XML_ParserReset(p->expat, NULL) != XML_TRUE)
        return err_nomem(err);
    /* Any number that is not to be guessed will do: else expat asks the system for one, for each document. */
    XML_SetHashSalt(p->expat, (unsigned long)(uintptr_t)p >> 4 | 1);
    XML_SetParamEntityParsing(p->expat, XML_PARAM_ENTITY_PARSING_NEVER);
    XML_SetUserData(p->expat, p);
    XML_SetElementHandler(p->expat, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(p->expat, on_doctype);
    return 0;
}

static int fail_at(struct err *err, unsigned long line, const char *what)
{
    err_set(err, ERR_DATA, "%s (line %lu of the document)", what, line);
    err->line = line;
    return -1;
}

static int refuse_root(const struct duis_parser *p, struct err *err)
{
    char what[160];

    if (strcmp(p->root, "Envelope") == 0)
        return fail_at(err, p->refused_line,
                       "is a SOAP envelope without an element Request or Response of DUIS; where the document is in it "
                       "as text, take it out");
    snprintf(what, sizeof(what), "is no DUIS document: its root is '%s', neither Request nor Response", p->root);
    return fail_at(err, p->refused_line, what);
}

static int explain(const struct duis_parser *p, struct err *err)
{
    const enum XML_Error error = XML_GetErrorCode(p->expat);

    if (p->no_memory || p->texts.failed || error == XML_ERROR_NO_MEMORY)
        return err_nomem(err);
    switch (p->refusal) {
    case REFUSE_DOCTYPE:
        return fail_at(err, p->refused_line, "holds a DOCTYPE, which DUIS documents do not have");
    case REFUSE_DEEP:
        return fail_at(err, p->refused_line, "is nested more than 100 deep");
    case REFUSE_ROOT:
        return refuse_root(p, err);
    case REFUSE_FIELDS:
        return fail_at(err, p->refused_line, "has more elements than can be read");
    default:
        break;
    }
    err_set(err, ERR_DATA, "is no well-formed XML: %s (line %lu of the document)", XML_ErrorString(error),
            (unsigned long)XML_GetCurrentLineNumber(p->expat));
    err->line = (unsigned long)XML_GetCurrentLineNumber(p->expat);
    return -1;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text duis_trim(struct text t)
{
    while (t.len > 0 && is_space(t.ptr[0]))
        t = (struct text){t.ptr + 1, t.len - 1};
    while (t.len > 0 && is_space(t.ptr[t.len - 1]))
        t.len--;
    return t;
}

bool duis_begins(struct text bytes)
{
    if (bytes.len >= 3 && memcmp(bytes.ptr, "\xEF\xBB\xBF", 3) == 0)
        bytes = (struct text){bytes.ptr + 3, bytes.len - 3};
    bytes = duis_trim(bytes);
    return bytes.len > 0 && bytes.ptr[0] == '<';
}

static void settle_fields(struct duis_parser *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct mark *const m = &p->marks[i];

        p->fields[i] =
            (struct duis_field){m->name, duis_trim((struct text){(const char *)p->texts.ptr + m->at, m->len})};
    }
}

/* The adapter may keep the bytes as hexadecimal digits. Those of a GBCS message begin with its header; Base64 that
 * begins with the same letters does not stand for one. */
static bool decode_hex(struct text t, struct buf *out)
{
    if (t.len % 2 != 0 || t.len < 4 ||
        !(text_equal_nocase((struct text){t.ptr, 4}, TEXT_LITERAL("DF09")) ||
          text_equal_nocase((struct text){t.ptr, 4}, TEXT_LITERAL("DD00"))))
        return false;
    for (size_t i = 0; i < t.len; i += 2) {
        const int high = hex_value(t.ptr[i]), low = hex_value(t.ptr[i + 1]);

        if (high < 0 || low < 0) {
            buf_clear(out);
            return false;
        }
        buf_add_byte(out, (unsigned char)(high << 4 | low));
    }
    return true;
}

static int read_payload(struct duis_parser *p, struct err *err)
{
    static const enum duis_name carriers[] = {DUIS_GBCS_RAW_DATA, DUIS_GBCS_PAYLOAD, DUIS_DEVICE_GBCS_RESPONSE};
    const struct duis_document d = {.fields = p->fields, .field_count = p->count};
    struct err why = {0};

    for (size_t i = 0; i < ARRAY_LEN(carriers); i++) {
        const struct text coded = duis_value(&d, carriers[i]);

        if (coded.len == 0)
            continue;
        if (!decode_hex(coded, &p->payload) && base64_decode(coded, &p->payload, &why) < 0)
            return err_is_ours(&why) ? err_copy(err, &why)
                                     : err_set(err, ERR_DATA, "its %s %s", names[carriers[i]], why.msg);
        return p->payload.failed ? err_nomem(err) : 0;
    }
    return 0;
}

const char *duis_encoding(struct text xml)
{
    const char *const end = memmem(xml.ptr, xml.len < 256 ? xml.len : 256, "?>", 2);
    const struct text declaration = {xml.ptr, end != NULL ? (size_t)(end - xml.ptr) : 0};

    for (size_t i = 0; i + 6 <= declaration.len; i++)
        if (text_equal_nocase((struct text){xml.ptr + i, 6}, TEXT_LITERAL("UTF-16")))
            return "UTF-8";
    return NULL;
}

int duis_read(struct duis_parser *p, struct text xml, struct duis_document *out, struct err *err)
{
    *out = (struct duis_document){0};
    if (xml.len > DUIS_DOCUMENT_MAX)
        return err_set(err, ERR_DATA, "the document is longer than 16 MiB");
    if (begin(p, err) < 0)
        return -1;
    if (duis_encoding(xml) != NULL && XML_SetEncoding(p->expat, duis_encoding(xml)) != XML_STATUS_OK)
        return err_nomem(err);
    if (XML_Parse(p->expat, xml.ptr, (int)xml.len, 1) != XML_STATUS_OK)
        return explain(p, err);
    if (p->texts.failed)
        return err_nomem(err);
    settle_fields(p);
    if (read_payload(p, err) < 0)
        return -1;
    *out = (struct duis_document){.request = p->request,
                                  .schema_version = {(const char *)p->texts.ptr, p->schema_version_len},
                                  .fields = p->fields,
                                  .field_count = p->count,
                                  .payload = buf_text(&p->payload)};
    return 0;
}

struct text duis_value(const struct duis_document *d, enum duis_name name)
{
    for (size_t i = 0; i < d->field_count; i++)
        if (d->fields[i].name == name && d->fields[i].value.len > 0)
            return d->fields[i].value;
    return (struct text){0};
}

bool duis_holds(const struct duis_document *d, enum duis_name name)
{
    for (size_t i = 0; i < d->field_count; i++)
        if (d->fields[i].name == name)
            return true;
    return false;
}
