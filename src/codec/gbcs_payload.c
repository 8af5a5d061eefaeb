/* What a payload holds, by Message Code and CRA flag (GBCS 13 and annex 3). */
#include "gbcs_int.h"

#include "codec/x509.h"

#include <string.h>

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

    if (!gbcs_open(r, d, "alert", &in) || !gbcs_alert_code(r, &in) ||
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
    {0x0008,
     0x0008,
     "CS02a Provide Security Credential Details",
     {NULL, gbcs_cells_command, gbcs_cells_response, NULL}},
    {0x011B,
     0x011B,
     "CS02f Provide Security Credential Details",
     {NULL, gbcs_cells_command, gbcs_cells_response, NULL}},
    {0x0100, 0x0109, "CS02b Update Security Credentials", {NULL, gbcs_replace_command, gbcs_replace_response, NULL}},
    {0x0125,
     0x0126,
     "CS02g Update Load Controller Credentials",
     {NULL, gbcs_replace_command, gbcs_replace_response, NULL}},
    {0x00CB, 0x00CB, "CS02b future-dated outcome Alert", {NULL, NULL, NULL, gbcs_replace_alert}},
    {0x0124, 0x0124, "CS02g future-dated outcome Alert", {NULL, NULL, NULL, gbcs_replace_alert}},
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
