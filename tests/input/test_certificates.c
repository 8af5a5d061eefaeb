/* Certificate snapshots: every name, good and bad; lines and arrays. */
#include "load_test.h"

#define HEAD  "{\"device_id\":\"00-DB-12-34-56-78-90-A0\",\"taken_at\":\"2021-09-20T02:00:00Z\""
#define CELL  "{\"role\":\"Supplier\",\"key_usage\":\"DS\""
#define CELLS HEAD ",\"cells\":[" CELL
#define CERTS HEAD ",\"device_certificates\":[{\"key_usage\":\"KA\""
#define CANON "00-DB-12-34-56-78-90-A0|2021-09-20T02:00:00Z|"

static struct record_case {
    const char *json;
    const char *column; /* NULL: the record is good */
    const char *want;
} cases[] = {
    {HEAD "}", NULL, CANON "|true|"},
    {HEAD ",\"answered\":false,\"source\":\"6.24.1\"}", NULL, CANON "6.24.1|false|"},
    {HEAD ",\"answered\":null,\"source\":null,\"cells\":null,\"device_certificates\":null}", NULL, CANON "|true|"},
    {HEAD ",\"Answered\":false,\"more\":{\"a\":[1,{\"b\":2}]}}", NULL, CANON "|true|"},
    {HEAD ",\"cells\":[],\"device_certificates\":[]}", NULL, CANON "|true|"},
    {CELLS "}]}", NULL, "|Supplier|DigitalSignature|management|||ok|"},
    {CELLS ",\"cell_usage\":\"prePaymentTopUp\",\"subject_id\":\"90B3D51F30020000\",\"key_id\":\"48cf97fa9f827fb5\","
           "\"status\":\"OK\"}]}",
     NULL, "|Supplier|DigitalSignature|prePaymentTopUp|90-B3-D5-1F-30-02-00-00|48CF97FA9F827FB5|ok|"},
    {CELLS ",\"status\":\"trustAnchorNotFound\"}]}", NULL, "|not ok|"},
    {HEAD ",\"cells\":[{\"role\":\"Root\",\"key_usage\":\"KeyCertSign\",\"subject_id\":\"0000000000000000\"}]}", NULL,
     "|Root|KeyCertSign|"},
    {CERTS ",\"serial\":9007199254740993}]}", NULL, "|KeyAgreement|9007199254740993|"},
    {CERTS ",\"serial\":\"003039823674\"}]}", NULL, "|3039823674|"},
    {CERTS ",\"serial\":\"000\"}]}", NULL, "|KeyAgreement|0|"},
    {CERTS ",\"serial\":\"1461501637330902918203684832716283019655932542975\"}]}", NULL,
     "|1461501637330902918203684832716283019655932542975|"},
    {CERTS ",\"not_before\":\"2021-09-17\",\"subject_id\":\"00DB1234567890A0\",\"key_id\":\"47D40AF3412904A1\","
           "\"issuer_key_id\":\"47D40AF3412904A0\"}]}",
     NULL, "|2021-09-17T00:00:00Z|00-DB-12-34-56-78-90-A0|47D40AF3412904A1|47D40AF3412904A0|"},

    {"{\"taken_at\":\"2021-09-20\"}", "device_id", "is missing"},
    {"{\"device_id\":\"00DB\",\"taken_at\":\"2021-09-20\"}", "device_id", "\"00DB\" is no EUI-64"},
    {"{\"device_id\":17,\"taken_at\":\"2021-09-20\"}", "device_id", "is not a string"},
    {"{\"device_id\":\"00DB1234567890A0\"}", "taken_at", "is missing"},
    {"{\"device_id\":\"00DB1234567890A0\",\"taken_at\":\"2021-02-30\"}", "taken_at",
     "\"2021-02-30\" is no such instant"},
    {HEAD ",\"answered\":\"yes\"}", "answered", "is neither true nor false"},
    {HEAD ",\"source\":\"12345678901234567890123456789012\"}", "source", "is too long: at most 31 bytes"},
    {HEAD ",\"cells\":{}}", "cells", "is no array"},
    {HEAD ",\"cells\":[17]}", "cells", "element 0 is no JSON object"},
    {HEAD ",\"cells\":[" CELL "},{\"key_usage\":\"DS\"}]}", "cells[1].role", "is missing"},
    {HEAD ",\"cells\":[{\"role\":\"Friend\",\"key_usage\":\"DS\"}]}", "cells[0].role", "\"Friend\" is no "},
    {HEAD ",\"cells\":[{\"role\":\"Supplier\"}]}", "cells[0].key_usage", "is missing"},
    {HEAD ",\"cells\":[{\"role\":\"Supplier\",\"key_usage\":\"XX\"}]}", "cells[0].key_usage", "\"XX\" is no "},
    {CELLS ",\"cell_usage\":\"other\"}]}", "cells[0].cell_usage", "\"other\" is no "},
    {CELLS ",\"subject_id\":\"x\"}]}", "cells[0].subject_id", "is no EUI-64"},
    {CELLS ",\"key_id\":\"48:cf\"}]}", "cells[0].key_id", "is no key identifier"},
    {HEAD ",\"device_certificates\":[{}]}", "device_certificates[0].key_usage", "neither DigitalSignature nor"},
    {HEAD ",\"device_certificates\":[{\"key_usage\":\"KeyCertSign\"}]}", "device_certificates[0].key_usage", "neither"},
    {CERTS ",\"serial\":-1}]}", "device_certificates[0].serial",
     "\"-1\" is no serial number; wanted are decimal digits"},
    {CERTS ",\"serial\":1.0}]}", "device_certificates[0].serial", "is no serial number"},
    {CERTS ",\"serial\":1e3}]}", "device_certificates[0].serial", "is no serial number"},
    {CERTS ",\"serial\":\"0x1F\"}]}", "device_certificates[0].serial", "is no serial number"},
    {CERTS ",\"serial\":true}]}", "device_certificates[0].serial", "is neither a string nor a number"},
    {CERTS ",\"serial\":\"10000000000000000000000000000000000000000000000000\"}]}", "device_certificates[0].serial",
     "has more than 49 digits"},
    {CERTS ",\"not_before\":\"x\"}]}", "device_certificates[0].not_before", "is not an instant"},
    {HEAD ",\"x\":\"a\\u0000b\"}", "", "is no usable JSON: at byte 86 of the record, a string holds an escaped NUL"},
    {HEAD ",\"x\":1,\"x\":2}", "", "the name \"x\" occurs twice"},
    {HEAD ",\"x\":\"\xFF\"}", "", "no valid UTF-8"},
    {HEAD, "", "it ends in the middle"},
};

