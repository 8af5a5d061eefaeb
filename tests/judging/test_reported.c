/* R11: what was reported is kept, small, and a night is compared with it. */
#include "court.h"
#include "judging/dossier.h"
#include "judging/run.h"
#include "reported_int.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

static void R11_1_what_is_said_survives_packing(void **state)
{
    struct inventory_row row = {.status = SMI_COMMISSIONED, .commissioned_at = 5};
    struct said s;

    (void)state;
    assert_false(said_unpack(0, &s));
    for (unsigned v = 0; v < VERDICTS; v++)
        for (unsigned c = 0; c < CLASSIFICATIONS; c++) {
            struct judgement j = {.inventory = &row,
                                  .verdict = (enum verdict)v,
                                  .legacy_verdict = (enum verdict)((v + 1) % VERDICTS),
                                  .classification = (enum classification)c};

            for (unsigned o = 0; o < OBLIGATIONS; o++)
                j.obligations[o].state = (enum obligation_state)((v + c + o) % OBLIGATION_STATES);
            assert_true(said_unpack(said_pack(&j, c % 2 == 0 ? 5 : 4), &s));
            assert_int_equal(s.verdict, v);
            assert_int_equal(s.legacy_verdict, (v + 1) % VERDICTS);
            assert_int_equal(s.classification, c);
            assert_int_equal(s.commissioned, c % 2 == 0);
            for (unsigned o = 0; o < OBLIGATIONS; o++)
                assert_int_equal(s.states[o], (v + c + o) % OBLIGATION_STATES);
        }
    assert_false(said_unpack(UINT32_MAX, &s));
}

static void add_result(const char *db, uint32_t file, uint64_t device, unsigned day, enum check_result result)
{
    struct intake in;

    intake_begin(&in);
    intake_file(&in, file, (unsigned char)file);
    if (file == 1)
        add_parties(&in);
    add_inventory(&in, inventory_of(device, DEVICE_CHF));
    add_check(&in, device, CHECK_COMMUNICATING, T0 + (instant)day * DAY, result);
    intake_store(&in, db);
    intake_end(&in);
}

#define CHANGES                                                                                                        \
    "SELECT substr(device_id, 22, 2), change, verdict_before, verdict, restated FROM changes ORDER BY device_id"

#define KILLED (-1)

/* A night as at an instant: judged against what was reported, and kept, as far as it ends. Returns the changes. */
static char *night_that_ends(const char *db, instant as_of, int status, struct run_account *account)
{
    struct judge_context earlier;
    const struct judge_context *contexts[2];
    struct query_source source = {0};
    struct judged *both[2] = {NULL, NULL};
    struct err err = {0};
    instant previous;
    struct store *st;
    struct court c;
    char *text;

    assert_ok(store_open(&st, db, STORE_WRITE, &err));
    court_open(&c, st, as_of);
    assert_ok(store_previous_run(st, as_of, &previous, &err));
    earlier = c.ctx;
    earlier.as_of = previous;
    contexts[0] = &c.ctx;
    contexts[1] = &earlier;
    if (previous != INSTANT_NONE)
        assert_ok(store_judge_night(st, contexts, 2, "/tmp", NULL, NULL, both, &err));
    else
        assert_ok(store_judge(st, &c.ctx, NULL, 2, "/tmp", NULL, NULL, &both[0], &err));
    assert_ok(store_run(st, both[0], NULL, false, account, &err));
    if (status != KILLED)
        assert_ok(store_run_ended(st, status == 0 ? both[0] : NULL, &(struct run_end){.as_of = as_of, .status = status},
                                  account, &err));
    source = (struct query_source){.now = both[0], .before = both[1], .from_nothing = both[1] == NULL};
    text = query_source_text(st, &source, CHANGES);
    judged_destroy(both[0]);
    judged_destroy(both[1]);
    court_close(&c);
    assert_int_equal(store_verify(st, NULL, NULL, &err), 0);
    store_close(st);
    return text;
}

static char *night_at(const char *db, instant as_of, struct run_account *account)
{
    return night_that_ends(db, as_of, 0, account);
}

#define assert_night(db, day, wanted)                                                                                  \
    do {                                                                                                               \
        struct run_account account_;                                                                                   \
        char *got_ = night_at(db, T0 + (day)*DAY, &account_);                                                          \
        assert_string_equal(got_, wanted);                                                                             \
        free(got_);                                                                                                    \
    } while (0)

static void assert_kept(const char *db, const char *wanted)
{
    struct err err = {0};
    struct store *st;

    assert_ok(store_open(&st, db, STORE_READ, &err));
    assert_stored(st, "SELECT device & 15, day - 18887, said > 0 FROM said", wanted);
    store_close(st);
}

