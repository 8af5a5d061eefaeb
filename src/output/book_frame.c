/* What stands around the rows of a sheet, on screen and on paper: title, lines and heading above them, panes, filter
 * and pages. */
#include "book_int.h"
#include "writers_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGE_WIDTH 230 /* characters that can be read on a page of A4 */
#define LINE_WIDTH 110 /* characters of a line above the heading */

/* ---- Paper ---- */

/* 2021-09-17 09:30:00 UTC */
static void add_instant(struct buf *b, instant at)
{
    char text[INSTANT_TEXT_SIZE];
    const size_t len = instant_format(at, text);

    for (size_t i = 0; i < len; i++)
        buf_add_byte(b, text[i] == 'T' ? ' ' : text[i] == 'Z' ? '\0' : (unsigned char)text[i]);
    b->len -= len > 0 && !b->failed;
    buf_add_str(b, " UTC");
}

/* '&' begins a code in headers and footers. */
static void add_plain(struct buf *b, const char *text)
{
    for (; *text != '\0'; text++) {
        buf_add_byte(b, (unsigned char)*text);
        if (*text == '&')
            buf_add_byte(b, '&');
    }
}

/* The longest header the format allows is 255 characters: a line that is longer is cut, a longer title left out. */
static void add_line(struct buf *header, const char *line)
{
    static const char plain[] = "\n&\"Calibri,Regular\"";
    const size_t taken = header->len + sizeof(plain);
    struct buf cut = {0};

    if (taken + 20 < LXW_HEADER_FOOTER_MAX) {
        text_add_cut(&cut, text_of(line), (LXW_HEADER_FOOTER_MAX - taken) / 2);
        buf_add_str(header, plain);
        add_plain(header, buf_cstr(&cut));
    }
    header->failed = header->failed || cut.failed;
    buf_release(&cut);
}

int book_print(struct book *b, lxw_worksheet *sheet, const char *title, const char *line, unsigned pages_wide,
               struct err *err)
{
    struct buf header = {0}, footer = {0};
    int rc = 0;

    buf_add_str(&header, "&C&\"Calibri,Bold\"");
    add_plain(&header, b->header != NULL ? b->header : title);
    if (line != NULL)
        add_line(&header, line);
    buf_add_str(&footer, "&L");
    add_plain(&footer, title);
    buf_add_str(&footer, "&CAs at ");
    add_instant(&footer, b->as_of);
    buf_add_str(&footer, "&RPage &P of &N");
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9); /* A4 */
    worksheet_fit_to_pages(sheet, (uint16_t)pages_wide, 0);
    worksheet_set_margins(sheet, 0.5, 0.5, 0.75, 0.75);
    if (header.failed || footer.failed)
        rc = err_nomem(err);
    else {
        if (header.len < LXW_HEADER_FOOTER_MAX)
            worksheet_set_header(sheet, buf_cstr(&header));
        if (footer.len < LXW_HEADER_FOOTER_MAX)
            worksheet_set_footer(sheet, buf_cstr(&footer));
    }
    buf_release(&header);
    buf_release(&footer);
    return rc;
}

/* ---- Above the rows ---- */

/* Wide enough for the longest word of the heading beside the button of the filter. */
static unsigned column_width(const struct report_column *c)
{
    unsigned word = 0, longest = 0;

    for (const char *p = c->title; *p != '\0'; p++) {
        word = *p == ' ' ? 0 : word + 1;
        longest = word > longest ? word : longest;
    }
    return c->width + 2 > longest + 4 ? c->width + 2 : longest + 4;
}

/* 1234567 as 1,234,567 */
static void add_count(struct buf *b, uint64_t n)
{
    char digits[24];
    const int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf_add_byte(b, ',');
        buf_add_byte(b, (unsigned char)digits[i]);
    }
}

