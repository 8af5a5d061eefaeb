/* index.html: what an operator opens in the morning. One file, no script, nothing fetched. */
#include "page_int.h"

#include "base/shipped.h"
#include "domain/tolerance.h"
#include "output/markup.h"
#include "rules/incident.h"
#include "rules/plain.h"
#include "rules/wording.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LISTED_MAX 12 /* rows of a list that a report has whole */

/* ---- Cells and tables ---- */

/* A rate by its two ends, what is proved and what it is at most. */
static void add_range(struct buf *b, double least, double most)
{
    markup_share(b, least);
    if (most > least) {
        buf_add_str(b, "<span class=\"to\"> to </span>");
        markup_share(b, most);
    }
}

/* Of a file without the folders it lies in, which are the same every night. */
static struct text base_name(const struct table *t, size_t column, struct text value)
{
    const char *const slash = memrchr(value.ptr, '/', value.len);

    if (slash == NULL || strcmp(t->report->columns[column].name, "file") != 0)
        return value;
    return (struct text){slash + 1, value.len - (size_t)(slash + 1 - value.ptr)};
}

/* Of a reason its plain name; any other word as it is. */
static struct text plain_name(const struct table *t, size_t column, struct text value)
{
    if (strcmp(t->report->columns[column].name, "main_reason") != 0)
        return base_name(t, column, value);
    for (unsigned r = 0; r < REASONS; r++)
        if (text_equal(value, text_of(reason_word((enum reason)r))))
            return text_of(reason_plain((enum reason)r));
    return value;
}

static void add_cell(struct buf *b, const struct table *t, size_t row, size_t column)
{
    const struct table_cell *const cell = table_at(t, row, (int)column);
    const enum column_type type = t->report->columns[column].type;
    const bool number = cell->type == CELL_INTEGER || cell->type == CELL_REAL;

    buf_add_str(b, type == COLUMN_INSTANT ? "<td class=\"t at\">" : type == COLUMN_TEXT ? "<td class=\"t\">" : "<td>");
    if (number)
        markup_figure(b, type == COLUMN_PERCENT ? FIGURE_SHARE : FIGURE_COUNT, table_number(t, row, (int)column));
    else if (cell->type == CELL_TEXT && type == COLUMN_INSTANT)
        page_minute(b, table_text(t, cell));
    else if (cell->type == CELL_TEXT)
        markup_text(b, plain_name(t, column, table_text(t, cell)));
    buf_add_str(b, "</td>");
}

