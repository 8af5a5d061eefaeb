/* What readers hand to the store: entries come back, cut ones are refused, and every class tells its source. */
#include "domain/intake.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct registration_row registration = {.mpxn = UINT64_C(11234567890123),
                                                     .effective_from = NOON,
                                                     .effective_to = INSTANT_NONE,
                                                     .supplier = OTHER,
                                                     .network_operator = UINT64_MAX,
                                                     .source = {UINT32_MAX, UINT64_MAX}};
static const struct organisation_row organisation = {.entity = OTHER,
                                                     .key_id = 77,
                                                     .party = {"North, Networks", 15},
                                                     .role = ROLE_LOAD_CONTROLLER,
                                                     .in_smki_repository = true,
                                                     .source = {2, 3}};
static const struct reject rejected = {.source = {4, 5},
                                       .offset = UINT64_MAX,
                                       .column = {"requested_at", 12},
                                       .reason = {"no such day", 11},
                                       .bytes = {"a\0b\xFF,", 5}};

static void registrations_come_back(void **state)
{
    struct buf b = {0};
    struct registration_row got;

    (void)state;
    intake_pack_registration(&b, &registration);
    assert_true(intake_unpack_registration(buf_text(&b), &got));
    assert_true(got.mpxn == registration.mpxn);
    assert_true(got.effective_from == registration.effective_from);
    assert_true(got.effective_to == registration.effective_to);
    assert_true(got.supplier == registration.supplier);
    assert_true(got.network_operator == registration.network_operator);
    assert_true(got.source.file == UINT32_MAX && got.source.line == UINT64_MAX);
    assert_false(got.conflict);
    buf_release(&b);
}

static void organisations_come_back(void **state)
{
    struct buf b = {0};
    struct organisation_row got;

    (void)state;
    intake_pack_organisation(&b, &organisation);
    assert_true(intake_unpack_organisation(buf_text(&b), &got));
    assert_true(got.entity == organisation.entity);
    assert_true(got.key_id == organisation.key_id);
    assert_true(text_equal(got.party, organisation.party));
    assert_int_equal(got.role, organisation.role);
    assert_true(got.in_smki_repository);
    assert_true(got.source.file == 2 && got.source.line == 3);
    buf_release(&b);
}

static void rejects_come_back_byte_for_byte(void **state)
{
    struct buf b = {0};
    struct reject got;

    (void)state;
    intake_pack_reject(&b, &rejected);
    assert_true(intake_unpack_reject(buf_text(&b), &got));
    assert_true(got.source.file == 4 && got.source.line == 5);
    assert_true(got.offset == UINT64_MAX);
    assert_true(text_equal(got.column, rejected.column));
    assert_true(text_equal(got.reason, rejected.reason));
    assert_true(text_equal(got.bytes, rejected.bytes));
    buf_release(&b);
}

static void long_rejects_are_cut(void **state)
{
    struct buf b = {0};
    struct buf bytes = {0};
    struct reject r = rejected;
    struct reject got;

    (void)state;
    for (unsigned i = 0; i < REJECT_BYTES_MAX + 1; i++)
        buf_add_byte(&bytes, 'x');
    r.bytes = (struct text){(const char *)bytes.ptr, REJECT_BYTES_MAX};
    intake_pack_reject(&b, &r);
    assert_true(intake_unpack_reject(buf_text(&b), &got));
    assert_int_equal(got.bytes.len, REJECT_BYTES_MAX);
    buf_clear(&b);
    r.bytes.len = REJECT_BYTES_MAX + 1;
    intake_pack_reject(&b, &r);
    assert_true(intake_unpack_reject(buf_text(&b), &got));
    assert_int_equal(got.bytes.len, REJECT_BYTES_MAX);
    buf_release(&b);
    buf_release(&bytes);
}

static void rejects_sort_by_file_and_line(void **state)
{
    (void)state;
    assert_true(intake_reject_key(&(struct source){1, 2}) < intake_reject_key(&(struct source){1, 10}));
    assert_true(intake_reject_key(&(struct source){1, UINT64_MAX}) < intake_reject_key(&(struct source){2, 1}));
}

