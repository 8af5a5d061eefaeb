/* R9: the exceptions beside the obligations. */
#include "facts.h"

#include "domain/eui64.h"
#include "rules/incident.h"
#include "rules/related.h"

static struct judge_scratch scratch;

/* With the exceptions of each of its pairs, by its own records and those of the other Device. */
struct found {
    struct operator_exception operator;
    uint64_t pairs[8];
    size_t pair_count;
    struct join_exception joins[8];
    size_t join_count;
    const struct firmware_message *firmware;
    size_t firmware_count;
};

static const struct device_records *other_records, *hub_records; /* NULL: nothing is stored of them */

static struct found found(struct world *w)
{
    const struct judge_context ctx = context_of(w);
    struct found f = {0};
    struct related r;

    judged(w);
    scratch.size = related_scratch_size(&w->exact_facts);
    scratch.ptr = realloc(scratch.ptr, scratch.size + 1); /* with what the Device before left in it */
    assert_non_null(scratch.ptr);
    related_find(&w->exact_facts, &ctx, &w->j, &scratch, &r);
    f.operator= r.operator;
    f.firmware = r.firmware;
    f.firmware_count = r.firmware_count;
    f.pair_count = r.pair_count;
    for (size_t i = 0; i < r.pair_count; i++)
        f.pairs[i] = r.pairs[i];
    for (size_t i = 0; i < r.pair_count; i++) {
        const struct join_pair pair = {&w->exact_records, other_records, hub_records, r.pairs[i]};
        struct judge_scratch memory = {.size = join_pair_scratch_size(&pair)};

        memory.ptr = malloc(memory.size + 1);
        assert_non_null(memory.ptr);
        f.join_count += join_pair_find(&pair, &ctx, &memory, &f.joins[f.join_count]);
        free(memory.ptr);
    }
    return f;
}

static struct world *smets1_of(enum device_type type)
{
    struct world *w = world_of(type);

    w->inventory[0].smets = SMETS_1;
    w->inventory[0].cohort = COHORT_IOC;
    return w;
}

/* ---- R9.1 ---- */

/* Both cells as seen on that day; 0: not in the snapshot. */
static struct snapshot *seen(struct world *w, int day, uint64_t signature, uint64_t agreement, const char *source)
{
    struct snapshot *s = snapshot(w, COMMISSIONED + day * DAY);

    s->source_name = text_of(source);
    if (signature != 0)
        cell(w, s, ROLE_NETWORK_OPERATOR, DS, signature);
    if (agreement != 0)
        cell(w, s, ROLE_NETWORK_OPERATOR, KA, agreement);
    return s;
}

#define assert_slots(w, ds, ka, is_found)                                                                              \
    do {                                                                                                               \
        const struct operator_exception o_ = found(w).operator;                                                        \
        assert_string_equal(slot_state_word(o_.slots[0].state), ds);                                                   \
        assert_string_equal(slot_state_word(o_.slots[1].state), ka);                                                   \
        assert_int_equal(o_.found, is_found);                                                                          \
    } while (0)

static void r9_1_a_slot_holds_the_right_the_wrong_or_no_certificate(void **state)
{
    static const struct {
        uint64_t signature, agreement;
        const char *ds, *ka;
        bool is_found;
    } cases[] = {
        {NORTHERN, NORTHERN, "RIGHT", "RIGHT", false},
        {SOUTHERN, NORTHERN, "WRONG", "RIGHT", true},
        {ALPHA, STRANGER, "WRONG", "WRONG", true},
        {BROKER, 0, "WRONG", "EMPTY", true},
        {0, 0, "EMPTY", "EMPTY", true},
        {ALPHA_NO, NORTHERN, "WRONG", "RIGHT", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = smets1_of(i % 2 == 0 ? DEVICE_ESME : DEVICE_GPF);

        seen(w, 3, cases[i].signature, cases[i].agreement, "S1SP");
        assert_slots(w, cases[i].ds, cases[i].ka, cases[i].is_found);
        world_free(w);
    }
}

static void r9_1_a_certificate_of_the_party_in_another_role_is_wrong(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, BETA, ALPHA_NO);
    seen(w, 3, ALPHA, ALPHA_NO, "6.24.1");
    assert_slots(w, "WRONG", "RIGHT", true);
    world_free(w);
}

static void r9_1_smets1_is_seen_by_its_s1sp_and_smets2_by_all_others(void **state)
{
    struct world *one = smets1_of(DEVICE_ESME), *two = world_of(DEVICE_ESME);

    (void)state;
    seen(one, 3, SOUTHERN, SOUTHERN, "6.24.1");
    assert_slots(one, "UNSEEN", "UNSEEN", false);
    seen(one, 4, SOUTHERN, NORTHERN, "s1sp ");
    assert_slots(one, "WRONG", "RIGHT", true);
    seen(two, 3, SOUTHERN, SOUTHERN, "S1SP");
    assert_slots(two, "UNSEEN", "UNSEEN", false);
    seen(two, 4, SOUTHERN, NORTHERN, "6.24.1");
    assert_slots(two, "WRONG", "RIGHT", true);
    world_free(one);
    world_free(two);
}

/* A cell cannot be empty: a read that does not show it did not read it. */
static void r9_1_only_a_slot_can_be_empty(void **state)
{
    struct world *w = world_of(DEVICE_ESME), *one = smets1_of(DEVICE_ESME);
    struct snapshot *s;

    (void)state;
    seen(w, 3, SOUTHERN, NORTHERN, "6.24.1");
    s = seen(w, 4, 0, 0, "6.24.1");
    cell(w, s, ROLE_SUPPLIER, DS, ALPHA);
    cell(w, s, ROLE_NETWORK_OPERATOR, DS, 0);
    assert_slots(w, "WRONG", "RIGHT", true);
    s = seen(one, 3, 0, NORTHERN, "S1SP");
    cell(one, s, ROLE_NETWORK_OPERATOR, DS, 0);
    assert_slots(one, "EMPTY", "RIGHT", true);
    world_free(w);
    world_free(one);
}

static void r9_1_the_latest_look_that_tells_counts(void **state)
{
    struct world *w = smets1_of(DEVICE_ESME);
    struct snapshot *s;

    (void)state;
    seen(w, -2, SOUTHERN, SOUTHERN, "S1SP"); /* before it was Commissioned */
    assert_slots(w, "UNSEEN", "UNSEEN", false);
    w->inventory[0].commissioned_at = INSTANT_NONE;
    assert_slots(w, "WRONG", "WRONG", true);
    w->inventory[0].commissioned_at = COMMISSIONED;
    seen(w, 3, SOUTHERN, SOUTHERN, "S1SP");
    seen(w, 4, NORTHERN, NORTHERN, "S1SP");
    assert_slots(w, "RIGHT", "RIGHT", false);
    s = seen(w, 5, SOUTHERN, NORTHERN, "S1SP"); /* of what is not ok nobody can tell */
    w->cells[s - w->snapshots][0].ok = false;
    w->cells[s - w->snapshots][1].cell_usage = CELL_PREPAYMENT_TOP_UP;
    assert_slots(w, "RIGHT", "EMPTY", true);
    s->answered = false;
    assert_slots(w, "RIGHT", "RIGHT", false);
    seen(w, 31, SOUTHERN, SOUTHERN, "S1SP"); /* later than as-of */
    assert_slots(w, "RIGHT", "RIGHT", false);
    world_free(w);
}

