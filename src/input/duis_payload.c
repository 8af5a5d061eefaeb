/* GBCS payloads of DUIS documents: what the Device says, held against what the document says. */
#include "codec/base64.h"
#include "duis_record_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODES_MAX 5

#define MODE_BY_TRANS_COS 7 /* credentialsReplacementMode supplierByTransCoS: by the DCC, with a counter of its own */

#define GBCS_CANCELLED_FROM                                                                                            \
    (INT64_C(253370764800) * INSTANT_SECOND)                   /* 9999-01-01: the command is to run on 9999-12-31 */
#define DUIS_CANCELLED (INT64_C(32535129600) * INSTANT_SECOND) /* 3000-12-31 */

/* The Message Codes that belong to an SRV, as far as a rule or a report uses the SRV; for others any will do. */
static const struct service {
    srv_code srv;
    bool own_counter; /* the DCC is the originator, with a counter that is not that of the RequestID */
    uint16_t codes[CODES_MAX];
} services[] = {
    {SRV(6, 15, 1), false, {0x0102, 0x0103, 0x0125, 0x0126}},
    {SRV(6, 15, 2), false, {0x000B}},
    {SRV(6, 17, 0), false, {0x000A}},
    {SRV(6, 21, 0), true, {0x0102, 0x0103, 0x0126}},
    {SRV(6, 23, 0), true, {0x0107}},
    {SRV(6, 24, 1), true, {0x0008, 0x011B}},
    {SRV(6, 24, 2), false, {0x000C}},
    {SRV(8, 1, 1), false, {0x0062, 0x007F}},
    {SRV(8, 7, 1), false, {0x000D, 0x00AB, 0x00AF}},
    {SRV(8, 7, 2), false, {0x000E, 0x00AB, 0x00AF}},
    {SRV(8, 8, 1), false, {0x000F}},
    {SRV(8, 8, 2), false, {0x000F, 0x0010}},
    {SRV(11, 3, 0), false, {0x0012}},
};

static const struct text payload_name = TEXT_LITERAL("GBCSPayload");

static const struct service *service_of(srv_code srv)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (services[i].srv == srv)
            return &services[i];
    return NULL;
}

/* The SRV that a payload is of, where its Message Code leaves no doubt. */
static srv_code srv_of_code(uint16_t code)
{
    srv_code found = 0;

    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        for (size_t k = 0; k < CODES_MAX && services[i].codes[k] != 0; k++)
            if (services[i].codes[k] == code) {
                if (found != 0)
                    return 0;
                found = services[i].srv;
            }
    return found;
}

static bool is_outcome_alert(const struct gbcs_message *m)
{
    return m->cra == GBCS_ALERT && (m->code == 0x00CB || m->code == 0x0124 || m->code == 0x00CA);
}

/* An Alert is tied to its Command by what it holds; that of CS06 has a Message Code of its own. */
static bool has_code(const struct service *s, const struct gbcs_message *m)
{
    if (is_outcome_alert(m))
        return (m->code == 0x00CA) == (s->srv == SRV(11, 3, 0));
    for (size_t i = 0; i < CODES_MAX && s->codes[i] != 0; i++)
        if (s->codes[i] == m->code)
            return true;
    return false;
}

static bool same_counter(const struct gbcs_message *m, const struct request_id *id)
{
    if (m->cra == GBCS_ALERT)
        return m->command_counter == id->counter;
    return m->counter == id->counter || (m->has_supplementary && m->supplementary_counter == id->counter &&
                                         m->supplementary_party == id->originator);
}

static bool check_device(const struct gbcs_message *m, uint64_t device, struct fault *fault)
{
    const uint64_t told = m->cra == GBCS_COMMAND ? m->target : m->originator;

    return told == device ||
           fault_set(fault, payload_name, "is a message of Device %016" PRIX64 ", its document is about %016" PRIX64,
                     told, device);
}

