/* R10.1: silences of the log, each clause with the smallest log that shows it. */
#include "rules/coverage.h"
#include "rules/judge.h"
#include "rules/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HOUR  INSTANT_HOUR
#define START INT64_C(453000) /* an hour */
#define MOST  1200

struct book {
    struct request_hour hours[MOST];
    size_t count;
    struct judge_settings settings;
    struct found_silence found[2 * MOST];
    size_t silences;
};

static void log_begins(struct book *b)
{
    memset(b, 0, sizeof(*b));
    b->settings = judge_settings_default;
}

/* Hours from START on; ascending. */
static void log_has(struct book *b, int64_t hour, uint64_t requests)
{
    const uint64_t before = b->count == 0 ? 0 : b->hours[b->count - 1].before + b->hours[b->count - 1].requests;

    assert_true(b->count < MOST);
    b->hours[b->count++] = (struct request_hour){START + hour, requests, before};
}

/* As at so many hours after START, and milliseconds. */
static void look(struct book *b, int64_t hour, int64_t ms)
{
    b->silences = coverage_find(b->hours, b->count, &b->settings, (START + hour) * HOUR + ms, b->found);
    assert_true(b->silences <= coverage_most(b->count, &b->settings));
}

#define assert_silence(b, n, from_hour, to_hour)                                                                       \
    do {                                                                                                               \
        assert_true((size_t)(n) < (b).silences);                                                                       \
        assert_int_equal((b).found[n].span.from, (START + (from_hour)) * HOUR);                                        \
        assert_int_equal((b).found[n].span.to, (START + (to_hour)) * HOUR);                                            \
    } while (0)

static void R10_1_a_log_without_requests_is_one_silence(void **state)
{
    static struct book b;

    (void)state;
    log_begins(&b);
    look(&b, 5, 7);
    assert_int_equal(b.silences, 1);
    assert_int_equal(b.found[0].span.from, INSTANT_NONE);
    assert_int_equal(b.found[0].span.to, (START + 5) * HOUR + 7);
    assert_int_equal(b.found[0].expected, -1);
}

static void R10_1_the_time_before_the_first_request_is_always_a_silence(void **state)
{
    static struct book b;

    (void)state;
    log_begins(&b);
    log_has(&b, 3, 1);
    look(&b, 4, 0);
    assert_int_equal(b.silences, 1);
    assert_int_equal(b.found[0].span.from, INSTANT_NONE);
    assert_int_equal(b.found[0].span.to, (START + 3) * HOUR);
}

/* Every hour of the log but those from `from` up to `to`. */
static void fill(struct book *b, int64_t hours, int64_t from, int64_t to, uint64_t requests)
{
    for (int64_t h = 0; h < hours; h++)
        if (h < from || h >= to)
            log_has(b, h, requests);
}

static void R10_1_a_run_is_of_at_least_silence_hours(void **state)
{
    static struct book b;

    (void)state;
    for (int64_t length = 23; length <= 24; length++) {
        log_begins(&b);
        fill(&b, 600, 300, 300 + length, 5);
        look(&b, 600, 0);
        assert_int_equal(b.silences, length < 24 ? 1 : 2);
        if (length == 24)
            assert_silence(b, 1, 300, 324);
    }
    b.settings.silence_hours = 25;
    look(&b, 600, 0);
    assert_int_equal(b.silences, 1);
}

static void R10_1_a_run_is_a_silence_where_enough_were_to_be_expected(void **state)
{
    static struct book b;

    (void)state;
    /* Silent: hours 261 to 299. The same hours one week before, 93 to 131, hold 19 or 20 requests. */
    for (uint64_t requests = 19; requests <= 20; requests++) {
        log_begins(&b);
        for (int64_t h = 0; h < 268; h += 20)
            log_has(&b, h, h == 100 ? requests - 1 : 1);
        log_has(&b, 300, 1);
        look(&b, 301, 0);
        assert_int_equal(b.silences, requests == 20 ? 2 : 1);
    }
    assert_silence(b, 1, 261, 300);
    assert_int_equal(b.found[1].expected, 20);
    assert_int_equal(b.found[1].weeks, 1);
}