static void r9_1_is_about_esme_and_gpf_in_service_with_an_operator(void **state)
{
    static const struct {
        enum device_type type;
        enum smi_status status;
        bool is_found;
    } cases[] = {
        {DEVICE_ESME, SMI_COMMISSIONED, true},
        {DEVICE_GPF, SMI_SUSPENDED, true},
        {DEVICE_GPF, SMI_RECOVERY, true},
        {DEVICE_ESME, SMI_RECOVERED, true},
        {DEVICE_ESME, SMI_DECOMMISSIONED, false},
        {DEVICE_GPF, SMI_WITHDRAWN, false},
        {DEVICE_ESME, SMI_INSTALLED_NOT_COMMISSIONED, false},
        {DEVICE_GSME, SMI_COMMISSIONED, false},
    };
    struct world *nobody = bare_world(DEVICE_ESME);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = world_of(cases[i].type);

        w->inventory[0].status = cases[i].status;
        seen(w, 3, SOUTHERN, SOUTHERN, "6.24.1");
        assert_int_equal(found(w).operator.found, cases[i].is_found);
        world_free(w);
    }
    seen(nobody, 3, SOUTHERN, SOUTHERN, "6.24.1");
    assert_slots(nobody, "UNSEEN", "UNSEEN", false);
    world_free(nobody);
}

static void outcome_of(struct request_row *r, enum party_role role, enum key_usage usage, enum cell_usage cell_usage,
                       uint8_t status, uint64_t existing, uint64_t fresh)
{
    r->outcomes[r->outcome_count++] = (struct cell_outcome){.role = role,
                                                            .key_usage = usage,
                                                            .cell_usage = cell_usage,
                                                            .status = status,
                                                            .existing_subject = existing,
                                                            .new_subject = fresh};
}

static void r9_1_a_later_success_outweighs_what_was_seen(void **state)
{
    struct world *w = smets1_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    seen(w, 3, SOUTHERN, NORTHERN, "S1SP");
    success(w, S6151, SOUTHERN, COMMISSIONED + 2 * DAY); /* earlier than the look */
    assert_slots(w, "WRONG", "RIGHT", true);
    success(w, S6151, SOUTHERN, COMMISSIONED + 4 * DAY)->remote_party_role = ROLE_SUPPLIER;
    assert_slots(w, "WRONG", "RIGHT", true);
    r = answer(request(w, S6151, SOUTHERN, COMMISSIONED + 4 * DAY), COMMISSIONED + 5 * DAY, "I0", "Failure");
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    assert_slots(w, "WRONG", "RIGHT", true);
    success(w, S6151, SOUTHERN, COMMISSIONED + 4 * DAY); /* another operator may have renewed its own (R4.3) */
    assert_slots(w, "WRONG", "RIGHT", true);
    r = answer(request(w, S6151, ALPHA, COMMISSIONED + 3 * DAY), COMMISSIONED + 5 * DAY, "I0", "Success");
    assert_slots(w, "WRONG", "RIGHT", true); /* it was not made after the look */
    r->requested_at++;
    assert_slots(w, "REPLACED", "RIGHT", false);
    r->requested_at--;
    success(w, S621, BROKER, COMMISSIONED + 4 * DAY)->remote_party_role = ROLE_NETWORK_OPERATOR;
    assert_slots(w, "REPLACED", "RIGHT", false);
    seen(w, 6, SOUTHERN, 0, "S1SP");
    assert_slots(w, "WRONG", "EMPTY", true);
    success(w, S6151, NORTHERN, COMMISSIONED + 7 * DAY);
    assert_slots(w, "REPLACED", "REPLACED", false);
    world_free(w);
}

static void r9_1_of_what_is_seen_at_one_instant_the_disproving_decides(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct world *one = smets1_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    cell(w, seen(w, 3, NORTHERN, SOUTHERN, "6.24.1"), ROLE_NETWORK_OPERATOR, DS, SOUTHERN); /* two values in one look */
    seen(w, 3, NORTHERN, NORTHERN, "6.24.2");
    assert_slots(w, "WRONG", "WRONG", true);
    r = answer(request(w, S6151, ALPHA, COMMISSIONED + 3 * DAY), COMMISSIONED + 3 * DAY, "I0", "Success");
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, 0, 0, NORTHERN);
    assert_slots(w, "WRONG", "WRONG", true);
    r->responded_at++; /* dated by its answer */
    assert_slots(w, "RIGHT", "WRONG", true);
    cell(one, seen(one, 3, 0, NORTHERN, "S1SP"), ROLE_NETWORK_OPERATOR, KA, 0);
    assert_slots(one, "EMPTY", "EMPTY", true);
    for (unsigned i = 0; i < 2; i++) { /* of two that are wrong, always the same */
        seen(one, 4, i == 0 ? ALPHA : BETA, NORTHERN, "S1SP");
        assert_int_equal(found(one).operator.slots[0].subject, i == 0 ? ALPHA : BETA);
    }
    world_free(w);
    world_free(one);
}

static void r9_1_requests_from_before_commissioning_do_not_count(void **state)
{
    struct world *w = smets1_of(DEVICE_ESME);

    (void)state;
    w->inventory[0].commissioned_at = COMMISSIONED + 5 * DAY;
    answer(request(w, S6151, NORTHERN, COMMISSIONED), COMMISSIONED + 7 * DAY, "S1VE4", "");
    assert_false(found(w).operator.found);
    w->inventory[0].commissioned_at = INSTANT_NONE;
    assert_true(found(w).operator.found);
    world_free(w);
}

