/* The explanation as a page for people. */
#include "page_int.h"

#include "domain/eui64.h"
#include "rules/wording.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_AT_MOST 40 /* items of a timeline that are shown without being asked for */

/* R1: another Supplier after a time in which nobody was registered is no Change of Supplier. */
static void print_gap(const struct page *p, const struct registration_gap *gap)
{
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    char before[PARTY_BUF_SIZE], after[PARTY_BUF_SIZE];
    const struct text losing = explanation_party(p->e, gap->before, before);
    const struct text gaining = explanation_party(p->e, gap->after, after);
    struct buf line = {0};

    instant_format(gap->from, from);
    instant_format(gap->to, to);
    buf_printf(&line, "from %.*s to %.*s: nobody was registered from %s to %s, which is more than a day",
               (int)losing.len, losing.ptr, (int)gaining.len, gaining.ptr, from, to);
    page_field(p, "no Change of Supplier", buf_text(&line));
    buf_release(&line);
}

static void print_identity(const struct page *p)
{
    const struct judgement *const j = &p->e->judgement;
    const struct inventory_row *const inv = j->inventory;
    char chf[EUI64_TEXT_SIZE];
    char mpxn[MPXN_TEXT_SIZE];
    struct buf type = {0};
    struct buf source = {0};

    buf_printf(&type, "%s, %s, %s", term_word(&vocab_device_type, inv->type), term_word(&vocab_smets, inv->smets),
               term_word(&vocab_smi_status, inv->status));
    page_field(p, "type, status", buf_text(&type));
    page_instant(p, "commissioned", inv->commissioned_at);
    page_instant(p, "deadline", j->deadline);
    if (inv->chf != 0) {
        eui64_format(inv->chf, chf);
        page_field(p, "Communications Hub", text_of(chf));
    }
    mpxn_format(j->mpxn, mpxn);
    if (j->mpxn != 0)
        page_field(p, "MPxN", text_of(mpxn));
    if (inv->region != CSP_NONE)
        page_field(p, "CSP region", text_of(term_word(&vocab_csp_region, inv->region)));
    if (j->mpxn != 0) {
        page_party(p, "Supplier", j->supplier);
        page_party(p, "Supplier when commissioned", j->commissioning_supplier);
        page_party(p, "Network Operator", j->network_operator);
    }
    if (j->cos_at != INSTANT_NONE)
        page_instant(p, "Change of Supplier", j->cos_at);
    for (size_t i = 0; i < p->e->gap_count; i++)
        print_gap(p, &p->e->gaps[i]);
    explanation_source(p->e, inv->source, &source);
    page_field(p, "as the inventory says", buf_text(&source));
    buf_release(&type);
    buf_release(&source);
}

static const char *verdict_colour(enum verdict v)
{
    switch (v) {
    case VERDICT_PASS:
        return GREEN;
    case VERDICT_FAIL:
        return RED;
    case VERDICT_PENDING:
    case VERDICT_UNVERIFIED:
        return YELLOW;
    case VERDICT_EXCLUDED:
    case VERDICTS:
        break;
    }
    return "";
}

#define LOOKED_AT_MOST 4 /* of many requests, the first few tell enough */

/* One obligation that the two criteria see differently: what was asked for, what the log has, and what the Device
 * shows. */
static void print_difference(const struct page *p, enum obligation which)
{
    const struct obligation_judgement *const o = &p->e->judgement.obligations[which];
    size_t looked_at[LOOKED_AT_MOST];
    size_t rests_on[EVIDENCE_REFS_MAX];
    const size_t found = legacy_looked_at(p->e, which, looked_at, LOOKED_AT_MOST);
    const size_t proofs = explanation_rests_on(p->e, which, rests_on);
    struct buf wants = {0};

    buf_printf(p->out, "  %s\n    ", obligation_facts(which)->plain);
    buf_add_str(&wants, "The criteria in force ask for ");
    legacy_wants(p->e, which, &wants);
    buf_printf(&wants, "; that is %s. %s", o->legacy_met ? "met" : "not met",
               found == 0 ? "The records have nothing of the kind." : "They look at:");
    page_text(p, buf_text(&wants), 4, 4);
    buf_release(&wants);
    for (size_t i = 0; i < found && i < LOOKED_AT_MOST; i++) {
        page_item(p, looked_at[i] - 1, which);
        if (legacy_ignores_sender(p->e, looked_at[i], which))
            buf_printf(p->out, "%*snot counted: sent by another party\n", ITEM_INDENT, "");
    }
    if (found > LOOKED_AT_MOST)
        buf_printf(p->out, "%*sand %zu more: see the timeline\n", ITEM_INDENT, "", found - LOOKED_AT_MOST);
    buf_printf(p->out, "    %s\n",
               o->state == STATE_MET              ? "It is done all the same. The proof:"
               : o->state == STATE_NOT_APPLICABLE ? "It is not owed."
               : o->state == STATE_UNVERIFIED     ? "The evidence does not settle it."
                                                  : "It is not done. What shows it:");
    for (size_t i = 0; i < proofs; i++)
        page_item(p, rests_on[i] - 1, which);
    page_reasons(p, o->reasons, 4);
}

