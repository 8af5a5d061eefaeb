/* The parts of the page that explain draws. */
#ifndef PCREPORT_EXPLAIN_HTML_INT_H
#define PCREPORT_EXPLAIN_HTML_INT_H

#include "explanation_int.h"
#include "output/markup.h"

/* The text between two pieces of markup. */
void html_between(struct buf *b, const char *open, struct text t, const char *close);

/* html_parts.c: what each record did to what is not done. `brief`: what decides nothing may not be in the timeline. */
void html_parts(const struct explanation *e, bool brief, struct buf *out);

/* timeline.c: the pictures, and what their shapes mean. */
void html_timeline(const struct explanation *e, struct buf *out);

#endif
