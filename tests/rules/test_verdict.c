/* R1 and R5: parties, verdicts, completed_at, late; R7: which inventory row counts. */
#include "facts.h"

#define AT       (COMMISSIONED + DAY)
#define DEADLINE (COMMISSIONED + 7 * DAY)

static void r5_1_the_first_reason_excludes(void **state)
{
    static const struct {
        enum smets smets;
        enum device_type type;
        enum smi_status status;
        instant commissioned_at;
        enum excluded_reason want;
    } rows[] = {
        {SMETS_1, DEVICE_PPMID, SMI_PENDING, INSTANT_NONE, EXCLUDED_SMETS1},
        {SMETS_2, DEVICE_PPMID, SMI_PENDING, INSTANT_NONE, EXCLUDED_NO_OBLIGATIONS},
        {SMETS_2, DEVICE_ESME, SMI_PENDING, INSTANT_NONE, EXCLUDED_NOT_COMMISSIONED},
        {SMETS_2, DEVICE_ESME, SMI_COMMISSIONED, INSTANT_NONE, EXCLUDED_NO_COMMISSIONING_INSTANT},
        {SMETS_2, DEVICE_ESME, SMI_COMMISSIONED, COMMISSIONED + 30 * DAY + 1, EXCLUDED_COMMISSIONED_AFTER_AS_OF},
        {SMETS_2, DEVICE_ESME, SMI_COMMISSIONED, COMMISSIONED + 30 * DAY, EXCLUDED_NOT},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *w = world_of(rows[i].type);

        w->inventory[0].smets = rows[i].smets;
        w->inventory[0].status = rows[i].status;
        w->inventory[0].commissioned_at = rows[i].commissioned_at;
        judged(w);
        assert_string_equal(excluded_reason_word(w->j.excluded), excluded_reason_word(rows[i].want));
        if (rows[i].want != EXCLUDED_NOT) {
            expect_verdicts(w, VERDICT_EXCLUDED, VERDICT_EXCLUDED);
            assert_int_equal(w->j.classification, CLASS_EXCLUDED);
            assert_string_equal(rule_text(w->j.verdict_rule), "R5.1");
            expect_state(w, OBLIGATION_COMMUNICATING, STATE_NOT_APPLICABLE, "R5.1");
            assert_int_equal(w->j.late, -1);
            for (unsigned o = 0; o < OBLIGATIONS; o++) {
                assert_string_equal(rule_text(w->j.obligations[o].rule), "R5.1");
                assert_true(w->j.obligations[o].legacy_met);
            }
            assert_int_equal(w->j.responsible_count, 1); /* Alpha, registered at as-of */
        }
        world_free(w);
    }
}

/* R1: of the registrations begun by as-of the one that covers the instant; none where it has ended by then. */
static void r1_the_commissioning_supplier_of_a_device_commissioned_after_as_of(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    w->inventory[0].commissioned_at = w->as_of + DAY;
    judged(w);
    assert_true(party_equal(w->j.commissioning_supplier, w->j.supplier));
    w->registrations[0].effective_to = w->as_of + DAY + 1;
    judged(w);
    assert_true(party_equal(w->j.commissioning_supplier, w->j.supplier));
    w->registrations[0].effective_to = w->as_of + DAY;
    judged(w);
    assert_int_equal(w->j.commissioning_supplier.kind, PARTY_NONE);
    assert_int_equal(w->j.supplier.kind, PARTY_KNOWN);
    world_free(w);
}

static void r5_2_all_met_is_pass_at_any_time(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, 0);
    expect_verdicts(w, VERDICT_PASS, VERDICT_PASS);
    assert_string_equal(rule_text(w->j.verdict_rule), "R5.2");
    judged_at(w, AT);
    assert_int_equal(w->j.verdict, VERDICT_PASS);
    world_free(w);
}

