/* The requests that the obligations ask for, as the story has them; then all others. */
#include "life_int.h"

#define LOOK_UP_DAYS    45 /* before the first home was fitted out */
#define LOOK_UP_EVERY_S (20 * HOUR_S)
#define LOOK_UPS        (uint64_t)((SIMULATE_PERIOD_DAYS + LOOK_UP_DAYS) * DAY_S / LOOK_UP_EVERY_S)

static void send(struct life *l, struct ask *a, enum sender by, enum answer answer)
{
    a->user = life_user(l, by);
    a->user_role = life_user_role(l, a->user);
    ask_device(l, a, answer);
}

static void wait_hours(struct life *l, int64_t least, int64_t most)
{
    l->now_s += dice_between(&l->steps, least * HOUR_S, most * HOUR_S);
}

static void send_future(struct life *l, struct ask *a, enum sender by, enum step step)
{
    int64_t asked_s;

    if (step == STEP_FUTURE_OPEN)
        l->now_s = l->world->end_s - dice_between(&l->steps, DAY_S, 2 * DAY_S);
    a->user = life_user(l, by);
    a->user_role = life_user_role(l, a->user);
    if (step == STEP_FUTURE_OPEN) {
        ask_future(l, a, l->world->end_s + dice_between(&l->steps, 6 * HOUR_S, 3 * DAY_S), FUTURE_SILENT);
        return;
    }
    asked_s = l->now_s;
    ask_future(l, a, l->now_s + dice_between(&l->steps, 12 * HOUR_S, 30 * HOUR_S),
               step == STEP_FUTURE || step == STEP_KEPT ? FUTURE_ALERT
               : step == STEP_FUTURE_RETRIED            ? FUTURE_TIME_OUT
                                                        : FUTURE_SILENT);
    if (step == STEP_KEPT) {
        const int64_t carried_out_s = l->now_s;

        l->now_s = asked_s + 2 * HOUR_S;
        ask_cancel(l, a, true);
        l->now_s = carried_out_s;
    }
    if (step == STEP_CANCELLED || step == STEP_WITHDRAWN) {
        wait_hours(l, 1, 4);
        ask_cancel(l, a, false);
    }
    if (step == STEP_CANCELLED || step == STEP_FUTURE_RETRIED) {
        l->now_s += 5 * MINUTE_S;
        ask_device(l, a, ANSWER_SUCCESS);
    }
}

static void send_twice(struct life *l, struct ask *a, enum sender by, enum answer first, enum answer second)
{
    send(l, a, by, first);
    wait_hours(l, 2, 20);
    send(l, a, by, second);
}

/* One request, one answer. */
static bool take_simple_step(struct life *l, struct ask *a, enum sender by, enum step step)
{
    static const struct simple {
        enum step step;
        enum answer answer;
    } simple[] = {
        {STEP_DONE, ANSWER_SUCCESS},       {STEP_TIMED_OUT, ANSWER_TIME_OUT}, {STEP_REJECTED, ANSWER_REJECTED},
        {STEP_FAILED, ANSWER_FAILURE},     {STEP_EMPTY, ANSWER_EMPTY},        {STEP_UNKNOWN, ANSWER_UNKNOWN},
        {STEP_OTHER_ROLE, ANSWER_SUCCESS}, {STEP_WAITING, ANSWER_WAITING},
    };

    for (size_t i = 0; i < ARRAY_LEN(simple); i++)
        if (simple[i].step == step) {
            send(l, a, by, simple[i].answer);
            return true;
        }
    return false;
}

