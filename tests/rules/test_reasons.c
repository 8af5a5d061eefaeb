/* R6: classifications, reasons, and the next actions. */
#include "facts.h"

#define AT       (COMMISSIONED + DAY)
#define COS      (COMMISSIONED + 2 * DAY)
#define DEADLINE (COMMISSIONED + 7 * DAY)

static struct world *world_with_cos(enum device_type type)
{
    struct world *w = bare_world(type);

    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, NORTHERN);
    registered(w, COS, INSTANT_NONE, BETA, NORTHERN);
    return w;
}

static struct request_row *by_role(struct request_row *r, enum party_role role)
{
    r->remote_party_role = role;
    return r;
}

/* Both certificates, new or old. */
static void certificates(struct world *w, instant at, bool new)
{
    struct snapshot *s = snapshot(w, at);

    cert(w, s, DS, new ? COMMISSIONED : COMMISSIONED - 9 * DAY);
    cert(w, s, KA, new ? COMMISSIONED : COMMISSIONED - 9 * DAY);
}

static void operator_cells(struct world *w, instant at, uint64_t ds, uint64_t ka)
{
    struct snapshot *s = snapshot(w, at);

    cell(w, s, ROLE_NETWORK_OPERATOR, DS, ds);
    cell(w, s, ROLE_NETWORK_OPERATOR, KA, ka);
}

static void expect_class(struct world *w, enum classification want)
{
    judged(w);
    assert_string_equal(classification_word(w->j.classification), classification_word(want));
}

/* ---- Classifications ---- */

static void r6_classifications(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    judged_at(w, DEADLINE);
    expect_class(w, CLASS_PENDING);
    w->as_of = DEADLINE + 1;
    expect_class(w, CLASS_TRUE_FAILURE);
    do_all_but(w, BUT(RECOVERY_CELL));
    expect_class(w, CLASS_UNVERIFIED);
    cell(w, snapshot(w, AT), ROLE_RECOVERY, DS, RECOVERY_BARE);
    expect_class(w, CLASS_FALSE_POSITIVE);
    w->as_of = DEADLINE;
    expect_class(w, CLASS_AGREED_PASS); /* legacy is PENDING still */
    w->as_of = DEADLINE + 1;
    check(w, CHECK_RECOVERY_CELL, AT, RESULT_PASS);
    expect_class(w, CLASS_AGREED_PASS);
    certificates(w, AT, false);
    expect_class(w, CLASS_MISSED_BY_LEGACY);
    w->inventory[0].status = SMI_WITHDRAWN;
    expect_class(w, CLASS_EXCLUDED);
    world_free(w);
}

static void r6_legacy_pending_and_revised_fail_is_a_true_failure(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    w->legacy.obligation_ms = 60 * DAY;
    expect_class(w, CLASS_TRUE_FAILURE);
    world_free(w);
}

/* ---- Reasons of a FALSE_POSITIVE ---- */

static void r6_unclear_requests_and_certificate_evidence(void **state)
{
    static const struct {
        const char *code, *status, *want;
    } unclear[] = {
        {"E20", "", "TIMEOUT;CERTIFICATE_EVIDENCE"},
        {"I0", "", "EMPTY_STATUS;CERTIFICATE_EVIDENCE"},
        {"I0", "Perhaps", "UNRECOGNISED_STATUS;CERTIFICATE_EVIDENCE"},
        {"I99", "", "NOT_LOGGED;CERTIFICATE_EVIDENCE"}, /* awaited: it misled nobody */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(unclear); i++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, BUT(DEVICE_CERTIFICATES));
        success(w, S6152, ALPHA, AT)->credential_type = DS;
        w->as_of = AT + 8 * DAY;
        answer(request(w, S6152, ALPHA, w->as_of), w->as_of, unclear[i].code, unclear[i].status)->credential_type = KA;
        certificates(w, AT + 2 * DAY, true);
        expect_reasons(w, unclear[i].want);
        world_free(w);
    }
}

/* R4.0: before it is to be executed it concerns nothing. */
static void r6_a_command_yet_to_be_executed_misled_nobody(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    certificates(w, AT, true);
    r = answer(request(w, S6152, ALPHA, AT), AT, "E20", "");
    expect_reasons(w, "TIMEOUT;CERTIFICATE_EVIDENCE");
    r->execution_at = w->as_of;
    expect_reasons(w, "TIMEOUT;CERTIFICATE_EVIDENCE");
    r->execution_at++;
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    world_free(w);
}

static void r6_implied(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS));
    expect_reasons(w, "NOT_LOGGED;IMPLIED");
    answer(request(w, S617, ALPHA, AT), AT, "E20", "");
    expect_reasons(w, "TIMEOUT;IMPLIED");
    success(w, S617, ALPHA, AT)->credential_type = DS;
    success(w, S617, ALPHA, AT + 1)->credential_type = DS; /* enough for legacy, of one usage */
    expect_reasons(w, "");
    assert_int_equal(w->j.obligations[OBLIGATION_ISSUE_CREDENTIALS].reasons, REASON_BIT(REASON_IMPLIED));
    world_free(w);
}

