/* Unpacking the evidence of a Device. The bytes come from a file that anything may have happened to, so nothing in them
 * is believed: lengths are held against what is there, numbers against their vocabularies. */
#include "domain/evidence.h"

#include "base/array.h"
#include "domain/eui64.h"
#include "packed_int.h"
#include "settle_int.h"

#include <stdlib.h>

static struct packed_reader unpack_of(struct text t)
{
    const unsigned char *at = (const unsigned char *)t.ptr;

    return (struct packed_reader){.at = at, .end = t.len > 0 ? at + t.len : at};
}

static bool used_up(const struct packed_reader *u)
{
    return !u->failed && u->at == u->end;
}

static bool read_trailer(struct text trailer, struct packed_record *out)
{
    struct packed_reader u = unpack_of(trailer);
    uint64_t file;

    out->flags = get_byte(&u);
    file = get_u64(&u);
    out->source.file = (uint32_t)file;
    out->source.line = get_u64(&u);
    return used_up(&u) && file <= UINT32_MAX && (out->flags & ~RECORD_CONFLICT) == 0;
}

bool evidence_source(struct text packed, struct source *out)
{
    const size_t len = packed.len > 0 ? (unsigned char)packed.ptr[packed.len - 1] : 0;
    struct packed_record rec;

    if (packed.len < len + 1 || !read_trailer((struct text){packed.ptr + packed.len - 1 - len, len}, &rec))
        return false;
    *out = rec.source;
    return true;
}

/* body: all of the record but its leading length. */
static bool read_frame(struct text body, struct packed_record *out)
{
    const unsigned char *bytes = (const unsigned char *)body.ptr;
    const size_t trailer_len = body.len > 0 ? bytes[body.len - 1] : 0;

    if (body.len < 2 + trailer_len + 1)
        return false;
    out->canon = (struct text){body.ptr, body.len - trailer_len - 1};
    if (bytes[0] < RECORD_INVENTORY || bytes[0] > RECORD_CHECK)
        return false;
    out->kind = (enum record_kind)bytes[0];
    if (out->kind == RECORD_INVENTORY && bytes[1] != 0) /* its records have no identity, and are merged as such */
        return false;
    out->identity = (struct text){body.ptr, 2 + (size_t)bytes[1]};
    return out->identity.len <= out->canon.len &&
           read_trailer((struct text){body.ptr + out->canon.len, trailer_len}, out);
}

bool evidence_next(struct packed_reader *u, struct packed_record *out)
{
    const unsigned char *start = u->at;

    if (u->failed || u->at == u->end)
        return false;

    const struct text body = get_text(u);

    if (u->failed || !read_frame(body, out)) {
        get_fail(u);
        return false;
    }
    out->whole = (struct text){(const char *)start, (size_t)(u->at - start)};
    return true;
}

/* Points `to` at a new last item of an array of struct device_records; returns -1 from the function without memory. */
#define APPEND(to, out, array, count, cap)                                                                             \
    do {                                                                                                               \
        if (!array_reserve(&(out)->array, &(out)->cap, (out)->count + 1, sizeof(*(out)->array)))                       \
            return -1;                                                                                                 \
        (to) = &(out)->array[(out)->count++];                                                                          \
    } while (0)

static void get_about(struct packed_reader *u, struct request_row *row)
{
    const unsigned char byte = get_byte(u);

    row->credential_type = (enum key_usage)get_term(u, byte >> 4, KEY_USAGES);
    row->remote_party_role = (enum party_role)get_term(u, byte & 15, PARTY_ROLES);
}

static void get_request_identity(struct packed_reader *u, struct request_row *row)
{
    const unsigned marker = get_byte(u);

    if ((marker & MARK_REQUEST_ID) != 0) {
        row->id.present = true;
        row->id.counter = get_u64(u);
        row->id.originator = get_be64(u);
        row->id.target = (marker & MARK_TARGET) != 0 ? get_be64(u) : row->device;
        if ((marker & ~(unsigned)(MARK_REQUEST_ID | MARK_TARGET)) != 0)
            get_fail(u);
        return;
    }
    row->srv = get_srv(u);
    row->user_id = get_be64(u);
    row->requested_at = get_instant(u);
    get_about(u, row);
    if (marker == MARK_EXECUTION)
        row->execution_at = get_instant(u);
    else if (marker != 0)
        get_fail(u);
}

