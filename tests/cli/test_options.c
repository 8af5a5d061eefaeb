/* The command line by the GNU conventions. */
#include "options_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct option_spec specs[] = {
    {"db", 0, "FILE", "a value"},
    {"device", 0, "DEVICE", "repeatable"},
    {"device-type", 0, "TYPE", "shares a beginning"},
    {"limit", 'l', "N", "a number"},
    {"quiet", 'q', NULL, "a flag"},
    {"as-of", 0, "INSTANT", "an instant"},
};
static const struct option_group group = {"Options", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group, NULL};

#define ARGS_MAX 12
struct line {
    char *argv[ARGS_MAX];
    int argc;
    struct options options;
    struct err err;
    int rc;
};

/* Arguments are separated by blanks. */
static void parse(struct line *l, char *text)
{
    memset(l, 0, sizeof(*l));
    l->argv[l->argc++] = (char[]){"report"};
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        l->argv[l->argc++] = word;
    l->rc = options_parse(&l->options, groups, l->argc, l->argv, &l->err);
}

static void long_options_take_values_both_ways(void **state)
{
    struct line l;
    (void)state;

    parse(&l, (char[]){"--db=a.db --limit 3 name -q"});
    assert_int_equal(l.rc, 0);
    assert_string_equal(options_value(&l.options, "db"), "a.db");
    assert_string_equal(options_value(&l.options, "limit"), "3");
    assert_true(options_has(&l.options, "quiet"));
    assert_int_equal(l.options.operand_count, 1);
    assert_string_equal(l.options.operands[0], "name");
    options_release(&l.options);
}

static void double_dash_ends_options(void **state)
{
    struct line l;
    (void)state;

    parse(&l, (char[]){"--quiet -- --db=x -q"});
    assert_int_equal(l.rc, 0);
    assert_false(options_has(&l.options, "db"));
    assert_int_equal(l.options.operand_count, 2);
    assert_string_equal(l.options.operands[0], "--db=x");
    options_release(&l.options);
}

static void exact_name_outweighs_longer_one_and_prefixes_do(void **state)
{
    struct line l;
    (void)state;

    parse(&l, (char[]){"--device=a --device=b --device-t=ESME --li=1"});
    assert_int_equal(l.rc, 0);
    assert_int_equal(options_count(&l.options, "device"), 2);
    assert_string_equal(options_nth(&l.options, "device", 0), "a");
    assert_string_equal(options_value(&l.options, "device"), "b");
    assert_string_equal(options_value(&l.options, "device-type"), "ESME");
    assert_null(options_nth(&l.options, "device", 2));
    options_release(&l.options);
}

static struct fault {
    const char *line, *want;
} faults[] = {
    {"--bd=x", "did you mean '--db'"}, {"--zzzzzz", "--help lists"},  {"--db", "needs a value: --db=FILE"},
    {"--quiet=no", "takes no value"},  {"-x", "unknown option '-x'"}, {"--d=1", "more than one option"},
    {"-l", "'--limit' needs a value"},
};

static void faults_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        char text[64];
        struct line l;

        strcpy(text, faults[i].line);
        parse(&l, text);
        assert_int_equal(l.rc, -1);
        assert_int_equal(l.err.code, ERR_USAGE);
        assert_non_null(strstr(l.err.msg, faults[i].want));
        options_release(&l.options);
    }
}

static void numbers_and_instants_are_checked(void **state)
{
    struct line l;
    uint64_t n = 7;
    instant at = INSTANT_NONE;
    (void)state;

    parse(&l, (char[]){"--limit=20 --as-of=2021-10-01"});
    assert_int_equal(options_number(&l.options, "limit", 0, 20, &n, &l.err), 0);
    assert_int_equal(n, 20);
    assert_int_equal(options_number(&l.options, "limit", 0, 19, &n, &l.err), -1);
    assert_int_equal(options_number(&l.options, "limit", 21, 99, &n, &l.err), -1);
    assert_int_equal(n, 20);
    assert_int_equal(options_instant(&l.options, "as-of", DATE_TO, INSTANT_NONE, &at, &l.err), 0);
    assert_int_equal(at, INT64_C(1633132800000)); /* the end of the day */
    options_release(&l.options);
    parse(&l, (char[]){""});
    assert_int_equal(options_number(&l.options, "limit", 0, 1, &n, &l.err), 0);
    assert_int_equal(n, 20);
    options_release(&l.options);
}

#define BASE INT64_C(1630454400000) /* 2021-09-01T00:00:00Z */

