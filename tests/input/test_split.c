/* The splitter against libcsv, and records that span lines. */
#include "load_test.h"

#include "base/json_tape.h"
#include "split_int.h"

struct fields {
    char text[4096];
    size_t count;
};

static void take(void *ptr, size_t len, void *ctx)
{
    struct fields *f = ctx;

    f->count++;
    strncat(f->text, ptr, len);
    strcat(f->text, "\n");
}

static void split_by_libcsv(struct fields *out, char delimiter, const char *line, size_t len)
{
    struct csv_parser p;

    memset(out, 0, sizeof(*out));
    csv_init(&p, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&p, (unsigned char)delimiter);
    assert_int_equal(csv_parse(&p, line, len, take, NULL, out), len);
    csv_fini(&p, take, NULL, out);
    csv_free(&p);
}

static void split_by_ours(struct fields *out, char delimiter, const char *line, size_t len)
{
    struct splitter s = {0};

    memset(out, 0, sizeof(*out));
    assert_true(splitter_plain(&s, delimiter, (struct text){line, len}));
    if (s.count == 1 && s.fields[0].len == 0) /* libcsv tells of no row */
        return;
    for (size_t i = 0; i < s.count; i++) {
        strncat(out->text, s.fields[i].ptr, s.fields[i].len);
        strcat(out->text, "\n");
    }
    out->count = s.count;
}

static void our_splitter_equals_libcsv_on_random_lines(void **state)
{
    static const char delimiters[] = ",;\t|";
    static const char bytes[] = "ab,;\t| \xC3\xA9,,\t  ;|'\x01";
    struct fields theirs, ours;
    char line[160 + BLOCK_SLACK] = {0};

    (void)state;
    srand(1);
    for (int i = 0; i < 200000; i++) {
        const size_t len = (size_t)(rand() % 40);
        for (size_t k = 0; k < len; k++)
            line[k] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
        const char delimiter = delimiters[rand() % 4];
        split_by_libcsv(&theirs, delimiter, line, len);
        split_by_ours(&ours, delimiter, line, len);
        if (theirs.count != ours.count || strcmp(theirs.text, ours.text) != 0)
            fail_msg("delimiter '%c', line '%.*s':\n%s-- but ours:\n%s", delimiter, (int)len, line, theirs.text,
                     ours.text);
    }
}

static void a_record_has_at_most_so_many_fields(void **state)
{
    char line[SPLIT_FIELDS_MAX + BLOCK_SLACK] = {0};
    struct splitter s = {0};

    (void)state;
    memset(line, ',', SPLIT_FIELDS_MAX);
    assert_true(splitter_plain(&s, ',', (struct text){line, SPLIT_FIELDS_MAX - 1}));
    assert_int_equal(s.count, SPLIT_FIELDS_MAX);
    assert_false(splitter_plain(&s, ',', (struct text){line, SPLIT_FIELDS_MAX}));
}

static void lines_end_where_libcsv_ends_rows(void **state)
{
    static const char bytes[] = "ab,\r\n \r\n";
    struct fields theirs, ours, row;
    char text[64];

    (void)state;
    srand(2);
    for (int i = 0; i < 50000; i++) {
        const size_t len = (size_t)(rand() % 30);
        for (size_t k = 0; k < len; k++)
            text[k] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
        split_by_libcsv(&theirs, ',', text, len);
        memset(&ours, 0, sizeof(ours));
        for (size_t at = 0; at < len;) {
            char line[64 + BLOCK_SLACK] = {0};
            const size_t n = bytes_line((unsigned char *)text + at, len - at, true);
            const struct text t = bytes_without_end((unsigned char *)text + at, n);
            memcpy(line, t.ptr, t.len);
            split_by_ours(&row, ',', line, t.len);
            ours.count += row.count;
            strcat(ours.text, row.text);
            at += n;
        }
        assert_int_equal(theirs.count, ours.count);
        assert_string_equal(theirs.text, ours.text);
    }
}

