/* R4.7: what ambiguity does to an open usage or cell. */
#include "facts.h"

#define AT       (COMMISSIONED + DAY)
#define ISSUE    OBLIGATION_ISSUE_CREDENTIALS
#define CERTS    OBLIGATION_DEVICE_CERTIFICATES
#define NO       OBLIGATION_NETWORK_OPERATOR_CREDENTIALS
#define SUPPLIER OBLIGATION_SUPPLIER_CREDENTIALS

enum kind { TIMED_OUT, EMPTY, UNRECOGNISED, AWAITING, FAILED, REJECTED, SUCCEEDED };

static struct request_row *ask(struct world *w, srv_code srv, enum key_usage usage, enum kind kind, instant at)
{
    static const char *const codes[] = {"E20", "I0", "I0", "", "I0", "E4", "I0"};
    static const char *const statuses[] = {"", "", "Perhaps", "", "Failure", "", "Success"};
    struct request_row *r = request(w, srv, ALPHA, at);

    r->credential_type = usage;
    r->id = (struct request_id){true, ALPHA, DEVICE, w->records.request_count};
    if (kind != AWAITING)
        answer(r, at, codes[kind], statuses[kind]);
    return r;
}

static void show(struct world *w, enum key_usage usage, bool new, instant at)
{
    cert(w, snapshot(w, at), usage, new ? COMMISSIONED : COMMISSIONED - 9 * DAY);
}

static void r4_7_2_each_unclear_outcome_leaves_it_unverified(void **state)
{
    static const enum kind unclear[] = {TIMED_OUT, EMPTY, UNRECOGNISED, AWAITING};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(unclear); i++) {
        struct world *w = world_of(DEVICE_ESME);

        w->as_of = AT + DAY;
        ask(w, S617, KEY_NONE, unclear[i], AT);
        expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6"); /* it counts for one usage at most */
        ask(w, S617, KEY_NONE, unclear[i], AT);
        expect_state(w, ISSUE, STATE_UNVERIFIED, "R4.7.2");
        assert_int_equal(w->j.obligations[ISSUE].ref_count, 2);
        world_free(w);
    }
}

static void r4_7_2_even_when_a_retry_failed_or_was_rejected(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    ask(w, S6152, KA, SUCCEEDED, AT);
    ask(w, S6152, DS, TIMED_OUT, AT);
    ask(w, S6152, DS, FAILED, AT + HOUR);
    ask(w, S6152, DS, REJECTED, AT + 2 * HOUR);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_7_3_failed_or_rejected_alone_is_not_met(void **state)
{
    static const enum kind refusals[] = {FAILED, REJECTED};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        struct world *w = world_of(DEVICE_ESME);

        ask(w, S617, DS, refusals[i], AT);
        expect_state(w, ISSUE, STATE_NOT_MET, "R4.7.3");
        assert_int_equal(w->j.obligations[ISSUE].refs[0].kind, EVIDENCE_REQUEST);
        world_free(w);
    }
}

static void r4_7_3_a_refusal_of_a_usage_that_was_done_later_says_nothing_of_the_other(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    ask(w, S617, DS, FAILED, AT);
    ask(w, S617, DS, SUCCEEDED, AT + HOUR);
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    ask(w, S617, KEY_NONE, FAILED, AT); /* of either usage */
    expect_state(w, ISSUE, STATE_NOT_MET, "R4.7.3");
    world_free(w);
}

static void r4_7_6_nothing_that_concerns_it(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    ask(w, S617, DS, SUCCEEDED, AT);
    ask(w, S617, DS, TIMED_OUT, AT); /* of the usage that is covered */
    ask(w, S6151, KEY_NONE, TIMED_OUT, AT)->remote_party_role = ROLE_SUPPLIER;
    ask(w, S6152, KEY_NONE, TIMED_OUT, COMMISSIONED - DAY - 1); /* before the Commissioning */
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    world_free(w);
}

static void r4_7_1_disproved_and_asked_only_before(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    show(w, KA, true, AT);
    show(w, DS, false, AT);
    r = ask(w, S6152, DS, TIMED_OUT, AT); /* not after the evidence */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    r->responded_at = AT + HOUR; /* its answer is, but it was not made after it */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    r->requested_at = AT + 1;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    r->credential_type = KA; /* could not concern it */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    r->credential_type = KEY_NONE; /* could */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_7_1_an_untyped_success_would_serve_the_proved_usage_first(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, false, AT);
    show(w, KA, true, AT + 2 * DAY);
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT + DAY);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    ask(w, S6152, KEY_NONE, SUCCEEDED, AT - HOUR); /* now that one does */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