static void take_step(struct life *l, struct ask *a, enum sender by, enum step step)
{
    if (step == STEP_OTHER_ROLE)
        a->role = ROLE_SUPPLIER;
    if (step == STEP_WAITING)
        l->now_s = l->world->end_s - dice_between(&l->steps, HOUR_S, 4 * HOUR_S);
    if (take_simple_step(l, a, by, step))
        return;
    switch (step) {
    case STEP_RETRIED:
        send_twice(l, a, by, ANSWER_TIME_OUT, ANSWER_SUCCESS);
        break;
    case STEP_LATE:
        send(l, a, by, ANSWER_TIME_OUT);
        l->now_s = l->device->commissioned_s + dice_between(&l->steps, 172 * HOUR_S, 260 * HOUR_S);
        send(l, a, by, ANSWER_SUCCESS);
        break;
    case STEP_RETRY_REFUSED:
        send_twice(l, a, by, ANSWER_TIME_OUT, ANSWER_FAILURE);
        break;
    case STEP_REPEATED:
        send_twice(l, a, by, ANSWER_SUCCESS, ANSWER_FAILURE);
        break;
    case STEP_TRANSFORMED:
        a->user = life_user(l, by);
        a->user_role = life_user_role(l, a->user);
        ask_transform(l, a);
        break;
    case STEP_FUTURE:
    case STEP_FUTURE_RETRIED:
    case STEP_CANCELLED:
    case STEP_KEPT:
    case STEP_WITHDRAWN:
    case STEP_FUTURE_OPEN:
        send_future(l, a, by, step);
        break;
    default: /* STEP_SKIPPED */
        break;
    }
}

/* The credentials of the Supplier that won the customer. */
static void tell_new_supplier(struct life *l)
{
    static const struct ask replace = {.srv = SRV(6, 23, 0), .role = ROLE_SUPPLIER};
    const struct point *const p = l->device->point;
    const int64_t later_s = l->now_s;
    struct ask a = replace;

    l->new_supplier_s = NO_TIME;
    if (p == NULL || p->change_s == NO_TIME || l->device->type == DEVICE_CHF)
        return;
    l->now_s = p->change_s + dice_between(&l->steps, 6 * HOUR_S, 10 * HOUR_S);
    if (!l->story->silent || l->now_s < l->device->commissioned_s + 9 * DAY_S) {
        if (l->story->new_supplier_missing && dice_percent(&l->steps, 50))
            send(l, &a, BY_OBLIGED, ANSWER_TIME_OUT);
        else if (!l->story->new_supplier_missing) {
            send(l, &a, BY_OBLIGED, ANSWER_SUCCESS);
            l->new_supplier_s = l->now_s;
        }
    } else {
        send(l, &a, BY_OBLIGED, ANSWER_TIME_OUT);
    }
    l->now_s = later_s;
}

static void tell_keys(struct life *l, enum sender by)
{
    static const enum key_usage usages[] = {KEY_DIGITAL_SIGNATURE, KEY_KEY_AGREEMENT};

    for (int i = 0; i < 2; i++) {
        struct ask a = {.srv = SRV(6, 17, 0), .credential = usages[i], .serial = life_serial(l, i)};

        l->now_s += dice_between(&l->steps, MINUTE_S, 4 * MINUTE_S);
        take_step(l, &a, by, l->story->keys[i]);
    }
}

static void tell_certificates(struct life *l, enum sender by)
{
    static const enum key_usage usages[] = {KEY_DIGITAL_SIGNATURE, KEY_KEY_AGREEMENT};
    const struct story *const s = l->story;

    if (!l->prompt && dice_percent(&l->steps, 20))
        wait_hours(l, 14, 20); /* in the morning, when the Authority's answer has come */
    else
        l->now_s += dice_between(&l->steps, 5 * MINUTE_S, 30 * MINUTE_S);
    if (s->certificates_by == BY_WINNER)
        l->now_s = l->device->point->change_s + dice_between(&l->steps, 11 * HOUR_S, 2 * DAY_S);
    for (int i = 0; i < 2; i++) {
        struct ask a = {.srv = SRV(6, 15, 2), .credential = usages[i]};

        l->now_s += dice_between(&l->steps, MINUTE_S, 4 * MINUTE_S);
        l->issued_s[i] = l->now_s - 30;
        a.serial = life_serial(l, i);
        a.not_before_s = l->issued_s[i];
        take_step(l, &a, by, s->certificates[i]);
    }
}

