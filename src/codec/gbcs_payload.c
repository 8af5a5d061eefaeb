/* What a payload holds, by Message Code and CRA flag (GBCS 13 and annex 3). */
#include "gbcs_int.h"

#include "codec/x509.h"

#include <string.h>

/* ---- CS02a and CS02f, CS02b and CS02g ---- */

struct cell_id {
    enum party_role role;
    enum key_usage key_usage;
    enum cell_usage cell_usage;
};

static bool read_cell_id(struct gbcs_reading *r, struct der *d, const char *name, struct cell_id *out)
{
    struct der in;

    if (!gbcs_open(r, d, name, &in) || !gbcs_role(r, &in, "trustAnchorCellRole", &out->role) ||
        !gbcs_key_usage(r, &in, &out->key_usage) || !gbcs_cell_usage(r, &in, &out->cell_usage) || !gbcs_end(&in))
        return false;
    gbcs_close(r);
    return true;
}

/* ---- CS02a, CS02f: what the cells hold ---- */

static bool cells_command(struct gbcs_reading *r, struct der *d)
{
    struct cell_id cell;
    enum party_role role;
    struct der in, roles;

    if (!gbcs_open(r, d, "command", &in) || !read_cell_id(r, &in, "authorisingRemotePartyTACellIdentifier", &cell) ||
        !gbcs_open(r, &in, "remotePartyRolesCredentialsRequired", &roles))
        return false;
    while (!der_at_end(&roles))
        if (!gbcs_role(r, &roles, "remotePartyRole", &role))
            return false;
    gbcs_close(r);
    gbcs_close(r);
    return gbcs_end(&in);
}

static bool one_cell(struct gbcs_reading *r, struct der *d, enum party_role role)
{
    struct cell cell = {.role = role, .ok = true};
    struct der in;

    if (!gbcs_open(r, d, "trustAnchorCellContents", &in) || !gbcs_key_usage(r, &in, &cell.key_usage) ||
        !gbcs_cell_usage(r, &in, &cell.cell_usage) || !gbcs_eui64(r, &in, "existingSubjectUniqueID", &cell.subject) ||
        !gbcs_key_id(r, &in, "existingSubjectKeyIdentifier", &cell.key_id) || !gbcs_end(&in))
        return false;
    gbcs_close(r);
    if (r->out->cell_count == GBCS_CELLS_MAX)
        return der_fail(d, d->at, "there are more cells than a Device has");
    r->out->cells[r->out->cell_count++] = cell;
    return true;
}

static bool cells_of_role(struct gbcs_reading *r, struct der *d)
{
    enum party_role role;
    unsigned status = 0;
    int64_t number;
    struct der in, cells;

    if (!gbcs_open(r, d, "remotePartyDetails", &in) || !gbcs_role(r, &in, "remotePartyRole", &role) ||
        !gbcs_status(r, &in, &status))
        return false;
    if (status == 0) {
        if (!gbcs_integer(r, &in, "currentSeqNumber", &number) ||
            !gbcs_open(r, &in, "trustAnchorCellsContents", &cells))
            return false;
        while (!der_at_end(&cells))
            if (!one_cell(r, &cells, role))
                return false;
        gbcs_close(r);
    }
    gbcs_close(r);
    return gbcs_end(&in);
}

static bool cells_response(struct gbcs_reading *r, struct der *d)
{
    struct der in;

    if (!gbcs_open(r, d, "response", &in))
        return false;
    while (!der_at_end(&in))
        if (!cells_of_role(r, &in))
            return false;
    gbcs_close(r);
    r->out->result = GBCS_SUCCESS; /* the Device answered; which roles it could read, the cells tell */
    return true;
}

/* ---- CS02b, CS02g: replacing credentials ---- */

