/* Rows of the log as DUIS documents. */
#include "duis_out_int.h"

#include "base/text.h"
#include "codec/base64.h"
#include "made_int.h"
#include "put_int.h"
#include "world_int.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define NAMESPACE "http://www.dccinterface.co.uk/ServiceUserGateway"

struct duis_out {
    struct sink *requests, *responses;
    struct calendar days, executions;
    struct buf base64;
    struct der_out der;
};

int duis_out_create(struct duis_out **out, const char *folder, bool gzip, struct err *err)
{
    struct duis_out *const o = calloc(1, sizeof(*o));
    char path[PATH_MAX] = "";

    *out = NULL;
    if (o == NULL)
        return err_nomem(err);
    if (folder != NULL) {
        const int len = snprintf(path, sizeof(path), "%s/duis", folder);

        if (len < 0 || (size_t)len >= sizeof(path) || mkdir(path, 0750) < 0) {
            free(o);
            return err_errno(err, ERR_CREATE, "cannot create folder '%s/duis'", folder);
        }
    }
    if (sink_create(&o->requests, folder != NULL ? path : NULL, "requests.xml", gzip, err) < 0 ||
        sink_create(&o->responses, folder != NULL ? path : NULL, "responses.xml", gzip, err) < 0) {
        sink_discard(o->requests);
        free(o);
        return -1;
    }
    *out = o;
    return 0;
}

uint64_t duis_out_bytes(const struct duis_out *o)
{
    return sink_bytes(o->requests) + sink_bytes(o->responses);
}

int duis_out_close(struct duis_out *o, struct err *err)
{
    int rc = o->base64.failed ? err_nomem(err) : 0;

    if (sink_close(o->requests, rc == 0 ? err : &(struct err){0}) < 0)
        rc = -1;
    if (sink_close(o->responses, rc == 0 ? err : &(struct err){0}) < 0)
        rc = -1;
    buf_release(&o->base64);
    free(o);
    return rc;
}

static bool ends_in_dcc_systems(const struct log_entry *e)
{
    return e->variant == COMMAND_IN_DCC;
}

static uint64_t counter_of(const struct log_entry *e)
{
    return (uint64_t)e->requested_s * 1000 + e->number;
}

static char *put_id(char *p, const char *name, uint64_t from, uint64_t to, const struct log_entry *e)
{
    p = put_str(put_str(put_str(p, "<sr:"), name), ">");
    p = put_char(put_eui(p, from), ':');
    p = put_char(put_eui(p, to), ':');
    p = put_number(p, counter_of(e));
    return put_str(put_str(put_str(p, "</sr:"), name), ">");
}

static char *put_element(char *p, const char *name, const char *value)
{
    p = put_str(put_str(put_str(p, "<sr:"), name), ">");
    p = put_str(p, value);
    return put_str(put_str(put_str(p, "</sr:"), name), ">");
}

/* 6.15 of 6.15.1; others are both. */
static char *put_references(char *p, srv_code srv)
{
    char whole[SRV_TEXT_SIZE], service[SRV_TEXT_SIZE];
    char *dot;

    whole[srv_format(srv, whole)] = '\0';
    strcpy(service, whole);
    dot = strchr(service, '.');
    dot = dot != NULL ? strchr(dot + 1, '.') : NULL;
    if (dot != NULL)
        *dot = '\0';
    return put_element(put_element(p, "ServiceReference", service), "ServiceReferenceVariant", whole);
}

static char *put_der(struct duis_out *o, char *p, const char *name)
{
    buf_clear(&o->base64);
    base64_encode((struct text){(const char *)der_out_bytes(&o->der), der_out_len(&o->der)}, &o->base64);
    if (o->base64.failed)
        return p;
    p = put_str(put_str(put_str(p, "<sr:"), name), ">");
    memcpy(p, o->base64.ptr, o->base64.len);
    p += o->base64.len;
    return put_str(put_str(put_str(p, "</sr:"), name), ">");
}

static char *put_execution(struct duis_out *o, char *p, const struct log_entry *e)
{
    if (e->execution_s == NO_TIME)
        return p;
    p = put_str(p, "<sr:ExecutionDateTime>");
    p = put_time(p, &o->executions, e->execution_s == CANCELLED ? CANCEL_DATE : e->execution_s);
    return put_str(p, "</sr:ExecutionDateTime>");
}

static const char *role_name(enum party_role role)
{
    return role == ROLE_SUPPLIER ? "Supplier" : "NetworkOperator";
}

static char *put_eui_element(char *p, const char *name, uint64_t id)
{
    p = put_str(put_str(put_str(p, "<sr:"), name), ">");
    p = put_eui(p, id);
    return put_str(put_str(put_str(p, "</sr:"), name), ">");
}

/* What a request has in its body; a Supplier whose log has lost it, has lost it here. */
static char *put_request_body(struct duis_out *o, char *p, const struct log_entry *e)
{
    if (e->srv == SRV(11, 1, 0)) {
        p = put_element(put_element(p, "FirmwareImage", "AA=="), "FirmwareVersion", "2");
        p = put_eui_element(put_str(p, "<sr:DeviceIDList>"), "DeviceID", e->device);
        return put_str(p, "</sr:DeviceIDList>");
    }
    if (ends_in_dcc_systems(e))
        return put_eui_element(p, "DeviceID", e->device);
    if (e->other_device != 0)
        p = put_eui_element(p, "OtherDeviceID", e->other_device);
    if (e->srv == SRV(6, 17, 0) && e->credential != KEY_NONE)
        p = put_element(p, "CredentialType",
                        e->credential == KEY_DIGITAL_SIGNATURE ? "Digital Signature" : "Key Agreement");
    p = put_execution(o, p, e);
    if (e->role != ROLE_NONE && e->srv != SRV(6, 23, 0))
        p = put_element(p, "RemotePartyRole", role_name(e->role));
    if (e->srv == SRV(6, 15, 2) && e->credential != KEY_NONE) {
        der_out_begin(&o->der);
        made_certificate(&o->der, e);
        p = put_der(o, p, "DeviceCertificate");
    }
    return p;
}

