/* The external sort against qsort: in memory, with runs in a file, over several sorters, and when the disk is full. */
#include "base/sorter.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define MIB ((size_t)1 << 20)

/* What an entry is told apart by; its payload is made from it. */
struct item {
    uint64_t key;
    uint32_t seed;
    uint32_t len;
    unsigned char class;
};

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 16;
}

/* The seed, then bytes that follow from it. */
static void make_payload(const struct item *item, unsigned char *out)
{
    memset(out, (int)(item->seed * 31), item->len);
    memcpy(out, &item->seed, item->len < sizeof(item->seed) ? item->len : sizeof(item->seed));
}

static int compare_items(const void *a, const void *b)
{
    const struct item *const x = a, *const y = b;

    if (x->class != y->class)
        return x->class < y->class ? -1 : 1;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->seed > y->seed) - (x->seed < y->seed);
}

/* How the items of a test look. */
struct shape {
    const char *name;
    size_t count, sorters, memory;
    unsigned classes;
    uint64_t key_mask; /* a narrow one makes many equal keys */
    uint32_t len_min, len_span;
    uint32_t large_every, large_len; /* 0: none */
    bool spills;
};

static const struct shape shapes[] = {
    {"nothing at all", 0, 2, MIB, 1, 0, 0, 1, 0, 0, false},
    {"one entry", 1, 1, MIB, 1, UINT64_MAX, 5, 1, 0, 0, false},
    {"in memory", 3000, 1, MIB, 4, UINT64_MAX, 4, 100, 0, 0, false},
    {"one key", 20000, 1, MIB, 1, 0, 4, 100, 0, 0, true},
    {"few keys, many runs", 100000, 1, MIB, 3, 0xFF, 4, 90, 0, 0, true},
    {"wide keys, many runs", 100000, 1, MIB, 256, UINT64_MAX, 4, 90, 0, 0, true},
    {"wide keys, four sorters", 100000, 4, MIB, 4, UINT64_MAX, 4, 90, 0, 0, true},
    {"empty payloads", 100000, 1, MIB, 2, UINT64_MAX, 0, 1, 0, 0, true},
    {"memory asked for is too little", 30000, 1, 1, 2, UINT64_MAX, 4, 90, 0, 0, true},
    {"entries larger than the read buffers", 300, 2, 2 * MIB, 2, 0xFFFF, 4, 90, 10, 700000, true},
    {"entries larger than the memory", 60, 2, MIB, 2, 0xFFFF, 4, 90, 10, 3000000, true},
};

static struct item *make_items(const struct shape *shape)
{
    struct item *items = calloc(shape->count + 1, sizeof(*items));
    uint64_t state = 42;

    assert_non_null(items);
    for (size_t i = 0; i < shape->count; i++) {
        items[i].key = (next_random(&state) << 40 ^ next_random(&state)) & shape->key_mask;
        items[i].class = (unsigned char)(next_random(&state) % shape->classes);
        items[i].seed = (uint32_t)i;
        items[i].len = shape->len_min + (uint32_t)(next_random(&state) % shape->len_span);
        if (shape->large_every != 0 && i % shape->large_every == 0)
            items[i].len = shape->large_len + (uint32_t)i;
    }
    return items;
}

static void add_items(struct sorter **sorters, const struct shape *shape, const struct item *items)
{
    unsigned char *payload = malloc(shape->large_len + shape->len_min + shape->len_span + shape->count);
    struct err err = {0};

    assert_non_null(payload);
    for (size_t i = 0; i < shape->sorters; i++)
        assert_int_equal(sorter_create(&sorters[i], "/tmp", shape->memory, &err), 0);
    for (size_t i = 0; i < shape->count; i++) {
        make_payload(&items[i], payload);
        assert_int_equal(
            sorter_add(sorters[i % shape->sorters], items[i].class, items[i].key, payload, items[i].len, &err), 0);
    }
    free(payload);
}

