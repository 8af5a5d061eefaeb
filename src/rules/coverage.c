/* R10: where the log is silent, by what the hours of the weeks around hold, and the same of a sender by days; and where
 * it, or the scope that is asked about (R5), therefore cannot tell what was asked of a Device. */
#include "conclude_int.h"

#include "rules/coverage.h"
#include "rules/judge.h"
#include "rules/settings.h"

/* ---- R10.1 ---- */

#define WEEK_HOURS 168
#define WEEK_DAYS  7
#define WEEKS      4 /* before, and as many after */

struct log {
    const struct request_hour *hours;
    size_t count;
    const struct judge_settings *settings;
    int64_t week;        /* so many hours, or days where they are counted */
    int64_t first, last; /* the hours of the first and of the last request */
};

/* A run of hours, the end without. */
struct run {
    int64_t begin, end;
};

static int64_t whole(instant at, int64_t unit)
{
    return at / unit - (at % unit < 0);
}

static uint64_t requests_before(const struct log *l, int64_t hour)
{
    size_t low = 0, high = l->count;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (l->hours[mid].hour < hour)
            low = mid + 1;
        else
            high = mid;
    }
    return low == 0 ? 0 : l->hours[low - 1].before + l->hours[low - 1].requests;
}

static uint64_t requests_in(const struct log *l, struct run r)
{
    return requests_before(l, r.end) - requests_before(l, r.begin);
}

/* What was to be expected, as a fraction. */
struct expected {
    uint64_t requests, parts;
    int weeks;
};

static struct run within_log(const struct log *l, struct run r)
{
    return (struct run){r.begin < l->first ? l->first : r.begin, r.end > l->last + 1 ? l->last + 1 : r.end};
}

/* The mean rate of the 28 days on both sides that lie within the log: the hour before a run always does. */
static struct expected expected_by_rate(const struct log *l, struct run r)
{
    const struct run before = within_log(l, (struct run){r.begin - WEEKS * l->week, r.begin});
    const struct run after = within_log(l, (struct run){r.end, r.end + WEEKS * l->week});
    struct expected e = {requests_in(l, before), (uint64_t)(before.end - before.begin), 0};

    if (after.begin < after.end) {
        e.requests += requests_in(l, after);
        e.parts += (uint64_t)(after.end - after.begin);
    }
    e.requests *= (uint64_t)(r.end - r.begin);
    return e;
}

static struct expected expected_in(const struct log *l, struct run r)
{
    struct expected e = {0, 0, 0};

    for (int week = -WEEKS; week <= WEEKS; week++) {
        const struct run same = {r.begin + week * l->week, r.end + week * l->week};

        if (same.begin < l->first || same.end > l->last + 1 || (same.begin < r.end && same.end > r.begin))
            continue;
        e.requests += requests_in(l, same);
        e.weeks++;
    }
    e.parts = (uint64_t)e.weeks;
    return e.weeks > 0 ? e : expected_by_rate(l, r);
}

/* Whether as many were to be expected in the run; fills in how many. */
static bool is_expected(const struct log *l, struct run r, struct found_silence *out)
{
    const struct expected e = expected_in(l, r);

    out->expected = (int64_t)((2 * e.requests + e.parts) / (2 * e.parts));
    out->weeks = e.weeks;
    return e.requests >= (uint64_t)l->settings->expected_requests * e.parts;
}

static bool is_silence(const struct log *l, struct run r, struct found_silence *out)
{
    const int64_t least = l->settings->silence_hours > 1 ? l->settings->silence_hours : 1;

    if (r.end - r.begin < least)
        return false;
    return is_expected(l, r, out) || r.end - r.begin > WEEK_HOURS;
}

/* Appends what is left of a silence without what is complete by the user's word. */
static size_t add(const struct judge_settings *s, struct found_silence silence, struct found_silence *out)
{
    size_t count = 0;

    for (size_t i = 0; i < s->complete_count; i++) {
        const struct silence *const whole = &s->complete[i];
        struct found_silence piece = silence;

        if (whole->to != INSTANT_NONE && whole->to <= silence.span.from)
            continue;
        if (whole->from >= silence.span.to)
            break;
        piece.span.to = whole->from;
        if (whole->from > silence.span.from)
            out[count++] = piece;
        if (whole->to == INSTANT_NONE || whole->to >= silence.span.to)
            return count;
        silence.span.from = whole->to;
    }
    out[count++] = silence;
    return count;
}

size_t coverage_most(size_t hour_count, const struct judge_settings *s)
{
    return hour_count + 1 + s->complete_count;
}

