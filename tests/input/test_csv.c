/* The habits of every CSV file, good and bad: dialects, headings, and rows that cost themselves and no other. */
#include "load_test.h"

#include "heading_int.h"

#define DEVICE    "00-DB-12-34-56-78-90-A0"
#define GOOD      SRV_HEADING SRV_ROW
#define SRV_GLUED DEVICE ",6.17,90B3D51F30010000,2021-09-17"

/* Each content has two good rows but for what is said; `want` is in the dump, or in the message of a refused file. */
static struct csv_case {
    const char *name, *content;
    int rows, rejected; /* rows -1: the file is refused */
    const char *want;
} cases[] = {
    {"LF", GOOD SRV_ROW, 2, 0, ""},
    {"no line end at the end", GOOD DEVICE ",6.17,90B3D51F30010000,2021-09-17", 2, 0, ""},
    {"CR LF", "device_id,srv,user_id,requested_at\r\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17\r\n", 1, 0, ""},
    {"lone CR ends a record",
     "device_id,srv,user_id,requested_at\r" DEVICE ",6.17,90B3D51F30010000,2021-09-17\r" DEVICE
     ",6.17,90B3D51F30010000,2021-09-18",
     2, 0, "1:000003 "},
    {"semicolon", "device_id;srv;user_id;requested_at\n" DEVICE ";6.17;90B3D51F30010000;2021-09-17\n", 1, 0, ""},
    {"tab", "device_id\tsrv\tuser_id\trequested_at\n" DEVICE "\t6.17\t90B3D51F30010000\t2021-09-17\n", 1, 0, ""},
    {"bar", "device_id|srv|user_id|requested_at\n" DEVICE "|6.17|90B3D51F30010000|2021-09-17\n", 1, 0, ""},
    {"byte order mark", "\xEF\xBB\xBF" GOOD, 1, 0, ""},
    {"byte order mark before a quoted heading",
     "\xEF\xBB\xBF\"device_id\",\"srv\",\"user_id\",\"requested_at\"\n\"" DEVICE
     "\",\"6.17\",\"90B3D51F30010000\",\"2021-09-17\"\n",
     1, 0, ""},
    {"any order, case, blanks, - and _",
     "Requested-At, USER ID ,Srv,deviceid\n2021-09-17,90B3D51F30010000,6.17," DEVICE "\n", 1, 0, DEVICE},
    {"the alias of srv", "device_id,Service Reference Variant,user_id,requested_at\n" SRV_ROW, 1, 0, "|6.17|"},
    {"blank lines are no rows", "\n\n" SRV_HEADING "\n" SRV_ROW "   \t \n\r\n" SRV_ROW "\n", 2, 0, "1:000008 "},
    {"heading only", SRV_HEADING, 0, 0, ""},
    {"heading only, without line end", "device_id,srv,user_id,requested_at", 0, 0, ""},
    {"a value with the delimiter in quotes",
     "device_id,srv,user_id,requested_at,note\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17,\"a,\"\"b\"\"\"\n", 1, 0,
     ""},
    {"a value with a line end in quotes",
     "device_id,srv,user_id,requested_at,note\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17,\"a\nb\"\n" DEVICE
     ",6.17,90B3D51F30010000,2021-09-18,x\n",
     2, 0, "1:000004 "},
    {"a footer that tells a total", GOOD "Total records: 1\n", 2, 0, "1:000002 "},
    {"surplus fields that are blank", SRV_HEADING DEVICE ",6.17,90B3D51F30010000,2021-09-17,, \n", 1, 0, ""},

    {"surplus fields", SRV_HEADING DEVICE ",6.17,90B3D51F30010000,2021-09-17,x\n" SRV_ROW, 2, 1,
     "[] has 5 fields, the heading has 4"},
    {"too few fields", SRV_HEADING DEVICE ",6.17\n" SRV_ROW, 2, 1, "[] has 2 fields, the heading has 4"},
    {"one field", SRV_HEADING "x\n" SRV_ROW, 2, 1, "has 1 field, the heading has 4"},
    {"a bad value tells where it stands", GOOD "x,6.17,90B3D51F30010000,2021-09-17\n", 2, 1,
     "1:000003 REJECT @109 [device_id] \"x\" is no EUI-64"},
    {"invalid UTF-8", SRV_HEADING DEVICE ",6.17,90B3D51F30010000,2021-09-17\xFF\n" SRV_ROW, 2, 1,
     "[] is no valid UTF-8"},
    {"valid UTF-8 in an ignored column",
     "device_id,srv,user_id,requested_at,note\n" DEVICE ",6.17,90B3D51F30010000,2021-09-17,\xC3\xA9\n", 1, 0, ""},
    {"a quote that is never closed costs one row", SRV_HEADING "\"" DEVICE ",6.17,90B3D51F30010000\n" SRV_ROW SRV_ROW,
     3, 1, "1:000002 REJECT @35 [] a quote is opened and never closed"},
    {"two quotes that are never closed cost two rows",
     SRV_HEADING "\"" DEVICE ",6.17,1,2\n" SRV_ROW "\"" DEVICE ",6.17,1,2\n" SRV_ROW, 4, 2, "1:000004 REJECT"},
    {"two rows that each have a quote too many are not one with a value of two lines",
     "device_id,srv,user_id,requested_at,response_code\n" SRV_GLUED ",\"I0\n" SRV_GLUED ",\"\n", 2, 2,
     "1:000003 REJECT"},
    {"text as spreadsheets keep it from being a number",
     "device_id,srv,user_id,requested_at,note\n=\"00DB1234567890A0\",=\"6.17\",90B3D51F30010000, "
     "=\"2021-09-17\",\"a,=\"\n",
     1, 0, DEVICE},
    {"a '=' within quotes stays", SRV_HEADING DEVICE ",6.17,90B3D51F30010000,\"2021-09-17,=\"\"x\"\n" SRV_ROW, 2, 1,
     "[requested_at]"},
    {"a quote within a field", SRV_HEADING DEVICE ",6\"17,90B3D51F30010000,2021-09-17\n" SRV_ROW, 2, 1,
     "[] a quote stands where none may be"},
    {"text behind a closing quote", SRV_HEADING "\"" DEVICE "\"x,6.17,90B3D51F30010000,2021-09-17\n" SRV_ROW, 2, 1,
     "[] a quote stands where none may be"},

    {"a heading glued to the last row of the file before", SRV_HEADING SRV_GLUED "user_id,srv,device_id,requested_at\n",
     -1, 0, "line 2: a heading stands within this row"},
    {"one in quotes, behind a byte order mark",
     SRV_HEADING SRV_GLUED "\xEF\xBB\xBF\"user_id\",\"srv\",\"device_id\",\"requested_at\"\n", -1, 0,
     "line 2: a heading stands within this row"},
    {"one of other delimiters, in a row that is good with it",
     "device_id,srv,user_id,requested_at,response_code\n" SRV_GLUED ",I0user_id;srv;device_id;requested_at\n", -1, 0,
     "line 2: a heading stands within this row"},
    {"one that fills up a row",
     "device_id,srv,user_id,requested_at,response_code,a,b,c\n" SRV_GLUED ",I0user_id,srv,device_id,requested_at\n", -1,
     0, "line 2: a heading stands within this row"},
    {"one glued to a footer", GOOD "(1 row)user_id,srv,device_id,response_code,requested_at\n", -1, 0, "line 3: a "},
    {"a row that ends in the name of a column is none",
     "device_id,srv,user_id,requested_at,response_code\n" SRV_GLUED ",srv\n" SRV_GLUED ",User ID\n", 2, 0, ""},

    {"an empty file", "", -1, 0, "is empty"},
    {"blank lines only", "\n\n", -1, 0, "of no known kind: it has no heading"},
    {"a byte order mark only", "\xEF\xBB\xBF", -1, 0, "of no known kind: it has no heading"},
    {"a heading in Latin-1", "device_id,r\xE9sum\xE9\n", -1, 0, "it does not begin with a line of UTF-8 text"},
    {"a heading with an open quote", "\"device_id,srv\n", -1, 0, "a quote is opened and never closed"},
    {"nothing known", "a,b,c\n1,2,3\n", -1, 0,
     "the kinds are srv-audit, inventory, registration, organisations, dsp-checks, waivers, tickets"},
    {"the nearest kind", "device_id,srv,requested_at\n", -1, 0, "nearest is srv-audit, but it lacks 'user_id'"},
    {"a heading that is there twice", "device_id,srv,user_id,requested_at,Device ID\n", -1, 0,
     "more than one heading for the column 'device_id'"},
    {"a column's own name outweighs what the industry calls it",
     "device_id,service_reference_variant,user_id,requested_at,srv\n" DEVICE ",9.9,90B3D51F30010000,2021-09-17,6.17\n",
     1, 0, "|6.17|"},
    {"headings that the industry uses",
     "Target Device,Service Reference,Service Reference Variant,Business Originator,Request Received Date Time\n" DEVICE
     ",6.15,6.15.1,90B3D51F30010000,2021-09-17\n",
     1, 0, "|6.15.1|"},
    {"two headings of the industry for one column", "Target Device,Device,srv,user_id,requested_at\n", -1, 0,
     "more than one heading for the column 'device_id'"},
};

