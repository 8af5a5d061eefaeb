/* R9.2: joins that nothing confirmed, and that the inventory and the Device Log tell differently since. */
#include "related_int.h"

#include <stdlib.h>

static bool is_join(srv_code srv)
{
    return srv == SRV(8, 7, 1) || srv == SRV(8, 7, 2);
}

static bool is_join_or_unjoin(srv_code srv)
{
    return is_join(srv) || srv == SRV(8, 8, 1) || srv == SRV(8, 8, 2);
}

static bool is_ambiguous(enum outcome o)
{
    return o == OUTCOME_EMPTY || o == OUTCOME_UNRECOGNISED || o == OUTCOME_TIMED_OUT;
}

/* R9.2: a retry that FAILED, since the Device knows the other one already, or an unjoin that was refused because the
 * inventory does not. */
static bool is_sign(const struct join_message *m)
{
    if (is_join(m->srv))
        return m->outcome == OUTCOME_FAILED;
    return m->outcome == OUTCOME_REJECTED && text_equal_nocase(code_of(m->code), TEXT_LITERAL("E080801"));
}

/* R9.2: the alert of a CHF that its Device Log changed, first between two instants: the join worked. */
static instant log_changed_between(const struct search *s, instant from, instant to)
{
    const struct device_records *records = s->facts->records;

    for (size_t i = 0; i < records->snapshot_count; i++) {
        const struct snapshot *snap = &records->snapshots[i];

        if (snap->taken_at >= from && snap->taken_at <= to &&
            text_equal_nocase(snap->source_name, TEXT_LITERAL("alert 8F12")))
            return snap->taken_at;
    }
    return INSTANT_NONE;
}

static int compare_events(const void *a, const void *b)
{
    const struct join_event *x = a, *y = b;
    const int by_other = (x->other_device > y->other_device) - (x->other_device < y->other_device);
    const int by_time =
        (x->message.requested_at > y->message.requested_at) - (x->message.requested_at < y->message.requested_at);

    if (by_other != 0)
        return by_other;
    return by_time != 0 ? by_time : (x->message.srv > y->message.srv) - (x->message.srv < y->message.srv);
}

/* The requests about one pair, in the order in which they were made. */
static bool is_in_doubt(const struct join_event *events, size_t count, struct join_exception *out)
{
    const struct join_event *ambiguous = NULL;
    bool joined = false, asked = false;

    for (size_t i = 0; i < count; i++) {
        const struct join_message *const m = &events[i].message;

        asked = asked || is_join(m->srv);
        if (m->outcome == OUTCOME_SUCCEEDED) { /* the inventory and the Device agree again */
            joined = is_join(m->srv);
            ambiguous = NULL;
        } else if (!asked && is_sign(m)) {
            *out = (struct join_exception){.other_device = events[i].other_device,
                                           .later = *m,
                                           .later_count = out->later_count + 1,
                                           .possible = true,
                                           .log_changed_at = INSTANT_NONE};
        } else if (ambiguous != NULL && is_sign(m)) {
            out->later = *m;
            out->later_count++;
        } else if (ambiguous == NULL && !joined && is_join(m->srv) && is_ambiguous(m->outcome)) {
            ambiguous = &events[i];
            *out = (struct join_exception){
                .other_device = events[i].other_device, .join = *m, .log_changed_at = INSTANT_NONE};
        }
    }
    return out->later_count > 0 && (out->possible ? !asked : ambiguous != NULL);
}

static size_t read_events(struct search *s, struct join_event *events)
{
    struct choice chosen;
    struct attempt a;
    size_t count = 0;

    for (size_t at = 0; next_request(s, &at, is_join_or_unjoin, &a, &chosen);) {
        const struct request_row *const other = chosen.row[FILL_OTHER_DEVICE];

        if (other == NULL || other->other_device == 0)
            continue;
        events[count++] =
            (struct join_event){other->other_device,
                                {a.srv, a.user, a.requested_at, a.outcome,
                                 a.answer.coded ? text_trim(a.counted->response_code) : (struct text){NULL, 0}}};
    }
    return count;
}

size_t joins_find(struct search *s, struct join_event *events, struct join_exception *exceptions)
{
    const size_t count = read_events(s, events);
    size_t found = 0, n;

    if (count > 1)
        qsort(events, count, sizeof(*events), compare_events);
    for (size_t i = 0; i < count; i += n) {
        struct join_exception e = {0};

        for (n = 1; i + n < count && events[i + n].other_device == events[i].other_device;)
            n++;
        if (!is_in_doubt(&events[i], n, &e))
            continue;
        if (!e.possible)
            e.log_changed_at = log_changed_between(s, e.join.requested_at, e.later.requested_at);
        exceptions[found++] = e;
    }
    return found;
}
