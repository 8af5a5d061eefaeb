/* inputs, profiles and words: what the configuration says of other forms. */
#include "load_test.h"

#define DEVICE "00-DB-12-34-56-78-90-A0"

struct form_case {
    const char *name;
    const char *keys[5][3]; /* section, key, value */
    const char *file, *content;
    int rows, rejected; /* rows < 0: refused */
    const char *want;
};

static const struct form_case cases[] = {
    {"the time zone of a kind is that of times without one",
     {{"read.srv-audit", "time_zone", "Europe/London"}},
     "log.csv",
     "device_id,srv,user_id,requested_at\n" DEVICE ",6.17,90B3D51F30010000,17/09/2021 10:05\n",
     1,
     0,
     "2021-09-17T09:05:00Z"},
    {"and not of times with one",
     {{"read.srv-audit", "time_zone", "Europe/London"}},
     "log.csv",
     "device_id,srv,user_id,requested_at\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17T10:05:00Z\n",
     1,
     0,
     "2021-09-17T10:05:00Z"},
    {"nor that of other kinds",
     {{"read.inventory", "time_zone", "Europe/London"}},
     "log.csv",
     "device_id,srv,user_id,requested_at\n" DEVICE ",6.17,90B3D51F30010000,17/09/2021 10:05\n",
     1,
     0,
     "2021-09-17T10:05:00Z"},
    {"a time that no clock shows is a bad row",
     {{"read.srv-audit", "time_zone", "Europe/London"}},
     "log.csv",
     "device_id,srv,user_id,requested_at\n" DEVICE ",6.17,90B3D51F30010000,28/03/2021 01:30\n",
     1,
     1,
     "[requested_at] \"28/03/2021 01:30\" is no such instant: the clocks of its time zone go forward over it"},
    {"the times in snapshots too",
     {{"read.certificates", "time_zone", "Europe/London"}},
     "looks.ndjson",
     "{\"device_id\":\"" DEVICE
     "\",\"taken_at\":\"2021-09-12 01:00:00\",\"device_certificates\":[{\"key_usage\":\"DS\","
     "\"not_before\":\"12/09/2021 09:00\"}]}\n",
     1,
     0,
     "2021-09-12T08:00:00Z"},
    {"month first",
     {{"read.srv-audit", "dates", "month-first"}},
     "log.csv",
     "device_id,srv,user_id,requested_at\n" DEVICE ",6.17,90B3D51F30010000,09/03/2021 10:05\n",
     1,
     0,
     "2021-09-03T10:05:00Z"},
    {"words of a kind",
     {{"words.srv-audit", "user_role.Lieferant", "IS"}},
     "log.csv",
     "device_id,srv,user_id,requested_at,user_role\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17,LIEFERANT\n",
     1,
     0,
     "|IS|"},
    {"words of a profile outweigh those of the kind",
     {{"words.srv-audit", "user_role.X", "IS"},
      {"profile ours", "match", "our*.csv"},
      {"profile ours.words", "user_role.x", "GS"}},
     "ourlog.csv",
     "device_id,srv,user_id,requested_at,user_role\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17,X\n",
     1,
     0,
     "|GS|"},
    {"a profile counts for the files it names",
     {{"profile ours", "match", "OUR*.csv"}, {"profile ours.columns", "device_id", "Meter"}},
     "other.csv",
     "Meter,srv,user_id,requested_at\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17\n",
     -1,
     0,
     "lacks 'device_id'"},
    {"whatever the case of their names",
     {{"profile ours", "match", "OUR*.csv"}, {"profile ours.columns", "device_id", "Meter"}},
     "our-log.csv",
     "Meter,srv,user_id,requested_at\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17\n",
     1,
     0,
     "|6.17|"},
    {"a profile's kind, time zone and lines to skip",
     {{"profile ours", "match", "*"},
      {"profile ours", "kind", "dsp-checks"},
      {"profile ours", "time_zone", "Europe/London"},
      {"profile ours", "skip_lines", "2"}},
     "checks.csv",
     "a title\n,,,\ndevice_id,checked_at,check,result\n" DEVICE ",2021-09-17 10:00,communicating,pass\n",
     1,
     0,
     "1:000004 "},
    {"more lines to skip than there are",
     {{"profile ours", "match", "*"}, {"profile ours", "skip_lines", "9"}},
     "checks.csv",
     "device_id,checked_at,check,result\n",
     -1,
     0,
     "has no more than 1 line, and [profile ours] skips 9"},
    {"windows-1252 by the kind, though the heading tells of it",
     {{"read.srv-audit", "encoding", "windows-1252"}},
     "log.csv",
     "device_id,srv,user_id,requested_at,r\xE9sum\xE9\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17,\x80\n",
     1,
     0,
     "|6.17|"},
    {"a byte that the encoding does not have makes a bad row",
     {{"read.srv-audit", "encoding", "windows-1252"}},
     "log.csv",
     "device_id,srv,user_id,requested_at,note\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17,\x81\n",
     1,
     1,
     "is no text in"},
};

