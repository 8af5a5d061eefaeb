/* completed_at: applies what happened in time order, and looks after each instant whether all obligations are MET. */
#include "inquiry_int.h"
#include "parts_int.h"

#include <stdlib.h>

#define ALL ((1U << OBLIGATIONS) - 1)
_Static_assert(OBLIGATIONS < 32, "a bit for each obligation");

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
    for (size_t i = 0; i < q->records->snapshot_count; i++) {
        const struct snapshot *const snap = &q->records->snapshots[i];

        if (snapshot_is_issued(snap)) /* what it shows, it shows of the time before too (R4.1) */
            add_event(q, EVENT_SNAPSHOT, snap->taken_at > q->commissioned_at ? snap->taken_at : q->commissioned_at, i);
        else if (snap->answered)
            add_event(q, EVENT_SNAPSHOT, snap->taken_at, i);
    }
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

#define BIT(o)                  (1U << (o))
#define CELL_OBLIGATIONS        (BIT(OBLIGATION_NETWORK_OPERATOR_CREDENTIALS) | BIT(OBLIGATION_SUPPLIER_CREDENTIALS))
#define CERTIFICATE_OBLIGATIONS (BIT(OBLIGATION_DEVICE_CERTIFICATES) | BIT(OBLIGATION_ISSUE_CREDENTIALS))

/* The obligations that a request can touch: that of the Device's answer, and those of what it is about. */
static unsigned touched_by(const struct attempt *a)
{
    switch (a->about) {
    case ABOUT_KEYS:
        return BIT(OBLIGATION_ISSUE_CREDENTIALS) | BIT(OBLIGATION_COMMUNICATING);
    case ABOUT_CERTIFICATES:
        return CERTIFICATE_OBLIGATIONS | BIT(OBLIGATION_COMMUNICATING);
    case ABOUT_CELLS:
    case ABOUT_SUPPLIER_CELLS:
        return CELL_OBLIGATIONS | BIT(OBLIGATION_COMMUNICATING);
    default:
        return BIT(OBLIGATION_COMMUNICATING);
    }
}

static void lay_marks(struct inquiry *q)
{
    for (size_t i = 0; i < q->event_count; i++) {
        struct event *e = &q->events[i];

        if (e->kind == EVENT_SNAPSHOT)
            add_snapshot_marks(q, e);
        else if (e->kind == EVENT_CHECK)
            add_check_marks(q, e);
        else if (e->now != NULL)
            add_command_marks(q, e->now);
    }
    lines_lay(&q->lines);
}

static unsigned apply_request(struct inquiry *q, const struct event *e)
{
    unsigned touched = 0;

    if (e->before != NULL) {
        touched |= touched_by(e->before);
        marks_take_back(&q->lines, e->before->marks);
    }
    if (e->now != NULL) {
        touched |= touched_by(e->now);
        marks_stand(&q->lines, e->now->marks);
    }
    return touched;
}

static unsigned apply_tenure(struct inquiry *q, uint32_t index)
{
    if (tenure_is_change(&q->tenures, index))
        q->cos_at = q->tenures.ptr[index].from;
    q->tenure = q->tenures.ptr[index];
    return CELL_OBLIGATIONS;
}

/* Applies one event to what is known. Returns the obligations that it may change: bit 1 << obligation. */
static unsigned apply(struct inquiry *q, const struct event *e)
{
    switch (e->kind) {
    case EVENT_REQUEST:
        return apply_request(q, e);
    case EVENT_SNAPSHOT:
        marks_stand(&q->lines, e->marks);
        return ALL;
    case EVENT_CHECK:
        marks_stand(&q->lines, e->marks);
        return BIT(OBLIGATION_COMMUNICATING) | BIT(OBLIGATION_RECOVERY_CELL);
    case EVENT_TENURE:
        return apply_tenure(q, e->index);
    default: /* EVENT_GRACE_END: only time has passed */
        return BIT(OBLIGATION_SUPPLIER_CREDENTIALS);
    }
}

/* What is known of whether all obligations are met: as long as one is not, nothing needs to be known of the others. */
struct standing {
    unsigned dirty;    /* obligations that may have changed since they were looked at: bit 1 << obligation */
    unsigned open_one; /* an obligation that is not met; OBLIGATIONS: none is known */
};

static bool all_met(const struct inquiry *q, struct standing *s)
{
    if (s->open_one < OBLIGATIONS && !(s->dirty >> s->open_one & 1))
        return false;
    for (unsigned o = OBLIGATIONS; o-- > 0;) { /* the checks first: they are quick to look at, and mostly come last */
        if (!(s->dirty >> o & 1))
            continue;
        s->dirty &= ~BIT(o);
        if (obligation_met(q, (enum obligation)o))
            continue;
        s->open_one = o;
        return false;
    }
    s->open_one = OBLIGATIONS;
    return true;
}

instant replay(struct inquiry *q)
{
    struct standing s = {ALL, OBLIGATIONS};
    instant since = INSTANT_NONE;
    size_t i = 0;

    add_events(q);
    sort_events(q->events, q->event_count);
    lay_marks(q);
    q->now = q->commissioned_at;
    q->tenure = tenure_at(&q->tenures, q->now);
    for (;;) {
        for (; i < q->event_count && q->events[i].at <= q->now; i++)
            s.dirty |= apply(q, &q->events[i]);
        if (!all_met(q, &s))
            since = INSTANT_NONE;
        else if (since == INSTANT_NONE)
            since = q->now;
        if (i == q->event_count)
            break;
        q->now = q->events[i].at;
    }
    q->now = q->ctx->as_of;
    return since;
}
