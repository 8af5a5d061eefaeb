/* Writing values into a line: each takes the place to write to and gives the place behind. */
#ifndef PCREPORT_SIMULATE_PUT_INT_H
#define PCREPORT_SIMULATE_PUT_INT_H

#include "domain/eui64.h"
#include "domain/terms.h"

#include <string.h>

static inline char *put_str(char *p, const char *s)
{
    const size_t len = strlen(s);

    memcpy(p, s, len);
    return p + len;
}

static inline char *put_char(char *p, char c)
{
    *p = c;
    return p + 1;
}

char *put_number(char *p, uint64_t n);
char *put_eui(char *p, uint64_t id); /* nothing for 0 */
char *put_key_id(char *p, uint64_t id);
char *put_mpxn(char *p, mpxn_code mpxn); /* nothing for 0 */
char *put_service(char *p, srv_code srv);

/* Remembers the last day it wrote. {0} is a valid fresh one. */
struct calendar {
    int64_t day;
    char text[12];
    size_t len;
};

/* Seconds since 1970 as 2021-09-17T09:30:00Z, and days since 1970 as 2021-09-17. Both within 1900 to 9999. */
char *put_time(char *p, struct calendar *c, int64_t at_s);
char *put_date(char *p, struct calendar *c, int64_t day);

#endif
