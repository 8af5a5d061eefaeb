/* R1: parties, the entities they own, and who the DCC is. */
#include "domain/directory.h"

#include "domain/extracts.h"
#include "domain/market.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ROW(id, name, party_role, in_repository, key)                                                                  \
    {                                                                                                                  \
        .entity = (id), .party = {(name), sizeof(name) - 1}, .role = (party_role),                                     \
        .in_smki_repository = (in_repository), .key_id = (key)                                                         \
    }

static const struct organisation_row rows[] = {
    ROW(40, "West Networks", ROLE_NETWORK_OPERATOR, false, 0),
    ROW(30, "beta energy", ROLE_SUPPLIER, true, 9),
    ROW(10, "Data Comms", ROLE_ACCESS_CONTROL_BROKER, true, 0),
    ROW(31, "Alpha Energy", ROLE_SUPPLIER, true, 3),
    ROW(41, "North Networks", ROLE_NETWORK_OPERATOR, true, 0),
    ROW(42, "North Networks", ROLE_NETWORK_OPERATOR, false, 0),
    ROW(30, "beta energy", ROLE_SUPPLIER, true, 2),
    ROW(30, "beta energy", ROLE_SUPPLIER, true, 9),
    ROW(11, "CoS Party", ROLE_TRANSITIONAL_COS, true, 0),
    ROW(43, "West Networks", ROLE_NETWORK_OPERATOR, false, 0),
    ROW(12, "Alpha Energy", ROLE_OTHER_USER, false, 0),
};

static struct directory *directory_of(const struct organisation_row *list, size_t count)
{
    struct directory *d = NULL;
    struct err err = {0};

    assert_int_equal(directory_create(&d, list, count, &err), 0);
    assert_non_null(d);
    return d;
}

static void assert_name(const struct directory *d, struct party p, const char *want)
{
    char buf[EUI64_TEXT_SIZE];

    assert_true(text_equal(directory_party_name(d, p, buf), text_of(want)));
}

