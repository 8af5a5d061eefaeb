/* Instants: milliseconds since 1970-01-01T00:00:00Z, years 1900 to 9999. */
#ifndef PCREPORT_BASE_INSTANT_H
#define PCREPORT_BASE_INSTANT_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

typedef int64_t instant; /* the one typedef of the project: a plain int64_t says too little in a signature */

#define INSTANT_NONE   INT64_MIN
#define INSTANT_MAX    INT64_MAX
#define INSTANT_FIRST  INT64_C(-2208988800000)  /* 1900-01-01T00:00:00Z */
#define INSTANT_LAST   INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
#define INSTANT_SECOND INT64_C(1000)
#define INSTANT_HOUR   (3600 * INSTANT_SECOND)
#define INSTANT_DAY    (24 * INSTANT_HOUR)

enum instant_zone { ZONE_UTC, ZONE_LONDON };

/* How a date without a time of day is read. */
enum instant_date {
    DATE_START, /* midnight at which the day begins, in the zone given */
    DATE_END    /* midnight at which it ends: the first instant no longer in it */
};

/* Reads ISO 8601 (2021-09-17T09:30:00Z, +01:00, +0100, fractions of any length, a blank for the T or before the zone,
 * UTC for Z, small letters, seconds left out, 24:00), as Britain and its spreadsheets write them (17/09/2021[
 * 09:30[:00]], 17/9/21 9:05), and databases (2021/09/17, 17-Sep-2021, 17-SEP-21 10.07.09.000000, 20210917[093000]), and
 * dates alone. Fractions are cut to the millisecond. A time without a zone is UTC; a date alone is midnight in `zone`,
 * a date with a zone midnight in that; the end of 9999-12-31, which stands for "open", is its last millisecond. Returns
 * 0, or -1 with *why (static text: what is wrong) when it is no such instant. */
int instant_parse(struct text t, enum instant_zone zone, enum instant_date date, instant *out, const char **why);

/* The same, with all that a text may leave open. */
struct zone; /* base/zone.h */
struct instant_form {
    enum instant_zone zone; /* of a date alone */
    enum instant_date date;
    const struct zone *clock; /* of a time without a zone; NULL: UTC */
    bool month_first;         /* 09/17/2021 */
};
int instant_read(struct text t, const struct instant_form *form, instant *out, const char **why);

/* Whether it is a date before 1900, which is no instant here: some programs write one where they have none. */
bool instant_is_too_early(struct text t, const struct instant_form *form);

/* Whether a text that can be read so is a date without a time of day, which stands for all of that day. */
bool instant_is_day(struct text t, const struct instant_form *form);

#define INSTANT_TEXT_SIZE 32

/* Writes 2021-09-17T09:30:00Z, or with .mmm where the milliseconds are not 0; "" for INSTANT_NONE and all
 * else outside the years 1900 to 9999. Returns the length. */
size_t instant_format(instant at, char out[INSTANT_TEXT_SIZE]);

/* Writes 2021-09-17, the day in UTC; "" for INSTANT_NONE. */
size_t instant_format_date(instant at, char out[INSTANT_TEXT_SIZE]);

/* What Europe/London is ahead of UTC at `at`, in seconds (0 or 3600), by the rule in force since 1996 (last Sundays of
 * March and October, 01:00 UTC). Earlier instants are taken by the same rule. */
int64_t instant_london_offset(instant at);

/* The present instant, or that of $SOURCE_DATE_EPOCH (whole seconds) where it is set. */
instant instant_now(void);
/* Whether $SOURCE_DATE_EPOCH is not set, or says an instant. */
bool instant_now_is_sound(void);

#endif
