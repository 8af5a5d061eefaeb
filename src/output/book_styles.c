/* How cells look, and which look a column or a word has. */
#include "book_int.h"

#define INK_HEADING   0x1F3A5F
#define INK_QUIET     0x5A6470
#define TITLE_SIZE    18 /* points */
#define SUBTITLE_SIZE 14

static lxw_format *plain(lxw_workbook *workbook)
{
    lxw_format *const f = workbook_add_format(workbook);

    if (f != NULL)
        format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    return f;
}

static lxw_format *number(lxw_workbook *workbook, const char *pattern)
{
    lxw_format *const f = plain(workbook);

    if (f != NULL)
        format_set_num_format(f, pattern);
    if (f != NULL && pattern[0] == 'y')
        format_set_align(f, LXW_ALIGN_LEFT); /* as the texts beside it */
    return f;
}

/* Numbers stand a bit away from the edge, so that they do not run into the text beside them. */
static lxw_format *indented(lxw_format *f)
{
    if (f != NULL) {
        format_set_align(f, LXW_ALIGN_RIGHT);
        format_set_indent(f, 1);
    }
    return f;
}

static lxw_format *inked(lxw_workbook *workbook, lxw_color_t ink, lxw_color_t paper, bool bold, bool italic)
{
    lxw_format *const f = plain(workbook);

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

static lxw_format *sized(lxw_workbook *workbook, double size, bool bold)
{
    lxw_format *const f = plain(workbook);

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

static lxw_format *heading(lxw_workbook *workbook)
{
    lxw_format *const f = wrapped(inked(workbook, LXW_COLOR_WHITE, INK_HEADING, true, false));

    if (f != NULL) {
        format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
        format_set_border(f, LXW_BORDER_THIN);
        format_set_border_color(f, 0x8FA3BF);
    }
    return f;
}

static lxw_format *total(lxw_format *f)
{
    if (f != NULL) {
        format_set_bold(f);
        format_set_top(f, LXW_BORDER_THIN);
    }
    return f;
}

static lxw_format *link_format(lxw_workbook *workbook)
{
    lxw_format *const f = inked(workbook, 0x0B4F9E, LXW_COLOR_WHITE, false, false);

    if (f != NULL)
        format_set_underline(f, LXW_UNDERLINE_SINGLE);
    return f;
}

bool book_styles_make(lxw_workbook *w, lxw_format *out[STYLES])
{
    out[STYLE_HEADING] = heading(w);
    out[STYLE_HEADING_NUMBER] = indented(heading(w));
    out[STYLE_TITLE] = sized(w, TITLE_SIZE, true);
    out[STYLE_SHEET_TITLE] = sized(w, SUBTITLE_SIZE, true);
    out[STYLE_LINE] = wrapped(inked(w, INK_QUIET, LXW_COLOR_WHITE, false, false));
    out[STYLE_LABEL] = sized(w, 11, true);
    out[STYLE_PARAGRAPH] = wrapped(sized(w, 12, false));
    out[STYLE_VALUE] = wrapped(plain(w));
    out[STYLE_WRAPPED] = wrapped(plain(w));
    out[STYLE_INSTANT] = number(w, "yyyy-mm-dd hh:mm:ss");
    out[STYLE_DATE] = number(w, "yyyy-mm-dd");
    out[STYLE_INTEGER] = indented(number(w, "#,##0"));
    out[STYLE_REAL] = indented(number(w, "General"));
    out[STYLE_PERCENT] = indented(number(w, "0.00%"));
    out[STYLE_TOTAL] = total(plain(w));
    out[STYLE_TOTAL_INTEGER] = total(indented(number(w, "#,##0")));
    out[STYLE_TOTAL_REAL] = total(indented(number(w, "General")));
    out[STYLE_TOTAL_PERCENT] = total(indented(number(w, "0.00%")));
    out[STYLE_LINK] = link_format(w);
    out[STYLE_PLAIN] = plain(w);
    out[STYLE_GOOD] = inked(w, 0x0B5D2A, 0xE2F2E6, false, false);
    out[STYLE_BAD] = inked(w, 0x8B0F14, 0xFBE3E4, true, false);
    out[STYLE_UNSURE] = inked(w, 0x7A4A00, 0xFFF1D6, false, true);
    out[STYLE_QUIET] = inked(w, INK_QUIET, LXW_COLOR_WHITE, false, false);
    for (unsigned i = 0; i < STYLES; i++)
        if (out[i] == NULL)
            return false;
    /* Numbered in this order, whichever is used first: rows name them by number. */
    for (unsigned i = 0; i < STYLES; i++)
        lxw_format_get_xf_index(out[i]);
    return true;
}

enum style book_style_of_column(const struct report_column *c)
{
    switch (c->type) {
    case COLUMN_INSTANT:
        return STYLE_INSTANT;
    case COLUMN_DATE:
        return STYLE_DATE;
    case COLUMN_INTEGER:
        return STYLE_INTEGER;
    case COLUMN_REAL:
        return STYLE_REAL;
    case COLUMN_PERCENT:
        return STYLE_PERCENT;
    default:
        return c->width >= BOOK_WIDE_COLUMN ? STYLE_WRAPPED : STYLE_PLAIN;
    }
}

bool book_is_number(const struct report_column *c)
{
    return c->type == COLUMN_INTEGER || c->type == COLUMN_REAL || c->type == COLUMN_PERCENT;
}

enum style book_style_of_word(struct text t)
{
    static const struct {
        struct text word;
        enum style style;
    } words[] = {
        {TEXT_LITERAL("PASS"), STYLE_GOOD},
        {TEXT_LITERAL("MET"), STYLE_GOOD},
        {TEXT_LITERAL("AGREED_PASS"), STYLE_GOOD},
        {TEXT_LITERAL("RESOLVED"), STYLE_GOOD},
        {TEXT_LITERAL("CLEARED"), STYLE_GOOD},
        {TEXT_LITERAL("FAIL"), STYLE_BAD},
        {TEXT_LITERAL("NOT_MET"), STYLE_BAD},
        {TEXT_LITERAL("NOT_ATTEMPTED"), STYLE_BAD},
        {TEXT_LITERAL("TRUE_FAILURE"), STYLE_BAD},
        {TEXT_LITERAL("MISSED_BY_LEGACY"), STYLE_BAD},
        {TEXT_LITERAL("NEW"), STYLE_BAD},
        {TEXT_LITERAL("OPEN"), STYLE_BAD},
        {TEXT_LITERAL("UNVERIFIED"), STYLE_UNSURE},
        {TEXT_LITERAL("PENDING"), STYLE_UNSURE},
        {TEXT_LITERAL("FALSE_POSITIVE"), STYLE_UNSURE},
        {TEXT_LITERAL("EXCLUDED"), STYLE_QUIET},
        {TEXT_LITERAL("NOT_APPLICABLE"), STYLE_QUIET},
    };

    if (t.len < 3 || t.len > 16 || t.ptr[0] < 'A' || t.ptr[0] > 'U')
        return STYLE_PLAIN;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_equal(t, words[i].word))
            return words[i].style;
    return STYLE_PLAIN;
}

unsigned book_lines(struct text t, unsigned width)
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
