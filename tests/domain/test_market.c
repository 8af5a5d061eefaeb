/* inputs, organisations: parties by market identifier. */
#include "domain/market.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void market_identifiers_come_back_in_capitals(void **state)
{
    static const char *const cases[][2] = {
        {"LARK", "LARK"}, {"lark", "LARK"}, {"TWG", "TWG"}, {"G4S", "G4S"}, {"1ABC", "1ABC"}};
    char text[EUI64_TEXT_SIZE];
    uint64_t id;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(market_id_parse(text_of(cases[i][0]), &id));
        assert_true(market_id_is(id));
        assert_int_equal(party_id_format(id, text), strlen(cases[i][1]));
        assert_string_equal(text, cases[i][1]);
    }
}

static void other_texts_are_none(void **state)
{
    static const char *const cases[] = {"", "LA", "LARKS", "123", "1234", "L-RK", "LA K", "L\xC3\xA4"};
    uint64_t id;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (market_id_parse(text_of(cases[i]), &id))
            fail_msg("'%s' is taken", cases[i]);
}

static void they_are_told_from_eui64(void **state)
{
    char text[EUI64_TEXT_SIZE];
    uint64_t entity, market, other;

    (void)state;
    assert_true(party_id_parse(TEXT_LITERAL("90-B3-D5-1F-30-01-00-00"), &entity));
    assert_false(market_id_is(entity));
    assert_false(market_id_is(0));
    assert_false(market_id_is(0x10)); /* no letters: an EUI-64, however odd */
    party_id_format(entity, text);
    assert_string_equal(text, "90-B3-D5-1F-30-01-00-00");
    assert_true(party_id_parse(TEXT_LITERAL("TWG"), &market));
    assert_true(party_id_parse(TEXT_LITERAL("TWG1"), &other));
    assert_true(market < other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(market_identifiers_come_back_in_capitals),
        cmocka_unit_test(other_texts_are_none),
        cmocka_unit_test(they_are_told_from_eui64),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
