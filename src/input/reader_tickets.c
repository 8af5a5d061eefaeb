/* tickets: what the service desk knows of Incidents, those that pcreport raised and others. */
#include "listed_int.h"

enum { INCIDENT_ID, NUMBER, STATE, CATEGORY, ASSIGNEE, OPENED_AT, EXTRACTED_AT };

static const struct column columns[] = {
    [INCIDENT_ID] = {"incident_id", true},
    [NUMBER] = {"number", true},
    [STATE] = {"state", false, .free_text = true},
    [CATEGORY] = {"category", false, .free_text = true},
    [ASSIGNEE] = {"assignee", false, .free_text = true},
    [OPENED_AT] = {"opened_at", false},
    [EXTRACTED_AT] = {"extracted_at", false},
};

static bool read_extracted_at(const struct row *r, instant *out)
{
    if (!field_instant(r, EXTRACTED_AT, ZONE_UTC, DATE_START, out))
        return false;
    if (*out == INSTANT_NONE)
        *out = r->job->extracted_at;
    if (*out != INSTANT_NONE)
        return true;
    return fault_set(r->fault, field_name(r, EXTRACTED_AT),
                     "is blank, and neither --extracted-at nor the file's name says when the extract was taken");
}

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    static const struct {
        unsigned column;
        enum ticket_column value;
    } texts[] = {{INCIDENT_ID, TICKET_INCIDENT},
                 {NUMBER, TICKET_NUMBER},
                 {STATE, TICKET_STATE},
                 {CATEGORY, TICKET_CATEGORY},
                 {ASSIGNEE, TICKET_ASSIGNEE}};
    struct listed_row row = {.source = r->source};
    char opened_text[INSTANT_TEXT_SIZE], extracted_text[INSTANT_TEXT_SIZE];
    instant opened, extracted;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (!field_text(r, texts[i].column, NAME_MAX_BYTES, &row.values[texts[i].value]))
            return false;
    if (!field_instant(r, OPENED_AT, ZONE_UTC, DATE_START, &opened) || !read_extracted_at(r, &extracted))
        return false;
    row.values[TICKET_OPENED] = (struct text){opened_text, instant_format(opened, opened_text)};
    row.values[TICKET_EXTRACTED] = (struct text){extracted_text, instant_format(extracted, extracted_text)};
    intake_pack_listed(packed, LISTED_TICKETS, &row);
    *out = (struct parcel){INTAKE_TICKET, intake_listed_key(LISTED_TICKETS, &row), extracted};
    return true;
}

static const struct table_kind kind = {columns, ARRAY_LEN(columns), pack, NULL};

static int open_tickets(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                        struct err *why)
{
    if (table_open(job, head, consumed, file, why) < 0)
        return -1;
    file->extracted_at = job->extracted_at;
    if (job->extracted_at != INSTANT_NONE || table_has_column(job, EXTRACTED_AT))
        return 0;
    return err_set(why, ERR_DATA,
                   "'%s' does not say when the extract was taken: give --extracted-at, or a column 'extracted_at', or "
                   "one date in its name, as in tickets-2021-10-01.csv",
                   job->name);
}

const struct reader_ops reader_tickets = {.kind = &reader_kinds[READER_tickets],
                                          .table = &kind,
                                          .bid = table_bid,
                                          .open = open_tickets,
                                          .cut = table_cut,
                                          .parse = table_parse,
                                          .close = table_close};
