/* What about the data of a Device deserves a second look: for the report data-quality, and no part of any verdict.
 * Pure.
 */
#ifndef PCREPORT_RULES_SUSPICION_H
#define PCREPORT_RULES_SUSPICION_H

#include "rules/judge.h"

enum suspicion {
    SUSPECT_DEVICE,     /* no inventory extract of as-of or before names it (R5) */
    SUSPECT_CODE,       /* a response code or status word in no mapping (R2.9) */
    SUSPECT_ORIGINATOR, /* a request from an entity that the organisations do not name (R1) */
    SUSPECT_OWNER,      /* a trust anchor cell, or what a request sends to one, that names such an entity (R1) */
    SUSPECT_CELL,       /* a trust anchor cell that was not ok (R4.0) */
    SUSPECT_CONFLICT,   /* two rows that claim one identity (R7); two values of one part in one look, or of one cell
                           in two looks of one instant (R4.0) */
    SUSPECT_TARGET,     /* a RequestID that names another Device (R7) */
    SUSPECT_TWIN,       /* two requests of one second without a RequestID that were taken for one (R7) */
    SUSPECT_REQUEST,    /* an answer whose request is not there */
    SUSPECT_AMISS, /* no commissioning instant, or of a Device that is not excluded no Supplier, Network Operator or CSP
                      region where it has one (R5); a success that the Device does not bear out (R4) */
    SUSPICIONS
};

/* Bits 1 << enum suspicion. Records later than as-of are looked at too: a bit says where to look, not what is there. */
unsigned suspicions_of(const struct device_records *records, const struct judge_context *ctx);

/* Whose certificate a request sends to a cell, where the organisations do not name that entity: the first; 0: none. */
uint64_t request_sends_unknown(const struct request_row *row, const struct directory *d);

/* The same of what was made of them. */
unsigned suspicions_of_judgement(const struct judgement *j);

const char *suspicion_word(enum suspicion s); /* "UNKNOWN_DEVICE" ... */

#endif
