/* R5: completed_at is what asking at every instant would find. Random small stories, the same in every run. */
#include "facts.h"

#define STORIES 5000
#define STEPS   40 /* instants of a story, an hour apart, from an hour before the Commissioning */

static uint64_t seed = 1;

static unsigned roll(unsigned sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % sides;
}

static instant some_instant(void)
{
    return COMMISSIONED + ((int)roll(STEPS) - 1) * HOUR;
}

static void random_request(struct world *w)
{
    static const srv_code srvs[] = {S617, S6152, S6151, S621, S623, S6152};
    static const uint64_t users[] = {ALPHA, BETA, BROKER};
    static const enum key_usage usages[] = {KEY_NONE, DS, KA};
    static const enum party_role roles[] = {ROLE_NONE, ROLE_SUPPLIER, ROLE_NETWORK_OPERATOR};
    static const char *const codes[] = {"I0", "I0", "I0", "", "I99", "E20", "E4", "8F66", "8F67"};
    static const char *const statuses[] = {"Success", "Success", "Success", "", "Failure", "Perhaps"};
    struct request_row *r = request(w, srvs[roll(6)], users[roll(3)], some_instant());

    r->credential_type = usages[roll(3)];
    r->remote_party_role = roles[roll(3)];
    r->id = (struct request_id){true, r->user_id, DEVICE, w->records.request_count};
    if (w->records.request_count > 1 && roll(3) == 0) { /* another row of the request before */
        r->id = r[-1].id;
        r->srv = r[-1].srv;
        r->user_id = r[-1].user_id;
    }
    if (roll(8) > 0)
        answer(r, r->requested_at + roll(4) * HOUR, codes[roll(9)], statuses[roll(6)]);
    if (roll(6) == 0)
        r->execution_at = r->requested_at + roll(6) * HOUR;
    if (roll(12) == 0)
        r->command_variant = 4;
    if (roll(6) == 0) {
        r->outcome_count = 1;
        r->outcomes[0] = (struct cell_outcome){
            .role = roles[1 + roll(2)], .key_usage = usages[1 + roll(2)], .new_subject = roll(2) ? ALPHA : NORTHERN};
    }
}

static void random_snapshot(struct world *w, instant at)
{
    static const uint64_t subjects[] = {NORTHERN, NORTHERN, NORTHERN, ALPHA, BETA, SOUTHERN};
    struct snapshot *s = snapshot(w, at);

    for (unsigned usage = DS; usage <= KA; usage++) {
        if (roll(2))
            cell(w, s, ROLE_NETWORK_OPERATOR, usage, subjects[roll(6)]);
        if (roll(3) == 0)
            cell(w, s, ROLE_SUPPLIER, usage, roll(4) ? ALPHA : BETA);
        if (roll(2))
            cert(w, s, usage, roll(4) ? COMMISSIONED : COMMISSIONED - 9 * DAY);
    }
}

static struct world *random_story(void)
{
    static const uint64_t operators[] = {NORTHERN, NORTHERN, NORTHERN, UNLISTED, 0};
    struct world *w = bare_world(DEVICE_ESME);
    instant at = COMMISSIONED - HOUR;