/* Takes everything out, checks each payload, and gives the items in the order they came. */
static void take_items(struct sorter *const *sorters, const struct shape *shape, const struct item *items,
                       struct item *got)
{
    unsigned char *payload = malloc(shape->large_len + shape->len_min + shape->len_span + shape->count);
    struct sorter_merge *merge;
    struct sorter_entry entry;
    struct err err = {0};

    assert_non_null(payload);
    assert_int_equal(sorter_merge_create(&merge, sorters, shape->sorters, &err), 0);
    for (size_t i = 0; i < shape->count; i++) {
        assert_int_equal(sorter_merge_next(merge, &entry, &err), 1);
        got[i] = (struct item){.key = entry.key, .class = entry.class, .len = (uint32_t)entry.len};
        if (entry.len < sizeof(got[i].seed))
            continue;
        memcpy(&got[i].seed, entry.ptr, sizeof(got[i].seed));
        assert_true(got[i].seed < shape->count && entry.len == items[got[i].seed].len);
        make_payload(&items[got[i].seed], payload);
        assert_memory_equal(entry.ptr, payload, entry.len);
    }
    assert_int_equal(sorter_merge_next(merge, &entry, &err), 0);
    assert_int_equal(sorter_merge_next(merge, &entry, &err), 0);
    sorter_merge_destroy(merge);
    free(payload);
}

static void comes_out_as_qsort_has_it(void **state)
{
    const struct shape *const shape = *state;
    struct item *items = make_items(shape), *got = calloc(shape->count + 1, sizeof(*got));
    struct sorter *sorters[4] = {NULL};

    assert_non_null(got);
    add_items(sorters, shape, items);
    assert_int_equal(sorter_runs(sorters[0]) > 0, shape->spills);
    take_items(sorters, shape, items, got);
    for (size_t i = 1; i < shape->count; i++) /* what came out is in order as it stands */
        assert_true(got[i - 1].class < got[i].class ||
                    (got[i - 1].class == got[i].class && got[i - 1].key <= got[i].key));
    if (shape->len_min == 0) /* empty payloads do not say which item they are */
        for (size_t i = 0; i < shape->count; i++)
            items[i].seed = 0;
    qsort(items, shape->count, sizeof(*items), compare_items);
    qsort(got, shape->count, sizeof(*got), compare_items);
    assert_memory_equal(got, items, shape->count * sizeof(*got));
    for (size_t i = 0; i < shape->sorters; i++)
        sorter_destroy(sorters[i]);
    free(items);
    free(got);
}

/* A second merge of the same sorters reads the same. */
static void merging_again_gives_the_same(void **state)
{
    const struct shape shape = {"", 30000, 2, MIB, 3, 0xFFFF, 4, 90, 0, 0, true};
    struct item *items = make_items(&shape), *first = calloc(shape.count, sizeof(*first));
    struct item *second = calloc(shape.count, sizeof(*second));
    struct sorter *sorters[2];

    (void)state;
    assert_non_null(first);
    assert_non_null(second);
    add_items(sorters, &shape, items);
    take_items(sorters, &shape, items, first);
    take_items(sorters, &shape, items, second);
    assert_memory_equal(first, second, shape.count * sizeof(*first));
    sorter_destroy(sorters[0]);
    sorter_destroy(sorters[1]);
    free(items);
    free(first);
    free(second);
}

static void no_sorters_give_an_empty_stream(void **state)
{
    struct sorter_merge *merge;
    struct sorter_entry entry;
    struct err err = {0};

    (void)state;
    assert_int_equal(sorter_merge_create(&merge, NULL, 0, &err), 0);
    assert_int_equal(sorter_merge_next(merge, &entry, &err), 0);
    sorter_merge_destroy(merge);
    sorter_merge_destroy(NULL);
    sorter_destroy(NULL);
}

