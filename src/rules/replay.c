/* completed_at: applies what happened in time order, and looks after each instant whether all obligations are MET. */
#include "inquiry_int.h"
#include "parts_int.h"

#include <stdlib.h>

#define ALL ((1U << OBLIGATIONS) - 1)

/* What happens at one instant is looked at together, so its order does not matter. */
static int compare_events(const void *a, const void *b)
{
    const struct event *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* Most Devices have a dozen events, nearly in order. */
static void sort_events(struct event *events, size_t count)
{
    if (count > 64) {
        qsort(events, count, sizeof(*events), compare_events);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        const struct event e = events[i];
        size_t j = i;

        for (; j > 0 && events[j - 1].at > e.at; j--)
            events[j] = events[j - 1];
        events[j] = e;
    }
}

static void add_event(struct inquiry *q, enum event_kind kind, instant at, size_t index)
{
    if (at >= q->commissioned_at && at <= q->ctx->as_of)
        q->events[q->event_count++] = (struct event){.at = at, .kind = kind, .index = (uint32_t)index};
}

static void add_events(struct inquiry *q)
{
    for (size_t i = 0; i < q->records->snapshot_count; i++)
        if (q->records->snapshots[i].answered)
            add_event(q, EVENT_SNAPSHOT, q->records->snapshots[i].taken_at, i);
    for (size_t i = 0; i < q->records->check_count; i++)
        if (q->records->checks[i].result != RESULT_BLANK)
            add_event(q, EVENT_CHECK, q->records->checks[i].checked_at, i);
    for (size_t i = 0; i < q->tenures.count; i++) {
        const instant from = q->tenures.ptr[i].from;

        if (from <= q->commissioned_at)
            continue;
        add_event(q, EVENT_TENURE, from, i);
        if (tenure_is_change(&q->tenures, i))
            add_event(q, EVENT_GRACE_END, from + q->ctx->revised->cos_grace_ms + 1, i);
    }
}

static unsigned met_again(const struct inquiry *q, unsigned touched, unsigned met)
{
    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        if (!(touched >> o & 1))
            continue;
        if (obligation_met(q, (enum obligation)o))
            met |= 1U << o;
        else
            met &= ~(1U << o);
    }
    return met;
}

instant replay(struct inquiry *q)
{
    instant since = INSTANT_NONE;
    unsigned touched = ALL, met = 0;
    size_t i = 0;

    add_events(q);
    sort_events(q->events, q->event_count);
    q->now = q->commissioned_at;
    q->tenure = tenure_at(&q->tenures, q->now);
    for (;;) {
        for (; i < q->event_count && q->events[i].at <= q->now; i++)
            touched |= evidence_apply(q, &q->events[i]);
        met = met_again(q, touched, met);
        if (met != ALL)
            since = INSTANT_NONE;
        else if (since == INSTANT_NONE)
            since = q->now;
        if (i == q->event_count)
            break;
        q->now = q->events[i].at;
        touched = 0;
    }
    q->now = q->ctx->as_of;
    return since;
}