static void R11_1_only_what_differs_from_the_run_before_is_kept(void **state)
{
    const struct fixture *f = *state;

    add_result(f->db, 1, EUI(1), 1, RESULT_PASS);
    add_result(f->db, 2, EUI(2), 1, RESULT_PASS);
    assert_night(f->db, 10, "");
    assert_kept(f->db, "1|10|1\n2|10|1\n");
    assert_night(f->db, 11, "");
    assert_kept(f->db, "1|10|1\n2|10|1\n");
    add_result(f->db, 3, EUI(2), 12, RESULT_FAIL);
    assert_night(f->db, 12, "02|NEW|PASS|FAIL|no\n");
    assert_kept(f->db, "1|10|1\n2|10|1\n2|12|1\n");
    assert_night(f->db, 13, "02|PERSISTING|FAIL|FAIL|yes\n");
    assert_kept(f->db, "1|10|1\n2|10|1\n2|12|1\n");
}

static void R11_2_late_evidence_restates_what_was_reported(void **state)
{
    const struct fixture *f = *state;

    add_result(f->db, 1, EUI(1), 1, RESULT_PASS);
    add_result(f->db, 2, EUI(2), 1, RESULT_FAIL);
    assert_night(f->db, 10, "02|NEW|-|FAIL|-\n");
    add_result(f->db, 3, EUI(1), 9, RESULT_FAIL);  /* was so already, and nobody knew */
    add_result(f->db, 4, EUI(2), 11, RESULT_PASS); /* is so since today */
    assert_night(f->db, 11, "01|NEW|PASS|FAIL|yes\n02|CLEARED|FAIL|PASS|no\n");
}

static void R11_2_a_device_that_was_not_there_is_commissioned(void **state)
{
    const struct fixture *f = *state;

    add_result(f->db, 1, EUI(1), 1, RESULT_PASS);
    assert_night(f->db, 10, "");
    add_result(f->db, 2, EUI(2), 1, RESULT_PASS);
    assert_night(f->db, 11, "02|COMMISSIONED|-|PASS|yes\n");
    assert_night(f->db, 12, "");
}

static void R11_1_a_run_of_the_same_date_replaces_what_was_reported(void **state)
{
    const struct fixture *f = *state;
    struct run_account a;
    char *text;

    add_result(f->db, 1, EUI(1), 1, RESULT_PASS);
    assert_night(f->db, 10, "");
    add_result(f->db, 2, EUI(1), 11, RESULT_FAIL);
    assert_night(f->db, 11, "01|NEW|PASS|FAIL|no\n");
    assert_kept(f->db, "1|10|1\n1|11|1\n");
    text = night_at(f->db, T0 + 11 * DAY, &a);
    assert_string_equal(text, "01|NEW|PASS|FAIL|no\n");
    assert_false(a.changed);
    free(text);
    add_result(f->db, 3, EUI(1), 11, RESULT_PASS); /* fail goes before pass; an hour later it passes */
    text = night_at(f->db, T0 + 11 * DAY + INSTANT_HOUR, &a);
    assert_string_equal(text, "01|NEW|PASS|FAIL|no\n");
    free(text);
    {
        struct intake in;

        intake_begin(&in);
        intake_file(&in, 4, 4);
        add_check(&in, EUI(1), CHECK_COMMUNICATING, T0 + 11 * DAY + INSTANT_HOUR, RESULT_PASS);
        intake_store(&in, f->db);
        intake_end(&in);
    }
    text = night_at(f->db, T0 + 11 * DAY + 2 * INSTANT_HOUR, &a);
    assert_string_equal(text, "");
    assert_true(a.changed);
    free(text);
    assert_kept(f->db, "1|10|1\n");
}

/* A run that went wrong or was killed told nobody: the next night compares with what was told. */
static void R11_1_what_went_wrong_after_a_good_run_was_not_reported(void **state)
{
    static const int endings[] = {74, KILLED};
    const struct fixture *f = *state;
    struct err err = {0};
    struct run_account a;
    struct run_left left;
    struct store *st;
    char *text;

    add_result(f->db, 1, EUI(1), 1, RESULT_PASS);
    assert_night(f->db, 10, "");
    add_result(f->db, 2, EUI(1), 10, RESULT_FAIL);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        const instant as_of = T0 + 10 * DAY + ((instant)i + 1) * INSTANT_HOUR;

        text = night_that_ends(f->db, as_of, endings[i], &a);
        free(text);
        assert_kept(f->db, "1|10|1\n");
        assert_ok(store_open(&st, f->db, STORE_READ, &err));
        assert_ok(store_run_left(st, as_of, &left, &err));
        assert_true(left.as_of == INSTANT_NONE); /* of the same date */
        assert_ok(store_run_left(st, as_of + DAY, &left, &err));
        assert_true(left.as_of == as_of);
        assert_int_equal(left.status, endings[i]);
        assert_stored(st, "SELECT as_of FROM run WHERE status=0", "1632734000000\n");
        store_close(st);
    }
    assert_night(f->db, 11, "01|NEW|PASS|FAIL|yes\n");
    assert_kept(f->db, "1|10|1\n1|11|1\n");
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_ok(store_run_left(st, T0 + 12 * DAY, &left, &err));
    assert_true(left.as_of == INSTANT_NONE);
    store_close(st);
}

