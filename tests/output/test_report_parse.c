/* Report files: what is read from them, and what is said, with the line, when they are wrong. */
#include "output/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define GOOD_HEAD "-- name: my-report\n-- column: a text 10 First\n"

static struct wrong_case {
    const char *name, *source;
    unsigned long line;
    const char *part;
} wrong[] = {
    {"empty file", "", 1, "missing key 'name'"},
    {"no name", "-- title: T\n-- column: a text 1 A\nSELECT 1 AS a", 1, "missing key 'name'"},
    {"unknown key", "-- name: x\n-- colour: red\nSELECT 1", 2, "unknown key 'colour'"},
    {"key in capitals", "-- Name: x\nSELECT 1", 1, "unknown key 'Name'"},
    {"no colon", "-- name: x\n-- what is this\nSELECT 1", 2, "no key in heading line 'what is this'"},
    {"no value", "-- name: x\n-- title:\nSELECT 1", 2, "no value for 'title'"},
    {"name twice", "-- name: x\n-- name: y\nSELECT 1", 2, "a second 'name'"},
    {"sort twice", GOOD_HEAD "-- sort: a\n-- sort: a\nSELECT 1 AS a", 4, "a second 'sort'"},
    {"name with a slash", "-- name: ../x\nSELECT 1", 1, "bad report name '../x'"},
    {"name of what a night holds", "-- name: run\nSELECT 1", 1, "bad report name 'run'; something else in the folder"},
    {"name of the folder of parties", "-- name: parties\nSELECT 1", 1, "bad report name 'parties'"},
    {"name too long for a file",
     "-- name: a2345678901234567890123456789012345678901234567890"
     "123456789012345678901234567890123456789012345678901\nSELECT 1",
     1, "too long a report name"},
    {"name with a digit first", "-- name: 1x\nSELECT 1", 1, "bad report name"},
    {"no columns", "-- name: x\nSELECT 1", 1, "no columns in report 'x'"},
    {"no query", GOOD_HEAD "\n ; \n", 2, "no query in report 'my-report'"},
    {"bad type", "-- name: x\n--\n-- column: a string 10 A\nSELECT 1", 3, "bad column type 'string'"},
    {"no type", "-- name: x\n-- column: a\nSELECT 1", 2, "bad column type ''"},
    {"width 0", "-- name: x\n-- column: a text 0 A\nSELECT 1", 2, "bad column width '0'"},
    {"width 256", "-- name: x\n-- column: a text 256 A\nSELECT 1", 2, "bad column width '256'"},
    {"width is no number", "-- name: x\n-- column: a text wide A\nSELECT 1", 2, "bad column width 'wide'"},
    {"no column title", "-- name: x\n-- column: a text 10\nSELECT 1", 2, "no title for column 'a'"},
    {"column name", "-- name: x\n-- column: A! text 10 A\nSELECT 1", 2, "bad column name 'A!'"},
    {"column twice", GOOD_HEAD "-- column: a date 9 Again\nSELECT 1", 3, "two columns named 'a'"},
    {"split by no column", "-- split: b\n" GOOD_HEAD "SELECT 1 AS a", 1, "cannot split by 'b'"},
    {"sort by no column", GOOD_HEAD "-- sort: a, b\nSELECT 1 AS a", 3, "cannot sort by 'b'"},
    {"sort by an injection", GOOD_HEAD "-- sort: a; DROP TABLE x\nSELECT 1 AS a", 3, "cannot sort by 'a;'"},
    {"total of no column", GOOD_HEAD "-- total: b\nSELECT 1 AS a", 3, "cannot sum 'b'"},
    {"total of texts", GOOD_HEAD "-- column: b text 5 B\n-- total: b\nSELECT 1 AS a", 4, "cannot sum 'b'"},
    {"total of an instant", GOOD_HEAD "-- column: b instant 5 B\n-- total: b\nSELECT 1 AS a", 4, "cannot sum 'b'"},
    {"important is no column", GOOD_HEAD "-- important: b\nSELECT 1 AS a", 3, "no column given above is 'b'"},
    {"important twice", GOOD_HEAD "-- important: a, a\nSELECT 1 AS a", 3, "named before as important: 'a'"},
    {"important twice on two lines", GOOD_HEAD "-- important: a\n-- important: a\nSELECT 1", 4, "named before"},
    {"sort word", GOOD_HEAD "-- sort: a upwards\nSELECT 1 AS a", 3, "unknown word in sort 'upwards'"},
    {"sort with a comma left", GOOD_HEAD "-- sort: a,\nSELECT 1 AS a", 3, "nothing after the comma"},
    {"not UTF-8", "-- name: x\xFF\n", 0, "not a text file in UTF-8"},
};

