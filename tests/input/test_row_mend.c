/* Rows with a quote or delimiter too many or too few are read as they were before, or rejected. */
#include "load_test.h"

#include <inttypes.h>

#define HEADING "device_id,srv,user_id,requested_at,credential_type,responded_at,response_code,execution_status,note\n"
#define A       "00-DB-12-34-56-78-90-A0"
#define U       "90-B3-D5-1F-30-01-00-00"
#define AT      "2021-09-17T10:05:00Z"

static const struct mend_case {
    const char *name, *row;
    bool read;
} cases[] = {
    {"a delimiter too many, between cells", A ",,6.17," U "," AT ",DS," AT ",I0,Success,x", true},
    {"before the first", "," A ",6.17," U "," AT ",DS," AT ",I0,Success,x", true},
    {"beside a cell that is blank", "\"" A "\",\"6.17\",\"" U "\",\"" AT "\",\"\",,\"" AT "\",\"I0\",\"Success\",\"x\"",
     true},
    {"one that may also stand in a text without quotes", A ",6.17," U "," AT ",DS," AT ",,I0,Success,a,b", false},
    {"two too many", A ",,,6.17," U "," AT ",DS," AT ",I0,Success,x", false},
    {"with a bad value", A ",,6.17," U ",2021-09-31,DS," AT ",I0,Success,x", false},
    {"a delimiter too few, between quotes",
     "\"" A "\"\"6.17\",\"" U "\",\"" AT "\",\"DS\",\"" AT "\",\"I0\",\"Success\",\"x\"", true},
    {"between values of any text", "\"" A "\",\"6.17\",\"" U "\",\"" AT "\",\"DS\",\"" AT "\",\"I0\"\"Success\",\"x\"",
     true},
    {"without quotes", A "6.17," U "," AT ",DS," AT ",I0,Success,x", false},
    {"a quote too many, before a value in quotes",
     "\"" A "\",\"\"6.17\",\"" U "\",\"" AT "\",\"DS\",\"" AT "\",\"I0\",\"Success\",\"x\"", true},
    {"behind it", "\"" A "\",\"6.17\"\",\"" U "\",\"" AT "\",\"DS\",\"" AT "\",\"I0\",\"Success\",\"x\"", true},
    {"the only one", A ",\"6.17," U "," AT ",DS," AT ",I0,Success,x", true},
    {"the only one, behind a value", A ",6.17," U "," AT "\",DS," AT ",I0,Success,x", true},
    {"the only one, within a value", A ",6\".17," U "," AT ",DS," AT ",I0,Success,x", false},
    {"one that may open a text of several lines", A ",6.17," U "," AT ",DS," AT ",I0,Success,\"x", false},
    {"one that may open a code of several lines", A ",6.17," U "," AT ",DS," AT ",I0,\"Success,x", false},
    {"blanks as delimiters", "\"" A "\" \"6.17\" \"" U "\" \"" AT "\" \"DS\" \"" AT "\" \"I0\" \"Success\" \"x\"",
     true},
    {"semicolons as delimiters", "\"" A "\";\"6.17\";\"" U "\";\"" AT "\";\"DS\";\"" AT "\";\"I0\";\"Success\";\"x\"",
     true},
    {"some blanks, some commas", "\"" A "\" \"6.17\" \"" U "\",\"" AT "\" \"DS\" \"" AT "\" \"I0\" \"Success\" \"x\"",
     false},
    {"no value that is needed", ",,,," AT ",DS," AT ",I0,Success,x", false},
    {"a NUL byte", A ",,6.17," U "," AT ",DS,\xFF,I0,Success,x", false},
};

static const struct mend_case blanks[] = {
    {"one blank field at the end", A ",6.17," U "," AT ",DS," AT ",I0,Success,x,", true},
    {"one, where a delimiter before it may be the one too many", A ",6.17," U "," AT ",DS," AT ",,I0,,", false},
};

static void check_blanks(void **state)
{
    struct trial t;
    char content[1024];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
        snprintf(content, sizeof(content), "%s" A ",6.17," U ",2021-09-01,DS,2021-09-02,I0,Success,x\n%s\n", HEADING,
                 blanks[i].row);
        trial_init(&t);
        const struct intake_file *f = trial_load_text(&t, "rows.csv", content);
        assert_int_equal(f->rejected, blanks[i].read ? 0 : 1);
        assert_int_equal(f->found[FINDING_ROW_MENDED].count, 0);
        trial_release(&t);
    }
}

