/* R4.0 to R4.2: key pairs and device certificates. */
#include "facts.h"

#define AT    (COMMISSIONED + DAY)
#define ISSUE OBLIGATION_ISSUE_CREDENTIALS
#define CERTS OBLIGATION_DEVICE_CERTIFICATES

/* What is known of a usage: N nothing, P proved, D disproved, at a time; successes are typed d, k or untyped u. All at
 * hours after the Commissioning; a success is dated by its answer. */
static struct certificate_case {
    const char *name;
    struct {
        char what; /* 'P' or 'D' shows a new or old certificate, 0 ends */
        enum key_usage usage;
        int hour;
    } evidence[4];
    struct {
        char what;
        int hour; /* when it was made; answered within a minute */
    } successes[4];
    enum obligation_state want;
    const char *rule;
} cases[] = {
    {"R4.2 both usages proved", {{'P', DS, 10}, {'P', KA, 10}}, {{0}}, STATE_MET, "R4.2"},
    {"R4.2 both typed successes", {{0}}, {{'d', 5}, {'k', 6}}, STATE_MET, "R4.2"},
    {"R4.2 one typed success is not both", {{0}}, {{'d', 5}, {'d', 6}}, STATE_NOT_ATTEMPTED, "R4.7.6"},
    {"R4.2 two untyped successes", {{0}}, {{'u', 5}, {'u', 5}}, STATE_MET, "R4.2"},
    {"R4.2 one untyped success is too few", {{0}}, {{'u', 5}}, STATE_NOT_ATTEMPTED, "R4.7.6"},
    {"R4.2 a typed and an untyped success", {{0}}, {{'k', 5}, {'u', 6}}, STATE_MET, "R4.2"},
    {"R4.2 one proved, an untyped success served it", {{'P', DS, 10}}, {{'u', 10}}, STATE_UNVERIFIED, "R4.7.4"},
    {"R4.2 one proved, an untyped success after it", {{'P', DS, 10}}, {{'u', 11}}, STATE_MET, "R4.2"},
    {"R4.2 one proved, two untyped successes before", {{'P', KA, 10}}, {{'u', 5}, {'u', 6}}, STATE_MET, "R4.2"},
    {"R4.2 disproved after a typed success", {{'D', DS, 10}, {'P', KA, 10}}, {{'d', 10}}, STATE_NOT_MET, "R4.7.1"},
    {"R4.2 a typed success after the disproof", {{'D', DS, 10}, {'P', KA, 10}}, {{'d', 11}}, STATE_MET, "R4.2"},
    {"R4.2 an untyped success before the disproof",
     {{'D', DS, 10}, {'P', KA, 10}},
     {{'u', 5}, {'u', 6}},
     STATE_NOT_MET,
     "R4.7.1"},
    {"R4.2 an untyped success after the disproof", {{'D', DS, 10}, {'P', KA, 10}}, {{'u', 11}}, STATE_MET, "R4.2"},
    {"R4.2 served the proved one first, though after the disproof",
     {{'D', DS, 10}, {'P', KA, 12}},
     {{'u', 11}},
     STATE_NOT_MET,
     "R4.7.1"},
    {"R4.2 the second serves the disproved one",
     {{'D', DS, 10}, {'P', KA, 12}},
     {{'u', 9}, {'u', 11}},
     STATE_MET,
     "R4.2"},
    {"R4.2 a usage without evidence before a disproved one", {{'D', DS, 10}}, {{'u', 11}}, STATE_NOT_MET, "R4.7.1"},
    {"R4.2 then the disproved one", {{'D', DS, 10}}, {{'u', 5}, {'u', 11}}, STATE_MET, "R4.2"},
    {"R4.2 the later of two is before the disproof", {{'D', DS, 10}}, {{'u', 5}, {'u', 10}}, STATE_NOT_MET, "R4.7.1"},
    {"R4.2 a typed usage leaves the untyped one to the disproved",
     {{'D', DS, 10}},
     {{'k', 5}, {'u', 11}},
     STATE_MET,
     "R4.2"},
    {"R4.2 both disproved, two later successes",
     {{'D', DS, 10}, {'D', KA, 12}},
     {{'u', 11}, {'u', 13}},
     STATE_MET,
     "R4.2"},
    {"R4.2 both disproved the other way round",
     {{'D', KA, 10}, {'D', DS, 12}},
     {{'u', 11}, {'u', 13}},
     STATE_MET,
     "R4.2"},
    {"R4.2 both disproved, one later success", {{'D', DS, 10}, {'D', KA, 12}}, {{'u', 13}}, STATE_NOT_MET, "R4.7.1"},
    {"R4.2 both disproved, one success too early",
     {{'D', DS, 10}, {'D', KA, 12}},
     {{'u', 10}, {'u', 13}},
     STATE_NOT_MET,
     "R4.7.1"},
    {"R4.2 both disproved, no success late enough",
     {{'D', DS, 10}, {'D', KA, 12}},
     {{'u', 11}, {'u', 12}},
     STATE_NOT_MET,
     "R4.7.1"},
    {"R4.2 both disproved, all before", {{'D', DS, 10}, {'D', KA, 12}}, {{'u', 5}}, STATE_NOT_MET, "R4.7.1"},
    {"R4.0 the latest evidence decides", {{'P', DS, 10}, {'P', KA, 10}, {'D', KA, 11}}, {{0}}, STATE_NOT_MET, "R4.7.1"},
    {"R4.0 and may clear again", {{'P', DS, 10}, {'D', KA, 10}, {'P', KA, 11}}, {{0}}, STATE_MET, "R4.2"},
    {"R4.0 at one instant disproof outweighs proof",
     {{'P', DS, 10}, {'D', KA, 10}, {'P', KA, 10}},
     {{0}},
     STATE_NOT_MET,
     "R4.7.1"},
};