static void R10_1_the_mean_is_of_the_weeks_that_lie_within_the_log(void **state)
{
    static struct book b;

    (void)state;
    log_begins(&b);
    /* Silent: 340 to 363. One week before 172 to 195, two before 4 to 27, one after 508 to 531; the log ends at 531. */
    log_has(&b, 4, 10);
    for (int64_t h = 22; h < 170; h += 20)
        log_has(&b, h, 1);
    log_has(&b, 172, 31);
    for (int64_t h = 190; h < 340; h += 20)
        log_has(&b, h, 1);
    log_has(&b, 339, 1);
    for (int64_t h = 364; h < 508; h += 20)
        log_has(&b, h, 1);
    log_has(&b, 508, 40);
    log_has(&b, 531, 1);
    look(&b, 532, 0);
    assert_int_equal(b.silences, 2);
    assert_silence(b, 1, 340, 364);
    assert_int_equal(b.found[1].weeks, 3);
    assert_int_equal(b.found[1].expected, (10 + 1 + 31 + 1 + 40 + 1) / 3);
    /* An hour less, and the week after is not whole. */
    b.count--;
    look(&b, 532, 0);
    assert_int_equal(b.found[1].weeks, 2);
}

static void R10_1_four_weeks_on_each_side_count(void **state)
{
    static struct book b;

    (void)state;
    log_begins(&b);
    for (int64_t h = 0; h < 24; h++)
        log_has(&b, h, 50); /* five weeks before: does not count */
    for (int64_t week = 1; week <= 4; week++)
        for (int64_t h = 0; h < 168; h += h < 24 ? 1 : 20)
            log_has(&b, week * 168 + h, 1);
    log_has(&b, 839, 1); /* silent: 840 to 863, five weeks after 0 */
    for (int64_t week = 5; week <= 9; week++)
        for (int64_t h = week == 5 ? 24 : 0; h < 168; h += h < 24 ? 1 : 20)
            log_has(&b, week * 168 + h, 1);
    for (int64_t h = 0; h < 24; h++)
        log_has(&b, 10 * 168 + h, 50); /* five weeks after: neither */
    look(&b, 10 * 168 + 24, 0);
    assert_silence(b, b.silences - 1, 840, 864);
    assert_int_equal(b.found[b.silences - 1].weeks, 8);
    assert_int_equal(b.found[b.silences - 1].expected, 24);
}

static void R10_1_without_such_a_week_the_mean_rate_around_tells(void **state)
{
    static struct book b;

    (void)state;
    for (uint64_t requests = 9; requests <= 10; requests++) {
        log_begins(&b);
        log_has(&b, 0, requests);
        log_has(&b, 25, 1);
        look(&b, 26, 0);
        /* The two hours of log around hold 10 or 11 requests: so 24 hours were to hold 120 or 132. */
        assert_int_equal(b.silences, 2);
        assert_int_equal(b.found[1].weeks, 0);
        assert_int_equal(b.found[1].expected, (int64_t)(requests + 1) * 12);
    }
    b.settings.expected_requests = 132;
    look(&b, 26, 0);
    assert_int_equal(b.silences, 2);
    b.settings.expected_requests = 133;
    look(&b, 26, 0);
    assert_int_equal(b.silences, 1);
}

static void R10_1_the_rate_is_of_28_days_at_most(void **state)
{
    static struct book b;

    (void)state;
    log_begins(&b);
    log_has(&b, 0, 100000); /* more than 28 days before the run */
    for (int64_t h = 100; h <= 1000; h += 10)
        log_has(&b, h, 1);
    log_has(&b, 1170, 1); /* silent: 1001 to 1169, longer than a week */
    look(&b, 1171, 0);
    assert_silence(b, b.silences - 1, 1001, 1170);
    assert_true(b.found[b.silences - 1].expected < 100);
}

