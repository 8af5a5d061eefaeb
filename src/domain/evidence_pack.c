/* Packing records: each is written into room reserved for the longest it can be, then its frame is closed. */
#include "canonical_int.h"
#include "packed_int.h"

#include "domain/evidence.h"

#include <stdlib.h>

/* ---- The words that packed records spell with one byte ---- */

#define WORD(s)                                                                                                        \
    {                                                                                                                  \
        (s), sizeof(s) - 1                                                                                             \
    }

/* The commonest first, as they are looked up in this order. */
static const struct text code_words[] = {WORD("I0"),   WORD("I99"),  WORD("E20"),     WORD("E21"),   WORD("E30"),
                                         WORD("8F66"), WORD("8F67"), WORD("E4"),      WORD("E5"),    WORD("E1"),
                                         WORD("E2"),   WORD("E3"),   WORD("E11"),     WORD("E12"),   WORD("E13"),
                                         WORD("E17"),  WORD("E19"),  WORD("E65"),     WORD("IO"),    WORD("i0"),
                                         WORD("E50"),  WORD("E100"), WORD("E080801"), WORD("S1VE4"), WORD("S1VE64")};

static const struct text status_words[] = {
    WORD("Success"), WORD("Failure"), WORD("Successful"), WORD("Successfully Executed"),
    WORD("Failed"),  WORD("OK"),      WORD("0"),          WORD("00"),
    WORD("0x00"),    WORD("Fail"),    WORD("Error"),      WORD("Unsuccessful"),
    WORD("SUCCESS"), WORD("FAILURE"), WORD("FAILED"),     WORD("success"),
    WORD("failure"), WORD("failed"),  WORD("1"),          WORD("N/A")};

const struct dictionary dictionary_codes = {code_words, ARRAY_LEN(code_words)};
const struct dictionary dictionary_statuses = {status_words, ARRAY_LEN(status_words)};

_Static_assert(ARRAY_LEN(code_words) <= 64 && ARRAY_LEN(status_words) <= 64, "one byte for each word");

static const srv_code srv_words[] = {
#define SERVICE(a, b, c, name, ends, about) SRV(a, b, c),
#include "domain/services.def"
#undef SERVICE
};

_Static_assert(ARRAY_LEN(srv_words) < 127, "one byte for each");

/* A word of the dictionary, or else the text byte for byte. Takes at most ROOM_U64 + t.len. */
static unsigned char *put_word(unsigned char *p, const struct dictionary *d, struct text t)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->words[i].len == t.len && memcmp(d->words[i].ptr, t.ptr, t.len) == 0)
            return put_u64(p, i << 1);
    return put_bytes(put_u64(p, t.len << 1 | 1), t);
}

/* Its place in the list of the services, from 1; 0: it is none of them. */
static unsigned srv_number(srv_code srv)
{
    enum { BEFORE = __COUNTER__ };

    switch (srv) {
#define SERVICE(a, b, c, name, ends, about)                                                                            \
    case SRV(a, b, c):                                                                                                 \
        return __COUNTER__ - BEFORE;
#include "domain/services.def"
#undef SERVICE
    default:
        return 0;
    }
}

/* Takes at most ROOM_SRV. */
static unsigned char *put_srv(unsigned char *p, srv_code srv)
{
    const unsigned number = srv_number(srv);

    *p++ = (unsigned char)number;
    return number > 0 ? p : put_u64(p, srv);
}

srv_code get_srv(struct packed_reader *u)
{
    const unsigned char i = get_byte(u);

    if (i > ARRAY_LEN(srv_words))
        return (srv_code)get_fail(u);
    if (i > 0)
        return srv_words[i - 1];

    const uint64_t srv = get_u64(u);

    return srv <= UINT32_MAX ? (srv_code)srv : (srv_code)get_fail(u);
}

/* ---- Records ---- */

#define ROOM_FRAME   (4 * ROOM_U64) /* length of the record, kind, length of the identity, trailer */
#define ROOM_OUTCOME (3 + 4 * 8)
#define ROOM_CELL    (2 + 2 * 8)
#define ROOM_CERT    (2 + ROOM_TIME + 3 * 8 + ROOM_U64)