static void r1_one_party_owns_many_entities_numbered_by_name(void **state)
{
    static const char *const names[] = {"Alpha Energy",   "CoS Party",     "Data Comms",
                                        "North Networks", "West Networks", "beta energy"};
    struct directory *d = directory_of(rows, ARRAY_LEN(rows));

    (void)state;
    assert_int_equal(directory_party_count(d), ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_name(d, (struct party){i + 1, PARTY_KNOWN}, names[i]);
    assert_true(party_equal(directory_entity(d, 31).party, directory_entity(d, 12).party));
    assert_false(party_equal(directory_entity(d, 31).party, directory_entity(d, 30).party));
    assert_int_equal(directory_entity(d, 12).role, ROLE_OTHER_USER);
    assert_false(directory_entity(d, 12).in_smki_repository);
    directory_destroy(d);
}

static void r1_an_unknown_identifier_is_a_party_of_its_own(void **state)
{
    struct directory *d = directory_of(rows, ARRAY_LEN(rows));
    const struct entity unknown = directory_entity(d, UINT64_C(0x90B3D51F30020000));

    (void)state;
    assert_int_equal(unknown.party.kind, PARTY_UNKNOWN);
    assert_int_equal(unknown.role, ROLE_NONE);
    assert_int_equal(unknown.key_id_count, 0);
    assert_name(d, unknown.party, "90-B3-D5-1F-30-02-00-00");
    assert_true(party_equal(unknown.party, directory_entity(d, unknown.id).party));
    assert_false(party_equal(unknown.party, directory_entity(d, unknown.id + 1).party));
    assert_false(party_equal(directory_entity(d, 1).party, (struct party){1, PARTY_KNOWN}));
    assert_false(directory_is_dcc(d, unknown.party));
    assert_false(directory_no_not_in_repository(d, unknown.party));
    directory_destroy(d);
}

static void r1_no_entity_is_no_party_and_equals_nothing(void **state)
{
    struct directory *d = directory_of(rows, ARRAY_LEN(rows));
    const struct party none = directory_entity(d, 0).party;

    (void)state;
    assert_int_equal(none.kind, PARTY_NONE);
    assert_false(party_equal(none, none));
    assert_name(d, none, "");
    assert_false(directory_is_dcc(d, none));
    directory_destroy(d);
}

static void r1_the_dcc_is_every_party_with_one_of_its_roles(void **state)
{
    static const struct organisation_row of_role[] = {ROW(1, "by DCC", ROLE_DCC, true, 0),
                                                      ROW(2, "by broker", ROLE_ACCESS_CONTROL_BROKER, true, 0),
                                                      ROW(3, "by CoS", ROLE_TRANSITIONAL_COS, true, 0),
                                                      ROW(4, "not by WAN", ROLE_WAN_PROVIDER, true, 0),
                                                      ROW(5, "not by recovery", ROLE_RECOVERY, true, 0),
                                                      ROW(6, "not by root", ROLE_ROOT, true, 0)};
    struct directory *d = directory_of(of_role, ARRAY_LEN(of_role));

    (void)state;
    for (uint64_t id = 1; id <= ARRAY_LEN(of_role); id++)
        assert_int_equal(directory_is_dcc(d, directory_entity(d, id).party), id <= 3);
    assert_name(d, directory_dcc(d), "by CoS"); /* the first by name */
    directory_destroy(d);

    d = directory_of(of_role + 3, 3);
    assert_int_equal(directory_dcc(d).kind, PARTY_NONE);
    directory_destroy(d);
}

static void r4_3_not_in_repository_only_when_every_network_operator_entity_is(void **state)
{
    struct directory *d = directory_of(rows, ARRAY_LEN(rows));

    (void)state;
    assert_true(directory_no_not_in_repository(d, directory_find(d, text_of("West Networks"))));
    assert_false(directory_no_not_in_repository(d, directory_find(d, text_of("North Networks"))));
    assert_false(directory_no_not_in_repository(d, directory_find(d, text_of("Alpha Energy")))); /* owns none */
    directory_destroy(d);
}

static void parties_have_market_identifiers_beside_their_entities(void **state)
{
    struct organisation_row named[] = {ROW(40, "West Networks", ROLE_NETWORK_OPERATOR, false, 0),
                                       ROW(0, "West Networks", ROLE_NETWORK_OPERATOR, true, 0)};
    struct directory *d;
    uint64_t unknown;

    (void)state;
    assert_true(market_id_parse(TEXT_LITERAL("WEST"), &named[1].entity));
    assert_true(market_id_parse(TEXT_LITERAL("LARK"), &unknown));
    d = directory_of(named, ARRAY_LEN(named));
    assert_true(party_equal(directory_entity(d, named[1].entity).party, directory_entity(d, 40).party));
    assert_true(party_equal(directory_find(d, TEXT_LITERAL("west")), directory_entity(d, 40).party));
    assert_int_equal(directory_entity(d, unknown).party.kind, PARTY_UNKNOWN);
    assert_name(d, directory_entity(d, unknown).party, "LARK");
    assert_int_equal(directory_find(d, TEXT_LITERAL("LARK")).kind, PARTY_UNKNOWN);
    assert_int_equal(directory_find(d, TEXT_LITERAL("lark")).kind, PARTY_NONE); /* perhaps a misspelt name */
    /* R4.3: a market identifier has no say about the repository. */
    assert_true(directory_no_not_in_repository(d, directory_entity(d, 40).party));
    directory_destroy(d);
}

static void key_identifiers_of_an_entity_are_gathered_once_each(void **state)
{
    struct directory *d = directory_of(rows, ARRAY_LEN(rows));
    const struct entity e = directory_entity(d, 30);

    (void)state;
    assert_int_equal(e.key_id_count, 2);
    assert_int_equal(e.key_ids[0], 2);
    assert_int_equal(e.key_ids[1], 9);
    assert_int_equal(directory_entity(d, 31).key_ids[0], 3);
    assert_int_equal(directory_entity(d, 40).key_id_count, 0);
    directory_destroy(d);
}

static void r7_the_greatest_row_speaks_for_an_entity_in_any_order(void **state)
{
    struct organisation_row unlike[] = {ROW(7, "Gamma", ROLE_SUPPLIER, false, 5), ROW(7, "Delta", ROLE_DCC, true, 6),
                                        ROW(7, "Gamma", ROLE_SUPPLIER, true, 4),
                                        ROW(7, "Gamma", ROLE_NETWORK_OPERATOR, true, 3)};

    (void)state;
    for (size_t turn = 0; turn < ARRAY_LEN(unlike); turn++) {
        const struct organisation_row first = unlike[0];
        struct directory *d = directory_of(unlike, ARRAY_LEN(unlike));
        const struct entity e = directory_entity(d, 7);

        assert_name(d, e.party, "Gamma");
        assert_int_equal(e.role, ROLE_SUPPLIER);
        assert_true(e.in_smki_repository);
        assert_int_equal(e.key_id_count, 4);
        assert_int_equal(directory_find(d, text_of("Delta")).kind, PARTY_NONE); /* it owns nothing */
        assert_int_equal(directory_dcc(d).kind, PARTY_NONE);
        directory_destroy(d);
        for (size_t i = 1; i < ARRAY_LEN(unlike); i++)
            unlike[i - 1] = unlike[i];
        unlike[ARRAY_LEN(unlike) - 1] = first;
    }
}

static void parties_are_found_by_name_or_identifier(void **state)
{
    static const struct organisation_row alike[] = {ROW(1, "ACME", ROLE_SUPPLIER, true, 0),
                                                    ROW(2, "Acme", ROLE_SUPPLIER, true, 0)};
    struct directory *d = directory_of(alike, ARRAY_LEN(alike));

    (void)state;
    assert_int_equal(directory_find(d, text_of("Acme")).id, 2);
    assert_int_equal(directory_find(d, text_of("ACME")).id, 1);
    assert_int_equal(directory_find(d, text_of("acme")).id, 1); /* of two alike, the first */
    assert_int_equal(directory_find(d, text_of("00-00-00-00-00-00-00-02")).kind, PARTY_KNOWN);
    assert_int_equal(directory_find(d, text_of("0000000000000002")).id, 2);
    assert_int_equal(directory_find(d, text_of("0000000000000003")).kind, PARTY_UNKNOWN);
    assert_int_equal(directory_find(d, text_of("Acm")).kind, PARTY_NONE);
    assert_int_equal(directory_find(d, text_of("")).kind, PARTY_NONE);
    directory_destroy(d);
}

static void many_entities_are_all_found_and_listed_in_order(void **state)
{
    static struct organisation_row many[5000];
    struct directory *d;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = (struct organisation_row){.entity = (uint64_t)(ARRAY_LEN(many) - i) << 16,
                                            .party = i % 2 ? text_of("Odd") : text_of("Even"),
                                            .role = ROLE_SUPPLIER,
                                            .key_id = i + 1};
    d = directory_of(many, ARRAY_LEN(many));
    assert_int_equal(directory_entity_count(d), ARRAY_LEN(many));
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        const struct entity e = directory_entity(d, many[i].entity);

        assert_int_equal(e.party.id, i % 2 ? 2 : 1);
        assert_int_equal(e.key_ids[0], i + 1);
        assert_true(directory_entity_at(d, i).id == (uint64_t)(i + 1) << 16);
    }
    directory_destroy(d);
}