static void a_scan_counts_what_is_there(void **state)
{
    static const char bytes[] = "abcdefgh\r\n\n\r,";
    unsigned char text[300];

    (void)state;
    srand(3);
    for (int i = 0; i < 5000; i++) {
        const size_t len = (size_t)(rand() % 300);
        uint64_t lines = 0;
        bool lone = false;
        for (size_t k = 0; k < len; k++)
            text[k] = (unsigned char)bytes[(size_t)rand() % (sizeof(bytes) - 1)];
        for (size_t k = 0; k < len; k++) {
            const bool lone_cr = text[k] == '\r' && (k + 1 == len || text[k + 1] != '\n');
            lone |= lone_cr;
            lines += text[k] == '\n' || lone_cr;
        }
        const struct byte_marks m = bytes_scan(text, len);
        assert_int_equal(m.lines, lines);
        assert_int_equal(m.lone_cr, lone);
    }
}

static void plain_bytes_end_at_the_first_that_is_not(void **state)
{
    static const char special[] = "\"\\\n\x1F\x80\xFF\x00";
    static const char plain[] = "az09 !#[]~\x7F";
    char text[64];

    (void)state;
    srand(4);
    for (int i = 0; i < 20000; i++) {
        const size_t len = (size_t)(rand() % 64);
        size_t want = len;
        for (size_t k = 0; k < len; k++)
            text[k] = plain[(size_t)rand() % (sizeof(plain) - 1)];
        for (int marks = rand() % 3; marks > 0 && len > 0; marks--) {
            const size_t at = (size_t)rand() % len;
            text[at] = special[(size_t)rand() % (sizeof(special) - 1)];
            want = at < want ? at : want;
        }
        assert_int_equal(json_plain(text, len), want);
    }
}

static struct record_case {
    const char *name, *text;
    bool at_end;
    size_t want; /* length of the first record */
} records[] = {
    {"a line", "a,b\nc,d\n", true, 4},
    {"a line with CR LF", "a,b\r\nc,d\n", true, 5},
    {"a lone CR ends a record", "a,b\rc,d\n", true, 4},
    {"a CR that may be half of CR LF", "a,b\r", false, 0},
    {"a line without end, more to come", "a,b", false, 0},
    {"the last line", "a,b", true, 3},
    {"quotes closed on the line", "\"a\",\"b\"\nc,d\n", true, 8},
    {"doubled quotes", "\"a\"\"\",b\nc,d\n", true, 8},
    {"a field that spans lines", "\"a\n1\",b\nc,d\n", true, 8},
    {"a field that spans lines, more to come", "\"a\n1", false, 0},
    {"never closed: the first line is the record", "\"a,b\nc,d\n", true, 5},
    {"closed in a later record: too many fields", "\"a,b\nc,d\ne,\"f\n", true, 5},
    {"closed in a later record that fits, with a whole record between", "a,\"b\nc,d\ne,f\"\n", true, 5},
    {"the same, all quoted", "\"a\",\"b\n\"c\",\"d\"\ne,f\"\n", true, 7},
    {"a field of three lines", "a,\"b\n\nc\"\n", true, 9},
    {"closed in the next line, but not as a field ends", "\"a,b\n\"c,d\n", true, 5},
};

static void check_record(void **state)
{
    const struct record_case *c = *state;
    const struct record_form form = {.delimiter = ',', .fields = 2};
    struct splitter s = {0};

    assert_int_equal(splitter_record(&s, &form, (const unsigned char *)c->text, strlen(c->text), c->at_end), c->want);
    splitter_release(&s);
}

int main(void)
{
    struct CMUnitTest tests[5 + ARRAY_LEN(records)] = {
        cmocka_unit_test(our_splitter_equals_libcsv_on_random_lines),
        cmocka_unit_test(a_record_has_at_most_so_many_fields),
        cmocka_unit_test(lines_end_where_libcsv_ends_rows),
        cmocka_unit_test(a_scan_counts_what_is_there),
        cmocka_unit_test(plain_bytes_end_at_the_first_that_is_not),
    };

    for (size_t i = 0; i < ARRAY_LEN(records); i++)
        tests[5 + i] = (struct CMUnitTest){records[i].name, check_record, NULL, NULL, &records[i]};
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
