/* GBCS payloads of DUIS documents: what the Device says, held against what the document says. */
#include "codec/base64.h"
#include "duis_record_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODE_BY_TRANS_COS 7 /* credentialsReplacementMode supplierByTransCoS: by the DCC, with a counter of its own */

#define GBCS_CANCELLED_FROM                                                                                            \
    (INT64_C(253370764800) * INSTANT_SECOND)                   /* 9999-01-01: the command is to run on 9999-12-31 */
#define DUIS_CANCELLED (INT64_C(32535129600) * INSTANT_SECOND) /* 3000-12-31 */

static const struct text payload_name = TEXT_LITERAL("GBCSPayload");

/* SRVs for which the DCC is the originator, with a counter that is not that of the RequestID. */
static bool has_own_counter(srv_code srv)
{
    return srv == SRV(6, 21, 0) || srv == SRV(6, 23, 0) || srv == SRV(6, 24, 1);
}

static bool is_outcome_alert(const struct gbcs_message *m)
{
    return m->cra == GBCS_ALERT &&
           (m->code == GBCS_CS02B_OUTCOME || m->code == GBCS_CS02G_OUTCOME || m->code == GBCS_CS06_OUTCOME);
}

/* An Alert is tied to its Command by what it holds; that of CS06 has a Message Code of its own. */
static bool has_code(srv_code srv, const struct gbcs_message *m)
{
    if (is_outcome_alert(m))
        return (m->code == GBCS_CS06_OUTCOME) == (srv == SRV(11, 3, 0));
    return gbcs_code_is_of(m->code, srv);
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
    char srv[SRV_TEXT_SIZE];

    if (!gbcs_has_codes_of(head->srv)) /* no rule or report uses it: any will do */
        return true;
    srv[srv_format(head->srv, srv)] = '\0';
    if (!has_code(head->srv, m))
        return fault_set(fault, payload_name, "has Message Code %04X, which is none of SRV %s", m->code, srv);
    if (head->request_id.present && !has_own_counter(head->srv) && !same_counter(m, &head->request_id))
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

static bool reads_cells(const struct gbcs_message *m)
{
    return m->code == GBCS_CS02A || m->code == GBCS_CS02F;
}

/* The Execution Status: a word, or the number by which the Device tells what is wrong. */
static void set_status(const struct gbcs_message *m, char out[STATUS_TEXT_SIZE])
{
    const bool reads = m->cra == GBCS_RESPONSE && reads_cells(m);

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
    case GBCS_CS02B_SUPPLIER:
        return ROLE_SUPPLIER;
    case GBCS_CS02B_NETWORK_OPERATOR:
        return ROLE_NETWORK_OPERATOR;
    case GBCS_CS02G:
    case GBCS_CS02G_LOAD_CONTROLLER:
        return ROLE_LOAD_CONTROLLER;
    default:
        return ROLE_NONE;
    }
}

void duis_note_certificate(const struct certificate *c, struct request_row *row)
{
    row->sent_serial = text_of(c->serial);
    row->sent_key_id = c->key_id;
    if (row->credential_type == KEY_NONE && c->key_usage != KEY_KEY_CERT_SIGN)
        row->credential_type = c->key_usage;
}

/* A cancellation is dated otherwise in GBCS than in DUIS. */
static instant execution_of(const struct gbcs_message *m)
{
    return m->execution_at > GBCS_CANCELLED_FROM ? DUIS_CANCELLED : m->execution_at;
}

static void fill_from_command(const struct duis_take *t, const struct gbcs_message *m, struct duis_payload *out,
                              struct request_row *row)
{
    if (row->credential_type == KEY_NONE)
        row->credential_type = m->key_usage;
    if (row->execution_at == INSTANT_NONE)
        row->execution_at = execution_of(m);
    if (row->other_device == 0)
        row->other_device = m->other_device;
    if (out->sent.count == 0)
        duis_sent_by_command(m, &out->sent);
    if (m->certificate.len == 0 || row->srv != SRV(6, 15, 2))
        return;
    if (x509_read(m->certificate, &out->certificate, NULL) == 0)
        duis_note_certificate(&out->certificate, row);
    else
        duis_note_unread(t, payload_name);
}

/* What the Device was seen to hold: the cells of CS02a and CS02f, the certificate of CS02e. */
static bool fill_snapshot(const struct gbcs_message *m, struct duis_payload *out, struct fault *fault)
{
    const struct certificate *const c = &out->certificate;
    struct err why = {0};

    out->snap.cells = m->cells;
    out->snap.cell_count = m->cell_count;
    if (reads_cells(m)) {
        out->snap.source_name = TEXT_LITERAL("6.24.1");
        out->has_snapshot = true;
    }
    if (m->code != GBCS_CS02E || m->certificate.len == 0)
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
    out->srv = gbcs_srv_of_code(m->code);
    row->outcome_count = (uint8_t)m->outcome_count;
    row->outcomes = out->message.outcomes;
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
    out->srv = m->code == GBCS_CS06_OUTCOME               ? SRV(11, 3, 0)
               : m->replacement_mode == MODE_BY_TRANS_COS ? SRV(6, 23, 0)
                                                          : SRV(6, 15, 1);
    if (out->srv != SRV(6, 23, 0))
        out->request_id = (struct request_id){true, m->target, m->originator, m->command_counter};
}

bool duis_payload_read(const struct duis_take *t, const struct duis_head *head, struct request_row *row,
                       struct duis_payload *out, struct fault *fault)
{
    const struct gbcs_message *const m = &out->message;
    const bool used = gbcs_has_codes_of(head->srv) || head->srv == 0;
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
    if (m->cra != GBCS_COMMAND)
        return fill_from_answer(m, out, row, fault);
    fill_from_command(t, m, out, row);
    return true;
}