static void check_wrong(void **state)
{
    const struct wrong_case *c = *state;
    char place[64];
    struct err err = {0};
    struct report r;

    assert_int_equal(report_parse(&r, "my.sql", text_of(c->source), &err), -1);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_int_equal(err.line, c->line);
    assert_non_null(strstr(err.msg, c->part));
    snprintf(place, sizeof(place), "my.sql: line %lu: ", c->line);
    if (c->line > 0)
        assert_memory_equal(err.msg, place, strlen(place));
    assert_null(r.name);
    assert_null(r.columns);
}

static struct report good(const char *source)
{
    struct err err = {0};
    struct report r;

    assert_int_equal(report_parse(&r, "my.sql", text_of(source), &err), 0);
    assert_int_equal(err.code, ERR_NONE);
    return r;
}

static void everything_is_read(void **state)
{
    struct report r = good(
        "-- name: by-party\n-- title: By party\n-- audience: analysts\n-- description: One row\n"
        "-- description: a party.\n-- split: party\n-- sort: party, rate desc\n--\n"
        "-- column: party text 28 The party\n-- column: at instant 20 When\n--column:day date 10 Day\n"
        "-- column: n integer 8 Count\n-- column: x real 8 X\n-- column: rate percent 6 Rate %\n-- total: n , rate\n\n"
        "-- A comment of the query: not a heading.\nSELECT 1 -- the end\n;\n");

    (void)state;
    assert_string_equal(r.name, "by-party");
    assert_string_equal(r.title, "By party");
    assert_string_equal(r.audience, "analysts");
    assert_string_equal(r.description, "One row a party.");
    assert_string_equal(r.split, "party");
    assert_int_equal(r.column_count, 6);
    for (size_t i = 0; i < r.column_count; i++)
        assert_int_equal(r.columns[i].type, i);
    for (size_t i = 0; i < r.column_count; i++)
        assert_int_equal(r.columns[i].total, i == 3 || i == 5);
    assert_string_equal(r.columns[0].title, "The party");
    assert_int_equal(r.columns[0].width, 28);
    assert_string_equal(r.columns[5].name, "rate");
    assert_string_equal(r.columns[5].title, "Rate %");
    report_release(&r);
    assert_null(r.name);
}

static void a_sorted_query_is_ordered_and_loses_its_semicolon(void **state)
{
    struct report r = good(GOOD_HEAD "-- sort: a desc\nSELECT 1 AS a -- the end\n;\n");

    (void)state;
    assert_string_equal(r.sql, "SELECT 1 AS a -- the end\nORDER BY a desc");
    report_release(&r);
}

static void title_is_the_name_where_there_is_none(void **state)
{
    struct report r = good(GOOD_HEAD "SELECT 1 AS a");

    (void)state;
    assert_string_equal(r.title, "my-report");
    assert_string_equal(r.audience, "");
    assert_string_equal(r.description, "");
    assert_null(r.split);
    assert_string_equal(r.sql, "SELECT 1 AS a");
    report_release(&r);
}

static void windows_files_are_read_too(void **state)
{
    struct report r = good("\xEF\xBB\xBF-- name: x\r\n-- column: a text 10 First\r\n\r\nSELECT 1 AS a\r\n");

    (void)state;
    assert_string_equal(r.columns[0].title, "First");
    assert_string_equal(r.sql, "SELECT 1 AS a");
    report_release(&r);
}

/* Cuts, bytes changed and lines doubled: anything may be wrong with a file, and nothing of it crashes or leaks. */
static void damaged_files_are_read_or_refused(void **state)
{
    static const char source[] = GOOD_HEAD "-- column: b real 5 B\n-- sort: a, b desc\n-- split: a\n--\n\nSELECT 1;\n";
    static const char bytes[] = "\n\r\t :-,;a0\xFF\xC3";
    unsigned seed = 1;

    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct err err = {0};
        struct report r;
        char text[sizeof(source)];
        size_t len = sizeof(source) - 1;

        memcpy(text, source, sizeof(source));
        for (int k = 0; k <= round % 3; k++) {
            seed = seed * 1103515245 + 12345;
            text[(seed >> 8) % len] = bytes[(seed >> 20) % (sizeof(bytes) - 1)];
        }
        if (round % 5 == 0)
            len = (seed >> 12) % len;
        if (report_parse(&r, "my.sql", (struct text){text, len}, &err) == 0)
            report_release(&r);
        else
            assert_int_equal(err.code, ERR_CONFIG);
    }
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(a_sorted_query_is_ordered_and_loses_its_semicolon),
        cmocka_unit_test(title_is_the_name_where_there_is_none),
        cmocka_unit_test(windows_files_are_read_too),
        cmocka_unit_test(damaged_files_are_read_or_refused),
    };
    struct CMUnitTest tests[ARRAY_LEN(wrong)];
    int failed;

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        tests[i] = (struct CMUnitTest){wrong[i].name, check_wrong, NULL, NULL, &wrong[i]};
    failed = cmocka_run_group_tests_name("wrong report files", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("report files", others, NULL, NULL);
}
