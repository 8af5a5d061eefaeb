/* What the page says of days and runs: instants for people, the curve of rates, the strip of days. */
#include "page_int.h"

#include "output/markup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_DAY_SIZE 16

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

double night_number(const struct table *t, size_t row, const char *column)
{
    return table_number(t, row, table_column(t, column));
}

struct text night_text(const struct table *t, size_t row, const char *column)
{
    const struct table_cell *const cell = table_at(t, row, table_column(t, column));

    return cell->type == CELL_TEXT ? table_text(t, cell) : (struct text){NULL, 0};
}

/* ---- Instants ---- */

struct day {
    unsigned year, month, day;
};

/* Of text that begins with 2021-09-17. */
static struct day day_of(struct text t)
{
    char digits[11] = "";
    struct day d = {0, 1, 1};

    memcpy(digits, t.ptr, t.len < 10 ? t.len : 10);
    if (sscanf(digits, "%4u-%2u-%2u", &d.year, &d.month, &d.day) != 3 || d.month < 1 || d.month > 12)
        d = (struct day){0, 1, 1};
    return d;
}

/* "17 Sep" into `out`; for charts. */
static struct text short_day(struct text t, char out[SHORT_DAY_SIZE])
{
    const struct day d = day_of(t);
    const int len = snprintf(out, SHORT_DAY_SIZE, "%u %.3s", d.day % 100, months[d.month - 1]);

    return (struct text){out, (size_t)len};
}

/* "Friday 17 September 2021" */
void page_day(struct buf *b, instant at)
{
    static const char *const weekdays[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                           "Monday",   "Tuesday", "Wednesday"}; /* 1970 began with a Thursday */
    char text[INSTANT_TEXT_SIZE];
    struct day d;
    const int64_t days = at / INSTANT_DAY - (at % INSTANT_DAY < 0);

    instant_format_date(at, text);
    d = day_of(text_of(text));
    buf_printf(b, "%s %u %s %u", weekdays[((days % 7) + 7) % 7], d.day, months[d.month - 1], d.year);
}

/* "17 September 2021, 06:00" of 2021-09-17T06:00:00Z */
void page_minute(struct buf *b, struct text t)
{
    const struct day d = day_of(t);

    if (t.len < 16) {
        buf_add_str(b, "\xE2\x80\x93");
        return;
    }
    buf_printf(b, "%u %.3s %u, %.5s", d.day, months[d.month - 1], d.year, t.ptr + 11);
}

/* ---- Charts ---- */

/* Series and labels of a table's rows. */
struct drawing {
    struct svg_chart chart;
    struct svg_series series[3];
    double *values;
    struct text *labels;
    char (*texts)[SHORT_DAY_SIZE];
};

/* False: no memory. */
static bool begin_drawing(struct drawing *d, const struct table *t, const char *label, const char *const *columns,
                          size_t count)
{
    static const char *const inks[] = {"c2", "c2", "c1"};

    *d = (struct drawing){.values = calloc(t->rows * count + 1, sizeof(*d->values)),
                          .labels = calloc(t->rows + 1, sizeof(*d->labels)),
                          .texts = calloc(t->rows + 1, sizeof(*d->texts))};
    d->chart =
        (struct svg_chart){.labels = d->labels, .label_count = t->rows, .series = d->series, .series_count = count};
    if (d->values == NULL || d->labels == NULL || d->texts == NULL)
        return false;
    for (size_t s = 0; s < count; s++) {
        const int column = table_column(t, columns[s]);

        d->series[s] = (struct svg_series){text_of(t->report->columns[column].title), inks[s], d->values + s * t->rows};
        for (size_t r = 0; r < t->rows; r++)
            d->values[s * t->rows + r] = table_number(t, r, column);
    }
    for (size_t r = 0; r < t->rows; r++)
        d->labels[r] = short_day(night_text(t, r, label), d->texts[r]);
    return true;
}

static void end_drawing(struct drawing *d)
{
    free(d->values);
    free(d->labels);
    free(d->texts);
}

void page_curve(struct buf *b, const struct night *n)
{
    static const char *const columns[] = {"rate", "rate_at_most", "legacy_rate"};
    struct drawing d;

    if (begin_drawing(&d, &n->tables[NIGHT_RUNS], "as_of", columns, ARRAY_LEN(columns))) {
        d.chart.title =
            TEXT_LITERAL("Failure rate of the last runs: what is proved, at most, and under legacy criteria");
        d.chart.figure = FIGURE_SHARE;
        buf_add_str(b, "<ul class=\"legend\"><li><i class=\"c2\"></i>Evidence-based, from proved to at most</li>"
                       "<li><i class=\"c1\"></i>Criteria in force</li></ul>\n");
        svg_range(b, &d.chart);
    } else {
        b->failed = true;
    }
    end_drawing(&d);
}

/* In days from the first of the strip; 0 where the text is no instant: an open beginning. */
static double days_from(instant first, struct text t)
{
    const char *why;
    instant at;

    if (t.len == 0 || instant_parse(t, ZONE_UTC, DATE_START, &at, &why) < 0)
        return 0;
    return (double)(at - first) / (double)INSTANT_DAY;
}

void page_strip(struct buf *b, const struct night *n)
{
    static const char *const columns[] = {"requests"};
    const struct table *const t = &n->tables[NIGHT_DAYS], *const silences = &n->tables[NIGHT_SILENCES];
    struct svg_span *const spans = calloc(silences->rows + 1, sizeof(*spans));
    size_t count = 0;
    struct drawing d = {0};
    const char *why;
    instant first;

    if (spans == NULL || !begin_drawing(&d, t, "day", columns, ARRAY_LEN(columns)) || t->rows == 0) {
        b->failed = true;
    } else if (instant_parse(night_text(t, 0, "day"), ZONE_UTC, DATE_START, &first, &why) == 0) { /* not before 1900 */
        for (size_t i = 0; i < silences->rows; i++)
            if (night_text(silences, i, "sender").len == 0)
                spans[count++] = (struct svg_span){days_from(first, night_text(silences, i, "silence_from")),
                                                   days_from(first, night_text(silences, i, "silence_to"))};
        d.chart.title = TEXT_LITERAL("Requests of the audit log by day, the last 60 days, and where it is silent");
        buf_add_str(b, "<ul class=\"legend\"><li><i class=\"c2\"></i>Requests</li>"
                       "<li><i class=\"hatched\"></i>Silent</li></ul>\n");
        svg_days(b, &d.chart, spans, count);
    }
    end_drawing(&d);
    free(spans);
}
