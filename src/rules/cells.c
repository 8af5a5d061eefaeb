/* R4.3 and R4.4: the Network Operator and the Supplier cells, one by one. */
#include "parts_int.h"

bool network_operator_exempt(const struct inquiry *q)
{
    return directory_no_not_in_repository(q->ctx->directory, q->tenure.network_operator);
}

static bool covers(const struct mark *command, const struct mark *evidence)
{
    return command != NULL && (evidence == NULL || command->at > evidence->at);
}

void network_operator_parts(const struct inquiry *q, struct parts *out)
{
    const struct obligation_terms *terms = &q->terms[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS];

    *out = (struct parts){.count = terms->cell_count};
    for (unsigned i = 0; i < terms->cell_count; i++) {
        struct part *p = &out->part[i];

        p->key_usage = terms->cells[i].key_usage;
        p->cell_usage = terms->cells[i].cell_usage;
        p->evidence = last_mark(q, SEEN_NETWORK_OPERATOR + i);
        p->command = last_mark(q, DONE_NETWORK_OPERATOR + i);
        if (p->evidence != NULL)
            p->seen = p->evidence->weight == WEIGHT_PROVES ? PART_PROVED : PART_DISPROVED;
        p->met = p->seen == PART_PROVED || covers(p->command, p->evidence);
    }
}

enum reason network_operator_cell_reason(const struct inquiry *q, const struct mark *evidence)
{
    const struct entity holder = directory_entity(q->ctx->directory, evidence->subject);

    if (holder.role == ROLE_SUPPLIER)
        return REASON_SUPPLIER_CERT_IN_NO_CELL;
    if (holder.role == ROLE_NETWORK_OPERATOR)
        return REASON_WRONG_NETWORK_OPERATOR;
    return directory_is_dcc(q->ctx->directory, holder.party) ? REASON_DCC_CERT_IN_NO_CELL : REASON_UNKNOWN_OWNER;
}

bool supplier_sender_counts(const struct inquiry *q, uint64_t user, instant at)
{
    const struct party sender = directory_entity(q->ctx->directory, user).party;

    return party_equal(sender, tenure_at(&q->tenures, at).supplier) || directory_is_dcc(q->ctx->directory, sender);
}

static bool held_by_losing_party(const struct inquiry *q, const struct mark *evidence)
{
    const struct entity holder = directory_entity(q->ctx->directory, evidence->subject);

    return holder.role == ROLE_SUPPLIER && party_equal(holder.party, q->losing) &&
           evidence->at <= q->cos_at + q->ctx->revised->cos_grace_ms;
}

void supplier_parts(const struct inquiry *q, struct parts *out)
{
    const struct obligation_terms *terms = &q->terms[OBLIGATION_SUPPLIER_CREDENTIALS];

    *out = (struct parts){0};
    for (unsigned i = 0; i < terms->cell_count; i++) {
        const struct mark *evidence = last_mark(q, SEEN_SUPPLIER + i);
        struct part *p = &out->part[out->count];

        if (evidence == NULL || evidence->at < q->cos_at)
            continue;
        *p = (struct part){.key_usage = terms->cells[i].key_usage,
                           .cell_usage = terms->cells[i].cell_usage,
                           .evidence = evidence,
                           .command = last_mark(q, DONE_SUPPLIER + i)};
        out->count++;
        if (evidence->weight == WEIGHT_PROVES)
            p->seen = PART_PROVED;
        else
            p->seen = held_by_losing_party(q, evidence) ? PART_LOSING : PART_DISPROVED;
        p->met = p->seen == PART_PROVED || covers(p->command, evidence) ||
                 (p->seen == PART_LOSING && q->now <= q->cos_at + q->ctx->revised->cos_grace_ms);
    }
}
