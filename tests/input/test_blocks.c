/* Whatever the size of the blocks and the number of threads, a file says the same; and its account balances. */
#include "load_test.h"

#define DEVICE "00-DB-12-34-56-78-90-A"

static const char *const pieces[] = {
    DEVICE "1,6.17,90B3D51F30010000,2021-09-17,note\n",
    DEVICE "2,6.15.2,90B3D51F30010000,2021-09-17,\"no,te\"\r\n",
    DEVICE "3,6.15.1,90B3D51F30010000,2021-09-17,\"no\nte\"\n",
    "\"" DEVICE "4,6.15.1,90B3D51F30010000,2021-09-17,note\n",
    DEVICE "5,6.15.1,90B3D51F30010000,2021-09-17,\"note\n",
    DEVICE "6,6.17,90B3D51F30010000\n",
    "\n",
    "  \r\n",
    DEVICE "7,6.17,90B3D51F30010000,2021-09-17,a\r",
    DEVICE "8,6.17,x,2021-09-17,\xFF\n",
    DEVICE "9,6.17,90B3D51F30010000,2021-02-30,\"\"\"\"\n",
    ",,,,\n",
    "\"\n",
    "device_id,srv,user_id,requested_at,note\n",
    "Requested At,user_id,note,srv,device_id\r\n",
    DEVICE "A,6.17,90B3D51F30010000,2021-09-17,\"no\ndevice_id,srv,user_id,requested_at,note\nte\"\n",
    "# a comment, and \"more\n",
    "(12 rows affected)\n",
};

static const char *const objects[] = {
    "{\"device_id\":\"" DEVICE
    "1\",\"taken_at\":\"2021-09-20\",\"cells\":[{\"role\":\"Supplier\",\"key_usage\":\"DS\"}]}",
    "{\"device_id\":\"" DEVICE "2\",\n \"taken_at\":\"2021-09-20\"}",
    "{\"device_id\":\"" DEVICE "3\",\"taken_at\":\"x}]\\\"\"}",
    "{\"device_id\":\"" DEVICE "4,\"taken_at\":\"2021-09-20\"}",
    "{\"device_id\":\"" DEVICE "5\",\"cells\":[{\"role\":\"Supplier\"}",
    "17",
    "{}",
    "\"text\"",
    "]",
    "{\"\"",
};

static void make_csv(struct buf *b)
{
    buf_add_str(b, "\xEF\xBB\xBF"
                   "device_id,srv,user_id,requested_at,note\r\n");
    for (int i = 0; i < 60; i++)
        buf_add_str(b, pieces[(size_t)rand() % ARRAY_LEN(pieces)]);
}

static void make_array(struct buf *b)
{
    static const char *const between[] = {" ", "\n", "\r\n", "\r\n\r\n"};

    buf_printf(b, "[\n%s", objects[0]);
    for (int i = 0; i < 40; i++)
        buf_printf(b, ",%s%s", between[(size_t)rand() % ARRAY_LEN(between)],
                   objects[(size_t)rand() % ARRAY_LEN(objects)]);
    buf_add_str(b, rand() % 3 == 0 ? "" : rand() % 2 == 0 ? "\n]\n" : "] x\n");
}

static void make_lines(struct buf *b)
{
    buf_printf(b, "%s\n", objects[0]);
    for (int i = 0; i < 40; i++)
        buf_printf(b, "%s%s", objects[(size_t)rand() % ARRAY_LEN(objects)], rand() % 2 == 0 ? "\n" : "\r\n");
}

/* Entries in the dump are one a line: the rows must be all of them. */
static void check_balance(const struct intake_file *f, const char *dump)
{
    uint64_t lines = 0, rejects = 0;

    for (const char *p = dump; *p != '\0'; p++)
        lines += *p == '\n';
    for (const char *p = dump; (p = strstr(p, " REJECT @")) != NULL; p++)
        rejects++;
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, lines + f->passed_over);
    assert_int_equal(f->rejected, rejects);
}

