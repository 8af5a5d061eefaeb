/* waivers and tickets: lists whose rows are kept as they are (domain/listed.h). */
#include "fields_int.h"

#include "domain/listed.h"
#include "domain/obligation.h"

#include <stdio.h>

/* ---- waivers: what was agreed not to be asked for, of which Devices, by whom and until when ---- */

enum { W_DEVICE_ID, W_MODEL, W_PARTY, W_OBLIGATION, W_REASON, W_APPROVER, W_REFERENCE, W_FROM, W_EXPIRES };

static const struct column waivers_columns[] = {
    [W_DEVICE_ID] = {"device_id", false, .holds = HOLDS_EUI64},
    [W_MODEL] = {"model", false, .free_text = true},
    [W_PARTY] = {"party", false, .free_text = true},
    [W_OBLIGATION] = {"obligation", false},
    [W_REASON] = {"reason", true, .free_text = true},
    [W_APPROVER] = {"approver", true, .free_text = true},
    [W_REFERENCE] = {"reference", false, .free_text = true},
    [W_FROM] = {"from", false, .date = true},
    [W_EXPIRES] = {"expires", true, .date = true},
};

/* An EUI-64 as pcreport writes it; `room` holds it. */
static bool listed_device(const struct row *r, unsigned column, char room[EUI64_TEXT_SIZE], struct text *out)
{
    uint64_t device;

    *out = (struct text){0};
    if (!field_identity(r, column, &device))
        return false;
    if (device != 0)
        *out = (struct text){room, eui64_format(device, room)};
    return true;
}

static bool read_obligation(const struct row *r, struct text *out)
{
    const struct text t = row_field(r, W_OBLIGATION);
    char words[200] = "";
    size_t len = 0;

    *out = (struct text){0};
    if (t.len == 0)
        return true;
    for (unsigned i = 0; i < OBLIGATIONS; i++) {
        const char *const word = obligation_word((enum obligation)i);
        if (text_same_word(t, text_of(word))) {
            *out = text_of(word);
            return true;
        }
        if (len < sizeof(words))
            len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s", i > 0 ? ", " : "", word);
    }
    return fault_value(r->fault, field_name(r, W_OBLIGATION), t, "is no obligation; wanted is one of %s", words);
}

static bool check_scope(const struct row *r)
{
    if (row_field(r, W_DEVICE_ID).len > 0 || row_field(r, W_MODEL).len > 0 || row_field(r, W_PARTY).len > 0 ||
        row_field(r, W_OBLIGATION).len > 0)
        return true;
    return fault_set(r->fault, (struct text){0},
                     "says nothing of what it is for: wanted is a device_id, model, party or obligation at least");
}

static bool pack_waiver(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct listed_row row = {.source = r->source};
    char device[EUI64_TEXT_SIZE], from_text[INSTANT_TEXT_SIZE], expires_text[INSTANT_TEXT_SIZE];
    instant from, expires;

    if (!check_scope(r) || !listed_device(r, W_DEVICE_ID, device, &row.values[WAIVER_DEVICE]) ||
        !field_text(r, W_MODEL, NAME_MAX_BYTES, &row.values[WAIVER_MODEL]) ||
        !field_text(r, W_PARTY, NAME_MAX_BYTES, &row.values[WAIVER_PARTY]) ||
        !read_obligation(r, &row.values[WAIVER_OBLIGATION]) ||
        !field_text(r, W_REASON, LISTED_TEXT_MAX, &row.values[WAIVER_REASON]) ||
        !field_text(r, W_APPROVER, LISTED_TEXT_MAX, &row.values[WAIVER_APPROVER]) ||
        !field_text(r, W_REFERENCE, LISTED_TEXT_MAX, &row.values[WAIVER_REFERENCE]) ||
        !field_instant(r, W_FROM, ZONE_LONDON, DATE_START, &from) ||
        !field_instant(r, W_EXPIRES, ZONE_LONDON, DATE_END, &expires))
        return false;
    if (from != INSTANT_NONE && expires <= from)
        return fault_value(r->fault, field_name(r, W_EXPIRES), row_field(r, W_EXPIRES), "is not after from");
    row.values[WAIVER_FROM] = (struct text){from_text, instant_format(from, from_text)};
    row.values[WAIVER_EXPIRES] = (struct text){expires_text, instant_format(expires, expires_text)};
    intake_pack_listed(packed, LISTED_WAIVERS, &row);
    *out = (struct parcel){INTAKE_WAIVER, intake_listed_key(LISTED_WAIVERS, &row), expires};
    return true;
}

