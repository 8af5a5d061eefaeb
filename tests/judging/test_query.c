#include "court.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

#define AS_OF (T0 + 30 * DAY)

struct opened {
    struct store *store;
    struct court court;
    struct judged *judged;
};

static void open_and_judge(struct opened *o, const char *db)
{
    struct inventory_row esme = inventory_of(EUI(2), DEVICE_ESME);
    struct err err = {0};
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_parties(&in);
    add_registration(&in, MPAN(7), T0 - DAY, INSTANT_NONE, SUPPLIER_ID);
    add_inventory(&in, inventory_of(EUI(1), DEVICE_CHF));
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0 + DAY, RESULT_PASS);
    esme.mpxn = MPAN(7);
    esme.chf = EUI(1);
    add_inventory(&in, esme);
    add_check(&in, EUI(2), CHECK_COMMUNICATING, T0 + DAY, RESULT_FAIL);
    add_reject(&in, "", "caf\xE9;\xC3\xA9");
    intake_store(&in, db);
    intake_end(&in);
    assert_ok(store_open(&o->store, db, STORE_READ, &err));
    court_open(&o->court, o->store, AS_OF);
    assert_ok(store_judge(o->store, &o->court.ctx, NULL, 1, "/tmp", NULL, NULL, &o->judged, &err));
}

static void close_all(struct opened *o)
{
    judged_destroy(o->judged);
    court_close(&o->court);
    store_close(o->store);
}

