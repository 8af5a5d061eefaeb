/* The obligations that the criteria are about (R3, R4): obligations.def as an enum and its facts. */
#ifndef PCREPORT_DOMAIN_OBLIGATION_H
#define PCREPORT_DOMAIN_OBLIGATION_H

#include "domain/terms.h"

enum obligation {
#define OBLIGATION(id, word, column, rule, legacy_srv, legacy_check, read, cells, plain, asks, legacy_asks)            \
    OBLIGATION_##id,
#include "domain/obligations.def"
#undef OBLIGATION
    OBLIGATIONS
};

struct obligation_facts {
    const char *word;             /* "issue-credentials", as in criteria files */
    const char *column;           /* "issue_credentials", as in reports */
    srv_code legacy_srv;          /* whose successes legacy criteria count; 0: none */
    enum check_kind legacy_check; /* the check they look at instead; CHECK_NONE: none */
    srv_code read;                /* the SRV that shows what became of it; 0: a DSP check does */
    bool cells;                   /* it is about trust anchor cells */
    const char *plain;            /* "new key pairs made by the Device (SRV 6.17)" */
    const char *asks;             /* what revised criteria ask for: a phrase */
    const char *legacy_asks;      /* what those in force ask for, where that is a check; else "" */
};
const struct obligation_facts *obligation_facts(enum obligation o);

const char *obligation_word(enum obligation o);
const char *obligation_column(enum obligation o);

#endif
