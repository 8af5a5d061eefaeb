/* R8: the lifecycle of CHF Incidents. */
#include "facts.h"

#include "rules/incident.h"

#define RUN COMMISSIONED

static struct inventory_row chf = {.device = DEVICE, .type = DEVICE_CHF, .status = SMI_COMMISSIONED};

static enum incident_change step(const struct incident *last, enum verdict verdict, enum smi_status status,
                                 struct incident *next)
{
    const struct judgement j = {.device = DEVICE, .inventory = &chf, .verdict = verdict};

    chf.status = status;
    return incident_step(last, &j, INCIDENTS_BY_REVISED, VERDICTS, RUN, next);
}

static void r8_a_failing_chf_opens_one_incident(void **state)
{
    const struct incident never = {.device = DEVICE}, open = {DEVICE, 1, RUN - DAY, INSTANT_NONE, false},
                          closed = {DEVICE, 1, RUN - 9 * DAY, RUN - DAY, false};
    struct incident next;

    (void)state;
    assert_int_equal(step(&never, VERDICT_FAIL, SMI_COMMISSIONED, &next), INCIDENT_OPEN);
    assert_int_equal(next.episode, 1);
    assert_int_equal(next.opened_at, RUN);
    assert_int_equal(next.resolved_at, INSTANT_NONE);
    assert_int_equal(step(&open, VERDICT_FAIL, SMI_COMMISSIONED, &next), INCIDENT_KEEP);
    assert_int_equal(next.episode, 1);
    assert_int_equal(step(&closed, VERDICT_FAIL, SMI_COMMISSIONED, &next), INCIDENT_OPEN);
    assert_int_equal(next.episode, 2);
}

static void r8_resolved_by_pass_or_removal_and_kept_otherwise(void **state)
{
    static const struct {
        enum verdict verdict;
        enum smi_status status;
        enum incident_change want;
    } runs[] = {
        {VERDICT_PASS, SMI_COMMISSIONED, INCIDENT_RESOLVE},    {VERDICT_EXCLUDED, SMI_DECOMMISSIONED, INCIDENT_RESOLVE},
        {VERDICT_EXCLUDED, SMI_WITHDRAWN, INCIDENT_RESOLVE},   {VERDICT_EXCLUDED, SMI_SUSPENDED, INCIDENT_KEEP},
        {VERDICT_UNVERIFIED, SMI_COMMISSIONED, INCIDENT_KEEP}, {VERDICT_PENDING, SMI_COMMISSIONED, INCIDENT_KEEP},
    };
    const struct incident open = {DEVICE, 1, RUN - DAY, INSTANT_NONE, false}, never = {.device = DEVICE};
    struct incident next;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
        assert_int_equal(step(&open, runs[i].verdict, runs[i].status, &next), runs[i].want);
        assert_int_equal(next.resolved_at, runs[i].want == INCIDENT_RESOLVE ? RUN : INSTANT_NONE);
        assert_int_equal(step(&never, runs[i].verdict, runs[i].status, &next), INCIDENT_KEEP);
    }
}

static void r8_one_opened_in_error_is_resolved_as_such(void **state)
{
    static const struct {
        enum verdict now, at_opening;
        enum incident_change want;
        bool in_error;
    } runs[] = {
        {VERDICT_PASS, VERDICT_PASS, INCIDENT_RESOLVE, true},
        {VERDICT_PASS, VERDICT_FAIL, INCIDENT_RESOLVE, false},
        {VERDICT_UNVERIFIED, VERDICT_PASS, INCIDENT_RESOLVE, true},
        {VERDICT_PASS, VERDICTS, INCIDENT_RESOLVE, false},
        {VERDICT_UNVERIFIED, VERDICT_FAIL, INCIDENT_KEEP, false},
        {VERDICT_FAIL, VERDICT_PASS, INCIDENT_RESOLVE, true}, /* it fails for another cause */
        {VERDICT_FAIL, VERDICT_FAIL, INCIDENT_KEEP, false},
        {VERDICT_FAIL, VERDICT_UNVERIFIED, INCIDENT_KEEP, false},
        {VERDICT_PENDING, VERDICT_UNVERIFIED, INCIDENT_KEEP, false},
    };
    const struct incident open = {DEVICE, 1, RUN - DAY, INSTANT_NONE, false}, never = {.device = DEVICE};
    struct judgement j = {.device = DEVICE, .inventory = &chf};
    struct incident next;

    (void)state;
    chf.status = SMI_COMMISSIONED;
    for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
        j.verdict = runs[i].now;
        assert_int_equal(incident_step(&open, &j, INCIDENTS_BY_REVISED, runs[i].at_opening, RUN, &next), runs[i].want);
        assert_int_equal(next.raised_in_error, runs[i].in_error);
    }
    j.verdict = VERDICT_PASS;
    assert_int_equal(incident_step(&never, &j, INCIDENTS_BY_REVISED, VERDICT_PASS, RUN, &next), INCIDENT_KEEP);
}