static const struct spoken {
    const char *word;
    enum option_date date;
    instant base;
    const char *want; /* NULL: it is none */
} spoken[] = {
    {"now", DATE_AT, INSTANT_NONE, "2021-10-05T12:30:00Z"},
    {"today", DATE_AT, INSTANT_NONE, "2021-10-05T00:00:00Z"},
    {"today", DATE_TO, INSTANT_NONE, "2021-10-06T00:00:00Z"},
    {"Yesterday", DATE_FROM, INSTANT_NONE, "2021-10-04T00:00:00Z"},
    {"-7d", DATE_AT, INSTANT_NONE, "2021-09-28T00:00:00Z"},
    {"-7d", DATE_AT, BASE + 5, "2021-08-25T00:00:00.005Z"},
    {"-36h", DATE_AT, INSTANT_NONE, "2021-10-04T00:30:00Z"},
    {"-36h", DATE_AT, BASE, "2021-08-30T12:00:00Z"},
    {"2021-09", DATE_AT, INSTANT_NONE, "2021-09-30T23:59:59.999Z"},
    {"2021-09", DATE_FROM, INSTANT_NONE, "2021-09-01T00:00:00Z"},
    {"2021-12", DATE_TO, INSTANT_NONE, "2022-01-01T00:00:00Z"},
    {"2024-02", DATE_AT, INSTANT_NONE, "2024-02-29T23:59:59.999Z"},
    {"2021-13", DATE_AT, INSTANT_NONE, NULL},
    {"-d", DATE_AT, INSTANT_NONE, NULL},
    {"-7w", DATE_AT, INSTANT_NONE, NULL},
    {"-999999999d", DATE_AT, INSTANT_NONE, NULL},
    {"tomorrow", DATE_AT, INSTANT_NONE, NULL},
};

static void instants_may_be_spoken(void **state)
{
    (void)state;
    setenv("SOURCE_DATE_EPOCH", "1633437000", 1); /* 2021-10-05T12:30:00Z */
    for (size_t i = 0; i < ARRAY_LEN(spoken); i++) {
        char text[64], at_text[INSTANT_TEXT_SIZE] = "";
        struct line l;
        instant at = INSTANT_NONE;
        int rc;

        strcpy(stpcpy(text, "--as-of "), spoken[i].word);
        parse(&l, text);
        rc = options_instant(&l.options, "as-of", spoken[i].date, spoken[i].base, &at, &l.err);
        assert_int_equal(rc, spoken[i].want != NULL ? 0 : -1);
        if (spoken[i].want != NULL) {
            instant_format(at, at_text);
            assert_string_equal(at_text, spoken[i].want);
        } else {
            assert_int_equal(l.err.code, ERR_USAGE);
        }
        options_release(&l.options);
    }
    unsetenv("SOURCE_DATE_EPOCH");
}

static void only_whole_decimal_numbers_are_numbers(void **state)
{
    uint64_t n;
    (void)state;

    assert_true(parse_number("0", 0, &n));
    assert_true(parse_number("18446744073709551599", UINT64_MAX, &n));
    assert_false(parse_number("99999999999999999999", UINT64_MAX, &n));
    assert_false(parse_number("", 9, &n));
    assert_false(parse_number("-1", 9, &n));
    assert_false(parse_number("1 ", 9, &n));
    assert_false(parse_number("10", 9, &n));
}

static void near_words_are_found(void **state)
{
    static const char *const words[] = {"ingest", "check", "report", "run"};
    (void)state;

    assert_string_equal(text_nearest("ingets", words, ARRAY_LEN(words)), "ingest");
    assert_string_equal(text_nearest("REPRT", words, ARRAY_LEN(words)), "report");
    assert_string_equal(text_nearest("rep", words, ARRAY_LEN(words)), "report");
    assert_null(text_nearest("frobnicate", words, ARRAY_LEN(words)));
    assert_null(text_nearest("x", words, ARRAY_LEN(words)));
    assert_int_equal(text_distance(TEXT_LITERAL("ab"), TEXT_LITERAL("ba")), 1);
    assert_int_equal(text_distance(TEXT_LITERAL(""), TEXT_LITERAL("abc")), 3);
    assert_int_equal(text_distance(TEXT_LITERAL("kitten"), TEXT_LITERAL("sitting")), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_options_take_values_both_ways),
        cmocka_unit_test(double_dash_ends_options),
        cmocka_unit_test(exact_name_outweighs_longer_one_and_prefixes_do),
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(numbers_and_instants_are_checked),
        cmocka_unit_test(instants_may_be_spoken),
        cmocka_unit_test(only_whole_decimal_numbers_are_numbers),
        cmocka_unit_test(near_words_are_found),
    };

    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
