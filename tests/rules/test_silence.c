/* R10.2, R10.3: what the log's silences do to open parts; R5: the scope. */
#include "facts.h"

#define AT       (COMMISSIONED + DAY)
#define DEADLINE (COMMISSIONED + 7 * DAY)
#define ISSUE    OBLIGATION_ISSUE_CREDENTIALS
#define CERTS    OBLIGATION_DEVICE_CERTIFICATES
#define NO       OBLIGATION_NETWORK_OPERATOR_CREDENTIALS
#define COMMS    OBLIGATION_COMMUNICATING
#define COS      (COMMISSIONED + 3 * DAY)

/* Whether the log covers the obligation period, from when on requests count (R1): it does unless a silence overlaps it,
 * by however little. */
static void r10_2_a_silence_that_overlaps_the_obligation_period(void **state)
{
    static const struct {
        instant from, to;
        bool covered;
    } silences[] = {
        {COMMISSIONED - 2 * DAY, COMMISSIONED - DAY, true},
        {COMMISSIONED - 2 * DAY, COMMISSIONED - DAY + 1, false}, /* R1: what was made a day before counts */
        {AT, AT + DAY, false},
        {DEADLINE - 1, DEADLINE + DAY, false},
        {DEADLINE, DEADLINE + DAY, true},
        {DEADLINE + DAY, DEADLINE + 2 * DAY, true},
        {COMMISSIONED - DAY, DEADLINE + DAY, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(silences); i++) {
        struct world *w = world_of(DEVICE_CHF);

        silent(w, COMMISSIONED - 9 * DAY, COMMISSIONED - 8 * DAY);
        silent(w, silences[i].from, silences[i].to);
        silent(w, DEADLINE + 4 * DAY, DEADLINE + 5 * DAY);
        expect_state(w, CERTS, silences[i].covered ? STATE_NOT_ATTEMPTED : STATE_UNVERIFIED,
                     silences[i].covered ? "R4.7.6" : "R4.7.5");
        assert_int_equal(w->j.obligations[CERTS].main_reason,
                         silences[i].covered ? REASON_NOT_ATTEMPTED : REASON_LOG_GAP);
        world_free(w);
    }
}

static void r10_2_the_period_ends_at_as_of_before_the_deadline(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    silent(w, AT, AT + DAY);
    w->as_of = AT;
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->as_of = AT + 1;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.5");
    expect_reasons(w, "LOG_GAP;NO_EVIDENCE"); /* nothing was checked yet */
    expect_action(w, "read with SRV 6.24.2 by DCC; repeat the DSP check by DCC");
    world_free(w);
}

/* What mended it may be missing: between the look, or the latest refusal, and the end of the period. */
static void r4_7_1_and_3_a_silence_after_it(void **state)
{
    static const struct {
        instant from, to;
        bool covered;
    } silences[] = {
        {AT - HOUR, AT, true},
        {AT, AT + HOUR, false},
        {DEADLINE - HOUR, DEADLINE + DAY, false},
        {DEADLINE, DEADLINE + DAY, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(silences); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct snapshot *s;

        silent(w, silences[i].from, silences[i].to);
        do_all_but(w, BUT(DEVICE_CERTIFICATES) | BUT(NETWORK_OPERATOR_CREDENTIALS));
        request(w, S6152, ALPHA, AT - 1)->credential_type = DS; /* never answered, and not why it is in doubt */
        answer(request(w, S6151, ALPHA, AT - DAY), AT - DAY, "E4", "")->remote_party_role = ROLE_NETWORK_OPERATOR;
        answer(request(w, S6151, ALPHA, AT - HOUR), AT, "E4", "")->remote_party_role = ROLE_NETWORK_OPERATOR;
        s = snapshot(w, AT);
        cert(w, s, DS, COMMISSIONED - 9 * DAY);
        cert(w, s, KA, COMMISSIONED - 9 * DAY);
        expect_state(w, CERTS, silences[i].covered ? STATE_NOT_MET : STATE_UNVERIFIED, "R4.7.1");
        expect_state(w, NO, silences[i].covered ? STATE_NOT_MET : STATE_UNVERIFIED, "R4.7.3");
        expect_reasons(w,
                       silences[i].covered ? "REJECTED;DEVICE_CERT_NOT_REPLACED" : "LOG_GAP;DEVICE_CERT_NOT_REPLACED");
        world_free(w);
    }
}

/* A Device refuses to repeat what it has done: what it did may have been asked for in any silence of the period. */
static void r4_7_3_what_the_device_refused_and_a_silence_of_the_period(void **state)
{
    static const struct {
        instant from, to;
        bool covered;
    } silences[] = {
        {COMMISSIONED - 2 * DAY, COMMISSIONED - DAY, true},
        {COMMISSIONED - 2 * DAY, COMMISSIONED - DAY + 1, false},
        {AT - HOUR, AT, false},
        {AT, AT + HOUR, false},
        {DEADLINE - 1, DEADLINE, false},
        {DEADLINE, DEADLINE + DAY, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(silences); i++) {
        struct world *w = world_of(DEVICE_ESME);

        silent(w, silences[i].from, silences[i].to);
        do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
        answer(request(w, S6151, ALPHA, AT - HOUR), AT, "I0", "Failure")->remote_party_role = ROLE_NETWORK_OPERATOR;
        answer(request(w, S6151, ALPHA, DEADLINE - 2), DEADLINE - 1, "E4", "")->remote_party_role =
            ROLE_NETWORK_OPERATOR; /* the DCC's later refusal takes nothing back */
        expect_state(w, NO, silences[i].covered ? STATE_NOT_MET : STATE_UNVERIFIED, "R4.7.3");
        expect_reasons(w, silences[i].covered ? "REJECTED;DEVICE_FAILURE" : "LOG_GAP");
        world_free(w);
    }
}

static void r4_7_3_a_refusal_that_is_not_answered_by_an_instant_is_dated_by_its_request(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    silent(w, AT + HOUR, AT + 2 * HOUR);
    r = answer(request(w, S6151, ALPHA, AT + 3 * HOUR), INSTANT_NONE, "E4", "");
    expect_state(w, NO, STATE_NOT_MET, "R4.7.3");
    r->requested_at = AT;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.3");
    world_free(w);
}

static void r4_5_a_silence_after_the_failed_check(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    do_all_but(w, 0);
    check(w, CHECK_COMMUNICATING, AT, RESULT_FAIL);
    w->silence_count = 0;
    silent(w, AT - DAY, AT);
    expect_state(w, COMMS, STATE_NOT_MET, "R4.5");
    expect_action(w, "restore communications by DCC");
    silent(w, w->as_of, w->as_of + DAY);
    expect_state(w, COMMS, STATE_NOT_MET, "R4.5");
    w->silences[1].from = w->as_of - 1; /* long after the deadline, but since the check */
    expect_state(w, COMMS, STATE_UNVERIFIED, "R4.5");
    expect_reasons(w, "LOG_GAP");
    expect_action(w, "repeat the DSP check by DCC");
    world_free(w);
}

/* Of two parts, that which was in doubt the longer. */
static void r10_4_what_an_obligation_waits_for(void **state)
{
    struct world *w = world_of(DEVICE_CHF);
    const struct obligation_judgement *o = w->j.obligations;
    struct snapshot *s;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    silent(w, DEADLINE - HOUR, DEADLINE + DAY);
    s = snapshot(w, AT);
    cert(w, s, KA, COMMISSIONED - 9 * DAY);
    cert(w, snapshot(w, AT - HOUR), DS, COMMISSIONED - 9 * DAY);
    check(w, CHECK_COMMUNICATING, DEADLINE, RESULT_FAIL);
    judged(w);
    assert_int_equal(o[CERTS].gap.from, AT - HOUR);
    assert_int_equal(o[CERTS].gap.to, DEADLINE);
    assert_int_equal(o[COMMS].gap.from, DEADLINE);
    assert_int_equal(o[COMMS].gap.to, w->as_of);
    assert_int_equal(o[ISSUE].gap.to, INSTANT_NONE);
    world_free(w);
}

static void r10_4_an_obligation_waits_for_the_part_that_a_silence_leaves_in_doubt(void **state)
{
    struct world *w = world_of(DEVICE_CHF);
    const struct obligation_judgement *const certs = &w->j.obligations[CERTS];
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    silent(w, AT, AT + DAY);
    cert(w, snapshot(w, AT - 2 * HOUR), DS, COMMISSIONED - 9 * DAY);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.1");
    assert_int_equal(certs->gap.from, COMMISSIONED - DAY); /* the second was never asked for at all */
    w->records.snapshot_count = 0;
    r = answer(request(w, S6152, BROKER, AT - HOUR), AT, "E20", "");
    r->credential_type = DS;
    expect_reasons(w, "TIMEOUT;LOG_GAP"); /* the first is in doubt for its answer alone */
    assert_int_equal(certs->gap.from, COMMISSIONED - DAY);
    answer(r, AT, "I0", "Success");
    expect_reasons(w, "LOG_GAP"); /* the first is met */
    assert_int_equal(certs->gap.from, COMMISSIONED - DAY);
    answer(r, AT + 2 * DAY, "E4", "");
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.3"); /* it fails, whatever the log holds of the second */
    expect_reasons(w, "REJECTED");
    assert_int_equal(certs->gap.from, INSTANT_NONE);
    answer(r, AT, "I0", "Success");
    expect_reasons(w, "LOG_GAP");
    assert_int_equal(certs->gap.from, COMMISSIONED - DAY);
    world_free(w);
}

/* A hole after the deadline: it fails, but may have been done late. */
static void r4_7_what_was_done_late_in_a_hole_is_not_known(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS) | BUT(DEVICE_CERTIFICATES) | BUT(RECOVERY_CELL));
    silent(w, DEADLINE + DAY, DEADLINE + 2 * DAY);
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    expect_action(w, "read with SRV 6.24.2 by DCC; repeat the DSP check by DCC");
    w->silences[0] = (struct silence){w->as_of, w->as_of + DAY};
    expect_action(w, "send SRV 6.17 by DCC; send SRV 6.15.2 by DCC; repeat the DSP check by DCC");
    world_free(w);
}

/* A Supplier that judges from its own log: the meter was another's until COS. */
static void r5_the_time_of_another_supplier_is_silent(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, COS, ALPHA, NORTHERN);
    registered(w, COS, INSTANT_NONE, BETA, NORTHERN);
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    ask_about(w, BETA);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.5");
    w->registrations[1].effective_from = w->registrations[0].effective_to = COMMISSIONED;
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->registrations[1].effective_from = w->registrations[0].effective_to = COS;
    ask_about(w, ALPHA); /* both are asked about */
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->registrations[0].effective_from = COMMISSIONED + HOUR; /* nobody was registered at first */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.5");
    w->registrations[0].effective_from = COMMISSIONED - DAY;
    w->registrations[1].effective_from = w->registrations[0].effective_to = DEADLINE; /* another one after the period */
    w->settings.scope_count = 0;
    ask_about(w, ALPHA);
    w->as_of = DEADLINE;
    expect_state(w, CERTS, STATE_NOT_APPLICABLE, "R5.1");
    world_free(w);
}

