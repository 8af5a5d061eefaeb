/* Base64. */
#include "codec/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void both_ways_give_the_same(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"\xFB\xFF", "+/8="},
                                           {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct buf b = {0};
        struct err err = {0};
        base64_encode(text_of(pairs[i][0]), &b);
        assert_true(text_equal(buf_text(&b), text_of(pairs[i][1])));
        buf_clear(&b);
        assert_int_equal(base64_decode(text_of(pairs[i][1]), &b, &err), 0);
        assert_true(text_equal(buf_text(&b), text_of(pairs[i][0])));
        buf_release(&b);
    }
}

static void line_ends_and_blanks_do_not_matter(void **state)
{
    (void)state;
    struct buf b = {0};
    struct err err = {0};
    assert_int_equal(base64_decode(text_of(" Zm 9v\r\n\tYg =\n= "), &b, &err), 0);
    assert_true(text_equal(buf_text(&b), text_of("foob")));
    buf_release(&b);
}

static void what_is_no_base64_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *in, *message;
    } cases[] = {
        {"Zm9", "no Base64 at character 4: it is cut short"},
        {"Zm9vZ===", "no Base64 at character 6: '=' is misplaced"},
        {"Zg==Zg==", "no Base64 at character 5: '=' is misplaced"},
        {"Zg=a", "no Base64 at character 4: '=' is misplaced"},
        {"Zg====", "no Base64 at character 5: '=' is misplaced"},
        {"Zh==", "no Base64 at character 4: it ends within a byte"},
        {"Zm9-", "no Base64 at character 4: the character has no place in it"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = {0};
        struct err err = {0};
        buf_add_str(&b, "kept");
        assert_int_equal(base64_decode(text_of(cases[i].in), &b, &err), -1);
        assert_string_equal(err.msg, cases[i].message);
        assert_true(text_equal(buf_text(&b), text_of("kept")));
        buf_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_give_the_same),
        cmocka_unit_test(line_ends_and_blanks_do_not_matter),
        cmocka_unit_test(what_is_no_base64_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
