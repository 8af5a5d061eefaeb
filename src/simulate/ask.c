/* From a Service Request to its rows in the log. */
#include "life_int.h"
#include "missing_int.h"

#define COMMAND_NON_CRITICAL 1
#define COMMAND_TRANSFORM    4
#define COMMAND_SIGNED       5

static void add(struct life *l, struct log_entry *e)
{
    struct world *const w = l->world;
    const bool kept = missing_keeps(w->what, w->done, e->requested_s);
    int64_t logged_s = e->responded_s != NO_TIME ? e->responded_s : e->requested_s;

    if (dice_below(&l->logs, 250) == 0) /* it came late into the log */
        logged_s += dice_between(&l->logs, HOUR_S, 9 * DAY_S);
    e->logged_s = logged_s > w->end_s ? w->end_s : logged_s;
    if (kept && log_add(w->log, e, w->err) < 0)
        w->failed = true;
}

/* The same request as another system of the Supplier exports it. */
static void add_copy(struct life *l, const struct log_entry *e)
{
    struct log_entry copy = *e;

    copy.request = 0;
    copy.begins = false;
    copy.copied = true;
    add(l, &copy);
}

unsigned life_habits(uint64_t user)
{
    const unsigned supplier = supplier_of(user);

    return supplier < SUPPLIERS ? suppliers[supplier].logging : 0;
}

/* Whose credentials the request puts on the Device. */
static uint64_t placed_by(const struct life *l, const struct ask *a)
{
    const struct point *const p = l->device->point;

    if (p == NULL || a->role == ROLE_NONE)
        return a->srv == SRV(6, 21, 0) && p != NULL ? p->distributor : 0;
    if (a->role == ROLE_NETWORK_OPERATOR)
        return l->story->turn == TURN_BY_OTHER && l->story->cells[0] == HOLDS_OTHER_OPERATOR &&
                       a->user == point_other_operator(p)
                   ? a->user
                   : p->distributor;
    return a->user != ENTITY_ACB ? a->user : life_user(l, BY_OBLIGED);
}

static struct log_entry entry_of(struct life *l, const struct ask *a)
{
    const unsigned habits = life_habits(a->user);

    l->requests++;
    return (struct log_entry){
        .device = l->device->id,
        .user = a->user,
        .other_device = a->other_device,
        .requested_s = l->now_s,
        .responded_s = NO_TIME,
        .execution_s = NO_TIME,
        .srv = a->srv,
        .request = (habits & LOGS_NO_REQUEST_ID) != 0 ? 0 : l->requests,
        .user_role = a->user_role,
        .credential = (habits & LOGS_NO_CREDENTIAL_TYPE) != 0 ? KEY_NONE : a->credential,
        .role = (habits & LOGS_NO_ROLE) != 0 && a->role == ROLE_NETWORK_OPERATOR ? ROLE_NONE : a->role,
        .variant = a->critical ? COMMAND_SIGNED : COMMAND_NON_CRITICAL,
        .status = "",
        .number = l->requests,
        .begins = true,
        .device_type = l->device->type,
        .placed = placed_by(l, a),
        .serial = a->serial,
        .not_before_s = a->not_before_s,
    };
}

void ask_transform(struct life *l, const struct ask *a)
{
    struct log_entry e = entry_of(l, a);

    e.variant = COMMAND_TRANSFORM;
    e.responded_s = l->now_s + 2;
    e.code = CODE_I0;
    add(l, &e);
    l->now_s += dice_between(&l->logs, 20, 50);
}

static const char *word(const struct ask *a, bool success)
{
    const unsigned supplier = supplier_of(a->user);

    if (supplier < SUPPLIERS)
        return success ? suppliers[supplier].done : suppliers[supplier].failed;
    return success ? "Success" : "Failure";
}

