#include "court.h"
#include "judging/dossier.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

#define AS_OF (T0 + 30 * DAY)

/* n hubs of a CHF, a GPF without an MPxN, a GSME and an ESME, in various states. */
static void fill_store(const char *db, unsigned n)
{
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_parties(&in);
    for (unsigned i = 0; i < n; i++) {
        static const enum device_type types[] = {DEVICE_CHF, DEVICE_GPF, DEVICE_GSME, DEVICE_ESME};
        mpxn_code mprn = 11000000000 + i;

        add_registration(&in, mprn, T0 - DAY, INSTANT_NONE, i % 2 == 0 ? SUPPLIER_ID : SUPPLIER_2);
        add_registration(&in, MPAN(i), T0 - DAY, INSTANT_NONE, SUPPLIER_ID);
        for (unsigned k = 0; k < ARRAY_LEN(types); k++) {
            struct inventory_row row = inventory_of(EUI(4 * i + k), types[k]);

            row.chf = EUI(4 * i);
            row.mpxn = types[k] == DEVICE_GSME ? mprn : types[k] == DEVICE_ESME ? MPAN(i) : 0;
            add_inventory(&in, row);
            add_check(&in, row.device, CHECK_COMMUNICATING, T0 + DAY, (i + k) % 3 == 0 ? RESULT_FAIL : RESULT_PASS);
            if (k >= 2 && i % 4 != 0) {
                add_request(&in, request_of(row.device, SRV(6, 17, 0), T0 + DAY, KEY_DIGITAL_SIGNATURE));
                add_request(&in, request_of(row.device, SRV(6, 17, 0), T0 + DAY, KEY_KEY_AGREEMENT));
            }
        }
    }
    add_check(&in, EUI(1000000), CHECK_COMMUNICATING, T0, RESULT_PASS); /* known from the log alone */
    intake_store(&in, db);
    intake_end(&in);
}

static char *devices_with(const char *db, const struct device_filter *filter, unsigned threads, const char *sql)
{
    struct err err = {0};
    struct judged *j;
    struct store *st;
    struct court c;
    char *text;

    assert_ok(store_open(&st, db, STORE_READ, &err));
    court_open(&c, st, AS_OF);
    assert_ok(store_judge(st, &c.ctx, filter, threads, "/tmp", NULL, NULL, &j, &err));
    text = query_text(st, j, sql);
    judged_destroy(j);
    court_close(&c);
    store_close(st);
    return text;
}

static void any_number_of_threads_gives_the_same(void **state)
{
    const struct fixture *f = *state;
    static const char sql[] = "SELECT * FROM devices JOIN obligations USING(device_id) ORDER BY device_id, position";
    char *one, *other;

    fill_store(f->db, 700); /* several batches */
    one = devices_with(f->db, NULL, 1, sql);
    for (unsigned threads = 2; threads <= 5; threads += 3) {
        other = devices_with(f->db, NULL, threads, sql);
        assert_string_equal(one, other);
        free(other);
    }
    free(one);
}

static void R1_a_gpf_without_an_mpxn_has_that_of_the_least_gsme_on_its_hub(void **state)
{
    const struct fixture *f = *state;
    struct dossier story;
    struct inventory_row row;
    struct err err = {0};
    struct intake in;
    struct store *st;
    char *text;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_parties(&in);
    add_registration(&in, 11000000005, T0 - DAY, INSTANT_NONE, SUPPLIER_2);
    row = inventory_of(EUI(1), DEVICE_GPF);
    row.chf = EUI(9);
    add_inventory(&in, row);
    for (unsigned i = 3; i < 8; i++) { /* the least of all is on another hub by now, the next has no MPxN */
        row = inventory_of(EUI(i), DEVICE_GSME);
        row.chf = EUI(9);
        row.mpxn = i == 4 ? 0 : 11000000000 + i;
        add_inventory(&in, row);
        if (i == 3) {
            row.extracted_at += DAY;
            row.chf = EUI(8);
            add_inventory(&in, row);
        }
    }
    intake_store(&in, f->db);
    intake_end(&in);
    text = devices_with(f->db, NULL, 2, "SELECT mpxn, supplier FROM devices WHERE device_type='GPF'");
    assert_string_equal(text, "1000000005|Best Power\n");
    free(text);

    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_int_equal(dossier_read(st, EUI(1), AS_OF, false, &story, &err), 1);
    assert_int_equal(story.facts.mpxn, 11000000005);
    assert_int_equal(story.registration_count, 1);
    assert_int_equal(story.registrations[0].supplier, SUPPLIER_2);
    dossier_release(&story);
    store_close(st);
}

