/* Files read whole, and what is in a folder. */
#include "base/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static int begins_with_a(void *of, const char *name, struct err *err)
{
    (void)err;
    ++*(int *)of;
    return name[0] == '\0' || strstr(name, "/a") != NULL;
}

static void what_is_nobody_s_own_in_a_folder_is_named(void **state)
{
    char folder[] = "/tmp/foreign-XXXXXX", inner[40], own[48], foreign[48], *name;
    struct err err = {0};
    int asked = 0;

    (void)state;
    assert_int_equal(folder_find_foreign("/no/such/folder", begins_with_a, &asked, &name, &err), 0);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(folder_find_foreign(folder, begins_with_a, &asked, &name, &err), 0);
    assert_int_equal(asked, 0);
    snprintf(inner, sizeof(inner), "%s/in", folder);
    snprintf(own, sizeof(own), "%s/a", inner);
    snprintf(foreign, sizeof(foreign), "%s/b", inner);
    assert_int_equal(mkdir(inner, 0700), 0);
    fclose(fopen(own, "w"));
    assert_int_equal(folder_find_foreign(folder, begins_with_a, &asked, &name, &err), 0);
    assert_int_equal(symlink("a", foreign), 0); /* a link is not what it leads to */
    assert_int_equal(folder_find_foreign(folder, begins_with_a, &asked, &name, &err), 1);
    assert_string_equal(name, "in/b");
    free(name);
    unlink(own);
    unlink(foreign);
    rmdir(inner);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_the_most_is_read_and_appended),
        cmocka_unit_test(one_byte_more_is_too_large),
        cmocka_unit_test(what_cannot_be_opened_or_read_says_why),
        cmocka_unit_test(what_is_nobody_s_own_in_a_folder_is_named),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