static void r6_change_of_supplier_by_requests(void **state)
{
    struct world *w = world_with_cos(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    success(w, S6152, ALPHA, AT)->credential_type = DS;
    success(w, S6152, BETA, COS)->credential_type = KA; /* not before the first */
    expect_reasons(w, "CHANGE_OF_SUPPLIER;REQUEST_EVIDENCE");
    w->requests[w->records.request_count - 1].requested_at = COS - 1;
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    world_free(w);
}

static void r6_change_of_supplier_by_certificates(void **state)
{
    struct world *w = world_with_cos(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    certificates(w, COS - 1, true);
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    certificates(w, COS, true); /* which repeats what was seen before */
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    w->snapshots[0].answered = false;
    expect_reasons(w, "CHANGE_OF_SUPPLIER;CERTIFICATE_EVIDENCE");
    world_free(w);
}

static void r6_other_party_is_about_requests_that_were_needed(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    success(w, S6152, GAMMA, AT)->credential_type = DS;
    success(w, S6152, GAMMA, AT + 1)->credential_type = KA;
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    w->without_refs = true; /* which changes nothing */
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    w->without_refs = false;
    w->records.request_count--;
    s = snapshot(w, AT + 2 * DAY);
    cert(w, s, KA, COMMISSIONED);
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE;CERTIFICATE_EVIDENCE");
    cert(w, s, DS, COMMISSIONED); /* both are seen: the one request accounts for one of them */
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE;CERTIFICATE_EVIDENCE");
    w->requests[w->records.request_count - 1].requested_at += 9 * DAY; /* it was made after the proof */
    w->requests[w->records.request_count - 1].responded_at += 9 * DAY;
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    world_free(w);
}

static void r6_handover_6_21(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    success(w, S621, ALPHA, AT);
    success(w, S621, ALPHA, AT + 1);
    expect_reasons(w, "HANDOVER_6_21;REQUEST_EVIDENCE");
    w->records.request_count--;
    w->requests[w->records.request_count - 1].srv = S6151;
    w->requests[w->records.request_count - 1].user_id = GAMMA;
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    success(w, S621, ALPHA, AT - DAY); /* not the one that decides, but it covers them too */
    expect_reasons(w, "OTHER_PARTY;HANDOVER_6_21;REQUEST_EVIDENCE");
    operator_cells(w, AT - HOUR, SOUTHERN, SOUTHERN); /* and now it does not */
    w->requests[w->records.request_count - 2].remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    world_free(w);
}

/* R4.0: two looks of one instant that disprove a cell in different ways: the action is that of the first reason. */
static void r6_the_worst_of_what_a_cell_was_seen_to_hold(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    operator_cells(w, AT, NORTHERN, BETA);
    operator_cells(w, AT, NORTHERN, SOUTHERN);
    operator_cells(w, AT, NORTHERN, STRANGER);
    expect_reasons(w, "SUPPLIER_CERT_IN_NO_CELL;WRONG_NETWORK_OPERATOR;UNKNOWN_OWNER");
    expect_action(w, "send SRV 6.15.1 (NetworkOperator) by Beta");
    world_free(w);
}

static void r6_network_operator_cells_seen(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    operator_cells(w, AT, NORTHERN, NORTHERN);
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    world_free(w);
}

static void r6_comms_and_recovery_evidence(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(COMMUNICATING) | BUT(RECOVERY_CELL));
    cell(w, snapshot(w, AT), ROLE_RECOVERY, DS, RECOVERY_BARE);
    expect_reasons(w, "DSP_CHECK;COMMS_EVIDENCE;RECOVERY_EVIDENCE");
    world_free(w);
}

static void r6_no_not_in_repository(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, UNLISTED);
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    expect_reasons(w, "NO_NOT_IN_REPOSITORY");
    answer(request(w, S6151, ALPHA, AT), AT, "E20", "");
    expect_reasons(w, "TIMEOUT;NO_NOT_IN_REPOSITORY");
    success(w, S6151, ALPHA, AT);
    expect_class(w, CLASS_AGREED_PASS);
    world_free(w);
}

/* ---- Reasons of a failure ---- */

static void r6_not_attempted_rejected_and_device_failure(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS) | BUT(DEVICE_CERTIFICATES));
    expect_reasons(w, "NOT_ATTEMPTED");
    expect_action(w, "send SRV 6.17 by Alpha; send SRV 6.15.2 by Alpha");
    success(w, S617, ALPHA, AT)->credential_type = DS;
    answer(request(w, S617, ALPHA, AT), AT, "E4", "");
    expect_reasons(w, "NOT_ATTEMPTED;REJECTED");
    answer(request(w, S6152, ALPHA, AT), AT, "I0", "Failure");
    expect_reasons(w, "REJECTED;DEVICE_FAILURE");
    expect_action(w, "send SRV 6.17 (KeyAgreement) by Alpha; send SRV 6.15.2 by Alpha");
    world_free(w);
}

static void r4_3_reasons_of_network_operator_cells(void **state)
{
    static const struct {
        uint64_t holder;
        const char *reason, *action;
    } holders[] = {
        {ALPHA, "SUPPLIER_CERT_IN_NO_CELL", "send SRV 6.15.1 (NetworkOperator) by Alpha"},
        {BROKER, "DCC_CERT_IN_NO_CELL", "send SRV 6.21 (NetworkOperator) by Alpha"},
        {SOUTHERN, "WRONG_NETWORK_OPERATOR", "send SRV 6.15.1 (NetworkOperator) by Southern"},
        {STRANGER, "UNKNOWN_OWNER", "read with SRV 6.24.1 (NetworkOperator) by Alpha"},
        {RECOVERY, "DCC_CERT_IN_NO_CELL", "send SRV 6.21 (NetworkOperator) by Alpha"},   /* of the same party */
        {BETA, "SUPPLIER_CERT_IN_NO_CELL", "send SRV 6.15.1 (NetworkOperator) by Beta"}, /* who alone can replace it */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
        operator_cells(w, AT, NORTHERN, holders[i].holder);
        expect_reasons(w, holders[i].reason);
        expect_action(w, holders[i].action);
        world_free(w);
    }
}

static void r4_3_two_snapshots_of_one_instant_give_both_reasons(void **state)
{
    /* what else was seen: nothing, something wrong before, something right at the same instant */
    static const uint64_t others[] = {0, STRANGER, NORTHERN};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
        if (others[i] != 0)
            operator_cells(w, others[i] == NORTHERN ? AT : AT - 1, NORTHERN, others[i]);
        operator_cells(w, AT, NORTHERN, BROKER);
        operator_cells(w, AT, NORTHERN, SOUTHERN);
        expect_reasons(w, "DCC_CERT_IN_NO_CELL;WRONG_NETWORK_OPERATOR");
        world_free(w);
    }
}

/* Of the two certificates one was asked for and one only seen, before the Change of Supplier. */
static void r6_what_requests_account_for_is_not_met_after_a_cos(void **state)
{
    struct world *w = world_with_cos(DEVICE_GSME);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    success(w, S6152, ALPHA, COMMISSIONED)->credential_type = KA;
    cert(w, snapshot(w, COS - 1), DS, COMMISSIONED);
    cert(w, snapshot(w, COS + 1), KA, COMMISSIONED);
    expect_class(w, CLASS_FALSE_POSITIVE);
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    cert(w, snapshot(w, COS + 2), DS, COMMISSIONED + 1); /* another one, first seen after it */
    expect_reasons(w, "CHANGE_OF_SUPPLIER;CERTIFICATE_EVIDENCE");
    world_free(w);
}

