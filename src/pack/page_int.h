/* The parts of the page of a pack. */
#ifndef PCREPORT_PACK_PAGE_INT_H
#define PCREPORT_PACK_PAGE_INT_H

#include "output/markup.h"
#include "output/table.h"

/* The text between two pieces of markup. */
void html_text(struct buf *b, const char *open, struct text t, const char *close);

/* A table in a box that can be scrolled by keyboard, with at most `most` rows. */
void html_table(struct buf *b, const struct table *t, const char *css, size_t most);

/* Whether the number of a cell is a count or a share. */
enum figure html_figure(const struct table *t, size_t row, size_t column);
void html_number(struct buf *b, const struct table *t, size_t row, size_t column);

/* A section with one chart, and its figures where they stand nowhere else. */
void html_chart(struct buf *b, const struct table *t, const struct report_chart *chart, bool with_figures);

/* A section with the table, whose id is the report's name. `css` is a class of page.css: "paper" begins a sheet of
 * landscape in print, "method" is for words. */
void html_table_section(struct buf *b, const struct table *t, const char *css, size_t most);

#endif
