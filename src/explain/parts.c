/* What each record did to each part of an obligation, and what of it the log cannot tell. */
#include "explanation_int.h"

#include "base/array.h"

static void take_part(void *ctx, enum obligation o, const struct traced_part *part)
{
    struct explanation *const e = ctx;

    if (!array_reserve(&e->parts, &e->part_cap, e->part_count + 1, sizeof(*e->parts))) {
        e->no_memory = true;
        return;
    }
    e->parts[e->part_count++] = (struct told_part){.obligation = o, .part = *part, .first = e->effect_count};
}

static void take_effect(void *ctx, struct evidence_ref by, enum effect effect)
{
    struct explanation *const e = ctx;
    const size_t number = explanation_item_number(e, by);

    if (e->no_memory || number == 0)
        return;
    if (!array_reserve(&e->effects, &e->effect_cap, e->effect_count + 1, sizeof(*e->effects))) {
        e->no_memory = true;
        return;
    }
    e->effects[e->effect_count++] = (struct told_effect){number, effect};
    e->parts[e->part_count - 1].count++;
}

int explanation_trace(struct explanation *e, struct judge_scratch *scratch, struct err *err)
{
    const struct trace_told told = {.part = take_part, .effect = take_effect, .ctx = e};

    judge_trace(&e->device.facts, e->context, scratch, &told);
    e->gap_count = judge_gaps(&e->device.facts, e->context, scratch, e->gaps, GAPS_MAX);
    if (e->gap_count > GAPS_MAX)
        e->gap_count = GAPS_MAX;
    return e->no_memory ? err_nomem(err) : 0;
}

size_t explanation_silences(const struct explanation *e, enum obligation o, struct silence out[SILENCES_TOLD])
{
    const struct judgement *const j = &e->judgement;
    const instant as_of = e->context->as_of;
    const instant to = o == OBLIGATION_COMMUNICATING || as_of < j->deadline ? as_of : j->deadline;
    size_t count = 0;

    if ((j->obligations[o].reasons & REASON_BIT(REASON_LOG_GAP)) == 0)
        return 0;
    for (size_t i = 0; i < e->context->silence_count && count < SILENCES_TOLD; i++) {
        const struct silence *const s = &e->context->silences[i];

        if (s->to > j->inventory->commissioned_at && s->from < to)
            out[count++] = *s;
    }
    return count;
}
