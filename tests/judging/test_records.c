#include "court.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

#define AS_OF (T0 + 30 * DAY)

static char *query_records(struct store *st, const struct judge_context *ctx, const char *sql)
{
    const struct query_source source = {.context = ctx};
    struct err err = {0};
    struct cursor *rows = NULL;
    struct buf out = {0};
    char *text;
    int got;

    assert_ok(store_query(st, &source, "test", sql, &rows, &err));
    while ((got = cursor_next(rows, &err)) == 1) {
        for (int i = 0; i < cursor_column_count(rows); i++) {
            if (i > 0)
                buf_add_byte(&out, '|');
            if (cursor_cell_type(rows, i) == CELL_EMPTY)
                buf_add_byte(&out, '-');
            else
                buf_add_text(&out, cursor_text(rows, i));
        }
        buf_add_byte(&out, '\n');
    }
    assert_int_equal(got, 0);
    cursor_destroy(rows);
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

#define assert_records(o, sql, wanted)                                                                                 \
    do {                                                                                                               \
        char *got_ = query_records((o)->store, &(o)->court.ctx, sql);                                                  \
        assert_string_equal(got_, wanted);                                                                             \
        free(got_);                                                                                                    \
    } while (0)

struct opened {
    struct store *store;
    struct court court;
};

static void open_as_of(struct opened *o, const char *db, instant as_of)
{
    struct err err = {0};

    assert_ok(store_open(&o->store, db, STORE_READ, &err));
    court_open(&o->court, o->store, as_of);
}

static void close_all(struct opened *o)
{
    court_close(&o->court);
    store_close(o->store);
}

static void add_snapshot(struct intake *in, uint64_t device, instant at, bool answered)
{
    const struct cell cells[] = {
        {.role = ROLE_NETWORK_OPERATOR, .key_usage = KEY_DIGITAL_SIGNATURE, .ok = true, .subject = OPERATOR_ID},
        {.role = ROLE_SUPPLIER, .key_usage = KEY_KEY_AGREEMENT, .subject = UINT64_C(0x90B3D51F30990000), .key_id = 5},
    };
    const struct device_cert certs[] = {
        {.key_usage = KEY_KEY_AGREEMENT, .not_before = T0, .subject = device, .serial = TEXT_LITERAL("42")}};
    struct snapshot s = {.device = device,
                         .taken_at = at,
                         .source_name = TEXT_LITERAL("6.24.1"),
                         .answered = answered,
                         .cells = cells,
                         .cell_count = answered ? ARRAY_LEN(cells) : 0,
                         .certs = certs,
                         .cert_count = answered ? ARRAY_LEN(certs) : 0};

    s.source = intake_next(in);
    evidence_pack_snapshot(&in->scratch, &s);
    intake_put(in, INTAKE_DEVICE, device);
}

/* Device 1: a request told in two rows, a check told twice otherwise, a snapshot and one without an answer. Device 2 is
 * known from the log alone: an unknown code, from an unknown originator. Device 3 has a request of the day after. */
static void fill(const char *db)
{
    struct request_row asked = request_of(EUI(1), SRV(6, 17, 0), T0 + DAY, KEY_DIGITAL_SIGNATURE);
    struct request_row odd = request_of(EUI(2), SRV(6, 15, 1), T0 + DAY, KEY_NONE);
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_parties(&in);
    add_inventory(&in, inventory_of(EUI(1), DEVICE_ESME));
    asked.id = (struct request_id){true, SUPPLIER_ID, EUI(1), 9};
    add_request(&in, asked);
    asked.responded_at = INSTANT_NONE;
    asked.response_code = asked.execution_status = (struct text){NULL, 0};
    asked.remote_party_role = ROLE_SUPPLIER;
    asked.command_variant = 1;
    add_request(&in, asked);
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0 + 2 * DAY, RESULT_PASS);
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0 + 2 * DAY, RESULT_FAIL);
    add_snapshot(&in, EUI(1), T0 + 3 * DAY, true);
    add_snapshot(&in, EUI(1), T0 + 4 * DAY, false);
    odd.user_id = UINT64_C(0x90B3D51F30990000);
    odd.response_code = TEXT_LITERAL("E999");
    odd.execution_status = (struct text){NULL, 0};
    odd.outcome_count = 1;
    odd.outcomes = &(struct cell_outcome){.role = ROLE_NETWORK_OPERATOR,
                                          .key_usage = KEY_DIGITAL_SIGNATURE,
                                          .status = 3,
                                          .existing_subject = SUPPLIER_ID,
                                          .new_subject = OPERATOR_ID};
    add_request(&in, odd);
    add_request(&in, request_of(EUI(3), SRV(6, 17, 0), AS_OF + DAY, KEY_NONE));
    intake_store(&in, db);
    intake_end(&in);
}

