/* What pages are made of: texts, figures, and charts as SVG, drawn for a phone: 360 units wide, colours by class so
 * that the page's style decides them, every value in words as well. */
#ifndef PCREPORT_OUTPUT_MARKUP_H
#define PCREPORT_OUTPUT_MARKUP_H

#include "base/text.h"

enum figure { FIGURE_COUNT, FIGURE_SHARE };

/* Values of one kind, one for each label. Where they stand for nothing (no Device was judged) they are 0. */
struct svg_series {
    struct text name;
    const char *css; /* class of its shapes: "c1" */
    const double *values;
};

struct svg_chart {
    struct text title;
    const struct text *labels;
    size_t label_count;
    const struct svg_series *series;
    size_t series_count;
    enum figure figure;
};

/* Columns side by side over labels that follow one another in time. */
void svg_columns(struct buf *b, const struct svg_chart *c);
/* A bar for each label, the series one after another in it. */
void svg_bars(struct buf *b, const struct svg_chart *c);

/* What was said of days or runs that follow one another: series[0] and series[1] are the two ends of a range, drawn as
 * a band, the others lines. */
void svg_range(struct buf *b, const struct svg_chart *c);

/* Spans of a strip of days, in days from its first; what lies outside is cut off. */
struct svg_span {
    double from, to;
};
/* A column for each day of series[0], and under them where there was silence. */
void svg_days(struct buf *b, const struct svg_chart *c, const struct svg_span *silent, size_t silent_count);

/* Text for HTML and SVG: markup made harmless, invalid UTF-8 and control characters replaced. */
void markup_text(struct buf *b, struct text t);
void markup_figure(struct buf *b, enum figure figure, double value);
void markup_level(struct buf *b, enum figure figure, double value); /* a share as it was written: "1.8%", "0.0125%" */
void markup_count(struct buf *b, int64_t n);                        /* "1,234" */
void markup_share(struct buf *b, double share);                     /* 0.0712 as "7.12%" */

/* The patterns that classes of page.css fill shapes with, so that they are told apart without colour; once a page. */
void markup_patterns(struct buf *b);

/* inks.c: how a column's values are filled, as the number-th of its chart. */
enum chart_fill { FILL_SOLID, FILL_HATCHED, FILL_BARRED, FILL_DOTTED, FILL_OPEN };
struct chart_ink {
    const char *css; /* class of page.css */
    unsigned colour; /* 0xRRGGBB */
    enum chart_fill fill;
};
const struct chart_ink *chart_ink(const char *column, size_t number);

#endif
