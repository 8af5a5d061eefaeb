/* The page: what a member reads on a phone. One file, no script, nothing fetched; its figures are those of the tables.
 */
#include "pack_int.h"

#include "base/shipped.h"
#include "output/markup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Classes of the page's style, for the series of a chart. */
static const char *const inks[CHART_VALUES_MAX] = {"c1", "c2", "c3", "c4", "c5", "c6"};

/* What stands before the first full stop: a chart's figures are explained at length where its table is. */
static struct text first_sentence(const char *description)
{
    const char *const stop = strstr(description, ". ");

    return stop == NULL ? text_of(description) : (struct text){description, (size_t)(stop - description) + 1};
}

static void add_heading(struct buf *b, const char *title, struct text description)
{
    buf_add_str(b, "<h2>");
    markup_text(b, text_of(title));
    buf_add_str(b, "</h2>\n<p>");
    markup_text(b, description);
    buf_add_str(b, "</p>\n");
}

/* ---- Tables ---- */

static void add_cell(struct buf *b, const struct table *t, size_t row, size_t column)
{
    const struct table_cell *const cell = table_at(t, row, (int)column);

    buf_add_str(b, "<td>");
    if (cell->type == CELL_TEXT)
        markup_text(b, table_text(t, cell));
    else if (cell->type != CELL_EMPTY)
        markup_figure(b, t->report->columns[column].type == COLUMN_PERCENT ? FIGURE_SHARE : FIGURE_COUNT,
                      table_number(t, row, (int)column));
    buf_add_str(b, "</td>");
}

static void add_table(struct buf *b, const struct table *t, bool words)
{
    buf_printf(b, "<div class=\"wide\"><table%s>\n<thead><tr>", words ? " class=\"words\"" : "");
    for (size_t c = 0; c < t->report->column_count; c++) {
        buf_add_str(b, "<th scope=\"col\">");
        markup_text(b, text_of(t->report->columns[c].title));
        buf_add_str(b, "</th>");
    }
    buf_add_str(b, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->rows; r++) {
        const bool all = text_equal(table_text(t, table_at(t, r, 0)), TEXT_LITERAL("All"));

        buf_add_str(b, all ? "<tr class=\"all\">" : "<tr>");
        for (size_t c = 0; c < t->report->column_count; c++)
            add_cell(b, t, r, c);
        buf_add_str(b, "</tr>\n");
    }
    buf_add_str(b, "</tbody></table></div>\n");
}

/* ---- Charts ---- */

static void add_legend(struct buf *b, const struct svg_chart *c)
{
    buf_add_str(b, "<ul class=\"legend\">");
    for (size_t s = 0; s < c->series_count; s++) {
        buf_printf(b, "<li><i class=\"%s\"></i>", c->series[s].css);
        markup_text(b, c->series[s].name);
        buf_add_str(b, "</li>");
    }
    buf_add_str(b, "</ul>\n");
}

/* False: no memory. */
static bool read_series(const struct table *t, size_t column, const char *css, struct svg_series *out)
{
    double *const values = calloc(t->rows + 1, sizeof(*values));

    *out = (struct svg_series){.name = text_of(t->report->columns[column].title), .css = css, .values = values};
    for (size_t r = 0; values != NULL && r < t->rows; r++)
        values[r] = table_number(t, r, (int)column);
    return values != NULL;
}

static void draw(struct buf *b, const struct table *t, const struct report_chart *chart)
{
    struct svg_series series[CHART_VALUES_MAX] = {0};
    struct text *const labels = calloc(t->rows + 1, sizeof(*labels));
    struct svg_chart c = {.title = text_of(chart->title), .labels = labels, .label_count = t->rows, .series = series};
    bool ok = labels != NULL;

    for (; ok && c.series_count < chart->value_count; c.series_count++)
        ok = read_series(t, chart->values[c.series_count], inks[c.series_count], &series[c.series_count]);
    for (size_t r = 0; ok && r < t->rows; r++)
        labels[r] = table_text(t, table_at(t, r, (int)chart->label));
    if (ok) {
        c.figure = t->report->columns[chart->values[0]].type == COLUMN_PERCENT ? FIGURE_SHARE : FIGURE_COUNT;
        add_legend(b, &c);
        if (chart->kind == CHART_BARS)
            svg_bars(b, &c);
        else
            svg_columns(b, &c);
    }
    b->failed = b->failed || !ok;
    for (size_t s = 0; s < CHART_VALUES_MAX; s++)
        free((void *)(uintptr_t)series[s].values);
    free(labels);
}

static bool is_empty(const struct table *t, const struct report_chart *chart)
{
    for (size_t r = 0; r < t->rows; r++)
        for (size_t s = 0; s < chart->value_count; s++)
            if (table_number(t, r, (int)chart->values[s]) > 0)
                return false;
    return true;
}

static void add_chart(struct buf *b, const struct table *t, const struct report_chart *chart)
{
    buf_add_str(b, "<section>\n");
    add_heading(b, chart->title, first_sentence(t->report->description));
    if (is_empty(t, chart))
        buf_add_str(b, "<p>There are none in this period.</p>\n");
    else {
        draw(b, t, chart);
        buf_add_str(b, "<details><summary>The figures</summary>\n");
        add_table(b, t, false);
        buf_add_str(b, "</details>\n");
    }
    buf_add_str(b, "</section>\n");
}

/* ---- The page ---- */

/* A figure of the line for all Device types. */
static double of_all(const struct pack *p, const char *column)
{
    const struct table *const t = &p->tables[PACK_SUMMARY];

    return t->rows > 0 ? table_number(t, t->rows - 1, table_column(t, column)) : 0;
}