static void R10_1_a_run_of_more_than_a_week_is_a_silence_whatever_was_to_be_expected(void **state)
{
    static struct book b;

    (void)state;
    for (int64_t length = 168; length <= 169; length++) {
        log_begins(&b);
        for (int64_t h = 0; h <= 720; h += 24)
            log_has(&b, h, 1);
        log_has(&b, 721 + length, 1);
        look(&b, 722 + length, 0);
        assert_int_equal(b.silences, length > 168 ? 2 : 1);
    }
}

static void R10_1_the_tail_up_to_as_of_is_judged_like_the_others(void **state)
{
    static struct book b;

    (void)state;
    log_begins(&b);
    fill(&b, 400, 0, 0, 1);
    look(&b, 423, HOUR - 1); /* 23 whole hours and a part of one */
    assert_int_equal(b.silences, 1);
    look(&b, 424, 5);
    assert_int_equal(b.silences, 2);
    assert_int_equal(b.found[1].span.from, (START + 400) * HOUR);
    assert_int_equal(b.found[1].span.to, (START + 424) * HOUR + 5);
    assert_int_equal(b.found[1].weeks, 2); /* those before; after it there is no log */
}

static void R10_1_what_is_complete_is_taken_out(void **state)
{
    static struct book b;
    struct silence whole[2];

    (void)state;
    log_begins(&b);
    fill(&b, 600, 300, 348, 5);
    b.settings.complete = whole;
    b.settings.complete_count = 2;
    whole[0] = (struct silence){INSTANT_NONE, (START - 10) * HOUR};
    whole[1] = (struct silence){(START + 310) * HOUR, (START + 320) * HOUR};
    look(&b, 600, 0);
    assert_int_equal(b.silences, 3);
    assert_silence(b, 0, -10, 0);
    assert_silence(b, 1, 300, 310);
    assert_silence(b, 2, 320, 348);
    assert_int_equal(b.found[1].expected, b.found[2].expected);
    whole[0].to = (START + 300) * HOUR;
    whole[1] = (struct silence){(START + 348) * HOUR, INSTANT_NONE};
    look(&b, 600, 0);
    assert_int_equal(b.silences, 1);
    assert_silence(b, 0, 300, 348);
    whole[1].from = (START + 300) * HOUR;
    look(&b, 600, 0);
    assert_int_equal(b.silences, 0);
    b.settings.complete_count = 1;
    whole[0] = (struct silence){INSTANT_NONE, INSTANT_NONE};
    look(&b, 600, 0);
    assert_int_equal(b.silences, 0);
}

static void R10_4_a_sender_falls_silent_alone(void **state)
{
    static struct book b;
    const int64_t day = START / 24;

    (void)state;
    log_begins(&b);
    b.settings.expected_requests = 5;
    /* Seven days with 5 requests each, one day missing, and again seven days. */
    for (int64_t d = 0; d < 15; d++)
        if (d != 7) {
            log_has(&b, 0, 5);
            b.hours[b.count - 1].hour = day + d;
        }
    b.silences = coverage_sender_silences(b.hours, b.count, &b.settings, (day + 15) * INSTANT_DAY, b.found);
    assert_int_equal(b.silences, 1);
    assert_int_equal(b.found[0].span.from, (day + 7) * INSTANT_DAY);
    assert_int_equal(b.found[0].span.to, (day + 8) * INSTANT_DAY);
    assert_int_equal(b.found[0].weeks, 2);
    b.settings.expected_requests = 6;
    assert_int_equal(coverage_sender_silences(b.hours, b.count, &b.settings, (day + 15) * INSTANT_DAY, b.found), 0);
    /* The last whole days up to as-of are such a span too, a day under way is not. */
    b.settings.expected_requests = 5;
    b.silences = coverage_sender_silences(b.hours, b.count, &b.settings, (day + 16) * INSTANT_DAY + 5, b.found);
    assert_int_equal(b.silences, 2);
    assert_int_equal(b.found[1].span.to, (day + 16) * INSTANT_DAY);
    assert_int_equal(coverage_sender_silences(b.hours, 0, &b.settings, 0, b.found), 0);
}

