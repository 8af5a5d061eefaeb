/* The JSON writer, the check of a query's columns against its report, and failures on the way. */
#include "output/fake_cursor.h"
#include "output/scratch.h"
#include "output/writer.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char id[] = "id", n[] = "n", x[] = "x";
static struct report_column columns[] = {
    {.name = id, .type = COLUMN_TEXT}, {.name = n, .type = COLUMN_INTEGER}, {.name = x, .type = COLUMN_REAL}};
static const struct report report = {.name = x, .columns = columns, .column_count = ARRAY_LEN(columns)};
static const char *const names[] = {"id", "n", "x", "more"};

static const char *json_of(const struct cell *cells)
{
    struct fake_cursor rows = {FAKE, .names = names, .columns = 3, .cells = cells, .rows = 1};
    struct err err = {0};
    struct outfile *file;
    uint64_t count;

    assert_int_equal(outfile_create(&file, "out.json", &err), 0);
    assert_int_equal(report_write(&report, NULL, &rows.base, writer_find("json"), file, &count, &err), 0);
    assert_int_equal(outfile_commit(file, &err), 0);
    assert_int_equal(count, 1);
    return content_of("out.json");
}

static void json_numbers_are_numbers_and_identifiers_text(void **state)
{
    static const struct cell cells[] = {INT(7), INT(INT64_C(9007199254740993)), REAL(0.5)};

    (void)state;
    assert_string_equal(json_of(cells), "{\"id\":\"7\",\"n\":9007199254740993,\"x\":0.5}\n");
}

static void json_empty_cells_and_infinity_are_null(void **state)
{
    static const struct cell cells[] = {EMPTY, EMPTY, REAL(INFINITY)};

    (void)state;
    assert_string_equal(json_of(cells), "{\"id\":null,\"n\":null,\"x\":null}\n");
}

static void json_escapes_and_keeps_formulas(void **state)
{
    static const struct cell cells[] = {TEXT("=\"a\"\n\x01"), EMPTY, EMPTY};

    (void)state;
    assert_string_equal(json_of(cells), "{\"id\":\"=\\\"a\\\"\\n\\u0001\",\"n\":null,\"x\":null}\n");
}

static void every_format_is_found_by_its_name(void **state)
{
    size_t count;
    const struct writer_ops *const *list = writer_list(&count);

    (void)state;
    assert_true(count >= 2);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(writer_find(list[i]->name), list[i]);
    assert_null(writer_find("pdf"));
}

/* What report_write says of a query with these columns, or of a cursor that fails. */
static void expect_failure(struct cursor *rows, enum err_code code, const char *part)
{
    struct err err = {0};
    struct outfile *file;

    assert_int_equal(outfile_create(&file, "out.csv", &err), 0);
    assert_int_equal(report_write(&report, NULL, rows, writer_find("csv"), file, NULL, &err), -1);
    outfile_discard(file);
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.msg, part));
    assert_int_equal(names_in("."), 0);
}

static void a_query_column_that_differs_is_named(void **state)
{
    static const char *const other[] = {"id", "m", "x"};
    struct fake_cursor rows = {FAKE, .names = other, .columns = 3};

    (void)state;
    expect_failure(&rows.base, ERR_CONFIG, "column 2 of its query is 'm', but the heading says 'n'");
}

static void a_query_column_too_few_or_too_many_is_named(void **state)
{
    struct fake_cursor few = {FAKE, .names = names, .columns = 2}, many = {FAKE, .names = names, .columns = 4};

    (void)state;
    expect_failure(&few.base, ERR_CONFIG, "gives no column 'x'");
    expect_failure(&many.base, ERR_CONFIG, "one more column, 'more'");
}

static void a_row_that_cannot_be_read_fails_the_report(void **state)
{
    static const struct cell cells[] = {EMPTY, EMPTY, EMPTY};
    struct fake_cursor rows = {FAKE,      .names = names, .columns = 3, .cells = cells,
                               .rows = 5, .repeat = true, .fail_at = 3};

    (void)state;
    expect_failure(&rows.base, ERR_IO, "cannot read row");
}

static void a_full_disk_fails_the_report(void **state)
{
    static const struct cell cells[] = {TEXT("0123456789"), INT(1), REAL(1)};
    struct fake_cursor rows = {FAKE, .names = names, .columns = 3, .cells = cells, .rows = 100000, .repeat = true};
    struct err err = {0};
    struct outfile *file;

    (void)state;
    assert_int_equal(outfile_create(&file, "/dev/full", &err), 0);
    assert_int_equal(report_write(&report, NULL, &rows.base, writer_find("csv"), file, NULL, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.msg, "/dev/full"));
    outfile_discard(file);
}

static void a_closed_pipe_ends_the_rows_early(void **state)
{
    static const struct cell cells[] = {TEXT("0123456789"), INT(1), REAL(1)};
    struct fake_cursor rows = {FAKE, .names = names, .columns = 3, .cells = cells, .rows = 10000000, .repeat = true};
    struct err err = {0};
    struct outfile *file;
    int ends[2];
    char path[32];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
    assert_int_equal(outfile_create(&file, path, &err), 0);
    close(ends[0]);
    assert_int_equal(report_write(&report, NULL, &rows.base, writer_find("json"), file, NULL, &err), 0);
    assert_true(outfile_closed(file));
    assert_int_equal(outfile_commit(file, &err), 0);
    assert_true(rows.at < 100000);
    close(ends[1]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_numbers_are_numbers_and_identifiers_text),
        cmocka_unit_test(json_empty_cells_and_infinity_are_null),
        cmocka_unit_test(json_escapes_and_keeps_formulas),
        cmocka_unit_test(every_format_is_found_by_its_name),
    };
    static const struct CMUnitTest failures[] = {
        cmocka_unit_test(a_query_column_that_differs_is_named),
        cmocka_unit_test(a_query_column_too_few_or_too_many_is_named),
        cmocka_unit_test(a_row_that_cannot_be_read_fails_the_report),
        cmocka_unit_test(a_full_disk_fails_the_report),
        cmocka_unit_test(a_closed_pipe_ends_the_rows_early),
    };
    int failed;

    signal(SIGPIPE, SIG_IGN);
    failed = cmocka_run_group_tests_name("report formats", tests, scratch_enter, scratch_leave);
    return failed + cmocka_run_group_tests_name("report failures", failures, scratch_enter, scratch_leave);
}