/* The rules have no order for what was made at one instant: the one answered first, then by R7's order of outcomes. */
static void r4_7_of_two_made_at_one_instant_the_first_answered_serves_the_proof(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *late, *soon;

    (void)state;
    show(w, KA, true, AT + 2 * DAY);
    late = ask(w, S6152, KEY_NONE, TIMED_OUT, AT);
    soon = ask(w, S6152, KEY_NONE, EMPTY, AT);
    late->responded_at = AT + HOUR;
    soon->responded_at = AT;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    assert_int_equal(w->j.obligations[CERTS].main_reason, REASON_TIMEOUT);
    soon->responded_at = AT + 2 * HOUR;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    assert_int_equal(w->j.obligations[CERTS].main_reason, REASON_EMPTY_STATUS);
    late->responded_at = AT + 2 * HOUR;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    assert_int_equal(w->j.obligations[CERTS].main_reason, REASON_TIMEOUT);
    world_free(w);
}

static void r4_7_1_one_of_two_disproved_without_a_later_request(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, false, AT);
    show(w, KA, false, AT);
    ask(w, S6152, DS, TIMED_OUT, AT + HOUR);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    ask(w, S6152, KA, EMPTY, AT + HOUR);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_7_2_an_untyped_request_may_be_about_either_usage(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, false, AT);
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT + HOUR); /* for DS, or for KA, of which nothing is known */
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    show(w, KA, false, AT);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT + 2 * HOUR);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    show(w, DS, false, AT + HOUR + DAY); /* seen again after both */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_7_2_too_few_untyped_successes_leave_each_usage_open(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    ask(w, S6152, KEY_NONE, SUCCEEDED, AT);
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    ask(w, S6152, DS, TIMED_OUT, AT); /* could concern DS, which is open */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    w->requests[1].credential_type = KEY_NONE;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_7_4_one_part_proved_and_the_other_neither_seen_nor_asked_for(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, true, AT);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.4");
    ask(w, S6152, KEY_NONE, SUCCEEDED, AT - HOUR); /* served the other usage */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.4");
    ask(w, S6152, DS, FAILED, AT - HOUR); /* could not concern it */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.4");
    ask(w, S6152, KA, REJECTED, AT - HOUR); /* could */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.3");
    world_free(w);
}

static void r4_7_3_an_untyped_failure_beside_the_success_that_served(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, true, AT);
    ask(w, S6152, KEY_NONE, FAILED, AT - HOUR); /* it put nothing anywhere */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.3");
    ask(w, S6152, KEY_NONE, SUCCEEDED, AT - 2 * HOUR);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.3");
    world_free(w);
}

static void r4_7_1_an_untyped_request_between_two_successes(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, false, AT);
    show(w, KA, false, AT + 4 * HOUR);
    ask(w, S6152, KEY_NONE, SUCCEEDED, AT - HOUR);
    ask(w, S6152, KEY_NONE, SUCCEEDED, AT + 5 * HOUR); /* covers DS, the earlier disproof */
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT - 2 * HOUR); /* earlier than all */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT + 2 * HOUR); /* for DS; then the success was for KA */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_7_1_an_untyped_request_before_the_proof_and_a_success_after_it(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, true, AT);
    show(w, KA, false, AT + 2);
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT - 1);
    ask(w, S6152, KEY_NONE, SUCCEEDED, AT + 1);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_7_of_network_operator_cells(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s = snapshot(w, AT);

    (void)state;
    cell(w, s, ROLE_NETWORK_OPERATOR, DS, NORTHERN);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.4"); /* half seen */
    ask(w, S621, KEY_NONE, FAILED, AT - HOUR);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.3");
    cell(w, s, ROLE_NETWORK_OPERATOR, KA, ALPHA);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    ask(w, S6151, KEY_NONE, TIMED_OUT, AT + 1)->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_7_of_supplier_cells_looks_at_the_sender(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    cell(w, snapshot(w, AT), ROLE_SUPPLIER, DS, BETA);
    r = ask(w, S6151, KEY_NONE, TIMED_OUT, AT + 1);
    r->remote_party_role = ROLE_SUPPLIER;
    expect_state(w, SUPPLIER, STATE_UNVERIFIED, "R4.7.2");
    r->user_id = GAMMA;
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_7_refers_to_no_more_records_than_there_is_room_for(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    for (int i = 0; i < 9; i++)
        ask(w, S617, KEY_NONE, TIMED_OUT, AT + i);
    expect_state(w, ISSUE, STATE_UNVERIFIED, "R4.7.2");
    assert_int_equal(w->j.obligations[ISSUE].ref_count, EVIDENCE_REFS_MAX);
    world_free(w);
}

static void r4_7_3_failed_for_the_open_usage_and_then_for_the_proved_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, true, AT);
    ask(w, S6152, KA, FAILED, AT - HOUR);
    ask(w, S6152, DS, FAILED, AT + HOUR);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.3");
    w->requests[0].credential_type = DS;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.4");
    world_free(w);
}

