/* R3: the legacy criteria. Each test leaves out one criterion, then meets it in a way that does or does not count. */
#include "facts.h"

static void expect_legacy(struct world *w, enum verdict want)
{
    judged(w);
    assert_string_equal(verdict_word(w->j.legacy_verdict), verdict_word(want));
    world_free(w);
}

static void l1_to_l5_all_met_is_pass(void **state)
{
    static const enum device_type types[] = {DEVICE_ESME, DEVICE_GSME, DEVICE_GPF, DEVICE_CHF};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct world *w = world_of(types[i]);

        do_all_but(w, 0);
        expect_legacy(w, VERDICT_PASS);
    }
}

static void l1_and_l2_need_two_distinct_successes(void **state)
{
    static const struct {
        unsigned left_out;
        srv_code srv;
    } both[] = {{BUT(ISSUE_CREDENTIALS), S617}, {BUT(DEVICE_CERTIFICATES), S6152}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, both[i].left_out);
        success(w, both[i].srv, ALPHA, COMMISSIONED);
        judged(w);
        assert_int_equal(w->j.legacy_verdict, VERDICT_FAIL);
        success(w, both[i].srv, ALPHA, COMMISSIONED - 1);   /* before the Commissioning */
        success(w, both[i].srv, BETA, COMMISSIONED + HOUR); /* by another party */
        answer(request(w, both[i].srv, ALPHA, COMMISSIONED + DAY), COMMISSIONED + DAY, "I0", ""); /* no success */
        judged(w);
        assert_int_equal(w->j.legacy_verdict, VERDICT_FAIL);
        success(w, both[i].srv, ALPHA, COMMISSIONED + 2); /* the usages may be the same */
        expect_legacy(w, VERDICT_PASS);
    }
}

static void l1_counts_the_commissioning_supplier_not_a_later_one(void **state)
{
    struct world *w = bare_world(DEVICE_GSME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, 0);
    registered(w, COMMISSIONED + 2 * DAY, INSTANT_NONE, BETA, 0);
    do_all_but(w, BUT(ISSUE_CREDENTIALS));
    success(w, S617, BETA, COMMISSIONED + 3 * DAY);
    success(w, S617, BETA, COMMISSIONED + 4 * DAY);
    judged(w);
    assert_int_equal(w->j.legacy_verdict, VERDICT_FAIL);
    success(w, S617, ALPHA, COMMISSIONED + 3 * DAY);
    success(w, S617, ALPHA, COMMISSIONED + 4 * DAY);
    expect_legacy(w, VERDICT_PASS);
}

static void l3_is_asked_of_types_with_network_operator_cells(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    success(w, S621, ALPHA, COMMISSIONED + HOUR); /* not SRV 6.15.1 */
    judged(w);
    assert_int_equal(w->j.legacy_verdict, VERDICT_FAIL);
    success(w, S6151, ALPHA, COMMISSIONED + HOUR)->remote_party_role = ROLE_SUPPLIER; /* whatever the role */
    expect_legacy(w, VERDICT_PASS);
}

static void l3_of_a_gpf_counts_the_supplier_and_l1_the_dcc(void **state)
{
    struct world *w = world_of(DEVICE_GPF);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    success(w, S6151, BROKER, COMMISSIONED + HOUR);
    judged(w);
    assert_int_equal(w->j.legacy_verdict, VERDICT_FAIL);
    success(w, S6151, ALPHA, COMMISSIONED + HOUR);
    expect_legacy(w, VERDICT_PASS);
}

static void l4_and_l5_look_at_the_latest_check_with_a_result(void **state)
{
    static const struct {
        unsigned left_out;
        enum check_kind kind;
    } both[] = {{BUT(COMMUNICATING), CHECK_COMMUNICATING}, {BUT(RECOVERY_CELL), CHECK_RECOVERY_CELL}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        struct world *w = world_of(DEVICE_CHF);

        do_all_but(w, both[i].left_out);
        check(w, both[i].kind, COMMISSIONED - 1, RESULT_PASS); /* before the Commissioning */
        judged(w);
        assert_int_equal(w->j.legacy_verdict, VERDICT_FAIL);
        check(w, both[i].kind, COMMISSIONED, RESULT_FAIL);
        check(w, both[i].kind, COMMISSIONED + 1, RESULT_PASS);
        check(w, both[i].kind, COMMISSIONED + 2, RESULT_BLANK);
        check(w, both[i].kind, w->as_of + 1, RESULT_FAIL); /* after as-of */
        judged(w);
        assert_int_equal(w->j.legacy_verdict, VERDICT_PASS);
        w->checks[w->records.check_count - 1].checked_at = w->as_of;
        expect_legacy(w, VERDICT_FAIL);
    }
}

static void r3_knows_nothing_of_supplier_cells(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    set_terms(&w->legacy, DEVICE_ESME, OBLIGATION_SUPPLIER_CREDENTIALS, OWED_BY_SUPPLIER, 1, 0);
    do_all_but(w, 0);
    expect_legacy(w, VERDICT_PASS);
}

