/* R10: what the log of a store covers, as at an instant. */
#ifndef PCREPORT_JUDGING_COVERAGE_H
#define PCREPORT_JUDGING_COVERAGE_H

#include "judging/judged.h"
#include "rules/coverage.h"
#include "rules/settings.h"
#include "store/store.h"

struct coverage {
    const struct judge_settings *settings;
    instant as_of;
    struct found_silence *found; /* ascending */
    struct silence *silences;    /* their spans, for struct judge_context */
    struct silence *uncut;       /* those of the log whatever is stated to be complete: where nobody sent anything */
    size_t uncut_count;
    uint64_t *waiting;        /* Devices that are UNVERIFIED for each; once coverage_count_waiting counted them */
    uint64_t waiting_devices; /* all of them, each once */
    bool counted;             /* whether it did */
    size_t count;
    instant first, last; /* the beginnings of the hours of the first and the last request made by as_of; INSTANT_NONE */
};

/* Finds the silences as at as_of from what the store counts; no Device is read, but where as_of lies within an hour in
 * which requests were made after it. The settings are borrowed. {0} is a valid empty struct. */
int coverage_read(struct coverage *out, struct store *st, const struct judge_settings *s, instant as_of,
                  struct err *err);
void coverage_release(struct coverage *c);

/* Counts the Devices of a judged set that wait for each silence (R10.4). */
int coverage_count_waiting(struct coverage *c, const struct judged *now, struct err *err);

/* R10.4: appends the sentence about each silence within the last 60 days before as-of, or that a Device waits for, the
 * latest first, up to three; whether there is any. That the log begins some day is told where a Device waits for it. */
bool coverage_tell(const struct coverage *c, struct buf *out);

/* The beginnings of the silences, for a run to remember: "2021-09-03T00:00:00Z;..."; that before the first request is
 * none of them. */
void coverage_list(const struct coverage *c, struct buf *out);

/* Appends the sentence about each silence whose beginning is in such a list, however old it is, in the same way. */
void coverage_tell_listed(const struct coverage *c, const char *list, struct buf *out);

/* ---- The same question as at an earlier instant ---- */

/* A context that was aimed at one instant, and what it needs to be of another: who owned what then, and where the log
 * is silent as at then. The context points into this struct's memory. {0} is a valid empty struct. */
struct context_at {
    struct judge_context context;
    struct directory *directory;
    struct coverage coverage;
};
int context_at(struct context_at *out, struct store *st, const struct judge_context *ctx, instant at, struct err *err);
void context_at_release(struct context_at *c);

/* ---- Where the evidence ends ---- */

#define EVIDENCE_FRESH_HOURS 48

/* R1: where the evidence (requests made, looks, DSP checks) ends. */
struct evidence_end {
    bool old;   /* more than EVIDENCE_FRESH_HOURS before as-of, or there is none up to it */
    instant at; /* where `old`: of the latest evidence not after as-of; INSTANT_NONE: there is none */
};

/* Quick, but where files that go on after as_of leave it open: then every Device is read. */
int evidence_end(struct store *st, instant as_of, struct evidence_end *out, struct err *err);

/* The latest evidence after as_of, of which a question as at as_of takes no notice; INSTANT_NONE: there is none. */
int evidence_beyond(struct store *st, instant as_of, instant *out, struct err *err);

#endif