    w->revised.cos_grace_ms = 6 * HOUR;
    w->revised.response_window_ms = 3 * HOUR;
    registered(w, COMMISSIONED - DAY, roll(4) ? INSTANT_NONE : some_instant(), ALPHA, operators[roll(5)]);
    if (roll(3) == 0) { /* without a gap, of which is known only in hindsight that the one before went on in it */
        const instant ends = w->registrations[0].effective_to;
        const instant from = COMMISSIONED + (int)roll(STEPS) * HOUR;

        registered(w, ends != INSTANT_NONE && ends < from ? ends : from, INSTANT_NONE, BETA, operators[roll(5)]);
    }
    for (unsigned n = roll(12); n > 0; n--)
        random_request(w);
    for (unsigned n = roll(4); n > 0; n--)
        random_snapshot(w, at += (int)roll(STEPS / 4) * HOUR);
    check(w, CHECK_RECOVERY_CELL, COMMISSIONED + HOUR, RESULT_PASS);
    if (roll(3) == 0)
        check(w, CHECK_COMMUNICATING, COMMISSIONED + (int)roll(STEPS) * HOUR, RESULT_FAIL);
    if (roll(2)) /* often nearly complete */
        do_all_but(w, roll(8) << OBLIGATION_ISSUE_CREDENTIALS);
    for (size_t i = 1; i < w->records.check_count; i++) /* in the order of time, as they are unpacked */
        for (size_t j = i; j > 0 && w->checks[j].checked_at < w->checks[j - 1].checked_at; j--) {
            const struct check_row later = w->checks[j - 1];

            w->checks[j - 1] = w->checks[j];
            w->checks[j] = later;
        }
    return w;
}

/* The start of the unbroken run of PASS up to as_of, by asking at every millisecond that can matter. */
static instant asked_at_every_instant(struct world *w, instant as_of)
{
    instant since = INSTANT_NONE;

    for (int step = 0; step <= 2 * STEPS; step++) {
        for (int ms = 0; ms < 2; ms++) { /* a window or grace ends a millisecond after the hour */
            const instant at = COMMISSIONED + step * HOUR + ms;

            if (at > as_of)
                return since;
            if (judged_at(w, at)->verdict != VERDICT_PASS)
                since = INSTANT_NONE;
            else if (since == INSTANT_NONE)
                since = at;
        }
    }
    return since;
}

static void r5_completed_at_is_what_asking_at_every_instant_finds(void **state)
{
    const instant as_of = COMMISSIONED + STEPS * HOUR;
    unsigned passed = 0;

    (void)state;
    for (int i = 0; i < STORIES; i++) {
        struct world *w = random_story();

        if (judged_at(w, as_of)->verdict == VERDICT_PASS) {
            const instant completed_at = w->j.completed_at;

            passed++;
            assert_int_equal(completed_at, asked_at_every_instant(w, as_of));
        }
        world_free(w);
    }
    assert_in_range(passed, STORIES / 50, STORIES); /* else the stories show nothing */
}

static struct judgement judged_in(struct world *w, struct judge_scratch *scratch)
{
    const struct judge_context ctx = context_of(w);
    struct judgement j;

    judge_device(facts_of(w), &ctx, scratch, &j);
    return j;
}

static void assert_same_judgement(const struct judgement *a, const struct judgement *b)
{
    assert_int_equal(a->verdict, b->verdict);
    assert_int_equal(a->legacy_verdict, b->legacy_verdict);
    assert_int_equal(a->completed_at, b->completed_at);
    assert_true(a->reasons == b->reasons);
    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        const struct obligation_judgement *x = &a->obligations[o], *y = &b->obligations[o];

        assert_int_equal(x->state, y->state);
        assert_int_equal(x->rule, y->rule);
        assert_int_equal(x->legacy_met, y->legacy_met);
        assert_true(x->reasons == y->reasons);
        assert_int_equal(x->action.kind, y->action.kind);
        assert_int_equal(x->action.srv, y->action.srv);
        assert_int_equal(x->ref_count, y->ref_count);
        for (size_t i = 0; i < x->ref_count; i++) {
            assert_int_equal(x->refs[i].kind, y->refs[i].kind);
            assert_int_equal(x->refs[i].index, y->refs[i].index);
        }
    }
}