/* By both roads: the sorted joins of a judgement of all Devices, and the look-ups for one. */
static void R1_a_gsme_in_service_lends_its_mpxn_before_one_that_was_exchanged(void **state)
{
    const struct fixture *f = *state;
    struct dossier story;
    struct inventory_row row;
    struct err err = {0};
    struct intake in;
    struct store *st;
    char *text;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_parties(&in);
    row = inventory_of(EUI(1), DEVICE_GPF);
    row.chf = EUI(9);
    add_inventory(&in, row);
    for (unsigned i = 3; i < 6; i++) {
        row = inventory_of(EUI(i), DEVICE_GSME);
        row.chf = EUI(9);
        row.mpxn = 11000000000 + i;
        row.status = i == 3 ? SMI_DECOMMISSIONED : SMI_COMMISSIONED;
        add_inventory(&in, row);
    }
    intake_store(&in, f->db);
    intake_end(&in);
    text = devices_with(f->db, NULL, 2, "SELECT mpxn FROM devices WHERE device_type='GPF'");
    assert_string_equal(text, "1000000004\n");
    free(text);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_int_equal(dossier_read(st, EUI(1), AS_OF, false, &story, &err), 1);
    assert_int_equal(story.facts.mpxn, 11000000004);
    dossier_release(&story);
    store_close(st);
}

static void R7_the_registrations_of_the_latest_extract_count(void **state)
{
    static const struct {
        instant as_of;
        bool whole;
        size_t count;
        uint64_t last;
    } cases[] = {{AS_OF, false, 2, SUPPLIER_2},
                 {AS_OF, true, 1, SUPPLIER_ID},
                 {AS_OF - DAY - 1, true, 2, SUPPLIER_2}}; /* the second extract is not there yet */
    const struct fixture *f = *state;
    struct err err = {0};
    struct inventory_row row;
    struct intake in;
    struct store *st;
    char *text;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_parties(&in);
    row = inventory_of(EUI(1), DEVICE_ESME);
    row.mpxn = MPAN(1);
    add_inventory(&in, row);
    add_extracted_registration(&in, MPAN(1), T0 - 9 * DAY, INSTANT_NONE, SUPPLIER_ID, T0);
    add_extracted_registration(&in, MPAN(1), T0, INSTANT_NONE, SUPPLIER_2, T0);
    add_extracted_registration(&in, MPAN(1), T0 - 9 * DAY, INSTANT_NONE, SUPPLIER_ID,
                               AS_OF - DAY); /* from which the switch is gone */
    intake_store(&in, f->db);
    intake_end(&in);
    text = devices_with(f->db, NULL, 2, "SELECT supplier FROM devices");
    assert_string_equal(text, "Best Power\n");
    free(text);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct dossier story;

        assert_int_equal(dossier_read(st, EUI(1), cases[i].as_of, cases[i].whole, &story, &err), 1);
        assert_int_equal(story.registration_count, cases[i].count);
        assert_int_equal(story.registrations[cases[i].count - 1].supplier, cases[i].last);
        dossier_release(&story);
    }
    store_close(st);
}

static void the_story_of_a_device_is_what_it_is_judged_by(void **state)
{
    const struct fixture *f = *state;
    struct dossier story;
    struct err err = {0};
    struct store *st;

    fill_store(f->db, 3);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_int_equal(dossier_read(st, EUI(7), AS_OF, false, &story, &err), 1);
    assert_int_equal(story.facts.mpxn, MPAN(1));
    assert_int_equal(story.records.request_count, 2);
    assert_int_equal(story.records.check_count, 1);
    dossier_release(&story);
    assert_int_equal(dossier_read(st, EUI(1000000), AS_OF, false, &story, &err), 1);
    assert_int_equal(story.records.inventory_count, 0);
    dossier_release(&story);
    assert_int_equal(dossier_read(st, EUI(77777), AS_OF, false, &story, &err), 0);
    store_close(st);
}

static void a_device_known_from_the_log_alone_is_no_row(void **state)
{
    const struct fixture *f = *state;
    char *text;

    fill_store(f->db, 3);
    text = devices_with(f->db, NULL, 1, "SELECT count(*) FROM devices");
    assert_string_equal(text, "12\n");
    free(text);
}

static void each_filter_leaves_what_it_says(void **state)
{
    const uint64_t two[] = {EUI(1), EUI(6)};
    const struct {
        struct device_filter filter;
        const char *where;
    } cases[] = {
        {{.devices = two, .device_count = 2}, "device_id IN ('00-DB-12-34-00-00-00-01','00-DB-12-34-00-00-00-06')"},
        {{.devices = two, .device_count = 2, .only_these = true},
         "device_id IN ('00-DB-12-34-00-00-00-01','00-DB-12-34-00-00-00-06')"},
        {{.regions = 1 << CSP_NORTH | 1 << CSP_SOUTH}, "csp_region IN ('North','South')"},
        {{.regions = 1 << CSP_NORTH}, "csp_region='North'"},
        {{.regions = 1 << CSP_SOUTH}, "csp_region='South'"},
        {{.device_types = 1u << DEVICE_GPF | 1u << DEVICE_CHF}, "device_type IN ('GPF','CHF')"},
        {{.verdicts = 1u << VERDICT_FAIL}, "verdict='FAIL'"},
        {{.classifications = 1u << CLASS_AGREED_PASS}, "classification='AGREED_PASS'"},
        {{.commissioned_from = T0 + 1}, "commissioned_at > '2021-09-17T09:13:20Z'"},
        {{.commissioned_to = T0 + 1}, "commissioned_at <= '2021-09-17T09:13:20Z'"},
        {{.supplier = {2, PARTY_KNOWN}},
         "supplier='Best Power' OR commissioning_supplier='Best Power' OR responsible_party='Best Power'"},
        {{.network_operator = {4, PARTY_KNOWN}}, "network_operator='Northern Wires'"},
    };
    const struct fixture *f = *state;

    fill_store(f->db, 12);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct device_filter filter = cases[i].filter;
        char sql[300], *filtered, *queried;

        if (filter.commissioned_from == 0)
            filter.commissioned_from = INSTANT_NONE;
        if (filter.commissioned_to == 0)
            filter.commissioned_to = INSTANT_NONE;
        snprintf(sql, sizeof(sql), "SELECT device_id FROM devices WHERE %s ORDER BY device_id", cases[i].where);
        filtered = devices_with(f->db, &filter, 2, "SELECT device_id FROM devices ORDER BY device_id");
        queried = devices_with(f->db, NULL, 2, sql);
        assert_string_equal(filtered, queried);
        free(filtered);
        free(queried);
    }
}