static void r9_1_the_outcomes_of_a_replacement_show_its_cells(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    seen(w, 6, SOUTHERN, SOUTHERN, "6.24.1");
    r = success(w, S6151, SOUTHERN, COMMISSIONED + 7 * DAY);
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, 0, 0, NORTHERN);
    outcome_of(r, ROLE_NETWORK_OPERATOR, KA, CELL_MANAGEMENT, 5, ALPHA, NORTHERN);
    outcome_of(r, ROLE_NETWORK_OPERATOR, KA, CELL_PREPAYMENT_TOP_UP, 0, 0, NORTHERN);
    outcome_of(r, ROLE_NETWORK_OPERATOR, KA, CELL_MANAGEMENT, 5, 0, NORTHERN);
    outcome_of(r, ROLE_SUPPLIER, KA, CELL_MANAGEMENT, 0, 0, NORTHERN);
    assert_slots(w, "RIGHT", "WRONG", true);
    assert_true(found(w).operator.slots[1].subject == ALPHA);
    r = success(w, S6151, SOUTHERN, COMMISSIONED + 5 * DAY); /* earlier than the look */
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, 0, 0, STRANGER);
    assert_slots(w, "RIGHT", "WRONG", true);
    world_free(w);
}

static void r9_1_names_who_can_correct_it(void **state)
{
    static const struct {
        uint64_t holder; /* 0: nobody */
        srv_code srv;
        const char *by;
    } cases[] = {
        {SOUTHERN, S6151, "Southern"}, {BETA, S6151, "Beta"}, {BROKER, S621, "DCC"}, {0, S621, "DCC"},
        {STRANGER, S6151, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = smets1_of(DEVICE_GPF);
        struct action mend;
        char unknown[EUI64_TEXT_SIZE];

        seen(w, 3, cases[i].holder, NORTHERN, "S1SP");
        w->settings.operator_check_ends[COHORT_MOC] = w->as_of; /* that of another S1SP */
        w->settings.operator_check_ends[COHORT_IOC] =
            w->as_of + 1; /* not yet: no operator can replace what another holds */
        assert_int_equal(found(w).operator.slots[0].mend.kind, cases[i].srv == S621 ? ACTION_SEND : ACTION_UPDATE_S1SP);
        w->settings.operator_check_ends[COHORT_IOC] = w->as_of;
        mend = found(w).operator.slots[0].mend;
        assert_int_equal(mend.kind, ACTION_SEND);
        assert_int_equal(mend.srv, cases[i].srv);
        assert_true(text_equal(directory_party_name(w->directory, mend.by, unknown), text_of(cases[i].by)));
        assert_int_equal(found(w).operator.slots[1].mend.kind, ACTION_NONE);
        world_free(w);
    }
}

static void r9_1_nobody_can_place_certificates_that_there_are_none_of(void **state)
{
    struct world *w = bare_world(DEVICE_GPF);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, UNLISTED);
    seen(w, 3, NORTHERN, UNLISTED, "6.24.1");
    assert_slots(w, "WRONG", "RIGHT", true);
    assert_false(found(w).operator.in_repository);
    assert_int_equal(found(w).operator.slots[0].mend.kind, ACTION_NONE);
    world_free(w);
}

static void r9_1_refusals_since_the_last_success_are_told(void **state)
{
    struct world *w = smets1_of(DEVICE_ESME);
    struct operator_exception o;

    (void)state;
    answer(request(w, S6151, NORTHERN, COMMISSIONED + 3 * DAY), COMMISSIONED + 3 * DAY + HOUR, "S1VE64", "");
    answer(request(w, S6151, SOUTHERN, COMMISSIONED + 2 * DAY), COMMISSIONED + 2 * DAY + HOUR, " s1ve4 ", "");
    answer(request(w, S6151, NORTHERN, COMMISSIONED + 4 * DAY), COMMISSIONED + 4 * DAY + HOUR, "S1VE9", "");
    answer(request(w, S621, BROKER, COMMISSIONED + 4 * DAY), COMMISSIONED + 4 * DAY + HOUR, "S1VE4", "");
    answer(request(w, S6151, ALPHA, COMMISSIONED + 5 * DAY), COMMISSIONED + 5 * DAY + HOUR, "S1VE4", "")
        ->remote_party_role = ROLE_SUPPLIER;
    answer(request(w, S6151, SOUTHERN, COMMISSIONED + HOUR), COMMISSIONED + 2 * HOUR, "S1VE4", "");
    o = found(w).operator;
    assert_true(o.found);
    assert_int_equal(o.refusals, 3);
    assert_true(text_equal(o.refused_code, TEXT_LITERAL("S1VE64")));
    assert_true(o.refused_at == COMMISSIONED + 3 * DAY + HOUR);
    assert_true(o.refused_user == NORTHERN);
    answer(request(w, S6151, SOUTHERN, COMMISSIONED + 3 * DAY + 2 * HOUR), COMMISSIONED + 3 * DAY + 3 * HOUR, "S1VE4",
           "");
    assert_true(found(w).operator.refused_at == COMMISSIONED + 3 * DAY + 3 * HOUR);
    success(w, S6151, SOUTHERN, COMMISSIONED + 6 * DAY); /* of its own, perhaps (R4.3) */
    assert_int_equal(found(w).operator.refusals, 4);
    success(w, S6151, NORTHERN, COMMISSIONED + 2 * DAY + 2 * HOUR);
    assert_int_equal(found(w).operator.refusals, 2);
    success(w, S6151, NORTHERN, COMMISSIONED + 6 * DAY);
    assert_false(found(w).operator.found);
    world_free(w);
}

/* ---- R9.2 ---- */

#define JOIN   SRV(8, 7, 2)
#define UNJOIN SRV(8, 8, 2)
#define METER  UINT64_C(0x70)

static struct request_row *pair(struct world *w, srv_code srv, int hour, uint64_t other, const char *code_,
                                const char *status)
{
    struct request_row *r =
        answer(request(w, srv, ALPHA, COMMISSIONED + hour * HOUR), COMMISSIONED + hour * HOUR + 1, code_, status);

    r->other_device = other;
    return r;
}

