/* Every exit status of the program. Scripts rely on them: they are never renumbered. */
#ifndef PCREPORT_CLI_EXIT_STATUS_H
#define PCREPORT_CLI_EXIT_STATUS_H

#include "base/err.h"

enum exit_status {
    EXIT_DONE = 0,      /* failing Devices are a result, not an error */
    EXIT_REJECTS = 3,   /* done, but some records were rejected */
    EXIT_LIMIT = 4,     /* done, and a limit asked for with --fail-on or --row-limit was passed */
    EXIT_USAGE = 64,    /* wrong usage */
    EXIT_DATA = 65,     /* an input is unusable or has too many rejects */
    EXIT_NO_INPUT = 66, /* an input is missing or unreadable */
    EXIT_BUG = 70,      /* something that cannot happen, or no memory */
    EXIT_CREATE = 73,   /* an output cannot be created */
    EXIT_IO = 74,       /* input or output failed (disk full) */
    EXIT_BUSY = 75,     /* another run holds the store */
    EXIT_CONFIG = 78    /* configuration, criteria or a report file is wrong */
};

enum exit_status exit_status_of(enum err_code code);

/* Of two that apply the one to end with: the higher outranks. */
enum exit_status exit_status_worse(enum exit_status a, enum exit_status b);

#endif
