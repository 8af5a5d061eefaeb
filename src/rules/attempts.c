/* The requests of a Device: as at as-of, and the instants at which they came to stand so. */
#include "inquiry_int.h"

#include <stdlib.h>
#include <string.h>

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_row_events(const void *a, const void *b)
{
    const struct row_event *x = a, *y = b;

    return ORDER(x->at, y->at);
}

static instant later(instant a, instant b)
{
    return a > b ? a : b;
}

enum usage usage_of(enum key_usage credential_type)
{
    switch (credential_type) {
    case KEY_DIGITAL_SIGNATURE:
        return USAGE_DS;
    case KEY_KEY_AGREEMENT:
        return USAGE_KA;
    default:
        return USAGE_UNTYPED;
    }
}

instant attempt_made(const struct attempt *a)
{
    return a->execution_at != INSTANT_NONE ? a->execution_at : a->requested_at;
}

instant attempt_answered(const struct attempt *a)
{
    return a->answer.answered_at != INSTANT_NONE ? a->answer.answered_at : INSTANT_MAX;
}

static void stand_at(struct attempt *a, instant at)
{
    a->about = service_about(a->srv);
    a->in_force = attempt_made(a) <= at;
}

bool attempt_is_for(const struct inquiry *q, const struct attempt *a, enum obligation o)
{
    if (a->outcome == OUTCOME_NONE || attempt_made(a) < q->counts_from)
        return false;
    switch (a->about) {
    case ABOUT_KEYS:
        return o == OBLIGATION_ISSUE_CREDENTIALS;
    case ABOUT_CERTIFICATES:
        return o == OBLIGATION_DEVICE_CERTIFICATES;
    case ABOUT_CELLS:
        return a->role == ROLE_SUPPLIER ? o == OBLIGATION_SUPPLIER_CREDENTIALS
                                        : o == OBLIGATION_NETWORK_OPERATOR_CREDENTIALS &&
                                              (a->role == ROLE_NETWORK_OPERATOR || a->role == ROLE_NONE);
    case ABOUT_SUPPLIER_CELLS:
        return o == OBLIGATION_SUPPLIER_CREDENTIALS;
    default:
        return false;
    }
}

/* Whether anything in R4 rests on it: else it makes no event. */
static bool tells_something(const struct inquiry *q, const struct attempt *a)
{
    return attempt_made(a) >= q->counts_from && a->outcome != OUTCOME_NONE &&
           (a->outcome <= OUTCOME_EMPTY || a->cells != NULL);
}

static void add_event(struct inquiry *q, instant at, struct attempt *now, struct attempt *before)
{
    if (now != NULL || before != NULL)
        q->events[q->event_count++] = (struct event){.at = at, .kind = EVENT_REQUEST, .now = now, .before = before};
}

/* What R4 sees of a version, without padding. */
struct version_key {
    const struct request_row *counted, *cells, *sent;
    int64_t answered_at, outcome, credential_type, role, in_force;
};

static bool same_version(const struct attempt *a, const struct attempt *b)
{
    const struct version_key x = {a->counted, a->cells,           a->sent, a->answer.answered_at,
                                  a->outcome, a->credential_type, a->role, a->in_force};
    const struct version_key y = {b->counted, b->cells,           b->sent, b->answer.answered_at,
                                  b->outcome, b->credential_type, b->role, b->in_force};

    return memcmp(&x, &y, sizeof(x)) == 0;
}

/* How a request stands from `at` on: the last version is the attempt itself, an earlier one a copy. */
struct history {
    struct attempt *current; /* NULL: in no way that counts */
};

static void history_add(struct inquiry *q, struct history *h, instant at, struct attempt *stands)
{
    struct attempt *now = tells_something(q, stands) ? stands : NULL;

    if (now != NULL && h->current != NULL && same_version(now, h->current))
        return;
    add_event(q, at, now, h->current);
    h->current = now;
}

static struct attempt *version_of(struct inquiry *q, const struct choice *chosen, instant at)
{
    struct attempt *version = &q->versions[q->version_count++];

    *version = choice_attempt(chosen, &q->reader, at);
    stand_at(version, at);
    return version;
}

/* What happens to one request, in time order; what is later than as-of is left out. */
static size_t row_events(struct inquiry *q, const struct attempt *a, struct row_event *out)
{
    const struct request_row *rows = &q->records->requests[a->first];
    size_t n = 0;

    for (size_t i = 0; i < a->row_count; i++) {
        const instant answered_at = later(rows[i].requested_at, row_answered_at(&rows[i], &q->reader));

        if (rows[i].requested_at <= q->ctx->as_of)
            out[n++] = (struct row_event){rows[i].requested_at, &rows[i]};
        if (answered_at > rows[i].requested_at && answered_at <= q->ctx->as_of)
            out[n++] = (struct row_event){answered_at, &rows[i]};
        if (rows[i].execution_at != INSTANT_NONE && rows[i].execution_at <= q->ctx->as_of)
            out[n++] = (struct row_event){rows[i].execution_at, NULL};
    }
    qsort(out, n, sizeof(*out), compare_row_events);
    return n;
}

static bool is_void_at(const struct voided *v, instant at)
{
    return v->from <= at && at < v->to;
}

