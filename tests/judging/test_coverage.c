/* R10.1 as at an instant: what the store counts, made into silences. */
#include "court.h"
#include "judging/coverage.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

#define HOUR(n) ((T0 / INSTANT_HOUR + (n)) * INSTANT_HOUR)

static struct store *store_of(const char *db, const instant *requests, size_t count)
{
    struct err err = {0};
    struct intake in;
    struct store *st;

    intake_begin(&in);
    intake_file(&in, 1, 1)->last = requests[count - 1];
    for (size_t i = 0; i < count; i++)
        add_request(&in, request_of(EUI(1), SRV(6, 17, 0), requests[i], KEY_NONE));
    intake_store(&in, db);
    intake_end(&in);
    assert_ok(store_open(&st, db, STORE_READ, &err));
    return st;
}

static void assert_log(struct store *st, instant as_of, instant first, instant last)
{
    struct coverage c;
    struct err err = {0};

    assert_ok(coverage_read(&c, st, &judge_settings_default, as_of, &err));
    assert_int_equal(c.first, first);
    assert_int_equal(c.last, last);
    assert_true(c.count > 0);
    assert_int_equal(c.silences[0].from, INSTANT_NONE);
    assert_int_equal(c.silences[0].to, first != INSTANT_NONE ? first : as_of);
    coverage_release(&c);
}

static void R10_1_what_was_made_after_as_of_does_not_count(void **state)
{
    const struct fixture *f = *state;
    const instant requests[] = {HOUR(0) + 5, HOUR(3), HOUR(7) + 100, HOUR(7) + 200};
    struct store *const st = store_of(f->db, requests, ARRAY_LEN(requests));

    assert_log(st, HOUR(0), INSTANT_NONE, INSTANT_NONE);
    assert_log(st, HOUR(0) + 4, INSTANT_NONE, INSTANT_NONE);
    assert_log(st, HOUR(0) + 5, HOUR(0), HOUR(0));
    assert_log(st, HOUR(3) - 1, HOUR(0), HOUR(0));
    assert_log(st, HOUR(3), HOUR(0), HOUR(3)); /* in the first millisecond of the hour */
    assert_log(st, HOUR(7), HOUR(0), HOUR(3));
    assert_log(st, HOUR(7) + 99, HOUR(0), HOUR(3));
    assert_log(st, HOUR(7) + 100, HOUR(0), HOUR(7));
    assert_log(st, HOUR(8) - 1, HOUR(0), HOUR(7));
    store_close(st);
}

static void R10_1_a_day_without_requests_is_found(void **state)
{
    const struct fixture *f = *state;
    struct coverage c;
    struct err err = {0};
    instant requests[100];
    struct store *st;

    for (int i = 0; i < 100; i++)
        requests[i] = HOUR(i < 50 ? i : i + 24);
    st = store_of(f->db, requests, ARRAY_LEN(requests));
    assert_ok(coverage_read(&c, st, &judge_settings_default, HOUR(130), &err));
    assert_int_equal(c.count, 2);
    assert_int_equal(c.silences[1].from, HOUR(50));
    assert_int_equal(c.silences[1].to, HOUR(74));
    assert_int_equal(c.found[1].expected, 24);
    coverage_release(&c);
    store_close(st);
}

static void R10_4_what_is_stated_to_be_complete_is_a_silence_uncut(void **state)
{
    static const struct silence always = {INSTANT_NONE, INSTANT_NONE};
    const struct fixture *f = *state;
    const instant requests[] = {HOUR(0)};
    struct store *const st = store_of(f->db, requests, ARRAY_LEN(requests));
    struct judge_settings settings = judge_settings_default;
    struct coverage c;
    struct err err = {0};

    settings.complete = &always;
    settings.complete_count = 1;
    assert_ok(coverage_read(&c, st, &settings, HOUR(200), &err));
    assert_int_equal(c.count, 0);
    assert_int_equal(c.uncut_count, 2);
    assert_int_equal(c.uncut[0].to, HOUR(0));
    assert_int_equal(c.uncut[1].from, HOUR(1));
    assert_int_equal(c.uncut[1].to, HOUR(200));
    assert_false(c.counted);
    coverage_release(&c);
    store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R10_1_what_was_made_after_as_of_does_not_count),
        TEST(R10_1_a_day_without_requests_is_found),
        TEST(R10_4_what_is_stated_to_be_complete_is_a_silence_uncut),
    };

    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
