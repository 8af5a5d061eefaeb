/* The whole story of one Device: its judgement, what each obligation rests on, and the evidence in order of time. */
#ifndef PCREPORT_EXPLAIN_EXPLAIN_H
#define PCREPORT_EXPLAIN_EXPLAIN_H

#include "base/json_out.h"
#include "rules/judge.h"
#include "store/store.h"

struct explanation;

/* Judges the Device as at context->as_of and gathers what to tell. 1 when the store knows the Device, 0 when not (and
 * *out is NULL), -1 on failure. Store and context are borrowed until explanation_destroy. */
int explanation_create(struct explanation **out, struct store *store, const struct judge_context *context,
                       uint64_t device, struct err *err);
void explanation_destroy(struct explanation *e); /* NULL is allowed */

/* Lets `take` have what is told while it is told, so that no long page lies in memory whole: it is called with the
 * buffer whenever that holds a good deal, between two lines (of JSON, two values), and empties it. The rest is the
 * caller's, in the end. Nobody is called where `take` is NULL. */
void explanation_pass_to(struct explanation *e, void (*take)(void *ctx, struct buf *told), void *ctx);

/* The files that records of the Device were read from, as they lie beside the page in a bundle. */
struct told_original {
    const char *name;    /* of the file, as the store has it */
    const char *file;    /* the rows, by their path from the page; NULL: none were found */
    const char *why_not; /* why not all of them; NULL: they are there */
    uint64_t records, rows;
};
struct told_originals {
    const struct told_original *ptr;
    size_t count;
};

/* Appends the page for people, 100 columns wide. `all`: the whole of a long timeline; `colour`: with escape sequences;
 * `originals`: NULL where it stands alone. */
void explain_text(const struct explanation *e, bool all, bool colour, const struct told_originals *originals,
                  struct buf *out);
/* The same as a page that can be sent, with the timeline drawn to scale. `all` as above. */
void explain_html(const struct explanation *e, bool all, const struct told_originals *originals, struct buf *out);
/* Calls `take` for each record of the Device, of whatever instant: where it was read. Line 0: on some line of this
 * file (the inventory extract in force may be known, and not the line), or of another that is told so. */
void explanation_sources(const struct explanation *e, void (*take)(void *ctx, struct source source), void *ctx);
/* Adds its keys and values to the object that is open (man: pcreport-json, event `explanation`). */
void explain_json(const struct explanation *e, struct json_out *j);

#endif
