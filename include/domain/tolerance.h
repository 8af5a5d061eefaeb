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

/* One level. Texts are borrowed from the list that holds it. */
struct tolerance {
    enum tolerance_measure measure;
    struct text scope;   /* "all", a Device type, a CSP region or a party's name */
    double warn, breach; /* passed by more than this; rates as fractions; warn < 0: there is none */
    struct text source;  /* who says so, and where; may be empty */
};

#endif