static void print_why(const struct page *p)
{
    reason_set told = 0;

    page_heading(p, p->e->judgement.legacy_verdict != p->e->judgement.verdict ? "Why the two differ" : "Why");
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        if (legacy_differs(p->e, (enum obligation)o)) {
            print_difference(p, (enum obligation)o);
            told |= p->e->judgement.obligations[o].reasons;
        }
    page_reasons(p, p->e->judgement.reasons & ~told, 2);
}

static void print_verdicts(const struct page *p)
{
    const struct judgement *const j = &p->e->judgement;
    char at[INSTANT_TEXT_SIZE];

    page_heading(p, "Verdicts");
    buf_printf(p->out, "  %-*s", FIELD_WIDTH, "criteria in force");
    page_coloured(p, verdict_word(j->legacy_verdict), verdict_colour(j->legacy_verdict), 0);
    buf_printf(p->out, "\n  %-*s", FIELD_WIDTH, "evidence-based criteria");
    page_coloured(p, verdict_word(j->verdict), verdict_colour(j->verdict), 0);
    buf_printf(p->out, " (rule %s)\n", rule_text(j->verdict_rule));
    page_field(p, "classification", text_of(classification_word(j->classification)));
    if (j->excluded != EXCLUDED_NOT)
        page_field(p, "excluded because", text_of(excluded_reason_word(j->excluded)));
    if (j->completed_at != INSTANT_NONE) {
        instant_format(j->completed_at, at);
        buf_printf(p->out, "  %-*s%s%s\n", FIELD_WIDTH, "completed", at,
                   j->late == 1   ? ", late"
                   : j->late == 0 ? ", in time"
                                  : "");
    }
    if (j->reasons != 0)
        print_why(p);
}

/* R11.3 */
static void print_reported(const struct page *p)
{
    const struct dossier *const d = &p->e->device;

    if (d->reported_count == 0)
        return;
    page_heading(p, "What runs reported of it");
    for (size_t i = 0; i < d->reported_count; i++) {
        const struct reported_line *const line = &d->reported[i];
        char at[INSTANT_TEXT_SIZE];

        instant_format(line->run_as_of, at);
        if (line->is_there)
            buf_printf(p->out, "  %s  %s (legacy %s): %s\n", at, verdict_word(line->verdict),
                       verdict_word(line->legacy_verdict), classification_word(line->classification));
        else
            buf_printf(p->out, "  %s  nothing any more\n", at);
    }
}

static void print_timeline(const struct page *p, bool all)
{
    const bool brief = !all && p->e->item_count > SHOWN_AT_MOST;
    size_t hidden = 0;

    page_heading(p, "Timeline of the evidence");
    for (size_t i = 0; i < p->e->item_count; i++) {
        if (brief && !p->e->items[i].decisive)
            hidden++;
        else
            page_item(p, i, OBLIGATIONS);
    }
    if (p->e->item_count == 0)
        buf_printf(p->out, "  nothing is known of it up to this instant\n");
    if (hidden > 0)
        buf_printf(p->out, "  and %zu more that decide nothing; --all shows them\n", hidden);
}

static void print_next_action(const struct page *p)
{
    char action[NEXT_ACTION_TEXT_SIZE];

    if (next_action_format(&p->e->judgement, p->e->context->directory, action) == 0)
        return;
    buf_printf(p->out, "What to do next: ");
    page_text(p, text_of(action), strlen("What to do next: "), 2);
}

void explain_text(const struct explanation *e, bool all, bool colour, struct buf *out)
{
    const struct page page = {e, out, colour}, *const p = &page;
    char device[EUI64_TEXT_SIZE];
    char at[INSTANT_TEXT_SIZE];
    struct buf conclusion = {0};

    eui64_format(p->e->id, device);
    instant_format(p->e->context->as_of, at);
    buf_printf(p->out, "%sDevice %s%s, as at %s\n", p->colour ? BOLD : "", device, p->colour ? PLAIN : "", at);
    explanation_conclusion(p->e, &conclusion);
    page_text(p, buf_text(&conclusion), 0, 0);
    buf_release(&conclusion);
    if (p->e->judged) {
        print_next_action(p);
        page_heading(p, "Device");
        print_identity(p);
        print_verdicts(p);
        page_heading(p, "Obligations");
        for (unsigned o = 0; o < OBLIGATIONS; o++)
            page_obligation(p, (enum obligation)o, all);
    }
    print_reported(p);
    print_timeline(p, all);
}