static void get_outcome(struct packed_reader *u, struct cell_outcome *o)
{
    const unsigned char what = get_byte(u);
    const unsigned char which = get_byte(u);

    o->role = get_term(u, what >> 4, PARTY_ROLES);
    o->key_usage = get_term(u, what & 15, KEY_USAGES);
    o->cell_usage = get_term(u, which >> 4, CELL_USAGES);
    o->status = get_byte(u);
    o->existing_subject = which & OUTCOME_WAS ? get_be64(u) : 0;
    o->new_subject = which & OUTCOME_NOW ? get_be64(u) : 0;
    o->existing_key_id = which & OUTCOME_WAS_KEY ? get_be64(u) : 0;
    o->new_key_id = which & OUTCOME_NOW_KEY ? get_be64(u) : 0;
}

static void get_request_rest(struct packed_reader *u, struct request_row *row, uint64_t bits)
{
    if (bits & REQUEST_EXECUTION)
        row->execution_at = get_instant(u);
    if (bits & REQUEST_OTHER_DEVICE)
        row->other_device = get_be64(u);
    if (bits & REQUEST_USER_ID)
        row->user_id = get_be64(u);
    row->pre_command = (bits & REQUEST_PRE_COMMAND) != 0;
    row->of_answer = (bits & REQUEST_OF_ANSWER) != 0;
    if (bits & REQUEST_SERIAL)
        row->sent_serial = get_text(u);
    if (bits & REQUEST_KEY_ID)
        row->sent_key_id = get_be64(u);
    if (bits & REQUEST_OUTCOMES)
        row->outcome_count = (uint8_t)get_term(u, get_byte(u), CELL_OUTCOMES_MAX + 1);
}

/* All but the outcomes, which end it. */
static void get_request_payload(struct packed_reader *u, struct request_row *row)
{
    const uint64_t bits = get_u64(u);
    const uint64_t only_with_id = REQUEST_ABOUT | REQUEST_EXECUTION | REQUEST_USER_ID;

    if (bits >= REQUEST_BITS_END || (!row->id.present && (bits & only_with_id) != 0))
        get_fail(u);
    if (row->id.present) {
        row->srv = get_srv(u);
        row->user_id = row->id.originator;
        row->requested_at = get_instant(u);
    }
    if (bits & REQUEST_RESPONDED)
        row->responded_at = checked_instant(u, (instant)((uint64_t)row->requested_at + (uint64_t)get_time(u)));
    if (bits & REQUEST_CODE)
        row->response_code = get_word(u, &dictionary_codes);
    if (bits & REQUEST_STATUS)
        row->execution_status = get_word(u, &dictionary_statuses);
    if (bits & REQUEST_ABOUT)
        get_about(u, row);
    if (bits & REQUEST_SENDER) {
        const unsigned char byte = get_byte(u);

        row->user_role = (enum user_role)get_term(u, byte >> 4, USER_ROLES);
        row->command_variant = (uint8_t)get_term(u, byte & 15, COMMAND_VARIANT_MAX + 1);
    }
    if (bits >= REQUEST_EXECUTION)
        get_request_rest(u, row, bits);
}

static void skip_u64(struct packed_reader *u)
{
    while (u->at < u->end && *u->at >= 0x80)
        u->at++;
    (void)get_byte(u);
}

/* The sender that lies behind things of any length. */
static uint64_t sender_behind(struct text payload_bytes, bool *failed)
{
    struct packed_reader payload = unpack_of(payload_bytes);
    struct request_row row = {.id.present = true};

    get_request_payload(&payload, &row);
    *failed |= payload.failed;
    return row.user_id;
}

bool evidence_request_made(const struct packed_record *rec, instant *requested_at, uint64_t *user_id, bool *elsewhere)
{
    const struct text rest = {rec->canon.ptr + rec->identity.len, rec->canon.len - rec->identity.len};
    struct packed_reader id = unpack_of((struct text){rec->identity.ptr + 2, rec->identity.len - 2});
    struct packed_reader payload = unpack_of(rest);
    const unsigned marker = get_byte(&id);
    bool failed = false;

    *elsewhere = (marker & MARK_TARGET) != 0;
    if ((marker & MARK_REQUEST_ID) == 0) {
        (void)get_srv(&id);
        *user_id = get_be64(&id);
        *requested_at = get_instant(&id);
        return !id.failed;
    }
    skip_u64(&id); /* the counter */
    *user_id = get_be64(&id);
    const uint64_t bits = get_u64(&payload);
    (void)get_srv(&payload);
    *requested_at = get_instant(&payload);
    if ((bits & REQUEST_USER_ID) != 0)
        *user_id = sender_behind(rest, &failed);
    return !id.failed && !payload.failed && !failed;
}