static void r6_what_only_legacy_asks_for_gives_no_reason(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(RECOVERY_CELL));
    w->revised.terms[DEVICE_ESME][OBLIGATION_RECOVERY_CELL].owed_by = OWED_BY_NONE;
    expect_class(w, CLASS_FALSE_POSITIVE);
    expect_reasons(w, "");
    world_free(w);
}

static void r6_network_operator_never_asked_for(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    expect_reasons(w, "NOT_ATTEMPTED");
    expect_action(w, "read with SRV 6.24.1 (NetworkOperator) by Alpha"); /* who holds the cells is not known */
    operator_cells(w, AT, NORTHERN, BROKER);
    expect_action(w, "send SRV 6.21 (NetworkOperator) by Alpha");
    operator_cells(w, AT + 1, NORTHERN, ALPHA);
    expect_action(w, "send SRV 6.15.1 (NetworkOperator) by Alpha");
    world_free(w);
}

static void r6_supplier_cert_wrong(void **state)
{
    static const struct {
        uint64_t holder;
        const char *action;
    } holders[] = {
        {BETA, "send SRV 6.23 (Supplier) by Alpha"},
        {BROKER, "send SRV 6.21 (Supplier) by Alpha"},
        {STRANGER, "read with SRV 6.24.1 (Supplier) by Alpha"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct snapshot *s = snapshot(w, AT);

        do_all_but(w, 0);
        cell(w, s, ROLE_SUPPLIER, DS, ALPHA);
        cell(w, s, ROLE_SUPPLIER, KA, holders[i].holder);
        expect_reasons(w, "SUPPLIER_CERT_WRONG");
        expect_action(w, holders[i].action);
        by_role(success(w, S6151, ALPHA, AT - HOUR), ROLE_SUPPLIER); /* at the same instant: not earlier */
        expect_reasons(w, "SUPPLIER_CERT_WRONG");
        by_role(success(w, S6151, GAMMA, AT - 2 * HOUR), ROLE_SUPPLIER); /* whose successes do not count */
        expect_reasons(w, "SUPPLIER_CERT_WRONG");
        by_role(success(w, S6151, ALPHA, AT - 2 * HOUR), ROLE_SUPPLIER);
        expect_reasons(w, "SUPPLIER_CERT_WRONG;CONTRADICTED");
        world_free(w);
    }
}

static void r6_not_communicating_and_recovery_cell_wrong(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    do_all_but(w, BUT(COMMUNICATING) | BUT(RECOVERY_CELL));
    check(w, CHECK_COMMUNICATING, AT, RESULT_FAIL);
    check(w, CHECK_RECOVERY_CELL, AT, RESULT_FAIL);
    expect_reasons(w, "RECOVERY_CELL_WRONG;NOT_COMMUNICATING");
    expect_action(w, "restore communications by DCC; repeat the DSP check by DCC");
    world_free(w);
}

/* One cell of the Network Operator, said to be replaced and seen a day later. */
static void r4_0_contradicted_where_cell_outcomes_are_known(void **state)
{
    static const struct {
        uint8_t status;
        enum party_role role;
        enum cell_usage cell_usage;
        uint64_t said, seen;
        const char *want;
    } cases[] = {
        {0, ROLE_NETWORK_OPERATOR, CELL_MANAGEMENT, NORTHERN, ALPHA, "SUPPLIER_CERT_IN_NO_CELL;CONTRADICTED"},
        {0, ROLE_NETWORK_OPERATOR, CELL_MANAGEMENT, 0, ALPHA, "SUPPLIER_CERT_IN_NO_CELL;CONTRADICTED"},
        {0, ROLE_NETWORK_OPERATOR, CELL_MANAGEMENT, ALPHA, ALPHA, "SUPPLIER_CERT_IN_NO_CELL"}, /* just as it said */
        {5, ROLE_NETWORK_OPERATOR, CELL_MANAGEMENT, NORTHERN, ALPHA, "SUPPLIER_CERT_IN_NO_CELL"},
        {0, ROLE_LOAD_CONTROLLER, CELL_MANAGEMENT, NORTHERN, ALPHA, "SUPPLIER_CERT_IN_NO_CELL"},
        {0, ROLE_NETWORK_OPERATOR, CELL_PREPAYMENT_TOP_UP, NORTHERN, ALPHA, "SUPPLIER_CERT_IN_NO_CELL"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct request_row *r = by_role(success(w, S6151, ALPHA, COMMISSIONED + HOUR), ROLE_NETWORK_OPERATOR);

        do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
        r->outcome_count = 2;
        r->outcomes[0] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .new_subject = NORTHERN};
        r->outcomes[1] = (struct cell_outcome){.role = cases[i].role,
                                               .key_usage = KA,
                                               .cell_usage = cases[i].cell_usage,
                                               .status = cases[i].status,
                                               .new_subject = cases[i].said};
        operator_cells(w, AT, NORTHERN, cases[i].seen);
        expect_reasons(w, cases[i].want);
        world_free(w);
    }
}

static void r4_0_what_is_as_it_was_claimed_contradicts_nothing(void **state)
{
    static const struct {
        uint64_t seen;
        const char *want;
    } cases[] = {
        {NORTHERN, "WRONG_NETWORK_OPERATOR"}, /* who was registered when Alpha placed it */
        {0x999, "UNKNOWN_OWNER;CONTRADICTED"},
        {ALPHA, "SUPPLIER_CERT_IN_NO_CELL;CONTRADICTED"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, 0);
        registered(w, AT - 1, INSTANT_NONE, ALPHA, SOUTHERN);
        operator_cells(w, AT, cases[i].seen, cases[i].seen);
        expect_reasons(w, cases[i].want);
        world_free(w);
    }
}

static void r4_0_contradicted_by_typed_successes(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, 0);
    certificates(w, AT, false);
    expect_reasons(w, "DEVICE_CERT_NOT_REPLACED;CONTRADICTED");
    expect_class(w, CLASS_MISSED_BY_LEGACY);
    operator_cells(w, AT, NORTHERN, ALPHA);
    w->certs[0][0].not_before = w->certs[0][1].not_before = COMMISSIONED;
    expect_reasons(w, "SUPPLIER_CERT_IN_NO_CELL;CONTRADICTED");
    world_free(w);
}

