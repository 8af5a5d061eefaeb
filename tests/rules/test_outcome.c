/* R2: the outcome of one request; R7: which of its rows counts. */
#include "facts.h"

#define ASKED     (COMMISSIONED + DAY)
#define EXECUTION (ASKED + 10 * DAY)
#define CANCELLED (INT64_C(32535129600) * INSTANT_SECOND)

static size_t views_of(struct world *w, struct request_summary views[ROWS])
{
    return requests_of(w, views);
}

static void expect_outcome(struct world *w, size_t i, enum outcome outcome, const char *rule)
{
    struct request_summary *views = calloc(ROWS, sizeof(*views));

    assert_non_null(views);
    assert_true(views_of(w, views) > i);
    assert_string_equal(outcome_word(views[i].outcome), outcome_word(outcome));
    assert_string_equal(rule_text(views[i].rule), rule);
    free(views);
}

static struct outcome_case {
    const char *name;
    srv_code srv;
    uint8_t variant;
    bool pre_command;
    instant execution_at, responded_at;
    const char *code, *status;
    instant as_of;
    enum outcome want;
    const char *rule;
} cases[] = {
#define NEVER INSTANT_NONE
#define LATER (ASKED + 20 * DAY)
    {"R2.1 transform step", S6152, 4, false, NEVER, ASKED, "I0", "Success", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 PreCommand", S6152, 0, true, NEVER, ASKED, "I0", "", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 local delivery, variant 2", S6152, 2, false, NEVER, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 local delivery, variant 6", S6152, 6, false, NEVER, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 DCC systems, variant 8", S6152, 8, false, NEVER, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 SRV 8.2", SRV(8, 2, 0), 0, false, NEVER, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 SRV 8.3", SRV(8, 3, 0), 0, false, NEVER, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 SRV 8.4", SRV(8, 4, 0), 0, false, NEVER, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 SRV 8.13", SRV(8, 13, 0), 0, false, NEVER, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 SRV 11.1", SRV(11, 1, 0), 0, false, NEVER, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 cancellation", S6151, 5, false, CANCELLED, ASKED, "I0", "0", LATER, OUTCOME_NONE, "R2.1"},
    {"R2.1 not a day later", S6151, 5, false, CANCELLED + DAY, ASKED, "8F66", "", LATER, OUTCOME_SUCCEEDED, "R2.7"},
    {"R2.2 rejected", S6152, 5, false, NEVER, ASKED, "E4", "", LATER, OUTCOME_REJECTED, "R2.2"},
    {"R2.2 before any status", S6152, 5, false, NEVER, ASKED, "E4", "Success", LATER, OUTCOME_REJECTED, "R2.2"},
    {"R2.3 timed out by code", S6152, 5, false, NEVER, ASKED, "E20", "", ASKED, OUTCOME_TIMED_OUT, "R2.3"},
    {"R2.4 no answer, at the window's end", S6152, 5, false, NEVER, NEVER, "", "", ASKED + DAY, OUTCOME_AWAITING,
     "R2.4"},
    {"R2.4 only acknowledged", S6152, 5, false, NEVER, ASKED, "I99", "", ASKED + DAY, OUTCOME_AWAITING, "R2.4"},
    {"R2.4 an answer after as-of is none", S6152, 5, false, NEVER, ASKED + HOUR, "I0", "0", ASKED + HOUR - 1,
     OUTCOME_AWAITING, "R2.4"},
    {"R2.4 accepted, not executed", S6151, 5, false, EXECUTION, ASKED, "I0", "", EXECUTION + DAY, OUTCOME_AWAITING,
     "R2.4"},
    {"R2.4 future-dated without answer", S6151, 5, false, EXECUTION, NEVER, "", "", EXECUTION + DAY, OUTCOME_AWAITING,
     "R2.4"},
    {"R2.5 past the window", S6152, 5, false, NEVER, NEVER, "", "", ASKED + DAY + 1, OUTCOME_TIMED_OUT, "R2.5"},
    {"R2.5 acknowledged, past the window", S6152, 5, false, NEVER, ASKED, "I99", "", ASKED + DAY + 1, OUTCOME_TIMED_OUT,
     "R2.5"},
    {"R2.5 accepted, never executed", S6151, 5, false, EXECUTION, ASKED, "I0", "Success", EXECUTION + DAY + 1,
     OUTCOME_TIMED_OUT, "R2.5"},
    {"R2.6 I0 with a failing status", S6152, 5, false, NEVER, ASKED, "I0", "Failure", LATER, OUTCOME_FAILED, "R2.6"},
    {"R2.6 no code, a failing status", S6152, 5, false, NEVER, ASKED, "", "3", LATER, OUTCOME_FAILED, "R2.6"},
    {"R2.6 alert 8F67", S6151, 5, false, EXECUTION, EXECUTION, "8F67", "", LATER, OUTCOME_FAILED, "R2.6"},
    {"R2.6 future-dated, refused at once", S6151, 5, false, EXECUTION, ASKED, "I0", "Failure", ASKED, OUTCOME_FAILED,
     "R2.6"},
    {"R2.7 I0 with success", S6152, 5, false, NEVER, ASKED, "I0", "Success", LATER, OUTCOME_SUCCEEDED, "R2.7"},
    {"R2.7 no code, success", S6152, 5, false, NEVER, ASKED, "", "0x00", LATER, OUTCOME_SUCCEEDED, "R2.7"},
    {"R2.7 alert 8F66", S6151, 5, false, EXECUTION, EXECUTION, "8F66", "", LATER, OUTCOME_SUCCEEDED, "R2.7"},
    {"R2.7 future-dated, answered as it executed", S6151, 5, false, EXECUTION, EXECUTION, "I0", "Success", LATER,
     OUTCOME_SUCCEEDED, "R2.7"},
    {"R2.7 a code without an instant", S6152, 5, false, NEVER, NEVER, "I0", "Success", ASKED, OUTCOME_SUCCEEDED,
     "R2.7"},
    {"R2.7 a status without an instant", S6152, 5, false, NEVER, NEVER, "", "Success", ASKED, OUTCOME_SUCCEEDED,
     "R2.7"},
    {"R2.8 empty status", S6152, 5, false, NEVER, ASKED, "I0", " ", LATER, OUTCOME_EMPTY, "R2.8"},
    {"R2.8 only an instant", S6152, 5, false, NEVER, ASKED, "", "", LATER, OUTCOME_EMPTY, "R2.8"},
    {"R2.9 unmapped code", S6152, 5, false, NEVER, ASKED, "E66", "Success", LATER, OUTCOME_UNRECOGNISED, "R2.9"},
    {"R2.9 unmapped status", S6152, 5, false, NEVER, ASKED, "I0", "Perhaps", LATER, OUTCOME_UNRECOGNISED, "R2.9"},
};

