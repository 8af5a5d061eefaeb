/* R4.0 and R4.3, second edition: looks that repeat, commands about the time of a look, whose commands tell whose
 * certificate was placed. */
#include "facts.h"

#define AT    (COMMISSIONED + DAY)
#define ISSUE OBLIGATION_ISSUE_CREDENTIALS
#define CERTS OBLIGATION_DEVICE_CERTIFICATES
#define NO    OBLIGATION_NETWORK_OPERATOR_CREDENTIALS
#define SUPPL OBLIGATION_SUPPLIER_CREDENTIALS
#define COMMS OBLIGATION_COMMUNICATING
#define NEVER INSTANT_NONE

static struct request_row *command(struct world *w, srv_code srv, uint64_t user, instant made, instant answered)
{
    struct request_row *r = answer(request(w, srv, user, made), answered, "I0", "Success");

    r->id = (struct request_id){true, user, DEVICE, w->records.request_count};
    return r;
}

static struct request_row *told(struct request_row *r)
{
    r->remote_party_role = ROLE_NETWORK_OPERATOR;
    return r;
}

static struct snapshot *cells(struct world *w, instant at, uint64_t ds, uint64_t ka)
{
    struct snapshot *s = snapshot(w, at);

    if (ds != 0)
        cell(w, s, ROLE_NETWORK_OPERATOR, DS, ds);
    if (ka != 0)
        cell(w, s, ROLE_NETWORK_OPERATOR, KA, ka);
    return s;
}

/* ---- Looks that repeat ---- */

/* A success made before a look that proves one usage is for the other only if the proof began before it: so what the
 * second look shows, as against the first, tells whether it carries it on. */
static void r4_0_a_look_carries_on_what_it_does_not_contradict(void **state)
{
    static const struct {
        instant not_before, not_before_again;
        uint64_t key, key_again;
        const char *serial, *serial_again;
        bool repeats;
    } looks[] = {
        {COMMISSIONED, COMMISSIONED, 0, 0, "", "", true},
        {COMMISSIONED, COMMISSIONED + 1, 0, 0, "", "", false},
        {COMMISSIONED, COMMISSIONED, 7, 7, "", "", true},
        {COMMISSIONED, COMMISSIONED, 7, 8, "", "", false},
        {COMMISSIONED, COMMISSIONED, 0, 8, "", "", true}, /* a field that one does not give differs in nothing */
        {COMMISSIONED, COMMISSIONED, 7, 0, "", "", true},
        {COMMISSIONED, COMMISSIONED, 0, 0, "5", "5", true},
        {COMMISSIONED, COMMISSIONED, 0, 0, "5", "6", false},
        {COMMISSIONED, COMMISSIONED, 0, 0, "", "6", true},
        {COMMISSIONED, COMMISSIONED, 0, 0, "5", "", true},
        {COMMISSIONED, INSTANT_NONE, 0, 0, "", "", true}, /* says nothing by itself, but repeats */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct device_cert *first = cert(w, snapshot(w, AT), DS, looks[i].not_before);
        struct device_cert *second = cert(w, snapshot(w, AT + 2 * DAY), DS, looks[i].not_before_again);

        first->key_id = looks[i].key;
        second->key_id = looks[i].key_again;
        first->serial = text_of(looks[i].serial);
        second->serial = text_of(looks[i].serial_again);
        command(w, S6152, ALPHA, AT + DAY, AT + DAY); /* untyped */
        judged(w);
        assert_string_equal(obligation_state_word(w->j.obligations[CERTS].state),
                            looks[i].repeats ? "MET" : "UNVERIFIED");
        world_free(w);
    }
}

static void r4_0_the_owner_of_a_certificate_is_one_of_its_fields(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct device_cert *first = cert(w, snapshot(w, AT), DS, COMMISSIONED);

    (void)state;
    first->subject = 0;
    cert(w, snapshot(w, AT + 2 * DAY), DS, COMMISSIONED); /* of this Device, it says */
    command(w, S6152, ALPHA, AT + DAY, AT + DAY);
    expect_state(w, CERTS, STATE_MET, "R4.2");
    first->subject = DEVICE + 1; /* it was another one's before */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.4");
    world_free(w);
}

static void r4_0_a_look_that_says_nothing_and_does_not_repeat_breaks_the_run(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct device_cert *silent_one;

    (void)state;
    cert(w, snapshot(w, AT), DS, COMMISSIONED)->serial = TEXT_LITERAL("1");
    silent_one = cert(w, snapshot(w, AT + DAY), DS, INSTANT_NONE);
    silent_one->serial = TEXT_LITERAL("2"); /* no evidence, but another certificate */
    cert(w, snapshot(w, AT + 3 * DAY), DS, COMMISSIONED)->serial = TEXT_LITERAL("1");
    command(w, S6152, ALPHA, AT + 2 * DAY, AT + 2 * DAY);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.4"); /* the success served the proof that began anew */
    silent_one->serial = TEXT_LITERAL("1");
    expect_state(w, CERTS, STATE_MET, "R4.2");
    silent_one->serial = TEXT_LITERAL("2");
    w->records.snapshot_count = 2; /* the first is the latest that says something, as of its own time */
    expect_state(w, CERTS, STATE_MET, "R4.2");
    world_free(w);
}

