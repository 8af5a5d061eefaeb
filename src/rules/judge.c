/* R5: puts the rules together into the verdicts on one Device, those of the criteria in force (R3) among them. */
#include "conclude_int.h"

#include "rules/judge.h"
#include "rules/registration.h"
#include "rules/settings.h"

/* ---- R3: the criteria in force, which look at Responses alone ---- */

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

/* Sets legacy_met of every obligation; returns whether all are. */
static bool legacy_judge(const struct inquiry *q, struct judgement *j)
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

/* ---- R5 ---- */

const struct inventory_row *inventory_at(const struct device_records *records, instant as_of)
{
    size_t i = records->inventory_count;

    if (i == 0)
        return NULL;
    while (i > 1 && records->inventory[i - 1].extracted_at > as_of)
        i--;
    return &records->inventory[i - 1];
}

size_t judge_scratch_size(const struct device_facts *facts)
{
    return inquiry_size(facts);
}

/* R5.1: the first that applies; scope last. */
static enum excluded_reason excluded(const struct inquiry *q)
{
    bool obliged = false, asked_about = false;

    if (q->inventory->smets == SMETS_1)
        return EXCLUDED_SMETS1;
    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        obliged = obliged || q->terms[o].owed_by != OWED_BY_NONE;
        asked_about = asked_about || obligation_applies(q, (enum obligation)o);
    }
    if (!obliged)
        return EXCLUDED_NO_OBLIGATIONS;
    if (q->inventory->status != SMI_COMMISSIONED)
        return EXCLUDED_NOT_COMMISSIONED;
    if (q->commissioned_at == INSTANT_NONE)
        return EXCLUDED_NO_COMMISSIONING_INSTANT;
    if (q->commissioned_at > q->ctx->as_of)
        return EXCLUDED_COMMISSIONED_AFTER_AS_OF;
    return asked_about ? EXCLUDED_NOT : EXCLUDED_OUT_OF_SCOPE;
}

/* R3, R5: a day is of 24 hours; a date without a time of day runs from its end. */
static instant deadline_by(const struct inquiry *q, const struct criteria *c)
{
    return inventory_deadline_from(q->inventory) + criteria_obligation_ms(c, q->inventory->type);
}

/* R1: tenures end at as-of. Who was to be registered later, as at as-of: the registration that covers it, begun last.
 */
static struct party commissioning_supplier(const struct inquiry *q, const struct device_facts *facts)
{
    struct party p = {0};

    if (q->commissioned_at <= q->ctx->as_of)
        return tenure_at(&q->tenures, q->commissioned_at).supplier;
    for (size_t i = 0; i < facts->registration_count; i++) {
        const struct registration_row *const row = &facts->registrations[i];

        if (row->effective_from <= q->ctx->as_of &&
            (row->effective_to == INSTANT_NONE || row->effective_to > q->commissioned_at))
            p = directory_entity(q->ctx->directory, row->supplier).party;
    }
    return p;
}

/* R1: who is and was registered, and the Changes of Supplier. */
static void identify(const struct inquiry *q, const struct device_facts *facts, struct judgement *j)
{
    const struct tenure now = tenure_at(&q->tenures, q->ctx->as_of);

    j->supplier = now.supplier;
    j->network_operator = now.network_operator;
    j->first_cos_at = j->cos_at = j->deadline = j->network_operator_since = INSTANT_NONE;
    if (q->commissioned_at == INSTANT_NONE)
        return;
    j->deadline = q->deadline;
    j->commissioning_supplier = commissioning_supplier(q, facts);
    for (size_t i = 1; i < q->tenures.count; i++) {
        if (q->tenures.ptr[i].from <= q->commissioned_at)
            continue;
        if (!party_equal(q->tenures.ptr[i].network_operator, q->tenures.ptr[i - 1].network_operator))
            j->network_operator_since = q->tenures.ptr[i].from;
        if (!tenure_is_change(&q->tenures, i))
            continue;
        j->cos_at = q->tenures.ptr[i].from;
        if (j->first_cos_at == INSTANT_NONE)
            j->first_cos_at = j->cos_at;
    }
}

static void add_responsible(struct judgement *j, struct party p)
{
    if (p.kind == PARTY_NONE)
        return;
    for (size_t i = 0; i < j->responsible_count; i++)
        if (party_equal(j->responsible[i], p))
            return;
    j->responsible[j->responsible_count++] = p;
}

/* R1: who owes what is unmet; where nothing is, who would. */
static void name_responsible(const struct inquiry *q, struct judgement *j)
{
    const enum device_type type = q->inventory->type;
    bool unmet = false;

    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        const enum obligation_state state = j->obligations[o].state;

        if (state == STATE_MET || state == STATE_NOT_APPLICABLE)
            continue;
        unmet = true;
        add_responsible(j, j->obligations[o].owed_by);
    }
    if (!unmet)
        add_responsible(j, type == DEVICE_CHF || type == DEVICE_GPF ? directory_dcc(q->ctx->directory) : j->supplier);
}