static void r4_0_of_untyped_successes_only_the_excess_contradicts(void **state)
{
    static const struct {
        bool ds_new;
        int before, after; /* untyped successes before and after the evidence, which is old for KA */
        const char *want;
    } variants[] = {
        {true, 1, 0, "DEVICE_CERT_NOT_REPLACED"},
        {true, 2, 0, "DEVICE_CERT_NOT_REPLACED;CONTRADICTED"},
        {false, 1, 0, "DEVICE_CERT_NOT_REPLACED;CONTRADICTED"},
        {false, 0, 0, "DEVICE_CERT_NOT_REPLACED"},
        {false, 0, 1, "DEVICE_CERT_NOT_REPLACED"},
        {false, 1, 1, "DEVICE_CERT_NOT_REPLACED"}, /* one usage is covered again */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct snapshot *s = snapshot(w, AT);

        do_all_but(w, BUT(DEVICE_CERTIFICATES));
        cert(w, s, DS, variants[i].ds_new ? COMMISSIONED : COMMISSIONED - 9 * DAY);
        cert(w, s, KA, COMMISSIONED - 9 * DAY);
        for (int n = 0; n < variants[i].before; n++)
            success(w, S6152, ALPHA, AT - 5 * HOUR + n);
        for (int n = 0; n < variants[i].after; n++)
            success(w, S6152, ALPHA, AT + 1 + n);
        expect_reasons(w, variants[i].want);
        world_free(w);
    }
}

static void r4_0_contradicted_though_the_part_is_unverified_on_a_failing_device(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(RECOVERY_CELL));
    operator_cells(w, AT, NORTHERN, ALPHA);
    by_role(answer(request(w, S6151, ALPHA, AT + HOUR), AT + HOUR, "E20", ""), ROLE_NETWORK_OPERATOR);
    expect_reasons(w, "TIMEOUT;NO_EVIDENCE;SUPPLIER_CERT_IN_NO_CELL");
    check(w, CHECK_RECOVERY_CELL, AT, RESULT_FAIL);
    expect_reasons(w, "RECOVERY_CELL_WRONG;CONTRADICTED");
    world_free(w);
}

/* ---- Reasons of UNVERIFIED and PENDING ---- */

static void r6_unclear_requests_of_unverified_devices(void **state)
{
    static const struct {
        const char *code, *status, *want, *action;
    } unclear[] = {
        {"E20", "", "TIMEOUT", "read with SRV 6.24.2 (KeyAgreement) by Alpha"},
        {"I0", "", "EMPTY_STATUS", "read with SRV 6.24.2 (KeyAgreement) by Alpha"},
        {"I0", "Perhaps", "UNRECOGNISED_STATUS", "read with SRV 6.24.2 (KeyAgreement) by Alpha"},
        {"I99", "", "AWAITING_RESPONSE", "wait for the answer"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(unclear); i++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, BUT(DEVICE_CERTIFICATES));
        success(w, S6152, ALPHA, AT)->credential_type = DS;
        answer(request(w, S6152, ALPHA, w->as_of), w->as_of, unclear[i].code, unclear[i].status)->credential_type = KA;
        expect_class(w, CLASS_UNVERIFIED);
        expect_reasons(w, unclear[i].want);
        expect_action(w, unclear[i].action);
        world_free(w);
    }
}

static void r6_no_evidence(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    w->as_of = DEADLINE;
    expect_reasons(w, "NO_EVIDENCE");
    do_all_but(w, BUT(ISSUE_CREDENTIALS) | BUT(DEVICE_CERTIFICATES));
    answer(request(w, S617, BROKER, AT), AT, "E4", "");
    success(w, S6152, BROKER, AT)->credential_type = DS;
    expect_reasons(w, "NO_EVIDENCE"); /* of device-certificates; the refusal is no reason yet */
    success(w, S6152, BROKER, AT)->credential_type = KA;
    w->inventory[0].type = DEVICE_GPF;
    w->records.check_count = 0;
    w->as_of = COMMISSIONED + 30 * DAY;
    by_role(answer(request(w, S6151, ALPHA, AT), AT, "E20", ""), ROLE_NETWORK_OPERATOR);
    expect_reasons(w, "TIMEOUT;NO_EVIDENCE");
    expect_action(w, "read with SRV 6.24.1 (NetworkOperator) by Alpha; repeat the DSP check by DCC");
    world_free(w);
}

static void r6_a_refusal_is_no_reason_while_pending(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    by_role(answer(request(w, S6151, ALPHA, AT), AT, "E4", ""), ROLE_NETWORK_OPERATOR);
    w->as_of = DEADLINE;
    expect_class(w, CLASS_PENDING);
    expect_reasons(w, "");
    world_free(w);
}

static void r6_supplier_cells_after_the_grace(void **state)
{
    struct world *w = world_with_cos(DEVICE_ESME);
    struct snapshot *s = snapshot(w, COS + DAY);

    (void)state;
    do_all_but(w, 0);
    cell(w, s, ROLE_SUPPLIER, DS, ALPHA);
    expect_class(w, CLASS_UNVERIFIED);
    expect_reasons(w, "NO_EVIDENCE");
    expect_action(w, "read with SRV 6.24.1 (Supplier) by Beta");
    world_free(w);
}

static void r6_nobody_registered_as_network_operator(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, 0);
    do_all_but(w, 0);
    expect_class(w, CLASS_UNVERIFIED);
    expect_reasons(w, "NO_EVIDENCE");
    expect_action(w, "complete the registration of the Network Operator by the Registration Data Provider");
    world_free(w);
}

/* ---- Several at once, and the one that tells most ---- */

static void r6_refusals_of_both_sorts_in_either_order(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 2; first++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, BUT(DEVICE_CERTIFICATES));
        success(w, S6152, ALPHA, AT)->credential_type = DS;
        for (unsigned i = 0; i < 2; i++)
            answer(request(w, S6152, ALPHA, AT + (instant)i), AT + 2, i == first ? "E4" : "I0",
                   i == first ? "" : "Failure")
                ->credential_type = KA;
        expect_reasons(w, "REJECTED;DEVICE_FAILURE");
        assert_int_equal(w->j.main_reason, REASON_DEVICE_FAILURE);
        world_free(w);
    }
}

