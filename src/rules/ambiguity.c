/* R4.7: what ambiguity does to each open part: one that is neither proved nor covered. */
#include "conclude_int.h"

/* Ambiguous or AWAITING. */
static bool outcome_is_unclear(enum outcome o)
{
    return o == OUTCOME_EMPTY || o == OUTCOME_UNRECOGNISED || o == OUTCOME_TIMED_OUT || o == OUTCOME_AWAITING;
}

bool outcome_is_refusal(enum outcome o)
{
    return o == OUTCOME_FAILED || o == OUTCOME_REJECTED;
}

/* An open part, and the requests that could concern it. */
struct open_part {
    struct part *part;
    unsigned index;
    unsigned doubts;    /* outcomes of the ambiguous and AWAITING ones: bit 1 << outcome */
    bool in_doubt;      /* one of them was made after the latest look, or there is none */
    unsigned refusals;  /* outcomes of those that were refused */
    instant refused_at; /* the latest of them */
    unsigned lent;      /* of an untyped request that counts for this part: its outcome's bit, or 0 */
};

/* Untyped requests, and untyped successes that leave a usage unclear: each counts for one part at most. Told apart by
 * the open parts that they could concern: bit 1 << place among them. */
#define CONCERNS 4
struct loose {
    uint32_t count[CONCERNS];
    unsigned outcomes[CONCERNS]; /* bit 1 << outcome; OUTCOME_SUCCEEDED: leaves it unclear */
};

struct question {
    const struct inquiry *q;
    enum obligation o;
    struct finding *f;
    struct open_part open[CRITERIA_CELLS_MAX];
    size_t open_count;
    struct loose loose;
};

static bool is_usage(enum obligation o)
{
    return o == OBLIGATION_ISSUE_CREDENTIALS || o == OBLIGATION_DEVICE_CERTIFICATES;
}

/* Whether a request of that type is about the part. */
static bool is_about(const struct question *k, const struct open_part *p, const struct attempt *a)
{
    return !is_usage(k->o) || a->credential_type == KEY_NONE || a->credential_type == p->part->key_usage;
}

/* R4.3: what it is known to have sent would not put the cell right. */
static bool is_astray(const struct question *k, const struct open_part *p, const struct attempt *a)
{
    const struct cell_kind kind = {p->part->key_usage, p->part->cell_usage};

    return !is_usage(k->o) && attempt_sent(k->q, a, k->o, &kind).sent >= SENT_WRONG;
}

static bool could_concern(const struct question *k, const struct open_part *p, const struct attempt *a)
{
    return is_about(k, p, a) && !is_astray(k, p, a) &&
           (outweighs(p->part, attempt_made(a)) || straddles(p->part, attempt_made(a), attempt_answered(a)));
}

static void add_loose(struct question *k, unsigned concerns, enum outcome outcome)
{
    k->loose.count[concerns]++;
    k->loose.outcomes[concerns] |= OUTCOME_BIT(outcome);
}

static void add_doubt(struct question *k, const struct attempt *a)
{
    const bool untyped = is_usage(k->o) && a->credential_type == KEY_NONE;
    unsigned after = 0;

    for (size_t i = 0; i < k->open_count; i++) {
        struct open_part *p = &k->open[i];

        if (!could_concern(k, p, a))
            continue;
        after |= (unsigned)outweighs(p->part, attempt_made(a)) << i;
        if (untyped)
            continue;
        p->doubts |= OUTCOME_BIT(a->outcome);
        p->in_doubt = p->in_doubt || outweighs(p->part, attempt_made(a));
    }
    if (untyped && after != 0)
        add_loose(k, after, a->outcome);
}

/* A refusal put nothing anywhere: it could concern every open part of its type, whenever it was. */
static void add_refusal(struct question *k, const struct attempt *a)
{
    const instant at = attempt_answered(a);

    for (size_t i = 0; i < k->open_count; i++) {
        struct open_part *p = &k->open[i];

        if (!is_about(k, p, a))
            continue;
        p->refusals |= OUTCOME_BIT(a->outcome);
        if (at > p->refused_at)
            p->refused_at = at;
    }
}

/* Of several made at one instant, for which the rules have no order: the one answered first, then by outcome (R7). */
static bool made_before(const struct attempt *a, const struct attempt *b)
{
    if (attempt_made(a) != attempt_made(b))
        return attempt_made(a) < attempt_made(b);
    if (attempt_answered(a) != attempt_answered(b))
        return attempt_answered(a) < attempt_answered(b);
    return a->outcome < b->outcome;
}