static void an_empty_directory_knows_nobody(void **state)
{
    struct directory *d = directory_of(NULL, 0);

    (void)state;
    assert_int_equal(directory_party_count(d) + directory_entity_count(d), 0);
    assert_int_equal(directory_entity(d, 5).party.kind, PARTY_UNKNOWN);
    assert_int_equal(directory_find(d, text_of("Acme")).kind, PARTY_NONE);
    assert_int_equal(directory_dcc(d).kind, PARTY_NONE);
    directory_destroy(d);
}

/* ---- As at an instant ---- */

#define E1 1000
#define E2 2000

static struct organisation_row extracted(struct organisation_row row, struct buf *sets, instant first, instant second)
{
    const instant at[] = {first, second};
    const size_t before = sets->len;

    extracts_pack(sets, at, second != first ? 2 : 1);
    row.extracts = (struct text){(const char *)sets->ptr + before, sets->len - before};
    return row;
}

static struct directory *directory_at(const struct organisation_row *list, size_t count, instant as_of)
{
    const struct directory_registrant registrants[] = {{30, 5, INSTANT_NONE}, /* the rows know it */
                                                       {98, INSTANT_NONE, E1},
                                                       {99, E2, E1}};
    const struct directory_source source = {list, count, registrants, ARRAY_LEN(registrants), as_of};
    struct directory *d = NULL;

