/* Records: what one row or object of an input says, as plain structs (spec: inputs).
 *
 * Times are instants (milliseconds since 1970 UTC), INSTANT_NONE where not given; identifiers are 0 where not given;
 * texts are borrowed from whatever the record was read from. */
#ifndef PCREPORT_DOMAIN_RECORD_H
#define PCREPORT_DOMAIN_RECORD_H

#include "base/instant.h"
#include "domain/terms.h"

/* Where a record was read. `line` counts from 1; in JSON it is the line the object begins on. Without padding, as each
 * of a million records of one Device may have it. */
struct __attribute__((packed, aligned(4))) source {
    uint32_t file; /* number of the file in the store, from 1 */
    uint64_t line;
};

/* A RequestID, originator:target:counter (DUIS header). Without padding, as above. */
struct __attribute__((packed)) request_id {
    bool present;
    uint64_t originator;
    uint64_t target;
    uint64_t counter;
};

/* In place of a status: the request sent a certificate to the cell (R4.3), and what became of it is told by its answer.
 */
#define CELL_SENT 255

/* What became of one trust anchor cell in a credential replacement (GBCS CS02b replacementOutcome), or was sent to it.
 */
struct cell_outcome {
    enum party_role role;
    enum key_usage key_usage;
    enum cell_usage cell_usage;
    uint8_t status;            /* GBCS status code; 0 is success; CELL_SENT */
    uint64_t existing_subject; /* the entity the cell names after a failure */
    uint64_t new_subject;      /* the entity it names after success, or whose certificate was sent; 0: not told */
    uint64_t existing_key_id;
    uint64_t new_key_id;
};

/* R7: why a row belongs to the request of the row before it though its identity is another. */
enum request_twin {
    TWIN_NONE,    /* it does not, or its identity is the same */
    TWIN,         /* one of them gives no RequestID, and nothing that both give differs */
    TWIN_IN_DOUBT /* the same, where another row of the request gives no RequestID either */
};

#define CELL_OUTCOMES_MAX    16
#define SERIAL_MAX           49 /* decimal digits of a 160-bit serial number */
#define RESPONSE_CODE_MAX    31
#define EXECUTION_STATUS_MAX 127
#define SNAPSHOT_SOURCE_MAX  31
#define SNAPSHOT_X509_SOURCE "X.509 " /* and a key identifier: a certificate that was issued for the Device (R4.0) */
#define NAME_MAX_BYTES       255      /* party, manufacturer, model, firmware */

/* One row of the Service Audit Trail: a Service Request, or one message of it. A Device may have a million of them, so
 * they lie without padding: seven bytes, and an identifier whose numbers so are aligned. */
struct request_row {
    enum user_role user_role : 8;
    enum key_usage credential_type : 8; /* KEY_NONE, DS or KA */
    enum party_role remote_party_role : 8;
    enum request_twin twin : 8; /* of rows in struct device_records; else TWIN_NONE */
    bool pre_command : 1;       /* the answer carries a PreCommand (DUIS) */
    bool of_answer : 1;      /* told by an answer (DUIS), which shows nothing of the request but that there was one */
    uint8_t command_variant; /* 1 to 8, 0: not given */
    uint8_t outcome_count;
    struct request_id id;
    uint64_t device;
    uint64_t user_id; /* originator */
    instant requested_at;
    instant execution_at; /* future-dated */
    uint64_t other_device;
    instant responded_at;
    struct text response_code;
    struct text execution_status;
    /* What only DUIS and GBCS input knows: */
    struct text sent_serial; /* of the device certificate that a 6.15.2 sent, in decimal */
    uint64_t sent_key_id;
    struct cell_outcome *outcomes; /* outcome_count of them, at most CELL_OUTCOMES_MAX, of an answer, or all of them
                                      CELL_SENT; borrowed as texts are */

    struct source source;
    srv_code srv;
};
_Static_assert(sizeof(struct request_row) == 160 || sizeof(void *) != 8, "no padding");

/* What a later extract left blank and an earlier one told (R7). */
enum inventory_fill { INVENTORY_FILLED_COMMISSIONED = 1, INVENTORY_FILLED_MPXN = 2, INVENTORY_FILLED_CHF = 4 };

/* Whether it tells which certificates the request sent to cells. */
static inline bool request_sends_cells(const struct request_row *row)
{
    return row->outcome_count > 0 && row->outcomes[0].status == CELL_SENT;
}

/* A row of the Smart Metering Inventory extract. */
struct inventory_row {
    uint64_t device;
    instant extracted_at;
    instant repeated_until; /* of rows in struct device_records: the last of the extracts that go on saying so */
    enum device_type type;
    enum smi_status status;
    enum smets smets;
    enum csp_region region;
    enum s1_cohort cohort;
    instant commissioned_at;
    bool commissioned_on; /* a date without a time of day was told: deadlines run from its end (R1) */
    uint64_t chf;
    mpxn_code mpxn;
    struct text manufacturer, model, firmware;
    struct source source;
    bool conflict;  /* another row claimed the same identity and said otherwise (R7) */
    uint8_t filled; /* of rows in struct device_records: bits of enum inventory_fill */
};

struct registration_row {
    mpxn_code mpxn;
    instant effective_from;
    instant effective_to; /* the first instant no longer covered */
    uint64_t supplier;
    uint64_t network_operator;
    instant extracted_at; /* of a row that was read; INSTANT_NONE: nobody told */
    struct text extracts; /* of a row that is stored: the set of them (domain/extracts.h) */
    unsigned number;      /* of a row that is stored: among those of its identity */
    struct source source;
    bool conflict; /* another row of one extract claimed the same identity and said otherwise (R7) */
};

struct organisation_row {
    uint64_t entity;
    uint64_t key_id; /* 0: none given */
    struct text party;
    enum party_role role;
    bool in_smki_repository;
    instant extracted_at; /* this and the next two as above */
    struct text extracts;
    unsigned number;
    struct source source;
    bool conflict;
};

struct check_row {
    uint64_t device;
    enum check_kind kind;
    instant checked_at;
    enum check_result result;
    struct source source;
    bool conflict;
};

/* A trust anchor cell as a snapshot saw it. */
struct cell {
    enum party_role role;
    enum key_usage key_usage;
    enum cell_usage cell_usage;
    bool ok;          /* status was ok; otherwise the cell proves nothing about its owner */
    uint64_t subject; /* the entity whose certificate it holds; 0: not told */
    uint64_t key_id;
};

/* A certificate of the Device itself. */
struct device_cert {
    enum key_usage key_usage; /* DS or KA */
    instant not_before;
    uint64_t subject; /* the Device it was issued to; 0: not told */
    uint64_t key_id;
    uint64_t issuer_key_id;
    struct text serial; /* decimal digits without leading zeros; "" when not told */
};

/* A certificate snapshot. Cells and certificates lie in arrays of the caller. */
struct snapshot {
    uint64_t device;
    instant taken_at;
    struct text source_name; /* "6.24.1", "S1SP", ...; part of the identity */
    bool answered;
    const struct cell *cells;
    size_t cell_count;
    const struct device_cert *certs;
    size_t cert_count;
    struct source source;
    bool conflict; /* two values for one part (R4.0) */
};

/* R4.0: a certificate file is no look: what was issued for a Device need not be on it. */
static inline bool snapshot_is_issued(const struct snapshot *s)
{
    const struct text mark = TEXT_LITERAL(SNAPSHOT_X509_SOURCE);

    return s->source_name.len >= mark.len && text_equal((struct text){s->source_name.ptr, mark.len}, mark);
}

#endif
