/* All that one judgement works with: the Device's requests as at as-of, what happens when, and what is known so far. */
#ifndef PCREPORT_RULES_INQUIRY_INT_H
#define PCREPORT_RULES_INQUIRY_INT_H

#include "line_int.h"
#include "registration_int.h"
#include "requests_int.h"

enum usage { USAGE_UNTYPED, USAGE_DS, USAGE_KA, USAGES };

enum line_id {
    SEEN_CERTS,                             /* DS, KA */
    SEEN_NETWORK_OPERATOR = SEEN_CERTS + 2, /* one a cell */
    SEEN_SUPPLIER = SEEN_NETWORK_OPERATOR + CRITERIA_CELLS_MAX,
    SEEN_RECOVERY = SEEN_SUPPLIER + CRITERIA_CELLS_MAX,
    SEEN_COMMUNICATING,                  /* DSP checks */
    DONE_KEYS,                           /* one a usage: SUCCEEDED 6.17, by when it was made */
    DONE_CERTS = DONE_KEYS + USAGES,     /* one a usage: SUCCEEDED 6.15.2, likewise */
    TOLD_OPERATOR = DONE_CERTS + USAGES, /* one a cell: SUCCEEDED commands for role NetworkOperator (R4.3) */
    UNTOLD_OPERATOR = TOLD_OPERATOR + CRITERIA_CELLS_MAX, /* the same without a role */
    STRANGE_OPERATOR =
        UNTOLD_OPERATOR +
        CRITERIA_CELLS_MAX, /* of both those of a stranger, by when they were answered; `at` is when they were made */
    DONE_SUPPLIER = STRANGE_OPERATOR + CRITERIA_CELLS_MAX, /* one a cell: SUCCEEDED commands that cover it */
    ANSWERS = DONE_SUPPLIER + CRITERIA_CELLS_MAX,          /* what came from the Device itself (R4.5) */
    LINES
};
_Static_assert(LINES <= LINES_MAX, "more lines than are laid");

enum event_kind { EVENT_REQUEST, EVENT_SNAPSHOT, EVENT_CHECK, EVENT_TENURE, EVENT_GRACE_END };
struct event {
    instant at;
    enum event_kind kind;
    uint32_t index;         /* of the snapshot, check or tenure */
    uint32_t marks;         /* of a snapshot or check: its chain */
    struct attempt *now;    /* EVENT_REQUEST: how it stands from then on; NULL: in no way that counts */
    struct attempt *before; /* how it stood until then; NULL likewise */
};

/* Something happens to one request: a row of it is made or answered, or (no row) the time has come to execute it. */
struct row_event {
    instant at;
    const struct request_row *row;
};

/* A cancellation with success. They lie in order of what they can void, then of when they were requested. */
struct cancellation {
    const struct attempt *attempt;
    const struct attempt *first; /* of it and those behind it that can void the same, the one answered first */
};

/* The answers of a Device between two checks, of requests that tell nothing but that it answered (R4.5): the first and
 * the last of them tell what all do. */
#define MANY_REQUESTS 64
struct heard {
    instant first_at, last_at;
    size_t first, last; /* rows in device_records.requests; SIZE_MAX: there is none */
};

/* R2.1: from when until when a command is void. */
struct voided {
    instant from, to;         /* from INSTANT_MAX: never */
    const struct attempt *by; /* the cancellation; NULL: none */
};

struct inquiry {
    const struct judge_context *ctx;
    const struct device_records *records;
    const struct inventory_row *inventory;
    const struct obligation_terms *terms; /* of the Device's type, revised criteria */
    unsigned applies;                     /* R5: obligations that are asked about: bit 1 << obligation */
    instant commissioned_at;
    instant first_commissioned_at;
    instant counts_from; /* R1: the earliest instant at which a request that counts was made (attempt_made) */
    instant deadline;
    struct code_reader reader;
    struct tenures tenures;

    struct attempt *attempts; /* every request as at as-of; of many, those on which anything can rest */
    size_t attempt_count;
    struct cancellation *cancellations;
    size_t cancellation_count;
    struct attempt *versions; /* how requests stood earlier */
    size_t version_count;
    struct event *events;
    size_t event_count;
    struct row_event *row_events;    /* of one request at a time */
    struct heard *heard;             /* up to each check in order, and behind the last; NULL: of few requests */
    const struct request_row **sent; /* rows that tell which certificate a 6.15.2 carried */
    size_t sent_count;