static void check_case(void **state)
{
    const struct certificate_case *c = *state;
    struct world *w = world_of(DEVICE_ESME);

    for (size_t i = 0; i < 4 && c->evidence[i].what != 0; i++)
        cert(w, snapshot(w, COMMISSIONED + c->evidence[i].hour * HOUR), c->evidence[i].usage,
             c->evidence[i].what == 'P' ? COMMISSIONED : COMMISSIONED - 2 * DAY);
    for (size_t i = 0; i < 4 && c->successes[i].what != 0; i++) {
        struct request_row *r = success(w, S6152, BETA, COMMISSIONED + c->successes[i].hour * HOUR);

        r->responded_at = r->requested_at + 60 * INSTANT_SECOND;
        r->credential_type = c->successes[i].what == 'd' ? DS : c->successes[i].what == 'k' ? KA : KEY_NONE;
        r->id = (struct request_id){true, BETA, DEVICE, i}; /* distinct, though alike */
    }
    expect_state(w, CERTS, c->want, c->rule);
    world_free(w);
}

static void r4_1_needs_both_usages(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    success(w, S617, ALPHA, AT)->credential_type = DS;
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    success(w, S617, BETA, AT); /* untyped, by whomever */
    expect_state(w, ISSUE, STATE_MET, "R4.1");
    assert_int_equal(w->j.obligations[ISSUE].ref_count, 2);
    world_free(w);
}

static void r4_1_is_implied_by_device_certificates(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    success(w, S6152, ALPHA, AT);
    success(w, S6152, ALPHA, AT + 1);
    expect_state(w, ISSUE, STATE_MET, "R4.1");
    assert_int_equal(w->j.obligations[ISSUE].reasons, REASON_BIT(REASON_NOT_LOGGED) | REASON_BIT(REASON_IMPLIED));
    assert_int_equal(w->j.obligations[ISSUE].ref_count, 2);
    w->revised.terms[DEVICE_ESME][CERTS].owed_by = OWED_BY_NONE; /* nothing then implies it */
    expect_state(w, ISSUE, STATE_NOT_ATTEMPTED, "R4.7.6");
    expect_state(w, CERTS, STATE_NOT_APPLICABLE, "R4.2");
    world_free(w);
}