static void r5_who_comes_after_the_period_does_not_matter(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, COS, ALPHA, NORTHERN);
    registered(w, COS, DEADLINE, BETA, NORTHERN);
    registered(w, DEADLINE, DEADLINE + DAY, GAMMA, NORTHERN);
    registered(w, DEADLINE + DAY, INSTANT_NONE, BETA, NORTHERN);
    ask_about(w, ALPHA);
    ask_about(w, BETA);
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->registrations[1].effective_to = w->registrations[2].effective_from = DEADLINE - 1;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.5");
    world_free(w);
}

static void r5_what_the_dcc_owes_is_not_silent_for_a_change_of_supplier(void **state)
{
    struct world *w = bare_world(DEVICE_GPF);

    (void)state;
    registered(w, COMMISSIONED - DAY, COS, ALPHA, NORTHERN);
    registered(w, COS, INSTANT_NONE, BETA, NORTHERN);
    ask_about(w, BETA);
    ask_about(w, BROKER);
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.5");
    world_free(w);
}

static void r5_what_others_owe_is_left_out_of_both_criteria(void **state)
{
    struct world *w = world_of(DEVICE_GPF);

    (void)state;
    success(w, S6151, ALPHA, AT)->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_verdicts(w, VERDICT_FAIL, VERDICT_FAIL);
    ask_about(w, ALPHA);
    expect_verdicts(w, VERDICT_PASS, VERDICT_PASS);
    assert_int_equal(w->j.obligations[CERTS].state, STATE_NOT_APPLICABLE);
    assert_int_equal(w->j.obligations[CERTS].owed_by.kind, PARTY_NONE);
    assert_int_equal(w->j.obligations[NO].state, STATE_MET);
    w->settings.scope_count = 0;
    ask_about(w, BROKER); /* the DCC */
    expect_verdicts(w, VERDICT_FAIL, VERDICT_FAIL);
    assert_int_equal(w->j.obligations[NO].state, STATE_NOT_APPLICABLE);
    world_free(w);
}

