/* The requests of a Device as at as-of, with every field, for people. */
#include "requests_int.h"

#include <stdlib.h>

static const char *const rules[] = {"R2.0", "R2.1", "R2.2", "R2.3", "R2.4", "R2.5", "R2.6", "R2.7", "R2.8", "R2.9"};

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

/* As much of it as tells whether a cancellation voids it. */
static struct attempt voidable(const struct request_view *v)
{
    return (struct attempt){.requested_at = v->row.requested_at,
                            .execution_at = v->row.execution_at,
                            .user = v->row.user_id,
                            .srv = v->row.srv,
                            .role = v->row.remote_party_role};
}

static void void_cancelled(struct request_view *views, size_t count, const struct request_row *rows,
                           struct code_reader *r, instant as_of)
{
    for (size_t c = 0; c < count; c++) {
        const struct attempt cancellation = attempt_of(&views[c], rows, r, as_of);

        /* a command that is not future-dated has no execution_at, which nothing comes before */
        if (!attempt_is_cancellation(&cancellation))
            continue;
        for (size_t i = 0; i < count; i++) {
            const struct attempt a = voidable(&views[i]);

            if (views[i].outcome == OUTCOME_NONE || !attempt_voids(&cancellation, &a))
                continue;
            views[i].outcome = OUTCOME_NONE;
            views[i].rule = "R2.1";
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
            .rule = rules[a.rule],
            .first = i,
            .row_count = n,
            .counted = (size_t)(a.counted - rows),
        };
    }
    void_cancelled(views, count, rows, &r, as_of);
    qsort(views, count, sizeof(*views), compare_views);
    return count;
}
