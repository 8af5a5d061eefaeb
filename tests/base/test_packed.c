/* Packed integers and text: round trips, and readers that do not pass their end. */
#include "base/packed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct packed_reader reader(const struct buf *b)
{
    return (struct packed_reader){b->ptr, b->ptr + b->len, false};
}

static void numbers_come_back(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 64; bit++)
        for (int delta = -1; delta <= 1; delta++) {
            const uint64_t v = (UINT64_C(1) << bit) + (uint64_t)(int64_t)delta;
            struct buf b = {0};
            struct packed_reader u;

            packed_add_u64(&b, v);
            packed_add_i64(&b, (int64_t)v);
            packed_add_i64(&b, (int64_t)-v);
            packed_add_be64(&b, v);
            u = reader(&b);
            assert_true(packed_take_u64(&u) == v);
            assert_true(packed_take_i64(&u) == (int64_t)v);
            assert_true(packed_take_i64(&u) == (int64_t)-v);
            assert_true(packed_take_be64(&u) == v);
            assert_false(u.failed);
            assert_ptr_equal(u.at, u.end);
            buf_release(&b);
        }
}

static void bytes_are_those_of_the_format(void **state)
{
    static const unsigned char want[] = {0x7F, 0x80, 0x01, 0x01, 0x02, 0, 1, 2, 3, 4, 5, 6, 7, 2, 'h', 'i'};
    struct buf b = {0};

    (void)state;
    packed_add_u64(&b, 127);
    packed_add_u64(&b, 128);
    packed_add_i64(&b, -1);
    packed_add_i64(&b, 1);
    packed_add_be64(&b, UINT64_C(0x0001020304050607));
    packed_add_text(&b, TEXT_LITERAL("hi"));
    assert_int_equal(b.len, sizeof(want));
    assert_memory_equal(b.ptr, want, sizeof(want));
    buf_clear(&b);
    packed_add_u64(&b, UINT64_MAX);
    assert_int_equal(b.len, 10);
    buf_release(&b);
}

static void texts_come_back_borrowed(void **state)
{
    struct buf b = {0};
    struct packed_reader u;
    struct text t;

    (void)state;
    packed_add_text(&b, TEXT_LITERAL("abc"));
    packed_add_text(&b, (struct text){0});
    buf_add_str(&b, "xyz");
    u = reader(&b);
    t = packed_take_text(&u);
    assert_ptr_equal(t.ptr, b.ptr + 1);
    assert_true(text_equal(t, TEXT_LITERAL("abc")));
    assert_int_equal(packed_take_text(&u).len, 0);
    assert_int_equal(packed_take_byte(&u), 'x');
    assert_true(text_equal(packed_take_bytes(&u, 2), TEXT_LITERAL("yz")));
    assert_false(u.failed);
    buf_release(&b);
}

enum item { U64, I64, BE64, BYTE, TEXT };

static void read_item(struct packed_reader *u, enum item item)
{
    switch (item) {
    case U64:
        assert_true(packed_take_u64(u) == 0);
        break;
    case I64:
        assert_true(packed_take_i64(u) == 0);
        break;
    case BE64:
        assert_true(packed_take_be64(u) == 0);
        break;
    case BYTE:
        assert_int_equal(packed_take_byte(u), 0);
        break;
    case TEXT:
        assert_int_equal(packed_take_text(u).len, 0);
        break;
    }
}

static void short_and_malformed_items_fail_for_good(void **state)
{
    static const struct {
        enum item item;
        struct text bytes;
    } cases[] = {
        {U64, TEXT_LITERAL("")},
        {U64, TEXT_LITERAL("\x80")},
        {U64, TEXT_LITERAL("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")},
        {U64, TEXT_LITERAL("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02")},
        {U64, TEXT_LITERAL("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")},
        {I64, TEXT_LITERAL("\x80")},
        {BE64, TEXT_LITERAL("1234567")},
        {BYTE, TEXT_LITERAL("")},
        {TEXT, TEXT_LITERAL("\x03no")},
        {TEXT, TEXT_LITERAL("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01")},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = {0};
        struct packed_reader u;

        buf_add_byte(&b, 0); /* so that there is memory behind the empty ones */
        buf_add_text(&b, cases[i].bytes);
        u = reader(&b);
        u.at++;
        read_item(&u, cases[i].item);
        assert_true(u.failed);
        for (enum item next = U64; next <= TEXT; next++)
            read_item(&u, next);
        assert_true(u.failed);
        buf_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(bytes_are_those_of_the_format),
        cmocka_unit_test(texts_come_back_borrowed),
        cmocka_unit_test(short_and_malformed_items_fail_for_good),
    };

    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