static void check_case(void **state)
{
    const struct form_case *c = *state;
    struct forms forms = {0};
    struct err err = {0};
    struct trial t;

    trial_init(&t);
    for (size_t i = 0; i < ARRAY_LEN(c->keys) && c->keys[i][0] != NULL; i++)
        trial_form(&forms, c->keys[i][0], c->keys[i][1], c->keys[i][2]);
    if (forms_check(&forms, &err) < 0)
        fail_msg("%s", err.msg);
    t.options.forms = &forms;
    const struct intake_file *f = trial_load_text(&t, c->file, c->content);
    if (c->rows < 0) {
        assert_int_equal(f->fate, FILE_REFUSED);
        assert_contains(f->why.msg, c->want);
    } else {
        if (f->fate != FILE_READ)
            fail_msg("%s", f->why.msg);
        assert_int_equal(f->rows, c->rows);
        assert_int_equal(f->rejected, c->rejected);
        assert_contains(trial_dump(&t), c->want);
    }
    trial_release(&t);
    forms_release(&forms);
}

/* What is wrong with the configuration, told when it is taken or when it is checked. */
static const struct {
    const char *section, *key, *value, *want;
} wrongs[] = {
    {"read.srv-audit", "zone", "UTC", "unknown key 'zone'; there are time_zone, encoding, dates"},
    {"read.srv-audit", "match", "x", "unknown key 'match'"},
    {"read.audit", "dates", "day-first", "no such kind of input: 'audit'"},
    {"read.srv-audit", "dates", "us", "wanted is day-first or month-first"},
    {"read.srv-audit", "time_zone", "Europe/Londn", "[read.srv-audit]: no time zone 'Europe/Londn' is known"},
    {"read.srv-audit", "encoding", "windows-9999", "no encoding 'windows-9999' is known"},
    {"profile x", "skip_lines", "many", "wanted is a whole number"},
    {"profile x", "kind", "audit", "[profile x]: no such kind of input: 'audit'"},
    {"profile x", "layout", "none", "[profile x]: there is no [layout none]"},
    {"profile x.columns", "meter", "Meter", "[profile x.columns]: 'meter' is no column of any kind"},
    {"columns.audit", "device_id", "x", "no such kind of input: 'audit'"},
    {"columns.duis", "device_id", "x", "duis has no columns"},
    {"columns.inventory", "srv", "x", "'srv' is no column of this kind"},
    {"words.inventory", "device_type", "CAD", "wanted is COLUMN.WORD"},
    {"words.inventory", "srv.6", "6.17", "'srv' is no column of this kind"},
    {"profile ", "match", "x", "names nothing"},
    {"columns.inventory", "mpxn", "", "no value for the key 'mpxn'"},
};

