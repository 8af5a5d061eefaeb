/* R6: why an obligation stands as it does, and why the two criteria differ. */
#include "conclude_int.h"

static bool has_parts(enum obligation o)
{
    return o != OBLIGATION_COMMUNICATING && o != OBLIGATION_RECOVERY_CELL;
}

/* The reasons that unclear outcomes are: bit 1 << outcome each. */
static reason_set unclear_reasons(unsigned outcomes)
{
    return (outcomes & OUTCOME_BIT(OUTCOME_TIMED_OUT) ? REASON_BIT(REASON_TIMEOUT) : 0) |
           (outcomes & OUTCOME_BIT(OUTCOME_EMPTY) ? REASON_BIT(REASON_EMPTY_STATUS) : 0) |
           (outcomes & OUTCOME_BIT(OUTCOME_UNRECOGNISED) ? REASON_BIT(REASON_UNRECOGNISED_STATUS) : 0) |
           (outcomes & OUTCOME_BIT(OUTCOME_AWAITING) ? REASON_BIT(REASON_AWAITING_RESPONSE) : 0);
}

/* CHANGE_OF_SUPPLIER where it was after the first one, else what it would be without. */
static reason_set after_change(const struct judgement *j, instant at, reason_set without)
{
    return j->first_cos_at != INSTANT_NONE && at >= j->first_cos_at ? REASON_BIT(REASON_CHANGE_OF_SUPPLIER) : without;
}

struct clearing {
    unsigned outcomes; /* of the requests for the obligation */
    reason_set sender; /* successes that legacy does not count for their sender */
    bool succeeded, handover;
};

static struct clearing look_at_requests(const struct inquiry *q, enum obligation o, const struct judgement *j)
{
    struct clearing c = {0};

    for (size_t i = 0; i < q->attempt_count; i++) {
        const struct attempt *a = &q->attempts[i];

        if (!attempt_is_for(q, a, o))
            continue;
        c.outcomes |= OUTCOME_BIT(a->outcome);
        if (a->outcome != OUTCOME_SUCCEEDED)
            continue;
        c.succeeded = true;
        c.handover = c.handover || a->srv == SRV(6, 21, 0);
        if (!legacy_counts_sender(q, j, o, a->user))
            c.sender |= after_change(j, a->requested_at, REASON_BIT(REASON_OTHER_PARTY));
    }
    return c;
}

/* What cleared an obligation of R4.1 to R4.3 that legacy missed. */
static reason_set clearing_reasons(const struct inquiry *q, enum obligation o, const struct finding *f,
                                   const struct judgement *j)
{
    const struct clearing c = look_at_requests(q, o, j);
    const bool by_requests = o == OBLIGATION_NETWORK_OPERATOR_CREDENTIALS ? c.succeeded : credentials_done(q, o);
    reason_set found = unclear_reasons(c.outcomes) & ~REASON_BIT(REASON_AWAITING_RESPONSE);
    bool all_proved = true;

    if (f->implied || f->exempt)
        return found;
    for (size_t i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        if (p->seen != PART_PROVED)
            all_proved = false;
        else if (!by_requests)
            found |= REASON_BIT(REASON_CERTIFICATE_EVIDENCE) | after_change(j, p->evidence->at, 0);
    }
    if (by_requests || !all_proved)
        found |= c.sender;
    if (c.handover)
        found |= REASON_BIT(REASON_HANDOVER_6_21);
    return found;
}

static reason_set reasons_of_met(const struct inquiry *q, enum obligation o, const struct finding *f,
                                 const struct judgement *j)
{
    const reason_set always =
        (f->implied ? REASON_BIT(REASON_IMPLIED) : 0) | (f->exempt ? REASON_BIT(REASON_NO_NOT_IN_REPOSITORY) : 0);

    if (j->obligations[o].legacy_met)
        return always;
    switch (o) {
    case OBLIGATION_COMMUNICATING:
        return REASON_BIT(REASON_COMMS_EVIDENCE);
    case OBLIGATION_RECOVERY_CELL:
        return REASON_BIT(REASON_RECOVERY_EVIDENCE);
    default:
        return always | clearing_reasons(q, o, f, j);
    }
}

