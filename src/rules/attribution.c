/* R6: a failing obligation counts against the party that owes it; what it inherited is told apart. */
#include "rules/attribution.h"

bool obligation_is_inherited(const struct judgement *j, enum obligation o)
{
    const struct party owed_by = j->obligations[o].owed_by;

    return j->cos_at != INSTANT_NONE && owed_by.kind != PARTY_NONE && party_equal(owed_by, j->supplier) &&
           !party_equal(owed_by, j->commissioning_supplier);
}

struct party legacy_obliged(const struct judge_context *ctx, const struct judgement *j, enum obligation o)
{
    switch (ctx->legacy->terms[j->inventory->type][o].owed_by) {
    case OWED_BY_SUPPLIER:
        return j->commissioning_supplier;
    case OWED_BY_DCC:
        return directory_dcc(ctx->directory);
    case OWED_BY_NONE:
        break;
    }
    return (struct party){0, PARTY_NONE};
}

bool party_account_of(const struct judgement *j, struct party p, struct party_account *out)
{
    bool owes = false, fails = false, fails_itself = false, unverified = false;

    for (int o = 0; o < OBLIGATIONS; o++) {
        const enum obligation_state state = j->obligations[o].state;

        if (state == STATE_NOT_APPLICABLE || !party_equal(j->obligations[o].owed_by, p))
            continue;
        owes = true;
        unverified = unverified || state == STATE_UNVERIFIED;
        if (state == STATE_NOT_MET || state == STATE_NOT_ATTEMPTED) {
            fails = true;
            fails_itself = fails_itself || !obligation_is_inherited(j, (enum obligation)o);
        }
    }
    *out = (struct party_account){ACCOUNT_DONE, false};
    if (j->verdict == VERDICT_PASS)
        out->state = j->late == 1 ? ACCOUNT_LATE : ACCOUNT_ON_TIME;
    else if (fails)
        *out = (struct party_account){ACCOUNT_FAILED, !fails_itself};
    else if (unverified)
        out->state = ACCOUNT_UNVERIFIED;
    return owes;
}
