/* The requests of a Device: as at as-of, and the instants at which they came to stand so. */
#include "domain/service.h"
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

/* From when on it stands as it does: an answer that is dated before its request is known with it. */
static instant attempt_known_at(const struct attempt *a)
{
    return later(a->requested_at, a->reading.answered_at);
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

instant attempt_dated(const struct attempt *a)
{
    return a->reading.answered_at != INSTANT_NONE ? a->reading.answered_at : a->requested_at;
}

bool attempt_is_for(const struct inquiry *q, const struct attempt *a, enum obligation o)
{
    if (a->outcome == OUTCOME_NONE || a->requested_at < q->commissioned_at)
        return false;
    switch (service_about(a->srv)) {
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
    return a->requested_at >= q->commissioned_at && a->outcome != OUTCOME_NONE &&
           (a->outcome <= OUTCOME_EMPTY || a->cells != NULL);
}

static int compare_voiding(const struct attempt *x, const struct attempt *y)
{
    int order = ORDER(x->user, y->user);

    if (order == 0)
        order = ORDER(x->srv, y->srv);
    return order != 0 ? order : ORDER(x->role, y->role);
}

static int compare_cancellations(const void *a, const void *b)
{
    const struct attempt *x = ((const struct cancellation *)a)->attempt, *y = ((const struct cancellation *)b)->attempt;
    const int order = compare_voiding(x, y);

    return order != 0 ? order : ORDER(x->requested_at, y->requested_at);
}

static void order_cancellations(struct inquiry *q)
{
    struct cancellation *all = q->cancellations;

    qsort(all, q->cancellation_count, sizeof(*all), compare_cancellations);
    for (size_t i = q->cancellation_count; i-- > 1;)
        if (compare_voiding(all[i - 1].attempt, all[i].attempt) == 0 && all[i].known_at < all[i - 1].known_at)
            all[i - 1].known_at = all[i].known_at;
}

/* The instant at which a cancellation voids the command, INSTANT_MAX when none does: the earliest of those requested
 * later, if that is before the execution. */
static instant void_at(const struct inquiry *q, const struct attempt *a)
{
    const struct cancellation asked = {.attempt = a};
    size_t low = 0, high = q->cancellation_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare_cancellations(&q->cancellations[middle], &asked) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == q->cancellation_count || compare_voiding(q->cancellations[low].attempt, a) != 0 ||
        q->cancellations[low].known_at >= a->execution_at)
        return INSTANT_MAX;
    return q->cancellations[low].known_at;
}

static void add_event(struct inquiry *q, instant at, struct attempt *now, struct attempt *before)
{
    if (now != NULL || before != NULL)
        q->events[q->event_count++] = (struct event){.at = at, .kind = EVENT_REQUEST, .now = now, .before = before};
}

/* What R4 sees of a version, without padding. */
struct version_key {
    const struct request_row *counted, *cells;
    int64_t answered_at, outcome, credential_type, role;
};

static bool same_version(const struct attempt *a, const struct attempt *b)
{
    const struct version_key x = {a->counted, a->cells,           a->reading.answered_at,
                                  a->outcome, a->credential_type, a->role};
    const struct version_key y = {b->counted, b->cells,           b->reading.answered_at,
                                  b->outcome, b->credential_type, b->role};

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
    return version;
}

/* The events of the rows of one request, in time order; those later than as-of are left out. */
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
    }
    qsort(out, n, sizeof(*out), compare_row_events);
    return n;
}

/* Adds the events of a request. It stands as `a` says from the last change on, unless voided. */
static void add_history(struct inquiry *q, struct attempt *a, instant voided)
{
    struct row_event *changes = q->row_events;
    const size_t n = row_events(q, a, changes);
    struct history h = {NULL};
    struct choice chosen = choice_none();
    size_t added = 0;
    bool tells = false;

    for (size_t i = 0; i < n && changes[i].at < voided; i++) {
        tells = tells || row_tells(changes[i].row, &q->reader, changes[i].at);
        if (!tells || (i + 1 < n && changes[i + 1].at == changes[i].at))
            continue; /* before the first answer that tells something nothing counts, whichever row is preferred */
        if (i + 1 == n && voided == INSTANT_MAX) {
            history_add(q, &h, changes[i].at, a);
            break;
        }
        for (; added <= i; added++)
            choice_add(&chosen, changes[added].row, &q->reader, changes[i].at);
        history_add(q, &h, changes[i].at, version_of(q, &chosen, changes[i].at));
    }
    if (voided <= q->ctx->as_of)
        add_event(q, voided, NULL, h.current);
}

static void find_attempts(struct inquiry *q)
{
    const struct request_row *rows = q->records->requests;
    const size_t count = q->records->request_count;
    size_t n;

    for (size_t i = 0; i < count; i += n) {
        struct attempt *a = &q->attempts[q->attempt_count];
        struct choice chosen;

        n = request_rows(&rows[i], count - i);
        if (!request_at(&rows[i], n, &q->reader, q->ctx->as_of, a, &chosen))
            continue;
        a->first = i;
        a->row_count = n;
        q->attempt_count++;
        if (attempt_is_cancellation(a))
            q->cancellations[q->cancellation_count++] = (struct cancellation){a, attempt_known_at(a)};
        for (size_t k = i; k < i + n; k++)
            if (rows[k].sent_serial.len > 0 || rows[k].sent_key_id != 0)
                q->certificates_sent = true;
    }
    order_cancellations(q);
}

void attempts_build(struct inquiry *q)
{
    find_attempts(q);
    for (size_t i = 0; i < q->attempt_count; i++) {
        struct attempt *a = &q->attempts[i];
        const bool may_be_void =
            q->cancellation_count > 0 && a->execution_at != INSTANT_NONE && a->outcome != OUTCOME_NONE;
        const instant voided = may_be_void ? void_at(q, a) : INSTANT_MAX;

        if (a->row_count == 1 && voided == INSTANT_MAX) {
            if (tells_something(q, a))
                add_event(q, attempt_known_at(a), a, NULL);
        } else {
            add_history(q, a, voided);
        }
        if (voided != INSTANT_MAX)
            attempt_set_void(a);
    }
}
