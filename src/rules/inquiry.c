/* Lays out the scratch memory of a judgement. */
#include "domain/service.h"
#include "inquiry_int.h"

#include <stdalign.h>

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

    return lay_out(&q, facts, NULL) + 2 * marks * sizeof(struct mark) + LINES_BITS(marks) + alignof(max_align_t);
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
