/* CSV: RFC 4180 with CRLF, UTF-8 without a byte order mark, quotes where they are needed, and nothing in it that a
 * spreadsheet would take for a formula. */
#include "writers_int.h"

#include <stdlib.h>
#include <string.h>

struct writer {
    const struct report *report; /* borrowed */
    struct outfile *file;        /* borrowed */
    struct buf row;
};

enum byte_flag {
    QUOTES = 1,  /* needs quotes around the cell */
    CONTROL = 2, /* no editor or spreadsheet has a use for it */
    NOT_ASCII = 4,
    FORMULA = 8 /* makes the cell a formula where it comes first */
};

/* clang-format off */
static const unsigned char byte_flags[256] = {
    [0x00 ... 0x08] = CONTROL, ['\t'] = FORMULA, ['\n'] = QUOTES | FORMULA, [0x0B ... 0x0C] = CONTROL,
    ['\r'] = QUOTES | FORMULA, [0x0E ... 0x1F] = CONTROL, ['"'] = QUOTES, [','] = QUOTES, [0x7F] = CONTROL,
    ['='] = FORMULA, ['+'] = FORMULA, ['-'] = FORMULA, ['@'] = FORMULA, [0x80 ... 0xFF] = NOT_ASCII,
};
/* clang-format on */

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* True when none of eight bytes is a quote, comma, control or beyond ASCII: the usual test for a byte below a bound, or
 * equal to one, in all at once. */
static bool eight_are_plain(const char *ptr)
{
    uint64_t w, quote, comma, del;

    memcpy(&w, ptr, sizeof(w));
    quote = w ^ EACH('"');
    comma = w ^ EACH(',');
    del = w ^ EACH(0x7F);
    return ((w | (w - EACH(0x20)) | (quote - EACH(1)) | (comma - EACH(1)) | (del - EACH(1))) & EACH(0x80)) == 0;
}

static unsigned look(struct text t)
{
    unsigned flags = 0;
    size_t i = 0;

    while (t.len - i >= 8 && eight_are_plain(t.ptr + i))
        i += 8;
    for (; i < t.len; i++)
        flags |= byte_flags[(unsigned char)t.ptr[i]];
    return flags;
}

/* Replaces control characters, and every byte outside ASCII when the whole is not UTF-8. */
static void clean(struct buf *out, struct text t, bool utf8)
{
    const unsigned drop = utf8 ? CONTROL : CONTROL | NOT_ASCII;

    for (size_t i = 0; i < t.len; i++) {
        if (byte_flags[(unsigned char)t.ptr[i]] & drop)
            buf_add_str(out, REPLACEMENT);
        else
            buf_add_byte(out, (unsigned char)t.ptr[i]);
    }
}

static size_t digits_at(struct text t, size_t at)
{
    size_t n = 0;

    while (at + n < t.len && t.ptr[at + n] >= '0' && t.ptr[at + n] <= '9')
        n++;
    return n;
}

static bool is_one_of(struct text t, size_t at, const char *set)
{
    return at < t.len && t.ptr[at] != '\0' && strchr(set, t.ptr[at]) != NULL;
}

/* One number, no spreadsheet can take harm from it: a sign, digits, decimals, an exponent; not "-5+3". */
static bool is_number(struct text t)
{
    size_t at = is_one_of(t, 0, "+-"), n = digits_at(t, at);

    at += n;
    if (n > 0 && is_one_of(t, at, ".")) {
        n = digits_at(t, at + 1);
        at += 1 + n;
    }
    if (n > 0 && is_one_of(t, at, "eE")) {
        at++;
        at += is_one_of(t, at, "+-");
        n = digits_at(t, at);
        at += n;
    }
    return n > 0 && at == t.len;
}

static bool is_formula(struct text t, enum column_type type)
{
    if (t.len == 0 || !(byte_flags[(unsigned char)t.ptr[0]] & FORMULA))
        return false;
    return type == COLUMN_TEXT || !is_number(t);
}

/* What buf_add does, in line: this is where the time of a long report goes. */
static inline void put(struct buf *b, const char *ptr, size_t len)
{
    if (b->cap - b->len < len || len == 0) {
        buf_add(b, ptr, len);
        return;
    }
    memcpy(b->ptr + b->len, ptr, len);
    b->len += len;
}

static void add_quoted(struct buf *b, struct text t, bool formula)
{
    buf_add_byte(b, '"');
    if (formula)
        buf_add_byte(b, '\'');
    while (t.len > 0) {
        const char *quote = memchr(t.ptr, '"', t.len);
        const size_t len = quote == NULL ? t.len : (size_t)(quote - t.ptr) + 1;

        buf_add(b, t.ptr, len);
        if (quote != NULL)
            buf_add_byte(b, '"');
        t.ptr += len;
        t.len -= len;
    }
    buf_add_byte(b, '"');
}

