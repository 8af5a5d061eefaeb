/* Charts over the cells of a sheet. */
#include "book_int.h"
#include "output/markup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A pattern is told apart where colours are not; a white border keeps neighbours apart. */
static void fill_series(lxw_chart_series *series, const struct chart_ink *ink)
{
    static const uint8_t patterns[] = {
        [FILL_SOLID] = LXW_CHART_PATTERN_NONE,
        [FILL_HATCHED] = LXW_CHART_PATTERN_WIDE_UPWARD_DIAGONAL,
        [FILL_BARRED] = LXW_CHART_PATTERN_DARK_HORIZONTAL,
        [FILL_DOTTED] = LXW_CHART_PATTERN_LARGE_CHECK,
        [FILL_OPEN] = LXW_CHART_PATTERN_LIGHT_DOWNWARD_DIAGONAL,
    };
    lxw_chart_fill fill = {.color = ink->colour};
    lxw_chart_pattern pattern = {.fg_color = ink->colour, .bg_color = LXW_COLOR_WHITE, .type = patterns[ink->fill]};
    lxw_chart_line border = {.color = ink->fill == FILL_OPEN ? (lxw_color_t)ink->colour : LXW_COLOR_WHITE,
                             .width = 0.75};

    chart_series_set_line(series, &border);
    if (ink->fill == FILL_SOLID)
        chart_series_set_fill(series, &fill);
    else
        chart_series_set_pattern(series, &pattern);
}

static const lxw_chart_type types[CHART_KINDS] = {
    [CHART_COLUMNS] = LXW_CHART_COLUMN,
    [CHART_BARS] = LXW_CHART_BAR_STACKED,
    [CHART_LINES] = LXW_CHART_LINE,
};

/* Rows of the sheet that a chart draws: a total over all is no part of the picture. */
static bool add_series(struct book *b, lxw_chart *chart, const struct report_chart *c, size_t i, const char *sheet)
{
    lxw_chart_series *const series = chart_add_series(chart, NULL, NULL);
    const struct chart_ink *const ink = chart_ink(b->report->columns[c->values[i]].name, i);
    lxw_chart_line line = {.color = ink->colour, .width = 2.25};
    const lxw_col_t label = (lxw_col_t)c->label, value = (lxw_col_t)c->values[i];

    if (series == NULL)
        return false;
    chart_series_set_categories(series, sheet, BOOK_HEADING_ROW + 1, label, b->row, label);
    chart_series_set_values(series, sheet, BOOK_HEADING_ROW + 1, value, b->row, value);
    chart_series_set_name(series, b->report->columns[c->values[i]].title);
    if (c->kind == CHART_LINES)
        chart_series_set_line(series, &line);
    else
        fill_series(series, ink);
    return true;
}

static lxw_chart *draw(struct book *b, const struct report_chart *c, const char *sheet)
{
    lxw_chart *const chart = workbook_add_chart(b->workbook, (uint8_t)types[c->kind]);
    const bool percent = b->report->columns[c->values[0]].type == COLUMN_PERCENT;

    if (chart == NULL)
        return NULL;
    for (size_t i = 0; i < c->value_count; i++)
        if (!add_series(b, chart, c, i, sheet))
            return NULL;
    chart_title_set_name(chart, c->title);
    chart_legend_set_position(chart, c->value_count > 1 ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE);
    chart_axis_set_num_format(c->kind == CHART_BARS ? chart->x_axis : chart->y_axis, percent ? "0.0%" : "#,##0");
    if (c->kind == CHART_BARS) {
        chart_set_series_overlap(chart, 100);
        chart_axis_set_reverse(chart->y_axis); /* the first row on top */
        chart_axis_set_interval_unit(chart->y_axis, 1);
    }
    chart_axis_minor_gridlines_set_visible(chart->y_axis, LXW_FALSE);
    return chart;
}

/* Pixels of a page of A4, lying, as wide as the charts. */
#define PAGE_HEIGHT 600
#define ROW_HEIGHT  20

static unsigned height_of(const struct book *b, const struct report_chart *c)
{
    const unsigned rows = b->row - BOOK_HEADING_ROW;
    const unsigned lines = c->kind != CHART_BARS || rows < 8 ? 8 : rows > 40 ? 40 : rows;

    return 160 + 22 * lines;
}

/* Whether there is anything but 0 to draw. */
static bool shows(const struct book *b, const struct report_chart *c)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (b->totals[c->values[i]].sum != 0)
            return true;
    return false;
}

static bool show_any(const struct book *b)
{
    for (size_t i = 0; i < b->report->chart_count; i++)
        if (shows(b, &b->report->charts[i]))
            return true;
    return false;
}

/* No chart is cut by the end of a page: `breaks` are the rows at which a new one begins, ended by 0. */
static lxw_error place_charts(struct book *b, lxw_worksheet *sheet, lxw_row_t *breaks)
{
    const struct report *const r = b->report;
    lxw_row_t at = 1;
    unsigned used = 0;

    for (size_t i = 0; i < r->chart_count; i++) {
        if (!shows(b, &r->charts[i]))
            continue;
        const unsigned height = height_of(b, &r->charts[i]);
        lxw_chart *const chart = draw(b, &r->charts[i], b->sheets[b->sheet].sheet->name);
        lxw_chart_options place = {.x_scale = 1.9, .y_scale = height / 288.0};
        lxw_error code = LXW_ERROR_MEMORY_MALLOC_FAILED;

        if (used > 0 && used + height > PAGE_HEIGHT) {
            *breaks++ = at - 1; /* one row early: its frame must not stay behind */
            used = 0;
        }
        if (chart != NULL)
            code = worksheet_insert_chart_opt(sheet, at, 1, chart, &place);
        if (code != LXW_NO_ERROR)
            return code;
        at += height / ROW_HEIGHT + 2;
        used += height + 2 * ROW_HEIGHT;
    }
    return LXW_NO_ERROR;
}

int book_charts(struct book *b, struct err *err)
{
    const struct report *const r = b->report;
    lxw_worksheet *sheet;
    lxw_row_t *breaks;
    lxw_error code;
    char name[32];

    if (!show_any(b))
        return 0;
    snprintf(name, sizeof(name), "%.24s charts", b->name);
    sheet = book_add_sheet(b, name, err);
    if (sheet == NULL)
        return -1;
    worksheet_gridlines(sheet, LXW_HIDE_ALL_GRIDLINES);
    if (book_print(b, sheet, r->title, NULL, 1, err) < 0)
        return -1;
    breaks = calloc(r->chart_count + 1, sizeof(*breaks));
    if (breaks == NULL)
        return err_nomem(err);
    code = place_charts(b, sheet, breaks);
    if (code == LXW_NO_ERROR && breaks[0] != 0)
        code = worksheet_set_h_pagebreaks(sheet, breaks);
    free(breaks);
    return code == LXW_NO_ERROR ? 0 : book_fail(code, err);
}
