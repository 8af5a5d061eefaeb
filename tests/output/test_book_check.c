/* A finished workbook is held against the sums of the cells that were handed to it; and the reader of rows, which is
 * there to be fast, takes none that an XML parser would not take, or would take for others. */
#include "book_int.h"
#include "output/scratch.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BOOK "book.xlsx"

static void sum_text(struct sheet_sum *s, uint32_t row, uint32_t column, const char *text)
{
    sheet_sum_add(s, row, column, book_hash_text(text_of(text)));
}

/* Two sheets of three cells each, of which one is a text in its cell where rows are not kept in memory, and a shared
 * one where they are; returns a descriptor to read the file from. */
#define NAMES 2 /* of the titles to print */

static int make_book_with(struct book_sheet sheets[2], bool constant_memory, bool chart)
{
    lxw_workbook *const workbook = workbook_new_opt(BOOK, &(lxw_workbook_options){.constant_memory = constant_memory});

    memset(sheets, 0, 2 * sizeof(*sheets));
    for (unsigned i = 0; i < 2; i++) {
        lxw_worksheet *const sheet = workbook_add_worksheet(workbook, NULL);
        struct sheet_sum *const sum = &sheets[i].sum;

        worksheet_write_string(sheet, 0, 27, "a <b> & \"c\"\n\xC3\xA9", NULL);
        sum_text(sum, 0, 27, "a <b> & \"c\"\n\xC3\xA9");
        worksheet_write_number(sheet, 3, 1, 44440.125, NULL);
        sheet_sum_add(sum, 3, 1, book_hash_number(TEXT_LITERAL("44440.125")));
        worksheet_write_formula_num(sheet, 4, 1, "=SUM(B1:B4)", NULL, 7);
        sheet_sum_add(sum, 4, 1, book_hash_formula(TEXT_LITERAL("SUM(B1:B4)"), book_hash_number(TEXT_LITERAL("7"))));
        worksheet_repeat_rows(sheet, 0, 0);
        worksheet_freeze_panes(sheet, 1, 1);
        if (chart) {
            lxw_chart *const columns = workbook_add_chart(workbook, LXW_CHART_COLUMN);

            chart_add_series(columns, NULL, "=Sheet1!$B$1:$B$5");
            worksheet_insert_chart(sheet, 6, 0, columns);
        }
    }
    assert_int_equal(workbook_close(workbook), LXW_NO_ERROR);
    return open(BOOK, O_RDONLY | O_CLOEXEC);
}

static int make_book(struct book_sheet sheets[2], bool constant_memory)
{
    return make_book_with(sheets, constant_memory, false);
}

static int check_with(const struct book_sheet *sheets, size_t count, size_t names, int fd)
{
    struct err err = {0};
    const int rc = book_check(fd, sheets, count, names, NULL, &err);

    if (rc < 0)
        assert_int_equal(err.code, ERR_IO);
    return rc;
}

static int check(const struct book_sheet *sheets, size_t count, int fd)
{
    return check_with(sheets, count, NAMES, fd);
}

static void whole_books_pass(void **state)
{
    (void)state;
    for (int constant_memory = 0; constant_memory < 2; constant_memory++) {
        struct book_sheet sheets[2];
        const int fd = make_book(sheets, constant_memory);

        /* Shared texts come behind the sheets here, so that only book_assemble's order can be read. */
        assert_int_equal(check(sheets, 2, fd), constant_memory ? 0 : -1);
        close(fd);
    }
}

/* A row that got lost, one that changed its place, one that changed its content, a sheet too few or too many. */
static void what_differs_is_found(void **state)
{
    struct book_sheet sheets[2], wrong[3];
    const int fd = make_book(sheets, true);

    (void)state;
    memset(wrong, 0, sizeof(wrong));
    memcpy(wrong, sheets, sizeof(sheets));
    assert_int_equal(check(wrong, 1, fd), -1);
    assert_int_equal(check(wrong, 3, fd), -1);
    sum_text(&wrong[1].sum, 1, 0, "lost");
    assert_int_equal(check(wrong, 2, fd), -1);
    wrong[1] = sheets[1];
    wrong[0].sum.sum = 0;
    sum_text(&wrong[0].sum, 0, 26, "a <b> & \"c\"\n\xC3\xA9"); /* a column to the left */
    sheet_sum_add(&wrong[0].sum, 3, 1, book_hash_number(TEXT_LITERAL("44440.125")));
    sheet_sum_add(&wrong[0].sum, 4, 1,
                  book_hash_formula(TEXT_LITERAL("SUM(B1:B4)"), book_hash_number(TEXT_LITERAL("7"))));
    wrong[0].sum.cells = sheets[0].sum.cells;
    assert_int_equal(check(wrong, 2, fd), -1);
    close(fd);
}

