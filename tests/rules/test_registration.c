/* R1: who is registered when, what is a Change of Supplier, and which GSME lends a gas proxy its MPxN. */
#include "facts.h"
#include "rules/registration.h"

#define AT (COMMISSIONED + DAY)

/* 2021-10-31T01:00:00Z: summer time ends. */
#define SUMMER_TIME_ENDS (INT64_C(1635642000) * INSTANT_SECOND)

static void expect_registered(struct world *w, instant at, uint64_t supplier, uint64_t network_operator)
{
    const struct judgement *const j = judged_at(w, at);

    assert_int_equal(j->supplier.id, directory_entity(w->directory, supplier).party.id);
    assert_int_equal(j->network_operator.id, directory_entity(w->directory, network_operator).party.id);
}

/* `when` is INSTANT_NONE where there is none. */
static void expect_change(struct world *w, instant as_of, instant when)
{
    assert_int_equal(judged_at(w, as_of)->cos_at, when);
}

static void r1_registered_is_the_latest_to_begin_that_covers(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, NORTHERN);
    registered(w, AT, AT + 2 * DAY, BETA, SOUTHERN);
    expect_registered(w, AT - 1, ALPHA, NORTHERN);
    expect_registered(w, AT, BETA, SOUTHERN);
    expect_change(w, AT, AT);
    expect_registered(w, AT + 2 * DAY - 1, BETA, SOUTHERN);
    expect_registered(w, AT + 2 * DAY, ALPHA, NORTHERN); /* it has not ended: it takes up again, which is a change */
    expect_change(w, AT + 2 * DAY, AT + 2 * DAY);
    assert_int_equal(w->j.first_cos_at, AT);
    world_free(w);
}

static void r1_nobody_is_registered_once_all_have_ended(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, AT, ALPHA, NORTHERN);
    registered(w, COMMISSIONED, AT + DAY, BETA, SOUTHERN); /* outlives the one before */
    expect_registered(w, AT + DAY - 1, BETA, SOUTHERN);
    judged_at(w, AT + DAY);
    assert_int_equal(w->j.supplier.kind, PARTY_NONE);
    assert_int_equal(w->j.network_operator.kind, PARTY_NONE);
    assert_int_equal(w->j.responsible_count, 0);
    world_free(w);
}

static void r1_one_whose_end_is_not_after_its_start_covers_nothing(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, NORTHERN);
    registered(w, AT, AT, BETA, SOUTHERN);
    registered(w, AT + HOUR, AT - DAY, BETA, SOUTHERN);
    expect_registered(w, AT + 2 * HOUR, ALPHA, NORTHERN);
    expect_change(w, AT + DAY, INSTANT_NONE);
    world_free(w);
}

static void r1_one_of_up_to_a_day_within_another_is_passed_over(void **state)
{
    static const struct {
        instant from, to; /* of Beta */
        bool counts;
    } rows[] = {
        {AT, AT + DAY, false},
        {AT, AT + DAY + 1, true},
        {AT + 9 * DAY, AT + 10 * DAY, false},              /* ends with the other */
        {AT + 9 * DAY + HOUR, AT + 10 * DAY + HOUR, true}, /* outlives it */
        {AT + 11 * DAY + 1, AT + 12 * DAY, true},          /* beside it */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *w = bare_world(DEVICE_ESME);
        const bool during = rows[i].from < AT + 10 * DAY;

        registered(w, COMMISSIONED - DAY, AT + 10 * DAY, ALPHA, NORTHERN);
        registered(w, rows[i].from, rows[i].to, BETA, SOUTHERN);
        expect_registered(w, rows[i].to - 1, rows[i].counts ? BETA : ALPHA, rows[i].counts ? SOUTHERN : NORTHERN);
        expect_change(w, rows[i].to - 1, rows[i].counts && during ? rows[i].from : INSTANT_NONE);
        world_free(w);
    }
}

