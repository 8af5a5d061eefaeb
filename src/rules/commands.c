/* R4.0: command evidence: what a SUCCEEDED request did to each part, and whose word counts for which. */
#include "commands_int.h"

#include "outcome_int.h"

void add_mark(struct inquiry *q, unsigned line, enum weight weight, instant key, instant at, struct evidence_ref ref,
              uint32_t *chain)
{
    struct mark *const m = lines_add(&q->lines);

    m->key = key;
    m->at = at;
    m->subject = m->key_id = 0;
    m->cert = NULL;
    m->ref = ref;
    m->chain = chain;
    m->line = (uint8_t)line;
    m->weight = (uint8_t)weight;
}

/* R4.3: the role of the sender, for whoever is not in the reference data by what the row tells. */
static enum party_role role_of_user(enum user_role role)
{
    switch (role) {
    case USER_IS:
    case USER_GS:
        return ROLE_SUPPLIER;
    case USER_ED:
    case USER_GT:
        return ROLE_NETWORK_OPERATOR;
    case USER_DCC:
        return ROLE_DCC;
    default:
        return ROLE_NONE;
    }
}

bool operator_sender_tells(const struct inquiry *q, const struct attempt *a)
{
    const struct entity sender = directory_entity(q->ctx->directory, a->user);
    const enum party_role role = sender.role != ROLE_NONE ? sender.role : role_of_user(a->user_role);

    return role == ROLE_SUPPLIER || role == ROLE_DCC || directory_is_dcc(q->ctx->directory, sender.party) ||
           (role == ROLE_NETWORK_OPERATOR &&
            party_equal(sender.party, tenure_at(&q->tenures, a->answer.answered_at).network_operator));
}

bool supplier_sender_counts(const struct inquiry *q, const struct attempt *a)
{
    const instant answered = attempt_answered(a);
    const instant at = answered != INSTANT_MAX ? answered : attempt_made(a);
    const struct party sender = directory_entity(q->ctx->directory, a->user).party;

    return party_equal(sender, tenure_at(&q->tenures, at).supplier) || directory_is_dcc(q->ctx->directory, sender);
}

static void add_operator_marks(struct inquiry *q, struct attempt *a, unsigned cell, struct evidence_ref ref)
{
    const instant made = attempt_made(a), answered = a->answer.answered_at;
    const unsigned line = a->role == ROLE_NETWORK_OPERATOR ? TOLD_OPERATOR : UNTOLD_OPERATOR;
    const bool tells = operator_sender_tells(q, a);

    add_mark(q, line + cell, tells ? WEIGHT_DONE : WEIGHT_STRANGE, made, answered, ref, &a->marks);
    if (!tells)
        add_mark(q, STRANGE_OPERATOR + cell, WEIGHT_STRANGE, answered, made, ref, &a->marks);
}

/* Covers the cells of a role, or of them the one of that kind. */
static void add_cell_marks(struct inquiry *q, struct attempt *a, enum party_role role, const struct cell_kind *kind,
                           struct evidence_ref ref)
{
    const bool supplier = role == ROLE_SUPPLIER;
    const enum obligation o = supplier ? OBLIGATION_SUPPLIER_CREDENTIALS : OBLIGATION_NETWORK_OPERATOR_CREDENTIALS;
    const struct obligation_terms *terms = &q->terms[o];

    if ((!supplier && role != ROLE_NETWORK_OPERATOR) || !attempt_is_for(q, a, o) ||
        (supplier && !supplier_sender_counts(q, a)))
        return;
    for (unsigned i = 0; i < terms->cell_count; i++) {
        if (kind != NULL && cell_index(terms, kind) != (int)i)
            continue;
        if (supplier)
            add_mark(q, DONE_SUPPLIER + i, WEIGHT_DONE, attempt_made(a), a->answer.answered_at, ref, &a->marks);
        else
            add_operator_marks(q, a, i, ref);
    }
}

/* Known cell outcomes decide instead (R4.3); but one that was replaced, without a word by whose certificate, is covered
 * as it would be by the success alone. */
static void add_replaced_marks(struct inquiry *q, struct attempt *a, struct evidence_ref ref)
{
    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *o = &a->cells->outcomes[i];

        if (o->status == 0 && !cell_tells(q, o->role, o->new_subject, a->answer.answered_at))
            add_cell_marks(q, a, o->role, &(struct cell_kind){o->key_usage, o->cell_usage}, ref);
    }
}

/* A future-dated command does nothing before its execution_at. */
static void add_success_marks(struct inquiry *q, struct attempt *a, struct evidence_ref ref)
{
    const instant made = attempt_made(a), answered = a->answer.answered_at;
    const enum usage usage = usage_of(a->credential_type);

    if (attempt_is_for(q, a, OBLIGATION_ISSUE_CREDENTIALS))
        add_mark(q, DONE_KEYS + usage, WEIGHT_DONE, made, answered, ref, &a->marks);
    else if (attempt_is_for(q, a, OBLIGATION_DEVICE_CERTIFICATES))
        add_mark(q, DONE_CERTS + usage, WEIGHT_DONE, made, answered, ref, &a->marks);
    else if (a->cells != NULL)
        add_replaced_marks(q, a, ref);
    else {
        add_cell_marks(q, a, ROLE_NETWORK_OPERATOR, NULL, ref);
        add_cell_marks(q, a, ROLE_SUPPLIER, NULL, ref);
    }
}

void add_command_marks(struct inquiry *q, struct attempt *a)
{
    const struct evidence_ref ref = {EVIDENCE_REQUEST, (uint32_t)(a->counted - q->records->requests)};

    a->marks = MARK_NONE;
    if (a->answer.answered_at >= q->commissioned_at && a->outcome <= OUTCOME_EMPTY)
        add_mark(q, ANSWERS, WEIGHT_DONE, a->answer.answered_at, a->answer.answered_at, ref, &a->marks);
    if (a->outcome == OUTCOME_SUCCEEDED && a->in_force)
        add_success_marks(q, a, ref);
    if (a->cells != NULL && (a->about == ABOUT_CELLS || a->about == ABOUT_SUPPLIER_CELLS))
        add_outcome_marks(q, a);
}
