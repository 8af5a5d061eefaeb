/* R10.1: what the audit log covers. Pure. */
#ifndef PCREPORT_RULES_COVERAGE_H
#define PCREPORT_RULES_COVERAGE_H

#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>

/* A span of time of which the log tells nothing, as at as-of: from `from` on, up to but without `to`. `from` is
 * INSTANT_NONE where it has no beginning: the time before the first request. Where an array of them is asked for, they
 * ascend and do not touch one another. */
struct silence {
    instant from, to;
};

struct judge_settings;

/* The requests of one UTC hour in which there are any. */
struct request_hour {
    int64_t hour;      /* since 1970: the hour n begins at n * INSTANT_HOUR */
    uint64_t requests; /* more than 0 */
    uint64_t before;   /* in all earlier hours together */
};

/* A silence with what it rests on. */
struct found_silence {
    struct silence span;
    int64_t expected; /* requests, rounded; -1: there is nothing to expect by (before the first request) */
    int weeks;        /* whose same hours tell so; 0: the mean rate around, or nothing */
};

/* The most that coverage_find finds. */
size_t coverage_most(size_t hour_count, const struct judge_settings *s);

/* Finds the silences as at as_of. `hours` are those that hold requests made by as_of, ascending; `out` has room for
 * coverage_most. Returns how many there are. What the settings state to be complete is taken out of them; a silence
 * that is cut so keeps what was to be expected in all of it. */
size_t coverage_find(const struct request_hour *hours, size_t count, const struct judge_settings *s, instant as_of,
                     struct found_silence *out);

/* R10.4: the spans of whole days in which a sender that went on before was silent, though by what it sent on the same
 * days of the weeks around, R10.1 told of days, at least expected_requests were to be expected. `days` are as hours
 * above, of one sender, since 1970; the log has its first and its last request, of whomever, on the days of `log`. So
 * nothing is expected of a sender by what it sent on one day of a long log. `out` has room for `count`. */
struct log_days {
    int64_t first, last;
};
size_t coverage_sender_silences(const struct request_hour *days, size_t count, struct log_days log,
                                const struct judge_settings *s, instant as_of, struct found_silence *out);

struct judgement;
struct obligation_judgement;

/* R10.4: whether the Device is UNVERIFIED for the log's silence; whether an obligation of it waits for this silence, in
 * which what mended it may have been asked for. */
bool coverage_is_waiting(const struct judgement *j);
bool coverage_waits_for(const struct obligation_judgement *o, const struct silence *s);

#endif
