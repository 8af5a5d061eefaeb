/* R7: merging the records of a Device, so that the result is the same for any split, order and repetition of the input.
 *
 * Requests: every distinct row is kept (canon differs). Inventory: every distinct row is kept, with the set of the
 * extracts that say it. Rows alike in all but their source are one, and keep the source that was there first, or of two
 * new ones the lower (file, line). Snapshots: those of one identity are one look, with the cells and certificates of
 * all, answered if any was. Checks: one row an identity; of two different ones a failed check outweighs a passed one,
 * which outweighs a blank one; the survivor carries RECORD_CONFLICT. */
#ifndef PCREPORT_DOMAIN_MERGE_H
#define PCREPORT_DOMAIN_MERGE_H

#include "domain/evidence.h"

struct merger; /* reusable scratch memory */
int merger_create(struct merger **out, struct err *err);
void merger_destroy(struct merger *m);

/* Told for each fresh record: `stored` when it made a new identity, else it was merged into one already there (in the
 * store, or from a record with a lower (file, line)). */
typedef void (*merge_counted)(void *ctx, uint32_t file, bool stored);

/* `existing` is a packed Device (or empty), `fresh` packed records in any order. Replaces the content of `out` by the
 * merged packed Device. Sets *changed when it differs from `existing`. Malformed bytes give ERR_DATA. */
int merger_run(struct merger *m, struct text existing, struct text fresh, merge_counted counted, void *ctx,
               struct buf *out, bool *changed, struct err *err);

/* The same choice for reference rows: > 0 when a is to be kept, < 0 when b, 0 when they say the same. A registration
 * with an end outweighs one without; else the greater canonical text. */
int registration_prefer(const struct registration_row *a, const struct registration_row *b);
int organisation_prefer(const struct organisation_row *a, const struct organisation_row *b);

#endif
