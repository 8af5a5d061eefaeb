/* The table writer: widths, alignment, and text that could lead a terminal astray. */
#include "output/fake_cursor.h"
#include "output/scratch.h"
#include "output/writer.h"
#include "writers_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *const names[] = {"device", "n"};

static void write_file(const char *path, struct cursor *rows)
{
    static char a[] = "device", b[] = "n";
    struct report_column columns[] = {{.name = a, .type = COLUMN_ANY}, {.name = b, .type = COLUMN_ANY}};
    const struct report report = {.name = a, .columns = columns, .column_count = 2};
    struct err err = {0};
    struct outfile *file;

    assert_int_equal(outfile_create(&file, path, &err), 0);
    assert_int_equal(report_write(&report, NULL, rows, writer_find("table"), file, NULL, &err), 0);
    assert_int_equal(outfile_commit(file, &err), 0);
}

static void columns_stand_under_one_another(void **state)
{
    static const struct cell cells[] = {
        TEXT("a"),
        INT(5),
        TEXT("Caf\xC3\xA9 long"),
        REAL(-12.5),
        EMPTY,
        INT(7),
        TEXT("\xE9\x9B\xBB\xE6\xB0\x97"), /* two ideographs take four columns */
        TEXT("x"),
        EMPTY,
        EMPTY,
    };
    struct fake_cursor rows = {FAKE, .names = names, .columns = 2, .cells = cells, .rows = 5};

    (void)state;
    write_file("out.txt", &rows.base);
    assert_string_equal(content_of("out.txt"), "device     n\n"
                                               "---------  -----\n"
                                               "a              5\n"
                                               "Caf\xC3\xA9 long  -12.5\n"
                                               "               7\n"
                                               "\xE9\x9B\xBB\xE6\xB0\x97       x\n"
                                               "\n");
}

static void a_heading_stands_without_rows(void **state)
{
    struct fake_cursor rows = {FAKE, .names = names, .columns = 2};

    (void)state;
    write_file("out.txt", &rows.base);
    assert_string_equal(content_of("out.txt"), "device  n\n------  -\n");
}

static void what_is_wider_than_the_widest_column_sticks_out(void **state)
{
    static const char long_text[] = "1234567890123456789012345678901234567890123456789012345678901234567890";
    const struct cell cells[] = {{.type = CELL_TEXT, .text = text_of(long_text)}, INT(7), TEXT("a"), INT(7)};
    struct fake_cursor rows = {FAKE, .names = names, .columns = 2, .cells = cells, .rows = 2};
    char want[512];

    (void)state;
    write_file("out.txt", &rows.base);
    snprintf(want, sizeof(want), "%-60s  n\n%.60s  -\n%s  7\n%-60s  7\n", "device",
             "------------------------------------------------------------", long_text, "a");
    assert_string_equal(content_of("out.txt"), want);
}

static void many_rows_come_in_order_whether_they_decide_on_the_widths_or_not(void **state)
{
    const struct cell cells[] = {TEXT("a"), INT(7)};
    struct fake_cursor rows = {FAKE, .names = names, .columns = 2, .cells = cells, .rows = 2500, .repeat = true};
    const char *text;
    size_t lines = 0;

    (void)state;
    write_file("out.txt", &rows.base);
    text = content_of("out.txt");
    for (const char *p = text; *p != '\0'; p++)
        lines += *p == '\n';
    assert_int_equal(lines, 2502);
    assert_string_equal(text + strlen(text) - 20, "a       7\na       7\n");
}

