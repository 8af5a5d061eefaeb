/* What the parts of the page share. */
#ifndef PCREPORT_NIGHT_PAGE_INT_H
#define PCREPORT_NIGHT_PAGE_INT_H

#include "night_int.h"

/* A cell by the name of its column; 0, and the empty text, where it is empty. */
double night_number(const struct table *t, size_t row, const char *column);
struct text night_text(const struct table *t, size_t row, const char *column);

void page_day(struct buf *b, instant at);              /* "Friday 17 September 2021", in UTC */
void page_minute(struct buf *b, struct text t);        /* 2021-09-17T06:00:00Z as "17 Sep 2021, 06:00" */
void page_curve(struct buf *b, const struct night *n); /* of the runs' rates, where there is one at least */
void page_strip(struct buf *b, const struct night *n); /* of the log's days, and its silences */

/* A section of the page; the sentence may be NULL. */
void page_open_section(struct buf *b, const char *id, const char *title, const char *sentence);
void page_close_section(struct buf *b);

void page_alarms(struct buf *b, const struct night_request *r); /* page_alarms.c */

void page_reports(struct buf *b, const struct night *n); /* page_links.c: the section of links */

#endif