static void R7_requests_are_one_row_each_with_their_blanks_filled(void **state)
{
    const struct fixture *f = *state;
    struct opened o;

    fill(f->db);
    open_as_of(&o, f->db, AS_OF);
    assert_records(&o,
                   "SELECT device_id, srv, request_id, user_party, credential_type, remote_party_role,"
                   " command_variant, responded_at, response_code, outcome, rule, rows, in_inventory, file, line, about"
                   " FROM requests",
                   "00-DB-12-34-00-00-00-01|6.17|90-B3-D5-1F-30-01-00-00:00-DB-12-34-00-00-00-01:9|Acme Energy|"
                   "DigitalSignature|Supplier|1|2021-09-18T10:13:20Z|I0|SUCCEEDED|R2.7|2|yes|file-1.csv|7|KEYS\n"
                   "00-DB-12-34-00-00-00-02|6.15.1|-|90-B3-D5-1F-30-99-00-00|-|-|-|2021-09-18T10:13:20Z|E999|"
                   "UNRECOGNISED|R2.9|1|no|file-1.csv|13|CELLS\n");
    close_all(&o);
    /* R1: an answer later than as-of is as if not yet given */
    open_as_of(&o, f->db, T0 + DAY);
    assert_records(&o, "SELECT responded_at, response_code, outcome, rule FROM requests LIMIT 1",
                   "-|-|AWAITING|R2.4\n");
    close_all(&o);
}

static void R1_evidence_is_the_timeline_up_to_as_of(void **state)
{
    const struct fixture *f = *state;
    struct opened o;

    fill(f->db);
    open_as_of(&o, f->db, AS_OF);
    assert_records(&o, "SELECT device_id, at, kind, conflict, in_inventory, line FROM evidence",
                   "00-DB-12-34-00-00-00-01|2021-09-18T09:13:20Z|request|no|yes|7\n"
                   "00-DB-12-34-00-00-00-01|2021-09-18T09:13:20Z|request|no|yes|8\n"
                   "00-DB-12-34-00-00-00-01|2021-09-19T09:13:20Z|check|yes|yes|10\n"
                   "00-DB-12-34-00-00-00-01|2021-09-20T09:13:20Z|snapshot|no|yes|11\n"
                   "00-DB-12-34-00-00-00-01|2021-09-21T09:13:20Z|snapshot|no|yes|12\n"
                   "00-DB-12-34-00-00-00-01|2021-10-07T09:13:20Z|inventory|no|yes|6\n"
                   "00-DB-12-34-00-00-00-02|2021-09-18T09:13:20Z|request|no|no|13\n");
    assert_records(
        &o, "SELECT summary FROM evidence WHERE kind IN ('check', 'snapshot', 'inventory')",
        "communicating: fail\n6.24.1: 2 cells, 1 device certificates\n6.24.1: no answer\n"
        "ESME Commissioned, SMETS2+, commissioned 2021-09-17T09:13:20Z, CSP North, Maker M1, firmware 1.0\n");
    close_all(&o);
}

static void R4_0_certificates_are_what_was_seen(void **state)
{
    const struct fixture *f = *state;
    struct opened o;

    fill(f->db);
    open_as_of(&o, f->db, AS_OF);
    assert_records(
        &o,
        "SELECT source, answered, holder, role, key_usage, cell_usage, status, subject_party, key_id, serial,"
        " not_before FROM certificates",
        "6.24.1|yes|cell|Supplier|KeyAgreement|management|not ok|90-B3-D5-1F-30-99-00-00|0000000000000005|"
        "-|-\n"
        "6.24.1|yes|cell|NetworkOperator|DigitalSignature|management|ok|Northern Wires|-|-|-\n"
        "6.24.1|yes|device|-|KeyAgreement|-|-|-|-|42|2021-09-17T09:13:20Z\n"
        "6.24.1|no|-|-|-|-|-|-|-|-|-\n"
        "6.15.1|yes|cell|NetworkOperator|DigitalSignature|management|not replaced|Acme Energy|-|-|-\n");
    close_all(&o);
}

