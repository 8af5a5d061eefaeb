/* What a judgement made of each record, told part by part. */
#include "rules/trace.h"

#include "conclude_int.h"

struct tracer {
    struct inquiry *q;
    enum obligation o;
    const struct finding *f;
    size_t place; /* of the part */
    const struct part *part;
    const struct trace_told *told;
};

static void tell(const struct tracer *t, struct evidence_ref by, enum effect e)
{
    t->told->effect(t->told->ctx, by, e);
}

static void tell_looks(const struct tracer *t, unsigned line)
{
    for (const struct mark *m = line_first(&t->q->lines, line); m != NULL; m = line_after(&t->q->lines, m))
        tell(t, m->ref,
             m->weight == WEIGHT_PROVES      ? EFFECT_PROVES
             : m->weight == WEIGHT_DISPROVES ? EFFECT_DISPROVES
             : m->weight == WEIGHT_LOSING    ? EFFECT_LOSING
                                             : EFFECT_SILENT);
}

static bool is_usage(enum obligation o)
{
    return o == OBLIGATION_ISSUE_CREDENTIALS || o == OBLIGATION_DEVICE_CERTIFICATES;
}

/* Not where an issued certificate, which is no request, shows the key pair (R4.1). */
static bool covers(const struct part *p, struct evidence_ref by)
{
    return p->met && p->command != NULL && p->command->ref.kind == by.kind && p->command->ref.index == by.index;
}

/* R4.3: what the request is known to have sent to the part, if it is a cell. */
static enum sent sent_to(const struct tracer *t, const struct attempt *a)
{
    const struct cell_kind kind = {t->part->key_usage, t->part->cell_usage};

    return is_usage(t->o) ? SENT_UNTOLD : attempt_sent(t->q, a, t->o, &kind).sent;
}

/* Whether a part is open, and one of the requests without a usage that have this outcome counts for it. */
static bool is_lent(const struct tracer *t, size_t place, enum outcome outcome)
{
    return !t->f->parts.part[place].met && !t->f->implied && (t->f->at[place].lent & OUTCOME_BIT(outcome)) != 0;
}

/* R4.7: a request without a usage counts for one part at most. */
static enum effect unless_elsewhere(const struct tracer *t, const struct attempt *a, enum effect e)
{
    if (a->credential_type != KEY_NONE || is_lent(t, t->place, a->outcome))
        return e;
    for (size_t i = 0; i < t->f->parts.count; i++)
        if (i != t->place && is_lent(t, i, a->outcome))
            return EFFECT_ELSEWHERE;
    return e;
}

static enum effect effect_of_success(const struct tracer *t, const struct attempt *a, struct evidence_ref by)
{
    const struct part *p = t->part;
    const enum sent sent = sent_to(t, a);

    if (sent == SENT_WRONG && (t->o == OBLIGATION_SUPPLIER_CREDENTIALS || (p->misplaced && attempt_made(a) == p->last)))
        return EFFECT_MISPLACED;
    if (!p->misplaced && straddles(p, attempt_made(a), attempt_answered(a)))
        return unless_elsewhere(t, a, EFFECT_UNCLEAR);
    if (!outweighs(p, attempt_made(a)))
        return EFFECT_PAST;
    if (sent == SENT_WRONG)
        return EFFECT_MISPLACED;
    if (is_usage(t->o))
        return a->credential_type != KEY_NONE || covers(p, by) ? EFFECT_COVERS : EFFECT_COUNTS;
    if (t->o == OBLIGATION_SUPPLIER_CREDENTIALS)
        return EFFECT_COVERS;
    return sent == SENT_RIGHT || (operator_sender_tells(t->q->ctx->directory, &t->q->tenures, a) &&
                                  (a->role == ROLE_NETWORK_OPERATOR || (p->seen != PART_DISPROVED && !p->unclear)))
               ? EFFECT_COVERS
               : EFFECT_UNCLEAR;
}

static enum effect effect_of(const struct tracer *t, const struct attempt *a, struct evidence_ref by)
{
    if (!a->in_force)
        return EFFECT_WAITS;
    if (outcome_is_refusal(a->outcome))
        return a->outcome == OUTCOME_FAILED ? EFFECT_FAILED : EFFECT_REFUSED;
    if (a->outcome == OUTCOME_SUCCEEDED)
        return effect_of_success(t, a, by);
    if (sent_to(t, a) == SENT_WRONG)
        return EFFECT_MISPLACED;
    return outweighs(t->part, attempt_made(a)) ? unless_elsewhere(t, a, EFFECT_DOUBT) : EFFECT_PAST;
}

/* What a response told of each cell is a look at it, and was told as one; the success is told where it says nothing. */
static bool is_told_as_look(const struct tracer *t, const struct attempt *a)
{
    const enum party_role role = t->o == OBLIGATION_SUPPLIER_CREDENTIALS ? ROLE_SUPPLIER : ROLE_NETWORK_OPERATOR;
    const struct cell_kind kind = {t->part->key_usage, t->part->cell_usage};

    return a->cells != NULL && a->outcome == OUTCOME_SUCCEEDED && !answer_leaves_to_success(t->q, a, role, &kind);
}

