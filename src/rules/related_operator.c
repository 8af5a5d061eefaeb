/* R9.1: Network Operator cells, and virtual anchor slots of SMETS1 Devices, that hold no certificate or the wrong one.
 */
#include "related_int.h"

static bool is_replacement(srv_code srv)
{
    return srv == SRV(6, 15, 1) || srv == SRV(6, 21, 0);
}

/* Devices that were put aside hold what they hold. */
static bool is_in_service(const struct inventory_row *row)
{
    return row->status == SMI_COMMISSIONED || row->status == SMI_SUSPENDED || row->status == SMI_RECOVERY ||
           row->status == SMI_RECOVERED;
}

static void see(const struct search *s, struct slot *slot, uint64_t subject, instant at)
{
    const struct party registered = s->judgement->network_operator;
    const struct entity holder = directory_entity(s->ctx->directory, subject);

    slot->subject = subject;
    slot->seen_at = at;
    if (registered.kind == PARTY_NONE)
        slot->state = SLOT_UNSEEN;
    else if (subject == 0)
        slot->state = SLOT_EMPTY;
    else
        slot->state =
            party_equal(holder.party, registered) && holder.role == ROLE_NETWORK_OPERATOR ? SLOT_RIGHT : SLOT_WRONG;
}

static const struct cell *cell_of(const struct snapshot *snap, const struct cell_kind *kind)
{
    for (size_t i = 0; i < snap->cell_count; i++) {
        const struct cell *const c = &snap->cells[i];

        if (c->role == ROLE_NETWORK_OPERATOR && c->key_usage == kind->key_usage && c->cell_usage == kind->cell_usage)
            return c;
    }
    return NULL;
}

/* R9.1: what an S1SP says is about the slots of a SMETS1 Device, what all others say about cells. */
static bool counts(const struct search *s, const struct snapshot *snap)
{
    const struct inventory_row *const row = s->judgement->inventory;
    const bool of_slots = text_equal_nocase(text_trim(snap->source_name), TEXT_LITERAL("S1SP"));

    return snap->answered && snap->taken_at <= s->ctx->as_of && of_slots == (row->smets == SMETS_1) &&
           (row->commissioned_at == INSTANT_NONE || snap->taken_at >= row->commissioned_at);
}

/* The latest snapshot that tells of the slot. A trust anchor cell is never empty: one that a read does not show was not
 * read. The S1SP shows all slots there are. */
static void look(const struct search *s, struct slot *slot)
{
    const struct device_records *const records = s->facts->records;
    const bool of_slots = s->judgement->inventory->smets == SMETS_1;

    for (size_t i = records->snapshot_count; i-- > 0 && slot->seen_at == INSTANT_NONE;) {
        const struct snapshot *const snap = &records->snapshots[i];
        const struct cell *cell;

        if (!counts(s, snap))
            continue;
        cell = cell_of(snap, &slot->kind);
        if (cell == NULL ? of_slots : cell->ok && (of_slots || cell->subject != 0))
            see(s, slot, cell != NULL ? cell->subject : 0, snap->taken_at);
    }
}

/* R4.0: what a replacement shows of each cell is direct evidence too. */
static void look_at_outcomes(const struct search *s, struct operator_exception *out, const struct attempt *a)
{
    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *const o = &a->cells->outcomes[i];
        const uint64_t subject = o->status == 0 ? o->new_subject : o->existing_subject;

        for (unsigned k = 0; k < out->slot_count; k++) {
            struct slot *const slot = &out->slots[k];

            if (o->role == ROLE_NETWORK_OPERATOR && o->key_usage == slot->kind.key_usage &&
                o->cell_usage == slot->kind.cell_usage && subject != 0 && a->answer.answered_at > slot->seen_at)
                see(s, slot, subject, a->answer.answered_at);
        }
    }
}

static bool concerns_operator(const struct search *s, const struct attempt *a)
{
    const instant commissioned_at = s->judgement->inventory->commissioned_at;

    return (a->role == ROLE_NONE || a->role == ROLE_NETWORK_OPERATOR) &&
           (commissioned_at == INSTANT_NONE || a->requested_at >= commissioned_at);
}

/* R4.0: a success that is later than the evidence outweighs it. */
static void replace(struct operator_exception *out, instant at)
{
    for (unsigned k = 0; k < out->slot_count; k++) {
        struct slot *const slot = &out->slots[k];

        if ((slot->state == SLOT_WRONG || slot->state == SLOT_EMPTY) && at > slot->seen_at)
            slot->state = SLOT_REPLACED;
    }
}

