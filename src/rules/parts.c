/* What R4.1 to R4.6 say of an obligation at one instant; the key pairs and certificates of the Device (R4.1, R4.2),
 * whether it communicates (R4.5), and its Recovery cell (R4.6). The other cells: cells.c. */
#include "parts_int.h"

/* ---- R4.1 and R4.2: one part for each usage ---- */

unsigned done_line(enum obligation o)
{
    return o == OBLIGATION_ISSUE_CREDENTIALS ? DONE_KEYS : DONE_CERTS;
}

/* Untyped successes by when they were made: all that their allotment to usages needs to know. */
struct tally {
    uint32_t count;
    instant first, last, second; /* second: the last but one */
};

static struct tally tally_of(const struct inquiry *q, unsigned line)
{
    struct tally t = {.count = q->lines.line[line].standing, INSTANT_NONE, INSTANT_NONE, INSTANT_NONE};
    const struct mark *last;

    if (t.count == 0)
        return t;
    last = line_last(&q->lines, line);
    t.first = line_first(&q->lines, line)->key;
    t.last = last->key;
    if (t.count > 1)
        t.second = line_before(&q->lines, last)->key;
    return t;
}

/* Each usage with its looks and its typed successes; untyped ones come after. */
static void base_parts(const struct inquiry *q, enum obligation o, struct parts *out)
{
    out->count = 2;
    out->either = false;
    for (unsigned i = 0; i < 2; i++) {
        struct part *p = &out->part[i];
        const struct mark *typed;

        *p = (struct part){0};
        p->key_usage = i == 0 ? KEY_DIGITAL_SIGNATURE : KEY_KEY_AGREEMENT;
        if (o == OBLIGATION_DEVICE_CERTIFICATES)
            part_look(q, p, SEEN_CERTS + i);
        typed = line_last(&q->lines, done_line(o) + USAGE_DS + i);
        p->met = p->seen == PART_PROVED || (typed != NULL && outweighs(p, typed->key));
    }
}

/* R4.2: whether the first untyped success, of those made no later than the proof began, accounts for the proof: no
 * typed one for that usage was made before it. */
static bool serves_proof(const struct inquiry *q, enum obligation o, unsigned usage, const struct part *p,
                         instant first)
{
    const struct mark *typed = line_first(&q->lines, done_line(o) + USAGE_DS + usage);

    return p->seen == PART_PROVED && first <= p->since && (typed == NULL || typed->key > first);
}

/* Both usages are open. A usage without evidence is served before a disproved one. */
static void allot_to_both(struct parts *p, struct tally t, unsigned choice)
{
    struct part *first = &p->part[0], *second = &p->part[1];

    if (first->seen == PART_DISPROVED && (second->seen == PART_UNSEEN || second->last < first->last)) {
        first = &p->part[1];
        second = &p->part[0];
    }
    /* `first` is unseen, or else was last seen wrong before `second` was */
    if (!outweighs(first, t.last))
        return;
    if (t.count > 1 && outweighs(second, t.last) && outweighs(first, t.second)) {
        first->met = second->met = true;
        return;
    }
    p->either = first->seen == second->seen && outweighs(second, t.last);
    if (p->either)
        p->part[choice].met = true;
    else
        first->met = true;
}

/* R4.2: an untyped success covers one usage; they are taken in the order made. */
static void allot(const struct inquiry *q, enum obligation o, struct parts *p, unsigned choice)
{
    struct tally t = tally_of(q, done_line(o) + USAGE_UNTYPED);
    const unsigned open = p->part[0].met ? 1 : 0;

    if (t.count == 0 || parts_met(p))
        return;
    if (!p->part[0].met && !p->part[1].met) {
        allot_to_both(p, t, choice);
        return;
    }
    if (serves_proof(q, o, 1 - open, &p->part[1 - open], t.first) && t.count == 1)
        return; /* what is left, if any, was made last */
    p->part[open].met = outweighs(&p->part[open], t.last);
}

void usage_parts(const struct inquiry *q, enum obligation o, unsigned choice, struct parts *out)
{
    base_parts(q, o, out);
    allot(q, o, out, choice);
}

/* The successes of an obligation in the order made: typed ones before untyped ones of the same instant. */
struct successes {
    const struct mark *next[USAGES]; /* of each usage */
};

