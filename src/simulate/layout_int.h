/* Where the rows of a population go: a file of each kind, or one for each night in which it would arrive. */
#ifndef PCREPORT_SIMULATE_LAYOUT_INT_H
#define PCREPORT_SIMULATE_LAYOUT_INT_H

#include "log_int.h"

#include "simulate/simulate.h"

enum output { OUT_INVENTORY, OUT_REGISTRATION, OUT_ORGANISATIONS, OUT_CHECKS, OUT_CERTIFICATES, OUT_TRUTH, OUTPUTS };

#define EARLIER_EXTRACT_DAYS 183 /* before the end: when the inventory extract was made that tells of earlier lives */

struct layout;

/* Opens all files but those of the log; with a NULL folder rows are only counted. */
int layout_create(struct layout **out, const struct simulation *what, struct err *err);
void layout_discard(struct layout *l);               /* without a word about what was not written; NULL is allowed */
int layout_close(struct layout *l, struct err *err); /* flushes and syncs all files; the handle stays */
bool layout_failed(const struct layout *l);          /* whether a file could not be written; layout_close tells which */
uint64_t layout_bytes(const struct layout *l);       /* of all files that were closed, before compression */

/* The file for what became known at `at_s`. */
struct sink *layout_sink(const struct layout *l, enum output kind, int64_t at_s);

/* Inventory extracts: the one of earlier lives is number 0, those of the nights follow. Of the last one the instant is
 * INT64_MAX, since it holds every Device. */
unsigned layout_extracts(const struct layout *l);
struct sink *layout_extract(const struct layout *l, unsigned i, int64_t *made_s);

/* The first night whose files can tell of `at_s`; 0 where there are no nights. */
unsigned layout_night(const struct layout *l, int64_t at_s);

/* The log, night by night. */
int layout_write_log(struct layout *l, struct log *log, log_progress progress, void *ctx, struct err *err);

/* The instants at which the nights end, each in an as-of.txt of its own, and the one at which the story does. */
int layout_write_instants(struct layout *l, struct err *err);

#endif