static void r5_3_pending_up_to_the_deadline_then_r5_4_fail(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS) | BUT(DEVICE_CERTIFICATES));
    judged_at(w, DEADLINE);
    assert_string_equal(rule_text(w->j.verdict_rule), "R5.3");
    assert_int_equal(w->j.verdict, VERDICT_PENDING);
    assert_int_equal(w->j.deadline, DEADLINE);
    judged_at(w, DEADLINE + 1);
    assert_string_equal(rule_text(w->j.verdict_rule), "R5.4");
    assert_int_equal(w->j.verdict, VERDICT_FAIL);
    world_free(w);
}

static void r5_4_one_not_met_outweighs_the_unverified(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(RECOVERY_CELL) | BUT(COMMUNICATING) | BUT(NETWORK_OPERATOR_CREDENTIALS));
    expect_verdicts(w, VERDICT_FAIL, VERDICT_FAIL); /* NOT_ATTEMPTED, beside UNVERIFIED */
    snapshot(w, AT);
    request(w, S6151, ALPHA, AT);
    expect_verdicts(w, VERDICT_FAIL, VERDICT_UNVERIFIED);
    check(w, CHECK_RECOVERY_CELL, AT, RESULT_FAIL);
    expect_verdicts(w, VERDICT_FAIL, VERDICT_FAIL);
    world_free(w);
}

static void r5_5_else_unverified(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    do_all_but(w, BUT(RECOVERY_CELL));
    expect_verdicts(w, VERDICT_FAIL, VERDICT_UNVERIFIED);
    assert_string_equal(rule_text(w->j.verdict_rule), "R5.5");
    world_free(w);
}

static void r1_the_responsible_parties_are_those_who_owe(void **state)
{
    struct world *w = world_of(DEVICE_GPF);

    (void)state;
    judged(w); /* the DCC for the key pairs, Alpha for the Network Operator cells */
    assert_int_equal(w->j.responsible_count, 2);
    assert_int_equal(w->j.responsible[0].id, directory_dcc(w->directory).id);
    assert_int_equal(w->j.responsible[1].id, directory_entity(w->directory, ALPHA).party.id);
    do_all_but(w, 0);
    judged(w); /* nothing is unmet: the DCC for CHF and GPF */
    assert_int_equal(w->j.verdict, VERDICT_PASS);
    assert_int_equal(w->j.responsible_count, 1);
    assert_int_equal(w->j.responsible[0].id, directory_dcc(w->directory).id);
    world_free(w);
    w = world_of(DEVICE_CHF);
    do_all_but(w, 0);
    judged(w);
    assert_int_equal(w->j.responsible[0].id, directory_dcc(w->directory).id);
    world_free(w);
    w = world_of(DEVICE_ESME);
    do_all_but(w, 0);
    judged(w);
    assert_int_equal(w->j.responsible[0].id, directory_entity(w->directory, ALPHA).party.id);
    world_free(w);
}

static void r7_the_latest_inventory_row_not_after_as_of_counts(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    const struct device_records none = {0};

    (void)state;
    w->records.inventory_count = 3;
    w->inventory[1] = w->inventory[2] = w->inventory[0];
    w->inventory[1].extracted_at = AT + DAY;
    w->inventory[2].extracted_at = AT + 2 * DAY;
    assert_ptr_equal(inventory_at(&w->records, AT + 2 * DAY), &w->inventory[2]);
    assert_ptr_equal(inventory_at(&w->records, AT + 2 * DAY - 1), &w->inventory[1]);
    assert_ptr_equal(inventory_at(&w->records, AT - 1), &w->inventory[0]); /* all are later: the earliest */
    assert_null(inventory_at(&none, AT));
    world_free(w);
}

