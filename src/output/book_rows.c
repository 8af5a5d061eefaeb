/* The rows of a sheet, written as the XML that libxlsxwriter would write, but without a tree, a temporary file in plain
 * and a call of printf for each cell: these are where the time of a long workbook went. Everything else of the workbook
 * is libxlsxwriter's. */
#include "book_int.h"

#include "base/ascii.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define ELLIPSIS    "\xE2\x80\xA6"

#define EXACT_MAX (INT64_C(1) << 53) /* beyond it a spreadsheet's numbers are not exact */

/* 1900-03-01: before it, spreadsheets differ in what day a number is. */
#define EXCEL_FIRST (INT64_C(-25508) * INSTANT_DAY)
#define EXCEL_EPOCH INT64_C(25569) /* days from 1899-12-30 to 1970 */

#define ROW_HEIGHT_MAX 27  /* lines; 409 points are the most */
#define CELL_MARKS_MAX 128 /* bytes of a cell beside its text */
#define ESCAPED_MAX    5   /* bytes that one may become: &amp; */

/* Tells the hash of a text with names from that of the same without. */
#define NAMED_MARK UINT64_C(0x9E3779B97F4A7C15)

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

/* ---- Marks ---- */

static inline char *put(char *p, const void *bytes, size_t len)
{
    memcpy(p, bytes, len);
    return p + len;
}

#define PUT(p, literal) put((p), (literal), sizeof(literal) - 1)

static char *put_unsigned(char *p, uint64_t n)
{
    char digits[20];
    size_t at = sizeof(digits);

    do
        digits[--at] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    return put(p, digits + at, sizeof(digits) - at);
}

static char *put_escaped(char *p, struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        switch (t.ptr[i]) {
        case '&':
            p = PUT(p, "&amp;");
            break;
        case '<':
            p = PUT(p, "&lt;");
            break;
        case '>':
            p = PUT(p, "&gt;");
            break;
        default:
            *p++ = t.ptr[i];
        }
    return p;
}

/* What a row's cells share. */
struct row {
    struct book *book;
    struct buf *out;
    struct sheet_sum *sum;
    char digits[12]; /* of its number */
    size_t digits_len;
};

/* <c r="AB12" s="3", with room for as much more as is asked for behind it. NULL: no memory. */
static char *begin_cell(struct row *r, size_t column, enum style style, size_t room)
{
    const struct column_begin *const c = &r->book->columns[column];
    char *p;

    if (!buf_reserve(r->out, CELL_MARKS_MAX + room))
        return NULL;
    p = put((char *)r->out->ptr + r->out->len, c->mark, c->len);
    p = put(p, r->digits, r->digits_len);
    p = PUT(p, "\" s=\"");
    return put_unsigned(p, (uint64_t)lxw_format_get_xf_index(r->book->formats[style]));
}

static void end_cell(struct row *r, size_t column, uint64_t hash, char *p)
{
    p = PUT(p, "</c>");
    r->out->len = (size_t)(p - (char *)r->out->ptr);
    sheet_sum_add(r->sum, r->book->row, (uint32_t)column, hash);
}

/* ---- Cells ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* A text that stands in its cell, as libxlsxwriter does it for all of them where it keeps no rows in memory. */
static int put_inline(struct row *r, size_t column, enum style style, struct text t, struct err *err)
{
    char *p = begin_cell(r, column, style, ESCAPED_MAX * t.len);

    if (p == NULL)
        return err_nomem(err);
    p = PUT(p, "\" t=\"inlineStr\"><is><t");
    if (is_blank(t.ptr[0]) || is_blank(t.ptr[t.len - 1]))
        p = PUT(p, " xml:space=\"preserve\"");
    *p++ = '>';
    p = PUT(put_escaped(p, t), "</t></is>");
    end_cell(r, column, book_hash_text(t), p);
    return 0;
}

static int put_shared(struct row *r, size_t column, const struct word *word, enum style style, struct err *err)
{
    char *p = begin_cell(r, column, style, 0);

    if (p == NULL)
        return err_nomem(err);
    p = PUT(p, "\" t=\"s\"><v>");
    p = PUT(put_unsigned(p, word->index), "</v>");
    end_cell(r, column, word->clean, p);
    return 0;
}

/* Wide columns hold lists and sentences, of which one word may happen to be all. */
static enum style style_of(const struct book *b, size_t column, enum style of_word)
{
    return of_word != STYLE_PLAIN && b->report->columns[column].width < BOOK_WIDE_COLUMN ? of_word
                                                                                         : b->columns[column].style;
}

/* The next of "TIMEOUT;IMPLIED", which is then behind it. Of length 0: it is no list of words, but a sentence or an
 * identifier. */
