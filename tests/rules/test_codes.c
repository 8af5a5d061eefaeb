/* R2: response codes and status words by the mapping. */
#include "facts.h"

static void r2_codes_are_mapped_exactly_then_by_pattern(void **state)
{
    static const struct {
        const char *code;
        enum code_class want;
    } cases[] = {
        {"I0", CODE_OK},
        {" i0\t", CODE_OK},
        {"IO", CODE_OK},
        {"io", CODE_OK},
        {"I99", CODE_ACKNOWLEDGED},
        {"I9", CODE_UNMAPPED},
        {"E080801", CODE_REJECTED},
        {"E08080", CODE_UNMAPPED},
        {"E0808011", CODE_UNMAPPED},
        {"E08080x", CODE_UNMAPPED},
        {"E12345/", CODE_UNMAPPED},
        {"S1VE64", CODE_REJECTED},
        {"S1VE", CODE_REJECTED},
        {"S1V", CODE_UNMAPPED},
        {"8f66", CODE_ALERT_SUCCESS},
        {"", CODE_UNMAPPED},
        {"  ", CODE_UNMAPPED},
        {"E120201", CODE_TIMED_OUT}, /* exact before pattern */
        {"X12", CODE_ACKNOWLEDGED},  /* the longer pattern */
        {"XYZ", CODE_OK},
        {"I0234567890123456789012345678901234", CODE_UNMAPPED}, /* longer than any pattern */
    };
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    code(w, "E120201", CODE_TIMED_OUT);
    code(w, "X##", CODE_ACKNOWLEDGED);
    code(w, "X*", CODE_OK);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(code_classify(&w->codes, text_of(cases[i].code)), cases[i].want);
    world_free(w);
}

static void r2_status_words_and_numbers(void **state)
{
    static const struct {
        const char *status;
        enum status_class want;
    } cases[] = {
        {"", STATUS_EMPTY},           {" \t ", STATUS_EMPTY},
        {"success", STATUS_SUCCESS},  {" SUCCESS ", STATUS_SUCCESS},
        {"Failure", STATUS_FAILURE},  {"0", STATUS_SUCCESS},
        {"00", STATUS_SUCCESS},       {"0x00", STATUS_SUCCESS},
        {"0X0a", STATUS_FAILURE},     {"0xAF", STATUS_FAILURE},
        {"0xg", STATUS_UNMAPPED},     {"0x/", STATUS_UNMAPPED},
        {"0x", STATUS_UNMAPPED},      {"-1", STATUS_FAILURE},
        {"+0", STATUS_SUCCESS},       {"-", STATUS_UNMAPPED},
        {"17", STATUS_FAILURE},       {"017", STATUS_FAILURE},
        {"000", STATUS_SUCCESS},      {"1a", STATUS_UNMAPPED},
        {"Partial", STATUS_UNMAPPED}, {"Successes", STATUS_UNMAPPED},
    };
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(status_classify(&w->codes, text_of(cases[i].status)), cases[i].want);
    world_free(w);
}

static void r4_obligations_have_names(void **state)
{
    (void)state;
    assert_string_equal(obligation_word(OBLIGATION_DEVICE_CERTIFICATES), "device-certificates");
    assert_string_equal(obligation_column(OBLIGATION_RECOVERY_CELL), "recovery_cell");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r2_codes_are_mapped_exactly_then_by_pattern),
        cmocka_unit_test(r2_status_words_and_numbers),
        cmocka_unit_test(r4_obligations_have_names),
    };

    return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