static void r5_completed_at_is_when_the_last_obligation_was_met(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, 0);
    judged(w);
    assert_int_equal(w->j.completed_at, COMMISSIONED + 5 * HOUR); /* the recovery-cell check */
    assert_int_equal(w->j.late, 0);
    check(w, CHECK_RECOVERY_CELL, DEADLINE - DAY, RESULT_FAIL); /* a break */
    check(w, CHECK_RECOVERY_CELL, DEADLINE, RESULT_PASS);
    judged(w);
    assert_int_equal(w->j.completed_at, DEADLINE);
    assert_int_equal(w->j.late, 0);
    w->checks[w->records.check_count - 1].checked_at = DEADLINE + 1;
    judged(w);
    assert_int_equal(w->j.completed_at, DEADLINE + 1);
    assert_int_equal(w->j.late, 1);
    world_free(w);
}

static void r5_completed_at_starts_at_the_commissioning(void **state)
{
    struct world *w = bare_world(DEVICE_CHF);

    (void)state;
    memset(w->revised.terms[DEVICE_CHF], 0, sizeof(w->revised.terms[DEVICE_CHF]));
    set_terms(&w->revised, DEVICE_CHF, OBLIGATION_SUPPLIER_CREDENTIALS, OWED_BY_SUPPLIER, 0, 2);
    judged(w);
    assert_int_equal(w->j.verdict, VERDICT_PASS); /* nothing applies */
    assert_int_equal(w->j.completed_at, COMMISSIONED);
    world_free(w);
}

static void r5_completed_at_is_broken_by_a_later_answer_to_the_same_request(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    for (int i = 0; i < 4; i++) { /* one request: acknowledged, success, failure, success */
        static const char *const codes[] = {"I99", "8F66", "8F67", "8F66"};

        r = answer(request(w, S6151, ALPHA, COMMISSIONED + HOUR), AT + i * HOUR, codes[i], "");
        r->id = (struct request_id){true, ALPHA, DEVICE, 1};
        r->remote_party_role = ROLE_NETWORK_OPERATOR;
    }
    success(w, SRV(4, 1, 1), ALPHA, AT + HOUR / 2); /* heard of between the two */
    judged(w);
    assert_int_equal(w->j.completed_at, AT + 3 * HOUR);
    judged_at(w, AT + 3 * HOUR - 1);
    assert_int_equal(w->j.verdict, VERDICT_PENDING);
    judged_at(w, AT + 2 * HOUR - 1);
    assert_int_equal(w->j.completed_at, AT + HOUR);
    w->requests[w->records.request_count - 2].response_code = TEXT_LITERAL("E20"); /* the failure stands */
    judged_at(w, AT + 3 * HOUR);
    assert_int_equal(w->j.verdict, VERDICT_PENDING);
    world_free(w);
}

/* The row that counts later says that the request was another service: it covers the cells no more. */
static void r5_completed_at_is_broken_where_a_request_turns_out_to_be_another(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    for (int i = 0; i < 2; i++)
        answer(request(w, i == 0 ? S6151 : SRV(4, 1, 1), ALPHA, AT), AT + i * HOUR, "I0", "Success")->id =
            (struct request_id){true, ALPHA, DEVICE, 1};
    success(w, S6151, ALPHA, AT + 2 * HOUR);
    judged(w);
    assert_int_equal(w->j.completed_at, AT + 3 * HOUR);
    judged_at(w, AT + HOUR - 1);
    assert_int_equal(w->j.completed_at, AT);
    world_free(w);
}

static void r5_completed_at_when_the_rest_of_a_request_becomes_known(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    r = answer(request(w, S6151, ALPHA, AT), AT, "I0", "Success");
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    r = request(w, S6151, ALPHA, AT + 2 * HOUR); /* tells the role: it is for the Supplier's cells */
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    r->remote_party_role = ROLE_SUPPLIER;
    r = request(w, S6151, ALPHA, w->as_of + 1); /* not known yet */
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    judged_at(w, AT + 2 * HOUR - 1);
    assert_int_equal(w->j.completed_at, AT);
    judged_at(w, AT + 2 * HOUR);
    assert_int_equal(w->j.verdict, VERDICT_PENDING);
    world_free(w);
}

