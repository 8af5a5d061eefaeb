/* The memory of a judgement; and completed_at: applies what happened in time order, and looks after each instant
 * whether all obligations are MET. */
#include "parts_int.h"

#include "domain/service.h"

#include <stdalign.h>
#include <stdlib.h>

/* ---- The layout of the scratch memory ---- */

#define CHANGES_PER_ROW 3 /* made, answered, and the request's execution_at */

/* The marks that a request of this SRV can put: an answer of the Device; a success for each cell, told or not, and once
 * more for a stranger. Cell outcomes are counted by themselves. An SRV that a row does not tell may be any. */
static size_t marks_of(srv_code srv)
{
    switch (service_about(srv)) {
    case ABOUT_KEYS:
    case ABOUT_CERTIFICATES:
        return 2;
    case ABOUT_CELLS:
    case ABOUT_SUPPLIER_CELLS:
        return 1 + 2 * CRITERIA_CELLS_MAX;
    default:
        return srv == 0 ? 1 + 2 * CRITERIA_CELLS_MAX : 1;
    }
}

/* Rows of one request lie side by side (R7); a row that is not told apart at a glance may be one of several. */
static bool may_be_one_of_several(const struct device_records *r, size_t i)
{
    const struct request_row *row = &r->requests[i];

    return row->execution_at != INSTANT_NONE || row->twin != TWIN_NONE ||
           (i > 0 && row->id.counter == row[-1].id.counter) ||
           (i + 1 < r->request_count && (row[1].twin != TWIN_NONE || row->id.counter == row[1].id.counter));
}

/* A cell that an outcome tells of is seen, or covered by the success, and once more for a stranger. */
#define MARKS_PER_OUTCOME 3

/* Few Devices have any; each way in which a request stands may have those of any of its rows. */
static size_t marks_of_outcomes(const struct device_records *r)
{
    size_t marks = 0, n;

    for (size_t i = 0; i < r->request_count; i += n) {
        size_t most = 0;

        n = request_rows(&r->requests[i], r->request_count - i);
        for (size_t k = i; k < i + n; k++)
            most = r->requests[k].outcome_count > most ? r->requests[k].outcome_count : most;
        marks += CHANGES_PER_ROW * n * most * MARKS_PER_OUTCOME;
    }
    return marks;
}

/* No fewer than are ever put. */
static size_t most_marks(const struct device_records *r)
{
    size_t marks = r->check_count, outcomes = 0;

    for (size_t i = 0; i < r->request_count; i++) {
        marks += marks_of(r->requests[i].srv) * (may_be_one_of_several(r, i) ? CHANGES_PER_ROW : 1);
        outcomes += r->requests[i].outcome_count;
    }
    for (size_t i = 0; i < r->snapshot_count; i++)
        marks += 1 + r->snapshots[i].cell_count + r->snapshots[i].cert_count;
    return marks + (outcomes > 0 ? marks_of_outcomes(r) : 0);
}

/* Memory as it is laid out; without a beginning it is only measured. */
struct layout {
    char *begin; /* NULL: measure */
    size_t used;
};

/* The next so many bytes. Every struct here holds 8-byte members and none wider, so one after another they stay
 * aligned. */
static void *take(struct layout *l, size_t size)
{
    const size_t at = l->used;

    l->used += size;
    return l->begin != NULL ? l->begin + at : NULL;
}

/* All but the marks, which come last, as many as there are: see lines_lay. */
static size_t lay_out(struct inquiry *q, const struct device_facts *facts, char *begin)
{
    const size_t rows = facts->records->request_count, tenures = TENURES_MAX(facts->registration_count);
    struct layout l = {begin, 0};

    q->attempts = take(&l, rows * sizeof(struct attempt));
    q->versions = take(&l, CHANGES_PER_ROW * rows * sizeof(struct attempt));
    q->row_events = take(&l, CHANGES_PER_ROW * rows * sizeof(struct row_event));
    q->cancellations = take(&l, rows * sizeof(struct cancellation));
    q->sent = take(&l, rows * sizeof(struct request_row *));
    q->heard = take(&l, rows > MANY_REQUESTS ? (facts->records->check_count + 1) * sizeof(struct heard) : 0);
    if (rows <= MANY_REQUESTS)
        q->heard = NULL;
    q->tenures.ptr = take(&l, tenures * sizeof(struct tenure));
    q->events = take(&l, ((CHANGES_PER_ROW + 1) * rows + facts->records->snapshot_count + facts->records->check_count +
                          2 * tenures) * /* a request is voided, a grace ends */
                             sizeof(struct event));
    q->lines.added = take(&l, 0);
    return l.used;
}

size_t inquiry_size(const struct device_facts *facts)
{
    const size_t marks = most_marks(facts->records);
    struct inquiry q;

    return lay_out(&q, facts, NULL) + 2 * marks * sizeof(struct mark) + alignof(max_align_t);
}

void inquiry_init(struct inquiry *q, const struct device_facts *facts, const struct judge_context *ctx,
                  struct judge_scratch *scratch)
{
    *q = (struct inquiry){.ctx = ctx, .records = facts->records, .cos_at = INSTANT_NONE};
    (void)lay_out(q, facts,
                  (char *)scratch->ptr + (alignof(max_align_t) - (uintptr_t)scratch->ptr % alignof(max_align_t)));
    q->lines.line = q->line;
    q->lines.line_count = LINES;
    code_reader_init(&q->reader, ctx->codes, ctx->revised->response_window_ms);
    tenures_build(&q->tenures, facts, ctx);
}

/* ---- Replay ---- */

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
