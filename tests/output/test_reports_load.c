/* Every report that ships with the program can be read, and is what its file name says. */
#include "base/shipped.h"
#include "output/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER "reports/"

static bool is_report(const struct shipped *s)
{
    return strncmp(s->name, FOLDER, strlen(FOLDER)) == 0;
}

/* What a terminal leaves out is not left to chance. */
static bool has_importance(const struct report *r, size_t at_least)
{
    size_t named = 0;

    for (size_t i = 0; i < r->column_count; i++)
        named += r->columns[i].importance > 0;
    return named >= at_least;
}

static void check_report(const struct shipped *s)
{
    struct err err = {0};
    struct report r;
    char name[128];

    if (report_parse(&r, s->name, s->text, &err) < 0)
        fail_msg("%s", err.msg);
    snprintf(name, sizeof(name), FOLDER "%s.sql", r.name);
    assert_string_equal(name, s->name);
    assert_true(strlen(r.title) > 0 && strlen(r.audience) > 0 && strlen(r.description) > 0);
    assert_non_null(strstr(r.sql, "\nORDER BY ")); /* the same rows in the same order, every time */
    assert_true(has_importance(&r, r.column_count < 6 ? r.column_count : 6));
    report_release(&r);
}

static void every_shipped_report_loads(void **state)
{
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < shipped_count; i++)
        if (is_report(&shipped_files[i])) {
            check_report(&shipped_files[i]);
            count++;
        }
    assert_true(count >= 3);
}

/* Names in the order that others rely on. */
static void check_columns(const char *file, const char *const *names, size_t count, bool more_may_follow)
{
    const struct shipped *s = shipped_find(file);
    struct err err = {0};
    struct report r;

    assert_non_null(s);
    assert_int_equal(report_parse(&r, file, s->text, &err), 0);
    if (more_may_follow)
        assert_true(r.column_count >= count);
    else
        assert_int_equal(r.column_count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(r.columns[i].name, names[i]);
    report_release(&r);
}

static void columns_of_devices_are_fixed(void **state)
{
    static const char *const names[] = {"device_id",
                                        "device_type",
                                        "smets",
                                        "csp_region",
                                        "chf_id",
                                        "commissioned_at",
                                        "deadline",
                                        "verdict",
                                        "legacy_verdict",
                                        "classification",
                                        "reasons",
                                        "responsible_party",
                                        "commissioning_supplier",
                                        "network_operator",
                                        "cos_at",
                                        "issue_credentials",
                                        "device_certificates",
                                        "network_operator_credentials",
                                        "supplier_credentials",
                                        "communicating",
                                        "recovery_cell",
                                        "completed_at",
                                        "late",
                                        "excluded_reason",
                                        "next_action",
                                        "main_reason",
                                        "waived"};

    (void)state;
    check_columns("reports/devices.sql", names, ARRAY_LEN(names), false);
}

static void columns_of_chf_incidents_are_fixed(void **state)
{
    static const char *const names[] = {"incident_id", "chf_id",       "csp_region",      "manufacturer",
                                        "model",       "firmware",     "commissioned_at", "status",
                                        "opened_at",   "resolved_at",  "age_days",        "age_band",
                                        "unmet",       "reasons",      "next_action",     "waived",
                                        "ticket",      "ticket_state", "ticket_category", "ticket_assignee"};

    (void)state;
    check_columns("reports/chf-incidents.sql", names, ARRAY_LEN(names), true);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_report_loads),
        cmocka_unit_test(columns_of_devices_are_fixed),
        cmocka_unit_test(columns_of_chf_incidents_are_fixed),
    };

    return cmocka_run_group_tests_name("shipped reports", tests, NULL, NULL);
}
