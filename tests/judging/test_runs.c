#include "court.h"
#include "judging/run.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

/* One CHF and an ESME, whose DSP check at T0 + day had that result. */
static void add_result(const char *db, uint32_t file, unsigned day, enum check_result result)
{
    struct intake in;

    intake_begin(&in);
    intake_file(&in, file, (unsigned char)file);
    if (file == 1) {
        add_parties(&in);
        add_inventory(&in, inventory_of(EUI(1), DEVICE_CHF));
        add_inventory(&in, inventory_of(EUI(2), DEVICE_ESME));
    }
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0 + (instant)day * DAY, result);
    intake_store(&in, db);
    intake_end(&in);
}

/* Runs as at an instant, with Incidents opened by those criteria; returns them as the view shows them then. */
static char *run_by(const char *db, instant as_of, enum incident_criteria by, bool dry, struct run_account *account)
{
    struct judge_settings settings = judge_settings_default;
    struct err err = {0};
    struct judged *j;
    struct store *st;
    struct court c;
    char *text;

    assert_ok(store_open(&st, db, STORE_WRITE, &err));
    court_open(&c, st, as_of);
    settings.incidents = by;
    c.ctx.settings = &settings;
    assert_ok(store_judge(st, &c.ctx, NULL, 2, "/tmp", NULL, NULL, &j, &err));
    assert_ok(store_run(st, j, NULL, dry, account, &err));
    assert_ok(store_run_ended(st, j, &(struct run_end){.as_of = as_of}, account, &err));
    text = query_text(st, j,
                      "SELECT incident_id, status, opened_at, resolved_at, age_days, age_band, unmet, in_this_run"
                      " FROM incidents ORDER BY episode");
    judged_destroy(j);
    court_close(&c);
    store_close(st);
    return text;
}

static char *run_at(const char *db, instant as_of, bool dry, struct run_account *account)
{
    return run_by(db, as_of, INCIDENTS_BY_REVISED, dry, account);
}

static char *run(const char *db, unsigned day, bool dry, struct run_account *account)
{
    return run_at(db, T0 + (instant)day * DAY, dry, account);
}

#define assert_run(db, day, account, wanted)                                                                           \
    do {                                                                                                               \
        char *got_ = run(db, day, false, account);                                                                     \
        assert_string_equal(got_, wanted);                                                                             \
        free(got_);                                                                                                    \
    } while (0)

#define ID "PCI-00-DB-12-34-00-00-00-01-"

static void R8_an_incident_is_opened_kept_resolved_and_opened_anew(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;

    add_result(f->db, 1, 1, RESULT_FAIL);
    assert_run(f->db, 10, &a, ID "1|NEW|2021-09-27T09:13:20Z|-|0|0-7|communicating|yes\n");
    assert_int_equal(a.opened, 1);
    assert_int_equal(a.open, 1);
    assert_true(a.changed);
    assert_run(f->db, 20, &a, ID "1|OPEN|2021-09-27T09:13:20Z|-|10|8-30|communicating|no\n");
    assert_int_equal(a.opened, 0);
    assert_int_equal(a.open, 1);
    add_result(f->db, 2, 25, RESULT_PASS);
    assert_run(f->db, 30, &a, ID "1|RESOLVED|2021-09-27T09:13:20Z|2021-10-17T09:13:20Z|20|8-30|-|yes\n");
    assert_int_equal(a.resolved, 1);
    assert_int_equal(a.open, 0);
    assert_run(f->db, 31, &a, ID "1|RESOLVED|2021-09-27T09:13:20Z|2021-10-17T09:13:20Z|20|8-30|-|no\n");
    add_result(f->db, 3, 35, RESULT_FAIL);
    assert_run(f->db, 40, &a, /* of the first nothing is open, though the CHF fails again */
               ID "1|RESOLVED|2021-09-27T09:13:20Z|2021-10-17T09:13:20Z|20|8-30|-|no\n" ID
                  "2|NEW|2021-10-27T09:13:20Z|-|0|0-7|communicating|yes\n");
}

static char *bytes_of(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    char *bytes = malloc(1 << 20);

    assert_non_null(f);
    *size = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return bytes;
}

static void R8_a_run_repeated_for_the_same_as_of_changes_nothing(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;
    size_t before_size, after_size;
    char *before, *after;

    add_result(f->db, 1, 1, RESULT_FAIL);
    assert_run(f->db, 10, &a, ID "1|NEW|2021-09-27T09:13:20Z|-|0|0-7|communicating|yes\n");
    before = bytes_of(f->db, &before_size);
    assert_run(f->db, 10, &a, ID "1|NEW|2021-09-27T09:13:20Z|-|0|0-7|communicating|yes\n");
    assert_int_equal(a.opened, 1);
    assert_false(a.changed);
    after = bytes_of(f->db, &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, before_size);
    free(before);
    free(after);
}

