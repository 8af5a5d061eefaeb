/* One DUIS document: what its head says, and which records it makes. */
#include "duis_record_int.h"

#include "domain/eui64.h"
#include "domain/service.h"
#include "fields_int.h"

#include <stdio.h>

/* ---- Values of elements, and the head of a document ---- */

/* Between 2012 and 2100 a counter can be an instant: earlier there were no DCC systems. */
#define FIRST_INSTANT (INT64_C(1325376000) * INSTANT_SECOND)
#define LAST_INSTANT  (INT64_C(4102444800) * INSTANT_SECOND)

bool duis_fault(const struct duis_field *f, struct fault *fault, const char *what)
{
    return fault_value(fault, text_of(duis_name_text(f->name)), f->value, "%s", what);
}

bool duis_eui64(const struct duis_field *f, uint64_t *out, struct fault *fault)
{
    return (eui64_parse(f->value, out) && *out != 0 && *out != EUI64_ALL_ONES) ||
           duis_fault(f, fault, "is no EUI-64; wanted are 16 hexadecimal digits, as in 00-DB-12-34-56-78-90-A0");
}

bool duis_term(const struct duis_field *f, const struct vocabulary *v, unsigned *out, struct fault *fault)
{
    char what[64];

    if (term_parse(v, f->value, out))
        return true;
    snprintf(what, sizeof(what), "is no %s", v->name);
    return duis_fault(f, fault, what);
}

bool duis_instant(const struct duis_field *f, instant *out, struct fault *fault)
{
    const char *why;
    char what[160];

    if (instant_parse(f->value, ZONE_UTC, DATE_START, out, &why) == 0)
        return true;
    snprintf(what, sizeof(what), "is %s", why);
    return duis_fault(f, fault, what);
}

/* Counters are mostly milliseconds since 1970: the instant at which the request was made. INSTANT_NONE for one that is
 * no instant of the time in which there are DCC systems. */
static instant counter_instant(uint64_t counter)
{
    return counter >= FIRST_INSTANT && counter < LAST_INSTANT ? (instant)counter : INSTANT_NONE;
}

static bool read_id(const struct duis_field *f, struct request_id *out, struct fault *fault)
{
    out->present = request_id_parse(f->value, out);
    return out->present || duis_fault(f, fault, "is not originator:target:counter, two EUI-64 and a number below 2^64");
}

/* The adapter has the parts of the RequestID in elements of their own. */
static bool read_id_part(const struct duis_field *f, struct request_id *id, struct fault *fault)
{
    uint64_t part = 0;

    if (f->name == DUIS_ORIGINATOR_EUI || f->name == DUIS_TARGET_EUI) {
        if (!duis_eui64(f, &part, fault))
            return false;
        if (f->name == DUIS_ORIGINATOR_EUI)
            id->originator = part;
        else
            id->target = part;
        return true;
    }
    if (!counter_parse(f->value, &part))
        return duis_fault(f, fault, "is no counter; wanted is a number below 2^64");
    id->counter = part;
    id->present = true;
    return true;
}

static bool read_variant(const struct duis_field *f, uint8_t *out, struct fault *fault)
{
    if (f->value.len != 1 || f->value.ptr[0] < '1' || f->value.ptr[0] > '8')
        return duis_fault(f, fault, "is no Command Variant; wanted is 1 to 8");
    *out = (uint8_t)(f->value.ptr[0] - '0');
    return true;
}

static bool read_code(const struct duis_field *f, struct text *out, struct fault *fault)
{
    *out = f->value;
    return f->value.len <= RESPONSE_CODE_MAX || duis_fault(f, fault, "is too long: at most 31 bytes can be kept");
}

static bool read_field(const struct duis_field *f, struct duis_head *out, struct request_id *parts, struct fault *fault)
{
    switch (f->name) {
    case DUIS_REQUEST_ID:
        return read_id(f, &out->request_id, fault);
    case DUIS_RESPONSE_ID:
        return read_id(f, &out->response_id, fault);
    case DUIS_ORIGINATOR_EUI:
    case DUIS_TARGET_EUI:
    case DUIS_ORIGINATOR_COUNTER:
        return read_id_part(f, parts, fault);
    case DUIS_COMMAND_VARIANT:
        return read_variant(f, &out->command_variant, fault);
    case DUIS_SERVICE_REFERENCE_VARIANT:
        return srv_parse(f->value, &out->srv) ||
               duis_fault(f, fault, "is no Service Reference Variant; wanted is one like 6.17 or 6.15.1");
    case DUIS_RESPONSE_CODE:
        return read_code(f, &out->response_code, fault);
    case DUIS_RESPONSE_DATE_TIME:
        return duis_instant(f, &out->responded_at, fault);
    default:
        return true;
    }
}

