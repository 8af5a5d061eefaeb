/* What R4.1 to R4.6 say of an obligation at one instant. */
#include "parts_int.h"

bool parts_met(const struct parts *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (!p->part[i].met)
            return false;
    return true;
}

void part_look(const struct inquiry *q, struct part *p, unsigned line)
{
    const struct seen seen = line_seen(&q->lines, line);

    p->line = line;
    p->look = seen.look;
    p->since = seen.since;
    p->last = seen.last;
    if (seen.look == NULL)
        p->seen = PART_UNSEEN;
    else if (seen.look->weight == WEIGHT_PROVES)
        p->seen = PART_PROVED;
    else
        p->seen = seen.look->weight == WEIGHT_LOSING ? PART_LOSING : PART_DISPROVED;
}

bool outweighs(const struct part *p, instant made)
{
    return p->seen == PART_UNSEEN || made > p->last;
}

bool straddles(const struct part *p, instant made, instant answered)
{
    return p->seen != PART_UNSEEN && made < p->last && answered > p->last;
}

void obligation_parts(const struct inquiry *q, enum obligation o, unsigned choice, struct parts *out)
{
    if (o == OBLIGATION_NETWORK_OPERATOR_CREDENTIALS)
        network_operator_parts(q, out);
    else if (o == OBLIGATION_SUPPLIER_CREDENTIALS)
        supplier_parts(q, out);
    else
        usage_parts(q, o, choice, out);
}

bool obligation_met(const struct inquiry *q, enum obligation o)
{
    struct parts p;

    if (!obligation_applies(q, o))
        return true;
    switch (o) {
    case OBLIGATION_COMMUNICATING:
        return communicating_state(q) == STATE_MET;
    case OBLIGATION_RECOVERY_CELL:
        return recovery_state(q) == STATE_MET;
    case OBLIGATION_NETWORK_OPERATOR_CREDENTIALS:
        if (network_operator_exempt(q))
            return true;
        if (q->tenure.network_operator.kind == PARTY_NONE)
            return false;
        break;
    default:
        break;
    }
    obligation_parts(q, o, 0, &p);
    if (parts_met(&p))
        return true;
    /* IMPLIED: it is looked at last, when device-certificates is MET if it applies */
    return o == OBLIGATION_ISSUE_CREDENTIALS && obligation_applies(q, OBLIGATION_DEVICE_CERTIFICATES);
}