/* The first columns of the table, and its first rows. */
static void add_table(struct buf *b, const struct table *t, size_t columns, size_t rows)
{
    buf_add_str(b, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    markup_text(b, text_of(t->report->title));
    buf_add_str(b, "\"><table>\n<thead><tr>");
    for (size_t c = 0; c < columns && c < t->report->column_count; c++) {
        const enum column_type type = t->report->columns[c].type;

        buf_add_str(b, type == COLUMN_TEXT || type == COLUMN_INSTANT ? "<th scope=\"col\" class=\"t\">"
                                                                     : "<th scope=\"col\">");
        markup_text(b, text_of(t->report->columns[c].title));
        buf_add_str(b, "</th>");
    }
    buf_add_str(b, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->rows && r < rows; r++) {
        buf_add_str(b, text_equal(night_text(t, r, t->report->columns[0].name), TEXT_LITERAL("All"))
                           ? "<tr class=\"all\">"
                           : "<tr>");
        for (size_t c = 0; c < columns && c < t->report->column_count; c++)
            add_cell(b, t, r, c);
        buf_add_str(b, "</tr>\n");
    }
    buf_add_str(b, "</tbody></table></div>\n");
}

void page_open_section(struct buf *b, const char *id, const char *title, const char *sentence)
{
    buf_printf(b, "<section id=\"%s\">\n<h2>%s</h2>\n", id, title);
    if (sentence != NULL)
        buf_printf(b, "<p>%s</p>\n", sentence);
}

void page_close_section(struct buf *b)
{
    buf_add_str(b, "</section>\n");
}

static enum figure figure_of(struct text measure)
{
    for (unsigned m = 0; m < TOLERANCE_MEASURES; m++)
        if (text_equal(measure, text_of(tolerance_measure_word((enum tolerance_measure)m))))
            return tolerance_measure_is_rate((enum tolerance_measure)m) ? FIGURE_SHARE : FIGURE_COUNT;
    return FIGURE_COUNT;
}

struct text night_measure(struct text measure)
{
    const struct plain_word *const word = plain_word_find(measure);

    return word != NULL ? text_of(word->plain) : measure;
}

void night_measured(struct buf *out, struct text measure, double value)
{
    markup_figure(out, figure_of(measure), value);
}

void night_level(struct buf *out, struct text measure, double value)
{
    markup_level(out, figure_of(measure), value);
}

/* ---- The head ---- */

static void add_head(struct buf *b, const struct night_request *r)
{
    const struct shipped *const page = shipped_find("packs/ssc/page.css");
    const struct shipped *const own = shipped_find("packs/night/page.css");
    char text[INSTANT_TEXT_SIZE];

    instant_format_date(r->context->as_of, text);
    buf_printf(b,
               "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Post Commissioning, %s</title>\n<style>\n",
               text);
    if (page != NULL)
        buf_add_text(b, page->text);
    if (own != NULL)
        buf_add_text(b, own->text);
    buf_add_str(b, "</style>\n</head>\n<body>\n<header>\n<p class=\"over\">Post Commissioning, nightly run</p>\n<h1>");
    page_day(b, r->context->as_of);
    buf_add_str(b, "</h1>\n<p class=\"soft\">As at ");
    instant_format(r->context->as_of, text);
    page_minute(b, text_of(text));
    buf_add_str(b, " UTC. ");
    if (r->previous == INSTANT_NONE) {
        buf_add_str(b, "The first run: there is no earlier one to compare with.");
    } else {
        instant_format(r->previous, text);
        buf_add_str(b, "Compared with the run as at ");
        page_minute(b, text_of(text));
        buf_add_byte(b, '.');
    }
    if (r->history_untouched)
        buf_printf(b, " A run as at a later instant was there before: Incidents%s are left as they are.",
                   r->earlier_date ? " and what was reported" : "");
    if (r->history_untouched && !r->earlier_date)
        buf_add_str(b, " What it reported is replaced by this page.");
    buf_add_str(b, "</p>\n</header>\n<main>\n");
}

/* ---- Key figures ---- */

static void open_figure(struct buf *b, const char *name)
{
    buf_printf(b, "<div><dt>%s</dt><dd>", name);
}

static void close_figure(struct buf *b, const char *link, const char *under)
{
    buf_printf(b, "</dd><dd class=\"under\"><a href=\"%s\">%s</a></dd></div>\n", link, under);
}

static double devices_that(const struct night *n, const char *change)
{
    const struct table *const t = &n->tables[NIGHT_CHANGES];

    for (size_t i = 0; i < t->rows; i++)
        if (text_equal(night_text(t, i, "change"), text_of(change)))
            return night_number(t, i, "devices");
    return 0;
}

static double sum_of(const struct table *t, const char *column)
{
    double sum = 0;

    for (size_t i = 0; i < t->rows; i++)
        sum += night_number(t, i, column);
    return sum;
}

static void add_figures(struct buf *b, const struct night *n)
{
    const struct table *const t = &n->tables[NIGHT_SUMMARY];
    const size_t all = t->rows - 1;
    char digits[64];

    buf_add_str(b, "<dl class=\"figures\">\n");
    open_figure(b, "Failure rate");
    add_range(b, night_number(t, all, "revised_rate"), night_number(t, all, "revised_rate_at_most"));
    buf_add_str(b, "</dd><dd class=\"under\"><a href=\"#types\">legacy: ");
    markup_share(b, night_number(t, all, "legacy_rate"));
    buf_add_str(b, "</a></dd></div>\n");
    open_figure(b, "Failing Devices");
    markup_count(b, (int64_t)night_number(t, all, "revised_failed"));
    snprintf(digits, sizeof(digits), "%.0f new, %.0f cleared", devices_that(n, "NEW"), devices_that(n, "CLEARED"));
    close_figure(b, "#changes", digits);
    open_figure(b, "Unverified");
    markup_count(b, (int64_t)night_number(t, all, "unverified"));
    close_figure(b, "#coverage", "what the log covers");
    open_figure(b, "Incidents open");
    markup_count(b, (int64_t)sum_of(&n->tables[NIGHT_AGEING], "open"));
    snprintf(digits, sizeof(digits), "%" PRIu64 " new, %" PRIu64 " resolved", n->request->opened, n->request->resolved);
    close_figure(b, "#incidents", digits);
    open_figure(b, "Rows read");
    markup_count(b, (int64_t)sum_of(&n->tables[NIGHT_FILES], "rows"));
    snprintf(digits, sizeof(digits), "%zu %s, %.0f rejected", n->tables[NIGHT_FILES].rows,
             n->tables[NIGHT_FILES].rows == 1 ? "file" : "files", sum_of(&n->tables[NIGHT_FILES], "rejected"));
    close_figure(b, "#files", digits);
    buf_add_str(b, "</dl>\n");
}

/* ---- Coverage ---- */

/* A silence as a sentence; of a sender alone where one is named. */
static void add_silence(struct buf *b, const struct table *t, size_t row)
{
    const struct text sender = night_text(t, row, "sender"), from = night_text(t, row, "silence_from");
    const double waiting = night_number(t, row, "devices_waiting");

    buf_add_str(b, "<li>");
    if (sender.len > 0) {
        markup_text(b, sender);
        buf_add_str(b, " alone: ");
    }
    if (from.len > 0) {
        buf_add_str(b, "from ");
        page_minute(b, from);
        buf_add_str(b, " to ");
    } else {
        buf_add_str(b, "until ");
    }
    page_minute(b, night_text(t, row, "silence_to"));
    if (from.len > 0) {
        buf_add_str(b, ", where about ");
        markup_count(b, (int64_t)night_number(t, row, "expected"));
        buf_add_str(b, " requests were to be expected");
    } else {
        buf_add_str(b, ", when the log begins");
    }
    if (waiting > 0) {
        buf_add_str(b, "; ");
        markup_count(b, (int64_t)waiting);
        buf_add_str(b, waiting > 1 ? " Devices are UNVERIFIED for it" : " Device is UNVERIFIED for it");
    }
    buf_add_str(b, "</li>\n");
}

/* Those of the whole log, or those of senders alone. */
static size_t add_silences(struct buf *b, const struct table *t, bool of_senders)
{
    size_t count = 0;

    for (size_t i = 0; i < t->rows; i++)
        if ((night_text(t, i, "sender").len > 0) == of_senders) {
            if (count++ == 0)
                buf_add_str(b, "<ul class=\"lines\">\n");
            add_silence(b, t, i);
        }
    if (count > 0)
        buf_add_str(b, "</ul>\n");
    return count;
}

static void add_coverage(struct buf *b, const struct night *n)
{
    const struct table *const t = &n->tables[NIGHT_SILENCES];
    struct buf senders = {0};
    size_t count;

    page_open_section(
        b, "coverage", "What the log covers",
        "Requests by UTC day, the last 60 days. Where the log is silent, absence of a record proves nothing.");
    page_strip(b, n);
    if (add_silences(b, t, false) == 0)
        buf_add_str(b, "<p>The log is nowhere silent.</p>\n");
    count = add_silences(&senders, t, true);
    b->failed = b->failed || senders.failed;
    if (count > 0)
        buf_printf(b, "<details><summary>Senders that fell silent alone: %zu</summary>\n%s</details>\n", count,
                   buf_cstr(&senders));
    buf_release(&senders);
    page_close_section(b);
}

static void add_evidence(struct buf *b, const struct night *n)
{
    const struct evidence_end *const end = n->request->evidence;
    char text[INSTANT_TEXT_SIZE];

    page_open_section(b, "evidence", "Evidence by kind", "The newest record of each, and how old it was at as-of.");
    if (end->old && end->at != INSTANT_NONE) {
        instant_format(end->at, text);
        buf_add_str(b, "<p><strong>Requests, looks and checks end at ");
        page_minute(b, text_of(text));
        buf_printf(b, ", over %d hours before as-of.</strong></p>\n", EVIDENCE_FRESH_HOURS);
    } else if (end->old) {
        buf_add_str(b, "<p><strong>There are no requests, looks or checks up to as-of.</strong></p>\n");
    }
    add_table(b, &n->tables[NIGHT_EVIDENCE], 5, n->tables[NIGHT_EVIDENCE].rows);
    page_close_section(b);
}

static void add_curve(struct buf *b, const struct night *n)
{
    const struct table *const t = &n->tables[NIGHT_RUNS];

    page_open_section(
        b, "runs", "Failure rate, run by run",
        "The band is what the evidence leaves open: its lower edge is proved, its upper one counts every Device "
        "that is unverified.");
    if (t->rows == 0) {
        buf_add_str(b, "<p>No run is recorded yet.</p>\n");
    } else {
        page_curve(b, n);
        buf_add_str(b, "<details><summary>The figures</summary>\n");
        add_table(b, t, 9, t->rows);
        buf_add_str(b, "</details>\n");
    }
    page_close_section(b);
}

/* ---- Lists ---- */

static void add_changes(struct buf *b, const struct night *n)
{
    static const struct {
        const char *word, *name;
    } names[] = {
        {"NEW", "New failures"},
        {"CLEARED", "Cleared"},
        {"PERSISTING", "Still failing"},
        {"COMMISSIONED", "Newly commissioned"},
        {"RECLASSIFIED", "Stand otherwise"},
    };
    const struct table *const t = &n->tables[NIGHT_CHANGES];

    page_open_section(b, "changes", "What changed since the last run", NULL);
    if (n->request->previous == INSTANT_NONE)
        buf_add_str(b, "<p>This is the first run: all that fails is new.</p>\n");
    if (n->request->asked_otherwise[0] != '\0')
        buf_add_str(b, "<p><strong>That run was asked another question</strong>, as is told above: what stands "
                       "otherwise may do so for that alone, and not because the Device changed.</p>\n");
    buf_add_str(b, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"What "
                   "changed\"><table>\n<thead><tr><th scope=\"col\" class=\"t\">Devices that</th>");
    for (size_t c = 1; c < t->report->column_count; c++)
        buf_printf(b, "<th scope=\"col\">%s</th>", t->report->columns[c].title);
    buf_add_str(b, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->rows; r++) {
        buf_add_str(b, "<tr><td class=\"t\">");
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (text_equal(night_text(t, r, "change"), text_of(names[i].word)))
                buf_add_str(b, names[i].name);
        buf_add_str(b, "</td>");
        for (size_t c = 1; c < t->report->column_count; c++)
            add_cell(b, t, r, c);
        buf_add_str(b, "</tr>\n");
    }
    buf_add_str(b, "</tbody></table></div>\n<p>Restated: by what is known now they would have been reported so already "
                   "then, and were not; of those that still fail, those that were reported with another "
                   "classification.</p>\n");
    page_close_section(b);
}

static void add_waived(struct buf *b, const struct table *t)
{
    const double waived = night_number(t, 0, "waived");

    if (waived < 1)
        return;
    buf_add_str(b, "<p>Of these ");
    markup_count(b, (int64_t)waived);
    buf_add_str(b, waived > 1 ? " Devices are waived" : " Device is waived");
    buf_add_str(b, ": they stay in every count. As if they did not fail, the rate is ");
    add_range(b, night_number(t, 0, "rate"), night_number(t, 0, "rate_at_most"));
    buf_add_str(b, ".</p>\n");
}

static void add_types(struct buf *b, const struct night *n)
{
    const struct table *const t = &n->tables[NIGHT_SUMMARY];
    static const char *const counts[] = {"devices",        "judged",     "passed",
                                         "revised_failed", "unverified", "legacy_failed"};

    page_open_section(
        b, "types", "By Device type",
        "Rates are of the Devices judged: those neither excluded nor pending. The evidence-based one is a range, "
        "from what is proved to what it is at most.");
    buf_add_str(b, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"By Device "
                   "type\"><table>\n<thead><tr><th scope=\"col\" class=\"t\">Device type</th>"
                   "<th scope=\"col\">Devices</th><th scope=\"col\">Judged</th><th scope=\"col\">Passed</th>"
                   "<th scope=\"col\">Failed</th><th scope=\"col\">Unverified</th><th scope=\"col\">Legacy failed</th>"
                   "<th scope=\"col\">Failure rate</th><th scope=\"col\">Legacy rate</th></tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->rows; r++) {
        buf_add_str(b, r + 1 == t->rows ? "<tr class=\"all\"><td class=\"t\">" : "<tr><td class=\"t\">");
        markup_text(b, night_text(t, r, "device_type"));
        buf_add_str(b, "</td>");
        for (size_t c = 0; c < ARRAY_LEN(counts); c++)
            add_cell(b, t, r, (size_t)table_column(t, counts[c]));
        buf_add_str(b, "<td class=\"range\">");
        if (night_number(t, r, "judged") > 0)
            add_range(b, night_number(t, r, "revised_rate"), night_number(t, r, "revised_rate_at_most"));
        buf_add_str(b, "</td>");
        add_cell(b, t, r, (size_t)table_column(t, "legacy_rate"));
        buf_add_str(b, "</tr>\n");
    }
    buf_add_str(b, "</tbody></table></div>\n");
    add_waived(b, &n->tables[NIGHT_WAIVED]);
    page_close_section(b);
}

static void add_strays(struct buf *b, const struct table *t)
{
    if (t->rows == 0)
        return;
    buf_add_str(
        b, "<h3>Tickets of unknown Incidents</h3>\n<p>The service desk has them under names such as pcreport's, but "
           "there are no such Incidents: the name may be misspelt, or another store's.</p>\n");
    add_table(b, t, t->report->column_count, LISTED_MAX);
    if (t->rows > LISTED_MAX)
        buf_add_str(b, "<p><a href=\"run.json\">run.json</a> has all of them.</p>\n");
}

static void add_incidents(struct buf *b, const struct night *n)
{
    const struct judge_context *const context = n->request->context;
    const struct table *const t = &n->tables[NIGHT_INCIDENTS];

    page_open_section(b, "incidents", "Incidents",
                      "Open ones for Communications Hub Functions by age in days, and those opened "
                      "or resolved since the last run.");
    buf_printf(b, "<p>They are opened and resolved by the verdict under the %s.</p>\n",
               incident_criteria_plain(incident_criteria_at(context->settings, context->as_of)));
    add_table(b, &n->tables[NIGHT_AGEING], 6, n->tables[NIGHT_AGEING].rows);
    if (t->rows > 0)
        add_table(b, t, t->report->column_count, LISTED_MAX);
    else
        buf_add_str(b, "<p>None was opened or resolved.</p>\n");
    if (t->rows > LISTED_MAX)
        buf_add_str(b, "<p>These are the first of them; <a href=\"run.json\">run.json</a> has more, and the report "
                       "chf-incidents all.</p>\n");
    add_strays(b, &n->tables[NIGHT_STRAYS]);
    page_close_section(b);
}

static void add_measured(struct buf *b, const struct table *t, size_t row, const char *column,
                         void (*add)(struct buf *, struct text, double))
{
    buf_add_str(b, "<td>");
    if (table_at(t, row, table_column(t, column))->type != CELL_EMPTY)
        add(b, night_text(t, row, "measure"), night_number(t, row, column));
    else
        buf_add_str(b, "\xE2\x80\x93");
    buf_add_str(b, "</td>");
}

static void add_state(struct buf *b, struct text state)
{
    buf_add_str(b, "<td class=\"t state-");
    markup_text(b, state);
    buf_add_str(b, "\">");
    if (state.len > 0)
        markup_text(b, state);
    else
        buf_add_str(b, "\xE2\x80\x93");
    buf_add_str(b, "</td>");
}

static void add_tolerances(struct buf *b, const struct night *n)
{
    static const char *const levels[] = {"warn", "breach"}, *const figures[] = {"legacy", "revised", "revised_at_most"};
    const struct table *const t = &n->tables[NIGHT_TOLERANCES];

    if (t->rows == 0)
        return;
    page_open_section(
        b, "tolerances", "Tolerances",
        "Each level, and whether it is within, warned or breached: under the criteria in force, and under the "
        "evidence-based ones by the worst end of the range.");
    buf_add_str(
        b,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Tolerances\"><table>\n<thead><tr><th "
        "scope=\"col\" class=\"t\">Measure</th><th scope=\"col\" "
        "class=\"t\">Of</th><th scope=\"col\">Warn</th><th scope=\"col\">Breach</th><th scope=\"col\">Legacy"
        "</th><th scope=\"col\">Evidence-based</th><th scope=\"col\">At most</th><th scope=\"col\" class=\"t\">Legacy "
        "is</th><th scope=\"col\" class=\"t\">Evidence-based is</th></tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->rows; r++) {
        buf_add_str(b, "<tr><td class=\"t\">");
        markup_text(b, night_measure(night_text(t, r, "measure")));
        buf_add_str(b, "</td><td class=\"t\">");
        markup_text(b, night_text(t, r, "scope"));
        buf_add_str(b, "</td>");
        for (size_t c = 0; c < ARRAY_LEN(levels); c++)
            add_measured(b, t, r, levels[c], night_level);
        for (size_t c = 0; c < ARRAY_LEN(figures); c++)
            add_measured(b, t, r, figures[c], night_measured);
        add_state(b, night_text(t, r, "legacy_state"));
        add_state(b, night_text(t, r, "revised_state"));
        buf_add_str(b, "</tr>\n");
    }
    buf_add_str(b, "</tbody></table></div>\n");
    page_close_section(b);
}

static void add_files(struct buf *b, const struct night *n)
{
    const struct table *const t = &n->tables[NIGHT_FILES], *const inbox = &n->tables[NIGHT_INBOX];

    page_open_section(b, "files", "Files read", NULL);
    if (t->rows == 0)
        buf_add_str(b, "<p>Nothing new was read since the last run of an earlier date.</p>\n");
    else
        add_table(b, t, 6, t->rows);
    if (inbox->rows > 0) {
        buf_add_str(b, "<h3>Refused or left alone</h3>\n");
        add_table(b, inbox, inbox->report->column_count, inbox->rows);
    }
    page_close_section(b);
}

void night_page(const struct night *n, struct buf *b)
{
    const struct night_request *const r = n->request;

    add_head(b, r);
    page_alarms(b, r);
    add_figures(b, n);
    buf_add_str(b, "<div class=\"pair\">\n");
    add_curve(b, n);
    add_coverage(b, n);
    buf_add_str(b, "</div>\n");
    add_changes(b, n);
    add_types(b, n);
    add_tolerances(b, n);
    add_incidents(b, n);
    buf_add_str(b, "<div class=\"pair\">\n");
    add_files(b, n);
    add_evidence(b, n);
    buf_add_str(b, "</div>\n");
    page_reports(b, n);
    buf_add_str(b, "</main>\n<footer class=\"soft\">Criteria '");
    markup_text(b, text_of(r->context->legacy->name));
    buf_add_str(b, "' and '");
    markup_text(b, text_of(r->context->revised->name));
    buf_printf(b, "'. Made by pcreport %s.</footer>\n</body>\n</html>\n", r->version);
}
