/* The checks of the Data Service Provider. */
#include "life_int.h"

#define NIGHT_SILENT 10 /* of a Device that goes silent: when everything else is over */

static void write_check(struct life *l, int64_t at_s, enum check_kind kind, enum check_result result)
{
    struct sink *const s = layout_sink(l->world->layout, OUT_CHECKS, at_s);
    char *p = sink_line(s);

    p = put_char(put_eui(p, l->device->id), ',');
    p = put_char(put_time(p, &l->world->checked, at_s), ',');
    p = put_char(put_str(p, term_word(&vocab_check_kind, kind)), ',');
    p = put_str(p, term_word(&vocab_check_result, result));
    sink_end(s, put_char(p, '\n'));
    l->world->done->checks++;
    if (at_s > l->last_check_s)
        l->last_check_s = at_s;
}

static void tell_check(struct life *l, struct dice *d, int64_t at_s, enum check_kind kind, enum checked checked)
{
    const int64_t again_s = at_s + DAY_S + dice_between(d, 0, HOUR_S);

    switch (checked) {
    case CHECK_PASSES:
        write_check(l, at_s, kind, RESULT_PASS);
        break;
    case CHECK_FAILS:
        write_check(l, at_s, kind, RESULT_FAIL);
        break;
    case CHECK_BLANK:
        write_check(l, at_s, kind, RESULT_BLANK);
        break;
    case CHECK_FAILS_THEN_PASSES:
        write_check(l, at_s, kind, RESULT_FAIL);
        write_check(l, again_s, kind, RESULT_PASS);
        break;
    case CHECK_PASSES_THEN_FAILS:
        write_check(l, at_s - DAY_S, kind, RESULT_PASS);
        write_check(l, at_s, kind, RESULT_FAIL);
        break;
    case CHECK_BLANK_THEN_PASSES:
        write_check(l, at_s, kind, RESULT_BLANK);
        write_check(l, again_s, kind, RESULT_PASS);
        break;
    case CHECK_FAILS_THEN_ANSWERS: {
        struct ask a = {.srv = SRV(11, 2, 0)};

        write_check(l, at_s, kind, RESULT_FAIL);
        l->now_s = (again_s > l->now_s ? again_s : l->now_s) + HOUR_S;
        a.user = life_user(l, BY_OBLIGED);
        a.user_role = life_user_role(l, a.user);
        ask_device(l, &a, ANSWER_SUCCESS);
        break;
    }
    }
}

void life_tell_checks(struct life *l)
{
    struct dice d = dice_for(l->world->what->seed, l->device->subject, FOR_CHECKS);
    const int64_t day_s = l->device->commissioned_s / DAY_S * DAY_S;
    int64_t at_s = day_s + dice_between(&d, 2, 3) * DAY_S + dice_between(&d, 2 * HOUR_S, 5 * HOUR_S);

    if (l->prompt)
        at_s = l->device->commissioned_s + dice_between(&d, 3 * HOUR_S, 4 * HOUR_S);
    tell_check(l, &d, at_s + 6 * MINUTE_S, CHECK_RECOVERY_CELL, l->story->recovery);
    if (l->story->silent)
        at_s = day_s + NIGHT_SILENT * DAY_S + 3 * HOUR_S;
    tell_check(l, &d, at_s, CHECK_COMMUNICATING, l->story->communicating);
}