static void r6_doubts_of_both_sorts_in_either_order(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 2; first++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, BUT(ISSUE_CREDENTIALS) | BUT(DEVICE_CERTIFICATES));
        success(w, S617, ALPHA, AT)->credential_type = DS;
        success(w, S6152, ALPHA, AT)->credential_type = DS;
        answer(request(w, S6152, ALPHA, AT), AT, "E20", "")->credential_type = KA;
        for (unsigned i = 0; i < 2; i++)
            answer(request(w, S617, ALPHA, AT + (instant)i), AT + 2, i == first ? "E20" : "I0", "")->credential_type =
                KA;
        expect_reasons(w, "TIMEOUT;EMPTY_STATUS");
        assert_int_equal(w->j.main_reason, REASON_TIMEOUT);
        expect_action(w, "read with SRV 6.24.2 (KeyAgreement) by Alpha");
        world_free(w);
    }
}

static void r6_cells_held_by_two_wrong_parties(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    operator_cells(w, AT, STRANGER, BROKER);
    expect_reasons(w, "DCC_CERT_IN_NO_CELL;UNKNOWN_OWNER");
    expect_action(w, "send SRV 6.21 (NetworkOperator) by Alpha"); /* of the one whose holder is known */
    assert_int_equal(w->j.main_reason, REASON_DCC_CERT_IN_NO_CELL);
    world_free(w);
}

/* The order of what was seen wrong, refused and never asked for is not that of the list. */
static void r6_the_main_reason_of_a_failure(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS) | BUT(DEVICE_CERTIFICATES) | BUT(NETWORK_OPERATOR_CREDENTIALS));
    answer(request(w, S6151, ALPHA, AT), AT, "E4", "");
    expect_reasons(w, "NOT_ATTEMPTED;REJECTED");
    assert_int_equal(w->j.main_reason, REASON_REJECTED);
    check(w, CHECK_RECOVERY_CELL, AT, RESULT_FAIL);
    judged(w);
    assert_int_equal(w->j.main_reason, REASON_RECOVERY_CELL_WRONG);
    expect_action(w, "send SRV 6.17 by Alpha; send SRV 6.15.2 by Alpha; read with SRV 6.24.1 (NetworkOperator) by "
                     "Alpha; repeat the DSP check by DCC");
    w->as_of = DEADLINE; /* PENDING: nothing in doubt but what was not asked for */
    expect_reasons(w, "NO_EVIDENCE");
    assert_int_equal(w->j.main_reason, REASON_NO_EVIDENCE);
    world_free(w);
}

static void r6_a_pending_refusal_has_a_main_reason_that_is_none_of_its_reasons(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    answer(request(w, S6151, ALPHA, AT), AT, "E4", "");
    w->as_of = DEADLINE;
    expect_reasons(w, "");
    assert_int_equal(w->j.main_reason, REASON_REJECTED);
    world_free(w);
}

static void r6_an_early_request(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    success(w, S6151, ALPHA, COMMISSIONED - HOUR);
    expect_reasons(w, "EARLY_REQUEST;REQUEST_EVIDENCE");
    assert_int_equal(w->j.main_reason, REASON_EARLY_REQUEST);
    w->requests[w->records.request_count - 1].requested_at = COMMISSIONED - DAY;
    expect_reasons(w, "EARLY_REQUEST;REQUEST_EVIDENCE");
    w->requests[w->records.request_count - 1].requested_at = COMMISSIONED - DAY - 1;
    expect_reasons(w, "NOT_ATTEMPTED");
    world_free(w);
}

/* R1, R4.0: a future-dated command is made at its execution_at, however long before it was asked for. */
static void r1_a_future_dated_command_asked_for_early(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *early;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    success(w, S6151, ALPHA, AT);
    early = &w->requests[w->records.request_count - 1];
    early->requested_at = COMMISSIONED - 3 * DAY;
    early->execution_at = COMMISSIONED - DAY;
    early->responded_at = COMMISSIONED + HOUR;
    expect_reasons(w, "EARLY_REQUEST;REQUEST_EVIDENCE");
    early->execution_at = COMMISSIONED - DAY - 1;
    expect_reasons(w, "NOT_ATTEMPTED");
    world_free(w);
}

/* An untyped success covers one usage, nobody knows which: none is named. */
static void r6_a_usage_that_nobody_knows_is_not_named(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    success(w, S6152, ALPHA, AT);
    expect_action(w, "send SRV 6.15.2 by Alpha");
    w->requests[w->records.request_count - 1].credential_type = KA;
    expect_action(w, "send SRV 6.15.2 (DigitalSignature) by Alpha");
    world_free(w);
}

