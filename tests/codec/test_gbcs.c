/* GBCS messages, decoded: worked examples whose every field is known, and bytes that lie. */
#include "codec/gbcs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Message parts, in hexadecimal digits. */
#define DEVICE                                     "00DB1234567890A0"
#define SUPPLIER                                   "90B3D51F30010000"
#define OPERATOR                                   "90B3D51F30020000"
#define BROKER                                     "90B3D51F30000002"
#define NO_DATE                                    "00"
#define DATE                                       "0C07DF0101FF000000008000FF"
#define SIGNED                                     "40" SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define SIXTEEN                                    "0123456789ABCDEF0123456789ABCDEF"
#define HEADER(cra, counter, from, to, date, code) "DF09" cra counter "08" from "08" to date "02" code

static size_t bytes_of(const char *hex, unsigned char *out)
{
    size_t n = 0;

    for (; hex[0] != '\0'; hex += 2)
        out[n++] = (unsigned char)strtoul((char[]){hex[0], hex[1], '\0'}, NULL, 16);
    return n;
}

static struct gbcs_message decoded(const char *hex)
{
    static unsigned char bytes[4096];
    struct gbcs_message m;
    struct err err = {0};
    const size_t len = bytes_of(hex, bytes);

    if (gbcs_decode((struct text){(char *)bytes, len}, &m, NULL, NULL, &err) < 0)
        fail_msg("%s", err.msg);
    return m;
}

/* Copied to just as many bytes, so that reading beyond them is seen. */
static const char *refused(const unsigned char *bytes, size_t len)
{
    static struct err err;
    struct gbcs_message m;
    char *const copy = malloc(len + 1);

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    err = (struct err){0};
    if (gbcs_decode((struct text){copy, len}, &m, NULL, NULL, &err) == 0)
        err.msg[0] = '\0';
    free(copy);
    return err.msg;
}

static const char partial_failure[] =
    HEADER("02", "00000000000003EB", DEVICE, SUPPLIER, DATE,
           "0102") "81CE"
                   "308200CA0500308200C4020203EB0201023012301002010202010030083006020100020100308200A5"
                   "30343007020102030207800A0100040890B3D51F30010000040844899792D196F4B8040890B3D51F30010000040843046B4"
                   "FB7C4F11B"
                   "30343007020102030203080A010A040890B3D51F300100000408405B8C62687D8F70040890B3D51F300100000408405B8C6"
                   "2687D8F70"
                   "3037300A020102030203080201010A0100040890B3D51F30010000040841FB49221588C570040890B3D51F3001000004084"
                   "EB07A1BCA0DD58C" SIGNED;

static void cs02b_one_cell_of_three_was_not_replaced(void **state)
{
    const struct gbcs_message m = decoded(partial_failure);

    (void)state;
    assert_int_equal(m.cra, GBCS_RESPONSE);
    assert_int_equal(m.counter, 1003);
    assert_true(m.originator == UINT64_C(0x00DB1234567890A0) && m.target == UINT64_C(0x90B3D51F30010000));
    assert_int_equal(m.code, 0x0102);
    assert_int_equal(m.result, GBCS_FAILURE);
    assert_int_equal(m.command_counter, 1003);
    assert_int_equal(m.outcome_count, 3);
    assert_int_equal(m.outcomes[0].status, 0);
    assert_int_equal(m.outcomes[0].key_usage, KEY_DIGITAL_SIGNATURE);
    assert_true(m.outcomes[0].new_key_id == UINT64_C(0x43046B4FB7C4F11B));
    assert_int_equal(m.outcomes[1].status, 10);
    assert_int_equal(m.outcomes[1].key_usage, KEY_KEY_AGREEMENT);
    assert_true(m.outcomes[1].existing_key_id == UINT64_C(0x405B8C62687D8F70));
    assert_int_equal(m.outcomes[2].cell_usage, CELL_PREPAYMENT_TOP_UP);
    assert_true(m.outcomes[2].new_key_id == UINT64_C(0x4EB07A1BCA0DD58C));
}

static void cs02b_a_command_accepted_without_an_outcome_is_empty(void **state)
{
    const struct gbcs_message m =
        decoded(HEADER("02", "00000000000003EC", DEVICE, SUPPLIER, DATE, "0102") "0430020500" SIGNED);

    (void)state;
    assert_int_equal(m.result, GBCS_EMPTY);
    assert_int_equal(m.outcome_count, 0);
    assert_int_equal(m.payload.len, 4);
}

/* Of an organisation's certificate in DER: that of OPERATOR, for signing. */
#define CERTIFICATE                                                                                                    \
    "3081F63081DCA003020102020101300A06082A8648CE3D040302300D310B300906035504030C0249313022180F"                       \
    "32303231303130313030303030305A180F32303939313233313233353935395A301431123010060355042D0309"                       \
    "0090B3D51F300200003059301306072A8648CE3D020106082A8648CE3D030107034200046B17D1F2E12C4247F8"                       \
    "BCE6E563A440F277037D812DEB33A0F4A13945D898C2964FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B31"                       \
    "5ECECBB6406837BF51F5A3223020300B0603551D0F04040302078030110603551D0E040A04084A000000000000"                       \
    "01300A06082A8648CE3D0403020309003006020101020101"

