/* The explanation as a page that can be sent: one file, no script, nothing fetched. */
#include "html_int.h"

#include "base/shipped.h"
#include "domain/eui64.h"
#include "rules/plain.h"
#include "rules/wording.h"

#include <string.h>

void html_between(struct buf *b, const char *open, struct text t, const char *close)
{
    buf_add_str(b, open);
    markup_text(b, t);
    buf_add_str(b, close);
}

static const char *plain_of(const char *word)
{
    const struct plain_word *const w = plain_word_find(text_of(word));

    return w != NULL ? w->plain : word;
}

/* A word in plain language, with the code that other reports have for it, in a colour that only helps. */
static void add_word(struct buf *b, const char *tag, const char *word)
{
    const char *const css =
        strcmp(word, "FAIL") == 0 || strcmp(word, "NOT_MET") == 0 || strcmp(word, "NOT_ATTEMPTED") == 0 ? "bad"
        : strcmp(word, "PASS") == 0 || strcmp(word, "MET") == 0                                         ? "good"
                                                                                                        : "quiet";

    buf_printf(b, "<%s class=\"t\"><span class=\"%s\">%s</span> <small>%s</small></%s>", tag, css, plain_of(word), word,
               tag);
}

static void add_field(struct buf *b, const char *label, struct text value)
{
    if (value.len == 0)
        return;
    buf_printf(b, "<div><dt>%s</dt>", label);
    html_between(b, "<dd>", value, "</dd></div>\n");
}

static void add_instant_field(struct buf *b, const char *label, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    instant_format(at, text);
    add_field(b, label, text_of(text));
}

static void add_party_field(struct buf *b, const struct explanation *e, const char *label, struct party p)
{
    char name[PARTY_BUF_SIZE];

    add_field(b, label, explanation_party(e, p, name));
}

static void add_identity(struct buf *b, const struct explanation *e)
{
    const struct judgement *const j = &e->judgement;
    char mpxn[MPXN_TEXT_SIZE], chf[EUI64_TEXT_SIZE];
    struct buf source = {0};

    buf_add_str(b, "<section>\n<h2>The Device</h2>\n<dl class=\"head\">\n");
    add_field(b, "Type", text_of(term_word(&vocab_device_type, j->inventory->type)));
    add_field(b, "Status in the inventory", text_of(term_word(&vocab_smi_status, j->inventory->status)));
    add_instant_field(b, "Commissioned", j->inventory->commissioned_at);
    add_instant_field(b, "Deadline", j->deadline);
    add_instant_field(b, "Change of Supplier", j->cos_at);
    for (size_t i = 0; i < e->gap_count; i++) {
        struct buf gap = {0};

        explanation_gap(e, &e->gaps[i], &gap);
        add_field(b, "No Change of Supplier", buf_text(&gap));
        buf_release_into(&gap, b);
    }
    add_party_field(b, e, "Supplier", j->supplier);
    add_party_field(b, e, "Supplier when commissioned", j->commissioning_supplier);
    add_party_field(b, e, "Network Operator", j->network_operator);
    mpxn_format(j->mpxn, mpxn);
    add_field(b, "MPxN", text_of(j->mpxn != 0 ? mpxn : ""));
    eui64_format(j->inventory->chf, chf);
    add_field(b, "Communications Hub", text_of(j->inventory->chf != 0 ? chf : ""));
    explanation_inventory(e, &source);
    add_field(b, "As the inventory says", buf_text(&source));
    buf_release_into(&source, b);
    buf_add_str(b, "</dl>\n</section>\n");
}

static void add_verdicts(struct buf *b, const struct explanation *e)
{
    const struct judgement *const j = &e->judgement;

    buf_add_str(b, "<section>\n<h2>Both verdicts</h2>\n<dl class=\"head\">\n<div><dt>Criteria in force</dt>");
    add_word(b, "dd", verdict_word(j->legacy_verdict));
    buf_add_str(b, "</div>\n<div><dt>By the evidence</dt>");
    add_word(b, "dd", verdict_word(j->verdict));
    buf_add_str(b, "</div>\n<div><dt>Taken together</dt>");
    add_word(b, "dd", classification_word(j->classification));
    buf_add_str(b, "</div>\n");
    add_instant_field(b, "Completed", j->completed_at);
    buf_add_str(b, "</dl>\n");
    if (j->reasons != 0)
        buf_add_str(b, "<p>Why:</p>\n<ul>\n");
    for (unsigned r = 0; r < REASONS; r++)
        if (j->reasons & REASON_BIT(r))
            buf_printf(b, "<li>%s <small>%s</small></li>\n", reason_sentence((enum reason)r),
                       reason_word((enum reason)r));
    buf_add_str(b, j->reasons != 0 ? "</ul>\n</section>\n" : "</section>\n");
}

/* Numbers of the table of evidence, as links. */
static void add_numbers(struct buf *b, const size_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(b, "%s<a href=\"#e%zu\">%zu</a>", i > 0 ? ", " : "", numbers[i], numbers[i]);
}

#define LOOKED_AT_MOST 6

