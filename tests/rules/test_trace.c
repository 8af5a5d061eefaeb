/* What each record did to each part of an obligation, as explain tells it. */
#include "facts.h"

#include "rules/trace.h"
#include <stdio.h>

#define NO     OBLIGATION_NETWORK_OPERATOR_CREDENTIALS
#define CERTS  OBLIGATION_DEVICE_CERTIFICATES
#define COMMS  OBLIGATION_COMMUNICATING
#define SUPPLY OBLIGATION_SUPPLIER_CREDENTIALS
#define MOST   32

/* What was told of one obligation, as a text: "NOT_MET:s0-disproves,r1-doubt;" for each part. */
struct told {
    enum obligation wanted;
    bool in_it;
    char text[1024];
    instant since[8], last[8]; /* of each part */
    size_t parts;
};

static void on_part(void *ctx, enum obligation o, const struct traced_part *part)
{
    struct told *t = ctx;

    t->in_it = o == t->wanted;
    if (!t->in_it)
        return;
    t->since[t->parts] = part->since;
    t->last[t->parts++] = part->last;
    sprintf(t->text + strlen(t->text), "%s%s/%s:", t->text[0] != '\0' ? "; " : "", obligation_state_word(part->state),
            rule_text(part->rule));
}

static void on_effect(void *ctx, struct evidence_ref by, enum effect e)
{
    struct told *t = ctx;

    if (t->in_it)
        sprintf(t->text + strlen(t->text), " %c%u %s",
                by.kind == EVIDENCE_REQUEST    ? 'r'
                : by.kind == EVIDENCE_SNAPSHOT ? 's'
                                               : 'c',
                by.index, effect_word(e));
}

static struct told told_of(struct world *w, enum obligation o)
{
    const struct judge_context ctx = context_of(w);
    struct told told = {.wanted = o};
    const struct trace_told to = {.part = on_part, .effect = on_effect, .ctx = &told};
    const struct device_facts *const facts = facts_of(w);
    struct judge_scratch scratch = {.size = judge_scratch_size(facts)};

    scratch.ptr = malloc(scratch.size);
    memset(scratch.ptr, 0x7F, scratch.size); /* what lies there is anything */
    judge_trace(facts, &ctx, &scratch, &to);
    free(scratch.ptr);
    return told;
}

static void expect_told(struct world *w, enum obligation o, const char *want)
{
    assert_string_equal(told_of(w, o).text, want);
}

static void r4_3_looks_and_commands_at_each_cell(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;
    struct snapshot *s;

    (void)state;
    expect_told(w, NO, "NOT_ATTEMPTED/R4.7.6:; NOT_ATTEMPTED/R4.7.6:");
    r = request(w, SRV(6, 15, 1), ALPHA, COMMISSIONED + HOUR); /* timed out */
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_told(w, NO, "UNVERIFIED/R4.7.2: r0 doubt; UNVERIFIED/R4.7.2: r0 doubt");
    s = snapshot(w, COMMISSIONED + DAY);
    cell(w, s, ROLE_NETWORK_OPERATOR, DS, NORTHERN);
    cell(w, s, ROLE_NETWORK_OPERATOR, KA, BROKER);
    expect_told(w, NO, "MET/R4.3: s0 proves r0 past; NOT_MET/R4.7.1: s0 disproves r0 past");
    r = success(w, SRV(6, 21, 0), ALPHA, COMMISSIONED + 2 * DAY);
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_told(w, NO, "MET/R4.3: s0 proves r0 past r1 covers; MET/R4.3: s0 disproves r0 past r1 covers");
    r->user_id = SOUTHERN; /* it may have renewed its own */
    expect_told(w, NO,
                "UNVERIFIED/R4.7.2: s0 proves r0 past r1 unclear; UNVERIFIED/R4.7.2: s0 disproves r0 past r1 unclear");
    world_free(w);
}

