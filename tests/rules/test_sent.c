/* R4.3, R4.4: certificates that a request is known to have sent to cells, where its answer does not tell what it
 * placed. */
#include "facts.h"

#define AT       (COMMISSIONED + DAY)
#define NO       OBLIGATION_NETWORK_OPERATOR_CREDENTIALS
#define SUPPLIER OBLIGATION_SUPPLIER_CREDENTIALS

static void send(struct request_row *r, enum party_role role, enum key_usage usage, uint64_t subject)
{
    r->outcomes[r->outcome_count++] =
        (struct cell_outcome){.role = role, .key_usage = usage, .status = CELL_SENT, .new_subject = subject};
}

/* A success answered an hour later, which sent both cells of the operator what is `ds`'s and `ka`'s. */
static struct request_row *placed(struct world *w, uint64_t user, instant at, uint64_t ds, uint64_t ka)
{
    struct request_row *r = success(w, S6151, user, at);

    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    send(r, ROLE_NETWORK_OPERATOR, DS, ds);
    send(r, ROLE_NETWORK_OPERATOR, KA, ka);
    return r;
}

static void seen(struct world *w, instant at, uint64_t ds, uint64_t ka)
{
    struct snapshot *s = snapshot(w, at);

    cell(w, s, ROLE_NETWORK_OPERATOR, DS, ds);
    cell(w, s, ROLE_NETWORK_OPERATOR, KA, ka);
}