static bool read_head(const struct duis_document *d, struct duis_head *out, struct fault *fault)
{
    struct request_id parts = {0};

    *out = (struct duis_head){.responded_at = INSTANT_NONE};
    for (size_t i = 0; i < d->field_count; i++)
        if (d->fields[i].value.len > 0 && !read_field(&d->fields[i], out, &parts, fault))
            return false;
    if (!out->request_id.present && parts.present && parts.originator != 0 && parts.target != 0)
        out->request_id = parts;
    return true;
}

/* ---- Records ---- */

int duis_reject(const struct duis_take *t, struct err *err)
{
    return worker_reject(t->job, t->worker, t->at, t->bytes, err);
}

static struct source source_of(const struct duis_take *t)
{
    return (struct source){t->job->number, t->at.line};
}

static int keep_request(const struct duis_take *t, struct request_row *row, struct err *err)
{
    const instant at = row->requested_at != INSTANT_NONE ? row->requested_at : row->responded_at;

    row->source = source_of(t);
    buf_clear(&t->worker->packed);
    evidence_pack_request(&t->worker->packed, row);
    return worker_keep(t->worker, &(struct parcel){INTAKE_DEVICE, row->device, at}, err);
}

static int keep_snapshot(const struct duis_take *t, struct snapshot *snap, struct err *err)
{
    snap->source = source_of(t);
    buf_clear(&t->worker->packed);
    evidence_pack_snapshot(&t->worker->packed, snap);
    return worker_keep(t->worker, &(struct parcel){INTAKE_DEVICE, snap->device, snap->taken_at}, err);
}

static struct request_row row_of(const struct duis_head *head, const struct request_id *id)
{
    return (struct request_row){.device = id->target,
                                .id = *id,
                                .srv = head->srv,
                                .user_id = id->originator,
                                .requested_at = counter_instant(id->counter),
                                .execution_at = INSTANT_NONE,
                                .responded_at = INSTANT_NONE};
}

/* Roles are about cells in the commands that replace them; a read names the roles it wants to see. */
static bool is_about_a_role(srv_code srv)
{
    return service_about(srv) == ABOUT_CELLS;
}

static bool is_about_cells(srv_code srv)
{
    return service_about(srv) == ABOUT_CELLS || service_about(srv) == ABOUT_SUPPLIER_CELLS;
}

static bool read_request_field(const struct duis_take *t, const struct duis_field *f, struct request_row *row,
                               struct duis_payload *payload)
{
    struct fault *const fault = &t->worker->fault;
    unsigned term = 0;

    switch (f->name) {
    case DUIS_CREDENTIAL_TYPE:
        if (!duis_term(f, &vocab_key_usage, &term, fault))
            return false;
        row->credential_type = (enum key_usage)term;
        return term != KEY_KEY_CERT_SIGN || duis_fault(f, fault, "is no Credential Type");
    case DUIS_REMOTE_PARTY_ROLE:
        if (!is_about_a_role(row->srv))
            return true;
        if (!duis_term(f, &vocab_party_role, &term, fault))
            return false;
        row->remote_party_role = (enum party_role)term;
        return true;
    case DUIS_EXECUTION_DATE_TIME:
        return duis_instant(f, &row->execution_at, fault);
    case DUIS_OTHER_DEVICE_ID:
        return duis_eui64(f, &row->other_device, fault);
    case DUIS_DEVICE_ID: /* 8.11: the Device to be put on the log of the hub; in DCC systems it is the target's stead */
        return service_ends_in_dcc_systems(row->srv) || row->command_variant == 8 ||
               duis_eui64(f, &row->other_device, fault);
    case DUIS_DEVICE_CERTIFICATE:
        if (duis_certificate(t, f, &payload->certificate))
            duis_note_certificate(&payload->certificate, row);
        return true;
    case DUIS_DIGITAL_SIGNING_CERTIFICATE:
    case DUIS_KEY_AGREEMENT_CERTIFICATE:
    case DUIS_TOP_UP_CERTIFICATE:
        return !is_about_cells(row->srv) || duis_sent_to_cell(t, f, &payload->sent, fault);
    default:
        return true;
    }
}