static void check_case(void **state)
{
    const struct csv_case *c = *state;
    struct trial t;

    trial_init(&t);
    const struct intake_file *f = trial_load_text(&t, "rows.csv", c->content);
    if (c->rows < 0) {
        assert_int_equal(f->fate, FILE_REFUSED);
        assert_int_equal(f->why.code, ERR_DATA);
        assert_contains(f->why.msg, c->want);
        assert_contains(f->why.msg, "rows.csv'");
    } else {
        assert_int_equal(f->fate, FILE_READ);
        assert_int_equal(f->rows, c->rows);
        assert_int_equal(f->rejected, c->rejected);
        assert_contains(trial_dump(&t), c->want);
    }
    trial_release(&t);
}

static void a_nul_byte_makes_a_bad_row(void **state)
{
    static const char content[] = SRV_HEADING DEVICE ",6.17,90B3D51F30010000,2021\0-09-17\n" SRV_ROW;
    struct trial t;

    (void)state;
    trial_init(&t);
    trial_write(&t, "rows.csv", content, sizeof(content) - 1);
    const struct intake_file *f = trial_load(&t, "rows.csv");
    assert_int_equal(f->rows, 2);
    assert_int_equal(f->rejected, 1);
    assert_contains(trial_dump(&t), "[] holds a NUL byte");
    trial_release(&t);
}

