/* Cells of a sheet: typed, and texts made fit for a spreadsheet. */
#include "book_int.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define ELLIPSIS    "\xE2\x80\xA6"

#define EXACT_MAX (INT64_C(1) << 53) /* beyond it a spreadsheet's numbers are not exact */

/* 1900-03-01: before it, spreadsheets differ in what day a number is. */
#define EXCEL_FIRST (INT64_C(-25508) * INSTANT_DAY)
#define EXCEL_EPOCH 25569 /* days from 1899-12-30 to 1970 */

/* ---- Texts ---- */

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

/* U+FFFE and U+FFFF are no characters of XML: a part that holds one is not well-formed. */
static bool is_no_character(struct text t, size_t i)
{
    return t.len - i >= 3 && memcmp(t.ptr + i, "\xEF\xBF", 2) == 0 && (unsigned char)t.ptr[i + 2] >= 0xBE;
}

/* "_x000A_" stands for a character by its number in a workbook: a text that reads so is written with its underscore as
 * one. */
static bool reads_as_code(struct text t, size_t i)
{
    if (t.len - i < 7 || t.ptr[i] != '_' || t.ptr[i + 1] != 'x' || t.ptr[i + 6] != '_')
        return false;
    for (size_t k = i + 2; k < i + 6; k++)
        if (strchr("0123456789abcdefABCDEF", t.ptr[k]) == NULL || t.ptr[k] == '\0')
            return false;
    return true;
}

static bool is_fit(struct text t)
{
    if (t.len > BOOK_CELL_MAX)
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (is_control((unsigned char)t.ptr[i]) || t.ptr[i] == '\r' || t.ptr[i] == '_' || is_no_character(t, i))
            return false;
    return text_is_utf8(t);
}

const char *book_text(struct buf *clean, struct text t, bool *cut)
{
    size_t units = 0;
    size_t fits = 0; /* bytes that fit before the ellipsis */
    bool utf8;

    *cut = false;
    buf_clear(clean);
    if (is_fit(t)) {
        buf_add_text(clean, t);
        return buf_cstr(clean);
    }
    utf8 = text_is_utf8(t);
    for (size_t i = 0; i < t.len; i++) {
        const unsigned char c = (unsigned char)t.ptr[i];
        const bool begins = !utf8 || (c & 0xC0) != 0x80;

        if (begins && units < BOOK_CELL_MAX)
            fits = clean->len;
        units += !begins ? 0 : utf8 && c >= 0xF0 ? 2 : 1;
        if (units > BOOK_CELL_MAX) {
            clean->len = fits;
            buf_add_str(clean, ELLIPSIS);
            *cut = true;
            break;
        }
        if (utf8 && is_no_character(t, i)) {
            buf_add_str(clean, REPLACEMENT);
            i += 2;
        } else if (is_control(c) || (c >= 0x80 && !utf8))
            buf_add_str(clean, REPLACEMENT);
        else if (c == '\r')
            buf_add_str(clean, "_x000D_"); /* XML would make a line feed of it */
        else if (reads_as_code(t, i))
            buf_add_str(clean, "_x005F_");
        else
            buf_add_byte(clean, c);
    }
    return buf_cstr(clean);
}

/* ---- Looks ---- */

static enum look look_of(struct text t)
{
    static const struct {
        struct text word;
        enum look look;
    } looks[] = {
        {TEXT_LITERAL("PASS"), LOOK_GOOD},
        {TEXT_LITERAL("MET"), LOOK_GOOD},
        {TEXT_LITERAL("AGREED_PASS"), LOOK_GOOD},
        {TEXT_LITERAL("RESOLVED"), LOOK_GOOD},
        {TEXT_LITERAL("CLEARED"), LOOK_GOOD},
        {TEXT_LITERAL("FAIL"), LOOK_BAD},
        {TEXT_LITERAL("NOT_MET"), LOOK_BAD},
        {TEXT_LITERAL("NOT_ATTEMPTED"), LOOK_BAD},
        {TEXT_LITERAL("TRUE_FAILURE"), LOOK_BAD},
        {TEXT_LITERAL("MISSED_BY_LEGACY"), LOOK_BAD},
        {TEXT_LITERAL("NEW"), LOOK_BAD},
        {TEXT_LITERAL("OPEN"), LOOK_BAD},
        {TEXT_LITERAL("UNVERIFIED"), LOOK_UNSURE},
        {TEXT_LITERAL("PENDING"), LOOK_UNSURE},
        {TEXT_LITERAL("FALSE_POSITIVE"), LOOK_UNSURE},
        {TEXT_LITERAL("EXCLUDED"), LOOK_QUIET},
        {TEXT_LITERAL("NOT_APPLICABLE"), LOOK_QUIET},
    };