/* What the criteria in force ask for, what they find, and what the evidence says of the same. */
static void add_difference(struct buf *b, const struct explanation *e, enum obligation o)
{
    const struct obligation_judgement *const j = &e->judgement.obligations[o];
    size_t looked_at[LOOKED_AT_MOST], rests_on[EVIDENCE_REFS_MAX];
    const size_t found = legacy_looked_at(e, o, looked_at, LOOKED_AT_MOST);
    const size_t proofs = explanation_rests_on(e, o, rests_on);
    struct buf wants = {0};

    legacy_wants(e, o, &wants);
    buf_printf(b, "<p><strong>%s</strong>. ", obligation_facts(o)->plain);
    html_between(b, "The criteria in force ask for ", buf_text(&wants), "");
    buf_printf(b, "; that is %s. %s", j->legacy_met ? "met" : "not met",
               found == 0 ? "The records have nothing of the kind." : "They look at ");
    add_numbers(b, looked_at, found < LOOKED_AT_MOST ? found : LOOKED_AT_MOST);
    buf_add_str(b, found > LOOKED_AT_MOST ? " and others. " : found > 0 ? ". " : " ");
    buf_add_str(b, j->state == STATE_MET              ? "It is done all the same"
                   : j->state == STATE_NOT_APPLICABLE ? "It is not owed"
                   : j->state == STATE_UNVERIFIED     ? "The evidence does not settle it"
                                                      : "It is not done");
    buf_add_str(b, proofs > 0 ? ", as is shown by " : "");
    add_numbers(b, rests_on, proofs);
    buf_add_str(b, ".</p>\n");
    buf_release_into(&wants, b);
}

static void add_differences(struct buf *b, const struct explanation *e)
{
    bool any = false;

    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        if (!legacy_differs(e, (enum obligation)o))
            continue;
        buf_add_str(b, any ? "" : "<section>\n<h2>Where the two differ</h2>\n");
        any = true;
        add_difference(b, e, (enum obligation)o);
    }
    buf_add_str(b, any ? "</section>\n" : "");
}

static void add_obligation(struct buf *b, const struct explanation *e, enum obligation o)
{
    const struct obligation_judgement *const j = &e->judgement.obligations[o];
    char party[PARTY_BUF_SIZE], action[ACTION_TEXT_SIZE];
    size_t numbers[EVIDENCE_REFS_MAX];
    const size_t count = explanation_rests_on(e, o, numbers);

    if (j->state == STATE_NOT_APPLICABLE)
        return;
    buf_printf(b, "<tr><th scope=\"row\" class=\"t\">%s</th>", obligation_facts(o)->plain);
    add_word(b, "td", obligation_state_word(j->state));
    html_between(b, "<td class=\"t\">", explanation_party(e, j->owed_by, party), "</td><td class=\"t\">");
    for (unsigned r = 0, told = 0; r < REASONS; r++)
        if (j->reasons & REASON_BIT(r))
            buf_printf(b, "%s%s", told++ > 0 ? "; " : "", reason_plain((enum reason)r));
    buf_add_str(b, "</td><td class=\"t\">");
    add_numbers(b, numbers, count);
    buf_printf(b, "</td><td class=\"t\">%s</td><td class=\"t\">", rule_text(j->rule));
    action_format(&j->action, e->context->directory, action);
    html_between(b, "", text_of(action), "</td></tr>\n");
}

static void add_obligations(struct buf *b, const struct explanation *e)
{
    buf_add_str(b, "<section>\n<h2>What is owed</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"What is owed\"><table>\n<thead><tr>"
                   "<th scope=\"col\" class=\"t\">Obligation</th><th scope=\"col\" class=\"t\">State</th>"
                   "<th scope=\"col\" class=\"t\">Owed by</th><th scope=\"col\" class=\"t\">Why</th>"
                   "<th scope=\"col\" class=\"t\">Rests on</th><th scope=\"col\" class=\"t\">Rule</th>"
                   "<th scope=\"col\" class=\"t\">What to do next</th></tr></thead>\n<tbody>\n");
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        add_obligation(b, e, (enum obligation)o);
    buf_add_str(b, "</tbody></table></div>\n</section>\n");
}

/* R11.3 */
static void add_reported(struct buf *b, const struct explanation *e)
{
    const struct dossier *const d = &e->device;

    if (d->reported_count == 0)
        return;
    buf_add_str(b, "<section>\n<h2>What was reported of it</h2>\n<dl class=\"head\">\n");
    for (size_t i = 0; i < d->reported_count; i++) {
        char at[INSTANT_TEXT_SIZE];

        instant_format(d->reported[i].run_as_of, at);
        buf_printf(b, "<div><dt>%s</dt>", at);
        if (d->reported[i].is_there)
            add_word(b, "dd", classification_word(d->reported[i].classification));
        else
            buf_add_str(b, "<dd>nothing any more</dd>");
        buf_add_str(b, "</div>\n");
    }
    buf_add_str(b, "</dl>\n</section>\n");
}

