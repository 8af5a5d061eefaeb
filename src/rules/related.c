/* R9: the exceptions of one Device beside its obligations. */
#include "inquiry_int.h"

#include "rules/related.h"

#include <stdlib.h>

/* One Device, while its exceptions are looked for. */
struct search {
    const struct device_facts *facts;
    const struct judge_context *ctx;
    const struct judgement *judgement;
    struct code_reader reader;
    struct tenures tenures; /* only its room, until they are asked for */
    /* What some row may be about: most Devices have none of it, and are not looked at any further. */
    bool has_outcomes, has_long_codes; /* of replacements */
    bool has_joins, has_firmware;
};

/* Steps through the requests for which `wanted` says yes, as they stand at as-of; *at starts at 0. False at the end. */
static bool next_request(struct search *s, size_t *at, bool (*wanted)(srv_code srv), struct attempt *out,
                         struct choice *chosen)
{
    const struct device_records *const records = s->facts->records;

    while (*at < records->request_count) {
        const struct request_row *const rows = &records->requests[*at];
        const size_t count = request_rows(rows, records->request_count - *at);

        *at += count;
        if (wanted(rows->srv) && request_at(rows, count, &s->reader, s->ctx->as_of, out, chosen))
            return true;
    }
    return false;
}

/* ---- R9.1: Network Operator cells, and virtual anchor slots of SMETS1 Devices, that hold no certificate or the wrong
 * one ---- */

static bool is_replacement(srv_code srv)
{
    return service_about(srv) == ABOUT_CELLS;
}

/* Devices that were put aside hold what they hold. */
static bool is_in_service(const struct inventory_row *row)
{
    return row->status == SMI_COMMISSIONED || row->status == SMI_SUSPENDED || row->status == SMI_RECOVERY ||
           row->status == SMI_RECOVERED;
}

static enum slot_state state_of(const struct search *s, uint64_t subject)
{
    const struct party registered = s->judgement->network_operator;
    const struct entity holder = directory_entity(s->ctx->directory, subject);

    if (registered.kind == PARTY_NONE)
        return SLOT_UNSEEN;
    if (subject == 0)
        return SLOT_EMPTY;
    return party_equal(holder.party, registered) && holder.role == ROLE_NETWORK_OPERATOR ? SLOT_RIGHT : SLOT_WRONG;
}

/* The latest decides; of what is shown at one instant the disproving (R4.0). */
static void see(const struct search *s, struct slot *slot, uint64_t subject, instant at)
{
    const enum slot_state state = state_of(s, subject);

    if (at < slot->seen_at || (at == slot->seen_at && state <= slot->state))
        return;
    slot->subject = subject;
    slot->seen_at = at;
    slot->state = state;
}

static bool is_of(const struct slot *slot, enum party_role role, enum key_usage key_usage, enum cell_usage cell_usage)
{
    return role == ROLE_NETWORK_OPERATOR && key_usage == slot->kind.key_usage && cell_usage == slot->kind.cell_usage;
}

/* R9.1: what an S1SP says is about the slots of a SMETS1 Device, what all others say about cells. */
static bool counts(const struct search *s, const struct snapshot *snap)
{
    const struct inventory_row *const row = s->judgement->inventory;
    const bool of_slots = text_equal_nocase(text_trim(snap->source_name), TEXT_LITERAL("S1SP"));

    return snap->answered && snap->taken_at <= s->ctx->as_of && of_slots == (row->smets == SMETS_1) &&
           (row->commissioned_at == INSTANT_NONE || snap->taken_at >= row->commissioned_at);
}

/* A trust anchor cell is never empty: one that a read does not show was not read. The S1SP shows all slots there are.
 */
static void look(const struct search *s, struct slot *slot)
{
    const struct device_records *const records = s->facts->records;
    const bool of_slots = s->judgement->inventory->smets == SMETS_1;

    for (size_t i = records->snapshot_count; i-- > 0 && records->snapshots[i].taken_at >= slot->seen_at;) {
        const struct snapshot *const snap = &records->snapshots[i];
        bool shown = false;

        if (!counts(s, snap))
            continue;
        for (size_t k = 0; k < snap->cell_count; k++) {
            const struct cell *const c = &snap->cells[k];

            if (!is_of(slot, c->role, c->key_usage, c->cell_usage))
                continue;
            shown = true;
            if (c->ok && (of_slots || c->subject != 0))
                see(s, slot, c->subject, snap->taken_at);
        }
        if (!shown && of_slots)
            see(s, slot, 0, snap->taken_at);
    }
}

