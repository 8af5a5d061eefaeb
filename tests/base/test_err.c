/* struct err: the first failure is kept. */
#include "base/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void first_failure_is_kept(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(err_set(&err, ERR_IO, "disk %d", 1), -1);
    assert_int_equal(err_set(&err, ERR_BUG, "later"), -1);
    assert_int_equal(err_nomem(&err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.msg, "disk 1");
}

static void copy_takes_all_of_the_first(void **state)
{
    const struct err from = {.code = ERR_DATA, .line = 7, .msg = "bad"}, later = {.code = ERR_IO, .msg = "worse"};
    struct err err = {0};

    (void)state;
    assert_int_equal(err_copy(&err, &from), -1);
    assert_int_equal(err_copy(&err, &later), -1);
    assert_int_equal(err.code, ERR_DATA);
    assert_int_equal(err.line, 7);
    assert_string_equal(err.msg, "bad");
}

/* What went wrong stands behind a name that may be of any length. */
static void a_message_that_is_too_long_keeps_its_end(void **state)
{
    char name[1001];

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) { /* wherever the cut falls among characters of two bytes */
        struct err err = {0};

        for (size_t i = 0; i < 500; i++)
            memcpy(name + 2 * i, "\xC3\xA9", 3);
        assert_int_equal(err_set(&err, ERR_NO_INPUT, "cannot open '%.*s%s': %s", (int)shift, "abc", name, "it is gone"),
                         -1);
        assert_int_equal(strncmp(err.msg, "cannot open '", 13), 0);
        assert_string_equal(err.msg + strlen(err.msg) - 13, "': it is gone");
        assert_non_null(strstr(err.msg, "\xC3\xA9 ... \xC3\xA9"));
        assert_true(strlen(err.msg) < sizeof(err.msg));
    }
}

static void what_the_system_refuses_is_told_as_want_of_memory_where_it_is_that(void **state)
{
    struct err err = {0};

    (void)state;
    errno = EACCES;
    assert_int_equal(err_errno(&err, ERR_CREATE, "cannot open '%s'", "a"), -1);
    assert_int_equal(err.code, ERR_CREATE);
    assert_string_equal(err.msg, "cannot open 'a': Permission denied");
    err = (struct err){0};
    errno = ENOMEM;
    assert_int_equal(err_errno(&err, ERR_CREATE, "cannot open '%s'", "a"), -1);
    assert_int_equal(err.code, ERR_NOMEM);
    assert_string_equal(err.msg, "cannot open 'a': Cannot allocate memory");
}

static void null_is_allowed(void **state)
{
    const struct err from = {.code = ERR_DATA};

    (void)state;
    assert_int_equal(err_set(NULL, ERR_IO, "x"), -1);
    assert_int_equal(err_copy(NULL, &from), -1);
    assert_int_equal(err_nomem(NULL), -1);
}

static void long_messages_are_cut(void **state)
{
    char text[1000];
    struct err err = {0};

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    err_set(&err, ERR_IO, "%s", text);
    assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
}

static void a_bug_and_no_memory_are_ours(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(err_nomem(&err), -1);
    assert_int_equal(err.code, ERR_NOMEM);
    for (int code = ERR_NONE; code <= ERR_CONFIG; code++)
        assert_int_equal(err_is_ours(&(struct err){.code = (enum err_code)code}), code == ERR_NOMEM || code == ERR_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_failure_is_kept),
        cmocka_unit_test(copy_takes_all_of_the_first),
        cmocka_unit_test(a_message_that_is_too_long_keeps_its_end),
        cmocka_unit_test(what_the_system_refuses_is_told_as_want_of_memory_where_it_is_that),
        cmocka_unit_test(null_is_allowed),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(a_bug_and_no_memory_are_ours),
    };

    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
