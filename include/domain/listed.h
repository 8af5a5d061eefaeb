/* Lists that people keep beside the evidence: waivers, and what the service desk knows of Incidents. A row is told from
 * others by all its columns, and each is kept once, wherever it came from; what they mean is for who reads them to say.
 *
 * Values are texts as pcreport writes them: identifiers as eui64_format, instants as instant_format; "" where not
 * given. */
#ifndef PCREPORT_DOMAIN_LISTED_H
#define PCREPORT_DOMAIN_LISTED_H

#include "domain/record.h"

#define LISTED_COLUMNS_MAX 9
#define LISTED_TEXT_MAX    1000 /* bytes of one value */

enum waiver_column {
    WAIVER_DEVICE,     /* the Device it is for */
    WAIVER_MODEL,      /* or the model */
    WAIVER_PARTY,      /* or the party: a name, Entity Identifier or market identifier */
    WAIVER_OBLIGATION, /* "issue-credentials" ...; one of these four at least is given, and all that are must fit */
    WAIVER_REASON,
    WAIVER_APPROVER,
    WAIVER_REFERENCE,
    WAIVER_FROM,    /* the first instant at which it holds; "": it always did */
    WAIVER_EXPIRES, /* the first at which it no longer does */
    WAIVER_COLUMNS
};

enum ticket_column {
    TICKET_INCIDENT, /* "PCI-...", or another's */
    TICKET_NUMBER,   /* the desk's own */
    TICKET_STATE,
    TICKET_CATEGORY,
    TICKET_ASSIGNEE,
    TICKET_OPENED,
    TICKET_EXTRACTED, /* of several rows of one Incident the latest counts */
    TICKET_COLUMNS
};

struct listed_row {
    struct source source;
    struct text values[LISTED_COLUMNS_MAX];
};

/* What one list has: its table in the store, and its columns there, joined by ", ". */
enum listed { LISTED_WAIVERS, LISTED_TICKETS, LISTS };
struct list_facts {
    const char *table, *columns;
    unsigned column_count;
};
extern const struct list_facts list_facts[LISTS];

#endif