/* Adds the events of a request. It stands as `a` says from the last change on, unless it is void then. */
static void add_history(struct inquiry *q, struct attempt *a, const struct voided *v)
{
    struct row_event *changes = q->row_events;
    const size_t n = row_events(q, a, changes);
    struct history h = {NULL};
    struct choice chosen = choice_none();
    size_t added = 0;
    bool tells = false, ended = false;

    for (size_t i = 0; i < n; i++) {
        const instant at = changes[i].at;

        if (!ended && v->from <= at) {
            add_event(q, v->from, NULL, h.current);
            h.current = NULL;
            ended = true;
        }
        tells = tells || (changes[i].row != NULL && row_tells(changes[i].row, &q->reader, at));
        if (!tells || is_void_at(v, at) || (i + 1 < n && changes[i + 1].at == at))
            continue; /* before the first answer that tells something nothing counts, whichever row is preferred */
        if (i + 1 == n && !is_void_at(v, q->ctx->as_of)) {
            history_add(q, &h, at, a);
            break;
        }
        for (; added <= i; added++)
            if (changes[added].row != NULL)
                choice_add(&chosen, changes[added].row, &q->reader, at);
        history_add(q, &h, at, version_of(q, &chosen, at));
    }
    if (!ended && v->from <= q->ctx->as_of)
        add_event(q, v->from, NULL, h.current);
}

static void note_sent(struct inquiry *q, const struct request_row *rows, size_t count, const struct attempt *a)
{
    if (a->about != ABOUT_CERTIFICATES || attempt_made(a) < q->counts_from)
        return;
    for (size_t i = 0; i < count; i++)
        if (rows[i].requested_at <= q->ctx->as_of && (rows[i].sent_serial.len > 0 || rows[i].sent_key_id != 0))
            q->sent[q->sent_count++] = &rows[i];
}

/* Whether a request tells nothing but that the Device answered: it has one row, and no rule asks what it is about. */
static bool tells_answer_alone(const struct request_row *row, size_t count)
{
    const enum service_about about = service_about(row->srv);

    return count == 1 && row->execution_at == INSTANT_NONE && (about == ABOUT_NOTHING || about == ABOUT_LOOK);
}

/* Those in which its answer lies; NULL: it has none that counts. */
static struct heard *heard_with(const struct inquiry *q, const struct attempt *a)
{
    const instant at = a->answer.answered_at;
    size_t low = 0, high = q->records->check_count;

    if (!tells_something(q, a) || at < q->commissioned_at)
        return NULL;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (q->records->checks[middle].checked_at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return &q->heard[low];
}

static void find_heard(struct inquiry *q)
{
    const struct request_row *rows = q->records->requests;
    const size_t count = q->records->request_count;
    struct attempt a;
    size_t n;

    for (size_t i = 0; i <= q->records->check_count; i++)
        q->heard[i] = (struct heard){.first = SIZE_MAX, .last = SIZE_MAX};
    for (size_t i = 0; i < count; i += n) {
        n = request_rows(&rows[i], count - i);
        if (!tells_answer_alone(&rows[i], n) || !request_at(&rows[i], n, &q->reader, q->ctx->as_of, &a, NULL))
            continue;
        struct heard *const h = heard_with(q, &a);
        if (h == NULL)
            continue;
        if (h->first == SIZE_MAX || a.answer.answered_at < h->first_at) {
            h->first = i;
            h->first_at = a.answer.answered_at;
        }
        if (h->last == SIZE_MAX || a.answer.answered_at >= h->last_at) {
            h->last = i;
            h->last_at = a.answer.answered_at;
        }
    }
}

/* Of many requests, whether nothing can rest on this one. */
static bool is_left_out(const struct inquiry *q, const struct attempt *a)
{
    const struct heard *h;

    if (q->heard == NULL || !tells_answer_alone(&q->records->requests[a->first], a->row_count))
        return false;
    h = heard_with(q, a);
    return h == NULL || (a->first != h->first && a->first != h->last);
}

static void find_attempts(struct inquiry *q)
{
    const struct request_row *rows = q->records->requests;
    const size_t count = q->records->request_count;
    size_t n;

    for (size_t i = 0; i < count; i += n) {
        struct attempt *a = &q->attempts[q->attempt_count];

        n = request_rows(&rows[i], count - i);
        if (!request_at(&rows[i], n, &q->reader, q->ctx->as_of, a, NULL))
            continue;
        a->first = i;
        a->row_count = n;
        stand_at(a, q->ctx->as_of);
        if (is_left_out(q, a))
            continue;
        q->attempt_count++;
        if (attempt_is_cancellation(a))
            q->cancellations[q->cancellation_count++] = (struct cancellation){a, a};
        note_sent(q, &rows[i], n, a);
    }
    cancellations_sort(q->cancellations, q->cancellation_count);
}

void attempts_build(struct inquiry *q)
{
    if (q->heard != NULL)
        find_heard(q);
    find_attempts(q);
    for (size_t i = 0; i < q->attempt_count; i++) {
        struct attempt *a = &q->attempts[i];
        const struct voided v =
            voided_by(q->cancellations, q->cancellation_count, a, q->records->requests, &q->reader, q->ctx->as_of);

        if (a->row_count == 1 && v.from == INSTANT_MAX && a->execution_at == INSTANT_NONE) {
            if (tells_something(q, a))
                add_event(q, later(a->requested_at, a->answer.answered_at), a, NULL);
        } else {
            add_history(q, a, &v);
        }
        if (is_void_at(&v, q->ctx->as_of))
            attempt_set_void(a);
    }
}
