/* R4.3 and R4.4: the Network Operator and the Supplier cells, one by one. */
#include "parts_int.h"

/* R4.0: a look that tells no owner carries on whose the cell was, to be held against who is registered by then. */
static void cell_look(const struct inquiry *q, enum party_role role, struct part *p, unsigned line)
{
    struct entity holder;

    part_look(q, p, line);
    if (p->look == NULL)
        return;
    p->held_at = p->look->key;
    p->grace_end = p->look->at;
    holder = directory_entity(q->ctx->directory, p->look->subject);
    for (const struct mark *m = line_after(&q->lines, p->look); m != NULL && m->key <= p->last;
         m = line_after(&q->lines, m)) {
        instant grace_end = m->key;
        const enum weight weight =
            role == ROLE_SUPPLIER ? weigh_supplier(q, &holder, m->key, &grace_end) : weigh_operator(q, &holder, m->key);

        if (weight == WEIGHT_SILENT)
            continue;
        p->seen = part_seen_by(weight);
        p->held_at = m->key;
        p->grace_end = grace_end;
    }
}

/* R4.3: every entity of the registered operator is outside the SMKI Repository, unless the latest look at a cell shows
 * another operator, or a stranger, in it. */
bool network_operator_exempt(const struct inquiry *q)
{
    const struct obligation_terms *terms = &q->terms[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS];

    if (!directory_no_not_in_repository(q->ctx->directory, q->tenure.network_operator))
        return false;
    for (unsigned i = 0; i < terms->cell_count; i++) {
        struct part p = {0};
        enum reason why;

        cell_look(q, ROLE_NETWORK_OPERATOR, &p, SEEN_NETWORK_OPERATOR + i);
        if (p.seen != PART_DISPROVED)
            continue;
        why = network_operator_cell_reason(q, p.look);
        if (why == REASON_WRONG_NETWORK_OPERATOR || why == REASON_UNKNOWN_OWNER)
            return false;
    }
    return true;
}

enum reason network_operator_cell_reason(const struct inquiry *q, const struct mark *look)
{
    const struct entity holder = directory_entity(q->ctx->directory, look->subject);

    if (holder.role == ROLE_SUPPLIER)
        return REASON_SUPPLIER_CERT_IN_NO_CELL;
    if (holder.role == ROLE_NETWORK_OPERATOR)
        return REASON_WRONG_NETWORK_OPERATOR;
    return directory_is_dcc(q->ctx->directory, holder.party) ? REASON_DCC_CERT_IN_NO_CELL : REASON_UNKNOWN_OWNER;
}

/* What the successes that outweigh the looks at a Network Operator cell come to. */
enum placed { PLACED_NOTHING, PLACED_RIGHT, PLACED_WRONG, PLACED_UNKNOWN };

static const struct mark *last_outweighing(const struct inquiry *q, unsigned line, const struct part *p)
{
    const struct mark *last = line_last(&q->lines, line);

    return last != NULL && outweighs(p, last->key) ? last : NULL;
}

static enum placed placed_by(const struct mark *told)
{
    return told->weight == WEIGHT_DONE        ? PLACED_RIGHT
           : told->weight == WEIGHT_MISPLACED ? PLACED_WRONG
                                              : PLACED_UNKNOWN;
}

/* R4.3: the latest decides; where it has no role and does not cover the cell, it takes nothing back from one that
 * tells, but may have put right what that one is known to have misplaced. */
static enum placed placed(const struct inquiry *q, unsigned cell, struct part *p)
{
    const struct mark *told = last_outweighing(q, TOLD_OPERATOR + cell, p);
    const struct mark *untold = last_outweighing(q, UNTOLD_OPERATOR + cell, p);
    const bool covers = untold != NULL && untold->weight == WEIGHT_DONE && p->seen == PART_UNSEEN;

    if (told != NULL && told->weight == WEIGHT_MISPLACED && untold != NULL && untold->key > told->key) {
        p->command = untold;
        return PLACED_UNKNOWN;
    }
    if (told != NULL && (untold == NULL || !covers || told->key >= untold->key)) {
        p->command = told;
        return placed_by(told);
    }
    p->command = untold;
    if (covers)
        return PLACED_RIGHT;
    if (untold == NULL || (untold->weight == WEIGHT_DONE && p->seen == PART_PROVED))
        return PLACED_NOTHING;
    return PLACED_UNKNOWN;
}