/* A record being written. The length before it is mostly one byte, so one byte is left free for it. */
struct frame {
    struct buf *buf;
    unsigned char *start;
    unsigned char *identity;
    unsigned char *at; /* NULL: no memory */
};

static struct frame frame_open(struct buf *b, enum record_kind kind, size_t room)
{
    struct frame f = {.buf = b};

    if (!buf_reserve(b, room + ROOM_FRAME))
        return f;
    f.start = b->ptr + b->len;
    f.start[1] = (unsigned char)kind;
    f.identity = f.start + 3;
    f.at = f.identity;
    return f;
}

static void frame_identity_done(struct frame *f)
{
    assert(f->at - f->identity <= UINT8_MAX);
    f->identity[-1] = (unsigned char)(f->at - f->identity);
}

static void frame_close(struct frame *f, bool conflict, const struct source *source)
{
    const unsigned char *trailer = f->at;
    unsigned char *p = f->at;

    *p++ = conflict ? RECORD_CONFLICT : 0;
    p = put_u64(p, source->file);
    p = put_u64(p, source->line);
    *p = (unsigned char)(p - trailer);
    p++;

    const size_t len = (size_t)(p - f->start) - 1;
    size_t head_len = 1;

    if (len < 0x80) {
        *f->start = (unsigned char)len;
    } else {
        unsigned char head[ROOM_U64];

        head_len = (size_t)(put_u64(head, len) - head);
        memmove(f->start + head_len, f->start + 1, len);
        memcpy(f->start, head, head_len);
    }
    f->buf->len += head_len + len;
}

static unsigned char *put_about(unsigned char *p, const struct request_row *row)
{
    return put_halves(p, row->credential_type, row->remote_party_role);
}

static unsigned char *put_request_identity(unsigned char *p, const struct request_row *row)
{
    if (row->id.present) {
        const bool other_target = row->id.target != row->device;

        *p++ = other_target ? MARK_REQUEST_ID | MARK_TARGET : MARK_REQUEST_ID;
        p = put_u64(p, row->id.counter);
        p = put_be64(p, row->id.originator);
        return other_target ? put_be64(p, row->id.target) : p;
    }

    const bool future_dated = row->execution_at != INSTANT_NONE;

    *p++ = future_dated ? MARK_EXECUTION : 0;
    p = put_srv(p, row->srv);
    p = put_be64(p, row->user_id);
    p = put_time(p, row->requested_at);
    p = put_about(p, row);
    return future_dated ? put_time(p, row->execution_at) : p;
}

static unsigned bit_if(bool holds, unsigned bit)
{
    return holds ? bit : 0;
}

static unsigned request_bits(const struct request_row *row)
{
    unsigned bits =
        bit_if(row->responded_at != INSTANT_NONE, REQUEST_RESPONDED) |
        bit_if(row->response_code.len > 0, REQUEST_CODE) | bit_if(row->execution_status.len > 0, REQUEST_STATUS) |
        bit_if(row->user_role != USER_NONE || row->command_variant != 0, REQUEST_SENDER) |
        bit_if(row->other_device != 0, REQUEST_OTHER_DEVICE) | bit_if(row->pre_command, REQUEST_PRE_COMMAND) |
        bit_if(row->sent_serial.len > 0, REQUEST_SERIAL) | bit_if(row->sent_key_id != 0, REQUEST_KEY_ID) |
        bit_if(row->outcome_count > 0, REQUEST_OUTCOMES) | bit_if(row->of_answer, REQUEST_OF_ANSWER);

    if (row->id.present)
        bits |= bit_if(row->credential_type != KEY_NONE || row->remote_party_role != ROLE_NONE, REQUEST_ABOUT) |
                bit_if(row->execution_at != INSTANT_NONE, REQUEST_EXECUTION) |
                bit_if(row->user_id != row->id.originator, REQUEST_USER_ID);
    return bits;
}

