/* inputs, inventory as JSON. */
#include "load_test.h"

#define A "00-DB-12-34-56-78-90-A0"
#define B "00-DB-12-34-56-78-90-A1"

#define ONE(id) "{\"deviceId\":\"" id "\",\"deviceType\":\"ESME\",\"deviceStatus\":\"Commissioned\"}"

struct json_case {
    const char *name, *content;
    int rows, rejected;
    const char *want[3];
};

static const struct json_case cases[] = {
    {"an array", "[" ONE(A) "," ONE(B) "]", 2, 0, {A "|ESME|Commissioned|", B "|"}},
    {"objects one behind another, glued", ONE(A) "\n" ONE(B) ONE(A) "\n", 3, 0, {"1:000001 " A, "1:000002 " B}},
    {"over several lines",
     "\xEF\xBB\xBF{\n  \"DeviceID\" : \"" A "\",\n  \"DeviceType\": \"GSME\",\n  \"DeviceStatus\": "
     "\"Pending\"\n}\n",
     1,
     0,
     {"1:000001 " A "|GSME|Pending|"}},
    {"nested under members",
     "{\"result\":{\"count\":2,\"devices\":[" ONE(A) "," ONE(B) "]},\"more\":false}",
     2,
     0,
     {A "|", B "|"}},
    {"each under a member of its own", "[{\"device\":" ONE(A) "},{\"device\":" ONE(B) "}]", 2, 0, {A "|", B "|"}},
    {"all that is known of a Device",
     "{\"device_id\":\"" A "\",\"device_type\":\"ESME\",\"device_status\":\"Commissioned\",\"smetsChtsVersion\":\"2\","
     "\"dateCommissioned\":\"2021-06-01Z\",\"importMpxn\":1200023305967,\"cspRegion\":\"NORTH\",\"deviceManufacturer\":"
     "\"1063\",\"deviceModel\":\"00050203\",\"deviceFirmwareVersion\":\"1\",\"hanVariant\":\"Single\",\"x\":[1,{}],"
     "\"y\":null}",
     1,
     0,
     {A "|ESME|Commissioned|SMETS2+|2021-06-01", "|1200023305967|North|1063|00050203|1|"}},
    {"a member that is an object of the Device's own",
     "[{\"deviceId\":\"" A "\",\"deviceType\":\"ESME\",\"meter\":{\"importMpxn\":\"1200023305967\"},\"deviceStatus\":"
     "\"Commissioned\"}]",
     1,
     0,
     {"|1200023305967|"}},
    {"a bad value", "[" ONE("x") "," ONE(B) "]", 2, 1, {"REJECT @1 [device_id] \"x\" is no EUI-64", B "|"}},
    {"one whose identifier is called otherwise, before the others",
     "{\"meta\":{\"type\":\"page\",\"status\":\"ok\"},\"devices\":[{\"id\":\"" A
     "\",\"type\":\"ESME\",\"status\":\"Commissioned\"}," ONE(B) "]}",
     2,
     1,
     {B "|", "or has a type or status as they have, but no deviceId; [columns.inventory]"}},
    {"one beside a list",
     "{\"devices\":[" ONE(B) "],\"hub\":{\"id\":\"" A "\",\"deviceType\":\"CHF\",\"firmware\":[]}}",
     2,
     1,
     {B "|", "but no deviceId"}},
    {"others in a list of their own", "{\"links\":[{\"rel\":\"next\"}],\"devices\":[" ONE(B) "]}", 1, 0, {B "|"}},
    {"without a status",
     "[{\"deviceId\":\"" A "\",\"deviceType\":\"ESME\"}," ONE(B) "]",
     2,
     1,
     {"[status] is blank", B "|"}},
    {"Devices within their hub's object",
     "[{\"deviceId\":\"" A "\",\"deviceType\":\"CHF\",\"deviceStatus\":\"Commissioned\",\"hanDevices\":[" ONE(B) "]}]",
     2,
     0,
     {A "|CHF|Commissioned|", B "|ESME|Commissioned|SMETS2+||" A}},
    {"a hub as a member of its Device",
     "[{\"deviceId\":\"" A
     "\",\"deviceType\":\"ESME\",\"deviceStatus\":\"Commissioned\",\"commsHub\":{\"deviceId\":\"" B "\"}}]",
     1,
     0,
     {A "|ESME|Commissioned|SMETS2+||" B}},
    {"an identifier behind members that hold others",
     "{\"deviceType\":\"ESME\",\"history\":[{\"x\":1}],\"deviceId\":\"" A "\",\"deviceStatus\":\"Commissioned\"}",
     1,
     0,
     {A "|ESME|Commissioned|"}},
    {"an array that is cut short between two objects",
     "[" ONE(A) "," ONE(B) ",",
     3,
     1,
     {A "|", B "|", "may be cut short"}},
    {"a bracket missing in one line",
     "[{\"deviceId\":\"" A "\",\"deviceType\":\"ESME\"]," ONE(B) "]",
     2,
     1,
     {"is no whole JSON object", B "|"}},
    {"what is no Device among Devices",
     "{\"list\":[\"a\"],\"devices\":[" ONE(A) ",{\"deviceType\":\"ESME\"},\"text\",null,5," ONE(B) "]}",
     6,
     4,
     {A "|", B "|", "is no Device: it stands among Devices"}},
    {"words behind the end of the array", "[" ONE(A) "]\nERROR: connection lost\n", 2, 1, {A "|", "is no JSON"}},
    {"and of an object", "{\"devices\":[" ONE(A) "]} and 5 more", 2, 1, {A "|", "is no JSON"}},
    {"words between objects, a reject for each line",
     ONE(A) "\nwarning: \"slow\", 12 s\n" ONE(B) "\n",
     3,
     1,
     {A "|", B "|", "is no JSON"}},
    {"an object without an identifier on a line of its own",
     ONE(A) "\n{\"deviceType\":\"ESME\"}\n" ONE(B) "\n",
     3,
     1,
     {A "|", B "|", "is no Device"}},
    {"an object that does not end",
     "[\n" ONE(A) ",\n{\"deviceId\":\"" A "\",\"deviceType\":\"ESME\",\n" ONE(B) "\n",
     3,
     1,
     {"is no whole JSON object", "1:000004 " B "|"}},
    {"what is no JSON within",
     "[{\"deviceId\":\"" A "\",\"deviceType\":ESME}," ONE(B) "]",
     2,
     1,
     {"is no usable JSON", B "|"}},
};

