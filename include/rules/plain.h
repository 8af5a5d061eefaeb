/* The words of reports in plain language: reasons, obligations, verdicts and the rest, each told once. */
#ifndef PCREPORT_RULES_PLAIN_H
#define PCREPORT_RULES_PLAIN_H

#include "base/text.h"

enum plain_kind { PLAIN_VERDICTS, PLAIN_REASONS, PLAIN_OBLIGATIONS };

struct plain_word {
    enum plain_kind kind;
    const char *word, *plain, *sentence; /* static texts; the word of an obligation is that of a report column */
};

/* The words from 0, in the order of the lists; NULL behind the last. */
const struct plain_word *plain_word_at(size_t i);
/* A word of reports or criteria ("TIMEOUT", "issue_credentials", "issue-credentials"); NULL: no such word. */
const struct plain_word *plain_word_find(struct text word);

#endif
