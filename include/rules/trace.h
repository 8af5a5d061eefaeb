/* What a judgement made of each record that bears on an obligation, part by part, for whoever explains it. Pure. */
#ifndef PCREPORT_RULES_TRACE_H
#define PCREPORT_RULES_TRACE_H

#include "rules/judge.h"

/* A usage of the Device's own certificates, or a trust anchor cell. KEY_NONE: the obligation is not judged by parts. */
struct traced_part {
    enum key_usage key_usage;
    enum cell_usage cell_usage;
    enum obligation_state state;
    enum rule rule;      /* that decided it: of a part that is MET one of R4.1 to R4.4 */
    instant since, last; /* R4.0: the run of looks that decides; INSTANT_NONE: none showed it */
};

enum effect {
    EFFECT_PROVES,    /* a look shows the part as it is to be */
    EFFECT_DISPROVES, /* … otherwise */
    EFFECT_LOSING,    /* … with the Supplier that lost the Device shortly before (R4.4) */
    EFFECT_SILENT,    /* … in a way that says nothing by itself (R4.0) */
    EFFECT_ANSWERED,  /* it came from the Device itself (R4.5) */
    EFFECT_COVERS,    /* a success that puts the part right */
    EFFECT_COUNTS,    /* a success without a usage, which counts for one part (R4.1, R4.2) */
    EFFECT_UNCLEAR,   /* a success after which nobody knows what the part holds (R4.0, R4.3) */
    EFFECT_MISPLACED, /* it is known to have sent what does not belong there (R4.3) */
    EFFECT_PAST,      /* made before a look that shows what came of it */
    EFFECT_DOUBT,     /* it may have put the part right (R4.7) */
    EFFECT_ELSEWHERE, /* … or left it unclear; without a usage, it counts for the other part (R4.7) */
    EFFECT_FAILED,    /* on the Device: it put nothing there */
    EFFECT_REFUSED,   /* before it reached the Device */
    EFFECT_WAITS,     /* a command whose execution_at is still to come */
    EFFECTS
};
const char *effect_word(enum effect e);     /* "proves" */
const char *effect_sentence(enum effect e); /* without its subject and its end: "shows it as it is to be" */

/* What the tracer calls, for each part, and after it for each record that bears on it, looks first, each in the order
 * of their time. */
struct trace_told {
    void (*part)(void *ctx, enum obligation o, const struct traced_part *part);
    void (*effect)(void *ctx, struct evidence_ref by, enum effect e);
    void *ctx;
};
/* Of a Device that judge_device judges; of one that is EXCLUDED it tells nothing. scratch as for judge_device. */
void judge_trace(const struct device_facts *facts, const struct judge_context *ctx, struct judge_scratch *scratch,
                 const struct trace_told *told);

/* A time since Commissioning in which nobody was registered as Supplier, too long for a Change of Supplier (R1). */
struct registration_gap {
    instant from, to;
    struct party before, after;
};
/* Returns how many there are; no more than `most` are put into `out`. */
size_t judge_gaps(const struct device_facts *facts, const struct judge_context *ctx, struct judge_scratch *scratch,
                  struct registration_gap *out, size_t most);

#endif
