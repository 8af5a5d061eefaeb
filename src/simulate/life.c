/* A Device from its inventory row to the truth about it. */
#include "life_int.h"

static void write_extract(struct world *w, const struct device *d, struct sink *s, int64_t made_s)
{
    const struct model *const m = d->model;
    const bool earlier_life = d->first_s != NO_TIME && d->commissioned_s >= made_s;
    const bool ended = d->status_since_s == NO_TIME || d->status_since_s < made_s;
    char *p = sink_line(s);

    p = put_char(put_eui(p, d->id), ',');
    p = put_char(put_str(p, term_word(&vocab_device_type, d->type)), ',');
    p = put_char(put_str(p, term_word(&vocab_smi_status, ended ? d->status : SMI_COMMISSIONED)), ',');
    p = put_char(put_str(p, term_word(&vocab_smets, d->smets)), ',');
    if (d->tells_commissioning)
        p = put_time(p, &w->commissioned, earlier_life ? d->first_s : d->commissioned_s);
    p = put_char(put_eui(put_char(p, ','), d->hub), ',');
    p = put_char(put_mpxn(p, d->point != NULL && d->tells_point ? d->point->mpxn : 0), ',');
    p = put_char(put_str(p, term_word(&vocab_csp_region, d->region)), ',');
    p = put_char(put_str(p, m->manufacturer), ',');
    p = put_char(put_str(p, m->name), ',');
    p = put_char(put_str(p, d->old_firmware ? m->old_firmware : m->firmware), ',');
    p = put_str(p, term_word(&vocab_s1_cohort, d->cohort));
    sink_end(s, put_char(p, '\n'));
}

/* Into each extract that knows the Device; the one of earlier lives tells of nothing else. */
static void write_inventory(struct world *w, const struct device *d)
{
    for (unsigned i = 0; i < layout_extracts(w->layout); i++) {
        int64_t made_s;
        struct sink *const s = layout_extract(w->layout, i, &made_s);

        if (d->first_s != NO_TIME ? d->first_s < made_s : i > 0 && d->commissioned_s < made_s)
            write_extract(w, d, s, made_s);
    }
}

/* What is really not done, as OWES bits. */
static unsigned undone(const struct life *l)
{
    const struct point *const p = l->device->point;
    unsigned bits = l->story->undone;

    /* The winner's credentials could not be put on a silent Device; the loser's may stay for two weeks. */
    if (l->story->silent && p != NULL && p->change_s != NO_TIME && l->new_supplier_s == NO_TIME &&
        l->world->end_s > p->change_s + 14 * DAY_S)
        bits |= OWES_SUPPLIER;
    return bits;
}

static unsigned owed(const struct life *l)
{
    switch (l->device->type) {
    case DEVICE_ESME:
        return OWES_ISSUE | OWES_CERTIFICATES | OWES_OPERATOR | OWES_SUPPLIER | OWES_COMMUNICATING | OWES_RECOVERY;
    case DEVICE_GPF:
        return OWES_ISSUE | OWES_CERTIFICATES | (l->story->independent ? 0 : OWES_OPERATOR) | OWES_SUPPLIER |
               OWES_COMMUNICATING | OWES_RECOVERY;
    case DEVICE_GSME:
        return OWES_ISSUE | OWES_CERTIFICATES | OWES_SUPPLIER | OWES_COMMUNICATING | OWES_RECOVERY;
    default:
        return OWES_ISSUE | OWES_CERTIFICATES | OWES_COMMUNICATING | OWES_RECOVERY;
    }
}

enum verdict { TRULY_EXCLUDED, TRULY_PENDING, TRULY_PASS, TRULY_FAIL };
static const char *const verdicts[] = {"EXCLUDED", "PENDING", "PASS", "FAIL"};

struct truth {
    unsigned owed, undone;
    enum verdict verdict, legacy;
    bool decidable;
};