static bool one_outcome(struct gbcs_reading *r, struct der *d)
{
    struct cell_id cell;
    struct cell_outcome o = {0};
    unsigned status = 0;
    struct der in;

    if (!gbcs_open(r, d, "replacementOutcome", &in) || !read_cell_id(r, &in, "affectedTrustAnchorCell", &cell) ||
        !gbcs_status(r, &in, &status) || !gbcs_eui64(r, &in, "existingSubjectUniqueID", &o.existing_subject) ||
        !gbcs_key_id(r, &in, "existingSubjectKeyIdentifier", &o.existing_key_id) ||
        !gbcs_eui64(r, &in, "replacingSubjectUniqueID", &o.new_subject) ||
        !gbcs_key_id(r, &in, "replacingSubjectKeyIdentifier", &o.new_key_id) || !gbcs_end(&in))
        return false;
    gbcs_close(r);
    if (r->out->outcome_count == CELL_OUTCOMES_MAX)
        return der_fail(d, d->at, "there are more outcomes than a Device has cells");
    o.role = cell.role;
    o.key_usage = cell.key_usage;
    o.cell_usage = cell.cell_usage;
    o.status = (uint8_t)status;
    r->out->outcomes[r->out->outcome_count++] = o;
    if (status != 0)
        r->out->result = GBCS_FAILURE;
    return true;
}

static bool execution_outcome(struct gbcs_reading *r, struct der *d)
{
    struct der in, changes, outcomes;
    int64_t sequence = 0, mode = 0;

    r->out->result = GBCS_SUCCESS;
    if (!gbcs_open(r, d, "executionOutcome", &in) ||
        !gbcs_integer(r, &in, "authorisingRemotePartySeqNumber", &sequence) ||
        !gbcs_integer(r, &in, "credentialsReplacementMode", &mode) ||
        !gbcs_open(r, &in, "remotePartySeqNumberChanges", &changes) ||
        !gbcs_rest(r, &changes, "remotePartySeqNumberChange"))
        return false;
    gbcs_close(r);
    if (!gbcs_open(r, &in, "replacementOutcomes", &outcomes))
        return false;
    while (!der_at_end(&outcomes))
        if (!one_outcome(r, &outcomes))
            return false;
    gbcs_close(r);
    gbcs_close(r);
    r->out->command_counter = (uint64_t)sequence;
    r->out->replacement_mode = mode;
    return gbcs_end(&in);
}

/* What is sent to a cell; one that cannot be read tells nothing. */
static bool note_sent(struct gbcs_reading *r, struct der *d, const struct cell_id *cell, struct text certificate)
{
    struct certificate c;
    struct cell_outcome o = {
        .role = cell->role, .key_usage = cell->key_usage, .cell_usage = cell->cell_usage, .status = CELL_SENT};

    if (r->out->outcome_count == CELL_OUTCOMES_MAX)
        return der_fail(d, d->at, "there are more replacements than a Device has cells");
    if (x509_read(certificate, &c, NULL) == 0) {
        o.new_subject = c.subject;
        o.new_key_id = c.key_id;
    }
    r->out->outcomes[r->out->outcome_count++] = o;
    return true;
}

static bool replace_command(struct gbcs_reading *r, struct der *d)
{
    struct cell_id cell;
    struct text certificate;
    struct der in, control, all, one;

    if (!gbcs_open(r, d, "command", &in) || !gbcs_open(r, &in, "credentialsReplacementControl", &control) ||
        !gbcs_rest(r, &control, "control"))
        return false;
    gbcs_close(r);
    if (!gbcs_open(r, &in, "replacements", &all))
        return false;
    while (!der_at_end(&all)) {
        if (!gbcs_open(r, &all, "trustAnchorReplacement", &one) ||
            !gbcs_certificate(r, &one, "replacementCertificate", &certificate) ||
            !read_cell_id(r, &one, "targetTrustAnchorCell", &cell) || !gbcs_end(&one) ||
            !note_sent(r, &one, &cell, certificate))
            return false;
        gbcs_close(r);
    }
    gbcs_close(r);
    if (!gbcs_open(r, &in, "certificationPathCertificates", &all))
        return false;
    while (!der_at_end(&all))
        if (!gbcs_certificate(r, &all, "certificate", &certificate))
            return false;
    gbcs_close(r);
    if (!der_at_end(&in) && !gbcs_time(r, &in, "executionDateTime", &r->out->execution_at))
        return false;
    gbcs_close(r);
    return gbcs_end(&in);
}

