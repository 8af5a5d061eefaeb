/* The next action of each obligation that is not MET: what mends it, or what settles it, by a party that can. */
#include "conclude_int.h"

/* The open usage, where it is one alone, and nobody can take it for the other. */
static enum key_usage open_usage(const struct finding *f)
{
    enum key_usage found = KEY_NONE;
    unsigned open = 0;

    if (f->parts.either)
        return KEY_NONE;
    for (size_t i = 0; i < f->parts.count; i++) {
        if (f->parts.part[i].met)
            continue;
        open++;
        found = f->parts.part[i].key_usage;
    }
    return open == 1 ? found : KEY_NONE;
}

/* Of the cells that fail for what a look shows, the one whose reason comes first, by R6's order; NULL: there is none.
 */
static const struct mark *worst_operator_cell(const struct inquiry *q, const struct finding *f)
{
    const struct mark *found = NULL;

    for (size_t i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        if (!p->met && p->seen == PART_DISPROVED && f->at[i].state == STATE_NOT_MET &&
            (found == NULL || network_operator_cell_reason(q, p->look) < network_operator_cell_reason(q, found)))
            found = p->look;
    }
    return found;
}

/* R4.4: NOT_MET rests on a cell that was seen wrong, always. */
static const struct mark *wrong_supplier_cell(const struct finding *f)
{
    size_t i = 0;

    while (f->parts.part[i].met || f->at[i].state != STATE_NOT_MET)
        i++;
    return f->parts.part[i].look;
}

/* A read by the party that owes it. */
static void read_first(enum obligation o, const struct finding *f, struct action *a)
{
    a->kind = ACTION_READ;
    a->srv = obligation_facts(o)->read;
    if (!obligation_facts(o)->cells)
        a->key_usage = open_usage(f);
    else
        a->role = o == OBLIGATION_SUPPLIER_CREDENTIALS ? ROLE_SUPPLIER : ROLE_NETWORK_OPERATOR;
}

/* R4.3: only the party that holds a cell can replace what is in it; what the DCC holds it hands over by SRV 6.21. */
static void mend_network_operator(const struct inquiry *q, const struct finding *f, struct action *a)
{
    const struct mark *look = worst_operator_cell(q, f);
    const enum reason why = look != NULL ? network_operator_cell_reason(q, look) : REASON_UNKNOWN_OWNER;

    if (why == REASON_UNKNOWN_OWNER) { /* where the holder is not known, the read comes first */
        read_first(OBLIGATION_NETWORK_OPERATOR_CREDENTIALS, f, a);
        return;
    }
    a->role = ROLE_NETWORK_OPERATOR;
    a->srv = why == REASON_DCC_CERT_IN_NO_CELL ? SRV(6, 21, 0) : SRV(6, 15, 1);
    if (why != REASON_DCC_CERT_IN_NO_CELL)
        a->by = directory_entity(q->ctx->directory, look->subject).party;
}

static void mend_supplier(const struct inquiry *q, const struct finding *f, struct action *a)
{
    const struct entity holder = directory_entity(q->ctx->directory, wrong_supplier_cell(f)->subject);

    a->role = ROLE_SUPPLIER;
    if (directory_is_dcc(q->ctx->directory, holder.party))
        a->srv = SRV(6, 21, 0);
    else if (holder.role == ROLE_SUPPLIER)
        a->srv = SRV(6, 23, 0);
    else
        read_first(OBLIGATION_SUPPLIER_CREDENTIALS, f, a);
}

/* NOT_MET and NOT_ATTEMPTED */
static void mend(const struct inquiry *q, enum obligation o, const struct finding *f, struct action *a)
{
    a->kind = ACTION_SEND;
    switch (o) {
    case OBLIGATION_ISSUE_CREDENTIALS:
    case OBLIGATION_DEVICE_CERTIFICATES:
        a->srv = obligation_facts(o)->legacy_srv;
        a->key_usage = open_usage(f);
        break;
    case OBLIGATION_NETWORK_OPERATOR_CREDENTIALS:
        mend_network_operator(q, f, a);
        break;
    case OBLIGATION_SUPPLIER_CREDENTIALS:
        mend_supplier(q, f, a);
        break;
    case OBLIGATION_COMMUNICATING:
        a->kind = ACTION_VISIT;
        break;
    default: /* no Service Request of a User replaces the Recovery cell: the DCC looks again, and recovers */
        a->kind = ACTION_CHECK;
        a->by = directory_dcc(q->ctx->directory);
        break;
    }
}

static bool only_awaits(const struct finding *f)
{
    unsigned doubts = 0;

    for (size_t i = 0; i < f->parts.count; i++) {
        if (f->parts.part[i].met)
            continue;
        if (f->at[i].unclear || f->at[i].doubts == 0)
            return false;
        doubts |= f->at[i].doubts;
    }
    return doubts == OUTCOME_BIT(OUTCOME_AWAITING);
}

/* UNVERIFIED */
static void settle(const struct inquiry *q, enum obligation o, const struct finding *f, struct action *a)
{
    if (only_awaits(f)) {
        *a = (struct action){.kind = ACTION_WAIT}; /* there is nothing to do for anybody */
        return;
    }
    if (obligation_facts(o)->read != 0) {
        read_first(o, f, a);
        return;
    }
    a->kind = ACTION_CHECK;
    a->by = directory_dcc(q->ctx->directory);
}

void give_actions(const struct inquiry *q, const struct finding findings[OBLIGATIONS], struct judgement *j)
{
    for (unsigned i = 0; i < OBLIGATIONS; i++) {
        const enum obligation o = (enum obligation)i;
        struct obligation_judgement *out = &j->obligations[o];
        const struct finding *f = &findings[o];

        if (out->state == STATE_MET || out->state == STATE_NOT_APPLICABLE)
            continue;
        out->action.by = out->owed_by;
        if (f->waiting)
            out->action = (struct action){.kind = ACTION_WAIT};
        else if (f->unregistered)
            out->action = (struct action){.kind = ACTION_REGISTER};
        else if (out->state == STATE_UNVERIFIED)
            settle(q, o, f, &out->action);
        else if (out->state == STATE_NOT_ATTEMPTED && log_is_silent(q, o, q->deadline, q->ctx->as_of))
            read_first(o, f, &out->action); /* it may have been done late, in a hole of the log (R4.7) */
        else
            mend(q, o, f, &out->action);
    }
}