static void r5_completed_at_is_not_broken_by_a_row_that_adds_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    r = answer(request(w, S6151, ALPHA, AT), AT + HOUR, "I0", "Success");
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    r = request(w, S6151, ALPHA, AT + HOUR); /* made as the other is answered */
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    r = request(w, S6151, ALPHA, AT + 2 * HOUR);
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    judged(w);
    assert_int_equal(w->j.completed_at, AT + HOUR);
    r = request(w, S6151, ALPHA, AT + 3 * HOUR);
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    judged(w);
    assert_int_equal(w->j.completed_at, AT + HOUR);
    world_free(w);
}

/* Another row of the one request that these tests are about. */
static struct request_row *row(struct world *w, instant responded_at, const char *response_code, const char *status)
{
    struct request_row *r = request(w, S6151, ALPHA, AT - DAY / 2);

    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    return answer(r, responded_at, response_code, status);
}

static void r5_completed_at_is_not_broken_by_an_answer_that_says_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    row(w, AT - HOUR, "I0", "Success")->command_variant = 4; /* transformed only */
    row(w, AT, "8F66", "");
    row(w, AT + HOUR, "I0", "Perhaps");
    row(w, AT + 2 * HOUR, "8F66", "");
    assert_int_equal(judged_at(w, AT - 1)->verdict, VERDICT_PENDING);
    assert_int_equal(judged_at(w, AT + 2 * HOUR)->completed_at, AT);
    world_free(w);
}

static void r5_completed_at_by_cell_outcomes_of_one_row(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    row(w, INSTANT_NONE, "", "");
    r = row(w, AT, "I0", "Perhaps");
    r->outcome_count = 2;
    r->outcomes[0] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .new_subject = NORTHERN};
    r->outcomes[1] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = KA, .new_subject = NORTHERN};
    judged(w);
    assert_int_equal(w->j.completed_at, AT);
    world_free(w);
}

static void r2_1_a_cancellation_is_no_success_though_one_row_says_so(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    row(w, INSTANT_NONE, "", "")->execution_at = INT64_C(32535129600) * INSTANT_SECOND;
    row(w, AT, "I0", "Success");
    expect_state(w, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS, STATE_NOT_ATTEMPTED, "R4.7.6");
    world_free(w);
}

/* A future-dated command, told to be executed by an alert; cancelled, it seems, before. */
static void r5_completed_at_of_a_future_dated_command(void **state)
{
    const instant execution = COMMISSIONED + 6 * DAY;
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *command, *cancellation;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    command = answer(request(w, S6151, ALPHA, AT), AT + HOUR, "8F66", "");
    command->execution_at = execution;
    judged_at(w, execution - 1); /* before then it covers nothing */
    assert_int_equal(w->j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state, STATE_NOT_ATTEMPTED);
    judged_at(w, execution);
    assert_int_equal(w->j.completed_at, execution);
    command->responded_at = execution + HOUR;
    cancellation = answer(request(w, S6151, ALPHA, AT + 1), AT + 2, "I0", "Success");
    cancellation->execution_at = INT64_C(32535129600) * INSTANT_SECOND;
    judged_at(w, execution + HOUR - 1); /* void, as far as is known */
    assert_int_equal(w->j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state, STATE_NOT_ATTEMPTED);
    judged_at(w, execution + DAY);
    assert_int_equal(w->j.completed_at, execution + HOUR);
    world_free(w);
}

