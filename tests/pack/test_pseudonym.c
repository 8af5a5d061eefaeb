/* Pseudonyms: what is replaced in a text, and what stays. */
#include "pack/pseudonym.h"

#include "domain/eui64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct directory *directory;
    struct pseudonyms p;
};

static int begin(void **state)
{
    static struct fixture f;
    const struct organisation_row row = {.entity = UINT64_C(0x90B3D51F30020000),
                                         .party = TEXT_LITERAL("Acme Energy"),
                                         .role = ROLE_SUPPLIER,
                                         .in_smki_repository = true};
    struct err err = {0};

    memset(&f, 0, sizeof(f));
    if (directory_create(&f.directory, &row, 1, &err) < 0)
        return -1;
    f.p.directory = f.directory;
    buf_add_str(&f.p.key, "0123456789abcdef");
    *state = &f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;

    pseudonyms_release(&f->p);
    directory_destroy(f->directory);
    return 0;
}

static const char *made(const struct fixture *f, const char *text, enum pseudonym_text kind)
{
    static char out[4][256];
    static int turn;
    struct buf b = {0};

    turn = (turn + 1) % 4;
    pseudonym_add(&f->p, text_of(text), kind, &b);
    snprintf(out[turn], sizeof(out[turn]), "%s", buf_cstr(&b));
    buf_release(&b);
    return out[turn];
}

static void what_is_quoted_of_a_fault_is_left_out(void **state)
{
    assert_string_equal(made(*state, "line 3: \"20000\"0015X\" is not an MPxN", TEXT_OF_FAULT),
                        "line 3: (a value that is not shown) is not an MPxN");
    assert_string_equal(made(*state, "line 3: \"20000", TEXT_OF_FAULT), "line 3: (a value that is not shown)");
    assert_string_equal(made(*state, "it is empty", TEXT_OF_FAULT), "it is empty");
    assert_string_equal(made(*state, "2000000000015X,IS", TEXT_AS_READ), "(a value that is not shown)");
}

static void a_device_has_one_pseudonym_however_it_is_written(void **state)
{
    const struct fixture *f = *state;
    const char *const want = made(f, "00-DB-12-34-56-78-90-A0", TEXT_OF_RECORDS);

    assert_int_equal(strlen(want), 26);
    assert_memory_equal(want, "D-", 2);
    assert_string_equal(made(f, "00:db:12:34:56:78:90:a0", TEXT_OF_RECORDS), want);
    assert_string_equal(made(f, "00DB1234567890A0", TEXT_OF_RECORDS), want);
    assert_string_equal(made(f, "00 DB 12 34 56 78 90 A0", TEXT_OF_RECORDS), want);
    assert_string_equal(made(f, "00.db.12.34.56.78.90.a0", TEXT_OF_RECORDS), want);
    assert_string_not_equal(made(f, "00-DB-12-34-56-78-90-A1", TEXT_OF_RECORDS), want);
}

static void an_mpan_with_blanks_is_the_same_mpan(void **state)
{
    const struct fixture *f = *state;
    char want[256];

    snprintf(want, sizeof(want), "at %s, say", made(f, "2000000000015", TEXT_OF_RECORDS));
    assert_string_equal(made(f, "at 20 0000 0000 015, say", TEXT_OF_RECORDS), want);
    /* no MPAN by its check digit; too long; too short */
    assert_string_equal(made(f, "20 0000 0000 016", TEXT_OF_RECORDS), "20 0000 0000 016");
    assert_string_equal(made(f, "20 0000 0000 0151", TEXT_OF_RECORDS), "20 0000 0000 0151");
    assert_string_equal(made(f, "20 0000 0000 01", TEXT_OF_RECORDS), "20 0000 0000 01");
}

static void identifiers_are_found_within_texts(void **state)
{
    const struct fixture *f = *state;
    char want[256];

    snprintf(want, sizeof(want), "PCI-%s-1, at hub (%s).", made(f, "00-DB-12-34-56-78-90-A0", TEXT_OF_RECORDS),
             made(f, "00-DB-12-34-56-78-90-C0", TEXT_OF_RECORDS));
    assert_string_equal(made(f, "PCI-00-DB-12-34-56-78-90-A0-1, at hub (00-DB-12-34-56-78-90-C0).", TEXT_OF_RECORDS),
                        want);
}

static void organisations_words_and_short_numbers_stay(void **state)
{
    static const char *const same[] = {
        "90-B3-D5-1F-30-02-00-00",
        "send SRV 6.15.1 (NetworkOperator) by Acme Energy",
        "E080801",
        "2021-09-17T09:30:00Z",
        "line 12345",
        "a1234567",
        "1234567b",
    };

    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_string_equal(made(*state, same[i], TEXT_OF_RECORDS), same[i]);
}

