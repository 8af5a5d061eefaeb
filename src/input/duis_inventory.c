/* Answers to Read Inventory (8.2): an inventory row for each Device. */
#include "duis_record_int.h"

static bool read_name(const struct duis_field *f, struct text *out, struct fault *fault)
{
    *out = f->value;
    return f->value.len <= NAME_MAX_BYTES || duis_fault(f, fault, "is too long: at most 255 bytes can be kept");
}

static bool read_mpxn(const struct duis_field *f, mpxn_code *out, struct fault *fault)
{
    const char *why;

    return mpxn_parse(f->value, out, &why) == 0 || duis_fault(f, fault, why);
}

static bool read_term(const struct duis_field *f, struct inventory_row *row, struct fault *fault)
{
    unsigned term = 0;

    switch (f->name) {
    case DUIS_DEVICE_TYPE:
        if (!duis_term(f, &vocab_device_type, &term, fault))
            return false;
        row->type = term;
        return true;
    case DUIS_DEVICE_STATUS:
        if (!duis_term(f, &vocab_smi_status, &term, fault))
            return false;
        row->status = term;
        return true;
    default:
        if (!duis_term(f, &vocab_csp_region, &term, fault))
            return false;
        row->region = term;
        return true;
    }
}

static bool read_field(const struct duis_field *f, struct inventory_row *row, struct fault *fault)
{
    switch (f->name) {
    case DUIS_DEVICE_ID:
        return duis_eui64(f, &row->device, fault);
    case DUIS_DEVICE_TYPE:
    case DUIS_DEVICE_STATUS:
    case DUIS_CSP_REGION:
        return read_term(f, row, fault);
    case DUIS_DEVICE_MANUFACTURER:
        return read_name(f, &row->manufacturer, fault);
    case DUIS_DEVICE_MODEL:
        return read_name(f, &row->model, fault);
    case DUIS_DEVICE_FIRMWARE:
        return read_name(f, &row->firmware, fault);
    case DUIS_DATE_COMMISSIONED:
        row->commissioned_on = instant_is_day(f->value, &(struct instant_form){.zone = ZONE_UTC});
        return duis_instant(f, &row->commissioned_at, fault);
    case DUIS_IMPORT_MPXN:
        return read_mpxn(f, &row->mpxn, fault);
    default:
        return true;
    }
}

/* The fields of one Device: from `first` on, up to the next. Returns where that is. */
static size_t device_end(const struct duis_document *d, size_t first)
{
    size_t i = first + 1;

    while (i < d->field_count && d->fields[i].name != DUIS_DEVICE &&
           !(d->fields[i].name == DUIS_DEVICE_ID && d->fields[i - 1].name != DUIS_DEVICE))
        i++;
    return i;
}

/* The versions of the Device tell together. */
static bool read_version(const struct duis_document *d, size_t first, size_t end, struct inventory_row *row,
                         struct fault *fault)
{
    struct duis_field smets = {DUIS_SMETS_VERSION, {0}};
    struct text gbcs = {0};

    for (size_t i = first; i < end; i++) {
        if (d->fields[i].name == DUIS_SMETS_VERSION)
            smets.value = d->fields[i].value;
        if (d->fields[i].name == DUIS_DEVICE_GBCS_VERSION)
            gbcs = d->fields[i].value;
    }
    return smets_parse(smets.value, gbcs, row->type, &row->smets) ||
           duis_fault(&smets, fault, "is no SMETS version; wanted is one like V4.2, SMETS V1.58 or CHTS V1.0");
}

/* IHD and CAD have no status: they are on the inventory or not. */
static bool has_no_status(enum device_type type)
{
    return type == DEVICE_IHD || type == DEVICE_CAD;
}

static bool read_device(const struct duis_take *t, size_t first, size_t end, struct inventory_row *row)
{
    struct fault *const fault = &t->worker->fault;

    for (size_t i = first; i < end; i++) {
        const struct duis_field *const f = &t->document->fields[i];
        if (f->value.len > 0 && !read_field(f, row, fault))
            return false;
    }
    if (row->device == 0)
        return fault_set(fault, TEXT_LITERAL("DeviceID"), "is missing");
    if (row->type == DEVICE_TYPE_NONE)
        return fault_set(fault, TEXT_LITERAL("DeviceType"), "is missing");
    if (row->status == SMI_NONE && !has_no_status(row->type))
        return fault_set(fault, TEXT_LITERAL("DeviceStatus"), "is missing");
    return read_version(t->document, first, end, row, fault);
}

/* The one Communications Hub of the answer: then the Devices are on its HAN. 0: none, or several. */
static uint64_t only_hub(const struct duis_document *d)
{
    uint64_t hub = 0, device = 0;
    struct fault ignored;

    for (size_t i = 0; i < d->field_count; i++) {
        const struct duis_field *const f = &d->fields[i];
        unsigned type = DEVICE_TYPE_NONE;

        if (f->name == DUIS_DEVICE_ID)
            (void)duis_eui64(f, &device, &ignored);
        if (f->name != DUIS_DEVICE_TYPE || !term_parse(&vocab_device_type, f->value, &type) || type != DEVICE_CHF)
            continue;
        if (hub != 0 && hub != device)
            return 0;
        hub = device;
    }
    return hub;
}

int duis_take_inventory(const struct duis_take *t, const struct duis_head *head, struct err *err)
{
    const struct duis_document *const d = t->document;
    const uint64_t hub = only_hub(d);
    size_t at = 0;

    if (head->responded_at == INSTANT_NONE)
        return (void)fault_set(&t->worker->fault, TEXT_LITERAL("ResponseDateTime"),
                               "is missing: nobody can tell when the inventory said so"),
               duis_reject(t, err);
    while (at < d->field_count && d->fields[at].name != DUIS_INVENTORY)
        at++;
    if (at + 1 >= d->field_count)
        worker_pass_over(t->worker); /* no Device is known there */
    for (at++; at < d->field_count;) {
        const size_t end = device_end(d, at);
        struct inventory_row row = {.smets = SMETS_2,
                                    .commissioned_at = INSTANT_NONE,
                                    .extracted_at = head->responded_at,
                                    .source = {t->job->number, t->at.line}};
        int rc;

        if (!read_device(t, at, end, &row)) {
            rc = duis_reject(t, err);
        } else {
            row.chf = row.type != DEVICE_CHF ? hub : 0;
            buf_clear(&t->worker->packed);
            evidence_pack_inventory(&t->worker->packed, &row);
            rc = worker_keep(t->worker, &(struct parcel){INTAKE_DEVICE, row.device, row.extracted_at}, err);
        }
        if (rc < 0)
            return -1;
        at = end;
    }
    return 0;
}
