/* R2: what became of one request: the first rule that matches decides; and which commands a cancellation voided. */
#include "inquiry_int.h"

#include <stdlib.h>

/* A cancellation asks for execution on 3000-12-31 (DUIS). */
#define CANCELLATION_FROM (INT64_C(32535129600) * INSTANT_SECOND)

void code_reader_init(struct code_reader *r, const struct code_map *map, int64_t window_ms)
{
    *r = (struct code_reader){.map = map, .window_ms = window_ms};
}

/* Mostly the very same text, of a dictionary. */
static bool same(struct text a, struct text b)
{
    return a.len == b.len && (a.ptr == b.ptr || text_equal(a, b));
}

static const struct remembered *learn(struct code_reader *r, const struct request_row *row)
{
    struct remembered *const fresh = &r->said[r->next++ % ANSWERS_REMEMBERED];

    *fresh = (struct remembered){
        .code = row->response_code,
        .status = row->execution_status,
        .coded = text_trim(row->response_code).len > 0,
        .code_class = (uint8_t)code_classify(r->map, row->response_code),
        .status_class = (uint8_t)status_classify(r->map, row->execution_status),
    };
    return fresh;
}

/* What the code and the status word of a row say. That neither says anything is remembered from the start, by the
 * zeroes of all: CODE_UNMAPPED, STATUS_EMPTY. */
static const struct remembered *said_by(struct code_reader *r, const struct request_row *row)
{
    for (size_t i = 0; i < ANSWERS_REMEMBERED; i++)
        if (same(r->said[i].status, row->execution_status) && same(r->said[i].code, row->response_code))
            return &r->said[i];
    return learn(r, row);
}

static instant answered_at(const struct request_row *row, const struct remembered *said)
{
    if (row->responded_at != INSTANT_NONE)
        return row->responded_at > row->requested_at ? row->responded_at : row->requested_at;
    return said->coded || said->status_class != STATUS_EMPTY ? row->requested_at : INSTANT_NONE;
}

instant row_answered_at(const struct request_row *row, struct code_reader *r)
{
    return answered_at(row, said_by(r, row));
}

struct answer row_read(const struct request_row *row, struct code_reader *r, instant as_of)
{
    const struct remembered *const said = said_by(r, row);
    const instant at = answered_at(row, said);

    if (at == INSTANT_NONE || at > as_of)
        return (struct answer){.answered_at = INSTANT_NONE, .status = STATUS_EMPTY};
    return (struct answer){.answered_at = at,
                           .coded = said->coded,
                           .code = (enum code_class)said->code_class,
                           .status = (enum status_class)said->status_class};
}

bool attempt_is_step(const struct attempt *a)
{
    return a->pre_command || a->command_variant == 2 || a->command_variant == 4 || a->command_variant == 6;
}

instant attempt_cells_at(const struct attempt *a, struct code_reader *r)
{
    const instant answered_at = row_answered_at(a->cells, r);

    return answered_at > a->requested_at ? answered_at : a->requested_at; /* clocks differ (R1) */
}

static bool is_cancellation(const struct attempt *a)
{
    return a->execution_at >= CANCELLATION_FROM && a->execution_at < CANCELLATION_FROM + INSTANT_DAY;
}

static bool ends_in_dcc_systems(srv_code srv, unsigned command_variant, struct code_reader *r)
{
    const unsigned i = (srv ^ srv >> 8) % SERVICES_REMEMBERED;

    if (command_variant == 8)
        return true;
    if (r->asked[i] != srv) { /* 0, that of a row that does not tell it, is remembered from the start to be none */
        r->asked[i] = srv;
        r->ends_in_dcc_systems[i] = code_map_ends_in_dcc_systems(r->map, srv);
    }
    return r->ends_in_dcc_systems[i];
}

bool request_is_misaddressed(const struct request_row *row, srv_code srv, unsigned command_variant,
                             struct code_reader *r)
{
    return row->id.present && row->id.target != row->device && srv != 0 &&
           !ends_in_dcc_systems(srv, command_variant, r);
}

bool row_says_unknown_words(const struct request_row *row, struct code_reader *r)
{
    const struct remembered *const said = said_by(r, row);

    return (said->coded && said->code_class == CODE_UNMAPPED) || said->status_class == STATUS_UNMAPPED;
}

bool attempt_is_cancellation(const struct attempt *a)
{
    const enum status_class status = a->answer.status;

    return is_cancellation(a) && !attempt_is_step(a) && a->answer.code == CODE_OK && status != STATUS_FAILURE &&
           status != STATUS_TIMED_OUT && status != STATUS_REJECTED && a->rule != RULE_R7;
}

static void settle_as(struct attempt *a, enum outcome outcome, enum rule rule)
{
    a->outcome = outcome;
    a->rule = rule;
}

void attempt_set_void(struct attempt *a)
{
    settle_as(a, OUTCOME_NONE, RULE_R2_1);
}

/* R2.4, R2.5: the Device has not been heard, and may yet be. An I0 that came before the instant of execution only
 * accepts the command. */
static bool is_outstanding(const struct attempt *a)
{
    const struct answer *r = &a->answer;
    const bool by_status = !r->coded || r->code == CODE_OK;

    if (r->answered_at == INSTANT_NONE || (r->coded && r->code == CODE_ACKNOWLEDGED))
        return true;
    return by_status &&
           (r->status == STATUS_ACKNOWLEDGED || (r->status != STATUS_FAILURE && r->answered_at < a->execution_at));
}

