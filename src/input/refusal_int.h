/* Why no reader takes a file. */
#ifndef PCREPORT_INPUT_REFUSAL_INT_H
#define PCREPORT_INPUT_REFUSAL_INT_H

#include "readers_int.h"

/* No kind bids for it. */
void refuse_unknown(const struct job *job, const struct head *head, struct err *why);

/* The nearest kind lacks something. */
void refuse_near(const struct job *job, const struct head *head, const struct reader_ops *nearest,
                 const struct bid *bid, struct err *why);

#endif
