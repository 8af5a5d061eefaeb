/* R2: what became of one request. The first rule that matches decides. */
#include "outcome_int.h"

/* A cancellation asks for execution on 3000-12-31 (DUIS). */
#define CANCELLATION_FROM (INT64_C(32535129600) * INSTANT_SECOND)

void code_reader_init(struct code_reader *r, const struct code_map *map, int64_t window_ms)
{
    *r = (struct code_reader){.map = map, .window_ms = window_ms};
}

/* The empty text is remembered from the start, by the zeroes of both: CODE_UNMAPPED, STATUS_EMPTY. */
static const struct remembered *recall(const struct remembered *all, struct text t)
{
    for (size_t i = 0; i < CODES_REMEMBERED; i++)
        if (text_equal(all[i].text, t))
            return &all[i];
    return NULL;
}

static enum code_class class_of_code(struct code_reader *r, struct text code)
{
    const struct remembered *known = recall(r->codes, code);
    struct remembered *fresh;

    if (known != NULL)
        return (enum code_class)known->class;
    fresh = &r->codes[r->next_code++ % CODES_REMEMBERED];
    *fresh = (struct remembered){code, code_classify(r->map, code)};
    return (enum code_class)fresh->class;
}

static enum status_class class_of_status(struct code_reader *r, struct text status)
{
    const struct remembered *known = recall(r->statuses, status);
    struct remembered *fresh;

    if (known != NULL)
        return (enum status_class)known->class;
    fresh = &r->statuses[r->next_status++ % CODES_REMEMBERED];
    *fresh = (struct remembered){status, status_classify(r->map, status)};
    return (enum status_class)fresh->class;
}

instant row_answered_at(const struct request_row *row, struct code_reader *r)
{
    if (row->responded_at != INSTANT_NONE)
        return row->responded_at > row->requested_at ? row->responded_at : row->requested_at;
    if (text_trim(row->response_code).len > 0 || class_of_status(r, row->execution_status) != STATUS_EMPTY)
        return row->requested_at;
    return INSTANT_NONE;
}

struct answer row_read(const struct request_row *row, struct code_reader *r, instant as_of)
{
    const instant answered_at = row_answered_at(row, r);

    if (answered_at == INSTANT_NONE || answered_at > as_of)
        return (struct answer){.answered_at = INSTANT_NONE, .status = STATUS_EMPTY};
    return (struct answer){
        .answered_at = answered_at,
        .coded = text_trim(row->response_code).len > 0,
        .code = class_of_code(r, row->response_code),
        .status = class_of_status(r, row->execution_status),
    };
}

bool attempt_is_step(const struct attempt *a)
{
    return a->pre_command || a->command_variant == 2 || a->command_variant == 4 || a->command_variant == 6;
}

static bool is_cancellation(const struct attempt *a)
{
    return a->execution_at >= CANCELLATION_FROM && a->execution_at < CANCELLATION_FROM + INSTANT_DAY;
}

static bool ends_in_dcc_systems(const struct attempt *a, const struct code_reader *r)
{
    return a->command_variant == 8 || code_map_ends_in_dcc_systems(r->map, a->srv);
}

bool attempt_is_misaddressed(const struct attempt *a, const struct code_reader *r)
{
    const struct request_row *const row = a->counted;

    return row->id.present && row->id.target != row->device && a->srv != 0 && !ends_in_dcc_systems(a, r);
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

void attempt_settle(struct attempt *a, const struct code_reader *r, instant as_of)
{
    const instant window_from = a->execution_at != INSTANT_NONE ? a->execution_at : a->requested_at;
    const struct answer *said = &a->answer;

    if (attempt_is_misaddressed(a, r))
        settle_as(a, OUTCOME_NONE, RULE_R7);
    else if (attempt_is_step(a) || ends_in_dcc_systems(a, r) || is_cancellation(a))
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