static void r4_3_what_was_sent_decides_whoever_sent_it(void **state)
{
    static const struct {
        uint64_t user, ka;
        enum obligation_state want;
        const char *rule, *reasons;
    } cases[] = {
        {ALPHA, NORTHERN, STATE_MET, "R4.3", ""},
        {SOUTHERN, NORTHERN, STATE_MET, "R4.3", "OTHER_PARTY;REQUEST_EVIDENCE"},
        {ALPHA, ALPHA, STATE_NOT_MET, "R4.7.1", "SUPPLIER_CERT_IN_NO_CELL"},
        {NORTHERN, BROKER, STATE_NOT_MET, "R4.7.1", "DCC_CERT_IN_NO_CELL"},
        {BROKER, SOUTHERN, STATE_NOT_MET, "R4.7.1", "WRONG_NETWORK_OPERATOR"},
        {ALPHA, STRANGER, STATE_NOT_MET, "R4.7.1", "UNKNOWN_OWNER"},
        {ALPHA, 0, STATE_MET, "R4.3", ""}, /* whose it is is not told: the sender decides */
        {SOUTHERN, 0, STATE_UNVERIFIED, "R4.7.2", "UNCLEAR"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
        placed(w, cases[i].user, AT, NORTHERN, cases[i].ka);
        expect_state(w, NO, cases[i].want, cases[i].rule);
        expect_reasons(w, cases[i].reasons);
        world_free(w);
    }
}

static void r4_3_what_was_sent_tells_nothing_without_a_success(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = placed(w, ALPHA, AT, NORTHERN, NORTHERN);

    (void)state;
    r->execution_status = TEXT_LITERAL("");
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    r->execution_status = TEXT_LITERAL("Failure");
    expect_state(w, NO, STATE_NOT_MET, "R4.7.3");
    w->as_of = AT + HOUR - 1; /* not answered yet */
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

/* R4.0: as any command, it is held against looks by when it was made and answered. */
static void r4_3_what_was_misplaced_outweighs_an_older_look(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = placed(w, ALPHA, AT + 1, SOUTHERN, SOUTHERN), *later;

    (void)state;
    seen(w, AT, NORTHERN, NORTHERN);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    judged_at(w, AT + 1 + HOUR);
    assert_int_equal(w->j.completed_at, INSTANT_NONE);
    r->requested_at = AT - HOUR + 2; /* answered after it: nobody knows whether it saw the one or the other */
    r->responded_at = AT + 2;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    r->responded_at = AT;
    expect_state(w, NO, STATE_MET, "R4.3");

    r->requested_at = AT + 1;
    r->responded_at = AT + HOUR;
    w->as_of = COMMISSIONED + 30 * DAY;
    later = success(w, S6151, ALPHA, AT + 2); /* without a role: of which cells nobody knows */
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    w->records.snapshot_count = 0;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    later->requested_at = r->requested_at; /* at the same instant: the one that tells decides */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    later->requested_at = AT + 2;
    later->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_state(w, NO, STATE_MET, "R4.3");
    later->user_id = SOUTHERN;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    later->requested_at = AT; /* made before it, answered after that was made */
    later->user_id = ALPHA;
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_7_a_request_after_what_was_misplaced_leaves_it_in_doubt(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    placed(w, ALPHA, AT, SOUTHERN, SOUTHERN);
    r = request(w, S6151, ALPHA, AT + 1);
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    r->requested_at = AT - 1;
    answer(r, AT, "E20", "");
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_3_a_request_did_nothing_to_cells_to_which_it_sent_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, S621, ALPHA, AT);

    (void)state;
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    send(r, ROLE_NETWORK_OPERATOR, KA, NORTHERN);
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    r->outcomes[0].key_usage = DS;
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    seen(w, AT + 1, BROKER, BROKER); /* made before the look, answered after it */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    send(r, ROLE_NETWORK_OPERATOR, KA, NORTHERN);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    r->outcomes[0].role = r->outcomes[1].role = ROLE_SUPPLIER; /* rows that contradict each other: nothing is known */
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_3_of_two_certificates_for_a_cell_the_wrong_one_decides(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = placed(w, ALPHA, AT, NORTHERN, NORTHERN);

    (void)state;
    send(r, ROLE_NETWORK_OPERATOR, DS, 0);
    expect_state(w, NO, STATE_MET, "R4.3");
    r->outcomes[2].new_subject = BROKER;
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    r->outcomes[2].cell_usage = CELL_PREPAYMENT_TOP_UP; /* another cell */
    expect_state(w, NO, STATE_MET, "R4.3");
    world_free(w);
}

/* R4.7: a success of it would put nothing right. */
static void r4_7_an_ambiguous_request_that_sent_what_is_wrong_concerns_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    seen(w, AT, NORTHERN, BROKER);
    r = answer(placed(w, ALPHA, AT + 1, SOUTHERN, SOUTHERN), AT + DAY, "E20", "");
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    r->outcomes[1].new_subject = NORTHERN;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    answer(r, INSTANT_NONE, "", "");
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    r->outcomes[1].new_subject = SOUTHERN;
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    r->outcome_count = 1; /* to the other cell alone */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* By who was registered when it was answered; while nobody was, its sender decides, but for a Supplier's or the DCC's
 * certificate, which is wrong whoever the operator is. */
static void r4_3_what_was_sent_is_held_against_the_registration_at_the_answer(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct request_row *r = placed(w, ALPHA, AT, SOUTHERN, SOUTHERN);

    (void)state;
    registered(w, AT + HOUR + 1, INSTANT_NONE, ALPHA, NORTHERN);
    expect_state(w, NO, STATE_MET, "R4.3");
    r->user_id = SOUTHERN;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    r->user_id = ALPHA;
    r->responded_at++;
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    r->responded_at--;
    r->outcomes[0].new_subject = BETA;
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_3_outcomes_of_the_answer_decide_before_what_was_sent(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *asked = placed(w, ALPHA, AT, NORTHERN, NORTHERN), *r;

    (void)state;
    answer(asked, INSTANT_NONE, "", "");
    asked->id = (struct request_id){true, ALPHA, DEVICE, 7};
    r = success(w, S6151, ALPHA, AT);
    r->id = asked->id;
    r->outcome_count = 2;
    r->outcomes[0] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .new_subject = SOUTHERN};
    r->outcomes[1] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = KA, .new_subject = NORTHERN};
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    r->outcomes[0].new_subject = 0; /* replaced, by whose is not told: by what was sent */
    expect_state(w, NO, STATE_MET, "R4.3");
    asked->outcomes[0].new_subject = SOUTHERN;
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    asked->outcomes[0].key_usage = KA;
    asked->outcomes[0].new_subject = NORTHERN; /* of the cell nothing is known: the sender decides */
    expect_state(w, NO, STATE_MET, "R4.3");
    r->outcomes[0].status = 10;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.4");
    r->outcomes[1].new_subject = 0;
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6"); /* one was replaced, the other not */
    r->outcomes[0].status = 0;
    r->outcomes[0].role = asked->outcomes[0].role = ROLE_LOAD_CONTROLLER; /* of other cells */
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    world_free(w);
}

/* Nobody is registered to hold it against, so the success covers the cell by its sender. */
static void r4_3_an_answer_that_names_the_owner_leaves_nothing_to_what_was_sent(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct request_row *asked = placed(w, ALPHA, AT, ALPHA, ALPHA), *r;

    (void)state;
    registered(w, AT + DAY, INSTANT_NONE, ALPHA, NORTHERN);
    answer(asked, INSTANT_NONE, "", "");
    asked->id = (struct request_id){true, ALPHA, DEVICE, 7};
    r = success(w, S6151, ALPHA, AT);
    r->id = asked->id;
    r->outcome_count = 2;
    r->outcomes[0] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .new_subject = NORTHERN};
    r->outcomes[1] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = KA, .new_subject = NORTHERN};
    expect_state(w, NO, STATE_MET, "R4.3");
    r->outcomes[1].new_subject = 0; /* it does of the second cell */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_3_what_was_sent_to_cells_of_two_roles(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, S6151, ALPHA, AT);

    (void)state;
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    send(r, ROLE_SUPPLIER, DS, ALPHA);
    send(r, ROLE_NETWORK_OPERATOR, DS, SOUTHERN);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* R7: a transform step (R2.1) fills the blank as any other row does; a row later than as-of does not. */
static void r7_the_request_of_the_transform_step_tells_what_was_sent(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));
    struct request_row *asked = placed(w, ALPHA, AT, SOUTHERN, SOUTHERN), *r;

    (void)state;
    answer(asked, INSTANT_NONE, "", "");
    asked->command_variant = 4;
    asked->id = (struct request_id){true, ALPHA, DEVICE, 7};
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    r = success(w, S6151, ALPHA, AT);
    r->id = asked->id;
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    struct judge_scratch scratch = {malloc(judge_requests_scratch_size(&w->records)), 0};
    assert_non_null(scratch.ptr);
    assert_int_equal(judge_requests(&w->records, &w->codes, w->revised.response_window_ms, w->as_of, &scratch, views),
                     1);
    assert_int_equal(views[0].row.outcome_count, 2);
    assert_int_equal(views[0].row.outcomes[1].status, CELL_SENT);
    asked->requested_at = w->as_of + 1;
    expect_state(w, NO, STATE_MET, "R4.3"); /* without a role it covers what nobody saw */
    free(scratch.ptr);
    free(views);
    world_free(w);
}

