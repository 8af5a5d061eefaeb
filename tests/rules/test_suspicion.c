/* What about the data of a Device deserves a second look. */
#include "facts.h"

#include "rules/suspicion.h"

static unsigned found(struct world *w)
{
    const struct judge_context ctx = context_of(w);

    return suspicions_of(facts_of(w)->records, &ctx);
}

#define BIT(s) (1u << SUSPECT_##s)

static void a_device_in_order_raises_none(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s;

    (void)state;
    do_all_but(w, 0);
    s = snapshot(w, COMMISSIONED + DAY);
    cell(w, s, ROLE_NETWORK_OPERATOR, DS, NORTHERN);
    cell(w, s, ROLE_SUPPLIER, DS, ALPHA);
    cell(w, s, ROLE_SUPPLIER, KA, 0); /* not told whose */
    request(w, S617, BETA, COMMISSIONED + DAY);
    assert_int_equal(found(w), 0);
    world_free(w);
}

static void r2_9_a_code_or_status_word_in_no_mapping_is_one(void **state)
{
    static const char *const answers[][2] = {{"E77", ""}, {"", "Perhaps"}, {"I0", "Perhaps"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct world *w = world_of(DEVICE_ESME);

        answer(request(w, S617, ALPHA, COMMISSIONED), COMMISSIONED + HOUR, answers[i][0], answers[i][1]);
        assert_int_equal(found(w), BIT(CODE));
        world_free(w);
    }
}

static void r1_an_entity_that_the_organisations_do_not_name_is_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    success(w, S617, ALPHA, COMMISSIONED);
    success(w, S617, STRANGER, COMMISSIONED);
    assert_int_equal(found(w), BIT(ORIGINATOR));
    cell(w, snapshot(w, COMMISSIONED), ROLE_SUPPLIER, DS, STRANGER);
    assert_int_equal(found(w), BIT(ORIGINATOR) | BIT(OWNER));
    w->requests[1].user_id = w->cells[0][0].subject = 1; /* the least identifier there is */
    assert_int_equal(found(w), BIT(ORIGINATOR) | BIT(OWNER));
    w->records.request_count = 0;
    assert_int_equal(found(w), BIT(OWNER));
    world_free(w);
}

static void r1_nor_is_whose_certificate_a_request_sends(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, S6151, ALPHA, COMMISSIONED);
    const struct judge_context ctx = context_of(w);

    (void)state;
    r->outcomes[r->outcome_count++] =
        (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .status = CELL_SENT, .new_subject = NORTHERN};
    r->outcomes[r->outcome_count++] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .status = CELL_SENT};
    assert_int_equal(found(w), 0); /* of the last nobody can tell whose it is */
    assert_int_equal(request_sends_unknown(r, ctx.directory), 0);
    r->outcomes[1].new_subject = STRANGER;
    assert_int_equal(found(w), BIT(OWNER));
    assert_int_equal(request_sends_unknown(r, ctx.directory), STRANGER);
    r->outcomes[0].new_subject = 1; /* whatever number it has, and in whichever place */
    assert_int_equal(request_sends_unknown(r, ctx.directory), 1);
    r->response_code = TEXT_LITERAL("?");
    assert_int_equal(found(w), BIT(OWNER) | BIT(CODE));
    r->outcomes[0].status = r->outcomes[1].status = 0; /* an answer tells of what was placed */
    assert_int_equal(request_sends_unknown(r, ctx.directory), 0);
    world_free(w);
}

static void r4_0_two_looks_of_one_instant_that_disagree_are_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct cell *again;

    (void)state;
    cell(w, snapshot(w, COMMISSIONED + DAY), ROLE_NETWORK_OPERATOR, DS, NORTHERN);
    again = cell(w, snapshot(w, COMMISSIONED + DAY), ROLE_NETWORK_OPERATOR, DS, ALPHA);
    assert_int_equal(found(w), BIT(CONFLICT));
    again->subject = NORTHERN; /* the same */
    assert_int_equal(found(w), 0);
    again->subject = 0; /* not told */
    assert_int_equal(found(w), 0);
    again->subject = ALPHA;
    again->key_usage = KA; /* of another cell */
    assert_int_equal(found(w), 0);
    again->key_usage = DS;
    w->snapshots[1].taken_at++; /* of another instant */
    assert_int_equal(found(w), 0);
    world_free(w);
}

static void r4_0_a_cell_that_was_not_ok_is_one_whoever_it_names(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cell(w, snapshot(w, COMMISSIONED), ROLE_SUPPLIER, DS, STRANGER)->ok = false;
    assert_int_equal(found(w), BIT(CELL));
    world_free(w);
}

