/* Certificates: what they say, and what keeps bytes from being one. */
#include "codec/base64.h"
#include "codec/x509.h"

#include "certificates_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct buf bytes_of(const char *base64)
{
    struct buf der = {0};
    struct err err = {0};

    assert_int_equal(base64_decode(text_of(base64), &der, &err), 0);
    return der;
}

static void assert_instant(instant at, const char *want)
{
    char text[INSTANT_TEXT_SIZE];

    instant_format(at, text);
    assert_string_equal(text, want);
}

static void certificates_say_whose_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *base64;
        enum certificate_kind kind;
        uint64_t subject;
        int role_code;
        enum party_role role;
        enum key_usage key_usage;
        const char *not_before, *not_after, *serial, *name;
        uint64_t key_id, issuer_key_id;
    } cases[] = {
        {CERTIFICATE_OF_SUPPLIER, CERTIFICATE_ORGANISATION, 0x90B3D51F30010000, 2, ROLE_SUPPLIER, KEY_DIGITAL_SIGNATURE,
         "2021-09-17T10:02:00Z", "2031-09-17T10:02:00Z", "340282366920938463463374607431768211455", "Acme Energy",
         0x4CA9A71D3B224340, 0x47D40AF3412904A0},
        /* No subject key identifier: made from the key. A leap day; the last second of UTCTime. */
        {CERTIFICATE_OF_OPERATOR, CERTIFICATE_ORGANISATION, 0x90B3D51F30020000, 3, ROLE_NETWORK_OPERATOR,
         KEY_KEY_AGREEMENT, "2016-02-29T00:00:00Z", "2049-12-31T23:59:59Z", "12345678901234567890", "",
         0x4CDEA267412B1280, 0},
        /* It signs XML: the key is in no trust anchor cell. */
        {CERTIFICATE_OF_SIGNER, CERTIFICATE_ORGANISATION, 0x90B3D51F30010000, 0x87, ROLE_NONE, KEY_DIGITAL_SIGNATURE,
         "2018-01-01T00:00:00Z", "2118-01-01T00:00:00Z", "1", "", 0x47C85AD3FEAA00A6, 0},
        {CERTIFICATE_OF_AUTHORITY, CERTIFICATE_OTHER, 0, 7, ROLE_NONE, KEY_KEY_CERT_SIGN, "2015-01-01T00:00:00Z",
         "2118-01-01T00:00:00Z", "7", "T1", 0x48FBCFDA54C351B7, 0},
        {CERTIFICATE_OF_METER, CERTIFICATE_DEVICE, 0x00DB1234567890A0, ROLE_CODE_NONE, ROLE_NONE, KEY_DIGITAL_SIGNATURE,
         "2021-09-17T10:02:00Z", "9999-12-31T23:59:59Z", "64101545746175790368578629013619351501", "",
         0x4A7C13B0EDE6735C, 0x47D40AF3412904A0},
        /* A key identifier of 20 bytes is none of ours; two usages are no usage of ours. */
        {CERTIFICATE_OF_WEB_SITE, CERTIFICATE_OTHER, 0, ROLE_CODE_NONE, ROLE_NONE, KEY_NONE, "2024-01-01T00:00:00Z",
         "2025-01-01T00:00:00Z", "730750818665451459101842416358141509827966271487", "www.example.org",
         0x41AB86902EE4C57A, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf der = bytes_of(cases[i].base64);
        struct certificate c;
        struct err err = {0};

        assert_int_equal(x509_read(buf_text(&der), &c, &err), 0);
        assert_int_equal(c.kind, cases[i].kind);
        assert_true(c.subject == cases[i].subject);
        assert_int_equal(c.role_code, cases[i].role_code);
        assert_int_equal(c.role, cases[i].role);
        assert_int_equal(c.key_usage, cases[i].key_usage);
        assert_instant(c.not_before, cases[i].not_before);
        assert_instant(c.not_after, cases[i].not_after);
        assert_string_equal(c.serial, cases[i].serial);
        assert_string_equal(c.name, cases[i].name);
        assert_true(c.key_id == cases[i].key_id);
        assert_true(c.issuer_key_id == cases[i].issuer_key_id);
        assert_true(x509_begins_as_one((struct text){(const char *)der.ptr, 12}));
        buf_release(&der);
    }
}

