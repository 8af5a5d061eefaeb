/* Instants: calendar arithmetic in UTC, the rule of British Summer Time, writing and reading. */
#include "base/instant.h"

#include "base/ascii.h"
#include "base/zone.h"

#include <string.h>

#define YEAR_MIN 1900
#define YEAR_MAX 9999

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

/* month: 1 to 12 */
static unsigned month_days(unsigned year, unsigned month)
{
    return days_in[month] + (unsigned)(month == 2) * leap_day(year);
}

/* From 1970-01-01 to a day of 1900 to 9999. */
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

/* ---- Reading: the usual form on a way of its own, since nearly every row has it, and all others by a scan ---- */

/* `at` never passes `end`; what is wrong is kept in `why`. */
struct scan {
    const char *at;
    const char *end;
    const char *why;
    bool month_first; /* 09/17/2021 */
    bool zoned;       /* a zone was told */
    struct civil date;
    int64_t ms; /* since midnight, less the zone's offset */
};

static const char too_early[] = "no usable instant: the year is before 1900";
static const char not_an_instant[] = "not an instant; wanted is one like 2021-09-17T09:30:00Z or 17/09/2021 09:30";

static unsigned two_digits(const char *p)
{
    const unsigned tens = (unsigned char)p[0] - (unsigned)'0', ones = (unsigned char)p[1] - (unsigned)'0';

    return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

static bool wrong(struct scan *s, const char *why)
{
    s->why = why;
    return false;
}

static bool skip(struct scan *s, char c)
{
    const bool there = s->at < s->end && *s->at == c;

    s->at += there;
    return there;
}

/* How many digits stand next. */
static size_t digits_ahead(const struct scan *s)
{
    size_t n = 0;

    while (s->at + n < s->end && s->at[n] >= '0' && s->at[n] <= '9')
        n++;
    return n;
}

/* Reads as many digits as are told, which must stand there. */
static bool scan_digits(struct scan *s, size_t count, unsigned *out)
{
    if (digits_ahead(s) < count)
        return wrong(s, not_an_instant);
    for (*out = 0; count > 0; count--)
        *out = *out * 10 + (unsigned)(*s->at++ - '0');
    return true;
}

/* One or two digits, and no more. */
static bool scan_short(struct scan *s, unsigned *out)
{
    const size_t n = digits_ahead(s);

    return n == 1 || n == 2 ? scan_digits(s, n, out) : wrong(s, not_an_instant);
}

/* A month as English has it: its first three letters or all. */
static bool scan_month_name(struct scan *s, unsigned *out)
{
    static const char *const names[] = {"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
    size_t len = 0;

    while (s->at + len < s->end && ((s->at[len] | 0x20) >= 'a' && (s->at[len] | 0x20) <= 'z'))
        len++;
    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if ((len == 3 || len == strlen(names[i])) &&
            text_equal_nocase((struct text){s->at, len}, (struct text){names[i], len})) {
            s->at += len;
            *out = i + 1;
            return true;
        }
    return wrong(s, not_an_instant);
}

/* Four digits, or the two that are left of a year from 1970 to 2069. */
static bool scan_year(struct scan *s)
{
    const size_t n = digits_ahead(s);

    if ((n != 4 && n != 2) || !scan_digits(s, n, &s->date.year))
        return wrong(s, not_an_instant);
    if (n == 2)
        s->date.year += s->date.year < 70 ? 2000 : 1900;
    return true;
}

/* 17/09/2021, 17/9/21, 17.09.2021, 17-09-2021 or, month first, 09/17/2021 ...; 17-Sep-2021, 17 Sep 21 */
static bool scan_day_first(struct scan *s)
{
    const char separator = s->end - s->at > 2 ? (digits_ahead(s) == 1 ? s->at[1] : s->at[2]) : '\0';
    struct civil *const d = &s->date;

    if (separator == '\0' || strchr("/-. ", separator) == NULL)
        return wrong(s, not_an_instant);
    if (!scan_short(s, &d->day) || !skip(s, separator))
        return wrong(s, not_an_instant);
    if (separator == ' ' || digits_ahead(s) == 0)
        return scan_month_name(s, &d->month) && (skip(s, separator) || wrong(s, not_an_instant)) && scan_year(s);
    if (!scan_short(s, &d->month) || !skip(s, separator) || (separator != '/' && digits_ahead(s) != 4) || !scan_year(s))
        return wrong(s, not_an_instant); /* 17-09-21 may be of another century's order */
    if (s->month_first) {
        const unsigned month = d->day;
        d->day = d->month;
        d->month = month;
    }
    return true;
}

/* Sep 17 2021, September 17, 2021: SQL Server has two blanks before one digit */
static bool scan_name_first(struct scan *s)
{
    struct civil *const d = &s->date;

    if (!scan_month_name(s, &d->month) || !skip(s, ' '))
        return wrong(s, not_an_instant);
    (void)skip(s, ' ');
    if (!scan_short(s, &d->day))
        return false;
    (void)skip(s, ',');
    return (skip(s, ' ') || wrong(s, not_an_instant)) && digits_ahead(s) == 4 && scan_year(s);
}

/* 2021-09-17, 2021-9-7, 2021/09/17, 20210917 */
static bool scan_date(struct scan *s)
{
    struct civil *const d = &s->date;
    const size_t n = digits_ahead(s);

    if (n == 0)
        return scan_name_first(s);
    if (n == 1 || n == 2)
        return scan_day_first(s);
    if (n == 8 || n == 14)
        return scan_digits(s, 4, &d->year) && scan_digits(s, 2, &d->month) && scan_digits(s, 2, &d->day);
    if (n != 4 || !scan_digits(s, 4, &d->year))
        return wrong(s, not_an_instant);
    const char separator = s->at < s->end ? *s->at : '\0';
    if ((separator != '-' && separator != '/') || !skip(s, separator))
        return wrong(s, not_an_instant);
    return scan_short(s, &d->month) && (skip(s, separator) || wrong(s, not_an_instant)) && scan_short(s, &d->day);
}

static bool date_is_real(struct scan *s)
{
    const struct civil c = s->date;

    if (c.year < YEAR_MIN)
        return wrong(s, too_early);
    if (c.month < 1 || c.month > 12)
        return wrong(s, "no such instant: the month is not 01 to 12");
    if (c.day < 1 || c.day > month_days(c.year, c.month))
        return wrong(s, "no such instant: the month has no such day");
    return true;
}

/* The digits of a fraction, cut to milliseconds. */
static bool scan_fraction(struct scan *s)
{
    const size_t n = digits_ahead(s);
    int64_t unit = 100;

    if (n == 0)
        return wrong(s, "not an instant: the fraction of a second has no digits");
    for (size_t i = 0; i < n; i++, unit /= 10)
        s->ms += (*s->at++ - '0') * unit;
    return true;
}

/* 12-hour clocks, as some databases write them. */
static bool scan_half_of_day(struct scan *s, unsigned *hour)
{
    const char *p = s->at;

    while (p < s->end && *p == ' ')
        p++;
    if (s->end - p < 2 || (p[1] | 0x20) != 'm' || ((p[0] | 0x20) != 'a' && (p[0] | 0x20) != 'p'))
        return true;
    if (*hour < 1 || *hour > 12)
        return wrong(s, "no such instant: an hour before AM or PM is 1 to 12");
    *hour = *hour % 12 + ((p[0] | 0x20) == 'p' ? 12 : 0);
    s->at = p + 2;
    return true;
}

static bool time_is_real(struct scan *s, unsigned hour, unsigned minute, unsigned second)
{
    if (minute > 59)
        return wrong(s, "no such instant: the minutes are not 00 to 59");
    if (second > 59)
        return wrong(s, "no such instant: the seconds are not 00 to 59");
    if (hour > 24 || (hour == 24 && (minute > 0 || second > 0 || s->ms > 0)))
        return wrong(s, "no such instant: the hour is not 00 to 23");
    s->ms += hour * INSTANT_HOUR + (minute * 60 + second) * INSTANT_SECOND;
    return true;
}

/* 09:30, 9:30:00, 09:30:00.123, 09.30.00.123 as Oracle has it, 0930, 093000 */
static bool scan_time(struct scan *s)
{
    unsigned hour, minute, second = 0;
    const size_t n = digits_ahead(s);
    char separator;

    if (n == 4 || n == 6)
        return scan_digits(s, 2, &hour) && scan_digits(s, 2, &minute) && (n == 4 || scan_digits(s, 2, &second)) &&
               (!skip(s, '.') || scan_fraction(s)) && time_is_real(s, hour, minute, second);
    if (!scan_short(s, &hour))
        return false;
    separator = s->at < s->end ? *s->at : '\0';
    if ((separator != ':' && separator != '.') || !skip(s, separator) || !scan_digits(s, 2, &minute))
        return wrong(s, not_an_instant);
    if (skip(s, separator)) {
        if (!scan_digits(s, 2, &second))
            return false;
        if ((skip(s, '.') || skip(s, ',')) && !scan_fraction(s))
            return false;
    }
    return scan_half_of_day(s, &hour) && time_is_real(s, hour, minute, second);
}

/* +01:00, +0100, +01 behind its sign */
static bool scan_offset(struct scan *s, char sign)
{
    unsigned hours, minutes = 0;

    if (!scan_digits(s, 2, &hours))
        return wrong(s, not_an_instant);
    if (s->at < s->end && (skip(s, ':') || digits_ahead(s) > 0) && !scan_digits(s, 2, &minutes))
        return wrong(s, not_an_instant);
    if (minutes > 59)
        return wrong(s, "no such instant: the zone's minutes are not 00 to 59");
    const int64_t offset = hours * INSTANT_HOUR + minutes * (60 * INSTANT_SECOND);
    if (offset > 14 * INSTANT_HOUR)
        return wrong(s, "no such instant: the zone is more than 14 hours from UTC");
    s->ms -= sign == '-' ? -offset : offset;
    return true;
}

static bool skip_word(struct scan *s, struct text word)
{
    const bool there = (size_t)(s->end - s->at) >= word.len && text_equal_nocase((struct text){s->at, word.len}, word);

    s->at += there ? word.len : 0;
    return there;
}

static bool skip_utc(struct scan *s)
{
    return skip_word(s, TEXT_LITERAL("UTC")) || skip_word(s, TEXT_LITERAL("GMT"));
}

/* British Summer Time */
static bool skip_bst(struct scan *s)
{
    const bool there = skip_word(s, TEXT_LITERAL("BST"));

    s->ms -= there ? INSTANT_HOUR : 0;
    return there;
}

/* The name of the zone behind its offset, as Java writes it: [Europe/London]. */
static void skip_zone_name(struct scan *s)
{
    const char *p = s->at + 1;

    if (s->end - s->at < 3 || *s->at != '[' || s->end[-1] != ']')
        return;
    while (p < s->end - 1 && (ascii_is_alnum(*p) || ascii_is_one_of(*p, "/_+-")))
        p++;
    if (p == s->end - 1)
        s->at = s->end;
}

/* Z, UTC, GMT, BST, an offset, or an offset and UTC, or nothing, perhaps behind a blank, at the end of the text. */
static bool scan_zone(struct scan *s)
{
    if (s->at == s->end)
        return true;
    (void)skip(s, ' ');
    s->zoned = true;
    if (skip(s, '+') || skip(s, '-')) {
        const char *const digits = s->at;
        if (!scan_offset(s, digits[-1]))
            return false;
        if (s->at < s->end)
            (void)(skip(s, ' ') && skip_utc(s));
    } else if (!skip(s, 'Z') && !skip(s, 'z') && !skip_utc(s) && !skip_bst(s)) {
        return wrong(s, not_an_instant);
    }
    skip_zone_name(s);
    return s->at == s->end || wrong(s, not_an_instant);
}

/* What parts the date from the time of day. False: no time follows. */
static bool skip_to_time(struct scan *s)
{
    const char *p = s->at;

    if (p < s->end && (*p == 'T' || *p == 't')) {
        s->at++;
        return true;
    }
    if (s->end - p > 4 && p[0] == '-' && two_digits(p + 1) < 100 && p[3] == '.') { /* 2021-09-17-09.30.00, as Db2 */
        s->at++;
        return true;
    }
    if (s->end - p > 1 && p[0] == ',' && p[1] == ' ') /* 17/09/2021, 09:30:00 */
        p++;
    while (p < s->end && *p == ' ')
        p++;
    if (p == s->end || *p < '0' || *p > '9')
        return false;
    s->at = p; /* without a blank: 20210917093000 */
    return true;
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
    struct scan s = {.at = t.ptr, .end = t.ptr + t.len, .month_first = form->month_first, .why = not_an_instant};
    bool timed;
    instant at;

    if (t.len == 0 || !scan_date(&s) || !date_is_real(&s) || ((timed = skip_to_time(&s)) && !scan_time(&s)) ||
        !scan_zone(&s)) {
        *why = s.why;
        return -1;
    }
    if (!timed && !s.zoned) {
        *out = date_alone(days_from_civil(s.date), form->zone, form->date);
        return 0;
    }
    /* a date with a zone (an xs:date) is midnight in that zone */
    at = (days_from_civil(s.date) + (!timed && form->date == DATE_END)) * INSTANT_DAY + s.ms;
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

/* The day that was read last on this thread: the instants of a log are of few days, and come in order. */
static _Thread_local struct {
    char text[10];
    instant start;
} last_day;

static bool take_day(const char *p, instant *out)
{
    if (memcmp(p, last_day.text, sizeof(last_day.text)) != 0) {
        const unsigned high = two_digits(p), low = two_digits(p + 2);
        const struct civil c = {high * 100 + low, two_digits(p + 5), two_digits(p + 8)};

        if (p[4] != '-' || p[7] != '-' || high > 99 || high < 19 || low > 99 || c.month - 1 > 11 ||
            c.day - 1 >= month_days(c.year, c.month))
            return false;
        memcpy(last_day.text, p, sizeof(last_day.text));
        last_day.start = days_from_civil(c) * INSTANT_DAY;
    }
    *out = last_day.start;
    return true;
}

/* 2021-09-17T09:30:00Z and 2021-09-17T09:30:00.000Z, which nearly every row has; false for all else, good or bad. */
static bool parse_usual(struct text t, instant *out)
{
    const char *const p = t.ptr;
    unsigned hour, minute, second, ms = 0;
    instant day;

    if ((t.len != 20 && t.len != 24) || p[10] != 'T' || p[13] != ':' || p[16] != ':' || p[t.len - 1] != 'Z')
        return false;
    if (t.len == 24) {
        const unsigned last = (unsigned char)p[22] - (unsigned)'0';

        ms = two_digits(p + 20) * 10 + last;
        if (p[19] != '.' || last > 9 || ms > 999)
            return false;
    }
    hour = two_digits(p + 11);
    minute = two_digits(p + 14);
    second = two_digits(p + 17);
    if (hour > 23 || minute > 59 || second > 59 || !take_day(p, &day))
        return false;
    *out = day + hour * INSTANT_HOUR + (minute * 60 + second) * INSTANT_SECOND + ms;
    return true;
}

/* Digits, and perhaps a fraction. */
static bool is_number(struct text t)
{
    size_t digits = 0, points = 0;

    for (size_t i = 0; i < t.len; i++) {
        digits += ascii_is_digit(t.ptr[i]);
        points += t.ptr[i] == '.';
    }
    return digits >= 5 && points <= 1 && digits + points == t.len;
}

int instant_read(struct text t, const struct instant_form *form, instant *out, const char **why)
{
    if (parse_usual(t, out))
        return 0;
    if (parse_any(t, form, out, why) == 0)
        return 0;
    if (*why == not_an_instant && is_number(t))
        *why = "a number and no instant: a spreadsheet counts days so, other programs seconds; write it as a date";
    return -1;
}

int instant_parse(struct text t, enum instant_zone zone, enum instant_date date, instant *out, const char **why)
{
    return instant_read(t, &(struct instant_form){.zone = zone, .date = date}, out, why);
}

bool instant_is_too_early(struct text t, const struct instant_form *form)
{
    const char *why = NULL;
    instant ignored;

    return instant_read(t, form, &ignored, &why) < 0 && why == too_early;
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