static void add_fit_text(struct buf *b, struct text t, bool quotes, bool formula)
{
    if (quotes) {
        add_quoted(b, t, formula);
        return;
    }
    if (formula)
        buf_add_byte(b, '\'');
    put(b, t.ptr, t.len);
}

static void add_text(struct buf *b, struct text t, enum column_type type)
{
    const unsigned flags = look(t);
    const bool formula = is_formula(t, type), quotes = (flags & QUOTES) != 0;
    const bool utf8 = (flags & NOT_ASCII) == 0 || text_is_utf8(t);

    if ((flags & CONTROL) || !utf8) {
        struct buf fit = {0};

        clean(&fit, t, utf8);
        b->failed = b->failed || fit.failed;
        add_fit_text(b, buf_text(&fit), quotes, formula);
        buf_release(&fit);
    } else
        add_fit_text(b, t, quotes, formula);
}

static void add_cell(struct buf *b, struct cursor *c, int column, enum column_type type)
{
    switch (cursor_cell_type(c, column)) {
    case CELL_EMPTY:
        break;
    case CELL_TEXT:
        add_text(b, cursor_text(c, column), type);
        break;
    case CELL_INTEGER:
        number_add_integer(b, cursor_integer(c, column));
        break;
    case CELL_REAL:
        number_add_real(b, cursor_real(c, column));
        break;
    }
}

/* `begin` is where it begins. */
static int end_row(struct buf *b, size_t begin, struct err *err)
{
    if (b->len == begin) /* a row of one empty cell would be a blank line, which readers skip */
        buf_add_str(b, "\"\"");
    buf_add(b, "\r\n", 2);
    return b->failed ? err_nomem(err) : 0;
}

/* A row of which no cell needs quotes, a mark before it or anything replaced, looked at as a whole; false: it is not
 * such a row, and nothing was added. */
static bool add_plain_row(struct buf *b, const struct report *report, struct cursor_texts texts)
{
    const size_t begin = b->len;
    size_t at = 0;

    if ((look(texts.all) & (QUOTES | CONTROL | NOT_ASCII)) != 0 ||
        !buf_reserve(b, texts.all.len + report->column_count))
        return false;
    for (size_t i = 0; i < report->column_count; i++) {
        const struct text cell = {texts.all.ptr + at, texts.ends[i] - at};

        if (is_formula(cell, report->columns[i].type)) {
            b->len = begin;
            return false;
        }
        if (i > 0)
            b->ptr[b->len++] = ',';
        if (cell.len > 0)
            memcpy(b->ptr + b->len, cell.ptr, cell.len);
        b->len += cell.len;
        at = texts.ends[i];
    }
    return true;
}

int csv_add_row(const struct report *report, struct cursor *row, struct buf *out, struct err *err)
{
    const size_t begin = out->len;

    if (row->ops->texts != NULL && add_plain_row(out, report, cursor_texts(row)))
        return end_row(out, begin, err);
    for (size_t i = 0; i < report->column_count; i++) {
        if (i > 0)
            put(out, ",", 1);
        add_cell(out, row, (int)i, report->columns[i].type);
    }
    return end_row(out, begin, err);
}

int csv_add_heading(const struct report *report, struct buf *out, struct err *err)
{
    const size_t begin = out->len;

    for (size_t i = 0; i < report->column_count; i++) {
        if (i > 0)
            buf_add_byte(out, ',');
        add_text(out, text_of(report->columns[i].name), COLUMN_TEXT);
    }
    return end_row(out, begin, err);
}

static int write_row(struct writer *w, struct cursor *row, struct err *err)
{
    buf_clear(&w->row);
    return csv_add_row(w->report, row, &w->row, err) < 0 ? -1 : outfile_write(w->file, w->row.ptr, w->row.len, err);
}

static int close_writer(struct writer *w, struct err *err)
{
    (void)err; /* each row was handed on when it ended */
    buf_release(&w->row);
    free(w);
    return 0;
}

static int open_writer(struct writer **out, const struct report *report, const struct report_about *about,
                       struct outfile *file, struct err *err)
{
    (void)about;
    struct writer *w = calloc(1, sizeof(*w));

    *out = NULL;
    if (w == NULL)
        return err_nomem(err);
    w->report = report;
    w->file = file;
    if (csv_add_heading(report, &w->row, err) < 0 || outfile_write(file, w->row.ptr, w->row.len, err) < 0) {
        close_writer(w, NULL);
        return -1;
    }
    *out = w;
    return 0;
}

const struct writer_ops writer_csv = {
    .name = "csv",
    .extension = ".csv",
    .summary = "comma-separated values (RFC 4180, UTF-8), for spreadsheets and databases",
    .open = open_writer,
    .row = write_row,
    .close = close_writer,
};