static void tell_operator(struct life *l)
{
    const enum sender by = l->story->operator_by;
    struct ask a = {.srv = by == BY_HANDOVER ? SRV(6, 21, 0) : SRV(6, 15, 1),
                    .role = ROLE_NETWORK_OPERATOR,
                    .critical = by != BY_HANDOVER};

    if (l->device->type != DEVICE_ESME && l->device->type != DEVICE_GPF)
        return;
    if (by == BY_HANDOVER && dice_percent(&l->steps, 20))
        a.role = ROLE_NONE;
    if (l->prompt)
        l->now_s += dice_between(&l->steps, 10 * MINUTE_S, HOUR_S);
    else
        wait_hours(l, 1, 20);
    take_step(l, &a, by, l->story->operator);
}

void life_tell_operator_again(struct life *l, enum sender by, enum answer answer)
{
    struct ask a = {.srv = SRV(6, 15, 1), .role = ROLE_NETWORK_OPERATOR, .critical = true};

    send(l, &a, by, answer);
}

void life_tell_steps(struct life *l)
{
    const bool by_dcc = l->device->type == DEVICE_CHF || l->device->type == DEVICE_GPF;

    l->now_s = l->device->commissioned_s + dice_between(&l->steps, 2 * MINUTE_S, 15 * MINUTE_S);
    tell_new_supplier(l);
    if (l->device->type == DEVICE_GPF) { /* from the DCC to the Supplier, at installation */
        struct ask a = {.srv = SRV(6, 21, 0), .role = ROLE_SUPPLIER};

        send(l, &a, BY_HANDOVER, ANSWER_SUCCESS);
    }
    if (l->story->too_early)
        l->now_s -= dice_between(&l->steps, 12, 20) * DAY_S;
    if (l->story->told_late)
        l->now_s = l->device->commissioned_s - dice_between(&l->steps, 4 * HOUR_S, 23 * HOUR_S);
    tell_keys(l, by_dcc ? BY_HANDOVER : l->story->keys_by);
    tell_certificates(l, by_dcc ? BY_HANDOVER : l->story->certificates_by);
    if (l->story->too_early)
        l->now_s = l->device->commissioned_s + HOUR_S;
    tell_operator(l);
}

/* What else is asked of Devices. */
static const struct other {
    srv_code srv;
    unsigned types;
    unsigned percent;
    enum answer answer;
} before[] =
    {
        {SRV(8, 1, 1), TYPE_BIT(DEVICE_ESME) | TYPE_BIT(DEVICE_GSME), 100, ANSWER_SUCCESS},
        {SRV(8, 2, 0), TYPE_BIT(DEVICE_ESME) | TYPE_BIT(DEVICE_CHF), 25, ANSWER_IN_DCC},
        {SRV(8, 13, 0), TYPE_BIT(DEVICE_PPMID), 15, ANSWER_IN_DCC},
},
  after[] = {
      {SRV(1, 1, 1), TYPE_BIT(DEVICE_ESME) | TYPE_BIT(DEVICE_GSME), 60, ANSWER_SUCCESS},
      {SRV(4, 8, 1), TYPE_BIT(DEVICE_ESME) | TYPE_BIT(DEVICE_GSME), 90, ANSWER_SUCCESS},
      {SRV(4, 8, 1), TYPE_BIT(DEVICE_ESME) | TYPE_BIT(DEVICE_GPF), 60, ANSWER_SUCCESS},
      {SRV(6, 13, 0), TYPE_BIT(DEVICE_ESME) | TYPE_BIT(DEVICE_GPF), 40, ANSWER_SUCCESS},
      {SRV(11, 2, 0), TYPE_BIT(DEVICE_ESME) | TYPE_BIT(DEVICE_GSME) | TYPE_BIT(DEVICE_CHF), 50, ANSWER_SUCCESS},
      {SRV(11, 3, 0), TYPE_BIT(DEVICE_ESME) | TYPE_BIT(DEVICE_PPMID), 30, ANSWER_SUCCESS},
      {SRV(6, 4, 2), TYPE_BIT(DEVICE_CHF), 70, ANSWER_SUCCESS},
      {SRV(8, 11, 0), TYPE_BIT(DEVICE_CHF), 100, ANSWER_SUCCESS},
      {SRV(6, 13, 0), TYPE_BIT(DEVICE_GSME) | TYPE_BIT(DEVICE_CHF), 45, ANSWER_SUCCESS},
      {SRV(7, 4, 0), TYPE_BIT(DEVICE_HCALCS) | TYPE_BIT(DEVICE_SAPC), 90, ANSWER_SUCCESS},
};