/* Packs an entry of the class, from file 9, line 300. */
static void pack_entry(struct buf *b, enum intake_class class)
{
    const struct source source = {9, 300};
    struct organisation_row org = organisation;
    struct registration_row reg = registration;
    struct check_row check = full_check();
    struct reject rej = rejected;
    struct asked_row asked = {{true, 1, 2, 3}, 4, source};
    struct answer_row answer = {{true, 1, 2, 3}, TEXT_LITERAL("\0\0\0\0\0\0\0\7"), TEXT_LITERAL("record"), source};

    org.source = reg.source = check.source = rej.source = source;
    switch (class) {
    case INTAKE_ORGANISATION:
        intake_pack_organisation(b, &org);
        break;
    case INTAKE_REGISTRATION:
        intake_pack_registration(b, &reg);
        break;
    case INTAKE_WAIVER:
    case INTAKE_TICKET: {
        const struct listed_row row = {source, {TEXT_LITERAL("PCI-1"), TEXT_LITERAL("INC7"), TEXT_LITERAL("Open")}};
        intake_pack_listed(b, class == INTAKE_WAIVER ? LISTED_WAIVERS : LISTED_TICKETS, &row);
        break;
    }
    case INTAKE_DEVICE:
        evidence_pack_check(b, &check);
        break;
    case INTAKE_ASKED:
        intake_pack_asked(b, &asked);
        break;
    case INTAKE_ANSWER:
        intake_pack_answer(b, &answer);
        break;
    case INTAKE_REJECT:
        intake_pack_reject(b, &rej);
        break;
    }
}

static void every_class_tells_its_source(void **state)
{
    (void)state;
    for (int class = INTAKE_ORGANISATION; class <= INTAKE_REJECT; class ++) {
        struct buf b = {0};
        struct source source;

        pack_entry(&b, (enum intake_class) class);
        assert_true(intake_source((enum intake_class) class, buf_text(&b), &source));
        assert_true(source.file == 9 && source.line == 300);
        assert_false(intake_source((enum intake_class) class, (struct text){(const char *)b.ptr, 1}, &source));
        assert_false(intake_source((enum intake_class) class, (struct text){NULL, 0}, &source));
        buf_release(&b);
    }
}

static bool unpacks(enum intake_class class, struct text packed)
{
    struct organisation_row org;
    struct registration_row reg;
    struct listed_row row;
    struct reject rej;
    struct asked_row asked;
    struct answer_row answer;

    if (class == INTAKE_ASKED)
        return intake_unpack_asked(packed, &asked);
    if (class == INTAKE_ANSWER)
        return intake_unpack_answer(packed, &answer);
    if (class == INTAKE_WAIVER || class == INTAKE_TICKET)
        return intake_unpack_listed(packed, class == INTAKE_WAIVER ? LISTED_WAIVERS : LISTED_TICKETS, &row);
    if (class == INTAKE_ORGANISATION)
        return intake_unpack_organisation(packed, &org);
    return class == INTAKE_REGISTRATION ? intake_unpack_registration(packed, &reg) : intake_unpack_reject(packed, &rej);
}

static void cut_and_bent_entries_are_survived(void **state)
{
    static const enum intake_class classes[] = {INTAKE_ORGANISATION, INTAKE_REGISTRATION, INTAKE_ASKED, INTAKE_ANSWER,
                                                INTAKE_WAIVER,       INTAKE_TICKET,       INTAKE_REJECT};

    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(classes); k++) {
        struct buf b = {0};

        pack_entry(&b, classes[k]);
        for (size_t len = 0; len < b.len; len++) {
            char *cut = malloc(len + 1);

            assert_non_null(cut);
            memcpy(cut + 1, b.ptr, len); /* ends where the memory ends */
            assert_false(unpacks(classes[k], (struct text){cut + 1, len}));
            free(cut);
        }
        for (size_t i = 0; i < b.len; i++)
            for (unsigned byte = 0; byte < 256; byte++) {
                const unsigned char was = b.ptr[i];

                b.ptr[i] = (unsigned char)byte;
                unpacks(classes[k], buf_text(&b));
                b.ptr[i] = was;
            }
        buf_add_byte(&b, 0);
        assert_false(unpacks(classes[k], buf_text(&b)));
        buf_release(&b);
    }
}

static void files_own_their_names(void **state)
{
    struct intake_files files = {0};
    char name[] = "a.zip: b.csv";

    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        struct intake_file *f = intake_files_add(&files, name);

        assert_non_null(f);
        f->number = i;
        f->dialect = strdup("CSV, comma, LF");
    }
    name[0] = 'x';
    assert_int_equal(files.count, 100);
    assert_string_equal(files.ptr[42].name, "a.zip: b.csv");
    assert_string_equal(files.ptr[42].kind, "");
    assert_int_equal(files.ptr[42].number, 42);
    assert_int_equal(files.ptr[42].fate, FILE_READ);
    assert_true(files.ptr[42].first == INSTANT_NONE && files.ptr[42].last == INSTANT_NONE);
    intake_files_release(&files);
    assert_null(files.ptr);
    assert_int_equal(files.count, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(registrations_come_back),           cmocka_unit_test(organisations_come_back),
        cmocka_unit_test(rejects_come_back_byte_for_byte),   cmocka_unit_test(long_rejects_are_cut),
        cmocka_unit_test(rejects_sort_by_file_and_line),     cmocka_unit_test(every_class_tells_its_source),
        cmocka_unit_test(cut_and_bent_entries_are_survived), cmocka_unit_test(files_own_their_names),
    };

    return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