static void r1_a_day_has_25_hours_where_summer_time_ends_in_it(void **state)
{
    static const struct {
        instant from, to; /* of Beta */
        bool counts;
    } rows[] = {
        {SUMMER_TIME_ENDS - 2 * HOUR, SUMMER_TIME_ENDS + 23 * HOUR, false}, /* 31 October in London */
        {SUMMER_TIME_ENDS - 2 * HOUR, SUMMER_TIME_ENDS + 23 * HOUR + 1, true},
        {SUMMER_TIME_ENDS - 25 * HOUR - 1, SUMMER_TIME_ENDS - 1, true},
        {SUMMER_TIME_ENDS, SUMMER_TIME_ENDS + 25 * HOUR, true}, /* it has ended when this begins */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *w = bare_world(DEVICE_ESME);

        registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, NORTHERN);
        registered(w, rows[i].from, rows[i].to, BETA, NORTHERN);
        expect_change(w, rows[i].to - 1, rows[i].counts ? rows[i].from : INSTANT_NONE);
        world_free(w);
    }
}

static void r1_in_a_gap_of_up_to_a_day_the_one_before_goes_on(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, AT, ALPHA, NORTHERN);
    registered(w, AT + DAY, INSTANT_NONE, BETA, SOUTHERN);
    expect_change(w, AT + DAY, AT + DAY);
    w->inventory[0].commissioned_at = AT + HOUR; /* in the gap */
    assert_int_equal(judged_at(w, AT + DAY)->commissioning_supplier.id, directory_entity(w->directory, ALPHA).party.id);

    w->registrations[1].effective_from++; /* across more than a day there is no change */
    judged_at(w, AT + 2 * DAY);
    assert_int_equal(w->j.cos_at, INSTANT_NONE);
    assert_int_equal(w->j.commissioning_supplier.kind, PARTY_NONE);
    assert_int_equal(w->j.supplier.id, directory_entity(w->directory, BETA).party.id);
    world_free(w);
}

static void r1_a_gap_on_the_day_summer_time_ends_may_have_25_hours(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, SUMMER_TIME_ENDS - 2 * HOUR, ALPHA, NORTHERN);
    registered(w, SUMMER_TIME_ENDS + 23 * HOUR, INSTANT_NONE, BETA, NORTHERN);
    expect_change(w, SUMMER_TIME_ENDS + 2 * DAY, SUMMER_TIME_ENDS + 23 * HOUR);
    w->registrations[1].effective_from++;
    expect_change(w, SUMMER_TIME_ENDS + 2 * DAY, INSTANT_NONE);
    world_free(w);
}

static void r1_a_gap_that_nobody_has_ended_by_as_of_is_none_to_go_on_in(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, AT, ALPHA, NORTHERN);
    registered(w, AT + HOUR, INSTANT_NONE, BETA, SOUTHERN);
    assert_int_equal(judged_at(w, AT + HOUR - 1)->supplier.kind, PARTY_NONE);
    world_free(w);
}

static void r1_the_party_that_lost_is_the_one_before_the_change(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct snapshot *s;

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, GAMMA, NORTHERN);
    registered(w, COMMISSIONED - HOUR, AT, ALPHA, NORTHERN); /* Gamma would take up where Beta begins */
    registered(w, AT, INSTANT_NONE, BETA, NORTHERN);
    do_all_but(w, 0);
    s = snapshot(w, AT + HOUR);
    cell(w, s, ROLE_SUPPLIER, DS, ALPHA);
    cell(w, s, ROLE_SUPPLIER, KA, ALPHA);
    cell(w, s, ROLE_SUPPLIER, KA, ALPHA)->cell_usage = CELL_PREPAYMENT_TOP_UP;
    judged_at(w, AT + DAY);
    assert_int_equal(w->j.obligations[OBLIGATION_SUPPLIER_CREDENTIALS].state, STATE_MET); /* within its grace */
    assert_int_equal(w->j.first_cos_at, AT);
    world_free(w);
}

