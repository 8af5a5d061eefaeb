/* R9.3: SMETS1 firmware that could not be sent because some is being activated on the same HAN. */
#include "outcome_int.h"
#include "related_int.h"

static bool is_firmware(srv_code srv)
{
    return srv == SRV(11, 1, 0) || srv == SRV(11, 3, 0);
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
    return a->srv == SRV(11, 1, 0) && !attempt_is_step(a) && a->answer.code == CODE_REJECTED;
}

static bool is_activation(const struct attempt *a)
{
    return a->srv == SRV(11, 3, 0) && a->outcome != OUTCOME_NONE && a->outcome != OUTCOME_REJECTED;
}

size_t firmware_find(struct search *s, struct firmware_message *messages)
{
    struct choice chosen;
    struct attempt a;
    size_t count = 0;

    if (s->judgement->inventory->smets != SMETS_1)
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
