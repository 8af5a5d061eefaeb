/* R7: which row of a request counts, and what fills its blanks; the requests as people see them. */
#include "inquiry_int.h"

#include <stdlib.h>
#include <string.h>

/* Long enough for the canonical text of any row whose texts are within their limits; longer texts are cut for the
 * comparison, which then falls to the order of the rows. */
#define CANONICAL_MAX 8192

/* R1: before its request was made, nothing was to be executed. */
static instant execution_of(instant execution_at, instant requested_at)
{
    return execution_at < requested_at ? INSTANT_NONE : execution_at;
}

static struct text cut(struct text t, size_t max)
{
    return (struct text){t.ptr, t.len < max ? t.len : max};
}

/* Into fixed memory: the buffer never has to grow. */
static struct text canonical(const struct request_row *row, unsigned char bytes[CANONICAL_MAX])
{
    struct request_row copy = *row;
    struct buf b = {bytes, 0, CANONICAL_MAX, false};

    copy.response_code = cut(copy.response_code, RESPONSE_CODE_MAX);
    copy.execution_status = cut(copy.execution_status, EXECUTION_STATUS_MAX);
    copy.sent_serial = cut(copy.sent_serial, SERIAL_MAX);
    if (copy.responded_at != INSTANT_NONE && copy.responded_at < copy.requested_at) /* as it is written out (R1) */
        copy.responded_at = copy.requested_at;
    request_canonical(&b, &copy);
    return buf_text(&b);
}

static int compare_canonical(const struct request_row *a, const struct request_row *b)
{
    unsigned char bytes_a[CANONICAL_MAX], bytes_b[CANONICAL_MAX];

    return text_compare(canonical(a, bytes_a), canonical(b, bytes_b));
}

/* What a row tells by itself. */
static struct attempt told_by(const struct request_row *row, struct code_reader *r, instant as_of)
{
    const struct answer answer = row_read(row, r, as_of);
    const bool sends = request_sends_cells(row);

    return (struct attempt){
        .counted = row,
        .cells = row->outcome_count > 0 && !sends && answer.answered_at != INSTANT_NONE ? row : NULL,
        .sent = sends ? row : NULL,
        .requested_at = row->requested_at,
        .execution_at = execution_of(row->execution_at, row->requested_at),
        .user = row->user_id,
        .srv = row->srv,
        .answer = answer,
        .credential_type = row->credential_type,
        .role = row->remote_party_role,
        .user_role = row->user_role,
        .command_variant = row->command_variant,
        .pre_command = row->pre_command,
        .marks = MARK_NONE,
    };
}

/* A row by itself, as if it were the whole request. */
static struct attempt row_attempt(const struct request_row *row, struct code_reader *r, instant as_of)
{
    struct attempt a = told_by(row, r, as_of);

    attempt_settle_row(&a, r, as_of);
    return a;
}

bool row_tells(const struct request_row *row, struct code_reader *r, instant as_of)
{
    const struct attempt a = row_attempt(row, r, as_of);

    return (a.outcome != OUTCOME_NONE && a.outcome <= OUTCOME_EMPTY) || a.cells != NULL;
}

/* What kind of row it is: the better outweighs the other, whatever its answer. A bare row, with neither an answer nor a
 * command variant, does not tell an attempt from what R2.1 says is none (R4.7). */
enum standing { STEP_WITHOUT_ANSWER, BARE_ROW, STEP_WITH_ANSWER, ROW_OF_AN_ATTEMPT };

static enum standing standing_of(const struct attempt *a)
{
    const bool answered = a->answer.answered_at != INSTANT_NONE;

    if (a->outcome == OUTCOME_NONE)
        return answered ? STEP_WITH_ANSWER : STEP_WITHOUT_ANSWER;
    return answered || a->command_variant != 0 ? ROW_OF_AN_ATTEMPT : BARE_ROW;
}

/* How much an answer says, from nothing to what the Device itself says became of the command. */
enum answer_rank { SAYS_NOTHING, OTHER_CODE, OWN_ANSWER, OWN_OUTCOME };

static enum answer_rank answer_rank(const struct attempt *a)
{
    const struct answer *r = &a->answer;