static void r1_a_change_of_supplier_is_from_party_to_party(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - 2 * DAY, INSTANT_NONE, GAMMA, NORTHERN);
    registered(w, COMMISSIONED, INSTANT_NONE, ALPHA, NORTHERN); /* at the Commissioning itself */
    registered(w, AT, INSTANT_NONE, ALPHA_NO, NORTHERN);        /* another entity of the same party */
    judged_at(w, AT + DAY);
    assert_int_equal(w->j.cos_at, INSTANT_NONE);
    assert_int_equal(w->j.commissioning_supplier.id, directory_entity(w->directory, ALPHA).party.id);
    registered(w, AT + DAY, INSTANT_NONE, BETA, NORTHERN);
    registered(w, AT + 2 * DAY, INSTANT_NONE, GAMMA, NORTHERN);
    expect_change(w, AT + 2 * DAY - 1, AT + DAY);
    expect_change(w, AT + 2 * DAY, AT + 2 * DAY);
    assert_int_equal(w->j.first_cos_at, AT + DAY);
    world_free(w);
}

static void r1_the_first_registration_is_no_change(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, AT, INSTANT_NONE, ALPHA, NORTHERN);
    judged(w);
    assert_int_equal(w->j.cos_at, INSTANT_NONE);
    assert_int_equal(w->j.commissioning_supplier.kind, PARTY_NONE);
    world_free(w);
}

static void r1_an_end_later_than_as_of_changes_nothing_yet(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, NORTHERN);
    registered(w, AT, AT + 5 * DAY, BETA, NORTHERN);
    expect_change(w, AT + 5 * DAY - 1, AT);
    expect_change(w, AT + 5 * DAY, AT + 5 * DAY);
    world_free(w);
}

static void r1_deadlines_run_from_the_end_of_a_date_without_a_time(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    w->revised.obligation_ms = 5 * DAY;
    assert_int_equal(judged_at(w, COMMISSIONED + 5 * DAY)->deadline, COMMISSIONED + 5 * DAY);
    w->inventory[0].commissioned_on = true;
    assert_int_equal(judged_at(w, COMMISSIONED + 6 * DAY)->deadline, COMMISSIONED + 6 * DAY);
    expect_verdicts(w, VERDICT_PENDING, VERDICT_PENDING);
    w->as_of = COMMISSIONED + 6 * DAY + 1;
    expect_verdicts(w, VERDICT_PENDING, VERDICT_FAIL);
    w->as_of = COMMISSIONED + 8 * DAY;
    expect_verdicts(w, VERDICT_PENDING, VERDICT_FAIL);
    w->as_of = COMMISSIONED + 8 * DAY + 1;
    expect_verdicts(w, VERDICT_FAIL, VERDICT_FAIL);
    world_free(w);
}

static void r1_the_first_commissioning_is_the_earliest_that_was_told_before_the_present_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct inventory_row *const before = &w->inventory[0], *const now = &w->inventory[1];

    (void)state;
    *now = *before;
    now->commissioned_at = COMMISSIONED + 100 * DAY;
    now->extracted_at = COMMISSIONED + 101 * DAY;
    before->extracted_at = COMMISSIONED + 100 * DAY - 1;
    w->records.inventory_count = 2;
    assert_int_equal(inventory_first_commissioned_at(&w->records, now), COMMISSIONED);
    before->extracted_at++; /* told when the present one was there: a correction of it */
    assert_int_equal(inventory_first_commissioned_at(&w->records, now), now->commissioned_at);
    before->extracted_at--;
    before->status = SMI_DECOMMISSIONED;
    assert_int_equal(inventory_first_commissioned_at(&w->records, now), now->commissioned_at);
    before->status = SMI_COMMISSIONED;
    before->filled = INVENTORY_FILLED_COMMISSIONED; /* it was not this row that gave it */
    assert_int_equal(inventory_first_commissioned_at(&w->records, now), now->commissioned_at);
    before->filled = INVENTORY_FILLED_MPXN;
    assert_int_equal(inventory_first_commissioned_at(&w->records, now), COMMISSIONED);
    before->commissioned_at = INSTANT_NONE;
    assert_int_equal(inventory_first_commissioned_at(&w->records, now), now->commissioned_at);
    before->commissioned_at = now->commissioned_at + 1;
    assert_int_equal(inventory_first_commissioned_at(&w->records, now), now->commissioned_at);
    world_free(w);
}

