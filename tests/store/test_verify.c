#include "fixture.h"

#include <sqlite3.h>
#include <sys/stat.h>

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

static void fill_store(const char *db)
{
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_parties(&in);
    add_registration(&in, MPAN(1), T0, INSTANT_NONE, SUPPLIER_ID);
    add_reject(&in, "", "x");
    for (unsigned n = 0; n < 50; n++) {
        add_inventory(&in, inventory_of(EUI(n), DEVICE_ESME));
        add_request(&in, request_of(EUI(n), SRV(6, 17, 0), T0 + DAY, KEY_NONE));
        add_check(&in, EUI(n), CHECK_COMMUNICATING, T0 + DAY, RESULT_PASS);
    }
    for (unsigned n = 0; n < 3; n++) { /* one request for three Devices */
        struct request_row row = request_of(EUI(n), SRV(11, 1, 0), T0, KEY_NONE);

        row.id = (struct request_id){true, SUPPLIER_ID, DCC_ID, 7};
        add_request(&in, row);
    }
    intake_store(&in, db);
    intake_end(&in);
}

static void run_sql(const char *db, const char *sql)
{
    sqlite3 *handle;

    assert_int_equal(pages_open(db, &handle, SQLITE_OPEN_READWRITE), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void remember(void *ctx, const char *what)
{
    snprintf(ctx, 200, "%s", what);
}

static int verify(const char *db, char last[200])
{
    struct err err = {0};
    struct store *st;
    int found;

    last[0] = '\0';
    assert_ok(store_open(&st, db, STORE_READ, &err));
    found = store_verify(st, remember, last, &err);
    store_close(st);
    return found;
}

static void a_whole_store_has_no_findings(void **state)
{
    const struct fixture *f = *state;
    char last[200];

    fill_store(f->db);
    assert_int_equal(verify(f->db, last), 0);
}

/* A page of the file on which SQLite only takes locks need bear no sum: it is of files of over 1 GiB, but can be moved.
 */
static void the_page_of_locks_is_no_damage(void **state)
{
    const struct fixture *f = *state;
    const long lock_page = 1 << 15;
    const int usual = sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, (int)lock_page);
    char last[200];
    int found;
    FILE *file;

    fill_store(f->db);
    file = fopen(f->db, "r+b");
    assert_non_null(file);
    fseek(file, lock_page + 8000, SEEK_SET);
    for (unsigned i = 0; i < 192; i++) /* what a file has that is only written behind it */
        fputc(0, file);
    fclose(file);
    found = verify(f->db, last);
    sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, usual);
    assert_int_equal(found, 0);
}

/* A store whose tables carry no sums is held against its Devices all the same. */
#define WITHOUT_SUMS "DELETE FROM tally WHERE name LIKE 'sum of %';"

static void each_fault_is_found(void **state)
{
    static const struct {
        const char *sql, *finding;
    } faults[] = {
        {"UPDATE device SET packed=CAST(substr(packed,1,20)||x'ff'||substr(packed,22) AS BLOB)"
         " WHERE id=(SELECT id FROM device LIMIT 1 OFFSET 7)",
         "Device 00-DB-12-34-00-00-00-07: its evidence is not what was stored"},
        {"UPDATE device SET checksum=checksum+1 WHERE id=(SELECT max(id) FROM device)", "is not what was stored"},
        {"DELETE FROM device WHERE id=(SELECT max(id) FROM device)", "its tally says"},
        {"UPDATE device SET id=id+(1<<32) WHERE id=(SELECT max(id) FROM device)", "table \"device\""},
        {"UPDATE file SET stored=stored+1", "not stored + merged + rejected"},
        {"DELETE FROM reject", "has 0 rejects, and its account says 1"},
        {"UPDATE registration SET file=7", "a registration of MPxN 1000000000001"},
        {"UPDATE organisation SET file=7", "an organisation row"},
        {"UPDATE file SET sha256=x'00'", "digest"},
        {"INSERT INTO incident VALUES(1,1,10,5,0,0)", "is resolved before it is opened"},
        {"UPDATE registration SET supplier=supplier+1", "table \"registration\""},
        {"UPDATE registration SET effective_to=1", "table \"registration\""},
        {"DELETE FROM registration", "table \"registration\""},
        {"UPDATE organisation SET party='acme Energy' WHERE party='Acme Energy'", "table \"organisation\""},
        {"UPDATE organisation SET in_smki_repository=0 WHERE party='DCC'", "table \"organisation\""},
        {"UPDATE file SET name='file-2.csv'", "table \"file\""},
        {"UPDATE reject SET reason='not an Instant'", "table \"reject\""},
        {"UPDATE reject SET bytes=x'79'", "table \"reject\""},
        {"INSERT INTO hub VALUES(1,2)", "table \"hub\""},
        {"UPDATE request_hour SET requests=requests+1", "table \"request_hour\""},
        {"DELETE FROM sender_day", "table \"sender_day\""},
        {"UPDATE shared_request SET devices=devices-1", "table \"shared_request\""},
        {WITHOUT_SUMS "UPDATE request_hour SET requests=requests+1", "than its count says"},
        {WITHOUT_SUMS "UPDATE sender_day SET requests=requests+1", "than its count says"},
        {WITHOUT_SUMS "UPDATE shared_request SET devices=devices-1",
         "the Devices that hold request 90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-30-04-00-00:7 are not those that its "
         "count"},
        {WITHOUT_SUMS "DELETE FROM shared_request", "the Devices that hold request"},
        {"INSERT INTO incident VALUES(1,1,10,15,0,0)", "table \"incident\""},
        {"DELETE FROM tally WHERE name='sum of run'", "table \"run\""},
        {"INSERT INTO asked VALUES(1,2,3,4,1)", "table \"asked\""},
        {"INSERT INTO answer VALUES(1,2,3,x'01',x'',x'02',1,2)", "table \"answer\""},
        {"INSERT INTO finding VALUES(1,'x',1,1,'','')", "table \"finding\""},
        {"INSERT INTO waiver VALUES('','','','','','','','','',1,1)", "table \"waiver\""},
        {"INSERT INTO said VALUES(1,2,3)", "is of a day without a run"},
    };
    const struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        char last[200];

        unlink(f->db);
        fill_store(f->db);
        run_sql(f->db, faults[i].sql);
        assert_true(verify(f->db, last) > 0);
        if (strstr(last, faults[i].finding) == NULL)
            fail_msg("%s: said \"%s\"", faults[i].sql, last);
    }
}

