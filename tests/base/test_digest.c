/* SHA-256 against the examples of FIPS 180. */
#include "base/digest.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *message, size_t step, const char *want)
{
    const size_t len = strlen(message);
    unsigned char sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    struct err err = {0};
    struct digest *d;

    assert_int_equal(digest_create(&d, &err), 0);
    for (size_t at = 0; at < len; at += step)
        digest_add(d, message + at, len - at < step ? len - at : step);
    digest_add(d, NULL, 0);
    digest_finish(d, sum);
    digest_destroy(d);
    digest_hex(sum, hex);
    assert_string_equal(hex, want);
}

static void published_examples_come_out(void **state)
{
    static const char *const cases[][2] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (size_t step = 1; step < 60; step += 7)
            check(cases[i][0], step, cases[i][1]);
}

/* RFC 4231, test cases 1, 2 and 6: a short key, a text for a key, a key longer than a block. */
static void keyed_digests_are_those_of_rfc_4231(void **state)
{
    static const struct {
        unsigned char byte;
        const char *key;
        size_t len;
        const char *text, *want;
    } cases[] = {
        {0x0B, NULL, 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {0, "Jefe", 4, "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {0xAA, NULL, 131, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        unsigned char key[131], sum[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];

        memset(key, cases[i].byte, sizeof(key));
        digest_keyed(cases[i].key != NULL ? (const void *)cases[i].key : key, cases[i].len, cases[i].text,
                     strlen(cases[i].text), sum);
        digest_hex(sum, hex);
        assert_string_equal(hex, cases[i].want);
    }
}

static void destroying_null_is_allowed(void **state)
{
    (void)state;
    digest_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples_come_out),
        cmocka_unit_test(keyed_digests_are_those_of_rfc_4231),
        cmocka_unit_test(destroying_null_is_allowed),
    };

    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
