/* The rows of a query that has no heading to describe its columns. */
#ifndef PCREPORT_CLI_SQL_ROWS_INT_H
#define PCREPORT_CLI_SQL_ROWS_INT_H

#include "domain/cursor.h"
#include "output/report.h"

struct sql_rows {
    struct cursor base;  /* the rows, to be written */
    struct cursor *rows; /* borrowed: of the query */
    struct report_column *columns;
    size_t column_count;
    uint64_t most; /* rows; 0: no limit */
    uint64_t count;
    bool cut; /* there were more */
};

/* Names the columns: as the query does, but for anything other than ASCII letters, digits and '_', which becomes '_';
 * "column_3" for one without a name; with "_2" at the end for the second of a name. */
int sql_rows_begin(struct sql_rows *s, struct cursor *rows, uint64_t most, struct err *err);
void sql_rows_end(struct sql_rows *s);

#endif