static void R8_a_run_for_an_earlier_as_of_does_not_touch_the_history(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;
    size_t before_size, after_size;
    char *before, *after;

    add_result(f->db, 1, 1, RESULT_FAIL);
    assert_run(f->db, 20, &a, ID "1|NEW|2021-10-07T09:13:20Z|-|0|0-7|communicating|yes\n");
    before = bytes_of(f->db, &before_size);
    assert_run(f->db, 15, &a, "");
    assert_true(a.history_untouched);
    assert_false(a.changed);
    after = bytes_of(f->db, &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, before_size);
    free(before);
    free(after);
}

static void R8_an_incident_resolved_after_as_of_is_open_at_as_of(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;

    add_result(f->db, 1, 1, RESULT_FAIL);
    free(run(f->db, 10, false, &a));
    add_result(f->db, 2, 25, RESULT_PASS);
    free(run(f->db, 30, false, &a));
    assert_run(f->db, 20, &a, ID "1|OPEN|2021-09-27T09:13:20Z|-|10|8-30|communicating|no\n");
    assert_int_equal(a.open, 1);
}

static void add_status(const char *db, uint32_t file, unsigned day, enum smi_status status)
{
    struct intake in;
    struct inventory_row row = inventory_of(EUI(1), DEVICE_CHF);

    intake_begin(&in);
    intake_file(&in, file, (unsigned char)file);
    row.extracted_at = T0 + (instant)day * DAY;
    row.status = status;
    add_inventory(&in, row);
    intake_store(&in, db);
    intake_end(&in);
}

/* EXCLUDED in two ways: only the removal of the CHF resolves. Extracts that no longer list it change nothing. */
static void R8_suspension_keeps_an_incident_open_and_removal_resolves_it(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;

    add_result(f->db, 1, 1, RESULT_FAIL);
    free(run(f->db, 10, false, &a));
    add_status(f->db, 2, 11, SMI_SUSPENDED);
    assert_run(f->db, 12, &a, ID "1|OPEN|2021-09-27T09:13:20Z|-|2|0-7|-|no\n");
    assert_int_equal(a.resolved, 0);
    add_status(f->db, 3, 13, SMI_WITHDRAWN);
    assert_run(f->db, 14, &a, ID "1|RESOLVED|2021-09-27T09:13:20Z|2021-10-01T09:13:20Z|4|0-7|-|yes\n");
    assert_int_equal(a.resolved, 1);
}

static void R8_a_run_repeated_on_later_records_follows_them_and_only_once(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;

    add_result(f->db, 1, 1, RESULT_FAIL);
    free(run(f->db, 10, false, &a));
    add_result(f->db, 2, 9, RESULT_PASS); /* came late */
    for (int i = 0; i < 2; i++) {
        assert_run(f->db, 10, &a, ID "1|RAISED_IN_ERROR|2021-09-27T09:13:20Z|2021-09-27T09:13:20Z|0|0-7|-|yes\n");
        assert_true(a.changed == (i == 0));
        assert_int_equal(a.open, 0);
    }
}

static void R8_new_is_what_was_opened_since_the_last_run_of_an_earlier_date(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;
    char *text;

    add_result(f->db, 1, 1, RESULT_FAIL);
    free(run(f->db, 10, false, &a));
    for (int second = 0; second < 2; second++) {
        text = run_at(f->db, T0 + 10 * DAY + INSTANT_HOUR, false, &a);
        assert_string_equal(text, ID "1|NEW|2021-09-27T09:13:20Z|-|0|0-7|communicating|yes\n");
        assert_int_equal(a.opened, 1);
        free(text);
    }
    assert_run(f->db, 11, &a, ID "1|OPEN|2021-09-27T09:13:20Z|-|1|0-7|communicating|no\n");
    assert_int_equal(a.opened, 0);
}

