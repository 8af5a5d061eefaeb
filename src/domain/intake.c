/* Sorter entries of the classes that are no evidence, and the list of input files. */
#include "domain/intake.h"

#include <stdlib.h>
#include <string.h>

/* The source comes first, so that it is found without reading the rest. */
static void pack_source(struct buf *b, const struct source *s)
{
    packed_add_u64(b, s->file);
    packed_add_u64(b, s->line);
}

static void unpack_source(struct packed_reader *u, struct source *out)
{
    const uint64_t file = packed_take_u64(u);

    if (file > UINT32_MAX)
        u->failed = true;
    out->file = (uint32_t)file;
    out->line = packed_take_u64(u);
}

static struct packed_reader unpack_of(struct text t)
{
    const unsigned char *at = (const unsigned char *)t.ptr;

    return (struct packed_reader){.at = at, .end = t.len > 0 ? at + t.len : at};
}

static bool used_up(const struct packed_reader *u)
{
    return !u->failed && u->at == u->end;
}

void intake_pack_registration(struct buf *b, const struct registration_row *row)
{
    pack_source(b, &row->source);
    packed_add_i64(b, row->extracted_at);
    registration_pack(b, row);
}

void registration_pack(struct buf *b, const struct registration_row *row)
{
    packed_add_u64(b, row->mpxn);
    packed_add_i64(b, row->effective_from);
    packed_add_i64(b, row->effective_to);
    packed_add_be64(b, row->supplier);
    packed_add_be64(b, row->network_operator);
}

/* Takes the source and the extraction off the front of an entry: what is left is the row. */
static bool unpack_front(struct text packed, struct source *source, instant *extracted_at, struct text *row)
{
    struct packed_reader u = unpack_of(packed);

    unpack_source(&u, source);
    *extracted_at = packed_take_i64(&u);
    *row = (struct text){(const char *)u.at, (size_t)(u.end - u.at)};
    return !u.failed;
}

bool registration_unpack(struct text packed, struct registration_row *out)
{
    struct packed_reader u = unpack_of(packed);

    *out = (struct registration_row){.extracted_at = INSTANT_NONE};
    out->mpxn = packed_take_u64(&u);
    out->effective_from = packed_take_i64(&u);
    out->effective_to = packed_take_i64(&u);
    out->supplier = packed_take_be64(&u);
    out->network_operator = packed_take_be64(&u);
    return used_up(&u);
}

bool intake_unpack_registration(struct text packed, struct registration_row *out)
{
    struct source source;
    instant extracted_at;
    struct text row;

    if (!unpack_front(packed, &source, &extracted_at, &row) || !registration_unpack(row, out))
        return false;
    out->source = source;
    out->extracted_at = extracted_at;
    return true;
}

void intake_pack_organisation(struct buf *b, const struct organisation_row *row)
{
    pack_source(b, &row->source);
    packed_add_i64(b, row->extracted_at);
    organisation_pack(b, row);
}

void organisation_pack(struct buf *b, const struct organisation_row *row)
{
    packed_add_be64(b, row->entity);
    packed_add_be64(b, row->key_id);
    packed_add_u64(b, row->role);
    buf_add_byte(b, row->in_smki_repository);
    packed_add_text(b, row->party);
}

bool organisation_unpack(struct text packed, struct organisation_row *out)
{
    struct packed_reader u = unpack_of(packed);
    uint64_t role;
    unsigned char in_repository;

    *out = (struct organisation_row){.extracted_at = INSTANT_NONE};
    out->entity = packed_take_be64(&u);
    out->key_id = packed_take_be64(&u);
    role = packed_take_u64(&u);
    in_repository = packed_take_byte(&u);
    out->party = packed_take_text(&u);
    if (!used_up(&u) || role >= PARTY_ROLES || in_repository > 1)
        return false;
    out->role = (enum party_role)role;
    out->in_smki_repository = in_repository != 0;
    return true;
}

static void pack_request_id(struct buf *b, const struct request_id *id)
{
    packed_add_be64(b, id->originator);
    packed_add_be64(b, id->target);
    packed_add_be64(b, id->counter);
}

static void unpack_request_id(struct packed_reader *u, struct request_id *out)
{
    out->present = true;
    out->originator = packed_take_be64(u);
    out->target = packed_take_be64(u);
    out->counter = packed_take_be64(u);
}

void intake_pack_asked(struct buf *b, const struct asked_row *row)
{
    pack_source(b, &row->source);
    pack_request_id(b, &row->id);
    packed_add_be64(b, row->device);
}

bool intake_unpack_asked(struct text packed, struct asked_row *out)
{
    struct packed_reader u = unpack_of(packed);

    *out = (struct asked_row){0};
    unpack_source(&u, &out->source);
    unpack_request_id(&u, &out->id);
    out->device = packed_take_be64(&u);
    return used_up(&u);
}

void intake_pack_answer(struct buf *b, const struct answer_row *row)
{
    pack_source(b, &row->source);
    pack_request_id(b, &row->id);
    packed_add_text(b, row->spared);
    packed_add_text(b, row->record);
}

bool intake_unpack_answer(struct text packed, struct answer_row *out)
{
    struct packed_reader u = unpack_of(packed);

    *out = (struct answer_row){0};
    unpack_source(&u, &out->source);
    unpack_request_id(&u, &out->id);
    out->spared = packed_take_text(&u);
    out->record = packed_take_text(&u);
    return used_up(&u) && out->spared.len % 8 == 0;
}