/* Two untyped time-outs: one could be for either usage, the other, made between the looks, for one alone. */
static void r4_7_untyped_requests_count_where_the_obligation_comes_out_best(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, false, AT);
    show(w, KA, false, AT + DAY);
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT + 2 * DAY);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT + HOUR);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    w->requests[0].requested_at = w->requests[0].responded_at = AT + 2 * HOUR; /* both for DS */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    ask(w, S6152, KA, TIMED_OUT, AT + 2 * DAY);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_7_every_kind_of_doubt_that_counts_is_a_reason(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    ask(w, S6152, KEY_NONE, TIMED_OUT, AT);
    ask(w, S6152, KEY_NONE, EMPTY, AT);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    expect_reasons(w, "TIMEOUT;EMPTY_STATUS");
    w->requests[w->records.request_count - 2].execution_status = TEXT_LITERAL("Perhaps");
    w->requests[w->records.request_count - 2].response_code = TEXT_LITERAL("I0");
    expect_reasons(w, "EMPTY_STATUS;UNRECOGNISED_STATUS");
    world_free(w);
}

/* Three Supplier cells are in doubt at once. */
static void r4_7_2_of_each_supplier_cell(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s = snapshot(w, AT);

    (void)state;
    do_all_but(w, 0);
    cell(w, s, ROLE_SUPPLIER, DS, BETA);
    cell(w, s, ROLE_SUPPLIER, KA, BETA);
    cell(w, s, ROLE_SUPPLIER, KA, BETA)->cell_usage = CELL_PREPAYMENT_TOP_UP;
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    ask(w, S6151, KEY_NONE, TIMED_OUT, AT + 1)->remote_party_role = ROLE_SUPPLIER;
    expect_state(w, SUPPLIER, STATE_UNVERIFIED, "R4.7.2");
    expect_reasons(w, "TIMEOUT;SUPPLIER_CERT_WRONG");
    world_free(w);
}

/* Whatever else was asked before it, and whether or not the proof began at that very instant. */
static void r4_2_a_proof_is_served_by_what_was_made_no_later(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    show(w, KA, false, COMMISSIONED);
    show(w, DS, true, AT);
    ask(w, S617, DS, SUCCEEDED, COMMISSIONED + HOUR); /* of no concern */
    r = ask(w, S6152, KEY_NONE, TIMED_OUT, AT);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    r->requested_at = r->responded_at = AT + 1;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

/* The success covers one usage, and was made before the look at the other and answered after it. */
static void r4_2_what_covers_a_usage_leaves_the_other_clear_whichever_it_is(void **state)
{
    static const enum key_usage usages[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++) {
        struct world *w = world_of(DEVICE_ESME);

        show(w, usages[i], false, AT);
        show(w, usages[1 - i], false, AT + 2 * DAY);
        ask(w, S6152, KEY_NONE, SUCCEEDED, AT + DAY)->responded_at = AT + 3 * DAY;
        expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
        world_free(w);
    }
}

static void r4_2_a_typed_success_about_the_time_of_the_look_of_the_second_usage(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, false, AT);
    show(w, KA, false, AT);
    ask(w, S6152, DS, TIMED_OUT, AT + 1);
    ask(w, S6152, KA, SUCCEEDED, AT - 1)->responded_at = AT + 1;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_7_an_untyped_request_that_is_awaited_is_waited_for(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS) | BUT(DEVICE_CERTIFICATES));
    w->as_of = AT + HOUR;
    ask(w, S6152, DS, SUCCEEDED, AT - HOUR);
    ask(w, S617, DS, SUCCEEDED, AT - HOUR);
    ask(w, S6152, KEY_NONE, AWAITING, AT);
    ask(w, S617, KA, SUCCEEDED, AT);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    expect_action(w, "wait for the answer");
    world_free(w);
}

