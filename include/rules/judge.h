/* R1 to R6: from the evidence of one Device to its verdicts. Pure: no files, no SQL, no clock, no allocation. */
#ifndef PCREPORT_RULES_JUDGE_H
#define PCREPORT_RULES_JUDGE_H

#include "domain/criteria.h"
#include "domain/directory.h"
#include "domain/evidence.h"
#include "rules/rule.h"
#include "rules/settings.h"

/* R2: what became of one request. */
enum outcome {
    OUTCOME_NONE, /* R2.1: no attempt on the Device */
    OUTCOME_SUCCEEDED,
    OUTCOME_FAILED,
    OUTCOME_EMPTY,
    OUTCOME_UNRECOGNISED,
    OUTCOME_TIMED_OUT,
    OUTCOME_REJECTED,
    OUTCOME_AWAITING,
    OUTCOMES
};

/* A request after R7 chose the row that counts as at as-of and filled its blanks from the others. */
struct request_summary {
    struct request_row row; /* its responded_at is that of the answer: requested_at where only a code was given */
    enum outcome outcome;
    enum rule rule;          /* R2.1 to R2.9 */
    size_t first, row_count; /* its rows in device_records.requests */
    size_t counted;          /* the row that counts */
    size_t voided_by;        /* R2.1: the row of the cancellation that voided it; SIZE_MAX: none did */
};

enum obligation_state {
    STATE_NOT_APPLICABLE,
    STATE_MET,
    STATE_NOT_MET,
    STATE_NOT_ATTEMPTED,
    STATE_UNVERIFIED,
    OBLIGATION_STATES
};

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_PENDING, VERDICT_UNVERIFIED, VERDICT_EXCLUDED, VERDICTS };

enum classification {
    CLASS_FALSE_POSITIVE,
    CLASS_TRUE_FAILURE,
    CLASS_MISSED_BY_LEGACY,
    CLASS_AGREED_PASS,
    CLASS_UNVERIFIED,
    CLASS_PENDING,
    CLASS_EXCLUDED,
    CLASSIFICATIONS
};

enum excluded_reason {
    EXCLUDED_NOT,
    EXCLUDED_SMETS1,
    EXCLUDED_NO_OBLIGATIONS,
    EXCLUDED_NOT_COMMISSIONED,
    EXCLUDED_NO_COMMISSIONING_INSTANT,
    EXCLUDED_COMMISSIONED_AFTER_AS_OF,
    EXCLUDED_OUT_OF_SCOPE, /* no party that is asked about owes anything of it */
    EXCLUDED_REASONS
};

/* R6: reasons, in the order in which they are written. */
enum reason {
#define REASON(id, sort, plain, sentence) REASON_##id,
#include "rules/reasons.def"
#undef REASON
    REASONS
};
enum reason_sort { REASON_MISLED, REASON_CLEARED, REASON_FAILURE, REASON_DOUBT, REASON_SORTS };
typedef uint64_t reason_set; /* bit 1 << reason */
#define REASON_BIT(r) ((reason_set)1 << (r))
_Static_assert(REASONS <= 8 * sizeof(reason_set), "a bit for each reason");

/* What would settle or mend an obligation that is not MET. */
enum action_kind {
    ACTION_NONE,
    ACTION_SEND,        /* send the SRV */
    ACTION_READ,        /* read what the Device holds: SRV 6.24.1 or 6.24.2 */
    ACTION_CHECK,       /* repeat the DSP check */
    ACTION_WAIT,        /* an answer is awaited, or a future-dated command has yet to be executed */
    ACTION_VISIT,       /* restore communications */
    ACTION_REGISTER,    /* complete the registration data */
    ACTION_UPDATE_S1SP, /* R9.1: neither operator can replace it while the S1SP checks the registration */
    ACTIONS
};
struct action {
    enum action_kind kind;
    srv_code srv;             /* 0 where none */
    enum party_role role;     /* Remote Party Role the SRV concerns; ROLE_NONE where none */
    enum key_usage key_usage; /* the usage that is open; KEY_NONE: both, or not applicable */
    struct party by;
};

/* A piece of evidence that a state rests on: an index into the arrays of device_records. */
enum evidence_kind { EVIDENCE_NONE, EVIDENCE_REQUEST, EVIDENCE_SNAPSHOT, EVIDENCE_CHECK };
struct evidence_ref {
    enum evidence_kind kind;
    uint32_t index;
};
#define EVIDENCE_REFS_MAX 6

struct obligation_judgement {
    enum obligation_state state;
    enum rule rule; /* that decided: R4.2, R4.7.1, R5.1 */
    reason_set reasons;
    struct party owed_by; /* as at as-of; PARTY_NONE where nobody is known or it does not apply */
    struct action action; /* ACTION_NONE where MET or NOT_APPLICABLE */
    struct evidence_ref refs[EVIDENCE_REFS_MAX]; /* where they are wanted */
    uint8_t ref_count;
    enum reason main_reason; /* the one that tells most (R6); REASONS: none */
    struct silence gap;      /* LOG_GAP: when what mended it may have been asked for; else of no meaning */
    bool legacy_met;         /* the legacy criterion on the same matter is met (true where it does not apply) */
};

