/* The rows of a workbook, held cell by cell and format by format against libxlsxwriter's own writing of them. */
#include "book_int.h"
#include "output/fake_cursor.h"
#include "output/scratch.h"

#include <archive.h>
#include <archive_entry.h>
#include <expat.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ROWS      12 /* more often than a text comes before it is shared */
#define FIRST_ROW (BOOK_HEADING_ROW + 1)

#define COLUMNS 8

static const char report_source[] = "-- name: rows\n-- column: t text 12 Text\n-- column: w text 40 Wide\n"
                                    "-- column: i instant 20 Instant\n-- column: d date 12 Date\n"
                                    "-- column: n integer 10 Int\n-- column: r real 10 Real\n"
                                    "-- column: p percent 9 Rate\n-- column: a text 12 Whatever\nSELECT 1";
static struct report report;
static const char *const names[] = {"t", "w", "i", "d", "n", "r", "p", "a"};

/* ---- Reading a workbook ---- */

struct seen_cell {
    char ref[16];
    char style[8];
    char text[16]; /* of a text, its beginning: cells are told apart by `hash` */
    uint64_t hash; /* of a text */
    bool is_text;
    double number;
};

struct seen_row {
    char number[16], height[16];
};

struct seen_book {
    struct seen_cell cells[512];
    size_t count;
    struct seen_row rows[64];
    size_t row_count;
    char *shared[64];
    size_t shared_count;
    struct buf styles, content;
    bool in_shared, is_shared, inside;
};

