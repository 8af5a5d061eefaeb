/* The table of stories. What is seen of each is decided here, and by no rule. */
#include "story_int.h"

#include "simulate/simulate.h"

#include <assert.h>
#include <string.h>

#define E   TYPE_BIT(DEVICE_ESME)
#define G   TYPE_BIT(DEVICE_GSME)
#define P   TYPE_BIT(DEVICE_GPF)
#define C   TYPE_BIT(DEVICE_CHF)
#define EP  (E | P)
#define EG  (E | G)
#define EGP (E | G | P)
#define GC  (G | C)
#define ALL (E | G | P | C)

#define BOTH(x)                                                                                                        \
    {                                                                                                                  \
        x, x                                                                                                           \
    }

/* clang-format off */
static const struct story stories[] = {
    {"all-done", ENDING_ORDINARY, ALL, 620, .look = LOOK_USUAL},
    {"key-retried", ENDING_ORDINARY, ALL, 40, .keys = {STEP_DONE, STEP_RETRIED}},
    {"certificate-retried", ENDING_ORDINARY, ALL, 40, .certificates = {STEP_RETRIED, STEP_DONE}},
    {"operator-credentials-retried", ENDING_ORDINARY, EP, 50, .operator = STEP_RETRIED},
    {"late", ENDING_ORDINARY, EP, 30, 25, .operator = STEP_LATE},
    {"late", ENDING_ORDINARY, GC, 20, 25, .certificates = {STEP_DONE, STEP_LATE}},
    {"future-dated", ENDING_ORDINARY, EP, 50, .operator = STEP_FUTURE},
    {"future-dated-and-cancelled", ENDING_ORDINARY, EP, 10, .operator = STEP_CANCELLED},
    {"future-dated-and-retried", ENDING_ORDINARY, EP, 10, .operator = STEP_FUTURE_RETRIED},
    {"repeat-refused", ENDING_ORDINARY, EP, 30, .operator = STEP_REPEATED},
    {"check-repeated", ENDING_ORDINARY, ALL, 20, .communicating = CHECK_FAILS_THEN_PASSES},
    {"check-without-result-repeated", ENDING_ORDINARY, ALL, 20, .communicating = CHECK_BLANK_THEN_PASSES,
     .recovery = CHECK_BLANK_THEN_PASSES},

    {"cancellation-refused", ENDING_ORDINARY, EP, 10, .operator = STEP_KEPT},
    {"renewed-by-another-operator-and-seen", ENDING_ORDINARY, EP, 10, 40, .turn = TURN_BY_OTHER, .look = LOOK_TWICE},
    {"answered-after-the-look-and-seen-again", ENDING_ORDINARY, EP, 10, 40, .operator = STEP_SKIPPED,
     .turn = TURN_DURING_LOOK, .earlier = HOLDS_SUPPLIER, .look = LOOK_TWICE},
    {"wrong-at-first", ENDING_ORDINARY, EP, 15, 40, .turn = TURN_AFTER_LOOK, .earlier = HOLDS_SUPPLIER},

    {"all-done-at-once", ENDING_YOUNG, ALL, 60, .look = LOOK_USUAL},
    {"waiting-for-an-answer", ENDING_YOUNG, EP, 15, .operator = STEP_WAITING, .undone = OWES_OPERATOR,
     .look = LOOK_NEVER, .undecidable = true},
    {"waiting-for-an-answer", ENDING_YOUNG, GC, 15, .certificates = BOTH(STEP_WAITING), .undone = OWES_CERTIFICATES,
     .look = LOOK_NEVER, .old = BOTH(true), .undecidable = true},
    {"not-begun", ENDING_YOUNG, ALL, 14, .keys = BOTH(STEP_SKIPPED), .certificates = BOTH(STEP_SKIPPED),
     .operator = STEP_SKIPPED, .undone = OWES_ISSUE | OWES_CERTIFICATES | OWES_OPERATOR, .look = LOOK_NEVER},
    {"timed-out-with-time-left", ENDING_YOUNG, EP, 6, .operator = STEP_TIMED_OUT, .undone = OWES_OPERATOR,
     .look = LOOK_NEVER, .undecidable = true},
    {"timed-out-with-time-left", ENDING_YOUNG, GC, 6, .certificates = BOTH(STEP_TIMED_OUT),
     .undone = OWES_CERTIFICATES, .look = LOOK_NEVER, .undecidable = true},
    {"done-though-timed-out-with-time-left", ENDING_YOUNG, EP, 5, .operator = STEP_TIMED_OUT, .look = LOOK_NEVER,
     .undecidable = true},

    {"second-certificate-timed-out", ENDING_FALSE_ALARM, ALL, 160, .certificates = {STEP_DONE, STEP_TIMED_OUT},
     .look = LOOK_SURE, .habit = HABIT_SECOND_CERTIFICATE},
    {"operator-credentials-timed-out", ENDING_FALSE_ALARM, EP, 120, .operator = STEP_TIMED_OUT, .look = LOOK_SURE},
    {"retry-refused", ENDING_FALSE_ALARM, EP, 60, .operator = STEP_RETRY_REFUSED, .look = LOOK_SURE},
    {"retry-refused", ENDING_FALSE_ALARM, GC, 60, .certificates = {STEP_DONE, STEP_RETRY_REFUSED}, .look = LOOK_SURE},
    {"empty-status", ENDING_FALSE_ALARM, EP, 130, .operator = STEP_EMPTY, .look = LOOK_SURE,
     .habit = HABIT_EMPTY_STATUS},
    {"empty-status", ENDING_FALSE_ALARM, GC, 130, .certificates = BOTH(STEP_EMPTY), .look = LOOK_SURE,
     .habit = HABIT_EMPTY_STATUS},
    {"unknown-answer", ENDING_FALSE_ALARM, EP, 20, .operator = STEP_UNKNOWN, .look = LOOK_SURE},
    {"unknown-answer", ENDING_FALSE_ALARM, GC, 20, .certificates = BOTH(STEP_UNKNOWN), .look = LOOK_SURE},
    {"change-of-supplier-before-completion", ENDING_FALSE_ALARM, EG, 130, 20, .certificates_by = BY_WINNER,
     .operator_by = BY_WINNER, .change = CHANGE_EARLY},
    {"change-of-supplier-seen-afterwards", ENDING_FALSE_ALARM, EG, 40, 20, .certificates = BOTH(STEP_SKIPPED),
     .look = LOOK_SURE, .change = CHANGE_EARLY},
    {"sent-by-another-supplier", ENDING_FALSE_ALARM, EG, 40, .certificates_by = BY_STRANGER,
     .operator_by = BY_STRANGER},
    {"sent-by-another-supplier", ENDING_FALSE_ALARM, P, 30, .operator_by = BY_STRANGER},
    {"handed-over-by-6.21", ENDING_FALSE_ALARM, P, 200, .operator_by = BY_HANDOVER},
    {"handed-over-by-6.21", ENDING_FALSE_ALARM, E, 60, .operator_by = BY_HANDOVER},
    {"key-answer-lost", ENDING_FALSE_ALARM, ALL, 40, .keys = {STEP_DONE, STEP_SKIPPED}},
    {"keys-timed-out", ENDING_FALSE_ALARM, ALL, 60, .keys = BOTH(STEP_TIMED_OUT)},
    {"never-logged-but-seen", ENDING_FALSE_ALARM, ALL, 30, .keys = BOTH(STEP_SKIPPED),
     .certificates = BOTH(STEP_SKIPPED), .look = LOOK_SURE},
    {"answered-after-failed-check", ENDING_FALSE_ALARM, ALL, 50, 20, .communicating = CHECK_FAILS_THEN_ANSWERS},
    {"commissioned-again", ENDING_FALSE_ALARM, EG, 40, 20, AGAIN_DAYS, .again = true, .keys = BOTH(STEP_SKIPPED),
     .certificates = BOTH(STEP_SKIPPED), .look = LOOK_SURE},
    {"told-late", ENDING_FALSE_ALARM, ALL, 40, .told_late = true},
    {"communications-check-without-result", ENDING_FALSE_ALARM, ALL, 60, .communicating = CHECK_BLANK},
    {"recovery-check-without-result", ENDING_FALSE_ALARM, ALL, 60, .recovery = CHECK_BLANK, .look = LOOK_SURE},
    {"recovery-cell-corrected", ENDING_FALSE_ALARM, ALL, 15, .recovery = CHECK_FAILS, .look = LOOK_SURE},
    {"operator-not-in-repository", ENDING_FALSE_ALARM, P, 90, .operator = STEP_SKIPPED, .independent = true,
     .cells = BOTH(HOLDS_DCC)},

    {"never-asked", ENDING_FAILURE, EP, 130, .operator = STEP_SKIPPED, .look = LOOK_NEVER,
     .cells = BOTH(HOLDS_SUPPLIER), .undone = OWES_OPERATOR},
    {"nothing-done", ENDING_FAILURE, ALL, 100, .keys = BOTH(STEP_SKIPPED), .certificates = BOTH(STEP_SKIPPED),
     .old = BOTH(true), .look = LOOK_NEVER, .undone = OWES_ISSUE | OWES_CERTIFICATES},
    {"rejected", ENDING_FAILURE, EP, 110, .operator = STEP_REJECTED, .cells = BOTH(HOLDS_SUPPLIER),
     .undone = OWES_OPERATOR},
    {"rejected", ENDING_FAILURE, GC, 110, .certificates = BOTH(STEP_REJECTED), .old = BOTH(true),
     .undone = OWES_CERTIFICATES},
    {"refused-by-the-device", ENDING_FAILURE, ALL, 120, .certificates = {STEP_DONE, STEP_FAILED}, .old = {false, true},
     .undone = OWES_CERTIFICATES},
    {"supplier-credentials-left", ENDING_FAILURE, EP, 110, .operator = STEP_SKIPPED, .look = LOOK_SURE,
     .cells = BOTH(HOLDS_SUPPLIER), .undone = OWES_OPERATOR},
    {"dcc-credentials-left", ENDING_FAILURE, EP, 80, .operator = STEP_SKIPPED, .look = LOOK_SURE,
     .cells = BOTH(HOLDS_DCC), .undone = OWES_OPERATOR},
    {"wrong-operator", ENDING_FAILURE, EP, 70, .operator = STEP_SKIPPED, .look = LOOK_SURE,
     .cells = BOTH(HOLDS_OTHER_OPERATOR), .undone = OWES_OPERATOR},
    {"unknown-owner", ENDING_FAILURE, EP, 50, .operator = STEP_SKIPPED, .look = LOOK_SURE,
     .cells = BOTH(HOLDS_NOBODY), .undone = OWES_OPERATOR},
    {"to-be-executed-later", ENDING_FAILURE, EP, 40, .operator = STEP_FUTURE_OPEN, .look = LOOK_NEVER,
     .cells = BOTH(HOLDS_SUPPLIER), .undone = OWES_OPERATOR},
    {"half-a-replacement", ENDING_FAILURE, EP, 50, .operator = STEP_FAILED, .look = LOOK_SURE,
     .cells = {HOLDS_OPERATOR, HOLDS_SUPPLIER}, .undone = OWES_OPERATOR},
    {"manufacturer-certificates-left", ENDING_FAILURE, ALL, 100, .certificates = BOTH(STEP_SKIPPED),
     .old = BOTH(true), .look = LOOK_SURE, .undone = OWES_CERTIFICATES},
    {"done-before-commissioning", ENDING_FAILURE, ALL, 50, .too_early = true, .old = BOTH(true),
     .undone = OWES_ISSUE | OWES_CERTIFICATES},
    {"never-signed", ENDING_FAILURE, EP, 40, .operator = STEP_TRANSFORMED, .cells = BOTH(HOLDS_SUPPLIER),
     .undone = OWES_OPERATOR},
    {"cancelled", ENDING_FAILURE, EP, 30, .operator = STEP_WITHDRAWN, .cells = BOTH(HOLDS_SUPPLIER),
     .undone = OWES_OPERATOR},
    {"recovery-cell-lost", ENDING_FAILURE, ALL, 30, .recovery = CHECK_PASSES_THEN_FAILS, .recovery_wrong = true,
     .undone = OWES_RECOVERY},
    {"recovery-cell-wrong", ENDING_FAILURE, ALL, 80, .recovery = CHECK_FAILS, .recovery_wrong = true,
     .undone = OWES_RECOVERY},
    {"silent", ENDING_FAILURE, ALL, 150, 14, .communicating = CHECK_FAILS, .silent = true, .look = LOOK_NEVER,
     .undone = OWES_COMMUNICATING},

    {"silent-later", ENDING_FAILURE, ALL, 50, 14, .communicating = CHECK_PASSES_THEN_FAILS, .silent = true,
     .look = LOOK_NEVER, .undone = OWES_COMMUNICATING},

    {"certificates-contradicted", ENDING_MISSED, ALL, 70, .old = BOTH(true), .look = LOOK_SURE,
     .undone = OWES_CERTIFICATES},
    {"one-certificate-contradicted", ENDING_MISSED, ALL, 30, .old = {false, true}, .look = LOOK_SURE,
     .undone = OWES_CERTIFICATES},
    {"operator-credentials-contradicted", ENDING_MISSED, EP, 50, .cells = BOTH(HOLDS_SUPPLIER), .look = LOOK_SURE,
     .undone = OWES_OPERATOR},
    {"wrong-operator-contradicts", ENDING_MISSED, EP, 30, .cells = {HOLDS_OPERATOR, HOLDS_OTHER_OPERATOR},
     .look = LOOK_SURE, .undone = OWES_OPERATOR},
    {"supplier-cells-wrong", ENDING_MISSED, EG, 60, .supplier_wrong = true, .change = CHANGE_NEVER, .look = LOOK_SURE,
     .undone = OWES_SUPPLIER},
    {"certificate-of-another-device", ENDING_MISSED, ALL, 25, .foreign = true, .look = LOOK_SURE,
     .undone = OWES_CERTIFICATES},
    {"operator-credentials-lost-again", ENDING_MISSED, EP, 25, 40, .turn = TURN_BETWEEN_LOOKS,
     .earlier = HOLDS_OPERATOR, .cells = BOTH(HOLDS_DCC), .look = LOOK_TWICE, .undone = OWES_OPERATOR},
    {"replaced-by-another-operator", ENDING_MISSED, EP, 25, 40, .turn = TURN_BY_OTHER,
     .cells = BOTH(HOLDS_OTHER_OPERATOR), .look = LOOK_TWICE, .undone = OWES_OPERATOR},
    {"sent-for-another-role", ENDING_MISSED, EP, 25, .operator = STEP_OTHER_ROLE, .cells = BOTH(HOLDS_SUPPLIER),
     .look = LOOK_SURE, .undone = OWES_OPERATOR},
    {"losing-supplier-still-there", ENDING_MISSED, EG, 25, 60, .new_supplier_missing = true,
     .change = CHANGE_BEFORE_LOOK, .look = LOOK_AFTER_GRACE, .undone = OWES_SUPPLIER},
    {"recovery-key-wrong", ENDING_MISSED, ALL, 40, .recovery_wrong = true, .look = LOOK_SURE, .undone = OWES_RECOVERY},

    {"timed-out-unseen", ENDING_UNSEEN_DONE, EP, 50, .operator = STEP_TIMED_OUT, .look = LOOK_NEVER},
    {"timed-out-unseen", ENDING_UNSEEN_DONE, GC, 50, .certificates = BOTH(STEP_TIMED_OUT), .look = LOOK_NEVER},
    {"empty-status-unseen", ENDING_UNSEEN_DONE, EP, 40, .operator = STEP_EMPTY, .look = LOOK_NEVER,
     .habit = HABIT_EMPTY_STATUS},
    {"empty-status-unseen", ENDING_UNSEEN_DONE, GC, 40, .certificates = BOTH(STEP_EMPTY), .look = LOOK_NEVER,
     .habit = HABIT_EMPTY_STATUS},
    {"unknown-answer-unseen", ENDING_UNSEEN_DONE, EP, 20, .operator = STEP_UNKNOWN, .look = LOOK_NEVER},
    {"unknown-answer-unseen", ENDING_UNSEEN_DONE, GC, 20, .certificates = BOTH(STEP_UNKNOWN), .look = LOOK_NEVER},
    {"retry-refused-unseen", ENDING_UNSEEN_DONE, EP, 30, .operator = STEP_RETRY_REFUSED, .look = LOOK_NEVER},
    {"recovery-cell-never-seen", ENDING_UNSEEN_DONE, ALL, 30, .recovery = CHECK_BLANK, .look = LOOK_NEVER},

    {"timed-out-not-done-unseen", ENDING_UNSEEN_FAILURE, EP, 50, .operator = STEP_TIMED_OUT, .look = LOOK_NEVER,
     .cells = BOTH(HOLDS_SUPPLIER), .undone = OWES_OPERATOR},
    {"timed-out-not-done-unseen", ENDING_UNSEEN_FAILURE, GC, 50, .certificates = BOTH(STEP_TIMED_OUT),
     .old = BOTH(true), .look = LOOK_NEVER, .undone = OWES_CERTIFICATES},
    {"nightly-time-outs", ENDING_UNSEEN_FAILURE, EP, 30, 40, .operator = STEP_SKIPPED, .turn = TURN_TIMES_OUT,
     .earlier = HOLDS_SUPPLIER, .cells = BOTH(HOLDS_SUPPLIER), .undone = OWES_OPERATOR},
    {"asked-just-before-the-end", ENDING_UNSEEN_FAILURE, EP, 50, .operator = STEP_WAITING, .look = LOOK_NEVER,
     .cells = BOTH(HOLDS_SUPPLIER), .undone = OWES_OPERATOR},

    {"no-operator-registered", ENDING_QUIET_DONE, E, 50, .no_operator_registered = true},
    {"renewed-by-another-operator", ENDING_QUIET_DONE, EP, 25, 40, .turn = TURN_BY_OTHER},
    {"answered-after-the-look", ENDING_QUIET_DONE, EP, 25, 40, .operator = STEP_SKIPPED, .turn = TURN_DURING_LOOK,
     .earlier = HOLDS_SUPPLIER},
    {"losing-supplier-last-seen", ENDING_QUIET_DONE, EG, 50, 45, .look = LOOK_IN_GRACE, .change = CHANGE_BEFORE_LOOK,
     .new_supplier_missing = true},
    {"losing-supplier-left", ENDING_QUIET_FAILURE, EG, 50, 45, .look = LOOK_IN_GRACE, .change = CHANGE_BEFORE_LOOK,
     .new_supplier_missing = true, .undone = OWES_SUPPLIER},

    {"log-lost", ENDING_LOST, EP, 50, .operator = STEP_SKIPPED, .look = LOOK_NEVER},
    {"log-lost", ENDING_LOST, GC, 50, .certificates = BOTH(STEP_SKIPPED), .look = LOOK_NEVER},

    {"smets1", ENDING_EXCLUDED, .look = LOOK_USUAL},
    {"smets1-wrong-operator", ENDING_EXCLUDED, .cells = BOTH(HOLDS_OTHER_OPERATOR)},
    {"smets1-half-wrong-operator", ENDING_EXCLUDED, .cells = {HOLDS_OPERATOR, HOLDS_OTHER_OPERATOR}},
    {"smets1-no-operator", ENDING_EXCLUDED, .cells = BOTH(HOLDS_NOTHING)},
    {"no-obligations", ENDING_EXCLUDED, .look = LOOK_USUAL},
    {"decommissioned", ENDING_EXCLUDED, .look = LOOK_USUAL},
    {"exchanged", ENDING_EXCLUDED, .look = LOOK_USUAL},
    {"suspended", ENDING_EXCLUDED, .look = LOOK_USUAL},
    {"not-commissioned", ENDING_EXCLUDED, .look = LOOK_USUAL},
    {"no-commissioning-instant", ENDING_EXCLUDED, .look = LOOK_USUAL},
    {"commissioned-after-the-end", ENDING_EXCLUDED, .look = LOOK_USUAL},
};
/* clang-format on */