static unsigned char *put_outcome(unsigned char *p, const struct cell_outcome *o)
{
    const unsigned bits = bit_if(o->existing_subject != 0, OUTCOME_WAS) | bit_if(o->new_subject != 0, OUTCOME_NOW) |
                          bit_if(o->existing_key_id != 0, OUTCOME_WAS_KEY) |
                          bit_if(o->new_key_id != 0, OUTCOME_NOW_KEY);

    p = put_halves(p, o->role, o->key_usage);
    p = put_halves(p, o->cell_usage, bits);
    *p++ = o->status;
    if (bits & OUTCOME_WAS)
        p = put_be64(p, o->existing_subject);
    if (bits & OUTCOME_NOW)
        p = put_be64(p, o->new_subject);
    if (bits & OUTCOME_WAS_KEY)
        p = put_be64(p, o->existing_key_id);
    if (bits & OUTCOME_NOW_KEY)
        p = put_be64(p, o->new_key_id);
    return p;
}

/* What only few rows have. */
static unsigned char *put_request_rest(unsigned char *p, const struct request_row *row, unsigned bits)
{
    if (bits & REQUEST_EXECUTION)
        p = put_time(p, row->execution_at);
    if (bits & REQUEST_OTHER_DEVICE)
        p = put_be64(p, row->other_device);
    if (bits & REQUEST_USER_ID)
        p = put_be64(p, row->user_id);
    if (bits & REQUEST_SERIAL)
        p = put_text(p, row->sent_serial);
    if (bits & REQUEST_KEY_ID)
        p = put_be64(p, row->sent_key_id);
    if (bits & REQUEST_OUTCOMES) {
        *p++ = row->outcome_count;
        for (unsigned i = 0; i < row->outcome_count; i++)
            p = put_outcome(p, &row->outcomes[i]);
    }
    return p;
}

static unsigned char *put_request_payload(unsigned char *p, const struct request_row *row)
{
    const unsigned bits = request_bits(row);

    p = put_u64(p, bits);
    if (row->id.present) {
        p = put_srv(p, row->srv);
        p = put_time(p, row->requested_at);
    }
    if (bits & REQUEST_RESPONDED) /* wraps, and back again: the two may lie as far apart as can be */
        p = put_time(p, (int64_t)((uint64_t)row->responded_at - (uint64_t)row->requested_at));
    if (bits & REQUEST_CODE)
        p = put_word(p, &dictionary_codes, row->response_code);
    if (bits & REQUEST_STATUS)
        p = put_word(p, &dictionary_statuses, row->execution_status);
    if (bits & REQUEST_ABOUT)
        p = put_about(p, row);
    if (bits & REQUEST_SENDER)
        p = put_halves(p, row->user_role, row->command_variant);
    return bits >= REQUEST_EXECUTION ? put_request_rest(p, row, bits) : p;
}

void evidence_pack_request(struct buf *b, const struct request_row *row)
{
    const size_t texts = row->response_code.len + row->execution_status.len + row->sent_serial.len + 3 * ROOM_U64;
    const size_t numbers = 3 * ROOM_TIME + ROOM_SRV + 2 * ROOM_U64 + 5 * 8 + 8;
    struct frame f = frame_open(b, RECORD_REQUEST, texts + numbers + row->outcome_count * (size_t)ROOM_OUTCOME);

    assert(row->outcome_count <= CELL_OUTCOMES_MAX && row->command_variant <= COMMAND_VARIANT_MAX);
    if (f.at == NULL)
        return;
    f.at = put_request_identity(f.at, row);
    frame_identity_done(&f);
    f.at = put_request_payload(f.at, row);
    frame_close(&f, false, &row->source);
}

static unsigned char *put_inventory_payload(unsigned char *p, const struct inventory_row *row)
{
    const unsigned bits =
        bit_if(row->commissioned_at != INSTANT_NONE, INVENTORY_COMMISSIONED) | bit_if(row->chf != 0, INVENTORY_CHF) |
        bit_if(row->mpxn != 0, INVENTORY_MPXN) | bit_if(row->manufacturer.len > 0, INVENTORY_MANUFACTURER) |
        bit_if(row->model.len > 0, INVENTORY_MODEL) | bit_if(row->firmware.len > 0, INVENTORY_FIRMWARE) |
        bit_if(row->region != CSP_NONE || row->cohort != COHORT_NONE, INVENTORY_REGION) |
        bit_if(row->commissioned_at != INSTANT_NONE && row->commissioned_on, INVENTORY_COMMISSIONED_ON);

    *p++ = (unsigned char)bits;
    p = put_halves(p, row->type, row->status);
    *p++ = (unsigned char)row->smets;
    if (bits & INVENTORY_COMMISSIONED)
        p = put_time(p, row->commissioned_at);
    if (bits & INVENTORY_CHF)
        p = put_be64(p, row->chf);
    if (bits & INVENTORY_MPXN)
        p = put_u64(p, row->mpxn);
    if (bits & INVENTORY_MANUFACTURER)
        p = put_text(p, row->manufacturer);
    if (bits & INVENTORY_MODEL)
        p = put_text(p, row->model);
    if (bits & INVENTORY_FIRMWARE)
        p = put_text(p, row->firmware);
    if (bits & INVENTORY_REGION)
        p = put_halves(p, row->region, row->cohort);
    return p;
}

