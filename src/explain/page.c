/* Words, fields and items of the page, 100 columns wide. */
#include "page_int.h"

#include "rules/wording.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 100

/* Characters of a word that take a place on the screen. */
static size_t columns(const char *word, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)word[i] & 0xC0) != 0x80;
    return n;
}

/* Prints the words of a text, up to the width. The cursor stands at column `at`; further lines begin at `indent`. */
void page_words(const struct page *p, const char *text, size_t at, size_t indent)
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

void page_text(const struct page *p, struct text t, size_t at, size_t indent)
{
    struct buf shown = {0};

    show_text(&shown, t);
    page_words(p, buf_cstr(&shown), at, indent);
    buf_release(&shown);
}

void page_heading(const struct page *p, const char *text)
{
    buf_printf(p->out, "\n%s%s%s\n", p->colour ? BOLD : "", text, p->colour ? PLAIN : "");
}

void page_field(const struct page *p, const char *label, struct text value)
{
    if (value.len == 0)
        value = TEXT_LITERAL("not known");
    buf_printf(p->out, "  %-*s", FIELD_WIDTH, label);
    page_text(p, value, FIELD_WIDTH + 2, FIELD_WIDTH + 2);
}

void page_party(const struct page *p, const char *label, struct party party)
{
    char buf[PARTY_BUF_SIZE];

    page_field(p, label, explanation_party(p->e, party, buf));
}

void page_instant(const struct page *p, const char *label, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    instant_format(at, text);
    page_field(p, label, text_of(text));
}

void page_coloured(const struct page *p, const char *word, const char *code, int width)
{
    buf_printf(p->out, "%s%-*s%s", p->colour ? code : "", width, word, p->colour ? PLAIN : "");
}

/* Each reason of a set on a line of its own. */
void page_reasons(const struct page *p, reason_set set, size_t indent)
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
void page_item(const struct page *p, size_t i, enum obligation about)
{
    const struct timeline_item *const item = &p->e->items[i];
    char number[24];
    char at[INSTANT_TEXT_SIZE];
    struct buf first = {0};
    struct buf more = {0};

    explanation_item_text(p->e, item, about, &first, &more);
    buf_add_str(&first, " [");
    explanation_source(p->e, item->source, &first);
    buf_add_byte(&first, ']');
    instant_format(item->at, at);
    snprintf(number, sizeof(number), "[%zu]", i + 1);
    buf_printf(p->out, "%s%6s%s %-20s ", p->colour && item->decisive ? BOLD : "", number,
               p->colour && item->decisive ? PLAIN : "", at);
    page_text(p, buf_text(&first), ITEM_INDENT, ITEM_INDENT);
    print_more_lines(p, buf_cstr(&more));
    buf_release(&first);
    buf_release(&more);
}
