#include "fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

/* Everything the store holds, as text. */
static char *contents(const char *db)
{
    static const char *const queries[] = {
        ("SELECT mpxn, effective_from, effective_to, supplier_id, network_operator_id, conflict FROM registrations"
         " ORDER BY 1, 2, 3, 4, 5"),
        "SELECT entity_id, key_id, party, role, conflict FROM parties ORDER BY 1, 2, 3, 4",
        "SELECT line, column_name, reason, bytes FROM rejects ORDER BY line",
        "SELECT id, hex(packed) FROM device ORDER BY id",
        "SELECT * FROM hub",
        "SELECT * FROM request_hour",
        "SELECT * FROM sender_day",
        "SELECT * FROM shared_request",
        "SELECT * FROM tally WHERE name NOT LIKE 'sum of %'", /* they are of the sources too */
    };
    struct buf all = {0};
    struct err err = {0};
    struct store *st;
    char *text;

    assert_ok(store_open(&st, db, STORE_READ, &err));
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        char *part = store_text(st, queries[i]);

        buf_add_str(&all, part);
        free(part);
    }
    store_close(st);
    text = strdup(buf_cstr(&all));
    buf_release(&all);
    return text;
}

static char *bytes_of(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    struct stat s;
    char *bytes;

    assert_non_null(f);
    assert_int_equal(fstat(fileno(f), &s), 0);
    bytes = malloc((size_t)s.st_size + 1);
    assert_int_equal(fread(bytes, 1, (size_t)s.st_size, f), (size_t)s.st_size);
    fclose(f);
    *size = (size_t)s.st_size;
    return bytes;
}

static void add_a_bit_of_everything(struct intake *in)
{
    struct inventory_row gsme = inventory_of(EUI(2), DEVICE_GSME);

    gsme.chf = EUI(9);
    gsme.mpxn = 1234567890;
    add_parties(in);
    add_registration(in, MPAN(1), T0 - DAY, INSTANT_NONE, SUPPLIER_ID);
    add_inventory(in, inventory_of(EUI(1), DEVICE_ESME));
    add_inventory(in, gsme);
    add_request(in, request_of(EUI(1), SRV(6, 17, 0), T0 + DAY, KEY_DIGITAL_SIGNATURE));
    add_check(in, EUI(1), CHECK_COMMUNICATING, T0 + DAY, RESULT_PASS);
    add_reject(in, "requested_at", "bad;row");
}

static void R7_rows_are_stored_merged_and_rejected_and_the_sum_is_the_rows_read(void **state)
{
    const struct fixture *f = *state;
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_a_bit_of_everything(&in);
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0 + DAY, RESULT_PASS); /* again */
    add_registration(&in, MPAN(1), T0 - DAY, INSTANT_NONE, SUPPLIER_ID);
    intake_store(&in, f->db);
    assert_int_equal(in.files.ptr[0].rows, 12);
    assert_int_equal(in.files.ptr[0].stored, 9);
    assert_int_equal(in.files.ptr[0].merged, 2);
    assert_int_equal(in.files.ptr[0].rejected, 1);
    intake_end(&in);
}

/* The feeder counts Devices while the writer counts registrations: no count may be lost. */
static void rows_of_one_file_in_several_tables_are_all_counted(void **state)
{
    const struct fixture *f = *state;
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    for (unsigned n = 0; n < 40000; n++) {
        add_registration(&in, MPAN(n), T0, INSTANT_NONE, SUPPLIER_ID);
        add_check(&in, EUI(n), CHECK_COMMUNICATING, T0, RESULT_PASS);
    }
    intake_store(&in, f->db);
    assert_int_equal(in.files.ptr[0].stored, 80000);
    intake_end(&in);
}

static void R7_what_is_there_already_merges(void **state)
{
    const struct fixture *f = *state;
    char *before, *after;
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_a_bit_of_everything(&in);
    intake_store(&in, f->db);
    intake_end(&in);
    before = contents(f->db);

    intake_begin(&in);
    intake_file(&in, 2, 2);
    add_parties(&in);
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0 + DAY, RESULT_PASS);
    add_registration(&in, MPAN(1), T0 - DAY, INSTANT_NONE, SUPPLIER_ID);
    intake_store(&in, f->db);
    assert_int_equal(in.files.ptr[0].merged, 6);
    assert_int_equal(in.files.ptr[0].stored, 0);
    intake_end(&in);
    after = contents(f->db);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void R7_a_content_that_is_stored_is_skipped(void **state)
{
    const struct fixture *f = *state;
    struct intake in;
    size_t before_size, after_size;
    char *before, *after;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_a_bit_of_everything(&in);
    intake_file(&in, 2, 1); /* the same content once more */
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0 + 2 * DAY, RESULT_PASS);
    intake_store(&in, f->db);
    assert_int_equal(in.files.ptr[0].fate, FILE_READ);
    assert_int_equal(in.files.ptr[1].fate, FILE_KNOWN);
    intake_end(&in);
    before = bytes_of(f->db, &before_size);

    intake_begin(&in);
    intake_file(&in, 2, 1);
    add_a_bit_of_everything(&in);
    intake_store(&in, f->db);
    assert_int_equal(in.files.ptr[0].fate, FILE_KNOWN);
    intake_end(&in);
    after = bytes_of(f->db, &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, before_size);
    free(before);
    free(after);
}

