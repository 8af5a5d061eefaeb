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
    return incident_step(last, &j, RUN, next);
}

static void r8_a_failing_chf_opens_one_incident(void **state)
{
    const struct incident never = {.device = DEVICE}, open = {DEVICE, 1, RUN - DAY, INSTANT_NONE},
                          closed = {DEVICE, 1, RUN - 9 * DAY, RUN - DAY};
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
    const struct incident open = {DEVICE, 1, RUN - DAY, INSTANT_NONE}, never = {.device = DEVICE};
    struct incident next;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
        assert_int_equal(step(&open, runs[i].verdict, runs[i].status, &next), runs[i].want);
        assert_int_equal(next.resolved_at, runs[i].want == INCIDENT_RESOLVE ? RUN : INSTANT_NONE);
        assert_int_equal(step(&never, runs[i].verdict, runs[i].status, &next), INCIDENT_KEEP);
    }
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
    const struct incident i = {DEVICE, 3, RUN, RUN + 10 * DAY};
    const struct incident open = {DEVICE, 3, RUN, INSTANT_NONE};
    char id[INCIDENT_ID_SIZE];

    (void)state;
    assert_int_equal(incident_id_format(&i, id), strlen("PCI-00-DB-12-34-56-78-90-A0-3"));
    assert_string_equal(id, "PCI-00-DB-12-34-56-78-90-A0-3");
    assert_string_equal(incident_status(&i, RUN), "NEW");
    assert_string_equal(incident_status(&i, RUN + 10 * DAY - 1), "OPEN");
    assert_string_equal(incident_status(&i, RUN + 10 * DAY), "RESOLVED");
    assert_string_equal(incident_status(&open, RUN + 99 * DAY), "OPEN");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r8_a_failing_chf_opens_one_incident),
        cmocka_unit_test(r8_resolved_by_pass_or_removal_and_kept_otherwise),
        cmocka_unit_test(r8_only_a_chf_has_incidents),
        cmocka_unit_test(r8_status_identity_and_age),
        cmocka_unit_test(r8_age_bands),
    };

    return cmocka_run_group_tests_name("incident", tests, NULL, NULL);
}
