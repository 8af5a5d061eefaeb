/* Of the page: what each record did to each part of what is not done, what the log would have to tell, and why another
 * Supplier is no Change of Supplier. */
#include "html_int.h"

#include "domain/obligation.h"
#include "rules/plain.h"
#include "rules/wording.h"

#include <string.h>

#define EFFECTS_SHOWN 6 /* of one part, the latest, where a long timeline is not shown whole */

static void add_lines(struct buf *b, const char *lines)
{
    while (*lines != '\0') {
        const size_t len = strcspn(lines, "\n");

        html_between(b, "<li>", (struct text){lines, len}, "</li>\n");
        lines += len + (lines[len] != '\0');
    }
}

/* "Key Agreement: not done R4.7.1; seen so since ..., last ...", and the records below it. */
static void add_part(struct buf *b, const struct explanation *e, const struct told_part *told, bool brief)
{
    const size_t hidden = brief && told->count > EFFECTS_SHOWN ? told->count - EFFECTS_SHOWN : 0;
    const struct traced_part *const part = &told->part;
    const struct plain_word *const state = plain_word_find(text_of(obligation_state_word(part->state)));
    char since[INSTANT_TEXT_SIZE], last[INSTANT_TEXT_SIZE];

    buf_add_str(b, "<li>");
    if (part->key_usage != KEY_NONE) {
        instant_format(part->since, since);
        instant_format(part->last, last);
        buf_printf(b, "%s%s: %s <small>%s</small>", key_usage_plain(part->key_usage),
                   part->cell_usage == CELL_PREPAYMENT_TOP_UP ? ", prepayment top-up" : "",
                   state != NULL ? state->plain : obligation_state_word(part->state), rule_text(part->rule));
        if (part->last != INSTANT_NONE)
            buf_printf(b, "; seen so since %s%s%s", since, part->last != part->since ? ", last " : "",
                       part->last != part->since ? last : "");
    }
    buf_add_str(b, told->count > 0               ? "<ul>\n"
                   : part->key_usage != KEY_NONE ? "; no record bears on it"
                                                 : "no record bears on it");
    if (hidden > 0)
        buf_printf(b, "<li>%zu records more; --all shows them</li>\n", hidden);
    for (size_t i = told->first + hidden; i < told->first + told->count; i++) {
        const size_t number = e->effects[i].number;

        if (brief && !e->items[number - 1].decisive)
            buf_printf(b, "<li>%zu %s</li>\n", number, effect_sentence(e->effects[i].effect));
        else
            buf_printf(b, "<li><a href=\"#e%zu\">%zu</a> %s</li>\n", number, number,
                       effect_sentence(e->effects[i].effect));
        explanation_pass_on(e, b);
    }
    buf_add_str(b, told->count > 0 ? "</ul></li>\n" : "</li>\n");
}

void html_parts(const struct explanation *e, bool brief, struct buf *b)
{
    bool any = false;

    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        const struct obligation_judgement *const j = &e->judgement.obligations[o];
        struct buf waits = {0};

        if (j->state == STATE_MET || j->state == STATE_NOT_APPLICABLE)
            continue;
        buf_printf(b, "%s<h3>%s</h3>\n<ul>\n",
                   any ? "" : "<section>\n<h2>What is not shown to be done, record by record</h2>\n",
                   obligation_facts((enum obligation)o)->plain);
        any = true;
        for (size_t i = 0; i < e->part_count; i++)
            if (e->parts[i].obligation == (enum obligation)o)
                add_part(b, e, &e->parts[i], brief);
        explanation_waits(e, (enum obligation)o, &waits);
        add_lines(b, buf_cstr(&waits));
        buf_release_into(&waits, b);
        buf_add_str(b, "</ul>\n");
    }
    buf_add_str(b, any ? "</section>\n" : "");
}