static void check_case(void **state)
{
    const struct outcome_case *c = *state;
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = request(w, c->srv, ALPHA, ASKED);

    r->command_variant = c->variant;
    r->pre_command = c->pre_command;
    r->execution_at = c->execution_at;
    answer(r, c->responded_at, c->code, c->status);
    w->as_of = c->as_of;
    expect_outcome(w, 0, c->want, c->rule);
    world_free(w);
}

/* Cancellations of other commands, and one of ours that was asked for after its execution. */
static void decoys(struct world *w)
{
    static const struct {
        srv_code srv;
        uint64_t user;
        enum party_role role;
        instant at;
    } all[] = {{S6151, GAMMA, ROLE_NETWORK_OPERATOR, ASKED + 1},
               {S621, ALPHA, ROLE_NETWORK_OPERATOR, ASKED + 1},
               {S6151, ALPHA, ROLE_SUPPLIER, ASKED + 1},
               {S6151, ALPHA, ROLE_NETWORK_OPERATOR, EXECUTION}};

    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct request_row *r = answer(request(w, all[i].srv, all[i].user, all[i].at), all[i].at, "I0", "");

        r->remote_party_role = all[i].role;
        r->execution_at = CANCELLED;
        r->id = (struct request_id){true, all[i].user, DEVICE, 100 + i};
    }
}

/* A future-dated command and a cancellation of it; each case changes one thing. */
static void r2_1_a_cancellation_voids_only_its_command(void **state)
{
    static const struct {
        instant cancelled_at, answered_at;
        const char *code, *status;
        uint64_t user;
        srv_code srv;
        enum party_role role;
        uint8_t variant;
        bool voids;
    } variants[] = {
        {ASKED + 1, EXECUTION - 1, "I0", "", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, true},
        {ASKED, EXECUTION - 1, "I0", "", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, false}, /* not requested later */
        {ASKED + 1, EXECUTION, "I0", "", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, false}, /* not before execution_at */
        {ASKED + 1, EXECUTION - 1, "I99", "", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, false}, /* not answered I0 */
        {ASKED + 1, EXECUTION - 1, "I0", "", BETA, S6151, ROLE_NETWORK_OPERATOR, 5, false},   /* another originator */
        {ASKED + 1, EXECUTION - 1, "I0", "", ALPHA, S623, ROLE_NETWORK_OPERATOR, 5, false},   /* another SRV */
        {ASKED + 1, EXECUTION - 1, "I0", "", ALPHA, S6151, ROLE_SUPPLIER, 5, false},          /* another role */
        {ASKED + 1, EXECUTION - 1, "I0", "", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 4, false},  /* only transformed */
        {ASKED + 1, EXECUTION - 1, "I0", "Success", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, true},
        {ASKED + 1, EXECUTION - 1, "I0", "Failure", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, false},   /* refused */
        {ASKED + 1, EXECUTION - 1, "I0", "Timed Out", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, false}, /* in doubt */
        {ASKED + 1, EXECUTION - 1, "I0", "Refused", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, false},
        {ASKED + 1, EXECUTION - 1, "I0", "Odd", ALPHA, S6151, ROLE_NETWORK_OPERATOR, 5, true}, /* no failing status */
        {ASKED + 1, EXECUTION - 1, "I0", "", ALPHA, S6151, ROLE_NONE, 5, true}, /* blank differs from nothing */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct request_row *command = request(w, S6151, ALPHA, ASKED), *cancellation;

        answer(command, ASKED + HOUR, "I0", "Success")->execution_at = EXECUTION; /* accepted, so far */
        command->remote_party_role = ROLE_NETWORK_OPERATOR;
        cancellation = request(w, variants[i].srv, variants[i].user, variants[i].cancelled_at);
        answer(cancellation, variants[i].answered_at, variants[i].code, variants[i].status)->execution_at = CANCELLED;
        cancellation->remote_party_role = variants[i].role;
        cancellation->command_variant = variants[i].variant;
        decoys(w);
        if (variants[i].voids)
            expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
        else
            expect_outcome(w, 0, OUTCOME_TIMED_OUT, "R2.5");
        expect_state(w, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS,
                     variants[i].voids ? STATE_NOT_ATTEMPTED : STATE_UNVERIFIED,
                     variants[i].voids ? "R4.7.6" : "R4.7.2");
        world_free(w);
    }
}

static void r2_1_what_says_that_a_command_was_executed_after_all(void **state)
{
    static const struct {
        instant answered_at;
        const char *code, *status;
        enum outcome want;
        const char *rule;
    } answers[] = {
        {EXECUTION + 1, "8F66", "", OUTCOME_SUCCEEDED, "R2.7"}, /* alerts, whenever they come */
        {ASKED + 2, "8F67", "", OUTCOME_FAILED, "R2.6"},
        {EXECUTION, "I0", "Success", OUTCOME_SUCCEEDED, "R2.7"}, /* its own outcome, from then on */
        {EXECUTION, "", "Failure", OUTCOME_FAILED, "R2.6"},
        {EXECUTION - 1, "I0", "Success", OUTCOME_NONE, "R2.1"},
        {EXECUTION, "I0", "", OUTCOME_NONE, "R2.1"},         /* no outcome */
        {EXECUTION, "E20", "Success", OUTCOME_NONE, "R2.1"}, /* not its own */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct world *w = world_of(DEVICE_ESME);

        answer(request(w, S6151, ALPHA, ASKED), answers[i].answered_at, answers[i].code, answers[i].status)
            ->execution_at = EXECUTION;
        answer(request(w, S6151, ALPHA, ASKED + 1), ASKED + 1, "I0", "")->execution_at = CANCELLED;
        expect_outcome(w, 0, answers[i].want, answers[i].rule);
        w->as_of = answers[i].answered_at - 1; /* before it says so */
        if (answers[i].answered_at > ASKED + 2)
            expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
        world_free(w);
    }
}

