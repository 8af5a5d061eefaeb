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

/* ---- Requests for several Devices ---- */

static struct request_row shared(uint64_t device, uint64_t target, uint64_t counter, instant at)
{
    struct request_row row = request_of(device, SRV(11, 1, 0), at, KEY_NONE);

    row.id = (struct request_id){.present = true, .originator = SUPPLIER_ID, .target = target, .counter = counter};
    return row;
}

static void R10_1_a_request_for_several_devices_counts_once(void **state)
{
    const struct fixture *f = *state;

    put_request(f->db, 1, shared(EUI(1), DCC_ID, 7, HOUR(2)));
    put_request(f->db, 2, shared(EUI(2), DCC_ID, 7, HOUR(2)));
    put_request(f->db, 3, shared(EUI(3), DCC_ID, 8, HOUR(2)));
    assert_hours(f->db, "2|2|2\n");
    put_request(f->db, 4, shared(EUI(3), DCC_ID, 7, HOUR(2) + 1)); /* not the earliest of its rows */
    assert_hours(f->db, "2|2|2\n");
    put_request(f->db, 5, shared(EUI(3), DCC_ID, 7, HOUR(1))); /* the earliest, of one Device */
    assert_hours(f->db, "1|1|1\n2|1|1\n");
    put_request(f->db, 6, shared(EUI(1), DCC_ID, 7, HOUR(0)));
    assert_hours(f->db, "0|1|1\n2|1|1\n");
}

static void R10_1_it_counts_once_where_its_target_is_one_of_the_devices(void **state)
{
    const struct fixture *f = *state;

    put_request(f->db, 1, shared(EUI(1), EUI(1), 7, HOUR(2)));
    put_request(f->db, 2, shared(EUI(2), EUI(1), 7, HOUR(1)));
    put_request(f->db, 3, shared(EUI(3), EUI(1), 7, HOUR(3)));
    assert_hours(f->db, "1|1|1\n");
    put_request(f->db, 4, shared(EUI(1), EUI(1), 7, HOUR(0)));
    put_request(f->db, 5, shared(EUI(2), EUI(4), 7, HOUR(5))); /* the others first */
    put_request(f->db, 6, shared(EUI(4), EUI(4), 7, HOUR(4)));
    assert_hours(f->db, "0|1|1\n4|1|1\n");
    put_request(f->db, 7, shared(EUI(4), EUI(4), 8, HOUR(6)));
    assert_hours(f->db, "0|1|1\n4|1|1\n6|1|1\n");
}

static void R10_4_it_is_its_earliest_senders(void **state)
{
    const struct fixture *f = *state;
    struct request_row other = shared(EUI(2), DCC_ID, 7, T0 - DAY);
    struct err err = {0};
    char wanted[64];
    struct store *st;

    other.user_id = SUPPLIER_2;
    put_request(f->db, 1, shared(EUI(1), DCC_ID, 7, T0));
    put_request(f->db, 2, other);
    snprintf(wanted, sizeof(wanted), "%lld|-1|1\n", (long long)key_of(SUPPLIER_2));
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_stored(st, "SELECT sender, day - 18887, requests FROM sender_day", wanted);
    assert_int_equal(store_verify(st, NULL, NULL, &err), 0);
    store_close(st);
}

#define MOST         24
#define RANDOM_HOURS 6

static uint64_t draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*seed >> 33) % below;
}

/* Few identities, Devices and instants, so that they meet in every way; the last of the targets is no Device. */
static struct request_row draw_request(uint64_t *seed)
{
    const uint64_t device = draw(seed, 3), target = draw(seed, 4);
    struct request_row row =
        shared(EUI(device), target < 3 ? EUI(target) : DCC_ID, draw(seed, 3), HOUR((int64_t)draw(seed, RANDOM_HOURS)));

    if (draw(seed, 6) == 0)
        row.requested_at = INSTANT_NONE;
    row.responded_at = HOUR(9 + (int64_t)draw(seed, 2));
    return row;
}