static bool replace_response(struct gbcs_reading *r, struct der *d)
{
    struct der in;

    if (!gbcs_open(r, d, "response", &in) || !gbcs_null(r, &in, "commandAccepted"))
        return false;
    r->out->result = GBCS_EMPTY;
    if (!der_at_end(&in) && !execution_outcome(r, &in))
        return false;
    gbcs_close(r);
    return gbcs_end(&in);
}

/* Alert Codes by which a Device tells what became of a future-dated Command. */
#define ALERT_CARRIED_OUT     0x8F66
#define ALERT_NOT_CARRIED_OUT 0x8F67

static bool alert_code(struct gbcs_reading *r, struct der *d)
{
    const size_t at = d->at;
    int64_t code = 0;

    if (!gbcs_integer(r, d, "alertCode", &code))
        return false;
    if (code < 0 || code > 0xFFFF)
        return der_fail(d, at, "the alertCode is not of 16 bits");
    r->out->alert_code = (uint32_t)code;
    r->depth++;
    gbcs_tell(r, at, d->at - at, "meaning", "%04X%s", r->out->alert_code,
              code == ALERT_CARRIED_OUT       ? ": the future-dated Command was carried out"
              : code == ALERT_NOT_CARRIED_OUT ? ": the future-dated Command was not carried out"
                                              : "");
    r->depth--;
    return true;
}

static bool replace_alert(struct gbcs_reading *r, struct der *d)
{
    struct der in;

    if (!gbcs_open(r, d, "alert", &in) || !alert_code(r, &in) ||
        !gbcs_time(r, &in, "executionDateTime", &r->out->execution_at) || !execution_outcome(r, &in))
        return false;
    gbcs_close(r);
    if (r->out->alert_code == ALERT_NOT_CARRIED_OUT)
        r->out->result = GBCS_FAILURE;
    return gbcs_end(&in);
}

/* ---- Answers of a code alone ---- */

static void answer(struct gbcs_reading *r, int64_t code)
{
    r->out->has_response_code = true;
    r->out->response_code = code;
    r->out->result = code == 0 ? GBCS_SUCCESS : GBCS_FAILURE;
}

static bool integer_answer(struct gbcs_reading *r, struct der *d)
{
    const size_t at = d->at;
    int64_t code = 0;

    if (!gbcs_integer(r, d, "responseCode", &code))
        return false;
    r->depth++;
    if (gbcs_response_name(r->out->code, code) != NULL)
        gbcs_tell(r, at, d->at - at, "meaning", "%s", gbcs_response_name(r->out->code, code));
    r->depth--;
    answer(r, code);
    return true;
}

/* ---- CS02c, CS02d, CS02e: the Device's own keys ---- */

static bool usage_command(struct gbcs_reading *r, struct der *d)
{
    struct der in;

    /* The one member may stand by itself. */
    if (der_next_is(d, DER_BIT_STRING))
        return gbcs_key_usage(r, d, &r->out->key_usage);
    if (!gbcs_open(r, d, "command", &in) || !gbcs_key_usage(r, &in, &r->out->key_usage))
        return false;
    gbcs_close(r);
    return gbcs_end(&in);
}