static char *load_with(const struct buf *content, const char *name, size_t block_size, unsigned threads)
{
    struct trial t;
    char *dump;

    trial_init(&t);
    t.block_size = block_size;
    t.options.threads = threads;
    trial_write(&t, name, content->ptr, content->len);
    const struct intake_file *f = trial_load(&t, name);
    check_balance(f, trial_dump(&t));
    dump = strdup(t.dump);
    trial_release(&t);
    return dump;
}

static void check_all_sizes(void (*make)(struct buf *), const char *name)
{
    static const size_t sizes[] = {1, 2, 3, 7, 16, 61, 100, 333, 1024, 4096};

    for (unsigned seed = 1; seed <= 12; seed++) {
        struct buf content = {0};
        srand(seed);
        make(&content);
        char *whole = load_with(&content, name, 0, 1);
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            char *parts = load_with(&content, name, sizes[i], 1 + seed % 3);
            if (strcmp(whole, parts) != 0)
                fail_msg("seed %u, blocks of %zu bytes:\n%s\nbut whole:\n%s", seed, sizes[i], parts, whole);
            free(parts);
        }
        free(whole);
        buf_release(&content);
    }
}

static void csv_is_the_same_in_blocks_of_any_size(void **state)
{
    (void)state;
    check_all_sizes(make_csv, "rows.csv");
}

static void a_json_array_is_the_same_in_blocks_of_any_size(void **state)
{
    (void)state;
    check_all_sizes(make_array, "certificates.json");
}

static void ndjson_is_the_same_in_blocks_of_any_size(void **state)
{
    (void)state;
    check_all_sizes(make_lines, "certificates.ndjson");
}

/* Rows that carry nothing, at which blocks may be cut, and one that may be a heading: whether it counts as one does not
 * hang on where they are. */
static void a_heading_under_unknown_names_is_the_same_in_blocks_of_any_size(void **state)
{
    static const struct {
        const char *name, *content;
        bool refused;
    } files[] = {
        {"first.csv", SRV_HEADING "\n,,,\n\n# none\nasset,service,sender,moment\n\n" SRV_ROW, true},
        {"again.csv", SRV_HEADING SRV_ROW SRV_HEADING "\n\n\nasset,service,sender,moment\n" SRV_ROW, true},
        {"middle.csv", SRV_HEADING SRV_ROW "\n\n\nasset,service,sender,moment\n\n\n" SRV_ROW SRV_ROW, true},
        /* nothing is read under it: the next heading counts, or the file ends */
        {"known.csv", SRV_HEADING SRV_ROW "asset,service,sender,moment\n\n" SRV_HEADING "\n" SRV_ROW, false},
        {"last.csv", SRV_HEADING SRV_ROW "\n\nasset,service,sender,moment\n\n\n", false},
    };
    char told[sizeof(((struct err *)NULL)->msg)];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        for (size_t size = 0; size < 200; size += 1 + size / 4) {
            struct trial t;
            trial_init(&t);
            t.block_size = size;
            t.options.threads = 1 + (unsigned)size % 3;
            const struct intake_file *const f = trial_load_text(&t, files[i].name, files[i].content);
            if (f->fate != (files[i].refused ? FILE_REFUSED : FILE_READ))
                fail_msg("%s, blocks of %zu bytes: %s", files[i].name, size, f->why.msg);
            if (size == 0)
                snprintf(told, sizeof(told), "%s", strchr(f->why.msg, ',') != NULL ? strchr(f->why.msg, ',') : "");
            else
                assert_string_equal(strchr(f->why.msg, ',') != NULL ? strchr(f->why.msg, ',') : "", told);
            trial_release(&t);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heading_under_unknown_names_is_the_same_in_blocks_of_any_size),
        cmocka_unit_test(csv_is_the_same_in_blocks_of_any_size),
        cmocka_unit_test(a_json_array_is_the_same_in_blocks_of_any_size),
        cmocka_unit_test(ndjson_is_the_same_in_blocks_of_any_size),
    };

    return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