const struct story *story_plain(void)
{
    return &stories[0];
}

const struct story *story_excluded(const char *name)
{
    const struct story *s = stories;

    while (s->ending != ENDING_EXCLUDED || strcmp(s->name, name) != 0) {
        s++;
        assert(s < stories + ARRAY_LEN(stories));
    }
    return s;
}

static bool fits(const struct story *s, enum ending ending, enum device_type type, int age_days)
{
    return s->ending == ending && (s->types & TYPE_BIT(type)) != 0 && age_days >= s->least_age_days &&
           (s->most_age_days == 0 || age_days <= s->most_age_days);
}

/* The n-th number of a sequence that fills 0 to 2^32 - 1 evenly from its first members on. */
static uint32_t even(uint64_t n, uint64_t seed, uint64_t series)
{
    struct dice d = dice_for(seed, series, FOR_SHARES);

    return (uint32_t)((n * GOLDEN + dice_next(&d)) >> 32);
}

static const struct story *draw(struct story_counts *c, uint64_t seed, enum ending ending, enum device_type type,
                                int age_days)
{
    const uint32_t at = even(c->endings[type][ending]++, seed, (uint64_t)type << 8 | (uint64_t)ending);
    uint64_t total = 0;
    uint64_t left;

    for (size_t i = 0; i < ARRAY_LEN(stories); i++)
        total += fits(&stories[i], ending, type, age_days) ? stories[i].weight : 0;
    left = total * at >> 32;
    for (size_t i = 0; total > 0 && i < ARRAY_LEN(stories); i++) {
        if (!fits(&stories[i], ending, type, age_days))
            continue;
        if (left < stories[i].weight)
            return &stories[i];
        left -= stories[i].weight;
    }
    return story_plain(); /* none of this ending happens to the type */
}