static void assert_refused(const struct buf *der, const char *want)
{
    struct certificate c;
    struct err err = {0};

    assert_int_equal(x509_read(buf_text(der), &c, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
    if (want != NULL)
        assert_string_equal(err.msg, want);
}

static void what_names_nobody_for_sure_is_refused(void **state)
{
    (void)state;
    struct buf both = bytes_of(CERTIFICATE_OF_BOTH), short_id = bytes_of(CERTIFICATE_OF_SHORT_ID);

    assert_refused(&both, "the certificate names both an organisation and a Device");
    assert_refused(&short_id, "no certificate at byte 111: the x500UniqueIdentifier is not of 64 bits");
    buf_release(&both);
    buf_release(&short_id);
}

/* Copies of the exact length, so that a read beyond the end is seen. */
static void a_certificate_cut_short_anywhere_is_refused(void **state)
{
    (void)state;
    struct buf der = bytes_of(CERTIFICATE_OF_METER);

    for (size_t len = 0; len < der.len; len++) {
        unsigned char *exact = len > 0 ? malloc(len) : NULL;
        if (exact != NULL)
            memcpy(exact, der.ptr, len);
        const struct buf view = {.ptr = exact, .len = len};
        assert_refused(&view, NULL);
        free(exact);
    }
    buf_add_byte(&der, 0);
    assert_refused(&der, "no certificate at byte 398: something stands behind the certificate");
    buf_release(&der);
}

/* Whatever a byte is changed to, reading ends without harm. */
static void a_changed_byte_does_no_harm(void **state)
{
    (void)state;
    struct buf der = bytes_of(CERTIFICATE_OF_SUPPLIER);

    for (size_t i = 0; i < der.len; i++)
        for (unsigned flip = 1; flip < 256; flip += 7) {
            struct certificate c;
            struct err err = {0};
            der.ptr[i] ^= (unsigned char)flip;
            if (x509_read(buf_text(&der), &c, &err) < 0)
                assert_int_equal(err.code, ERR_DATA);
            der.ptr[i] ^= (unsigned char)flip;
        }
    buf_release(&der);
}

static void lengths_that_lie_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        const char *want;
    } cases[] = {
        {"\x30\x84\xFF\xFF\xFF\xFF\x30\x00", 8, "no certificate at byte 0: the length goes beyond the end"},
        {"\x30\x80\x30\x00", 4, "no certificate at byte 1: the length is indefinite"},
        {"\x30\x88\x00\x00\x00\x00\x00\x00\x00\x00", 10, "no certificate at byte 1: the length has more than 4 bytes"},
        {"\x30\x82\x01", 3, "no certificate at byte 1: is cut short"},
        {"\x1F\x81\x00", 3, "no certificate at byte 0: wanted is a certificate"},
        {"", 0, "no certificate at byte 0: is cut short"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf der = {0};
        buf_add(&der, cases[i].bytes, cases[i].len);
        assert_refused(&der, cases[i].want);
        buf_release(&der);
    }
}

/* The first bytes of PKCS#8, SEC 1, encrypted PKCS#8, and of nothing at all. */
static void private_keys_do_not_begin_as_certificates(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "MIGHAgEAMBMGByqGSM49", "MHcCAQEEIAAAAAAAAAAA", "MIH0MF8GCSqGSIb3DQEF", "MAA=", "MA==", ""};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct buf der = bytes_of(keys[i]);
        assert_false(x509_begins_as_one(buf_text(&der)));
        buf_release(&der);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_say_whose_they_are),
        cmocka_unit_test(what_names_nobody_for_sure_is_refused),
        cmocka_unit_test(a_certificate_cut_short_anywhere_is_refused),
        cmocka_unit_test(a_changed_byte_does_no_harm),
        cmocka_unit_test(lengths_that_lie_are_refused),
        cmocka_unit_test(private_keys_do_not_begin_as_certificates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