    assert_int_equal(directory_create_at(&d, &source, NULL), 0);
    return d;
}

static void r7_an_entity_is_as_its_latest_extract_says_and_its_keys_add_up(void **state)
{
    static const struct organisation_row sold[] = {ROW(30, "Alpha", ROLE_SUPPLIER, true, 7),
                                                   ROW(30, "Beta", ROLE_OTHER_USER, false, 8)};
    static const struct {
        instant as_of;
        const char *party;
        enum party_role role;
        size_t keys;
        bool in_repository;
    } cases[] = {{E1, "Alpha", ROLE_SUPPLIER, 1, true},
                 {E2 - 1, "Alpha", ROLE_SUPPLIER, 1, true},
                 {E2, "Beta", ROLE_OTHER_USER, 2, false},
                 {E1 - 1, "Alpha", ROLE_SUPPLIER, 1, true}}; /* all are later: the earliest */
    struct buf sets = {0};

    (void)state;
    assert_true(buf_reserve(&sets, 64));

    const struct organisation_row list[] = {extracted(sold[0], &sets, E1, E1), extracted(sold[1], &sets, E2, E2)};

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct directory *d = directory_at(list, 2, cases[i].as_of);
        const struct entity e = directory_entity(d, 30);

        assert_name(d, e.party, cases[i].party);
        assert_int_equal(e.role, cases[i].role);
        assert_int_equal(e.key_id_count, cases[i].keys);
        assert_int_equal(e.in_smki_repository, cases[i].in_repository);
        directory_destroy(d);
    }
    buf_release(&sets);
}

/* What is compared between two instants (R11.2) names its parties by number. */
static void a_party_has_one_number_at_every_instant(void **state)
{
    static const struct organisation_row sold[] = {ROW(30, "Alpha", ROLE_SUPPLIER, true, 0),
                                                   ROW(30, "Beta", ROLE_SUPPLIER, true, 0),
                                                   ROW(31, "Gamma", ROLE_SUPPLIER, true, 0)};
    struct buf sets = {0};

    (void)state;
    assert_true(buf_reserve(&sets, 64));

    const struct organisation_row list[] = {extracted(sold[0], &sets, E1, E1), extracted(sold[1], &sets, E2, E2),
                                            extracted(sold[2], &sets, E1, E1)};
    struct directory *before = directory_at(list, ARRAY_LEN(list), E1);
    struct directory *now = directory_at(list, ARRAY_LEN(list), E2);

    assert_int_equal(directory_entity(before, 31).party.id, directory_entity(now, 31).party.id);
    assert_name(now, directory_entity(before, 30).party, "Alpha");
    assert_int_equal(directory_find(now, text_of("Alpha")).kind, PARTY_NONE); /* it owns nothing any more */
    directory_destroy(before);
    directory_destroy(now);
    buf_release(&sets);
}

static void r4_3_in_the_repository_if_any_row_of_the_latest_extract_says_so(void **state)
{
    static const struct organisation_row told[] = {ROW(40, "West", ROLE_NETWORK_OPERATOR, true, 1),
                                                   ROW(40, "West", ROLE_NETWORK_OPERATOR, false, 2),
                                                   ROW(40, "West", ROLE_NETWORK_OPERATOR, false, 3)};
    struct buf sets = {0};

    (void)state;
    assert_true(buf_reserve(&sets, 64));

    const struct organisation_row list[] = {extracted(told[0], &sets, E1, E1), extracted(told[1], &sets, E1, E1),
                                            extracted(told[2], &sets, E2, E2)};
    struct directory *d = directory_at(list, 3, E1);

    assert_true(directory_entity(d, 40).in_smki_repository);
    directory_destroy(d);
    d = directory_at(list, 3, E2);
    assert_false(directory_entity(d, 40).in_smki_repository);
    assert_true(directory_no_not_in_repository(d, directory_entity(d, 40).party));
    assert_int_equal(directory_entity(d, 40).key_id_count, 3);
    directory_destroy(d);
    buf_release(&sets);
}