static void R10_4_a_device_waits_for_a_silence_in_its_obligation_period(void **state)
{
    struct inventory_row row = {.commissioned_at = 100};
    struct judgement j = {
        .inventory = &row, .verdict = VERDICT_UNVERIFIED, .reasons = REASON_BIT(REASON_LOG_GAP), .deadline = 200};

    (void)state;
    assert_true(coverage_is_waiting(&j));
    assert_true(coverage_overlaps_period(&j, &(struct silence){199, 300}, 1000));
    assert_false(coverage_overlaps_period(&j, &(struct silence){200, 300}, 1000));
    assert_true(coverage_overlaps_period(&j, &(struct silence){INSTANT_NONE, 101}, 1000));
    assert_false(coverage_overlaps_period(&j, &(struct silence){INSTANT_NONE, 100}, 1000));
    assert_false(coverage_overlaps_period(&j, &(struct silence){150, 300}, 150)); /* up to as-of */
    j.deadline = INSTANT_NONE;
    assert_true(coverage_overlaps_period(&j, &(struct silence){150, 300}, 151));
    j.reasons = REASON_BIT(REASON_TIMEOUT);
    assert_false(coverage_is_waiting(&j));
    j.reasons = REASON_BIT(REASON_LOG_GAP);
    j.verdict = VERDICT_PENDING;
    assert_false(coverage_is_waiting(&j));
    row.commissioned_at = INSTANT_NONE;
    assert_false(coverage_overlaps_period(&j, &(struct silence){INSTANT_NONE, 300}, 1000));
}

/* The log is too short for a week before, and there is none after the tail. */
static void R10_1_the_rate_of_a_young_log_tells_of_its_tail(void **state)
{
    static struct book b;

    (void)state;
    for (uint64_t requests = 19; requests <= 20; requests++) {
        log_begins(&b);
        log_has(&b, 0, requests - 1);
        log_has(&b, 23, 1);
        look(&b, 48, 0); /* 24 hours hold so many: as many were to be expected in the next 24 */
        assert_int_equal(b.silences, requests == 20 ? 2 : 1);
    }
    assert_silence(b, 1, 24, 48);
    assert_int_equal(b.found[1].expected, 20);
    assert_int_equal(b.found[1].weeks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R10_1_a_log_without_requests_is_one_silence),
        cmocka_unit_test(R10_1_the_time_before_the_first_request_is_always_a_silence),
        cmocka_unit_test(R10_1_a_run_is_of_at_least_silence_hours),
        cmocka_unit_test(R10_1_a_run_is_a_silence_where_enough_were_to_be_expected),
        cmocka_unit_test(R10_1_the_mean_is_of_the_weeks_that_lie_within_the_log),
        cmocka_unit_test(R10_1_four_weeks_on_each_side_count),
        cmocka_unit_test(R10_1_without_such_a_week_the_mean_rate_around_tells),
        cmocka_unit_test(R10_1_the_rate_is_of_28_days_at_most),
        cmocka_unit_test(R10_1_a_run_of_more_than_a_week_is_a_silence_whatever_was_to_be_expected),
        cmocka_unit_test(R10_1_the_tail_up_to_as_of_is_judged_like_the_others),
        cmocka_unit_test(R10_1_what_is_complete_is_taken_out),
        cmocka_unit_test(R10_4_a_sender_falls_silent_alone),
        cmocka_unit_test(R10_4_a_device_waits_for_a_silence_in_its_obligation_period),
        cmocka_unit_test(R10_1_the_rate_of_a_young_log_tells_of_its_tail),
    };

    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