static void r9_2_an_ambiguous_join_and_a_later_sign_of_disagreement(void **state)
{
    static const struct {
        srv_code first;
        const char *code, *status;
        srv_code then;
        const char *then_code, *then_status;
        size_t count;
    } cases[] = {
        {JOIN, "E20", "", JOIN, "I0", "Failure", 1},
        {JOIN, "I0", "", SRV(8, 7, 1), "I0", "Failure", 1},
        {SRV(8, 7, 1), "E99", "", UNJOIN, "E080801", "", 1},
        {JOIN, "E20", "", SRV(8, 8, 1), " e080801 ", "", 1},
        {JOIN, "E20", "", UNJOIN, "E080802", "", 0},
        {JOIN, "E20", "", UNJOIN, "I0", "Failure", 0},
        {JOIN, "E20", "", JOIN, "E4", "", 0},
        {JOIN, "E20", "", JOIN, "E20", "", 0},
        {JOIN, "I0", "Failure", UNJOIN, "E080801", "", 0},
        {JOIN, "I0", "Success", UNJOIN, "E080801", "", 0},
        {JOIN, "E20", "", UNJOIN, "E080801: not joined", "", 1},
        {UNJOIN, "E20", "", UNJOIN, "E080801", "", 1}, /* POSSIBLE: no join is in the log */
        {SRV(8, 11, 0), "E20", "", UNJOIN, "E080801", "", 1},
        {UNJOIN, "E20", "", UNJOIN, "E080802", "", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = world_of(DEVICE_PPMID);

        pair(w, cases[i].then, 9, METER, cases[i].then_code, cases[i].then_status);
        pair(w, cases[i].first, 1, METER, cases[i].code, cases[i].status);
        if (found(w).join_count != cases[i].count)
            fail_msg("case %zu: wanted %zu", i, cases[i].count);
        world_free(w);
    }
}

static void r9_2_tells_both_requests_and_how_often(void **state)
{
    struct world *w = world_of(DEVICE_PPMID);
    struct found r;

    (void)state;
    pair(w, JOIN, 1, METER, "E20", "");
    pair(w, JOIN, 3, METER, "I0", "Failure");
    pair(w, UNJOIN, 5, METER, "E080801", "");
    r = found(w);
    assert_int_equal(r.join_count, 1);
    assert_true(r.joins[0].other_device == METER);
    assert_int_equal(r.joins[0].join.srv, JOIN);
    assert_int_equal(r.joins[0].join.outcome, OUTCOME_TIMED_OUT);
    assert_true(text_equal(r.joins[0].join.code, TEXT_LITERAL("E20")));
    assert_int_equal(r.joins[0].later.srv, UNJOIN);
    assert_int_equal(r.joins[0].later.outcome, OUTCOME_REJECTED);
    assert_int_equal(r.joins[0].later_count, 2);
    world_free(w);
}

static void r9_2_a_success_settles_it(void **state)
{
    struct world *w = world_of(DEVICE_PPMID);

    (void)state;
    pair(w, JOIN, 1, METER, "E20", "");
    pair(w, JOIN, 3, METER, "I0", "Failure");
    pair(w, JOIN, 5, METER, "I0", "Success");
    assert_int_equal(found(w).join_count, 0);
    pair(w, JOIN, 7, METER, "E20", ""); /* the inventory knows it as joined */
    pair(w, JOIN, 9, METER, "I0", "Failure");
    assert_int_equal(found(w).join_count, 0);
    pair(w, UNJOIN, 11, METER, "I0", "Success");
    pair(w, JOIN, 13, METER, "E20", "");
    assert_int_equal(found(w).join_count, 0);
    pair(w, JOIN, 15, METER, "I0", "Failure");
    assert_int_equal(found(w).join_count, 1);
    world_free(w);
}

static void r9_2_each_pair_is_a_matter_of_its_own(void **state)
{
    struct world *w = world_of(DEVICE_PPMID);
    struct found r;

    (void)state;
    pair(w, JOIN, 1, METER + 1, "E20", "");
    pair(w, JOIN, 2, METER, "E20", "");
    pair(w, JOIN, 3, 0, "E20", ""); /* nobody knows with which */
    pair(w, UNJOIN, 8, 0, "E080801", "");
    pair(w, UNJOIN, 9, 0, "I99", "");
    pair(w, UNJOIN, 9, 0, "E080801", ""); /* one request, two rows */
    pair(w, UNJOIN, 4, METER + 2, "E080801", "");
    pair(w, UNJOIN, 5, METER + 1, "E080801", "");
    pair(w, UNJOIN, 6, METER, "E080801", "");
    r = found(w);
    assert_int_equal(r.join_count, 3);
    assert_true(r.joins[0].other_device == METER);
    assert_false(r.joins[0].possible);
    assert_true(r.joins[1].other_device == METER + 1);
    assert_false(r.joins[1].possible);
    assert_true(r.joins[2].other_device == METER + 2);
    assert_true(r.joins[2].possible);
    world_free(w);
}

static void r9_2_an_unjoin_refused_without_any_join_is_possible(void **state)
{
    struct world *w = world_of(DEVICE_PPMID);

    (void)state;
    pair(w, UNJOIN, 1, METER, "E080801", "");
    pair(w, UNJOIN, 3, METER, "E080801", "");
    assert_int_equal(found(w).join_count, 1);
    assert_true(found(w).joins[0].possible);
    assert_int_equal(found(w).joins[0].later_count, 2);
    pair(w, JOIN, 5, METER, "I0", "Failure"); /* one that is told, if later */
    assert_int_equal(found(w).join_count, 0);
    pair(w, JOIN, 7, METER, "E20", "");
    assert_int_equal(found(w).join_count, 0); /* nothing shows a disagreement since */
    pair(w, JOIN, 9, METER, "I0", "Failure");
    assert_int_equal(found(w).join_count, 1);
    assert_false(found(w).joins[0].possible);
    world_free(w);
}

static void r9_2_an_alert_that_the_device_log_changed_tells_that_the_join_worked(void **state)
{
    static const struct {
        int hour;
        const char *source;
        bool works;
    } alerts[] = {{2, "alert 8F12", true},  {1, "alert 8F12", true},   {9, "alert 8f12", true},
                  {0, "alert 8F12", false}, {10, "alert 8F12", false}, {2, "alert 8F13", false}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(alerts); i++) {
        struct world *w = world_of(DEVICE_CHF);
        const instant at = COMMISSIONED + alerts[i].hour * HOUR;

        pair(w, JOIN, 1, METER, "E20", "");
        pair(w, JOIN, 9, METER, "I0", "Failure");
        snapshot(w, at)->source_name = text_of(alerts[i].source);
        assert_int_equal(found(w).join_count, 1);
        assert_true(found(w).joins[0].log_changed_at == (alerts[i].works ? at : INSTANT_NONE));
        world_free(w);
    }
}

static void r9_2_an_unanswered_join_is_ambiguous_once_its_window_is_past(void **state)
{
    struct world *w = world_of(DEVICE_PPMID);
    struct request_row *r = request(w, JOIN, ALPHA, COMMISSIONED);

    (void)state;
    r->other_device = METER;
    pair(w, UNJOIN, 3, METER, "E080801", "");
    w->as_of = COMMISSIONED + 20 * HOUR;
    assert_int_equal(found(w).join_count, 0);
    w->as_of = COMMISSIONED + 30 * HOUR;
    assert_int_equal(found(w).join_count, 1);
    assert_int_equal(found(w).joins[0].join.code.len, 0);
    w->as_of = COMMISSIONED - DAY; /* nothing was asked yet */
    assert_int_equal(found(w).join_count, 0);
    world_free(w);
}

static void r9_2_requests_of_one_instant_are_taken_in_the_order_of_their_srvs(void **state)
{
    struct world *w = world_of(DEVICE_PPMID);

    (void)state;
    pair(w, UNJOIN, 1, METER, "E080801", "");
    pair(w, JOIN, 1, METER, "E20", "");
    assert_int_equal(found(w).join_count, 1);
    pair(w, UNJOIN, 1, METER, "E080801", "")->user_id = BETA;
    assert_int_equal(found(w).joins[0].later_count, 2);
    world_free(w);
}

/* The inventory does not say which of the two was asked: what was sent to either tells of the pair. */
static void r9_2_the_requests_to_both_devices_of_a_pair_are_told_together(void **state)
{
    struct world *w = world_of(DEVICE_ESME), *other = world_of(DEVICE_PPMID), *hub = world_of(DEVICE_CHF);
    struct found f;

    (void)state;
    other->records.device = METER;
    pair(w, JOIN, 1, METER, "E20", "");
    assert_int_equal(found(w).join_count, 0);
    pair(other, UNJOIN, 3, DEVICE, "E080801", "");
    other_records = facts_of(other)->records;
    f = found(w);
    assert_int_equal(f.join_count, 1);
    assert_true(f.joins[0].device == DEVICE && f.joins[0].other_device == METER);
    assert_int_equal(f.joins[0].later.srv, UNJOIN);
    snapshot(hub, COMMISSIONED + 2 * HOUR)->source_name = TEXT_LITERAL("alert 8F12");
    hub_records = facts_of(hub)->records;
    assert_true(found(w).joins[0].log_changed_at == COMMISSIONED + 2 * HOUR);
    hub_records = NULL;
    pair(other, JOIN, 2, DEVICE, "I0", "Success"); /* the pair was joined from the other side */
    other_records = facts_of(other)->records;
    assert_int_equal(found(w).join_count, 0);
    w->records.request_count = 0;
    pair(w, UNJOIN, 3, METER, "E080801", ""); /* and so is no pair without a join */
    assert_int_equal(found(w).join_count, 0);
    other_records = NULL;
    f = found(w);
    assert_true(f.join_count == 1 && f.joins[0].possible);
    other->records.request_count = 0;
    pair(other, JOIN, 1, DEVICE, "E20", "");
    other_records = facts_of(other)->records;
    assert_int_equal(found(w).join_count, 0); /* it is told of the Device that was asked to join */
    other_records = NULL;
    world_free(w);
    world_free(other);
    world_free(hub);
}

/* ---- R9.3 ---- */

static void r9_3_an_activation_lasts_until_it_is_answered_or_its_window_is_past(void **state)
{
    static const struct {
        const char *code, *status;
        int64_t lasts; /* 0: it never was in progress */
    } cases[] = {
        {"I0", "Success", HOUR}, {"I0", "Failure", HOUR}, {"E20", "", HOUR}, {"I99", "", DAY + 1}, {"E4", "", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = smets1_of(DEVICE_GSME);
        struct found r;

        answer(request(w, SRV(11, 3, 0), ALPHA, COMMISSIONED), COMMISSIONED + HOUR, cases[i].code, cases[i].status);
        r = found(w);
        assert_int_equal(r.firmware_count, cases[i].lasts > 0);
        if (r.firmware_count > 0) {
            assert_false(r.firmware[0].refused);
            assert_true(r.firmware[0].until - COMMISSIONED == cases[i].lasts);
        }
        world_free(w);
    }
}

static void r9_3_a_future_dated_activation_lasts_until_its_window_is_past(void **state)
{
    struct world *w = smets1_of(DEVICE_GSME);
    struct request_row *r = request(w, SRV(11, 3, 0), ALPHA, COMMISSIONED);

    (void)state;
    r->execution_at = COMMISSIONED + 2 * DAY;
    assert_true(found(w).firmware[0].until == COMMISSIONED + 3 * DAY + 1);
    w->as_of = COMMISSIONED + DAY; /* it is still awaited */
    assert_true(found(w).firmware[0].until == COMMISSIONED + 3 * DAY + 1);
    r->command_variant = 4; /* a transform step is no attempt */
    assert_int_equal(found(w).firmware_count, 0);
    world_free(w);
}

static void r9_3_a_refused_update_of_a_smets1_device(void **state)
{
    struct world *w = smets1_of(DEVICE_ESME);
    struct request_row *r = answer(request(w, SRV(11, 1, 0), ALPHA, COMMISSIONED), COMMISSIONED + HOUR, "E110101", "");
    struct found found_;

    (void)state;
    found_ = found(w);
    assert_int_equal(found_.firmware_count, 1);
    assert_true(found_.firmware[0].refused);
    assert_true(found_.firmware[0].until == COMMISSIONED + HOUR);
    assert_true(text_equal(found_.firmware[0].code, TEXT_LITERAL("E110101")));
    r->command_variant = 4;
    assert_int_equal(found(w).firmware_count, 0);
    r->command_variant = 8;
    r->response_code = TEXT_LITERAL("I0");
    assert_int_equal(found(w).firmware_count, 0);
    r->response_code = TEXT_LITERAL("E110101");
    w->inventory[0].smets = SMETS_2;
    assert_int_equal(found(w).firmware_count, 0);
    world_free(w);
}

static void r9_3_an_earlier_activation_in_progress_blocks(void **state)
{
    const struct firmware_message refusal = {.refused = true, .requested_at = 100, .until = 105};
    static const struct {
        instant from, until;
        bool blocks;
    } cases[] = {{99, 106, true}, {100, 106, false}, {99, 105, false}, {50, 60, false}, {101, 200, false}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct firmware_message m = {.requested_at = cases[i].from, .until = cases[i].until};

        assert_int_equal(firmware_blocks(&m, &refusal), cases[i].blocks);
    }
}

/* ---- R9.4 ---- */

static void r9_4_an_incident_is_about_the_main_reason_of_its_chf(void **state)
{
    struct judgement j = {.verdict = VERDICT_FAIL,
                          .reasons = REASON_BIT(REASON_NOT_COMMUNICATING) | REASON_BIT(REASON_DEVICE_FAILURE)};

    (void)state;
    assert_string_equal(incident_category(&j), "DEVICE_FAILURE");
    j.reasons = REASON_BIT(REASON_NO_EVIDENCE);
    assert_string_equal(incident_category(&j), "NO_EVIDENCE");
    j.reasons = 0;
    j.verdict = VERDICT_PASS;
    assert_string_equal(incident_category(&j), "PASS");
    j.verdict = VERDICT_EXCLUDED;
    j.excluded = EXCLUDED_NOT_COMMISSIONED;
    assert_string_equal(incident_category(&j), "NOT_COMMISSIONED");
}

static int release(void **state)
{
    (void)state;
    free(scratch.ptr);
    scratch = (struct judge_scratch){0};
    return 0;
}

/* R4.0: dated by the answer that carried them, not by that of the row that counts; a look in between is later. */
static void r9_1_outcomes_are_dated_by_their_own_answer(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r, *counts;

    (void)state;
    r = success(w, S6151, SOUTHERN, COMMISSIONED + 2 * DAY);
    r->id = (struct request_id){true, SOUTHERN, DEVICE, 7};
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, 0, 0, NORTHERN);
    outcome_of(r, ROLE_NETWORK_OPERATOR, KA, CELL_MANAGEMENT, 0, 0, NORTHERN);
    counts = answer(request(w, S6151, SOUTHERN, COMMISSIONED + 2 * DAY), COMMISSIONED + 9 * DAY, "I0", "Success");
    counts->id = r->id;
    assert_slots(w, "RIGHT", "RIGHT", false);
    seen(w, 5, SOUTHERN, SOUTHERN, "6.24.1");
    assert_slots(w, "WRONG", "WRONG", true);
    w->snapshots[0].taken_at = COMMISSIONED + DAY;
    assert_slots(w, "RIGHT", "RIGHT", false);
    assert_true(found(w).operator.slots[0].seen_at == r->responded_at);
    world_free(w);
}

/* As at as-of: what a success is known to have sent is there from when it was made, until it is seen otherwise. */
static void r9_1_what_a_success_is_known_to_have_sent(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, S6151, SOUTHERN, COMMISSIONED + DAY);

    (void)state;
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, CELL_SENT, 0, SOUTHERN);
    assert_slots(w, "WRONG", "UNSEEN", true);
    r->outcomes[0].new_subject = NORTHERN;
    assert_slots(w, "RIGHT", "UNSEEN", false);
    seen(w, 0, SOUTHERN, SOUTHERN, "6.24.1");
    assert_slots(w, "RIGHT", "WRONG", true);
    r->user_id = ALPHA; /* it sent the other cell nothing */
    assert_slots(w, "RIGHT", "WRONG", true);
    r->outcomes[0].new_subject = 0; /* nor is it told whose it sent this one */
    assert_slots(w, "WRONG", "WRONG", true);
    r->outcomes[0].role = ROLE_SUPPLIER; /* to other cells: nothing is known of these */
    assert_slots(w, "REPLACED", "REPLACED", false);
    r->outcomes[0].role = ROLE_NETWORK_OPERATOR;
    r->outcomes[0].new_subject = NORTHERN;
    r->execution_status = TEXT_LITERAL("Failure");
    assert_slots(w, "WRONG", "WRONG", true);
    r->execution_status = TEXT_LITERAL("Success");
    r->requested_at = w->snapshots[0].taken_at - 1;
    assert_slots(w, "WRONG", "WRONG", true);
    r->requested_at = w->snapshots[0].taken_at + 1;
    outcome_of(r, ROLE_NETWORK_OPERATOR, KA, CELL_MANAGEMENT, CELL_SENT, 0, NORTHERN);
    assert_slots(w, "RIGHT", "RIGHT", false);
    world_free(w);
}

