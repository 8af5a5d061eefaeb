/* Cells as texts, for rows without a query: whoever includes this below a list of columns compiles the list a second
 * time, for texts of the same names. */
#ifndef PCREPORT_JUDGING_CELL_TEXTS_INT_H
#define PCREPORT_JUDGING_CELL_TEXTS_INT_H

#include "domain/eui64.h"
#include "rules/attribution.h"
#include "views_int.h"

static inline void text_text(struct buf *cell, struct text t)
{
    buf_add_text(cell, t);
}

static inline void text_word(struct buf *cell, const char *word)
{
    buf_add_str(cell, word);
}

static inline void text_yes_no(struct buf *cell, bool yes)
{
    buf_add_str(cell, yes ? "yes" : "no");
}

static inline void text_instant(struct buf *cell, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    if (at != INSTANT_NONE)
        buf_add(cell, text, instant_format(at, text));
}

static inline void text_eui64(struct buf *cell, uint64_t id)
{
    char text[EUI64_TEXT_SIZE];

    if (id != 0)
        buf_add(cell, text, eui64_format(id, text));
}

static inline void text_mpxn(struct buf *cell, mpxn_code mpxn)
{
    char text[MPXN_TEXT_SIZE];

    if (mpxn != 0)
        buf_add(cell, text, mpxn_format(mpxn, text));
}

static inline void text_party(struct buf *cell, const struct directory *d, struct party p)
{
    char unknown[EUI64_TEXT_SIZE];

    if (p.kind != PARTY_NONE)
        buf_add_text(cell, directory_party_name(d, p, unknown));
}

static inline void text_parties(struct buf *cell, const struct directory *d, const struct party *parties, size_t count)
{
    char text[PARTIES_TEXT_SIZE];

    buf_add(cell, text, parties_format(d, parties, count, text));
}

static inline void text_reasons(struct buf *cell, reason_set reasons)
{
    char text[REASONS_TEXT_SIZE];

    if (reasons != 0)
        buf_add(cell, text, reasons_format(reasons, text));
}

static inline void text_next_action(struct buf *cell, const struct directory *d, const struct judgement *j)
{
    char text[NEXT_ACTION_TEXT_SIZE];

    if (has_next_action(j))
        buf_add(cell, text, next_action_format(j, d, text));
}

static inline void text_unmet(struct buf *cell, const struct judgement *j)
{
    char text[UNMET_TEXT_SIZE];

    buf_add(cell, text, obligations_format(obligations_unmet(j), text));
}

static inline void text_state(struct buf *cell, const struct judgement *j, enum obligation o)
{
    text_word(cell, obligation_state_word(j->obligations[o].state));
}

static inline void text_action(struct buf *cell, const struct directory *d, const struct action *a)
{
    char text[ACTION_TEXT_SIZE];

    if (a->kind != ACTION_NONE)
        buf_add(cell, text, action_format(a, d, text));
}

static inline void text_number(struct buf *cell, int n) /* none is negative */
{
    char digits[12];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    buf_add(cell, digits + at, sizeof(digits) - at);
}

/* From here on the list of columns makes texts of the same names. */
#define cell_text        text_text
#define cell_word        text_word
#define cell_yes_no      text_yes_no
#define cell_instant     text_instant
#define cell_eui64       text_eui64
#define cell_mpxn        text_mpxn
#define cell_party       text_party
#define cell_parties     text_parties
#define cell_reasons     text_reasons
#define cell_action      text_action
#define cell_next_action text_next_action
#define cell_number      text_number
#define cell_unmet       text_unmet
#define cell_state       text_state

#endif