void evidence_pack_inventory(struct buf *b, const struct inventory_row *row)
{
    const size_t texts = row->manufacturer.len + row->model.len + row->firmware.len + 3 * ROOM_U64;
    const size_t numbers = ROOM_TIME + 2 * 8 + ROOM_U64 + 4;
    struct frame f = frame_open(b, RECORD_INVENTORY, texts + numbers + ROOM_U64 + ROOM_EXTRACT);

    if (f.at == NULL)
        return;
    frame_identity_done(&f);

    /* Where it begins is known only with its length: it is written behind the room for the longest. */
    unsigned char *const row_at = f.at + ROOM_U64;
    const size_t len = (size_t)(put_inventory_payload(row_at, row) - row_at);

    f.at = put_u64(f.at, len);
    memmove(f.at, row_at, len);
    f.at += len;
    f.at = extracts_put_one(f.at, row->extracted_at);
    frame_close(&f, false, &row->source);
}

void evidence_pack_said(struct buf *b, struct text row, struct text extracts, const struct source *source)
{
    struct frame f = frame_open(b, RECORD_INVENTORY, row.len + extracts.len);

    if (f.at == NULL)
        return;
    frame_identity_done(&f);
    f.at = put_bytes(put_bytes(f.at, row), extracts);
    frame_close(&f, false, source);
}

