/* One judgement as bytes and back. It lives no longer than the process, so its form is nobody else's business. */
#include "judged_set_int.h"

static void party_pack(struct buf *b, struct party p)
{
    /* Numbers of known parties are small, Entity Identifiers are not. */
    if (p.kind == PARTY_UNKNOWN) {
        buf_add_byte(b, 1);
        packed_add_be64(b, p.id);
    } else {
        packed_add_u64(b, p.kind == PARTY_KNOWN ? p.id + 2 : 0);
    }
}

static struct party party_unpack(struct packed_reader *u)
{
    uint64_t id = packed_take_u64(u);

    if (id == 0)
        return (struct party){0, PARTY_NONE};
    if (id == 1)
        return (struct party){packed_take_be64(u), PARTY_UNKNOWN};
    return (struct party){id - 2, PARTY_KNOWN};
}

static void pack_instant(struct buf *b, instant at)
{
    buf_add_byte(b, at != INSTANT_NONE);
    if (at != INSTANT_NONE)
        packed_add_i64(b, at);
}

static instant unpack_instant(struct packed_reader *u)
{
    return packed_take_byte(u) != 0 ? packed_take_i64(u) : INSTANT_NONE;
}

/* ---- R9.1 and R9.2, at the end of a record ---- */

static unsigned related_bits(const struct related *r)
{
    return (r->operator.found ? RELATED_OPERATOR : 0u) | (r->pair_count > 0 ? RELATED_JOINS : 0u) |
           (r->operator.seen ? RELATED_OPERATOR_SEEN : 0u);
}

static void pack_operator(struct buf *b, const struct operator_exception *o)
{
    buf_add_byte(b, o->slot_count);
    for (unsigned i = 0; i < o->slot_count; i++) {
        const struct slot *const s = &o->slots[i];

        buf_add_byte(b, (unsigned char)s->kind.key_usage);
        buf_add_byte(b, (unsigned char)s->kind.cell_usage);
        buf_add_byte(b, (unsigned char)s->state);
        packed_add_u64(b, s->subject);
        pack_instant(b, s->seen_at);
        buf_add_byte(b, (unsigned char)s->mend.kind);
        packed_add_u64(b, s->mend.srv);
        party_pack(b, s->mend.by);
    }
    buf_add_byte(b, o->in_repository);
    packed_add_u64(b, o->refusals);
    pack_instant(b, o->refused_at);
    packed_add_u64(b, o->refused_user);
    packed_add_text(b, o->refused_code);
}

int related_unpack_operator(struct packed_reader *u, struct operator_exception *out, struct err *err)
{
    *out = (struct operator_exception){.found = true, .slot_count = packed_take_byte(u)};
    if (out->slot_count > CRITERIA_CELLS_MAX)
        u->failed = true;
    for (unsigned i = 0; !u->failed && i < out->slot_count; i++) {
        struct slot *const s = &out->slots[i];

        s->kind.key_usage = (enum key_usage)packed_take_byte(u);
        s->kind.cell_usage = (enum cell_usage)packed_take_byte(u);
        s->state = (enum slot_state)packed_take_byte(u);
        s->subject = packed_take_u64(u);
        s->seen_at = unpack_instant(u);
        s->mend = (struct action){.kind = (enum action_kind)packed_take_byte(u),
                                  .role = ROLE_NETWORK_OPERATOR,
                                  .key_usage = s->kind.key_usage};
        s->mend.srv = (srv_code)packed_take_u64(u);
        s->mend.by = party_unpack(u);
    }
    out->in_repository = packed_take_byte(u) != 0;
    out->refusals = (uint32_t)packed_take_u64(u);
    out->refused_at = unpack_instant(u);
    out->refused_user = packed_take_u64(u);
    out->refused_code = packed_take_text(u);
    return u->failed ? err_set(err, ERR_BUG, "a verdict cannot be read back; please report this") : 0;
}

static void related_pack(struct buf *out, const struct related *r)
{
    if (r->operator.found)
        pack_operator(out, &r->operator);
    for (size_t i = 0; i < r->pair_count; i++)
        packed_add_u64(out, r->pairs[i]);
}

/* ---- The record ---- */

static void pack_obligation(struct buf *b, const struct obligation_judgement *o)
{
    buf_add_byte(b, (unsigned char)(o->state | (o->legacy_met ? 0x80 : 0)));
    buf_add_byte(b, (unsigned char)o->rule);
    packed_add_u64(b, o->reasons);
    buf_add_byte(b, (unsigned char)o->main_reason);
    if (o->reasons & REASON_BIT(REASON_LOG_GAP)) {
        pack_instant(b, o->gap.from);
        pack_instant(b, o->gap.to);
    }
    party_pack(b, o->owed_by);
    buf_add_byte(b, (unsigned char)o->action.kind);
    if (o->action.kind == ACTION_NONE)
        return;
    packed_add_u64(b, o->action.srv);
    buf_add_byte(b, (unsigned char)o->action.role);
    buf_add_byte(b, (unsigned char)o->action.key_usage);
    party_pack(b, o->action.by);
}