static void r4_0_contradicted_by_what_was_sent_and_then_not_seen(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = placed(w, SOUTHERN, AT, NORTHERN, NORTHERN);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    seen(w, AT + DAY, BROKER, NORTHERN);
    expect_reasons(w, "DCC_CERT_IN_NO_CELL;CONTRADICTED");
    r->outcomes[0].new_subject = BROKER; /* which it placed there */
    expect_reasons(w, "DCC_CERT_IN_NO_CELL");
    r->outcomes[0].new_subject = SOUTHERN;
    expect_reasons(w, "DCC_CERT_IN_NO_CELL;CONTRADICTED");
    r->outcomes[0].new_subject = 0; /* the sender decides, and tells nothing */
    expect_reasons(w, "DCC_CERT_IN_NO_CELL");
    r->outcomes[0].new_subject = SOUTHERN;
    r->outcomes[0].key_usage = KA; /* it claims nothing of this cell */
    expect_reasons(w, "DCC_CERT_IN_NO_CELL");
    r->outcomes[0].key_usage = DS;
    r->outcomes[0].role = r->outcomes[1].role = ROLE_SUPPLIER;
    r->user_id = ALPHA; /* nothing is known but that it succeeded */
    expect_reasons(w, "DCC_CERT_IN_NO_CELL;CONTRADICTED");
    world_free(w);
}

/* What is misplaced is so by the latest command, and no look contradicts an earlier one. */
static void r4_0_what_was_misplaced_contradicts_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    placed(w, ALPHA, AT, NORTHERN, NORTHERN);
    placed(w, ALPHA, AT + DAY, NORTHERN, ALPHA);
    expect_reasons(w, "SUPPLIER_CERT_IN_NO_CELL");
    expect_action(w, "send SRV 6.15.1 (NetworkOperator) by Alpha");
    world_free(w);
}

/* Only a look takes the exemption away. */
static void r4_3_the_exemption_asks_for_looks(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, UNLISTED);
    placed(w, ALPHA, AT, SOUTHERN, SOUTHERN);
    judged(w);
    assert_int_equal(w->j.obligations[NO].state, STATE_NOT_APPLICABLE);
    seen(w, AT, SOUTHERN, SOUTHERN);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* R6: what accounts for a proof is a success that may have placed it. */
