/* The month of a pack: read, ended, and whether a pack can be made of it. */
#include "pack_int.h"

#include "base/ascii.h"
#include "judging/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Days from 1970 to the first of a month (the usual count from March on, in eras of 400 years). */
static int64_t days_to(int year, int month)
{
    const int64_t y = year - (month <= 2);
    const int64_t era = y / 400, of_era = y - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

instant pack_period_begin(int year, int month)
{
    return days_to(year, month) * INSTANT_DAY;
}

instant pack_period_end(int year, int month)
{
    return days_to(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1) * INSTANT_DAY - 1;
}

instant pack_as_of(int year, int month, instant now)
{
    const instant end = pack_period_end(year, month);

    return now > end ? end : now / INSTANT_DAY * INSTANT_DAY - 1;
}

bool pack_period_parse(struct text t, int *year, int *month)
{
    char digits[PACK_PERIOD_SIZE];

    if (t.len != 7 || t.ptr[4] != '-')
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (i != 4 && !ascii_is_digit(t.ptr[i]))
            return false;
    memcpy(digits, t.ptr, 7);
    digits[7] = '\0';
    *year = atoi(digits);
    *month = atoi(digits + 5);
    return *year >= 2000 && *year <= 9998 && *month >= 1 && *month <= 12;
}

void pack_date_words(instant at, char out[PACK_DATE_SIZE])
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    char date[INSTANT_TEXT_SIZE];

    if (instant_format_date(at, date) != 10)
        out[0] = '\0';
    else
        snprintf(out, PACK_DATE_SIZE, "%d %s %.4s", atoi(date + 8), months[(unsigned)(atoi(date + 5) - 1) % 12], date);
}

void pack_month_words(struct text period, char out[PACK_DATE_SIZE])
{
    int year, month;
    char day[PACK_DATE_SIZE];

    out[0] = '\0';
    if (!pack_period_parse(period, &year, &month))
        return;
    pack_date_words(pack_period_begin(year, month), day);
    snprintf(out, PACK_DATE_SIZE, "%s", day + 2); /* behind the "1 " of its first day */
}

static void add_reason(struct pack *p, const char *reason)
{
    buf_printf(&p->provisional, "%s%s", p->provisional.len > 0 ? "; " : "", reason);
}

/* What a pack is not made of, but where it is asked for all the same. */
static int refuse(struct pack *p, const char *reason, const char *mend, struct err *err)
{
    if (p->request->provisional) {
        add_reason(p, reason);
        return 0;
    }
    return err_set(err, ERR_USAGE, "no pack for %s: %s; %s, or make a provisional one of what is there: --provisional",
                   p->period, reason, mend);
}

static int check_calendar(struct pack *p, struct err *err)
{
    const struct pack_request *const r = p->request;
    char reason[160], day[PACK_DATE_SIZE];

    if (r->now > pack_period_end(r->year, r->month))
        return 0;
    pack_date_words(p->context.as_of, day);
    snprintf(reason, sizeof(reason), "the month %s; the state is that at the end of %s",
             r->now < pack_period_begin(r->year, r->month) ? "is in the future" : "has not ended", day);
    if (!r->provisional)
        *strchr(reason, ';') = '\0';
    return refuse(p, reason, "wait for its end", err);
}

#define SILENCES_TOLD 3

/* Whether the silence is that after the last request. */
static bool lasts(const struct silence *s, instant as_of)
{
    return s->to > as_of - INSTANT_HOUR;
}

/* R10: of the silences that touch the period the first few; whether one of them lasts to its end. */
static bool tell_silences(struct pack *p, instant begin)
{
    const struct coverage *const c = p->request->coverage;
    const instant as_of = p->context.as_of;
    size_t told = 0;
    bool to_the_end = false;

    for (size_t i = 0; c != NULL && i < c->count; i++) {
        const struct silence *const s = &c->silences[i];
        char from[PACK_DATE_SIZE], to[PACK_DATE_SIZE], reason[160];

        if (s->to <= begin || s->from > as_of)
            continue;
        to_the_end = to_the_end || lasts(s, as_of);
        if (++told > SILENCES_TOLD)
            continue;
        pack_date_words(s->from, from);
        pack_date_words(s->from == INSTANT_NONE ? s->to : s->to - 1, to);
        if (s->from == INSTANT_NONE)
            snprintf(reason, sizeof(reason), "the audit log begins on %s only", to);
        else if (lasts(s, as_of))
            snprintf(reason, sizeof(reason), "the audit log is silent from %s on", from);
        else
            snprintf(reason, sizeof(reason), "the audit log is silent from %s to %s", from, to);
        add_reason(p, reason);
    }
    if (told > SILENCES_TOLD)
        buf_printf(&p->provisional, ", and %zu times more", told - SILENCES_TOLD);
    return to_the_end;
}

int pack_period_check(struct pack *p, struct err *err)
{
    const struct pack_request *const r = p->request;
    const instant begin = pack_period_begin(r->year, r->month);
    struct evidence_end end;
    char reason[96], day[PACK_DATE_SIZE];

    if (check_calendar(p, err) < 0 || evidence_end(r->store, p->context.as_of, &end, err) < 0)
        return -1;
    if (end.old && end.at == INSTANT_NONE)
        return refuse(p, "it lies before the evidence begins", "ask for a later one, or ingest what belongs to it",
                      err);
    if (!tell_silences(p, begin) && end.old) {
        pack_date_words(end.at, day);
        snprintf(reason, sizeof(reason), "the evidence ends on %s", day);
        add_reason(p, reason);
    }
    return p->provisional.failed ? err_nomem(err) : 0;
}
