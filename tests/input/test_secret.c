/* Key material is taken out of what is rejected, whatever it is written as; what only looks a little like it stays. */
#include "fault_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define GONE   "[key material is not kept]"
#define HEX_32 "4d4153544552204f4620414c4c204b455953204f4e20455645525920484f5345"
#define EC_KEY "MHcCAQEEIE1BU1RFUiBPRiBBTEwgS0VZUyBPTiBFVkVSWSBIT1NFoAoGCCqGSM49"
#define OCTETS(m)                                                                                                      \
    "4d" m "41" m "53" m "54" m "45" m "52" m "20" m "4f" m "46" m "20" m "41" m "4c" m "4c" m "20" m "4b" m "45" m    \
    "59" m "53" m "20" m "4f" m "4e" m "20" m "45" m "56" m "45" m "52" m "59" m "20" m "48" m "4f" m "53" m "45"
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
    {"behind other letters", "key_" HEX_32 " 0x" HEX_32, "key_" GONE " 0x" GONE},
    {"digits over lines", "a\n4d4153544552204f4620414c4c204b45\n  5953204f4e20455645525920484f5345", "a\n" GONE},
    {"digits in groups", "a 4d415354 4552204f 4620414c 4c204b45 5953204f 4e204556 45525920 484f5345;", "a " GONE ";"},
    {"octets between blanks", OCTETS(" "), GONE},
    {"octets between dashes", OCTETS("-"), GONE},
    {"octets of C", OCTETS(", 0x"), GONE},
    {"octets over lines", OCTETS(",\n  0x"), GONE},
    {"octets of a string", OCTETS("\\x"), GONE},
    {"octets of a URL", OCTETS("%"), GONE},
    {"Base64 between blanks", "k=IE1BU1RFUiBPRiBBTEwgS0VZ UyBPTiBFVkVSWSBIT1NF", "k=" GONE},
    {"Base64 that is indented", "<k>\n  IE1BU1RFUiBPRiBBTEwg\n  S0VZUyBPTiBFVkVSWSBIT1NF\n</k>",
     "<k>\n  " GONE "\n</k>"},
    {"Base64 that is quoted", "> IE1BU1RFUiBPRiBBTEwg\n> S0VZUyBPTiBFVkVSWSBIT1NF", "> " GONE},
    {"Base64 as JSON spells it", "\"IE1BU1RFUiBPRiBB\\/TEwgS0VZUyBPTi\\u002bBFVkVSWSBIT1NF\"", "\"" GONE "\""},
    {"Base64 as URLs spell it", "k=IE1BU1RFUiBPRiBB%2FTEwgS0VZUyBPTi%2bBFVkVSWSBIT1NF", "k=" GONE},
    {"Base64 as XML spells it", "IE1BU1RFUiBPRiBBTEwgS0VZ&#10;UyBPTiBFVkVSWSBIT1NF", GONE},
    {"an encrypted key", "MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI", GONE},
    {"behind a certificate", "MIIACDCCAXagAwIB\n" EC_KEY, "MIIACDCCAXagAwIB\n" GONE},
    {"a certificate", CERT, CERT},
    {"a message", GBCS, GBCS},
    {"identifiers", DEVICE "," REQUEST ",6.17,2021-09-17T09:30:00Z", DEVICE "," REQUEST ",6.17,2021-09-17T09:30:00Z"},
    {"words", "Called the customer on 2021-09-17 at 09:30, who asked for another visit in October 2021",
     "Called the customer on 2021-09-17 at 09:30, who asked for another visit in October 2021"},
    {"numbers",
     "10,20,30,40,50,60,70,80,90,11,12,13,14,15,16,17,18,19,21,22,23 2000000000015 2000000000051 2000000000052"
     " 2000000000053 2000000000054",
     "10,20,30,40,50,60,70,80,90,11,12,13,14,15,16,17,18,19,21,22,23 2000000000015 2000000000051 2000000000052"
     " 2000000000053 2000000000054"},
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

/* What is no key is not looked at to the end of the record from each of its pieces: that took minutes. */
static void long_record_ends(void **state)
{
    static const char *const pieces[] = {"a\n", "a\\n", "1 ", "1234 ", "MII ", "xy-"};
    struct buf all = {0}, kept = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        buf_clear(&all);
        buf_clear(&kept);
        while (all.len < 1U << 20)
            buf_add_str(&all, pieces[i]);
        buf_add_str(&all, ";" HEX_32);
        secret_remove(buf_text(&all), &kept);
        assert_int_equal(kept.len, all.len - strlen(HEX_32) + strlen(GONE));
    }
    buf_release(&all);
    buf_release(&kept);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, (void *)(uintptr_t)&cases[i]};
    tests[ARRAY_LEN(cases)] = (struct CMUnitTest)cmocka_unit_test(der_is_found);
    tests[ARRAY_LEN(cases) + 1] = (struct CMUnitTest)cmocka_unit_test(long_record_ends);
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