static void cs02b_a_command_tells_what_it_sends_to_each_cell(void **state)
{
    const struct gbcs_message m = decoded(HEADER("01", "00000000000004B0", OPERATOR, DEVICE, NO_DATE,
                                                 "0103") "82011F3082011B30003082011330820102" CERTIFICATE
                                                         "300702010303020780300B30003007020103030203083000" SIGNED);

    (void)state;
    assert_int_equal(m.outcome_count, 2);
    assert_int_equal(m.outcomes[0].status, CELL_SENT);
    assert_int_equal(m.outcomes[0].role, ROLE_NETWORK_OPERATOR);
    assert_int_equal(m.outcomes[0].key_usage, KEY_DIGITAL_SIGNATURE);
    assert_true(m.outcomes[0].new_subject == UINT64_C(0x90B3D51F30020000));
    assert_true(m.outcomes[0].new_key_id == UINT64_C(0x4A00000000000001));
    assert_int_equal(m.outcomes[1].status, CELL_SENT);
    assert_int_equal(m.outcomes[1].key_usage, KEY_KEY_AGREEMENT);
    assert_int_equal(m.outcomes[1].new_subject, 0); /* it cannot be read */
}

static void cs02b_an_alert_names_the_command_that_it_is_about(void **state)
{
    const struct gbcs_message m = decoded(
        HEADER("03", "00000000000007D2", DEVICE, SUPPLIER, NO_DATE,
               "00CB") "63"
                       "30610203008F67180F32303330303131353030303030305A3049020203EC02010230083006020102020100303630343"
                       "007020102030207800A"
                       "0100040890B3D51F30010000040844899792D196F4B8040890B3D51F30010000040843046B4FB7C4F11B" SIGNED);

    (void)state;
    assert_int_equal(m.cra, GBCS_ALERT);
    assert_int_equal(m.alert_code, 0x8F67);
    assert_int_equal(m.result, GBCS_FAILURE); /* though the one cell that it tells of was replaced */
    assert_int_equal(m.command_counter, 1004);
    assert_int_equal(m.execution_at, INT64_C(1894665600) * INSTANT_SECOND);
    assert_int_equal(m.outcome_count, 1);
}

static void cs02b_a_handover_tells_both_owners_of_each_cell(void **state)
{
    const struct gbcs_message m = decoded(HEADER("02", "0000000000000515", "00DB1234567890A3", BROKER, DATE,
                                                 "0103") "8187"
                                                         "308200830500307F0202051502010330083006020103020100306C"
                                                         "30343007020103030207800A0100040890B3D51F30000002040842693535D"
                                                         "3DDE101040890B3D51F30020000040848CF97FA9F827FB5"
                                                         "30343007020103030203080A0100040890B3D51F3000000204084A9CE02C3"
                                                         "9AB910B040890B3D51F3002000004084BC9D38D1CB49F2A" SIGNED);

    (void)state;
    assert_int_equal(m.result, GBCS_SUCCESS);
    assert_int_equal(m.outcome_count, 2);
    assert_int_equal(m.outcomes[0].role, ROLE_NETWORK_OPERATOR);
    assert_true(m.outcomes[0].existing_subject == UINT64_C(0x90B3D51F30000002));
    assert_true(m.outcomes[1].new_subject == UINT64_C(0x90B3D51F30020000));
    assert_true(m.outcomes[1].new_key_id == UINT64_C(0x4BC9D38D1CB49F2A));
}

static void cs02a_a_role_that_the_device_does_not_hold_has_no_cells(void **state)
{
    const struct gbcs_message m = decoded("DD000000000000651100000000" HEADER(
        "02", "0000000000000516", "00DB1234567890A1", BROKER, NO_DATE,
        "0008") "31"
                "302F30250201040A0100020100301A301803020308040890B3D51F3000000204084A9CE02C39AB910B30060201030A0119"
                "005DBE9B292B97F3660B1CFF34");

    (void)state;
    assert_true(m.has_mac);
    assert_int_equal(m.result, GBCS_SUCCESS);
    assert_int_equal(m.cell_count, 1);
    assert_int_equal(m.cells[0].role, ROLE_ACCESS_CONTROL_BROKER);
    assert_int_equal(m.cells[0].key_usage, KEY_KEY_AGREEMENT);
    assert_true(m.cells[0].subject == UINT64_C(0x90B3D51F30000002));
    assert_true(m.cells[0].key_id == UINT64_C(0x4A9CE02C39AB910B));
}

