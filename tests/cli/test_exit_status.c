/* The exit statuses that scripts rely on. */
#include "exit_status.h"
#include "session_int.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void each_kind_of_trouble_has_its_status(void **state)
{
    static const struct {
        enum err_code code;
        int status;
    } cases[] = {
        {ERR_NONE, 0}, {ERR_USAGE, 64},  {ERR_DATA, 65}, {ERR_NO_INPUT, 66}, {ERR_NOMEM, 70},
        {ERR_BUG, 70}, {ERR_CREATE, 73}, {ERR_IO, 74},   {ERR_BUSY, 75},     {ERR_CONFIG, 78},
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(exit_status_of(cases[i].code), cases[i].status);
    assert_int_equal(EXIT_REJECTS, 3);
    assert_int_equal(EXIT_LIMIT, 4);
}

static void the_higher_outranks(void **state)
{
    (void)state;
    assert_int_equal(exit_status_worse(EXIT_REJECTS, EXIT_LIMIT), EXIT_LIMIT);
    assert_int_equal(exit_status_worse(EXIT_DATA, EXIT_LIMIT), EXIT_DATA);
    assert_int_equal(exit_status_worse(EXIT_NO_INPUT, EXIT_DATA), EXIT_NO_INPUT);
    assert_int_equal(exit_status_worse(EXIT_DONE, EXIT_DONE), EXIT_DONE);
}

static void counts_are_grouped(void **state)
{
    char out[COUNT_TEXT_SIZE];
    (void)state;

    assert_string_equal(count_text(0, out), "0");
    assert_string_equal(count_text(999, out), "999");
    assert_string_equal(count_text(1000, out), "1,000");
    assert_string_equal(count_text(UINT64_MAX, out), "18,446,744,073,709,551,615");
    assert_string_equal(count_of(1, "row", "rows", out), "1 row");
    assert_string_equal(count_of(1234, "row", "rows", out), "1,234 rows");
}

static void foreign_text_cannot_steer_a_terminal(void **state)
{
    struct buf b = {0};
    (void)state;

    show_text(&b, TEXT_LITERAL("a\033[2J\nb\x7F\xC2\x9B\xFF é"));
    assert_string_equal(buf_cstr(&b), "a?[2J?b?\?\?\? é");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_trouble_has_its_status),
        cmocka_unit_test(the_higher_outranks),
        cmocka_unit_test(counts_are_grouped),
        cmocka_unit_test(foreign_text_cannot_steer_a_terminal),
    };

    return cmocka_run_group_tests_name("exit_status", tests, NULL, NULL);
}