/* A row whose last field makes it `len` bytes long, and a good row behind it. */
static void load_long_row(struct trial *t, size_t len, int rejected)
{
    struct buf b = {0};

    buf_add_str(&b, "device_id,srv,user_id,requested_at,note\n");
    const size_t from = b.len;
    buf_add_str(&b, DEVICE ",6.17,90B3D51F30010000,2021-09-17,");
    while (b.len - from < len)
        buf_add_byte(&b, 'x');
    buf_add_str(&b, "\n" DEVICE ",6.17,90B3D51F30010000,2021-09-18,\n");
    trial_write(t, "rows.csv", b.ptr, b.len);
    buf_release(&b);
    const struct intake_file *f = trial_load(t, "rows.csv");
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, 2);
    assert_int_equal(f->rejected, rejected);
    trial_dump(t);
    assert_contains(t->dump, "1:000003 " DEVICE);
    if (rejected > 0)
        assert_contains(t->dump, "1:000002 REJECT @40 [] the record is longer than 1 MiB <65536:");
}

static void a_line_of_1_mib_is_the_longest(void **state)
{
    static const size_t blocks[] = {0, 1000, 300000, 4000000};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        for (size_t over = 0; over < 2; over++) {
            struct trial t;
            trial_init(&t);
            t.block_size = blocks[i];
            load_long_row(&t, RECORD_MAX + over, (int)over);
            trial_release(&t);
        }
}