static void check_case(void **state)
{
    const struct record_case *c = *state;
    struct trial t;
    char content[1024], column[64];

    trial_init(&t);
    snprintf(content, sizeof(content), "%s\n" HEAD ",\"source\":\"good\"}\n", c->json);
    const struct intake_file *f = trial_load_text(&t, "x.ndjson", content);
    assert_int_equal(f->fate, FILE_READ);
    assert_string_equal(f->kind, "certificates");
    assert_string_equal(f->dialect, "NDJSON");
    assert_int_equal(f->rows, 2);
    assert_int_equal(f->rejected, c->column != NULL);
    trial_dump(&t);
    if (c->column != NULL) {
        snprintf(column, sizeof(column), "1:000001 REJECT @0 [%s] ", c->column);
        assert_contains(t.dump, column);
    }
    assert_contains(t.dump, c->want);
    assert_contains(t.dump, "1:000002 " CANON "good|");
    trial_release(&t);
}

#define A "{\"device_id\":\"00DB1234567890A1\",\"taken_at\":\"2021-09-20\"}"
#define B "{\"device_id\":\"00DB1234567890A2\",\"taken_at\":\"2021-09-20\"}"

static struct array_case {
    const char *name, *json;
    int rows, rejected; /* rows -1: the file is refused */
    const char *want;
} arrays[] = {
    {"one line", "[" A "," B "]", 2, 0, "1:000001 00-DB-12-34-56-78-90-A2"},
    {"one object a line", "\xEF\xBB\xBF\n[\n" A ",\n" B "\n]\n", 2, 0, "1:000004 00-DB-12-34-56-78-90-A2"},
    {"objects over lines", "[{\n\"device_id\":\"00DB1234567890A1\",\n\"taken_at\":\"2021-09-20\"\n},\n" B "]", 2, 0,
     "1:000005 00-DB-12-34-56-78-90-A2"},
    {"brackets and quotes in strings",
     "[{\"device_id\":\"00DB1234567890A1\",\"taken_at\":\"2021-09-20\",\"x\":\"]}\\\"{\"}," B "]", 2, 0, ""},
    {"an empty array", "[]", 0, 0, ""},
    {"a quote is missing: the record is lost, not the rest",
     "[" A ",{\"device_id\":\"00DB,\"taken_at\":\"2021-09-20\"}," B "]", 3, 1, "[] is no whole JSON object"},
    {"a bracket is missing", "[" A ",{\"device_id\":\"00DB1234567890A3\",\"cells\":[{\"role\":\"Root\"}," B "]", 3, 1,
     "00-DB-12-34-56-78-90-A2"},
    {"the first record is broken", "[{\"device_id\":\"00DB1234567890A3\",\"cells\":[},\n" A "," B "]", 3, 1, ""},
    {"the first name is broken", "[{\"\"device_id\":\"00DB1234567890A3\"},\n" A "," B "]", 3, 1,
     "00-DB-12-34-56-78-90-A1"},
    {"a stray bracket does not end it", "[" A ",],\n" B "]", 3, 1, "1:000002 00-DB-12-34-56-78-90-A2"},
    {"an object behind the array", "[" A ",]\n" B "\n", 2, 0, "1:000002 00-DB-12-34-56-78-90-A2"},
    {"arrays one after another", "[" A "]\n[" B "]\n", 2, 0, "1:000002 00-DB-12-34-56-78-90-A2"},
    {"something that is no object", "[17," A ",\"x\"," B "]", 4, 2, "is no JSON object <2:17>"},
    {"the array is not closed", "[" A "," B, 3, 1, "[] the array is not closed: the file may be cut short"},
    {"the last record is cut", "[" A ",{\"device_id\":\"00DB1234", 2, 1, "the file may be cut short"},
    {"text behind the array", "[" A "] x", 2, 1, "[] stands behind the end of the array <1:x>"},
    {"another object", "{\"entity\":1}", -1, 0,
     "is JSON of no known kind: the names in it are \"entity\"; the kinds in JSON are certificates"},
    {"without an instant", "{\"device_id\":1}", -1, 0, "it lacks 'taken_at'"},
};