/* The latest instant of the run is what a command has to outweigh. */
static void r4_0_a_success_made_between_two_looks_that_show_the_same_is_belied(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cells(w, AT, ALPHA, ALPHA);
    told(command(w, S6151, ALPHA, AT + 1, AT + 2));
    expect_state(w, NO, STATE_MET, "R4.3");
    cells(w, AT + 3, ALPHA, ALPHA);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_0_a_cell_that_tells_only_its_key(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *again;

    (void)state;
    cells(w, AT, ALPHA, NORTHERN);
    w->cells[0][0].key_id = 7;
    told(command(w, S6151, ALPHA, AT + 1, AT + 2));
    again = snapshot(w, AT + 3);
    cell(w, again, ROLE_NETWORK_OPERATOR, DS, 0)->key_id = 7; /* the same as before */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    w->cells[1][0].key_id = 8;
    expect_state(w, NO, STATE_MET, "R4.3");
    w->cells[1][0].key_id = 0; /* as if not shown */
    expect_state(w, NO, STATE_MET, "R4.3");
    world_free(w);
}

static void r4_0_of_two_certificates_of_one_instant_the_disproving_one_decides(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s = snapshot(w, AT);

    (void)state;
    cert(w, s, KA, COMMISSIONED);
    cert(w, s, DS, COMMISSIONED - 9 * DAY)->serial = TEXT_LITERAL("2");
    cert(w, s, DS, COMMISSIONED - 9 * DAY)->serial = TEXT_LITERAL("1");
    cert(w, s, DS, COMMISSIONED);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    w->certs[0][1].not_before = w->certs[0][2].not_before = COMMISSIONED;
    expect_state(w, CERTS, STATE_MET, "R4.2");
    world_free(w);
}

/* ---- X.509 files ---- */

static struct snapshot *issued(struct world *w, enum key_usage usage, instant not_before)
{
    struct snapshot *s = snapshot(w, not_before);

    s->source_name = TEXT_LITERAL("X.509 0123456789ABCDEF");
    s->answered = false;
    cert(w, s, usage, not_before);
    return s;
}

static void r4_1_an_issued_certificate_shows_the_key_pair_and_nothing_else(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    issued(w, DS, COMMISSIONED - DAY);
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    issued(w, KA, AT);
    expect_state(w, ISSUE, STATE_MET, "R4.1");
    assert_int_equal(w->j.obligations[ISSUE].refs[0].kind, EVIDENCE_SNAPSHOT);
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6"); /* it need not be on the Device */
    expect_state(w, COMMS, STATE_UNVERIFIED, "R4.5");      /* nor did the Device answer */
    w->certs[0][0].not_before = COMMISSIONED - DAY - 1;
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->certs[0][0].not_before = INSTANT_NONE;
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->certs[0][0].not_before = COMMISSIONED;
    w->certs[0][0].subject = DEVICE + 1;
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->certs[0][0].subject = DEVICE;
    w->certs[0][0].key_usage = KEY_KEY_CERT_SIGN;
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    command(w, S617, ALPHA, AT, AT); /* untyped: the other usage */
    expect_state(w, ISSUE, STATE_MET, "R4.1");
    world_free(w);
}

static void r6_issued_certificates_are_what_cleared_it(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, BUT(ISSUE_CREDENTIALS));
    w->revised.terms[DEVICE_ESME][CERTS].owed_by = OWED_BY_NONE; /* which would imply it */
    issued(w, DS, COMMISSIONED);
    issued(w, KA, AT);
    expect_reasons(w, "NOT_LOGGED;CERTIFICATE_EVIDENCE");
    judged_at(w, w->as_of);
    assert_int_equal(w->j.completed_at, AT);
    command(w, S617, GAMMA, AT, AT); /* which did one of them, be the certificate issued or not */
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE;CERTIFICATE_EVIDENCE");
    command(w, S617, GAMMA, AT, AT);
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    w->requests[w->records.request_count - 1].credential_type = KA;
    w->requests[w->records.request_count - 2].credential_type = DS;
    expect_reasons(w, "OTHER_PARTY;REQUEST_EVIDENCE");
    world_free(w);
}

/* ---- R4.2: commands about the time of a look ---- */