static void one_line_is_made_of_anything(void **state)
{
    static const struct {
        const char *name;
        struct text text;
        const char *want;
    } cases[] = {
        {"a line end and a tab are blanks", TEXT_LITERAL("a\nb\tc"), "a b c"},
        {"an escape is replaced", TEXT_LITERAL("\x1B[2J"), "\xEF\xBF\xBD[2J"},
        {"a C1 control is replaced", TEXT_LITERAL("\xC2\x9B"), "\xEF\xBF\xBD"},
        {"what turns the direction is replaced",
         TEXT_LITERAL("a\xE2\x80\xAE"
                      "b\xE2\x81\xA7"),
         "a\xEF\xBF\xBD"
         "b\xEF\xBF\xBD"},
        {"right-to-left letters stay", TEXT_LITERAL("\xD7\x90\xD7\x91"), "\xD7\x90\xD7\x91"},
        {"bytes that are no UTF-8 are replaced", TEXT_LITERAL("a\xFF\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = {0};

        text_add_line(&b, cases[i].text);
        assert_string_equal(buf_cstr(&b), cases[i].want);
        buf_release(&b);
    }
    assert_int_equal(text_columns(TEXT_LITERAL("e\xCC\x81")), 1);        /* a letter and its accent */
    assert_int_equal(text_columns(TEXT_LITERAL("\xED\x95\x9C")), 2);     /* a Hangul syllable */
    assert_int_equal(text_columns(TEXT_LITERAL("\xF0\x9F\x94\x8C")), 2); /* a picture */
}

/* Three columns, the last of them long, as a terminal of so many columns shows them. */
static const char *on_terminal(const struct report_about *about)
{
    static char id[] = "device_id", rate[] = "rate", action[] = "next_action";
    static const char *const three[] = {id, rate, action};
    static const struct cell cells[] = {
        TEXT("00-DB-12-34-56-78-90-A0"), REAL(0.0703), TEXT("read the cells with SRV 6.24.1 \xE2\x82\xAC then look"),
        TEXT("00-DB-12-34-56-78-90-A1"), EMPTY,        TEXT("short"),
    };
    struct report_column columns[] = {{.name = id}, {.name = rate, .type = COLUMN_PERCENT}, {.name = action}};
    const struct report report = {.name = id, .columns = columns, .column_count = 3};
    struct fake_cursor rows = {FAKE, .names = three, .columns = 3, .cells = cells, .rows = 2};
    struct err err = {0};
    struct outfile *file;

    assert_int_equal(outfile_create(&file, "out.txt", &err), 0);
    assert_int_equal(report_write(&report, about, &rows.base, writer_find("table"), file, NULL, &err), 0);
    assert_int_equal(outfile_commit(file, &err), 0);
    return content_of("out.txt");
}

static void on_a_terminal_wide_columns_are_cut_and_narrow_ones_stay_whole(void **state)
{
    (void)state;
    assert_string_equal(on_terminal(&(struct report_about){.terminal_columns = 66}),
                        "device_id                rate   next_action\n"
                        "-----------------------  -----  ----------------------------------\n"
                        "00-DB-12-34-56-78-90-A0  7.03%  read the cells with SRV 6.24.1 \xE2\x82\xAC \xE2\x80\xA6\n"
                        "00-DB-12-34-56-78-90-A1         short\n"
                        "texts are cut at \xE2\x80\xA6: --vertical shows all\n");
    assert_string_equal(on_terminal(&(struct report_about){.terminal_columns = 200}),
                        on_terminal(&(struct report_about){.terminal_columns = 0}));
}

static void columns_that_a_terminal_cannot_hold_are_named(void **state)
{
    (void)state;
    assert_string_equal(on_terminal(&(struct report_about){.terminal_columns = 40}),
                        "device_id                rate\n"
                        "-----------------------  -----\n"
                        "00-DB-12-34-56-78-90-A0  7.03%\n"
                        "00-DB-12-34-56-78-90-A1\n"
                        "1 more column: --vertical shows all\n");
}

static void an_identifier_is_never_cut(void **state)
{
    (void)state;
    assert_string_equal(on_terminal(&(struct report_about){.terminal_columns = 9}),
                        "device_id\n"
                        "-----------------------\n"
                        "00-DB-12-34-56-78-90-A0\n"
                        "00-DB-12-34-56-78-90-A1\n"
                        "2 more columns: --vertical shows all\n");
}

/* Nine columns and a row, of which a terminal has room for some. */
static const char *of_nine(unsigned terminal, const size_t importance[9])
{
    static char name[9][24] = {
        "device_id", "supplier_name", "reasons", "commissioned_at", "revised_rate_at_most", "verdict",
        "n",         "next_action",   "file"};
    static const enum column_type types[9] = {COLUMN_TEXT, COLUMN_TEXT,    COLUMN_TEXT, COLUMN_INSTANT, COLUMN_PERCENT,
                                              COLUMN_TEXT, COLUMN_INTEGER, COLUMN_TEXT, COLUMN_TEXT};
    static const char *told[9];
    static const struct cell cells[] = {
        TEXT("00-DB-12-34-56-78-90-A0"),
        TEXT("An Energy Company of a Long Name"),
        TEXT("ONE_REASON;ANOTHER_REASON"),
        TEXT("2021-09-17T09:30:00Z"),
        REAL(0.0703),
        TEXT("FALSE_POSITIVE"),
        INT(1234567),
        TEXT("read the cells with SRV 6.24.1"),
        TEXT("a.csv"),
    };
    struct report_column columns[9];
    const struct report report = {.name = name[0], .columns = columns, .column_count = 9};
    struct fake_cursor rows = {FAKE, .names = told, .columns = 9, .cells = cells, .rows = 1};
    const struct report_about about = {.terminal_columns = terminal};
    struct err err = {0};
    struct outfile *file;

    for (size_t i = 0; i < 9; i++) {
        told[i] = name[i];
        columns[i] = (struct report_column){.name = name[i], .type = types[i], .importance = importance[i]};
    }
    assert_int_equal(outfile_create(&file, "out.txt", &err), 0);
    assert_int_equal(report_write(&report, &about, &rows.base, writer_find("table"), file, NULL, &err), 0);
    assert_int_equal(outfile_commit(file, &err), 0);
    return content_of("out.txt");
}

static void what_matters_most_is_there_and_its_texts_are_cut_rather(void **state)
{
    (void)state;
    assert_string_equal(
        of_nine(80, (const size_t[9]){1, 0, 0, 0, 3, 2, 0, 4, 0}),
        "                         revised_\n"
        "                         rate_at_\n"
        "device_id                most      verdict         next_action\n"
        "-----------------------  --------  --------------  -----------------------------\n"
        "00-DB-12-34-56-78-90-A0     7.03%  FALSE_POSITIVE  read the cells with SRV 6.24\xE2\x80\xA6\n"
        "5 more columns (supplier_name, reason\xE2\x80\xA6): --vertical shows all, --columns chooses\n");
}

static void the_first_columns_matter_most_where_nobody_says(void **state)
{
    (void)state;
    assert_string_equal(of_nine(50, (const size_t[9]){0}),
                        "device_id                supplier_name     n\n"
                        "-----------------------  ----------------  -------\n"
                        "00-DB-12-34-56-78-90-A0  An Energy Compa\xE2\x80\xA6  1234567\n"
                        "6 more columns: --vertical shows all\n");
}

static void rows_may_stand_upright(void **state)
{
    (void)state;
    assert_string_equal(on_terminal(&(struct report_about){.terminal_columns = 30, .vertical = true}),
                        "--- 1 ---\n"
                        "device_id    00-DB-12-34-56-78-90-A0\n"
                        "rate         7.03%\n"
                        "next_action  read the cells with SRV 6.24.1 \xE2\x82\xAC then look\n"
                        "\n"
                        "--- 2 ---\n"
                        "device_id    00-DB-12-34-56-78-90-A1\n"
                        "rate\n"
                        "next_action  short\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_stand_under_one_another),
        cmocka_unit_test(a_heading_stands_without_rows),
        cmocka_unit_test(what_is_wider_than_the_widest_column_sticks_out),
        cmocka_unit_test(many_rows_come_in_order_whether_they_decide_on_the_widths_or_not),
        cmocka_unit_test(one_line_is_made_of_anything),
        cmocka_unit_test(on_a_terminal_wide_columns_are_cut_and_narrow_ones_stay_whole),
        cmocka_unit_test(columns_that_a_terminal_cannot_hold_are_named),
        cmocka_unit_test(an_identifier_is_never_cut),
        cmocka_unit_test(what_matters_most_is_there_and_its_texts_are_cut_rather),
        cmocka_unit_test(the_first_columns_matter_most_where_nobody_says),
        cmocka_unit_test(rows_may_stand_upright),
    };

    return cmocka_run_group_tests_name("table", tests, scratch_enter, scratch_leave);
}