/* R4.2: the first untyped ambiguous request that a proof would be served by, if no success accounts for that proof. */
static const struct attempt *served_by_proof(const struct question *k)
{
    const struct attempt *first = NULL;
    const struct part *proved = NULL;

    for (size_t i = 0; i < k->f->parts.count; i++)
        if (k->f->parts.part[i].seen == PART_PROVED)
            proved = &k->f->parts.part[i];
    if (proved == NULL || allotment_of(k->q, k->o, &k->f->parts).proof_taken)
        return NULL;
    for (size_t i = 0; i < k->q->attempt_count; i++) {
        const struct attempt *a = &k->q->attempts[i];

        if (attempt_is_for(k->q, a, k->o) && outcome_is_unclear(a->outcome) && a->credential_type == KEY_NONE &&
            a->in_force && attempt_made(a) <= proved->since && (first == NULL || made_before(a, first)))
            first = a;
    }
    return first;
}

/* R4.2: untyped successes that cover nothing, and were made before a disproving look and answered after it; typed ones
 * of the usage. */
static void add_unclear_successes(struct question *k)
{
    const struct allotment a = allotment_of(k->q, k->o, &k->f->parts);
    const struct lines *lines = &k->q->lines;
    const struct mark *m = line_first(lines, done_line(k->o) + USAGE_UNTYPED);

    for (; m != NULL; m = line_after(lines, m)) {
        unsigned concerns = 0;

        for (size_t i = 0; i < k->open_count; i++)
            concerns |= (unsigned)straddles(k->open[i].part, m->key, m->at) << i;
        if (concerns != 0 && m != a.by[0] && m != a.by[1])
            add_loose(k, concerns, OUTCOME_SUCCEEDED);
    }
    for (size_t i = 0; i < k->open_count; i++) {
        struct part *p = k->open[i].part;

        m = line_last(lines, done_line(k->o) + usage_of(p->key_usage));
        for (; m != NULL; m = line_before(lines, m))
            p->unclear = p->unclear || straddles(p, m->key, m->at);
    }
}

static void ask(struct question *k)
{
    const struct attempt *served = is_usage(k->o) ? served_by_proof(k) : NULL;

    if (is_usage(k->o))
        add_unclear_successes(k);
    else
        find_unclear_cells(k->q, k->o, &k->f->parts);
    for (size_t i = 0; i < k->q->attempt_count; i++) {
        const struct attempt *a = &k->q->attempts[i];

        if (!attempt_is_for(k->q, a, k->o))
            continue;
        if (!a->in_force)
            k->f->waiting = k->f->waiting || a->outcome == OUTCOME_AWAITING;
        else if (outcome_is_refusal(a->outcome))
            add_refusal(k, a);
        else if (outcome_is_unclear(a->outcome) && a != served &&
                 (k->o != OBLIGATION_SUPPLIER_CREDENTIALS || supplier_sender_counts(k->q, a)))
            add_doubt(k, a);
    }
}

/* R4.7.4: another part is proved by a look that did not show this one. */
static bool is_half_seen(const struct question *k, const struct open_part *p)
{
    for (size_t i = 0; i < k->f->parts.count; i++) {
        const struct part *other = &k->f->parts.part[i];

        if (other != p->part && other->seen == PART_PROVED && !line_shows(&k->q->lines, p->part->line, other->last))
            return true;
    }
    return false;
}

static void stand(struct standpoint *s, enum obligation_state state, enum rule rule)
{
    s->state = state;
    s->rule = rule;
}

/* 1, 3 and 6, unless what mended it since may be missing from the log. */
static void fail(const struct question *k, struct standpoint *s, enum obligation_state failed, enum rule rule,
                 instant since)
{
    s->gap = log_is_silent(k->q, k->o, since, obligation_period_end(k->q));
    s->gap_from = since;
    stand(s, s->gap ? STATE_UNVERIFIED : failed, s->gap && rule == RULE_R4_7_6 ? RULE_R4_7_5 : rule);
}

/* From when on a silence may hide what mended a part that was refused. A Device refuses to repeat what it has done,
 * which may have been asked for in any silence of the period; what the DCC refused did not get so far. */