static bool check_service(const struct gbcs_message *m, const struct duis_head *head, struct fault *fault)
{
    const struct service *const s = service_of(head->srv);
    char srv[SRV_TEXT_SIZE];

    if (s == NULL)
        return true;
    srv[srv_format(head->srv, srv)] = '\0';
    if (!has_code(s, m))
        return fault_set(fault, payload_name, "has Message Code %04X, which is none of SRV %s", m->code, srv);
    if (head->request_id.present && !s->own_counter && !same_counter(m, &head->request_id))
        return fault_set(fault, payload_name, "has counter %" PRIu64 ", the RequestID of its document has %" PRIu64,
                         m->counter, head->request_id.counter);
    return true;
}

static bool check_kind(const struct gbcs_message *m, const struct duis_document *d, struct fault *fault)
{
    const bool command = d->request && !duis_holds(d, DUIS_DEVICE_GBCS_RESPONSE);
    const bool alert = !d->request && (duis_holds(d, DUIS_FUTURE_DATED_ALERT) || duis_holds(d, DUIS_DEVICE_ALERT));
    const enum gbcs_cra wanted = command ? GBCS_COMMAND : alert ? GBCS_ALERT : GBCS_RESPONSE;
    static const char *const words[] = {
        [GBCS_COMMAND] = "Command", [GBCS_RESPONSE] = "Response", [GBCS_ALERT] = "Alert"};

    return m->cra == wanted || fault_set(fault, payload_name, "is a GBCS %s, its document asks for a GBCS %s",
                                         words[m->cra], words[wanted]);
}

/* The Execution Status: a word, or the number by which the Device tells what is wrong. */
static void set_status(const struct gbcs_message *m, char out[STATUS_TEXT_SIZE])
{
    const bool reads = m->cra == GBCS_RESPONSE && (m->code == 0x0008 || m->code == 0x011B);

    out[0] = '\0';
    if (m->result == GBCS_SUCCESS || (m->result == GBCS_NO_RESULT && reads)) {
        strcpy(out, "Success");
    } else if (m->result == GBCS_FAILURE) {
        strcpy(out, "Failure");
        if (m->has_response_code && m->response_code != 0)
            snprintf(out, STATUS_TEXT_SIZE, "%" PRId64, m->response_code);
        for (size_t i = m->outcome_count; i-- > 0;)
            if (m->outcomes[i].status != 0)
                snprintf(out, STATUS_TEXT_SIZE, "%u", m->outcomes[i].status);
    }
}

static enum party_role role_of_code(uint16_t code)
{
    switch (code) {
    case 0x0102:
        return ROLE_SUPPLIER;
    case 0x0103:
        return ROLE_NETWORK_OPERATOR;
    case 0x0125:
    case 0x0126:
        return ROLE_LOAD_CONTROLLER;
    default:
        return ROLE_NONE;
    }
}

static bool note_certificate(const struct certificate *c, struct request_row *row)
{
    row->sent_serial = text_of(c->serial);
    row->sent_key_id = c->key_id;
    if (row->credential_type == KEY_NONE && c->key_usage != KEY_KEY_CERT_SIGN)
        row->credential_type = c->key_usage;
    return true;
}

bool duis_sent_certificate(struct worker *w, struct text base64, struct certificate *out, struct request_row *row,
                           struct fault *fault)
{
    struct err why = {0};

    buf_clear(&w->packed);
    if (base64_decode(base64, &w->packed, &why) < 0 || x509_read(buf_text(&w->packed), out, &why) < 0)
        return fault_set(fault, TEXT_LITERAL("DeviceCertificate"), "%s", why.msg);
    return note_certificate(out, row);
}

/* A cancellation is dated otherwise in GBCS than in DUIS. */
static instant execution_of(const struct gbcs_message *m)
{
    return m->execution_at > GBCS_CANCELLED_FROM ? DUIS_CANCELLED : m->execution_at;
}

static bool fill_from_command(const struct gbcs_message *m, struct duis_payload *out, struct request_row *row,
                              struct fault *fault)
{
    struct err why = {0};

    if (row->credential_type == KEY_NONE)
        row->credential_type = m->key_usage;
    if (row->execution_at == INSTANT_NONE)
        row->execution_at = execution_of(m);
    if (row->other_device == 0)
        row->other_device = m->other_device;
    if (m->certificate.len == 0 || row->srv != SRV(6, 15, 2))
        return true;
    if (x509_read(m->certificate, &out->certificate, &why) < 0)
        return fault_set(fault, payload_name, "holds a certificate that %s", why.msg);
    return note_certificate(&out->certificate, row);
}

