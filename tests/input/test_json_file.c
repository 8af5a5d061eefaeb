/* Small JSON files: what cJSON would let pass must not, and faults are told with the line and the path. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json_file_int.h"

static struct read_case {
    const char *json;
    const char *want; /* the fault; NULL: good */
} cases[] = {
    {"{}", NULL},
    {"\xEF\xBB\xBF{}", NULL},
    {" {\"a\":\t[1, -0.5e+3, true, null],\r\n \"b\\\\u0000\": \"\\u00e9 \\ud83d\\ude00 \\\"{[\"}\r\n", NULL},
    {"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", NULL},
    {"", "line 1: it ends in the middle"},
    {"\n{\n\n", "line 2: it ends in the middle"},
    {"{\"a\": 1\n\"b\": 2}", "line 2: a comma or a closing brace is wanted"},
    {"{\"a\": 1,\n}\n\n", "line 2: a name in double quotes is wanted"},
    {"{\"a\": 1,\n}", "line 2: a name in double quotes is wanted"},
    {"{\"a\"\n 1}", "line 2: a name is not followed by a colon"},
    {"{\"a\":\n [1}", "line 2: a comma or a closing bracket is wanted"},
    {"{\"a\":\n tru}", "line 2: a value is missing or is no JSON"},
    {"{\"a\": \"\\x\"}", "line 1: a string holds a backslash that escapes nothing"},
    {"{\"a\": \"\\ud83d\"}", "line 1: a string holds half of a surrogate pair"},
    {"{\"a\": \"\\ude00\"}", "line 1: a string holds half of a surrogate pair"},
    {"{}\n {}", "line 2: something stands behind its end"},
    {"{}\n}", "line 2: something stands behind its end"},
    {"{\n\"a\": \"b,\n\"c\": 1}", "line 2: a string holds a line end"},
    {"{\n\"a\": \"b\r\n\"}", "line 2: a string holds a line end"},
    {"{\"a\": \"b\\", "line 1: a string holds a backslash that escapes nothing"},
    {"{\n\"a\": \"b\\u0000c\"}", "line 2: a string holds an escaped NUL"},
    {"{\"a\": \"b\\uzzzzc\"}", "line 1: \\u is not followed by four hexadecimal digits"},
    {"{\"a\": \"\\u12", "line 1: a string is never closed"},
    {"{\n\"a\": \"\xFF\"}", "line 2: a string is no valid UTF-8"},
    {"{\"a\": \"\xED\xA0\x80\"}", "line 1: a string is no valid UTF-8"},
    {"{\n\"a\": \"b\tc\"}", "line 2: a string holds a line end or another control character"},
    {"{\n\v\"a\": 1}", "line 2: a name in double quotes is wanted"},
    {"{\"a\": 1,\n\"\\u0061\": 2}", "line 2: the name \"a\" occurs twice in one object"},
    {"\n[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "line 2: it is nested more than 16 deep"},
};

/* The bytes are put where any step beyond their end is seen. */
static int read_copy(struct json_file *f, char **copy, const char *json, size_t len, struct err *err)
{
    *copy = malloc(len + (len == 0));
    assert_non_null(*copy);
    memcpy(*copy, json, len);
    return json_file_read(f, (struct text){*copy, len}, "f.json", err);
}

static void check_read(void **state)
{
    const struct read_case *c = *state;
    struct json_file f;
    struct err err = {0};
    char *copy;

    assert_int_equal(read_copy(&f, &copy, c->json, strlen(c->json), &err), c->want == NULL ? 0 : -1);
    assert_int_equal(err.code, c->want == NULL ? ERR_NONE : ERR_CONFIG);
    if (c->want != NULL && strstr(err.msg, c->want) == NULL)
        fail_msg("'%s' is not in '%s'", c->want, err.msg);
    json_file_release(&f);
    free(copy);
}

static void a_nul_byte_is_refused(void **state)
{
    static const char json[] = "{\n\"a\": 1}\0";
    struct json_file f;
    struct err err = {0};
    char *copy;

    (void)state;
    assert_int_equal(read_copy(&f, &copy, json, sizeof(json) - 1, &err), -1);
    assert_non_null(strstr(err.msg, "line 2: something stands behind its end"));
    free(copy);
}

static void a_file_may_have_1_mib(void **state)
{
    char *const json = malloc(JSON_FILE_MAX + 1);

    (void)state;
    assert_non_null(json);
    memset(json, ' ', JSON_FILE_MAX + 1);
    memcpy(json, "{}", 2);
    for (unsigned over = 0; over < 2; over++) {
        struct json_file f;
        struct err err = {0};
        assert_int_equal(json_file_read(&f, (struct text){json, JSON_FILE_MAX + over}, "f.json", &err), over ? -1 : 0);
        assert_string_equal(err.msg, over ? "'f.json' is too large: at most 1048576 bytes" : "");
        json_file_release(&f);
    }
    free(json);
}

/* What looks like the marks between values stands in strings; each message holds the value's line and path. */
static void faults_tell_line_and_path(void **state)
{
    static const char json[] = "\xEF\xBB\xBF\n{\"a:{\\\"\": \"x\\\\\",\n\"b\": [-1.5e3,\n\"},:\\\"\", true\n, {}, [],\n"
                               "{\"c\" :\n{ \"d\":\nnull}}], \"e\"\n: 7\n}";
    static const char *const want[] = {"line 2: here",         "line 2: a:{\": here",    "line 3: b: here",
                                       "line 3: b[0]: here",   "line 4: b[1]: here",     "line 4: b[2]: here",
                                       "line 5: b[3]: here",   "line 5: b[4]: here",     "line 6: b[5]: here",
                                       "line 7: b[5].c: here", "line 8: b[5].c.d: here", "line 9: e: here"};
    struct json_file f;
    struct err err = {0};

    (void)state;
    assert_int_equal(json_file_read(&f, TEXT_LITERAL(json), "f.json", &err), 0);
    const cJSON *const a = f.root->child, *const b = a->next, *const b5 = b->child->prev, *const c = b5->child;
    const cJSON *const items[] = {f.root,         a,        b,  b->child, b->child->next, b->child->next->next,
                                  b5->prev->prev, b5->prev, b5, c,        c->child,       b->next};
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        struct err fault = {0};
        assert_int_equal(json_file_fault(&f, items[i], &fault, "here"), -1);
        assert_string_equal(fault.msg + strlen("'f.json', "), want[i]);
    }
    json_file_release(&f);
}