static instant refused_since(const struct question *k, const struct open_part *p)
{
    return p->refusals & OUTCOME_BIT(OUTCOME_FAILED) ? k->q->counts_from : p->refused_at;
}

/* R4.7: the first of its six clauses that matches an open part. */
static struct standpoint stand_of(const struct question *k, const struct open_part *p)
{
    struct standpoint s = {.unclear = p->part->unclear || (p->lent & OUTCOME_BIT(OUTCOME_SUCCEEDED)) != 0,
                           .doubts = p->doubts | (p->lent & ~OUTCOME_BIT(OUTCOME_SUCCEEDED)),
                           .lent = p->lent,
                           .refusals = p->refusals};

    if (p->part->seen == PART_DISPROVED && !p->in_doubt && p->lent == 0 && !s.unclear) {
        fail(k, &s, STATE_NOT_MET, RULE_R4_7_1, p->part->last);
    } else if (s.unclear || s.doubts != 0) {
        stand(&s, STATE_UNVERIFIED, RULE_R4_7_2);
    } else if (p->part->seen == PART_LOSING) {
        stand(&s, STATE_UNVERIFIED, RULE_R4_4);
    } else if (p->refusals != 0) {
        fail(k, &s, STATE_NOT_MET, RULE_R4_7_3, refused_since(k, p));
    } else if (is_half_seen(k, p)) {
        stand(&s, STATE_UNVERIFIED, RULE_R4_7_4);
    } else {
        fail(k, &s, STATE_NOT_ATTEMPTED, RULE_R4_7_6, k->q->counts_from);
    }
    return s;
}

/* The worst first (R4.7). */
static unsigned badness(enum obligation_state s)
{
    return s == STATE_NOT_MET ? 3 : s == STATE_NOT_ATTEMPTED ? 2 : s == STATE_UNVERIFIED ? 1 : 0;
}

/* Lends an untyped request to a part: one that could concern no other, if there is one. */
static bool lend(struct question *k, size_t place)
{
    for (unsigned concerns = 1; concerns < CONCERNS; concerns++) {
        if (!(concerns >> place & 1) || k->loose.count[concerns] == 0)
            continue;
        k->loose.count[concerns]--;
        k->open[place].lent = k->loose.outcomes[concerns];
        return true;
    }
    return false;
}

/* R4.7: the untyped requests count where the obligation comes out best: for the part that is worst off without them,
 * and then, if any is left, for the other. */
static void lend_loose(struct question *k)
{
    size_t worst = 0;

    if (!is_usage(k->o))
        return;
    if (k->open_count == 2 && badness(stand_of(k, &k->open[1]).state) > badness(stand_of(k, &k->open[0]).state))
        worst = 1;
    (void)lend(k, worst);
    if (k->open_count == 2)
        (void)lend(k, 1 - worst);
}

static void judge_parts(struct question *k, struct obligation_judgement *out)
{
    k->open_count = 0;
    for (unsigned i = 0; i < k->f->parts.count; i++)
        if (!k->f->parts.part[i].met)
            k->open[k->open_count++] =
                (struct open_part){.part = &k->f->parts.part[i], .index = i, .refused_at = INSTANT_NONE};
    k->loose = (struct loose){0};
    ask(k);
    lend_loose(k);
    out->state = STATE_MET;
    for (size_t i = 0; i < k->open_count; i++) {
        struct standpoint *s = &k->f->at[k->open[i].index];

        *s = stand_of(k, &k->open[i]);
        if (badness(s->state) <= badness(out->state))
            continue;
        out->state = s->state;
        out->rule = s->rule;
    }
}

static void refer(const struct inquiry *q, enum obligation o, const struct finding *f, struct obligation_judgement *out)
{
    const bool unclear = out->state == STATE_UNVERIFIED;

    for (size_t i = 0; i < f->parts.count; i++)
        if (f->parts.part[i].look != NULL)
            add_ref(out, f->parts.part[i].look->ref);
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
    struct question k = {.q = q, .o = o, .f = f};

    judge_parts(&k, out);
    if (f->parts.either) { /* an untyped success counts where the obligation comes out best, too */
        struct finding other = *f;
        struct obligation_judgement instead = *out;

        k.f = &other;
        usage_parts(q, o, 1, &other.parts);
        judge_parts(&k, &instead);
        if (badness(instead.state) < badness(out->state)) {
            *f = other;
            *out = instead;
        }
    }
    refer(q, o, f, out);
}
