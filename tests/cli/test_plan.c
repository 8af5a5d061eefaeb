/* plan reads: the order against the best of all plans, samples, and the exact interval against known ones. */
#include "plan_int.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MOST 10

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1;
    return *state >> 33;
}

/* The most Devices that so many reads settle, by trying every set of them. */
static size_t best_of_all(const struct plan_device *devices, size_t count, uint64_t budget)
{
    size_t best = 0;

    for (unsigned set = 0; set < 1U << count; set++) {
        uint64_t reads = 0;
        size_t settled = 0;

        for (size_t i = 0; i < count; i++)
            if ((set >> i & 1) != 0) {
                reads += devices[i].reads;
                settled++;
            }
        if (reads <= budget && settled > best)
            best = settled;
    }
    return best;
}

static void no_plan_settles_more(void **state)
{
    uint64_t chance = 7;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct plan_device devices[MOST];
        const size_t count = 1 + next_random(&chance) % MOST;

        for (size_t i = 0; i < count; i++)
            devices[i] = (struct plan_device){.id = i,
                                              .is_hub = next_random(&chance) % 2 == 0,
                                              .commissioned_at = (instant)(next_random(&chance) % 5),
                                              .reads = 1 + next_random(&chance) % 4};
        plan_order(devices, count);
        for (uint64_t budget = 1; budget < 2 * MOST; budget++)
            assert_int_equal(plan_within(devices, count, budget), best_of_all(devices, count, budget));
        assert_int_equal(plan_within(devices, count, 0), count);
    }
}

static void of_those_that_take_as_many_reads_hubs_come_first_and_then_the_oldest(void **state)
{
    struct plan_device devices[] = {
        {.id = 1, .commissioned_at = 10, .reads = 2, .is_hub = true},
        {.id = 2, .commissioned_at = 30, .reads = 1},
        {.id = 3, .commissioned_at = 20, .reads = 1},
        {.id = 4, .commissioned_at = 40, .reads = 1, .is_hub = true},
        {.id = 5, .commissioned_at = 20, .reads = 1},
    };
    const uint64_t want[] = {4, 3, 5, 2, 1};

    (void)state;
    plan_order(devices, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(devices[i].id, want[i]);
}

static void a_sample_is_the_same_for_a_seed_whatever_the_order(void **state)
{
    struct plan_device a[100], b[100];
    size_t seen[100] = {0};
    bool differs = false;

    (void)state;
    for (size_t i = 0; i < 100; i++)
        a[i] = b[99 - i] = (struct plan_device){.id = i};
    assert_int_equal(plan_sample(a, 100, 10, 5), 10);
    assert_int_equal(plan_sample(b, 100, 10, 5), 10);
    assert_int_equal(plan_sample(b, 100, 1000, 5), 100);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(a[i].id, b[i].id);
    plan_sample(b, 100, 10, 6);
    for (size_t i = 0; i < 10; i++)
        differs = differs || a[i].id != b[i].id;
    assert_true(differs);
    for (uint64_t seed = 0; seed < 2000;
         seed++) { /* each is drawn about as often: 200 times, give or take four sigma */
        plan_sample(a, 100, 10, seed);
        for (size_t i = 0; i < 10; i++)
            seen[a[i].id]++;
    }
    for (size_t i = 0; i < 100; i++)
        assert_in_range(seen[i], 200 - 55, 200 + 55);
}

static const struct known {
    uint64_t found, n;
    double low, high; /* percent, 95% */
} known[] = {
    {0, 300, 0, 1.2221},      /* 1 - 0.025^(1/300) */
    {300, 300, 98.7779, 100}, /* and its mirror */
    {1, 1, 2.5, 100},         /* by hand: p = 0.025 */
    {1, 2, 1.2579, 98.7421},  /* by hand: (1-p)^2 = 0.975, p^2 = 0.975 */
    {1, 10, 0.2529, 44.5016}, /* published tables */
    {5, 10, 18.7086, 81.2914}, {10, 100, 4.9005, 17.6223},
};

static void the_interval_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        double low, high;

        share_interval(known[i].found, known[i].n, 0.95, &low, &high);
        assert_true(fabs(low * 100 - known[i].low) < 0.0001);
        assert_true(fabs(high * 100 - known[i].high) < 0.0001);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_plan_settles_more),
        cmocka_unit_test(of_those_that_take_as_many_reads_hubs_come_first_and_then_the_oldest),
        cmocka_unit_test(a_sample_is_the_same_for_a_seed_whatever_the_order),
        cmocka_unit_test(the_interval_is_exact),
    };

    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
