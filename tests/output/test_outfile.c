/* Output files: there whole, or not at all. */
#include "output/outfile.h"
#include "output/scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct outfile *create(const char *path)
{
    struct err err = {0};
    struct outfile *f;

    assert_int_equal(outfile_create(&f, path, &err), 0);
    return f;
}

static void put(struct outfile *f, const char *text)
{
    struct err err = {0};

    assert_int_equal(outfile_write(f, text, strlen(text), &err), 0);
}

static void commit(struct outfile *f)
{
    struct err err = {0};

    assert_int_equal(outfile_commit(f, &err), 0);
    assert_int_equal(err.code, ERR_NONE);
}

static void refused(const char *path, const char *part)
{
    struct err err = {0};
    struct outfile *f;

    assert_int_equal(outfile_create(&f, path, &err), -1);
    assert_null(f);
    assert_int_equal(err.code, ERR_CREATE);
    assert_non_null(strstr(err.msg, part));
}

static void nothing_shows_until_commit(void **state)
{
    struct outfile *f = create("a.csv");

    (void)state;
    put(f, "new");
    assert_int_equal(access("a.csv", F_OK), -1);
    commit(f);
    assert_string_equal(content_of("a.csv"), "new");
    assert_int_equal(names_in("."), 1);
}

static void the_old_file_stays_until_commit_and_after_discard(void **state)
{
    struct outfile *f;

    (void)state;
    put_file("a.csv", "old");
    f = create("a.csv");
    put(f, "new");
    assert_string_equal(content_of("a.csv"), "old");
    outfile_discard(f);
    assert_string_equal(content_of("a.csv"), "old");
    assert_int_equal(names_in("."), 1);
    outfile_discard(NULL);
}

static void mode_is_0640_less_umask(void **state)
{
    static const mode_t masks[] = {0, 0022, 0077};
    static const mode_t want[] = {0640, 0640, 0600};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const mode_t before = umask(masks[i]);
        struct stat st;

        commit(create("a.csv"));
        umask(before);
        assert_int_equal(stat("a.csv", &st), 0);
        assert_int_equal(st.st_mode & 0777, want[i]);
    }
}

static void more_than_the_buffer_holds_arrives_in_order(void **state)
{
    static char big[700001];
    struct err err = {0};
    struct outfile *f = create("a.csv");
    struct stat st;

    (void)state;
    memset(big, 'x', sizeof(big) - 1);
    put(f, "first");
    put(f, big);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(outfile_write(f, "1234567", 7, &err), 0);
    commit(f);
    assert_int_equal(stat("a.csv", &st), 0);
    assert_int_equal(st.st_size, 5 + 700000 + 700000);
    assert_memory_equal(content_of("a.csv"), "firstxxx", 8);
}

static void what_cannot_be_created_is_said(void **state)
{
    (void)state;
    refused("no/such/folder/a.csv", "no/such/folder/a.csv");
    refused(".", "folder");
    refused("", "cannot create");
    refused("a.csv/", "folder");
    assert_int_equal(mkdir("d", 0755), 0);
    refused("d", "it is a folder");
}

static void a_left_over_of_a_killed_run_is_replaced(void **state)
{
    struct outfile *f;

    (void)state;
    put_file(".a.csv.partial", "half");
    f = create("a.csv");
    put(f, "whole");
    commit(f);
    assert_string_equal(content_of("a.csv"), "whole");
    assert_int_equal(names_in("."), 1);
}

static void a_link_in_place_of_the_partial_file_is_not_followed(void **state)
{
    (void)state;
    put_file("precious", "safe");
    assert_int_equal(symlink("precious", ".a.csv.partial"), 0);
    commit(create("a.csv"));
    assert_string_equal(content_of("precious"), "safe");
    assert_string_equal(content_of("a.csv"), "");
}

static void a_link_as_target_is_replaced_and_not_followed(void **state)
{
    struct stat st;

    (void)state;
    put_file("precious", "safe");
    assert_int_equal(symlink("precious", "a.csv"), 0);
    commit(create("a.csv"));
    assert_string_equal(content_of("precious"), "safe");
    assert_int_equal(lstat("a.csv", &st), 0);
    assert_true(S_ISREG(st.st_mode));
}

static void two_writers_of_one_file_do_not_mix(void **state)
{
    struct outfile *f = create("a.csv");

    (void)state;
    refused("a.csv", "another process is writing it");
    put(f, "mine");
    commit(f);
    assert_string_equal(content_of("a.csv"), "mine");
    commit(create("a.csv"));
}

static void a_full_disk_is_said_and_leaves_nothing(void **state)
{
    struct rlimit limit, small;
    struct err err = {0};
    struct outfile *f;

    (void)state;
    put_file("a.csv", "old");
    f = create("a.csv");
    put(f, "more than four bytes");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = (struct rlimit){.rlim_cur = 4, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const int rc = outfile_commit(f, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(rc, -1);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.msg, "a.csv"));
    assert_string_equal(content_of("a.csv"), "old");
    assert_int_equal(names_in("."), 1);
}

static void a_failed_write_cannot_be_committed(void **state)
{
    static char big[300000];
    struct err err = {0};
    struct outfile *f = create("/dev/full");

    (void)state;
    assert_int_equal(outfile_write(f, big, sizeof(big), &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(outfile_commit(f, &err), -1);
}

static void a_device_is_written_to_and_not_replaced(void **state)
{
    struct stat st;

    (void)state;
    commit(create("/dev/null"));
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
}

/* Writes to a standard output whose reader is gone, in a process of its own. */
static int write_to_closed_stdout(const char *path)
{
    static char big[600000];
    struct err err = {0};
    struct outfile *f;
    int ends[2];

    signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) < 0 || close(ends[0]) < 0 || dup2(ends[1], STDOUT_FILENO) < 0)
        return 10;
    if (outfile_create(&f, path, &err) < 0)
        return 1;
    for (int i = 0; i < 3; i++)
        if (outfile_write(f, big, sizeof(big), &err) < 0)
            return 2;
    return outfile_closed(f) && outfile_commit(f, &err) == 0 ? 0 : 3;
}

static void a_closed_pipe_on_standard_output_is_a_normal_end(void **state)
{
    static const char *const paths[] = {NULL, "-", "/dev/stdout"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const pid_t child = fork();
        int status;

        if (child == 0)
            _exit(write_to_closed_stdout(paths[i]));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

int main(void)
{
#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_enter, scratch_leave)
    static const struct CMUnitTest tests[] = {
        IN_SCRATCH(nothing_shows_until_commit),
        IN_SCRATCH(the_old_file_stays_until_commit_and_after_discard),
        IN_SCRATCH(mode_is_0640_less_umask),
        IN_SCRATCH(more_than_the_buffer_holds_arrives_in_order),
        IN_SCRATCH(what_cannot_be_created_is_said),
        IN_SCRATCH(a_left_over_of_a_killed_run_is_replaced),
        IN_SCRATCH(a_link_in_place_of_the_partial_file_is_not_followed),
        IN_SCRATCH(a_link_as_target_is_replaced_and_not_followed),
        IN_SCRATCH(two_writers_of_one_file_do_not_mix),
        IN_SCRATCH(a_full_disk_is_said_and_leaves_nothing),
        IN_SCRATCH(a_failed_write_cannot_be_committed),
        IN_SCRATCH(a_device_is_written_to_and_not_replaced),
        IN_SCRATCH(a_closed_pipe_on_standard_output_is_a_normal_end),
    };

    return cmocka_run_group_tests_name("outfile", tests, NULL, NULL);
}