/* Its folder takes the place of the other one's, and the next night compares with it; R8 asks for the instant. */
static void R11_1_a_run_at_an_earlier_hour_of_the_latest_date_replaces_what_was_reported(void **state)
{
    const struct fixture *f = *state;
    const instant late = T0 + 10 * DAY, early = late - 2 * INSTANT_HOUR;
    struct run_account a;
    struct err err = {0};
    struct intake in;
    struct store *st;

    add_result(f->db, 1, EUI(1), 1, RESULT_PASS);
    assert_night(f->db, 9, "");
    intake_begin(&in);
    intake_file(&in, 2, 2);
    add_check(&in, EUI(1), CHECK_COMMUNICATING, late - INSTANT_HOUR, RESULT_FAIL);
    intake_store(&in, f->db);
    intake_end(&in);
    free(night_at(f->db, late, &a));
    assert_kept(f->db, "1|9|1\n1|10|1\n");
    for (int again = 0; again < 2; again++) {
        char *const text = night_at(f->db, early, &a);

        assert_string_equal(text, "");
        free(text);
        assert_true(a.history_untouched);
        assert_int_equal(a.changed, again == 0);
        assert_kept(f->db, "1|9|1\n");
        assert_ok(store_open(&st, f->db, STORE_READ, &err));
        assert_stored(st, "SELECT as_of, fail FROM run WHERE as_of > 1632700000000", "1632726800000|0\n");
        assert_stored(st, "SELECT opened_at FROM incident", "1632734000000\n");
        store_close(st);
    }
    assert_night(f->db, 11, "01|NEW|PASS|FAIL|no\n");
}

static void R11_1_a_run_for_an_earlier_date_keeps_nothing(void **state)
{
    const struct fixture *f = *state;

    add_result(f->db, 1, EUI(1), 1, RESULT_PASS);
    assert_night(f->db, 10, "");
    add_result(f->db, 2, EUI(1), 11, RESULT_FAIL);
    assert_night(f->db, 12, "01|NEW|PASS|FAIL|no\n");
    assert_night(f->db, 11, "01|NEW|PASS|FAIL|no\n");
    assert_kept(f->db, "1|10|1\n1|12|1\n");
}

static void R11_3_the_view_reported_tells_what_was_said_and_when(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;
    struct court c;
    char *text;

    add_result(f->db, 1, EUI(1), 1, RESULT_PASS);
    assert_night(f->db, 10, "");
    add_result(f->db, 2, EUI(1), 11, RESULT_FAIL);
    assert_night(f->db, 12, "01|NEW|PASS|FAIL|no\n");
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    for (unsigned day = 11; day <= 12; day++) {
        struct query_source source = {0};

        court_open(&c, st, T0 + day * DAY);
        source.context = &c.ctx;
        text = query_source_text(
            st, &source,
            "SELECT run_as_of, verdict, communicating FROM reported WHERE device_id='00-DB-12-34-00-00-00-01'");
        assert_string_equal(text, day == 11 ? "2021-09-27T09:13:20Z|PASS|MET\n"
                                            : "2021-09-27T09:13:20Z|PASS|MET\n2021-09-29T09:13:20Z|FAIL|NOT_MET\n");
        free(text);
        court_close(&c);
    }
    for (unsigned day = 11; day <= 12; day++) {
        struct dossier d;

        assert_int_equal(dossier_read(st, EUI(1), T0 + day * DAY, false, &d, &err), 1);
        assert_int_equal(d.reported_count, day - 10);
        assert_int_equal(d.reported[0].run_as_of, T0 + 10 * DAY);
        assert_int_equal(d.reported[d.reported_count - 1].verdict, day == 11 ? VERDICT_PASS : VERDICT_FAIL);
        dossier_release(&d);
    }
    store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R11_1_what_is_said_survives_packing),
        TEST(R11_1_only_what_differs_from_the_run_before_is_kept),
        TEST(R11_2_late_evidence_restates_what_was_reported),
        TEST(R11_2_a_device_that_was_not_there_is_commissioned),
        TEST(R11_1_a_run_of_the_same_date_replaces_what_was_reported),
        TEST(R11_1_what_went_wrong_after_a_good_run_was_not_reported),
        TEST(R11_1_a_run_at_an_earlier_hour_of_the_latest_date_replaces_what_was_reported),
        TEST(R11_1_a_run_for_an_earlier_date_keeps_nothing),
        TEST(R11_3_the_view_reported_tells_what_was_said_and_when),
    };

    return cmocka_run_group_tests_name("reported", tests, NULL, NULL);
}
