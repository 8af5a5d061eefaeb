/* EUI-64 identifiers and key identifiers: the spellings that are read, and the one that is written. */
#include "domain/eui64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void accepted_spellings_are_read(void **state)
{
    static const char *const cases[] = {
        "00-DB-12-34-56-78-90-A0", "00:DB:12:34:56:78:90:A0", "00DB1234567890A0",
        "00-db-12-34-56-78-90-a0", "00:dB:12:34:56:78:90:Ab", "00db1234567890a0",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint64_t id = 0;

        assert_true(eui64_parse(text_of(cases[i]), &id));
        assert_true((id | 0xFF) == UINT64_C(0x00DB1234567890FF));
    }
}

static void other_texts_are_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "00-DB-12-34-56-78-90",
        "00-DB-12-34-56-78-90-A",
        "00-DB-12-34-56-78-90-A0-",
        "00-DB-12-34-56-78-90-A0-00",
        "00-DB-12-34-56-78-90:A0", /* one way throughout */
        "00:DB-12:34:56:78:90:A0",
        "00-DB1234567890A0",
        "00DB-1234-5678-90A0",
        "00 DB 12 34 56 78 90 A0",
        "00_DB_12_34_56_78_90_A0",
        "00-DB-12-34-56-78-90-G0",
        "00-DB-12-34-56-78-90-0g",
        "00DB1234567890A",
        "00DB1234567890A00",
        "00DB1234567890A@",
        "0x00DB1234567890",
        "00DB12345678 0A0",
        "-0-DB-12-34-56-78-90-A0",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint64_t id;

        if (eui64_parse(text_of(cases[i]), &id))
            fail_msg("'%s' is accepted", cases[i]);
    }
}

/* Every byte in the place of every digit: only the 22 hexadecimal ones will do. */
static void each_digit_is_checked(void **state)
{
    char text[] = "00-DB-12-34-56-78-90-A0";

    (void)state;
    for (size_t at = 0; at < 23; at++) {
        const char was = text[at];
        unsigned accepted = 0;

        for (unsigned c = 0; c < 256; c++) {
            uint64_t id;

            text[at] = (char)c;
            accepted += eui64_parse((struct text){text, 23}, &id);
        }
        text[at] = was;
        assert_int_equal(accepted, at % 3 == 2 ? 1 : 22);
    }
}

static void identifiers_come_back_as_they_are_written(void **state)
{
    static const uint64_t ids[] = {0, 1, UINT64_MAX, UINT64_C(0x0123456789ABCDEF), UINT64_C(0xFEDCBA9876543210)};
    static const char *const texts[] = {"00-00-00-00-00-00-00-00", "00-00-00-00-00-00-00-01", "FF-FF-FF-FF-FF-FF-FF-FF",
                                        "01-23-45-67-89-AB-CD-EF", "FE-DC-BA-98-76-54-32-10"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        char text[EUI64_TEXT_SIZE], key[KEY_ID_TEXT_SIZE];
        uint64_t id = ~ids[i];

        assert_int_equal(eui64_format(ids[i], text), 23);
        assert_string_equal(text, texts[i]);
        assert_true(eui64_parse(text_of(text), &id));
        assert_true(id == ids[i]);
        assert_int_equal(key_id_format(ids[i], key), 16);
        id = ~ids[i];
        assert_true(key_id_parse(text_of(key), &id));
        assert_true(id == ids[i]);
    }
}

static void key_identifiers_have_no_separators(void **state)
{
    char text[KEY_ID_TEXT_SIZE];
    uint64_t id;

    (void)state;
    assert_true(key_id_parse(TEXT_LITERAL("48cf97fa9f827fb5"), &id));
    key_id_format(id, text);
    assert_string_equal(text, "48CF97FA9F827FB5");
    assert_true(key_id_parse(TEXT_LITERAL("48:CF:97:FA:9F:82:7F:B5"), &id));
    assert_true(id == UINT64_C(0x48CF97FA9F827FB5));
    assert_false(key_id_parse(TEXT_LITERAL("48:CF-97:FA:9F:82:7F:B5"), &id));
    assert_false(key_id_parse(TEXT_LITERAL("48-CF-97-FA-9F-82-7F-B5"), &id));
    assert_false(key_id_parse(TEXT_LITERAL("48CF97FA9F827FB"), &id));
    assert_false(key_id_parse(TEXT_LITERAL("48CF97FA9F827FB5A"), &id));
    assert_false(key_id_parse(TEXT_LITERAL("48CF97FA9F827FBX"), &id));
    assert_false(key_id_parse((struct text){0}, &id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_spellings_are_read),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(each_digit_is_checked),
        cmocka_unit_test(identifiers_come_back_as_they_are_written),
        cmocka_unit_test(key_identifiers_have_no_separators),
    };

    return cmocka_run_group_tests_name("eui64", tests, NULL, NULL);
}