/* What the Device was seen to hold: the cells of CS02a and CS02f, the certificate of CS02e. */
static bool fill_snapshot(const struct gbcs_message *m, struct duis_payload *out, struct fault *fault)
{
    const struct certificate *const c = &out->certificate;
    struct err why = {0};

    out->snap.cells = m->cells;
    out->snap.cell_count = m->cell_count;
    if (m->code == 0x0008 || m->code == 0x011B) {
        out->snap.source_name = TEXT_LITERAL("6.24.1");
        out->has_snapshot = true;
    }
    if (m->code != 0x000C || m->certificate.len == 0)
        return true;
    if (x509_read(m->certificate, &out->certificate, &why) < 0)
        return fault_set(fault, payload_name, "holds a certificate that %s", why.msg);
    if (c->key_usage != KEY_DIGITAL_SIGNATURE && c->key_usage != KEY_KEY_AGREEMENT)
        return true; /* nobody can tell which of the two it is */
    out->cert = (struct device_cert){.key_usage = c->key_usage,
                                     .not_before = c->not_before,
                                     .subject = c->subject,
                                     .key_id = c->key_id,
                                     .issuer_key_id = c->issuer_key_id,
                                     .serial = text_of(c->serial)};
    out->snap.source_name = TEXT_LITERAL("6.24.2");
    out->snap.certs = &out->cert;
    out->snap.cert_count = 1;
    out->has_snapshot = true;
    return true;
}

static bool fill_from_answer(const struct gbcs_message *m, struct duis_payload *out, struct request_row *row,
                             struct fault *fault)
{
    set_status(m, out->status);
    out->srv = srv_of_code(m->code);
    row->outcome_count = (uint8_t)m->outcome_count;
    memcpy(row->outcomes, m->outcomes, m->outcome_count * sizeof(m->outcomes[0]));
    if (m->cra == GBCS_ALERT)
        row->execution_at = execution_of(m);
    return fill_snapshot(m, out, fault);
}

/* The replacement mode tells whose Command an Alert is about; and with it, whether its counter is that of a RequestID.
 */
static void tie_alert(struct duis_payload *out)
{
    const struct gbcs_message *const m = &out->message;

    if (!is_outcome_alert(m))
        return;
    out->srv = m->code == 0x00CA                          ? SRV(11, 3, 0)
               : m->replacement_mode == MODE_BY_TRANS_COS ? SRV(6, 23, 0)
                                                          : SRV(6, 15, 1);
    if (out->srv != SRV(6, 23, 0))
        out->request_id = (struct request_id){true, m->target, m->originator, m->command_counter};
}

bool duis_payload_read(const struct duis_take *t, const struct duis_head *head, struct request_row *row,
                       struct duis_payload *out, struct fault *fault)
{
    const struct gbcs_message *const m = &out->message;
    const bool used = service_of(head->srv) != NULL || head->srv == 0;
    const bool alone = !head->request_id.present; /* an alert */
    struct err why = {0};

    if (gbcs_decode(t->document->payload, &out->message, NULL, NULL, &why) < 0) {
        if (!used && why.code == ERR_DATA)
            return true; /* it may be a Use Case of a kind that nobody here needs */
        return fault_set(fault, payload_name, "cannot be read: %s", why.msg);
    }
    if (m->is_segment)
        return !used || fault_set(fault, payload_name,
                                  "is a segment of a General Block Transfer: the parts are not put together");
    if (!check_kind(m, t->document, fault) || !check_device(m, row->device, fault) || !check_service(m, head, fault))
        return false;
    if (row->remote_party_role == ROLE_NONE)
        row->remote_party_role = role_of_code(m->code);
    if (alone)
        tie_alert(out);
    if (m->cra == GBCS_COMMAND)
        return fill_from_command(m, out, row, fault);
    return fill_from_answer(m, out, row, fault);
}
