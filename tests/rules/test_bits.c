/* The sets behind the lines of marks, against a plain array. */
#include "line_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static uint32_t next_roll(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

static uint32_t last_of(const bool *all, uint32_t from, uint32_t bound)
{
    while (bound > from)
        if (all[--bound])
            return bound;
    return BITS_NONE;
}

static uint32_t first_of(const bool *all, uint32_t from, uint32_t bound)
{
    for (; from < bound; from++)
        if (all[from])
            return from;
    return BITS_NONE;
}

static void the_next_in_either_direction(void **state)
{
    static const uint32_t sizes[] = {1, 5, 63, 64, 65, 128, 4096, 4097, 5000};

    (void)state;
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        const uint32_t size = sizes[s];
        struct bits b;
        bool *all = calloc(size, sizeof(*all));
        uint64_t *memory = malloc(bits_size(size));
        uint64_t seed = s + 1;

        assert_non_null(all);
        assert_non_null(memory);
        assert_ptr_equal(bits_init(&b, size, memory), (char *)memory + bits_size(size));
        assert_int_equal(bits_last(&b, 0, size), BITS_NONE);
        for (uint32_t from = 0; from <= size; from++)
            assert_int_equal(bits_first(&b, from, size), BITS_NONE);
        for (unsigned n = 0; n < 3000; n++) {
            const uint32_t i = next_roll(&seed) % size;
            const uint32_t from = next_roll(&seed) % size, bound = from + next_roll(&seed) % (size - from + 1);

            all[i] = next_roll(&seed) % 16 == 0; /* few, so that words are empty */
            (all[i] ? bits_set : bits_clear)(&b, i);
            assert_int_equal(bits_last(&b, from, bound), last_of(all, from, bound));
            assert_int_equal(bits_first(&b, from, bound), first_of(all, from, bound));
        }
        free(memory);
        free(all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_next_in_either_direction)};

    return cmocka_run_group_tests_name("bits", tests, NULL, NULL);
}