/* A look or a request at the first instant counts, and a look at as-of; what is made at the instant of a look is no
 * later than it. */
static void r9_1_at_equal_instants(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    seen(w, 0, SOUTHERN, NORTHERN, "6.24.1");
    assert_slots(w, "WRONG", "RIGHT", true);
    r = success(w, S6151, ALPHA, COMMISSIONED);
    assert_slots(w, "WRONG", "RIGHT", true);
    r->requested_at++;
    assert_slots(w, "REPLACED", "RIGHT", false);
    r->requested_at--;
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, 0, 0, NORTHERN);
    assert_slots(w, "RIGHT", "RIGHT", false);
    r->outcomes[0].new_subject = 0; /* it does not tell whose */
    assert_slots(w, "WRONG", "RIGHT", true);
    seen(w, 1, NORTHERN, SOUTHERN, "6.24.1");
    w->snapshots[1].taken_at = w->as_of;
    assert_slots(w, "RIGHT", "WRONG", true);
    world_free(w);
}

static void r9_1_of_refusals_at_one_instant_the_first_row_is_told(void **state)
{
    struct world *w = smets1_of(DEVICE_ESME);

    (void)state;
    answer(request(w, S6151, NORTHERN, COMMISSIONED), COMMISSIONED + HOUR, "S1VE64", "");
    assert_true(found(w).operator.found); /* one is enough */
    answer(request(w, S6151, SOUTHERN, COMMISSIONED), COMMISSIONED + HOUR, "S1VE4", "");
    assert_int_equal(found(w).operator.refusals, 2);
    assert_true(found(w).operator.refused_user == NORTHERN);
    success(w, S6151, NORTHERN, COMMISSIONED); /* at that instant too: none came after it */
    assert_false(found(w).operator.found);
    world_free(w);
}

