/* A Device's story as a page for people, 100 columns wide. */
#include "story_int.h"

#include "domain/eui64.h"
#include "rules/wording.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WIDTH         100
#define SHOWN_AT_MOST 40 /* items of a timeline that are shown without being asked for */
#define FIELD_WIDTH   28
#define ITEM_INDENT   28

#define BOLD   "\033[1m"
#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

/* Characters of a word that take a place on the screen. */
static size_t columns(const char *word, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)word[i] & 0xC0) != 0x80;
    return n;
}

/* Prints the words of a text, up to the width. The cursor stands at column `at`; further lines begin at `indent`. */
static void print_words(const char *text, size_t at, size_t indent)
{
    bool fresh = true;

    while (*text != '\0') {
        const size_t len = strcspn(text, " ");
        const size_t wide = columns(text, len);

        if (!fresh && at + 1 + wide > WIDTH) {
            printf("\n%*s", (int)indent, "");
            at = indent;
        } else if (!fresh) {
            putchar(' ');
            at++;
        }
        printf("%.*s", (int)len, text);
        at += wide;
        fresh = false;
        text += len;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_text(struct text t, size_t at, size_t indent)
{
    struct buf shown = {0};

    show_text(&shown, t);
    print_words(buf_cstr(&shown), at, indent);
    buf_release(&shown);
}

static void print_heading(const char *text, bool colour)
{
    printf("\n%s%s%s\n", colour ? BOLD : "", text, colour ? PLAIN : "");
}

static void print_field(const char *label, struct text value)
{
    if (value.len == 0)
        value = TEXT_LITERAL("not known");
    printf("  %-*s", FIELD_WIDTH, label);
    print_text(value, FIELD_WIDTH + 2, FIELD_WIDTH + 2);
}

static void print_party(const struct story *s, const char *label, struct party p)
{
    char buf[PARTY_BUF_SIZE];

    print_field(label, story_party(s, p, buf));
}

static void print_instant(const char *label, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    instant_format(at, text);
    print_field(label, text_of(text));
}

static void print_identity(const struct story *s)
{
    const struct judgement *const j = &s->judgement;
    const struct inventory_row *const inv = j->inventory;
    char chf[EUI64_TEXT_SIZE];
    char mpxn[MPXN_TEXT_SIZE];
    struct buf type = {0};
    struct buf source = {0};

    buf_printf(&type, "%s, %s, %s", term_word(&vocab_device_type, inv->type), term_word(&vocab_smets, inv->smets),
               term_word(&vocab_smi_status, inv->status));
    print_field("type, status", buf_text(&type));
    print_instant("commissioned", inv->commissioned_at);
    print_instant("deadline", j->deadline);
    if (inv->chf != 0) {
        eui64_format(inv->chf, chf);
        print_field("Communications Hub", text_of(chf));
    }
    mpxn_format(j->mpxn, mpxn);
    if (j->mpxn != 0)
        print_field("MPxN", text_of(mpxn));
    if (inv->region != CSP_NONE)
        print_field("CSP region", text_of(term_word(&vocab_csp_region, inv->region)));
    if (j->mpxn != 0) {
        print_party(s, "Supplier", j->supplier);
        print_party(s, "Supplier when commissioned", j->commissioning_supplier);
        print_party(s, "Network Operator", j->network_operator);
    }
    if (j->cos_at != INSTANT_NONE)
        print_instant("Change of Supplier", j->cos_at);
    story_source(s, inv->source, &source);
    print_field("as the inventory says", buf_text(&source));
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

static void print_coloured(const char *word, const char *code, int width, bool colour)
{
    printf("%s%-*s%s", colour ? code : "", width, word, colour ? PLAIN : "");
}

/* Each reason of a set on a line of its own. */
static void print_reasons(reason_set set, size_t indent)
{
    for (unsigned r = 0; r < REASONS; r++) {
        if ((set & REASON_BIT(r)) == 0)
            continue;
        printf("%*s%s: ", (int)indent, "", reason_word((enum reason)r));
        print_words(reason_sentence((enum reason)r), indent + strlen(reason_word((enum reason)r)) + 2, indent + 2);
    }
}

static void print_more_lines(const char *text)
{
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");

        printf("%*s", ITEM_INDENT, "");
        print_text((struct text){text, len}, ITEM_INDENT, ITEM_INDENT + 2);
        text += len;
        text += *text != '\0';
    }
}

/* `about`: the obligation it is shown for, OBLIGATIONS in the timeline, which has everything. */
static void print_item(const struct story *s, size_t i, enum obligation about, bool colour)
{
    const struct story_item *const item = &s->items[i];
    char number[24];
    char at[INSTANT_TEXT_SIZE];
    struct buf first = {0};
    struct buf more = {0};

    story_item_text(s, item, about, &first, &more);
    buf_add_str(&first, " [");
    story_source(s, item->source, &first);
    buf_add_byte(&first, ']');
    instant_format(item->at, at);
    snprintf(number, sizeof(number), "[%zu]", i + 1);
    printf("%s%6s%s %-20s ", colour && item->decisive ? BOLD : "", number, colour && item->decisive ? PLAIN : "", at);
    print_text(buf_text(&first), ITEM_INDENT, ITEM_INDENT);
    print_more_lines(buf_cstr(&more));
    buf_release(&first);
    buf_release(&more);
}

#define LOOKED_AT_MOST 4 /* of many requests, the first few tell enough */

/* One obligation that the two criteria see differently: what was asked for, what the log has, and what the Device
 * shows. */
static void print_difference(const struct story *s, enum obligation which, bool colour)
{
    const struct obligation_judgement *const o = &s->judgement.obligations[which];
    size_t looked_at[LOOKED_AT_MOST];
    size_t rests_on[EVIDENCE_REFS_MAX];
    const size_t found = story_legacy_looked_at(s, which, looked_at, LOOKED_AT_MOST);
    const size_t proofs = story_rests_on(s, which, rests_on);
    struct buf wants = {0};

    printf("  %s\n    ", obligation_facts(which)->plain);
    buf_add_str(&wants, "The criteria in force ask for ");
    story_legacy_wants(s, which, &wants);
    buf_printf(&wants, "; that is %s. %s", o->legacy_met ? "met" : "not met",
               found == 0 ? "The records have nothing of the kind." : "They look at:");
    print_text(buf_text(&wants), 4, 4);
    buf_release(&wants);
    for (size_t i = 0; i < found && i < LOOKED_AT_MOST; i++) {
        print_item(s, looked_at[i] - 1, which, colour);
        if (story_legacy_ignores_sender(s, looked_at[i], which))
            printf("%*snot counted: sent by another party\n", ITEM_INDENT, "");
    }
    if (found > LOOKED_AT_MOST)
        printf("%*sand %zu more: see the timeline\n", ITEM_INDENT, "", found - LOOKED_AT_MOST);
    printf("    %s\n", o->state == STATE_MET              ? "It is done all the same. The proof:"
                       : o->state == STATE_NOT_APPLICABLE ? "It is not owed."
                       : o->state == STATE_UNVERIFIED     ? "The evidence does not settle it."
                                                          : "It is not done. What shows it:");
    for (size_t i = 0; i < proofs; i++)
        print_item(s, rests_on[i] - 1, which, colour);
    print_reasons(o->reasons, 4);
}

static void print_why(const struct story *s, bool colour)
{
    reason_set told = 0;

    print_heading(s->judgement.legacy_verdict != s->judgement.verdict ? "Why the two differ" : "Why", colour);
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        if (story_differs(s, (enum obligation)o)) {
            print_difference(s, (enum obligation)o, colour);
            told |= s->judgement.obligations[o].reasons;
        }
    print_reasons(s->judgement.reasons & ~told, 2);
}

static void print_verdicts(const struct story *s, bool colour)
{
    const struct judgement *const j = &s->judgement;
    char at[INSTANT_TEXT_SIZE];

    print_heading("Verdicts", colour);
    printf("  %-*s", FIELD_WIDTH, "criteria in force");
    print_coloured(verdict_word(j->legacy_verdict), verdict_colour(j->legacy_verdict), 0, colour);
    printf("\n  %-*s", FIELD_WIDTH, "evidence-based criteria");
    print_coloured(verdict_word(j->verdict), verdict_colour(j->verdict), 0, colour);
    printf(" (rule %s)\n", rule_text(j->verdict_rule));
    print_field("classification", text_of(classification_word(j->classification)));
    if (j->excluded != EXCLUDED_NOT)
        print_field("excluded because", text_of(excluded_reason_word(j->excluded)));
    if (j->completed_at != INSTANT_NONE) {
        instant_format(j->completed_at, at);
        printf("  %-*s%s%s\n", FIELD_WIDTH, "completed", at, j->late == 1 ? ", late" : j->late == 0 ? ", in time" : "");
    }
    if (j->reasons != 0)
        print_why(s, colour);
}

static void print_evidence(const struct story *s, enum obligation o)
{
    size_t numbers[EVIDENCE_REFS_MAX];
    const size_t count = story_rests_on(s, o, numbers);

    for (size_t i = 0; i < count; i++)
        printf("%s[%zu]", i == 0 ? "    rests on " : ", ", numbers[i]);
    if (count > 0)
        printf(" of the timeline\n");
}

static void print_obligation(const struct story *s, enum obligation which, bool colour)
{
    const struct obligation_judgement *const o = &s->judgement.obligations[which];
    char buf[PARTY_BUF_SIZE];
    char action[ACTION_TEXT_SIZE];
    char reasons[REASONS_TEXT_SIZE];
    struct buf owed = {0};

    printf("  %-30s", obligation_word(which));
    print_coloured(obligation_state_word(o->state), state_colour(o->state), 16, colour);
    printf("rule %s\n", rule_text(o->rule));
    if (o->state == STATE_NOT_APPLICABLE && o->reasons == 0)
        return;
    buf_printf(&owed, "%s", obligation_facts(which)->plain);
    if (o->owed_by.kind != PARTY_NONE) {
        const struct text name = story_party(s, o->owed_by, buf);

        buf_printf(&owed, "; owed by %.*s", (int)name.len, name.ptr);
    }
    buf_printf(&owed, "; criteria in force: %s", o->legacy_met ? "met" : "not met");
    printf("    ");
    print_text(buf_text(&owed), 4, 4);
    buf_release(&owed);
    if (reasons_format(o->reasons, reasons) > 0)
        printf("    reasons: %s\n", reasons);
    print_evidence(s, which);
    if (action_format(&o->action, s->judging->context.directory, action) > 0) {
        printf("    next: ");
        print_text(text_of(action), 10, 10);
    }
}

static void print_timeline(const struct story *s, bool all, bool colour)
{
    const bool brief = !all && s->item_count > SHOWN_AT_MOST;
    size_t hidden = 0;

    print_heading("Timeline of the evidence", colour);
    for (size_t i = 0; i < s->item_count; i++) {
        if (brief && !s->items[i].decisive)
            hidden++;
        else
            print_item(s, i, OBLIGATIONS, colour);
    }
    if (s->item_count == 0)
        printf("  nothing is known of it up to this instant\n");
    if (hidden > 0)
        printf("  and %zu more that decide nothing; --all shows them\n", hidden);
}

static void print_next_action(const struct story *s)
{
    char action[NEXT_ACTION_TEXT_SIZE];

    if (next_action_format(&s->judgement, s->judging->context.directory, action) == 0)
        return;
    printf("What to do next: ");
    print_text(text_of(action), strlen("What to do next: "), 2);
}

void explain_text(const struct story *s, bool all, bool colour)
{
    char device[EUI64_TEXT_SIZE];
    char at[INSTANT_TEXT_SIZE];
    struct buf conclusion = {0};

    eui64_format(s->id, device);
    instant_format(s->judging->context.as_of, at);
    printf("%sDevice %s%s, as at %s\n", colour ? BOLD : "", device, colour ? PLAIN : "", at);
    story_conclusion(s, &conclusion);
    print_text(buf_text(&conclusion), 0, 0);
    buf_release(&conclusion);
    if (s->judged) {
        print_next_action(s);
        print_heading("Device", colour);
        print_identity(s);
        print_verdicts(s, colour);
        print_heading("Obligations", colour);
        for (unsigned o = 0; o < OBLIGATIONS; o++)
            print_obligation(s, (enum obligation)o, colour);
    }
    print_timeline(s, all, colour);
}