static void check_case(void **state)
{
    const struct mend_case *c = *state;
    struct trial t;
    char content[1024];

    snprintf(content, sizeof(content), "%s" A ",6.17," U ",2021-09-01,DS,2021-09-02,I0,Success,x\n%s\n", HEADING,
             c->row);
    trial_init(&t);
    const struct intake_file *f = trial_load_text(&t, "rows.csv", content);
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, 2);
    assert_int_equal(f->rejected, c->read ? 0 : 1);
    assert_int_equal(f->found[FINDING_ROW_MENDED].count, c->read ? 1 : 0);
    assert_contains(trial_dump(&t), c->read ? "1:000003 " A : "1:000003 REJECT");
    trial_release(&t);
}

/* ---- Whole files ---- */

#define D               "00-DB-12-34-56-78-90-A0"
#define D2              "00-DB-12-34-56-78-90-A2"
#define TICKETS_HEADING "incident_id,number,state,category,opened_at\n"
#define TICKETS_WIDE    "PCI-1,INC1,New,CHF,2021-09-17,\nPCI-2,INC2,New,CHF,2021-09-17,\nPCI-3,INC3,New,CHF,2021-09-17,\n"
#define WAIVERS_HEADING "model,reason,approver,expires\n"

static const struct file_case {
    const char *name, *content;
    unsigned rejected, mended;
    const char *holds; /* of the dump */
} files[] = {
    {"a delimiter within the only text, with no blank cell",
     "device_id,checked_at,check,result,note\n" D ",2021-09-20,communicating,pass,fine\n" D2
     ",2021-09-20,communicating,pass,fine, really\n",
     1, 0, "000003 REJECT @98 [] has 6 fields, the heading has 5"},
    {"rows are wider, under a rule",
     "incident_id,number,state,category,opened_at\n---,---\nPCI-1,INC1,,CHF,2021-09-17,\n"
     "PCI-2,INC2,,New,,\n",
     0, 0, "000004 PCI-2|INC2||New||"},
    {"rows are wider, with tabs",
     "incident_id\tnumber\tstate\tcategory\topened_at\nPCI-1\tINC1\t\tCHF\t\t\nPCI-2\tINC2\t\tNew\t\t\n", 0, 0,
     "000003 PCI-2|INC2||New||"},
    {"rows are wider, but for the first",
     TICKETS_HEADING "PCI-0,INC0,New,CHF,2021-09-17\n" TICKETS_WIDE "PCI-4,INC4,,New,,\n", 0, 0,
     "000006 PCI-4|INC4||New||"},
    {"rows are wider: a blank field is no delimiter too many",
     TICKETS_HEADING TICKETS_WIDE "PCI-4,INC4,New,2021-09-18,,\n", 0, 0, "000005 PCI-4|INC4|New|2021-09-18|||"},
    {"rows are wider, with a text of two lines", WAIVERS_HEADING "M1,x,SSC,2021-12-31,\nM2,\"a\nb\",SSC,2021-12-31,\n",
     0, 0, "000003 |M2|||a?b|SSC|||"},
    {"rows are wider, most with a text of two lines",
     "incident_id,number,state,category,assignee\nPCI-1,INC1,New,CHF,x\nPCI-2,INC2,\"a\nb\",CHF,x,\nPCI-3,INC3,"
     "\"a\nb\",CHF,x,\n"
     "PCI-4,INC4,,New,,\n",
     0, 0, "000007 PCI-4|INC4||New||"},
    {"a heading again: rows below are not wider",
     TICKETS_HEADING "PCI-1,INC1,New,CHF,\n" TICKETS_HEADING
                     "PCI-2,INC2,New,CHF,2021-09-17\nPCI-3,INC3,New,CHF,2021-09-17\nPCI-4,INC4,,New,,\n",
     1, 0, "000006 REJECT"},
    {"a heading again: rows below are wider",
     TICKETS_HEADING "PCI-1,INC1,New,CHF,\n" TICKETS_HEADING TICKETS_WIDE "PCI-4,INC4,,CHF,,\n", 0, 0,
     "000007 PCI-4|INC4||CHF||"},
    {"a text of two lines, each with as many delimiters as a row",
     WAIVERS_HEADING "M1,x,SSC,2021-12-31\n"
                     "M2,\"one, two, three\nfour, five\",SSC,2021-12-31\n",
     0, 0, "000003 |M2|||one, two, three?four, five|SSC|||"},
    {"two rows, each with a quote", WAIVERS_HEADING "M1,\"x,SSC,2021-12-31\nM2,y\",SSC,2021-12-31\n", 2, 0,
     "000003 REJECT"},
    {"a row that is mended, and bad",
     "entity_id,market_id,party,role,key_id\n90-B3-D5-1F-30-02-00-00,,x,Supplier,\n,,,y,Supplier,\n", 1, 0,
     "000003 REJECT"},
    {"a text that ends in a quote of its own, not doubled",
     "\"model\",\"reason\",\"approver\",\"expires\"\n\"M1\",\"a pipe of 5\"\",\"SSC\",\"2021-12-31\"\n", 1, 0,
     "000002 REJECT"},
    {"a short row, with a doubled quote in a word",
     "\"incident_id\",\"number\",\"state\",\"category\",\"assignee\"\n\"PCI-1\",\"INC1\",\"5\"\" pipe\",\"CHF\"\n", 0,
     0, "000002 PCI-1|INC1|5\" pipe|CHF||"},
    {"no-break blanks beside a quote too many",
     "\"model\",\"reason\",\"approver\",\"expires\"\n\"M1\",\"\xC2\xA0x\xC2\xA0\",\"SSC\",\"\"2021-12-31\"\n", 0, 1,
     "000002 |M1|||x|SSC|||"},
    {"tabs, a quote too many, and blank cells at the end",
     "model\treason\tapprover\texpires\tfrom\treference\nM1\tx\tSSC\t\"2021-12-31\t\t\n", 0, 1,
     "000002 |M1|||x|SSC|||"},
};