/* The cell whose reason comes first, and of such the first; not one of which nothing is known. */
static void r6_the_action_is_about_the_cell_that_fails_worst(void **state)
{
    static const struct {
        uint64_t ds, ka; /* 0: not seen */
        const char *want;
    } holders[] = {
        {SOUTHERN, 0, "send SRV 6.15.1 (NetworkOperator) by Southern"},
        {0, SOUTHERN, "send SRV 6.15.1 (NetworkOperator) by Southern"},
        {SOUTHERN, UNLISTED, "send SRV 6.15.1 (NetworkOperator) by Southern"},
        {UNLISTED, SOUTHERN, "send SRV 6.15.1 (NetworkOperator) by Unlisted"},
        {BROKER, SOUTHERN, "send SRV 6.21 (NetworkOperator) by Alpha"},
        {SOUTHERN, BROKER, "send SRV 6.21 (NetworkOperator) by Alpha"},
        {STRANGER, SOUTHERN, "send SRV 6.15.1 (NetworkOperator) by Southern"},
        {SOUTHERN, STRANGER, "send SRV 6.15.1 (NetworkOperator) by Southern"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct snapshot *s = snapshot(w, COMMISSIONED + DAY);

        do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
        if (holders[i].ds != 0)
            cell(w, s, ROLE_NETWORK_OPERATOR, DS, holders[i].ds);
        if (holders[i].ka != 0)
            cell(w, s, ROLE_NETWORK_OPERATOR, KA, holders[i].ka);
        expect_action(w, holders[i].want);
        world_free(w);
    }
}

/* The one cell is only unverified: it holds the certificate of the party that lost the Device. */
static void r6_the_action_is_about_the_supplier_cell_that_fails(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct snapshot *s = snapshot(w, COMMISSIONED + 3 * DAY);

    (void)state;
    registered(w, COMMISSIONED - DAY, COMMISSIONED + 2 * DAY, ALPHA, NORTHERN);
    registered(w, COMMISSIONED + 2 * DAY, INSTANT_NONE, BETA, NORTHERN);
    do_all_but(w, 0);
    cell(w, s, ROLE_SUPPLIER, DS, ALPHA);
    cell(w, s, ROLE_SUPPLIER, KA, BROKER);
    expect_action(w, "send SRV 6.21 (Supplier) by Beta");
    world_free(w);
}

/* To wait is enough only where nothing else is open. */
static void r6_waits_only_where_every_open_part_is_awaited(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *first, *second;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    w->as_of = COMMISSIONED + DAY;
    first = request(w, S6152, ALPHA, w->as_of - HOUR);
    first->credential_type = DS;
    second = request(w, S6152, ALPHA, w->as_of - HOUR);
    second->credential_type = KA;
    expect_action(w, "wait for the answer");
    answer(first, w->as_of, "E20", "");
    expect_action(w, "read with SRV 6.24.2 by Alpha");
    first->credential_type = KA;
    second->credential_type = DS;
    expect_action(w, "read with SRV 6.24.2 by Alpha");
    world_free(w);
}

static void r6_does_not_wait_where_another_usage_is_unverified(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    w->as_of = COMMISSIONED + DAY;
    request(w, S6152, ALPHA, w->as_of - HOUR)->credential_type = DS;
    silent(w, COMMISSIONED + 8 * HOUR, COMMISSIONED + 9 * HOUR); /* KA may have been asked for in it */
    expect_action(w, "read with SRV 6.24.2 by Alpha");
    r = request(w, S6152, ALPHA, w->as_of - HOUR);
    r->credential_type = KA;
    expect_action(w, "wait for the answer");
    world_free(w);
}

/* A success about the time of the look leaves it unclear, beside what is awaited. */
static void r6_does_not_wait_where_a_success_leaves_it_unclear(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    const instant at = COMMISSIONED + DAY;
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    success(w, S6152, ALPHA, COMMISSIONED + HOUR)->credential_type = KA;
    cert(w, snapshot(w, at), DS, COMMISSIONED - 9 * DAY);
    r = success(w, S6152, ALPHA, at - 1);
    r->credential_type = DS;
    request(w, S6152, ALPHA, at + 2 * HOUR)->credential_type = DS;
    w->as_of = at + 3 * HOUR;
    expect_action(w, "read with SRV 6.24.2 (DigitalSignature) by Alpha");
    r->responded_at = at; /* by the time of the look */
    expect_action(w, "wait for the answer");
    world_free(w);
}

/* What another party placed accounts for what the look proves, where it was made no later. */
static void r6_a_success_accounts_for_the_operators_certificate_seen_after_it(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    operator_cells(w, AT, NORTHERN, NORTHERN);
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    r = by_role(success(w, S6151, GAMMA, AT), ROLE_NETWORK_OPERATOR);
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    r->requested_at = r->responded_at = AT + 1; /* after the look: it covers the cells anew */
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    r->user_id = SOUTHERN; /* it may have renewed its own */
    r->requested_at = r->responded_at = AT - DAY;
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    world_free(w);
}

/* One request that the criteria in force pass over for all there is; and two, for one each. */
static void r6_every_cause_for_which_a_success_is_passed_over_is_told(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    by_role(success(w, S621, BROKER, COMMISSIONED - HOUR), ROLE_NETWORK_OPERATOR);
    expect_reasons(w, "OTHER_PARTY;HANDOVER_6_21;EARLY_REQUEST;REQUEST_EVIDENCE");
    world_free(w);

    w = world_of(DEVICE_ESME);
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    success(w, S6152, GAMMA, AT)->credential_type = DS;
    success(w, S6152, ALPHA, COMMISSIONED - HOUR)->credential_type = KA;
    expect_reasons(w, "OTHER_PARTY;EARLY_REQUEST;REQUEST_EVIDENCE");
    world_free(w);
}

static void r6_every_unclear_outcome_misled(void **state)
{
    struct world *w = world_with_cos(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    answer(request(w, S6152, ALPHA, AT), AT, "E20", "");
    answer(request(w, S6152, ALPHA, AT), AT, "I0", "");
    w->requests[w->records.request_count - 1].id = (struct request_id){true, ALPHA, DEVICE, 7};
    certificates(w, AT + HOUR, true);
    expect_reasons(w, "TIMEOUT;EMPTY_STATUS;CERTIFICATE_EVIDENCE");
    w->snapshots[0].taken_at = COS;
    expect_reasons(w, "TIMEOUT;EMPTY_STATUS;CHANGE_OF_SUPPLIER;CERTIFICATE_EVIDENCE");
    world_free(w);
}

static void r6_the_very_first_request_is_looked_at(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    by_role(success(w, S6151, GAMMA, AT), ROLE_NETWORK_OPERATOR);
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    world_free(w);
}

/* What is in doubt did nothing: only a success is passed over. */
static void r6_an_unclear_request_of_another_party_only_misled(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    operator_cells(w, AT, NORTHERN, NORTHERN);
    answer(by_role(request(w, S6151, GAMMA, AT - HOUR), ROLE_NETWORK_OPERATOR), AT - HOUR, "E20", "");
    expect_reasons(w, "TIMEOUT;CERTIFICATE_EVIDENCE");
    world_free(w);
}

static void r6_what_was_last_seen_wrong_of_each_part_in_doubt(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    operator_cells(w, AT, ALPHA, BROKER);
    by_role(request(w, S6151, ALPHA, AT + 1), ROLE_NETWORK_OPERATOR);
    expect_reasons(w, "TIMEOUT;SUPPLIER_CERT_IN_NO_CELL;DCC_CERT_IN_NO_CELL");
    w->cells[0][1].subject = ALPHA;
    w->cells[0][0].subject = SOUTHERN;
    expect_reasons(w, "TIMEOUT;SUPPLIER_CERT_IN_NO_CELL;WRONG_NETWORK_OPERATOR");
    world_free(w);
}

static void r6_what_was_last_seen_wrong_of_the_first_usage_alone(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    success(w, S6152, ALPHA, AT)->credential_type = KA;
    cert(w, snapshot(w, AT), DS, COMMISSIONED - 9 * DAY);
    request(w, S6152, ALPHA, AT + 1)->credential_type = DS;
    expect_reasons(w, "TIMEOUT;DEVICE_CERT_NOT_REPLACED");
    world_free(w);
}

/* One usage was seen wrong, and nobody asked for the other. */
static void r6_the_reasons_of_both_usages_that_fail(void **state)
{
    static const enum key_usage wrong[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct request_row *r;

        do_all_but(w, BUT(DEVICE_CERTIFICATES));
        cert(w, snapshot(w, AT), wrong[i], COMMISSIONED - 9 * DAY);
        expect_reasons(w, "NOT_ATTEMPTED;DEVICE_CERT_NOT_REPLACED");
        r = answer(request(w, S6152, ALPHA, AT), AT, "I0", "Failure");
        r->credential_type = wrong[1 - i];
        expect_reasons(w, "DEVICE_FAILURE;DEVICE_CERT_NOT_REPLACED");
        r = answer(request(w, S6152, ALPHA, AT), AT, "E4", "");
        r->credential_type = wrong[1 - i];
        r->id = (struct request_id){true, ALPHA, DEVICE, 7};
        expect_reasons(w, "REJECTED;DEVICE_FAILURE;DEVICE_CERT_NOT_REPLACED");
        world_free(w);
    }
}

static void r4_0_contradicted_by_any_outcome_that_claimed_otherwise(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = by_role(success(w, S6151, ALPHA, AT), ROLE_NETWORK_OPERATOR);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    r->outcome_count = 2;
    for (unsigned first = 0; first < 2; first++) {
        r->outcomes[1 - first] = (struct cell_outcome){.role = ROLE_LOAD_CONTROLLER, .new_subject = NORTHERN};
        r->outcomes[first] =
            (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .new_subject = NORTHERN};
        w->records.snapshot_count = 0;
        operator_cells(w, AT + DAY, SOUTHERN, NORTHERN);
        expect_reasons(w, "WRONG_NETWORK_OPERATOR;CONTRADICTED");
        r->outcomes[first].new_subject = SOUTHERN; /* it said so */
        expect_reasons(w, "WRONG_NETWORK_OPERATOR");
        r->outcomes[first].new_subject = NORTHERN;
        r->outcomes[first].status = 5; /* nothing was replaced */
        expect_reasons(w, "WRONG_NETWORK_OPERATOR");
        r->outcomes[first].status = 0;
        r->outcomes[first].key_usage = KA; /* of the other cell */
        expect_reasons(w, "WRONG_NETWORK_OPERATOR");
        r->outcomes[first].key_usage = DS;
        r->outcomes[first].cell_usage = CELL_PREPAYMENT_TOP_UP;
        expect_reasons(w, "WRONG_NETWORK_OPERATOR");
        r->outcomes[first].cell_usage = CELL_MANAGEMENT;
        r->outcomes[first].role = ROLE_LOAD_CONTROLLER;
        expect_reasons(w, "WRONG_NETWORK_OPERATOR");
    }
    world_free(w);
}

/* Only what was answered before the look; and of untyped successes only as many as no other usage accounts for. */
static void r4_0_contradicted_certificates(void **state)
{
    static const enum key_usage wrong[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        for (unsigned typed = 0; typed < 2; typed++) {
            struct world *w = world_of(DEVICE_ESME);
            struct snapshot *s = snapshot(w, AT);
            struct request_row *r;

            do_all_but(w, BUT(DEVICE_CERTIFICATES));
            cert(w, s, wrong[i], COMMISSIONED - 9 * DAY);
            r = success(w, S6152, ALPHA, AT - DAY);
            r->credential_type = (enum key_usage)(typed ? wrong[i] : KEY_NONE);
            cert(w, s, wrong[1 - i], COMMISSIONED);
            expect_reasons(w, typed ? "DEVICE_CERT_NOT_REPLACED;CONTRADICTED" : "DEVICE_CERT_NOT_REPLACED");
            r->responded_at = AT; /* no earlier than the look */
            expect_reasons(w, "DEVICE_CERT_NOT_REPLACED");
            r->responded_at = AT - DAY;
            r = success(w, S6152, ALPHA, AT - HOUR - 1);
            r->id = (struct request_id){true, ALPHA, DEVICE, 7};
            expect_reasons(w, "DEVICE_CERT_NOT_REPLACED;CONTRADICTED");
            if (!typed) {
                r->responded_at = AT;
                expect_reasons(w, "DEVICE_CERT_NOT_REPLACED");
            }
            world_free(w);
        }
}

static void r6_the_doubts_of_both_usages(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *first, *second;

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    first = answer(request(w, S6152, ALPHA, AT), AT, "E20", "");
    first->credential_type = DS;
    second = answer(request(w, S6152, ALPHA, AT), AT, "I0", "");
    second->credential_type = KA;
    expect_reasons(w, "TIMEOUT;EMPTY_STATUS");
    w->records.request_count--;
    silent(w, AT, AT + 1);
    expect_reasons(w, "TIMEOUT;LOG_GAP");
    first->credential_type = KA;
    expect_reasons(w, "TIMEOUT;LOG_GAP");
    world_free(w);
}

static void r6_the_main_reason_of_a_false_positive_is_its_first(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    certificates(w, AT, true);
    for (unsigned i = 0; i < 2; i++) {
        static const char *const codes[] = {"I0", "E20"};

        answer(request(w, S6152, ALPHA, AT + i), AT + i, codes[i], "");
        judged(w);
        assert_int_equal(w->j.main_reason, i == 0 ? REASON_EMPTY_STATUS : REASON_TIMEOUT);
    }
    world_free(w);
}

/* Before the deadline nothing fails yet; the main reason tells what would, of every obligation. */
static void r6_the_main_reason_while_it_is_pending(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    w->as_of = AT;
    judged(w);
    assert_int_equal(w->j.verdict, VERDICT_PENDING);
    assert_int_equal(w->j.obligations[OBLIGATION_DEVICE_CERTIFICATES].main_reason, REASON_NO_EVIDENCE);
    do_all_but(w, BUT(DEVICE_CERTIFICATES) | BUT(COMMUNICATING));
    for (unsigned i = 0; i < 2; i++)
        answer(request(w, S6152, BROKER, AT - HOUR), AT - HOUR, "E4", "")->credential_type = i == 0 ? DS : KA;
    check(w, CHECK_COMMUNICATING, AT, RESULT_FAIL);
    judged(w);
    assert_int_equal(w->j.verdict, VERDICT_PENDING);
    assert_int_equal(w->j.main_reason, REASON_REJECTED);
    world_free(w);
}

/* Not about the one that is in doubt, though its reason would come first. */
static void r6_the_action_is_not_about_a_cell_in_doubt(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    cell(w, snapshot(w, AT), ROLE_NETWORK_OPERATOR, KA, BROKER);
    by_role(request(w, S6151, ALPHA, AT + 1), ROLE_NETWORK_OPERATOR); /* unanswered, and before the other was seen */
    answer(&w->requests[w->records.request_count - 1], AT + 1, "E20", "");
    cell(w, snapshot(w, AT + 2), ROLE_NETWORK_OPERATOR, DS, SOUTHERN);
    expect_action(w, "send SRV 6.15.1 (NetworkOperator) by Southern");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r6_refusals_of_both_sorts_in_either_order),
        cmocka_unit_test(r6_doubts_of_both_sorts_in_either_order),
        cmocka_unit_test(r6_cells_held_by_two_wrong_parties),
        cmocka_unit_test(r6_the_main_reason_of_a_failure),
        cmocka_unit_test(r6_a_pending_refusal_has_a_main_reason_that_is_none_of_its_reasons),
        cmocka_unit_test(r6_an_early_request),
        cmocka_unit_test(r1_a_future_dated_command_asked_for_early),
        cmocka_unit_test(r6_a_usage_that_nobody_knows_is_not_named),
        cmocka_unit_test(r6_classifications),
        cmocka_unit_test(r6_legacy_pending_and_revised_fail_is_a_true_failure),
        cmocka_unit_test(r6_unclear_requests_and_certificate_evidence),
        cmocka_unit_test(r6_a_command_yet_to_be_executed_misled_nobody),
        cmocka_unit_test(r6_implied),
        cmocka_unit_test(r6_change_of_supplier_by_requests),
        cmocka_unit_test(r6_change_of_supplier_by_certificates),
        cmocka_unit_test(r6_other_party_is_about_requests_that_were_needed),
        cmocka_unit_test(r6_handover_6_21),
        cmocka_unit_test(r6_the_worst_of_what_a_cell_was_seen_to_hold),
        cmocka_unit_test(r6_network_operator_cells_seen),
        cmocka_unit_test(r6_comms_and_recovery_evidence),
        cmocka_unit_test(r6_no_not_in_repository),
        cmocka_unit_test(r6_not_attempted_rejected_and_device_failure),
        cmocka_unit_test(r4_3_reasons_of_network_operator_cells),
        cmocka_unit_test(r4_3_two_snapshots_of_one_instant_give_both_reasons),
        cmocka_unit_test(r6_what_requests_account_for_is_not_met_after_a_cos),
        cmocka_unit_test(r6_what_only_legacy_asks_for_gives_no_reason),
        cmocka_unit_test(r6_network_operator_never_asked_for),
        cmocka_unit_test(r6_supplier_cert_wrong),
        cmocka_unit_test(r6_not_communicating_and_recovery_cell_wrong),
        cmocka_unit_test(r4_0_contradicted_where_cell_outcomes_are_known),
        cmocka_unit_test(r4_0_what_is_as_it_was_claimed_contradicts_nothing),
        cmocka_unit_test(r4_0_contradicted_by_typed_successes),
        cmocka_unit_test(r4_0_of_untyped_successes_only_the_excess_contradicts),
        cmocka_unit_test(r4_0_contradicted_though_the_part_is_unverified_on_a_failing_device),
        cmocka_unit_test(r6_unclear_requests_of_unverified_devices),
        cmocka_unit_test(r6_no_evidence),
        cmocka_unit_test(r6_a_refusal_is_no_reason_while_pending),
        cmocka_unit_test(r6_supplier_cells_after_the_grace),
        cmocka_unit_test(r6_nobody_registered_as_network_operator),
        cmocka_unit_test(r6_the_action_is_about_the_cell_that_fails_worst),
        cmocka_unit_test(r6_the_action_is_about_the_supplier_cell_that_fails),
        cmocka_unit_test(r6_waits_only_where_every_open_part_is_awaited),
        cmocka_unit_test(r6_does_not_wait_where_another_usage_is_unverified),
        cmocka_unit_test(r6_does_not_wait_where_a_success_leaves_it_unclear),
        cmocka_unit_test(r6_a_success_accounts_for_the_operators_certificate_seen_after_it),
        cmocka_unit_test(r6_every_cause_for_which_a_success_is_passed_over_is_told),
        cmocka_unit_test(r6_every_unclear_outcome_misled),
        cmocka_unit_test(r6_the_very_first_request_is_looked_at),
        cmocka_unit_test(r6_an_unclear_request_of_another_party_only_misled),
        cmocka_unit_test(r6_what_was_last_seen_wrong_of_each_part_in_doubt),
        cmocka_unit_test(r6_what_was_last_seen_wrong_of_the_first_usage_alone),
        cmocka_unit_test(r6_the_reasons_of_both_usages_that_fail),
        cmocka_unit_test(r4_0_contradicted_by_any_outcome_that_claimed_otherwise),
        cmocka_unit_test(r4_0_contradicted_certificates),
        cmocka_unit_test(r6_the_doubts_of_both_usages),
        cmocka_unit_test(r6_the_main_reason_of_a_false_positive_is_its_first),
        cmocka_unit_test(r6_the_main_reason_while_it_is_pending),
        cmocka_unit_test(r6_the_action_is_not_about_a_cell_in_doubt),
    };

    return cmocka_run_group_tests_name("reasons", tests, NULL, NULL);
}