/* What says so first counts; and what was said before the cancellation became known. */
static void r2_1_the_first_that_says_so_counts(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *cancellation;

    (void)state;
    for (int hour = 3; hour >= 1; hour--) {
        struct request_row *r = answer(request(w, S6151, ALPHA, ASKED), EXECUTION + hour * HOUR, "8F66", "");

        r->execution_at = EXECUTION;
        r->id = (struct request_id){true, ALPHA, DEVICE, 5};
    }
    cancellation = answer(request(w, S6151, ALPHA, ASKED + 1), ASKED + 1, "I0", "");
    cancellation->execution_at = CANCELLED;
    w->as_of = EXECUTION + HOUR - 1;
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
    w->as_of = EXECUTION + HOUR;
    expect_outcome(w, 0, OUTCOME_SUCCEEDED, "R2.7");
    w->requests[2].responded_at = ASKED + HOUR; /* the alert came before the cancellation was answered */
    cancellation->responded_at = ASKED + 2 * HOUR;
    w->as_of = ASKED + 3 * HOUR;
    expect_outcome(w, 0, OUTCOME_SUCCEEDED, "R2.7");
    world_free(w);
}

/* The first comes too late, the second in time. */
static void r2_1_of_two_cancellations_one_is_enough(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    request(w, S6151, ALPHA, ASKED)->execution_at = EXECUTION;
    answer(request(w, S6151, ALPHA, ASKED + 1), EXECUTION, "I0", "")->execution_at = CANCELLED;
    answer(request(w, S6151, ALPHA, ASKED + 2), ASKED + 3, "I0", "")->execution_at = CANCELLED;
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
    w->as_of = ASKED + 2; /* the second is not answered yet */
    expect_outcome(w, 0, OUTCOME_AWAITING, "R2.4");
    world_free(w);
}

static struct request_row *same_request(struct world *w, instant responded_at, const char *response_code,
                                        const char *status)
{
    struct request_row *r = answer(request(w, S6151, ALPHA, ASKED), responded_at, response_code, status);

    r->id = (struct request_id){true, ALPHA, DEVICE, 7};
    r->command_variant = 5;
    return r;
}

static void r7_the_devices_own_answer_outweighs_the_rest(void **state)
{
    static const struct {
        const char *code_a, *status_a, *code_b, *status_b; /* b is answered later */
        enum outcome want;
    } pairs[] = {
        {"I0", "Success", "E20", "", OUTCOME_SUCCEEDED},
        {"I0", "Success", "I99", "", OUTCOME_SUCCEEDED},
        {"I0", "Success", "I0", "Failure", OUTCOME_FAILED},
        {"8F67", "", "E20", "", OUTCOME_FAILED},
        {"8F66", "", "E4", "", OUTCOME_SUCCEEDED},
        {"", "Success", "E4", "", OUTCOME_SUCCEEDED},
        {"", "Failure", "", "", OUTCOME_FAILED},
        {"E4", "", "I99", "", OUTCOME_REJECTED},
        {"E4", "", "", "", OUTCOME_REJECTED},
        {"E4", "", "", "Perhaps", OUTCOME_REJECTED}, /* neither a code nor a word that is known */
        {"E4", "", "E20", "", OUTCOME_TIMED_OUT},
        {"I99", "", "", "", OUTCOME_EMPTY},
        {"I0", "Success", "I0", "", OUTCOME_SUCCEEDED}, /* its own answer, but no outcome */
        {"I0", "Failure", "I0", "Perhaps", OUTCOME_FAILED},
        {"8F66", "", "I0", "", OUTCOME_SUCCEEDED},
        {"I0", "", "E20", "", OUTCOME_EMPTY}, /* its own, if without an outcome */
        {"I0", "", "E4", "Success", OUTCOME_EMPTY},
        {"E4", "", "I99", "Success", OUTCOME_REJECTED},
        {"I0", "", "", "Perhaps", OUTCOME_EMPTY},
        {"I0", "Perhaps", "I0", "", OUTCOME_EMPTY}, /* the later */
        {"I0", "", "I0", "Perhaps", OUTCOME_UNRECOGNISED},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        for (unsigned turned = 0; turned < 2; turned++) { /* the order of the rows does not matter */
            struct world *w = world_of(DEVICE_ESME);
            struct request_row *a = same_request(w, ASKED, "", ""), *b = same_request(w, ASKED, "", "");

            answer(turned ? b : a, ASKED + HOUR, pairs[i].code_a, pairs[i].status_a);
            answer(turned ? a : b, ASKED + 2 * HOUR, pairs[i].code_b, pairs[i].status_b);
            w->as_of = ASKED + 3 * DAY;
            {
                struct request_summary *views = calloc(ROWS, sizeof(*views));

                assert_int_equal(views_of(w, views), 1);
                assert_string_equal(outcome_word(views[0].outcome), outcome_word(pairs[i].want));
                assert_int_equal(views[0].row_count, 2);
                free(views);
            }
            world_free(w);
        }
    }
}

static void r7_of_answers_at_one_instant_the_better_outcome_then_the_greater_text(void **state)
{
    static const struct {
        const char *status;
        enum party_role role;
    } rows[] = {{"Failure", ROLE_NONE},
                {"Success", ROLE_NETWORK_OPERATOR},
                {"Success", ROLE_SUPPLIER}}; /* "Supplier" > "NetworkOperator" */

    (void)state;
    for (unsigned turned = 0; turned < 2; turned++) { /* the order of the rows does not matter */
        struct world *w = world_of(DEVICE_ESME);
        struct request_summary *views = calloc(ROWS, sizeof(*views));

        for (unsigned i = 0; i < 3; i++)
            same_request(w, ASKED, "I0", rows[turned ? 2 - i : i].status)->remote_party_role =
                rows[turned ? 2 - i : i].role;
        assert_int_equal(views_of(w, views), 1);
        assert_int_equal(views[0].outcome, OUTCOME_SUCCEEDED);
        assert_int_equal(views[0].counted, turned ? 0 : 2);
        assert_int_equal(views[0].row.remote_party_role, ROLE_SUPPLIER);
        free(views);
        world_free(w);
    }
}

/* Before an answer it is as if it had not been given, whatever else its row tells. */
static void r1_an_answer_later_than_as_of_is_as_if_not_given(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));
    struct request_row *r = same_request(w, ASKED + HOUR, "I0", "Success");

    (void)state;
    r->outcome_count = 1;
    r->outcomes[0] = (struct cell_outcome){.role = ROLE_SUPPLIER, .new_subject = 9};
    w->as_of = ASKED + HOUR;
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].outcome, OUTCOME_SUCCEEDED);
    assert_int_equal(views[0].row.outcome_count, 1);
    w->as_of--;
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].outcome, OUTCOME_AWAITING);
    assert_int_equal(views[0].row.responded_at, INSTANT_NONE);
    assert_int_equal(views[0].row.response_code.len, 0);
    assert_int_equal(views[0].row.execution_status.len, 0);
    assert_int_equal(views[0].row.outcome_count, 0);
    free(views);
    world_free(w);
}

