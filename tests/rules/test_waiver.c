/* Waivers: what is waived is what all of its open obligations are covered for, while the waivers hold. */
#include "rules/waiver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define AS_OF 1000

static const struct party acme = {1, PARTY_KNOWN}, other = {2, PARTY_KNOWN};

/* Two obligations are open, one of each party. */
static struct judgement failing(void)
{
    struct judgement j = {.device = 7, .verdict = VERDICT_FAIL};

    for (int o = 0; o < OBLIGATIONS; o++)
        j.obligations[o].state = STATE_MET;
    j.obligations[OBLIGATION_ISSUE_CREDENTIALS] =
        (struct obligation_judgement){.state = STATE_NOT_ATTEMPTED, .owed_by = acme};
    j.obligations[OBLIGATION_COMMUNICATING] =
        (struct obligation_judgement){.state = STATE_UNVERIFIED, .owed_by = other};
    return j;
}

static bool waived(struct judgement j, const struct waiver *waivers, size_t count)
{
    const struct judge_context ctx = {.as_of = AS_OF, .waivers = waivers, .waiver_count = count};

    return is_waived(&ctx, &j, TEXT_LITERAL("M1"));
}

static const struct waiver any = {.obligation = -1, .from = INSTANT_NONE, .until = AS_OF + 1};

static void all_that_is_given_must_fit(void **state)
{
    struct waiver w = any;

    (void)state;
    assert_true(waived(failing(), &w, 1));
    w.device = 7;
    w.model = TEXT_LITERAL("M1");
    assert_true(waived(failing(), &w, 1));
    w.device = 8;
    assert_false(waived(failing(), &w, 1));
    w.device = 0;
    w.model = TEXT_LITERAL("M2");
    assert_false(waived(failing(), &w, 1));
}

static void every_open_obligation_is_to_be_covered(void **state)
{
    struct waiver both[] = {any, any};
    struct judgement j = failing();

    (void)state;
    both[0].obligation = OBLIGATION_ISSUE_CREDENTIALS;
    assert_false(waived(j, both, 1)); /* what is unverified may still be wrong */
    both[1].for_party = true;
    both[1].party = other;
    assert_true(waived(j, both, 2));
    both[1].party = acme;
    assert_false(waived(j, both, 2));
    j.obligations[OBLIGATION_COMMUNICATING].state = STATE_MET;
    assert_true(waived(j, both, 1));
}

static void a_waiver_holds_from_and_until(void **state)
{
    struct waiver w = any;

    (void)state;
    w.from = AS_OF;
    assert_true(waived(failing(), &w, 1));
    w.from = AS_OF + 1;
    w.until = AS_OF + 2;
    assert_false(waived(failing(), &w, 1));
    w.from = INSTANT_NONE;
    w.until = AS_OF; /* the first instant at which it no longer does */
    assert_false(waived(failing(), &w, 1));
}

static void only_what_fails_or_is_unverified_is_waived(void **state)
{
    struct judgement j = failing();

    (void)state;
    j.verdict = VERDICT_UNVERIFIED;
    assert_true(waived(j, &any, 1));
    j.verdict = VERDICT_PENDING;
    assert_false(waived(j, &any, 1));
    assert_false(waived(failing(), &any, 0));
}

static void whatever_is_open_is_to_be_covered(void **state)
{
    static const enum obligation_state open[] = {STATE_NOT_MET, STATE_NOT_ATTEMPTED, STATE_UNVERIFIED};

    (void)state;
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
        struct judgement j = failing();
        struct waiver w = any;

        j.obligations[OBLIGATION_RECOVERY_CELL].state = open[i];
        assert_true(waived(j, &w, 1));
        w.obligation = OBLIGATION_RECOVERY_CELL;
        assert_false(waived(j, &w, 1)); /* the other two are not covered */
        j.obligations[OBLIGATION_ISSUE_CREDENTIALS].state = STATE_MET;
        j.obligations[OBLIGATION_COMMUNICATING].state = STATE_NOT_APPLICABLE;
        assert_true(waived(j, &w, 1));
        w.obligation = OBLIGATION_ISSUE_CREDENTIALS;
        assert_false(waived(j, &w, 1)); /* the only one that is open */
        j.obligations[OBLIGATION_RECOVERY_CELL].state = STATE_MET;
        j.obligations[OBLIGATION_ISSUE_CREDENTIALS].state = open[i];
        assert_true(waived(j, &w, 1));
        w.obligation = OBLIGATION_RECOVERY_CELL;
        assert_false(waived(j, &w, 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_given_must_fit),
        cmocka_unit_test(every_open_obligation_is_to_be_covered),
        cmocka_unit_test(a_waiver_holds_from_and_until),
        cmocka_unit_test(only_what_fails_or_is_unverified_is_waived),
        cmocka_unit_test(whatever_is_open_is_to_be_covered),
    };
    return cmocka_run_group_tests_name("waiver", tests, NULL, NULL);
}