/* R5.2 to R5.5 */
static void give_verdict(const struct inquiry *q, struct judgement *j)
{
    bool met = true, failed = false;

    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        const enum obligation_state s = j->obligations[o].state;

        met = met && (s == STATE_MET || s == STATE_NOT_APPLICABLE);
        failed = failed || s == STATE_NOT_MET || s == STATE_NOT_ATTEMPTED;
    }
    if (met) {
        j->verdict = VERDICT_PASS;
        j->verdict_rule = RULE_R5_2;
    } else if (q->ctx->as_of <= j->deadline) {
        j->verdict = VERDICT_PENDING;
        j->verdict_rule = RULE_R5_3;
    } else if (failed) {
        j->verdict = VERDICT_FAIL;
        j->verdict_rule = RULE_R5_4;
    } else {
        j->verdict = VERDICT_UNVERIFIED;
        j->verdict_rule = RULE_R5_5;
    }
}

static void give_legacy_verdict(const struct inquiry *q, struct judgement *j)
{
    if (legacy_judge(q, j))
        j->legacy_verdict = VERDICT_PASS;
    else if (q->ctx->as_of <= deadline_by(q, q->ctx->legacy))
        j->legacy_verdict = VERDICT_PENDING;
    else
        j->legacy_verdict = VERDICT_FAIL;
}

/* R6 */
static enum classification classify(const struct judgement *j)
{
    switch (j->verdict) {
    case VERDICT_PASS:
        return j->legacy_verdict == VERDICT_FAIL ? CLASS_FALSE_POSITIVE : CLASS_AGREED_PASS;
    case VERDICT_FAIL:
        return j->legacy_verdict == VERDICT_PASS ? CLASS_MISSED_BY_LEGACY : CLASS_TRUE_FAILURE;
    case VERDICT_PENDING:
        return CLASS_PENDING;
    default:
        return CLASS_UNVERIFIED;
    }
}

static void exclude(struct judgement *j, enum excluded_reason why)
{
    j->excluded = why;
    j->verdict = j->legacy_verdict = VERDICT_EXCLUDED;
    j->classification = CLASS_EXCLUDED;
    j->verdict_rule = RULE_R5_1;
    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        j->obligations[o].state = STATE_NOT_APPLICABLE;
        j->obligations[o].rule = RULE_R5_1;
        j->obligations[o].legacy_met = true;
    }
}

static void judge(struct inquiry *q, struct judgement *j)
{
    struct finding findings[OBLIGATIONS];
    instant since;

    attempts_build(q);
    since = replay(q);
    conclude(q, findings, j);
    give_legacy_verdict(q, j);
    give_verdict(q, j);
    j->classification = classify(j);
    if (j->verdict == VERDICT_PASS) {
        j->completed_at = since;
        j->late = since > j->deadline;
    }
    if (j->verdict == VERDICT_PASS && j->legacy_verdict == VERDICT_PASS &&
        !findings[OBLIGATION_ISSUE_CREDENTIALS].implied && !findings[OBLIGATION_NETWORK_OPERATOR_CREDENTIALS].exempt)
        return; /* nothing to explain, and nothing to do: most Devices */
    give_reasons(q, findings, j);
    give_actions(q, findings, j);
}

/* What a judgement begins with: the row that counts, the instants that all hangs on, and who was registered. */
static void begin(struct inquiry *q, const struct device_facts *facts, const struct judge_context *ctx,
                  struct judge_scratch *scratch)
{
    inquiry_init(q, facts, ctx, scratch);
    q->inventory = inventory_at(facts->records, ctx->as_of);
    q->terms = ctx->revised->terms[q->inventory->type];
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        q->applies |= (unsigned)in_scope(q, q->terms[o].owed_by) << o;
    q->commissioned_at = q->inventory->commissioned_at;
    if (q->commissioned_at != INSTANT_NONE) {
        q->first_commissioned_at = inventory_first_commissioned_at(facts->records, q->inventory);
        q->counts_from = q->commissioned_at - ctx->revised->before_ms;
        q->deadline = deadline_by(q, ctx->revised);
    }
}

bool inquire(struct inquiry *q, const struct device_facts *facts, const struct judge_context *ctx,
             struct judge_scratch *scratch)
{
    begin(q, facts, ctx, scratch);
    if (excluded(q) != EXCLUDED_NOT)
        return false;
    attempts_build(q);
    (void)replay(q);
    return true;
}

void judge_device(const struct device_facts *facts, const struct judge_context *ctx, struct judge_scratch *scratch,
                  struct judgement *out)
{
    struct inquiry q;
    enum excluded_reason why;

    begin(&q, facts, ctx, scratch);

    *out = (struct judgement){
        .device = facts->records->device,
        .inventory = q.inventory,
        .mpxn = facts->mpxn,
        .completed_at = INSTANT_NONE,
        .late = -1,
        .main_reason = REASONS,
    };
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        out->obligations[o].main_reason = REASONS;
    identify(&q, facts, out);
    why = excluded(&q);
    if (why != EXCLUDED_NOT)
        exclude(out, why);
    else
        judge(&q, out);
    name_responsible(&q, out);
}

const struct judge_settings judge_settings_default = {
    .silence_hours = SETTINGS_SILENCE_HOURS,
    .expected_requests = SETTINGS_EXPECTED_REQUESTS,
    .incidents = INCIDENTS_BY_REVISED,
    .incidents_revised_from = INSTANT_NONE,
    .operator_check_ends = {INSTANT_NONE, INSTANT_NONE, INSTANT_NONE, INSTANT_NONE},
};
