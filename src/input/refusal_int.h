/* Why no reader takes a file. */
#ifndef PCREPORT_INPUT_REFUSAL_INT_H
#define PCREPORT_INPUT_REFUSAL_INT_H

#include "readers_int.h"

/* No kind is sure of it: `surest` is the one that bids most (NULL: none does), with its bid. */
void refuse_file(const struct job *job, const struct head *head, const struct reader_ops *surest, const struct bid *bid,
                 struct err *why);

#endif
