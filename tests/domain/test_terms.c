/* Vocabularies, Service Reference Variants and MPxNs: what is read comes back in the one spelling that is written. */
#include "domain/terms.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct vocabulary *const vocabularies[] = {
    &vocab_device_type, &vocab_smi_status, &vocab_smets,      &vocab_csp_region, &vocab_s1_cohort,   &vocab_user_role,
    &vocab_party_role,  &vocab_key_usage,  &vocab_cell_usage, &vocab_check_kind, &vocab_check_result};

static void expect_word(const struct vocabulary *v, struct text t, unsigned want)
{
    unsigned got = 1000;

    if (!term_parse(v, t, &got) || got != want)
        fail_msg("'%.*s' is not read as the %s '%s'", (int)t.len, t.len > 0 ? t.ptr : "", v->name, v->words[want]);
}

static void every_word_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vocabularies); i++)
        for (unsigned value = 0; value < vocabularies[i]->count; value++) {
            const char *const word = term_word(vocabularies[i], value);

            assert_true(value == 0 || word[0] != '\0');
            expect_word(vocabularies[i], text_of(word), value);
        }
}

/* " d-e_v i" for "DEVI" */
static void every_word_is_read_however_it_is_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vocabularies); i++)
        for (unsigned value = 0; value < vocabularies[i]->count; value++) {
            const char *const word = term_word(vocabularies[i], value);
            struct buf b = {0};

            buf_add_str(&b, " ");
            for (size_t k = 0; word[k] != '\0'; k++) {
                buf_add_byte(&b, (unsigned char)(islower((unsigned char)word[k]) ? toupper((unsigned char)word[k])
                                                                                 : tolower((unsigned char)word[k])));
                buf_add_byte(&b, (unsigned char)"- _\t"[k % 4]);
            }
            expect_word(vocabularies[i], buf_text(&b), value);
            buf_release(&b);
        }
}

/* inputs, words: a row of words.def that the vocabulary's own words hide would never count. */
static void other_words_of_the_industry_are_read(void **state)
{
    (void)state;
#define WORD(vocabulary, word, value) expect_word(&vocab_##vocabulary, TEXT_LITERAL(word), (value));
#include "domain/words.def"
#undef WORD
    expect_word(&vocab_user_role, TEXT_LITERAL("import_supplier"), USER_IS);
    expect_word(&vocab_csp_region, TEXT_LITERAL("csp-n"), CSP_NORTH);
}

static void nothing_is_zero_and_other_words_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vocabularies); i++) {
        unsigned value;

        expect_word(vocabularies[i], TEXT_LITERAL(""), 0);
        expect_word(vocabularies[i], (struct text){0}, 0);
        expect_word(vocabularies[i], TEXT_LITERAL("  "), 0);
        assert_false(term_parse(vocabularies[i], TEXT_LITERAL("nonsense"), &value));
        assert_false(term_parse(vocabularies[i], TEXT_LITERAL("\0"), &value));
        assert_false(term_parse(vocabularies[i], TEXT_LITERAL("\xC3\xA9"), &value));
        assert_string_equal(term_word(vocabularies[i], vocabularies[i]->count), "");
    }
}

static void further_spellings_are_read(void **state)
{
    (void)state;
    expect_word(&vocab_smets, TEXT_LITERAL("1"), SMETS_1);
    expect_word(&vocab_smets, TEXT_LITERAL("2"), SMETS_2);
    expect_word(&vocab_smets, TEXT_LITERAL("smets 2"), SMETS_2);
    expect_word(&vocab_smets, TEXT_LITERAL("SMETS2+"), SMETS_2);
    expect_word(&vocab_key_usage, TEXT_LITERAL("DS"), KEY_DIGITAL_SIGNATURE);
    expect_word(&vocab_key_usage, TEXT_LITERAL("ka"), KEY_KEY_AGREEMENT);
    expect_word(&vocab_key_usage, TEXT_LITERAL("KCS"), KEY_KEY_CERT_SIGN);
    expect_word(&vocab_key_usage, TEXT_LITERAL("Digital Signature"), KEY_DIGITAL_SIGNATURE);
    expect_word(&vocab_key_usage, TEXT_LITERAL("Key Agreement"), KEY_KEY_AGREEMENT);
    expect_word(&vocab_smi_status, TEXT_LITERAL("installed not commissioned"), SMI_INSTALLED_NOT_COMMISSIONED);
    expect_word(&vocab_check_kind, TEXT_LITERAL("recovery_cell"), CHECK_RECOVERY_CELL);
}

