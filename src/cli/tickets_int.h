/* run --tickets: what the configuration says of the service desk's columns, and the folder they are written to. */
#ifndef PCREPORT_CLI_TICKETS_INT_H
#define PCREPORT_CLI_TICKETS_INT_H

#include "night/night.h"
#include "session_int.h"

/* Whether the section [tickets] makes sense: ERR_CONFIG. */
int tickets_check(const struct session *s, struct err *err);
/* Whether the folder of --tickets, if it is given, is there or can be made, and can be written to, and holds nothing of
 * somebody else's where the files of the date are to go: ERR_CREATE. Found
 * out before anything is stored, since what a night found is told by that night. */
int tickets_check_folder(const struct session *s, const char *date, struct err *err);
/* As night_tickets_write, into that folder. */
int tickets_write(struct night_tickets **out, const struct session *s, struct store *store,
                  const struct query_source *rows, const char *date, uint64_t *count, struct err *err);

#endif