size_t coverage_find(const struct request_hour *hours, size_t count, const struct judge_settings *s, instant as_of,
                     struct found_silence *out)
{
    struct found_silence found = {{INSTANT_NONE, as_of}, -1, 0};
    struct log l = {hours, count, s, WEEK_HOURS, 0, 0};
    size_t n;

    if (count == 0)
        return add(s, found, out);
    l.first = hours[0].hour;
    l.last = hours[count - 1].hour;
    found.span.to = l.first * INSTANT_HOUR;
    n = add(s, found, out);
    for (size_t i = 0; i < count; i++) {
        const bool is_tail = i + 1 == count;
        const struct run r = {hours[i].hour + 1, is_tail ? whole(as_of, INSTANT_HOUR) : hours[i + 1].hour};

        if (!is_silence(&l, r, &found))
            continue;
        found.span = (struct silence){r.begin * INSTANT_HOUR, is_tail ? as_of : r.end * INSTANT_HOUR};
        n += add(s, found, out + n);
    }
    return n;
}

size_t coverage_sender_silences(const struct request_hour *days, size_t count, struct log_days log,
                                const struct judge_settings *s, instant as_of, struct found_silence *out)
{
    const struct log l = {days, count, s, WEEK_DAYS, log.first, log.last};
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const struct run r = {days[i].hour + 1, i + 1 < count ? days[i + 1].hour : whole(as_of, INSTANT_DAY)};

        if (r.begin >= r.end || !is_expected(&l, r, &out[n]))
            continue;
        out[n++].span = (struct silence){r.begin * INSTANT_DAY, r.end * INSTANT_DAY};
    }
    return n;
}

bool coverage_is_waiting(const struct judgement *j)
{
    return j->verdict == VERDICT_UNVERIFIED && (j->reasons & REASON_BIT(REASON_LOG_GAP)) != 0;
}

bool coverage_waits_for(const struct obligation_judgement *o, const struct silence *s)
{
    return (o->reasons & REASON_BIT(REASON_LOG_GAP)) != 0 && s->from < o->gap.to && s->to > o->gap.from;
}

/* ---- R10.2, R10.3, R5 ---- */

instant obligation_period_end(const struct inquiry *q)
{
    return q->ctx->as_of < q->deadline ? q->ctx->as_of : q->deadline;
}

static bool overlap(instant a_from, instant a_to, instant b_from, instant b_to)
{
    return (a_from > b_from ? a_from : b_from) < (a_to < b_to ? a_to : b_to);
}

/* The first silence that ends after `from`. */
static size_t silence_index(const struct judge_context *ctx, instant from)
{
    size_t low = 0, high = ctx->silence_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (ctx->silences[middle].to <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_asked_about(const struct judge_context *ctx, struct party p)
{
    const struct judge_settings *s = ctx->settings;

    for (size_t i = 0; i < s->scope_count; i++)
        if (party_equal(s->scope[i], p))
            return true;
    return false;
}

/* R5: a party sees what it asked for itself, and nothing of what went on while another was the Supplier. */
static bool another_was_supplier(const struct inquiry *q, instant from, instant to)
{
    size_t i = tenure_index(&q->tenures, from);

    for (instant at = from; at < to; i++) {
        if (i == 0 || !is_asked_about(q->ctx, q->tenures.ptr[i - 1].supplier))
            return true;
        if (i == q->tenures.count)
            break;
        at = q->tenures.ptr[i].from;
    }
    return false;
}

bool log_is_silent(const struct inquiry *q, enum obligation o, instant from, instant to)
{
    const struct judge_context *ctx = q->ctx;
    const size_t i = silence_index(ctx, from);

    if (i < ctx->silence_count && overlap(ctx->silences[i].from, ctx->silences[i].to, from, to))
        return true;
    return ctx->settings->scope_count > 0 && q->terms[o].owed_by == OWED_BY_SUPPLIER &&
           another_was_supplier(q, from < q->commissioned_at ? q->commissioned_at : from, to);
}

struct party owing(const struct inquiry *q, enum owed_by owed_by)
{
    return owed_by == OWED_BY_DCC ? directory_dcc(q->ctx->directory) : tenure_at(&q->tenures, q->ctx->as_of).supplier;
}

bool in_scope(const struct inquiry *q, enum owed_by owed_by)
{
    const struct judge_settings *s = q->ctx->settings;

    if (owed_by == OWED_BY_NONE)
        return false;
    if (s->scope_count == 0)
        return true;
    if (owed_by == OWED_BY_SUPPLIER)
        return is_asked_about(q->ctx, owing(q, owed_by));
    for (size_t i = 0; i < s->scope_count; i++)
        if (directory_is_dcc(q->ctx->directory, s->scope[i]))
            return true;
    return false;
}

bool obligation_applies(const struct inquiry *q, enum obligation o)
{
    return (q->applies >> o & 1) != 0;
}