void evidence_pack_check(struct buf *b, const struct check_row *row)
{
    struct frame f = frame_open(b, RECORD_CHECK, 8 + 2);

    if (f.at == NULL)
        return;
    f.at = put_sorted_time(f.at, row->checked_at);
    *f.at++ = (unsigned char)row->kind;
    frame_identity_done(&f);
    *f.at++ = (unsigned char)row->result;
    frame_close(&f, row->conflict, &row->source);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_cells(const void *left, const void *right)
{
    const struct cell *a = *(const struct cell *const *)left;
    const struct cell *b = *(const struct cell *const *)right;
    int order = compare_numbers(a->role, b->role);

    if (order == 0)
        order = compare_numbers(a->key_usage, b->key_usage);
    if (order == 0)
        order = compare_numbers(a->cell_usage, b->cell_usage);
    if (order == 0)
        order = compare_numbers(a->subject, b->subject);
    if (order == 0)
        order = compare_numbers(a->key_id, b->key_id);
    return order != 0 ? order : compare_numbers(a->ok, b->ok);
}

static int compare_certs(const void *left, const void *right)
{
    const struct device_cert *a = *(const struct device_cert *const *)left;
    const struct device_cert *b = *(const struct device_cert *const *)right;
    int order = compare_numbers(a->key_usage, b->key_usage);

    if (order == 0)
        order = (a->not_before > b->not_before) - (a->not_before < b->not_before);
    if (order == 0)
        order = compare_numbers(a->subject, b->subject);
    if (order == 0)
        order = compare_numbers(a->key_id, b->key_id);
    if (order == 0)
        order = compare_numbers(a->issuer_key_id, b->issuer_key_id);
    return order != 0 ? order : text_compare(a->serial, b->serial);
}

static unsigned char *put_cell(unsigned char *p, const struct cell *c, const struct cell *before)
{
    const bool same_subject = before != NULL && c->subject == before->subject;
    const unsigned bits = bit_if(c->ok, CELL_OK) | bit_if(c->key_id != 0, CELL_KEY_ID) |
                          bit_if(c->subject != 0, same_subject ? CELL_SAME_SUBJECT : CELL_SUBJECT);

    p = put_halves(p, c->role, c->key_usage);
    p = put_halves(p, c->cell_usage, bits);
    if (bits & CELL_SUBJECT)
        p = put_be64(p, c->subject);
    return bits & CELL_KEY_ID ? put_be64(p, c->key_id) : p;
}

static unsigned char *put_cert(unsigned char *p, const struct device_cert *c, const struct device_cert *before)
{
    const bool same_subject = before != NULL && c->subject == before->subject;
    const bool same_issuer = before != NULL && c->issuer_key_id == before->issuer_key_id;
    const unsigned bits = bit_if(c->not_before != INSTANT_NONE, CERT_NOT_BEFORE) |
                          bit_if(c->subject != 0, same_subject ? CERT_SAME_SUBJECT : CERT_SUBJECT) |
                          bit_if(c->key_id != 0, CERT_KEY_ID) |
                          bit_if(c->issuer_key_id != 0, same_issuer ? CERT_SAME_ISSUER : CERT_ISSUER) |
                          bit_if(c->serial.len > 0, CERT_SERIAL);

    *p++ = (unsigned char)c->key_usage;
    *p++ = (unsigned char)bits;
    if (bits & CERT_NOT_BEFORE)
        p = put_time(p, c->not_before);
    if (bits & CERT_SUBJECT)
        p = put_be64(p, c->subject);
    if (bits & CERT_KEY_ID)
        p = put_be64(p, c->key_id);
    if (bits & CERT_ISSUER)
        p = put_be64(p, c->issuer_key_id);
    return bits & CERT_SERIAL ? put_text(p, c->serial) : p;
}

/* Puts the distinct of sorted items first; returns how many they are. */
static size_t without_repeats(const void **refs, size_t count, int (*compare)(const void *, const void *))
{
    size_t distinct = 0;

    for (size_t i = 0; i < count; i++)
        if (distinct == 0 || compare(&refs[distinct - 1], &refs[i]) != 0)
            refs[distinct++] = refs[i];
    return distinct;
}

/* `refs` has room for a pointer to each cell and each certificate. */
static unsigned char *put_contents(unsigned char *p, const struct snapshot *snap, const void **refs)
{
    const void **certs = refs + snap->cell_count;

    for (size_t i = 0; i < snap->cell_count; i++)
        refs[i] = &snap->cells[i];
    for (size_t i = 0; i < snap->cert_count; i++)
        certs[i] = &snap->certs[i];
    sort_refs(refs, snap->cell_count, compare_cells);
    sort_refs(certs, snap->cert_count, compare_certs);

    const size_t cell_count = without_repeats(refs, snap->cell_count, compare_cells);
    const size_t cert_count = without_repeats(certs, snap->cert_count, compare_certs);

    *p++ = snap->answered;
    p = put_u64(p, cell_count);
    for (size_t i = 0; i < cell_count; i++)
        p = put_cell(p, refs[i], i > 0 ? refs[i - 1] : NULL);
    p = put_u64(p, cert_count);
    for (size_t i = 0; i < cert_count; i++)
        p = put_cert(p, certs[i], i > 0 ? certs[i - 1] : NULL);
    return p;
}

#define REFS_AT_HAND 64 /* cells and certificates; no real Device has as many, so memory is hardly ever asked for */

void evidence_pack_snapshot(struct buf *b, const struct snapshot *snap)
{
    const void *at_hand[REFS_AT_HAND];
    const size_t count = snap->cell_count + snap->cert_count;
    const void **refs = count <= REFS_AT_HAND ? at_hand : malloc(count * sizeof(*refs));
    size_t room = 8 + SNAPSHOT_SOURCE_MAX + 1 + 2 * ROOM_U64 + snap->cell_count * ROOM_CELL;

    assert(snap->source_name.len <= SNAPSHOT_SOURCE_MAX);
    if (refs == NULL) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < snap->cert_count; i++)
        room += ROOM_CERT + snap->certs[i].serial.len;

    struct frame f = frame_open(b, RECORD_SNAPSHOT, room);

    if (f.at != NULL) {
        f.at = put_sorted_time(f.at, snap->taken_at);
        f.at = put_bytes(f.at, snap->source_name);
        frame_identity_done(&f);
        f.at = put_contents(f.at, snap, refs);
        frame_close(&f, snap->conflict, &snap->source);
    }
    if (refs != at_hand)
        free(refs);
}