static void names_are_known_by_case_and_given_once(void **state)
{
    static const char *const names[] = {"a", "b", "A"};
    static const struct {
        const char *json, *want; /* NULL: good */
    } objects[] = {{"{\"A\": 3, \"a\": 1}", NULL},
                   {"{\"a\": 1,\n\"B\": 2}", "line 2: B: 'B' is not known here; known are a, b, A"},
                   {"{\"A\": 1}", "line 1: 'a' is missing"},
                   {"[]", "line 1: an object is wanted here"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
        const cJSON *found[3];
        struct json_file f;
        struct err err = {0};
        assert_int_equal(json_file_read(&f, text_of(objects[i].json), "f.json", &err), 0);
        assert_int_equal(json_file_members(&f, f.root, names, 3, 1, found, &err), objects[i].want == NULL ? 0 : -1);
        if (objects[i].want == NULL) {
            assert_true(found[0]->valuedouble == 1 && found[1] == NULL && found[2]->valuedouble == 3);
        } else if (strstr(err.msg, objects[i].want) == NULL) {
            fail_msg("'%s' is not in '%s'", objects[i].want, err.msg);
        }
        json_file_release(&f);
    }
}

static void whole_numbers_within_their_range(void **state)
{
    static const struct {
        const char *json;
        int rc;
        int64_t want;
    } numbers[] = {
        {"-2", 0, -2},    {"99", 0, 99},  {"7.0", 0, 7},    {"1e1", 0, 10},    {"-3", -1, 0},
        {"100", -1, 0},   {"7.5", -1, 0}, {"1e999", -1, 0}, {"-1e999", -1, 0}, {"18446744073709551623", -1, 0},
        {"\"7\"", -1, 0}, {"true", -1, 0}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        struct json_file f;
        struct err err = {0};
        int64_t n = 0;
        assert_int_equal(json_file_read(&f, text_of(numbers[i].json), "f.json", &err), 0);
        assert_int_equal(json_file_number(&f, f.root, -2, 99, &n, &err), numbers[i].rc);
        assert_int_equal(n, numbers[i].want);
        if (numbers[i].rc < 0)
            assert_string_equal(err.msg, "'f.json', line 1: a whole number from -2 to 99 is wanted here");
        json_file_release(&f);
    }
}

static int allocations_left;

static void *scarce_malloc(size_t size)
{
    if (allocations_left-- > 0)
        return malloc(size);
    errno = ENOMEM;
    return NULL;
}

static void lack_of_memory_is_not_taken_for_bad_json(void **state)
{
    cJSON_Hooks scarce = {scarce_malloc, free};
    int failures = 0;

    (void)state;
    cJSON_InitHooks(&scarce);
    for (int rc = -1; rc < 0; failures++) {
        struct json_file f;
        struct err err = {0};
        allocations_left = failures;
        rc = json_file_read(&f, TEXT_LITERAL("{\"a\": [1, \"b\"]}"), "f.json", &err);
        assert_int_equal(err.code, rc < 0 ? ERR_NOMEM : ERR_NONE);
        json_file_release(&f);
    }
    cJSON_InitHooks(NULL);
    assert_true(failures > 5);
}

/* Whatever the bytes: no crash, and a good file has a line and a path for each of its values. */
static void random_changes_never_crash(void **state)
{
    static const char seed[] = "{\"a\":[1,-2.5e3,\"\\u00e9\\n\",{\"b\":null,\n\"c\":\"\\ud83d\\ude00\xC3\xA9\"}],\n"
                               "\"d\":true,\"e\":{},\"f\":[],\"g\":false,\"h\":\"\"}";
    static const char bytes[] = "{}[]\",:\\u0019aetrufln \n\xC3\xA9\xFF.-+";
    int passed = 0;

    (void)state;
    srand(5);
    for (int i = 0; i < 50000; i++) {
        char json[sizeof(seed)], *copy;
        struct json_file f;
        struct err err = {0};
        size_t len = sizeof(seed) - 1;

        memcpy(json, seed, len);
        for (int k = rand() % 4; k > 0; k--)
            json[(size_t)rand() % len] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
        if (rand() % 8 == 0)
            len = (size_t)rand() % len;
        if (read_copy(&f, &copy, json, len, &err) == 0) {
            for (const cJSON *at = f.root; at != NULL; at = at->child != NULL ? at->child->prev : NULL)
                assert_int_equal(json_file_fault(&f, at, &err, "here"), -1);
            passed++;
        }
        json_file_release(&f);
        free(copy);
    }
    assert_true(passed > 5000 && passed < 45000);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + 7] = {
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(a_file_may_have_1_mib),
        cmocka_unit_test(faults_tell_line_and_path),
        cmocka_unit_test(names_are_known_by_case_and_given_once),
        cmocka_unit_test(whole_numbers_within_their_range),
        cmocka_unit_test(lack_of_memory_is_not_taken_for_bad_json),
        cmocka_unit_test(random_changes_never_crash),
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 7] =
            (struct CMUnitTest){cases[i].want != NULL ? cases[i].want : "good", check_read, NULL, NULL, &cases[i]};
    return cmocka_run_group_tests_name("json_file", tests, NULL, NULL);
}
