/* The workbook of a pack. */
#include "pack_int.h"

#include "output/book.h"

/* The cover: what a reader must know before any figure. */
static int write_cover(const struct pack *p, struct book *b, struct err *err)
{
    static const char *const criteria[] = {"Criteria in force, SHA-256", "Evidence-based criteria, SHA-256",
                                           "Codes and status words, SHA-256"};
    const struct pack_request *const r = p->request;
    const struct table *const inputs = &p->tables[PACK_INPUTS];
    char as_of[INSTANT_TEXT_SIZE], hex[DIGEST_HEX_SIZE];
    struct buf count = {0};
    int rc;

    instant_format(p->context.as_of, as_of);
    buf_printf(&count, "%zu, each with its SHA-256 on the last sheet", inputs->rows);
    if (book_cover(
            b, "Post Commissioning report to the Security Sub-Committee",
            "Which Devices are insecure after Commissioning, under the criteria in force and by the evidence, and why "
            "the two differ. Every figure of a chart is on the sheet beside it; the sheet Method says how each came "
            "about.",
            err) < 0 ||
        book_cover_line(b, "Marking", text_of(r->marking), err) < 0 ||
        book_cover_line(b, "Period", text_of(p->period), err) < 0 ||
        book_cover_line(b, "As at (UTC)", text_of(as_of), err) < 0 ||
        book_cover_line(b, "Criteria", text_of(p->context.legacy->name), err) < 0 ||
        book_cover_line(b, "beside", text_of(p->context.revised->name), err) < 0)
        rc = -1;
    else
        rc = book_cover_line(b, "Identifiers",
                             text_of(p->pseudonyms.key.len > 0
                                         ? "Device identifiers and MPxNs are replaced by keyed hashes (HMAC-SHA-256)"
                                         : "as they are in the inputs"),
                             err);
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(criteria); i++) {
        digest_hex(r->criteria[i], hex);
        rc = book_cover_line(b, criteria[i], text_of(hex), err);
    }
    if (rc == 0)
        rc = book_cover_line(b, "Made by pcreport", text_of(r->version), err);
    if (rc == 0)
        rc = book_cover_line(b, "Input files", buf_text(&count), err);
    buf_release(&count);
    return rc;
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

int pack_book(const struct pack *p, const void *unused, struct outfile *out, struct err *err)
{
    const struct book_setup setup = {
        .title = "Post Commissioning report to the Security Sub-Committee",
        .header = p->heading,
        .as_of = p->context.as_of,
        .temp_dir = p->request->temp_dir,
    };
    struct book *b = NULL;
    int rc = book_create(&b, &setup, err);

    (void)unused;
    if (rc < 0)
        return -1;
    rc = write_cover(p, b, err);
    if (rc == 0)
        rc = expect_sheets(p, b, err);
    for (unsigned i = 0; rc == 0 && i < PACK_TABLES; i++)
        rc = write_sheet(b, pack_sources[i].sheet, &p->tables[i], err);
    return book_write(b, rc == 0 ? out : NULL, err) == 0 ? rc : -1;
}
