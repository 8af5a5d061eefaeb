/* The explanation as a page for people, 100 columns wide. */
#include "domain/eui64.h"
#include "domain/service.h"
#include "explanation_int.h"
#include "rules/wording.h"

#include <stdio.h>
#include <string.h>

#define FIELD_WIDTH 28
#define ITEM_INDENT 28

#define BOLD   "\033[1m"
#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

/* Where the page goes. */
struct page {
    const struct explanation *e;
    struct buf *out;
    bool colour;
};

/* ---- Words, fields and items ---- */

#define WIDTH 100

/* Characters of a word that take a place on the screen. */
static size_t columns(const char *word, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)word[i] & 0xC0) != 0x80;
    return n;
}

/* The words of a text, up to the width. The line stands at column `at`; further lines begin at `indent`. Foreign texts
 * are made harmless by page_text. */
static void page_words(const struct page *p, const char *text, size_t at, size_t indent)
{
    bool fresh = true;

    while (*text != '\0') {
        const size_t len = strcspn(text, " ");
        const size_t wide = columns(text, len);

        if (!fresh && at + 1 + wide > WIDTH) {
            buf_printf(p->out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!fresh) {
            buf_add_byte(p->out, ' ');
            at++;
        }
        buf_printf(p->out, "%.*s", (int)len, text);
        at += wide;
        fresh = false;
        text += len;
        text += strspn(text, " ");
    }
    buf_add_byte(p->out, '\n');
}

static void page_text(const struct page *p, struct text t, size_t at, size_t indent)
{
    struct buf shown = {0};

    show_text(&shown, t);
    page_words(p, buf_cstr(&shown), at, indent);
    buf_release_into(&shown, p->out);
}

static void page_heading(const struct page *p, const char *text)
{
    buf_printf(p->out, "\n%s%s%s\n", p->colour ? BOLD : "", text, p->colour ? PLAIN : "");
}

/* A line "label  value"; "not known" for an empty one. */
static void page_field(const struct page *p, const char *label, struct text value)
{
    if (value.len == 0)
        value = TEXT_LITERAL("not known");
    buf_printf(p->out, "  %-*s", FIELD_WIDTH, label);
    page_text(p, value, FIELD_WIDTH + 2, FIELD_WIDTH + 2);
}

static void page_party(const struct page *p, const char *label, struct party party)
{
    char buf[PARTY_BUF_SIZE];

    page_field(p, label, explanation_party(p->e, party, buf));
}

static void page_instant(const struct page *p, const char *label, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    instant_format(at, text);
    page_field(p, label, text_of(text));
}

static void page_coloured(const struct page *p, const char *word, const char *code, int width)
{
    buf_printf(p->out, "%s%-*s%s", p->colour ? code : "", width, word, p->colour ? PLAIN : "");
}

/* Each reason of a set on a line of its own. */
static void page_reasons(const struct page *p, reason_set set, size_t indent)
{
    for (unsigned r = 0; r < REASONS; r++) {
        if ((set & REASON_BIT(r)) == 0)
            continue;
        buf_printf(p->out, "%*s%s: ", (int)indent, "", reason_word((enum reason)r));
        page_words(p, reason_sentence((enum reason)r), indent + strlen(reason_word((enum reason)r)) + 2, indent + 2);
    }
}

static void print_more_lines(const struct page *p, const char *text)
{
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");

        buf_printf(p->out, "%*s", ITEM_INDENT, "");
        page_text(p, (struct text){text, len}, ITEM_INDENT, ITEM_INDENT + 2);
        text += len;
        text += *text != '\0';
    }
}