static void a_line_far_over_the_limit_is_skipped(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    load_long_row(&t, 5 * RECORD_MAX, 1);
    trial_release(&t);
}

static void a_record_over_several_lines_ends_within_64_kib(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        struct trial t;
        struct buf b = {0};
        trial_init(&t);
        buf_add_str(&b, "device_id,srv,user_id,requested_at,note\n");
        const size_t from = b.len;
        buf_add_str(&b, DEVICE ",6.17,90B3D51F30010000,2021-09-17,\"\n");
        while (b.len - from < SPLIT_SPAN_MAX - 2 + over)
            buf_add_byte(&b, 'x');
        buf_add_str(&b, "\"\n" DEVICE ",6.17,90B3D51F30010000,2021-09-18,\n");
        trial_write(&t, "rows.csv", b.ptr, b.len);
        buf_release(&b);
        const struct intake_file *f = trial_load(&t, "rows.csv");
        assert_int_equal(f->rows, over ? 3 : 2); /* else its two lines are bad rows */
        assert_int_equal(f->rejected, over ? 2 : 0);
        trial_release(&t);
    }
}

static void unknown_columns_are_named_once(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    const struct intake_file *f = trial_load_text(&t, "rows.csv",
                                                  "device_id;Site;srv;user_id;requested_at;;Colour\r\n" DEVICE
                                                  ";x;6.17;90B3D51F30010000;2021-09-17;;\r\n");
    assert_int_equal(f->rows, 1);
    assert_string_equal(f->ignored_columns, "Site, Colour");
    assert_string_equal(f->dialect, "CSV, semicolon, CRLF");
    trial_release(&t);
}

static void headings_are_mapped_by_the_configuration(void **state)
{
    struct forms forms = {0};
    struct trial t;

    (void)state;
    trial_init(&t);
    trial_form(&forms, "columns.srv-audit", "device_id", "Gerät Nr");
    trial_form(&forms, "columns.srv-audit", "requested_at", "When");
    t.options.forms = &forms;
    const struct intake_file *f =
        trial_load_text(&t, "rows.csv", "Gerät-nr,SRV,User Id,when\nx,6.17,90B3D51F30010000,2021-09-17\n");
    assert_string_equal(f->kind, "srv-audit");
    assert_contains(trial_dump(&t), "[Gerät-nr] \"x\" is no EUI-64"); /* the reject names the file's own heading */
    trial_release(&t);
    forms_release(&forms);
}

static void a_missing_column_of_a_named_kind_refuses_the_file(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    t.options.kind = "srv-audit";
    const struct intake_file *f = trial_load_text(&t, "rows.csv", "device_id,Ref,requested_at\n");
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_contains(f->why.msg, "lacks the columns 'srv', 'user_id' of srv-audit; its headings are 'device_id', 'Ref', "
                                "'requested_at'; map one in the configuration: [columns.srv-audit] srv = HEADING");
    trial_release(&t);
}

/* Each takes memory, and a file of a few bytes can have them without end. */
static void headings_without_end_refuse_the_file(void **state)
{
    static const char *const headings[] = {SRV_HEADING, "srv,device_id,user_id,requested_at\n"};
    struct buf b = {0};
    struct trial t;

    (void)state;
    trial_init(&t);
    t.block_size = 512;
    for (int i = 0; i <= 50001; i++)
        buf_add_str(&b, headings[i % 2]);
    buf_add_str(&b, SRV_ROW);
    trial_write(&t, "alternating.csv", b.ptr, b.len);
    const struct intake_file *f = trial_load(&t, "alternating.csv");
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_contains(f->why.msg, "line 50002: more than 50000 headings stand before this one");
    /* Those alike that stand together are one. */
    buf_clear(&b);
    for (int i = 0; i <= 60000; i++)
        buf_add_str(&b, headings[0]);
    buf_add_str(&b, SRV_ROW);
    trial_write(&t, "alike.csv", b.ptr, b.len);
    f = trial_load(&t, "alike.csv");
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, 60001);
    assert_int_equal(f->passed_over, 60000);
    assert_contains(trial_dump(&t), "2:060002 00-DB-12-34-56-78-90-A0");
    trial_release(&t);
    buf_release(&b);
}

