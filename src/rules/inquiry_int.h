/* All that one judgement works with: the Device's requests as at as-of, what happens when, and what is known so far. */
#ifndef PCREPORT_RULES_INQUIRY_INT_H
#define PCREPORT_RULES_INQUIRY_INT_H

#include "registration_int.h"
#include "timeline_int.h"

enum usage { USAGE_UNTYPED, USAGE_DS, USAGE_KA, USAGES };

enum timeline_id {
    SEEN_KEYS,                              /* DS, KA: for ever empty, since nothing shows a key pair (R4.1) */
    SEEN_CERTS = SEEN_KEYS + 2,             /* DS, KA */
    SEEN_NETWORK_OPERATOR = SEEN_CERTS + 2, /* one a cell */
    SEEN_SUPPLIER = SEEN_NETWORK_OPERATOR + CRITERIA_CELLS_MAX,
    SEEN_RECOVERY = SEEN_SUPPLIER + CRITERIA_CELLS_MAX,
    SEEN_COMMUNICATING,
    DONE_KEYS,                                   /* one a usage: SUCCEEDED 6.17 */
    DONE_CERTS = DONE_KEYS + USAGES,             /* one a usage: SUCCEEDED 6.15.2 */
    DONE_NETWORK_OPERATOR = DONE_CERTS + USAGES, /* one a cell: SUCCEEDED commands that cover it */
    DONE_SUPPLIER = DONE_NETWORK_OPERATOR + CRITERIA_CELLS_MAX,
    ANSWERS = DONE_SUPPLIER + CRITERIA_CELLS_MAX, /* what came from the Device itself (R4.5) */
    TIMELINES
};

enum event_kind { EVENT_REQUEST, EVENT_SNAPSHOT, EVENT_CHECK, EVENT_TENURE, EVENT_GRACE_END };
struct event {
    instant at;
    enum event_kind kind;
    uint32_t index;         /* of the snapshot, check or tenure */
    struct attempt *now;    /* EVENT_REQUEST: how it stands from then on; NULL: in no way that counts */
    struct attempt *before; /* how it stood until then; NULL likewise */
};

/* Something happens to one row of a request: it is made, or answered. */
struct row_event {
    instant at;
    const struct request_row *row;
};

/* A cancellation that was carried out. They lie in order of what they can void, then of when they were requested. */
struct cancellation {
    const struct attempt *attempt;
    instant known_at; /* the earliest of it and of those behind it that can void the same: from then on they do */
};

struct inquiry {
    const struct judge_context *ctx;
    const struct device_records *records;
    const struct inventory_row *inventory;
    const struct obligation_terms *terms; /* of the Device's type, revised criteria */
    instant commissioned_at;
    struct code_reader reader;
    struct tenures tenures;

    struct attempt *attempts; /* every request as at as-of */
    size_t attempt_count;
    struct cancellation *cancellations;
    size_t cancellation_count;
    struct attempt *versions; /* how requests of several rows stood earlier */
    size_t version_count;
    struct event *events;
    size_t event_count;
    struct row_event *row_events; /* of one request at a time */
    bool certificates_sent;       /* some 6.15.2 tells which certificate it carried */

    /* What is known at `now`: */
    instant now;
    struct tenure tenure;
    instant cos_at;      /* the latest Change of Supplier, INSTANT_NONE */
    struct party losing; /* the party that lost the Device then */
    struct marks marks;
    struct timeline lines[TIMELINES];
};

size_t inquiry_size(const struct device_facts *facts);
/* Lays the arrays out in scratch memory of at least inquiry_size. */
void inquiry_init(struct inquiry *q, const struct device_facts *facts, const struct judge_context *ctx,
                  struct judge_scratch *scratch);

static inline const struct mark *last_mark(const struct inquiry *q, unsigned line)
{
    return q->lines[line].last == MARK_NONE ? NULL : &q->marks.ptr[q->lines[line].last];
}

enum usage usage_of(enum key_usage credential_type);

/* Whether the request counts (R1, R2) and is one for the obligation: R4.1 to R4.4. */
bool attempt_is_for(const struct inquiry *q, const struct attempt *a, enum obligation o);

/* The instant at which a request's success is, or would be, dated: its answer, else the request itself. */
instant attempt_dated(const struct attempt *a);

/* attempts.c: fills attempts and the events of requests. */
void attempts_build(struct inquiry *q);

/* evidence.c: applies one event to what is known. Returns the obligations it touches, bit 1 << obligation. */
unsigned evidence_apply(struct inquiry *q, const struct event *e);

/* replay.c: applies every event up to as-of. Returns the instant since which every applicable obligation has been MET
 * without a break; INSTANT_NONE where one is not. */
instant replay(struct inquiry *q);

#endif