/* By criteria of one's own: one cell alone, or as many as there are. */
static void r9_1_of_one_cell_and_of_all_there_are(void **state)
{
    static const struct cell_kind kinds[CRITERIA_CELLS_MAX] = {
        {DS, CELL_MANAGEMENT}, {KA, CELL_MANAGEMENT}, {KA, CELL_PREPAYMENT_TOP_UP}, {DS, CELL_PREPAYMENT_TOP_UP}};
    struct world *w = smets1_of(DEVICE_ESME);
    struct obligation_terms *t = &w->revised.terms[DEVICE_ESME][OBLIGATION_NETWORK_OPERATOR_CREDENTIALS];
    struct request_row *r;

    (void)state;
    memcpy(t->cells, kinds, sizeof(kinds));
    t->cell_count = 1;
    seen(w, 1, SOUTHERN, SOUTHERN, "S1SP");
    assert_int_equal(found(w).operator.slot_count, 1);
    assert_int_equal(found(w).operator.slots[0].state, SLOT_WRONG);
    t->cell_count = CRITERIA_CELLS_MAX;
    assert_slots(w, "WRONG", "WRONG", true);
    for (unsigned k = 2; k < CRITERIA_CELLS_MAX; k++)
        assert_int_equal(found(w).operator.slots[k].state, SLOT_EMPTY);
    r = success(w, S6151, ALPHA, COMMISSIONED + 2 * DAY);
    assert_false(found(w).operator.found);
    for (unsigned k = 0; k < CRITERIA_CELLS_MAX; k++)
        assert_int_equal(found(w).operator.slots[k].state, SLOT_REPLACED);
    while (r->outcome_count < CELL_OUTCOMES_MAX - 1)
        outcome_of(r, ROLE_LOAD_CONTROLLER, DS, CELL_MANAGEMENT, 0, 0, NORTHERN);
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, 0, 0, NORTHERN); /* the last there is room for */
    w->inventory[0].smets = SMETS_2;                                           /* whose cells a response tells of */
    w->snapshots[0].source_name = TEXT_LITERAL("6.24.1");
    assert_slots(w, "RIGHT", "WRONG", true);
    assert_int_equal(found(w).operator.refused_at, INSTANT_NONE);
    r->outcome_count = 0;
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, CELL_SENT, 0, NORTHERN); /* known by what was sent */
    assert_slots(w, "RIGHT", "WRONG", true);
    assert_int_equal(found(w).operator.refused_at, INSTANT_NONE);
    world_free(w);
}