static void refused_files_leave_nothing(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store_status status;
    struct store *st;
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0, RESULT_PASS);
    intake_file(&in, 2, 2)->fate = FILE_REFUSED;
    add_a_bit_of_everything(&in);
    intake_store(&in, f->db);
    intake_end(&in);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_ok(store_status_read(st, &status, &err));
    assert_int_equal(status.files, 1);
    assert_int_equal(status.devices, 1);
    assert_int_equal(status.checks, 1);
    assert_int_equal(status.inventory_devices, 0);
    assert_int_equal(status.registrations + status.organisations + status.rejects, 0);
    store_close(st);
}

/* ---- The same records, in another order, split otherwise, and twice ---- */

#define RECORDS 300

static void add_record(struct intake *in, unsigned n)
{
    uint64_t device = EUI(n % 40);

    switch (n % 5) {
    case 0: {
        struct inventory_row row = inventory_of(device, n % 2 == 0 ? DEVICE_GSME : DEVICE_ESME);

        row.chf = EUI(1000 + n % 7);
        row.extracted_at = T0 + (instant)(n % 3) * DAY;
        add_inventory(in, row); /* some claim one identity and differ */
        break;
    }
    case 1: {
        struct request_row row = request_of(device, SRV(6, 17, 0), T0 + (instant)(n % 11) * DAY, KEY_NONE);

        if (n % 2 == 0) /* one of several Devices, which may be one of them */
            row.id = (struct request_id){true, SUPPLIER_ID, n % 4 == 0 ? EUI(n % 3) : DCC_ID, n % 7};
        add_request(in, row);
        break;
    }
    case 2:
        add_check(in, device, CHECK_COMMUNICATING, T0 + (instant)(n % 4) * DAY, n % 3 == 0 ? RESULT_FAIL : RESULT_PASS);
        break;
    case 3:
        add_registration(in, MPAN(n % 13), T0 + (instant)(n % 3) * DAY, n % 2 == 0 ? INSTANT_NONE : T0 + 9 * DAY,
                         n % 4 == 0 ? SUPPLIER_ID : SUPPLIER_2);
        break;
    default:
        add_organisation(in, SUPPLIER_ID + n % 10, n % 3 == 0 ? "Acme Energy" : "Best Power", ROLE_SUPPLIER);
        break;
    }
}

/* Stores all records in `files` files over `intakes` intakes, visited with a stride that is prime to their number. */
static char *build(const char *db, unsigned stride, unsigned intakes, bool twice)
{
    struct intake in;
    unsigned at = 0;

    for (unsigned i = 0; i < intakes; i++) {
        intake_begin(&in);
        intake_file(&in, 2 * i + 1, (unsigned char)(2 * i + 1));
        for (unsigned n = 0; n < RECORDS / intakes; n++, at++) {
            if (n == RECORDS / intakes / 2)
                intake_file(&in, 2 * i + 2, (unsigned char)(2 * i + 2));
            add_record(&in, at * stride % RECORDS);
            if (twice)
                add_record(&in, at * stride % RECORDS);
        }
        intake_store(&in, db);
        intake_end(&in);
    }
    return contents(db);
}