struct judgement {
    uint64_t device;
    const struct inventory_row *inventory; /* the row that counts at as-of */
    mpxn_code mpxn;                        /* its own, or that of the GSME on the hub */
    instant deadline;                      /* INSTANT_NONE without a commissioning instant */
    enum excluded_reason excluded;
    enum verdict verdict, legacy_verdict;
    enum classification classification;
    reason_set reasons;
    enum reason main_reason; /* R6: one, so that a table by it adds up; REASONS: none (AGREED_PASS, EXCLUDED) */
    enum rule verdict_rule;  /* R5.1 to R5.5 */
    struct obligation_judgement obligations[OBLIGATIONS];
    struct party responsible[OBLIGATIONS]; /* distinct, in the order of the obligations */
    uint8_t responsible_count;
    struct party commissioning_supplier;
    struct party supplier;          /* registered at as-of */
    struct party network_operator;  /* registered at as-of */
    instant network_operator_since; /* when that began, after commissioning; INSTANT_NONE: it did not change since */
    instant cos_at;                 /* latest Change of Supplier, INSTANT_NONE */
    instant first_cos_at;
    instant completed_at; /* INSTANT_NONE where not PASS */
    int late;             /* 1 yes, 0 no, -1 blank */
};

/* All that one judgement needs. Arrays are borrowed. */
struct device_facts {
    const struct device_records *records;
    mpxn_code mpxn; /* the Device's own in the inventory row that counts, else for a GPF that of its hub's GSME (R1) */
    const struct registration_row *registrations; /* of that MPxN, ascending by effective_from */
    size_t registration_count;
};

/* What things cost by the user's word, in whole pounds; 0: not told. */
struct judge_costs {
    int64_t incident, visit, hour;
};

struct waiver;

struct judge_context {
    const struct directory *directory;
    const struct criteria *legacy;
    const struct criteria *revised;
    const struct code_map *codes;
    instant as_of;
    int64_t correction_gbp;                /* R9.2: what a manual correction of the inventory costs */
    struct judge_costs costs;              /* for the report impact */
    const struct judge_settings *settings; /* never NULL */
    const struct silence *silences;        /* R10.1 as at as_of; the log is silent where it has not begun, too */
    size_t silence_count;
    bool wants_refs;              /* the evidence that states rest on is to be told, which costs a little */
    const struct waiver *waivers; /* rules/waiver.h: they decide no verdict */
    size_t waiver_count;
};

/* Scratch memory that the caller provides and may reuse; its size grows with the records. */
struct judge_scratch {
    void *ptr;
    size_t size;
};
size_t judge_scratch_size(const struct device_facts *facts);

/* The inventory row that counts at as-of (R7), NULL when there is none. */
const struct inventory_row *inventory_at(const struct device_records *records, instant as_of);

/* Judges a Device that has an inventory row. scratch->size must be at least judge_scratch_size(facts). */
void judge_device(const struct device_facts *facts, const struct judge_context *ctx, struct judge_scratch *scratch,
                  struct judgement *out);

/* Whether something that is owed has nothing to be judged by (R3: successes; R4.3, R4.4: cells), and what. A file of
 * the one kind in the place of the other would ask for nothing where it says nothing, and so clear Devices without
 * evidence. */
bool criteria_lack(const struct criteria *c, bool legacy, enum device_type *type, enum obligation *o);

/* R3: whether the criteria in force count requests of this sender for the obligation. */
bool legacy_counts_sender(const struct judge_context *ctx, const struct judgement *j, enum obligation o, uint64_t user);

/* R6: the reason of a set that tells most, of what fails or of what is in doubt; REASONS: the set has none. */
enum reason main_reason(reason_set set, bool failed);

/* The requests of a Device as at as-of, in the order of requested_at, as `explain` shows them: returns how many, each
 * in views[] (at most records->request_count). Requests made after as-of are left out. */
size_t judge_requests_scratch_size(const struct device_records *records);
size_t judge_requests(const struct device_records *records, const struct code_map *codes, int64_t response_window_ms,
                      instant as_of, struct judge_scratch *scratch, struct request_summary *views);

/* The same one at a time, for a Device of which there may be too many for an array. The list lies in the scratch
 * memory, of at least request_list_size, and borrows the rest. */
struct request_list;
size_t request_list_size(const struct device_records *records);
struct request_list *request_list_open(const struct device_records *records, const struct code_map *codes,
                                       int64_t response_window_ms, instant as_of, struct judge_scratch *scratch);
/* The next request in the order of its rows: the first of them, and when it was requested. false: there is none. */
bool request_list_next(struct request_list *l, size_t *first, instant *requested_at);
/* A request that was listed, by the first of its rows; once all were, as only then it is known what is cancelled. */
struct request_summary request_list_tell(struct request_list *l, size_t first);

#endif
