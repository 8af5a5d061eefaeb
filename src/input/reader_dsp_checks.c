/* dsp-checks: whether the Data Services Provider found a Device communicating, and its Recovery cell right. */
#include "fields_int.h"

enum { DEVICE_ID, CHECKED_AT, CHECK, RESULT };

static const struct column columns[] = {
    [DEVICE_ID] = {"device_id", true},
    [CHECKED_AT] = {"checked_at", true},
    [CHECK] = {"check", true},
    [RESULT] = {"result", false},
};

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct check_row check = {.source = r->source};
    unsigned check_kind, result;

    if (!field_identity(r, DEVICE_ID, &check.device) ||
        !field_instant(r, CHECKED_AT, ZONE_UTC, DATE_START, &check.checked_at) ||
        !field_term(r, CHECK, &vocab_check_kind, &check_kind) || !field_term(r, RESULT, &vocab_check_result, &result))
        return false;
    check.kind = check_kind;
    check.result = result;
    evidence_pack_check(packed, &check);
    *out = (struct parcel){INTAKE_DEVICE, check.device, check.checked_at};
    return true;
}

static const struct table_kind kind = {columns, ARRAY_LEN(columns), pack, NULL};

TABLE_READER(dsp_checks, kind);