/* One certificate, the other usage proved: what does it show? */
static void r4_2_what_a_certificate_shows(void **state)
{
    static const struct {
        instant not_before;
        uint64_t subject, key_id;
        const char *serial;
        enum obligation_state want;
    } shown[] = {
        {COMMISSIONED - DAY, DEVICE, 0, "", STATE_MET},            /* no earlier than 24 hours before */
        {COMMISSIONED - DAY - 1, DEVICE, 0, "", STATE_NOT_MET},    /* an earlier one */
        {COMMISSIONED, 0, 0, "", STATE_MET},                       /* subject not told */
        {COMMISSIONED, DEVICE + 1, 0, "", STATE_NOT_MET},          /* of another Device */
        {INSTANT_NONE, DEVICE, 0, "", STATE_NOT_ATTEMPTED},        /* proves nothing */
        {INSTANT_NONE, DEVICE, 0, "77", STATE_MET},                /* sent: same serial */
        {INSTANT_NONE, DEVICE, 88, "", STATE_MET},                 /* sent: same key identifier */
        {COMMISSIONED - 9 * DAY, DEVICE, 88, "1", STATE_MET},      /* sent, though older */
        {INSTANT_NONE, DEVICE, 99, "78", STATE_NOT_ATTEMPTED},     /* never sent */
        {COMMISSIONED - 9 * DAY, DEVICE, 66, "66", STATE_NOT_MET}, /* sent before the Commissioning only */
        {INSTANT_NONE, DEVICE, 55, "55", STATE_NOT_ATTEMPTED},     /* sent after as-of only */
        {INSTANT_NONE, DEVICE, 44, "44", STATE_NOT_ATTEMPTED},     /* carried by another SRV */
        {INSTANT_NONE, DEVICE, 33, "33", STATE_NOT_ATTEMPTED},     /* by a row of a request that is later than as-of */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct snapshot *s = snapshot(w, AT);
        struct device_cert *c = cert(w, s, DS, shown[i].not_before);
        struct request_row *r;

        c->subject = shown[i].subject;
        c->serial = text_of(shown[i].serial);
        c->key_id = shown[i].key_id;
        cert(w, s, KA, COMMISSIONED);
        cert(w, s, KEY_KEY_CERT_SIGN, COMMISSIONED - 9 * DAY);            /* no usage of a Device */
        r = answer(request(w, S6152, ALPHA, COMMISSIONED), AT, "E4", ""); /* whatever became of it */
        r->sent_serial = TEXT_LITERAL("77");
        r->sent_key_id = 88;
        r->credential_type = KA;
        r = request(w, S6152, ALPHA, COMMISSIONED - DAY - 1);
        r->sent_serial = TEXT_LITERAL("66");
        r = request(w, S6152, ALPHA, w->as_of + 1);
        r->sent_key_id = 55;
        r = request(w, S617, ALPHA, AT);
        r->sent_key_id = 44;
        r = request(w, S6152, ALPHA, AT);
        r->id = (struct request_id){true, ALPHA, DEVICE, 1};
        r->credential_type = KA;
        r = request(w, S6152, ALPHA, w->as_of + 1);
        r->id = (struct request_id){true, ALPHA, DEVICE, 1};
        r->sent_key_id = 33;
        judged(w);
        assert_string_equal(obligation_state_word(w->j.obligations[CERTS].state), obligation_state_word(shown[i].want));
        world_free(w);
    }
}

static void r4_0_snapshots_outside_the_time_or_unanswered_count_for_nothing(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    static const instant at[] = {COMMISSIONED - 1, COMMISSIONED + 31 * DAY, COMMISSIONED};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        struct snapshot *s = snapshot(w, at[i]);

        cert(w, s, DS, COMMISSIONED);
        cert(w, s, KA, COMMISSIONED);
        s->answered = i < 2;
    }
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->snapshots[2].answered = true; /* at the Commissioning itself */
    expect_state(w, CERTS, STATE_MET, "R4.2");
    assert_int_equal(w->j.obligations[CERTS].ref_count, 1);
    assert_int_equal(w->j.obligations[CERTS].refs[0].kind, EVIDENCE_SNAPSHOT);
    assert_int_equal(w->j.obligations[CERTS].refs[0].index, 2);
    world_free(w);
}

static void r1_requests_before_the_commissioning_do_not_count(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    success(w, S6152, ALPHA, COMMISSIONED - DAY - 1)->credential_type = DS;
    success(w, S6152, ALPHA, COMMISSIONED)->credential_type = KA;
    expect_state(w, CERTS, STATE_NOT_ATTEMPTED, "R4.7.6");
    w->requests[0].requested_at = COMMISSIONED - DAY; /* the inventory is told late */
    expect_state(w, CERTS, STATE_MET, "R4.2");
    world_free(w);
}