static void add_item(struct buf *b, const struct explanation *e, size_t i)
{
    const struct timeline_item *const item = &e->items[i];
    struct buf first = {0}, more = {0}, source = {0};
    char at[INSTANT_TEXT_SIZE];

    explanation_item_text(e, item, OBLIGATIONS, &first, &more);
    explanation_source(e, explanation_item_source(e, item), &source);
    instant_format(item->at, at);
    buf_printf(b, "<tr id=\"e%zu\"%s><td>%zu</td><td class=\"t w\">%s</td><td class=\"t\">", i + 1,
               item->decisive ? " class=\"all\"" : "", i + 1, at);
    markup_text(b, buf_text(&first));
    for (const char *line = buf_cstr(&more); *line != '\0';) {
        const size_t len = strcspn(line, "\n");

        html_between(b, "<br>", (struct text){line, len}, "");
        line += len + (line[len] != '\0');
    }
    html_between(b, "</td><td class=\"t\">", buf_text(&source), "</td></tr>\n");
    buf_release_into(&first, b);
    buf_release_into(&more, b);
    buf_release_into(&source, b);
}

#define ITEMS_SHOWN 400 /* of a long timeline without --all: what decides something, and as many others as fit */

/* What a text above leads to, though it decides nothing: what the criteria in force look at. */
struct led_to {
    size_t numbers[OBLIGATIONS * LOOKED_AT_MOST];
    size_t count;
};

static struct led_to led_to(const struct explanation *e)
{
    struct led_to l = {.count = 0};

    for (unsigned o = 0; e->judged && o < OBLIGATIONS; o++) {
        const size_t found = legacy_looked_at(e, (enum obligation)o, l.numbers + l.count, LOOKED_AT_MOST);

        l.count += found < LOOKED_AT_MOST ? found : LOOKED_AT_MOST;
    }
    return l;
}

static bool is_among(const struct led_to *l, size_t number)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->numbers[i] == number)
            return true;
    return false;
}

static void add_items(struct buf *b, const struct explanation *e, bool all)
{
    const bool brief = !all && e->item_count > ITEMS_SHOWN;
    const struct led_to l = led_to(e);
    size_t hidden = 0;

    buf_add_str(b,
                "<section>\n<h2>The evidence in order of time</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
                "aria-label=\"The evidence in order of time\"><table class=\"items\">\n<thead><tr><th scope=\"col\">No."
                "</th><th scope=\"col\" class=\"t\">When (UTC)</th><th scope=\"col\" class=\"t\">What</th>"
                "<th scope=\"col\" class=\"t\">File and line</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < e->item_count; i++) {
        if (brief && !e->items[i].decisive && !is_among(&l, i + 1))
            hidden++;
        else
            add_item(b, e, i);
        explanation_pass_on(e, b);
    }
    buf_add_str(b, "</tbody></table></div>\n");
    if (hidden > 0)
        buf_printf(b, "<p>And %zu more that decide nothing; --all shows them.</p>\n", hidden);
    buf_add_str(b, "</section>\n");
}

static void add_style(struct buf *b)
{
    static const char *const files[] = {"packs/ssc/page.css", "packs/explain/explain.css"};

    buf_add_str(b, "<style>\n");
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const struct shipped *const css = shipped_find(files[i]);

        if (css != NULL)
            buf_add_text(b, css->text);
    }
    buf_add_str(b, "</style>\n");
}

void explain_html(const struct explanation *e, bool all, const struct told_originals *originals, struct buf *out)
{
    char device[EUI64_TEXT_SIZE], at[INSTANT_TEXT_SIZE], action[NEXT_ACTION_TEXT_SIZE];
    struct buf conclusion = {0}, scope = {0};

    eui64_format(e->id, device);
    instant_format(e->context->as_of, at);
    explanation_conclusion(e, &conclusion);
    buf_printf(out,
               "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Device %s</title>\n",
               device);
    add_style(out);
    buf_printf(out,
               "</head>\n<body>\n<header>\n<h1>Device %s</h1>\n<p class=\"soft\">As at %s</p>\n</header>\n<main>\n",
               device, at);
    html_between(out, "<p class=\"lead\">", buf_text(&conclusion), "</p>\n");
    buf_release_into(&conclusion, out);
    explanation_scope(e, &scope);
    if (scope.len > 0)
        html_between(out, "<p>Only what is owed by: ", buf_text(&scope), "</p>\n");
    buf_release_into(&scope, out);
    if (e->judged && next_action_format(&e->judgement, e->context->directory, action) > 0)
        html_between(out, "<p>What to do next: ", text_of(action), "</p>\n");
    buf_add_str(out, "<section>\n<h2>In a picture</h2>\n");
    markup_patterns(out);
    html_timeline(e, out);
    buf_add_str(out, "</section>\n");
    if (e->judged) {
        add_verdicts(out, e);
        add_differences(out, e);
        if (e->judgement.excluded == EXCLUDED_NOT) {
            add_obligations(out, e);
            html_parts(e, !all && e->item_count > ITEMS_SHOWN, out);
        }
        add_identity(out, e);
    }
    add_reported(out, e);
    add_items(out, e, all);
    originals_html(originals, out);
    buf_add_str(out, "</main>\n</body>\n</html>\n");
}
