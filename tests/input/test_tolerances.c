/* Tolerances files: levels as a board writes them; what is wrong is told with line and column, and nothing is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "input/tolerances_csv.h"

static void levels_are_read(void **state)
{
    struct tolerances t;
    struct err err = {0};

    (void)state;
    assert_int_equal(tolerances_read(text_of("\xEF\xBB\xBFMeasure,scope,warn,breach,source\r\n"
                                             "failure_rate,all,4%,5%,\"Panel paper, 12\"\r\n"
                                             "\r\n"
                                             "unverified_rate,ESME,,0.02,\r\n"
                                             "open-incidents,North,10,20,x"),
                                     "t.csv", &t, &err),
                     0);
    assert_int_equal(t.count, 3);
    assert_int_equal(t.ptr[0].measure, MEASURE_FAILURE_RATE);
    assert_true(t.ptr[0].warn > 0.0399 && t.ptr[0].warn < 0.0401 && t.ptr[0].breach > 0.0499 &&
                t.ptr[0].breach < 0.0501);
    assert_true(text_equal(t.ptr[0].source, TEXT_LITERAL("Panel paper, 12")));
    assert_true(t.ptr[1].warn < 0 && t.ptr[1].breach > 0.0199 && t.ptr[1].breach < 0.0201);
    assert_true(text_equal(t.ptr[1].scope, TEXT_LITERAL("ESME")));
    assert_int_equal(t.ptr[2].measure, MEASURE_OPEN_INCIDENTS);
    assert_true(t.ptr[2].warn > 9.9 && t.ptr[2].breach > 19.9);
    tolerances_release(&t);
}

/* A level is the double nearest to what is written, so that it is printed as it was written. */
static void levels_are_exact(void **state)
{
    static const char csv[] = "measure,scope,warn,breach\nfailure_rate,all,0.07%,1.8%\nfailure_rate,GSME,0.018,100%\n";
    struct tolerances t;
    struct err err = {0};

    (void)state;
    assert_int_equal(tolerances_read(text_of(csv), "t.csv", &t, &err), 0);
    assert_true(t.ptr[0].warn >= 0.0007 && t.ptr[0].warn <= 0.0007);
    assert_true(t.ptr[0].breach >= 0.018 && t.ptr[0].breach <= 0.018);
    assert_true(t.ptr[1].warn >= 0.018 && t.ptr[1].warn <= 0.018);
    assert_true(t.ptr[1].breach >= 1 && t.ptr[1].breach <= 1);
    tolerances_release(&t);
}

static void scopes_have_one_spelling(void **state)
{
    static const char csv[] = "measure,scope,breach\nfailures,ALL,1\nfailures,esme,1\nfailures,south,1\n"
                              "failures,Not Known,1\nfailures,Acme Energy,1\n";
    static const struct {
        enum tolerance_scope is;
        const char *scope;
    } wanted[] = {{SCOPE_ALL, "all"},
                  {SCOPE_TYPE, "ESME"},
                  {SCOPE_REGION, "South"},
                  {SCOPE_REGION, "not known"},
                  {SCOPE_PARTY, "Acme Energy"}};
    struct tolerances t;
    struct err err = {0};

    (void)state;
    assert_int_equal(tolerances_read(text_of(csv), "t.csv", &t, &err), 0);
    assert_int_equal(t.count, ARRAY_LEN(wanted));
    for (size_t i = 0; i < t.count; i++) {
        assert_int_equal(t.ptr[i].scope_is, wanted[i].is);
        assert_true(text_equal(t.ptr[i].scope, text_of(wanted[i].scope)));
        assert_int_equal(t.ptr[i].line, i + 2);
    }
    tolerances_release(&t);
}

static void what_is_wrong_is_told(void **state)
{
    static const struct {
        const char *csv, *message;
    } cases[] = {
        {"", "t.csv: the file is empty; wanted is a first line measure,scope,warn,breach,source"},
        {"\r\n\n", "t.csv: the file is empty"},
        {"measure,scope,level\n", "t.csv:1: heading: 'level' is no column"},
        {"measure,breach\n", "t.csv:1: heading: 'scope' is missing"},
        {"measure,scope,breach\nfailures,all,5%\n", "t.csv:2: breach: '5%' is no whole number"},
        {"measure,scope,breach\nfailure_rate,all,5\n", "t.csv:2: breach: '5' is no rate"},
        {"measure,scope,breach\nfailure_rate,all,\n", "t.csv:2: breach: '' is no rate"},
        {"measure,scope,breach\nfailure_rate,all,101%\n", "t.csv:2: breach: '101%' is no rate"},
        {"measure,scope,breach\n\nfail,all,5%\n", "t.csv:3: measure: 'fail' is no measure; there are failure_rate, "},
        {"measure,scope,warn,breach\nfailure_rate,all,6%,5%\n", "t.csv:2: warn: '6%' is beyond breach"},
        {"measure,scope,breach\nfailure_rate,,5%\n", "t.csv:2: scope: '' is empty"},
        {"measure,scope,breach\nfailure_rate,\"all,5%\n", "quotes"},
        {"measure,scope,breach\nfailure_rate,all,1e-2\n", "t.csv:2: breach: '1e-2' is no rate"},
        {"measure,scope,breach\nfailure_rate,all,.\n", "t.csv:2: breach: '.' is no rate"},
        {"measure,scope,breach\nfailures,all,1.0\n", "t.csv:2: breach: '1.0' is no whole number"},
        {"measure,scope,breach\nfailures,esme,1\nfailures,all,2\nfailures,ESME,3\n",
         "t.csv:4: scope: 'ESME' has a level of failures in line 2 already"},
        {"measure,scope,breach\nfailures,ACME,1\nfailures,acme,3\n",
         "t.csv:3: scope: 'acme' has a level of failures in line 2 already"},
        {"measure,scope,breach\nopen_incidents,ESME,1\n", "t.csv:2: scope: 'ESME' has no open_incidents of its own"},
        {"measure,scope,breach\nfailures,all,1\nfailures,Caf\xE9 Energy,1\n",
         "t.csv:3: text: 'failures,Caf\\xE9 Energy,1' is no valid UTF-8"},
        {"measure,scope,breach\nfailures,a\x1Bll,x\n", "t.csv:2: breach: 'x' is no whole number"},
        {"measure,scope,br\x1B\n", "t.csv:1: heading: 'br<U+001B>' is no column"},
        {"measure,scope,breach\nopen_incidents,ACME,1\n", "t.csv:2: scope: 'ACME' has no open_incidents of its own"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct tolerances t;
        struct err err = {0};

        assert_int_equal(tolerances_read(text_of(cases[i].csv), "t.csv", &t, &err), -1);
        assert_int_equal(err.code, ERR_CONFIG);
        if (strstr(err.msg, cases[i].message) == NULL)
            fail_msg("%s\nwanted: %s", err.msg, cases[i].message);
        assert_int_equal(t.count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_read),
        cmocka_unit_test(levels_are_exact),
        cmocka_unit_test(scopes_have_one_spelling),
        cmocka_unit_test(what_is_wrong_is_told),
    };
    return cmocka_run_group_tests_name("tolerances", tests, NULL, NULL);
}
