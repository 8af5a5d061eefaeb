/* Certificate snapshots: what the nightly reads see, where they reach the Device. */
#include "life_int.h"

#define IN_PIECES_PERCENT 3 /* of the Devices: their looks come as two objects, cells and certificates */

struct cell_spec {
    enum party_role role;
    enum key_usage usage;
    enum cell_usage use;
};

/* clang-format off */
static const struct cell_spec cells[] = {
    {ROLE_RECOVERY, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT},
    {ROLE_SUPPLIER, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT},
    {ROLE_SUPPLIER, KEY_KEY_AGREEMENT, CELL_MANAGEMENT},
    {ROLE_SUPPLIER, KEY_KEY_AGREEMENT, CELL_PREPAYMENT_TOP_UP},
    {ROLE_NETWORK_OPERATOR, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT},
    {ROLE_NETWORK_OPERATOR, KEY_KEY_AGREEMENT, CELL_MANAGEMENT},
    {ROLE_ACCESS_CONTROL_BROKER, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT},
    {ROLE_ACCESS_CONTROL_BROKER, KEY_KEY_AGREEMENT, CELL_MANAGEMENT},
    {ROLE_TRANSITIONAL_COS, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT},
    {ROLE_WAN_PROVIDER, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT},
};
/* clang-format on */

/* Which of them a type has, a bit each. */
static const unsigned cells_of[DEVICE_TYPES] = {
    [DEVICE_ESME] = 0x1BF,  [DEVICE_GSME] = 0x18F, [DEVICE_GPF] = 0x1B7,    [DEVICE_CHF] = 0x2C1,
    [DEVICE_PPMID] = 0x081, [DEVICE_SAPC] = 0x1B1, [DEVICE_HCALCS] = 0x087,
};

static uint64_t operator_in(const struct life *l, int cell, int64_t at_s)
{
    const struct story *const s = l->story;
    const struct point *const p = l->device->point;
    const bool turned = s->turn == TURN_NEVER || (l->turned_s != NO_TIME && at_s >= l->turned_s);

    switch (turned ? s->cells[cell] : s->earlier) {
    case HOLDS_OPERATOR:
        return p->distributor;
    case HOLDS_SUPPLIER:
        return supplier_entity(p->supplier, p->fuel);
    case HOLDS_DCC:
        return ENTITY_ACB;
    case HOLDS_OTHER_OPERATOR:
        return point_other_operator(p);
    case HOLDS_NOBODY:
        return ENTITY_NOBODY + l->device->subject % 7;
    case HOLDS_NOTHING:
        break;
    }
    return 0;
}

static uint64_t supplier_in(const struct life *l, int64_t at_s)
{
    const struct point *const p = l->device->point;

    if (l->story->supplier_wrong)
        return life_user(l, BY_STRANGER);
    if (l->new_supplier_s != NO_TIME && at_s >= l->new_supplier_s)
        return supplier_entity(p->winner, p->fuel);
    return supplier_entity(p->supplier, p->fuel);
}

static uint64_t holder_of(const struct life *l, const struct cell_spec *c, int64_t at_s)
{
    switch (c->role) {
    case ROLE_RECOVERY:
        return ENTITY_RECOVERY;
    case ROLE_SUPPLIER:
        return supplier_in(l, at_s);
    case ROLE_NETWORK_OPERATOR:
        return operator_in(l, c->usage == KEY_KEY_AGREEMENT, at_s);
    case ROLE_TRANSITIONAL_COS:
        return ENTITY_TCOS;
    case ROLE_WAN_PROVIDER:
        return wan_entity(l->device->region);
    default:
        return ENTITY_ACB;
    }
}

static char *put_cell(const struct life *l, char *p, const struct cell_spec *c, int64_t at_s)
{
    const uint64_t holder = holder_of(l, c, at_s);
    const bool wrong_key = c->role == ROLE_RECOVERY && l->story->recovery_wrong;

    p = put_str(put_str(p, "{\"role\":\""), term_word(&vocab_party_role, c->role));
    p = put_str(put_str(p, "\",\"key_usage\":\""), term_word(&vocab_key_usage, c->usage));
    p = put_str(put_str(p, "\",\"cell_usage\":\""), term_word(&vocab_cell_usage, c->use));
    p = put_eui(put_str(p, "\",\"subject_id\":\""), holder);
    p = put_key_id(put_str(p, "\",\"key_id\":\""), wrong_key ? KEY_OF_NOBODY : entity_key(holder, c->usage));
    return put_str(p, "\",\"status\":\"ok\"}");
}