/* By its serial or its key, each where both give it; the last of several requests may be the one. */
static void r4_2_which_requests_sent_a_certificate(void **state)
{
    static const struct {
        const char *sent, *seen;
        uint64_t sent_key, seen_key;
        bool same;
    } certs[] = {
        {"5", "5", 0, 0, true},  {"5", "6", 0, 0, false}, {"", "", 7, 8, false},
        {"", "", 7, 7, true},    {"5", "", 0, 7, false},  {"5", "", 7, 7, true},
        {"5", "6", 0, 7, false}, {"5", "6", 7, 0, false}, {"", "6", 1, 1, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(certs); i++) {
        struct world *w = world_of(DEVICE_ESME);
        struct snapshot *s = snapshot(w, COMMISSIONED + DAY);
        struct device_cert *seen = cert(w, s, DS, INSTANT_NONE);

        cert(w, s, KA, COMMISSIONED);
        seen->serial = text_of(certs[i].seen);
        seen->key_id = certs[i].seen_key;
        for (unsigned k = 0; k < 2; k++) {
            struct request_row *r = request(w, S6152, ALPHA, COMMISSIONED + HOUR + k);

            r->sent_serial = k == 0 ? TEXT_LITERAL("other") : text_of(certs[i].sent);
            r->sent_key_id = k == 0 ? 99 : certs[i].sent_key;
            r->credential_type = KA;
        }
        judged(w);
        assert_int_equal(w->j.obligations[OBLIGATION_DEVICE_CERTIFICATES].state == STATE_MET, certs[i].same);
        world_free(w);
    }
}

static void r4_1_every_issued_certificate_shows_a_key_pair(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s = snapshot(w, COMMISSIONED);

    (void)state;
    s->source_name = TEXT_LITERAL("X.509 0123456789ABCDEF");
    s->answered = false;
    cert(w, s, DS, COMMISSIONED);
    expect_state(w, OBLIGATION_ISSUE_CREDENTIALS, STATE_NOT_ATTEMPTED, "R4.7.6");
    cert(w, s, KA, COMMISSIONED);
    expect_state(w, OBLIGATION_ISSUE_CREDENTIALS, STATE_MET, "R4.1");
    world_free(w);
}

/* Of two made at one instant the typed one did what is of its usage: the untyped one is left for the other. */
static void r4_2_refers_to_what_each_success_did(void **state)
{
    static const enum key_usage usages[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++)
        for (unsigned swapped = 0; swapped < 2; swapped++) { /* in the log in either order */
            struct world *w = world_of(DEVICE_ESME);
            const struct obligation_judgement *o = &w->j.obligations[OBLIGATION_DEVICE_CERTIFICATES];
            const uint32_t untyped = swapped ? 1 : 0;

            success(w, S6152, ALPHA, COMMISSIONED + HOUR);
            success(w, S6152, ALPHA, COMMISSIONED + HOUR);
            w->requests[1 - untyped].credential_type = usages[i];
            cert(w, snapshot(w, COMMISSIONED + DAY), usages[i], COMMISSIONED);
            expect_state(w, OBLIGATION_DEVICE_CERTIFICATES, STATE_MET, "R4.2");
            assert_int_equal(o->ref_count, 2);
            for (unsigned k = 0; k < 2; k++) { /* DS first */
                const bool proved = (k == 0) == (usages[i] == DS);

                assert_int_equal(o->refs[k].kind, proved ? EVIDENCE_SNAPSHOT : EVIDENCE_REQUEST);
                assert_int_equal(o->refs[k].index, proved ? 0 : untyped);
            }
            world_free(w);
        }
}

/* The first covers the usage without evidence, the second the one that was seen wrong. */
static void r4_2_refers_to_the_success_that_covers_each_usage(void **state)
{
    static const enum key_usage wrong[] = {DS, KA};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct world *w = world_of(DEVICE_ESME);
        const struct obligation_judgement *o = &w->j.obligations[OBLIGATION_DEVICE_CERTIFICATES];

        cert(w, snapshot(w, COMMISSIONED + HOUR), wrong[i], COMMISSIONED - 9 * DAY);
        success(w, S6152, ALPHA, COMMISSIONED + 2 * HOUR);
        success(w, S6152, ALPHA, COMMISSIONED + 3 * HOUR);
        expect_state(w, OBLIGATION_DEVICE_CERTIFICATES, STATE_MET, "R4.2");
        assert_int_equal(o->ref_count, 2);
        assert_int_equal(o->refs[0].index, wrong[i] == DS ? 1 : 0);
        assert_int_equal(o->refs[1].index, wrong[i] == DS ? 0 : 1);
        world_free(w);
    }
}

