/* How far long work is: one line of a terminal's standard error, drawn over again; elsewhere a line each half minute,
 * and one whenever SIGUSR1 asks for it. */
#ifndef PCREPORT_CLI_PROGRESS_INT_H
#define PCREPORT_CLI_PROGRESS_INT_H

#include "session_int.h"

struct progress {
    const struct session *session; /* borrowed */
    bool terminal;                 /* lines are drawn over */
    bool drawn;
    double began_s; /* of the file or phase that is being shown */
    double drawn_s; /* when the last line was shown */
    char subject[64];
};

/* Once for the program, before any work: SIGUSR1 asks for a line instead of ending it. */
void progress_listen(void);

/* The session is borrowed. */
void progress_begin(struct progress *p, const struct session *s);
void progress_clear(struct progress *p); /* takes the line away, before anything else is said */

/* Callbacks of load_options and of the store; ctx is the struct progress. */
void progress_reading(void *ctx, const char *file, uint64_t bytes, uint64_t total, uint64_t rows);
void progress_phase(void *ctx, const char *phase, uint64_t done, uint64_t total);

#endif