static void r1_of_several_gsmes_one_in_service_lends_its_mpxn_then_the_least(void **state)
{
    const struct mpxn_lender in_service = {3, 30, true}, removed = {1, 10, false}, second = {4, 40, true};
    struct inventory_row row = {.type = DEVICE_GSME, .chf = 9, .mpxn = 1};

    (void)state;
    assert_true(mpxn_lender_outranks(&in_service, &removed));
    assert_false(mpxn_lender_outranks(&removed, &in_service));
    assert_true(mpxn_lender_outranks(&in_service, &second));
    assert_false(mpxn_lender_outranks(&second, &in_service));

    assert_true(inventory_lends_mpxn(&row));
    assert_false(inventory_borrows_mpxn(&row));
    row.mpxn = 0; /* nothing to lend */
    assert_false(inventory_lends_mpxn(&row));
    row.type = DEVICE_GPF;
    assert_true(inventory_borrows_mpxn(&row));
    row.chf = 0; /* on no hub */
    assert_false(inventory_borrows_mpxn(&row));
    row = (struct inventory_row){.type = DEVICE_GPF, .chf = 9, .mpxn = 1}; /* has one of its own */
    assert_false(inventory_borrows_mpxn(&row));
    assert_false(inventory_lends_mpxn(&row));
    row = (struct inventory_row){.type = DEVICE_GSME, .mpxn = 1};
    assert_false(inventory_lends_mpxn(&row));
    assert_false(inventory_lends_mpxn(NULL));
    assert_false(inventory_borrows_mpxn(NULL));
    row = (struct inventory_row){.device = 7, .status = SMI_COMMISSIONED, .mpxn = 5};
    assert_true(mpxn_lender_of(&row).commissioned);
    assert_false(mpxn_lender_outranks(&(struct mpxn_lender){7, 5, true}, &(struct mpxn_lender){7, 5, true}));
    row.status = SMI_DECOMMISSIONED;
    assert_false(mpxn_lender_of(&row).commissioned);
}

/* A registration row as the store keeps it; the set is packed into `sets`, which must not move. */
static struct registration_row said(struct buf *sets, instant from, uint64_t supplier, instant to, instant first,
                                    instant second)
{
    const instant at[] = {first, second};
    const size_t before = sets->len;

    extracts_pack(sets, at, second != first ? 2 : 1);
    return (struct registration_row){.mpxn = MPXN,
                                     .effective_from = from,
                                     .effective_to = to,
                                     .supplier = supplier,
                                     .extracts = {(const char *)sets->ptr + before, sets->len - before}};
}

#define E1 (COMMISSIONED + 1 * DAY) /* extracts */
#define E2 (COMMISSIONED + 2 * DAY)
#define E3 (COMMISSIONED + 3 * DAY)

