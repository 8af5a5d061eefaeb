/* Levels that reported figures are held against: what a body tolerates before it is warned, and before it acts. */
#ifndef PCREPORT_DOMAIN_TOLERANCE_H
#define PCREPORT_DOMAIN_TOLERANCE_H

#include "base/text.h"

enum tolerance_measure {
#define MEASURE(id, word, is_rate, sentence) MEASURE_##id,
#include "domain/measures.def"
#undef MEASURE
    TOLERANCE_MEASURES
};

const char *tolerance_measure_word(enum tolerance_measure m);     /* "failure_rate" */
const char *tolerance_measure_sentence(enum tolerance_measure m); /* for people */
bool tolerance_measure_is_rate(enum tolerance_measure m);

/* What a level is about; of the first three the scope has one spelling, "all" and those of the vocabularies. */
enum tolerance_scope { SCOPE_ALL, SCOPE_TYPE, SCOPE_REGION, SCOPE_PARTY, TOLERANCE_SCOPES };

const char *tolerance_scope_word(enum tolerance_scope s); /* "all", "type", "region", "party" */

#define SCOPE_NOT_KNOWN "not known" /* the region of Devices that no extract gives one */

/* One level. Texts are borrowed from the list that holds it. */
struct tolerance {
    enum tolerance_measure measure;
    enum tolerance_scope scope_is;
    struct text scope;   /* of a party as it is written */
    unsigned long line;  /* of the file */
    double warn, breach; /* passed by more than this; rates as fractions; warn < 0: there is none */
    struct text source;  /* who says so, and where; may be empty */
};

#endif