static void r4_0_made_before_a_look_and_answered_after_it(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, SRV(6, 15, 1), ALPHA, COMMISSIONED + DAY - HOUR);
    struct snapshot *s = snapshot(w, COMMISSIONED + DAY);

    (void)state;
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    r->responded_at = COMMISSIONED + DAY + HOUR;
    cell(w, s, ROLE_NETWORK_OPERATOR, DS, BROKER);
    cell(w, s, ROLE_NETWORK_OPERATOR, KA, BROKER);
    expect_told(w, NO, "UNVERIFIED/R4.7.2: s0 disproves r0 unclear; UNVERIFIED/R4.7.2: s0 disproves r0 unclear");
    world_free(w);
}

static void r4_2_typed_untyped_refused_and_waiting(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct request_row *r;

    (void)state;
    success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + HOUR)->credential_type = DS;
    r = success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + 2 * HOUR);
    r->credential_type = KA;
    r->execution_status = TEXT_LITERAL("Failure");
    expect_told(w, CERTS, "MET/R4.2: r0 covers; NOT_MET/R4.7.3: r1 failed");
    success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + 3 * HOUR);
    expect_told(w, CERTS, "MET/R4.2: r0 covers r2 counts; MET/R4.2: r1 failed r2 covers");
    w->requests[2].execution_at = w->as_of + DAY;
    w->requests[2].execution_status = TEXT_LITERAL("");
    expect_told(w, CERTS, "MET/R4.2: r0 covers r2 waits; NOT_MET/R4.7.3: r1 failed r2 waits");
    world_free(w);
}

static void r4_7_what_the_dcc_refused_is_told_apart_from_what_failed_on_the_device(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct request_row *r = success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + HOUR);

    (void)state;
    r->credential_type = DS;
    r->execution_status = TEXT_LITERAL("Failure");
    answer(request(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + 2 * HOUR), COMMISSIONED + 3 * HOUR, "E4", "");
    w->requests[1].credential_type = DS;
    expect_told(w, CERTS, "NOT_MET/R4.7.3: r0 failed r1 refused; NOT_ATTEMPTED/R4.7.6:");
    assert_string_equal(effect_sentence(EFFECT_FAILED), "failed on the Device, and changed nothing");
    world_free(w);
}

/* An untyped time-out counts for one usage at most; of one that is met it may have been, where none is open for it. */
static void r4_7_an_untyped_request_that_counts_for_the_other_usage(void **state)
{
    struct world *w = world_of(DEVICE_GSME);

    (void)state;
    success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + HOUR)->credential_type = DS;
    request(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + 2 * HOUR);
    expect_told(w, CERTS, "MET/R4.2: r0 covers r1 elsewhere; UNVERIFIED/R4.7.2: r1 doubt");
    success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + 3 * HOUR)->credential_type = KA;
    expect_told(w, CERTS, "MET/R4.2: r0 covers r1 doubt; MET/R4.2: r1 doubt r2 covers");
    world_free(w);
}

/* Where the certificates show that both key pairs were made, none of them is open. */
static void r4_1_an_untyped_request_where_certificates_imply_the_keys(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct request_row *r = request(w, SRV(6, 17, 0), ALPHA, COMMISSIONED + HOUR);

    (void)state;
    r->credential_type = DS;
    expect_told(w, OBLIGATION_ISSUE_CREDENTIALS, "UNVERIFIED/R4.7.2: r0 doubt; NOT_ATTEMPTED/R4.7.6:");
    r->credential_type = KEY_NONE;
    expect_told(w, OBLIGATION_ISSUE_CREDENTIALS, "UNVERIFIED/R4.7.2: r0 doubt; NOT_ATTEMPTED/R4.7.6: r0 elsewhere");
    success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + HOUR)->credential_type = DS;
    success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + HOUR)->credential_type = KA;
    expect_told(w, OBLIGATION_ISSUE_CREDENTIALS, "MET/R4.1: r0 doubt; MET/R4.1: r0 doubt");
    world_free(w);
}