static void check_array(void **state)
{
    const struct array_case *c = *state;
    struct trial t;

    trial_init(&t);
    const struct intake_file *f = trial_load_text(&t, "x.json", c->json);
    if (c->rows < 0) {
        assert_int_equal(f->fate, FILE_REFUSED);
        assert_contains(f->why.msg, c->want);
    } else {
        assert_int_equal(f->fate, FILE_READ);
        assert_string_equal(f->dialect, "JSON array");
        assert_int_equal(f->rows, c->rows);
        assert_int_equal(f->rejected, c->rejected);
        assert_contains(trial_dump(&t), c->want);
    }
    trial_release(&t);
}

/* A record of `len` bytes between two others. */
static void load_long_record(const char *opening, const char *between, const char *closing, size_t len, int rejected)
{
    struct trial t;
    struct buf b = {0};

    trial_init(&t);
    buf_printf(&b, "%s%s%s", opening, A, between);
    const size_t from = b.len;
    buf_add_str(&b, HEAD ",\"x\":\"");
    while (b.len - from < len - 2)
        buf_add_byte(&b, 'x');
    buf_printf(&b, "\"}%s%s%s", between, B, closing);
    trial_write(&t, "x.json", b.ptr, b.len);
    buf_release(&b);
    const struct intake_file *f = trial_load(&t, "x.json");
    assert_int_equal(f->rows, 3);
    assert_int_equal(f->rejected, rejected);
    trial_dump(&t);
    assert_contains(t.dump, "00-DB-12-34-56-78-90-A2");
    if (rejected > 0)
        assert_contains(t.dump, "[] the record is longer than 1 MiB <65536:");
    trial_release(&t);
}

static void a_record_of_1_mib_is_the_longest(void **state)
{
    (void)state;
    load_long_record("[", ",\n", "]", RECORD_MAX, 0);
    load_long_record("[", ",\n", "]", RECORD_MAX + 1, 1);
    load_long_record("[", ",\n", "]", 4 * RECORD_MAX, 1);
    load_long_record("", "\n", "\n", RECORD_MAX, 0);
    load_long_record("", "\r\n", "\r\n", RECORD_MAX + 1, 1);
    load_long_record("", "\n", "\n", 4 * RECORD_MAX, 1);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(arrays) + 1];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[n++] = (struct CMUnitTest){cases[i].json, check_case, NULL, NULL, &cases[i]};
    for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
        tests[n++] = (struct CMUnitTest){arrays[i].name, check_array, NULL, NULL, &arrays[i]};
    tests[n] = (struct CMUnitTest)cmocka_unit_test(a_record_of_1_mib_is_the_longest);
    return cmocka_run_group_tests_name("certificates", tests, NULL, NULL);
}