/* PKCS#10: {{version, subject, {algorithm, key}, [0] attributes}, algorithm, signature} */
static bool request_response(struct gbcs_reading *r, struct der *d)
{
    struct der in, info, key;
    struct der_item item;
    int64_t version;
    size_t at;

    if (der_next_is(d, DER_INTEGER))
        return integer_answer(r, d);
    if (!gbcs_open(r, d, "certificationRequest", &in) || !gbcs_open(r, &in, "certificationRequestInfo", &info) ||
        !gbcs_integer(r, &info, "version", &version) || !der_take(&info, DER_SEQUENCE, "wanted is a subject", &item) ||
        !gbcs_open(r, &info, "subjectPKInfo", &key) || !der_take(&key, DER_SEQUENCE, "wanted is an algorithm", &item))
        return false;
    at = key.at;
    if (!der_take(&key, DER_BIT_STRING, "wanted is the BIT STRING of a public key", &item))
        return false;
    if (item.body.len < 2 || item.body.ptr[0] != 0)
        return der_fail(&key, at, "the BIT STRING is no public key");
    r->out->key_id = x509_key_id_of((struct text){item.body.ptr + 1, item.body.len - 1});
    gbcs_tell(r, at, key.at - at, "subjectPublicKey", "key identifier %016llX", (unsigned long long)r->out->key_id);
    gbcs_close(r);
    if (!gbcs_end(&key) || !gbcs_rest(r, &info, "attributes"))
        return false;
    gbcs_close(r);
    if (!gbcs_rest(r, &in, "signature"))
        return false;
    gbcs_close(r);
    r->out->result = GBCS_SUCCESS;
    return true;
}

static bool update_command(struct gbcs_reading *r, struct der *d)
{
    return gbcs_certificate(r, d, "certificate", &r->out->certificate);
}

static bool certificate_response(struct gbcs_reading *r, struct der *d)
{
    if (der_next_is(d, DER_INTEGER))
        return integer_answer(r, d);
    if (!gbcs_certificate(r, d, "certificate", &r->out->certificate))
        return false;
    r->out->result = GBCS_SUCCESS;
    return true;
}

/* ---- Joins, times, firmware ---- */

static bool join_command(struct gbcs_reading *r, struct der *d)
{
    struct text certificate;
    struct der in;
    int64_t number;

    if (!gbcs_open(r, d, "command", &in) || !gbcs_integer(r, &in, "joinMethodAndRole", &number) ||
        !gbcs_eui64(r, &in, "otherDeviceEntityIdentifier", &r->out->other_device) ||
        !gbcs_integer(r, &in, "otherDeviceType", &number))
        return false;
    if (!der_at_end(&in) && !gbcs_certificate(r, &in, "otherDeviceCertificate", &certificate))
        return false;
    gbcs_close(r);
    return gbcs_end(&in);
}

static bool unjoin_command(struct gbcs_reading *r, struct der *d)
{
    return gbcs_eui64(r, d, "otherDeviceEntityIdentifier", &r->out->other_device);
}

static bool log_command(struct gbcs_reading *r, struct der *d)
{
    return gbcs_null(r, d, "command");
}

static bool log_response(struct gbcs_reading *r, struct der *d)
{
    struct der in, entries, one;
    uint64_t device;
    int64_t type;

    if (!gbcs_open(r, d, "response", &in) || !integer_answer(r, &in))
        return false;
    if (!der_at_end(&in)) {
        if (!gbcs_open(r, &in, "deviceLogEntries", &entries))
            return false;
        while (!der_at_end(&entries)) {
            if (!gbcs_open(r, &entries, "deviceLogEntry", &one) || !gbcs_eui64(r, &one, "deviceID", &device) ||
                !gbcs_integer(r, &one, "deviceType", &type) || !gbcs_end(&one))
                return false;
            gbcs_close(r);
        }
        gbcs_close(r);
    }
    gbcs_close(r);
    return gbcs_end(&in);
}

static bool clock_response(struct gbcs_reading *r, struct der *d)
{
    struct der in;
    instant at;
    int64_t status = 0;

    if (!gbcs_open(r, d, "response", &in) || !gbcs_time(r, &in, "deviceTime", &at) ||
        !gbcs_integer(r, &in, "deviceTimeStatus", &status) || !gbcs_end(&in))
        return false;
    gbcs_close(r);
    answer(r, status);
    return true;
}

