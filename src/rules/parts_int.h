/* R4.1 to R4.4: the parts of an obligation (usages or cells) and what is known of each. */
#ifndef PCREPORT_RULES_PARTS_INT_H
#define PCREPORT_RULES_PARTS_INT_H

#include "inquiry_int.h"

enum part_seen {
    PART_UNSEEN,
    PART_PROVED,
    PART_DISPROVED,
    PART_LOSING /* a Supplier cell that a losing party held within its grace (R4.4) */
};

struct part {
    enum part_seen seen;
    bool met;       /* proved, or covered by a command, or within the grace */
    bool unclear;   /* R4.0, R4.3: a command may have changed what a look showed; told only by find_unclear, but for the
                       renewal of a stranger (R4.3), which keeps a proved part from being met */
    bool misplaced; /* R4.3: `look` is none, but the command that is known to have put there what does not belong */
    unsigned line;  /* of its looks */
    enum key_usage key_usage;
    enum cell_usage cell_usage; /* of a cell */
    const struct mark *look;    /* the latest that says something; NULL: unseen */
    instant since, last;        /* the run of looks it belongs to (R4.0) */
    instant held_at;            /* of a cell: when its owner was last held against who was registered */
    instant grace_end;          /* of PART_LOSING */
    const struct mark *command; /* the command that covers it, or accounts for its proof; NULL: none */
};

struct parts {
    struct part part[CRITERIA_CELLS_MAX];
    size_t count;
    bool either; /* one untyped success covers a part, and could as well cover the other (R4.7) */
};

bool parts_met(const struct parts *p);

/* The part's looks, from its line; how those of some weight leave it. */
void part_look(const struct inquiry *q, struct part *p, unsigned line);
enum part_seen part_seen_by(enum weight weight);

/* R4.0: whether a command outweighs the looks at the part, or makes it unclear. */
bool outweighs(const struct part *p, instant made);
bool straddles(const struct part *p, instant made, instant answered);

/* R4.1, R4.2. `choice` 1: where an untyped success could cover either usage, it covers the second. */
void usage_parts(const struct inquiry *q, enum obligation o, unsigned choice, struct parts *out);
void network_operator_parts(const struct inquiry *q, struct parts *out); /* R4.3 */
void supplier_parts(const struct inquiry *q, struct parts *out);         /* R4.4: those that are judged */
void obligation_parts(const struct inquiry *q, enum obligation o, unsigned choice, struct parts *out);

/* R4.0, R4.3: marks the open cells that a success leaves unclear. */
void find_unclear_cells(const struct inquiry *q, enum obligation o, struct parts *p);

/* R4.1, R4.2: names as each usage's command the success that covers it, or accounts for its proof; NULL: there is none.
 */
void find_doers(const struct inquiry *q, enum obligation o, struct parts *p);

/* R4.2: the successes that did something to a usage. */
struct allotment {
    const struct mark *by[2];
    bool proof_taken; /* a success accounts for the only proof there is */
};
struct allotment allotment_of(const struct inquiry *q, enum obligation o, const struct parts *p);

unsigned done_line(enum obligation o);

/* R4.3 */
enum reason network_operator_cell_reason(const struct inquiry *q, const struct mark *look);
bool network_operator_exempt(const struct inquiry *q); /* NO_NOT_IN_REPOSITORY */

enum obligation_state communicating_state(const struct inquiry *q); /* R4.5, as if no silence */
enum obligation_state recovery_state(const struct inquiry *q);      /* R4.6 */

/* Whether the obligation holds no PASS back at q->now: it is MET or not applicable. Asked of issue-credentials after
 * the others, where these are all MET. */
bool obligation_met(const struct inquiry *q, enum obligation o);

/* R5: whether the obligation is asked about: it applies to the Device type, and a party of the scope owes it. */
bool obligation_applies(const struct inquiry *q, enum obligation o);

#endif
