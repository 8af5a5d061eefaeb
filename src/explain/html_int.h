/* The parts of the page that explain draws. */
#ifndef PCREPORT_EXPLAIN_HTML_INT_H
#define PCREPORT_EXPLAIN_HTML_INT_H

#include "explanation_int.h"
#include "output/markup.h"

/* The text between two pieces of markup. */
void html_between(struct buf *b, const char *open, struct text t, const char *close);

/* timeline.c: the pictures, and what their shapes mean. */
void html_timeline(const struct explanation *e, struct buf *out);

#endif