static void numbers_that_may_be_mpxns_are_replaced(void **state)
{
    static const char *const mpxns[] = {"123456", "1200023305967", "3039823674", "20211001"};

    for (size_t i = 0; i < ARRAY_LEN(mpxns); i++) {
        const char *const got = made(*state, mpxns[i], TEXT_OF_RECORDS);

        assert_int_equal(strlen(got), 26);
        assert_memory_equal(got, "M-", 2);
    }
}

static void the_date_in_a_file_name_stays(void **state)
{
    assert_string_equal(made(*state, "in/smi_20211001.csv", TEXT_OF_FILE_NAME), "in/smi_20211001.csv");
    assert_string_not_equal(made(*state, "in/smi_20219901.csv", TEXT_OF_FILE_NAME), "in/smi_20219901.csv");
    assert_null(strstr(made(*state, "mpan-1200023305967.csv", TEXT_OF_FILE_NAME), "1200023305967"));
}

static void another_key_gives_another_pseudonym(void **state)
{
    struct fixture *f = *state;
    char first[64], check[PSEUDONYM_CHECK_SIZE], other[PSEUDONYM_CHECK_SIZE];

    snprintf(first, sizeof(first), "%s", made(f, "00DB1234567890A0", TEXT_OF_RECORDS));
    pseudonyms_check(&f->p, check);
    buf_add_str(&f->p.key, "!");
    assert_string_not_equal(made(f, "00DB1234567890A0", TEXT_OF_RECORDS), first);
    pseudonyms_check(&f->p, other);
    assert_string_not_equal(check, other);
}

static void without_a_key_nothing_is_replaced(void **state)
{
    struct fixture *f = *state;

    buf_clear(&f->p.key);
    assert_string_equal(made(f, "00-DB-12-34-56-78-90-A0 1200023305967", TEXT_OF_RECORDS),
                        "00-DB-12-34-56-78-90-A0 1200023305967");
}

static void in_json_only_what_stands_in_quotes_is_replaced(void **state)
{
    const struct fixture *f = *state;
    struct buf b = {0};

    pseudonym_add_json(
        &f->p, text_of("{\"line\":1200023305967,\"a\\\"b\":\"x\\n1200023305967\\\\\",\"id\":\"00DB1234567890A0\"}"),
        &b);
    assert_non_null(strstr(buf_cstr(&b), "{\"line\":1200023305967,\"a\\\"b\":\"x\\nM-"));
    assert_non_null(strstr(buf_cstr(&b), "\\\\\",\"id\":\"D-"));
    assert_null(strstr(buf_cstr(&b), "00DB1234567890A0"));
    buf_clear(&b);
    pseudonym_add_json(&f->p, text_of("\"1200023305967"), &b); /* cut off */
    assert_null(strstr(buf_cstr(&b), "1200023305967"));
    buf_clear(&b);
    pseudonym_add_json(&f->p, text_of("\"a\\u00"), &b);
    assert_string_equal(buf_cstr(&b), "\"a\\u00");
    buf_release(&b);
}

static void in_a_page_the_style_stays(void **state)
{
    const struct fixture *f = *state;
    struct buf b = {0};

    pseudonym_add_html(&f->p, text_of("<title>1200023305967</title><style>a{color:#112233}</style><p>1200023305967"),
                       &b);
    assert_non_null(strstr(buf_cstr(&b), "<title>M-"));
    assert_non_null(strstr(buf_cstr(&b), "#112233}</style><p>M-"));
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_quoted_of_a_fault_is_left_out, begin, end),
        cmocka_unit_test_setup_teardown(a_device_has_one_pseudonym_however_it_is_written, begin, end),
        cmocka_unit_test_setup_teardown(an_mpan_with_blanks_is_the_same_mpan, begin, end),
        cmocka_unit_test_setup_teardown(identifiers_are_found_within_texts, begin, end),
        cmocka_unit_test_setup_teardown(organisations_words_and_short_numbers_stay, begin, end),
        cmocka_unit_test_setup_teardown(numbers_that_may_be_mpxns_are_replaced, begin, end),
        cmocka_unit_test_setup_teardown(the_date_in_a_file_name_stays, begin, end),
        cmocka_unit_test_setup_teardown(another_key_gives_another_pseudonym, begin, end),
        cmocka_unit_test_setup_teardown(without_a_key_nothing_is_replaced, begin, end),
        cmocka_unit_test_setup_teardown(in_json_only_what_stands_in_quotes_is_replaced, begin, end),
        cmocka_unit_test_setup_teardown(in_a_page_the_style_stays, begin, end),
    };

    return cmocka_run_group_tests_name("pseudonym", tests, NULL, NULL);
}
