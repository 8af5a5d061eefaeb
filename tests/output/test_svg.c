/* Charts over time: what is drawn is what was given, and nothing runs off the paper. */
#include "output/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct text days[] = {TEXT_LITERAL("29 Sep"), TEXT_LITERAL("30 Sep"), TEXT_LITERAL("1 Oct")};

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (const char *p = text; (p = strstr(p, part)) != NULL; p += strlen(part))
        count++;
    return count;
}

static void range_is_a_band_and_lines(void **state)
{
    static const double low[] = {0.01, 0.02, 0.01}, high[] = {0.02, 0.04, 0.02}, legacy[] = {0.08, 0.08, 0.07};
    const struct svg_series series[] = {{TEXT_LITERAL("Rate"), "c2", low},
                                        {TEXT_LITERAL("At most"), "c2", high},
                                        {TEXT_LITERAL("Legacy"), "c1", legacy}};
    const struct svg_chart c = {TEXT_LITERAL("Rates <by> run"), days, 3, series, 3, FIGURE_SHARE};
    struct buf b = {0};
    const char *text;

    (void)state;
    svg_range(&b, &c);
    text = buf_cstr(&b);
    assert_int_equal(count_of(text, "class=\"band c2\""), 1);
    assert_int_equal(count_of(text, "class=\"line "), 3);
    assert_int_equal(count_of(text, "<circle"), 9);
    assert_non_null(strstr(text, "30 Sep, At most: 4.00%"));
    assert_non_null(strstr(text, "aria-label=\"Rates &lt;by&gt; run: "));
    /* the band goes there on its upper edge and back on its lower one: 8% of 8% is at the top, 0 at the bottom */
    assert_non_null(strstr(text, "M46.0 139.5L198.0 97.0L350.0 139.5L350.0 160.8L198.0 139.5L46.0 160.8Z"));
    buf_release(&b);
}

static void one_run_is_no_division_by_zero(void **state)
{
    static const double none[] = {0};
    const struct svg_series series[] = {{TEXT_LITERAL("Rate"), "c2", none}, {TEXT_LITERAL("At most"), "c2", none}};
    const struct svg_chart c = {TEXT_LITERAL("Rates"), days, 1, series, 2, FIGURE_SHARE};
    struct buf b = {0};

    (void)state;
    svg_range(&b, &c);
    assert_int_equal(count_of(buf_cstr(&b), "<circle"), 2);
    assert_null(strstr(buf_cstr(&b), "nan"));
    assert_null(strstr(buf_cstr(&b), "-2147483648"));
    buf_release(&b);
}

static void silences_are_cut_to_the_strip(void **state)
{
    static const double requests[] = {10, 0, 5};
    static const struct svg_span silent[] = {{-4, -1}, {-1, 0.5}, {1, 2}, {2.5, 9}, {3, 4}};
    const struct svg_series series[] = {{TEXT_LITERAL("Requests"), "c2", requests}};
    const struct svg_chart c = {TEXT_LITERAL("Days"), days, 3, series, 1, FIGURE_COUNT};
    struct buf b = {0};
    const char *text;

    (void)state;
    svg_days(&b, &c, silent, ARRAY_LEN(silent));
    text = buf_cstr(&b);
    assert_int_equal(count_of(text, "class=\"gap\""), 3); /* those before and after it are not on it */
    assert_non_null(strstr(text, "x=\"8.0\" y=\"12.0\" width=\"57.3\""));
    assert_non_null(strstr(text, "x=\"294.7\" y=\"12.0\" width=\"57.3\""));
    assert_non_null(strstr(text, "29 Sep, Requests: 10"));
    buf_release(&b);
}

/* Where the text, which ends at its x, begins in the widest face there is. */
static double begin_of(const char *svg, const char *text)
{
    const char *const at = strstr(svg, text);
    const char *tag = at;
    double x = -1;

    assert_non_null(at);
    while (strncmp(tag, "<text", 5) != 0)
        tag--;
    assert_int_equal(sscanf(strstr(tag, "x=\""), "x=\"%lf", &x), 1);
    return x - 7.2 * (double)strcspn(at + 1, "<");
}

/* "100.00%" began left of the paper; a share of an axis has no decimals that say nothing. */
static void ticks_are_whole_on_the_paper(void **state)
{
    static const double shares[] = {1, 0.5, 0.25}, few[] = {0.001, 0, 0}, many[] = {23456789, 1, 2};
    const struct svg_series of_shares = {TEXT_LITERAL("Rate"), "c2", shares};
    const struct svg_series of_few = {TEXT_LITERAL("Rate"), "c2", few};
    const struct svg_series of_many = {TEXT_LITERAL("Devices"), "c2", many};
    struct svg_chart c = {TEXT_LITERAL("Rates"), days, 3, &of_shares, 1, FIGURE_SHARE};
    struct buf b = {0};

    (void)state;
    svg_columns(&b, &c);
    assert_true(begin_of(buf_cstr(&b), ">100%<") >= 0);
    assert_true(begin_of(buf_cstr(&b), ">75%<") >= 0);
    buf_clear(&b);
    svg_range(&b, &(struct svg_chart){c.title, days, 3, (struct svg_series[]){of_few, of_few}, 2, FIGURE_SHARE});
    assert_true(begin_of(buf_cstr(&b), ">0.025%<") >= 0);
    buf_clear(&b);
    c.series = &of_many;
    c.figure = FIGURE_COUNT;
    svg_columns(&b, &c);
    assert_true(begin_of(buf_cstr(&b), ">40,000,000<") >= 0);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(range_is_a_band_and_lines),
        cmocka_unit_test(one_run_is_no_division_by_zero),
        cmocka_unit_test(silences_are_cut_to_the_strip),
        cmocka_unit_test(ticks_are_whole_on_the_paper),
    };
    return cmocka_run_group_tests_name("svg", tests, NULL, NULL);
}