static void r4_1_refers_to_the_issued_certificate_of_each_usage(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    const struct obligation_judgement *o = &w->j.obligations[OBLIGATION_ISSUE_CREDENTIALS];

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct snapshot *s = snapshot(w, COMMISSIONED + i);

        s->source_name = TEXT_LITERAL("X.509 0123456789ABCDEF");
        s->answered = false;
        cert(w, s, i == 0 ? DS : KA, COMMISSIONED);
    }
    expect_state(w, OBLIGATION_ISSUE_CREDENTIALS, STATE_MET, "R4.1");
    assert_int_equal(o->ref_count, 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(o->refs[i].kind, EVIDENCE_SNAPSHOT);
        assert_int_equal(o->refs[i].index, i);
    }
    success(w, S617, ALPHA, COMMISSIONED + HOUR); /* then the request is what did it: of one of the two */
    expect_state(w, OBLIGATION_ISSUE_CREDENTIALS, STATE_MET, "R4.1");
    assert_int_equal(o->refs[0].kind, EVIDENCE_REQUEST);
    assert_int_equal(o->refs[1].kind, EVIDENCE_SNAPSHOT);
    assert_int_equal(o->refs[1].index, 1);
    world_free(w);
}

/* Told by whichever row of the request, and known from the instant on at which it is asked. */
static void r4_2_any_row_of_a_request_tells_what_it_sent(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct snapshot *s = snapshot(w, COMMISSIONED + DAY);

    (void)state;
    cert(w, s, KA, COMMISSIONED);
    cert(w, s, DS, INSTANT_NONE)->serial = TEXT_LITERAL("5");
    for (unsigned i = 0; i < 2; i++) {
        struct request_row *r = request(w, S6152, ALPHA, COMMISSIONED + DAY);

        r->id = (struct request_id){true, ALPHA, DEVICE, 7};
        r->credential_type = KA;
        r->sent_serial = i == 1 ? TEXT_LITERAL("5") : TEXT_LITERAL("");
    }
    expect_state(w, OBLIGATION_DEVICE_CERTIFICATES, STATE_MET, "R4.2");
    w->as_of = COMMISSIONED + DAY;
    expect_state(w, OBLIGATION_DEVICE_CERTIFICATES, STATE_MET, "R4.2");
    world_free(w);
}

/* Where they are not asked for. */
static void r4_a_state_is_the_same_without_its_references(void **state)
{
    struct world *w = world_of(DEVICE_ESME);

    (void)state;
    do_all_but(w, 0);
    w->without_refs = true;
    expect_verdicts(w, VERDICT_PASS, VERDICT_PASS);
    assert_int_equal(w->j.obligations[OBLIGATION_DEVICE_CERTIFICATES].ref_count, 0);
    w->without_refs = false;
    expect_verdicts(w, VERDICT_PASS, VERDICT_PASS);
    assert_int_equal(w->j.obligations[OBLIGATION_DEVICE_CERTIFICATES].ref_count, 2);
    world_free(w);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(r4_1_needs_both_usages),
        cmocka_unit_test(r4_1_is_implied_by_device_certificates),
        cmocka_unit_test(r4_2_what_a_certificate_shows),
        cmocka_unit_test(r4_0_snapshots_outside_the_time_or_unanswered_count_for_nothing),
        cmocka_unit_test(r1_requests_before_the_commissioning_do_not_count),
        cmocka_unit_test(r4_2_which_requests_sent_a_certificate),
        cmocka_unit_test(r4_1_every_issued_certificate_shows_a_key_pair),
        cmocka_unit_test(r4_2_refers_to_what_each_success_did),
        cmocka_unit_test(r4_2_refers_to_the_success_that_covers_each_usage),
        cmocka_unit_test(r4_1_refers_to_the_issued_certificate_of_each_usage),
        cmocka_unit_test(r4_2_any_row_of_a_request_tells_what_it_sent),
        cmocka_unit_test(r4_a_state_is_the_same_without_its_references),
    };
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(others)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, &cases[i]};
    memcpy(tests + ARRAY_LEN(cases), others, sizeof(others));
    return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