/* Nor is a success that was made before a look at both and answered after it unclear for more than one. */
static void r4_7_an_untyped_success_about_the_time_of_a_look(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct request_row *r = success(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + DAY - HOUR);
    struct snapshot *s = snapshot(w, COMMISSIONED + DAY);

    (void)state;
    r->responded_at = COMMISSIONED + DAY + HOUR;
    cert(w, s, DS, COMMISSIONED - 90 * DAY);
    cert(w, s, KA, COMMISSIONED - 90 * DAY);
    expect_told(w, CERTS, "UNVERIFIED/R4.7.2: s0 disproves r0 unclear; NOT_MET/R4.7.1: s0 disproves r0 elsewhere");
    world_free(w);
}

static void r4_5_checks_and_the_latest_answer(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    check(w, CHECK_COMMUNICATING, COMMISSIONED + DAY, RESULT_FAIL);
    success(w, SRV(6, 17, 0), BROKER, COMMISSIONED + 2 * DAY);
    expect_told(w, COMMS, "MET/R4.5: c0 disproves r0 answered");
    world_free(w);
}

static void r5_1_nothing_of_an_excluded_device(void **state)
{
    struct world *w = world_of(DEVICE_CHF);

    (void)state;
    w->inventory[0].smets = SMETS_1;
    check(w, CHECK_COMMUNICATING, COMMISSIONED + DAY, RESULT_FAIL);
    expect_told(w, COMMS, "");
    world_free(w);
}

static size_t most_gaps(struct world *w, struct registration_gap *out, size_t most)
{
    const struct judge_context ctx = context_of(w);
    const struct device_facts *const facts = facts_of(w);
    struct judge_scratch scratch = {.size = judge_scratch_size(facts)};
    size_t count;

    scratch.ptr = malloc(scratch.size);
    memset(scratch.ptr, 0x7F, scratch.size); /* what lies there is anything */
    count = judge_gaps(facts, &ctx, &scratch, out, most);
    free(scratch.ptr);
    return count;
}

static size_t gaps(struct world *w, struct registration_gap out[MOST])
{
    return most_gaps(w, out, MOST);
}

static void r1_a_gap_of_over_a_day_is_told(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct registration_gap out[MOST];

    (void)state;
    registered(w, COMMISSIONED - DAY, COMMISSIONED + 3 * DAY, ALPHA, NORTHERN);
    registered(w, COMMISSIONED + 4 * DAY, INSTANT_NONE, BETA, NORTHERN);
    assert_int_equal(gaps(w, out), 0); /* a day: a Change of Supplier */
    w->registrations[1].effective_from = COMMISSIONED + 5 * DAY;
    assert_int_equal(gaps(w, out), 1);
    assert_int_equal(out[0].from, COMMISSIONED + 3 * DAY);
    assert_int_equal(out[0].to, COMMISSIONED + 5 * DAY);
    assert_true(party_equal(out[0].before, directory_entity(w->directory, ALPHA).party));
    assert_true(party_equal(out[0].after, directory_entity(w->directory, BETA).party));
    w->registrations[1].supplier = ALPHA; /* back where it was */
    assert_int_equal(gaps(w, out), 0);
    w->registrations[1].supplier = BETA;
    w->inventory[0].commissioned_at = COMMISSIONED + 5 * DAY;
    assert_int_equal(gaps(w, out), 0); /* over when the Device was Commissioned */
    world_free(w);
}

static void r4_4_what_shows_and_covers_the_supplier_cells(void **state)
{
    struct world *w = bare_world(DEVICE_GPF); /* two Supplier cells */
    const instant change = COMMISSIONED + 5 * DAY;
    struct snapshot *s;
    struct request_row *r;

    (void)state;
    registered(w, COMMISSIONED - DAY, change, ALPHA, NORTHERN);
    registered(w, change, INSTANT_NONE, BETA, NORTHERN);
    s = snapshot(w, change + DAY);
    cell(w, s, ROLE_SUPPLIER, DS, ALPHA); /* which has just lost it */
    cell(w, s, ROLE_SUPPLIER, KA, BETA);
    w->as_of = change + 20 * DAY;
    expect_told(w, SUPPLY, "UNVERIFIED/R4.4: s0 losing; MET/R4.4: s0 proves");
    cell(w, snapshot(w, change + 2 * DAY), ROLE_SUPPLIER, DS, 0)->key_id = 7; /* nobody's by name */
    expect_told(w, SUPPLY, "UNVERIFIED/R4.4: s0 losing s1 silent; MET/R4.4: s0 proves");
    success(w, SRV(6, 23, 0), GAMMA, change + 3 * DAY)->remote_party_role = ROLE_SUPPLIER; /* not the registered one */
    expect_told(w, SUPPLY, "UNVERIFIED/R4.4: s0 losing s1 silent; MET/R4.4: s0 proves");
    r = success(w, SRV(6, 23, 0), BETA, change + 3 * DAY);
    r->remote_party_role = ROLE_SUPPLIER;
    expect_told(w, SUPPLY, "MET/R4.4: s0 losing s1 silent r1 covers; MET/R4.4: s0 proves r1 covers");
    r->requested_at = change;
    r->responded_at = change + HOUR;
    expect_told(w, SUPPLY, "UNVERIFIED/R4.4: s0 losing s1 silent r1 past; MET/R4.4: s0 proves r1 past");
    world_free(w);
}