/* The scratch memory is that of the Device before: nothing of what it left may count. */
static void r5_what_another_device_left_in_the_scratch_memory_changes_nothing(void **state)
{
    struct judge_scratch used = {.size = (size_t)1 << 20}, fresh = {.size = (size_t)1 << 20};

    (void)state;
    used.ptr = malloc(used.size);
    for (int i = 0; i < STORIES / 5; i++) {
        struct world *before = random_story(), *w = random_story();
        struct judgement a, b;

        before->as_of = w->as_of = COMMISSIONED + STEPS * HOUR;
        assert_in_range(judge_scratch_size(&before->facts), 0, used.size);
        (void)judged_in(before, &used);
        fresh.ptr = calloc(1, fresh.size);
        a = judged_in(w, &fresh);
        b = judged_in(w, &used);
        assert_same_judgement(&a, &b);
        free(fresh.ptr);
        world_free(before);
        world_free(w);
    }
    free(used.ptr);
}

/* More reads than MANY_REQUESTS, of which most are left out: each alone, some of another row, before the Device counts,
 * refused, or in no hurry to be answered. */
static struct world *story_of_many_reads(void)
{
    static const srv_code srvs[] = {SRV(4, 1, 1), SRV(6, 24, 1), SRV(8, 1, 1), SRV(99, 1, 0), 0};
    static const char *const codes[] = {"I0", "I0", "I0", "", "E20", "8F66"};
    static const char *const statuses[] = {"Success", "", "Failure"};
    struct world *w = random_story();
    const uint64_t first = w->records.request_count;

    w->revised.before_ms = (int)roll(2) * DAY;
    for (unsigned n = 0; n < 80; n++) {
        struct request_row *r = request(w, srvs[roll(5)], roll(2) ? ALPHA : BETA, some_instant() - (int)roll(3) * DAY);

        r->id = (struct request_id){true, r->user_id, DEVICE, 1000 + first + n};
        if (n > 0 && roll(8) == 0)
            r->id.counter = r[-1].id.counter;
        if (roll(20) > 0)
            answer(r, r->requested_at + roll(4) * HOUR, codes[roll(6)], statuses[roll(3)]);
    }
    while (w->records.check_count > 0 && roll(2)) /* no check, or none that comes late */
        w->records.check_count--;
    return w;
}

/* A read that is to be executed at once is made when it is requested, and is not left out. */
static void keep_all_reads(struct world *w)
{
    for (size_t i = 0; i < w->records.request_count; i++)
        if (w->requests[i].execution_at == INSTANT_NONE && w->requests[i].id.counter >= 1000)
            w->requests[i].execution_at = w->requests[i].requested_at;
}

static void r4_5_of_many_answers_between_two_checks_the_first_and_the_last_tell_all(void **state)
{
    struct judge_scratch scratch = {.size = (size_t)1 << 20};
    unsigned passed = 0, rests = 0;

    (void)state;
    scratch.ptr = malloc(scratch.size);
    for (int i = 0; i < STORIES; i++) {
        struct world *w = story_of_many_reads();
        struct judgement some, all;

        w->as_of = COMMISSIONED + (int)roll(STEPS) * HOUR;
        some = judged_in(w, &scratch);
        keep_all_reads(w);
        all = judged_in(w, &scratch);
        assert_same_judgement(&some, &all);
        passed += some.verdict == VERDICT_PASS;
        rests += some.obligations[OBLIGATION_COMMUNICATING].ref_count > 0;
        world_free(w);
    }
    assert_in_range(passed, STORIES / 50, STORIES);
    assert_in_range(rests, STORIES / 4, STORIES);
    free(scratch.ptr);
}

/* One that came before commissioning is not the first. */
static void r4_5_the_first_of_many_answers_since_commissioning_completes(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        if (o != OBLIGATION_COMMUNICATING)
            w->revised.terms[DEVICE_ESME][o].owed_by = OWED_BY_NONE;
    w->revised.before_ms = DAY;
    for (int n = 0; n < 80; n++) {
        struct request_row *r = success(w, SRV(4, 1, 1), ALPHA, COMMISSIONED + (n == 0 ? -2 : 4 + n) * HOUR);

        r->id = (struct request_id){true, ALPHA, DEVICE, (uint64_t)n + 1};
    }
    assert_int_equal(judged_at(w, COMMISSIONED + STEPS * DAY)->verdict, VERDICT_PASS);
    assert_int_equal(w->j.completed_at, COMMISSIONED + 6 * HOUR);
    for (unsigned n = 20; n < 26; n++) { /* three answered twice, of which the first was heard of before all others */
        static const int answered[] = {1, 50, 30, 40, 60, 61};

        w->requests[n].id.counter = 1000 + n / 2;
        w->requests[n].requested_at = COMMISSIONED;
        w->requests[n].responded_at = COMMISSIONED + answered[n - 20] * HOUR;
    }
    assert_int_equal(judged(w)->completed_at, COMMISSIONED + HOUR);
    world_free(w);
}