bool evidence_request_id(struct text identity, uint64_t device, struct request_id *out)
{
    struct packed_reader id = unpack_of((struct text){identity.ptr + 2, identity.len - 2});
    struct request_row row = {.device = device, .requested_at = INSTANT_NONE, .execution_at = INSTANT_NONE};

    get_request_identity(&id, &row);
    *out = row.id;
    return !id.failed;
}

static int add_request(struct device_records *out, const struct packed_record *rec, struct packed_reader *id,
                       struct packed_reader *payload)
{
    struct request_row *row;

    APPEND(row, out, requests, request_count, request_cap);
    *row = (struct request_row){
        .device = out->device,
        .requested_at = INSTANT_NONE,
        .execution_at = INSTANT_NONE,
        .responded_at = INSTANT_NONE,
        .source = rec->source,
    };
    get_request_identity(id, row);
    get_request_payload(payload, row);
    for (unsigned i = 0; i < row->outcome_count && !payload->failed; i++) {
        struct cell_outcome *o;

        APPEND(o, out, outcomes, outcome_count, outcome_cap);
        get_outcome(payload, o);
    }
    return 0;
}

static void get_inventory(struct packed_reader *u, struct inventory_row *row)
{
    const unsigned char bits = get_byte(u);
    const unsigned char type_status = get_byte(u);

    row->type = get_term(u, type_status >> 4, DEVICE_TYPES);
    row->status = get_term(u, type_status & 15, SMI_STATUSES);
    row->smets = get_term(u, get_byte(u), SMETS_VERSIONS);
    if (bits & INVENTORY_COMMISSIONED)
        row->commissioned_at = get_instant(u);
    row->commissioned_on = (bits & INVENTORY_COMMISSIONED_ON) != 0;
    if (row->commissioned_on && row->commissioned_at == INSTANT_NONE)
        get_fail(u);
    if (bits & INVENTORY_CHF)
        row->chf = get_be64(u);
    if (bits & INVENTORY_MPXN)
        row->mpxn = get_u64(u);
    if (bits & INVENTORY_MANUFACTURER)
        row->manufacturer = get_text(u);
    if (bits & INVENTORY_MODEL)
        row->model = get_text(u);
    if (bits & INVENTORY_FIRMWARE)
        row->firmware = get_text(u);
    if (bits & INVENTORY_REGION) {
        const unsigned char byte = get_byte(u);

        row->region = get_term(u, byte >> 4, CSP_REGIONS);
        row->cohort = get_term(u, byte & 15, S1_COHORTS);
    }
}

static int add_inventory(struct device_records *out, const struct packed_record *rec, struct packed_reader *id,
                         struct packed_reader *payload)
{
    struct inventory_says *says;
    struct packed_reader row;

    (void)id;
    APPEND(says, out, says, says_count, says_cap);
    *says = (struct inventory_says){.packed = get_text(payload)};
    says->row.device = out->device;
    says->row.commissioned_at = INSTANT_NONE;
    says->row.source = rec->source;
    row = unpack_of(says->packed);
    get_inventory(&row, &says->row);
    says->extracts = get_bytes(payload, (uint64_t)(payload->end - payload->at));
    if (!used_up(&row))
        get_fail(payload);
    return 0;
}

static int add_check(struct device_records *out, const struct packed_record *rec, struct packed_reader *id,
                     struct packed_reader *payload)
{
    struct check_row *row;

    APPEND(row, out, checks, check_count, check_cap);
    *row = (struct check_row){.device = out->device, .source = rec->source};
    row->conflict = (rec->flags & RECORD_CONFLICT) != 0;
    row->checked_at = checked_instant(id, get_sorted_time(id));
    row->kind = get_term(id, get_byte(id), CHECK_KINDS);
    row->result = get_term(payload, get_byte(payload), CHECK_RESULTS);
    return 0;
}

static int add_cell(struct device_records *out, struct packed_reader *u, uint64_t *subject_before)
{
    struct cell *c;
    const unsigned char what = get_byte(u);
    const unsigned char which = get_byte(u);

    APPEND(c, out, cells, cell_count, cell_cap);
    c->role = get_term(u, what >> 4, PARTY_ROLES);
    c->key_usage = get_term(u, what & 15, KEY_USAGES);
    c->cell_usage = get_term(u, which >> 4, CELL_USAGES);
    c->ok = (which & CELL_OK) != 0;
    c->subject = which & CELL_SAME_SUBJECT ? *subject_before : 0;
    if (which & CELL_SUBJECT)
        c->subject = get_be64(u);
    c->key_id = which & CELL_KEY_ID ? get_be64(u) : 0;
    *subject_before = c->subject;
    return 0;
}