/* Each success that put it right says so, not the last alone. */
static void r4_3_of_several_successes_each_covers(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    success(w, SRV(6, 15, 1), ALPHA, COMMISSIONED + HOUR)->remote_party_role = ROLE_NETWORK_OPERATOR;
    success(w, SRV(6, 15, 1), ALPHA, COMMISSIONED + 2 * HOUR)->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_told(w, NO, "MET/R4.3: r0 covers r1 covers; MET/R4.3: r0 covers r1 covers");
    w->requests[0].remote_party_role = ROLE_NONE; /* of an unseen cell it tells as much */
    expect_told(w, NO, "MET/R4.3: r0 covers r1 covers; MET/R4.3: r0 covers r1 covers");
    w->requests[0].user_id = SOUTHERN; /* it may have renewed its own */
    expect_told(w, NO, "MET/R4.3: r0 unclear r1 covers; MET/R4.3: r0 unclear r1 covers");
    w->requests[0].user_id = ALPHA;
    cell(w, snapshot(w, COMMISSIONED), ROLE_NETWORK_OPERATOR, DS, NORTHERN);
    cell(w, &w->snapshots[0], ROLE_NETWORK_OPERATOR, KA, BROKER); /* without a role nobody knows which it replaced */
    expect_told(w, NO, "MET/R4.3: s0 proves r0 covers r1 covers; MET/R4.3: s0 disproves r0 unclear r1 covers");
    world_free(w);
}

/* What an answer tells of each cell is a look; one that was refused is told as a request. */
static void r4_3_an_answer_with_cell_outcomes_is_told_as_a_look(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, SRV(6, 15, 1), ALPHA, COMMISSIONED + HOUR);

    (void)state;
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    r->outcome_count = 1;
    r->outcomes[0] =
        (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .new_subject = NORTHERN, .status = 0};
    expect_told(w, NO, "MET/R4.3: r0 proves; UNVERIFIED/R4.7.4:");
    r->execution_status = TEXT_LITERAL("Failure");
    r->outcomes[0].status = 5;
    r->outcomes[0].existing_subject = BROKER;
    expect_told(w, NO, "NOT_MET/R4.7.1: r0 disproves r0 failed; NOT_MET/R4.7.3: r0 failed");
    world_free(w);
}

/* Nobody was registered when the answer came, or it tells no owner. */
static void r4_3_a_success_whose_outcomes_say_nothing_is_told_as_a_success(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct request_row *r = success(w, SRV(6, 15, 1), ALPHA, COMMISSIONED);

    (void)state;
    registered(w, COMMISSIONED + 2 * HOUR, INSTANT_NONE, ALPHA, NORTHERN);
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    r->outcome_count = 2;
    r->outcomes[0] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = KA, .new_subject = BROKER};
    r->outcomes[1] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .new_subject = NORTHERN};
    expect_told(w, NO, "MET/R4.3: r0 silent r0 covers; NOT_MET/R4.7.1: r0 disproves");
    cell(w, snapshot(w, COMMISSIONED + 1), ROLE_NETWORK_OPERATOR, DS, ALPHA);
    expect_told(w, NO, "UNVERIFIED/R4.7.2: s0 disproves r0 silent r0 unclear; NOT_MET/R4.7.1: r0 disproves");
    r->outcomes[1].cell_usage = CELL_PREPAYMENT_TOP_UP; /* no such cell of an operator */
    expect_told(w, NO, "NOT_MET/R4.7.1: s0 disproves; NOT_MET/R4.7.1: r0 disproves");
    r->outcomes[1].cell_usage = CELL_MANAGEMENT;
    r->outcomes[1].role = ROLE_LOAD_CONTROLLER;
    expect_told(w, NO, "NOT_MET/R4.7.1: s0 disproves; NOT_MET/R4.7.1: r0 disproves");
    world_free(w);
}