static const char *attribute(const char **attributes, const char *name)
{
    for (; *attributes != NULL; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return "";
}

static void XMLCALL on_start(void *user, const char *name, const char **attributes)
{
    struct seen_book *const b = user;

    if (strcmp(name, "row") == 0) {
        struct seen_row *const r = &b->rows[b->row_count++];

        snprintf(r->number, sizeof(r->number), "%s", attribute(attributes, "r"));
        snprintf(r->height, sizeof(r->height), "%s", attribute(attributes, "ht"));
    } else if (strcmp(name, "c") == 0) {
        struct seen_cell *const c = &b->cells[b->count++];

        snprintf(c->ref, sizeof(c->ref), "%s", attribute(attributes, "r"));
        snprintf(c->style, sizeof(c->style), "%s", attribute(attributes, "s"));
        b->is_shared = strcmp(attribute(attributes, "t"), "s") == 0;
        c->is_text = b->is_shared || strcmp(attribute(attributes, "t"), "inlineStr") == 0;
    }
    b->inside = strcmp(name, "t") == 0 || strcmp(name, "v") == 0;
    buf_clear(&b->content);
}

static void XMLCALL on_text(void *user, const char *text, int len)
{
    struct seen_book *const b = user;

    if (b->inside)
        buf_add(&b->content, text, (size_t)len);
}

static void XMLCALL on_end(void *user, const char *name)
{
    struct seen_book *const b = user;
    struct seen_cell *const c = b->count > 0 ? &b->cells[b->count - 1] : NULL;

    b->inside = false;
    if (strcmp(name, "t") != 0 && strcmp(name, "v") != 0)
        return;
    if (b->in_shared)
        b->shared[b->shared_count++] = strdup(buf_cstr(&b->content));
    else if (!c->is_text)
        c->number = strtod(buf_cstr(&b->content), NULL);
    else {
        const char *const text =
            b->is_shared ? b->shared[strtoul(buf_cstr(&b->content), NULL, 10)] : buf_cstr(&b->content);

        c->hash = book_hash_text(text_of(text));
        snprintf(c->text, sizeof(c->text), "%s", text);
    }
}

static void parse_part(struct seen_book *b, struct archive *zip)
{
    const XML_Parser parser = XML_ParserCreate(NULL);
    char chunk[4096];
    la_ssize_t got;

    XML_SetUserData(parser, b);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    while ((got = archive_read_data(zip, chunk, sizeof(chunk))) > 0)
        assert_int_equal(XML_Parse(parser, chunk, (int)got, 0), XML_STATUS_OK);
    assert_int_equal(XML_Parse(parser, NULL, 0, 1), XML_STATUS_OK);
    XML_ParserFree(parser);
}

/* The first sheet and the styles; a sheet's shared texts must have come before it, or there are none. */
static void read_book(struct seen_book *b, const char *path)
{
    struct archive *const zip = archive_read_new();
    struct archive_entry *entry;
    char chunk[4096];
    la_ssize_t got;

    archive_read_support_format_zip_seekable(zip);
    assert_int_equal(archive_read_open_filename(zip, path, 4096), ARCHIVE_OK);
    while (archive_read_next_header(zip, &entry) == ARCHIVE_OK) {
        const char *const name = archive_entry_pathname(entry);

        b->in_shared = strcmp(name, "xl/sharedStrings.xml") == 0;
        if (b->in_shared || strcmp(name, "xl/worksheets/sheet1.xml") == 0)
            parse_part(b, zip);
        else if (strcmp(name, "xl/styles.xml") == 0)
            while ((got = archive_read_data(zip, chunk, sizeof(chunk))) > 0)
                buf_add(&b->styles, chunk, (size_t)got);
    }
    archive_read_free(zip);
}

static void release(struct seen_book *b)
{
    for (size_t i = 0; i < b->shared_count; i++)
        free(b->shared[i]);
    buf_release(&b->styles);
    buf_release(&b->content);
}

/* ---- The same rows, written twice ---- */

/* One value of a row: what a query gives, and what a spreadsheet is to hold, NULL: the number. */
struct value {
    struct cell given;
    const char *text;
    double number;
    enum style style; /* STYLES: the column's */
};

#define DAYS(days, ms) ((days) + (ms) / 86400000.0)

static void write_ours(const struct cell *cells)
{
    const struct book_setup setup = {.title = "Rows", .cover_last = true};
    struct fake_cursor rows = {FAKE, .names = names, .columns = COLUMNS, .cells = cells, .rows = ROWS, .repeat = true};
    struct err err = {0};
    struct book *b;
    struct outfile *file;

    assert_int_equal(outfile_create(&file, "ours.xlsx", &err), 0);
    assert_int_equal(book_create(&b, &setup, &err), 0);
    assert_int_equal(book_sheet(b, "rows", &report, &err), 0);
    while (cursor_next(&rows.base, &err) > 0)
        assert_int_equal(book_row(b, &rows.base, &err), 0);
    assert_int_equal(book_sheet_end(b, &err), 0);
    if (book_write(b, file, &err) < 0 || outfile_commit(file, &err) < 0)
        fail_msg("%s", err.msg);
}

static void write_theirs(const struct value *values, double height)
{
    lxw_workbook *const workbook =
        workbook_new_opt("theirs.xlsx", &(lxw_workbook_options){.constant_memory = LXW_TRUE});
    lxw_worksheet *const sheet = workbook_add_worksheet(workbook, "rows");
    lxw_format *formats[STYLES];

    assert_true(book_styles_make(workbook, formats));
    for (lxw_col_t i = 0; i < COLUMNS; i++)
        worksheet_set_column(sheet, i, i, 10, formats[book_style_of_column(&report.columns[i])]);
    for (lxw_row_t row = FIRST_ROW; row < FIRST_ROW + ROWS; row++) {
        if (height > 0)
            worksheet_set_row(sheet, row, height, NULL);
        for (lxw_col_t i = 0; i < COLUMNS; i++) {
            const struct value *const v = &values[i];
            lxw_format *const format = v->style == STYLES ? NULL : formats[v->style];

            if (v->text != NULL)
                worksheet_write_string(sheet, row, i, v->text, format);
            else if (v->given.type != CELL_EMPTY)
                worksheet_write_number(sheet, row, i, v->number, format);
        }
    }
    assert_int_equal(workbook_close(workbook), LXW_NO_ERROR);
}

static void compare(const struct seen_book *ours, const struct seen_book *theirs)
{
    size_t at = 0;

    while (at < ours->count && atoi(ours->cells[at].ref + 1) <= FIRST_ROW) /* the frame has tests of its own */
        at++;
    assert_int_equal(ours->count - at, theirs->count);
    for (size_t i = 0; i < theirs->count; i++) {
        const struct seen_cell *const a = &ours->cells[at + i], *const b = &theirs->cells[i];

        assert_string_equal(a->ref, b->ref);
        assert_string_equal(a->style, b->style);
        assert_int_equal(a->is_text, b->is_text);
        assert_string_equal(a->text, b->text);
        assert_true(a->hash == b->hash);
        if (fabs(a->number - b->number) > 2e-11 + fabs(b->number) * 1e-15) /* theirs has 16 digits */
            fail_msg("%s is %.17g and should be %.17g", a->ref, a->number, b->number);
    }
    assert_int_equal(ours->row_count, FIRST_ROW + ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        assert_string_equal(ours->rows[FIRST_ROW + i].number, theirs->rows[i].number);
        assert_string_equal(ours->rows[FIRST_ROW + i].height, theirs->rows[i].height);
    }
    assert_int_equal(ours->styles.len, theirs->styles.len);
    assert_memory_equal(ours->styles.ptr, theirs->styles.ptr, theirs->styles.len);
}

static void both_are_alike(const struct value values[COLUMNS], double height)
{
    static struct seen_book ours, theirs;
    struct cell cells[COLUMNS];

    memset(&ours, 0, sizeof(ours));
    memset(&theirs, 0, sizeof(theirs));
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = values[i].given;
    write_ours(cells);
    write_theirs(values, height);
    read_book(&ours, "ours.xlsx");
    read_book(&theirs, "theirs.xlsx");
    compare(&ours, &theirs);
    release(&ours);
    release(&theirs);
}

#define AS_GIVEN(s)                                                                                                    \
    {                                                                                                                  \
        TEXT(s), s, 0, STYLES                                                                                          \
    }
#define AS(given, out)                                                                                                 \
    {                                                                                                                  \
        TEXT(given), out, 0, STYLES                                                                                    \
    }
#define IN(s, style)                                                                                                   \
    {                                                                                                                  \
        TEXT(s), s, 0, style                                                                                           \
    }
#define NONE                                                                                                           \
    {                                                                                                                  \
        EMPTY, NULL, 0, STYLES                                                                                         \
    }
#define NUM(n)                                                                                                         \
    {                                                                                                                  \
        INT(n), NULL, n, STYLES                                                                                        \
    }
#define NUM_REAL(x)                                                                                                    \
    {                                                                                                                  \
        REAL(x), NULL, x, STYLES                                                                                       \
    }
#define AT(s, days)                                                                                                    \
    {                                                                                                                  \
        TEXT(s), NULL, days, STYLES                                                                                    \
    }

static void types_and_looks(void **state)
{
    static const struct value rows[][COLUMNS] = {
        {IN("FAIL", STYLE_BAD), AS_GIVEN("FAIL"), AT("2021-09-17T09:30:00.123Z", DAYS(44456, 34200123.0)),
         AT("2021-09-17", 44456), NUM(-12), NUM_REAL(0.1), NUM_REAL(1 / 3.0), NUM(9007199254740992)},
        {IN("PASS", STYLE_GOOD),
         NONE,
         AT("1900-03-01T00:00:00Z", 61),
         AS_GIVEN("1899-12-31"),
         NUM(0),
         NUM_REAL(-1e300),
         NUM_REAL(0),
         {REAL(1.5), NULL, 1.5, STYLES}},
        {IN("UNVERIFIED", STYLE_UNSURE),
         NONE,
         AT("9999-12-31T23:59:59.999Z", DAYS(2958465, 86399999.0)),
         AT("2000-02-29", 36585),
         {{.type = CELL_INTEGER, .integer = 9007199254740993, .text = TEXT_LITERAL("9007199254740993")},
          "9007199254740993",
          0,
          STYLES},
         NUM(7),
         NUM(1),
         IN("OPEN", STYLE_BAD)},
        {IN("EXCLUDED", STYLE_QUIET), NONE, AS_GIVEN("soon"), AS_GIVEN("never"), AS_GIVEN("many"), AS_GIVEN("some"),
         NONE, AS_GIVEN("TRUE")},
        {{INT(7), "7", 0, STYLES},
         NONE,
         AT("2024-03-31T01:00:00Z", DAYS(45382, 3600000.0)),
         NONE,
         NONE,
         {REAL(INFINITY), NULL, 0, STYLES},
         NONE,
         NONE},
    };

    (void)state;
    for (size_t i = 0; i + 1 < ARRAY_LEN(rows); i++)
        both_are_alike(rows[i], 0);
    static struct value last[COLUMNS];

    memcpy(last, rows[ARRAY_LEN(rows) - 1], sizeof(last));
    last[5].given.type = CELL_EMPTY; /* an infinite number is no cell */
    both_are_alike(last, 0);
}

static void texts_of_all_sorts(void **state)
{
    static const struct value rows[][COLUMNS] = {
        {AS_GIVEN("=HYPERLINK(\"http://a.example\",\"b\")"), AS_GIVEN("+1+1"), AS_GIVEN("@SUM(A1)"), AS_GIVEN("{=1+1}"),
         AS_GIVEN("#N/A"), AS_GIVEN("1e5"), AS_GIVEN("6.10"), AS_GIVEN("0012")},
        {AS("_x0041_ stays", "_x005F_x0041_ stays"), AS("a_x00e9_", "a_x005F_x00e9_"), AS_GIVEN("_x004_"),
         AS("a\rb", "a_x000D_b"),
         AS("a\x01"
            "b\x7F",
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"),
         AS("\xEF\xBF\xBE", "\xEF\xBF\xBD"), AS("x\xEF\xBF\xBFy", "x\xEF\xBF\xBDy"),
         AS("\xFF\xC3\xA9", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")},
        {AS_GIVEN("\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xE2\x80\xAE"
                  "abc"),
         AS_GIVEN(" blanks "), AS_GIVEN("<b>&amp;</b>"), AS_GIVEN("tab\tin"), AS_GIVEN("\xF0\x9F\x98\x80"),
         AS_GIVEN("]]>"), AS_GIVEN("\"quoted\", and"), AS_GIVEN("\t")},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        both_are_alike(rows[i], 0);
}

static void long_texts(void **state)
{
    static char whole[BOOK_CELL_MAX + 1], over[BOOK_CELL_MAX + 2], cut[BOOK_CELL_MAX + 3];
    struct value row[COLUMNS] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE};

    (void)state;
    memset(whole, 'x', BOOK_CELL_MAX);
    memset(over, 'x', BOOK_CELL_MAX + 1);
    memset(cut, 'x', BOOK_CELL_MAX - 1);
    strcpy(cut + BOOK_CELL_MAX - 1, "\xE2\x80\xA6");
    row[0] = (struct value){{CELL_TEXT, {whole, BOOK_CELL_MAX}, 0, 0}, whole, 0, STYLES};
    row[7] = (struct value){{CELL_TEXT, {over, BOOK_CELL_MAX + 1}, 0, 0}, cut, 0, STYLES};
    both_are_alike(row, 0);
}

static void rows_are_as_high_as_their_wrapped_texts(void **state)
{
    static const struct value rows[][COLUMNS] = {
        {AS_GIVEN("one\ntwo\nthree"), AS_GIVEN("one\ntwo\nthree"), NONE, NONE, NONE, NONE, NONE, NONE},
        {NONE, AS_GIVEN("fifty characters, and six more than there is room for"), NONE, NONE, NONE, NONE, NONE, NONE},
        {AS_GIVEN("fifty characters, and six more than there is room for"), NONE, NONE, NONE, NONE, NONE, NONE, NONE},
    };

    (void)state;
    both_are_alike(rows[0], 45);
    both_are_alike(rows[1], 30);
    both_are_alike(rows[2], 0);
}

static int enter(void **state)
{
    struct err err = {0};

    if (report_parse(&report, "rows.sql", text_of(report_source), &err) < 0)
        return -1;
    report.columns[COLUMNS - 1].type = COLUMN_ANY; /* as the columns of an ad-hoc query are */
    return scratch_enter(state);
}

static int leave(void **state)
{
    report_release(&report);
    return scratch_leave(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_and_looks),
        cmocka_unit_test(texts_of_all_sorts),
        cmocka_unit_test(long_texts),
        cmocka_unit_test(rows_are_as_high_as_their_wrapped_texts),
    };

    return cmocka_run_group_tests_name("book_rows", tests, enter, leave);
}
