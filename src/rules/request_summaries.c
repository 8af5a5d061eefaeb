/* The requests of a Device as at as-of, with every field, for people. */
#include "inquiry_int.h"

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

    if (a->answer.answered_at == INSTANT_NONE) {
        row.response_code = row.execution_status = (struct text){NULL, 0};
        row.outcome_count = 0;
    }
    row.srv = a->srv;
    row.requested_at = a->requested_at;
    row.responded_at = a->answer.answered_at;
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

static int compare_views(const void *a, const void *b)
{
    const struct request_summary *x = a, *y = b;
    const int order = (x->row.requested_at > y->row.requested_at) - (x->row.requested_at < y->row.requested_at);

    return order != 0 ? order : (x->first > y->first) - (x->first < y->first);
}

size_t judge_requests_scratch_size(const struct device_records *records)
{
    return records->request_count * (sizeof(struct attempt) + sizeof(struct cancellation));
}

static void void_cancelled(struct request_summary *views, size_t count, const struct attempt *attempts,
                           const struct cancellation *cancellations, size_t cancellation_count,
                           const struct request_row *rows, struct code_reader *r, instant as_of)
{
    for (size_t i = 0; i < count; i++) {
        const struct voided v = voided_by(cancellations, cancellation_count, &attempts[i], rows, r, as_of);

        if (v.from > as_of || as_of >= v.to)
            continue;
        views[i].outcome = OUTCOME_NONE;
        views[i].rule = RULE_R2_1;
        views[i].voided_by =
            (size_t)(cancellation_known(cancellations, cancellation_count, &attempts[i], v.from)->counted - rows);
    }
}

size_t judge_requests(const struct device_records *records, const struct code_map *codes, int64_t response_window_ms,
                      instant as_of, struct judge_scratch *scratch, struct request_summary *views)
{
    const struct request_row *rows = records->requests;
    struct attempt *const attempts = scratch->ptr;
    struct cancellation *const cancellations = (struct cancellation *)(attempts + records->request_count);
    struct code_reader r;
    size_t count = 0, cancellation_count = 0, n;

    code_reader_init(&r, codes, response_window_ms);
    for (size_t i = 0; i < records->request_count; i += n) {
        struct attempt *const a = &attempts[count];
        struct choice chosen;

        n = request_rows(&rows[i], records->request_count - i);
        if (!request_at(&rows[i], n, &r, as_of, a, &chosen))
            continue;
        a->first = i;
        a->row_count = n;
        views[count++] = (struct request_summary){
            .row = whole_row(a, &chosen),
            .outcome = a->outcome,
            .rule = a->rule,
            .first = i,
            .row_count = n,
            .counted = (size_t)(a->counted - rows),
            .voided_by = SIZE_MAX,
        };
        if (attempt_is_cancellation(a))
            cancellations[cancellation_count++] = (struct cancellation){a, a->answer.answered_at};
    }
    cancellations_sort(cancellations, cancellation_count);
    void_cancelled(views, count, attempts, cancellations, cancellation_count, rows, &r, as_of);
    qsort(views, count, sizeof(*views), compare_views);
    return count;
}
