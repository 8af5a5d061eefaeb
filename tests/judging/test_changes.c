/* Two instants judged in one pass, and the view of what changed between them. */
#include "court.h"
#include "judging/run.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

#define SINCE (T0 + 10 * DAY)
#define AS_OF (T0 + 30 * DAY)

/* A CHF that never changes, one that fails later and one earlier, one Decommissioned in between, one Commissioned in
 * between. */
static void fill(const char *db)
{
    struct inventory_row gone = inventory_of(EUI(4), DEVICE_CHF), young = inventory_of(EUI(5), DEVICE_CHF);
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_parties(&in);
    for (unsigned n = 1; n <= 3; n++) {
        add_inventory(&in, inventory_of(EUI(n), DEVICE_CHF));
        add_check(&in, EUI(n), CHECK_COMMUNICATING, T0 + DAY, n == 3 ? RESULT_FAIL : RESULT_PASS);
    }
    add_check(&in, EUI(2), CHECK_COMMUNICATING, T0 + 20 * DAY, RESULT_FAIL);
    add_check(&in, EUI(3), CHECK_COMMUNICATING, T0 + 20 * DAY, RESULT_PASS);
    gone.extracted_at = T0 + 5 * DAY;
    add_inventory(&in, gone);
    gone.extracted_at = T0 + 25 * DAY;
    gone.status = SMI_DECOMMISSIONED;
    add_inventory(&in, gone);
    add_check(&in, EUI(4), CHECK_COMMUNICATING, T0 + DAY, RESULT_FAIL);
    young.commissioned_at = T0 + 15 * DAY;
    add_inventory(&in, young);
    add_check(&in, EUI(5), CHECK_COMMUNICATING, T0 + 16 * DAY, RESULT_FAIL);
    intake_store(&in, db);
    intake_end(&in);
}

struct opened {
    struct store *store;
    struct court court;
    struct judge_context earlier;
    struct judged *both[2];
};

static void open_both(struct opened *o, const char *db, const struct device_filter *filter)
{
    struct err err = {0};

    fill(db);
    assert_ok(store_open(&o->store, db, STORE_READ, &err));
    court_open(&o->court, o->store, AS_OF);
    o->earlier = o->court.ctx;
    o->earlier.as_of = SINCE;
    assert_ok(store_judge_both(o->store, (const struct judge_context *const[]){&o->court.ctx, &o->earlier}, filter, 2,
                               "/tmp", NULL, NULL, o->both, &err));
}

static void close_both(struct opened *o)
{
    judged_destroy(o->both[0]);
    judged_destroy(o->both[1]);
    court_close(&o->court);
    store_close(o->store);
}

#define assert_source_query(o, from, sql, wanted)                                                                      \
    do {                                                                                                               \
        char *got_ = query_source_text((o)->store, from, sql);                                                         \
        assert_string_equal(got_, wanted);                                                                             \
        free(got_);                                                                                                    \
    } while (0)

static void two_instants_in_one_pass_are_judged_as_each_alone(void **state)
{
    const char *sql = "SELECT device_id, verdict, legacy_verdict, reasons, excluded_reason FROM devices";
    const struct fixture *f = *state;
    struct opened o;

    open_both(&o, f->db, NULL);
    for (int i = 0; i < 2; i++) {
        struct judged *alone = NULL;
        struct err err = {0};
        char *together = query_text(o.store, o.both[i], sql), *apart;

        assert_ok(store_judge(o.store, i == 0 ? &o.court.ctx : &o.earlier, NULL, 1, "/tmp", NULL, NULL, &alone, &err));
        apart = query_text(o.store, alone, sql);
        assert_string_equal(together, apart);
        assert_int_equal(judged_totals(o.both[i]).verdicts[VERDICT_FAIL], judged_totals(alone).verdicts[VERDICT_FAIL]);
        free(together);
        free(apart);
        judged_destroy(alone);
    }
    close_both(&o);
}