/* The answer as the log has it. */
static void fill_answer(struct life *l, const struct ask *a, enum answer answer, struct log_entry *e)
{
    const bool letter_o = (life_habits(a->user) & LOGS_LETTER_O) != 0 && dice_percent(&l->logs, 3);

    e->responded_s = l->now_s + dice_between(&l->logs, 4, 90);
    e->code = letter_o ? CODE_IO : CODE_I0;
    switch (answer) {
    case ANSWER_SUCCESS:
    case ANSWER_FAILURE:
        e->said = answer == ANSWER_SUCCESS ? SAID_SUCCESS : SAID_FAILURE;
        e->status = word(a, answer == ANSWER_SUCCESS);
        break;
    case ANSWER_EMPTY:
        break;
    case ANSWER_UNKNOWN:
        e->said = SAID_NONSENSE;
        if (dice_percent(&l->logs, 50))
            e->status = "Perhaps";
        else
            e->code = CODE_E77;
        break;
    case ANSWER_TIME_OUT:
        e->responded_s = l->now_s + dice_between(&l->logs, 10 * MINUTE_S, 50 * MINUTE_S);
        e->code = dice_percent(&l->logs, 40) ? CODE_E20 : CODE_E21;
        break;
    case ANSWER_REJECTED:
        e->code = dice_percent(&l->logs, 60) ? CODE_E4 : CODE_E5;
        break;
    case ANSWER_SMETS1_REFUSED:
        e->code = dice_percent(&l->logs, 30) ? CODE_S1VE4 : CODE_S1VE64;
        break;
    case ANSWER_NOT_JOINED:
        e->code = CODE_E080801;
        break;
    case ANSWER_FIRMWARE_BUSY:
        e->variant = COMMAND_IN_DCC;
        e->code = CODE_E110101;
        break;
    case ANSWER_WAITING:
        e->responded_s = l->now_s + 2;
        e->code = CODE_I99;
        break;
    case ANSWER_IN_DCC:
        e->variant = COMMAND_IN_DCC;
        break;
    }
}

void ask_device(struct life *l, const struct ask *a, enum answer answer)
{
    struct log_entry e;

    if (a->critical && (life_habits(a->user) & LOGS_TRANSFORMS) != 0)
        ask_transform(l, a);
    e = entry_of(l, a);
    if (answer != ANSWER_WAITING && answer != ANSWER_IN_DCC && answer != ANSWER_FIRMWARE_BUSY &&
        dice_percent(&l->logs, 12)) {
        struct log_entry first = e; /* one request, two messages */

        first.responded_s = l->now_s + 2;
        first.code = CODE_I99;
        add(l, &first);
        e.begins = false;
    }
    fill_answer(l, a, answer, &e);
    if (e.responded_s > l->world->end_s) { /* the answer is still to come */
        e.responded_s = NO_TIME;
        e.code = CODE_NONE;
        e.status = "";
        e.said = SAID_NOTHING;
    }
    add(l, &e);
    if ((life_habits(a->user) & LOGS_TWICE) != 0 && dice_percent(&l->logs, 10))
        add_copy(l, &e);
    if (e.responded_s != NO_TIME)
        l->now_s = e.responded_s;
}

void ask_future(struct life *l, const struct ask *a, int64_t execution_s, enum future then)
{
    struct log_entry e = entry_of(l, a);

    e.variant = COMMAND_SIGNED;
    e.execution_s = execution_s;
    e.responded_s = l->now_s + dice_between(&l->logs, 4, 90);
    e.code = CODE_I0;
    add(l, &e);
    l->now_s = e.responded_s;
    if (then == FUTURE_SILENT)
        return;
    e.responded_s = execution_s + dice_between(&l->logs, 5, 600);
    e.begins = false;
    e.code = then == FUTURE_ALERT ? CODE_8F66 : CODE_E30;
    add(l, &e);
    l->now_s = e.responded_s;
}

void ask_cancel(struct life *l, const struct ask *a, bool refused)
{
    struct log_entry e = entry_of(l, a);

    e.variant = COMMAND_SIGNED;
    e.execution_s = CANCELLED;
    e.responded_s = l->now_s + dice_between(&l->logs, 4, 90);
    e.code = CODE_I0;
    if (refused) {
        e.said = SAID_FAILURE;
        e.status = word(a, false);
    }
    add(l, &e);
    l->now_s = e.responded_s;
}

uint64_t life_user(const struct life *l, enum sender by)
{
    const struct point *const p = l->device->point;

    if (p == NULL || by == BY_HANDOVER)
        return ENTITY_ACB;
    if (by == BY_OTHER_OPERATOR)
        return point_other_operator(p);
    if (by == BY_STRANGER) { /* one that never was registered here */
        unsigned stranger = (p->supplier + 5) % SUPPLIERS;

        while (stranger == p->winner || stranger == p->former)
            stranger = (stranger + 1) % SUPPLIERS;
        return supplier_entity(stranger, p->fuel);
    }
    if (by == BY_WINNER || (p->change_s != NO_TIME && l->now_s >= p->change_s))
        return supplier_entity(p->winner, p->fuel);
    return supplier_entity(p->supplier, p->fuel);
}

enum user_role life_user_role(const struct life *l, uint64_t user)
{
    const bool gas = l->device->point != NULL && l->device->point->fuel == GAS;

    if (user == ENTITY_ACB)
        return USER_DCC;
    if (supplier_of(user) == SUPPLIERS)
        return gas ? USER_GT : USER_ED;
    return gas ? USER_GS : USER_IS;
}
