/* The words of verdicts, states, reasons and actions, the same in every report, message and manual. */
#ifndef PCREPORT_RULES_WORDING_H
#define PCREPORT_RULES_WORDING_H

#include "rules/judge.h"

const char *outcome_word(enum outcome o); /* "SUCCEEDED"; "NO_ATTEMPT" for R2.1 */
const char *obligation_state_word(enum obligation_state s);
const char *verdict_word(enum verdict v);
const char *classification_word(enum classification c);
const char *excluded_reason_word(enum excluded_reason r); /* "" for EXCLUDED_NOT */
const char *reason_word(enum reason r);                   /* "" for REASONS */
const char *reason_plain(enum reason r);                  /* "no answer in time" */
enum reason_sort reason_sort(enum reason r);
const char *reason_sentence(enum reason r); /* one plain sentence for someone who never read the rules */

bool verdict_parse(struct text t, enum verdict *out);
bool classification_parse(struct text t, enum classification *out);

#define REASONS_TEXT_SIZE 640
/* "TIMEOUT;IMPLIED" in the order of R6; "" for none. Returns the length. */
size_t reasons_format(reason_set set, char out[REASONS_TEXT_SIZE]);

#define ACTION_TEXT_SIZE 420
/* One action in words: "send SRV 6.15.1 (NetworkOperator) by Acme Energy". Returns the length, 0 for ACTION_NONE. */
size_t action_format(const struct action *a, const struct directory *d, char out[ACTION_TEXT_SIZE]);

#define NEXT_ACTION_TEXT_SIZE (OBLIGATIONS * ACTION_TEXT_SIZE)
/* The actions of all obligations that are not MET, each once, joined by "; "; and of those alone that are in `which`
 * (bit 1 << enum obligation). Return the length. */
size_t next_action_format(const struct judgement *j, const struct directory *d, char out[NEXT_ACTION_TEXT_SIZE]);
size_t actions_format(const struct judgement *j, unsigned which, const struct directory *d,
                      char out[NEXT_ACTION_TEXT_SIZE]);

#endif
