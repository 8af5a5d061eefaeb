/* The CSV writer: quoting, formulas, and what libcsv reads back. */
#include "output/fake_cursor.h"
#include "output/scratch.h"
#include "output/writer.h"

#include <csv.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cell_case {
    const char *name;
    enum column_type type;
    struct cell cell;
    const char *want;
} cases[] = {
    {"plain text stays as it is", COLUMN_TEXT, TEXT("abc"), "abc"},
    {"an empty cell is nothing", COLUMN_TEXT, EMPTY, ""},
    {"blanks need no quotes", COLUMN_TEXT, TEXT(" a b "), " a b "},
    {"a comma needs quotes", COLUMN_TEXT, TEXT("a,b"), "\"a,b\""},
    {"a quote is doubled", COLUMN_TEXT, TEXT("say \"hi\""), "\"say \"\"hi\"\"\""},
    {"a quote alone", COLUMN_TEXT, TEXT("\""), "\"\"\"\""},
    {"a line feed needs quotes", COLUMN_TEXT, TEXT("a\nb"), "\"a\nb\""},
    {"a carriage return needs quotes", COLUMN_TEXT, TEXT("a\rb"), "\"a\rb\""},
    {"a semicolon does not", COLUMN_TEXT, TEXT("TIMEOUT;IMPLIED"), "TIMEOUT;IMPLIED"},
    {"formula: =", COLUMN_TEXT, TEXT("=1+1"), "'=1+1"},
    {"formula: +", COLUMN_TEXT, TEXT("+44 20"), "'+44 20"},
    {"formula: -", COLUMN_TEXT, TEXT("-5"), "'-5"},
    {"formula: @", COLUMN_TEXT, TEXT("@SUM(A1)"), "'@SUM(A1)"},
    {"formula: tab", COLUMN_TEXT, TEXT("\t=1"), "'\t=1"},
    {"formula: carriage return", COLUMN_TEXT, TEXT("\r=1"), "\"'\r=1\""},
    {"formula: line feed", COLUMN_TEXT, TEXT("\n=1"), "\"'\n=1\""},
    {"formula: with a comma and quotes", COLUMN_TEXT, TEXT("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\""},
    {"formula: in a column that should hold numbers", COLUMN_INTEGER, TEXT("=cmd|' /C calc'!A0"),
     "'=cmd|' /C calc'!A0"},
    {"formula: after a minus in a number column", COLUMN_REAL, TEXT("-2+cmd()"), "'-2+cmd()"},
    {"formula: a sum in a number column", COLUMN_INTEGER, TEXT("-5+3"), "'-5+3"},
    {"formula: a date in a number column", COLUMN_REAL, TEXT("+1-2-2021"), "'+1-2-2021"},
    {"formula: signs in a number column", COLUMN_REAL, TEXT("-1-1"), "'-1-1"},
    {"formula: no digit in a number column", COLUMN_REAL, TEXT("-e5"), "'-e5"},
    {"formula: an exponent without digits in a number column", COLUMN_REAL, TEXT("-1e"), "'-1e"},
    {"a negative real as text gets no apostrophe", COLUMN_REAL, TEXT("-1.5e-07"), "-1.5e-07"},
    {"= inside is no formula", COLUMN_TEXT, TEXT("a=1"), "a=1"},
    {"a Device is text", COLUMN_TEXT, TEXT("00-DB-12-34-56-78-90-A0"), "00-DB-12-34-56-78-90-A0"},
    {"SRV 6.10 keeps its nought", COLUMN_TEXT, TEXT("6.10"), "6.10"},
    {"an MPxN keeps its nought", COLUMN_TEXT, TEXT("0012345678"), "0012345678"},
    {"a negative integer gets no apostrophe", COLUMN_INTEGER, INT(-5), "-5"},
    {"a negative number as text neither", COLUMN_INTEGER, TEXT("-5"), "-5"},
    {"an instant is as it is", COLUMN_INSTANT, TEXT("2021-09-17T09:30:00Z"), "2021-09-17T09:30:00Z"},
    {"2^53 + 1 keeps every digit", COLUMN_INTEGER, INT(INT64_C(9007199254740993)), "9007199254740993"},
    {"the least integer", COLUMN_INTEGER, INT(INT64_MIN), "-9223372036854775808"},
    {"nought", COLUMN_INTEGER, INT(0), "0"},
    {"a real in its fewest digits", COLUMN_REAL, REAL(0.1), "0.1"},
    {"a real that needs 17 digits", COLUMN_REAL, REAL(0.1 + 0.2), "0.30000000000000004"},
    {"a percentage is a fraction", COLUMN_PERCENT, REAL(0.07), "0.07"},
    {"infinity is nothing", COLUMN_REAL, REAL(INFINITY), ""},
    {"UTF-8 stays", COLUMN_TEXT, TEXT("Caf\xC3\xA9"), "Caf\xC3\xA9"},
    {"bytes that are no UTF-8 are replaced", COLUMN_TEXT, TEXT("a\xFF"), "a\xEF\xBF\xBD"},
    {"control characters are replaced", COLUMN_TEXT, TEXT("a\x1B[31m\x7F"), "a\xEF\xBF\xBD[31m\xEF\xBF\xBD"},
    {"a NUL is replaced", COLUMN_TEXT, TEXT("a\0b"),
     "a\xEF\xBF\xBD"
     "b"},
};

/* Two columns, so that a single empty cell is not the whole row. */
static void write_file(const char *path, enum column_type type, struct cursor *rows, uint64_t *count)
{
    static char a[] = "a", b[] = "b";
    struct report_column columns[] = {{.name = a, .type = type}, {.name = b, .type = COLUMN_TEXT}};
    const struct report report = {.name = a, .columns = columns, .column_count = (size_t)cursor_column_count(rows)};
    struct err err = {0};
    struct outfile *file;

    assert_int_equal(outfile_create(&file, path, &err), 0);
    assert_int_equal(report_write(&report, NULL, rows, writer_find("csv"), file, count, &err), 0);
    assert_int_equal(outfile_commit(file, &err), 0);
    assert_int_equal(err.code, ERR_NONE);
}

static const char *const names[] = {"a", "b"};

/* What the cursor over rows of Devices can do besides: give the texts of a row all at once. */
static struct cursor_texts texts_of_row(struct cursor *c)
{
    static char all[256];
    static size_t ends[2];
    size_t len = 0;

    for (int i = 0; i < 2; i++) {
        const struct text t = cursor_text(c, i);

        if (t.len > 0)
            memcpy(all + len, t.ptr, t.len);
        ends[i] = len += t.len;
    }
    return (struct cursor_texts){{all, len}, ends};
}

static void check_case(void **state)
{
    const struct cell_case *c = *state;
    const struct cell cells[] = {c->cell, TEXT("z")};
    struct fake_cursor rows = {FAKE, .names = names, .columns = 2, .cells = cells, .rows = 1};
    struct cursor_ops at_once = fake_ops;
    char want[256];

    snprintf(want, sizeof(want), "a,b\r\n%s,z\r\n", c->want);
    write_file("out.csv", c->type, &rows.base, NULL);
    assert_string_equal(content_of("out.csv"), want);
    if (c->cell.type != CELL_EMPTY && c->cell.type != CELL_TEXT)
        return;
    at_once.texts = texts_of_row;
    rows.base.ops = &at_once;
    rows.at = 0;
    write_file("out.csv", c->type, &rows.base, NULL);
    assert_string_equal(content_of("out.csv"), want);
}

static void heading_stands_without_rows(void **state)
{
    struct fake_cursor rows = {FAKE, .names = names, .columns = 2};
    uint64_t count = 9;

    (void)state;
    write_file("out.csv", COLUMN_TEXT, &rows.base, &count);
    assert_string_equal(content_of("out.csv"), "a,b\r\n");
    assert_int_equal(count, 0);
}

static void a_lone_empty_cell_is_no_blank_line(void **state)
{
    static const struct cell cells[] = {EMPTY};
    struct fake_cursor rows = {FAKE, .names = names, .columns = 1, .cells = cells, .rows = 1};

    (void)state;
    write_file("out.csv", COLUMN_TEXT, &rows.base, NULL);
    assert_string_equal(content_of("out.csv"), "a\r\n\"\"\r\n");
}

/* ---- Against libcsv: whatever text goes in comes out again ---- */

struct read_back {
    const struct cell *want;
    size_t at, rows;
};

static void on_field(void *ptr, size_t len, void *ctx)
{
    struct read_back *r = ctx;

    if (r->rows > 0) { /* below the heading */
        assert_int_equal(len, r->want[r->at].text.len);
        assert_memory_equal(ptr, r->want[r->at].text.ptr, len);
        r->at++;
    }
}

static void on_row(int end, void *ctx)
{
    (void)end;
    ((struct read_back *)ctx)->rows++;
}

#define DIFF_ROWS 1000

static void libcsv_reads_back_what_was_written(void **state)
{
    static const char letters[] = "abcdefgh,\"\n\r; '";
    static char texts[2 * DIFF_ROWS][24];
    static struct cell cells[2 * DIFF_ROWS];
    struct fake_cursor rows = {FAKE, .names = names, .columns = 2, .cells = cells, .rows = DIFF_ROWS};
    struct read_back back = {.want = cells};
    struct csv_parser parser;
    unsigned seed = 1;
    const char *got;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const size_t len = 1 + (seed = seed * 1103515245 + 12345) / 65536 % 23;

        texts[i][0] = 'x'; /* no formula, and no blank that libcsv would trim */
        for (size_t k = 1; k < len; k++)
            texts[i][k] = letters[(seed = seed * 1103515245 + 12345) / 65536 % (sizeof(letters) - 1)];
        if (texts[i][len - 1] == ' ')
            texts[i][len - 1] = 'y';
        cells[i] = (struct cell){.type = CELL_TEXT, .text = {texts[i], len}};
    }
    write_file("out.csv", COLUMN_TEXT, &rows.base, NULL);
    got = content_of("out.csv");
    assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
    assert_int_equal(csv_parse(&parser, got, strlen(got), on_field, on_row, &back), strlen(got));
    assert_int_equal(csv_fini(&parser, on_field, on_row, &back), 0);
    csv_free(&parser);
    assert_int_equal(back.rows, DIFF_ROWS + 1);
    assert_int_equal(back.at, 2 * DIFF_ROWS);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(heading_stands_without_rows),
        cmocka_unit_test(a_lone_empty_cell_is_no_blank_line),
        cmocka_unit_test(libcsv_reads_back_what_was_written),
    };
    struct CMUnitTest tests[ARRAY_LEN(cases)];
    int failed;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, &cases[i]};
    failed = cmocka_run_group_tests_name("csv cells", tests, scratch_enter, scratch_leave);
    return failed + cmocka_run_group_tests_name("csv", others, scratch_enter, scratch_leave);
}
