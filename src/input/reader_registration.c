/* registration: who is registered for a supply point, from when to when. Dates are days in Great Britain. */
#include "fields_int.h"

enum { MPXN, SUPPLIER_ID, EFFECTIVE_FROM, EFFECTIVE_TO, NETWORK_OPERATOR_ID, EXTRACTED_AT };

static const struct column columns[] = {
    [MPXN] = {"mpxn", true},
    [SUPPLIER_ID] = {"supplier_id", true},
    [EFFECTIVE_FROM] = {"effective_from", true},
    [EFFECTIVE_TO] = {"effective_to", false},
    [NETWORK_OPERATOR_ID] = {"network_operator_id", false},
    [EXTRACTED_AT] = {"extracted_at", false},
};

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct registration_row reg = {.source = r->source};

    if (!field_mpxn(r, MPXN, &reg.mpxn) || !field_party(r, SUPPLIER_ID, &reg.supplier) ||
        !field_instant(r, EFFECTIVE_FROM, ZONE_LONDON, DATE_START, &reg.effective_from) ||
        !field_instant(r, EFFECTIVE_TO, ZONE_LONDON, DATE_END, &reg.effective_to) ||
        !field_party(r, NETWORK_OPERATOR_ID, &reg.network_operator) ||
        !field_extracted_at(r, EXTRACTED_AT, &reg.extracted_at))
        return false;
    intake_pack_registration(packed, &reg);
    *out = (struct parcel){INTAKE_REGISTRATION, reg.mpxn, reg.effective_from};
    return true;
}

static const struct table_kind kind = {columns, ARRAY_LEN(columns), pack, NULL};

EXTRACT_READER(registration, kind);