static void r7_of_rows_of_one_identity_the_latest_extract_not_after_as_of_counts(void **state)
{
    struct buf sets = {0};
    struct registration_row all[3], rows[3];
    static const struct {
        instant as_of;
        uint64_t supplier;
    } cases[] = {
        {E3, ALPHA},                                                  /* said again */
        {E3 - 1, BETA}, {E2, BETA}, {E2 - 1, ALPHA}, {E1 - 1, ALPHA}, /* all are later: the earliest */
    };

    (void)state;
    assert_true(buf_reserve(&sets, 256));
    all[0] = said(&sets, AT, ALPHA, INSTANT_NONE, E1, E3);
    all[1] = said(&sets, AT, BETA, INSTANT_NONE, E2, E2);
    all[2] = said(&sets, AT + DAY, GAMMA, INSTANT_NONE, E3, E3); /* another identity: counts at any time */
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        memcpy(rows, all, sizeof(rows));
        assert_int_equal(registrations_counting(rows, 3, cases[i].as_of, false), 2);
        assert_int_equal(rows[0].supplier, cases[i].supplier);
        assert_false(rows[0].conflict);
        assert_int_equal(rows[1].supplier, GAMMA);
    }
    all[0] = said(&sets, AT, ALPHA, INSTANT_NONE, INSTANT_NONE, INSTANT_NONE); /* older than any that is dated */
    memcpy(rows, all, sizeof(rows));
    assert_int_equal(registrations_counting(rows, 2, E2, false), 1);
    assert_int_equal(rows[0].supplier, BETA);
    memcpy(rows, all, sizeof(rows));
    assert_int_equal(registrations_counting(rows, 2, E2 - 1, false), 1);
    assert_int_equal(rows[0].supplier, ALPHA);
    buf_release(&sets);
}

static void r7_of_two_rows_of_one_extract_one_with_an_end_then_the_greater_text_counts(void **state)
{
    struct buf sets = {0};
    struct registration_row rows[2];

    (void)state;
    assert_true(buf_reserve(&sets, 256));
    for (unsigned turned = 0; turned < 2; turned++) {
        rows[turned] = said(&sets, AT, ALPHA, AT + DAY, E1, E1);
        rows[1 - turned] = said(&sets, AT, BETA, INSTANT_NONE, E1, E1);
        assert_int_equal(registrations_counting(rows, 2, E1, false), 1);
        assert_int_equal(rows[0].supplier, ALPHA);
        assert_true(rows[0].conflict);
        rows[turned] = said(&sets, AT, ALPHA, INSTANT_NONE, E1, E1);
        rows[1 - turned] = said(&sets, AT, BETA, INSTANT_NONE, E1, E2);
        rows[turned].conflict = rows[1 - turned].conflict = true;
        assert_int_equal(registrations_counting(rows, 2, E1, false), 1);
        assert_int_equal(rows[0].supplier, BETA);
        assert_true(rows[0].conflict);
        rows[turned] = said(&sets, AT, ALPHA, INSTANT_NONE, E1, E1);
        rows[1 - turned] = said(&sets, AT, BETA, INSTANT_NONE, E1, E2);
        rows[turned].conflict = rows[1 - turned].conflict = true;
        assert_int_equal(registrations_counting(rows, 2, E2, false), 1);
        assert_int_equal(rows[0].supplier, BETA);
        assert_false(rows[0].conflict); /* that of another extract */
    }
    buf_release(&sets);
}

