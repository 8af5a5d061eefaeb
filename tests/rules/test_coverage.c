/* R10.1: silences of the log, each clause with the smallest log that shows it. */
#include "rules/coverage.h"
#include "rules/judge.h"
#include "rules/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

typedef size_t finder(const struct request_hour *hours, size_t count, const struct judge_settings *s, instant as_of,
                      struct found_silence *out);

/* In memory of exactly their size, so that sanitizers notice what is read or written beyond it. */
static void find(struct book *b, finder *how, instant as_of)
{
    const size_t most = coverage_most(b->count, &b->settings);
    struct request_hour *hours = malloc(b->count * sizeof(*hours));
    struct found_silence *found = malloc(most * sizeof(*found));

    memcpy(hours, b->hours, b->count * sizeof(*hours));
    b->silences = how(hours, b->count, &b->settings, as_of, found);
    assert_true(b->silences <= most);
    memcpy(b->found, found, b->silences * sizeof(*found));
    free(hours);
    free(found);
}

/* As at so many hours after START, and milliseconds. */
static void look(struct book *b, int64_t hour, int64_t ms)
{
    find(b, coverage_find, (START + hour) * HOUR + ms);
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
    assert_int_equal(b.found[0].weeks, 0);
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
    b.hours[b.count - 1].hour--;
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
    whole[0] = (struct silence){(START + 300) * HOUR, (START + 348) * HOUR}; /* from its first hour to its last */
    look(&b, 600, 0);
    assert_int_equal(b.silences, 1);
    assert_int_equal(b.found[0].span.to, START * HOUR);
    whole[0] = (struct silence){INSTANT_NONE, INSTANT_NONE};
    look(&b, 600, 0);
    assert_int_equal(b.silences, 0);
}

/* Of a sender whose first and last requests are those of the log. */
static size_t of_sender(const struct request_hour *days, size_t count, const struct judge_settings *s, instant as_of,
                        struct found_silence *out)
{
    const struct log_days log = {count > 0 ? days[0].hour : 0, count > 0 ? days[count - 1].hour : 0};

    return coverage_sender_silences(days, count, log, s, as_of, out);
}

/* And of one in a log that began ten weeks before and goes on as long after. */
static size_t of_sender_in_a_long_log(const struct request_hour *days, size_t count, const struct judge_settings *s,
                                      instant as_of, struct found_silence *out)
{
    return coverage_sender_silences(days, count, (struct log_days){days[0].hour - 70, days[count - 1].hour + 70}, s,
                                    as_of, out);
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
    find(&b, of_sender, (day + 15) * INSTANT_DAY);
    assert_int_equal(b.silences, 1);
    assert_int_equal(b.found[0].span.from, (day + 7) * INSTANT_DAY);
    assert_int_equal(b.found[0].span.to, (day + 8) * INSTANT_DAY);
    assert_int_equal(b.found[0].weeks, 2);
    b.settings.expected_requests = 6;
    find(&b, of_sender, (day + 15) * INSTANT_DAY);
    assert_int_equal(b.silences, 0);
    /* The last whole days up to as-of are such a span too, a day under way is not. */
    b.settings.expected_requests = 5;
    find(&b, of_sender, (day + 16) * INSTANT_DAY + 5);
    assert_int_equal(b.silences, 2);
    assert_int_equal(b.found[1].span.to, (day + 16) * INSTANT_DAY);
    b.count = 0;
    find(&b, of_sender, 0);
    assert_int_equal(b.silences, 0);
}

static void R10_4_an_obligation_waits_for_a_silence_of_the_time_in_which_it_may_have_been_mended(void **state)
{
    struct judgement j = {.verdict = VERDICT_UNVERIFIED, .reasons = REASON_BIT(REASON_LOG_GAP)};
    struct obligation_judgement *o = &j.obligations[OBLIGATION_COMMUNICATING];

    (void)state;
    assert_true(coverage_is_waiting(&j));
    *o = (struct obligation_judgement){.reasons = REASON_BIT(REASON_LOG_GAP), .gap = {100, 200}};
    assert_true(coverage_waits_for(o, &(struct silence){199, 300}));
    assert_false(coverage_waits_for(o, &(struct silence){200, 300}));
    assert_true(coverage_waits_for(o, &(struct silence){INSTANT_NONE, 101}));
    assert_false(coverage_waits_for(o, &(struct silence){INSTANT_NONE, 100}));
    o->reasons = REASON_BIT(REASON_TIMEOUT);
    assert_false(coverage_waits_for(o, &(struct silence){199, 300}));
    j.reasons = REASON_BIT(REASON_TIMEOUT);
    assert_false(coverage_is_waiting(&j));
    j.reasons = REASON_BIT(REASON_LOG_GAP);
    j.verdict = VERDICT_PENDING;
    assert_false(coverage_is_waiting(&j));
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

/* Each side has 28 days, to the hour, and no more of them than the log has. */
static void R10_1_the_rate_is_of_28_days_on_each_side(void **state)
{
    static const struct {
        int64_t last; /* the last hour of the log, after the run; it holds 100,000 requests */
        int64_t requests, hours;
    } logs[] = {{670, 100001, 671}, {671, 100001, 672}, {672, 1, 672}, {673, 1, 672}};

    (void)state;
    for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
        static struct book b;
        const int64_t parts = 672 + logs[i].hours;

        log_begins(&b);
        log_has(&b, 0, 671);
        log_has(&b, 671, 1);
        log_has(&b, 672 + 673, 1); /* a run of 673 hours: no week around it does not overlap it */
        log_has(&b, 672 + 673 + logs[i].last, 100000);
        look(&b, 672 + 673 + logs[i].last + 1, 0);
        assert_silence(b, 2, 672, 672 + 673); /* the runs beside it are longer than a week, too */
        assert_int_equal(b.found[2].weeks, 0);
        assert_int_equal(b.found[2].expected, (2 * (672 + logs[i].requests) * 673 + parts) / (2 * parts));
    }
}