static void add_count_of(struct buf *b, double n, const char *one, const char *many)
{
    markup_count(b, (int64_t)n);
    buf_printf(b, " %s", n > 0.5 && n < 1.5 ? one : many);
}

static void add_lead(struct buf *b, const struct pack *p)
{
    buf_add_str(b, "<p class=\"lead\">Of ");
    add_count_of(b, of_all(p, "judged"), "judged Device", "judged Devices");
    buf_add_str(b, ", the criteria in force report <strong>");
    markup_share(b, of_all(p, "legacy_rate"));
    buf_add_str(b, "</strong> as failed. The evidence proves it of <strong>");
    markup_share(b, of_all(p, "revised_rate"));
    buf_add_str(b, "</strong>, and of <strong>");
    markup_share(b, of_all(p, "revised_rate_at_most"));
    buf_add_str(b, "</strong> at most. ");
    add_count_of(b, of_all(p, "false_positives"), "Device is", "Devices are");
    buf_add_str(b, " reported as failed though it is proved that their keys and certificates have been replaced; ");
    add_count_of(b, of_all(p, "missed_by_legacy"), "failing Device is", "failing Devices are");
    buf_add_str(b, " not reported at all. For ");
    add_count_of(b, of_all(p, "unverified"), "Device", "Devices");
    buf_add_str(b, " the evidence does not tell.</p>\n");
}

static void add_key_figure(struct buf *b, const char *name, enum figure figure, double value)
{
    buf_printf(b, "<div><dt>%s</dt><dd>", name);
    markup_figure(b, figure, value);
    buf_add_str(b, "</dd></div>\n");
}

/* A rate is told by its two ends, what is proved and what it is at most; by one where they are the same. */
static void add_key_range(struct buf *b, const char *name, double least, double most)
{
    buf_printf(b, "<div><dt>%s</dt><dd>", name);
    markup_share(b, least);
    if (most > least) {
        buf_add_str(b, " to ");
        markup_share(b, most);
    }
    buf_add_str(b, "</dd></div>\n");
}

static void add_key_figures(struct buf *b, const struct pack *p)
{
    const struct table *const trend = &p->tables[PACK_TREND];
    const size_t last = trend->rows - 1;

    buf_add_str(b, "<dl class=\"figures\">\n");
    add_key_figure(b, "Legacy failure rate", FIGURE_SHARE, of_all(p, "legacy_rate"));
    add_key_range(b, "Revised failure rate", of_all(p, "revised_rate"), of_all(p, "revised_rate_at_most"));
    add_key_figure(b, "False positives", FIGURE_COUNT, of_all(p, "false_positives"));
    add_key_figure(b, "Missed by legacy", FIGURE_COUNT, of_all(p, "missed_by_legacy"));
    add_key_figure(b, "CHF Incidents due", FIGURE_COUNT,
                   table_number(trend, last, table_column(trend, "incidents_raised")));
    add_key_figure(b, "CHF Incidents avoided", FIGURE_COUNT,
                   table_number(trend, last, table_column(trend, "incidents_avoided")));
    buf_add_str(b, "</dl>\n");
}

static void add_head(struct buf *b, const struct pack *p)
{
    const struct shipped *const css = shipped_find("packs/ssc/page.css");
    char as_of[INSTANT_TEXT_SIZE];

    instant_format_date(p->context.as_of, as_of);
    buf_add_str(b, "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Post Commissioning report, ");
    buf_printf(b, "%s</title>\n<style>\n", p->period);
    if (css != NULL)
        buf_add_text(b, css->text);
    buf_add_str(b, "</style>\n</head>\n<body>\n<header>\n<div class=\"marking\">");
    markup_text(b, text_of(p->request->marking));
    buf_printf(b, "</div>\n<h1>Post Commissioning report to the Security Sub-Committee, %s</h1>\n", p->period);
    buf_printf(b, "<p class=\"soft\">As at the end of %s (UTC). Criteria '", as_of);
    markup_text(b, text_of(p->context.legacy->name));
    buf_add_str(b, "' and '");
    markup_text(b, text_of(p->context.revised->name));
    buf_printf(b, "'. Made by pcreport %s%s.</p>\n</header>\n<main>\n", p->request->version,
               p->pseudonyms.key.len > 0 ? "; identifiers are replaced by pseudonyms" : "");
}

static void add_table_section(struct buf *b, const struct table *t)
{
    buf_add_str(b, "<section>\n");
    add_heading(b, t->report->title, text_of(t->report->description));
    add_table(b, t, false);
    buf_add_str(b, "</section>\n");
}

void pack_html(const struct pack *p, struct buf *b)
{
    add_head(b, p);
    add_lead(b, p);
    add_key_figures(b, p);
    buf_add_str(b, "<div class=\"charts\">\n");
    for (unsigned i = 0; i < PACK_TABLES; i++)
        for (size_t c = 0; c < p->tables[i].report->chart_count; c++)
            add_chart(b, &p->tables[i], &p->tables[i].report->charts[c]);
    buf_add_str(b, "</div>\n");
    add_table_section(b, &p->tables[PACK_SUMMARY]);
    add_table_section(b, &p->tables[PACK_SUPPLIERS]);
    buf_add_str(b, "<section class=\"method\">\n");
    add_heading(b, p->tables[PACK_METHOD].report->title, text_of(p->tables[PACK_METHOD].report->description));
    add_table(b, &p->tables[PACK_METHOD], true);
    buf_add_str(b, "</section>\n</main>\n<footer class=\"marking\">");
    markup_text(b, text_of(p->request->marking));
    buf_add_str(b, "</footer>\n</body>\n</html>\n");
}