static void tell_requests(const struct tracer *t)
{
    for (size_t i = 0; i < t->q->attempt_count; i++) {
        const struct attempt *a = &t->q->attempts[i];
        const struct evidence_ref by = {EVIDENCE_REQUEST, (uint32_t)(a->counted - t->q->records->requests)};

        if (!attempt_is_for(t->q, a, t->o) || is_told_as_look(t, a))
            continue;
        if (is_usage(t->o) && a->credential_type != KEY_NONE && a->credential_type != t->part->key_usage)
            continue;
        if (t->o == OBLIGATION_SUPPLIER_CREDENTIALS && !supplier_sender_counts(t->q, a))
            continue;
        if (sent_to(t, a) == SENT_NOTHING && !outcome_is_refusal(a->outcome))
            continue;
        tell(t, by, effect_of(t, a, by));
    }
}

static void trace_parts(struct tracer *t, const struct finding *f)
{
    for (size_t i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        t->f = f;
        t->place = i;
        t->part = p;
        t->told->part(t->told->ctx, t->o,
                      &(struct traced_part){
                          .key_usage = p->key_usage,
                          .cell_usage = p->cell_usage,
                          .state = p->met || f->implied ? STATE_MET : f->at[i].state,
                          .rule = p->met || f->implied ? obligation_rule(t->o) : f->at[i].rule,
                          .since = p->look != NULL && !p->misplaced ? p->since : INSTANT_NONE,
                          .last = p->look != NULL && !p->misplaced ? p->last : INSTANT_NONE,
                      });
        if (t->o != OBLIGATION_ISSUE_CREDENTIALS)
            tell_looks(t, p->line);
        tell_requests(t);
    }
}

static void trace_whole(struct tracer *t, const struct obligation_judgement *j)
{
    const bool answers = t->o == OBLIGATION_COMMUNICATING;
    const struct mark *last = answers ? line_last(&t->q->lines, ANSWERS) : NULL;

    t->told->part(
        t->told->ctx, t->o,
        &(struct traced_part){.state = j->state, .rule = j->rule, .since = INSTANT_NONE, .last = INSTANT_NONE});
    tell_looks(t, answers ? SEEN_COMMUNICATING : SEEN_RECOVERY);
    if (last != NULL)
        tell(t, last->ref, EFFECT_ANSWERED);
}

void judge_trace(const struct device_facts *facts, const struct judge_context *ctx, struct judge_scratch *scratch,
                 const struct trace_told *told)
{
    struct finding findings[OBLIGATIONS];
    struct judgement j = {.excluded = EXCLUDED_NOT};
    struct tracer t = {.told = told};
    struct inquiry q;

    if (!inquire(&q, facts, ctx, scratch))
        return;
    conclude(&q, findings, &j);
    t.q = &q;
    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        t.o = (enum obligation)o;
        if (!obligation_applies(&q, t.o) || findings[o].exempt)
            continue;
        if (o == OBLIGATION_COMMUNICATING || o == OBLIGATION_RECOVERY_CELL)
            trace_whole(&t, &j.obligations[o]);
        else
            trace_parts(&t, &findings[o]);
    }
}

size_t judge_gaps(const struct device_facts *facts, const struct judge_context *ctx, struct judge_scratch *scratch,
                  struct registration_gap *out, size_t most)
{
    const instant commissioned_at = inventory_at(facts->records, ctx->as_of)->commissioned_at;
    struct inquiry q;
    size_t count = 0;

    inquiry_init(&q, facts, ctx, scratch);
    for (size_t i = 1; i + 1 < q.tenures.count; i++) {
        const struct tenure *gap = &q.tenures.ptr[i];

        if (gap->supplier.kind != PARTY_NONE || gap[1].from <= commissioned_at || gap[-1].supplier.kind == PARTY_NONE ||
            party_equal(gap[-1].supplier, gap[1].supplier))
            continue;
        if (count < most)
            out[count] = (struct registration_gap){gap->from, gap[1].from, gap[-1].supplier, gap[1].supplier};
        count++;
    }
    return count;
}

static const struct {
    const char *word, *sentence;
} told_as[EFFECTS] = {
    [EFFECT_PROVES] = {"proves", "shows it as it is to be"},
    [EFFECT_DISPROVES] = {"disproves", "shows it otherwise than it is to be"},
    [EFFECT_LOSING] = {"losing", "shows the Supplier that had lost the Device shortly before"},
    [EFFECT_SILENT] = {"silent", "says nothing of it by itself"},
    [EFFECT_ANSWERED] = {"answered", "came from the Device itself"},
    [EFFECT_COVERS] = {"covers", "put it right"},
    [EFFECT_COUNTS] = {"counts", "tells no key usage, and counts for one of them"},
    [EFFECT_UNCLEAR] = {"unclear", "leaves unclear what it holds"},
    [EFFECT_MISPLACED] = {"misplaced", "sent another party's certificate"},
    [EFFECT_PAST] = {"past", "was made before it was seen, and so decides nothing"},
    [EFFECT_DOUBT] = {"doubt", "may have put it right"},
    [EFFECT_ELSEWHERE] = {"elsewhere", "tells no key usage, and counts for the other"},
    [EFFECT_FAILED] = {"failed", "failed on the Device, and changed nothing"},
    [EFFECT_REFUSED] = {"refused", "was refused, and changed nothing"},
    [EFFECT_WAITS] = {"waits", "is not to be executed yet"},
};

const char *effect_word(enum effect e)
{
    return told_as[e].word;
}

const char *effect_sentence(enum effect e)
{
    return told_as[e].sentence;
}
