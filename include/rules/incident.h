/* R8: the lifecycle of CHF Incidents (SEC Appendix AC 5.13), one step a run. Pure. */
#ifndef PCREPORT_RULES_INCIDENT_H
#define PCREPORT_RULES_INCIDENT_H

#include "rules/judge.h"
#include "rules/settings.h"

/* The latest Incident of one CHF. episode 0: it never had one. */
struct incident {
    uint64_t device;
    uint32_t episode;     /* the n of PCI-<device>-<n>, from 1 */
    instant opened_at;    /* as-of of the run that opened it */
    instant resolved_at;  /* as-of of the run that resolved it, INSTANT_NONE while open */
    bool raised_in_error; /* resolved since the CHF turned out to have been PASS when it was opened */
    enum incident_criteria opened_by;
};

enum incident_change { INCIDENT_KEEP, INCIDENT_OPEN, INCIDENT_RESOLVE };

/* The criteria that open Incidents at as_of, and the verdict under such. */
enum incident_criteria incident_criteria_at(const struct judge_settings *s, instant as_of);
enum verdict incident_verdict(const struct judgement *j, enum incident_criteria by);
const char *incident_criteria_word(enum incident_criteria by);  /* "revised", "legacy" */
const char *incident_criteria_plain(enum incident_criteria by); /* "evidence-based criteria (revised)" */

/* What of the CHF an open Incident is about: what those criteria find unmet (bit 1 << enum obligation). */
unsigned incident_unmet(const struct judgement *j, enum incident_criteria by);

/* What is to be done about that where the evidence shows all of it done. */
#define INCIDENT_NOTHING_TO_DO                                                                                         \
    "nothing on the Device: by the evidence it is done, which the criteria in force do not see"

/* What a run as at as_of does to the latest Incident of a judged Device; *next is what it becomes. `by` is the criteria
 * of the run, `at_opening` the verdict as at the opening of *last by what is known now, under last->opened_by
 * (VERDICTS: not known, or it is not open). One that was opened in error is resolved
 * also where the CHF fails now: then another step opens the next. Devices that are not CHFs have none: INCIDENT_KEEP.
 * The caller sees to it that as_of is not earlier than the last run's. */
enum incident_change incident_step(const struct incident *last, const struct judgement *j, enum incident_criteria by,
                                   enum verdict at_opening, instant as_of, struct incident *next);

/* RAISED_IN_ERROR or RESOLVED once it is, NEW where it was opened after `previous`, the as-of of the last run of an
 * earlier date (INSTANT_NONE: there is none), else OPEN; as seen at as_of. */
const char *incident_status(const struct incident *i, instant as_of, instant previous);

#define INCIDENT_ID_SIZE 48
size_t incident_id_format(const struct incident *i, char out[INCIDENT_ID_SIZE]); /* PCI-00-DB-...-90-A0-1 */

/* Whole days from opening to resolution, or to as_of while open. */
int64_t incident_age_days(const struct incident *i, instant as_of);
const char *incident_age_band(int64_t days); /* "0-7", "8-30", "31-90", "91-180", "over 180" */

/* R9.4: what the Incident of a CHF is about: its main reason, the first in the order of R6; where there is none, why
 * the CHF is not judged, or its verdict. */
const char *incident_category(const struct judgement *j);

#endif