const struct story *story_next(struct story_counts *c, const struct shares *s, uint64_t seed, enum device_type type,
                               int age_days)
{
    uint32_t at;

    if (age_days <= AGE_YOUNG)
        return draw(c, seed, ENDING_YOUNG, type, age_days);
    if (age_days <= AGE_PROMPT)
        return story_plain();
    at = (uint32_t)((uint64_t)even(c->devices[type]++, seed, (uint64_t)type) * SIMULATE_PPM >> 32);
    for (int ending = 0; ending < ENDINGS; ending++) {
        if (at < s->of[ending])
            return draw(c, seed, (enum ending)ending, type, age_days);
        at -= s->of[ending];
    }
    return story_plain();
}

void shares_set(struct shares *s, uint32_t legacy_failed_ppm, uint32_t truly_failed_ppm, int period_days)
{
    /* None of the youngest fails. */
    const uint64_t all = (uint64_t)period_days;
    const uint64_t old = (uint64_t)(period_days - AGE_PROMPT - 1);
    const uint32_t legacy = (uint32_t)(legacy_failed_ppm * all / old);
    const uint32_t truly = (uint32_t)(truly_failed_ppm * all / old);
    uint32_t rest = SIMULATE_PPM;

    *s = (struct shares){0};
    s->of[ENDING_FAILURE] = truly / 100 * 80;
    s->of[ENDING_MISSED] = truly / 100 * 14;
    s->of[ENDING_UNSEEN_FAILURE] = truly / 100 * 6;
    s->of[ENDING_QUIET_FAILURE] = truly / 100 * 2;
    s->of[ENDING_LOST] = truly / 100 * 2;
    s->of[ENDING_UNSEEN_DONE] = (legacy - truly) / 10;
    s->of[ENDING_QUIET_DONE] = legacy / 40;
    s->of[ENDING_FALSE_ALARM] =
        legacy - s->of[ENDING_FAILURE] - s->of[ENDING_UNSEEN_FAILURE] - s->of[ENDING_LOST] - s->of[ENDING_UNSEEN_DONE];
    for (int i = 0; i < ENDINGS; i++)
        rest -= s->of[i];
    s->of[ENDING_ORDINARY] = rest;
}
