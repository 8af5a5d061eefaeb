/* Lays out the scratch memory of a judgement. */
#include "domain/service.h"
#include "inquiry_int.h"

#include <stdalign.h>

struct sizes {
    size_t attempts, versions, events, row_events, marks, tenures;
};

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

/* One request of so many rows. Most have one row, and one way to stand. */
static void add_request(struct sizes *s, const struct request_row *rows, size_t count)
{
    const bool changes = count > 1 || rows[0].execution_at != INSTANT_NONE;
    const size_t versions = changes ? CHANGES_PER_ROW * count : 1;
    size_t marks = 0, outcomes = 0;

    for (size_t i = 0; i < count; i++) {
        const size_t of_row = marks_of(rows[i].srv);

        marks = of_row > marks ? of_row : marks;
        outcomes = rows[i].outcome_count > outcomes ? rows[i].outcome_count : outcomes;
    }
    s->versions += changes ? versions : 0;
    s->events += versions + 1; /* and voided */
    s->marks += versions * (marks + outcomes * (1 + 2 * CRITERIA_CELLS_MAX));
    if (CHANGES_PER_ROW * count > s->row_events)
        s->row_events = CHANGES_PER_ROW * count;
}

static struct sizes sizes_of(const struct device_facts *facts)
{
    const struct device_records *r = facts->records;
    struct sizes s = {
        .attempts = r->request_count,
        .events = r->snapshot_count + r->check_count + 2 * TENURES_MAX(facts->registration_count),
        .marks = r->check_count,
        .tenures = TENURES_MAX(facts->registration_count),
    };
    size_t n;

    for (size_t i = 0; i < r->request_count; i += n) {
        n = request_rows(&r->requests[i], r->request_count - i);
        add_request(&s, &r->requests[i], n);
    }
    for (size_t i = 0; i < r->snapshot_count; i++)
        s.marks += 1 + r->snapshots[i].cell_count + r->snapshots[i].cert_count;
    return s;
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

static size_t lay_out(struct inquiry *q, const struct sizes *s, char *begin)
{
    struct layout l = {begin, 0};

    q->attempts = take(&l, s->attempts * sizeof(struct attempt));
    q->versions = take(&l, s->versions * sizeof(struct attempt));
    q->events = take(&l, s->events * sizeof(struct event));
    q->row_events = take(&l, s->row_events * sizeof(struct row_event));
    q->lines.added = take(&l, s->marks * sizeof(struct mark));
    q->lines.marks = take(&l, s->marks * sizeof(struct mark));
    q->bits_memory = take(&l, LINES_BITS(s->marks));
    q->tenures.ptr = take(&l, s->tenures * sizeof(struct tenure));
    q->cancellations = take(&l, s->attempts * sizeof(struct cancellation));
    q->sent = take(&l, s->attempts * sizeof(struct request_row *));
    return l.used;
}

size_t inquiry_size(const struct device_facts *facts)
{
    const struct sizes s = sizes_of(facts);
    struct inquiry q;

    return lay_out(&q, &s, NULL) + alignof(max_align_t);
}

void inquiry_init(struct inquiry *q, const struct device_facts *facts, const struct judge_context *ctx,
                  struct judge_scratch *scratch)
{
    const struct sizes s = sizes_of(facts);

    *q = (struct inquiry){.ctx = ctx, .records = facts->records, .cos_at = INSTANT_NONE};
    (void)lay_out(q, &s,
                  (char *)scratch->ptr + (alignof(max_align_t) - (uintptr_t)scratch->ptr % alignof(max_align_t)));
    q->lines.line = q->line;
    q->lines.line_count = LINES;
    code_reader_init(&q->reader, ctx->codes, ctx->revised->response_window_ms);
    tenures_build(&q->tenures, facts, ctx);
}
