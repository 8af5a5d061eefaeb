/* Criteria files and code maps: the shipped ones say what R2, R3 and R4 say; wrong ones are told with line and path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/shipped.h"
#include "input/criteria_json.h"

static struct criteria read_shipped(const char *name)
{
    const struct shipped *file = shipped_find(name);
    struct criteria c;
    struct err err = {0};

    assert_non_null(file);
    if (criteria_read(file->text, name, &c, &err) < 0)
        fail_msg("%s", err.msg);
    return c;
}

static void r3_the_legacy_criteria(void **state)
{
    static const struct {
        enum device_type type;
        enum owed_by issue, network_operator, check;
    } want[] = {{DEVICE_ESME, OWED_BY_SUPPLIER, OWED_BY_SUPPLIER, OWED_BY_SUPPLIER},
                {DEVICE_GSME, OWED_BY_SUPPLIER, OWED_BY_NONE, OWED_BY_SUPPLIER},
                {DEVICE_GPF, OWED_BY_DCC, OWED_BY_SUPPLIER, OWED_BY_DCC},
                {DEVICE_CHF, OWED_BY_DCC, OWED_BY_NONE, OWED_BY_DCC}};
    const struct criteria c = read_shipped("criteria/legacy.json");

    (void)state;
    assert_string_equal(c.name, "legacy");
    assert_int_equal(c.obligation_ms, 7 * INSTANT_DAY);
    assert_int_equal(c.response_window_ms, INSTANT_DAY);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        const struct obligation_terms *t = c.terms[want[i].type];
        assert_int_equal(t[OBLIGATION_ISSUE_CREDENTIALS].owed_by, want[i].issue);
        assert_int_equal(t[OBLIGATION_ISSUE_CREDENTIALS].successes, 2);
        assert_int_equal(t[OBLIGATION_DEVICE_CERTIFICATES].owed_by, want[i].issue);
        assert_int_equal(t[OBLIGATION_DEVICE_CERTIFICATES].successes, 2);
        assert_int_equal(t[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].owed_by, want[i].network_operator);
        assert_int_equal(t[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].successes,
                         want[i].network_operator != OWED_BY_NONE);
        assert_int_equal(t[OBLIGATION_SUPPLIER_CREDENTIALS].owed_by, OWED_BY_NONE);
        assert_int_equal(t[OBLIGATION_COMMUNICATING].owed_by, want[i].check);
        assert_int_equal(t[OBLIGATION_RECOVERY_CELL].owed_by, want[i].check);
    }
    for (unsigned type = DEVICE_HCALCS; type < DEVICE_TYPES; type++)
        for (unsigned o = 0; o < OBLIGATIONS; o++)
            assert_int_equal(c.terms[type][o].owed_by, OWED_BY_NONE);
}

static void r4_the_revised_criteria(void **state)
{
    static const struct {
        enum device_type type;
        enum owed_by own;
        int network_operator_cells, supplier_cells;
    } want[] = {{DEVICE_ESME, OWED_BY_SUPPLIER, 2, 3},
                {DEVICE_GSME, OWED_BY_SUPPLIER, 0, 3},
                {DEVICE_GPF, OWED_BY_DCC, 2, 2},
                {DEVICE_CHF, OWED_BY_DCC, 0, 0}};
    const struct criteria c = read_shipped("criteria/revised.json");

    (void)state;
    assert_string_equal(c.name, "revised");
    assert_int_equal(c.cos_grace_ms, 14 * INSTANT_DAY);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        const struct obligation_terms *t = c.terms[want[i].type];
        const struct obligation_terms *no = &t[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS];
        const struct obligation_terms *supplier = &t[OBLIGATION_SUPPLIER_CREDENTIALS];
        assert_int_equal(t[OBLIGATION_ISSUE_CREDENTIALS].owed_by, want[i].own);
        assert_int_equal(t[OBLIGATION_DEVICE_CERTIFICATES].owed_by, want[i].own);
        assert_int_equal(t[OBLIGATION_COMMUNICATING].owed_by, want[i].own);
        assert_int_equal(t[OBLIGATION_RECOVERY_CELL].owed_by, want[i].own);
        assert_int_equal(no->cell_count, want[i].network_operator_cells);
        assert_int_equal(no->owed_by, no->cell_count > 0 ? OWED_BY_SUPPLIER : OWED_BY_NONE);
        assert_int_equal(supplier->cell_count, want[i].supplier_cells);
        assert_int_equal(supplier->owed_by, supplier->cell_count > 0 ? OWED_BY_SUPPLIER : OWED_BY_NONE);
    }
    const struct cell_kind *last = &c.terms[DEVICE_GSME][OBLIGATION_SUPPLIER_CREDENTIALS].cells[2];
    assert_int_equal(last->key_usage, KEY_KEY_AGREEMENT);
    assert_int_equal(last->cell_usage, CELL_PREPAYMENT_TOP_UP);
}

static const struct {
    const char *code;
    enum code_class want;
} codes[] = {{"I0", CODE_OK},
             {"IO", CODE_OK},
             {" i99 ", CODE_ACKNOWLEDGED},
             {"E1", CODE_REJECTED},
             {"E19", CODE_REJECTED},
             {"E20", CODE_TIMED_OUT},
             {"E21", CODE_TIMED_OUT},
             {"E30", CODE_TIMED_OUT},
             {"E31", CODE_UNMAPPED},
             {"E65", CODE_REJECTED},
             {"E100", CODE_UNMAPPED},
             {"E061501", CODE_REJECTED},
             {"E080801", CODE_REJECTED},
             {"S1VE4", CODE_REJECTED},
             {"S1VE99", CODE_REJECTED},
             {"8F66", CODE_ALERT_SUCCESS},
             {"8f67", CODE_ALERT_FAILURE},
             {"8F68", CODE_UNMAPPED}};
static const struct {
    const char *status;
    enum status_class want;
} statuses[] = {{"success", STATUS_SUCCESS}, {"Successfully Executed", STATUS_SUCCESS},
                {"0x00", STATUS_SUCCESS},    {"Unsuccessful", STATUS_FAILURE},
                {"7", STATUS_FAILURE},       {"perhaps", STATUS_UNMAPPED}};

static void r2_the_shipped_codes(void **state)
{
    static struct code_map map;
    struct err err = {0};

    (void)state;
    if (code_map_read(shipped_find("criteria/codes.json")->text, "codes.json", &map, &err) < 0)
        fail_msg("%s", err.msg);
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        assert_int_equal(code_classify(&map, text_of(codes[i].code)), codes[i].want);
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        assert_int_equal(status_classify(&map, text_of(statuses[i].status)), statuses[i].want);
}

/* A change to the shipped revised criteria, or to the shipped codes, and what is said of it. */
static struct wrong_case {
    const char *file, *from, *to, *want;
} wrong[] = {
    {"revised", "\"name\": \"revised\",", "", "line 1: 'name' is missing"},
    {"revised", "\"name\": \"revised\"", "\"name\": \"\"", "line 2: name: the string is empty"},
    {"revised", "\"name\": \"revised\"", "\"name\": 7", "line 2: name: a string is wanted here"},
    {"revised", "\"name\": \"revised\"",
     "\"name\": \"1234567890123456789012345678901234567890123456789012345678901234\"", "at most 63 bytes"},
    {"revised", "\"obligation_days\": 7", "\"obligation_days\": 7.5",
     "line 4: obligation_days: a whole number from 0 to 3650"},
    {"revised", "\"obligation_days\": 7", "\"obligation_days\": -7",
     "line 4: obligation_days: a whole number from 0 to 3650"},
    {"revised", "\"obligation_days\": 7", "\"obligation_days\": 3651",
     "line 4: obligation_days: a whole number from 0 to 3650"},
    {"revised", "\"obligation_days\": 7", "\"obligation_day\": 7",
     "line 4: obligation_day: 'obligation_day' is not known here"},
    {"revised", "\"obligation_days\": 7", "\"obligation_days\": 7, \"obligation_days\": 8", "occurs twice"},
    {"revised", "\"IHD\": {},", "", "'IHD' is missing"},
    {"revised", "\"IHD\": {}", "\"IHD\": []", "an object is wanted here"},
    {"revised", "\"IHD\"", "\"ihd\"", "'ihd' is not known here; known are ESME, GSME"},
    {"revised", "\"communicating\"", "\"comunicating\"", "'comunicating' is not known here"},
    {"revised", "{\"owed_by\": \"Supplier\"}", "{}",
     "line 10: device_types.ESME.issue-credentials: 'owed_by' is missing"},
    {"revised", "{\"owed_by\": \"Supplier\"}", "{\"owed_by\": \"CSP\"}",
     "line 10: device_types.ESME.issue-credentials.owed_by: an obligation is owed by \"Supplier\" or \"DCC\""},
    {"revised", "{\"owed_by\": \"Supplier\"}", "{\"owed_by\": \"Supplier\", \"successes\": 0}", "from 1 to 99"},
    {"revised", "{\"owed_by\": \"Supplier\"}", "{\"owed_by\": \"Supplier\", \"cells\": [\"KeyAgreement\"]}",
     "'issue-credentials' is not about cells"},
    {"revised", ", \"cells\": [\"DigitalSignature\", \"KeyAgreement\"]}", "}",
     "'network-operator-credentials' needs 'cells'"},
    {"revised", "[\"DigitalSignature\", \"KeyAgreement\"]", "[]", "there is no cell in the array"},
    {"revised", "[\"DigitalSignature\", \"KeyAgreement\"]", "[\"DS\", \"DigitalSignature\"]",
     "line 12: device_types.ESME.network-operator-credentials.cells[1]: the same cell is named twice"},
    {"revised", "[\"DigitalSignature\", \"KeyAgreement\"]", "[\"Signature\"]",
     "'Signature' is no cell; wanted is a key usage"},
    {"revised", "[\"DigitalSignature\", \"KeyAgreement\"]", "[\"KeyAgreement topup\"]",
     "'KeyAgreement topup' is no cell"},
    {"revised", "[\"DigitalSignature\", \"KeyAgreement\"]", "\"KeyAgreement\"", "cells: an array is wanted here"},
    {"revised", "\"CAD\": {}", "\"CAD\": {}}", "something stands behind its end"},
    {"codes", "\"response_codes\"", "\"codes\"", "'codes' is not known here"},
    {"codes", "\"class\": \"ok\"", "\"class\": \"fine\"",
     "line 4: response_codes[0].class: 'fine' is no class; the classes are ok, acknowledged"},
    {"codes", "\"class\": \"success\"", "\"class\": \"ok\"", "'ok' is no class; the classes are success, failure"},
    {"codes", "\"code\": \"E2\"", "\"code\": \"e1\"", "response_codes[3]: the code 'e1' is there twice"},
    {"codes", "\"code\": \"E2\"", "\"code\": \"E*2\"", "'*' may stand at the end only"},
    {"codes", "\"code\": \"E2\"", "\"code\": \"E1234567890123456789012345678901\"", "at most 31 bytes"},
    {"codes", "\"status\": \"OK\"", "\"status\": \"success\"", "the status 'success' is there twice"},
    {"codes", "\"status\": \"OK\", ", "", "'status' is missing"},
};

