/* R4.3 to R4.6: trust anchor cells, communications and the Recovery cell. */
#include "facts.h"

#define AT       (COMMISSIONED + DAY)
#define NO       OBLIGATION_NETWORK_OPERATOR_CREDENTIALS
#define SUPPLIER OBLIGATION_SUPPLIER_CREDENTIALS
#define COMMS    OBLIGATION_COMMUNICATING
#define RECOVER  OBLIGATION_RECOVERY_CELL

static void cells(struct world *w, instant at, enum party_role role, uint64_t ds, uint64_t ka)
{
    struct snapshot *s = snapshot(w, at);

    if (ds != 0)
        cell(w, s, role, DS, ds);
    if (ka != 0)
        cell(w, s, role, KA, ka);
}

static struct request_row *command(struct world *w, srv_code srv, uint64_t user, instant answered_at,
                                   enum party_role role)
{
    struct request_row *r = success(w, srv, user, answered_at - HOUR);

    r->remote_party_role = role;
    return r;
}

static void r4_3_both_cells_of_the_registered_operator(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    cells(w, AT, ROLE_NETWORK_OPERATOR, NORTHERN, NORTHERN);
    expect_state(w, NO, STATE_MET, "R4.3");
    cells(w, AT + 1, ROLE_NETWORK_OPERATOR, NORTHERN, BROKER); /* half a replacement is none */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_3_ownership_is_by_party_and_role(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, ALPHA_NO);
    cells(w, AT, ROLE_NETWORK_OPERATOR, ALPHA_NO, ALPHA_NO);
    expect_state(w, NO, STATE_MET, "R4.3");
    cells(w, AT + 1, ROLE_NETWORK_OPERATOR, ALPHA_NO, ALPHA); /* the same party as Supplier */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_3_a_command_covers_both_cells_by_role(void **state)
{
    static const struct {
        srv_code srv;
        enum party_role role;
        enum obligation_state want;
    } variants[] = {
        {S6151, ROLE_NETWORK_OPERATOR, STATE_MET},   {S6151, ROLE_NONE, STATE_MET},
        {S621, ROLE_NETWORK_OPERATOR, STATE_MET},    {S621, ROLE_NONE, STATE_MET},
        {S6151, ROLE_SUPPLIER, STATE_NOT_ATTEMPTED}, {S621, ROLE_LOAD_CONTROLLER, STATE_NOT_ATTEMPTED},
        {S623, ROLE_NONE, STATE_NOT_ATTEMPTED},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
        struct world *w = world_of(DEVICE_GPF);

        command(w, variants[i].srv, GAMMA, AT, variants[i].role);
        judged(w);
        assert_int_equal(w->j.obligations[NO].state, variants[i].want);
        world_free(w);
    }
}

static void r4_3_a_later_command_outweighs_a_disproof(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cells(w, AT, ROLE_NETWORK_OPERATOR, ALPHA, ALPHA);
    command(w, S6151, ALPHA, AT, ROLE_NETWORK_OPERATOR); /* answered at the same instant: not later */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    command(w, S6151, ALPHA, AT + 1, ROLE_NETWORK_OPERATOR); /* made before the look, answered after it */
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    command(w, S6151, ALPHA, AT + HOUR + 1, ROLE_NETWORK_OPERATOR); /* made after it */
    expect_state(w, NO, STATE_MET, "R4.3");
    world_free(w);
}

static void outcome(struct request_row *r, enum party_role role, enum key_usage usage, uint8_t status,
                    uint64_t existing, uint64_t new)
{
    r->outcomes[r->outcome_count++] = (struct cell_outcome){
        .role = role, .key_usage = usage, .status = status, .existing_subject = existing, .new_subject = new};
}

static void r4_3_known_cell_outcomes_decide_instead(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = command(w, S6151, ALPHA, AT, ROLE_NETWORK_OPERATOR);

    (void)state;
    outcome(r, ROLE_NETWORK_OPERATOR, DS, 0, ALPHA, NORTHERN);
    outcome(r, ROLE_NETWORK_OPERATOR, KA, 5, ALPHA, NORTHERN);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    r->outcomes[1].status = 0;
    expect_state(w, NO, STATE_MET, "R4.3");
    r->execution_status = TEXT_LITERAL("Failure"); /* the cells are right all the same */
    expect_state(w, NO, STATE_MET, "R4.3");
    r->execution_status = TEXT_LITERAL("Perhaps");
    expect_state(w, NO, STATE_MET, "R4.3");
    judged_at(w, AT - 1); /* before the answer */
    assert_int_equal(w->j.obligations[NO].state, STATE_UNVERIFIED);
    w->as_of = COMMISSIONED + 30 * DAY;
    r->execution_status = TEXT_LITERAL("Success");
    r->outcomes[1].new_subject = 0; /* replaced, by whose is not told */
    expect_state(w, NO, STATE_MET, "R4.3");
    r->outcomes[1].status = 5;
    r->outcomes[1].existing_subject = 0;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.4");
    r->srv = SRV(6, 24, 1); /* not a replacement */
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    world_free(w);
}

static void r4_3_supplier_commands_with_outcomes_cover_nothing_else(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    cells(w, AT, ROLE_SUPPLIER, BETA, 0);
    r = command(w, S6151, ALPHA, AT + HOUR + 1, ROLE_SUPPLIER);
    outcome(r, ROLE_SUPPLIER, KA, 0, BETA, ALPHA);
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    r->outcome_count = 0;
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    world_free(w);
}

/* Without registrations, as from a gateway archive alone, success is no less than the same success in a log. */
static void r4_3_outcomes_that_nobody_can_judge_leave_the_success_standing(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct request_row *r = command(w, S6151, ALPHA, AT, ROLE_NETWORK_OPERATOR);

    (void)state;
    outcome(r, ROLE_NETWORK_OPERATOR, DS, 0, ALPHA, NORTHERN);
    outcome(r, ROLE_NETWORK_OPERATOR, KA, 0, ALPHA, NORTHERN);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.3"); /* at best */
    registered(w, AT + 1, INSTANT_NONE, ALPHA, NORTHERN);
    expect_state(w, NO, STATE_MET, "R4.3");
    r->outcomes[1].status = 5; /* half a replacement is none: Alpha's is wrong whoever the operator is */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    r->outcomes[1].existing_subject = SOUTHERN; /* which may be the operator */
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    r->outcomes[1].status = 0;
    r->outcomes[1].role = ROLE_LOAD_CONTROLLER;
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    r->outcomes[1].role = ROLE_NETWORK_OPERATOR;
    r->remote_party_role = ROLE_SUPPLIER; /* never counts here */
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    world_free(w);
}

static void r4_4_outcomes_of_supplier_cells_whose_owner_is_not_told(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    cells(w, AT, ROLE_SUPPLIER, BETA, 0);
    r = command(w, S6151, ALPHA, AT + HOUR + 1, ROLE_SUPPLIER);
    outcome(r, ROLE_SUPPLIER, DS, 0, BETA, 0);
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    r->user_id = BETA; /* whose successes do not count */
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* The rules have no order for what was made at one instant: what was answered last decides, and of those the doubtful.
 */
static void r4_3_of_two_made_at_one_instant_the_last_answered_decides(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *right, *strange;

    (void)state;
    right = success(w, S6151, ALPHA, AT);
    strange = success(w, S6151, SOUTHERN, AT);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    right->responded_at++;
    expect_state(w, NO, STATE_MET, "R4.3");
    strange->responded_at += 2;
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_3_is_judged_by_the_registration_at_the_instant_of_the_evidence(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, COMMISSIONED + 2 * DAY, ALPHA, NORTHERN);
    registered(w, COMMISSIONED + 3 * DAY + 1, INSTANT_NONE, ALPHA, SOUTHERN);
    cells(w, COMMISSIONED + 2 * DAY - 1, ROLE_NETWORK_OPERATOR, NORTHERN, NORTHERN);
    cells(w, COMMISSIONED + 2 * DAY, ROLE_NETWORK_OPERATOR, STRANGER, STRANGER); /* nobody registered: says nothing */
    expect_state(w, NO, STATE_MET, "R4.3");
    cells(w, COMMISSIONED + 3 * DAY + 1, ROLE_NETWORK_OPERATOR, NORTHERN, NORTHERN);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_3_without_an_operator_at_as_of_is_unverified_at_best(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, COMMISSIONED + 20 * DAY, ALPHA, NORTHERN);
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    cells(w, AT, ROLE_NETWORK_OPERATOR, NORTHERN, NORTHERN);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.3");
    cells(w, AT + 1, ROLE_NETWORK_OPERATOR, NORTHERN, ALPHA);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    judged_at(w, COMMISSIONED + 20 * DAY - 1); /* still registered */
    assert_int_equal(w->j.obligations[NO].state, STATE_NOT_MET);
    world_free(w);
}

static void r4_3_does_not_apply_without_certificates_in_the_repository(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, UNLISTED);
    expect_state(w, NO, STATE_NOT_APPLICABLE, "R4.3");
    assert_int_equal(w->j.obligations[NO].reasons, REASON_BIT(REASON_NO_NOT_IN_REPOSITORY));
    assert_int_equal(w->j.obligations[NO].owed_by.kind, PARTY_NONE);
    world_free(w);
}

static void r4_3_does_not_apply_to_types_without_the_cells(void **state)
{
    struct world *w = world_of(DEVICE_GSME);

    (void)state;
    cells(w, AT, ROLE_NETWORK_OPERATOR, ALPHA, ALPHA);
    expect_state(w, NO, STATE_NOT_APPLICABLE, "R4.3");
    world_free(w);
}

static void r4_3_a_cell_that_is_not_ok_proves_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cells(w, AT, ROLE_NETWORK_OPERATOR, NORTHERN, ALPHA);
    cell(w, &w->snapshots[0], ROLE_NETWORK_OPERATOR, DS, 0);  /* owner not told */
    cell(w, &w->snapshots[0], ROLE_WAN_PROVIDER, DS, BROKER); /* no matter of ours */
    cell(w, &w->snapshots[0], ROLE_NETWORK_OPERATOR, KA, ALPHA)->cell_usage = CELL_PREPAYMENT_TOP_UP;
    w->cells[0][1].ok = false;
    command(w, S6151, ALPHA, AT + 1, ROLE_NETWORK_OPERATOR);
    expect_state(w, NO, STATE_MET, "R4.3");
    world_free(w);
}

