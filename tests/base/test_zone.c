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
        cmocka_unit_test(test_unknown_names_are_told),
        cmocka_unit_test(test_database_agrees_with_the_built_in_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