/* The second was answered, before it was to be executed, when the second row of the first was. */
static void r4_5_an_answer_counts_whenever_another_request_was_answered(void **state)
{
    struct world *w = bare_world(DEVICE_ESME);

    (void)state;
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        if (o != OBLIGATION_COMMUNICATING)
            w->revised.terms[DEVICE_ESME][o].owed_by = OWED_BY_NONE;
    for (int n = 1; n <= 2; n++)
        answer(request(w, SRV(4, 1, 1), ALPHA, COMMISSIONED), COMMISSIONED + n * HOUR, "E20", "")->id =
            (struct request_id){true, ALPHA, DEVICE, 1};
    answer(request(w, SRV(4, 1, 1), ALPHA, COMMISSIONED + HOUR), COMMISSIONED + 2 * HOUR, "8F66", "")->execution_at =
        COMMISSIONED + 5 * HOUR;
    w->requests[2].id = (struct request_id){true, ALPHA, DEVICE, 2};
    assert_int_equal(judged(w)->completed_at, COMMISSIONED + 2 * HOUR);
    world_free(w);
}

/* The fewest of which some are left out, and the most of which none is. */
static void r5_many_requests_and_few_are_judged_alike(void **state)
{
    (void)state;
    for (size_t count = 63; count <= 65; count++) {
        struct world *w = world_of(DEVICE_ESME);

        do_all_but(w, 0);
        while (w->records.request_count < count)
            success(w, SRV(4, 1, 1), ALPHA, COMMISSIONED + DAY);
        expect_verdicts(w, VERDICT_PASS, VERDICT_PASS);
        assert_int_equal(w->j.completed_at, COMMISSIONED + 5 * HOUR);
        world_free(w);
    }
}

static void r2_1_a_cancelled_read_among_many_is_no_answer_of_the_device(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    struct request_row *read;

    (void)state;
    for (int n = 0; n < 80; n++)
        request(w, SRV(4, 1, 1), ALPHA, COMMISSIONED + n * HOUR);
    read = answer(request(w, SRV(4, 1, 1), ALPHA, COMMISSIONED + 90 * HOUR), COMMISSIONED + 99 * HOUR, "I0", "");
    read->execution_at = read->responded_at;
    expect_state(w, OBLIGATION_COMMUNICATING, STATE_MET, "R4.5");
    success(w, read->srv, ALPHA, COMMISSIONED + 92 * HOUR)->execution_at = INT64_C(32535129600) * INSTANT_SECOND;
    expect_state(w, OBLIGATION_COMMUNICATING, STATE_UNVERIFIED, "R4.5");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r5_completed_at_is_what_asking_at_every_instant_finds),
        cmocka_unit_test(r5_what_another_device_left_in_the_scratch_memory_changes_nothing),
        cmocka_unit_test(r4_5_of_many_answers_between_two_checks_the_first_and_the_last_tell_all),
        cmocka_unit_test(r4_5_the_first_of_many_answers_since_commissioning_completes),
        cmocka_unit_test(r4_5_an_answer_counts_whenever_another_request_was_answered),
        cmocka_unit_test(r5_many_requests_and_few_are_judged_alike),
        cmocka_unit_test(r2_1_a_cancelled_read_among_many_is_no_answer_of_the_device),
    };

    return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