/* What an answer showed of the cells stands until the command it came from turns out to be void. */
static void r5_completed_at_of_a_command_that_is_voided(void **state)
{
    const instant execution = COMMISSIONED + 6 * DAY;
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    r = answer(request(w, S6151, ALPHA, AT), AT, "I0", "");
    r->execution_at = execution;
    for (unsigned usage = DS; usage <= KA; usage++)
        r->outcomes[r->outcome_count++] =
            (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = usage, .new_subject = NORTHERN};
    r = answer(request(w, S6151, ALPHA, AT + 1), AT + 2 * HOUR, "I0", "");
    r->execution_at = INT64_C(32535129600) * INSTANT_SECOND;
    judged_at(w, AT + 2 * HOUR - 1);
    assert_int_equal(w->j.completed_at, AT);
    judged_at(w, AT + 2 * HOUR);
    assert_int_equal(w->j.verdict, VERDICT_PENDING);
    success(w, S6151, ALPHA, AT + 3 * HOUR);
    judged_at(w, execution);
    assert_int_equal(w->j.completed_at, AT + 4 * HOUR);
    world_free(w);
}

static void r5_completed_at_is_broken_by_registrations_and_the_end_of_the_grace(void **state)
{
    const instant cos = COMMISSIONED + 2 * DAY;
    struct world *w = bare_world(DEVICE_ESME);
    struct snapshot *s;

    (void)state;
    registered(w, COMMISSIONED - DAY, COMMISSIONED + DAY / 2, ALPHA, NORTHERN);
    registered(w, COMMISSIONED + DAY + DAY / 2 + 1, INSTANT_NONE, ALPHA, NORTHERN);
    do_all_but(w, 0);
    judged(w);
    assert_int_equal(w->j.completed_at, COMMISSIONED + DAY + DAY / 2 + 1); /* nobody registered for over a day */
    registered(w, cos, INSTANT_NONE, BETA, NORTHERN);
    s = snapshot(w, cos + DAY);
    cell(w, s, ROLE_SUPPLIER, DS, ALPHA);
    judged_at(w, cos + 14 * DAY);
    assert_int_equal(w->j.verdict, VERDICT_PASS);
    s = snapshot(w, cos + 20 * DAY);
    cell(w, s, ROLE_SUPPLIER, DS, BETA);
    judged_at(w, cos + 20 * DAY);
    assert_int_equal(w->j.completed_at, cos + 20 * DAY);
    assert_int_equal(w->j.late, 1);
    world_free(w);
}

static void r5_many_requests_are_judged_alike(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, 0);
    for (int i = 0; i < 80; i++) { /* in no order of time */
        struct request_row *r = success(w, SRV(4, 1, 1), ALPHA, AT + (i * 37 % 80) * HOUR);

        r->id = (struct request_id){true, ALPHA, DEVICE, (uint64_t)i};
    }
    for (int i = 0; i < 4; i++)
        snapshot(w, AT); /* things that happen at one instant */
    check(w, CHECK_COMMUNICATING, AT, RESULT_PASS);
    registered(w, AT, INSTANT_NONE, ALPHA, NORTHERN);
    judged(w);
    assert_int_equal(w->j.completed_at, COMMISSIONED + 5 * HOUR);
    world_free(w);
}

/* ---- What the criteria make of a Device as a whole ---- */

static void r1_one_party_is_responsible_where_one_owes_what_is_unmet(void **state)
{
    struct world *w = world_of(DEVICE_GPF);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    judged(w);
    assert_int_equal(w->j.responsible_count, 1);
    assert_true(party_equal(w->j.responsible[0], directory_entity(w->directory, ALPHA).party));
    w->records.request_count -= 2; /* what the DCC owes, too */
    judged(w);
    assert_int_equal(w->j.responsible_count, 2);
    assert_true(directory_is_dcc(w->directory, w->j.responsible[0]));
    world_free(w);
}

static void r5_1_without_an_instant_there_is_no_deadline(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    w->inventory[0].commissioned_at = INSTANT_NONE;
    judged(w);
    assert_int_equal(w->j.excluded, EXCLUDED_NO_COMMISSIONING_INSTANT);
    assert_int_equal(w->j.deadline, INSTANT_NONE);
    assert_int_equal(w->j.commissioning_supplier.kind, PARTY_NONE);
    assert_int_equal(w->j.main_reason, REASONS);
    assert_string_equal(reason_word(w->j.main_reason), "");
    world_free(w);
}