static void load_case(const struct json_case *c, size_t block_size)
{
    struct trial t;

    trial_init(&t);
    t.block_size = block_size;
    const struct intake_file *f = trial_load_text(&t, "devices-2021-10-01.json", c->content);
    if (f->fate != FILE_READ)
        fail_msg("%s", f->why.msg);
    assert_string_equal(f->kind, "inventory");
    assert_int_equal(f->rows, c->rows);
    assert_int_equal(f->rejected, c->rejected);
    for (size_t i = 0; i < ARRAY_LEN(c->want) && c->want[i] != NULL; i++)
        assert_contains(trial_dump(&t), c->want[i]);
    trial_release(&t);
}

/* In blocks of one byte too. */
static void check_case(void **state)
{
    load_case(*state, 0);
    load_case(*state, 1);
}

static void a_list_without_any_device_id_is_refused(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    t.options.kind = "inventory";
    const struct intake_file *f = trial_load_text(&t, "devices-2021-10-01.json", "{\"devices\":[{\"id\":\"" A "\"}]}");
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_contains(f->why.msg, "but none with a deviceId");
    trial_release(&t);
}

/* It is no bracket and no end: among Devices, and around them, it is a fault like any other. */
static void a_nul_is_text(void **state)
{
    static const char content[] = "[" ONE(A) ",\0\0,\"x\"]\n\0words\n" ONE(B) "\n";

    for (size_t block_size = 0; block_size < 2; block_size++) {
        struct trial t;

        (void)state;
        trial_init(&t);
        t.block_size = block_size;
        trial_write(&t, "devices-2021-10-01.json", content, sizeof(content) - 1);
        const struct intake_file *f = trial_load(&t, "devices-2021-10-01.json");
        assert_int_equal(f->fate, FILE_READ);
        assert_int_equal(f->rows, 5);
        assert_int_equal(f->rejected, 3);
        assert_contains(trial_dump(&t), B "|");
        trial_release(&t);
    }
}

static void snapshots_stay_what_they_are(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    const struct intake_file *f = trial_load_text(
        &t, "looks.json", "{\"device_id\":\"" A "\",\"device_type\":\"ESME\",\"taken_at\":\"2021-09-20T02:00:00Z\"}\n");
    assert_string_equal(f->kind, "certificates");
    trial_release(&t);
}

static void unknown_members_are_named(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    const struct intake_file *f = trial_load_text(
        &t, "devices-2021-10-01.json",
        "{\"count\":1,\"devices\":[{\"deviceId\":\"" A "\",\"deviceType\":\"ESME\",\"deviceStatus\":\"Commissioned\","
        "\"wibble\":null,\"more\":{\"wobble\":2},\"gpfs\":[\"" B "\"],\"none\":[]}]}");
    assert_string_equal(f->ignored_columns, "count, wibble, wobble, gpfs");
    trial_release(&t);
}

