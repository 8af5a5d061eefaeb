/* The columns that a service desk imports, as the configuration names them. */
#ifndef PCREPORT_NIGHT_TICKETS_INT_H
#define PCREPORT_NIGHT_TICKETS_INT_H

#include "night_int.h"

#include "output/outfile.h"
#include "output/writer.h"

#define DESK_SOURCE      "packs/night/tickets.sql"
#define DESK_COLUMNS_MAX 64

/* A column to be written: what is known of an Incident under a heading of the desk's, or the same text in each row. */
struct desk_column {
    int of;            /* in the table of what is known; -1: none */
    const char *fixed; /* may hold {column}; NULL: what is known */
    const char *heading;
    const struct night_pair *by; /* of the configuration; NULL: it says nothing of it */
};

struct desk {
    const struct night_tickets_request *request;
    struct report known_source, source; /* the query's, and what is written */
    struct table known, table;
    struct desk_column columns[DESK_COLUMNS_MAX];
    size_t count;
    struct report_column headings[DESK_COLUMNS_MAX];
};

/* Fills in the headings; nothing is known yet. To be closed whatever is returned. */
int desk_open(struct desk *d, const struct night_tickets_request *r, struct err *err);
void desk_close(struct desk *d);

/* Of one of the two files; the caller frees it. */
char *tickets_path(const struct night_tickets_request *r, const char *extension, struct err *err);

#endif
