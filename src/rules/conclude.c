/* R4.1 to R4.6 as at as-of: the state of each obligation, and the records it rests on. */
#include "conclude_int.h"

static const enum rule rule_of[OBLIGATIONS] = {
#define OBLIGATION(id, word, column, rule, legacy_srv, legacy_check, read, cells, plain, asks, legacy_asks) RULE_##rule,
#include "domain/obligations.def"
#undef OBLIGATION
};

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

static void conclude_parts(const struct inquiry *q, enum obligation o, struct finding *f,
                           struct obligation_judgement *out)
{
    obligation_parts(q, o, 0, &f->parts);
    if (!parts_met(&f->parts)) {
        settle_open_parts(q, o, f, out);
        return;
    }
    out->state = STATE_MET;
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
        out->rule = rule_of[o];
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
