#include "fixture.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void store_with_one_device(const char *db)
{
    struct intake in;

    intake_begin(&in);
    intake_file(&in, 1, 1);
    add_inventory(&in, inventory_of(EUI(1), DEVICE_CHF));
    intake_store(&in, db);
    intake_end(&in);
}

static void a_new_store_is_for_its_owner_and_group_at_most(void **state)
{
    const struct fixture *f = *state;
    struct stat st;

    store_with_one_device(f->db);
    assert_int_equal(stat(f->db, &st), 0);
    assert_int_equal(st.st_mode & 0777 & ~0640u, 0);
    assert_int_equal(st.st_mode & 0600, 0600);
}

static void a_store_that_nothing_was_put_into_leaves_no_file(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;

    assert_ok(store_open(&st, f->db, STORE_WRITE, &err));
    store_close(st);
    assert_int_equal(access(f->db, F_OK), -1);
}

static void the_journal_of_a_store_that_was_removed_does_not_spoil_the_next(void **state)
{
    /* of SQLite: that the file had one page (of 8192 bytes, in sectors of 512) */
    static const unsigned char one_page[512] = {0xd9, 0xd5, 0x05,     0xf9,     0x20,       0xa1,
                                                0x63, 0xd7, [19] = 1, [22] = 2, [26] = 0x20};
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;
    char journal[300];
    FILE *file;

    snprintf(journal, sizeof(journal), "%s-journal", f->db);
    file = fopen(journal, "w");
    assert_int_equal(fwrite(one_page, 1, sizeof(one_page), file), sizeof(one_page));
    fclose(file);
    store_with_one_device(f->db);
    assert_int_equal(access(journal, F_OK), -1);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_int_equal(store_verify(st, NULL, NULL, &err), 0);
    store_close(st);
}

static void a_missing_store_cannot_be_read(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;

    assert_int_equal(store_open(&st, f->db, STORE_READ, &err), -1);
    assert_int_equal(err.code, ERR_NO_INPUT);
    assert_null(st);
    assert_int_equal(access(f->db, F_OK), -1);
}

