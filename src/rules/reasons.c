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
        if (!legacy_counts_sender(q->ctx, j, o, a->user))
            c.sender |= after_change(j, a->requested_at, REASON_BIT(REASON_OTHER_PARTY));
    }
    return c;
}

/* What cleared an obligation of R4.1 to R4.3 that legacy missed. */
static reason_set clearing_reasons(const struct inquiry *q, enum obligation o, const struct finding *f,
                                   const struct judgement *j)
{
    const struct clearing c = look_at_requests(q, o, j);
    struct parts done = {.count = 0};
    bool by_requests;
    reason_set found = unclear_reasons(c.outcomes) & ~REASON_BIT(REASON_AWAITING_RESPONSE);
    bool all_proved = true;

    if (f->implied || f->exempt)
        return found;
    if (o != OBLIGATION_NETWORK_OPERATOR_CREDENTIALS)
        credentials_done(q, o, &done);
    by_requests = done.count > 0 ? parts_met(&done) : c.succeeded;
    for (size_t i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        if (p->seen != PART_PROVED)
            all_proved = false;
        else if (done.count > 0 ? !done.part[i].met : !c.succeeded)
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
    if (q->terms[o].owed_by == OWED_BY_NONE) /* by criteria of one's own: nothing was shown */
        return 0;
    switch (o) {
    case OBLIGATION_COMMUNICATING:
        return REASON_BIT(REASON_COMMS_EVIDENCE);
    case OBLIGATION_RECOVERY_CELL:
        return REASON_BIT(REASON_RECOVERY_EVIDENCE);
    default:
        return always | clearing_reasons(q, o, f, j);
    }
}

/* Whether a success claimed that the cell was replaced, and not by what it was then seen to hold. */
static bool claims_otherwise(const struct attempt *a, enum party_role role, const struct part *p)
{
    if (a->cells == NULL)
        return true;
    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *c = &a->cells->outcomes[i];

        if (c->role == role && c->key_usage == p->key_usage && c->cell_usage == p->cell_usage && c->status == 0 &&
            c->new_subject != p->evidence->subject)
            return true;
    }
    return false;
}

static bool cell_contradicted(const struct inquiry *q, enum obligation o, const struct part *p)
{
    const bool supplier = o == OBLIGATION_SUPPLIER_CREDENTIALS;

    for (size_t i = 0; i < q->attempt_count; i++) {
        const struct attempt *a = &q->attempts[i];

        if (a->outcome == OUTCOME_SUCCEEDED && attempt_is_for(q, a, o) && a->reading.answered_at < p->evidence->at &&
            (!supplier || supplier_sender_counts(q, a->user, a->reading.answered_at)) &&
            claims_otherwise(a, supplier ? ROLE_SUPPLIER : ROLE_NETWORK_OPERATOR, p))
            return true;
    }
    return false;
}

/* Whether the evidence that disproves an open part belies an earlier success (R4.0). */
static bool contradicted(const struct inquiry *q, enum obligation o, const struct parts *parts, const struct part *p)
{
    const struct timeline *done = &q->lines[DONE_CERTS + usage_of(p->key_usage)];

    if (o != OBLIGATION_DEVICE_CERTIFICATES)
        return cell_contradicted(q, o, p);
    return untyped_contradicted(q, parts, p->evidence->at) ||
           (done->count > 0 && q->marks.ptr[done->first].at < p->evidence->at);
}

/* CONTRADICTED, where it holds for a part that is still disproved. */
static reason_set contradiction(const struct inquiry *q, enum obligation o, const struct finding *f)
{
    for (unsigned i = 0; i < f->parts.count; i++)
        if ((f->asking.disproved >> i & 1) && contradicted(q, o, &f->parts, &f->parts.part[i]))
            return REASON_BIT(REASON_CONTRADICTED);
    return 0;
}

/* Two snapshots of one instant may disprove a cell in different ways. */
static reason_set cell_reasons(const struct inquiry *q, const struct mark *evidence)
{
    reason_set found = 0;
    uint32_t at = (uint32_t)(evidence - q->marks.ptr);

    for (; at != MARK_NONE; at = q->marks.ptr[at].before) {
        const struct mark *mark = &q->marks.ptr[at];

        if (mark->at != evidence->at || mark->weight != WEIGHT_DISPROVES)
            break;
        found |= REASON_BIT(network_operator_cell_reason(q, mark));
    }
    return found;
}

static reason_set disproof_reasons(const struct inquiry *q, enum obligation o, const struct finding *f)
{
    reason_set found = 0;

    for (unsigned i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        if (!(f->asking.disproved >> i & 1))
            continue;
        if (o == OBLIGATION_NETWORK_OPERATOR_CREDENTIALS)
            found |= cell_reasons(q, p->evidence);
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
