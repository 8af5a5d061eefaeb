/* The page that explain writes: what its parts share. */
#ifndef PCREPORT_EXPLAIN_PAGE_INT_H
#define PCREPORT_EXPLAIN_PAGE_INT_H

#include "explanation_int.h"

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

/* The words of a text, up to the width. The line stands at column `at`; further lines begin at `indent`. Foreign texts
 * are made harmless by page_text. */
void page_words(const struct page *p, const char *text, size_t at, size_t indent);
void page_text(const struct page *p, struct text t, size_t at, size_t indent);
void page_heading(const struct page *p, const char *text);

/* A line "label  value"; "not known" for an empty one. */
void page_field(const struct page *p, const char *label, struct text value);
void page_party(const struct page *p, const char *label, struct party party);
void page_instant(const struct page *p, const char *label, instant at);

void page_coloured(const struct page *p, const char *word, const char *code, int width);

/* Each reason of a set on a line of its own. */
void page_reasons(const struct page *p, reason_set set, size_t indent);

/* `about`: the obligation it is shown for, OBLIGATIONS in the timeline, which has everything. */
void page_item(const struct page *p, size_t i, enum obligation about);

/* ---- obligations.c ---- */

/* One obligation: its state, what it rests on, each part with what each record did to it, and what to do next. */
void page_obligation(const struct page *p, enum obligation which, bool all);

#endif
