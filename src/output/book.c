/* A workbook: its formats, sheets and rows. */
#include "book_int.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADING_HEIGHT 33 /* points: two lines */
#define SHEET_NAME_MAX 31
#define LINE_HEIGHT    15  /* points */
#define PAGE_WIDTH     230 /* characters that can be read on a page of A4 */
#define COVER_WIDTH    104

int book_fail(lxw_error code, struct err *err)
{
    if (code == LXW_ERROR_MEMORY_MALLOC_FAILED)
        return err_nomem(err);
    return err_set(err, ERR_IO, "cannot write the workbook: %s", lxw_strerror(code));
}

/* ---- Formats ---- */

static lxw_format *plain_format(struct book *b)
{
    lxw_format *const f = workbook_add_format(b->workbook);

    if (f != NULL)
        format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    return f;
}

static lxw_format *number_format(struct book *b, const char *pattern)
{
    lxw_format *const f = plain_format(b);

    if (f != NULL)
        format_set_num_format(f, pattern);
    if (f != NULL && pattern[0] == 'y')
        format_set_align(f, LXW_ALIGN_LEFT); /* as the texts beside it */
    return f;
}

static lxw_format *look_format(struct book *b, lxw_color_t ink, lxw_color_t paper, bool bold, bool italic)
{
    lxw_format *const f = plain_format(b);

    if (f == NULL)
        return NULL;
    format_set_font_color(f, ink);
    if (paper != LXW_COLOR_WHITE)
        format_set_bg_color(f, paper);
    if (bold)
        format_set_bold(f);
    if (italic)
        format_set_italic(f);
    return f;
}

static lxw_format *big_format(struct book *b, double size, bool bold)
{
    lxw_format *const f = plain_format(b);

    if (f == NULL)
        return NULL;
    format_set_font_size(f, size);
    if (bold)
        format_set_bold(f);
    return f;
}

static lxw_format *wrapped(lxw_format *f)
{
    if (f != NULL)
        format_set_text_wrap(f);
    return f;
}

static lxw_format *heading_format(struct book *b)
{
    lxw_format *const f = wrapped(look_format(b, LXW_COLOR_WHITE, 0x1F3A5F, true, false));

    if (f != NULL) {
        format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
        format_set_border(f, LXW_BORDER_THIN);
        format_set_border_color(f, 0x8FA3BF);
    }
    return f;
}

static bool make_formats(struct book *b)
{
    b->formats.heading = heading_format(b);
    b->formats.title = big_format(b, 18, true);
    b->formats.label = big_format(b, 11, true);
    b->formats.paragraph = wrapped(big_format(b, 12, false));
    b->formats.value = wrapped(plain_format(b));
    b->formats.wrapped = wrapped(plain_format(b));
    b->formats.instant = number_format(b, "yyyy-mm-dd hh:mm:ss");
    b->formats.date = number_format(b, "yyyy-mm-dd");
    b->formats.integer = number_format(b, "#,##0");
    b->formats.real = number_format(b, "General");
    b->formats.percent = number_format(b, "0.00%");
    b->formats.looks[LOOK_PLAIN] = plain_format(b);
    b->formats.looks[LOOK_GOOD] = look_format(b, 0x0B5D2A, 0xE2F2E6, false, false);
    b->formats.looks[LOOK_BAD] = look_format(b, 0x8B0F14, 0xFBE3E4, true, false);
    b->formats.looks[LOOK_UNSURE] = look_format(b, 0x7A4A00, 0xFFF1D6, false, true);
    b->formats.looks[LOOK_QUIET] = look_format(b, 0x5A6470, LXW_COLOR_WHITE, false, false);
    for (unsigned i = 0; i < LOOKS; i++)
        if (b->formats.looks[i] == NULL)
            return false;
    return b->formats.heading != NULL && b->formats.title != NULL && b->formats.label != NULL &&
           b->formats.paragraph != NULL && b->formats.value != NULL && b->formats.wrapped != NULL &&
           b->formats.instant != NULL && b->formats.date != NULL && b->formats.integer != NULL &&
           b->formats.real != NULL && b->formats.percent != NULL;
}

/* ---- The book ---- */

static int open_workbook(struct book *b, const struct book_setup *setup, struct err *err)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = NULL, .use_zip64 = LXW_FALSE};
    const char *const folder = setup->temp_dir != NULL ? setup->temp_dir : "/tmp";
    lxw_doc_properties properties = {.created = (time_t)(b->as_of / INSTANT_SECOND)};
    char path[64];

    b->fd = nameless_open(folder);
    if (b->fd < 0)
        return err_set(err, ERR_CREATE, "cannot create a temporary file in '%s': %s", folder, strerror(errno));
    b->title = strdup(setup->title);
    b->header = setup->header != NULL ? strdup(setup->header) : NULL;
    if (b->title == NULL || (setup->header != NULL && b->header == NULL))
        return err_nomem(err);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", b->fd);
    options.tmpdir = (char *)(uintptr_t)folder;
    b->workbook = workbook_new_opt(path, &options);
    if (b->workbook == NULL || !make_formats(b))
        return err_nomem(err);
    properties.title = b->title;
    /* libxlsxwriter takes the date apart by gmtime, whose memory all threads share: that does no harm, since all
     * workbooks of a process are of one date. */
    return workbook_set_properties(b->workbook, &properties) == LXW_NO_ERROR ? 0 : err_nomem(err);
}