    if (attempt_is_step(a))
        return SAYS_NOTHING;
    if (!r->coded || r->code == CODE_OK) {
        if (r->status == STATUS_SUCCESS || r->status == STATUS_FAILURE)
            return OWN_OUTCOME;
        return r->coded ? OWN_ANSWER : SAYS_NOTHING;
    }
    if (r->code == CODE_ALERT_SUCCESS || r->code == CODE_ALERT_FAILURE)
        return OWN_OUTCOME;
    return r->code == CODE_ACKNOWLEDGED ? SAYS_NOTHING : OTHER_CODE;
}

/* > 0 when the row of a is to be preferred to that of b, each by itself. */
static int compare_rows(const struct attempt *a, const struct attempt *b)
{
    int order = (int)standing_of(a) - (int)standing_of(b);

    if (order == 0)
        order = (int)answer_rank(a) - (int)answer_rank(b);
    if (order != 0)
        return order;
    if (a->answer.answered_at != b->answer.answered_at)
        return a->answer.answered_at > b->answer.answered_at ? 1 : -1;
    if (a->outcome != b->outcome) /* the enum is in R7's order */
        return (int)b->outcome - (int)a->outcome;
    return compare_canonical(a->counted, b->counted);
}

/* The fields that the row of `a` can fill: bit 1 << fill. */
static unsigned row_fills(const struct attempt *a)
{
    const struct request_row *const row = a->counted;

    return 1U << FILL_COUNTED | (row->srv != 0 ? 1U << FILL_SRV : 0) |
           (row->requested_at != INSTANT_NONE ? 1U << FILL_REQUESTED : 0) |
           (row->user_role != USER_NONE ? 1U << FILL_USER_ROLE : 0) |
           (row->credential_type != KEY_NONE ? 1U << FILL_CREDENTIAL_TYPE : 0) |
           (row->remote_party_role != ROLE_NONE ? 1U << FILL_ROLE : 0) |
           (row->command_variant != 0 && a->outcome != OUTCOME_NONE ? 1U << FILL_VARIANT : 0) |
           (a->execution_at != INSTANT_NONE ? 1U << FILL_EXECUTION : 0) |
           (row->other_device != 0 ? 1U << FILL_OTHER_DEVICE : 0) | (row->sent_serial.len > 0 ? 1U << FILL_SERIAL : 0) |
           (row->sent_key_id != 0 ? 1U << FILL_KEY_ID : 0) | (a->cells != NULL ? 1U << FILL_CELLS : 0) |
           (a->sent != NULL ? 1U << FILL_SENT : 0) | (row->id.present ? 1U << FILL_REQUEST_ID : 0);
}

struct choice choice_none(void)
{
    return (struct choice){.first_answer = INSTANT_NONE};
}

/* An answer that came by then, where its row does not say when the request was made. */
static void note_answer(struct choice *c, const struct request_row *row, struct code_reader *r, instant as_of)
{
    const instant answered_at = row_read(row, r, as_of).answered_at;

    if (answered_at != INSTANT_NONE && (c->first_answer == INSTANT_NONE || answered_at < c->first_answer))
        c->first_answer = answered_at;
}

void choice_add(struct choice *c, const struct request_row *row, struct code_reader *r, instant as_of)
{
    const struct attempt a = row_attempt(row, r, as_of);
    const unsigned fills = row_fills(&a);
    const struct request_row *compared = NULL; /* mostly one row holds all the fields */
    bool preferred = true;

    if (row->requested_at == INSTANT_NONE)
        note_answer(c, row, r, as_of);
    for (unsigned f = 0; f < FILLS; f++) {
        if (!(fills >> f & 1) || c->row[f] == row)
            continue;
        if (c->row[f] != compared) {
            compared = c->row[f];
            preferred = true;
            if (compared != NULL) {
                const struct attempt b = row_attempt(compared, r, as_of);

                preferred = compare_rows(&a, &b) > 0;
            }
        }
        if (preferred)
            c->row[f] = row;
    }
}

/* When it was requested, at the latest, where no row says so: when it was first answered. */
static void settle_from(struct attempt *a, instant requested_at, struct code_reader *r, instant as_of)
{
    a->requested_at = requested_at;
    if (a->answer.answered_at != INSTANT_NONE && a->answer.answered_at < requested_at) /* clocks differ (R1) */
        a->answer.answered_at = requested_at;
    attempt_settle(a, r, as_of);
}

struct attempt choice_attempt(const struct choice *c, struct code_reader *r, instant as_of)
{
    struct attempt a = told_by(c->row[FILL_COUNTED], r, as_of);
    instant requested_at = a.requested_at;