static void r7_blanks_are_filled_from_the_other_rows(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));
    struct request_row *transform = same_request(w, ASKED, "I0", ""), *sent, *answered;

    (void)state;
    transform->command_variant = 4;
    transform->credential_type = KA;
    transform->user_role = USER_IS;
    transform->other_device = 5;
    sent = same_request(w, NEVER, "", "");
    sent->remote_party_role = ROLE_SUPPLIER;
    sent->execution_at = ASKED;
    sent->sent_serial = TEXT_LITERAL("4");
    sent->sent_key_id = 43;
    answered = same_request(w, ASKED + HOUR, "I0", "Success");
    answered->command_variant = 0;
    answered = same_request(w, ASKED + 2, "I99", "");
    answered->outcome_count = 1;
    answered->outcomes[0] = (struct cell_outcome){.role = ROLE_SUPPLIER, .new_subject = 9};

    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].counted, 2);
    assert_int_equal(views[0].row.command_variant, 5); /* never from the R2.1 row */
    assert_int_equal(views[0].row.credential_type, KA);
    assert_int_equal(views[0].row.user_role, USER_IS);
    assert_int_equal(views[0].row.other_device, 5);
    assert_int_equal(views[0].row.remote_party_role, ROLE_SUPPLIER);
    assert_int_equal(views[0].row.execution_at, ASKED);
    assert_int_equal(views[0].row.sent_key_id, 43);
    assert_true(text_equal(views[0].row.sent_serial, TEXT_LITERAL("4")));
    assert_int_equal(views[0].row.outcome_count, 1);
    assert_int_equal(views[0].row.outcomes[0].new_subject, 9);
    free(views);
    world_free(w);
}

/* A document of a DUIS archive does not say when its request was made, and its answer may not name the SRV. */
static struct request_row *bare(struct request_row *r)
{
    r->requested_at = INSTANT_NONE;
    return r;
}

static void r7_a_blank_srv_or_instant_of_the_request_is_filled_too(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));

    (void)state;
    bare(same_request(w, ASKED + HOUR, "I0", "Success"))->srv = 0;
    same_request(w, NEVER, "", "");
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].counted, 0);
    assert_int_equal(views[0].row.srv, S6151);
    assert_int_equal(views[0].row.requested_at, ASKED);
    free(views);
    world_free(w);
}

static void r7_an_srv_that_no_row_tells_stays_unknown(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));

    (void)state;
    same_request(w, ASKED + HOUR, "I0", "Success")->srv = 0;
    same_request(w, ASKED, "I99", "")->srv = 0;
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.srv, 0);
    assert_int_equal(views[0].outcome, OUTCOME_SUCCEEDED);
    free(views);
    world_free(w);
}

static void r7_what_nobody_dates_was_requested_when_first_answered(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));

    (void)state;
    bare(same_request(w, NEVER, "", ""));
    assert_int_equal(views_of(w, views), 0); /* it may have been before the Commissioning */
    bare(same_request(w, ASKED + HOUR, "I0", "Success"));
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.requested_at, ASKED + HOUR);
    bare(same_request(w, ASKED, "I99", ""));
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.requested_at, ASKED);
    assert_int_equal(views[0].row.responded_at, ASKED + HOUR);
    assert_int_equal(views[0].outcome, OUTCOME_SUCCEEDED);
    bare(same_request(w, ASKED + 2 * HOUR, "I0", "Success"));
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.requested_at, ASKED); /* by the first answer, not the last */
    w->as_of = ASKED;                                   /* the last answer is not there yet */
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].outcome, OUTCOME_AWAITING);
    w->as_of = ASKED - 1;
    assert_int_equal(views_of(w, views), 0);
    free(views);
    world_free(w);
}

static void r7_an_r2_1_row_counts_only_alone(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    same_request(w, ASKED + HOUR, "I0", "Success")->command_variant = 4;
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
    same_request(w, NEVER, "", "");
    expect_outcome(w, 0, OUTCOME_TIMED_OUT, "R2.5");
    same_request(w, ASKED + HOUR, "I0", "Success")->command_variant = 8;
    expect_outcome(w, 0, OUTCOME_TIMED_OUT, "R2.5");
    world_free(w);
}

static void r7_a_cancellation_is_known_by_any_of_its_rows(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    same_request(w, NEVER, "", "")->execution_at = CANCELLED;
    same_request(w, ASKED + HOUR, "I0", "");
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
    world_free(w);
}

/* R4.7: without an answer and a command variant of its own a row does not make an attempt of what R2.1 answers. */
static void r4_7_a_bare_row_beside_r2_1_answers_is_no_attempt(void **state)
{
    static const struct {
        uint8_t bare_variant, step_variant;
        instant step_answered_at;
        enum outcome want;
    } cases_of_two[] = {
        {0, 4, ASKED + HOUR, OUTCOME_NONE},
        {5, 4, ASKED + HOUR, OUTCOME_TIMED_OUT},
        {0, 4, NEVER, OUTCOME_TIMED_OUT}, /* no R2.1 answer either */
        {0, 0, ASKED + HOUR, OUTCOME_EMPTY},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases_of_two); i++) {
        for (unsigned turned = 0; turned < 2; turned++) {
            struct world *w = world_of(DEVICE_ESME);
            struct request_row *a = same_request(w, NEVER, "", ""), *b = same_request(w, NEVER, "", "");
            struct request_row *const step = turned ? a : b;

            answer(step, cases_of_two[i].step_answered_at, cases_of_two[i].step_answered_at != NEVER ? "I0" : "", "");
            step->command_variant = cases_of_two[i].step_variant;
            (turned ? b : a)->command_variant = cases_of_two[i].bare_variant;
            expect_outcome(w, 0, cases_of_two[i].want,
                           cases_of_two[i].want == OUTCOME_NONE    ? "R2.1"
                           : cases_of_two[i].want == OUTCOME_EMPTY ? "R2.8"
                                                                   : "R2.5");
            world_free(w);
        }
    }
}

/* Whichever of them tells the date, and whatever variant they are of. */
static void r7_a_cancellation_told_in_two_rows_is_one(void **state)
{
    static const uint8_t variants[] = {0, 3, 5};
    const instant execution = ASKED + 3 * DAY;

    (void)state;
    for (unsigned i = 0; i < 2 * ARRAY_LEN(variants); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct request_row *command = request(w, S6151, ALPHA, ASKED - HOUR), *asked, *told;

        answer(command, ASKED - HOUR, "I0", "")->execution_at = execution;
        asked = same_request(w, NEVER, "", "");
        told = same_request(w, ASKED + HOUR, "I0", "");
        asked->command_variant = told->command_variant = variants[i / 2];
        (i % 2 == 0 ? told : asked)->execution_at = CANCELLED;
        w->as_of = execution + 2 * DAY;
        expect_outcome(w, 1, OUTCOME_NONE, "R2.1");
        expect_outcome(w, 0, OUTCOME_NONE, "R2.1"); /* voided by it */
        world_free(w);
    }
}