static void unpack_obligation(struct packed_reader *u, struct obligation_judgement *o)
{
    unsigned char state = packed_take_byte(u);

    o->state = (enum obligation_state)(state & 0x7f);
    o->legacy_met = (state & 0x80) != 0;
    o->rule = (enum rule)packed_take_byte(u);
    o->reasons = (reason_set)packed_take_u64(u);
    o->main_reason = (enum reason)packed_take_byte(u);
    o->gap = (struct silence){INSTANT_NONE, INSTANT_NONE};
    if (o->reasons & REASON_BIT(REASON_LOG_GAP)) {
        o->gap.from = unpack_instant(u);
        o->gap.to = unpack_instant(u);
    }
    o->owed_by = party_unpack(u);
    o->ref_count = 0;
    o->action = (struct action){.kind = (enum action_kind)packed_take_byte(u)};
    if (o->action.kind == ACTION_NONE)
        return;
    o->action.srv = (srv_code)packed_take_u64(u);
    o->action.role = (enum party_role)packed_take_byte(u);
    o->action.key_usage = (enum key_usage)packed_take_byte(u);
    o->action.by = party_unpack(u);
}

static void pack_inventory(struct buf *b, const struct inventory_row *row)
{
    buf_add_byte(b, (unsigned char)row->status);
    buf_add_byte(b, (unsigned char)row->smets);
    buf_add_byte(b, (unsigned char)row->cohort);
    pack_instant(b, row->commissioned_at);
    packed_add_u64(b, row->chf);
    packed_add_text(b, row->manufacturer);
    packed_add_text(b, row->model);
    packed_add_text(b, row->firmware);
}

/* The head first, at fixed places: see judged_next. */
void judged_pack(struct buf *out, const struct judgement *j, const struct related *r, instant as_of, said_code said)
{
    packed_add_be64(out, j->device);
    buf_add_byte(out, (unsigned char)j->verdict);
    buf_add_byte(out, (unsigned char)j->legacy_verdict);
    buf_add_byte(out, (unsigned char)j->classification);
    buf_add_byte(out, (unsigned char)j->inventory->type);
    buf_add_byte(out, (unsigned char)j->inventory->region);
    buf_add_byte(out, (unsigned char)(r != NULL ? related_bits(r) : 0));
    buf_add_byte(out, standing_of(j, as_of).commissioned);
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_byte(out, (unsigned char)(said >> shift));
    pack_inventory(out, j->inventory);
    packed_add_u64(out, j->mpxn);
    pack_instant(out, j->deadline);
    buf_add_byte(out, (unsigned char)j->excluded);
    packed_add_u64(out, j->reasons);
    buf_add_byte(out, (unsigned char)j->main_reason);
    buf_add_byte(out, (unsigned char)j->verdict_rule);
    for (int i = 0; i < OBLIGATIONS; i++)
        pack_obligation(out, &j->obligations[i]);
    buf_add_byte(out, j->responsible_count);
    for (int i = 0; i < j->responsible_count; i++)
        party_pack(out, j->responsible[i]);
    party_pack(out, j->commissioning_supplier);
    party_pack(out, j->supplier);
    party_pack(out, j->network_operator);
    pack_instant(out, j->cos_at);
    pack_instant(out, j->network_operator_since);
    pack_instant(out, j->first_cos_at);
    pack_instant(out, j->completed_at);
    buf_add_byte(out, (unsigned char)(j->late + 1));
    if (r != NULL)
        related_pack(out, r);
}

static void unpack_inventory(struct packed_reader *u, struct inventory_row *row)
{
    row->status = (enum smi_status)packed_take_byte(u);
    row->smets = (enum smets)packed_take_byte(u);
    row->cohort = (enum s1_cohort)packed_take_byte(u);
    row->commissioned_at = unpack_instant(u);
    row->chf = packed_take_u64(u);
    row->manufacturer = packed_take_text(u);
    row->model = packed_take_text(u);
    row->firmware = packed_take_text(u);
}

int judged_row_read(const struct judged_cursor *c, struct judged_row *out, struct err *err)
{
    struct packed_reader u = {(const unsigned char *)c->record.ptr,
                              (const unsigned char *)c->record.ptr + c->record.len, false};
    struct judgement *j = &out->judgement;

    j->inventory = &out->inventory;
    j->device = out->inventory.device = packed_take_be64(&u);
    j->verdict = (enum verdict)packed_take_byte(&u);
    j->legacy_verdict = (enum verdict)packed_take_byte(&u);
    j->classification = (enum classification)packed_take_byte(&u);
    out->inventory.type = (enum device_type)packed_take_byte(&u);
    out->inventory.region = (enum csp_region)packed_take_byte(&u);
    for (int i = 0; i < JUDGED_HEAD_REST; i++) /* see judged_head */
        (void)packed_take_byte(&u);
    unpack_inventory(&u, &out->inventory);
    j->mpxn = packed_take_u64(&u);
    j->deadline = unpack_instant(&u);
    j->excluded = (enum excluded_reason)packed_take_byte(&u);
    j->reasons = (reason_set)packed_take_u64(&u);
    j->main_reason = (enum reason)packed_take_byte(&u);
    j->verdict_rule = (enum rule)packed_take_byte(&u);
    for (int i = 0; i < OBLIGATIONS; i++)
        unpack_obligation(&u, &j->obligations[i]);
    j->responsible_count = packed_take_byte(&u);
    if (j->responsible_count > OBLIGATIONS)
        u.failed = true;
    for (int i = 0; !u.failed && i < j->responsible_count; i++)
        j->responsible[i] = party_unpack(&u);
    j->commissioning_supplier = party_unpack(&u);
    j->supplier = party_unpack(&u);
    j->network_operator = party_unpack(&u);
    j->cos_at = unpack_instant(&u);
    j->network_operator_since = unpack_instant(&u);
    j->first_cos_at = unpack_instant(&u);
    j->completed_at = unpack_instant(&u);
    j->late = packed_take_byte(&u) - 1;
    out->related = u;
    return u.failed ? err_set(err, ERR_BUG, "a verdict cannot be read back; please report this") : 0;
}