static void r4_4_a_success_whose_outcomes_say_nothing_is_told_of_the_suppliers_cells(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct request_row *r = success(w, SRV(6, 23, 0), ALPHA, COMMISSIONED + HOUR);

    (void)state;
    cell(w, snapshot(w, COMMISSIONED), ROLE_SUPPLIER, DS, BETA);
    r->outcome_count = 1;
    r->outcomes[0] = (struct cell_outcome){.role = ROLE_SUPPLIER, .key_usage = DS};
    expect_told(w, OBLIGATION_SUPPLIER_CREDENTIALS, "MET/R4.4: s0 disproves r0 covers");
    world_free(w);
}

static void sends(struct request_row *r, enum key_usage usage, uint64_t subject)
{
    r->outcomes[r->outcome_count++] = (struct cell_outcome){
        .role = ROLE_NETWORK_OPERATOR, .key_usage = usage, .status = CELL_SENT, .new_subject = subject};
}

/* It decides whoever sent it; of a cell to which nothing was sent the request is not told. */
static void r4_3_what_a_request_sent_is_told_of_each_cell(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, SRV(6, 15, 1), SOUTHERN, COMMISSIONED + HOUR), *later;

    (void)state;
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    sends(r, DS, NORTHERN);
    expect_told(w, NO, "MET/R4.3: r0 covers; NOT_ATTEMPTED/R4.7.6:");
    sends(r, KA, SOUTHERN);
    expect_told(w, NO, "MET/R4.3: r0 covers; NOT_MET/R4.7.1: r0 misplaced");
    cell(w, snapshot(w, COMMISSIONED), ROLE_NETWORK_OPERATOR, KA, NORTHERN);
    expect_told(w, NO, "MET/R4.3: r0 covers; NOT_MET/R4.7.1: s0 proves r0 misplaced");
    w->snapshots[0].taken_at = COMMISSIONED + HOUR + 1;
    expect_told(w, NO, "MET/R4.3: r0 covers; UNVERIFIED/R4.7.2: s0 proves r0 unclear");
    w->snapshots[0].taken_at = COMMISSIONED + DAY;
    expect_told(w, NO, "MET/R4.3: r0 covers; MET/R4.3: s0 proves r0 past");
    w->records.snapshot_count = 0;

    later = success(w, SRV(6, 15, 1), ALPHA, COMMISSIONED + DAY);
    expect_told(w, NO, "MET/R4.3: r0 covers r1 covers; UNVERIFIED/R4.7.2: r0 misplaced r1 unclear");
    later->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_told(w, NO, "MET/R4.3: r0 covers r1 covers; MET/R4.3: r0 misplaced r1 covers");
    later->requested_at = COMMISSIONED;
    expect_told(w, NO, "MET/R4.3: r0 covers r1 covers; NOT_MET/R4.7.1: r0 misplaced r1 past");
    sends(later, KA, BROKER);
    expect_told(w, NO, "MET/R4.3: r0 covers; NOT_MET/R4.7.1: r0 misplaced r1 past");
    w->records.request_count--;

    answer(r, INSTANT_NONE, "", "");
    expect_told(w, NO, "UNVERIFIED/R4.7.2: r0 doubt; NOT_ATTEMPTED/R4.7.6: r0 misplaced");
    r->outcome_count = 1;
    expect_told(w, NO, "UNVERIFIED/R4.7.2: r0 doubt; NOT_ATTEMPTED/R4.7.6:");
    answer(r, COMMISSIONED + DAY, "E4", "");
    expect_told(w, NO, "NOT_MET/R4.7.3: r0 refused; NOT_MET/R4.7.3: r0 refused");
    world_free(w);
}

