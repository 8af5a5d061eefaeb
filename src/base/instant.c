/* Instants: calendar arithmetic in UTC, and the rule of British Summer Time. */
#include "base/instant.h"

#include "base/zone.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define YEAR_MIN      1900
#define YEAR_MAX      9999
#define INSTANT_FIRST INT64_C(-2208988800000)  /* 1900-01-01T00:00:00Z */
#define INSTANT_LAST  INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

struct civil {
    unsigned year, month, day;
};

/* Days before each month of a common year. */
static const uint16_t days_before[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
static const uint8_t days_in[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

/* 1 or 0. Of the years divisible by 25 only those divisible by 16 are leap years: that is the rule of 100 and 400. */
static unsigned leap_day(unsigned year)
{
    return (year & (year % 25 == 0 ? 15U : 3U)) == 0;
}

static unsigned month_days(unsigned year, unsigned month)
{
    return days_in[month] + (unsigned)(month == 2) * leap_day(year);
}

/* Days from 1970-01-01 to a day of 1900 to 9999. */
static int64_t days_from_civil(struct civil c)
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

/* Reading. `at` never passes `end`; the first thing wrong is kept in `why`. */
struct scan {
    const char *at;
    const char *end;
    const char *why;
    bool month_first; /* 09/17/2021 */
    bool zoned;       /* a zone was told */
};

static const char not_an_instant[] = "not an instant; wanted is one like 2021-09-17T09:30:00Z or 17/09/2021 09:30";

static unsigned two_digits(const char *p)
{
    const unsigned tens = (unsigned char)p[0] - (unsigned)'0', ones = (unsigned char)p[1] - (unsigned)'0';

    return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

static bool scan_is(const struct scan *s, char c)
{
    return s->at < s->end && *s->at == c;
}

/* Reads `c` and two digits, which must be less than `limit`; `why` is for a greater number. */
static bool scan_field(struct scan *s, char c, unsigned limit, const char *why, unsigned *out)
{
    if (s->end - s->at < 3 || *s->at != c || two_digits(s->at + 1) > 99) {
        s->why = not_an_instant;
        return false;
    }
    *out = two_digits(s->at + 1);
    s->at += 3;
    if (*out >= limit) {
        s->why = why;
        return false;
    }
    return true;
}

static bool civil_is_real(struct civil c, const char **why)
{
    if (c.year < YEAR_MIN)
        *why = "no usable instant: the year is before 1900";
    else if (c.month < 1 || c.month > 12)
        *why = "no such instant: the month is not 01 to 12";
    else if (c.day < 1 || c.day > month_days(c.year, c.month))
        *why = "no such instant: the month has no such day";
    else
        return true;
    return false;
}

/* Reads 2021-09-17 or 17/09/2021. */
static bool scan_date(struct scan *s, struct civil *out)
{
    const char *p = s->at;
    unsigned high, low;

    s->why = not_an_instant;
    if (s->end - p < 10)
        return false;
    s->at += 10;
    if (p[4] == '-' && p[7] == '-') {
        high = two_digits(p);
        low = two_digits(p + 2);
        out->month = two_digits(p + 5);
        out->day = two_digits(p + 8);
    } else if (p[2] == '/' && p[5] == '/') {
        out->day = two_digits(s->month_first ? p + 3 : p);
        out->month = two_digits(s->month_first ? p : p + 3);
        high = two_digits(p + 6);
        low = two_digits(p + 8);
    } else {
        return false;
    }
    if (high > 99 || low > 99 || out->month > 99 || out->day > 99)
        return false;
    out->year = high * 100 + low;
    return civil_is_real(*out, &s->why);
}

/* Reads the 1 to 9 digits of a fraction and cuts them to milliseconds. */
static bool scan_fraction(struct scan *s, int64_t *ms)
{
    const char *const first = s->at;
    int64_t value = 0;

    for (; s->at < s->end && ascii_is_digit(*s->at); s->at++)
        if (s->at - first < 3)
            value = value * 10 + (*s->at - '0');
    if (s->at == first || s->at - first > 9) {
        s->why = "not an instant: the fraction of a second has not 1 to 9 digits";
        return false;
    }
    for (int64_t digits = s->at - first; digits < 3; digits++)
        value *= 10;
    *ms += value;
    return true;
}

/* Reads Z, +01:00, +0100 or +01, or nothing, at the end of the text, and takes the offset off *ms. */
static bool scan_zone(struct scan *s, int64_t *ms)
{
    static const char too_far[] = "no such instant: the zone is more than 14 hours from UTC";
    unsigned hours = 0, minutes = 0;
    int64_t offset;
    char sign;

    if (s->at == s->end)
        return true;
    s->zoned = true;
    sign = *s->at;
    if (sign == 'Z') {
        s->at++;
    } else if (sign == '+' || sign == '-') {
        const bool colon = s->end - s->at > 3 && s->at[3] == ':';

        if (!scan_field(s, sign, 15, too_far, &hours))
            return false;
        if (s->at < s->end) {
            s->at -= !colon; /* without a colon the digit before stands in its place */
            if (!scan_field(s, *s->at, 60, "no such instant: the zone's minutes are not 00 to 59", &minutes))
                return false;
        }
    }
    if (s->at != s->end) {
        s->why = not_an_instant;
        return false;
    }
    offset = hours * INSTANT_HOUR + minutes * (60 * INSTANT_SECOND);
    if (offset > 14 * INSTANT_HOUR) {
        s->why = too_far;
        return false;
    }
    *ms -= sign == '-' ? -offset : offset;
    return true;
}

/* Reads the time of day after its separator: 09:30[:00[.000]][zone]; the milliseconds since midnight UTC. */
static bool scan_time(struct scan *s, int64_t *ms)
{
    unsigned hour, minute, second = 0;
    bool seconds;

    if (!scan_field(s, *s->at, 24, "no such instant: the hour is not 00 to 23", &hour) ||
        !scan_field(s, ':', 60, "no such instant: the minutes are not 00 to 59", &minute))
        return false;
    seconds = scan_is(s, ':');
    if (seconds && !scan_field(s, ':', 60, "no such instant: the seconds are not 00 to 59", &second))
        return false;
    *ms = hour * INSTANT_HOUR + (minute * 60 + second) * INSTANT_SECOND;
    if (seconds && (scan_is(s, '.') || scan_is(s, ','))) {
        s->at++;
        if (!scan_fraction(s, ms))
            return false;
    }
    return scan_zone(s, ms);
}

static instant date_alone(int64_t days, enum instant_zone zone, enum instant_date date)
{
    const instant midnight = (days + (date == DATE_END)) * INSTANT_DAY;

    if (midnight > INSTANT_LAST) /* the end of time, as an open registration has it */
        return INSTANT_LAST;
    /* The clocks change at 01:00 UTC, so the offset at midnight UTC is that at midnight in London too. */
    return zone == ZONE_LONDON ? midnight - instant_london_offset(midnight) * INSTANT_SECOND : midnight;
}

static int parse_any(struct text t, const struct instant_form *form, instant *out, const char **why)
{
    struct scan s = {.at = t.ptr, .end = t.ptr + t.len, .month_first = form->month_first};
    struct civil c;
    int64_t ms = 0;
    instant at;

    if (t.len == 0 || !scan_date(&s, &c)) {
        *why = t.len == 0 ? not_an_instant : s.why;
        return -1;
    }
    if (s.at == s.end) {
        *out = date_alone(days_from_civil(c), form->zone, form->date);
        return 0;
    }
    if (*s.at != ' ' && (*s.at != 'T' || t.ptr[2] == '/')) {
        *why = not_an_instant;
        return -1;
    }
    if (!scan_time(&s, &ms)) {
        *why = s.why;
        return -1;
    }
    at = days_from_civil(c) * INSTANT_DAY + ms;
    if (!s.zoned && !zone_instant(form->clock, at, &at)) {
        *why = "no such instant: the clocks of its time zone go forward over it";
        return -1;
    }
    if (at < INSTANT_FIRST || at > INSTANT_LAST) {
        *why = "no usable instant: in UTC it is outside the years 1900 to 9999";
        return -1;
    }
    *out = at;
    return 0;
}

/* 2021-09-17T09:30:00Z and 2021-09-17T09:30:00.000Z, which nearly every row has; false for all else, good or bad. */
static bool parse_usual(struct text t, instant *out)
{
    const char *const p = t.ptr;
    unsigned high, low, hour, minute, second, ms = 0;
    struct civil c;

    if ((t.len != 20 && t.len != 24) || p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' || p[16] != ':' ||
        p[t.len - 1] != 'Z')
        return false;
    if (t.len == 24) {
        const unsigned last = (unsigned char)p[22] - (unsigned)'0';

        ms = two_digits(p + 20) * 10 + last;
        if (p[19] != '.' || last > 9 || ms > 999)
            return false;
    }
    high = two_digits(p);
    low = two_digits(p + 2);
    c = (struct civil){high * 100 + low, two_digits(p + 5), two_digits(p + 8)};
    hour = two_digits(p + 11);
    minute = two_digits(p + 14);
    second = two_digits(p + 17);
    if (high > 99 || high < 19 || low > 99 || c.month - 1 > 11 || c.day - 1 >= month_days(c.year, c.month) ||
        hour > 23 || minute > 59 || second > 59)
        return false;
    *out = days_from_civil(c) * INSTANT_DAY + hour * INSTANT_HOUR + (minute * 60 + second) * INSTANT_SECOND + ms;
    return true;
}

int instant_read(struct text t, const struct instant_form *form, instant *out, const char **why)
{
    if (parse_usual(t, out))
        return 0;
    return parse_any(t, form, out, why);
}

int instant_parse(struct text t, enum instant_zone zone, enum instant_date date, instant *out, const char **why)
{
    return instant_read(t, &(struct instant_form){.zone = zone, .date = date}, out, why);
}

bool instant_is_day(struct text t, const struct instant_form *form)
{
    struct instant_form begin = *form, end = *form;
    const char *why;
    instant from, to;

    begin.date = DATE_START;
    end.date = DATE_END;
    return instant_read(t, &begin, &from, &why) == 0 && instant_read(t, &end, &to, &why) == 0 && from != to;
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
