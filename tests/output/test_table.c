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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_stand_under_one_another),
        cmocka_unit_test(a_heading_stands_without_rows),
        cmocka_unit_test(what_is_wider_than_the_widest_column_sticks_out),
        cmocka_unit_test(many_rows_come_in_order_whether_they_decide_on_the_widths_or_not),
        cmocka_unit_test(one_line_is_made_of_anything),
    };

    return cmocka_run_group_tests_name("table", tests, scratch_enter, scratch_leave);
}
