/* Instants: what is read, what is refused, and British Summer Time. */
#include "base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static int parse(const char *s, enum instant_zone zone, enum instant_date date, instant *out)
{
    const char *why = NULL;
    const int rc = instant_parse(text_of(s), zone, date, out, &why);

    assert_true((rc == 0) == (why == NULL));
    return rc;
}

/* Each is read, in UTC, as the instant that is written as the second text. */
static void accepted_forms_are_read(void **state)
{
    static const char *const cases[][2] = {
        {"2021-09-17T09:30:00Z", "2021-09-17T09:30:00Z"},
        {"2021-09-17T09:30:00.000Z", "2021-09-17T09:30:00Z"},
        {"2021-09-17T09:30:00.123Z", "2021-09-17T09:30:00.123Z"},
        {"2021-09-17T09:30:00.5Z", "2021-09-17T09:30:00.500Z"},
        {"2021-09-17T09:30:00.1239Z", "2021-09-17T09:30:00.123Z"},
        {"2021-09-17T09:30:00.999999999Z", "2021-09-17T09:30:00.999Z"},
        {"2021-09-17T09:30:00,25Z", "2021-09-17T09:30:00.250Z"},
        {"2021-09-17T09:30:00.007", "2021-09-17T09:30:00.007Z"},
        {"2021-09-17T09:30:00", "2021-09-17T09:30:00Z"},
        {"2021-09-17 09:30:00", "2021-09-17T09:30:00Z"},
        {"2021-09-17 09:30:00Z", "2021-09-17T09:30:00Z"},
        {"2021-09-17T09:30", "2021-09-17T09:30:00Z"},
        {"2021-09-17T09:30Z", "2021-09-17T09:30:00Z"},
        {"2021-09-17T09:30+01:00", "2021-09-17T08:30:00Z"},
        {"2021-09-17T09:30:00+01:00", "2021-09-17T08:30:00Z"},
        {"2021-09-17T09:30:00+0100", "2021-09-17T08:30:00Z"},
        {"2021-09-17T09:30:00+01:00[Europe/London]", "2021-09-17T08:30:00Z"},
        {"2021-09-17T09:30:00Z[UTC]", "2021-09-17T09:30:00Z"},
        {"2021-09-17T09:30:00+01", "2021-09-17T08:30:00Z"},
        {"2021-09-17T09:30:00-0530", "2021-09-17T15:00:00Z"},
        {"2021-09-17T09:30:00.25-05:30", "2021-09-17T15:00:00.250Z"},
        {"2021-09-17T09:30:00-00:00", "2021-09-17T09:30:00Z"},
        {"2021-01-01T00:30:00+14:00", "2020-12-31T10:30:00Z"},
        {"2021-09-17", "2021-09-17T00:00:00Z"},
        {"17/09/2021", "2021-09-17T00:00:00Z"},
        {"17/09/2021 09:30", "2021-09-17T09:30:00Z"},
        {"17/09/2021 09:30:15", "2021-09-17T09:30:15Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
        {"2000-02-29T23:59:59Z", "2000-02-29T23:59:59Z"},
        {"29/02/2024", "2024-02-29T00:00:00Z"},
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        {"1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},

        {"2021-09-17T09:30:00.1234567890123456Z", "2021-09-17T09:30:00.123Z"},
        {"2021-09-17t09:30:00z", "2021-09-17T09:30:00Z"},
        {"2021-09-17T09:30:00 Z", "2021-09-17T09:30:00Z"},
        {"2021-09-17 09:30:00 UTC", "2021-09-17T09:30:00Z"},
        {"2021-09-17 09:30:00 utc", "2021-09-17T09:30:00Z"},
        {"2021-09-17 09:30:00.0000000 +00:00", "2021-09-17T09:30:00Z"}, /* SQL Server */
        {"2021-09-17 09:30:00.5 -05:30", "2021-09-17T15:00:00.500Z"},
        {"2021-09-17 09:30:00 +0000 UTC", "2021-09-17T09:30:00Z"}, /* Go */
        {"2021-09-17T24:00:00Z", "2021-09-18T00:00:00Z"},
        {"17/09/2021 24:00", "2021-09-18T00:00:00Z"},
        {"2021-09-17  09:30", "2021-09-17T09:30:00Z"},
        {"2021-09-17T9:30:00Z", "2021-09-17T09:30:00Z"},
        {"17/9/2021", "2021-09-17T00:00:00Z"},
        {"7/9/2021 9:05", "2021-09-07T09:05:00Z"},
        {"17/09/21", "2021-09-17T00:00:00Z"},
        {"17/09/69", "2069-09-17T00:00:00Z"},
        {"17/09/70", "1970-09-17T00:00:00Z"},
        {"17/09/2021T09:30", "2021-09-17T09:30:00Z"},
        {"17/09/2021 10:05:00.123", "2021-09-17T10:05:00.123Z"},
        {"17-Sep-2021", "2021-09-17T00:00:00Z"},
        {"17-Sep-2021 10:07:00", "2021-09-17T10:07:00Z"},
        {"7-September-2021", "2021-09-07T00:00:00Z"},
        {"17 sep 2021 10:07", "2021-09-17T10:07:00Z"},
        {"17/Sep/2021", "2021-09-17T00:00:00Z"},
        {"17-SEP-21 10.07.09.000000", "2021-09-17T10:07:09Z"}, /* Oracle */
        {"17-SEP-21 10.07.09.250000 PM", "2021-09-17T22:07:09.250Z"},
        {"17-SEP-21 12.07.09 AM", "2021-09-17T00:07:09Z"},
        {"2021/09/17", "2021-09-17T00:00:00Z"},
        {"2021/09/17 09:30:00", "2021-09-17T09:30:00Z"},
        {"20210917", "2021-09-17T00:00:00Z"},
        {"20210917093000", "2021-09-17T09:30:00Z"},
        {"20210917 093000", "2021-09-17T09:30:00Z"},
        {"20210917T093000Z", "2021-09-17T09:30:00Z"},
        {"20210917T0930+0100", "2021-09-17T08:30:00Z"},
        {"17.09.2021 09:30", "2021-09-17T09:30:00Z"},
        {"17-09-2021", "2021-09-17T00:00:00Z"},
        {"2021-9-7 9:05", "2021-09-07T09:05:00Z"},
        {"Sep  7 2021 10:05PM", "2021-09-07T22:05:00Z"}, /* SQL Server */
        {"September 17, 2021", "2021-09-17T00:00:00Z"},
        {"17/09/2021, 09:30:00", "2021-09-17T09:30:00Z"}, /* browsers */
        {"September 17, 2021, 9:30 PM", "2021-09-17T21:30:00Z"},
        {"2021-09-17-09.30.00.250000", "2021-09-17T09:30:00.250Z"}, /* Db2 */
        {"2021-09-17 09:30:00 GMT", "2021-09-17T09:30:00Z"},
        {"2021-09-17 09:30:00 BST", "2021-09-17T08:30:00Z"},
        {"2021-06-01Z", "2021-06-01T00:00:00Z"}, /* xs:date */
        {"2021-06-01+01:00", "2021-05-31T23:00:00Z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[INSTANT_TEXT_SIZE];
        instant at;

        if (parse(cases[i][0], ZONE_UTC, DATE_START, &at) < 0)
            fail_msg("'%s' is refused", cases[i][0]);
        assert_int_equal(instant_format(at, text), strlen(cases[i][1]));
        assert_string_equal(text, cases[i][1]);
    }
}

static void instants_that_do_not_exist_are_refused(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "yesterday",
        "2021-02-30T00:00:00Z",
        "2021-02-29T00:00:00Z",
        "2021-02-29",
        "1900-02-29",
        "2100-02-29T00:00:00Z",
        "30/02/2021",
        "2021-04-31",
        "2021-06-31T00:00:00Z",
        "2021-01-32T00:00:00Z",
        "2021-00-10T00:00:00Z",
        "2021-13-10T00:00:00Z",
        "2021-09-00T00:00:00Z",
        "00/09/2021",
        "09/17/2021",
        "2021-09-17T09:60:00Z",
        "2021-09-17T09:30:60Z",
        "2021-09-17T09:30:60.000Z",
        "1899-12-31T23:59:59Z",
        "1899-12-31",
        "0000-01-01",
        "1900-01-01T00:00:00+01:00",
        "9999-12-31T23:30:00-01:00",
        "2021-09-17T09:30:00.Z",
        "2021-09-17T09:30:00.12aZ",
        "2021-09-17T09:30:00.-12Z",
        "2021-09-17T09:30.5Z",
        "2021-09-17T09:30:00ZZ",
        "2021-09-17T09:30:00+",
        "2021-09-17T09:30:00+1",
        "2021-09-17T09:30:00+01:",
        "2021-09-17T09:30:00+01:0",
        "2021-09-17T09:30:00+010",
        "2021-09-17T09:30:00+01:60",
        "2021-09-17T09:30:00+14:01",
        "2021-09-17T09:30:00+15:00",
        "2021-09-17T09:30:00+01:00Z",
        "2021-09-17T",
        "2021-09-17T0",
        "2021-09-17T09",
        "2021-09-17T09:",
        "2021-09-17T09:3",
        "2021-09-17T09:30:",
        "2021-09-17T09:30:0",
        "17-09-21",
        "17.09.21",
        "17/09-2021",
        "2021-09/17",
        "+021-09-17T09:30:00Z",
        "2021-09-17T09:30:0 Z",
        "2021-09-17T-9:30:00Z",
        "2021-09-17T09;30;00Z",
        "2021-09-17X09:30:00Z",
        " 2021-09-17",
        "2021-09-17T24:00:01Z",
        "2021-09-17T25:00:00Z",
        "17/09/021",
        "17-Sept-2021",
        "17-Xyz-2021",
        "31-Sep-2021",
        "17-SEP-21 13.07.09 PM",
        "2021091",
        "202109170930",
        "20211317",
        "20210917246000",
        "2021-09-17 09:30:00 CET",
        "Sept 17, 2021",
        "Sep 17 21",
        "44456.4201",
        "1631873100",
        "2021-09-17 +25:00",
        "1.23E+15",
        "2021-09-17 ",
        "17/09/2021,",
        "17/09/2021, ",
        "17/09/2021,09:30",
        "17/09/2021 , 09:30",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        instant at;

        if (parse(cases[i], ZONE_UTC, DATE_START, &at) == 0)
            fail_msg("'%s' is accepted", cases[i]);
    }
}

static void why_names_the_fault(void **state)
{
    static const char *const cases[][2] = {
        {"2021-02-30T00:00:00Z", "day"},
        {"2021-13-01T00:00:00Z", "month"},
        {"1850-01-01T00:00:00Z", "1900"},
        {"2021-09-17T24:30:00Z", "hour"},
        {"2021-09-17T09:30:60Z", "seconds"},
        {"17/09/2021 09:60", "minutes"},
        {"soon", "wanted"},
        {"2021-09-17T09:30:00+20:00", "zone"},
        {"", "wanted"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *why = NULL;
        instant at;

        assert_int_equal(instant_parse(text_of(cases[i][0]), ZONE_UTC, DATE_START, &at, &why), -1);
        assert_non_null(strstr(why, cases[i][1]));
    }
}

/* A date alone in registration data: midnight in London; as an end, the midnight after it. */
static void dates_alone_are_midnight_in_their_zone(void **state)
{
    static const struct {
        const char *text;
        enum instant_zone zone;
        enum instant_date date;
        const char *want;
    } cases[] = {
        {"2021-09-17", ZONE_UTC, DATE_START, "2021-09-17T00:00:00Z"},
        {"2021-09-17", ZONE_UTC, DATE_END, "2021-09-18T00:00:00Z"},
        {"2021-09-17", ZONE_LONDON, DATE_START, "2021-09-16T23:00:00Z"},
        {"17/09/2021", ZONE_LONDON, DATE_START, "2021-09-16T23:00:00Z"},
        {"2021-09-17", ZONE_LONDON, DATE_END, "2021-09-17T23:00:00Z"},
        {"2021-12-17", ZONE_LONDON, DATE_START, "2021-12-17T00:00:00Z"},
        {"2021-12-31", ZONE_LONDON, DATE_END, "2022-01-01T00:00:00Z"},
        {"2021-03-28", ZONE_LONDON, DATE_START, "2021-03-28T00:00:00Z"}, /* the clocks go forward */
        {"2021-03-28", ZONE_LONDON, DATE_END, "2021-03-28T23:00:00Z"},
        {"2021-10-31", ZONE_LONDON, DATE_START, "2021-10-30T23:00:00Z"}, /* and back */
        {"2021-10-31", ZONE_LONDON, DATE_END, "2021-11-01T00:00:00Z"},
        {"2021-09-17 00:00", ZONE_LONDON, DATE_END, "2021-09-17T00:00:00Z"}, /* no date alone: UTC, and as it stands */
        {"9999-12-31", ZONE_UTC, DATE_END, "9999-12-31T23:59:59.999Z"},
        {"31/12/9999", ZONE_LONDON, DATE_END, "9999-12-31T23:59:59.999Z"},
        {"9999-12-31", ZONE_LONDON, DATE_START, "9999-12-31T00:00:00Z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[INSTANT_TEXT_SIZE];
        instant at;

        assert_int_equal(parse(cases[i].text, cases[i].zone, cases[i].date, &at), 0);
        instant_format(at, text);
        assert_string_equal(text, cases[i].want);
    }
}

static int64_t offset_at(const char *s)
{
    instant at;

    assert_int_equal(parse(s, ZONE_UTC, DATE_START, &at), 0);
    return instant_london_offset(at);
}

static void london_changes_at_one_utc_on_last_sundays(void **state)
{
    /* last Sundays of March and October; 2026 and 2021 end months on different weekdays, 2024 is a leap year */
    static const char *const days[][2] = {
        {"1996-03-31", "1996-10-27"}, {"2019-03-31", "2019-10-27"}, {"2020-03-29", "2020-10-25"},
        {"2021-03-28", "2021-10-31"}, {"2022-03-27", "2022-10-30"}, {"2023-03-26", "2023-10-29"},
        {"2024-03-31", "2024-10-27"}, {"2026-03-29", "2026-10-25"}, {"2027-03-28", "2027-10-31"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(days); i++)
        for (size_t change = 0; change < 2; change++) {
            char before[32], at[32];

            snprintf(before, sizeof(before), "%sT00:59:59.999Z", days[i][change]);
            snprintf(at, sizeof(at), "%sT01:00:00Z", days[i][change]);
            assert_int_equal(offset_at(before), change == 0 ? 0 : 3600);
            assert_int_equal(offset_at(at), change == 0 ? 3600 : 0);
        }
    assert_int_equal(offset_at("2021-01-01T00:00:00Z"), 0);
    assert_int_equal(offset_at("2021-07-01T00:00:00Z"), 3600);
    assert_int_equal(offset_at("2021-12-31T23:59:59Z"), 0);
    assert_int_equal(instant_london_offset(INSTANT_NONE), 0);
    assert_int_equal(instant_london_offset(INSTANT_MAX), 0);
}

/* Every day of the range against the C library's calendar. */
static void calendar_agrees_with_gmtime(void **state)
{
    const int64_t first = -25567, last = 2932896; /* 1900-01-01, 9999-12-31 */

    (void)state;
    for (int64_t day = first; day <= last; day++) {
        const time_t seconds = (time_t)(day * 86400 + 86399);
        char want[80], got[INSTANT_TEXT_SIZE];
        struct tm tm;
        instant back;

        assert_non_null(gmtime_r(&seconds, &tm));
        snprintf(want, sizeof(want), "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
        assert_int_equal(instant_format_date(day * INSTANT_DAY, got), 10);
        assert_string_equal(got, want);
        assert_int_equal(instant_format(seconds * INSTANT_SECOND + 999, got), 24);
        if (memcmp(got, want, 10) != 0 || strcmp(got + 10, "T23:59:59.999Z") != 0)
            fail_msg("%s for the end of %s", got, want);
        if (parse(got, ZONE_UTC, DATE_START, &back) < 0 || back != seconds * INSTANT_SECOND + 999)
            fail_msg("%s does not come back", got);
    }
}

/* The usual layout has a way of its own: it must agree with the other, on what exists and on what it is. */
static void both_ways_of_reading_agree(void **state)
{
    static const int years[] = {0, 1899, 1900, 1999, 2000, 2021, 2024, 2100, 9999};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(years); i++)
        for (int month = 0; month < 15; month++)
            for (int day = 0; day < 34; day++) {
                char usual[64], other[64];
                instant a = 0, b = 0;

                snprintf(usual, sizeof(usual), "%04d-%02d-%02dT12:00:00Z", years[i], month, day);
                snprintf(other, sizeof(other), "%02d/%02d/%04d 12:00", day, month, years[i]);
                assert_int_equal(parse(usual, ZONE_UTC, DATE_START, &a), parse(other, ZONE_UTC, DATE_START, &b));
                assert_true(a == b);
            }
}

static void what_cannot_be_written_is_empty(void **state)
{
    char text[INSTANT_TEXT_SIZE] = "x";

    (void)state;
    assert_int_equal(instant_format(INSTANT_NONE, text), 0);
    assert_string_equal(text, "");
    strcpy(text, "x");
    assert_int_equal(instant_format_date(INSTANT_NONE, text), 0);
    assert_string_equal(text, "");
    assert_int_equal(instant_format(INSTANT_MAX, text), 0);
    assert_int_equal(instant_format(INSTANT_NONE + 1, text), 0);
}

static void now_follows_source_date_epoch(void **state)
{
    const instant year_2020 = INT64_C(1577836800000);

    (void)state;
    setenv("SOURCE_DATE_EPOCH", "1631871000", 1);
    assert_true(instant_now() == INT64_C(1631871000000));
    setenv("SOURCE_DATE_EPOCH", "tomorrow", 1);
    assert_true(instant_now() > year_2020);
    setenv("SOURCE_DATE_EPOCH", "99999999999999999999", 1);
    assert_true(instant_now() > year_2020);
    setenv("SOURCE_DATE_EPOCH", "", 1);
    assert_true(instant_now() > year_2020);
    unsetenv("SOURCE_DATE_EPOCH");
    assert_true(instant_now() > year_2020);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_forms_are_read),
        cmocka_unit_test(instants_that_do_not_exist_are_refused),
        cmocka_unit_test(why_names_the_fault),
        cmocka_unit_test(dates_alone_are_midnight_in_their_zone),
        cmocka_unit_test(london_changes_at_one_utc_on_last_sundays),
        cmocka_unit_test(calendar_agrees_with_gmtime),
        cmocka_unit_test(both_ways_of_reading_agree),
        cmocka_unit_test(what_cannot_be_written_is_empty),
        cmocka_unit_test(now_follows_source_date_epoch),
    };

    return cmocka_run_group_tests_name("instant", tests, NULL, NULL);
}
