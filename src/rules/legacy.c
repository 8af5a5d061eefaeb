/* R3: the criteria in force, which look at Responses alone. */
#include "conclude_int.h"

bool legacy_counts_sender(const struct judge_context *ctx, const struct judgement *j, enum obligation o, uint64_t user)
{
    const struct party sender = directory_entity(ctx->directory, user).party;

    return ctx->legacy->terms[j->inventory->type][o].owed_by == OWED_BY_DCC
               ? directory_is_dcc(ctx->directory, sender)
               : party_equal(sender, j->commissioning_supplier);
}

/* L1 to L3 */
static bool enough_successes(const struct inquiry *q, const struct judgement *j, enum obligation o, srv_code srv)
{
    unsigned wanted = q->ctx->legacy->terms[q->inventory->type][o].successes;

    for (size_t i = 0; i < q->attempt_count && wanted > 0; i++) {
        const struct attempt *a = &q->attempts[i];

        if (a->srv == srv && a->outcome == OUTCOME_SUCCEEDED && a->requested_at >= q->commissioned_at &&
            legacy_counts_sender(q->ctx, j, o, a->user))
            wanted--;
    }
    return wanted == 0;
}

/* L4, L5 */
static bool latest_check_passed(const struct inquiry *q, enum check_kind kind)
{
    bool passed = false;

    for (size_t i = 0; i < q->records->check_count; i++) {
        const struct check_row *check = &q->records->checks[i];

        if (check->kind == kind && check->result != RESULT_BLANK && check->checked_at >= q->commissioned_at &&
            check->checked_at <= q->ctx->as_of)
            passed = check->result == RESULT_PASS;
    }
    return passed;
}

static bool criterion_met(const struct inquiry *q, const struct judgement *j, enum obligation o)
{
    const struct obligation_facts *const facts = obligation_facts(o);

    if (facts->legacy_srv != 0)
        return enough_successes(q, j, o, facts->legacy_srv);
    return facts->legacy_check == CHECK_NONE || latest_check_passed(q, facts->legacy_check);
}

bool legacy_judge(const struct inquiry *q, struct judgement *j)
{
    bool all = true;

    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        const bool applies = in_scope(q, q->ctx->legacy->terms[q->inventory->type][o].owed_by);
        const bool met = !applies || criterion_met(q, j, (enum obligation)o);

        j->obligations[o].legacy_met = met;
        all = all && met;
    }
    return all;
}

bool criteria_lack(const struct criteria *c, bool legacy, enum device_type *type, enum obligation *o)
{
    for (unsigned t = 0; t < DEVICE_TYPES; t++)
        for (unsigned i = 0; i < OBLIGATIONS; i++) {
            const struct obligation_facts *const facts = obligation_facts((enum obligation)i);
            const struct obligation_terms *const terms = &c->terms[t][i];

            if (terms->owed_by == OWED_BY_NONE ||
                !(legacy ? facts->legacy_srv != 0 && terms->successes == 0 : facts->cells && terms->cell_count == 0))
                continue;
            *type = (enum device_type)t;
            *o = (enum obligation)i;
            return true;
        }
    return false;
}