static bool is_refusal(const struct attempt *a)
{
    const struct text code = code_of(a->counted->response_code);

    return a->srv == SRV(6, 15, 1) && a->outcome == OUTCOME_REJECTED &&
           (text_equal_nocase(code, TEXT_LITERAL("S1VE4")) || text_equal_nocase(code, TEXT_LITERAL("S1VE64")));
}

static void note_refusal(struct operator_exception *out, const struct attempt *a)
{
    out->refusals++;
    if (out->refused_at != INSTANT_NONE && a->answer.answered_at <= out->refused_at)
        return;
    out->refused_at = a->answer.answered_at;
    out->refused_user = a->user;
    out->refused_code = text_trim(a->counted->response_code);
}

/* Requests lie in no order of time: what they show comes first, then the last success, then what came after it. */
static void take_requests(struct search *s, struct operator_exception *out)
{
    instant success_at = INSTANT_NONE;
    struct choice chosen;
    struct attempt a;

    for (size_t at = 0; next_request(s, &at, is_replacement, &a, &chosen);) {
        if (!concerns_operator(s, &a))
            continue;
        if (a.cells != NULL)
            look_at_outcomes(s, out, &a);
        else if (a.outcome == OUTCOME_SUCCEEDED && a.answer.answered_at > success_at)
            success_at = a.answer.answered_at;
    }
    if (success_at != INSTANT_NONE)
        replace(out, success_at);
    for (size_t at = 0; next_request(s, &at, is_replacement, &a, &chosen);)
        if (concerns_operator(s, &a) && is_refusal(&a) && a.answer.answered_at > success_at)
            note_refusal(out, &a);
}

/* R9.1: an S1SP lets the holder of a slot replace it only from the day on which it stops checking the registration. */
static bool is_checked_by_s1sp(const struct search *s)
{
    const instant ends = s->ctx->settings->operator_check_ends;

    return s->judgement->inventory->smets == SMETS_1 && (ends == INSTANT_NONE || s->ctx->as_of < ends);
}

/* The party that holds the cell sends SRV 6.15.1. What the DCC holds it hands over by SRV 6.21, as it does an empty
 * slot. */
static struct action mend(const struct search *s, const struct slot *slot)
{
    const struct entity holder = directory_entity(s->ctx->directory, slot->subject);
    struct action a = {
        .kind = ACTION_SEND, .srv = SRV(6, 15, 1), .role = ROLE_NETWORK_OPERATOR, .key_usage = slot->kind.key_usage};

    if (slot->state == SLOT_EMPTY || directory_is_dcc(s->ctx->directory, holder.party)) {
        a.srv = SRV(6, 21, 0);
        a.by = directory_dcc(s->ctx->directory);
    } else if (is_checked_by_s1sp(s)) {
        a = (struct action){.kind = ACTION_UPDATE_S1SP};
    } else if (holder.role == ROLE_NETWORK_OPERATOR || holder.role == ROLE_SUPPLIER) {
        a.by = holder.party;
    }
    return a;
}

void operator_find(struct search *s, struct operator_exception *out)
{
    const struct inventory_row *const row = s->judgement->inventory;
    const struct obligation_terms *const terms =
        &s->ctx->revised->terms[row->type][OBLIGATION_NETWORK_OPERATOR_CREDENTIALS];

    *out = (struct operator_exception){.refused_at = INSTANT_NONE};
    if (terms->cell_count == 0 || !is_in_service(row))
        return;
    out->in_repository = !directory_no_not_in_repository(s->ctx->directory, s->judgement->network_operator);
    out->slot_count = terms->cell_count;
    for (unsigned k = 0; k < out->slot_count; k++) {
        out->slots[k] = (struct slot){.kind = terms->cells[k], .seen_at = INSTANT_NONE};
        look(s, &out->slots[k]);
    }
    take_requests(s, out);
    out->found = out->refusals > 0;
    for (unsigned k = 0; k < out->slot_count; k++) {
        struct slot *const slot = &out->slots[k];

        if (slot->state != SLOT_WRONG && slot->state != SLOT_EMPTY)
            continue;
        out->found = true;
        if (out->in_repository)
            slot->mend = mend(s, slot);
    }
}

const char *slot_state_word(enum slot_state s)
{
    static const char *const words[SLOT_STATES] = {"UNSEEN", "RIGHT", "REPLACED", "EMPTY", "WRONG"};

    return words[s];
}