static bool firmware_answer(struct gbcs_reading *r, struct der *d, const char *name)
{
    struct der in;

    if (!gbcs_open(r, d, name, &in) || !integer_answer(r, &in) || !gbcs_rest(r, &in, "firmwareVersion"))
        return false;
    gbcs_close(r);
    return true;
}

static bool firmware_response(struct gbcs_reading *r, struct der *d)
{
    if (der_next_is(d, DER_SEQUENCE))
        return firmware_answer(r, d, "executionOutcome");
    r->out->result = GBCS_EMPTY;
    return gbcs_null(r, d, "commandAccepted");
}

static bool firmware_alert(struct gbcs_reading *r, struct der *d)
{
    struct der in;
    int64_t counter = 0;

    if (!gbcs_open(r, d, "alert", &in) || !alert_code(r, &in) ||
        !gbcs_time(r, &in, "executionDateTime", &r->out->execution_at) ||
        !gbcs_integer(r, &in, "originatorCounter", &counter) || !firmware_answer(r, &in, "executionOutcome"))
        return false;
    gbcs_close(r);
    r->out->command_counter = (uint64_t)counter;
    return gbcs_end(&in);
}

/* ECS70: a DLMS access-response, five values and five pairs of request kind and result. */
static bool meter_clock_response(struct gbcs_reading *r, struct der *d)
{
    const unsigned char *const p = (const unsigned char *)d->whole.ptr;
    bool failed = false;

    if (d->end - d->at < 18 || p[d->at] != 0xDA || p[d->end - 11] != 5)
        return der_fail(d, d->at, "this is no DLMS access-response of five results");
    for (size_t at = d->end - 10; at < d->end; at += 2) {
        static const char *const kinds[] = {"?", "get", "set", "action"};

        gbcs_tell(r, at, 2, "accessResponse", "%s: %u", kinds[p[at] < 4 ? p[at] : 0], p[at + 1]);
        failed = failed || p[at + 1] != 0;
    }
    r->out->result = failed ? GBCS_FAILURE : GBCS_SUCCESS;
    d->at = d->end;
    return true;
}

/* ---- The table ---- */

typedef bool (*payload_reader)(struct gbcs_reading *r, struct der *d);

/* The forms of payloads: what reads them, by CRA flag; NULL: they are shown as bytes. */
static const struct form {
    payload_reader read[4];
} forms[] = {
    [FORM_BYTES] = {{NULL, NULL, NULL, NULL}},
    [FORM_CELLS] = {{NULL, cells_command, cells_response, NULL}},
    [FORM_REPLACEMENT] = {{NULL, replace_command, replace_response, NULL}},
    [FORM_REPLACEMENT_OUTCOME] = {{NULL, NULL, NULL, replace_alert}},
    [FORM_KEY_REQUEST] = {{NULL, usage_command, request_response, NULL}},
    [FORM_CERTIFICATE_UPDATE] = {{NULL, update_command, integer_answer, NULL}},
    [FORM_CERTIFICATE_READ] = {{NULL, usage_command, certificate_response, NULL}},
    [FORM_JOIN] = {{NULL, join_command, integer_answer, NULL}},
    [FORM_UNJOIN] = {{NULL, unjoin_command, integer_answer, NULL}},
    [FORM_DEVICE_LOG] = {{NULL, log_command, log_response, NULL}},
    [FORM_DLMS_CLOCK] = {{NULL, NULL, meter_clock_response, NULL}},
    [FORM_CLOCK] = {{NULL, NULL, clock_response, NULL}},
    [FORM_FIRMWARE] = {{NULL, NULL, firmware_response, NULL}},
    [FORM_FIRMWARE_OUTCOME] = {{NULL, NULL, NULL, firmware_alert}},
};

bool gbcs_payload(struct gbcs_reading *r, struct der *d)
{
    const payload_reader read = forms[gbcs_form(r->out->code)].read[r->out->cra];

    if (read == NULL) {
        gbcs_tell_bytes(r, d->at, r->out->payload, "payload");
        return true;
    }
    return read(r, d) && gbcs_end(d);
}
