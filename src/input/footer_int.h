/* What programs write behind the records of a file, in every kind: it carries nothing, and is passed over. `t` has no
 * blanks around it. */
#ifndef PCREPORT_INPUT_FOOTER_INT_H
#define PCREPORT_INPUT_FOOTER_INT_H

#include "base/text.h"

/* "(12 rows affected)", "(1 row)", "12 rows selected.", "no rows selected" */
bool footer_is_count(struct text t);

/* One of those, "Total records: 12", or what a client of a database says ("Elapsed: ...", "12 rows in set"). */
bool footer_is(struct text t);

/* A row of a CSV file that carries nothing: a comment, one of those, nothing but separators (or the mark that ended
 * files once, Ctrl-Z), or the rule that some programs draw under a heading. It is looked for among the bad ones only.
 */
bool footer_carries_nothing(struct text record, char delimiter);

#endif
