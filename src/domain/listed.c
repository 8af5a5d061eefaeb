#include "domain/listed.h"

const struct list_facts list_facts[LISTS] = {
    [LISTED_WAIVERS] = {"waiver",
                        "device_id, model, party, obligation, reason, approver, reference, valid_from, expires",
                        WAIVER_COLUMNS},
    [LISTED_TICKETS] = {"ticket", "incident_id, number, state, category, assignee, opened_at, extracted_at",
                        TICKET_COLUMNS},
};