static void cut_files_are_found(void **state)
{
    struct book_sheet sheets[2];
    const int fd = make_book(sheets, true);
    const off_t size = lseek(fd, 0, SEEK_END);

    (void)state;
    for (off_t len = size - 1; len >= 0; len -= 97) {
        assert_int_equal(truncate(BOOK, len), 0);
        assert_int_equal(check(sheets, 2, fd), -1);
    }
    close(fd);
}

/* Copies the workbook with each `from` of the part's text changed into `to`, which is as long. */
static int with_changed(const char *part, const char *from, const char *to)
{
    struct archive *const in = archive_read_new(), *const out = archive_write_new();
    struct archive_entry *entry;
    static char text[1 << 16];

    archive_read_support_format_zip(in);
    archive_write_set_format_zip(out);
    assert_int_equal(archive_read_open_filename(in, BOOK, 65536), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(out, "changed.xlsx"), ARCHIVE_OK);
    while (archive_read_next_header(in, &entry) == ARCHIVE_OK) {
        const la_ssize_t len = archive_read_data(in, text, sizeof(text) - 1);
        struct archive_entry *const copy = archive_entry_new();

        assert_true(len >= 0);
        text[len] = '\0';
        for (char *at = text; strcmp(archive_entry_pathname(entry), part) == 0 && (at = strstr(at, from)) != NULL;)
            memcpy(at, to, strlen(to));
        archive_entry_set_pathname(copy, archive_entry_pathname(entry));
        archive_entry_set_filetype(copy, AE_IFREG);
        archive_entry_set_size(copy, len);
        assert_int_equal(archive_write_header(out, copy), ARCHIVE_OK);
        assert_int_equal(archive_write_data(out, text, (size_t)len), len);
        archive_entry_free(copy);
    }
    archive_read_free(in);
    archive_write_free(out);
    return open("changed.xlsx", O_RDONLY | O_CLOEXEC);
}

static void a_name_that_got_lost_is_found(void **state)
{
    struct book_sheet sheets[2];
    const int fd = make_book(sheets, true);

    (void)state;
    assert_int_equal(check_with(sheets, 2, NAMES + 1, fd), -1);
    assert_int_equal(check(sheets, 2, fd), 0);
    close(fd);
}

/* What libxlsxwriter leaves out where it has no memory for it, and goes on. */
static void parts_that_no_other_knows_are_found(void **state)
{
    static const struct {
        const char *part, *from, *to;
        int want;
    } cases[] = {
        {"[Content_Types].xml", "spreadsheetml.styles+xml", "spreadsheetml.styles-xml", 0}, /* the copy is whole */
        {"[Content_Types].xml", "\"/xl/styles.xml", "\"/xl/nothin.xml", -1},
        {"xl/_rels/workbook.xml.rels", "\"worksheets/sheet2.xml", "\"worksheets/sheet9.xml", -1},
        {"_rels/.rels", "\"docProps/app.xml", "\"docProps/abc.xml", -1},
    };
    struct book_sheet sheets[2];

    (void)state;
    close(make_book(sheets, true));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const int fd = with_changed(cases[i].part, cases[i].from, cases[i].to);

        assert_int_equal(check(sheets, 2, fd), cases[i].want);
        close(fd);
    }
}

static void check_lacks_memory(const struct book_sheet *sheets, int fd)
{
    struct err err = {0};

    assert_int_equal(book_check(fd, sheets, 2, NAMES, NULL, &err), -1);
    assert_int_equal(err.code, ERR_NOMEM);
    close(fd);
}

static void what_panes_and_charts_lack_for_want_of_memory_is_found(void **state)
{
    struct book_sheet sheets[2];

    (void)state;
    close(make_book(sheets, true));
    check_lacks_memory(sheets, with_changed("xl/worksheets/sheet2.xml", "<selection ", "<xelection "));
    /* In constant memory libxlsxwriter knows as little of what a chart shows as where there is none. */
    check_lacks_memory(sheets, make_book_with(sheets, true, true));
}