/* One usage is in doubt by itself, and nothing is known of the other: the untyped request counts for that. */
static void r4_7_an_untyped_request_counts_for_the_usage_that_is_worse_off(void **state)
{
    static const enum key_usage usages[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++) {
        struct world *w = world_of(DEVICE_ESME);

        ask(w, S6152, usages[i], TIMED_OUT, AT);
        expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
        ask(w, S6152, KEY_NONE, TIMED_OUT, AT);
        expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
        world_free(w);
    }
}

static void r4_7_a_second_untyped_request_counts_for_the_other_usage(void **state)
{
    static const enum key_usage usages[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++) {
        struct world *w = world_of(DEVICE_ESME);

        ask(w, S6152, usages[i], FAILED, AT); /* worse than the other, of which nothing is known */
        ask(w, S6152, KEY_NONE, TIMED_OUT, AT);
        expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
        ask(w, S6152, KEY_NONE, TIMED_OUT, AT);
        expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
        world_free(w);
    }
}

static void r4_7_of_usages_that_fail_alike_the_first_names_the_rule(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    show(w, DS, false, AT);
    ask(w, S6152, KA, FAILED, AT - HOUR);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    w->records.snapshot_count = 0;
    show(w, KA, false, AT);
    w->requests[0].credential_type = DS;
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.3");
    world_free(w);
}

static void r4_7_refers_to_the_look_at_each_usage(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    const struct obligation_judgement *o;

    (void)state;
    show(w, DS, false, AT);
    show(w, KA, false, AT + 1);
    o = &judged(w)->obligations[CERTS];
    assert_int_equal(o->ref_count, 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(o->refs[i].kind, EVIDENCE_SNAPSHOT);
        assert_int_equal(o->refs[i].index, i);
    }
    world_free(w);
}

/* A usage of which nothing is known before one that was seen wrong, which is then in doubt alone. */
static void r4_2_an_untyped_success_covers_the_usage_without_evidence(void **state)
{
    static const enum key_usage usages[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++) {
        struct world *w = world_of(DEVICE_ESME);

        show(w, usages[i], false, AT);
        ask(w, S6152, KEY_NONE, SUCCEEDED, AT + 1);
        expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
        ask(w, S6152, usages[i], TIMED_OUT, AT + 1);
        expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
        world_free(w);
    }
}

/* A success that was made when the proof began accounts for it: what was asked before it is for the other usage. */
static void r4_2_a_success_of_that_very_instant_accounts_for_the_proof(void **state)
{
    static const enum key_usage usages[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++) {
        struct world *w = world_of(DEVICE_ESME);

        show(w, usages[1 - i], false, AT - DAY);
        show(w, usages[i], true, AT);
        ask(w, S6152, KEY_NONE, TIMED_OUT, AT - 1);
        expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
        ask(w, S6152, KEY_NONE, SUCCEEDED, AT);
        expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
        world_free(w);
    }
}

/* Made more than a day before the Commissioning: it is as if it had not been asked. */
static void r1_what_was_asked_too_early_leaves_nothing_in_doubt(void **state)
{
    static const enum kind kinds[] = {TIMED_OUT, FAILED, SUCCEEDED};
    static const char *const want[] = {"UNVERIFIED", "NOT_MET", "MET"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (int early = 0; early < 2; early++) {
            struct world *w = world_of(DEVICE_ESME);

            ask(w, S6152, DS, kinds[i], COMMISSIONED - DAY - early);
            ask(w, S6152, KA, kinds[i], COMMISSIONED - DAY - early);
            judged(w);
            assert_string_equal(obligation_state_word(w->j.obligations[CERTS].state),
                                early ? "NOT_ATTEMPTED" : want[i]);
            world_free(w);
        }
}

/* One usage is in doubt by itself, the other for a silence: neither is worse off, and it counts for the first. */
static void r4_7_an_untyped_request_counts_for_the_first_of_two_alike(void **state)
{
    static const char *const want[] = {"TIMEOUT;EMPTY_STATUS;LOG_GAP", "TIMEOUT;EMPTY_STATUS"};
    static const enum key_usage usages[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, BUT(DEVICE_CERTIFICATES));
        silent(w, AT, AT + DAY);
        ask(w, S6152, usages[i], TIMED_OUT, AT);
        expect_reasons(w, "TIMEOUT;LOG_GAP");
        ask(w, S6152, KEY_NONE, EMPTY, AT);
        expect_reasons(w, want[i]);
        world_free(w);
    }
}