static struct text next_code(struct text *t)
{
    struct text word = {t->ptr, 0};

    while (word.len < t->len &&
           (ascii_is_alnum(word.ptr[word.len]) || word.ptr[word.len] == '_' || word.ptr[word.len] == '-'))
        word.len++;
    if (word.len < t->len && word.ptr[word.len] != ';')
        word.len = 0;
    t->ptr += word.len + (word.len < t->len);
    t->len -= word.len + (word.len < t->len);
    return word;
}

/* Obligations are written with '-' too, as in criteria. */
static bool is_code(struct text word, const char *code)
{
    size_t i = 0;

    while (i < word.len && code[i] != '\0' && (word.ptr[i] == '-' ? '_' : word.ptr[i]) == code[i])
        i++;
    return i == word.len && code[i] == '\0';
}

static const struct about_word *meaning(const struct book *b, struct text word)
{
    for (size_t i = 0; i < b->glossary_count; i++)
        if (is_code(word, b->glossary[i].code))
            return &b->glossary[i];
    return NULL;
}

/* Which of the words that the glossary knows occur. */
static void note_words(struct book *b, struct text t)
{
    while (t.len > 0 && !ascii_is_digit(t.ptr[0])) {
        const struct text word = next_code(&t);
        const struct about_word *const found = word.len > 0 ? meaning(b, word) : NULL;

        if (word.len == 0)
            return;
        if (found != NULL)
            b->glossary_seen[found - b->glossary] = true;
    }
}

/* States are pivoted on and compared: the codes of reasons alone have names. */
static bool has_names(const struct report_column *c)
{
    return c->type == COLUMN_TEXT && strstr(c->name, "reason") != NULL;
}

/* Puts their names in plain words behind the codes of a list: "TIMEOUT (no answer in time); IMPLIED (...)". Any other
 * text stays as it is. What it returns holds until it is called again. */
static struct text with_names(struct book *b, size_t column, struct text t)
{
    const struct text whole = t;

    buf_clear(&b->named);
    if (!b->columns[column].names || t.len < 2 || !ascii_is_upper(t.ptr[0]))
        return whole;
    while (t.len > 0) {
        const struct text word = next_code(&t);
        const struct about_word *const found = word.len > 0 ? meaning(b, word) : NULL;

        if (found == NULL || found->name == NULL)
            return whole;
        buf_printf(&b->named, "%s%s (%s)", b->named.len > 0 ? "; " : "", found->code, found->name);
    }
    return buf_text(&b->named);
}

static int put_text(struct row *r, size_t column, struct text t, struct err *err)
{
    struct book *const b = r->book;
    const uint64_t hash = book_hash_text(t);
    const uint64_t word_hash = hash ^ (b->columns[column].names ? NAMED_MARK : 0);
    const struct word *word;
    const char *clean;
    bool due, cut, linked = false;

    if (t.len == 0)
        return 0;
    word = words_find(&b->words, t, word_hash, &due);
    if (word != NULL)
        return put_shared(r, column, word, style_of(b, column, word->style), err);
    clean = book_text(&b->clean, with_names(b, column, t), &cut);
    b->cut += cut;
    if (b->clean.failed || b->named.failed)
        return err_nomem(err);
    note_words(b, t);
    if (column == b->sheets[b->sheet].link_column && book_link(b, hash, &linked, err) < 0)
        return -1;
    if (linked)
        return put_inline(r, column, STYLE_LINK, text_of(clean), err);
    if (!due)
        return put_inline(r, column, style_of(b, column, book_style_of_word(t)), text_of(clean), err);
    word = words_add(&b->words, t, word_hash, clean, b->workbook->sst, err);
    return word == NULL ? -1 : put_shared(r, column, word, style_of(b, column, word->style), err);
}

static int put_digits(struct row *r, size_t column, enum style style, const char *digits, size_t len, struct err *err)
{
    char *p = begin_cell(r, column, style, 0);

    if (p == NULL)
        return err_nomem(err);
    p = PUT(p, "\"><v>");
    p = PUT(put(p, digits, len), "</v>");
    end_cell(r, column, book_hash_number((struct text){digits, len}), p);
    return 0;
}

/* A number among instants is none, and must not look like one. */
static enum style style_of_number(const struct row *r, size_t column)
{
    const enum column_type type = r->book->report->columns[column].type;

    return type == COLUMN_INSTANT || type == COLUMN_DATE ? STYLE_REAL : r->book->columns[column].style;
}

