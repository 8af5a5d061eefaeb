/* What the configuration says about judging, beside the criteria themselves (man: pcreport-config). */
#ifndef PCREPORT_RULES_SETTINGS_H
#define PCREPORT_RULES_SETTINGS_H

#include "domain/directory.h"
#include "domain/terms.h"
#include "domain/tolerance.h"
#include "rules/coverage.h"

/* R8: whose verdict opens Incidents; stores hold these numbers. */
enum incident_criteria { INCIDENTS_BY_REVISED, INCIDENTS_BY_LEGACY };

#define SETTINGS_SILENCE_HOURS     24
#define SETTINGS_EXPECTED_REQUESTS 20

/* A Communication Service Provider. */
struct csp {
    struct text name;
    unsigned regions; /* bit 1 << enum csp_region */
};

/* Arrays are borrowed. */
struct judge_settings {
    /* R10.1 */
    int64_t silence_hours;          /* at least so many whole hours without a request are a silence */
    int64_t expected_requests;      /* in which at least so many were to be expected */
    const struct silence *complete; /* hours that the user states to be whole; ascending, apart from one another;
                                       INSTANT_NONE as `from` or `to` is an end left open */
    size_t complete_count;

    bool whole_extracts; /* R7: what an extract says of an MPxN replaces all that earlier ones said of it */

    const struct party *scope; /* R5: whose obligations are asked about */
    size_t scope_count;        /* 0: everybody's */

    enum incident_criteria incidents;
    instant incidents_revised_from; /* from this instant on by revised criteria; INSTANT_NONE: not */

    /* What reports are told beside: levels that figures are held against, and who serves which region. */
    const struct tolerance *tolerances;
    size_t tolerance_count;
    const struct csp *csps;
    size_t csp_count;

    instant operator_check_ends[S1_COHORTS]; /* R9.1: when the S1SP of a cohort stops checking the registration;
                                                INSTANT_NONE: not yet */
};

/* Everything as it is without a configuration. */
extern const struct judge_settings judge_settings_default;

#endif
