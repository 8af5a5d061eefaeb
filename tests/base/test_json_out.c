/* JSON text: commas, escapes and numbers. */
#include "base/json_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define T(s) TEXT_LITERAL(s)

static void commas_stand_between_and_nowhere_else(void **state)
{
    struct buf b = {0};
    struct json_out j = {.buf = &b};

    (void)state;
    json_open(&j, '{');
    json_key(&j, "empty");
    json_open(&j, '[');
    json_close(&j, ']');
    json_key(&j, "list");
    json_open(&j, '[');
    json_int(&j, 1);
    json_open(&j, '{');
    json_close(&j, '}');
    json_bool(&j, true);
    json_bool(&j, false);
    json_null(&j);
    json_str(&j, NULL);
    json_str(&j, "x");
    json_close(&j, ']');
    json_key(&j, "last");
    json_text(&j, (struct text){0});
    json_close(&j, '}');
    assert_string_equal(buf_cstr(&b), "{\"empty\":[],\"list\":[1,{},true,false,null,null,\"x\"],\"last\":\"\"}");
    buf_release(&b);
}

static void texts_are_escaped(void **state)
{
    static const struct {
        struct text value;
        const char *want;
    } cases[] = {
        {T("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
        {T("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {T("a\0b"), "\"a\\u0000b\""},
        {T("\x01\x1F"), "\"\\u0001\\u001f\""},
        {T("\x20\x7F"), "\"\x20\x7F\""},
        {T("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""},
        {T("a\xFF"
           "b"),
         "\"a\xEF\xBF\xBD"
         "b\""},
        {T("\xC3"), "\"\xEF\xBF\xBD\""},                                 /* cut short */
        {T("\xC3\""), "\"\xEF\xBF\xBD\\\"\""},                           /* the quote is not swallowed */
        {T("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* a surrogate */
        {T("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                 /* overlong */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = {0};
        struct json_out j = {.buf = &b};

        json_text(&j, cases[i].value);
        assert_string_equal(buf_cstr(&b), cases[i].want);
        buf_release(&b);
    }
}

static void keys_are_escaped_too(void **state)
{
    struct buf b = {0};
    struct json_out j = {.buf = &b};

    (void)state;
    json_open(&j, '{');
    json_key(&j, "a\"b");
    json_int(&j, 0);
    json_close(&j, '}');
    assert_string_equal(buf_cstr(&b), "{\"a\\\"b\":0}");
    buf_release(&b);
}

static void integers_keep_every_digit(void **state)
{
    struct buf b = {0};
    struct json_out j = {.buf = &b};

    (void)state;
    json_open(&j, '[');
    json_int(&j, INT64_MAX);
    json_int(&j, INT64_MIN);
    json_int(&j, -10);
    json_close(&j, ']');
    assert_string_equal(buf_cstr(&b), "[9223372036854775807,-9223372036854775808,-10]");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_between_and_nowhere_else),
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(keys_are_escaped_too),
        cmocka_unit_test(integers_keep_every_digit),
    };

    return cmocka_run_group_tests_name("json_out", tests, NULL, NULL);
}