/* One that lacks columns refuses the file, so that what follows is looked at no more: it is told, whatever comes. */
static void a_heading_that_refuses_the_file_is_the_last_one(void **state)
{
    struct buf b = {0};
    struct trial t;

    (void)state;
    trial_init(&t);
    t.options.rejected_bytes_max = 4000;
    t.block_size = 512;
    buf_add_str(&b, SRV_HEADING SRV_ROW);
    for (int i = 0; i < 3000; i++)
        buf_add_str(&b, i % 2 != 0 ? "device_id,srv,x\n" : "srv,device_id,x\n");
    trial_write(&t, "log.csv", b.ptr, b.len);
    const struct intake_file *const f = trial_load(&t, "log.csv");
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_true(f->rows < 1000);
    assert_contains(f->why.msg, "was given up");
    trial_release(&t);
    buf_release(&b);
}

/* Every bad row is asked whether it is a heading, so that the answer must be quick, and must not miss one. */
static void a_line_that_is_no_heading_is_told_at_a_glance(void **state)
{
    static const struct {
        const char *line;
        bool named, may_be; /* of srv-audit */
        bool inventory;     /* may it be one of an inventory? */
    } lines[] = {
        {"", false, false, false},
        {"x,", false, false, false},
        {"00-DB-12-34-56-78-90-A0,6.17,90-B3-D5-1F-30-01-00-00", false, false, false},
        {"srv", true, false, false},
        {"srv,user_id", true, true, false},
        {"\xEF\xBB\xBF\"SRV\";\"User\xC2\xA0Id\"", true, true, false},
        {"Target Device ID\tService Reference Variant", true, true, false},
        {"Successdevice_id,srv,user_id", true, true, false},
        {"esme_firmware_id,x", false, false, true},
        {"site,smi_gsme id", false, false, true},
        {"resme id,x", false, false, false},
        {"Kennung,x", true, true, true},
    };
    struct load_options options = {0};
    struct forms forms = {0};
    const struct job job = {.options = &options};

    (void)state;
    trial_form(&forms, "columns.inventory", "device_id", "Kennung");
    options.forms = &forms;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        const struct heading_hint hint = heading_hint(&job, text_of(lines[i].line));
        const unsigned audit = heading_kind_bit(&reader_srv_audit), inventory = heading_kind_bit(&reader_inventory);

        if (((hint.named & audit) != 0) != lines[i].named || ((hint.may_be & audit) != 0) != lines[i].may_be ||
            ((hint.may_be & inventory) != 0) != lines[i].inventory)
            fail_msg("'%s': named %#x, may be %#x", lines[i].line, hint.named, hint.may_be);
    }
    forms_release(&forms);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + 12] = {
        cmocka_unit_test(headings_without_end_refuse_the_file),
        cmocka_unit_test(a_heading_that_refuses_the_file_is_the_last_one),
        cmocka_unit_test(a_line_that_is_no_heading_is_told_at_a_glance),
        cmocka_unit_test(a_nul_byte_makes_a_bad_row),
        cmocka_unit_test(a_line_of_1_mib_is_the_longest),
        cmocka_unit_test(a_line_far_over_the_limit_is_skipped),
        cmocka_unit_test(a_record_over_several_lines_ends_within_64_kib),
        cmocka_unit_test(unknown_columns_are_named_once),
        cmocka_unit_test(headings_are_mapped_by_the_configuration),
        cmocka_unit_test(a_missing_column_of_a_named_kind_refuses_the_file),
    };
    size_t n = 10;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[n++] = (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, &cases[i]};
    tests[n] = (struct CMUnitTest){"nothing", NULL, NULL, NULL, NULL};
    return _cmocka_run_group_tests("csv", tests, n, NULL, NULL);
}
