/* R4.1 to R4.6 as at as-of: the state of each obligation, the records it rests on, and what is to be done next: what
 * mends it, or what settles it, by a party that can. */
#include "conclude_int.h"

/* ---- States ---- */

enum rule obligation_rule(enum obligation o)
{
    static const enum rule rule_of[OBLIGATIONS] = {
#define OBLIGATION(id, word, column, rule, legacy_srv, legacy_check, read, cells, plain, asks, legacy_asks) RULE_##rule,
#include "domain/obligations.def"
#undef OBLIGATION
    };

    return rule_of[o];
}

void add_ref(struct obligation_judgement *o, struct evidence_ref ref)
{
    for (size_t i = 0; i < o->ref_count; i++)
        if (o->refs[i].kind == ref.kind && o->refs[i].index == ref.index)
            return;
    if (o->ref_count < EVIDENCE_REFS_MAX)
        o->refs[o->ref_count++] = ref;
}

static void refer_to(struct obligation_judgement *o, const struct mark *mark)
{
    if (mark != NULL)
        add_ref(o, mark->ref);
}

/* What each part rests on: the look that proves it, else the command that covers it. */
static void refer_to_parts(const struct parts *p, struct obligation_judgement *out)
{
    for (size_t i = 0; i < p->count; i++)
        refer_to(out,
                 p->part[i].seen == PART_PROVED || p->part[i].command == NULL ? p->part[i].look : p->part[i].command);
}

/* From the parts of f. */
static void conclude_parts(const struct inquiry *q, enum obligation o, struct finding *f,
                           struct obligation_judgement *out)
{
    if (!parts_met(&f->parts)) {
        settle_open_parts(q, o, f, out);
        return;
    }
    out->state = STATE_MET;
    if (!q->ctx->wants_refs)
        return;
    if (!obligation_facts(o)->cells)
        find_doers(q, o, &f->parts);
    refer_to_parts(&f->parts, out);
}

static void conclude_issue(const struct inquiry *q, struct finding *f, const struct obligation_judgement *certificates,
                           struct obligation_judgement *out)
{
    usage_parts(q, OBLIGATION_ISSUE_CREDENTIALS, 0, &f->parts);
    if (!parts_met(&f->parts) && certificates->state == STATE_MET) {
        f->implied = true;
        out->state = STATE_MET;
        for (size_t i = 0; i < certificates->ref_count; i++)
            add_ref(out, certificates->refs[i]);
        return;
    }
    conclude_parts(q, OBLIGATION_ISSUE_CREDENTIALS, f, out);
}

static void conclude_network_operator(const struct inquiry *q, struct finding *f, struct obligation_judgement *out)
{
    f->exempt = network_operator_exempt(q);
    f->unregistered = q->tenure.network_operator.kind == PARTY_NONE;
    if (f->exempt)
        return; /* not applicable */
    network_operator_parts(q, &f->parts);
    conclude_parts(q, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS, f, out);
    if (f->unregistered && out->state == STATE_MET)
        out->state = STATE_UNVERIFIED;
}

static void conclude_supplier(const struct inquiry *q, struct finding *f, struct obligation_judgement *out)
{
    supplier_parts(q, &f->parts);
    if (f->parts.count > 0)
        conclude_parts(q, OBLIGATION_SUPPLIER_CREDENTIALS, f, out);
}

/* R4.5 */
static void conclude_communicating(const struct inquiry *q, struct finding *f, struct obligation_judgement *out)
{
    const struct mark *check = line_last(&q->lines, SEEN_COMMUNICATING);

    out->state = communicating_state(q);
    if (out->state == STATE_NOT_MET && log_is_silent(q, OBLIGATION_COMMUNICATING, check->at, q->ctx->as_of)) {
        f->gap = true;
        out->state = STATE_UNVERIFIED;
    }
    refer_to(out, check);
    refer_to(out, line_last(&q->lines, ANSWERS));
}

static void conclude_one(const struct inquiry *q, enum obligation o, struct finding *f, struct judgement *j)
{
    struct obligation_judgement *out = &j->obligations[o];

    switch (o) {
    case OBLIGATION_ISSUE_CREDENTIALS:
        conclude_issue(q, f, &j->obligations[OBLIGATION_DEVICE_CERTIFICATES], out);
        break;
    case OBLIGATION_NETWORK_OPERATOR_CREDENTIALS:
        conclude_network_operator(q, f, out);
        break;
    case OBLIGATION_SUPPLIER_CREDENTIALS:
        conclude_supplier(q, f, out);
        break;
    case OBLIGATION_COMMUNICATING:
        conclude_communicating(q, f, out);
        break;
    case OBLIGATION_RECOVERY_CELL:
        out->state = recovery_state(q);
        refer_to(out, line_last(&q->lines, SEEN_RECOVERY));
        break;
    default:
        usage_parts(q, o, 0, &f->parts);
        conclude_parts(q, o, f, out);
        break;
    }
}

void conclude(const struct inquiry *q, struct finding findings[OBLIGATIONS], struct judgement *j)
{
    /* device-certificates first: it may imply issue-credentials */
    static const enum obligation order[OBLIGATIONS] = {
        OBLIGATION_DEVICE_CERTIFICATES,  OBLIGATION_ISSUE_CREDENTIALS, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS,
        OBLIGATION_SUPPLIER_CREDENTIALS, OBLIGATION_COMMUNICATING,     OBLIGATION_RECOVERY_CELL,
    };

    for (size_t i = 0; i < OBLIGATIONS; i++) {
        const enum obligation o = order[i];
        struct obligation_judgement *out = &j->obligations[o];

        out->state = STATE_NOT_APPLICABLE;
        out->rule = obligation_rule(o);
        findings[o].parts.count = 0; /* the rest of the parts, and where they stand, is told when there are any */
        findings[o].implied = findings[o].exempt = findings[o].unregistered = findings[o].gap = findings[o].waiting =
            false;
        if (!obligation_applies(q, o))
            continue;
        out->owed_by = owing(q, q->terms[o].owed_by);
        conclude_one(q, o, &findings[o], j);
        if (out->state == STATE_NOT_APPLICABLE)
            out->owed_by = (struct party){0};
    }
}

/* ---- Next actions ---- */

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

/* Of the cells that fail for what looks show, that of which the reason comes first, by R6's order; NULL: there is none.
 * Two looks of one instant may disprove a cell in different ways. */
static const struct mark *worst_operator_cell(const struct inquiry *q, const struct finding *f)
{
    const struct mark *found = NULL;

    for (size_t i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        if (p->met || p->seen != PART_DISPROVED || f->at[i].state != STATE_NOT_MET)
            continue;
        for (const struct mark *m = p->look; looks_at_once(m, p->look); m = line_before(&q->lines, m))
            if (found == NULL || network_operator_cell_reason(q, m) < network_operator_cell_reason(q, found))
                found = m;
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
