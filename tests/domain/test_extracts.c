/* R7: the set of the extracts that say a row. */
#include "domain/extracts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOON   INT64_C(1631880000000)
#define DAY    INSTANT_DAY
#define SECOND INSTANT_SECOND
#define MOST   64

static void expect_set(const struct buf *packed, const instant *at, size_t count)
{
    struct extracts got = {0};
    instant first, last;

    assert_int_equal(extracts_unpack(&got, buf_text(packed), NULL), 0);
    assert_int_equal(got.count, count);
    assert_memory_equal(got.at, at, count * sizeof(*at));
    assert_true(extracts_ends(buf_text(packed), &first, &last));
    assert_true(first == at[0]);
    assert_true(last == at[count - 1]);
    extracts_release(&got);
}

static void a_set_comes_back(void **state)
{
    static const struct {
        instant at[6];
        size_t count, bytes;
    } cases[] = {
        {{NOON}, 1, 6},
        {{INSTANT_NONE}, 1, 1},
        {{INSTANT_NONE, NOON}, 2, 6},
        {{INSTANT_NONE, NOON, NOON + 1}, 3, 11},
        {{NOON, NOON + DAY}, 2, 10},
        {{NOON, NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY, NOON + 4 * DAY, NOON + 5 * DAY}, 6, 11}, /* each night */
        {{NOON, NOON + DAY + 7 * SECOND, NOON + 2 * DAY - 5 * SECOND}, 3, 11}, /* nearly each night */
        {{NOON, NOON + 7 * DAY, NOON + 14 * DAY, NOON + 15 * DAY}, 4, 17},
        {{NOON, NOON + 1}, 2, 11},
        {{NOON - 1, NOON + DAY}, 2, 17},
        {{-NOON, NOON}, 2, 17},
        {{NOON, NOON + SECOND, NOON + 2 * DAY + SECOND, NOON + 4 * DAY + 2 * SECOND}, 4, 19},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf b = {0};

        extracts_pack(&b, cases[i].at, cases[i].count);
        expect_set(&b, cases[i].at, cases[i].count);
        assert_int_equal(b.len, cases[i].bytes);
        buf_release(&b);
    }
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* Some of few instants, so that sets meet; bit i of the result: the i-th of them is in it. */
static uint64_t random_set(uint64_t *seed, struct buf *out)
{
    const uint64_t bits = (next_random(seed) << 32 | next_random(seed)) | UINT64_C(1) << next_random(seed) % MOST;
    instant at[MOST];
    size_t n = 0;

    for (unsigned i = 0; i < MOST; i++)
        if ((bits >> i & 1) != 0)
            at[n++] = i == 0 ? INSTANT_NONE : NOON + (i < 32 ? i * DAY : 32 * DAY + (int64_t)i * i * 997);
    buf_clear(out);
    extracts_pack(out, at, n);
    return bits;
}

static void pack_bits(uint64_t bits, struct buf *out)
{
    instant at[MOST];
    size_t n = 0;

    for (unsigned i = 0; i < MOST; i++)
        if ((bits >> i & 1) != 0)
            at[n++] = i == 0 ? INSTANT_NONE : NOON + (i < 32 ? i * DAY : 32 * DAY + (int64_t)i * i * 997);
    buf_clear(out);
    extracts_pack(out, at, n);
}

static void the_union_of_two_sets_has_the_bytes_of_the_set(void **state)
{
    struct extracts scratch[3] = {{0}};
    struct buf a = {0}, b = {0}, united = {0}, want = {0};
    uint64_t seed = 7;

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        const uint64_t x = random_set(&seed, &a), y = random_set(&seed, &b);

        pack_bits(x | y, &want);
        buf_clear(&united);
        assert_int_equal(extracts_unite(&united, buf_text(&a), buf_text(&b), scratch, NULL), 0);
        assert_true(text_equal(buf_text(&united), buf_text(&want)));
    }
    for (size_t i = 0; i < 3; i++)
        extracts_release(&scratch[i]);
    buf_release(&a);
    buf_release(&b);
    buf_release(&united);
    buf_release(&want);
}

static void r7_the_latest_not_after_as_of_counts_else_the_earliest(void **state)
{
    static const instant dated[] = {NOON, NOON + DAY, NOON + 2 * DAY, NOON + 5 * DAY};
    static const instant undated[] = {INSTANT_NONE, NOON};
    static const struct {
        const instant *at;
        size_t count;
        instant as_of, want;
        bool later;
    } cases[] = {
        {dated, 4, NOON - 1, NOON, true},
        {dated, 4, NOON, NOON, false},
        {dated, 4, NOON + 2 * DAY - 1, NOON + DAY, false},
        {dated, 4, NOON + 2 * DAY, NOON + 2 * DAY, false},
        {dated, 4, NOON + 4 * DAY, NOON + 2 * DAY, false},
        {dated, 4, NOON + 9 * DAY, NOON + 5 * DAY, false},
        {undated, 2, NOON - 1, INSTANT_NONE, false},
        {undated, 2, NOON, NOON, false},
        {undated, 1, NOON, INSTANT_NONE, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf b = {0};
        instant got;
        bool later;

        extracts_pack(&b, cases[i].at, cases[i].count);
        assert_true(extracts_counting(buf_text(&b), cases[i].as_of, &got, &later));
        assert_true(got == cases[i].want);
        assert_int_equal(later, cases[i].later);
        buf_release(&b);
    }
}

/* Whatever the bytes, nothing is read behind them, and what is taken for a set is ascending. */
static void damaged_bytes_are_told(void **state)
{
    static const instant nights[] = {NOON, NOON + DAY, NOON + 2 * DAY, NOON + 2 * DAY + 7, NOON + 9 * DAY};
    struct buf b = {0};
    struct extracts got = {0};

    (void)state;
    assert_int_equal(extracts_unpack(&got, (struct text){NULL, 0}, NULL), -1);
    extracts_pack(&b, nights, sizeof(nights) / sizeof(nights[0]));
    for (size_t cut = 0; cut < b.len; cut++)
        assert_int_equal(extracts_unpack(&got, (struct text){(const char *)b.ptr, cut}, NULL), -1);
    for (size_t i = 0; i < b.len; i++) {
        for (unsigned value = 0; value < 256; value++) {
            const unsigned char was = b.ptr[i];
            instant first, last, counting;
            bool later;

            b.ptr[i] = (unsigned char)value;
            if (extracts_unpack(&got, buf_text(&b), NULL) == 0)
                for (size_t k = 1; k < got.count; k++)
                    assert_true(got.at[k - 1] < got.at[k]);
            (void)extracts_ends(buf_text(&b), &first, &last);
            (void)extracts_counting(buf_text(&b), NOON + 2 * DAY, &counting, &later);
            b.ptr[i] = was;
        }
    }
    extracts_release(&got);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_comes_back),
        cmocka_unit_test(the_union_of_two_sets_has_the_bytes_of_the_set),
        cmocka_unit_test(r7_the_latest_not_after_as_of_counts_else_the_earliest),
        cmocka_unit_test(damaged_bytes_are_told),
    };

    return cmocka_run_group_tests_name("extracts", tests, NULL, NULL);
}
