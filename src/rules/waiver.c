/* Which Devices are waived. */
#include "rules/waiver.h"

static bool covers(const struct waiver *w, const struct judgement *j, enum obligation o, struct text model,
                   instant as_of)
{
    return (w->device == 0 || w->device == j->device) && (w->model.len == 0 || text_equal(w->model, model)) &&
           (!w->for_party || party_equal(w->party, j->obligations[o].owed_by)) &&
           (w->obligation < 0 || w->obligation == (int)o) && (w->from == INSTANT_NONE || w->from <= as_of) &&
           as_of < w->until;
}

static bool is_open(enum obligation_state s)
{
    return s == STATE_NOT_MET || s == STATE_NOT_ATTEMPTED || s == STATE_UNVERIFIED;
}

bool is_waived(const struct judge_context *ctx, const struct judgement *j, struct text model)
{
    if (ctx->waiver_count == 0 || (j->verdict != VERDICT_FAIL && j->verdict != VERDICT_UNVERIFIED))
        return false;
    for (int o = 0; o < OBLIGATIONS; o++) {
        bool covered = !is_open(j->obligations[o].state);

        for (size_t i = 0; !covered && i < ctx->waiver_count; i++)
            covered = covers(&ctx->waivers[i], j, (enum obligation)o, model, ctx->as_of);
        if (!covered)
            return false;
    }
    return true;
}