static void r4_4_what_was_sent_to_a_suppliers_cell_is_told(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct request_row *r = success(w, SRV(6, 23, 0), ALPHA, COMMISSIONED + HOUR);

    (void)state;
    cell(w, snapshot(w, COMMISSIONED), ROLE_SUPPLIER, DS, BETA);
    sends(r, DS, BETA);
    r->outcomes[0].role = ROLE_SUPPLIER;
    expect_told(w, OBLIGATION_SUPPLIER_CREDENTIALS, "NOT_MET/R4.7.1: s0 disproves r0 misplaced");
    r->outcomes[0].new_subject = ALPHA;
    expect_told(w, OBLIGATION_SUPPLIER_CREDENTIALS, "MET/R4.4: s0 disproves r0 covers");
    world_free(w);
}

static void r4_3_nothing_is_told_of_what_is_exempt_or_does_not_apply(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, UNLISTED);
    expect_told(w, NO, "");
    expect_told(w, COMMS, "UNVERIFIED/R4.5:");
    w->revised.terms[DEVICE_ESME][COMMS].owed_by = OWED_BY_NONE;
    expect_told(w, COMMS, "");
    world_free(w);
}

static void r1_what_is_no_gap_of_a_supplier_is_not_told(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct registration_gap out[MOST];

    (void)state;
    registered(w, COMMISSIONED - DAY, COMMISSIONED + DAY, 0, NORTHERN); /* nobody before it */
    registered(w, COMMISSIONED + 3 * DAY, COMMISSIONED + 6 * DAY, ALPHA, NORTHERN);
    registered(w, COMMISSIONED + 6 * DAY, COMMISSIONED + 9 * DAY, BETA, NORTHERN); /* no gap between */
    registered(w, COMMISSIONED + 12 * DAY, INSTANT_NONE, GAMMA, NORTHERN);
    assert_int_equal(gaps(w, out), 1);
    assert_int_equal(out[0].from, COMMISSIONED + 9 * DAY);
    assert_true(party_equal(out[0].after, directory_entity(w->directory, GAMMA).party));
    world_free(w);
}

static void r1_gaps_are_counted_beyond_those_that_there_is_room_for(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct registration_gap out[2] = {{0}};

    (void)state;
    registered(w, COMMISSIONED - DAY, COMMISSIONED + DAY, ALPHA, NORTHERN);
    registered(w, COMMISSIONED + 3 * DAY, COMMISSIONED + 6 * DAY, BETA, NORTHERN);
    registered(w, COMMISSIONED + 9 * DAY, INSTANT_NONE, GAMMA, NORTHERN);
    assert_int_equal(most_gaps(w, out, 1), 2);
    assert_int_equal(out[0].from, COMMISSIONED + DAY);
    assert_int_equal(out[1].from, 0);
    assert_int_equal(most_gaps(w, out, 2), 2);
    assert_int_equal(out[1].from, COMMISSIONED + 6 * DAY);
    world_free(w);
}

static void r4_7_of_two_usages_that_stand_alike_the_first_borrows_or_is_covered(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct request_row *r = request(w, SRV(6, 15, 2), ALPHA, COMMISSIONED + HOUR);

    (void)state;
    expect_told(w, CERTS, "UNVERIFIED/R4.7.2: r0 doubt; NOT_ATTEMPTED/R4.7.6: r0 elsewhere");
    answer(r, COMMISSIONED + 2 * HOUR, "I0", "Success");
    expect_told(w, CERTS, "MET/R4.2: r0 counts; NOT_ATTEMPTED/R4.7.6: r0 counts");
    world_free(w);
}

