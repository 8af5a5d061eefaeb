/* Key material is taken out of what is rejected, whatever it is written as; what only looks a little like it stays. */
#include "fault_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define GONE    "[key material is not kept]"
#define HEX_32  "4d4153544552204f4620414c4c204b455953204f4e20455645525920484f5345"
#define EC_KEY  "MHcCAQEEIE1BU1RFUiBPRiBBTEwgS0VZUyBPTiBFVkVSWSBIT1NFoAoGCCqGSM49"
#define PKCS8   "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAL7"
#define CERT    "MIIB0DCCAXagAwIBAgIQe2M1uSQ0tTd9YyCzmcR0RzAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlT"
#define GBCS    "3wkAAAAAAAAAAAAAAAAAAAAAAAAAaQ1SEWzAxxYYAAAAAAAAAAAAAAAAAAAAAA0B"
#define DEVICE  "00-DB-12-34-56-78-90-A0"
#define REQUEST "90-B3-D5-1F-30-01-00-00:" DEVICE ":1001"

static const struct secret_case {
    const char *name, *bytes, *kept;
} cases[] = {
    {"a field of Base64", "a," EC_KEY ",b", "a," GONE ",b"},
    {"over lines", "a,\"MHcCAQEEIE1BU1RFUiBPRiBB\nTEwgS0VZUyBPTiBF\"", "a,\"" GONE "\""},
    {"over lines of a JSON string", "\"MHcCAQEEIE1BU1RFUiBPRiBB\\nTEwgS0VZUyBPTiBF\"", "\"" GONE "\""},
    {"a long key", PKCS8, GONE},
    {"hexadecimal", "x=" HEX_32 ";", "x=" GONE ";"},
    {"octets", "30:77:02:01:01:04:20:4d:41:53:54:45,b", GONE ",b"},
    {"behind its name", "{\"privateKey\":[1,2]}", "{\"" GONE},
    {"behind its label", "-----BEGIN EC PRIVATE KEY-----\nMHcC", "-----BEGIN EC " GONE},
    {"a certificate", CERT, CERT},
    {"a message", GBCS, GBCS},
    {"identifiers", DEVICE "," REQUEST ",6.17,2021-09-17T09:30:00Z", DEVICE "," REQUEST ",6.17,2021-09-17T09:30:00Z"},
    {"a serial number", "3039823674000000000000000000000000000000000", "3039823674000000000000000000000000000000000"},
    {"nothing", "", ""},
};

static void check_case(void **state)
{
    const struct secret_case *const c = *state;
    const struct text bytes = text_of(c->bytes);
    struct buf kept = {0};

    secret_remove(bytes, &kept);
    assert_string_equal(buf_cstr(&kept), c->kept);
    assert_int_equal(secret_is(bytes), !text_equal(bytes, text_of(c->kept)));
    buf_release(&kept);
}

static void der_is_found(void **state)
{
    static const char key[] = {'a', 0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20, 0x4d, 0x41};
    struct buf kept = {0};

    (void)state;
    secret_remove((struct text){key, sizeof(key)}, &kept);
    assert_string_equal(buf_cstr(&kept), "a" GONE);
    buf_release(&kept);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 1];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, (void *)(uintptr_t)&cases[i]};
    tests[ARRAY_LEN(cases)] = (struct CMUnitTest)cmocka_unit_test(der_is_found);
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