static int add_cert(struct device_records *out, struct packed_reader *u, struct device_cert *before)
{
    struct device_cert *c;
    const unsigned char usage = get_byte(u);
    const unsigned char bits = get_byte(u);

    APPEND(c, out, certs, cert_count, cert_cap);
    c->key_usage = get_term(u, usage, KEY_USAGES);
    if (bits >= CERT_BITS_END)
        get_fail(u);
    c->not_before = bits & CERT_NOT_BEFORE ? get_time(u) : INSTANT_NONE;
    c->subject = bits & CERT_SAME_SUBJECT ? before->subject : 0;
    if (bits & CERT_SUBJECT)
        c->subject = get_be64(u);
    c->key_id = bits & CERT_KEY_ID ? get_be64(u) : 0;
    c->issuer_key_id = bits & CERT_SAME_ISSUER ? before->issuer_key_id : 0;
    if (bits & CERT_ISSUER)
        c->issuer_key_id = get_be64(u);
    c->serial = bits & CERT_SERIAL ? get_text(u) : (struct text){NULL, 0};
    *before = *c;
    return 0;
}

static int add_snapshot(struct device_records *out, const struct packed_record *rec, struct packed_reader *id,
                        struct packed_reader *payload)
{
    struct snapshot *snap;
    uint64_t subject_before = 0;
    struct device_cert cert_before = {0};

    APPEND(snap, out, snapshots, snapshot_count, snapshot_cap);
    *snap = (struct snapshot){.device = out->device, .source = rec->source};
    snap->conflict = (rec->flags & RECORD_CONFLICT) != 0;
    snap->taken_at = checked_instant(id, get_sorted_time(id));
    snap->source_name = get_bytes(id, (uint64_t)(id->end - id->at));
    snap->answered = get_term(payload, get_byte(payload), 2) != 0;
    snap->cell_count = get_u64(payload);
    for (size_t i = 0; i < snap->cell_count && !payload->failed; i++) /* a false count soon runs out of bytes */
        if (add_cell(out, payload, &subject_before) < 0)
            return -1;
    snap->cert_count = get_u64(payload);
    for (size_t i = 0; i < snap->cert_count && !payload->failed; i++)
        if (add_cert(out, payload, &cert_before) < 0)
            return -1;
    return 0;
}

/* R4.0: whether a look has two values for one part; they lie side by side. */
static bool tells_two_values(const struct snapshot *snap)
{
    for (size_t i = 1; i < snap->cell_count; i++) {
        const struct cell *a = &snap->cells[i - 1], *b = &snap->cells[i];

        if (a->role == b->role && a->key_usage == b->key_usage && a->cell_usage == b->cell_usage)
            return true;
    }
    for (size_t i = 1; i < snap->cert_count; i++)
        if (snap->certs[i - 1].key_usage == snap->certs[i].key_usage)
            return true;
    return false;
}

/* The arrays of cells and certificates have stopped moving: tells each snapshot which are its own. */
static void settle_snapshots(struct device_records *out)
{
    size_t cells = 0;
    size_t certs = 0;

    for (size_t i = 0; i < out->snapshot_count; i++) {
        struct snapshot *snap = &out->snapshots[i];

        snap->cells = snap->cell_count > 0 ? out->cells + cells : NULL;
        snap->certs = snap->cert_count > 0 ? out->certs + certs : NULL;
        cells += snap->cell_count;
        certs += snap->cert_count;
        snap->conflict |= tells_two_values(snap);
    }
}

/* Likewise each request its outcomes. */
static void settle_outcomes(struct device_records *out)
{
    size_t at = 0;

    for (size_t i = 0; i < out->request_count && at < out->outcome_count; i++) {
        struct request_row *const row = &out->requests[i];

        row->outcomes = row->outcome_count > 0 ? out->outcomes + at : NULL;
        at += row->outcome_count;
    }
}

static int compare_snapshots(const void *left, const void *right)
{
    const struct snapshot *a = left;
    const struct snapshot *b = right;

    if (a->taken_at != b->taken_at)
        return a->taken_at < b->taken_at ? -1 : 1;
    return text_compare(a->source_name, b->source_name);
}

/* As packed, snapshots of sources with longer names come later, whatever their time. */
static void sort_snapshots(struct device_records *out)
{
    for (size_t i = 1; i < out->snapshot_count; i++)
        if (compare_snapshots(&out->snapshots[i - 1], &out->snapshots[i]) > 0) {
            qsort(out->snapshots, out->snapshot_count, sizeof(*out->snapshots), compare_snapshots);
            return;
        }
}

