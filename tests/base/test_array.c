/* Arrays that grow, and characters. */
#include "base/array.h"
#include "base/ascii.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void items_keep_their_values_and_room_doubles(void **state)
{
    uint32_t *items = NULL;
    size_t cap = 0, grown = 0;

    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        const size_t before = cap;

        assert_true(array_reserve(&items, &cap, i + 1, sizeof(*items)));
        grown += cap != before;
        assert_true(cap > i && (cap == before || cap >= 2 * before));
        items[i] = i;
    }
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    assert_true(grown < 10);
    free(items);
}

static void what_no_memory_can_hold_leaves_the_array_alone(void **state)
{
    uint64_t *items = NULL;
    size_t cap = 0;

    (void)state;
    assert_true(array_reserve(&items, &cap, 3, sizeof(*items)));
    items[2] = 7;

    const size_t before = cap;

    assert_false(array_reserve(&items, &cap, SIZE_MAX / 4, sizeof(*items)));
    assert_false(array_reserve(&items, &cap, SIZE_MAX, sizeof(*items)));
    assert_int_equal(cap, before);
    assert_int_equal(items[2], 7);
    free(items);
}

static void hexadecimal_digits_have_their_values_and_nothing_else_has_one(void **state)
{
    (void)state;
    for (int c = -128; c < 256; c++) {
        const char *const upper = c > 0 ? strchr(HEX_UPPER, c) : NULL;
        const char *const lower = c > 0 ? strchr(HEX_LOWER, c) : NULL;

        assert_int_equal(hex_value(c) >= 0, upper != NULL || lower != NULL);
        if (upper != NULL)
            assert_int_equal(HEX_UPPER[hex_value(c)], c);
        else if (lower != NULL)
            assert_int_equal(HEX_LOWER[hex_value(c)], c);
    }
}

static void classes_are_those_of_ascii(void **state)
{
    (void)state;
    for (int c = -128; c < 256; c++) {
        assert_int_equal(ascii_is_digit(c), c >= '0' && c <= '9');
        assert_int_equal(ascii_is_alnum(c), c > 0 && c < 128 &&
                                                strchr("0123456789abcdefghijklmnopqrstuvwxyz"
                                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                                       c) != NULL);
        assert_int_equal(ascii_is_blank(c), c == ' ' || c == '\t');
    }
    assert_int_equal(ascii_lower('Q'), 'q');
    assert_int_equal(ascii_lower('\xC3'), '\xC3');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_keep_their_values_and_room_doubles),
        cmocka_unit_test(what_no_memory_can_hold_leaves_the_array_alone),
        cmocka_unit_test(hexadecimal_digits_have_their_values_and_nothing_else_has_one),
        cmocka_unit_test(classes_are_those_of_ascii),
    };
    return cmocka_run_group_tests_name("array", tests, NULL, NULL);
}