/* What the ending means for the legacy criteria, and whether the evidence tells how it ended. */
static void fill_appearance(struct truth *t, const struct story *s)
{
    static const bool undecidable[ENDINGS] = {
        [ENDING_UNSEEN_DONE] = true,   [ENDING_UNSEEN_FAILURE] = true, [ENDING_QUIET_DONE] = true,
        [ENDING_QUIET_FAILURE] = true, [ENDING_LOST] = true,
    };
    static const enum verdict legacy[ENDINGS] = {
        [ENDING_ORDINARY] = TRULY_PASS,       [ENDING_FALSE_ALARM] = TRULY_FAIL, [ENDING_FAILURE] = TRULY_FAIL,
        [ENDING_MISSED] = TRULY_PASS,         [ENDING_UNSEEN_DONE] = TRULY_FAIL, [ENDING_LOST] = TRULY_FAIL,
        [ENDING_UNSEEN_FAILURE] = TRULY_FAIL, [ENDING_QUIET_DONE] = TRULY_PASS,  [ENDING_EXCLUDED] = TRULY_EXCLUDED,
        [ENDING_QUIET_FAILURE] = TRULY_PASS,
    };

    t->decidable = !undecidable[s->ending] && !s->undecidable;
    t->legacy = legacy[s->ending];
    if (s->ending == ENDING_YOUNG)
        t->legacy = t->undone == 0 && t->decidable ? TRULY_PASS : TRULY_PENDING;
}

static struct truth truth_of(const struct life *l)
{
    const enum ending ending = l->story->ending;
    struct truth t = {.verdict = TRULY_EXCLUDED};

    if (ending != ENDING_EXCLUDED) {
        t.owed = owed(l);
        t.undone = undone(l) & t.owed;
        t.verdict = t.undone == 0 ? TRULY_PASS : ending == ENDING_YOUNG ? TRULY_PENDING : TRULY_FAIL;
    }
    fill_appearance(&t, l->story);
    return t;
}

static void count_truth(struct simulated *done, const struct truth *t)
{
    uint64_t *const counts[] = {&done->excluded, &done->pending, &done->pass, &done->fail};

    ++*counts[t->verdict];
    done->decidable += t->decidable;
}

static char *put_related(char *p, unsigned related)
{
    static const struct {
        unsigned bits;
        const char *rule;
    } rules[] = {
        {RELATED_OPERATOR_SEEN | RELATED_OPERATOR_REFUSED, "R9.1"}, {RELATED_JOIN, "R9.2"}, {RELATED_FIRMWARE, "R9.3"}};
    bool first = true;

    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if ((related & rules[i].bits) == 0)
            continue;
        p = put_str(first ? p : put_char(p, ';'), rules[i].rule);
        first = false;
    }
    return p;
}

void life_tell_truth(struct life *l)
{
    const struct truth t = truth_of(l);
    struct sink *const s = layout_sink(l->world->layout, OUT_TRUTH, l->world->end_s);
    char *p = sink_line(s);

    count_truth(l->world->done, &t);
    p = put_char(put_eui(p, l->device->id), ',');
    p = put_char(put_str(p, term_word(&vocab_device_type, l->device->type)), ',');
    for (unsigned bit = OWES_ISSUE; bit <= OWES_RECOVERY; bit <<= 1)
        p = put_char(put_str(p, (t.owed & bit) == 0 ? "not_applicable" : (t.undone & bit) != 0 ? "no" : "yes"), ',');
    p = put_char(put_str(p, verdicts[t.verdict]), ',');
    p = put_char(put_str(p, verdicts[t.legacy]), ',');
    p = put_char(put_str(p, t.decidable ? "yes" : "no"), ',');
    p = put_char(put_str(p, l->story->name), ',');
    p = put_related(p, l->related);
    sink_end(s, put_char(p, '\n'));
}

static bool has_obligations(const struct device *d)
{
    return d->type == DEVICE_ESME || d->type == DEVICE_GSME || d->type == DEVICE_GPF || d->type == DEVICE_CHF;
}

/* A home in forty was to have new firmware on two SMETS1 meters at once: the second request is refused while the first
 * is in progress. */