static const struct mark *next_success(const struct inquiry *q, struct successes *s, enum usage *usage)
{
    const struct mark *first = NULL;

    for (unsigned k = 0; k < USAGES; k++) {
        const enum usage u = (enum usage)((k + 1) % USAGES); /* the untyped last */

        if (s->next[u] != NULL && (first == NULL || s->next[u]->key < first->key)) {
            first = s->next[u];
            *usage = u;
        }
    }
    if (first != NULL)
        s->next[*usage] = line_after(&q->lines, first);
    return first;
}

/* Of a proof, the first that was made no later than it began. */
static bool accounts_for(const struct part *p, const struct mark *success)
{
    return p->seen == PART_PROVED && p->command == NULL && success->key <= p->since;
}

/* What an untyped success did: a proof, then what nothing else covers, then what an issued certificate shows (R4.1). */
static struct part *done_untyped(struct parts *p, const struct mark *success, const struct mark *const issued[2])
{
    struct part *best = NULL;

    for (unsigned i = 0; i < 2; i++)
        if (accounts_for(&p->part[i], success) && (best == NULL || p->part[i].since < best->since))
            best = &p->part[i];
    for (unsigned pass = 0; best == NULL && pass < 3; pass++) /* a usage without evidence before a disproved one */
        for (unsigned i = 0; i < 2 && best == NULL; i++) {
            struct part *one = &p->part[i];

            if (one->met && one->command == NULL && one->seen == (pass == 1 ? PART_DISPROVED : PART_UNSEEN) &&
                (issued[i] != NULL) == (pass == 2) && outweighs(one, success->key))
                best = one;
        }
    return best;
}

void find_doers(const struct inquiry *q, enum obligation o, struct parts *p)
{
    struct successes s;
    const struct mark *success, *issued[2] = {NULL, NULL};
    enum usage usage = USAGE_UNTYPED;

    for (unsigned u = 0; u < USAGES; u++)
        s.next[u] = line_first(&q->lines, done_line(o) + u);
    for (unsigned i = 0; i < 2; i++) {
        const struct mark *m = line_first(&q->lines, done_line(o) + USAGE_DS + i);

        for (; m != NULL && (m->ref.kind != EVIDENCE_REQUEST || !outweighs(&p->part[i], m->key));
             m = line_after(&q->lines, m))
            issued[i] = m->ref.kind == EVIDENCE_SNAPSHOT ? m : issued[i];
        p->part[i].command = p->part[i].seen == PART_PROVED ? NULL : m;
    }
    while ((success = next_success(q, &s, &usage)) != NULL) {
        struct part *done = usage == USAGE_UNTYPED ? done_untyped(p, success, issued) : &p->part[usage - USAGE_DS];

        if (done != NULL && (usage == USAGE_UNTYPED || accounts_for(done, success)))
            done->command = success;
    }
    for (unsigned i = 0; i < 2; i++)
        if (p->part[i].command == NULL)
            p->part[i].command = issued[i];
}

struct allotment allotment_of(const struct inquiry *q, enum obligation o, const struct parts *p)
{
    struct allotment a = {0};
    struct parts done = *p;

    find_doers(q, o, &done);
    for (unsigned i = 0; i < 2; i++) {
        const struct part *one = &done.part[i];

        a.proof_taken = a.proof_taken || (one->seen == PART_PROVED && one->command != NULL);
        a.by[i] = one->command;
    }
    return a;
}

/* ---- R4.5 and R4.6 ---- */

enum obligation_state communicating_state(const struct inquiry *q)
{
    const struct mark *check = line_last(&q->lines, SEEN_COMMUNICATING), *answer = line_last(&q->lines, ANSWERS);

    if (check != NULL && check->weight == WEIGHT_DISPROVES && (answer == NULL || answer->at <= check->at))
        return STATE_NOT_MET;
    return check != NULL || answer != NULL ? STATE_MET : STATE_UNVERIFIED;
}

enum obligation_state recovery_state(const struct inquiry *q)
{
    const struct mark *seen = line_last(&q->lines, SEEN_RECOVERY);

    if (seen == NULL)
        return STATE_UNVERIFIED;
    return seen->weight == WEIGHT_PROVES ? STATE_MET : STATE_NOT_MET;
}

/* ---- All of them ---- */

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
    p->seen = seen.look == NULL ? PART_UNSEEN : part_seen_by((enum weight)seen.look->weight);
}

enum part_seen part_seen_by(enum weight weight)
{
    return weight == WEIGHT_PROVES ? PART_PROVED : weight == WEIGHT_LOSING ? PART_LOSING : PART_DISPROVED;
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
