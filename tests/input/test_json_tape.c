/* The strict JSON reader: what passes, what must not, and that it agrees with cJSON on what passes. */
#include "load_test.h"

#include "base/json_tape.h"

#include <cjson/cJSON.h>

static struct tape_case {
    const char *json;
    const char *want; /* the fault; NULL: good */
} cases[] = {
    {"{}", NULL},
    {"[]", NULL},
    {" { \"a\" : [ 1 , -0.5e+3 , true , false , null , \"x\" ] , \"b\" : { } } ", NULL},
    {"17", NULL},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"", NULL},
    {"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", NULL},
    {"{\"a\":1,\"A\":2}", NULL},
    {"", "it ends in the middle"},
    {"{", "it ends in the middle"},
    {"{\"a\"", "a name is not followed by a colon"},
    {"{\"a\":1", "it ends in the middle"},
    {"{\"a\":1,}", "a name in double quotes is wanted"},
    {"{a:1}", "a name in double quotes is wanted"},
    {"[1,]", "a value is missing or is no JSON"},
    {"[1 2]", "a comma or a closing bracket is wanted"},
    {"{\"a\":1]", "a comma or a closing brace is wanted"},
    {"[1}", "a comma or a closing bracket is wanted"},
    {"{} {}", "something stands behind its end"},
    {"[01]", "a number is not written as JSON wants it"},
    {"[-]", "a number is not written as JSON wants it"},
    {"[1.]", "a number is not written as JSON wants it"},
    {"[1e]", "a number is not written as JSON wants it"},
    {"[+1]", "a value is missing or is no JSON"},
    {"[NaN]", "a value is missing or is no JSON"},
    {"[tru]", "a value is missing or is no JSON"},
    {"[\"a]", "a string is never closed"},
    {"[\"a\\", "a string holds a backslash that escapes nothing"},
    {"[\"\\x\"]", "a string holds a backslash that escapes nothing"},
    {"[\"\\u00g0\"]", "\\u is not followed by four hexadecimal digits"},
    {"[\"a\\u0000b\"]", "a string holds an escaped NUL"},
    {"[\"\\ud83d\"]", "a string holds half of a surrogate pair"},
    {"[\"\\ud83dx\"]", "a string holds half of a surrogate pair"},
    {"[\"\\ud83d\\u0041\"]", "a string holds half of a surrogate pair"},
    {"[\"\\ude00\"]", "a string holds half of a surrogate pair"},
    {"[\"\xFF\"]", "a string is no valid UTF-8"},
    {"[\"\xED\xA0\x80\"]", "a string is no valid UTF-8"},
    {"[\"\\n\xFF\"]", "a string is no valid UTF-8"},
    {"[\"a\nb\"]", "a string holds a line end or another control character"},
    {"{\"a\":1,\"b\":2,\"a\":3}", "the name \"a\" occurs twice in one object"},
    {"{\"a\":1,\"\\u0061\":3}", "the name \"a\" occurs twice in one object"},
    {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "it is nested more than 16 deep"},
};

/* The bytes are put where any step beyond their end is seen. */
static bool read_copy(struct tape *t, char **copy, const char *json, size_t len, struct tape_fault *fault)
{
    *copy = malloc(len + (len == 0));
    memcpy(*copy, json, len);
    return tape_read(t, (struct text){*copy, len}, fault);
}

static void check_case(void **state)
{
    const struct tape_case *c = *state;
    struct tape t = {0};
    struct tape_fault fault = {0};
    char *copy;
    const bool good = read_copy(&t, &copy, c->json, strlen(c->json), &fault);

    if (c->want != NULL)
        assert_string_equal(fault.what, c->want);
    assert_int_equal(good, c->want == NULL);
    tape_release(&t);
    free(copy);
}

static void an_object_may_have_256_names(void **state)
{
    (void)state;
    for (int over = 0; over < 2; over++) {
        struct tape t = {0};
        struct tape_fault fault = {0};
        struct buf b = {0};
        buf_add_str(&b, "{\"0\":0");
        for (int i = 1; i < TAPE_NAMES_MAX + over; i++)
            buf_printf(&b, ",\"%d\":0", i);
        buf_add_str(&b, "}");
        assert_int_equal(tape_read(&t, buf_text(&b), &fault), !over);
        if (over)
            assert_string_equal(fault.what, "an object has more than 256 names");
        tape_release(&t);
        buf_release(&b);
    }
}