/* R4.3: one from a stranger that was made before a proving look and answered after it. */
static bool stranger_straddles(const struct inquiry *q, unsigned cell, const struct part *p)
{
    const struct mark *m = line_last(&q->lines, STRANGE_OPERATOR + cell);

    for (; m != NULL && m->key > p->last; m = line_before(&q->lines, m))
        if (m->at < p->last)
            return true;
    return false;
}

/* R4.3: what its success is known to have placed there disproves the cell from when it was made. */
static void misplace(struct part *p)
{
    p->misplaced = true;
    p->seen = PART_DISPROVED;
    p->look = p->command;
    p->since = p->last = p->command->key;
}

void network_operator_parts(const struct inquiry *q, struct parts *out)
{
    const struct obligation_terms *terms = &q->terms[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS];

    out->count = terms->cell_count;
    out->either = false;
    for (unsigned i = 0; i < terms->cell_count; i++) {
        struct part *p = &out->part[i];
        enum placed by;

        *p = (struct part){.key_usage = terms->cells[i].key_usage, .cell_usage = terms->cells[i].cell_usage};
        cell_look(q, ROLE_NETWORK_OPERATOR, p, SEEN_NETWORK_OPERATOR + i);
        by = placed(q, i, p);
        p->unclear =
            by == PLACED_UNKNOWN || (by == PLACED_NOTHING && p->seen == PART_PROVED && stranger_straddles(q, i, p));
        if (by == PLACED_WRONG)
            misplace(p);
        p->met = by == PLACED_RIGHT || (p->seen == PART_PROVED && !p->unclear);
    }
}

/* R4.4: whether a party has been registered as Supplier since commissioning. */
static bool was_registered(const struct inquiry *q, struct party p)
{
    for (size_t i = tenure_index(&q->tenures, q->now); i-- > 0;) {
        if (party_equal(q->tenures.ptr[i].supplier, p))
            return true;
        if (q->tenures.ptr[i].from <= q->commissioned_at)
            break;
    }
    return false;
}

/* R4.4: a look that is older than the latest Change of Supplier still tells of a stranger. */
static bool shows_stranger(const struct inquiry *q, const struct mark *look)
{
    const struct entity holder = directory_entity(q->ctx->directory, look->subject);

    return holder.role != ROLE_SUPPLIER || !was_registered(q, holder.party);
}

void supplier_parts(const struct inquiry *q, struct parts *out)
{
    const struct obligation_terms *terms = &q->terms[OBLIGATION_SUPPLIER_CREDENTIALS];

    out->count = 0;
    out->either = false;
    for (unsigned i = 0; i < terms->cell_count; i++) {
        struct part *p = &out->part[out->count];

        if (q->lines.line[SEEN_SUPPLIER + i].standing == 0)
            continue;
        *p = (struct part){.key_usage = terms->cells[i].key_usage, .cell_usage = terms->cells[i].cell_usage};
        cell_look(q, ROLE_SUPPLIER, p, SEEN_SUPPLIER + i);
        if (p->look == NULL)
            continue;
        if (p->held_at < q->cos_at) {
            if (line_last(&q->lines, p->line)->key >= q->cos_at || !shows_stranger(q, p->look))
                continue;
            p->seen = PART_DISPROVED;
        }
        p->command = line_last(&q->lines, DONE_SUPPLIER + i);
        p->met = p->seen == PART_PROVED || (p->command != NULL && outweighs(p, p->command->key)) ||
                 (p->seen == PART_LOSING && q->now <= p->grace_end);
        out->count++;
    }
}

static bool any_straddles(const struct inquiry *q, unsigned line, const struct part *p)
{
    for (const struct mark *m = line_last(&q->lines, line); m != NULL; m = line_before(&q->lines, m))
        if (straddles(p, m->key, m->at))
            return true;
    return false;
}

/* R4.0: a success that was made before the look and answered after it. */
void find_unclear_cells(const struct inquiry *q, enum obligation o, struct parts *p)
{
    for (size_t k = 0; k < p->count; k++) {
        struct part *const one = &p->part[k];

        if (one->met || one->misplaced)
            continue;
        if (o == OBLIGATION_SUPPLIER_CREDENTIALS)
            one->unclear = any_straddles(q, DONE_SUPPLIER + (one->line - SEEN_SUPPLIER), one);
        else
            one->unclear = one->unclear || any_straddles(q, TOLD_OPERATOR + (one->line - SEEN_NETWORK_OPERATOR), one) ||
                           any_straddles(q, UNTOLD_OPERATOR + (one->line - SEEN_NETWORK_OPERATOR), one);
    }
}