static void r7_what_a_whole_extract_says_of_an_mpxn_replaces_what_earlier_ones_said(void **state)
{
    struct buf sets = {0};
    struct registration_row all[3], rows[3];

    (void)state;
    assert_true(buf_reserve(&sets, 256));
    all[0] = said(&sets, AT, ALPHA, INSTANT_NONE, E1, E3);
    all[1] = said(&sets, AT + DAY, BETA, INSTANT_NONE, E1, E1); /* deleted since */
    all[2] = said(&sets, AT + 2 * DAY, GAMMA, INSTANT_NONE, E2, E3);
    memcpy(rows, all, sizeof(rows));
    assert_int_equal(registrations_counting(rows, 3, E3, false), 3);
    memcpy(rows, all, sizeof(rows));
    assert_int_equal(registrations_counting(rows, 3, E3, true), 2);
    assert_int_equal(rows[0].supplier, ALPHA);
    assert_int_equal(rows[1].supplier, GAMMA);
    memcpy(rows, all, sizeof(rows));
    assert_int_equal(registrations_counting(rows, 3, E2, true), 1); /* this one says of the MPxN nothing else */
    assert_int_equal(rows[0].supplier, GAMMA);
    memcpy(rows, all, sizeof(rows));
    assert_int_equal(registrations_counting(rows, 3, E1 - 1, true), 2); /* all are later: the earliest */
    assert_int_equal(rows[0].supplier, ALPHA);
    assert_int_equal(rows[1].supplier, BETA);
    assert_int_equal(registrations_counting(NULL, 0, E1, true), 0);
    memcpy(rows, all, sizeof(rows));
    assert_int_equal(registrations_counting(rows, 1, E3, true), 1);
    assert_int_equal(rows[0].supplier, ALPHA);
    rows[0] = (struct registration_row){.effective_from = AT, .supplier = ALPHA}; /* nobody dated them */
    rows[1] = (struct registration_row){.effective_from = AT + 1, .supplier = BETA};
    assert_int_equal(registrations_counting(rows, 2, E1, true), 2);
    buf_release(&sets);
}

static void r1_a_network_operator_may_be_registered_without_a_supplier(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, AT, ALPHA, NORTHERN);
    registered(w, AT, AT + HOUR, 0, NORTHERN); /* it is no gap: somebody is registered */
    registered(w, AT + HOUR, AT + 2 * HOUR, 0, SOUTHERN);
    registered(w, AT + 2 * HOUR, INSTANT_NONE, BETA, SOUTHERN);
    judged_at(w, AT);
    assert_int_equal(w->j.supplier.kind, PARTY_NONE);
    assert_true(party_equal(w->j.network_operator, directory_entity(w->directory, NORTHERN).party));
    judged_at(w, AT + HOUR);
    assert_int_equal(w->j.supplier.kind, PARTY_NONE);
    assert_true(party_equal(w->j.network_operator, directory_entity(w->directory, SOUTHERN).party));
    expect_registered(w, AT + 2 * HOUR, BETA, SOUTHERN);
    cell(w, snapshot(w, AT + 1), ROLE_SUPPLIER, DS, GAMMA); /* while nobody was the Supplier, it says nothing */
    judged_at(w, AT + DAY);
    assert_int_equal(w->j.obligations[OBLIGATION_SUPPLIER_CREDENTIALS].state, STATE_NOT_APPLICABLE);
    w->snapshots[0].taken_at = AT - 1;
    judged_at(w, AT + DAY);
    assert_int_equal(w->j.obligations[OBLIGATION_SUPPLIER_CREDENTIALS].state, STATE_NOT_MET);
    world_free(w);
}

/* Where some extract said it by then, later ones do not count, in whatever order the rows come. */
static void r7_a_later_extract_does_not_outrank_one_of_as_of(void **state)
{
    struct buf sets = {0};
    struct registration_row rows[2];

    (void)state;
    assert_true(buf_reserve(&sets, 256));
    for (unsigned turned = 0; turned < 2; turned++) {
        rows[turned] = said(&sets, AT, ALPHA, INSTANT_NONE, E1, E1);
        rows[1 - turned] = said(&sets, AT, BETA, INSTANT_NONE, E3, E3);
        assert_int_equal(registrations_counting(rows, 2, E2, false), 1);
        assert_int_equal(rows[0].supplier, ALPHA);
        rows[turned] = said(&sets, AT, ALPHA, INSTANT_NONE, E1, E1);
        rows[1 - turned] = said(&sets, AT + 1, BETA, INSTANT_NONE, E3, E3);
        assert_int_equal(registrations_counting(rows, 2, E2, true), 1);
        assert_int_equal(rows[0].supplier, ALPHA);
    }
    buf_release(&sets);
}

