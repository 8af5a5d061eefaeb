/* Files read whole. */
#include "base/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SIZE 70000 /* more than is read at once */

static int file_of(size_t len)
{
    static char bytes[SIZE];
    const int fd = nameless_open("/tmp");

    assert_true(fd >= 0 && len <= sizeof(bytes));
    memset(bytes, 'x', sizeof(bytes));
    assert_int_equal(write(fd, bytes, len), len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void a_file_of_the_most_is_read_and_appended(void **state)
{
    struct buf b = {0};
    const int fd = file_of(SIZE);

    (void)state;
    buf_add_str(&b, "head");
    assert_int_equal(file_read_rest(fd, SIZE, &b), 0);
    assert_int_equal(b.len, SIZE + 4);
    assert_memory_equal(b.ptr, "headx", 5);
    assert_int_equal(b.ptr[b.len - 1], 'x');
    buf_release(&b);
    close(fd);
}

static void one_byte_more_is_too_large(void **state)
{
    struct buf b = {0};
    const int fd = file_of(SIZE);

    (void)state;
    assert_int_equal(file_read_rest(fd, SIZE - 1, &b), -1);
    assert_int_equal(errno, EFBIG);
    buf_release(&b);
    close(fd);
}

static void what_cannot_be_opened_or_read_says_why(void **state)
{
    struct buf b = {0};

    (void)state;
    assert_int_equal(file_read_whole("/no/such/file", 10, &b), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(file_read_whole("/", 10, &b), -1);
    assert_int_equal(errno, EISDIR);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_the_most_is_read_and_appended),
        cmocka_unit_test(one_byte_more_is_too_large),
        cmocka_unit_test(what_cannot_be_opened_or_read_says_why),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
