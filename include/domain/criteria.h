/* The criteria (R3, R4) and the mapping of codes and status words (R2) as data; read from JSON by src/input. */
#ifndef PCREPORT_DOMAIN_CRITERIA_H
#define PCREPORT_DOMAIN_CRITERIA_H

#include "base/instant.h"
#include "domain/obligation.h"
#include "domain/terms.h"

enum owed_by { OWED_BY_NONE, OWED_BY_SUPPLIER, OWED_BY_DCC };

#define CRITERIA_CELLS_MAX 4
struct cell_kind {
    enum key_usage key_usage;
    enum cell_usage cell_usage;
};

/* One obligation of one Device type. owed_by NONE: it does not apply. */
struct obligation_terms {
    enum owed_by owed_by;
    uint8_t successes;  /* legacy: distinct SUCCEEDED requests asked for */
    uint8_t cell_count; /* revised: the cells that R4.3 and R4.4 judge */
    struct cell_kind cells[CRITERIA_CELLS_MAX];
};

#define CRITERIA_NAME_MAX 63
struct criteria {
    char name[CRITERIA_NAME_MAX + 1]; /* "legacy", "revised", or the user's own */
    int64_t obligation_ms;            /* deadline: commissioning instant + this (default 7 days of 24 hours) */
    int64_t response_window_ms;       /* default 24 hours */
    int64_t cos_grace_ms;             /* R4.4, default 14 days */
    int64_t before_ms;                /* R1: requests made up to so long before commissioning count; default 24 hours */
    int64_t
        type_obligation_ms[DEVICE_TYPES]; /* for one Device type, in the place of obligation_ms; 0: none of its own */
    struct obligation_terms terms[DEVICE_TYPES][OBLIGATIONS];
};

/* R3: how long after its Commissioning a Device of the type is due. */
static inline int64_t criteria_obligation_ms(const struct criteria *c, enum device_type type)
{
    return c->type_obligation_ms[type] != 0 ? c->type_obligation_ms[type] : c->obligation_ms;
}

/* What a response code says (R2). */
enum code_class {
    CODE_UNMAPPED,
    CODE_OK,            /* I0 */
    CODE_ACKNOWLEDGED,  /* I99 */
    CODE_TIMED_OUT,     /* E20, E21, E30 */
    CODE_REJECTED,      /* authorisation and validation codes */
    CODE_ALERT_SUCCESS, /* 8F66 */
    CODE_ALERT_FAILURE  /* 8F67 */
};

/* What an Execution Status says (R2): any outcome, or nothing. */
enum status_class {
    STATUS_EMPTY, /* no word, or one that says nothing */
    STATUS_SUCCESS,
    STATUS_FAILURE,
    STATUS_TIMED_OUT,
    STATUS_REJECTED,
    STATUS_ACKNOWLEDGED,
    STATUS_UNMAPPED
};

/* A pattern is compared without regard to case; '#' stands for one digit, '*' at the end for anything. Exact patterns
 * outweigh those with '#' or '*', longer ones shorter ones. */
#define CODE_PATTERN_MAX 31
struct code_rule {
    char pattern[CODE_PATTERN_MAX + 1];
    enum code_class class;
};
struct status_rule {
    char word[CODE_PATTERN_MAX + 1];
    enum status_class class;
};

#define CODE_RULES_MAX   512
#define STATUS_RULES_MAX 256
#define DCC_SERVICES_MAX 256
struct code_map {
    size_t code_count, status_count, dcc_service_count;
    struct code_rule codes[CODE_RULES_MAX];
    struct status_rule statuses[STATUS_RULES_MAX];
    srv_code dcc_services[DCC_SERVICES_MAX]; /* R2.1: requests that end in DCC systems, never sent to a Device */
};

/* The code of a cell that may go on with a description: "I0" of " I0 - Success". */
struct text code_of(struct text cell);

/* R2.1 */
bool code_map_ends_in_dcc_systems(const struct code_map *map, srv_code srv);

/* Surrounding blanks and a description behind do not matter. `IO` is read as I0. The empty text is CODE_UNMAPPED: look
 * for emptiness first. */
enum code_class code_classify(const struct code_map *map, struct text code);

/* Words of the map first; else a number (decimal, or hexadecimal after 0x): zero is success, any other failure. */
enum status_class status_classify(const struct code_map *map, struct text status);

#endif