static void devices_has_the_documented_columns_in_order(void **state)
{
    static const char *const names[] = {
        "device_id",
        "device_type",
        "smets",
        "csp_region",
        "chf_id",
        "commissioned_at",
        "deadline",
        "verdict",
        "legacy_verdict",
        "classification",
        "reasons",
        "responsible_party",
        "commissioning_supplier",
        "network_operator",
        "cos_at",
        "issue_credentials",
        "device_certificates",
        "network_operator_credentials",
        "supplier_credentials",
        "communicating",
        "recovery_cell",
        "completed_at",
        "late",
        "excluded_reason",
        "next_action",
        "main_reason",
        "waived",
    };
    const struct fixture *f = *state;
    struct cursor *rows;
    struct err err = {0};
    struct opened o;

    open_and_judge(&o, f->db);
    assert_ok(
        store_query(o.store, &(struct query_source){.now = o.judged}, "devices", "SELECT * FROM devices", &rows, &err));
    assert_true(cursor_column_count(rows) >= (int)ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_string_equal(cursor_column_name(rows, (int)i), names[i]);
    cursor_destroy(rows);
    close_all(&o);
}

static void views_show_words_instants_and_names(void **state)
{
    const struct fixture *f = *state;
    struct opened o;

    open_and_judge(&o, f->db);
    assert_query(o.store, o.judged,
                 "SELECT device_id, device_type, smets, csp_region, chf_id, commissioned_at, deadline, verdict,"
                 " legacy_verdict, classification FROM devices",
                 "00-DB-12-34-00-00-00-01|CHF|SMETS2+|North|-|2021-09-17T09:13:20Z|2021-09-24T09:13:20Z|PASS|PASS|"
                 "AGREED_PASS\n"
                 "00-DB-12-34-00-00-00-02|ESME|SMETS2+|North|00-DB-12-34-00-00-00-01|2021-09-17T09:13:20Z|"
                 "2021-09-24T09:13:20Z|FAIL|FAIL|TRUE_FAILURE\n");
    assert_query(o.store, o.judged,
                 "SELECT responsible_party, commissioning_supplier, network_operator, supplier, mpxn, late, unmet,"
                 " verdict_rule, smi_status, manufacturer, model, firmware FROM devices",
                 "DCC|-|-|-|-|no|-|R5.2|Commissioned|Maker|M1|1.0\n"
                 "Acme Energy|Acme Energy|Northern Wires|Acme Energy|1000000000007|-|issue_credentials;communicating|"
                 "R5.4|Commissioned|Maker|M1|1.0\n");
    assert_query(o.store, o.judged,
                 "SELECT obligation, state, owed_by, legacy_met FROM obligations WHERE device_id="
                 "'00-DB-12-34-00-00-00-02' AND state<>'NOT_APPLICABLE' ORDER BY device_id, position",
                 "issue-credentials|NOT_ATTEMPTED|Acme Energy|no\ncommunicating|NOT_MET|Acme Energy|no\n");
    close_all(&o);
}

static void reference_views_are_readable(void **state)
{
    const struct fixture *f = *state;
    struct opened o;

    open_and_judge(&o, f->db);
    assert_query(o.store, o.judged,
                 "SELECT party, entity_id, role, in_smki_repository, key_id FROM parties ORDER BY party LIMIT 1",
                 "Acme Energy|90-B3-D5-1F-30-01-00-00|Supplier|yes|0000000000000007\n");
    assert_query(o.store, o.judged,
                 "SELECT mpxn, effective_from, effective_to, supplier, network_operator_id FROM registrations",
                 "1000000000007|2021-09-16T09:13:20Z|-|Acme Energy|90-B3-D5-1F-30-03-00-00\n");
    assert_query(o.store, o.judged, "SELECT number, name, kind, rows, stored, merged, rejected FROM files",
                 "1|file-1.csv|srv-audit|10|9|0|1\n");
    /* Bytes that are no UTF-8 are made visible, not passed on. */
    assert_query(o.store, o.judged, "SELECT file, line, byte_offset, column_name, reason, bytes FROM rejects",
                 "file-1.csv|11|10|-|not an instant|caf\xEF\xBF\xBD;\xC3\xA9\n");
    assert_query(o.store, o.judged, "SELECT :as_of", "2021-10-17T09:13:20Z\n");
    close_all(&o);
}

/* Narrowing a scan must not change what SQL says. */
static void narrowed_scans_give_what_whole_ones_do(void **state)
{
    static const char *const wheres[] = {
        "verdict='PASS'",
        "verdict='FAIL' AND device_type='ESME'",
        "verdict='pass'",
        "verdict=NULL",
        "verdict='pass' COLLATE NOCASE",
        "device_id='00-DB-12-34-00-00-00-02'",
        "verdict=1",
        "device_id='00-db-12-34-00-00-00-02'",
        "device_id='00DB123400000002'",
        "device_id=''",
        "device_type='GSME'",
        "device_type=''",
        "csp_region='North'",
        "classification='TRUE_FAILURE'",
        "legacy_verdict='PASS'",
        "device_id IN ('00-DB-12-34-00-00-00-02','00-DB-12-34-00-00-00-01','x')",
    };
    const struct fixture *f = *state;
    struct opened o;

    open_and_judge(&o, f->db);
    for (size_t i = 0; i < ARRAY_LEN(wheres); i++) {
        char narrow[300], whole[300], *a, *b;

        snprintf(narrow, sizeof(narrow), "SELECT device_id FROM devices WHERE %s ORDER BY device_id", wheres[i]);
        snprintf(whole, sizeof(whole),
                 "WITH d AS MATERIALIZED (SELECT * FROM devices LIMIT 9) SELECT device_id FROM d WHERE %s ORDER BY 1",
                 wheres[i]);
        a = query_text(o.store, o.judged, narrow);
        b = query_text(o.store, o.judged, whole);
        assert_string_equal(a, b);
        free(a);
        free(b);
    }
    close_all(&o);
}

static void order_by_device_needs_no_sort(void **state)
{
    const struct fixture *f = *state;
    struct opened o;
    char *plan;

    open_and_judge(&o, f->db);
    plan = query_text(o.store, o.judged, "EXPLAIN QUERY PLAN SELECT * FROM devices ORDER BY device_id");
    assert_null(strstr(plan, "TEMP B-TREE"));
    free(plan);
    plan = query_text(o.store, o.judged, "EXPLAIN QUERY PLAN SELECT * FROM devices ORDER BY device_id DESC");
    assert_non_null(strstr(plan, "TEMP B-TREE"));
    free(plan);
    assert_query(o.store, o.judged, "SELECT device_id FROM devices ORDER BY device_id DESC",
                 "00-DB-12-34-00-00-00-02\n00-DB-12-34-00-00-00-01\n");
    close_all(&o);
}

static void hostile_sql_is_refused(void **state)
{
    static const char *const hostile[] = {
        "ATTACH '/tmp/pcreport-evil.db' AS evil",
        "ATTACH DATABASE 'file:/tmp/pcreport-evil.db?mode=rwc' AS evil",
        "PRAGMA writable_schema=1",
        "PRAGMA journal_mode",
        "SELECT * FROM pragma_database_list",
        "INSERT INTO incident VALUES(1,1,1,1)",
        "UPDATE device SET packed=x'00'",
        "DELETE FROM file",
        "DROP TABLE file",
        "DROP VIEW files",
        "CREATE TABLE t(a)",
        "CREATE TEMP TABLE t(a)",
        "CREATE TEMP VIEW v AS SELECT 1",
        "SELECT load_extension('/tmp/evil.so')",
        "SELECT writefile('/tmp/pcreport-evil', 'x')",
        "SELECT readfile('/etc/passwd')",
        "VACUUM INTO '/tmp/pcreport-evil.db'",
        "VACUUM",
        "REINDEX",
        "ANALYZE",
        "BEGIN",
        "SAVEPOINT s",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE file",
        "SELECT 1;; -- one\n INSERT INTO file VALUES(1)",
        "SELECT ?",
        "SELECT :other",
        "SELECT @as_of",
        "SELECT",
        "",
        "-- nothing",
        "SELECT * FROM nowhere",
        "WITH x AS (SELECT 1) INSERT INTO incident SELECT 1,1,1,1 FROM x",
        "INSERT INTO devices(device_id) VALUES('x')",
        "EXPLAIN DELETE FROM file",
    };
    const struct fixture *f = *state;
    struct opened o;

    open_and_judge(&o, f->db);
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        struct cursor *rows = NULL;
        struct err err = {0};

        if (store_query(o.store, &(struct query_source){.now = o.judged}, "mine", hostile[i], &rows, &err) == 0)
            fail_msg("let through: %s", hostile[i]);
        assert_null(rows);
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.msg, "\"mine\""));
    }
    assert_int_equal(access("/tmp/pcreport-evil.db", F_OK), -1);
    assert_query(o.store, o.judged, "SELECT count(*) FROM files; -- and no more\n ;", "1\n");
    close_all(&o);
}