static void run_sql(const char *db, const char *sql)
{
    sqlite3 *handle;

    assert_int_equal(pages_open(db, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void a_store_without_its_tables_is_damaged(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;

    store_with_one_device(f->db);
    run_sql(f->db, "ALTER TABLE device RENAME packed TO p");
    assert_int_equal(store_open(&st, f->db, STORE_READ, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
    assert_non_null(strstr(err.msg, "is damaged: in place of \"CREATE TABLE device("));
}

static void what_was_added_to_the_schema_is_found_by_who_opens_it(void **state)
{
    static const enum store_mode modes[] = {STORE_READ, STORE_WRITE};
    const struct fixture *f = *state;

    store_with_one_device(f->db);
    run_sql(f->db, "CREATE TRIGGER wipe AFTER INSERT ON device BEGIN DELETE FROM registration; END");
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct err err = {0};
        struct store *st;

        assert_int_equal(store_open(&st, f->db, modes[i], &err), -1);
        assert_int_equal(err.code, ERR_DATA);
        assert_non_null(strstr(err.msg, "is not pcreport's: \"wipe\""));
    }
}

/* SQLite's own tools read a store, but what they write is found; a copy that they make (.backup) is a store. */
static void what_another_program_writes_is_damage_and_its_copies_are_stores(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    sqlite3 *from, *to;
    sqlite3_backup *backup;
    struct store *st;
    uint32_t number;
    char copy[128];

    snprintf(copy, sizeof(copy), "%s/copy.db", f->dir);
    store_with_one_device(f->db);
    assert_int_equal(sqlite3_open(f->db, &from), SQLITE_OK);
    assert_int_equal(sqlite3_open(copy, &to), SQLITE_OK);
    backup = sqlite3_backup_init(to, "main", from, "main");
    assert_non_null(backup);
    assert_int_equal(sqlite3_backup_step(backup, -1), SQLITE_DONE);
    assert_int_equal(sqlite3_backup_finish(backup), SQLITE_OK);
    sqlite3_close(to);
    assert_ok(store_open(&st, copy, STORE_READ, &err));
    assert_int_equal(store_verify(st, NULL, NULL, &err), 0);
    store_close(st);
    assert_int_equal(sqlite3_exec(from, "UPDATE file SET rows=rows+1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(from);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_int_equal(store_next_file(st, &number, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
    assert_non_null(strstr(err.msg, "is not what was written"));
    store_close(st);
}

static void a_file_that_is_no_database_is_refused_and_left_alone(void **state)
{
    const struct fixture *f = *state;
    FILE *file = fopen(f->db, "w");
    struct err err = {0};
    struct store *st;
    struct stat s;

    for (int i = 0; i < 1000; i++)
        fputs("device_id,srv\n", file);
    fclose(file);
    assert_int_equal(store_open(&st, f->db, STORE_WRITE, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
    assert_int_equal(stat(f->db, &s), 0);
    assert_int_equal(s.st_size, 14000);
}

static void another_programs_database_is_refused(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;

    run_sql(f->db, "CREATE TABLE t(a)");
    assert_int_equal(store_open(&st, f->db, STORE_WRITE, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
}

static void a_store_of_another_version_is_refused_with_what_makes_it_anew(void **state)
{
    static const char *const versions[] = {"1", "5", "99"};
    static const enum store_mode modes[] = {STORE_READ, STORE_WRITE};
    const struct fixture *f = *state;

    store_with_one_device(f->db);
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        char sql[64];

        snprintf(sql, sizeof(sql), "PRAGMA user_version=%s", versions[i]);
        run_sql(f->db, sql);
        for (size_t k = 0; k < ARRAY_LEN(modes); k++) {
            struct err err = {0};
            struct store *st;

            assert_int_equal(store_open(&st, f->db, modes[k], &err), -1);
            assert_int_equal(err.code, ERR_DATA);
            assert_non_null(strstr(err.msg, versions[i]));
            assert_non_null(strstr(err.msg, "'pcreport ingest --db NEW FILE...'"));
            assert_non_null(strstr(err.msg, "'man 7 pcreport-operations' tells how to make those again"));
        }
    }
}

static void a_new_store_is_of_the_version_that_the_program_keeps(void **state)
{
    const struct fixture *f = *state;
    struct store_status status;
    struct err err = {0};
    struct store *st;

    store_with_one_device(f->db);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_ok(store_status_read(st, &status, &err));
    assert_int_equal(status.schema_version, 7);
    assert_int_equal(status.devices, 1);
    assert_int_equal(status.inventory_devices, 1);
    assert_int_equal(status.files, 1);
    assert_true(status.last_run == INSTANT_NONE);
    store_close(st);
}

/* Opens for writing in a process of its own and returns the code of the error. */
static int open_elsewhere(const char *db, enum store_mode mode)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct err err = {0};
        struct store *st;
        int rc = store_open(&st, db, mode, &err);

        store_close(st);
        _exit(rc == 0 ? ERR_NONE : (int)err.code);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Of another program, that has as good as nothing in it. */
static void a_database_without_tables_is_no_store_to_fill(void **state)
{
    static const char *const settings[] = {"", "PRAGMA page_size=512;", "PRAGMA journal_mode=WAL;"};
    const struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct store *st;
        sqlite3 *db;

        unlink(f->db);
        assert_int_equal(sqlite3_open(f->db, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, settings[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a); DROP TABLE t", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        for (enum store_mode mode = STORE_READ; mode <= STORE_WRITE; mode++) {
            struct err err = {0};

            assert_int_equal(store_open(&st, f->db, mode, &err), -1);
            assert_int_equal(err.code, ERR_DATA);
            assert_non_null(strstr(err.msg, "but not a store of pcreport; name another with --db"));
            assert_int_equal(access(f->db, F_OK), 0);
        }
    }
}

static void what_lies_in_the_place_of_an_empty_store_by_then_stays(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;
    char other[128];

    snprintf(other, sizeof(other), "%s/other.db", f->dir);
    store_with_one_device(other);
    assert_ok(store_open(&st, f->db, STORE_WRITE, &err));
    assert_int_equal(rename(other, f->db), 0);
    store_close(st);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    store_close(st);
}

static void what_goes_into_a_store_that_was_replaced_meanwhile_is_told_to_be_lost(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;
    struct intake in;
    char other[128];

    snprintf(other, sizeof(other), "%s/other.db", f->dir);
    store_with_one_device(f->db);
    store_with_one_device(other);
    assert_ok(store_open(&st, f->db, STORE_WRITE, &err));
    assert_int_equal(rename(other, f->db), 0);
    intake_begin(&in);
    intake_file(&in, 2, 2);
    add_inventory(&in, inventory_of(EUI(2), DEVICE_CHF));
    assert_int_equal(intake_absorb(&in, st, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.msg, "was replaced or removed while it was written to"));
    intake_end(&in);
    store_close(st);
}

static void a_second_writer_is_told_at_once_and_readers_are_not_kept_out(void **state)
{
    const struct fixture *f = *state;
    struct err err = {0};
    struct store *st;

    store_with_one_device(f->db);
    assert_ok(store_open(&st, f->db, STORE_WRITE, &err));
    assert_int_equal(open_elsewhere(f->db, STORE_WRITE), ERR_BUSY);
    assert_int_equal(open_elsewhere(f->db, STORE_READ), ERR_NONE);
    store_close(st);
    assert_int_equal(open_elsewhere(f->db, STORE_WRITE), ERR_NONE);
}

static void the_lock_dies_with_its_process(void **state)
{
    const struct fixture *f = *state;
    pid_t child;
    int status;

    store_with_one_device(f->db);
    child = fork();
    if (child == 0) {
        struct err err = {0};
        struct store *st;

        _exit(store_open(&st, f->db, STORE_WRITE, &err) == 0 ? 0 : 1); /* without closing */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(open_elsewhere(f->db, STORE_WRITE), ERR_NONE);
}

static void files_are_known_by_digest_size_and_number(void **state)
{
    const struct fixture *f = *state;
    unsigned char known[DIGEST_SIZE], other[DIGEST_SIZE];
    struct err err = {0};
    struct store *st;

    uint32_t next;

    memset(known, 1, sizeof(known));
    memset(other, 2, sizeof(other));
    store_with_one_device(f->db);
    assert_ok(store_open(&st, f->db, STORE_READ, &err));
    assert_true(store_knows_content(st, known));
    assert_false(store_knows_content(st, other));
    assert_true(store_knows_size(st, 0));
    assert_false(store_knows_size(st, 5));
    assert_ok(store_next_file(st, &next, &err));
    assert_int_equal(next, 2);
    assert_string_equal(store_file_name(st, 1), "file-1.csv");
    assert_string_equal(store_file_name(st, 9), "");
    store_close(st);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_store_is_for_its_owner_and_group_at_most),
        TEST(a_store_that_nothing_was_put_into_leaves_no_file),
        TEST(the_journal_of_a_store_that_was_removed_does_not_spoil_the_next),
        TEST(a_missing_store_cannot_be_read),
        TEST(a_store_without_its_tables_is_damaged),
        TEST(what_was_added_to_the_schema_is_found_by_who_opens_it),
        TEST(what_another_program_writes_is_damage_and_its_copies_are_stores),
        TEST(a_file_that_is_no_database_is_refused_and_left_alone),
        TEST(another_programs_database_is_refused),
        TEST(a_store_of_another_version_is_refused_with_what_makes_it_anew),
        TEST(a_new_store_is_of_the_version_that_the_program_keeps),
        TEST(what_goes_into_a_store_that_was_replaced_meanwhile_is_told_to_be_lost),
        TEST(a_database_without_tables_is_no_store_to_fill),
        TEST(what_lies_in_the_place_of_an_empty_store_by_then_stays),
        TEST(a_second_writer_is_told_at_once_and_readers_are_not_kept_out),
        TEST(the_lock_dies_with_its_process),
        TEST(files_are_known_by_digest_size_and_number),
    };

    return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
