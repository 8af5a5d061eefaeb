/* Report formats: a writer gets the rows of a cursor and makes a file's bytes of them. */
#ifndef PCREPORT_OUTPUT_WRITER_H
#define PCREPORT_OUTPUT_WRITER_H

#include "domain/cursor.h"
#include "output/outfile.h"
#include "output/report.h"

struct writer;

struct writer_ops {
    const char *name;      /* "csv" */
    const char *extension; /* ".csv" */
    const char *summary;
    int (*open)(struct writer **out, const struct report *report, struct outfile *file, struct err *err);
    int (*row)(struct writer *w, struct cursor *row, struct err *err);
    int (*close)(struct writer *w, struct err *err); /* writes what is left; frees w in any case */
};

const struct writer_ops *writer_find(const char *name); /* NULL: no such format */
const struct writer_ops *const *writer_list(size_t *count);

/* Whether the query's columns are those of the report, in order; ERR_CONFIG names the first that differs. For callers
 * that bring the rows to writers themselves. */
int report_check_columns(const struct report *report, const struct cursor *rows, struct err *err);

/* Writes all rows. *rows may be NULL. The query's columns must be those of the report (else ERR_CONFIG). */
int report_write(const struct report *report, struct cursor *rows, const struct writer_ops *format,
                 struct outfile *file, uint64_t *row_count, struct err *err);

#endif
