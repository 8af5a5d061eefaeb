/* R4.7: what ambiguity does to an obligation of which a part is neither proved nor covered. */
#include "conclude_int.h"

bool outcome_is_unclear(enum outcome o)
{
    return o == OUTCOME_EMPTY || o == OUTCOME_UNRECOGNISED || o == OUTCOME_TIMED_OUT || o == OUTCOME_AWAITING;
}

static bool outcome_is_refusal(enum outcome o)
{
    return o == OUTCOME_FAILED || o == OUTCOME_REJECTED;
}

/* Those of the parts whose evidence is older than the request. */
static unsigned made_after(const struct parts *p, unsigned parts, const struct attempt *a)
{
    unsigned found = 0;

    for (unsigned i = 0; i < p->count; i++)
        if ((parts >> i & 1) && p->part[i].evidence != NULL && a->requested_at > p->part[i].evidence->at)
            found |= 1U << i;
    return found;
}

static void look_at_request(const struct inquiry *q, enum obligation o, struct finding *f, const struct attempt *a)
{
    struct asking *k = &f->asking;

    if (outcome_is_unclear(a->outcome)) {
        const unsigned concerned = parts_concerned(q, o, &f->parts, a);

        k->unclear |= concerned;
        k->unclear_after |= made_after(&f->parts, concerned, a);
        k->outcomes |= concerned != 0 ? OUTCOME_BIT(a->outcome) : 0;
    } else if (outcome_is_refusal(a->outcome)) {
        k->asked |= parts_concerned(q, o, &f->parts, a);
        k->refusals |= OUTCOME_BIT(a->outcome);
    }
}

/* Whether a part is proved while another was neither seen nor asked for: such a Device has not been looked at. */
static bool half_seen(const struct finding *f)
{
    bool proved = false;
    unsigned unseen = 0;

    for (unsigned i = 0; i < f->parts.count; i++) {
        if (f->parts.part[i].seen == PART_PROVED)
            proved = true;
        else if (!f->parts.part[i].met && f->parts.part[i].seen == PART_UNSEEN)
            unseen |= 1U << i;
    }
    return proved && (unseen & ~f->asking.asked) != 0;
}

static void refer(const struct inquiry *q, enum obligation o, const struct finding *f, bool unclear,
                  struct obligation_judgement *out)
{
    for (size_t i = 0; i < f->parts.count; i++)
        if (f->parts.part[i].evidence != NULL)
            add_ref(out, f->parts.part[i].evidence->ref);
    for (size_t i = q->attempt_count; i-- > 0;) {
        const struct attempt *a = &q->attempts[i];
        const struct evidence_ref ref = {EVIDENCE_REQUEST, (uint32_t)(a->counted - q->records->requests)};

        if (!attempt_is_for(q, a, o))
            continue;
        if (unclear ? outcome_is_unclear(a->outcome) : outcome_is_refusal(a->outcome))
            add_ref(out, ref);
    }
}

void settle_open_parts(const struct inquiry *q, enum obligation o, struct finding *f, struct obligation_judgement *out)
{
    struct asking *k = &f->asking;
    bool losing = false;

    for (unsigned i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        k->open |= (unsigned)!p->met << i;
        k->disproved |= (unsigned)(!p->met && p->seen == PART_DISPROVED) << i;
        losing = losing || (!p->met && p->seen == PART_LOSING);
    }
    for (size_t i = 0; i < q->attempt_count; i++)
        if (attempt_is_for(q, &q->attempts[i], o))
            look_at_request(q, o, f, &q->attempts[i]);

    out->state = STATE_NOT_MET;
    if (k->disproved & ~k->unclear_after) {
        out->rule = RULE_R4_7_1;
    } else if (k->unclear != 0 || half_seen(f)) {
        out->state = STATE_UNVERIFIED;
        out->rule = RULE_R4_7_2;
    } else if (losing) {
        out->state = STATE_UNVERIFIED;
        out->rule = RULE_R4_4;
    } else if (k->refusals != 0) {
        out->rule = RULE_R4_7_3;
    } else {
        out->state = STATE_NOT_ATTEMPTED;
        out->rule = RULE_R4_7_4;
    }
    refer(q, o, f, out->state == STATE_UNVERIFIED, out);
}
