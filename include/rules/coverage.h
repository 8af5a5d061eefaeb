/* R10: what the audit log covers. */
#ifndef PCREPORT_RULES_COVERAGE_H
#define PCREPORT_RULES_COVERAGE_H

#include "base/instant.h"

/* A span of time of which the log tells nothing, as at as-of (R10.1): from `from` on, up to but without `to`. Where an
 * array of them is asked for, they ascend and do not touch one another. */
struct silence {
    instant from, to;
};

#endif