    a.cells = c->row[FILL_CELLS];
    a.sent = c->row[FILL_SENT];
    if (a.srv == 0 && c->row[FILL_SRV] != NULL)
        a.srv = c->row[FILL_SRV]->srv;
    if (requested_at == INSTANT_NONE)
        requested_at = c->row[FILL_REQUESTED] != NULL ? c->row[FILL_REQUESTED]->requested_at : c->first_answer;
    if (c->row[FILL_CREDENTIAL_TYPE] != NULL)
        a.credential_type = c->row[FILL_CREDENTIAL_TYPE]->credential_type;
    if (c->row[FILL_ROLE] != NULL)
        a.role = c->row[FILL_ROLE]->remote_party_role;
    if (c->row[FILL_USER_ROLE] != NULL)
        a.user_role = c->row[FILL_USER_ROLE]->user_role;
    if (a.command_variant == 0 && c->row[FILL_VARIANT] != NULL)
        a.command_variant = c->row[FILL_VARIANT]->command_variant;
    a.execution_at = INSTANT_NONE;
    if (c->row[FILL_EXECUTION] != NULL)
        a.execution_at = execution_of(c->row[FILL_EXECUTION]->execution_at, requested_at);
    settle_from(&a, requested_at, r, as_of);
    return a;
}

/* Most requests have one row, which fills every field there is. */
static void choose_only(struct choice *c, const struct request_row *row, const struct attempt *a)
{
    for (unsigned f = 0; f < FILLS; f++)
        c->row[f] = row;
    c->row[FILL_CELLS] = a->cells;
    c->row[FILL_SENT] = a->sent;
}

static bool only_row_at(const struct request_row *row, struct code_reader *r, instant as_of, struct attempt *out,
                        struct choice *chosen)
{
    if (row->requested_at > as_of)
        return false;
    *out = told_by(row, r, as_of);
    if (chosen != NULL)
        choose_only(chosen, row, out);
    if (row->requested_at == INSTANT_NONE)
        out->execution_at = execution_of(row->execution_at, out->answer.answered_at);
    settle_from(out, row->requested_at != INSTANT_NONE ? row->requested_at : out->answer.answered_at, r, as_of);
    return out->requested_at != INSTANT_NONE;
}

bool request_at(const struct request_row *rows, size_t count, struct code_reader *r, instant as_of, struct attempt *out,
                struct choice *chosen)
{
    struct choice own = choice_none(), *const c = chosen != NULL ? chosen : &own;

    if (count == 1)
        return only_row_at(&rows[0], r, as_of, out, chosen);
    *c = choice_none();
    for (size_t i = 0; i < count; i++)
        if (rows[i].requested_at <= as_of)
            choice_add(c, &rows[i], r, as_of);
    if (c->row[FILL_COUNTED] == NULL)
        return false;
    *out = choice_attempt(c, r, as_of);
    return out->requested_at != INSTANT_NONE;
}

/* ---- The requests of a Device as at as-of, with every field, for people ---- */

static void fill_cells(struct request_row *row, const struct request_row *from)
{
    row->outcome_count = from->outcome_count;
    row->outcomes = from->outcomes;
}

/* The row that counts, its answer as at as-of, its blanks filled. */
static struct request_row whole_row(const struct attempt *a, const struct choice *c, bool of_answers)
{
    struct request_row row = *a->counted;

    if (a->answer.answered_at == INSTANT_NONE) {
        row.response_code = row.execution_status = (struct text){NULL, 0};
        row.outcome_count = 0;
    }
    row.srv = a->srv;
    row.of_answer = of_answers;
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
    if (c->row[FILL_CELLS] != NULL || c->row[FILL_SENT] != NULL)
        fill_cells(&row, c->row[FILL_CELLS] != NULL ? c->row[FILL_CELLS] : c->row[FILL_SENT]);
    return row;
}

bool request_is_of_answers(const struct request_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!rows[i].of_answer)
            return false;
    return true;
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

static struct request_summary summary_of(const struct attempt *a, const struct choice *c,
                                         const struct request_row *rows)
{
    return (struct request_summary){
        .row = whole_row(a, c, request_is_of_answers(&rows[a->first], a->row_count)),
        .outcome = a->outcome,
        .rule = a->rule,
        .first = a->first,
        .row_count = a->row_count,
        .counted = (size_t)(a->counted - rows),
        .voided_by = SIZE_MAX,
    };
}