static void numbers_keep_every_digit(void **state)
{
    struct tape t = {0};
    struct tape_fault fault;

    (void)state;
    assert_true(tape_read(&t, text_of("[9007199254740993]"), &fault));
    assert_true(text_equal(t.items[1].text, TEXT_LITERAL("9007199254740993")));
    tape_release(&t);
}

static void names_are_told_apart_by_case(void **state)
{
    static const struct text names[] = {TEXT_LITERAL("A"), TEXT_LITERAL("a"), TEXT_LITERAL("b")};
    struct tape t = {0};
    struct tape_fault fault;
    uint32_t found[3];

    (void)state;
    assert_true(tape_read(&t, text_of("{\"a\":{\"A\":1},\"B\":[1,2],\"A\":2}"), &fault));
    tape_members(&t, 0, names, 3, found);
    assert_true(text_equal(t.items[found[0]].text, TEXT_LITERAL("2")));
    assert_int_equal(t.items[found[1]].type, TAPE_OBJECT);
    assert_int_equal(found[2], 0);
    tape_release(&t);
}

/* Compares what was read with cJSON's tree. */
static void compare(const struct tape *t, uint32_t at, const cJSON *want)
{
    const struct tape_item *item = &t->items[at];
    const cJSON *child = want->child;

    switch (item->type) {
    case TAPE_NULL:
        assert_true(cJSON_IsNull(want));
        break;
    case TAPE_TRUE:
    case TAPE_FALSE:
        assert_int_equal(cJSON_IsTrue(want), item->type == TAPE_TRUE);
        break;
    case TAPE_NUMBER:
        assert_true(cJSON_IsNumber(want));
        break;
    case TAPE_STRING:
        assert_true(text_equal(item->text, text_of(want->valuestring)));
        break;
    case TAPE_ARRAY:
    case TAPE_OBJECT:
        for (uint32_t i = tape_step(t, at, 0); i != 0; i = tape_step(t, at, i), child = child->next) {
            assert_non_null(child);
            if (item->type == TAPE_OBJECT)
                assert_true(text_equal(t->items[i].text, text_of(child->string)));
            compare(t, item->type == TAPE_OBJECT ? i + 1 : i, child);
        }
        assert_null(child);
    }
}

static void what_passes_is_what_cjson_reads(void **state)
{
    static const char seed[] =
        "{\"a\":[1,-2.5e3,\"\\u00e9\\n\",{\"b\":null,\"c\":\"\\ud83d\\ude00\xC3\xA9\"}],\"d\":true,"
        "\"e\":{},\"f\":[],\"g\":false,\"h\":\"\"}";
    static const char bytes[] = "{}[]\",:\\u0019aetrufln \n\xC3\xA9\xFF.-+";
    int passed = 0;

    (void)state;
    srand(4);
    for (int i = 0; i < 100000; i++) {
        char json[sizeof(seed)], *copy;
        struct tape t = {0};
        struct tape_fault fault;
        size_t len = sizeof(seed) - 1;

        memcpy(json, seed, len);
        for (int k = rand() % 4; k > 0; k--)
            json[(size_t)rand() % len] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
        if (rand() % 8 == 0)
            len = (size_t)rand() % len;
        if (read_copy(&t, &copy, json, len, &fault)) {
            cJSON *tree = cJSON_ParseWithLength(json, len);
            assert_non_null(tree);
            compare(&t, 0, tree);
            cJSON_Delete(tree);
            passed++;
        }
        tape_release(&t);
        free(copy);
    }
    assert_true(passed > 10000 && passed < 90000);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + 4] = {
        cmocka_unit_test(an_object_may_have_256_names),
        cmocka_unit_test(numbers_keep_every_digit),
        cmocka_unit_test(names_are_told_apart_by_case),
        cmocka_unit_test(what_passes_is_what_cjson_reads),
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 4] = (struct CMUnitTest){cases[i].json, check_case, NULL, NULL, &cases[i]};
    return cmocka_run_group_tests_name("tape", tests, NULL, NULL);
}