static void tell_other(struct life *l, const struct other *o)
{
    struct ask a = {.srv = o->srv};
    enum answer answer = o->answer;

    if ((o->types & TYPE_BIT(l->device->type)) == 0 || !dice_percent(&l->logs, o->percent))
        return;
    if (answer == ANSWER_SUCCESS && dice_percent(&l->logs, 3))
        answer = ANSWER_TIME_OUT;
    send(l, &a, BY_OBLIGED, answer);
}

/* Two Devices of a home are joined; now and then nobody can tell whether they were. */
static void tell_join(struct life *l)
{
    const bool switches = l->device->type == DEVICE_HCALCS || l->device->type == DEVICE_SAPC;
    struct ask a = {.srv = switches ? SRV(8, 7, 1) : SRV(8, 7, 2), .other_device = l->device->partner};
    int64_t before_s;

    if (a.other_device == 0)
        return;
    if (dice_percent(&l->logs, 96)) {
        send(l, &a, BY_OBLIGED, ANSWER_SUCCESS);
        return;
    }
    if (dice_percent(&l->logs, 20)) { /* the retry settles it */
        send_twice(l, &a, BY_OBLIGED, ANSWER_TIME_OUT, ANSWER_SUCCESS);
        return;
    }
    send(l, &a, BY_OBLIGED, ANSWER_TIME_OUT);
    wait_hours(l, 2, 20);
    before_s = l->now_s;
    if (dice_percent(&l->logs, 60)) {
        send(l, &a, BY_OBLIGED, ANSWER_FAILURE);
    } else {
        a.srv = switches ? SRV(8, 8, 1) : SRV(8, 8, 2);
        send(l, &a, BY_OBLIGED, ANSWER_NOT_JOINED);
    }
    if (l->now_s > before_s) /* answered before the end */
        l->related |= RELATED_JOIN;
}

/* The DCC looks a Device up in the inventory every twenty hours, long before the first home is fitted out: so no log
 * is silent for a day by itself, however few Devices there are. The look-ups go round the Devices. */
void life_tell_look_ups(struct life *l)
{
    const int64_t begin_s = l->world->end_s - (SIMULATE_PERIOD_DAYS + LOOK_UP_DAYS) * DAY_S;
    const struct ask a = {.srv = SRV(8, 2, 0)};
    struct ask sent = a;

    for (uint64_t turn = l->device->subject - 1; turn < LOOK_UPS; turn += l->world->what->devices) {
        l->now_s = begin_s + (int64_t)turn * LOOK_UP_EVERY_S + dice_between(&l->logs, 0, HOUR_S);
        send(l, &sent, BY_HANDOVER, ANSWER_IN_DCC);
    }
}

void life_tell_others(struct life *l)
{
    const int64_t begin_s = l->now_s > l->last_check_s ? l->now_s : l->last_check_s;
    const int64_t last_s = l->world->end_s - 2 * HOUR_S;
    const int64_t most_s = begin_s + 45 * DAY_S < last_s ? begin_s + 45 * DAY_S : last_s;

    l->now_s = l->device->commissioned_s - 40 * MINUTE_S;
    for (size_t i = 0; i < ARRAY_LEN(before); i++)
        tell_other(l, &before[i]);
    tell_join(l);
    for (size_t i = 0; i < ARRAY_LEN(after) && !l->story->silent; i++) {
        if (begin_s + HOUR_S >= most_s)
            break;
        l->now_s = dice_between(&l->logs, begin_s + HOUR_S, most_s);
        tell_other(l, &after[i]);
    }
}
