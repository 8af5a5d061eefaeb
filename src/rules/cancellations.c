/* R2.1: which commands a cancellation voided. */
#include "inquiry_int.h"
#include "outcome_int.h"

#include <stdlib.h>

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* What it can void, without the role. */
static int compare_voiding(const struct attempt *x, const struct attempt *y)
{
    const int order = ORDER(x->user, y->user);

    return order != 0 ? order : ORDER(x->srv, y->srv);
}

static int compare_cancellations(const void *a, const void *b)
{
    const struct attempt *x = ((const struct cancellation *)a)->attempt, *y = ((const struct cancellation *)b)->attempt;
    int order = compare_voiding(x, y);

    if (order == 0)
        order = ORDER(x->role, y->role);
    return order != 0 ? order : ORDER(x->requested_at, y->requested_at);
}

void cancellations_sort(struct cancellation *all, size_t count)
{
    if (count > 1)
        qsort(all, count, sizeof(*all), compare_cancellations);
    for (size_t i = count; i-- > 1;)
        if (compare_voiding(all[i - 1].attempt, all[i].attempt) == 0 &&
            all[i - 1].attempt->role == all[i].attempt->role && all[i].known_at < all[i - 1].known_at)
            all[i - 1].known_at = all[i].known_at;
}

/* When the first of the cancellations for a role, requested later than the command, became known. */
static instant known_at(const struct cancellation *all, size_t count, const struct attempt *command,
                        enum party_role role)
{
    struct attempt wanted = *command;
    const struct cancellation sought = {.attempt = &wanted};
    size_t low = 0, high = count;

    wanted.role = role;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare_cancellations(&all[middle], &sought) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count || compare_voiding(all[low].attempt, command) != 0 || all[low].attempt->role != role)
        return INSTANT_MAX;
    return all[low].known_at;
}

/* When something first said that the command was executed after all: an alert of the Device, or an answer of its own
 * with an outcome at or after its execution_at. */
static instant executed_at(const struct attempt *command, const struct request_row *rows, struct code_reader *r,
                           instant as_of)
{
    instant earliest = INSTANT_MAX;

    for (size_t i = command->first; i < command->first + command->row_count; i++) {
        const struct answer said = row_read(&rows[i], r, as_of);
        const bool alert = said.code == CODE_ALERT_SUCCESS || said.code == CODE_ALERT_FAILURE;
        const bool outcome = (!said.coded || said.code == CODE_OK) &&
                             (said.status == STATUS_SUCCESS || said.status == STATUS_FAILURE) &&
                             said.answered_at >= command->execution_at;

        if ((alert || outcome) && said.answered_at < earliest)
            earliest = said.answered_at;
    }
    return earliest;
}

struct voided voided_by(const struct cancellation *all, size_t count, const struct attempt *a,
                        const struct request_row *rows, struct code_reader *r, instant as_of)
{
    struct voided v = {INSTANT_MAX, INSTANT_MAX};

    if (count == 0 || a->execution_at == INSTANT_NONE || a->outcome == OUTCOME_NONE)
        return v;
    for (unsigned role = 0; role < PARTY_ROLES; role++) {
        const bool alike = role == (unsigned)a->role || role == ROLE_NONE || a->role == ROLE_NONE;
        const instant known = alike ? known_at(all, count, a, (enum party_role)role) : INSTANT_MAX;

        if (known < v.from && known < a->execution_at)
            v.from = known;
    }
    if (v.from == INSTANT_MAX)
        return v;
    v.to = executed_at(a, rows, r, as_of);
    if (v.to <= v.from)
        v.from = INSTANT_MAX;
    return v;
}

const struct attempt *cancellation_known(const struct cancellation *all, size_t count, const struct attempt *a,
                                         instant at)
{
    for (size_t i = 0; i < count; i++) {
        const struct attempt *by = all[i].attempt;

        if (compare_voiding(by, a) == 0 && (by->role == a->role || by->role == ROLE_NONE || a->role == ROLE_NONE) &&
            by->requested_at > a->requested_at && by->answer.answered_at == at)
            return by;
    }
    return NULL;
}