static void tell_rows(const struct book *b, bool goes_on, struct buf *line)
{
    const uint64_t here = b->row - BOOK_HEADING_ROW;

    buf_add_str(line, "As at ");
    add_instant(line, b->as_of);
    if (b->rows == 0 && b->none != NULL) {
        buf_printf(line, ". %s", b->none);
        return;
    }
    buf_add_str(line, b->part > 1 || goes_on ? ". Rows " : ". Rows: ");
    if (b->part == 1 && !goes_on && b->rows_there > b->rows)
        buf_add_str(line, "the first ");
    if (b->part > 1 || goes_on) {
        add_count(line, b->rows - here + 1);
        buf_add_str(line, " to ");
    }
    add_count(line, b->rows);
    if (!goes_on && b->rows_there == ROWS_UNCOUNTED)
        buf_add_str(line, ", and there are more");
    else if (!goes_on && b->rows_there > b->rows) {
        buf_add_str(line, " of ");
        add_count(line, b->rows_there);
    }
    if (goes_on)
        buf_add_str(line, ", more on the next sheet");
    if (b->only != NULL)
        buf_printf(line, ". %s", b->only);
}

static bool has_totals(const struct report *r)
{
    for (size_t i = 0; i < r->column_count; i++)
        if (r->columns[i].total)
            return true;
    return false;
}

bool frame_has_totals(const struct book *b, bool goes_on)
{
    return b->part == 1 && !goes_on && b->rows > 0 && b->rows < BOOK_SHEET_ROWS_MAX && has_totals(b->report);
}

/* On how many pages beside one another: each has the columns that are kept. */
static unsigned pages_wide(const struct report *r, lxw_col_t kept)
{
    unsigned width = 0, again = 0;

    for (size_t i = 0; i < r->column_count; i++) {
        width += column_width(&r->columns[i]);
        again += i <= kept ? column_width(&r->columns[i]) : 0;
    }
    return width <= PAGE_WIDTH ? 1 : (width - again + PAGE_WIDTH - again - 1) / (PAGE_WIDTH - again);
}

/* How many columns a line above the heading goes over. */
static lxw_col_t line_columns(const struct report *r)
{
    unsigned width = 0;
    size_t columns = 0;

    while (columns < r->column_count && width < LINE_WIDTH)
        width += column_width(&r->columns[columns++]);
    return (lxw_col_t)columns;
}

/* On several pages beside one another, what stands above the heading would be cut off where its column is kept: the top
 * of each page says it instead. */
static int set_up_pages(struct book *b, lxw_worksheet *sheet, lxw_col_t kept, bool goes_on, struct err *err)
{
    const struct report *const r = b->report;
    const bool nothing = b->rows == 0 && b->none != NULL; /* then its heading is not worth pages beside one another */
    const unsigned pages = nothing ? 1 : pages_wide(r, kept);
    struct buf line = {0};
    int rc;

    worksheet_repeat_rows(sheet, BOOK_HEADING_ROW, BOOK_HEADING_ROW);
    worksheet_repeat_columns(sheet, 0, kept);
    if (b->header != NULL) /* it stands where the title would */
        buf_printf(&line, "%s. ", r->title);
    tell_rows(b, goes_on, &line);
    if (nothing)
        worksheet_print_area(sheet, 0, 0, 2, line_columns(r) - 1);
    if (pages > 1)
        worksheet_print_area(sheet, BOOK_HEADING_ROW, 0, b->row + (frame_has_totals(b, goes_on) ? 1 : 0),
                             (lxw_col_t)(r->column_count - 1));
    rc = line.failed ? err_nomem(err) : book_print(b, sheet, r->title, pages > 1 ? buf_cstr(&line) : NULL, pages, err);
    buf_release(&line);
    return rc;
}