/* R1: an answer dated before its request is one of its instant, in the order of the texts too. */
static void r7_rows_of_one_instant_are_in_the_order_of_what_is_written_out(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));

    (void)state;
    same_request(w, ASKED, "E21: no communications", "");
    same_request(w, ASKED - 1, "E30", "");
    assert_int_equal(views_of(w, views), 1);
    assert_true(text_equal(views[0].row.response_code, TEXT_LITERAL("E30")));
    w->requests[1].responded_at = NEVER; /* at the instant of its request, but written out as blank */
    assert_int_equal(views_of(w, views), 1);
    assert_true(text_equal(views[0].row.response_code, TEXT_LITERAL("E21: no communications")));
    free(views);
    world_free(w);
}

static void r1_an_answer_dated_before_its_request_is_taken_at_its_instant(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));

    (void)state;
    same_request(w, ASKED - HOUR, "I0", "Success");
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.responded_at, ASKED);
    assert_int_equal(views[0].outcome, OUTCOME_SUCCEEDED);
    w->requests[0].requested_at = INSTANT_NONE; /* told by another row of the request */
    same_request(w, NEVER, "", "");
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.requested_at, ASKED);
    assert_int_equal(views[0].row.responded_at, ASKED);
    w->requests[0].requested_at = ASKED; /* it is the later of two, too */
    w->requests[1].requested_at = ASKED - 3 * HOUR;
    answer(&w->requests[1], ASKED - HOUR + 1, "I0", "Failure");
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].outcome, OUTCOME_SUCCEEDED);
    free(views);
    world_free(w);
}

static void r1_an_execution_before_its_request_is_as_if_blank(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));

    (void)state;
    same_request(w, ASKED + HOUR, "I0", "")->execution_at = ASKED - 1;
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.execution_at, INSTANT_NONE);
    assert_int_equal(views[0].outcome, OUTCOME_EMPTY);
    same_request(w, NEVER, "", "")->execution_at = ASKED + 2 * HOUR; /* it is filled as a blank is */
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.execution_at, ASKED + 2 * HOUR);
    w->requests[0].execution_at = ASKED; /* at the very instant it is none */
    assert_int_equal(views_of(w, views), 1);
    assert_int_equal(views[0].row.execution_at, ASKED);
    free(views);
    world_free(w);
}

static void r7_a_request_of_another_device_is_evidence_of_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *command, *cancellation;

    (void)state;
    same_request(w, ASKED + HOUR, "I0", "Success")->id.target = DEVICE + 1;
    w->requests[0].remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_outcome(w, 0, OUTCOME_NONE, "R7");
    assert_int_equal(judged(w)->obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].state, STATE_NOT_ATTEMPTED);
    w->requests[0].srv = SRV(8, 4, 0); /* goes to the DCC: as such it is none */
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");

    command = request(w, S6151, ALPHA, ASKED); /* its cancellation names another Device, and voids nothing here */
    answer(command, ASKED, "I99", "")->execution_at = ASKED + DAY;
    cancellation = answer(request(w, S6151, ALPHA, ASKED + 1), ASKED + 1, "I0", "");
    cancellation->execution_at = CANCELLED;
    cancellation->id = (struct request_id){true, ALPHA, DEVICE + 1, 9};
    expect_outcome(w, 1, OUTCOME_TIMED_OUT, "R2.5");
    cancellation->id.target = DEVICE;
    expect_outcome(w, 1, OUTCOME_NONE, "R2.1");
    world_free(w);
}

static void r7_rows_of_twins_are_one_request(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    same_request(w, ASKED + HOUR, "I0", "Success");
    answer(request(w, S6151, ALPHA, ASKED), ASKED + 2 * HOUR, "I0", "Failure")->twin = TWIN;
    expect_outcome(w, 0, OUTCOME_FAILED, "R2.6"); /* the later */
    {
        struct request_summary *views = calloc(ROWS, sizeof(*views));

        assert_int_equal(views_of(w, views), 1);
        assert_int_equal(views[0].counted, 1);
        assert_true(views[0].row.id.present); /* filled, as all that the row which counts lacks */
        assert_int_equal(views[0].row.id.counter, 7);
        free(views);
    }
    w->requests[1].twin = TWIN_NONE;
    expect_outcome(w, 0, OUTCOME_SUCCEEDED, "R2.7");
    world_free(w);
}

static void r7_rows_with_and_without_a_request_id_are_two_requests(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary *views = calloc(ROWS, sizeof(*views));

    (void)state;
    success(w, S6151, ALPHA, ASKED + HOUR);
    same_request(w, ASKED, "I0", "Success");
    request(w, S6151, ALPHA, w->as_of + 1);
    assert_int_equal(views_of(w, views), 2); /* the third is not made yet */
    assert_int_equal(views[0].first, 1);     /* in the order of requested_at */
    assert_int_equal(views[1].first, 0);
    free(views);
    world_free(w);
}

