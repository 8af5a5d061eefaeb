/* The page: what a member reads on a phone and the committee on paper. One file, no script, nothing fetched; its
 * figures are those of the tables. */
#include "pack_int.h"

#include "base/shipped.h"
#include "page_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISSED_MOST  100 /* rows of the list of missed failures that the page shows */
#define WAIVERS_MOST 100

/* ---- Figures ---- */

/* A figure of the line for all Device types. */
static double of_all(const struct pack *p, const char *column)
{
    const struct table *const t = &p->tables[PACK_SUMMARY];

    return t->rows > 0 ? table_number(t, t->rows - 1, table_column(t, column)) : 0;
}

static double of_trend(const struct pack *p, size_t months_back, const char *column)
{
    const struct table *const t = &p->tables[PACK_TREND];

    return table_number(t, t->rows - 1 - months_back, table_column(t, column));
}

static void add_count_of(struct buf *b, double n, const char *one, const char *many)
{
    markup_count(b, (int64_t)n);
    buf_printf(b, " %s", n > 0.5 && n < 1.5 ? one : many);
}

/* A rate is told by its two ends, what is proved and what it is at most; by one where they are the same. */
static void add_range(struct buf *b, double least, double most)
{
    markup_share(b, least);
    if (most > least) {
        buf_add_str(b, " to ");
        markup_share(b, most);
    }
}

/* ---- In short ---- */

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

/* The Devices of one kind of change, by what a column says of them. */
static double changed(const struct pack *p, const char *change, const char *column)
{
    const struct table *const t = &p->tables[PACK_CHANGES];

    for (size_t r = 0; r < t->rows; r++)
        if (text_equal(table_text(t, table_at(t, r, 0)), text_of(change)))
            return table_number(t, r, table_column(t, column));
    return 0;
}

/* All that failed before are told: those neither cleared nor failing still are not proved any more. */
static void add_who_fails(struct buf *b, const struct pack *p)
{
    const double unproved = changed(p, "RECLASSIFIED", "failed_before") + changed(p, "COMMISSIONED", "failed_before");

    add_count_of(b, changed(p, "NEW", "devices"), "Device newly fails", "Devices newly fail");
    buf_add_str(b, "</a>, ");
    markup_count(b, (int64_t)changed(p, "CLEARED", "devices"));
    buf_add_str(b, " no longer, and ");
    markup_count(b, (int64_t)changed(p, "PERSISTING", "devices"));
    buf_add_str(b, " still");
    if (unproved > 0) {
        buf_add_str(b, "; of ");
        markup_count(b, (int64_t)unproved);
        buf_add_str(b, " more it is no longer proved (unverified or pending)");
    }
    buf_add_str(b, ".</p>\n");
}

static void add_change(struct buf *b, const struct pack *p)
{
    const struct table *const trend = &p->tables[PACK_TREND];
    char month[PACK_DATE_SIZE];

    if (trend->rows < 2)
        return;
    pack_month_words(table_text(trend, table_at(trend, trend->rows - 2, 0)), month);
    html_text(b, "<p>Since the end of ", text_of(month),
              ", by what is known now, the rate of the criteria in force went from ");
    markup_share(b, of_trend(p, 1, "legacy_rate"));
    buf_add_str(b, " to ");
    markup_share(b, of_trend(p, 0, "legacy_rate"));
    buf_add_str(b, "; by the evidence it was ");
    add_range(b, of_trend(p, 1, "revised_rate"), of_trend(p, 1, "revised_rate_at_most"));
    buf_add_str(b, ", and is ");
    add_range(b, of_trend(p, 0, "revised_rate"), of_trend(p, 0, "revised_rate_at_most"));
    buf_add_str(b, " now. <a href=\"#month-changes\">");
    add_who_fails(b, p);
}

/* R11.3 */
static void add_restated(struct buf *b, const struct pack *p)
{
    const struct table *const t = &p->tables[PACK_RESTATED];
    char day[PACK_DATE_SIZE];
    double devices = 0;

    if (p->restated_at == INSTANT_NONE)
        return;
    for (size_t r = 0; r < t->rows; r++)
        devices += table_number(t, r, table_column(t, "devices"));
    pack_date_words(p->restated_at, day);
    buf_printf(b, "<p>Evidence comes late: of what was reported on %s, <a href=\"#restated\">", day);
    add_count_of(b, devices, "Device", "Devices");
    buf_add_str(b, "</a> would be reported otherwise by now.</p>\n");
}

static struct text word_of(const struct table *t, size_t row, const char *column)
{
    return table_text(t, table_at(t, row, table_column(t, column)));
}

/* A figure of the tolerances, as a share or a count. */
static void add_level(struct buf *b, const struct table *t, size_t row, const char *column)
{
    html_number(b, t, row, (size_t)table_column(t, column));
}

