/* R9.1 and R9.2 at the end of a judged record. */
#include "judged_set_int.h"

static void pack_at(struct buf *b, instant at)
{
    buf_add_byte(b, at != INSTANT_NONE);
    if (at != INSTANT_NONE)
        packed_add_i64(b, at);
}

static instant unpack_at(struct packed_reader *u)
{
    return packed_take_byte(u) != 0 ? packed_take_i64(u) : INSTANT_NONE;
}

unsigned related_bits(const struct related *r)
{
    return (r->operator.found ? RELATED_OPERATOR : 0u) | (r->join_count > 0 ? RELATED_JOINS : 0u);
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
        pack_at(b, s->seen_at);
        buf_add_byte(b, (unsigned char)s->mend.kind);
        packed_add_u64(b, s->mend.srv);
        party_pack(b, s->mend.by);
    }
    buf_add_byte(b, o->in_repository);
    packed_add_u64(b, o->refusals);
    pack_at(b, o->refused_at);
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
        s->seen_at = unpack_at(u);
        s->mend = (struct action){.kind = (enum action_kind)packed_take_byte(u),
                                  .role = ROLE_NETWORK_OPERATOR,
                                  .key_usage = s->kind.key_usage};
        s->mend.srv = (srv_code)packed_take_u64(u);
        s->mend.by = party_unpack(u);
    }
    out->in_repository = packed_take_byte(u) != 0;
    out->refusals = (uint32_t)packed_take_u64(u);
    out->refused_at = unpack_at(u);
    out->refused_user = packed_take_u64(u);
    out->refused_code = packed_take_text(u);
    return u->failed ? err_set(err, ERR_BUG, "a verdict cannot be read back; please report this") : 0;
}

static void pack_message(struct buf *b, const struct join_message *m)
{
    packed_add_u64(b, m->srv);
    packed_add_u64(b, m->user);
    packed_add_i64(b, m->requested_at);
    buf_add_byte(b, (unsigned char)m->outcome);
    packed_add_text(b, m->code);
}

static void unpack_message(struct packed_reader *u, struct join_message *out)
{
    out->srv = (srv_code)packed_take_u64(u);
    out->user = packed_take_u64(u);
    out->requested_at = packed_take_i64(u);
    out->outcome = (enum outcome)packed_take_byte(u);
    out->code = packed_take_text(u);
}

int related_unpack_join(struct packed_reader *u, struct join_exception *out, struct err *err)
{
    out->other_device = packed_take_u64(u);
    out->possible = packed_take_byte(u) != 0;
    out->log_changed_at = unpack_at(u);
    unpack_message(u, &out->join);
    unpack_message(u, &out->later);
    out->later_count = (uint32_t)packed_take_u64(u);
    return u->failed ? err_set(err, ERR_BUG, "a verdict cannot be read back; please report this") : 0;
}

void related_pack(struct buf *out, const struct related *r)
{
    if (r->operator.found)
        pack_operator(out, &r->operator);
    for (size_t i = 0; i < r->join_count; i++) {
        packed_add_u64(out, r->joins[i].other_device);
        buf_add_byte(out, r->joins[i].possible);
        pack_at(out, r->joins[i].log_changed_at);
        pack_message(out, &r->joins[i].join);
        pack_message(out, &r->joins[i].later);
        packed_add_u64(out, r->joins[i].later_count);
    }
}