/* What the rule says of them, plainly: each identity once, in the hour of its earliest row. */
static void count_plainly(const struct request_row rows[], size_t count, char *out, size_t size)
{
    int hours[RANDOM_HOURS] = {0};
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        bool first = rows[i].requested_at != INSTANT_NONE;

        for (size_t k = 0; first && k < count; k++)
            first = k == i || rows[k].requested_at == INSTANT_NONE || rows[k].id.target != rows[i].id.target ||
                    rows[k].id.counter != rows[i].id.counter || rows[k].requested_at > rows[i].requested_at ||
                    (rows[k].requested_at == rows[i].requested_at && k > i);
        if (first)
            hours[rows[i].requested_at / INSTANT_HOUR - HOUR_0]++;
    }
    out[0] = '\0';
    for (int h = 0; h < RANDOM_HOURS; h++)
        if (hours[h] > 0)
            len += (size_t)snprintf(out + len, size - len, "%d|%d|%d\n", h, hours[h], hours[h]);
}

/* In some intakes, of which the last repeats rows of the first. */
static void put_all(const char *db, const struct request_row rows[], size_t count, uint64_t *seed)
{
    const size_t intakes = 1 + (size_t)draw(seed, 4);

    for (size_t i = 0; i <= intakes; i++) {
        struct intake in;

        intake_begin(&in);
        intake_file(&in, (uint32_t)i + 1, (unsigned char)(i + 1));
        for (size_t k = i % intakes; k < count; k += intakes)
            add_request(&in, rows[k]);
        intake_store(&in, db);
        intake_end(&in);
    }
}

/* Of any requests up to an instant within the log, as well. */
static void assert_made_by(const char *db, const struct request_row rows[], size_t count)
{
    struct err err = {0};
    struct store *st;

    assert_ok(store_open(&st, db, STORE_READ, &err));
    for (int h = 0; h < RANDOM_HOURS; h++) {
        char wanted[256];
        int64_t made, in_hour = 0;
        const char *line;

        count_plainly(rows, count, wanted, sizeof(wanted));
        for (line = wanted; *line != '\0'; line = strchr(line, '\n') + 1)
            if (strtol(line, NULL, 10) == h)
                in_hour = strtol(strchr(line, '|') + 1, NULL, 10);
        assert_ok(store_requests_made(st, HOUR(h), HOUR(h) + 5, &made, &err));
        assert_int_equal(made, in_hour);
    }
    store_close(st);
}

static void R10_1_any_requests_in_any_split_count_as_the_rule_says(void **state)
{
    const struct fixture *f = *state;

    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct request_row rows[MOST];
        uint64_t state_of = seed;
        const size_t count = 1 + (size_t)draw(&state_of, MOST);
        char wanted[256];

        unlink(f->db);
        for (size_t i = 0; i < count; i++)
            rows[i] = draw_request(&state_of);
        put_all(f->db, rows, count, &state_of);
        count_plainly(rows, count, wanted, sizeof(wanted));
        assert_hours(f->db, wanted);
        assert_made_by(f->db, rows, count);
    }
}

/* More Devices of one request than are gathered at once, told in two intakes. */
static void R10_1_a_request_for_many_devices_counts_once(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;

    for (uint32_t file = 1; file <= 2; file++) {
        struct intake in;

        intake_begin(&in);
        intake_file(&in, file, (unsigned char)file);
        for (unsigned i = 0; i < 5000; i++) {
            add_request(&in, shared(EUI(file * 4000 + i), DCC_ID, 7, HOUR(file)));
            add_request(&in, shared(EUI(file * 4000 + i), DCC_ID + 1, 7, HOUR(i % 2)));
        }
        intake_store(&in, f->db);
        intake_end(&in);
    }
    assert_hours(f->db, "0|1|1\n1|1|1\n");
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_stored(st, "SELECT made_at / 3600000 - 453297, devices FROM shared_request",
                  "1|5000\n2|4000\n0|4500\n1|4500\n");
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
        TEST(R10_1_a_request_for_several_devices_counts_once),
        TEST(R10_1_it_counts_once_where_its_target_is_one_of_the_devices),
        TEST(R10_4_it_is_its_earliest_senders),
        TEST(R10_1_any_requests_in_any_split_count_as_the_rule_says),
        TEST(R10_1_a_request_for_many_devices_counts_once),
        TEST(many_hours_are_counted_in_bounded_memory),
    };

    return cmocka_run_group_tests_name("traffic", tests, NULL, NULL);
}