static void r7_two_rows_that_claim_one_identity_are_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    w->inventory[0].conflict = true;
    assert_int_equal(found(w), BIT(CONFLICT));
    w->inventory[0].conflict = false;
    snapshot(w, COMMISSIONED)->conflict = true;
    assert_int_equal(found(w), BIT(CONFLICT));
    w->snapshots[0].conflict = false;
    check(w, CHECK_COMMUNICATING, COMMISSIONED, RESULT_PASS);
    assert_int_equal(found(w), 0);
    w->checks[0].conflict = true;
    assert_int_equal(found(w), BIT(CONFLICT));
    world_free(w);
}

static void r7_a_request_id_that_names_another_device_is_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, S6151, ALPHA, COMMISSIONED);

    (void)state;
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    assert_int_equal(found(w), 0);
    r->id.target = DEVICE + 1;
    assert_int_equal(found(w), BIT(TARGET));
    r->srv = SRV(8, 4, 0); /* goes to the DCC */
    assert_int_equal(found(w), 0);
    r->srv = 0; /* an answer that does not tell the SRV */
    assert_int_equal(found(w), 0);
    world_free(w);
}

static void r7_two_without_a_request_id_that_are_taken_for_one_are_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    success(w, S6151, ALPHA, COMMISSIONED);
    success(w, S6151, ALPHA, COMMISSIONED)->twin = TWIN;
    assert_int_equal(found(w), 0);
    w->requests[1].twin = TWIN_IN_DOUBT;
    assert_int_equal(found(w), BIT(TWIN));
    w->requests[0].id = (struct request_id){true, ALPHA, DEVICE + 1, 1}; /* two at once */
    assert_int_equal(found(w), BIT(TWIN) | BIT(TARGET));
    world_free(w);
}

static void r7_an_answer_whose_request_is_not_there_is_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, S6151, ALPHA, COMMISSIONED);

    (void)state;
    r->id = (struct request_id){true, ALPHA, DEVICE, 1};
    r->of_answer = true;
    assert_int_equal(found(w), BIT(REQUEST));
    w->requests[1] = w->requests[0]; /* answered twice */
    w->records.request_count++;
    assert_int_equal(found(w), BIT(REQUEST));
    w->requests[1].of_answer = false; /* the request itself, or a row of a log */
    assert_int_equal(found(w), 0);
    w->requests[1].id.counter++; /* of another */
    assert_int_equal(found(w), BIT(REQUEST));
    w->requests[0].of_answer = false;
    w->requests[1].of_answer = true; /* only the last */
    assert_int_equal(found(w), BIT(REQUEST));
    w->requests[0].of_answer = true;
    w->requests[1].of_answer = false;
    w->requests[1].id.present = false; /* the same, told by a log without RequestIDs */
    w->requests[1].twin = TWIN;
    assert_int_equal(found(w), 0);
    world_free(w);
}

static void r5_a_device_that_no_inventory_names_is_one(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    w->records.inventory_count = 0;
    assert_int_equal(found(w), BIT(DEVICE));
    world_free(w);
}

/* A Device that passes, of this type, with a change of what it lacks. */
static unsigned found_of(enum device_type type, void (*change)(struct judgement *j, struct inventory_row *row))
{
    struct inventory_row row = {.type = type, .region = CSP_NORTH};
    struct judgement j = {.inventory = &row,
                          .verdict = VERDICT_PASS,
                          .supplier = {1, PARTY_KNOWN},
                          .network_operator = {2, PARTY_UNKNOWN}};

    change(&j, &row);
    return suspicions_of_judgement(&j);
}

static void leave(struct judgement *j, struct inventory_row *row)
{
    (void)j;
    (void)row;
}

static void take_supplier(struct judgement *j, struct inventory_row *row)
{
    (void)row;
    j->supplier = (struct party){0, PARTY_NONE};
}

static void take_operator(struct judgement *j, struct inventory_row *row)
{
    (void)row;
    j->network_operator = (struct party){0, PARTY_NONE};
}

static void take_region(struct judgement *j, struct inventory_row *row)
{
    (void)j;
    row->region = CSP_NONE;
}

static void take_instant(struct judgement *j, struct inventory_row *row)
{
    (void)row;
    j->verdict = VERDICT_EXCLUDED;
    j->excluded = EXCLUDED_NO_COMMISSIONING_INSTANT;
}

static void take_all_but_exclude(struct judgement *j, struct inventory_row *row)
{
    take_supplier(j, row);
    take_operator(j, row);
    take_region(j, row);
    j->verdict = VERDICT_EXCLUDED;
    j->excluded = EXCLUDED_SMETS1;
}