/* One that is redacted by emptying it was sent all the same. */
static bool counts_when_empty(enum duis_name name)
{
    return name == DUIS_DEVICE_CERTIFICATE || name == DUIS_DIGITAL_SIGNING_CERTIFICATE ||
           name == DUIS_KEY_AGREEMENT_CERTIFICATE || name == DUIS_TOP_UP_CERTIFICATE;
}

static bool read_request(const struct duis_take *t, const struct duis_head *head, struct request_row *row,
                         struct duis_payload *payload)
{
    const struct duis_document *const d = t->document;

    row->command_variant = head->command_variant;
    for (size_t i = 0; i < d->field_count; i++)
        if ((d->fields[i].value.len > 0 || counts_when_empty(d->fields[i].name)) &&
            !read_request_field(t, &d->fields[i], row, payload))
            return false;
    if (d->payload.len > 0 && !duis_payload_read(t, head, row, payload, &t->worker->fault))
        return false;
    duis_note_sent(&payload->sent, row);
    return true;
}

/* So that the answer, which names no Device, finds those of its request; 0: the request has none. */
static int note_asked(const struct duis_take *t, const struct request_id *id, uint64_t device, struct err *err)
{
    const struct asked_row asked = {*id, device, source_of(t)};

    buf_clear(&t->worker->packed);
    intake_pack_asked(&t->worker->packed, &asked);
    return worker_add(t->worker, &(struct parcel){INTAKE_ASKED, id->counter, INSTANT_NONE}, err);
}

/* A request that ends in DCC systems: one row for each Device that its body names; one that is wrong costs itself. */
static int take_systems_request(const struct duis_take *t, struct request_row *row, struct err *err)
{
    const struct duis_document *const d = t->document;
    bool named = false;

    for (size_t i = 0; i < d->field_count; i++) {
        int rc;

        if (d->fields[i].name != DUIS_DEVICE_ID || d->fields[i].value.len == 0)
            continue;
        named = true;
        if (!duis_eui64(&d->fields[i], &row->device, &t->worker->fault))
            rc = duis_reject(t, err);
        else
            rc = keep_request(t, row, err) < 0 ? -1 : note_asked(t, &row->id, row->device, err);
        if (rc < 0)
            return -1;
    }
    if (named)
        return 0;
    worker_pass_over(t->worker); /* about a supply point, a schedule or a file: no Device is named */
    return note_asked(t, &row->id, 0, err);
}

/* What the answer says of the Devices that it lists: exceptions, each with an outcome of its own. */
static int take_exceptions(const struct duis_take *t, struct request_row row, struct buf *spared, struct err *err)
{
    const struct duis_document *const d = t->document;

    row.execution_status = TEXT_LITERAL("Exception");
    for (size_t i = 0; i < d->field_count; i++) {
        if (d->fields[i].name == DUIS_NOT_COMMISSIONED_LIST)
            row.execution_status = TEXT_LITERAL("NotCommissioned");
        if (d->fields[i].name != DUIS_DEVICE_ID || d->fields[i].value.len == 0)
            continue;
        const bool good = duis_eui64(&d->fields[i], &row.device, &t->worker->fault);
        if ((good ? keep_request(t, &row, err) : duis_reject(t, err)) < 0)
            return -1;
        if (good)
            packed_add_be64(spared, row.device);
    }
    return 0;
}

/* An answer of DCC systems names no Device but those that are exceptions: the others are those of its request. */
static int take_systems_answer(const struct duis_take *t, const struct duis_head *head, struct err *err)
{
    struct request_row row = row_of(head, &head->request_id);
    struct answer_row answer = {.id = head->request_id, .source = source_of(t)};
    struct buf spared = {0}, record = {0};
    int rc = -1;

    row.device = 0;
    row.response_code = head->response_code;
    row.responded_at = head->responded_at;
    row.source = answer.source;
    if (take_exceptions(t, row, &spared, err) < 0)
        goto done;
    evidence_pack_request(&record, &row);
    answer.spared = buf_text(&spared);
    answer.record = buf_text(&record);
    buf_clear(&t->worker->packed);
    intake_pack_answer(&t->worker->packed, &answer);
    if (spared.failed || record.failed)
        err_nomem(err);
    else
        rc = worker_keep(t->worker, &(struct parcel){INTAKE_ANSWER, answer.id.counter, head->responded_at}, err);
done:
    buf_release(&spared);
    buf_release(&record);
    return rc;
}