static void put_more(const char *db, uint32_t number, instant ends)
{
    struct inventory_row moved = inventory_of(EUI(1), DEVICE_GSME);
    struct intake in;

    intake_begin(&in);
    intake_file(&in, number, (unsigned char)number);
    add_registration(&in, MPAN(1), T0, ends, SUPPLIER_2);
    add_registration(&in, MPAN(2), T0, INSTANT_NONE, SUPPLIER_ID);
    add_reject(&in, "requested_at", "y");
    moved.chf = EUI(90);
    add_inventory(&in, moved);
    intake_store(&in, db);
    intake_end(&in);
}

/* Rows that are replaced, come twice or are new; and sums that are not there yet. */
static void sums_follow_what_is_put_in_later(void **state)
{
    const struct fixture *f = *state;
    char last[200];

    fill_store(f->db);
    put_more(f->db, 2, T0 + DAY);
    assert_int_equal(verify(f->db, last), 0);
    run_sql(f->db, "DELETE FROM tally WHERE name LIKE 'sum of %'");
    assert_int_equal(verify(f->db, last), 0);
    put_more(f->db, 3, T0 + 2 * DAY);
    assert_int_equal(verify(f->db, last), 0);
    run_sql(f->db, "UPDATE registration SET line=line+1 WHERE mpxn=(SELECT max(mpxn) FROM registration)");
    assert_int_equal(verify(f->db, last), 1);
    assert_non_null(strstr(last, "table \"registration\""));
}

/* Whatever byte of the evidence is flipped, in the file as it lies on disk. */
static void a_flipped_byte_of_a_device_is_found(void **state)
{
    const struct fixture *f = *state;
    struct stat s;
    char last[200];
    int found = 0;

    fill_store(f->db);
    assert_int_equal(stat(f->db, &s), 0);
    for (long at = 0; at < s.st_size - 4; at++) {
        FILE *file = fopen(f->db, "r+b");
        char word[5] = {0};

        assert_non_null(file);
        fseek(file, at, SEEK_SET);
        assert_int_equal(fread(word, 1, 4, file), 4);
        if (memcmp(word, "Make", 4) == 0) { /* of the manufacturer's name */
            fseek(file, at, SEEK_SET);
            fputc('m', file);
            fclose(file);
            found++;
            assert_int_equal(verify(f->db, last), 1);
            assert_non_null(strstr(last, "is not what was written"));
            file = fopen(f->db, "r+b");
            fseek(file, at, SEEK_SET);
            fputc('M', file);
        }
        fclose(file);
    }
    assert_int_equal(found, 50);
}

static void damaged_pages_are_a_finding_or_an_error_but_no_crash(void **state)
{
    const struct fixture *f = *state;
    struct stat s;

    fill_store(f->db);
    assert_int_equal(stat(f->db, &s), 0);
    for (long at = 8192; at < s.st_size; at += 4099) {
        FILE *file = fopen(f->db, "r+b");
        struct err err = {0};
        struct store *st;
        char before[64], last[200];

        fseek(file, at, SEEK_SET);
        assert_int_equal(fread(before, 1, 64, file), 64);
        fseek(file, at, SEEK_SET);
        for (int i = 0; i < 64; i++)
            fputc(0xEE, file);
        fclose(file);
        if (store_open(&st, f->db, STORE_READ, &err) == 0) {
            store_verify(st, remember, last, &err);
            store_close(st);
        }
        file = fopen(f->db, "r+b");
        fseek(file, at, SEEK_SET);
        fwrite(before, 1, 64, file);
        fclose(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_store_has_no_findings),
        TEST(the_page_of_locks_is_no_damage),
        TEST(each_fault_is_found),
        TEST(sums_follow_what_is_put_in_later),
        TEST(a_flipped_byte_of_a_device_is_found),
        TEST(damaged_pages_are_a_finding_or_an_error_but_no_crash),
    };

    return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
