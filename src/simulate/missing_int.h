/* What the log does not hold, though it happened. */
#ifndef PCREPORT_SIMULATE_MISSING_INT_H
#define PCREPORT_SIMULATE_MISSING_INT_H

#include "sink_int.h"

#include "simulate/simulate.h"

/* Draws the days that are to be left out and tells them in out->missing. */
void missing_draw(const struct simulation *what, struct simulated *out);

/* Whether the log holds a request made at `requested_s`. */
bool missing_keeps(const struct simulation *what, const struct simulated *drawn, int64_t requested_s);

/* The days left out, one a line, as missing-nights.txt; without any there is no such file. */
int missing_write(const struct simulation *what, const struct simulated *drawn, uint64_t *bytes, struct err *err);

#endif
