/* What a payload holds, by Message Code and CRA flag (GBCS 13 and annex 3). */
#include "gbcs_int.h"

#include "codec/x509.h"

#include <string.h>

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
    return gbcs_end(&in);
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
            !read_cell_id(r, &one, "targetTrustAnchorCell", &cell) || !gbcs_end(&one))
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
              code == 0x8F66   ? ": the future-dated Command was carried out"
              : code == 0x8F67 ? ": the future-dated Command was not carried out"
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
    if (r->out->alert_code == 0x8F67)
        r->out->result = GBCS_FAILURE;
    return gbcs_end(&in);
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

struct use_case {
    uint16_t first, last; /* Message Codes */
    const char *name;
    payload_reader read[4]; /* by CRA flag; NULL: shown as bytes */
};

static const struct use_case use_cases[] = {
    {0x0008, 0x0008, "CS02a Provide Security Credential Details", {NULL, cells_command, cells_response, NULL}},
    {0x011B, 0x011B, "CS02f Provide Security Credential Details", {NULL, cells_command, cells_response, NULL}},
    {0x0100, 0x0109, "CS02b Update Security Credentials", {NULL, replace_command, replace_response, NULL}},
    {0x0125, 0x0126, "CS02g Update Load Controller Credentials", {NULL, replace_command, replace_response, NULL}},
    {0x00CB, 0x00CB, "CS02b future-dated outcome Alert", {NULL, NULL, NULL, replace_alert}},
    {0x0124, 0x0124, "CS02g future-dated outcome Alert", {NULL, NULL, NULL, replace_alert}},
    {0x000A, 0x000A, "CS02c Issue Security Credentials", {NULL, usage_command, request_response, NULL}},
    {0x000B, 0x000B, "CS02d Update Device Certificates on Device", {NULL, update_command, integer_answer, NULL}},
    {0x000C,
     0x000C,
     "CS02e Provide Device Certificates from Device",
     {NULL, usage_command, certificate_response, NULL}},
    {0x000D, 0x000D, "CS03A1 Method A join, meter", {NULL, join_command, integer_answer, NULL}},
    {0x00AB, 0x00AB, "CS03A2 Method A join, non-meter", {NULL, join_command, integer_answer, NULL}},
    {0x000E, 0x000E, "CS03B Method B join", {NULL, join_command, integer_answer, NULL}},
    {0x00AF, 0x00AF, "CS03C Method C join", {NULL, join_command, integer_answer, NULL}},
    {0x000F, 0x0010, "CS04 unjoin", {NULL, unjoin_command, integer_answer, NULL}},
    {0x0013, 0x0013, "CS07 Read Device Join Details", {NULL, log_command, log_response, NULL}},
    {0x0004, 0x0004, "CCS05/CCS04 Read CHF Device Log", {NULL, NULL, NULL, NULL}},
    {0x010F, 0x010F, "CCS06 Read CHF Device Log", {NULL, NULL, NULL, NULL}},
    {0x00FE, 0x00FE, "CCS07 Read CHF Device Log", {NULL, NULL, NULL, NULL}},
    {0x0001, 0x0001, "CCS01 Add Device to CHF Device Log", {NULL, NULL, NULL, NULL}},
    {0x0002, 0x0002, "CCS02 Remove Device from CHF Device Log", {NULL, NULL, NULL, NULL}},
    {0x0003, 0x0003, "CCS03 Restore CHF Device Log", {NULL, NULL, NULL, NULL}},
    {0x008C, 0x008C, "GCS59 Restore GPF Device Log", {NULL, NULL, NULL, NULL}},
    {0x00B2, 0x00B2, "GCS62 Back up GPF Device Log", {NULL, NULL, NULL, NULL}},
    {0x0018, 0x0018, "CS14 CHF Device Log changed", {NULL, NULL, NULL, NULL}},
    {0x0062, 0x0062, "ECS70 Set Clock on ESME", {NULL, NULL, meter_clock_response, NULL}},
    {0x007F, 0x007F, "GCS28 Set Clock on GSME", {NULL, NULL, clock_response, NULL}},
    {0x0012, 0x0012, "CS06 Activate Firmware", {NULL, NULL, firmware_response, NULL}},
    {0x00CA, 0x00CA, "CS06 future-dated outcome Alert", {NULL, NULL, NULL, firmware_alert}},
    {0x0059, 0x0059, "ECS52 Read Firmware Version", {NULL, NULL, NULL, NULL}},
    {0x0084, 0x0084, "GCS38 Read Firmware Version", {NULL, NULL, NULL, NULL}},
    {0x0129, 0x0129, "CS08 Read Firmware Version", {NULL, NULL, NULL, NULL}},
    {0x0128, 0x0128, "CCS08 Firmware transfer Alert", {NULL, NULL, NULL, NULL}},
    {0x012B, 0x012B, "CS09 PPMID activation Alert", {NULL, NULL, NULL, NULL}},
    {0x1000, 0x1000, "critical Alert", {NULL, NULL, NULL, NULL}},
    {0x1001, 0x1001, "non-critical Alert", {NULL, NULL, NULL, NULL}},
};