static void r4_2_a_success_about_the_time_of_a_disproving_look(void **state)
{
    static const struct {
        enum key_usage usage;
        instant made, answered;
        const char *want, *rule;
    } successes[] = {
        {DS, AT - 2, AT - 1, "NOT_MET", "R4.7.1"},    {DS, AT - 1, AT, "NOT_MET", "R4.7.1"},
        {DS, AT - 1, AT + 1, "UNVERIFIED", "R4.7.2"}, {DS, AT, AT + 1, "NOT_MET", "R4.7.1"},
        {DS, AT + 1, AT + 1, "MET", "R4.2"},          {KEY_NONE, AT - 1, AT + 1, "UNVERIFIED", "R4.7.2"},
        {KEY_NONE, AT, AT + 1, "NOT_MET", "R4.7.1"},  {KEY_NONE, AT + 1, AT + 1, "MET", "R4.2"},
        {KA, AT - 1, AT + 1, "NOT_MET", "R4.7.1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(successes); i++) {
        struct world *w = world_of(DEVICE_ESME);

        cert(w, snapshot(w, COMMISSIONED), KA, COMMISSIONED); /* proved before, so never what it was for */
        cert(w, snapshot(w, AT), DS, COMMISSIONED - 9 * DAY);
        command(w, S6152, ALPHA, successes[i].made, successes[i].answered)->credential_type = successes[i].usage;
        judged(w);
        assert_string_equal(obligation_state_word(w->j.obligations[CERTS].state), successes[i].want);
        assert_string_equal(rule_text(w->j.obligations[CERTS].rule), successes[i].rule);
        world_free(w);
    }
}

static void r4_2_one_unclear_success_is_about_one_usage(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s = snapshot(w, AT);

    (void)state;
    do_all_but(w, BUT(DEVICE_CERTIFICATES));
    cert(w, s, DS, COMMISSIONED - 9 * DAY);
    cert(w, s, KA, COMMISSIONED - 9 * DAY);
    command(w, S6152, ALPHA, AT - 1, AT + 1);
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    command(w, S6152, ALPHA, AT - 2, AT + 2);
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    expect_reasons(w, "UNCLEAR;DEVICE_CERT_NOT_REPLACED");
    world_free(w);
}

static void r4_2_a_success_that_covers_one_usage_does_not_leave_the_other_unclear(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cert(w, snapshot(w, AT), DS, COMMISSIONED - 9 * DAY);
    cert(w, snapshot(w, AT + 2 * DAY), KA, COMMISSIONED - 9 * DAY);
    command(w, S6152, ALPHA, AT + DAY, AT + 3 * DAY); /* after the one look, about the time of the other */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* Of two at one instant the typed one accounts for the proof of its usage. */
static void r4_2_a_typed_success_accounts_for_its_proof_first(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *typed;

    (void)state;
    cert(w, snapshot(w, AT + DAY), KA, COMMISSIONED);
    command(w, S6152, ALPHA, AT, AT);
    typed = command(w, S6152, ALPHA, AT, AT);
    typed->credential_type = KA;
    expect_state(w, CERTS, STATE_MET, "R4.2");
    typed->requested_at = typed->responded_at = AT + 1; /* the untyped one was made first */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.4");
    typed->requested_at = typed->responded_at = AT - 1;
    expect_state(w, CERTS, STATE_MET, "R4.2");
    typed->credential_type = DS;
    w->records.request_count = 2;
    expect_state(w, CERTS, STATE_MET, "R4.2"); /* DS by its own */
    world_free(w);
}

/* R4.7: an untyped time-out uses up one proof, as a success does. */
static void r4_7_of_untyped_time_outs_a_proof_is_served_by_the_first(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *first, *second;

    (void)state;
    cert(w, snapshot(w, COMMISSIONED), KA, COMMISSIONED - 9 * DAY);
    cert(w, snapshot(w, AT + DAY), DS, COMMISSIONED);
    first = answer(request(w, S6152, ALPHA, AT + 1), AT + 1, "E20", "");
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    second = answer(request(w, S6152, ALPHA, AT), AT, "E20", "");
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    second->credential_type = DS; /* only untyped ones count so */
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    second->credential_type = KEY_NONE;
    command(w, S6152, ALPHA, AT - 1, AT - 1); /* a success accounts for the proof: both are for the other */
    second->responded_at = second->requested_at = AT + 2;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    w->requests[2].credential_type = DS;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    w->records.request_count = 2;
    second->requested_at = second->responded_at = AT + 2; /* in the log they may lie in either order */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2");
    first->execution_at = AT + 40 * DAY; /* what is not executed yet is for nothing */
    second->execution_at = AT + 40 * DAY;
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_2_factory_certificates_are_those_before_the_first_commissioning(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s = snapshot(w, AT);

    (void)state;
    cert(w, s, DS, COMMISSIONED - 100 * DAY);
    cert(w, s, KA, COMMISSIONED - 101 * DAY);
    w->inventory[1] = w->inventory[0];
    w->inventory[0].extracted_at = COMMISSIONED - 50 * DAY;
    w->inventory[0].commissioned_at = COMMISSIONED - 100 * DAY; /* an earlier life, told in it */
    w->records.inventory_count = 2;
    expect_state(w, CERTS, STATE_MET, "R4.2");
    w->inventory[0].commissioned_at = COMMISSIONED - 100 * DAY + 1;
    expect_state(w, CERTS, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_2_typed_successes_about_the_time_of_the_look(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cert(w, snapshot(w, COMMISSIONED), KA, COMMISSIONED);
    cert(w, snapshot(w, AT), DS, COMMISSIONED - 9 * DAY);
    for (int i = 3; i >= 1; i--)
        command(w, S6152, ALPHA, AT - i, AT - i + 2)->credential_type = DS;
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.2"); /* the last of them */
    world_free(w);
}

static void r4_2_a_certificate_that_a_request_sent_by_its_key_alone(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s = snapshot(w, AT);

    (void)state;
    cert(w, s, KA, COMMISSIONED);
    cert(w, s, DS, INSTANT_NONE)->key_id = 88;
    request(w, S6152, ALPHA, COMMISSIONED - DAY)->sent_key_id = 88;
    expect_state(w, CERTS, STATE_MET, "R4.2");
    w->requests[0].requested_at--;
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    world_free(w);
}

static void r4_7_4_the_proving_look_and_no_other_is_asked_whether_it_showed_the_part(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cert(w, snapshot(w, AT), DS, COMMISSIONED);
    cert(w, snapshot(w, AT + 1), KA, INSTANT_NONE); /* another look, that says nothing of it */
    expect_state(w, CERTS, STATE_UNVERIFIED, "R4.7.4");
    cert(w, &w->snapshots[1], DS, COMMISSIONED); /* the proof is seen in it, too */
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    world_free(w);
}

static void r4_6_a_recovery_cell_that_names_nobody_says_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cell(w, snapshot(w, AT), ROLE_RECOVERY, DS, 0)->key_id = RECOVERY_KEY;
    expect_state(w, OBLIGATION_RECOVERY_CELL, STATE_UNVERIFIED, "R4.6");
    world_free(w);
}

/* ---- R4.3: whose certificate was placed ---- */

static void r4_3_what_a_success_tells_depends_on_its_sender(void **state)
{
    static const struct {
        uint64_t user;
        enum user_role role;
        bool tells;
    } senders[] = {
        {ALPHA, USER_NONE, true},     {GAMMA, USER_NONE, true},         {BROKER, USER_NONE, true},
        {NORTHERN, USER_NONE, true},  {SOUTHERN, USER_NONE, false},     {SOUTHERN, USER_IS, false},
        {STRANGER, USER_NONE, false}, {STRANGER, USER_IS, true},        {STRANGER, USER_GS, true},
        {STRANGER, USER_ED, false},   {STRANGER, USER_GT, false},       {STRANGER, USER_DCC, true},
        {STRANGER, USER_OU, false},   {RECOVERY_BARE, USER_NONE, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(senders); i++)
        for (unsigned role = 0; role < 2; role++) {
            struct world *w = world_of(DEVICE_ESME);
            struct request_row *r = command(w, S6151, senders[i].user, AT, AT);

            r->user_role = senders[i].role;
            r->remote_party_role = role ? ROLE_NETWORK_OPERATOR : ROLE_NONE;
            expect_state(w, NO, senders[i].tells ? STATE_MET : STATE_UNVERIFIED, senders[i].tells ? "R4.3" : "R4.7.2");
            cells(w, AT - 1, ALPHA, ALPHA); /* over what is wrong */
            expect_state(w, NO, senders[i].tells && role ? STATE_MET : STATE_UNVERIFIED,
                         senders[i].tells && role ? "R4.3" : "R4.7.2");
            cells(w, AT - 1, NORTHERN, NORTHERN); /* at one instant the wrong one decides */
            w->snapshots[0].answered = false;
            expect_state(w, NO, senders[i].tells ? STATE_MET : STATE_UNVERIFIED, senders[i].tells ? "R4.3" : "R4.7.2");
            world_free(w);
        }
}

static void r4_3_of_the_successes_that_outweigh_the_look_the_latest_decides(void **state)
{
    enum sort { GOOD, STRANGE, GOOD_NO_ROLE, STRANGE_NO_ROLE };
    static const struct {
        uint64_t seen;
        enum sort first, second;
        const char *want;
    } pairs[] = {
        {0, GOOD, STRANGE, "UNVERIFIED"},
        {0, STRANGE, GOOD, "MET"},
        {0, GOOD, STRANGE_NO_ROLE, "MET"}, /* it takes nothing back from one that tells */
        {0, STRANGE_NO_ROLE, GOOD_NO_ROLE, "MET"},
        {0, GOOD_NO_ROLE, STRANGE_NO_ROLE, "UNVERIFIED"},
        {0, STRANGE, GOOD_NO_ROLE, "MET"},
        {0, STRANGE, STRANGE_NO_ROLE, "UNVERIFIED"},
        {ALPHA, GOOD, STRANGE, "UNVERIFIED"},
        {ALPHA, STRANGE, GOOD, "MET"},
        {ALPHA, GOOD, GOOD_NO_ROLE, "MET"},
        {ALPHA, STRANGE, GOOD_NO_ROLE, "UNVERIFIED"},
        {NORTHERN, GOOD, STRANGE, "UNVERIFIED"},
        {NORTHERN, STRANGE, GOOD, "MET"},
        {NORTHERN, GOOD, STRANGE_NO_ROLE, "MET"},
        {NORTHERN, GOOD_NO_ROLE, STRANGE_NO_ROLE, "UNVERIFIED"},
        {NORTHERN, STRANGE_NO_ROLE, GOOD_NO_ROLE, "MET"},
        {NORTHERN, STRANGE, GOOD_NO_ROLE, "UNVERIFIED"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        for (unsigned swapped = 0; swapped < 2; swapped++) { /* in the log in either order */
            struct world *w = world_of(DEVICE_ESME);

            if (pairs[i].seen != 0)
                cells(w, AT - 1, pairs[i].seen, pairs[i].seen);
            for (unsigned k = 0; k < 2; k++) {
                const unsigned second = swapped ? 1 - k : k;
                const enum sort sort = second ? pairs[i].second : pairs[i].first;
                struct request_row *r = command(w, S6151, sort == GOOD || sort == GOOD_NO_ROLE ? BETA : SOUTHERN,
                                                AT + (instant)second, AT + (instant)second);

                if (sort == GOOD || sort == STRANGE)
                    told(r);
            }
            judged(w);
            assert_string_equal(obligation_state_word(w->j.obligations[NO].state), pairs[i].want);
            world_free(w);
        }
}

static void r4_3_a_strangers_success_about_the_time_of_a_proving_look(void **state)
{
    static const struct {
        uint64_t user;
        instant made, answered;
        bool met;
    } successes[] = {
        {SOUTHERN, AT - 2, AT - 1, true}, {SOUTHERN, AT - 1, AT, true},      {SOUTHERN, AT - 1, AT + 1, false},
        {SOUTHERN, AT, AT + 1, true},     {SOUTHERN, AT + 1, AT + 1, false}, {ALPHA, AT - 1, AT + 1, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(successes); i++) {
        struct world *w = world_of(DEVICE_ESME);

        cells(w, AT, NORTHERN, NORTHERN);
        command(w, S6151, SOUTHERN, AT - DAY, AT - DAY); /* long before it */
        command(w, S6151, successes[i].user, successes[i].made, successes[i].answered);
        expect_state(w, NO, successes[i].met ? STATE_MET : STATE_UNVERIFIED, successes[i].met ? "R4.3" : "R4.7.2");
        told(command(w, S6151, ALPHA, AT + DAY, AT + DAY)); /* the latest decides */
        expect_state(w, NO, STATE_MET, "R4.3");
        world_free(w);
    }
}

static void r4_3_a_strangers_success_is_reason_to_be_unclear_and_belies_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, 0);
    cells(w, AT, NORTHERN, NORTHERN);
    told(command(w, S6151, SOUTHERN, AT + 1, AT + 1));
    expect_reasons(w, "UNCLEAR");
    cells(w, AT + 2, SOUTHERN, NORTHERN);
    expect_reasons(w, "WRONG_NETWORK_OPERATOR;CONTRADICTED"); /* what Alpha had done first claimed otherwise */
    w->requests[4].remote_party_role = ROLE_SUPPLIER;
    expect_reasons(w, "WRONG_NETWORK_OPERATOR");
    world_free(w);
}

static void r4_3_a_placeholder_is_wrong_whoever_the_operator_is(void **state)
{
    static const struct {
        uint64_t holder;
        enum obligation_state want;
        const char *rule;
    } holders[] = {
        {ALPHA, STATE_NOT_MET, "R4.7.1"},
        {BROKER, STATE_NOT_MET, "R4.7.1"},
        {SOUTHERN, STATE_NOT_ATTEMPTED, "R4.7.6"},
        {DCC_NO, STATE_NOT_ATTEMPTED, "R4.7.6"}, /* an operator's, whose party is the DCC */
        {STRANGER, STATE_NOT_ATTEMPTED, "R4.7.6"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        struct world *w = bare_world(DEVICE_ESME);

        registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, 0);
        cells(w, AT, holders[i].holder, holders[i].holder);
        expect_state(w, NO, holders[i].want, holders[i].rule);
        world_free(w);
    }
}

static void r4_3_the_exemption_ends_where_a_stranger_is_seen(void **state)
{
    static const struct {
        uint64_t holder;
        enum obligation_state want;
    } holders[] = {
        {ALPHA, STATE_NOT_APPLICABLE}, {BROKER, STATE_NOT_APPLICABLE},   {SOUTHERN, STATE_NOT_MET},
        {STRANGER, STATE_NOT_MET},     {UNLISTED, STATE_NOT_APPLICABLE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        struct world *w = bare_world(DEVICE_ESME);

        registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, UNLISTED);
        cells(w, AT, 0, holders[i].holder);
        judged(w);
        assert_string_equal(obligation_state_word(w->j.obligations[NO].state), obligation_state_word(holders[i].want));
        world_free(w);
    }
}

static void r4_0_a_command_claims_nothing_before_it_is_executed(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    r = told(answer(request(w, S6151, ALPHA, AT), AT + 1, "8F66", ""));
    r->execution_at = w->as_of;
    cells(w, AT + DAY, ALPHA, ALPHA);
    expect_state(w, NO, STATE_MET, "R4.3");
    r->execution_at = w->as_of + 1; /* still to come */
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    expect_reasons(w, "SUPPLIER_CERT_IN_NO_CELL");
    r->execution_at = AT + 2;
    expect_reasons(w, "SUPPLIER_CERT_IN_NO_CELL;CONTRADICTED");
    world_free(w);
}

static void r4_7_while_a_future_dated_command_waits_there_is_only_to_wait(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    r = told(answer(request(w, S6151, ALPHA, AT), AT + 1, "I0", ""));
    r->execution_at = w->as_of + 1;
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    expect_action(w, "wait for the answer");
    r->response_code = TEXT_LITERAL("E4"); /* refused at once: it was never to be executed */
    expect_state(w, NO, STATE_NOT_ATTEMPTED, "R4.7.6");
    expect_action(w, "read with SRV 6.24.1 (NetworkOperator) by Alpha");
    r->execution_at = w->as_of;
    expect_state(w, NO, STATE_NOT_MET, "R4.7.3");
    world_free(w);
}

/* ---- R4.0, R4.4: Supplier cells ---- */

static void r4_4_any_party_that_lost_the_device_has_a_grace_of_its_own(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    const instant first = COMMISSIONED + 2 * DAY, second = COMMISSIONED + 5 * DAY;

    (void)state;
    registered(w, COMMISSIONED - DAY, first, ALPHA, NORTHERN);
    registered(w, first, second, BETA, NORTHERN);
    registered(w, second, NEVER, GAMMA, NORTHERN);
    cell(w, snapshot(w, second + DAY), ROLE_SUPPLIER, DS, ALPHA); /* which lost it by the first change */
    judged_at(w, first + 14 * DAY);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_MET);
    judged_at(w, first + 14 * DAY + 1);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_UNVERIFIED);
    w->cells[0][0].subject = BETA;
    judged_at(w, second + 14 * DAY);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_MET);
    cell(w, &w->snapshots[0], ROLE_SUPPLIER, DS, ALPHA); /* two values of one look: the worse decides */
    cell(w, &w->snapshots[0], ROLE_SUPPLIER, DS, STRANGER);
    judged_at(w, second + 14 * DAY);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_NOT_MET);
    world_free(w);
}

static void r4_4_a_party_that_lost_it_twice_has_the_later_grace(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    const instant first = COMMISSIONED + 2 * DAY, back = COMMISSIONED + 4 * DAY, again = COMMISSIONED + 6 * DAY;

    (void)state;
    registered(w, COMMISSIONED - DAY, first, ALPHA, NORTHERN);
    registered(w, first, back, BETA, NORTHERN);
    registered(w, back, again, ALPHA, NORTHERN);
    registered(w, again, NEVER, GAMMA, NORTHERN);
    cell(w, snapshot(w, again + DAY), ROLE_SUPPLIER, DS, ALPHA);
    judged_at(w, again + 14 * DAY);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_MET);
    judged_at(w, again + 14 * DAY + 1);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_UNVERIFIED);
    world_free(w);
}