    /* What is known at `now`: */
    instant now;
    struct tenure tenure;
    instant cos_at; /* the latest Change of Supplier, INSTANT_NONE */
    struct lines lines;
    struct line line[LINES];
};

size_t inquiry_size(const struct device_facts *facts);
/* Lays the arrays out in scratch memory of at least inquiry_size. */
void inquiry_init(struct inquiry *q, const struct device_facts *facts, const struct judge_context *ctx,
                  struct judge_scratch *scratch);

enum usage usage_of(enum key_usage credential_type);

/* Whether the request counts (R1, R2) and is one for the obligation: R4.1 to R4.4. */
bool attempt_is_for(const struct inquiry *q, const struct attempt *a, enum obligation o);

/* R4.0: when the command was made; a future-dated one is at its execution_at. */
instant attempt_made(const struct attempt *a);

/* The instant of its answer; INSTANT_MAX: none has come. */
instant attempt_answered(const struct attempt *a);

/* attempts.c: fills attempts, and the events of requests. */
void attempts_build(struct inquiry *q);

/* outcome.c: R2.1. */
void cancellations_sort(struct cancellation *all, size_t count);
struct voided voided_by(const struct cancellation *all, size_t count, const struct attempt *a,
                        const struct request_row *rows, struct code_reader *r, instant as_of);

/* marks.c: the marks that an event puts on the lines when it comes (R4.0). */
void add_snapshot_marks(struct inquiry *q, struct event *e);
void add_check_marks(struct inquiry *q, struct event *e);
void add_command_marks(struct inquiry *q, struct attempt *a);

/* Whether a cell outcome, or what was sent to a cell, is about that cell of that role. */
bool outcome_is_of(const struct cell_outcome *c, enum party_role role, const struct cell_kind *kind);

/* R4.3: whether the success of an attempt whose answer has cell outcomes is all that is known of the cell: they say
 * that it was replaced, but nothing that proves or disproves it. */
bool answer_leaves_to_success(struct inquiry *q, const struct attempt *a, enum party_role role,
                              const struct cell_kind *kind);

/* R4.3: whether a success of its sender tells that the registered operator's certificate was placed: a Supplier's, the
 * DCC's, that operator's own. Anybody else may have renewed a certificate of its own. */
bool operator_sender_tells(const struct directory *d, const struct tenures *tenures, const struct attempt *a);

/* R4.3: what a request is known to have sent to a cell, held against who was registered when it was answered (or made,
 * where it was not). Where its answer told what it placed there, that decides. */
enum sent {
    SENT_UNTOLD, /* nothing is known, or whose it is, or nobody was registered: its sender decides */
    SENT_RIGHT,
    SENT_WRONG,
    SENT_NOTHING /* to this cell, though to others */
};
struct cell_sent {
    enum sent sent;
    uint64_t subject, key_id; /* of the certificate that is WRONG */
};
struct cell_sent attempt_sent(const struct inquiry *q, const struct attempt *a, enum obligation o,
                              const struct cell_kind *kind);

/* The row that tells what it sent to cells of the role; NULL: none does. */
const struct request_row *attempt_sent_to(const struct attempt *a, enum party_role role);

/* R4.3: whether its success, if it is one, put the operator's certificate into the cell: what it sent, else its sender
 * tells. */
bool attempt_may_place_operator(const struct inquiry *q, const struct attempt *a, const struct cell_kind *kind);

/* R4.3: what a certificate of the holder in a Network Operator cell tells at an instant. */
enum weight weigh_operator(const struct inquiry *q, const struct entity *holder, instant at);
enum weight weigh_supplier(const struct inquiry *q, const struct entity *holder, instant at, instant *grace_end);

/* R4.4: whether its sender's success for role Supplier counts: the party registered when it was answered, or the DCC's.
 */
bool supplier_sender_counts(const struct inquiry *q, const struct attempt *a);

/* replay.c: applies every event up to as-of. Returns the instant since which every applicable obligation has been MET
 * without a break; INSTANT_NONE where one is not. */
instant replay(struct inquiry *q);

#endif
