/* The next action of each obligation that is not MET: what mends it, or what settles it. */
#include "conclude_int.h"

/* The open usage, where it is one alone. */
static enum key_usage open_usage(const struct finding *f)
{
    enum key_usage found = KEY_NONE;
    unsigned open = 0;

    for (size_t i = 0; i < f->parts.count; i++) {
        if (f->parts.part[i].met)
            continue;
        open++;
        found = f->parts.part[i].key_usage;
    }
    return open == 1 ? found : KEY_NONE;
}

/* The first open cell that evidence disproves, NULL when none is. */
static const struct mark *disproof(const struct finding *f)
{
    for (unsigned i = 0; i < f->parts.count; i++)
        if (f->asking.disproved >> i & 1)
            return f->parts.part[i].evidence;
    return NULL;
}

static void mend_network_operator(const struct inquiry *q, const struct finding *f, struct action *a)
{
    const struct mark *evidence = disproof(f);

    a->role = ROLE_NETWORK_OPERATOR;
    /* the cells of a GPF come with DCC credentials, which only a handover replaces */
    a->srv = q->inventory->type == DEVICE_GPF && evidence == NULL ? SRV(6, 21, 0) : SRV(6, 15, 1);
    if (evidence == NULL)
        return;
    switch (network_operator_cell_reason(q, evidence)) {
    case REASON_DCC_CERT_IN_NO_CELL:
        a->srv = SRV(6, 21, 0);
        break;
    case REASON_SUPPLIER_CERT_IN_NO_CELL:
    case REASON_WRONG_NETWORK_OPERATOR: /* only the party that holds the cell can replace it */
        a->by = directory_entity(q->ctx->directory, evidence->subject).party;
        break;
    default:
        break;
    }
}

static void mend_supplier(const struct inquiry *q, const struct finding *f, struct action *a)
{
    /* NOT_MET rests on a disproved cell, always (R4.7.1) */
    const struct entity holder = directory_entity(q->ctx->directory, disproof(f)->subject);

    a->role = ROLE_SUPPLIER;
    if (directory_is_dcc(q->ctx->directory, holder.party))
        a->srv = SRV(6, 21, 0);
    else if (holder.role == ROLE_SUPPLIER)
        a->srv = SRV(6, 23, 0);
    else
        a->srv = SRV(6, 15, 1);
}

/* NOT_MET and NOT_ATTEMPTED */
static void mend(const struct inquiry *q, enum obligation o, const struct finding *f, struct action *a)
{
    a->kind = ACTION_SEND;
    switch (o) {
    case OBLIGATION_ISSUE_CREDENTIALS:
        a->srv = SRV(6, 17, 0);
        a->key_usage = open_usage(f);
        break;
    case OBLIGATION_DEVICE_CERTIFICATES:
        a->srv = SRV(6, 15, 2);
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

/* UNVERIFIED */
static void settle(const struct inquiry *q, enum obligation o, const struct finding *f, struct action *a)
{
    if (f->asking.outcomes == OUTCOME_BIT(OUTCOME_AWAITING)) {
        *a = (struct action){.kind = ACTION_WAIT}; /* there is nothing to do for anybody */
        return;
    }
    a->kind = ACTION_READ;
    switch (o) {
    case OBLIGATION_ISSUE_CREDENTIALS:
    case OBLIGATION_DEVICE_CERTIFICATES:
        a->srv = SRV(6, 24, 2);
        a->key_usage = open_usage(f);
        break;
    case OBLIGATION_NETWORK_OPERATOR_CREDENTIALS:
        a->srv = SRV(6, 24, 1);
        a->role = ROLE_NETWORK_OPERATOR;
        break;
    case OBLIGATION_SUPPLIER_CREDENTIALS:
        a->srv = SRV(6, 24, 1);
        a->role = ROLE_SUPPLIER;
        break;
    default:
        a->kind = ACTION_CHECK;
        a->by = directory_dcc(q->ctx->directory);
        break;
    }
}

void give_actions(const struct inquiry *q, const struct finding findings[OBLIGATIONS], struct judgement *j)
{
    for (unsigned i = 0; i < OBLIGATIONS; i++) {
        struct obligation_judgement *o = &j->obligations[i];
        const struct finding *f = &findings[i];

        if (o->state == STATE_MET || o->state == STATE_NOT_APPLICABLE)
            continue;
        o->action.by = o->owed_by;
        if (f->unregistered)
            o->action.kind = ACTION_REGISTER;
        else if (o->state == STATE_UNVERIFIED)
            settle(q, (enum obligation)i, f, &o->action);
        else
            mend(q, (enum obligation)i, f, &o->action);
    }
}