static void r6_a_success_that_misplaced_accounts_for_no_proof(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = placed(w, GAMMA, AT, NORTHERN, NORTHERN);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    seen(w, AT + DAY, NORTHERN, NORTHERN);
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    r->outcomes[0].new_subject = r->outcomes[1].new_subject = SOUTHERN;
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    r->outcome_count = 1; /* nothing to the other cell */
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    r->outcome_count = 0; /* nothing is known: the sender tells */
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    r->user_id = SOUTHERN;
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    world_free(w);
}

/* R4.4: a success covers a Supplier's cell, unless it is known to have sent another's certificate. */
static void r4_4_what_was_sent_to_a_suppliers_cell(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct request_row *r = success(w, S623, ALPHA, AT + 1);

    (void)state;
    cell(w, snapshot(w, AT), ROLE_SUPPLIER, DS, BETA);
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    send(r, ROLE_SUPPLIER, DS, ALPHA);
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    r->user_id = GAMMA; /* the sender counts all the same */
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    r->user_id = ALPHA;
    r->outcomes[0].new_subject = GAMMA;
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    r->outcomes[0].new_subject = ALPHA_NO; /* of the party, but not as Supplier */
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    r->requested_at = AT - 1; /* answered after the look */
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    r->outcomes[0].new_subject = ALPHA;
    expect_state(w, SUPPLIER, STATE_UNVERIFIED, "R4.7.2");
    r->requested_at = AT + 1;
    r->outcomes[0].key_usage = KA; /* nothing to this cell */
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    r->outcomes[0].key_usage = DS;
    r->outcomes[0].new_subject = 0;
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    world_free(w);
}

static void r4_4_while_no_supplier_is_registered_what_was_sent_tells_nothing(void **state)
{
    struct world *w = bare_world(DEVICE_GSME);
    struct request_row *r;

    (void)state;
    registered(w, COMMISSIONED - DAY, AT + DAY, ALPHA, NORTHERN);
    registered(w, AT + DAY, INSTANT_NONE, 0, NORTHERN);
    cell(w, snapshot(w, AT), ROLE_SUPPLIER, DS, BETA);
    r = success(w, S621, BROKER, AT + 2 * DAY);
    r->remote_party_role = ROLE_SUPPLIER;
    send(r, ROLE_SUPPLIER, DS, GAMMA);
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    r->requested_at = AT + 1;
    r->responded_at = AT + 1;
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r4_3_what_was_sent_decides_whoever_sent_it),
        cmocka_unit_test(r4_3_what_was_sent_tells_nothing_without_a_success),
        cmocka_unit_test(r4_3_what_was_misplaced_outweighs_an_older_look),
        cmocka_unit_test(r4_7_a_request_after_what_was_misplaced_leaves_it_in_doubt),
        cmocka_unit_test(r4_3_a_request_did_nothing_to_cells_to_which_it_sent_nothing),
        cmocka_unit_test(r4_3_of_two_certificates_for_a_cell_the_wrong_one_decides),
        cmocka_unit_test(r4_7_an_ambiguous_request_that_sent_what_is_wrong_concerns_nothing),
        cmocka_unit_test(r4_3_what_was_sent_is_held_against_the_registration_at_the_answer),
        cmocka_unit_test(r4_3_outcomes_of_the_answer_decide_before_what_was_sent),
        cmocka_unit_test(r4_3_an_answer_that_names_the_owner_leaves_nothing_to_what_was_sent),
        cmocka_unit_test(r4_3_what_was_sent_to_cells_of_two_roles),
        cmocka_unit_test(r7_the_request_of_the_transform_step_tells_what_was_sent),
        cmocka_unit_test(r4_0_contradicted_by_what_was_sent_and_then_not_seen),
        cmocka_unit_test(r4_0_what_was_misplaced_contradicts_nothing),
        cmocka_unit_test(r4_3_the_exemption_asks_for_looks),
        cmocka_unit_test(r6_a_success_that_misplaced_accounts_for_no_proof),
        cmocka_unit_test(r4_4_what_was_sent_to_a_suppliers_cell),
        cmocka_unit_test(r4_4_while_no_supplier_is_registered_what_was_sent_tells_nothing),
    };

    return cmocka_run_group_tests_name("sent", tests, NULL, NULL);
}
