/* inventory: extracts of the Smart Metering Inventory, as CSV. */
#include "inventory_int.h"

#include "fields_int.h"

static const struct column inventory_columns[] = {
    [DEVICE_ID] = {"device_id", true, .holds = HOLDS_EUI64},
    [TYPE] = {"device_type", true, .words = &vocab_device_type},
    [STATUS] = {"status", true, .may_be_blank = true, .words = &vocab_smi_status},
    [SMETS] = {"smets", false, .any_text = true},
    [COMMISSIONED_AT] = {"commissioned_at", false, .date = true},
    [CHF_ID] = {"chf_id", false, .holds = HOLDS_EUI64},
    [MPXN] = {"mpxn", false, .holds = HOLDS_MPXN},
    [CSP_REGION] = {"csp_region", false, .words = &vocab_csp_region},
    [MANUFACTURER] = {"manufacturer", false, .any_text = true},
    [MODEL] = {"model", false, .any_text = true},
    [FIRMWARE] = {"firmware", false, .any_text = true},
    [S1_COHORT] = {"s1_cohort", false, .words = &vocab_s1_cohort},
    [EXTRACTED_AT] = {"extracted_at", false, .date = true},
    [GBCS_VERSION] = {"gbcs_version", false, .any_text = true},
};

/* Type 2 Devices have no status; of others it may be missing only where a row tells of a premises and has no such
 * column. */
static bool check_status(const struct row *r, const struct inventory_row *inv)
{
    const bool type_2 = inv->type == DEVICE_IHD || inv->type == DEVICE_CAD;

    if (inv->status != SMI_NONE || type_2 || r->heading->position[STATUS] >= r->heading->field_count)
        return true;
    return fault_set(r->fault, field_name(r, STATUS), "is blank, but every Device needs it that is no IHD or CAD");
}

static bool read_terms(const struct row *r, struct inventory_row *out)
{
    unsigned type, status, region, cohort;

    if (!field_term(r, TYPE, &type) || !field_term(r, STATUS, &status) || !field_term(r, CSP_REGION, &region) ||
        !field_term(r, S1_COHORT, &cohort))
        return false;
    out->type = type;
    out->status = status;
    out->region = region;
    out->cohort = cohort;
    if (!check_status(r, out))
        return false;
    return smets_parse(row_field(r, SMETS), row_field(r, GBCS_VERSION), type, &out->smets) ||
           fault_value(r->fault, field_name(r, SMETS), row_field(r, SMETS),
                       "is no SMETS version; wanted is one like SMETS1, SMETS2+, V4.2 or CHTS V1.0");
}

static bool read_extracted_at(const struct row *r, instant *out)
{
    if (!field_extracted_at(r, EXTRACTED_AT, out))
        return false;
    if (*out != INSTANT_NONE)
        return true;
    return fault_set(r->fault, field_name(r, EXTRACTED_AT),
                     "is blank, and neither --extracted-at nor the file's name says when the extract was taken");
}

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct inventory_row inv = {.source = r->source};

    if (!field_identity(r, DEVICE_ID, &inv.device) || !read_terms(r, &inv) ||
        !field_instant_or_day(r, COMMISSIONED_AT, &inv.commissioned_at, &inv.commissioned_on) ||
        !field_identity(r, CHF_ID, &inv.chf) || !field_mpxn(r, MPXN, &inv.mpxn) ||
        !field_text(r, MANUFACTURER, NAME_MAX_BYTES, &inv.manufacturer) ||
        !field_text(r, MODEL, NAME_MAX_BYTES, &inv.model) || !field_text(r, FIRMWARE, NAME_MAX_BYTES, &inv.firmware) ||
        !read_extracted_at(r, &inv.extracted_at))
        return false;
    evidence_pack_inventory(packed, &inv);
    *out = (struct parcel){INTAKE_DEVICE, inv.device, inv.extracted_at};
    return true;
}

static const struct table_kind inventory_table = {inventory_columns, ARRAY_LEN(inventory_columns), pack, NULL};

/* An extract must say when it was taken: in a column, by --extracted-at, or by its name. */
static int open_inventory(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                          struct err *why)
{
    if (table_open_extract(job, head, consumed, file, why) < 0)
        return -1;
    if (job->extracted_at != INSTANT_NONE || table_has_column(job, EXTRACTED_AT))
        return 0;
    return err_set(why, ERR_DATA,
                   "'%s' does not say when the extract was taken: give --extracted-at, or a column 'extracted_at', or "
                   "one date in its name, as in smi-2021-10-01.csv or, with a time, smi-20211001T0600Z.csv",
                   job->name);
}

const struct reader_ops reader_inventory = {.kind = &reader_kinds[READER_inventory],
                                            .table = &inventory_table,
                                            .bid = table_bid,
                                            .open = open_inventory,
                                            .cut = table_cut,
                                            .parse = table_parse,
                                            .doubt = table_doubt,
                                            .close = table_close};