static void what_is_wrong_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
        struct forms forms = {0};
        struct err err = {0};

        assert_true(forms_know(wrongs[i].section));
        if (forms_take(&forms, wrongs[i].section, wrongs[i].key, wrongs[i].value, &err) == 0)
            assert_int_equal(forms_check(&forms, &err), -1);
        assert_int_equal(err.code, ERR_CONFIG);
        assert_contains(err.msg, wrongs[i].want);
        forms_release(&forms);
    }
}

static void utf_16_tells_itself(void **state)
{
    static const char text[] = SRV_HEADING SRV_ROW;
    char bytes[2 + 2 * sizeof(text)] = "\xFE\xFF";
    struct trial t;

    (void)state;
    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        bytes[2 + 2 * i] = 0;
        bytes[3 + 2 * i] = text[i];
    }
    trial_init(&t);
    trial_write(&t, "log.csv", bytes, 2 + 2 * (sizeof(text) - 1));
    const struct intake_file *f = trial_load(&t, "log.csv");
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, 1);
    assert_int_equal(f->rejected, 0);
    trial_release(&t);
}

/* More than fits into the buffers of the conversion, with characters of two bytes at their ends. */
static void a_long_text_is_turned_whole(void **state)
{
    struct buf b = {0};
    struct trial t;

    (void)state;
    buf_add_str(&b, "device_id,srv,user_id,requested_at,note\n");
    for (unsigned i = 0; i < 5000; i++)
        buf_printf(
            &b, DEVICE ",6.17,90B3D51F30010000,2021-09-17,%.*s\n", (int)(i % 61),
            "\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9"
            "\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9"
            "\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9");
    trial_init(&t);
    t.options.encoding = "ISO-8859-1";
    trial_write(&t, "log.csv", b.ptr, b.len);
    const struct intake_file *f = trial_load(&t, "log.csv");
    assert_int_equal(f->rows, 5000);
    assert_int_equal(f->rejected, 0);
    assert_int_equal(f->bytes, b.len); /* of the file, not of the text */
    unsigned char digest[DIGEST_SIZE];
    digest_of(b.ptr, b.len, digest);
    assert_memory_equal(f->sha256, digest, DIGEST_SIZE);
    trial_release(&t);
    buf_release(&b);
}

/* A heading is told of what kind it is once, but for each profile anew. */
static void files_of_one_heading_are_each_of_their_own_profile(void **state)
{
    static const char content[] = "Meter,srv,user_id,requested_at\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17\n";
    static const char *const names[] = {"ours1.csv", "other1.csv", "other2.csv", "ours2.csv", "ours3.csv"};
    struct forms forms = {0};
    char text[128];
    struct trial t;

    (void)state;
    trial_form(&forms, "profile ours", "match", "ours*.csv");
    trial_form(&forms, "profile ours.columns", "device_id", "Meter");
    trial_init(&t);
    t.options.forms = &forms;
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        snprintf(text, sizeof(text), "%s%.*s", content, (int)i, "\n\n\n\n");
        const struct intake_file *f = trial_load_text(&t, names[i], text);
        assert_int_equal(f->fate, names[i][1] == 'u' ? FILE_READ : FILE_REFUSED);
    }
    trial_load_text(&t, "other3.csv", "device_id,checked_at,check,result\n" DEVICE ",2021-09-17,communicating,pass\n");
    assert_string_equal(trial_load_text(&t, "ours4.csv", content)->kind, "srv-audit");
    trial_release(&t);
    forms_release(&forms);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + 4];
    size_t n = 0;

    for (; n < ARRAY_LEN(cases); n++)
        tests[n] = (struct CMUnitTest){cases[n].name, check_case, NULL, NULL, (void *)(uintptr_t)&cases[n]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_is_wrong_is_told);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(utf_16_tells_itself);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_long_text_is_turned_whole);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(files_of_one_heading_are_each_of_their_own_profile);
    return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}