/* 8.13: the answer of a Device to a command that was delivered locally. */
static int take_local_answer(const struct duis_take *t, const struct duis_head *head, struct err *err)
{
    struct duis_head answered = *head;
    struct duis_payload payload = {0};
    const struct text original = duis_value(t->document, DUIS_ORIGINAL_REQUEST_ID);
    struct request_row row;

    answered.srv = 0;
    if (!request_id_parse(original, &answered.request_id)) {
        (void)fault_value(&t->worker->fault, TEXT_LITERAL("OriginalRequestID"), original, "is no RequestID");
        return duis_reject(t, err);
    }
    row = row_of(&answered, &answered.request_id);
    row.of_answer = true;
    row.responded_at = counter_instant(head->request_id.counter);
    if (!duis_payload_read(t, &answered, &row, &payload, &t->worker->fault))
        return duis_reject(t, err);
    row.execution_status = text_of(payload.status);
    row.srv = payload.srv;
    return keep_request(t, &row, err) < 0 ? -1 : note_asked(t, &head->request_id, 0, err);
}

static int take_request(const struct duis_take *t, const struct duis_head *head, struct err *err)
{
    struct fault *const fault = &t->worker->fault;
    struct request_row row = row_of(head, &head->request_id);
    struct duis_payload payload = {0};

    if (!head->request_id.present)
        return (void)fault_set(fault, TEXT_LITERAL("RequestID"), "is missing"), duis_reject(t, err);
    if (head->srv == 0)
        return (void)fault_set(fault, TEXT_LITERAL("ServiceReferenceVariant"), "is missing"), duis_reject(t, err);
    if (head->srv == SRV(8, 13, 0) && t->document->payload.len > 0)
        return take_local_answer(t, head, err);
    if (!read_request(t, head, &row, &payload))
        return duis_reject(t, err);
    return service_ends_in_dcc_systems(row.srv) || row.command_variant == 8 ? take_systems_request(t, &row, err)
                                                                            : keep_request(t, &row, err);
}

static bool is_outcome_alert(struct text code)
{
    return text_equal_nocase(code, TEXT_LITERAL("8F66")) || text_equal_nocase(code, TEXT_LITERAL("8F67"));
}

/* What may come with a response: first that a step was done on the way to the Device, else the Device's own answer. */
static bool read_response(const struct duis_take *t, const struct duis_head *head, struct request_row *row,
                          struct duis_payload *payload)
{
    const struct duis_document *const d = t->document;
    const struct text alert = duis_value(d, DUIS_FUTURE_DATED_ALERT_CODE);

    row->response_code = is_outcome_alert(alert) ? alert : head->response_code;
    row->responded_at = head->responded_at;
    row->pre_command = duis_holds(d, DUIS_PRE_COMMAND);
    if (duis_holds(d, DUIS_LOCAL_COMMAND))
        row->command_variant = 2; /* the command itself, for local delivery: nothing came from the Device (R2.1) */
    if (row->pre_command || row->command_variant == 2 || d->payload.len == 0)
        return true;
    if (!duis_payload_read(t, head, row, payload, &t->worker->fault))
        return false;
    row->execution_status = text_of(payload->status);
    if (row->srv == 0)
        row->srv = payload->srv;
    return !payload->has_snapshot || head->responded_at != INSTANT_NONE ||
           fault_set(&t->worker->fault, TEXT_LITERAL("ResponseDateTime"),
                     "is missing: nobody can tell when the Device held what it says");
}

static int take_response(const struct duis_take *t, const struct duis_head *head, struct err *err)
{
    struct duis_payload payload = {0};
    struct request_row row = row_of(head, &head->request_id);

    if (!head->request_id.present) {
        (void)fault_set(&t->worker->fault, TEXT_LITERAL("RequestID"), "is missing from a response that is no alert");
        return duis_reject(t, err);
    }
    if (service_ends_in_dcc_systems(head->srv))
        return take_systems_answer(t, head, err);
    row.of_answer = true;
    if (!read_response(t, head, &row, &payload))
        return duis_reject(t, err);
    if (keep_request(t, &row, err) < 0)
        return -1;
    if (!payload.has_snapshot)
        return 0;
    payload.snap.device = row.device;
    payload.snap.taken_at = head->responded_at;
    payload.snap.answered = true;
    return keep_snapshot(t, &payload.snap, err);
}

/* The outcome of a future-dated command, told without its RequestID: the alert names its counter. Where that is not the
 * one of the RequestID, the outcome is a request of its own. */
static int take_outcome_alert(const struct duis_take *t, const struct duis_head *head, struct text code,
                              struct err *err)
{
    struct duis_payload payload = {0};
    struct request_row row = row_of(head, &(struct request_id){0});