static void changes_tells_new_cleared_persisting_and_reclassified(void **state)
{
    const char *sql = "SELECT substr(device_id,-2), change, verdict_before, verdict, classification_before,"
                      " classification, reasons_before, reasons, excluded_reason FROM changes ORDER BY device_id";
    const struct fixture *f = *state;
    struct opened o;

    open_both(&o, f->db, NULL);
    assert_source_query(&o, (&(struct query_source){.now = o.both[0], .before = o.both[1]}), sql,
                        "02|NEW|PASS|FAIL|AGREED_PASS|TRUE_FAILURE|-|NOT_COMMUNICATING|-\n"
                        "03|CLEARED|FAIL|PASS|TRUE_FAILURE|AGREED_PASS|NOT_COMMUNICATING|-|-\n"
                        "04|CLEARED|FAIL|EXCLUDED|TRUE_FAILURE|EXCLUDED|NOT_COMMUNICATING|-|NOT_COMMISSIONED\n"
                        "05|NEW|EXCLUDED|FAIL|EXCLUDED|TRUE_FAILURE|-|NOT_COMMUNICATING|-\n");
    close_both(&o);
}

static void without_an_earlier_state_only_failures_are_new(void **state)
{
    const char *sql = "SELECT substr(device_id,-2), change, verdict_before, verdict FROM changes";
    const struct fixture *f = *state;
    struct opened o;

    open_both(&o, f->db, NULL);
    assert_source_query(&o, (&(struct query_source){.now = o.both[0], .from_nothing = true}), sql,
                        "02|NEW|-|FAIL\n05|NEW|-|FAIL\n");
    close_both(&o);
}

static void a_device_that_matches_at_either_instant_is_in_both(void **state)
{
    const struct device_filter failing = {
        .verdicts = 1u << VERDICT_FAIL, .commissioned_from = INSTANT_NONE, .commissioned_to = INSTANT_NONE};
    const struct fixture *f = *state;
    struct opened o;

    open_both(&o, f->db, &failing);
    for (int i = 0; i < 2; i++)
        assert_query(o.store, o.both[i], "SELECT group_concat(substr(device_id,-2)) FROM devices", "02,03,04,05\n");
    assert_source_query(&o, (&(struct query_source){.now = o.both[0], .before = o.both[1]}),
                        "SELECT count(*) FROM changes", "4\n");
    close_both(&o);
}

static void a_run_knows_the_one_before_it_whatever_came_after(void **state)
{
    const struct fixture *f = *state;
    struct run_account account;
    struct store *st = NULL;
    struct err err = {0};
    struct court court;
    instant previous;

    fill(f->db);
    assert_ok(store_open(&st, f->db, STORE_WRITE, &err));
    for (int i = 0; i < 3; i++) {
        struct judged *judged = NULL;

        court_open(&court, st, SINCE + i * DAY);
        assert_ok(store_judge(st, &court.ctx, NULL, 1, "/tmp", NULL, NULL, &judged, &err));
        assert_ok(store_run(st, judged, NULL, false, &account, &err));
        assert_ok(store_run_ended(st, judged, &(struct run_end){.as_of = SINCE + i * DAY}, &account, &err));
        judged_destroy(judged);
        court_close(&court);
    }
    assert_ok(store_previous_run(st, SINCE, &previous, &err));
    assert_true(previous == INSTANT_NONE);
    assert_ok(store_previous_run(st, SINCE + DAY, &previous, &err));
    assert_true(previous == SINCE);
    assert_ok(store_previous_run(st, SINCE + 9 * DAY, &previous, &err));
    assert_true(previous == SINCE + 2 * DAY);
    store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_instants_in_one_pass_are_judged_as_each_alone),
        TEST(changes_tells_new_cleared_persisting_and_reclassified),
        TEST(without_an_earlier_state_only_failures_are_new),
        TEST(a_device_that_matches_at_either_instant_is_in_both),
        TEST(a_run_knows_the_one_before_it_whatever_came_after),
    };

    return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
