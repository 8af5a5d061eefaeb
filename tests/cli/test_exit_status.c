/* The exit statuses that scripts rely on. */
#include "crash_int.h"
#include "exit_status.h"
#include "output/book.h"
#include "session_int.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

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
    assert_string_equal(buf_cstr(&b), "a<U+001B>[2J<U+000A>b<U+007F><U+009B>\\xFF é");
    buf_release(&b);
}

/* A process in which a signal comes, in libxlsxwriter or not; how it ends. */
static int ended_by(bool in_library, int number)
{
    const pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        crash_listen();
        if (in_library)
            library_enter();
        raise(number);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void a_library_that_breaks_off_is_want_of_memory(void **state)
{
    (void)state;
    assert_int_equal(ended_by(true, SIGSEGV), 70);
    assert_int_equal(ended_by(true, SIGABRT), 70);
    assert_int_not_equal(ended_by(false, SIGABRT), 70); /* a bug ends as it always did */
    assert_int_not_equal(ended_by(false, SIGABRT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_trouble_has_its_status),
        cmocka_unit_test(the_higher_outranks),
        cmocka_unit_test(counts_are_grouped),
        cmocka_unit_test(foreign_text_cannot_steer_a_terminal),
        cmocka_unit_test(a_library_that_breaks_off_is_want_of_memory),
    };

    return cmocka_run_group_tests_name("exit_status", tests, NULL, NULL);
}
