/* inputs, registration flat files: records of several types, their parents, header and trailer. */
#include "load_test.h"

#include "layout_int.h"

#define MPAN     "1200023305967"
#define SUPPLIER "90-B3-D5-1F-30-01-00-00"
#define OPERATOR "90-B3-D5-1F-30-02-00-00"

/* Groups with a parent, the operator in the header; and fixed widths. */
static const char *const keys[][3] = {
    {"layout groups", "kind", "registration"},
    {"layout groups", "separator", "bar"},
    {"layout groups", "header", "ZHV"},
    {"layout groups", "parent", "350"},
    {"layout groups", "record", "351"},
    {"layout groups", "trailer", "ZPT"},
    {"layout groups", "count", "2"},
    {"layout groups", "ZHV.network_operator_id", "2"},
    {"layout groups", "350.mpxn", "2"},
    {"layout groups", "351.supplier_id", "2"},
    {"layout groups", "351.effective_from", "3"},
    {"layout groups", "351.effective_to", "4"},

    {"layout dated", "kind", "registration"},
    {"layout dated", "separator", "comma"},
    {"layout dated", "header", "H"},
    {"layout dated", "record", "R"},
    {"layout dated", "dates", "ddmmyyyy"},
    {"layout dated", "R.mpxn", "2"},
    {"layout dated", "R.supplier_id", "3"},
    {"layout dated", "R.effective_from", "4"},

    {"layout fixed", "kind", "registration"},
    {"layout fixed", "separator", "fixed"},
    {"layout fixed", "type", "1-2"},
    {"layout fixed", "header", "00"},
    {"layout fixed", "record", "10"},
    {"layout fixed", "trailer", "99"},
    {"layout fixed", "count", "3-8"},
    {"layout fixed", "counts", "all"},
    {"layout fixed", "10.mpxn", "3-15"},
    {"layout fixed", "10.effective_from", "16-25"},
    {"layout fixed", "10.supplier_id", "26-48"},
};

struct layout_case {
    const char *name, *content;
    int rows, rejected; /* rows < 0: refused */
    const char *want;
    int titles;
    const char *ignored; /* NULL: nothing */
};

#define GROUP "350|" MPAN "|\n351|" SUPPLIER "|2020-02-01|2021-09-30|\n"

static const struct layout_case cases[] = {
    {"a group takes from its parent and from the header", "ZHV|" OPERATOR "|\n" GROUP "ZPT|2|\n", 1, 0,
     MPAN "|" SUPPLIER "|2020-02-01T00:00:00Z|2021-09-30T23:00:00Z|" OPERATOR},
    {"records of other types are passed over", "ZHV||\n350|" MPAN "|\n352|A|\n351|" SUPPLIER "|2020-02-01||\nZPT|3|\n",
     2, 0, "1:000004 ", 0, "records of the types 352 (1)"},
    {"and named, each with how often it came",
     "ZHV||\n352|A\n353\n352|B\n350|" MPAN "|\n351|" SUPPLIER "|2020-02-01||\n\x07|\nZPT|6|\n", 5, 0, "1:000006 ", 0,
     "records of the types 352 (2), 353 (1), <U+0007> (1)"},
    {"lines before the header are titles",
     "\nRegistrations of the week\n\nprinted by hand, twice\nZHV||\n" GROUP "ZPT|2|\n", 1, 0, "1:000007 ", 2, NULL},
    {"but no records of the layout", "351|" SUPPLIER "|2020-02-01||\nZHV||\n" GROUP "ZPT|2|\n", -1, 0,
     "is of no known kind"},
    {"a bad value costs its record",
     "ZHV||\n350|" MPAN "|\n351|" SUPPLIER "|2020-02-01||\n351|x|2020-02-01||\nZPT|3|\n", 2, 1,
     "1:000004 REJECT @66 [supplier_id] \"x\""},
    {"a parent's values end with the next parent",
     "ZHV||\n350|" MPAN "|\n350||\n351|" SUPPLIER "|2020-02-01||\nZPT|3|\n", 1, 1, "[mpxn] is blank"},
    {"a child without a parent",
     "ZHV||\n351|" SUPPLIER "|2020-02-01||\nZPT|1|\n" /* not recognised by its second line */, 1, 1,
     "has no record '350' before it"},
    {"quoted fields",
     "\"ZHV\"|\"\"|\n\"350\"|\"" MPAN "\"|\n\"351\"|\"" SUPPLIER "\"|\"2020-02-01\"||\n\"ZPT\"|\"2\"|\n", 1, 0,
     SUPPLIER},
    {"a wrong count refuses the file", "ZHV||\n" GROUP "ZPT|3|\n", -1, 0, "has 2 records, and its trailer counts 3"},
    {"no trailer refuses the file", "ZHV||\n" GROUP, -1, 0, "has no trailer 'ZPT': it may be cut short"},
    {"no count in the trailer", "ZHV||\n" GROUP "ZPT||\n", -1, 0, "its trailer tells no count"},
    {"a second header", "ZHV||\n" GROUP "ZHV||\n" GROUP "ZPT|5|\n", -1, 0, "has a second header 'ZHV'"},
    {"records behind the trailer", "ZHV||\n" GROUP "ZPT|2|\n" GROUP, -1, 0, "stand behind its trailer"},
    {"CR LF, a byte order mark, blank lines",
     "\xEF\xBB\xBFZHV||\r\n\r\n350|" MPAN "|\r\n351|" SUPPLIER "|2020-02-01||\r\nZPT|2|\r\n\r\n", 1, 0, "1:000004 "},
    {"nothing between header and trailer", "ZHV||\nZPT|0|\n", 0, 0, ""},
    {"dates as the layout has them", "H\nR," MPAN ",LARK,03092021\nR," MPAN ",LARK,2021-09-03\n", 2, 1,
     "[effective_from] \"2021-09-03\" is no date as [layout dated] has them: wanted is ddmmyyyy"},
    {"day first", "H\nR," MPAN ",LARK,03012021\n", 1, 0, MPAN "|LARK|2021-01-03T00:00:00Z|"},
    {"fixed widths", "00REG\n10" MPAN "2020-02-01" SUPPLIER "\n99000003\n", 1, 0,
     MPAN "|" SUPPLIER "|2020-02-01T00:00:00Z"},
    {"fixed widths, a short record", "00REG\n10" MPAN "2020-02-01\n99000003\n", 1, 1, "[supplier_id] is blank"},
};