static void contradict(struct judgement *j, struct inventory_row *row)
{
    (void)row;
    j->reasons = REASON_BIT(REASON_CONTRADICTED);
}

static void r5_what_a_device_lacks_that_its_type_has_is_amiss(void **state)
{
    static const struct {
        void (*change)(struct judgement *j, struct inventory_row *row);
        bool esme, gsme, gpf, chf;
    } cases[] = {
        {leave, false, false, false, false},       {take_supplier, true, true, true, false},
        {take_operator, true, false, true, false}, {take_region, true, true, true, true},
        {take_instant, true, true, true, true},    {take_all_but_exclude, false, false, false, false},
        {contradict, true, true, true, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(found_of(DEVICE_ESME, cases[i].change), cases[i].esme ? BIT(AMISS) : 0);
        assert_int_equal(found_of(DEVICE_GSME, cases[i].change), cases[i].gsme ? BIT(AMISS) : 0);
        assert_int_equal(found_of(DEVICE_GPF, cases[i].change), cases[i].gpf ? BIT(AMISS) : 0);
        assert_int_equal(found_of(DEVICE_CHF, cases[i].change), cases[i].chf ? BIT(AMISS) : 0);
    }
}

static void each_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(suspicion_word(SUSPECT_DEVICE), "UNKNOWN_DEVICE");
    assert_string_equal(suspicion_word(SUSPECT_CODE), "UNKNOWN_CODE");
    assert_string_equal(suspicion_word(SUSPECT_ORIGINATOR), "UNKNOWN_ORIGINATOR");
    assert_string_equal(suspicion_word(SUSPECT_OWNER), "UNKNOWN_OWNER");
    assert_string_equal(suspicion_word(SUSPECT_CELL), "CELL_NOT_OK");
    assert_string_equal(suspicion_word(SUSPECT_CONFLICT), "CONFLICT");
    assert_string_equal(suspicion_word(SUSPECT_TARGET), "WRONG_TARGET");
    assert_string_equal(suspicion_word(SUSPECT_TWIN), "TAKEN_FOR_ONE");
    assert_string_equal(suspicion_word(SUSPECT_REQUEST), "REQUEST_MISSING");
    assert_string_equal(suspicion_word(SUSPECT_AMISS), "AMISS");
}

/* Everything that tells the cells apart, or leaves one of them open. */
static void r4_0_looks_of_one_instant_agree_where_their_cells_differ(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct cell *a, *b;

    (void)state;
    a = cell(w, snapshot(w, COMMISSIONED + DAY), ROLE_SUPPLIER, KA, ALPHA);
    b = cell(w, snapshot(w, COMMISSIONED + DAY), ROLE_SUPPLIER, KA, BETA);
    assert_int_equal(found(w), BIT(CONFLICT));
    b->role = ROLE_NETWORK_OPERATOR;
    assert_int_equal(found(w), 0);
    b->role = ROLE_SUPPLIER;
    b->cell_usage = CELL_PREPAYMENT_TOP_UP;
    assert_int_equal(found(w), 0);
    b->cell_usage = CELL_MANAGEMENT;
    a->subject = 0;
    assert_int_equal(found(w), 0);
    a->subject = ALPHA;
    a->ok = false;
    assert_int_equal(found(w), BIT(CELL));
    a->ok = true;
    b->ok = false;
    assert_int_equal(found(w), BIT(CELL));
    world_free(w);
}

/* The one that differs is the second of each look, or the third look of the instant. */
static void r4_0_every_cell_and_every_look_of_an_instant_is_held_against_the_others(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct snapshot *s = snapshot(w, COMMISSIONED + DAY);

        cell(w, s, ROLE_SUPPLIER, i == 0 ? DS : KA, ALPHA);
        cell(w, s, ROLE_NETWORK_OPERATOR, DS, i == 0 ? NORTHERN : SOUTHERN);
    }
    assert_int_equal(found(w), BIT(CONFLICT));
    w->cells[1][1].subject = NORTHERN;
    assert_int_equal(found(w), 0);
    cell(w, snapshot(w, COMMISSIONED + DAY), ROLE_SUPPLIER, DS, BETA); /* not as the first says */
    assert_int_equal(found(w), BIT(CONFLICT));
    world_free(w);
}