static void r9_1_a_refusal_is_not_a_look(void **state)
{
    struct world *w = smets1_of(DEVICE_ESME);

    (void)state;
    w->revised.terms[DEVICE_ESME][OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].cell_count = CRITERIA_CELLS_MAX;
    answer(request(w, S6151, NORTHERN, COMMISSIONED), COMMISSIONED + HOUR, "S1VE4", "");
    assert_true(found(w).operator.found);
    assert_false(found(w).operator.seen);
    world_free(w);
}

static void r9_2_every_pair_that_may_be_in_doubt_is_to_be_looked_at(void **state)
{
    struct world *w = world_of(DEVICE_CHF);
    struct found r;

    (void)state;
    for (unsigned i = 0; i < 8; i++)
        pair(w, JOIN, (int)i, METER + i, "E20", "");
    r = found(w);
    assert_int_equal(r.pair_count, 8);
    for (unsigned i = 0; i < 8; i++)
        assert_true(r.pairs[i] == METER + i);
    world_free(w);
}

static void r9_2_each_pair_is_looked_at_by_itself(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    pair(w, JOIN, 1, METER, "E20", "");
    pair(w, JOIN, 9, METER, "I0", "Failure");
    pair(w, JOIN, 1, METER + 1, "I0", "Success");
    assert_int_equal(found(w).join_count, 1);
    w->requests[2].requested_at = COMMISSIONED + 10 * HOUR;
    w->requests[2].other_device = METER;
    assert_int_equal(found(w).join_count, 0);
    w->records.request_count--; /* what the Device before did is none of this one's */
    assert_int_equal(found(w).join_count, 1);
    world_free(w);
}

static void r9_2_any_later_alert_tells(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    pair(w, JOIN, 1, METER, "E20", "");
    pair(w, JOIN, 9, METER, "I0", "Failure");
    snapshot(w, COMMISSIONED + 2 * HOUR)->source_name = TEXT_LITERAL("alert 8F13");
    snapshot(w, COMMISSIONED + 3 * HOUR)->source_name = TEXT_LITERAL("alert 8F12");
    snapshot(w, COMMISSIONED + 4 * HOUR)->source_name = TEXT_LITERAL("alert 8F12");
    assert_true(found(w).joins[0].log_changed_at == COMMISSIONED + 3 * HOUR); /* the first of them */
    world_free(w);
}

/* In the log in whatever order. */
static void r9_2_pairs_are_told_in_the_order_of_the_other_device(void **state)
{
    static const unsigned orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        struct world *w = world_of(DEVICE_PPMID);
        struct found r;

        for (unsigned k = 0; k < 4; k++) {
            pair(w, JOIN, 5, METER + orders[i][k], "E20", ""); /* the join before the unjoin of the same instant */
            pair(w, UNJOIN, 5, METER + orders[i][k], "E080801", "");
            pair(w, JOIN, 6, METER + orders[i][3 - k], "I0", "Failure");
        }
        r = found(w);
        assert_int_equal(r.join_count, 4);
        for (unsigned k = 0; k < 4; k++) {
            assert_true(r.joins[k].other_device == METER + k);
            assert_false(r.joins[k].possible);
            assert_int_equal(r.joins[k].later_count, 2);
            assert_int_equal(r.joins[k].later.srv, JOIN);
        }
        world_free(w);
    }
}

/* What is told of one pair is no sign for another that comes next. */
static void r9_2_a_sign_is_of_its_own_pair(void **state)
{
    struct world *w = world_of(DEVICE_PPMID);

    (void)state;
    pair(w, JOIN, 1, METER, "E20", "");
    pair(w, JOIN, 2, METER + 1, "I0", "Failure");
    assert_int_equal(found(w).join_count, 0);
    world_free(w);
}

/* Of a SMETS1 Device a response tells no cells; rows without an SRV and other services lie between. */
static void r9_1_a_response_of_a_smets1_device_tells_no_slots(void **state)
{
    struct world *w = smets1_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    success(w, S617, ALPHA, COMMISSIONED); /* of no matter here */
    answer(request(w, 0, ALPHA, COMMISSIONED), COMMISSIONED + HOUR, "I0", "Success");
    answer(request(w, SRV(11, 1, 0), ALPHA, COMMISSIONED), COMMISSIONED + HOUR, "E110101", "");
    answer(request(w, SRV(11, 3, 0), ALPHA, COMMISSIONED), COMMISSIONED + HOUR, "I0", "Success");
    answer(request(w, SRV(8, 7, 2), ALPHA, COMMISSIONED), COMMISSIONED + HOUR, "I0", "Success");
    seen(w, 1, SOUTHERN, NORTHERN, "S1SP");
    r = success(w, S6151, ALPHA, COMMISSIONED + 2 * DAY);
    outcome_of(r, ROLE_NETWORK_OPERATOR, DS, CELL_MANAGEMENT, 0, 0, SOUTHERN);
    assert_slots(w, "REPLACED", "RIGHT", false); /* by the success alone */
    assert_int_equal(found(w).firmware_count, 2);
    world_free(w);
}

/* Whether anything is known of a slot at all; one is enough. */
static void r9_1_a_device_of_which_a_slot_is_known_has_been_seen(void **state)
{
    static const uint64_t signature[] = {0, NORTHERN, 0}, agreement[] = {0, 0, SOUTHERN};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(signature); i++) {
        struct world *w = world_of(DEVICE_ESME);

        seen(w, 3, signature[i], agreement[i], "6.24.1");
        assert_int_equal(found(w).operator.seen, i > 0);
        world_free(w);
    }
}

/* No read, and one outcome in a row that does not tell its SRV, as an answer may be. */
static void r9_1_one_outcome_in_an_answer_without_its_srv_is_a_look(void **state)
{
    (void)state;
    for (unsigned told = 0; told < 2; told++) {
        struct world *w = world_of(DEVICE_ESME);
        struct request_row *r = request(w, S6151, ALPHA, COMMISSIONED + DAY);

        r->id = (struct request_id){true, ALPHA, DEVICE, 7};
        r = answer(request(w, told ? S6151 : 0, ALPHA, INSTANT_NONE), COMMISSIONED + 2 * DAY, "I0", "Failure");
        r->id = (struct request_id){true, ALPHA, DEVICE, 7};
        r->outcome_count = 1;
        r->outcomes[0] = (struct cell_outcome){
            .role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .status = 5, .existing_subject = BROKER};
        assert_slots(w, "WRONG", "UNSEEN", true);
        world_free(w);
    }
}