static void integer_answers_are_success_where_they_are_zero(void **state)
{
    const struct gbcs_message good =
        decoded(HEADER("02", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE, "000B") "03"
                                                                                    "020100" SIGNED);
    const struct gbcs_message bad =
        decoded(HEADER("02", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE, "000A") "03"
                                                                                    "020103" SIGNED);

    (void)state;
    assert_int_equal(good.result, GBCS_SUCCESS);
    assert_int_equal(bad.result, GBCS_FAILURE);
    assert_int_equal(bad.response_code, 3);
    assert_string_equal(gbcs_response_name(bad.code, bad.response_code), "certification request production failed");
    assert_string_equal(gbcs_response_name(good.code, 3), "invalid key usage"); /* each Use Case has its own */
}

static void ecs70_every_result_must_be_zero(void **state)
{
    const struct gbcs_message good =
        decoded(HEADER("02", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE,
                       "0062") "26"
                               "DA200003E8000005000000090C07DF0101FF000000008000FF11000502000300030001000100" SIGNED);
    const struct gbcs_message bad = decoded(HEADER("02", "00000000000003EA", DEVICE, SUPPLIER, NO_DATE,
                                                   "0062") "18"
                                                           "DA200003EA000005000000000005020003000300010101FA" SIGNED);

    (void)state;
    assert_int_equal(good.result, GBCS_SUCCESS);
    assert_int_equal(bad.result, GBCS_FAILURE);
}

static void gcs28_a_clock_that_is_not_reliable_is_a_failure(void **state)
{
    const struct gbcs_message m = decoded(HEADER("02", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE,
                                                 "007F") "16"
                                                         "3014180F32303135303130313030303030305A020102" SIGNED);

    (void)state;
    assert_int_equal(m.result, GBCS_FAILURE);
    assert_int_equal(m.response_code, 2);
}

static void a_segment_of_a_longer_message_is_told_as_one(void **state)
{
    (void)state;
    assert_true(decoded("DD0100000000000102030405").is_segment);
}

static void a_message_cut_short_anywhere_is_refused(void **state)
{
    unsigned char bytes[4096];
    const size_t len = bytes_of(partial_failure, bytes);

    (void)state;
    for (size_t n = 0; n < len; n++)
        if (n != len - 65) /* without length and signature it is a Pre-Command */
            assert_int_not_equal(strlen(refused(bytes, n)), 0);
}

static void lengths_that_lie_are_refused(void **state)
{
    static const struct {
        const char *hex, *message;
    } cases[] = {
        {"DD000000000000841100000000", "no GBCS message: at byte 7: the length is of none of the forms there are"},
        {"DD00000000000010DF09",
         "no GBCS message: at byte 8: the length of the MAC header is not that of what follows"},
        {HEADER("02", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE, "000B") "84FFFFFFFF",
         "no GBCS message: at byte 33: the length is of none of the forms there are"},
        {HEADER("02", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE, "0102") "093084FFFFFFFF05000000" SIGNED, NULL},
        {HEADER("02", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE, "0102") "0430800500" SIGNED, NULL},
        {HEADER("02", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE, "000B") "0402010000" SIGNED, NULL},
        {HEADER("04", "00000000000003E8", DEVICE, SUPPLIER, NO_DATE, "000B") "03020100" SIGNED,
         "no GBCS message: at byte 2: the CRA flag is none of 1, 2 and 3"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        unsigned char bytes[4096];
        const char *const got = refused(bytes, bytes_of(cases[i].hex, bytes));

        if (cases[i].message != NULL)
            assert_string_equal(got, cases[i].message);
        assert_int_not_equal(strlen(got), 0);
    }
}

static void one_bit_flipped_anywhere_never_crashes(void **state)
{
    unsigned char bytes[4096];
    const size_t len = bytes_of(partial_failure, bytes);

    (void)state;
    for (size_t bit = 0; bit < 8 * len; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        (void)refused(bytes, len);
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    assert_string_equal(refused(bytes, len), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cs02b_one_cell_of_three_was_not_replaced),
        cmocka_unit_test(cs02b_a_command_accepted_without_an_outcome_is_empty),
        cmocka_unit_test(cs02b_a_command_tells_what_it_sends_to_each_cell),
        cmocka_unit_test(cs02b_an_alert_names_the_command_that_it_is_about),
        cmocka_unit_test(cs02b_a_handover_tells_both_owners_of_each_cell),
        cmocka_unit_test(cs02a_a_role_that_the_device_does_not_hold_has_no_cells),
        cmocka_unit_test(integer_answers_are_success_where_they_are_zero),
        cmocka_unit_test(ecs70_every_result_must_be_zero),
        cmocka_unit_test(gcs28_a_clock_that_is_not_reliable_is_a_failure),
        cmocka_unit_test(a_segment_of_a_longer_message_is_told_as_one),
        cmocka_unit_test(a_message_cut_short_anywhere_is_refused),
        cmocka_unit_test(lengths_that_lie_are_refused),
        cmocka_unit_test(one_bit_flipped_anywhere_never_crashes),
    };

    return cmocka_run_group_tests_name("gbcs", tests, NULL, NULL);
}