static void r3_is_pending_up_to_the_deadline(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    judged_at(w, COMMISSIONED + 7 * DAY);
    assert_int_equal(w->j.legacy_verdict, VERDICT_PENDING);
    judged_at(w, COMMISSIONED + 7 * DAY + 1);
    assert_int_equal(w->j.legacy_verdict, VERDICT_FAIL);
    world_free(w);
}

/* A file of the one kind in the place of the other would ask for nothing where it says nothing. */
static void r3_r4_criteria_that_have_nothing_to_judge_by(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    enum device_type type;
    enum obligation o;

    (void)state;
    assert_false(criteria_lack(&w->legacy, true, &type, &o));
    assert_false(criteria_lack(&w->revised, false, &type, &o));
    w->legacy.terms[DEVICE_GPF][OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].successes = 0;
    assert_true(criteria_lack(&w->legacy, true, &type, &o));
    assert_int_equal(type, DEVICE_GPF);
    assert_int_equal(o, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS);
    w->revised.terms[DEVICE_GSME][OBLIGATION_SUPPLIER_CREDENTIALS].cell_count = 0;
    assert_true(criteria_lack(&w->revised, false, &type, &o));
    assert_int_equal(type, DEVICE_GSME);
    assert_int_equal(o, OBLIGATION_SUPPLIER_CREDENTIALS);
    world_free(w);
}

static void r3_days_for_one_device_type(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    w->legacy.type_obligation_ms[DEVICE_ESME] = 3 * DAY;
    w->legacy.type_obligation_ms[DEVICE_GSME] = DAY;
    w->revised.type_obligation_ms[DEVICE_ESME] = 5 * DAY;
    judged_at(w, COMMISSIONED + 3 * DAY);
    assert_int_equal(w->j.legacy_verdict, VERDICT_PENDING);
    judged_at(w, COMMISSIONED + 3 * DAY + 1);
    assert_int_equal(w->j.legacy_verdict, VERDICT_FAIL);
    assert_int_equal(w->j.verdict, VERDICT_PENDING);
    assert_int_equal(w->j.deadline, COMMISSIONED + 5 * DAY);
    judged_at(w, COMMISSIONED + 5 * DAY + 1);
    assert_int_equal(w->j.verdict, VERDICT_FAIL);
    world_free(w);
}

/* Three successes where two are asked for; and what happens at the commissioning instant itself counts. */
static void r3_more_than_enough_and_at_the_commissioning_itself(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS) | BUT(COMMUNICATING));
    for (int i = 0; i < 3; i++)
        success(w, S617, ALPHA, COMMISSIONED + i)->id = (struct request_id){true, ALPHA, DEVICE, 50 + (uint64_t)i};
    check(w, CHECK_COMMUNICATING, COMMISSIONED, RESULT_PASS);
    expect_verdicts(w, VERDICT_PASS, VERDICT_PASS);
    w->checks[w->records.check_count - 1].checked_at = COMMISSIONED - 1;
    expect_verdicts(w, VERDICT_FAIL, VERDICT_PASS);
    world_free(w);
}

/* Every type and every obligation that needs them is looked at; those that need none are not. */
static void r3_criteria_without_a_number_are_found_wherever_they_are(void **state)
{
    (void)state;
    for (unsigned t = DEVICE_TYPE_NONE; t < DEVICE_TYPES; t++)
        for (unsigned i = 0; i < OBLIGATIONS; i++)
            for (unsigned legacy = 0; legacy < 2; legacy++) {
                const struct obligation_facts *const facts = obligation_facts((enum obligation)i);
                const bool needs = legacy ? facts->legacy_srv != 0 : facts->cells;
                struct criteria c;
                enum device_type type = DEVICE_TYPES;
                enum obligation o = OBLIGATIONS;

                memset(&c, 0, sizeof(c));
                c.terms[t][i].owed_by = OWED_BY_SUPPLIER;
                assert_int_equal(criteria_lack(&c, legacy, &type, &o), needs);
                if (needs) {
                    assert_int_equal(type, t);
                    assert_int_equal(o, i);
                }
                c.terms[t][i].successes = 1;
                c.terms[t][i].cell_count = 1;
                assert_false(criteria_lack(&c, legacy, &type, &o));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r3_r4_criteria_that_have_nothing_to_judge_by),
        cmocka_unit_test(r3_days_for_one_device_type),
        cmocka_unit_test(r3_more_than_enough_and_at_the_commissioning_itself),
        cmocka_unit_test(l1_to_l5_all_met_is_pass),
        cmocka_unit_test(l1_and_l2_need_two_distinct_successes),
        cmocka_unit_test(l1_counts_the_commissioning_supplier_not_a_later_one),
        cmocka_unit_test(l3_is_asked_of_types_with_network_operator_cells),
        cmocka_unit_test(l3_of_a_gpf_counts_the_supplier_and_l1_the_dcc),
        cmocka_unit_test(l4_and_l5_look_at_the_latest_check_with_a_result),
        cmocka_unit_test(r3_knows_nothing_of_supplier_cells),
        cmocka_unit_test(r3_is_pending_up_to_the_deadline),
        cmocka_unit_test(r3_criteria_without_a_number_are_found_wherever_they_are),
    };

    return cmocka_run_group_tests_name("legacy", tests, NULL, NULL);
}