/* R4.0: what a replacement shows of each cell is direct evidence too, dated by the answer that carried it. */
static void look_at_outcomes(struct search *s, struct operator_exception *out, const struct attempt *a)
{
    const instant at = attempt_cells_at(a, &s->reader);

    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *const o = &a->cells->outcomes[i];
        const uint64_t subject = o->status == 0 ? o->new_subject : o->existing_subject;

        for (unsigned k = 0; k < out->slot_count; k++)
            if (subject != 0 && is_of(&out->slots[k], o->role, o->key_usage, o->cell_usage))
                see(s, &out->slots[k], subject, at);
    }
}

/* R4.3: a success put there what it is known to have sent, which outweighs what was seen before it was made. */
static void take_sent(const struct search *s, struct operator_exception *out, const struct attempt *a)
{
    for (unsigned i = 0; i < a->sent->outcome_count; i++) {
        const struct cell_outcome *const o = &a->sent->outcomes[i];

        for (unsigned k = 0; k < out->slot_count; k++)
            if (o->new_subject != 0 && is_of(&out->slots[k], o->role, o->key_usage, o->cell_usage))
                see(s, &out->slots[k], o->new_subject, attempt_made(a));
    }
}

static bool is_known_by_sent(const struct attempt *a)
{
    return a->cells == NULL && attempt_sent_to(a, ROLE_NETWORK_OPERATOR) != NULL;
}

static bool concerns_operator(const struct search *s, const struct attempt *a)
{
    const instant commissioned_at = s->judgement->inventory->commissioned_at;

    return (a->role == ROLE_NONE || a->role == ROLE_NETWORK_OPERATOR) &&
           (commissioned_at == INSTANT_NONE || a->requested_at >= commissioned_at);
}

static bool is_amiss(const struct slot *slot)
{
    return slot->state == SLOT_WRONG || slot->state == SLOT_EMPTY;
}

