/* What became of a Device between two instants. */
#include "rules/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct standing passing = {VERDICT_PASS, CLASS_AGREED_PASS};
static const struct standing cleared_by_evidence = {VERDICT_PASS, CLASS_FALSE_POSITIVE};
static const struct standing failing = {VERDICT_FAIL, CLASS_TRUE_FAILURE};
static const struct standing missed = {VERDICT_FAIL, CLASS_MISSED_BY_LEGACY};
static const struct standing unverified = {VERDICT_UNVERIFIED, CLASS_UNVERIFIED};
static const struct standing pending = {VERDICT_PENDING, CLASS_PENDING};
static const struct standing excluded = {VERDICT_EXCLUDED, CLASS_EXCLUDED};

static void every_pair_of_standings_is_one_kind_of_change(void **state)
{
    static const struct {
        const struct standing *before, *now;
        enum change change;
    } cases[] = {
        {&passing, &failing, CHANGE_NEW},
        {&pending, &failing, CHANGE_NEW},
        {&unverified, &missed, CHANGE_NEW},
        {&excluded, &failing, CHANGE_NEW},
        {NULL, &failing, CHANGE_NEW},
        {&failing, &passing, CHANGE_CLEARED},
        {&failing, &excluded, CHANGE_CLEARED},
        {&failing, &failing, CHANGE_PERSISTING},
        {&missed, &failing, CHANGE_PERSISTING},
        {&failing, &unverified, CHANGE_RECLASSIFIED},
        {&failing, &pending, CHANGE_RECLASSIFIED},
        {&pending, &passing, CHANGE_RECLASSIFIED},
        {&passing, &cleared_by_evidence, CHANGE_RECLASSIFIED},
        {&passing, &excluded, CHANGE_RECLASSIFIED},
        {&passing, &passing, CHANGE_NONE},
        {&unverified, &unverified, CHANGE_NONE},
        {NULL, &passing, CHANGE_NONE},
        {NULL, &unverified, CHANGE_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (change_between(cases[i].before, cases[i].now) != cases[i].change)
            fail_msg("case %zu: wanted '%s'", i, change_word(cases[i].change));
}

static void each_kind_of_change_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(change_word(CHANGE_NONE), "");
    assert_string_equal(change_word(CHANGE_NEW), "NEW");
    assert_string_equal(change_word(CHANGE_CLEARED), "CLEARED");
    assert_string_equal(change_word(CHANGE_PERSISTING), "PERSISTING");
    assert_string_equal(change_word(CHANGE_RECLASSIFIED), "RECLASSIFIED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_standings_is_one_kind_of_change),
        cmocka_unit_test(each_kind_of_change_has_its_word),
    };

    return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