/* The outcome of a request may be taken back; what a look showed meanwhile stays. */
static void r7_a_success_that_is_taken_back_after_a_right_look(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    for (int hour = 1; hour <= 3; hour += 2) {
        struct request_row *r = answer(request(w, S6152, ALPHA, COMMISSIONED), COMMISSIONED + hour * HOUR, "I0",
                                       hour == 1 ? "Success" : "Failure");

        r->id = (struct request_id){true, ALPHA, DEVICE, 70};
        r->credential_type = DS;
    }
    success(w, S6152, ALPHA, COMMISSIONED)->credential_type = KA;
    judged_at(w, COMMISSIONED + 8 * HOUR);
    assert_int_equal(w->j.obligations[OBLIGATION_DEVICE_CERTIFICATES].state, STATE_NOT_MET);
    s = snapshot(w, COMMISSIONED + 2 * HOUR);
    cert(w, s, DS, COMMISSIONED);
    judged_at(w, COMMISSIONED + 8 * HOUR);
    assert_int_equal(w->j.obligations[OBLIGATION_DEVICE_CERTIFICATES].state, STATE_MET);
    assert_int_equal(w->j.completed_at, COMMISSIONED + 5 * HOUR); /* the last check */
    world_free(w);
}

/* An answer alone, which does not tell its SRV, and the row of the request, which does, with what it placed. */
static void r7_cell_outcomes_of_an_answer_that_does_not_tell_its_srv(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *asked, *answered;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    asked = request(w, S6151, SOUTHERN, COMMISSIONED + HOUR);
    asked->id = (struct request_id){true, SOUTHERN, DEVICE, 71};
    answered = answer(request(w, 0, SOUTHERN, INSTANT_NONE), COMMISSIONED + 2 * HOUR, "I0", "Success");
    answered->id = asked->id;
    for (unsigned usage = DS; usage <= KA; usage++)
        answered->outcomes[answered->outcome_count++] =
            (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = usage, .new_subject = NORTHERN};
    expect_verdicts(w, VERDICT_FAIL, VERDICT_PASS);
    world_free(w);
}

static void r9_1_when_the_registered_operator_became_it(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, AT, ALPHA, NORTHERN);
    registered(w, AT, AT + 2 * DAY, ALPHA, SOUTHERN);
    registered(w, AT + 2 * DAY, INSTANT_NONE, BETA, SOUTHERN); /* the operator stays */
    judged(w);
    assert_int_equal(w->j.network_operator_since, AT);
    w->registrations[0].effective_to = w->registrations[1].effective_from = COMMISSIONED;
    judged(w);
    assert_int_equal(w->j.network_operator_since, INSTANT_NONE);
    world_free(w);
}

static void r6_what_is_met_has_no_main_reason(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(RECOVERY_CELL));
    judged(w);
    for (unsigned o = 0; o < OBLIGATION_RECOVERY_CELL; o++)
        assert_int_equal(w->j.obligations[o].main_reason, REASONS);
    assert_int_equal(w->j.obligations[OBLIGATION_RECOVERY_CELL].main_reason, REASON_NO_EVIDENCE);
    answer(request(w, S6152, ALPHA, AT), AT, "E4", "");
    check(w, CHECK_COMMUNICATING, AT, RESULT_FAIL); /* it fails: what is in doubt keeps its own reason */
    judged(w);
    assert_int_equal(w->j.verdict, VERDICT_FAIL);
    assert_int_equal(w->j.obligations[OBLIGATION_COMMUNICATING].main_reason, REASON_NOT_COMMUNICATING);
    assert_int_equal(w->j.obligations[OBLIGATION_RECOVERY_CELL].main_reason, REASON_NO_EVIDENCE);
    world_free(w);
}