/* What the word says, beside which code; answered when asked, long ago. */
static void r2_a_status_word_can_be_mapped_to_any_outcome(void **state)
{
    static const struct {
        const char *code, *status;
        instant execution_at;
        enum outcome want;
        const char *rule;
    } answers[] = {
        {"I0", "timed out", NEVER, OUTCOME_TIMED_OUT, "R2.3"},
        {"", "Timed Out", NEVER, OUTCOME_TIMED_OUT, "R2.3"},
        {"I99", "Timed Out", NEVER, OUTCOME_TIMED_OUT, "R2.3"},
        {"E4", "Timed Out", NEVER, OUTCOME_REJECTED, "R2.2"}, /* the first that matches */
        {"I0", "Refused", NEVER, OUTCOME_REJECTED, "R2.2"},
        {"E20", "Refused", NEVER, OUTCOME_REJECTED, "R2.2"},
        {"I0", "Accepted", NEVER, OUTCOME_TIMED_OUT, "R2.5"}, /* only an acknowledgement */
        {"I0", "Odd", NEVER, OUTCOME_UNRECOGNISED, "R2.9"},
        {"I0", "NULL", NEVER, OUTCOME_EMPTY, "R2.8"}, /* says nothing */
        {"I0 - Success", "", NEVER, OUTCOME_EMPTY, "R2.8"},
        {"E20: no communications", "", NEVER, OUTCOME_TIMED_OUT, "R2.3"},
        {"", "Success", EXECUTION, OUTCOME_TIMED_OUT, "R2.5"}, /* not executed yet, then */
        {"", "Failure", EXECUTION, OUTCOME_FAILED, "R2.6"},
        {"E9", "Success", NEVER, OUTCOME_UNRECOGNISED, "R2.9"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct world *w = world_of(DEVICE_ESME);

        answer(request(w, S6151, ALPHA, ASKED), ASKED, answers[i].code, answers[i].status)->execution_at =
            answers[i].execution_at;
        expect_outcome(w, 0, answers[i].want, answers[i].rule);
        world_free(w);
    }
}

static void r2_1_services_that_end_in_dcc_systems_are_a_list(void **state)
{
    static const srv_code services[] = {SRV(5, 1, 0),  SRV(5, 2, 0),  SRV(5, 3, 0),  SRV(8, 2, 0),  SRV(8, 3, 0),
                                        SRV(8, 4, 0),  SRV(8, 13, 0), SRV(8, 14, 1), SRV(8, 14, 2), SRV(8, 14, 3),
                                        SRV(8, 14, 4), SRV(11, 1, 0), SRV(12, 1, 0), SRV(12, 2, 0)};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        struct world *w = world_of(DEVICE_ESME);

        success(w, services[i], ALPHA, ASKED);
        expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
        assert_int_equal(judged(w)->obligations[OBLIGATION_COMMUNICATING].state, STATE_UNVERIFIED);
        w->codes.dcc_service_count = 0; /* users may say otherwise */
        expect_outcome(w, 0, OUTCOME_SUCCEEDED, "R2.7");
        world_free(w);
    }
}

static void r2_1_a_cancellation_of_another_originator_or_srv_alone_voids_nothing(void **state)
{
    static const struct {
        uint64_t user;
        srv_code srv;
    } others[] = {{GAMMA, S6151}, {ALPHA, S623}, {BROKER, S623}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct world *w = world_of(DEVICE_ESME);

        request(w, S6151, ALPHA, ASKED)->execution_at = EXECUTION;
        answer(request(w, others[i].srv, others[i].user, ASKED + 1), ASKED + 2, "I0", "")->execution_at = CANCELLED;
        expect_outcome(w, 0, OUTCOME_TIMED_OUT, "R2.5");
        world_free(w);
    }
}

/* The first to be answered, whatever the order in which they were asked for, and whatever role they name. */
static void r2_1_the_cancellation_that_is_answered_first_is_named(void **state)
{
    static const struct {
        instant first, second; /* when they are answered */
        enum party_role role;  /* of the second */
        size_t want;
    } pairs[] = {
        {ASKED + 10, ASKED + 20, ROLE_NONE, 1},     {ASKED + 20, ASKED + 10, ROLE_NONE, 2},
        {ASKED + 10, ASKED + 10, ROLE_NONE, 1}, /* the one that was asked for first */
        {ASKED + 10, ASKED + 20, ROLE_SUPPLIER, 1}, {ASKED + 20, ASKED + 10, ROLE_SUPPLIER, 2},
        {ASKED + 10, ASKED + 10, ROLE_SUPPLIER, 1},
    };
    struct request_summary views[3];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct world *w = world_of(DEVICE_ESME);

        request(w, S6151, ALPHA, ASKED)->execution_at = EXECUTION;
        answer(request(w, S6151, ALPHA, ASKED + 1), pairs[i].first, "I0", "")->execution_at = CANCELLED;
        answer(request(w, S6151, ALPHA, ASKED + 2), pairs[i].second, "I0", "")->execution_at = CANCELLED;
        w->requests[2].remote_party_role = pairs[i].role;
        assert_int_equal(requests_of(w, views), 3);
        assert_int_equal(views[0].outcome, OUTCOME_NONE);
        assert_int_equal(views[0].voided_by, pairs[i].want);
        assert_true(views[1].voided_by == SIZE_MAX);
        world_free(w);
    }
}

static void r2_1_of_two_words_of_its_execution_the_first_counts_in_any_order(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        struct world *w = world_of(DEVICE_ESME);

        for (int i = 0; i < 2; i++) {
            struct request_row *r =
                answer(request(w, S6151, ALPHA, ASKED), EXECUTION + (i == turned ? 1 : 2) * HOUR, "8F66", "");

            r->execution_at = EXECUTION;
            r->id = (struct request_id){true, ALPHA, DEVICE, 5};
        }
        answer(request(w, S6151, ALPHA, ASKED + 1), ASKED + 1, "I0", "")->execution_at = CANCELLED;
        w->as_of = EXECUTION + HOUR - 1;
        expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
        w->as_of = EXECUTION + HOUR;
        expect_outcome(w, 0, OUTCOME_SUCCEEDED, "R2.7");
        w->as_of = EXECUTION + 3 * HOUR;
        expect_outcome(w, 0, OUTCOME_SUCCEEDED, "R2.7");
        world_free(w);
    }
}

/* The row that counts may not tell it. */
static void r7_a_request_id_is_filled_from_a_twin(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary views[2];

    (void)state;
    success(w, S6151, ALPHA, ASKED);
    request(w, S6151, ALPHA, ASKED)->twin = TWIN;
    assert_int_equal(requests_of(w, views), 1);
    assert_false(views[0].row.id.present); /* nobody tells it */
    w->requests[1].id = (struct request_id){true, ALPHA, DEVICE, 77};
    assert_int_equal(requests_of(w, views), 1);
    assert_true(views[0].row.id.present);
    assert_int_equal(views[0].row.id.counter, 77);
    assert_int_equal(views[0].counted, 0);
    assert_int_equal(judged(w)->obligations[OBLIGATION_COMMUNICATING].state, STATE_MET);
    world_free(w);
}

/* What is remembered of words is not taken for what a code means. */
static void r2_a_code_and_a_status_of_the_same_text_are_two_things(void **state)
{
    static const char *const texts[] = {"E4", "8F66", "I0"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct world *w = world_of(DEVICE_ESME);

        answer(request(w, S6151, ALPHA, ASKED), ASKED, "E20", texts[i]); /* a word that nobody knows */
        answer(request(w, S6151, ALPHA, ASKED + 1), ASKED + 1, texts[i], "Success");
        expect_outcome(w, 0, OUTCOME_TIMED_OUT, "R2.3");
        expect_outcome(w, 1, i == 0 ? OUTCOME_REJECTED : OUTCOME_SUCCEEDED, i == 0 ? "R2.2" : "R2.7");
        world_free(w);
    }
}