static void totals_are_those_of_the_filtered(void **state)
{
    const struct fixture *f = *state;
    const struct device_filter filter = {
        .device_types = 1u << DEVICE_CHF, .commissioned_from = INSTANT_NONE, .commissioned_to = INSTANT_NONE};
    struct judged_totals t;
    struct err err = {0};
    struct judged *j;
    struct store *st;
    struct court c;

    fill_store(f->db, 9);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    court_open(&c, st, AS_OF);
    assert_ok(store_judge(st, &c.ctx, &filter, 2, "/tmp", NULL, NULL, &j, &err));
    t = judged_totals(j);
    assert_int_equal(t.devices, 9);
    assert_int_equal(t.verdicts[VERDICT_PASS], 6);
    assert_int_equal(t.verdicts[VERDICT_FAIL], 3);
    assert_int_equal(t.classifications[CLASS_TRUE_FAILURE], 3);
    judged_destroy(j);
    court_close(&c);
    store_close(st);
}

static void many_verdicts_go_to_a_file_without_a_name(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct judged *j;
    struct store *st;
    struct court c;
    struct intake in;
    char model[256];

    /* Long texts, so that few Devices are enough. */
    memset(model, 'x', 255);
    model[255] = '\0';
    intake_begin(&in);
    intake_file(&in, 1, 1);
    for (unsigned i = 0; i < 50000; i++) {
        struct inventory_row row = inventory_of(EUI(i), DEVICE_CHF);

        row.manufacturer = row.model = row.firmware = text_of(model);
        add_inventory(&in, row);
    }
    intake_store(&in, f->db);
    intake_end(&in);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    court_open(&c, st, AS_OF);
    assert_ok(store_judge(st, &c.ctx, NULL, 2, f->dir, NULL, NULL, &j, &err));
    assert_query(st, j, "SELECT count(*), sum(length(model)), min(device_id), max(device_id) FROM devices",
                 "50000|12750000|00-DB-12-34-00-00-00-00|00-DB-12-34-00-00-C3-4F\n");
    assert_query(st, j, "SELECT device_id FROM devices WHERE device_id='00-DB-12-34-00-00-B0-01'",
                 "00-DB-12-34-00-00-B0-01\n");
    judged_destroy(j);
    assert_int_equal(store_judge(st, &c.ctx, NULL, 2, "/nowhere", NULL, NULL, &j, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    court_close(&c);
    store_close(st);
}

static void damaged_evidence_is_never_judged(void **state)
{
    const struct fixture *f = *state;
    struct dossier story;
    struct err err = {0};
    struct judged *j;
    struct store *st;
    struct court c;

    fill_store(f->db, 3);
    assert_ok(store_open(&st, f->db, STORE_WRITE, &err));
    assert_ok(
        sql_exec(st, "UPDATE device SET packed=CAST(substr(packed,1,20)||x'ff'||substr(packed,22) AS BLOB)", &err));
    court_open(&c, st, T0 + 30 * DAY);
    assert_int_equal(store_judge(st, &c.ctx, NULL, 2, "/tmp", NULL, NULL, &j, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
    assert_null(j);
    err = (struct err){0};
    assert_int_equal(dossier_read(st, EUI(1), T0 + 30 * DAY, false, &story, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
    court_close(&c);
    store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_number_of_threads_gives_the_same),
        TEST(R1_a_gpf_without_an_mpxn_has_that_of_the_least_gsme_on_its_hub),
        TEST(R1_a_gsme_in_service_lends_its_mpxn_before_one_that_was_exchanged),
        TEST(R7_the_registrations_of_the_latest_extract_count),
        TEST(the_story_of_a_device_is_what_it_is_judged_by),
        TEST(a_device_known_from_the_log_alone_is_no_row),
        TEST(each_filter_leaves_what_it_says),
        TEST(totals_are_those_of_the_filtered),
        TEST(damaged_evidence_is_never_judged),
        TEST(many_verdicts_go_to_a_file_without_a_name),
    };

    return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