static void r4_4_a_change_of_the_operator_alone_gives_nobody_a_grace(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED + HOUR, COMMISSIONED + 2 * DAY, ALPHA, NORTHERN); /* nobody at commissioning */
    registered(w, COMMISSIONED + 2 * DAY, COMMISSIONED + 4 * DAY, ALPHA, SOUTHERN);
    registered(w, COMMISSIONED + 4 * DAY, NEVER, BETA, SOUTHERN);
    cell(w, snapshot(w, COMMISSIONED + 3 * DAY), ROLE_SUPPLIER, DS, GAMMA);
    judged_at(w, COMMISSIONED + 3 * DAY);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_NOT_MET);
    judged_at(w, COMMISSIONED + 5 * DAY); /* older than the change, and a stranger still */
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_NOT_MET);
    world_free(w);
}

static void r4_4_a_look_older_than_the_change_tells_of_strangers_only(void **state)
{
    static const struct {
        uint64_t holder;
        enum obligation_state want;
    } holders[] = {
        {ALPHA, STATE_NOT_APPLICABLE}, {BETA, STATE_NOT_APPLICABLE}, /* who came after it */
        {GAMMA, STATE_NOT_MET},        {STRANGER, STATE_NOT_MET},
        {BROKER, STATE_NOT_MET},       {ALPHA_NO, STATE_NOT_MET}, /* not as a Supplier */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        struct world *w = bare_world(DEVICE_ESME);

        registered(w, COMMISSIONED - 40 * DAY, COMMISSIONED - 20 * DAY, GAMMA, NORTHERN); /* before commissioning */
        registered(w, COMMISSIONED - 20 * DAY, AT + DAY, ALPHA, NORTHERN);
        registered(w, AT + DAY, NEVER, BETA, NORTHERN);
        cell(w, snapshot(w, AT), ROLE_SUPPLIER, DS, holders[i].holder);
        judged(w);
        assert_string_equal(obligation_state_word(w->j.obligations[SUPPL].state),
                            obligation_state_word(holders[i].want));
        world_free(w);
    }
}

