/* R4.3: the certificates that a request is known to have sent (DUIS), where its answer does not tell what it placed. */
#include "inquiry_int.h"

bool outcome_is_of(const struct cell_outcome *c, enum party_role role, const struct cell_kind *kind)
{
    return c->role == role && c->key_usage == kind->key_usage && c->cell_usage == kind->cell_usage;
}

/* Whether its answer leaves open whose certificate is in the cell: it has no outcomes, or one of the cell without a
 * name. */
static bool answer_leaves_open(const struct attempt *a, enum party_role role, const struct cell_kind *kind)
{
    if (a->cells == NULL)
        return true;
    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *const c = &a->cells->outcomes[i];

        if (outcome_is_of(c, role, kind) && c->status == 0 && c->new_subject == 0)
            return true;
    }
    return false;
}

/* R4.4: no grace for a Supplier that lost the Device: what it sent is no look. */
static enum sent belongs_to_supplier(const struct inquiry *q, const struct entity *holder, instant at)
{
    const struct party supplier = tenure_at(&q->tenures, at).supplier;

    if (supplier.kind == PARTY_NONE)
        return SENT_UNTOLD;
    return holder->role == ROLE_SUPPLIER && party_equal(holder->party, supplier) ? SENT_RIGHT : SENT_WRONG;
}

static enum sent belongs(const struct inquiry *q, enum party_role role, uint64_t subject, instant at)
{
    const struct entity holder = directory_entity(q->ctx->directory, subject);
    enum weight weight;

    if (subject == 0)
        return SENT_UNTOLD;
    if (role == ROLE_SUPPLIER)
        return belongs_to_supplier(q, &holder, at);
    weight = weigh_operator(q, &holder, at);
    return weight == WEIGHT_PROVES ? SENT_RIGHT : weight == WEIGHT_DISPROVES ? SENT_WRONG : SENT_UNTOLD;
}

const struct request_row *attempt_sent_to(const struct attempt *a, enum party_role role)
{
    for (unsigned i = 0; a->sent != NULL && i < a->sent->outcome_count; i++)
        if (a->sent->outcomes[i].role == role)
            return a->sent;
    return NULL;
}

/* Of several certificates for one cell the one that is wrong decides, else one that is right. */
struct cell_sent attempt_sent(const struct inquiry *q, const struct attempt *a, enum obligation o,
                              const struct cell_kind *kind)
{
    const enum party_role role = o == OBLIGATION_SUPPLIER_CREDENTIALS ? ROLE_SUPPLIER : ROLE_NETWORK_OPERATOR;
    const instant at = a->answer.answered_at != INSTANT_NONE ? a->answer.answered_at : attempt_made(a);
    const struct request_row *const row = attempt_sent_to(a, role);
    struct cell_sent found = {.sent = a->cells == NULL ? SENT_NOTHING : SENT_UNTOLD};

    if (row == NULL || !answer_leaves_open(a, role, kind))
        return (struct cell_sent){.sent = SENT_UNTOLD};
    for (unsigned i = 0; i < row->outcome_count; i++) {
        const struct cell_outcome *const c = &row->outcomes[i];
        enum sent sent;

        if (!outcome_is_of(c, role, kind))
            continue;
        sent = belongs(q, role, c->new_subject, at);
        if (sent == SENT_WRONG)
            return (struct cell_sent){SENT_WRONG, c->new_subject, c->new_key_id};
        if (found.sent != SENT_RIGHT)
            found.sent = sent;
    }
    return found;
}

bool attempt_may_place_operator(const struct inquiry *q, const struct attempt *a, const struct cell_kind *kind)
{
    const enum sent sent = attempt_sent(q, a, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS, kind).sent;

    return sent == SENT_RIGHT || (sent == SENT_UNTOLD && operator_sender_tells(q->ctx->directory, &q->tenures, a));
}
