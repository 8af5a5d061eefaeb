/* Counts Devices that are alike, in a table addressed by hash. */
#include "counts_int.h"

#include "rules/attribution.h"
#include "rules/waiver.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct counting {
    struct count *slots; /* a table addressed by hash while counting, then sorted, the used ones first */
    size_t size;         /* a power of two */
    size_t used;
};

static struct alike alike_of(const struct judgement *j, bool waived, bool operator_seen)
{
    struct alike a;

    memset(&a, 0, sizeof(a));
    a.supplier = j->supplier.id;
    a.reasons = j->reasons;
    a.supplier_kind = (uint8_t)j->supplier.kind;
    a.type = (uint8_t)j->inventory->type;
    a.region = (uint8_t)j->inventory->region;
    a.verdict = (uint8_t)j->verdict;
    a.legacy_verdict = (uint8_t)j->legacy_verdict;
    a.classification = (uint8_t)j->classification;
    a.late = (uint8_t)(j->late + 1);
    a.excluded = (uint8_t)j->excluded;
    a.main_reason = (uint8_t)j->main_reason;
    a.state = waived;
    a.smets = (uint8_t)j->inventory->smets;
    a.cohort = (uint8_t)j->inventory->cohort;
    a.status = (uint8_t)j->inventory->status;
    a.operator_seen = operator_seen;
    return a;
}

/* FNV-1a over the eight bytes at a time. */
static size_t hash_of(const struct alike *a)
{
    uint64_t words[sizeof(*a) / sizeof(uint64_t)], hash = UINT64_C(0xCBF29CE484222325);

    memcpy(words, a, sizeof(words));
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        hash = (hash ^ words[i]) * UINT64_C(0x100000001B3);
    return (size_t)(hash ^ hash >> 32);
}

static struct count *slot_of(struct count *slots, size_t size, const struct alike *a)
{
    size_t i = hash_of(a) & (size - 1);

    while (slots[i].devices > 0 && memcmp(&slots[i].alike, a, sizeof(*a)) != 0)
        i = (i + 1) & (size - 1);
    return &slots[i];
}

static int grow(struct counting *c, struct err *err)
{
    const size_t size = c->size == 0 ? 1024 : 2 * c->size;
    struct count *const slots = calloc(size, sizeof(*slots));

    if (slots == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < c->size; i++)
        if (c->slots[i].devices > 0)
            *slot_of(slots, size, &c->slots[i].alike) = c->slots[i];
    free(c->slots);
    c->slots = slots;
    c->size = size;
    return 0;
}

static int count_alike(struct counting *c, struct alike a, struct err *err)
{
    struct count *slot;

    if (2 * c->used >= c->size && grow(c, err) < 0)
        return -1;
    slot = slot_of(c->slots, c->size, &a);
    c->used += slot->devices == 0;
    slot->alike = a;
    slot->devices++;
    return 0;
}

static struct alike alike_of_party(const struct judgement *j, struct party p)
{
    struct alike a;

    memset(&a, 0, sizeof(a));
    a.supplier = p.id;
    a.supplier_kind = (uint8_t)p.kind;
    a.type = (uint8_t)j->inventory->type;
    a.region = (uint8_t)j->inventory->region;
    return a;
}

static bool is_among(const struct party *parties, size_t count, struct party p)
{
    for (size_t i = 0; i < count; i++)
        if (party_same(parties[i], p))
            return true;
    return false;
}

static int count_owing(struct counting *c, const struct judgement *j, struct err *err)
{
    struct party told[OBLIGATIONS];
    size_t count = 0;

    for (int o = 0; o < OBLIGATIONS; o++) {
        const struct party p = j->obligations[o].owed_by;
        struct party_account account;
        struct alike a;

        if (is_among(told, count, p) || !party_account_of(j, p, &account))
            continue;
        told[count++] = p;
        a = alike_of_party(j, p);
        a.state = (uint8_t)account.state;
        a.inherited = account.inherited;
        if (count_alike(c, a, err) < 0)
            return -1;
    }
    return 0;
}