/* R4.0: a success that was made after the evidence outweighs it. */
static void replace(struct operator_exception *out, instant made)
{
    for (unsigned k = 0; k < out->slot_count; k++)
        if (is_amiss(&out->slots[k]) && made > out->slots[k].seen_at)
            out->slots[k].state = SLOT_REPLACED;
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

static bool shows_cells(const struct search *s, const struct attempt *a)
{
    return a->cells != NULL && s->judgement->inventory->smets != SMETS_1;
}

/* Replaces what the successes replaced (R4.3: whose sender may), and returns when the last of them was answered. */
static instant take_successes(struct search *s, struct operator_exception *out)
{
    instant last = INSTANT_NONE;
    struct choice chosen;
    struct attempt a;

    tenures_build(&s->tenures, s->facts, s->ctx);
    for (size_t at = 0; next_request(s, &at, is_replacement, &a, &chosen);) {
        if (!concerns_operator(s, &a) || a.outcome != OUTCOME_SUCCEEDED ||
            !operator_sender_tells(s->ctx->directory, &s->tenures, &a))
            continue;
        if (!shows_cells(s, &a) && !is_known_by_sent(&a))
            replace(out, attempt_made(&a));
        if (a.answer.answered_at > last)
            last = a.answer.answered_at;
    }
    return last;
}

static bool any_amiss(const struct operator_exception *o)
{
    for (unsigned k = 0; k < o->slot_count; k++)
        if (is_amiss(&o->slots[k]))
            return true;
    return false;
}

/* Requests lie in no order of time: what they show comes first, then the successes, then what came after these. */
static void take_requests(struct search *s, struct operator_exception *out)
{
    bool refused = false, replaced = false;
    instant success_at = INSTANT_NONE;
    struct choice chosen;
    struct attempt a;

    for (size_t at = 0; next_request(s, &at, is_replacement, &a, &chosen);) {
        if (!concerns_operator(s, &a))
            continue;
        if (shows_cells(s, &a))
            look_at_outcomes(s, out, &a);
        if (is_known_by_sent(&a) && a.outcome == OUTCOME_SUCCEEDED)
            take_sent(s, out, &a);
        replaced = replaced || a.outcome == OUTCOME_SUCCEEDED;
        refused = refused || is_refusal(&a);
    }
    if (replaced && (refused || any_amiss(out)))
        success_at = take_successes(s, out);
    for (size_t at = 0; refused && next_request(s, &at, is_replacement, &a, &chosen);)
        if (concerns_operator(s, &a) && is_refusal(&a) && a.answer.answered_at > success_at)
            note_refusal(out, &a);
}

/* R9.1: an S1SP lets the holder of a slot replace it only from the day on which it stops checking the registration. */
static bool is_checked_by_s1sp(const struct search *s)
{
    const struct inventory_row *const row = s->judgement->inventory;
    const instant ends = s->ctx->settings->operator_check_ends[row->cohort];

    return row->smets == SMETS_1 && (ends == INSTANT_NONE || s->ctx->as_of < ends);
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

static void operator_find(struct search *s, struct operator_exception *out)
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
    if (s->has_outcomes || s->has_long_codes || any_amiss(out))
        take_requests(s, out);
    out->found = out->refusals > 0;
    for (unsigned k = 0; k < out->slot_count; k++) {
        struct slot *const slot = &out->slots[k];

        out->seen = out->seen || slot->state != SLOT_UNSEEN;
        if (!is_amiss(slot))
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

/* ---- R9.2: joins that nothing confirmed, and that the inventory and the Device Log tell differently since ---- */

/* A join or unjoin, the Device that it was sent to, and the other one of the pair. */
struct join_event {
    uint64_t device, other_device;
    struct join_message message;
};

static bool is_join(srv_code srv)
{
    return service_about(srv) == ABOUT_JOIN;
}

static bool is_join_or_unjoin(srv_code srv)
{
    return is_join(srv) || service_about(srv) == ABOUT_UNJOIN;
}

static bool is_ambiguous(enum outcome o)
{
    return o == OUTCOME_EMPTY || o == OUTCOME_UNRECOGNISED || o == OUTCOME_TIMED_OUT;
}

/* R9.2: a retry that FAILED, since the Device knows the other one already, or an unjoin that was refused because the
 * inventory does not. */
static bool is_sign(const struct join_message *m)
{
    if (is_join(m->srv))
        return m->outcome == OUTCOME_FAILED;
    return m->outcome == OUTCOME_REJECTED && text_equal_nocase(code_of(m->code), TEXT_LITERAL("E080801"));
}

/* R9.2: the alert of a CHF that its Device Log changed, first between two instants: the join worked. */
static instant log_changed_between(const struct device_records *records, instant from, instant to)
{
    for (size_t i = 0; records != NULL && i < records->snapshot_count; i++) {
        const struct snapshot *snap = &records->snapshots[i];

        if (snap->taken_at >= from && snap->taken_at <= to &&
            text_equal_nocase(snap->source_name, TEXT_LITERAL("alert 8F12")))
            return snap->taken_at;
    }
    return INSTANT_NONE;
}

static int compare_in_time(const void *a, const void *b)
{
    const struct join_event *x = a, *y = b;
    const int by_time =
        (x->message.requested_at > y->message.requested_at) - (x->message.requested_at < y->message.requested_at);
    const int by_srv = (x->message.srv > y->message.srv) - (x->message.srv < y->message.srv);

    if (by_time != 0)
        return by_time;
    return by_srv != 0 ? by_srv : (x->device > y->device) - (x->device < y->device);
}

static int compare_events(const void *a, const void *b)
{
    const struct join_event *x = a, *y = b;
    const int by_other = (x->other_device > y->other_device) - (x->other_device < y->other_device);

    return by_other != 0 ? by_other : compare_in_time(a, b);
}

/* The requests about one pair, in the order in which they were made. */
static bool is_in_doubt(const struct join_event *events, size_t count, struct join_exception *out)
{
    const struct join_event *ambiguous = NULL;
    bool joined = false, asked = false;

    for (size_t i = 0; i < count; i++) {
        const struct join_message *const m = &events[i].message;

        asked = asked || is_join(m->srv);
        if (m->outcome == OUTCOME_SUCCEEDED) { /* the inventory and the Device agree again */
            joined = is_join(m->srv);
            ambiguous = NULL;
        } else if (!asked && is_sign(m)) {
            *out = (struct join_exception){.device = events[i].device,
                                           .other_device = events[i].other_device,
                                           .later = *m,
                                           .later_count = out->later_count + 1,
                                           .possible = true,
                                           .log_changed_at = INSTANT_NONE};
        } else if (ambiguous != NULL && is_sign(m)) {
            out->later = *m;
            out->later_count++;
        } else if (ambiguous == NULL && !joined && is_join(m->srv) && is_ambiguous(m->outcome)) {
            ambiguous = &events[i];
            *out = (struct join_exception){.device = events[i].device,
                                           .other_device = events[i].other_device,
                                           .join = *m,
                                           .log_changed_at = INSTANT_NONE};
        }
    }
    return out->later_count > 0 && (out->possible ? !asked : ambiguous != NULL);
}

/* Those with one other Device; 0: with any. */
static size_t read_events(struct search *s, uint64_t with, struct join_event *events)
{
    struct choice chosen;
    struct attempt a;
    size_t count = 0;

    for (size_t at = 0; next_request(s, &at, is_join_or_unjoin, &a, &chosen);) {
        const struct request_row *const other = chosen.row[FILL_OTHER_DEVICE];

        if (other == NULL || other->other_device == 0 || (with != 0 && other->other_device != with))
            continue;
        events[count++] =
            (struct join_event){s->facts->records->device,
                                other->other_device,
                                {a.srv, a.user, a.requested_at, a.outcome,
                                 a.answer.coded ? text_trim(a.counted->response_code) : (struct text){NULL, 0}}};
    }
    return count;
}

/* Whether the requests to one of the two leave anything to ask of the pair. */
static bool may_be_in_doubt(const struct join_event *events, size_t count)
{
    bool doubt = false;

    for (size_t i = 0; i < count; i++) {
        const struct join_message *const m = &events[i].message;

        if (m->outcome == OUTCOME_SUCCEEDED)
            doubt = false;
        else if (is_sign(m) || (is_join(m->srv) && is_ambiguous(m->outcome)))
            doubt = true;
    }
    return doubt;
}

static size_t pairs_find(struct search *s, struct join_event *events, uint64_t *pairs)
{
    const size_t count = s->has_joins ? read_events(s, 0, events) : 0;
    size_t found = 0, n;

    if (count > 1)
        qsort(events, count, sizeof(*events), compare_events);
    for (size_t i = 0; i < count; i += n) {
        for (n = 1; i + n < count && events[i + n].other_device == events[i].other_device;)
            n++;
        if (may_be_in_doubt(&events[i], n))
            pairs[found++] = events[i].other_device;
    }
    return found;
}

size_t join_pair_scratch_size(const struct join_pair *pair)
{
    return (pair->device->request_count + (pair->other != NULL ? pair->other->request_count : 0)) *
           sizeof(struct join_event);
}

/* The requests to `of` about the pair. */
static size_t events_of(const struct device_records *of, uint64_t with, const struct judge_context *ctx,
                        struct join_event *events)
{
    const struct device_facts facts = {.records = of};
    struct search s = {.facts = &facts, .ctx = ctx};

    code_reader_init(&s.reader, ctx->codes, ctx->revised->response_window_ms);
    return read_events(&s, with, events);
}

bool join_pair_find(const struct join_pair *pair, const struct judge_context *ctx, struct judge_scratch *scratch,
                    struct join_exception *out)
{
    struct join_event *const events = scratch->ptr;
    size_t count = events_of(pair->device, pair->other_device, ctx, events);
    const struct device_records *const told[] = {pair->device, pair->other, pair->hub};

    if (pair->other != NULL)
        count += events_of(pair->other, pair->device->device, ctx, events + count);
    if (count > 1)
        qsort(events, count, sizeof(*events), compare_in_time);
    *out = (struct join_exception){0};
    if (!is_in_doubt(events, count, out) || out->device != pair->device->device)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(told) && !out->possible && out->log_changed_at == INSTANT_NONE; i++)
        out->log_changed_at = log_changed_between(told[i], out->join.requested_at, out->later.requested_at);
    return true;
}

/* ---- R9.3: SMETS1 firmware that could not be sent because some is being activated on the same HAN ---- */

static bool is_firmware(srv_code srv)
{
    const enum service_about about = service_about(srv);

    return about == ABOUT_FIRMWARE_UPDATE || about == ABOUT_FIRMWARE_ACTIVATION;
}

/* The first instant at which an activation is no longer in progress: a SRV 11.3 is for as long as its answer is awaited
 * (R2.4). */
static instant over_at(const struct search *s, const struct attempt *a)
{
    const instant window_from = a->execution_at != INSTANT_NONE ? a->execution_at : a->requested_at;
    const bool awaited = a->outcome == OUTCOME_AWAITING || a->rule == RULE_R2_5;

    return awaited ? window_from + s->ctx->revised->response_window_ms + 1 : a->answer.answered_at;
}

static bool is_refused_update(const struct attempt *a)
{
    return service_about(a->srv) == ABOUT_FIRMWARE_UPDATE && !attempt_is_step(a) && a->answer.code == CODE_REJECTED;
}

static bool is_activation(const struct attempt *a)
{
    return service_about(a->srv) == ABOUT_FIRMWARE_ACTIVATION && a->outcome != OUTCOME_NONE &&
           a->outcome != OUTCOME_REJECTED;
}

static size_t firmware_find(struct search *s, struct firmware_message *messages)
{
    struct choice chosen;
    struct attempt a;
    size_t count = 0;

    if (!s->has_firmware || s->judgement->inventory->smets != SMETS_1)
        return 0;
    for (size_t at = 0; next_request(s, &at, is_firmware, &a, &chosen);) {
        if (is_refused_update(&a))
            messages[count++] = (struct firmware_message){true, a.user, a.requested_at, a.answer.answered_at,
                                                          text_trim(a.counted->response_code)};
        else if (is_activation(&a))
            messages[count++] =
                (struct firmware_message){.user = a.user, .requested_at = a.requested_at, .until = over_at(s, &a)};
    }
    return count;
}

bool firmware_blocks(const struct firmware_message *activation, const struct firmware_message *refusal)
{
    return activation->requested_at < refusal->requested_at && refusal->until < activation->until;
}

/* ---- All of one Device ---- */

/* Shorter codes than the refusals that R9.1 looks for. */
#define SHORT_CODE 4

static void look_over(struct search *s)
{
    const struct device_records *const records = s->facts->records;

    for (size_t i = 0; i < records->request_count; i++) {
        const struct request_row *const row = &records->requests[i];

        switch (row->srv == 0 ? ABOUT_CELLS : service_about(row->srv)) {
        case ABOUT_CELLS:
            s->has_outcomes = s->has_outcomes || row->outcome_count > 0;
            s->has_long_codes = s->has_long_codes || row->response_code.len > SHORT_CODE;
            break;
        case ABOUT_JOIN:
        case ABOUT_UNJOIN:
            s->has_joins = true;
            break;
        case ABOUT_FIRMWARE_UPDATE:
        case ABOUT_FIRMWARE_ACTIVATION:
            s->has_firmware = true;
            break;
        default:
            break;
        }
    }
}

size_t related_scratch_size(const struct device_facts *facts)
{
    return facts->records->request_count *
               (sizeof(struct join_event) + sizeof(uint64_t) + sizeof(struct firmware_message)) +
           TENURES_MAX(facts->registration_count) * sizeof(struct tenure);
}

void related_find(const struct device_facts *facts, const struct judge_context *ctx, const struct judgement *j,
                  struct judge_scratch *scratch, struct related *out)
{
    const size_t count = facts->records->request_count;
    struct search s = {.facts = facts, .ctx = ctx, .judgement = j};
    struct join_event *const events =
        (void *)((char *)scratch->ptr + TENURES_MAX(facts->registration_count) * sizeof(struct tenure));
    struct firmware_message *const firmware = count > 0 ? (struct firmware_message *)(events + count) : NULL;
    uint64_t *const pairs = count > 0 ? (uint64_t *)(firmware + count) : NULL;

    s.tenures.ptr = scratch->ptr;
    look_over(&s);
    code_reader_init(&s.reader, ctx->codes, ctx->revised->response_window_ms);
    operator_find(&s, &out->operator);
    out->pairs = pairs;
    out->pair_count = pairs_find(&s, events, pairs);
    out->firmware = firmware;
    out->firmware_count = firmware_find(&s, firmware);
}
