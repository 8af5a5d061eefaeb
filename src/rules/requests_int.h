/* R7 and R2 for one request: which of its rows counts as at an instant, and what became of it. */
#ifndef PCREPORT_RULES_REQUESTS_INT_H
#define PCREPORT_RULES_REQUESTS_INT_H

#include "line_int.h"

#include "domain/service.h"
#include "rules/judge.h"

/* Classifies codes and words, and remembers the latest few: the rows of a Device mostly say the same. */
#define ANSWERS_REMEMBERED  8
#define SERVICES_REMEMBERED 8
struct remembered {
    struct text code, status;
    bool coded; /* the code is not blank */
    uint8_t code_class, status_class;
};
struct code_reader {
    const struct code_map *map;
    int64_t window_ms;
    struct remembered said[ANSWERS_REMEMBERED];
    unsigned next;                       /* the one to be forgotten first */
    srv_code asked[SERVICES_REMEMBERED]; /* whether these end in DCC systems */
    bool ends_in_dcc_systems[SERVICES_REMEMBERED];
};
void code_reader_init(struct code_reader *r, const struct code_map *map, int64_t window_ms);

/* What a row, or the row that counts, says by itself as at an instant. */
struct answer {
    instant answered_at; /* not before the request (R1); INSTANT_NONE: no answer yet */
    bool coded;
    enum code_class code; /* CODE_UNMAPPED where not coded */
    enum status_class status;
};

/* A request as at an instant: a request_summary without what only people want to see. */
struct attempt {
    const struct request_row *counted;
    const struct request_row *cells;    /* the row whose cell outcomes count; NULL: none are known */
    const struct request_row *sent;     /* the row that tells which certificates it sent to cells; NULL: none does */
    instant requested_at, execution_at; /* execution_at is not before requested_at (R1) */
    uint64_t user;
    srv_code srv;
    struct answer answer;
    enum key_usage credential_type;
    enum party_role role;
    enum user_role user_role; /* of the sender, as the row tells it */
    uint8_t command_variant;
    bool pre_command;
    enum rule rule; /* of R2 */
    enum outcome outcome;
    size_t first, row_count; /* its rows in device_records.requests */
    uint32_t marks;          /* the chain of what it puts on the lines (R4.0) */
    enum service_about about;
    bool in_force; /* R4.0: its execution_at, if it has one, has come */
};

/* The rows by which a request is known as at an instant: the one that counts, and for each field that can be filled the
 * one that fills it, as offsets from its first row. Built by adding the rows that are known by then, in any order; a
 * row is added again when its answer comes. */
enum fill {
    FILL_COUNTED,
    FILL_SRV,       /* an answer alone may not tell it (DUIS) */
    FILL_REQUESTED, /* nor when it was asked for */
    FILL_USER_ROLE,
    FILL_CREDENTIAL_TYPE,
    FILL_ROLE,
    FILL_VARIANT,
    FILL_EXECUTION,
    FILL_OTHER_DEVICE,
    FILL_SERIAL,
    FILL_KEY_ID,
    FILL_CELLS,
    FILL_SENT,
    FILL_REQUEST_ID, /* a twin may not tell it */
    FILLS
};
struct choice {
    const struct request_row *row[FILLS]; /* NULL: none */
    instant first_answer;                 /* of its rows: where none tells when it was requested; INSTANT_NONE: none */
};
struct choice choice_none(void);
void choice_add(struct choice *c, const struct request_row *row, struct code_reader *r, instant as_of);
struct attempt choice_attempt(const struct choice *c, struct code_reader *r, instant as_of);

/* The request as at as_of, and by which rows (NULL: that is not asked). False when none of its rows was there yet, or
 * nobody can tell when it was requested: then there is no answer either, since it was requested at the latest when it
 * was first answered. */
bool request_at(const struct request_row *rows, size_t count, struct code_reader *r, instant as_of, struct attempt *out,
                struct choice *chosen);

/* Whether the rows of a request are all told by answers: the request itself is not there. */
bool request_is_of_answers(const struct request_row *rows, size_t count);

/* Whether a row holds an answer on which a state can rest. A request of which no row does, has none either. */
bool row_tells(const struct request_row *row, struct code_reader *r, instant as_of);

/* The instant of a row's answer, INSTANT_NONE where it has none at all. */
instant row_answered_at(const struct request_row *row, struct code_reader *r);

/* What the row's answer says; nothing when it came later than as_of. */
struct answer row_read(const struct request_row *row, struct code_reader *r, instant as_of);

/* Sets outcome and rule from the other fields. */
void attempt_settle(struct attempt *a, struct code_reader *r, instant as_of);

/* Likewise those of a row by itself, for R7: that it tells of a cancellation is no reason for another row of the
 * request, which does not tell the date, to outweigh its answer. */
void attempt_settle_row(struct attempt *a, struct code_reader *r, instant as_of);

/* R7: its RequestID names another Device than the one whose request it is said to be. */
bool request_is_misaddressed(const struct request_row *row, srv_code srv, unsigned command_variant,
                             struct code_reader *r);

/* R2.9: whether its code or its status word is not in the mapping. */
bool row_says_unknown_words(const struct request_row *row, struct code_reader *r);

/* A transform step or local delivery: on its way to an attempt, but none (R2.1, R7). */
bool attempt_is_step(const struct attempt *a);

/* R4.0: when the very answer came that told the cell outcomes; the attempt has some. */
instant attempt_cells_at(const struct attempt *a, struct code_reader *r);

/* R2.1: a cancellation that was carried out. It voids the future-dated commands of its originator, SRV and role that
 * were requested before it and are to execute after it was requested and answered. */
bool attempt_is_cancellation(const struct attempt *a);
void attempt_set_void(struct attempt *a);

#endif
