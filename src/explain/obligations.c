/* The page, obligation by obligation. */
#include "page_int.h"

#include "domain/service.h"
#include "rules/wording.h"

#include <stdio.h>
#include <string.h>

static const char *state_colour(enum obligation_state state)
{
    switch (state) {
    case STATE_MET:
        return GREEN;
    case STATE_NOT_MET:
    case STATE_NOT_ATTEMPTED:
        return RED;
    case STATE_UNVERIFIED:
        return YELLOW;
    case STATE_NOT_APPLICABLE:
    case OBLIGATION_STATES:
        break;
    }
    return "";
}

static void print_evidence(const struct page *p, enum obligation o)
{
    size_t numbers[EVIDENCE_REFS_MAX];
    const size_t count = explanation_rests_on(p->e, o, numbers);

    for (size_t i = 0; i < count; i++)
        buf_printf(p->out, "%s[%zu]", i == 0 ? "    rests on " : ", ", numbers[i]);
    if (count > 0)
        buf_printf(p->out, " of the timeline\n");
}

#define EFFECTS_SHOWN 6 /* of one part, the latest, without being asked for more */

/* "Key Agreement: NOT_MET (R4.7.1); seen so since ..., last ...", and what each record did to it. */
static void print_part(const struct page *p, const struct told_part *told, bool all)
{
    const struct traced_part *const part = &told->part;
    const size_t hidden = all || told->count <= EFFECTS_SHOWN ? 0 : told->count - EFFECTS_SHOWN;
    char since[INSTANT_TEXT_SIZE], last[INSTANT_TEXT_SIZE];

    if (part->key_usage != KEY_NONE) {
        buf_printf(p->out, "    %s%s: %s (%s)", key_usage_plain(part->key_usage),
                   part->cell_usage == CELL_PREPAYMENT_TOP_UP ? ", prepayment top-up" : "",
                   obligation_state_word(part->state), rule_text(part->rule));
        instant_format(part->since, since);
        instant_format(part->last, last);
        if (part->last != INSTANT_NONE)
            buf_printf(p->out, "; seen so since %s%s%s", since, part->last != part->since ? ", last " : "",
                       part->last != part->since ? last : "");
        buf_add_byte(p->out, '\n');
    }
    if (hidden > 0)
        buf_printf(p->out, "      %zu records more; --all shows them\n", hidden);
    for (size_t i = told->first + hidden; i < told->first + told->count; i++)
        buf_printf(p->out, "      [%zu] %s\n", p->e->effects[i].number, effect_sentence(p->e->effects[i].effect));
    if (told->count == 0)
        buf_printf(p->out, "      no record bears on it\n");
}

static void print_silences(const struct page *p, enum obligation o)
{
    struct silence silences[SILENCES_TOLD];
    const size_t count = explanation_silences(p->e, o, silences);
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];

    for (size_t i = 0; i < count; i++) {
        instant_format(silences[i].from, from);
        instant_format(silences[i].to, to);
        if (silences[i].from == INSTANT_NONE)
            buf_printf(p->out, "    waits for the log before %s, when it begins\n", to);
        else
            buf_printf(p->out, "    waits for the log from %s to %s, where it is silent\n", from, to);
    }
    if (count == 0 && (p->e->judgement.obligations[o].reasons & REASON_BIT(REASON_LOG_GAP)) != 0)
        buf_printf(p->out, "    waits for what another party asked for while it was the Supplier\n");
}

void page_obligation(const struct page *p, enum obligation which, bool all)
{
    const struct obligation_judgement *const o = &p->e->judgement.obligations[which];
    char buf[PARTY_BUF_SIZE];
    char action[ACTION_TEXT_SIZE];
    char reasons[REASONS_TEXT_SIZE];
    struct buf owed = {0};

    buf_printf(p->out, "  %-30s", obligation_word(which));
    page_coloured(p, obligation_state_word(o->state), state_colour(o->state), 16);
    buf_printf(p->out, "rule %s\n", rule_text(o->rule));
    if (o->state == STATE_NOT_APPLICABLE && o->reasons == 0)
        return;
    buf_printf(&owed, "%s", obligation_facts(which)->plain);
    if (o->owed_by.kind != PARTY_NONE) {
        const struct text name = explanation_party(p->e, o->owed_by, buf);

        buf_printf(&owed, "; owed by %.*s", (int)name.len, name.ptr);
    }
    buf_printf(&owed, "; criteria in force: %s", o->legacy_met ? "met" : "not met");
    buf_printf(p->out, "    ");
    page_text(p, buf_text(&owed), 4, 4);
    buf_release(&owed);
    if (reasons_format(o->reasons, reasons) > 0)
        buf_printf(p->out, "    reasons: %s\n", reasons);
    print_evidence(p, which);
    for (size_t i = 0; i < p->e->part_count && (all || o->state != STATE_MET); i++)
        if (p->e->parts[i].obligation == which)
            print_part(p, &p->e->parts[i], all);
    print_silences(p, which);
    if (action_format(&o->action, p->e->context->directory, action) > 0) {
        buf_printf(p->out, "    next: ");
        page_text(p, text_of(action), 10, 10);
    }
}