/* R2.6 to R2.9: the Device has been heard. */
static void settle_answer(struct attempt *a)
{
    const struct answer *r = &a->answer;
    const bool by_status = !r->coded || r->code == CODE_OK;

    if (by_status ? r->status == STATUS_FAILURE : r->code == CODE_ALERT_FAILURE)
        settle_as(a, OUTCOME_FAILED, RULE_R2_6);
    else if (by_status ? r->status == STATUS_SUCCESS : r->code == CODE_ALERT_SUCCESS)
        settle_as(a, OUTCOME_SUCCEEDED, RULE_R2_7);
    else if (by_status && r->status == STATUS_EMPTY)
        settle_as(a, OUTCOME_EMPTY, RULE_R2_8);
    else
        settle_as(a, OUTCOME_UNRECOGNISED, RULE_R2_9);
}

void attempt_settle_row(struct attempt *a, struct code_reader *r, instant as_of)
{
    const instant window_from = a->execution_at != INSTANT_NONE ? a->execution_at : a->requested_at;
    const struct answer *said = &a->answer;

    if (request_is_misaddressed(a->counted, a->srv, a->command_variant, r))
        settle_as(a, OUTCOME_NONE, RULE_R7);
    else if (attempt_is_step(a) || ends_in_dcc_systems(a->srv, a->command_variant, r))
        settle_as(a, OUTCOME_NONE, RULE_R2_1);
    else if (said->code == CODE_REJECTED || said->status == STATUS_REJECTED)
        settle_as(a, OUTCOME_REJECTED, RULE_R2_2);
    else if (said->code == CODE_TIMED_OUT || said->status == STATUS_TIMED_OUT)
        settle_as(a, OUTCOME_TIMED_OUT, RULE_R2_3);
    else if (!is_outstanding(a))
        settle_answer(a);
    else if (as_of <= window_from + r->window_ms)
        settle_as(a, OUTCOME_AWAITING, RULE_R2_4);
    else
        settle_as(a, OUTCOME_TIMED_OUT, RULE_R2_5);
}

void attempt_settle(struct attempt *a, struct code_reader *r, instant as_of)
{
    attempt_settle_row(a, r, as_of);
    if (is_cancellation(a) && a->outcome != OUTCOME_NONE)
        settle_as(a, OUTCOME_NONE, RULE_R2_1);
}

/* ---- R2.1: cancellations ---- */

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* What it can void, without the role. */
static int compare_voiding(const struct attempt *x, const struct attempt *y)
{
    const int order = ORDER(x->user, y->user);

    return order != 0 ? order : ORDER(x->srv, y->srv);
}

static int compare_cancellations(const void *a, const void *b)
{
    const struct attempt *x = ((const struct cancellation *)a)->attempt, *y = ((const struct cancellation *)b)->attempt;
    int order = compare_voiding(x, y);

    if (order == 0)
        order = ORDER(x->role, y->role);
    return order != 0 ? order : ORDER(x->requested_at, y->requested_at);
}

void cancellations_sort(struct cancellation *all, size_t count)
{
    if (count > 1)
        qsort(all, count, sizeof(*all), compare_cancellations);
    for (size_t i = count; i-- > 1;)
        if (compare_voiding(all[i - 1].attempt, all[i].attempt) == 0 &&
            all[i - 1].attempt->role == all[i].attempt->role &&
            all[i].first->answer.answered_at < all[i - 1].first->answer.answered_at)
            all[i - 1].first = all[i].first;
}

/* The first to be answered of the cancellations for a role that were requested later than the command; NULL: none. */
static const struct attempt *first_known(const struct cancellation *all, size_t count, const struct attempt *command,
                                         enum party_role role)
{
    struct attempt wanted = *command;
    const struct cancellation sought = {.attempt = &wanted};
    size_t low = 0, high = count;

    wanted.role = role;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare_cancellations(&all[middle], &sought) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count || compare_voiding(all[low].attempt, command) != 0 || all[low].attempt->role != role)
        return NULL;
    return all[low].first;
}

/* When something first said that the command was executed after all: an alert of the Device, or an answer of its own
 * with an outcome at or after its execution_at. */
static instant executed_at(const struct attempt *command, const struct request_row *rows, struct code_reader *r,
                           instant as_of)
{
    instant earliest = INSTANT_MAX;

    for (size_t i = command->first; i < command->first + command->row_count; i++) {
        const struct answer said = row_read(&rows[i], r, as_of);
        const bool alert = said.code == CODE_ALERT_SUCCESS || said.code == CODE_ALERT_FAILURE;
        const bool outcome = (!said.coded || said.code == CODE_OK) &&
                             (said.status == STATUS_SUCCESS || said.status == STATUS_FAILURE) &&
                             said.answered_at >= command->execution_at;

        if ((alert || outcome) && said.answered_at < earliest)
            earliest = said.answered_at;
    }
    return earliest;
}

struct voided voided_by(const struct cancellation *all, size_t count, const struct attempt *a,
                        const struct request_row *rows, struct code_reader *r, instant as_of)
{
    struct voided v = {INSTANT_MAX, INSTANT_MAX, NULL};

    if (count == 0 || a->execution_at == INSTANT_NONE || a->outcome == OUTCOME_NONE)
        return v;
    for (unsigned role = 0; role < PARTY_ROLES; role++) {
        const bool alike = role == (unsigned)a->role || role == ROLE_NONE || a->role == ROLE_NONE;
        const struct attempt *by = alike ? first_known(all, count, a, (enum party_role)role) : NULL;

        if (by == NULL || by->answer.answered_at >= v.from || by->answer.answered_at >= a->execution_at)
            continue;
        v.from = by->answer.answered_at;
        v.by = by;
    }
    if (v.by == NULL)
        return v;
    v.to = executed_at(a, rows, r, as_of);
    if (v.to <= v.from)
        v.from = INSTANT_MAX;
    return v;
}