static void a_query_that_fails_on_the_way_names_its_report(void **state)
{
    const struct fixture *f = *state;
    struct cursor *rows;
    struct err err = {0};
    struct opened o;

    open_and_judge(&o, f->db);
    assert_ok(store_query(o.store, &(struct query_source){.now = o.judged}, "mine",
                          "SELECT abs(-9223372036854775807-1) FROM files", &rows, &err));
    assert_int_equal(cursor_next(rows, &err), -1);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "\"mine\""));
    assert_int_equal(cursor_next(rows, &err), 0);
    cursor_destroy(rows);
    close_all(&o);
}

/* The same Devices as at an instant before they were due. */
static struct judged *judge_earlier(struct opened *o, struct judge_context *ctx)
{
    struct judged *before = NULL;
    struct err err = {0};

    *ctx = o->court.ctx;
    ctx->as_of = T0 + 2 * DAY;
    assert_ok(store_judge(o->store, ctx, NULL, 1, "/tmp", NULL, NULL, &before, &err));
    return before;
}

static void an_earlier_state_can_be_seen_beside_the_present_one(void **state)
{
    const char *sql = "SELECT d.verdict, b.verdict, unixepoch(:as_of)-unixepoch(:since) FROM devices d"
                      " LEFT JOIN devices_before b ON b.device_id=d.device_id ORDER BY d.device_id";
    const struct fixture *f = *state;
    struct judge_context ctx;
    struct opened o;
    char *text;

    open_and_judge(&o, f->db);
    struct judged *const before = judge_earlier(&o, &ctx);
    text =
        query_source_text(o.store, &(struct query_source){.now = o.judged, .before = before, .since_asked = true}, sql);
    assert_string_equal(text, "PASS|PASS|2419200\nFAIL|PENDING|2419200\n");
    free(text);
    text = query_source_text(o.store, &(struct query_source){.now = o.judged, .from_nothing = true}, sql);
    assert_string_equal(text, "PASS|-|-\nFAIL|-|-\n");
    free(text);
    judged_destroy(before);
    close_all(&o);
}

static void a_query_without_an_earlier_state_is_told_what_would_mend_it(void **state)
{
    static const char *const queries[] = {"SELECT 1 FROM devices_before", "SELECT 1 FROM changes"};
    const struct fixture *f = *state;
    struct opened o;

    open_and_judge(&o, f->db);
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct cursor *rows = NULL;
        struct err err = {0};

        assert_int_equal(store_query(o.store, &(struct query_source){.now = o.judged}, "mine", queries[i], &rows, &err),
                         -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.msg, "\"mine\" compares with an earlier instant: name it with --since");
    }
    close_all(&o);
}

static void cells_have_the_type_of_their_value(void **state)
{
    const struct fixture *f = *state;
    struct cursor *rows;
    struct err err = {0};
    struct opened o;

    open_and_judge(&o, f->db);
    assert_ok(store_query(o.store, NULL, "mine", "SELECT 9007199254740993, 0.5, 'x', NULL", &rows, &err));
    assert_int_equal(cursor_next(rows, &err), 1);
    assert_int_equal(cursor_cell_type(rows, 0), CELL_INTEGER);
    assert_int_equal(cursor_integer(rows, 0), INT64_C(9007199254740993));
    assert_int_equal(cursor_cell_type(rows, 1), CELL_REAL);
    assert_true(cursor_real(rows, 1) == 0.5);
    assert_int_equal(cursor_cell_type(rows, 2), CELL_TEXT);
    assert_int_equal(cursor_cell_type(rows, 3), CELL_EMPTY);
    assert_int_equal(cursor_next(rows, &err), 0);
    cursor_destroy(rows);
    close_all(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(devices_has_the_documented_columns_in_order),
        TEST(views_show_words_instants_and_names),
        TEST(reference_views_are_readable),
        TEST(narrowed_scans_give_what_whole_ones_do),
        TEST(order_by_device_needs_no_sort),
        TEST(hostile_sql_is_refused),
        TEST(a_query_that_fails_on_the_way_names_its_report),
        TEST(an_earlier_state_can_be_seen_beside_the_present_one),
        TEST(a_query_without_an_earlier_state_is_told_what_would_mend_it),
        TEST(cells_have_the_type_of_their_value),
    };

    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