static const struct table_kind waiver_kind = {waivers_columns, ARRAY_LEN(waivers_columns), pack_waiver, NULL};

TABLE_READER(waivers, waiver_kind);

/* ---- tickets: what the service desk knows of Incidents, those that pcreport raised and others ---- */

enum { T_INCIDENT_ID, T_NUMBER, T_STATE, T_CATEGORY, T_ASSIGNEE, T_OPENED_AT, T_EXTRACTED_AT };

static const struct column tickets_columns[] = {
    [T_INCIDENT_ID] = {"incident_id", true, .any_text = true, .has_digits = true},
    [T_NUMBER] = {"number", true, .any_text = true, .has_digits = true},
    [T_STATE] = {"state", false, .any_text = true},
    [T_CATEGORY] = {"category", false, .any_text = true},
    [T_ASSIGNEE] = {"assignee", false, .any_text = true},
    [T_OPENED_AT] = {"opened_at", false, .date = true},
    [T_EXTRACTED_AT] = {"extracted_at", false, .date = true},
};

static bool is_ours(struct text t)
{
    return t.len > 4 && text_equal_nocase((struct text){t.ptr, 4}, TEXT_LITERAL("PCI-"));
}

/* Any text is an Incident or a number, so that a wrong mapping would be silent. */
static bool check_order(const struct row *r, struct text incident, struct text number)
{
    if (!is_ours(number) || is_ours(incident))
        return true;
    return fault_value(r->fault, field_name(r, T_NUMBER), number,
                       "is an Incident of pcreport, and incident_id is none: the two columns are interchanged");
}

static bool read_extracted_at(const struct row *r, instant *out)
{
    if (!field_instant(r, T_EXTRACTED_AT, ZONE_UTC, DATE_START, out))
        return false;
    if (*out == INSTANT_NONE)
        *out = r->job->extracted_at;
    if (*out != INSTANT_NONE)
        return true;
    return fault_set(r->fault, field_name(r, T_EXTRACTED_AT),
                     "is blank, and neither --extracted-at nor the file's name says when the extract was taken");
}

static bool pack_ticket(const struct row *r, struct buf *packed, struct parcel *out)
{
    static const struct {
        unsigned column;
        enum ticket_column value;
    } texts[] = {{T_INCIDENT_ID, TICKET_INCIDENT},
                 {T_NUMBER, TICKET_NUMBER},
                 {T_STATE, TICKET_STATE},
                 {T_CATEGORY, TICKET_CATEGORY},
                 {T_ASSIGNEE, TICKET_ASSIGNEE}};
    struct listed_row row = {.source = r->source};
    char opened_text[INSTANT_TEXT_SIZE], extracted_text[INSTANT_TEXT_SIZE];
    instant opened, extracted;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (!field_text(r, texts[i].column, NAME_MAX_BYTES, &row.values[texts[i].value]))
            return false;
    if (!check_order(r, row.values[TICKET_INCIDENT], row.values[TICKET_NUMBER]))
        return false;
    if (!field_instant(r, T_OPENED_AT, ZONE_UTC, DATE_START, &opened) || !read_extracted_at(r, &extracted))
        return false;
    row.values[TICKET_OPENED] = (struct text){opened_text, instant_format(opened, opened_text)};
    row.values[TICKET_EXTRACTED] = (struct text){extracted_text, instant_format(extracted, extracted_text)};
    intake_pack_listed(packed, LISTED_TICKETS, &row);
    *out = (struct parcel){INTAKE_TICKET, intake_listed_key(LISTED_TICKETS, &row), extracted};
    return true;
}

static const struct table_kind ticket_kind = {tickets_columns, ARRAY_LEN(tickets_columns), pack_ticket, NULL};

static int open_tickets(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                        struct err *why)
{
    if (table_open(job, head, consumed, file, why) < 0)
        return -1;
    file->extracted_at = job->extracted_at;
    if (job->extracted_at != INSTANT_NONE || table_has_column(job, T_EXTRACTED_AT))
        return 0;
    return err_set(why, ERR_DATA,
                   "'%s' does not say when the extract was taken: give --extracted-at, or a column 'extracted_at', or "
                   "one date in its name, as in tickets-2021-10-01.csv or, with a time, tickets-20211001T0600Z.csv",
                   job->name);
}

const struct reader_ops reader_tickets = {.kind = &reader_kinds[READER_tickets],
                                          .table = &ticket_kind,
                                          .bid = table_bid,
                                          .open = open_tickets,
                                          .cut = table_cut,
                                          .parse = table_parse,
                                          .doubt = table_doubt,
                                          .close = table_close};