static const struct use_case *find(uint16_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(use_cases); i++)
        if (code >= use_cases[i].first && code <= use_cases[i].last)
            return &use_cases[i];
    return NULL;
}

const char *gbcs_use_case(uint16_t code)
{
    const struct use_case *const u = find(code);

    return u != NULL ? u->name : NULL;
}

bool gbcs_payload(struct gbcs_reading *r, struct der *d)
{
    const struct use_case *const u = find(r->out->code);
    const payload_reader read = u != NULL ? u->read[r->out->cra] : NULL;

    if (read == NULL) {
        gbcs_tell_bytes(r, d->at, r->out->payload, "payload");
        return true;
    }
    return read(r, d) && gbcs_end(d);
}

/* ---- Names ---- */

const char *gbcs_status_name(unsigned status)
{
    switch (status) {
    case 0:
        return "success";
    case 5:
        return "badCertificate";
    case 10:
        return "noTrustAnchor";
    case 17:
        return "insufficientMemory";
    case 25:
        return "trustAnchorNotFound";
    case 30:
        return "resourcesBusy";
    case 127:
        return "other";
    default:
        return NULL;
    }
}

const char *gbcs_response_name(uint16_t code, int64_t response)
{
    static const char *const issue[] = {NULL, "invalid key usage", "key pair generation failed",
                                        "certification request production failed"};
    static const char *const update[] = {"success",
                                         "invalid certificate",
                                         "wrong device identity",
                                         "invalid key usage",
                                         "no corresponding key pair generated",
                                         "wrong public key",
                                         "certificate storage failed",
                                         "private key change failed"};
    static const char *const provide[] = {NULL, "invalid key usage", "no certificate held",
                                          "certificate retrieval failure"};
    static const char *const join[] = {"success",
                                       "invalid message code for join method and role",
                                       "invalid join method and role",
                                       "incompatible with existing entry",
                                       "device log full",
                                       "write failure",
                                       "key agreement no resources",
                                       "unknown issuer",
                                       "unsupported suite",
                                       "bad message",
                                       "bad key confirm",
                                       "invalid or missing certificate",
                                       "no partner link key received",
                                       "no CBKE response"};
    static const char *const unjoin[] = {"success", "not in device log", "other failure"};
    static const char *const log[] = {"success", "read failure"};
    static const char *const firmware[] = {"success", "no image held", "hash mismatch", "activation failure"};
    static const struct {
        uint16_t code;
        const char *const *names;
        size_t count;
    } tables[] = {
        {0x000A, issue, ARRAY_LEN(issue)},       {0x000B, update, ARRAY_LEN(update)},
        {0x000C, provide, ARRAY_LEN(provide)},   {0x000D, join, ARRAY_LEN(join)},
        {0x00AB, join, ARRAY_LEN(join)},         {0x000E, join, ARRAY_LEN(join)},
        {0x00AF, join, ARRAY_LEN(join)},         {0x000F, unjoin, ARRAY_LEN(unjoin)},
        {0x0010, unjoin, ARRAY_LEN(unjoin)},     {0x0013, log, ARRAY_LEN(log)},
        {0x0012, firmware, ARRAY_LEN(firmware)}, {0x00CA, firmware, ARRAY_LEN(firmware)},
    };

    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        if (tables[i].code == code && response >= 0 && (uint64_t)response < tables[i].count)
            return tables[i].names[response];
    return NULL;
}