uint64_t life_serial(const struct life *l, int usage)
{
    struct dice d = dice_for(l->world->what->seed, l->device->subject * 2 + (uint64_t)usage, FOR_IDENTIFIER);

    (void)dice_next(&d); /* the age of the old one */
    return dice_next(&d);
}

static char *put_certificate(const struct life *l, char *p, int i)
{
    struct dice d = dice_for(l->world->what->seed, l->device->subject * 2 + (uint64_t)i, FOR_IDENTIFIER);
    const bool old = l->story->old[i];
    const int64_t made_s = l->device->commissioned_s - dice_between(&d, 200, 700) * DAY_S;
    const uint64_t serial = dice_next(&d) ^ (old ? GOLDEN : 0);

    p = put_str(p, i == 0 ? "{\"key_usage\":\"DigitalSignature\"" : "{\"key_usage\":\"KeyAgreement\"");
    p = put_number(put_str(p, ",\"serial\":\""), serial);
    p = put_time(put_str(p, "\",\"not_before\":\""), &l->world->issued, old ? made_s : l->issued_s[i]);
    p = put_eui(put_str(p, "\",\"subject_id\":\""), l->device->id + (l->story->foreign && i == 1));
    p = put_key_id(put_str(p, "\",\"issuer_key_id\":\""), ISSUER_KEY);
    return put_str(p, "\"}");
}

static char *put_cells(const struct life *l, char *p, int64_t at_s)
{
    const unsigned has = cells_of[l->device->type];
    bool first = true;

    for (unsigned i = 0; i < ARRAY_LEN(cells); i++) {
        const bool of_meter = cells[i].role == ROLE_SUPPLIER || cells[i].role == ROLE_NETWORK_OPERATOR;

        if ((has >> i & 1) == 0 || (of_meter && l->device->point == NULL) || holder_of(l, &cells[i], at_s) == 0)
            continue;
        if (!first)
            p = put_char(p, ',');
        p = put_cell(l, p, &cells[i], at_s);
        first = false;
    }
    return p;
}

/* R9.1: whether a Network Operator cell has no certificate, or not one of the operator that is registered. */
static void note_operator(struct life *l, int64_t at_s)
{
    const enum device_type type = l->device->type;

    if ((type != DEVICE_ESME && type != DEVICE_GPF) || l->device->point->registered_operator == 0)
        return;
    l->related &= ~(unsigned)RELATED_OPERATOR_SEEN;
    for (int cell = 0; cell < 2; cell++)
        if (operator_in(l, cell, at_s) != l->device->point->registered_operator)
            l->related |= RELATED_OPERATOR_SEEN;
}

/* An object of a look: its cells, its certificates, or both. */
static void write_piece(struct life *l, int64_t at_s, bool answered, bool cells_too, bool certificates_too)
{
    const char *const source = l->device->smets == SMETS_1 ? "S1SP" : "6.24.1";
    struct sink *const s = layout_sink(l->world->layout, OUT_CERTIFICATES, at_s);
    char *p = sink_line(s);

    p = put_eui(put_str(p, "{\"device_id\":\""), l->device->id);
    p = put_time(put_str(p, "\",\"taken_at\":\""), &l->world->looked, at_s);
    p = put_str(put_str(p, "\",\"source\":\""), source);
    p = put_str(p, answered ? "\",\"answered\":true,\"cells\":[" : "\",\"answered\":false,\"cells\":[");
    if (answered && cells_too)
        p = put_cells(l, p, at_s);
    p = put_str(p, "],\"device_certificates\":[");
    if (answered && certificates_too && l->device->smets != SMETS_1)
        p = put_certificate(l, put_char(put_certificate(l, p, 0), ','), 1);
    sink_end(s, put_str(p, "]}\n"));
    l->world->done->snapshots++;
}

static void write_look(struct life *l, int64_t at_s, bool answered)
{
    struct dice d = dice_for(l->world->what->seed, l->device->subject, FOR_PIECES);
    const bool whole = !answered || !dice_percent(&d, IN_PIECES_PERCENT);

    write_piece(l, at_s, answered, true, whole);
    if (!whole)
        write_piece(l, at_s, answered, false, true);
    if (answered)
        note_operator(l, at_s);
}

