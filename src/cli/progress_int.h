/* One line of a terminal's standard error, drawn over again while long work goes on; nothing anywhere else. */
#ifndef PCREPORT_CLI_PROGRESS_INT_H
#define PCREPORT_CLI_PROGRESS_INT_H

#include "session_int.h"

struct progress {
    bool on;
    bool drawn;
    double began_s; /* of the file or phase that is being shown */
    double drawn_s;
    char subject[64];
};

void progress_begin(struct progress *p, const struct session *s);
void progress_clear(struct progress *p); /* takes the line away, before anything else is said */

/* Callbacks of load_options and of the store; ctx is the struct progress. */
void progress_reading(void *ctx, const char *file, uint64_t bytes, uint64_t total, uint64_t rows);
void progress_phase(void *ctx, const char *phase, uint64_t done, uint64_t total);

#endif