/* A certificate gives no name: whenever it came, the row that does speaks. */
static void a_later_certificate_takes_no_name_away(void **state)
{
    static const struct organisation_row told[] = {ROW(0x30, "Alpha", ROLE_SUPPLIER, true, 7),
                                                   ROW(0x30, "00-00-00-00-00-00-00-30", ROLE_SUPPLIER, true, 8)};
    struct buf sets = {0};

    (void)state;
    assert_true(buf_reserve(&sets, 64));

    const struct organisation_row list[] = {extracted(told[0], &sets, E1, E1), extracted(told[1], &sets, E2, E2)};
    struct directory *d = directory_at(list, 2, E2);

    assert_name(d, directory_entity(d, 0x30).party, "Alpha");
    assert_int_equal(directory_entity(d, 0x30).key_id_count, 2);
    directory_destroy(d);
    buf_release(&sets);
}

static void r1_an_unknown_identifier_has_the_role_that_registrations_give_it(void **state)
{
    static const struct organisation_row known[] = {ROW(30, "Alpha", ROLE_OTHER_USER, true, 0)};
    struct directory *d = directory_at(known, 1, E2);

    (void)state;
    assert_int_equal(directory_entity(d, 30).role, ROLE_OTHER_USER); /* the rows know it */
    assert_int_equal(directory_entity(d, 98).role, ROLE_NETWORK_OPERATOR);
    assert_int_equal(directory_entity(d, 98).party.kind, PARTY_UNKNOWN);
    assert_int_equal(directory_entity(d, 99).role, ROLE_SUPPLIER); /* as both */
    assert_int_equal(directory_entity(d, 97).role, ROLE_NONE);
    directory_destroy(d);
    d = directory_at(known, 1, E2 - 1);
    assert_int_equal(directory_entity(d, 99).role, ROLE_NETWORK_OPERATOR); /* not yet a Supplier */
    directory_destroy(d);
    d = directory_at(known, 1, E1 - 1);
    assert_int_equal(directory_entity(d, 99).role, ROLE_NONE);
    directory_destroy(d);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(r7_an_entity_is_as_its_latest_extract_says_and_its_keys_add_up),
        cmocka_unit_test(a_party_has_one_number_at_every_instant),
        cmocka_unit_test(r4_3_in_the_repository_if_any_row_of_the_latest_extract_says_so),
        cmocka_unit_test(a_later_certificate_takes_no_name_away),
        cmocka_unit_test(r1_an_unknown_identifier_has_the_role_that_registrations_give_it),
        cmocka_unit_test(r1_one_party_owns_many_entities_numbered_by_name),
        cmocka_unit_test(r1_an_unknown_identifier_is_a_party_of_its_own),
        cmocka_unit_test(r1_no_entity_is_no_party_and_equals_nothing),
        cmocka_unit_test(r1_the_dcc_is_every_party_with_one_of_its_roles),
        cmocka_unit_test(r4_3_not_in_repository_only_when_every_network_operator_entity_is),
        cmocka_unit_test(parties_have_market_identifiers_beside_their_entities),
        cmocka_unit_test(key_identifiers_of_an_entity_are_gathered_once_each),
        cmocka_unit_test(r7_the_greatest_row_speaks_for_an_entity_in_any_order),
        cmocka_unit_test(parties_are_found_by_name_or_identifier),
        cmocka_unit_test(many_entities_are_all_found_and_listed_in_order),
        cmocka_unit_test(an_empty_directory_knows_nobody),
    };

    return cmocka_run_group_tests_name("directory", tests, NULL, NULL);
}