/* The packed bytes name the source of each record, which depends on the files: compare what is said, not where. */
static char *said(const char *db)
{
    static const char *const queries[] = {
        ("SELECT mpxn, effective_from, effective_to, supplier_id, network_operator_id, conflict FROM registrations"
         " ORDER BY 1, 2, 3, 4, 5"),
        "SELECT entity_id, key_id, party, role, conflict FROM parties ORDER BY 1, 2, 3, 4",
        "SELECT * FROM request_hour",
        "SELECT * FROM sender_day",
        "SELECT * FROM shared_request",
        "SELECT name, count FROM tally WHERE name NOT LIKE 'sum of %'",
    };
    struct buf all = {0};
    struct err err = {0};
    sqlite3_stmt *devices = NULL;
    struct store *st;
    char *text;

    assert_ok(store_open(&st, db, STORE_READ, &err));
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        char *part = store_text(st, queries[i]);

        buf_add_str(&all, part);
        free(part);
    }
    assert_ok(sql_prepare(st, &devices, "SELECT id, packed FROM device ORDER BY id", &err));
    while (sql_step(st, devices, &err) == 1) {
        const struct text packed = sql_blob(devices, 1);
        struct packed_reader u = {(const unsigned char *)packed.ptr, (const unsigned char *)packed.ptr + packed.len,
                                  false};
        struct packed_record record;

        buf_printf(&all, "%lld\n", (long long)sqlite3_column_int64(devices, 0));
        while (evidence_next(&u, &record)) {
            for (size_t i = 0; i < record.canon.len; i++)
                buf_printf(&all, "%02x", (unsigned char)record.canon.ptr[i]);
            buf_printf(&all, " %u\n", record.flags);
        }
        assert_false(u.failed);
    }
    sqlite3_finalize(devices);
    store_close(st);
    text = strdup(buf_cstr(&all));
    buf_release(&all);
    return text;
}

static void R7_any_split_order_and_repetition_gives_the_same(void **state)
{
    static const struct {
        unsigned stride, intakes;
        bool twice;
    } ways[] = {{1, 1, false}, {7, 1, false}, {299, 3, false}, {11, 5, true}, {1, 1, true}};
    const struct fixture *f = *state;
    char *first = NULL;

    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        char *text, db[128];

        snprintf(db, sizeof(db), "%s-%zu", f->db, i);
        free(build(db, ways[i].stride, ways[i].intakes, ways[i].twice));
        text = said(db);
        if (first != NULL)
            assert_string_equal(first, text);
        else
            first = strdup(text);
        free(text);
    }
    free(first);
}

static void the_same_intakes_give_the_same_bytes(void **state)
{
    const struct fixture *f = *state;
    size_t first_size, second_size;
    char *first, *second, db[128];

    snprintf(db, sizeof(db), "%s-2", f->db);
    free(build(f->db, 7, 3, false));
    free(build(db, 7, 3, false));
    first = bytes_of(f->db, &first_size);
    second = bytes_of(db, &second_size);
    assert_int_equal(first_size, second_size);
    assert_memory_equal(first, second, first_size);
    free(first);
    free(second);
}

/* Which of them counts is decided as at an instant. */
static void R7_every_distinct_registration_is_kept_with_the_extracts_that_say_it(void **state)
{
    static const struct {
        instant extracted_at, to;
    } rows[] = {{INSTANT_NONE, INSTANT_NONE},  {T0 + DAY, INSTANT_NONE},     {T0 + 2 * DAY, T0 + 60 * DAY},
                {T0 + 3 * DAY, T0 + 60 * DAY}, {T0 + 4 * DAY, INSTANT_NONE}, {T0 + 3 * DAY, T0 + 60 * DAY}};
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;
    struct intake in;

    for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
        intake_begin(&in);
        intake_file(&in, i + 1, (unsigned char)(i + 1));
        add_extracted_registration(&in, MPAN(1), T0, rows[i].to, SUPPLIER_ID, rows[i].extracted_at);
        intake_store(&in, f->db);
        intake_end(&in);
    }
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_stored(st,
                  "SELECT effective_to IS NULL, conflict, file, first_extract, last_extract FROM registrations"
                  " ORDER BY file",
                  "1|no|file-1.csv|2021-09-18T09:13:20Z|2021-09-21T09:13:20Z\n"
                  "0|no|file-3.csv|2021-09-19T09:13:20Z|2021-09-20T09:13:20Z\n");
    assert_stored(st, "SELECT sum(stored), sum(merged) FROM files", "1|5\n"); /* all claim one identity */
    store_close(st);
}

static void R7_rows_of_one_extract_that_differ_are_a_conflict(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;
    struct intake in;

    for (uint32_t i = 1; i <= 3; i++) { /* the last is of another extract */
        intake_begin(&in);
        intake_file(&in, i, (unsigned char)i);
        add_extracted_registration(&in, MPAN(1), T0, T0 + i * DAY, SUPPLIER_ID, i < 3 ? T0 : T0 + DAY);
        intake_store(&in, f->db);
        intake_end(&in);
    }
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_stored(st, "SELECT file, conflict FROM registrations ORDER BY file",
                  "file-1.csv|yes\nfile-2.csv|yes\nfile-3.csv|no\n");
    store_close(st);
}

