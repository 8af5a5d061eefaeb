/* R4.1 and R4.2: the key pairs and certificates of the Device, one for each usage. */
#include "parts_int.h"

/* Untyped successes: all that their allotment to usages needs to know. */
struct tally {
    size_t count;
    instant first, last, second; /* second: the last but one */
};

static struct tally tally_of(const struct inquiry *q, unsigned line_id)
{
    const struct timeline *line = &q->lines[line_id];
    struct tally t = {.count = line->count, .first = INSTANT_NONE, .last = INSTANT_NONE, .second = INSTANT_NONE};

    if (line->count == 0)
        return t;
    t.first = q->marks.ptr[line->first].at;
    t.last = q->marks.ptr[line->last].at;
    if (line->count > 1)
        t.second = q->marks.ptr[q->marks.ptr[line->last].before].at;
    return t;
}

static unsigned seen_line(enum obligation o)
{
    return o == OBLIGATION_ISSUE_CREDENTIALS ? SEEN_KEYS : SEEN_CERTS;
}

static unsigned done_line(enum obligation o)
{
    return o == OBLIGATION_ISSUE_CREDENTIALS ? DONE_KEYS : DONE_CERTS;
}

/* Each usage with its evidence and its typed successes; untyped ones come after. */
static void base_parts(const struct inquiry *q, enum obligation o, bool with_evidence, struct parts *out)
{
    *out = (struct parts){.count = 2};
    for (unsigned i = 0; i < 2; i++) {
        struct part *p = &out->part[i];

        p->key_usage = i == 0 ? KEY_DIGITAL_SIGNATURE : KEY_KEY_AGREEMENT;
        p->evidence = with_evidence ? last_mark(q, seen_line(o) + i) : NULL;
        p->command = last_mark(q, done_line(o) + USAGE_DS + i);
        if (p->evidence != NULL)
            p->seen = p->evidence->weight == WEIGHT_PROVES ? PART_PROVED : PART_DISPROVED;
        p->met = p->seen == PART_PROVED ||
                 (p->command != NULL && (p->seen == PART_UNSEEN || p->command->at > p->evidence->at));
    }
}

/* R4.2: one untyped success serves one usage, in time order: a usage that later evidence proves; else one without
 * evidence; else a disproved one, if the answer is later than the disproof. */
static void allot(struct parts *p, struct tally t)
{
    struct part *open[2];
    size_t open_count = 0, unseen = 0, allotted;

    for (size_t i = 0; i < 2; i++) {
        if (p->part[i].met)
            continue;
        open[open_count++] = &p->part[i];
        unseen += p->part[i].seen == PART_UNSEEN;
    }
    for (size_t i = 0; i < 2; i++) /* an open usage is left, so at most one is proved */
        if (open_count > 0 && p->part[i].seen == PART_PROVED && t.count > 0 && t.first <= p->part[i].evidence->at)
            t.count--;
    allotted = t.count < unseen ? t.count : unseen;
    t.count -= allotted;
    for (size_t i = 0; i < open_count; i++)
        if (open[i]->seen == PART_UNSEEN)
            open[i]->met = allotted == unseen;
    if (open_count == 2 && unseen == 0) {
        struct part *low = open[0]->evidence->at <= open[1]->evidence->at ? open[0] : open[1];
        struct part *high = low == open[0] ? open[1] : open[0];

        low->met = t.count > 0 && t.last > low->evidence->at;
        high->met = t.count > 1 && t.last > high->evidence->at && t.second > low->evidence->at;
        return;
    }
    for (size_t i = 0; i < open_count; i++)
        if (open[i]->seen == PART_DISPROVED)
            open[i]->met = t.count > 0 && t.last > open[i]->evidence->at;
}

static void usage_parts(const struct inquiry *q, enum obligation o, struct parts *out)
{
    const struct mark *untyped = last_mark(q, done_line(o) + USAGE_UNTYPED);

    base_parts(q, o, true, out);
    allot(out, tally_of(q, done_line(o) + USAGE_UNTYPED));
    for (size_t i = 0; i < 2; i++)
        if (out->part[i].command == NULL)
            out->part[i].command = untyped;
}

void issue_parts(const struct inquiry *q, struct parts *out)
{
    usage_parts(q, OBLIGATION_ISSUE_CREDENTIALS, out);
}

void certificate_parts(const struct inquiry *q, struct parts *out)
{
    usage_parts(q, OBLIGATION_DEVICE_CERTIFICATES, out);
}

void credentials_done(const struct inquiry *q, enum obligation o, struct parts *out)
{
    base_parts(q, o, false, out);
    allot(out, tally_of(q, done_line(o) + USAGE_UNTYPED));
}

bool untyped_contradicted(const struct inquiry *q, const struct parts *p, instant at)
{
    const struct timeline *line = &q->lines[DONE_CERTS + USAGE_UNTYPED];
    size_t earlier = 0, spoken_for = 0;

    for (uint32_t i = line->first; i != MARK_NONE && q->marks.ptr[i].at < at; i = q->marks.ptr[i].after)
        earlier++;
    for (size_t i = 0; i < 2; i++)
        spoken_for += p->part[i].met || p->part[i].seen != PART_DISPROVED;
    return earlier > spoken_for;
}

/* R4.2: whether a success dated `at` would serve a usage that is proved anyway, and so no open one. */
static bool serves_proved(const struct parts *p, const struct tally *untyped, instant at)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct part *part = &p->part[i];

        if (part->seen == PART_PROVED && at <= part->evidence->at)
            return untyped->count == 0 || untyped->first > part->evidence->at;
    }
    return false;
}

/* An untyped request may be about either usage: nobody knows which one it was sent for. */
unsigned credentials_concerned(const struct inquiry *q, enum obligation o, const struct parts *p,
                               const struct attempt *a)
{
    const enum usage usage = usage_of(a->credential_type);
    const struct tally untyped = tally_of(q, done_line(o) + USAGE_UNTYPED);
    const instant at = attempt_dated(a);
    unsigned found = 0;

    if (usage == USAGE_UNTYPED && serves_proved(p, &untyped, at))
        return 0;
    for (unsigned i = 0; i < 2; i++) {
        const struct part *part = &p->part[i];

        if (!part->met && (usage == USAGE_UNTYPED || usage == USAGE_DS + i) &&
            (part->seen == PART_UNSEEN || at > part->evidence->at))
            found |= 1U << i;
    }
    return found;
}