static const char *body_element(srv_code srv)
{
    static const struct {
        srv_code srv;
        const char *element;
    } bodies[] = {
        {SRV(6, 15, 1), "UpdateSecurityCredentialsKRP"},
        {SRV(6, 15, 2), "UpdateSecurityCredentialsDevice"},
        {SRV(6, 17, 0), "IssueSecurityCredentials"},
        {SRV(6, 21, 0), "RequestHandoverOfDCCControlledDevice"},
        {SRV(6, 23, 0), "UpdateSecurityCredentialsCoS"},
        {SRV(8, 1, 1), "CommissionDeviceSynchroniseClock"},
        {SRV(8, 2, 0), "ReadInventory"},
        {SRV(8, 7, 1), "JoinServiceCritical"},
        {SRV(8, 7, 2), "JoinServiceNonCritical"},
        {SRV(8, 8, 1), "UnjoinServiceCritical"},
        {SRV(8, 8, 2), "UnjoinServiceNonCritical"},
        {SRV(8, 13, 0), "ReturnLocalCommandResponse"},
        {SRV(11, 1, 0), "UpdateFirmware"},
        {SRV(11, 2, 0), "ReadFirmwareVersion"},
        {SRV(11, 3, 0), "ActivateFirmware"},
    };

    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        if (bodies[i].srv == srv)
            return bodies[i].element;
    return "ServiceRequest";
}

static void write_request(struct duis_out *o, const struct log_entry *e)
{
    const char variant[] = {(char)('0' + e->variant), '\0'};
    const char *const body = body_element(e->srv);
    char *p = sink_line(o->requests);

    p = put_str(p, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sr:Request xmlns:sr=\"" NAMESPACE
                   "\" schemaVersion=\"5.4\"><sr:Header>");
    p = put_id(p, "RequestID", e->user, ends_in_dcc_systems(e) ? ENTITY_ACB : e->device, e);
    p = put_references(put_element(p, "CommandVariant", variant), e->srv);
    p = put_str(put_str(put_str(p, "</sr:Header><sr:Body><sr:"), body), ">");
    p = put_request_body(o, p, e);
    p = put_str(put_str(put_str(p, "</sr:"), body), "></sr:Body></sr:Request>\n");
    sink_end(o->requests, p);
}

/* What the response holds beside its References. */
static char *put_response_message(struct duis_out *o, char *p, const struct log_entry *e)
{
    if (e->variant == 4) {
        made_pre_command(&o->der, e, counter_of(e));
        p = put_element(put_str(p, "<sr:PreCommand>"), "GBCSVersion", "4.1");
        return put_str(put_der(o, p, "GBCSPayload"), "</sr:PreCommand>");
    }
    if (e->code == CODE_8F66) {
        p = put_element(put_str(p, "<sr:FutureDatedDeviceAlertMessage>"), "FutureDatedAlertCode", "8F66");
        (void)made_answer(&o->der, e, counter_of(e));
        return put_str(put_der(o, p, "GBCSPayload"), "</sr:FutureDatedDeviceAlertMessage>");
    }
    if ((e->code == CODE_I0 || e->code == CODE_IO) && !ends_in_dcc_systems(e) && made_answer(&o->der, e, counter_of(e)))
        p = put_der(o, p, "GBCSPayload");
    return p;
}

static bool has_result(const struct log_entry *e)
{
    return e->code == CODE_I0 || e->code == CODE_IO || e->code == CODE_8F66;
}

/* A word that nobody knows cannot be put into GBCS; a response code can. */
static const char *code_of(const struct log_entry *e)
{
    if (e->code == CODE_8F66)
        return log_codes[CODE_I0];
    return log_codes[e->said == SAID_NONSENSE ? CODE_E77 : e->code];
}

static void write_response(struct duis_out *o, const struct log_entry *e)
{
    const uint64_t target = ends_in_dcc_systems(e) ? ENTITY_ACB : e->device;
    struct log_entry shown = *e;
    char *p = sink_line(o->responses);

    if (e->said == SAID_NONSENSE)
        shown.code = CODE_E77;
    p = put_str(p, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sr:Response xmlns:sr=\"" NAMESPACE
                   "\" schemaVersion=\"5.4\"><sr:Header>");
    p = put_id(p, "RequestID", e->user, target, e);
    if (has_result(&shown))
        p = put_id(p, "ResponseID", target, e->user, e);
    p = put_element(p, "ResponseCode", code_of(e));
    p = put_str(p, "<sr:ResponseDateTime>");
    p = put_time(p, &o->days, e->responded_s);
    p = put_str(p, "</sr:ResponseDateTime></sr:Header><sr:Body><sr:ResponseMessage>");
    p = put_references(p, e->srv);
    p = put_response_message(o, p, &shown);
    p = put_str(p, "</sr:ResponseMessage></sr:Body></sr:Response>\n");
    sink_end(o->responses, p);
}

void duis_write(struct duis_out *o, const struct log_entry *e)
{
    if (e->begins)
        write_request(o, e);
    if (e->responded_s != NO_TIME && !e->copied)
        write_response(o, e);
}