static void R8_an_incident_that_late_evidence_shows_to_be_an_error_is_told_so(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;

    add_result(f->db, 1, 1, RESULT_FAIL);
    free(run(f->db, 10, false, &a));
    add_result(f->db, 2, 15, RESULT_PASS); /* mended */
    assert_run(f->db, 16, &a, ID "1|RESOLVED|2021-09-27T09:13:20Z|2021-10-03T09:13:20Z|6|0-7|-|yes\n");
    add_result(f->db, 3, 20, RESULT_FAIL);
    free(run(f->db, 21, false, &a));
    add_result(f->db, 4, 21, RESULT_PASS); /* came after the run, made before it */
    add_result(f->db, 5, 23, RESULT_PASS);
    assert_run(f->db, 24, &a,
               ID "1|RESOLVED|2021-09-27T09:13:20Z|2021-10-03T09:13:20Z|6|0-7|-|no\n" ID
                  "2|RAISED_IN_ERROR|2021-10-08T09:13:20Z|2021-10-11T09:13:20Z|3|0-7|-|yes\n");
}

static void R8_one_in_error_gives_way_to_a_new_one_where_the_chf_fails_for_another_cause(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;

    add_result(f->db, 1, 1, RESULT_FAIL);
    free(run(f->db, 10, false, &a));
    add_result(f->db, 2, 9, RESULT_PASS); /* came late */
    add_result(f->db, 3, 12, RESULT_FAIL);
    free(run(f->db, 13, true, &a));
    assert_int_equal(a.opened, 1);
    assert_int_equal(a.resolved, 1);
    assert_int_equal(a.open, 1);
    for (int i = 0; i < 2; i++) {
        assert_run(f->db, 13, &a,
                   ID "1|RAISED_IN_ERROR|2021-09-27T09:13:20Z|2021-09-30T09:13:20Z|3|0-7|-|yes\n" ID
                      "2|NEW|2021-09-30T09:13:20Z|-|0|0-7|communicating|yes\n");
        assert_true(a.changed == (i == 0));
        assert_int_equal(a.opened, 1);
        assert_int_equal(a.resolved, 1);
        assert_int_equal(a.open, 1);
    }
}

/* The CHF answered that day, which the criteria in force do not see. */
static void add_answer(const char *db, uint32_t file, unsigned day)
{
    struct intake in;

    intake_begin(&in);
    intake_file(&in, file, (unsigned char)file);
    add_request(&in, request_of(EUI(1), SRV(6, 17, 0), T0 + (instant)day * DAY, KEY_NONE));
    intake_store(&in, db);
    intake_end(&in);
}

static void forget_run(const char *db)
{
    struct err err = {0};
    struct store *st;

    assert_ok(store_open(&st, db, STORE_WRITE, &err));
    assert_ok(sql_exec(st, "DELETE FROM run", &err));
    store_close(st);
}

enum fate { IS_THERE, REPLACED, LOST, FATES };

/* A run opens an Incident, and late evidence shows that the CHF was PASS then under the revised criteria alone. */
static void check_opening(const char *db, enum incident_criteria by, enum fate fate, enum incident_criteria now)
{
    const bool revised = by == INCIDENTS_BY_REVISED;
    struct err err = {0};
    struct run_account a;
    struct store *st;
    char *text;

    add_result(db, 1, 1, RESULT_FAIL);
    free(run_by(db, T0 + 10 * DAY, by, false, &a));
    if (fate == REPLACED)
        free(run_by(db, T0 + 10 * DAY, revised ? INCIDENTS_BY_LEGACY : INCIDENTS_BY_REVISED, false, &a));
    if (fate == LOST)
        forget_run(db);
    assert_int_equal(a.open, 1);
    add_answer(db, 2, 9);
    add_result(db, 3, 11, RESULT_PASS); /* by now it passes under both */
    text = run_by(db, T0 + 12 * DAY, now, false, &a);
    assert_string_equal(text, revised ? ID "1|RAISED_IN_ERROR|2021-09-27T09:13:20Z|2021-09-29T09:13:20Z|2|0-7|-|yes\n"
                                      : ID "1|RESOLVED|2021-09-27T09:13:20Z|2021-09-29T09:13:20Z|2|0-7|-|yes\n");
    free(text);
    assert_ok(store_open(&st, db, STORE_READ, &err));
    assert_query(st, NULL, "SELECT opened_by FROM incident_history", revised ? "revised\n" : "legacy\n");
    store_close(st);
}

/* Whatever became of the run that opened it, and whichever open Incidents by now. */
static void R8_an_incident_is_held_against_the_criteria_that_opened_it(void **state)
{
    for (int which = 0; which < 2 * FATES * 2; which++) {
        fixture_tear_down(state);
        fixture_set_up(state);
        check_opening(((const struct fixture *)*state)->db, (enum incident_criteria)(which % 2),
                      (enum fate)(which / 2 % FATES), (enum incident_criteria)(which / 2 / FATES));
    }
}

static void R8_unverified_opens_nothing(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;

    add_result(f->db, 1, 1, RESULT_BLANK);
    assert_run(f->db, 10, &a, "");
    assert_int_equal(a.opened, 0);
}