static void r4_7_of_two_untyped_time_outs_each_may_have_been_for_either_usage(void **state)
{
    struct world *w = world_of(DEVICE_GSME);

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        request(w, S6152, ALPHA, COMMISSIONED + i * HOUR);
    expect_told(w, CERTS, "UNVERIFIED/R4.7.2: r0 doubt r1 doubt; UNVERIFIED/R4.7.2: r0 doubt r1 doubt");
    w->requests[0].credential_type = DS;
    expect_told(w, CERTS, "UNVERIFIED/R4.7.2: r0 doubt r1 elsewhere; UNVERIFIED/R4.7.2: r1 doubt");
    world_free(w);
}

/* Of key pairs that the certificates imply, none is open. */
static void r4_1_a_time_out_is_for_either_key_pair_that_is_implied(void **state)
{
    struct world *w = world_of(DEVICE_GSME);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS));
    request(w, S617, ALPHA, COMMISSIONED + HOUR);
    expect_told(w, OBLIGATION_ISSUE_CREDENTIALS, "MET/R4.1: r2 doubt; MET/R4.1: r2 doubt");
    world_free(w);
}

/* Unlike a request that tells no usage, one for the operator's cells is about all of them. */
static void r4_7_a_time_out_is_for_the_cell_that_is_proved_too(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cell(w, snapshot(w, COMMISSIONED + HOUR), ROLE_NETWORK_OPERATOR, DS, NORTHERN);
    request(w, S6151, ALPHA, COMMISSIONED + 2 * HOUR)->remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_told(w, NO, "MET/R4.3: s0 proves r0 doubt; UNVERIFIED/R4.7.2: r0 doubt");
    world_free(w);
}

static void r4_1_a_success_covers_no_usage_that_an_issued_certificate_shows(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct snapshot *s = snapshot(w, COMMISSIONED + DAY);

    (void)state;
    s->source_name = TEXT_LITERAL(SNAPSHOT_X509_SOURCE);
    cert(w, s, DS, COMMISSIONED);
    success(w, S617, ALPHA, COMMISSIONED + HOUR);
    expect_told(w, OBLIGATION_ISSUE_CREDENTIALS, "MET/R4.1: r0 counts; MET/R4.1: r0 covers");
    world_free(w);
}

static void r4_0_the_run_of_looks_at_each_part_is_told(void **state)
{
    struct world *w = world_of(DEVICE_GSME);
    struct told told;

    (void)state;
    for (int day = 1; day <= 3; day++)
        cert(w, snapshot(w, COMMISSIONED + day * DAY), DS, COMMISSIONED);
    told = told_of(w, CERTS);
    assert_int_equal(told.parts, 2);
    assert_int_equal(told.since[0], COMMISSIONED + DAY);
    assert_int_equal(told.last[0], COMMISSIONED + 3 * DAY);
    assert_int_equal(told.since[1], INSTANT_NONE); /* KA was never seen */
    assert_int_equal(told.last[1], INSTANT_NONE);
    world_free(w);
}

static void r4_3_of_two_that_misplaced_the_latest_decides_and_no_look(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct told told;

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct request_row *r = success(w, S6151, ALPHA, COMMISSIONED + i * DAY);

        r->remote_party_role = ROLE_NETWORK_OPERATOR;
        sends(r, DS, SOUTHERN);
        sends(r, KA, SOUTHERN);
    }
    expect_told(w, NO, "NOT_MET/R4.7.1: r0 past r1 misplaced; NOT_MET/R4.7.1: r0 past r1 misplaced");
    told = told_of(w, NO);
    assert_int_equal(told.since[0], INSTANT_NONE);
    assert_int_equal(told.last[0], INSTANT_NONE);
    world_free(w);
}

static void r4_1_key_pairs(void **state)
{
    struct world *w = world_of(DEVICE_GSME);

    (void)state;
    success(w, SRV(6, 17, 0), ALPHA, COMMISSIONED + HOUR)->credential_type = DS;
    expect_told(w, OBLIGATION_ISSUE_CREDENTIALS, "MET/R4.1: r0 covers; NOT_ATTEMPTED/R4.7.6:");
    success(w, SRV(6, 17, 0), ALPHA, COMMISSIONED + HOUR)->credential_type = KA;
    expect_told(w, OBLIGATION_ISSUE_CREDENTIALS, "MET/R4.1: r0 covers; MET/R4.1: r1 covers");
    assert_int_equal(told_of(w, OBLIGATION_ISSUE_CREDENTIALS).since[0], INSTANT_NONE); /* no look shows a key pair */
    assert_int_equal(told_of(w, OBLIGATION_ISSUE_CREDENTIALS).last[0], INSTANT_NONE);
    world_free(w);
}