/* The obligation comes out best where it is for the usage that was refused. */
static void r4_7_an_untyped_success_counts_for_the_usage_that_was_refused(void **state)
{
    static const enum key_usage usages[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++) {
        struct world *w = world_of(DEVICE_ESME);

        for (unsigned o = ISSUE; o <= CERTS; o++) {
            ask(w, o == ISSUE ? S617 : S6152, usages[i], FAILED, AT);
            ask(w, o == ISSUE ? S617 : S6152, KEY_NONE, SUCCEEDED, AT + 1);
            expect_state(w, (enum obligation)o, STATE_NOT_ATTEMPTED, "R4.7.6");
        }
        world_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r4_7_3_failed_for_the_open_usage_and_then_for_the_proved_one),
        cmocka_unit_test(r4_7_untyped_requests_count_where_the_obligation_comes_out_best),
        cmocka_unit_test(r4_7_2_each_unclear_outcome_leaves_it_unverified),
        cmocka_unit_test(r4_7_2_even_when_a_retry_failed_or_was_rejected),
        cmocka_unit_test(r4_7_3_failed_or_rejected_alone_is_not_met),
        cmocka_unit_test(r4_7_3_a_refusal_of_a_usage_that_was_done_later_says_nothing_of_the_other),
        cmocka_unit_test(r4_7_6_nothing_that_concerns_it),
        cmocka_unit_test(r4_7_1_disproved_and_asked_only_before),
        cmocka_unit_test(r4_7_of_two_made_at_one_instant_the_first_answered_serves_the_proof),
        cmocka_unit_test(r4_7_1_an_untyped_success_would_serve_the_proved_usage_first),
        cmocka_unit_test(r4_7_1_one_of_two_disproved_without_a_later_request),
        cmocka_unit_test(r4_7_2_an_untyped_request_may_be_about_either_usage),
        cmocka_unit_test(r4_7_2_too_few_untyped_successes_leave_each_usage_open),
        cmocka_unit_test(r4_7_4_one_part_proved_and_the_other_neither_seen_nor_asked_for),
        cmocka_unit_test(r4_7_3_an_untyped_failure_beside_the_success_that_served),
        cmocka_unit_test(r4_7_1_an_untyped_request_between_two_successes),
        cmocka_unit_test(r4_7_1_an_untyped_request_before_the_proof_and_a_success_after_it),
        cmocka_unit_test(r4_7_of_network_operator_cells),
        cmocka_unit_test(r4_7_of_supplier_cells_looks_at_the_sender),
        cmocka_unit_test(r4_7_refers_to_no_more_records_than_there_is_room_for),
        cmocka_unit_test(r4_7_every_kind_of_doubt_that_counts_is_a_reason),
        cmocka_unit_test(r4_7_2_of_each_supplier_cell),
        cmocka_unit_test(r4_2_a_proof_is_served_by_what_was_made_no_later),
        cmocka_unit_test(r4_2_what_covers_a_usage_leaves_the_other_clear_whichever_it_is),
        cmocka_unit_test(r4_2_a_typed_success_about_the_time_of_the_look_of_the_second_usage),
        cmocka_unit_test(r4_7_an_untyped_request_that_is_awaited_is_waited_for),
        cmocka_unit_test(r4_7_an_untyped_request_counts_for_the_usage_that_is_worse_off),
        cmocka_unit_test(r4_7_a_second_untyped_request_counts_for_the_other_usage),
        cmocka_unit_test(r4_7_of_usages_that_fail_alike_the_first_names_the_rule),
        cmocka_unit_test(r4_7_refers_to_the_look_at_each_usage),
        cmocka_unit_test(r4_2_an_untyped_success_covers_the_usage_without_evidence),
        cmocka_unit_test(r4_2_a_success_of_that_very_instant_accounts_for_the_proof),
        cmocka_unit_test(r1_what_was_asked_too_early_leaves_nothing_in_doubt),
        cmocka_unit_test(r4_7_an_untyped_request_counts_for_the_first_of_two_alike),
        cmocka_unit_test(r4_7_an_untyped_success_counts_for_the_usage_that_was_refused),
    };

    return cmocka_run_group_tests_name("ambiguity", tests, NULL, NULL);
}
