/* What a file's name tells; how its form is found, and what it changes before the file's reader sees it. */
#ifndef PCREPORT_INPUT_JOB_FORM_INT_H
#define PCREPORT_INPUT_JOB_FORM_INT_H

#include "feed_int.h"

/* The part behind the last '/' (and, for a member of an archive, behind the ": " before it). */
const char *file_base_name(const char *name);

/* The one instant in a name: 2021-10-01 or 20211001, with the time that follows it (20211001T1800Z, 20211001180000) or
 * midnight, in UTC. INSTANT_NONE when there is none, more than one, or a date and what may be a time and a number as
 * well; *has_date tells the last two from the first. */
instant file_name_instant(const char *base_name, bool *has_date);

/* The time zones that the forms name, in their order; NULL where a form names none, or UTC. */
struct form_clocks {
    struct zone **ptr;
    size_t count;
};
int form_clocks_create(struct form_clocks *out, const struct forms *f, struct err *err);
void form_clocks_release(struct form_clocks *c);

/* Finds the profile of the job, by its name, or by that of the file or else of the archive it lies in (NULL: none), and
 * makes the head one of UTF-8 text without the lines to be skipped. */
int job_find_form(struct job *job, const char *archive, struct feed *feed, struct head *head, struct err *why);

/* Finds the reader (job->ops), turning the text where the encoding is that of its kind, and then sets what else the
 * form of the kind says. */
int job_find_reader(struct job *job, const struct form_clocks *clocks, struct feed *feed, struct head *head,
                    struct err *why);

#endif