static void r1_a_registration_that_begins_after_as_of_names_no_commissioning_supplier(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    w->inventory[0].commissioned_at = w->as_of + 2 * DAY;
    registered(w, w->as_of + DAY, INSTANT_NONE, BETA, NORTHERN);
    judged(w);
    assert_true(party_equal(w->j.commissioning_supplier, directory_entity(w->directory, ALPHA).party));
    w->registrations[1].effective_from = w->as_of; /* of two that cover it, the one begun last */
    judged(w);
    assert_true(party_equal(w->j.commissioning_supplier, directory_entity(w->directory, BETA).party));
    world_free(w);
}

/* Each alone makes a type that has obligations, by criteria of one's own; a type that nobody knows has none. */
static void r5_1_any_one_obligation_is_enough(void **state)
{
    (void)state;
    for (unsigned only = 0; only < OBLIGATIONS; only++) {
        struct world *w = world_of(DEVICE_ESME);

        for (unsigned o = 0; o < OBLIGATIONS; o++)
            if (o != only)
                w->revised.terms[DEVICE_ESME][o].owed_by = OWED_BY_NONE;
        judged(w);
        assert_int_equal(w->j.excluded, EXCLUDED_NOT);
        ask_about(w, BETA);
        judged(w);
        assert_int_equal(w->j.excluded, EXCLUDED_OUT_OF_SCOPE);
        w->settings.scope_count = 0;
        ask_about(w, ALPHA);
        judged(w);
        assert_int_equal(w->j.excluded, EXCLUDED_NOT);
        w->inventory[0].type = DEVICE_TYPE_NONE;
        judged(w);
        assert_int_equal(w->j.excluded, EXCLUDED_NO_OBLIGATIONS);
        world_free(w);
    }
}

/* Commissioned at as-of itself: by the tenures, in which a registration of a day within another counts for nothing. */
static void r1_the_commissioning_supplier_of_a_device_commissioned_at_as_of(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    w->as_of = COMMISSIONED;
    registered(w, COMMISSIONED - HOUR, COMMISSIONED + HOUR, BETA, NORTHERN);
    judged(w);
    assert_true(party_equal(w->j.commissioning_supplier, directory_entity(w->directory, ALPHA).party));
    w->inventory[0].commissioned_at = COMMISSIONED + 1;
    judged(w);
    assert_true(party_equal(w->j.commissioning_supplier, directory_entity(w->directory, BETA).party));
    world_free(w);
}

/* By criteria of one's own that ask for one thing alone, of the DCC. */
static void r1_who_owes_what_is_unmet_is_responsible_whatever_it_is(void **state)
{
    (void)state;
    for (unsigned only = 0; only < OBLIGATIONS; only++) {
        struct world *w = world_of(DEVICE_ESME);

        for (unsigned o = 0; o < OBLIGATIONS; o++)
            w->revised.terms[DEVICE_ESME][o].owed_by = o == only ? OWED_BY_DCC : OWED_BY_NONE;
        cell(w, snapshot(w, AT), ROLE_SUPPLIER, DS, BETA);
        w->snapshots[0].answered = only == OBLIGATION_SUPPLIER_CREDENTIALS;
        judged(w);
        assert_int_not_equal(w->j.verdict, VERDICT_PASS);
        assert_int_equal(w->j.responsible_count, 1);
        assert_true(party_equal(w->j.responsible[0], directory_dcc(w->directory)));
        world_free(w);
    }
}

static void r1_each_responsible_party_is_named_once(void **state)
{
    struct world *w = world_of(DEVICE_GPF);

    (void)state;
    cell(w, snapshot(w, AT), ROLE_SUPPLIER, DS, BETA);
    judged(w); /* the DCC owes two things, then Alpha two, then the DCC two more */
    assert_int_equal(w->j.responsible_count, 2);
    assert_true(party_equal(w->j.responsible[0], directory_dcc(w->directory)));
    assert_true(party_equal(w->j.responsible[1], directory_entity(w->directory, ALPHA).party));
    world_free(w);
}