static int count_obliged(struct counting *c, const struct judgement *j, const struct judge_context *ctx,
                         struct err *err)
{
    struct party told[OBLIGATIONS];
    size_t count = 0;

    for (int o = 0; o < OBLIGATIONS; o++) {
        const struct party p = legacy_obliged(ctx, j, (enum obligation)o);
        struct alike a;
        bool failed = false;

        if (ctx->legacy->terms[j->inventory->type][o].owed_by == OWED_BY_NONE || is_among(told, count, p))
            continue;
        told[count++] = p;
        for (int k = o; k < OBLIGATIONS; k++)
            failed =
                failed || (party_same(legacy_obliged(ctx, j, (enum obligation)k), p) && !j->obligations[k].legacy_met);
        a = alike_of_party(j, p);
        a.by_legacy = 1;
        a.state = failed && j->legacy_verdict == VERDICT_FAIL;
        if (count_alike(c, a, err) < 0)
            return -1;
    }
    return 0;
}

static int count_one(struct counting *c, enum counts_kind kind, const struct judge_context *ctx,
                     const struct judged_row *row, bool operator_seen, struct err *err)
{
    const struct judgement *const j = &row->judgement;

    if (kind == COUNTS_OF_DEVICES)
        return count_alike(c, alike_of(j, is_waived(ctx, j, row->inventory.model), operator_seen), err);
    if (j->verdict == VERDICT_EXCLUDED || j->verdict == VERDICT_PENDING)
        return 0;
    return count_owing(c, j, err) < 0 ? -1 : count_obliged(c, j, ctx, err);
}

/* By bytes, empty slots last: any order will do, as long as it is the same everywhere. */
static int by_alike(const void *a, const void *b)
{
    const struct count *const x = a, *const y = b;

    if ((x->devices == 0) != (y->devices == 0))
        return x->devices == 0 ? 1 : -1;
    return memcmp(&x->alike, &y->alike, sizeof(x->alike));
}

static int count_all(struct counting *c, const struct judged *judged, enum counts_kind kind, struct err *err)
{
    struct judged_cursor at = {0};
    struct judged_head head;
    struct judged_row row;
    int got;

    judged_rewind(&at, judged);
    while ((got = judged_next(&at, &head, err)) == 1)
        if (judged_row_read(&at, &row, err) < 0 ||
            count_one(c, kind, judged->ctx, &row, (head.related & RELATED_OPERATOR_SEEN) != 0, err) < 0) {
            got = -1;
            break;
        }
    judged_cursor_release(&at);
    if (got == 0 && c->size > 0)
        qsort(c->slots, c->size, sizeof(*c->slots), by_alike);
    return got;
}

/* ---- Once for all who ask ---- */

struct counted {
    pthread_mutex_t lock;
    struct counting of[COUNTS_KINDS];
    bool done[COUNTS_KINDS];
};

int counted_create(struct counted **out, struct err *err)
{
    struct counted *const c = calloc(1, sizeof(*c));

    *out = c;
    if (c == NULL)
        return err_nomem(err);
    if (pthread_mutex_init(&c->lock, NULL) == 0)
        return 0;
    free(c);
    *out = NULL;
    return err_nomem(err);
}

void counted_destroy(struct counted *c)
{
    if (c == NULL)
        return;
    for (int kind = 0; kind < COUNTS_KINDS; kind++)
        free(c->of[kind].slots);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

int counts_of(const struct judged *judged, enum counts_kind kind, struct counts *out, struct err *err)
{
    struct counted *const c = judged->counted;
    struct counting *const counting = c != NULL ? &c->of[kind] : NULL;
    int rc = 0;

    *out = (struct counts){NULL, 0};
    if (c == NULL)
        return 0;
    pthread_mutex_lock(&c->lock);
    if (!c->done[kind]) {
        free(counting->slots); /* of an attempt that failed */
        *counting = (struct counting){NULL, 0, 0};
        rc = count_all(counting, judged, kind, err);
        c->done[kind] = rc == 0;
    }
    *out = (struct counts){counting->slots, counting->used};
    pthread_mutex_unlock(&c->lock);
    return rc;
}
