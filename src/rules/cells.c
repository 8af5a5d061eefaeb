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
    const struct mark *command = last_mark(q, DONE_NETWORK_OPERATOR);

    *out = (struct parts){.count = terms->cell_count};
    for (unsigned i = 0; i < terms->cell_count; i++) {
        struct part *p = &out->part[i];

        p->key_usage = terms->cells[i].key_usage;
        p->evidence = last_mark(q, SEEN_NETWORK_OPERATOR + i);
        p->command = command;
        if (p->evidence != NULL)
            p->seen = p->evidence->weight == WEIGHT_PROVES ? PART_PROVED : PART_DISPROVED;
        p->met = p->seen == PART_PROVED || covers(command, p->evidence);
    }
}

enum reason network_operator_cell_reason(const struct inquiry *q, const struct mark *evidence)
{
    switch (directory_entity(q->ctx->directory, evidence->subject).role) {
    case ROLE_SUPPLIER:
        return REASON_SUPPLIER_CERT_IN_NO_CELL;
    case ROLE_DCC:
    case ROLE_ACCESS_CONTROL_BROKER:
    case ROLE_TRANSITIONAL_COS:
        return REASON_DCC_CERT_IN_NO_CELL;
    case ROLE_NETWORK_OPERATOR:
        return REASON_WRONG_NETWORK_OPERATOR;
    default:
        return REASON_UNKNOWN_OWNER;
    }
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
    const struct mark *command = last_mark(q, DONE_SUPPLIER);

    *out = (struct parts){0};
    for (unsigned i = 0; i < terms->cell_count; i++) {
        const struct mark *evidence = last_mark(q, SEEN_SUPPLIER + i);
        struct part *p = &out->part[out->count];

        if (evidence == NULL || evidence->at < q->cos_at)
            continue;
        *p = (struct part){.key_usage = terms->cells[i].key_usage, .evidence = evidence, .command = command};
        out->count++;
        if (evidence->weight == WEIGHT_PROVES)
            p->seen = PART_PROVED;
        else
            p->seen = held_by_losing_party(q, evidence) ? PART_LOSING : PART_DISPROVED;
        p->met = p->seen == PART_PROVED || covers(command, evidence) ||
                 (p->seen == PART_LOSING && q->now <= q->cos_at + q->ctx->revised->cos_grace_ms);
    }
}