static void words_are_spelt_as_the_field_spells_them(void **state)
{
    (void)state;
    assert_string_equal(term_word(&vocab_smets, SMETS_2), "SMETS2+");
    assert_string_equal(term_word(&vocab_party_role, ROLE_TRANSITIONAL_COS), "TransitionalCoS");
    assert_string_equal(term_word(&vocab_party_role, ROLE_WAN_PROVIDER), "WANProvider");
    assert_string_equal(term_word(&vocab_key_usage, KEY_KEY_CERT_SIGN), "KeyCertSign");
    assert_string_equal(term_word(&vocab_cell_usage, CELL_MANAGEMENT), "management");
    assert_string_equal(term_word(&vocab_cell_usage, CELL_PREPAYMENT_TOP_UP), "prePaymentTopUp");
    assert_string_equal(term_word(&vocab_check_kind, CHECK_RECOVERY_CELL), "recovery-cell");
    assert_string_equal(term_word(&vocab_check_result, RESULT_BLANK), "");
}

static void variants_come_back(void **state)
{
    static const struct {
        const char *text;
        srv_code code;
    } cases[] = {
        {"6.17", SRV(6, 17, 0)}, {"6.15.1", SRV(6, 15, 1)},           {"6.10", SRV(6, 10, 0)}, {"6.1", SRV(6, 1, 0)},
        {"8.7.2", SRV(8, 7, 2)}, {"255.255.255", SRV(255, 255, 255)}, {"1.0", SRV(1, 0, 0)},   {"1.0.1", SRV(1, 0, 1)},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[SRV_TEXT_SIZE];
        srv_code code = 0;

        assert_true(srv_parse(text_of(cases[i].text), &code));
        assert_int_equal(code, cases[i].code);
        assert_int_equal(srv_format(code, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

static void other_variants_are_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "6",
        "6.",
        ".17",
        "6..1",
        "6.17.",
        "6.15.1.",
        "6.15.1.2",
        "06.17",
        "6.017",
        "6.15.01",
        "6.15.0",
        "256.1",
        "6.256",
        "6.1.256",
        "0.1",
        "0.0",
        "6,17",
        " 6.17",
        "6.17 ",
        "-6.17",
        "6.x",
        "6.1e1",
        "6.1.-1",
        "v6.17",
        "6.17\n",
        "6/17",
        "99999999999999999999.1",
        "6.4294967297",
    };
    char text[SRV_TEXT_SIZE] = "x";

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        srv_code code;

        if (srv_parse(text_of(cases[i]), &code))
            fail_msg("'%s' is accepted", cases[i]);
    }
    assert_int_equal(srv_format(0, text), 0);
    assert_string_equal(text, "");
}

static void variants_sort_as_people_expect(void **state)
{
    (void)state;
    assert_true(SRV(6, 2, 0) < SRV(6, 10, 0));
    assert_true(SRV(6, 15, 1) < SRV(6, 15, 2));
    assert_true(SRV(6, 15, 2) < SRV(6, 17, 0));
    assert_true(SRV(6, 255, 255) < SRV(7, 1, 0));
}

static void mpxns_come_back_as_they_are_written(void **state)
{
    /* 3 + 10 + 19 + 46 + 87 + 124 + 185 + 246 + 301 = 1021; modulo 11 that is 9 */
    static const char *const cases[][2] = {
        {"123456", "123456"},
        {"1234567890", "1234567890"},
        {"0000000000", "000000"},
        {"000000015", "000015"},     /* an MPRN has six digits at least, so this can be read again */
        {"0123456789", "123456789"}, /* leading zeros of an MPRN do not matter */
        {"0075000011", "75000011"},
        {"75 000 011", "75000011"},
        {"1200012345679", "1200012345679"},
        {"0000000000000", "0000000000000"}, /* those of an MPAN core do */
        {"12 0001 2345 679", "1200012345679"},
        {"018019021200012345679", "1200012345679"}, /* a full MPAN: the core are its last 13 digits */
        {"01 801 902 12 0001 2345 679", "1200012345679"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[MPXN_TEXT_SIZE];
        const char *why = NULL;
        mpxn_code code = 0;

        if (mpxn_parse(text_of(cases[i][0]), &code, &why) < 0)
            fail_msg("'%s': %s", cases[i][0], why);
        assert_true(code != 0);
        assert_int_equal(mpxn_format(code, text), strlen(cases[i][1]));
        assert_string_equal(text, cases[i][1]);
    }
}

static void wrong_mpxns_are_refused_with_the_reason(void **state)
{
    static const char *const cases[][2] = {
        {"", "13 digits"},
        {"12345", "13 digits"},
        {"12345678901", "13 digits"},
        {"123456789012", "13 digits"},
        {"12345678901234", "13 digits"},
        {"12345x", "13 digits"},
        {"-123456", "13 digits"},
        {"12000123456/4", "13 digits"},
        {"1200012345678", "check digit"},
        {"2100012345679", "check digit"},
        {"018019021200012345678", "check digit"},
        {"01801902120001234567", "13 digits"},
        {"0018019021200012345679", "13 digits"},
    };
    char text[MPXN_TEXT_SIZE] = "x";

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *why = NULL;
        mpxn_code code;

        if (mpxn_parse(text_of(cases[i][0]), &code, &why) == 0)
            fail_msg("'%s' is accepted", cases[i][0]);
        assert_non_null(strstr(why, cases[i][1]));
    }
    assert_int_equal(mpxn_format(0, text), 0);
    assert_string_equal(text, "");
    assert_int_equal(mpxn_format(UINT64_MAX, text), 0);
}

/* Modulo 11 gives 10 for one MPAN in eleven, of which the last digit is taken; and each digit is weighed. */
static void check_digit_of_an_mpan_is_that_of_the_weights(void **state)
{
    static const unsigned weights[] = {3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43};

    (void)state;
    for (size_t at = 0; at < 12; at++)
        for (unsigned digit = 0; digit < 10; digit++) {
            char text[] = "0000000000000";
            const char *why;
            mpxn_code code;

            text[at] = (char)('0' + digit);
            for (unsigned check = 0; check < 10; check++) {
                text[12] = (char)('0' + check);
                assert_int_equal(mpxn_parse(text_of(text), &code, &why) == 0, check == digit * weights[at] % 11 % 10);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_comes_back),
        cmocka_unit_test(every_word_is_read_however_it_is_typed),
        cmocka_unit_test(other_words_of_the_industry_are_read),
        cmocka_unit_test(nothing_is_zero_and_other_words_are_refused),
        cmocka_unit_test(further_spellings_are_read),
        cmocka_unit_test(words_are_spelt_as_the_field_spells_them),
        cmocka_unit_test(variants_come_back),
        cmocka_unit_test(other_variants_are_refused),
        cmocka_unit_test(variants_sort_as_people_expect),
        cmocka_unit_test(mpxns_come_back_as_they_are_written),
        cmocka_unit_test(wrong_mpxns_are_refused_with_the_reason),
        cmocka_unit_test(check_digit_of_an_mpan_is_that_of_the_weights),
    };

    return cmocka_run_group_tests_name("terms", tests, NULL, NULL);
}
