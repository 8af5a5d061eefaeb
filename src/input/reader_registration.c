/* registration: who is registered for a supply point, from when to when. Dates are days in Great Britain. */
#include "fields_int.h"

enum { MPXN, SUPPLIER_ID, EFFECTIVE_FROM, EFFECTIVE_TO, NETWORK_OPERATOR_ID };

static const struct column columns[] = {
    [MPXN] = {"mpxn", true},
    [SUPPLIER_ID] = {"supplier_id", true},
    [EFFECTIVE_FROM] = {"effective_from", true},
    [EFFECTIVE_TO] = {"effective_to", false},
    [NETWORK_OPERATOR_ID] = {"network_operator_id", false},
};

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct registration_row reg = {.source = r->source};

    if (!field_mpxn(r, MPXN, &reg.mpxn) || !field_party(r, SUPPLIER_ID, &reg.supplier) ||
        !field_instant(r, EFFECTIVE_FROM, ZONE_LONDON, DATE_START, &reg.effective_from) ||
        !field_instant(r, EFFECTIVE_TO, ZONE_LONDON, DATE_END, &reg.effective_to) ||
        !field_party(r, NETWORK_OPERATOR_ID, &reg.network_operator))
        return false;
    if (reg.effective_to != INSTANT_NONE && reg.effective_to <= reg.effective_from)
        return fault_value(r->fault, field_name(r, EFFECTIVE_TO), row_field(r, EFFECTIVE_TO),
                           "is not after effective_from; wanted is the end of the registration, or nothing");
    intake_pack_registration(packed, &reg);
    *out = (struct parcel){INTAKE_REGISTRATION, reg.mpxn, reg.effective_from};
    return true;
}

static const struct table_kind kind = {columns, ARRAY_LEN(columns), pack, NULL};

TABLE_READER(registration, kind);
