/* Simulated GBCS messages: the layout, byte by byte, and certificates that can be read back. */
#include "made_int.h"

#include "codec/x509.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DEVICE   UINT64_C(0x00DB1234567890A3)
#define SUPPLIER UINT64_C(0x90B3D51F30010001)
#define OPERATOR UINT64_C(0x90B3D51F30020000)
#define ASKED_S  INT64_C(1727775426) /* 2024-10-01T09:37:06Z */

static struct log_entry entry(srv_code srv, enum said said)
{
    return (struct log_entry){.device = DEVICE,
                              .user = SUPPLIER,
                              .srv = srv,
                              .said = said,
                              .code = CODE_I0,
                              .role = ROLE_NETWORK_OPERATOR,
                              .placed = OPERATOR,
                              .requested_s = ASKED_S,
                              .responded_s = ASKED_S + 40,
                              .execution_s = NO_TIME,
                              .device_type = DEVICE_GPF,
                              .credential = KEY_KEY_AGREEMENT,
                              .serial = UINT64_C(0xF6A9CC590E9A9BE7),
                              .not_before_s = ASKED_S};
}

static void to_hex(const unsigned char *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++)
        sprintf(out + 2 * i, "%02X", bytes[i]);
}

/* The message but for its signature, which is 64 zeros. */
static void assert_message(const struct der_out *d, const char *expected)
{
    static const unsigned char zeros[64] = {0};
    const size_t len = der_out_len(d);
    char hex[2 * DER_ROOM + 1] = "";

    assert_true(len > 65);
    assert_memory_equal(der_out_bytes(d) + len - 64, zeros, 64);
    assert_int_equal(der_out_bytes(d)[len - 65], 64);
    to_hex(der_out_bytes(d), len - 65, hex);
    assert_string_equal(hex, expected);
}

static void integers_are_minimal_and_positive(void **state)
{
    static const struct {
        uint64_t n;
        const char *hex;
    } cases[] = {
        {0, "020100"},
        {127, "02017F"},
        {128, "02020080"},
        {0x8F66, "0203008F66"},
        {UINT64_MAX, "020900FFFFFFFFFFFFFFFF"},
    };
    struct der_out d;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char hex[64];

        der_out_begin(&d);
        der_out_integer(&d, cases[i].n);
        to_hex(der_out_bytes(&d), der_out_len(&d), hex);
        assert_string_equal(hex, cases[i].hex);
    }
}

static void a_device_that_leaves_out_the_outcome_answers_0500_alone(void **state)
{
    const struct log_entry e = entry(SRV(6, 15, 1), SAID_NOTHING);
    struct der_out d;

    (void)state;
    assert_true(made_answer(&d, &e, 1003));
    assert_message(&d, "DF090200000000000003EB0800DB1234567890A30890B3D51F300100010C07E80A01FF09252E008000FF"
                       "020103"
                       "0430020500");
}

static void a_refused_certificate_is_answered_by_a_code(void **state)
{
    const struct log_entry e = entry(SRV(6, 15, 2), SAID_FAILURE);
    struct der_out d;

    (void)state;
    assert_true(made_answer(&d, &e, 5));
    assert_message(&d, "DF090200000000000000050800DB1234567890A30890B3D51F300100010002000B03020104");
}

static void a_handover_is_answered_to_the_dcc_with_what_the_cells_now_hold(void **state)
{
    const struct log_entry e = entry(SRV(6, 21, 0), SAID_SUCCESS);
    char hex[2 * DER_ROOM + 1] = "";
    struct der_out d;

    (void)state;
    assert_true(made_answer(&d, &e, 1301000));
    to_hex(der_out_bytes(&d), der_out_len(&d), hex);
    assert_non_null(strstr(hex, "DF0902"
                                "00000000000005150800DB1234567890A30890B3D51F30000002"));
    assert_non_null(strstr(hex, "0201038186"
                                "308183"
                                "0500"
                                "307F"
                                "0202051502010330083006020103020100306C"));
    assert_non_null(
        strstr(hex, "3007020103030207800A01000408000000000000000004080000000000000000040890B3D51F30020000"));
    assert_non_null(
        strstr(hex, "3007020103030203080A01000408000000000000000004080000000000000000040890B3D51F30020000"));
}

static void requests_without_a_known_answer_have_none(void **state)
{
    const struct log_entry e = entry(SRV(4, 8, 1), SAID_SUCCESS);
    struct der_out d;

    (void)state;
    assert_false(made_answer(&d, &e, 1));
}

static void a_certificate_says_what_it_was_made_from(void **state)
{
    const struct log_entry e = entry(SRV(6, 15, 2), SAID_SUCCESS);
    struct certificate c;
    struct err err = {0};
    struct der_out d;

    (void)state;
    der_out_begin(&d);
    made_certificate(&d, &e);
    if (x509_read((struct text){(const char *)der_out_bytes(&d), der_out_len(&d)}, &c, &err) < 0)
        fail_msg("%s", err.msg);
    assert_int_equal(c.kind, CERTIFICATE_DEVICE);
    assert_true(c.subject == DEVICE);
    assert_int_equal(c.key_usage, KEY_KEY_AGREEMENT);
    assert_true(c.not_before == ASKED_S * INSTANT_SECOND);
    assert_string_equal(c.serial, "17773962087263542247");
    assert_true(c.key_id != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_minimal_and_positive),
        cmocka_unit_test(a_device_that_leaves_out_the_outcome_answers_0500_alone),
        cmocka_unit_test(a_refused_certificate_is_answered_by_a_code),
        cmocka_unit_test(a_handover_is_answered_to_the_dcc_with_what_the_cells_now_hold),
        cmocka_unit_test(requests_without_a_known_answer_have_none),
        cmocka_unit_test(a_certificate_says_what_it_was_made_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
