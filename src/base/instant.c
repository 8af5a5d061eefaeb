/* Instants: calendar arithmetic in UTC, and the rule of British Summer Time. */
#include "instant_int.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Days before each month of a common year. */
static const uint16_t days_before[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
static const uint8_t days_in[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

/* 1 or 0. Of the years divisible by 25 only those divisible by 16 are leap years: that is the rule of 100 and 400. */
static unsigned leap_day(unsigned year)
{
    return (year & (year % 25 == 0 ? 15U : 3U)) == 0;
}

unsigned month_days(unsigned year, unsigned month)
{
    return days_in[month] + (unsigned)(month == 2) * leap_day(year);
}

int64_t days_from_civil(struct civil c)
{
    const unsigned past = c.year - 1; /* complete years since the year 1 */
    const unsigned leaps = past / 4 - past / 100 + past / 400;
    const unsigned day = days_before[c.month] + (unsigned)(c.month > 2) * leap_day(c.year) + c.day - 1;

    return (int64_t)past * 365 + leaps + day - 719162; /* days from 0001-01-01 to 1970-01-01 */
}

/* The reverse, counting from 1 March so that the leap day is the last of its year. */
static struct civil civil_from_days(int64_t days)
{
    const uint32_t n = (uint32_t)(days + 719468); /* days since 0000-03-01 */
    const uint32_t century = (4 * n + 3) / 146097;
    const uint32_t in_century = n - century * 146097 / 4;
    const uint32_t year = (4 * in_century + 3) / 1461;
    const uint32_t day = in_century - year * 1461 / 4;
    const uint32_t month = (5 * day + 2) / 153; /* 0: March; five months from March or August are 153 days */
    const bool next = month >= 10;

    return (struct civil){.year = century * 100 + year + next,
                          .month = next ? month - 9 : month + 3,
                          .day = day - (153 * month + 2) / 5 + 1};
}

static int64_t day_of(instant at)
{
    return at >= 0 ? at / INSTANT_DAY : -((-at + INSTANT_DAY - 1) / INSTANT_DAY);
}

int64_t instant_london_offset(instant at)
{
    struct civil c, last = {.day = 31};
    instant change;
    int64_t days;

    if (at < INSTANT_FIRST || at > INSTANT_LAST)
        return 0;
    c = civil_from_days(day_of(at));
    if (c.month < 3 || c.month > 10)
        return 0;
    if (c.month > 3 && c.month < 10)
        return 3600;
    last.year = c.year;
    last.month = c.month;
    days = days_from_civil(last);
    days -= (days + 719162 + 1) % 7; /* 0001-01-01 was a Monday */
    change = days * INSTANT_DAY + INSTANT_HOUR;
    return (at >= change) == (c.month == 3) ? 3600 : 0;
}

static char *put_two(char *p, unsigned n)
{
    p[0] = (char)('0' + n / 10);
    p[1] = (char)('0' + n % 10);
    return p + 2;
}

static char *put_date(char *p, int64_t days)
{
    const struct civil c = civil_from_days(days);

    p = put_two(p, c.year / 100);
    p = put_two(p, c.year % 100);
    *p++ = '-';
    p = put_two(p, c.month);
    *p++ = '-';
    return put_two(p, c.day);
}

static bool can_be_written(instant at)
{
    return at >= INSTANT_FIRST && at <= INSTANT_LAST;
}

size_t instant_format(instant at, char out[INSTANT_TEXT_SIZE])
{
    char *p = out;

    if (can_be_written(at)) {
        const int64_t days = day_of(at);
        const uint32_t in_day = (uint32_t)(at - days * INSTANT_DAY);
        const uint32_t ms = in_day % 1000, s = in_day / 1000;

        p = put_date(p, days);
        *p++ = 'T';
        p = put_two(p, s / 3600);
        *p++ = ':';
        p = put_two(p, s / 60 % 60);
        *p++ = ':';
        p = put_two(p, s % 60);
        if (ms != 0) {
            *p++ = '.';
            p = put_two(p, ms / 10);
            *p++ = (char)('0' + ms % 10);
        }
        *p++ = 'Z';
    }
    *p = '\0';
    return (size_t)(p - out);
}

size_t instant_format_date(instant at, char out[INSTANT_TEXT_SIZE])
{
    char *const end = can_be_written(at) ? put_date(out, day_of(at)) : out;

    *end = '\0';
    return (size_t)(end - out);
}

/* Seconds since 1970 in plain digits, as reproducible builds give them. */
static bool parse_epoch(const char *s, instant *out)
{
    int64_t seconds = 0;

    if (s == NULL || *s == '\0')
        return false;
    for (; *s != '\0'; s++) {
        if (!ascii_is_digit(*s) || seconds > INSTANT_LAST / INSTANT_SECOND)
            return false;
        seconds = seconds * 10 + (*s - '0');
    }
    if (seconds > INSTANT_LAST / INSTANT_SECOND)
        return false;
    *out = seconds * INSTANT_SECOND;
    return true;
}

instant instant_now(void)
{
    struct timespec now;
    instant fixed;

    if (parse_epoch(getenv("SOURCE_DATE_EPOCH"), &fixed))
        return fixed;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INSTANT_SECOND + now.tv_nsec / 1000000;
}
