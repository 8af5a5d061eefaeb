/* How often each story comes, and to whom. */
#include "simulate/simulate.h"
#include "story_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define OLD_DAYS 200
#define DRAWS    20000

static const enum device_type types[] = {DEVICE_ESME, DEVICE_GSME, DEVICE_GPF, DEVICE_CHF};

static uint64_t total(const struct shares *s)
{
    uint64_t sum = 0;

    for (int i = 0; i < ENDINGS; i++)
        sum += s->of[i];
    return sum;
}

static void shares_are_of_a_million(void **state)
{
    static const uint32_t rates[][2] = {{70000, 10000}, {0, 0}, {500000, 500000}, {500000, 0}, {10000, 10000}};
    struct shares s;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
        shares_set(&s, rates[i][0], rates[i][1], 365);
        assert_int_equal(total(&s), SIMULATE_PPM);
    }
}

static bool legacy_fails(enum ending e)
{
    return e == ENDING_FALSE_ALARM || e == ENDING_FAILURE || e == ENDING_UNSEEN_DONE || e == ENDING_UNSEEN_FAILURE ||
           e == ENDING_LOST;
}

/* Within a Device or so in a thousand, whatever the seed and from the first Devices on. */
static void rates_are_those_asked_for(void **state)
{
    (void)state;
    for (size_t t = 0; t < ARRAY_LEN(types); t++)
        for (uint64_t seed = 0; seed < 5; seed++) {
            struct story_counts counts = {0};
            struct shares s;
            unsigned legacy = 0;
            unsigned truly = 0;

            shares_set(&s, SIMULATE_LEGACY_FAILED, SIMULATE_TRULY_FAILED, 365);
            for (int i = 0; i < DRAWS; i++) {
                const struct story *const story = story_next(&counts, &s, seed, types[t], OLD_DAYS);

                assert_true((story->types & TYPE_BIT(types[t])) != 0);
                legacy += legacy_fails(story->ending);
                truly += story->undone != 0;
            }
            assert_in_range(legacy, DRAWS * 70 / 1000, DRAWS * 75 / 1000);
            assert_in_range(truly, DRAWS * 9 / 1000, DRAWS * 11 / 1000);
        }
}

static void the_young_have_stories_of_their_own(void **state)
{
    struct story_counts counts = {0};
    struct shares s;

    (void)state;
    shares_set(&s, SIMULATE_PPM / 2, SIMULATE_PPM / 2, 365);
    for (int i = 0; i < 1000; i++)
        for (int age = 0; age < 60; age++) {
            const struct story *const story = story_next(&counts, &s, 1, types[i % 4], age);

            assert_true(age <= AGE_YOUNG ? story->ending == ENDING_YOUNG : story->ending != ENDING_YOUNG);
            assert_true(story->least_age_days <= age);
            assert_true(story->most_age_days == 0 || age <= story->most_age_days);
            if (age > AGE_YOUNG && age <= AGE_PROMPT)
                assert_ptr_equal(story, story_plain());
        }
}

/* A story says itself whether something is not done; its ending must not say otherwise. */
static void endings_agree_with_what_is_undone(void **state)
{
    struct story_counts counts = {0};
    struct shares s;

    (void)state;
    shares_set(&s, SIMULATE_PPM / 2, SIMULATE_PPM / 4, 365);
    for (int i = 0; i < DRAWS; i++) {
        const struct story *const story = story_next(&counts, &s, 1, types[i % 4], OLD_DAYS);
        const bool fails = story->ending == ENDING_FAILURE || story->ending == ENDING_MISSED ||
                           story->ending == ENDING_UNSEEN_FAILURE || story->ending == ENDING_QUIET_FAILURE;

        assert_int_equal(story->undone != 0, fails);
        assert_int_equal((story->undone & OWES_RECOVERY) != 0, story->recovery_wrong);
        assert_int_equal((story->undone & OWES_COMMUNICATING) != 0, story->silent);
        assert_int_equal((story->undone & OWES_CERTIFICATES) != 0, story->old[0] || story->old[1] || story->foreign);
        if ((story->undone & OWES_OPERATOR) != 0)
            assert_true(story->cells[0] != HOLDS_OPERATOR || story->cells[1] != HOLDS_OPERATOR);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_of_a_million),
        cmocka_unit_test(rates_are_those_asked_for),
        cmocka_unit_test(the_young_have_stories_of_their_own),
        cmocka_unit_test(endings_agree_with_what_is_undone),
    };

    return cmocka_run_group_tests_name("stories", tests, NULL, NULL);
}