/* Columns, panes, filter and page: whatever is not a cell. */
static int set_up_sheet(struct book *b, lxw_worksheet *sheet, bool goes_on, struct err *err)
{
    const struct report *const r = b->report;
    const lxw_col_t last = (lxw_col_t)(r->column_count - 1);
    const lxw_col_t kept = b->sheets[b->sheet].link_column == 1; /* a party and its Device, else what comes first */

    for (size_t i = 0; i < r->column_count; i++)
        worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, column_width(&r->columns[i]),
                             b->formats[b->columns[i].style]);
    worksheet_freeze_panes(sheet, BOOK_HEADING_ROW + 1, kept + 1);
    if (b->row > BOOK_HEADING_ROW) {
        worksheet_autofilter(sheet, BOOK_HEADING_ROW, 0, b->row, last);
        sheet->dim_rowmax = b->row; /* libxlsxwriter does not see the rows */
        sheet->dim_colmax = last;
    }
    return set_up_pages(b, sheet, kept, goes_on, err);
}

/* A line that may be long, across columns together as wide as a line can be read. */
static int write_line(struct book *b, lxw_worksheet *sheet, lxw_row_t row, struct text t, struct err *err)
{
    const struct report *const r = b->report;
    const lxw_col_t columns = line_columns(r);
    unsigned width = 0;

    for (size_t i = 0; i < columns; i++)
        width += column_width(&r->columns[i]);
    if (columns > 1)
        worksheet_merge_range(sheet, row, 0, row, columns - 1, "", b->formats[STYLE_LINE]);
    worksheet_set_row(sheet, row, BOOK_LINE_HEIGHT * book_lines(t, width), NULL);
    return book_put_text(b, sheet, row, 0, t, STYLE_LINE, err);
}

/* How many lines its longest title takes, broken between words beside the button of the filter. */
static unsigned heading_lines(const struct report *r)
{
    unsigned most = 2;

    for (size_t i = 0; i < r->column_count; i++) {
        const unsigned room = column_width(&r->columns[i]) - 3;
        unsigned lines = 1, used = 0;

        for (const char *word = r->columns[i].title; *word != '\0'; word += word[0] == ' ') {
            const unsigned len = (unsigned)strcspn(word, " ");

            lines += used > 0 && used + 1 + len > room;
            used = used > 0 && used + 1 + len <= room ? used + 1 + len : len;
            word += len;
        }
        most = lines > most ? lines : most;
    }
    return most;
}

static int write_heading(struct book *b, lxw_worksheet *sheet, struct err *err)
{
    const struct report *const r = b->report;
    struct buf title = {0};
    int rc = 0;

    worksheet_set_row(sheet, BOOK_HEADING_ROW, BOOK_LINE_HEIGHT * heading_lines(r) + 3, NULL);
    for (size_t i = 0; rc == 0 && i < r->column_count; i++) {
        buf_clear(&title);
        buf_add_str(&title, r->columns[i].title);
        if (r->columns[i].type == COLUMN_INSTANT)
            buf_add_str(&title, " (UTC)");
        rc = title.failed
                 ? err_nomem(err)
                 : book_put_text(b, sheet, BOOK_HEADING_ROW, (lxw_col_t)i, buf_text(&title), STYLE_HEADING, err);
    }
    buf_release(&title);
    return rc;
}

int frame_write(struct book *b, lxw_worksheet *sheet, bool goes_on, struct err *err)
{
    const struct report *const r = b->report;
    struct buf line = {0};
    int rc;

    tell_rows(b, goes_on, &line);
    worksheet_set_row(sheet, 0, BOOK_LINE_HEIGHT + 6, NULL);
    rc = line.failed ? err_nomem(err) : book_put_text(b, sheet, 0, 0, text_of(r->title), STYLE_SHEET_TITLE, err);
    if (rc == 0)
        rc = write_line(b, sheet, 1, buf_text(&line), err);
    if (rc == 0)
        rc = write_line(b, sheet, 2, text_of(r->description), err);
    buf_release(&line);
    worksheet_set_row(sheet, BOOK_HEADING_ROW - 1, BOOK_LINE_HEIGHT / 2.0, NULL);
    return rc < 0 || write_heading(b, sheet, err) < 0 ? -1 : set_up_sheet(b, sheet, goes_on, err);
}