static void one_device_is_found_without_reading_the_others(void **state)
{
    static const char *const wheres[] = {"device_id='00-DB-12-34-00-00-00-01'",
                                         "device_id='00-db-12-34-00-00-00-01'",
                                         "device_id='00DB123400000001'",
                                         "device_id=''",
                                         "device_id=1",
                                         "device_id IS NULL",
                                         "device_id='00-DB-12-34-00-00-00-01' COLLATE NOCASE",
                                         "device_id IN ('00-DB-12-34-00-00-00-02', '00-DB-12-34-00-00-00-01')",
                                         "device_id>'00-DB-12-34-00-00-00-01'"};
    static const char *const views[] = {"requests", "evidence", "certificates"};
    const struct fixture *f = *state;
    struct opened o;

    fill(f->db);
    open_as_of(&o, f->db, AS_OF);
    for (size_t v = 0; v < ARRAY_LEN(views); v++)
        for (size_t i = 0; i < ARRAY_LEN(wheres); i++) {
            char narrowed[256], whole[256];
            char *a, *b;

            snprintf(narrowed, sizeof(narrowed), "SELECT * FROM %s WHERE %s ORDER BY device_id", views[v], wheres[i]);
            /* "+" keeps SQLite from handing the comparison to the view */
            snprintf(whole, sizeof(whole), "SELECT * FROM %s WHERE +%s ORDER BY device_id", views[v], wheres[i]);
            a = query_records(o.store, &o.court.ctx, narrowed);
            b = query_records(o.store, &o.court.ctx, whole);
            assert_string_equal(a, b);
            free(a);
            free(b);
        }
    /* one look-up for each row of another view, and a Device that is not there */
    assert_records(&o,
                   "SELECT r.device_id, count(e.kind) FROM requests r JOIN evidence e ON e.device_id=r.device_id"
                   " GROUP BY 1 ORDER BY 1",
                   "00-DB-12-34-00-00-00-01|6\n00-DB-12-34-00-00-00-02|1\n");
    assert_records(&o, "SELECT * FROM requests WHERE device_id='00-DB-12-34-00-00-00-09'", "");
    close_all(&o);
}

/* The Device that was shown last is at hand, unless it is a long one; each is whole all the same. */
static void a_device_is_shown_again_as_it_was(void **state)
{
    const struct fixture *f = *state;
    struct opened o;
    struct intake in;

    fill(f->db);
    intake_begin(&in);
    intake_file(&in, 2, 2);
    for (int i = 0; i < 4000; i++) {
        struct request_row row = request_of(EUI(4), SRV(4, 1, 1), T0 + DAY + i * INSTANT_SECOND, KEY_NONE);

        row.response_code = TEXT_LITERAL("a long code");
        add_request(&in, row);
    }
    intake_store(&in, f->db);
    intake_end(&in);
    open_as_of(&o, f->db, AS_OF);
    assert_records(&o,
                   "WITH asked(n, device) AS (VALUES (1,1), (2,1), (3,2), (4,9), (5,2), (6,1), (7,4), (8,4), (9,1))"
                   " SELECT n, count(line), min(at), group_concat(DISTINCT kind) FROM asked"
                   " LEFT JOIN evidence ON device_id = '00-DB-12-34-00-00-00-0' || device GROUP BY n ORDER BY n",
                   "1|6|2021-09-18T09:13:20Z|request,check,snapshot,inventory\n"
                   "2|6|2021-09-18T09:13:20Z|request,check,snapshot,inventory\n"
                   "3|1|2021-09-18T09:13:20Z|request\n"
                   "4|0|-|-\n"
                   "5|1|2021-09-18T09:13:20Z|request\n"
                   "6|6|2021-09-18T09:13:20Z|request,check,snapshot,inventory\n"
                   "7|4000|2021-09-18T09:13:20Z|request\n"
                   "8|4000|2021-09-18T09:13:20Z|request\n"
                   "9|6|2021-09-18T09:13:20Z|request,check,snapshot,inventory\n");
    close_all(&o);
}

static void a_query_says_whether_it_needs_verdicts(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct opened o;
    bool needs = true;

    fill(f->db);
    open_as_of(&o, f->db, AS_OF);
    assert_ok(store_query_check(o.store, &o.court.ctx, false, "test", "SELECT * FROM requests", &needs, &err));
    assert_false(needs);
    assert_ok(store_query_check(o.store, &o.court.ctx, false, "test",
                                "SELECT * FROM files WHERE EXISTS (SELECT 1 FROM obligations)", &needs, &err));
    assert_true(needs);
    assert_int_equal(store_query_check(o.store, &o.court.ctx, false, "test", "SELECT * FROM nothing", &needs, &err),
                     -1);
    assert_int_equal(err.code, ERR_CONFIG);
    close_all(&o);
}

static bool at_once(void *ctx)
{
    return ++*(int *)ctx > 3;
}

static void a_query_can_be_stopped(void **state)
{
    const struct fixture *f = *state;
    int looks = 0;
    struct cursor *rows = NULL;
    struct err err = {0};
    struct opened o;
    struct query_source source = {.stop = at_once, .stop_ctx = &looks};

    fill(f->db);
    open_as_of(&o, f->db, AS_OF);
    source.context = &o.court.ctx;
    assert_ok(store_query(o.store, &source, "test",
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n", &rows,
                          &err));
    assert_int_equal(cursor_next(rows, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
    cursor_destroy(rows);
    close_all(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R7_requests_are_one_row_each_with_their_blanks_filled),
        TEST(R1_evidence_is_the_timeline_up_to_as_of),
        TEST(R4_0_certificates_are_what_was_seen),
        TEST(one_device_is_found_without_reading_the_others),
        TEST(a_device_is_shown_again_as_it_was),
        TEST(a_query_says_whether_it_needs_verdicts),
        TEST(a_query_can_be_stopped),
    };

    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
