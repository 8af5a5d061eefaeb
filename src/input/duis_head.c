/* The values of DUIS elements, and the head of a document. */
#include "domain/eui64.h"
#include "duis_record_int.h"
#include "fields_int.h"

#include <stdio.h>

/* Between 2012 and 2100 a counter can be an instant: earlier there were no DCC systems. */
#define FIRST_INSTANT (INT64_C(1325376000) * INSTANT_SECOND)
#define LAST_INSTANT  (INT64_C(4102444800) * INSTANT_SECOND)

bool duis_fault(const struct duis_field *f, struct fault *fault, const char *what)
{
    return fault_value(fault, text_of(duis_name_text(f->name)), f->value, "%s", what);
}

bool duis_eui64(const struct duis_field *f, uint64_t *out, struct fault *fault)
{
    return (eui64_parse(f->value, out) && *out != 0 && *out != EUI64_ALL_ONES) ||
           duis_fault(f, fault, "is no EUI-64; wanted are 16 hexadecimal digits, as in 00-DB-12-34-56-78-90-A0");
}

bool duis_term(const struct duis_field *f, const struct vocabulary *v, unsigned *out, struct fault *fault)
{
    char what[64];

    if (term_parse(v, f->value, out))
        return true;
    snprintf(what, sizeof(what), "is no %s", v->name);
    return duis_fault(f, fault, what);
}

bool duis_instant(const struct duis_field *f, instant *out, struct fault *fault)
{
    const char *why;
    char what[160];

    if (instant_parse(f->value, ZONE_UTC, DATE_START, out, &why) == 0)
        return true;
    snprintf(what, sizeof(what), "is %s", why);
    return duis_fault(f, fault, what);
}

instant duis_counter_instant(uint64_t counter)
{
    return counter >= FIRST_INSTANT && counter < LAST_INSTANT ? (instant)counter : INSTANT_NONE;
}

static bool read_id(const struct duis_field *f, struct request_id *out, struct fault *fault)
{
    out->present = request_id_parse(f->value, out);
    return out->present || duis_fault(f, fault, "is not originator:target:counter, two EUI-64 and a number below 2^64");
}

/* The adapter has the parts of the RequestID in elements of their own. */
static bool read_id_part(const struct duis_field *f, struct request_id *id, struct fault *fault)
{
    uint64_t counter = 0;

    if (f->name == DUIS_ORIGINATOR_EUI)
        return duis_eui64(f, &id->originator, fault);
    if (f->name == DUIS_TARGET_EUI)
        return duis_eui64(f, &id->target, fault);
    if (!counter_parse(f->value, &counter))
        return duis_fault(f, fault, "is no counter; wanted is a number below 2^64");
    id->counter = counter;
    id->present = true;
    return true;
}

static bool read_variant(const struct duis_field *f, uint8_t *out, struct fault *fault)
{
    if (f->value.len != 1 || f->value.ptr[0] < '1' || f->value.ptr[0] > '8')
        return duis_fault(f, fault, "is no Command Variant; wanted is 1 to 8");
    *out = (uint8_t)(f->value.ptr[0] - '0');
    return true;
}

static bool read_code(const struct duis_field *f, struct text *out, struct fault *fault)
{
    *out = f->value;
    return f->value.len <= RESPONSE_CODE_MAX || duis_fault(f, fault, "is too long: at most 31 bytes can be kept");
}

static bool read_field(const struct duis_field *f, struct duis_head *out, struct request_id *parts, struct fault *fault)
{
    switch (f->name) {
    case DUIS_REQUEST_ID:
        return read_id(f, &out->request_id, fault);
    case DUIS_RESPONSE_ID:
        return read_id(f, &out->response_id, fault);
    case DUIS_ORIGINATOR_EUI:
    case DUIS_TARGET_EUI:
    case DUIS_ORIGINATOR_COUNTER:
        return read_id_part(f, parts, fault);
    case DUIS_COMMAND_VARIANT:
        return read_variant(f, &out->command_variant, fault);
    case DUIS_SERVICE_REFERENCE_VARIANT:
        return srv_parse(f->value, &out->srv) ||
               duis_fault(f, fault, "is no Service Reference Variant; wanted is one like 6.17 or 6.15.1");
    case DUIS_RESPONSE_CODE:
        return read_code(f, &out->response_code, fault);
    case DUIS_RESPONSE_DATE_TIME:
        return duis_instant(f, &out->responded_at, fault);
    default:
        return true;
    }
}

bool duis_head_read(const struct duis_document *d, struct duis_head *out, struct fault *fault)
{
    struct request_id parts = {0};

    *out = (struct duis_head){.responded_at = INSTANT_NONE};
    for (size_t i = 0; i < d->field_count; i++)
        if (d->fields[i].value.len > 0 && !read_field(&d->fields[i], out, &parts, fault))
            return false;
    if (!out->request_id.present && parts.present && parts.originator != 0 && parts.target != 0)
        out->request_id = parts;
    return true;
}
