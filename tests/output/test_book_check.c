/* A finished workbook is held against the sums of the cells that were handed to it. */
#include "book_int.h"
#include "output/scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BOOK "book.xlsx"

/* Two sheets of two cells each; returns a descriptor to read the file from. */
static int make_book(struct sheet_sum sums[2])
{
    lxw_workbook *const workbook = workbook_new_opt(BOOK, &(lxw_workbook_options){.constant_memory = LXW_TRUE});

    memset(sums, 0, 2 * sizeof(*sums));
    for (unsigned i = 0; i < 2; i++) {
        lxw_worksheet *const sheet = workbook_add_worksheet(workbook, NULL);

        worksheet_write_string(sheet, 0, 27, "a <b> & \"c\"\n\xC3\xA9", NULL);
        sheet_sum_text(&sums[i], 0, 27, "a <b> & \"c\"\n\xC3\xA9");
        worksheet_write_number(sheet, 3, 1, 44440.1234567890123, NULL);
        sheet_sum_number(&sums[i], 3, 1, 44440.1234567890123);
    }
    assert_int_equal(workbook_close(workbook), LXW_NO_ERROR);
    return open(BOOK, O_RDONLY | O_CLOEXEC);
}

static int check(const struct sheet_sum *sums, size_t count, int fd)
{
    struct err err = {0};
    const int rc = book_check(fd, sums, count, &err);

    if (rc < 0)
        assert_int_equal(err.code, ERR_IO);
    return rc;
}

static void whole_books_pass(void **state)
{
    struct sheet_sum sums[2];
    const int fd = make_book(sums);

    (void)state;
    assert_int_equal(check(sums, 2, fd), 0);
    close(fd);
}

/* A row that got lost, one that changed its place, one that changed its content, a sheet too few or too many. */
static void what_differs_is_found(void **state)
{
    struct sheet_sum sums[2], wrong[3];
    const int fd = make_book(sums);

    (void)state;
    memcpy(wrong, sums, sizeof(sums));
    wrong[2] = (struct sheet_sum){0, 0};
    assert_int_equal(check(wrong, 1, fd), -1);
    assert_int_equal(check(wrong, 3, fd), -1);
    sheet_sum_text(&wrong[1], 1, 0, "lost");
    assert_int_equal(check(wrong, 2, fd), -1);
    memset(wrong, 0, sizeof(wrong));
    sheet_sum_text(&wrong[0], 0, 26, "a <b> & \"c\"\n\xC3\xA9");
    sheet_sum_number(&wrong[0], 3, 1, 44440.1234567890123);
    wrong[1] = sums[1];
    assert_int_equal(check(wrong, 2, fd), -1);
    close(fd);
}

static void cut_files_are_found(void **state)
{
    struct sheet_sum sums[2];
    const int fd = make_book(sums);
    const off_t size = lseek(fd, 0, SEEK_END);

    (void)state;
    for (off_t len = size - 1; len >= 0; len -= 97) {
        assert_int_equal(truncate(BOOK, len), 0);
        assert_int_equal(check(sums, 2, fd), -1);
    }
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_books_pass),
        cmocka_unit_test(what_differs_is_found),
        cmocka_unit_test(cut_files_are_found),
    };

    return cmocka_run_group_tests_name("book_check", tests, scratch_enter, scratch_leave);
}