    if (t.len < 3 || t.len > 16 || t.ptr[0] < 'A' || t.ptr[0] > 'U')
        return LOOK_PLAIN;
    for (size_t i = 0; i < ARRAY_LEN(looks); i++)
        if (text_equal(t, looks[i].word))
            return looks[i].look;
    return LOOK_PLAIN;
}

/* ---- Cells ---- */

lxw_error book_put_text(struct book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text,
                        lxw_format *format)
{
    if (*text != '\0')
        sheet_sum_text(&b->sums[sheet->index], row, column, text);
    return worksheet_write_string(sheet, row, column, text, format);
}

static lxw_error book_put_number(struct book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, double value,
                                 lxw_format *format)
{
    sheet_sum_number(&b->sums[sheet->index], row, column, value);
    return worksheet_write_number(sheet, row, column, value, format);
}

static int write_text(struct book *b, lxw_col_t column, struct text t, struct err *err)
{
    /* Wide columns hold lists and sentences, of which one word may happen to be all. */
    const enum look look = b->report->columns[column].width < BOOK_WIDE_COLUMN ? look_of(t) : LOOK_PLAIN;
    const char *text;
    bool cut;
    lxw_error code;

    if (t.len == 0)
        return 0;
    text = book_text(&b->clean, t, &cut);
    b->cut += cut;
    if (b->clean.failed)
        return err_nomem(err);
    code = book_put_text(b, b->sheet, b->row, column, text, look != LOOK_PLAIN ? b->formats.looks[look] : NULL);
    return code == LXW_NO_ERROR ? 0 : book_fail(code, err);
}

static int write_number(struct book *b, lxw_col_t column, double value, struct err *err)
{
    const lxw_error code = book_put_number(b, b->sheet, b->row, column, value, NULL);

    return code == LXW_NO_ERROR ? 0 : book_fail(code, err);
}

/* Days since 1899-12-30, as spreadsheets count. */
static int write_instant(struct book *b, lxw_col_t column, struct text t, struct err *err)
{
    const char *why;
    instant at;

    if (instant_parse(t, ZONE_UTC, DATE_START, &at, &why) < 0 || at < EXCEL_FIRST)
        return write_text(b, column, t, err);
    return write_number(b, column, (double)at / (double)INSTANT_DAY + EXCEL_EPOCH, err);
}

int book_cell(struct book *b, struct cursor *row, int column, struct err *err)
{
    const enum column_type type = b->report->columns[column].type;
    const lxw_col_t at = (lxw_col_t)column;

    switch (cursor_cell_type(row, column)) {
    case CELL_EMPTY:
        return 0;
    case CELL_INTEGER: {
        const int64_t value = cursor_integer(row, column);

        if (type == COLUMN_TEXT || value > EXACT_MAX || value < -EXACT_MAX)
            return write_text(b, at, cursor_text(row, column), err);
        return write_number(b, at, (double)value, err);
    }
    case CELL_REAL:
        if (type == COLUMN_TEXT)
            return write_text(b, at, cursor_text(row, column), err);
        return write_number(b, at, cursor_real(row, column), err);
    default:
        if (type == COLUMN_INSTANT || type == COLUMN_DATE)
            return write_instant(b, at, cursor_text(row, column), err);
        return write_text(b, at, cursor_text(row, column), err);
    }
}