/* It is opened and resolved by those of the run, and those that opened it stay known. */
static void r8_an_incident_remembers_the_criteria_that_opened_it(void **state)
{
    const struct judgement
        misled = {.device = DEVICE, .inventory = &chf, .verdict = VERDICT_PASS, .legacy_verdict = VERDICT_FAIL},
        missed = {.device = DEVICE, .inventory = &chf, .verdict = VERDICT_FAIL, .legacy_verdict = VERDICT_PASS};
    const struct incident never = {.device = DEVICE};
    struct incident open, closed, again;

    (void)state;
    chf.status = SMI_COMMISSIONED;
    assert_int_equal(incident_step(&never, &misled, INCIDENTS_BY_REVISED, VERDICTS, RUN, &open), INCIDENT_KEEP);
    assert_int_equal(incident_step(&never, &misled, INCIDENTS_BY_LEGACY, VERDICTS, RUN, &open), INCIDENT_OPEN);
    assert_int_equal(open.opened_by, INCIDENTS_BY_LEGACY);
    assert_int_equal(incident_step(&open, &misled, INCIDENTS_BY_REVISED, VERDICT_FAIL, RUN, &closed), INCIDENT_RESOLVE);
    assert_int_equal(closed.opened_by, INCIDENTS_BY_LEGACY);
    assert_int_equal(incident_step(&closed, &missed, INCIDENTS_BY_REVISED, VERDICTS, RUN, &again), INCIDENT_OPEN);
    assert_int_equal(again.opened_by, INCIDENTS_BY_REVISED);
}

static void r8_the_configuration_says_whose_verdict_opens_incidents(void **state)
{
    const struct judgement j = {
        .device = DEVICE, .inventory = &chf, .verdict = VERDICT_PASS, .legacy_verdict = VERDICT_FAIL};
    struct judge_settings s = judge_settings_default;

    (void)state;
    assert_int_equal(incident_verdict(&j, incident_criteria_at(&s, RUN)), VERDICT_PASS);
    s.incidents = INCIDENTS_BY_LEGACY;
    s.incidents_revised_from = INSTANT_NONE;
    assert_int_equal(incident_verdict(&j, incident_criteria_at(&s, RUN)), VERDICT_FAIL);
    s.incidents_revised_from = RUN;
    assert_int_equal(incident_verdict(&j, incident_criteria_at(&s, RUN - 1)), VERDICT_FAIL);
    assert_int_equal(incident_verdict(&j, incident_criteria_at(&s, RUN)), VERDICT_PASS);
    assert_int_equal(incident_criteria_at(&s, RUN - 1), INCIDENTS_BY_LEGACY);
}

static void r8_an_incident_is_about_what_its_criteria_find_unmet(void **state)
{
    struct judgement j = {0};

    (void)state;
    j.obligations[0] = (struct obligation_judgement){.state = STATE_MET, .legacy_met = false};
    j.obligations[1] = (struct obligation_judgement){.state = STATE_NOT_MET, .legacy_met = true};
    j.obligations[2] = (struct obligation_judgement){.state = STATE_NOT_APPLICABLE, .legacy_met = true};
    j.obligations[3] = (struct obligation_judgement){.state = STATE_UNVERIFIED, .legacy_met = false};
    j.obligations[4] = (struct obligation_judgement){.state = STATE_NOT_ATTEMPTED, .legacy_met = true};
    j.obligations[5] = (struct obligation_judgement){.state = STATE_MET, .legacy_met = true};
    assert_int_equal(incident_unmet(&j, INCIDENTS_BY_REVISED), 1 << 1 | 1 << 3 | 1 << 4);
    assert_int_equal(incident_unmet(&j, INCIDENTS_BY_LEGACY), 1 << 0 | 1 << 3);
    j.obligations[0] = j.obligations[4];
    assert_int_equal(incident_unmet(&j, INCIDENTS_BY_REVISED), 1 << 0 | 1 << 1 | 1 << 3 | 1 << 4);
    assert_int_equal(incident_unmet(&j, INCIDENTS_BY_LEGACY), 1 << 3);
    assert_string_equal(incident_criteria_word(INCIDENTS_BY_REVISED), "revised");
    assert_string_equal(incident_criteria_word(INCIDENTS_BY_LEGACY), "legacy");
    assert_string_equal(incident_criteria_plain(INCIDENTS_BY_REVISED), "evidence-based criteria (revised)");
    assert_string_equal(incident_criteria_plain(INCIDENTS_BY_LEGACY), "criteria in force (legacy)");
}

