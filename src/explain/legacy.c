/* The explanation as the criteria in force see it: what they ask for, and where they look. */
#include "explanation_int.h"

#include <stdio.h>

bool legacy_differs(const struct explanation *s, enum obligation o)
{
    const struct obligation_judgement *const j = &s->judgement.obligations[o];
    const struct obligation_terms *const legacy = &s->context->legacy->terms[s->judgement.inventory->type][o];
    const bool met = j->state == STATE_MET || j->state == STATE_NOT_APPLICABLE;

    return legacy->owed_by != OWED_BY_NONE && j->legacy_met != met;
}

void legacy_wants(const struct explanation *s, enum obligation o, struct buf *out)
{
    const struct obligation_terms *const terms = &s->context->legacy->terms[s->judgement.inventory->type][o];
    const struct obligation_facts *const facts = obligation_facts(o);
    char name[SRV_TEXT_SIZE];
    char buf[PARTY_BUF_SIZE];
    struct text sender = TEXT_LITERAL("the DCC");

    if (facts->legacy_srv == 0) {
        buf_printf(out, "a pass in the latest DSP check '%s' that has a result",
                   term_word(&vocab_check_kind, facts->legacy_check));
        return;
    }
    if (terms->owed_by == OWED_BY_SUPPLIER)
        sender = explanation_party(s, s->judgement.commissioning_supplier, buf);
    if (sender.len == 0)
        sender = TEXT_LITERAL("the Supplier registered when it was Commissioned (nobody was)");
    srv_format(facts->legacy_srv, name);
    buf_printf(out, "%u successful SRV %s from %.*s", terms->successes, name, (int)sender.len, sender.ptr);
}

static bool looked_at(const struct explanation *s, const struct timeline_item *item, enum obligation o)
{
    const struct obligation_facts *const facts = obligation_facts(o);

    if (item->at < s->judgement.inventory->commissioned_at)
        return false;
    if (item->kind == ITEM_REQUEST) {
        const struct request_summary *const v = &s->views[item->index];

        return v->row.srv == facts->legacy_srv && v->outcome != OUTCOME_NONE;
    }
    return item->kind == ITEM_CHECK && s->device.records.checks[item->index].kind == facts->legacy_check;
}

size_t legacy_looked_at(const struct explanation *s, enum obligation o, size_t *out, size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < s->item_count; i++)
        if (looked_at(s, &s->items[i], o)) {
            if (count < most)
                out[count] = i + 1;
            count++;
        }
    return count;
}

bool legacy_ignores_sender(const struct explanation *s, size_t number, enum obligation o)
{
    const struct timeline_item *const item = &s->items[number - 1];

    return item->kind == ITEM_REQUEST &&
           !legacy_counts_sender(s->context, &s->judgement, o, s->views[item->index].row.user_id);
}
