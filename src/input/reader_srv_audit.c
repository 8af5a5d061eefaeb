/* What the DCC keeps of Devices: srv-audit, the Service Audit Trail, and dsp-checks. */
#include "fields_int.h"

#include <string.h>

enum {
    DEVICE_ID,
    SRV_OF_REQUEST,
    USER_ID,
    REQUESTED_AT,
    REQUEST_ID,
    USER_ROLE,
    CREDENTIAL_TYPE,
    REMOTE_PARTY_ROLE,
    COMMAND_VARIANT,
    EXECUTION_AT,
    OTHER_DEVICE_ID,
    RESPONDED_AT,
    RESPONSE_CODE,
    EXECUTION_STATUS
};

static const struct column srv_audit_columns[] = {
    [DEVICE_ID] = {"device_id", true, .holds = HOLDS_EUI64},
    [SRV_OF_REQUEST] = {"srv", true, .holds = HOLDS_SRV},
    [USER_ID] = {"user_id", true, .holds = HOLDS_EUI64},
    [REQUESTED_AT] = {"requested_at", true, .date = true},
    [REQUEST_ID] = {"request_id", false, .holds = HOLDS_REQUEST_ID},
    [USER_ROLE] = {"user_role", false, .words = &vocab_user_role},
    [CREDENTIAL_TYPE] = {"credential_type", false, .words = &vocab_key_usage},
    [REMOTE_PARTY_ROLE] = {"remote_party_role", false, .words = &vocab_party_role},
    [COMMAND_VARIANT] = {"command_variant", false},
    [EXECUTION_AT] = {"execution_at", false, .date = true},
    [OTHER_DEVICE_ID] = {"other_device_id", false, .holds = HOLDS_EUI64},
    [RESPONDED_AT] = {"responded_at", false, .date = true},
    [RESPONSE_CODE] = {"response_code", false, .any_text = true},
    [EXECUTION_STATUS] = {"execution_status", false, .any_text = true},
};

static bool read_credential_type(const struct row *r, enum key_usage *out)
{
    unsigned usage;

    if (!field_term(r, CREDENTIAL_TYPE, &usage))
        return false;
    *out = (enum key_usage)usage;
    if (usage != KEY_KEY_CERT_SIGN)
        return true;
    return fault_value(r->fault, field_name(r, CREDENTIAL_TYPE), row_field(r, CREDENTIAL_TYPE),
                       "is no Credential Type; wanted is Digital Signature (DS) or Key Agreement (KA)");
}

static bool read_command_variant(const struct row *r, uint8_t *out)
{
    const struct text t = row_field(r, COMMAND_VARIANT);

    *out = 0;
    if (t.len == 0)
        return true;
    if (t.len == 1 && t.ptr[0] >= '1' && t.ptr[0] <= '8') {
        *out = (uint8_t)(t.ptr[0] - '0');
        return true;
    }
    return fault_value(r->fault, field_name(r, COMMAND_VARIANT), t, "is no Command Variant; wanted is 1 to 8");
}

static bool read_terms(const struct row *r, struct request_row *out)
{
    unsigned user_role, party_role;
    enum key_usage credential_type;

    if (!field_term(r, USER_ROLE, &user_role) || !field_term(r, REMOTE_PARTY_ROLE, &party_role))
        return false;
    if (!read_credential_type(r, &credential_type))
        return false;
    out->user_role = (enum user_role)user_role;
    out->remote_party_role = (enum party_role)party_role;
    out->credential_type = credential_type;
    return read_command_variant(r, &out->command_variant);
}

static bool read_request_id(const struct row *r, struct request_row *req)
{
    const struct known_id known[] = {{row_field(r, USER_ID), req->user_id}, {row_field(r, DEVICE_ID), req->device}};

    return field_request_id(r, REQUEST_ID, known, &req->id);
}

static bool read_responded_at(const struct row *r, instant *out)
{
    const struct instant_form form = {ZONE_UTC, DATE_START, r->job->clock, r->job->month_first};

    if (field_instant(r, RESPONDED_AT, ZONE_UTC, DATE_START, out))
        return true;
    if (!instant_is_too_early(row_field(r, RESPONDED_AT), &form))
        return false;
    tally_note(r->tally, FINDING_EPOCH_ANSWER, r->source.line, row_field(r, RESPONDED_AT));
    return true;
}

static void look_at_answer(const struct row *r, struct request_row *req)
{
    const instant latest = r->job->extracted_at != INSTANT_NONE ? r->job->extracted_at + INSTANT_DAY : INSTANT_MAX;

    if (req->responded_at == INSTANT_NONE)
        return;
    if (req->responded_at < FIRST_ANSWER) {
        tally_note(r->tally, FINDING_EPOCH_ANSWER, r->source.line, row_field(r, RESPONDED_AT));
        req->responded_at = INSTANT_NONE;
    } else if (req->responded_at > latest) {
        tally_note(r->tally, FINDING_LATE_ANSWER, r->source.line, row_field(r, RESPONDED_AT));
    }
}

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct request_row req = {.source = r->source};

    if (!field_identity(r, DEVICE_ID, &req.device) || !field_srv(r, SRV_OF_REQUEST, &req.srv) ||
        !field_identity(r, USER_ID, &req.user_id) ||
        !field_instant(r, REQUESTED_AT, ZONE_UTC, DATE_START, &req.requested_at) || !read_request_id(r, &req) ||
        !read_terms(r, &req) || !field_instant(r, EXECUTION_AT, ZONE_UTC, DATE_START, &req.execution_at) ||
        !field_identity(r, OTHER_DEVICE_ID, &req.other_device) || !read_responded_at(r, &req.responded_at) ||
        !field_text(r, RESPONSE_CODE, RESPONSE_CODE_MAX, &req.response_code) ||
        !field_text(r, EXECUTION_STATUS, EXECUTION_STATUS_MAX, &req.execution_status))
        return false;
    look_at_answer(r, &req);
    evidence_pack_request(packed, &req);
    *out = (struct parcel){INTAKE_DEVICE, req.device, req.requested_at};
    return true;
}

static const struct table_kind kind = {srv_audit_columns, ARRAY_LEN(srv_audit_columns), pack, NULL};

TABLE_READER(srv_audit, kind);

/* ---- dsp-checks: whether the Data Services Provider found a Device communicating, and its Recovery cell right ---- */

enum { CHECKED_DEVICE, CHECKED_AT, CHECK, RESULT };

static const struct column dsp_checks_columns[] = {
    [CHECKED_DEVICE] = {"device_id", true, .holds = HOLDS_EUI64},
    [CHECKED_AT] = {"checked_at", true, .date = true},
    [CHECK] = {"check", true, .words = &vocab_check_kind},
    [RESULT] = {"result", false, .words = &vocab_check_result},
};

static bool pack_check(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct check_row check = {.source = r->source};
    unsigned check_kind, result;

    if (!field_identity(r, CHECKED_DEVICE, &check.device) ||
        !field_instant(r, CHECKED_AT, ZONE_UTC, DATE_START, &check.checked_at) || !field_term(r, CHECK, &check_kind) ||
        !field_term(r, RESULT, &result))
        return false;
    check.kind = check_kind;
    check.result = result;
    evidence_pack_check(packed, &check);
    *out = (struct parcel){INTAKE_DEVICE, check.device, check.checked_at};
    return true;
}

static const struct table_kind check_table = {dsp_checks_columns, ARRAY_LEN(dsp_checks_columns), pack_check, NULL};

TABLE_READER(dsp_checks, check_table);