static const struct beside_case {
    const char *name, *content;
    const char *want; /* a record, or where it is refused, what is wrong */
    bool refused;
} beside_cases[] = {
    {"an extract is of the instant that stands beside the list",
     "{\"extractedAt\":\"2021-10-05T06:00:00Z\",\"devices\":[" ONE(A) "]}", "|2021-10-05T06:00:00Z", false},
    {"or behind it, or under another member",
     "{\"devices\":[" ONE(A) "],\"meta\":{\"extract_date\":\"2021-10-05T06:00:00Z\"}}", "|2021-10-05T06:00:00Z", false},
    {"that of a Device counts for the Device",
     "{\"extractedAt\":\"2021-10-05T06:00:00Z\",\"devices\":[{\"deviceId\":\"" A
     "\",\"deviceType\":\"ESME\",\"deviceStatus\":\"Commissioned\",\"extractedAt\":\"2021-10-04\"}]}",
     "|2021-10-04T00:00:00Z", false},
    {"null is none", "{\"extractedAt\":null,\"devices\":[" ONE(A) "]}", "|2021-10-01T00:00:00Z", false},
    {"one that is none refuses the file", "{\"extractedAt\":\"yesterday\",\"devices\":[" ONE(A) "]}",
     "beside its Devices that it was extracted at \"yesterday\", which is", true},
    {"two that differ refuse it",
     "[{\"extractedAt\":\"2021-10-05\",\"devices\":[" ONE(A) "]},{\"extractedAt\":\"2021-10-06\",\"devices\":[" ONE(
         B) "]}]",
     "in several places beside its Devices", true},
};

static void check_beside(void **state)
{
    const struct beside_case *const c = *state;

    for (size_t block_size = 0; block_size <= 1; block_size++) {
        struct trial t;

        trial_init(&t);
        t.block_size = block_size;
        const struct intake_file *f = trial_load_text(&t, "devices-2021-10-01.json", c->content);
        assert_int_equal(f->fate, c->refused ? FILE_REFUSED : FILE_READ);
        assert_contains(c->refused ? f->why.msg : trial_dump(&t), c->want);
        trial_release(&t);
    }
}

static const struct below_case {
    const char *name, *members; /* of the Device, behind its own */
    int found;
    const char *example, *want;
} below_cases[] = {
    {"its own outweighs what stands below it", ",\"was\":{\"deviceStatus\":\"Pending\"}", 1, "deviceStatus",
     A "|ESME|Commissioned|"},
    {"the same again is nothing new", ",\"now\":{\"deviceStatus\":\"Commissioned\"}", 0, "", A "|ESME|Commissioned|"},
    {"what stands two below", ",\"a\":{\"b\":{\"importMpxn\":\"1200023305967\"}}", 1, "importMpxn",
     A "|ESME|Commissioned|SMETS2+||||"},
    {"a list", ",\"importMpxn\":[\"1200023305967\"]", 1, "importMpxn", A "|ESME|Commissioned|SMETS2+||||"},
    {"a Device that nothing names", ",\"inventory\":[{\"guid\":\"" B "\",\"deviceType\":\"GPF\"}]", 1, "deviceType",
     A "|ESME|Commissioned|"},
};

static void check_below(void **state)
{
    const struct below_case *const c = *state;
    char content[512];
    struct trial t;

    trial_init(&t);
    snprintf(content, sizeof(content),
             "[{\"deviceId\":\"" A "\",\"deviceType\":\"ESME\",\"deviceStatus\":\"Commissioned\"%s}]", c->members);
    const struct intake_file *f = trial_load_text(&t, "devices-2021-10-01.json", content);
    assert_int_equal(f->rows, 1);
    assert_int_equal(f->found[FINDING_NOT_TAKEN].count, c->found);
    assert_string_equal(f->found[FINDING_NOT_TAKEN].example, c->example);
    assert_contains(trial_dump(&t), c->want);
    trial_release(&t);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(beside_cases) + ARRAY_LEN(below_cases) + 4];
    size_t n = 0;

    for (; n < ARRAY_LEN(cases); n++)
        tests[n] = (struct CMUnitTest){cases[n].name, check_case, NULL, NULL, (void *)(uintptr_t)&cases[n]};
    for (size_t i = 0; i < ARRAY_LEN(beside_cases); i++)
        tests[n++] =
            (struct CMUnitTest){beside_cases[i].name, check_beside, NULL, NULL, (void *)(uintptr_t)&beside_cases[i]};
    for (size_t i = 0; i < ARRAY_LEN(below_cases); i++)
        tests[n++] =
            (struct CMUnitTest){below_cases[i].name, check_below, NULL, NULL, (void *)(uintptr_t)&below_cases[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(unknown_members_are_named);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_list_without_any_device_id_is_refused);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(snapshots_stay_what_they_are);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_nul_is_text);
    return cmocka_run_group_tests_name("inventory JSON", tests, NULL, NULL);
}