static void r4_4_is_judged_only_when_seen(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    expect_state(w, SUPPLIER, STATE_NOT_APPLICABLE, "R4.4");
    cells(w, AT, ROLE_SUPPLIER, ALPHA, 0); /* the cells that were not seen hold nothing back */
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    cells(w, AT + 1, ROLE_SUPPLIER, BETA, ALPHA);
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_4_nobody_registered_then_holds_nothing_back(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    cells(w, AT, ROLE_SUPPLIER, BETA, BETA);
    expect_state(w, SUPPLIER, STATE_NOT_APPLICABLE, "R4.4");
    world_free(w);
}

/* Alpha loses the Device to Beta two days after the Commissioning; grace 14 days. */
#define COS       (COMMISSIONED + 2 * DAY)
#define GRACE_END (COS + 14 * DAY)
static struct world *world_with_cos(enum device_type type)
{
    struct world *w = bare_world(type);

    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, NORTHERN);
    registered(w, COS, INSTANT_NONE, BETA, NORTHERN);
    return w;
}

static void r4_4_evidence_older_than_the_latest_cos_is_not_judged(void **state)
{
    struct world *w = world_with_cos(DEVICE_GPF);

    (void)state;
    cells(w, COS - 1, ROLE_SUPPLIER, GAMMA, GAMMA);
    judged_at(w, COS - 1);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_NOT_MET);
    judged_at(w, COS); /* Gamma was never registered */
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_NOT_MET);
    w->cells[0][0].subject = w->cells[0][1].subject = ALPHA;
    judged_at(w, COS);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_NOT_APPLICABLE);
    cells(w, COS, ROLE_SUPPLIER, BETA, BETA); /* not older */
    judged_at(w, COS);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_MET);
    world_free(w);
}