/* A look in one of the nights from `least_s` on, `spread` at most; false when there is none before the end. */
static bool look(struct life *l, struct dice *d, int64_t least_s, int64_t spread, bool answered, int64_t *at_s)
{
    const int64_t last = (l->world->end_s - 5 * HOUR_S - 1) / DAY_S;
    int64_t night = (least_s - 2 * HOUR_S) / DAY_S + 1;

    if (night > last)
        return false;
    night += dice_between(d, 0, night + spread < last ? spread : last - night);
    *at_s = night * DAY_S + dice_between(d, 2 * HOUR_S, 5 * HOUR_S);
    write_look(l, *at_s, answered);
    return true;
}

/* What was asked about the look at `at_s`. */
static void tell_turn(struct life *l, struct dice *d, int64_t at_s)
{
    switch (l->story->turn) {
    case TURN_AFTER_LOOK:
        life_tell_operator_again(l, BY_OBLIGED, ANSWER_SUCCESS);
        l->related &= ~(unsigned)RELATED_OPERATOR_SEEN;
        break;
    case TURN_DURING_LOOK:
        l->now_s = at_s - 2; /* no answer comes within two seconds */
        life_tell_operator_again(l, BY_OBLIGED, ANSWER_SUCCESS);
        l->related &= ~(unsigned)RELATED_OPERATOR_SEEN;
        break;
    case TURN_BY_OTHER:
        life_tell_operator_again(l, BY_OTHER_OPERATOR, ANSWER_SUCCESS);
        break;
    case TURN_TIMES_OUT:
        for (int64_t nights = dice_between(d, 3, 6); nights > 0; nights--) {
            life_tell_operator_again(l, BY_OBLIGED, ANSWER_TIME_OUT);
            l->now_s += DAY_S;
        }
        break;
    default:
        break;
    }
}

/* Two looks with what came between them. */
static void look_and_turn(struct life *l, struct dice *d, int64_t from_s)
{
    /* Where the log does not tell the role, only another look shows that the Network Operator's cells were meant. */
    const bool looks_again =
        l->story->turn == TURN_AFTER_LOOK && (life_habits(life_user(l, BY_OBLIGED)) & LOGS_NO_ROLE) != 0;
    /* What is asked for about the look is all that was asked for: before the customer may change. */
    const int64_t spread = l->story->turn == TURN_DURING_LOOK ? 4 : 8;
    int64_t at_s;

    if (!look(l, d, from_s, spread, true, &at_s))
        return;
    l->now_s = at_s + dice_between(d, 10 * HOUR_S, 20 * HOUR_S);
    tell_turn(l, d, at_s);
    l->turned_s = l->now_s;
    if (l->story->look == LOOK_TWICE || looks_again)
        look(l, d, at_s + 3 * DAY_S, 8, true, &at_s);
}

static void look_usually(struct life *l, struct dice *d, int64_t from_s)
{
    int64_t at_s;

    if (l->story->look == LOOK_USUAL && !dice_percent(d, 84)) { /* missed; sometimes the attempt was recorded */
        if (dice_percent(d, 30))
            look(l, d, from_s, 20, false, &at_s);
        return;
    }
    if (look(l, d, from_s, 20, true, &at_s) && dice_percent(d, 25))
        look(l, d, at_s + 3 * DAY_S, 60, true, &at_s);
}

void life_tell_looks(struct life *l)
{
    struct dice d = dice_for(l->world->what->seed, l->device->subject, FOR_LOOK);
    const enum looked how = l->story->look;
    int64_t from_s = l->now_s > l->last_check_s ? l->now_s : l->last_check_s;
    int64_t at_s;

    if (cells_of[l->device->type] == 0)
        return;
    if (l->story->change == CHANGE_EARLY && l->new_supplier_s > from_s)
        from_s = l->new_supplier_s;
    if (l->story->turn != TURN_NEVER)
        look_and_turn(l, &d, from_s);
    else if (how == LOOK_IN_GRACE)
        look(l, &d, l->device->point->change_s + DAY_S, 9, true, &at_s);
    else if (how == LOOK_AFTER_GRACE)
        look(l, &d, l->device->point->change_s + 16 * DAY_S, 9, true, &at_s);
    else if (how != LOOK_NEVER)
        look_usually(l, &d, from_s);
    else if (dice_percent(&d, 40))
        look(l, &d, from_s, 20, false, &at_s);
}
