/* The requests of a Device as at as-of, with every field, for people. */
#include "requests_int.h"

#include <stdlib.h>

static void fill_cells(struct request_row *row, const struct request_row *from)
{
    row->outcome_count = from->outcome_count;
    for (unsigned i = 0; i < from->outcome_count; i++)
        row->outcomes[i] = from->outcomes[i];
}

/* The row that counts, its answer as at as-of, its blanks filled. */
static struct request_row whole_row(const struct attempt *a, const struct choice *c)
{
    struct request_row row = *a->counted;

    if (a->reading.answered_at == INSTANT_NONE) {
        row.response_code = row.execution_status = (struct text){NULL, 0};
        row.outcome_count = 0;
    }
    row.srv = a->srv;
    row.requested_at = a->requested_at;
    row.responded_at = a->reading.answered_at;
    row.credential_type = a->credential_type;
    row.remote_party_role = a->role;
    row.command_variant = a->command_variant;
    row.execution_at = a->execution_at;
    if (c->row[FILL_USER_ROLE] != NULL)
        row.user_role = c->row[FILL_USER_ROLE]->user_role;
    if (c->row[FILL_OTHER_DEVICE] != NULL)
        row.other_device = c->row[FILL_OTHER_DEVICE]->other_device;
    if (c->row[FILL_SERIAL] != NULL)
        row.sent_serial = c->row[FILL_SERIAL]->sent_serial;
    if (c->row[FILL_KEY_ID] != NULL)
        row.sent_key_id = c->row[FILL_KEY_ID]->sent_key_id;
    if (c->row[FILL_REQUEST_ID] != NULL)
        row.id = c->row[FILL_REQUEST_ID]->id;
    if (c->row[FILL_CELLS] != NULL)
        fill_cells(&row, c->row[FILL_CELLS]);
    return row;
}

static struct attempt attempt_of(const struct request_view *v, const struct request_row *rows, struct code_reader *r,
                                 instant as_of)
{
    struct choice chosen;
    struct attempt a = {0};

    (void)request_at(&rows[v->first], v->row_count, r, as_of, &a, &chosen); /* a view has a row that counts */
    return a;
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* Together what a cancellation could void, and within that by time. */
static int compare_voidable(const void *a, const void *b)
{
    const struct request_row *x = &((const struct request_view *)a)->row, *y = &((const struct request_view *)b)->row;
    int order = ORDER(x->user_id, y->user_id);

    if (order == 0)
        order = ORDER(x->srv, y->srv);
    if (order == 0)
        order = ORDER(x->remote_party_role, y->remote_party_role);
    return order != 0 ? order : ORDER(x->requested_at, y->requested_at);
}

static bool same_voidable(const struct request_view *a, const struct request_view *b)
{
    return a->row.user_id == b->row.user_id && a->row.srv == b->row.srv &&
           a->row.remote_party_role == b->row.remote_party_role;
}

/* From when on it voids what was requested before it; INSTANT_MAX: it is no cancellation. */
static instant voids_from(const struct request_view *v, const struct request_row *rows, struct code_reader *r,
                          instant as_of)
{
    const struct attempt a = attempt_of(v, rows, r, as_of);

    if (!attempt_is_cancellation(&a))
        return INSTANT_MAX;
    return a.requested_at > a.reading.answered_at ? a.requested_at : a.reading.answered_at;
}

/* Back in time through what is alike: of the cancellations requested later, the earliest to be known decides. */
static void void_cancelled(struct request_view *views, size_t count, const struct request_row *rows,
                           struct code_reader *r, instant as_of)
{
    instant later = INSTANT_MAX, equal = INSTANT_MAX; /* of those requested later, and at this very instant */

    qsort(views, count, sizeof(*views), compare_voidable);
    for (size_t i = count; i-- > 0;) {
        struct request_view *const v = &views[i];
        const instant known = voids_from(v, rows, r, as_of);

        if (i + 1 == count || !same_voidable(v, v + 1))
            later = equal = INSTANT_MAX;
        else if (v->row.requested_at != v[1].row.requested_at && equal < later)
            later = equal;
        if (known < equal)
            equal = known;
        /* a command that is not future-dated has no execution_at, which nothing comes before */
        if (v->outcome != OUTCOME_NONE && later < v->row.execution_at) {
            v->outcome = OUTCOME_NONE;
            v->rule = RULE_R2_1;
        }
    }
}

static int compare_views(const void *a, const void *b)
{
    const struct request_view *x = a, *y = b;
    const int order = (x->row.requested_at > y->row.requested_at) - (x->row.requested_at < y->row.requested_at);

    return order != 0 ? order : (x->first > y->first) - (x->first < y->first);
}

size_t judge_requests(const struct device_records *records, const struct code_map *codes, int64_t response_window_ms,
                      instant as_of, struct request_view *views)
{
    const struct request_row *rows = records->requests;
    struct code_reader r;
    size_t count = 0, n;
    bool cancels = false;

    code_reader_init(&r, codes, response_window_ms);
    for (size_t i = 0; i < records->request_count; i += n) {
        struct choice chosen;
        struct attempt a;

        n = request_rows(&rows[i], records->request_count - i);
        if (!request_at(&rows[i], n, &r, as_of, &a, &chosen))
            continue;
        views[count++] = (struct request_view){
            .row = whole_row(&a, &chosen),
            .outcome = a.outcome,
            .rule = a.rule,
            .first = i,
            .row_count = n,
            .counted = (size_t)(a.counted - rows),
        };
        cancels = cancels || attempt_is_cancellation(&a);
    }
    if (cancels)
        void_cancelled(views, count, rows, &r, as_of);
    qsort(views, count, sizeof(*views), compare_views);
    return count;
}
