/* The calendar, between the two halves of instants: writing and reading them. */
#ifndef PCREPORT_BASE_INSTANT_INT_H
#define PCREPORT_BASE_INSTANT_INT_H

#include "base/instant.h"

#define YEAR_MIN      1900
#define YEAR_MAX      9999
#define INSTANT_FIRST INT64_C(-2208988800000)  /* 1900-01-01T00:00:00Z */
#define INSTANT_LAST  INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

struct civil {
    unsigned year, month, day;
};

unsigned month_days(unsigned year, unsigned month); /* month: 1 to 12 */
int64_t days_from_civil(struct civil c);            /* from 1970-01-01 to a day of 1900 to 9999 */

#endif
