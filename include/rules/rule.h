/* The numbers of the rules, as every answer carries them. */
#ifndef PCREPORT_RULES_RULE_H
#define PCREPORT_RULES_RULE_H

enum rule {
    RULE_NONE,
#define RULE(id, text) RULE_##id,
#include "rules/rules.def"
#undef RULE
    RULES
};

const char *rule_text(enum rule r); /* "R4.7.1"; "" for RULE_NONE */

#endif
