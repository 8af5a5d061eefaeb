/* R1, reading time: what a clock shows, as an instant. */
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static instant utc(const char *text)
{
    instant at = INSTANT_NONE;
    const char *why = "";

    if (instant_parse(text_of(text), ZONE_UTC, DATE_START, &at, &why) < 0)
        fail_msg("%s: %s", text, why);
    return at;
}

static void check(const struct zone *z, const char *clock, const char *expected)
{
    instant at = INSTANT_NONE;

    assert_true(zone_instant(z, utc(clock), &at));
    assert_int_equal(at, utc(expected));
}

static struct zone *zone_of(const char *name)
{
    struct zone *z = NULL;
    struct err err = {0};

    if (zone_create(&z, name, &err) < 0)
        fail_msg("%s: %s", name, err.msg);
    return z;
}

static void test_utc_is_no_zone_at_all(void **state)
{
    (void)state;
    assert_null(zone_of("UTC"));
    check(NULL, "2021-07-01T12:00:00Z", "2021-07-01T12:00:00Z");
}

static void test_london_in_winter_and_summer(void **state)
{
    struct zone *z = zone_of("Europe/London");

    (void)state;
    check(z, "2021-01-15T12:00:00Z", "2021-01-15T12:00:00Z");
    check(z, "2021-07-01T12:00:00Z", "2021-07-01T11:00:00Z");
    zone_destroy(z);
}

static void test_clocks_go_forward_over_an_hour(void **state)
{
    struct zone *z = zone_of("Europe/London");
    instant at;

    (void)state;
    check(z, "2021-03-28T00:59:59Z", "2021-03-28T00:59:59Z");
    assert_false(zone_instant(z, utc("2021-03-28T01:00:00Z"), &at));
    assert_false(zone_instant(z, utc("2021-03-28T01:59:59Z"), &at));
    check(z, "2021-03-28T02:00:00Z", "2021-03-28T01:00:00Z");
    zone_destroy(z);
}

static void test_hour_that_comes_twice_is_the_first(void **state)
{
    struct zone *z = zone_of("Europe/London");

    (void)state;
    check(z, "2021-10-31T00:59:59Z", "2021-10-30T23:59:59Z");
    check(z, "2021-10-31T01:00:00Z", "2021-10-31T00:00:00Z");
    check(z, "2021-10-31T01:59:59Z", "2021-10-31T00:59:59Z");
    check(z, "2021-10-31T02:00:00Z", "2021-10-31T02:00:00Z");
    zone_destroy(z);
}

static void check_text(const struct zone *z, const char *text, const char *expected)
{
    const struct instant_form form = {.clock = z};
    const char *why = "";
    instant at = INSTANT_NONE;

    if (instant_read(text_of(text), &form, &at, &why) < 0)
        fail_msg("%s: %s", text, why);
    assert_int_equal(at, utc(expected));
}

static void test_only_a_time_without_a_zone_is_that_of_the_clock(void **state)
{
    struct zone *z = zone_of("Europe/London");
    const struct instant_form form = {.clock = z};
    const char *why = "";
    instant at;

    (void)state;
    check_text(z, "17/09/2021 09:30", "2021-09-17T08:30:00Z");
    check_text(z, "2021-09-17T09:30:00", "2021-09-17T08:30:00Z");
    check_text(z, "2021-09-17T09:30:00Z", "2021-09-17T09:30:00Z");
    check_text(z, "2021-09-17T09:30:00+02:00", "2021-09-17T07:30:00Z");
    check_text(z, "2021-09-17", "2021-09-17T00:00:00Z");
    assert_int_equal(instant_read(TEXT_LITERAL("28/03/2021 01:30"), &form, &at, &why), -1);
    assert_non_null(strstr(why, "go forward"));
    zone_destroy(z);
}

static void test_month_first(void **state)
{
    const struct instant_form form = {.month_first = true};
    const char *why = "";
    instant at = INSTANT_NONE;

    (void)state;
    assert_int_equal(instant_read(TEXT_LITERAL("09/03/2021 10:00"), &form, &at, &why), 0);
    assert_int_equal(at, utc("2021-09-03T10:00:00Z"));
    assert_int_equal(instant_read(TEXT_LITERAL("09.13.2021"), &form, &at, &why), 0);
    assert_int_equal(at, utc("2021-09-13T00:00:00Z"));
    assert_int_equal(instant_read(TEXT_LITERAL("09-13-2021"), &form, &at, &why), 0);
    assert_int_equal(at, utc("2021-09-13T00:00:00Z"));
    assert_int_equal(instant_read(TEXT_LITERAL("13/03/2021"), &form, &at, &why), -1);
}

static void test_unknown_names_are_told(void **state)
{
    const char *const names[] = {"Europe/Londn", "../../etc/passwd", "", "/etc/localtime"};
    struct zone *z;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct err err = {0};
        assert_int_equal(zone_create(&z, names[i], &err), -1);
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.msg, "Europe/London"));
    }
}

/* The database may not be installed: then there is nothing to compare with. */
static void test_database_agrees_with_the_built_in_rule(void **state)
{
    struct zone *own = zone_of("Europe/London"), *other = NULL;
    struct err err = {0};

    (void)state;
    setenv("TZ", "Asia/Tokyo", 1);
    if (zone_create(&other, "Europe/Guernsey", &err) < 0) {
        zone_destroy(own);
        skip();
    }
    assert_string_equal(getenv("TZ"), "Asia/Tokyo");
    for (instant at = utc("1997-01-01T00:00:00Z"); at < utc("2060-01-01T00:00:00Z"); at += 5 * INSTANT_HOUR)
        assert_int_equal(zone_offset(other, at), zone_offset(own, at));
    zone_destroy(own);
    zone_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utc_is_no_zone_at_all),
        cmocka_unit_test(test_london_in_winter_and_summer),
        cmocka_unit_test(test_clocks_go_forward_over_an_hour),
        cmocka_unit_test(test_hour_that_comes_twice_is_the_first),
        cmocka_unit_test(test_only_a_time_without_a_zone_is_that_of_the_clock),
        cmocka_unit_test(test_month_first),
        cmocka_unit_test(test_unknown_names_are_told),
        cmocka_unit_test(test_database_agrees_with_the_built_in_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
