/* Borrowed text and the growing buffer. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define T(s) TEXT_LITERAL(s)

static void trim_takes_blanks_and_tabs_off_both_ends(void **state)
{
    (void)state;
    assert_true(text_equal(text_trim(T(" \t a b\t ")), T("a b")));
    assert_true(text_equal(text_trim(T(" \t ")), T("")));
    assert_true(text_equal(text_trim((struct text){0}), T("")));
    assert_true(text_equal(text_trim(T("\n")), T("\n")));
}

static void equality_and_order_are_bytewise(void **state)
{
    (void)state;
    assert_true(text_equal(text_of(NULL), T("")));
    assert_false(text_equal(T("a"), T("A")));
    assert_true(text_equal_nocase(T("aZ[`"), T("Az[`")));
    assert_false(text_equal_nocase(T("@"), T("`")));
    assert_false(text_equal_nocase(T("a"), T("ab")));
    assert_true(text_compare(T("ab"), T("abc")) < 0);
    assert_true(text_compare(T("\xFF"), T("a")) > 0);
    assert_true(text_compare(T("a\0b"), T("a\0a")) > 0);
    assert_int_equal(text_compare((struct text){0}, T("")), 0);
}

static void words_are_the_same_without_case_blanks_and_joiners(void **state)
{
    static const struct {
        struct text a, b;
        bool same;
    } cases[] = {
        {T("device_id"), T("Device ID"), true},
        {T("device_id"), T(" DEVICE-id_"), true},
        {T("a\tb"), T("ab"), true},
        {T("_-"), T(""), true},
        {T("ab"), T("abc"), false},
        {T("abc"), T("ab"), false},
        {T("a.b"), T("ab"), false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(text_same_word(cases[i].a, cases[i].b), cases[i].same);
}

/* The edges of the table of well-formed sequences; each behind 0 to 9 letters, for the steps of eight bytes. */
static void utf8_is_told_from_what_is_not(void **state)
{
    static const struct {
        struct text t;
        bool ok;
    } cases[] = {
        {T(""), true},
        {T("plain"), true},
        {T("a\0b"), true},
        {T("\x7F"), true},
        {T("\xC2\x80"), true},
        {T("\xE0\xA0\x80"), true},
        {T("\xED\x9F\xBF"), true},
        {T("\xEE\x80\x80"), true},
        {T("\xF0\x90\x80\x80"), true},
        {T("\xF4\x8F\xBF\xBF"), true},
        {T("\x80"), false},
        {T("\xC1\xBF"), false},
        {T("\xC2"), false},
        {T("\xC2\x41"), false},
        {T("\xE0\x9F\xBF"), false},
        {T("\xED\xA0\x80"), false},
        {T("\xE2\x82"), false},
        {T("\xE2\x82\x41"), false},
        {T("\xF0\x8F\xBF\xBF"), false},
        {T("\xF4\x90\x80\x80"), false},
        {T("\xF5\x80\x80\x80"), false},
        {T("\xF0\x9F\x98"), false},
        {T("\xFF"), false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (size_t before = 0; before < 10; before++) {
            struct buf b = {0};

            buf_add(&b, "abcdefghij", before);
            buf_add_text(&b, cases[i].t);
            assert_int_equal(text_is_utf8(buf_text(&b)), cases[i].ok);
            buf_release(&b);
        }
}

static void buffer_grows_and_keeps_its_bytes(void **state)
{
    struct buf b = {0};

    (void)state;
    assert_string_equal(buf_cstr(&b), "");
    for (unsigned i = 0; i < 5000; i++)
        buf_add_byte(&b, (unsigned char)i);
    buf_add_str(&b, "end");
    buf_add_str(&b, NULL);
    buf_add_text(&b, (struct text){0});
    assert_int_equal(b.len, 5003);
    for (unsigned i = 0; i < 5000; i++)
        assert_int_equal(b.ptr[i], i & 0xFF);
    assert_memory_equal(b.ptr + 5000, "end", 3);
    buf_clear(&b);
    assert_int_equal(b.len, 0);
    buf_printf(&b, "%s-%d", "x", 12);
    assert_string_equal(buf_cstr(&b), "x-12");
    assert_int_equal(b.len, 4);
    buf_release(&b);
    assert_null(b.ptr);
}

static void printf_fits_at_every_fill(void **state)
{
    (void)state;
    for (size_t fill = 50; fill < 70; fill++) {
        struct buf b = {0};

        for (size_t i = 0; i < fill; i++)
            buf_add_byte(&b, 'a');
        buf_printf(&b, "%d", 12345);
        assert_int_equal(b.len, fill + 5);
        assert_memory_equal(b.ptr + fill, "12345", 5);
        buf_release(&b);
    }
}

static void buffer_that_cannot_grow_fails_and_stays_failed(void **state)
{
    struct buf b = {0};

    (void)state;
    buf_add_str(&b, "kept");
    assert_false(buf_ever_failed());
    assert_false(buf_reserve(&b, SIZE_MAX - 2));
    assert_true(b.failed);
    assert_true(buf_ever_failed());
    buf_add_str(&b, "lost");
    assert_int_equal(b.len, 4);
    assert_string_equal(buf_cstr(&b), "");
    buf_clear(&b);
    buf_add_str(&b, "lost");
    assert_true(b.failed);
    assert_int_equal(b.len, 0);
    buf_release(&b);
    buf_add_str(&b, "new");
    assert_string_equal(buf_cstr(&b), "new");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trim_takes_blanks_and_tabs_off_both_ends),
        cmocka_unit_test(equality_and_order_are_bytewise),
        cmocka_unit_test(words_are_the_same_without_case_blanks_and_joiners),
        cmocka_unit_test(utf8_is_told_from_what_is_not),
        cmocka_unit_test(buffer_grows_and_keeps_its_bytes),
        cmocka_unit_test(printf_fits_at_every_fill),
        cmocka_unit_test(buffer_that_cannot_grow_fails_and_stays_failed),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