static void R1_whom_the_registrations_name_is_kept_with_the_earliest_instant(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;
    struct intake in;

    for (uint32_t i = 1; i <= 2; i++) {
        intake_begin(&in);
        intake_file(&in, i, (unsigned char)i);
        add_registration(&in, MPAN(i), i == 1 ? T0 + DAY : T0, INSTANT_NONE, SUPPLIER_ID);
        add_registration(&in, MPAN(i), T0 + 2 * DAY, INSTANT_NONE, OPERATOR_ID); /* both */
        intake_store(&in, f->db);
        intake_end(&in);
    }
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_stored(st,
                  "SELECT (supplier_from-1631870000000)/86400000, (network_operator_from-1631870000000)/86400000"
                  " FROM registrant ORDER BY entity",
                  "0|-\n2|0\n");
    store_close(st);
}

/* ---- Trouble ---- */

static void rows_that_do_not_add_up_are_a_bug_and_nothing_is_stored(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1)->rows = 1; /* which no entry stands for */
    add_check(&in, EUI(1), CHECK_COMMUNICATING, T0, RESULT_PASS);
    assert_ok(store_open(&st, f->db, STORE_WRITE, &err));
    assert_int_equal(intake_absorb(&in, st, &err), -1);
    assert_int_equal(err.code, ERR_BUG);
    store_close(st);
    assert_int_equal(access(f->db, F_OK), -1);
    intake_end(&in);
}

/* Runs out of room after `limit` bytes of file; returns the code of the error. */
static int absorb_with_little_room(const char *db, rlim_t limit)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        const struct rlimit room = {limit, limit};
        struct err err = {0};
        struct store *st;
        struct intake in;

        intake_begin(&in);
        intake_file(&in, 9, 9);
        for (unsigned n = 0; n < 20000; n++)
            add_request(&in, request_of(EUI(n), SRV(6, 17, 0), T0 + DAY, KEY_NONE));
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &room);
        if (store_open(&st, db, STORE_WRITE, &err) < 0)
            _exit(100 + (int)err.code);
        if (intake_absorb(&in, st, &err) == 0)
            _exit(99);
        store_close(st);
        _exit((int)err.code);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_write_that_fails_leaves_the_store_as_it_was(void **state)
{
    const struct fixture *f = *state;
    size_t before_size, after_size;
    char *before, *after, journal[128];
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_a_bit_of_everything(&in);
    intake_store(&in, f->db);
    intake_end(&in);
    before = bytes_of(f->db, &before_size);
    for (rlim_t room = before_size; room < before_size + 600000; room += 123457) {
        assert_int_equal(absorb_with_little_room(f->db, room), ERR_IO);
        after = bytes_of(f->db, &after_size);
        assert_int_equal(before_size, after_size);
        assert_memory_equal(before, after, before_size);
        free(after);
    }
    snprintf(journal, sizeof(journal), "%s-journal", f->db);
    assert_int_equal(access(journal, F_OK), -1);
    free(before);
}

/* Kills a process in the middle of its intake, after some time. */
static void absorb_and_be_killed(const char *db, useconds_t after_us)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        build(db, 7, 3, false);
        _exit(0);
    }
    usleep(after_us);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
}

static void a_killed_ingest_repeated_gives_the_store_of_an_unbroken_one(void **state)
{
    const struct fixture *f = *state;
    size_t whole_size, size;
    char *whole, *got;

    free(build(f->db, 7, 3, false));
    whole = bytes_of(f->db, &whole_size);
    for (useconds_t us = 500; us < 40000; us = us * 3 / 2) {
        char db[128];

        snprintf(db, sizeof(db), "%s-%u", f->db, (unsigned)us);
        absorb_and_be_killed(db, us);
        free(build(db, 7, 3, false));
        got = bytes_of(db, &size);
        assert_int_equal(size, whole_size);
        assert_memory_equal(got, whole, size);
        free(got);
    }
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R7_rows_are_stored_merged_and_rejected_and_the_sum_is_the_rows_read),
        TEST(rows_of_one_file_in_several_tables_are_all_counted),
        TEST(R7_what_is_there_already_merges),
        TEST(R7_a_content_that_is_stored_is_skipped),
        TEST(refused_files_leave_nothing),
        TEST(R7_any_split_order_and_repetition_gives_the_same),
        TEST(the_same_intakes_give_the_same_bytes),
        TEST(R7_every_distinct_registration_is_kept_with_the_extracts_that_say_it),
        TEST(R7_rows_of_one_extract_that_differ_are_a_conflict),
        TEST(R1_whom_the_registrations_name_is_kept_with_the_earliest_instant),
        TEST(rows_that_do_not_add_up_are_a_bug_and_nothing_is_stored),
        TEST(a_write_that_fails_leaves_the_store_as_it_was),
        TEST(a_killed_ingest_repeated_gives_the_store_of_an_unbroken_one),
    };

    return cmocka_run_group_tests_name("absorb", tests, NULL, NULL);
}
