/* Lays out the scratch memory of a judgement. */
#include "inquiry_int.h"

#include <stdalign.h>

struct sizes {
    size_t attempts, versions, events, row_events, marks, tenures;
};

#define EVENTS_PER_ROW 3 /* made, answered, voided */
/* an answer of the Device, and a success for each cell; cell outcomes are counted by themselves */
#define MARKS_PER_REQUEST (1 + CRITERIA_CELLS_MAX)

static struct sizes sizes_of(const struct device_facts *facts)
{
    const struct device_records *r = facts->records;
    struct sizes s = {
        .attempts = r->request_count,
        .versions = 2 * r->request_count,
        .events = EVENTS_PER_ROW * r->request_count + r->snapshot_count + r->check_count +
                  2 * TENURES_MAX(facts->registration_count),
        .row_events = 2 * r->request_count,
        .marks = MARKS_PER_REQUEST * r->request_count + r->check_count,
        .tenures = TENURES_MAX(facts->registration_count),
    };

    for (size_t i = 0; i < r->request_count; i++)
        s.marks += r->requests[i].outcome_count;
    for (size_t i = 0; i < r->snapshot_count; i++)
        s.marks += 1 + r->snapshots[i].cell_count + r->snapshots[i].cert_count;
    return s;
}

size_t inquiry_size(const struct device_facts *facts)
{
    const struct sizes s = sizes_of(facts);

    return s.attempts * sizeof(struct attempt) + s.versions * sizeof(struct attempt) + s.events * sizeof(struct event) +
           s.row_events * sizeof(struct row_event) + s.marks * sizeof(struct mark) + s.tenures * sizeof(struct tenure) +
           s.attempts * sizeof(struct cancellation) + alignof(max_align_t);
}

void inquiry_init(struct inquiry *q, const struct device_facts *facts, const struct judge_context *ctx,
                  struct judge_scratch *scratch)
{
    const struct sizes s = sizes_of(facts);
    /* Every struct here holds 8-byte members and none wider, so one after another they stay aligned. */
    char *at = (char *)scratch->ptr + (alignof(max_align_t) - (uintptr_t)scratch->ptr % alignof(max_align_t));

    *q = (struct inquiry){.ctx = ctx, .records = facts->records, .cos_at = INSTANT_NONE};
    q->marks.free = MARK_NONE;
    for (size_t i = 0; i < TIMELINES; i++)
        q->lines[i] = (struct timeline){MARK_NONE, MARK_NONE, 0};
    code_reader_init(&q->reader, ctx->codes, ctx->revised->response_window_ms);
    q->attempts = (struct attempt *)(void *)at;
    at += s.attempts * sizeof(struct attempt);
    q->versions = (struct attempt *)(void *)at;
    at += s.versions * sizeof(struct attempt);
    q->events = (struct event *)(void *)at;
    at += s.events * sizeof(struct event);
    q->row_events = (struct row_event *)(void *)at;
    at += s.row_events * sizeof(struct row_event);
    q->marks.ptr = (struct mark *)(void *)at;
    at += s.marks * sizeof(struct mark);
    q->tenures.ptr = (struct tenure *)(void *)at;
    at += s.tenures * sizeof(struct tenure);
    q->cancellations = (struct cancellation *)(void *)at;
    tenures_build(&q->tenures, facts, ctx);
}