static void R8_devices_that_are_no_chf_have_no_incidents(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;

    add_result(f->db, 1, 1, RESULT_PASS); /* the ESME fails */
    assert_run(f->db, 10, &a, "");
}

static void a_dry_run_keeps_nothing(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct run_account a;
    struct store_status s;
    struct store *st;
    char *text;

    add_result(f->db, 1, 1, RESULT_FAIL);
    text = run(f->db, 10, true, &a);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(a.opened, 1);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_ok(store_status_read(st, &s, &err));
    assert_int_equal(s.incidents + s.runs, 0);
    store_close(st);
}

static void runs_remember_their_totals(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct run_account a;
    struct store_status s;
    struct store *st;

    add_result(f->db, 1, 1, RESULT_FAIL);
    free(run(f->db, 10, false, &a));
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_query(st, NULL, "SELECT as_of, devices, fail, legacy_fail, incidents_opened, incidents_open FROM runs",
                 "2021-09-27T09:13:20Z|2|2|2|1|1\n");
    assert_query(st, NULL, "SELECT incident_id, opened_at, resolved_at FROM incident_history",
                 ID "1|2021-09-27T09:13:20Z|-\n");
    assert_ok(store_status_read(st, &s, &err));
    assert_true(s.last_run == T0 + 10 * DAY);
    assert_int_equal(s.incidents_open, 1);
    store_close(st);
}

static void assert_other(struct store *st, instant run, const char *question, const char *wanted)
{
    struct buf other = {0};
    struct err err = {0};

    assert_ok(store_question_changed(st, run, question, &other, &err));
    assert_string_equal(buf_cstr(&other), wanted);
    buf_release(&other);
}

static void R11_2_a_run_remembers_what_it_was_asked(void **state)
{
    static const char asked[] = "scope=\ncriteria=1\ncodes=2", other[] = "scope=Alpha\ncriteria=1\ncodes=3";
    const struct fixture *f = *state;
    struct run_account a;
    struct err err = {0};
    struct store *st;

    add_result(f->db, 1, 1, RESULT_FAIL);
    free(run(f->db, 10, false, &a));
    assert_ok(store_open(&st, f->db, STORE_WRITE, &err));
    assert_other(st, T0 + 10 * DAY, asked, ""); /* nobody said */
    assert_other(st, T0 + 9 * DAY, asked, "");  /* there was none */
    a.changed = false;                          /* what is asked is remembered, though all else is as it was */
    assert_ok(store_run_ended(st, NULL, &(struct run_end){.as_of = T0 + 10 * DAY, .question = asked}, &a, &err));
    assert_other(st, T0 + 10 * DAY, asked, "");
    assert_other(st, T0 + 10 * DAY, other, "scope;codes");
    assert_ok(store_run_ended(st, NULL, &(struct run_end){.as_of = T0 + 10 * DAY, .question = other}, &a, &err));
    assert_other(st, T0 + 10 * DAY, other, "");
    assert_other(st, T0 + 10 * DAY, "scope=Alpha\ncriteria=2\ncodes=3", "criteria");
    assert_other(st, T0 + 10 * DAY, "scope=Alpha\ncriteria=1\ncodes=3\nincidents=legacy", ""); /* nobody said then */
    assert_int_equal(store_verify(st, NULL, NULL, &err), 0);
    store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R11_2_a_run_remembers_what_it_was_asked),
        TEST(R8_an_incident_is_opened_kept_resolved_and_opened_anew),
        TEST(R8_a_run_repeated_for_the_same_as_of_changes_nothing),
        TEST(R8_a_run_for_an_earlier_as_of_does_not_touch_the_history),
        TEST(R8_an_incident_resolved_after_as_of_is_open_at_as_of),
        TEST(R8_suspension_keeps_an_incident_open_and_removal_resolves_it),
        TEST(R8_a_run_repeated_on_later_records_follows_them_and_only_once),
        TEST(R8_new_is_what_was_opened_since_the_last_run_of_an_earlier_date),
        TEST(R8_an_incident_that_late_evidence_shows_to_be_an_error_is_told_so),
        TEST(R8_one_in_error_gives_way_to_a_new_one_where_the_chf_fails_for_another_cause),
        TEST(R8_an_incident_is_held_against_the_criteria_that_opened_it),
        TEST(R8_unverified_opens_nothing),
        TEST(R8_devices_that_are_no_chf_have_no_incidents),
        TEST(a_dry_run_keeps_nothing),
        TEST(runs_remember_their_totals),
    };

    return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
