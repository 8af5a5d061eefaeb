/* Whose commands count for which cells (R4.3, R4.4). */
#ifndef PCREPORT_RULES_COMMANDS_INT_H
#define PCREPORT_RULES_COMMANDS_INT_H

#include "inquiry_int.h"

/* R4.3: whether a success of its sender tells that the registered operator's certificate was placed: a Supplier's, the
 * DCC's, that operator's own. Anybody else may have renewed a certificate of its own. */
bool operator_sender_tells(const struct inquiry *q, const struct attempt *a);

/* R4.4: whether its sender's success for role Supplier counts: the party registered when it was answered, or the DCC's.
 */
bool supplier_sender_counts(const struct inquiry *q, const struct attempt *a);

#endif