static void r2_9_a_code_of_one_character_is_a_code(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    answer(request(w, S6151, ALPHA, ASKED), ASKED, "7", "Success");
    answer(request(w, S6151, ALPHA, ASKED + 1), INSTANT_NONE, "7", ""); /* undated: when it was asked for */
    expect_outcome(w, 0, OUTCOME_UNRECOGNISED, "R2.9");
    expect_outcome(w, 1, OUTCOME_UNRECOGNISED, "R2.9");
    world_free(w);
}

/* The one for its role is answered too late; the other is for another role. */
static void r2_1_cancellations_of_two_roles_are_two_matters(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    request(w, S6151, ALPHA, ASKED)->execution_at = EXECUTION;
    w->requests[0].remote_party_role = ROLE_SUPPLIER;
    answer(request(w, S6151, ALPHA, ASKED + 1), EXECUTION, "I0", "")->execution_at = CANCELLED;
    w->requests[1].remote_party_role = ROLE_SUPPLIER;
    answer(request(w, S6151, ALPHA, ASKED + 2), ASKED + 3, "I0", "")->execution_at = CANCELLED;
    w->requests[2].remote_party_role = ROLE_NETWORK_OPERATOR;
    expect_outcome(w, 0, OUTCOME_TIMED_OUT, "R2.5");
    w->requests[2].remote_party_role = ROLE_SUPPLIER;
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
    world_free(w);
}

static void r2_1_its_cancellation_is_found_among_many(void **state)
{
    (void)state;
    for (unsigned count = 1; count <= 12; count++) {
        struct world *w = world_of(DEVICE_ESME);

        for (unsigned i = 0; i < count; i++) {
            struct request_row *r = request(w, SRV(4, 1, i + 1), ALPHA, ASKED);

            answer(r, ASKED + 1, "I0", "")->execution_at = i % 2 == 0 ? CANCELLED : EXECUTION;
            r = answer(request(w, SRV(4, 1, i + 1), ALPHA, ASKED + 2), ASKED + 3, "I0", "");
            r->execution_at = CANCELLED; /* of its own command alone, where there is one */
        }
        for (unsigned i = 0; i < count; i++)
            expect_outcome(w, i, OUTCOME_NONE, "R2.1"); /* cancelled, or a cancellation */
        judged(w);
        assert_int_equal(w->j.obligations[OBLIGATION_COMMUNICATING].state, STATE_UNVERIFIED);
        world_free(w);
    }
}

static void r2_1_cancellations_lie_in_any_order(void **state)
{
    static const uint64_t users[] = {ALPHA, BETA};

    (void)state;
    for (unsigned first = 0; first < 2; first++) {
        struct world *w = world_of(DEVICE_ESME);

        for (unsigned i = 0; i < 2; i++) {
            request(w, S6151, users[i], ASKED)->execution_at = EXECUTION;
            answer(request(w, S6151, users[i ^ first], ASKED + 1), ASKED + 2, "I0", "")->execution_at = CANCELLED;
        }
        expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
        expect_outcome(w, 2, OUTCOME_NONE, "R2.1");
        world_free(w);
    }
}

/* R1: no row of it was there yet. */
static void r1_a_request_of_later_rows_is_none_yet(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary views[2];

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        answer(request(w, S6151, ALPHA, ASKED), ASKED + i, "I0", "")->id = (struct request_id){true, ALPHA, DEVICE, 7};
    w->as_of = ASKED;
    assert_int_equal(requests_of(w, views), 1);
    w->as_of = ASKED - 1;
    assert_int_equal(requests_of(w, views), 0);
    world_free(w);
}

/* Only where each of its rows is one that an answer alone made. */
static void r7_a_request_that_only_its_answers_tell_of(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary views[2];

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        answer(request(w, S6151, ALPHA, ASKED), ASKED + i, "I0", "")->id = (struct request_id){true, ALPHA, DEVICE, 7};
    for (unsigned of_answers = 0; of_answers < 4; of_answers++) {
        for (unsigned i = 0; i < 2; i++)
            w->requests[i].of_answer = of_answers >> i & 1;
        assert_int_equal(requests_of(w, views), 1);
        assert_int_equal(views[0].row.of_answer, of_answers == 3);
    }
    world_free(w);
}

static void r2_1_an_answer_to_another_request_says_nothing_of_the_execution(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    request(w, S6151, ALPHA, ASKED)->execution_at = EXECUTION;
    answer(request(w, S6151, ALPHA, ASKED), EXECUTION + 1, "8F66", "");
    w->requests[1].id = (struct request_id){true, ALPHA, DEVICE, 9};
    answer(request(w, S6151, ALPHA, ASKED + 1), ASKED + 2, "I0", "")->execution_at = CANCELLED;
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
    expect_outcome(w, 1, OUTCOME_SUCCEEDED, "R2.7");
    world_free(w);
}

static void r2_1_a_command_is_void_from_the_answer_to_its_cancellation_on(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = request(w, S6151, ALPHA, ASKED);

    (void)state;
    r->execution_at = EXECUTION;
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    answer(request(w, S6151, ALPHA, ASKED + 1), ASKED + HOUR, "I0", "")->execution_at = CANCELLED;
    w->as_of = ASKED + HOUR - 1;
    expect_outcome(w, 0, OUTCOME_AWAITING, "R2.4");
    assert_int_equal(judged(w)->obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].action.kind, ACTION_WAIT);
    w->as_of = ASKED + HOUR;
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
    assert_int_equal(judged(w)->obligations[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].action.kind, ACTION_READ);
    world_free(w);
}

/* Of one instant in the order in which they lie. */
static void r7_requests_are_told_in_the_order_of_time(void **state)
{
    static const int hours[] = {3, 1, 2, 1, 0, 3};
    static const size_t want[] = {4, 1, 3, 2, 0, 5};
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary views[ARRAY_LEN(hours)];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(hours); i++)
        success(w, S6151, ALPHA, ASKED + hours[i] * HOUR)->id = (struct request_id){true, ALPHA, DEVICE, i + 1};
    assert_int_equal(requests_of(w, views), ARRAY_LEN(hours));
    for (size_t i = 0; i < ARRAY_LEN(hours); i++)
        assert_int_equal(views[i].first, want[i]);
    world_free(w);
}