static int put_integer(struct row *r, size_t column, int64_t value, struct err *err)
{
    char digits[24], *p = digits;

    if (value < 0)
        *p++ = '-';
    p = put_unsigned(p, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    r->book->totals[column].sum += (double)value;
    r->book->totals[column].any = true;
    return put_digits(r, column, style_of_number(r, column), digits, (size_t)(p - digits), err);
}

static int put_real(struct row *r, size_t column, double value, struct err *err)
{
    char digits[40];

    if (!isfinite(value)) /* no cell can hold it; the other formats have nothing there either */
        return 0;
    r->book->totals[column].sum += value;
    r->book->totals[column].any = true;
    return put_digits(r, column, style_of_number(r, column), digits,
                      (size_t)snprintf(digits, sizeof(digits), "%.16G", value), err);
}

/* Days since 1899-12-30, as spreadsheets count, with eleven decimals: less than a microsecond. */
static int put_instant(struct row *r, size_t column, enum style style, struct text t, struct err *err)
{
    const uint64_t decimals = UINT64_C(100000000000);
    const char *why;
    char digits[32], *p;
    instant at;

    if (instant_parse(t, ZONE_UTC, DATE_START, &at, &why) < 0 || at < EXCEL_FIRST)
        return put_text(r, column, t, err);
    const uint64_t since = (uint64_t)(at + EXCEL_EPOCH * INSTANT_DAY);
    const uint64_t part = (since % INSTANT_DAY * decimals + INSTANT_DAY / 2) / INSTANT_DAY;

    p = put_unsigned(digits, since / INSTANT_DAY);
    if (part > 0) {
        char *const point = p;

        p = put_unsigned(p, decimals + part); /* with a one in front, in whose place the point goes */
        *point = '.';
        while (p[-1] == '0')
            p--;
    }
    return put_digits(r, column, style, digits, (size_t)(p - digits), err);
}

/* An instant or a date just as views write them: 2021-09-17T09:30:00Z, perhaps with .123 before the Z, or 2021-09-17.
 */
static bool is_form_of(struct text t, enum column_type *out)
{
    static const char form[] = "0000-00-00T00:00:00.000";

    *out = t.len == 10 ? COLUMN_DATE : COLUMN_INSTANT;
    if (t.len != 10 && ((t.len != 20 && t.len != 24) || t.ptr[--t.len] != 'Z'))
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (form[i] == '0' ? !ascii_is_digit(t.ptr[i]) : t.ptr[i] != form[i])
            return false;
    return true;
}

static int put_any_text(struct row *r, size_t column, struct text t, struct err *err)
{
    enum column_type type;

    if (is_form_of(t, &type))
        return put_instant(r, column, type == COLUMN_DATE ? STYLE_DATE : STYLE_INSTANT, t, err);
    return put_text(r, column, t, err);
}

static int put_cell(struct row *r, struct cursor *row, size_t column, struct err *err)
{
    const enum column_type type = r->book->report->columns[column].type;
    const int at = (int)column;

    switch (cursor_cell_type(row, at)) {
    case CELL_EMPTY:
        return 0;
    case CELL_INTEGER: {
        const int64_t value = cursor_integer(row, at);

        if (type == COLUMN_TEXT || value > EXACT_MAX || value < -EXACT_MAX)
            return put_text(r, column, cursor_text(row, at), err);
        return put_integer(r, column, value, err);
    }
    case CELL_REAL:
        if (type == COLUMN_TEXT)
            return put_text(r, column, cursor_text(row, at), err);
        return put_real(r, column, cursor_real(row, at), err);
    default:
        if (type == COLUMN_INSTANT || type == COLUMN_DATE)
            return put_instant(r, column, r->book->columns[column].style, cursor_text(row, at), err);
        if (type == COLUMN_ANY)
            return put_any_text(r, column, cursor_text(row, at), err);
        return put_text(r, column, cursor_text(row, at), err);
    }
}

/* ---- Rows ---- */

size_t book_letters(size_t column, char out[4])
{
    char letters[4];
    size_t len = 0;

    for (size_t n = column + 1; n > 0 && len < sizeof(letters); n = (n - 1) / 26)
        letters[len++] = (char)('A' + (n - 1) % 26);
    for (size_t i = 0; i < len; i++)
        out[i] = letters[len - 1 - i];
    return len;
}

int book_begin_rows(struct book *b, struct err *err)
{
    const struct report *const r = b->report;

    free(b->columns);
    free(b->totals);
    b->columns = calloc(r->column_count, sizeof(*b->columns));
    b->totals = calloc(r->column_count, sizeof(*b->totals));
    if (b->columns == NULL || b->totals == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < r->column_count; i++) {
        struct column_begin *const c = &b->columns[i];

        c->len = (unsigned)snprintf(c->mark, sizeof(c->mark), "<c r=\"");
        c->len += (unsigned)book_letters(i, c->mark + c->len);
        c->style = book_style_of_column(&r->columns[i]);
        c->names = has_names(&r->columns[i]);
    }
    return 0;
}

/* As high as its longest wrapped text, in lines. */
static unsigned lines_of_row(struct book *b, struct cursor *row)
{
    const struct report *const r = b->report;
    unsigned lines = 1;

    for (size_t i = 0; i < r->column_count; i++)
        if (b->columns[i].style == STYLE_WRAPPED && r->columns[i].type == COLUMN_TEXT) {
            const struct text t = with_names(b, i, cursor_text(row, (int)i));
            const unsigned room = r->columns[i].width + 4; /* letters are narrower than digits on average */
            const unsigned n =
                t.len == 0 || (t.len <= room && memchr(t.ptr, '\n', t.len) == NULL) ? 1 : book_lines(t, room);

            lines = n > lines ? n : lines;
        }
    return lines < ROW_HEIGHT_MAX ? lines : ROW_HEIGHT_MAX;
}

/* <row r="12">, or with a height. */
static int begin_row(struct row *r, unsigned lines, struct err *err)
{
    char *p;

    if (!buf_reserve(r->out, CELL_MARKS_MAX))
        return err_nomem(err);
    r->digits_len = (size_t)(put_unsigned(r->digits, (uint64_t)r->book->row + 1) - r->digits);
    p = PUT((char *)r->out->ptr + r->out->len, "<row r=\"");
    p = put(p, r->digits, r->digits_len);
    if (lines > 1) {
        p = PUT(p, "\" ht=\"");
        p = PUT(put_unsigned(p, (uint64_t)lines * BOOK_LINE_HEIGHT), "\" customHeight=\"1");
    }
    p = PUT(p, "\">");
    r->out->len = (size_t)(p - (char *)r->out->ptr);
    return 0;
}

int book_put_row(struct book *b, struct cursor *row, struct err *err)
{
    struct row r = {.book = b, .out = deflater_chunk(b->deflater), .sum = &b->sheets[b->sheet].sum};

    if (begin_row(&r, lines_of_row(b, row), err) < 0)
        return -1;
    for (size_t i = 0; i < b->report->column_count; i++)
        if (put_cell(&r, row, i, err) < 0)
            return -1;
    buf_add_str(r.out, "</row>");
    return deflater_push(b->deflater, err);
}

/* ---- Totals ---- */

/* SUBTOTAL(109, ...) sums what a filter leaves, as people expect of a total below a filtered table. */
static int put_total(struct row *r, size_t column, struct err *err)
{
    static const enum style styles[COLUMN_TYPES] = {[COLUMN_INTEGER] = STYLE_TOTAL_INTEGER,
                                                    [COLUMN_REAL] = STYLE_TOTAL_REAL,
                                                    [COLUMN_PERCENT] = STYLE_TOTAL_PERCENT};
    const struct report_column *const c = &r->book->report->columns[column];
    char letters[4], formula[64], digits[40], *p = begin_cell(r, column, styles[c->type], CELL_MARKS_MAX);
    const int len = (int)book_letters(column, letters);
    const struct text formula_text = {formula,
                                      (size_t)snprintf(formula, sizeof(formula), "SUBTOTAL(109,%.*s%d:%.*s%u)", len,
                                                       letters, BOOK_HEADING_ROW + 2, len, letters, r->book->row)};
    const struct text value = {digits, (size_t)snprintf(digits, sizeof(digits), "%.16G", r->book->totals[column].sum)};

    if (p == NULL)
        return err_nomem(err);
    p = PUT(p, "\"><f>");
    p = PUT(put(p, formula_text.ptr, formula_text.len), "</f><v>");
    p = PUT(put(p, value.ptr, value.len), "</v>");
    end_cell(r, column, book_hash_formula(formula_text, book_hash_number(value)), p);
    return 0;
}

/* A cell without content, for the line above it. */
static int put_blank(struct row *r, size_t column, enum style style, struct err *err)
{
    char *const p = begin_cell(r, column, style, 0);

    if (p == NULL)
        return err_nomem(err);
    r->out->len = (size_t)(PUT(p, "\"/>") - (char *)r->out->ptr);
    return 0;
}

int book_put_totals(struct book *b, struct err *err)
{
    const struct report *const report = b->report;
    struct row r = {.book = b, .out = deflater_chunk(b->deflater), .sum = &b->sheets[b->sheet].sum};
    int rc = begin_row(&r, 1, err);

    for (size_t i = 0; rc == 0 && i < report->column_count; i++)
        if (report->columns[i].total && b->totals[i].any)
            rc = put_total(&r, i, err);
        else
            rc = i == 0 ? put_inline(&r, i, STYLE_TOTAL, TEXT_LITERAL("Total"), err)
                        : put_blank(&r, i, STYLE_TOTAL, err);
    buf_add_str(r.out, "</row>");
    return rc;
}