/* A run of exactly a week lies beside the same hours of the weeks before and after. */
static void R10_1_a_run_of_a_week_does_not_overlap_the_weeks_around(void **state)
{
    static struct book b;

    (void)state;
    log_begins(&b);
    for (int64_t h = 0; h < 4 * 168; h++)
        if (h < 168 || h >= 2 * 168)
            log_has(&b, h, 1);
    look(&b, 4 * 168, 0);
    assert_int_equal(b.silences, 2);
    assert_silence(b, 1, 168, 2 * 168);
    assert_int_equal(b.found[1].weeks, 3);
    assert_int_equal(b.found[1].expected, 168);
}

static void R10_1_silence_hours_may_be_few(void **state)
{
    static struct book b;

    (void)state;
    for (int64_t least = 0; least <= 2; least++)
        for (int64_t length = 0; length <= 2; length++) {
            log_begins(&b);
            b.settings.silence_hours = least;
            b.settings.expected_requests = 0; /* so that every run is one */
            fill(&b, 400, 300, 300 + length, 30);
            look(&b, 400, 0);
            assert_int_equal(b.silences, length > 0 && length >= least ? 2 : 1);
        }
}

static void R10_1_there_is_room_for_every_piece_of_a_silence(void **state)
{
    static struct book b;
    const struct silence whole[] = {{(START - 10) * HOUR, (START - 9) * HOUR},
                                    {(START - 5) * HOUR, (START - 4) * HOUR}};

    (void)state;
    log_begins(&b);
    b.settings.complete = whole;
    b.settings.complete_count = 2;
    look(&b, 0, 0);
    assert_int_equal(b.silences, 3);
    log_has(&b, 0, 30);
    look(&b, 30, 0);
    assert_int_equal(b.silences, 4);
    assert_silence(b, 1, -9, -5);
    assert_silence(b, 2, -4, 0);
    assert_int_equal(b.found[2].weeks, 0);
    assert_silence(b, 3, 1, 30);
}

static void R10_4_a_sender_of_few_days_may_fall_silent(void **state)
{
    static struct book b;
    const int64_t day = START / 24;

    (void)state;
    log_begins(&b);
    b.settings.expected_requests = 5;
    log_has(&b, 0, 5);
    b.hours[0].hour = day;
    find(&b, of_sender, (day + 1) * INSTANT_DAY);
    assert_int_equal(b.silences, 0);
    find(&b, of_sender, (day + 2) * INSTANT_DAY);
    assert_int_equal(b.silences, 1);
    assert_int_equal(b.found[0].span.from, (day + 1) * INSTANT_DAY);
    log_has(&b, 0, 5);
    b.hours[1].hour = day + 2;
    find(&b, of_sender, (day + 3) * INSTANT_DAY);
    assert_int_equal(b.silences, 1);
    b.hours[1].hour = day + 1; /* no day is between */
    b.settings.expected_requests = 0;
    find(&b, of_sender, (day + 2) * INSTANT_DAY);
    assert_int_equal(b.silences, 0);
    b.settings.expected_requests = 5;
    b.hours[0].requests = 35; /* one day of a long log is no habit */
    b.count = 1;
    find(&b, of_sender_in_a_long_log, (day + 4) * INSTANT_DAY);
    assert_int_equal(b.silences, 0);
    find(&b, of_sender, (day + 4) * INSTANT_DAY);
    assert_int_equal(b.silences, 1);
}

/* An hour that is under way is none yet, before 1970 too. */
static void R10_1_whole_hours_are_rounded_down(void **state)
{
    static struct book b;

    (void)state;
    for (int64_t last = -55; last <= -54; last++) {
        log_begins(&b);
        for (int64_t h = last - 400; h <= last; h++)
            log_has(&b, h - START, 5);
        look(&b, -30 - START, HOUR - 1);
        assert_int_equal(b.silences, last == -55 ? 2 : 1);
    }
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
        cmocka_unit_test(R10_4_an_obligation_waits_for_a_silence_of_the_time_in_which_it_may_have_been_mended),
        cmocka_unit_test(R10_1_the_rate_of_a_young_log_tells_of_its_tail),
        cmocka_unit_test(R10_1_the_rate_is_of_28_days_on_each_side),
        cmocka_unit_test(R10_1_a_run_of_a_week_does_not_overlap_the_weeks_around),
        cmocka_unit_test(R10_1_silence_hours_may_be_few),
        cmocka_unit_test(R10_1_there_is_room_for_every_piece_of_a_silence),
        cmocka_unit_test(R10_4_a_sender_of_few_days_may_fall_silent),
        cmocka_unit_test(R10_1_whole_hours_are_rounded_down),
    };

    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