/* Two ambiguous joins of one instant, one to each: the pair is told once, of the lesser identifier. */
static void r9_2_a_pair_that_was_asked_to_join_from_both_sides_at_once_is_told_once(void **state)
{
    struct world *w = world_of(DEVICE_ESME), *other = world_of(DEVICE_PPMID);
    const bool lesser = DEVICE < METER;

    (void)state;
    other->records.device = METER;
    pair(w, JOIN, 1, METER, "E20", "");
    pair(other, JOIN, 1, DEVICE, "E20", "");
    pair(other, JOIN, 3, DEVICE, "I0", "Failure");
    other_records = facts_of(other)->records;
    assert_int_equal(found(w).join_count, lesser);
    other_records = facts_of(w)->records;
    assert_int_equal(found(other).join_count, !lesser);
    other_records = NULL;
    world_free(w);
    world_free(other);
}

/* Requests lie in no order of time: the join was asked for after the pair had been parted. */
static void r9_2_a_success_before_the_ambiguous_join_settles_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME), *other = world_of(DEVICE_PPMID);

    (void)state;
    other->records.device = METER;
    pair(other, JOIN, 5, DEVICE, "I0", "Failure");
    other_records = facts_of(other)->records;
    for (unsigned first = 0; first < 2; first++) {
        w->records.request_count = 0;
        for (unsigned i = 0; i < 2; i++)
            pair(w, i == first ? JOIN : UNJOIN, i == first ? 3 : 1, METER, i == first ? "E20" : "I0",
                 i == first ? "" : "Success");
        assert_int_equal(found(w).join_count, 1);
    }
    other_records = NULL;
    world_free(w);
    world_free(other);
}

static void r9_2_two_pairs_of_one_request_each_are_two(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    pair(w, UNJOIN, 1, METER, "E080801", "");
    pair(w, UNJOIN, 3, METER + 1, "E080801", "");
    assert_int_equal(found(w).join_count, 2);
    world_free(w);
}

/* Whichever of the slots it replaced. */
static void r9_1_a_success_replaces_the_slot_that_is_wrong(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct world *w = world_of(DEVICE_ESME);

        seen(w, 3, i == 0 ? SOUTHERN : NORTHERN, i == 0 ? NORTHERN : SOUTHERN, "6.24.1");
        success(w, S6151, ALPHA, COMMISSIONED + 4 * DAY);
        assert_slots(w, i == 0 ? "REPLACED" : "RIGHT", i == 0 ? "RIGHT" : "REPLACED", false);
        world_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r9_1_a_slot_holds_the_right_the_wrong_or_no_certificate),
        cmocka_unit_test(r9_1_a_certificate_of_the_party_in_another_role_is_wrong),
        cmocka_unit_test(r9_1_smets1_is_seen_by_its_s1sp_and_smets2_by_all_others),
        cmocka_unit_test(r9_1_only_a_slot_can_be_empty),
        cmocka_unit_test(r9_1_the_latest_look_that_tells_counts),
        cmocka_unit_test(r9_1_is_about_esme_and_gpf_in_service_with_an_operator),
        cmocka_unit_test(r9_1_a_later_success_outweighs_what_was_seen),
        cmocka_unit_test(r9_1_of_what_is_seen_at_one_instant_the_disproving_decides),
        cmocka_unit_test(r9_1_requests_from_before_commissioning_do_not_count),
        cmocka_unit_test(r9_1_the_outcomes_of_a_replacement_show_its_cells),
        cmocka_unit_test(r9_1_names_who_can_correct_it),
        cmocka_unit_test(r9_1_nobody_can_place_certificates_that_there_are_none_of),
        cmocka_unit_test(r9_1_refusals_since_the_last_success_are_told),
        cmocka_unit_test(r9_2_an_ambiguous_join_and_a_later_sign_of_disagreement),
        cmocka_unit_test(r9_2_tells_both_requests_and_how_often),
        cmocka_unit_test(r9_2_a_success_settles_it),
        cmocka_unit_test(r9_2_each_pair_is_a_matter_of_its_own),
        cmocka_unit_test(r9_2_an_unjoin_refused_without_any_join_is_possible),
        cmocka_unit_test(r9_2_an_alert_that_the_device_log_changed_tells_that_the_join_worked),
        cmocka_unit_test(r9_2_an_unanswered_join_is_ambiguous_once_its_window_is_past),
        cmocka_unit_test(r9_2_the_requests_to_both_devices_of_a_pair_are_told_together),
        cmocka_unit_test(r9_2_requests_of_one_instant_are_taken_in_the_order_of_their_srvs),
        cmocka_unit_test(r9_3_an_activation_lasts_until_it_is_answered_or_its_window_is_past),
        cmocka_unit_test(r9_3_a_future_dated_activation_lasts_until_its_window_is_past),
        cmocka_unit_test(r9_3_a_refused_update_of_a_smets1_device),
        cmocka_unit_test(r9_3_an_earlier_activation_in_progress_blocks),
        cmocka_unit_test(r9_4_an_incident_is_about_the_main_reason_of_its_chf),
        cmocka_unit_test(r9_1_outcomes_are_dated_by_their_own_answer),
        cmocka_unit_test(r9_1_what_a_success_is_known_to_have_sent),
        cmocka_unit_test(r9_1_at_equal_instants),
        cmocka_unit_test(r9_1_of_refusals_at_one_instant_the_first_row_is_told),
        cmocka_unit_test(r9_1_of_one_cell_and_of_all_there_are),
        cmocka_unit_test(r9_1_a_refusal_is_not_a_look),
        cmocka_unit_test(r9_2_every_pair_that_may_be_in_doubt_is_to_be_looked_at),
        cmocka_unit_test(r9_2_each_pair_is_looked_at_by_itself),
        cmocka_unit_test(r9_2_any_later_alert_tells),
        cmocka_unit_test(r9_2_pairs_are_told_in_the_order_of_the_other_device),
        cmocka_unit_test(r9_2_a_sign_is_of_its_own_pair),
        cmocka_unit_test(r9_1_a_response_of_a_smets1_device_tells_no_slots),
        cmocka_unit_test(r9_1_a_device_of_which_a_slot_is_known_has_been_seen),
        cmocka_unit_test(r9_1_one_outcome_in_an_answer_without_its_srv_is_a_look),
        cmocka_unit_test(r9_2_a_pair_that_was_asked_to_join_from_both_sides_at_once_is_told_once),
        cmocka_unit_test(r9_2_a_success_before_the_ambiguous_join_settles_nothing),
        cmocka_unit_test(r9_2_two_pairs_of_one_request_each_are_two),
        cmocka_unit_test(r9_1_a_success_replaces_the_slot_that_is_wrong),
    };

    return cmocka_run_group_tests_name("related", tests, NULL, release);
}