/* A sheet that is unpacked on a thread while it is looked at: whole, with a row too few, and with a byte that changed.
 */
static void long_sheets_are_read_too(void **state)
{
    lxw_workbook *const workbook = workbook_new_opt(BOOK, &(lxw_workbook_options){.constant_memory = LXW_TRUE});
    lxw_worksheet *const sheet = workbook_add_worksheet(workbook, NULL);
    struct book_sheet sums = {0}, wrong;
    unsigned char byte;
    off_t middle;
    int fd;

    (void)state;
    for (lxw_row_t row = 0; row < 60000; row++) {
        char text[64];

        snprintf(text, sizeof(text), "row %u of a sheet of more than four mebibytes", row);
        worksheet_write_string(sheet, row, 0, text, NULL);
        sum_text(&sums.sum, row, 0, text);
    }
    assert_int_equal(workbook_close(workbook), LXW_NO_ERROR);
    fd = open(BOOK, O_RDWR | O_CLOEXEC);
    assert_int_equal(check_with(&sums, 1, 0, fd), 0);
    wrong = sums;
    sum_text(&wrong.sum, 60000, 0, "lost");
    assert_int_equal(check_with(&wrong, 1, 0, fd), -1);
    middle = lseek(fd, 0, SEEK_END) / 2;
    assert_int_equal(pread(fd, &byte, 1, middle), 1);
    byte ^= 0x55;
    assert_int_equal(pwrite(fd, &byte, 1, middle), 1);
    assert_int_equal(check_with(&sums, 1, 0, fd), -1);
    close(fd);
}

/* ---- What is held ---- */

static struct book_held read_file(int fd)
{
    static char bytes[1 << 16];
    const ssize_t len = pread(fd, bytes, sizeof(bytes), 0);
    struct book_held held;
    struct err err = {0};

    assert_true(len > 0);
    assert_int_equal(book_read((struct text){bytes, (size_t)len}, &held, &err), 0);
    close(fd);
    return held;
}

/* The sums stand in manifests of packs that were made before: they may never change. */
static void what_is_held_is_read_back(void **state)
{
    struct book_sheet sheets[2];
    struct book_held made = {0}, back, other;
    struct err err = {0};
    const int fd = make_book(sheets, true);

    (void)state;
    assert_int_equal(book_check(fd, sheets, 2, NAMES, &made, &err), 0);
    back = read_file(fd);
    assert_int_equal(made.count, 2);
    assert_int_equal(back.count, 2);
    assert_memory_equal(made.parts, back.parts, DIGEST_SIZE);
    for (unsigned i = 0; i < 2; i++) {
        assert_string_equal(back.sheets[i].name, i == 0 ? "Sheet1" : "Sheet2");
        assert_string_equal(made.sheets[i].name, back.sheets[i].name);
        assert_false(back.sheets[i].hidden);
        assert_int_equal(back.sheets[i].rows, 3);
        assert_int_equal(back.sheets[i].cells, 3);
        assert_int_equal(back.sheets[i].sum, UINT64_C(0xDD97AECF5B0F03A0));
        assert_int_equal(made.sheets[i].sum, back.sheets[i].sum);
    }
    other = read_file(with_changed("xl/workbook.xml", " r:id=\"rId2\"", " state=\"x\"  "));
    assert_null(other.sheets[1].name); /* it is no longer told of */
    assert_int_equal(other.sheets[1].cells, 3);
    assert_memory_not_equal(other.parts, back.parts, DIGEST_SIZE);
    book_held_release(&made);
    book_held_release(&back);
    book_held_release(&other);
}

/* ---- Rows ---- */

#define ROW(cells) "<row r=\"12\" ht=\"30\" customHeight=\"1\">" cells "</row>"
#define CELLS                                                                                                          \
    "<c r=\"A12\" s=\"3\" t=\"inlineStr\"><is><t>one</t></is></c>"                                                     \
    "<c r=\"B12\" s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> two</t></is></c>"                             \
    "<c r=\"C12\" s=\"14\" t=\"s\"><v>1</v></c><c r=\"AB12\" s=\"4\"><v>-44440.5</v></c>"

