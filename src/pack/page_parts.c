/* What the page is put together from: headings, tables, charts and links. */
#include "page_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHART_MONTHS 24 /* of what follows in time the latest: more columns are no wider than a hair */

void html_text(struct buf *b, const char *open, struct text t, const char *close)
{
    buf_add_str(b, open);
    markup_text(b, t);
    buf_add_str(b, close);
}

/* ---- Tables ---- */

/* Months, instants and identifiers do not break where they hold a hyphen. */
static bool is_one_word(struct text t)
{
    return t.len <= 28 && (t.len == 0 || memchr(t.ptr, ' ', t.len) == NULL);
}

/* "2021-09-17T09:30:00Z" to the minute, which may break between day and time; the CSV file has all of it. */
static void add_instant(struct buf *b, struct text t)
{
    if (t.len < 16) {
        markup_text(b, t);
        return;
    }
    html_text(b, "<span class=\"w\">", (struct text){t.ptr, 10}, "</span> ");
    markup_text(b, (struct text){t.ptr + 11, 5});
}

/* Levels are of rates and of counts, in one column: the measure says which. */
enum figure html_figure(const struct table *t, size_t row, size_t column)
{
    static const char rate[] = "rate";
    const int measure = table_column(t, "measure");
    const struct text word = measure >= 0 ? table_text(t, table_at(t, row, measure)) : (struct text){0};
    const size_t len = sizeof(rate) - 1;
    const bool is_rate = word.len >= len && memcmp(word.ptr + word.len - len, rate, len) == 0;

    return t->report->columns[column].type == COLUMN_PERCENT || is_rate ? FIGURE_SHARE : FIGURE_COUNT;
}

/* A level is written as it was set, a figure to a hundredth of a percent. */
void html_number(struct buf *b, const struct table *t, size_t row, size_t column)
{
    const char *const name = t->report->columns[column].name;
    const bool is_level = strcmp(name, "warn") == 0 || strcmp(name, "breach") == 0;

    (is_level ? markup_level : markup_figure)(b, html_figure(t, row, column), table_number(t, row, (int)column));
}

static void add_cell(struct buf *b, const struct table *t, size_t row, size_t column)
{
    const struct table_cell *const cell = table_at(t, row, (int)column);
    const enum column_type type = t->report->columns[column].type;
    const bool whole = cell->type == CELL_TEXT && type == COLUMN_TEXT && is_one_word(table_text(t, cell));

    if (type == COLUMN_TEXT || type == COLUMN_INSTANT)
        buf_add_str(b, whole ? "<td class=\"t w\">" : "<td class=\"t\">");
    else
        buf_add_str(b, "<td>");
    if (cell->type == CELL_TEXT && type == COLUMN_INSTANT)
        add_instant(b, table_text(t, cell));
    else if (cell->type == CELL_TEXT)
        markup_text(b, table_text(t, cell));
    else if (cell->type != CELL_EMPTY)
        html_number(b, t, row, column);
    buf_add_str(b, "</td>");
}

static void add_column_heading(struct buf *b, const struct report_column *c)
{
    html_text(b,
              c->type == COLUMN_TEXT || c->type == COLUMN_INSTANT ? "<th scope=\"col\" class=\"t\">"
                                                                  : "<th scope=\"col\">",
              text_of(c->title), c->type == COLUMN_INSTANT ? " (UTC)</th>" : "</th>");
}

void html_table(struct buf *b, const struct table *t, const char *css, size_t most)
{
    html_text(b, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"", text_of(t->report->title), "\">");
    buf_printf(b, "<table class=\"%s\">\n<thead><tr>", css);
    for (size_t c = 0; c < t->report->column_count; c++)
        add_column_heading(b, &t->report->columns[c]);
    buf_add_str(b, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->rows && r < most; r++) {
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
        buf_printf(b,
                   "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"%s\" width=\"12\" height=\"12\"/>"
                   "</svg>",
                   c->series[s].css);
        markup_text(b, c->series[s].name);
        buf_add_str(b, "</li>");
    }
    buf_add_str(b, "</ul>\n");
}

/* False: no memory. */
static bool read_series(const struct table *t, size_t first, size_t column, size_t number, struct svg_series *out)
{
    double *const values = calloc(t->rows + 1, sizeof(*values));

    *out = (struct svg_series){.name = text_of(t->report->columns[column].title),
                               .css = chart_ink(t->report->columns[column].name, number)->css,
                               .values = values};
    for (size_t r = first; values != NULL && r < t->rows; r++)
        values[r - first] = table_number(t, r, (int)column);
    return values != NULL;
}

static void draw(struct buf *b, const struct table *t, const struct report_chart *chart, size_t first)
{
    struct svg_series series[CHART_VALUES_MAX] = {0};
    struct text *const labels = calloc(t->rows + 1, sizeof(*labels));
    struct svg_chart c = {
        .title = text_of(chart->title), .labels = labels, .label_count = t->rows - first, .series = series};
    bool ok = labels != NULL;

    for (; ok && c.series_count < chart->value_count; c.series_count++)
        ok = read_series(t, first, chart->values[c.series_count], c.series_count, &series[c.series_count]);
    for (size_t r = first; ok && r < t->rows; r++)
        labels[r - first] = table_text(t, table_at(t, r, (int)chart->label));
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

/* What stands before the first full stop: a chart's figures are explained at length where its table is. */
static struct text first_sentence(const char *description)
{
    const char *const stop = strstr(description, ". ");

    return stop == NULL ? text_of(description) : (struct text){description, (size_t)(stop - description) + 1};
}

void html_chart(struct buf *b, const struct table *t, const struct report_chart *chart, bool with_figures)
{
    const size_t first = chart->kind == CHART_BARS || t->rows <= CHART_MONTHS ? 0 : t->rows - CHART_MONTHS;

    html_text(b, "<section>\n<h3>", text_of(chart->title), "</h3>\n");
    html_text(b, "<p>", first_sentence(t->report->description), "");
    if (first > 0)
        buf_printf(b, " The last %d months; the figures go further back.", CHART_MONTHS);
    buf_add_str(b, "</p>\n");
    if (is_empty(t, chart))
        buf_add_str(b, "<p>There are none in this period.</p>\n");
    else
        draw(b, t, chart, first);
    if (with_figures && !is_empty(t, chart)) {
        html_text(b, "<details><summary>The figures<span class=\"hidden\">: ", text_of(chart->title),
                  "</span></summary>\n");
        html_table(b, t, "", SIZE_MAX);
        buf_add_str(b, "</details>\n");
    }
    buf_add_str(b, "</section>\n");
}

void html_table_section(struct buf *b, const struct table *t, const char *css, size_t most)
{
    const char *const name = t->report->name;

    buf_printf(b, "<section id=\"%s\" class=\"%s\">\n", name, css);
    html_text(b, "<h3>", text_of(t->report->title), "</h3>\n");
    html_text(b, "<p>", text_of(t->report->description), "");
    if (t->rows > most)
        buf_printf(b, " The first %zu of %zu; all are in <a href=\"csv/%s.csv\">csv/%s.csv</a>.", most, t->rows, name,
                   name);
    buf_add_str(b, "</p>\n");
    if (t->rows == 0)
        buf_add_str(b, "<p>There are none in this period.</p>\n");
    else
        html_table(b, t, strcmp(css, "method") == 0 ? "words" : "", most);
    buf_add_str(b, "</section>\n");
}