static void r4_4_the_losing_party_has_a_grace(void **state)
{
    struct world *w = world_with_cos(DEVICE_ESME);

    (void)state;
    cells(w, GRACE_END, ROLE_SUPPLIER, ALPHA, ALPHA); /* the end is still within it */
    judged_at(w, GRACE_END);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_MET);
    judged_at(w, GRACE_END + 1);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_UNVERIFIED);
    assert_string_equal(rule_text(w->j.obligations[SUPPLIER].rule), "R4.4");
    command(w, S623, BETA, GRACE_END + 2 * HOUR, ROLE_NONE); /* a command covers it */
    judged_at(w, GRACE_END + 2 * HOUR);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_MET);
    world_free(w);
}

static void r4_4_the_losing_party_after_the_grace_is_wrong(void **state)
{
    struct world *w = world_with_cos(DEVICE_ESME);

    (void)state;
    cells(w, GRACE_END + 1, ROLE_SUPPLIER, ALPHA, ALPHA);
    judged_at(w, GRACE_END + 1);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_NOT_MET);
    world_free(w);
}

static void r4_4_only_the_losing_party_as_supplier_has_the_grace(void **state)
{
    static const uint64_t others[] = {GAMMA, ALPHA_NO, STRANGER};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct world *w = world_with_cos(DEVICE_ESME);

        cells(w, COS + DAY, ROLE_SUPPLIER, others[i], ALPHA);
        expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
        world_free(w);
    }
}

static void r4_4_the_grace_passed_and_a_request_unclear(void **state)
{
    struct world *w = world_with_cos(DEVICE_ESME);

    (void)state;
    cells(w, COS + DAY, ROLE_SUPPLIER, ALPHA, ALPHA);
    request(w, S623, BETA, COS + 2 * DAY);
    expect_state(w, SUPPLIER, STATE_UNVERIFIED, "R4.7.2");
    world_free(w);
}

static void r4_4_which_successes_cover_a_wrong_cell(void **state)
{
    static const struct {
        srv_code srv;
        enum party_role role;
        uint64_t user;
        instant answered_at;
        enum obligation_state want;
    } variants[] = {
        {S6151, ROLE_SUPPLIER, BETA, COS + 2 * DAY, STATE_MET},
        {S621, ROLE_SUPPLIER, BROKER, COS + 2 * DAY, STATE_MET}, /* the DCC */
        {S623, ROLE_NONE, BETA, COS + 2 * DAY, STATE_MET},
        {S623, ROLE_NONE, BETA, COS + DAY + 1, STATE_UNVERIFIED},    /* made before the look */
        {S623, ROLE_NONE, BETA, COS + DAY, STATE_NOT_MET},           /* answered at that instant */
        {S6151, ROLE_SUPPLIER, ALPHA, COS + 2 * DAY, STATE_NOT_MET}, /* no longer registered */
        {S6151, ROLE_NONE, BETA, COS + 2 * DAY, STATE_NOT_MET},      /* not said to be for the Supplier */
        {S6151, ROLE_NETWORK_OPERATOR, BETA, COS + 2 * DAY, STATE_NOT_MET},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
        struct world *w = world_with_cos(DEVICE_ESME);

        cells(w, COS + DAY, ROLE_SUPPLIER, GAMMA, BETA);
        command(w, variants[i].srv, variants[i].user, variants[i].answered_at, variants[i].role);
        judged(w);
        assert_int_equal(w->j.obligations[SUPPLIER].state, variants[i].want);
        world_free(w);
    }
}

static void r4_5_a_failed_check_and_nothing_after_it(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    expect_state(w, COMMS, STATE_UNVERIFIED, "R4.5");
    check(w, CHECK_COMMUNICATING, AT - HOUR, RESULT_BLANK);
    expect_state(w, COMMS, STATE_UNVERIFIED, "R4.5");
    check(w, CHECK_COMMUNICATING, AT, RESULT_FAIL);
    expect_state(w, COMMS, STATE_NOT_MET, "R4.5");
    answer(request(w, SRV(4, 1, 1), BETA, AT - HOUR), AT, "I0", "Failure"); /* not after it */
    expect_state(w, COMMS, STATE_NOT_MET, "R4.5");
    answer(request(w, SRV(4, 1, 1), BETA, AT), AT + 1, "I0", ""); /* EMPTY, of any SRV */
    expect_state(w, COMMS, STATE_MET, "R4.5");
    world_free(w);
}

static void r4_5_what_does_not_come_from_the_device(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    answer(request(w, SRV(4, 1, 1), BETA, AT), AT, "E4", "");
    answer(request(w, SRV(4, 1, 2), BETA, AT), AT, "I99", "");
    answer(request(w, SRV(4, 1, 3), BETA, AT), AT, "E20", "");
    answer(request(w, SRV(4, 1, 4), BETA, AT), AT, "I0", "Perhaps");
    answer(request(w, SRV(8, 2, 0), BETA, AT), AT, "I0", "Success");
    answer(request(w, SRV(4, 1, 5), BETA, COMMISSIONED - DAY - 1), AT, "I0", "Success");
    snapshot(w, AT)->answered = false;
    expect_state(w, COMMS, STATE_UNVERIFIED, "R4.5");
    snapshot(w, AT);
    expect_state(w, COMMS, STATE_MET, "R4.5");
    world_free(w);
}

static void r4_5_a_check_that_passed(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    check(w, CHECK_COMMUNICATING, AT, RESULT_FAIL);
    check(w, CHECK_COMMUNICATING, AT + 1, RESULT_PASS);
    expect_state(w, COMMS, STATE_MET, "R4.5");
    world_free(w);
}

static void r4_6_the_latest_check_or_snapshot(void **state)
{
    struct world *w = world_of(DEVICE_CHF);
    struct cell *seen;

    (void)state;
    check(w, CHECK_RECOVERY_CELL, AT, RESULT_BLANK);
    expect_state(w, RECOVER, STATE_UNVERIFIED, "R4.6");
    check(w, CHECK_RECOVERY_CELL, AT, RESULT_FAIL);
    expect_state(w, RECOVER, STATE_NOT_MET, "R4.6");
    seen = cell(w, snapshot(w, AT + 1), ROLE_RECOVERY, DS, RECOVERY);
    seen->key_id = RECOVERY_KEY;
    expect_state(w, RECOVER, STATE_MET, "R4.6");
    seen->key_id = RECOVERY_KEY + 1;
    expect_state(w, RECOVER, STATE_MET, "R4.6");
    seen->key_id = RECOVERY_KEY + 2; /* not among the known ones */
    expect_state(w, RECOVER, STATE_NOT_MET, "R4.6");
    seen->key_id = 0; /* not told: judged by the owner alone */
    expect_state(w, RECOVER, STATE_MET, "R4.6");
    seen->subject = RECOVERY_BARE; /* none is known */
    expect_state(w, RECOVER, STATE_MET, "R4.6");
    seen->subject = BROKER; /* another role */
    expect_state(w, RECOVER, STATE_NOT_MET, "R4.6");
    check(w, CHECK_RECOVERY_CELL, AT + 2, RESULT_PASS);
    expect_state(w, RECOVER, STATE_MET, "R4.6");
    world_free(w);
}