static int add_record(struct device_records *out, const struct packed_record *rec, bool *sound)
{
    static int (*const add[])(struct device_records *, const struct packed_record *, struct packed_reader *,
                              struct packed_reader *) = {[RECORD_INVENTORY] = add_inventory,
                                                         [RECORD_REQUEST] = add_request,
                                                         [RECORD_SNAPSHOT] = add_snapshot,
                                                         [RECORD_CHECK] = add_check};
    const size_t identity_len = rec->identity.len;
    struct packed_reader id = unpack_of((struct text){rec->identity.ptr + 2, identity_len - 2});
    struct packed_reader payload =
        unpack_of((struct text){rec->canon.ptr + identity_len, rec->canon.len - identity_len});

    if (add[rec->kind](out, rec, &id, &payload) < 0)
        return -1;
    *sound = used_up(&id) && used_up(&payload);
    return 0;
}

static void clear_counts(struct device_records *out)
{
    out->inventory_count = 0;
    out->says_count = 0;
    out->request_count = 0;
    out->snapshot_count = 0;
    out->check_count = 0;
    out->cell_count = 0;
    out->cert_count = 0;
    out->outcome_count = 0;
}

#define MANY_BYTES (1 << 20)

/* Memory for the requests of a Device that has many, at once: an array that grows takes more until it stands. */
static bool reserve_requests(struct device_records *out, struct packed_reader u)
{
    size_t count = 0;

    while (u.at < u.end) {
        const struct text body = get_text(&u);

        count += body.len > 0 && body.ptr[0] == RECORD_REQUEST;
    }
    return array_reserve(&out->requests, &out->request_cap, count, sizeof(*out->requests));
}

static int unpack_up_to(struct device_records *out, enum record_kind last, uint64_t device, struct text packed,
                        struct err *err)
{
    struct packed_reader u = unpack_of(packed);
    struct packed_record rec;
    struct err why;
    bool sound = true;

    why.code = ERR_NONE; /* its text is long, and mostly not wanted */
    out->device = device;
    clear_counts(out);
    if (packed.len >= MANY_BYTES && last >= RECORD_REQUEST && !reserve_requests(out, u))
        return err_nomem(err);
    while (sound && evidence_next(&u, &rec) && rec.kind <= last)
        if (add_record(out, &rec, &sound) < 0) {
            clear_counts(out);
            return err_nomem(err);
        }
    if (sound && !u.failed && inventory_settle(out, &why) < 0) {
        clear_counts(out);
        if (why.code != ERR_DATA)
            return err_copy(err, &why);
        sound = false;
    }
    if (!sound || u.failed) {
        char name[EUI64_TEXT_SIZE];

        clear_counts(out);
        eui64_format(device, name);
        return err_set(err, ERR_DATA, "the packed evidence of Device %s is damaged; restore the store from a backup",
                       name);
    }
    settle_snapshots(out);
    settle_outcomes(out);
    sort_snapshots(out);
    return 0;
}

/* Only a request without a RequestID can be one of another identity. */
static bool may_have_twins(const struct device_records *r)
{
    for (size_t i = 0; r->request_count > 1 && i < r->request_count; i++)
        if (!r->requests[i].id.present)
            return true;
    return false;
}

int evidence_unpack(struct device_records *out, uint64_t device, struct text packed, struct err *err)
{
    if (unpack_up_to(out, RECORD_CHECK, device, packed, err) < 0)
        return -1;
    if (may_have_twins(out) && twins_join(out, err) < 0) {
        clear_counts(out);
        return -1;
    }
    return 0;
}

int evidence_unpack_inventory(struct device_records *out, uint64_t device, struct text packed, struct err *err)
{
    return unpack_up_to(out, RECORD_INVENTORY, device, packed, err);
}

void device_records_release(struct device_records *r)
{
    free(r->inventory);
    free(r->says);
    free(r->requests);
    free(r->snapshots);
    free(r->checks);
    free(r->cells);
    free(r->certs);
    free(r->outcomes);
    free(r->texts);
    *r = (struct device_records){0};
}

bool request_same_identity(const struct request_row *a, const struct request_row *b)
{
    if (a->id.present != b->id.present)
        return false;
    if (a->id.present)
        return a->id.counter == b->id.counter && a->id.originator == b->id.originator && a->id.target == b->id.target;
    return a->device == b->device && a->srv == b->srv && a->user_id == b->user_id &&
           a->requested_at == b->requested_at && a->credential_type == b->credential_type &&
           a->remote_party_role == b->remote_party_role && a->execution_at == b->execution_at;
}

size_t request_rows(const struct request_row *rows, size_t count)
{
    size_t n = 1;

    while (n < count && (rows[n].twin != TWIN_NONE || request_same_identity(&rows[n - 1], &rows[n])))
        n++;
    return n;
}
