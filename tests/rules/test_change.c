/* What became of a Device between two instants. */
#include "rules/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct standing passing = {VERDICT_PASS, CLASS_AGREED_PASS, true};
static const struct standing cleared_by_evidence = {VERDICT_PASS, CLASS_FALSE_POSITIVE, true};
static const struct standing failing = {VERDICT_FAIL, CLASS_TRUE_FAILURE, true};
static const struct standing missed = {VERDICT_FAIL, CLASS_MISSED_BY_LEGACY, true};
static const struct standing unverified = {VERDICT_UNVERIFIED, CLASS_UNVERIFIED, true};
static const struct standing pending = {VERDICT_PENDING, CLASS_PENDING, true};
static const struct standing excluded = {VERDICT_EXCLUDED, CLASS_EXCLUDED, true};
static const struct standing not_commissioned = {VERDICT_EXCLUDED, CLASS_EXCLUDED, false};

static void R11_2_every_pair_of_standings_is_one_kind_of_change(void **state)
{
    static const struct {
        const struct standing *before, *now;
        enum change change;
    } cases[] = {
        {&passing, &failing, CHANGE_NEW},
        {&pending, &failing, CHANGE_NEW},
        {&unverified, &missed, CHANGE_NEW},
        {&excluded, &failing, CHANGE_NEW},
        {&not_commissioned, &failing, CHANGE_NEW},
        {NULL, &failing, CHANGE_NEW},
        {&failing, &passing, CHANGE_CLEARED},
        {&failing, &excluded, CHANGE_CLEARED},
        {&failing, &not_commissioned, CHANGE_CLEARED},
        {&failing, &failing, CHANGE_PERSISTING},
        {&missed, &failing, CHANGE_PERSISTING},
        {NULL, &passing, CHANGE_COMMISSIONED},
        {NULL, &pending, CHANGE_COMMISSIONED},
        {&not_commissioned, &unverified, CHANGE_COMMISSIONED},
        {&not_commissioned, &excluded, CHANGE_COMMISSIONED},
        {&failing, &unverified, CHANGE_RECLASSIFIED},
        {&failing, &pending, CHANGE_RECLASSIFIED},
        {&pending, &passing, CHANGE_RECLASSIFIED},
        {&passing, &cleared_by_evidence, CHANGE_RECLASSIFIED},
        {&passing, &not_commissioned, CHANGE_RECLASSIFIED},
        {&passing, &passing, CHANGE_NONE},
        {&unverified, &unverified, CHANGE_NONE},
        {&not_commissioned, &not_commissioned, CHANGE_NONE},
        {NULL, &not_commissioned, CHANGE_RECLASSIFIED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (change_between(cases[i].before, cases[i].now) != cases[i].change)
            fail_msg("case %zu: wanted '%s'", i, change_word(cases[i].change));
}

static void R11_2_where_nothing_was_reported_only_failures_are_new(void **state)
{
    (void)state;
    assert_int_equal(change_from_nothing(&failing), CHANGE_NEW);
    assert_int_equal(change_from_nothing(&passing), CHANGE_NONE);
}

static void R11_2_a_device_is_commissioned_by_its_status_and_instant(void **state)
{
    struct inventory_row row = {.status = SMI_COMMISSIONED, .commissioned_at = 1000};
    const struct judgement j = {.inventory = &row, .verdict = VERDICT_PASS, .classification = CLASS_AGREED_PASS};

    (void)state;
    assert_true(standing_of(&j, 1000).commissioned);
    assert_false(standing_of(&j, 999).commissioned);
    row.commissioned_at = INSTANT_NONE; /* it is not known since when */
    assert_true(standing_of(&j, 1000).commissioned);
    row = (struct inventory_row){.status = SMI_WITHDRAWN, .commissioned_at = 1000};
    assert_false(standing_of(&j, 1000).commissioned);
    assert_int_equal(standing_of(&j, 1000).classification, CLASS_AGREED_PASS);
}

static void each_kind_of_change_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(change_word(CHANGE_NONE), "");
    assert_string_equal(change_word(CHANGE_NEW), "NEW");
    assert_string_equal(change_word(CHANGE_CLEARED), "CLEARED");
    assert_string_equal(change_word(CHANGE_PERSISTING), "PERSISTING");
    assert_string_equal(change_word(CHANGE_COMMISSIONED), "COMMISSIONED");
    assert_string_equal(change_word(CHANGE_RECLASSIFIED), "RECLASSIFIED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R11_2_every_pair_of_standings_is_one_kind_of_change),
        cmocka_unit_test(R11_2_where_nothing_was_reported_only_failures_are_new),
        cmocka_unit_test(R11_2_a_device_is_commissioned_by_its_status_and_instant),
        cmocka_unit_test(each_kind_of_change_has_its_word),
    };

    return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