static void check_file(void **state)
{
    const struct file_case *c = *state;
    struct trial t;

    trial_init(&t);
    t.options.extracted_at = 0;
    const struct intake_file *f = trial_load_text(&t, "rows.csv", c->content);
    assert_int_equal(f->fate, FILE_READ);
    assert_contains(trial_dump(&t), c->holds);
    assert_int_equal(f->rejected, c->rejected);
    assert_int_equal(f->found[FINDING_ROW_MENDED].count, c->mended);
    trial_release(&t);
}

/* A word of the configuration is a value of its column: no other way is the only one for it. */
static void words_of_the_configuration_count(void **state)
{
    struct trial t;
    struct forms forms = {0};

    (void)state;
    trial_form(&forms, "words.srv-audit", "user_role.Zed", "IS");
    trial_init(&t);
    t.options.forms = &forms;
    const struct intake_file *f = trial_load_text(
        &t, "rows.csv",
        "device_id,srv,user_id,requested_at,user_role,response_code,execution_status\n" A ",6.17," U "," AT
        ",Zed,I0,Success\n" A ",6.17," U "," AT ",,Zed,,Success\n" A ",6.17," U ",," AT ",Zed,I0,Success\n");
    assert_contains(trial_dump(&t), "000003 REJECT");
    assert_int_equal(f->rejected, 1);
    assert_int_equal(f->found[FINDING_ROW_MENDED].count, 1);
    trial_release(&t);
    forms_release(&forms);
}

/* ---- Any row, damaged anywhere ---- */

enum { CELLS = 9, ROWS = 40 };
enum damage { DELIMITER_MORE, DELIMITER_LESS, QUOTE_BEFORE, QUOTE_BEHIND, BLANKS, DAMAGES };

static uint32_t chance(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 16) % below;
}