/* `about`: the obligation it is shown for, OBLIGATIONS in the timeline, which has everything. */
static void page_item(const struct page *p, size_t i, enum obligation about)
{
    const struct timeline_item *const item = &p->e->items[i];
    char number[24];
    char at[INSTANT_TEXT_SIZE];
    struct buf first = {0};
    struct buf more = {0};

    explanation_item_text(p->e, item, about, &first, &more);
    buf_add_str(&first, " [");
    explanation_source(p->e, explanation_item_source(p->e, item), &first);
    buf_add_byte(&first, ']');
    instant_format(item->at, at);
    snprintf(number, sizeof(number), "[%zu]", i + 1);
    buf_printf(p->out, "%s%6s%s %-20s ", p->colour && item->decisive ? BOLD : "", number,
               p->colour && item->decisive ? PLAIN : "", at);
    page_text(p, buf_text(&first), ITEM_INDENT, ITEM_INDENT);
    print_more_lines(p, buf_cstr(&more));
    buf_release_into(&first, p->out);
    buf_release_into(&more, p->out);
}

/* ---- Obligation by obligation ---- */

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
    for (size_t i = told->first + hidden; i < told->first + told->count; i++) {
        buf_printf(p->out, "      [%zu] %s\n", p->e->effects[i].number, effect_sentence(p->e->effects[i].effect));
        explanation_pass_on(p->e, p->out);
    }
    if (told->count == 0)
        buf_printf(p->out, "      no record bears on it\n");
}

static void print_waits(const struct page *p, enum obligation o)
{
    struct buf waits = {0};

    explanation_waits(p->e, o, &waits);
    for (const char *line = buf_cstr(&waits); *line != '\0'; line += strcspn(line, "\n") + 1)
        buf_printf(p->out, "    %.*s\n", (int)strcspn(line, "\n"), line);
    buf_release_into(&waits, p->out);
}

/* One obligation: its state, what it rests on, each part with what each record did to it, and what to do next. */
static void page_obligation(const struct page *p, enum obligation which, bool all)
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
    buf_release_into(&owed, p->out);
    if (reasons_format(o->reasons, reasons) > 0)
        buf_printf(p->out, "    reasons: %s\n", reasons);
    print_evidence(p, which);
    for (size_t i = 0; i < p->e->part_count && (all || o->state != STATE_MET); i++)
        if (p->e->parts[i].obligation == which)
            print_part(p, &p->e->parts[i], all);
    print_waits(p, which);
    if (action_format(&o->action, p->e->context->directory, action) > 0) {
        buf_printf(p->out, "    next: ");
        page_text(p, text_of(action), 10, 10);
    }
}

/* ---- The page ---- */

#define SHOWN_AT_MOST 40 /* items of a timeline that are shown without being asked for */

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
    for (size_t i = 0; i < p->e->gap_count; i++) {
        struct buf gap = {0};

        explanation_gap(p->e, &p->e->gaps[i], &gap);
        page_field(p, "no Change of Supplier", buf_text(&gap));
        buf_release_into(&gap, p->out);
    }
    explanation_inventory(p->e, &source);
    page_field(p, "as the inventory says", buf_text(&source));
    buf_release_into(&type, p->out);
    buf_release_into(&source, p->out);
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
    buf_release_into(&wants, p->out);
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
        explanation_pass_on(p->e, p->out);
    }
    if (p->e->item_count == 0)
        buf_printf(p->out, "  nothing is known of it up to this instant\n");
    if (hidden > 0)
        buf_printf(p->out, "  and %zu more that decide nothing; --all shows them\n", hidden);
}

static void print_scope(const struct page *p)
{
    struct buf names = {0};

    explanation_scope(p->e, &names);
    if (names.len > 0) {
        buf_add_str(p->out, "Only what is owed by: ");
        page_text(p, buf_text(&names), strlen("Only what is owed by: "), 2);
    }
    buf_release_into(&names, p->out);
}

static void print_next_action(const struct page *p)
{
    char action[NEXT_ACTION_TEXT_SIZE];

    if (next_action_format(&p->e->judgement, p->e->context->directory, action) == 0)
        return;
    buf_printf(p->out, "What to do next: ");
    page_text(p, text_of(action), strlen("What to do next: "), 2);
}

void explain_text(const struct explanation *e, bool all, bool colour, const struct told_originals *originals,
                  struct buf *out)
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
    buf_release_into(&conclusion, p->out);
    print_scope(p);
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
    originals_text(originals, out);
}
