/* Output folders: put in place in one step, left alone when nothing is different. */
#include "output/outfile.h"
#include "output/scratch.h"
#include "place_int.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct outdir *create(const char *path)
{
    struct err err = {0};
    struct outdir *d;

    assert_int_equal(outdir_create(&d, path, &err), 0);
    return d;
}

static void put_in(const char *folder, const char *name, const char *text)
{
    char path[PATH_MAX];

    assert_in_range(snprintf(path, sizeof(path), "%s/%s", folder, name), 1, sizeof(path) - 1);
    put_file(path, text);
}

static bool commit(struct outdir *d)
{
    struct err err = {0};
    bool changed = false;

    assert_int_equal(outdir_commit(d, &changed, &err), 0);
    assert_int_equal(err.code, ERR_NONE);
    return changed;
}

/* A folder out/day with a.csv and sub/b.csv. */
static bool fill(const char *a, const char *b)
{
    struct outdir *d = create("out/day");
    char sub[256];

    put_in(outdir_path(d), "a.csv", a);
    snprintf(sub, sizeof(sub), "%s/sub", outdir_path(d));
    assert_int_equal(mkdir(sub, 0750), 0);
    put_in(sub, "b.csv", b);
    return commit(d);
}

static void nothing_shows_until_commit(void **state)
{
    struct outdir *d = create("out/day");

    (void)state;
    put_in(outdir_path(d), "a.csv", "1");
    assert_int_equal(access("out/day", F_OK), -1);
    assert_true(commit(d));
    assert_string_equal(content_of("out/day/a.csv"), "1");
    assert_int_equal(names_in("out"), 1);
}

static void discard_leaves_nothing(void **state)
{
    struct outdir *d = create("out/day");

    (void)state;
    put_in(outdir_path(d), "a.csv", "1");
    outdir_discard(d);
    assert_int_equal(names_in("."), 0);
    outdir_discard(NULL);
}

static void what_a_killed_run_left_for_another_date_goes(void **state)
{
    struct outdir *other, *mine;

    (void)state;
    assert_int_equal(mkdir("out", 0750), 0);
    assert_int_equal(mkdir("out/.2021-09-30.partial", 0750), 0);
    put_in("out/.2021-09-30.partial", "a.csv", "1");
    assert_int_equal(mkdir("out/.notes.partial", 0750), 0);
    put_file("out/.2021-09-29.partial", "a file of somebody else's");
    other = create("out/2021-10-02"); /* alive */
    mine = create("out/2021-10-01");
    assert_int_equal(access("out/.2021-09-30.partial", F_OK), -1);
    assert_int_equal(access("out/.notes.partial", F_OK), 0);
    assert_int_equal(access("out/.2021-09-29.partial", F_OK), 0);
    assert_true(commit(other));
    assert_true(commit(mine));
    assert_int_equal(names_in("out"), 4);
}