int book_create(struct book **out, const struct book_setup *setup, struct err *err)
{
    struct book *const b = calloc(1, sizeof(*b));

    *out = NULL;
    if (b == NULL)
        return err_nomem(err);
    b->fd = -1;
    b->as_of = setup->as_of;
    if (open_workbook(b, setup, err) == 0) {
        *out = b;
        return 0;
    }
    book_write(b, NULL, err);
    return -1;
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

/* The longest header the format allows is 255 characters; a longer title is left out. */
int book_print(struct book *b, lxw_worksheet *sheet, const char *title, unsigned pages_wide, struct err *err)
{
    char at[INSTANT_TEXT_SIZE];
    struct buf header = {0}, footer = {0};
    int rc = 0;

    instant_format(b->as_of, at);
    buf_add_str(&header, "&C&\"Calibri,Bold\"");
    add_plain(&header, b->header != NULL ? b->header : title);
    buf_add_str(&footer, "&L");
    add_plain(&footer, title);
    buf_printf(&footer, "&CAs at %s&RPage &P of &N", at);
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

/* Rows are given the height that their wrapped texts need: not every program finds it out by itself. */
static unsigned lines_of(struct text t, unsigned width)
{
    unsigned lines = 1, used = 0;

    for (size_t i = 0; i < t.len; i++) {
        const unsigned char c = (unsigned char)t.ptr[i];

        if (c == '\n' || used == width) {
            lines++;
            used = 0;
        }
        used += c != '\n' && (c & 0xC0) != 0x80;
    }
    return lines;
}

lxw_worksheet *book_add_sheet(struct book *b, const char *name)
{
    struct sheet_sum *const grown = reallocarray(b->sums, b->sheet_count + 1, sizeof(*grown));
    lxw_worksheet *sheet;

    if (grown == NULL)
        return NULL;
    b->sums = grown;
    sheet = workbook_add_worksheet(b->workbook, name);
    if (sheet != NULL)
        b->sums[b->sheet_count++] = (struct sheet_sum){0, 0};
    return sheet;
}

/* ---- The cover ---- */

int book_cover(struct book *b, const char *title, const char *paragraph, struct err *err)
{
    bool cut;

    b->cover = book_add_sheet(b, "About");
    if (b->cover == NULL)
        return err_nomem(err);
    worksheet_set_column(b->cover, 0, 0, 30, NULL);
    worksheet_set_column(b->cover, 1, 1, COVER_WIDTH, NULL);
    worksheet_gridlines(b->cover, LXW_HIDE_ALL_GRIDLINES);
    worksheet_set_row(b->cover, 0, 2 * LINE_HEIGHT, NULL);
    book_put_text(b, b->cover, 0, 0, book_text(&b->clean, text_of(title), &cut), b->formats.title);
    worksheet_set_row(b->cover, 2, LINE_HEIGHT * 1.2 * lines_of(text_of(paragraph), COVER_WIDTH - 10), NULL);
    book_put_text(b, b->cover, 2, 1, book_text(&b->clean, text_of(paragraph), &cut), b->formats.paragraph);
    b->cover_row = 4;
    return book_print(b, b->cover, title, 1, err);
}

int book_cover_line(struct book *b, const char *label, struct text value, struct err *err)
{
    const unsigned lines = lines_of(value, COVER_WIDTH);
    bool cut;
    lxw_error code = worksheet_set_row(b->cover, b->cover_row, LINE_HEIGHT * lines, NULL);

    if (code == LXW_NO_ERROR)
        code =
            book_put_text(b, b->cover, b->cover_row, 0, book_text(&b->clean, text_of(label), &cut), b->formats.label);

    if (code == LXW_NO_ERROR)
        code = book_put_text(b, b->cover, b->cover_row, 1, book_text(&b->clean, value, &cut), b->formats.value);
    b->cover_row++;
    return code == LXW_NO_ERROR && !b->clean.failed ? 0 : b->clean.failed ? err_nomem(err) : book_fail(code, err);
}

/* ---- Sheets ---- */

static lxw_format *column_format(const struct book *b, const struct report_column *c)
{
    switch (c->type) {
    case COLUMN_INSTANT:
        return b->formats.instant;
    case COLUMN_DATE:
        return b->formats.date;
    case COLUMN_INTEGER:
        return b->formats.integer;
    case COLUMN_REAL:
        return b->formats.real;
    case COLUMN_PERCENT:
        return b->formats.percent;
    default:
        return c->width >= BOOK_WIDE_COLUMN ? b->formats.wrapped : b->formats.looks[LOOK_PLAIN];
    }
}

/* A sheet's name: at most 31 characters, without what spreadsheets refuse. */
static void name_sheet(const struct book *b, char out[SHEET_NAME_MAX + 1])
{
    char suffix[16] = "";

    if (b->part > 1)
        snprintf(suffix, sizeof(suffix), " (%u)", b->part);
    snprintf(out, SHEET_NAME_MAX + 1, "%.*s%s", (int)(SHEET_NAME_MAX - strlen(suffix)), b->name, suffix);
}

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

static int begin_part(struct book *b, struct err *err)
{
    const struct report *const r = b->report;
    char name[SHEET_NAME_MAX + 1];
    unsigned width = 0;
    bool cut;

    b->part++;
    name_sheet(b, name);
    b->sheet = book_add_sheet(b, name);
    if (b->sheet == NULL)
        return err_set(err, ERR_CONFIG,
                       "a workbook cannot have a sheet named '%s': it has one already, or is short of memory", name);
    for (size_t i = 0; i < r->column_count; i++) {
        const unsigned wide = column_width(&r->columns[i]);

        worksheet_set_column(b->sheet, (lxw_col_t)i, (lxw_col_t)i, wide, column_format(b, &r->columns[i]));
        width += wide;
    }
    worksheet_set_row(b->sheet, 0, HEADING_HEIGHT, NULL);
    worksheet_freeze_panes(b->sheet, 1, 1);
    worksheet_repeat_rows(b->sheet, 0, 0);
    worksheet_repeat_columns(b->sheet, 0, 0);
    if (book_print(b, b->sheet, r->title, (width + PAGE_WIDTH - 1) / PAGE_WIDTH, err) < 0)
        return -1;
    for (size_t i = 0; i < r->column_count; i++) {
        const lxw_error code = book_put_text(
            b, b->sheet, 0, (lxw_col_t)i, book_text(&b->clean, text_of(r->columns[i].title), &cut), b->formats.heading);

        if (code != LXW_NO_ERROR)
            return book_fail(code, err);
    }
    b->row = 0;
    return b->clean.failed ? err_nomem(err) : 0;
}

int book_sheet(struct book *b, const char *name, const struct report *report, struct err *err)
{
    size_t len = 0;

    for (; *name != '\0' && len < SHEET_NAME_MAX; name++)
        b->name[len++] = strchr("[]:*?/\\'", *name) == NULL ? *name : '-';
    b->name[len] = '\0';
    b->report = report;
    b->part = 0;
    return begin_part(b, err);
}

static void end_part(struct book *b)
{
    if (b->row > 0)
        worksheet_autofilter(b->sheet, 0, 0, b->row, (lxw_col_t)(b->report->column_count - 1));
}

/* As high as its longest wrapped text. */
static void set_height(struct book *b, struct cursor *row)
{
    const struct report *const r = b->report;
    unsigned lines = 1;

    for (size_t i = 0; i < r->column_count; i++)
        if (r->columns[i].type == COLUMN_TEXT && r->columns[i].width >= BOOK_WIDE_COLUMN) {
            const struct text t = cursor_text(row, (int)i);
            const unsigned room = r->columns[i].width + 4; /* letters are narrower than digits on average */
            const unsigned n = t.len <= room ? 1 : lines_of(t, room);

            lines = n > lines ? n : lines;
        }
    if (lines > 1)
        worksheet_set_row(b->sheet, b->row, LINE_HEIGHT * (lines < 27 ? lines : 27), NULL); /* 409 points at most */
}

int book_row(struct book *b, struct cursor *row, struct err *err)
{
    if (b->row == BOOK_SHEET_ROWS_MAX) {
        end_part(b);
        if (begin_part(b, err) < 0)
            return -1;
    }
    b->row++;
    set_height(b, row);
    for (size_t i = 0; i < b->report->column_count; i++)
        if (book_cell(b, row, (int)i, err) < 0)
            return -1;
    return 0;
}

int book_sheet_end(struct book *b, struct err *err)
{
    end_part(b);
    return b->part == 1 && b->row > 0 ? book_charts(b, err) : 0;
}

uint64_t book_cut_cells(const struct book *b)
{
    return b->cut;
}

/* ---- The file ---- */

static int copy_out(int fd, struct outfile *file, struct err *err)
{
    char chunk[65536];
    off_t at = 0;
    ssize_t got;

    while ((got = pread(fd, chunk, sizeof(chunk), at)) > 0) {
        if (outfile_write(file, chunk, (size_t)got, err) < 0)
            return -1;
        at += got;
    }
    return got < 0 ? err_set(err, ERR_IO, "cannot read the workbook back: %s", strerror(errno)) : 0;
}

int book_write(struct book *b, struct outfile *file, struct err *err)
{
    const lxw_error code = b->workbook != NULL ? workbook_close(b->workbook) : LXW_NO_ERROR;
    int rc = 0;

    if (file != NULL && code != LXW_NO_ERROR)
        rc = book_fail(code, err);
    else if (file != NULL && book_check(b->fd, b->sums, b->sheet_count, err) < 0)
        rc = -1;
    else if (file != NULL)
        rc = copy_out(b->fd, file, err);
    if (b->fd >= 0)
        close(b->fd);
    free(b->title);
    free(b->header);
    free(b->sums);
    buf_release(&b->clean);
    free(b);
    return rc;
}