static void load_case(const struct layout_case *c, size_t block_size)
{
    struct forms forms = {0};
    struct err err = {0};
    struct trial t;

    trial_init(&t);
    t.block_size = block_size;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        trial_form(&forms, keys[i][0], keys[i][1], keys[i][2]);
    if (forms_check(&forms, &err) < 0)
        fail_msg("%s", err.msg);
    t.options.forms = &forms;
    const struct intake_file *f = trial_load_text(&t, "flow.txt", c->content);
    if (c->rows < 0) {
        assert_int_equal(f->fate, FILE_REFUSED);
        assert_contains(f->why.msg, c->want);
    } else {
        if (f->fate != FILE_READ)
            fail_msg("%s", f->why.msg);
        assert_string_equal(f->kind, "registration");
        assert_int_equal(f->rows, c->rows);
        assert_int_equal(f->rejected, c->rejected);
        assert_int_equal(f->titles, c->titles);
        if (c->ignored != NULL)
            assert_string_equal(f->ignored_columns, c->ignored);
        else
            assert_null(f->ignored_columns);
        assert_contains(trial_dump(&t), c->want);
    }
    trial_release(&t);
    forms_release(&forms);
}

/* Blocks of one byte too: a child may need what stands many blocks before it. */
static void check_case(void **state)
{
    load_case(*state, 0);
    load_case(*state, 1);
}

static const struct {
    const char *keys[4][2];
    const char *want;
} wrongs[] = {
    {{{"kind", "registration"}}, "does not tell its separator"},
    {{{"separator", "bar"}}, "does not tell its kind"},
    {{{"kind", "duis"}, {"separator", "bar"}}, "'duis' is no kind that has columns"},
    {{{"kind", "registration"}, {"separator", "bar"}}, "does not tell which records become rows"},
    {{{"kind", "registration"}, {"separator", "bar"}, {"record", "D"}, {"header", "H"}}, "no field gives 'mpxn'"},
    {{{"kind", "registration"}, {"separator", "bar"}, {"record", "D"}}, "without a header it cannot be recognised"},
    {{{"separator", "dot"}}, "wanted is bar, comma, semicolon, tab, or fixed"},
    {{{"type", "0"}}, "wanted is the number of a field"},
    {{{"count", "9-3"}}, "wanted is the number of a field"},
    {{{"D.mpxn", "two"}}, "wanted is the number of a field"},
    {{{"counts", "lines"}}, "wanted is between or all or records"},
    {{{"colour", "red"}}, "unknown key 'colour'"},
    {{{"header", "H"}, {"header", "I"}}, "given twice"},
};

static void what_is_wrong_with_a_layout_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
        struct forms forms = {0};
        struct err err = {0};
        int rc = 0;

        for (size_t k = 0; rc == 0 && k < ARRAY_LEN(wrongs[i].keys) && wrongs[i].keys[k][0] != NULL; k++)
            rc = forms_take(&forms, "layout x", wrongs[i].keys[k][0], wrongs[i].keys[k][1], &err);
        if (rc == 0)
            assert_int_equal(forms_check(&forms, &err), -1);
        assert_int_equal(err.code, ERR_CONFIG);
        assert_contains(err.msg, wrongs[i].want);
        forms_release(&forms);
    }
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + 1];
    size_t n = 0;

    for (; n < ARRAY_LEN(cases); n++)
        tests[n] = (struct CMUnitTest){cases[n].name, check_case, NULL, NULL, (void *)(uintptr_t)&cases[n]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_is_wrong_with_a_layout_is_told);
    return cmocka_run_group_tests_name("layouts", tests, NULL, NULL);
}