/* One of the values that the column may have; the first column's tells rows apart. */
static void make_row(char cells[CELLS][32], uint32_t *seed, unsigned number)
{
    static const char *const values[CELLS][3] = {[1] = {"6.17", "6.15.1", "8.11"},
                                                 [2] = {U, "90B3D51F30010000", U},
                                                 [3] = {AT, "2021-09-18", "17/09/2021 09:30"},
                                                 [4] = {"DS", "", "KA"},
                                                 [5] = {AT, "", "2021-09-18"},
                                                 [6] = {"I0", "", "E12"},
                                                 [7] = {"Success", "", "0"},
                                                 [8] = {"x", "", "2021-09-18"}};

    snprintf(cells[0], sizeof(cells[0]), "00-DB-12-34-56-78-%02X-A0", number % 256);
    for (int c = 1; c < CELLS; c++)
        snprintf(cells[c], sizeof(cells[c]), "%s", values[c][chance(seed, 3)]);
}

static void write_row(struct buf *out, char cells[CELLS][32], bool quoted, enum damage damage, int at)
{
    for (int c = 0; c < CELLS; c++) {
        const bool here = c == at;
        if (c > 0 && !(here && damage == DELIMITER_LESS))
            buf_add_byte(out, damage == BLANKS ? ' ' : ',');
        if (here && damage == DELIMITER_MORE)
            buf_add_byte(out, ',');
        buf_add_str(out, quoted ? "\"" : "");
        buf_add_str(out, here && damage == QUOTE_BEFORE ? "\"" : "");
        buf_add_str(out, cells[c]);
        buf_add_str(out, here && damage == QUOTE_BEHIND ? "\"" : "");
        buf_add_str(out, quoted ? "\"" : "");
    }
    buf_add_byte(out, '\n');
}

static char *dump_of(uint32_t seed, bool quoted, enum damage damage, int at)
{
    struct trial t;
    struct buf b = {0};

    buf_add_str(&b, HEADING);
    for (unsigned i = 0; i < ROWS; i++) {
        char cells[CELLS][32];
        make_row(cells, &seed, i);
        write_row(&b, cells, quoted, i > 0 ? damage : DAMAGES, at); /* the first tells that rows are not wider */
    }
    trial_init(&t);
    trial_write(&t, "rows.csv", b.ptr, b.len);
    buf_release(&b);
    assert_int_equal(trial_load(&t, "rows.csv")->fate, FILE_READ);
    char *const out = strdup(trial_dump(&t));
    trial_release(&t);
    return out;
}

/* Each line of a dump of damaged rows is one of the whole rows, but for rejects; how many are. */
static int lines_as_they_were(char *damaged, const char *whole, const char *what)
{
    int same = 0;

    for (char *at = damaged, *line; (line = strsep(&at, "\n")) != NULL;) {
        if (*line == '\0' || strstr(line, "REJECT") != NULL)
            continue;
        if (strstr(whole, line) == NULL)
            fail_msg("%s is read otherwise: %s", what, line);
        same++;
    }
    return same;
}

static int try_damage(uint32_t seed, bool quoted, enum damage damage, int at, const char *whole)
{
    char *const damaged = dump_of(seed, quoted, damage, at);
    char what[64];

    snprintf(what, sizeof(what), "seed %" PRIu32 ", %s, damage %d before cell %d", seed, quoted ? "in quotes" : "plain",
             (int)damage, at);
    const int same = lines_as_they_were(damaged, whole, what);
    free(damaged);
    return same;
}

static void a_damaged_row_is_read_as_it_was_or_not_at_all(void **state)
{
    int same = 0;

    (void)state;
    for (uint32_t seed = 1; seed <= 3; seed++)
        for (int quoted = 0; quoted < 2; quoted++) {
            char *const whole = dump_of(seed, quoted, DAMAGES, -1);
            for (int d = 0; d < DAMAGES; d++) {
                if (d == DELIMITER_LESS && !quoted) /* a shorter row, as spreadsheets leave cells out */
                    continue;
                for (int at = 0; at < (d == BLANKS ? 1 : CELLS); at++)
                    same += try_damage(seed, quoted, (enum damage)d, at, whole);
            }
            free(whole);
        }
    assert_true(same > 4000);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(files) + 3];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[n++] = (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, (void *)&cases[i]};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        tests[n++] = (struct CMUnitTest){files[i].name, check_file, NULL, NULL, (void *)&files[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(words_of_the_configuration_count);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_damaged_row_is_read_as_it_was_or_not_at_all);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(check_blanks);
    return cmocka_run_group_tests_name("row_mend", tests, NULL, NULL);
}