/* One does not hide another, whichever comes first; the last record of each kind is looked at. */
static void several_at_once_are_all_told(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    success(w, S617, ALPHA, COMMISSIONED);
    request(w, S617, STRANGER, COMMISSIONED)->twin = TWIN_IN_DOUBT;
    answer(&w->requests[1], COMMISSIONED + HOUR, "E77", "");
    w->requests[1].id = (struct request_id){true, STRANGER, DEVICE + 1, 1};
    assert_int_equal(found(w), BIT(ORIGINATOR) | BIT(CODE) | BIT(TWIN) | BIT(TARGET));
    w->requests[2] = w->requests[0]; /* in order, and last */
    w->records.request_count++;
    assert_int_equal(found(w), BIT(ORIGINATOR) | BIT(CODE) | BIT(TWIN) | BIT(TARGET));
    w->requests[2] = w->requests[1];
    w->requests[1] = w->requests[0];
    answer(&w->requests[0], COMMISSIONED, "E77", ""); /* the code first, the others last */
    assert_int_equal(found(w), BIT(ORIGINATOR) | BIT(CODE) | BIT(TWIN) | BIT(TARGET));
    w->requests[0] = w->requests[2]; /* the code last */
    answer(&w->requests[0], COMMISSIONED, "I0", "Success");
    w->requests[0].user_id = 1; /* the least identifier there is */
    w->requests[2] = w->requests[1];
    answer(&w->requests[2], COMMISSIONED, "E77", "");
    assert_int_equal(found(w), BIT(ORIGINATOR) | BIT(CODE) | BIT(TWIN) | BIT(TARGET));
    w->records.request_count = 0;

    cell(w, snapshot(w, COMMISSIONED), ROLE_SUPPLIER, DS, ALPHA);
    cell(w, &w->snapshots[0], ROLE_SUPPLIER, KA, STRANGER);
    cell(w, &w->snapshots[0], ROLE_SUPPLIER, DS, ALPHA)->ok = false;
    snapshot(w, COMMISSIONED + 1)->conflict = true;
    assert_int_equal(found(w), BIT(OWNER) | BIT(CELL) | BIT(CONFLICT));
    w->snapshots[1].conflict = false;
    w->snapshots[0].conflict = true;
    cell(w, &w->snapshots[1], ROLE_SUPPLIER, DS, STRANGER);
    assert_int_equal(found(w), BIT(OWNER) | BIT(CELL) | BIT(CONFLICT));
    w->records.snapshot_count = 0;

    check(w, CHECK_COMMUNICATING, COMMISSIONED, RESULT_PASS);
    check(w, CHECK_COMMUNICATING, COMMISSIONED, RESULT_PASS);
    w->checks[1].conflict = true;
    assert_int_equal(found(w), BIT(CONFLICT));
    w->inventory[1] = w->inventory[0];
    w->records.inventory_count = 2;
    w->checks[1].conflict = false;
    w->inventory[1].conflict = true;
    assert_int_equal(found(w), BIT(CONFLICT));
    request(w, S617, STRANGER, COMMISSIONED);
    assert_int_equal(found(w), BIT(CONFLICT) | BIT(ORIGINATOR));
    w->records.inventory_count = 0;
    w->checks[1].conflict = true;
    assert_int_equal(found(w), BIT(CONFLICT) | BIT(ORIGINATOR) | BIT(DEVICE));
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_in_order_raises_none),
        cmocka_unit_test(r2_9_a_code_or_status_word_in_no_mapping_is_one),
        cmocka_unit_test(r1_an_entity_that_the_organisations_do_not_name_is_one),
        cmocka_unit_test(r1_nor_is_whose_certificate_a_request_sends),
        cmocka_unit_test(r4_0_a_cell_that_was_not_ok_is_one_whoever_it_names),
        cmocka_unit_test(r4_0_two_looks_of_one_instant_that_disagree_are_one),
        cmocka_unit_test(r7_two_rows_that_claim_one_identity_are_one),
        cmocka_unit_test(r7_a_request_id_that_names_another_device_is_one),
        cmocka_unit_test(r7_two_without_a_request_id_that_are_taken_for_one_are_one),
        cmocka_unit_test(r7_an_answer_whose_request_is_not_there_is_one),
        cmocka_unit_test(r5_a_device_that_no_inventory_names_is_one),
        cmocka_unit_test(r5_what_a_device_lacks_that_its_type_has_is_amiss),
        cmocka_unit_test(each_has_its_word),
        cmocka_unit_test(r4_0_looks_of_one_instant_agree_where_their_cells_differ),
        cmocka_unit_test(r4_0_every_cell_and_every_look_of_an_instant_is_held_against_the_others),
        cmocka_unit_test(several_at_once_are_all_told),
    };

    return cmocka_run_group_tests_name("suspicion", tests, NULL, NULL);
}