static void entries_up_to_the_limit_and_no_further(void **state)
{
    unsigned char *large = calloc(1, SORTER_ENTRY_MAX + 1);
    struct sorter_merge *merge;
    struct sorter_entry entry;
    struct err err = {0};
    struct sorter *s;

    (void)state;
    assert_non_null(large);
    assert_int_equal(sorter_create(&s, "/tmp", MIB, &err), 0);
    assert_int_equal(sorter_add(s, 0, 1, large, SORTER_ENTRY_MAX, &err), 0);
    assert_int_equal(sorter_add(s, 0, 1, large, SORTER_ENTRY_MAX + 1, &err), -1);
    assert_int_equal(err.code, ERR_DATA);
    err = (struct err){0};
    assert_int_equal(sorter_merge_create(&merge, &s, 1, &err), 0);
    assert_int_equal(sorter_merge_next(merge, &entry, &err), 1);
    assert_int_equal(entry.len, SORTER_ENTRY_MAX);
    assert_int_equal(sorter_merge_next(merge, &entry, &err), 0);
    sorter_merge_destroy(merge);
    sorter_destroy(s);
    free(large);
}

/* Adds until something fails. */
static void add_until_failure(const char *dir, struct err *err)
{
    const unsigned char payload[1000] = {0};
    struct sorter *s;
    int rc = 0;

    assert_int_equal(sorter_create(&s, dir, MIB, err), 0);
    for (uint64_t i = 0; i < 5000 && rc == 0; i++)
        rc = sorter_add(s, 0, i, payload, sizeof(payload), err);
    assert_int_equal(rc, -1);
    sorter_destroy(s);
}

static void a_missing_folder_is_named(void **state)
{
    struct err err = {0};

    (void)state;
    add_until_failure("/tmp/no-such-folder", &err);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.msg, "'/tmp/no-such-folder'"));
}

/* A file that may grow no further fails as a full disk does. */
static void a_full_disk_names_the_folder(void **state)
{
    struct rlimit before, small;
    struct err err = {0};

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = MIB + MIB / 2;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    add_until_failure("/tmp", &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.msg, "'/tmp'"));
}

static void nothing_is_left_in_the_folder(void **state)
{
    const struct shape shape = {"", 30000, 1, MIB, 1, UINT64_MAX, 4, 90, 0, 0, true};
    char dir[] = "/tmp/pcreport-test-XXXXXX";
    struct item *items = make_items(&shape);
    struct err err = {0};
    struct sorter *s;
    struct dirent *d;
    DIR *folder;

    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(sorter_create(&s, dir, MIB, &err), 0);
    for (size_t i = 0; i < shape.count; i++)
        assert_int_equal(sorter_add(s, 0, items[i].key, dir, sizeof(dir), &err), 0);
    folder = opendir(dir); /* while it is in use: nothing has a name */
    assert_non_null(folder);
    while ((d = readdir(folder)) != NULL)
        assert_int_equal(d->d_name[0], '.');
    closedir(folder);
    sorter_destroy(s);
    assert_int_equal(rmdir(dir), 0);
    free(items);
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(merging_again_gives_the_same),           cmocka_unit_test(no_sorters_give_an_empty_stream),
        cmocka_unit_test(entries_up_to_the_limit_and_no_further), cmocka_unit_test(a_missing_folder_is_named),
        cmocka_unit_test(a_full_disk_names_the_folder),           cmocka_unit_test(nothing_is_left_in_the_folder),
    };
    struct CMUnitTest tests[ARRAY_LEN(shapes) + ARRAY_LEN(others)];

    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        tests[i] =
            (struct CMUnitTest){shapes[i].name, comes_out_as_qsort_has_it, NULL, NULL, (void *)(uintptr_t)&shapes[i]};
    memcpy(tests + ARRAY_LEN(shapes), others, sizeof(others));
    return cmocka_run_group_tests_name("sorter", tests, NULL, NULL);
}
