/* R10.1: the requests of the log by hour and by sender's day, whatever the files and their order. */
#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

#define HOUR_0  (T0 / INSTANT_HOUR)
#define HOUR(n) ((HOUR_0 + (n)) * INSTANT_HOUR)

#define ALL_HOURS "SELECT hour - 453297, requests, on_the_hour FROM request_hour"

static void put_request(const char *db, uint32_t file, struct request_row row)
{
    struct intake in;

    intake_begin(&in);
    intake_file(&in, file, (unsigned char)file);
    add_request(&in, row);
    intake_store(&in, db);
    intake_end(&in);
}

static void assert_hours(const char *db, const char *wanted)
{
    struct err err = {0};
    struct store *st;

    assert_int_equal(HOUR_0, 453297);
    assert_ok(store_open(&st, db, STORE_READ, &err));
    assert_stored(st, ALL_HOURS, wanted);
    assert_int_equal(store_verify(st, NULL, NULL, &err), 0);
    store_close(st);
}

static void R10_1_requests_of_every_device_and_kind_count_in_their_hour(void **state)
{
    const struct fixture *f = *state;

    put_request(f->db, 1, request_of(EUI(1), SRV(6, 17, 0), HOUR(0), KEY_NONE));
    put_request(f->db, 2, request_of(EUI(2), SRV(4, 1, 1), HOUR(1) - 1, KEY_NONE)); /* no inventory names any */
    put_request(f->db, 3, request_of(EUI(2), SRV(8, 2, 0), HOUR(1), KEY_NONE));     /* ends in DCC systems */
    assert_hours(f->db, "0|2|1\n1|1|1\n");
}

static struct request_row with_id(uint64_t counter, instant at)
{
    struct request_row row = request_of(EUI(1), SRV(6, 17, 0), at, KEY_NONE);

    row.id = (struct request_id){.present = true, .originator = SUPPLIER_ID, .target = EUI(1), .counter = counter};
    row.user_id = SUPPLIER_ID;
    return row;
}

static void R7_a_merged_request_counts_once_when_the_earliest_of_its_rows_says(void **state)
{
    const struct fixture *f = *state;
    struct request_row answered = with_id(7, HOUR(2));

    put_request(f->db, 1, with_id(7, HOUR(2)));
    put_request(f->db, 2, with_id(8, HOUR(2) + 1));
    assert_hours(f->db, "2|2|1\n");
    answered.responded_at = HOUR(3);
    put_request(f->db, 3, answered); /* another row of the same request */
    assert_hours(f->db, "2|2|1\n");
    put_request(f->db, 4, with_id(7, HOUR(1) + 5)); /* by another clock it was earlier */
    put_request(f->db, 5, with_id(7, HOUR(6)));
    assert_hours(f->db, "1|1|0\n2|1|0\n");
    put_request(f->db, 6, with_id(8, HOUR(0))); /* nothing is left in the hour */
    assert_hours(f->db, "0|1|1\n1|1|0\n");
}

/* A document whose RequestID counts from one does not say when it was asked. */
static void R10_1_a_request_of_no_instant_is_of_no_hour(void **state)
{
    const struct fixture *f = *state;
    struct request_row undated = with_id(1, HOUR(2));

    undated.requested_at = INSTANT_NONE;
    put_request(f->db, 1, undated);
    assert_hours(f->db, "");
    put_request(f->db, 2, with_id(1, HOUR(2)));
    put_request(f->db, 3, undated);
    assert_hours(f->db, "2|1|1\n");
}

static void R10_4_each_senders_days_are_counted(void **state)
{
    const struct fixture *f = *state;
    struct request_row other = request_of(EUI(3), SRV(6, 17, 0), T0 + DAY, KEY_NONE);
    struct err err = {0};
    struct store *st;

    other.user_id = SUPPLIER_2;
    put_request(f->db, 1, with_id(1, T0));
    put_request(f->db, 2, with_id(2, T0 + INSTANT_HOUR));
    put_request(f->db, 3, other);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_stored(st, "SELECT sender = (SELECT min(sender) FROM sender_day), day - 18887, requests FROM sender_day",
                  "1|0|2\n0|1|1\n");
    store_close(st);
}

/* More hours than are gathered at once. */
static void many_hours_are_counted_in_bounded_memory(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct intake in;
    struct store *st;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    for (unsigned i = 0; i < 40000; i++)
        add_request(&in, request_of(EUI(i % 11), SRV(6, 17, 0), HOUR(i % 35000), KEY_NONE));
    intake_store(&in, f->db);
    intake_end(&in);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_stored(st, "SELECT count(*), sum(requests), max(requests) FROM request_hour", "35000|40000|2\n");
    assert_int_equal(store_verify(st, NULL, NULL, &err), 0);
    store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R10_1_requests_of_every_device_and_kind_count_in_their_hour),
        TEST(R7_a_merged_request_counts_once_when_the_earliest_of_its_rows_says),
        TEST(R10_1_a_request_of_no_instant_is_of_no_hour),
        TEST(R10_4_each_senders_days_are_counted),
        TEST(many_hours_are_counted_in_bounded_memory),
    };

    return cmocka_run_group_tests_name("traffic", tests, NULL, NULL);
}