/* Whether the evidence that disproves an open part belies an earlier success (R4.0). */
static bool contradicted(const struct inquiry *q, enum obligation o, const struct parts *parts, const struct part *p)
{
    static const unsigned done[] = {
        [OBLIGATION_NETWORK_OPERATOR_CREDENTIALS] = DONE_NETWORK_OPERATOR,
        [OBLIGATION_SUPPLIER_CREDENTIALS] = DONE_SUPPLIER,
    };
    unsigned line;

    if (o == OBLIGATION_DEVICE_CERTIFICATES) {
        if (untyped_contradicted(q, parts, p->evidence->at))
            return true;
        line = DONE_CERTS + usage_of(p->key_usage);
    } else {
        line = done[o];
    }
    return q->lines[line].count > 0 && q->marks.ptr[q->lines[line].first].at < p->evidence->at;
}

/* CONTRADICTED, where it holds for a part that is still disproved. */
static reason_set contradiction(const struct inquiry *q, enum obligation o, const struct finding *f)
{
    for (unsigned i = 0; i < f->parts.count; i++)
        if ((f->asking.disproved >> i & 1) && contradicted(q, o, &f->parts, &f->parts.part[i]))
            return REASON_BIT(REASON_CONTRADICTED);
    return 0;
}

static reason_set disproof_reasons(const struct inquiry *q, enum obligation o, const struct finding *f)
{
    reason_set found = 0;

    for (unsigned i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        if (!(f->asking.disproved >> i & 1))
            continue;
        if (o == OBLIGATION_NETWORK_OPERATOR_CREDENTIALS)
            found |= REASON_BIT(network_operator_cell_reason(q, p->evidence));
        else
            found |= REASON_BIT(o == OBLIGATION_SUPPLIER_CREDENTIALS ? REASON_SUPPLIER_CERT_WRONG
                                                                     : REASON_DEVICE_CERT_NOT_REPLACED);
    }
    return found;
}

static reason_set reasons_of_failure(const struct inquiry *q, enum obligation o, const struct finding *f,
                                     enum obligation_state state)
{
    if (state == STATE_NOT_ATTEMPTED)
        return REASON_BIT(REASON_NOT_ATTEMPTED);
    if (!has_parts(o))
        return REASON_BIT(o == OBLIGATION_COMMUNICATING ? REASON_NOT_COMMUNICATING : REASON_RECOVERY_CELL_WRONG);
    return disproof_reasons(q, o, f) |
           (f->asking.refusals & OUTCOME_BIT(OUTCOME_FAILED) ? REASON_BIT(REASON_DEVICE_FAILURE) : 0) |
           (f->asking.refusals & OUTCOME_BIT(OUTCOME_REJECTED) ? REASON_BIT(REASON_REJECTED) : 0);
}

static reason_set reasons_of_doubt(const struct finding *f, enum obligation_state state)
{
    const reason_set unclear = unclear_reasons(f->asking.outcomes);

    return unclear != 0 || state == STATE_NOT_MET ? unclear : REASON_BIT(REASON_NO_EVIDENCE);
}

/* A Device's reasons are those of the obligations that made its verdict. */
void give_reasons(const struct inquiry *q, const struct finding findings[OBLIGATIONS], struct judgement *j)
{
    for (unsigned i = 0; i < OBLIGATIONS; i++) {
        const enum obligation o = (enum obligation)i;
        struct obligation_judgement *out = &j->obligations[o];
        const enum obligation_state state = out->state;
        const bool failed = state == STATE_NOT_MET || state == STATE_NOT_ATTEMPTED;

        if (state == STATE_MET || state == STATE_NOT_APPLICABLE) {
            out->reasons = reasons_of_met(q, o, &findings[o], j);
            if (j->classification == CLASS_FALSE_POSITIVE && !out->legacy_met)
                j->reasons |= out->reasons;
        } else if (j->verdict == VERDICT_FAIL && failed) {
            out->reasons = reasons_of_failure(q, o, &findings[o], state);
            j->reasons |= out->reasons;
        } else {
            out->reasons = reasons_of_doubt(&findings[o], state);
            if (j->verdict != VERDICT_FAIL)
                j->reasons |= out->reasons;
        }
        if (j->verdict == VERDICT_FAIL) {
            const reason_set belied = contradiction(q, o, &findings[o]);

            out->reasons |= belied;
            j->reasons |= belied;
        }
    }
}