static void r1_of_two_that_begin_at_one_instant_the_first_was_never_registered(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, AT, INSTANT_NONE, ALPHA, NORTHERN); /* nobody before */
    registered(w, AT, INSTANT_NONE, BETA, NORTHERN);
    expect_registered(w, AT, BETA, NORTHERN);
    expect_change(w, AT + DAY, INSTANT_NONE);
    world_free(w);
}

static void r1_one_of_no_length_after_the_last_is_no_change(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, AT, ALPHA, NORTHERN);
    registered(w, AT + 1, AT + 1, BETA, SOUTHERN); /* after a gap, not within the other */
    expect_change(w, AT + DAY, INSTANT_NONE);
    assert_int_equal(w->j.supplier.kind, PARTY_NONE);
    w->registrations[1].effective_to++;
    expect_change(w, AT + DAY, AT + 1);
    world_free(w);
}

/* Whichever of the earlier rows told it. */
static void r1_the_first_commissioning_may_be_told_by_any_row(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 3; first++) {
        struct world *w = world_of(DEVICE_ESME);

        w->records.inventory_count = 4;
        for (unsigned i = 0; i < 4; i++) {
            w->inventory[i] = w->inventory[0];
            w->inventory[i].extracted_at = COMMISSIONED - (10 - (int)i) * DAY;
            w->inventory[i].commissioned_at = i == 3 ? COMMISSIONED : COMMISSIONED - (i == first ? 90 : 80) * DAY;
        }
        w->inventory[3].extracted_at = COMMISSIONED + DAY;
        assert_int_equal(inventory_first_commissioned_at(facts_of(w)->records, &w->inventory[3]),
                         COMMISSIONED - 90 * DAY);
        world_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r1_registered_is_the_latest_to_begin_that_covers),
        cmocka_unit_test(r1_nobody_is_registered_once_all_have_ended),
        cmocka_unit_test(r1_one_whose_end_is_not_after_its_start_covers_nothing),
        cmocka_unit_test(r1_one_of_up_to_a_day_within_another_is_passed_over),
        cmocka_unit_test(r1_a_day_has_25_hours_where_summer_time_ends_in_it),
        cmocka_unit_test(r1_in_a_gap_of_up_to_a_day_the_one_before_goes_on),
        cmocka_unit_test(r1_a_gap_on_the_day_summer_time_ends_may_have_25_hours),
        cmocka_unit_test(r1_a_gap_that_nobody_has_ended_by_as_of_is_none_to_go_on_in),
        cmocka_unit_test(r1_the_party_that_lost_is_the_one_before_the_change),
        cmocka_unit_test(r1_a_change_of_supplier_is_from_party_to_party),
        cmocka_unit_test(r1_the_first_registration_is_no_change),
        cmocka_unit_test(r1_an_end_later_than_as_of_changes_nothing_yet),
        cmocka_unit_test(r7_of_rows_of_one_identity_the_latest_extract_not_after_as_of_counts),
        cmocka_unit_test(r7_of_two_rows_of_one_extract_one_with_an_end_then_the_greater_text_counts),
        cmocka_unit_test(r7_what_a_whole_extract_says_of_an_mpxn_replaces_what_earlier_ones_said),
        cmocka_unit_test(r1_deadlines_run_from_the_end_of_a_date_without_a_time),
        cmocka_unit_test(r1_the_first_commissioning_is_the_earliest_that_was_told_before_the_present_one),
        cmocka_unit_test(r1_of_several_gsmes_one_in_service_lends_its_mpxn_then_the_least),
        cmocka_unit_test(r1_a_network_operator_may_be_registered_without_a_supplier),
        cmocka_unit_test(r7_a_later_extract_does_not_outrank_one_of_as_of),
        cmocka_unit_test(r1_of_two_that_begin_at_one_instant_the_first_was_never_registered),
        cmocka_unit_test(r1_one_of_no_length_after_the_last_is_no_change),
        cmocka_unit_test(r1_the_first_commissioning_may_be_told_by_any_row),
    };

    return cmocka_run_group_tests_name("registration", tests, NULL, NULL);
}