static void r4_6_a_known_key_of_an_entity_with_another_role_is_wrong(void **state)
{
    struct world *w = world_of(DEVICE_CHF);
    struct organisation_row rows[] = {
        {.entity = 7, .key_id = 8, .party = TEXT_LITERAL("DCC"), .role = ROLE_ROOT, .in_smki_repository = true},
        {.entity = 9, .party = TEXT_LITERAL("DCC"), .role = ROLE_RECOVERY, .in_smki_repository = true},
    };
    struct err err = {0};

    (void)state;
    cell(w, snapshot(w, AT), ROLE_RECOVERY, DS, 7)->key_id = 8;
    directory_destroy(w->directory);
    assert_int_equal(directory_create(&w->directory, rows, 2, &err), 0);
    expect_state(w, RECOVER, STATE_NOT_MET, "R4.6");
    directory_destroy(w->directory);
    assert_int_equal(directory_create(&w->directory, rows, 1, &err), 0); /* no entity is the Recovery party */
    expect_state(w, RECOVER, STATE_UNVERIFIED, "R4.6");
    world_free(w);
}

/* Made before the look and answered after it: whose successes leave the cell unclear. */
static void r4_0_which_successes_leave_a_wrong_cell_unclear(void **state)
{
    static const struct {
        srv_code srv;
        enum party_role role;
        uint64_t user;
        enum obligation about;
        bool unclear;
    } successes[] = {
        {S6151, ROLE_NETWORK_OPERATOR, ALPHA, NO, true},
        {S6151, ROLE_NETWORK_OPERATOR, GAMMA, NO, true}, /* whoever sent it: it may have changed the cell */
        {S621, ROLE_NONE, ALPHA, NO, true},
        {S617, ROLE_NONE, ALPHA, NO, false}, /* of another matter */
        {S6151, ROLE_SUPPLIER, ALPHA, SUPPLIER, true},
        {S6151, ROLE_SUPPLIER, GAMMA, SUPPLIER, false}, /* not the registered one */
        {S6151, ROLE_NETWORK_OPERATOR, ALPHA, SUPPLIER, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(successes); i++) {
        struct world *w = world_of(DEVICE_ESME);

        cells(w, AT, successes[i].about == NO ? ROLE_NETWORK_OPERATOR : ROLE_SUPPLIER, BETA, BETA);
        command(w, successes[i].srv, successes[i].user, AT + 1, successes[i].role);
        expect_state(w, successes[i].about, successes[i].unclear ? STATE_UNVERIFIED : STATE_NOT_MET,
                     successes[i].unclear ? "R4.7.2" : "R4.7.1");
        world_free(w);
    }
}

static void r4_3_a_success_with_known_outcomes_leaves_nothing_unclear(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = command(w, S6151, ALPHA, AT + 1, ROLE_NETWORK_OPERATOR);

    (void)state;
    cells(w, AT, ROLE_NETWORK_OPERATOR, NORTHERN, BROKER);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    outcome(r, ROLE_NETWORK_OPERATOR, DS, 0, NORTHERN, NORTHERN);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* As without outcomes: the look may have come before what the success did, or after it. */
static void r4_0_a_success_whose_outcomes_nobody_can_judge_leaves_a_wrong_cell_unclear(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct request_row *r = command(w, S6151, ALPHA, AT + 1, ROLE_NETWORK_OPERATOR);

    (void)state;
    registered(w, COMMISSIONED, AT + 1, ALPHA, NORTHERN);
    cells(w, AT, ROLE_NETWORK_OPERATOR, NORTHERN, BROKER);
    outcome(r, ROLE_NETWORK_OPERATOR, KA, 0, BROKER, NORTHERN);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    outcome(r, ROLE_NETWORK_OPERATOR, DS, 0, BROKER, NORTHERN);
    cells(w, AT, ROLE_NETWORK_OPERATOR, BROKER, 0);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    r->outcomes[0].status = 5; /* BROKER's, known to be wrong since */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    r->outcomes[0].existing_subject = SOUTHERN; /* not replaced: what the look saw is there still */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_4_a_success_whose_outcome_tells_no_owner_leaves_a_wrong_cell_unclear(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = command(w, S6151, ALPHA, AT + 1, ROLE_SUPPLIER);

    (void)state;
    cells(w, AT, ROLE_SUPPLIER, 0, BETA);
    outcome(r, ROLE_SUPPLIER, KA, 0, BETA, 0);
    expect_state(w, SUPPLIER, STATE_UNVERIFIED, "R4.7.2");
    r->outcomes[0].new_subject = BETA;
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* Criteria of one's own may ask for as many cells as there are; each is looked at, and none beyond them. */
static struct world *world_with_all_cells(uint64_t network_operator)
{
    static const struct cell_kind kinds[CRITERIA_CELLS_MAX] = {
        {DS, CELL_MANAGEMENT}, {KA, CELL_MANAGEMENT}, {KA, CELL_PREPAYMENT_TOP_UP}, {DS, CELL_PREPAYMENT_TOP_UP}};
    struct world *w = bare_world(DEVICE_ESME);

    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, network_operator);
    for (unsigned o = NO; o <= SUPPLIER; o++) {
        struct obligation_terms *t = &w->revised.terms[DEVICE_ESME][o];

        t->cell_count = CRITERIA_CELLS_MAX;
        memcpy(t->cells, kinds, sizeof(kinds));
    }
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    return w;
}

static void all_cells(struct world *w, instant at, enum party_role role, uint64_t subject)
{
    struct snapshot *s = snapshot(w, at);

    for (unsigned i = 0; i < CRITERIA_CELLS_MAX; i++) {
        const struct cell_kind *kind = &w->revised.terms[DEVICE_ESME][NO].cells[i];

        cell(w, s, role, kind->key_usage, subject)->cell_usage = kind->cell_usage;
    }
}

static void r4_3_of_as_many_cells_as_there_are(void **state)
{
    struct world *w = world_with_all_cells(NORTHERN);

    (void)state;
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    all_cells(w, AT, ROLE_NETWORK_OPERATOR, NORTHERN);
    all_cells(w, AT, ROLE_SUPPLIER, ALPHA);
    expect_state(w, NO, STATE_MET, "R4.3");
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    for (unsigned i = 0; i < CRITERIA_CELLS_MAX; i++) {
        w->cells[0][i].subject = SOUTHERN;
        expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
        expect_action(w, "send SRV 6.15.1 (NetworkOperator) by Southern");
        w->cells[0][i].subject = NORTHERN;
        w->cells[1][i].subject = BROKER;
        expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
        expect_action(w, "send SRV 6.21 (Supplier) by Alpha");
        w->cells[1][i].subject = ALPHA;
    }
    world_free(w);
}

static void r4_3_of_as_many_cells_as_there_are_in_doubt(void **state)
{
    struct world *w = world_with_all_cells(NORTHERN);

    (void)state;
    all_cells(w, AT, ROLE_NETWORK_OPERATOR, SOUTHERN);
    all_cells(w, AT, ROLE_SUPPLIER, BETA);
    command(w, S6151, ALPHA, AT + 1, ROLE_NETWORK_OPERATOR); /* about the time of the look */
    command(w, S6151, ALPHA, AT + 1, ROLE_SUPPLIER);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    expect_state(w, SUPPLIER, STATE_UNVERIFIED, "R4.7.2");
    expect_reasons(w, "UNCLEAR;WRONG_NETWORK_OPERATOR;SUPPLIER_CERT_WRONG");
    all_cells(w, AT + DAY, ROLE_NETWORK_OPERATOR, SOUTHERN);
    expect_reasons(w, "WRONG_NETWORK_OPERATOR;CONTRADICTED"); /* what fails; the rest is in doubt */
    all_cells(w, AT + DAY, ROLE_SUPPLIER, BETA);
    expect_reasons(w, "WRONG_NETWORK_OPERATOR;SUPPLIER_CERT_WRONG;CONTRADICTED");
    world_free(w);
}

static void r4_3_the_exemption_looks_at_the_operators_cells_alone(void **state)
{
    struct world *w = world_with_all_cells(UNLISTED);

    (void)state;
    all_cells(w, AT, ROLE_NETWORK_OPERATOR, UNLISTED);
    all_cells(w, AT, ROLE_SUPPLIER, STRANGER);
    expect_state(w, NO, STATE_NOT_APPLICABLE, "R4.3");
    assert_int_equal(w->j.obligations[NO].owed_by.id, 0);
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* What a state rests on is told once, and with nothing beside it. */
static void r4_refers_to_each_record_once(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    const struct obligation_judgement *o = &w->j.obligations[SUPPLIER];

    (void)state;
    cells(w, AT, ROLE_SUPPLIER, ALPHA, ALPHA);
    cells(w, AT + 1, ROLE_SUPPLIER, 0, ALPHA);
    cell(w, &w->snapshots[1], ROLE_SUPPLIER, KA, ALPHA)->cell_usage = CELL_PREPAYMENT_TOP_UP;
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    assert_int_equal(o->ref_count, 2); /* the second look for two cells */
    assert_int_equal(o->refs[0].index, 0);
    assert_int_equal(o->refs[1].index, 1);
    w->snapshots[0].taken_at = AT + 2;
    w->snapshots[1].taken_at = AT + 1;
    command(w, S6151, ALPHA, AT + 4 * HOUR, ROLE_SUPPLIER); /* right as it was seen before */
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    assert_int_equal(o->ref_count, 2);
    assert_int_equal(o->refs[0].kind, EVIDENCE_SNAPSHOT);
    w->cells[0][0].subject = w->cells[0][1].subject = BETA;
    w->cells[1][0].subject = w->cells[1][1].subject = BETA;
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    assert_int_equal(o->ref_count, 1);
    assert_int_equal(o->refs[0].kind, EVIDENCE_REQUEST);
    assert_int_equal(o->refs[0].index, 0);
    world_free(w);
}

static void r4_4_within_the_grace_it_rests_on_the_look(void **state)
{
    struct world *w = world_with_cos(DEVICE_GSME);
    const struct obligation_judgement *o = &w->j.obligations[SUPPLIER];

    (void)state;
    success(w, S617, ALPHA, AT);
    cells(w, COS + DAY, ROLE_SUPPLIER, ALPHA, 0);
    judged_at(w, COS + 2 * DAY);
    assert_int_equal(o->state, STATE_MET);
    assert_int_equal(o->ref_count, 1);
    assert_int_equal(o->refs[0].kind, EVIDENCE_SNAPSHOT);
    world_free(w);
}

/* A key identifier tells more than the owner alone, where the entity has any. */
static void r4_6_the_keys_of_the_recovery_entity(void **state)
{
    static const struct {
        uint64_t entity, key;
        bool right;
    } keys[] = {
        {RECOVERY, RECOVERY_KEY, true},
        {RECOVERY, RECOVERY_KEY + 1, true},
        {RECOVERY, RECOVERY_KEY + 2, false},
        {RECOVERY_ONE, RECOVERY_KEY + 2, true},
        {RECOVERY_ONE, 7, false},
        {RECOVERY_BARE, 7, true},
        {RECOVERY_ONE, 0, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct world *w = world_of(DEVICE_CHF);

        cell(w, snapshot(w, AT), ROLE_RECOVERY, DS, keys[i].entity)->key_id = keys[i].key;
        expect_state(w, RECOVER, keys[i].right ? STATE_MET : STATE_NOT_MET, "R4.6");
        world_free(w);
    }
}

/* A look while nobody is registered repeats an older one, but does not make it tell of the time since the CoS. */
static void r4_4_a_look_that_says_nothing_carries_nothing_over_a_cos(void **state)
{
    struct world *w = bare_world(DEVICE_GSME);

    (void)state;
    registered(w, COMMISSIONED - DAY, AT, ALPHA, NORTHERN);
    registered(w, AT, AT + 2 * DAY, BETA, NORTHERN);
    registered(w, AT + 2 * DAY, AT + 4 * DAY, ALPHA, NORTHERN);
    cells(w, AT + DAY, ROLE_SUPPLIER, BETA, 0);
    cells(w, AT + 6 * DAY, ROLE_SUPPLIER, BETA, 0);
    judged(w);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_NOT_APPLICABLE);
    w->revised.cos_grace_ms = 0;
    w->cells[0][0].subject = w->cells[1][0].subject = ALPHA; /* which it then belonged to no more, and now does */
    judged(w);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_NOT_APPLICABLE);
    world_free(w);
}

/* R4.0: one that repeats the key carries the owner on, to be held against who is registered by then. */
static void r4_4_a_look_without_an_owner_carries_the_key_over_a_cos(void **state)
{
    static const struct {
        uint64_t owner;
        int days; /* of the second look, after the CoS */
        enum obligation_state want;
        const char *rule;
    } carried[] = {
        {STRANGER, 0, STATE_NOT_MET, "R4.7.1"}, {GAMMA, 3, STATE_NOT_MET, "R4.7.1"},
        {BETA, 3, STATE_MET, "R4.4"},           {ALPHA, 3, STATE_UNVERIFIED, "R4.4"},
        {ALPHA, 14, STATE_UNVERIFIED, "R4.4"},  {ALPHA, 15, STATE_NOT_MET, "R4.7.1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(carried); i++) {
        struct world *w = bare_world(DEVICE_GSME);

        registered(w, COMMISSIONED - DAY, AT + DAY, ALPHA, NORTHERN);
        registered(w, AT + DAY, INSTANT_NONE, BETA, NORTHERN);
        cell(w, snapshot(w, AT), ROLE_SUPPLIER, DS, carried[i].owner)->key_id = 1;
        cell(w, snapshot(w, AT + (1 + carried[i].days) * DAY), ROLE_SUPPLIER, DS, 0)->key_id = 1;
        expect_state(w, SUPPLIER, carried[i].want, carried[i].rule);
        w->cells[1][0].key_id = 2; /* nobody knows whose, and the older look is not the latest */
        judged(w);
        assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_NOT_APPLICABLE);
        world_free(w);
    }
}

/* The grace of a party whose key is carried on runs from the CoS by which it lost the Device. */
static void r4_4_a_carried_key_within_the_grace(void **state)
{
    struct world *w = world_with_cos(DEVICE_GSME);

    (void)state;
    cell(w, snapshot(w, COS - DAY), ROLE_SUPPLIER, DS, ALPHA)->key_id = 1;
    cell(w, snapshot(w, COS + DAY), ROLE_SUPPLIER, DS, 0)->key_id = 1;
    judged_at(w, COS + 14 * DAY);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_MET);
    judged_at(w, COS + 14 * DAY + 1);
    assert_int_equal(w->j.obligations[SUPPLIER].state, STATE_UNVERIFIED);
    world_free(w);
}

/* R4.3: the operator at the time of the look that carries it on. */
static void r4_3_a_look_without_an_owner_carries_the_key_on(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, AT + DAY, ALPHA, NORTHERN);
    registered(w, AT + DAY, AT + 5 * DAY, ALPHA, SOUTHERN);
    registered(w, AT + 5 * DAY, INSTANT_NONE, ALPHA, 0);
    for (int i = 0; i < 2; i++)
        cell(w, snapshot(w, AT), ROLE_NETWORK_OPERATOR, i == 0 ? DS : KA, NORTHERN)->key_id = 1;
    judged_at(w, AT + 4 * DAY);
    assert_int_equal(w->j.obligations[NO].state, STATE_MET);
    cell(w, snapshot(w, AT + 2 * DAY), ROLE_NETWORK_OPERATOR, DS, 0)->key_id = 1;
    judged_at(w, AT + 4 * DAY);
    assert_int_equal(w->j.obligations[NO].state, STATE_NOT_MET);
    assert_true(w->j.reasons & REASON_BIT(REASON_WRONG_NETWORK_OPERATOR));
    cell(w, snapshot(w, AT + 6 * DAY), ROLE_NETWORK_OPERATOR, DS, 0)->key_id = 1; /* while nobody is registered */
    judged_at(w, AT + 7 * DAY);
    assert_int_equal(w->j.obligations[NO].state, STATE_NOT_MET);
    world_free(w);
}

/* What replaced the cell nobody can judge, as no Supplier was registered then: the success itself covers it. */
static void r4_4_outcomes_while_no_supplier_is_registered(void **state)
{
    struct world *w = bare_world(DEVICE_GSME);
    struct request_row *r;

    (void)state;
    registered(w, COMMISSIONED - DAY, AT + DAY, ALPHA, NORTHERN);
    registered(w, AT + DAY, INSTANT_NONE, 0, NORTHERN);
    cells(w, AT, ROLE_SUPPLIER, BETA, 0);
    r = command(w, S621, BROKER, AT + 2 * DAY, ROLE_SUPPLIER);
    outcome(r, ROLE_SUPPLIER, DS, 0, BETA, ALPHA);
    expect_state(w, SUPPLIER, STATE_MET, "R4.4");
    r->requested_at -= 2 * DAY; /* while one was, it shows whose it is */
    r->responded_at -= DAY + HOUR;
    r->outcomes[0].new_subject = GAMMA;
    expect_state(w, SUPPLIER, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* Who was registered when it was answered; before an answer, when it was made. */
static void r4_4_the_sender_is_the_party_registered_at_the_answer(void **state)
{
    static const struct {
        uint64_t user;
        bool answered;
        enum obligation_state want;
    } requests[] = {
        {BETA, true, STATE_MET},
        {ALPHA, true, STATE_NOT_MET},
        {ALPHA, false, STATE_UNVERIFIED},
        {BETA, false, STATE_NOT_MET},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        struct world *w = world_with_cos(DEVICE_GSME);
        struct request_row *r;

        cells(w, COS - 2 * HOUR, ROLE_SUPPLIER, GAMMA, 0);
        r = request(w, S623, requests[i].user, COS - HOUR);
        if (requests[i].answered)
            answer(r, COS + HOUR, "I0", "Success");
        judged(w);
        assert_string_equal(obligation_state_word(w->j.obligations[SUPPLIER].state),
                            obligation_state_word(requests[i].want));
        world_free(w);
    }
}

/* As many outcomes as a row can hold, the last of which shows the cell; and a cell of no kind that is asked about. */
static void r4_3_every_outcome_and_every_cell_is_looked_at(void **state)
{
    struct world *w = world_with_all_cells(NORTHERN);
    struct request_row *r = command(w, S6151, ALPHA, AT, ROLE_NETWORK_OPERATOR);

    (void)state;
    while (r->outcome_count < CELL_OUTCOMES_MAX - 1)
        outcome(r, ROLE_LOAD_CONTROLLER, DS, 0, ALPHA, ALPHA);
    outcome(r, ROLE_NETWORK_OPERATOR, DS, 0, ALPHA, SOUTHERN);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    all_cells(w, AT + 1, ROLE_NETWORK_OPERATOR, NORTHERN);
    cell(w, &w->snapshots[0], ROLE_NETWORK_OPERATOR, KEY_KEY_CERT_SIGN, SOUTHERN);
    expect_state(w, NO, STATE_MET, "R4.3");
    world_free(w);
}

static void r4_5_an_answer_counts_from_the_commissioning_on(void **state)
{
    struct world *w = world_of(DEVICE_CHF);
    struct request_row *r = answer(request(w, SRV(4, 1, 1), BETA, COMMISSIONED - HOUR), COMMISSIONED, "I0", "Success");

    (void)state;
    expect_state(w, COMMS, STATE_MET, "R4.5");
    r->responded_at--;
    expect_state(w, COMMS, STATE_UNVERIFIED, "R4.5");
    r->requested_at = AT; /* refused, with word of what the cells hold: that is the DCC's answer */
    answer(r, AT + 1, "E4", "");
    outcome(r, ROLE_NETWORK_OPERATOR, DS, 5, NORTHERN, NORTHERN);
    expect_state(w, COMMS, STATE_UNVERIFIED, "R4.5");
    world_free(w);
}

/* Requests that change how they stand as often as they can, each time with something to tell of every cell: what the
 * scratch memory is measured for. A stranger sent them, who may have renewed its own. */
static void r4_0_the_scratch_memory_has_room_for_every_change_of_a_request(void **state)
{
    enum sort { OTHERS, KEYS, ONE_ROW, FUTURE_DATED, TWO_ROWS, TWINS, READ_FIRST, READ_LAST, SORTS };
    static const srv_code srvs[SORTS] = {SRV(4, 1, 1), S617, S6151, S6151, S6151, S6151, SRV(4, 1, 1), S6151};

    (void)state;
    for (unsigned sort = 0; sort < SORTS; sort++) {
        struct world *w = world_with_all_cells(NORTHERN);

        w->records.request_count = w->records.check_count = 0;
        for (unsigned i = 0; i < 12; i++) {
            struct request_row *r = success(w, srvs[sort], SOUTHERN, AT + i * DAY);

            if (sort != TWINS)
                r->id = (struct request_id){true, SOUTHERN, DEVICE, i + 1};
            if (sort == FUTURE_DATED)
                answer(r, AT + i * DAY, "8F66", "")->execution_at = AT + i * DAY + HOUR;
            if (sort < TWO_ROWS)
                continue;
            r = success(w, S6151, SOUTHERN, AT + i * DAY + 2 * HOUR);
            r->remote_party_role = ROLE_NETWORK_OPERATOR; /* told when the second row comes, and answered again */
            r->id = r[-1].id;
            r->twin = sort == TWINS ? TWIN : TWIN_NONE;
            if (sort >= READ_FIRST) { /* one of the rows comes last, as a read without an answer, and tells the role */
                struct request_row *last = sort == READ_FIRST ? &r[-1] : r;

                r->remote_party_role = ROLE_NONE;
                answer(last, INSTANT_NONE, "", "")->remote_party_role = ROLE_NETWORK_OPERATOR;
                last->srv = SRV(4, 1, 1);
                last->requested_at = AT + i * DAY + 4 * HOUR;
            }
        }
        expect_state(w, COMMS, STATE_MET, "R4.5");
        expect_state(w, NO, sort < ONE_ROW ? STATE_NOT_ATTEMPTED : STATE_UNVERIFIED,
                     sort < ONE_ROW ? "R4.7.6" : "R4.7.2");
        world_free(w);
    }
}

/* The same of requests whose rows tell as many outcomes as they can: the only row, the first or the second of two. */
static void r4_3_the_scratch_memory_has_room_for_every_outcome(void **state)
{
    (void)state;
    for (unsigned rows = 1; rows <= 2; rows++)
        for (unsigned which = 0; which < rows; which++)
            for (unsigned count = 1; count <= 12; count += 11) {
                struct world *w = world_with_all_cells(NORTHERN);

                w->records.request_count = w->records.check_count = 0;
                for (unsigned i = 0; i < count * rows; i++) {
                    struct request_row *r = success(w, S6151, SOUTHERN, AT + i / rows * DAY);

                    r->id = (struct request_id){true, SOUTHERN, DEVICE, 1 + i / rows};
                    r->responded_at += i % rows * HOUR;
                    while (i % rows == which && r->outcome_count < CELL_OUTCOMES_MAX)
                        outcome(r, ROLE_NETWORK_OPERATOR, DS, 0, NORTHERN, 0); /* replaced, by whose is not told */
                }
                expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6"); /* of the other cells nothing is told */
                expect_state(w, COMMS, STATE_MET, "R4.5");
                world_free(w);
            }
}

/* An empty status tells that the Device answered, in whichever row of the request. */
static void r4_5_an_empty_answer_of_a_request_in_two_rows(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        answer(request(w, SRV(4, 1, 1), BETA, AT), AT + i, "I0", "")->id = (struct request_id){true, BETA, DEVICE, 7};
    expect_state(w, COMMS, STATE_MET, "R4.5");
    w->requests[0].execution_at = w->requests[1].execution_at = AT;
    expect_state(w, COMMS, STATE_MET, "R4.5");
    world_free(w);
}

/* One outcome is enough to show a cell, whatever the answer says, and in whichever row. */
static void r4_0_one_outcome_of_a_request_in_two_rows_is_a_look(void **state)
{
    (void)state;
    for (unsigned which = 0; which < 2; which++) {
        struct world *w = world_of(DEVICE_ESME);

        for (unsigned i = 0; i < 2; i++) {
            struct request_row *r = answer(request(w, S6151, ALPHA, AT), AT + i, "I0", "Perhaps");

            r->id = (struct request_id){true, ALPHA, DEVICE, 7};
            r->remote_party_role = ROLE_NETWORK_OPERATOR;
            if (i == which)
                outcome(r, ROLE_NETWORK_OPERATOR, DS, 5, BROKER, 0);
        }
        expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
        world_free(w);
    }
}

/* Nobody was registered when the answer came that told them, though somebody was when the row that counts did. */
static void r4_0_outcomes_are_judged_by_the_registration_at_their_own_answer(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct request_row *r = command(w, S6151, ALPHA, AT, ROLE_NETWORK_OPERATOR), *counts;

    (void)state;
    registered(w, AT + 1, INSTANT_NONE, ALPHA, NORTHERN);
    outcome(r, ROLE_NETWORK_OPERATOR, DS, 0, ALPHA, NORTHERN);
    outcome(r, ROLE_NETWORK_OPERATOR, KA, 0, ALPHA, NORTHERN);
    r->id = (struct request_id){true, ALPHA, DEVICE, 7};
    counts = command(w, S6151, ALPHA, AT, ROLE_NETWORK_OPERATOR);
    counts->id = r->id;
    counts->responded_at = AT + DAY;
    expect_state(w, NO, STATE_MET, "R4.3"); /* by the success, as the outcomes tell nothing */
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r4_3_both_cells_of_the_registered_operator),
        cmocka_unit_test(r4_3_ownership_is_by_party_and_role),
        cmocka_unit_test(r4_3_a_command_covers_both_cells_by_role),
        cmocka_unit_test(r4_3_a_later_command_outweighs_a_disproof),
        cmocka_unit_test(r4_3_known_cell_outcomes_decide_instead),
        cmocka_unit_test(r4_3_supplier_commands_with_outcomes_cover_nothing_else),
        cmocka_unit_test(r4_3_outcomes_that_nobody_can_judge_leave_the_success_standing),
        cmocka_unit_test(r4_4_outcomes_of_supplier_cells_whose_owner_is_not_told),
        cmocka_unit_test(r4_3_of_two_made_at_one_instant_the_last_answered_decides),
        cmocka_unit_test(r4_3_is_judged_by_the_registration_at_the_instant_of_the_evidence),
        cmocka_unit_test(r4_3_without_an_operator_at_as_of_is_unverified_at_best),
        cmocka_unit_test(r4_3_does_not_apply_without_certificates_in_the_repository),
        cmocka_unit_test(r4_3_does_not_apply_to_types_without_the_cells),
        cmocka_unit_test(r4_3_a_cell_that_is_not_ok_proves_nothing),
        cmocka_unit_test(r4_4_is_judged_only_when_seen),
        cmocka_unit_test(r4_4_nobody_registered_then_holds_nothing_back),
        cmocka_unit_test(r4_4_evidence_older_than_the_latest_cos_is_not_judged),
        cmocka_unit_test(r4_4_the_losing_party_has_a_grace),
        cmocka_unit_test(r4_4_the_losing_party_after_the_grace_is_wrong),
        cmocka_unit_test(r4_4_only_the_losing_party_as_supplier_has_the_grace),
        cmocka_unit_test(r4_4_the_grace_passed_and_a_request_unclear),
        cmocka_unit_test(r4_4_which_successes_cover_a_wrong_cell),
        cmocka_unit_test(r4_5_a_failed_check_and_nothing_after_it),
        cmocka_unit_test(r4_5_what_does_not_come_from_the_device),
        cmocka_unit_test(r4_5_a_check_that_passed),
        cmocka_unit_test(r4_6_the_latest_check_or_snapshot),
        cmocka_unit_test(r4_6_a_known_key_of_an_entity_with_another_role_is_wrong),
        cmocka_unit_test(r4_0_which_successes_leave_a_wrong_cell_unclear),
        cmocka_unit_test(r4_3_a_success_with_known_outcomes_leaves_nothing_unclear),
        cmocka_unit_test(r4_0_a_success_whose_outcomes_nobody_can_judge_leaves_a_wrong_cell_unclear),
        cmocka_unit_test(r4_4_a_success_whose_outcome_tells_no_owner_leaves_a_wrong_cell_unclear),
        cmocka_unit_test(r4_3_of_as_many_cells_as_there_are),
        cmocka_unit_test(r4_3_of_as_many_cells_as_there_are_in_doubt),
        cmocka_unit_test(r4_3_the_exemption_looks_at_the_operators_cells_alone),
        cmocka_unit_test(r4_refers_to_each_record_once),
        cmocka_unit_test(r4_4_within_the_grace_it_rests_on_the_look),
        cmocka_unit_test(r4_6_the_keys_of_the_recovery_entity),
        cmocka_unit_test(r4_4_a_look_that_says_nothing_carries_nothing_over_a_cos),
        cmocka_unit_test(r4_4_a_look_without_an_owner_carries_the_key_over_a_cos),
        cmocka_unit_test(r4_4_a_carried_key_within_the_grace),
        cmocka_unit_test(r4_3_a_look_without_an_owner_carries_the_key_on),
        cmocka_unit_test(r4_4_outcomes_while_no_supplier_is_registered),
        cmocka_unit_test(r4_4_the_sender_is_the_party_registered_at_the_answer),
        cmocka_unit_test(r4_3_every_outcome_and_every_cell_is_looked_at),
        cmocka_unit_test(r4_5_an_answer_counts_from_the_commissioning_on),
        cmocka_unit_test(r4_0_the_scratch_memory_has_room_for_every_change_of_a_request),
        cmocka_unit_test(r4_3_the_scratch_memory_has_room_for_every_outcome),
        cmocka_unit_test(r4_5_an_empty_answer_of_a_request_in_two_rows),
        cmocka_unit_test(r4_0_one_outcome_of_a_request_in_two_rows_is_a_look),
        cmocka_unit_test(r4_0_outcomes_are_judged_by_the_registration_at_their_own_answer),
    };

    return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
