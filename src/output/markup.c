/* Texts and figures of pages. */
#include "output/markup.h"

#include <inttypes.h>
#include <stdio.h>

#define REPLACEMENT "\xEF\xBF\xBD"

void markup_text(struct buf *b, struct text t)
{
    const bool utf8 = text_is_utf8(t);

    for (size_t i = 0; i < t.len; i++) {
        const unsigned char c = (unsigned char)t.ptr[i];

        if (c == '&')
            buf_add_str(b, "&amp;");
        else if (c == '<')
            buf_add_str(b, "&lt;");
        else if (c == '>')
            buf_add_str(b, "&gt;");
        else if (c == '"')
            buf_add_str(b, "&quot;");
        else if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F || (c >= 0x80 && !utf8))
            buf_add_str(b, REPLACEMENT);
        else
            buf_add_byte(b, c);
    }
}

void markup_count(struct buf *b, int64_t n)
{
    char digits[24];
    const int len = snprintf(digits, sizeof(digits), "%" PRIu64, n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n);

    if (n < 0)
        buf_add_str(b, "\xE2\x88\x92");
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf_add_byte(b, ',');
        buf_add_byte(b, (unsigned char)digits[i]);
    }
}

/* By whole numbers, so that no locale and no rounding mode changes a digit. */
void markup_share(struct buf *b, double share)
{
    const int64_t hundredths = (int64_t)(share * 10000 + 0.5);

    buf_printf(b, "%" PRId64 ".%02d%%", hundredths / 100, (int)(hundredths % 100));
}

/* A share of one to a hundred millionth of a percent is a whole number of these. */
#define LEVEL_DECIMALS 8
#define LEVEL_UNITS    INT64_C(100000000)

void markup_level(struct buf *b, enum figure figure, double value)
{
    int64_t units;
    int decimals = LEVEL_DECIMALS;

    if (figure != FIGURE_SHARE) {
        markup_figure(b, figure, value);
        return;
    }
    units = (int64_t)(value * 100 * (double)LEVEL_UNITS + 0.5);
    buf_printf(b, "%" PRId64, units / LEVEL_UNITS);
    units %= LEVEL_UNITS;
    for (; decimals > 0 && units % 10 == 0; decimals--)
        units /= 10;
    if (decimals > 0)
        buf_printf(b, ".%0*" PRId64, decimals, units);
    buf_add_byte(b, '%');
}

void markup_figure(struct buf *b, enum figure figure, double value)
{
    if (figure == FIGURE_SHARE)
        markup_share(b, value);
    else
        markup_count(b, (int64_t)(value + 0.5));
}

void markup_patterns(struct buf *b)
{
    static const char patterns[] =
        "<svg class=\"hidden\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\n"
        "<pattern id=\"hatched\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\">"
        "<rect class=\"ink2\" width=\"5\" height=\"5\"/><rect class=\"hole\" width=\"1.6\" height=\"5\"/></pattern>\n"
        "<pattern id=\"barred\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">"
        "<rect class=\"ink3\" width=\"4\" height=\"4\"/><rect class=\"hole\" width=\"4\" height=\"1.3\"/></pattern>\n"
        "<pattern id=\"dotted\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
        "<rect class=\"ink4\" width=\"5\" height=\"5\"/><circle class=\"hole\" cx=\"2.5\" cy=\"2.5\" "
        "r=\"1.1\"/></pattern>\n"
        "<pattern id=\"open\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(-45)\">"
        "<rect class=\"hole\" width=\"5\" height=\"5\"/><rect class=\"inku\" width=\"2.4\" height=\"5\"/></pattern>\n"
        "</defs></svg>\n";

    buf_add_str(b, patterns);
}