static void check_wrong(void **state)
{
    const struct wrong_case *c = *state;
    static struct code_map map;
    struct criteria criteria;
    struct buf b = {0};
    struct err err = {0};
    char name[64];

    snprintf(name, sizeof(name), "criteria/%s.json", c->file);
    const struct text json = shipped_find(name)->text;
    const char *at = memmem(json.ptr, json.len, c->from, strlen(c->from));
    assert_non_null(at);
    buf_add(&b, json.ptr, (size_t)(at - json.ptr));
    buf_add_str(&b, c->to);
    at += strlen(c->from);
    buf_add(&b, at, json.len - (size_t)(at - json.ptr));
    if (strcmp(c->file, "codes") == 0)
        assert_int_equal(code_map_read(buf_text(&b), "mine.json", &map, &err), -1);
    else
        assert_int_equal(criteria_read(buf_text(&b), "mine.json", &criteria, &err), -1);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "'mine.json', line "));
    if (strstr(err.msg, c->want) == NULL)
        fail_msg("'%s' is not in '%s'", c->want, err.msg);
    buf_release(&b);
}

static void the_description_of_a_code_map_is_a_string(void **state)
{
    static const char json[] = "{\"response_codes\": [], \"execution_statuses\": [],\n\"description\": 7}";
    static struct code_map map;
    struct err err = {0};

    (void)state;
    assert_int_equal(code_map_read(text_of(json), "mine.json", &map, &err), -1);
    assert_string_equal(err.msg, "'mine.json', line 2: description: a string is wanted here");
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(wrong) + 4] = {
        cmocka_unit_test(r3_the_legacy_criteria),
        cmocka_unit_test(r4_the_revised_criteria),
        cmocka_unit_test(r2_the_shipped_codes),
        cmocka_unit_test(the_description_of_a_code_map_is_a_string),
    };

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        tests[i + 4] = (struct CMUnitTest){wrong[i].want, check_wrong, NULL, NULL, &wrong[i]};
    return cmocka_run_group_tests_name("criteria", tests, NULL, NULL);
}
