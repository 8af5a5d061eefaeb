/* File names from any text. */
#include "base/text.h"
#include "output/outfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A want that ends with '~' stands for a name with a digest after it. */
static struct slug_case {
    const char *name, *text, *want;
} cases[] = {
    {"a plain name stays", "Central", "Central"},
    {"blanks become hyphens", "Acme Energy Ltd", "Acme-Energy-Ltd"},
    {"underscores and digits stay", "Acme_2", "Acme_2"},
    {"a hyphen of its own is marked", "Acme-Energy", "Acme-Energy~"},
    {"an Entity Identifier", "90-B3-D5-1F-30-02-00-00", "90-B3-D5-1F-30-02-00-00~"},
    {"a dot is left out", "E.ON", "EON~"},
    {"no way out of the folder", "../../etc/passwd", "etcpasswd~"},
    {"dots alone", "..", "~"},
    {"nothing", "", "~"},
    {"a reserved name", "CON", "CON~"},
    {"a reserved name in small letters", "lpt1", "lpt1~"},
    {"a name that begins with a reserved one", "Contact", "Contact"},
    {"not hidden, not an option", "-rf .x", "rf-x~"},
    {"letters beyond ASCII", "Caf\xC3\xA9", "Caf~"},
    {"a line feed and a quote", "a\n\"b", "ab~"},
};

static void check_case(void **state)
{
    const struct slug_case *c = *state;
    struct err err = {0};
    char got[FILE_SLUG_SIZE];
    const char *mark;

    assert_int_equal(file_slug(c->text, got, &err), 0);
    mark = strchr(got, '~');
    if (mark != NULL) {
        assert_int_equal(strlen(mark + 1), 12);
        assert_int_equal(strspn(mark + 1, "0123456789abcdef"), 12);
        got[mark - got + 1] = '\0';
    }
    assert_string_equal(got, c->want);
}

static void different_texts_never_share_a_name(void **state)
{
    static const char *const texts[] = {"Acme Energy", "Acme-Energy",  "Acme.Energy",  "AcmeEnergy", "Acme  Energy",
                                        "Acme/Energy", "Acme Energy ", " Acme Energy", "",           "."};
    char got[ARRAY_LEN(texts)][FILE_SLUG_SIZE];
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        assert_int_equal(file_slug(texts[i], got[i], &err), 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(got[i], got[k]);
    }
}

static void long_texts_are_cut_and_told_apart(void **state)
{
    struct err err = {0};
    char one[300], other[300], a[FILE_SLUG_SIZE], b[FILE_SLUG_SIZE];

    (void)state;
    memset(one, 'x', sizeof(one));
    memset(other, 'x', sizeof(other));
    one[299] = other[298] = '\0';
    assert_int_equal(file_slug(one, a, &err), 0);
    assert_int_equal(file_slug(other, b, &err), 0);
    assert_true(strlen(a) < FILE_SLUG_SIZE);
    assert_string_not_equal(a, b);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(different_texts_never_share_a_name),
        cmocka_unit_test(long_texts_are_cut_and_told_apart),
    };
    struct CMUnitTest tests[ARRAY_LEN(cases)];
    int failed;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, &cases[i]};
    failed = cmocka_run_group_tests_name("slug", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("slug, together", others, NULL, NULL);
}