static void r5_a_device_of_which_nothing_is_asked_about_is_out_of_scope(void **state)
{
    static const enum device_type types[] = {DEVICE_CHF, DEVICE_ESME};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct world *w = world_of(types[i]);

        ask_about(w, BETA);
        expect_verdicts(w, VERDICT_EXCLUDED, VERDICT_EXCLUDED);
        assert_int_equal(w->j.excluded, EXCLUDED_OUT_OF_SCOPE);
        assert_string_equal(excluded_reason_word(w->j.excluded), "OUT_OF_SCOPE");
        w->inventory[0].smets = SMETS_1; /* what excludes it anyway comes first */
        judged(w);
        assert_int_equal(w->j.excluded, EXCLUDED_SMETS1);
        world_free(w);
    }
}

static void r10_2_the_last_of_many_silences_counts(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    for (int i = 0; i < 3; i++)
        silent(w, COMMISSIONED - (9 - 2 * i) * DAY, COMMISSIONED - (8 - 2 * i) * DAY);
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    silent(w, AT, AT + 1);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.5");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r10_2_a_silence_that_overlaps_the_obligation_period),
        cmocka_unit_test(r10_2_the_period_ends_at_as_of_before_the_deadline),
        cmocka_unit_test(r4_7_1_and_3_a_silence_after_it),
        cmocka_unit_test(r4_7_3_what_the_device_refused_and_a_silence_of_the_period),
        cmocka_unit_test(r4_7_3_a_refusal_that_is_not_answered_by_an_instant_is_dated_by_its_request),
        cmocka_unit_test(r4_5_a_silence_after_the_failed_check),
        cmocka_unit_test(r10_4_what_an_obligation_waits_for),
        cmocka_unit_test(r10_4_an_obligation_waits_for_the_part_that_a_silence_leaves_in_doubt),
        cmocka_unit_test(r4_7_what_was_done_late_in_a_hole_is_not_known),
        cmocka_unit_test(r5_the_time_of_another_supplier_is_silent),
        cmocka_unit_test(r5_who_comes_after_the_period_does_not_matter),
        cmocka_unit_test(r5_what_the_dcc_owes_is_not_silent_for_a_change_of_supplier),
        cmocka_unit_test(r5_what_others_owe_is_left_out_of_both_criteria),
        cmocka_unit_test(r5_a_device_of_which_nothing_is_asked_about_is_out_of_scope),
        cmocka_unit_test(r10_2_the_last_of_many_silences_counts),
    };

    return cmocka_run_group_tests_name("silence", tests, NULL, NULL);
}