static void r4_4_a_switch_at_the_commissioning_itself_is_no_change(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - 9 * DAY, COMMISSIONED, ALPHA, NORTHERN);
    registered(w, COMMISSIONED, NEVER, BETA, NORTHERN);
    cell(w, snapshot(w, AT), ROLE_SUPPLIER, DS, ALPHA);
    judged(w);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_NOT_MET); /* it lost nothing, and has no grace */
    w->registrations[1].effective_from = w->registrations[0].effective_to = COMMISSIONED + 1;
    judged_at(w, AT);
    assert_int_equal(w->j.obligations[SUPPL].state, STATE_MET);
    world_free(w);
}

static void serials(struct world *w, instant at, instant not_before, const char *first, const char *second)
{
    struct snapshot *s = snapshot(w, at);

    cert(w, s, DS, not_before)->serial = text_of(first);
    if (second[0] != '\0')
        cert(w, s, DS, not_before)->serial = text_of(second);
}

/* A success between the two looks is belied where the second, which tells no not_before, carries the first on. */
static void r4_0_a_look_of_two_values_is_carried_on_by_either(void **state)
{
    static const struct {
        const char *first[2], *second[2];
        bool repeats;
    } looks[] = {
        {{"5", "6"}, {"5", ""}, true},  {{"5", "6"}, {"6", ""}, true},  {{"5", "6"}, {"7", ""}, false},
        {{"5", ""}, {"5", "6"}, true},  {{"6", ""}, {"5", "6"}, true},  {{"7", ""}, {"5", "6"}, false},
        {{"5", "6"}, {"6", "7"}, true}, {{"5", "6"}, {"4", "5"}, true}, {{"5", "6"}, {"7", "8"}, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        struct world *w = world_of(DEVICE_ESME);

        command(w, S6152, ALPHA, AT, AT)->credential_type = KA;
        serials(w, AT, COMMISSIONED - 9 * DAY, looks[i].first[0], looks[i].first[1]);
        serials(w, AT + 2 * DAY, INSTANT_NONE, looks[i].second[0], looks[i].second[1]);
        command(w, S6152, ALPHA, AT + DAY, AT + DAY)->credential_type = DS;
        expect_state(w, CERTS, looks[i].repeats ? STATE_NOT_MET : STATE_MET, looks[i].repeats ? "R4.7.1" : "R4.2");
        world_free(w);
    }
}

/* Not by that of the row that counts: the Device was seen otherwise in between. */
static void r4_0_outcomes_are_dated_by_the_answer_that_carried_them(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *r = told(command(w, S6151, ALPHA, AT, AT + HOUR));

    (void)state;
    r->outcome_count = 2;
    r->outcomes[0] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = DS, .new_subject = NORTHERN};
    r->outcomes[1] = (struct cell_outcome){.role = ROLE_NETWORK_OPERATOR, .key_usage = KA, .new_subject = NORTHERN};
    told(command(w, S6151, ALPHA, AT, AT + 3 * DAY))->id = r->id; /* counts, and tells nothing of the cells */
    expect_state(w, NO, STATE_MET, "R4.3");
    cells(w, AT + DAY, SOUTHERN, SOUTHERN);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    w->snapshots[0].taken_at = AT + HOUR - 1;
    expect_state(w, NO, STATE_MET, "R4.3");
    world_free(w);
}