static void r8_only_a_chf_has_incidents(void **state)
{
    const struct incident never = {.device = DEVICE};
    struct incident next;

    (void)state;
    chf.type = DEVICE_GPF;
    assert_int_equal(step(&never, VERDICT_FAIL, SMI_COMMISSIONED, &next), INCIDENT_KEEP);
    chf.type = DEVICE_CHF;
}

static void r8_status_identity_and_age(void **state)
{
    const struct incident error = {DEVICE, 3, RUN, RUN + 10 * DAY, true};
    const struct incident i = {DEVICE, 3, RUN, RUN + 10 * DAY, false};
    const struct incident open = {DEVICE, 3, RUN, INSTANT_NONE, false};
    char id[INCIDENT_ID_SIZE];

    (void)state;
    assert_int_equal(incident_id_format(&i, id), strlen("PCI-00-DB-12-34-56-78-90-A0-3"));
    assert_string_equal(id, "PCI-00-DB-12-34-56-78-90-A0-3");
    assert_string_equal(incident_status(&i, RUN, INSTANT_NONE), "NEW");
    assert_string_equal(incident_status(&i, RUN + 1, RUN - 1), "NEW"); /* a second run on a day still shows it */
    assert_string_equal(incident_status(&i, RUN + DAY, RUN), "OPEN");
    assert_string_equal(incident_status(&i, RUN + 10 * DAY - 1, RUN), "OPEN");
    assert_string_equal(incident_status(&i, RUN + 10 * DAY, RUN), "RESOLVED");
    assert_string_equal(incident_status(&error, RUN + 10 * DAY, RUN), "RAISED_IN_ERROR");
    assert_string_equal(incident_status(&open, RUN + 99 * DAY, RUN), "OPEN");
    assert_int_equal(incident_age_days(&open, RUN + 3 * DAY - 1), 2);
    assert_int_equal(incident_age_days(&i, RUN + 3 * DAY), 3);
    assert_int_equal(incident_age_days(&i, RUN + 99 * DAY), 10);
}

static void r8_age_bands(void **state)
{
    static const struct {
        int64_t days;
        const char *want;
    } bands[] = {{0, "0-7"},    {7, "0-7"},     {8, "8-30"},     {30, "8-30"},     {31, "31-90"},
                 {90, "31-90"}, {91, "91-180"}, {180, "91-180"}, {181, "over 180"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bands); i++)
        assert_string_equal(incident_age_band(bands[i].days), bands[i].want);
}

static void r8_one_that_was_never_opened_is_not_open(void **state)
{
    const struct incident never = {DEVICE, 0, INSTANT_NONE, INSTANT_NONE, false};
    struct incident next = {.raised_in_error = true};

    (void)state;
    assert_int_equal(step(&never, VERDICT_PASS, SMI_COMMISSIONED, &next), INCIDENT_KEEP);
    assert_int_equal(step(&never, VERDICT_FAIL, SMI_COMMISSIONED, &next), INCIDENT_OPEN);
    assert_int_equal(next.episode, 1);
    assert_false(next.raised_in_error);
}

/* The first of its reasons; else why it is excluded; else its verdict. */
static void r9_4_the_category_is_the_first_reason(void **state)
{
    struct judgement j = {.inventory = &chf, .verdict = VERDICT_UNVERIFIED, .excluded = EXCLUDED_NOT};

    (void)state;
    assert_string_equal(incident_category(&j), "UNVERIFIED");
    j.excluded = EXCLUDED_SMETS1;
    assert_string_equal(incident_category(&j), "SMETS1");
    for (unsigned r = 0; r < REASONS; r++) {
        j.reasons = REASON_BIT(r);
        assert_string_equal(incident_category(&j), reason_word((enum reason)r));
        j.reasons |= REASON_BIT(REASONS - 1);
        assert_string_equal(incident_category(&j), reason_word((enum reason)r));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r8_a_failing_chf_opens_one_incident),
        cmocka_unit_test(r8_resolved_by_pass_or_removal_and_kept_otherwise),
        cmocka_unit_test(r8_one_opened_in_error_is_resolved_as_such),
        cmocka_unit_test(r8_an_incident_remembers_the_criteria_that_opened_it),
        cmocka_unit_test(r8_the_configuration_says_whose_verdict_opens_incidents),
        cmocka_unit_test(r8_an_incident_is_about_what_its_criteria_find_unmet),
        cmocka_unit_test(r8_only_a_chf_has_incidents),
        cmocka_unit_test(r8_status_identity_and_age),
        cmocka_unit_test(r8_age_bands),
        cmocka_unit_test(r8_one_that_was_never_opened_is_not_open),
        cmocka_unit_test(r9_4_the_category_is_the_first_reason),
    };

    return cmocka_run_group_tests_name("incident", tests, NULL, NULL);
}