static void tell_firmware(struct life *l)
{
    struct dice d = dice_for(l->world->what->seed, l->device->hub, FOR_LOG);
    const bool first = l->device->type == DEVICE_GSME;
    struct ask a = {.srv = first ? SRV(11, 3, 0) : SRV(11, 1, 0), .user = life_user(l, BY_OBLIGED)};
    int64_t at_s;

    if (dice_below(&d, 40) != 0 || (!first && l->device->type != DEVICE_ESME))
        return;
    at_s = l->world->end_s - dice_between(&d, DAY_S, 8 * DAY_S);
    l->now_s = first ? at_s : at_s + HOUR_S;
    a.user = life_user(l, BY_OBLIGED);
    a.user_role = life_user_role(l, a.user);
    if (at_s <= l->device->commissioned_s)
        return;
    ask_device(l, &a, first ? ANSWER_WAITING : ANSWER_FIRMWARE_BUSY);
    if (!first && l->device->gas_meter_s != NO_TIME && at_s > l->device->gas_meter_s)
        l->related |= RELATED_FIRMWARE;
}

/* The Network Operator's own credentials, for which it may not be known, or not hold the slot. */
static void tell_refused_operator(struct life *l)
{
    const bool gas = l->device->type == DEVICE_GPF;
    struct ask replace = {.srv = SRV(6, 15, 1), .role = ROLE_NETWORK_OPERATOR, .user_role = gas ? USER_GT : USER_ED};
    int64_t before_s;

    if ((!gas && l->device->type != DEVICE_ESME) || !dice_percent(&l->logs, 3))
        return;
    replace.user = l->device->point->distributor;
    l->now_s += HOUR_S;
    before_s = l->now_s;
    ask_device(l, &replace, ANSWER_SMETS1_REFUSED);
    if (l->now_s > before_s) /* answered before the end */
        l->related |= RELATED_OPERATOR_REFUSED;
}

/* A SMETS1 Device is reached by way of its Service Provider: readings, and now and then the Network Operator's own
 * credentials, which are refused. */
static void tell_smets1(struct life *l)
{
    const bool meter = l->device->type == DEVICE_ESME || l->device->type == DEVICE_GSME;
    struct ask a = {.srv = meter ? SRV(4, 8, 1) : SRV(6, 13, 0)};
    const int64_t span_s = l->world->end_s - DAY_S - l->device->commissioned_s;

    for (int i = 0; i < 6 && span_s > 0; i++) {
        l->now_s = l->device->commissioned_s + dice_between(&l->logs, 0, span_s);
        a.user = life_user(l, BY_OBLIGED);
        a.user_role = life_user_role(l, a.user);
        ask_device(l, &a, dice_percent(&l->logs, 5) ? ANSWER_TIME_OUT : ANSWER_SUCCESS);
    }
    tell_refused_operator(l);
    tell_firmware(l);
    l->now_s = l->device->commissioned_s;
}

void life_tell(struct world *w, const struct device *d)
{
    const int64_t issued_s = (d->first_s != NO_TIME ? d->first_s : d->commissioned_s) + 2 * HOUR_S;
    struct life l = {
        .world = w,
        .device = d,
        .story = d->story,
        .steps = dice_for(w->what->seed, d->subject, FOR_STEPS),
        .logs = dice_for(w->what->seed, d->subject, FOR_LOG),
        .prompt = d->age_days <= AGE_PROMPT || d->story->told_late,
        .now_s = d->commissioned_s,
        .new_supplier_s = NO_TIME,
        .issued_s = {issued_s, issued_s},
        .last_check_s = NO_TIME,
        .turned_s = NO_TIME,
    };

    write_inventory(w, d);
    if (d->commissioned_s < w->end_s && d->status != SMI_INSTALLED_NOT_COMMISSIONED) {
        if (d->smets == SMETS_1)
            tell_smets1(&l);
        else if (has_obligations(d)) {
            life_tell_steps(&l);
            life_tell_checks(&l);
        }
        life_tell_looks(&l);
        if (d->smets != SMETS_1)
            life_tell_others(&l);
    }
    life_tell_look_ups(&l);
    life_tell_truth(&l);
    w->done->devices++;
}