static const char *state_words(struct text state)
{
    return text_equal(state, TEXT_LITERAL("breached")) ? "which breaches it"
           : text_equal(state, TEXT_LITERAL("warned")) ? "which is within it, but above the level of a warning"
                                                       : "which is within it";
}

#define TOLERANCES_TOLD 4

/* Levels that are about all Devices, under both criteria: what is reported, and what it is by the evidence. */
static void add_tolerances(struct buf *b, const struct pack *p)
{
    const struct table *const t = &p->shown[PACK_TOLERANCES];
    size_t told = 0;

    for (size_t r = 0; r < t->rows && told < TOLERANCES_TOLD; r++) {
        if (!text_equal(word_of(t, r, "scope"), TEXT_LITERAL("all")) || word_of(t, r, "legacy_state").len == 0 ||
            word_of(t, r, "revised_state").len == 0)
            continue;
        told++;
        html_text(b, "<p>The <a href=\"#tolerances\">level</a> of the ", word_of(t, r, "measure"), " is ");
        add_level(b, t, r, "breach");
        buf_add_str(b, ": the criteria in force report ");
        add_level(b, t, r, "legacy");
        html_text(b, ", ", text_of(state_words(word_of(t, r, "legacy_state"))), "; by the evidence it is ");
        add_level(b, t, r, "revised");
        if (table_number(t, r, table_column(t, "revised_at_most")) > table_number(t, r, table_column(t, "revised"))) {
            buf_add_str(b, " to ");
            add_level(b, t, r, "revised_at_most");
        }
        html_text(b, ", ", text_of(state_words(word_of(t, r, "revised_state"))), ".</p>\n");
    }
}

/* Rates before and after; nothing where nothing is waived. */
static void add_waived(struct buf *b, const struct pack *p)
{
    const struct table *const t = &p->tables[PACK_WAIVED];
    const size_t all = t->rows - 1;

    if (t->rows == 0)
        return;
    buf_add_str(b, "<p><a href=\"#waived\">");
    add_count_of(b, table_number(t, all, table_column(t, "waived")), "Device is waived", "Devices are waived");
    buf_add_str(b, "</a>: they stay in every count. As if they did not fail, the rate of the evidence is ");
    add_range(b, table_number(t, all, table_column(t, "rate_after_waivers")),
              table_number(t, all, table_column(t, "rate_after_waivers_at_most")));
    buf_add_str(b, ".</p>\n");
}

struct key_figure {
    const char *name, *href;
    enum figure figure;
    double value, most; /* most < 0: it is no range */
};

static void add_key_figures(struct buf *b, const struct pack *p)
{
    const struct key_figure figures[] = {
        {"Legacy failure rate", "#summary", FIGURE_SHARE, of_all(p, "legacy_rate"), -1},
        {"Revised failure rate", "csv/failing-devices.csv", FIGURE_SHARE, of_all(p, "revised_rate"),
         of_all(p, "revised_rate_at_most")},
        {"False positives", "csv/false-positives.csv", FIGURE_COUNT, of_all(p, "false_positives"), -1},
        {"Missed by legacy", "#missed-failures", FIGURE_COUNT, of_all(p, "missed_by_legacy"), -1},
        {"Unverified", "csv/evidence-needed.csv", FIGURE_COUNT, of_all(p, "unverified"), -1},
        {"CHF Incidents due", "csv/failing-devices.csv", FIGURE_COUNT, of_trend(p, 0, "incidents_raised"), -1},
        {pack_avoided_name(p), "csv/incidents-avoided.csv", FIGURE_COUNT, of_trend(p, 0, "incidents_avoided"), -1},
    };

    buf_add_str(b, "<dl class=\"figures\">\n");
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        const struct key_figure *const f = &figures[i];

        buf_printf(b, "<div%s><dt>%s</dt><dd><a href=\"%s\">", f->most >= 0 ? " class=\"two\"" : "", f->name, f->href);
        if (f->most >= 0)
            add_range(b, f->value, f->most);
        else
            markup_figure(b, f->figure, f->value);
        buf_add_str(b, "</a></dd></div>\n");
    }
    buf_add_str(b,
                "</dl>\n<p class=\"soft\">Each figure leads to the list behind it, on this page or in the folder csv "
                "beside it.</p>\n");
}

/* ---- The head ---- */

/* A text inside a string of CSS: what could end the string, or the style, is told by its number. */
static void add_css_text(struct buf *b, struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        const unsigned char c = (unsigned char)t.ptr[i];

        if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&')
            buf_printf(b, "\\%02X ", c);
        else
            buf_add_byte(b, c);
    }
}