static const char row_xml[] = ROW(CELLS);
static const uint64_t shared[] = {77, 99};

static size_t scan(const char *xml, size_t len, struct sheet_sum *sum)
{
    return book_scan_row((struct text){xml, len}, shared, ARRAY_LEN(shared), sum);
}

static void a_row_is_read_with_its_cells(void **state)
{
    struct sheet_sum want = {0}, got = {0};

    (void)state;
    sum_text(&want, 11, 0, "one");
    sum_text(&want, 11, 1, " two");
    sheet_sum_add(&want, 11, 2, 99);
    sheet_sum_add(&want, 11, 27, book_hash_number(TEXT_LITERAL("-44440.5")));
    assert_int_equal(scan(row_xml, sizeof(row_xml) - 1, &got), sizeof(row_xml) - 1);
    assert_int_equal(got.cells, 4);
    assert_int_equal(got.sum, want.sum);
}

static void no_part_of_a_row_is_read(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof(row_xml) - 1; len++) {
        struct sheet_sum got = {0};

        assert_int_equal(scan(row_xml, len, &got), 0);
        assert_int_equal(got.cells, 0);
    }
}

/* What is not well-formed, or not just so: all of it is the parser's to judge. */
static void other_rows_are_left_to_the_parser(void **state)
{
    static const char *const rows[] = {
        "<row r=\"12\"></row >",
        "<row r=\"0\"></row>",
        "<row r=\"x\"></row>",
        "<row r=\"12\" ht=\"15.5\" customHeight=\"1\"></row>",
        "<row r=\"12\" spans=\"1:2\"></row>",
        "<row  r=\"12\"></row>",
        ROW("<c r=\"A13\" s=\"3\"><v>1</v></c>"), /* of another row */
        ROW("<c r=\"12\" s=\"3\"><v>1</v></c>"),
        ROW("<c r=\"A12\"><v>1</v></c>"),
        ROW("<c r=\"A12\" s=\"3\"><v>1</c>"),
        ROW("<c r=\"A12\" s=\"3\"><v></v></c>"),
        ROW("<c r=\"A12\" s=\"3\"><v>1 2</v></c>"),
        ROW("<c r=\"A12\" s=\"3\"><v>INF</v></c>"),
        ROW("<c r=\"A12\" s=\"3\"><f>1+1</f><v>2</v></c>"),
        ROW("<c r=\"A12\" s=\"3\" t=\"s\"><v>2</v></c>"), /* there are two shared texts */
        ROW("<c r=\"A12\" s=\"3\" t=\"s\"><v>one</v></c>"),
        ROW("<c r=\"A12\" s=\"3\" t=\"inlineStr\"><is><t></t></is></c>"),
        ROW("<c r=\"A12\" s=\"3\" t=\"inlineStr\"><is><t>a & b</t></is></c>"),
        ROW("<c r=\"A12\" s=\"3\" t=\"inlineStr\"><is><t>a &amp; b</t></is></c>"),
        ROW("<c r=\"A12\" s=\"3\" t=\"inlineStr\"><is><t>a\x01</t></is></c>"),
        ROW("<c r=\"A12\" s=\"3\" t=\"inlineStr\"><is><t>\xC3\xA9</t></is></c>"),
        ROW("<c r=\"A12\" s=\"3\" t=\"inlineStr\"><is><t>a</is></t></c>"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sheet_sum got = {0};

        if (scan(rows[i], strlen(rows[i]), &got) != 0)
            fail_msg("taken: %s", rows[i]);
        assert_int_equal(got.cells, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_books_pass),
        cmocka_unit_test(what_differs_is_found),
        cmocka_unit_test(cut_files_are_found),
        cmocka_unit_test(a_name_that_got_lost_is_found),
        cmocka_unit_test(parts_that_no_other_knows_are_found),
        cmocka_unit_test(what_panes_and_charts_lack_for_want_of_memory_is_found),
        cmocka_unit_test(long_sheets_are_read_too),
        cmocka_unit_test(what_is_held_is_read_back),
        cmocka_unit_test(a_row_is_read_with_its_cells),
        cmocka_unit_test(no_part_of_a_row_is_read),
        cmocka_unit_test(other_rows_are_left_to_the_parser),
    };

    return cmocka_run_group_tests_name("book_check", tests, scratch_enter, scratch_leave);
}