bool intake_unpack_organisation(struct text packed, struct organisation_row *out)
{
    struct source source;
    instant extracted_at;
    struct text row;

    if (!unpack_front(packed, &source, &extracted_at, &row) || !organisation_unpack(row, out))
        return false;
    out->source = source;
    out->extracted_at = extracted_at;
    return true;
}

void intake_pack_listed(struct buf *b, enum listed list, const struct listed_row *row)
{
    pack_source(b, &row->source);
    for (unsigned i = 0; i < list_facts[list].column_count; i++)
        packed_add_text(b, row->values[i]);
}

bool intake_unpack_listed(struct text packed, enum listed list, struct listed_row *out)
{
    struct packed_reader u = unpack_of(packed);

    *out = (struct listed_row){0};
    unpack_source(&u, &out->source);
    for (unsigned i = 0; i < list_facts[list].column_count; i++)
        out->values[i] = packed_take_text(&u);
    return used_up(&u);
}

uint64_t intake_listed_key(enum listed list, const struct listed_row *row)
{
    uint64_t key = UINT64_C(0xCBF29CE484222325);

    for (unsigned i = 0; i < list_facts[list].column_count; i++) {
        for (size_t k = 0; k < row->values[i].len; k++)
            key = (key ^ (unsigned char)row->values[i].ptr[k]) * UINT64_C(0x100000001B3);
        key = (key ^ 0x1F) * UINT64_C(0x100000001B3);
    }
    return key;
}

void intake_pack_reject(struct buf *b, const struct reject *r)
{
    struct text bytes = r->bytes;

    if (bytes.len > REJECT_BYTES_MAX)
        bytes.len = REJECT_BYTES_MAX;
    pack_source(b, &r->source);
    packed_add_u64(b, r->offset);
    packed_add_text(b, r->column);
    packed_add_text(b, r->reason);
    packed_add_text(b, bytes);
}

bool intake_unpack_reject(struct text packed, struct reject *out)
{
    struct packed_reader u = unpack_of(packed);

    *out = (struct reject){0};
    unpack_source(&u, &out->source);
    out->offset = packed_take_u64(&u);
    out->column = packed_take_text(&u);
    out->reason = packed_take_text(&u);
    out->bytes = packed_take_text(&u);
    return used_up(&u);
}

#define LINE_BITS 40

uint64_t intake_reject_key(const struct source *s)
{
    const uint64_t last = (UINT64_C(1) << LINE_BITS) - 1;

    return (uint64_t)s->file << LINE_BITS | (s->line < last ? s->line : last);
}

bool intake_source(enum intake_class class, struct text packed, struct source *out)
{
    struct packed_reader u = unpack_of(packed);

    switch (class) {
    case INTAKE_DEVICE:
        return evidence_source(packed, out);
    case INTAKE_ORGANISATION:
    case INTAKE_REGISTRATION:
    case INTAKE_ASKED:
    case INTAKE_ANSWER:
    case INTAKE_WAIVER:
    case INTAKE_TICKET:
    case INTAKE_REJECT:
        unpack_source(&u, out);
        return !u.failed;
    }
    return false;
}

static const struct {
    const char *what, *mend;
} findings[] = {
#define FINDING(symbol, what, mend) {what, mend},
#include "domain/findings.def"
#undef FINDING
};

const char *file_finding_what(enum file_finding f)
{
    return findings[f].what;
}

const char *file_finding_mend(enum file_finding f)
{
    return findings[f].mend;
}

struct intake_file *intake_files_add(struct intake_files *list, const char *name)
{
    char *copy = strdup(name);

    if (copy != NULL && list->count == list->cap) {
        const size_t cap = list->cap > 0 ? list->cap * 2 : 16;
        struct intake_file *grown = realloc(list->ptr, cap * sizeof(*grown));

        if (grown != NULL) {
            list->ptr = grown;
            list->cap = cap;
        }
    }
    if (copy == NULL || list->count == list->cap) {
        free(copy);
        return NULL;
    }

    struct intake_file *file = &list->ptr[list->count++];

    *file = (struct intake_file){
        .name = copy, .kind = "", .first = INSTANT_NONE, .last = INSTANT_NONE, .extracted_at = INSTANT_NONE};
    return file;
}

unsigned intake_file_differs(const struct intake_file *a, const struct intake_file *b)
{
    return (strcmp(a->kind, b->kind) == 0 ? 0U : FILE_OTHER_KIND) |
           (a->extracted_at == b->extracted_at ? 0U : FILE_OTHER_EXTRACT) |
           (memcmp(a->read_with, b->read_with, DIGEST_SIZE) == 0 ? 0U : FILE_OTHER_READING);
}

bool intake_file_note_same(struct intake_file *file, struct text name, unsigned differs)
{
    if (file->same_as != NULL && file->differs <= differs)
        return true;
    char *const copy = strndup(name.len > 0 ? name.ptr : "", name.len);
    if (copy == NULL)
        return false;
    free(file->same_as);
    file->same_as = copy;
    file->differs = differs;
    return true;
}

void intake_files_release(struct intake_files *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->ptr[i].name);
        free(list->ptr[i].ignored_columns);
        free(list->ptr[i].dialect);
        free(list->ptr[i].same_as);
    }
    free(list->ptr);
    *list = (struct intake_files){0};
}