static void add_style(struct buf *b, const struct pack *p)
{
    const struct shipped *const css = shipped_find("packs/ssc/page.css");

    buf_add_str(b, "<style>\n");
    if (css != NULL)
        buf_add_text(b, css->text);
    buf_add_str(b, "@page { @top-center { content: \"");
    add_css_text(b, buf_text(&p->heading));
    buf_add_str(b, "\"; } @bottom-left { content: \"");
    add_css_text(b, text_of(p->request->head.reference != NULL ? p->request->head.reference : ""));
    buf_add_str(b, "\"; } }\n</style>\n");
}

static void add_head_line(void *ctx, const char *label, const char *value)
{
    struct buf *const b = ctx;

    buf_printf(b, "<div><dt>%s</dt>", label);
    html_text(b, "<dd>", text_of(value), "</dd></div>\n");
}

static void add_head(struct buf *b, const struct pack *p)
{
    char month[PACK_DATE_SIZE];

    buf_printf(b,
               "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Post Commissioning report, %s</title>\n",
               p->period);
    add_style(b, p);
    html_text(b, "</head>\n<body>\n<header>\n<div class=\"marking\">", text_of(p->request->head.marking), "</div>\n");
    if (head_sentence(p)[0] != '\0')
        html_text(b, "<p class=\"sentence\">", text_of(head_sentence(p)), "</p>\n");
    pack_month_words(text_of(p->period), month);
    buf_printf(b, "<h1>Post Commissioning report to the Security Sub-Committee, %s</h1>\n", month);
    if (p->provisional.len > 0)
        html_text(b, "<p class=\"provisional\"><strong>PROVISIONAL</strong>: ", buf_text(&p->provisional), ".</p>\n");
    buf_add_str(b, "<dl class=\"head\">\n");
    head_lines(p, add_head_line, b);
    if (p->scope.len > 0)
        html_text(b, "<div><dt>Only what is owed by</dt><dd>", buf_text(&p->scope), "</dd></div>\n");
    html_text(b, "</dl>\n<p class=\"soft\">Criteria '", text_of(p->context.legacy->name), "' and '");
    markup_text(b, text_of(p->context.revised->name));
    buf_printf(b, "'. Made by pcreport %s%s.</p>\n</header>\n<main>\n", p->request->version,
               p->pseudonyms.key.len > 0 ? "; identifiers are replaced by pseudonyms" : "");
    markup_patterns(b);
}

/* ---- The page ---- */

static void add_charts(struct buf *b, const struct pack *p)
{
    buf_add_str(b, "<h2>In pictures</h2>\n<div class=\"charts\">\n");
    for (unsigned i = 0; i < PACK_TABLES; i++)
        for (size_t c = 0; c < p->shown[i].report->chart_count; c++)
            html_chart(b, &p->shown[i], &p->shown[i].report->charts[c], c == 0 && i != PACK_SUPPLIERS);
    buf_add_str(b, "</div>\n");
}

void pack_page(const struct pack *p, struct buf *b)
{
    add_head(b, p);
    buf_add_str(b, "<h2>In short</h2>\n");
    add_lead(b, p);
    add_key_figures(b, p);
    add_change(b, p);
    add_tolerances(b, p);
    add_waived(b, p);
    add_restated(b, p);
    add_charts(b, p);
    buf_add_str(b, "<h2 class=\"paper\">In figures</h2>\n");
    html_table_section(b, &p->shown[PACK_SUMMARY], "paper", SIZE_MAX);
    html_table_section(b, &p->shown[PACK_SUPPLIERS], "paper", SIZE_MAX);
    html_table_section(b, &p->shown[PACK_MISSED_LIST], "paper", MISSED_MOST);
    if (p->tables[PACK_WAIVERS].rows > 0)
        html_table_section(b, &p->shown[PACK_WAIVERS], "paper", WAIVERS_MOST);
    if (p->tables[PACK_TOLERANCES].rows > 0)
        html_table_section(b, &p->shown[PACK_TOLERANCES], "", SIZE_MAX);
    if (p->tables[PACK_WAIVED].rows > 0)
        html_table_section(b, &p->shown[PACK_WAIVED], "", SIZE_MAX);
    if (p->tables[PACK_TREND].rows > 1)
        html_table_section(b, &p->shown[PACK_CHANGES], "", SIZE_MAX);
    if (p->restated_at != INSTANT_NONE)
        html_table_section(b, &p->shown[PACK_RESTATED], "", SIZE_MAX);
    buf_add_str(b, "<h2>How, and in which words</h2>\n");
    html_table_section(b, &p->shown[PACK_METHOD], "method", SIZE_MAX);
    html_table_section(b, &p->shown[PACK_GLOSSARY], "method", SIZE_MAX);
    html_text(b, "</main>\n<footer class=\"marking\">", text_of(p->request->head.marking),
              "</footer>\n</body>\n</html>\n");
}
