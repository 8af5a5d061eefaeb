/* R6: figures count against the party that owes. */
#include "rules/attribution.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct party acme = {1, PARTY_KNOWN}, beta = {2, PARTY_KNOWN}, dcc = {3, PARTY_KNOWN};

/* A gas proxy of Acme, commissioned by it: the DCC owes issue-credentials, Acme the operator's cells. */
static struct judgement proxy(enum verdict verdict)
{
    struct judgement j = {.verdict = verdict, .supplier = acme, .commissioning_supplier = acme, .cos_at = INSTANT_NONE};

    j.obligations[OBLIGATION_ISSUE_CREDENTIALS].owed_by = dcc;
    j.obligations[OBLIGATION_ISSUE_CREDENTIALS].state = STATE_MET;
    j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].owed_by = acme;
    j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state = STATE_MET;
    return j;
}

#define assert_account(j, p, wanted, is_inherited)                                                                     \
    do {                                                                                                               \
        struct party_account a_;                                                                                       \
        assert_true(party_account_of(j, p, &a_));                                                                      \
        assert_int_equal(a_.state, wanted);                                                                            \
        assert_int_equal(a_.inherited, is_inherited);                                                                  \
    } while (0)

static void R6_a_proxy_that_fails_what_the_dcc_owes_is_not_its_suppliers_failure(void **state)
{
    struct judgement j = proxy(VERDICT_FAIL);
    struct party_account a;

    (void)state;
    j.obligations[OBLIGATION_ISSUE_CREDENTIALS].state = STATE_NOT_MET;
    assert_account(&j, dcc, ACCOUNT_FAILED, false);
    assert_account(&j, acme, ACCOUNT_DONE, false);
    assert_false(party_account_of(&j, beta, &a));
    j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state = STATE_UNVERIFIED;
    assert_account(&j, acme, ACCOUNT_UNVERIFIED, false);
    j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state = STATE_NOT_ATTEMPTED;
    assert_account(&j, acme, ACCOUNT_FAILED, false);
    j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state = STATE_NOT_APPLICABLE;
    assert_false(party_account_of(&j, acme, &a));
}

static void R6_what_nobody_known_owes_has_an_account_of_its_own(void **state)
{
    struct judgement j = proxy(VERDICT_FAIL);
    struct party_account a;

    (void)state;
    assert_false(party_account_of(&j, (struct party){0}, &a));
    j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].owed_by = (struct party){0};
    j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state = STATE_NOT_ATTEMPTED;
    assert_account(&j, ((struct party){0}), ACCOUNT_FAILED, false);
    assert_account(&j, dcc, ACCOUNT_DONE, false);
}

static void R6_a_device_that_passes_is_on_time_or_late(void **state)
{
    struct judgement j = proxy(VERDICT_PASS);

    (void)state;
    assert_account(&j, acme, ACCOUNT_ON_TIME, false);
    j.late = 1;
    assert_account(&j, acme, ACCOUNT_LATE, false);
    assert_account(&j, dcc, ACCOUNT_LATE, false);
}

static void R6_what_is_owed_only_since_a_change_of_supplier_is_inherited(void **state)
{
    struct judgement j = proxy(VERDICT_FAIL);

    (void)state;
    j.obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state = STATE_NOT_MET;
    assert_false(obligation_is_inherited(&j, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS));
    j.commissioning_supplier = beta;
    assert_false(obligation_is_inherited(&j, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS)); /* no change is known */
    j.cos_at = 1000;
    assert_true(obligation_is_inherited(&j, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS));
    assert_false(obligation_is_inherited(&j, OBLIGATION_ISSUE_CREDENTIALS)); /* the DCC owed it all along */
    assert_false(obligation_is_inherited(&j, OBLIGATION_COMMUNICATING));     /* nobody does */
    assert_account(&j, acme, ACCOUNT_FAILED, true);
    j.commissioning_supplier = acme; /* lost and won back */
    assert_account(&j, acme, ACCOUNT_FAILED, false);
}

static void R3_the_legacy_criteria_oblige_the_commissioning_supplier_or_the_dcc(void **state)
{
    struct criteria legacy = {0};
    const struct inventory_row row = {.type = DEVICE_GPF};
    struct judgement j = proxy(VERDICT_FAIL);
    struct organisation_row rows[] = {
        {.entity = 7, .party = TEXT_LITERAL("DCC"), .role = ROLE_ACCESS_CONTROL_BROKER, .in_smki_repository = true}};
    struct judge_context ctx = {.legacy = &legacy};
    struct directory *d = NULL;

    (void)state;
    assert_int_equal(directory_create(&d, rows, 1, NULL), 0);
    ctx.directory = d;
    j.inventory = &row;
    j.commissioning_supplier = beta;
    legacy.terms[DEVICE_GPF][OBLIGATION_ISSUE_CREDENTIALS].owed_by = OWED_BY_DCC;
    legacy.terms[DEVICE_GPF][OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].owed_by = OWED_BY_SUPPLIER;
    assert_true(party_equal(legacy_obliged(&ctx, &j, OBLIGATION_ISSUE_CREDENTIALS), directory_dcc(d)));
    assert_true(party_equal(legacy_obliged(&ctx, &j, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS), beta));
    assert_int_equal(legacy_obliged(&ctx, &j, OBLIGATION_RECOVERY_CELL).kind, PARTY_NONE);
    directory_destroy(d);
}

static void R6_the_first_of_several_failures_does_not_hide_the_others(void **state)
{
    struct judgement j = proxy(VERDICT_FAIL);

    (void)state;
    j.commissioning_supplier = beta;
    j.cos_at = 1000;
    j.obligations[OBLIGATION_DEVICE_CERTIFICATES].owed_by = dcc;
    j.obligations[OBLIGATION_COMMUNICATING].owed_by = dcc;
    for (int o = 0; o < OBLIGATIONS; o++)
        j.obligations[o].state = STATE_UNVERIFIED;
    assert_account(&j, dcc, ACCOUNT_UNVERIFIED, false);
    j.obligations[OBLIGATION_DEVICE_CERTIFICATES].state = STATE_NOT_MET;
    j.obligations[OBLIGATION_COMMUNICATING].state = STATE_NOT_MET;
    assert_account(&j, dcc, ACCOUNT_FAILED, false);
    j.obligations[OBLIGATION_COMMUNICATING].state = STATE_MET; /* the last word is not that of the last obligation */
    assert_account(&j, dcc, ACCOUNT_FAILED, false);
    j.obligations[OBLIGATION_DEVICE_CERTIFICATES].state = STATE_MET;
    assert_account(&j, dcc, ACCOUNT_UNVERIFIED, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R6_a_proxy_that_fails_what_the_dcc_owes_is_not_its_suppliers_failure),
        cmocka_unit_test(R6_what_nobody_known_owes_has_an_account_of_its_own),
        cmocka_unit_test(R6_a_device_that_passes_is_on_time_or_late),
        cmocka_unit_test(R6_what_is_owed_only_since_a_change_of_supplier_is_inherited),
        cmocka_unit_test(R3_the_legacy_criteria_oblige_the_commissioning_supplier_or_the_dcc),
        cmocka_unit_test(R6_the_first_of_several_failures_does_not_hide_the_others),
    };

    return cmocka_run_group_tests_name("attribution", tests, NULL, NULL);
}