static void the_same_bytes_again_touch_nothing(void **state)
{
    struct stat before, after;

    (void)state;
    assert_true(fill("1", "2"));
    assert_int_equal(stat("out/day", &before), 0);
    assert_false(fill("1", "2"));
    assert_int_equal(stat("out/day", &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(names_in("out"), 1);
}

static void any_difference_replaces_the_folder(void **state)
{
    struct outdir *d;

    (void)state;
    fill("1", "2");
    assert_true(fill("1", "3")); /* a byte in a sub-folder */
    assert_string_equal(content_of("out/day/sub/b.csv"), "3");
    assert_true(fill("1", "33")); /* a length */
    put_in("out/day", "stray.csv", "x");
    assert_true(fill("1", "33")); /* a name that should not be there */
    assert_int_equal(names_in("out/day"), 2);
    d = create("out/day");
    put_in(outdir_path(d), "a.csv", "1");
    assert_true(commit(d)); /* a name that is gone */
    assert_int_equal(names_in("out/day"), 1);
    assert_int_equal(names_in("out"), 1);
}

static void left_overs_of_a_killed_run_are_removed(void **state)
{
    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    assert_int_equal(mkdir("out/.day.partial", 0755), 0);
    put_in("out/.day.partial", "half.csv", "half");
    fill("1", "2");
    assert_int_equal(names_in("out"), 1);
    assert_int_equal(names_in("out/day"), 2);
}

static void links_are_removed_and_not_followed(void **state)
{
    (void)state;
    assert_int_equal(mkdir("precious", 0755), 0);
    put_file("precious/file", "safe");
    fill("1", "2");
    assert_int_equal(symlink("../../precious", "out/day/link"), 0);
    fill("1", "2");
    assert_int_equal(symlink("../precious", "out/.day.partial"), 0);
    fill("3", "4");
    assert_string_equal(content_of("precious/file"), "safe");
    assert_int_equal(names_in("out/day"), 2);
    assert_int_equal(names_in("out"), 1);
}

static void refused(const char *path, const char *part)
{
    struct err err = {0};
    struct outdir *d;

    assert_int_equal(outdir_create(&d, path, &err), -1);
    assert_null(d);
    assert_int_equal(err.code, ERR_CREATE);
    assert_non_null(strstr(err.msg, part));
}

static void what_cannot_be_created_is_said(void **state)
{
    (void)state;
    put_file("file", "x");
    refused("file", "something else of that name");
    refused("file/day", "file");
    refused("no/such/day", "no/such");
    refused(".", "name of its own");
    refused("..", "name of its own");
    refused("/", "name of its own");
    refused("", "name of its own");
    assert_int_equal(symlink("file", "link"), 0);
    refused("link", "something else of that name");
    assert_int_equal(names_in("."), 2);
}

static void two_writers_of_one_folder_do_not_mix(void **state)
{
    struct outdir *d = create("out/day");

    (void)state;
    put_in(outdir_path(d), "a.csv", "1");
    refused("out/day", "another process is writing it");
    assert_true(commit(d));
    assert_string_equal(content_of("out/day/a.csv"), "1");
}

static void without_exchange_the_old_folder_steps_aside(void **state)
{
    struct err err = {0};
    struct place p;

    (void)state;
    assert_int_equal(place_init(&p, "day", &err), 0);
    assert_int_equal(mkdir("day", 0755) | mkdir(".day.partial", 0755), 0);
    put_in("day", "a.csv", "old");
    put_in(".day.partial", "a.csv", "new");
    assert_int_equal(outdir_swap_in_steps(&p, &err), 0);
    assert_string_equal(content_of("day/a.csv"), "new");
    assert_string_equal(content_of(".day.old/a.csv"), "old");
    assert_int_equal(outdir_mend(&p, &err), 0); /* the next run clears it away */
    assert_int_equal(names_in("."), 1);
    place_release(&p);
}

static void killed_between_the_steps_the_old_folder_comes_back(void **state)
{
    struct err err = {0};
    struct place p;

    (void)state;
    assert_int_equal(place_init(&p, "day", &err), 0);
    assert_int_equal(mkdir(".day.old", 0755), 0);
    put_in(".day.old", "a.csv", "old");
    assert_int_equal(outdir_mend(&p, &err), 0);
    assert_string_equal(content_of("day/a.csv"), "old");
    assert_int_equal(outdir_swap_in_steps(&p, &err), -1); /* no new one: the old one comes back */
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(content_of("day/a.csv"), "old");
    place_release(&p);
}

int main(void)
{
#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_enter, scratch_leave)
    static const struct CMUnitTest tests[] = {
        IN_SCRATCH(nothing_shows_until_commit),
        IN_SCRATCH(discard_leaves_nothing),
        IN_SCRATCH(what_a_killed_run_left_for_another_date_goes),
        IN_SCRATCH(the_same_bytes_again_touch_nothing),
        IN_SCRATCH(any_difference_replaces_the_folder),
        IN_SCRATCH(left_overs_of_a_killed_run_are_removed),
        IN_SCRATCH(links_are_removed_and_not_followed),
        IN_SCRATCH(what_cannot_be_created_is_said),
        IN_SCRATCH(two_writers_of_one_folder_do_not_mix),
        IN_SCRATCH(without_exchange_the_old_folder_steps_aside),
        IN_SCRATCH(killed_between_the_steps_the_old_folder_comes_back),
    };

    return cmocka_run_group_tests_name("outdir", tests, NULL, NULL);
}