static void r1_a_gap_lies_between_two_suppliers_since_the_commissioning(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct registration_gap out[MOST];

    (void)state;
    registered(w, COMMISSIONED - 9 * DAY, COMMISSIONED - 5 * DAY, ALPHA, NORTHERN);
    assert_int_equal(gaps(w, out), 0); /* nobody came after it */
    registered(w, COMMISSIONED + DAY, COMMISSIONED + 5 * DAY, BETA, NORTHERN);
    assert_int_equal(gaps(w, out), 1); /* it began before the Commissioning, and ended after it */
    assert_int_equal(out[0].from, COMMISSIONED - 5 * DAY);
    w->registrations[1].supplier = ALPHA;
    assert_int_equal(gaps(w, out), 0);
    registered(w, COMMISSIONED + 9 * DAY, INSTANT_NONE, BETA, NORTHERN);
    assert_int_equal(gaps(w, out), 1);
    assert_int_equal(out[0].from, COMMISSIONED + 5 * DAY);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r4_3_looks_and_commands_at_each_cell),
        cmocka_unit_test(r4_0_made_before_a_look_and_answered_after_it),
        cmocka_unit_test(r4_2_typed_untyped_refused_and_waiting),
        cmocka_unit_test(r4_7_what_the_dcc_refused_is_told_apart_from_what_failed_on_the_device),
        cmocka_unit_test(r4_7_an_untyped_request_that_counts_for_the_other_usage),
        cmocka_unit_test(r4_1_an_untyped_request_where_certificates_imply_the_keys),
        cmocka_unit_test(r4_7_an_untyped_success_about_the_time_of_a_look),
        cmocka_unit_test(r4_5_checks_and_the_latest_answer),
        cmocka_unit_test(r5_1_nothing_of_an_excluded_device),
        cmocka_unit_test(r1_a_gap_of_over_a_day_is_told),
        cmocka_unit_test(r4_4_what_shows_and_covers_the_supplier_cells),
        cmocka_unit_test(r4_3_of_several_successes_each_covers),
        cmocka_unit_test(r4_3_an_answer_with_cell_outcomes_is_told_as_a_look),
        cmocka_unit_test(r4_3_a_success_whose_outcomes_say_nothing_is_told_as_a_success),
        cmocka_unit_test(r4_4_a_success_whose_outcomes_say_nothing_is_told_of_the_suppliers_cells),
        cmocka_unit_test(r4_3_what_a_request_sent_is_told_of_each_cell),
        cmocka_unit_test(r4_4_what_was_sent_to_a_suppliers_cell_is_told),
        cmocka_unit_test(r4_3_nothing_is_told_of_what_is_exempt_or_does_not_apply),
        cmocka_unit_test(r1_what_is_no_gap_of_a_supplier_is_not_told),
        cmocka_unit_test(r1_gaps_are_counted_beyond_those_that_there_is_room_for),
        cmocka_unit_test(r4_7_of_two_usages_that_stand_alike_the_first_borrows_or_is_covered),
        cmocka_unit_test(r4_7_of_two_untyped_time_outs_each_may_have_been_for_either_usage),
        cmocka_unit_test(r4_1_a_time_out_is_for_either_key_pair_that_is_implied),
        cmocka_unit_test(r4_7_a_time_out_is_for_the_cell_that_is_proved_too),
        cmocka_unit_test(r4_1_a_success_covers_no_usage_that_an_issued_certificate_shows),
        cmocka_unit_test(r4_0_the_run_of_looks_at_each_part_is_told),
        cmocka_unit_test(r4_3_of_two_that_misplaced_the_latest_decides_and_no_look),
        cmocka_unit_test(r4_1_key_pairs),
        cmocka_unit_test(r1_a_gap_lies_between_two_suppliers_since_the_commissioning),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