static void void_cancelled(struct request_summary *view, const struct attempt *a,
                           const struct cancellation *cancellations, size_t count, const struct request_row *rows,
                           struct code_reader *r, instant as_of)
{
    const struct voided v = voided_by(cancellations, count, a, rows, r, as_of);

    if (v.from > as_of || as_of >= v.to)
        return;
    view->outcome = OUTCOME_NONE;
    view->rule = RULE_R2_1;
    view->voided_by = (size_t)(v.by->counted - rows);
}

/* Whether there is one, as at as-of, whose rows begin at `first`. Sets the rows of *out in any case. */
static bool request_from(const struct device_records *records, size_t first, struct code_reader *r, instant as_of,
                         struct attempt *out, struct choice *chosen)
{
    const size_t n = request_rows(&records->requests[first], records->request_count - first);
    const bool there = request_at(&records->requests[first], n, r, as_of, out, chosen);

    out->first = first;
    out->row_count = n;
    return there;
}

size_t judge_requests(const struct device_records *records, const struct code_map *codes, int64_t response_window_ms,
                      instant as_of, struct judge_scratch *scratch, struct request_summary *views)
{
    const struct request_row *rows = records->requests;
    struct cancellation *const cancellations = scratch->ptr;
    struct attempt *const attempts = (struct attempt *)(cancellations + records->request_count);
    struct code_reader r;
    size_t count = 0, cancellation_count = 0, n;

    code_reader_init(&r, codes, response_window_ms);
    for (size_t i = 0; i < records->request_count; i += n) {
        struct attempt *const a = &attempts[count];
        struct choice chosen;
        const bool there = request_from(records, i, &r, as_of, a, &chosen);

        n = a->row_count;
        if (!there)
            continue;
        views[count++] = summary_of(a, &chosen, rows);
        if (attempt_is_cancellation(a))
            cancellations[cancellation_count++] = (struct cancellation){a, a};
    }
    cancellations_sort(cancellations, cancellation_count);
    for (size_t i = 0; i < count; i++)
        void_cancelled(&views[i], &attempts[i], cancellations, cancellation_count, rows, &r, as_of);
    qsort(views, count, sizeof(*views), compare_views);
    return count;
}

/* ---- One at a time: what is kept of the others are the cancellations ---- */

struct request_list {
    const struct device_records *records;
    instant as_of;
    struct code_reader reader;
    size_t next; /* row */
    struct attempt *cancelling;
    struct cancellation *cancellations;
    size_t cancellation_count;
};

size_t request_list_size(const struct device_records *records)
{
    return sizeof(struct request_list) + judge_requests_scratch_size(records);
}

struct request_list *request_list_open(const struct device_records *records, const struct code_map *codes,
                                       int64_t response_window_ms, instant as_of, struct judge_scratch *scratch)
{
    struct request_list *const l = scratch->ptr;

    *l = (struct request_list){.records = records, .as_of = as_of, .cancellations = (struct cancellation *)(l + 1)};
    l->cancelling = (struct attempt *)(l->cancellations + records->request_count);
    code_reader_init(&l->reader, codes, response_window_ms);
    return l;
}

bool request_list_next(struct request_list *l, size_t *first, instant *requested_at)
{
    while (l->next < l->records->request_count) {
        struct attempt *const a = &l->cancelling[l->cancellation_count];
        const bool there = request_from(l->records, l->next, &l->reader, l->as_of, a, NULL);

        l->next += a->row_count;
        if (!there)
            continue;
        *first = a->first;
        *requested_at = a->requested_at;
        if (attempt_is_cancellation(a))
            l->cancellations[l->cancellation_count++] = (struct cancellation){a, a};
        return true;
    }
    cancellations_sort(l->cancellations, l->cancellation_count);
    return false;
}

struct request_summary request_list_tell(struct request_list *l, size_t first)
{
    struct attempt a;
    struct choice chosen;
    struct request_summary view;

    (void)request_from(l->records, first, &l->reader, l->as_of, &a, &chosen);
    view = summary_of(&a, &chosen, l->records->requests);
    void_cancelled(&view, &a, l->cancellations, l->cancellation_count, l->records->requests, &l->reader, l->as_of);
    return view;
}