static void r4_3_an_exemption_is_told_of_a_device_that_passes_both(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, UNLISTED);
    do_all_but(w, 0);
    expect_verdicts(w, VERDICT_PASS, VERDICT_PASS);
    assert_true(w->j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].reasons ==
                REASON_BIT(REASON_NO_NOT_IN_REPOSITORY));
    world_free(w);
}

static void r9_1_the_first_operator_to_be_registered_did_not_follow_another(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, AT, INSTANT_NONE, ALPHA, NORTHERN); /* nobody was, when it was commissioned */
    judged(w);
    assert_int_equal(w->j.network_operator_since, INSTANT_NONE);
    registered(w, AT + DAY, INSTANT_NONE, ALPHA, SOUTHERN);
    judged(w);
    assert_int_equal(w->j.network_operator_since, AT + DAY);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r9_1_when_the_registered_operator_became_it),
        cmocka_unit_test(r6_what_is_met_has_no_main_reason),
        cmocka_unit_test(r1_one_party_is_responsible_where_one_owes_what_is_unmet),
        cmocka_unit_test(r5_1_without_an_instant_there_is_no_deadline),
        cmocka_unit_test(r7_a_success_that_is_taken_back_after_a_right_look),
        cmocka_unit_test(r7_cell_outcomes_of_an_answer_that_does_not_tell_its_srv),
        cmocka_unit_test(r5_1_the_first_reason_excludes),
        cmocka_unit_test(r1_the_commissioning_supplier_of_a_device_commissioned_after_as_of),
        cmocka_unit_test(r5_2_all_met_is_pass_at_any_time),
        cmocka_unit_test(r5_3_pending_up_to_the_deadline_then_r5_4_fail),
        cmocka_unit_test(r5_4_one_not_met_outweighs_the_unverified),
        cmocka_unit_test(r5_5_else_unverified),
        cmocka_unit_test(r1_the_responsible_parties_are_those_who_owe),
        cmocka_unit_test(r7_the_latest_inventory_row_not_after_as_of_counts),
        cmocka_unit_test(r5_completed_at_is_when_the_last_obligation_was_met),
        cmocka_unit_test(r5_completed_at_starts_at_the_commissioning),
        cmocka_unit_test(r5_completed_at_is_broken_by_a_later_answer_to_the_same_request),
        cmocka_unit_test(r5_completed_at_is_broken_where_a_request_turns_out_to_be_another),
        cmocka_unit_test(r5_completed_at_when_the_rest_of_a_request_becomes_known),
        cmocka_unit_test(r5_completed_at_is_not_broken_by_a_row_that_adds_nothing),
        cmocka_unit_test(r5_completed_at_is_not_broken_by_an_answer_that_says_nothing),
        cmocka_unit_test(r5_completed_at_by_cell_outcomes_of_one_row),
        cmocka_unit_test(r2_1_a_cancellation_is_no_success_though_one_row_says_so),
        cmocka_unit_test(r5_completed_at_of_a_future_dated_command),
        cmocka_unit_test(r5_completed_at_of_a_command_that_is_voided),
        cmocka_unit_test(r5_completed_at_is_broken_by_registrations_and_the_end_of_the_grace),
        cmocka_unit_test(r5_many_requests_are_judged_alike),
        cmocka_unit_test(r1_a_registration_that_begins_after_as_of_names_no_commissioning_supplier),
        cmocka_unit_test(r5_1_any_one_obligation_is_enough),
        cmocka_unit_test(r1_the_commissioning_supplier_of_a_device_commissioned_at_as_of),
        cmocka_unit_test(r1_who_owes_what_is_unmet_is_responsible_whatever_it_is),
        cmocka_unit_test(r1_each_responsible_party_is_named_once),
        cmocka_unit_test(r4_3_an_exemption_is_told_of_a_device_that_passes_both),
        cmocka_unit_test(r9_1_the_first_operator_to_be_registered_did_not_follow_another),
    };

    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