static void r7_cell_outcomes_are_filled_from_another_row(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = success(w, S6151, ALPHA, ASKED);
    struct request_summary views[2];

    (void)state;
    r->id = (struct request_id){true, ALPHA, DEVICE, 7};
    while (r->outcome_count < CELL_OUTCOMES_MAX) {
        r->outcomes[r->outcome_count] = (struct cell_outcome){.existing_subject = 100 + r->outcome_count};
        r->outcome_count++;
    }
    r = answer(request(w, S6151, ALPHA, ASKED), ASKED + DAY, "I0", "Success"); /* counts */
    r->id = r[-1].id;
    assert_int_equal(requests_of(w, views), 1);
    assert_int_equal(views[0].counted, 1);
    assert_int_equal(views[0].row.outcome_count, CELL_OUTCOMES_MAX);
    for (unsigned i = 0; i < CELL_OUTCOMES_MAX; i++)
        assert_int_equal(views[0].row.outcomes[i].existing_subject, 100 + i);
    world_free(w);
}

static void r7_the_only_row_of_a_request_may_not_date_it(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_summary views[1];

    (void)state;
    answer(request(w, S6151, ALPHA, INSTANT_NONE), ASKED, "I0", "Success");
    assert_int_equal(requests_of(w, views), 1);
    assert_int_equal(views[0].row.requested_at, ASKED);
    assert_int_equal(views[0].outcome, OUTCOME_SUCCEEDED);
    w->requests[0].responded_at = INSTANT_NONE; /* nothing tells when it was */
    w->requests[0].response_code = w->requests[0].execution_status = TEXT_LITERAL("");
    assert_int_equal(requests_of(w, views), 0);
    world_free(w);
}

/* Accepted, cancelled, and answered without an outcome after all: that is no word of the Device. */
static void r2_1_what_comes_while_a_command_is_void_counts_for_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = answer(request(w, S6151, ALPHA, ASKED), ASKED + 1, "I0", "");

    (void)state;
    r->execution_at = EXECUTION;
    r->id = (struct request_id){true, ALPHA, DEVICE, 7};
    r = answer(request(w, S6151, ALPHA, ASKED), EXECUTION + HOUR, "I0", "");
    r->execution_at = EXECUTION;
    r->id = r[-1].id;
    assert_int_equal(judged(w)->obligations[OBLIGATION_COMMUNICATING].state, STATE_MET);
    answer(request(w, S6151, ALPHA, ASKED + 1), ASKED + 2, "I0", "")->execution_at = CANCELLED;
    expect_outcome(w, 0, OUTCOME_NONE, "R2.1");
    assert_int_equal(judged(w)->obligations[OBLIGATION_COMMUNICATING].state, STATE_UNVERIFIED);
    w->requests[3] = w->requests[2]; /* a third row, too */
    w->requests[2] = w->requests[1];
    w->requests[2].responded_at += HOUR;
    w->records.request_count = 4;
    assert_int_equal(judged(w)->obligations[OBLIGATION_COMMUNICATING].state, STATE_UNVERIFIED);
    world_free(w);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(r2_1_a_cancellation_voids_only_its_command),
        cmocka_unit_test(r2_1_what_says_that_a_command_was_executed_after_all),
        cmocka_unit_test(r2_1_the_first_that_says_so_counts),
        cmocka_unit_test(r2_1_of_two_cancellations_one_is_enough),
        cmocka_unit_test(r2_a_status_word_can_be_mapped_to_any_outcome),
        cmocka_unit_test(r2_1_services_that_end_in_dcc_systems_are_a_list),
        cmocka_unit_test(r7_the_devices_own_answer_outweighs_the_rest),
        cmocka_unit_test(r7_of_answers_at_one_instant_the_better_outcome_then_the_greater_text),
        cmocka_unit_test(r1_an_answer_later_than_as_of_is_as_if_not_given),
        cmocka_unit_test(r7_blanks_are_filled_from_the_other_rows),
        cmocka_unit_test(r7_a_blank_srv_or_instant_of_the_request_is_filled_too),
        cmocka_unit_test(r7_an_srv_that_no_row_tells_stays_unknown),
        cmocka_unit_test(r7_what_nobody_dates_was_requested_when_first_answered),
        cmocka_unit_test(r7_an_r2_1_row_counts_only_alone),
        cmocka_unit_test(r7_a_cancellation_is_known_by_any_of_its_rows),
        cmocka_unit_test(r4_7_a_bare_row_beside_r2_1_answers_is_no_attempt),
        cmocka_unit_test(r7_a_cancellation_told_in_two_rows_is_one),
        cmocka_unit_test(r7_rows_of_one_instant_are_in_the_order_of_what_is_written_out),
        cmocka_unit_test(r1_an_answer_dated_before_its_request_is_taken_at_its_instant),
        cmocka_unit_test(r1_an_execution_before_its_request_is_as_if_blank),
        cmocka_unit_test(r7_a_request_of_another_device_is_evidence_of_nothing),
        cmocka_unit_test(r7_rows_of_twins_are_one_request),
        cmocka_unit_test(r7_rows_with_and_without_a_request_id_are_two_requests),
        cmocka_unit_test(r2_1_a_cancellation_of_another_originator_or_srv_alone_voids_nothing),
        cmocka_unit_test(r2_1_the_cancellation_that_is_answered_first_is_named),
        cmocka_unit_test(r2_1_of_two_words_of_its_execution_the_first_counts_in_any_order),
        cmocka_unit_test(r7_a_request_id_is_filled_from_a_twin),
        cmocka_unit_test(r2_a_code_and_a_status_of_the_same_text_are_two_things),
        cmocka_unit_test(r2_9_a_code_of_one_character_is_a_code),
        cmocka_unit_test(r2_1_cancellations_of_two_roles_are_two_matters),
        cmocka_unit_test(r2_1_its_cancellation_is_found_among_many),
        cmocka_unit_test(r2_1_cancellations_lie_in_any_order),
        cmocka_unit_test(r1_a_request_of_later_rows_is_none_yet),
        cmocka_unit_test(r7_a_request_that_only_its_answers_tell_of),
        cmocka_unit_test(r2_1_an_answer_to_another_request_says_nothing_of_the_execution),
        cmocka_unit_test(r2_1_a_command_is_void_from_the_answer_to_its_cancellation_on),
        cmocka_unit_test(r7_requests_are_told_in_the_order_of_time),
        cmocka_unit_test(r7_cell_outcomes_are_filled_from_another_row),
        cmocka_unit_test(r7_the_only_row_of_a_request_may_not_date_it),
        cmocka_unit_test(r2_1_what_comes_while_a_command_is_void_counts_for_nothing),
    };
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(others)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, &cases[i]};
    memcpy(tests + ARRAY_LEN(cases), others, sizeof(others));
    return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
