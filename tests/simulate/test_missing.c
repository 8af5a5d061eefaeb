/* The days that a simulated log lacks. */
#include "missing_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define END_DAY (SIMULATE_AS_OF - SIMULATE_AS_OF % INSTANT_DAY)

static struct simulated draw(struct simulation what)
{
    struct simulated out = {0};

    what.as_of = SIMULATE_AS_OF;
    missing_draw(&what, &out);
    return out;
}

static void assert_days(const struct simulated *drawn, unsigned count, instant first, instant last)
{
    assert_int_equal(drawn->missing_count, count);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(drawn->missing[i] % INSTANT_DAY, 0);
        assert_true(drawn->missing[i] >= first && drawn->missing[i] <= last);
        assert_true(i == 0 || drawn->missing[i] > drawn->missing[i - 1]);
    }
}

static void days_are_of_the_nights_and_never_the_last(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        const struct simulated some = draw((struct simulation){.seed = seed, .nights = 31, .missing_nights = 7});
        const struct simulated all = draw((struct simulation){.seed = seed, .nights = 8, .missing_nights = 7});

        assert_days(&some, 7, END_DAY - 30 * INSTANT_DAY, END_DAY - INSTANT_DAY);
        assert_days(&all, 7, END_DAY - 7 * INSTANT_DAY, END_DAY - INSTANT_DAY);
    }
}

static void without_nights_days_are_of_the_year(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        const struct simulated some = draw((struct simulation){.seed = seed, .missing_nights = 7});

        assert_days(&some, 7, END_DAY - SIMULATE_PERIOD_DAYS * INSTANT_DAY, END_DAY - INSTANT_DAY);
    }
}

static void a_request_is_kept_by_when_it_was_made(void **state)
{
    const struct simulation what = {.log_from = END_DAY - 10 * INSTANT_DAY};
    const struct simulated drawn = {.missing_count = 1, .missing = {END_DAY - 2 * INSTANT_DAY}};
    const int64_t missing_s = drawn.missing[0] / INSTANT_SECOND;

    (void)state;
    assert_true(missing_keeps(&what, &drawn, missing_s - 1));
    assert_false(missing_keeps(&what, &drawn, missing_s));
    assert_false(missing_keeps(&what, &drawn, missing_s + INSTANT_DAY / INSTANT_SECOND - 1));
    assert_true(missing_keeps(&what, &drawn, missing_s + INSTANT_DAY / INSTANT_SECOND));
    assert_false(missing_keeps(&what, &drawn, what.log_from / INSTANT_SECOND - 1));
    assert_true(missing_keeps(&what, &drawn, what.log_from / INSTANT_SECOND));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_of_the_nights_and_never_the_last),
        cmocka_unit_test(without_nights_days_are_of_the_year),
        cmocka_unit_test(a_request_is_kept_by_when_it_was_made),
    };

    return cmocka_run_group_tests_name("missing", tests, NULL, NULL);
}
