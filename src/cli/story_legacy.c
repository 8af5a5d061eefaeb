/* A Device's story as the criteria in force see it: what they ask for, and where they look. */
#include "story_int.h"

#include <stdio.h>

bool story_differs(const struct story *s, enum obligation o)
{
    const struct obligation_judgement *const j = &s->judgement.obligations[o];
    const struct obligation_terms *const legacy = &s->judging->context.legacy->terms[s->judgement.inventory->type][o];
    const bool met = j->state == STATE_MET || j->state == STATE_NOT_APPLICABLE;

    return legacy->owed_by != OWED_BY_NONE && j->legacy_met != met;
}

/* The SRV whose successes the criteria in force count; 0 where they look at DSP checks. */
static srv_code legacy_srv(enum obligation o)
{
    switch (o) {
    case OBLIGATION_ISSUE_CREDENTIALS:
        return SRV(6, 17, 0);
    case OBLIGATION_DEVICE_CERTIFICATES:
        return SRV(6, 15, 2);
    case OBLIGATION_NETWORK_OPERATOR_CREDENTIALS:
        return SRV(6, 15, 1);
    case OBLIGATION_SUPPLIER_CREDENTIALS:
    case OBLIGATION_COMMUNICATING:
    case OBLIGATION_RECOVERY_CELL:
    case OBLIGATIONS:
        break;
    }
    return 0;
}

void story_legacy_wants(const struct story *s, enum obligation o, struct buf *out)
{
    const struct obligation_terms *const terms = &s->judging->context.legacy->terms[s->judgement.inventory->type][o];
    const srv_code srv = legacy_srv(o);
    char name[SRV_TEXT_SIZE];
    char buf[PARTY_BUF_SIZE];
    struct text sender = TEXT_LITERAL("the DCC");

    if (srv == 0) {
        buf_printf(
            out, "a pass in the latest DSP check '%s' that has a result",
            term_word(&vocab_check_kind, o == OBLIGATION_COMMUNICATING ? CHECK_COMMUNICATING : CHECK_RECOVERY_CELL));
        return;
    }
    if (terms->owed_by == OWED_BY_SUPPLIER)
        sender = story_party(s, s->judgement.commissioning_supplier, buf);
    if (sender.len == 0)
        sender = TEXT_LITERAL("the Supplier registered when it was Commissioned (nobody was)");
    srv_format(srv, name);
    buf_printf(out, "%u successful SRV %s from %.*s", terms->successes, name, (int)sender.len, sender.ptr);
}

static bool looked_at(const struct story *s, const struct story_item *item, enum obligation o)
{
    if (item->at < s->judgement.inventory->commissioned_at)
        return false;
    if (item->kind == ITEM_REQUEST) {
        const struct request_view *const v = &s->views[item->index];

        return v->row.srv == legacy_srv(o) && v->outcome != OUTCOME_NONE;
    }
    if (item->kind == ITEM_CHECK && legacy_srv(o) == 0)
        return s->device.records.checks[item->index].kind ==
               (o == OBLIGATION_COMMUNICATING ? CHECK_COMMUNICATING : CHECK_RECOVERY_CELL);
    return false;
}

size_t story_legacy_looked_at(const struct story *s, enum obligation o, size_t *out, size_t most)
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

bool story_legacy_ignores_sender(const struct story *s, size_t number, enum obligation o)
{
    const struct story_item *const item = &s->items[number - 1];
    const struct directory *const directory = s->judging->context.directory;
    const struct obligation_terms *const terms = &s->judging->context.legacy->terms[s->judgement.inventory->type][o];
    struct party sender;

    if (item->kind != ITEM_REQUEST)
        return false;
    sender = directory_entity(directory, s->views[item->index].row.user_id).party;
    return terms->owed_by == OWED_BY_DCC ? !directory_is_dcc(directory, sender)
                                         : !party_equal(sender, s->judgement.commissioning_supplier);
}