static void r4_3_of_two_made_at_one_instant_the_one_that_names_the_role_decides(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    told(command(w, S6151, SOUTHERN, AT, AT));
    command(w, S6151, ALPHA, AT, AT);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    w->requests[1].requested_at = w->requests[1].responded_at = AT + 1;
    expect_state(w, NO, STATE_MET, "R4.3");
    world_free(w);
}

/* The other cell was seen again after the success. */
static void r4_3_a_strangers_success_about_the_time_of_the_look_at_the_second_cell(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    cells(w, AT, NORTHERN, NORTHERN);
    cells(w, AT + 2, 0, NORTHERN);
    cells(w, AT + 4, NORTHERN, 0);
    command(w, S6151, SOUTHERN, AT + 1, AT + 3);
    expect_state(w, NO, STATE_UNVERIFIED, "R4.7.2");
    cells(w, AT + 4, 0, NORTHERN);
    expect_state(w, NO, STATE_MET, "R4.3");
    world_free(w);
}

static void r4_3_the_exemption_ends_whichever_cell_shows_a_stranger(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, UNLISTED);
    cells(w, AT, STRANGER, UNLISTED);
    expect_state(w, NO, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

static void r4_4_who_lost_it_at_the_commissioning_has_not_been_registered_since(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    const instant change = COMMISSIONED + 5 * DAY;

    (void)state;
    registered(w, COMMISSIONED - 9 * DAY, COMMISSIONED, BETA, NORTHERN);
    registered(w, COMMISSIONED, change, ALPHA, NORTHERN);
    registered(w, change, INSTANT_NONE, GAMMA, NORTHERN);
    cell(w, snapshot(w, COMMISSIONED + DAY), ROLE_SUPPLIER, DS, BETA);
    expect_state(w, SUPPL, STATE_NOT_MET, "R4.7.1");
    w->cells[0][0].subject = ALPHA;
    expect_state(w, SUPPL, STATE_NOT_APPLICABLE, "R4.4");
    w->registrations[1].effective_from = COMMISSIONED + 2 * DAY; /* nobody was, when it was commissioned */
    w->cells[0][0].subject = BETA;
    w->snapshots[0].taken_at = COMMISSIONED + 3 * DAY;
    expect_state(w, SUPPL, STATE_NOT_MET, "R4.7.1");
    world_free(w);
}

/* What one answer showed, and the answer that counts later does not: the looks about it are one run. */
static void r4_0_a_silent_look_that_a_later_answer_takes_back_ends_no_run(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);
    struct request_row *r;

    (void)state;
    registered(w, COMMISSIONED - DAY, INSTANT_NONE, ALPHA, NORTHERN);
    registered(w, AT + DAY, INSTANT_NONE, BETA, NORTHERN);
    do_all_but(w, BUT(NETWORK_OPERATOR_CREDENTIALS));
    for (unsigned i = 0; i < 2; i++) {
        (void)cells(w, AT + (instant)i * 2 * DAY, NORTHERN, NORTHERN);
        w->cells[i][0].key_id = 1;
        r = told(answer(request(w, S6151, ALPHA, AT), AT + HOUR + (instant)i * 3 * DAY, "I0", "Perhaps"));
        r->id = (struct request_id){true, ALPHA, DEVICE, 7};
        r->outcome_count = 1;
        r->outcomes[0] = (struct cell_outcome){
            .role = i == 0 ? ROLE_NETWORK_OPERATOR : ROLE_LOAD_CONTROLLER, .key_usage = DS, .new_key_id = 2};
    }
    expect_reasons(w, "UNRECOGNISED_STATUS;CERTIFICATE_EVIDENCE");
    (void)cells(w, AT + 2 * DAY, NORTHERN, NORTHERN); /* two looks at that instant, both the same as the first */
    w->cells[2][0].key_id = 1;
    expect_reasons(w, "UNRECOGNISED_STATUS;CERTIFICATE_EVIDENCE");
    w->records.request_count--; /* nothing takes it back: what was seen after it was first seen after the change */
    expect_reasons(w, "UNRECOGNISED_STATUS;CHANGE_OF_SUPPLIER;CERTIFICATE_EVIDENCE");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r4_4_a_switch_at_the_commissioning_itself_is_no_change),
        cmocka_unit_test(r4_0_a_look_carries_on_what_it_does_not_contradict),
        cmocka_unit_test(r4_0_the_owner_of_a_certificate_is_one_of_its_fields),
        cmocka_unit_test(r4_0_a_look_that_says_nothing_and_does_not_repeat_breaks_the_run),
        cmocka_unit_test(r4_0_a_success_made_between_two_looks_that_show_the_same_is_belied),
        cmocka_unit_test(r4_0_a_cell_that_tells_only_its_key),
        cmocka_unit_test(r4_0_of_two_certificates_of_one_instant_the_disproving_one_decides),
        cmocka_unit_test(r4_1_an_issued_certificate_shows_the_key_pair_and_nothing_else),
        cmocka_unit_test(r6_issued_certificates_are_what_cleared_it),
        cmocka_unit_test(r4_2_a_success_about_the_time_of_a_disproving_look),
        cmocka_unit_test(r4_2_one_unclear_success_is_about_one_usage),
        cmocka_unit_test(r4_2_a_success_that_covers_one_usage_does_not_leave_the_other_unclear),
        cmocka_unit_test(r4_2_a_typed_success_accounts_for_its_proof_first),
        cmocka_unit_test(r4_7_of_untyped_time_outs_a_proof_is_served_by_the_first),
        cmocka_unit_test(r4_2_factory_certificates_are_those_before_the_first_commissioning),
        cmocka_unit_test(r4_3_what_a_success_tells_depends_on_its_sender),
        cmocka_unit_test(r4_3_of_the_successes_that_outweigh_the_look_the_latest_decides),
        cmocka_unit_test(r4_3_a_strangers_success_about_the_time_of_a_proving_look),
        cmocka_unit_test(r4_3_a_strangers_success_is_reason_to_be_unclear_and_belies_nothing),
        cmocka_unit_test(r4_3_a_placeholder_is_wrong_whoever_the_operator_is),
        cmocka_unit_test(r4_3_the_exemption_ends_where_a_stranger_is_seen),
        cmocka_unit_test(r4_4_any_party_that_lost_the_device_has_a_grace_of_its_own),
        cmocka_unit_test(r4_4_a_party_that_lost_it_twice_has_the_later_grace),
        cmocka_unit_test(r4_2_typed_successes_about_the_time_of_the_look),
        cmocka_unit_test(r4_2_a_certificate_that_a_request_sent_by_its_key_alone),
        cmocka_unit_test(r4_7_4_the_proving_look_and_no_other_is_asked_whether_it_showed_the_part),
        cmocka_unit_test(r4_6_a_recovery_cell_that_names_nobody_says_nothing),
        cmocka_unit_test(r4_0_a_command_claims_nothing_before_it_is_executed),
        cmocka_unit_test(r4_7_while_a_future_dated_command_waits_there_is_only_to_wait),
        cmocka_unit_test(r4_4_a_change_of_the_operator_alone_gives_nobody_a_grace),
        cmocka_unit_test(r4_4_a_look_older_than_the_change_tells_of_strangers_only),
        cmocka_unit_test(r4_0_a_look_of_two_values_is_carried_on_by_either),
        cmocka_unit_test(r4_0_outcomes_are_dated_by_the_answer_that_carried_them),
        cmocka_unit_test(r4_3_of_two_made_at_one_instant_the_one_that_names_the_role_decides),
        cmocka_unit_test(r4_3_a_strangers_success_about_the_time_of_the_look_at_the_second_cell),
        cmocka_unit_test(r4_3_the_exemption_ends_whichever_cell_shows_a_stranger),
        cmocka_unit_test(r4_4_who_lost_it_at_the_commissioning_has_not_been_registered_since),
        cmocka_unit_test(r4_0_a_silent_look_that_a_later_answer_takes_back_ends_no_run),
    };

    return cmocka_run_group_tests_name("looks", tests, NULL, NULL);
}