    row.device = head->response_id.originator;
    row.user_id = head->response_id.target;
    if (!duis_payload_read(t, head, &row, &payload, &t->worker->fault))
        return duis_reject(t, err);
    row.srv = head->srv != 0 ? head->srv : payload.srv;
    row.response_code = code;
    row.responded_at = head->responded_at;
    row.execution_status = text_of(payload.status);
    row.id = payload.request_id;
    row.of_answer = row.id.present;
    if (row.id.present) {
        row.user_id = row.id.originator;
        row.requested_at = counter_instant(row.id.counter);
    } else {
        row.requested_at = row.execution_at != INSTANT_NONE ? row.execution_at : row.responded_at;
    }
    return keep_request(t, &row, err);
}

/* Any other alert proves that the Device communicates, as a snapshot of nothing that it answered does (R4.5). */
static int take_device_alert(const struct duis_take *t, const struct duis_head *head, struct err *err)
{
    const bool future = duis_holds(t->document, DUIS_FUTURE_DATED_ALERT);
    const struct text code = duis_value(t->document, future ? DUIS_FUTURE_DATED_ALERT_CODE : DUIS_ALERT_CODE);
    char source[SNAPSHOT_SOURCE_MAX + 1];
    struct snapshot snap = {.device = head->response_id.originator, .taken_at = head->responded_at, .answered = true};

    if (!head->response_id.present || snap.device == 0)
        return (void)fault_set(&t->worker->fault, TEXT_LITERAL("ResponseID"), "is missing"), duis_reject(t, err);
    if (head->responded_at == INSTANT_NONE)
        return (void)fault_set(&t->worker->fault, TEXT_LITERAL("ResponseDateTime"), "is missing"), duis_reject(t, err);
    if (code.len != 4)
        return (void)fault_value(&t->worker->fault, TEXT_LITERAL("AlertCode"), code,
                                 "is no alert code; wanted are 4 hexadecimal digits"),
               duis_reject(t, err);
    if (is_outcome_alert(code) && t->document->payload.len > 0)
        return take_outcome_alert(t, head, code, err);
    snprintf(source, sizeof(source), "alert %.4s", code.ptr);
    snap.source_name = text_of(source);
    return keep_snapshot(t, &snap, err);
}

/* N1: the DCC took a meter out of use. What it is now, the next extract of the inventory tells; here it is kept for the
 * record, as a decommissioning (8.3) by the DCC. Other DCC alerts say nothing about a Device. */
static int take_dcc_alert(const struct duis_take *t, const struct duis_head *head, struct err *err)
{
    const struct duis_document *const d = t->document;
    struct request_row row = row_of(head, &(struct request_id){0});

    if (!text_equal_nocase(duis_value(d, DUIS_DCC_ALERT_CODE), TEXT_LITERAL("N1")) ||
        !duis_holds(d, DUIS_DECOMMISSIONING))
        return worker_pass_over(t->worker), 0;
    const struct duis_field device = {DUIS_DEVICE_ID, duis_value(d, DUIS_DEVICE_ID)};
    if (!duis_eui64(&device, &row.device, &t->worker->fault))
        return duis_reject(t, err);
    if (head->responded_at == INSTANT_NONE)
        return (void)fault_set(&t->worker->fault, TEXT_LITERAL("ResponseDateTime"), "is missing"), duis_reject(t, err);
    row.srv = SRV(8, 3, 0);
    row.user_id = head->response_id.originator;
    row.requested_at = row.responded_at = head->responded_at;
    row.response_code = TEXT_LITERAL("N1");
    return keep_request(t, &row, err);
}

int duis_take_document(const struct duis_take *t, struct err *err)
{
    const struct duis_document *const d = t->document;
    struct duis_head head;

    if (!read_head(d, &head, &t->worker->fault))
        return duis_reject(t, err);
    if (head.responded_at != INSTANT_NONE && head.responded_at < FIRST_ANSWER) {
        tally_note(&t->worker->tally, FINDING_EPOCH_ANSWER, t->at.line, duis_value(d, DUIS_RESPONSE_DATE_TIME));
        head.responded_at = INSTANT_NONE;
    }
    if (d->request)
        return take_request(t, &head, err);
    if (duis_holds(d, DUIS_DCC_ALERT))
        return take_dcc_alert(t, &head, err);
    if (duis_holds(d, DUIS_DEVICE_ALERT) || (duis_holds(d, DUIS_FUTURE_DATED_ALERT) && !head.request_id.present))
        return take_device_alert(t, &head, err);
    if (duis_holds(d, DUIS_INVENTORY))
        return duis_take_inventory(t, &head, err);
    return take_response(t, &head, err);
}
