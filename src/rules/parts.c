/* What R4.1 to R4.6 say of an obligation at one instant. */
#include "parts_int.h"

bool parts_met(const struct parts *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (!p->part[i].met)
            return false;
    return true;
}

void obligation_parts(const struct inquiry *q, enum obligation o, struct parts *out)
{
    static void (*const parts_of[])(const struct inquiry *, struct parts *) = {
        [OBLIGATION_ISSUE_CREDENTIALS] = issue_parts,
        [OBLIGATION_DEVICE_CERTIFICATES] = certificate_parts,
        [OBLIGATION_NETWORK_OPERATOR_CREDENTIALS] = network_operator_parts,
        [OBLIGATION_SUPPLIER_CREDENTIALS] = supplier_parts,
    };

    parts_of[o](q, out);
}

unsigned parts_concerned(const struct inquiry *q, enum obligation o, const struct parts *p, const struct attempt *a)
{
    unsigned found = 0;

    if (o == OBLIGATION_ISSUE_CREDENTIALS || o == OBLIGATION_DEVICE_CERTIFICATES)
        return credentials_concerned(q, o, p, a);
    if (o == OBLIGATION_SUPPLIER_CREDENTIALS && !supplier_sender_counts(q, a->user, attempt_dated(a)))
        return 0;
    for (unsigned i = 0; i < p->count; i++)
        if (!p->part[i].met && (p->part[i].seen == PART_UNSEEN || attempt_dated(a) > p->part[i].evidence->at))
            found |= 1U << i;
    return found;
}

bool obligation_met(const struct inquiry *q, enum obligation o)
{
    struct parts p;

    if (q->terms[o].owed_by == OWED_BY_NONE)
        return true;
    switch (o) {
    case OBLIGATION_COMMUNICATING:
        return communicating_state(q) == STATE_MET;
    case OBLIGATION_RECOVERY_CELL:
        return recovery_state(q) == STATE_MET;
    case OBLIGATION_ISSUE_CREDENTIALS:
        if (q->terms[OBLIGATION_DEVICE_CERTIFICATES].owed_by != OWED_BY_NONE &&
            obligation_met(q, OBLIGATION_DEVICE_CERTIFICATES))
            return true; /* IMPLIED */
        break;
    case OBLIGATION_NETWORK_OPERATOR_CREDENTIALS:
        if (network_operator_exempt(q))
            return true;
        if (q->tenure.network_operator.kind == PARTY_NONE)
            return false;
        break;
    default:
        break;
    }
    obligation_parts(q, o, &p);
    return parts_met(&p);
}
