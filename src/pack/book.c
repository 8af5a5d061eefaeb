/* The workbook of a pack. */
#include "pack_int.h"

#include "output/book.h"
#include "output/markup.h"

/* Labels and values on their way onto the cover; the first failure stays. */
struct cover {
    struct book *book;
    struct err *err;
    bool failed;
};

static void add_line(struct cover *c, const char *label, struct text value)
{
    c->failed = c->failed || book_cover_line(c->book, label, value, c->err) < 0;
}

static void add_head_line(void *ctx, const char *label, const char *value)
{
    add_line(ctx, label, text_of(value));
}

static void add_head(struct cover *c, const struct pack *p)
{
    if (p->provisional.len > 0)
        add_line(c, "PROVISIONAL", buf_text(&p->provisional));
    add_line(c, "Marking", text_of(p->request->head.marking));
    if (head_sentence(p)[0] != '\0')
        add_line(c, "", text_of(head_sentence(p)));
    add_line(c, "Period", text_of(p->period));
    head_lines(p, add_head_line, c);
    if (p->scope.len > 0)
        add_line(c, "Only what is owed by", buf_text(&p->scope));
}

/* The figures that the page begins with, each with the list behind it. */
static void add_figures(struct cover *c, const struct pack *p)
{
    const struct {
        const char *name;
        enum pack_table table;
        const char *column;
        enum figure figure;
        enum pack_table list;
    } figures[] = {
        {"Legacy failure rate", PACK_SUMMARY, "legacy_rate", FIGURE_SHARE, PACK_SUMMARY},
        {"Revised failure rate, proved", PACK_SUMMARY, "revised_rate", FIGURE_SHARE, PACK_FAILING_LIST},
        {"Revised failure rate, at most", PACK_SUMMARY, "revised_rate_at_most", FIGURE_SHARE, PACK_UNVERIFIED},
        {"False positives", PACK_SUMMARY, "false_positives", FIGURE_COUNT, PACK_MISLED_LIST},
        {"Missed by legacy", PACK_SUMMARY, "missed_by_legacy", FIGURE_COUNT, PACK_MISSED_LIST},
        {"Unverified", PACK_SUMMARY, "unverified", FIGURE_COUNT, PACK_UNVERIFIED},
        {"Revised rate after waivers, proved", PACK_WAIVED, "rate_after_waivers", FIGURE_SHARE, PACK_WAIVERS},
        {"Revised rate after waivers, at most", PACK_WAIVED, "rate_after_waivers_at_most", FIGURE_SHARE, PACK_WAIVERS},
        {pack_avoided_name(p), PACK_TREND, "incidents_avoided", FIGURE_COUNT, PACK_AVOIDED},
    };

    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        const struct table *const t = &p->tables[figures[i].table];
        const char *const sheet = pack_sources[figures[i].list].sheet;
        struct buf value = {0};

        if (t->rows == 0) /* nothing is waived */
            continue;
        markup_figure(&value, figures[i].figure, table_number(t, t->rows - 1, table_column(t, figures[i].column)));
        buf_printf(&value, ": see the sheet %s", sheet);
        c->failed = c->failed || book_cover_link(c->book, figures[i].name, buf_text(&value), sheet, c->err) < 0;
        buf_release(&value);
    }
}

/* What it was made by and from. */
static void add_grounds(struct cover *c, const struct pack *p)
{
    static const char *const criteria[] = {"Criteria in force, SHA-256", "Evidence-based criteria, SHA-256",
                                           "Codes and status words, SHA-256"};
    char as_of[INSTANT_TEXT_SIZE], hex[DIGEST_HEX_SIZE];
    struct buf count = {0};

    instant_format(p->context.as_of, as_of);
    add_line(c, "As at (UTC)", text_of(as_of));
    add_line(c, "Criteria", text_of(p->context.legacy->name));
    add_line(c, "beside", text_of(p->context.revised->name));
    add_line(c, "Identifiers",
             text_of(p->pseudonyms.key.len > 0
                         ? "Device identifiers and MPxNs are replaced by keyed hashes (HMAC-SHA-256)"
                         : "as they are in the inputs"));
    for (size_t i = 0; i < ARRAY_LEN(criteria); i++) {
        digest_hex(p->request->criteria[i], hex);
        add_line(c, criteria[i], text_of(hex));
    }
    add_line(c, "Made by pcreport", text_of(p->request->version));
    buf_printf(&count, "%zu, each with its SHA-256 on the last sheet", p->tables[PACK_INPUTS].rows);
    add_line(c, "Input files", buf_text(&count));
    buf_release(&count);
}

/* The cover: what a reader must know before any figure. */
static int write_cover(const struct pack *p, struct book *b, struct err *err)
{
    struct cover c = {b, err, false};

    if (book_cover(
            b, "Post Commissioning report to the Security Sub-Committee",
            "Which Devices are insecure after Commissioning, under the criteria in force and by the evidence, and "
            "why the two differ. Every figure of a chart is on the sheet beside it; the sheet Method says how each "
            "came about, the sheet Glossary what the words mean.",
            err) < 0)
        return -1;
    add_head(&c, p);
    add_figures(&c, p);
    add_grounds(&c, p);
    return c.failed ? -1 : 0;
}

static int write_sheet(struct book *b, const char *name, const struct table *t, struct err *err)
{
    struct table_cursor rows;
    int got = book_sheet(b, name, t->report, err);

    table_cursor_init(&rows, t);
    while (got >= 0 && (got = cursor_next(&rows.base, err)) > 0)
        got = book_row(b, &rows.base, err);
    return got < 0 ? -1 : book_sheet_end(b, err);
}

/* Identifiers on several sheets lead from one to the next. */
static int expect_sheets(const struct pack *p, struct book *b, struct err *err)
{
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++) {
        struct table_cursor rows;

        table_cursor_init(&rows, &p->tables[i]);
        rc = book_expect(b, p->tables[i].report, &rows.base, err);
    }
    return rc;
}

int pack_book(const struct pack *p, const void *held, struct outfile *out, struct err *err)
{
    struct buf heading = {0};
    struct book_setup setup = {
        .title = "Post Commissioning report to the Security Sub-Committee",
        .as_of = p->context.as_of,
        .none = "None in this period",
        .temp_dir = p->request->temp_dir,
        .held = *(struct book_held *const *)held,
    };
    struct book *b = NULL;
    int rc;

    buf_add_text(&heading, buf_text(&p->heading));
    setup.header = buf_cstr(&heading);
    rc = book_create(&b, &setup, err);
    buf_release(&heading);
    if (rc < 0)
        return -1;
    rc = write_cover(p, b, err);
    if (rc == 0)
        rc = expect_sheets(p, b, err);
    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++)
        rc = write_sheet(b, pack_sources[i].sheet, &p->shown[i], err);
    return book_write(b, rc == 0 ? out : NULL, err) == 0 ? rc : -1;
}
